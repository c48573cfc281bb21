import { describe, expect, test } from 'vitest';
import { personOf } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	checkSpeaksFor,
	expectedEndOf,
	kindsGained,
	nextTierChange,
	renewsBy,
	reviewsOn,
	tierChangesAfter,
	type StageReview
} from '#lib/domain/experience.ts';
import { tierOn, type Tier } from '#lib/domain/people.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import { asAt, BEN, given, LEO, person, posting, TOMAS, type Change } from '../cast.ts';

const asOf = (day: CalendarDate, ...said: Change[]) => asAt(day, given(...said));

function changes(id: string, day: CalendarDate, ...said: Change[]): [CalendarDate, Tier][] {
	const view = asOf(day, ...said);
	const found = personOf(view, id);
	if (!found) throw new Error(`nobody is called ${id}`);
	return tierChangesAfter(found, view).map(({ on, after }) => [on, after.tier]);
}

function next(id: string, day: CalendarDate, ...said: Change[]): [CalendarDate, Tier] | null {
	const view = asOf(day, ...said);
	const found = personOf(view, id);
	const change = found && nextTierChange(found, view);
	return change ? [change.on, change.after.tier] : null;
}

const newly = person(LEO, { registeredOn: '2026-05-20' });

describe('the next change of tier', () => {
	test('comes 6, 12, 24 and 36 months after registration, for somebody never in the stage', () => {
		expect(changes(LEO, '2026-05-20', newly)).toEqual([
			['2026-11-20', 'E2'],
			['2027-05-20', 'E3'],
			['2028-05-20', 'E4'],
			['2029-05-20', 'E5']
		]);
	});

	test.each<[CalendarDate, [CalendarDate, Tier] | null]>([
		['2026-11-19', ['2026-11-20', 'E2']],
		['2026-11-20', ['2027-05-20', 'E3']],
		['2027-05-19', ['2027-05-20', 'E3']],
		['2027-05-20', ['2028-05-20', 'E4']],
		['2028-05-20', ['2029-05-20', 'E5']],
		['2029-05-19', ['2029-05-20', 'E5']],
		['2029-05-20', null]
	])('asked on %s is %j', (day, expected) => {
		expect(next(LEO, day, newly)).toEqual(expected);
	});

	test('is where tierOn itself turns, on that day and not the day before', () => {
		const view = asOf('2026-05-20', newly);
		const leo = personOf(view, LEO);
		if (!leo) throw new Error('Leo is in the cast');
		for (const [on, tier] of changes(LEO, '2026-05-20', newly)) {
			expect([on, tierOn(leo, on, { on, hindsight: false }).tier]).toEqual([on, tier]);
			const eve = `${on.slice(0, 8)}${Number(on.slice(8)) - 1}`;
			expect(tierOn(leo, eve, { on: eve, hindsight: false }).tier).not.toBe(tier);
		}
	});

	test('in the stage is 6 months after its start, and none after it until somebody records the pass', () => {
		expect(changes(BEN, '2026-11-20')).toEqual([['2027-03-01', 'E2']]);
		expect(next(BEN, '2027-02-28')).toEqual(['2027-03-01', 'E2']);
		expect(next(BEN, '2027-03-01')).toBeNull();
	});

	test('after a pass follows the months since registration again', () => {
		const passed = person(BEN, {
			registeredOn: '2026-09-01',
			earlyCareerStartedOn: '2026-09-01',
			earlyCareerPassedOn: '2027-09-06'
		});
		expect(changes(BEN, '2027-09-05', passed)).toEqual([
			['2027-09-06', 'E3'],
			['2028-09-01', 'E4'],
			['2029-09-01', 'E5']
		]);
	});

	test('of a future registration is the day of it', () => {
		expect(next(LEO, '2026-11-20', person(LEO, { registeredOn: '2026-12-01' }))).toEqual([
			'2026-12-01',
			'E1'
		]);
	});

	test('is the end of acting up, for somebody who acts up until a day', () => {
		const acting = posting(TOMAS, { role: 'practice_supervisor', from: '2026-11-02', to: '2027-02-01' });
		const after = posting(TOMAS, { from: '2027-02-01' });
		expect(next(TOMAS, '2026-11-20', acting, after)).toEqual(['2027-02-01', 'E5']);
	});

	test('does not come for somebody without a number, nor for one of long standing', () => {
		expect(next(LEO, '2026-11-20', person(LEO, { sweNumber: null }))).toBeNull();
		expect(next(TOMAS, '2026-11-20')).toBeNull();
	});

	test('follows the months of the policy in force, and of the one to come', () => {
		const months = { E2: 3, E3: 9, E4: 24, E5: 36 };
		const second = { ...DEFAULT_POLICY, version: 2, effectiveFrom: '2026-12-01', tiers: months };
		const policies = [DEFAULT_POLICY, second];
		const view = asAt('2026-11-23', given(person(LEO, { registeredOn: '2026-08-10' })), { policies });
		const leo = personOf(view, LEO);
		expect(leo && tierChangesAfter(leo, view).map(({ on, after }) => [on, after.tier])).toEqual([
			['2026-12-01', 'E2'],
			['2027-05-10', 'E3'],
			['2028-08-10', 'E4'],
			['2029-08-10', 'E5']
		]);
	});

	test('clamps from the last day of a month', () => {
		const registered = person(LEO, { registeredOn: '2026-08-31' });
		expect(next(LEO, '2026-11-20', registered)).toEqual(['2027-02-28', 'E2']);
	});
});

