import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { plannedFrom, sessionInCalendar, sessionsTogether } from '#lib/server/store/planned-sessions.ts';
import { holdPlanned } from '#lib/server/work/hold-supervision.ts';
import { changesShown } from '#lib/server/work/undo-change.ts';
import {
	cancelSession,
	holdGroup,
	moveSession,
	undoBooking,
	type CancelForm,
	type MoveForm
} from '#lib/server/work/move-supervision.ts';
import { bookGroup, planGroup, type GroupForm } from '#lib/server/work/book-group.ts';
import {
	bookSessions,
	planSessions,
	type BookingForm,
	type Planned
} from '#lib/server/work/plan-supervision.ts';
import * as cast from '../cast.ts';
import { TODAY, worldWith, type Somebody, type World } from './world.ts';

let world: World;

beforeAll(async () => {
	world = await worldWith(
		cast.absence(cast.MARYAM, '2026-12-07', '2026-12-19', {
			coverId: cast.RUTH,
			supervisionCoverId: cast.OWEN
		}),
		cast.absence(cast.AISHA, '2026-12-14', '2026-12-16'),
		cast.supervision(cast.TOMAS, '2026-11-10'),
		cast.supervision(cast.AISHA, '2026-11-10')
	);
});

beforeEach(async () => {
	await world.operator((tx) =>
		tx.execute(sql`update supervision_sessions set superseded_on = ${TODAY}, superseded_at = clock_timestamp()
			where superseded_at is null and note_state is null and held_on is null`)
	);
});

afterAll(() => world.close());

const as = <Answer>(
	name: string,
	work: (tx: Transaction, by: Somebody) => Promise<Answer>,
	today?: CalendarDate
) => world.as(name, work, today);

function form(changed: Partial<BookingForm> = {}): BookingForm {
	return {
		key: randomUUID(),
		superviseeId: world.idOf(cast.TOMAS),
		from: '26 nov 2026',
		time: '10',
		minutes: '',
		as: 'both',
		reflective: '',
		repeat: 'once',
		until: '',
		keepWeekday: '',
		holder: '',
		days: [],
		...changed
	};
}

const book = (who: string, changed: Partial<BookingForm> = {}) =>
	as(who, (tx, by) => bookSessions(tx, by, form(changed)));

const planned = (name = cast.TOMAS) => as(cast.RUTH, (tx) => plannedFrom(tx, TODAY, [world.idOf(name)]));

function planOf(answer: Planned) {
	if (typeof answer === 'string' || !('plan' in answer)) throw new Error(JSON.stringify(answer));
	return answer.plan;
}

const only = async (name = cast.TOMAS) => {
	const [session, more] = await planned(name);
	if (!session || more) throw new Error('not one session is planned');
	return session;
};

test('a day with nothing in its way is booked at once, by either of the two or a manager above, once a form', async () => {
	const typed = form();
	const answers = await Promise.all(
		[1, 2, 3].map(() => as(cast.MARYAM, (tx, by) => bookSessions(tx, by, typed)))
	);
	expect(
		answers.map((each) => (typeof each === 'object' && 'done' in each ? each.done : each)).sort()
	).toEqual([0, 0, 1]);
	expect(await only()).toMatchObject({
		plannedOn: '2026-11-26',
		plannedTime: '10:00',
		plannedMinutes: 90,
		supervisorId: world.idOf(cast.MARYAM),
		coversForId: null,
		kind: 'both'
	});
	const [audited] = await world.database.drizzle.execute<{ count: number }>(
		sql`select count(*)::int as count from audit where action = 'recorded' and entity = 'session'`
	);
	expect(audited?.count).toBe(1);
	expect(await book(cast.TOMAS, { from: '30 nov 2026' })).toEqual({ done: 1 });
	expect(await book(cast.RUTH, { from: '1 dec 2026' })).toEqual({ done: 1 });
	expect(await book(cast.OWEN, { from: '2 dec 2026' })).toBe('absent');
	expect(await book(cast.DIANA, { from: '2 dec 2026' })).toBe('not_yours');
	expect(await book(cast.AISHA, { from: '2 dec 2026' })).toBe('absent');
});

test('what was typed wrongly is refused at its field', async () => {
	expect(
		await book(cast.MARYAM, { from: 'soon', time: '25', minutes: '5', repeat: 'series', until: '' })
	).toMatchObject({
		refused: [{ field: 'from' }, { field: 'time' }, { field: 'minutes' }, { field: 'until' }]
	});
	expect(await book(cast.MARYAM, { from: '19 nov 2026' })).toEqual({
		refused: [{ field: 'from', words: 'It cannot be booked for a day before today, 20 Nov 2026.' }]
	});
});

