import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskingRole } from '#lib/domain/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { caseNow } from '#lib/server/store/case-changes.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { holderFormIn, readHolder, type HolderForm } from '#lib/server/work/allocate-case.ts';
import { gapsFound } from '#lib/server/work/gaps-page.ts';
import { allocatePage } from '#lib/server/work/allocation-pages.ts';
import { caseKept } from '#lib/server/work/case-pages.ts';
import { caseForm, readCase, type CaseForm } from '#lib/server/work/change-case.ts';
import {
	planOfCase,
	saveCase,
	undoCase,
	type CaseKeeper,
	type CasePlanned,
	type CaseSaved
} from '#lib/server/work/keep-case.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import { changesShown } from '#lib/server/work/undo-change.ts';
import * as cast from '../cast.ts';
import { copiesOf, freshDatabase, type Fresh } from './database.ts';

/** A Friday. */
const TODAY = '2026-11-20';

const ROLES: Record<string, AskingRole> = {
	[cast.TOMAS]: 'practitioner',
	[cast.MARYAM]: 'team_manager',
	[cast.OWEN]: 'team_manager',
	[cast.RUTH]: 'service_manager'
};

const CASES: readonly cast.Change[] = [
	cast.openCase('C-ASH', '2026-03-02'),
	cast.kind('C-ASH', 'child_in_need', '2026-03-02'),
	cast.kind('C-ASH', 'section_47', '2026-09-01', '2026-09-21'),
	cast.oversight('C-ASH', cast.MARYAM, '2026-09-21', { kind: 'section_47_outcome' }),
	cast.lead('C-ASH', cast.TOMAS, '2026-03-02'),
	cast.action('A-RISK', '2026-11-02', {
		caseId: 'C-ASH',
		dueOn: '2026-12-04',
		risk: true,
		description: 'See the child alone.'
	}),
	cast.openCase('C-OWN', '2026-03-02'),
	cast.kind('C-OWN', 'child_in_need', '2026-03-02'),
	cast.lead('C-OWN', cast.MARYAM, '2026-03-02'),
	cast.openCase('C-OAK', '2026-03-02'),
	cast.kind('C-OAK', 'child_in_need', '2026-03-02'),
	cast.lead('C-OAK', cast.LEO, '2026-03-02', null, { teamId: cast.ORCHARD })
];

interface World {
	database: Fresh;
	ids: Map<string, string>;
}

let world: World;
const askers = new Map<string, Omit<CaseKeeper, 'today'>>();

async function worldOf(...changes: cast.Change[]): Promise<World> {
	return filled(await freshDatabase(), ...changes);
}

async function filled(database: Fresh, ...changes: cast.Change[]): Promise<World> {
	const records = cast.given(...CASES, ...changes);
	const ids = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const all = TABLES_IN_ORDER.map((table) => [table, { added: records[table], changed: [] }]);
		await writeRecords(tx, 'native', stored, Object.fromEntries(all) as Parameters<typeof writeRecords>[3]);
		const { ids: written } = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		await reviewAuthority(tx, { operator: 'test' }, TODAY);
		return new Map(Object.values(written).flatMap((each) => [...each]));
	});
	return { database, ids };
}

const open = copiesOf(async (database) => {
	world = await filled(database);
	for (const [name, role] of Object.entries(ROLES)) {
		const practitionerId = idOf(name);
		const [made] = await world.database.drizzle
			.insert(accounts)
			.values({ email: `${name}@example.org`, practitionerId })
			.returning({ accountId: accounts.id });
		askers.set(name, { accountId: made?.accountId ?? '', practitionerId, role });
	}
});

beforeEach(async () => {
	const database = await open();
	world = { ...world, database };
});

afterEach(() => world.database.close());

function idOf(name: string, from = world): string {
	const id = from.ids.get(name);
	if (!id) throw new Error(`nobody and nothing is called ${name}`);
	return id;
}

function as<Answer>(
	name: string,
	work: (tx: Transaction, by: CaseKeeper) => Promise<Answer>,
	today: CalendarDate = TODAY
): Promise<Answer> {
	const asker = askers.get(name);
	if (!asker) throw new Error(`${name} has no account`);
	const asking = { actor: 'person', accountId: asker.accountId, today } as const;
	return inContext(world.database, asking, (tx) => work(tx, { ...asker, today }));
}

