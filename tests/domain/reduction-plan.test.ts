import { expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { planReduction, reductionProblems, reductionsEnding } from '#lib/domain/reduction-plan.ts';
import { endingInWords, reductionInWords, reductionPlanInWords } from '#lib/domain/reduction-words.ts';
import type { Reduction } from '#lib/domain/people.ts';
import { asAt, given, kind, lead, openCase, reduction, TOMAS, type Change } from '../cast.ts';

/** A Friday. */
const TODAY: CalendarDate = '2026-11-20';

const said = (changed: Partial<Reduction> = {}): Reduction => ({
	practitionerId: TOMAS,
	from: '2026-11-23',
	to: '2027-02-01',
	share: 0.2,
	reason: 'training',
	recordedOn: TODAY,
	endRecordedOn: TODAY,
	...changed
});

/** Nine child protection plans: 63 points of 85. */
const nine: Change[] = Array.from({ length: 9 }, (_, number) => [
	openCase(`c${number}`, '2026-03-02'),
	kind(`c${number}`, 'child_protection', '2026-03-02'),
	lead(`c${number}`, TOMAS, '2026-03-02')
]).flat();

test('a reduction is told on the day it begins and on the day it has ended by itself', () => {
	const { authority } = asAt(TODAY, given(...nine));
	const change = { practitionerId: TOMAS, before: null, after: said({ share: 0.3 }) };
	const plan = planReduction(authority, change, TODAY);
	expect(reductionPlanInWords(plan, change, TODAY)).toEqual([
		{
			words:
				'On Mon 23 Nov 2026: capacity of 59.5 points, 9 cases, 106 % of capacity; without this, 9 cases, 74 % of capacity.',
			grave: true
		},
		{
			words:
				'On Mon 1 Feb 2027, when the reduction has ended by itself: capacity of 85 points, 9 cases, 74 % of capacity.',
			grave: false
		}
	]);
	expect(plan.days.map(({ on, raised }) => `${on} ${raised.map(({ code }) => code).join()}`)).toEqual([
		'2026-11-20 ',
		'2026-11-23 OVER_CAPACITY',
		'2027-02-01 '
	]);
});

test('two reductions for different reasons stand beside each other; two for the same on the same days do not', () => {
	const { authority } = asAt(
		TODAY,
		given(reduction(TOMAS, 0.1, '2026-10-01', { reason: 'training', to: '2026-12-01' }))
	);
	const problems = (after: Reduction) =>
		reductionProblems(authority, { practitionerId: TOMAS, before: null, after }, TODAY).map(({ why }) => why);
	expect(problems(said())).toEqual(['SAME']);
	expect(problems(said({ reason: 'union duties' }))).toEqual([]);
	expect(problems(said({ from: '2026-12-01' }))).toEqual([]);
	expect(problems(said({ reason: 'other', to: '2026-11-23' }))).toEqual(['ENDS_BEFORE_START']);
	expect(problems(said({ reason: 'other', from: '2017-01-02', to: '2017-03-01' }))).toEqual([
		'YEARS_OFF',
		'YEARS_OFF'
	]);
	expect(problems(said({ reason: 'other', to: '2029-01-01' }))).toEqual(['YEARS_OFF']);
});

test('its end is warned of from seven days before until the day before, and not earlier, and not once it is over', () => {
	const endsOn = (day: CalendarDate) => {
		const view = asAt(
			day,
			given(...nine, reduction(TOMAS, 0.3, '2026-10-01', { to: '2026-11-27', endRecordedOn: '2026-10-01' }))
		);
		return reductionsEnding(view, [TOMAS]).map((each) => each.endsOn);
	};
	expect(endsOn('2026-11-19')).toEqual([]);
	expect(endsOn('2026-11-20')).toEqual(['2026-11-27']);
	expect(endsOn('2026-11-26')).toEqual(['2026-11-27']);
	expect(endsOn('2026-11-27')).toEqual([]);
	const view = asAt(
		TODAY,
		given(...nine, reduction(TOMAS, 0.3, '2026-10-01', { to: '2026-11-27', endRecordedOn: '2026-10-01' }))
	);
	expect(reductionsEnding(view, [TOMAS]).map((each) => endingInWords(each, (id) => id))).toEqual([
		'Tomas: the reduction of 30 % (union duties) ends by itself on Fri 27 Nov 2026. 9 cases, 106 % of capacity now; 9 cases, 74 % of capacity from then. Change its end if it has to go on.'
	]);
});

test('a reduction reads as a share, its days and its reason', () => {
	expect(reductionInWords(said({ share: 0.125 }))).toBe(
		'12.5 % less from 23 Nov 2026 until 1 Feb 2027: training'
	);
	expect(reductionInWords(said({ to: null }), false)).toBe('20 % less from 23 Nov 2026');
});
