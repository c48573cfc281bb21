import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueNow, issueOnSchedule, reportList, reportPage } from '#lib/server/work/board-report.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import * as cast from '../cast.ts';
import { TODAY, worldWith, type World } from './world.ts';

const [RESTRUCTURE_BEGAN, RESTRUCTURE_ENDED] = ['2026-03-02', '2026-07-01'];

/** An enquiry held by somebody newly qualified, with nobody looking at it. */
const enquiry = (id: string) => [
	cast.openCase(id, '2026-09-14'),
	cast.kind(id, 'section_47', '2026-09-14'),
	cast.lead(id, cast.BEN, '2026-09-14')
];

const OTHERS = Array.from({ length: 8 }, (_, place) => `K-${place + 10}`).flatMap((id) => [
	cast.openCase(id, '2025-06-02'),
	cast.kind(id, 'child_in_need', '2025-06-02'),
	cast.lead(id, cast.TOMAS, '2025-06-02')
]);

let world: World;
beforeAll(async () => {
	world = await worldWith(
		...OTHERS,
		...enquiry('K-1'),
		...enquiry('K-2'),
		cast.restructure(RESTRUCTURE_BEGAN, RESTRUCTURE_ENDED)
	);
});
afterAll(() => world.close());

const issue = (today = TODAY) => world.operator((tx) => issueOnSchedule(tx, 'test', today), today);
const read = (reportId: string, who: string = cast.DIANA) =>
	world.as(who, (tx, by) => reportPage(tx, by, reportId));

let reportId: string;

test('the report of the last month that ended is issued once, and audited', async () => {
	reportId = (await issue()) ?? '';
	expect(reportId).not.toBe('');
	expect(await issue()).toBeNull();
	const { rows } = await world.as(cast.DIANA, reportList);
	expect(rows).toMatchObject([{ key: reportId, month: '31 Oct 2026', by: 'on schedule' }]);
	const audited = await world.operator((tx) =>
		tx.execute(sql`select action, digest is not null as digest from audit where entity = 'board_report'`)
	);
	expect(audited).toEqual([{ action: 'issued', digest: true }]);
});

test('it says what stood then, with small numbers kept back', async () => {
	const report = await read(reportId);
	expect(report).toMatchObject({ month: '31 Oct 2026', asIssued: true });
	const figures = report?.figures;
	expect(figures?.charts).toHaveLength(5);
	expect(figures?.rows.find(({ key }) => key === 'M06')?.now).toBe('c');
	expect(figures?.charts.find(({ id }) => id === 'M06')?.values.at(-1)).toBe('c');
	expect(figures?.teams).toMatchObject([{ team: 'harbour', reasons: ['Cases held without oversight (c).'] }]);
	expect(JSON.stringify(figures)).not.toMatch(/ben|tomas|maryam|K-1/i);
	expect(figures?.headline).toMatch(/ c\b/);
	expect(figures?.headline).not.toMatch(/(from|to|now) [1-5](\.\d)?(?![\d.]*\d| ?%)/);
	const drawn = figures?.charts.find(({ id }) => id === 'M06')?.limits ?? [];
	expect(drawn.every(({ centre }) => centre === 0 || centre >= 6)).toBe(true);
});

test('last month’s report stays what was issued, whatever is recorded since', async () => {
	const issued = await read(reportId);
	await world.operator((tx) =>
		tx.execute(
			sql`update cases set closed_on = '2026-10-05', end_recorded_on = ${TODAY} where reference = 'K-1'`
		)
	);
	expect(await read(reportId)).toEqual(issued);
	for (const statement of [sql`update board_reports set digest = ''`, sql`delete from board_reports`])
		await expect(world.database.drizzle.execute(statement)).rejects.toMatchObject({
			cause: { code: '23001' }
		});
});

test('a director can issue it again beside the first, once however often the form is sent', async () => {
	const key = randomUUID();
	const again = () => world.as(cast.DIANA, (tx, by) => issueNow(tx, by, key));
	expect(await again()).toMatchObject({ done: expect.any(String) as unknown });
	expect(await again()).toEqual({ done: null });
	expect((await world.as(cast.DIANA, reportList)).rows).toHaveLength(2);
	expect(await world.as(cast.RUTH, (tx, by) => issueNow(tx, by, randomUUID()))).toBe('not_yours');
});

test('managers of teams find no report, whatever they ask for', async () => {
	for (const who of [cast.TOMAS, cast.MARYAM, cast.RUTH]) {
		expect(await read(reportId, who), who).toBeNull();
		expect((await world.as(who, reportList)).rows, who).toEqual([]);
	}
});

test('months that closed while no server ran have their reports issued, each of its own', async () => {
	await world.operator((tx) => reviewAuthority(tx, { operator: 'test' }, '2027-01-04'), '2027-01-04');
	await issue('2027-01-04');
	const { rows } = await world.as(cast.DIANA, reportList, '2027-01-04');
	expect(rows.filter(({ by }) => by === 'on schedule').map(({ month }) => month)).toEqual([
		'31 Dec 2026',
		'30 Nov 2026',
		'31 Oct 2026'
	]);
	expect(await issue('2027-01-04')).toBeNull();
});

test('nothing is issued where no month-end is stored', async () => {
	expect(await issue('2025-01-10')).toBeNull();
});
