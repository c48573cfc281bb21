import { randomUUID } from 'node:crypto';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Measured, Tallies } from '#lib/domain/organisation.ts';
import { factsOf, type Records } from '#lib/domain/records.ts';
import { monthEndsBetween } from '#lib/domain/restructure.ts';
import { wilson } from '#lib/domain/spc.ts';
import { MEASURES, METRIC_IDS, measureOf, PARTS } from '#lib/domain/metrics.ts';
import { figureInWords } from '#lib/domain/organisation-words.ts';
import { emptyTally, talliesByTeam, type Tally } from '#lib/domain/tally.ts';
import type { Asking } from '#lib/server/db/index.ts';
import { insertAccount, practitionersCalled } from '#lib/server/store/accounts.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { insertMonthEnds } from '#lib/server/store/figures.ts';
import { bringIn } from '#lib/server/work/bring-in.ts';
import { incomingOf } from '#lib/server/work/fill-demo.ts';
import { figuresInSheets } from '#lib/server/work/figures-in-sheets.ts';
import { measure, storeDay, storeMonthEnds } from '#lib/server/work/measure.ts';
import { measurePage, rowsBehind } from '#lib/server/work/measure-page.ts';
import {
	printedMetrics,
	printedRestructure,
	type MetricsAsked,
	type PrintedMetric
} from '#lib/server/work/metrics-printed.ts';
import { COMPARISON_HEAD, comparisonRows, organisation, type Asked } from '#lib/server/work/organisation.ts';
import { saveTarget, targetConsequences } from '#lib/server/work/set-target.ts';
import { xlsxOf } from '#lib/server/work/xlsx.ts';
import {
	action,
	BEN,
	DIANA,
	given,
	HARBOUR,
	kind,
	lead,
	LEO,
	MARYAM,
	openCase,
	ORCHARD,
	oversight,
	OWEN,
	posting,
	request,
	restructure,
	RUTH,
	supervision,
	TOMAS,
	type Change
} from '../cast.ts';
import { freshDatabase } from './database.ts';

const TODAY: CalendarDate = '2026-11-20';
const FROM: CalendarDate = '2026-01-31';
const OPERATOR = { operator: 'test' };

/** Two services; a merger from April to June; a newly qualified worker who holds a plan since September. */
function authority(): Records {
	const records = cast(
		posting(BEN, { from: '2026-09-01' }),
		posting(OWEN, { role: 'team_manager', supervisorId: RUTH, teamId: ORCHARD }),
		restructure('2026-04-01', '2026-07-01', { name: 'Merger' }),
		...['2026-01-12', '2026-02-09', '2026-03-09', '2026-06-15', '2026-10-26'].flatMap((on) =>
			[TOMAS, LEO, MARYAM].map((id) => supervision(id, on))
		),
		...[TOMAS, LEO].flatMap((id) => [
			openCase(`${id}-plan`, '2025-11-03'),
			kind(`${id}-plan`, 'child_protection', '2025-11-03'),
			lead(`${id}-plan`, id, '2025-11-03', null, { teamId: id === LEO ? ORCHARD : HARBOUR }),
			oversight(`${id}-plan`, MARYAM, '2026-03-16'),
			oversight(`${id}-plan`, MARYAM, '2026-10-12')
		]),
		openCase('handed-on', '2025-12-01', { closedOn: '2026-10-05' }),
		kind('handed-on', 'child_in_need', '2025-12-01'),
		lead('handed-on', TOMAS, '2025-12-01', '2026-05-11'),
		lead('handed-on', LEO, '2026-05-11', '2026-10-05', { reason: 'ORGRST', teamId: ORCHARD }),
		openCase('ben-plan', '2026-09-07'),
		kind('ben-plan', 'child_protection', '2026-09-07'),
		lead('ben-plan', BEN, '2026-09-07'),
		oversight('handed-on', MARYAM, '2025-12-08', { recordedOn: '2026-10-20' }),
		request('asked', 'handed-on', '2026-09-28', {
			outcome: 'declined',
			decidedOn: '2026-09-29',
			decidedById: MARYAM
		}),
		action('visit', '2026-03-02', {
			caseId: 'handed-on',
			ownerId: LEO,
			dueOn: '2026-03-20',
			doneOn: '2026-10-12'
		}),
		action('read', '2026-10-26', { practitionerId: TOMAS, ownerId: TOMAS, dueOn: '2026-11-09' }),
		{
			vacancies: [
				{
					teamId: HARBOUR,
					role: 'practitioner',
					fte: 0.8,
					from: '2026-02-02',
					to: '2026-09-01',
					recordedOn: null,
					endRecordedOn: null
				}
			]
		},
		openCase('waiting', '2026-11-02'),
		kind('waiting', 'assessment', '2026-11-02')
	);
	return records;
}

