import { expect, test } from 'vitest';
import {
	agreedTooOftenInWords,
	chainOf,
	lackingActions,
	lackInWords,
	timesAgreed,
	type CarriedAction
} from '#lib/domain/actions.ts';

const whole = {
	actionId: 'A-1',
	description: 'Visit on Friday',
	ownerId: 'P-TOMAS',
	dueOn: '2026-11-27',
	doneOn: null
};

test('an action with words, an owner and a day lacks nothing', () => {
	expect(lackingActions([whole])).toEqual([]);
});

test('an action without an owner, a day or words is named with the way to mend it', () => {
	const [owner, day, all] = lackingActions([
		{ ...whole, ownerId: null },
		{ ...whole, dueOn: null },
		{ ...whole, description: ' ', ownerId: null, dueOn: null }
	]);
	expect(owner && lackInWords(owner)).toBe(
		'“Visit on Friday” has no owner. Choose who does it, or take the action out, then sign.'
	);
	expect(day && lackInWords(day)).toBe(
		'“Visit on Friday” has no day by which it is done. Give a day, or take the action out, then sign.'
	);
	expect(all && lackInWords(all)).toBe(
		'An action does not say what is to be done, has no owner and has no day by which it is done. Write what is to be done, choose who does it and give a day, or take the action out, then sign.'
	);
});

test('what is done already is not asked for an owner or a day', () => {
	expect(lackingActions([{ ...whole, ownerId: null, dueOn: null, doneOn: '2026-11-20' }])).toEqual([]);
});

const agreed = (actionId: string, agreedOn: string, carriesOnFrom: string | null): CarriedAction => ({
	actionId,
	agreedOn,
	carriesOnFrom,
	doneOn: null
});
const known = (...actions: CarriedAction[]) => new Map(actions.map((each) => [each.actionId, each]));

test('what was agreed three times and never done is said so, with the first day', () => {
	const first = agreed('A', '2026-03-03', null);
	const second = agreed('B', '2026-04-07', 'A');
	const third = agreed('C', '2026-05-05', 'B');
	const all = known(first, second, third);
	expect(timesAgreed(third, all)).toEqual({ times: 3, firstAgreedOn: '2026-03-03' });
	expect(agreedTooOftenInWords(third, all)).toBe('agreed three times since 3 Mar 2026 and never done');
	expect(agreedTooOftenInWords(second, all)).toBeNull();
	expect(agreedTooOftenInWords({ ...third, doneOn: '2026-05-06' }, all)).toBeNull();
	const fourth = agreed('D', '2026-06-02', 'C');
	expect(agreedTooOftenInWords(fourth, known(first, second, third, fourth))).toBe(
		'agreed 4 times since 3 Mar 2026 and never done'
	);
});

test('an action whose earlier one is not known here counts from itself, and a ring ends', () => {
	expect(timesAgreed(agreed('B', '2026-04-07', 'A'), known())).toEqual({
		times: 1,
		firstAgreedOn: '2026-04-07'
	});
	const ring = known(agreed('A', '2026-03-03', 'B'), agreed('B', '2026-04-07', 'A'));
	expect(chainOf(agreed('B', '2026-04-07', 'A'), ring).length).toBeLessThanOrEqual(3);
});
