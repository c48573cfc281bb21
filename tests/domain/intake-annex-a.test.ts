import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays } from '#lib/domain/calendar.ts';
import { noRecords, type Records } from '#lib/domain/records.ts';
import { readAnnexA, type AnnexA, type Entry, type List } from '#lib/intake/annex-a.ts';
import { casesOf, type AnnexAIncoming } from '#lib/intake/annex-a-cases.ts';
import { PAGE_LIMITS, recognise } from '#lib/intake/files.ts';
import { matchNames, nameKey } from '#lib/intake/match.ts';
import { changesNothing, planImport, type Plan } from '#lib/intake/plan.ts';
import { problemInWords } from '#lib/intake/problems.ts';
import { workbookOf } from '../archives.ts';

type Lists = Parameters<typeof workbookOf>[0];

const ZOE = { practitionerId: 'P1', name: 'Zoë Marsh' };
const ADE = { practitionerId: 'P2', name: 'Ade O’Connor' };

const day = (text: string) => ({ day: text });
const NOT_FOUND = { error: '#N/A' };

const HEADS = {
	'List 3': [
		'Child Unique ID',
		'Date of Birth',
		'Date of Referral',
		'Referral NFA?',
		'Allocated Team',
		'Allocated Worker'
	],
	'List 4': [
		'Child Unique ID',
		'Date of Birth',
		'Continuous Assessment Start Date',
		'Continuous Assessment Date of Authorisation',
		'Allocated Team',
		'Allocated Worker'
	],
	'List 5': [
		'Child Unique ID',
		'Date of Birth',
		'Strategy discussion initiating Section 47 Enquiry Start Date',
		'Was an Initial Child Protection Conference deemed unnecessary?',
		'Date of Initial Child Protection Conference',
		'Allocated Team',
		'Allocated Worker'
	],
	'List 6': [
		'Child Unique ID',
		'Date of Birth',
		'CIN Start Date',
		'CIN Closure Date',
		'Reason for Closure',
		'Case Status',
		'Allocated Team',
		'Allocated Worker'
	],
	'List 7': [
		'Child Unique ID',
		'Date of Birth',
		'Child Protection Plan Start Date',
		'Child Protection Plan End Date',
		'Allocated Team',
		'Allocated Worker'
	],
	'List 8': [
		'Child Unique ID',
		'Date of Birth',
		'Date Started to be Looked After',
		'Child’s Legal Status',
		'Date Ceased to be Looked After',
		'Allocated Team',
		'Allocated Worker'
	],
	'List 9': ['Child Unique ID', 'Date of Birth', 'Allocated Team', 'Allocated Worker']
} as const;

/** A workbook with the usual headings; each list is given as its rows. */
const lists = (rows: Partial<Record<keyof typeof HEADS, Lists[string]>>): Lists =>
	Object.fromEntries(
		Object.entries(rows).map(([name, list]) => [name, [HEADS[name as keyof typeof HEADS], ...list]])
	);

async function bring(
	sheets: Lists,
	extractDate: string,
	options: { existing?: Records; addPeople?: boolean; remembered?: Map<string, string> } = {}
): Promise<{ incoming: AnnexAIncoming; plan: Plan; words: string[]; after: Records }> {
	const existing = options.existing ?? { ...noRecords(), practitioners: [person(ZOE), person(ADE)] };
	const bytes = workbookOf(sheets);
	const recognised = await recognise([{ name: 'annex-a.xlsx', bytes }], PAGE_LIMITS);
	const annexA = await readAnnexA(recognised.annexA[0]!);
	const names = annexA.names.map(({ name }) => name);
	const matching = matchNames(names, existing.practitioners, options.remembered);
	const incoming = casesOf(annexA, existing, {
		extractDate,
		matching,
		addPeople: options.addPeople ?? false
	});
	const plan = planImport(existing, incoming, { on: extractDate });
	return { incoming, plan, words: plan.problems.map(problemInWords), after: after(existing, plan) };
}

