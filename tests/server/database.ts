import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { migrateDatabase, openDatabase, type Database } from '#lib/server/db/index.ts';
import { openEmbedded } from '#lib/server/db/embedded.ts';
import { withoutSyncing } from '../syncing.ts';

declare module 'vitest' {
	interface ProvidedContext {
		databaseServer: string;
		databaseTemplate: string;
		/** Where the server keeps its files and its log; null: one was given, whose files are not ours to read. */
		databaseFolder: string | null;
	}
}

const migrations = join(import.meta.dirname, '../../drizzle');

const quietly = { max: 1, onnotice: () => undefined };

/**
 * Before the server's tests: a PostgreSQL (the one at TEST_DATABASE_URL, as an account that may make databases and
 * roles, else an embedded one of their own), and in it one migrated database from which the others are copied.
 */
export default async function prepare(project: TestProject): Promise<() => Promise<void>> {
	const server = await openServer();
	const template = newName();
	try {
		await asAdministrator(server.url, (sql) => sql`create database ${sql(template)}`);
		await migrateDatabase(addressOf(server.url, template), migrations);
	} catch (error) {
		await server.close();
		throw error;
	}
	project.provide('databaseServer', server.url);
	project.provide('databaseTemplate', template);
	project.provide('databaseFolder', server.folder);
	return async () => {
		await drop(server.url, template);
		await server.close();
	};
}

export type Fresh = Database & { url: string };

/** A migrated database nobody else uses, with its address. Closing it drops it. `max` is the number of connections. */
export function freshDatabase(max = 5): Promise<Fresh> {
	return copyOf(inject('databaseTemplate'), max);
}

/** Databases filled alike, one for each asking: filled once, for a whole file, since a copy of that takes less. */
export function copiesOf(fill: (database: Fresh) => Promise<void>): () => Promise<Fresh> {
	let filled: Promise<string> | null = null;
	afterAll(async () => {
		if (filled) await drop(inject('databaseServer'), await filled);
	});
	const fillOne = async () => {
		const { name, database } = await copied(inject('databaseTemplate'), 5);
		await fill(database);
		await database.close();
		return name;
	};
	return async () => copyOf(await (filled ??= fillOne()), 5);
}

async function copyOf(source: string, max: number): Promise<Fresh> {
	const { name, database } = await copied(source, max);
	return {
		...database,
		close: async () => {
			await database.close();
			await drop(inject('databaseServer'), name);
		}
	};
}

async function copied(source: string, max: number): Promise<{ name: string; database: Fresh }> {
	const server = inject('databaseServer');
	const template = inject('databaseTemplate');
	const name = newName();
	await asAdministrator(server, async (sql) => {
		await sql`create database ${sql(name)} template ${sql(source)}`;
		// The copied grants name the template's role: the copy's own role has exactly those, by inheritance.
		await sql`create role ${sql(`${name}_app`)} nologin inherit in role ${sql(`${template}_app`)}`;
		await sql`grant ${sql(`${name}_app`)} to current_user`;
	});
	const url = addressOf(server, name);
	return { name, database: { ...openDatabase(url, max), url } };
}

async function openServer(): Promise<{ url: string; folder: string | null; close(): Promise<void> }> {
	const given = process.env['TEST_DATABASE_URL'];
	if (given) return { url: given, folder: null, close: async () => undefined };
	const area = mkdtempSync(join(tmpdir(), 'countersign-tests-'));
	chmodSync(area, 0o755);
	const folder = join(area, 'data');
	await (await openEmbedded(folder)).close();
	withoutSyncing(folder);
	const database = await openEmbedded(folder);
	return {
		url: database.url,
		folder: join(folder, 'postgres'),
		close: async () => {
			await database.close();
			rmSync(area, { recursive: true, force: true });
		}
	};
}

/** The server's own housekeeping may be in the database, which only a superuser could end: it leaves by itself. */
async function drop(server: string, name: string): Promise<void> {
	await asAdministrator(server, async (sql) => {
		for (let attempts = 100; ; attempts--)
			try {
				await sql`drop database if exists ${sql(name)} with (force)`;
				break;
			} catch (error) {
				if (attempts === 0 || !isBusy(error)) throw error;
				await new Promise((resolve) => setTimeout(resolve, 100));
			}
		await sql`drop role if exists ${sql(`${name}_app`)}`;
	});
}

function isBusy(error: unknown): boolean {
	return error instanceof postgres.PostgresError && (error.code === '42501' || error.code === '55006');
}

async function asAdministrator(url: string, act: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
	const sql = postgres(url, quietly);
	try {
		await act(sql);
	} finally {
		await sql.end();
	}
}

function addressOf(server: string, database: string): string {
	const address = new URL(server);
	address.pathname = `/${database}`;
	return address.href;
}

function newName(): string {
	return `countersign_test_${randomBytes(6).toString('hex')}`;
}
