import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { caseNow } from '#lib/server/store/case-changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { holderFormIn, readHolder, type HolderForm } from '#lib/server/work/allocate-case.ts';
import { allocatePage, queueAsked, queueCsv, queuePage } from '#lib/server/work/allocation-pages.ts';
import { caseForm, readCase } from '#lib/server/work/change-case.ts';
import { planOfCase, saveCase, undoCase } from '#lib/server/work/keep-case.ts';
import * as cast from '../cast.ts';
import { TODAY, worldWith, type Somebody, type World } from './world.ts';

let world: World;

/** A section 47 enquiry and the assessment of a brother or sister, both with nobody to lead them since Monday. */
const waiting = (name: string): cast.Change[] => [
	cast.openCase(`ASH-${name}`, '2026-11-16', { familyId: `F-${name}` }),
	cast.kind(`ASH-${name}`, 'section_47', '2026-11-18'),
	cast.lead(`ASH-${name}`, null, '2026-11-16'),
	cast.openCase(`ELM-${name}`, '2026-11-16', { familyId: `F-${name}` }),
	cast.kind(`ELM-${name}`, 'assessment', '2026-11-16'),
	cast.lead(`ELM-${name}`, null, '2026-11-16')
];

/** Led in another team; of the two, one has a co-worker here. */
const ELSEWHERE = ['ash', 'elm'].flatMap((name) => [
	cast.openCase(`FAR-${name}`, '2026-03-02', { familyId: 'F-far' }),
	cast.kind(`FAR-${name}`, 'child_in_need', '2026-03-02'),
	cast.lead(`FAR-${name}`, cast.LEO, '2026-03-02', null, { teamId: cast.ORCHARD }),
	...(name === 'ash' ? [cast.coWorker('FAR-ash', cast.TOMAS, '2026-03-02')] : [])
]);

beforeAll(async () => {
	world = await worldWith(
		...ELSEWHERE,
		...['stop', 'reason', 'joint', 'parted', 'race', 'once', 'scope'].flatMap(waiting)
	);
});
afterAll(() => world.close());

const typed = (said: Partial<HolderForm>): HolderForm => ({
	...holderFormIn(() => '', 'lead'),
	key: randomUUID(),
	on: 'today',
	siblings: 'apart',
	...said
});

async function sentFor(tx: Transaction, caseId: string, form: HolderForm) {
	const edition = form.edition === '' ? ((await caseNow(tx, caseId))?.edition ?? '') : form.edition;
	return { key: form.key, edition, opens: false };
}

const give = (who: string, reference: string, form: HolderForm) =>
	world.as(who, async (tx, by: Somebody) => {
		const caseId = world.idOf(reference);
		return saveCase(tx, by, caseId, await sentFor(tx, caseId, form), readHolder(caseId, form));
	});

const check = (who: string, reference: string, form: HolderForm) =>
	world.as(who, async (tx, by: Somebody) => {
		const caseId = world.idOf(reference);
		return planOfCase(tx, by, caseId, await sentFor(tx, caseId, form), readHolder(caseId, form));
	});

const leads = (reference: string) =>
	world.database.drizzle
		.execute<{ who: string }>(
			sql`select p.reference as who from allocations a join practitioners p on p.id = a.practitioner_id
				where a.case_id = ${world.idOf(reference)} and a.superseded_at is null and a.to_on is null order by a.role`
		)
		.then((rows) => rows.map(({ who }) => who));

test('what waits is listed worst first with its limits, for those in whose scope it is, and the file says the same', async () => {
	const queue = (who: string, query = '') =>
		world.as(who, (tx, by) => queuePage(tx, by, queueAsked(new URLSearchParams(query))));
	const found = await queue(cast.MARYAM);
	expect([found.all, found.over, found.rows.length]).toEqual([14, 14, 14]);
	expect(found.rows[0]?.reference).toMatch(/^ASH/);
	const said = (reference: string) =>
		found.rows.find((row) => row.reference === reference)?.clocks.map(({ words }) => words);
	expect(said('ASH-stop')).toEqual([
		'To be allocated at once: 4 days of waiting',
		'Oversight due by 17 Nov 2026: 3 days over'
	]);
	expect(said('ELM-stop')).toEqual([
		'Oversight due by 17 Nov 2026: 3 days over',
		'To be allocated by Mon 23 Nov 2026, in 3 days',
		'Assessment to be complete by Thu 21 Jan 2027, in 62 days'
	]);
	expect(queueCsv(found).map(([reference]) => reference)).toEqual(
		found.rows.map(({ reference }) => reference)
	);
	const medium = (await queue(cast.MARYAM, 'stakes=medium')).rows;
	expect(medium.map(({ reference }) => reference.slice(0, 3))).toEqual(
		Array.from({ length: 7 }, () => 'ELM')
	);
	expect((await queue(cast.OWEN)).all).toBe(0);
});

