import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { changeInWords } from '#lib/domain/change-words.ts';
import { changesAbout } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import {
	actionPage,
	actionsAsked,
	actionsAt,
	actionsCsv,
	actionsFound,
	newActionPage,
	ownActions,
	type ActionShown
} from '#lib/server/work/action-list.ts';
import {
	agreeAction,
	changeAction,
	finishAction,
	takeOutAction,
	undoAction,
	type ActionForm,
	type ActionSaved
} from '#lib/server/work/keep-action.ts';
import { startSession } from '#lib/server/work/hold-supervision.ts';
import * as cast from '../cast.ts';
import { TODAY, worldWith, type Somebody, type World } from './world.ts';

let world: World;

beforeAll(async () => {
	world = await worldWith(
		cast.openCase('C-ASH', '2026-03-02'),
		cast.kind('C-ASH', 'child_in_need', '2026-03-02'),
		cast.lead('C-ASH', cast.TOMAS, '2026-03-02'),
		cast.openCase('C-OAK', '2026-03-02'),
		cast.kind('C-OAK', 'child_in_need', '2026-03-02'),
		cast.lead('C-OAK', cast.LEO, '2026-03-02', null, { teamId: cast.ORCHARD })
	);
});

afterAll(() => world.close());

const as = <Answer>(
	name: string,
	work: (tx: Transaction, by: Somebody) => Promise<Answer>,
	today?: CalendarDate
) => world.as(name, work, today);

const nothing = { session: '', case: '', oversight: '', person: '' };
const ASH = () => ({ ...nothing, case: world.idOf('C-ASH') });

function form(changed: Partial<ActionForm> = {}): ActionForm {
	return {
		key: randomUUID(),
		description: 'Visit at home and see the bedroom',
		owner: world.idOf(cast.TOMAS),
		dueOn: '27 nov 2026',
		risk: 'no',
		carriesOn: '',
		...changed
	};
}

function doneId(saved: ActionSaved): string {
	if (typeof saved === 'string' || !('done' in saved) || saved.done === null)
		throw new Error(`not done: ${JSON.stringify(saved)}`);
	return saved.done;
}

async function agreed(changed: Partial<ActionForm> = {}, today: CalendarDate = TODAY): Promise<string> {
	return doneId(await as(cast.MARYAM, (tx, by) => agreeAction(tx, by, ASH(), form(changed)), today));
}

async function found(actionId: string, who = cast.MARYAM, today: CalendarDate = TODAY) {
	return as(who, (tx, by) => actionPage(tx, by, actionId), today);
}

const editionOf = async (actionId: string) => (await found(actionId))?.edition ?? '';

const finish = async (actionId: string, who: string, changed: Record<string, string> = {}, today = TODAY) =>
	as(
		who,
		async (tx, by) =>
			finishAction(tx, by, actionId, {
				key: randomUUID(),
				edition: await editionOf(actionId),
				doneOn: 'today',
				outcome: 'Seen, and the bed is there.',
				...changed
			}),
		today
	);

const words = (rows: readonly ActionShown[]) => rows.map(({ words: each }) => each);

test('an action is agreed on a case with an owner and a day, once a form, and is on the owner’s list', async () => {
	const typed = form({ description: 'Ring the school' });
	const twice = await Promise.all(
		[1, 2, 3].map(() => as(cast.MARYAM, (tx, by) => agreeAction(tx, by, ASH(), typed)))
	);
	expect(
		twice.filter((each) => typeof each === 'object' && 'done' in each && each.done !== null)
	).toHaveLength(1);
	const own = await as(cast.TOMAS, (tx, by) => ownActions(tx, by));
	expect(own).toMatchObject([
		{ words: 'Ring the school', state: 'to_do', caseReference: 'C-ASH', mayFinish: true, mayChange: false }
	]);
	expect(
		words(await as(cast.MARYAM, (tx, by) => actionsAt(tx, by, { of: 'case', caseId: ASH().case })))
	).toContain('Ring the school');
	expect(await as(cast.OWEN, (tx, by) => actionPage(tx, by, own[0]?.actionId ?? ''))).toBeNull();
	const [row] = await world.database.drizzle.execute<{ audited: number }>(
		sql`select count(*)::int as audited from audit where entity = 'action' and entity_id = ${own[0]?.actionId ?? ''}`
	);
	expect(row?.audited).toBe(1);
});

