import { expect, test } from 'vitest';
import { readConfig } from '#lib/server/config.ts';

const given = (COUNTERSIGN_CASE_LINK: string) => readConfig({ COUNTERSIGN_CASE_LINK }).caseLink;

test('the address of a case in the case system says where the reference or the child stands', () => {
	expect(readConfig({}).caseLink).toBeNull();
	for (const link of [
		'https://cases.council.example/case/{reference}',
		'https://cases.council.example/find?child={child}&case={reference}'
	])
		expect(given(link)).toBe(link);
});

test('what is no such address is refused at the start, with how to write it', () => {
	for (const link of [
		'cases.council.example/{reference}',
		'https://cases.council.example/case',
		'https://{reference}.council.example/',
		'https://council.example:{reference}/',
		'javascript:alert({reference})'
	])
		expect(() => given(link), link).toThrow(/^COUNTERSIGN_CASE_LINK: this is not the address of a case/);
});
