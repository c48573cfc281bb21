import { standingOn, type DayOfPlan, type FlagTurned } from './absence-plan.ts';
import { isToDo, type Action } from './actions.ts';
import { groupedBy, isYoungChild, personOf, viewOf, type Authority, type View } from './authority.ts';
import { addDays, addWorkingDays, type CalendarDate } from './calendar.ts';
import { stands, withCases, type CaseChange } from './case-change.ts';
import { caseloadOf, type Caseload } from './caseload.ts';
import type { CaseFile, OversightKind } from './cases.ts';
import type { Hit } from './flag-rules.ts';
import { isKnown } from './knowledge.ts';
import { oversightEvents, type Demands, type NotCounting, type Suitability } from './oversight.ts';
import { caseState } from './rules-about-cases.ts';
import { ENDING_RULES, fileState } from './rules-about-endings.ts';

/** How a case stands on a day. */
export interface CaseStanding {
	demands: Demands;
	/** Null: nobody leads. */
	leadId: string | null;
	suitability: Suitability | null;
	suitablyHeld: boolean;
	/** Null: no clock runs. */
	dueOn: CalendarDate | null;
	/** Unborn, or under two: flags about the case are a step more severe. */
	youngChild: boolean;
}

/** Somebody's load on the day the change tells, without it and with it. */
export interface LoadTurned {
	practitionerId: string;
	before: Caseload;
	after: Caseload;
}

/** What a change of a case does, if nothing else is recorded. */
export interface CasePlan {
	/** The day it tells on: today, or the later day from which it holds. */
	on: CalendarDate;
	/** The day after the last one looked at. */
	lookedUntil: CalendarDate;
	caseId: string;
	/** Null: not open on the day. */
	before: CaseStanding | null;
	after: CaseStanding | null;
	/** The other cases that the change touches: of brothers and sisters. */
	others: readonly { reference: string; before: CaseStanding | null; after: CaseStanding | null }[];
	loads: readonly LoadTurned[];
	days: readonly DayOfPlan[];
	/** Oversight that would be recorded and does not count, with why. */
	notCounting: readonly { kind: OversightKind; managerId: string; why: NotCounting }[];
}

/** What stands changes within eight weeks: longer than every limit but that of looked after children long settled. */
const DAYS_LOOKED_AT = 56;

/**
 * What follows from changes of a case (the first is about it; others are about its family), by the rules themselves: asked
 * with them and without them on every day from the day `from`, or today, for eight weeks.
 */
export function planCase(
	authority: Authority,
	changes: readonly CaseChange[],
	from: CalendarDate,
	today: CalendarDate
): CasePlan {
	const [first] = changes;
	if (!first) throw new Error('a change of nothing');
	const { caseId } = first;
	const changed = withCases(authority, changes);
	const on = from > today ? from : today;
	const last = addDays(on, DAYS_LOOKED_AT);
	const [before, after] = [viewOf(authority, on), viewOf(changed, on)];
	const people = [...new Set([...holdersIn(fileIn(before, caseId)), ...holdersIn(fileIn(after, caseId))])];
	return {
		on,
		lookedUntil: addDays(last, 1),
		caseId,
		before: standingOf(before, caseId),
		after: standingOf(after, caseId),
		others: changes.slice(1).map((other) => ({
			reference: fileIn(after, other.caseId)?.reference ?? '',
			before: standingOf(before, other.caseId),
			after: standingOf(after, other.caseId)
		})),
		loads: people.flatMap((practitionerId) => loadTurned(practitionerId, before, after) ?? []),
		days: turnsOf(authority, changed, { caseIds: changes.map((each) => each.caseId), people }, on, last),
		notCounting: changes.flatMap((change) => notCountingIn(change, viewOf(changed, today)))
	};
}

function fileIn({ authority }: View, caseId: string): CaseFile | null {
	return authority.cases.find((file) => file.caseId === caseId) ?? null;
}

