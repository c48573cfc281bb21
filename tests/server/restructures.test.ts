import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
	changeRestructure,
	copyPlan,
	enterRestructure,
	removeMove,
	saveMove,
	settleWhatIf,
	type MoveForm,
	type RestructureForm
} from '#lib/server/work/plan-restructure.ts';
import {
	checkMove,
	flowPage,
	moveFormPage,
	restructureFormPage,
	restructureList,
	restructurePage
} from '#lib/server/work/restructure-page.ts';
import { consequencesOfMove, runMove, undoPlanning } from '#lib/server/work/run-move.ts';
import * as cast from '../cast.ts';
import { TODAY, worldWith, type World } from './world.ts';

const CASES: readonly cast.Change[] = [
	...['K-1', 'K-2'].flatMap((id) => [
		cast.openCase(id, '2025-03-03'),
		cast.kind(id, 'child_protection', '2025-03-03'),
		cast.lead(id, cast.TOMAS, '2025-03-03'),
		cast.oversight(id, cast.MARYAM, '2026-11-16')
	]),
	cast.openCase('K-3', '2025-03-03'),
	cast.kind('K-3', 'child_in_need', '2025-03-03'),
	cast.lead('K-3', cast.AISHA, '2025-03-03', '2026-06-01'),
	cast.lead('K-3', cast.TOMAS, '2026-06-01')
];

let world: World;
let restructureId: string;

beforeAll(async () => {
	world = await worldWith(
		...CASES,
		cast.posting(cast.RUTH, { role: 'service_manager', supervisorId: cast.DIANA, teamId: cast.ORCHARD }),
		cast.posting(cast.DIANA, { role: 'director', supervisorId: null, teamId: cast.ORCHARD })
	);
});
afterAll(() => world.close());

const restructureForm = (said: Partial<RestructureForm> = {}): RestructureForm => ({
	key: randomUUID(),
	edition: '',
	name: 'Harbour joins Orchard',
	startsOn: '20 nov',
	endsOn: '2 feb 2027',
	teams: `${world.idOf(cast.HARBOUR)} ${world.idOf(cast.ORCHARD)}`,
	...said
});

const moveForm = (said: Partial<MoveForm>): MoveForm => ({
	key: randomUUID(),
	move: '',
	edition: '',
	variant: 'plan',
	kind: 'merges',
	on: '20 nov',
	team: '',
	into: '',
	who: '',
	going: '',
	to: '',
	toTeam: '',
	role: '',
	supervisor: '',
	name: '',
	service: '',
	reference: '',
	...said
});

const leaves = () => moveForm({ kind: 'leaves', who: world.idOf(cast.MARYAM) });
const merges = (supervisor = '') =>
	moveForm({ team: world.idOf(cast.HARBOUR), into: world.idOf(cast.ORCHARD), supervisor });

/** Cases of high stakes past their oversight on a day, by what is recorded by then. */
const overdue = async (on: string) =>
	(await world.findings(on)).flatMap((each) => /^OVERSIGHT_OVERDUE (K-[12]) /.exec(each)?.[1] ?? []);

const page = (who: string, variant: 'plan' | 'what_if' = 'plan') =>
	world.as(who, (tx, by) => restructurePage(tx, by, restructureId, variant));
const save = (who: string, form: MoveForm) =>
	world.as(who, (tx, by) => saveMove(tx, by, restructureId, form));
const moveOf = async (words: RegExp) => {
	const found = (await page(cast.RUTH))?.moves.find((each) => words.test(each.words));
	if (!found) throw new Error(`no move reads ${words}`);
	return found.key;
};

