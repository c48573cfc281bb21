import { describe, expect, test } from 'vitest';
import { noRecords, type Records, type TableName } from '#lib/domain/records.ts';
import { PAGE_LIMITS, recognise } from '#lib/intake/files.ts';
import {
	changesNothing,
	planImport,
	planInWords,
	previewLines,
	type Plan,
	type PlanOptions
} from '#lib/intake/plan.ts';
import { problemInWords } from '#lib/intake/problems.ts';
import { TABLES } from '#lib/intake/catalogue.ts';
import { readTables, type Incoming } from '#lib/intake/tables.ts';

type Files = Record<string, string>;

const BASE: Files = {
	teams: 'team_id,name,service\nT1,Duty,Assessment\nT2,Locality East,Children in need\n',
	practitioners:
		'practitioner_id,name,swe_number,registered_on\nP1,Zoë Marsh,SW1,2019-05-01\nP2,Ade Johnson,,\n',
	postings:
		'practitioner_id,team_id,role,supervisor_id,fte,from,to\nP1,T1,team_manager,,1,2020-01-01,\nP2,T1,practitioner,P1,0.8,2021-01-01,\n',
	cases:
		'case_id,child_id,family_id,opened_on,closed_on\nC1,K1,F1,2026-01-05,\nC2,K2,F1,2026-01-05,\nC3,K1,,2024-01-01,2024-06-01\n',
	case_kinds: 'case_id,kind,from,to\nC1,section_47,2026-01-05,2026-01-05\nC1,child_protection,2026-01-05,\n',
	allocations:
		'case_id,practitioner_id,team_id,role,from,to\nC1,P2,T1,lead,2026-01-05,\nC2,,T1,lead,2026-01-05,\n',
	supervision: 'session_id,practitioner_id,supervisor_id,held_on\nS1,P2,P1,2026-02-01\n',
	supervision_cases: 'session_id,case_id,decision\nS1,C1,Visit weekly\n',
	oversight:
		'oversight_id,case_id,manager_id,made_on,kind,decision,rationale\nO1,C1,P1,2026-02-01,decision,Go on,Because\n',
	actions: 'action_id,case_id,session_id,oversight_id,agreed_on\nA1,C1,S1,O1,2026-02-01\n',
	requests: 'request_id,case_id,agency,requested_on\nR1,C1,School,2026-02-02\n',
	restructures: 'restructure_id,name,starts_on,team_ids\nX1,Localities,2026-03-01,T1;T2\n',
	vacancies: 'team_id,role,fte,from\nT2,practitioner,2,2026-01-01\n'
};

async function read(files: Files): Promise<Incoming> {
	const given = Object.entries(files).map(([name, text]) => ({
		name: `${name}.csv`,
		bytes: new TextEncoder().encode(text)
	}));
	return readTables(await recognise(given, PAGE_LIMITS));
}

async function plan(files: Files, existing = noRecords(), options: Partial<PlanOptions> = {}): Promise<Plan> {
	return planImport(existing, await read(files), { on: '2026-04-01', ...options });
}

const recorded = async (files: Files = BASE): Promise<Records> => (await read(files)).records;

const errors = ({ problems }: Plan) =>
	problems.filter((problem) => problem.level === 'error').map(problemInWords);

const counts = (planned: Plan, table: TableName) => {
	const { added, changed, ended, unchanged, leftOut } = planned.tables[table];
	return [added.length, changed.length, ended.length, unchanged, leftOut.length];
};

describe('the first import', () => {
	test('adds every row of a sound set of files', async () => {
		const planned = await plan(BASE);
		expect(errors(planned)).toEqual([]);
		expect(planned.mayApply).toBe(true);
		expect(TABLES.reduce((sum, { table }) => sum + planned.tables[table].added.length, 0)).toBe(20);
		expect(planned.openCases.asksSecondPerson).toBe(false);
	});

	test('is a value that can be written down and read again', async () => {
		const planned = await plan(BASE);
		expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
	});
});

