import { addedUp, type Tally } from './tally.ts';

export const METRIC_IDS = ['M01', 'M03', 'M05', 'M06', 'M08', 'M10'] as const;
export type MetricId = (typeof METRIC_IDS)[number];

/** `share`: a fraction of 1, with whole numbers above and below. `mean`: above ÷ below. `value`: neither. */
export type MeasureKind = 'share' | 'mean' | 'value';

export interface Figure {
	/** Null: nothing to divide by, so no figure; never 0. */
	value: number | null;
	/** Null where the value is no quotient, such as a median. */
	numerator: number | null;
	denominator: number;
}

/** One figure of a metric. Every page, file and command that shows it asks here. */
export interface Measure {
	id: string;
	metric: MetricId;
	name: string;
	kind: MeasureKind;
	/** What is counted: the words after the number; empty for a share, which is shown in per cent. */
	unit: string;
	/** `neither`: a change of it is neither an improvement nor a concern. */
	better: 'higher' | 'lower' | 'neither';
	/** Above the line and below it, in words. */
	definition: string;
	/** What the denominator counts: the words after n. */
	of: string;
	/** Of one scope: on several days, one tally each, in any order. */
	figure: (days: readonly Tally[]) => Figure;
}

export const METRIC_NAMES: Record<MetricId, string> = {
	M01: 'Supervision on time',
	M03: 'Cases with recent oversight',
	M05: 'High-stakes cases not suitably held',
	M06: 'Held without oversight',
	M08: 'Caseload',
	M10: 'Changes of lead per child'
};

const quotient = (numerator: number, denominator: number): Figure => ({
	value: denominator === 0 ? null : numerator / denominator,
	numerator,
	denominator
});

type Parts = (tally: Tally) => [numerator: number, denominator: number];

/** A share or a mean whose days are taken together: all numerators over all denominators. */
const pooled =
	(parts: Parts): Measure['figure'] =>
	(days) =>
		quotient(...parts(addedUp(days)));

const inOrder = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

/** Cases per FTE of each holder on each day, in order. */
const perFte = (days: readonly Tally[]): number[] =>
	inOrder(days.flatMap(({ caseloads }) => caseloads.map(({ cases, fte }) => cases / fte)));

const value =
	(pick: (ordered: readonly number[]) => number | undefined): Measure['figure'] =>
	(days) => {
		const ordered = perFte(days);
		return { value: pick(ordered) ?? null, numerator: null, denominator: ordered.length };
	};

/**
 * The value below which a share of an ordered list lies, between two neighbours in proportion to the distance (type 7 of
 * Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996), 361-365). Undefined
 * for an empty list.
 */
export function quantile(ordered: readonly number[], share: number): number | undefined {
	const place = (ordered.length - 1) * share;
	const [low, high] = [ordered[Math.floor(place)], ordered[Math.ceil(place)]];
	return low === undefined || high === undefined ? undefined : low + (high - low) * (place % 1);
}

const OPEN_CASES = 'open cases';
const HIGH_STAKES_CASES = 'open high-stakes cases';
const HOLDERS = 'practitioners who hold a case';
const LEADS = 'practitioners who lead a case';
const CHILDREN = 'children with an open case';

const oversightWithin = (days: 28 | 42 | 56, place: 0 | 1 | 2): Measure => ({
	id: `M03-${days}`,
	metric: 'M03',
	name: `Oversight in the last ${days} days`,
	kind: 'share',
	unit: '',
	better: 'higher',
	definition: `Open cases whose last oversight that counts is at most ${days} days old, out of all open cases.`,
	of: OPEN_CASES,
	figure: pooled(({ overseen }) => [overseen.within[place], overseen.cases])
});

