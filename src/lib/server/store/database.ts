import { sql } from 'drizzle-orm';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readConfig } from '#lib/server/config.ts';
import { openEmbedded } from '#lib/server/db/embedded.ts';
import { migrateDatabase, openDatabase, type Database } from '#lib/server/db/index.ts';

export { asAccount, asRules, inContext, type Transaction } from '#lib/server/db/index.ts';

interface Opened extends Database {
	url: string;
	/** Its server is ours to start; else it comes back by itself. */
	embedded: boolean;
	/** Something to tell the operator once, on stderr. */
	notice: string | null;
}

// The commands and the pages are built apart and may run in one process: they share the one connection pool.
const shared = globalThis as typeof globalThis & { [slot]?: Promise<Opened> | undefined };
const slot = Symbol.for('countersign.database');

/** The database of this process: the one at DATABASE_URL, else the embedded one; opened when first asked for. */
export function database(): Promise<Opened> {
	return (shared[slot] ??= open().catch((error: unknown) => {
		shared[slot] = undefined;
		throw error;
	}));
}

async function open(): Promise<Opened> {
	const { databaseUrl, dataFolder } = readConfig(process.env);
	if (databaseUrl)
		return Object.assign(openDatabase(databaseUrl), { url: databaseUrl, embedded: false, notice: null });
	const embedded = await openEmbedded(dataFolder);
	const opened = openDatabase(embedded.url);
	const { close } = opened;
	return Object.assign(opened, {
		url: embedded.url,
		embedded: true,
		notice: embedded.notice,
		close: async () => {
			await close();
			await embedded.close();
		}
	});
}

/** Ends the connections; the last process to leave an embedded database stops it. */
export async function leaveDatabase(): Promise<void> {
	const opened = shared[slot];
	shared[slot] = undefined;
	await (await opened)?.close();
}

/** Takes fresh connections, where one of those there are broke in a way that nobody was told of. */
export async function renewConnections(): Promise<void> {
	const opened = await shared[slot];
	opened?.renew(opened.client);
}

/** Starts an embedded database again whose server has gone. Whether that was needed. */
export async function reviveDatabase(): Promise<boolean> {
	const { embedded, client } = await database();
	if (!embedded || (await client`select 1`.then(Boolean, () => false))) return false;
	await leaveDatabase();
	await database();
	return true;
}

/** Brings the database to this version. */
export async function migrate(): Promise<void> {
	await migrateDatabase((await database()).url, join(packageRoot(), 'drizzle'));
}

/** When the newest migration in the database was made, as its number in `drizzle/meta`; null: none yet. */
export async function migrationNow(): Promise<string | null> {
	const { drizzle } = await database();
	const [found] = await drizzle.execute<{ made: string | null }>(
		sql`select to_regclass('drizzle.__drizzle_migrations')::text as made`
	);
	if (!found?.made) return null;
	const [newest] = await drizzle.execute<{ made: string }>(
		sql`select max(created_at)::text as made from drizzle.__drizzle_migrations`
	);
	const known = migrationsKnown().find(({ when }) => String(when) === newest?.made);
	return known?.tag ?? newest?.made ?? null;
}

/** The newest migration that this version brings. */
export function newestMigration(): string | null {
	return migrationsKnown().at(-1)?.tag ?? null;
}

function migrationsKnown(): { when: number; tag: string }[] {
	const journal = readFileSync(join(packageRoot(), 'drizzle/meta/_journal.json'), 'utf8');
	return (JSON.parse(journal) as { entries: { when: number; tag: string }[] }).entries;
}

/** Where package.json, drizzle/ and build/ lie: this module may run from the sources or from either build. */
export function packageRoot(): string {
	for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
		const manifest = join(folder, 'package.json');
		if (existsSync(manifest) && nameIn(manifest) === 'countersign') return folder;
		if (folder === dirname(folder)) throw new Error('No package named countersign above this file');
	}
}

function nameIn(manifest: string): unknown {
	return (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown }).name;
}
