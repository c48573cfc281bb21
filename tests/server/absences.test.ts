import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskingRole } from '#lib/domain/access.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { absencesOf, reductionsOf } from '#lib/server/store/absences.ts';
import { absencesShown } from '#lib/server/work/absence-page.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import {
	consequencesOf,
	saveAbsence,
	undoAway,
	withdrawAbsence,
	type AbsenceForm,
	type Keeper
} from '#lib/server/work/record-absence.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
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
	cast.kind('C-ASH', 'child_protection', '2026-03-02'),
	cast.lead('C-ASH', cast.TOMAS, '2026-03-02'),
	cast.openCase('C-OAK', '2026-03-02'),
	cast.kind('C-OAK', 'child_protection', '2026-03-02'),
	cast.lead('C-OAK', cast.LEO, '2026-03-02', null, { teamId: cast.ORCHARD })
];

interface World {
	database: Fresh;
	ids: Map<string, string>;
}

let world: World;
const askers = new Map<string, Omit<Keeper, 'today'>>();

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
	await review(world, TODAY);
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
	work: (tx: Transaction, by: Keeper) => Promise<Answer>,
	today: CalendarDate = TODAY
): Promise<Answer> {
	const asker = askers.get(name);
	if (!asker) throw new Error(`${name} has no account`);
	const asking = { actor: 'person', accountId: asker.accountId, today } as const;
	return inContext(world.database, asking, (tx) => work(tx, { ...asker, today }));
}

function review({ database }: World, day: CalendarDate) {
	return inContext(database, { actor: 'operator', name: 'test', today: day }, (tx) =>
		reviewAuthority(tx, { operator: 'test' }, day)
	);
}

function form(from: string | null, changed: Partial<AbsenceForm> = {}): AbsenceForm {
	return {
		key: randomUUID(),
		task: 'record',
		absence: '',
		edition: '',
		reason: 'sickness',
		from: from ?? '',
		to: '',
		cover: '',
		supervisionCover: '',
		share: '',
		until: '',
		...changed
	};
}

const save = (who: string, about: string, typed: AbsenceForm, today?: CalendarDate) =>
	as(who, (tx, by) => saveAbsence(tx, by, idOf(about), typed), today);

const rowsOf = (about: string) => as(cast.RUTH, (tx) => absencesOf(tx, idOf(about)));

async function standing(about: string) {
	return (await rowsOf(about)).filter(({ stands }) => stands);
}

async function only(about: string) {
	const [row] = await standing(about);
	if (!row) throw new Error(`${about} has no absence`);
	return row;
}

const undo = (formKey: string, today: CalendarDate = TODAY, who: string = cast.MARYAM) =>
	as(who, (tx, by) => undoAway(tx, by, idOf(cast.TOMAS), formKey), today);

const changesSeen = async () =>
	(await as(cast.MARYAM, (tx, by) => absencesShown(tx, by, idOf(cast.TOMAS), TODAY))).changes;

const lastForm = async () => (await changesSeen()).find(({ undone }) => !undone)?.formKey ?? '';

const reductionsStanding = async () =>
	(await as(cast.RUTH, (tx) => reductionsOf(tx, idOf(cast.TOMAS)))).filter(({ stands }) => stands);

/** What the rules find on days before the change, on it, and to come. */
const known = () => Promise.all(['2026-11-12', '2026-11-19', TODAY].map((day) => findings(world, day)));

async function flags(from = world, day: CalendarDate = TODAY): Promise<string[]> {
	const found = await from.database.drizzle.execute<{ flag: string }>(
		sql`select f.code || ' ' || coalesce(c.reference, p.reference) || ' ' || f.severity as flag from flags f
			left join cases c on c.id = f.subject_id left join practitioners p on p.id = f.subject_id
			where f.cleared_on is null or f.cleared_on > ${day} order by 1`
	);
	return found.map(({ flag }) => flag);
}

async function findings(from: World, on: CalendarDate): Promise<string[]> {
	const { findings: found } = await inContext(
		from.database,
		{ actor: 'operator', name: 'test', today: on },
		(tx) => pictureOfAuthority(tx, { on, hindsight: false })
	);
	return found
		.map(({ code, subject, severity, since }) => `${code} ${subject.reference} ${severity} ${since}`)
		.sort();
}

