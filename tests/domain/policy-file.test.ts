import { expect, test } from 'vitest';
import { withSources, withValue } from '#lib/domain/policy-fields.ts';
import { policyFileText, readPolicyFile, type PolicyFile } from '#lib/domain/policy-file.ts';
import { DEFAULT_POLICY, NO_SETTINGS, type Policy } from '#lib/domain/policy.ts';

const second: Policy = { ...withSources(DEFAULT_POLICY), version: 2, effectiveFrom: '2026-11-21' };
const first = { policy: DEFAULT_POLICY, publishedOn: null, withdrawn: null };
const file = (...later: PolicyFile['versions'][number][]): PolicyFile => ({
	settings: { ...NO_SETTINGS, observedFrom: '2026-01-05' },
	versions: [first, ...later]
});
const problems = (written: unknown): string[] => {
	const read = readPolicyFile(typeof written === 'string' ? written : JSON.stringify(written));
	return 'problems' in read ? read.problems : [];
};

test('policy.json reads back as it was written, withdrawn versions and settings included', () => {
	const whole = file(
		{
			policy: second,
			publishedOn: '2026-11-20',
			withdrawn: { on: '2026-11-20', by: 'Priya Holm', why: 'Wrong.' }
		},
		{
			policy: { ...second, version: 3, effectiveFrom: '2026-12-01' },
			publishedOn: '2026-11-20',
			withdrawn: null
		}
	);
	expect(readPolicyFile(policyFileText(whole))).toEqual({ file: whole });
});

test('a version of an earlier day, without the fields that came later, reads them as shipped', () => {
	const { load, sources, ...earlier } = second;
	expect([load, Object.keys(sources).length > 0]).toEqual([DEFAULT_POLICY.load, true]);
	const read = readPolicyFile(
		JSON.stringify({
			versions: [first, { policy: earlier, publishedOn: '2026-11-20' }]
		})
	);
	expect('file' in read && read.file.versions[1]?.policy.load).toEqual(DEFAULT_POLICY.load);
});

test('what is wrong is said in sentences that name the version', () => {
	expect(problems('not json')).toEqual([
		'It is not written as JSON. Give the policy.json that export wrote.'
	]);
	expect(problems({ versions: [] })).toEqual([
		'It names no versions. Give the policy.json that export wrote.'
	]);
	const zero = withValue(second, 'kinds.section_47.interval.suitablyHeld', { count: 0, unit: 'd' });
	const later = (policy: unknown, publishedOn: string | null = '2026-11-20') =>
		problems({ versions: [first, { policy, publishedOn }] });
	expect(later(zero)).toEqual([
		'Version 2: Section 47 enquiry, interval suitably held: Write a whole number from 1 to 730.'
	]);
	expect(later({ ...second, effectiveFrom: '21/11/2026' })[0]).toMatch(/^Version 2: /);
	expect(later({ ...second, version: 3 })).toEqual(['Version 2: it is not numbered in order.']);
	expect(later(second, '2026-11-21')).toEqual([
		'Version 2: it was published on the day it came into force or later.'
	]);
	expect(later({ ...second, courses: [] })).toEqual(['Version 2: “courses” is not an object.']);
	const third = { policy: { ...second, version: 3, effectiveFrom: '2026-11-21' }, publishedOn: '2026-11-20' };
	expect(problems({ versions: [first, { policy: second, publishedOn: '2026-11-20' }, third] })).toEqual([
		'The versions are not in the order of the days they come into force.'
	]);
});