/** The cast, where one of its teams is of another service. */
function cast(...changes: Change[]): Records {
	const records = given(...changes);
	for (const team of records.teams) if (team.teamId === ORCHARD) team.service = 'Corporate Parenting';
	return records;
}

let database: Awaited<ReturnType<typeof freshDatabase>>;
let records: Records;
const accounts = new Map<string, string>();

const asOperator = <Answer>(work: (tx: Transaction) => Promise<Answer>) =>
	inContext(database, { actor: 'operator', name: 'test', today: TODAY }, work);
const as = <Answer>(id: string, work: (tx: Transaction) => Promise<Answer>) => {
	const asking: Asking = { actor: 'person', accountId: accounts.get(id) ?? '', today: TODAY };
	return inContext(database, asking, work);
};
const bring = (what: Records, on: CalendarDate) =>
	asOperator((tx) =>
		bringIn(tx, incomingOf(what), {
			by: 'test',
			on,
			apply: true,
			skipBadRows: false,
			complete: [],
			observedFrom: null
		})
	);

beforeAll(async () => {
	database = await freshDatabase();
	records = authority();
	expect((await bring(records, TODAY)).applied).toBe(true);
	await asOperator(async (tx) => {
		for (const id of [DIANA, RUTH, OWEN, TOMAS]) {
			const [found] = await practitionersCalled(tx, id);
			const made = await insertAccount(tx, {
				email: `${id}@example.org`,
				role: null,
				practitionerId: found?.practitionerId ?? null
			});
			accounts.set(id, made ?? '');
		}
	});
});

afterAll(() => database.close());

/** Tallies by the sender's reference of the team, in one order. */
function byReference(tallies: Tallies, { teams }: Pick<Measured, 'teams'>): Record<string, Tally> {
	const references = new Map(teams.map((team) => [team.teamId, team.reference]));
	return Object.fromEntries(
		[...tallies].map(([teamId, tally]) => [
			teamId === null ? 'none' : (references.get(teamId) ?? teamId),
			{ ...tally, caseloads: tally.caseloads.toSorted((a, b) => a.cases - b.cases || a.fte - b.fte) }
		])
	);
}

const asked = { on: TODAY, restructureId: null, serviceId: null };
const stored = (tx: Transaction) => measure(tx, TODAY, FROM);

describe('counting from the database', () => {
	test('gives at each month-end and today what the records alone give', async () => {
		const measured = await as(DIANA, stored);
		const alone = arrange(factsOf(records));
		expect(measured.months.map(({ on }) => on)).toEqual(monthEndsBetween(FROM, TODAY));
		for (const { on, tallies } of [...measured.months, { on: TODAY, tallies: measured.now }])
			expect([on, byReference(tallies, measured)]).toEqual([
				on,
				byReference(talliesByTeam(viewOf(alone, on)), { teams: alone.teams })
			]);
	});

	test('a service manager is given the teams of the service and no other', async () => {
		const measured = await as(RUTH, stored);
		expect(measured.teams.map(({ reference }) => reference)).toEqual([HARBOUR]);
		expect(Object.keys(byReference(measured.now, measured)).sort()).toEqual([HARBOUR, 'none'].sort());
	});
});

