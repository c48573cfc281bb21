import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODES } from '#lib/domain/codes.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import { rulesAsMarkdown, rulesInWords } from '#lib/domain/rule-words.ts';

const DOCUMENT = new URL('../../docs/rules.md', import.meta.url);
const plain = (text: string) => text.replaceAll(/[ \t]+/g, ' ').replaceAll(/-{3,}/g, '---');

if (process.env['COUNTERSIGN_WRITE_RULES']) writeFileSync(DOCUMENT, rulesAsMarkdown(DEFAULT_POLICY), 'utf8');

test('docs/rules.md says what the rules and the default policy say', () => {
	expect(plain(readFileSync(DOCUMENT, 'utf8'))).toBe(plain(rulesAsMarkdown(DEFAULT_POLICY)));
});

test('every rule of the catalogue is told once, in its order, with its source', () => {
	const told = rulesInWords(DEFAULT_POLICY);
	expect(told.map(({ code }) => code)).toEqual(CODES);
	for (const { code, source, condition, severity, clears } of told)
		for (const words of [source, condition, severity, clears]) expect(words, code).toMatch(/^[A-Z0-9].*\.$/s);
});
