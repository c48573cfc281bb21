import ExcelJS from 'exceljs';
import { describe, expect, test } from 'vitest';
import type { Limits } from '#lib/intake/archive.ts';
import { listNumber, PAGE_LIMITS, recognise, type GivenFile } from '#lib/intake/files.ts';
import { problemInWords } from '#lib/intake/problems.ts';
import { readTables } from '#lib/intake/tables.ts';
import { workbookOf, zipOf } from '../archives.ts';

const TEAMS = 'team_id,name,service\nT1,Duty,Assessment\n';
const PEOPLE = 'practitioner_id,name\nP1,Zoë Marsh\n';

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function given(...files: GivenFile[]) {
	const incoming = await readTables(await recognise(files, PAGE_LIMITS));
	return { ...incoming, words: incoming.problems.map(problemInWords) };
}

async function codes(name: string, bytes: Uint8Array, limits: Limits = PAGE_LIMITS) {
	const recognised = await recognise([{ name, bytes }], limits);
	const { problems } = await readTables(recognised);
	return problems.map((problem) => problem.code);
}

describe('what is given is recognised', () => {
	test('as a folder of tables, with what the machine left lying there', async () => {
		const { records, words } = await given(
			{ name: 'extract/teams.csv', bytes: bytesOf(TEAMS) },
			{ name: 'extract/Practitioners.CSV', bytes: bytesOf(PEOPLE) },
			{ name: 'extract/.DS_Store', bytes: new Uint8Array([0, 0, 0, 1]) }
		);
		expect(words).toEqual([]);
		expect([records.teams.length, records.practitioners.length]).toEqual([1, 1]);
	});

	test('as a zip, whatever folder the files are in', async () => {
		const bytes = zipOf([
			{ name: 'export/', bytes: '' },
			{ name: 'export/teams.csv', bytes: TEAMS },
			{ name: '__MACOSX/export/._teams.csv', bytes: 'x' },
			{ name: 'export/practitioners.csv', bytes: PEOPLE }
		]);
		const { records, words, lines } = await given({ name: 'export.zip', bytes });
		expect(words).toEqual([]);
		expect(records.practitioners[0]!.name).toBe('Zoë Marsh');
		expect(lines.teams[0]).toEqual({ file: 'export.zip/export/teams.csv', sheet: null, line: 2 });
	});

	test('as a workbook written by a spreadsheet package, days and all', async () => {
		const workbook = new ExcelJS.Workbook();
		workbook.addWorksheet('cases').addRows([
			['case_id', 'opened_on', 'complexity', 'closure_reason'],
			['C1', new Date('2026-02-03T00:00:00Z'), 2, { richText: [{ text: 'moved ' }, { text: 'away' }] }]
		]);
		const bytes = new Uint8Array(await workbook.xlsx.writeBuffer());
		const { records, words } = await given({ name: 'cases.xlsx', bytes });
		expect(words).toEqual([]);
		expect(records.cases[0]).toMatchObject({
			caseId: 'C1',
			openedOn: '2026-02-03',
			complexity: 2,
			closureReason: 'moved away'
		});
	});

	test('by a path that leads upwards, while what is hidden is passed over', async () => {
		const { records, words } = await given(
			{ name: '../drop/./teams.csv', bytes: bytesOf(TEAMS) },
			{ name: './practitioners.csv', bytes: bytesOf(PEOPLE) },
			{ name: './.teams.csv', bytes: bytesOf(TEAMS) },
			{ name: '~$cases.xlsx', bytes: bytesOf('x') }
		);
		expect(words).toEqual([]);
		expect([records.teams.length, records.practitioners.length]).toEqual([1, 1]);
	});

	test('as a workbook whose main part has another name than usual', async () => {
		const bytes = zipOf([
			{
				name: '_rels/.rels',
				bytes:
					'<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="/xl/workbook2.xml"/></Relationships>'
			},
			{
				name: 'xl/workbook2.xml',
				bytes:
					'<x:workbook xmlns:x="m" xmlns:r="l"><x:sheets><x:sheet name="teams" sheetId="1" r:id="a"/></x:sheets></x:workbook>'
			},
			{
				name: 'xl/_rels/workbook2.xml.rels',
				bytes: '<Relationships><Relationship Id="a" Target="/xl/worksheets/s.xml"/></Relationships>'
			},
			{
				name: 'xl/worksheets/s.xml',
				bytes: `<x:worksheet xmlns:x="m"><x:sheetData>${[
					['team_id', 'name', 'service'],
					['T1', 'Duty', 'Assessment']
				]
					.map(
						(row) =>
							`<x:row>${row.map((text) => `<x:c t="inlineStr"><x:is><x:t>${text}</x:t></x:is></x:c>`).join('')}</x:row>`
					)
					.join('')}</x:sheetData></x:worksheet>`
			}
		]);
		const { records, words } = await given({ name: 'book.xlsx', bytes });
		expect(words).toEqual([]);
		expect(records.teams[0]).toMatchObject({ teamId: 'T1', name: 'Duty', service: 'Assessment' });
	});

	test('as a workbook with one sheet, by its own name where the sheet has none that is known', async () => {
		const bytes = workbookOf({
			Sheet1: [
				['team_id', 'name', 'service'],
				['T1', 'Duty', 'Assessment']
			]
		});
		expect((await given({ name: 'Teams.xlsx', bytes })).records.teams).toHaveLength(1);
	});

	test('as an Annex A workbook, by the names of its sheets', async () => {
		const bytes = workbookOf({ 'List 6': [['Child Unique ID']], 'List 7': [['Child Unique ID']] });
		const { annexA, tables } = await recognise([{ name: 'annex.xlsx', bytes }], PAGE_LIMITS);
		expect(annexA.map(({ file, sheets }) => [file, sheets.map(({ name }) => name)])).toEqual([
			['annex.xlsx', ['List 6', 'List 7']]
		]);
		expect(tables).toEqual([]);
	});

	test('as policy.json, whose text is handed on', async () => {
		const { policies } = await recognise(
			[{ name: 'policy.json', bytes: bytesOf('{"policies":[]}') }],
			PAGE_LIMITS
		);
		expect(policies).toEqual([{ file: 'policy.json', text: '{"policies":[]}' }]);
		expect(await codes('policy.json', bytesOf('{'))).toEqual(['not_json']);
	});

	test('as a workforce census, which is said not to be read yet', async () => {
		const xml =
			'<Message><Header><CollectionDetails><Collection>CSWW</Collection></CollectionDetails></Header></Message>';
		const { words, problems } = await given({ name: 'census.xml', bytes: bytesOf(xml) });
		expect(problems[0]!.level).toBe('warning');
		expect(words).toEqual([
			'census.xml: is a DfE workforce census (CSWW). This version recognises it but does not read it yet.'
		]);
	});

	test('as nothing known, which is said and ignored', async () => {
		const { words, problems } = await given({ name: 'notes.csv', bytes: bytesOf('a,b\n1,2\n') });
		expect(problems[0]!.level).toBe('warning');
		expect(words[0]).toMatch(
			/^notes\.csv: is not one of the files known here, and is ignored\. Known are teams, /
		);
	});

	test.each([
		['List 6', 6],
		['list_11', 11],
		['List 7 CP plans', 7],
		['Annex A - List 8', 8],
		['Listing 3', null],
		['List 12', null],
		['Playlist 6', null]
	])('a sheet called %s is list %s', (name, number) => {
		expect(listNumber(name)).toBe(number);
	});
});

