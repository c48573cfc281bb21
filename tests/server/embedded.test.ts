import { spawn, spawnSync } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	cpSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	realpathSync,
	rmSync,
	rmdirSync,
	statSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inspectEmbedded, openEmbedded, type EmbeddedDatabase } from '#lib/server/db/embedded.ts';
import { canEnter, isRoot } from '#lib/server/db/embedded/account.ts';
import { packagedBinaries } from '#lib/server/db/embedded/binaries.ts';
import { alone, signature } from '#lib/server/db/embedded/presence.ts';
import { EmbeddedRefusal } from '#lib/server/db/embedded/refusal.ts';

const checkout = join(import.meta.dirname, '../..');
const nobody = { uid: 65534, gid: 65534 };

let made: string;
let area: string;
let folder: string;
let people: Person[];
let opened: EmbeddedDatabase[];

beforeAll(async () => {
	made = newArea();
	await (await openEmbedded(join(made, 'data'))).close();
});

afterAll(() => rmSync(made, { recursive: true, force: true }));

beforeEach(() => {
	area = newArea();
	folder = join(area, 'data');
	people = [];
	opened = [];
});

afterEach(async () => {
	await Promise.all([...opened.map((database) => database.close()), ...people.map((person) => person.end())]);
	const left = processesIn(area);
	for (const pid of left) process.kill(pid, 'SIGKILL');
	rmSync(area, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
	expect(left).toEqual([]);
});

describe('first use', () => {
	test('makes a folder closed to others and a database that answers on this machine only', async () => {
		const database = await open(folder);
		const others = 0o007;
		expect(statSync(folder).mode & others).toBe(0);
		expect(statSync(join(folder, 'postgres')).mode & 0o777).toBe(0o700);
		expect(statSync(join(folder, 'postgres/password')).mode & 0o777).toBe(0o600);
		expect(new URL(database.url).hostname).toBe('127.0.0.1');
		const [settings] = await ask(
			database.url,
			`select current_setting('listen_addresses') as listens, current_setting('fsync') as fsync, current_setting('jit') as jit, current_setting('TimeZone') as zone,
				current_setting('server_encoding') as encoding, current_setting('server_version_num')::int / 10000 as major`
		);
		expect(settings).toEqual({
			listens: '127.0.0.1',
			fsync: 'on',
			jit: 'off',
			zone: 'UTC',
			encoding: 'UTF8',
			major: 18
		});
		const socketFolder = readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[4];
		expect(socketFolder).toBe('');
	});

	test('gives a login that owns its database and is no superuser', async () => {
		haveDatabase();
		const database = await open(folder);
		expect(
			await ask(
				database.url,
				`select rolname, rolsuper, pg_get_userbyid(datdba) as owner from pg_roles, pg_database
					where rolname = current_user and datname = current_database()`
			)
		).toEqual([{ rolname: 'countersign', rolsuper: false, owner: 'countersign' }]);
		await ask(database.url, 'create extension btree_gist');
		await ask(database.url, 'create database another');
	});

	test('refuses a login without the password', async () => {
		haveDatabase();
		const database = await open(folder);
		await expect(ask(database.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(
			'password authentication failed'
		);
	});

	test('orders by code point and knows accented letters', async () => {
		haveDatabase();
		const database = await open(folder);
		expect(
			await ask(
				database.url,
				`select string_agg(name, ' ' order by name) as names, lower('ÉLODIE') as lower
					from unnest(array['éa', 'b', 'Zoë', 'a', 'B', 'a-b', 'ab']) as name`
			)
		).toEqual([{ names: 'B Zoë a a-b ab b éa', lower: 'élodie' }]);
	});

	test('keeps what users write out of the log', async () => {
		haveDatabase();
		const database = await open(folder);
		await ask(database.url, 'create table note (body text primary key)');
		await ask(database.url, `insert into note values ('a private matter')`);
		await expect(ask(database.url, `insert into note values ('a private matter')`)).rejects.toThrow();
		await expect(ask(database.url, `select 'a private matter'::date`)).rejects.toThrow();
		expect(readFileSync(join(folder, 'postgres/server.log'), 'utf8')).not.toContain('private');
	});
});

describe('several processes', () => {
	test('join one server, and the last to leave stops it', async () => {
		haveDatabase();
		const first = await begin(folder);
		const second = await begin(folder);
		expect(second.url).toBe(first.url);
		const [server] = processesIn(folder);
		await first.close();
		expect(processesIn(folder)).toEqual([server]);
		expect(await second.ask('select 1 as one')).toEqual([{ one: 1 }]);
		await second.close();
		expect(processesIn(folder)).toEqual([]);
		expect(readdirSync(join(folder, 'postgres/users'))).toEqual([]);
		expect(readdirSync(join(folder, 'postgres/lock'))).toEqual([]);
	});

	test('that come at once to an empty folder make one database', async () => {
		const racers = await Promise.all([1, 2, 3, 4].map(() => begin(folder)));
		expect(new Set(racers.map((racer) => racer.url)).size).toBe(1);
		expect(processesIn(folder)).toHaveLength(1);
		await Promise.all(racers.map((racer, n) => racer.ask(`create table racer_${n} ()`)));
		await Promise.all(racers.map((racer) => racer.close()));
		expect(processesIn(folder)).toEqual([]);
		expect(readdirSync(join(folder, 'postgres')).filter((name) => name.startsWith('unfinished'))).toEqual([]);
	});

	test('that come and go at random never find the server gone', async () => {
		haveDatabase();
		const visits = Array.from({ length: 6 }, async (_, visitor) => {
			for (let visit = 0; visit < 6; visit += 1) {
				const database = await openEmbedded(folder);
				expect(await ask(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
				await pause((visitor * 7 + visit * 13) % 30);
				await database.close();
			}
		});
		await Promise.all(visits);
		expect(processesIn(folder)).toEqual([]);
	});

	test('are never in the lock together', async () => {
		mkdirSync(folder);
		let inside = 0;
		const most: number[] = [];
		await Promise.all(
			Array.from({ length: 20 }, () =>
				alone(folder, signature(), async () => {
					inside += 1;
					await pause(2);
					most.push(inside);
					inside -= 1;
				})
			)
		);
		expect(most).toEqual(Array.from({ length: 20 }, () => 1));
	});

	test('may close twice', async () => {
		haveDatabase();
		const database = await open(folder);
		await Promise.all([database.close(), database.close()]);
		await database.close();
		expect(processesIn(folder)).toEqual([]);
	});

	test('keep the server when one of them is interrupted from the terminal', async () => {
		haveDatabase();
		const atTerminal = await begin(folder);
		const other = await begin(folder);
		process.kill(-atTerminal.pid, 'SIGINT');
		await pause(300);
		expect(await other.ask('select 1 as one')).toEqual([{ one: 1 }]);
		expect(processesIn(folder)).toHaveLength(1);
	});

	test('stop the server even when the last exits without closing', async () => {
		haveDatabase();
		const person = await begin(folder);
		await person.exit();
		await until(() => processesIn(folder).length === 0);
		expect(readdirSync(join(folder, 'postgres/users'))).toEqual([]);
	});
});

describe('after a kill', () => {
	test('of the only user the next one joins the server left behind, and stops it', async () => {
		haveDatabase();
		const person = await begin(folder);
		await person.ask('create table kept (n int)');
		const left = processesIn(folder);
		await person.kill();
		expect(processesIn(folder)).toEqual(left);
		const database = await open(folder);
		expect(processesIn(folder)).toEqual(left);
		expect(await ask(database.url, 'select * from kept')).toEqual([]);
		await database.close();
		expect(processesIn(folder)).toEqual([]);
	});

	test('of one user the others stay, and the last still stops the server', async () => {
		haveDatabase();
		const stays = await begin(folder);
		const killed = await begin(folder);
		await killed.kill();
		expect(await stays.ask('select 1 as one')).toEqual([{ one: 1 }]);
		await stays.close();
		expect(processesIn(folder)).toEqual([]);
	});

	test('of the server the next user starts it at the same address with all that was committed', async () => {
		haveDatabase();
		const before = await open(folder);
		await ask(before.url, 'create table kept (n int)');
		await ask(before.url, 'insert into kept select generate_series(1, 1000)');
		const [server] = processesIn(folder);
		process.kill(server ?? 0, 'SIGKILL');
		await until(() => processesIn(folder).length === 0);
		expect((await inspectEmbedded(folder)).problems[0]?.what).toContain('was killed under the processes');
		const after = await open(folder);
		expect(after.url).toBe(before.url);
		expect(await ask(before.url, 'select count(*)::int, sum(n)::int from kept')).toEqual([
			{ count: 1000, sum: 500500 }
		]);
	});

	test('of the server whose number went to another program the next user still starts it', async () => {
		haveDatabase();
		const data = join(folder, 'postgres/data');
		writeFileSync(
			join(data, 'postmaster.pid'),
			`${process.pid}\n${data}\n1700000000\n5432\n\n127.0.0.1\n  1234567 0\nready   \n`
		);
		if (isRoot) chownSync(join(data, 'postmaster.pid'), statSync(data).uid, statSync(data).gid);
		const database = await open(folder);
		expect(await ask(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
	});

	test('of the server of which its parent has taken no notice the next user still starts it', async () => {
		haveDatabase();
		const person = await begin(folder);
		const [server] = processesIn(folder);
		process.kill(person.pid, 'SIGSTOP');
		process.kill(server ?? 0, 'SIGKILL');
		await until(() => processesIn(folder).length === 0);
		const database = await open(folder);
		expect(await ask(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
		process.kill(person.pid, 'SIGCONT');
	});

	test('in the middle of making the data the next user makes it anew', async () => {
		const person = launch(folder);
		await until(() => unfinishedIn(folder).some((name) => existsSync(join(name, 'global'))));
		await person.kill();
		expect(existsSync(join(folder, 'postgres/data'))).toBe(false);
		const database = await open(folder);
		expect(await ask(database.url, 'select current_user as me')).toEqual([{ me: 'countersign' }]);
		await database.close();
		await until(() => processesIn(area).length === 0);
		await (await openEmbedded(folder)).close();
		expect(unfinishedIn(folder)).toEqual([]);
	});

	test('a lock and a user with a number that lives again under another process do not count', async () => {
		haveDatabase();
		const bygone = `${process.ppid}-12345.abcdef01-00000000`;
		writeFileSync(join(folder, 'postgres/lock', bygone), '');
		writeFileSync(join(folder, 'postgres/users', bygone), '');
		const database = await open(folder);
		await database.close();
		expect(processesIn(folder)).toEqual([]);
		expect(readdirSync(join(folder, 'postgres/users'))).toEqual([]);
	});
});

describe('a server left behind that will not let us in', () => {
	test('is stopped and started with a new password when nobody uses it', async () => {
		haveDatabase();
		const person = await begin(folder);
		await person.ask('create table kept (n int)');
		const [server] = processesIn(folder);
		await person.kill();
		writeFileSync(join(folder, 'postgres/password'), 'not the password\n');
		const database = await open(folder);
		expect(await ask(database.url, 'select * from kept')).toEqual([]);
		expect(processesIn(folder)).not.toContain(server);
	});

	test('is left alone when others use it, and they are named', async () => {
		haveDatabase();
		const person = await begin(folder);
		writeFileSync(join(folder, 'postgres/password'), 'not the password\n');
		const refusal = await refusalOf(openEmbedded(folder));
		expect(refusal.code).toBe('busy');
		expect(refusal.message).toContain(String(person.pid));
		expect(await person.ask('select 1 as one')).toEqual([{ one: 1 }]);
	});

	test('gets a new password when the file with it was lost', async () => {
		haveDatabase();
		rmSync(join(folder, 'postgres/password'));
		const database = await open(folder);
		expect(await ask(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
	});
});

describe('refusals in words', () => {
	test('data of another PostgreSQL', async () => {
		haveDatabase();
		writeFileSync(join(folder, 'postgres/data/PG_VERSION'), '17\n');
		const refusal = await refusalOf(openEmbedded(folder));
		expect(refusal.code).toBe('version');
		expect(refusal.message).toContain('made by PostgreSQL 17');
		expect(refusal.message).toContain('countersign backup FILE` with the old version');
		expect(refusal.message).toContain('countersign restore FILE` with this one');
		expect((await inspectEmbedded(folder)).problems).toEqual([{ what: refusal.what, mend: refusal.mend }]);
	});

	test('a file where the folder should be', async () => {
		writeFileSync(folder, '');
		const refusal = await refusalOf(openEmbedded(folder));
		expect(refusal.code).toBe('folder');
		expect(refusal.message).toContain(folder);
	});

	test('binaries that do not run here, naming DATABASE_URL', async () => {
		const binaries = join(area, 'binaries');
		mkdirSync(join(binaries, 'bin'), { recursive: true });
		for (const program of ['postgres', 'initdb']) {
			writeFileSync(join(binaries, 'bin', program), '#!/no/such/loader\n', { mode: 0o755 });
		}
		const refusal = await refusalOf(openEmbedded(folder, { binaries }));
		expect(refusal.code).toBe('binaries');
		expect(refusal.message).toContain('DATABASE_URL');
	});

	test('data that is damaged, with what PostgreSQL said and its log', async () => {
		haveDatabase();
		rmSync(join(folder, 'postgres/data/global/pg_control'));
		const refusal = await refusalOf(openEmbedded(folder));
		expect(refusal.code).toBe('start');
		expect(refusal.message).toContain('pg_control');
		expect(refusal.message).toContain(join(folder, 'postgres/server.log'));
	});

	test('a link whose database is gone is not taken for an empty one', async () => {
		mkdirSync(folder);
		symlinkSync(join(area, 'gone'), join(folder, 'postgres'));
		const refusal = await refusalOf(openEmbedded(folder));
		expect(refusal.code).toBe('lost');
		expect((await inspectEmbedded(folder)).problems).toEqual([{ what: refusal.what, mend: refusal.mend }]);
	});
});

describe('binaries', () => {
	test('run from the package when its install script made the links, else from a copy', async () => {
		const complete = join(area, 'complete');
		const bare = join(area, 'bare');
		const list = readFileSync(join(packagedBinaries(), 'pg-symlinks.json'), 'utf8');
		const links = JSON.parse(list) as { source: string; target: string }[];
		for (const place of [complete, bare])
			cpSync(packagedBinaries(), place, { recursive: true, verbatimSymlinks: true });
		for (const { source, target } of links) {
			rmSync(join(bare, '..', target.replace('native', 'bare')), { force: true });
			const link = join(area, target.replace('native', 'complete'));
			if (!existsSync(link)) symlinkSync(basename(source), link);
		}
		for (const [binaries, copies] of [
			[complete, 0],
			[bare, 1]
		] as const) {
			const database = await open(join(area, `from-${basename(binaries)}`), { binaries });
			expect(await ask(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
			const home = join(area, `from-${basename(binaries)}`, 'postgres');
			expect(readdirSync(home).filter((name) => name.startsWith('binaries-'))).toHaveLength(copies);
		}
	});
});

describe('inspection', () => {
	test('tells an absent, a running and a stopped database, and makes nothing', async () => {
		const absent = await inspectEmbedded(folder);
		expect(absent).toMatchObject({
			server: { state: 'absent' },
			data: null,
			dataMajor: null,
			binariesMajor: 18
		});
		expect(existsSync(folder)).toBe(false);
		const database = await open(folder);
		const running = await inspectEmbedded(folder);
		expect(running.server).toEqual({
			state: 'running',
			pid: processesIn(folder)[0],
			port: Number(new URL(database.url).port),
			status: 'ready',
			users: [process.pid]
		});
		await database.close();
		const stopped = await inspectEmbedded(folder);
		expect(stopped).toMatchObject({ server: { state: 'stopped' }, dataMajor: 18, problems: [] });
	});
});

if (!isRoot) process.stderr.write('The tests as root are left out: these tests do not run as root.\n');

describe.runIf(isRoot)('as root', () => {
	test('PostgreSQL runs as another user', async () => {
		haveDatabase();
		await open(folder);
		const [server] = processesIn(folder);
		expect(statSync(`/proc/${server}`).uid).not.toBe(0);
	});

	test('a folder and binaries that user cannot reach are kept elsewhere, said once and linked', async () => {
		const closed = join(area, 'closed');
		mkdirSync(closed, { mode: 0o700 });
		const binaries = join(closed, 'binaries');
		cpSync(packagedBinaries(), binaries, { recursive: true, verbatimSymlinks: true });
		const place = join(closed, 'data');
		const database = await open(place, { binaries });
		const home = realpathSync(join(place, 'postgres'));
		try {
			expect(dirname(home)).toBe('/var/lib/countersign');
			expect(lstatSync(join(place, 'postgres')).isSymbolicLink()).toBe(true);
			expect(database.notice).toContain(home);
			await ask(database.url, 'create table kept (n int)');
			await database.close();
			const again = await open(place, { binaries });
			expect(again.notice).toBe(null);
			expect((await inspectEmbedded(place, { binaries })).home).toBe(home);
			expect(await ask(again.url, 'select * from kept')).toEqual([]);
			await again.close();
			expect(processesIn(home)).toEqual([]);
		} finally {
			await database.close();
			rmSync(home, { recursive: true });
			expect((await refusalOf(openEmbedded(place))).code).toBe('lost');
			if (readdirSync('/var/lib/countersign').length === 0) rmdirSync('/var/lib/countersign');
		}
	});

	test('the folder of an ordinary user stays usable by that user', async ({ skip }) => {
		const reason = await whyNobodyCannotRun();
		skip(reason !== null, reason ?? '');
		mkdirSync(folder, { mode: 0o700 });
		chownSync(folder, nobody.uid, nobody.gid);
		await (await openEmbedded(folder)).close();
		const person = await begin(folder, nobody);
		expect(await person.ask('select current_user as me')).toEqual([{ me: 'countersign' }]);
		const database = await open(folder);
		expect(database.url).toBe(person.url);
		await database.close();
		await person.close();
		expect(processesIn(folder)).toEqual([]);
	});
});

describe('as an ordinary user', () => {
	test('the database works in a home closed to all others', async ({ skip }) => {
		const reason = isRoot ? await whyNobodyCannotRun() : null;
		skip(reason !== null, reason ?? '');
		const home = join(area, 'home');
		mkdirSync(home, { mode: 0o700 });
		if (isRoot) chownSync(home, nobody.uid, nobody.gid);
		const person = await begin(join(home, 'data'), isRoot ? nobody : undefined);
		expect(await person.ask('select current_user as me')).toEqual([{ me: 'countersign' }]);
		const [server] = processesIn(home);
		expect(statSync(`/proc/${server}`).uid).toBe(isRoot ? nobody.uid : process.getuid?.());
		expect(statSync(join(home, 'data')).mode & 0o777).toBe(0o700);
		await person.close();
		expect(processesIn(home)).toEqual([]);
	});

	test('a folder that cannot be written in is refused with what to do', async ({ skip }) => {
		const reason = isRoot ? await whyNobodyCannotRun() : null;
		skip(reason !== null, reason ?? '');
		mkdirSync(folder, { mode: 0o555 });
		const person = launch(folder, isRoot ? nobody : undefined);
		const { code, message } = await person.refusal();
		expect(code).toBe('folder');
		expect(message).toContain(folder);
		expect(message).toContain('COUNTERSIGN_DATA');
	});
});

function newArea(): string {
	const made = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-embedded-')));
	chmodSync(made, 0o755);
	return made;
}

/** Puts a stopped database, made before by Countersign, in the folder. */
function haveDatabase(): void {
	const copied = spawnSync('cp', ['-a', join(made, 'data'), folder], { encoding: 'utf8' });
	expect(copied.stderr).toBe('');
}

async function open(...args: Parameters<typeof openEmbedded>): Promise<EmbeddedDatabase> {
	const database = await openEmbedded(...args);
	opened.push(database);
	return database;
}

async function ask(url: string, statement: string): Promise<unknown[]> {
	const sql = postgres(url, { max: 1, onnotice: () => {} });
	try {
		return [...(await sql.unsafe(statement))];
	} finally {
		await sql.end();
	}
}

async function refusalOf(attempt: Promise<unknown>): Promise<EmbeddedRefusal> {
	try {
		await attempt;
	} catch (error) {
		if (error instanceof EmbeddedRefusal) return error;
		throw error;
	}
	throw new Error('It was not refused.');
}

async function until(holds: () => boolean): Promise<void> {
	while (!holds()) await pause(10);
}

function unfinishedIn(place: string): string[] {
	const home = join(place, 'postgres');
	if (!existsSync(home)) return [];
	return readdirSync(home)
		.filter((name) => name.startsWith('unfinished-'))
		.map((name) => join(home, name));
}

/** Programs of PostgreSQL that work in a place: servers with their parts, and initdb. */
function processesIn(place: string): number[] {
	const listed = spawnSync('ps', ['-ww', '-A', '-o', 'pid=,command='], { encoding: 'utf8' });
	const lines =
		listed.status === 0
			? listed.stdout.split('\n')
			: readdirSync('/proc')
					.filter((name) => /^\d+$/.test(name))
					.map((pid) => `${pid} ${commandLine(pid)}`);
	return lines
		.filter((line) => line.includes(`${place}/`) && /\/bin\/(postgres|initdb) /.test(line))
		.map((line) => Number.parseInt(line, 10));
}

function commandLine(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
	} catch {
		return '';
	}
}

/** On a machine where the checkout is closed to others, no other user can run this test's programs. */
async function whyNobodyCannotRun(): Promise<string | null> {
	for (const needed of [checkout, dirname(realpathSync(process.execPath))]) {
		if (await canEnter(nobody, needed)) continue;
		const reason = `The tests as an ordinary user are left out: user ${nobody.uid} cannot reach ${needed}.`;
		process.stderr.write(`${reason}\n`);
		return reason;
	}
	return null;
}

type Person = {
	pid: number;
	opening(): Promise<{ url: string; notice: string | null }>;
	refusal(): Promise<{ code: string; message: string }>;
	ask(statement: string): Promise<unknown[]>;
	close(): Promise<void>;
	exit(): Promise<void>;
	kill(): Promise<void>;
	end(): Promise<void>;
};

async function begin(place: string, account?: { uid: number; gid: number }) {
	const person = launch(place, account);
	const { url, notice } = await person.opening();
	return { ...person, url, notice };
}

/** A process of its own that uses a database, in a process group of its own as if at a terminal. */
function launch(place: string, account?: { uid: number; gid: number }): Person {
	const child = spawn(
		process.execPath,
		['--import', 'tsx', join(import.meta.dirname, 'embedded-user.ts'), place],
		{
			...account,
			cwd: checkout,
			detached: true,
			env: { ...process.env, TSX_DISABLE_CACHE: '1' },
			stdio: ['pipe', 'pipe', 'inherit']
		}
	);
	const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
	const heard = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

	async function hear<Told>(heading: string): Promise<Told> {
		for (;;) {
			const line = await heard.next();
			if (line.done) throw new Error(`The process ended before it said ${heading}.`);
			const said = JSON.parse(line.value) as { heading: string; told: Told };
			if (said.heading === heading) return said.told;
			if (said.heading === 'refused') throw new Error(line.value);
		}
	}

	const person: Person = {
		pid: child.pid ?? 0,
		opening: () => hear<{ url: string; notice: string | null }>('opened'),
		refusal: () => hear<{ code: string; message: string }>('refused'),
		ask(statement: string) {
			child.stdin.write(`${statement}\n`);
			return hear<unknown[]>('rows');
		},
		async close() {
			child.stdin.write('close\n');
			await hear('closed');
		},
		async exit() {
			child.stdin.write('exit\n');
			await ended;
		},
		async kill() {
			child.kill('SIGKILL');
			await ended;
		},
		async end() {
			if (child.exitCode === null && child.signalCode === null) child.stdin.end('close\n');
			await ended;
		}
	};
	people.push(person);
	return person;
}