test('an absence is recorded with its audit row and its flags, in one step, and who recorded it', async () => {
	expect(await save(cast.MARYAM, cast.TOMAS, form('2026-11-02'))).toBe('done');
	expect(await flags()).toEqual(expect.arrayContaining(['HOLDER_ABSENT C-ASH critical']));
	const row = await only(cast.TOMAS);
	expect(row).toMatchObject({
		from: '2026-11-02',
		to: null,
		recordedOn: TODAY,
		changedBy: idOf(cast.MARYAM)
	});
	const audited = await world.database.drizzle.execute(
		sql`select action from audit where entity = 'absence' and entity_id = ${row.absenceId}`
	);
	expect([...audited]).toEqual([{ action: 'recorded' }]);
	const shown = await as(cast.RUTH, (tx, by) => absencesShown(tx, by, idOf(cast.TOMAS), TODAY));
	expect(shown.absences[0]?.recorded).toBe('Recorded by maryam on 20 Nov 2026');
});

test('what follows is said before anything is saved', async () => {
	const said = await as(cast.MARYAM, (tx, by) =>
		consequencesOf(tx, by, idOf(cast.TOMAS), form('2026-11-23'))
	);
	expect(said).toMatchObject({
		consequences: expect.arrayContaining([
			{ words: 'C-ASH (child protection plan) has nobody from Tue 1 Dec 2026.', grave: true }
		]) as unknown
	});
	expect(await rowsOf(cast.TOMAS)).toEqual([]);
});

test('the same form sent ten times at once acts once', async () => {
	const typed = form('2026-11-02');
	const answers = await Promise.all(Array.from({ length: 10 }, () => save(cast.MARYAM, cast.TOMAS, typed)));
	expect(new Set(answers)).toEqual(new Set(['done']));
	expect(await rowsOf(cast.TOMAS)).toHaveLength(1);
	const audited = await world.database.drizzle.execute(sql`select id from audit where entity = 'absence'`);
	expect(audited).toHaveLength(1);
});

test('on each following day the flags equal those of the same facts imported as native tables', async () => {
	await save(cast.MARYAM, cast.TOMAS, form('2026-11-23', { to: '2026-12-21' }));
	await save(cast.RUTH, cast.MARYAM, form('2026-11-16', { supervisionCover: idOf(cast.OWEN) }));
	const imported = await worldOf(
		cast.absence(cast.TOMAS, '2026-11-23', '2026-12-21', { recordedOn: TODAY, endRecordedOn: TODAY }),
		cast.absence(cast.MARYAM, '2026-11-16', null, { recordedOn: TODAY, supervisionCoverId: cast.OWEN })
	);
	try {
		await review(imported, TODAY);
		expect(await flags()).toEqual(await flags(imported));
		for (let day = TODAY; day <= '2026-12-23'; day = addDays(day, 1)) {
			expect([day, await findings(world, day)]).toEqual([day, await findings(imported, day)]);
		}
	} finally {
		await imported.database.close();
	}
});

test('a return with a phased reduction ends the absence as known today, and is undone the same day', async () => {
	await save(cast.MARYAM, cast.TOMAS, form('2026-11-02', {}), '2026-11-02');
	const { absenceId, edition } = await only(cast.TOMAS);
	const back = form(null, {
		task: 'return',
		absence: absenceId,
		edition,
		to: TODAY,
		share: '50',
		until: '2026-12-04'
	});
	expect(await save(cast.MARYAM, cast.TOMAS, back)).toBe('done');
	expect(await flags()).not.toContain('HOLDER_ABSENT C-ASH critical');
	expect(await only(cast.TOMAS)).toMatchObject({ to: TODAY, recordedOn: '2026-11-02', endRecordedOn: TODAY });
	expect((await reductionsStanding())[0]).toMatchObject({ share: 0.5, from: TODAY, to: '2026-12-04' });
	expect(await findings(world, '2026-11-19')).toContain('HOLDER_ABSENT C-ASH critical 2026-11-10');

	expect(await undo(back.key)).toBe('done');
	expect(await only(cast.TOMAS)).toMatchObject({ to: null, recordedOn: '2026-11-02', revision: 1 });
	expect(await reductionsStanding()).toEqual([]);
	expect(await flags()).toContain('HOLDER_ABSENT C-ASH critical');
});

test('a correction is known from today: before it, the old version stands', async () => {
	await save(cast.MARYAM, cast.TOMAS, form('2026-11-02'), '2026-11-02');
	const { absenceId, edition } = await only(cast.TOMAS);
	const covered = { task: 'change', absence: absenceId, edition, cover: idOf(cast.AISHA) } as const;
	expect(await save(cast.MARYAM, cast.TOMAS, form('2026-11-02', covered))).toBe('done');
	expect(await findings(world, '2026-11-19')).toContain('HOLDER_ABSENT C-ASH critical 2026-11-10');
	expect((await findings(world, TODAY)).join()).not.toContain('HOLDER_ABSENT');
	const then = await as(cast.RUTH, (tx, by) => absencesShown(tx, by, idOf(cast.TOMAS), '2026-11-19'));
	expect(then.absences.map(({ cover }) => cover)).toEqual(['nobody named']);
	const now = await as(cast.RUTH, (tx, by) => absencesShown(tx, by, idOf(cast.TOMAS), TODAY));
	expect(now.absences.map(({ cover, earlier }) => [cover, earlier.length])).toEqual([['aisha', 1]]);
});

