import type { CalendarDate } from '#lib/domain/calendar.ts';
import { isWritten, type Records, type TableName } from '#lib/domain/records.ts';
import { fieldOf, keyOf, rowInWords, TABLES, tableOf, type Row, type Table } from './catalogue.ts';
import { check, type Candidate, type Candidates, type ReferenceSets } from './check.ts';
import { fileProblem, placeInWords, problemInWords, type Place, type Problem } from './problems.ts';
import type { Incoming } from './tables.ts';

/** What an import would do to one table. */
export interface TablePlan<OneRow> {
	added: OneRow[];
	changed: { before: OneRow; after: OneRow }[];
	/** Rows that were open and now end; `isAbsent`: because a table given as complete lacks them. */
	ended: { before: OneRow; after: OneRow; isAbsent: boolean }[];
	unchanged: number;
	/** Read, or at least seen, and not to be written. */
	leftOut: LeftOut[];
}

export interface LeftOut {
	place: Place;
	/** The first thing that is wrong with the row. */
	because: Problem;
}

/** An import as a value: shown, then stored or applied. Nothing in it refers back to the files. */
export interface Plan {
	source: string;
	on: CalendarDate;
	tables: { [Name in TableName]: TablePlan<Records[Name][number]> };
	problems: Problem[];
	mayApply: boolean;
	/** What it does to open cases; `asksSecondPerson` above 10 % closed or 20 % changing hands. */
	openCases: { before: number; closing: number; changingHands: number; asksSecondPerson: boolean };
	/** Rows that only say again what was changed here since: what was recorded here stands. */
	changedHere: number;
	/** New oversight by managers whose registration is not recorded: it counts for nothing (tier E0 or E1). */
	oversightNotCounting: { entries: number; managerIds: string[] };
}

export interface PlanOptions {
	/** The day of the import, or of the extract: rows missing from a complete table end on it. */
	on: CalendarDate;
	skipBadRows?: boolean;
	/** Tables of which the file is the whole. */
	complete?: readonly TableName[];
	/** Ids that exist beyond the rows in `existing`. */
	known?: ReferenceSets;
	/** What the source last said of rows that were changed here since. */
	sentBefore?: Records;
}

const CLOSING_SHARE = 0.1;
const CHANGING_HANDS_SHARE = 0.2;

/**
 * Compares what came with what is recorded and says what an import would do, without doing it. `existing` holds every
 * recorded row that the import could touch: those with the same keys, the allocations, postings and cases beside them,
 * and for the share of open cases all open cases with their leads. The same files again give a plan without changes.
 */
export function planImport(existing: Records, incoming: Incoming, options: PlanOptions): Plan {
	const problems = [...incoming.problems];
	const complete = completeTables(incoming, options, problems);
	let changedHere = 0;
	const candidates = Object.fromEntries(
		TABLES.map((table) => {
			const isComplete = complete.has(table.table);
			const found = candidatesOf(table, existing, incoming, isComplete, options, problems);
			changedHere += found.changedHere;
			return [table.table, found.candidates];
		})
	) as Candidates;
	const refused = new Set(
		TABLES.filter(
			(table) =>
				incoming.columns[table.table] === undefined &&
				incoming.problems.some((problem) => problem.level === 'error' && problem.scope === 'file')
		).map((table) => table.table)
	);
	const { known } = options;
	const checked = check(candidates, existing, {
		...(known ? { known } : {}),
		unread: incoming.unread,
		refused
	});
	for (const problem of checked.problems) problems.push(problem);

	const firstAt = new Map<string, Problem>();
	for (const problem of problems) {
		if (problem.level !== 'error' || problem.scope !== 'row') continue;
		const at = placeInWords(problem);
		if (!firstAt.has(at)) firstAt.set(at, problem);
	}
	const tables = Object.fromEntries(
		TABLES.map((table) => [
			table.table,
			tablePlan(table, candidates[table.table], checked.left, incoming, firstAt)
		])
	) as unknown as Plan['tables'];
	const errors = problems.filter((problem) => problem.level === 'error');
	return {
		source: incoming.source,
		on: options.on,
		tables,
		problems,
		mayApply:
			errors.length === 0 ||
			(options.skipBadRows === true && errors.every((problem) => problem.scope === 'row')),
		openCases: openCasesUnder(tables, existing, options.on),
		changedHere,
		oversightNotCounting: oversightNotCounting(tables, existing)
	};
}

