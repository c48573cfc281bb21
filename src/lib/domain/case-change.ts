import { rearranged, type Authority } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import type { Allocation, Case, CaseFile, CaseKind, OversightEntry } from './cases.ts';
import type { Period, Recorded } from './knowledge.ts';

/** A row as it would be written: a new one, one in place of another, or (`after` null) one taken out. */
export interface Replaced<Row> {
	before: Row | null;
	after: Row | null;
}

/** Everything that one form would write about one case. */
export interface CaseChange {
	caseId: string;
	/** Null: the case itself says what it said. */
	details: Replaced<Case> | null;
	kinds: readonly Replaced<CaseKind>[];
	allocations: readonly Replaced<Allocation>[];
	/** Oversight that is recorded with it. */
	oversight: readonly OversightEntry[];
}

export function changeOf(caseId: string, parts: Partial<CaseChange>): CaseChange {
	return { caseId, details: null, kinds: [], allocations: [], oversight: [], ...parts };
}

/** The file with the change made; where there is none yet, the file that it opens. */
function fileWith(file: CaseFile | undefined, change: CaseChange): CaseFile {
	const opened = change.details?.after;
	if (!file && !opened) throw new Error('the change is about a case that was not gathered');
	const before = file ?? {
		caseId: change.caseId,
		reference: opened?.reference ?? '',
		details: [],
		kinds: [],
		allocations: [],
		oversight: [],
		discussions: []
	};
	return {
		...before,
		details: replacing(before.details, change.details ? [change.details] : []),
		kinds: replacing(before.kinds, change.kinds),
		allocations: replacing(before.allocations, change.allocations),
		oversight: [...before.oversight, ...change.oversight]
	};
}

/** What was known before today is not asked about: the row that is replaced is left out. */
function replacing<Row>(rows: readonly Row[], replaced: readonly Replaced<Row>[]): Row[] {
	const gone = new Set(replaced.map(({ before }) => before));
	return [...rows.filter((row) => !gone.has(row)), ...replaced.flatMap(({ after }) => after ?? [])];
}

/** The same facts with the changes made. */
export function withCases(authority: Authority, changes: readonly CaseChange[]): Authority {
	const changed = new Map(changes.map((change) => [change.caseId, change]));
	const known = new Map(authority.cases.map((file) => [file.caseId, file]));
	return rearranged(authority, {
		cases: [
			...authority.cases.filter(({ caseId }) => !changed.has(caseId)),
			...changes.map((change) => fileWith(known.get(change.caseId), change))
		]
	});
}

/** Whether a row is what is known now, and not an earlier version. */
export function stands(row: Recorded): boolean {
	return (row.supersededOn ?? null) === null;
}

/** The case itself as it stands. */
export function detailsNow(file: CaseFile): Case {
	const details = file.details.find(stands);
	if (!details) throw new Error('a case without a row that stands');
	return details;
}

/** The row ended on a day, which is known from today. */
export function ended<Row extends Period>(row: Row, to: CalendarDate, today: CalendarDate): Replaced<Row> {
	return { before: row, after: { ...row, to, endRecordedOn: today } };
}

/** The row as it is corrected: known as a whole from today. An end that stays keeps the day it became known. */
export function corrected<Row extends Period>(
	row: Row,
	said: Partial<Row>,
	today: CalendarDate
): Replaced<Row> {
	const after = { ...row, ...said };
	const endRecordedOn =
		after.to === null ? null : after.to === row.to ? (row.endRecordedOn ?? row.to) : today;
	return { before: row, after: { ...after, recordedOn: today, endRecordedOn } };
}

/** What the case says of itself, corrected: known from today. */
export function correctedDetails(file: CaseFile, said: Partial<Case>, today: CalendarDate): Replaced<Case> {
	const before = detailsNow(file);
	const endRecordedOn = before.closedOn === null ? null : (before.endRecordedOn ?? before.closedOn);
	return { before, after: { ...before, ...said, recordedOn: today, endRecordedOn } };
}
