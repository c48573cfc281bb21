import { expect, test } from 'vitest';
import { awayAround, weeksAround } from '#lib/domain/away.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { absence, AISHA, asAt, given, kind, lead, MARYAM, openCase, TOMAS, type Change } from '../cast.ts';

/** A Friday. */
const TODAY: CalendarDate = '2026-11-20';

const around = (people: string[], changes: Change[], on = TODAY) =>
	awayAround(
		asAt(
			TODAY,
			given(
				openCase('ash', '2026-03-02'),
				kind('ash', 'child_protection', '2026-03-02'),
				lead('ash', TOMAS, '2026-03-02'),
				...changes
			)
		).authority,
		people,
		on,
		on < TODAY
	);

test('the calendar shows the two weeks before and the six after, from Monday', () => {
	expect(weeksAround(TODAY)).toEqual([
		'2026-11-02',
		'2026-11-09',
		'2026-11-16',
		'2026-11-23',
		'2026-11-30',
		'2026-12-07',
		'2026-12-14',
		'2026-12-21',
		'2026-12-28'
	]);
	expect(weeksAround('2026-11-16')[2]).toBe('2026-11-16');
	expect(weeksAround('2026-11-22')[2]).toBe('2026-11-16');
});

test('a week counts its working days away, and is whole where a bank holiday shortens it', () => {
	const [line] = around([TOMAS], [absence(TOMAS, '2026-12-16', '2026-12-30', { recordedOn: TODAY })]);
	expect(line?.weeks.slice(6)).toEqual([
		{ monday: '2026-12-14', days: 3, all: false },
		{ monday: '2026-12-21', days: 4, all: true },
		{ monday: '2026-12-28', days: 1, all: false }
	]);
});

test('a case has nobody from the day after the fifth working day until the return', () => {
	const [line] = around([TOMAS], [absence(TOMAS, '2026-11-23', '2026-12-07', { recordedOn: TODAY })]);
	expect(line?.gaps).toEqual([
		{
			subject: { kind: 'case', id: 'ash', reference: 'ash' },
			from: '2026-12-01',
			until: '2026-12-07',
			severity: 'critical'
		}
	]);
	const covered = absence(TOMAS, '2026-11-23', null, { coverId: AISHA });
	expect(around([TOMAS], [covered])[0]?.gaps).toEqual([]);
});

test('supervisees without anybody are gaps of their supervisor', () => {
	const [line] = around([MARYAM], [absence(MARYAM, '2026-11-02')]);
	expect(line?.gaps).toContainEqual({
		subject: { kind: 'practitioner', id: TOMAS },
		from: '2026-11-10',
		until: null,
		severity: 'high'
	});
});

test('an earlier day shows what was recorded by then', () => {
	const later = absence(TOMAS, '2026-11-23', null, { recordedOn: '2026-11-18' });
	const ended = absence(AISHA, '2026-11-02', '2026-11-30', {
		recordedOn: '2026-11-02',
		endRecordedOn: TODAY
	});
	const seen = (on: CalendarDate) =>
		around([TOMAS, AISHA], [later, ended], on).map(({ practitionerId, absence: { to } }) => [
			practitionerId,
			to
		]);
	expect(seen(TODAY)).toEqual([
		[TOMAS, null],
		[AISHA, '2026-11-30']
	]);
	expect(seen('2026-11-17')).toEqual([[AISHA, null]]);
});