/** Every measure, in the order in which it is shown. */
export const MEASURES: readonly Measure[] = [
	{
		id: 'M01',
		metric: 'M01',
		name: 'Supervision on time',
		kind: 'share',
		unit: '',
		better: 'higher',
		definition:
			'Practitioners whose next supervision is not past its due date (grace not counted), out of those the supervision rule looks at who are in post and not away for more than 10 working days.',
		of: 'practitioners',
		figure: pooled(({ supervised }) => [supervised.onTime, supervised.people])
	},
	oversightWithin(28, 0),
	oversightWithin(42, 1),
	oversightWithin(56, 2),
	{
		id: 'M05',
		metric: 'M05',
		name: 'High-stakes cases not suitably held',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition:
			'Open high-stakes cases whose lead lacks the experience or the training, without a co-worker who has both, out of all open high-stakes cases.',
		of: HIGH_STAKES_CASES,
		figure: pooled(({ highStakes }) => [highStakes.notSuitablyHeld, highStakes.cases])
	},
	{
		id: 'M06',
		metric: 'M06',
		name: 'Cases held without oversight',
		kind: 'mean',
		unit: 'cases',
		better: 'lower',
		definition:
			'High-stakes cases with a lead, not suitably held, whose oversight is overdue: the number on the day; over a period, the mean of its month-ends. Accepted flags are counted.',
		of: 'month-ends',
		figure: (days) => quotient(addedUp(days).highStakes.heldWithoutOversight, days.length)
	},
	{
		id: 'M06-share',
		metric: 'M06',
		name: 'High-stakes cases held without oversight',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition: 'Cases held without oversight, out of all open high-stakes cases.',
		of: HIGH_STAKES_CASES,
		figure: pooled(({ highStakes }) => [highStakes.heldWithoutOversight, highStakes.cases])
	},
	{
		id: 'M08-mean',
		metric: 'M08',
		name: 'Cases per FTE, mean',
		kind: 'value',
		unit: 'cases per FTE',
		better: 'lower',
		definition: 'The mean of open cases led ÷ FTE over everyone in post who leads at least one.',
		of: LEADS,
		figure: value((ordered) =>
			ordered.length === 0 ? undefined : ordered.reduce((sum, each) => sum + each, 0) / ordered.length
		)
	},
	{
		id: 'M08-median',
		metric: 'M08',
		name: 'Cases per FTE, median',
		kind: 'value',
		unit: 'cases per FTE',
		better: 'lower',
		definition: 'Half of those in post who lead a case lead more cases per FTE than this.',
		of: LEADS,
		figure: value((ordered) => quantile(ordered, 0.5))
	},
	{
		id: 'M08-p90',
		metric: 'M08',
		name: 'Cases per FTE, 90th percentile',
		kind: 'value',
		unit: 'cases per FTE',
		better: 'lower',
		definition: 'One in ten of those in post who lead a case leads more cases per FTE than this.',
		of: LEADS,
		figure: value((ordered) => quantile(ordered, 0.9))
	},
	{
		id: 'M08-max',
		metric: 'M08',
		name: 'Cases per FTE, highest',
		kind: 'value',
		unit: 'cases per FTE',
		better: 'lower',
		definition: 'The most open cases per FTE that anybody in post leads.',
		of: LEADS,
		figure: value((ordered) => ordered.at(-1))
	},
	{
		id: 'M08-dfe',
		metric: 'M08',
		name: 'Average caseload, DfE definition',
		kind: 'mean',
		unit: 'cases per FTE',
		better: 'lower',
		definition:
			'All open cases ÷ the FTE of those who lead at least one (Department for Education, Children’s social work workforce).',
		of: 'FTE',
		figure: pooled(({ overseen, caseloads }) => [
			overseen.cases,
			caseloads.reduce((sum, { fte }) => sum + Math.round(fte * 10_000), 0) / 10_000
		])
	},
	{
		id: 'M08-over',
		metric: 'M08',
		name: 'Practitioners over capacity',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition:
			'Those whose load is above 100 % of their capacity, or who hold cases with no capacity at all, out of those who hold at least one.',
		of: HOLDERS,
		figure: pooled(({ holders }) => [holders.overCapacity, holders.people])
	},
	{
		id: 'M10-mean',
		metric: 'M10',
		name: 'Changes of lead per child in 12 months, mean',
		kind: 'mean',
		unit: 'changes',
		better: 'lower',
		definition:
			'How often, in the last 12 months, a child with an open case came to another lead than the one before; the first lead is no change.',
		of: CHILDREN,
		figure: pooled(({ changes }) => [sumOf(changes.byReason), changes.children])
	},
	{
		id: 'M10-three',
		metric: 'M10',
		name: 'Children with 3 or more changes of lead in 12 months',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition:
			'Children whose lead changed at least three times in the last 12 months, out of all with an open case.',
		of: CHILDREN,
		figure: pooled(({ changes }) => [
			changes.times.slice(3).reduce((sum, count) => sum + count, 0),
			changes.children
		])
	},
	{
		id: 'M10-restructure',
		metric: 'M10',
		name: 'Of these changes, because of a restructure',
		kind: 'share',
		unit: '',
		better: 'neither',
		definition:
			'Changes of lead in the last 12 months recorded with the reason ORGRST (restructure), out of all changes of lead.',
		of: 'changes of lead',
		figure: pooled(({ changes }) => [changes.byReason.ORGRST ?? 0, sumOf(changes.byReason)])
	}
];

function sumOf(counts: Tally['changes']['byReason']): number {
	return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Throws where there is no such measure. */
export function measureOf(id: string): Measure {
	const measure = MEASURES.find((each) => each.id === id);
	if (!measure) throw new Error(`no measure ${id}`);
	return measure;
}

/** The measure of each metric that is drawn over the months. */
export const CHARTED: readonly string[] = ['M06', 'M01', 'M03-28', 'M05', 'M08-mean', 'M10-mean'];