describe('a later import', () => {
	test('of the same files changes nothing', async () => {
		const planned = await plan(BASE, await recorded());
		expect(changesNothing(planned)).toBe(true);
		expect(TABLES.reduce((sum, { table }) => sum + planned.tables[table].unchanged, 0)).toBe(20);
		expect(planInWords(planned).notes).toEqual(['Nothing would change.']);
	});

	test('of the same files with recording dates on the days it happened changes nothing', async () => {
		const files = {
			cases:
				'case_id,child_id,family_id,opened_on,closed_on,recorded_on,end_recorded_on\nC3,K1,,2024-01-01,2024-06-01,2024-01-01,2024-06-01\n'
		};
		expect(counts(await plan(files, await recorded()), 'cases')).toEqual([0, 0, 0, 1, 0]);
	});

	test('leaves alone what its file has no column for, and empties what it has an empty field for', async () => {
		const existing = await recorded();
		const without = await plan({ cases: 'case_id,opened_on\nC1,2026-01-05\n' }, existing);
		expect(counts(without, 'cases')).toEqual([0, 0, 0, 1, 0]);
		const emptied = await plan({ cases: 'case_id,opened_on,family_id\nC1,2026-01-05,\n' }, existing);
		expect(emptied.tables.cases.changed).toEqual([
			{ before: existing.cases[0], after: { ...existing.cases[0], familyId: null } }
		]);
	});

	test('leaves alone the rows it lacks', async () => {
		const planned = await plan({ cases: 'case_id,opened_on\nC9,2026-03-01\n' }, await recorded());
		expect(counts(planned, 'cases')).toEqual([1, 0, 0, 0, 0]);
	});

	test('ends a lead and begins another', async () => {
		const files = {
			allocations:
				'case_id,practitioner_id,team_id,role,from,to,reason\nC1,P2,T1,lead,2026-01-05,2026-03-01,ORGRST\nC1,P1,T1,lead,2026-03-01,,\n'
		};
		const planned = await plan(files, await recorded());
		expect(errors(planned)).toEqual([]);
		expect(counts(planned, 'allocations')).toEqual([1, 0, 1, 0, 0]);
		expect(planned.tables.allocations.ended[0]).toMatchObject({
			isAbsent: false,
			after: { to: '2026-03-01', reason: 'ORGRST', endRecordedOn: null }
		});
	});

	test('forgets when an end was recorded once the end is another', async () => {
		const existing = await recorded({
			cases: 'case_id,opened_on,closed_on,end_recorded_on\nC1,2026-01-05,2026-02-01,2026-02-20\n'
		});
		const planned = await plan(
			{ cases: 'case_id,opened_on,closed_on\nC1,2026-01-05,2026-03-01\n' },
			existing
		);
		expect(planned.tables.cases.changed[0]!.after.endRecordedOn).toBeNull();
	});

	test('takes an allocation to the same person from another team as the same allocation', async () => {
		const files = { allocations: 'case_id,practitioner_id,team_id,role,from\nC1,P2,T2,lead,2026-01-05\n' };
		expect(counts(await plan(files, await recorded()), 'allocations')).toEqual([0, 1, 0, 0, 0]);
	});
});

