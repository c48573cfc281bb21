import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskingRole } from '#lib/domain/access.ts';
import { arrange, personOf, viewOf } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { courseStanding } from '#lib/domain/training.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { factsOfTraining } from '#lib/server/store/facts.ts';
import { standingFlagId } from '#lib/server/store/flag-steps.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { changesOf, claimsOf, completionsOf, type Completion } from '#lib/server/store/training.ts';
import {
	correctTraining,
	decideTraining,
	recordTraining,
	recordTrainingDay,
	takeBackClaim,
	undoTraining,
	withdrawTraining,
	type CompletionForm
} from '#lib/server/work/keep-training.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import {
	trainingAsked,
	trainingCsv,
	trainingOfPeople,
	trainingOfTeam,
	trainingOfTeams,
	type TrainingMatrix
} from '#lib/server/work/training-matrix.ts';
import { trainingTab } from '#lib/server/work/training-tab.ts';
import { heatmapOfTeam, sortFrom } from '#lib/server/work/heatmap.ts';
import * as cast from '../cast.ts';
import { copiesOf, type Fresh } from './database.ts';

const TODAY = '2026-11-20';
const YESTERDAY = '2026-11-19';
const TOMORROW = '2026-11-21';
const MIRA = 'C-MIRA';

interface Asker {
	accountId: string;
	practitionerId: string;
	role: AskingRole;
}

const ROLES: Record<string, AskingRole> = {
	[cast.BEN]: 'practitioner',
	[cast.TOMAS]: 'practitioner',
	[cast.MARYAM]: 'team_manager',
	[cast.OWEN]: 'team_manager',
	[cast.RUTH]: 'service_manager',
	[cast.DIANA]: 'director'
};

let database: Fresh;
let ids: Map<string, string>;
const people = new Map<string, Asker>();

const open = copiesOf(async (made) => {
	database = made;
	const records = cast.given(
		cast.openCase(MIRA, '2026-09-14'),
		cast.kind(MIRA, 'child_protection', '2026-10-05'),
		cast.lead(MIRA, cast.BEN, '2026-10-05')
	);
	ids = await asOperator(async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const all = TABLES_IN_ORDER.map((table) => [table, { added: records[table], changed: [] }]);
		await writeRecords(tx, 'native', stored, Object.fromEntries(all) as Parameters<typeof writeRecords>[3]);
		const { ids: written } = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		return new Map(Object.values(written).flatMap((each) => [...each]));
	});
	for (const [name, role] of Object.entries(ROLES)) {
		const practitionerId = idOf(name);
		const [made] = await database.drizzle
			.insert(accounts)
			.values({ email: `${name}@example.org`, practitionerId })
			.returning({ accountId: accounts.id });
		people.set(name, { accountId: made?.accountId ?? '', practitionerId, role });
	}
	await asOperator((tx) => reviewAuthority(tx, { operator: 'test' }, TODAY));
});

beforeEach(async () => {
	database = await open();
});

afterEach(() => database.close());

function asOperator<Answer>(work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
	return inContext(database, { actor: 'operator', name: 'test', today: TODAY }, work);
}

function idOf(name: string): string {
	const id = ids.get(name);
	if (!id) throw new Error(`nobody and nothing is called ${name}`);
	return id;
}

function as<Answer>(
	name: string,
	work: (tx: Transaction, by: Asker & { today: CalendarDate }) => Promise<Answer>,
	today: CalendarDate = TODAY
): Promise<Answer> {
	const asker = people.get(name);
	if (!asker) throw new Error(`${name} has no account`);
	const { accountId } = asker;
	return inContext(database, { actor: 'person', accountId, today }, (tx) => work(tx, { ...asker, today }));
}

const s47 = (changed: Partial<CompletionForm> = {}): CompletionForm => ({
	key: randomUUID(),
	course: 'S47',
	completedOn: '2026-11-12',
	expiresOn: '',
	evidence: 'Personnel file, page 12',
	...changed
});

const record = (by: string, whose: string, form = s47(), today = TODAY) =>
	as(by, (tx, asker) => recordTraining(tx, asker, idOf(whose), form), today);

