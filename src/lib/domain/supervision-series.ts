import { personOf, policyInForce, viewOf, type Authority, type View } from './authority.ts';
import { addDays, daysBetween, weekdayOf, type CalendarDate } from './calendar.ts';
import { inPostOn } from './people.ts';
import { isSupervised } from './rules-about-practitioners.ts';
import {
	profileOn,
	supervisionClockOn,
	type Session,
	type SupervisionClock,
	type SupervisionInterval
} from './supervision.ts';
import { canMeet, dayOfTwo, MEMBER_PROBLEMS, type DayOfTwo, type DayProblem } from './supervision-plan.ts';

/** Somebody's next sessions as they are wanted. */
export interface SeriesWanted {
	superviseeId: string;
	/** The first of them, or the day after which it is looked for. */
	from: CalendarDate;
	/** None is proposed after it. */
	until: CalendarDate;
	/** Keep to the weekday of the first, where a session on it is in time. */
	keepWeekday: boolean;
	/** The days of sessions that are booked already: they stay, and the rest is planned around them. */
	booked: readonly CalendarDate[];
}

/** One session of a series before it is booked. */
export interface ProposedSession {
	on: CalendarDate;
	/** How often they are to meet by then; null: no clock runs on that day. */
	interval: SupervisionInterval['interval'] | null;
	/** The last day in time; of the first one, the day wanted. */
	wantedOn: CalendarDate;
	/** What stands in the way on that day; empty: nothing, or it is that day. */
	moved: readonly DayProblem[];
	/** Days after the due date, as the clock would count them if nothing more is recorded. */
	daysLate: number;
	supervisorId: string | null;
	/** The supervisor who is away; null: it is the supervisor. */
	coversForId: string | null;
	/** It was booked before. */
	isBooked: boolean;
}

/** A plan is not longer than this, whatever was asked for. */
export const MOST_PROPOSED = 60;
/** Days in which the next session has to be found. */
const FURTHEST_DAYS = 120;
/** Two sessions are at least this part of their interval apart, where a day has to be moved earlier. */
const LEAST_PART = 0.4;

/**
 * Sessions that keep somebody in time: each on the last day before supervision would be overdue, as its clock counts
 * under the policy and the stage of that day, moved to an earlier day where that one is a weekend, a bank holiday or leave
 * of either, else to the cover, else to the first day on which both can. It ends where the person leaves, or is away with
 * no day back recorded.
 */