describe('a spreadsheet', () => {
	async function sheetsOf(workbook: Uint8Array): Promise<ExcelJS.Workbook> {
		const read = new ExcelJS.Workbook();
		return read.xlsx.load(workbook.buffer as ArrayBuffer);
	}
	const columnOf = (sheet: ExcelJS.Worksheet | undefined, head: string): number =>
		(sheet?.getRow(1).values as unknown[]).indexOf(head);

	test('holds every figure of the page as a number, with its definition and the days as days', async () => {
		const [shown, found] = await as(DIANA, async (tx) => [
			await organisation(tx, asked),
			await figuresInSheets(tx, asked)
		]);
		const book = await sheetsOf(xlsxOf(found?.title ?? '', found?.sheets ?? []));
		const [figures, monthly, byTeam, definitions] = book.worksheets;
		expect(book.worksheets.map(({ name }) => name)).toEqual([
			'Figures',
			'Month by month',
			'Services and teams',
			'Definitions',
			'About'
		]);
		const now = columnOf(figures, '20 Nov 2026');
		for (const [place, row] of (shown?.comparison ?? []).entries()) {
			const cells = figures?.getRow(place + 2);
			expect(cells?.getCell(2).value).toBe(row.name);
			expect(cells?.getCell(now).value).toBe(row.now.figure?.value ?? null);
			if (row.now.figure?.value != null && measureOf(row.key).kind === 'share')
				expect(cells?.getCell(now).numFmt).toBe('0.0%');
		}
		expect(monthly?.getRow(2).getCell(3).value).toEqual(new Date('2025-11-30T00:00:00Z'));
		expect(monthly?.rowCount).toBe(1 + MEASURES.length * 12);
		expect(byTeam?.getColumn(2).values).toContain(ORCHARD);
		expect(definitions?.getColumn(5).values.slice(2)).toEqual(
			[...MEASURES, ...PARTS].map(({ definition }) => definition)
		);
	});

	test('of a service or a team holds nothing of another, and one that is not yours is absent', async () => {
		const teamId = async (reference: string) =>
			(await as(DIANA, stored)).teams.find((team) => team.reference === reference)?.teamId ?? '';
		const text = async (who: string, what: object) =>
			JSON.stringify(await as(who, (tx) => figuresInSheets(tx, { ...asked, ...what })));
		const own = await text(RUTH, { serviceId: 'safeguarding' });
		expect(own).toContain(HARBOUR);
		expect(own).not.toContain(ORCHARD);
		expect(await text(OWEN, { teamId: await teamId(ORCHARD) })).toContain(ORCHARD);
		expect(await text(OWEN, { teamId: await teamId(HARBOUR) })).toBe('null');
		expect(await text(RUTH, { serviceId: 'corporate-parenting' })).toBe('null');
	});

	test('holds text as text, whatever it begins with, and no formula', async () => {
		const texts = ['=1+1', '+44', '-3', '@home', '\t=1', 'a < b & "c"', 'Zoë’s\u0001 team', ' two '];
		const rows = texts.map((text) => [text]);
		const book = await sheetsOf(xlsxOf('T', [{ name: 'S & T', head: ['text'], widths: [20], rows }]));
		const [sheet] = book.worksheets;
		expect(sheet?.name).toBe('S & T');
		for (const [place, text] of texts.entries()) {
			const cell = sheet?.getCell(place + 2, 1);
			expect([text, cell?.type, cell?.value]).toEqual([
				text,
				ExcelJS.ValueType.String,
				text.replace('\u0001', '')
			]);
		}
	});
});

describe('the organisation', () => {
	test('is shown before, during and after the latest restructure', async () => {
		const shown = await as(DIANA, (tx) => organisation(tx, asked));
		expect(shown?.restructure?.name).toBe('Merger');
		expect(shown?.windows).toEqual([
			{ phase: 'Before', words: '1 Oct 2025 to 31 Mar 2026 (5 month-ends)' },
			{ phase: 'During', words: '1 Apr 2026 to 30 Jun 2026 (3 month-ends)' },
			{ phase: 'After', words: '1 Jul 2026 to 20 Nov 2026, not over yet (4 month-ends so far)' }
		]);
		expect(shown?.charts.map(({ id }) => id)).toEqual(['M06', 'M01', 'M03-28', 'M05', 'M10-mean']);
		expect(shown?.teams.map(({ name, held, manager }) => [name, held, manager])).toEqual([
			[ORCHARD, '0', 'In post'],
			[HARBOUR, '1', 'In post']
		]);
		expect(shown?.choices.services.map(({ id }) => id)).toEqual(['corporate-parenting', 'safeguarding']);
	});

	test('names nobody who works there and no child', async () => {
		const shown = JSON.stringify(await as(DIANA, (tx) => organisation(tx, asked)));
		for (const { practitionerId } of records.practitioners)
			expect(shown).not.toContain(`"${practitionerId}"`);
		for (const { caseId } of records.cases) expect(shown).not.toContain(caseId);
	});

	test('of one service counts that service alone', async () => {
		const shown = await as(DIANA, (tx) => organisation(tx, { ...asked, serviceId: 'corporate-parenting' }));
		expect(shown?.teams.map(({ name }) => name)).toEqual([ORCHARD]);
		expect(shown?.comparison.find(({ key }) => key === 'M03-28')?.now.counts).toBe('0 of 1 open cases');
	});

	test('a service that is not yours is as absent as one that does not exist', async () => {
		const ask = (serviceId: string) => as(RUTH, (tx) => organisation(tx, { ...asked, serviceId }));
		expect((await ask('safeguarding'))?.service?.name).toBe('Safeguarding');
		expect(await ask('corporate-parenting')).toBeNull();
		expect(await ask('nowhere')).toBeNull();
	});

	test('a restructure that nobody recorded, or that had not begun, is absent', async () => {
		const restructureId = '00000000-0000-4000-8000-000000000000';
		expect(await as(DIANA, (tx) => organisation(tx, { ...asked, restructureId }))).toBeNull();
		const before = await as(DIANA, (tx) => organisation(tx, { ...asked, on: '2026-03-31' }));
		expect(before?.restructure).toBeNull();
		expect(before?.windows).toEqual([]);
		expect(before?.headline).toMatch(/^On 31 Mar 2026, no case is held without oversight/);
		expect(before?.services.map(({ service, oversight: recent }) => [service, recent])).toEqual([
			['Corporate Parenting', '100.0 %'],
			['Safeguarding', '50.0 %']
		]);
	});

	test('as a file is the same figures in numbers, empty where there is none', async () => {
		const shown = await as(DIANA, (tx) => organisation(tx, asked));
		const rows = (shown ? comparisonRows(shown) : []).map((row) =>
			Object.fromEntries(COMPARISON_HEAD.map((name, column) => [name, row[column]]))
		);
		expect(rows.length).toBe(shown?.comparison.length);
		expect(rows.find(({ measure: name }) => name === 'Supervision on time')).toMatchObject({
			metric: 'M01',
			before: 9 / 35,
			before_numerator: 9,
			before_denominator: 35,
			now: 3 / 8,
			change: 3 / 30 - 9 / 35,
			change_from_before_to: 'after',
			in_words: 'No clear change'
		});
		expect(
			rows.find(({ measure: name }) => name === 'Of these changes, because of a restructure')
		).toMatchObject({
			before: null,
			before_denominator: null,
			change: null,
			change_lower_95: null,
			in_words: 'No figure to compare'
		});
	});
});