function person({ practitionerId, name }: typeof ZOE): Records['practitioners'][number] {
	return {
		practitionerId,
		name,
		email: null,
		sweNumber: null,
		registeredOn: null,
		earlyCareerStartedOn: null,
		earlyCareerPassedOn: null,
		startedOn: null,
		leftOn: null,
		recordedOn: null,
		endRecordedOn: null
	};
}

/** What is recorded once the plan was applied. */
function after(existing: Records, plan: Plan): Records {
	const records = noRecords();
	for (const [name, table] of Object.entries(plan.tables)) {
		const changes: readonly { before: unknown; after: unknown }[] = [...table.changed, ...table.ended];
		const rows = existing[name as keyof Records].map(
			(row) => changes.find(({ before }) => before === row)?.after ?? row
		);
		Object.assign(records, { [name]: [...rows, ...table.added] });
	}
	return records;
}

const kinds = (plan: Plan) => plan.tables.caseKinds.added.map(({ kind, from, to }) => [kind, from, to]);
const leads = (records: Records) =>
	records.allocations.map(({ caseId, practitionerId, teamId, from, to }) => [
		caseId,
		practitionerId,
		teamId,
		from,
		to
	]);

const inNeed = (
	worker: Lists[string][number][number],
	status = 'c) Child in need plan',
	closed: string | null = null
) =>
	lists({
		'List 6': [
			[
				'101',
				day('2015-03-02'),
				day('2026-01-05'),
				closed === null ? null : day(closed),
				closed && 'RC7',
				status,
				'Locality East',
				worker
			]
		],
		'List 7': [],
		'List 8': []
	});

describe('headings', () => {
	test('are known whatever their quotation marks, brackets, blanks and capitals, below a title row too', async () => {
		const { plan, words } = await bring(
			{
				'List_8 CLA': [
					['Annex A – list 8'],
					[
						'CHILD UNIQUE ID ',
						'Date of  Birth',
						'Unaccompanied (UASC) (Y/N))',
						'Date started to be Looked After\u00a0',
						'Child‘s Legal Status',
						'Date Ceased to be Looked After ',
						'Allocated  Team ',
						'\u00a0Allocated Worker'
					],
					[101, day('2015-03-02'), 'b) No', day('2026-01-05'), 'C2: FCO', null, 'Care Team', 'Zoë Marsh']
				]
			},
			'2026-03-16'
		);
		expect(words).toEqual([]);
		expect(kinds(plan)).toEqual([['looked_after', '2026-01-05', null]]);
		expect(plan.tables.allocations.added[0]!.practitionerId).toBe('P1');
	});

	test('that are missing leave the list unread and say which, so that nobody seems unallocated', async () => {
		const { plan, words } = await bring(
			{
				'List 6': [
					['Child Unique ID', 'CIN Start Date', 'Case Status'],
					['101', day('2026-01-05'), 'c)']
				]
			},
			'2026-03-16'
		);
		expect(words).toEqual([
			'annex-a.xlsx, sheet List 6, row 1: the columns Allocated Worker were not found, so this list is not read.',
			'annex-a.xlsx: has none of the lists 3 to 9 of Annex A.'
		]);
		expect(plan.mayApply).toBe(false);
	});
});

