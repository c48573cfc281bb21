import type { View } from './authority.ts';
import { dayInWords, type CalendarDate } from './calendar.ts';
import { inPostOn, isCurrent, type Person } from './people.ts';
import { coursesNeeded, coursesNeededByEach } from './training.ts';

/** Courses that what people hold requires of them, and those of them that are current (M17). */
export interface TrainingCurrency {
	needed: number;
	current: number;
}

/**
 * What is required and current on the view's day, by the team of the posting, of those in post among some people, null:
 * among all; `each`: told of each.
 */
export function trainingCurrency(
	view: View,
	of: readonly Person[] | null = null,
	each?: (person: TrainingCurrency & { practitionerId: string; teamId: string }) => void
): Map<string, TrainingCurrency> {
	return currencyOf(
		of ?? view.authority.people.values(),
		view,
		(person) => coursesNeeded(person, view),
		each
	);
}

/** The same of everybody, where nothing else is asked of the view. */
export function currencyOfAll(view: View): Map<string, TrainingCurrency> {
	return currencyOf(view.authority.people.values(), view, coursesNeededByEach(view));
}

function currencyOf(
	people: Iterable<Person>,
	view: View,
	neededBy: (person: Person) => ReadonlySet<string>,
	each?: (person: TrainingCurrency & { practitionerId: string; teamId: string }) => void
): Map<string, TrainingCurrency> {
	const { on: day } = view.knowledge;
	const byTeam = new Map<string, TrainingCurrency>();
	for (const person of people) {
		const posting = inPostOn(person, day, view.knowledge);
		const courses = posting && neededBy(person);
		if (!courses || courses.size === 0) continue;
		const { practitionerId } = person;
		const { teamId } = posting;
		const sum = byTeam.get(teamId) ?? { needed: 0, current: 0 };
		const needed = courses.size;
		const current = [...courses].filter((course) => isCurrent(person, course, day, view.knowledge)).length;
		sum.needed += needed;
		sum.current += current;
		each?.({ practitionerId, teamId, needed, current });
		byTeam.set(teamId, sum);
	}
	return byTeam;
}

/** Per cent, rounded; null: nothing is required, which is neither good nor bad. */
export function currencyPercent(currency: TrainingCurrency | null): number | null {
	return currency === null || currency.needed === 0
		? null
		: Math.round((currency.current / currency.needed) * 100);
}

/** How it went from the first day on which something was required to the last, and the lowest between. */
export function currencyChangeInWords(
	points: readonly { on: CalendarDate; currency: TrainingCurrency | null }[]
): string {
	const known = points.filter(({ currency }) => currencyPercent(currency) !== null);
	const [first, last] = [known[0], known.at(-1)];
	if (!first || !last) return 'nothing was required';
	const [before, after] = [percentOf(first), percentOf(last)];
	if (first === last) return `${after} % on ${dayInWords(last.on)}`;
	const points100 = Math.abs(after - before);
	const change =
		points100 === 0
			? `${after} %, as much as on ${dayInWords(first.on)}`
			: `from ${before} % to ${after} %, ${points100} ${points100 === 1 ? 'point' : 'points'} ${after > before ? 'more' : 'less'} since ${dayInWords(first.on)}`;
	const lowest = known.reduce((low, point) => (percentOf(point) < percentOf(low) ? point : low));
	return percentOf(lowest) < Math.min(before, after)
		? `${change}; lowest ${percentOf(lowest)} % on ${dayInWords(lowest.on)}`
		: change;
}

function percentOf({ currency }: { currency: TrainingCurrency | null }): number {
	return currencyPercent(currency) ?? 0;
}
