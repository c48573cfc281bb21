import { expect, test } from 'vitest';
import { changeOfCell } from '#lib/domain/heatmap-change.ts';
import { percentShown, type CellInWords } from '#lib/domain/heatmap-words.ts';

const cell = (changed: Partial<CellInWords>): CellInWords => ({
	key: 'cases',
	text: '12',
	figure: 12,
	level: 1,
	past: false,
	words: '',
	...changed
});
const said = (now: Partial<CellInWords>, then: Partial<CellInWords> | null) => {
	const { text, words, figure } = changeOfCell(cell(now), then && cell(then), '2026-09-30');
	return `${figure}: ${text}; ${words}`;
};

test.each([
	[{}, { text: '9', figure: 9 }, '3: +3; 3 more than on 30 Sep 2026'],
	[{}, { text: '14', figure: 14 }, '-2: −2; 2 less than on 30 Sep 2026'],
	[{}, {}, '0: same; the same as on 30 Sep 2026'],
	[{}, null, 'null: new; not in this team on 30 Sep 2026'],
	[
		{ key: 'load', text: '92 %', figure: 91.76 },
		{ key: 'load', text: '80 %', figure: 80.49 },
		'12: +12; 12 percentage points more than on 30 Sep 2026'
	],
	[
		{ key: 'load', text: 'no capacity', figure: Number.MAX_SAFE_INTEGER },
		{ key: 'load', text: '80 %', figure: 80 },
		'null: was 80 %; 80 % on 30 Sep 2026'
	],
	[{ text: '2 of 9', figure: 2 }, { text: '1 of 8', figure: 1 }, '1: +1; 1 more than on 30 Sep 2026'],
	[{ text: '–', figure: null }, { text: '–', figure: null }, 'null: same; the same as on 30 Sep 2026']
] as const)('%o against %o is %s', (now, then, expected) => {
	expect(said(now, then)).toBe(expected);
});

test('what is just over capacity does not read as full', () => {
	expect([99.6, 100, 100.02, 100.4, 100.5].map(percentShown)).toEqual([
		'100 %',
		'100 %',
		'100.1 %',
		'100.4 %',
		'101 %'
	]);
});
