import {
	allBytesOf,
	sourceOfBytes,
	startOf,
	tooLarge,
	unpack,
	type Limits,
	type Source,
	type Unpacked
} from './archive.ts';
import { TABLES, tableCalled } from './catalogue.ts';
import { kindOfBinary, textOf } from './encoding.ts';
import { isIndicators } from './indicators.ts';
import { FileRefused, fileProblem, type Problem } from './problems.ts';
import type { TableFile } from './tables.ts';
import { NO_CELL, sheetsOf, type Cell, type Sheet } from './workbook.ts';

/** What was given: a file in memory, or one that can be opened (more than once) and read as it comes. */
export type GivenFile =
	{ name: string; bytes: Uint8Array } | { name: string; open: () => AsyncIterable<Uint8Array> };

/** By page: 20 MB, 200 MB unpacked, 100 to 1. */
export const PAGE_LIMITS: Limits = { maxBytes: 20_000_000, maxUnpackedBytes: 200_000_000, maxRatio: 100 };

/** By command and watched folder: 2 GB. */
export const COMMAND_LIMITS: Limits = {
	maxBytes: 2_000_000_000,
	maxUnpackedBytes: 2_000_000_000,
	maxRatio: 100
};

/** What the files given are. Nothing but their beginnings was read, except of zips and workbooks. */
export interface Recognised {
	tables: TableFile[];
	annexA: { file: string; sheets: Sheet[] }[];
	/** The text of each policy.json. */
	policies: { file: string; text: string }[];
	/** Workforce indicators as the Department for Education publishes them. */
	indicators: Source[];
	problems: Problem[];
}

const KNOWN = `${TABLES.map((table) => table.name).join(', ')} (.csv, or sheets of one .xlsx), policy.json, an Annex A workbook and the DfE’s workforce indicators`;

const LEFT_BY_THE_MACHINE = /(^|\/)__MACOSX\/|(^|[\\/])(\.[^\\/]*|~\$[^\\/]*|Thumbs\.db|desktop\.ini)$/i;
const PACKED = /\.(zip|xlsx|xlsm|xls|7z|rar|gz|tar|tgz)$/i;
const TEXT = /\.(csv|txt|tsv|json|xml|md)$/i;

/**
 * Says what each file is, by its first bytes and its name: a native table (alone, in a zip, or as a sheet of a
 * workbook), an Annex A workbook, a policy.json. All else is a problem in words: ignored where it is not known, refused
 * where it is damaged, locked, or larger than the limits.
 */
export async function recognise(given: readonly GivenFile[], limits: Limits): Promise<Recognised> {
	const recognised: Recognised = { tables: [], annexA: [], policies: [], indicators: [], problems: [] };
	const total = { bytes: 0 };
	const unpacked: Unpacked = { limits, bytes: 0 };
	for (const file of given) {
		if (LEFT_BY_THE_MACHINE.test(file.name)) continue;
		try {
			await recogniseOne(withinLimit(file, limits, total), unpacked, recognised);
		} catch (error) {
			if (!(error instanceof FileRefused)) throw error;
			recognised.problems.push(error.problem);
		}
	}
	return recognised;
}

function withinLimit(given: GivenFile, limits: Limits, total: { bytes: number }): Source {
	const { name } = given;
	let counted = 0;
	const count = (length: number) => {
		if (length <= counted) return;
		total.bytes += length - counted;
		counted = length;
		if (total.bytes > limits.maxBytes) throw tooLarge(name, limits);
	};
	if ('bytes' in given) {
		count(given.bytes.length);
		return sourceOfBytes(name, given.bytes);
	}
	return {
		name,
		chunks: async function* () {
			let length = 0;
			for await (const chunk of given.open()) {
				length += chunk.length;
				count(length);
				yield chunk;
			}
		}
	};
}

