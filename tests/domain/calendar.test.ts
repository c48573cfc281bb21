import { describe, expect, test } from 'vitest';
import {
	addDays,
	addMonths,
	addWorkingDays,
	after,
	daysBetween,
	distanceInWords,
	earliest,
	isCalendarDate,
	isWorkingDay,
	latest,
	monthEnd,
	monthsBetween,
	weekdayInWords,
	workingDaysBetween
} from '#lib/domain/calendar.ts';
import { bankHolidaysOf, dayFrom, isWorking, textOf, workingDaysAfter } from './oracle/days.ts';

describe('working days', () => {
	test('run from Monday to Friday', () => {
		expect(isWorkingDay('2026-11-20')).toBe(true);
		expect(isWorkingDay('2026-11-21')).toBe(false);
		expect(isWorkingDay('2026-11-22')).toBe(false);
		expect(isWorkingDay('2026-11-23')).toBe(true);
	});

	test('leave out Good Friday and Easter Monday', () => {
		expect(addWorkingDays('2026-04-02', 1)).toBe('2026-04-07');
		expect(addWorkingDays('2026-04-02', 5)).toBe('2026-04-13');
	});

	test('leave out the days kept instead of Christmas holidays at a weekend', () => {
		expect(isWorkingDay('2026-12-28')).toBe(false);
		expect(addWorkingDays('2026-12-24', 1)).toBe('2026-12-29');
		expect(addWorkingDays('2021-12-24', 1)).toBe('2021-12-29');
	});

	test('leave out the holidays of a single year: 2020, 2022 and 2023', () => {
		expect(isWorkingDay('2020-05-04')).toBe(true);
		expect(isWorkingDay('2020-05-08')).toBe(false);
		expect(isWorkingDay('2022-05-30')).toBe(true);
		expect(isWorkingDay('2022-09-19')).toBe(false);
		expect(isWorkingDay('2023-05-08')).toBe(false);
	});

	test('know no bank holidays outside the published years', () => {
		expect(isWorkingDay('2018-12-25')).toBe(true);
		expect(isWorkingDay('2029-12-25')).toBe(true);
		expect(isWorkingDay('2029-12-23')).toBe(false);
	});

	test('count the day itself as day 0, whether it is one or not', () => {
		expect(addWorkingDays('2026-11-20', 0)).toBe('2026-11-20');
		expect(addWorkingDays('2026-11-21', 0)).toBe('2026-11-21');
		expect(addWorkingDays('2026-11-20', 1)).toBe('2026-11-23');
		expect(addWorkingDays('2026-11-21', 1)).toBe('2026-11-23');
		expect(addWorkingDays('2026-11-22', 1)).toBe('2026-11-23');
	});

	test('between two days are those after the first up to and including the second', () => {
		expect(workingDaysBetween('2026-11-20', '2026-11-23')).toBe(1);
		expect(workingDaysBetween('2026-11-20', '2026-11-22')).toBe(0);
		expect(workingDaysBetween('2026-04-02', '2026-04-07')).toBe(1);
		expect(workingDaysBetween('2026-11-23', '2026-11-20')).toBe(0);
	});

	test('agree with a count day by day over every published year', () => {
		const differing: string[] = [];
		for (let day = dayFrom('2018-12-01'); day <= dayFrom('2029-01-31'); day++) {
			const text = textOf(day);
			if (isWorkingDay(text) !== isWorking(day)) differing.push(text);
			if (addWorkingDays(text, 5) !== textOf(workingDaysAfter(day, 5))) differing.push(`${text} + 5`);
		}
		expect(differing).toEqual([]);
		expect(bankHolidaysOf(2026)).toHaveLength(8);
		expect(bankHolidaysOf(2022)).toHaveLength(10);
	});
});

describe('calendar days', () => {
	test('cross the clock changes and the leap day one by one', () => {
		expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
		expect(addDays('2026-10-24', 2)).toBe('2026-10-26');
		expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
		expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
		expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
		expect(daysBetween('2026-03-01', '2026-02-28')).toBe(-1);
	});

	test('are only those that exist', () => {
		expect(isCalendarDate('2024-02-29')).toBe(true);
		expect(isCalendarDate('2026-02-29')).toBe(false);
		expect(isCalendarDate('2026-13-01')).toBe(false);
		expect(isCalendarDate('2026-4-01')).toBe(false);
		expect(isCalendarDate('')).toBe(false);
		expect(() => addDays('2026-02-30', 1)).toThrow(RangeError);
	});
});

describe('calendar months', () => {
	test('clamp to the end of the month', () => {
		expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
		expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
		expect(addMonths('2026-03-31', 1)).toBe('2026-04-30');
		expect(addMonths('2024-02-29', 24)).toBe('2026-02-28');
		expect(addMonths('2024-02-29', 48)).toBe('2028-02-29');
	});

	test('go back over the turn of the year', () => {
		expect(addMonths('2026-01-15', -1)).toBe('2025-12-15');
		expect(addMonths('2026-03-31', -13)).toBe('2025-02-28');
		expect(addMonths('2026-12-31', 2)).toBe('2027-02-28');
	});

	test('between two days are counted as they are added', () => {
		expect(monthsBetween('2026-01-31', '2026-02-27')).toBe(0);
		expect(monthsBetween('2026-01-31', '2026-02-28')).toBe(1);
		expect(monthsBetween('2024-11-20', '2026-11-19')).toBe(23);
		expect(monthsBetween('2024-11-20', '2026-11-20')).toBe(24);
		expect(monthsBetween('2026-11-20', '2024-11-20')).toBe(0);
	});

	test('end on their last day', () => {
		expect(monthEnd('2024-02-03')).toBe('2024-02-29');
		expect(monthEnd('2026-11-30')).toBe('2026-11-30');
	});
});

test('a limit is met up to the day on which it falls', () => {
	expect(after('2026-11-20', { count: 1, unit: 'wd' })).toBe('2026-11-23');
	expect(after('2026-11-20', { count: 1, unit: 'd' })).toBe('2026-11-21');
	expect(after('2026-10-31', { count: 1, unit: 'months' })).toBe('2026-11-30');
});

test('the earliest and the latest of no days are no day', () => {
	expect(earliest([])).toBeNull();
	expect(latest([null])).toBeNull();
	expect(earliest(['2026-11-20', '2026-11-19'])).toBe('2026-11-19');
	expect(latest([null, '2026-11-19', '2026-11-20'])).toBe('2026-11-20');
});

test('a day reads as people say it', () => {
	expect(weekdayInWords('2026-11-20')).toBe('Fri 20 Nov 2026');
	expect(distanceInWords('2026-11-20', '2026-11-20')).toBe('today');
	expect(distanceInWords('2026-11-19', '2026-11-20')).toBe('yesterday');
	expect(distanceInWords('2026-11-08', '2026-11-20')).toBe('12 days ago');
	expect(distanceInWords('2026-11-23', '2026-11-20')).toBe('in 3 days');
});