/** Where somebody stands with S47 on a day, as the rules gather it. */
async function standingOf(whose: string, day: CalendarDate): Promise<string> {
	return asOperator(async (tx) => {
		const id = idOf(whose);
		const view = viewOf(arrange(await factsOfTraining(tx, { caseIds: [], practitionerIds: [id] }, day)), day);
		const person = personOf(view, id);
		if (!person) throw new Error(`${whose} was not gathered`);
		return courseStanding(person, 'S47', day, view.knowledge).state;
	});
}

const gapStands = () =>
	asOperator(async (tx) => (await standingFlagId(tx, 'TRAINING_GAP', idOf(MIRA))) !== null);

async function onRecord(whose: string): Promise<(Completion & { trainingId: string; edition: string })[]> {
	return asOperator(async (tx) =>
		(await completionsOf(tx, [idOf(whose)])).filter(({ course }) => course === 'S47')
	);
}

async function audited(entity: string): Promise<string[]> {
	const rows = await database.drizzle.execute<{ action: string }>(
		sql`select action from audit where entity = ${entity} order by id`
	);
	return rows.map(({ action }) => action);
}

const claimed = async (whose = cast.BEN) => {
	const [claim] = await asOperator((tx) => claimsOf(tx, [idOf(whose)]));
	if (!claim) throw new Error('nothing was claimed');
	return claim;
};

const decide = (
	by: string,
	claimId: string,
	decided: 'confirmed' | 'refused',
	answer = '',
	key = randomUUID()
) => as(by, (tx, asker) => decideTraining(tx, asker, idOf(cast.BEN), { key, claimId, decided, answer }));

const lastForm = async (whose: string) =>
	(await asOperator((tx) => changesOf(tx, idOf(whose))))[0]?.formKey ?? '';

const undo = (by: string, formKey: string, today = TODAY) =>
	as(by, (tx, asker) => undoTraining(tx, asker, formKey), today);

test('a completion that a manager records counts from today, clears the gap, and leaves one audit row', async () => {
	expect(await gapStands()).toBe(true);
	expect(await record(cast.MARYAM, cast.BEN)).toBe('done');
	expect(await standingOf(cast.BEN, TODAY)).toBe('current');
	expect(await standingOf(cast.BEN, YESTERDAY)).toBe('never');
	expect(await gapStands()).toBe(false);
	expect(await audited('training')).toEqual(['recorded']);
});

test('what somebody records of their own training waits, and counts for no rule until it is confirmed', async () => {
	expect(await record(cast.BEN, cast.BEN)).toBe('done');
	expect(await onRecord(cast.BEN)).toEqual([]);
	expect(await standingOf(cast.BEN, TODAY)).toBe('never');
	expect(await gapStands()).toBe(true);
	const { claimId } = await claimed();
	expect(await decide(cast.BEN, claimId, 'confirmed')).toBe('not_yours');
	expect(await decide(cast.TOMAS, claimId, 'confirmed')).toBe('absent');
	expect(await decide(cast.OWEN, claimId, 'confirmed')).toBe('absent');
	expect(await decide(cast.MARYAM, claimId, 'confirmed')).toBe('done');
	expect(await standingOf(cast.BEN, TODAY)).toBe('current');
	expect(await gapStands()).toBe(false);
	expect(await claimed()).toMatchObject({ decided: 'confirmed', decidedBy: idOf(cast.MARYAM) });
	expect(await audited('training_claim')).toEqual(['entered', 'confirmed']);
	expect(await audited('training')).toEqual(['confirmed']);
});

