import { personOf, teamOfPosting, viewOf, type Authority } from './authority.ts';
import { addMonths, latest, type CalendarDate } from './calendar.ts';
import {
	changeOf,
	corrected,
	correctedDetails,
	detailsNow,
	ended,
	stands,
	type CaseChange
} from './case-change.ts';
import type { Case, CaseFile, CaseKind } from './cases.ts';
import { inPostOn } from './people.ts';
import type { Kind } from './policy.ts';

/** Why a case cannot be changed as it was said: each a field of the form and a reason. */
export type CaseProblem =
	| { field: 'on' | 'to' | 'conferenceOn' | 'born'; why: 'AFTER_TODAY' | 'YEARS_OFF'; on: CalendarDate }
	| { field: 'on' | 'to' | 'conferenceOn'; why: 'BEFORE'; what: 'opened' | 'begun'; on: CalendarDate }
	| { field: 'on'; why: 'CLOSED'; on: CalendarDate }
	| { field: 'on'; why: 'KIND_LATER'; kind: Kind; on: CalendarDate }
	| { field: 'kind' | 'on'; why: 'SAME_KIND'; other: CaseKind }
	| { field: 'on'; why: 'OPEN_ALREADY' | 'OVERLAPS_EARLIER'; other: OfChild }
	| { field: 'row'; why: 'GONE' }
	| { field: 'family'; why: 'ITSELF' | 'SAME_FAMILY' | 'NO_FAMILY' }
	| { field: 'complexity'; why: 'SAME'; complexity: number }
	| {
			field: 'holder';
			why: 'NOT_IN_POST' | 'LEADS_ALREADY' | 'CO_WORKS_ALREADY';
			on: CalendarDate;
			practitionerId: string;
	  }
	| { field: 'team'; why: 'TEAM_HAS_IT' }
	| { field: 'allocationReason'; why: 'NOT_GIVEN'; fromId: string }
	| { field: 'on'; why: 'ALLOCATED_LATER'; on: CalendarDate; practitionerId: string | null };

/** What would be written, or why it cannot be. */
export type Step = { changes: readonly CaseChange[] } | { problems: readonly CaseProblem[] };

const problem = (...problems: CaseProblem[]): Step => ({ problems });

/** Involvement can have begun this long ago: a care leaver is at most 25. Beyond, the year is more likely mistyped. */
const YEARS_BACK_MONTHS = 26 * 12;
/** An allocation can be agreed this far ahead. */
const AHEAD_MONTHS = 6;

/** What happens to a case is recorded when it has happened. */
function dayProblems(
	field: 'on' | 'to' | 'conferenceOn' | 'born',
	on: CalendarDate,
	today: CalendarDate
): CaseProblem[] {
	if (on > today) return [{ field, why: 'AFTER_TODAY', on }];
	return on < addMonths(today, -YEARS_BACK_MONTHS) ? [{ field, why: 'YEARS_OFF', on }] : [];
}

/** Another case of the same child. Reference null: outside the scope of who asks. */
export interface OfChild {
	reference: string | null;
	openedOn: CalendarDate;
	closedOn: CalendarDate | null;
}

/** Who has a case: a practitioner and their team, or (`practitionerId` null) only a team. */
export interface Holder {
	practitionerId: string | null;
	teamId: string | null;
}

export interface Opening extends Holder {
	caseId: string;
	reference: string;
	childId: string;
	familyId: string | null;
	dateOfBirth: CalendarDate | null;
	unborn: boolean | null;
	openedOn: CalendarDate;
	kind: Kind;
}

