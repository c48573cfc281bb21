import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnnexA } from '#lib/intake/annex-a.ts';
import { casesOf } from '#lib/intake/annex-a-cases.ts';
import { PAGE_LIMITS, recognise } from '#lib/intake/files.ts';
import { matchNames } from '#lib/intake/match.ts';
import { planImport, planInWords, previewLines } from '#lib/intake/plan.ts';
import { noRecords } from '#lib/domain/records.ts';
import { TABLES } from '#lib/intake/catalogue.ts';
import { readTables } from '#lib/intake/tables.ts';
import { workbookOf, zipOf } from '../archives.ts';

const RUNS = Number(process.env['MUTATIONS'] ?? 1_000);

const FILES = {
	'teams.csv':
		'team_id,name,service,opened_on\nT1,Duty,Assessment,2020-01-01\nT2,"Locality, east",CiN,01/02/2021\n',
	'practitioners.csv':
		'practitioner_id,name,registered_on\nP1,Zoë Marsh,2019-05-01\nP2,"Ade ""AJ"" Johnson",\n',
	'cases.csv': 'case_id,opened_on,closed_on,unborn\nC1,2026-01-01,,no\nC2,2026-01-02,2026-02-01,yes\n',
	'allocations.csv':
		'case_id,practitioner_id,role,from,to\nC1,P1,lead,2026-01-01,\nC2,P2,lead,2026-01-02,2026-02-01\n',
	'supervision_cases.csv': 'session_id,case_id,decision\nS1,C1,"Visit\nagain"\n'
};
const SHEETS: Parameters<typeof workbookOf>[0] = {
	cases: [
		['case_id', 'opened_on', 'child_id'],
		['C1', { day: '2026-01-01' }, 7]
	],
	case_kinds: [
		['case_id', 'kind', 'from'],
		['C1', 'assessment', { error: '#REF!' }]
	]
};
const SEEDS: [name: string, bytes: Uint8Array][] = [
	...Object.entries(FILES).map(([name, text]): [string, Uint8Array] => [name, Buffer.from(text)]),
	['utf16/cases.csv', Buffer.from('\ufeff' + FILES['cases.csv'], 'utf16le')],
	['export.zip', zipOf(Object.entries(FILES).map(([name, bytes]) => ({ name, bytes })))],
	['all.xlsx', workbookOf(SHEETS)]
];

const ANNEX_A: [name: string, bytes: Uint8Array] = [
	'annex-a.xlsx',
	workbookOf({
		'List 6': [
			[
				'Child Unique ID',
				'Date of Birth',
				'CIN Start Date',
				'Case Status',
				'Allocated Team',
				'Allocated Worker'
			],
			['101', 'Unborn', { day: '2026-01-05' }, 'c) Child in need plan', 'East', { error: '#N/A' }],
			['102', { day: '2015-03-02' }, '05/01/2026', 'a)', 'East', 'Zoë Marsh']
		],
		'List 9': [
			['Child Unique ID', 'Allocated Team', 'Allocated Worker'],
			[103, 'Leaving Care', 'Ade Johnson']
		]
	})
];

