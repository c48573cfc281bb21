import { dayInWords, isCalendarDate, type CalendarDate } from './calendar.ts';

/** The day a page was asked for, and in words why it could not be the one given. */
export interface AskedDay {
	on: CalendarDate;
	refused: string | null;
}

/** Reads the as-at day of an address: today where none was given, and where the one given cannot be. */
export function askedDay(given: string | null, today: CalendarDate): AskedDay {
	if (given === null || given === '') return { on: today, refused: null };
	if (!isCalendarDate(given))
		return { on: today, refused: `“${given}” is not a day. This shows today; write a day as yyyy-mm-dd.` };
	if (given > today)
		return {
			on: today,
			refused: `${dayInWords(given)} has not happened yet. This shows today; choose today or an earlier day.`
		};
	return { on: given, refused: null };
}

/** Whether an id from an address can be one of ours: what is not is as absent as what does not exist. */
export function isId(text: string): boolean {
	return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