describe('what cannot be read is refused in one message', () => {
	const zip = zipOf([
		{ name: 'teams.csv', bytes: TEAMS.repeat(50) },
		{ name: 'practitioners.csv', bytes: PEOPLE }
	]);

	test('a zip cut short', async () => {
		for (const part of [0.2, 0.5, 0.9, 0.99]) {
			const cut = zip.subarray(0, Math.floor(zip.length * part));
			expect(await codes('export.zip', cut)).toEqual(['damaged_zip']);
		}
	});

	test('a zip in which a byte of a file was changed', async () => {
		const broken = Uint8Array.from(zip);
		broken[50]! ^= 0x10;
		expect(await codes('export.zip', broken)).toContain('damaged_zip');
	});

	test('a zip with a password', async () => {
		const locked = zipOf([{ name: 'teams.csv', bytes: TEAMS, encrypted: true }]);
		expect(await codes('export.zip', locked)).toEqual(['encrypted']);
	});

	test.each(['../teams.csv', '/etc/teams.csv', 'a/../../teams.csv', 'C:/teams.csv'])(
		'a zip that holds %s',
		async (name) => {
			expect(await codes('export.zip', zipOf([{ name, bytes: TEAMS }]))).toEqual(['unsafe_name']);
		}
	);

	test('a zip or a workbook inside a zip, while the other files are read', async () => {
		const bytes = zipOf([
			{ name: 'inner.zip', bytes: zip },
			{ name: 'cases.xlsx', bytes: workbookOf({ cases: [] }) },
			{ name: 'teams.csv', bytes: TEAMS }
		]);
		const { words, records } = await given({ name: 'outer.zip', bytes });
		expect(words).toEqual([
			'outer.zip: holds “inner.zip”, packed once more. Take it out and give it on its own.',
			'outer.zip: holds “cases.xlsx”, packed once more. Take it out and give it on its own.'
		]);
		expect(records.teams).toHaveLength(1);
	});

	test('a zip that says it unpacks to more than is allowed', async () => {
		const bytes = zipOf([{ name: 'teams.csv', bytes: 'x', declaredSize: 250_000_000 }]);
		expect(await codes('export.zip', bytes)).toEqual(['unpacked_too_large']);
	});

	test('a zip that unpacks to more than a hundred times its size', async () => {
		const bytes = zipOf([{ name: 'teams.csv', bytes: Buffer.alloc(8_000_000, 'a') }]);
		expect(await codes('export.zip', bytes)).toEqual(['packed_too_tightly']);
	});

	test('a zip that lies about how much it unpacks to', async () => {
		const content = Buffer.alloc(8_000_000, 'a,b,c\n');
		const bytes = zipOf([{ name: 'teams.csv', bytes: content, declaredSize: 100 }]);
		expect(await codes('export.zip', bytes)).toEqual(['damaged_zip']);
	});

	test('files in one zip that are too large together', async () => {
		const bytes = zipOf([
			{ name: 'teams.csv', bytes: Buffer.alloc(600, 'a') },
			{ name: 'cases.csv', bytes: Buffer.alloc(600, 'b') }
		]);
		const limits = { ...PAGE_LIMITS, maxUnpackedBytes: 1_000 };
		expect(await codes('export.zip', bytes, limits)).toEqual(['unpacked_too_large']);
	});

	test.each([
		['zero bytes', Buffer.from([1, 0, 0, 2, 0, 0, 0, 0, 3]), 'not text'],
		['a zip', Buffer.from(zip), 'a zip or a workbook'],
		['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ'), 'a PDF'],
		['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), 'an old Office file'],
		['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]), 'a picture']
	])('%s called .csv', async (_, bytes, kind) => {
		const { words } = await given({ name: 'teams.csv', bytes });
		expect(words).toEqual([
			`teams.csv: is ${kind}, whatever its name says. Give the table as CSV or as an .xlsx workbook.`
		]);
	});

	test('the same called .csv inside a zip', async () => {
		const bytes = zipOf([{ name: 'teams.csv', bytes: '%PDF-1.7 and so on' }]);
		expect(await codes('export.zip', bytes)).toEqual(['not_text']);
	});

	test('a workbook of the old kind, or with a password', async () => {
		const bytes = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]);
		expect(await codes('cases.xls', bytes)).toEqual(['old_workbook']);
		expect(await codes('cases.xlsx', bytes)).toEqual(['old_workbook']);
	});

	test('a workbook that is none, and one whose XML defines entities', async () => {
		expect(await codes('cases.xlsx', bytesOf('hello'))).toEqual(['damaged_workbook']);
		const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>';
		expect(await codes('cases.xlsx', zipOf([{ name: 'xl/workbook.xml', bytes: laughs }]))).toEqual([
			'damaged_workbook'
		]);
	});

	test.each([
		[
			'an OpenDocument sheet',
			[
				{ name: 'mimetype', bytes: 'x' },
				{ name: 'content.xml', bytes: '<x/>' }
			]
		],
		[
			'a Word document',
			[
				{ name: '[Content_Types].xml', bytes: '<x/>' },
				{ name: 'word/document.xml', bytes: '<x/>' }
			]
		]
	])('%s', async (_, parts) => {
		const { words } = await given({ name: 'cases.ods', bytes: zipOf(parts) });
		expect(words).toEqual([
			'cases.ods: is another kind of Office file, whatever its name says. Give the table as CSV or as an .xlsx workbook.'
		]);
	});

	test('a first row of thousands of columns', async () => {
		expect(await codes('teams.csv', bytesOf(`${'a,'.repeat(200_000)}\n1\n`))).toEqual(['too_many_columns']);
	});

	test('a second large zip is measured by its own size, not by the first', async () => {
		const large = () => zipOf([{ name: 'teams.csv', bytes: TEAMS + '\n'.repeat(3_900_000) }]);
		const { problems } = await given(
			{ name: 'one.zip', bytes: large() },
			{ name: 'two.zip', bytes: zipOf([{ name: 'practitioners.csv', bytes: PEOPLE }]) }
		);
		expect(problems).toEqual([]);
	});

	test('an empty file', async () => {
		expect(await codes('teams.csv', new Uint8Array(0))).toEqual(['empty_file']);
		expect(await codes('teams.csv', bytesOf('\r\n\r\n'))).toEqual(['empty_file']);
		expect(await codes('export.zip', zipOf([{ name: 'teams.csv', bytes: '' }]))).toEqual(['empty_file']);
	});

	test('300 MB under a limit of 20 MB, long before the end', async () => {
		const chunk = Buffer.from(`x,${'y'.repeat(400)},z\n`.repeat(160));
		let sent = 0;
		const open = async function* () {
			yield bytesOf(TEAMS);
			for (sent = 0; sent < 300_000_000; sent += chunk.length) yield chunk;
		};
		const { words } = await given({ name: 'teams.csv', open });
		expect(words.at(-1)).toBe(
			'teams.csv: is larger than 20 MB. Give a smaller file, or import it by command.'
		);
		expect(sent).toBeLessThan(21_000_000);
	});

	test('300 MB of a zip likewise', async () => {
		let sent = 0;
		const open = async function* () {
			yield zip;
			for (sent = 0; sent < 300_000_000; sent += 1_000_000) yield Buffer.alloc(1_000_000);
		};
		expect((await given({ name: 'export.zip', open })).problems.map((problem) => problem.code)).toEqual([
			'too_large'
		]);
		expect(sent).toBeLessThan(21_000_000);
	});

	test('several files that are too large together', async () => {
		const limits = { ...PAGE_LIMITS, maxBytes: 100 };
		const file = (name: string) => ({ name, bytes: bytesOf(TEAMS.padEnd(60, '\n')) });
		const { problems } = await recognise([file('teams.csv'), file('cases.csv')], limits);
		expect(problems.map(({ code, file }) => [code, file])).toEqual([['too_large', 'cases.csv']]);
	});

	test('a table of rows that are not rows, after ten thousand of them', async () => {
		const rows = 'x\n'.repeat(12_000);
		const { problems } = await given({ name: 'teams.csv', bytes: bytesOf(TEAMS + rows) });
		expect(problems.at(-1)).toMatchObject({ code: 'too_many_bad_rows', scope: 'file' });
		expect(problems).toHaveLength(10_002);
	});

	test('a row without end', async () => {
		const endless = `${TEAMS}T2,"${'x'.repeat(1_200_000)}`;
		expect(await codes('teams.csv', bytesOf(endless))).toEqual(['row_too_long']);
	});
});