describe('A restructure', () => {
	test('is refused with what is wrong, and nothing is written', async () => {
		const typed = restructureForm({ name: ' ', startsOn: '3 mra', teams: '' });
		const outcome = await world.as(cast.RUTH, (tx, by) => enterRestructure(tx, by, typed));
		expect(outcome).toMatchObject({
			refused: [{ field: 'name' }, { field: 'startsOn' }, { field: 'teams' }]
		});
		expect((await world.as(cast.RUTH, restructureList)).rows).toEqual([]);
	});

	test('is entered once however often it is sent, and its guard halves the interval of what it covers', async () => {
		expect(await overdue('2026-12-05')).toEqual([]);
		const typed = restructureForm();
		const enter = () => world.as(cast.RUTH, (tx, by) => enterRestructure(tx, by, typed));
		const outcome = await enter();
		if (typeof outcome !== 'object' || !('done' in outcome)) throw new Error('it was not entered');
		restructureId = outcome.done;
		expect(await enter()).toEqual({ done: '' });
		const { rows } = await world.as(cast.DIANA, restructureList);
		expect(rows).toMatchObject([{ name: 'Harbour joins Orchard', state: 'under way', teams: '2' }]);
		expect(await overdue('2026-12-05')).toEqual(['K-1', 'K-2']);
	});

	test('is seen and planned by those above teams, and by nobody in them', async () => {
		for (const who of [cast.TOMAS, cast.MARYAM, cast.OWEN]) {
			expect(await page(who), who).toBeNull();
			expect(await save(who, leaves()), who).toBe('absent');
			const entered = await world.as(who, (tx, by) => enterRestructure(tx, by, restructureForm()));
			expect(entered, who).toBe('not_yours');
		}
		expect(await page(cast.DIANA)).toMatchObject({ mayPlan: true, moves: [], outcome: null });
	});

	test('has its dates changed over the version that was seen, and undone on the day', async () => {
		const now = await world.as(cast.RUTH, (tx, by) => restructureFormPage(tx, by, restructureId));
		const edition = now?.typed.edition ?? '';
		const change = (form: RestructureForm) =>
			world.as(cast.RUTH, (tx, by) => changeRestructure(tx, by, restructureId, form));
		const typed = restructureForm({ edition, endsOn: '1 mar 2027' });
		expect(await change(typed)).toEqual({ done: restructureId });
		expect(await change(restructureForm({ edition, endsOn: '' }))).toMatchObject({
			conflict: expect.stringMatching(/^ruth at \d\d:\d\d changed this restructure/) as unknown
		});
		const shown = await page(cast.RUTH);
		expect(shown?.days).toBe('20 Nov 2026 to 1 Mar 2027');
		expect(shown?.changes[0]?.what).toEqual(['Ends from 2 Feb 2027 to 1 Mar 2027']);
		const undone = await world.as(cast.RUTH, (tx, by) => undoPlanning(tx, by, restructureId, typed.key));
		expect(undone).toBe('done');
		expect((await page(cast.RUTH))?.days).toBe('20 Nov 2026 to 2 Feb 2027');
	});
});

describe('Its plan', () => {
	test('says before it is saved who would lose a supervisor and which case would change twice', async () => {
		await save(cast.RUTH, leaves());
		const typed = merges();
		const said = await world.as(cast.RUTH, (tx, by) => checkMove(tx, by, restructureId, typed));
		expect(said).toMatchObject({
			title: 'Harbour joins orchard and closes; each keeps their supervisor, from 20 Nov 2026',
			consequences: expect.arrayContaining([
				{ words: '1 case would change hands twice: K-3.', grave: true },
				{
					words: expect.stringMatching(/^Tomas, aisha, ben and grace have no supervisor in post/i) as unknown,
					grave: true
				}
			]) as unknown
		});
		expect((await page(cast.RUTH))?.moves).toHaveLength(1);
		expect(await save(cast.RUTH, typed)).toEqual({ done: 'plan' });
		expect((await page(cast.RUTH))?.moves).toHaveLength(2);
	});

	test('is copied, changed and compared, and the better one put in its place', async () => {
		const edit = (work: typeof copyPlan) =>
			world.as(cast.RUTH, (tx, by) => work(tx, by, restructureId, randomUUID()));
		expect(await edit(copyPlan)).toBe('done');
		expect(await edit(copyPlan)).toMatchObject({ refused: expect.any(String) as unknown });
		const copied = await page(cast.RUTH, 'what_if');
		const merging = copied?.moves.find(({ kind }) => kind === 'merges');
		const rows = await world.as(cast.RUTH, (tx) =>
			tx.execute<{ edition: string }>(
				sql`select to_jsonb(planned_moves) ->> 'recorded_at' as edition from planned_moves where id = ${merging?.key ?? ''}`
			)
		);
		const better = { ...merges(world.idOf(cast.OWEN)), variant: 'what_if' };
		await save(cast.RUTH, { ...better, move: merging?.key ?? '', edition: rows[0]?.edition ?? '' });
		const compared = (await page(cast.RUTH, 'what_if'))?.compared;
		expect(compared?.find(({ key }) => key === 'alone')).toMatchObject({
			plan: 4,
			whatIf: 0,
			better: 'what_if'
		});
		expect(
			await world.as(cast.RUTH, (tx, by) => settleWhatIf(tx, by, restructureId, randomUUID(), true))
		).toBe('done');
		const adopted = await page(cast.RUTH);
		expect(adopted).toMatchObject({ hasWhatIf: false, moves: { length: 2 } });
		expect(adopted?.outcome?.alone).toEqual([]);
	});

	test('shows a director figures without names, and the moves with them', async () => {
		const shown = await page(cast.DIANA);
		expect(JSON.stringify(shown?.outcome)).not.toMatch(/tomas|maryam|aisha/i);
		expect(shown?.moves.map(({ words }) => words)).toContain('Maryam leaves');
	});

	test('is no row in sight of a team, whatever is asked of the database', async () => {
		for (const who of [cast.TOMAS, cast.MARYAM, cast.OWEN]) {
			const rows = await world.as(who, (tx) => tx.execute(sql`select id from planned_moves`));
			expect(rows, who).toHaveLength(0);
			const changes = await world.as(who, (tx) =>
				tx.execute(sql`select id from changes where restructure_id is not null`)
			);
			expect(changes, who).toHaveLength(0);
			const writing = world.as(who, (tx) =>
				tx.execute(sql`insert into planned_moves (restructure_id, variant, kind, moves_on, practitioner_id)
					values (${restructureId}, 'plan', 'leaves', ${TODAY}, ${world.idOf(cast.TOMAS)})`)
			);
			await expect(writing).rejects.toMatchObject({ cause: { code: '42501' } });
		}
	});
});

