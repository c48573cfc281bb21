import { isWithinCapacity, loadWith, siblingsLedBy } from './allocation-order.ts';
import { leadGivenWith } from './allocation-steps.ts';
import { groupedBy, personOf, viewOf, type Authority, type View } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import { withCases, type CaseChange } from './case-change.ts';
import { standingOf, type CaseStanding, type LoadTurned } from './case-plan.ts';
import type { CaseProblem } from './case-problems.ts';
import { caseloadOf, type Caseload } from './caseload.ts';
import { caseDetails, coWorkersOn, isOpenOn, leadOn, type AllocationReason, type CaseFile } from './cases.ts';
import { suitabilityOn, type Suitability } from './oversight.ts';
import { absenceOn, inPostOn, tierOn, type Person } from './people.ts';
import { STAKES } from './policy.ts';
import { caseState } from './rules-about-cases.ts';

/** Why a case is proposed to somebody, or (`toId` null) to nobody. */
export type WhyProposed =
	/** They lead its brothers and sisters, are suitable and stay within their capacity. */
	| 'SIBLINGS_THERE'
	/** Suitable, and the least loaded with it of those who stay within their capacity. */
	| 'MOST_ROOM'
	/** Nobody suitable has room: the least loaded of those who are suitable. */
	| 'NOBODY_HAS_ROOM'
	/** Nobody here is suitable for it, or for all of it that goes together. */
	| 'NOBODY_SUITABLE';

export interface Proposal {
	caseId: string;
	toId: string | null;
	why: WhyProposed;
	/** The cases that go with it, it included: brothers and sisters with the same lead. */
	together: readonly string[];
}

/** What somebody leads on the view's day and is open, highest stakes first. */
export function casesLedBy(practitionerId: string, view: View): CaseFile[] {
	const { on } = view.knowledge;
	const stakes = (file: CaseFile) => STAKES.indexOf(caseState(file, view)?.demands.stakes ?? 'low');
	return (view.authority.heldBy.get(practitionerId) ?? [])
		.filter(
			(file) => isOpenOn(file, on, view.knowledge) && leadOn(file, on, view.knowledge) === practitionerId
		)
		.sort((a, b) => stakes(b) - stakes(a) || (a.reference < b.reference ? -1 : 1));
}

/** Open cases that somebody holds as co-worker on the view's day: they are told, and not moved. */
export function casesJoinedBy(practitionerId: string, view: View): CaseFile[] {
	const { on } = view.knowledge;
	return (view.authority.heldBy.get(practitionerId) ?? []).filter(
		(file) =>
			isOpenOn(file, on, view.knowledge) && coWorkersOn(file, on, view.knowledge).includes(practitionerId)
	);
}

/**
 * A new lead for every case that somebody leads, out of those asked about who are in post, here and do not manage practice
 * themselves. Brothers and sisters go together unless `apart`. Whoever is suitable and stays within their capacity goes
 * before whoever does not, so that nobody is proposed above it while somebody suitable has room.
 */
export function proposeMoves(
	view: View,
	leaverId: string,
	practitionerIds: readonly string[],
	apart = false
): Proposal[] {
	const people = practitionerIds.flatMap((id) => takerOf(id, leaverId, view) ?? []);
	const given = new Map<string, CaseFile[]>();
	return groupsOf(casesLedBy(leaverId, view), view, apart).flatMap((group): Proposal[] => {
		const suited = people
			.filter(({ practitionerId }) => group.every((file) => isSuitable(practitionerId, file, view)))
			.map((person) => ({
				person,
				siblings: group.some((file) => leadsSiblingOf(person.practitionerId, file, view, given)),
				after: loadWith(person, [...(given.get(person.practitionerId) ?? []), ...group], view)
			}));
		const within = suited.filter(({ after }) => isWithinCapacity(after));
		const [chosen] = (within.length > 0 ? within : suited).sort(
			(a, b) => Number(b.siblings) - Number(a.siblings) || loadOf(a.after) - loadOf(b.after)
		);
		const together = group.map(({ caseId }) => caseId);
		if (!chosen) return together.map((caseId) => ({ caseId, toId: null, why: 'NOBODY_SUITABLE', together }));
		const { practitionerId } = chosen.person;
		given.set(practitionerId, [...(given.get(practitionerId) ?? []), ...group]);
		const why = within.length === 0 ? 'NOBODY_HAS_ROOM' : chosen.siblings ? 'SIBLINGS_THERE' : 'MOST_ROOM';
		return together.map((caseId) => ({ caseId, toId: practitionerId, why, together }));
	});
}

const loadOf = ({ loadPercent }: Caseload) => loadPercent ?? Number.MAX_SAFE_INTEGER;

/** Null: not somebody to whom a case is proposed, though it may be given by hand. */
function takerOf(practitionerId: string, leaverId: string, view: View): Person | null {
	const { on } = view.knowledge;
	const person = personOf(view, practitionerId);
	if (!person || practitionerId === leaverId || !inPostOn(person, on, view.knowledge)) return null;
	if (absenceOn(person, on, view.knowledge) !== null) return null;
	return tierOn(person, on, view.knowledge).tier === 'E6' ? null : person;
}

function groupsOf(files: readonly CaseFile[], view: View, apart: boolean): CaseFile[][] {
	if (apart) return files.map((file) => [file]);
	const keyOf = (file: CaseFile) => caseDetails(file, view.knowledge)?.familyId ?? `alone ${file.caseId}`;
	return [...groupedBy(files, keyOf).values()];
}

function isSuitable(practitionerId: string, file: CaseFile, view: View): boolean {
	const demands = caseState(file, view)?.demands;
	return demands !== undefined && suitabilityOn(practitionerId, demands, view.knowledge.on, view).suitable;
}