describe('the kind of a case', () => {
	test.each([
		['a) Looked after child', 'looked_after'],
		['b) Child Protection plan', 'child_protection'],
		['c) Child in need plan', 'child_in_need'],
		['d) Open assessment', 'assessment'],
		['Child in Need', 'child_in_need']
	])('with status %s is %s from the start of the episode where no list says more', async (status, kind) => {
		const { plan } = await bring(inNeed('Zoë Marsh', status), '2026-03-16');
		expect(kinds(plan)).toEqual([[kind, '2026-01-05', null]]);
	});

	test('is what its own list says, with its dates, and belongs to the case of list 6', async () => {
		const { plan } = await bring(
			lists({
				'List 4': [['101', null, day('2026-01-05'), day('2026-02-10'), 'Duty', 'Zoë Marsh']],
				'List 5': [['101', null, day('2026-01-08'), 'No', day('2026-01-20'), 'Duty', 'Zoë Marsh']],
				'List 6': [
					['101', null, day('2026-01-05'), null, null, 'b) Child Protection plan', 'East', 'Zoë Marsh']
				],
				'List 7': [['101', null, day('2026-01-20'), null, 'East', 'Zoë Marsh']]
			}),
			'2026-03-16'
		);
		expect(plan.tables.cases.added.map(({ caseId }) => caseId)).toEqual(['101:2026-01-05']);
		expect(kinds(plan)).toEqual([
			['assessment', '2026-01-05', '2026-02-10'],
			['section_47', '2026-01-08', '2026-01-20'],
			['child_protection', '2026-01-20', null]
		]);
	});

	test('looked after under V3 or V4 is short breaks', async () => {
		const { plan } = await bring(
			lists({
				'List 6': [
					['101', null, day('2026-01-05'), null, null, 'a) Looked after child', 'East', 'Zoë Marsh']
				],
				'List 8': [['101', null, day('2026-01-12'), 'V4: Short term breaks', null, 'East', 'Zoë Marsh']]
			}),
			'2026-03-16'
		);
		expect(kinds(plan)).toEqual([['short_breaks', '2026-01-12', null]]);
	});

	test('section 47 with a conference still to come runs on', async () => {
		const { plan } = await bring(
			lists({ 'List 5': [['101', null, day('2026-03-02'), 'b) No', null, 'Duty', 'Zoë Marsh']] }),
			'2026-03-16'
		);
		expect(plan.tables.caseKinds.added).toMatchObject([
			{ kind: 'section_47', from: '2026-03-02', to: null, conferenceNeeded: true, conferenceOn: null }
		]);
	});

	test('that a later extract no longer lists ends on the day of that extract', async () => {
		const first = await bring(inNeed('Zoë Marsh', 'b) Child protection plan'), '2026-03-16');
		const second = await bring(inNeed('Zoë Marsh'), '2026-04-16', { existing: first.after });
		expect(second.after.caseKinds.map(({ kind, from, to }) => [kind, from, to])).toEqual([
			['child_protection', '2026-01-05', '2026-04-16'],
			['child_in_need', '2026-01-05', null]
		]);
	});

	test('with a status that is free text stays unknown, and recorded kinds go on', async () => {
		const first = await bring(inNeed('Zoë Marsh'), '2026-03-16');
		const second = await bring(inNeed('Zoë Marsh', 'see notes'), '2026-04-16', { existing: first.after });
		expect(second.words).toEqual([
			'annex-a.xlsx, sheet List 6, row 2, column Case Status: “see notes” is not one of the case statuses a to e; the kind of the case stays unknown.'
		]);
		expect(changesNothing(second.plan)).toBe(true);
	});
});

