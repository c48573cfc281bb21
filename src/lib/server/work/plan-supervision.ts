import { randomUUID } from 'node:crypto';
import { isId } from '#lib/domain/asked.ts';
import { arrange, viewOf, type Authority } from '#lib/domain/authority.ts';
import { addMonths, dayInWords, weekdayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { inPostOn } from '#lib/domain/people.ts';
import {
	BOOKED_AS,
	canMeet,
	clashingWith,
	dayOfTwo,
	dayProblemInWords,
	FEWEST_MINUTES,
	mayBook,
	MOST_MINUTES,
	namedOn,
	rhythmInWords,
	timeTyped,
	USUAL_MINUTES,
	type BookedAs,
	type DayOfTwo
} from '#lib/domain/supervision-plan.ts';
import { judgeSeries, MOST_PROPOSED, proposeSeries } from '#lib/domain/supervision-series.ts';
import { dayAsTyped, dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { capital } from '#lib/domain/wording.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { holdFacts, type About } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { diariesOf, plannedFrom } from '#lib/server/store/planned-sessions.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { recordFact } from './change-fact.ts';
import { namesFor } from './names.ts';
import type { Keeper } from './record-absence.ts';

export interface FieldRefused {
	field: string;
	words: string;
}

/** What was typed to book one session or a series, as it was typed. */
export interface BookingForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	superviseeId: string;
	from: string;
	time: string;
	minutes: string;
	as: string;
	reflective: string;
	/** `once`, or a series up to `until`. */
	repeat: string;
	until: string;
	keepWeekday: string;
	/** `me`: who asks holds it; else the supervisor of the day. */
	holder: string;
	/** The days of the plan as they were edited; empty: not planned yet. */
	days: string[];
}

/** One day of a plan, before it is booked. */
export interface PlannedDay {
	/** As the field shows it. */
	typed: string;
	on: CalendarDate;
	onInWords: string;
	/** With whom; whoever stands in is named with the one they stand in for. */
	with: string;
	/** What to look at, gravest first. */
	notes: { words: string; grave: boolean }[];
	supervisorId: string | null;
	coversForId: string | null;
	/** It was booked before, and stays as it is. */
	isBooked: boolean;
	rhythm: string | null;
}

export type Planned =
	| 'absent'
	| 'not_yours'
	| { done: number }
	| { refused: FieldRefused[] }
	| { plan: PlannedDay[]; name: string; said: string };

interface Said {
	from: CalendarDate;
	time: string | null;
	minutes: number;
	as: BookedAs;
	reflective: boolean;
	until: CalendarDate | null;
	keepWeekday: boolean;
	holder: string | null;
}

const FURTHEST_MONTHS = 18;

/** What a form of booking says, and what of it cannot be so. */
export function bookingRead(form: BookingForm, by: Keeper): { said: Said; refused: FieldRefused[] } {
	const refused: FieldRefused[] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	const from = dayTyped(form.from, by.today);
	if (from === undefined || from === null) refuse('from', from === null ? 'Give the day.' : noDay(form.from));
	else if (from < by.today)
		refuse('from', `It cannot be booked for a day before today, ${dayInWords(by.today)}.`);
	else if (from > addMonths(by.today, FURTHEST_MONTHS))
		refuse('from', `Book no further ahead than ${dayInWords(addMonths(by.today, FURTHEST_MONTHS))}.`);
	const { time, minutes } = timesIn(form, refuse);
	const repeats = form.repeat === 'series';
	const until = repeats ? dayTyped(form.until, by.today) : null;
	if (until === undefined) refuse('until', noDay(form.until));
	else if (repeats && until === null) refuse('until', 'Give the last day of the series.');
	else if (until !== null && from && until <= from)
		refuse('until', `It must be after the first session, ${dayInWords(from)}.`);
	else if (until !== null && until > addMonths(by.today, FURTHEST_MONTHS))
		refuse('until', `Plan no further ahead than ${dayInWords(addMonths(by.today, FURTHEST_MONTHS))}.`);
	return {
		refused,
		said: {
			from: from ?? by.today,
			time,
			minutes,
			as: BOOKED_AS.find((each) => each === form.as && each !== 'group') ?? 'both',
			reflective: form.reflective === 'yes',
			until: until ?? null,
			keepWeekday: form.keepWeekday === 'yes',
			holder: form.holder === 'me' ? by.practitionerId : null
		}
	};
}

/** The time and the length that were typed; of those, null and the usual where nothing was. */
export function timesIn(
	form: Pick<BookingForm, 'time' | 'minutes'>,
	refuse: (field: string, words: string) => void
): { time: string | null; minutes: number } {
	const time = timeTyped(form.time);
	if (time === undefined) refuse('time', `“${form.time.trim()}” is not a time. Type it as 10:00 or 2.30pm.`);
	const typed = form.minutes.trim();
	const minutes = typed === '' ? USUAL_MINUTES : Number(typed);
	if (!/^\d{0,3}$/.test(typed) || minutes < FEWEST_MINUTES || minutes > MOST_MINUTES)
		refuse('minutes', `Give the length in minutes, from ${FEWEST_MINUTES} to ${MOST_MINUTES}.`);
	return { time: time ?? null, minutes };
}

/** The facts of some people that a plan looks at, with their supervisors and who covers for those. */
export async function planningFacts(tx: Transaction, by: Keeper, ids: readonly string[]): Promise<Authority> {
	const own = by.practitionerId === null ? [] : [by.practitionerId];
	return arrange(
		await gatherFacts(tx, {
			of: 'those',
			caseIds: [],
			practitionerIds: [...new Set([...ids, ...own])],
			held: { on: by.today }
		})
	);
}

/** The days as they would be booked, with what stands in the way of each; nothing is written. */
export async function planSessions(tx: Transaction, by: Keeper, form: BookingForm): Promise<Planned> {
	return (await makePlan(tx, by, form)).answer;
}

/**
 * Books what was planned, one session or a series, with its changes and audit rows in one transaction; undone together on
 * the day. A single day with nothing in its way is booked at once; else the plan is shown first.
 */
export async function bookSessions(tx: Transaction, by: Keeper, form: BookingForm): Promise<Planned> {
	if (!isId(form.key)) return 'absent';
	if (isId(form.superviseeId)) await holdFacts(tx, [`supervision ${form.superviseeId}`]);
	if (await hasActed(tx, form.key)) return { done: 0 };
	const { answer, said } = await makePlan(tx, by, form);
	if (said === null || typeof answer === 'string' || !('plan' in answer)) return answer;
	const toBook = answer.plan.filter(({ isBooked }) => !isBooked);
	const unseen =
		form.days.length === 0 &&
		(said.until !== null || toBook.some(({ notes }) => notes.some(({ grave }) => grave)));
	if (unseen) return answer;
	if (toBook.length === 0)
		return { refused: [{ field: 'from', words: 'There is no day left to book. Give another day.' }] };
	const nobody = toBook.find(({ supervisorId }) => supervisorId === null);
	if (nobody)
		return {
			refused: [
				{
					field: 'from',
					words: `Nobody supervises on ${nobody.onInWords}. Record who does, or choose another day.`
				}
			]
		};
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: 0 };
	const seriesId = toBook.length > 1 ? randomUUID() : null;
	for (const day of toBook)
		await insertPlanned(tx, by, form.key, {
			superviseeId: form.superviseeId,
			supervisorId: day.supervisorId ?? '',
			coversForId: day.coversForId,
			on: day.on,
			said,
			seriesId,
			groupId: null
		});
	return { done: toBook.length };
}

