import type { CaseChange, Replaced } from '#lib/domain/case-change.ts';
import type { Allocation, Case, CaseKind } from '#lib/domain/cases.ts';
import type { Entity, Said } from '#lib/domain/change-words.ts';
import type { CaseNow } from '#lib/server/store/case-changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { changeFact, recordFact, takeOutFact, type ByForm, type Changer } from './change-fact.ts';

/**
 * Writes the rows of a change over those that stand, each with its history and its audit row. `source` is whose ids those
 * of a case are that is opened.
 */
export async function writeCase(
	tx: Transaction,
	by: Changer,
	form: ByForm,
	change: CaseChange,
	rows: CaseNow | null,
	source: string
): Promise<void> {
	const { caseId, details, kinds, allocations } = change;
	const about = { caseId };
	if (details?.after)
		await writeRow(tx, by, form, {
			entity: 'case',
			id: details.before ? caseId : null,
			row: details.before ? caseSaid(details.after) : { id: caseId, source, ...caseSaid(details.after) },
			ends: (details.before?.closedOn ?? null) === null && details.after.closedOn !== null,
			about
		});
	for (const replaced of kinds) {
		const { before, after } = replaced;
		const found = rows?.kinds.find(({ kind, from }) => before?.kind === kind && before.from === from);
		await writeRow(tx, by, form, {
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
		await writeRow(tx, by, form, {
			entity: 'allocation',
			id: idOf(before, found),
			row: after && allocationSaid(after),
			ends: onlyEnds(replaced),
			about: { caseId, practitionerId: (after ?? before)?.practitionerId ?? null }
		});
	}
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

async function writeRow(
	tx: Transaction,
	by: Changer,
	form: ByForm,
	{ entity, id, row, ends, about }: WritingRow
): Promise<void> {
	if (id === null) {
		if (row) await recordFact(tx, by, form, { entity, row, about });
		return;
	}
	const which = { entity, entityId: id, about };
	const answer = row
		? await changeFact(tx, by, form, which, { change: ends ? 'ended' : 'changed', set: row })
		: await takeOutFact(tx, by, form, which);
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
