import type { AskingRole } from './access.ts';
import { hasCover, personOf, viewOf, type Authority, type View } from './authority.ts';
import {
	dayInWords,
	isWorkingDay,
	weekdayInWords,
	weekdayOf,
	type CalendarDate,
	type Length
} from './calendar.ts';
import { absenceOn, coversNamed, inPostOn, type Person } from './people.ts';

/** Who cancelled a session that was planned; `neither`: something else than the two came between. */
export const CANCELLED_BY = ['supervisor', 'practitioner', 'neither'] as const;
export type CancelledBy = (typeof CANCELLED_BY)[number];

export const CANCELLED_BY_IN_WORDS: Record<CancelledBy, string> = {
	supervisor: 'the supervisor',
	practitioner: 'the practitioner',
	neither: 'neither of the two'
};

/** What a session is booked as. A group has one row for each who is supervised in it. */
export const BOOKED_AS = ['both', 'case', 'personal', 'group'] as const;
export type BookedAs = (typeof BOOKED_AS)[number];

export const BOOKED_AS_IN_WORDS: Record<BookedAs, string> = {
	both: 'cases and the person',
	case: 'cases',
	personal: 'the person',
	group: 'a group'
};

/** As booked where nobody says otherwise (Standards for Employers of Social Workers: 90 minutes uninterrupted). */
export const USUAL_MINUTES = 90;
export const FEWEST_MINUTES = 15;
export const MOST_MINUTES = 480;

/** Why a day is not one on which these two can meet. */
export type DayProblem =
	| { code: 'WEEKEND' | 'BANK_HOLIDAY' | 'NOT_IN_POST' | 'NO_SUPERVISOR' | 'SUPERVISOR_NOT_IN_POST' }
	| { code: 'SUPERVISEE_AWAY' | 'SUPERVISOR_AWAY'; until: CalendarDate | null };

/** Those of them that keep the one supervised away, and nobody else of a group. */
export const MEMBER_PROBLEMS: readonly DayProblem['code'][] = ['SUPERVISEE_AWAY', 'NOT_IN_POST'];

/** With whom somebody can meet on a day, and what stands in the way of it; nothing more being recorded than is now. */
export interface DayOfTwo {
	on: CalendarDate;
	/** The supervisor by the posting of that day; null: none. */
	supervisorId: string | null;
	/** Who stands in for a supervisor who is away, in post and here; null: nobody, or nobody has to. */
	coverId: string | null;
	problems: readonly DayProblem[];
}

/** A day seen for somebody and their supervisor: of that day's posting, or the one given. */
export function dayOfTwo(
	authority: Authority,
	superviseeId: string,
	on: CalendarDate,
	given: string | null = null
): DayOfTwo {
	const view = viewOf(authority, on);
	const supervisee = personOf(view, superviseeId);
	const posting = supervisee && inPostOn(supervisee, on, view.knowledge);
	const posted = posting?.supervisorId ?? null;
	const supervisorId = given ?? (posted === superviseeId ? null : posted);
	const supervisor = personOf(view, supervisorId);
	const problems: DayProblem[] = [];
	if (weekdayOf(on) === 0 || weekdayOf(on) === 6) problems.push({ code: 'WEEKEND' });
	else if (!isWorkingDay(on)) problems.push({ code: 'BANK_HOLIDAY' });
	if (!posting) problems.push({ code: 'NOT_IN_POST' });
	if (supervisee && absenceOn(supervisee, on, view.knowledge))
		problems.push({ code: 'SUPERVISEE_AWAY', until: backOn(supervisee, on, view) });
	if (supervisorId === null) problems.push({ code: 'NO_SUPERVISOR' });
	else if (!supervisor || !inPostOn(supervisor, on, view.knowledge))
		problems.push({ code: 'SUPERVISOR_NOT_IN_POST' });
	else if (absenceOn(supervisor, on, view.knowledge))
		problems.push({ code: 'SUPERVISOR_AWAY', until: backOn(supervisor, on, view) });
	const isAway = problems.some(({ code }) => code === 'SUPERVISOR_AWAY');
	return {
		on,
		supervisorId,
		coverId: isAway && supervisor ? coverHere(supervisor, superviseeId, on, view) : null,
		problems
	};
}

function coverHere(supervisor: Person, superviseeId: string, on: CalendarDate, view: View): string | null {
	if (!hasCover(supervisor, 'supervision', on, view)) return null;
	return (
		coversNamed(supervisor, 'supervision', on, view.knowledge).find((coverId) => {
			const cover = personOf(view, coverId);
			return (
				coverId !== superviseeId &&
				cover !== null &&
				inPostOn(cover, on, view.knowledge) !== null &&
				absenceOn(cover, on, view.knowledge) === null
			);
		}) ?? null
	);
}

/** The first day back from the absence that covers a day, as recorded now; null: no end is recorded. */
function backOn(person: Person, on: CalendarDate, view: View): CalendarDate | null {
	let back: CalendarDate | null = on;
	for (;;) {
		const covering = person.absences.filter(
			({ from, to, supersededOn }) =>
				!supersededOn && back !== null && from <= back && (to === null || back < to)
		);
		if (covering.length === 0) return back;
		if (covering.some(({ to }) => to === null)) return null;
		const ends = covering.map(({ to }) => to ?? '').sort();
		back = ends.at(-1) ?? view.knowledge.on;
	}
}