test('a refused entry says why, counts for nothing, and can be entered again', async () => {
	await record(cast.BEN, cast.BEN);
	const { claimId } = await claimed();
	expect(await decide(cast.MARYAM, claimId, 'refused')).toMatchObject({ wrong: [{ field: 'answer' }] });
	expect(await decide(cast.MARYAM, claimId, 'refused', 'The certificate is for another course.')).toBe(
		'done'
	);
	expect(await claimed()).toMatchObject({
		decided: 'refused',
		answer: 'The certificate is for another course.'
	});
	expect(await decide(cast.MARYAM, claimId, 'confirmed')).toMatchObject({ wrong: [{ field: 'answer' }] });
	expect(await standingOf(cast.BEN, TODAY)).toBe('never');
	expect(await record(cast.BEN, cast.BEN)).toBe('done');
	expect(await record(cast.BEN, cast.BEN)).toMatchObject({ wrong: [{ field: 'completedOn' }] });
});

test('somebody takes back their own entry while it waits, and nobody else does', async () => {
	await record(cast.BEN, cast.BEN);
	const { claimId } = await claimed();
	const takeBack = (by: string) => as(by, (tx, asker) => takeBackClaim(tx, asker, idOf(cast.BEN), claimId));
	expect(await takeBack(cast.MARYAM)).toBe('not_yours');
	expect(await takeBack(cast.BEN)).toBe('done');
	expect(await claimed()).toMatchObject({ decided: 'withdrawn' });
});

test('a manager’s own entry waits too, for whoever is above them', async () => {
	await record(cast.RUTH, cast.RUTH, s47({ course: 'ABE' }));
	const { claimId } = await claimed(cast.RUTH);
	const form = { key: randomUUID(), claimId, decided: 'confirmed', answer: '' } as const;
	expect(await as(cast.RUTH, (tx, by) => decideTraining(tx, by, idOf(cast.RUTH), form))).toBe('not_yours');
	expect(await as(cast.MARYAM, (tx, by) => decideTraining(tx, by, idOf(cast.RUTH), form))).toBe('not_yours');
	expect(await as(cast.DIANA, (tx, by) => decideTraining(tx, by, idOf(cast.RUTH), form))).toBe('done');
});

test('a director keeps the training of those they supervise, and of nobody else', async () => {
	expect(await record(cast.DIANA, cast.BEN)).toBe('not_yours');
	expect(await record(cast.TOMAS, cast.BEN)).toBe('absent');
	expect(await record(cast.OWEN, cast.BEN)).toBe('absent');
});

test('the database lets nobody write their own training, confirm their own entry, or write for a stranger', async () => {
	const write = (by: string, query: ReturnType<typeof sql>) => as(by, (tx) => tx.execute(query));
	const own = sql`insert into training (practitioner_id, course, completed_on) values (${idOf(cast.BEN)}, 'S47', '2026-11-12')`;
	await expect(write(cast.BEN, own)).rejects.toMatchObject({ cause: { code: '42501' } });
	await expect(write(cast.OWEN, own)).rejects.toMatchObject({ cause: { code: '42501' } });
	const before = await onRecord(cast.TOMAS);
	await write(
		cast.TOMAS,
		sql`update training set expires_on = '2040-01-01' where practitioner_id = ${idOf(cast.TOMAS)}`
	);
	expect(await onRecord(cast.TOMAS)).toEqual(before);
	await record(cast.BEN, cast.BEN);
	await expect(
		write(cast.BEN, sql`update training_claims set decided = 'confirmed', decided_on = ${TODAY}`)
	).rejects.toMatchObject({ cause: { code: '42501' } });
	await expect(
		write(cast.MARYAM, sql`update training_claims set evidence = 'Something else'`)
	).rejects.toMatchObject({ cause: { code: '23001' } });
	for (const table of ['training_claims', 'training_changes'])
		await expect(write(cast.MARYAM, sql.raw(`delete from ${table}`))).rejects.toThrow();
	expect(await as(cast.OWEN, (tx) => claimsOf(tx, [idOf(cast.BEN)]))).toEqual([]);
});

