import { createHash } from 'node:crypto';
import {
	copyFileSync,
	createReadStream,
	createWriteStream,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type postgres from 'postgres';
import { migrateDatabase, openDatabase } from './index.ts';

/** What a backup says of itself at its end: a file without it is not whole. */
export interface BackupManifest {
	/** The newest migration of the database it was taken of. */
	migration: string;
	takenAt: string;
	tables: BackedUp[];
	/** Where each sequence stands; those never asked are left out. */
	sequences: { name: string; value: string }[];
}

interface BackedUp {
	table: string;
	columns: string[];
	rows: number;
	/** Of the rows as COPY writes them, in whatever order: a table that is filled again need not keep it. */
	digest: string;
}

export type Refused = { refused: string };

const MARK = 'countersign backup 1';
const END_OF_TABLE = '\\.';
const NEWLINE = 0x0a;

/** The same rows give the same text, whatever the server is set to. */
const PLAINLY = `set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601'; set local timezone = 'UTC';
	set local bytea_output = 'hex'; set local extra_float_digits = 1`;

type Sql = postgres.Sql | postgres.TransactionSql;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const listed = (columns: readonly string[]) => columns.map(quoted).join(', ');

/** All tables; notes of what was touched, told by transactions of this server, mean nothing elsewhere. */
async function tablesOf(tx: Sql): Promise<{ table: string; columns: string[] }[]> {
	const found = await tx<{ table: string; columns: string[] }[]>`
		select c.relname as table, array_agg(a.attname::text order by a.attnum) as columns
		from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'facts_touched'
			and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
		group by c.relname order by c.relname`;
	return [...found];
}

/** A digest of rows in whatever order they stand: the sums of their SHA-256 by parts of four bytes. */
function digestOfRows() {
	const sums = new Uint32Array(8);
	let rows = 0;
	return {
		add(row: Buffer): void {
			const each = createHash('sha256').update(row).digest();
			for (let part = 0; part < sums.length; part++)
				sums[part] = ((sums[part] ?? 0) + each.readUInt32BE(part * 4)) >>> 0;
			rows++;
		},
		counted: () => ({
			rows,
			digest: [...sums].map((sum) => sum.toString(16).padStart(8, '0')).join('')
		})
	};
}

/** Whole lines, each with its end. */
async function* linesIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
	let rest: Buffer = Buffer.alloc(0);
	for await (const chunk of chunks) {
		const all: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		let from = 0;
		for (let at = all.indexOf(NEWLINE); at >= 0; at = all.indexOf(NEWLINE, from)) {
			yield all.subarray(from, at + 1);
			from = at + 1;
		}
		rest = all.subarray(from);
	}
	if (rest.length > 0) throw new Error('it breaks off within a line');
}

/** The rows of a table as COPY writes them, counted and digested on their way. */
async function* rowsOut(
	tx: Sql,
	{ table, columns }: { table: string; columns: readonly string[] },
	done: (counted: { rows: number; digest: string }) => void
): AsyncGenerator<Buffer> {
	const digest = digestOfRows();
	const stream = await tx.unsafe(`copy ${quoted(table)} (${listed(columns)}) to stdout`).readable();
	for await (const row of linesIn(stream as AsyncIterable<Buffer>)) {
		digest.add(row);
		yield row;
	}
	// Where the last rows filled the stream the driver has paused its connection, and only reading on wakes it.
	stream._read(0);
	done(digest.counted());
}

/**
 * Writes the whole database into a file: every table by COPY as one transaction sees them, compressed, with a manifest of
 * counts and digests at the end. What is sealed stays sealed; the keys are not in the database, nor in the file.
 */
export async function writeBackup(
	client: postgres.Sql,
	path: string,
	{ migration, takenAt }: { migration: string; takenAt: string }
): Promise<BackupManifest> {
	const manifest: BackupManifest = { migration, takenAt, tables: [], sequences: [] };
	await client.begin('isolation level repeatable read read only', async (tx) => {
		await tx.unsafe(PLAINLY);
		async function* everything(): AsyncGenerator<Buffer | string> {
			yield `${MARK}\n`;
			for (const each of await tablesOf(tx)) {
				yield `${JSON.stringify(each)}\n`;
				yield* rowsOut(tx, each, (counted) => manifest.tables.push({ ...each, ...counted }));
				yield `${END_OF_TABLE}\n`;
			}
			const sequences = await tx<{ name: string; value: string }[]>`
				select sequencename as name, last_value::text as value from pg_sequences
				where schemaname = 'public' and last_value is not null order by 1`;
			manifest.sequences = [...sequences];
			yield `${JSON.stringify({ manifest })}\n`;
		}
		await pipeline(
			Readable.from(everything()),
			createGzip(),
			createWriteStream(path, { mode: 0o600, flags: 'wx' })
		);
	});
	return manifest;
}