const form = (task: CaseForm['task'], typed: Partial<CaseForm> = {}): CaseForm =>
	caseForm(randomUUID(), task, typed);

const holding = (task: HolderForm['task'], typed: Partial<HolderForm> = {}): HolderForm => ({
	...holderFormIn(() => '', task),
	key: randomUUID(),
	on: 'today',
	...typed
});

/** The edition that a form is about: the one standing, where it names none. */
async function editionOf(tx: Transaction, caseId: string | null, typed: { edition: string }) {
	if (typed.edition !== '' || caseId === null) return typed.edition;
	return (await caseNow(tx, caseId))?.edition ?? '';
}

const opens = (task: string) => task === 'open' || task === 'reopen';

const save = (who: string, caseId: string | null, typed: CaseForm, today?: CalendarDate) =>
	as(
		who,
		async (tx, by) => {
			const edition = await editionOf(tx, caseId, typed);
			const sent = { key: typed.key, edition, opens: opens(typed.task) };
			return saveCase(tx, by, caseId, sent, readCase(caseId ?? '', typed));
		},
		today
	);

const plan = (who: string, caseId: string | null, typed: CaseForm) =>
	as(who, async (tx, by) => {
		const edition = await editionOf(tx, caseId, typed);
		const sent = { key: typed.key, edition, opens: opens(typed.task) };
		return planOfCase(tx, by, caseId, sent, readCase(caseId ?? '', typed));
	});

const hold = (who: string, caseId: string, typed: HolderForm, today?: CalendarDate) =>
	as(
		who,
		async (tx, by) => {
			const edition = await editionOf(tx, caseId, typed);
			const sent = { key: typed.key, edition, opens: false };
			return saveCase(tx, by, caseId, sent, readHolder(caseId, typed));
		},
		today
	);

function refused(answer: CasePlanned | CaseSaved): string[] {
	if (typeof answer === 'string' || !('refused' in answer)) throw new Error(JSON.stringify(answer));
	return answer.refused.map(({ words }) => words);
}

function doneOf(answer: CaseSaved): string {
	if (typeof answer === 'string' || !('done' in answer)) throw new Error(JSON.stringify(answer));
	return answer.done;
}

async function flags(): Promise<string[]> {
	const found = await world.database.drizzle.execute<{ flag: string }>(
		sql`select f.code || ' ' || coalesce(c.reference, p.reference) as flag from flags f
			left join cases c on c.id = f.subject_id left join practitioners p on p.id = f.subject_id
			where f.cleared_on is null or f.cleared_on > ${TODAY} order by 1`
	);
	return found.map(({ flag }) => flag);
}

const CLOSING = { on: 'today', reason: 'RC7' };
const SIGNED = { signOff: 'Close.', signOffWhy: 'The plan is done, and school and health agree.' };

test('a case is closed the wrong way four times: each is refused or flagged in words', async () => {
	const ash = idOf('C-ASH');
	expect(refused(await save(cast.MARYAM, ash, form('close', CLOSING)))).toEqual([
		'No sign-off is recorded from 24 Oct 2026 to 20 Nov 2026. Write it here if you manage practice and do not lead the case, or ask somebody who does.'
	]);
	expect(refused(await save(cast.MARYAM, idOf('C-OWN'), form('close', { ...CLOSING, ...SIGNED })))).toEqual([
		'The closure sign-off by maryam on 20 Nov 2026 does not count: made by the person who leads the case. Write it here if you manage practice and do not lead the case, or ask somebody who does.'
	]);
	const said = await plan(cast.MARYAM, ash, form('close', { ...CLOSING, ...SIGNED }));
	if (typeof said === 'string' || !('consequences' in said)) throw new Error(JSON.stringify(said));
	expect(said.consequences.filter(({ grave }) => grave).map(({ words }) => words)).toEqual([
		'It closes 60 days after its section 47 enquiry ended on 21 Sep 2026, and is flagged as closed soon after a section 47 enquiry for 90 days.',
		'Still open: about risk: See the child alone. Tomas, due by 4 Dec 2026.'
	]);
	expect(said.policy).toContain('in the 28 days up to and including the closing');
	expect(said.days[0]).toContain('raised Closed soon after a section 47 enquiry');
	expect((await flags()).join()).not.toContain('CLOSED_');

	expect(doneOf(await save(cast.MARYAM, ash, form('close', { ...CLOSING, ...SIGNED })))).toBe(ash);
	const stood = (await flags()).filter((flag) => flag.endsWith('C-ASH'));
	expect(stood).toEqual(['CLOSED_SOON_AFTER_SECTION_47 C-ASH']);
	const kept = await world.database.drizzle.execute(
		sql`select closed_on, closure_reason, end_recorded_on from cases where id = ${ash}`
	);
	expect([...kept]).toEqual([
		{
			closed_on: TODAY,
			closure_reason: 'RC7 - Services ceased for any other reason, including child no longer in need',
			end_recorded_on: TODAY
		}
	]);
});

