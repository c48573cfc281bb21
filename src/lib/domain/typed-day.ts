import {
	addDays,
	addMonths,
	dayInWords,
	daysBetween,
	isCalendarDate,
	weekdayOf,
	type CalendarDate
} from './calendar.ts';

/** How days may be typed, for hints and errors. */
export const DAY_EXAMPLES = '3 mar, 3/3/2026 or last friday';

const MONTHS = [
	'january',
	'february',
	'march',
	'april',
	'may',
	'june',
	'july',
	'august',
	'september',
	'october',
	'november',
	'december'
];
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Fewest letters of a month or a weekday that are taken for it. */
const LETTERS = 3;

/**
 * A day as people type it, the day first: "3 mar", "3/3/2026", "3 March 2026", "2026-03-03", "today", "last friday", "in 2
 * weeks". Without a year it is the one nearest to today; a weekday alone is the next one, today included. Null: nothing
 * was typed. Undefined: it is no day.
 */
export function dayTyped(text: string, today: CalendarDate): CalendarDate | null | undefined {
	const words = text
		.toLowerCase()
		.replaceAll(/[,.]/g, ' ')
		.replaceAll(/\b(\d{1,2})(st|nd|rd|th)\b/g, '$1')
		.trim()
		.split(/\s+/);
	if (words[0] === '') return null;
	const [only = ''] = words;
	if (words.length === 1 && isCalendarDate(only)) return only;
	return besideToday(words, today) ?? onTheCalendar(words, today);
}

function besideToday(words: readonly string[], today: CalendarDate): CalendarDate | undefined {
	const plain = { today: 0, tomorrow: 1, yesterday: -1 }[words.join(' ')];
	if (plain !== undefined) return addDays(today, plain);
	const which = words[0] === 'next' || words[0] === 'last' ? words[0] : 'coming';
	const weekday = words.length === (which === 'coming' ? 1 : 2) ? placeOf(words.at(-1), WEEKDAYS) : -1;
	if (weekday >= 0) {
		const ahead = (weekday - weekdayOf(today) + 7) % 7;
		if (which === 'last') return addDays(today, ahead === 0 ? -7 : ahead - 7);
		return addDays(today, which === 'next' && ahead === 0 ? 7 : ahead);
	}
	const [, ahead, count, unit, ago] =
		/^(in )?(\d{1,3}) (day|week|month)s?( ago)?$/.exec(words.join(' ')) ?? [];
	if (!count || (ahead === undefined) === (ago === undefined)) return undefined;
	const signed = ahead ? Number(count) : -Number(count);
	return unit === 'month' ? addMonths(today, signed) : addDays(today, signed * (unit === 'week' ? 7 : 1));
}

function onTheCalendar(words: readonly string[], today: CalendarDate): CalendarDate | undefined {
	const given = words.join(' ').split(/[\s/-]+/);
	const parts = placeOf(given[0], WEEKDAYS) >= 0 ? given.slice(1) : given;
	const named = parts.findIndex((part) => placeOf(part, MONTHS) >= 0);
	if (parts.length < 2 || parts.length > 3 || named > 1) return undefined;
	const [first = '', second = '', year] = named === 0 ? [parts[1], parts[0], parts[2]] : parts;
	const month = named === -1 ? Number(second) : placeOf(second, MONTHS) + 1;
	if (!/^\d{1,2}$/.test(first) || !Number.isInteger(month)) return undefined;
	const inYear = (of: number) => {
		const day = [of, month, first].map((part) => String(part).padStart(2, '0')).join('-');
		return isCalendarDate(day) ? day : undefined;
	};
	if (year !== undefined) return /^(\d\d){1,2}$/.test(year) ? inYear(fullYear(year, today)) : undefined;
	const years = [-1, 0, 1].flatMap((later) => inYear(Number(today.slice(0, 4)) + later) ?? []);
	const away = (day: CalendarDate) => Math.abs(daysBetween(today, day));
	return years.sort((one, other) => away(one) - away(other))[0];
}

/** Two digits are a year of this century up to ten years ahead, else of the last. */
function fullYear(year: string, today: CalendarDate): number {
	if (year.length === 4) return Number(year);
	const thisYear = Number(today.slice(0, 4));
	const century = thisYear - (thisYear % 100);
	const full = century + Number(year);
	return full > thisYear + 10 ? full - 100 : full;
}

function placeOf(word: string | undefined, names: readonly string[]): number {
	if (word === undefined || word.length < LETTERS) return -1;
	return names.findIndex((name) => name.startsWith(word) || (word === 'sept' && name === 'september'));
}

/** The error for what is no day: what was typed, and how days may be typed. */
export function noDay(text: string): string {
	return `“${text.trim()}” is not a day. Type it as ${DAY_EXAMPLES}.`;
}

/** What a field shows of a day that is kept: "3 Mar 2026", which is read as the same day. Empty: none. */
export function dayAsTyped(day: CalendarDate | null | undefined): string {
	return day ? dayInWords(day) : '';
}
