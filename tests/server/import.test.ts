import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { zipOf } from '../archives.ts';
import { freshDatabase } from './database.ts';

const launcher = join(import.meta.dirname, '../../bin/countersign.js');
let folder: string;
let database: Awaited<ReturnType<typeof freshDatabase>>;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'countersign-import-'));
	database = await freshDatabase(2);
});

afterEach(async () => {
	await database.close();
	rmSync(folder, { recursive: true, force: true });
});

const TABLES = {
	'teams.csv': 'team_id,name,service\nT1,Harbour,Family Help\n',
	'practitioners.csv':
		'practitioner_id,name,swe_number,registered_on\nP1,Ruth Adeyemi,SW1,04/01/2010\nP2,Zoë Marsh,SW2,2026-07-20\n',
	'postings.csv':
		'practitioner_id,team_id,role,supervisor_id,fte,from\nP1,T1,team_manager,,1,2015-01-01\nP2,T1,practitioner,P1,1,2026-07-20\n',
	'cases.csv': 'case_id,date_of_birth,opened_on\nK1,2026-06-01,2026-11-10\n',
	'case_kinds.csv': 'case_id,kind,from\nK1,section_47,2026-11-13\n',
	'allocations.csv': 'case_id,practitioner_id,role,from\nK1,P2,lead,2026-11-13\n'
};

function given(files: Record<string, string | Uint8Array>): string {
	const path = join(folder, 'files');
	mkdirSync(path, { recursive: true });
	for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
	return path;
}

function countersign(...args: string[]): Promise<{ code: number; out: string; err: string }> {
	return new Promise((resolve) => {
		const options = { cwd: folder, env: { ...process.env, DATABASE_URL: database.url } };
		execFile(process.execPath, [launcher, ...args], options, (error, out, err) => {
			resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
		});
	});
}

async function stored(): Promise<number> {
	const [row] = await database.drizzle.execute<{ rows: number }>(
		sql`select ((select count(*) from teams) + (select count(*) from practitioners) + (select count(*) from cases)
			+ (select count(*) from allocations) + (select count(*) from imports))::int as rows`
	);
	return row?.rows ?? -1;
}

test('a preview writes nothing, applying brings all in, and the same folder again changes nothing', async () => {
	const path = given(TABLES);
	const preview = await countersign('import', path);
	expect(preview).toMatchObject({ code: 0 });
	expect(preview.out).toContain('nothing was written');
	expect(await stored()).toBe(0);

	expect(await countersign('import', path, '--apply')).toMatchObject({ code: 0 });
	const before = await stored();
	expect(before).toBe(6);
	const again = await countersign('import', path, '--apply');
	expect(again.out).toContain('everything is already there');
	expect(await stored()).toBe(before);

	const reviews = await database.drizzle.execute<{ occasion: string }>(sql`select occasion from reviews`);
	expect(reviews).toEqual([{ occasion: 'import' }]);

	const flags = await countersign(
		'flags',
		'--as-at',
		'2026-11-20',
		'--rule',
		'HELD_WITHOUT_OVERSIGHT',
		'--format',
		'json'
	);
	expect(JSON.parse(flags.out)).toMatchObject([
		{
			code: 'HELD_WITHOUT_OVERSIGHT',
			severity: 'critical',
			subject: { kind: 'case', id: 'K1' },
			practitionerId: 'P2',
			teamId: 'T1',
			since: '2026-11-13',
			reasons: ['BELOW_EXPERIENCE', 'TRAINING_GAP', 'OVERSIGHT_OVERDUE']
		}
	]);
	const load = await countersign('caseload', '--as-at', '2026-11-20', '--format', 'json');
	expect(JSON.parse(load.out)).toContainEqual({
		practitionerId: 'P2',
		tier: 'E1',
		cases: 1,
		points: 9,
		capacity: 76.5,
		loadPercent: 11.76,
		band: 'room'
	});
	const explained = await countersign('explain', 'K1', '--as-at', '2026-11-20');
	expect(explained.out).toContain('Held without oversight (HELD_WITHOUT_OVERSIGHT): stands, critical');
});

test('a zip of the folder comes in as the folder does', async () => {
	const zip = zipOf(Object.entries(TABLES).map(([name, text]) => ({ name, bytes: Buffer.from(text) })));
	writeFileSync(join(folder, 'extract.zip'), zip);
	expect(await countersign('import', join(folder, 'extract.zip'), '--apply')).toMatchObject({ code: 0 });
	expect(await stored()).toBe(6);
});

test('a file in Windows-1252 keeps its names', async () => {
	const practitioners = Buffer.from(TABLES['practitioners.csv'], 'latin1');
	expect(
		await countersign('import', given({ ...TABLES, 'practitioners.csv': practitioners }), '--apply')
	).toMatchObject({
		code: 0
	});
	const names = await database.drizzle.execute<{ name: string }>(
		sql`select name from practitioners where reference = 'P2'`
	);
	expect(names).toEqual([{ name: 'Zoë Marsh' }]);
});

const allocations = (rows: string) => ({
	...TABLES,
	'allocations.csv': `case_id,practitioner_id,role,from,to\n${rows}`
});

test.for<[string, Record<string, string | Uint8Array>, RegExp]>([
	[
		'a day that does not exist',
		allocations('K1,P2,lead,31/02/2026,\n'),
		/allocations\.csv, line 2, column from: “31\/02\/2026”/
	],
	[
		'an unknown id',
		allocations('K1,P9,lead,2026-11-13,\n'),
		/allocations\.csv, line 2, column practitioner_id: “P9”/
	],
	[
		'two leads at once',
		allocations('K1,P2,lead,2026-11-13,\nK1,P1,lead,2026-11-14,\n'),
		/allocations\.csv, line 3, column from/
	],
	[
		'a period that ends before it starts',
		allocations('K1,P2,lead,2026-11-13,2026-11-12\n'),
		/allocations\.csv, line 2/
	],
	[
		'a heading given twice',
		{ ...TABLES, 'cases.csv': 'case_id,opened_on,opened_on\nK1,2026-11-10,2026-11-10\n' },
		/cases\.csv.*opened_on/
	],
	[
		'a picture renamed .csv',
		{ ...TABLES, 'cases.csv': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]) },
		/cases\.csv/
	]
])('%s is refused in words, and nothing is written', async ([, files, words]) => {
	const refused = await countersign('import', given(files), '--apply');
	expect(refused.code).toBe(1);
	expect(refused.err).toMatch(words);
	expect(refused.err).toContain('Nothing was written');
	expect(await stored()).toBe(0);
});

test('a zip that breaks off is refused in words, and nothing is written', async () => {
	const zip = zipOf(Object.entries(TABLES).map(([name, text]) => ({ name, bytes: Buffer.from(text) })));
	const path = join(folder, 'extract.zip');
	writeFileSync(path, zip);
	truncateSync(path, Math.floor(zip.length / 2));
	const refused = await countersign('import', path, '--apply');
	expect(refused.code).toBe(1);
	expect(refused.err).toContain('extract.zip');
	expect(await stored()).toBe(0);
});

test('bad rows may be left out, and each is listed', async () => {
	const path = given({
		...TABLES,
		'allocations.csv': 'case_id,practitioner_id,role,from\nK1,P2,lead,2026-11-13\nK9,P2,lead,2026-11-13\n'
	});
	const { code, out } = await countersign('import', path, '--apply', '--skip-bad-rows');
	expect(code).toBe(0);
	expect(out).toMatch(/allocations\.csv, line 3, column case_id: “K9”/);
	expect(await stored()).toBe(6);
});
