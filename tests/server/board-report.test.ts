import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chartInWords, HOW_REPORTED, WHY_NAMED, type IssuedReport } from '#lib/domain/board-report.ts';
import { dayInWords } from '#lib/domain/calendar.ts';
import {
	issueNow,
	issueOnSchedule,
	reportList,
	reportPage,
	reportPrinted
} from '#lib/server/work/board-report.ts';
import { boardReportPdf } from '#lib/server/work/board-report-pdf.ts';
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

const printed = (reportId: string, who: string = cast.DIANA) =>
	world.as(who, (tx, by) => reportPrinted(tx, by, reportId));

/** How text looks when only its letters count: where a line ends is a matter of the sheet. */
const letters = (text: string) => text.replaceAll(/\s/g, '');

interface Structure {
	role?: string;
	alt?: string;
	children?: Structure[];
}

function within({ children = [], ...own }: Structure): Structure[] {
	return [own, ...children.flatMap(within)];
}

/** What a reader of PDF files finds in one. */
async function readPdf(pdf: Uint8Array) {
	const document = await getDocumentProxy(new Uint8Array(pdf));
	const { info } = await document.getMetadata();
	const numbers = Array.from({ length: document.numPages }, (_, place) => place + 1);
	const sheets = await Promise.all(
		numbers.map(async (number) => {
			const page = await document.getPage(number);
			const { items } = await page.getTextContent();
			return {
				size: page.view.slice(2).map(Math.round),
				text: letters(items.map((item) => ('str' in item ? item.str : '')).join('')),
				structure: within((await page.getStructTree()) as Structure)
			};
		})
	);
	await document.destroy();
	return { info, sheets };
}

/** Everything that a report says in words and figures, sheet by sheet, in the order in which it is read. */
function wordsOf({ figures, month, issued, by, digest }: IssuedReport): string[][] {
	const compares = figures.restructure !== null;
	const foot = (page: number) => `Board report to ${month}. Issued ${issued}, ${by}.Page ${page} of 2`;
	return [
		[
			figures.headline,
			...figures.windows.map(({ phase, words }) => `${phase.toLowerCase()} ${words}`),
			...figures.charts.flatMap(({ title, words, standsOut = [] }) => [
				title,
				words + standsOut.map((group) => group.words).join('')
			]),
			'Teams of concern',
			...(figures.teams.length === 0 ? [`None on ${dayInWords(figures.on)}.`] : []),
			...figures.teams.map(({ team, service, reasons }) => `${team}, ${service}. ${reasons.join(' ')}`),
			...(figures.moreTeams > 0 ? [`And ${figures.moreTeams} more.`] : []),
			WHY_NAMED,
			foot(1)
		],
		[
			...figures.rows.map(({ name, before, during, after, now, change, inWords }) =>
				(compares ? [name, before, during, after, now, change, inWords] : [name, now]).join('')
			),
			...figures.accepted.map(
				({ what, flags, until }) => `${what}: ${flags}${flags === 'c' ? ' flags' : ''}, until ${until}`
			),
			figures.policy,
			`${figures.managed.withManager} of ${figures.managed.teams} teams`,
			HOW_REPORTED,
			digest,
			foot(2)
		]
	];
}

async function saysAll(report: IssuedReport, pdf: Uint8Array): Promise<void> {
	const { info, sheets } = await readPdf(pdf);
	expect(info).toMatchObject({ Title: `Board report to ${report.month}`, Language: 'en-GB' });
	expect(sheets.map(({ size }) => size)).toEqual([
		[595, 842],
		[595, 842]
	]);
	for (const [place, words] of wordsOf(report).entries()) {
		const { text = '' } = sheets[place] ?? {};
		let from = 0;
		for (const said of words.map(letters)) {
			const at = text.indexOf(said, from);
			expect(at, `${said} in ${text.slice(from)}`).not.toBe(-1);
			from = at + said.length;
		}
	}
	const figures = sheets[0]?.structure.filter(({ role }) => role === 'Figure') ?? [];
	expect(figures.map(({ alt }) => alt)).toEqual(report.figures.charts.map(chartInWords));
	expect(sheets[0]?.structure.filter(({ role }) => role === 'H1')).toHaveLength(1);
	const rows = sheets[1]?.structure.filter(({ role }) => role === 'TR') ?? [];
	expect(rows).toHaveLength(report.figures.rows.length + 1);
}

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
	expect(figures?.headline).toContain('rose from 0 to a small number at an average month-end');
	expect(figures?.headline).not.toMatch(/(from|to|now) [1-5](\.\d)?(?![\d.]*\d| ?%)/);
	expect(figures?.charts.every(({ standsOut }) => Array.isArray(standsOut))).toBe(true);
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

