import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { postingsOf } from '#lib/server/store/postings.ts';
import {
	consequencesOfPosting,
	editionOfPostings,
	savePosting,
	undoPosting,
	type PostingForm
} from '#lib/server/work/change-posting.ts';
import { EVERY_FLAG, flagList } from '#lib/server/work/flag-list.ts';
import { heatmapOfTeam } from '#lib/server/work/heatmap.ts';
import { postingFormPage, postingsShown, turnsAhead } from '#lib/server/work/postings-page.ts';
import { practitionerPage } from '#lib/server/work/practitioner-page.ts';
import * as cast from '../cast.ts';
import { TODAY, worldsWith, worldWith, type World } from './world.ts';

const MONDAY = '2026-11-23';

const CASES: readonly cast.Change[] = [
	...Array.from({ length: 12 }, (_, place) => `C-${String(place + 1).padStart(2, '0')}`).flatMap(
		(id, place) => [
			cast.openCase(id, '2026-03-02'),
			cast.kind(id, place < 3 ? 'child_protection' : 'child_in_need', '2026-03-02'),
			cast.lead(id, cast.TOMAS, '2026-03-02'),
			cast.oversight(id, cast.MARYAM, '2026-11-16')
		]
	),
	cast.openCase('C-OAK', '2026-03-02'),
	cast.kind('C-OAK', 'child_in_need', '2026-03-02'),
	cast.lead('C-OAK', cast.LEO, '2026-03-02', null, { teamId: cast.ORCHARD })
];

let world: World;

const open = worldsWith(...CASES);

beforeEach(async () => {
	world = await open();
});

afterEach(() => world.close());

const rowsOf = (about: string, who: string = cast.RUTH) =>
	world.as(who, (tx) => postingsOf(tx, world.idOf(about)));

async function form(about: string, changed: Partial<PostingForm>): Promise<PostingForm> {
	const rows = await world.operator((tx) => postingsOf(tx, world.idOf(about)));
	const now = rows.find(({ stands }) => stands);
	return {
		key: randomUUID(),
		task: 'move',
		posting: '',
		edition: editionOfPostings(rows),
		from: '',
		to: '',
		lastOn: '',
		team: now?.teamId ?? '',
		role: now?.role ?? '',
		supervisor: now?.supervisorId ?? '',
		fte: now ? String(now.fte) : '',
		agency: '',
		never: '',
		why: '',
		...changed
	};
}

const save = (who: string, about: string, typed: PostingForm, today?: CalendarDate) =>
	world.as(who, (tx, by) => savePosting(tx, by, world.idOf(about), typed), today);

const undo = (who: string, about: string, key: string, today?: CalendarDate) =>
	world.as(who, (tx, by) => undoPosting(tx, by, world.idOf(about), key), today);

const toOrchard = (from: string, changed: Partial<PostingForm> = {}) =>
	form(cast.TOMAS, { from, team: world.idOf(cast.ORCHARD), supervisor: world.idOf(cast.OWEN), ...changed });

/** On each of these days, what is found with what was saved is what is found with the same facts brought in by file. */
async function expectAsImported(days: number, ...changes: cast.Change[]): Promise<void> {
	const imported = await worldWith(...CASES, ...changes);
	try {
		for (let day = addDays(TODAY, -days); day <= addDays(TODAY, days); day = addDays(day, 1))
			expect(await world.findings(day), day).toEqual(await imported.findings(day));
	} finally {
		await imported.close();
	}
}

async function answersFrom(days: readonly CalendarDate[]) {
	const answers: string[][] = [];
	for (const day of days) answers.push(await world.findings(day));
	return answers;
}

const asTyped = { recordedOn: TODAY };