test('without words, an owner or a day it is refused, each at its field', async () => {
	const saved = await as(cast.MARYAM, (tx, by) =>
		agreeAction(tx, by, ASH(), form({ description: ' ', owner: '', dueOn: '' }))
	);
	expect(saved).toEqual({
		refused: [
			{ field: 'description', words: 'Write what is to be done.' },
			{ field: 'owner', words: 'Choose who does it.' },
			{ field: 'dueOn', words: 'Give the day by which it is done.' }
		]
	});
	expect(
		await as(cast.MARYAM, (tx, by) =>
			agreeAction(tx, by, ASH(), form({ owner: randomUUID(), dueOn: '3 nov 2026' }))
		)
	).toMatchObject({ refused: [{ field: 'owner' }, { field: 'dueOn' }] });
});

test('a note that is still written takes an action without owner and day, which a party fills in', async () => {
	const started = await as(cast.MARYAM, (tx, by) =>
		startSession(tx, by, { key: randomUUID(), superviseeId: world.idOf(cast.TOMAS) })
	);
	if (!('sessionId' in started)) throw new Error('not started');
	const about = { ...nothing, session: started.sessionId };
	const page = await as(cast.TOMAS, (tx, by) => newActionPage(tx, by, { ...about, carriesOn: '' }));
	expect(page).toMatchObject({ isDraft: true, about: 'From your own supervision.' });
	const actionId = doneId(
		await as(cast.TOMAS, (tx, by) =>
			agreeAction(tx, by, about, form({ description: 'Shadow a conference', owner: '', dueOn: '' }))
		)
	);
	const [weak] = await as(cast.TOMAS, (tx, by) =>
		actionsAt(tx, by, { of: 'session', sessionId: started.sessionId })
	);
	expect(weak).toMatchObject({ state: 'weak', owner: 'nobody', mayChange: true, about: 'tomas' });
	const filled = {
		key: randomUUID(),
		edition: weak?.edition ?? '',
		description: 'Shadow a conference',
		owner: world.idOf(cast.TOMAS),
		dueOn: '4 dec 2026',
		risk: 'no'
	};
	expect(await as(cast.TOMAS, (tx, by) => changeAction(tx, by, actionId, filled))).toEqual({
		done: actionId
	});
	expect(await found(actionId, cast.TOMAS)).toMatchObject({
		state: 'to_do',
		mayChange: false,
		dueOn: '2026-12-04'
	});
	expect(await as(cast.OWEN, (tx, by) => newActionPage(tx, by, { ...about, carriesOn: '' }))).toBeNull();
});

test('its owner says that it is done, with what came of it, and can take that back today', async () => {
	const actionId = await agreed({ description: 'See the children alone' });
	expect(await finish(actionId, cast.TOMAS, { outcome: '', doneOn: 'tomorrow' })).toMatchObject({
		refused: [{ field: 'doneOn' }, { field: 'outcome' }]
	});
	expect(await finish(actionId, cast.AISHA)).toBe('absent');
	expect(await finish(actionId, cast.TOMAS)).toEqual({ done: actionId });
	const done = await found(actionId);
	expect(done).toMatchObject({ state: 'done', done: 'done on 20 Nov 2026: Seen, and the bed is there.' });
	expect(await finish(actionId, cast.TOMAS)).toMatchObject({
		conflict: 'This action is done already, on 20 Nov 2026: “Seen, and the bed is there.”. Nothing was saved.'
	});
	const formKey = done?.changes[0]?.formKey ?? '';
	expect(done?.changes[0]?.what).toEqual(['Done 20 Nov 2026']);
	expect(await as(cast.MARYAM, (tx, by) => undoAction(tx, by, formKey))).toBe('not_yours');
	expect(await as(cast.TOMAS, (tx, by) => undoAction(tx, by, formKey))).toBe('done');
	expect(await found(actionId)).toMatchObject({ state: 'to_do', done: null });
});

test('the day and the owner are changed by those who manage practice, over the version they saw', async () => {
	const actionId = await agreed({ description: 'Ask for the health record' });
	const typed = {
		key: randomUUID(),
		edition: await editionOf(actionId),
		description: 'Ask for the health record',
		owner: world.idOf(cast.TOMAS),
		dueOn: '11 dec 2026',
		risk: 'yes'
	};
	expect(await as(cast.TOMAS, (tx, by) => changeAction(tx, by, actionId, typed))).toEqual({
		notYours: 'What was agreed is changed by those who manage practice.'
	});
	expect(await as(cast.MARYAM, (tx, by) => changeAction(tx, by, actionId, typed))).toEqual({
		done: actionId
	});
	const late = { ...typed, key: randomUUID(), dueOn: '18 dec 2026' };
	expect(await as(cast.RUTH, (tx, by) => changeAction(tx, by, actionId, late))).toMatchObject({
		conflict:
			'This action was changed after you opened it. It now says: “Ask for the health record”, tomas, due 11 Dec 2026. What you typed is below: send it again to put yours in its place, or leave it.'
	});
	const changes = await as(cast.MARYAM, (tx) => changesAbout(tx, { caseId: ASH().case }, ['action']));
	const [last] = changes.filter(({ entityId }) => entityId === actionId);
	expect(last && changeInWords(last, { person: () => 'tomas', team: () => '' })).toBe(
		'Due from 27 Nov 2026 to 11 Dec 2026; about risk from no to yes'
	);
	expect(JSON.stringify(changes)).not.toContain('health record');
	expect(
		await as(cast.MARYAM, async (tx, by) =>
			takeOutAction(tx, by, actionId, { key: randomUUID(), edition: await editionOf(actionId) })
		)
	).toEqual({ done: actionId });
	expect(await found(actionId)).toBeNull();
});

