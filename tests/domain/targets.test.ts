import { describe, expect, test } from 'vitest';
import {
	besideOf,
	choiceProblem,
	INDICATORS,
	NOTHING_CHOSEN,
	type Published,
	type PublishedArea
} from '#lib/domain/benchmarks.ts';
import { measureOf } from '#lib/domain/metrics.ts';
import {
	isMet,
	mayHaveTarget,
	targetInWords,
	targetOn,
	targetStretches,
	targetTyped,
	type Target
} from '#lib/domain/targets.ts';

const area = (code: string, year: number, agency: Published | null, regionCode = 'R1'): PublishedArea => ({
	code,
	year,
	name: code,
	level: 'Local authority',
	regionCode,
	figures: {
		...(Object.fromEntries(INDICATORS.map((column) => [column, null])) as PublishedArea['figures']),
		agency_rate_fte: agency
	}
});

const DAYS = ['2025-08-31', '2025-09-30', '2025-10-31'];

describe('published figures beside a measure', () => {
	const areas = [
		...[2024, 2025].flatMap((year) => [
			area('E92000001', year, year === 2024 ? 16 : 13),
			area('R1', year, 12),
			area('OWN', year, 9)
		]),
		area('N1', 2024, 4),
		area('N1', 2025, 'c'),
		area('N2', 2024, 8),
		area('N2', 2025, 10),
		area('N3', 2025, 2.5),
		area('N3', 2024, 'u')
	];
	const chosen = { ownCode: 'OWN', neighbourCodes: ['N1', 'N2', 'N3'] };

	test('follow the last 30 September before each month-end, the day itself included', () => {
		expect(besideOf('M09-agency', DAYS, areas, chosen)?.lines).toEqual([
			{ key: 'england', name: 'E92000001', values: [16, 13, 13] },
			{ key: 'region', name: 'R1', values: [12, 12, 12] }
		]);
	});

	test('of neighbours are a band between the lowest and the highest that are numbers', () => {
		expect(besideOf('M09-agency', DAYS, areas, chosen)?.band).toEqual([
			{ from: 0, to: 1, lower: 4, upper: 8 },
			{ from: 1, to: 3, lower: 2.5, upper: 10 }
		]);
		const one = { ownCode: null, neighbourCodes: ['N1', 'N2'] };
		expect(besideOf('M09-agency', DAYS, areas, one)?.band).toEqual([{ from: 0, to: 1, lower: 4, upper: 8 }]);
	});

	test('keep their symbols in the table and say what they mean', () => {
		const beside = besideOf('M09-agency', DAYS, areas, chosen);
		expect(beside?.years).toEqual([2025, 2024]);
		expect(beside?.rows.map(({ what, cells }) => [what, ...cells])).toEqual([
			['England', '13 %', '16 %'],
			['Region', '12 %', '12 %'],
			['This authority', '9 %', '9 %'],
			['Neighbour', 'c', '4 %'],
			['Neighbour', '10 %', '8 %'],
			['Neighbour', '2.5 %', 'u']
		]);
		expect(beside?.symbols).toBe('c: suppressed to protect confidentiality and u: low reliability');
	});

	test('are England alone, built in, before the file is imported, and nothing for what is not published', () => {
		const beside = besideOf('M08-dfe', DAYS, [], NOTHING_CHOSEN);
		expect(beside).toMatchObject({
			builtIn: true,
			band: [],
			lines: [{ name: 'England', values: [15.4, 15.2, 15.2] }]
		});
		expect(besideOf('M01', DAYS, areas, chosen)).toBeNull();
	});

	test('are chosen of two to ten known authorities, never oneself', () => {
		const known = new Set(['OWN', ...Array.from({ length: 11 }, (_, place) => `N${place}`)]);
		const problem = (ownCode: string | null, count: number, ...more: string[]) =>
			choiceProblem({ ownCode, neighbourCodes: [...[...known].slice(1, 1 + count), ...more] }, known)
				?.field ?? null;
		expect([0, 1, 2, 10, 11].map((count) => problem('OWN', count))).toEqual([
			null,
			'neighbours',
			null,
			null,
			'neighbours'
		]);
		expect(problem('OWN', 2, 'OWN')).toBe('neighbours');
		expect(problem(null, 2, 'nowhere')).toBe('neighbours');
		expect(problem('nowhere', 2)).toBe('own');
	});
});

describe('a target', () => {
	const onTime = measureOf('M01');
	const caseload = measureOf('M08-dfe');
	const set = (value: number | null, from: string, setOn: string): Target => ({
		measureId: 'M01',
		value,
		from,
		setOn,
		why: 'agreed',
		setBy: 'Diana'
	});
	const targets = [
		set(0.8, '2025-04-01', '2025-03-20'),
		set(0.9, '2025-10-01', '2025-09-10'),
		set(0.85, '2025-10-01', '2025-09-12'),
		set(null, '2026-01-01', '2025-12-01')
	];
	const on = (day: string, asAt = '2026-11-20') => targetOn(targets, day, asAt)?.value ?? null;

	test('stands from its day until the next, and what is set again for a day replaces it', () => {
		expect(
			['2025-03-31', '2025-04-01', '2025-09-30', '2025-10-01', '2026-01-01'].map((day) => on(day))
		).toEqual([null, 0.8, 0.8, 0.85, null]);
	});

	test('is not known before the day on which it was set', () => {
		expect(on('2025-10-01', '2025-09-09')).toBe(0.8);
		expect(on('2025-10-01', '2025-09-11')).toBe(0.9);
		expect(
			targetStretches(targets, ['2025-03-31', '2025-09-30', '2025-10-31', '2026-01-31'], '2025-12-31')
		).toEqual([
			{ from: 1, to: 2, value: 0.8 },
			{ from: 2, to: 3, value: 0.85 }
		]);
	});

	test('is met on its value, on the side that is better', () => {
		const figure = (value: number | null) => ({ value, numerator: null, denominator: 1 });
		expect([0.89, 0.9, null].map((value) => isMet(onTime, figure(value), 0.9))).toEqual([false, true, null]);
		expect([16, 16.01].map((value) => isMet(caseload, figure(value), 16))).toEqual([true, false]);
		expect([targetInWords(onTime, 0.9), targetInWords(caseload, 16.5)]).toEqual([
			'at least 90 %',
			'at most 16.5'
		]);
	});

	test('is typed as a number, per cent for a share, and only for what can be better', () => {
		expect(targetTyped(onTime, ' 90 % ')).toEqual({ value: 0.9 });
		expect(targetTyped(caseload, '16.5')).toEqual({ value: 16.5 });
		for (const text of ['', 'most', '-3', '101', '1e3'])
			expect(targetTyped(onTime, text), text).toHaveProperty('refused');
		expect([mayHaveTarget(onTime), mayHaveTarget({ ...onTime, better: 'neither' })]).toEqual([true, false]);
	});
});
