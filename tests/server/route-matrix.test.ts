import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ACCOUNT_ROLES, isAmong, PAGES, whoMayOpen, type AskingRole } from '#lib/domain/access.ts';
import { ROLES } from '#lib/domain/people.ts';
import { dayOfInstant, now } from '#lib/server/clock.ts';
import { inContext, leaveDatabase } from '#lib/server/store/database.ts';
import { addAddendum } from '#lib/server/work/after-signing.ts';
import { addAgendaItem } from '#lib/server/work/agenda-items.ts';
import { ownCalendar } from '#lib/server/work/calendar-feed.ts';
import {
	proposeNote,
	saveDiscussion,
	savePersonalNote,
	signNote,
	startSession,
	type Asker
} from '#lib/server/work/hold-supervision.ts';
import { writeNotice, type Taken } from '#lib/server/work/notices.ts';
import { sessionPage } from '#lib/server/work/supervision-page.ts';
import { member, signedIn, type Member } from './accounts.ts';
import { freshDatabase } from './database.ts';
import { serveBuilt, type Asking, type Running } from './running.ts';

const root = join(import.meta.dirname, '../..');
const EVERYBODY: readonly AskingRole[] = [...new Set([...ROLES, ...ACCOUNT_ROLES]), 'nobody'];
const NOTE_KEYS = `1:${randomBytes(32).toString('base64')}`;
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
	process.env['COUNTERSIGN_NOTE_KEYS'] = NOTE_KEYS;
	server = await serveBuilt(database.url, { COUNTERSIGN_NOTE_KEYS: NOTE_KEYS });
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
	expect(whoMayOpen('/organisation/report/[report].pdf')).toEqual(PAGES['/organisation/report/[report]']);
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

/** A word that nobody would write, put into everything personal of a session between two members. */
const CANARY = `canary-${randomBytes(12).toString('hex')}`;
/** A word of the child’s file beside it, which is found wherever the canary would be: the search itself is tried. */
const IN_THE_CHILDS_FILE = `robin-${randomBytes(12).toString('hex')}`;
const CANARY_DAY = dayOfInstant(now());

/** The team manager holds a session with the practitioner; the service manager is the manager's own supervisor. */
async function sessionWithCanary(): Promise<Record<string, string>> {
	const [supervisor, supervisee, above] = ['team_manager', 'practitioner', 'service_manager'].map((role) =>
		members.get(role as AskingRole)
	);
	const [supervisorId, superviseeId] = [supervisor?.practitionerId ?? '', supervisee?.practitionerId ?? ''];
	const caseId = randomUUID();
	await inContext(database, { actor: 'operator', name: 'test', today: CANARY_DAY }, async (tx) => {
		for (const [id, by] of [
			[superviseeId, supervisorId],
			[supervisorId, above?.practitionerId]
		])
			await tx.execute(sql`update postings set supervisor_id = ${by} where practitioner_id = ${id}`);
		await tx.execute(sql`insert into cases (id, source, reference, child_id, opened_on)
			values (${caseId}, 'native', 'C-CANARY', 'canary', '2026-01-05')`);
		await tx.execute(
			sql`insert into case_kinds (case_id, kind, from_on) values (${caseId}, 'child_in_need', '2026-01-05')`
		);
		await tx.execute(sql`insert into allocations (case_id, practitioner_id, role, from_on)
			values (${caseId}, ${superviseeId}, 'lead', '2026-01-05')`);
	});
	const by: Asker = {
		accountId: supervisor?.accountId ?? '',
		practitionerId: supervisorId,
		role: 'team_manager',
		today: CANARY_DAY
	};
	const sessionId = await inContext(
		database,
		{ actor: 'person', accountId: by.accountId, today: CANARY_DAY },
		async (tx) => {
			const started = await startSession(tx, by, { key: randomUUID(), superviseeId });
			if ('refused' in started) throw new Error(started.refused);
			const id = started.sessionId;
			const decision = `Go on with ${IN_THE_CHILDS_FILE}.`;
			const text = { summary: 'Seen.', analysis: 'Calmer.', livedExperience: 'Sleeps.', decision };
			await saveDiscussion(tx, by, id, caseId, { text, edition: 0 });
			await savePersonalNote(tx, by, id, { text: `Taken out: ${CANARY}`, edition: 0 });
			await savePersonalNote(tx, by, id, { text: `Before ${CANARY} after`, edition: 1 });
			await addAgendaItem(tx, by, id, { key: randomUUID(), words: CANARY });
			await proposeNote(tx, by, id);
			const digest = (await sessionPage(tx, by, id, 'whole'))?.digest ?? '';
			expect(await signNote(tx, by, id, { digest, disagreement: null })).toEqual({ done: true });
			await addAddendum(tx, by, id, { key: randomUUID(), caseId: null, words: `Added ${CANARY}` });
			return id;
		}
	);
	const [flag] = await database.client`select id from flags limit 1`;
	const [team] = await database.client`select team_id from postings where practitioner_id = ${superviseeId}`;
	return {
		session: sessionId,
		practitioner: superviseeId,
		case: caseId,
		flags: String(flag?.['id'] ?? missing),
		team: String(team?.['team_id'])
	};
}

