import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { absencesShown } from '#lib/server/work/absence-page.ts';
import {
	reductionConsequences,
	reductionFormPage,
	saveReduction,
	type ReductionForm
} from '#lib/server/work/keep-reduction.ts';
import { practitionerPage } from '#lib/server/work/practitioner-page.ts';
import { undoAway } from '#lib/server/work/record-absence.ts';
import { todayOf } from '#lib/server/work/today.ts';
import * as cast from '../cast.ts';
import { TODAY, worldWith, type World } from './world.ts';

let world: World;

beforeAll(async () => {
	world = await worldWith(
		...Array.from({ length: 12 }, (_, number) => [
			cast.openCase(`C-${number}`, '2026-03-02'),
			cast.kind(`C-${number}`, 'child_in_need', '2026-03-02'),
			cast.lead(`C-${number}`, cast.TOMAS, '2026-03-02'),
			cast.oversight(`C-${number}`, cast.MARYAM, '2026-11-18')
		]).flat(),
		cast.reduction(cast.AISHA, 0.2, '2026-10-01', {
			to: '2026-11-25',
			reason: 'training',
			endRecordedOn: '2026-10-01'
		})
	);
});
afterAll(() => world.close());

const form = (typed: Partial<ReductionForm> = {}): ReductionForm => ({
	key: randomUUID(),
	task: 'record',
	reduction: '',
	edition: '',
	reason: 'practice education',
	share: '50',
	from: 'today',
	to: '1 feb 2027',
	...typed
});

const save = (who: string, typed: ReductionForm, whom: string = cast.TOMAS) =>
	world.as(who, (tx, by) => saveReduction(tx, by, world.idOf(whom), typed));
const shown = () => world.as(cast.MARYAM, (tx, by) => absencesShown(tx, by, world.idOf(cast.TOMAS), TODAY));
const overCapacity = async () => (await world.flags()).filter((flag) => flag.startsWith('OVER_CAPACITY'));

test('a reduction without an end, a share or a reason is refused, and nobody adjusts their own capacity', async () => {
	expect(await save(cast.MARYAM, form({ to: '', share: '120', reason: '' }))).toEqual({
		refused: [
			{ field: 'reason', words: 'Choose why they carry less.' },
			{ field: 'share', words: 'Give the share of capacity taken away as a number from 1 to 100.' },
			{ field: 'to', words: 'Give the day from which full capacity is back.' }
		]
	});
	expect(await save(cast.MARYAM, form(), cast.MARYAM)).toBe('not_yours');
	expect(await save(cast.TOMAS, form())).toBe('not_yours');
	expect(await save(cast.OWEN, form())).toBe('absent');
	const direct = world.as(cast.TOMAS, (tx) =>
		tx.execute(
			sql`insert into reductions (practitioner_id, from_on, to_on, share) values (${world.idOf(cast.TOMAS)}, ${TODAY}, '2027-02-01', 0.5)`
		)
	);
	await expect(direct).rejects.toThrow();
});

test('it is said what it does before it is saved; saved, it turns the flags, and undone the same day it turns them back', async () => {
	const said = await world.as(cast.MARYAM, (tx, by) =>
		reductionConsequences(tx, by, world.idOf(cast.TOMAS), form())
	);
	if (typeof said === 'string' || !('consequences' in said)) throw new Error(JSON.stringify(said));
	expect(said.title).toBe('capacity 50 % less from 20 Nov 2026 until 1 Feb 2027: practice education');
	expect(said.consequences[0]).toEqual({
		words:
			'Today: capacity of 42.5 points, 12 cases, 113 % of capacity; without this, 12 cases, 56 % of capacity.',
		grave: true
	});
	expect(await overCapacity()).toEqual([]);
	const typed = form();
	expect([await save(cast.MARYAM, typed), await save(cast.MARYAM, typed)]).toEqual(['done', 'done']);
	expect(await overCapacity()).toEqual(['OVER_CAPACITY tomas']);
	const { reductions, changes } = await shown();
	expect(reductions.map(({ words, recorded }) => [words, recorded])).toEqual([
		['50 % less from 20 Nov 2026 until 1 Feb 2027: practice education', 'Recorded by maryam on 20 Nov 2026']
	]);
	expect(changes.map(({ what, mayUndo }) => [what, mayUndo])).toEqual([
		[
			[
				'Reduction of capacity recorded: capacity less by 50 %, reason practice education, first day 20 Nov 2026, until 1 Feb 2027'
			],
			true
		]
	]);
	const audited = await world.database.drizzle.execute(sql`select from audit where entity = 'reduction'`);
	expect(audited).toHaveLength(1);
	expect(await world.as(cast.MARYAM, (tx, by) => undoAway(tx, by, world.idOf(cast.TOMAS), typed.key))).toBe(
		'done'
	);
	expect(await overCapacity()).toEqual([]);
	expect((await shown()).reductions).toEqual([]);
});

