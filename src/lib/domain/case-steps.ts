import { notInPost, teamFor, type Holder } from './allocation-steps.ts';
import type { Authority } from './authority.ts';
import { addMonths, type CalendarDate } from './calendar.ts';
import {
	changeOf,
	corrected,
	correctedDetails,
	detailsNow,
	ended,
	stands,
	type CaseChange
} from './case-change.ts';
import { problem, type CaseProblem, type OfChild, type Step } from './case-problems.ts';
import type { Allocation, Case, CaseFile, CaseKind } from './cases.ts';
import type { Kind } from './policy.ts';

/** Involvement can have begun this long ago: a care leaver is at most 25. Beyond, the year is more likely mistyped. */
const YEARS_BACK_MONTHS = 26 * 12;
/** What happens to a case is recorded when it has happened. */
function dayProblems(
	field: 'on' | 'to' | 'conferenceOn' | 'born',
	on: CalendarDate,
	today: CalendarDate
): CaseProblem[] {
	if (on > today) return [{ field, why: 'AFTER_TODAY', on }];
	return on < addMonths(today, -YEARS_BACK_MONTHS) ? [{ field, why: 'YEARS_OFF', on }] : [];
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

/** The row by which somebody leads the case on the day; null: nobody does. */
export function leadRowOn(file: CaseFile, on: CalendarDate): Allocation | null {
	return (
		file.allocations.find(
			(row) =>
				stands(row) &&
				row.role === 'lead' &&
				row.practitionerId !== null &&
				row.from <= on &&
				(row.to === null || on < row.to)
		) ?? null
	);
}

/**
 * Whoever leads the case holds it since another day than was recorded, or since the day that was only taken from a file:
 * known from today. Whoever had it until then had it until that day.
 */
export function leadSinceCorrected(file: CaseFile, on: CalendarDate, today: CalendarDate): Step {
	const lead = leadRowOn(file, today);
	if (!lead) return problem({ field: 'on', why: 'NOBODY_LEADS' });
	const problems = dayProblems('on', on, today);
	if (problems.length > 0) return { problems };
	const { openedOn } = detailsNow(file);
	if (on < openedOn) return problem({ field: 'on', why: 'BEFORE', what: 'opened', on: openedOn });
	if (lead.startNotGiven === true && on > lead.from)
		return problem({ field: 'on', why: 'NAMED_BY_THEN', on: lead.from });
	if (lead.to !== null && on >= lead.to) return problem({ field: 'on', why: 'ENDED_BY_THEN', on: lead.to });
	const earlier = file.allocations.filter(
		(row) =>
			row !== lead &&
			stands(row) &&
			row.role === 'lead' &&
			row.from < lead.from &&
			(row.to === null || row.to > on)
	);
	const begun = earlier.find((row) => row.from >= on);
	if (begun)
		return problem({ field: 'on', why: 'LED_FROM', on: begun.from, practitionerId: begun.practitionerId });
	return {
		changes: [
			changeOf(file.caseId, {
				allocations: [
					...earlier.map((row) => corrected(row, { to: on }, today)),
					corrected(lead, { from: on, startNotGiven: false }, today)
				]
			})
		]
	};
}