test('a move from next Monday says what follows before it is saved, and nothing is written', async () => {
	const typed = await toOrchard('next monday');
	const said = await world.as(cast.MARYAM, (tx, by) =>
		consequencesOfPosting(tx, by, world.idOf(cast.TOMAS), typed)
	);
	expect(said).toMatchObject({
		consequences: [
			{ words: expect.stringMatching(/^Until 23 Nov 2026: practitioner in harbour/) as unknown },
			{ words: 'From 23 Nov 2026: practitioner in orchard, supervised by owen, FTE 1.' },
			{
				words:
					'12 cases they lead come under another team or supervisor on Mon 23 Nov 2026, each with oversight to record by Mon 30 Nov 2026: C-01, C-02, C-03 first, of high stakes.'
			},
			{ words: 'On Mon 23 Nov 2026 owen supervises 2 instead of 1.' },
			{ words: 'On Mon 23 Nov 2026 maryam supervises 3 instead of 4.' }
		],
		days: expect.arrayContaining([
			expect.stringMatching(/^On Tue 1 Dec 2026: raised Handed over without oversight \(12\)/)
		]) as unknown
	});
	expect(await rowsOf(cast.TOMAS)).toHaveLength(1);
	expect(await world.as(cast.RUTH, (tx) => tx.execute(sql`select id from changes`))).toHaveLength(0);
});

test('a move from next Monday is known from today, comes on its day, and raises its flags on theirs', async () => {
	expect(
		await save(cast.MARYAM, cast.TOMAS, await toOrchard('23/11/2026', { why: 'Orchard opens a desk.' }))
	).toBe('done');
	expect((await rowsOf(cast.TOMAS)).filter(({ stands }) => stands)).toMatchObject([
		{ from: MONDAY, to: null, recordedOn: TODAY, teamId: world.idOf(cast.ORCHARD) },
		{ from: '2018-04-02', to: MONDAY, recordedOn: null, endRecordedOn: TODAY }
	]);
	const shown = await world.as(cast.MARYAM, (tx, by) => postingsShown(tx, by, world.idOf(cast.TOMAS), TODAY));
	expect(shown.postings.map(({ when, days }) => [when, days])).toEqual([
		['to come', 'From 23 Nov 2026'],
		['now', 'From 2 Apr 2018 until 23 Nov 2026']
	]);
	expect(shown.changes[0]).toMatchObject({
		what: [
			'Posting from 2 Apr 2018: until 23 Nov 2026',
			'Posting recorded: team orchard, role practitioner, supervisor owen, FTE 1, first day 23 Nov 2026'
		],
		why: 'Orchard opens a desk.',
		mayUndo: true
	});
	const audited = await world.database.drizzle.execute(
		sql`select action from audit where entity = 'posting' order by id`
	);
	expect(audited.map(({ action }) => action)).toEqual(['ended', 'recorded']);
	await expectAsImported(
		14,
		cast.posting(cast.TOMAS, { to: MONDAY, endRecordedOn: TODAY }),
		cast.posting(cast.TOMAS, { from: MONDAY, teamId: cast.ORCHARD, supervisorId: cast.OWEN, ...asTyped })
	);
	expect(await world.findings('2026-11-30')).not.toContainEqual(expect.stringMatching(/^HANDOVER/));
	expect(await world.findings('2026-12-01')).toContainEqual(
		expect.stringMatching(/^HANDOVER_WITHOUT_OVERSIGHT C-01 high/)
	);
});

test('acting up stands for its days and the earlier posting resumes', async () => {
	const typed = await form(cast.TOMAS, {
		task: 'act-up',
		from: MONDAY,
		to: '2026-12-01',
		role: 'practice_supervisor',
		supervisor: world.idOf(cast.RUTH)
	});
	expect(await save(cast.MARYAM, cast.TOMAS, typed)).toBe('done');
	await expectAsImported(
		14,
		cast.posting(cast.TOMAS, { to: MONDAY, endRecordedOn: TODAY }),
		cast.posting(cast.TOMAS, {
			from: MONDAY,
			to: '2026-12-01',
			role: 'practice_supervisor',
			supervisorId: cast.RUTH,
			recordedOn: TODAY,
			endRecordedOn: TODAY
		}),
		cast.posting(cast.TOMAS, { from: '2026-12-01', ...asTyped })
	);
});

