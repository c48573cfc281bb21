import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { inContext } from '#lib/server/db/index.ts';
import { accounts, audit, passwordLinks, postings, signInSessions } from '#lib/server/db/schema.ts';
import { asOperator, atTheDoor, begin, end, recognise, type Cookies } from '#lib/server/session.ts';
import { leaveDatabase } from '#lib/server/store/database.ts';
import {
	addAccount,
	disableAccount,
	enableAccount,
	linkBehind,
	resetPassword,
	setPassword
} from '#lib/server/work/accounts.ts';
import { hashOf, isPassword, refusalOf } from '#lib/server/work/passwords.ts';
import { member, signedIn } from './accounts.ts';
import { freshDatabase } from './database.ts';
import { cookiesOf, serveBuilt, shownBy, type Running } from './running.ts';

const PASSWORD = 'violet teapot harbour moss';
const MINUTE = 60_000;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let server: Running;

beforeAll(async () => {
	database = await freshDatabase();
	process.env['DATABASE_URL'] = database.url;
	server = await serveBuilt(database.url);
});

afterAll(async () => {
	await server.stop();
	await leaveDatabase();
	await database.close();
});

afterEach(() => {
	vi.useRealTimers();
});

function jar(): Cookies & { held: Map<string, string>; options: unknown[] } {
	const held = new Map<string, string>();
	const options: unknown[] = [];
	return {
		held,
		options,
		get: (name) => held.get(name),
		set: (name, value, given) => {
			held.set(name, value);
			options.push(given);
		},
		delete: (name) => held.delete(name)
	};
}

function at(instant: string): void {
	vi.useFakeTimers({ toFake: ['Date'], now: new Date(instant) });
}

function later(minutes: number): void {
	vi.setSystemTime(Date.now() + minutes * MINUTE);
}

test('a session lasts while it is used, and ends 30 minutes after it was last used', async () => {
	const { accountId } = await member(database, 'team_manager');
	const browser = jar();
	at('2026-11-10T09:00:00Z');
	await begin(browser, accountId);
	for (let used = 0; used < 5; used += 1) {
		later(28);
		expect(await recognise(browser)).toMatchObject({
			accountId,
			role: 'team_manager',
			service: 'Assessment'
		});
	}
	later(30);
	expect(await recognise(browser)).toBeNull();
	expect(browser.held.size).toBe(0);
	const left = await database.drizzle
		.select()
		.from(signInSessions)
		.where(eq(signInSessions.accountId, accountId));
	expect(left).toEqual([]);
});

test('a session ends 10 hours after signing in, however much it is used', async () => {
	const { accountId } = await member(database, 'practitioner');
	const browser = jar();
	at('2026-11-10T08:00:00Z');
	await begin(browser, accountId);
	for (let used = 0; used < 29; used += 1) {
		later(20);
		expect(await recognise(browser)).not.toBeNull();
	}
	later(19);
	expect(await recognise(browser)).not.toBeNull();
	later(1);
	expect(await recognise(browser)).toBeNull();
});

test('the day is the one in London, at midnight in summer too', async () => {
	const { accountId } = await member(database, 'practitioner');
	const browser = jar();
	at('2026-06-30T22:50:00Z');
	await begin(browser, accountId);
	expect((await recognise(browser))?.today).toBe('2026-06-30');
	later(11);
	expect((await recognise(browser))?.today).toBe('2026-07-01');
});

test('signing in gives a new token and ends the session that the browser held', async () => {
	const first = await member(database, 'practitioner');
	const second = await member(database, 'director');
	const browser = jar();
	await begin(browser, first.accountId);
	const before = browser.held.get('countersign') ?? '';
	await begin(browser, second.accountId);
	expect(browser.held.get('countersign')).not.toBe(before);
	expect((await recognise(browser))?.role).toBe('director');
	const old = jar();
	old.held.set('countersign', before);
	expect(await recognise(old)).toBeNull();
});

test('the database holds the digest of a token of 256 random bits, never the token', async () => {
	const { accountId } = await member(database, 'practitioner');
	const browser = jar();
	await begin(browser, accountId);
	const token = browser.held.get('countersign') ?? '';
	expect(Buffer.from(token, 'base64url')).toHaveLength(32);
	const [row] = await database.drizzle
		.select()
		.from(signInSessions)
		.where(eq(signInSessions.accountId, accountId));
	expect(row?.id).toBe(createHash('sha256').update(token).digest('hex'));
	expect(JSON.stringify(row)).not.toContain(token);
});