function completeTables(incoming: Incoming, options: PlanOptions, problems: Problem[]): Set<TableName> {
	const complete = new Set<TableName>();
	for (const name of options.complete ?? []) {
		const table = tableOf(name);
		const args = { table: table.name };
		const place = incoming.lines[name][0];
		const where = place?.file ?? table.name;
		if (incoming.columns[name] === undefined)
			problems.push(fileProblem('complete_not_given', where, { args }));
		else if (table.end === null) problems.push(fileProblem('cannot_be_complete', where, { args }));
		else if (incoming.unread.some((row) => row.table === name))
			problems.push(fileProblem('complete_with_bad_rows', where, { args }));
		else complete.add(name);
	}
	return complete;
}

function candidatesOf(
	table: Table,
	existing: Records,
	incoming: Incoming,
	isComplete: boolean,
	{ on, sentBefore }: PlanOptions,
	problems: Problem[]
): { candidates: Candidate[]; changedHere: number } {
	const name = table.table;
	const columns = incoming.columns[name];
	if (!columns) return { candidates: [], changedHere: 0 };
	const byKey = (rows: readonly Row[]) => new Map(rows.map((row) => [keyOf(name, row), row]));
	const recorded = byKey(existing[name]);
	const sent = byKey(sentBefore?.[name] ?? []);
	const given = new Set<string>();
	const fields = [...columns];
	let changedHere = 0;
	const candidates = (incoming.records[name] as Row[]).flatMap((row, at): Candidate | [] => {
		const key = keyOf(name, row);
		if (isComplete) given.add(key);
		const place = incoming.lines[name][at]!;
		const before = recorded.get(key) ?? null;
		const said = sent.get(key);
		if (said && sameRow(table, said, merged(table, said, row, columns))) {
			changedHere++;
			return before === null ? [] : { before, after: before, isSame: true, place };
		}
		if (before === null) return { before, after: row, isSame: false, place };
		if (fields.every((field) => fieldOf(row, field) === fieldOf(before, field)))
			return { before, after: before, isSame: true, place };
		const news = said ? new Set(fields.filter((field) => !isSameText(row, said, field))) : columns;
		const after = merged(table, before, row, news);
		return { before, after, isSame: sameRow(table, before, after), place };
	});
	if (!isComplete) return { candidates, changedHere };
	const end = table.end!;
	for (const [key, before] of recorded) {
		if (given.has(key)) continue;
		const to = fieldOf(before, end) as CalendarDate | null;
		if (to !== null && to <= on) continue;
		const from = table.start === null ? null : (fieldOf(before, table.start) as CalendarDate | null);
		if (from !== null && from >= on)
			problems.push(
				fileProblem('not_begun', incoming.lines[name][0]?.file ?? table.name, {
					level: 'warning',
					args: { row: rowInWords(name, before), from, on }
				})
			);
		else {
			const after = { ...before, [end]: on, endRecordedOn: null } as Row;
			candidates.push({ before, after, isSame: false, place: null });
		}
	}
	return { candidates, changedHere };
}

/** The recorded row with the columns that the file has. A new end is recorded on its day where the file says no other. */
function merged(table: Table, before: Row, row: Row, columns: ReadonlySet<string>): Row {
	const after: Record<string, unknown> = { ...before };
	for (const field of columns) after[field] = fieldOf(row, field);
	if (table.end !== null && !columns.has('endRecordedOn') && after[table.end] !== fieldOf(before, table.end))
		after['endRecordedOn'] = null;
	return after as unknown as Row;
}

function isSameText(one: Row, other: Row, field: string): boolean {
	return JSON.stringify(fieldOf(one, field)) === JSON.stringify(fieldOf(other, field));
}

