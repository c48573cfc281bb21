import { describe, expect, test } from 'vitest';
import { personOf } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { supervisionOf } from '#lib/domain/rules-about-practitioners.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import { absence, asAt, BEN, given, MARYAM, posting, supervision, TOMAS, type Change } from '../cast.ts';

type Seen = Parameters<typeof asAt>[2];

function clock(id: string, day: CalendarDate, changes: readonly Change[], seen: Seen = {}) {
	const view = asAt(day, given(...changes), seen);
	const person = personOf(view, id);
	if (!person) throw new Error(`nobody called ${id}`);
	return supervisionOf(person, view);
}

const dueOn = (...of: Parameters<typeof clock>) => clock(...of)?.dueOn;

describe('the next supervision', () => {
	test('is due a calendar month after the last, clamped to the end of the month', () => {
		expect(dueOn(TOMAS, '2026-11-20', [supervision(TOMAS, '2026-10-20')])).toBe('2026-11-20');
		expect(dueOn(TOMAS, '2026-02-10', [supervision(TOMAS, '2026-01-31')])).toBe('2026-02-28');
	});

	test('has ten working days of grace where it is monthly', () => {
		expect(clock(TOMAS, '2026-11-20', [supervision(TOMAS, '2026-10-20')])?.graceUntil).toBe('2026-12-04');
		expect(clock(TOMAS, '2026-12-20', [supervision(TOMAS, '2026-11-18')])?.graceUntil).toBe('2027-01-06');
	});

	test('is due each week in the first 42 days of the early-career stage, then each fortnight to six months', () => {
		const held = [supervision(BEN, '2026-10-05')];
		expect(clock(BEN, '2026-10-12', held)).toMatchObject({ dueOn: '2026-10-12', graceUntil: '2026-10-19' });
		expect(clock(BEN, '2026-10-13', held)).toMatchObject({ dueOn: '2026-10-19', graceUntil: '2026-10-26' });
		expect(dueOn(BEN, '2027-02-28', [supervision(BEN, '2027-02-15')])).toBe('2027-03-01');
		expect(dueOn(BEN, '2027-03-01', [supervision(BEN, '2027-02-15')])).toBe('2027-03-15');
	});

	test('is due each fortnight throughout the stage under the DfE profile, from the day it starts', () => {
		const policies = [{ ...DEFAULT_POLICY, supervision: { profile: 'DfE' as const } }];
		const held = [supervision(BEN, '2027-02-15')];
		expect(dueOn(BEN, '2027-03-01', held, { policies })).toBe('2027-03-01');
		const settings = { supervisionProfileFrom: '2027-03-05' };
		expect(dueOn(BEN, '2027-03-04', held, { policies, settings })).toBe('2027-03-15');
		expect(dueOn(BEN, '2027-03-05', held, { policies, settings })).toBe('2027-03-01');
		expect(dueOn(TOMAS, '2027-03-05', [supervision(TOMAS, '2027-02-15')], { policies })).toBe('2027-03-15');
	});

	test('is counted from the first day in post where none was held', () => {
		expect(dueOn(BEN, '2026-09-20', [])).toBe('2026-09-08');
	});

	test('is counted from the return to post: sessions before a gap are not the last one', () => {
		const returned = [
			posting(TOMAS, { to: '2026-10-01' }),
			posting(TOMAS, { from: '2026-11-02' }),
			supervision(TOMAS, '2026-09-28')
		];
		expect(dueOn(TOMAS, '2026-11-20', returned)).toBe('2026-12-02');
		const moved = [
			posting(TOMAS, { to: '2026-10-01' }),
			posting(TOMAS, { teamId: 'orchard', from: '2026-10-01' })
		];
		expect(dueOn(TOMAS, '2026-10-20', [...moved, supervision(TOMAS, '2026-09-28')])).toBe('2026-10-28');
	});

	test('is counted from observed-from where the last one was held before it', () => {
		const settings = { observedFrom: '2026-11-16' };
		const held = [supervision(TOMAS, '2026-09-28')];
		expect(clock(TOMAS, '2026-11-15', held, { settings })).toBeNull();
		expect(dueOn(TOMAS, '2026-11-16', held, { settings })).toBe('2026-12-16');
	});

	test('does not exist for somebody without a posting', () => {
		expect(clock(TOMAS, '2026-11-20', [posting(TOMAS, { to: '2026-11-20' })])).toBeNull();
	});
});

describe('only a session that was held moves the clock', () => {
	const held = supervision(TOMAS, '2026-10-20');

	test('one that was cancelled moves nothing', () => {
		const cancelled = supervision(TOMAS, null, { plannedOn: '2026-11-18', cancelled: true });
		expect(dueOn(TOMAS, '2026-11-20', [held, cancelled])).toBe('2026-11-20');
	});

	test('nor does one that is planned, or recorded tomorrow', () => {
		const planned = supervision(TOMAS, null, { plannedOn: '2026-11-18' });
		const writtenUpLater = supervision(TOMAS, '2026-11-18', { recordedOn: '2026-11-21' });
		expect(dueOn(TOMAS, '2026-11-20', [held, planned])).toBe('2026-11-20');
		expect(dueOn(TOMAS, '2026-11-20', [held, writtenUpLater])).toBe('2026-11-20');
		expect(dueOn(TOMAS, '2026-11-21', [held, writtenUpLater])).toBe('2026-12-18');
	});

	test('one that the manager had with somebody else is not theirs', () => {
		expect(dueOn(TOMAS, '2026-11-20', [held, supervision(BEN, '2026-11-18')])).toBe('2026-11-20');
		expect(dueOn(MARYAM, '2018-04-20', [supervision(TOMAS, '2018-04-18')])).toBe('2018-05-02');
	});
});

describe('an absence', () => {
	const held = supervision(TOMAS, '2026-10-20');
	const away = (from: CalendarDate, to: CalendarDate | null) => [held, absence(TOMAS, from, to)];

	test('of more than ten working days moves the due date on by its days', () => {
		expect(dueOn(TOMAS, '2026-12-01', away('2026-11-02', '2026-11-16'))).toBe('2026-11-20');
		expect(clock(TOMAS, '2026-12-01', away('2026-11-02', '2026-11-17'))).toMatchObject({
			movedByDays: 15,
			dueOn: '2026-12-05'
		});
	});

	test('that goes on moves it day by day, once it is long enough', () => {
		expect(dueOn(TOMAS, '2026-11-16', away('2026-11-02', null))).toBe('2026-11-20');
		expect(dueOn(TOMAS, '2026-11-17', away('2026-11-02', null))).toBe('2026-12-06');
		expect(dueOn(TOMAS, '2026-11-18', away('2026-11-02', null))).toBe('2026-12-07');
	});

	test('that began after the due date moves nothing', () => {
		expect(dueOn(TOMAS, '2026-12-18', away('2026-11-20', '2026-12-14'))).toBe('2026-12-14');
		expect(dueOn(TOMAS, '2026-12-18', away('2026-11-21', '2026-12-14'))).toBe('2026-11-20');
	});

	test('counts only with its days after the last session', () => {
		const through = [absence(TOMAS, '2026-10-12', '2026-11-02'), held];
		expect(dueOn(TOMAS, '2026-11-20', through)).toBe('2026-12-02');
	});

	test('counts where it began by the date as moved by an earlier one', () => {
		const twice = [...away('2026-10-26', '2026-11-16'), absence(TOMAS, '2026-12-07', '2027-01-04')];
		expect(dueOn(TOMAS, '2027-01-10', twice)).toBe('2027-01-08');
	});
});
