import { crc32, deflateRawSync } from 'node:zlib';
import { dayNumber, type CalendarDate } from '#lib/domain/calendar.ts';

/** What a cell holds: a share is a fraction of 1 and is shown in per cent. Null: an empty cell. */
export type Cell = string | number | null | { share: number } | { day: CalendarDate };

export interface Sheet {
	name: string;
	head: readonly string[];
	/** In characters, one a column. */
	widths: readonly number[];
	rows: readonly (readonly Cell[])[];
}

const [PLAIN, HEAD, SHARE, DAY, LITERAL] = [0, 1, 2, 3, 4];

/** The day that a spreadsheet calls 1 January 1970. It counts a 29 February 1900, which never was. */
const FIRST_OF_1970 = 25_569;

const FORMULA_START = /^\s*[=+\-@\t\r]/;
const NOT_IN_XML = /[^\t\n\r\P{Cc}]|\p{Cs}|[\ufffe\uffff]/gu;
const LONGEST_TEXT = 32_767;

/** A workbook for a spreadsheet (Office Open XML). Text is text, whatever it begins with: no cell is a formula. */
export function xlsxOf(title: string, sheets: readonly Sheet[]): Uint8Array<ArrayBuffer> {
	const part = (sheet: number) => `xl/worksheets/sheet${sheet + 1}.xml`;
	return zipped([
		[
			'[Content_Types].xml',
			`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${SPREADSHEET}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${SPREADSHEET}.styles+xml"/>${sheets.map((_, place) => `<Override PartName="/${part(place)}" ContentType="${SPREADSHEET}.worksheet+xml"/>`).join('')}<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
		],
		[
			'_rels/.rels',
			relations([
				[`${OFFICE}/officeDocument`, 'xl/workbook.xml'],
				[
					'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties',
					'docProps/core.xml'
				]
			])
		],
		[
			'docProps/core.xml',
			`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${escaped(title)}</dc:title><dc:creator>Countersign</dc:creator><dc:language>en-GB</dc:language></cp:coreProperties>`
		],
		[
			'xl/workbook.xml',
			`<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets.map(({ name }, place) => `<sheet name="${escaped(name)}" sheetId="${place + 1}" r:id="r${place + 1}"/>`).join('')}</sheets></workbook>`
		],
		[
			'xl/_rels/workbook.xml.rels',
			relations([
				...sheets.map((_, place): [string, string] => [`${OFFICE}/worksheet`, part(place).slice(3)]),
				[`${OFFICE}/styles`, 'styles.xml']
			])
		],
		['xl/styles.xml', STYLES],
		...sheets.map((sheet, place): [string, string] => [part(place), worksheet(sheet)])
	]);
}

/** The same as an answer to a browser, under a name for the file. */
export function xlsxAnswer(name: string, title: string, sheets: readonly Sheet[]): Response {
	return new Response(xlsxOf(title, sheets), {
		headers: {
			'content-type': `${SPREADSHEET}.sheet`,
			'content-disposition': `attachment; filename="${name.replaceAll(/[^a-z0-9.-]+/gi, '-')}.xlsx"`
		}
	});
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const WRAPPED = '<alignment vertical="top" wrapText="1"/>';
const STYLES = `<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.0%"/><numFmt numFmtId="165" formatCode="d\\ mmm\\ yyyy"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf applyAlignment="1">${WRAPPED}</xf><xf fontId="1" applyFont="1" applyAlignment="1">${WRAPPED}</xf><xf numFmtId="164" applyNumberFormat="1" applyAlignment="1">${WRAPPED}</xf><xf numFmtId="165" applyNumberFormat="1" applyAlignment="1">${WRAPPED}</xf><xf quotePrefix="1" applyAlignment="1">${WRAPPED}</xf></cellXfs></styleSheet>`;

function relations(targets: readonly [type: string, target: string][]): string {
	return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${targets.map(([type, target], place) => `<Relationship Id="r${place + 1}" Type="${type}" Target="${target}"/>`).join('')}</Relationships>`;
}

function worksheet({ head, widths, rows }: Sheet): string {
	const columns = widths.map(
		(width, place) => `<col min="${place + 1}" max="${place + 1}" width="${width}" customWidth="1"/>`
	);
	const lines = [
		head.map((text) => written(text, HEAD)),
		...rows.map((row) => row.map((cell) => written(cell)))
	];
	return `<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>${lines.map((cells, row) => `<row r="${row + 1}">${cells.map((cell, column) => cell.replace('<c', `<c r="${letters(column)}${row + 1}"`)).join('')}</row>`).join('')}</sheetData></worksheet>`;
}

function written(cell: Cell, style?: number): string {
	if (cell === null) return '<c/>';
	if (typeof cell === 'number') return `<c s="${PLAIN}"><v>${cell}</v></c>`;
	if (typeof cell === 'object')
		return 'share' in cell
			? `<c s="${SHARE}"><v>${cell.share}</v></c>`
			: `<c s="${DAY}"><v>${dayNumber(cell.day) + FIRST_OF_1970}</v></c>`;
	const as = style ?? (FORMULA_START.test(cell) ? LITERAL : PLAIN);
	return `<c s="${as}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
}

function escaped(text: string): string {
	return text
		.slice(0, LONGEST_TEXT)
		.replaceAll(NOT_IN_XML, '')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}

/** A, B, ... Z, AA, AB ... */
function letters(column: number): string {
	const last = String.fromCharCode(65 + (column % 26));
	return column < 26 ? last : letters(Math.floor(column / 26) - 1) + last;
}

/** A zip file. It bears no time of day, so that the same figures give the same bytes. */
function zipped(files: readonly [name: string, text: string][]): Uint8Array<ArrayBuffer> {
	const local: Buffer[] = [];
	const central: Buffer[] = [];
	let at = 0;
	for (const [path, text] of files) {
		const name = Buffer.from(path);
		const content = Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${text}`);
		const packed = deflateRawSync(content);
		const entry = Buffer.alloc(26);
		entry.writeUInt16LE(20, 0);
		entry.writeUInt16LE(DEFLATED, 4);
		entry.writeUInt16LE(FIRST_DAY_OF_ZIP, 8);
		entry.writeUInt32LE(crc32(content), 10);
		entry.writeUInt32LE(packed.length, 14);
		entry.writeUInt32LE(content.length, 18);
		entry.writeUInt16LE(name.length, 22);
		const offset = Buffer.alloc(14);
		offset.writeUInt32LE(at, 10);
		local.push(Buffer.from('PK\x03\x04'), entry, name, packed);
		central.push(Buffer.from('PK\x01\x02\x14\0'), entry, offset, name);
		at += 4 + entry.length + name.length + packed.length;
	}
	const size = central.reduce((sum, { length }) => sum + length, 0);
	const end = Buffer.alloc(18);
	end.writeUInt16LE(files.length, 4);
	end.writeUInt16LE(files.length, 6);
	end.writeUInt32LE(size, 8);
	end.writeUInt32LE(at, 12);
	return new Uint8Array(Buffer.concat([...local, ...central, Buffer.from('PK\x05\x06'), end]));
}

const DEFLATED = 8;
const FIRST_DAY_OF_ZIP = 0x21;
