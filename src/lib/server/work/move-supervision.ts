import { isId } from '#lib/domain/asked.ts';
import { dayInWords, weekdayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	CANCELLED_BY,
	canMeet,
	clashingWith,
	dayOfTwo,
	dayProblemInWords,
	mayBook,
	namedOn,
	type CancelledBy,
	type DayOfTwo
} from '#lib/domain/supervision-plan.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { capital } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { holdFacts } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import {
	beginGroup,
	diariesOf,
	sessionInCalendar,
	sessionsTogether,
	type SessionInCalendar
} from '#lib/server/store/planned-sessions.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { changeFact } from './change-fact.ts';
import { namesFor } from './names.ts';
import { aboutOf, planningFacts, problemsOf, timesIn, type FieldRefused } from './plan-supervision.ts';
import type { Keeper } from './record-absence.ts';
import { reviewThose } from './review-flags.ts';
import { undoForm, type Undone } from './undo-change.ts';

/** What was typed to move a session, as it was typed. */
export interface MoveForm {
	key: string;
	edition: string;
	to: string;
	time: string;
	minutes: string;
	/** `yes`: though something stands in the way of the day. */
	anyway: string;
}

export interface CancelForm {
	key: string;
	edition: string;
	by: string;
	reason: string;
	/** `later`: with all that are planned after it in the same series. */
	reach: string;
}

export type Rebooked =
	| 'absent'
	| 'not_yours'
	| { done: number }
	| { refused: FieldRefused[] }
	| { conflict: string; edition: string }
	/** The day can be taken, but something stands in its way. */
	| { warned: string[] };

const MOST_REASON = 200;

/** Moves a planned session to another day or time, with all of its group. */
export async function moveSession(
	tx: Transaction,
	by: Keeper,
	sessionId: string,
	form: MoveForm
): Promise<Rebooked> {
	const held = await hold(tx, by, sessionId, form);
	if ('answer' in held) return held.answer;
	const { together } = held;
	const refused: FieldRefused[] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	const to = dayTyped(form.to, by.today);
	if (to === undefined || to === null) refuse('to', to === null ? 'Give the day.' : noDay(form.to));
	else if (to < by.today) refuse('to', `It cannot be moved to a day before today, ${dayInWords(by.today)}.`);
	const { time, minutes } = timesIn(form, refuse);
	if (refused.length > 0 || !to) return { refused };
	const authority = await planningFacts(
		tx,
		by,
		together.map(({ superviseeId }) => superviseeId)
	);
	const days = together.map((each) => ({
		each,
		day: dayOfTwo(authority, each.superviseeId, to, each.groupId === null ? null : each.supervisorId)
	}));
	const names = await namesFor(tx, [
		...together.flatMap(({ superviseeId, supervisorId }) => [superviseeId, supervisorId]),
		...days.flatMap(({ day }) => namedOn(day))
	]);
	const placed = days.map(({ each, day }) => {
		const stands = each.groupId === null && canMeet(day, 'cover') ? day.coverId : null;
		// Whoever was chosen to hold it holds it still; only a supervisor's own session follows the posting and the cover.
		const isUsual = each.coversForId !== null || each.supervisorId === day.supervisorId;
		const supervisorId = isUsual ? (stands ?? day.supervisorId ?? each.supervisorId) : each.supervisorId;
		return { each, day, stands, isUsual, supervisorId };
	});
	const warned = await warnings(tx, placed, { to, time, minutes }, names);
	if (warned.length > 0 && form.anyway !== 'yes') return { warned };
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: 0 };
	for (const { each, day, stands, isUsual, supervisorId } of placed)
		await change(tx, by, form.key, each, 'changed', {
			planned_on: to,
			planned_time: time,
			planned_minutes: minutes,
			supervisor_id: supervisorId,
			covers_for_id: isUsual && stands !== null ? day.supervisorId : isUsual ? null : each.coversForId,
			recorded_on: by.today
		});
	await reviewed(tx, by, together);
	return { done: together.length };
}

