import type { CaseChange, Replaced } from '#lib/domain/case-change.ts';
import type { Allocation, Case, CaseKind } from '#lib/domain/cases.ts';
import type { Entity, Said } from '#lib/domain/change-words.ts';
import type { CaseNow } from '#lib/server/store/case-changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import type { FactWritten } from '#lib/server/store/changes.ts';
import { recordFacts, takeOutFact, type ByForm, type Changer } from './change-fact.ts';

/** A change of one case over the rows that stand. `source` is whose ids those of a case are that is opened. */
export interface CaseToWrite {
	change: CaseChange;
	/** Null: the case is new. */
	rows: CaseNow | null;
	source: string;
}

/** Writes the rows of changes over those that stand, each with its history and its audit row, in a few statements. */
export async function writeCases(
	tx: Transaction,
	by: Changer,
	form: ByForm,
	cases: readonly CaseToWrite[]
): Promise<void> {
	const rows = cases.flatMap(rowsOf);
	for (const entity of ['case', 'case_kind', 'allocation'] as const) {
		const own = rows.filter((row) => row.entity === entity);
		for (const { id, row, about } of own)
			if (id !== null && row === null) held(await takeOutFact(tx, by, form, { entity, entityId: id, about }));
		const written = own.flatMap(({ id, row, ends, about }): FactWritten[] =>
			row ? [{ id, set: row, change: ends ? 'ended' : 'changed', about }] : []
		);
		held(await recordFacts(tx, by, form, entity, written));
	}
}

function rowsOf({ change, rows, source }: CaseToWrite): WritingRow[] {
	const { caseId, details, kinds, allocations } = change;
	const about = { caseId };
	const writing: WritingRow[] = [];
	if (details?.after)
		writing.push({
			entity: 'case',
			id: details.before ? caseId : null,
			row: details.before ? caseSaid(details.after) : { id: caseId, source, ...caseSaid(details.after) },
			ends: (details.before?.closedOn ?? null) === null && details.after.closedOn !== null,
			about
		});
	for (const replaced of kinds) {
		const { before, after } = replaced;
		const found = rows?.kinds.find(({ kind, from }) => before?.kind === kind && before.from === from);
		writing.push({
			entity: 'case_kind',
			id: idOf(before, found),
			row: after && kindSaid(after),
			ends: onlyEnds(replaced),
			about
		});
	}
	for (const replaced of allocations) {
		const { before, after } = replaced;
		const found = rows?.allocations.find(
			({ role, from, practitionerId, teamId }) =>
				before?.role === role &&
				before.from === from &&
				before.practitionerId === practitionerId &&
				before.teamId === teamId
		);
		writing.push({
			entity: 'allocation',
			id: idOf(before, found),
			row: after && allocationSaid(after),
			ends: onlyEnds(replaced),
			about: { caseId, practitionerId: (after ?? before)?.practitionerId ?? null }
		});
	}
	return writing;
}

/** The id of the row that is replaced; null: a new row. */
function idOf(before: object | null, found: { id: string } | undefined): string | null {
	if (before && !found) throw new Error('a row that was gathered is not there');
	return found?.id ?? null;
}

function onlyEnds<Row extends CaseKind | Allocation>({ before, after }: Replaced<Row>): boolean {
	return before?.to === null && after !== null && after.to !== null && after.recordedOn === before.recordedOn;
}

interface WritingRow {
	entity: Entity;
	/** Null: a new row. */
	id: string | null;
	/** Null: taken out. */
	row: Said | null;
	ends: boolean;
	about: { caseId: string; practitionerId?: string | null };
}

/** Whoever writes holds the case, so that nobody was faster. */
function held(answer: 'done' | 'changed_since'): void {
	if (answer === 'changed_since') throw new Error('the case changed while held');
}

function caseSaid(row: Case): Said {
	return {
		reference: row.reference,
		child_id: row.childId,
		family_id: row.familyId,
		date_of_birth: row.dateOfBirth,
		unborn: row.unborn,
		opened_on: row.openedOn,
		closed_on: row.closedOn,
		closure_reason: row.closureReason,
		complexity: row.complexity,
		recorded_on: row.recordedOn,
		end_recorded_on: row.endRecordedOn
	};
}

function kindSaid(row: CaseKind): Said {
	return {
		case_id: row.caseId,
		kind: row.kind,
		from_on: row.from,
		to_on: row.to,
		conference_needed: row.conferenceNeeded,
		conference_on: row.conferenceOn,
		recorded_on: row.recordedOn,
		end_recorded_on: row.endRecordedOn
	};
}

function allocationSaid(row: Allocation): Said {
	return {
		case_id: row.caseId,
		practitioner_id: row.practitionerId,
		team_id: row.teamId,
		role: row.role,
		from_on: row.from,
		to_on: row.to,
		reason: row.reason,
		start_not_given: row.startNotGiven ?? false,
		recorded_on: row.recordedOn,
		end_recorded_on: row.endRecordedOn
	};
}