test('what is wrong is said field by field, and nothing is written', async () => {
	const wrongIn = async (changed: Partial<CompletionForm>) => {
		const answer = await record(cast.MARYAM, cast.BEN, s47(changed));
		return typeof answer === 'object' && 'wrong' in answer ? answer.wrong.map(({ field }) => field) : [];
	};
	expect(await wrongIn({ course: 'NOTHING' })).toEqual(['course']);
	expect(await wrongIn({ completedOn: '2026-02-30' })).toEqual(['completedOn']);
	expect(await wrongIn({ completedOn: TOMORROW })).toEqual(['completedOn']);
	expect(await wrongIn({ expiresOn: '2026-11-12' })).toEqual(['expiresOn']);
	expect(await wrongIn({ evidence: '  ' })).toEqual(['evidence']);
	expect(await wrongIn({ evidence: 'x'.repeat(501) })).toEqual(['evidence']);
	expect(await wrongIn({ course: 'CP-FOUND', completedOn: '2026-09-15' })).toEqual(['completedOn']);
	expect(await onRecord(cast.BEN)).toEqual([]);
	expect(await audited('training')).toEqual([]);
});

test('a form posted twice, or twenty times at once, acts once', async () => {
	const form = s47();
	const answers = await Promise.all(Array.from({ length: 20 }, () => record(cast.MARYAM, cast.BEN, form)));
	expect(new Set(answers)).toEqual(new Set(['done']));
	expect(await onRecord(cast.BEN)).toHaveLength(1);
	expect(await audited('training')).toEqual(['recorded']);
});

test('a correction leaves what was known before as it was known, with who and why', async () => {
	await record(cast.MARYAM, cast.BEN, s47({ expiresOn: '2026-11-22' }), YESTERDAY);
	const [wrong] = await onRecord(cast.BEN);
	if (!wrong) throw new Error('nothing is on record');
	const form = {
		...s47({ completedOn: '2026-10-12' }),
		trainingId: wrong.trainingId,
		edition: wrong.edition
	};
	const correct = (why: string) =>
		as(cast.MARYAM, (tx, by) => correctTraining(tx, by, idOf(cast.BEN), { ...form, why }));
	expect(await correct('')).toMatchObject({ wrong: [{ field: 'why' }] });
	expect(await correct('The certificate says October.')).toBe('done');
	expect(await onRecord(cast.BEN)).toMatchObject([{ completedOn: '2026-10-12', expiresOn: null }]);
	expect(await standingOf(cast.BEN, YESTERDAY)).toBe('lapsing');
	expect(await standingOf(cast.BEN, TODAY)).toBe('current');
	const [change] = await asOperator((tx) => changesOf(tx, idOf(cast.BEN)));
	expect(change).toMatchObject({
		change: 'corrected',
		why: 'The certificate says October.',
		madeBy: idOf(cast.MARYAM),
		before: { completedOn: '2026-11-12', expiresOn: '2026-11-22' },
		after: { completedOn: '2026-10-12', expiresOn: null }
	});
	expect(await audited('training')).toEqual(['recorded', 'corrected']);
});

test('of two who correct one entry the later is shown what stands, and nothing is lost', async () => {
	await record(cast.MARYAM, cast.BEN);
	const [seen] = await onRecord(cast.BEN);
	if (!seen) throw new Error('nothing is on record');
	const correct = (by: string, edition: string, completedOn: string) =>
		as(by, (tx, asker) =>
			correctTraining(tx, asker, idOf(cast.BEN), {
				...s47({ completedOn }),
				trainingId: seen.trainingId,
				edition,
				why: 'The list says so.'
			})
		);
	expect(await correct(cast.MARYAM, seen.edition, '2026-11-11')).toBe('done');
	const conflict = await correct(cast.RUTH, seen.edition, '2026-11-10');
	expect(conflict).toMatchObject({ conflict: { completedOn: '2026-11-11' } });
	const edition = typeof conflict === 'object' && 'conflict' in conflict ? conflict.conflict?.edition : '';
	expect(await onRecord(cast.BEN)).toMatchObject([{ completedOn: '2026-11-11' }]);
	expect(await correct(cast.RUTH, edition ?? '', '2026-11-10')).toBe('done');
});

