import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
	closeSync,
	constants,
	existsSync,
	fchownSync,
	fstatSync,
	fsyncSync,
	lchownSync,
	openSync,
	readFileSync,
	readSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { cleanEnvironment, noSpace, runAs, type Account } from '#lib/server/db/embedded/account.ts';
import { majorOf } from '#lib/server/db/embedded/binaries.ts';
import { commandOf, isRunning } from '#lib/server/db/embedded/presence.ts';
import { EmbeddedRefusal, errorCode } from '#lib/server/db/embedded/refusal.ts';
import type { Paths } from '#lib/server/db/embedded/site.ts';

export type Postmaster = { pid: number; port: number; status: string };

const LOGIN = 'countersign';
const LOG_LIMIT_BYTES = 1024 * 1024;
const POLL_MS = 20;
const START_LIMIT_MS = 300_000;
const ANSWER_LIMIT_MS = 10_000;
const FAST_STOP_LIMIT_MS = 30_000;
const IMMEDIATE_STOP_LIMIT_MS = 5_000;
const NO_PROCESS = '99999999';

/**
 * Given on the command line, not written into the data folder, so that they are always those of this version.
 * The log keeps what the server says of itself and never statements, which may hold what is written about children.
 */
const SETTINGS = {
	listen_addresses: '127.0.0.1',
	unix_socket_directories: '',
	password_encryption: 'scram-sha-256',
	max_connections: '60',
	shared_buffers: '128MB',
	max_parallel_workers_per_gather: '0',
	max_parallel_maintenance_workers: '0',
	jit: 'off',
	timezone: 'UTC',
	log_timezone: 'UTC',
	datestyle: 'ISO, YMD',
	cluster_name: 'countersign',
	log_min_messages: 'log',
	log_min_error_statement: 'panic',
	log_error_verbosity: 'terse'
};

export function addressOf(port: number, password: string): string {
	return `postgres://${LOGIN}:${password}@127.0.0.1:${port}/${LOGIN}`;
}

export function passwordIn(paths: Paths): string | null {
	return existsSync(paths.password) ? readFileSync(paths.password, 'utf8').trim() : null;
}

export function majorOfData(paths: Paths): number | null {
	const version = join(paths.data, 'PG_VERSION');
	return existsSync(version) ? Number(readFileSync(version, 'utf8').trim()) : null;
}

/** The server that runs on the data, or null. What a killed server wrote about itself does not count. */
export function postmasterOf(paths: Paths): Postmaster | null {
	const record = recordOf(paths);
	if (!record || !isPostmaster(record.pid, record.data)) return null;
	const { pid, port, status } = record;
	return { pid, port, status };
}

function isPostmaster(pid: number, data: string): boolean {
	if (!isRunning(pid)) return false;
	const command = commandOf(pid);
	return command === null || command.includes(data);
}

function recordOf(paths: Paths): (Postmaster & { data: string }) | null {
	try {
		const [pid, data, , port, , , , status] = readFileSync(join(paths.data, 'postmaster.pid'), 'utf8').split(
			'\n'
		);
		return { pid: Number(pid), data: data ?? paths.data, port: Number(port), status: status?.trim() ?? '' };
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return null;
		throw error;
	}
}

/** Makes the data under another name and renames it when whole, so that data which exists is complete. */
export async function initialise(
	paths: Paths,
	binaries: string,
	account: Account,
	me: string
): Promise<void> {
	sweepUnfinished(paths);
	const unfinished = join(paths.home, `unfinished-${me}`);
	const made = await runAs(account, join(binaries, 'bin', 'initdb'), [
		`--pgdata=${unfinished}`,
		'--username=postgres',
		'--encoding=UTF8',
		...orderByCodePoint(binaries),
		'--auth-local=reject',
		'--auth-host=scram-sha-256',
		'--no-instructions'
	]);
	if (!made.ok) throw couldNotMake(made.output);
	const password = newPassword();
	const prepared = await runAlone(unfinished, binaries, account, [
		`create role ${LOGIN} login createdb createrole password '${password}'`,
		`create database ${LOGIN} owner ${LOGIN}`
	]);
	if (!prepared.ok) throw couldNotMake(prepared.output);
	keepPassword(paths, password, account);
	renameSync(unfinished, paths.data);
	syncFolder(paths.home);

	function couldNotMake(output: string) {
		rmSync(unfinished, { recursive: true, force: true });
		if (output.includes('No space left on device')) return noSpace(paths.home);
		return new EmbeddedRefusal(
			'start',
			`PostgreSQL could not make its data in ${paths.home}: ${lastLines(output)}`,
			'Mend that and try again, or set DATABASE_URL to a PostgreSQL server.'
		);
	}
}

