import { isCalendarDate } from '#lib/domain/calendar.ts';
import { noRecords, type Records, type TableName } from '#lib/domain/records.ts';
import type { Source } from './archive.ts';
import {
	fieldOf,
	plainName,
	TABLES,
	tableOf,
	type Column,
	type Row,
	type Shape,
	type Table
} from './catalogue.ts';
import { asWritten, csvLine, readCsv } from './csv.ts';
import { textOf } from './encoding.ts';
import {
	FileRefused,
	excerpt,
	fileProblem,
	placeInWords,
	rowProblem,
	type Place,
	type Problem,
	type ProblemCode
} from './problems.ts';
import type { Sheet } from './workbook.ts';

/** A row that was there but could not be read. */
export interface UnreadRow {
	table: TableName;
	/** Its id, where the table has one and it could be read. */
	id: string | null;
	place: Place;
}

/** Rows as they were given, with the place of each, before they are compared with anything. */
export interface Incoming {
	source: string;
	records: Records;
	/** The place of each row, parallel to `records`. */
	lines: Record<TableName, Place[]>;
	/** The fields that each table given has; a table that is not here was not given. */
	columns: Partial<Record<TableName, ReadonlySet<string>>>;
	unread: UnreadRow[];
	problems: Problem[];
}

export function nothingIncoming(source: string): Incoming {
	const lines = Object.fromEntries(TABLES.map((each) => [each.table, []])) as unknown as Incoming['lines'];
	return { source, records: noRecords(), lines, columns: {}, unread: [], problems: [] };
}

/** A native table found among the files given. */
export interface TableFile {
	table: TableName;
	file: string;
	from: { csv: Source } | { sheet: Sheet };
}

const MOST_BAD_ROWS = 10_000;
const MOST_COLUMNS = 500;

/**
 * Reads every native table among the files recognised. All that is wrong, with the files and with their rows, is in the
 * result's `problems`.
 */
export async function readTables(
	recognised: { tables: readonly TableFile[]; problems: readonly Problem[] },
	source = 'native'
): Promise<Incoming> {
	const incoming = nothingIncoming(source);
	incoming.problems.push(...recognised.problems);
	const given = new Map<TableName, string>();
	for (const { table, file, from } of recognised.tables) {
		const sheet = 'sheet' in from ? from.sheet.name : null;
		const other = given.get(table);
		const place = placeInWords({ file, sheet, line: null });
		if (other !== undefined) {
			const args = { table: tableOf(table).name, other };
			incoming.problems.push(fileProblem('table_twice', file, { sheet, args }));
			continue;
		}
		given.set(table, place);
		await readTable(tableOf(table), file, from, incoming);
	}
	return incoming;
}

async function readTable(
	table: Table,
	file: string,
	from: TableFile['from'],
	incoming: Incoming
): Promise<void> {
	const { problems, unread } = incoming;
	const rows = incoming.records[table.table] as Row[];
	const places = incoming.lines[table.table];
	const sheet = 'sheet' in from ? from.sheet.name : null;
	const read = valueReader();
	let head: Head | null = null;
	let badRows = 0;

	const report = (problem: Problem) => {
		problems.push(problem);
		if (++badRows > MOST_BAD_ROWS)
			throw new FileRefused(
				fileProblem('too_many_bad_rows', file, { sheet, args: { count: MOST_BAD_ROWS } })
			);
	};
	let cell = { column: '', written: '', place: { file, sheet, line: 0 } };
	const fault = (code: ProblemCode, args: Problem['args'] = {}) => {
		const { column, written, place } = cell;
		report(rowProblem(code, place, { column, found: written === '' ? null : excerpt(written), args }));
	};
	const onRow = (fields: string[], line: number, errors?: ReadonlySet<number>) => {
		if (head === null) {
			head = headOf(table, fields, { file, sheet, line }, problems);
			incoming.columns[table.table] = new Set(head.columns.map((column) => column.field));
			return;
		}
		if (fields.every(isBlank)) return;
		const place: Place = { file, sheet, line };
		const before = problems.length;
		const width = head.width;
		if (sheet === null && fields.length !== width && !fields.slice(width).every(isBlank))
			report(rowProblem('too_many_fields', place, { args: { fields: fields.length, columns: width } }));
		else if (sheet === null && fields.length < width)
			report(rowProblem('too_few_fields', place, { args: { fields: fields.length, columns: width } }));
		const row: Record<string, unknown> = {};
		for (let i = 0; i < table.columns.length; i++) {
			const column = table.columns[i]!;
			const at = head.at[i]!;
			const written = at === -1 ? '' : (fields[at] ?? '');
			cell = { column: column.name, written, place };
			if (errors?.has(at)) {
				fault('cell_error');
				continue;
			}
			const value = read(written, column.shape, fault);
			if (value === null && column.required && problems.length === before && isBlank(written))
				fault('required');
			row[column.field] = value;
		}
		if (table.table === 'cases') row['childId'] ??= row['caseId'];
		if (table.table === 'supervision') row['cancelled'] ??= false;
		if (problems.length > before) {
			const id = table.key.length === 1 ? row[table.key[0]!] : null;
			unread.push({ table: table.table, id: typeof id === 'string' ? id : null, place });
			return;
		}
		rows.push(row as unknown as Row);
		places.push(place);
	};

	try {
		if ('csv' in from) {
			const onProblem = (problem: Problem) => {
				report(problem);
				unread.push({ table: table.table, id: null, place: { file, sheet, line: problem.line ?? 0 } });
			};
			await readCsv(textOf(from.csv.chunks(), file), file, onRow, onProblem);
		} else
			await from.sheet.read((cells, row) => {
				const errors = new Set<number>();
				const fields = Array.from(cells, (cell, at) => {
					if (cell?.is === 'error') errors.add(at);
					return cell?.text ?? '';
				});
				onRow(fields, row, errors.size > 0 ? errors : undefined);
			});
		if (head === null) problems.push(fileProblem('empty_file', file, { sheet }));
	} catch (error) {
		if (!(error instanceof FileRefused)) throw error;
		problems.push(error.problem);
	}
}

