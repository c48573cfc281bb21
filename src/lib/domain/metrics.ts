import { ALLOCATION_REASONS } from './cases.ts';
import { KINDS } from './policy.ts';
import { addedUp, OVERSIGHT_AGES, type Tally } from './tally.ts';
import { FTE_PARTS, nothingFurther, waitId, WAITS, type Further } from './tally-further.ts';
import { KIND_IN_WORDS } from './wording.ts';
import { DFE_RATES, type Workforce } from './workforce.ts';

export const METRIC_IDS = [
	'M01',
	'M02',
	'M03',
	'M04',
	'M05',
	'M06',
	'M07',
	'M08',
	'M09',
	'M10',
	'M11',
	'M12',
	'M13',
	'M14',
	'M15',
	'M16',
	'M17',
	'M18'
] as const;
export type MetricId = (typeof METRIC_IDS)[number];

/** `share`: a fraction of 1, with whole numbers above and below. `mean`: above ÷ below. `value`: neither. */
export type MeasureKind = 'share' | 'mean' | 'value';

export interface Figure {
	/** Null: nothing to divide by, so no figure; never 0. */
	value: number | null;
	/** Null where the value is no quotient, such as a median. */
	numerator: number | null;
	denominator: number;
	/** The month-end was stored before this was counted: nothing is known of it as it was known then. */
	notMeasured?: true;
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
	/** Digits after the point where it is no share; left out: 1. */
	digits?: number;
	/** A part of another measure, such as one kind of case: shown with it, and not among the measures themselves. */
	partOf?: string;
	/** Of one scope: on several days, one tally each, in any order. */
	figure: (days: readonly Tally[]) => Figure;
}

