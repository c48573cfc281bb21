import { spawn } from 'node:child_process';
import { EmbeddedRefusal, errorCode } from '#lib/server/db/embedded/refusal.ts';

/** Whom PostgreSQL runs as when Countersign runs as root; null is the user Countersign itself runs as. */
export type Account = { uid: number; gid: number } | null;

export type Outcome = { ok: boolean; output: string };

export const isRoot = process.getuid?.() === 0;

export function cleanEnvironment(): NodeJS.ProcessEnv {
	return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

/** Runs a program to its end as an account; its output is everything it wrote. A program that cannot start is not ok. */
export function runAs(account: Account, program: string, args: string[], input = ''): Promise<Outcome> {
	return new Promise((resolve) => {
		let output = '';
		const gather = (chunk: Buffer) => (output += chunk.toString());
		try {
			const child = spawn(program, args, {
				...account,
				cwd: '/',
				env: cleanEnvironment(),
				stdio: [input === '' ? 'ignore' : 'pipe', 'pipe', 'pipe']
			});
			child.stdout?.on('data', gather);
			child.stderr?.on('data', gather);
			child.stdin?.on('error', () => {});
			child.on('error', (error) => resolve({ ok: false, output: output + error.message }));
			child.on('close', (code) => resolve({ ok: code === 0, output }));
			child.stdin?.end(input);
		} catch (error) {
			resolve({ ok: false, output: error instanceof Error ? error.message : String(error) });
		}
	});
}

/** Tried, not worked out from modes: access lists and mount options have their say too. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
	return (await runAs(account, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder])).ok;
}

/** PostgreSQL refuses to run as root, so root lends it an account that can do little else. */
export async function systemAccount(): Promise<{ uid: number; gid: number }> {
	const known = (await accountCalled('countersign')) ?? (await accountCalled('postgres'));
	if (known) return known;
	await makeAccount('countersign');
	const usable = (await accountCalled('countersign')) ?? (await accountCalled('nobody'));
	if (usable) return usable;
	throw new EmbeddedRefusal(
		'account',
		'Countersign runs as root, PostgreSQL refuses to, and there is no user to run it as.',
		'Create one with `useradd --system countersign`, run Countersign as an ordinary user, or set DATABASE_URL.'
	);
}

async function accountCalled(name: string): Promise<{ uid: number; gid: number } | null> {
	const uid = await runAs(null, 'id', ['-u', name]);
	const gid = await runAs(null, 'id', ['-g', name]);
	if (!uid.ok || !gid.ok) return null;
	const account = { uid: Number(uid.output), gid: Number(gid.output) };
	if (!Number.isInteger(account.uid) || !Number.isInteger(account.gid) || account.uid === 0) return null;
	return (await runAs(account, '/bin/sh', ['-c', ':'])).ok ? account : null;
}

async function makeAccount(name: string): Promise<void> {
	const made = await runAs(null, 'useradd', [
		'--system',
		'--user-group',
		'--no-create-home',
		'--home-dir',
		'/nonexistent',
		'--shell',
		'/bin/false',
		name
	]);
	if (!made.ok) await runAs(null, 'adduser', ['-S', '-D', '-H', '-s', '/bin/false', name]);
}

export function refuseAs(error: unknown, folder: string): unknown {
	const code = errorCode(error);
	if (code === 'ENOSPC' || code === 'EDQUOT') return noSpace(folder, error);
	if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
		return new EmbeddedRefusal(
			'folder',
			`The database's folder ${folder} cannot be used by this user: ${(error as Error).message}.`,
			'Make it yours, set COUNTERSIGN_DATA to a folder you can write in, or set DATABASE_URL.',
			{ cause: error }
		);
	}
	if (code === 'ENOTDIR' || code === 'EEXIST') {
		return new EmbeddedRefusal(
			'folder',
			`The database's folder ${folder} is not a folder: ${(error as Error).message}.`,
			'Move the file away, or set COUNTERSIGN_DATA to a folder.',
			{ cause: error }
		);
	}
	return error;
}

export function noSpace(folder: string, cause?: unknown): EmbeddedRefusal {
	return new EmbeddedRefusal(
		'space',
		`The disk that holds ${folder} is full.`,
		'Free at least 200 MB there, or set COUNTERSIGN_DATA to a folder on another disk.',
		{ cause }
	);
}
