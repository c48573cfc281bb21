import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Source } from '#lib/intake/archive.ts';
import { COMMAND_LIMITS, recognise } from '#lib/intake/files.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { addBenchmarks, benchmarksOf, planBenchmarks } from '#lib/server/work/benchmarks.ts';
import { chooseNeighbours, neighboursPage } from '#lib/server/work/choose-neighbours.ts';
import { INDICATORS } from '#lib/domain/benchmarks.ts';
import { freshDatabase } from './database.ts';

const HEAD = `time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,la_name,${INDICATORS.join(',')}`;
const england = (year: number, caseload: string) =>
	`${year},Reporting year,National,E92000001,England,,,,,,100,110,20,21,10,11,10,10,5,5,4.8,4.3,4,80,6,5.7,70,60,900,${caseload},500,2`;
const TOWN =
	'2025,Reporting year,Local authority,E92000001,England,E12000001,North East,840,E06000990,"Wrenbury, Town of",40.5,44,c,c,z,z,x,x,u,u,low,0,k,k,2,4.7,,21,310,14.8,610.5,6';

const fileOf = async (...lines: string[]): Promise<Source> => {
	const bytes = new TextEncoder().encode([HEAD, ...lines].join('\n'));
	const { indicators } = await recognise([{ name: 'indicators.csv', bytes }], COMMAND_LIMITS);
	const [file] = indicators;
	if (!file) throw new Error('the file was not recognised by its head');
	return file;
};

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
	database = await freshDatabase();
});
afterAll(() => database.close());

const asOperator = <Answer>(work: (tx: Transaction) => Promise<Answer>) =>
	inContext(database, { actor: 'operator', name: 'test', today: '2026-11-20' }, work);

async function broughtIn(file: Source) {
	return asOperator(async (tx) => {
		const plan = await planBenchmarks(tx, [file]);
		if ('refused' in plan) return plan;
		return { lines: plan.lines, written: await addBenchmarks(tx, { operator: 'test' }, plan.areas) };
	});
}

const published = (area: string, year: number | null = null) =>
	asOperator(async (tx) =>
		Object.fromEntries(
			(await benchmarksOf(tx, area, year)).map(({ indicator, published: figure }) => [indicator, figure])
		)
	);

test('England is built in before the file comes', async () => {
	expect(await published('england', 2023)).toMatchObject({
		caseload_fte: 16,
		agency_rate_fte: 17.9,
		leavers_fte: null
	});
	expect(await published('England')).toMatchObject({ caseload_fte: 15.2 });
	expect(await published('Wrenbury, Town of')).toEqual({});
});

test('a file is brought in once, and again changes nothing; a figure published anew is changed', async () => {
	const file = await fileOf(england(2025, '15.2'), TOWN);
	expect(await broughtIn(file)).toEqual({
		lines: ['workforce indicators: 2 rows of 2025 to 2025: 2 added, 0 changed, 0 unchanged (indicators.csv)'],
		written: true
	});
	expect(await broughtIn(file)).toMatchObject({ written: false });
	expect(await broughtIn(await fileOf(england(2025, '15.3'), TOWN))).toEqual({
		lines: ['workforce indicators: 2 rows of 2025 to 2025: 0 added, 1 changed, 1 unchanged (indicators.csv)'],
		written: true
	});
	expect(await published('E92000001', 2025)).toMatchObject({ caseload_fte: 15.3, cases: 900 });
});

test('a symbol in the place of a number stays that symbol, and an empty cell is neither it nor 0', async () => {
	const town = {
		starters_fte: 'c',
		leavers_fte: 'z',
		turnover_rate_fte: 'x',
		agency_fte: 'u',
		agency_rate_fte: 'low'
	};
	expect(await published('wrenbury, town of', 2025)).toMatchObject({
		...town,
		agency_rate_headcount: 0,
		agency_cover_fte: 'k',
		vacancy_agency_cover_rate_fte: null,
		caseload_fte: 14.8
	});
	expect(await published('Wrenbury, Town of', 2024)).toEqual({});
});

test('text that is neither a number nor a symbol is refused with its line, and nothing is written', async () => {
	const file = await fileOf(england(2025, '15.2'), england(2024, 'about 15'));
	expect(await broughtIn(file)).toEqual({
		refused: [
			'indicators.csv, line 3: caseload_fte is “about 15”, which is no number and no symbol for a missing value.'
		]
	});
});

test('whoever is signed in may read them and not write them', async () => {
	const person = {
		actor: 'person',
		accountId: '00000000-0000-4000-8000-000000000000',
		today: '2026-11-20'
	} as const;
	const read = await inContext(database, person, (tx) => benchmarksOf(tx, 'England', 2025));
	expect(read.length).toBe(INDICATORS.length);
	const write = inContext(database, person, (tx) => tx.execute(`delete from benchmarks`));
	await expect(write).rejects.toMatchObject({ cause: { code: '42501' } });
});

test('neighbours are chosen by those who lead, of the authorities in the file, and every choice is kept', async () => {
	const choice = (neighbours: string[], own = '') => ({ key: randomUUID(), own, neighbours });
	const made = await asOperator(async (tx) => {
		const [person] = await tx.execute<{ id: string }>(
			sql`insert into accounts (email, role) values ('diana@example.org', 'director') returning id`
		);
		return person?.id ?? '';
	});
	await broughtIn(await fileOf(...['E06000991', 'E06000992'].map((code) => TOWN.replace('E06000990', code))));
	const by = { accountId: made, name: 'Diana', role: 'director', today: '2026-11-20' } as const;
	const choose = (form: ReturnType<typeof choice>) =>
		inContext(database, { actor: 'person', accountId: made, today: '2026-11-20' }, (tx) =>
			chooseNeighbours(tx, by, form)
		);
	expect(await choose(choice(['E06000991']))).toMatchObject({ refused: [{ field: 'neighbours' }] });
	expect(await choose(choice(['E06000991', 'nowhere']))).toMatchObject({
		refused: [{ field: 'neighbours' }]
	});
	const form = choice(['E06000992', 'E06000991'], 'E06000990');
	expect([await choose(form), await choose(form)]).toEqual(['done', 'done']);
	const page = await asOperator(neighboursPage);
	expect(page).toMatchObject({ own: 'E06000990', neighbours: ['E06000991', 'E06000992'] });
	expect(page.chosen).toHaveLength(1);
	expect(
		await asOperator((tx) => tx.execute(sql`select action from audit where entity = 'comparison'`))
	).toEqual([{ action: 'chosen' }]);
});
