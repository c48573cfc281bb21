import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { TableName } from '#lib/domain/records.ts';
import { tableCalled, TABLES } from '#lib/intake/catalogue.ts';
import { COMMAND_LIMITS, recognise, type GivenFile } from '#lib/intake/files.ts';
import { problemInWords } from '#lib/intake/problems.ts';
import { readTables, type Incoming } from '#lib/intake/tables.ts';
import type { Transaction } from '#lib/server/store/database.ts';

export type { GivenFile };

export interface HowToRead {
	/** For workbooks that carry no dates of allocation. */
	extractDate: CalendarDate | null;
	addPeople: boolean;
	/** Names of tables of which the files are the whole. */
	complete: readonly string[];
}

/** Rows ready to be compared, or the words in which the files were refused as a whole. */
export type Read = { incoming: Incoming; complete: TableName[] } | { refused: string[] };

/** Recognises and reads the files given. Nothing is compared with what is stored, and nothing is written. */
export async function readGiven(
	tx: Transaction,
	given: readonly GivenFile[],
	{ complete, extractDate, addPeople }: HowToRead
): Promise<Read> {
	const tables: TableName[] = [];
	for (const name of complete) {
		const table = tableCalled(name);
		if (!table)
			return {
				refused: [
					`--complete ${name}: there is no such table. The tables are ${TABLES.map((each) => each.name).join(', ')}.`
				]
			};
		tables.push(table.table);
	}
	const recognised = await recognise(given, COMMAND_LIMITS);
	if (recognised.tables.length === 0) {
		const words = recognised.problems.map(problemInWords);
		return { refused: words.length > 0 ? words : ['No table was found in what was given.'] };
	}
	return { incoming: await readTables(recognised), complete: tables };
}