/** One table of a backup as it is read; its rows have to be read before the next table. */
interface TableIn {
	table: string;
	columns: string[];
	rows: AsyncGenerator<Buffer>;
}

async function* partsOf(path: string): AsyncGenerator<TableIn | BackupManifest> {
	const lines = linesIn(createReadStream(path).pipe(createGunzip()) as AsyncIterable<Buffer>);
	const next = async (): Promise<Buffer | null> => {
		const line = await lines.next();
		return line.done === true ? null : line.value;
	};
	const first = await next();
	if (first?.toString('utf8') !== `${MARK}\n`) throw new Error('it is no backup of Countersign');
	for (let line = await next(); line !== null; line = await next()) {
		const said = JSON.parse(line.toString('utf8')) as { manifest: BackupManifest } | Omit<TableIn, 'rows'>;
		if ('manifest' in said) {
			if ((await next()) !== null) throw new Error('something stands after its end');
			yield said.manifest;
			return;
		}
		yield { ...said, rows: rowsUpToEnd(next) };
	}
	throw new Error('it breaks off before its end');
}

async function* rowsUpToEnd(next: () => Promise<Buffer | null>): AsyncGenerator<Buffer> {
	for (let line = await next(); ; line = await next()) {
		if (line === null) throw new Error('it breaks off within a table');
		if (line.length === 3 && line.toString('utf8') === `${END_OF_TABLE}\n`) return;
		yield line;
	}
}

/** Reads a backup from its first byte to its last, and answers with its manifest where every count and digest is right. */
export async function readBackup(path: string): Promise<BackupManifest | Refused> {
	const read: BackedUp[] = [];
	try {
		for await (const part of partsOf(path)) {
			if ('migration' in part) {
				const { tables } = part;
				const wrong = tables.find(
					(each, place) => read[place]?.table !== each.table || !isAsWritten(each, read[place])
				);
				if (wrong) return { refused: `${path}: the rows of ${wrong.table} are not those that were written.` };
				if (tables.length !== read.length) return { refused: `${path}: it holds more than it says.` };
				return part;
			}
			const digest = digestOfRows();
			for await (const row of part.rows) digest.add(row);
			read.push({ table: part.table, columns: part.columns, ...digest.counted() });
		}
	} catch (error) {
		return {
			refused: `${path} cannot be read as a backup: ${error instanceof Error ? error.message : 'not whole'}.`
		};
	}
	return { refused: `${path} is not whole.` };
}

/** Tables that hold something as soon as anybody has used the database. */
const USED = ['accounts', 'practitioners', 'cases', 'audit'];

/** Whether a database has been used, or is not ours; null: it is empty. */
async function whyNotEmpty(client: postgres.Sql): Promise<string | null> {
	const tables = (await tablesOf(client)).map(({ table }) => table);
	if (tables.length === 0) return null;
	for (const table of USED) {
		if (!tables.includes(table)) return 'It holds tables that are not those of Countersign.';
		const [row] = await client.unsafe<{ some: boolean }[]>(
			`select exists (select from ${quoted(table)}) as some`
		);
		if (row?.some) return 'It has been used already.';
	}
	return null;
}

/**
 * Puts a backup into an empty database, all of it or nothing, and reads it back to see that every row is there. The tables
 * are made as they were when the backup was taken; what later migrations change is theirs to do afterwards.
 */
export async function restoreBackup(
	url: string,
	path: string,
	migrations: string
): Promise<BackupManifest | Refused> {
	const manifest = await readBackup(path);
	if ('refused' in manifest) return manifest;
	const journal = JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8')) as Journal;
	const upTo = journal.entries.findIndex(({ tag }) => tag === manifest.migration);
	if (upTo < 0)
		return {
			refused: `${path} was taken at ${manifest.migration}, which this version does not know. Restore it with the version that took it, or a newer one.`
		};
	const { client, close } = openDatabase(url, 1);
	try {
		const why = await whyNotEmpty(client);
		if (why !== null)
			return { refused: `A backup is restored into an empty database. ${why} Nothing was changed.` };
		const isNew = (await tablesOf(client)).length === 0;
		if (isNew) await migrateUpTo(url, migrations, journal, upTo);
		else if (upTo < journal.entries.length - 1)
			return {
				refused: `${path} was taken at ${manifest.migration}, and the tables are newer. Give a database without any tables. Nothing was changed.`
			};
		const there = await tablesOf(client);
		const same = ({ table, columns }: { table: string; columns: readonly string[] }) =>
			`${table} ${columns.join(' ')}`;
		if (there.map(same).sort().join() !== manifest.tables.map(same).sort().join())
			return {
				refused: `The tables of ${path} are not those of ${manifest.migration}. Nothing was changed.`
			};
		await client.begin((tx) => fill(tx, path, manifest));
		await client.unsafe('analyze');
	} finally {
		await close();
	}
	await migrateDatabase(url, migrations);
	await tellServers(url);
	return manifest;
}