/** A save of a personal note that fails in the database, as its writer meets it. `told`: the answer repeats the note. */
async function brokenSave(superviseeId: string): Promise<{ status: number; told: boolean }> {
	const { accountId = '', practitionerId = null } = members.get('team_manager') ?? {};
	const by: Asker = { accountId, practitionerId, role: 'team_manager', today: CANARY_DAY };
	const started = await inContext(database, { actor: 'person', accountId, today: CANARY_DAY }, (tx) =>
		startSession(tx, by, { key: randomUUID(), superviseeId })
	);
	if ('refused' in started) throw new Error(started.refused);
	await database.client.unsafe(`
		create function breaks() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
		create trigger breaks before insert or update on personal_notes for each row execute function breaks()`);
	const answer = await server.request(`/supervision/${started.sessionId}/draft?part=personal`, {
		cookie: await signedIn(database, accountId),
		headers: { origin: server.address, 'content-type': 'application/json' },
		body: JSON.stringify({ version: 0, texts: { personal: `Lost ${CANARY}` } })
	});
	await database.client.unsafe('drop function breaks() cascade');
	return { status: answer.status, told: (await answer.text()).includes(CANARY) };
}

interface Elsewhere {
	where: string;
	bytes: Buffer;
}

/** What `export` writes, all files one after the other. */
function exported(): Elsewhere {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-canary-'));
	try {
		const launcher = join(root, 'bin/countersign.js');
		const { status, stderr } = spawnSync(process.execPath, [launcher, 'export', '--out', folder], {
			env: { ...process.env, DATABASE_URL: database.url }
		});
		expect([status, String(stderr)]).toEqual([0, '']);
		return { where: 'export', bytes: filesIn(folder, 0) };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** The files of the database as they lie on the disk, with what it wrote ahead since the note was written, and its log. */
async function onDisk(since: number): Promise<Elsewhere | null> {
	const folder = inject('databaseFolder');
	if (folder === null) {
		console.info('The files of the database are not searched: TEST_DATABASE_URL names a server of its own.');
		return null;
	}
	// Whatever waits to be written is written with this.
	await database.client.begin(async (sql) => {
		await sql`set local synchronous_commit = on`;
		await sql`create table written_out (id int)`;
	});
	const [own] = await database.client`select oid from pg_database where datname = current_database()`;
	const data = join(folder, 'data');
	const parts = [
		filesIn(join(data, 'base', String(own?.['oid'])), 0),
		filesIn(join(data, 'pg_wal'), since),
		readFileSync(join(folder, 'server.log'))
	];
	return { where: 'files of the database', bytes: Buffer.concat(parts) };
}

function filesIn(folder: string, since: number): Buffer {
	const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
	const files = names.filter((path) => statSync(path).isFile() && statSync(path).mtimeMs >= since);
	return Buffer.concat(files.map((path) => readFileSync(path)));
}

/** Null, and why in words: there is no `pg_dump`, or one that is older than the server. */
async function dumped(): Promise<Elsewhere | null> {
	const [running] = await database.client`select current_setting('server_version_num')::int / 10000 as major`;
	const version = /(\d+)\.\d+/.exec(String(spawnSync('pg_dump', ['--version']).stdout ?? ''))?.[1];
	if (version === undefined || Number(version) < Number(running?.['major'])) {
		const why = version === undefined ? 'it is not installed' : `version ${version} is older than the server`;
		console.info(`pg_dump is not tried: ${why}.`);
		return null;
	}
	const { status, stdout, stderr } = spawnSync('pg_dump', [database.url], { maxBuffer: 1024 ** 3 });
	expect([status, String(stderr)]).toEqual([0, '']);
	return { where: 'pg_dump', bytes: stdout };
}

/** The address of a way in with what is really there: by the folder before the parameter, else by its name. */
function addressWith(ids: Record<string, string>, id: string, way: Door['ways'][number]): string {
	const path =
		id.replaceAll(/\/([\w-]+)\/\[([\w.]+)\]/g, (_, folder: string, name: string) => {
			const known = ids[name] ?? ids[folder] ?? (name === 'column' ? 'cases' : missing);
			return `/${folder}/${known}`;
		}) || '/';
	const rest = path.replaceAll(/\[\.\.\.[^\]]+\]/g, 'nothing/here').replaceAll(/\[[^\]]+\]/g, 'cases');
	return way.data ? `${rest === '/' ? '' : rest}/__data.json` : rest;
}