describe('stored month-ends', () => {
	test('that lack what was not counted yet say so, and what it comes to now stands beside them', async () => {
		const [team] = await database.client<{ id: string }[]>`select id from teams where reference = ${HARBOUR}`;
		const [first] = (await as(DIANA, (tx) => measure(tx, '2025-11-30', '2025-11-30'))).months;
		const { further, ...counted } = first?.tallies.get(team?.id ?? '') ?? emptyTally();
		expect(further?.discussed.cases).toBe(1);
		await asOperator((tx) =>
			insertMonthEnds(tx, [{ on: '2025-11-30', teamId: team?.id ?? '', tally: counted, hindsight: null }])
		);
		await asOperator((tx) => storeMonthEnds(tx, OPERATOR, TODAY));
		const { months } = await as(DIANA, (tx) => measure(tx, TODAY, '2025-11-30'));
		const then = months[0]?.tallies.get(team?.id ?? '');
		expect([then?.further, then?.overseen.cases]).toEqual([undefined, counted.overseen.cases]);
		expect(months[0]?.sinceCorrected?.get(team?.id ?? '')?.further).toEqual(further);
		const discussed = measureOf('M02');
		expect(figureInWords(discussed, discussed.figure(then ? [then] : []))).toBe('not measured then');
	});

	test('are those that have ended, once, though two store them at the same time', async () => {
		const live = await as(DIANA, stored);
		const store = () => asOperator((tx) => storeMonthEnds(tx, OPERATOR, TODAY));
		await Promise.all([store(), store()]);
		await store();
		const rows = await database.client<{ on: string; rows: number }[]>`
			select month_end::text as on, count(*)::int as rows from month_ends group by 1 order by 1`;
		expect(rows.map(({ on }) => on)).toEqual(monthEndsBetween('2025-11-03', '2026-10-31'));
		const read = await as(DIANA, stored);
		for (const [index, { on, tallies, sinceCorrected }] of read.months.entries()) {
			expect(sinceCorrected).toBeNull();
			expect([on, byReference(tallies, read)]).toEqual([
				on,
				byReference(live.months[index]?.tallies ?? new Map(), live)
			]);
		}
	});

	test('are read by those who oversee the team, and by nobody else', async () => {
		const teamsOf = async (id: string) =>
			as(id, async (tx) => {
				const found = await tx.execute<{ name: string }>(
					'select distinct coalesce(t.name, $$none$$) as name from month_ends m left join teams t on t.id = m.team_id order by 1'
				);
				return [...found].map(({ name }) => name);
			});
		expect(await teamsOf(DIANA)).toEqual([HARBOUR, ORCHARD]);
		expect(await teamsOf(OWEN)).toEqual([ORCHARD]);
		expect(await teamsOf(TOMAS)).toEqual([]);
	});

	test('cannot be stored by somebody signed in', async () => {
		const [team] = await database.client<{ id: string }[]>`select id from teams where reference = ${ORCHARD}`;
		const { now } = await as(DIANA, stored);
		const tally = now.get(team?.id ?? '');
		expect(tally).toBeDefined();
		const write = as(DIANA, (tx) =>
			insertMonthEnds(tx, [
				{ on: '2020-01-31', teamId: team?.id ?? '', tally: tally as Tally, hindsight: null }
			])
		);
		await expect(write).rejects.toMatchObject({ cause: { code: '42501' } });
	});

	test('cannot be rewritten or deleted, by the owner either', async () => {
		await expect(database.client`update month_ends set tally = '{}'`).rejects.toThrow(
			/stays as it was stored/
		);
		await expect(database.client`update month_ends set stored_at = now()`).rejects.toThrow(/stays/);
		await expect(database.client`delete from month_ends`).rejects.toThrow(/stays/);
	});

	test('a late fact with its recording date changes nothing in them, and stands beside them with hindsight', async () => {
		const before = await as(DIANA, stored);
		const late = cast(oversight('leo-plan', MARYAM, '2026-07-20', { recordedOn: '2026-11-19' }));
		expect((await bring(late, TODAY)).applied).toBe(true);
		await asOperator((tx) => storeMonthEnds(tx, OPERATOR, TODAY));
		const after = await as(DIANA, stored);
		const known = ({ on, tallies, sinceCorrected }: (typeof after.months)[number]) => ({
			on,
			tallies,
			sinceCorrected
		});
		expect(after.months.map(known)).toEqual(before.months.map(known));
		const beside = ({ months }: Measured) =>
			months.filter(({ hindsight }) => hindsight !== null).map(({ on }) => on);
		expect([beside(before), beside(after)]).toEqual([
			['2026-01-31'],
			['2026-01-31', '2026-07-31', '2026-08-31']
		]);
		const july = after.months.find(({ on }) => on === '2026-07-31');
		const within = (tallies: Tallies | null | undefined) =>
			tallies ? byReference(tallies, after)[ORCHARD]?.overseen.within : null;
		expect([within(july?.tallies), within(july?.hindsight)]).toEqual([
			[0, 0, 0],
			[1, 1, 1]
		]);
		const shown = await as(DIANA, (tx) => organisation(tx, asked));
		const chart = shown?.charts.find(({ id }) => id === 'M03-28');
		expect(chart?.notes[chart.days.indexOf('2026-07-31')]).toContain('with hindsight: 33.3 %');
	});

	test('a correction without one stands beside them as since corrected', async () => {
		const before = await as(DIANA, stored);
		const undated = cast(oversight('tomas-plan', MARYAM, '2026-07-20'));
		expect((await bring(undated, TODAY)).applied).toBe(true);
		await asOperator((tx) => storeMonthEnds(tx, OPERATOR, TODAY));
		const after = await as(DIANA, stored);
		expect(after.months.map(({ tallies }) => tallies)).toEqual(before.months.map(({ tallies }) => tallies));
		const corrected = after.months.filter(({ sinceCorrected }) => sinceCorrected).map(({ on }) => on);
		expect(corrected).toEqual(['2026-07-31', '2026-08-31']);
		const july = after.months.find(({ on }) => on === '2026-07-31');
		const within = (tallies: Tallies | null | undefined) =>
			tallies ? byReference(tallies, after)[HARBOUR]?.overseen.within : null;
		expect(within(july?.tallies)).toEqual([0, 0, 0]);
		expect(within(july?.sinceCorrected)).toEqual([1, 1, 1]);
		const shown = await as(DIANA, (tx) => organisation(tx, asked));
		const chart = shown?.charts.find(({ id }) => id === 'M03-28');
		expect(chart?.notes[chart.days.indexOf('2026-07-31')]).toContain('since corrected: 33.3 %');
	});
});