interface ToInsert {
	superviseeId: string;
	supervisorId: string;
	coversForId: string | null;
	on: CalendarDate;
	said: Pick<Said, 'time' | 'minutes' | 'as' | 'reflective'>;
	seriesId: string | null;
	groupId: string | null;
}

export async function insertPlanned(
	tx: Transaction,
	by: Keeper,
	key: string,
	made: ToInsert
): Promise<string> {
	const { superviseeId, supervisorId, coversForId, on, said, seriesId, groupId } = made;
	const id = randomUUID();
	return recordFact(
		tx,
		by,
		{ key, why: null },
		{
			entity: 'session',
			row: {
				id,
				source: 'countersign',
				reference: `SV-${id.slice(0, 8)}`,
				practitioner_id: superviseeId,
				supervisor_id: supervisorId,
				covers_for_id: coversForId,
				planned_on: on,
				planned_time: said.time,
				planned_minutes: said.minutes,
				kind: said.as,
				reflective: said.reflective,
				series_id: seriesId,
				group_id: groupId,
				cancelled: false
			},
			about: await aboutOf(tx, by, superviseeId)
		}
	);
}

/** Who covers sees the session and not the whole record of the supervisee: the change is then noted with themselves. */
export async function aboutOf(tx: Transaction, by: Keeper, superviseeId: string): Promise<About> {
	return {
		practitionerId: (await maySeePractitioner(tx, superviseeId)) ? superviseeId : by.practitionerId
	};
}

