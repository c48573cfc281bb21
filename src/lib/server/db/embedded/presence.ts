import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedRefusal } from '#lib/server/db/embedded/refusal.ts';

const LONGEST_WAIT_MS = 180_000;

/**
 * A file name that stands for this process: number, moment of birth, and a random part for each holder within it.
 * Process numbers are used again, so a number alone would bring a dead holder back to life.
 */
export function signature(): string {
	return `${process.pid}-${bornAt(process.pid) ?? 'unknown'}-${randomBytes(4).toString('hex')}`;
}

export function pidOf(signed: string): number {
	return Number(signed.split('-')[0]);
}

export function isRunning(pid: number): boolean {
	if (!Number.isSafeInteger(pid) || pid <= 0) return false;
	try {
		process.kill(pid, 0);
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
	return !isZombie(pid);
}

/** The living holders in a folder besides `me`; the files of the dead are swept away. */
export function othersIn(folder: string, me: string): string[] {
	return readdirSync(folder).filter((name) => {
		if (name === me) return false;
		if (isLiving(name)) return true;
		rmSync(join(folder, name), { force: true });
		return false;
	});
}

/** The living holders in a folder, which is left as it is. */
export function livingIn(folder: string): string[] {
	return readdirSync(folder).filter(isLiving);
}

export function enter(folder: string, me: string): void {
	writeFileSync(join(folder, me), '', { flag: 'wx', mode: 0o600 });
}

export function leave(folder: string, me: string): void {
	rmSync(join(folder, me), { force: true });
}

/**
 * Each holder first shows itself and only then looks for others, so of two that come at once at least one sees the
 * other: never are both alone. Nothing has to be taken over from a dead holder, because its name never lives again.
 */
export function tryAlone(folder: string, me: string): boolean {
	if (othersIn(folder, me).length > 0) return false;
	enter(folder, me);
	if (othersIn(folder, me).length === 0) return true;
	leave(folder, me);
	return false;
}

export async function alone<Result>(
	folder: string,
	me: string,
	work: () => Promise<Result>
): Promise<Result> {
	let waitedMs = 0;
	while (!tryAlone(folder, me)) {
		if (waitedMs > LONGEST_WAIT_MS) {
			throw new EmbeddedRefusal(
				'busy',
				`Another process (${othersIn(folder, me).map(pidOf).join(', ')}) has been starting or stopping the database for ${LONGEST_WAIT_MS / 60_000} minutes.`,
				'Look at what it is doing, end it, and try again.'
			);
		}
		const waitMs = 5 + Math.random() * 25;
		await pause(waitMs);
		waitedMs += waitMs;
	}
	try {
		return await work();
	} finally {
		leave(folder, me);
	}
}

function isLiving(signed: string): boolean {
	const pid = pidOf(signed);
	if (!isRunning(pid)) return false;
	const born = bornAt(pid);
	return born === null ? isRunning(pid) : born === signed.split('-')[1];
}

function bornAt(pid: number): string | null {
	const boot = read('/proc/sys/kernel/random/boot_id');
	if (boot === null) return statusByPs(pid, 'lstart=')?.replace(/\W/g, '') ?? null;
	const ticks = procStat(pid)?.[19];
	return ticks === undefined ? null : `${ticks}.${boot.slice(0, 8)}`;
}

function isZombie(pid: number): boolean {
	const state = process.platform === 'linux' ? procStat(pid)?.[0] : statusByPs(pid, 'stat=');
	return state?.startsWith('Z') ?? false;
}

/** The command line of a process as text, or null where it cannot be seen. */
export function commandOf(pid: number): string | null {
	return process.platform === 'linux'
		? (read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? null)
		: statusByPs(pid, 'command=');
}

/** The fields after the program's name, which may itself hold spaces and brackets. */
function procStat(pid: number): string[] | undefined {
	const line = read(`/proc/${pid}/stat`);
	return line?.slice(line.lastIndexOf(')') + 2).split(' ');
}

function statusByPs(pid: number, field: string): string | null {
	try {
		return execFileSync('ps', ['-ww', '-o', field, '-p', String(pid)], {
			encoding: 'utf8',
			env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
			stdio: ['ignore', 'pipe', 'ignore']
		}).trim();
	} catch {
		return null;
	}
}

function read(path: string): string | null {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return null;
	}
}