function holdersIn(file: CaseFile | null): string[] {
	return (file?.allocations ?? []).flatMap((row) => (stands(row) ? (row.practitionerId ?? []) : []));
}

export function standingOf(view: View, caseId: string): CaseStanding | null {
	const file = fileIn(view, caseId);
	const state = file && caseState(file, view);
	if (!state) return null;
	const { demands, leadId, suitability, suitablyHeld, clock } = state;
	const youngChild = isYoungChild(file, view.knowledge.on, view.knowledge);
	return { demands, leadId, suitability, suitablyHeld, dueOn: clock?.dueOn ?? null, youngChild };
}

/** Null: their load stays what it is. */
function loadTurned(practitionerId: string, without: View, withIt: View): LoadTurned | null {
	const person = personOf(without, practitionerId);
	if (!person) return null;
	const [before, after] = [caseloadOf(person, without), caseloadOf(person, withIt)];
	const same = before.points === after.points && before.cases === after.cases;
	return same && before.held.length === after.held.length ? null : { practitionerId, before, after };
}

function turnsOf(
	without: Authority,
	withIt: Authority,
	{ caseIds, people }: { caseIds: readonly string[]; people: readonly string[] },
	from: CalendarDate,
	last: CalendarDate
): DayOfPlan[] {
	const standing = (authority: Authority, on: CalendarDate) => {
		const files = authority.cases.filter(({ caseId }) => caseIds.includes(caseId));
		return standingOn(viewOf(authority, on), files, people);
	};
	const days: DayOfPlan[] = [];
	let eve: { before: Flags; after: Flags } = { before: new Map(), after: new Map() };
	for (let on = from; on <= last; on = addDays(on, 1)) {
		const day = { before: standing(without, on), after: standing(withIt, on) };
		const raised = [...day.after].flatMap(([key, flag]) =>
			begins(key, eve.after, day.after) && !begins(key, eve.before, day.before) ? flag : []
		);
		const cleared = [...new Map([...eve.after, ...day.before])].flatMap(([key, flag]) =>
			!day.after.has(key) &&
			(begins(key, eve.before, day.before) ||
				(ends(key, eve.after, day.after) && !ends(key, eve.before, day.before)))
				? flag
				: []
		);
		if (raised.length + cleared.length > 0) days.push({ on, raised, cleared });
		eve = day;
	}
	return days;
}

type Flags = ReadonlyMap<string, FlagTurned>;

function begins(key: string, eve: Flags, day: Flags): boolean {
	return day.has(key) && !eve.has(key);
}

function ends(key: string, eve: Flags, day: Flags): boolean {
	return eve.has(key) && !day.has(key);
}

function notCountingIn(change: CaseChange, view: View): CasePlan['notCounting'] {
	const file = fileIn(view, change.caseId);
	if (!file || change.oversight.length === 0) return [];
	const written = new Set(change.oversight.map(({ oversightId }) => oversightId));
	return oversightEvents(file, view).flatMap(({ id, kind, by, notCounting }) =>
		written.has(id) && kind !== null && notCounting !== null
			? [{ kind, managerId: by, why: notCounting }]
			: []
	);
}

/** What a manager has to have written before a case may be changed so. */
export type OversightMissing =
	| {
			kind: 'section_47_outcome';
			endedOn: CalendarDate;
			/** Entries that were made, or would be with the change, and do not count. */
			notCounting: readonly Discounted[];
	  }
	| {
			kind: 'closure';
			signOffFrom: CalendarDate;
			closedOn: CalendarDate;
			notCounting: readonly Discounted[];
	  };

export interface Discounted {
	managerId: string;
	madeOn: CalendarDate;
	why: NotCounting;
}

/** An enquiry that ended within these days of the closing, by the rule about it. */
export interface ClosedSoon {
	endedOn: CalendarDate;
	closedOn: CalendarDate;
	days: number;
}

/** What the rules about endings say of the case with the change made. */
export interface EndingAsked {
	missing: readonly OversightMissing[];
	soon: ClosedSoon | null;
}