test('what is written in a personal note is on the page of its session for its parties, and nowhere else', async () => {
	const begun = Date.now();
	const ids = await sessionWithCanary();
	const parties: AskingRole[] = ['practitioner', 'team_manager', 'service_manager'];
	const found = new Set<string>();
	const look = async (role: AskingRole, cookie: string, address: string, options: Asking = {}) => {
		const response = await server.request(address, { cookie, ...options });
		const body = await response.text();
		if (`${body}${JSON.stringify([...response.headers])}`.includes(CANARY))
			found.add(`${role} ${address.replace(/[?].*$/, '').replace('/__data.json', '')}`);
	};
	const session = `/supervision/${ids['session']}`;
	const posted = { origin: server.address };
	for (const role of EVERYBODY) {
		const cookie = await signedIn(database, members.get(role)?.accountId ?? '');
		// What a page shows and prints is in its data; those who have the note are also asked for what it becomes.
		const entered = doors.filter(({ id }) => isAmong(whoMayOpen(id) ?? [], role));
		await Promise.all(
			entered.flatMap(({ id, ways }) => {
				const reading = ways.filter(({ method }) => method === 'GET');
				const asked = parties.includes(role)
					? reading
					: reading.filter(({ data }) => data || reading.length === 1);
				return asked.map((way) => look(role, cookie, addressWith(ids, id, way)));
			})
		);
		for (const part of ['personal', 'whole', 'prepare']) await look(role, cookie, `${session}?part=${part}`);
		await look(role, cookie, `/practitioner/${ids['practitioner']}?tab=supervision`);
		await look(role, cookie, `/search?for=canary`);
		await look(role, cookie, `${session}/draft?part=personal`, {
			headers: { ...posted, 'content-type': 'application/json' },
			body: `{"version":1,"texts":{"personal":"${CANARY}"`
		});
		await look(role, cookie, `${session}?/save&part=personal`, {
			form: { version: '1', personal: 'Mine.', key: randomUUID() }
		});
	}
	expect([...found].sort()).toEqual(parties.map((role) => `${role} /supervision/${ids['session']}`).sort());
	expect(await brokenSave(ids['practitioner'] ?? '')).toEqual({ status: 500, told: false });
	expect(server.raw()).not.toContain(CANARY);
	for (const role of parties) {
		const { accountId = '', practitionerId = null } = members.get(role) ?? {};
		const by = { accountId, practitionerId, role, today: CANARY_DAY };
		const [letter, calendar] = await inContext(
			database,
			{ actor: 'person', accountId, today: CANARY_DAY },
			async (tx) => [
				await writeNotice(
					tx,
					{
						notice: { kind: 'digest', on: CANARY_DAY, preference: null } as Taken['notice'],
						about: [],
						today: CANARY_DAY
					},
					server.address
				),
				await ownCalendar(tx, by, server.address)
			]
		);
		expect(calendar).toContain('BEGIN:VCALENDAR');
		expect(JSON.stringify([letter, calendar])).not.toContain(CANARY);
	}
	const tables = await database.client`
		select c.relname as name from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`;
	for (const { name } of tables) {
		const [holding] = await database.client`
			select count(*)::int as rows from ${database.client(String(name))} t where t::text like ${`%${CANARY}%`}`;
		expect([name, holding?.['rows']]).toEqual([name, 0]);
	}
	for (const found of [exported(), await onDisk(begun), await dumped()]) {
		if (found === null) continue;
		const { where, bytes } = found;
		expect([where, bytes.includes(IN_THE_CHILDS_FILE), bytes.includes(CANARY)]).toEqual([where, true, false]);
	}
}, 180_000);
