import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { changesAbout, changesOfForm, factNow } from '#lib/server/store/changes.ts';
import { changeFact, recordFact, takeOutFact } from '#lib/server/work/change-fact.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import { changesShown, undoForm } from '#lib/server/work/undo-change.ts';
import * as cast from '../cast.ts';
import { TODAY, worldsWith, type World } from './world.ts';

let world: World;

const open = worldsWith(
	cast.openCase('C-ASH', '2026-03-02'),
	cast.kind('C-ASH', 'child_protection', '2026-03-02'),
	cast.lead('C-ASH', cast.TOMAS, '2026-03-02')
);

beforeEach(async () => {
	world = await open();
});

afterEach(() => world.close());

const idOf = (name: string) => world.idOf(name);
const as: World['as'] = (name, work, today) => world.as(name, work, today);

const always = () => true;
const about = (name: string) => ({ practitionerId: idOf(name) });

async function postingOf(name: string): Promise<string> {
	const [row] = await world.database.drizzle.execute<{ id: string }>(
		sql`select id from postings where practitioner_id = ${idOf(name)} and superseded_at is null order by from_on desc`
	);
	if (!row) throw new Error(`${name} has no posting`);
	return row.id;
}

/** Every row of somebody's postings but for the instants at which they were written, in order. */
async function standing(name: string) {
	const rows = await world.database.drizzle.execute(
		sql`select id, team_id, role, supervisor_id, fte::float8 as fte, from_on, to_on, recorded_on, end_recorded_on
			from postings where practitioner_id = ${idOf(name)} and superseded_at is null order by from_on`
	);
	return [...rows];
}

async function answersOn(day: CalendarDate): Promise<string[]> {
	const { findings, view } = await world.operator(
		(tx) => pictureOfAuthority(tx, { on: day, hindsight: false }),
		day
	);
	const rows = [...view.authority.people.values()].flatMap(({ reference, postings }) =>
		postings
			.filter(({ recordedOn, supersededOn }) => (recordedOn ?? '') <= day && (supersededOn ?? '9') > day)
			.map((posting) => `${reference} ${posting.role} ${posting.from} ${posting.supervisorId}`)
	);
	return [
		...findings.map(({ code, subject, since }) => `${code} ${subject.reference} ${since}`),
		...rows
	].sort();
}

/** Owen supervises Tomas from now on, as Maryam says. */
async function correct(key = randomUUID(), set: Record<string, string> = {}, edition?: string) {
	const entityId = await postingOf(cast.TOMAS);
	const which = {
		entity: 'posting',
		entityId,
		about: about(cast.TOMAS),
		...(edition ? { edition } : {})
	} as const;
	const to = { supervisor_id: idOf(cast.OWEN), recorded_on: TODAY, ...set };
	return as(cast.MARYAM, (tx, by) =>
		changeFact(tx, by, { key, why: 'Entered wrongly.' }, which, { change: 'corrected', set: to })
	);
}

const undo = (who: string, key: string, day: CalendarDate = TODAY) =>
	as(who, (tx, by) => undoForm(tx, by, key, always), day);

test('a change says who, when, from what, to what and why, with its audit row', async () => {
	const key = randomUUID();
	expect(await correct(key)).toBe('done');
	const shown = await as(cast.RUTH, (tx, by) => changesShown(tx, by, about(cast.TOMAS), ['posting'], true));
	expect(shown).toEqual([
		{
			formKey: key,
			made: expect.stringMatching(/^20 Nov 2026 at \d\d:\d\d, maryam$/) as unknown,
			what: ['Supervisor from maryam to owen, from 2 Apr 2018'],
			why: 'Entered wrongly.',
			undone: false,
			mayUndo: true
		}
	]);
	const audited = await world.database.drizzle.execute(
		sql`select action from audit where entity = 'posting' and entity_id = ${await postingOf(cast.TOMAS)}`
	);
	expect([...audited]).toEqual([{ action: 'corrected' }]);
});