test('a closing of an earlier day is refused where the sign-off would only be made now', async () => {
	const late = { ...CLOSING, ...SIGNED, on: '18 nov' };
	expect(refused(await save(cast.MARYAM, idOf('C-ASH'), form('close', late)))).toEqual([
		'No sign-off is recorded from 22 Oct 2026 to 18 Nov 2026. A sign-off written now is made today, 20 Nov 2026: close the case today, or record first the oversight that was given then.'
	]);
});

test('a closing undone the same day opens the case again, and its sign-off stays written', async () => {
	const ash = idOf('C-ASH');
	const before = await flags();
	const closing = form('close', { ...CLOSING, ...SIGNED });
	await save(cast.MARYAM, ash, closing);
	const undone = await as(cast.MARYAM, (tx, by) => undoCase(tx, by, closing.key));
	expect(undone).toBe('done');
	const answered = 'OVERSIGHT_OVERDUE C-ASH';
	expect(before).toContain(answered);
	expect(await flags()).toEqual(before.filter((flag) => flag !== answered));
	const [entry] = await world.database.drizzle.execute<{ n: string }>(
		sql`select count(*) as n from oversight where case_id = ${ash} and kind = 'closure'`
	);
	expect(Number(entry?.n)).toBe(1);
});

test('a section 47 enquiry begins, and ends only with an outcome that counts', async () => {
	const own = idOf('C-OWN');
	const begin = form('begin', { kind: 'section_47', on: '16 nov', conferenceNeeded: 'yes' });
	expect(doneOf(await save(cast.MARYAM, own, begin))).toBe(own);
	expect(await flags()).toContain('OVERSIGHT_OVERDUE C-OWN');
	const outcome = { outcome: 'No further enquiry.', outcomeWhy: 'Seen alone twice; the two accounts agree.' };
	const end = (typed: Partial<CaseForm>) =>
		form('end', { row: 'section_47:2026-11-16', to: 'today', ...typed });
	expect(refused(await save(cast.MARYAM, own, end({})))[0]).toMatch(/^A section 47 enquiry ends with/);
	expect(refused(await save(cast.MARYAM, own, end(outcome)))[0]).toMatch(
		/^The section 47 outcome by maryam on 20 Nov 2026 does not count: made by the person who leads the case/
	);
	expect(doneOf(await save(cast.RUTH, own, end(outcome)))).toBe(own);
	const shown = await as(cast.RUTH, (tx, by) => changesShown(tx, by, { caseId: own }, ['case_kind'], true));
	expect(shown.map(({ what, mayUndo }) => [what, mayUndo])).toEqual([
		[['Kind of case from 16 Nov 2026: until 20 Nov 2026'], true],
		[['Kind of case recorded: kind section 47 enquiry, first day 16 Nov 2026, conference needed yes'], false]
	]);
});

test('a case opened, given kinds and allocated here is the same facts as the same tables imported', async () => {
	const opening = form('open', {
		reference: 'C-NEW',
		on: '16 nov',
		kind: 'assessment',
		born: 'born',
		dateOfBirth: '14 may 2017',
		team: idOf(cast.HARBOUR)
	});
	const opened = doneOf(await save(cast.MARYAM, null, opening));
	await save(cast.MARYAM, opened, form('begin', { kind: 'section_47', on: '19 nov' }));
	await hold(
		cast.MARYAM,
		opened,
		holding('lead', {
			holder: idOf(cast.BEN),
			on: '18 nov',
			belowBarWhy: 'Tomas joins from Monday, and the manager visits with her until then.',
			firstOversight: 'today'
		})
	);
	await hold(cast.MARYAM, opened, holding('join', { holder: idOf(cast.TOMAS), on: 'in 3 days' }));
	const today = { recordedOn: TODAY };
	const imported = await worldOf(
		cast.openCase('C-NEW', '2026-11-16', today),
		cast.kind('C-NEW', 'assessment', '2026-11-16', null, today),
		cast.kind('C-NEW', 'section_47', '2026-11-19', null, today),
		cast.lead('C-NEW', cast.BEN, '2026-11-18', null, today),
		cast.coWorker('C-NEW', cast.TOMAS, '2026-11-23', null, today),
		{
			allocations: [
				{
					caseId: 'C-NEW',
					practitionerId: null,
					teamId: cast.HARBOUR,
					role: 'lead',
					from: '2026-11-16',
					to: '2026-11-18',
					reason: null,
					recordedOn: TODAY,
					endRecordedOn: TODAY
				}
			]
		}
	);
	try {
		expect(await factsAbout(world, opened)).toEqual(await factsAbout(imported, idOf('C-NEW', imported)));
	} finally {
		await imported.database.close();
	}
});

