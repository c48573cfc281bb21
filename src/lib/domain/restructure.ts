import { addDays, addMonths, daysBetween, monthEnd, monthsBetween, type CalendarDate } from './calendar.ts';
import type { Restructure } from './authority.ts';
import { isKnown, knownEnd, type Knowledge } from './knowledge.ts';
import type { Figure, Measure } from './metrics.ts';
import { newcombe, type Interval } from './spc.ts';
import type { Tally } from './tally.ts';

export const PHASES = ['before', 'during', 'after'] as const;
export type Phase = (typeof PHASES)[number];

/** A stretch of time: includes `from`, excludes `to`. */
export interface Window {
	phase: Phase;
	from: CalendarDate;
	to: CalendarDate;
	/** False: it runs beyond the day asked about, and is looked at up to that day. */
	over: boolean;
}

const LEAST_MONTHS = 6;

/** The restructures known to have begun, the latest first. */
export function restructuresBegun(restructures: readonly Restructure[], knowledge: Knowledge): Restructure[] {
	return restructures
		.filter((restructure) => isKnown(restructure, restructure.from, knowledge))
		.sort((a, b) => (a.from < b.from ? 1 : a.from > b.from ? -1 : 0));
}

/**
 * Before, during and after a restructure as known on the day. Before and after are as long as the restructure itself
 * has been, at least 6 months. One that is not known to have ended has no after.
 */
export function windowsOf(restructure: Restructure, knowledge: Knowledge): Window[] {
	const { from } = restructure;
	const ended = knownEnd(restructure.to, restructure.endRecordedOn, knowledge);
	const until = ended ?? addDays(knowledge.on, 1);
	const moved = asLongAs(from, until);
	const windows: Window[] = [
		{ phase: 'before', from: moved(from, -1), to: from, over: true },
		{ phase: 'during', from, to: until, over: ended !== null }
	];
	if (ended === null) return windows;
	const end = moved(ended, 1);
	const over = end <= knowledge.on;
	return [...windows, { phase: 'after', from: ended, to: over ? end : addDays(knowledge.on, 1), over }];
}

/** Moves a day by the length of a stretch: in whole calendar months where it is some, else in days. */
function asLongAs(from: CalendarDate, to: CalendarDate): (day: CalendarDate, times: 1 | -1) => CalendarDate {
	const months = monthsBetween(from, to);
	if (months < LEAST_MONTHS || addMonths(from, months) === to)
		return (day, times) => addMonths(day, times * Math.max(LEAST_MONTHS, months));
	return (day, times) => addDays(day, times * daysBetween(from, to));
}

export function isWithin(window: Window, day: CalendarDate): boolean {
	return window.from <= day && day < window.to;
}

/** The month-ends from the month of `from` to the last one by `to`. */
export function monthEndsBetween(from: CalendarDate, to: CalendarDate): CalendarDate[] {
	const ends: CalendarDate[] = [];
	for (let end = monthEnd(from); end <= to; end = monthEnd(addDays(end, 1))) ends.push(end);
	return ends;
}

/** What a change means, the direction that is better being a property of the measure. Never that one caused the other. */
export type Verdict = 'improvement' | 'concern' | 'no_clear_change' | 'not_judged';

export interface Change {
	difference: number;
	/** 95 %, of the difference of two shares; null for any other measure. */
	interval: Interval | null;
	verdict: Verdict;
}

/** The change of a measure from one window to a later one; null where either has no figure. */
export function changeBetween(measure: Measure, earlier: Figure, later: Figure): Change | null {
	if (earlier.value === null || later.value === null) return null;
	const difference = later.value - earlier.value;
	if (measure.kind !== 'share' || earlier.numerator === null || later.numerator === null)
		return { difference, interval: null, verdict: 'not_judged' };
	const interval = newcombe(
		{ numerator: later.numerator, denominator: later.denominator },
		{ numerator: earlier.numerator, denominator: earlier.denominator }
	);
	return { difference, interval, verdict: verdictOn(measure, interval) };
}

/** Clear only where the whole interval lies on one side of no change. */
function verdictOn({ better }: Measure, interval: Interval | null): Verdict {
	if (!interval || better === 'neither') return 'not_judged';
	if (interval.lower <= 0 && interval.upper >= 0) return 'no_clear_change';
	return interval.lower > 0 === (better === 'higher') ? 'improvement' : 'concern';
}

export interface Compared {
	measure: Measure;
	/** Null: no month-end of the window has a tally. */
	figures: Record<Phase, Figure | null>;
	/** From before to after; to during, where there is no after yet. Null where one of them has no figure. */
	change: Change | null;
	changeTo: 'during' | 'after';
}

/** A measure in each window, the month-ends of a window taken together. */
export function compared(measure: Measure, days: Record<Phase, readonly Tally[]>): Compared {
	const figureIn = (phase: Phase) => (days[phase].length === 0 ? null : measure.figure(days[phase]));
	const figures = { before: figureIn('before'), during: figureIn('during'), after: figureIn('after') };
	const changeTo = figures.after === null ? 'during' : 'after';
	const later = figures[changeTo];
	const change = figures.before && later ? changeBetween(measure, figures.before, later) : null;
	return { measure, figures, change, changeTo };
}
