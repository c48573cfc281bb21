import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, availableMemory, env } from 'node:process';
import { pathToFileURL } from 'node:url';

const MEMORY = '/dev/shm';
const GIGABYTE = 1024 ** 3;

/**
 * Where the tests put what they throw away again: a TMPDIR that somebody asked for, else memory that has plenty of room
 * and runs programs, since the tests make some 200 databases of 600 small files each, else where such files go.
 */
export function roomForTests() {
	const isAsked = Boolean(env['TMPDIR']);
	return !isAsked && existsSync(MEMORY) && hasPlenty(MEMORY) && runsPrograms(MEMORY) ? MEMORY : tmpdir();
}

/** @param {string} folder */
function hasPlenty(folder) {
	const { bavail, bsize } = statfsSync(folder);
	return bavail * bsize > 6 * GIGABYTE && availableMemory() > 12 * GIGABYTE;
}

/** @param {string} folder */
function runsPrograms(folder) {
	try {
		const own = mkdtempSync(join(folder, 'countersign-'));
		const program = join(own, 'program');
		writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
		const { status } = spawnSync(program);
		rmSync(own, { recursive: true });
		return status === 0;
	} catch {
		return false;
	}
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) console.log(roomForTests());
