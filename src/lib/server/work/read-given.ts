import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { TableName } from '#lib/domain/records.ts';
import type { Source } from '#lib/intake/archive.ts';
import { tableCalled, TABLES } from '#lib/intake/catalogue.ts';
import { COMMAND_LIMITS, recognise, type GivenFile } from '#lib/intake/files.ts';
import { casesOf, type AnnexAIncoming } from '#lib/intake/annex-a-cases.ts';
import { readAnnexA } from '#lib/intake/annex-a.ts';
import { matchNames } from '#lib/intake/match.ts';
import { problemInWords, type Problem } from '#lib/intake/problems.ts';
import { readTables, type Incoming } from '#lib/intake/tables.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { namesRemembered } from '#lib/server/store/imports.ts';
import { storedRecords, TABLES_IN_ORDER } from '#lib/server/store/records.ts';

export type { GivenFile };

export interface HowToRead {
	/** For workbooks that carry no dates of allocation. */
	extractDate: CalendarDate | null;
	addPeople: boolean;
	/** Names of tables of which the files are the whole. */
	complete: readonly string[];
}

/** Rows ready to be compared, the texts of policy.json and published figures; or the words in which the files were refused as a whole. */
export type Read =
	| {
			incoming: Incoming;
			complete: TableName[];
			policies: readonly { file: string; text: string }[];
			indicators: readonly Source[];
	  }
	| { refused: string[] };

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
	const { annexA, tables: native, policies, indicators, problems } = recognised;
	if (annexA.length + native.length + policies.length + indicators.length === 0) {
		const words = problems.map(problemInWords);
		return { refused: words.length > 0 ? words : ['No table was found in what was given.'] };
	}
	if (annexA.length === 0)
		return { incoming: await readTables(recognised), complete: tables, policies, indicators };
	if (annexA.length > 1 || native.length > 0)
		return { refused: ['Give one Annex A workbook by itself: it is compared with the one before it.'] };
	if (extractDate === null)
		return {
			refused: [
				`${annexA[0]?.file}: an Annex A workbook does not say when it was made, and leads it names begin on that day. Give it with --extract-date yyyy-mm-dd.`
			]
		};
	const incoming = await readExtract(tx, annexA[0], problems, extractDate, addPeople);
	return { incoming, complete: tables, policies, indicators };
}

const ANNEX_A = 'annex-a';

async function readExtract(
	tx: Transaction,
	workbook: Parameters<typeof readAnnexA>[0] | undefined,
	problems: readonly Problem[],
	extractDate: CalendarDate,
	addPeople: boolean
): Promise<AnnexAIncoming> {
	if (!workbook) throw new Error('there is no workbook');
	const annexA = await readAnnexA(workbook);
	const { records } = await storedRecords(tx, ANNEX_A, TABLES_IN_ORDER, ['teams', 'practitioners']);
	const names = annexA.names.map(({ name }) => name);
	const matching = matchNames(names, records.practitioners, await namesRemembered(tx, ANNEX_A));
	const incoming = casesOf(annexA, records, { extractDate, matching, addPeople });
	return { ...incoming, problems: [...problems, ...incoming.problems] };
}
