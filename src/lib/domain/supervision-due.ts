import { viewOf, type View } from './authority.ts';
import { addDays, type CalendarDate } from './calendar.ts';
import { isSupervised, supervisionOf } from './rules-about-practitioners.ts';
import { supervisionStanding } from './heatmap.ts';
import type { Standing } from './oversight.ts';
import { inPostOn, type Person } from './people.ts';
import type { SupervisionClock } from './supervision.ts';

/** When somebody's next supervision is due, and how it was kept to this quarter. */
export interface SupervisionDue {
	practitionerId: string;
	clock: SupervisionClock;
	standing: Standing;
	/** Days of the calendar quarter so far on which supervision was not overdue, in per cent, as was known each day. */
	onTimePercent: number | null;
}

/** Null: not supervised (a director, or outside practice), not in post, or before observed-from. */
export function supervisionDue(person: Person, view: View): SupervisionDue | null {
	const { on: day } = view.knowledge;
	const posting = inPostOn(person, day, view.knowledge);
	const clock = posting && isSupervised(posting) ? supervisionOf(person, view) : null;
	if (!clock) return null;
	return {
		practitionerId: person.practitionerId,
		clock,
		standing: supervisionStanding(clock, day),
		onTimePercent: onTimePercent(person, view)
	};
}

function onTimePercent(person: Person, { authority, knowledge }: View): number | null {
	let days = 0;
	let onTime = 0;
	for (let day = quarterStart(knowledge.on); day <= knowledge.on; day = addDays(day, 1)) {
		const then = viewOf(authority, day, knowledge.hindsight);
		const posting = inPostOn(person, day, then.knowledge);
		const clock = posting && isSupervised(posting) ? supervisionOf(person, then) : null;
		if (!clock) continue;
		days += 1;
		if (day <= clock.dueOn) onTime += 1;
	}
	return days === 0 ? null : Math.round((100 * onTime) / days);
}

/** The first day of the calendar quarter. */
export function quarterStart(day: CalendarDate): CalendarDate {
	const month = Number(day.slice(5, 7));
	const first = month - ((month - 1) % 3);
	return `${day.slice(0, 5)}${String(first).padStart(2, '0')}-01`;
}

/** Overdue first, then by the day it is due. */
export function dueFirst(list: readonly SupervisionDue[]): SupervisionDue[] {
	return [...list].sort((a, b) =>
		a.clock.dueOn < b.clock.dueOn
			? -1
			: a.clock.dueOn > b.clock.dueOn
				? 1
				: a.practitionerId < b.practitionerId
					? -1
					: 1
	);
}