/** Everything gathered about a case, people and things by what they are called. */
async function factsAbout({ database, ids }: World, caseId: string) {
	const facts = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, (tx) =>
		gatherFacts(tx, { of: 'those', caseIds: [caseId], practitionerIds: [], held: 'ever' })
	);
	const names = new Map([...[...ids].map(([name, id]) => [id, name] as const), [caseId, 'the case']]);
	const [file] = facts.cases;
	const said = JSON.stringify(file, (_, value: unknown) =>
		typeof value === 'string' ? (names.get(value) ?? value) : value
	);
	const read = JSON.parse(said) as Record<string, { from?: string; kind?: string }[]>;
	const inOrder = (rows: object[] = []) => rows.map((row) => JSON.stringify(row)).sort();
	return [read['details'], read['kinds'], read['allocations']].map(inOrder);
}

test('of two managers who hand a case on at once one wins, and the other is told by whom and keeps what was typed', async () => {
	const ash = idOf('C-ASH');
	const edition = await as(cast.MARYAM, async (tx) => (await caseNow(tx, ash))?.edition ?? '');
	const to = (who: string) => holding('lead', { holder: idOf(who), allocationReason: 'MANAGE', edition });
	const answers = await Promise.all([
		hold(cast.MARYAM, ash, to(cast.AISHA)),
		hold(cast.RUTH, ash, to(cast.BEN))
	]);
	const conflicts = answers.flatMap((each) => (typeof each !== 'string' && 'conflict' in each ? each : []));
	expect(conflicts).toHaveLength(1);
	expect(conflicts[0]?.conflict).toMatch(
		/^(maryam|ruth) changed C-ASH at \d\d:\d\d on .*Allocation recorded: held by (aisha|ben)/
	);
	const leads = await world.database.drizzle.execute(
		sql`select practitioner_id from allocations where case_id = ${ash} and role = 'lead'
			and to_on is null and superseded_at is null`
	);
	expect(leads).toHaveLength(1);
	const second = answers.findIndex((each) => typeof each !== 'string' && 'conflict' in each);
	const again = holding('lead', {
		holder: idOf(second === 0 ? cast.AISHA : cast.BEN),
		allocationReason: 'MANAGE',
		edition: conflicts[0]?.edition ?? ''
	});
	expect(doneOf(await hold(second === 0 ? cast.MARYAM : cast.RUTH, ash, again))).toBe(ash);
});

test('the same form sent five times at once acts once, and opens one case', async () => {
	const opening = form('open', {
		reference: 'C-NEW',
		on: 'today',
		kind: 'assessment',
		born: 'unborn',
		holder: idOf(cast.TOMAS)
	});
	const answers = await Promise.all(Array.from({ length: 5 }, () => save(cast.MARYAM, null, opening)));
	expect(new Set(answers.map(doneOf)).size).toBe(1);
	const found = await world.database.drizzle.execute(sql`select from cases where reference = 'C-NEW'`);
	expect(found).toHaveLength(1);
});