/** A server that runs already forgets what it kept of the empty database. */
async function tellServers(url: string): Promise<void> {
	const { client, close } = openDatabase(url, 1);
	try {
		await client`insert into facts_touched (kind) values ('all')`;
	} finally {
		await close();
	}
}

interface Journal {
	entries: { tag: string }[];
}

/** The migrations as they were when the backup was taken. */
async function migrateUpTo(url: string, migrations: string, journal: Journal, upTo: number): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'countersign-migrations-'));
	try {
		mkdirSync(join(folder, 'meta'));
		const entries = journal.entries.slice(0, upTo + 1);
		writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
		for (const file of readdirSync(migrations).filter((name) => name.endsWith('.sql')))
			copyFileSync(join(migrations, file), join(folder, file));
		await migrateDatabase(url, folder);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Within one transaction the guards of the tables stand aside for their owner, and stand again before it ends. */
async function fill(tx: postgres.TransactionSql, path: string, manifest: BackupManifest): Promise<void> {
	await tx.unsafe(PLAINLY);
	const guards = await guardsOf(tx);
	for (const statement of guards.aside) await tx.unsafe(statement);
	for (const { table } of manifest.tables) await tx.unsafe(`delete from ${quoted(table)}`);
	for await (const part of partsOf(path)) {
		if ('migration' in part) continue;
		const into = await tx
			.unsafe(`copy ${quoted(part.table)} (${listed(part.columns)}) from stdin`)
			.writable();
		await pipeline(Readable.from(part.rows), into);
	}
	await tx.unsafe('set constraints all immediate');
	for (const statement of guards.again) await tx.unsafe(statement);
	for (const { name, value } of manifest.sequences)
		await tx`select setval(${`public.${quoted(name)}`}::regclass, ${value}::bigint)`;
	for (const each of manifest.tables) {
		let found: { rows: number; digest: string } | null = null;
		for await (const _ of rowsOut(tx, each, (counted) => (found = counted)));
		if (!isAsWritten(each, found))
			throw new Error(`The rows of ${each.table} did not come back as they were. Nothing was kept.`);
	}
}

function isAsWritten(written: BackedUp, found: { rows: number; digest: string } | null | undefined): boolean {
	return found?.rows === written.rows && found.digest === written.digest;
}

/** What keeps even the owner from writing rows as they were: triggers, references to rows to come, row-level security. */
async function guardsOf(tx: Sql): Promise<{ aside: string[]; again: string[] }> {
	const triggers = await tx<{ table: string; name: string; always: boolean }[]>`
		select c.relname as table, t.tgname as name, t.tgenabled = 'A' as always
		from pg_trigger t join pg_class c on c.oid = t.tgrelid
		where c.relnamespace = 'public'::regnamespace and not t.tgisinternal and t.tgenabled in ('O', 'A')`;
	const references = await tx<{ table: string; name: string; definition: string }[]>`
		select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
		from pg_constraint k join pg_class c on c.oid = k.conrelid
		where c.relnamespace = 'public'::regnamespace and k.contype = 'f'`;
	const forced = await tx<{ table: string }[]>`
		select relname as table from pg_class
		where relnamespace = 'public'::regnamespace and relkind = 'r' and relforcerowsecurity`;
	const alter = ({ table }: { table: string }, what: string) => `alter table ${quoted(table)} ${what}`;
	return {
		aside: [
			...triggers.map((each) => alter(each, `disable trigger ${quoted(each.name)}`)),
			...references.map((each) => alter(each, `drop constraint ${quoted(each.name)}`)),
			...forced.map((each) => alter(each, 'no force row level security'))
		],
		again: [
			...forced.map((each) => alter(each, 'force row level security')),
			...references.map((each) => alter(each, `add constraint ${quoted(each.name)} ${each.definition}`)),
			...triggers.map((each) =>
				alter(each, `enable ${each.always ? 'always ' : ''}trigger ${quoted(each.name)}`)
			)
		]
	};
}
