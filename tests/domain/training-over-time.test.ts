import { expect, test } from 'vitest';
import {
	currencyChangeInWords,
	currencyOfAll,
	currencyPercent,
	trainingCurrency
} from '#lib/domain/training-over-time.ts';
import * as cast from '../cast.ts';

const HELD: readonly cast.Change[] = [
	cast.openCase('C-ASH', '2026-03-02'),
	cast.kind('C-ASH', 'child_protection', '2026-03-02'),
	cast.lead('C-ASH', cast.BEN, '2026-09-01'),
	cast.openCase('C-OAK', '2026-03-02', { closedOn: '2026-10-15' }),
	cast.kind('C-OAK', 'child_in_need', '2026-03-02'),
	cast.lead('C-OAK', cast.GRACE, '2026-03-02')
];

function inHarbour(on: string, ...changes: cast.Change[]) {
	const view = cast.asAt(on, cast.given(...HELD, ...changes));
	const byTeam = trainingCurrency(view);
	expect(currencyOfAll(view)).toEqual(byTeam);
	return byTeam.get(cast.HARBOUR);
}

test('what is required counts once for each course and person, by team, and only of those in post', () => {
	// Ben needs CP-FOUND and S47 and has the first; Grace needs CP-FOUND and has none; three in this team supervise.
	expect(inHarbour('2026-09-30')).toEqual({ needed: 6, current: 4 });
	expect(inHarbour('2026-10-31')).toEqual({ needed: 5, current: 4 });
	const left = cast.posting(cast.BEN, { from: '2026-09-01', to: '2026-10-01' });
	expect(inHarbour('2026-10-31', left)).toEqual({ needed: 3, current: 3 });
});

test('a month is counted as known then: a completion written down later does not change it', () => {
	const late = cast.trained(cast.BEN, 'S47', { completedOn: '2026-09-16', recordedOn: '2026-11-02' });
	expect(inHarbour('2026-10-31', late)).toEqual({ needed: 5, current: 4 });
	expect(inHarbour('2026-11-30', late)).toEqual({ needed: 5, current: 5 });
});

test('where nothing is required there is nothing to count', () => {
	const alone = cast.asAt(
		'2026-09-30',
		cast.given(cast.posting(cast.LEO, { teamId: 'elsewhere', supervisorId: cast.OWEN }))
	);
	expect(trainingCurrency(alone).get('elsewhere')).toBeUndefined();
	expect(currencyPercent(null)).toBeNull();
	expect(currencyPercent({ needed: 0, current: 0 })).toBeNull();
	expect(currencyPercent({ needed: 3, current: 2 })).toBe(67);
});

test('the change is said from the first month with a requirement to the last, with the lowest between', () => {
	const at = (on: string, current: number, needed = 4) => ({ on, currency: { current, needed } });
	const none = { on: '2026-08-31', currency: null };
	expect(currencyChangeInWords([none])).toBe('nothing was required');
	expect(currencyChangeInWords([none, at('2026-09-30', 3)])).toBe('75 % on 30 Sep 2026');
	expect(currencyChangeInWords([none, at('2026-09-30', 3), at('2026-10-31', 4)])).toBe(
		'from 75 % to 100 %, 25 points more since 30 Sep 2026'
	);
	expect(currencyChangeInWords([at('2026-09-30', 100, 100), at('2026-10-31', 99, 100)])).toBe(
		'from 100 % to 99 %, 1 point less since 30 Sep 2026'
	);
	expect(currencyChangeInWords([at('2026-09-30', 3), at('2026-10-31', 3)])).toBe(
		'75 %, as much as on 30 Sep 2026'
	);
	expect(currencyChangeInWords([at('2026-09-30', 4), at('2026-10-31', 1), at('2026-11-30', 4)])).toBe(
		'100 %, as much as on 30 Sep 2026; lowest 25 % on 31 Oct 2026'
	);
});
