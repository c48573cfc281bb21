import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Records, TableName } from '#lib/domain/records.ts';
import { noRecords } from '#lib/domain/records.ts';
import { asWritten, csvLine, readCsv } from '#lib/intake/csv.ts';
import { problemInWords } from '#lib/intake/problems.ts';
import { TABLES, tableOf } from '#lib/intake/catalogue.ts';
import { csvLinesOf, readTables, type Incoming } from '#lib/intake/tables.ts';
import { recognise, PAGE_LIMITS } from '#lib/intake/files.ts';
import { workbookOf } from '../archives.ts';

type Text = string | Uint8Array;

async function read(files: Record<string, Text>): Promise<Incoming> {
	const given = Object.entries(files).map(([name, text]) => ({
		name,
		bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text
	}));
	return readTables(await recognise(given, PAGE_LIMITS));
}

const words = (incoming: Incoming) => incoming.problems.map(problemInWords);

const TEAMS = 'team_id,name,service\nT1,Duty,Assessment\n';

describe('columns', () => {
	test('are found by name in any order, whatever the case and the blanks around them', async () => {
		const { records, problems } = await read({
			'teams.csv': ' Service ,TEAM_ID,name\nAssessment,T1,Duty\n'
		});
		expect(problems).toEqual([]);
		expect(records.teams).toEqual([
			{
				teamId: 'T1',
				name: 'Duty',
				service: 'Assessment',
				openedOn: null,
				closedOn: null,
				succeededBy: null,
				recordedOn: null,
				endRecordedOn: null
			}
		]);
	});

	test('that come twice are an error, and no row is taken', async () => {
		const incoming = await read({ 'teams.csv': 'team_id,name,service,Name\nT1,Duty,Assessment,Duty\n' });
		expect(words(incoming)).toEqual(['teams.csv, line 1: the column “Name” is there twice. Keep one.']);
		expect(incoming.records.teams).toEqual([]);
	});

	test('that are missing are each named', async () => {
		const incoming = await read({ 'teams.csv': 'team_id\nT1\n' });
		expect(words(incoming)).toEqual([
			'teams.csv, line 1: the column name is missing, and teams needs it.',
			'teams.csv, line 1: the column service is missing, and teams needs it.'
		]);
	});

	test('that are not known are reported and ignored', async () => {
		const incoming = await read({ 'teams.csv': 'team_id,name,service,colour\nT1,Duty,Assessment,blue\n' });
		expect(incoming.problems.map(({ level, code }) => ({ level, code }))).toEqual([
			{ level: 'warning', code: 'unknown_column' }
		]);
		expect(incoming.records.teams).toHaveLength(1);
	});

	test('that the file has are told apart from those it lacks', async () => {
		const { columns } = await read({ 'teams.csv': TEAMS });
		expect([...columns.teams!]).toEqual(['teamId', 'name', 'service']);
		expect(columns.cases).toBeUndefined();
	});
});

