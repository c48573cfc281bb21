import { addDays, addMonths, weekdayOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { viewOf } from '#lib/domain/authority.ts';
import { MEASURES, PARTS, type Figure, type Measure, type MetricId } from '#lib/domain/metrics.ts';
import {
	chartOf,
	daysIn,
	tallyIn,
	type Measured,
	type Scope,
	type Tallies
} from '#lib/domain/organisation.ts';
import { VERDICT_IN_WORDS } from '#lib/domain/organisation-words.ts';
import type { Team } from '#lib/domain/people.ts';
import {
	compared,
	PHASES,
	windowsOf,
	type Compared,
	type Phase,
	type Window
} from '#lib/domain/restructure.ts';
import { wilson, type Cause, type Interval } from '#lib/domain/spc.ts';
import { talliesByTeam } from '#lib/domain/tally.ts';
import { periodUpTo, weekUpTo, type MeasuredPeriod } from '#lib/domain/tally-of-period.ts';
import { serviceIdOf } from '#lib/domain/teams.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { authorityOfPeriods, measure, restructuresKnown } from './measure.ts';

/** What a command asks for; names and ids are those of the files. */
export interface MetricsAsked {
	asAt: CalendarDate;
	/** Null: the day alone. */
	over: { from: CalendarDate; to: CalendarDate; every: 'month' | 'week' } | null;
	team: string | null;
	service: string | null;
}

/** One figure of one day, as it was known then. */
export interface PrintedMetric {
	on: CalendarDate;
	/** The first day of the period that is counted where something is counted over one. */
	periodFrom: CalendarDate;
	metric: MetricId;
	measure: string;
	name: string;
	numerator: number | null;
	denominator: number;
	/** A share as a fraction of 1. Null: nothing to divide by, or not measured then. */
	value: number | null;
	/** What the denominator counts, and how many. */
	n: number;
	of: string;
	measured: boolean;
	/** Of a stored month-end: by what is recorded now, and with what was recorded too late. Null: the same. */
	sinceCorrected: number | null;
	withHindsight: number | null;
}

/** Why there is nothing to print. */
export interface NothingOfThatName {
	refused: string;
}

const EVERY = [...MEASURES, ...PARTS];

/** Every measure on the day, or on each month-end or week's end of a stretch. */
export async function printedMetrics(
	tx: Transaction,
	{ asAt, over, team, service }: MetricsAsked
): Promise<PrintedMetric[] | NothingOfThatName> {
	if (over?.every === 'week') {
		const periods = sundays(over.from, earlierOf(over.to, asAt)).map(weekUpTo);
		if (periods.length === 0) return [];
		const authority = await authorityOfPeriods(tx, periods);
		const scope = scopeOf(authority.teams, team, service);
		if ('refused' in scope) return scope;
		return periods.flatMap((period) =>
			rowsOf(period, scope, authority.teams, {
				tallies: talliesByTeam(viewOf(authority, period.to), period),
				sinceCorrected: null,
				hindsight: null
			})
		);
	}
	const last = over ? earlierOf(over.to, asAt) : asAt;
	const measured = await measure(tx, last, over?.from ?? asAt, { of: 'authority' });
	const scope = scopeOf(measured.teams, team, service);
	if ('refused' in scope) return scope;
	const today = { on: asAt, tallies: measured.now, sinceCorrected: null, hindsight: null };
	const days = over || measured.months.length > 0 ? measured.months : [today];
	return days.flatMap((month) => rowsOf(periodUpTo(month.on), scope, measured.teams, month));
}

function earlierOf(a: CalendarDate, b: CalendarDate): CalendarDate {
	return a < b ? a : b;
}

/** The ends of the weeks from the one to the other. */
function sundays(from: CalendarDate, to: CalendarDate): CalendarDate[] {
	const days: CalendarDate[] = [];
	for (let day = addDays(from, (7 - weekdayOf(from)) % 7); day <= to; day = addDays(day, 7)) days.push(day);
	return days;
}

/** Of whom: a team by its id in the files, a service by its name. */
function scopeOf(
	teams: readonly Team[],
	team: string | null,
	service: string | null
): Scope | NothingOfThatName {
	if (team !== null) {
		const found = teams.find(({ reference }) => reference === team);
		return found ? { of: 'team', teamId: found.teamId } : { refused: `There is no team “${team}”.` };
	}
	if (service === null) return { of: 'authority' };
	const found = teams.find((each) => serviceIdOf(each.service) === serviceIdOf(service));
	return found ? { of: 'service', service: found.service } : { refused: `There is no service “${service}”.` };
}

function rowsOf(
	{ from, to }: MeasuredPeriod,
	scope: Scope,
	teams: readonly Team[],
	month: { tallies: Tallies; sinceCorrected: Tallies | null; hindsight: Tallies | null }
): PrintedMetric[] {
	const within = (tallies: Tallies | null) => tallies && tallyIn(tallies, scope, teams);
	const [then, corrected, late] = [
		tallyIn(month.tallies, scope, teams),
		within(month.sinceCorrected),
		within(month.hindsight)
	];
	return EVERY.map((each) => {
		const figure = each.figure([then]);
		const beside = (tally: typeof corrected, other: Figure) => {
			const value = tally && each.figure([tally]).value;
			return value === other.value ? null : value;
		};
		return {
			on: to,
			periodFrom: from,
			...named(each),
			numerator: figure.numerator,
			denominator: figure.denominator,
			value: figure.value,
			n: figure.denominator,
			of: each.of,
			measured: figure.notMeasured !== true,
			sinceCorrected: beside(corrected, figure),
			withHindsight: beside(late, corrected ? each.figure([corrected]) : figure)
		};
	});
}

function named(each: Measure) {
	return { metric: each.metric, measure: each.id, name: each.name };
}

/** A figure of a window, with the 95 % interval of a share (Wilson). */
export interface PrintedWindow {
	numerator: number | null;
	denominator: number;
	value: number | null;
	n: number;
	interval: Interval | null;
}

export interface PrintedStretch {
	phase: Phase;
	/** Null: fewer than two month-ends have a figure. */
	centre: number | null;
	lower: number | null;
	upper: number | null;
	nearLower: number | null;
	nearUpper: number | null;
	trialLimits: boolean;
	points: {
		on: CalendarDate;
		value: number | null;
		numerator: number | null;
		denominator: number;
		specialCauses: { cause: Cause; direction: 'up' | 'down' }[];
	}[];
}

export interface PrintedComparison {
	metric: MetricId;
	measure: string;
	name: string;
	unit: string;
	better: Measure['better'];
	/** Null: no month-end falls within the window. */
	before: PrintedWindow | null;
	during: PrintedWindow | null;
	after: PrintedWindow | null;
	/** From before to after, to during where there is no after yet; the interval is of shares alone (Newcombe). */
	change: {
		to: 'during' | 'after';
		difference: number;
		interval: Interval | null;
		verdict: string;
	} | null;
	xmr: PrintedStretch[];
}

export interface PrintedRestructure {
	restructure: { id: string; name: string };
	asAt: CalendarDate;
	windows: { phase: Phase; from: CalendarDate; to: CalendarDate; over: boolean; monthEnds: number }[];
	metrics: PrintedComparison[];
}

/** Before, during and after a restructure, known by its id in the files; windows exclude their last day. */
export async function printedRestructure(
	tx: Transaction,
	asked: Pick<MetricsAsked, 'asAt' | 'team' | 'service'> & { restructure: string }
): Promise<PrintedRestructure | NothingOfThatName> {
	const { asAt: on } = asked;
	const begun = await restructuresKnown(tx, on);
	const restructure = begun.find(
		({ reference, restructureId }) => reference === asked.restructure || restructureId === asked.restructure
	);
	if (!restructure) {
		const known = begun.map(({ reference, name }) => `${reference} (${name})`).join(', ');
		const those = known === '' ? '' : ` Those that did: ${known}.`;
		return { refused: `There is no restructure “${asked.restructure}” that began by ${on}.${those}` };
	}
	const windows = windowsOf(restructure, { on, hindsight: false });
	const measured = await measure(tx, on, windows[0]?.from ?? addMonths(on, -12), {
		of: 'authority',
		counted: 'by_review'
	});
	const scope = scopeOf(measured.teams, asked.team, asked.service);
	if ('refused' in scope) return scope;
	const days = daysIn(measured, scope, windows);
	return {
		restructure: { id: restructure.reference, name: restructure.name },
		asAt: on,
		windows: windows.map((window) => ({ ...window, monthEnds: days[window.phase].length })),
		metrics: EVERY.map((each) => comparisonOf(each, compared(each, days), measured, scope, windows))
	};
}

function comparisonOf(
	each: Measure,
	ofEach: Compared,
	measured: Measured,
	scope: Scope,
	windows: readonly Window[]
): PrintedComparison {
	const { figures, change, changeTo } = ofEach;
	const [before, during, after] = PHASES.map((phase) => windowOf(each, figures[phase]));
	return {
		...named(each),
		unit: each.unit,
		better: each.better,
		before: before ?? null,
		during: during ?? null,
		after: after ?? null,
		change: change && {
			to: changeTo,
			difference: change.difference,
			interval: change.interval,
			verdict: VERDICT_IN_WORDS[change.verdict].toLowerCase()
		},
		xmr: stretchesOf(each, ofEach, measured, scope, windows)
	};
}

function windowOf({ kind }: Measure, figure: Figure | null): PrintedWindow | null {
	if (figure === null) return null;
	const { numerator, denominator, value } = figure;
	return {
		numerator,
		denominator,
		value,
		n: denominator,
		interval: kind === 'share' && numerator !== null ? wilson({ numerator, denominator }) : null
	};
}

function stretchesOf(
	each: Measure,
	ofEach: Compared,
	measured: Measured,
	scope: Scope,
	windows: readonly Window[]
): PrintedStretch[] {
	const { points, stretches } = chartOf(each, measured, scope, windows, ofEach);
	return stretches.map(({ phase, from, to, limits }) => ({
		phase,
		centre: limits?.centre ?? null,
		lower: limits?.lower ?? null,
		upper: limits?.upper ?? null,
		nearLower: limits?.near.lower ?? null,
		nearUpper: limits?.near.upper ?? null,
		trialLimits: limits?.trial ?? true,
		points: points.slice(from, to).map(({ on, figure, causes }) => ({
			on,
			value: figure.value,
			numerator: figure.numerator,
			denominator: figure.denominator,
			specialCauses: [...causes]
		}))
	}));
}