test('a day with something in its way is shown before it is booked, and booked when it is seen', async () => {
	const weekend = await book(cast.MARYAM, { from: '28 nov 2026' });
	expect(planOf(weekend)).toMatchObject([
		{ on: '2026-11-28', notes: [{ words: 'A weekend.', grave: true }] }
	]);
	expect(await planned()).toEqual([]);
	expect(await book(cast.MARYAM, { from: '28 nov 2026', days: ['28 nov 2026'] })).toEqual({ done: 1 });
});

test('while the supervisor is away the session is with whoever covers supervision, and both see it', async () => {
	const plan = planOf(await as(cast.TOMAS, (tx, by) => planSessions(tx, by, form({ from: '8 dec 2026' }))));
	expect(plan).toMatchObject([{ with: 'owen, who covers for maryam', notes: [] }]);
	expect(await book(cast.TOMAS, { from: '8 dec 2026' })).toEqual({ done: 1 });
	const session = await only();
	expect(session).toMatchObject({
		supervisorId: world.idOf(cast.OWEN),
		coversForId: world.idOf(cast.MARYAM)
	});
	expect(await as(cast.OWEN, (tx) => sessionInCalendar(tx, session.sessionId))).not.toBeNull();
	const moved = await as(cast.OWEN, (tx, by) =>
		moveSession(tx, by, session.sessionId, move(session.edition, { to: '9 dec 2026' }))
	);
	expect(moved).toEqual({ done: 1 });
	const back = await as(cast.TOMAS, async (tx, by) =>
		moveSession(tx, by, session.sessionId, move((await only()).edition, { to: '4 jan 2027' }))
	);
	expect(back).toEqual({ done: 1 });
	expect(await only()).toMatchObject({ supervisorId: world.idOf(cast.MARYAM), coversForId: null });
});

test('a series is shown, edited day by day, booked together and undone together on the day', async () => {
	const typed = {
		from: '23 nov 2026',
		repeat: 'series',
		until: '31 jan 2027',
		superviseeId: world.idOf(cast.AISHA)
	};
	const shown = planOf(await book(cast.MARYAM, typed));
	expect(shown.map(({ on, with: who, rhythm }) => [on, who, rhythm])).toEqual([
		['2026-11-23', 'maryam', 'monthly'],
		['2026-12-23', 'maryam', 'monthly'],
		['2027-01-22', 'maryam', 'monthly']
	]);
	expect(await planned(cast.AISHA)).toEqual([]);
	const days = ['23 nov 2026', '15 dec 2026', '', '25 jan 2027'];
	const edited = planOf(await as(cast.MARYAM, (tx, by) => planSessions(tx, by, form({ ...typed, days }))));
	expect(edited.map(({ on, with: who, notes }) => [on, who, notes.map(({ words }) => words)])).toEqual([
		['2026-11-23', 'maryam', []],
		['2026-12-15', 'maryam', ['Aisha is away until 16 Dec 2026.', 'Maryam is away until 19 Dec 2026.']],
		['2027-01-25', 'maryam', ['10 days after it is due.']]
	]);
	expect(
		await as(cast.MARYAM, (tx, by) => planSessions(tx, by, form({ ...typed, days: ['never'] })))
	).toMatchObject({
		refused: [{ field: 'day-0' }]
	});
	expect(await book(cast.MARYAM, { ...typed, days: ['23 nov 2026', '22 dec 2026', '21 jan 2027'] })).toEqual({
		done: 3
	});
	const booked = await planned(cast.AISHA);
	expect(booked.map(({ plannedOn }) => plannedOn)).toEqual(['2026-11-23', '2026-12-22', '2027-01-21']);
	expect(new Set(booked.map(({ seriesId }) => seriesId)).size).toBe(1);
	const again = planOf(await book(cast.MARYAM, { ...typed, until: '28 feb 2027' }));
	expect(again.map(({ on, isBooked }) => [on, isBooked])).toEqual([
		['2026-11-23', true],
		['2026-12-22', true],
		['2027-01-21', true],
		['2027-02-19', false]
	]);
	const [change] = await as(cast.MARYAM, (tx, by) =>
		changesShown(tx, by, { practitionerId: world.idOf(cast.AISHA) }, ['session'], true)
	);
	expect(change?.what).toHaveLength(3);
	expect(await as(cast.AISHA, (tx, by) => undoBooking(tx, by, change?.formKey ?? ''))).toBe('not_yours');
	expect(await as(cast.MARYAM, (tx, by) => undoBooking(tx, by, change?.formKey ?? ''))).toBe('done');
	expect(await planned(cast.AISHA)).toEqual([]);
});

