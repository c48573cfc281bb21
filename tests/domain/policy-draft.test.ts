import { describe, expect, test } from 'vitest';
import { controlOf, NEW_COURSE, typedFrom, versionState, withTyped } from '#lib/domain/policy-draft.ts';
import {
	differenceInWords,
	differencesBetween,
	fieldsOf,
	partsOf,
	readTyped,
	sourceOf,
	textOf,
	withSources,
	withValue
} from '#lib/domain/policy-fields.ts';
import { problemsOf, whyNotFrom } from '#lib/domain/policy-problems.ts';
import { DEFAULT_POLICY, type Kind, type Policy } from '#lib/domain/policy.ts';

const EVERY_COURSE = new Set(Object.keys(DEFAULT_POLICY.courses));
const INTERVAL = 'kinds.child_protection.interval.notSuitablyHeld';

const changed = (...values: [path: string, value: unknown][]): Policy =>
	values.reduce((policy, [path, value]) => withValue(policy, path, value), DEFAULT_POLICY);

const edited = (part: string, typed: Record<string, string>, draft = DEFAULT_POLICY) =>
	withTyped(draft, DEFAULT_POLICY, part, { ...typedFrom(draft, DEFAULT_POLICY, part), ...typed });

function accepted(outcome: ReturnType<typeof withTyped>): Policy {
	if ('refused' in outcome) throw new Error(outcome.refused.map(({ words }) => words).join('\n'));
	return outcome.policy;
}

describe('tiers and severities', () => {
	const errors = (...values: [path: string, value: unknown][]) =>
		problemsOf(changed(...values), EVERY_COURSE).errors.map(({ path, words }) => [path, words]);

	test('a tier begins after the one below', () => {
		expect(errors(['tiers.E3', 13], ['tiers.E4', 14])).toEqual([]);
		expect(errors(['tiers.E4', 12])).toEqual([
			['tiers.E4', 'Experience tiers: E4 must begin after E3, and 12 months is not after 12 months.']
		]);
	});

	test('what is held without oversight is critical, whoever drafts', () => {
		expect(errors(['severities.HELD_WITHOUT_OVERSIGHT.always', 'high'])).toEqual([
			[
				'severities.HELD_WITHOUT_OVERSIGHT.always',
				'Severities: a case held without oversight is always critical.'
			]
		]);
	});

	test('the graver situation of a rule is never the milder flag', () => {
		expect(errors(['severities.TRAINING_GAP.others', 'high'])).toEqual([]);
		expect(errors(['severities.TRAINING_GAP.others', 'critical'])).toEqual([
			[
				'severities.TRAINING_GAP.others',
				'Severities, Training gap: critical for other stakes is graver than high for high stakes.'
			]
		]);
	});
});

describe('the fields', () => {
	test('are every number of the policy as shipped, each of which reads as it is typed', () => {
		for (const field of fieldsOf(DEFAULT_POLICY)) {
			const text = textOf(DEFAULT_POLICY, field);
			const read = readTyped(field.takes, text);
			expect([field.path, 'value' in read]).toEqual([field.path, true]);
			const value = 'value' in read ? read.value : null;
			expect(withValue(DEFAULT_POLICY, field.path, value)).toEqual(DEFAULT_POLICY);
		}
		expect(new Set(fieldsOf(DEFAULT_POLICY).map(({ path }) => path)).size).toBe(
			fieldsOf(DEFAULT_POLICY).length
		);
	});

	test('reach every number that a policy holds', () => {
		const leaves = (value: unknown, path: string): string[] => {
			if (typeof value !== 'object' || value === null) return [path];
			const isLimit = Object.keys(value).join() === 'count,unit';
			if (isLimit || path.endsWith('.training')) return [path];
			return Object.entries(value).flatMap(([key, each]) => leaves(each, `${path}.${key}`));
		};
		const { version, effectiveFrom, sources, ...numbers } = DEFAULT_POLICY;
		expect([version, effectiveFrom, sources]).toEqual([1, null, {}]);
		const all = Object.entries(numbers).flatMap(([key, value]) => leaves(value, key));
		const fixed = ['load.siblingFactors.0', ...all.filter((path) => path.endsWith('.source'))];
		expect(all.filter((path) => !fixed.includes(path)).sort()).toEqual(
			fieldsOf(DEFAULT_POLICY)
				.map(({ path }) => path)
				.sort()
		);
	});

	test('each say where their number comes from', () => {
		for (const field of fieldsOf(DEFAULT_POLICY))
			expect(sourceOf(DEFAULT_POLICY, field)).toMatch(/^[A-Z][^]+\.$/);
	});
});