describe('a table given as complete', () => {
	const files = { allocations: 'case_id,practitioner_id,team_id,role,from,to\nC1,P2,T1,lead,2026-01-05,\n' };

	test('ends the rows it lacks, on the day of the import, and the preview says so', async () => {
		const planned = await plan(files, await recorded(), { complete: ['allocations'] });
		expect(planned.tables.allocations.ended).toMatchObject([
			{ isAbsent: true, before: { caseId: 'C2', to: null }, after: { caseId: 'C2', to: '2026-04-01' } }
		]);
		expect(planInWords(planned).notes).toContain(
			'1 row of allocations would end on 2026-04-01 because the file lacks them.'
		);
	});

	test('leaves alone a row that ended before, and says of one that has not begun that it cannot be ended', async () => {
		const existing = await recorded({
			allocations:
				'case_id,practitioner_id,role,from,to\nC7,P1,lead,2025-01-01,2025-02-01\nC8,P1,lead,2026-04-01,\n'
		});
		const planned = planImport(existing, await read(files), {
			on: '2026-04-01',
			complete: ['allocations'],
			known: { practitioners: new Set(['P2']), teams: new Set(['T1']), cases: new Set(['C1']) }
		});
		expect(counts(planned, 'allocations')).toEqual([1, 0, 0, 0, 0]);
		expect(planned.problems.map(({ level, code }) => [level, code])).toEqual([['warning', 'not_begun']]);
	});

	test('is refused while rows of it cannot be read, where rows have no end, and where it was not given', async () => {
		const bad = { allocations: `${files.allocations}C2,P2,T1,lead,31/02/2026,\n` };
		const codes = (planned: Plan) => planned.problems.map((problem) => problem.code);
		const existing = await recorded();
		const options = { complete: ['allocations'], skipBadRows: true } as const;
		const unreadable = await plan(bad, existing, options);
		expect(codes(unreadable)).toEqual(['no_such_day', 'complete_with_bad_rows']);
		expect(unreadable.mayApply).toBe(false);
		expect(codes(await plan(BASE, existing, { complete: ['training'] }))).toEqual(['complete_not_given']);
		expect(codes(await plan(BASE, existing, { complete: ['oversight'] }))).toEqual(['cannot_be_complete']);
	});
});

