import { askedDay } from '#lib/domain/asked.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { WEEK_MEASURES } from '#lib/domain/weeks.ts';
import { weekSortFrom } from '#lib/server/work/weeks.ts';

/** What an address asks of the weeks of a team: by what, sorted how, and up to which day. */
export function weeksAsked(searchParams: URLSearchParams, today: CalendarDate) {
	const { on, refused } = askedDay(searchParams.get('as-at'), today);
	const measure = WEEK_MEASURES.find((each) => each === searchParams.get('by')) ?? 'load';
	return { on, refused, measure, sort: weekSortFrom(searchParams.get('sort'), on) };
}
