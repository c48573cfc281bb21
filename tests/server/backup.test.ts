import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBackup, restoreBackup, writeBackup } from '#lib/server/db/backup.ts';
import { migrateDatabase, openDatabase, type Database } from '#lib/server/db/index.ts';
import { addAddendum } from '#lib/server/work/after-signing.ts';
import { addAgendaItem } from '#lib/server/work/agenda-items.ts';
import {
	proposeNote,
	saveDiscussion,
	savePersonalNote,
	signNote,
	startSession
} from '#lib/server/work/hold-supervision.ts';
import { sessionPage } from '#lib/server/work/supervision-page.ts';
import * as cast from '../cast.ts';
import { freshDatabase } from './database.ts';
import { worldWith, type World } from './world.ts';

process.env['COUNTERSIGN_NOTE_KEYS'] = `1:${randomBytes(32).toString('base64')}`;

const CANARY = `canary ${randomBytes(12).toString('hex')}`;
const DECIDED = 'Tabs\tand\nlines, a \\. and “quotes”: nothing of it is lost.';
const migrations = join(import.meta.dirname, '../../drizzle');
const newest = (
	JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8')) as {
		entries: { tag: string }[];
	}
).entries;
const taken = { migration: newest.at(-1)?.tag ?? '', takenAt: '2026-11-20T12:00:00.000Z' };

let area: string;
let world: World;
let file: string;
let sessionId: string;
let target: Database & { url: string };

beforeAll(async () => {
	area = mkdtempSync(join(tmpdir(), 'countersign-backup-'));
	file = join(area, 'whole.gz');
	world = await worldWith(
		cast.openCase('C-1', '2026-06-01'),
		cast.kind('C-1', 'child_in_need', '2026-06-01'),
		cast.lead('C-1', cast.TOMAS, '2026-06-01')
	);
	sessionId = await world.as(cast.MARYAM, async (tx, by) => {
		const started = await startSession(tx, by, { key: randomUUID(), superviseeId: world.idOf(cast.TOMAS) });
		if ('refused' in started) throw new Error(started.refused);
		const text = { summary: 'Seen.', analysis: 'Calmer.', livedExperience: 'Plays.', decision: DECIDED };
		await saveDiscussion(tx, by, started.sessionId, world.idOf('C-1'), { text, edition: 0 });
		await savePersonalNote(tx, by, started.sessionId, { text: `Taken out: ${CANARY}`, edition: 0 });
		await savePersonalNote(tx, by, started.sessionId, { text: CANARY, edition: 1 });
		await addAgendaItem(tx, by, started.sessionId, { key: randomUUID(), words: CANARY });
		await proposeNote(tx, by, started.sessionId);
		return started.sessionId;
	});
	await world.as(cast.MARYAM, async (tx, by) => {
		const page = await sessionPage(tx, by, sessionId, 'whole');
		await signNote(tx, by, sessionId, { digest: page?.digest ?? '', disagreement: null });
		await addAddendum(tx, by, sessionId, { key: randomUUID(), caseId: null, words: CANARY });
	});
	// More than fits into what the driver reads ahead of us.
	await world.database.client`insert into audit (actor, action, entity)
		select 'operator (test)', repeat('looked', 30), 'database' from generate_series(1, 5000)`;
	await writeBackup(world.database.client, file, taken);
	target = await freshDatabase(2);
});

afterAll(async () => {
	await target.close();
	await world.close();
	rmSync(area, { recursive: true });
});

/** Every row of every table, as text; notes of what was touched are a server's own. */
async function everything({ client }: Database): Promise<Map<string, string[]>> {
	const tables = await client<{ name: string }[]>`select relname as name from pg_class
		where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'facts_touched' order by 1`;
	const all = new Map<string, string[]>();
	for (const { name } of tables) {
		const rows = await client.unsafe<{ row: string }[]>(`select to_jsonb(t)::text as row from "${name}" t`);
		all.set(name, rows.map(({ row }) => row).sort());
	}
	return all;
}

/** What guards the tables: triggers, references, row-level security and who may do what. */
const guards = async ({ client }: Database) => ({
	triggers:
		await client`select tgrelid::regclass::text, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2`,
	constraints:
		await client`select conrelid::regclass::text, conname, contype, convalidated, pg_get_constraintdef(oid)
		from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`,
	secured: await client`select relname, relrowsecurity, relforcerowsecurity from pg_class
		where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`
});

test('a backup has every row, is for its owner alone to read, and holds nothing personal in clear', async () => {
	expect(statSync(file).mode & 0o777).toBe(0o600);
	const inside = gunzipSync(readFileSync(file)).toString('utf8');
	expect(inside).toContain('nothing of it is lost');
	expect(inside).not.toContain(CANARY);
	expect(inside).not.toContain(process.env['COUNTERSIGN_NOTE_KEYS']?.slice(2));
	const manifest = await readBackup(file);
	if ('refused' in manifest) throw new Error(manifest.refused);
	const stored = await everything(world.database);
	expect(manifest.tables.map(({ table, rows }) => [table, rows])).toEqual(
		[...stored].map(([table, rows]) => [table, rows.length])
	);
	for (const sealed of ['personal_notes', 'earlier_texts', 'agenda_items', 'addenda'])
		expect([sealed, stored.get(sealed)?.length]).toEqual([sealed, 1]);
});