describe('between rows', () => {
	const against = async (files: Files, existing?: Records) =>
		errors(await plan(files, existing ?? (await recorded())));

	test('an id that comes twice is an error that names the other row', async () => {
		expect(await against({ cases: 'case_id,opened_on\nC8,2026-01-01\nC8,2026-01-02\n' })).toEqual([
			'cases.csv, line 3: the same case_id is already at cases.csv, line 2. Keep one of the two.'
		]);
	});

	test('a row key that comes twice is an error', async () => {
		expect(
			await against({ case_kinds: 'case_id,kind,from\nC1,assessment,2026-01-05\nC1,assessment,2026-01-05\n' })
		).toEqual([
			'case_kinds.csv, line 3: the same case_id, kind, from is already at case_kinds.csv, line 2. Keep one of the two.'
		]);
	});

	test.each([
		[
			'postings',
			'practitioner_id,team_id,role,fte,from\nP9,T1,practitioner,1,2026-01-01\n',
			'practitioner_id',
			'P9',
			'practitioners'
		],
		[
			'postings',
			'practitioner_id,team_id,role,fte,from\nP2,T9,practitioner,1,2019-01-01\n',
			'team_id',
			'T9',
			'teams'
		],
		['absences', 'practitioner_id,from,cover_id\nP1,2026-01-01,P9\n', 'cover_id', 'P9', 'practitioners'],
		['teams', 'team_id,name,service,succeeded_by\nT1,Duty,Assessment,T9\n', 'succeeded_by', 'T9', 'teams'],
		['case_kinds', 'case_id,kind,from\nC9,assessment,2026-01-01\n', 'case_id', 'C9', 'cases'],
		['supervision_cases', 'session_id,case_id\nS9,C1\n', 'session_id', 'S9', 'supervision'],
		['actions', 'action_id,oversight_id,agreed_on\nA9,O9,2026-01-01\n', 'oversight_id', 'O9', 'oversight'],
		[
			'requests',
			'request_id,case_id,agency,requested_on,second_manager_id\nR9,C1,School,2026-01-01,P9\n',
			'second_manager_id',
			'P9',
			'practitioners'
		],
		[
			'restructures',
			'restructure_id,name,starts_on,team_ids\nX9,North,2026-01-01,T1;T9\n',
			'team_ids',
			'T9',
			'teams'
		]
	])('%s with an unknown %#', async (table, text, column, id, of) => {
		const lines = await against({ [table]: text });
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain(
			`column ${column}: “${id}” is not in ${of}, neither in these files nor recorded before.`
		);
	});

	test('two leads of one case at one time, both in the file', async () => {
		const files = {
			allocations:
				'case_id,practitioner_id,role,from,to\nC3,P1,lead,2024-01-01,2024-03-01\nC3,P2,lead,2024-02-29,\nC3,P2,co_worker,2024-01-01,\n'
		};
		expect(await against(files)).toEqual([
			'allocations.csv, line 3, column from: the case C3 has another lead at the same time: C3, P1, lead, 2024-01-01, from 2024-01-01 to 2024-03-01 (allocations.csv, line 2). End one before the other starts.'
		]);
	});

	test('a lead beside one that is recorded and open', async () => {
		expect(
			await against({ allocations: 'case_id,practitioner_id,role,from\nC1,P1,lead,2026-02-01\n' })
		).toEqual([
			'allocations.csv, line 2, column from: the case C1 has another lead at the same time: C1, P2, T1, lead, 2026-01-05, from 2026-01-05 and open (recorded already). End one before the other starts.'
		]);
	});

	test('what is recorded stays, although the new row starts first', async () => {
		const planned = await plan(
			{ allocations: 'case_id,practitioner_id,role,from\nC1,P1,lead,2026-01-01\n' },
			await recorded(),
			{ skipBadRows: true }
		);
		expect(planned.problems.map((problem) => problem.code)).toEqual(['overlapping_lead']);
		expect(counts(planned, 'allocations')).toEqual([0, 0, 0, 0, 1]);
	});

	test('leads that only touch are no conflict', async () => {
		const files = {
			allocations:
				'case_id,practitioner_id,role,from,to\nC3,P1,lead,2024-01-01,2024-03-01\nC3,P2,lead,2024-03-01,2024-06-01\n'
		};
		expect(await against(files)).toEqual([]);
	});

	test('two postings of one person on one day', async () => {
		const lines = await against({
			postings: 'practitioner_id,team_id,role,fte,from\nP2,T2,practitioner,0.2,2026-02-01\n'
		});
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain('the practitioner P2 has another posting at the same time: P2, 2021-01-01');
	});

	test('two open cases of one child', async () => {
		const lines = await against({ cases: 'case_id,child_id,opened_on\nC8,K1,2026-03-01\n' });
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain('the child K1 has another case at the same time: C1');
	});

	test('a case opened on the day the last one closed is no conflict', async () => {
		expect(
			await against({
				cases: 'case_id,child_id,opened_on,closed_on\nC7,K7,2026-01-01,2026-02-01\nC8,K7,2026-02-01,\n'
			})
		).toEqual([]);
	});

	test('a period that ends before it starts, or covers no day', async () => {
		const files = {
			cases: 'case_id,opened_on,closed_on\nC7,2026-01-02,2026-01-01\nC8,2026-01-02,2026-01-02\n',
			absences: 'practitioner_id,from,to\nP1,2026-01-02,2026-01-02\nP2,2026-01-02,2026-01-01\n',
			case_kinds:
				'case_id,kind,from,to\nC1,assessment,2026-01-05,2026-01-05\nC1,child_in_need,2026-01-06,2026-01-05\n'
		};
		expect(await against(files)).toEqual([
			'absences.csv, line 2, column to: starts and ends on 2026-01-02, so it covers no day. The end is the first day on which it no longer holds.',
			'absences.csv, line 3, column to: ends on 2026-01-01, before it starts on 2026-01-02.',
			'cases.csv, line 2, column closed_on: ends on 2026-01-01, before it starts on 2026-01-02.',
			'case_kinds.csv, line 3, column to: ends on 2026-01-05, before it starts on 2026-01-06.'
		]);
	});

	test('a session both held and cancelled', async () => {
		expect(
			await against({
				supervision:
					'session_id,practitioner_id,supervisor_id,held_on,cancelled\nS7,P2,P1,2026-03-01,yes\nS8,P2,P1,,yes\n'
			})
		).toEqual([
			'supervision.csv, line 2, column cancelled: was held on 2026-03-01 and is also cancelled. Keep one of the two.'
		]);
	});

	test('an allocation to nobody', async () => {
		expect(
			await against({ allocations: 'case_id,practitioner_id,team_id,role,from\nC3,,,lead,2024-01-01\n' })
		).toEqual([
			'allocations.csv, line 2, column practitioner_id: names neither a practitioner nor a team. Fill one of them.'
		]);
	});

	test('a team that changes service', async () => {
		expect(await against({ teams: 'team_id,name,service\nT1,Duty,Early help\n' })).toEqual([
			'teams.csv, line 2, column service: the team T1 belongs to Assessment; a team that moves to “Early help” is a new team. Close this one and name the new one in succeeded_by.'
		]);
	});

	test('an empty decision and an empty holder of a co-work are fine where the table allows them', async () => {
		expect(
			await against({
				supervision_cases: 'session_id,case_id,decision\nS1,C2,\n',
				allocations: 'case_id,practitioner_id,team_id,role,from\nC3,,T2,co_worker,2024-01-01\n'
			})
		).toEqual([]);
	});
});

