import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startSession } from '#lib/server/session/sign-in-sessions.ts';
import { inContext } from '#lib/server/store/database.ts';
import type { Cast } from './cast.ts';
import type { BenchDatabase } from './database.ts';
import { percentile, type Row } from './report.ts';

const ROOT = join(import.meta.dirname, '..');
const SECONDS = 4;
const AT_ONCE = 8;

/** The built application under load: a page without anything on it, and the team page of somebody signed in. */
export async function serving(database: BenchDatabase, { accountId, teamId }: Cast): Promise<Row[]> {
	if (!existsSync(join(ROOT, 'build/handler.js'))) return [];
	const { address, stop } = await serve(database.url);
	try {
		const token = await inContext(database, { actor: 'door' }, (tx) => startSession(tx, accountId));
		const asked = {
			empty: ['/sign-in', ''],
			team: [`/team/${teamId}?as-at=2026-11-20`, `countersign=${token}`]
		} as const;
		const rates: Record<keyof typeof asked, number[]> = { empty: [], team: [] };
		for (const [path, cookie] of Object.values(asked)) {
			const answer = await fetch(address + path, { headers: { cookie }, redirect: 'manual' });
			await answer.arrayBuffer();
			if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
		}
		for (let run = 0; run < 3; run++)
			for (const [name, [path, cookie]] of Object.entries(asked))
				rates[name as keyof typeof asked].push(await requestsPerSecond(address + path, cookie));
		const [empty, team] = [percentile(rates.empty, 0.5), percentile(rates.team, 0.5)];
		return [
			{
				work: 'signed-in team page, over HTTP',
				unit: 'requests/s',
				ours: team,
				p95: null,
				bare: empty,
				limit: 'the sign-in page',
				budget: '≥ 1/4 of the empty page',
				kept: team >= empty / 4
			}
		];
	} finally {
		await stop();
	}
}

async function requestsPerSecond(address: string, cookie: string): Promise<number> {
	const until = performance.now() + SECONDS * 1000;
	let answered = 0;
	await Promise.all(
		Array.from({ length: AT_ONCE }, async () => {
			while (performance.now() < until) {
				await (await fetch(address, { headers: { cookie, accept: 'text/html' } })).arrayBuffer();
				answered++;
			}
		})
	);
	return answered / SECONDS;
}

async function serve(url: string): Promise<{ address: string; stop: () => Promise<void> }> {
	const child = spawn(
		process.execPath,
		[join(ROOT, 'bin/countersign.js'), 'serve', '--no-migrate', '--port', '0'],
		{
			env: {
				...process.env,
				DATABASE_URL: url,
				ORIGIN: '',
				COUNTERSIGN_LOG: 'error',
				COUNTERSIGN_NOTE_KEYS: `1:${randomBytes(32).toString('base64')}`
			},
			stdio: ['ignore', 'pipe', 'inherit']
		}
	);
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const address = await new Promise<string>((resolve, reject) => {
		createInterface(child.stdout).on('line', (line) => {
			const [, found] = / is at (\S+)/.exec(line) ?? [];
			if (found) resolve(found);
		});
		void ended.then(() => reject(new Error('The server ended before it was asked.')));
	});
	return {
		address,
		stop: async () => {
			child.kill('SIGTERM');
			await ended;
		}
	};
}