describe('letters', () => {
	const text = 'practitioner_id,name\nP1,Zoë O’Brien\nP2,Siân Łuczak\n';
	const names = ['Zoë O’Brien', 'Siân Łuczak'];
	const utf16 = (value: string, mark: boolean, bigEndian: boolean) => {
		const bytes = Buffer.from((mark ? '\ufeff' : '') + value, 'utf16le');
		return bigEndian ? bytes.swap16() : bytes;
	};

	test.each([
		['UTF-8', Buffer.from(text)],
		['UTF-8 with a byte-order mark', Buffer.from('\ufeff' + text)],
		['UTF-16, little end first', utf16(text, true, false)],
		['UTF-16, big end first', utf16(text, true, true)],
		['UTF-16 without a mark', utf16(text, false, false)],
		['UTF-16 without a mark, big end first', utf16(text, false, true)]
	])('are read from %s', async (_, bytes) => {
		const { records, problems } = await read({ 'practitioners.csv': bytes });
		expect(problems).toEqual([]);
		expect(records.practitioners.map((row) => row.name)).toEqual(names);
	});

	test('are read from Windows-1252', async () => {
		const bytes = Buffer.concat([
			Buffer.from('practitioner_id,name\nP1,Zo'),
			Buffer.from([0xeb]),
			Buffer.from(' O'),
			Buffer.from([0x92]),
			Buffer.from('Brien\n')
		]);
		const { records, problems } = await read({ 'practitioners.csv': bytes });
		expect(problems).toEqual([]);
		expect(records.practitioners[0]!.name).toBe('Zoë O’Brien');
	});

	test('that end one chunk in the middle are put together', async () => {
		for (const encoded of [Buffer.from(text), Buffer.from('practitioner_id,name\nP1,Zo\xeb\n', 'latin1')]) {
			for (let cut = 1; cut < encoded.length; cut++) {
				const open = async function* () {
					yield encoded.subarray(0, cut);
					yield encoded.subarray(cut);
				};
				const { records } = await readTables(
					await recognise([{ name: 'practitioners.csv', open }], PAGE_LIMITS)
				);
				expect(records.practitioners[0]!.name).toMatch(/^Zoë/);
			}
		}
	});

	test('written in two ways in one file are refused, so that no name is spoiled', async () => {
		const bytes = Buffer.concat([
			Buffer.from('practitioner_id,name\nP1,Zoë\nP2,Zo'),
			Buffer.from([0xeb, 0x0a])
		]);
		expect((await read({ 'practitioners.csv': bytes })).problems.map((problem) => problem.code)).toEqual([
			'mixed_encoding'
		]);
	});

	test('a zero character inside a text is an error of its row', async () => {
		const incoming = await read({ 'teams.csv': `${'\n'.repeat(5000)}${TEAMS}T2,Du\u0000ty,Assessment\n` });
		expect(incoming.problems.map(({ code, line }) => ({ code, line }))).toEqual([
			{ code: 'not_a_letter', line: 5003 }
		]);
	});
});

describe('rows', () => {
	test('keep the line on which they begin, also after a line break inside quotation marks', async () => {
		const { records, lines, problems } = await read({
			'supervision_cases.csv':
				'session_id,case_id,decision\r\nS1,C1,"Visit again,\r\nthen ""review"""\r\n\r\n,,\r\nS1,C2,No change\r\n'
		});
		expect(problems).toEqual([]);
		expect(records.supervisionCases.map((row) => row.decision)).toEqual([
			'Visit again,\r\nthen "review"',
			'No change'
		]);
		expect(lines.supervisionCases.map((place) => place.line)).toEqual([2, 6]);
	});

	test('with too few or too many fields are each an error', async () => {
		const incoming = await read({ 'teams.csv': `${TEAMS}T2,Duty\nT3,Duty,East,Assessment\nT4,West,CiN,,\n` });
		expect(words(incoming)).toEqual([
			'teams.csv, line 3: the row has 2 fields under 3 column names.',
			'teams.csv, line 4: the row has 4 fields under 3 column names. Put quotation marks around a text with commas.'
		]);
		expect(incoming.records.teams.map((row) => row.teamId)).toEqual(['T1', 'T4']);
		expect(incoming.unread.map((row) => row.id)).toEqual(['T2', 'T3']);
	});

	test('after a quotation mark that never closes are not read, and the file is refused', async () => {
		const incoming = await read({ 'teams.csv': `${TEAMS}T2,"Duty,Assessment\nT3,East,Assessment\n` });
		expect(incoming.problems.map(({ code, scope, line }) => ({ code, scope, line }))).toEqual([
			{ code: 'open_quote', scope: 'file', line: 3 }
		]);
	});

	test('with text after a closing quotation mark are an error, and the next row is read', async () => {
		const incoming = await read({ 'teams.csv': `${TEAMS}T2,"Duty"x,Assessment\nT3,East,Assessment\n` });
		expect(incoming.problems.map(({ code, line }) => ({ code, line }))).toEqual([
			{ code: 'stray_quote', line: 3 }
		]);
		expect(incoming.records.teams.map((row) => row.teamId)).toEqual(['T1', 'T3']);
	});

	test('may be separated by tabs or semicolons, as the column names are', async () => {
		for (const mark of ['\t', ';']) {
			const { records } = await read({ 'teams.csv': TEAMS.replaceAll(',', mark) });
			expect(records.teams[0]).toMatchObject({ teamId: 'T1', service: 'Assessment' });
		}
	});

	test('are split as the csv-parse package splits them', async () => {
		const field = fc.stringMatching(/^[a-z"',;\r\n =é-]{0,12}$/);
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(field, field, field), { maxLength: 8 }),
				fc.integer({ min: 1, max: 9 }),
				async (rows, size) => {
					const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
					const text = ['a,b,c', ...rows.map((row) => row.map(quoted).join(','))].join('\r\n');
					const found: string[][] = [];
					const texts = async function* () {
						for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
					};
					await readCsv(
						texts(),
						'x.csv',
						(fields) => found.push(fields),
						(problem) => expect.unreachable(problemInWords(problem))
					);
					expect(found).toEqual(parse(text));
				}
			),
			{ numRuns: 300 }
		);
	});
});