describe('the lead of a case', () => {
	test('first seen is allocated from the extract date, marked as start not given, and not again later', async () => {
		const first = await bring(inNeed('Zoë Marsh'), '2026-03-16');
		expect(leads(first.after)).toEqual([['101:2026-01-05', 'P1', 'Locality East', '2026-03-16', null]]);
		expect(first.incoming.startNotGiven).toEqual([
			{ caseId: '101:2026-01-05', practitionerId: 'P1', from: '2026-03-16' }
		]);
		const second = await bring(inNeed('Zoë Marsh'), '2026-04-16', { existing: first.after });
		expect(changesNothing(second.plan)).toBe(true);
		expect(second.incoming.startNotGiven).toEqual([]);
	});

	test('is matched by name whatever its blanks, capitals and apostrophes', async () => {
		for (const written of ['zoë\u00a0 marsh ', 'Marsh, Zoë', 'ZOË MARSH'])
			expect(leads((await bring(inNeed(written), '2026-03-16')).after)[0]![1]).toBe('P1');
		expect(leads((await bring(inNeed("Ade O'Connor"), '2026-03-16')).after)[0]![1]).toBe('P2');
	});

	test('that changes ends on the day of the extract that shows it', async () => {
		const first = await bring(inNeed('Zoë Marsh'), '2026-03-16');
		const second = await bring(inNeed('Ade O’Connor'), '2026-04-16', { existing: first.after });
		expect(leads(second.after)).toEqual([
			['101:2026-01-05', 'P1', 'Locality East', '2026-03-16', '2026-04-16'],
			['101:2026-01-05', 'P2', 'Locality East', '2026-04-16', null]
		]);
		expect(second.plan.openCases).toMatchObject({ before: 1, changingHands: 1, asksSecondPerson: true });
	});

	test.each([[NOT_FOUND], [null], [' '], ['Unallocated'], ['#N/A']])(
		'that is written %j is nobody: the case is held by the team alone',
		async (worker) => {
			const { after, words } = await bring(inNeed(worker), '2026-03-16');
			expect(words).toEqual([]);
			expect(leads(after)).toEqual([['101:2026-01-05', null, 'Locality East', '2026-03-16', null]]);
		}
	);

	test('whose name nobody bears waits as holder not matched, and the case is not given to the team', async () => {
		const first = await bring(inNeed('Morgan Hale'), '2026-03-16');
		expect(leads(first.after)).toEqual([]);
		expect(first.incoming.waiting).toEqual([
			{ caseId: '101:2026-01-05', name: 'Morgan Hale', teamId: 'Locality East', since: '2026-03-16' }
		]);
		expect(first.words).toEqual([
			'annex-a.xlsx, sheet List 6, row 2, column Allocated Worker: “Morgan Hale” is not a practitioner recorded here; 1 case waits as holder not matched.'
		]);
		expect(first.plan.mayApply).toBe(true);
		const remembered = new Map([['Morgan Hale', 'P2']]);
		const matched = await bring(inNeed('Morgan Hale'), '2026-03-16', { existing: first.after, remembered });
		expect(leads(matched.after)[0]).toEqual(['101:2026-01-05', 'P2', 'Locality East', '2026-03-16', null]);
	});

	test('whose name two people bear waits too', async () => {
		const existing = {
			...noRecords(),
			practitioners: [person(ZOE), person({ practitionerId: 'P9', name: 'Zoë  MARSH' })]
		};
		const { incoming, words } = await bring(inNeed('Zoë Marsh'), '2026-03-16', { existing });
		expect(incoming.waiting).toHaveLength(1);
		expect(words[0]).toContain('is the name of 2 practitioners; choose which. Until then 1 case waits');
	});

	test('becomes a new practitioner where asked, in post from the extract date, with every gap left open', async () => {
		const { after, plan } = await bring(inNeed('Morgan Hale'), '2026-03-16', { addPeople: true });
		expect(plan.tables.practitioners.added).toEqual([
			person({ practitionerId: 'Morgan Hale', name: 'Morgan Hale' })
		]);
		expect(after.postings).toMatchObject([
			{
				practitionerId: 'Morgan Hale',
				teamId: 'Locality East',
				role: 'practitioner',
				supervisorId: null,
				from: '2026-03-16',
				to: null
			}
		]);
		expect(leads(after)[0]![1]).toBe('Morgan Hale');
		const again = await bring(inNeed('Morgan Hale'), '2026-04-16', { existing: after, addPeople: true });
		expect(changesNothing(again.plan)).toBe(true);
	});

	test('corrected by a second extract of the same day is refused: the first import has to be undone', async () => {
		const first = await bring(inNeed('Zoë Marsh'), '2026-03-16');
		const second = await bring(inNeed('Ade O’Connor'), '2026-03-16', { existing: first.after });
		expect(second.plan.mayApply).toBe(false);
		expect(second.words).toEqual([
			'annex-a.xlsx, sheet List 6, row 2, column Allocated Worker: P1 is already recorded as lead from 2026-03-16, the day of this extract. Undo that import first.'
		]);
	});

	test('is left alone by an extract that is older than the recorded one', async () => {
		const first = await bring(inNeed('Zoë Marsh'), '2026-03-16');
		const older = await bring(inNeed('Ade O’Connor'), '2026-02-16', { existing: first.after });
		expect(leads(older.after)).toEqual(leads(first.after));
		expect(older.words[0]).toContain(
			'a lead is already recorded from 2026-03-16, after the day of this extract'
		);
	});
});