/** Whether two rows say the same: a recording date left empty says the day it happened. */
function sameRow(table: Table, one: Row, other: Row): boolean {
	const value = (row: Row, field: string): unknown => {
		const written = fieldOf(row, field);
		if (field === 'recordedOn' && table.happened !== null) return written ?? fieldOf(row, table.happened);
		if (field === 'endRecordedOn' && table.end !== null) {
			const end = fieldOf(row, table.end);
			return end === null ? null : (written ?? end);
		}
		return Array.isArray(written) ? [...(written as string[])].sort().join(';') : written;
	};
	return table.columns.every(({ field }) => value(one, field) === value(other, field));
}

function tablePlan(
	table: Table,
	candidates: readonly Candidate[],
	left: ReadonlySet<Candidate>,
	incoming: Incoming,
	firstAt: ReadonlyMap<string, Problem>
): TablePlan<Row> {
	const plan: TablePlan<Row> = { added: [], changed: [], ended: [], unchanged: 0, leftOut: [] };
	const leaveOut = (place: Place) => {
		const because = firstAt.get(placeInWords(place));
		if (because) plan.leftOut.push({ place, because });
	};
	for (const row of incoming.unread) if (row.table === table.table) leaveOut(row.place);
	for (const candidate of candidates) {
		const { before, after, isSame, place } = candidate;
		if (left.has(candidate)) leaveOut(place!);
		else if (isSame) plan.unchanged++;
		else if (before === null) plan.added.push(after);
		else if (table.end !== null && fieldOf(before, table.end) === null && fieldOf(after, table.end) !== null)
			plan.ended.push({ before, after, isAbsent: place === null });
		else if (place === null) plan.ended.push({ before, after, isAbsent: true });
		else plan.changed.push({ before, after });
	}
	return plan;
}

function openCasesUnder(tables: Plan['tables'], existing: Records, on: CalendarDate): Plan['openCases'] {
	const isOpen = (row: Records['cases'][number]) =>
		row.openedOn <= on && (row.closedOn === null || row.closedOn > on);
	const open = new Set(existing.cases.filter(isOpen).map((row) => row.caseId));
	const closing = [...tables.cases.changed, ...tables.cases.ended].filter(
		({ before, after }) => before.closedOn === null && after.closedOn !== null && open.has(before.caseId)
	);
	const closed = new Set(closing.map(({ before }) => before.caseId));

	const isLead = (row: Records['allocations'][number]) =>
		row.role === 'lead' && row.from <= on && (row.to === null || row.to > on);
	const changes = new Map(
		[...tables.allocations.changed, ...tables.allocations.ended].map((change) => [
			keyOf('allocations', change.before),
			change.after
		])
	);
	const holders = (rows: readonly Records['allocations'][number][]) =>
		new Map(rows.filter(isLead).map((row) => [row.caseId, row.practitionerId]));
	const before = holders(existing.allocations);
	const after = holders([
		...existing.allocations.map((row) => changes.get(keyOf('allocations', row)) ?? row),
		...tables.allocations.added
	]);
	let changingHands = 0;
	for (const [caseId, holder] of before)
		if (holder !== null && open.has(caseId) && !closed.has(caseId) && after.get(caseId) !== holder)
			changingHands++;
	return {
		before: open.size,
		closing: closing.length,
		changingHands,
		asksSecondPerson:
			closing.length > open.size * CLOSING_SHARE || changingHands > open.size * CHANGING_HANDS_SHARE
	};
}

function oversightNotCounting(tables: Plan['tables'], existing: Records): Plan['oversightNotCounting'] {
	const people = new Map(existing.practitioners.map((row) => [row.practitionerId, row]));
	for (const row of tables.practitioners.added) people.set(row.practitionerId, row);
	for (const { after } of tables.practitioners.changed) people.set(after.practitionerId, after);
	for (const { after } of tables.practitioners.ended) people.set(after.practitionerId, after);
	const managers = new Set<string>();
	let entries = 0;
	for (const row of tables.oversight.added) {
		const manager = people.get(row.managerId);
		if (!manager || (manager.sweNumber !== null && manager.registeredOn !== null)) continue;
		if (!isWritten(row.decision) || !isWritten(row.rationale)) continue;
		entries++;
		managers.add(row.managerId);
	}
	return { entries, managerIds: [...managers].sort() };
}