test('what is undone the same day stands as before, and every day answers as if it had never been', async () => {
	const days = [addDays(TODAY, -30), addDays(TODAY, -1), TODAY, addDays(TODAY, 1)];
	const rows = await standing(cast.TOMAS);
	const answers = await Promise.all(days.map(answersOn));
	const key = randomUUID();
	await correct(key);
	expect(await standing(cast.TOMAS)).not.toEqual(rows);
	expect(await undo(cast.MARYAM, key)).toBe('done');
	expect(await standing(cast.TOMAS)).toEqual(rows);
	expect(await Promise.all(days.map(answersOn))).toEqual(answers);
	const shown = await as(cast.RUTH, (tx, by) => changesShown(tx, by, about(cast.TOMAS), ['posting'], true));
	expect(shown.map(({ what, undone, mayUndo }) => ({ what, undone, mayUndo }))).toEqual([
		{ what: ['Undone: supervisor from owen to maryam, from 2 Apr 2018'], undone: false, mayUndo: false },
		{ what: ['Supervisor from maryam to owen, from 2 Apr 2018'], undone: true, mayUndo: false }
	]);
});

test('a form that ends one fact and begins another is undone as a whole', async () => {
	const rows = await standing(cast.TOMAS);
	const answers = await answersOn(TODAY);
	const key = randomUUID();
	const entityId = await postingOf(cast.TOMAS);
	await as(cast.MARYAM, async (tx, by) => {
		const form = { key, why: null };
		const begun = {
			practitioner_id: idOf(cast.TOMAS),
			team_id: idOf(cast.ORCHARD),
			supervisor_id: idOf(cast.OWEN),
			role: 'practitioner',
			fte: 0.8,
			from_on: TODAY
		};
		await recordFact(tx, by, form, { entity: 'posting', row: begun, about: about(cast.TOMAS) });
		const ends = { to_on: TODAY, end_recorded_on: TODAY };
		const which = { entity: 'posting', entityId, about: about(cast.TOMAS) } as const;
		await changeFact(tx, by, form, which, { change: 'ended', set: ends });
	});
	expect(await standing(cast.TOMAS)).toHaveLength(2);
	const seen = await as(cast.MARYAM, (tx) => tx.execute(sql`select visible_practitioners() as id`));
	expect([...seen].map(({ id }) => id)).not.toContain(idOf(cast.TOMAS));
	const shown = await as(cast.OWEN, (tx, by) => changesShown(tx, by, about(cast.TOMAS), ['posting'], true));
	expect(shown[0]?.what).toEqual([
		'Posting recorded: team orchard, role practitioner, supervisor owen, FTE 0.8, first day 20 Nov 2026',
		'Posting from 2 Apr 2018: until 20 Nov 2026'
	]);
	expect(await undo(cast.MARYAM, key)).toBe('done');
	expect(await standing(cast.TOMAS)).toEqual(rows);
	expect(await answersOn(TODAY)).toEqual(answers);
	expect(await undo(cast.RUTH, key)).toBe('done');
	expect(await standing(cast.TOMAS)).toEqual(rows);
});

test('what was withdrawn is put back under its own id', async () => {
	const rows = await standing(cast.TOMAS);
	const answers = await answersOn(addDays(TODAY, -1));
	const key = randomUUID();
	const which = {
		entity: 'posting',
		entityId: await postingOf(cast.TOMAS),
		about: about(cast.TOMAS)
	} as const;
	await as(cast.RUTH, (tx, by) => takeOutFact(tx, by, { key, why: 'It never was.' }, which));
	expect(await standing(cast.TOMAS)).toEqual([]);
	expect(await answersOn(addDays(TODAY, -1))).toEqual(answers);
	expect(await undo(cast.RUTH, key)).toBe('done');
	expect(await standing(cast.TOMAS)).toEqual(rows);
	expect(await answersOn(addDays(TODAY, -1))).toEqual(answers);
});

test('it is refused in words once the day is over, or when somebody or a file has touched the fact since', async () => {
	const key = randomUUID();
	await correct(key);
	expect(await undo(cast.MARYAM, key, addDays(TODAY, 1))).toEqual({
		refused: expect.stringContaining('today') as unknown
	});
	const later = randomUUID();
	expect(await correct(later, { supervisor_id: idOf(cast.AISHA) })).toBe('done');
	expect(await undo(cast.MARYAM, key)).toEqual({ refused: expect.stringContaining('since') as unknown });
	expect(await undo(cast.MARYAM, later)).toBe('done');
	expect(await undo(cast.MARYAM, key)).toEqual({ refused: expect.stringContaining('since') as unknown });

	const filed = randomUUID();
	expect(await correct(filed, { supervisor_id: idOf(cast.RUTH) })).toBe('done');
	const entityId = await postingOf(cast.TOMAS);
	await world.operator((tx) => tx.execute(sql`update postings set fte = 0.5 where id = ${entityId}`));
	expect(await undo(cast.MARYAM, filed)).toEqual({ refused: expect.stringContaining('since') as unknown });
});