/** A case that opens, or one that is reopened: a new case of the same child. `ofChild`: the others of that child. */
export function opened(
	authority: Authority,
	said: Opening,
	ofChild: readonly OfChild[],
	today: CalendarDate
): Step {
	const { caseId, kind, practitionerId, openedOn, dateOfBirth } = said;
	const problems = [
		...dayProblems('on', openedOn, today),
		...(dateOfBirth === null ? [] : dayProblems('born', dateOfBirth, today))
	];
	if (problems.length > 0) return { problems };
	const open = ofChild.find(({ closedOn }) => closedOn === null);
	if (open) return problem({ field: 'on', why: 'OPEN_ALREADY', other: open });
	const overlapping = ofChild.find(({ closedOn }) => closedOn !== null && closedOn > openedOn);
	if (overlapping) return problem({ field: 'on', why: 'OVERLAPS_EARLIER', other: overlapping });
	const missing = notInPost(authority, practitionerId, openedOn, today);
	if (missing) return problem(missing);
	const { reference, childId, familyId, unborn } = said;
	const known = { recordedOn: today, endRecordedOn: null };
	const details: Case = {
		caseId,
		reference,
		childId,
		familyId,
		dateOfBirth,
		unborn,
		openedOn,
		closedOn: null,
		closureReason: null,
		complexity: null,
		...known
	};
	const conference = { conferenceNeeded: null, conferenceOn: null };
	const from = openedOn;
	const teamId = teamFor(authority, said, openedOn);
	return {
		changes: [
			changeOf(caseId, {
				details: { before: null, after: details },
				kinds: [{ before: null, after: { caseId, kind, from, to: null, ...conference, ...known } }],
				allocations: [
					{
						before: null,
						after: { caseId, practitionerId, teamId, role: 'lead', from, to: null, reason: null, ...known }
					}
				]
			})
		]
	};
}

export interface Conference {
	conferenceNeeded: boolean | null;
	conferenceOn: CalendarDate | null;
}

export interface KindSaid extends Conference {
	kind: Kind;
	from: CalendarDate;
	to: CalendarDate | null;
}

function kindProblems(
	file: CaseFile,
	{ kind, from, to, conferenceOn }: KindSaid,
	beside: CaseKind | null,
	today: CalendarDate
): CaseProblem[] {
	const { openedOn, closedOn } = detailsNow(file);
	const problems = [
		...dayProblems('on', from, today),
		...(to === null ? [] : dayProblems('to', to, today)),
		...(conferenceOn === null ? [] : dayProblems('conferenceOn', conferenceOn, today))
	];
	if (problems.length > 0) return problems;
	if (from < openedOn) return [{ field: 'on', why: 'BEFORE', what: 'opened', on: openedOn }];
	if (closedOn !== null && from > closedOn) return [{ field: 'on', why: 'CLOSED', on: closedOn }];
	if (to !== null && to < from) return [{ field: 'to', why: 'BEFORE', what: 'begun', on: from }];
	if (conferenceOn !== null && conferenceOn < from)
		return [{ field: 'conferenceOn', why: 'BEFORE', what: 'begun', on: from }];
	const other = file.kinds.find(
		(row) =>
			row !== beside &&
			stands(row) &&
			row.kind === kind &&
			(row.from === from || ((row.to === null || from < row.to) && (to === null || row.from < to)))
	);
	return other ? [{ field: 'kind', why: 'SAME_KIND', other }] : [];
}

/** The case becomes something more. Several kinds at once are allowed; of one kind, periods may touch. */
export function kindBegun(file: CaseFile, said: KindSaid, today: CalendarDate): Step {
	const problems = kindProblems(file, said, null, today);
	const { closedOn } = detailsNow(file);
	if (problems.length === 0 && closedOn !== null)
		return problem({ field: 'on', why: 'CLOSED', on: closedOn });
	if (problems.length > 0) return { problems };
	const { caseId } = file;
	const after = { caseId, ...said, recordedOn: today, endRecordedOn: said.to === null ? null : today };
	return { changes: [changeOf(caseId, { kinds: [{ before: null, after }] })] };
}

/** The case is no longer of the kind from a day. It may end on the day on which it began. */
export function kindEnded(file: CaseFile, row: CaseKind, to: CalendarDate, today: CalendarDate): Step {
	const problems = dayProblems('to', to, today);
	if (problems.length > 0) return { problems };
	if (to < row.from) return problem({ field: 'to', why: 'BEFORE', what: 'begun', on: row.from });
	return { changes: [changeOf(file.caseId, { kinds: [ended(row, to, today)] })] };
}

/** What was recorded of a kind was wrong, or something is added to it: known from today. */
export function kindCorrected(file: CaseFile, row: CaseKind, said: KindSaid, today: CalendarDate): Step {
	const problems = kindProblems(file, said, row, today);
	if (problems.length > 0) return { problems };
	return { changes: [changeOf(file.caseId, { kinds: [corrected(row, said, today)] })] };
}

/** The case never was of that kind: taken out of what is known from today. */
export function kindWithdrawn(file: CaseFile, row: CaseKind): Step {
	return { changes: [changeOf(file.caseId, { kinds: [{ before: row, after: null }] })] };
}