/** An initdb whose starter was killed may still be writing; what it leaves now is swept at the next start. */
function sweepUnfinished(paths: Paths): void {
	for (const name of readdirSync(paths.home).filter((name) => name.startsWith('unfinished-'))) {
		rmSync(join(paths.home, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
	}
}

export async function renewPassword(paths: Paths, binaries: string, account: Account): Promise<void> {
	const password = newPassword();
	const renewed = await runAlone(paths.data, binaries, account, [
		`alter role ${LOGIN} password '${password}'`
	]);
	if (!renewed.ok) throw didNotStart(paths, renewed.output);
	keepPassword(paths, password, account);
}

/** From 17 a builtin collation orders by code point and still knows that é is the small É; before, C only orders. */
function orderByCodePoint(binaries: string): string[] {
	return (majorOf(binaries) ?? 0) >= 17
		? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
		: ['--locale=C'];
}

function runAlone(data: string, binaries: string, account: Account, statements: string[]) {
	const args = ['--single', '-D', data, '-c', 'exit_on_error=on', 'postgres'];
	return runAs(account, join(binaries, 'bin', 'postgres'), args, statements.join('\n') + '\n');
}

/** Returns when the server takes connections. The port of a killed server is tried first: others may still hold its address. */
export async function start(paths: Paths, binaries: string, account: Account): Promise<Postmaster> {
	rotateLog(paths.log);
	let port = await freePort(recordOf(paths)?.port);
	for (let attempt = 1; ; attempt += 1) {
		const { ready, said } = await startOnce(paths, binaries, account, port);
		if (ready) return ready;
		if (attempt === 20) throw didNotStart(paths, said);
		if (said.includes('could not create any TCP/IP sockets')) port = await freePort();
		else if (said.includes('is still in use')) await pause(250);
		else if (said.includes('already exists') && disownRecord(paths)) continue;
		else throw didNotStart(paths, said);
	}
}

async function startOnce(
	paths: Paths,
	binaries: string,
	account: Account,
	port: number
): Promise<{ ready: Postmaster | null; said: string }> {
	const log = openSync(
		paths.log,
		constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
		0o600
	);
	try {
		if (account) fchownSync(log, account.uid, account.gid);
		const from = fstatSync(log).size;
		const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => [
			'-c',
			`${name}=${value}`
		]);
		const child = spawn(join(binaries, 'bin', 'postgres'), ['-D', paths.data, ...settings], {
			...account,
			cwd: '/',
			env: cleanEnvironment(),
			detached: true,
			stdio: ['ignore', log, log]
		});
		let ended = false;
		let failure = '';
		child.on('exit', () => (ended = true));
		child.on('error', (error) => {
			ended = true;
			failure = error.message;
		});
		child.unref();
		for (let waitedMs = 0; !ended && waitedMs < START_LIMIT_MS; waitedMs += POLL_MS) {
			const server = postmasterOf(paths);
			if (server?.pid === child.pid && server?.status === 'ready') return { ready: server, said: '' };
			await pause(POLL_MS);
		}
		if (!ended) child.kill('SIGQUIT');
		return { ready: null, said: failure + textFrom(log, from) };
	} finally {
		closeSync(log);
	}
}

/**
 * PostgreSQL will not start while the process that its record names exists, though that be another program by now, or a
 * dead server of which its parent has not taken notice (in a container nobody may). The record then names none, but
 * stays: from it PostgreSQL also learns whether parts of the killed server still hold the data in memory.
 */
function disownRecord(paths: Paths): boolean {
	const record = recordOf(paths);
	if (!record || isPostmaster(record.pid, record.data)) return false;
	const file = join(paths.data, 'postmaster.pid');
	writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, NO_PROCESS));
	return true;
}

export type Answer = 'answers' | 'refuses the password' | 'is silent';