async function makePlan(
	tx: Transaction,
	by: Keeper,
	form: BookingForm
): Promise<{ answer: Planned; said: Said | null }> {
	const { superviseeId } = form;
	const stop = (answer: Planned) => ({ answer, said: null });
	if (!isId(superviseeId) || !(await maySeePractitioner(tx, superviseeId))) return stop('absent');
	const authority = await planningFacts(tx, by, [superviseeId]);
	const todays = dayOfTwo(authority, superviseeId, by.today);
	if (!mayBook({ superviseeId, supervisorIds: [todays.supervisorId, todays.coverId] }, by))
		return stop('not_yours');
	const { said, refused } = bookingRead(form, by);
	if (said.holder !== null && said.holder === superviseeId)
		refused.push({ field: 'holder', words: 'Nobody supervises themselves.' });
	const edited = daysEdited(form, by, refused);
	if (refused.length > 0) return stop({ refused });
	const booked = (await plannedFrom(tx, by.today, [superviseeId])).flatMap(
		({ plannedOn }) => plannedOn ?? []
	);
	const proposed =
		edited === null && said.until !== null
			? proposeSeries(authority, {
					superviseeId,
					from: said.from,
					until: said.until,
					keepWeekday: said.keepWeekday,
					booked
				})
			: besideBooked(authority, superviseeId, edited ?? [said.from], booked).filter(
					({ isBooked }) => said.until !== null || !isBooked
				);
	if (proposed.length === 0)
		return stop({
			refused: [
				{
					field: 'from',
					words: 'There is no day up to the last one on which both are here. Give other days.'
				}
			]
		});
	const days = proposed.map(({ on }) => dayOfTwo(authority, superviseeId, on, said.holder));
	const names = await namesFor(tx, [superviseeId, ...days.flatMap(namedOn)]);
	const supervisors = [...new Set(days.flatMap(namedOn))];
	const diaries = await diariesOf(
		tx,
		supervisors,
		days.map(({ on }) => on)
	);
	const plan = proposed.map((each, position): PlannedDay => {
		const day = days[position] ?? dayOfTwo(authority, superviseeId, each.on);
		const stands = canMeet(day, 'cover') ? day.coverId : null;
		const supervisorId = stands ?? day.supervisorId;
		const named = {
			supervisee: names(superviseeId),
			supervisor: day.supervisorId ? names(day.supervisorId) : ''
		};
		const clash = clashingWith(
			{
				sessionId: null,
				plannedOn: each.on,
				plannedTime: said.time,
				plannedMinutes: said.minutes,
				groupId: null
			},
			diaries.filter((other) => other.supervisorId === supervisorId)
		);
		const notes = [
			...problemsOf(day, stands).map((problem) => ({
				words: capital(dayProblemInWords(problem, named)) + '.',
				grave: true
			})),
			...(clash && supervisorId !== null
				? [
						{
							words: `${names(supervisorId)} has another session at ${clash.plannedTime ?? ''} that day.`,
							grave: true
						}
					]
				: []),
			...(edited !== null && booked.includes(each.on)
				? [{ words: 'A session is booked on this day already.', grave: true }]
				: []),
			...(each.daysLate > 0
				? [
						{
							words: `${each.daysLate === 1 ? 'One day' : `${each.daysLate} days`} after it is due${each.on > each.wantedOn ? ': no day before suits both' : ''}.`,
							grave: position > 0
						}
					]
				: []),
			...(each.moved.length > 0
				? [
						{
							words: `In place of ${weekdayInWords(each.wantedOn)}: ${each.moved.map((problem) => dayProblemInWords(problem, named)).join(', ')}.`,
							grave: false
						}
					]
				: []),
			...(each.isBooked ? [{ words: 'Booked already, and stays.', grave: false }] : [])
		];
		return {
			typed: dayAsTyped(each.on),
			on: each.on,
			onInWords: weekdayInWords(each.on),
			with:
				supervisorId === null
					? 'nobody'
					: stands === null
						? names(supervisorId)
						: `${names(stands)}, who covers for ${named.supervisor}`,
			notes,
			supervisorId,
			coversForId: stands === null ? null : day.supervisorId,
			isBooked: each.isBooked,
			rhythm: each.interval && rhythmInWords(each.interval)
		};
	});
	return {
		said,
		answer: {
			plan,
			name: names(superviseeId),
			said: `${said.time === null ? 'No time given' : `At ${said.time}`}, ${said.minutes} minutes${said.reflective ? ', reflective' : ''}.`
		}
	};
}

