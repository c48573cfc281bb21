import fc from 'fast-check';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { signInAttempts } from '#lib/server/db/schema.ts';
import { leaveDatabase } from '#lib/server/store/database.ts';
import { signIn, type SignInAttempt } from '#lib/server/work/sign-in.ts';
import { ACCOUNT_PATIENCE, ADDRESS_PATIENCE, waitUntil, type Patience } from '#lib/server/work/throttle.ts';
import { member } from './accounts.ts';
import { freshDatabase } from './database.ts';
import { cookiesOf, serveBuilt, shownBy, type Running } from './running.ts';

const PASSWORD = 'violet teapot harbour moss';
const MINUTE = 60_000;
const FIVE_MINUTES = 5 * MINUTE;
const HOUR = 60 * MINUTE;

let database: Awaited<ReturnType<typeof freshDatabase>>;
const servers: Running[] = [];

beforeAll(async () => {
	database = await freshDatabase();
	process.env['DATABASE_URL'] = database.url;
});

afterAll(async () => {
	await Promise.all(servers.map((server) => server.stop()));
	await leaveDatabase();
	await database.close();
});

afterEach(async () => {
	vi.useRealTimers();
	await database.drizzle.delete(signInAttempts);
});

async function served(settings: Record<string, string> = {}): Promise<Running> {
	const server = await serveBuilt(database.url, settings);
	servers.push(server);
	return server;
}

const guess = (email: string, attempt: Partial<SignInAttempt> = {}) =>
	signIn({ email, password: 'a wrong guess', address: '192.0.2.1', browser: null, ...attempt });

function most(times: readonly number[], window: number): number {
	return Math.max(
		0,
		...times.map((start) => times.filter((time) => time >= start && time <= start + window).length)
	);
}

/** Somebody who guesses whenever they are let, resting as the plan says, for a day. */
function evaluated(patience: Patience, rests: readonly number[]): number[] {
	const times: number[] = [];
	let now = 0;
	for (let step = 0; now < 24 * HOUR && step < 400; step += 1) {
		const counted = times.filter((time) => time > now - HOUR).map((time) => new Date(time));
		const until = waitUntil(counted, patience, new Date(now));
		if (until) now = until.getTime();
		else {
			times.push(now);
			now += 1 + (rests[step % rests.length] ?? 0);
		}
	}
	return times;
}

const rests = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 * MINUTE })), {
	minLength: 1,
	maxLength: 40
});

test('however guesses are spaced, at most 10 of one account are looked at in any 5 minutes', () => {
	fc.assert(fc.property(rests, (plan) => most(evaluated(ACCOUNT_PATIENCE, plan), FIVE_MINUTES) <= 10));
	expect(most(evaluated(ACCOUNT_PATIENCE, [0]), FIVE_MINUTES)).toBe(10);
});

test('however guesses are spaced, at most 20 from one address fail in any hour', () => {
	fc.assert(fc.property(rests, (plan) => most(evaluated(ADDRESS_PATIENCE, plan), HOUR) <= 20));
	expect(most(evaluated(ADDRESS_PATIENCE, [0]), HOUR)).toBe(20);
});

test('the wait grows to 15 minutes and no further', () => {
	const failures = Array.from({ length: 40 }, () => new Date(0));
	const waits = failures.map((_, count) => {
		const until = waitUntil(failures.slice(0, count), ACCOUNT_PATIENCE, new Date(1));
		return until ? Math.round(until.getTime() / MINUTE) : 0;
	});
	expect(waits.slice(0, 14)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 5, 10, 15, 15]);
	expect(Math.max(...waits)).toBe(15);
});

test('guesses made at once all count, in several processes together and after a restart', async () => {
	const { email } = await member(database, 'director', { password: PASSWORD });
	const [first, second] = await Promise.all([served(), served()]);
	const form = { email, password: 'a wrong guess' };
	const statuses = await Promise.all(
		Array.from(
			{ length: 24 },
			async (_, turn) => (await (turn % 2 ? first : second).request('/sign-in', { form })).status
		)
	);
	expect(statuses.filter((status) => status === 400)).toHaveLength(9);
	expect(statuses.filter((status) => status === 429)).toHaveLength(15);
	expect(await first.stop()).toBe(0);
	const restarted = await served();
	const right = await restarted.request('/sign-in', { form: { email, password: PASSWORD } });
	const page = await shownBy(right);
	expect(right.status).toBe(429);
	expect(page.match(/There were too many tries\. Wait 1 minute, then try again/g)).toHaveLength(2);
	expect(page).toContain(`value="${email}"`);
});

test('an e-mail without an account is throttled like one with', async () => {
	for (let turn = 0; turn < 9; turn += 1)
		expect(await guess('nobody@example.org', { address: `192.0.2.${turn}` })).toEqual({ kind: 'refused' });
	expect(await guess('Nobody@Example.org', { address: '192.0.2.99' })).toEqual({ kind: 'wait', minutes: 1 });
});