describe('differences', () => {
	test('are said in words, from the one to the other', () => {
		const after = changed([INTERVAL, { count: 10, unit: 'd' }], ['restructureGuard', false]);
		expect(differencesBetween(DEFAULT_POLICY, after).map(differenceInWords)).toEqual([
			'child protection plan, interval not suitably held: 14 days → 10 days',
			'during a restructure, guard: oversight intervals of high-stakes kinds halved: on → off'
		]);
	});

	test('of the same policy are none, sources written out or not', () => {
		expect(differencesBetween(DEFAULT_POLICY, withSources(DEFAULT_POLICY))).toEqual([]);
	});

	test('name courses that came and went', () => {
		const { ABE, ...others } = DEFAULT_POLICY.courses;
		expect(ABE?.name).toBeTruthy();
		const after = {
			...DEFAULT_POLICY,
			courses: { ...others, NEGLECT: { name: 'Neglect', validMonths: 24 } }
		};
		expect(differencesBetween(DEFAULT_POLICY, after).map(differenceInWords)).toEqual([
			'courses, ABE, name: Achieving best evidence → not there',
			'courses, ABE, valid: for good → not there',
			'courses, NEGLECT, name: not there → Neglect',
			'courses, NEGLECT, valid: not there → 24 months'
		]);
	});

	test('in a source alone are differences too', () => {
		const after = { ...DEFAULT_POLICY, sources: { [INTERVAL]: 'Safeguarding partners, May 2026.' } };
		expect(differencesBetween(DEFAULT_POLICY, after)).toMatchObject([
			{
				words: 'child protection plan, interval not suitably held, source',
				after: 'Safeguarding partners, May 2026.'
			}
		]);
	});
});

describe('what is typed into the draft', () => {
	test('changes the number, and says its source or that it is a local default', () => {
		const typed = { [`${INTERVAL}.count`]: ' 10 ', [`${INTERVAL}.unit`]: 'd' };
		const plain = accepted(edited('child_protection', typed));
		expect(plain.kinds.child_protection.interval.notSuitablyHeld).toEqual({ count: 10, unit: 'd' });
		expect(sourceOf(plain, { path: INTERVAL })).toBe('Local default.');
		const said = accepted(
			edited('child_protection', { ...typed, [`source.${INTERVAL}`]: 'Practice review, June 2026.' })
		);
		expect(sourceOf(said, { path: INTERVAL })).toBe('Practice review, June 2026.');
	});

	test('put back as it was has its first source again', () => {
		const typed = (count: string) => ({ [`${INTERVAL}.count`]: count, [`${INTERVAL}.unit`]: 'd' });
		const there = accepted(edited('child_protection', typed('10')));
		const back = accepted(
			withTyped(there, DEFAULT_POLICY, 'child_protection', { ...typed('14'), [`source.${INTERVAL}`]: '' })
		);
		expect(differencesBetween(DEFAULT_POLICY, back)).toEqual([]);
	});

	test('is refused field by field where it cannot be read, and nothing is changed', () => {
		const outcome = edited('child_protection', {
			[`${INTERVAL}.count`]: '0',
			'kinds.child_protection.weight': 'seven'
		});
		expect(outcome).toEqual({
			refused: [
				{
					field: `${INTERVAL}.count`,
					words: 'Interval not suitably held: Write a whole number from 1 to 730.'
				},
				{
					field: 'kinds.child_protection.weight',
					words: 'Weight: Write a number with at most one decimal from 0 to 50.'
				}
			]
		});
	});

	test.for([
		['1.25', false],
		['0.5', true],
		['1.1', false],
		['-0.5', false],
		['', false]
	] as const)('a factor of %s is taken: %s', ([text, taken]) => {
		expect('policy' in edited('load', { 'load.coWorkerFactor': text })).toBe(taken);
	});

	test('adds a course, and takes one out whose name is emptied', () => {
		const added = accepted(
			edited('courses', {
				[NEW_COURSE.code]: 'NEGLECT',
				[NEW_COURSE.name]: 'Neglect',
				[NEW_COURSE.months]: '24',
				'courses.ABE.name': ''
			})
		);
		expect(added.courses['NEGLECT']).toEqual({ name: 'Neglect', validMonths: 24 });
		expect(Object.keys(added.courses)).not.toContain('ABE');
		expect(sourceOf(added, { path: 'courses.NEGLECT.validMonths' })).toBe('Local default.');
	});

	test('adds no course without a code that is its own', () => {
		for (const code of ['', 'S47', 'neglect', 'A.B'])
			expect(edited('courses', { [NEW_COURSE.code]: code, [NEW_COURSE.name]: 'Neglect' })).toMatchObject({
				refused: [{ field: NEW_COURSE.code }]
			});
	});

	test('shows again exactly as it was typed', () => {
		for (const { key, fields } of partsOf(DEFAULT_POLICY)) {
			const typed = typedFrom(DEFAULT_POLICY, DEFAULT_POLICY, key);
			for (const field of fields) expect(typed[controlOf(field)]).toBeDefined();
			expect(accepted(withTyped(DEFAULT_POLICY, DEFAULT_POLICY, key, typed))).toMatchObject({
				...DEFAULT_POLICY,
				sources: {}
			});
		}
	});
});