/** Whether the two can meet on the day: nothing in the way, or only a supervisor away for whom somebody stands in. */
export function canMeet({ problems, coverId }: DayOfTwo, with_: 'supervisor' | 'cover'): boolean {
	return with_ === 'supervisor'
		? problems.length === 0
		: coverId !== null && problems.every(({ code }) => code === 'SUPERVISOR_AWAY');
}

/** What stands in the way of a day, in words: "a bank holiday", "Priya Castellan is away until 4 Jan 2027". */
export function dayProblemInWords(
	problem: DayProblem,
	names: { supervisee: string; supervisor: string }
): string {
	const away = (name: string, until: CalendarDate | null) =>
		until === null
			? `${name} is away, with no day back recorded`
			: `${name} is away until ${dayInWords(until)}`;
	switch (problem.code) {
		case 'WEEKEND':
			return 'a weekend';
		case 'BANK_HOLIDAY':
			return 'a bank holiday';
		case 'NOT_IN_POST':
			return `${names.supervisee} is not in post`;
		case 'NO_SUPERVISOR':
			return `${names.supervisee} has no supervisor recorded`;
		case 'SUPERVISOR_NOT_IN_POST':
			return `${names.supervisor} is not in post`;
		case 'SUPERVISEE_AWAY':
			return away(names.supervisee, problem.until);
		case 'SUPERVISOR_AWAY':
			return away(names.supervisor, problem.until);
	}
}

/** The name of every supervisor and cover a day needs. */
export function namedOn({ supervisorId, coverId }: DayOfTwo): string[] {
	return [supervisorId, coverId].flatMap((id) => id ?? []);
}

const MANAGING: readonly AskingRole[] = ['practice_supervisor', 'team_manager', 'service_manager'];
const READING: readonly AskingRole[] = ['nobody', 'inspector', 'steward', 'administrator'];

/**
 * Whether somebody may book, move or cancel sessions of these two: the two themselves, and those who manage practice and
 * have the one supervised in their scope.
 */
export function mayBook(
	between: { superviseeId: string; supervisorIds: readonly (string | null)[] },
	asker: { practitionerId: string | null; role: AskingRole }
): boolean {
	const { practitionerId, role } = asker;
	if (practitionerId === null || READING.includes(role)) return false;
	return (
		MANAGING.includes(role) ||
		practitionerId === between.superviseeId ||
		between.supervisorIds.includes(practitionerId)
	);
}

/** "Thu 26 Nov 2026 at 10:00" */
export function plannedInWords(on: CalendarDate, time: string | null): string {
	return `${weekdayInWords(on)}${time === null ? '' : ` at ${time}`}`;
}

/**
 * A time of day as people type it: "10", "10:30", "14.30", "2pm", "2.30 pm". Null: nothing was typed; undefined: no time.
 */
export function timeTyped(text: string): string | null | undefined {
	const words = text.trim().toLowerCase();
	if (words === '') return null;
	if (words === 'noon' || words === 'midday') return '12:00';
	const found = /^(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?$/.exec(words);
	if (!found) return undefined;
	const [, hours = '', minutes = '00', half] = found;
	let hour = Number(hours);
	if (half !== undefined) {
		if (hour < 1 || hour > 12) return undefined;
		hour = (hour % 12) + (half === 'pm' ? 12 : 0);
	}
	if (hour > 23 || Number(minutes) > 59) return undefined;
	return `${String(hour).padStart(2, '0')}:${minutes}`;
}

/** "weekly", "fortnightly", "monthly"; of any other length, as it is. */
export function rhythmInWords({ count, unit }: Length): string {
	if (unit === 'months') return count === 1 ? 'monthly' : `every ${count} months`;
	if (unit === 'd' && count === 7) return 'weekly';
	if (unit === 'd' && count === 14) return 'fortnightly';
	return `every ${count} ${unit === 'wd' ? 'working days' : 'days'}`;
}

/** Minutes of the day at which a time begins. */
function minuteOf(time: string): number {
	return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** A session in somebody's diary. */
export interface InDiary {
	sessionId: string;
	plannedOn: CalendarDate;
	plannedTime: string | null;
	plannedMinutes: number | null;
	groupId: string | null;
}

/** The first session that is on at the same time; without times nothing is known to clash. A group is one session. */
export function clashingWith<Session extends InDiary>(
	session: Omit<InDiary, 'sessionId'> & { sessionId: string | null },
	diary: readonly Session[]
): Session | null {
	const { plannedOn, plannedTime, plannedMinutes, groupId, sessionId } = session;
	if (plannedTime === null) return null;
	const begins = minuteOf(plannedTime);
	const ends = begins + (plannedMinutes ?? USUAL_MINUTES);
	return (
		diary.find((other) => {
			if (other.sessionId === sessionId || other.plannedOn !== plannedOn || other.plannedTime === null)
				return false;
			if (groupId !== null && other.groupId === groupId) return false;
			const from = minuteOf(other.plannedTime);
			return from < ends && begins < from + (other.plannedMinutes ?? USUAL_MINUTES);
		}) ?? null
	);
}
