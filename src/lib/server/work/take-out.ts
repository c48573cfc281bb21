import type { Records, TableName } from '#lib/domain/records.ts';
import { policyFileText } from '#lib/domain/policy-file.ts';
import { fieldOf, tableCalled, tableOf, TABLES, type Row } from '#lib/intake/catalogue.ts';
import { csvLinesOf } from '#lib/intake/tables.ts';
import { record } from '#lib/server/audit.ts';
import { casesWaiting } from '#lib/server/store/imports.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { everyRecord } from '#lib/server/store/records.ts';
import { policyFileOf } from './keep-policy-file.ts';

/** A file to write: its name, its text in parts, and how many rows it holds (null: it is no table). */
export interface FileOut {
	name: string;
	parts: () => Iterable<string>;
	rows: number | null;
}

export const TABLE_NAMES: readonly string[] = TABLES.map(({ name }) => name);

/** The tables of these names, all of them where none is named; or the name that no table bears. */
export function tablesNamed(names: readonly string[]): TableName[] | { unknown: string } {
	if (names.length === 0) return TABLES.map(({ table }) => table);
	const tables: TableName[] = [];
	for (const name of names) {
		const table = tableCalled(name);
		if (!table) return { unknown: name };
		tables.push(table.table);
	}
	return tables;
}

/**
 * The native tables as they stand, and policy.json where all of them are asked for, so that an empty database that
 * brings them in finds the same. `waiting`: cases whose holder is not matched, which no table can say.
 */
export async function takeOut(
	tx: Transaction,
	operator: string,
	tables: readonly TableName[]
): Promise<{ files: FileOut[]; waiting: number }> {
	const records = await everyRecord(tx);
	const files: FileOut[] = tables.map((table) => ({
		name: `${tableOf(table).name}.csv`,
		parts: () => csvLinesOf(table, withRecordingDays(table, records)),
		rows: records[table].length
	}));
	if (tables.length === TABLES.length) {
		const text = policyFileText(await policyFileOf(tx));
		files.push({ name: 'policy.json', parts: () => [text], rows: null });
	}
	await record(tx, { operator }, { action: 'exported', entity: 'records', entityId: null });
	return { files, waiting: tables.includes('allocations') ? await casesWaiting(tx) : 0 };
}

/** The rows with the day each became known: left empty it would be the day it happened. */
function* withRecordingDays<Name extends TableName>(
	table: Name,
	records: Records
): Generator<Records[Name][number]> {
	const { happened, end } = tableOf(table);
	for (const row of records[table] as Row[]) {
		const on = (field: string, instead: string | null) =>
			fieldOf(row, field) ?? (instead === null ? null : fieldOf(row, instead));
		const filled = { ...row, recordedOn: on('recordedOn', happened) };
		yield (
			end === null ? filled : { ...filled, endRecordedOn: on('endRecordedOn', end) }
		) as Records[Name][number];
	}
}
