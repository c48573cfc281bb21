import { expect, test } from 'vitest';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import {
	clashingWith,
	dayOfTwo,
	dayProblemInWords,
	mayBook,
	plannedInWords,
	timeTyped
} from '#lib/domain/supervision-plan.ts';
import { MOST_PROPOSED, proposeSeries, type SeriesWanted } from '#lib/domain/supervision-series.ts';
import {
	absence,
	asAt,
	BEN,
	DIANA,
	flagsOn,
	given,
	MARYAM,
	OWEN,
	person,
	posting,
	RUTH,
	supervision,
	TOMAS,
	type Change
} from '../cast.ts';

const TODAY = '2026-09-20';

function series(wanted: Partial<SeriesWanted> & { from: CalendarDate }, ...changes: Change[]) {
	const { authority } = asAt(TODAY, given(...changes));
	return proposeSeries(authority, {
		superviseeId: TOMAS,
		until: '2027-12-31',
		keepWeekday: false,
		booked: [],
		...wanted
	});
}

const days = (...asked: Parameters<typeof series>) => series(...asked).map(({ on }) => on);

test('a series follows the stage: weekly to the 42nd day, then fortnightly to six months, then monthly', () => {
	expect(days({ superviseeId: BEN, from: '2026-09-28', until: '2027-05-01' })).toEqual([
		'2026-09-28',
		'2026-10-05',
		'2026-10-19',
		'2026-11-02',
		'2026-11-16',
		'2026-11-30',
		'2026-12-14',
		'2026-12-24',
		'2027-01-07',
		'2027-01-21',
		'2027-02-04',
		'2027-02-18',
		'2027-03-18',
		'2027-04-16'
	]);
});

test('the DfE profile keeps a fortnight throughout the stage', () => {
	const policies = [{ ...DEFAULT_POLICY, supervision: { profile: 'DfE' as const } }];
	const { authority } = asAt(TODAY, given(), { policies });
	const wanted = {
		superviseeId: BEN,
		from: '2026-09-28',
		until: '2026-11-20',
		keepWeekday: false,
		booked: []
	};
	expect(proposeSeries(authority, wanted).map(({ on }) => on)).toEqual([
		'2026-09-28',
		'2026-10-12',
		'2026-10-26',
		'2026-11-09'
	]);
});

test('months clamp to the end of the month, leap day included, and go on from there', () => {
	expect(days({ from: '2028-01-31', until: '2028-06-30' })).toEqual([
		'2028-01-31',
		'2028-02-29',
		'2028-03-29',
		'2028-04-28',
		'2028-05-26',
		'2028-06-26'
	]);
});

test('a weekend and a bank holiday move a session to the working day before, and say why', () => {
	const [, christmas] = series({ superviseeId: BEN, from: '2026-12-14', until: '2026-12-31' });
	expect(christmas).toMatchObject({
		on: '2026-12-24',
		wantedOn: '2026-12-28',
		moved: [{ code: 'BANK_HOLIDAY' }],
		daysLate: 0
	});
});

test('the weekday of the first is kept where that is in time', () => {
	const kept = days({ from: '2026-11-03', until: '2027-02-28', keepWeekday: true });
	expect(kept).toEqual(['2026-11-03', '2026-12-01', '2026-12-29', '2027-01-26', '2027-02-23']);
	const holiday = days({ superviseeId: BEN, from: '2026-11-30', until: '2027-01-31', keepWeekday: true });
	expect(holiday).toEqual(['2026-11-30', '2026-12-14', '2026-12-24', '2027-01-04', '2027-01-18']);
});

test('a first day on which they cannot meet moves to the next on which they can', () => {
	expect(days({ from: '2026-10-03', until: '2026-10-31' })).toEqual(['2026-10-05']);
	const leave = absence(TOMAS, '2026-10-05', '2026-10-09');
	expect(days({ from: '2026-10-05', until: '2026-10-31' }, leave)).toEqual(['2026-10-09']);
	expect(days({ from: '2026-10-05', until: '2026-10-06' }, leave)).toEqual([]);
});

