import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Kind } from '#lib/domain/policy.ts';
import { cellAt, listNumber } from './files.ts';
import { nameKey } from './match.ts';
import { excerpt, FileRefused, fileProblem, rowProblem, type Place, type Problem } from './problems.ts';
import { readDay } from './tables.ts';
import type { Cell, Sheet } from './workbook.ts';

/** The lists that are read; 1, 2, 10 and 11 name no allocated worker. */
export type List = 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Case status of list 6, by its letter. */
export type Status = 'a' | 'b' | 'c' | 'd' | 'e';

/** One row of a list, with blanks and lookup errors as null. */
export interface Entry {
	list: List;
	place: Place;
	childId: string;
	/** Null only in list 9, which has no dates. */
	from: CalendarDate | null;
	to: CalendarDate | null;
	dateOfBirth: CalendarDate | null;
	isUnborn: boolean;
	team: string | null;
	worker: string | null;
	/** What the row says the case is; null where it says nothing of that. */
	kind: Kind | null;
	status: Status | null;
	closureReason: string | null;
	/** List 3: the referral led to nothing. */
	noFurtherAction: boolean;
	conferenceNeeded: boolean | null;
	conferenceOn: CalendarDate | null;
	planFollowed: boolean;
}

export interface AnnexA {
	file: string;
	lists: ReadonlySet<List>;
	entries: Entry[];
	/** Each name of an allocated worker as first written, with the children it stands beside. */
	names: { name: string; childIds: string[] }[];
	problems: Problem[];
	/** Rows that could not be read. */
	unread: Place[];
}

type Part =
	| 'child'
	| 'birth'
	| 'team'
	| 'worker'
	| 'from'
	| 'to'
	| 'status'
	| 'closureReason'
	| 'nfa'
	| 'unnecessary'
	| 'conferenceOn'
	| 'plan'
	| 'legalStatus';

interface ListShape {
	parts: Partial<Record<Part, RegExp>>;
	/** Columns of codes, and what a code of theirs looks like. What does not is reported. */
	codes: [heading: RegExp, code: RegExp][];
	kind: Kind | null;
}

const YES_NO = /^(?:[a-c]\)\s*)?(?:yes|no|unknown|[yn])$/i;
const NEED = /^N\d\b/i;

const EVERY_LIST: ListShape['parts'] = {
	child: /^child unique id|^child.* id\b/,
	birth: /^date of birth/,
	team: /allocated team/,
	worker: /allocated (social )?worker/
};

/**
 * What each list gives, by its headings as `plainHeading` leaves them. A list gives the kind of the case it is about:
 * 4 an assessment, 5 a section 47 enquiry, 7 a child protection plan, 8 being looked after, 9 leaving care. List 6 names
 * every child in need and so gives the case itself; its status is a kind only where no list gives one (`STATUS_KINDS`).
 * List 3 opens a case whose kind is not known yet.
 */
const LISTS: Record<List, ListShape> = {
	3: {
		parts: { from: /^date of referral/, nfa: /^referral nfa/ },
		codes: [[/^referral nfa/, YES_NO]],
		kind: null
	},
	4: {
		parts: {
			from: /assessment start date/,
			to: /assessment date of authorisation|assessment (completion|end) date/
		},
		codes: [[/^was the child assessed as requiring/, YES_NO]],
		kind: 'assessment'
	},
	5: {
		parts: {
			from: /section 47 enquiry start date|^strategy discussion/,
			unnecessary: /conference deemed unnecessary/,
			conferenceOn: /^date of initial child protection conference/,
			plan: /result in a child protection plan/
		},
		codes: [
			[/conference deemed unnecessary/, YES_NO],
			[/result in a child protection plan/, YES_NO]
		],
		kind: 'section_47'
	},
	6: {
		parts: {
			from: /^cin start date|^child in need start date/,
			to: /^cin closure date|^child in need closure date/,
			closureReason: /^reason for closure/,
			status: /^case status/
		},
		codes: [[/^primary need code/, NEED]],
		kind: null
	},
	7: {
		parts: { from: /^child protection plan start date/, to: /^child protection plan end date/ },
		codes: [],
		kind: 'child_protection'
	},
	8: {
		parts: {
			from: /^date started to be looked after/,
			to: /^date ceased to be looked after/,
			legalStatus: /^child s legal status|^legal status/
		},
		codes: [
			[/category of need$/, NEED],
			[/^child s legal status|^legal status/, /^[A-Z]\d\b/],
			[/^placement postcode/, /^[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}$/i]
		],
		kind: 'looked_after'
	},
	9: { parts: {}, codes: [], kind: 'care_leaver' }
};

