import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { plannedFrom } from '#lib/server/store/planned-sessions.ts';
import {
	accountOfToken,
	calendarAddressInWords,
	makeCalendarAddress,
	ownCalendar,
	revokeCalendarAddress
} from '#lib/server/work/calendar-feed.ts';
import { saveDiscussion, savePersonalNote, startSession } from '#lib/server/work/hold-supervision.ts';
import { cancelSession, moveSession, undoBooking } from '#lib/server/work/move-supervision.ts';
import { bookGroup } from '#lib/server/work/book-group.ts';
import { bookSessions } from '#lib/server/work/plan-supervision.ts';
import { changesShown } from '#lib/server/work/undo-change.ts';
import * as cast from '../cast.ts';
import { calendarIn } from '../icalendar.ts';
import { TODAY, worldWith, type Somebody, type World } from './world.ts';

let world: World;
const CANARY = 'canary-in-the-words';

beforeAll(async () => {
	process.env['COUNTERSIGN_NOTE_KEYS'] ??= `1:${Buffer.alloc(32, 7).toString('base64')}`;
	world = await worldWith(
		cast.openCase('C-ASH', '2026-03-02'),
		cast.kind('C-ASH', 'child_in_need', '2026-03-02'),
		cast.lead('C-ASH', cast.TOMAS, '2026-03-02')
	);
});

afterAll(() => world.close());

const as = <Answer>(
	name: string,
	work: (tx: Transaction, by: Somebody) => Promise<Answer>,
	today?: CalendarDate
) => world.as(name, work, today);

const feed = (name: string) => as(name, (tx, by) => ownCalendar(tx, by, 'https://countersign.example'));
const events = async (name: string) => calendarIn(await feed(name)).events;
const make = (name: string, key = randomUUID()) => as(name, (tx, by) => makeCalendarAddress(tx, by, key));
const opens = (token: string) =>
	inContext(world.database, { actor: 'door' }, (tx) => accountOfToken(tx, token));

const booking = (changed: Record<string, string> = {}) => ({
	key: randomUUID(),
	superviseeId: world.idOf(cast.TOMAS),
	from: '26 nov 2026',
	time: '10:00',
	minutes: '90',
	as: 'both',
	reflective: '',
	repeat: 'once',
	until: '',
	keepWeekday: '',
	holder: '',
	days: [],
	...changed
});

const nextOf = async (name: string) => {
	const [session] = await as(cast.RUTH, (tx) => plannedFrom(tx, TODAY, [world.idOf(name)]));
	if (!session) throw new Error('nothing is planned');
	return session;
};

test('an address is made once a form, kept as a digest alone, and opens the calendar until it is closed', async () => {
	const key = randomUUID();
	const token = (await make(cast.TOMAS, key)) ?? '';
	expect(token).toMatch(/^[\w-]{43}$/);
	expect(await make(cast.TOMAS, key)).toBeNull();
	expect(await opens(token)).toBe(world.accountOf(cast.TOMAS));
	const stored = await world.database.drizzle.execute(
		sql`select to_jsonb(t)::text as row from calendar_tokens t`
	);
	expect(JSON.stringify([...stored])).not.toContain(token);
	expect(await as(cast.TOMAS, (tx, by) => calendarAddressInWords(tx, by))).toMatch(/not read yet\.$/);
	await feed(cast.TOMAS);
	expect(await as(cast.TOMAS, (tx, by) => calendarAddressInWords(tx, by))).toMatch(/last read today\.$/);
	expect(await as(cast.MARYAM, (tx) => tx.execute(sql`select from calendar_tokens`))).toHaveLength(0);
	const second = (await make(cast.TOMAS)) ?? '';
	expect(await opens(token)).toBeNull();
	expect(await opens(second)).toBe(world.accountOf(cast.TOMAS));
	await as(cast.TOMAS, (tx, by) => revokeCalendarAddress(tx, by));
	expect(await opens(second)).toBeNull();
	expect(await as(cast.TOMAS, (tx, by) => calendarAddressInWords(tx, by))).toBeNull();
	for (const guess of ['', 'x', `${second}'`, randomUUID()]) expect(await opens(guess)).toBeNull();
	const audited = await world.database.drizzle.execute<{ action: string }>(
		sql`select action from audit where entity = 'calendar_address' order by id`
	);
	expect(audited.map(({ action }) => action)).toEqual(['made', 'revoked', 'made', 'revoked']);
});

