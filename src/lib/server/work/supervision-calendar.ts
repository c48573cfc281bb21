import { seesNames } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, personOf, viewOf, type Authority } from '#lib/domain/authority.ts';
import {
	addDays,
	addMonths,
	isCalendarDate,
	isWorkingDay,
	monthEnd,
	weekdayOf,
	type CalendarDate
} from '#lib/domain/calendar.ts';
import { postingOn } from '#lib/domain/people.ts';
import { canMeet, CANCELLED_BY_IN_WORDS, dayOfTwo, dayProblemInWords } from '#lib/domain/supervision-plan.ts';
import { capital, type Names } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { sessionsBetween, type SessionInCalendar } from '#lib/server/store/planned-sessions.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import { isPlanned } from './move-supervision.ts';
import { namesFor } from './names.ts';
import { problemsOf } from './plan-supervision.ts';
import type { Keeper } from './record-absence.ts';

/** What was asked for in the address of the calendar. */
export interface CalendarAsked {
	/** The first day of the month. */
	month: CalendarDate;
	team: string;
	supervisor: string;
	/** Only sessions of who asks. */
	mine: boolean;
}

export function calendarAsked(query: URLSearchParams, by: Keeper): CalendarAsked {
	const month = `${query.get('month') ?? ''}-01`;
	const idIn = (name: string) => {
		const given = query.get(name) ?? '';
		return isId(given) ? given : '';
	};
	const asked = { team: idIn('team'), supervisor: idIn('supervisor') };
	return {
		month: isCalendarDate(month) ? month : `${by.today.slice(0, 7)}-01`,
		...asked,
		mine: query.get('whose') === 'mine' || !seesNames(by.role)
	};
}

/** A session in the calendar, in words. */
export interface Entry {
	key: string;
	time: string | null;
	words: string;
	state: 'planned' | 'held' | 'cancelled';
	/** What to look at: somebody is away, or why it was cancelled. */
	note: string | null;
	isGrave: boolean;
}

export interface CalendarDay {
	on: CalendarDate;
	/** In the month that is shown. */
	inMonth: boolean;
	isToday: boolean;
	/** "Bank holiday"; null: none. */
	holiday: string | null;
	entries: Entry[];
}

export interface CalendarMonth {
	title: string;
	weeks: CalendarDay[][];
	before: string;
	after: string;
	counts: { planned: number; held: number; cancelled: number; clashes: number };
	teams: { value: string; label: string }[];
	supervisors: { value: string; label: string }[];
}

const MONTHS = [
	'January',
	'February',
	'March',
	'April',
	'May',
	'June',
	'July',
	'August',
	'September',
	'October',
	'November',
	'December'
];

/** The sessions of a month in the scope of who asks, Monday to Sunday; those of a group are told once. */
export async function calendarMonth(
	tx: Transaction,
	by: Keeper,
	asked: CalendarAsked
): Promise<CalendarMonth> {
	const first = addDays(asked.month, -((weekdayOf(asked.month) + 6) % 7));
	const lastOfMonth = monthEnd(asked.month);
	const last = addDays(lastOfMonth, (7 - weekdayOf(lastOfMonth)) % 7);
	const isMine = ({ superviseeId, supervisorId }: SessionInCalendar) =>
		[superviseeId, supervisorId].includes(by.practitionerId ?? '');
	const all = (await sessionsBetween(tx, first, last)).filter((session) => !asked.mine || isMine(session));
	const authority = arrange(
		await gatherFacts(tx, {
			of: 'those',
			caseIds: [],
			practitionerIds: [...new Set(all.map(({ superviseeId }) => superviseeId))],
			held: { on: by.today }
		})
	);
	const names = await namesFor(tx, [...authority.people.keys()]);
	const shown = all.filter(
		(session) =>
			(asked.supervisor === '' || session.supervisorId === asked.supervisor) &&
			(asked.team === '' || teamOf(authority, session) === asked.team)
	);
	const entries = new Map<CalendarDate, Entry[]>();
	const groups = new Set<string>();
	for (const session of shown) {
		const on = session.heldOn ?? session.plannedOn;
		if (on === null || (session.groupId !== null && groups.has(session.groupId))) continue;
		if (session.groupId !== null && session.supervisorId === by.practitionerId) groups.add(session.groupId);
		entries.set(on, [...(entries.get(on) ?? []), entryOf(session, shown, by, authority, names)]);
	}
	const weeks: CalendarDay[][] = [];
	for (let monday = first; monday <= last; monday = addDays(monday, 7))
		weeks.push(
			Array.from({ length: 7 }, (_, place) => {
				const on = addDays(monday, place);
				return {
					on,
					inMonth: on.slice(0, 7) === asked.month.slice(0, 7),
					isToday: on === by.today,
					holiday: place < 5 && !isWorkingDay(on) ? 'Bank holiday' : null,
					entries: entries.get(on) ?? []
				};
			})
		);
	const told = weeks.flat().flatMap((day) => (day.inMonth ? day.entries : []));
	const counted = (state: Entry['state']) => told.filter((entry) => entry.state === state).length;
	const supervisors = new Set(all.map(({ supervisorId }) => supervisorId));
	return {
		title: `${MONTHS[Number(asked.month.slice(5, 7)) - 1] ?? ''} ${asked.month.slice(0, 4)}`,
		weeks,
		before: addMonths(asked.month, -1).slice(0, 7),
		after: addMonths(asked.month, 1).slice(0, 7),
		counts: {
			planned: counted('planned'),
			held: counted('held'),
			cancelled: counted('cancelled'),
			clashes: told.filter(({ isGrave }) => isGrave).length
		},
		teams: asked.mine
			? []
			: (await teamsInScope(tx)).map(({ teamId, name }) => ({ value: teamId, label: name })),
		supervisors: asked.mine
			? []
			: [...supervisors]
					.map((value) => ({ value, label: names(value) }))
					.sort((a, b) => a.label.localeCompare(b.label, 'en'))
	};
}

