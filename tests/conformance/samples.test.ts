import { expect, test } from 'vitest';
import { describeWithSamples, sample } from './samples.ts';

describeWithSamples('the folder of sample files', () => {
	const listed = () =>
		[
			...sample('SOURCES.md')
				.toString('utf8')
				.matchAll(/[\w-]+[.](?:csv|xlsx|xml|xsd|json)\b/g)
		].map(([name]) => name);

	test('says where its files come from', () => {
		expect(listed()).toContain('annex_a_sample.xlsx');
	});

	test('holds every file it lists, none of them empty', () => {
		const empty = listed().filter((name) => sample(name).length === 0);
		expect(empty).toEqual([]);
	});
});