describe('the case itself', () => {
	test('closes on the day list 6 gives, with its lead', async () => {
		const first = await bring(inNeed('Zoë Marsh'), '2026-03-16');
		const closed = inNeed(NOT_FOUND, 'e) Closed episode', '2026-04-01');
		const second = await bring(closed, '2026-04-16', { existing: first.after });
		expect(second.after.cases[0]).toMatchObject({ closedOn: '2026-04-01', closureReason: 'RC7' });
		expect(leads(second.after)).toEqual([
			['101:2026-01-05', 'P1', 'Locality East', '2026-03-16', '2026-04-01']
		]);
		expect(second.plan.tables.cases.ended).toHaveLength(1);
	});

	test('said to be closed without a day stays open, and is reported', async () => {
		const { after, words } = await bring(inNeed('Zoë Marsh', 'e) Closed episode'), '2026-03-16');
		expect(after.cases[0]!.closedOn).toBeNull();
		expect(words).toHaveLength(1);
		expect(words[0]).toContain('no day is given; the case stays open');
	});

	test('opened by a referral is the same case when list 6 comes to name the child', async () => {
		const referral = lists({ 'List 3': [['101', null, day('2026-01-02'), 'No', 'Duty', 'Zoë Marsh']] });
		const first = await bring(referral, '2026-01-04');
		expect(first.after.cases.map(({ caseId }) => caseId)).toEqual(['101:2026-01-02']);
		const second = await bring(inNeed('Zoë Marsh'), '2026-03-16', { existing: first.after });
		expect(second.after.cases.map(({ caseId }) => caseId)).toEqual(['101:2026-01-02']);
		expect(second.plan.problems).toEqual([]);
	});

	test('is not opened by a referral that led to nothing', async () => {
		const referral = lists({ 'List 3': [['101', null, day('2026-01-02'), 'a) Yes', 'Duty', 'Zoë Marsh']] });
		expect((await bring(referral, '2026-01-04')).plan.tables.cases.added).toEqual([]);
	});

	test('of a child who came back is another case', async () => {
		const { after } = await bring(
			lists({
				'List 6': [
					['101', null, day('2025-06-02'), day('2025-10-01'), 'RC7', 'e) Closed episode', 'East', NOT_FOUND],
					['101', null, day('2026-01-05'), null, null, 'c) Child in need plan', 'East', 'Zoë Marsh']
				]
			}),
			'2026-03-16'
		);
		expect(after.cases.map(({ caseId, closedOn }) => [caseId, closedOn])).toEqual([
			['101:2025-06-02', '2025-10-01'],
			['101:2026-01-05', null]
		]);
		expect(leads(after)).toEqual([['101:2026-01-05', 'P1', 'East', '2026-03-16', null]]);
	});

	test('of a care leaver begins on the extract date and is the same at the next', async () => {
		const leaver = lists({ 'List 9': [['101', day('2007-03-02'), 'Leaving Care', 'Zoë Marsh']] });
		const first = await bring(leaver, '2026-03-16');
		expect(first.after.cases[0]!.caseId).toBe('101:2026-03-16');
		const second = await bring(leaver, '2026-04-16', { existing: first.after });
		expect(changesNothing(second.plan)).toBe(true);
	});
});

