import { expect, test } from 'vitest';
import { plainFromPaste } from '#lib/domain/pasted-text.ts';

test('text from a word processor arrives as it would have been typed', () => {
	const fromWord =
		'Visit on 3\u00A0March\r\n\r\n\r\n\r\n•\tSeen alone\r\n·\u00A0Bed\u00ADroom seen\r\no\tSchool called\r\n1.\tFirst\r\nLine one\vLine two \t\u200B';
	expect(plainFromPaste(fromWord)).toBe(
		'Visit on 3 March\n\n- Seen alone\n- Bedroom seen\n- School called\n1. First\nLine one\nLine two'
	);
});

test('quotation marks, dashes, accents and emoji of a quote stay as they were written', () => {
	const said = '“She said – ‘not again’ — and cried…” Zoë 🙂 £5 o clock';
	expect(plainFromPaste(said)).toBe(said);
});

test('the symbols that a word processor uses for its own bullets become a dash', () => {
	expect(plainFromPaste('\uF0B7\tOne\n\uF0A7 Two\n– Three')).toBe('- One\n- Two\n- Three');
});

test('cleaning what is clean changes nothing', () => {
	const messy = '•\tA\u00A0b\r\n\tc\v\vd\n\n\n\ne';
	expect(plainFromPaste(plainFromPaste(messy))).toBe(plainFromPaste(messy));
});
