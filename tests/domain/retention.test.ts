import { expect, test } from 'vitest';
import {
	pastFrom,
	pastRetention,
	retentionConsequences,
	retentionOn,
	retentionTyped
} from '#lib/domain/retention.ts';

const leaver = (practitionerId: string, leftOn: string) => ({
	practitionerId,
	leftOn,
	sessions: 1,
	caseDiscussions: 2,
	personalNotes: 1,
	otherSealed: 0
});

test('years are typed as a whole number, and nothing typed keeps everything', () => {
	expect(retentionTyped('  ')).toEqual({ years: null });
	expect(retentionTyped('6')).toEqual({ years: 6 });
	expect(retentionTyped('75 years')).toEqual({ years: 75 });
	for (const words of ['0', '101', '6.5', 'six', '-1', '1e3', '99999'])
		expect(retentionTyped(words), words).toHaveProperty('refused');
});

test('records are past their time from the day itself, a leap day with the last of February', () => {
	expect(pastFrom('2020-02-29', 6)).toBe('2026-02-28');
	expect(pastFrom('2020-02-29', null)).toBeNull();
	const leavers = [leaver('b', '2020-11-20'), leaver('a', '2019-03-01'), leaver('c', '2020-11-21')];
	const past = (years: number | null) =>
		pastRetention(leavers, years, '2026-11-20').map(({ practitionerId }) => practitionerId);
	expect(past(6)).toEqual(['a', 'b']);
	expect(past(7)).toEqual(['a']);
	expect(past(null)).toEqual([]);
});

test('the last choice by a day is in force, and there is none before the first', () => {
	const choice = (years: number | null, setOn: string) => ({ years, setOn, why: 'agreed', setBy: 'Gwen' });
	const choices = [choice(6, '2026-01-10'), choice(null, '2026-01-10'), choice(10, '2026-03-01')];
	expect(retentionOn(choices, '2026-01-09')).toBeNull();
	expect(retentionOn(choices, '2026-01-10')?.years).toBeNull();
	expect(retentionOn(choices, '2026-03-01')?.years).toBe(10);
});

test('a time shorter than claims can be brought in says so, and every time says that nothing is removed', () => {
	const grave = (years: number | null) =>
		retentionConsequences(years, [leaver('a', '2019-03-01')], '2026-11-20').filter((each) => each.grave);
	expect(grave(5)).toHaveLength(1);
	expect([...grave(6), ...grave(null)]).toEqual([]);
	for (const years of [null, 1, 6])
		expect(retentionConsequences(years, [], '2026-11-20').at(-1)?.words).toContain('Nothing is removed');
});
