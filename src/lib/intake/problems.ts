/** Where a row was written: a line of a text file, or a row of a sheet. */
export interface Place {
	file: string;
	sheet: string | null;
	line: number;
}

type Args = Readonly<Record<string, string | number>>;

/** What is wrong with a file or a row, without words. An error of scope `file` cannot be left out row by row. */
export interface Problem {
	level: 'error' | 'warning';
	scope: 'file' | 'row';
	code: ProblemCode;
	file: string;
	sheet: string | null;
	line: number | null;
	column: string | null;
	found: string | null;
	args: Args;
}

type Sentence = (found: string, args: Args) => string;

const casesWait = (count: string | number | undefined) =>
	count === 0 ? 'no case waits' : count === 1 ? '1 case waits' : `${count} cases wait`;

const DATE_HINT = 'Write it as yyyy-mm-dd or dd/mm/yyyy.';

const SENTENCES = {
	// Files
	too_large: (_, a) => `is larger than ${a['megabytes']} MB. Give a smaller file, or import it by command.`,
	unpacked_too_large: (_, a) => `unpacks to more than ${a['megabytes']} MB, so it was not read.`,
	packed_too_tightly: (_, a) =>
		`unpacks to more than ${a['ratio']} times its size, which no honest export does, so it was not read. Pack it again, or give the files unpacked.`,
	too_many_files: (_, a) => `holds more than ${a['count']} files, so it was not read.`,
	damaged_zip: () => 'is cut short or damaged: it cannot be unpacked. Make or download it again.',
	encrypted: () => 'is protected by a password. Save it without one.',
	unsafe_name: (found) => `holds a file with the unsafe name ${found}. Pack only the files themselves.`,
	packed_in_zip: (found) => `holds ${found}, packed once more. Take it out and give it on its own.`,
	damaged_workbook: () =>
		'cannot be read as an Excel workbook. Open it, save it again as .xlsx and give that.',
	old_workbook: () =>
		'is an Excel workbook of the old kind, or one with a password. Save it as .xlsx without a password.',
	not_text: (_, a) =>
		`is ${a['kind']}, whatever its name says. Give the table as CSV or as an .xlsx workbook.`,
	mixed_encoding: () =>
		'mixes two ways of writing letters, so names would be wrong. Save it again as CSV UTF-8.',
	empty_file: () => 'is empty: not even a row of column names.',
	unknown_file: (_, a) => `is not one of the files known here, and is ignored. Known are ${a['known']}.`,
	recognised_not_read: (_, a) => `is ${a['kind']}. This version recognises it but does not read it yet.`,
	table_twice: (_, a) =>
		`is the table ${a['table']} once more: ${a['other']} holds it already. Give one of them.`,
	not_json: () => 'is not written as JSON. Give the policy.json that export wrote.',
	// Heads
	too_many_columns: (_, a) =>
		`the first row has more than ${a['count']} columns, so it is not a row of column names.`,
	duplicate_column: (found) => `the column ${found} is there twice. Keep one.`,
	missing_column: (_, a) => `the column ${a['name']} is missing, and ${a['table']} needs it.`,
	unknown_column: (found) => `the column ${found} is not known and is ignored.`,
	// Rows
	open_quote: () =>
		'a quotation mark opens here and never closes, so the rest of the file cannot be read. Close it, or double it.',
	stray_quote: () =>
		'there is text after a closing quotation mark. Double the quotation marks inside a text.',
	row_too_long: () =>
		'a row goes on for more than a million characters. A closing quotation mark may be missing.',
	too_many_fields: (_, a) =>
		`the row has ${a['fields']} fields under ${a['columns']} column names. Put quotation marks around a text with commas.`,
	too_few_fields: (_, a) => `the row has ${a['fields']} fields under ${a['columns']} column names.`,
	too_many_bad_rows: (_, a) =>
		`more than ${a['count']} rows cannot be read; reading stopped. This may not be the file it seems to be.`,
	required: () => 'is empty and must be filled.',
	not_a_date: (found) => `${found} is not a date written in a way that has one meaning. ${DATE_HINT}`,
	no_such_day: (found) => `${found} is not a day that exists. ${DATE_HINT}`,
	day_too_far: (found) => `${found} is outside the years 1900 to 2199.`,
	not_yes_or_no: (found) => `${found} is neither yes nor no.`,
	not_a_number: (found) => `${found} is not a number. Write digits, with a full stop for decimals.`,
	not_whole: (found) => `${found} is not a whole number.`,
	out_of_range: (found, a) => `${found} is not between ${a['least']} and ${a['most']}.`,
	not_listed: (found, a) => `${found} is not known here. Write one of ${a['words']}.`,
	id_too_long: (found) => `${found} is longer than the 64 characters an id may have.`,
	text_too_long: (found, a) => `${found} is longer than ${a['most']} characters.`,
	not_a_letter: () => 'holds a character that is not text. Remove it.',
	cell_error: (found) => `the cell shows the error ${found}. Mend the formula or empty the cell.`,
	// Between rows
	duplicate_row: (_, a) => `the same ${a['key']} is already at ${a['other']}. Keep one of the two.`,
	unknown_id: (found, a) => `${found} is not in ${a['table']}, neither in these files nor recorded before.`,
	id_left_out: (found, a) => `${found} is a row of ${a['table']} that is itself left out.`,
	ends_before_start: (_, a) => `ends on ${a['to']}, before it starts on ${a['from']}.`,
	covers_no_day: (_, a) =>
		`starts and ends on ${a['from']}, so it covers no day. The end is the first day on which it no longer holds.`,
	held_and_cancelled: (_, a) => `was held on ${a['heldOn']} and is also cancelled. Keep one of the two.`,
	no_holder: () => 'names neither a practitioner nor a team. Fill one of them.',
	overlapping_lead: (_, a) =>
		`the case ${a['id']} has another lead at the same time: ${a['other']}. End one before the other starts.`,
	overlapping_posting: (_, a) =>
		`the practitioner ${a['id']} has another posting at the same time: ${a['other']}. End one before the other starts.`,
	overlapping_case: (_, a) =>
		`the child ${a['id']} has another case at the same time: ${a['other']}. Close one before the other opens.`,
	team_changes_service: (found, a) =>
		`the team ${a['id']} belongs to ${a['service']}; a team that moves to ${found} is a new team. Close this one and name the new one in succeeded_by.`,
	cannot_be_complete: (_, a) =>
		`${a['table']} cannot be given as complete: its rows have no end that could be written.`,
	complete_not_given: (_, a) => `${a['table']} is said to be complete, but no file holds it.`,
	complete_with_bad_rows: (_, a) =>
		`${a['table']} cannot be taken as complete while rows of it cannot be read: it is not known which are missing.`,
	not_begun: (_, a) =>
		`${a['row']} is missing from the complete table but starts on ${a['from']}, not before ${a['on']}, so it cannot be ended. It is left alone.`,
	// Annex A
	list_without_columns: (_, a) => `the columns ${a['names']} were not found, so this list is not read.`,
	no_lists: () => 'has none of the lists 3 to 9 of Annex A.',
	birth_not_read: (found) => `${found} is not a date of birth; the child is taken without one.`,
	begins_before_birth: (found, a) => `${found} is more than ten months after ${a['from']}, when this began.`,
	of_age: (found, a) => `born on ${found}, so of age on ${a['on']}, and still listed here.`,
	births_differ: (found, a) =>
		`${found} is not the date of birth given at ${a['other']} (${a['known']}), which is kept.`,
	code_not_known: (found) => `${found} is not one of the codes of this column; it is not used.`,
	status_not_known: (found) =>
		`${found} is not one of the case statuses a to e; the kind of the case stays unknown.`,
	closed_without_day: () => 'the episode is said to be closed, but no day is given; the case stays open.',
	closed_but_open_status: (found, a) =>
		`${found}, though a closing day is given (${a['closedOn']}); the day is believed.`,
	closing_not_given: (_, a) =>
		`nothing that ${a['lists']} tells of the child runs any longer and list 6 does not name the child, so whether the case is closed is not known; it stays open.`,
	plan_not_listed: () => 'a plan followed the conference, but list 7 does not name the child.',
	section_47_end_taken: (_, a) =>
		`no conference was needed and no end is given; the enquiry is taken to end by ${a['to']}, 15 working days after it began.`,
	workers_differ: (found, a) =>
		`${found} is not the worker named at ${a['other']} (${a['known']}), who is kept.`,
	name_not_matched: (found, a) =>
		`${found} is not a practitioner recorded here; ${casesWait(a['count'])} as holder not matched.`,
	name_of_several: (found, a) =>
		`${found} is the name of ${a['people']} practitioners; choose which. Until then ${casesWait(a['count'])} as holder not matched.`,
	name_too_long: (found) =>
		`${found} is longer than the 64 characters an id may have; the person has to be added by hand.`,
	person_without_team: (found) =>
		`${found} is named without a team, so no posting can be made and the cases count as unallocated.`,
	lead_since_same_day: (_, a) =>
		`${a['holder']} is already recorded as lead from ${a['from']}, the day of this extract. Undo that import first.`,
	older_extract: (_, a) =>
		`a lead is already recorded from ${a['from']}, after the day of this extract; the allocation is left alone.`,
	extract_date_early: (found, a) => `${found} is after ${a['on']}, said to be the day of the extract.`
} as const satisfies Record<string, Sentence>;