async function warnings(
	tx: Transaction,
	placed: readonly {
		each: SessionInCalendar;
		day: DayOfTwo;
		stands: string | null;
		supervisorId: string;
	}[],
	{ to, time, minutes }: { to: CalendarDate; time: string | null; minutes: number },
	names: (id: string) => string
): Promise<string[]> {
	const diaries = await diariesOf(
		tx,
		placed.map(({ supervisorId }) => supervisorId),
		[to]
	);
	const found = placed.flatMap(({ each, day, stands, supervisorId }) => {
		const named = {
			supervisee: names(each.superviseeId),
			supervisor: day.supervisorId === null ? '' : names(day.supervisorId)
		};
		const clash = clashingWith(
			{
				sessionId: each.sessionId,
				plannedOn: to,
				plannedTime: time,
				plannedMinutes: minutes,
				groupId: each.groupId
			},
			diaries.filter((other) => other.supervisorId === supervisorId)
		);
		return [
			...problemsOf(day, stands).map((problem) => `${capital(dayProblemInWords(problem, named))}.`),
			...(clash ? [`${names(supervisorId)} has another session at ${clash.plannedTime ?? ''} that day.`] : [])
		];
	});
	return [...new Set(found)];
}

/** Cancels a planned session, with who did and why; with all of its group, or all that follow in its series. */
export async function cancelSession(
	tx: Transaction,
	by: Keeper,
	sessionId: string,
	form: CancelForm
): Promise<Rebooked> {
	const held = await hold(tx, by, sessionId, form);
	if ('answer' in held) return held.answer;
	const { session, together } = held;
	const refused: FieldRefused[] = [];
	const cancelledBy: CancelledBy | undefined = CANCELLED_BY.find((each) => each === form.by);
	if (!cancelledBy) refused.push({ field: 'by', words: 'Choose who cancels it.' });
	const reason = form.reason.trim();
	if (reason === '') refused.push({ field: 'reason', words: 'Write why, in a few words.' });
	if (reason.length > MOST_REASON)
		refused.push({ field: 'reason', words: `Use ${MOST_REASON} characters or fewer.` });
	if (refused.length > 0) return { refused };
	const later =
		form.reach === 'later' && session.seriesId !== null
			? (await sessionsTogether(tx, { seriesId: session.seriesId })).filter(
					(each) => isPlanned(each) && (each.plannedOn ?? '') > (session.plannedOn ?? '')
				)
			: [];
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: 0 };
	const all = [...together, ...later];
	for (const each of all)
		await change(tx, by, form.key, each, 'ended', {
			cancelled: true,
			cancelled_by: cancelledBy ?? null,
			cancel_reason: reason,
			recorded_on: by.today
		});
	await reviewed(tx, by, all);
	return { done: all.length };
}

/** Who of a group was there, how long it took. */
export interface HeldForm {
	key: string;
	edition: string;
	there: string[];
	minutes: string;
}

/**
 * Holds a group today: each who was there has a note of their own to write and sign; whoever was not is cancelled by
 * neither, with that reason.
 */
export async function holdGroup(
	tx: Transaction,
	by: Keeper,
	sessionId: string,
	form: HeldForm
): Promise<Rebooked> {
	const held = await hold(tx, by, sessionId, form);
	if ('answer' in held) return held.answer;
	const { session, together } = held;
	if (session.groupId === null || by.practitionerId === null || session.supervisorId !== by.practitionerId)
		return 'not_yours';
	const refused: FieldRefused[] = [];
	const { minutes } = timesIn({ time: '', minutes: form.minutes }, (field, words) =>
		refused.push({ field, words })
	);
	const there = together.filter((each) => form.there.includes(each.superviseeId));
	if (there.length === 0) refused.push({ field: 'there', words: 'Choose who was there.' });
	if (refused.length > 0) return { refused };
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: 0 };
	const missing = together.filter((each) => !there.includes(each));
	for (const each of missing)
		await change(tx, by, form.key, each, 'ended', {
			cancelled: true,
			cancelled_by: 'neither',
			cancel_reason: 'Not there when the group met.',
			recorded_on: by.today
		});
	const begun = await beginGroup(
		tx,
		there.map((each) => each.sessionId),
		{ supervisorId: by.practitionerId, on: by.today, minutes }
	);
	for (const id of begun)
		await record(tx, by, { action: 'started', entity: 'supervision_session', entityId: id });
	await reviewed(tx, by, together);
	return { done: begun.length };
}

