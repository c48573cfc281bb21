import { personOf, teamOfPosting, viewOf, type Authority } from './authority.ts';
import { addMonths, latest, type CalendarDate } from './calendar.ts';
import { changeOf, detailsNow, ended, stands, withCases } from './case-change.ts';
import { problem, type CaseProblem, type Step } from './case-problems.ts';
import type { Allocation, AllocationReason, CaseFile } from './cases.ts';
import { inPostOn } from './people.ts';

/** An allocation can be agreed this far ahead. */
const AHEAD_MONTHS = 6;

/** Who has a case: a practitioner and their team, or (`practitionerId` null) only a team. */
export interface Holder {
	practitionerId: string | null;
	teamId: string | null;
}

/** The problem that somebody is not in post from the day, or from today where that is past; null: they are, or nobody is meant. */
export function notInPost(
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
export function teamFor(
	authority: Authority,
	{ practitionerId, teamId }: Holder,
	day: CalendarDate
): string | null {
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
	reason: AllocationReason | null,
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
function lastLeadBefore(leading: readonly Allocation[], day: CalendarDate): string | null {
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
export function coWorkerLeft(file: CaseFile, row: Allocation, to: CalendarDate, today: CalendarDate): Step {
	const problems = allocationDay(file, to, today);
	if (problems.length > 0) return { problems };
	if (to < row.from) return problem({ field: 'on', why: 'BEFORE', what: 'begun', on: row.from });
	const leaving = to === row.from ? { before: row, after: null } : ended(row, to, today);
	return { changes: [changeOf(file.caseId, { allocations: [leaving] })] };
}

/** The lead changes, and somebody joins them from the same day; whoever co-works it already goes on. */
export function leadGivenWith(
	authority: Authority,
	file: CaseFile,
	{ to, coWorkerId }: { to: Holder; coWorkerId: string | null },
	from: CalendarDate,
	reason: AllocationReason | null,
	today: CalendarDate
): Step {
	const given = leadGiven(authority, file, to, from, reason, today);
	if ('problems' in given || coWorkerId === null) return given;
	const led = withCases(authority, given.changes).cases.find(({ caseId }) => caseId === file.caseId);
	if (!led) throw new Error('the case was not gathered');
	if (coWorksFrom(led, coWorkerId, from)) return given;
	const joined = coWorkerJoined(authority, led, coWorkerId, from, today);
	if ('problems' in joined)
		return {
			problems: joined.problems.map((each) =>
				each.field === 'holder' ? { ...each, field: 'coWorker' } : each
			)
		};
	const joining = joined.changes.flatMap(({ allocations }) => allocations);
	return {
		changes: given.changes.map((change) => ({
			...change,
			allocations: [...change.allocations, ...joining]
		}))
	};
}

function coWorksFrom({ allocations }: CaseFile, practitionerId: string, from: CalendarDate): boolean {
	return allocations.some(
		(row) =>
			stands(row) &&
			row.role === 'co_worker' &&
			row.practitionerId === practitionerId &&
			row.from <= from &&
			(row.to === null || row.to > from)
	);
}
