import { describe, expect, test } from 'vitest';
import { arrange, personOf, viewOf } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { tierOn, type Practitioner } from '#lib/domain/people.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import {
	planRecord,
	recordProblems,
	registerNumber,
	withRecord,
	type RecordChange,
	type RecordPlan
} from '#lib/domain/record-plan.ts';
import { factsOf } from '#lib/domain/records.ts';
import { nextTierInWords, recordPlanInWords, stageStepsInWords } from '#lib/domain/record-words.ts';
import * as cast from '../cast.ts';

const TODAY = '2026-11-20';
const { BEN, TOMAS } = cast;

/** Tomas leads a child protection plan, Ben a child in need. */
const CASES = [
	cast.openCase('C-ASH', '2026-03-02'),
	cast.kind('C-ASH', 'child_protection', '2026-03-02'),
	cast.lead('C-ASH', TOMAS, '2026-03-02'),
	cast.openCase('C-ELM', '2026-10-05'),
	cast.kind('C-ELM', 'looked_after', '2026-10-05'),
	cast.lead('C-ELM', BEN, '2026-10-05')
];

const authorityOf = (...changes: cast.Change[]) => arrange(factsOf(cast.given(...CASES, ...changes)));

function change(id: string, after: Partial<RecordChange['after']>, ...given: cast.Change[]): RecordChange {
	const known = personOf(viewOf(authorityOf(...given), TODAY), id)?.details[0];
	if (!known) throw new Error(`nobody is called ${id}`);
	const { sweNumber, registeredOn, earlyCareerStartedOn, earlyCareerPassedOn } = known;
	return {
		practitionerId: id,
		after: { sweNumber, registeredOn, earlyCareerStartedOn, earlyCareerPassedOn, ...after }
	};
}

function plan(id: string, after: Partial<RecordChange['after']>, ...given: cast.Change[]): RecordPlan {
	return planRecord(authorityOf(...given), change(id, after, ...given), TODAY, {
		caseIds: ['C-ASH', 'C-ELM'],
		superviseeIds: []
	});
}

const stretches = ({ stretches: found }: RecordPlan) =>
	found.map(({ from, until, before, after }) => [from, until, before.tier, after.tier]);

describe('a registration typed today', () => {
	test('judges from today, and leaves every day before as it was known', () => {
		const person = personOf(viewOf(authorityOf(), TODAY), TOMAS);
		if (!person) throw new Error('Tomas is in the cast');
		const changed = withRecord(person, change(TOMAS, { registeredOn: '2026-01-12' }), TODAY);
		const on = (day: CalendarDate) => tierOn(changed, day, { on: day, hindsight: false }).tier;
		expect([on('2026-11-18'), on('2026-11-19'), on('2026-11-20')]).toEqual(['E5', 'E5', 'E2']);
		expect(tierOn(changed, '2026-11-19', { on: '2026-11-19', hindsight: true }).tier).toBe('E2');
	});

	test('says on which days the tier is another, and from when it is the same again', () => {
		expect(stretches(plan(TOMAS, { registeredOn: '2026-01-12' }))).toEqual([
			[TODAY, '2027-01-12', 'E5', 'E2'],
			['2027-01-12', '2028-01-12', 'E5', 'E3'],
			['2028-01-12', '2029-01-12', 'E5', 'E4']
		]);
	});

	test('names the cases that are no longer suitably held, and until when', () => {
		expect(plan(TOMAS, { registeredOn: '2026-01-12' }).cases).toMatchObject([
			{ reference: 'C-ASH', suitablyHeld: false, highStakes: true, from: TODAY, until: '2027-01-12' }
		]);
	});

	test('brings the flags of the day', () => {
		const [today] = plan(TOMAS, { registeredOn: '2026-01-12' }).days;
		expect(today?.raised.map(({ code, reference }) => `${code} ${reference}`)).toContain(
			'BELOW_EXPERIENCE C-ASH'
		);
	});

	test('that changes no tier on any day says so', () => {
		const same = plan(TOMAS, { registeredOn: '2011-09-01' });
		expect(stretches(same)).toEqual([]);
		expect(same.cases).toEqual([]);
		expect(recordPlanInWords(same, TODAY, DEFAULT_POLICY, () => true)[0]?.words).toBe(
			'Their experience stays E5, experienced or senior (15 years registered) on every day.'
		);
	});

	test('taken away leaves nobody registered', () => {
		expect(stretches(plan(TOMAS, { sweNumber: null, registeredOn: null }))).toEqual([
			[TODAY, null, 'E5', 'E0']
		]);
	});
});

