import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newcombe, wilson, xmr } from '#lib/domain/spc.ts';

const of = (numerator: number, denominator: number) => ({ numerator, denominator });

// The worked examples of the two papers, to the four digits they print.
const singleProportions: [numerator: number, denominator: number, lower: number, upper: number][] = [
	[81, 263, 0.2553, 0.3662],
	[15, 148, 0.0624, 0.1605],
	[0, 20, 0, 0.1611],
	[1, 29, 0.0061, 0.1718]
];
const differences: [later: [number, number], earlier: [number, number], lower: number, upper: number][] = [
	[[56, 70], [48, 80], 0.0524, 0.3339],
	[[9, 10], [3, 10], 0.1705, 0.809],
	[[6, 7], [2, 7], 0.0582, 0.8062],
	[[5, 56], [0, 29], -0.0381, 0.1926],
	[[0, 10], [0, 20], -0.1611, 0.2775],
	[[0, 10], [0, 10], -0.2775, 0.2775],
	[[10, 10], [0, 20], 0.6791, 1],
	[[10, 10], [0, 10], 0.6075, 1]
];

const share = fc
	.integer({ min: 1, max: 20_000 })
	.chain((denominator) =>
		fc.integer({ min: 0, max: denominator }).map((numerator) => of(numerator, denominator))
	);

describe('the interval of a proportion', () => {
	test.each(singleProportions)('Newcombe 1998: %i of %i', (numerator, denominator, lower, upper) => {
		const interval = wilson(of(numerator, denominator));
		expect(interval?.lower.toFixed(4)).toBe(lower.toFixed(4));
		expect(interval?.upper.toFixed(4)).toBe(upper.toFixed(4));
	});

	// The Wilson intervals of R's package binom, as kept by statsmodels (stats/tests/results/results_proportion.py).
	test.each<[numerator: number, denominator: number, lower: number, upper: number]>([
		[18, 20, 0.6989663547715128, 0.972133518786232],
		[4, 20, 0.0806576625797981, 0.4160174322518935],
		[4, 200, 0.00780442641634947, 0.05028708690582643],
		[190, 200, 0.910421851861224, 0.972617354399236],
		[1, 30, 0.00590859, 0.16670391],
		[0, 30, 0, 0.11351339],
		[30, 30, 0.8864866, 1]
	])('R binom.confint, Wilson, to six digits: %i of %i', (numerator, denominator, lower, upper) => {
		const interval = wilson(of(numerator, denominator));
		expect(interval?.lower).toBeCloseTo(lower, 7);
		expect(interval?.upper).toBeCloseTo(upper, 7);
	});

	test('its ends are the two proportions that a score test of the share just does not refuse', () => {
		fc.assert(
			fc.property(share, ({ numerator, denominator }) => {
				const observed = numerator / denominator;
				const refused = (proportion: number) =>
					Math.abs(observed - proportion) >
					1.959963984540054 * Math.sqrt((proportion * (1 - proportion)) / denominator);
				const interval = wilson(of(numerator, denominator));
				expect(interval?.lower).toBeCloseTo(
					halving(0, observed, (at) => !refused(at)),
					8
				);
				expect(interval?.upper).toBeCloseTo(halving(observed, 1, refused), 8);
			}),
			{ numRuns: 200 }
		);
	});

	test('nothing of nothing has no interval', () => {
		expect(wilson(of(0, 0))).toBeNull();
		expect(newcombe(of(3, 10), of(0, 0))).toBeNull();
	});
});

/** The first point of a stretch from which on something holds; its end where it never does. */
function halving(from: number, to: number, holds: (at: number) => boolean): number {
	let [low, high] = [from, to];
	if (holds(low)) return low;
	for (let step = 0; step < 60; step++) {
		const middle = (low + high) / 2;
		if (holds(middle)) high = middle;
		else low = middle;
	}
	return high;
}