export const METRIC_NAMES: Record<MetricId, string> = {
	M01: 'Supervision on time',
	M02: 'Cases discussed in supervision in time',
	M03: 'Cases with recent oversight',
	M04: 'Oversight within 1 working day of allocation',
	M05: 'High-stakes cases not suitably held',
	M06: 'Held without oversight',
	M07: 'Unallocated',
	M08: 'Caseload',
	M09: 'Workforce',
	M10: 'Changes of lead per child',
	M11: 'Changes of manager per child',
	M12: 'Span of control',
	M13: 'Supervision sessions',
	M14: 'Actions and notes',
	M15: 'Partner requests',
	M16: 'Closures',
	M17: 'Training currency',
	M18: 'Late recording'
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

/** Not measured in the days that were stored before it was counted: those that were are taken alone. */
function measuredOn(days: readonly Tally[]): readonly Tally[] | null {
	if (days.every(({ further }) => further)) return days;
	const measured = days.filter(({ further }) => further);
	return measured.length === 0 ? null : measured;
}

const NOT_MEASURED: Figure = { value: null, numerator: null, denominator: 0, notMeasured: true };

const pooledFurther =
	(
		parts: (further: Further, tally: Tally, days: number) => [numerator: number, denominator: number],
		scale = 1
	): Measure['figure'] =>
	(days) => {
		const measured = measuredOn(days);
		if (measured === null) return NOT_MEASURED;
		const sum = addedUp(measured);
		const figure = quotient(...parts(sum.further ?? nothingFurther(), sum, measured.length));
		return scale === 1 || figure.value === null ? figure : { ...figure, value: figure.value * scale };
	};

/** A value of an ordered list that is kept as how many there are of each. */
const ofCounts =
	(
		counts: (further: Further) => Iterable<[size: number, times: number]>,
		pick: (ordered: readonly number[]) => number | undefined
	): Measure['figure'] =>
	(days) => {
		const measured = measuredOn(days);
		if (measured === null) return NOT_MEASURED;
		const { further } = addedUp(measured);
		const ordered = inOrder(
			[...counts(further ?? nothingFurther())].flatMap(([size, times]) => Array<number>(times).fill(size))
		);
		return { value: pick(ordered) ?? null, numerator: null, denominator: ordered.length };
	};

const inOrder = (values: readonly number[]): readonly number[] => [...Float64Array.from(values).sort()];

const perFteOf = new WeakMap<readonly Tally[], readonly number[]>();

/** Cases per FTE of each holder on each day, in order; put in order once for the list of days. */
function perFte(days: readonly Tally[]): readonly number[] {
	let ordered = perFteOf.get(days);
	if (!ordered) {
		ordered = inOrder(days.flatMap(({ caseloads }) => caseloads.map(({ cases, fte }) => cases / fte)));
		perFteOf.set(days, ordered);
	}
	return ordered;
}

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
const SUPERVISORS = 'supervisors in post';
const TIMED_SESSIONS = 'sessions held with a recorded length';
const CASES_CLOSED = 'cases closed';
const DAYS_COUNTED = 'month-ends';
const PERIODS = 'months';
const FTE_IN_POST = 'FTE';
const DFE = 'Department for Education, Children’s social work workforce';

const inFte = ([above, below]: [number, number]): [number, number] => [above / FTE_PARTS, below / FTE_PARTS];

const workforce = (
	part: 'agency' | 'vacancy' | 'turnover' | 'absence',
	name: string,
	definition: string,
	of: string,
	rate: (counted: Workforce) => [number, number]
): Measure => ({
	id: `M09-${part}`,
	metric: 'M09',
	name,
	kind: 'share',
	unit: '',
	better: 'lower',
	definition: `${definition} (${DFE}). Everybody in post counts but those outside practice.`,
	of,
	figure: pooledFurther(({ workforce: counted }) => inFte(rate(counted)))
});

const medianOf = (ordered: readonly number[]) => quantile(ordered, 0.5);

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

/** The measures, in the order in which they are shown. */
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
	{
		id: 'M02',
		metric: 'M02',
		name: 'Cases discussed in supervision in time',
		kind: 'share',
		unit: '',
		better: 'higher',
		definition:
			'Open cases whose last case discussion that counts (a recorded decision, in a held session with the lead that its supervisor signed) is no older than the case’s oversight interval in force, out of all open cases with a lead.',
		of: 'open cases with a lead',
		figure: pooledFurther(({ discussed }) => [discussed.inTime, discussed.cases])
	},
	oversightWithin(28, 0),
	oversightWithin(42, 1),
	oversightWithin(56, 2),
	{
		id: 'M04',
		metric: 'M04',
		name: 'Oversight within 1 working day of allocation',
		kind: 'share',
		unit: '',
		better: 'higher',
		definition:
			'Allocations to a lead that began in the period and had oversight that counts by the first working day after, out of all that began. One of the last day is counted as it stands then.',
		of: 'allocations to a lead',
		figure: pooledFurther(({ period }) => [period.allocations.overseen, period.allocations.begun])
	},
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
		id: 'M06-days',
		metric: 'M06',
		name: 'Days cases were held without oversight',
		kind: 'mean',
		unit: 'case-days',
		better: 'lower',
		definition:
			'For each case the days of the period on which it was held without oversight, each day as it was known on that day, added up; over several periods, their mean.',
		of: PERIODS,
		figure: pooledFurther(({ period }, _, periods) => [period.heldDays, periods])
	},
	{
		id: 'M07',
		metric: 'M07',
		name: 'Cases without a lead in post',
		kind: 'mean',
		unit: 'cases',
		better: 'lower',
		definition:
			'Open cases with no lead, with a lead who is not in post, or allocated only to a team, however short the wait: the number on the day; over a period, the mean of its month-ends. Cases whose holder came as a name that is not matched yet are left out.',
		of: DAYS_COUNTED,
		figure: pooledFurther(({ unallocated }, _, days) => [sumOver(unallocated.byWait), days])
	},
	{
		id: 'M07-past',
		metric: 'M07',
		name: 'Cases unallocated past their limit',
		kind: 'mean',
		unit: 'cases',
		better: 'lower',
		definition:
			'Those of the cases without a lead in post that are flagged as unallocated: of high stakes at once, looked after after 1 working day, others after 5 (the limits of the policy in force).',
		of: DAYS_COUNTED,
		figure: pooledFurther(({ unallocated }, _, days) => [unallocated.pastLimit, days])
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
		figure: pooled(({ overseen, caseloads }) =>
			DFE_RATES.caseload({
				cases: overseen.cases,
				holders: caseloads.reduce((sum, { fte }) => sum + Math.round(fte * FTE_PARTS), 0) / FTE_PARTS
			})
		)
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
	workforce(
		'agency',
		'Agency rate',
		'FTE of agency workers, out of the FTE of agency workers and those in post',
		'FTE in post or agency',
		DFE_RATES.agency
	),
	workforce(
		'vacancy',
		'Vacancy rate',
		'FTE vacant, out of the FTE vacant and in post',
		'FTE in post or vacant',
		DFE_RATES.vacancy
	),
	workforce(
		'turnover',
		'Turnover rate',
		'FTE of those who left in the last 12 months, agency workers left out, against the FTE in post',
		FTE_IN_POST,
		DFE_RATES.turnover
	),
	workforce(
		'absence',
		'Absence rate',
		'Working days lost in the last 12 months to sickness, or to an absence without a recorded reason, against the FTE in post × 253',
		'FTE working days a year',
		DFE_RATES.absence
	),
	{
		id: 'M10-mean',
		metric: 'M10',
		name: 'Changes of lead per child in 12 months, mean',
		kind: 'mean',
		unit: 'changes',
		digits: 2,
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
	},
	{
		id: 'M11-mean',
		metric: 'M11',
		name: 'Changes of manager per child in 12 months, mean',
		kind: 'mean',
		unit: 'changes',
		digits: 2,
		better: 'lower',
		definition:
			'How often, in the last 12 months, the lead of a child with an open case had another supervisor than the last lead before, whether the child came to another lead or the lead to another supervisor; the first supervisor is no change.',
		of: CHILDREN,
		figure: pooledFurther(({ managerChanges }) => [
			managerChanges.reduce((sum, children, times) => sum + children * times, 0),
			sumOver(managerChanges)
		])
	},
	{
		id: 'M11-three',
		metric: 'M11',
		name: 'Children with 3 or more changes of manager in 12 months',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition:
			'Children the supervisor of whose lead changed at least three times in the last 12 months, out of all with an open case.',
		of: CHILDREN,
		figure: pooledFurther(({ managerChanges }) => [sumOver(managerChanges.slice(3)), sumOver(managerChanges)])
	},
	{
		id: 'M12-median',
		metric: 'M12',
		name: 'People supervised, median',
		kind: 'value',
		unit: 'people',
		better: 'lower',
		definition: 'Half of the supervisors in post are named by the postings of more people in post than this.',
		of: SUPERVISORS,
		figure: ofCounts(({ spans }) => spans.entries(), medianOf)
	},
	{
		id: 'M12-max',
		metric: 'M12',
		name: 'People supervised, most',
		kind: 'value',
		unit: 'people',
		better: 'lower',
		definition: 'The most people in post whose postings name one supervisor in post.',
		of: SUPERVISORS,
		figure: ofCounts(
			({ spans }) => spans.entries(),
			(ordered) => ordered.at(-1)
		)
	},
	{
		id: 'M12-wide',
		metric: 'M12',
		name: 'Supervisors of more than 8 people',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition:
			'Supervisors in post whom the postings of more than 8 people in post name, out of all supervisors in post.',
		of: SUPERVISORS,
		figure: pooledFurther(({ tooWide, spans }) => [tooWide, sumOver(spans)])
	},
	{
		id: 'M13-cancelled',
		metric: 'M13',
		name: 'Supervision sessions cancelled',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition:
			'Sessions of the period that were cancelled, out of those held or cancelled. A session belongs to the day it was held, else planned for.',
		of: 'sessions held or cancelled',
		figure: pooledFurther(({ period: { sessions } }) => [
			sessions.cancelled,
			sessions.held + sessions.cancelled
		])
	},
	{
		id: 'M13-long',
		metric: 'M13',
		name: 'Supervision sessions of 90 minutes or more',
		kind: 'share',
		unit: '',
		better: 'higher',
		definition:
			'Sessions held in the period that took at least 90 minutes, out of those whose length was recorded.',
		of: TIMED_SESSIONS,
		figure: pooledFurther(({ period: { sessions } }) => [sessions.longEnough, sessions.timed])
	},
	{
		id: 'M13-median',
		metric: 'M13',
		name: 'Length of supervision sessions, median',
		kind: 'value',
		unit: 'minutes',
		digits: 0,
		better: 'higher',
		definition:
			'Half of the sessions held in the period took longer than this; those without a length are left out.',
		of: TIMED_SESSIONS,
		figure: ofCounts(
			({ period }) =>
				Object.entries(period.sessions.minutes).map(([minutes, times]): [number, number] => [
					Number(minutes),
					times
				]),
			medianOf
		)
	},
	{
		id: 'M14-notes',
		metric: 'M14',
		name: 'Supervision notes signed within 5 working days',
		kind: 'share',
		unit: '',
		better: 'higher',
		definition:
			'Notes of held sessions that both had signed by the last day for it (5 working days as shipped), out of those whose last day fell in the period.',
		of: 'notes due to be signed',
		figure: pooledFurther(({ period: { notes } }) => [notes.inTime, notes.due])
	},
	{
		id: 'M14-actions',
		metric: 'M14',
		name: 'Actions overdue',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition:
			'Actions agreed and not done that are overdue: more than 5 working days past the day they were due, where they are about risk at once. Out of all agreed and not done.',
		of: 'actions to do',
		figure: pooledFurther(({ actions }) => [actions.overdue, actions.toDo])
	},
	{
		id: 'M15-made',
		metric: 'M15',
		name: 'Requests of partner agencies',
		kind: 'mean',
		unit: 'requests',
		better: 'neither',
		definition:
			'Requests for a conference and challenges that partner agencies made in the period; over several periods, their mean.',
		of: PERIODS,
		figure: pooledFurther(({ period }, _, periods) => [period.requests.made, periods])
	},
	{
		id: 'M15-rate',
		metric: 'M15',
		name: 'Requests per 100 open cases',
		kind: 'mean',
		unit: 'per 100 open cases',
		digits: 2,
		better: 'neither',
		definition: 'Requests made in the period for every 100 cases open on its last day.',
		of: OPEN_CASES,
		figure: pooledFurther(({ period }, { overseen }) => [period.requests.made, overseen.cases], 100)
	},
	{
		id: 'M15-declined',
		metric: 'M15',
		name: 'Requests declined',
		kind: 'share',
		unit: '',
		better: 'neither',
		definition: 'Requests made in the period that were declined by its last day, out of all made in it.',
		of: 'requests',
		figure: pooledFurther(({ period: { requests } }) => [requests.declined, requests.made])
	},
	{
		id: 'M15-second',
		metric: 'M15',
		name: 'Declined with a second manager',
		kind: 'share',
		unit: '',
		better: 'higher',
		definition:
			'Of the requests made and declined in the period, those with a written reason and the agreement of a second manager by its last day.',
		of: 'requests declined',
		figure: pooledFurther(({ period: { requests } }) => [requests.withSecond, requests.declined])
	},
	{
		id: 'M16-unsigned',
		metric: 'M16',
		name: 'Closed without sign-off',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition:
			'Cases closed in the period without a manager’s closure entry that counts in the 28 days up to closing, out of all closed in it.',
		of: CASES_CLOSED,
		figure: pooledFurther(({ period: { closures } }) => [closures.withoutSignOff, closures.closed])
	},
	{
		id: 'M16-enquiry',
		metric: 'M16',
		name: 'Closed within 90 days of a section 47 enquiry',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition:
			'Cases closed in the period less than 90 days after a section 47 enquiry ended, out of all closed in it.',
		of: CASES_CLOSED,
		figure: pooledFurther(({ period: { closures } }) => [closures.afterEnquiry, closures.closed])
	},
	{
		id: 'M17',
		metric: 'M17',
		name: 'Required training that is current',
		kind: 'share',
		unit: '',
		better: 'higher',
		definition:
			'Courses that what people in post hold requires of them and that are current, out of all that it requires; a course counts once for each person who needs it.',
		of: 'courses required',
		figure: pooledFurther(({ training }) => [training.current, training.required])
	},
	{
		id: 'M18',
		metric: 'M18',
		name: 'Oversight recorded late',
		kind: 'share',
		unit: '',
		better: 'lower',
		definition:
			'Oversight entries recorded in the period more than 5 working days after they were made, out of all recorded in it.',
		of: 'oversight entries',
		figure: pooledFurther(({ period: { oversight } }) => [oversight.late, oversight.recorded])
	}
];

