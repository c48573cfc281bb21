import { isInPost, personOf, teamOfPosting, type View } from './authority.ts';
import { isOverdue, isToDo, type Action } from './actions.ts';
import { addMonths, daysBetween, type CalendarDate } from './calendar.ts';
import { isOpenOn, leadingOf, leadOn, type CaseFile } from './cases.ts';
import { episodesOf, fileOf, versionsDuring } from './files-at-hand.ts';
import { isObserved } from './flag-rules.ts';
import { knownEnd, isKnown } from './knowledge.ts';
import { firstToFall, intervalsInForce } from './oversight.ts';
import { inPostOn, postingOn, type Person } from './people.ts';
import { caseState, teamOfCase, waitOf, type CaseState } from './rules-about-cases.ts';
import { FTE_PARTS, waitId, WAITS, type FurtherOf, type Seen } from './tally-further.ts';
import { daysAfter, lastAnswer } from './turning-days.ts';
import { trainingCurrency } from './training-over-time.ts';
import { countVacancies, countWorkforce, WORKING_DAYS_A_YEAR, type Workforce } from './workforce.ts';

const LOOK_BACK_MONTHS = 12;

/** A case that is open on the view's day, with what every measure of it asks. */
export interface OpenCase {
	state: CaseState;
	teamId: string | null;
	/** The known cases of its child, this one among them. */
	episodes: readonly CaseFile[];
}

/** Of some files those of cases that are open on the view's day. */
export function openCases(view: View, files: readonly CaseFile[]): OpenCase[] {
	const open: OpenCase[] = [];
	for (const file of files) {
		const state = caseState(file, view);
		if (state) open.push({ state, teamId: teamOfCase(file, view), episodes: episodesOf(file, view) });
	}
	return open;
}

/** What stands on the view's day, or of the 12 months up to it, of each of some cases. */
export function countDayOfCases(
	view: View,
	cases: readonly OpenCase[],
	furtherOf: FurtherOf,
	seen?: Seen
): void {
	countCases(view, cases, furtherOf, seen);
	countChangesOfManager(view, cases, furtherOf, seen);
}

/** The same of each of some people, null: of all of them, by what is recorded of themselves and what they hold. */
export function countDayOfHolders(
	view: View,
	of: readonly Person[] | null,
	furtherOf: FurtherOf,
	seen?: Seen
): void {
	countWorkforce(view, of, addingTo(furtherOf, seen));
	const eachOf: Parameters<typeof trainingCurrency>[2] = ({ practitionerId: id, teamId, needed, current }) =>
		seen?.('M17', { teamId, subject: { kind: 'practitioner', id }, on: null, above: current, below: needed });
	for (const [teamId, { needed, current }] of trainingCurrency(view, of, eachOf)) {
		const { training } = furtherOf(teamId);
		training.required += needed;
		training.current += current;
	}
}

/** The same of the spans of control of some people, null: of everybody, and of vacant posts and actions. */
export function countDayOfPeople(
	view: View,
	of: readonly Person[] | null,
	furtherOf: FurtherOf,
	seen?: Seen
): void {
	countVacancies(view, addingTo(furtherOf, seen));
	countSpans(view, of, furtherOf, seen);
	countActions(view, furtherOf, seen);
}

function addingTo(furtherOf: FurtherOf, seen?: Seen): Parameters<typeof countWorkforce>[2] {
	return (teamId, what, fte, subject) => {
		furtherOf(teamId).workforce[what] += Math.round(fte * FTE_PARTS);
		for (const [id, above, below] of seen ? WORKFORCE_ROWS[what] : [])
			seen?.(id, { teamId, subject, on: null, above: fte * above, below: fte * below });
	};
}

/** What somebody in post, and the others, add above and below the line of each rate. */
const WORKFORCE_ROWS: Record<keyof Workforce, readonly [id: string, above: number, below: number][]> = {
	inPost: [
		['M09-agency', 0, 1],
		['M09-vacancy', 0, 1],
		['M09-turnover', 0, 1],
		['M09-absence', 0, WORKING_DAYS_A_YEAR]
	],
	agency: [['M09-agency', 1, 1]],
	vacant: [['M09-vacancy', 1, 1]],
	left: [['M09-turnover', 1, 0]],
	daysLost: [['M09-absence', 1, 0]]
};

function countCases(view: View, cases: readonly OpenCase[], furtherOf: FurtherOf, seen?: Seen): void {
	const { on: day } = view.knowledge;
	for (const { state, teamId } of cases) {
		const { file, leadId, counting } = state;
		const row = { teamId, subject: { kind: 'case', id: file.caseId }, on: null, above: 1, below: 0 } as const;
		if (leadId !== null) {
			const { discussed } = furtherOf(teamId);
			const on = counting.lastDiscussion(day);
			const isInTime =
				on !== null &&
				isObserved(on, view) &&
				day <= firstToFall(on, intervalsInForce(state, day, view).intervals);
			discussed.cases++;
			if (isInTime) discussed.inTime++;
			seen?.('M02', { ...row, on, above: isInTime ? 1 : 0, below: 1 });
		}
		if (file.holderNotMatched === true || (leadId !== null && isInPost(view, leadId, day))) continue;
		const { unallocated } = furtherOf(teamId);
		const { waitingSince, limitOn } = waitOf(state);
		const days = daysBetween(waitingSince, day);
		const group = WAITS.findIndex((last) => days <= last);
		const place = group === -1 ? WAITS.length : group;
		unallocated.byWait[place] = (unallocated.byWait[place] ?? 0) + 1;
		seen?.('M07', { ...row, on: waitingSince });
		seen?.(waitId(place), { ...row, on: waitingSince });
		if (limitOn !== null && day <= limitOn) continue;
		unallocated.pastLimit++;
		seen?.('M07-past', { ...row, on: waitingSince });
	}
}