test('leave of either moves a session before it, and names who is away until when', () => {
	for (const [who, code] of [
		[TOMAS, 'SUPERVISEE_AWAY'],
		[MARYAM, 'SUPERVISOR_AWAY']
	] as const) {
		const [, second] = series(
			{ from: '2026-10-12', until: '2026-11-20' },
			absence(who, '2026-11-05', '2026-11-19')
		);
		expect(second).toMatchObject({
			on: '2026-11-04',
			wantedOn: '2026-11-12',
			moved: [{ code, until: '2026-11-19' }],
			supervisorId: MARYAM,
			coversForId: null
		});
	}
});

test('where no day before the leave of a supervisor is left, whoever covers supervision stands in', () => {
	const away = absence(MARYAM, '2026-10-14', '2026-12-14', { coverId: RUTH, supervisionCoverId: OWEN });
	const [, second, third] = series({ from: '2026-10-13', until: '2027-01-31' }, away);
	expect(second).toMatchObject({ on: '2026-11-13', supervisorId: OWEN, coversForId: MARYAM, daysLate: 0 });
	expect(third).toMatchObject({ on: '2026-12-11', supervisorId: OWEN, coversForId: MARYAM });
	const alone = absence(MARYAM, '2026-10-14', '2026-12-14');
	const [, late] = series({ from: '2026-10-13', until: '2027-01-31' }, alone);
	expect(late).toMatchObject({ on: '2026-12-14', supervisorId: MARYAM, coversForId: null, daysLate: 31 });
});

test('an absence of more than ten working days moves the due date, as the clock counts', () => {
	const long = absence(TOMAS, '2026-10-26', '2026-11-30');
	const [, second] = series({ from: '2026-10-12', until: '2027-01-31' }, long);
	expect(second).toMatchObject({ on: '2026-12-17', daysLate: 0 });
});

test('a series ends where the person leaves, or is away with no day back', () => {
	expect(days({ from: '2026-10-12' }, posting(TOMAS, { to: '2026-12-01' }))).toEqual([
		'2026-10-12',
		'2026-11-12'
	]);
	expect(days({ from: '2026-10-12' }, absence(TOMAS, '2026-10-20'))).toEqual(['2026-10-12']);
	expect(days({ superviseeId: 'nobody', from: '2026-10-12' })).toEqual([]);
});

test('a new supervisor from a day on is whom the later sessions are with', () => {
	const moved = [
		posting(TOMAS, { to: '2026-11-02' }),
		posting(TOMAS, { from: '2026-11-02', supervisorId: OWEN })
	];
	const found = series({ from: '2026-10-12', until: '2026-11-30' }, ...moved);
	expect(found.map(({ on, supervisorId }) => [on, supervisorId])).toEqual([
		['2026-10-12', MARYAM],
		['2026-11-12', OWEN]
	]);
});

test('what is booked already stays, and the rest is planned around it', () => {
	const found = series(
		{ from: '2026-10-12', until: '2026-12-31', booked: ['2026-11-18', '2026-10-12'] },
		supervision(TOMAS, '2026-09-14')
	);
	expect(found.map(({ on, isBooked, daysLate }) => [on, isBooked, daysLate])).toEqual([
		['2026-10-12', true, 0],
		['2026-11-18', true, 6],
		['2026-12-18', false, 0]
	]);
});

test('the days do not shift when the clocks change, and a plan is no longer than it may be', () => {
	const weekly = [
		person(BEN, { registeredOn: '2026-10-05', earlyCareerStartedOn: '2026-10-05' }),
		posting(BEN)
	];
	expect(days({ superviseeId: BEN, from: '2026-10-12', until: '2026-11-09' }, ...weekly)).toEqual([
		'2026-10-12',
		'2026-10-19',
		'2026-10-26',
		'2026-11-02',
		'2026-11-09'
	]);
	expect(days({ from: '2026-10-12', until: '2040-01-01' })).toHaveLength(MOST_PROPOSED);
});