/** Whether applying would write nothing. */
export function changesNothing(plan: Plan): boolean {
	return TABLES.every(({ table }) => {
		const { added, changed, ended } = plan.tables[table];
		return added.length + changed.length + ended.length === 0;
	});
}

export interface Preview {
	/** One row for each table that the files touch. */
	tables: {
		table: string;
		added: number;
		changed: number;
		ended: number;
		unchanged: number;
		leftOut: number;
	}[];
	/** What to know before applying, most important first. */
	notes: string[];
	errors: string[];
	warnings: string[];
	/** Each row that would be left out, and why. */
	leftOut: string[];
}

const counted = (count: number, one: string) => `${count} ${count === 1 ? one : `${one}s`}`;

/** The preview of an import, for page and terminal alike. */
export function planInWords(plan: Plan): Preview {
	const tables = TABLES.map(({ table, name }) => {
		const { added, changed, ended, unchanged, leftOut } = plan.tables[table];
		return {
			table: name,
			added: added.length,
			changed: changed.length,
			ended: ended.length,
			unchanged,
			leftOut: leftOut.length
		};
	}).filter(({ table: _, ...counts }) => Object.values(counts).some((count) => count > 0));
	const inWords = (level: Problem['level']) =>
		plan.problems.filter((problem) => problem.level === level).map(problemInWords);
	const leftOut = TABLES.flatMap(({ table }) =>
		plan.tables[table].leftOut.map(({ because }) => problemInWords(because))
	);
	return {
		tables,
		notes: notesOf(plan, leftOut.length),
		errors: inWords('error'),
		warnings: inWords('warning'),
		leftOut
	};
}

function notesOf(plan: Plan, leftOut: number): string[] {
	const notes: string[] = [];
	const { openCases, oversightNotCounting: notCounting } = plan;
	if (!plan.mayApply) notes.push('Nothing can be applied as the files are.');
	if (plan.mayApply && leftOut > 0) notes.push(`${counted(leftOut, 'row')} would be left out.`);
	if (changesNothing(plan) && plan.mayApply) notes.push('Nothing would change.');
	if (plan.changedHere > 0)
		notes.push(
			`${counted(plan.changedHere, 'row')} only ${plan.changedHere === 1 ? 'says' : 'say'} again what was changed here since: what was recorded here stands.`
		);
	if (openCases.asksSecondPerson)
		notes.push(
			`Of ${counted(openCases.before, 'open case')}, ${openCases.closing} would close and ${openCases.changingHands} change hands, which is more than usual: look at it with somebody else before applying.`
		);
	const absent = TABLES.map(({ table, name }) => {
		const ended: readonly { isAbsent: boolean }[] = plan.tables[table].ended;
		return { name, count: ended.filter(({ isAbsent }) => isAbsent).length };
	});
	for (const { name, count } of absent)
		if (count > 0)
			notes.push(`${counted(count, 'row')} of ${name} would end on ${plan.on} because the file lacks them.`);
	if (notCounting.entries > 0)
		notes.push(
			`${counted(notCounting.entries, 'record')} of management oversight would not count, because the registration of ${notCounting.managerIds.join(', ')} is not recorded.`
		);
	return notes;
}

/** The preview as lines of text for a terminal. */
export function previewLines(preview: Preview): string[] {
	const head = ['', 'added', 'changed', 'ended', 'unchanged', 'left out'];
	const rows = preview.tables.map((row) =>
		[row.table, row.added, row.changed, row.ended, row.unchanged, row.leftOut].map(String)
	);
	const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
	const aligned = [head, ...rows].map((row) =>
		row
			.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
			.join('  ')
			.trimEnd()
	);
	const titled = (title: string, lines: readonly string[]) =>
		lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
	return [
		...(rows.length > 0 ? aligned : ['No rows.']),
		...titled('To know', preview.notes),
		...titled('Errors', preview.errors),
		...titled('Warnings', preview.warnings),
		...titled('Left out', preview.leftOut)
	];
}