describe('values', () => {
	const kinds = (from: string, to = '') =>
		read({ 'allocations.csv': `case_id,practitioner_id,role,from,to\nC1,P1,lead,${from},${to}\n` });

	test('a day is written yyyy-mm-dd or dd/mm/yyyy', async () => {
		for (const written of ['2026-02-03', '03/02/2026', ' 03/02/2026 '])
			expect((await kinds(written)).records.allocations[0]!.from).toBe('2026-02-03');
	});

	test.each([
		['2026/1/2', 'not_a_date'],
		['1/2/26', 'not_a_date'],
		['01/02/26', 'not_a_date'],
		['1/2/2026', 'not_a_date'],
		['2026-1-2', 'not_a_date'],
		['2 Feb 2026', 'not_a_date'],
		['46055', 'not_a_date'],
		['2026-02-03T00:00:00', 'not_a_date'],
		['31/02/2026', 'no_such_day'],
		['2025-02-29', 'no_such_day'],
		['03/25/2026', 'no_such_day'],
		['0026-02-03', 'day_too_far'],
		['2200-01-01', 'day_too_far']
	])('%s is refused as %s', async (written, code) => {
		const { problems, records } = await kinds(written);
		expect(problems.map((problem) => problem.code)).toEqual([code]);
		expect(problems[0]).toMatchObject({ line: 2, column: 'from', found: written });
		expect(records.allocations).toEqual([]);
	});

	test('a refusal says where, what was found and what to write', async () => {
		expect(words(await kinds('31/02/2026'))).toEqual([
			'allocations.csv, line 2, column from: “31/02/2026” is not a day that exists. Write it as yyyy-mm-dd or dd/mm/yyyy.'
		]);
	});

	test('yes and no are read in any case, and nothing else is', async () => {
		const { records, problems } = await read({
			'cases.csv':
				'case_id,opened_on,unborn\nC1,2026-01-01,YES\nC2,2026-01-01,no\nC3,2026-01-01,\nC4,2026-01-01,1\n'
		});
		expect(records.cases.map((row) => row.unborn)).toEqual([true, false, null]);
		expect(problems.map(({ code, line }) => ({ code, line }))).toEqual([{ code: 'not_yes_or_no', line: 5 }]);
	});

	test.each([
		[
			'postings.csv',
			'practitioner_id,team_id,role,from,fte',
			'P1,T1,practitioner,2026-01-01,',
			'1.2',
			'out_of_range'
		],
		[
			'postings.csv',
			'practitioner_id,team_id,role,from,fte',
			'P1,T1,practitioner,2026-01-01,',
			'0,5',
			'too_many_fields'
		],
		[
			'postings.csv',
			'practitioner_id,team_id,role,from,fte',
			'P1,T1,practitioner,2026-01-01,',
			'half',
			'not_a_number'
		],
		[
			'postings.csv',
			'practitioner_id,team_id,role,from,fte',
			'P1,T1,practitioner,2026-01-01,',
			'',
			'required'
		],
		['reductions.csv', 'practitioner_id,from,share', 'P1,2026-01-01,', '-0.1', 'out_of_range'],
		['cases.csv', 'case_id,opened_on,complexity', 'C1,2026-01-01,', '4', 'out_of_range'],
		['cases.csv', 'case_id,opened_on,complexity', 'C1,2026-01-01,', '2.5', 'not_whole'],
		[
			'supervision.csv',
			'session_id,practitioner_id,supervisor_id,minutes',
			'S1,P1,P2,',
			'-1',
			'out_of_range'
		],
		['case_kinds.csv', 'case_id,from,kind', 'C1,2026-01-01,', 'cin', 'not_listed'],
		['cases.csv', 'opened_on,case_id', '2026-01-01,', 'x'.repeat(65), 'id_too_long']
	])('%s refuses a value: %s %s%s is %s', async (file, head, before, value, code) => {
		const { problems } = await read({ [file]: `${head}\n${before}${value}\n` });
		expect(problems.map((problem) => problem.code)).toEqual([code]);
	});

	test('a word that is not known is answered with those that are', async () => {
		const incoming = await read({
			'oversight.csv': 'oversight_id,case_id,manager_id,made_on,kind\nO1,C1,P1,2026-01-01,note\n'
		});
		expect(words(incoming)).toEqual([
			'oversight.csv, line 2, column kind: “note” is not known here. Write one of allocation, decision, closure, handover, section_47_outcome.'
		]);
	});

	test('an empty child is the case itself, and a session that does not say so is not cancelled', async () => {
		const { records } = await read({
			'cases.csv': 'case_id,child_id,opened_on\nC1,,2026-01-01\nC2,K2,2026-01-01\n',
			'supervision.csv': 'session_id,practitioner_id,supervisor_id\nS1,P1,P2\n'
		});
		expect(records.cases.map((row) => row.childId)).toEqual(['C1', 'K2']);
		expect(records.supervision[0]!.cancelled).toBe(false);
	});

	test('ids are text, trimmed, and several are separated by semicolons', async () => {
		const { records } = await read({
			'restructures.csv': 'restructure_id,name,starts_on,team_ids\n 007 ,Localities,2026-01-01,T1; T2 ;\n'
		});
		expect(records.restructures[0]).toMatchObject({ restructureId: '007', teamIds: ['T1', 'T2'] });
	});
});