test('a pass brings what E3 may lead alone and E2 may not', () => {
	expect(kindsGained('E2', 'E3', DEFAULT_POLICY)).toEqual(['child_protection', 'looked_after']);
	expect(kindsGained('E3', 'E3', DEFAULT_POLICY)).toEqual([]);
});

describe('the reviews of a stage', () => {
	const held: StageReview = {
		months: 3,
		bookedOn: '2026-12-01',
		heldOn: '2026-12-02',
		outcome: 'on_course',
		words: 'Writes clear analysis.'
	};
	const standings = (day: CalendarDate, ...reviews: StageReview[]) =>
		reviewsOn('2026-09-01', reviews, day).map(({ months, standing }) => `${months} ${standing}`);

	test('are due 3, 6, 9 and 12 months after its start', () => {
		expect(reviewsOn('2026-08-31', [], '2026-09-01').map(({ dueOn }) => dueOn)).toEqual([
			'2026-11-30',
			'2027-02-28',
			'2027-05-31',
			'2027-08-31'
		]);
	});

	test('are met on the day they are due, and overdue from the day after', () => {
		expect(standings('2026-12-01')[0]).toBe('3 due');
		expect(standings('2026-12-02')[0]).toBe('3 overdue');
		expect(standings('2026-12-02', held)[0]).toBe('3 held');
	});

	test('are said a month ahead, booked ones as booked', () => {
		expect(standings('2026-10-31')[0]).toBe('3 later');
		expect(standings('2026-11-01')[0]).toBe('3 due');
		expect(standings('2026-11-01', { ...held, heldOn: null, outcome: null })[0]).toBe('3 booked');
	});

	test('that were booked and never held are overdue all the same', () => {
		expect(standings('2026-12-02', { ...held, heldOn: null, outcome: null })[0]).toBe('3 overdue');
	});
});

test('a stage is expected to end 12 months after its start, unless it was extended', () => {
	expect(expectedEndOf('2026-09-01', null)).toBe('2027-09-01');
	expect(expectedEndOf('2026-09-01', '2027-12-01')).toBe('2027-12-01');
});

test('the register renews on 30 November, that day included', () => {
	expect(renewsBy('2026-11-20')).toBe('2026-11-30');
	expect(renewsBy('2026-11-30')).toBe('2026-11-30');
	expect(renewsBy('2026-12-01')).toBe('2027-11-30');
});

test('a check of the register speaks until the renewal after it', () => {
	expect(checkSpeaksFor('2025-12-01', '2026-11-30')).toBe(true);
	expect(checkSpeaksFor('2025-12-01', '2026-12-01')).toBe(false);
	expect(checkSpeaksFor('2025-11-30', '2025-12-01')).toBe(false);
});