describe('rows that are left out', () => {
	const files = {
		...BASE,
		cases: BASE['cases']!.replace('C1,K1,F1,2026-01-05', 'C1,K1,F1,2026-13-05')
	};

	test('stop everything unless the person chooses to go on without them', async () => {
		expect((await plan(files)).mayApply).toBe(false);
		expect((await plan(files, noRecords(), { skipBadRows: true })).mayApply).toBe(true);
	});

	test('take with them every row that refers to them, and each is listed with its reason', async () => {
		const planned = await plan(files, noRecords(), { skipBadRows: true });
		expect(planInWords(planned).leftOut).toEqual([
			'cases.csv, line 2, column opened_on: “2026-13-05” is not a day that exists. Write it as yyyy-mm-dd or dd/mm/yyyy.',
			'case_kinds.csv, line 2, column case_id: “C1” is a row of cases that is itself left out.',
			'case_kinds.csv, line 3, column case_id: “C1” is a row of cases that is itself left out.',
			'allocations.csv, line 2, column case_id: “C1” is a row of cases that is itself left out.',
			'supervision_cases.csv, line 2, column case_id: “C1” is a row of cases that is itself left out.',
			'oversight.csv, line 2, column case_id: “C1” is a row of cases that is itself left out.',
			'actions.csv, line 2, column case_id: “C1” is a row of cases that is itself left out.',
			'requests.csv, line 2, column case_id: “C1” is a row of cases that is itself left out.'
		]);
		expect(planned.tables.cases.added.map((row) => row.caseId)).toEqual(['C2', 'C3']);
		expect(planned.tables.allocations.added.map((row) => row.caseId)).toEqual(['C2']);
	});

	test('are left out through several steps, also inside one table', async () => {
		const chain = {
			teams:
				'team_id,name,service,succeeded_by\nT1,Duty,Assessment,T2\nT2,East,Assessment,T3\nT3,West,Assessment,T4\nT5,North,Assessment,\n',
			vacancies: 'team_id,role,fte,from\nT1,practitioner,1,2026-01-01\nT5,practitioner,1,2026-01-01\n'
		};
		const planned = await plan(chain, noRecords(), { skipBadRows: true });
		expect(planned.tables.teams.added.map((row) => row.teamId)).toEqual(['T5']);
		expect(planned.tables.teams.leftOut.map(({ because }) => [because.line, because.code])).toEqual([
			[2, 'id_left_out'],
			[3, 'id_left_out'],
			[4, 'unknown_id']
		]);
		expect(planned.tables.vacancies.added.map((row) => row.teamId)).toEqual(['T5']);
	});

	test('that only bring a change to a recorded row leave those alone that refer to it', async () => {
		const planned = await plan(
			{
				cases: 'case_id,opened_on\nC1,2026-13-05\n',
				requests: 'request_id,case_id,agency,requested_on\nR2,C1,School,2026-02-02\n'
			},
			await recorded(),
			{ skipBadRows: true }
		);
		expect(counts(planned, 'requests')).toEqual([1, 0, 0, 0, 0]);
	});

	test('cannot be a whole file: a missing column stops the import', async () => {
		const planned = await plan({ ...BASE, cases: 'case_id\nC1\n' }, noRecords(), { skipBadRows: true });
		expect(planned.mayApply).toBe(false);
		expect(errors(planned)).toEqual([
			'cases.csv, line 1: the column opened_on is missing, and cases needs it.'
		]);
	});
});

