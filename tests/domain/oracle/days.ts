/** Days since 1970-01-01. */
export type Day = number;

const MILLISECONDS = 86_400_000;

export function dayFrom(text: string): Day {
	const [year, month, day] = text.split('-').map(Number) as [number, number, number];
	return Date.UTC(year, month - 1, day) / MILLISECONDS;
}

export function textOf(day: Day): string {
	return new Date(day * MILLISECONDS).toISOString().slice(0, 10);
}

function civil(day: Day): { year: number; month: number; date: number } {
	const instant = new Date(day * MILLISECONDS);
	return { year: instant.getUTCFullYear(), month: instant.getUTCMonth() + 1, date: instant.getUTCDate() };
}

function civilDay(year: number, month: number, date: number): Day {
	return Date.UTC(year, month - 1, date) / MILLISECONDS;
}

/** 0 is Sunday, 6 is Saturday; 1970-01-01 was a Thursday. */
function weekdayOf(day: Day): number {
	return (((day + 4) % 7) + 7) % 7;
}

/** The same date `months` later, or the last day of that month where it has no such date. */
export function monthsAfter(day: Day, months: number): Day {
	const { year, month, date } = civil(day);
	for (let candidate = date; ; candidate--) {
		const found = civilDay(year, month + months, candidate);
		if (civil(found).date === candidate) return found;
	}
}

/** Easter Sunday by the anonymous Gregorian computus. */
function easterSunday(year: number): Day {
	const a = year % 19;
	const b = Math.floor(year / 100);
	const c = year % 100;
	const d = Math.floor(b / 4);
	const e = b % 4;
	const f = Math.floor((b + 8) / 25);
	const g = Math.floor((b - f + 1) / 3);
	const h = (19 * a + b - d - g + 15) % 30;
	const i = Math.floor(c / 4);
	const k = c % 4;
	const l = (32 + 2 * e + 2 * i - h - k) % 7;
	const m = Math.floor((a + 11 * h + 22 * l) / 451);
	const sum = h + l - 7 * m + 114;
	return civilDay(year, Math.floor(sum / 31), (sum % 31) + 1);
}

function mondayOnOrAfter(day: Day): Day {
	let found = day;
	while (weekdayOf(found) !== 1) found++;
	return found;
}

/** A holiday at a weekend is kept on the next weekday that is not one itself. */
function substituted(day: Day, taken: readonly Day[]): Day {
	let found = day;
	while (weekdayOf(found) === 0 || weekdayOf(found) === 6 || taken.includes(found)) found++;
	return found;
}

/** The published years: GOV.UK, bank holidays in England and Wales. */
const PUBLISHED = { first: 2019, last: 2028 };

/** Made from the Banking and Financial Dealings Act 1971 and the royal proclamations of those years. */
export function bankHolidaysOf(year: number): Day[] {
	if (year < PUBLISHED.first || year > PUBLISHED.last) return [];
	const easter = easterSunday(year);
	const newYear = substituted(civilDay(year, 1, 1), []);
	const christmas = civilDay(year, 12, 25);
	const boxing = civilDay(year, 12, 26);
	const christmasAtWeekend = weekdayOf(christmas) === 0 || weekdayOf(christmas) === 6;
	const boxingKept = substituted(boxing, christmasAtWeekend ? [] : [christmas]);
	const christmasKept = substituted(christmas, [boxingKept]);
	const holidays = [
		newYear,
		easter - 2,
		easter + 1,
		year === 2020 ? civilDay(2020, 5, 8) : mondayOnOrAfter(civilDay(year, 5, 1)),
		year === 2022 ? civilDay(2022, 6, 2) : mondayOnOrAfter(civilDay(year, 5, 25)),
		mondayOnOrAfter(civilDay(year, 8, 25)),
		christmasKept,
		boxingKept
	];
	if (year === 2022) holidays.push(civilDay(2022, 6, 3), civilDay(2022, 9, 19));
	if (year === 2023) holidays.push(civilDay(2023, 5, 8));
	return holidays;
}

const holidays = new Set<Day>();
for (let year = PUBLISHED.first; year <= PUBLISHED.last; year++)
	for (const day of bankHolidaysOf(year)) holidays.add(day);

export function isWorking(day: Day): boolean {
	const weekday = weekdayOf(day);
	return weekday !== 0 && weekday !== 6 && !holidays.has(day);
}

export function workingDaysAfter(day: Day, count: number): Day {
	let found = day;
	for (let counted = 0; counted < count;) if (isWorking(++found)) counted++;
	return found;
}
