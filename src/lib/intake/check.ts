import type { TableName } from '#lib/domain/records.ts';
import type { AllocationRow, CaseRow, Records, SupervisionRow, TeamRow } from '#lib/domain/records.ts';
import {
	fieldOf,
	keyOf,
	rowInWords,
	TABLES,
	tableOf,
	type Referred,
	type Row,
	type Table
} from './catalogue.ts';
import { placeInWords, rowProblem, type Place, type Problem, type ProblemCode } from './problems.ts';
import type { UnreadRow } from './tables.ts';

/** Ids that exist already, beyond the rows that are at hand. */
export type ReferenceSets = Partial<Record<Referred, ReadonlySet<string>>>;

/** A row as it would be after the import, beside what it was. */
export interface Candidate {
	before: Row | null;
	after: Row;
	/** Nothing changes. */
	isSame: boolean;
	/** Null: no file has it; it is ended because a complete table lacks it. */
	place: Place | null;
}

export type Candidates = Record<TableName, Candidate[]>;

export interface Checked {
	problems: Problem[];
	/** The rows that cannot be taken, those that only refer to such a row included. */
	left: Set<Candidate>;
}

interface Context {
	existing: Records;
	ids: Record<Referred, Set<string>>;
	leftIds: Record<Referred, Set<string>>;
	/** Tables of which a file was refused whole: an id unknown for that reason is not another problem. */
	refused: ReadonlySet<TableName>;
	checked: Checked;
}

const REFERRED: readonly Referred[] = ['teams', 'practitioners', 'cases', 'supervision', 'oversight'];

const idOf = (table: TableName, row: Row) => fieldOf(row, tableOf(table).key[0]!) as string;

/**
 * What is wrong between rows: with ids, with the order of dates, and with what may not overlap. Of two rows that cannot
 * both be true, the one recorded already stays, else the one that starts first.
 */
export function check(
	candidates: Candidates,
	existing: Records,
	options: { known?: ReferenceSets; unread?: readonly UnreadRow[]; refused?: ReadonlySet<TableName> } = {}
): Checked {
	const sets = (fill: (table: Referred) => Iterable<string>) =>
		Object.fromEntries(REFERRED.map((table) => [table, new Set(fill(table))])) as Record<
			Referred,
			Set<string>
		>;
	const unread = options.unread ?? [];
	const context: Context = {
		existing,
		ids: sets((table) => [
			...(options.known?.[table] ?? []),
			...(existing[table] as Row[]).map((row) => idOf(table, row))
		]),
		leftIds: sets((table) =>
			unread.flatMap((row) => (row.table === table && row.id !== null ? [row.id] : []))
		),
		refused: options.refused ?? new Set(),
		checked: { problems: [], left: new Set() }
	};
	for (const table of TABLES) checkTable(table, candidates[table.table], context);
	return context.checked;
}

function checkTable(table: Table, candidates: Candidate[], context: Context): void {
	const { left } = context.checked;
	const name = table.table;
	const referred = REFERRED.find((each) => each === name);
	const firsts = new Map<string, Candidate>();
	for (const candidate of candidates) {
		const key = keyOf(name, candidate.after);
		const first = firsts.get(key);
		if (first?.place)
			refuse(context, candidate, 'duplicate_row', {
				args: {
					key: table.key.map((field) => columnName(table, field)).join(', '),
					other: placeInWords(first.place)
				}
			});
		else firsts.set(key, candidate);
		if (!candidate.isSame) checkRow(table, candidate, context);
	}
	const leaveOut = (candidate: Candidate) => {
		if (!referred || candidate.before !== null) return;
		const id = idOf(name, candidate.after);
		if (firsts.get(id) !== candidate) return;
		context.ids[referred].delete(id);
		context.leftIds[referred].add(id);
	};
	for (const candidate of candidates)
		if (left.has(candidate)) leaveOut(candidate);
		else if (referred) context.ids[referred].add(idOf(name, candidate.after));

	const references = table.columns.filter(
		(column) => (column.shape.is === 'id' || column.shape.is === 'ids') && column.shape.of !== null
	);
	const refersToItself = references.some((column) => 'of' in column.shape && column.shape.of === name);
	for (let again = references.length > 0; again;) {
		again = false;
		for (const candidate of candidates) {
			if (candidate.isSame || left.has(candidate)) continue;
			if (!checkReferences(table, references, candidate, context)) continue;
			leaveOut(candidate);
			again ||= refersToItself;
		}
	}

	if (name === 'allocations')
		checkOverlaps(table, firsts, context, 'overlapping_lead', (row) => {
			const { role, caseId } = row as AllocationRow;
			return role === 'lead' ? caseId : null;
		});
	if (name === 'postings')
		checkOverlaps(table, firsts, context, 'overlapping_posting', (row) =>
			String(fieldOf(row, 'practitionerId'))
		);
	if (name === 'cases')
		checkOverlaps(table, firsts, context, 'overlapping_case', (row) => (row as CaseRow).childId);

	for (const candidate of candidates) if (left.has(candidate)) leaveOut(candidate);
}

function refuse(
	context: Context,
	candidate: Candidate,
	code: ProblemCode,
	detail: Partial<Pick<Problem, 'column' | 'found' | 'args'>>
): void {
	if (candidate.place === null) return;
	context.checked.left.add(candidate);
	context.checked.problems.push(rowProblem(code, candidate.place, detail));
}