export function proposeSeries(authority: Authority, wanted: SeriesWanted): ProposedSession[] {
	const { superviseeId, from, until, keepWeekday } = wanted;
	const booked = [...wanted.booked].sort();
	const weekday = keepWeekday ? weekdayOf(from) : null;
	const proposed: ProposedSession[] = [];
	const seen = new Map<CalendarDate, DayOfTwo>();
	const day = (on: CalendarDate) => {
		let found = seen.get(on);
		if (!found) seen.set(on, (found = dayOfTwo(authority, superviseeId, on)));
		return found;
	};
	const meets = (on: CalendarDate, with_: 'supervisor' | 'cover' = 'supervisor') => canMeet(day(on), with_);
	const firstAfter = (on: CalendarDate) => {
		for (let next = on; next <= addDays(on, FURTHEST_DAYS); next = addDays(next, 1))
			if (meets(next)) return next;
		return null;
	};
	const add = (on: CalendarDate, wantedOn: CalendarDate, isBooked: boolean) => {
		const clock = clockAt(authority, superviseeId, on, proposed.at(-1)?.on ?? null);
		if (!clock) return;
		const { supervisorId, coverId } = day(on);
		const stands = meets(on, 'cover') ? coverId : null;
		proposed.push({
			on,
			interval: clock.interval,
			wantedOn,
			moved: on === wantedOn ? [] : day(wantedOn).problems,
			daysLate: Math.max(0, daysBetween(clock.dueOn, on)),
			supervisorId: stands ?? supervisorId,
			coversForId: stands === null ? null : supervisorId,
			isBooked
		});
	};
	const bookedBetween = (after: CalendarDate, upTo: CalendarDate) =>
		booked.find((each) => each > after && each <= upTo) ?? null;

	const first = bookedBetween(addDays(from, -1), from) ?? firstAfter(from);
	if (first === null || first > until) return [];
	add(first, from, booked.includes(first));
	while (proposed.length > 0 && proposed.length < MOST_PROPOSED) {
		const last = proposed.at(-1)?.on ?? first;
		const inTime = lastDayInTime(authority, superviseeId, last);
		if (inTime === null) break;
		const already = bookedBetween(last, addDays(inTime, Math.floor(daysBetween(last, inTime) / 2)));
		const next = already ?? dayAround(inTime, last);
		if (next === null || next > until || !isThere(authority, superviseeId, next)) break;
		const before = proposed.length;
		add(next, already === null ? inTime : next, already !== null);
		if (proposed.length === before) break;
	}
	return proposed;

	function dayAround(inTime: CalendarDate, last: CalendarDate): CalendarDate | null {
		const earliest = addDays(last, Math.max(1, Math.ceil(LEAST_PART * daysBetween(last, inTime))));
		if (weekday !== null)
			for (let on = inTime; on >= earliest && on > addDays(inTime, -7); on = addDays(on, -1))
				if (weekdayOf(on) === weekday && meets(on)) return on;
		for (let on = inTime; on >= earliest; on = addDays(on, -1)) if (meets(on)) return on;
		for (let on = inTime; on >= earliest; on = addDays(on, -1)) if (meets(on, 'cover')) return on;
		return firstAfter(addDays(inTime, 1));
	}
}

/** How often they are to meet by each of some days, in order, and how late each is, if those before it are held. */
export function judgeSeries(
	authority: Authority,
	superviseeId: string,
	days: readonly CalendarDate[]
): Pick<ProposedSession, 'on' | 'interval' | 'daysLate'>[] {
	return days.map((on, position) => {
		const clock = clockAt(authority, superviseeId, on, days[position - 1] ?? null);
		return {
			on,
			interval: clock?.interval ?? null,
			daysLate: clock ? Math.max(0, daysBetween(clock.dueOn, on)) : 0
		};
	});
}

/** The last day on which somebody who met their supervisor on `last` is in time; null: not within reach. */
function lastDayInTime(authority: Authority, superviseeId: string, last: CalendarDate): CalendarDate | null {
	for (let on = addDays(last, 1); on <= addDays(last, FURTHEST_DAYS); on = addDays(on, 1)) {
		const clock = clockAt(authority, superviseeId, on, last);
		if (!clock) return null;
		if (on > clock.dueOn) return addDays(on, -1);
	}
	return null;
}

/** The clock on a day, as if they had met on `last` and nothing more were recorded. */
function clockAt(
	authority: Authority,
	superviseeId: string,
	on: CalendarDate,
	last: CalendarDate | null
): SupervisionClock | null {
	const view = viewOf(authority, on);
	const person = personOf(view, superviseeId);
	if (!person) return null;
	const { settings, sessionsOf } = authority;
	const profile = profileOn(policyInForce(view, on).supervision.profile, settings, on);
	const held = sessionsOf.get(superviseeId) ?? [];
	const sessions = last === null ? held : [...held, asHeld(superviseeId, last)];
	return supervisionClockOn(person, sessions, profile, settings.observedFrom, on, view.knowledge);
}

function asHeld(superviseeId: string, heldOn: CalendarDate): Session {
	return {
		sessionId: '',
		reference: '',
		superviseeId,
		supervisorId: '',
		plannedOn: heldOn,
		heldOn,
		cancelled: false,
		minutes: null,
		interrupted: null,
		kind: null,
		supervisorSignedOn: heldOn,
		practitionerSignedOn: null,
		recordedOn: null
	};
}

