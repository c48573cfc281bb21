import { crc32, deflateRawSync } from 'node:zlib';

interface Packed {
	name: string;
	bytes: Uint8Array | string;
	/** Says that the content is encrypted, as a zip with a password does. */
	encrypted?: boolean;
	/** Says so instead of the true size. */
	declaredSize?: number;
}

/** A zip as any program would write it, so that tests may also write what no honest program would. */
export function zipOf(files: readonly Packed[]): Uint8Array {
	const parts: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const { name, bytes, encrypted, declaredSize } of files) {
		const content = Buffer.from(bytes as Uint8Array);
		const packed = deflateRawSync(content);
		const nameBytes = Buffer.from(name, 'utf8');
		const head = Buffer.alloc(26);
		head.writeUInt16LE(20, 0);
		head.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2);
		head.writeUInt16LE(8, 4);
		head.writeUInt32LE(crc32(content), 10);
		head.writeUInt32LE(packed.length, 14);
		head.writeUInt32LE(declaredSize ?? content.length, 18);
		head.writeUInt16LE(nameBytes.length, 22);
		const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), head, nameBytes, packed]);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(offset, 10);
		directory.push(
			Buffer.concat([Buffer.from('PK\u0001\u0002', 'latin1'), Buffer.from([20, 0]), head, tail, nameBytes])
		);
		parts.push(local);
		offset += local.length;
	}
	const central = Buffer.concat(directory);
	const end = Buffer.alloc(22);
	end.write('PK\u0005\u0006', 0, 'latin1');
	end.writeUInt16LE(files.length, 8);
	end.writeUInt16LE(files.length, 10);
	end.writeUInt32LE(central.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...parts, central, end]);
}

/** A cell of `workbookOf`: text, a number, a day shown as such, an error, or the bare XML of a cell's content. */
type CellContent =
	string | number | null | { day: string } | { error: string } | { type: string; xml: string };

const escaped = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('>', '&gt;');

function columnLetters(at: number): string {
	return at < 26
		? String.fromCharCode(65 + at)
		: columnLetters(Math.floor(at / 26) - 1) + columnLetters(at % 26);
}

function cellXml(content: CellContent, reference: string): string {
	if (content === null) return '';
	if (typeof content === 'number') return `<c r="${reference}"><v>${content}</v></c>`;
	if (typeof content === 'string')
		return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escaped(content)}</t></is></c>`;
	if ('day' in content) {
		const serial = Date.parse(content.day) / 86_400_000 + 25_569;
		return `<c r="${reference}" s="1"><v>${serial}</v></c>`;
	}
	if ('error' in content) return `<c r="${reference}" t="e"><v>${content.error}</v></c>`;
	return `<c r="${reference}" t="${content.type}">${content.xml}</c>`;
}

/** An .xlsx workbook with these sheets, in rows of cells; `spoil` may change a part before it is packed. */
export function workbookOf(
	sheets: Record<string, readonly (readonly CellContent[])[]>,
	spoil: (part: Uint8Array, name: string) => Uint8Array = (part) => part
): Uint8Array {
	const names = Object.keys(sheets);
	const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
	const links = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
	const sheetXml = (rows: readonly (readonly CellContent[])[]) =>
		rows
			.map((row, r) => {
				const cells = row.map((cell, c) => cellXml(cell, `${columnLetters(c)}${r + 1}`));
				return `<row r="${r + 1}">${cells.join('')}</row>`;
			})
			.join('');
	const parts = [
		{
			name: 'xl/workbook.xml',
			bytes: `<workbook xmlns="${main}" xmlns:r="${links}"><sheets>${names
				.map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
				.join('')}</sheets></workbook>`
		},
		{
			name: 'xl/_rels/workbook.xml.rels',
			bytes: `<Relationships>${names
				.map((_, at) => `<Relationship Id="rId${at + 1}" Target="worksheets/sheet${at + 1}.xml"/>`)
				.join('')}</Relationships>`
		},
		{
			name: 'xl/styles.xml',
			bytes: `<styleSheet xmlns="${main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`
		},
		...names.map((name, at) => ({
			name: `xl/worksheets/sheet${at + 1}.xml`,
			bytes: `<worksheet xmlns="${main}"><sheetData>${sheetXml(sheets[name]!)}</sheetData></worksheet>`
		}))
	];
	return zipOf(parts.map(({ name, bytes }) => ({ name, bytes: spoil(Buffer.from(bytes), name) })));
}
