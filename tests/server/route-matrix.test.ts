import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCOUNT_ROLES, isAmong, PAGES, whoMayOpen, type AskingRole } from '#lib/domain/access.ts';
import { ROLES } from '#lib/domain/people.ts';
import { leaveDatabase } from '#lib/server/store/database.ts';
import { member, signedIn, type Member } from './accounts.ts';
import { freshDatabase } from './database.ts';
import { serveBuilt, type Running } from './running.ts';

const root = join(import.meta.dirname, '../..');
const EVERYBODY: readonly AskingRole[] = [...new Set([...ROLES, ...ACCOUNT_ROLES]), 'nobody'];
const UNSAFE = ['POST', 'PUT', 'PATCH', 'DELETE'];

interface Door {
	id: string;
	/** Each way in: a method, and for an action its name. */
	ways: { method: string; action?: string; data?: boolean }[];
}

interface BuiltRoute {
	id: string;
	page: { leaf: number } | null;
	endpoint: (() => Promise<Record<string, unknown>>) | null;
}

/** Every way into the built application, from its own manifest. */
async function doorsOfTheBuild(): Promise<Door[]> {
	const built = join(root, '.svelte-kit/output/server/manifest-full.js');
	if (!existsSync(built)) throw new Error('Build first: npm run build');
	const { manifest } = (await import(/* @vite-ignore */ pathToFileURL(built).href)) as {
		manifest: {
			_: {
				routes: BuiltRoute[];
				nodes: (() => Promise<{ server?: { actions?: Record<string, unknown> } }>)[];
			};
		};
	};
	return Promise.all(
		manifest._.routes.map(async ({ id, page, endpoint }) => {
			const ways: Door['ways'] = [];
			if (page) {
				ways.push({ method: 'GET' }, { method: 'HEAD' }, { method: 'GET', data: true });
				const node = await manifest._.nodes[page.leaf]?.();
				for (const action of Object.keys(node?.server?.actions ?? {})) ways.push({ method: 'POST', action });
			}
			if (endpoint)
				for (const method of Object.keys(await endpoint()))
					if (method === 'GET' || UNSAFE.includes(method)) ways.push({ method });
			return { id, ways };
		})
	);
}

let database: Awaited<ReturnType<typeof freshDatabase>>;
let server: Running;
let doors: Door[];
const members = new Map<AskingRole, Member>();

beforeAll(async () => {
	database = await freshDatabase();
	process.env['DATABASE_URL'] = database.url;
	server = await serveBuilt(database.url);
	doors = await doorsOfTheBuild();
	for (const role of EVERYBODY) members.set(role, await member(database, role));
});

afterAll(async () => {
	await server.stop();
	await leaveDatabase();
	await database.close();
});

const missing = randomUUID();

function addressOf(id: string, way: Door['ways'][number]): string {
	const path =
		id
			.replaceAll(/\/\([^)]+\)/g, '')
			.replaceAll(/\[\[[^\]]+\]\]/g, '')
			.replaceAll(/\[\.\.\.[^\]]+\]/g, 'nothing/here')
			.replaceAll(/\[[^\]]+\]/g, missing) || '/';
	if (way.data) return `${path === '/' ? '' : path}/__data.json`;
	return way.action && way.action !== 'default' ? `${path}?/${way.action}` : path;
}

async function enter(id: string, way: Door['ways'][number], cookie: string | null): Promise<Response> {
	const unsafe = UNSAFE.includes(way.method);
	return server.request(addressOf(id, way), {
		method: way.method,
		...(cookie ? { cookie } : {}),
		...(unsafe
			? { headers: { origin: server.address, 'content-type': 'application/x-www-form-urlencoded' }, body: '' }
			: {})
	});
}

const sameBody = (text: string) => text.replaceAll(/nonce="[^"]*"/g, '');

test('every route of the build has a row, and nobody may enter one without', async () => {
	expect(doors.map(({ id }) => id)).toContain('/sign-out');
	expect(doors.filter(({ id }) => whoMayOpen(id) === null).map(({ id }) => id)).toEqual([]);
	expect(whoMayOpen('/not/in/the/table')).toBeNull();
});

test('a file of rows is for exactly those who may open its page', () => {
	expect(whoMayOpen('/flags.csv')).toEqual(PAGES['/flags']);
	expect(whoMayOpen('/team/[team].csv')).toEqual(PAGES['/team/[team]']);
	expect(whoMayOpen('/(signed-in)/case/[id=uuid]')).toEqual(PAGES['/case/[id]']);
	expect(whoMayOpen('/absent.csv')).toBeNull();
});

test('somebody who has not signed in enters what is for anyone, and is asked to sign in elsewhere', async () => {
	for (const { id, ways } of doors) {
		const open = whoMayOpen(id) === 'anyone';
		for (const way of ways) {
			const response = await enter(id, way, null);
			const { allowed } = await server.lineOf(response);
			expect([id, way, allowed]).toEqual([id, way, open]);
			if (open) continue;
			const asked = way.data
				? JSON.stringify(await response.json()).includes('/sign-in?next=')
				: UNSAFE.includes(way.method)
					? response.status === 401
					: response.status === 303 && response.headers.get('location')?.startsWith('/sign-in?next=');
			expect([id, way, asked]).toEqual([id, way, true]);
		}
	}
});

test.for(EVERYBODY)('%s enters exactly what the table says, and finds the rest absent', async (role) => {
	const { accountId = '' } = members.get(role) ?? {};
	const cookie = await signedIn(database, accountId);
	const absent = {
		page: sameBody(await (await server.request('/nothing/here', { cookie })).text()),
		data: await (await server.request('/nothing/here/__data.json', { cookie })).text()
	};
	const enterEach = async ({ id, ways }: Door) => {
		const may = isAmong(whoMayOpen(id) ?? [], role);
		for (const way of ways) {
			const unsafe = UNSAFE.includes(way.method);
			const response = await enter(id, way, unsafe ? await signedIn(database, accountId) : cookie);
			const { allowed } = await server.lineOf(response);
			expect([id, way, allowed]).toEqual([id, way, may]);
			if (may) {
				expect([id, way, response.status < 500]).toEqual([id, way, true]);
				// A row that is not there or not theirs: every such answer is the same page.
				const isPage = response.headers.get('content-type')?.startsWith('text/html');
				if (response.status === 404 && isPage && way.method !== 'HEAD')
					expect([id, way, sameBody(await response.text())]).toEqual([id, way, absent.page]);
				continue;
			}
			const body = await response.text();
			if (way.data) expect([id, body]).toEqual([id, absent.data]);
			else expect([id, way, response.status]).toEqual([id, way, 404]);
			if (!way.data && way.method !== 'HEAD') expect([id, sameBody(body)]).toEqual([id, absent.page]);
		}
	};
	await Promise.all(doors.map(enterEach));
});