test('a leaver with 12 cases: each without a lead is said before, and flagged from its day', async () => {
	const typed = await form(cast.TOMAS, { task: 'leave', lastOn: '27 nov' });
	const said = await world.as(cast.MARYAM, (tx, by) =>
		consequencesOfPosting(tx, by, world.idOf(cast.TOMAS), typed)
	);
	expect(said).toMatchObject({
		consequences: expect.arrayContaining([
			{ words: 'Not in post from Sat 28 Nov 2026.', grave: false },
			{ words: 'C-01 (child protection plan) has no lead in post from Sat 28 Nov 2026.', grave: true },
			{ words: '9 cases of lower stakes have no lead in post from Sat 28 Nov 2026.', grave: true }
		]) as unknown,
		days: expect.arrayContaining([
			expect.stringMatching(/^On Sat 28 Nov 2026: raised Unallocated \(3\)/),
			expect.stringMatching(/^On Sat 5 Dec 2026: raised Unallocated \(12\)/)
		]) as unknown
	});
	expect(await save(cast.MARYAM, cast.TOMAS, typed)).toBe('done');
	await expectAsImported(
		16,
		cast.posting(cast.TOMAS, { to: '2026-11-28', endRecordedOn: TODAY }),
		cast.person(cast.TOMAS, { leftOn: '2026-11-28', endRecordedOn: TODAY })
	);
	const left = await world.as(cast.MARYAM, (tx, by) => postingsShown(tx, by, world.idOf(cast.TOMAS), TODAY));
	expect(left.left).toBe('Leaves: not in post from 28 Nov 2026.');
});

test('a leaver of last week is flagged at once, and the days before answer as they did', async () => {
	const past = [addDays(TODAY, -9), addDays(TODAY, -8), addDays(TODAY, -1)];
	const answers = await answersFrom(past);
	expect(
		await save(cast.MARYAM, cast.TOMAS, await form(cast.TOMAS, { task: 'leave', lastOn: '2026-11-11' }))
	).toBe('done');
	expect(await answersFrom(past)).toEqual(answers);
	expect(await world.flags()).toEqual(expect.arrayContaining(['UNALLOCATED C-01', 'UNALLOCATED C-12']));
});

test('a manager who leaves leaves supervisees and the team without anybody', async () => {
	const typed = await form(cast.MARYAM, { task: 'leave', lastOn: TODAY });
	const said = await world.as(cast.RUTH, (tx, by) =>
		consequencesOfPosting(tx, by, world.idOf(cast.MARYAM), typed)
	);
	expect(said).toMatchObject({
		consequences: expect.arrayContaining([
			{ words: 'Tomas has no supervisor from Sat 21 Nov 2026.', grave: true },
			{ words: 'harbour has no team manager in post from Sat 21 Nov 2026.', grave: true }
		]) as unknown
	});
});

test('the same form sent ten times at once acts once', async () => {
	const typed = await toOrchard(MONDAY);
	const answers = await Promise.all(Array.from({ length: 10 }, () => save(cast.MARYAM, cast.TOMAS, typed)));
	expect(new Set(answers)).toEqual(new Set(['done']));
	expect((await rowsOf(cast.TOMAS)).filter(({ stands }) => stands)).toHaveLength(2);
});

test('of two managers at once the second is told what the first said, and keeps what was typed', async () => {
	const forms = [
		await toOrchard(MONDAY),
		await form(cast.TOMAS, { task: 'hours', from: '2026-12-01', fte: '60 %' })
	] as const;
	const answers = await Promise.all([
		save(cast.MARYAM, cast.TOMAS, forms[0]),
		save(cast.RUTH, cast.TOMAS, forms[1])
	]);
	const told = answers.findIndex((answer) => answer !== 'done');
	expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
	const second = answers[told];
	if (typeof second !== 'object' || !('conflict' in second)) throw new Error('the second was not told');
	expect(second.conflict).toMatch(/changed meanwhile, last by (maryam|ruth) at \d\d:\d\d/);
	const again = { ...forms[told === 0 ? 0 : 1], edition: second.edition };
	expect(await save(told === 0 ? cast.MARYAM : cast.RUTH, cast.TOMAS, again)).toBe('done');
});

