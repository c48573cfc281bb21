import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveCase, undoCase } from '#lib/server/work/keep-case.ts';
import { holderFormIn, readHolder } from '#lib/server/work/allocate-case.ts';
import { caseNow } from '#lib/server/store/case-changes.ts';
import { consequencesOfMoves, reallocationPage, saveMoves } from '#lib/server/work/reallocate-cases.ts';
import * as cast from '../cast.ts';
import { worldWith, type World } from './world.ts';

const KINDS = ['child_protection', 'child_in_need', 'assessment', 'care_leaver'] as const;
const FOURTEEN = Array.from({ length: 14 }, (_, number) => `T-${String(number + 1).padStart(2, '0')}`);

let world: World;

beforeAll(async () => {
	world = await worldWith(
		...FOURTEEN.flatMap((reference, number) => [
			cast.openCase(reference, '2026-03-02', { familyId: number < 3 ? 'F-1' : null }),
			cast.kind(reference, KINDS[number % KINDS.length] ?? 'care_leaver', '2026-03-02'),
			cast.lead(reference, cast.TOMAS, '2026-03-02'),
			cast.oversight(reference, cast.MARYAM, '2026-11-18')
		]),
		cast.absence(cast.TOMAS, '2026-11-19')
	);
});
afterAll(() => world.close());

const page = (who: string, apart = false) =>
	world.as(who, (tx, by) => reallocationPage(tx, by, world.idOf(cast.TOMAS), { reach: 'team', apart }));

async function formOf(changed: Record<string, string> = {}): Promise<Record<string, string>> {
	const found = await page(cast.MARYAM);
	if (!found) throw new Error('no page');
	return {
		key: randomUUID(),
		on: 'today',
		allocationReason: 'ABSENC',
		handoverOn: '',
		...Object.fromEntries(
			found.cases.flatMap(({ caseId, proposed, edition }) => [
				[`to:${caseId}`, proposed],
				[`seen:${caseId}`, edition]
			])
		),
		...changed
	};
}

const save = (who: string, form: Record<string, string>) =>
	world.as(who, (tx, by) => saveMoves(tx, by, world.idOf(cast.TOMAS), form));

async function leadsNow(): Promise<Record<string, string>> {
	const found = await world.database.drizzle.execute<{ reference: string; who: string }>(
		sql`select c.reference, p.reference as who from allocations a join cases c on c.id = a.case_id
			join practitioners p on p.id = a.practitioner_id
			where a.superseded_at is null and a.to_on is null and a.role = 'lead' order by 1`
	);
	return Object.fromEntries(found.map(({ reference, who }) => [reference, who]));
}

test('the cases of somebody who is away are proposed across the team, families together, and out of scope nobody finds them', async () => {
	const found = await page(cast.MARYAM);
	expect(found?.cases).toHaveLength(14);
	expect(found?.away).toBe('Away since 19 Nov 2026, no return recorded.');
	const toOf = (reference: string) => found?.cases.find((each) => each.reference === reference)?.proposed;
	expect(new Set(['T-01', 'T-02', 'T-03'].map(toOf)).size).toBe(1);
	expect(found?.cases.every(({ proposed }) => proposed !== '' && proposed !== world.idOf(cast.MARYAM))).toBe(
		true
	);
	expect(new Set(found?.cases.map(({ proposed }) => proposed))).toEqual(
		new Set([world.idOf(cast.AISHA), world.idOf(cast.BEN), world.idOf(cast.GRACE)])
	);
	expect([await page(cast.OWEN), await page(cast.TOMAS)]).toEqual([null, null]);
});

test('what the moves do is said for each case with its oversight, and for each person with their load', async () => {
	const form = await formOf();
	const said = await world.as(cast.MARYAM, (tx, by) =>
		consequencesOfMoves(tx, by, world.idOf(cast.TOMAS), form)
	);
	if (typeof said === 'string' || !('consequences' in said)) throw new Error(JSON.stringify(said));
	expect(said.title).toBe('14 cases of tomas get a new lead from 20 Nov 2026 (worker absent)');
	const words = said.consequences.map((each) => each.words);
	expect(words.filter((each) => each.includes(' goes to '))).toHaveLength(14);
	expect(words.find((each) => each.startsWith('T-01 '))).toBe(
		'T-01 (child protection plan) goes to aisha, suitable; oversight due by Mon 23 Nov 2026 (it was due by 16 Dec 2026).'
	);
	expect(words).toContain('Tomas: 14 cases, 74 % of capacity now; no cases, 0 % of capacity on 20 Nov 2026.');
	expect(said.consequences.some(({ grave }) => grave)).toBe(false);
});

