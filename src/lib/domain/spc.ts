/** So many of so many. */
export interface Share {
	numerator: number;
	denominator: number;
}

export interface Interval {
	lower: number;
	upper: number;
}

/** The 97.5th percentile of the standard normal distribution: two-sided 95 %. */
const Z = 1.959963984540054;

/**
 * The 95 % score interval of a proportion, as fractions of 1; null where the denominator is 0. Wilson 1927, as method 3
 * in Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), 857-872.
 */
export function wilson({ numerator, denominator }: Share): Interval | null {
	if (denominator === 0) return null;
	const z2 = Z * Z;
	const centre = 2 * numerator + z2;
	const reach = Z * Math.sqrt(z2 + (4 * numerator * (denominator - numerator)) / denominator);
	const scale = 2 * (denominator + z2);
	return {
		lower: numerator === 0 ? 0 : (centre - reach) / scale,
		upper: numerator === denominator ? 1 : (centre + reach) / scale
	};
}

/**
 * The 95 % interval of the difference `later` − `earlier` of two proportions, as fractions of 1; null where a
 * denominator is 0. Method 10 in Newcombe, "Interval estimation for the difference between independent proportions",
 * Statistics in Medicine 17 (1998), 873-890.
 */
export function newcombe(later: Share, earlier: Share): Interval | null {
	const [ofLater, ofEarlier] = [wilson(later), wilson(earlier)];
	if (!ofLater || !ofEarlier) return null;
	const [p, q] = [later.numerator / later.denominator, earlier.numerator / earlier.denominator];
	return {
		lower: p - q - Math.hypot(p - ofLater.lower, ofEarlier.upper - q),
		upper: p - q + Math.hypot(ofLater.upper - p, q - ofEarlier.lower)
	};
}

/** How many moving ranges from the mean the limits are, and from which multiple of the mean a range is set aside. */
const LIMIT_RANGES = 2.66;
const WIDE_RANGE = 3.267;
const FULL_LIMITS_FROM = 12;
const RUN = 7;
const NEAR = 2 / 3;

export type Cause = 'outside_limits' | 'trend' | 'near_limit' | 'shift';

/** Why a point is more than the usual wandering, and whether it is high or rising (`up`), or low or falling. */
export interface SpecialCause {
	cause: Cause;
	direction: 'up' | 'down';
}

/** One stretch between rebasings: its mean, its natural process limits, and what stands out at each value given. */
export interface Xmr {
	centre: number;
	lower: number;
	upper: number;
	/** Two thirds of the way from the mean to the limits. */
	near: Interval;
	/** Fewer than 12 points: the limits are on trial. */
	trial: boolean;
	causes: SpecialCause[][];
}

/**
 * An XmR chart of monthly values (NHS England, Making Data Count); null where fewer than two have a figure. A value of
 * null is passed over, as if those beside it were neighbours. The limits are not cut off at 0 or 100 %. Where nothing
 * but equal neighbours would be left, the wide ranges stay in: limits of no width would make every value stand out.
 */
export function xmr(values: readonly (number | null)[]): Xmr | null {
	const known = values.flatMap((value, index) => (value === null ? [] : { value, index }));
	if (known.length < 2) return null;
	const series = known.map(({ value }) => value);
	const centre = mean(series);
	const ranges = series.slice(1).map((value, before) => Math.abs(value - (series[before] ?? value)));
	const usual = ranges.filter((range) => range < WIDE_RANGE * mean(ranges));
	const reach = LIMIT_RANGES * mean(usual.some((range) => range > 0) ? usual : ranges);
	const causes: SpecialCause[][] = values.map(() => []);
	for (const { at, cause, direction } of specialCauses(series, centre, reach))
		causes[known[at]?.index ?? -1]?.push({ cause, direction });
	return {
		centre,
		lower: centre - reach,
		upper: centre + reach,
		near: { lower: centre - reach * NEAR, upper: centre + reach * NEAR },
		trial: series.length < FULL_LIMITS_FROM,
		causes
	};
}

interface Standing extends SpecialCause {
	at: number;
}

function specialCauses(series: readonly number[], centre: number, reach: number): Standing[] {
	const found: Standing[] = [];
	for (const [direction, sign] of [
		['up', 1],
		['down', -1]
	] as const) {
		const above = series.map((value) => sign * (value - centre));
		const add = (cause: Cause, positions: Iterable<number>) => {
			for (const at of new Set(positions)) found.push({ at, cause, direction });
		};
		const indexes = [...above.keys()];
		add(
			'outside_limits',
			indexes.filter((at) => (above[at] ?? 0) > reach)
		);
		const rises = (at: number) => at > 0 && (above[at] ?? 0) > (above[at - 1] ?? 0);
		add(
			'trend',
			runsOf(RUN - 1, indexes, rises).flatMap((run) => [(run[0] ?? 0) - 1, ...run])
		);
		add('shift', runsOf(RUN, indexes, (at) => (above[at] ?? 0) > 0).flat());
		const nearby = (at: number) => (above[at] ?? 0) > reach * NEAR;
		const threes = indexes.slice(2).map((at) => [at - 2, at - 1, at].filter(nearby));
		add('near_limit', threes.filter((those) => those.length >= 2).flat());
	}
	return found;
}

/** The unbroken runs, at least so long, of indexes for which something holds. */
function runsOf(least: number, indexes: readonly number[], holds: (index: number) => boolean): number[][] {
	const runs: number[][] = [[]];
	for (const index of indexes)
		if (holds(index)) runs.at(-1)?.push(index);
		else runs.push([]);
	return runs.filter((run) => run.length >= least);
}

function mean(values: readonly number[]): number {
	return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