function move(edition: string, changed: Partial<MoveForm> = {}): MoveForm {
	return {
		key: randomUUID(),
		edition,
		to: '27 nov 2026',
		time: '14:30',
		minutes: '90',
		anyway: '',
		...changed
	};
}

function cancel(edition: string, changed: Partial<CancelForm> = {}): CancelForm {
	return { key: randomUUID(), edition, by: 'supervisor', reason: 'Court', reach: '', ...changed };
}

test('a session is moved over the version that was seen, and what stands in the way of the day is said first', async () => {
	await book(cast.MARYAM);
	const { sessionId, edition } = await only();
	const shift = (changed: Partial<MoveForm> = {}, seen = edition, who = cast.TOMAS) =>
		as(who, (tx, by) => moveSession(tx, by, sessionId, move(seen, changed)));
	expect(await shift({ to: '25 dec 2026' })).toEqual({ warned: ['A bank holiday.'] });
	expect(await shift({ to: '19 nov 2026' })).toMatchObject({ refused: [{ field: 'to' }] });
	expect(await shift()).toEqual({ done: 1 });
	expect(await only()).toMatchObject({ sessionId, plannedOn: '2026-11-27', plannedTime: '14:30' });
	expect(await shift()).toMatchObject({
		conflict:
			'This session was changed after you opened it. It is now planned for Fri 27 Nov 2026 at 14:30. Nothing was saved.'
	});
	expect(await shift({ to: '25 dec 2026', anyway: 'yes' }, (await only()).edition, cast.MARYAM)).toEqual({
		done: 1
	});
	expect(await shift({}, (await only()).edition, cast.OWEN)).toBe('absent');
});

test('a supervisor who has another session at that time is named before it is booked twice', async () => {
	await book(cast.MARYAM);
	const answer = await book(cast.MARYAM, { superviseeId: world.idOf(cast.AISHA), time: '11:00' });
	expect(planOf(answer)[0]?.notes).toEqual([
		{ words: 'maryam has another session at 10:00 that day.', grave: true }
	]);
	expect(await book(cast.MARYAM, { superviseeId: world.idOf(cast.AISHA), time: '11:30' })).toEqual({
		done: 1
	});
});

test('cancelling says who and why, acts once, and cannot be done to what is cancelled; twice in a row is flagged', async () => {
	await book(cast.MARYAM, { from: 'today', days: ['today'] });
	const first = await only();
	const drop = (seen: string, changed: Partial<CancelForm> = {}) =>
		as(cast.TOMAS, (tx, by) => cancelSession(tx, by, first.sessionId, cancel(seen, changed)));
	expect(await drop(first.edition, { by: '', reason: ' ' })).toMatchObject({
		refused: [{ field: 'by' }, { field: 'reason' }]
	});
	expect(await drop(first.edition, { by: 'practitioner' })).toEqual({ done: 1 });
	expect(await as(cast.MARYAM, (tx) => sessionInCalendar(tx, first.sessionId))).toMatchObject({
		cancelled: true,
		cancelledBy: 'practitioner',
		cancelReason: 'Court'
	});
	expect(await drop(first.edition)).toMatchObject({
		conflict:
			'This session was changed after you opened it. It is cancelled: Court. Book another one if they are to meet. Nothing was saved.'
	});
	expect((await world.flags()).filter((flag) => flag.startsWith('SUPERVISION_CANCELLED_TWICE'))).toEqual([]);
	await book(cast.MARYAM, { from: 'today', days: ['today'] });
	const second = await only();
	await as(cast.MARYAM, (tx, by) => cancelSession(tx, by, second.sessionId, cancel(second.edition)));
	expect(await world.flags()).toContain(`SUPERVISION_CANCELLED_TWICE ${cast.TOMAS}`);
	const [change] = await as(cast.MARYAM, (tx, by) =>
		changesShown(tx, by, { practitionerId: world.idOf(cast.TOMAS) }, ['session'], true)
	);
	expect(change?.what).toEqual(['Cancelled by the supervisor']);
	expect(await as(cast.MARYAM, (tx, by) => undoBooking(tx, by, change?.formKey ?? ''))).toBe('done');
	expect((await world.flags()).filter((flag) => flag.startsWith('SUPERVISION_CANCELLED_TWICE'))).toEqual([]);
});