const isBlank = (text: string) => text === '' || text.trim() === '';

interface Head {
	columns: Column[];
	/** Where in the file each column of the table is; -1: nowhere. */
	at: number[];
	width: number;
}

/** Throws `FileRefused` where the rows cannot be read under these column names. */
function headOf(table: Table, names: string[], place: Place, problems: Problem[]): Head {
	const { file, sheet, line } = place;
	if (names.length > MOST_COLUMNS)
		throw new FileRefused(
			fileProblem('too_many_columns', file, { sheet, line, args: { count: MOST_COLUMNS } })
		);
	const errors: Problem[] = [];
	const seen = new Map<string, number>();
	names.forEach((written, at) => {
		const name = plainName(written);
		if (name === '') return;
		const found = excerpt(written.trim());
		const isKnown = table.columns.some((column) => column.name === name);
		if (seen.has(name)) errors.push(fileProblem('duplicate_column', file, { sheet, line, found }));
		else if (!isKnown)
			problems.push(fileProblem('unknown_column', file, { level: 'warning', sheet, line, found }));
		seen.set(name, at);
	});
	for (const column of table.columns)
		if (column.required && !seen.has(column.name)) {
			const args = { name: column.name, table: table.name };
			errors.push(fileProblem('missing_column', file, { sheet, line, args }));
		}
	const last = errors.pop();
	for (const error of errors) problems.push(error);
	if (last) throw new FileRefused(last);
	return {
		columns: table.columns.filter((column) => seen.has(column.name)),
		at: table.columns.map((column) => seen.get(column.name) ?? -1),
		width: names.length
	};
}

const LONGEST_ID = 64;
const LONGEST_LABEL = 500;
const LONGEST_TEXT = 100_000;

type Fault = (code: ProblemCode, args?: Problem['args']) => void;

/** A day that exists, as `yyyy-mm-dd`, or why the text is none. Only two ways of writing it are taken. */
export function readDay(
	written: string
): { day: string } | { code: 'not_a_date' | 'no_such_day' | 'day_too_far' } {
	const british = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(written);
	const day = british ? `${british[3]}-${british[2]}-${british[1]}` : written;
	if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return { code: 'not_a_date' };
	if (!isCalendarDate(day)) return { code: 'no_such_day' };
	return day < '1900-01-01' || day > '2199-12-31' ? { code: 'day_too_far' } : { day };
}

/** Reads values of one file; the days of a file are few, so each is worked out once. */
function valueReader(): (written: string, shape: Shape, fault: Fault) => unknown {
	const days = new Map<string, ReturnType<typeof readDay>>();
	const readId = (written: string, fault: Fault) => {
		const id = asWritten(written.trim());
		if (id.length > LONGEST_ID) fault('id_too_long');
		return id;
	};
	return (written, shape, fault) => {
		if (isBlank(written)) return shape.is === 'ids' ? [] : null;
		if (written.includes('\u0000')) {
			fault('not_a_letter');
			return null;
		}
		switch (shape.is) {
			case 'id':
				return readId(written, fault);
			case 'ids': {
				const ids = asWritten(written.trim())
					.split(';')
					.filter((each) => !isBlank(each));
				return [...new Set(ids.map((each) => readId(each, fault)))];
			}
			case 'day': {
				const plain = written.trim();
				let known = days.get(plain);
				if (!known) {
					known = readDay(plain);
					if (days.size < 100_000) days.set(plain, known);
				}
				if ('day' in known) return known.day;
				fault(known.code);
				return null;
			}
			case 'label':
			case 'text': {
				const text = asWritten(shape.is === 'label' ? written.trim() : written);
				const most = shape.is === 'label' ? LONGEST_LABEL : LONGEST_TEXT;
				if (text.length > most) fault('text_too_long', { most });
				return text;
			}
			case 'yes_no': {
				const plain = written.trim().toLowerCase();
				if (plain === 'yes' || plain === 'no') return plain === 'yes';
				fault('not_yes_or_no');
				return null;
			}
			case 'number': {
				const plain = written.trim();
				const number = Number(plain);
				if (!/^-?\d+(\.\d+)?$/.test(plain)) fault('not_a_number');
				else if (number < shape.least || number > shape.most)
					fault('out_of_range', { least: shape.least, most: shape.most });
				else if (shape.whole && !Number.isInteger(number)) fault('not_whole');
				return number;
			}
			case 'word': {
				const plain = written.trim();
				const known = shape.words.find(
					(each) => each === plain || each.toLowerCase() === plain.toLowerCase()
				);
				if (known === undefined) fault('not_listed', { words: shape.words.join(', ') });
				return known ?? null;
			}
		}
	};
}

/**
 * A native table as CSV (RFC 4180, text made inert), line by line, the head first, each with its line end: reading it
 * gives the same rows.
 */
export function* csvLinesOf<Name extends TableName>(
	name: Name,
	rows: Iterable<Records[Name][number]>
): Generator<string> {
	const { columns } = tableOf(name);
	yield `${columns.map((column) => column.name).join(',')}\r\n`;
	for (const row of rows) {
		const values = columns.map(({ field }) => {
			const value = fieldOf(row, field) as string | number | boolean | readonly string[] | null;
			return typeof value === 'object' && value !== null ? value.join(';') : value;
		});
		yield `${csvLine(values)}\r\n`;
	}
}
