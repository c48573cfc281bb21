import type { SentenceOfPlan } from './absence-words.ts';
import { isWithinCapacity } from './allocation-order.ts';
import { dayInWords, weekdayInWords, type CalendarDate } from './calendar.ts';
import { loadInWords } from './case-words.ts';
import type { Reduction } from './people.ts';
import type { ReductionChange, ReductionEnding, ReductionPlan, ReductionProblem } from './reduction-plan.ts';
import { capital, type Names } from './wording.ts';

/** "20 % less from 23 Nov 2026 until 1 Feb 2027: training" */
export function reductionInWords(
	{ share, reason, from, to }: Pick<Reduction, 'share' | 'reason' | 'from' | 'to'>,
	saysWhy = true
): string {
	const until = to === null ? '' : ` until ${dayInWords(to)}`;
	return `${percentOf(share)} less from ${dayInWords(from)}${until}${reason && saysWhy ? `: ${reason}` : ''}`;
}

/** A share of capacity as it is told: 0.125 is "12.5 %". */
export function percentOf(share: number): string {
	return `${Math.round(share * 1000) / 10} %`;
}

/** What a reduction does, a sentence for each day that tells; `grave` where somebody would have too much. */
export function reductionPlanInWords(
	{ loads }: ReductionPlan,
	{ after }: ReductionChange,
	today: CalendarDate
): SentenceOfPlan[] {
	const said: SentenceOfPlan[] = [];
	for (const { on, before, after: then } of loads) {
		const same = before.capacity.points === then.capacity.points;
		if (same && on !== after?.to) continue;
		const day = on === today ? 'Today' : `On ${weekdayInWords(on)}`;
		const ends = on === after?.to ? ', when the reduction has ended by itself' : '';
		const was = same ? '' : `; without this, ${loadInWords(before)}`;
		said.push({
			words: `${day}${ends}: capacity of ${pointsOf(then.capacity.points)}, ${loadInWords(then)}${was}.`,
			grave: !same && !isWithinCapacity(then) && then.held.length > 0
		});
	}
	if (said.length === 0)
		said.push({ words: 'Capacity stays what it is on every day to come.', grave: false });
	return said;
}

function pointsOf(points: number): string {
	return points === 0 ? 'none' : `${Math.round(points * 100) / 100} points`;
}

export function reductionProblemInWords(problem: ReductionProblem): string {
	switch (problem.why) {
		case 'YEARS_OFF':
			return `${dayInWords(problem.on)} is more than two years away from today. Check the year.`;
		case 'ENDS_BEFORE_START':
			return `Full capacity is back on a day after the first, ${dayInWords(problem.from)}.`;
		case 'NOT_IN_POST':
			return `They are not in post on ${dayInWords(problem.on)}.`;
		case 'SAME':
			return `A reduction for that is recorded for some of these days: ${reductionInWords(problem.other)}. Change that one, or choose days outside it.`;
	}
}

/** The warning of the week before: what ends, what they carry then, and what to do about it. */
export function endingInWords(
	{ practitionerId, reduction, endsOn, now, then }: ReductionEnding,
	nameOf: Names
): string {
	const why = reduction.reason === null ? '' : ` (${reduction.reason})`;
	return `${capital(nameOf(practitionerId))}: the reduction of ${percentOf(reduction.share)}${why} ends by itself on ${weekdayInWords(endsOn)}. ${capital(loadInWords(now))} now; ${loadInWords(then)} from then. Change its end if it has to go on.`;
}