describe('a workbook', () => {
	test('gives one table for each sheet, with days from date cells', async () => {
		const bytes = workbookOf({
			teams: [
				['team_id', 'name', 'service'],
				[101, 'Duty & Advice', 'Assessment']
			],
			'Case Kinds': [
				['case_id', 'kind', 'from', 'conference_needed'],
				['C1', 'assessment', { day: '2026-02-03' }, { type: 'b', xml: '<v>1</v>' }],
				[],
				['C2', 'assessment', 46055, null],
				['C3', 'assessment', { error: '#N/A' }, null],
				['C4', 'assessment', { type: 'n', xml: '<f>C2+1</f>' }, null]
			],
			Notes: [['anything']]
		});
		const incoming = await read({ 'cases.xlsx': bytes });
		expect(incoming.records.teams[0]).toMatchObject({ teamId: '101', name: 'Duty & Advice' });
		expect(incoming.records.caseKinds).toMatchObject([
			{ caseId: 'C1', from: '2026-02-03', conferenceNeeded: true }
		]);
		expect(words(incoming)).toEqual([
			expect.stringContaining('cases.xlsx, sheet Notes: is not one of the files known here'),
			'cases.xlsx, sheet Case Kinds, row 4, column from: “46055” is not a date written in a way that has one meaning. Write it as yyyy-mm-dd or dd/mm/yyyy.',
			'cases.xlsx, sheet Case Kinds, row 5, column from: the cell shows the error “#N/A”. Mend the formula or empty the cell.',
			'cases.xlsx, sheet Case Kinds, row 6, column from: the cell shows the error “formula without a result”. Mend the formula or empty the cell.'
		]);
	});

	test('and a file that hold the same table are an error', async () => {
		const bytes = workbookOf({
			teams: [
				['team_id', 'name', 'service'],
				['T9', 'East', 'CiN']
			]
		});
		const incoming = await read({ 'teams.csv': TEAMS, 'all.xlsx': bytes });
		expect(words(incoming)).toEqual([
			'all.xlsx, sheet teams: is the table teams once more: teams.csv holds it already. Give one of them.'
		]);
	});
});

