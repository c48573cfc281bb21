import { ALLOCATION_REASONS, OVERSIGHT_KINDS } from '#lib/domain/cases.ts';
import { ROLES } from '#lib/domain/people.ts';
import { KINDS } from '#lib/domain/policy.ts';
import type { Records, TableName } from '#lib/domain/records.ts';
import { SESSION_KINDS } from '#lib/domain/supervision.ts';

/** The tables whose rows have an id of their own that others refer to. */
export type Referred = 'teams' | 'practitioners' | 'cases' | 'supervision' | 'oversight';

export type Shape =
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

export function plainName(name: string): string {
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