test('a hand-edited plan below the bar stops, case by case, and a day without a reason is refused', async () => {
	const first = world.idOf('T-01');
	const form = await formOf({ [`to:${first}`]: world.idOf(cast.BEN), allocationReason: '' });
	const ask = (typed: Record<string, string>) =>
		world.as(cast.MARYAM, (tx, by) => consequencesOfMoves(tx, by, world.idOf(cast.TOMAS), typed));
	const unreasoned = await ask(form);
	expect(unreasoned).toEqual({
		refused: [{ field: 'allocationReason', words: 'Choose why the lead changes.' }]
	});
	const stopped = await ask({ ...form, allocationReason: 'ABSENC' });
	if (typeof stopped === 'string' || !('refused' in stopped)) throw new Error(JSON.stringify(stopped));
	expect(
		stopped.interruption?.cases.map(({ reference, coWorkers }) => [reference, coWorkers.length])
	).toEqual([['T-01', 2]]);
	const joint = await ask({
		...form,
		allocationReason: 'ABSENC',
		gate: 'shown',
		[`co:${first}`]: world.idOf(cast.AISHA)
	});
	expect('consequences' in Object(joint)).toBe(true);
});

test('14 cases move in one step and come back in one step, and a form sent twice moves them once', async () => {
	const before = await leadsNow();
	const flags = await world.flags();
	const form = await formOf({ handoverOn: 'mon' });
	expect(await save(cast.MARYAM, form)).toEqual({ done: 14 });
	expect(await save(cast.MARYAM, form)).toEqual({ done: 0 });
	const after = await leadsNow();
	expect(Object.values(after)).not.toContain(cast.TOMAS);
	expect(Object.keys(after)).toEqual(FOURTEEN);
	const meetings = await world.database.drizzle.execute(
		sql`select from actions where superseded_at is null and due_on = '2026-11-23'`
	);
	expect(meetings).toHaveLength(14);
	const audited = await world.database.drizzle.execute(
		sql`select from audit where entity = 'allocation' and action in ('recorded', 'ended')`
	);
	expect(audited).toHaveLength(28);
	const shown = await page(cast.MARYAM);
	expect([shown?.cases.length, shown?.changes.map(({ formKey }) => formKey)]).toEqual([0, [form['key']]]);
	expect(await world.as(cast.MARYAM, (tx, by) => undoCase(tx, by, form['key'] ?? ''))).toBe('done');
	expect(await leadsNow()).toEqual(before);
	expect(await world.flags()).toEqual(flags);
});

test('where somebody else moved one of the cases meanwhile, nothing moves, and it is said who did what', async () => {
	const form = await formOf();
	const caseId = world.idOf('T-14');
	const aisha = world.idOf(cast.AISHA);
	await world.as(cast.RUTH, async (tx, by) => {
		const edition = (await caseNow(tx, caseId))?.edition ?? '';
		const typed = {
			...holderFormIn(() => '', 'lead'),
			key: randomUUID(),
			on: 'today',
			holder: aisha,
			allocationReason: 'ABSENC',
			siblings: 'apart'
		};
		return saveCase(tx, by, caseId, { key: typed.key, edition, opens: false }, readHolder(caseId, typed));
	});
	const answer = await save(cast.MARYAM, form);
	if (typeof answer === 'string' || !('conflict' in answer)) throw new Error(JSON.stringify(answer));
	expect(answer.conflict).toMatch(/^ruth changed T-14 at .*held by aisha/);
	expect(Object.values(await leadsNow()).filter((who) => who === cast.TOMAS)).toHaveLength(13);
});

test('nobody outside the scope can be named in a plan', async () => {
	const form = await formOf({ [`to:${world.idOf('T-01')}`]: world.idOf(cast.LEO) });
	const answer = await save(cast.MARYAM, form);
	expect(answer).toEqual({
		refused: [
			{
				field: `to:${world.idOf('T-01')}`,
				words: 'They are not in your scope, or not in post. Choose somebody on the list.'
			}
		]
	});
});