test('a section 47 enquiry given to somebody in their first six months is stopped, and says what is missing and who could join', async () => {
	const ben = world.idOf(cast.BEN);
	const stopped = await check(cast.MARYAM, 'ASH-stop', typed({ holder: ben }));
	if (typeof stopped === 'string' || !('refused' in stopped)) throw new Error(JSON.stringify(stopped));
	expect(stopped.refused).toEqual([]);
	expect(stopped.interruption?.missing).toEqual([
		'ASH-stop (section 47 enquiry) asks for a social worker with 24 months’ experience, with CP-FOUND and S47 training. Ben is in the first 6 months, without S47 training. No co-worker makes up for it.'
	]);
	expect(stopped.interruption?.coWorkers.map(({ label }) => label)).toEqual([
		'aisha, no cases, 0 % of capacity',
		'maryam, no cases, 0 % of capacity',
		'tomas, no cases, 2 % of capacity'
	]);
	const shown = { holder: ben, gate: 'shown' };
	const again = await give(cast.MARYAM, 'ASH-stop', typed({ ...shown, firstOversight: 'in 3 weeks' }));
	if (typeof again === 'string' || !('refused' in again)) throw new Error(JSON.stringify(again));
	expect(again.refused.map(({ field, words }) => `${field}: ${words}`)).toEqual([
		'belowBarWhy: Write why it is led below the bar, or choose a co-worker who makes up for it.',
		'firstOversight: Oversight is due by Mon 23 Nov 2026. Give that day or an earlier one.'
	]);
	expect(await leads('ASH-stop')).toEqual([]);
});

test('with a reason and a day it goes ahead: reason, day and name are recorded, the flag stands, and undoing takes it all back', async () => {
	const form = typed({
		holder: world.idOf(cast.BEN),
		gate: 'shown',
		belowBarWhy: 'Nobody else is free before Monday.',
		firstOversight: 'mon'
	});
	expect(await give(cast.MARYAM, 'ASH-reason', form)).toEqual({ done: world.idOf('ASH-reason') });
	expect(await leads('ASH-reason')).toEqual([cast.BEN]);
	const [action] = await world.database.drizzle.execute(
		sql`select due_on::text as due, risk, owner_id as owner from actions where case_id = ${world.idOf('ASH-reason')}`
	);
	expect(action).toEqual({ due: '2026-11-23', risk: true, owner: world.idOf(cast.MARYAM) });
	const whys = await world.database.drizzle.execute<{ why: string }>(
		sql`select distinct why from changes where form_key = ${form.key}`
	);
	expect(whys.map(({ why }) => why)).toEqual(['Nobody else is free before Monday.']);
	expect((await world.flags()).filter((flag) => flag.endsWith('ASH-reason'))).toEqual([
		'BELOW_EXPERIENCE ASH-reason',
		'HELD_WITHOUT_OVERSIGHT ASH-reason',
		'OVERSIGHT_OVERDUE ASH-reason',
		'TRAINING_GAP ASH-reason'
	]);
	expect(await world.as(cast.MARYAM, (tx, by) => undoCase(tx, by, form.key))).toBe('done');
	expect(await leads('ASH-reason')).toEqual([]);
	const left = await world.database.drizzle.execute(sql`select from actions where superseded_at is null`);
	expect(left).toHaveLength(0);
	expect((await world.flags()).filter((flag) => flag.endsWith('ASH-reason'))).toEqual([
		'OVERSIGHT_OVERDUE ASH-reason',
		'UNALLOCATED ASH-reason'
	]);
});