test('an account that is disabled has no calendar any more', async () => {
	const token = (await make(cast.AISHA)) ?? '';
	const disable = (at: string) =>
		world.database.drizzle.execute(
			sql`update accounts set disabled_at = ${sql.raw(at)} where id = ${world.accountOf(cast.AISHA)}`
		);
	await disable('now()');
	expect(await opens(token)).toBeNull();
	await disable('null');
	expect(await opens(token)).toBe(world.accountOf(cast.AISHA));
});

test('both see who and when; a move counts on under the same name, and a cancelled or undone session is called off', async () => {
	await as(cast.MARYAM, (tx, by) => bookSessions(tx, by, booking()));
	const [first] = await events(cast.TOMAS);
	expect(first).toMatchObject({
		sequence: 0,
		start: '20261126T100000',
		zone: 'Europe/London',
		end: 'PT90M',
		summary: 'Supervision with maryam',
		status: 'CONFIRMED'
	});
	expect((await events(cast.MARYAM)).map(({ uid, summary }) => [uid, summary])).toEqual([
		[first?.uid, 'Supervision of tomas']
	]);
	const { sessionId, edition } = await nextOf(cast.TOMAS);
	const move = { key: randomUUID(), edition, to: '27 nov 2026', time: '', minutes: '90', anyway: '' };
	await as(cast.TOMAS, (tx, by) => moveSession(tx, by, sessionId, move));
	expect((await events(cast.TOMAS))[0]).toMatchObject({
		uid: first?.uid,
		sequence: 1,
		start: '20261127',
		end: '20261128',
		allDay: true
	});
	const cancel = {
		key: randomUUID(),
		edition: (await nextOf(cast.TOMAS)).edition,
		by: 'neither',
		reason: CANARY,
		reach: ''
	};
	await as(cast.TOMAS, (tx, by) => cancelSession(tx, by, sessionId, cancel));
	expect((await events(cast.TOMAS))[0]).toMatchObject({ uid: first?.uid, sequence: 2, status: 'CANCELLED' });
	expect(await events(cast.AISHA)).toEqual([]);
	expect(await feed(cast.TOMAS)).not.toContain(CANARY);

	await as(cast.MARYAM, (tx, by) => bookSessions(tx, by, booking({ from: '1 dec 2026' })));
	const [change] = await as(cast.MARYAM, (tx, by) =>
		changesShown(tx, by, { practitionerId: world.idOf(cast.TOMAS) }, ['session'], true)
	);
	expect(await as(cast.MARYAM, (tx, by) => undoBooking(tx, by, change?.formKey ?? ''))).toBe('done');
	expect((await events(cast.TOMAS)).find(({ start }) => start === '20261201T100000')).toMatchObject({
		status: 'CANCELLED',
		sequence: 1
	});
});

test('a group is one event of whoever holds it, and one for each who is in it', async () => {
	const superviseeIds = [world.idOf(cast.TOMAS), world.idOf(cast.AISHA)];
	const group = {
		key: randomUUID(),
		from: '3 dec 2026',
		time: '9:00',
		minutes: '60',
		reflective: 'yes',
		superviseeIds,
		repeat: 'once',
		until: '',
		days: []
	};
	await as(cast.MARYAM, (tx, by) => bookGroup(tx, by, group));
	const held = (await events(cast.MARYAM)).filter(({ start }) => start === '20261203T090000');
	expect(held.map(({ summary }) => summary)).toEqual(['Reflective group supervision, 2 people']);
	expect((await events(cast.AISHA)).map(({ summary }) => summary)).toEqual([
		'Reflective group supervision with maryam'
	]);
});

test('nothing that is written in a session, and no case, is in the feed', async () => {
	const started = await as(cast.MARYAM, (tx, by) =>
		startSession(tx, by, { key: randomUUID(), superviseeId: world.idOf(cast.TOMAS) })
	);
	if (!('sessionId' in started)) throw new Error('not started');
	const { sessionId } = started;
	const text = { summary: CANARY, analysis: CANARY, livedExperience: CANARY, decision: CANARY };
	await as(cast.MARYAM, (tx, by) =>
		saveDiscussion(tx, by, sessionId, world.idOf('C-ASH'), { text, edition: null }, 'keep both')
	);
	await as(cast.MARYAM, (tx, by) => savePersonalNote(tx, by, sessionId, { text: CANARY, edition: 0 }));
	for (const name of [cast.TOMAS, cast.MARYAM]) {
		const whole = await feed(name);
		expect(whole).toContain(sessionId);
		expect(whole).not.toContain(CANARY);
		expect(whole).not.toContain('C-ASH');
		expect(whole).not.toContain(world.idOf('C-ASH'));
	}
});