describe('A move', () => {
	test('waits where somebody would still be in the team, and says who', async () => {
		const closes = moveForm({ kind: 'closes', team: world.idOf(cast.HARBOUR) });
		await save(cast.RUTH, closes);
		const moveId = await moveOf(/^Harbour closes$/);
		const said = await world.as(cast.RUTH, (tx, by) => consequencesOfMove(tx, by, restructureId, moveId));
		expect(said).toMatchObject({ refused: [expect.stringMatching(/posted to it/)] });
		expect(
			await world.as(cast.RUTH, (tx, by) => removeMove(tx, by, restructureId, moveId, randomUUID()))
		).toBe('done');
	});

	test('that hands cases on is for those who manage practice, and not for a director', async () => {
		const cases = moveForm({
			kind: 'cases',
			who: world.idOf(cast.TOMAS),
			to: world.idOf(cast.AISHA)
		});
		await save(cast.DIANA, cases);
		const moveId = await moveOf(/^The cases that tomas leads/);
		const run = (who: string, key: string) =>
			world.as(who, (tx, by) => runMove(tx, by, restructureId, moveId, key));
		expect(await run(cast.DIANA, randomUUID())).toMatchObject({
			refused: [expect.stringMatching(/^3 cases would be handed on/)]
		});
		const key = randomUUID();
		expect(await run(cast.RUTH, key)).toBe('done');
		const given = await world.as(cast.RUTH, (tx) =>
			tx.execute(
				sql`select reason, from_on as "on" from allocations
					where practitioner_id = ${world.idOf(cast.AISHA)} and to_on is null and superseded_at is null`
			)
		);
		expect(given).toEqual(Array.from({ length: 3 }, () => ({ reason: 'ORGRST', on: TODAY })));
		expect((await page(cast.RUTH))?.waiting.map(({ reference }) => reference).sort()).toEqual([
			'K-1',
			'K-2',
			'K-3'
		]);
		expect(await world.as(cast.RUTH, (tx, by) => undoPlanning(tx, by, restructureId, key))).toBe('done');
		expect(
			await world.as(cast.RUTH, (tx, by) => removeMove(tx, by, restructureId, moveId, randomUUID()))
		).toBe('done');
	});

	test('merges two teams in one step: postings, the team, who did it; sent twice it acts once', async () => {
		const before = await world.findings(TODAY);
		const leaving = await moveOf(/leaves$/);
		const leavingKey = randomUUID();
		expect(await world.as(cast.RUTH, (tx, by) => runMove(tx, by, restructureId, leaving, leavingKey))).toBe(
			'done'
		);
		const merging = await moveOf(/joins/);
		const key = randomUUID();
		const run = () => world.as(cast.RUTH, (tx, by) => runMove(tx, by, restructureId, merging, key));
		expect(await run()).toBe('done');
		expect(await run()).toBe('done');
		const posted = await world.operator((tx) =>
			tx.execute<{ who: string; by: string }>(
				sql`select w.reference as who, s.reference as by from postings p
					join practitioners w on w.id = p.practitioner_id join practitioners s on s.id = p.supervisor_id
					where p.team_id = ${world.idOf(cast.ORCHARD)} and p.superseded_at is null and p.to_on is null
						and p.from_on = ${TODAY} order by 1`
			)
		);
		expect(posted.map(({ who, by }) => `${who} ${by}`)).toEqual([
			'aisha owen',
			'ben owen',
			'grace owen',
			'tomas owen'
		]);
		const [team] = await world.operator((tx) =>
			tx.execute(
				sql`select closed_on as "closedOn", succeeded_by as "succeededBy" from teams where id = ${world.idOf(cast.HARBOUR)}`
			)
		);
		expect(team).toEqual({ closedOn: TODAY, succeededBy: world.idOf(cast.ORCHARD) });
		const done = await page(cast.RUTH);
		expect(done).toMatchObject({ done: 2, planned: 2, outcome: null, serviceIds: [expect.any(String)] });
		const said = done?.changes.filter(({ undone }) => !undone).flatMap(({ what }) => what);
		expect(said).toContain('A team joins another, harbour to orchard: carried out 20 Nov 2026');
		expect(said).toContain('Somebody leaves, maryam: carried out 20 Nov 2026');
		const flow = await world.as(cast.RUTH, (tx, by) => flowPage(tx, by, restructureId));
		expect(flow).toMatchObject({
			flow: { children: 3, sameWorker: 3 },
			teams: [{ from: 'harbour', to: 'orchard', children: 3 }]
		});
		for (const undoing of [key, leavingKey])
			expect(await world.as(cast.RUTH, (tx, by) => undoPlanning(tx, by, restructureId, undoing))).toBe(
				'done'
			);
		expect(await world.findings(TODAY)).toEqual(before);
		expect(await page(cast.RUTH)).toMatchObject({ done: 0 });
	});
});

