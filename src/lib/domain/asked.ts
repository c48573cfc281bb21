import { addDays, dayInWords, isCalendarDate, type CalendarDate } from './calendar.ts';
import { dayTyped } from './typed-day.ts';

/** The day a page was asked for, and in words why it could not be the one given. */
export interface AskedDay {
	on: CalendarDate;
	refused: string | null;
}

/** How far ahead a page can look at what is already known: starts, ends, leave, the next version of the policy. */
export const DAYS_AHEAD = 28;

/**
 * Reads the as-at day of an address: today where none was given, and where the one given cannot be. A page that looks
 * ahead takes days up to its last; of such a day it says what will stand if nothing more is recorded.
 */
export function askedDay(
	given: string | null,
	today: CalendarDate,
	daysAhead: 0 | typeof DAYS_AHEAD = 0
): AskedDay {
	if (given === null || given === '') return { on: today, refused: null };
	if (!isCalendarDate(given))
		return { on: today, refused: `“${given}” is not a day. This shows today; write a day as yyyy-mm-dd.` };
	const last = addDays(today, daysAhead);
	if (given > last)
		return {
			on: today,
			refused:
				daysAhead === 0
					? `${dayInWords(given)} has not happened yet. This shows today; choose today or an earlier day.`
					: `${dayInWords(given)} is too far ahead. This shows today; choose a day up to ${dayInWords(last)}.`
		};
	return { on: given, refused: null };
}

/** Whether an id from an address can be one of ours: what is not is as absent as what does not exist. */
export function isId(text: string): boolean {
	return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/**
 * The day given in a field as `yyyy-mm-dd`: the quick choice where one was taken, else what was typed beside today. Empty
 * where nothing was, and as it was typed where that is no day.
 */
export function dayGiven(text: (field: string) => string, name: string, today: CalendarDate): string {
	const choice = text(`${name}-choice`);
	if (choice !== '' && choice !== 'other') return choice;
	const typed = text(name).trim();
	return dayTyped(typed, today) ?? typed;
}