test('the rest of a series is cancelled with one of it, and what was before stays', async () => {
	const typed = {
		from: '23 nov 2026',
		days: ['23 nov 2026', '21 dec 2026', '18 jan 2027'],
		repeat: 'series',
		until: '31 jan 2027'
	};
	expect(await book(cast.MARYAM, typed)).toEqual({ done: 3 });
	const [, second] = await planned();
	const answer = await as(cast.MARYAM, (tx, by) =>
		cancelSession(
			tx,
			by,
			second?.sessionId ?? '',
			cancel(second?.edition ?? '', { reach: 'later', by: 'neither' })
		)
	);
	expect(answer).toEqual({ done: 2 });
	expect((await planned()).map(({ plannedOn }) => plannedOn)).toEqual(['2026-11-23']);
});

test('a series of a group keeps its weekday, moves off holidays and the holder’s leave, and leaves out who is away', async () => {
	const form: GroupForm = {
		key: randomUUID(),
		from: '24 nov 2026',
		time: '9:30',
		minutes: '60',
		reflective: '',
		superviseeIds: [world.idOf(cast.TOMAS), world.idOf(cast.AISHA), world.idOf(cast.BEN)],
		repeat: 'weekly',
		until: '5 jan 2027',
		days: []
	};
	const plan = await as(cast.MARYAM, (tx, by) => planGroup(tx, by, form));
	if (typeof plan === 'string' || !('plan' in plan)) throw new Error(JSON.stringify(plan));
	expect(plan.plan.map(({ on, members }) => [on, members])).toEqual([
		['2026-11-24', 3],
		['2026-12-01', 3],
		['2026-12-22', 3],
		['2026-12-29', 3],
		['2027-01-05', 3]
	]);
	expect(plan.leftOut).toEqual([
		'Tue 8 Dec 2026: maryam is away until 19 Dec 2026',
		'Tue 15 Dec 2026: maryam is away until 19 Dec 2026'
	]);
	expect(await as(cast.MARYAM, (tx, by) => bookGroup(tx, by, form))).toMatchObject({ leftOut: plan.leftOut });
	expect(await planned()).toEqual([]);
	const days = ['24 nov 2026', '1 dec 2026', ''];
	const saved = { ...form, days };
	const answers = await Promise.all(
		[1, 2, 3].map(() => as(cast.MARYAM, (tx, by) => bookGroup(tx, by, saved)))
	);
	expect(answers).toContainEqual({ done: 6 });
	const rows = [...(await planned()), ...(await planned(cast.AISHA)), ...(await planned(cast.BEN))];
	expect(rows.map(({ plannedOn, kind }) => [plannedOn, kind]).sort()).toEqual([
		...Array.from({ length: 3 }, () => ['2026-11-24', 'group']),
		...Array.from({ length: 3 }, () => ['2026-12-01', 'group'])
	]);
	expect(new Set(rows.map(({ seriesId }) => seriesId)).size).toBe(1);
	expect(new Set(rows.map(({ groupId }) => groupId)).size).toBe(2);
	const first = rows.find(({ plannedOn }) => plannedOn === '2026-11-24');
	expect(
		await as(cast.MARYAM, (tx, by) =>
			cancelSession(tx, by, first?.sessionId ?? '', {
				key: randomUUID(),
				edition: first?.edition ?? '',
				by: 'supervisor',
				reason: 'The group ends.',
				reach: 'later'
			})
		)
	).toEqual({ done: 6 });
	expect(await planned()).toEqual([]);
	expect(
		await as(cast.MARYAM, (tx, by) =>
			bookGroup(tx, by, { ...form, key: randomUUID(), days: ['15 dec 2026', 'soon'] })
		)
	).toMatchObject({ refused: [{ field: 'day-1' }] });
});