function countChangesOfManager(
	view: View,
	cases: readonly OpenCase[],
	furtherOf: FurtherOf,
	seen?: Seen
): void {
	const { on: day } = view.knowledge;
	const since = addMonths(day, -LOOK_BACK_MONTHS);
	for (const { state, teamId, episodes } of cases) {
		let times = 0;
		for (const each of episodes) times += changesOfManager(each, since, view).length;
		const { caseId } = state.file;
		const row = { teamId, subject: { kind: 'case', id: caseId }, on: null, below: 1 } as const;
		seen?.('M11-mean', { ...row, above: times });
		seen?.('M11-three', { ...row, above: times >= 3 ? 1 : 0 });
		const { managerChanges } = furtherOf(teamId);
		while (managerChanges.length <= times) managerChanges.push(0);
		managerChanges[times] = (managerChanges[times] ?? 0) + 1;
	}
}

/**
 * The days after `since`, up to the view's day, on which the lead of the open case had another supervisor than the last
 * lead before. A lead without one is passed over.
 */
function changesOfManager(file: CaseFile, since: CalendarDate, view: View): CalendarDate[] {
	if (!haveManagers(file, view)) return [];
	const { knowledge } = view;
	const days: CalendarDate[] = [];
	for (const allocation of leadingOf(file)) {
		if (!isKnown(allocation, allocation.from, knowledge)) continue;
		days.push(allocation.from);
		const to = knownEnd(allocation.to, allocation.endRecordedOn, knowledge);
		if (to !== null) days.push(to);
		for (const posting of personOf(view, allocation.practitionerId)?.postings ?? []) {
			if (posting.from <= knowledge.on) days.push(posting.from);
			if (posting.to !== null && posting.to <= knowledge.on) days.push(posting.to);
		}
	}
	const turns = daysAfter(days, since);
	if (turns.length === 0) return [];
	const supervisorOn = (day: CalendarDate): string | null => {
		const lead = personOf(view, leadOn(file, day, knowledge));
		return lead && (postingOn(lead, day, knowledge)?.supervisorId ?? null);
	};
	let last = lastAnswer(days, since, supervisorOn);
	const changes: CalendarDate[] = [];
	for (const day of turns) {
		const supervisorId = supervisorOn(day);
		if (supervisorId === null) continue;
		if (last !== null && supervisorId !== last && isOpenOn(file, day, knowledge)) changes.push(day);
		last = supervisorId;
	}
	return changes;
}

/** Whether those who led the case have had more than one supervisor, known or not: false spares looking for changes. */
function haveManagers(file: CaseFile, view: View): boolean {
	let first: string | null = null;
	for (const { practitionerId } of leadingOf(file))
		for (const { supervisorId } of personOf(view, practitionerId)?.postings ?? []) {
			if (supervisorId === null) continue;
			first ??= supervisorId;
			if (supervisorId !== first) return true;
		}
	return false;
}

/** What is compared with other authorities does not follow local policy. */
const WIDE_SPAN = 8;

function countSpans(view: View, of: readonly Person[] | null, furtherOf: FurtherOf, seen?: Seen): void {
	const { authority, knowledge } = view;
	const { on: day } = knowledge;
	for (const supervisor of of ?? authority.people.values()) {
		const { practitionerId: supervisorId } = supervisor;
		const named = authority.supervisedBy.get(supervisorId);
		const teamId = named && inPostOn(supervisor, day, knowledge)?.teamId;
		if (!named || teamId === undefined) continue;
		const people = named.filter(
			(person) => inPostOn(person, day, knowledge)?.supervisorId === supervisorId
		).length;
		if (people === 0) continue;
		const row = { teamId, subject: { kind: 'practitioner', id: supervisorId }, on: null } as const;
		for (const id of ['M12-median', 'M12-max']) seen?.(id, { ...row, above: people, below: 0 });
		seen?.('M12-wide', { ...row, above: people > WIDE_SPAN ? 1 : 0, below: 1 });
		const further = furtherOf(teamId);
		while (further.spans.length <= people) further.spans.push(0);
		further.spans[people] = (further.spans[people] ?? 0) + 1;
		if (people > WIDE_SPAN) further.tooWide++;
	}
}

function countActions(view: View, furtherOf: FurtherOf, seen?: Seen): void {
	const { authority, knowledge } = view;
	const { on: day } = knowledge;
	const idOf = ({ actionId }: Action) => actionId;
	const spanOf = ({ agreedOn, doneOn }: Action) => ({ from: agreedOn, to: doneOn });
	for (const versions of versionsDuring(authority.actions, idOf, spanOf, day, day)) {
		const action = versions.find((version) => isToDo(version, knowledge));
		if (!action || !isObserved(action.agreedOn, view)) continue;
		const file = fileOf(authority, action.caseId);
		const teamId = file ? teamOfCase(file, view) : teamOfPosting(view, action.practitionerId, knowledge.on);
		const { actions } = furtherOf(teamId);
		const isLate = isOverdue(action, knowledge);
		actions.toDo++;
		if (isLate) actions.overdue++;
		const subject = { kind: 'action', id: action.actionId } as const;
		seen?.('M14-actions', { teamId, subject, on: action.dueOn, above: isLate ? 1 : 0, below: 1 });
	}
}