/** What a closing, or the end of an enquiry, asks for: the rules themselves are asked on the day on which they tell. */
export function endingAsked(
	authority: Authority,
	changes: readonly CaseChange[],
	today: CalendarDate
): EndingAsked {
	const [first] = changes;
	if (!first) throw new Error('a change of nothing');
	const changed = withCases(authority, changes);
	const tells = addDays(addWorkingDays(today, 1), 1);
	const hits = (facts: Authority, on: CalendarDate): Hit[] => {
		const view = viewOf(facts, on);
		const file = fileIn(view, first.caseId);
		const state = file && fileState(file, view);
		return state ? ENDING_RULES.flatMap((rule) => rule.holds(state) ?? []) : [];
	};
	const closes = first.details?.before?.closedOn === null && first.details.after?.closedOn !== null;
	const asked: { missing: OversightMissing[]; soon: ClosedSoon | null } = { missing: [], soon: null };
	const discounted = (kind: OversightKind, since: CalendarDate) =>
		discountedIn(changed, first.caseId, kind, since, today);
	for (const hit of hits(changed, tells)) {
		if (hit.code === 'SECTION_47_UNEXPLAINED' && endsEnquiry(authority, first)) {
			const { beganOn, endedOn } = hit.facts;
			const notCounting = discounted('section_47_outcome', beganOn);
			asked.missing.push({ kind: 'section_47_outcome', endedOn, notCounting });
		}
		if (hit.code === 'CLOSED_WITHOUT_SIGN_OFF' && closes) {
			const { closedOn, signOffFrom } = hit.facts;
			const notCounting = discounted('closure', signOffFrom);
			asked.missing.push({ kind: 'closure', signOffFrom, closedOn, notCounting });
		}
		if (hit.code === 'CLOSED_SOON_AFTER_SECTION_47' && closes) {
			const { endedOn, closedOn, days } = hit.facts;
			asked.soon = { endedOn, closedOn, days };
		}
	}
	return asked;
}

/** Whether the change itself ends a section 47 enquiry: by its own end, or by closing the case while it runs. */
function endsEnquiry(authority: Authority, { caseId, kinds, details }: CaseChange): boolean {
	const ended = kinds.some(
		({ before, after }) =>
			after?.kind === 'section_47' && after.to !== null && after.to !== (before?.to ?? null)
	);
	const closedOn = details?.after?.closedOn ?? null;
	const file = authority.cases.find((each) => each.caseId === caseId);
	return (
		ended ||
		(closedOn !== null &&
			(file?.kinds ?? []).some(
				(row) => stands(row) && row.kind === 'section_47' && (row.to === null || row.to > closedOn)
			))
	);
}

function discountedIn(
	authority: Authority,
	caseId: string,
	kind: OversightKind,
	since: CalendarDate,
	today: CalendarDate
): Discounted[] {
	const view = viewOf(authority, today);
	const file = fileIn(view, caseId);
	if (!file) return [];
	return oversightEvents(file, view).flatMap((event) =>
		event.kind === kind && event.on >= since && event.notCounting !== null
			? [{ managerId: event.by, madeOn: event.on, why: event.notCounting }]
			: []
	);
}

/** Actions about the case that are still to be done, those about risk first, then what is due first. */
export function actionsStillOpen(authority: Authority, caseId: string, today: CalendarDate): Action[] {
	const { knowledge } = viewOf(authority, today);
	const versions = groupedBy(authority.actionsAbout.get(caseId) ?? [], ({ actionId }) => actionId);
	const open = [...versions.values()].flatMap((rows) => {
		const known = rows.find((row) => isKnown(row, row.agreedOn, knowledge));
		return known && isToDo(known, knowledge) ? [known] : [];
	});
	const due = ({ dueOn }: Action) => dueOn ?? '9999-12-31';
	return open.sort(
		(a, b) =>
			Number(b.risk === true) - Number(a.risk === true) || (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0)
	);
}
