import { expect, test } from 'vitest';
import { dayAsTyped, dayTyped } from '#lib/domain/typed-day.ts';

/** A Friday. */
const TODAY = '2026-11-20';

test.each([
	['3 mar 2026', '2026-03-03'],
	['3 Mar', '2027-03-03'],
	['3 june', '2026-06-03'],
	['30 sept', '2026-09-30'],
	['mar 3', '2027-03-03'],
	['3rd March, 2026', '2026-03-03'],
	['Fri 20 Nov 2026', '2026-11-20'],
	['3/3/2026', '2026-03-03'],
	['03.03.26', '2026-03-03'],
	['3-12', '2026-12-03'],
	['3/12/62', '1962-12-03'],
	['3/12/36', '2036-12-03'],
	['3/12/37', '1937-12-03'],
	['29 2 2028', '2028-02-29'],
	['29 feb', undefined],
	['2026-03-03', '2026-03-03'],
	['  today ', '2026-11-20'],
	['Tomorrow', '2026-11-21'],
	['yesterday', '2026-11-19'],
	['monday', '2026-11-23'],
	['fri', '2026-11-20'],
	['next friday', '2026-11-27'],
	['last friday', '2026-11-13'],
	['last mon', '2026-11-16'],
	['in 2 weeks', '2026-12-04'],
	['10 days ago', '2026-11-10'],
	['in 3 months', '2027-02-20'],
	['', null],
	['   ', null]
])('“%s” typed on Friday 20 November 2026 is %s', (text, day) => {
	expect(dayTyped(text, TODAY)).toBe(day);
});

test.each([
	'31 feb 2026',
	'29/2/2027',
	'3',
	'mar',
	'2026',
	'3 nvo',
	'32/1/2026',
	'3/13/2026',
	'0/0/2026',
	'3 mar 026',
	'20261120',
	'2026-02-31',
	'in 3 days ago',
	'3 days',
	'next',
	'next year',
	'1e3/2/2026',
	'3 mar 2026 at noon',
	'-1/2/2026'
])('“%s” is no day', (text) => {
	expect(dayTyped(text, TODAY)).toBeUndefined();
});

test('on a leap day the same day is typed for every leap year, and shown as it can be typed', () => {
	expect(dayTyped('29 feb', '2028-02-29')).toBe('2028-02-29');
	expect(dayTyped('29 feb', '2027-12-31')).toBe('2028-02-29');
	expect(dayTyped('29 feb 24', '2028-02-29')).toBe('2024-02-29');
	expect(dayTyped(dayAsTyped('2024-02-29'), TODAY)).toBe('2024-02-29');
	expect(dayAsTyped(null)).toBe('');
});