/** The case closes on a day, today at the latest. What its kinds and holders were until then stays as it is. */
export function closed(file: CaseFile, on: CalendarDate, reason: string, today: CalendarDate): Step {
	const before = detailsNow(file);
	if (before.closedOn !== null) return problem({ field: 'on', why: 'CLOSED', on: before.closedOn });
	const problems = dayProblems('on', on, today);
	if (problems.length > 0) return { problems };
	if (on < before.openedOn)
		return problem({ field: 'on', why: 'BEFORE', what: 'opened', on: before.openedOn });
	const later = file.kinds.find((row) => stands(row) && row.from > on);
	if (later) return problem({ field: 'on', why: 'KIND_LATER', kind: later.kind, on: later.from });
	const after = { ...before, closedOn: on, closureReason: reason, endRecordedOn: today };
	return { changes: [changeOf(file.caseId, { details: { before, after } })] };
}

/** The children are brothers and sisters: the load of one lead counts them as a family. */
export function familyLinked(file: CaseFile, other: CaseFile, today: CalendarDate): Step {
	if (file.caseId === other.caseId) return problem({ field: 'family', why: 'ITSELF' });
	const own = detailsNow(file).familyId;
	const theirs = detailsNow(other).familyId;
	if (own !== null && own === theirs) return problem({ field: 'family', why: 'SAME_FAMILY' });
	const familyId = theirs ?? familyOf(other.reference);
	const joining = theirs === null ? [file, other] : [file];
	return { changes: joining.map((each) => familyJoined(each, familyId, today)) };
}

export function familyJoined(file: CaseFile, familyId: string, today: CalendarDate): CaseChange {
	return changeOf(file.caseId, { details: correctedDetails(file, { familyId }, today) });
}

/** What a family is called that no sender has named: after the first of its cases. */
export function familyOf(reference: string): string {
	return `family of ${reference}`;
}

export function familyLeft(file: CaseFile, today: CalendarDate): Step {
	if (detailsNow(file).familyId === null) return problem({ field: 'family', why: 'NO_FAMILY' });
	return {
		changes: [changeOf(file.caseId, { details: correctedDetails(file, { familyId: null }, today) })]
	};
}

/** Points of load that a manager adds, 0 to 3; the reason is kept with the change. */
export function complexitySet(file: CaseFile, complexity: number, today: CalendarDate): Step {
	if ((detailsNow(file).complexity ?? 0) === complexity)
		return problem({ field: 'complexity', why: 'SAME', complexity });
	return { changes: [changeOf(file.caseId, { details: correctedDetails(file, { complexity }, today) })] };
}

/** What is known of the birth: a date, unborn, or nothing. */
export function birthCorrected(
	file: CaseFile,
	said: { dateOfBirth: CalendarDate | null; unborn: boolean | null },
	today: CalendarDate
): Step {
	const problems = said.dateOfBirth === null ? [] : dayProblems('born', said.dateOfBirth, today);
	if (problems.length > 0) return { problems };
	return { changes: [changeOf(file.caseId, { details: correctedDetails(file, said, today) })] };
}

function notInPost(
	authority: Authority,
	practitionerId: string | null,
	from: CalendarDate,
	today: CalendarDate
): CaseProblem | null {
	if (practitionerId === null) return null;
	const on = latest([from, today]) ?? today;
	const view = viewOf(authority, on);
	const person = personOf(view, practitionerId);
	const inPost = person !== null && inPostOn(person, on, view.knowledge) !== null;
	return inPost ? null : { field: 'holder', why: 'NOT_IN_POST', on, practitionerId };
}

/** The team of whoever holds it that day; of a team, itself. */
function teamFor(authority: Authority, { practitionerId, teamId }: Holder, day: CalendarDate): string | null {
	return teamOfPosting(viewOf(authority, day, true), practitionerId, day) ?? teamId;
}

function allocationDay(file: CaseFile, from: CalendarDate, today: CalendarDate): CaseProblem[] {
	const { openedOn, closedOn } = detailsNow(file);
	if (closedOn !== null) return [{ field: 'on', why: 'CLOSED', on: closedOn }];
	if (from < openedOn) return [{ field: 'on', why: 'BEFORE', what: 'opened', on: openedOn }];
	return from > addMonths(today, AHEAD_MONTHS) ? [{ field: 'on', why: 'YEARS_OFF', on: from }] : [];
}