const columnName = (table: Table, field: string) =>
	table.columns.find((column) => column.field === field)?.name ?? field;

function checkRow(table: Table, candidate: Candidate, context: Context): void {
	const { before, after } = candidate;
	if (table.start !== null && table.end !== null) {
		const from = fieldOf(after, table.start) as string | null;
		const to = fieldOf(after, table.end) as string | null;
		const detail = {
			column: columnName(table, table.end),
			found: to,
			args: { from: from ?? '', to: to ?? '' }
		};
		if (from !== null && to !== null && to < from) refuse(context, candidate, 'ends_before_start', detail);
		else if (to !== null && from === to && !mayCoverNoDay(table))
			refuse(context, candidate, 'covers_no_day', detail);
	}
	if (table.table === 'supervision') {
		const { heldOn, cancelled } = after as SupervisionRow;
		if (heldOn !== null && cancelled)
			refuse(context, candidate, 'held_and_cancelled', { column: 'cancelled', args: { heldOn } });
	}
	if (table.table === 'allocations') {
		const { practitionerId, teamId } = after as AllocationRow;
		if (practitionerId === null && teamId === null)
			refuse(context, candidate, 'no_holder', { column: 'practitioner_id' });
	}
	if (table.table === 'teams' && before !== null) {
		const { service, teamId } = before as TeamRow;
		const moved = (after as TeamRow).service;
		if (moved !== service)
			refuse(context, candidate, 'team_changes_service', {
				column: 'service',
				found: moved,
				args: { id: teamId, service }
			});
	}
}

/** A kind may begin and end on one day; so may what is opened and closed, or begun and left, on one day. */
function mayCoverNoDay(table: Table): boolean {
	return table.table === 'caseKinds' || ['teams', 'practitioners', 'cases'].includes(table.table);
}

/** Whether the row was refused for an id it names. */
function checkReferences(
	table: Table,
	references: Table['columns'],
	candidate: Candidate,
	context: Context
): boolean {
	let refused = false;
	for (const { field, name, shape } of references) {
		if (!('of' in shape) || shape.of === null) continue;
		const value = fieldOf(candidate.after, field) as string | readonly string[] | null;
		if (value === null) continue;
		for (const id of typeof value === 'string' ? [value] : value) {
			if (context.ids[shape.of].has(id)) continue;
			const isLeft = context.leftIds[shape.of].has(id);
			if (!isLeft && context.refused.has(shape.of)) continue;
			refuse(context, candidate, isLeft ? 'id_left_out' : 'unknown_id', {
				column: name,
				found: id,
				args: { table: tableOf(shape.of).name }
			});
			refused = true;
		}
	}
	return refused;
}

interface Dated {
	row: Row;
	from: string;
	to: string | null;
	/** Null: recorded already. */
	candidate: Candidate | null;
}

/** Refuses rows of one group whose periods overlap. Only groups in which something changes are looked at. */
function checkOverlaps(
	table: Table,
	firsts: ReadonlyMap<string, Candidate>,
	context: Context,
	code: ProblemCode,
	groupOf: (row: Row) => string | null
): void {
	const { left } = context.checked;
	const groups = new Map<string, Dated[]>();
	for (const candidate of firsts.values()) {
		const group = groupOf(candidate.after);
		if (group !== null && !candidate.isSame && !left.has(candidate)) groups.set(group, []);
	}
	if (groups.size === 0) return;
	const add = (row: Row, candidate: Candidate | null) => {
		const dated = groups.get(groupOf(row) ?? '');
		const from = fieldOf(row, table.start!) as string;
		const to = fieldOf(row, table.end!) as string | null;
		if (to === null || from < to) dated?.push({ row, from, to, candidate });
	};
	for (const row of context.existing[table.table] as Row[]) {
		const candidate = firsts.get(keyOf(table.table, row));
		if (candidate === undefined || left.has(candidate)) add(row, null);
	}
	for (const candidate of firsts.values())
		if (!left.has(candidate))
			add(candidate.after, candidate.isSame || candidate.place === null ? null : candidate);

	for (const [id, rows] of groups) {
		rows.sort((a, b) =>
			a.from < b.from ? -1 : a.from > b.from ? 1 : Number(b.candidate === null) - Number(a.candidate === null)
		);
		let kept: Dated | null = null;
		for (const next of rows) {
			if (kept === null || (kept.to !== null && kept.to <= next.from)) {
				kept = next;
				continue;
			}
			const [blamed, other]: [Dated, Dated] =
				next.candidate === null && kept.candidate !== null ? [kept, next] : [next, kept];
			if (blamed.candidate)
				refuse(context, blamed.candidate, code, {
					column: columnName(table, table.start!),
					found: blamed.from,
					args: { id, other: inWords(table, other) }
				});
			kept = other;
		}
	}
}

function inWords(table: Table, { row, from, to, candidate }: Dated): string {
	const until = to === null ? 'and open' : `to ${to}`;
	const where = candidate?.place ? placeInWords(candidate.place) : 'recorded already';
	return `${rowInWords(table.table, row)}, from ${from} ${until} (${where})`;
}