/** Legal statuses V3 and V4 are a series of short breaks, which the return counts as looked after and the policy does not. */
const SHORT_BREAKS = /^V[34]\b/i;

const NEEDED: readonly Part[] = ['child', 'worker', 'from', 'status'];

const STATUS_WORDS: [Status, RegExp][] = [
	['e', /closed/],
	['a', /looked after/],
	['b', /protection/],
	['d', /assessment/],
	['c', /in need/]
];

const LONGEST_CHILD_ID = 64 - ':yyyy-mm-dd'.length;
/** A pregnancy and some room: what begins earlier before a birth has a wrong date. */
const DAYS_BEFORE_BIRTH = 300;

/** A heading without capitals, quotation marks, brackets, doubled or trailing blanks. */
function plainHeading(text: string): string {
	return text
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, ' ')
		.trim();
}

/** The text of a cell, its blanks made plain; null where it is empty or the lookup behind it found nothing. */
function textOf(cell: Cell): string | null {
	const text = cell.text.replace(/[\s\u200b\ufeff]+/g, ' ').trim();
	return text === '' || /^(#?n\/a|#ref!|#value!|#name\?|#null!|null|none|nan|-+)$/i.test(text) ? null : text;
}

/** Reads lists 3 to 9. What a list says is not yet compared with anything: `casesOf` in annex-a-cases does that. */
export async function readAnnexA(workbook: { file: string; sheets: readonly Sheet[] }): Promise<AnnexA> {
	const { file } = workbook;
	const lists = new Map<List, string>();
	const annexA: AnnexA = { file, lists: new Set(), entries: [], names: [], problems: [], unread: [] };
	for (const sheet of workbook.sheets) {
		const number = listNumber(sheet.name);
		if (number === null || number < 3 || number > 9) continue;
		const list = number as List;
		const other = lists.get(list);
		if (other !== undefined) {
			const args = { table: `list ${list}`, other: `sheet ${other}` };
			annexA.problems.push(fileProblem('table_twice', file, { sheet: sheet.name, args }));
			continue;
		}
		try {
			if (await readList(list, sheet, annexA)) lists.set(list, sheet.name);
		} catch (error) {
			if (!(error instanceof FileRefused)) throw error;
			annexA.problems.push(error.problem);
		}
	}
	annexA.lists = new Set(lists.keys());
	if (lists.size === 0) annexA.problems.push(fileProblem('no_lists', file));
	const names = new Map<string, { name: string; childIds: string[] }>();
	for (const { worker, childId } of annexA.entries) {
		if (worker === null) continue;
		const known = names.get(nameKey(worker)) ?? { name: worker, childIds: [] };
		if (!known.childIds.includes(childId)) known.childIds.push(childId);
		names.set(nameKey(worker), known);
	}
	annexA.names = [...names.values()];
	return annexA;
}

const LAST_HEADING_ROW = 10;

interface Heading {
	title: string;
	plain: string;
}

/** Whether the list could be read. */
async function readList(list: List, sheet: Sheet, annexA: AnnexA): Promise<boolean> {
	const shape = LISTS[list];
	const patterns = Object.entries({ ...EVERY_LIST, ...shape.parts }) as [Part, RegExp][];
	let headings: Heading[] | null = null;
	let at: Partial<Record<Part, number>> = {};
	let isRefused = false;
	await sheet.read((cells, row) => {
		if (isRefused) return;
		const place: Place = { file: annexA.file, sheet: sheet.name, line: row };
		if (headings !== null) {
			readRow(list, cells, headings, at, place, annexA);
			return;
		}
		const found = cells.map(({ text }) => ({ title: text.trim(), plain: plainHeading(text) }));
		if (!found.some(({ plain }) => EVERY_LIST.child!.test(plain)) && row < LAST_HEADING_ROW) return;
		headings = found;
		at = Object.fromEntries(
			patterns.map(([part, pattern]) => [part, found.findIndex(({ plain }) => pattern.test(plain))])
		);
		const missing = patterns.filter(([part]) => NEEDED.includes(part) && at[part] === -1);
		if (missing.length === 0) return;
		isRefused = true;
		const names = missing.map(([part]) => NAMES_OF_PARTS[part] ?? part).join(', ');
		annexA.problems.push(
			fileProblem('list_without_columns', annexA.file, { sheet: sheet.name, line: row, args: { names } })
		);
	});
	return headings !== null && !isRefused;
}

const NAMES_OF_PARTS: Partial<Record<Part, string>> = {
	child: 'Child Unique ID',
	worker: 'Allocated Worker',
	from: 'start date',
	status: 'Case Status'
};

function readRow(
	list: List,
	cells: readonly Cell[],
	headings: readonly Heading[],
	at: Partial<Record<Part, number>>,
	place: Place,
	annexA: AnnexA
): void {
	const { problems } = annexA;
	const errorsBefore = problems.length;
	const cell = (part: Part) => cellAt(cells, at[part] === -1 ? undefined : at[part]);
	const value = (part: Part) => textOf(cell(part));
	const report = (code: Problem['code'], part: Part, level: Problem['level'], args: Problem['args'] = {}) => {
		const column = headings[at[part] ?? -1]?.title ?? null;
		const text = cell(part).text.trim();
		problems.push(
			rowProblem(code, place, { level, column, found: text === '' ? null : excerpt(text), args })
		);
	};
	const day = (part: Part): CalendarDate | null => {
		const text = value(part);
		if (text === null) return null;
		if (cell(part).is === 'error') {
			report('cell_error', part, 'error');
			return null;
		}
		const read = readDay(text);
		if ('day' in read) return read.day;
		report(read.code, part, 'error');
		return null;
	};

	const childId = value('child');
	if (childId === null) report('required', 'child', 'error');
	else if (childId.length > LONGEST_CHILD_ID) report('id_too_long', 'child', 'error');
	const from = day('from');
	if (list !== 9 && from === null && problems.length === errorsBefore) report('required', 'from', 'error');
	const to = day('to');
	if (from !== null && to !== null && to < from) report('ends_before_start', 'to', 'error', { from, to });
	const conferenceOn = day('conferenceOn');
	if (from !== null && conferenceOn !== null && conferenceOn < from)
		report('ends_before_start', 'conferenceOn', 'error', { from, to: conferenceOn });
	if (childId === null || problems.length > errorsBefore) {
		annexA.unread.push(place);
		return;
	}

	const birth = value('birth');
	const readBirth = birth === null || cell('birth').is === 'error' ? null : readDay(birth);
	const dateOfBirth = readBirth && 'day' in readBirth ? readBirth.day : null;
	const isUnborn = birth !== null && /\bunborn\b/i.test(birth);
	if (birth !== null && dateOfBirth === null && !isUnborn) report('birth_not_read', 'birth', 'warning');
	if (dateOfBirth !== null && from !== null && addDays(from, DAYS_BEFORE_BIRTH) < dateOfBirth)
		report('begins_before_birth', 'birth', 'warning', { from });

	for (const [heading, code] of LISTS[list].codes) {
		const column = headings.findIndex(({ plain }) => heading.test(plain));
		const text = textOf(cellAt(cells, column));
		if (text !== null && !code.test(text)) {
			const detail = { level: 'warning', column: headings[column]!.title, found: excerpt(text) } as const;
			problems.push(rowProblem('code_not_known', place, detail));
		}
	}

	const status = statusOf(value('status'));
	if (list === 6 && status === null) report('status_not_known', 'status', 'warning');
	if (status === 'e' && to === null) report('closed_without_day', 'status', 'warning');
	if (status !== null && status !== 'e' && list === 6 && to !== null)
		report('closed_but_open_status', 'status', 'warning', { closedOn: to });

	const unnecessary = yesOrNo(value('unnecessary'));
	const isShortBreaks = SHORT_BREAKS.test(value('legalStatus') ?? '');
	const worker = value('worker');
	annexA.entries.push({
		list,
		place,
		childId,
		from,
		to,
		dateOfBirth,
		isUnborn,
		team: value('team')?.slice(0, LONGEST_TEAM) ?? null,
		worker: worker === null || /^(not |un)allocated$/i.test(worker) ? null : worker,
		kind: isShortBreaks ? 'short_breaks' : LISTS[list].kind,
		status,
		closureReason: value('closureReason'),
		noFurtherAction: yesOrNo(value('nfa')) === true,
		conferenceNeeded: unnecessary === null ? null : !unnecessary,
		conferenceOn,
		planFollowed: yesOrNo(value('plan')) === true
	});
}

const LONGEST_TEAM = 64;

function statusOf(text: string | null): Status | null {
	if (text === null) return null;
	const letter = /^([a-e])\)/i.exec(text)?.[1];
	if (letter) return letter.toLowerCase() as Status;
	return STATUS_WORDS.find(([, words]) => words.test(text.toLowerCase()))?.[0] ?? null;
}

function yesOrNo(text: string | null): boolean | null {
	const word = /^(?:[a-c]\)\s*)?(yes|no|[yn])$/i.exec(text ?? '')?.[1]?.toLowerCase();
	return word === undefined ? null : word.startsWith('y');
}
