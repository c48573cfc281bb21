import { dayInWords, type CalendarDate } from './calendar.ts';
import type { Figure, Measure } from './metrics.ts';
import { capital } from './wording.ts';

/** What an authority wants a measure to be, from a day on until the next target of that measure. */
export interface Target {
	measureId: string;
	/** As the measure is: a share as a fraction of 1. Null: no target from then on. */
	value: number | null;
	from: CalendarDate;
	why: string;
	setOn: CalendarDate;
	setBy: string;
}

/** The target of a measure on a day, of those set by the day asked about and in the order they were set. Null: none. */
export function targetOn(
	targets: readonly Target[],
	day: CalendarDate,
	asAt: CalendarDate
): (Target & { value: number }) | null {
	let found: Target | null = null;
	for (const target of targets)
		if (target.setOn <= asAt && target.from <= day && (found === null || target.from >= found.from))
			found = target;
	return found === null || found.value === null ? null : (found as Target & { value: number });
}

/** Only what has a better direction can be aimed at. */
export function mayHaveTarget({ better }: Measure): boolean {
	return better !== 'neither';
}

/** Null: there is no figure to judge. A figure on the target meets it. */
export function isMet({ better }: Measure, { value }: Figure, target: number): boolean | null {
	if (value === null) return null;
	return better === 'higher' ? value >= target : value <= target;
}

/** "at least 90 %", "at most 16" */
export function targetInWords({ better, kind }: Measure, value: number): string {
	const number = kind === 'share' ? `${trimmed(value * 100)} %` : trimmed(value);
	return `at ${better === 'higher' ? 'least' : 'most'} ${number}`;
}

function trimmed(value: number): string {
	return String(Math.round(value * 100) / 100);
}

/** A target as typed: per cent for a share, else the number itself. */
export function targetTyped({ kind }: Measure, text: string): { value: number } | { refused: string } {
	const digits = text.trim().replace(/\s*%$/, '');
	if (!/^\d+(\.\d+)?$/.test(digits)) return { refused: 'Write the target as a number, such as 90 or 16.5.' };
	const number = Number(digits);
	if (kind === 'share' && number > 100) return { refused: 'A percentage is at most 100.' };
	if (number > 1_000_000) return { refused: 'Write a smaller number.' };
	return { value: kind === 'share' ? number / 100 : number };
}

/** The target over the days of a chart: stretches over which it is the same; indexes of days, `to` excluded. */
export function targetStretches(
	targets: readonly Target[],
	days: readonly CalendarDate[],
	asAt: CalendarDate
): { from: number; to: number; value: number }[] {
	const stretches: { from: number; to: number; value: number }[] = [];
	for (const [place, day] of days.entries()) {
		const value = targetOn(targets, day, asAt)?.value ?? null;
		const last = stretches.at(-1);
		if (value === null) continue;
		if (last?.to === place && last.value === value) last.to = place + 1;
		else stretches.push({ from: place, to: place + 1, value });
	}
	return stretches;
}

/** "At least 90 % from 1 Apr 2026: agreed by the board. Set by Rosalind Achebe on 12 Mar 2026." */
export function targetSetInWords(measure: Measure, { value, from, why, setOn, setBy }: Target): string {
	const what = value === null ? 'No target' : capital(targetInWords(measure, value));
	return `${what} from ${dayInWords(from)}: ${why}${/[.!?]$/.test(why) ? '' : '.'} Set by ${setBy} on ${dayInWords(setOn)}.`;
}
