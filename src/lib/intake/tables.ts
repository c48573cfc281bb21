import { isCalendarDate } from '#lib/domain/calendar.ts';
import { ALLOCATION_REASONS, OVERSIGHT_KINDS } from '#lib/domain/cases.ts';
import { ROLES } from '#lib/domain/people.ts';
import { KINDS } from '#lib/domain/policy.ts';
import { noRecords, type Records, type TableName } from '#lib/domain/records.ts';
import { SESSION_KINDS } from '#lib/domain/supervision.ts';
import type { Source } from './archive.ts';
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

/** The tables whose rows have an id of their own that others refer to. */
export type Referred = 'teams' | 'practitioners' | 'cases' | 'supervision' | 'oversight';

type Shape =
	| { is: 'id'; of: Referred | null }
	| { is: 'ids'; of: Referred }
	| { is: 'label' }
	| { is: 'text' }
	| { is: 'day' }
	| { is: 'yes_no' }
	| { is: 'number'; least: number; most: number; whole: boolean }
	| { is: 'word'; words: readonly string[] };

export interface Column {
	/** As in the file. */
	name: string;
	/** As in the row. */
	field: string;
	required: boolean;
	shape: Shape;
}

export interface Table {
	table: TableName;
	/** As in file and sheet names. */
	name: string;
	columns: readonly Column[];
	/** The fields that make a row the same row. */
	key: readonly string[];
	/** The day from which the row holds, and the first day on which it no longer does. */
	start: string | null;
	end: string | null;
	/** The field that says when it happened, where there is one: no recording date means that day. */
	happened: string | null;
}

const inField = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const column = (name: string, shape: Shape): Column => ({
	name: name.replace('*', ''),
	field: inField(name.replace('*', '')),
	required: name.endsWith('*'),
	shape
});
const id = (name: string, of: Referred | null = null) => column(name, { is: 'id', of });
const day = (name: string) => column(name, { is: 'day' });
const label = (name: string) => column(name, { is: 'label' });
const text = (name: string) => column(name, { is: 'text' });
const yesNo = (name: string) => column(name, { is: 'yes_no' });
const word = (name: string, words: readonly string[]) => column(name, { is: 'word', words });
const share = (name: string) => column(name, { is: 'number', least: 0, most: 1, whole: false });
const count = (name: string, most: number) => column(name, { is: 'number', least: 0, most, whole: true });

function table(
	name: string,
	key: string,
	dates: { start?: string; end?: string; happened?: string },
	...columns: Column[]
): Table {
	return {
		table: inField(name) as TableName,
		name,
		columns: [...columns, day('recorded_on'), ...(dates.end ? [day('end_recorded_on')] : [])],
		key: key.split(' ').map(inField),
		start: dates.start ? inField(dates.start) : null,
		end: dates.end ? inField(dates.end) : null,
		happened: dates.happened === undefined ? null : inField(dates.happened)
	};
}

const FROM_TO = { start: 'from', end: 'to', happened: 'from' };

