import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '#lib/server/db/embedded.ts';
import { migrateDatabase, openDatabase, type Database } from '#lib/server/db/index.ts';

const MIGRATIONS = join(import.meta.dirname, '../drizzle');

export interface BenchDatabase extends Database {
	url: string;
}

/** The database at BENCH_DATABASE_URL, else an embedded one in a temporary folder that goes with it. */
export async function openBench(): Promise<BenchDatabase> {
	const given = process.env['BENCH_DATABASE_URL'];
	if (given) return opened(given, async () => undefined);
	const area = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
	chmodSync(area, 0o755);
	const embedded = await openEmbedded(join(area, 'data'));
	return opened(embedded.url, async () => {
		await embedded.close();
		rmSync(area, { recursive: true, force: true });
	});
}

async function opened(url: string, after: () => Promise<void>): Promise<BenchDatabase> {
	process.env['COUNTERSIGN_NOTE_KEYS'] ??= `1:${randomBytes(32).toString('base64')}`;
	await migrateDatabase(url, MIGRATIONS);
	const database = openDatabase(url);
	return {
		...database,
		url,
		close: async () => {
			await database.close();
			await after();
		}
	};
}

/** The text of a bare limit; steps are divided by lines that begin with `-- step`. */
export function bareSteps(name: string): string[] {
	return readFileSync(join(import.meta.dirname, name), 'utf8')
		.split(/^-- step.*$/m)
		.map((step) => step.replaceAll(/^--.*$/gm, '').trim())
		.filter((step) => step !== '');
}