test('its two sheets say what its page says, in text that can be read aloud, and stay the same file', async () => {
	const [report, sheets] = [await read(reportId), await printed(reportId)];
	if (!report || !sheets) throw new Error('the report is not there');
	expect(sheets.on).toBe('2026-10-31');
	await saysAll(report, sheets.pdf);
	expect((await printed(reportId))?.pdf).toEqual(sheets.pdf);
	expect(Buffer.from(sheets.pdf).equals(await boardReportPdf(report))).toBe(true);
	const reads = await world.operator((tx) =>
		tx.execute(sql`select 1 from audit where entity = 'board_report' and action = 'read'`)
	);
	expect(reads.length).toBeGreaterThanOrEqual(3);
});

test('two sheets hold a report of many teams with long names, of five years, and of no restructure', async () => {
	const report = await read(reportId);
	if (!report) throw new Error('the report is not there');
	const name = fc
		.array(
			fc.constantFrom('Łódź', 'Harbour', 'Abergavenny’s', 'Children-with-disabilities', 'ŵ', '(North)'),
			{
				minLength: 1,
				maxLength: 9
			}
		)
		.map((words) => words.join(' ').slice(0, 80).trim());
	const unbroken = fc.integer({ min: 1, max: 80 }).map((length) => 'W'.repeat(length));
	const many = fc.record({
		team: fc.oneof(name, unbroken),
		service: name,
		months: fc.integer({ min: 0, max: 60 }),
		accepted: fc.integer({ min: 0, max: 30 }),
		compares: fc.boolean()
	});
	await fc.assert(
		fc.asyncProperty(many, async ({ team, service, months, accepted, compares }) => {
			const { figures } = report;
			const reasons = [
				'No team manager in post.',
				'112 cases held without oversight.',
				'71.5 % supervised on time.'
			];
			const generated: IssuedReport = {
				...report,
				figures: {
					...figures,
					headline: `${figures.headline} Most of all in ${service}, from 91 % to 62 %.`,
					restructure: compares ? team : null,
					windows: compares ? figures.windows : [],
					charts: figures.charts.map((chart) => ({
						...chart,
						months: Array.from({ length: months }, (_, place) => `Jan ${place + 10}`),
						values: Array.from({ length: months }, (_, place) => (place % 7 === 0 ? 'c' : place * 3)),
						phases: [{ label: 'Before', from: 0, to: months }],
						limits: months < 2 ? [] : [{ from: 0, to: months, centre: 50, lower: 10, upper: 90 }],
						standsOut:
							months < 5
								? []
								: [{ mark: 'concern', places: [3, 4], words: 'Concern, high: Jan 13 to Jan 14' }]
					})),
					teams: Array.from({ length: 6 }, () => ({ team, service, reasons })),
					moreTeams: 70,
					accepted: Array.from({ length: accepted }, (_, place) => ({
						what: `Rule ${place}, whose words go on for as long as those of the longest rule do`,
						flags: place % 2 === 0 ? 'c' : 12,
						until: '12 Nov 2026 to 27 Nov 2026'
					}))
				}
			};
			await saysAll(generated, await boardReportPdf(generated));
		}),
		{ numRuns: 6 }
	);
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
		expect(await printed(reportId, who), who).toBeNull();
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

test('a report that was issued before its sheets were kept has them made from what is kept of it', async () => {
	const [earlier] = await world.operator((tx) =>
		tx.execute<{ id: string }>(
			sql`insert into board_reports (month_end, figures, digest, issued_on, account_id)
				select '2026-09-30', figures, digest, issued_on, null from board_reports where id = ${reportId}
				returning id`
		)
	);
	const [report, sheets] = [await read(earlier?.id ?? ''), await printed(earlier?.id ?? '')];
	if (!report || !sheets) throw new Error('the report is not there');
	await saysAll(report, sheets.pdf);
});