/** The native tables, in the order in which one refers to another. */
export const TABLES: readonly Table[] = [
	table(
		'teams',
		'team_id',
		{ start: 'opened_on', end: 'closed_on' },
		id('team_id*'),
		label('name*'),
		label('service*'),
		day('opened_on'),
		day('closed_on'),
		id('succeeded_by', 'teams')
	),
	table(
		'practitioners',
		'practitioner_id',
		{ start: 'started_on', end: 'left_on' },
		id('practitioner_id*'),
		label('name*'),
		label('email'),
		label('swe_number'),
		day('registered_on'),
		day('early_career_started_on'),
		day('early_career_passed_on'),
		day('started_on'),
		day('left_on')
	),
	table(
		'postings',
		'practitioner_id from',
		FROM_TO,
		id('practitioner_id*', 'practitioners'),
		id('team_id*', 'teams'),
		word('role*', ROLES),
		id('supervisor_id', 'practitioners'),
		share('fte*'),
		yesNo('agency'),
		day('from*'),
		day('to')
	),
	table(
		'absences',
		'practitioner_id from reason',
		FROM_TO,
		id('practitioner_id*', 'practitioners'),
		day('from*'),
		day('to'),
		label('reason'),
		id('cover_id', 'practitioners'),
		id('supervision_cover_id', 'practitioners')
	),
	table(
		'reductions',
		'practitioner_id from reason',
		FROM_TO,
		id('practitioner_id*', 'practitioners'),
		day('from*'),
		day('to'),
		share('share*'),
		label('reason')
	),
	table(
		'training',
		'practitioner_id course completed_on',
		{ happened: 'completed_on' },
		id('practitioner_id*', 'practitioners'),
		id('course*'),
		day('completed_on*'),
		day('expires_on')
	),
	table(
		'cases',
		'case_id',
		{ start: 'opened_on', end: 'closed_on', happened: 'opened_on' },
		id('case_id*'),
		id('child_id'),
		id('family_id'),
		day('date_of_birth'),
		yesNo('unborn'),
		day('opened_on*'),
		day('closed_on'),
		label('closure_reason'),
		count('complexity', 3)
	),
	table(
		'case_kinds',
		'case_id kind from',
		FROM_TO,
		id('case_id*', 'cases'),
		word('kind*', KINDS),
		day('from*'),
		day('to'),
		yesNo('conference_needed'),
		day('conference_on')
	),
	table(
		'allocations',
		'case_id practitioner_id team_id role from',
		FROM_TO,
		id('case_id*', 'cases'),
		id('practitioner_id', 'practitioners'),
		id('team_id', 'teams'),
		word('role*', ['lead', 'co_worker']),
		day('from*'),
		day('to'),
		word('reason', ALLOCATION_REASONS)
	),
	table(
		'supervision',
		'session_id',
		{},
		id('session_id*'),
		id('practitioner_id*', 'practitioners'),
		id('supervisor_id*', 'practitioners'),
		day('planned_on'),
		day('held_on'),
		yesNo('cancelled'),
		label('cancel_reason'),
		count('minutes', 1440),
		yesNo('interrupted'),
		word('kind', SESSION_KINDS),
		day('supervisor_signed_on'),
		day('practitioner_signed_on')
	),
	table(
		'supervision_cases',
		'session_id case_id',
		{},
		id('session_id*', 'supervision'),
		id('case_id*', 'cases'),
		text('decision')
	),
	table(
		'oversight',
		'oversight_id',
		{ happened: 'made_on' },
		id('oversight_id*'),
		id('case_id*', 'cases'),
		id('manager_id*', 'practitioners'),
		day('made_on*'),
		word('kind*', OVERSIGHT_KINDS),
		text('decision'),
		text('rationale')
	),
	table(
		'actions',
		'action_id',
		{ happened: 'agreed_on' },
		id('action_id*'),
		id('case_id', 'cases'),
		id('practitioner_id', 'practitioners'),
		id('session_id', 'supervision'),
		id('oversight_id', 'oversight'),
		id('owner_id', 'practitioners'),
		text('description'),
		day('agreed_on*'),
		day('due_on'),
		day('done_on'),
		text('outcome'),
		yesNo('risk')
	),
	table(
		'requests',
		'request_id',
		{ happened: 'requested_on' },
		id('request_id*'),
		id('case_id*', 'cases'),
		label('agency*'),
		word('kind', ['conference', 'challenge']),
		day('requested_on*'),
		word('outcome', ['agreed', 'declined']),
		day('decided_on'),
		id('decided_by_id', 'practitioners'),
		text('rationale'),
		id('second_manager_id', 'practitioners'),
		day('second_agreed_on')
	),
	table(
		'restructures',
		'restructure_id',
		{ start: 'starts_on', end: 'ends_on', happened: 'starts_on' },
		id('restructure_id*'),
		label('name*'),
		day('starts_on*'),
		day('ends_on'),
		column('team_ids', { is: 'ids', of: 'teams' })
	),
	table(
		'vacancies',
		'team_id role from',
		FROM_TO,
		id('team_id*', 'teams'),
		word('role*', ROLES),
		column('fte*', { is: 'number', least: 0, most: 1_000, whole: false }),
		day('from*'),
		day('to')
	)
];

const BY_TABLE = new Map(TABLES.map((each) => [each.table, each]));

export function tableOf(name: TableName): Table {
	return BY_TABLE.get(name)!;
}

/** The native table that a file, a sheet or a person calls so; case, spaces and hyphens do not matter. */
export function tableCalled(name: string): Table | null {
	const plain = plainName(name);
	return TABLES.find((each) => each.name === plain) ?? null;
}

function plainName(name: string): string {
	return name
		.trim()
		.toLowerCase()
		.replace(/[\s-]+/g, '_');
}

export type Row = Records[TableName][number];

/** A field of a row by its name in the catalogue. */
export function fieldOf(row: Row, field: string): unknown {
	return (row as unknown as Record<string, unknown>)[field];
}

/** What makes a row the same row as an earlier one. An allocation to a practitioner is not told apart by its team. */
export function keyOf(name: TableName, row: Row): string {
	const { key } = tableOf(name);
	if (key.length === 1) return fieldOf(row, key[0]!) as string;
	const parts = key.map((field) => (fieldOf(row, field) ?? '') as string);
	if (name === 'allocations' && parts[1] !== '') parts[2] = '';
	return parts.join('\u0000');
}

/** The key in words, for messages. */
export function rowInWords(name: TableName, row: Row): string {
	const parts = tableOf(name).key.map((field) => (fieldOf(row, field) ?? '') as string);
	return parts.filter((part) => part !== '').join(', ');
}

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
	problems.push(...errors);
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

/** The lines of a native table as CSV (RFC 4180, text made inert), the head first, each with its line end. */
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

/** A native table as CSV, so that reading it gives the same rows. */
export function csvOf<Name extends TableName>(name: Name, rows: Iterable<Records[Name][number]>): string {
	return [...csvLinesOf(name, rows)].join('');
}