test('a change of lead with its note is one step; undone, the former lead stands as before', async () => {
	const ash = idOf('C-ASH');
	const rows = () =>
		as(cast.RUTH, async (tx) => (await caseNow(tx, ash))?.allocations.map(({ id }) => id).sort());
	const before = await rows();
	const note = { allocation: 'Aisha takes it on.', allocationWhy: 'She knows the family.' };
	const typed = holding('lead', { holder: idOf(cast.AISHA), allocationReason: 'LEFTRL', ...note });
	expect(doneOf(await hold(cast.MARYAM, ash, typed))).toBe(ash);
	const [entry] = await world.database.drizzle.execute(
		sql`select kind, made_on, decision from oversight where case_id = ${ash} and made_on = ${TODAY}`
	);
	expect(entry).toEqual({ kind: 'handover', made_on: TODAY, decision: 'Aisha takes it on.' });
	expect(await as(cast.MARYAM, (tx, by) => undoCase(tx, by, typed.key))).toBe('done');
	expect(await rows()).toEqual(before);
});

test('a case is opened for another team, with why', async () => {
	const opening = form('open', {
		reference: 'C-NEW',
		on: 'today',
		kind: 'assessment',
		born: 'unknown',
		team: idOf(cast.ORCHARD),
		allocation: 'For Orchard to allocate by Monday.',
		allocationWhy: 'The school is in their area.'
	});
	const opened = doneOf(await save(cast.MARYAM, null, opening));
	const entries = (who: string, day?: CalendarDate) =>
		as(who, (tx) => tx.execute(sql`select kind from oversight where case_id = ${opened}`), day);
	expect([...(await entries(cast.OWEN))]).toEqual([{ kind: 'allocation' }]);
	expect(await entries(cast.MARYAM)).toHaveLength(1);
	expect(await entries(cast.MARYAM, '2026-11-23')).toHaveLength(0);
});

test('an opening is undone with nothing recorded on it since, and leaves no case behind', async () => {
	const opening = form('open', {
		reference: 'C-NEW',
		on: 'today',
		kind: 'assessment',
		born: 'unborn',
		family: 'C-ASH',
		holder: idOf(cast.TOMAS)
	});
	const opened = doneOf(await save(cast.MARYAM, null, opening));
	const begun = form('begin', { kind: 'child_in_need', on: 'today' });
	await save(cast.MARYAM, opened, begun);
	const undo = (key: string) => as(cast.MARYAM, (tx, by) => undoCase(tx, by, key));
	expect(await undo(opening.key)).toEqual({
		refused: 'More was recorded of this case since it was opened. Undo that first.'
	});
	expect([await undo(begun.key), await undo(opening.key)]).toEqual(['done', 'done']);
	expect(await as(cast.RUTH, (tx) => caseNow(tx, opened))).toBeNull();
	const [ash] = await world.database.drizzle.execute(
		sql`select family_id from cases where reference = 'C-ASH' and superseded_at is null`
	);
	expect(ash).toEqual({ family_id: null });
	expect(await flags()).not.toContain('OVERSIGHT_OVERDUE C-NEW');
});

test('the page of a case links to the case system, and names the other cases of the child and the family', async () => {
	await save(cast.MARYAM, idOf('C-ASH'), form('family', { family: 'C-OWN' }));
	const kept = (who: string) => as(who, (tx, by) => caseKept(tx, by, idOf('C-ASH'), TODAY));
	expect((await kept(cast.MARYAM)).caseSystemHref).toBeNull();
	process.env['COUNTERSIGN_CASE_LINK'] = 'https://cases.council.example/{reference}?of={child}';
	try {
		expect(await kept(cast.MARYAM)).toMatchObject({
			caseSystemHref: 'https://cases.council.example/C-ASH?of=C-ASH',
			ofFamily: [{ reference: 'C-OWN' }],
			keeps: { open: true, led: true }
		});
	} finally {
		delete process.env['COUNTERSIGN_CASE_LINK'];
	}
	const seen = await kept(cast.TOMAS);
	expect([seen.keeps, seen.kinds, seen.ofFamily, seen.changes.map(({ mayUndo }) => mayUndo)]).toEqual([
		null,
		[],
		[],
		[false]
	]);
});

test('who could take a case is said in words, and nobody sees it of a case out of scope', async () => {
	const page = (who: string) => as(who, (tx, by) => allocatePage(tx, by, idOf('C-ASH'), 'team'));
	const found = await page(cast.MARYAM);
	expect(found?.asks).toBe('a registered social worker, with CP-FOUND training');
	expect(found?.candidates.map(({ name, suitable }) => [name, suitable])).toEqual([
		['aisha', true],
		['ben', true],
		['maryam', true],
		['grace', false]
	]);
	expect(found?.candidates.at(-1)?.whyNot).toBe(
		'It needs a registered social worker; without CP-FOUND training'
	);
	expect([await page(cast.OWEN), await page(cast.TOMAS)]).toEqual([null, null]);
});