describe('A handover of a restructure', () => {
	test('waits until oversight that counts is recorded since, however long ago that was', async () => {
		const [begun] = await world.operator((tx) =>
			tx.execute<{ id: string }>(
				sql`insert into restructures (reference, name, team_ids, starts_on)
					values ('RS-9', 'The spring moves', ${`{${world.idOf(cast.HARBOUR)}}`}::uuid[], '2026-05-18')
					returning id`
			)
		);
		const waiting = async () => {
			const found = await world.as(cast.RUTH, (tx, by) => restructurePage(tx, by, begun?.id ?? '', 'plan'));
			return [
				found?.waitingInWords,
				...(found?.waiting ?? []).map(({ reference, lead }) => `${reference} ${lead}`)
			];
		};
		const overseen = (reference: string, madeOn: string, decision: string | null) =>
			world.operator((tx) =>
				tx.execute(
					sql`insert into oversight (reference, case_id, manager_id, made_on, kind, decision, rationale, recorded_on)
						values (${reference}, ${world.idOf('K-3')}, ${world.idOf(cast.MARYAM)}, ${madeOn}, 'decision',
							${decision}, 'As discussed.', ${madeOn})`
				)
			);
		const one = ['1 case waits: none of high stakes, 1 past the day for it.', 'K-3 tomas'];
		expect(await waiting()).toEqual(one);
		await overseen('O-91', '2026-11-18', null);
		await overseen('O-92', '2026-05-26', 'Before the handover.');
		expect(await waiting()).toEqual(one);
		await overseen('O-93', '2026-06-03', 'Stays with the new worker.');
		expect(await waiting()).toEqual([null]);
	});
});

describe('The form of a move', () => {
	test('names everybody once as supervisor, as they are now, whoever has a posting to come', async () => {
		await world.operator(async (tx) => {
			await tx.execute(
				sql`update postings set to_on = '2027-02-01' where practitioner_id = ${world.idOf(cast.OWEN)} and superseded_at is null`
			);
			await tx.execute(
				sql`insert into postings (practitioner_id, team_id, role, supervisor_id, fte, from_on)
					select practitioner_id, ${world.idOf(cast.HARBOUR)}, 'service_manager', supervisor_id, fte, to_on
						from postings where practitioner_id = ${world.idOf(cast.OWEN)} and superseded_at is null`
			);
		});
		const asked = { kind: 'merges', moveId: '', variant: 'plan', team: '' } as const;
		const form = await world.as(cast.RUTH, (tx, by) => moveFormPage(tx, by, restructureId, asked));
		const ids = form?.supervisors.map(({ value }) => value) ?? [];
		expect(ids).toContain(world.idOf(cast.OWEN));
		expect(new Set(ids).size).toBe(ids.length);
		expect(form?.supervisors.find(({ value }) => value === world.idOf(cast.OWEN))?.label).toBe(
			'owen, team manager, orchard'
		);
	});
});