describe('cells that are not what they should be', () => {
	const born = async (birth: Lists[string][number][number]) => {
		const sheets = lists({
			'List 6': [['101', birth, day('2026-01-05'), null, null, 'c) Child in need plan', 'East', 'Zoë Marsh']]
		});
		const { after, words, plan } = await bring(sheets, '2026-03-16');
		return { child: after.cases[0]!, words, mayApply: plan.mayApply };
	};

	test('an unborn child is unborn, by word or by a day to come', async () => {
		expect((await born('Unborn')).child).toMatchObject({ unborn: true, dateOfBirth: null });
		expect((await born('UNBORN baby')).words).toEqual([]);
		expect((await born(day('2026-05-20'))).child).toMatchObject({ unborn: true, dateOfBirth: '2026-05-20' });
		expect((await born(day('2026-02-20'))).child).toMatchObject({ unborn: false, dateOfBirth: '2026-02-20' });
	});

	test('formula text for a date of birth leaves it unknown and is reported', async () => {
		const { child, words, mayApply } = await born('=H2+5');
		expect(child.dateOfBirth).toBeNull();
		expect(mayApply).toBe(true);
		expect(words).toEqual([
			'annex-a.xlsx, sheet List 6, row 2, column Date of Birth: “=H2+5” is not a date of birth; the child is taken without one.'
		]);
	});

	test.each([
		['=H2+5', 'not_a_date'],
		['31/02/2026', 'no_such_day'],
		[46055, 'not_a_date'],
		[NOT_FOUND, 'required'],
		[{ type: 'n', xml: '<f>H2+5</f>' }, 'cell_error']
	])('a start that is %j is an error of its row, and the other rows are read', async (start, code) => {
		const { plan, after } = await bring(
			lists({
				'List 6': [
					['101', null, start, null, null, 'c) Child in need plan', 'East', 'Zoë Marsh'],
					['102', null, day('2026-01-05'), null, null, 'c) Child in need plan', 'East', 'Zoë Marsh']
				]
			}),
			'2026-03-16'
		);
		expect(
			plan.problems.map((problem) => [problem.code, problem.sheet, problem.line, problem.column])
		).toEqual([[code, 'List 6', 2, 'CIN Start Date']]);
		expect(plan.mayApply).toBe(false);
		expect(after.cases.map(({ childId }) => childId)).toEqual(['102']);
	});
});

describe('a name', () => {
	test.each([
		['Zoë\u00a0Marsh', 'zoë marsh'],
		['  MARSH,   Zoë ', 'zoë marsh'],
		['Ade O’Connor', "ade o'connor"],
		['Anne‑Marie Fox', 'anne-marie fox'],
		['Fox, Anne, Dr', 'fox, anne, dr']
	])('%j is the same as any other way of writing %j', (written, key) => {
		expect(nameKey(written)).toBe(key);
	});

	test('is never matched by likeness', () => {
		expect(matchNames(['Zoe Marsh', 'Z Marsh'], [ZOE])).toEqual({
			matched: new Map(),
			unmatched: ['Zoe Marsh', 'Z Marsh'],
			ambiguous: []
		});
	});

	test('once chosen by a person is remembered, as long as that practitioner is there', () => {
		const remembered = new Map([['Z. Marsh', 'P1']]);
		expect(matchNames(['z.  marsh'], [ZOE], remembered).matched).toEqual(new Map([['z. marsh', 'P1']]));
		expect(matchNames(['Z. Marsh'], [ADE], remembered).unmatched).toEqual(['Z. Marsh']);
	});
});