const waitInWords = (place: number): string => {
	const [first, last] = [(WAITS[place - 1] ?? -1) + 1, WAITS[place]];
	return last === undefined ? `more than ${first - 1} days` : `${first} to ${last} days`;
};

/** Parts of measures: oversight by kind of case, waiting by its length, changes by their reason. */
export const PARTS: readonly Measure[] = [
	...([...KINDS, 'unknown'] as const).flatMap((kind) =>
		OVERSIGHT_AGES.map((days, place): Measure => {
			const words = kind === 'unknown' ? 'kind unknown' : KIND_IN_WORDS[kind];
			return {
				...oversightWithin(days, place as 0 | 1 | 2),
				id: `M03-${days}-${kind}`,
				partOf: `M03-${days}`,
				name: `Oversight in the last ${days} days: ${words}`,
				definition: `Open cases (${words}) whose last oversight that counts is at most ${days} days old, out of all of that kind. A case of several kinds is one under each.`,
				figure: pooled(({ overseenByKind }) => {
					const overseen = overseenByKind[kind];
					return [overseen?.within[place] ?? 0, overseen?.cases ?? 0];
				})
			};
		})
	),
	...[...WAITS, null].map((_, place): Measure => ({
		...measureOf('M07'),
		id: waitId(place),
		partOf: 'M07',
		name: `Cases without a lead in post for ${waitInWords(place)}`,
		definition: `Those of the cases without a lead in post that have waited ${waitInWords(place)}.`,
		figure: pooledFurther(({ unallocated }, __, days) => [unallocated.byWait[place] ?? 0, days])
	})),
	...([...ALLOCATION_REASONS, 'unknown'] as const).map((reason): Measure => ({
		...measureOf('M10-restructure'),
		id: `M10-${reason}`,
		partOf: 'M10-mean',
		name: `Changes of lead, reason ${reason === 'unknown' ? 'not recorded' : reason}`,
		definition: `Changes of lead in the last 12 months ${reason === 'unknown' ? 'without a recorded reason' : `recorded with the reason ${reason}`}, out of all changes of lead.`,
		figure: pooled(({ changes }) => [changes.byReason[reason] ?? 0, sumOf(changes.byReason)])
	}))
];

function sumOver(counts: readonly number[]): number {
	return counts.reduce((sum, count) => sum + count, 0);
}

function sumOf(counts: Tally['changes']['byReason']): number {
	return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Throws where there is no such measure. */
export function measureOf(id: string): Measure {
	const measure = MEASURES.find((each) => each.id === id) ?? PARTS.find((each) => each.id === id);
	if (!measure) throw new Error(`no measure ${id}`);
	return measure;
}

/** The five that are drawn first. */
export const CHARTED: readonly string[] = ['M06', 'M01', 'M03-28', 'M05', 'M10-mean'];