test('after the wait, the right password signs in', async () => {
	const { email } = await member(database, 'director', { password: PASSWORD });
	vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-10T09:00:00Z') });
	for (let turn = 0; turn < 9; turn += 1) await guess(email);
	expect(await guess(email, { password: PASSWORD })).toEqual({ kind: 'wait', minutes: 1 });
	vi.setSystemTime(Date.now() + MINUTE);
	expect(await guess(email)).toEqual({ kind: 'refused' });
	expect(await guess(email)).toEqual({ kind: 'wait', minutes: 5 });
	vi.setSystemTime(Date.now() + FIVE_MINUTES);
	expect(await guess(email, { password: PASSWORD })).toMatchObject({ kind: 'signed in' });
});

test('whoever guesses elsewhere does not lock the owner out of a browser they used before', async () => {
	const { email } = await member(database, 'director', { password: PASSWORD });
	const before = await guess(email, { password: PASSWORD, address: '198.51.100.7' });
	if (before.kind !== 'signed in') throw new Error(before.kind);
	for (let turn = 0; turn < 12; turn += 1) await guess(email);
	expect((await guess(email, { password: PASSWORD })).kind).toBe('wait');
	const owner = { password: PASSWORD, address: '192.0.2.1', browser: before.browser };
	expect((await guess(email, owner)).kind).toBe('signed in');
});

test('a known browser has 9 guesses too, and none for another account', async () => {
	const [one, other] = await Promise.all([
		member(database, 'director', { password: PASSWORD }),
		member(database, 'director', { password: PASSWORD })
	]);
	const before = await guess(one.email, { password: PASSWORD });
	if (before.kind !== 'signed in') throw new Error(before.kind);
	for (let turn = 0; turn < 9; turn += 1)
		expect((await guess(one.email, { browser: before.browser })).kind).toBe('refused');
	expect((await guess(one.email, { browser: before.browser, password: PASSWORD })).kind).toBe('wait');
	for (let turn = 0; turn < 9; turn += 1) await guess(other.email);
	expect((await guess(other.email, { browser: before.browser, password: PASSWORD })).kind).toBe('wait');
});

test('one address may fail 15 times over many accounts, then waits; another address does not', async () => {
	const { email } = await member(database, 'director', { password: PASSWORD });
	for (let turn = 0; turn < 15; turn += 1)
		expect((await guess(`person${turn}@example.org`)).kind).toBe('refused');
	expect((await guess(email, { password: PASSWORD })).kind).toBe('wait');
	expect((await guess(email, { password: PASSWORD, address: '198.51.100.7' })).kind).toBe('signed in');
});

test('signing in rightly is never a failure', async () => {
	const { email } = await member(database, 'director', { password: PASSWORD });
	for (let turn = 0; turn < 20; turn += 1)
		expect((await guess(email, { password: PASSWORD })).kind).toBe('signed in');
});

test('a forged forwarding header changes nothing', async () => {
	const server = await served();
	const statuses: number[] = [];
	for (let turn = 0; turn < 16; turn += 1) {
		const forged = `203.0.113.${turn}`;
		const response = await server.request('/sign-in', {
			form: { email: `person${turn}@example.org`, password: 'a wrong guess' },
			headers: {
				'x-forwarded-for': forged,
				forwarded: `for=${forged}`,
				'x-real-ip': forged,
				'x-countersign-address': forged,
				'x-client-ip': forged
			}
		});
		statuses.push(response.status);
	}
	expect(statuses).toEqual([...Array.from({ length: 15 }, () => 400), 429]);
});

test('behind a proxy of our own, its entry counts and what the visitor wrote before it does not', async () => {
	const server = await served({ COUNTERSIGN_PROXIES: '1' });
	const from = (forwarded: string, turn: number) =>
		server.request('/sign-in', {
			form: { email: `person${turn}@example.org`, password: 'a wrong guess' },
			headers: { 'x-forwarded-for': forwarded }
		});
	for (let turn = 0; turn < 15; turn += 1)
		expect((await from(`203.0.113.${turn}, 198.51.100.7`, turn)).status).toBe(400);
	expect((await from('203.0.113.99, 198.51.100.7', 99)).status).toBe(429);
	expect((await from('198.51.100.7, 198.51.100.8', 98)).status).toBe(400);
});

test('what is kept of a guess names nobody', async () => {
	const { email } = await member(database, 'director', { password: PASSWORD });
	await guess(email, { password: PASSWORD });
	await guess(email);
	const rows = await database.drizzle.execute<{ key: string }>(sql`select key from sign_in_attempts`);
	expect(rows.length).toBe(5);
	for (const { key } of rows) expect(key).toMatch(/^(account|address|browser):[0-9a-f]{64}$/);
});

test('the cookie of a known browser is for this server only, and not for scripts', async () => {
	const { email } = await member(database, 'director', { password: PASSWORD });
	const server = await served();
	const response = await server.request('/sign-in', { form: { email, password: PASSWORD } });
	const known = response.headers.getSetCookie().find((cookie) => cookie.startsWith('countersign-known='));
	expect(known).toMatch(/; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/);
	expect(cookiesOf(response)).toContain('countersign=');
});