test('a case handed to another team leaves the scope, and can be undone the same day by whoever did it', async () => {
	const ash = idOf('C-ASH');
	const note = { allocation: 'Orchard takes it on.', allocationWhy: 'The family has moved.' };
	const typed = holding('team', { team: idOf(cast.ORCHARD), allocationReason: 'TSPROC', ...note });
	expect(doneOf(await hold(cast.MARYAM, ash, typed))).toBe(ash);
	const sees = (who: string, day?: CalendarDate) =>
		as(who, async (tx) => (await caseNow(tx, ash)) !== null, day);
	expect([await sees(cast.MARYAM), await sees(cast.MARYAM, '2026-11-23')]).toEqual([true, false]);
	expect(await sees(cast.OWEN)).toBe(true);
	expect(await as(cast.MARYAM, (tx, by) => undoCase(tx, by, typed.key))).toBe('done');
	expect(await sees(cast.OWEN)).toBe(false);
});

test('a case is reopened as a new one of the same child, and not while one is open', async () => {
	const ash = idOf('C-ASH');
	const again = form('reopen', {
		reference: 'C-ASH-2',
		on: 'today',
		kind: 'assessment',
		holder: idOf(cast.TOMAS)
	});
	expect(refused(await save(cast.MARYAM, ash, again))).toEqual([
		'A case of this child is open (C-ASH), since 2 Mar 2026. A child has one open case at a time.'
	]);
	await save(cast.MARYAM, ash, form('close', { ...CLOSING, ...SIGNED }));
	const opened = doneOf(await save(cast.MARYAM, ash, { ...again, key: randomUUID() }));
	const [row] = await world.database.drizzle.execute(
		sql`select reference, child_id, date_of_birth, source from cases where id = ${opened}`
	);
	expect(row).toEqual({
		reference: 'C-ASH-2',
		child_id: 'C-ASH',
		date_of_birth: '2017-05-14',
		source: 'native'
	});
});

test('a family link, complexity and the birth are changed with what was before', async () => {
	const ash = idOf('C-ASH');
	await save(cast.MARYAM, ash, form('family', { family: 'C-OWN' }));
	const why = 'Three schools and an interpreter.';
	await save(cast.MARYAM, ash, form('complexity', { complexity: '2', why }));
	await save(cast.MARYAM, ash, form('child', { born: 'born', dateOfBirth: '15/5/2017', why: 'Mistyped.' }));
	const families = await world.database.drizzle.execute(
		sql`select distinct family_id from cases where reference in ('C-ASH', 'C-OWN') and superseded_at is null`
	);
	expect([...families]).toEqual([{ family_id: 'family of C-OWN' }]);
	const shown = await as(cast.RUTH, (tx, by) => changesShown(tx, by, { caseId: ash }, ['case'], true));
	expect(shown.map(({ what, why: because }) => [what, because])).toEqual([
		[['Date of birth from 14 May 2017 to 15 May 2017'], 'Mistyped.'],
		[['Complexity 2'], why],
		[['Family family of C-OWN'], null]
	]);
	const then = await inContext(world.database, { actor: 'operator', name: 'test', today: TODAY }, (tx) =>
		gatherFacts(tx, { of: 'those', caseIds: [ash], practitionerIds: [], held: 'ever' })
	);
	expect(
		then.cases[0]?.details.map(({ recordedOn, supersededOn }) => [recordedOn, supersededOn])
	).toContainEqual([null, TODAY]);
});