const mutation = fc.oneof(
	fc.record({
		is: fc.constant('flip' as const),
		at: fc.double({ min: 0, max: 1, noNaN: true }),
		bit: fc.nat(7)
	}),
	fc.record({ is: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
	fc.record({
		is: fc.constant('insert' as const),
		at: fc.double({ min: 0, max: 1, noNaN: true }),
		bytes: fc.uint8Array({ minLength: 1, maxLength: 6 })
	}),
	fc.record({
		is: fc.constant('move' as const),
		at: fc.double({ min: 0, max: 1, noNaN: true }),
		to: fc.double({ min: 0, max: 1, noNaN: true })
	}),
	fc.record({
		is: fc.constant('columns' as const),
		seed: fc.array(fc.nat(5), { minLength: 6, maxLength: 6 })
	})
);

type Mutation = typeof mutation extends fc.Arbitrary<infer Each> ? Each : never;

function mutated(bytes: Uint8Array, change: Mutation): Uint8Array {
	const at = 'at' in change ? Math.floor(change.at * bytes.length) : 0;
	switch (change.is) {
		case 'flip': {
			const copy = Uint8Array.from(bytes);
			copy[Math.min(at, copy.length - 1)]! ^= 1 << change.bit;
			return copy;
		}
		case 'cut':
			return bytes.subarray(0, at);
		case 'insert':
			return Buffer.concat([bytes.subarray(0, at), change.bytes, bytes.subarray(at)]);
		case 'move': {
			const to = Math.floor(change.to * bytes.length);
			const [from, until] = at < to ? [at, to] : [to, at];
			return Buffer.concat([bytes.subarray(until), bytes.subarray(from, until), bytes.subarray(0, from)]);
		}
		case 'columns': {
			const lines = Buffer.from(bytes).toString('latin1').split('\n');
			const shuffled = lines.map((line) => {
				const fields = line.split(',');
				return fields.map((_, column) => fields[change.seed[column % 6]! % fields.length]).join(',');
			});
			return Buffer.from(shuffled.join('\n'), 'latin1');
		}
	}
}

describe('a file that was damaged on the way', () => {
	test(
		`never stops the reader: ${RUNS} mutated files give rows or problems in words`,
		{ timeout: 600_000 },
		async () => {
			await fc.assert(
				fc.asyncProperty(
					fc.constantFrom(...SEEDS),
					fc.array(mutation, { minLength: 1, maxLength: 3 }),
					async ([name, bytes], changes) => {
						const damaged = changes.reduce(mutated, bytes);
						const recognised = await recognise([{ name, bytes: damaged }], PAGE_LIMITS);
						const incoming = await readTables(recognised);
						const rows = TABLES.reduce((sum, { table }) => sum + incoming.records[table].length, 0);
						const heads = Object.keys(incoming.columns).length;
						expect(rows + heads + incoming.problems.length).toBeGreaterThan(0);
						for (const { table } of TABLES)
							expect(incoming.lines[table]).toHaveLength(incoming.records[table].length);
						const plan = planImport(noRecords(), incoming, { on: '2026-03-01', skipBadRows: true });
						const lines = previewLines(planInWords(plan));
						expect(lines.filter((line) => line.includes('undefined'))).toEqual([]);
					}
				),
				{ numRuns: RUNS }
			);
		}
	);

	test(
		'never stops the reader when the parts of a workbook were damaged before it was packed',
		{ timeout: 600_000 },
		async () => {
			await fc.assert(
				fc.asyncProperty(
					fc.nat(3),
					fc.array(mutation, { minLength: 1, maxLength: 2 }),
					async (which, changes) => {
						let part = 0;
						const bytes = workbookOf(SHEETS, (each) =>
							part++ === which ? changes.reduce(mutated, each) : each
						);
						const incoming = await readTables(await recognise([{ name: 'all.xlsx', bytes }], PAGE_LIMITS));
						expect(Object.keys(incoming.columns).length + incoming.problems.length).toBeGreaterThan(0);
					}
				),
				{ numRuns: RUNS }
			);
		}
	);

	test('never stops the reader of Annex A either', { timeout: 600_000 }, async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 2 }), async (changes) => {
				const [name, bytes] = ANNEX_A;
				const recognised = await recognise([{ name, bytes: changes.reduce(mutated, bytes) }], PAGE_LIMITS);
				expect(recognised.annexA.length + recognised.problems.length + recognised.tables.length).toBe(1);
				for (const workbook of recognised.annexA) {
					const annexA = await readAnnexA(workbook);
					const matching = matchNames(
						annexA.names.map((each) => each.name),
						[]
					);
					const options = { extractDate: '2026-03-16', matching, addPeople: true };
					const incoming = casesOf(annexA, noRecords(), options);
					const plan = planImport(noRecords(), incoming, { on: '2026-03-16', skipBadRows: true });
					expect(plan.tables.cases.added.length + plan.problems.length).toBeGreaterThan(0);
				}
			}),
			{ numRuns: Math.ceil(RUNS / 4) }
		);
	});
});