describe('the interval of a difference', () => {
	test.each(differences)('Newcombe 1998: %j less %j', (later, earlier, lower, upper) => {
		const interval = newcombe(of(...later), of(...earlier));
		expect(interval?.lower.toFixed(4)).toBe(lower.toFixed(4));
		expect(interval?.upper.toFixed(4)).toBe(upper.toFixed(4));
	});

	// The same examples by statsmodels 0.14, confint_proportions_2indep(method="newcomb"), which prints all their digits.
	test.each<[later: [number, number], earlier: [number, number], lower: number, upper: number]>([
		[[56, 70], [48, 80], 0.05243147240236498, 0.33387265403690614],
		[[9, 10], [3, 10], 0.1705227239345029, 0.809017973535488],
		[[6, 7], [2, 7], 0.05822792748231209, 0.8062496375242278],
		[[5, 56], [0, 29], -0.038137147903536936, 0.19256001385511165],
		[[0, 10], [0, 20], -0.1611251580528194, 0.27753279986288926],
		[[10, 10], [0, 20], 0.6790860371419145, 1],
		[[78, 120], [18, 120], 0.3839849701148519, 0.595510158807889],
		[[50, 120], [47, 120], -0.0978625529438199, 0.1468070024934973]
	])('statsmodels, to six digits: %j less %j', (later, earlier, lower, upper) => {
		const interval = newcombe(of(...later), of(...earlier));
		expect(interval?.lower).toBeCloseTo(lower, 9);
		expect(interval?.upper).toBeCloseTo(upper, 9);
	});

	test('holds the difference, stays within −1 to 1, and turns round with the two', () => {
		fc.assert(
			fc.property(share, share, (later, earlier) => {
				const interval = newcombe(later, earlier) ?? { lower: NaN, upper: NaN };
				const difference = later.numerator / later.denominator - earlier.numerator / earlier.denominator;
				expect(interval.lower).toBeLessThanOrEqual(difference + 1e-12);
				expect(interval.upper).toBeGreaterThanOrEqual(difference - 1e-12);
				expect(interval.lower).toBeGreaterThanOrEqual(-1 - 1e-12);
				expect(interval.upper).toBeLessThanOrEqual(1 + 1e-12);
				const turned = newcombe(earlier, later);
				expect(turned?.lower).toBeCloseTo(-interval.upper, 12);
				expect(turned?.upper).toBeCloseTo(-interval.lower, 12);
			}),
			{ numRuns: 200 }
		);
	});
});