test('out of scope is absent, a practitioner keeps nothing, and the database itself refuses both', async () => {
	expect(await save(cast.OWEN, idOf('C-ASH'), form('close', CLOSING))).toBe('absent');
	expect(await save(cast.TOMAS, idOf('C-ASH'), form('close', CLOSING))).toBe('not_yours');
	expect(await save(cast.TOMAS, null, form('open'))).toBe('not_yours');
	const write = (who: string, query: ReturnType<typeof sql>) => as(who, (tx) => tx.execute(query));
	for (const query of [
		sql`insert into case_kinds (case_id, kind, from_on) values (${idOf('C-ASH')}, 'care_leaver', ${TODAY})`,
		sql`insert into allocations (case_id, practitioner_id, role, from_on) values (${idOf('C-ASH')}, ${idOf(cast.TOMAS)}, 'co_worker', ${TODAY})`
	]) {
		await expect(write(cast.TOMAS, query)).rejects.toMatchObject({ cause: { code: '42501' } });
		await expect(write(cast.OWEN, query)).rejects.toMatchObject({ cause: { code: '42501' } });
		await expect(write(cast.MARYAM, query)).resolves.toBeTruthy();
	}
	const renamed = await write(
		cast.TOMAS,
		sql`update cases set complexity = 3 where id = ${idOf('C-ASH')} returning id`
	);
	expect(renamed).toHaveLength(0);
	const noted = sql`insert into changes (form_key, entity, entity_id, practitioner_id, case_id, change, after, made_on, made_by, account_id)
		values (${randomUUID()}, 'case', ${idOf('C-ASH')}, ${idOf(cast.LEO)}, ${idOf('C-ASH')}, 'recorded', '{}', ${TODAY},
			${idOf(cast.OWEN)}, ${askers.get(cast.OWEN)?.accountId ?? ''})`;
	await expect(write(cast.OWEN, noted)).rejects.toMatchObject({ cause: { code: '42501' } });
});

test('what cannot be is said in a sentence, and nothing is written', async () => {
	const ash = idOf('C-ASH');
	const words = async (typed: CaseForm) => refused(await save(cast.MARYAM, ash, typed));
	expect(await words(form('begin', { kind: 'child_in_need', on: 'today' }))).toEqual([
		'It is already recorded as that: from 2 Mar 2026, still running. Correct it, or choose days outside it.'
	]);
	expect(await words(form('begin', { kind: 'assessment', on: 'tomorrow' }))).toEqual([
		'21 Nov 2026 has not come yet. Record it when it has happened.'
	]);
	expect(await words(form('family', { family: 'C-OAK' }))).toEqual([
		'No case in your scope goes by “C-OAK”. Check the reference.'
	]);
	expect(await words(form('close', { on: 'someday' }))).toEqual([
		'“someday” is not a day. Type it as 3 mar, 3/3/2026 or last friday.',
		'Choose why it closes.'
	]);
	expect(refused(await hold(cast.MARYAM, ash, holding('lead', { holder: idOf(cast.AISHA) })))).toEqual([
		'Choose why the lead changes from tomas.'
	]);
	const changed = await world.database.drizzle.execute(sql`select from changes`);
	expect(changed).toHaveLength(0);
});

test('since when the lead holds the case is filled in: known from today, told as a change, undone the same day', async () => {
	const ash = idOf('C-ASH');
	const operator = { actor: 'operator', name: 'test', today: TODAY } as const;
	await inContext(world.database, operator, (tx) =>
		tx.execute(sql`update allocations set start_not_given = true where case_id = ${ash}`)
	);
	const gaps = async () =>
		(await as(cast.MARYAM, (tx, by) => gapsFound(tx, by, { team: '', what: '' }))).missing
			.filter(({ code }) => code === 'HOLDER_SINCE_MISSING')
			.map(({ mend }) => mend?.href);
	expect(await gaps()).toEqual([`/case/${ash}/change?task=since`]);
	const later = form('since', { on: '3 mar 2026', why: 'The file of the case.' });
	expect(refused(await save(cast.MARYAM, ash, later))).toEqual([
		'A file named them as the lead on 2 Mar 2026. Choose that day or an earlier one.'
	]);
	expect(refused(await save(cast.MARYAM, ash, form('since', { on: '2 mar 2026' })))).toEqual([
		'Write why: it stays readable beside the change.'
	]);
	const given = form('since', { on: '2 mar 2026', why: 'The file of the case.' });
	const said = await plan(cast.MARYAM, ash, given);
	expect(said).toMatchObject({ title: 'tomas leads it since 2 Mar 2026' });
	expect(doneOf(await save(cast.MARYAM, ash, given))).toBe(ash);
	expect(await gaps()).toEqual([]);
	const [told] = await as(cast.MARYAM, (tx, by) =>
		changesShown(tx, by, { caseId: ash }, ['allocation'], true)
	);
	expect(told).toMatchObject({
		what: ['The first day from only taken from the file to known, from 2 Mar 2026'],
		why: 'The file of the case.',
		mayUndo: true
	});
	expect(await as(cast.MARYAM, (tx, by) => undoCase(tx, by, given.key))).toBe('done');
	expect(await gaps()).toHaveLength(1);
});