function teamOf(authority: Authority, { superviseeId, heldOn, plannedOn }: SessionInCalendar): string | null {
	const on = heldOn ?? plannedOn;
	if (on === null) return null;
	const view = viewOf(authority, on);
	const person = personOf(view, superviseeId);
	return person ? (postingOn(person, on, view.knowledge)?.teamId ?? null) : null;
}

function entryOf(
	session: SessionInCalendar,
	all: readonly SessionInCalendar[],
	by: Keeper,
	authority: Authority,
	names: Names
): Entry {
	const { sessionId, superviseeId, supervisorId, plannedOn, plannedTime, heldOn, groupId, reflective } =
		session;
	const state = session.cancelled ? 'cancelled' : heldOn === null ? 'planned' : 'held';
	const nameOf = seesNames(by.role) ? names : (id: string) => (id === by.practitionerId ? 'you' : names(id));
	const kind = reflective ? ', reflective' : '';
	const isHolder = groupId !== null && supervisorId === by.practitionerId;
	const size = all.filter((each) => each.groupId === groupId && !each.cancelled).length;
	const words = isHolder
		? `Group of ${size}${kind}`
		: `${nameOf(superviseeId)} with ${nameOf(supervisorId)}${groupId === null ? '' : ', group'}${kind}`;
	const problem =
		state === 'planned' && plannedOn !== null && plannedOn >= by.today
			? clashOf(session, authority, names)
			: null;
	const cancelled =
		state === 'cancelled'
			? `Cancelled${session.cancelledBy === null ? '' : ` by ${CANCELLED_BY_IN_WORDS[session.cancelledBy]}`}${session.cancelReason ? `: ${session.cancelReason}` : ''}`
			: null;
	const past =
		state === 'planned' && plannedOn !== null && plannedOn < by.today
			? 'Planned, and neither held nor cancelled'
			: null;
	return {
		key: sessionId,
		time: heldOn === null || heldOn === plannedOn ? plannedTime : null,
		words,
		state,
		note: problem ?? cancelled ?? past,
		isGrave: problem !== null || past !== null
	};
}

/** What stands in the way of a session that is planned, as is recorded now; null: nothing. */
export function clashOf(session: SessionInCalendar, authority: Authority, names: Names): string | null {
	const { superviseeId, supervisorId, plannedOn } = session;
	if (!isPlanned(session) || plannedOn === null) return null;
	const day = dayOfTwo(authority, superviseeId, plannedOn, supervisorId);
	const found = problemsOf(day, null).filter(({ code }) => code !== 'WEEKEND' && code !== 'BANK_HOLIDAY');
	if (found.length === 0) return null;
	const named = { supervisee: names(superviseeId), supervisor: names(supervisorId) };
	const words = capital(found.map((problem) => dayProblemInWords(problem, named)).join(', '));
	const cover =
		canMeet(day, 'cover') && day.coverId !== null ? `; ${names(day.coverId)} covers supervision` : '';
	return `${words}${cover}`;
}