test('a group is one row for each, moved together, and each who was there writes and signs a note of their own', async () => {
	const group = {
		key: randomUUID(),
		from: '26 nov 2026',
		time: '9:30',
		minutes: '120',
		reflective: 'yes',
		superviseeIds: [world.idOf(cast.TOMAS), world.idOf(cast.AISHA), world.idOf(cast.BEN)],
		repeat: 'once',
		until: '',
		days: []
	};
	const make = (changed: Partial<typeof group> = {}) =>
		as(cast.MARYAM, (tx, by) => bookGroup(tx, by, { ...group, key: randomUUID(), ...changed }));
	expect(await make({ superviseeIds: [world.idOf(cast.TOMAS)] })).toMatchObject({
		refused: [{ field: 'member' }]
	});
	expect(await make({ from: '15 dec 2026' })).toEqual({
		refused: [
			{ field: 'member', words: 'Aisha is away until 16 Dec 2026. Leave them out, or choose another day.' }
		]
	});
	expect(await make({ superviseeIds: [world.idOf(cast.TOMAS), world.idOf(cast.LEO)] })).toBe('absent');
	expect(await make()).toEqual({ done: 3 });
	const first = await only();
	const groupId = first.groupId ?? '';
	expect(first).toMatchObject({ kind: 'group', reflective: true, plannedMinutes: 120 });
	expect(await as(cast.TOMAS, (tx, by) => moveSession(tx, by, first.sessionId, move(first.edition)))).toBe(
		'not_yours'
	);
	expect(
		await as(cast.MARYAM, (tx, by) =>
			moveSession(tx, by, first.sessionId, move(first.edition, { to: '27 nov 2026' }))
		)
	).toEqual({ done: 3 });
	const rows = await as(cast.MARYAM, (tx) => sessionsTogether(tx, { groupId }));
	expect(rows.map(({ plannedOn }) => plannedOn)).toEqual(['2026-11-27', '2026-11-27', '2026-11-27']);
	const held = {
		key: randomUUID(),
		edition: (await only()).edition,
		there: [world.idOf(cast.TOMAS), world.idOf(cast.BEN)],
		minutes: '110'
	};
	const on = '2026-11-27';
	expect(await as(cast.OWEN, (tx, by) => holdGroup(tx, by, first.sessionId, held), on)).toBe('absent');
	expect(await as(cast.MARYAM, (tx, by) => holdGroup(tx, by, first.sessionId, held), on)).toEqual({
		done: 2
	});
	const after = await as(cast.MARYAM, (tx) => sessionsTogether(tx, { groupId }), on);
	expect(after.map(({ heldOn, noteState, kind, cancelled }) => [heldOn, noteState, kind, cancelled])).toEqual(
		expect.arrayContaining([
			[on, 'draft', 'group', false],
			[on, 'draft', 'group', false],
			[null, null, 'group', true]
		])
	);
	await world.operator(
		(tx) => tx.execute(sql`delete from supervision_sessions where note_state = 'draft'`),
		on
	);
});

test('a session that has begun is neither moved nor cancelled, and keeps what it was booked as', async () => {
	await book(cast.MARYAM, { from: 'today' });
	const { sessionId, edition } = await only();
	expect(await as(cast.MARYAM, (tx, by) => holdPlanned(tx, by, sessionId))).toMatchObject({ sessionId });
	expect(await as(cast.MARYAM, (tx, by) => moveSession(tx, by, sessionId, move(edition)))).toMatchObject({
		conflict: expect.stringContaining('It has begun') as string
	});
	await world.operator((tx) => tx.execute(sql`delete from case_discussions where session_id = ${sessionId}`));
	await world.operator((tx) => tx.execute(sql`delete from supervision_sessions where id = ${sessionId}`));
});

test('as the application role nobody writes sessions of others, and an inspector none', async () => {
	const insert = async (who: string, supervisee: string, supervisor: string) =>
		as(who, (tx) =>
			tx.execute(
				sql`insert into supervision_sessions (source, reference, practitioner_id, supervisor_id, planned_on)
					values ('countersign', ${randomUUID()}, ${world.idOf(supervisee)}, ${world.idOf(supervisor)}, ${TODAY})`
			)
		).then(
			() => 'written',
			(error: unknown) =>
				/row-level security/.test(String((error as { cause?: unknown }).cause)) ? 'refused' : String(error)
		);
	expect(await insert(cast.TOMAS, cast.TOMAS, cast.MARYAM)).toBe('written');
	expect(await insert(cast.TOMAS, cast.AISHA, cast.MARYAM)).toBe('refused');
	expect(await insert(cast.DIANA, cast.TOMAS, cast.MARYAM)).toBe('refused');
	expect(await insert(cast.OWEN, cast.TOMAS, cast.MARYAM)).toBe('refused');
	await world.database.drizzle.execute(
		sql`update accounts set role = 'inspector' where id = ${world.accountOf(cast.TOMAS)}`
	);
	expect(await insert(cast.TOMAS, cast.TOMAS, cast.MARYAM)).toBe('refused');
	await world.database.drizzle.execute(
		sql`update accounts set role = null where id = ${world.accountOf(cast.TOMAS)}`
	);
});