/** The days as they were given, each judged with the sessions that are booked between them. */
function besideBooked(
	authority: Authority,
	superviseeId: string,
	given: readonly CalendarDate[],
	booked: readonly CalendarDate[]
) {
	const days = [...new Set([...given, ...booked])].sort();
	return judgeSeries(authority, superviseeId, days).map((each) => ({
		...each,
		wantedOn: each.on,
		moved: [],
		isBooked: !given.includes(each.on)
	}));
}

/** What stands in the way of a day; that a supervisor is away does not, where somebody stands in. */
export function problemsOf({ problems }: DayOfTwo, stands: string | null) {
	return problems.filter(({ code }) => code !== 'SUPERVISOR_AWAY' || stands === null);
}

/** The days as they were edited, each once; null: the plan was not shown yet. */
export function daysEdited(
	form: Pick<BookingForm, 'days'>,
	by: Keeper,
	refused: FieldRefused[]
): CalendarDate[] | null {
	if (form.days.length === 0) return null;
	const days = new Set<CalendarDate>();
	for (const [position, typed] of form.days.slice(0, MOST_PROPOSED).entries()) {
		const day = dayTyped(typed, by.today);
		if (day === null) continue;
		if (day === undefined) refused.push({ field: `day-${position}`, words: noDay(typed) });
		else if (day < by.today)
			refused.push({
				field: `day-${position}`,
				words: `${dayInWords(day)} is before today, ${dayInWords(by.today)}.`
			});
		else days.add(day);
	}
	return [...days].sort();
}

/** Whoever can be booked for: in scope and in post, by id. */
export async function supervisedToday(
	tx: Transaction,
	by: Keeper,
	ids: readonly string[]
): Promise<{ superviseeId: string; supervisorId: string | null; coverId: string | null; mine: boolean }[]> {
	const authority = await planningFacts(tx, by, ids);
	const view = viewOf(authority, by.today);
	return ids.flatMap((superviseeId) => {
		const person = authority.people.get(superviseeId);
		if (!person || !inPostOn(person, by.today, view.knowledge)) return [];
		const { supervisorId, coverId } = dayOfTwo(authority, superviseeId, by.today);
		const mine = by.practitionerId !== null && [supervisorId, coverId].includes(by.practitionerId);
		return mayBook({ superviseeId, supervisorIds: [supervisorId, coverId] }, by)
			? [{ superviseeId, supervisorId, coverId, mine }]
			: [];
	});
}