export type ProblemCode = keyof typeof SENTENCES;

/** As much of a text as a message needs: on one line, cut at 80 characters. */
export function excerpt(text: string): string {
	const line = text.slice(0, 200).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
	return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

export function placeInWords(place: { file: string; sheet: string | null; line: number | null }): string {
	const sheet = place.sheet === null ? '' : `, sheet ${place.sheet}`;
	const line = place.line === null ? '' : `, ${place.sheet === null ? 'line' : 'row'} ${place.line}`;
	return `${place.file}${sheet}${line}`;
}

/** What is wrong, where, and what to do about it, as one line. */
export function problemInWords(problem: Problem): string {
	const sentence: Sentence = SENTENCES[problem.code];
	const found = problem.found === null ? 'this' : `“${excerpt(problem.found)}”`;
	const column = problem.column === null ? '' : `, column ${excerpt(problem.column)}`;
	return `${placeInWords(problem)}${column}: ${sentence(found, problem.args)}`;
}

type Detail = Partial<Pick<Problem, 'level' | 'column' | 'found' | 'args'>>;

export function fileProblem(
	code: ProblemCode,
	file: string,
	detail: Detail & { sheet?: string | null; line?: number | null } = {}
): Problem {
	return {
		level: 'error',
		scope: 'file',
		code,
		file,
		sheet: null,
		line: null,
		column: null,
		found: null,
		args: {},
		...detail
	};
}

export function rowProblem(code: ProblemCode, place: Place, detail: Detail = {}): Problem {
	const { file, sheet, line } = place;
	return {
		level: 'error',
		scope: 'row',
		code,
		file,
		sheet,
		line,
		column: null,
		found: null,
		args: {},
		...detail
	};
}

/** Thrown while a file is being read and caught where reading began, so that callers only meet the problem. */
export class FileRefused extends Error {
	readonly problem: Problem;
	constructor(problem: Problem) {
		super(problemInWords(problem));
		this.problem = problem;
	}
}
