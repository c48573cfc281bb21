import type { CalendarDate, Length } from './calendar.ts';

/**
 * Every fact carries the day it was recorded. `recordedOn` null: recorded on the day it happened. A correction leaves
 * the earlier row behind with `supersededOn`, the day from which the correction was known.
 */
export interface Recorded {
	recordedOn: CalendarDate | null;
	supersededOn?: CalendarDate | null;
}

/** A dated stretch: includes `from`, excludes `to`; `to` null is open. */
export interface Period extends Recorded {
	from: CalendarDate;
	to: CalendarDate | null;
	endRecordedOn: CalendarDate | null;
}

/** What may be used: facts that happened by `on` and, unless in hindsight, were recorded by then. */
export interface Knowledge {
	on: CalendarDate;
	hindsight: boolean;
	/** The numbers of the policy in force on a day by which people are judged; left out: as shipped. */
	judgedOn?: (day: CalendarDate) => {
		courses: Courses;
		grace: Grace;
		tiers: TierMonths;
		limits: { action: Length };
	};
}

/** The whole months since registration at which somebody outside the early-career stage comes into each tier. */
export type TierMonths = Readonly<Record<'E2' | 'E3' | 'E4' | 'E5', number>>;

/** Training that a policy knows, by the code of the course. */
export type Courses = Readonly<Record<string, Course>>;

export interface Course {
	name: string;
	/** Calendar months after completion at which it lapses where no expiry was recorded; null: it is for good. */
	validMonths: number | null;
}

/** How long after a supervision due date the red line is: where the interval is 7 or 14 days, and where monthly. */
export interface Grace {
	weeks: Length;
	monthly: Length;
}

/**
 * The same answer about a thing on the day of knowledge itself, worked out once for as long as a view is used: of one
 * person it is asked for every case they hold. Knowledge without a policy was made for a question or two.
 */
export function onceAsKnown<Thing extends object, Answer extends NonNullable<unknown> | null>(
	answerOn: (thing: Thing, day: CalendarDate, knowledge: Knowledge) => Answer
): (thing: Thing, day: CalendarDate, knowledge: Knowledge) => Answer {
	const answers = new WeakMap<Knowledge, Map<Thing, Answer>>();
	return (thing, day, knowledge) => {
		if (day !== knowledge.on || !knowledge.judgedOn) return answerOn(thing, day, knowledge);
		let known = answers.get(knowledge);
		if (!known) answers.set(knowledge, (known = new Map<Thing, Answer>()));
		let answer = known.get(thing);
		if (answer === undefined) known.set(thing, (answer = answerOn(thing, day, knowledge)));
		return answer;
	};
}

/** Whether a fact that happened on `happenedOn` is known. `happenedOn` null: it has no day of its own. */
export function isKnown(fact: Recorded, happenedOn: CalendarDate | null, knowledge: Knowledge): boolean {
	if (happenedOn !== null && happenedOn > knowledge.on) return false;
	const supersededOn = fact.supersededOn ?? null;
	if (knowledge.hindsight) return supersededOn === null;
	if (fact.recordedOn !== null && fact.recordedOn > knowledge.on) return false;
	return supersededOn === null || supersededOn > knowledge.on;
}

/** The end of a stretch where it is known, else null: an end in the future, or recorded later, is not yet known. */
export function knownEnd(
	to: CalendarDate | null,
	endRecordedOn: CalendarDate | null,
	knowledge: Knowledge
): CalendarDate | null {
	if (to === null || to > knowledge.on) return null;
	if (!knowledge.hindsight && endRecordedOn !== null && endRecordedOn > knowledge.on) return null;
	return to;
}

/** Whether a known period covers `day`. */
export function covers(period: Period, day: CalendarDate, knowledge: Knowledge): boolean {
	if (period.from > day || !isKnown(period, period.from, knowledge)) return false;
	const to = knownEnd(period.to, period.endRecordedOn, knowledge);
	return to === null || day < to;
}

/**
 * The known period that covers `day`; null where none does. The later one holds where two do: it began before the
 * end of the earlier was recorded.
 */
export function latestCovering<Stretch extends Period>(
	periods: readonly Stretch[],
	day: CalendarDate,
	knowledge: Knowledge
): Stretch | null {
	let latest: Stretch | null = null;
	for (const period of periods)
		if (covers(period, day, knowledge) && (latest === null || period.from > latest.from)) latest = period;
	return latest;
}

export interface Run {
	from: CalendarDate;
	to: CalendarDate | null;
}

/** The known periods that cover at least one day, those that touch or overlap joined, in order of time. */
export function runs(periods: readonly Period[], knowledge: Knowledge): Run[] {
	const known: Run[] = [];
	for (const period of periods) {
		if (!isKnown(period, period.from, knowledge)) continue;
		const to = knownEnd(period.to, period.endRecordedOn, knowledge);
		if (to === null || period.from < to) known.push({ from: period.from, to });
	}
	return joined(known);
}

/** The stretches in order of time, those that touch or overlap joined. */
export function joined(stretches: readonly Run[]): Run[] {
	if (stretches.length < 2) return [...stretches];
	const inOrder = stretches.map((stretch) => ({ ...stretch }));
	inOrder.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
	const whole: Run[] = [];
	for (const run of inOrder) {
		const last = whole.at(-1);
		if (last && (last.to === null || run.from <= last.to)) {
			if (last.to !== null && (run.to === null || run.to > last.to)) last.to = run.to;
		} else whole.push(run);
	}
	return whole;
}

/** The first day of the unbroken run of known periods that covers `day`; null where none does. */
export function runSince(
	periods: readonly Period[],
	day: CalendarDate,
	knowledge: Knowledge
): CalendarDate | null {
	const [only] = periods;
	if (only && periods.length === 1) return covers(only, day, knowledge) ? only.from : null;
	return runCovering(periods, day, knowledge)?.from ?? null;
}

/** The joined run of periods that covers `day`, else null. */
export function runCovering(periods: readonly Period[], day: CalendarDate, knowledge: Knowledge): Run | null {
	if (!periods.some((period) => covers(period, day, knowledge))) return null;
	return runs(periods, knowledge).find((run) => run.from <= day && (run.to === null || day < run.to)) ?? null;
}