test('a suitable co-worker named at the stop lets it through without a flag, and the whole family with it', async () => {
	const page = await world.as(cast.MARYAM, (tx, by) => allocatePage(tx, by, world.idOf('ASH-joint'), 'team'));
	expect(page?.together.map(({ reference }) => reference)).toEqual(['ELM-joint']);
	expect(page?.candidates.map(({ name, whyNot }) => [name, whyNot === ''])).toEqual([
		['aisha', true],
		['tomas', true],
		['maryam', true],
		['ben', false],
		['grace', false]
	]);
	const offered = page?.together.map(({ caseId }) => caseId).join(' ') ?? '';
	const form = typed({
		holder: world.idOf(cast.BEN),
		siblings: 'together',
		offered,
		gate: 'shown',
		coWorker: world.idOf(cast.TOMAS),
		allocation: 'Ben leads, Tomas sees the children with him.',
		allocationWhy: 'Ben knows the family from the assessment; Tomas has the training.'
	});
	expect(await give(cast.MARYAM, 'ASH-joint', form)).toEqual({ done: world.idOf('ASH-joint') });
	expect([await leads('ASH-joint'), await leads('ELM-joint')]).toEqual([
		[cast.TOMAS, cast.BEN],
		[cast.TOMAS, cast.BEN]
	]);
	const notes = await world.database.drizzle.execute(
		sql`select case_id from oversight where kind = 'allocation'`
	);
	expect(notes).toHaveLength(2);
	expect((await world.flags()).filter((flag) => /(ASH|ELM)-joint/.test(flag))).toEqual([]);
});

test('brothers and sisters whose lead changed meanwhile are not taken along unseen', async () => {
	const form = typed({
		holder: world.idOf(cast.TOMAS),
		siblings: 'together',
		offered: world.idOf('ELM-parted')
	});
	await give(cast.MARYAM, 'ELM-parted', typed({ holder: world.idOf(cast.AISHA) }));
	const answer = await give(cast.MARYAM, 'ASH-parted', form);
	if (typeof answer === 'string' || !('refused' in answer)) throw new Error(JSON.stringify(answer));
	expect(answer.refused[0]?.words).toBe(
		'Who leads the brothers and sisters changed after you opened this. None of them goes with it now. Look again, then continue.'
	);
});

test('two managers give the same case at once: one wins, the other is told by whom and to whom', async () => {
	const { edition } = (await world.as(cast.RUTH, (tx) => caseNow(tx, world.idOf('ASH-race')))) ?? {
		edition: ''
	};
	const forms = [
		[cast.MARYAM, typed({ holder: world.idOf(cast.TOMAS), edition })],
		[cast.RUTH, typed({ holder: world.idOf(cast.AISHA), edition })]
	] as const;
	const answers = await Promise.all(forms.map(([who, form]) => give(who, 'ASH-race', form)));
	const told = answers.flatMap((answer) =>
		typeof answer === 'object' && 'conflict' in answer ? answer.conflict : []
	);
	const [winner] = await leads('ASH-race');
	expect(answers.filter((answer) => typeof answer === 'object' && 'done' in answer)).toHaveLength(1);
	const [by, to] = winner === cast.TOMAS ? [cast.MARYAM, cast.TOMAS] : [cast.RUTH, cast.AISHA];
	expect(told).toHaveLength(1);
	expect(told[0]).toMatch(new RegExp(`^${by} changed ASH-race at .*held by ${to}.*What you typed is below`));
});

test('a form sent many times at once gives the case once, with one audit row', async () => {
	const form = typed({ holder: world.idOf(cast.TOMAS) });
	const caseId = world.idOf('ASH-once');
	const edition = (await world.as(cast.MARYAM, (tx) => caseNow(tx, caseId)))?.edition ?? '';
	const answers = await Promise.all(
		Array.from({ length: 6 }, () => give(cast.MARYAM, 'ASH-once', { ...form, edition }))
	);
	expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
		new Set([JSON.stringify({ done: caseId })])
	);
	const rows = await world.database.drizzle.execute(
		sql`select from changes where form_key = ${form.key} and entity = 'allocation' and change = 'recorded'`
	);
	expect(rows).toHaveLength(1);
});

