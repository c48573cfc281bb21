import { mkdtempSync, chmodSync, readFileSync, rmSync } from 'node:fs';
import { request as ask, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADDRESS_HEADER, doorTo, PROTOCOL_HEADER, type Door, type Pages } from '#lib/server/door.ts';
import { openEmbedded } from '#lib/server/db/embedded.ts';
import { openDatabase } from '#lib/server/db/index.ts';
import { leaveDatabase } from '#lib/server/store/database.ts';
import { member, signedIn } from './accounts.ts';
import { freshDatabase } from './database.ts';
import { serveBuilt, type Running } from './running.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let server: Running;
let secure: Running;
const doors: Door[] = [];

const ORIGIN = 'https://countersign.example.gov.uk';

beforeAll(async () => {
	database = await freshDatabase();
	process.env['DATABASE_URL'] = database.url;
	[server, secure] = await Promise.all([
		serveBuilt(database.url),
		serveBuilt(database.url, { ORIGIN, COUNTERSIGN_PROXIES: '1' })
	]);
});

afterAll(async () => {
	await Promise.all([server.stop(), secure.stop(), ...doors.map((door) => door.close(100))]);
	await leaveDatabase();
	await database.close();
});

interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	body: string;
}

/** Without the manners of fetch: any Host, any method, any header. */
function send(
	port: number,
	path: string,
	options: { method?: string; headers?: Record<string, string>; body?: string } = {}
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const { method = 'GET', headers = {}, body } = options;
		const asking = ask({ host: '127.0.0.1', port, path, method, headers }, (response) => {
			let text = '';
			response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
			response.on('end', () =>
				resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
			);
		});
		asking.on('error', reject);
		asking.end(body);
	});
}

const portOf = (address: string) => Number(new URL(address).port);

async function opened(
	pages: Pages,
	settings: { origin?: string; proxies?: number } = {}
): Promise<{ door: Door; port: number; reported: unknown[] }> {
	const reported: unknown[] = [];
	const door = doorTo({
		pages,
		origin: settings.origin ?? null,
		proxies: settings.proxies ?? 0,
		report: (error) => reported.push(error)
	});
	doors.push(door);
	const { port } = await door.open('127.0.0.1', 0);
	return { door, port, reported };
}

const echo: Pages = (request, response) => {
	response.end(
		JSON.stringify({ address: request.headers[ADDRESS_HEADER], protocol: request.headers[PROTOCOL_HEADER] })
	);
};

