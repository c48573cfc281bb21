import { isCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { WrongUsage } from './command.ts';

export const AS_AT_USAGE = `  --as-at DAY       as it stood on that day, yyyy-mm-dd, with what was known then (default: today)
  --hindsight       with what has been recorded since about days up to then`;

/** The day asked for on the command line, else today. Any day may be asked for. */
export function asAtFrom(given: string | undefined, today: CalendarDate): CalendarDate {
	if (given === undefined) return today;
	if (isCalendarDate(given)) return given;
	throw new WrongUsage(`--as-at takes a day as yyyy-mm-dd, not “${given}”.`);
}