test('what is said again while it stands undone carries on; the third time is told, and done once is done for all', async () => {
	const days: CalendarDate[] = ['2026-11-20', '2026-12-04', '2026-12-18'];
	const due = ['27 nov 2026', '11 dec 2026', '30 dec 2026'];
	const chain: string[] = [];
	for (const [place, on] of days.entries())
		chain.push(
			await agreed(
				{
					description: place === 1 ? ' arrange  the meeting.' : 'Arrange the meeting',
					dueOn: due[place] ?? ''
				},
				on
			)
		);
	const last = chain[2] ?? '';
	const on = days[2] ?? TODAY;
	const shown = await found(last, cast.MARYAM, on);
	expect(shown).toMatchObject({ tooOften: 'agreed three times since 20 Nov 2026 and never done' });
	expect(shown?.earlier.map(({ actionId }) => actionId)).toEqual([chain[1], chain[0]]);
	const own = await as(cast.TOMAS, (tx, by) => ownActions(tx, by), on);
	expect(
		own.filter(({ words: each }) => /arrange\s+the meeting/i.test(each)).map(({ actionId }) => actionId)
	).toEqual([last]);
	const overdueOf = async () =>
		(await world.findings(on)).filter(
			(each) =>
				each.startsWith('ACTION_OVERDUE') &&
				chain.some((actionId) => each.includes(`A-${actionId.slice(0, 8)}`))
		);
	expect(await overdueOf()).toHaveLength(1);
	expect(await finish(last, cast.TOMAS, {}, on)).toEqual({ done: last });
	for (const each of chain) expect(await found(each, cast.MARYAM, on)).toMatchObject({ state: 'done' });
	expect(await overdueOf()).toEqual([]);
});

test('managers see the actions of their scope by filter, the same in the file, and others see their own', async () => {
	const asked = (query: string, practitionerId: string | null = 'x') =>
		actionsAsked(new URLSearchParams(query), { practitionerId });
	await agreed({ description: 'Check the referral', dueOn: '23 nov 2026', risk: 'yes' });
	const risky = await as(cast.MARYAM, (tx, by) => actionsFound(tx, by, asked('whose=scope&risk=yes')));
	expect(words(risky.rows)).toEqual(['Check the referral']);
	expect(actionsCsv(risky)).toHaveLength(1);
	const overdue = await as(
		cast.MARYAM,
		(tx, by) => actionsFound(tx, by, asked('whose=scope&state=overdue')),
		'2026-11-24'
	);
	expect(words(overdue.rows)).toContain('Check the referral');
	expect(overdue.counts.overdue).toBe(overdue.rows.length);
	expect((await as(cast.OWEN, (tx, by) => actionsFound(tx, by, asked('whose=scope')))).rows).toEqual([]);
	expect((await as(cast.MARYAM, (tx, by) => actionsFound(tx, by, asked('')))).rows).toEqual([]);
});

test('as the application role nobody writes an action out of their scope, and an inspector none', async () => {
	const insert = (who: string, reference: string, caseName: string) =>
		as(who, (tx) =>
			tx.execute(
				sql`insert into actions (source, reference, case_id, agreed_on, recorded_on)
					values ('countersign', ${reference}, ${world.idOf(caseName)}, ${TODAY}, ${TODAY})`
			)
		);
	const refused = async (who: string, caseName: string) =>
		insert(who, randomUUID(), caseName).then(
			() => false,
			(error: unknown) => /row-level security/.test(String((error as { cause?: unknown }).cause))
		);
	expect(await refused(cast.TOMAS, 'C-OAK')).toBe(true);
	expect(await refused(cast.OWEN, 'C-ASH')).toBe(true);
	expect(await refused(cast.TOMAS, 'C-ASH')).toBe(false);
	await world.database.drizzle.execute(
		sql`update accounts set role = 'inspector' where id = ${world.accountOf(cast.TOMAS)}`
	);
	expect(await refused(cast.TOMAS, 'C-ASH')).toBe(true);
	await world.database.drizzle.execute(
		sql`update accounts set role = null where id = ${world.accountOf(cast.TOMAS)}`
	);
});