describe('the metrics as the command prints them', () => {
	const nothing = { asAt: TODAY, over: null, team: null, service: null };
	const rows = async (asked: Partial<MetricsAsked>) => {
		const answer = await asOperator((tx) => printedMetrics(tx, { ...nothing, ...asked }));
		return 'refused' in answer ? [] : answer;
	};

	test('on a day are every measure, each as the page has it, and the teams add up to the authority', async () => {
		const printed = await rows({});
		expect([...new Set(printed.map(({ metric }) => metric))]).toEqual([...METRIC_IDS]);
		const shown = await as(DIANA, (tx) => organisation(tx, asked));
		for (const { key, now } of shown?.comparison ?? [])
			expect(printed.find(({ measure: id }) => id === key)).toMatchObject({
				on: TODAY,
				numerator: now.figure?.numerator,
				denominator: now.figure?.denominator,
				value: now.figure?.value
			});
		const ofTeams = [await rows({ team: HARBOUR }), await rows({ team: ORCHARD })];
		const cases = (each: PrintedMetric[]) =>
			each.find(({ measure: id }) => id === 'M03-28')?.denominator ?? 0;
		expect([cases(printed), ...ofTeams.map(cases)]).toEqual([4, 2, 1]);
	});

	test('month by month are the stored ones, with what is beside them; week by week they are counted live', async () => {
		const months = await rows({ over: { from: '2026-07-01', to: '2026-09-30', every: 'month' } });
		const recent = months.filter(({ measure: id }) => id === 'M03-28');
		expect(recent.map(({ on, numerator, denominator }) => [on, numerator, denominator])).toEqual([
			['2026-07-31', 0, 3],
			['2026-08-31', 0, 3],
			['2026-09-30', 0, 4]
		]);
		expect(recent[0]).toMatchObject({ sinceCorrected: 1 / 3, withHindsight: 2 / 3 });
		const weeks = await rows({ over: { from: '2026-10-05', to: '2026-10-18', every: 'week' } });
		expect(
			weeks.filter(({ measure: id }) => id === 'M18').map(({ on, periodFrom }) => [on, periodFrom])
		).toEqual([
			['2026-10-11', '2026-10-05'],
			['2026-10-18', '2026-10-12']
		]);
	});

	test('around a restructure have n, interval, limits and special causes for every measure', async () => {
		const [known] = await database.client<
			{ reference: string }[]
		>`select reference from restructures limit 1`;
		const answer = await asOperator((tx) =>
			printedRestructure(tx, { ...nothing, restructure: known?.reference ?? '' })
		);
		if ('refused' in answer) throw new Error(answer.refused);
		expect(answer.windows.map(({ phase, monthEnds }) => [phase, monthEnds])).toEqual([
			['before', 5],
			['during', 3],
			['after', 4]
		]);
		expect(answer.metrics.map(({ metric }) => metric)).toEqual(expect.arrayContaining([...METRIC_IDS]));
		for (const { measure: id, before, xmr } of answer.metrics) {
			expect([id, before?.n]).toEqual([id, before?.denominator]);
			expect(xmr.map(({ phase, points }) => [phase, points.length])).toEqual([
				['before', 5],
				['during', 3],
				['after', 4]
			]);
			for (const { centre, lower, upper, trialLimits } of xmr)
				if (centre !== null)
					expect([trialLimits, (upper ?? 0) + (lower ?? 0)]).toEqual([true, expect.closeTo(2 * centre, 9)]);
		}
		const shown = await as(DIANA, (tx) => organisation(tx, asked));
		for (const row of shown?.comparison ?? []) {
			const each = answer.metrics.find(({ measure: id }) => id === row.key);
			expect([row.key, each?.before?.value, each?.after?.value, each?.change?.interval]).toEqual([
				row.key,
				row.before.figure?.value,
				row.after.figure?.value,
				row.changed?.interval
			]);
		}
		const onTime = answer.metrics.find(({ measure: id }) => id === 'M01')?.before;
		expect(onTime?.interval).toEqual(
			wilson({ numerator: onTime?.numerator ?? 0, denominator: onTime?.denominator ?? 0 })
		);
	});

	test('of a team, a service or a restructure that does not exist are refused by name', async () => {
		const refusal = async (what: Partial<MetricsAsked>) =>
			asOperator((tx) => printedMetrics(tx, { ...nothing, ...what }));
		expect(await refusal({ team: 'nowhere' })).toEqual({ refused: 'There is no team “nowhere”.' });
		expect(await refusal({ service: 'Nowhere' })).toEqual({ refused: 'There is no service “Nowhere”.' });
		const none = await asOperator((tx) => printedRestructure(tx, { ...nothing, restructure: 'R-9' }));
		expect(none).toMatchObject({
			refused: expect.stringMatching(
				/^There is no restructure “R-9” that began by 2026-11-20\. Those that did: .+ \(Merger\)\.$/
			) as string
		});
	});
});