test('signing out ends the session in the database', async () => {
	const { accountId } = await member(database, 'practitioner');
	const browser = jar();
	await begin(browser, accountId);
	const copy = jar();
	copy.held.set('countersign', browser.held.get('countersign') ?? '');
	await end(browser);
	expect(await recognise(copy)).toBeNull();
});

test('a token nobody was given is nobody', async () => {
	const browser = jar();
	browser.held.set('countersign', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
	expect(await recognise(browser)).toBeNull();
});

test('a disabled account is nobody at its next request', async () => {
	const { accountId, email } = await member(database, 'steward');
	const cookie = await signedIn(database, accountId);
	expect((await server.request('/sign-out', { cookie })).status).toBe(200);
	await asOperator('operator (test)', (tx, by) => disableAccount(tx, by, email));
	expect((await server.request('/sign-out', { cookie })).status).toBe(303);
});

test('a role taken away and a posting ended count at the next request', async () => {
	const steward = await member(database, 'steward');
	const manager = await member(database, 'team_manager');
	const [one, two] = [jar(), jar()];
	await begin(one, steward.accountId);
	await begin(two, manager.accountId);
	expect((await recognise(one))?.role).toBe('steward');
	expect((await recognise(two))?.role).toBe('team_manager');
	await database.drizzle
		.update(accounts)
		.set({ role: 'inspector' })
		.where(eq(accounts.id, steward.accountId));
	await inContext(database, { actor: 'operator', name: 'test', today: '2026-11-20' }, (tx) =>
		tx
			.update(postings)
			.set({ to: sql`current_date - 1` })
			.where(eq(postings.practitionerId, manager.practitionerId ?? ''))
	);
	expect((await recognise(one))?.role).toBe('inspector');
	expect(await recognise(two)).toMatchObject({ role: 'nobody', teamId: null });
});

test('without JavaScript: a wrong password says so twice, keeps the e-mail, and the right one signs in', async () => {
	const { email } = await member(database, 'director', { password: PASSWORD });
	const wrong = await server.request('/sign-in', { form: { email, password: 'violet teapot harbour mess' } });
	const page = await shownBy(wrong);
	expect(wrong.status).toBe(400);
	expect(page).toContain(`value="${email}"`);
	expect(page.match(/The e-mail address or the password is not right/g)).toHaveLength(2);
	expect(page).toContain('href="#email"');
	expect(page).not.toContain('violet');
	const right = await server.request('/sign-in?next=%2Fsign-out', {
		form: { email: email.toUpperCase(), password: PASSWORD }
	});
	expect([right.status, right.headers.get('location')]).toEqual([303, '/sign-out']);
	const cookie = cookiesOf(right);
	const [set] = right.headers.getSetCookie();
	expect(set).toMatch(/^countersign=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
	expect((await server.request('/sign-out', { cookie })).status).toBe(200);
});

test('an unknown e-mail, an account without a password and a disabled one answer as a wrong password does', async () => {
	const known = await member(database, 'director', { password: PASSWORD });
	const without = await member(database, 'director');
	const disabled = await member(database, 'director', { password: PASSWORD });
	await asOperator('operator (test)', (tx, by) => disableAccount(tx, by, disabled.email));
	const answers = await Promise.all(
		[
			[known.email, 'not the password'],
			['nobody.at.all@example.org', PASSWORD],
			[without.email, PASSWORD],
			[disabled.email, PASSWORD]
		].map(async ([email = '', password = '']) => {
			const response = await server.request('/sign-in', { form: { email, password } });
			const page = (await response.text()).replaceAll(email, '…').replaceAll(/nonce="[^"]+"/g, '');
			return [response.status, page];
		})
	);
	for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('an empty field is pointed at', async () => {
	const page = await shownBy(
		await server.request('/sign-in', { form: { email: 'wren@example.org', password: '' } })
	);
	expect(page.match(/Enter your password/g)).toHaveLength(2);
	expect(page).toContain('value="wren@example.org"');
});

test.for([
	['/flags?team=3', '/flags?team=3'],
	['//evil.example', '/'],
	['/\\evil.example', '/'],
	['https://evil.example/', '/'],
	['/\t/evil.example', '/'],
	['/..//evil.example', '/'],
	['javascript:alert(1)', '/'],
	['', '/']
])('after signing in, next=%s leads to %s', async ([next, leads]) => {
	const { email } = await member(database, 'director', { password: PASSWORD });
	const response = await server.request(`/sign-in?next=${encodeURIComponent(next ?? '')}`, {
		form: { email, password: PASSWORD }
	});
	expect(response.headers.get('location')).toBe(leads);
});

test('what was typed before the session ended comes back after signing in, and is sent by the person', async () => {
	const { email } = await member(database, 'practitioner', { password: PASSWORD });
	const text = 'She said: “I feel safe at Gran’s” & then\nthe second line <b>';
	const asked = await server.request('/sign-out?/record', { form: { rationale: text, key: '7' } });
	const page = await asked.text();
	expect(asked.status).toBe(401);
	expect(page).toContain('What you typed is kept on this page');
	expect(page).toContain('action="/sign-in?next=%2Fsign-out%3F%2Frecord"');
	const kept = unescaped(/<input type="hidden" name="kept" value="([^"]*)"/.exec(page)?.[1] ?? '');
	expect(JSON.parse(kept)).toEqual([
		['rationale', text],
		['key', '7']
	]);
	const again = await server.request('/sign-in?next=%2Fsign-out%3F%2Frecord', {
		form: { email, password: PASSWORD, kept }
	});
	const back = await again.text();
	expect(again.status).toBe(200);
	expect(cookiesOf(again)).toContain('countersign=');
	expect(back).toContain('action="/sign-out?/record"');
	expect(unescaped(/<input type="hidden" name="rationale" value="([^"]*)"/.exec(back)?.[1] ?? '')).toBe(text);
});

test('a form sent by script after the session ended is told so, and keeps its text', async () => {
	const response = await server.request('/sign-out', {
		form: { note: 'x' },
		headers: { accept: 'application/json', 'x-sveltekit-action': 'true' }
	});
	expect(response.status).toBe(401);
	expect(await response.json()).toEqual({ type: 'failure', status: 401, data: '[{"signedOut":1},true]' });
});

function unescaped(html: string): string {
	return html
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll('&amp;', '&');
}

async function invited(
	role: 'steward' | 'administrator' = 'steward'
): Promise<{ email: string; token: string; accountId: string }> {
	const email = `link.${Math.random().toString(36).slice(2)}@example.org`;
	const made = await asOperator('operator (test)', (tx, by) =>
		addAccount(tx, by, { email, role, practitioner: null })
	);
	if ('code' in made) throw new Error(made.code);
	return { email, ...made };
}

test('a link sets the first password once, and the account can then sign in', async () => {
	const { email, token, accountId } = await invited();
	const page = await server.request(`/password/${token}`);
	expect([page.status, (await page.text()).includes(email)]).toEqual([200, true]);
	const form = { password: PASSWORD, again: PASSWORD };
	const set = await server.request(`/password/${token}`, { form });
	expect([set.status, set.headers.get('location')]).toEqual([303, '/sign-in?told=password-set']);
	expect((await server.request('/sign-in', { form: { email, password: PASSWORD } })).status).toBe(303);
	const second = await server.request(`/password/${token}`, {
		form: { password: 'another fine passphrase', again: 'another fine passphrase' }
	});
	expect(second.status).toBe(410);
	expect(await second.text()).toContain('This link was used already');
	expect((await server.request('/sign-in', { form: { email, password: PASSWORD } })).status).toBe(303);
	const deeds = await database.drizzle
		.select()
		.from(audit)
		.where(eq(audit.entityId, accountId))
		.orderBy(audit.id);
	expect(deeds.map(({ action, actor }) => [action, actor])).toEqual([
		['added', 'operator (test)'],
		['set password', 'person'],
		['signed in', 'person'],
		['signed in', 'person']
	]);
});

test('of two who use one link at once, one sets the password', async () => {
	const { token } = await invited();
	const hashes = await Promise.all([hashOf('first of the two here'), hashOf('second of the two here')]);
	const outcomes = await Promise.all(hashes.map((hash) => atTheDoor((tx) => setPassword(tx, token, hash))));
	expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
});

test('a link is good for 24 hours, and a newer one takes its place', async () => {
	const { email, token } = await invited();
	at('2026-11-10T09:00:00Z');
	const state = (link: string) => atTheDoor(async (tx) => (await linkBehind(tx, link)).state);
	await database.drizzle.update(passwordLinks).set({ expiresAt: new Date(Date.now() + 24 * 60 * MINUTE) });
	later(24 * 60 - 1);
	expect(await state(token)).toBe('good');
	later(1);
	expect(await state(token)).toBe('expired');
	const newer = await asOperator('operator (test)', (tx, by) => resetPassword(tx, by, email));
	if ('code' in newer) throw new Error(newer.code);
	expect([await state(token), await state(newer.token)]).toEqual(['unknown', 'good']);
});

test('a reset ends every session and the old password at once', async () => {
	const { email, accountId } = await member(database, 'steward', { password: PASSWORD });
	const cookies = await Promise.all([signedIn(database, accountId), signedIn(database, accountId)]);
	await asOperator('operator (test)', (tx, by) => resetPassword(tx, by, email));
	for (const cookie of cookies) expect((await server.request('/sign-out', { cookie })).status).toBe(303);
	expect((await server.request('/sign-in', { form: { email, password: PASSWORD } })).status).toBe(400);
});

test('a disabled account is let in again only by a new link', async () => {
	const { email } = await member(database, 'steward', { password: PASSWORD });
	await asOperator('operator (test)', (tx, by) => disableAccount(tx, by, email));
	expect(await asOperator('operator (test)', (tx, by) => resetPassword(tx, by, email))).toEqual({
		code: 'DISABLED'
	});
	const enabled = await asOperator('operator (test)', (tx, by) => enableAccount(tx, by, email));
	expect(enabled).toHaveProperty('token');
	expect((await server.request('/sign-in', { form: { email, password: PASSWORD } })).status).toBe(400);
});

test.for([
	['elevenchars', 'TOO_SHORT'],
	['x'.repeat(257), 'TOO_LONG'],
	['Password1234!', 'COMMON'],
	['P4ssw0rd2026!!', 'COMMON'],
	['passwordpassword', 'COMMON'],
	['manchesterunited1', 'COMMON'],
	['aaaaaaaaaaaa', 'PREDICTABLE'],
	['abcabcabcabc', 'PREDICTABLE'],
	['123456789012', 'PREDICTABLE'],
	['qwertyuiopas', 'PREDICTABLE'],
	['wren.ashdown99', 'OWN_NAME'],
	['Countersign2026!', 'OWN_NAME']
] as const)('the password %s is refused: %s', ([password, code]) => {
	expect(refusalOf(password, 'wren.ashdown@example.org')?.code).toBe(code);
});

test.for(['violet teapot harbour moss', 'zq7 vk2 mh9 b', '🦉🦉🌲🌲🦊🦊🐿🐿🦔🦔🌧🦡', 'alllowercaseletters'])(
	'the password %s may be set: no rule about kinds of characters',
	(password) => {
		expect(refusalOf(password, 'wren.ashdown@example.org')).toBeNull();
	}
);

test('a password is the same however its letters were composed, and is kept with Argon2id', async () => {
	const kept = await hashOf('crème brûlée à la carte');
	expect(kept).toMatch(/^\$argon2id\$v=19\$m=47104,t=2,p=1\$/);
	expect(await isPassword('crème brûlée à la carte'.normalize('NFD'), kept)).toBe(true);
	expect(await isPassword('creme brulee a la carte', kept)).toBe(false);
	expect(await isPassword('no account has this password, for it is not kept', null)).toBe(false);
});

test('the logs of signing in hold no e-mail, password or token', () => {
	expect(server.raw()).toContain('"route":"/sign-in"');
	for (const secret of ['@example.org', 'violet', 'teapot', 'rationale', 'Gran'])
		expect(server.raw()).not.toContain(secret);
	expect(server.raw()).not.toMatch(/\/password\/[\w-]{20}/);
});