test('a completion that never was is taken off the record from today, and was known before', async () => {
	await record(cast.MARYAM, cast.BEN, s47(), YESTERDAY);
	const [there] = await onRecord(cast.BEN);
	if (!there) throw new Error('nothing is on record');
	const { trainingId, edition } = there;
	const form = { key: randomUUID(), trainingId, edition, why: 'He was not there.' };
	expect(await as(cast.MARYAM, (tx, by) => withdrawTraining(tx, by, idOf(cast.BEN), form))).toBe('done');
	expect(await standingOf(cast.BEN, TODAY)).toBe('never');
	expect(await standingOf(cast.BEN, YESTERDAY)).toBe('current');
	expect(await gapStands()).toBe(true);
	expect(await undo(cast.MARYAM, form.key)).toBe('done');
	expect(await standingOf(cast.BEN, TODAY)).toBe('current');
	expect(await gapStands()).toBe(false);
	expect(await audited('training')).toEqual(['recorded', 'withdrawn', 'undone']);
});

test('the last change is undone on its day, once, and not after it was changed again', async () => {
	await record(cast.MARYAM, cast.BEN);
	const first = await lastForm(cast.BEN);
	expect(await undo(cast.BEN, first)).toBe('not_yours');
	expect(await undo(cast.MARYAM, first, TOMORROW)).toMatchObject({ refused: /today/ });
	const [there] = await onRecord(cast.BEN);
	const form = {
		...s47({ completedOn: '2026-11-02' }),
		trainingId: there?.trainingId ?? '',
		edition: there?.edition ?? '',
		why: 'Misread.'
	};
	await as(cast.MARYAM, (tx, by) => correctTraining(tx, by, idOf(cast.BEN), form));
	expect(await undo(cast.MARYAM, first)).toMatchObject({ refused: /changed again/ });
	expect(await undo(cast.MARYAM, form.key)).toBe('done');
	expect(await undo(cast.MARYAM, form.key)).toBe('done');
	expect(await onRecord(cast.BEN)).toMatchObject([{ completedOn: '2026-11-12' }]);
	expect(await audited('training')).toEqual(['recorded', 'corrected', 'undone']);
});

test('undoing a confirmation lets the entry wait again', async () => {
	await record(cast.BEN, cast.BEN);
	const { claimId } = await claimed();
	await decide(cast.MARYAM, claimId, 'confirmed');
	expect(await undo(cast.MARYAM, await lastForm(cast.BEN))).toBe('done');
	expect(await claimed()).toMatchObject({ decided: null });
	expect(await standingOf(cast.BEN, TODAY)).toBe('never');
	expect(await gapStands()).toBe(true);
	expect(await decide(cast.RUTH, claimId, 'confirmed')).toBe('done');
	expect(await standingOf(cast.BEN, TODAY)).toBe('current');
});

test('a training day is recorded for everybody ticked or for nobody, and undone together', async () => {
	const day = (names: string[], form = s47({ course: 'ABE' }), by = cast.MARYAM) =>
		as(by, (tx, asker) => recordTrainingDay(tx, asker, names.map(idOf), form));
	expect(await day([])).toMatchObject({ wrong: [{ field: 'who' }] });
	expect(await day([cast.BEN, cast.LEO])).toBe('absent');
	expect(await day([cast.BEN, cast.MARYAM])).toBe('not_yours');
	const form = s47({ course: 'ABE' });
	expect(await day([cast.BEN, cast.TOMAS, cast.GRACE, cast.BEN], form)).toBe('done');
	expect(await day([cast.BEN, cast.TOMAS, cast.GRACE], form)).toBe('done');
	expect(await audited('training')).toEqual(['recorded', 'recorded', 'recorded']);
	expect(await day([cast.AISHA, cast.TOMAS])).toMatchObject({ wrong: [{ field: 'who', words: /for 1 of/ }] });
	expect(await undo(cast.MARYAM, form.key)).toBe('done');
	const left = await asOperator((tx) => completionsOf(tx, [cast.BEN, cast.TOMAS, cast.GRACE].map(idOf)));
	expect(left.filter(({ course }) => course === 'ABE')).toEqual([]);
});