describe('one measure by itself', () => {
	const director = { actor: OPERATOR, role: 'director' } as const;
	const behind = (
		measureId: string,
		role: 'director' | 'inspector' = 'director',
		teamId: string | null = null
	) =>
		as(DIANA, (tx) =>
			rowsBehind(tx, { ...director, role }, measureId, { on: TODAY, serviceId: null, teamId })
		);

	test('is the same figure on its tile, on its page, in the rows behind it and in the command', async () => {
		const shown = await as(DIANA, (tx) => organisation(tx, asked));
		const tiles = shown?.comparison ?? [];
		expect(new Set(tiles.map(({ metric }) => metric))).toEqual(new Set(METRIC_IDS));
		const inFile = new Map((shown ? comparisonRows(shown) : []).map((row) => [row[1], row]));
		const printed = await asOperator((tx) =>
			printedMetrics(tx, { asAt: TODAY, over: null, team: null, service: null })
		);
		for (const { key, name, now } of tiles) {
			const rows = await behind(key);
			const column = COMPARISON_HEAD.indexOf('now');
			expect([name, inFile.get(name)?.slice(column, column + 3)]).toEqual([
				name,
				now.figure?.value == null
					? [null, null, null]
					: [now.figure.value, now.figure.numerator, now.figure.denominator]
			]);
			const command = 'refused' in printed ? null : printed.find(({ measure: id }) => id === key);
			expect([name, command?.value]).toEqual([name, now.figure?.value]);
			expect([name, rows?.figure]).toEqual([name, { value: now.value, counts: now.counts }]);
			const measured = measureOf(key);
			const sum = (of: 'above' | 'below') => (rows?.rows ?? []).reduce((total, row) => total + row[of], 0);
			if (measured.kind !== 'value')
				expect([name, sum('above')]).toEqual([name, expect.closeTo(now.figure?.numerator ?? 0, 9)]);
			if (measured.kind === 'share')
				expect([name, sum('below')]).toEqual([name, expect.closeTo(now.figure?.denominator ?? 0, 9)]);
		}
		const page = await as(DIANA, (tx) => measurePage(tx, 'director', 'M01', asked));
		expect(page?.now).toMatchObject({ value: tiles.find(({ key }) => key === 'M01')?.now.value });
		expect(page?.teams.map(({ name, now }) => [name, now])).toEqual([
			[ORCHARD, expect.any(String)],
			[HARBOUR, expect.any(String)]
		]);
	}, 30_000);

	test('is aimed at by those who lead, once however often the form is sent, in their own name and for good', async () => {
		const leader = (role: 'director' | 'service_manager', id: string) => ({
			accountId: accounts.get(id) ?? '',
			name: 'Diana',
			role,
			today: TODAY
		});
		const form = { key: randomUUID(), value: '90', from: '1 Oct 2026', why: 'Agreed by the board' };
		const set = (by: ReturnType<typeof leader>, id: string, typed = form) =>
			as(id, (tx) => saveTarget(tx, by, 'M01', typed));
		const director = leader('director', DIANA);
		expect(await set(leader('service_manager', RUTH), RUTH)).toBe('not_yours');
		expect(await set(leader('director', RUTH), RUTH).catch((reason: unknown) => reason)).toMatchObject({
			cause: { code: '42501' }
		});
		expect(await set(director, DIANA, { ...form, value: '120', why: '' })).toMatchObject({
			refused: [{ field: 'value' }, { field: 'why' }]
		});
		const planned = await as(DIANA, (tx) => targetConsequences(tx, director, 'M01', form));
		expect(planned).toMatchObject({ title: 'Target at least 90 %' });
		expect([await set(director, DIANA), await set(director, DIANA)]).toEqual(['done', 'done']);
		const page = await as(DIANA, (tx) => measurePage(tx, 'director', 'M01', asked));
		expect(page?.target).toMatchObject({
			now: 'At least 90 % from 1 Oct 2026: Agreed by the board. Set by Diana on 20 Nov 2026.',
			earlier: [],
			stretches: [{ at: 90, label: 'Target at least 90 %' }]
		});
		expect(page?.target?.met.at(-1)).toMatch(/^at least 90 %: (not )?met$/);
		const yesterday = await as(DIANA, (tx) =>
			measurePage(tx, 'director', 'M01', { ...asked, on: '2026-11-19' })
		);
		expect(yesterday?.target?.now).toBeNull();
		await expect(database.client`update targets set value = 0`).rejects.toMatchObject({ code: '23001' });
	});

	test('names nobody to a director, and writes down that single cases were listed', async () => {
		const people = await behind('M01');
		expect(people?.rows.map(({ what }) => what).sort()[0]).toBe('Practitioner 1');
		const named = await as(DIANA, (tx) =>
			rowsBehind(tx, { actor: OPERATOR, role: 'team_manager' }, 'M01', {
				on: TODAY,
				serviceId: null,
				teamId: null
			})
		);
		expect(named?.rows.some(({ what }) => what.startsWith('Practitioner'))).toBe(false);
		const listed = async () =>
			database.client<
				{ entity_id: string }[]
			>`select entity_id from audit where action = 'listed' and entity = 'measure' and entity_id = 'M03-28'`;
		const before = (await listed()).length;
		await behind('M03-28');
		expect((await listed()).length).toBe(before + 1);
	});

	test('is not there where there is no such measure, or none of its teams are in scope', async () => {
		expect(await as(DIANA, (tx) => measurePage(tx, 'director', 'M99', asked))).toBeNull();
		expect(await behind('M99')).toBeNull();
		expect(await behind('M01', 'director', '00000000-0000-4000-8000-000000000000')).toBeNull();
	});
});