test('what is restored is the same in every row, stands under the same guards, and opens with the same key', async () => {
	const restored = await restoreBackup(target.url, file, migrations);
	expect(restored).toMatchObject({ migration: taken.migration });
	const back = openDatabase(target.url, 1);
	try {
		expect(await everything(back)).toEqual(await everything(world.database));
		expect(await guards(back)).toEqual(await guards(world.database));
		await expect(
			back.client`update supervision_sessions set minutes = 1 where id = ${sessionId}`
		).rejects.toThrow();
		await expect(back.client`delete from audit`).rejects.toThrow();
		const [before] = await back.client`select max(id)::int as last from audit`;
		await back.client`insert into audit (actor, action, entity) values ('operator (test)', 'tried', 'database')`;
		const [after] = await back.client`select max(id)::int as last from audit`;
		expect(after?.['last']).toBe(Number(before?.['last']) + 1);
	} finally {
		await back.close();
	}
	const again = await restoreBackup(target.url, file, migrations);
	expect(again).toEqual({ refused: expect.stringContaining('used already') as string });
	const notes = await target.client<{ kind: string }[]>`select kind from facts_touched`;
	expect(notes.map(({ kind }) => kind)).toContain('all');
});

test('a file that is cut short, changed in one place, or none of ours is refused before anything is written', async () => {
	const whole = readFileSync(file);
	const inside = gunzipSync(whole).toString('latin1');
	const tries: Record<string, Buffer> = {
		'cut.gz': whole.subarray(0, whole.length - 200),
		'ends.gz': gzipSync(Buffer.from(inside.slice(0, inside.lastIndexOf('{"manifest"')), 'latin1')),
		'longer.gz': gzipSync(Buffer.from(`${inside}more\n`, 'latin1')),
		'changed.gz': gzipSync(Buffer.from(inside.replace('nothing of it', 'nothing in it'), 'latin1')),
		'fewer.gz': gzipSync(Buffer.from(inside.replace(/\n[^\n]*nothing of it[^\n]*\n/, '\n'), 'latin1')),
		'other.gz': gzipSync('not ours\n'),
		'plain.gz': Buffer.from('not even compressed')
	};
	const empty = await freshDatabase(1);
	try {
		const before = await everything(empty);
		for (const [name, bytes] of Object.entries(tries)) {
			const path = join(area, name);
			writeFileSync(path, bytes);
			expect(await restoreBackup(empty.url, path, migrations), name).toHaveProperty('refused');
		}
		const unknown = join(area, 'unknown.gz');
		await writeBackup(world.database.client, unknown, { ...taken, migration: '9999_later' });
		expect(await restoreBackup(empty.url, unknown, migrations)).toEqual({
			refused: expect.stringContaining('this version does not know') as string
		});
		expect(await everything(empty)).toEqual(before);
	} finally {
		await empty.close();
	}
});

test('a backup of an earlier version is restored into a database without tables and brought to this one', async () => {
	const at = newest.findIndex(({ tag }) => tag.startsWith('0030'));
	const earlier = newest[at]?.tag ?? '';
	const folder = join(area, 'earlier');
	cpSync(migrations, folder, { recursive: true });
	const entries = newest.slice(0, at + 1);
	writeFileSync(
		join(folder, 'meta/_journal.json'),
		JSON.stringify({ version: '7', dialect: 'postgresql', entries })
	);
	const old = await freshDatabase(2);
	const withoutTables = async () => {
		for (const schema of ['drizzle', 'public'])
			await old.client.unsafe(`drop schema if exists ${schema} cascade`);
		await old.client`create schema public`;
	};
	try {
		await withoutTables();
		await migrateDatabase(old.url, folder);
		await old.client`insert into teams (source, reference, name, service) values ('native', 'T-1', 'Harbour', 'Help')`;
		const path = join(area, 'earlier.gz');
		await writeBackup(old.client, path, { migration: earlier, takenAt: taken.takenAt });
		const tooNew = await freshDatabase(1);
		expect(await restoreBackup(tooNew.url, path, migrations)).toEqual({
			refused: expect.stringContaining('the tables are newer') as string
		});
		await tooNew.close();
		await withoutTables();
		expect(await restoreBackup(old.url, path, migrations)).toMatchObject({ migration: earlier });
		expect((await old.client`select name from teams`)[0]?.['name']).toBe('Harbour');
		const [row] = await old.client`select count(*)::int as made from drizzle.__drizzle_migrations`;
		expect(row?.['made']).toBe(newest.length);
	} finally {
		await old.close();
	}
});
