/** A calendar day in Europe/London, written `yyyy-mm-dd`; two of them compare as text. */
export type CalendarDate = string;

/** Bank holidays in England and Wales (GOV.UK bank holidays, Open Government Licence v3), month and day. */
const BANK_HOLIDAYS: Record<number, string> = {
	2019: '01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26',
	2020: '01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28',
	2021: '01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28',
	2022: '01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27',
	2023: '01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26',
	2024: '01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26',
	2025: '01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26',
	2026: '01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28',
	2027: '01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28',
	2028: '01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26'
};

/** The first and last year whose bank holidays are published; outside them only weekends count. */
export const BANK_HOLIDAY_YEARS = { first: 2019, last: 2028 } as const;

const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(1900, 0, 1) / DAY;
const LAST_DAY = Date.UTC(2200, 0, 1) / DAY;

const textOf = new Map<number, CalendarDate>();
const numberOf = new Map<CalendarDate, number>();

/** Days since 1970-01-01. Throws on text that is no day: input is checked with `isCalendarDate` first. */
export function dayNumber(day: CalendarDate): number {
	const known = numberOf.get(day);
	if (known !== undefined) return known;
	if (!isCalendarDate(day)) throw new RangeError(`not a calendar day: ${day}`);
	return remember(Date.parse(day) / DAY, day);
}

function dayOf(number: number): CalendarDate {
	const known = textOf.get(number);
	if (known !== undefined) return known;
	const day = new Date(number * DAY).toISOString().slice(0, 10);
	remember(number, day);
	return day;
}

function remember(number: number, day: CalendarDate): number {
	textOf.set(number, day);
	numberOf.set(day, number);
	return number;
}