test('a supervisor’s training clears the flag of those they supervise', async () => {
	const flagged = () =>
		asOperator(async (tx) => (await standingFlagId(tx, 'SUPERVISOR_NOT_QUALIFIED', idOf(cast.BEN))) !== null);
	const [supv] = (await asOperator((tx) => completionsOf(tx, [idOf(cast.MARYAM)]))).filter(
		({ course }) => course === 'SUPV'
	);
	const form = {
		key: randomUUID(),
		trainingId: supv?.trainingId ?? '',
		edition: supv?.edition ?? '',
		why: 'Not attended.'
	};
	expect(await flagged()).toBe(false);
	await as(cast.RUTH, (tx, by) => withdrawTraining(tx, by, idOf(cast.MARYAM), form));
	expect(await flagged()).toBe(true);
	await record(cast.RUTH, cast.MARYAM, s47({ course: 'SUPV' }));
	expect(await flagged()).toBe(false);
});

const asked = (query = '', on = TODAY) => trainingAsked(new URLSearchParams(query), on);

async function matrixOf(by: string, query = '', on = TODAY): Promise<TrainingMatrix> {
	const matrix = await as(by, (tx, { role }) =>
		trainingOfTeam(tx, role, idOf(cast.HARBOUR), asked(query, on))
	);
	if (!matrix) throw new Error(`${by} finds no such team`);
	return matrix;
}

const cellOf = (matrix: TrainingMatrix, who: string, column: string) =>
	matrix.lines.find(({ name }) => name === who)?.cells.find(({ key }) => key === column);

test('a team’s matrix shows where everybody stands, the gap that affects a child on top with its case', async () => {
	const matrix = await matrixOf(cast.MARYAM);
	expect(matrix.lines[0]?.name).toBe(cast.BEN);
	expect(cellOf(matrix, cast.BEN, 'S47')).toMatchObject({
		text: 'never',
		note: '1 case',
		past: true,
		words: 'never done, needed for 1 case led'
	});
	expect(cellOf(matrix, cast.TOMAS, 'S47')).toMatchObject({ text: 'to 2028', past: false });
	expect(matrix.gaps).toMatchObject([
		{ practitioner: cast.BEN, course: 'S47', children: 1, cases: [{ reference: MIRA }] }
	]);
	expect(matrix.finding).toBe('One person lacks training they need now: 1 child affected.');
	await record(cast.MARYAM, cast.BEN);
	expect((await matrixOf(cast.MARYAM)).gaps).toEqual([]);
	expect((await matrixOf(cast.MARYAM, '', YESTERDAY)).gaps).toHaveLength(1);
});

test('the rows, the order and the names are those of the heatmap, and so are the cases with a gap', async () => {
	for (const by of [cast.MARYAM, cast.RUTH, cast.DIANA]) {
		const byName = 'name.ascending';
		const matrix = await matrixOf(by, `sort=${byName}`);
		const heatmap = await as(by, (tx, { role }) =>
			heatmapOfTeam(tx, role, idOf(cast.HARBOUR), { on: TODAY, hindsight: false }, sortFrom(byName))
		);
		const gaps = (cells: readonly { key: string; figure: number | null }[], column: string) =>
			cells.find(({ key }) => key === column)?.figure;
		expect(matrix.lines.map(({ key, name, cells }) => [key, name, gaps(cells, 'children')])).toEqual(
			heatmap?.lines.map(({ practitionerId, name, cells }) => [
				practitionerId,
				name,
				gaps(cells, 'training-gaps')
			])
		);
	}
});

test('a director sees numbers for names, and no case of anybody', async () => {
	const matrix = await matrixOf(cast.DIANA);
	expect(matrix.lines.every(({ name }) => /^Practitioner \d+$/.test(name))).toBe(true);
	expect(matrix.gaps).toMatchObject([{ children: 1, cases: [] }]);
	expect(JSON.stringify(matrix)).not.toContain(MIRA);
});

