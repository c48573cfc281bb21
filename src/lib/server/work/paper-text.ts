import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type Face = 'regular' | 'bold';

/** Text of one face; left out: regular. */
export interface Span {
	text: string;
	face?: Face;
	ink?: string;
}

/** A paragraph broken into lines, not yet drawn: its height in points, and how to draw it. */
export interface Laid {
	height: number;
	/** Of its longest line, in points. */
	width: number;
	draw: (x: number, y: number) => void;
}

export interface Setting {
	/** In points, as the width of the column is. */
	size: number;
	width: number;
	ink: string;
	align?: 'left' | 'right';
}

const LEADING = 1.27;

const require = createRequire(import.meta.url);
const FILES = '@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next';
const FONTS = [
	['regular', `${FILES}-latin-400-normal.woff`],
	['bold', `${FILES}-latin-700-normal.woff`],
	['regular extended', `${FILES}-latin-ext-400-normal.woff`],
	['bold extended', `${FILES}-latin-ext-700-normal.woff`]
] as const;
let files: [name: string, file: Buffer][] | undefined;

/** The letters that the two files of a face hold. */
const PLAIN =
	/[\x20-\x7e\xa0-\xac\xae-\xb4\xb6-\xff\u0102\u0131\u0152\u0153\u02c6\u02da\u02dc\u2009\u2013\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u2039\u203a\u2044\u20ac\u2122\u2212\u2215]/;
const EXTENDED =
	/[\u0100-\u0107\u010a-\u0113\u0116-\u011b\u011e-\u0123\u0126\u0127\u012a\u012b\u012e-\u0130\u0132\u0133\u0136\u0137\u0139-\u013e\u0141-\u0148\u0150\u0151\u0154\u0155\u0158-\u015b\u015e-\u0165\u016a\u016b\u016e-\u017e\u0192\u0218-\u021b\u0237\u1e80-\u1e85\u1e9e\u1ef2\u1ef3\u2020\u20b9\u2113]/;

/** Breaks a paragraph between words, and within a word only where it is wider than the column. */
export type Typesetting = (spans: readonly Span[], setting: Setting) => Laid;

/** Registers the typeface with a document and sets paragraphs in it. */
export function typesettingOf(doc: PDFKit.PDFDocument): Typesetting {
	files ??= FONTS.map(([name, path]) => [name, readFileSync(require.resolve(path))]);
	for (const [name, file] of files) doc.registerFont(name, file);

	const broken = new Map<string, Line[]>();
	const widths = new Map<string, number>();
	/** In points at a size of 1. */
	const measured = ({ font, text }: Piece): number => {
		const key = `${font} ${text}`;
		let width = widths.get(key);
		if (width === undefined) {
			width = doc.font(font).fontSize(1000).widthOfString(text) / 1000;
			widths.set(key, width);
		}
		return width;
	};
	return (spans, { size, width, ink, align = 'left' }) => {
		const leading = size * LEADING;
		const key = JSON.stringify([spans, size, width]);
		let lines = broken.get(key);
		if (!lines) {
			lines = linesOf(spans.flatMap(wordsOf), width, (pieces) =>
				pieces.reduce((sum, piece) => sum + measured(piece) * size, 0)
			);
			broken.set(key, lines);
		}
		return {
			height: lines.length * leading,
			width: Math.max(0, ...lines.map((line) => line.width)),
			draw(x, y) {
				for (const [row, line] of lines.entries()) {
					let left = align === 'right' ? x + width - line.width : x;
					for (const piece of merged(line.words, row < lines.length - 1)) {
						doc
							.font(piece.font)
							.fontSize(size)
							.fillColor(piece.ink ?? ink);
						doc.text(piece.text, left, y + row * leading, { lineBreak: false });
						left += measured(piece) * size;
					}
				}
			}
		};
	};
}

/** Letters of one font. */
interface Piece {
	font: string;
	text: string;
	ink?: string | undefined;
}
type Word = Piece[];
interface Line {
	words: Word[];
	width: number;
}

/** Words keep the space before them, so that a line is its words one after the other; per cent stays with its number. */
function wordsOf({ text, face = 'regular', ink }: Span): Word[] {
	return (text.replaceAll(/\s+/g, ' ').match(/ *[^ ]+(?: %[^ ]*)?/g) ?? []).map((word) => {
		const pieces: Piece[] = [];
		for (const letter of [...word.normalize('NFC')].map(shown)) {
			const font = PLAIN.test(letter) ? face : `${face} extended`;
			const last = pieces.at(-1);
			if (last?.font === font) last.text += letter;
			else pieces.push({ font, text: letter, ink });
		}
		return pieces;
	});
}

/** A letter that the typeface lacks is shown without its accent, else as a question mark. */
function shown(letter: string): string {
	if (PLAIN.test(letter) || EXTENDED.test(letter)) return letter;
	const [bare = ''] = letter.normalize('NFD');
	return PLAIN.test(bare) || EXTENDED.test(bare) ? bare : '?';
}

function linesOf(words: readonly Word[], width: number, measure: (pieces: Word) => number): Line[] {
	const lines: Line[] = [];
	let line: Line = { words: [], width: 0 };
	const close = () => {
		if (line.words.length > 0) lines.push(line);
		line = { words: [], width: 0 };
	};
	for (const word of words) {
		let rest = word;
		for (;;) {
			if (line.words.length === 0) rest = trimmed(rest);
			const wide = measure(rest);
			if (line.width + wide <= width) {
				line.words.push(rest);
				line.width += wide;
				break;
			}
			if (line.words.length > 0) close();
			else {
				const [head, tail] = parted(rest, width, measure);
				lines.push({ words: [head], width: measure(head) });
				if (tail.length === 0) break;
				rest = tail;
			}
		}
	}
	close();
	return lines;
}

function trimmed([first, ...others]: Word): Word {
	return first ? [{ ...first, text: first.text.trimStart() }, ...others] : [];
}

/** As many letters as fit, and at least one, so that it ends. */
function parted(word: Word, width: number, measure: (pieces: Word) => number): [Word, Word] {
	const letters = word.flatMap((piece) => [...piece.text].map((text) => ({ ...piece, text })));
	let fit = 1;
	while (fit < letters.length && measure(letters.slice(0, fit + 1)) <= width) fit++;
	return [letters.slice(0, fit), letters.slice(fit)];
}

/** Pieces that stand side by side in one font and ink are one; a line that goes on ends with a space for who copies it. */
function merged(words: readonly Word[], goesOn: boolean): Piece[] {
	const pieces: Piece[] = [];
	for (const piece of words.flat()) {
		const last = pieces.at(-1);
		if (last?.font === piece.font && last.ink === piece.ink) last.text += piece.text;
		else pieces.push({ ...piece });
	}
	const last = pieces.at(-1);
	if (goesOn && last) last.text += ' ';
	return pieces;
}