describe('the pass of the stage', () => {
	const almost = cast.person(BEN, { registeredOn: '2025-09-01', earlyCareerStartedOn: '2025-09-01' });
	const CLA = cast.trained(BEN, 'CLA', { completedOn: '2026-06-01' });

	test('makes suitably held what needs E3, on the day', () => {
		const passed = plan(BEN, { earlyCareerPassedOn: TODAY }, almost, CLA);
		expect(passed.now).toMatchObject({ before: { tier: 'E2' }, after: { tier: 'E3' } });
		expect(passed.cases).toMatchObject([{ reference: 'C-ELM', suitablyHeld: true, from: TODAY }]);
		expect(passed.next).toMatchObject({ on: '2027-09-01', after: { tier: 'E4' } });
	});

	test('is said as what they may lead from then on', () => {
		const said = recordPlanInWords(
			plan(BEN, { earlyCareerPassedOn: TODAY }, almost, CLA),
			TODAY,
			DEFAULT_POLICY,
			() => true
		).map(({ words }) => words);
		expect(said).toEqual([
			'Experience from today until Wed 1 Sep 2027: E3, 1 to 2 years registered (14 months registered); without this change E2, in the first year (early-career stage, 14 months).',
			'Reaches the bar for child protection plan and looked after from today until Wed 1 Sep 2027.',
			'Experience from Wed 1 Sep 2027 until Fri 1 Sep 2028: E4, 2 to 3 years registered (2 years registered); without this change E2, in the first year (early-career stage, 2 years).',
			'Reaches the bar for section 47 enquiry, child protection plan, pre-proceedings, care proceedings and looked after from Wed 1 Sep 2027 until Fri 1 Sep 2028.',
			'Experience from Fri 1 Sep 2028: E5, experienced or senior (3 years registered); without this change E2, in the first year (early-career stage, 3 years).',
			'Reaches the bar for section 47 enquiry, child protection plan, pre-proceedings, care proceedings and looked after from Fri 1 Sep 2028.',
			'C-ELM (looked after) becomes suitably held from today.',
			'It is known from today: what is answered of the days before today stays as it was known on those days.'
		]);
	});

	test('of a case outside the scope of who asks only the number is said', () => {
		const said = recordPlanInWords(
			plan(BEN, { earlyCareerPassedOn: TODAY }, almost, CLA),
			TODAY,
			DEFAULT_POLICY,
			() => false
		).map(({ words }) => words);
		expect(said).toContain('1 case outside your scope becomes suitably held.');
		expect(said.join()).not.toContain('C-ELM');
	});
});

test('the steps of the stage come from the policy in force', () => {
	expect(stageStepsInWords(DEFAULT_POLICY)).toEqual([
		'E1, the first 6 months: assessment, child in need, short breaks and care leaver.',
		'E2, from 6 months until the pass: also looked after, settled and looked after, long term.',
		'E3, from the pass: also child protection plan and looked after. Later tiers follow the months since registration.'
	]);
});

test('a tier that nothing will change says so', () => {
	expect(nextTierInWords(null, TODAY)).toBe('Nothing that is recorded will change it.');
});

describe('what is refused', () => {
	const registered = {
		sweNumber: 'SW4321',
		registeredOn: '2025-09-01',
		earlyCareerStartedOn: null,
		earlyCareerPassedOn: null
	} satisfies Partial<Practitioner>;
	const problems = (after: Partial<RecordChange['after']>, checkedOn: CalendarDate | null = null): string[] =>
		recordProblems({ ...registered, ...after }, checkedOn, TODAY).map(({ field, why }) => `${field} ${why}`);

	test('nothing, where everything fits', () => {
		expect(problems({})).toEqual([]);
		expect(problems({ earlyCareerStartedOn: '2025-09-01', earlyCareerPassedOn: TODAY }, TODAY)).toEqual([]);
		expect(problems({ sweNumber: null, registeredOn: null })).toEqual([]);
		expect(problems({ registeredOn: '2026-12-01' })).toEqual([]);
	});

	test('a date without its number, and a year mistyped', () => {
		expect(problems({ sweNumber: null })).toEqual(['sweNumber NEEDED_WITH_DATE']);
		expect(problems({ registeredOn: '2052-09-01' })).toEqual(['registeredOn YEARS_OFF']);
	});

	test('a check of the register before they were on it, in the future, or of nothing', () => {
		expect(problems({}, '2025-08-31')).toEqual(['checkedOn BEFORE_REGISTRATION']);
		expect(problems({}, '2026-11-21')).toEqual(['checkedOn IN_FUTURE']);
		expect(problems({ sweNumber: null, registeredOn: null }, TODAY)).toEqual(['checkedOn NOTHING_TO_CHECK']);
	});

	test('a stage without registration or before it, and a pass without a stage or not after its start', () => {
		expect(problems({ earlyCareerStartedOn: '2025-08-31' })).toEqual(['startedOn BEFORE_REGISTRATION']);
		expect(problems({ sweNumber: null, registeredOn: null, earlyCareerStartedOn: '2025-09-01' })).toEqual([
			'startedOn NOT_REGISTERED'
		]);
		expect(problems({ earlyCareerPassedOn: TODAY })).toEqual(['passedOn NOT_STARTED']);
		expect(problems({ earlyCareerStartedOn: TODAY, earlyCareerPassedOn: TODAY })).toEqual([
			'passedOn BEFORE_START'
		]);
		expect(problems({ earlyCareerStartedOn: '2025-09-01', earlyCareerPassedOn: '2026-11-21' })).toEqual([
			'passedOn IN_FUTURE'
		]);
	});
});

test('a number of the register is kept in capitals without spaces, and what is none is refused', () => {
	expect(registerNumber('sw 12345')).toBe('SW12345');
	expect(registerNumber('12345')).toBe('12345');
	expect(registerNumber('ask HR')).toBeNull();
});