describe('any workbook whose dates are in order', () => {
	const dayIn2026 = fc.integer({ min: 0, max: 200 }).map((days) => addDays('2026-01-01', days));
	const span = fc.tuple(dayIn2026, fc.option(fc.integer({ min: 0, max: 120 })));
	const entry = fc
		.record({
			list: fc.constantFrom<List>(3, 4, 5, 6, 7, 8, 9),
			childId: fc.constantFrom('101', '102'),
			span,
			worker: fc.constantFrom('Zoë Marsh', 'Ade O’Connor', 'Morgan Hale', null),
			team: fc.constantFrom('East', 'West', null),
			status: fc.constantFrom('a', 'b', 'c', 'd', 'e', null),
			needed: fc.constantFrom(true, false, null)
		})
		.map(({ list, childId, span: [from, days], worker, team, status, needed }): Entry => {
			const to = days === null ? null : addDays(from, days);
			const kinds = {
				4: 'assessment',
				5: 'section_47',
				7: 'child_protection',
				8: 'looked_after',
				9: 'care_leaver'
			} as const;
			return {
				list,
				place: { file: 'annex-a.xlsx', sheet: `List ${list}`, line: 0 },
				childId,
				from: list === 9 ? null : from,
				to: list === 4 || list > 5 ? to : null,
				dateOfBirth: null,
				isUnborn: false,
				team,
				worker,
				kind: list === 3 || list === 6 ? null : kinds[list],
				status: list === 6 ? status : null,
				closureReason: null,
				noFurtherAction: false,
				conferenceNeeded: list === 5 ? needed : null,
				conferenceOn: list === 5 ? to : null,
				planFollowed: false
			};
		});
	const annexA = fc.array(entry, { maxLength: 8 }).map((entries): AnnexA => ({
		file: 'annex-a.xlsx',
		lists: new Set<List>([3, 4, 5, 6, 7, 8, 9]),
		entries: entries.map((each, at) => ({ ...each, place: { ...each.place, line: at + 2 } })),
		names: [],
		problems: [],
		unread: []
	}));
	const extract = (given: AnnexA, existing: Records, extractDate: string, addPeople: boolean) => {
		const names = given.entries.flatMap(({ worker }) => (worker === null ? [] : [worker]));
		const matching = matchNames(names, existing.practitioners);
		const plan = planImport(existing, casesOf(given, existing, { extractDate, matching, addPeople }), {
			on: extractDate,
			skipBadRows: true
		});
		return { plan, after: after(existing, plan) };
	};
	const people = { ...noRecords(), practitioners: [person(ZOE), person(ADE)] };
	/** What only two rows of list 6 about the same days can cause. */
	const TWO_EPISODES = new Set(['duplicate_row', 'overlapping_case']);

	test(
		'gives cases that do not overlap, and the same workbook again changes nothing',
		{ timeout: 600_000 },
		() => {
			fc.assert(
				fc.property(annexA, fc.boolean(), (given, addPeople) => {
					const first = extract(given, people, '2026-07-31', addPeople);
					const errors = first.plan.problems.filter(
						({ level, code }) => level === 'error' && !TWO_EPISODES.has(code)
					);
					expect(errors.map(problemInWords)).toEqual([]);
					const second = extract(given, first.after, '2026-07-31', addPeople);
					expect(changesNothing(second.plan)).toBe(true);
				}),
				{ numRuns: Number(process.env['MUTATIONS'] ?? 1_500) }
			);
		}
	);

	test('and any later one after it breaks no rule either', { timeout: 600_000 }, () => {
		fc.assert(
			fc.property(annexA, annexA, (given, next) => {
				const first = extract(given, people, '2026-07-31', true);
				const second = extract(next, first.after, '2026-09-30', true);
				const errors = second.plan.problems.filter(
					({ level, code }) => level === 'error' && !TWO_EPISODES.has(code)
				);
				expect(errors.map(problemInWords)).toEqual([]);
				expect(changesNothing(extract(next, second.after, '2026-09-30', true).plan)).toBe(true);
			}),
			{ numRuns: Number(process.env['MUTATIONS'] ?? 1_500) }
		);
	});
});