function isThere(authority: Authority, superviseeId: string, on: CalendarDate): boolean {
	const view: View = viewOf(authority, on);
	const person = personOf(view, superviseeId);
	const posting = person && inPostOn(person, on, view.knowledge);
	return posting !== null && isSupervised(posting);
}

/** How often a group can be booked to meet. No policy says how often it has to. */
export const GROUP_RHYTHMS = ['weekly', 'fortnightly', 'four_weekly'] as const;
export type GroupRhythm = (typeof GROUP_RHYTHMS)[number];

const DAYS_BETWEEN_GROUPS: Record<GroupRhythm, number> = { weekly: 7, fortnightly: 14, four_weekly: 28 };
const FEWEST_IN_A_GROUP = 2;

/** A group and whoever holds it, as it is wanted. */
export interface GroupWanted {
	superviseeIds: readonly string[];
	holderId: string;
	from: CalendarDate;
	until: CalendarDate;
	every: GroupRhythm;
}

/** One day of a group: who can be there, and what keeps the others away. */
export interface GroupDay {
	on: CalendarDate;
	wantedOn: CalendarDate;
	/** What stands in the way for all of them, on the day itself. */
	problems: readonly DayProblem[];
	/** What stands in the way on the day wanted; empty where it is that day. */
	moved: readonly DayProblem[];
	there: readonly string[];
	without: readonly { superviseeId: string; problem: DayProblem }[];
}

/** A group on one day, as it is, whatever stands in its way. */
export function dayOfGroup(
	authority: Authority,
	{ superviseeIds, holderId }: Pick<GroupWanted, 'superviseeIds' | 'holderId'>,
	on: CalendarDate
): GroupDay {
	const days = superviseeIds.map((superviseeId) => ({
		superviseeId,
		problems: dayOfTwo(authority, superviseeId, on, holderId).problems
	}));
	const ofMember = ({ code }: DayProblem) => MEMBER_PROBLEMS.includes(code);
	const without = days.flatMap(({ superviseeId, problems }) => {
		const problem = problems.find(ofMember);
		return problem ? { superviseeId, problem } : [];
	});
	return {
		on,
		wantedOn: on,
		problems: days[0]?.problems.filter((problem) => !ofMember(problem)) ?? [],
		moved: [],
		there: superviseeIds.filter((id) => !without.some(({ superviseeId }) => superviseeId === id)),
		without
	};
}

/**
 * Days on which a group can meet, as often as it is wanted from its first day on: each on that weekday, else on another
 * working day of the same week on which its holder and two of its members are here. A week without one is left out.
 */
export function proposeGroup(
	authority: Authority,
	wanted: GroupWanted
): { days: GroupDay[]; leftOut: GroupDay[] } {
	const { from, until, every } = wanted;
	const days: GroupDay[] = [];
	const leftOut: GroupDay[] = [];
	const canBe = ({ problems, there }: GroupDay) => problems.length === 0 && there.length >= FEWEST_IN_A_GROUP;
	for (
		let on = from;
		on <= until && days.length < MOST_PROPOSED;
		on = addDays(on, DAYS_BETWEEN_GROUPS[every])
	) {
		const usual = dayOfGroup(authority, wanted, on);
		const found = canBe(usual)
			? usual
			: weekAround(on)
					.filter((day) => day >= from && day <= until)
					.map((day) => dayOfGroup(authority, wanted, day))
					.find(canBe);
		if (found) days.push({ ...found, wantedOn: on, moved: found === usual ? [] : usual.problems });
		else leftOut.push(usual);
	}
	return { days, leftOut };
}

/** The other days from Monday to Friday of the same week, the nearest first, of two as near the later. */
function weekAround(on: CalendarDate): CalendarDate[] {
	const monday = addDays(on, -((weekdayOf(on) + 6) % 7));
	return [0, 1, 2, 3, 4]
		.map((place) => addDays(monday, place))
		.filter((day) => day !== on)
		.sort((a, b) => Math.abs(daysBetween(on, a)) - Math.abs(daysBetween(on, b)) || daysBetween(a, b) * -1);
}