/** Takes back what who asks did to sessions by one form, on the day it was done. */
export async function undoBooking(tx: Transaction, by: Keeper, formKey: string): Promise<Undone> {
	return undoForm(
		tx,
		by,
		formKey,
		({ entity, madeBy }) => entity === 'session' && by.practitionerId !== null && madeBy === by.practitionerId
	);
}

export function isPlanned(session: SessionInCalendar): boolean {
	return (
		session.heldOn === null && !session.cancelled && session.noteState === null && session.plannedOn !== null
	);
}

interface Held {
	session: SessionInCalendar;
	/** All rows of its group; else itself. */
	together: SessionInCalendar[];
}

async function hold(
	tx: Transaction,
	by: Keeper,
	sessionId: string,
	{ key, edition }: { key: string; edition: string }
): Promise<Held | { answer: Rebooked }> {
	if (!isId(sessionId) || !isId(key)) return { answer: 'absent' };
	const first = await sessionInCalendar(tx, sessionId);
	if (!first) return { answer: 'absent' };
	await holdFacts(tx, [`supervision ${first.superviseeId}`, first.groupId ?? first.sessionId]);
	const session = await sessionInCalendar(tx, sessionId);
	if (!session) return { answer: 'absent' };
	const { superviseeId, supervisorId, coversForId, groupId } = session;
	const isOfGroup =
		groupId !== null && by.practitionerId === superviseeId && by.practitionerId !== supervisorId;
	if (isOfGroup || !mayBook({ superviseeId, supervisorIds: [supervisorId, coversForId] }, by))
		return { answer: 'not_yours' };
	if (await hasActed(tx, key)) return { answer: { done: 0 } };
	if (session.edition !== edition || !isPlanned(session)) return { answer: conflictOver(session) };
	const together =
		groupId === null
			? [session]
			: (await sessionsTogether(tx, { groupId })).filter((each) => isPlanned(each));
	return { session: together.find((each) => each.sessionId === sessionId) ?? session, together };
}

function conflictOver(session: SessionInCalendar): Rebooked {
	const { plannedOn, plannedTime, cancelled, cancelReason, heldOn, edition } = session;
	const on = plannedOn === null ? 'no day' : weekdayInWords(plannedOn);
	const now = cancelled
		? `It is cancelled${cancelReason ? `: ${cancelReason}` : ''}. Book another one if they are to meet.`
		: heldOn !== null
			? `It has begun, and is held on ${weekdayInWords(heldOn)}.`
			: `It is now planned for ${on}${plannedTime === null ? '' : ` at ${plannedTime}`}.`;
	return { conflict: `This session was changed after you opened it. ${now} Nothing was saved.`, edition };
}

async function change(
	tx: Transaction,
	by: Keeper,
	key: string,
	{ sessionId, superviseeId }: SessionInCalendar,
	kind: 'changed' | 'ended',
	set: Record<string, string | number | boolean | null>
): Promise<void> {
	await changeFact(
		tx,
		by,
		{ key, why: null },
		{ entity: 'session', entityId: sessionId, about: await aboutOf(tx, by, superviseeId) },
		{ change: kind, set }
	);
}

async function reviewed(tx: Transaction, by: Keeper, sessions: readonly SessionInCalendar[]): Promise<void> {
	const practitionerIds: string[] = [];
	for (const superviseeId of new Set(sessions.map((each) => each.superviseeId)))
		if (await maySeePractitioner(tx, superviseeId)) practitionerIds.push(superviseeId);
	await reviewThose(tx, { accountId: by.accountId }, by.today, { caseIds: [], practitionerIds });
}