/** Whether a running server lets us in; waits for one that is still starting. */
export async function answerOf(server: Postmaster, password: string): Promise<Answer> {
	const asked = performance.now();
	for (;;) {
		const sql = postgres(addressOf(server.port, password), {
			max: 1,
			connect_timeout: ANSWER_LIMIT_MS / 1000,
			fetch_types: false,
			onnotice: () => {}
		});
		try {
			await sql`select 1`;
			return 'answers';
		} catch (error) {
			const code = errorCode(error);
			if (code === '28P01') return 'refuses the password';
			if (code === '53300') return 'answers';
			const limitMs = code === '57P03' ? START_LIMIT_MS : ANSWER_LIMIT_MS;
			if (!isRunning(server.pid) || performance.now() - asked > limitMs) return 'is silent';
			await pause(POLL_MS);
		} finally {
			await sql.end({ timeout: 0 });
		}
	}
}

/**
 * Stops a server and returns when it is gone. What is committed is safe in each of the ways, which are tried in turn;
 * the first, for which the server must be well, leaves nothing to recover at the next start.
 */
export async function stop(
	pid: number,
	data: string,
	how: 'in order' | 'at once' = 'in order'
): Promise<void> {
	const inOrder = { signal: 'SIGINT', limitMs: FAST_STOP_LIMIT_MS } as const;
	const atOnce = [
		{ signal: 'SIGQUIT', limitMs: IMMEDIATE_STOP_LIMIT_MS },
		{ signal: 'SIGKILL', limitMs: IMMEDIATE_STOP_LIMIT_MS }
	] as const;
	const ways = how === 'in order' ? [inOrder, ...atOnce] : atOnce;
	for (const { signal, limitMs } of ways) {
		askToStop(pid, data, signal);
		for (let waitedMs = 0; waitedMs < limitMs; waitedMs += 5) {
			if (!isPostmaster(pid, data)) return;
			await pause(5);
		}
	}
	throw new EmbeddedRefusal(
		'start',
		`The database server (process ${pid}) does not stop.`,
		"Look at it with your system's tools, end it, and try again."
	);
}

export function askToStop(pid: number, data: string, signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void {
	if (!isPostmaster(pid, data)) return;
	try {
		process.kill(pid, signal);
	} catch (error) {
		if (errorCode(error) === 'ESRCH') return;
		throw new EmbeddedRefusal(
			'account',
			`The database server (process ${pid}) belongs to another user and cannot be stopped by this one.`,
			'Use Countersign as the user that started it.',
			{ cause: error }
		);
	}
}

function didNotStart(paths: Paths, said: string): EmbeddedRefusal {
	if (said.includes('No space left on device')) return noSpace(paths.home);
	return new EmbeddedRefusal(
		'start',
		`PostgreSQL did not start on ${paths.data}: ${lastLines(said)}`,
		`Its log is ${paths.log}. Mend what it names and try again, or restore a backup into a new folder.`
	);
}

function lastLines(text: string): string {
	const lines = text.trim().split('\n');
	const telling = lines.filter((line) => /\b(error|FATAL|PANIC|HINT|DETAIL):/.test(line));
	return (telling.length > 0 ? telling : lines).slice(-4).join(' / ') || 'it gave no reason.';
}

function textFrom(file: number, from: number): string {
	const text = Buffer.alloc(Math.max(0, fstatSync(file).size - from));
	readSync(file, text, 0, text.length, from);
	return text.toString();
}

function rotateLog(log: string): void {
	const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
	if (size > LOG_LIMIT_BYTES) renameSync(log, `${log}.1`);
}

function newPassword(): string {
	return randomBytes(24).toString('base64url');
}

function keepPassword(paths: Paths, password: string, account: Account): void {
	const unfinished = `${paths.password}.new`;
	rmSync(unfinished, { force: true });
	writeFileSync(unfinished, `${password}\n`, { mode: 0o600, flag: 'wx', flush: true });
	if (account) lchownSync(unfinished, account.uid, account.gid);
	renameSync(unfinished, paths.password);
}

function syncFolder(folder: string): void {
	const handle = openSync(folder, 'r');
	fsyncSync(handle);
	closeSync(handle);
}

/** A port nobody listens on now, the wished one if it is such. Another program may take it first: starting tries again. */
async function freePort(wished = 0): Promise<number> {
	const port = await new Promise<number | null>((resolve) => {
		const probe = createServer();
		probe.on('error', () => resolve(null));
		probe.listen(wished, '127.0.0.1', () => {
			const address = probe.address();
			probe.close(() => resolve(typeof address === 'object' && address ? address.port : null));
		});
	});
	if (port !== null) return port;
	if (wished !== 0) return freePort();
	throw new EmbeddedRefusal(
		'start',
		'No port on 127.0.0.1 can be opened for the database.',
		'Allow this user to listen on localhost, or set DATABASE_URL to a PostgreSQL server.'
	);
}