function leadsSiblingOf(
	practitionerId: string,
	file: CaseFile,
	view: View,
	given: ReadonlyMap<string, readonly CaseFile[]>
): boolean {
	return (
		siblingsLedBy(practitionerId, file, view).length > 0 ||
		(given.get(practitionerId) ?? []).some((other) => isSibling(file, other, view))
	);
}

/** One case as somebody decided: its new lead, null: it stays; and who joins them, null: nobody. */
export interface Move {
	caseId: string;
	toId: string | null;
	coWorkerId: string | null;
}

export interface CaseMoved {
	caseId: string;
	reference: string;
	/** Null: it stays where it is. */
	toId: string | null;
	coWorkerId: string | null;
	suitability: Suitability | null;
	before: CaseStanding | null;
	after: CaseStanding | null;
	/** References of brothers and sisters with the same lead until now who would be led by somebody else. */
	partedFrom: readonly string[];
	/** Those asked about who are suitable and would stay within their capacity, where the new lead would not. */
	roomWith: readonly string[];
}

/** What moving somebody's cases does, as a value: nothing is written. */
export interface ReallocationPlan {
	/** The day it tells on: today, or the later day from which it holds. */
	on: CalendarDate;
	cases: readonly CaseMoved[];
	loads: readonly LoadTurned[];
	changes: readonly CaseChange[];
}

export interface MovesAsked {
	leaverId: string;
	moves: readonly Move[];
	/** Those who could be asked instead. */
	practitionerIds: readonly string[];
	from: CalendarDate;
	reason: AllocationReason;
}

export interface MoveProblem {
	caseId: string;
	problem: CaseProblem;
}

/** What follows from the moves together, by the rules themselves; or what is wrong with one of them. */
export function planMoves(
	authority: Authority,
	{ leaverId, moves, practitionerIds, from, reason }: MovesAsked,
	today: CalendarDate
): ReallocationPlan | { problems: MoveProblem[] } {
	const problems: MoveProblem[] = [];
	const changes: CaseChange[] = [];
	for (const { caseId, toId, coWorkerId } of moves) {
		const file = fileIn(authority, caseId);
		if (toId === null) continue;
		const to = { practitionerId: toId, teamId: null };
		const step = leadGivenWith(authority, file, { to, coWorkerId }, from, reason, today);
		if ('problems' in step) problems.push(...step.problems.map((problem) => ({ caseId, problem })));
		else changes.push(...step.changes);
	}
	if (problems.length > 0) return { problems };
	const on = from > today ? from : today;
	const without = viewOf(authority, on);
	const withThem = viewOf(withCases(authority, changes), on);
	const newLeadOf = new Map(moves.map(({ caseId, toId }) => [caseId, toId ?? leaverId]));
	const people = [
		leaverId,
		...moves.flatMap(({ toId, coWorkerId }) => [toId ?? [], coWorkerId ?? []].flat())
	];
	const together = (file: CaseFile): CaseFile[] =>
		moves.flatMap(({ caseId, toId }) => {
			const other = fileIn(authority, caseId);
			return toId === newLeadOf.get(file.caseId) && (other === file || isSibling(file, other, without))
				? other
				: [];
		});
	return {
		on,
		cases: moves.map((move): CaseMoved => {
			const file = fileIn(authority, move.caseId);
			const after = standingOf(withThem, move.caseId);
			return {
				...move,
				reference: file.reference,
				suitability: move.toId === null ? null : (after?.suitability ?? null),
				before: standingOf(without, move.caseId),
				after,
				partedFrom: partedFrom(file, newLeadOf, authority, without),
				roomWith:
					move.toId === null ? [] : roomWith(move.toId, together(file), practitionerIds, without, withThem)
			};
		}),
		loads: [...new Set(people)].flatMap((id) => {
			const person = personOf(without, id);
			if (!person) return [];
			return { practitionerId: id, before: caseloadOf(person, without), after: caseloadOf(person, withThem) };
		}),
		changes
	};
}

function fileIn(authority: Authority, caseId: string): CaseFile {
	const file = authority.cases.find((each) => each.caseId === caseId);
	if (!file) throw new Error('a case that is moved was not gathered');
	return file;
}

function partedFrom(
	file: CaseFile,
	newLeadOf: ReadonlyMap<string, string>,
	authority: Authority,
	view: View
): string[] {
	return authority.cases.flatMap((other) =>
		other !== file &&
		newLeadOf.has(other.caseId) &&
		isSibling(file, other, view) &&
		newLeadOf.get(other.caseId) !== newLeadOf.get(file.caseId)
			? other.reference
			: []
	);
}

function roomWith(
	toId: string,
	group: readonly CaseFile[],
	practitionerIds: readonly string[],
	without: View,
	withThem: View
): string[] {
	const holder = personOf(withThem, toId);
	if (!holder || isWithinCapacity(caseloadOf(holder, withThem))) return [];
	const [first] = group;
	const leaverId = first ? (leadOn(first, without.knowledge.on, without.knowledge) ?? '') : '';
	return practitionerIds.filter((id) => {
		const person = id === toId ? null : takerOf(id, leaverId, withThem);
		return (
			person !== null &&
			group.every((file) => isSuitable(id, file, withThem)) &&
			isWithinCapacity(loadWith(person, group, withThem))
		);
	});
}

function isSibling(file: CaseFile, other: CaseFile, view: View): boolean {
	const familyOf = (each: CaseFile) => caseDetails(each, view.knowledge)?.familyId ?? null;
	return familyOf(file) !== null && familyOf(file) === familyOf(other);
}