test('what was done today is undone, though its person has left the manager’s team, and every day answers as before', async () => {
	const days = [addDays(TODAY, -30), addDays(TODAY, -1), TODAY, addDays(TODAY, 1), addDays(TODAY, 14)];
	const rows = await rowsOf(cast.TOMAS);
	const answers = await answersFrom(days);
	const flags = await world.flags();
	for (const typed of [
		await toOrchard(TODAY),
		await toOrchard('2026-11-03'),
		await form(cast.TOMAS, { task: 'leave', lastOn: '2026-11-06' }),
		await form(cast.TOMAS, {
			task: 'correct',
			posting: rows[0]?.postingId ?? '',
			from: '2018-05-01',
			why: 'Mistyped.'
		})
	]) {
		const { edition } = await form(cast.TOMAS, {});
		expect(await save(cast.MARYAM, cast.TOMAS, { ...typed, edition })).toBe('done');
		expect((await rowsOf(cast.TOMAS, cast.DIANA)).filter(({ stands }) => stands)).not.toEqual(rows);
		expect(await undo(cast.MARYAM, cast.TOMAS, typed.key)).toBe('done');
		expect(await answersFrom(days)).toEqual(answers);
		expect(await world.flags()).toEqual(flags);
	}
	const standing = (await rowsOf(cast.TOMAS)).filter(({ stands }) => stands);
	expect(standing.map(({ edition: _, ...row }) => row)).toEqual(rows.map(({ edition: _, ...row }) => row));
});

test('an undo is refused the day after, and when the posting was changed since', async () => {
	const first = await toOrchard(MONDAY);
	await save(cast.MARYAM, cast.TOMAS, first);
	expect(await undo(cast.MARYAM, cast.TOMAS, first.key, addDays(TODAY, 1))).toMatchObject({
		refused: /today/
	});
	await save(cast.RUTH, cast.TOMAS, await form(cast.TOMAS, { task: 'leave', lastOn: '2026-12-18' }));
	expect(await undo(cast.MARYAM, cast.TOMAS, first.key)).toMatchObject({ refused: /since/ });
});

test('a posting that never was is taken off, with why, and the one before runs on', async () => {
	await save(cast.MARYAM, cast.TOMAS, await toOrchard('2026-11-17'));
	const later = addDays(TODAY, 7);
	const orchard = (await rowsOf(cast.TOMAS)).find(({ from }) => from === '2026-11-17');
	const typed = await form(cast.TOMAS, { task: 'correct', posting: orchard?.postingId ?? '', never: 'yes' });
	expect(await save(cast.RUTH, cast.TOMAS, typed, later)).toEqual({
		refused: [{ field: 'why', words: 'Write why it was wrong.' }]
	});
	expect(await save(cast.RUTH, cast.TOMAS, { ...typed, why: 'It was somebody else.' }, later)).toBe('done');
	const standing = (await rowsOf(cast.TOMAS)).filter(({ stands }) => stands);
	expect(standing).toMatchObject([{ from: '2018-04-02', to: null, teamId: world.idOf(cast.HARBOUR) }]);
	expect(await world.findings(addDays(later, -1))).toContainEqual(expect.stringMatching(/^HANDOVER.* C-01/));
	expect(await world.findings(later)).not.toContainEqual(expect.stringMatching(/^HANDOVER.* C-01/));
});

