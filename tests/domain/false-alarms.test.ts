import { describe, expect, test } from 'vitest';
import { xmr } from '#lib/domain/spc.ts';

const SHUFFLES = 200;

/** The month-ends of the demo from May 2025 to October 2026, of the five measures that are drawn first. */
const MONTHS: Record<string, readonly number[]> = {
	M06: [0, 0, 0, 0, 0, 0, 2, 1, 3, 12, 13, 10, 8, 3, 4, 2, 3, 4],
	M01: [
		0.86765, 0.84444, 0.9313, 0.8855, 0.87786, 0.92481, 0.92424, 0.80769, 0.76744, 0.82308, 0.74809, 0.78295,
		0.75758, 0.67669, 0.82576, 0.7, 0.74242, 0.84848
	],
	'M03-28': [
		0.82409, 0.86001, 0.84525, 0.81423, 0.80425, 0.83757, 0.81549, 0.82301, 0.7927, 0.8, 0.79105, 0.75941,
		0.78407, 0.78315, 0.80271, 0.74941, 0.80366, 0.75767
	],
	M05: [
		0.0101, 0.01027, 0.00727, 0.00725, 0.01103, 0.00727, 0.00752, 0.01075, 0.0223, 0.05735, 0.07666, 0.08333,
		0.04651, 0.04207, 0.03943, 0.01866, 0.04797, 0.03472
	],
	'M10-mean': [
		0.19362, 0.20319, 0.24853, 0.26279, 0.27241, 0.27112, 0.26907, 0.27965, 0.31508, 0.35412, 0.34491,
		0.33529, 0.33215, 0.33412, 0.32803, 0.33962, 0.3408, 0.32193
	]
};

/** Numbers between 0 and 1, the same every time. */
function randomFrom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
	const left = [...items];
	return items.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as Item);
}

function normal(random: () => number): number {
	return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The share of months that stand out, each stretch with limits of its own. */
function standingOut(series: readonly (readonly number[])[]): number {
	const charts = series.map((values) => xmr(values));
	const points = series.flat().length;
	return charts.flatMap((chart) => chart?.causes ?? []).filter((causes) => causes.length > 0).length / points;
}

/** How often a month of 18 stands out where nothing but chance moves it, in stretches of 8, 4 and 6 months as the demo's. */
const STRETCHES = [8, 4, 6];

function inStretches(values: readonly number[]): number[][] {
	let from = 0;
	return STRETCHES.map((length) => values.slice(from, (from += length)));
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Per month, over many series of independent months. */
function rateOf(draw: (random: () => number) => number, random: () => number): number {
	const series = Array.from({ length: 10_000 }, () =>
		standingOut(inStretches(Array.from({ length: 18 }, () => draw(random))))
	);
	return mean(series);
}

describe('what stands out by chance alone', () => {
	const random = randomFrom(20_260_630);
	const expected = {
		normal: rateOf(normal, random),
		skewed: rateOf((draw) => -Math.log(1 - draw()), random)
	};

	test('is expected to be 1 month in 130 where months are normal, and 1 in 49 where they are as skewed as counts', () => {
		expect(expected.normal).toBeCloseTo(0.0075, 3);
		expect(expected.skewed).toBeCloseTo(0.0204, 2);
	});

	test('is no more in 200 random orders of the demo’s months: at most 3 in 100 of any, 1 in 70 over the five', () => {
		const rates = Object.values(MONTHS).map((values) =>
			mean(Array.from({ length: SHUFFLES }, () => standingOut(inStretches(shuffled(values, random)))))
		);
		// Measured: M06 2.1 %, M01 0.4 %, M03 0.9 %, M05 2.1 %, M10 2.5 % of months; 1.6 % over the five.
		for (const rate of rates) expect(rate).toBeLessThanOrEqual(0.03);
		expect(mean(rates)).toBeLessThan(expected.skewed);
	});

	test('is left far behind by the same months in their own order, taken as one stretch', () => {
		const outOfOrder = (values: readonly number[]) =>
			mean(Array.from({ length: SHUFFLES }, () => standingOut([shuffled(values, random)])));
		for (const values of [MONTHS['M01'] ?? [], MONTHS['M05'] ?? [], MONTHS['M10-mean'] ?? []])
			expect(standingOut([values])).toBeGreaterThan(5 * outOfOrder(values));
	});
});