describe('the XmR chart', () => {
	const causesOf = (values: (number | null)[]) =>
		xmr(values)?.causes.map((causes) => causes.map(({ cause, direction }) => `${cause} ${direction}`));

	/**
	 * NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, individuals control charts: it writes out 3 ÷ 1.128 where
	 * Making Data Count rounds to 2.66.
	 */
	test('the flow rates of the NIST handbook have its mean and, by its constant, its limits', () => {
		const chart = xmr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]);
		const reach = (((chart?.upper ?? 0) - (chart?.centre ?? 0)) / 2.66) * (3 / 1.128);
		expect(chart?.centre).toBeCloseTo(50.81, 9);
		expect((chart?.centre ?? 0) + reach).toBeCloseTo(55.8041, 4);
		expect((chart?.centre ?? 0) - reach).toBeCloseTo(45.8159, 4);
		expect(chart?.causes.flat()).toEqual([]);
	});

	/** NHSRplotthedots, tests/testthat/_snaps/ptd_spc_standard.md: R's set.seed(123); rnorm(20), wide ranges screened out. */
	test('the example of NHSRplotthedots, the NHS’s own drawing of Making Data Count, has its mean and limits', () => {
		const values = [
			-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123,
			-0.68685285, -0.44566197, 1.2240818, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314,
			0.49785048, -1.96661716, 0.7013559, -0.47279141
		];
		const chart = xmr(values);
		expect(chart?.centre.toPrecision(3)).toBe('0.142');
		expect(chart?.lower.toPrecision(3)).toBe('-3.01');
		expect(chart?.upper.toPrecision(3)).toBe('3.29');
		expect(chart?.causes.flat()).toEqual([]);
	});

	/** The same package: two points near opposite limits are no two of three near one. */
	test('near limits on opposite sides are no special cause', () => {
		const values = Array.from({ length: 16 }, (_, index): number => (index % 2 === 0 ? 1 : -1));
		values[14] = 5.5;
		values[15] = -5.5;
		expect(
			xmr(values)
				?.causes.slice(14)
				.flat()
				.filter(({ cause }) => cause === 'near_limit')
		).toEqual([]);
	});

	test('limits lie 2.66 mean moving ranges from the mean', () => {
		const chart = xmr([10, 12, 11, 13, 12, 14, 11, 12, 13, 11, 12, 13]);
		expect(chart?.centre).toBeCloseTo(12, 12);
		expect(chart?.upper).toBeCloseTo(12 + (2.66 * 17) / 11, 12);
		expect(chart?.lower).toBeCloseTo(12 - (2.66 * 17) / 11, 12);
		expect(chart?.trial).toBe(false);
	});

	test('a moving range of 3.267 times the mean or more is set aside', () => {
		const chart = xmr([10, 11, 10, 11, 10, 11, 30, 31, 30, 31, 30, 31]);
		expect(chart?.upper).toBeCloseTo((chart?.centre ?? 0) + 2.66, 12);
	});

	test('where all other months are alike the wide range stays in, so that the limits have a width', () => {
		const chart = xmr([0, 0, 0, 0, 0, 3]);
		expect(chart?.upper).toBeCloseTo(0.5 + 2.66 * 0.6, 12);
		expect(causesOf([0, 0, 0, 0, 0, 3])).toEqual([[], [], [], [], [], ['outside_limits up']]);
		expect(causesOf([4, 4, 4, 4])?.flat()).toEqual([]);
	});

	test('eleven points give limits on trial', () => {
		expect(xmr(Array.from({ length: 11 }, (_, index) => index % 2))?.trial).toBe(true);
		expect(xmr(Array.from({ length: 12 }, (_, index) => index % 2))?.trial).toBe(false);
	});

	test('one point, or none with a figure, gives no chart', () => {
		expect(xmr([5])).toBeNull();
		expect(xmr([null, 5, null])).toBeNull();
	});

	test('a point outside the limits stands out, and no other', () => {
		const values = [10, 14, 10, 14, 10, 14, 10, 14, 10, 14, 10, 30];
		expect(causesOf(values)).toEqual([...Array.from({ length: 11 }, () => []), ['outside_limits up']]);
	});

	test('seven points each above the last are a trend, six are not', () => {
		const wandering = [40, 10, 45, 12];
		expect(causesOf([...wandering, 20, 22, 24, 26, 28, 30, 32])?.slice(-7)).toEqual(
			Array.from({ length: 7 }, () => ['trend up'])
		);
		expect(causesOf([...wandering, 50, 22, 24, 26, 28, 30, 32])?.flat()).toEqual([]);
	});

	test('seven on one side are a shift, and a point on the mean breaks it', () => {
		const high = [14, 15, 14, 15, 14, 15, 14];
		const low = [4, 5, 4, 5, 4, 5, 4];
		const shifted = causesOf([...low, ...high]);
		expect(shifted?.slice(0, 7).every((causes) => causes.includes('shift down'))).toBe(true);
		expect(shifted?.slice(7).every((causes) => causes.includes('shift up'))).toBe(true);
		expect(causesOf([11, 15, 11, 15, 11, 15, 10, 9, 5, 9, 5, 9, 5])?.flat()).toEqual([]);
	});

	test('two of three beyond the same near limit stand out, one does not', () => {
		const values = [10, 12, 10, 12, 10, 12, 10, 12, 17, 12, 17, 12, 10, 12, 10];
		const causes = causesOf(values) ?? [];
		expect(causes[8]).toEqual(['near_limit up']);
		expect(causes[10]).toEqual(['near_limit up']);
		expect(causes[9]).toEqual([]);
		expect(causesOf(values.map((value, index) => (index === 10 ? 12 : value)))?.flat()).toEqual([]);
	});

	test('a month without a figure is passed over', () => {
		const values = [10, 14, 10, 14, 10, 14, 10, 14, 10, 14, 10, 30];
		const gaps = values.flatMap((value) => [value, null]);
		expect(xmr(gaps)?.upper).toBe(xmr(values)?.upper);
		expect(causesOf(gaps)?.[22]).toEqual(['outside_limits up']);
		expect(causesOf(gaps)?.[23]).toEqual([]);
	});
});