describe('a second person is asked', () => {
	const many = async (open: number) => {
		const cases = ['case_id,opened_on,closed_on'];
		const allocations = ['case_id,practitioner_id,role,from,to'];
		for (let number = 1; number <= open; number++) {
			cases.push(`C${number},2026-01-01,`);
			allocations.push(`C${number},P1,lead,2026-01-01,`);
		}
		return recorded({
			practitioners: BASE['practitioners']!,
			cases: cases.join('\n'),
			allocations: allocations.join('\n')
		});
	};
	const closing = (count: number) =>
		`case_id,opened_on,closed_on\n${Array.from({ length: count }, (_, at) => `C${at + 1},2026-01-01,2026-03-01`).join('\n')}\n`;
	const handing = (count: number) =>
		`case_id,practitioner_id,role,from,to\n${Array.from(
			{ length: count },
			(_, at) => `C${at + 1},P1,lead,2026-01-01,2026-03-01\nC${at + 1},P2,lead,2026-03-01,`
		).join('\n')}\n`;

	test.each([
		['cases', closing, 2, false],
		['cases', closing, 3, true],
		['allocations', handing, 4, false],
		['allocations', handing, 5, true]
	] as const)('when of 20 open cases %s change: %#', async (table, write, count, asks) => {
		const planned = await plan({ [table]: write(count) }, await many(20));
		expect(errors(planned)).toEqual([]);
		expect(planned.openCases).toMatchObject({ before: 20, asksSecondPerson: asks });
		expect(planned.openCases.closing + planned.openCases.changingHands).toBe(count);
		expect(planInWords(planned).notes.some((note) => note.includes('somebody else'))).toBe(asks);
	});
});

describe('the preview', () => {
	test('counts the oversight that will not count because a registration is not recorded', async () => {
		const files = { ...BASE, oversight: BASE['oversight']!.replace('C1,P1', 'C1,P2') };
		const planned = await plan(files);
		expect(planned.oversightNotCounting).toEqual({ entries: 1, managerIds: ['P2'] });
		expect((await plan(BASE)).oversightNotCounting.entries).toBe(0);
	});

	test('is a table and lists of sentences', async () => {
		const planned = await plan(
			{ cases: 'case_id,opened_on,colour\nC1,2026-01-05,red\nC9,2026-01-06,\nC8,x,\n' },
			await recorded(),
			{ skipBadRows: true }
		);
		expect(previewLines(planInWords(planned))).toEqual([
			'       added  changed  ended  unchanged  left out',
			'cases      1        0      0          1         1',
			'',
			'To know',
			'  1 row would be left out.',
			'',
			'Errors',
			'  cases.csv, line 4, column opened_on: “x” is not a date written in a way that has one meaning. Write it as yyyy-mm-dd or dd/mm/yyyy.',
			'',
			'Warnings',
			'  cases.csv, line 1: the column “colour” is not known and is ignored.',
			'',
			'Left out',
			'  cases.csv, line 4, column opened_on: “x” is not a date written in a way that has one meaning. Write it as yyyy-mm-dd or dd/mm/yyyy.'
		]);
	});
});