describe('what is written', () => {
	test('cannot run in a spreadsheet, and numbers stay numbers', () => {
		expect(csvLine(['=1+1', '@x', '-2', '+44', '\tx', '\rx', "'=x", "o'clock", 3, -4, null, true])).toBe(
			`'=1+1,'@x,'-2,'+44,"'\tx","'\rx",''=x,o'clock,3,-4,,yes`
		);
	});

	test('is read back as it was, whatever the text begins with', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^['=+\-@\t\ra-c ]{0,6}$/), (text) => {
				const written = csvLine([text])
					.replace(/^"([^]*)"$/, '$1')
					.replaceAll('""', '"');
				expect(asWritten(written)).toBe(text);
				expect(written).not.toMatch(/^[=+\-@\t\r]/);
			})
		);
	});

	const day = fc
		.integer({ min: 0, max: 60_000 })
		.map((number) => new Date(Date.UTC(1960, 0, 1) + number * 86_400_000).toISOString().slice(0, 10));
	const label = fc.stringMatching(/^['=+\-@A-Za-zëŁ",;]{1,20}$/);
	const text = fc.stringMatching(/^['=+\-@\tA-Za-zë",;\r\n ]{0,30}[a-z]$/);

	const rowOf = (table: TableName) => {
		const fields: Record<string, fc.Arbitrary<unknown>> = {};
		for (const { field, required, shape } of tableOf(table).columns) {
			const value: fc.Arbitrary<unknown> =
				shape.is === 'id' || shape.is === 'label'
					? label
					: shape.is === 'ids'
						? fc.uniqueArray(fc.stringMatching(/^[=A-Z0-9]{1,6}$/))
						: shape.is === 'text'
							? text
							: shape.is === 'day'
								? day
								: shape.is === 'yes_no'
									? fc.boolean()
									: shape.is === 'word'
										? fc.constantFrom(...shape.words)
										: shape.whole
											? fc.integer({ min: shape.least, max: shape.most })
											: fc.integer({ min: 0, max: 100 }).map((hundredths) => hundredths / 100);
			const never = required || shape.is === 'ids' || field === 'childId' || field === 'cancelled';
			fields[field] = never ? value : fc.option(value, { nil: null });
		}
		return fc.record(fields);
	};

	test.each(TABLES.map((table) => [table.name, table.table] as const))(
		'%s comes back from its own CSV row for row',
		async (name, table) => {
			await fc.assert(
				fc.asyncProperty(fc.array(rowOf(table), { maxLength: 5 }), async (rows) => {
					const written = [...csvLinesOf(table, rows as unknown as Records[typeof table])].join('');
					const { records, problems } = await read({ [`${name}.csv`]: written });
					expect(problems.map(problemInWords)).toEqual([]);
					expect(records[table]).toEqual(rows);
				}),
				{ numRuns: 40 }
			);
		}
	);

	test('has every table of the records', () => {
		expect(TABLES.map((table) => table.table).sort()).toEqual(Object.keys(noRecords()).sort());
	});
});