test('whoever is supervised on the days of a series is overdue on none of them', () => {
	const changes = [
		absence(MARYAM, '2026-11-09', '2026-11-21', { supervisionCoverId: OWEN }),
		absence(BEN, '2027-01-11', '2027-01-16')
	];
	const planned = series({ superviseeId: BEN, from: '2026-09-08', until: '2027-04-30' }, ...changes);
	const held = planned.map(({ on }) => supervision(BEN, on));
	const records = given(...changes, ...held);
	for (let on = '2026-09-09'; on <= '2027-04-30'; on = addDays(on, 1))
		expect([
			on,
			flagsOn(BEN, asAt(on, records)).filter((flag) => flag.startsWith('SUPERVISION_OVERDUE'))
		]).toEqual([on, []]);
});

test('what stands in the way of a day is said in words', () => {
	const { authority } = asAt(
		TODAY,
		given(absence(MARYAM, '2026-11-05', '2026-11-19'), absence(TOMAS, '2026-11-19'))
	);
	const words = (on: CalendarDate) =>
		dayOfTwo(authority, TOMAS, on).problems.map((each) =>
			dayProblemInWords(each, { supervisee: 'Tomas', supervisor: 'Maryam' })
		);
	expect(words('2026-11-07')).toEqual(['a weekend', 'Maryam is away until 19 Nov 2026']);
	expect(words('2026-11-19')).toEqual(['Tomas is away, with no day back recorded']);
	expect(words('2026-12-25')).toEqual(['a bank holiday', 'Tomas is away, with no day back recorded']);
	expect(dayOfTwo(authority, DIANA, '2026-11-05').problems).toEqual([{ code: 'NO_SUPERVISOR' }]);
});

test('sessions are booked by the two and by those who manage practice, and by nobody who only reads', () => {
	const between = { superviseeId: TOMAS, supervisorIds: [MARYAM] };
	expect(mayBook(between, { practitionerId: TOMAS, role: 'practitioner' })).toBe(true);
	expect(mayBook(between, { practitionerId: MARYAM, role: 'team_manager' })).toBe(true);
	expect(mayBook(between, { practitionerId: RUTH, role: 'service_manager' })).toBe(true);
	expect(mayBook(between, { practitionerId: BEN, role: 'practitioner' })).toBe(false);
	expect(mayBook(between, { practitionerId: DIANA, role: 'director' })).toBe(false);
	expect(mayBook(between, { practitionerId: TOMAS, role: 'inspector' })).toBe(false);
	expect(mayBook(between, { practitionerId: null, role: 'team_manager' })).toBe(false);
});

test('a time is read as people type it', () => {
	expect(['9', '09:30', '14.30', '2pm', '2.15 pm', '12am', '12 pm', 'noon', ''].map(timeTyped)).toEqual([
		'09:00',
		'09:30',
		'14:30',
		'14:00',
		'14:15',
		'00:00',
		'12:00',
		'12:00',
		null
	]);
	expect(['25', '10:60', '13pm', 'soon'].map(timeTyped)).toEqual([
		undefined,
		undefined,
		undefined,
		undefined
	]);
	expect(plannedInWords('2026-11-26', '10:00')).toBe('Thu 26 Nov 2026 at 10:00');
	expect(plannedInWords('2026-11-26', null)).toBe('Thu 26 Nov 2026');
});

test('two sessions clash where their times overlap; those of one group are one', () => {
	const at = (sessionId: string, plannedTime: string | null, groupId: string | null = null) => ({
		sessionId,
		plannedOn: '2026-11-26',
		plannedTime,
		plannedMinutes: 90,
		groupId
	});
	const diary = [at('A', '10:00'), at('B', null), at('C', '14:00', 'G')];
	expect(clashingWith(at('N', '11:29'), diary)?.sessionId).toBe('A');
	expect(clashingWith(at('N', '11:30'), diary)).toBeNull();
	expect(clashingWith(at('N', null), diary)).toBeNull();
	expect(clashingWith(at('A', '10:00'), diary)).toBeNull();
	expect(clashingWith(at('N', '14:00', 'G'), diary)).toBeNull();
	expect(clashingWith({ ...at('N', '10:00'), plannedOn: '2026-11-27' }, diary)).toBeNull();
});