test('a matrix is filtered to gaps and to a course, sorted, and its file says the same rows', async () => {
	const whole = await matrixOf(cast.MARYAM);
	const gaps = await matrixOf(cast.MARYAM, 'only=gaps&course=S47');
	expect(gaps.lines.map(({ name }) => name)).toEqual([cast.BEN]);
	expect(gaps.columns.map(({ key }) => key)).toEqual(['gaps', 'children', 'S47']);
	expect(gaps.outOf).toBe(whole.lines.length);
	expect((await matrixOf(cast.MARYAM, 'course=NOTHING')).columns).toEqual(whole.columns);
	const sorted = await matrixOf(cast.MARYAM, 'sort=name.descending');
	expect(sorted.lines.map(({ name }) => name)).toEqual(
		whole.lines
			.map(({ name }) => name)
			.sort()
			.reverse()
	);
	const { head, rows } = trainingCsv(gaps, 'practitioner');
	expect(head).toEqual(['practitioner', 'detail', 'Gaps', 'Children affected', 'S47', 'S47, in words']);
	expect(rows).toEqual([
		[cast.BEN, gaps.lines[0]?.detail, 1, 1, 'never', 'never done, needed for 1 case led']
	]);
	expect(trainingCsv(sorted, 'practitioner').rows.map(([name]) => name)).toEqual(
		sorted.lines.map(({ name }) => name)
	);
});

test('a team out of scope is not there; the authority is as wide as the scope of who asks', async () => {
	const orchard = (by: string) =>
		as(by, (tx, { role }) => trainingOfTeam(tx, role, idOf(cast.ORCHARD), asked()));
	expect(await orchard(cast.MARYAM)).toBeNull();
	expect(await orchard(cast.RUTH)).not.toBeNull();
	const teams = await as(cast.RUTH, (tx) => trainingOfTeams(tx, asked()));
	expect(teams.lines.map(({ name }) => name)).toEqual([cast.HARBOUR, cast.ORCHARD]);
	const everybody = await as(cast.RUTH, (tx) => trainingOfPeople(tx, asked()));
	expect(everybody.lines.map(({ name }) => name)).toContain(cast.LEO);
	expect(teams.total.map(({ text }) => text)).toEqual(everybody.total.map(({ text }) => text));
});

test('a matrix is gathered in as many queries for many people as for few', async () => {
	const queries = async (work: (tx: Transaction) => Promise<unknown>) => {
		let count = 0;
		await as(cast.RUTH, async (tx) => {
			const counting = new Proxy(tx, {
				get: (target, property, receiver) => {
					const value: unknown = Reflect.get(target, property, receiver);
					if (property !== 'execute' || typeof value !== 'function') return value;
					return (...given: unknown[]): unknown => {
						count++;
						return Reflect.apply(value, target, given);
					};
				}
			});
			await work(counting);
		});
		return count;
	};
	const few = await queries((tx) => trainingOfTeam(tx, 'service_manager', idOf(cast.ORCHARD), asked()));
	const more = await queries((tx) => trainingOfTeam(tx, 'service_manager', idOf(cast.HARBOUR), asked()));
	expect(few).toBeGreaterThan(5);
	expect(more).toBe(few);
});

test('a practitioner reads what to book and where their entry stands; only a manager is offered to keep it', async () => {
	await record(cast.BEN, cast.BEN);
	const tabOf = (by: string) => as(by, (tx, asker) => trainingTab(tx, asker, idOf(cast.BEN), null));
	const own = await tabOf(cast.BEN);
	expect(own).toMatchObject({ own: true, mayKeep: false, claims: [{ waits: true }] });
	expect(own.book).toMatchObject([{ key: 'S47', gap: true, cases: [{ reference: MIRA }] }]);
	const managers = await tabOf(cast.MARYAM);
	expect(managers).toMatchObject({ own: false, mayKeep: true });
	await decide(cast.MARYAM, (await claimed()).claimId, 'confirmed');
	expect((await tabOf(cast.MARYAM)).changes).toMatchObject([
		{ who: 'you', undo: expect.any(String) as string }
	]);
	expect((await tabOf(cast.BEN)).changes).toMatchObject([{ who: cast.MARYAM, undo: null }]);
	expect((await tabOf(cast.BEN)).book).toEqual([]);
});