test('it is refused where something recorded since stands in its place', async () => {
	const key = randomUUID();
	const which = {
		entity: 'posting',
		entityId: await postingOf(cast.TOMAS),
		about: about(cast.TOMAS)
	} as const;
	await as(cast.RUTH, (tx, by) => takeOutFact(tx, by, { key, why: 'It never was.' }, which));
	await world.operator((tx) =>
		tx.execute(sql`insert into postings (practitioner_id, team_id, role, fte, from_on)
			values (${idOf(cast.TOMAS)}, ${idOf(cast.HARBOUR)}, 'practitioner', 1, '2026-01-05')`)
	);
	expect(await undo(cast.RUTH, key)).toEqual({ refused: expect.stringContaining('in its place') as unknown });
	expect(await standing(cast.TOMAS)).toHaveLength(1);
});

test('two who undo one form at once undo it once', async () => {
	const key = randomUUID();
	await correct(key);
	expect(await Promise.all([undo(cast.MARYAM, key), undo(cast.RUTH, key)])).toEqual(['done', 'done']);
	const undone = await world.database.drizzle.execute(sql`select id from changes where undoes = ${key}`);
	expect(undone).toHaveLength(1);
});

test('of two who change one version the second is told', async () => {
	const { edition } = (await as(cast.MARYAM, async (tx) =>
		factNow(tx, 'posting', await postingOf(cast.TOMAS))
	)) ?? {
		edition: ''
	};
	const both = await Promise.all([
		correct(randomUUID(), {}, edition),
		correct(randomUUID(), { supervisor_id: idOf(cast.RUTH) }, edition)
	]);
	expect(both.sort()).toEqual(['changed_since', 'done']);
});

test('a change is seen where its person is in scope, and by nobody else', async () => {
	const key = randomUUID();
	await correct(key);
	for (const [who, count] of [
		[cast.TOMAS, 1],
		[cast.RUTH, 1],
		[cast.OWEN, 1]
	] as const)
		expect(await as(who, (tx) => changesAbout(tx, about(cast.TOMAS), ['posting'])), who).toHaveLength(count);
	expect(await undo(cast.MARYAM, key)).toBe('done');
	expect(await as(cast.OWEN, (tx) => changesOfForm(tx, key))).toEqual([]);
	expect(await undo(cast.OWEN, key)).toBe('absent');
});

test('nobody notes a change as somebody else, about somebody out of scope, or about their own posting', async () => {
	const noted = (who: string, whom: string, changed: { account?: string; by?: string } = {}) =>
		as(who, (tx, by) =>
			tx.execute(sql`insert into changes (form_key, entity, entity_id, practitioner_id, change, after, made_on, made_by, account_id)
				values (${randomUUID()}, 'posting', ${randomUUID()}, ${idOf(whom)}, 'corrected', '{}', ${TODAY},
					${changed.by ?? by.practitionerId}, ${changed.account ?? by.accountId})`)
		);
	await noted(cast.MARYAM, cast.TOMAS);
	const refused = { cause: { code: '42501' } };
	await expect(noted(cast.MARYAM, cast.LEO)).rejects.toMatchObject(refused);
	await expect(noted(cast.MARYAM, cast.MARYAM)).rejects.toMatchObject(refused);
	await expect(noted(cast.MARYAM, cast.TOMAS, { by: idOf(cast.RUTH) })).rejects.toMatchObject(refused);
	const account = world.accountOf(cast.RUTH);
	await expect(noted(cast.MARYAM, cast.TOMAS, { account })).rejects.toMatchObject(refused);
});

test('changes stay as they were made, and an earlier version of a fact as it was known', async () => {
	await correct();
	for (const attempt of [sql`update changes set why = ''`, sql`delete from changes`, sql`truncate changes`])
		await expect(world.database.drizzle.execute(attempt)).rejects.toMatchObject({ cause: { code: '23001' } });
	for (const set of [
		sql`fte = 0.1`,
		sql`superseded_on = null, superseded_at = null`,
		sql`superseded_on = '2020-01-01'`
	])
		await expect(
			world.operator((tx) =>
				tx.execute(
					sql`update postings set ${set} where version_of = ${sql`(select entity_id from changes limit 1)`}`
				)
			)
		).rejects.toMatchObject({ cause: { code: '23001' } });
});
