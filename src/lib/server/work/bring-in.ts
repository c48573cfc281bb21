import { createHash } from 'node:crypto';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { TableName } from '#lib/domain/records.ts';
import { changesNothing, planImport, planInWords, previewLines, type Plan } from '#lib/intake/plan.ts';
import type { AnnexAIncoming } from '#lib/intake/annex-a-cases.ts';
import type { Incoming } from '#lib/intake/tables.ts';
import { record } from '#lib/server/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import {
	keepWaiting,
	markStartNotGiven,
	noteImport,
	oneAtATime,
	refreshStatistics,
	setObservedFrom
} from '#lib/server/store/imports.ts';
import {
	lastSent,
	storedRecords,
	TABLES_IN_ORDER,
	writeRecords,
	type Writing
} from '#lib/server/store/records.ts';

export interface BringIn {
	/** Who applies it: the operator's name, for the audit. */
	by: string;
	/** The day of the import, or of the extract. */
	on: CalendarDate;
	apply: boolean;
	skipBadRows: boolean;
	complete: readonly TableName[];
	observedFrom: CalendarDate | null;
}

export interface BroughtIn {
	plan: Plan;
	/** Whether anything was written. */
	applied: boolean;
}

/** Tables against which every import is held, whatever it brings: the others only where it brings them. */
const ALWAYS_COMPARED: readonly TableName[] = ['teams', 'practitioners', 'cases', 'allocations', 'postings'];

/** Read already, now compared, and where asked applied: all of it or nothing, in the transaction given. */
export async function bringIn(tx: Transaction, incoming: Incoming, how: BringIn): Promise<BroughtIn> {
	const { by, on, apply, skipBadRows, complete, observedFrom } = how;
	if (apply) await oneAtATime(tx);
	const tables = TABLES_IN_ORDER.filter(
		(table) => incoming.columns[table] !== undefined || ALWAYS_COMPARED.includes(table)
	);
	const stored = await storedRecords(tx, incoming.source, tables);
	const plan = planImport(stored.records, incoming, {
		sentBefore: await lastSent(tx, incoming.source, tables),
		on,
		skipBadRows,
		complete,
		known: Object.fromEntries(
			Object.entries(stored.ids).map(([entity, ids]) => [entity, new Set(ids.keys())])
		)
	});
	if (!apply || !plan.mayApply) return { plan, applied: false };
	if (observedFrom !== null) {
		await setObservedFrom(tx, observedFrom);
		await record(tx, { operator: by }, { action: 'set', entity: 'observed_from', entityId: observedFrom });
	}
	if (!changesNothing(plan)) await writeRecords(tx, plan.source, stored, writingOf(plan, stored.idOf));
	if ('waiting' in incoming) {
		const extract = incoming as AnnexAIncoming;
		await keepWaiting(tx, plan.source, extract.waiting);
		await markStartNotGiven(tx, plan.source, extract.startNotGiven);
	}
	if (changesNothing(plan)) return { plan, applied: observedFrom !== null };
	const counts = countsOf(plan);
	const digest = digestOf(plan);
	const importId = await noteImport(tx, { by, source: plan.source, digest, counts });
	await record(tx, { operator: by }, { action: 'imported', entity: 'import', entityId: importId, digest });
	await refreshStatistics(tx);
	return { plan, applied: true };
}

function writingOf(plan: Plan, idOf: ReadonlyMap<object, string>): Partial<Record<TableName, Writing>> {
	return Object.fromEntries(
		TABLES_IN_ORDER.map((table) => {
			const { added, changed, ended } = plan.tables[table];
			const corrected = [...ended, ...changed].map(({ before, after }) => {
				const id = idOf.get(before);
				if (id === undefined) throw new Error(`a row of ${table} to change is not stored`);
				return { id, row: after };
			});
			return [table, { added, changed: corrected }];
		})
	);
}

function countsOf(plan: Plan) {
	return Object.fromEntries(
		TABLES_IN_ORDER.map((table) => {
			const { added, changed, ended, unchanged, leftOut } = plan.tables[table];
			return [
				table,
				{
					added: added.length,
					changed: changed.length,
					ended: ended.length,
					unchanged,
					leftOut: leftOut.length
				}
			];
		})
	);
}

function digestOf(plan: Plan): string {
	const digest = createHash('sha256');
	for (const table of TABLES_IN_ORDER) {
		const { added, changed, ended } = plan.tables[table];
		for (const row of added) digest.update(JSON.stringify(row));
		for (const { after } of [...changed, ...ended]) digest.update(JSON.stringify(after));
	}
	return digest.digest('hex');
}

/** The preview as lines for a terminal, its errors apart. */
export function previewOf(plan: Plan): { lines: string[]; errors: string[] } {
	const { errors, ...preview } = planInWords(plan);
	return { lines: previewLines({ ...preview, errors: [] }), errors };
}