test('undoing what was recorded today leaves nothing, on another day it is refused', async () => {
	await save(cast.MARYAM, cast.TOMAS, form('2026-11-02'));
	const recorded = await lastForm();
	expect(await undo(recorded, '2026-11-23')).toMatchObject({ refused: /today/ });
	expect(await undo(recorded)).toBe('done');
	expect(await standing(cast.TOMAS)).toEqual([]);
	expect((await flags()).join()).not.toContain('HOLDER_ABSENT');
	expect(await save(cast.MARYAM, cast.TOMAS, form('2026-11-02'))).toBe('done');
});

test('an absence that was withdrawn by mistake stands again the same day, with the phased return it brought', async () => {
	await save(cast.MARYAM, cast.TOMAS, form('2026-11-02'), '2026-11-02');
	const first = await only(cast.TOMAS);
	const share = { share: '50', until: '2026-12-04' };
	const back = {
		task: 'return',
		absence: first.absenceId,
		edition: first.edition,
		to: '2026-11-25',
		...share
	} as const;
	await save(cast.MARYAM, cast.TOMAS, form(null, back));
	const before = await known();
	const { absenceId, edition } = await only(cast.TOMAS);
	const withdraw = { key: randomUUID(), absence: absenceId, edition };
	const withdrawn = () => as(cast.MARYAM, (tx, by) => withdrawAbsence(tx, by, idOf(cast.TOMAS), withdraw));
	expect([await withdrawn(), await withdrawn()]).toEqual(['done', 'done']);
	expect(await standing(cast.TOMAS)).toEqual([]);
	expect(await reductionsStanding()).toEqual([]);
	expect(await known()).not.toEqual(before);
	const [change] = await changesSeen();
	expect(change).toMatchObject({ formKey: withdraw.key, mayUndo: true, undone: false });
	expect(change?.what.map((each) => each.split(':')[0])).toEqual([
		'Reduction of capacity withdrawn',
		'Absence withdrawn'
	]);
	expect(await undo(withdraw.key)).toBe('done');
	expect(await known()).toEqual(before);
	expect(await only(cast.TOMAS)).toMatchObject({ absenceId, to: '2026-11-25', recordedOn: '2026-11-02' });
	expect(await reductionsStanding()).toMatchObject([{ share: 0.5, afterAbsence: absenceId }]);
	expect((await changesSeen()).map(({ undone, mayUndo }) => [undone, mayUndo])).toEqual([
		[false, false],
		[true, false],
		[false, false],
		[false, false]
	]);
	const audited = await world.database.drizzle.execute<{ action: string }>(
		sql`select action from audit where entity in ('absence', 'reduction') order by id`
	);
	expect(audited.map(({ action }) => action)).toEqual([
		'recorded',
		'ended',
		'recorded',
		'withdrawn',
		'withdrawn',
		'undone',
		'undone'
	]);
});

test('nothing is put back over what was recorded since, nor by somebody who may not keep it', async () => {
	await save(cast.MARYAM, cast.TOMAS, form('2026-11-02'));
	const { absenceId, edition } = await only(cast.TOMAS);
	const key = randomUUID();
	await as(cast.MARYAM, (tx, by) =>
		withdrawAbsence(tx, by, idOf(cast.TOMAS), { key, absence: absenceId, edition })
	);
	expect(await undo(key, TODAY, cast.TOMAS)).toBe('not_yours');
	expect(await undo(key, TODAY, cast.OWEN)).toBe('absent');
	await save(cast.MARYAM, cast.TOMAS, form('2026-11-09', { reason: 'leave' }));
	expect(await undo(key)).toMatchObject({ refused: /recorded since on some of the same days/ });
	expect(await standing(cast.TOMAS)).toHaveLength(1);
	expect(await undo(await lastForm())).toBe('done');
	expect(await undo(key)).toBe('done');
	expect(await only(cast.TOMAS)).toMatchObject({ absenceId, from: '2026-11-02', reason: 'sickness' });
	expect(await flags()).toContain('HOLDER_ABSENT C-ASH critical');
});