test('the receiving manager sees who is coming, and not yet their cases', async () => {
	const seen = (who: string) =>
		world.as(who, (tx, by) =>
			practitionerPage(tx, { ...by, name: who } as never, world.idOf(cast.TOMAS), {
				on: TODAY,
				hindsight: false
			})
		);
	const linesOn = (on: CalendarDate) =>
		world.as(cast.OWEN, async (tx, { role }) => {
			const sort = { by: 'name', direction: 'ascending' } as const;
			const team = await heatmapOfTeam(tx, role, world.idOf(cast.ORCHARD), { on, hindsight: false }, sort);
			return team?.lines.map(({ name }) => name);
		});
	expect(await seen(cast.OWEN)).toBeNull();
	await save(cast.MARYAM, cast.TOMAS, await toOrchard(MONDAY));
	expect(await seen(cast.OWEN)).not.toBeNull();
	expect(await linesOn(TODAY)).not.toContain(cast.TOMAS);
	expect(await linesOn(MONDAY)).toContain(cast.TOMAS);
	const ahead = (who: string, team: string) =>
		world.as(who, async (tx, by) =>
			(await turnsAhead(tx, by, world.idOf(team))).map(
				({ day, name, words }) => `${day}: ${name ?? 'somebody'} ${words}`
			)
		);
	expect(await ahead(cast.OWEN, cast.ORCHARD)).toEqual([
		'Mon 23 Nov 2026: tomas comes from harbour as practitioner, FTE 1'
	]);
	expect(await ahead(cast.MARYAM, cast.HARBOUR)).toEqual(['Mon 23 Nov 2026: tomas goes to orchard']);
	expect(await ahead(cast.DIANA, cast.ORCHARD)).toEqual([
		'Mon 23 Nov 2026: somebody comes from harbour as practitioner, FTE 1'
	]);
	const flaggedOn = (on: CalendarDate) =>
		world.as(cast.OWEN, async (tx, { role }) => {
			const { flags } = await flagList(tx, role, { on, hindsight: false }, EVERY_FLAG);
			return flags.map(({ reference }) => reference);
		});
	expect(await flaggedOn(addDays(MONDAY, -1))).not.toContain(cast.TOMAS);
	expect(await flaggedOn(MONDAY)).toContain(cast.TOMAS);
	const cases = await world.as(cast.OWEN, (tx) => tx.execute(sql`select reference from cases`));
	expect(cases.map(({ reference }) => reference)).toEqual(['C-OAK']);
	const shown = await world.as(cast.OWEN, (tx, by) => postingsShown(tx, by, world.idOf(cast.TOMAS), TODAY));
	expect(shown.changes).toHaveLength(1);
});

test('a posting further ahead than pages look is not yet seen by the receiving manager', async () => {
	await save(cast.MARYAM, cast.TOMAS, await toOrchard(addDays(TODAY, 29)));
	const seen = (today: CalendarDate) =>
		world.as(cast.OWEN, (tx) => postingsOf(tx, world.idOf(cast.TOMAS)), today);
	expect(await seen(TODAY)).toHaveLength(0);
	expect((await seen(addDays(TODAY, 1))).length).toBeGreaterThan(0);
});

test('somebody out of scope is absent, one’s own posting and one’s own grade are not one’s to change', async () => {
	const typed = await form(cast.LEO, { from: MONDAY, team: world.idOf(cast.HARBOUR) });
	expect(await save(cast.MARYAM, cast.LEO, typed)).toBe('absent');
	expect(await save(cast.MARYAM, cast.MARYAM, await form(cast.MARYAM, { from: MONDAY }))).toBe('not_yours');
	expect(await save(cast.AISHA, cast.AISHA, await form(cast.AISHA, { from: MONDAY }))).toBe('not_yours');
	const up = await form(cast.TOMAS, { task: 'act-up', from: MONDAY, to: '2026-12-01', role: 'team_manager' });
	expect(await save(cast.MARYAM, cast.TOMAS, up)).toEqual({
		refused: [{ field: 'role', words: 'Choose a role.' }]
	});
	expect(await save(cast.RUTH, cast.TOMAS, { ...up, supervisor: world.idOf(cast.RUTH) })).toBe('done');
	expect(await save(cast.MARYAM, cast.TOMAS, await toOrchard('2026-12-07'))).toBe('not_yours');
	expect(await undo(cast.MARYAM, cast.TOMAS, up.key)).toBe('not_yours');
	expect(
		await world.as(cast.MARYAM, (tx, by) => postingFormPage(tx, by, world.idOf(cast.LEO), null))
	).toBeNull();
	expect(
		await world.as(cast.MARYAM, (tx, by) => postingFormPage(tx, by, world.idOf(cast.MARYAM), null))
	).toBeNull();
});