async function recogniseOne(source: Source, unpacked: Unpacked, recognised: Recognised): Promise<void> {
	const { name } = source;
	const start = await startOf(source, 4096);
	if (start.length === 0) throw new FileRefused(fileProblem('empty_file', name));
	const binary = kindOfBinary(start);
	if (binary !== null && TEXT.test(name))
		throw new FileRefused(fileProblem('not_text', name, { args: { kind: binary } }));
	if (binary === 'an old Office file') throw new FileRefused(fileProblem('old_workbook', name));
	if (binary === 'a zip or a workbook') {
		const bytes = await allBytesOf(source);
		const parts = await unpack(bytes, name, unpacked);
		const holds = (pattern: RegExp) => parts.some((part) => pattern.test(part.name));
		if (holds(/^xl\/worksheets\//i) || holds(/^xl\/workbook\.xml$/i))
			await recogniseWorkbook(name, await sheetsOf(bytes, name, unpacked), recognised);
		else if (holds(/^\[content_types\]\.xml$/i) || (holds(/^mimetype$/) && holds(/^content\.xml$/)))
			throw new FileRefused(fileProblem('not_text', name, { args: { kind: 'another kind of Office file' } }));
		else for (const part of parts) await recognisePart(name, part, recognised);
		return;
	}
	if (/\.zip$/i.test(name)) throw new FileRefused(fileProblem('damaged_zip', name));
	if (/\.xlsx$/i.test(name)) throw new FileRefused(fileProblem('damaged_workbook', name));
	if (binary !== null) unknown(name, recognised);
	else await recogniseText(source, baseName(name), start, recognised);
}

async function recognisePart(zip: string, part: Source, recognised: Recognised): Promise<void> {
	if (LEFT_BY_THE_MACHINE.test(part.name)) return;
	const source = { name: `${zip}/${part.name}`, chunks: part.chunks };
	try {
		if (PACKED.test(part.name))
			throw new FileRefused(fileProblem('packed_in_zip', zip, { found: part.name }));
		await recogniseText(source, baseName(part.name), await startOf(source, 4096), recognised);
	} catch (error) {
		if (!(error instanceof FileRefused)) throw error;
		recognised.problems.push(error.problem);
	}
}

async function recogniseText(
	source: Source,
	base: string,
	start: Uint8Array,
	recognised: Recognised
): Promise<void> {
	const file = source.name;
	const table = /\.(csv|txt|tsv)$/i.test(base) ? tableCalled(base.replace(/\.\w+$/, '')) : null;
	if (table) {
		if (start.length === 0) throw new FileRefused(fileProblem('empty_file', file));
		recognised.tables.push({ table: table.table, file, from: { csv: source } });
	} else if (base.toLowerCase() === 'policy.json') {
		let text = '';
		for await (const part of textOf(source.chunks(), file)) text += part;
		try {
			JSON.parse(text);
		} catch {
			throw new FileRefused(fileProblem('not_json', file));
		}
		recognised.policies.push({ file, text });
	} else if (isIndicators(start)) recognised.indicators.push(source);
	else if (/<CSWWWorker|<Collection>\s*CSWW/.test(Buffer.from(start).toString('latin1')))
		recognised.problems.push(
			fileProblem('recognised_not_read', file, {
				level: 'warning',
				args: { kind: 'a DfE workforce census (CSWW)' }
			})
		);
	else unknown(file, recognised);
}

async function recogniseWorkbook(file: string, sheets: Sheet[], recognised: Recognised): Promise<void> {
	if (sheets.length === 0) throw new FileRefused(fileProblem('damaged_workbook', file));
	if (sheets.some((sheet) => listNumber(sheet.name) !== null)) {
		recognised.annexA.push({ file, sheets });
		return;
	}
	const known = sheets.filter((sheet) => tableCalled(sheet.name));
	const only = sheets.length === 1 ? sheets[0]! : null;
	const byFileName = only && known.length === 0 ? tableCalled(baseName(file).replace(/\.\w+$/, '')) : null;
	if (only && byFileName) recognised.tables.push({ table: byFileName.table, file, from: { sheet: only } });
	else if (known.length === 0) unknown(file, recognised);
	else
		for (const sheet of sheets) {
			const table = tableCalled(sheet.name);
			if (table) recognised.tables.push({ table: table.table, file, from: { sheet } });
			else unknown(file, recognised, sheet.name);
		}
}

function unknown(file: string, recognised: Recognised, sheet: string | null = null): void {
	recognised.problems.push(
		fileProblem('unknown_file', file, { level: 'warning', sheet, args: { known: KNOWN } })
	);
}

/** The number of an Annex A list by the name of its sheet (“List 6”, “list_6 CIN”), else null. */
export function listNumber(sheet: string): number | null {
	const number = /(?:^|[^a-z])list[\s_-]*(\d{1,2})(?!\d)/i.exec(sheet)?.[1];
	return number === undefined || Number(number) < 1 || Number(number) > 11 ? null : Number(number);
}

function baseName(path: string): string {
	return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** A cell of a row by its place, where rows may be shorter than the head. */
export function cellAt(cells: readonly Cell[], at: number | undefined): Cell {
	return at === undefined ? NO_CELL : (cells[at] ?? NO_CELL);
}