test('a case is given to nobody outside the scope: the form says so, and the database refuses', async () => {
	const leo = world.idOf(cast.LEO);
	const answer = await give(cast.MARYAM, 'ASH-scope', typed({ holder: leo }));
	if (typeof answer === 'string' || !('refused' in answer)) throw new Error(JSON.stringify(answer));
	expect(answer.refused.map(({ field }) => field)).toEqual(['holder']);
	const direct = world.as(cast.MARYAM, (tx) =>
		tx.execute(
			sql`insert into allocations (source, reference, case_id, practitioner_id, role, from_on)
				values ('native', 'X', ${world.idOf('ASH-scope')}, ${leo}, 'lead', ${TODAY})`
		)
	);
	await expect(direct).rejects.toThrow();
	expect(await give(cast.RUTH, 'ASH-scope', typed({ holder: leo }))).toEqual({
		done: world.idOf('ASH-scope')
	});
});

test('the queue and those side by side cost as many queries for many as for one', async () => {
	const counted = async (w: World, ask: (tx: Transaction, by: Somebody) => Promise<unknown>) => {
		let queries = 0;
		await w.as(cast.MARYAM, async (tx, by) => {
			const counting = new Proxy(tx, {
				get(target, name) {
					const value: unknown = Reflect.get(target, name);
					if (name !== 'execute' || typeof value !== 'function') return value;
					return (...given: unknown[]) => {
						queries++;
						return Reflect.apply(value, target, given) as unknown;
					};
				}
			});
			return ask(counting, by);
		});
		return queries;
	};
	const many = await worldWith(
		...waiting('stop'),
		...Array.from({ length: 12 }, (_, number) => [
			cast.openCase(`C-${number}`, '2026-11-02'),
			cast.kind(`C-${number}`, 'child_in_need', '2026-11-02'),
			cast.lead(`C-${number}`, number % 3 === 0 ? cast.AISHA : null, '2026-11-02')
		]).flat()
	);
	try {
		const asks = [
			(w: World) => (tx: Transaction, by: Somebody) =>
				queuePage(tx, by, queueAsked(new URLSearchParams())).then(() => w),
			(w: World) => (tx: Transaction, by: Somebody) => allocatePage(tx, by, w.idOf('ASH-stop'), 'team')
		];
		for (const ask of asks) expect(await counted(many, ask(many))).toBe(await counted(world, ask(world)));
	} finally {
		await many.close();
	}
});

test('a brother or sister out of scope is neither offered nor moved', async () => {
	const page = await world.as(cast.MARYAM, (tx, by) => allocatePage(tx, by, world.idOf('FAR-ash'), 'team'));
	expect(page?.together).toEqual([]);
	const form = typed({ holder: world.idOf(cast.AISHA), siblings: '', allocationReason: 'MANAGE' });
	expect(await give(cast.MARYAM, 'FAR-ash', form)).toEqual({ done: world.idOf('FAR-ash') });
	expect(await leads('FAR-elm')).toEqual([cast.LEO]);
});

test('a case opened today for somebody below the bar is sent to the stop; one of an earlier day is recorded as it was', async () => {
	const opening = (on: string) =>
		caseForm(randomUUID(), 'open', {
			reference: `NEW-${on}`,
			on,
			kind: 'section_47',
			born: 'unborn',
			team: world.idOf(cast.HARBOUR),
			holder: world.idOf(cast.BEN)
		});
	const open = (form: ReturnType<typeof opening>) =>
		world.as(cast.MARYAM, (tx, by) =>
			saveCase(tx, by, null, { key: form.key, edition: '', opens: true }, readCase('', form))
		);
	const refused = await open(opening('today'));
	if (typeof refused === 'string' || !('refused' in refused)) throw new Error(JSON.stringify(refused));
	expect(refused.refused.map(({ field }) => field)).toEqual(['holder']);
	expect(refused.refused[0]?.words).toContain(
		'Open it for the team, then allocate it: that asks for a co-worker, or for the reason.'
	);
	expect(Object.keys(await open(opening('yesterday')))).toEqual(['done']);
});