describe('the figures of a day', () => {
	const figuresOf = (shown: Awaited<ReturnType<typeof organisation>>) =>
		shown && {
			comparison: shown.comparison,
			services: shown.services,
			teams: shown.teams,
			kinds: shown.kinds,
			headline: shown.headline
		};
	const shownTo = (id: string, more: Partial<Asked> = {}) =>
		as(id, (tx) => organisation(tx, { ...asked, ...more }));
	const storeToday = () => asOperator((tx) => storeDay(tx, TODAY));

	test('that a review counted are what counting it now gives, to each who may see them', async () => {
		await storeToday();
		for (const [id, serviceId] of [
			[DIANA, null],
			[RUTH, 'safeguarding']
		] as const) {
			const [kept, now] = [
				await shownTo(id, { serviceId }),
				await shownTo(id, { serviceId, counted: 'now' })
			];
			expect(kept?.counted).toMatch(/^\d+ \w{3} \d{4}, \d\d:\d\d$/);
			expect(now?.counted).toBeNull();
			expect(figuresOf(kept)).toEqual(figuresOf(now));
		}
	});

	test('of a stored month-end are those stored, with what was corrected since', async () => {
		const on = '2026-07-31';
		const [kept, now] = [await shownTo(DIANA, { on }), await shownTo(DIANA, { on, counted: 'now' })];
		expect(kept?.counted).not.toBeNull();
		expect(figuresOf(kept)).toEqual(figuresOf(now));
	});

	test('stay as counted when more is recorded, which counting again and the rows behind a figure say', async () => {
		const before = await shownTo(DIANA);
		expect((await bring(cast(oversight('leo-plan', MARYAM, TODAY)), TODAY)).applied).toBe(true);
		const [after, now] = [await shownTo(DIANA), await shownTo(DIANA, { counted: 'now' })];
		expect(figuresOf(after)).toEqual(figuresOf(before));
		const recent = (shown: typeof now) => shown?.comparison.find(({ key }) => key === 'M03-28')?.now;
		expect(recent(now)?.figure?.numerator).toBe((recent(before)?.figure?.numerator ?? 0) + 1);
		const rows = await as(DIANA, (tx) =>
			rowsBehind(tx, { actor: OPERATOR, role: 'director' }, 'M03-28', {
				on: TODAY,
				serviceId: null,
				teamId: null
			})
		);
		expect(rows?.figure.counts).toBe(recent(now)?.counts);
		expect(rows?.reviewed?.counts).toBe(recent(before)?.counts);
		await storeToday();
		expect(figuresOf(await shownTo(DIANA))).toEqual(figuresOf(now));
	});

	test('begin with the first month-end that was stored, which is said, unless they are counted from the records', async () => {
		const long = await freshDatabase(2);
		try {
			const operator = <Answer>(work: (tx: Transaction) => Promise<Answer>) =>
				inContext(long, { actor: 'operator', name: 'test', today: TODAY }, work);
			const incoming = incomingOf(
				cast(
					openCase('long', '2023-01-09'),
					kind('long', 'child_in_need', '2023-01-09'),
					lead('long', TOMAS, '2023-01-09')
				)
			);
			const how = {
				by: 'test',
				on: TODAY,
				apply: true,
				skipBadRows: false,
				complete: [],
				observedFrom: null
			};
			await operator((tx) => bringIn(tx, incoming, how));
			const measured = (counted: 'by_review' | 'now') =>
				operator((tx) => measure(tx, '2025-03-31', '2024-08-01', { of: 'authority', counted }));
			const summed = async (counted: 'by_review' | 'now') => {
				const { months, storedFrom } = await measured(counted);
				return { storedFrom, days: months.map(({ on }) => on) };
			};
			const days = monthEndsBetween('2024-08-01', '2025-03-31');
			expect(await summed('by_review')).toEqual({ storedFrom: null, days });
			await operator((tx) => storeMonthEnds(tx, OPERATOR, TODAY));
			expect(await summed('by_review')).toEqual({ storedFrom: '2024-11-30', days: days.slice(3) });
			expect(await summed('now')).toEqual({ storedFrom: null, days });
		} finally {
			await long.close();
		}
	});

	test('are kept for the last day alone, and cannot be kept or removed by somebody signed in', async () => {
		const days = () =>
			database.client<{ on: string }[]>`select distinct counted_for::text as on from day_figures`;
		expect(await days()).toEqual([{ on: TODAY }]);
		await expect(as(DIANA, (tx) => storeDay(tx, TODAY))).rejects.toMatchObject({ cause: { code: '42501' } });
		await as(DIANA, (tx) => tx.execute('delete from day_figures'));
		expect(await days()).toEqual([{ on: TODAY }]);
		expect((await shownTo(DIANA, { on: '2026-11-19' }))?.counted).toBeNull();
	});
});