test('a practice supervisor changes nobody’s posting', async () => {
	const supervising = await worldWith(...CASES, cast.posting(cast.AISHA, { role: 'practice_supervisor' }));
	try {
		const answer = await supervising.as(cast.AISHA, async (tx, by) =>
			savePosting(tx, { ...by, role: 'practice_supervisor' }, supervising.idOf(cast.TOMAS), {
				...(await toOrchard(MONDAY)),
				key: randomUUID()
			})
		);
		expect(answer).toBe('not_yours');
	} finally {
		await supervising.close();
	}
});

test('the database refuses a posting of one’s own, of one’s own grade, and of somebody out of scope', async () => {
	const refused = { cause: { code: '42501' } };
	const insert = (who: string, about: string, role: string) =>
		world.as(who, (tx) =>
			tx.execute(sql`insert into postings (practitioner_id, team_id, role, fte, from_on)
				values (${world.idOf(about)}, ${world.idOf(cast.HARBOUR)}, ${role}, 1, '2030-01-07')`)
		);
	await expect(insert(cast.MARYAM, cast.MARYAM, 'practitioner')).rejects.toMatchObject(refused);
	await expect(insert(cast.MARYAM, cast.TOMAS, 'team_manager')).rejects.toMatchObject(refused);
	await expect(insert(cast.MARYAM, cast.LEO, 'practitioner')).rejects.toMatchObject(refused);
	await expect(insert(cast.AISHA, cast.AISHA, 'practitioner')).rejects.toMatchObject(refused);
	const [changed] = await Promise.all([
		world.as(cast.TOMAS, (tx) =>
			tx.execute(
				sql`update postings set fte = 0.5 where practitioner_id = ${world.idOf(cast.TOMAS)} returning id`
			)
		)
	]);
	expect(changed).toHaveLength(0);
});

test('somebody who left comes back with a first posting', async () => {
	await save(cast.MARYAM, cast.TOMAS, await form(cast.TOMAS, { task: 'leave', lastOn: '2026-11-06' }));
	const later = addDays(TODAY, 10);
	const back = await form(cast.TOMAS, { task: 'first', from: '2026-12-07', fte: '0.5' });
	expect(await save(cast.MARYAM, cast.TOMAS, back, later)).toBe('absent');
	expect(await save(cast.DIANA, cast.TOMAS, back, later)).toBe('done');
	expect(await world.findings('2026-12-06')).toContainEqual(expect.stringMatching(/^UNALLOCATED C-12/));
	expect(await world.findings('2026-12-07')).not.toContainEqual(expect.stringMatching(/^UNALLOCATED C-12/));
	const [record] = await world.database.drizzle.execute(
		sql`select left_on as "leftOn" from practitioners where id = ${world.idOf(cast.TOMAS)}`
	);
	expect(record).toEqual({ leftOn: null });
});

test('what was typed wrongly is said field by field, and nothing is written', async () => {
	const said = (typed: PostingForm) =>
		world.as(cast.MARYAM, (tx, by) => consequencesOfPosting(tx, by, world.idOf(cast.TOMAS), typed));
	const refused = (field: string, words: RegExp) => ({
		refused: [{ field, words: expect.stringMatching(words) as unknown }]
	});
	expect(await said(await toOrchard('soon'))).toEqual(refused('from', /“soon” is not a day/));
	expect(await said(await toOrchard(''))).toEqual(refused('from', /Give the day/));
	expect(await said(await toOrchard(MONDAY, { supervisor: 'Ann' }))).toEqual(
		refused('supervisor', /nobody on the list/)
	);
	expect(await said(await toOrchard(MONDAY, { supervisor: world.idOf(cast.TOMAS) }))).toEqual(
		refused('supervisor', /Nobody supervises themselves/)
	);
	expect(await said(await toOrchard(MONDAY, { team: '' }))).toEqual(refused('team', /Choose a team/));
	expect(await said(await form(cast.TOMAS, { task: 'hours', from: MONDAY, fte: '37' }))).toEqual(
		refused('fte', /share of full time/)
	);
	expect(await said(await form(cast.TOMAS, { task: 'leave', lastOn: '2018-04-01' }))).toEqual(
		refused('lastOn', /Check the year/)
	);
	expect(await rowsOf(cast.TOMAS)).toHaveLength(1);
});
