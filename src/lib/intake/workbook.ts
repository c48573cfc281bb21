import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { unpack, type Source, type Unpacked } from './archive.ts';
import { FileRefused, fileProblem } from './problems.ts';

/** A cell as it is shown: a day as `yyyy-mm-dd`, yes and no as those words, a formula as its last result. */
export interface Cell {
	is: 'empty' | 'text' | 'number' | 'day' | 'error';
	text: string;
}

export interface Sheet {
	name: string;
	/** Gives the rows that hold anything, each with its number in the sheet. */
	read: (onRow: (cells: Cell[], row: number) => void) => Promise<void>;
}

export const NO_CELL: Cell = { is: 'empty', text: '' };

const MOST_COLUMNS = 1_024;
const DEEPEST_TAG = 64;

/** The number formats of ECMA-376 part 1, 18.8.30, that show a day. */
const DAY_FORMATS = new Set([
	14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58
]);

interface Listener {
	open?: (name: string, attribute: (name: string) => string | undefined) => void;
	text?: (text: string) => void;
	close?: (name: string) => void;
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

async function readXml(source: Source, listener: Listener): Promise<void> {
	const parser = new SaxesParser();
	let depth = 0;
	const refuse = () => {
		throw new Error('not the XML of a workbook');
	};
	parser.on('error', refuse);
	parser.on('doctype', refuse);
	parser.on('opentag', (tag: SaxesTagPlain) => {
		if (++depth > DEEPEST_TAG) refuse();
		listener.open?.(localName(tag.name), (name) => tag.attributes[name]);
	});
	parser.on('closetag', (tag: SaxesTagPlain) => {
		depth--;
		listener.close?.(localName(tag.name));
	});
	parser.on('text', (text) => listener.text?.(text));
	parser.on('cdata', (text) => listener.text?.(text));
	const decoder = new TextDecoder('utf-8');
	for await (const chunk of source.chunks()) parser.write(decoder.decode(chunk, { stream: true }));
	parser.write(decoder.decode()).close();
}

/**
 * The sheets of an .xlsx workbook in their order, given the files packed in it. Throws `FileRefused` where it cannot be
 * read as one; so does reading a sheet.
 */
export async function sheetsOf(bytes: Uint8Array, file: string, unpacked: Unpacked): Promise<Sheet[]> {
	const refusing = async <T>(work: () => Promise<T>): Promise<T> => {
		try {
			return await work();
		} catch (error) {
			if (error instanceof FileRefused && error.problem.code !== 'damaged_zip') throw error;
			throw new FileRefused(fileProblem('damaged_workbook', file));
		}
	};
	return refusing(async () => {
		const parts = new Map(
			(await unpack(bytes, file, unpacked)).map((part) => [part.name.toLowerCase(), part])
		);
		const part = (path: string) => parts.get(path.toLowerCase().replace(/^\//, ''));
		const roots = await targetsOf(part('_rels/.rels'), 'Type');
		const main = [...roots].find(([type]) => type.endsWith('/officeDocument'))?.[1] ?? 'xl/workbook.xml';
		const book = part(main);
		if (!book) throw new Error('no workbook inside');

		const named: { name: string; link: string }[] = [];
		let from1904 = false;
		await readXml(book, {
			open: (tag, attribute) => {
				if (tag === 'workbookPr') from1904 = /^(1|true)$/.test(attribute('date1904') ?? '');
				if (tag === 'sheet')
					named.push({ name: attribute('name') ?? '', link: attribute('r:id') ?? attribute('id') ?? '' });
			}
		});
		const targets = await targetsOf(part(main.replace(/([^/]+)$/, '_rels/$1.rels')), 'Id');
		const showsDay = await dayStyles(part('xl/styles.xml'));
		const texts = await sharedTexts(part('xl/sharedstrings.xml'));
		return named.flatMap(({ name, link }) => {
			const target = targets.get(link) ?? '';
			const sheet = part(target.startsWith('/') ? target : `xl/${target}`);
			if (!sheet) return [];
			const read: Sheet['read'] = (onRow) =>
				refusing(() => readSheet(sheet, { texts, showsDay, from1904 }, onRow));
			return [{ name, read }];
		});
	});
}

/** What a part refers to, by the id or the type that the reference has. */
async function targetsOf(links: Source | undefined, by: 'Id' | 'Type'): Promise<Map<string, string>> {
	const targets = new Map<string, string>();
	if (links)
		await readXml(links, {
			open: (tag, attribute) => {
				if (tag === 'Relationship') targets.set(attribute(by) ?? '', attribute('Target') ?? '');
			}
		});
	return targets;
}

async function dayStyles(styles: Source | undefined): Promise<boolean[]> {
	const showsDay: boolean[] = [];
	if (!styles) return showsDay;
	const own = new Map<number, boolean>();
	let inCellFormats = false;
	await readXml(styles, {
		open: (tag, attribute) => {
			if (tag === 'numFmt')
				own.set(Number(attribute('numFmtId')), isDayFormat(attribute('formatCode') ?? ''));
			if (tag === 'cellXfs') inCellFormats = true;
			if (tag === 'xf' && inCellFormats) {
				const format = Number(attribute('numFmtId') ?? 0);
				showsDay.push(own.get(format) ?? DAY_FORMATS.has(format));
			}
		},
		close: (tag) => {
			if (tag === 'cellXfs') inCellFormats = false;
		}
	});
	return showsDay;
}

function isDayFormat(code: string): boolean {
	const plain = code.replace(/"[^"]*"|\\.|\[[^\]]*\]|_./g, '').split(';')[0]!;
	return /[dy]/i.test(plain) || /m{3,}/i.test(plain);
}

async function sharedTexts(shared: Source | undefined): Promise<string[]> {
	const texts: string[] = [];
	if (!shared) return texts;
	let text = '';
	let inText = false;
	let inReading = false;
	await readXml(shared, {
		open: (tag) => {
			if (tag === 'si') text = '';
			if (tag === 't') inText = true;
			if (tag === 'rPh') inReading = true;
		},
		text: (part) => {
			if (inText && !inReading) text += part;
		},
		close: (tag) => {
			if (tag === 'si') texts.push(withoutEscapes(text));
			if (tag === 't') inText = false;
			if (tag === 'rPh') inReading = false;
		}
	});
	return texts;
}

/** Excel writes control characters as `_x000D_`. */
function withoutEscapes(text: string): string {
	return text.includes('_x')
		? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
		: text;
}

interface Book {
	texts: string[];
	showsDay: boolean[];
	from1904: boolean;
}

async function readSheet(
	sheet: Source,
	book: Book,
	onRow: (cells: Cell[], row: number) => void
): Promise<void> {
	let row = 0;
	let cells: Cell[] = [];
	let holdsAnything = false;
	let column = -1;
	let type = '';
	let style = 0;
	let value = '';
	let collecting = false;
	let isFormula = false;
	await readXml(sheet, {
		open: (tag, attribute) => {
			if (tag === 'row') {
				row = Number(attribute('r') ?? row + 1);
				if (!Number.isSafeInteger(row)) throw new Error('a row without a number');
				cells = [];
				holdsAnything = false;
				column = -1;
			} else if (tag === 'c') {
				const reference = attribute('r');
				column = reference === undefined ? column + 1 : columnOf(reference);
				type = attribute('t') ?? 'n';
				style = Number(attribute('s') ?? 0);
				value = '';
				isFormula = false;
			} else if (tag === 'f') isFormula = true;
			else if (tag === 'v' || tag === 't') collecting = true;
		},
		text: (part) => {
			if (collecting) value += part;
		},
		close: (tag) => {
			if (tag === 'v' || tag === 't') collecting = false;
			else if (tag === 'c' && column < MOST_COLUMNS) {
				const cell: Cell =
					isFormula && value === '' && type === 'n'
						? { is: 'error', text: 'formula without a result' }
						: cellOf(type, value, book, style);
				if (cell.is === 'empty') return;
				while (cells.length < column) cells.push(NO_CELL);
				cells[column] = cell;
				holdsAnything ||= cell.text.trim() !== '';
			} else if (tag === 'row' && holdsAnything) onRow(cells, row);
		}
	});
}

function columnOf(reference: string): number {
	let column = 0;
	for (const letter of reference.toUpperCase()) {
		if (letter < 'A' || letter > 'Z') break;
		column = Math.min(column * 26 + letter.charCodeAt(0) - 64, 100_000);
	}
	return Math.max(column - 1, 0);
}

function cellOf(type: string, value: string, book: Book, style: number): Cell {
	if (value === '') return NO_CELL;
	if (type === 's') {
		const text = book.texts[Number(value)] ?? '';
		return text === '' ? NO_CELL : { is: 'text', text };
	}
	if (type === 'e') return { is: 'error', text: value };
	if (type === 'b') return { is: 'text', text: value === '1' ? 'yes' : 'no' };
	if (type === 'd') return { is: 'day', text: value.slice(0, 10) };
	if (type !== 'n') return { is: 'text', text: withoutEscapes(value) };
	const number = Number(value);
	if (Number.isNaN(number)) return { is: 'text', text: value };
	if (book.showsDay[style] === true && number >= 1 && number < 2_958_466)
		return { is: 'day', text: dayOfSerial(number, book.from1904) };
	return { is: 'number', text: String(number) };
}

/** The day of a serial number. Excel counts 29 February 1900, a day that never was: serials below it lie one later. */
function dayOfSerial(serial: number, from1904: boolean): string {
	const day = Math.floor(serial);
	const start = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30);
	return new Date(start + day * 86_400_000).toISOString().slice(0, 10);
}