test('the later of two managers is shown the conflict, and can then go on', async () => {
	await save(cast.MARYAM, cast.TOMAS, form('2026-11-02'));
	const { absenceId, edition } = await only(cast.TOMAS);
	const change = (cover: string, seen: string) =>
		form('2026-11-02', { task: 'change', absence: absenceId, edition: seen, cover: idOf(cover) });
	expect(await save(cast.RUTH, cast.TOMAS, change(cast.OWEN, edition))).toBe('done');
	const answer = await save(cast.MARYAM, cast.TOMAS, change(cast.AISHA, edition));
	if (typeof answer === 'string' || !('conflict' in answer)) throw new Error('no conflict was said');
	expect(answer.conflict).toMatch(/^ruth changed this absence at .*cases covered by owen/);
	expect((await only(cast.TOMAS)).coverId).toBe(idOf(cast.OWEN));
	expect(await save(cast.MARYAM, cast.TOMAS, change(cast.AISHA, answer.edition))).toBe('done');
	expect((await only(cast.TOMAS)).coverId).toBe(idOf(cast.AISHA));
});

test('what cannot be is said in a sentence, and nothing is written', async () => {
	await save(cast.MARYAM, cast.AISHA, form('2026-11-16'));
	const words = async (typed: AbsenceForm, about: string = cast.TOMAS) => {
		const answer = await save(cast.MARYAM, about, typed);
		return typeof answer !== 'string' && 'refused' in answer
			? answer.refused.map((each) => each.words)
			: answer;
	};
	expect(await words(form('2026-11-17'), cast.AISHA)).toEqual([
		'They are already recorded as away from 16 Nov 2026 with no end. Change that absence, or choose days outside it.'
	]);
	expect(await words(form('2026-11-23', { to: '2026-11-20' }))).toEqual([
		'The first day back must be after the first day away, 23 Nov 2026.'
	]);
	expect(await words(form('2026-11-23', { cover: idOf(cast.TOMAS) }))).toEqual([
		'Nobody covers for themselves. Choose somebody else, or nobody.'
	]);
	expect(await words(form('2026-11-23', { cover: idOf(cast.AISHA) }))).toEqual([
		'Aisha is away on 23 Nov 2026. Choose somebody who is here.'
	]);
	expect(await words(form('2062-11-23'))).toEqual([
		'23 Nov 2062 is more than two years away from today. Check the year.'
	]);
	expect(await words(form('2026-02-31'))).toEqual([
		'“2026-02-31” is not a day. Type it as 3 mar, 3/3/2026 or last friday.'
	]);
	expect(await words(form('2026-11-23', { cover: 'Somebody' }))).toEqual([
		'“Somebody” is nobody on the list. Choose somebody, or leave it empty.'
	]);
	expect(await rowsOf(cast.TOMAS)).toEqual([]);
});

test('nobody keeps their own absence, a practitioner keeps nobody’s, and another team looks absent', async () => {
	expect(await save(cast.MARYAM, cast.MARYAM, form('2026-11-23'))).toBe('not_yours');
	expect(await save(cast.TOMAS, cast.TOMAS, form('2026-11-23'))).toBe('not_yours');
	expect(await save(cast.OWEN, cast.TOMAS, form('2026-11-23'))).toBe('absent');
	expect(await save(cast.RUTH, cast.MARYAM, form('2026-11-23'))).toBe('done');
});

test('the database itself refuses an absence of one’s own, and one outside the scope', async () => {
	const insert = (who: string, about: string) =>
		as(who, (tx, by) =>
			tx.execute(
				sql`insert into absences (practitioner_id, from_on, reason, recorded_on, changed_by, changed_on)
					values (${idOf(about)}, '2026-11-23', 'leave', ${TODAY}, ${by.practitionerId}, ${TODAY})`
			)
		);
	for (const [who, about] of [
		[cast.TOMAS, cast.TOMAS],
		[cast.MARYAM, cast.MARYAM],
		[cast.OWEN, cast.TOMAS]
	] as const)
		await expect(insert(who, about)).rejects.toMatchObject({ cause: { code: '42501' } });
	await expect(insert(cast.MARYAM, cast.TOMAS)).resolves.toBeTruthy();
});

test('an absence of somebody who covers in another team turns the flags of those cases too', async () => {
	await save(cast.OWEN, cast.LEO, form('2026-11-02', { cover: idOf(cast.TOMAS) }));
	expect((await flags()).join()).not.toContain('HOLDER_ABSENT C-OAK');
	const typed = form('2026-11-20');
	const said = await as(cast.MARYAM, (tx, by) => consequencesOf(tx, by, idOf(cast.TOMAS), typed));
	expect(JSON.stringify(said)).toContain('1 case outside your scope has nobody from Fri 20 Nov 2026');
	expect(JSON.stringify(said)).not.toContain('C-OAK');
	await save(cast.MARYAM, cast.TOMAS, typed);
	expect(await flags()).toContain('HOLDER_ABSENT C-OAK critical');
});