describe('problems', () => {
	const errors = (policy: Policy) => problemsOf(policy, EVERY_COURSE).errors.map(({ words }) => words);
	const warnings = (policy: Policy, held: ReadonlySet<string> = EVERY_COURSE) =>
		problemsOf(policy, held).warnings.map(({ words }) => words);

	test('there are none in version 1 as shipped', () => {
		expect(problemsOf(DEFAULT_POLICY, EVERY_COURSE)).toEqual({ errors: [], warnings: [] });
	});

	test('an interval of 0 days', () => {
		expect(errors(changed([INTERVAL, { count: 0, unit: 'd' }]))).toEqual([
			'Child protection plan, interval not suitably held: Write a whole number from 1 to 730.'
		]);
	});

	test('a kind without a row', () => {
		const { care_leaver: without, ...kinds } = DEFAULT_POLICY.kinds;
		expect(without.weight).toBe(2);
		expect(errors({ ...DEFAULT_POLICY, kinds: kinds as Record<Kind, Policy['kinds'][Kind]> })).toEqual([
			'Care leaver has no row.'
		]);
	});

	test('an interval not suitably held that is longer than the one suitably held, in whatever unit', () => {
		const words =
			'Child protection plan, interval not suitably held: it is longer than the interval suitably held.';
		expect(errors(changed([INTERVAL, { count: 29, unit: 'd' }]))).toEqual([words]);
		expect(errors(changed([INTERVAL, { count: 21, unit: 'wd' }]))).toEqual([words]);
		expect(errors(changed([INTERVAL, { count: 20, unit: 'wd' }]))).toEqual([]);
		expect(errors(changed([INTERVAL, { count: 28, unit: 'd' }]))).toEqual([]);
	});

	test('a first oversight that may come later than the next would', () => {
		expect(errors(changed(['kinds.section_47.firstOversight', { count: 3, unit: 'wd' }]))).toEqual([
			'Section 47 enquiry, first oversight: it may come later than the next would, for it is longer than the interval.'
		]);
		expect(errors(changed(['kinds.section_47.firstOversight', { count: 2, unit: 'wd' }]))).toEqual([]);
	});

	test('a course that the policy does not know', () => {
		expect(errors(changed(['kinds.child_in_need.training', ['CP-FOUND', 'NEGLECT']]))).toEqual([
			'Child in need, training needed: NEGLECT is not among the courses of this policy. Add it there, or take it out here.'
		]);
	});

	test('bands that do not rise', () => {
		expect(errors(changed(['load.bands.full', 70], ['load.bands.over', 60]))).toEqual([
			'Bands of load: full must begin above where steady begins, and 70 % is not above 70 %.',
			'Bands of load: over capacity must begin above where full begins, and 60 % is not above 70 %.'
		]);
	});

	test('siblings that weigh more the later they come', () => {
		expect(errors(changed(['load.siblingFactors.2', 0.7]))).toEqual([
			'Load and capacity: a later child of a family cannot weigh more than an earlier one.'
		]);
	});

	test('a bar that only managers reach', () => {
		expect(errors(changed(['kinds.section_47.leastTier', 'E6']))[0]).toMatch(
			/^Section 47 enquiry, least tier to lead alone: E6 is who manages practice/
		);
	});

	test('a course that nobody did is a warning that names it, and where it is asked for', () => {
		expect(warnings(DEFAULT_POLICY, new Set(['CP-FOUND', 'S47', 'CLA']))).toEqual([
			'Pre-proceedings, training needed: nobody in post has done PLO, so no case that needs it is suitably held.'
		]);
	});

	test('lower experience for higher stakes is a warning', () => {
		expect(warnings(changed(['kinds.section_47.leastTier', 'E2']))).toEqual([
			'Section 47 enquiry, least tier to lead alone: E2 is below the E3 of looked after, whose stakes are lower.'
		]);
	});
});

describe('the day a version comes into force', () => {
	const pending = { ...DEFAULT_POLICY, version: 2, effectiveFrom: '2026-12-01' };

	test('is tomorrow at the earliest', () => {
		expect(whyNotFrom('2026-11-20', '2026-11-20', [DEFAULT_POLICY])).toMatch(/^Give a day from tomorrow on/);
		expect(whyNotFrom('2026-11-21', '2026-11-20', [DEFAULT_POLICY])).toBeNull();
	});

	test('is later than that of every version before', () => {
		expect(whyNotFrom('2026-12-01', '2026-11-20', [DEFAULT_POLICY, pending])).toBe(
			'Version 2 comes into force on 1 Dec 2026: give a later day, or withdraw it first.'
		);
		expect(whyNotFrom('2026-12-02', '2026-11-20', [DEFAULT_POLICY, pending])).toBeNull();
	});

	test('says whether it is to come, in force, or superseded', () => {
		const state = (effectiveFrom: string | null, inForce: number, withdrawn = false) =>
			versionState({ version: 2, effectiveFrom, withdrawn }, inForce, '2026-11-20');
		expect(state('2026-11-21', 1)).toBe('to_come');
		expect(state('2026-11-20', 2)).toBe('in_force');
		expect(state('2026-11-01', 3)).toBe('superseded');
		expect(state('2026-11-21', 1, true)).toBe('withdrawn');
	});
});