/** The lead changes, or the case goes to a team that has nobody for it yet, from a day. */
export function leadGiven(
	authority: Authority,
	file: CaseFile,
	to: Holder,
	from: CalendarDate,
	reason: NonNullable<CaseFile['allocations'][number]['reason']> | null,
	today: CalendarDate
): Step {
	const problems = allocationDay(file, from, today);
	if (problems.length > 0) return { problems };
	const { caseId } = file;
	const { practitionerId } = to;
	const rows = file.allocations.filter(stands);
	const leading = rows.filter(({ role }) => role === 'lead');
	const later = leading.find((row) => row.from > from);
	if (later)
		return problem({
			field: 'on',
			why: 'ALLOCATED_LATER',
			on: later.from,
			practitionerId: later.practitionerId
		});
	const current = leading.filter((row) => row.to === null || row.to > from);
	const teamId = teamFor(authority, to, latest([from, today]) ?? today);
	const stays = current.find((row) => row.practitionerId === practitionerId);
	if (stays && practitionerId !== null)
		return problem({ field: 'holder', why: 'LEADS_ALREADY', on: stays.from, practitionerId });
	if (stays?.teamId === teamId) return problem({ field: 'team', why: 'TEAM_HAS_IT' });
	const missing = notInPost(authority, practitionerId, from, today);
	if (missing) return problem(missing);
	const fromId = lastLeadBefore(leading, from);
	if (reason === null && fromId !== null && fromId !== practitionerId)
		return problem({ field: 'allocationReason', why: 'NOT_GIVEN', fromId });
	const joint = rows.filter(
		(row) =>
			row.role === 'co_worker' &&
			practitionerId !== null &&
			row.practitionerId === practitionerId &&
			(row.to === null || row.to > from)
	);
	const known = { recordedOn: today, endRecordedOn: null };
	const after = { caseId, practitionerId, teamId, role: 'lead' as const, from, to: null, reason, ...known };
	const leaving = [...current, ...joint].map((row) =>
		row.from >= from ? { before: row, after: null } : ended(row, from, today)
	);
	return { changes: [changeOf(caseId, { allocations: [...leaving, { before: null, after }] })] };
}

/** The last person who leads or led before the day; null: nobody yet. */
function lastLeadBefore(leading: CaseFile['allocations'], day: CalendarDate): string | null {
	const before = leading.filter(({ from, practitionerId }) => practitionerId !== null && from <= day);
	before.sort((a, b) => (a.from < b.from ? 1 : -1));
	return before[0]?.practitionerId ?? null;
}

/** Whether a change of lead from this day is a change of person, whose reason is asked for. */
export function leadBefore(file: CaseFile, day: CalendarDate): string | null {
	return lastLeadBefore(
		file.allocations.filter((row) => stands(row) && row.role === 'lead'),
		day
	);
}

export function coWorkerJoined(
	authority: Authority,
	file: CaseFile,
	practitionerId: string,
	from: CalendarDate,
	today: CalendarDate
): Step {
	const problems = allocationDay(file, from, today);
	if (problems.length > 0) return { problems };
	const { caseId } = file;
	const theirs = file.allocations.filter(
		(row) => stands(row) && row.practitionerId === practitionerId && (row.to === null || row.to > from)
	);
	const leads = theirs.find(({ role }) => role === 'lead');
	if (leads) return problem({ field: 'holder', why: 'LEADS_ALREADY', on: leads.from, practitionerId });
	const [already] = theirs;
	if (already) return problem({ field: 'holder', why: 'CO_WORKS_ALREADY', on: already.from, practitionerId });
	const missing = notInPost(authority, practitionerId, from, today);
	if (missing) return problem(missing);
	const teamId = teamFor(authority, { practitionerId, teamId: null }, latest([from, today]) ?? today);
	const known = { recordedOn: today, endRecordedOn: null };
	const after = {
		caseId,
		practitionerId,
		teamId,
		role: 'co_worker' as const,
		from,
		to: null,
		reason: null,
		...known
	};
	return { changes: [changeOf(caseId, { allocations: [{ before: null, after }] })] };
}

/** A co-worker leaves from a day; on the day they joined, they never did. */
export function coWorkerLeft(
	file: CaseFile,
	row: CaseFile['allocations'][number],
	to: CalendarDate,
	today: CalendarDate
): Step {
	const problems = allocationDay(file, to, today);
	if (problems.length > 0) return { problems };
	if (to < row.from) return problem({ field: 'on', why: 'BEFORE', what: 'begun', on: row.from });
	const leaving = to === row.from ? { before: row, after: null } : ended(row, to, today);
	return { changes: [changeOf(file.caseId, { allocations: [leaving] })] };
}