/** Whether the text is a day that exists, written `yyyy-mm-dd`. */
export function isCalendarDate(text: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const instant = Date.parse(text);
	return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

export function addDays(day: CalendarDate, days: number): CalendarDate {
	return dayOf(dayNumber(day) + days);
}

/** Calendar days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
	return dayNumber(to) - dayNumber(from);
}

const monthsLater = new Map<number, Map<CalendarDate, CalendarDate>>();

/** The same day of the month, `months` later or (negative) earlier, clamped to the month's end. */
export function addMonths(day: CalendarDate, months: number): CalendarDate {
	let later = monthsLater.get(months);
	if (!later) monthsLater.set(months, (later = new Map<CalendarDate, CalendarDate>()));
	let found = later.get(day);
	if (found === undefined) later.set(day, (found = workedOutMonths(day, months)));
	return found;
}

function workedOutMonths(day: CalendarDate, months: number): CalendarDate {
	const [year, month, dayOfMonth] = parts(day);
	const target = year * 12 + (month - 1) + months;
	const targetYear = Math.floor(target / 12);
	const targetMonth = (target % 12) + 1;
	const clamped = Math.min(dayOfMonth, daysInMonth(targetYear, targetMonth));
	return `${pad(targetYear, 4)}-${pad(targetMonth, 2)}-${pad(clamped, 2)}`;
}

/** Whole calendar months from `from` to `to`, as `addMonths` counts them. Zero when `to` is not after `from`. */
export function monthsBetween(from: CalendarDate, to: CalendarDate): number {
	const [fromYear, fromMonth] = parts(from);
	const [toYear, toMonth] = parts(to);
	const months = (toYear - fromYear) * 12 + (toMonth - fromMonth);
	return Math.max(0, addMonths(from, months) <= to ? months : months - 1);
}

function parts(day: CalendarDate): [year: number, month: number, dayOfMonth: number] {
	return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
}

function daysInMonth(year: number, month: number): number {
	return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function pad(number: number, width: number): string {
	return String(number).padStart(width, '0');
}

/** The last day of the month of `day`. */
export function monthEnd(day: CalendarDate): CalendarDate {
	const [year, month] = parts(day);
	return `${day.slice(0, 7)}-${pad(daysInMonth(year, month), 2)}`;
}

/** "2026-11": the month of the one day, and each that follows, up to that of the other. */
export function monthsTouched(from: CalendarDate, to: CalendarDate): string[] {
	const months: string[] = [];
	for (let day = `${from.slice(0, 7)}-01`; day.slice(0, 7) <= to.slice(0, 7); day = addMonths(day, 1))
		months.push(day.slice(0, 7));
	return months;
}

/** Monday to Friday, less the bank holidays of England and Wales. */
export function isWorkingDay(day: CalendarDate): boolean {
	return isWorkingDayNumber(dayNumber(day));
}

function isWorkingDayNumber(number: number): boolean {
	const weekday = (((number + 4) % 7) + 7) % 7;
	if (weekday === 0 || weekday === 6) return false;
	const day = dayOf(number);
	return !BANK_HOLIDAYS[Number(day.slice(0, 4))]?.includes(day.slice(5));
}

let workingDays: { dayNumbers: Int32Array; countUpTo: Int32Array } | undefined;

function workingDayTable() {
	if (workingDays) return workingDays;
	const dayNumbers: number[] = [];
	const countUpTo = new Int32Array(LAST_DAY - FIRST_DAY);
	for (let number = FIRST_DAY; number < LAST_DAY; number++) {
		const weekday = (((number + 4) % 7) + 7) % 7;
		const year = Math.floor(number / 365.2425) + 1970;
		const nearPublished = year >= BANK_HOLIDAY_YEARS.first - 1 && year <= BANK_HOLIDAY_YEARS.last + 1;
		const working = nearPublished ? isWorkingDayNumber(number) : weekday !== 0 && weekday !== 6;
		if (working) dayNumbers.push(number);
		countUpTo[number - FIRST_DAY] = dayNumbers.length;
	}
	workingDays = { dayNumbers: Int32Array.from(dayNumbers), countUpTo };
	return workingDays;
}

/** The `count`th working day after `day`, which itself is day 0 whether it is a working day or not. */
export function addWorkingDays(day: CalendarDate, count: number): CalendarDate {
	if (count === 0) return day;
	const { dayNumbers, countUpTo } = workingDayTable();
	const before = countUpTo[dayNumber(day) - FIRST_DAY];
	const found = before === undefined ? undefined : dayNumbers[before + count - 1];
	if (found === undefined) throw new RangeError(`working days are counted from 1900 to 2199: ${day}`);
	return dayOf(found);
}

/** Working days after `from` up to and including `to`; 0 when `to` is not after `from`. */
export function workingDaysBetween(from: CalendarDate, to: CalendarDate): number {
	const { countUpTo } = workingDayTable();
	const first = countUpTo[dayNumber(from) - FIRST_DAY];
	const last = countUpTo[dayNumber(to) - FIRST_DAY];
	if (first === undefined || last === undefined)
		throw new RangeError(`working days are counted from 1900 to 2199: ${from}, ${to}`);
	return Math.max(0, last - first);
}

/** A length in working days (`wd`), calendar days (`d`) or calendar months (`months`). */
export interface Length {
	count: number;
	unit: 'wd' | 'd' | 'months';
}

/** The last day on which a limit of this length that starts on `day` is still met. */
export function after(day: CalendarDate, length: Length): CalendarDate {
	if (length.unit === 'wd') return addWorkingDays(day, length.count);
	if (length.unit === 'd') return addDays(day, length.count);
	return addMonths(day, length.count);
}

export function earliest(days: readonly CalendarDate[]): CalendarDate | null {
	return days.reduce<CalendarDate | null>(
		(first, day) => (first === null || day < first ? day : first),
		null
	);
}

export function latest(days: readonly (CalendarDate | null)[]): CalendarDate | null {
	return days.reduce<CalendarDate | null>(
		(last, day) => (day !== null && (last === null || day > last) ? day : last),
		null
	);
}

/** The later of two days; null: there is neither. */
export function later(one: CalendarDate | null, other: CalendarDate | null): CalendarDate | null {
	return one === null || (other !== null && other > one) ? other : one;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "10 Nov 2026" */
export function dayInWords(day: CalendarDate): string {
	const [year, month, dayOfMonth] = parts(day);
	return `${dayOfMonth} ${MONTHS[month - 1]} ${year}`;
}

/** 0 is Sunday, 6 is Saturday. */
export function weekdayOf(day: CalendarDate): number {
	return (((dayNumber(day) + 4) % 7) + 7) % 7;
}

/** "Fri 20 Nov 2026" */
export function weekdayInWords(day: CalendarDate): string {
	return `${WEEKDAYS[weekdayOf(day)]} ${dayInWords(day)}`;
}

/** "today", "yesterday", "12 days ago", "in 3 days" */
export function distanceInWords(day: CalendarDate, today: CalendarDate): string {
	const days = daysBetween(day, today);
	if (days === 0) return 'today';
	if (days === 1) return 'yesterday';
	if (days === -1) return 'tomorrow';
	return days > 0 ? `${days} days ago` : `in ${-days} days`;
}

/** "3 weeks old", "5 months old", "7 years old"; "not yet born" before the birth. */
export function ageInWords(bornOn: CalendarDate, day: CalendarDate): string {
	if (day < bornOn) return 'not yet born';
	const months = monthsBetween(bornOn, day);
	if (months >= 24) return `${Math.floor(months / 12)} years old`;
	if (months >= 3) return `${months} months old`;
	const weeks = Math.floor(daysBetween(bornOn, day) / 7);
	return weeks === 1 ? '1 week old' : `${weeks} weeks old`;
}