test('every answer carries the headers: pages, redirects, errors, assets, health and the refusals before them', async () => {
	const { accountId } = await member(database, 'administrator');
	const cookie = await signedIn(database, accountId);
	const asset =
		/\/_app\/immutable\/[^"]+\.css/.exec(await (await server.request('/sign-in')).text())?.[0] ?? '';
	const port = portOf(server.address);
	const answers: [string, Answer][] = await Promise.all(
		(
			[
				['a page', '/sign-in', {}],
				['signed in', '/sign-out', { headers: { cookie } }],
				['signed out', '/sign-out', {}],
				['absent', '/nothing/here', {}],
				['an asset', asset, {}],
				['an absent asset', '/_app/immutable/nothing.js', {}],
				['a file', '/favicon.svg', {}],
				['health', '/health', {}],
				['a malformed address', '/%E0%A4%A', {}],
				['data', '/sign-out/__data.json', { headers: { cookie } }],
				[
					'the framework’s own refusal',
					'/sign-in',
					{ method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=b' }
				],
				['ours', '/sign-in', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }],
				['another method', '/sign-in', { method: 'DELETE', headers: { origin: `http://127.0.0.1:${port}` } }],
				['another host', '/', { headers: { host: 'evil.example' } }],
				[
					'too large',
					'/sign-in',
					{ method: 'POST', headers: { 'content-length': '600000', 'content-type': 'text/plain' } }
				]
			] as const
		).map(async ([name, path, options]): Promise<[string, Answer]> => [name, await send(port, path, options)])
	);
	for (const [name, { headers }] of answers) {
		expect(headers, name).toMatchObject({
			'x-frame-options': 'DENY',
			'x-content-type-options': 'nosniff',
			'referrer-policy': 'same-origin',
			'cross-origin-opener-policy': 'same-origin',
			'cross-origin-resource-policy': 'same-origin'
		});
		expect(headers['permissions-policy'], name).toContain('camera=()');
		expect(headers['content-security-policy'], name).toMatch(/frame-ancestors 'none'/);
		expect(headers['content-security-policy'], name).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
		expect(headers['x-request-id'], name).toMatch(/^[0-9a-f]{10}$/);
		expect(headers['strict-transport-security'], name).toBeUndefined();
		if (name !== 'an asset') expect(headers['cache-control'], name).toMatch(/no-store|max-age=0/);
	}
	expect(Object.fromEntries(answers.map(([name, { status }]) => [name, status]))).toEqual({
		'a page': 200,
		'signed in': 200,
		'signed out': 303,
		absent: 404,
		'an asset': 200,
		'an absent asset': 404,
		'a file': 200,
		health: 200,
		'a malformed address': 400,
		data: 200,
		'the framework’s own refusal': 403,
		ours: 403,
		'another method': 405,
		'another host': 421,
		'too large': 413
	});
});

test('behind https: HSTS, the __Host- cookie, the name that was set and no other', async () => {
	const port = Number(/"port":(\d+)/.exec(secure.raw())?.[1]);
	expect(port).toBeGreaterThan(0);
	const host = 'countersign.example.gov.uk';
	const page = await send(port, '/sign-in', { headers: { host } });
	expect([page.status, page.headers['strict-transport-security']]).toEqual([
		200,
		'max-age=63072000; includeSubDomains'
	]);
	expect((await send(port, '/sign-in', { headers: { host: `localhost:${port}` } })).status).toBe(421);
	expect((await send(port, '/health', { headers: { host: `10.0.0.7:${port}` } })).status).toBe(200);
	const { email } = await member(database, 'director', { password: 'violet teapot harbour moss' });
	const body = new URLSearchParams({ email, password: 'violet teapot harbour moss' }).toString();
	const headers = {
		host,
		origin: ORIGIN,
		'content-type': 'application/x-www-form-urlencoded',
		accept: 'text/html'
	};
	const signed = await send(port, '/sign-in', { method: 'POST', headers, body });
	expect(signed.status).toBe(303);
	expect(signed.headers['set-cookie']?.[0]).toMatch(
		/^__Host-countersign=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/
	);
});

test.for([
	['application/x-www-form-urlencoded'],
	['multipart/form-data; boundary=x'],
	['text/plain'],
	['application/json'],
	['application/octet-stream'],
	['image/png'],
	[null]
])('a POST from another site is refused, of content type %s', async ([type]) => {
	const { accountId } = await member(database, 'administrator');
	const cookie = await signedIn(database, accountId);
	for (const origin of ['https://evil.example', 'null', `${server.address}.evil.example`, null]) {
		const answer = await send(portOf(server.address), '/sign-out', {
			method: 'POST',
			headers: {
				cookie,
				...(origin ? { origin } : {}),
				...(type ? { 'content-type': type, 'content-length': '0' } : { 'content-length': '0' })
			}
		});
		expect([origin, answer.status]).toEqual([origin, 403]);
	}
	expect((await server.request('/sign-out', { cookie })).status).toBe(200);
});

test('the names of this machine are its own, with its own port', async () => {
	const { port } = await opened(echo);
	const asked = async (host: string) => (await send(port, '/', { headers: { host } })).status;
	expect(await asked(`localhost:${port}`)).toBe(200);
	expect(await asked(`127.0.0.1:${port}`)).toBe(200);
	expect(await asked(`[::1]:${port}`)).toBe(200);
	expect(await asked('localhost')).toBe(421);
	expect(await asked(`localhost:${port + 1}`)).toBe(421);
	expect(await asked(`localhost.evil.example:${port}`)).toBe(421);
});

test('an import may be 20 MB, anything else half a megabyte, and the length must be said', async () => {
	const { port } = await opened(echo);
	const sent = async (path: string, bytes: number) =>
		(
			await send(port, path, {
				method: 'POST',
				headers: { 'content-length': String(bytes) },
				body: 'x'.repeat(bytes)
			})
		).status;
	expect(await sent('/case/1', 512 * 1024)).toBe(200);
	expect(await sent('/data', 600_000)).toBe(200);
	const declared = async (path: string, bytes: number) =>
		(await send(port, path, { method: 'POST', headers: { 'content-length': String(bytes) } })).status;
	expect(await declared('/case/1', 512 * 1024 + 1)).toBe(413);
	expect(await declared('/database', 600_000)).toBe(413);
	expect(await declared('/data', 20 * 1024 * 1024 + 1)).toBe(413);
	const chunked = await send(port, '/data', {
		method: 'POST',
		headers: { 'transfer-encoding': 'chunked' },
		body: 'x'
	});
	expect(chunked.status).toBe(411);
});

test.for([
	[0, '203.0.113.5', '127.0.0.1'],
	[1, '203.0.113.5', '203.0.113.5'],
	[1, '6.6.6.6, 203.0.113.5', '203.0.113.5'],
	[2, '6.6.6.6, 203.0.113.5, 198.51.100.1', '203.0.113.5'],
	[2, '203.0.113.5', '127.0.0.1'],
	[1, '', '127.0.0.1']
] as const)(
	'with %s proxies of our own, X-Forwarded-For “%s” is the visitor %s',
	async ([proxies, forwarded, visitor]) => {
		const { port } = await opened(echo, { proxies });
		const { body } = await send(port, '/', {
			headers: { 'x-forwarded-for': forwarded, [ADDRESS_HEADER]: '6.6.6.6', [PROTOCOL_HEADER]: 'https' }
		});
		expect(JSON.parse(body)).toEqual({ address: visitor, protocol: 'http' });
	}
);

test('an error nobody answered for is reported, and the person gets its reference and nothing else', async () => {
	const { port, reported } = await opened(() => Promise.reject(new Error('select secret from people')));
	const answer = await send(port, '/');
	expect(answer.status).toBe(500);
	expect(answer.body).toBe(
		`Something went wrong. Reference: ${answer.headers['x-request-id']?.toString()}\n`
	);
	expect(reported).toHaveLength(1);
});

test('closing finishes what runs and takes no more', async () => {
	let finish = () => {};
	const running = new Promise<void>((resolve) => (finish = resolve));
	let began = () => {};
	const begun = new Promise<void>((resolve) => (began = resolve));
	const { door, port } = await opened(async (_, response) => {
		began();
		await running;
		response.end('saved');
	});
	const answer = send(port, '/');
	await begun;
	const closed = door.close(20_000);
	await expect(send(port, '/')).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
	finish();
	expect((await answer).body).toBe('saved');
	await closed;
});

test('closing does not wait for a browser that connected ahead and asks nothing', async () => {
	const { door, port } = await opened((_, response) => response.end('shown'));
	const ahead = connect(port, '127.0.0.1').on('error', () => {});
	await new Promise((resolve) => ahead.once('connect', resolve));
	expect((await send(port, '/')).body).toBe('shown');
	await door.close(60 * 60_000);
	ahead.destroy();
});

test('closing cuts what does not end in time', async () => {
	let began = () => {};
	const begun = new Promise<void>((resolve) => (began = resolve));
	const { door, port } = await opened(() => began());
	const stuck = expect(send(port, '/')).rejects.toThrow(/socket hang up|ECONNRESET/);
	const idle = connect(port, '127.0.0.1').on('error', () => {});
	await Promise.all([begun, new Promise((resolve) => idle.once('connect', resolve))]);
	await door.close(200);
	await stuck;
	idle.destroy();
});

test('SIGTERM ends the server in good order', async () => {
	const short = await serveBuilt(database.url);
	expect((await short.request('/health')).status).toBe(200);
	expect(await short.stop()).toBe(0);
});

test('health says version and migration, and 503 where the database is away', async () => {
	const well = await server.request('/health');
	const { status, version, migration } = (await well.json()) as Record<string, string>;
	expect(status).toBe('well');
	expect(version).toMatch(/^\d+\.\d+\.\d+/);
	expect(migration).toMatch(/^\d{4}_/);
	const away = await serveBuilt('postgres://nobody:nothing@127.0.0.1:9/none');
	try {
		const answer = await away.request('/health');
		expect(answer.status).toBe(503);
		const page = await away.request('/sign-out', {
			cookie: 'countersign=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
		});
		expect(page.status).toBe(503);
		expect(await page.text()).toContain('The database cannot be reached just now');
		await away.lineOf(page);
		expect(away.raw()).toContain('ECONNREFUSED');
		expect(away.raw()).not.toContain('select');
	} finally {
		await away.stop();
	}
});

test('an embedded database that is killed under a running server is started again, and nobody is signed out', async () => {
	const area = mkdtempSync(join(tmpdir(), 'countersign-door-'));
	chmodSync(area, 0o755);
	const data = join(area, 'data');
	const own = await serveBuilt('', { COUNTERSIGN_DATA: data }, []);
	const opened = await openEmbedded(data);
	const inside = openDatabase(opened.url, 1);
	try {
		const { accountId } = await member(inside, 'administrator');
		const cookie = await signedIn(inside, accountId);
		expect((await own.request('/sign-out', { cookie })).status).toBe(200);
		await inside.close();
		await opened.close();
		const [pid] = readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n');
		process.kill(Number(pid), 'SIGKILL');
		const statuses: number[] = [];
		while (statuses.at(-1) !== 200 && statuses.length < 200) {
			await pause(100);
			statuses.push((await own.request('/sign-out', { cookie })).status);
		}
		expect(statuses.at(-1)).toBe(200);
		expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
	} finally {
		await own.stop();
		rmSync(area, { recursive: true, force: true });
	}
});