test('it ends by itself: on the day its end names, capacity is whole again', async () => {
	await save(cast.MARYAM, form({ to: '30 nov' }));
	const percentOn = (day: string) =>
		world
			.as(cast.MARYAM, (tx, by) =>
				practitionerPage(tx, by, world.idOf(cast.TOMAS), { on: day, hindsight: false })
			)
			.then((found) => found?.load.percent);
	expect([await percentOn('2026-11-29'), await percentOn('2026-11-30')]).toEqual(['112.94 %', '56.47 %']);
});

test('two managers change one reduction: the second is told by whom, and can put theirs in its place', async () => {
	const page = (who: string, reductionId: string) =>
		world.as(who, (tx, by) =>
			reductionFormPage(tx, by, world.idOf(cast.TOMAS), { task: 'change', reductionId })
		);
	const [first] = (await shown()).reductions;
	const kept = (await page(cast.MARYAM, first?.key ?? ''))?.kept;
	if (!kept) throw new Error('no reduction');
	expect(kept).toMatchObject({ share: '50', reason: 'practice education' });
	expect(await save(cast.RUTH, { ...kept, key: randomUUID(), share: '20' })).toBe('done');
	const mine = { ...kept, key: randomUUID(), share: '30' };
	const answer = await save(cast.MARYAM, mine);
	if (typeof answer === 'string' || !('conflict' in answer)) throw new Error(JSON.stringify(answer));
	expect(answer.conflict).toMatch(/^ruth changed this reduction at .*Capacity less by from 50 % to 20 %/);
	expect(await save(cast.MARYAM, { ...mine, edition: answer.edition })).toBe('done');
	expect((await shown()).reductions.map(({ words }) => words)).toEqual([
		'30 % less from 20 Nov 2026 until 30 Nov 2026: practice education'
	]);
	const again = (await page(cast.MARYAM, first?.key ?? ''))?.kept;
	expect(await save(cast.MARYAM, { ...(again ?? kept), key: randomUUID(), task: 'withdraw' })).toBe('done');
	expect((await shown()).reductions).toEqual([]);
});

test('the week before it ends, the page of whoever carries less says so', async () => {
	const found = await world.as(cast.MARYAM, (tx, by) =>
		practitionerPage(tx, by, world.idOf(cast.AISHA), { on: TODAY, hindsight: false })
	);
	expect(found?.endings).toEqual([
		'Aisha: the reduction of 20 % (training) ends by itself on Wed 25 Nov 2026. No cases, 0 % of capacity now; no cases, 0 % of capacity from then. Change its end if it has to go on.'
	]);
});

test('a week before it ends by itself the manager is told on Today, and nobody else’s manager is', async () => {
	const endingsOf = (who: string) =>
		world.as(who, async (tx, by) => {
			const first = await todayOf(tx, by, { on: TODAY, hindsight: false });
			return first.as === 'manager' ? first.endings.map(({ words }) => words) : null;
		});
	expect(await endingsOf(cast.MARYAM)).toEqual([
		expect.stringMatching(/^Aisha: the reduction of 20 % \(training\) ends by itself on Wed 25 Nov 2026\./)
	]);
	expect(await endingsOf(cast.OWEN)).toEqual([]);
});
