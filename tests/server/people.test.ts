import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccountRole, AskingRole } from '#lib/domain/access.ts';
import { arrange, viewOf, type Facts } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type { PageAsked } from '#lib/domain/list-pages.ts';
import { tierOn } from '#lib/domain/people.ts';
import { noRecords, type Records } from '#lib/domain/records.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { recordKept, reviewsKept, teamsKept } from '#lib/server/store/people.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import {
	addPractitioner,
	consequencesOfAdding,
	undoAdding,
	type PractitionerForm
} from '#lib/server/work/add-practitioner.ts';
import {
	consequencesOfRecord,
	saveRecord,
	undoRecord,
	type RecordForm,
	type RecordKeeper
} from '#lib/server/work/keep-record.ts';
import { changeTeam, openTeam, undoTeam, type TeamChangeForm } from '#lib/server/work/open-team.ts';
import { peopleAsked, peopleList, peopleRows } from '#lib/server/work/people-list.ts';
import { answerAboutRecord, questionRecord, takeBackQuestion } from '#lib/server/work/question-record.ts';
import { recordShown } from '#lib/server/work/record-page.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import * as cast from '../cast.ts';
import { freshDatabase } from './database.ts';

/** A Friday. */
const TODAY = '2026-11-20';

const ROLES: Record<string, AskingRole> = {
	[cast.TOMAS]: 'practitioner',
	[cast.BEN]: 'practitioner',
	[cast.MARYAM]: 'team_manager',
	[cast.OWEN]: 'team_manager',
	[cast.RUTH]: 'service_manager',
	[cast.DIANA]: 'director'
};
/** Keeps the data of the whole authority, and stands for no practitioner. */
const STEWARD = 'steward';
const INSPECTOR = 'inspector';

type Opened = Awaited<ReturnType<typeof freshDatabase>>;
interface World {
	database: Opened;
	ids: Map<string, string>;
	askers: Map<string, Omit<RecordKeeper, 'today'>>;
}

let world: World;
const opened: Opened[] = [];

async function worldOf(records: Records): Promise<World> {
	const database = await freshDatabase();
	opened.push(database);
	const ids = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const all = TABLES_IN_ORDER.map((table) => [table, { added: records[table], changed: [] }]);
		await writeRecords(tx, 'native', stored, Object.fromEntries(all) as Parameters<typeof writeRecords>[3]);
		const { ids: written } = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		await reviewAuthority(tx, { operator: 'test' }, TODAY);
		return new Map(Object.values(written).flatMap((each) => [...each]));
	});
	const askers: World['askers'] = new Map();
	for (const [name, role] of Object.entries(ROLES)) {
		const practitionerId = ids.get(name);
		if (!practitionerId) continue;
		askers.set(name, { ...(await account(database, name, { practitionerId })), practitionerId, role });
	}
	for (const role of [STEWARD, INSPECTOR] as const)
		askers.set(role, { ...(await account(database, role, { role })), practitionerId: null, role });
	return { database, ids, askers };
}

async function account(
	{ drizzle }: Opened,
	name: string,
	made: { practitionerId?: string; role?: AccountRole }
): Promise<{ accountId: string }> {
	const [row] = await drizzle
		.insert(accounts)
		.values({ email: `${name}@example.org`, ...made })
		.returning({ accountId: accounts.id });
	return { accountId: row?.accountId ?? '' };
}

const THE_CAST = cast.given(
	cast.openCase('C-ASH', '2026-03-02'),
	cast.kind('C-ASH', 'child_protection', '2026-03-02'),
	cast.lead('C-ASH', cast.TOMAS, '2026-03-02')
);

beforeEach(async () => {
	world = await worldOf(THE_CAST);
});
afterEach(async () => {
	for (const database of opened.splice(0)) await database.close();
});

function idOf(name: string, { ids } = world): string {
	const id = ids.get(name);
	if (!id) throw new Error(`nobody and nothing is called ${name}`);
	return id;
}

function as<Answer>(
	name: string,
	work: (tx: Transaction, by: RecordKeeper) => Promise<Answer>,
	today: CalendarDate = TODAY,
	{ askers, database } = world
): Promise<Answer> {
	const asker = askers.get(name);
	if (!asker) throw new Error(`${name} has no account`);
	const asking = { actor: 'person', accountId: asker.accountId, today } as const;
	return inContext(database, asking, (tx) => work(tx, { ...asker, today }));
}

async function factsOn(day: CalendarDate, { database } = world): Promise<Facts> {
	return inContext(database, { actor: 'operator', name: 'test', today: day }, (tx) =>
		gatherFacts(tx, { of: 'open', on: day })
	);
}

async function tierOf(name: string, day: CalendarDate): Promise<string> {
	const view = viewOf(arrange(await factsOn(day)), day);
	const person = view.authority.people.get(idOf(name));
	if (!person) throw new Error(`nobody is called ${name}`);
	return tierOn(person, day, view.knowledge).tier;
}

async function flags(): Promise<string[]> {
	const found = await world.database.drizzle.execute<{ flag: string }>(
		sql`select f.code || ' ' || coalesce(c.reference, p.reference) as flag from flags f
			left join cases c on c.id = f.subject_id left join practitioners p on p.id = f.subject_id
			where f.cleared_at is null order by 1`
	);
	return found.map(({ flag }) => flag);
}

async function audited(entity: string): Promise<string[]> {
	const found = await world.database.drizzle.execute<{ action: string }>(
		sql`select action from audit where entity = ${entity} and account_id is not null order by id`
	);
	return found.map(({ action }) => action);
}

const EMPTY: RecordForm = {
	key: '',
	task: 'registration',
	edition: '',
	sweNumber: '',
	registeredOn: '',
	checkedOn: '',
	why: '',
	startedOn: '',
	extendedTo: '',
	extendedWhy: '',
	passedOn: '',
	months: '',
	bookedOn: '',
	heldOn: '',
	outcome: '',
	words: ''
};

/** The form as it opens for somebody, with what is typed into it. */
async function form(about: string, typed: Partial<RecordForm>): Promise<RecordForm> {
	return as(STEWARD, async (tx) => {
		const kept = await recordKept(tx, idOf(about));
		const review = (await reviewsKept(tx, idOf(about))).find(({ months }) => String(months) === typed.months);
		const isReview = typed.task === 'review';
		return {
			...EMPTY,
			key: randomUUID(),
			edition: (isReview ? review?.edition : kept?.edition) ?? '',
			sweNumber: kept?.sweNumber ?? '',
			registeredOn: kept?.registeredOn ?? '',
			checkedOn: kept?.checkedOn ?? '',
			startedOn: kept?.startedOn ?? '',
			extendedTo: kept?.extendedTo ?? '',
			extendedWhy: kept?.extendedWhy ?? '',
			passedOn: kept?.passedOn ?? '',
			...typed
		};
	});
}

const save = (who: string, about: string, typed: RecordForm, today?: CalendarDate) =>
	as(who, (tx, by) => saveRecord(tx, by, idOf(about), typed), today);

const later = { registeredOn: '12 jan 2026', why: 'The certificate says so.' };

describe('a registration', () => {
	test('that is corrected judges from today, with its flags and audit, and no earlier day is answered anew', async () => {
		const days = [addDays(TODAY, -40), addDays(TODAY, -1)];
		const before = await Promise.all(days.map((day) => tierOf(cast.TOMAS, day)));
		expect(await flags()).not.toContain('BELOW_EXPERIENCE C-ASH');
		expect(await save(cast.MARYAM, cast.TOMAS, await form(cast.TOMAS, later))).toBe('done');
		expect(await tierOf(cast.TOMAS, TODAY)).toBe('E2');
		expect(await Promise.all(days.map((day) => tierOf(cast.TOMAS, day)))).toEqual(before);
		expect(before).toEqual(['E5', 'E5']);
		expect((await flags()).join()).toMatch(/(BELOW_EXPERIENCE|HELD_WITHOUT_OVERSIGHT) C-ASH/);
		expect(await audited('practitioner')).toEqual(['changed']);
	});

	test('reads as it was known then on the record of an earlier day, and names nobody to a director', async () => {
		const typed = { ...later, checkedOn: TODAY };
		await save(cast.MARYAM, cast.TOMAS, await form(cast.TOMAS, typed));
		const shown = (who: string, day: CalendarDate) =>
			as(who, (tx, by) => recordShown(tx, by, idOf(cast.TOMAS), day));
		const then = await shown(cast.RUTH, addDays(TODAY, -1));
		expect(then?.mayKeep).toBe(false);
		expect(then?.facts.flatMap(({ lines }) => lines).join(' ')).toMatch(
			/Registered 1 Sep 2010\. Not checked on the public register\..* E5, /
		);
		const now = (await shown(cast.RUTH, TODAY))?.facts.flatMap(({ lines }) => lines).join(' ');
		expect(now).toMatch(/Registered 12 Jan 2026\. Known here from 20 Nov 2026\. Checked .* by maryam\./);
		const unnamed = JSON.stringify(await shown(cast.DIANA, TODAY));
		expect(unnamed).toContain('by a colleague');
		expect(unnamed).not.toMatch(/tomas|maryam/i);
	});

	test('says what follows before anything is saved', async () => {
		const typed = await form(cast.TOMAS, later);
		const said = await as(cast.MARYAM, (tx, by) => consequencesOfRecord(tx, by, idOf(cast.TOMAS), typed));
		expect(said).toMatchObject({
			consequences: expect.arrayContaining([
				{
					words: 'C-ASH (child protection plan) is no longer suitably held from today until Tue 12 Jan 2027.',
					grave: true
				}
			]) as unknown
		});
		expect(await tierOf(cast.TOMAS, TODAY)).toBe('E5');
	});

	test('is kept by those who manage practice, directors for whom they supervise, and the steward; never by oneself', async () => {
		const typed = () => form(cast.TOMAS, later);
		expect(await save(cast.OWEN, cast.TOMAS, await typed())).toBe('absent');
		expect(await save(cast.TOMAS, cast.TOMAS, await typed())).toBe('not_yours');
		expect(await save(cast.DIANA, cast.TOMAS, await typed())).toBe('not_yours');
		expect(await save(INSPECTOR, cast.TOMAS, await typed())).toBe('not_yours');
		expect(await save(cast.MARYAM, cast.MARYAM, await form(cast.MARYAM, later))).toBe('not_yours');
		expect(await save(cast.DIANA, cast.RUTH, await form(cast.RUTH, { checkedOn: TODAY }))).toBe('done');
		expect(await save(STEWARD, cast.TOMAS, await typed())).toBe('done');
	});

	test('is not written by its own person in the database either', async () => {
		const mine = (work: (tx: Transaction) => Promise<unknown>) => as(cast.TOMAS, (tx) => work(tx));
		const changed = await mine(async (tx) => [
			...(await tx.execute(
				sql`update practitioners set registered_on = '2001-01-01' where id = ${idOf(cast.TOMAS)} returning id`
			))
		]);
		expect(changed).toEqual([]);
		await expect(
			mine((tx) =>
				tx.execute(sql`insert into stage_reviews (practitioner_id, months, booked_on)
					values (${idOf(cast.TOMAS)}, 3, ${TODAY})`)
			)
		).rejects.toMatchObject({ cause: { code: '42501' } });
		await expect(
			mine((tx) => tx.execute(sql`insert into practitioners (reference, name) values ('P-X', 'Nobody')`))
		).rejects.toMatchObject({ cause: { code: '42501' } });
		await expect(
			mine((tx) => tx.execute(sql`insert into teams (reference, name, service) values ('T-X', 'X', 'X')`))
		).rejects.toMatchObject({ cause: { code: '42501' } });
	});

	test('that two change at once is told to the second, with what the first did and nothing lost', async () => {
		const mine = await form(cast.TOMAS, later);
		const theirs = await form(cast.TOMAS, { checkedOn: TODAY });
		expect(await save(STEWARD, cast.TOMAS, theirs)).toBe('done');
		const answer = await save(cast.MARYAM, cast.TOMAS, mine);
		expect(answer).toMatchObject({
			conflict: expect.stringMatching(
				/^A data steward changed this record at \d\d:\d\d on 20 Nov 2026, after you opened it\. What they did: Checked on the register 20 Nov 2026\./
			) as unknown
		});
		const { edition } = answer as { edition: string };
		expect(await save(cast.MARYAM, cast.TOMAS, { ...mine, edition, checkedOn: TODAY })).toBe('done');
		expect(await as(STEWARD, (tx) => recordKept(tx, idOf(cast.TOMAS)))).toMatchObject({
			registeredOn: '2026-01-12',
			checkedOn: TODAY,
			checkedBy: null
		});
	});

	test('posted ten times at once acts once', async () => {
		const typed = await form(cast.TOMAS, later);
		const answers = await Promise.all(Array.from({ length: 10 }, () => save(cast.MARYAM, cast.TOMAS, typed)));
		expect(new Set(answers)).toEqual(new Set(['done']));
		expect(await audited('practitioner')).toEqual(['changed']);
	});

	test('is undone the same day as if it had never been, and not the day after', async () => {
		const facts = await factsOn(TODAY);
		const standing = await flags();
		const typed = await form(cast.TOMAS, later);
		await save(cast.MARYAM, cast.TOMAS, typed);
		const undo = (who: string, day?: CalendarDate) =>
			as(who, (tx, by) => undoRecord(tx, by, idOf(cast.TOMAS), typed.key), day);
		expect(await undo(cast.OWEN)).toBe('absent');
		expect(await undo(cast.TOMAS)).toBe('not_yours');
		expect(await undo(cast.MARYAM, addDays(TODAY, 1))).toMatchObject({
			refused: expect.any(String) as unknown
		});
		expect(await undo(cast.MARYAM)).toBe('done');
		expect((await factsOn(TODAY)).people.get(idOf(cast.TOMAS))?.details[0]).toEqual(
			facts.people.get(idOf(cast.TOMAS))?.details[0]
		);
		expect(await flags()).toEqual(standing);
	});

	test('needs a reason where it corrects, a number that is nobody else’s, and days that can be', async () => {
		const words = async (typed: Partial<RecordForm>) => {
			const answer = await save(cast.MARYAM, cast.TOMAS, await form(cast.TOMAS, typed));
			return typeof answer === 'object' && 'refused' in answer
				? answer.refused.map(({ field }) => field)
				: answer;
		};
		expect(await words({ registeredOn: '12 jan 2026' })).toEqual(['why']);
		expect(await words({ sweNumber: 'SW-aisha', why: 'x' })).toEqual(['sweNumber']);
		expect(await words({ registeredOn: 'the day before' })).toEqual(['registeredOn']);
		expect(await words({ checkedOn: '1 dec 2026' })).toEqual(['checkedOn']);
		expect(await words({})).toEqual(['sweNumber']);
	});

	test('checked on the register says when, by whom and when to check again', async () => {
		await save(cast.MARYAM, cast.TOMAS, await form(cast.TOMAS, { checkedOn: '20 nov 2026' }));
		const checked = async (day: CalendarDate) =>
			(await as(cast.RUTH, (tx, by) => recordShown(tx, by, idOf(cast.TOMAS), day), day))?.facts.find(
				({ fact }) => fact === 'checked'
			);
		expect(await checked(TODAY)).toMatchObject({
			lines: [
				'Checked on the public register on 20 Nov 2026 by maryam.',
				'Registrations renew each year by 30 November, this time by 30 Nov 2026, in 10 days (Social Work England).'
			],
			warning: null
		});
		expect(await checked('2026-12-01')).toMatchObject({
			warning: 'The register has renewed since, on 1 Dec 2026. Check it again.'
		});
	});

	test('recorded of a manager makes what they decided count, from today', async () => {
		const records = cast.given(
			cast.person(cast.MARYAM, { sweNumber: null, registeredOn: null }),
			cast.openCase('C-ASH', '2026-10-01'),
			cast.kind('C-ASH', 'child_protection', '2026-10-01'),
			cast.lead('C-ASH', cast.TOMAS, '2026-10-01'),
			cast.oversight('C-ASH', cast.MARYAM, '2026-11-18')
		);
		world = await worldOf(records);
		expect(await flags()).toContain('OVERSIGHT_OVERDUE C-ASH');
		const typed = await form(cast.MARYAM, { sweNumber: 'SW4711', registeredOn: '1 sep 2010' });
		expect(await save(cast.RUTH, cast.MARYAM, typed)).toBe('done');
		expect(await flags()).not.toContain('OVERSIGHT_OVERDUE C-ASH');
	});
});

describe('the early-career stage', () => {
	test('is passed from the day, and what it said before stays known of the days before', async () => {
		const typed = await form(cast.BEN, { task: 'stage', passedOn: TODAY });
		const said = await as(cast.MARYAM, (tx, by) => consequencesOfRecord(tx, by, idOf(cast.BEN), typed));
		expect(said).toMatchObject({
			consequences: expect.arrayContaining([
				{ words: 'The final review, at 12 months, is not recorded as held.', grave: true }
			]) as unknown
		});
		expect(await save(cast.MARYAM, cast.BEN, typed)).toBe('done');
		expect(await tierOf(cast.BEN, addDays(TODAY, -1))).toBe('E1');
		expect(await tierOf(cast.BEN, TODAY)).toBe('E3');
	});

	test('is extended with a reason, and changes no tier', async () => {
		const extended = { task: 'stage', extendedTo: '1 dec 2027' } as const;
		expect(await save(cast.MARYAM, cast.BEN, await form(cast.BEN, extended))).toMatchObject({
			refused: [{ field: 'extendedWhy' }]
		});
		const why = { ...extended, extendedWhy: 'Three months of sickness.' };
		expect(await save(cast.MARYAM, cast.BEN, await form(cast.BEN, why))).toBe('done');
		const shown = await as(cast.BEN, (tx, by) => recordShown(tx, by, idOf(cast.BEN), TODAY));
		expect(shown?.facts.find(({ fact }) => fact === 'stage')?.lines).toEqual([
			'Started 1 Sep 2026.',
			'Extended, now expected to end 1 Dec 2027, in 376 days.',
			'Extended because: Three months of sickness.'
		]);
		expect(await tierOf(cast.BEN, TODAY)).toBe('E1');
	});

	test('has its reviews booked, held with an outcome and a sentence, corrected, and undone', async () => {
		const review = { task: 'review', months: '3' } as const;
		const booked = await form(cast.BEN, { ...review, bookedOn: '1 dec' });
		expect(await save(cast.MARYAM, cast.BEN, booked)).toBe('done');
		const incomplete = await form(cast.BEN, { ...review, bookedOn: '1 dec', heldOn: '20 nov' });
		expect(await save(cast.MARYAM, cast.BEN, incomplete)).toMatchObject({
			refused: [{ field: 'outcome' }, { field: 'words' }]
		});
		const held = { ...incomplete, outcome: 'concerns', words: 'Analysis is thin; weekly coaching begins.' };
		expect(await save(cast.RUTH, cast.BEN, held)).toBe('done');
		const shown = async () =>
			(await as(cast.BEN, (tx, by) => recordShown(tx, by, idOf(cast.BEN), TODAY)))?.reviews[0];
		expect(await shown()).toMatchObject({
			due: '1 Dec 2026',
			standing: 'held 20 Nov 2026: concerns',
			words: 'Analysis is thin; weekly coaching begins.'
		});
		const late = await save(cast.MARYAM, cast.BEN, { ...booked, key: randomUUID() });
		expect(late).toMatchObject({ conflict: expect.stringContaining('ruth changed this record') as unknown });
		expect(await as(cast.RUTH, (tx, by) => undoRecord(tx, by, idOf(cast.BEN), held.key))).toBe('done');
		expect(await shown()).toMatchObject({ standing: 'booked for 1 Dec 2026, in 11 days' });
		expect(await audited('stage_review')).toEqual(['recorded', 'changed', 'undone']);
	});
});

describe('a question about one’s own record', () => {
	const ask = (who: string, about: string, typed: { wrong: string; should: string }, fact = 'registration') =>
		as(who, (tx, by) => questionRecord(tx, by, idOf(about), { key: randomUUID(), fact, ...typed }));
	const words = { wrong: 'I registered in 2009.', should: '1 September 2009' };
	const shownTo = async (who: string, day?: CalendarDate) =>
		(await as(who, (tx, by) => recordShown(tx, by, idOf(cast.TOMAS), TODAY), day))?.questions;
	const answer = async (who: string, typed: { outcome: string; answer: string }) => {
		const [asked] = (await shownTo(cast.TOMAS)) ?? [];
		const form = { key: randomUUID(), question: asked?.questionId ?? '', ...typed };
		return as(who, (tx, by) => answerAboutRecord(tx, by, idOf(cast.TOMAS), form));
	};

	test('waits, with what the record said, for those who keep it, and is answered in words that both read', async () => {
		expect(await ask(cast.TOMAS, cast.TOMAS, words)).toBe('done');
		expect(await shownTo(cast.MARYAM)).toMatchObject([
			{
				title: 'Registration',
				said: 'Social Work England number SW-tomas. Registered 1 Sep 2010.',
				...words,
				state: 'Asked on 20 Nov 2026. It waits for those who keep this record.',
				waits: true
			}
		]);
		expect(await answer(cast.MARYAM, { outcome: 'stands', answer: '' })).toMatchObject({
			refused: [{ field: 'answer' }]
		});
		expect(await answer(cast.MARYAM, { outcome: 'stands', answer: 'The register says 2010.' })).toBe('done');
		expect(await shownTo(cast.TOMAS)).toMatchObject([
			{
				state: 'Asked on 20 Nov 2026. Answered by maryam on 20 Nov 2026: it stands.',
				answer: 'The register says 2010.',
				waits: false
			}
		]);
		expect(await answer(cast.RUTH, { outcome: 'put_right', answer: 'Done.' })).toMatchObject({
			refused: [{ words: 'Somebody has answered this question meanwhile, on 20 Nov 2026.' }]
		});
		expect(await audited('record_question')).toEqual(['asked', 'let stand']);
	});

	test('is asked by nobody else, answered by nobody out of scope and not by oneself', async () => {
		expect(await ask(cast.MARYAM, cast.TOMAS, words)).toBe('not_yours');
		expect(await ask(cast.BEN, cast.TOMAS, words)).toBe('absent');
		expect(await ask(cast.TOMAS, cast.TOMAS, { wrong: ' ', should: '' })).toMatchObject({
			refused: [{ field: 'wrong' }, { field: 'should' }]
		});
		await ask(cast.TOMAS, cast.TOMAS, words);
		const stands = { outcome: 'stands', answer: 'It stands.' };
		expect(await answer(cast.OWEN, stands)).toBe('absent');
		expect(await answer(cast.TOMAS, stands)).toBe('not_yours');
		expect(await answer(INSPECTOR, stands)).toBe('not_yours');
		expect(await shownTo(cast.OWEN)).toBeUndefined();
	});

	test('waits once for each fact, and can be taken back while it waits', async () => {
		await ask(cast.TOMAS, cast.TOMAS, words);
		expect(await ask(cast.TOMAS, cast.TOMAS, words)).toMatchObject({
			refused: [{ words: 'Your question about this waits already.' }]
		});
		expect(await ask(cast.TOMAS, cast.TOMAS, words, 'posting')).toBe('done');
		const waiting = async () =>
			await as(cast.MARYAM, (tx, by) => peopleList(tx, by, peopleAsked(new URLSearchParams('waiting=yes'))));
		expect(await waiting()).toMatchObject({ waiting: 2, page: { outOf: 1 } });
		const [asked] = (await shownTo(cast.TOMAS)) ?? [];
		const taken = await as(cast.TOMAS, (tx, by) =>
			takeBackQuestion(tx, by, idOf(cast.TOMAS), asked?.questionId ?? '')
		);
		expect(taken).toBe('done');
		expect(await waiting()).toMatchObject({ waiting: 1 });
	});

	test('stays as it was asked and answered, in the database too', async () => {
		await ask(cast.TOMAS, cast.TOMAS, words);
		await answer(cast.MARYAM, { outcome: 'put_right', answer: 'Corrected.' });
		for (const attempt of [
			sql`update record_questions set wrong = 'other'`,
			sql`update record_questions set outcome = 'stands'`,
			sql`delete from record_questions`
		])
			await expect(world.database.drizzle.execute(attempt)).rejects.toMatchObject({
				cause: { code: '23001' }
			});
		await expect(
			as(cast.MARYAM, (tx, by) =>
				tx.execute(sql`insert into record_questions
						(practitioner_id, account_id, fact, said, wrong, should, asked_on)
					values (${idOf(cast.BEN)}, ${by.accountId}, 'tier', 'x', 'x', 'x', ${TODAY})`)
			)
		).rejects.toMatchObject({ cause: { code: '42501' } });
	});
});

const PERSON: PractitionerForm = {
	key: '',
	reference: '',
	name: '',
	sweNumber: '',
	registeredOn: '',
	startedOn: '',
	team: '',
	role: 'practitioner',
	supervisor: '',
	fte: '1',
	agency: 'no',
	from: TODAY
};

const add = (who: string, typed: Partial<PractitionerForm>, from = world) =>
	as(who, (tx, by) => addPractitioner(tx, by, { ...PERSON, key: randomUUID(), ...typed }), TODAY, from);

const open = (who: string, typed: { reference: string; name: string; service: string }, from = world) =>
	as(who, (tx, by) => openTeam(tx, by, { key: randomUUID(), openedOn: '', ...typed }), TODAY, from);

function made(answer: unknown): string {
	const { done } = answer as { done?: string };
	if (!done) throw new Error(`nothing was made: ${JSON.stringify(answer)}`);
	return done;
}

/** The facts by references instead of ids. */
function byReference(facts: Facts): string {
	const names = new Map<string, string>();
	for (const { teamId, reference } of facts.teams) names.set(teamId, reference);
	for (const { practitionerId, reference } of facts.people.values()) names.set(practitionerId, reference);
	const people = [...facts.people.values()].sort((a, b) => (a.reference < b.reference ? -1 : 1));
	const teams = [...facts.teams].sort((a, b) => (a.reference < b.reference ? -1 : 1));
	return JSON.stringify({ ...facts, teams, people }, null, 1).replaceAll(
		/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
		(id) => names.get(id) ?? id
	);
}

test('an empty database is filled by hand with the same facts as the same tables imported', async () => {
	const empty = await worldOf(noRecords());
	const list = () =>
		as(STEWARD, (tx, by) => peopleList(tx, by, peopleAsked(new URLSearchParams())), TODAY, empty);
	expect(await list()).toMatchObject({ noTeams: true, nobody: true, groups: [], mayAdd: true });
	const service = 'Safeguarding';
	const quay = made(await open(STEWARD, { reference: 'T-01', name: 'Quay', service }, empty));
	const mill = made(await open(STEWARD, { reference: 'T-02', name: 'Mill', service }, empty));
	const manager = made(
		await add(
			STEWARD,
			{
				reference: 'P-001',
				name: 'Hazel Marsh',
				sweNumber: 'SW100',
				registeredOn: '1 sep 2010',
				team: quay,
				role: 'team_manager'
			},
			empty
		)
	);
	const newcomers = [
		['P-002', 'Ivy Stone', 'SW200', '2026-09-01', '2026-09-01', '1', 'no', quay],
		['P-003', 'Joel Birch', 'SW300', '2024-05-20', '', '0.8', 'no', quay],
		['P-004', 'Kit Fern', 'SW400', '2015-03-02', '', '0.5', 'yes', mill],
		['P-005', 'Lena Brook', '', '', '', '1', 'no', mill]
	] as const;
	for (const [reference, name, sweNumber, registeredOn, startedOn, fte, agency, team] of newcomers)
		made(
			await add(
				STEWARD,
				{ reference, name, sweNumber, registeredOn, startedOn, fte, agency, team, supervisor: manager },
				empty
			)
		);
	expect(await list()).toMatchObject({ noTeams: false, nobody: false, page: { outOf: 5 } });

	const known = { recordedOn: TODAY, endRecordedOn: null };
	const team = (teamId: string, name: string) => ({
		...known,
		teamId,
		name,
		service,
		openedOn: null,
		closedOn: null,
		succeededBy: null
	});
	const records: Records = { ...noRecords(), teams: [team('T-01', 'Quay'), team('T-02', 'Mill')] };
	const managing = ['P-001', 'Hazel Marsh', 'SW100', '2010-09-01', '', '1', 'no', quay] as const;
	for (const [reference, name, sweNumber, registeredOn, startedOn, fte, agency, where] of [
		managing,
		...newcomers
	]) {
		const isManager = reference === 'P-001';
		records.practitioners.push({
			...known,
			practitionerId: reference,
			name,
			email: null,
			sweNumber: sweNumber || null,
			registeredOn: registeredOn || null,
			earlyCareerStartedOn: startedOn || null,
			earlyCareerPassedOn: null,
			startedOn: TODAY,
			leftOn: null
		});
		records.postings.push({
			...known,
			practitionerId: reference,
			teamId: where === quay ? 'T-01' : 'T-02',
			role: isManager ? 'team_manager' : 'practitioner',
			supervisorId: isManager ? null : 'P-001',
			fte: Number(fte),
			agency: agency === 'yes',
			from: TODAY,
			to: null
		});
	}
	const imported = await worldOf(records);
	for (const day of [addDays(TODAY, -1), TODAY, addDays(TODAY, 30)])
		expect(byReference(await factsOn(day, empty))).toBe(byReference(await factsOn(day, imported)));
});

describe('somebody new', () => {
	const nia = { reference: 'P-100', name: 'Nia Ellery', sweNumber: 'SW555', registeredOn: '1 sep 2024' };
	const inHarbour = () => ({ ...nia, team: idOf(cast.HARBOUR), supervisor: idOf(cast.MARYAM) });

	test('is added by a team manager to their own team, with flags and audit in the same step', async () => {
		const id = made(await add(cast.MARYAM, { ...inHarbour(), supervisor: '' }));
		expect(await audited('practitioner')).toEqual(['recorded']);
		expect(await audited('posting')).toEqual(['recorded']);
		expect(await flags()).toContain('NO_SUPERVISOR P-100');
		const list = await as(cast.MARYAM, (tx, by) =>
			peopleList(tx, by, peopleAsked(new URLSearchParams('for=nia')))
		);
		expect(list.groups.map(({ people }) => people.map(({ key, tier }) => [key, tier]))).toEqual([
			[[id, 'E4, 2 to 3 years registered (2 years registered)']]
		]);
	});

	test('is refused elsewhere, above one’s own grade, and by whoever adds nobody', async () => {
		const fields = async (who: string, typed: Partial<PractitionerForm>) => {
			const answer = await add(who, { ...inHarbour(), ...typed });
			return typeof answer === 'object' && 'refused' in answer
				? answer.refused.map(({ field }) => field)
				: answer;
		};
		expect(await fields(cast.OWEN, {})).toEqual(['team']);
		expect(await fields(cast.MARYAM, { role: 'team_manager' })).toEqual(['role']);
		expect(await fields(cast.RUTH, { role: 'director' })).toEqual(['role']);
		expect(await fields(cast.MARYAM, { reference: 'TOMAS', sweNumber: 'SW-12x' })).toEqual([
			'reference',
			'sweNumber'
		]);
		expect(await fields(cast.MARYAM, { supervisor: 'Somebody', agency: '', from: 'soon' })).toEqual([
			'from',
			'supervisor',
			'agency'
		]);
		expect(await fields(cast.TOMAS, {})).toBe('not_yours');
		expect(await fields(INSPECTOR, {})).toBe('not_yours');
	});

	test('is described before they are saved', async () => {
		const typed = { ...PERSON, ...inHarbour(), key: randomUUID() };
		const said = await as(cast.MARYAM, (tx, by) => consequencesOfAdding(tx, by, typed));
		expect(said).toMatchObject({
			title: 'Nia Ellery, P-100: practitioner in harbour from 20 Nov 2026, 1 FTE, supervised by maryam',
			consequences: expect.arrayContaining([
				{ words: 'Experience today: E4, 2 to 3 years registered (2 years registered).', grave: false }
			]) as unknown
		});
	});

	test('who starts later is listed as such, and is in post on the day', async () => {
		made(await add(cast.MARYAM, { ...inHarbour(), from: '4 jan 2027' }));
		const list = (who: string, day?: CalendarDate) =>
			as(who, (tx, by) => peopleList(tx, by, peopleAsked(new URLSearchParams('for=p-100'))), day);
		const standing = async (day?: CalendarDate) =>
			(await list(cast.MARYAM, day)).groups.flatMap(({ people }) => people.map((each) => each.standing));
		expect(await standing()).toEqual(['starts 4 Jan 2027']);
		expect(await standing('2027-01-04')).toEqual(['since 4 Jan 2027']);
		expect((await list(cast.OWEN)).page.outOf).toBe(0);
	});

	test('added by mistake is taken back the same day, while nothing else names them', async () => {
		const key = randomUUID();
		const id = made(await add(cast.MARYAM, { ...inHarbour(), key }));
		const undo = (who: string) => as(who, (tx, by) => undoAdding(tx, by, key));
		expect(await undo(cast.OWEN)).toBe('absent');
		await inContext(world.database, { actor: 'operator', name: 'test', today: TODAY }, (tx) =>
			tx.execute(
				sql`insert into training (practitioner_id, course, completed_on) values (${id}, 'PLO', '2025-01-01')`
			)
		);
		expect(await undo(cast.MARYAM)).toMatchObject({ refused: expect.any(String) as unknown });
		await world.database.drizzle.execute(sql`delete from training where practitioner_id = ${id}`);
		expect(await undo(cast.MARYAM)).toBe('done');
		expect((await factsOn(TODAY)).people.has(id)).toBe(false);
		made(await add(cast.MARYAM, inHarbour()));
	});
});

describe('a team', () => {
	const teamNow = async (name: string) =>
		(await as(STEWARD, teamsKept)).find(({ teamId }) => teamId === idOf(name));
	const change = async (who: string, name: string, typed: Partial<TeamChangeForm>) => {
		const team = await teamNow(name);
		const form = {
			key: randomUUID(),
			edition: team?.edition ?? '',
			name: team?.name ?? '',
			service: team?.service ?? '',
			closedOn: '',
			succeededBy: '',
			...typed
		};
		return as(who, (tx, by) => changeTeam(tx, by, idOf(name), form));
	};

	test('is opened by a service manager in their own service, by the steward anywhere, once', async () => {
		const meadow = { reference: 'T-09', name: 'Meadow', service: 'Safeguarding' };
		expect(await open(cast.MARYAM, meadow)).toBe('not_yours');
		expect(await open(cast.RUTH, { ...meadow, service: 'Leaving care' })).toMatchObject({
			refused: [{ field: 'service' }]
		});
		made(await open(cast.RUTH, meadow));
		expect(await open(STEWARD, meadow)).toMatchObject({
			refused: [{ field: 'reference' }, { field: 'name' }]
		});
		made(await open(STEWARD, { reference: 'T-10', name: 'Leavers', service: 'Leaving care' }));
		expect(await audited('team')).toEqual(['recorded', 'recorded']);
	});

	test('that is renamed is known by the old name on the days before', async () => {
		const key = randomUUID();
		expect(await change(cast.RUTH, cast.HARBOUR, { name: 'Harbour and Quay', key })).toBe('done');
		const nameOn = async (day: CalendarDate) => {
			const { teams } = await factsOn(day);
			return teams
				.filter(({ teamId, recordedOn, supersededOn }) => {
					const isKnown = (recordedOn ?? '') <= day && (supersededOn ?? '9') > day;
					return teamId === idOf(cast.HARBOUR) && isKnown;
				})
				.map(({ name }) => name);
		};
		expect(await nameOn(addDays(TODAY, -1))).toEqual(['harbour']);
		expect(await nameOn(TODAY)).toEqual(['Harbour and Quay']);
		expect(await as(cast.RUTH, (tx, by) => undoTeam(tx, by, key))).toBe('done');
		expect(await nameOn(TODAY)).toEqual(['harbour']);
	});

	test('does not close while people or cases are with it, and says who', async () => {
		expect(await change(cast.RUTH, cast.ORCHARD, { closedOn: '1 dec' })).toEqual({
			refused: [
				{
					field: 'closedOn',
					words:
						'leo and owen are posted to it on 1 Dec 2026 or later. Post them elsewhere, or end their postings by that day, first.'
				}
			]
		});
		const meadow = made(
			await open(cast.RUTH, { reference: 'T-09', name: 'Meadow', service: 'Safeguarding' })
		);
		world.ids.set('meadow', meadow);
		expect(await change(cast.RUTH, 'meadow', { closedOn: '1 dec', succeededBy: idOf(cast.HARBOUR) })).toBe(
			'done'
		);
		expect(await teamNow('meadow')).toMatchObject({
			closedOn: '2026-12-01',
			succeededBy: idOf(cast.HARBOUR)
		});
	});

	test('is changed only over the version that was seen, by those who may', async () => {
		const edition = (await teamNow(cast.ORCHARD))?.edition ?? '';
		expect(await change(cast.OWEN, cast.ORCHARD, { name: 'Mine' })).toBe('not_yours');
		expect(await change(STEWARD, cast.ORCHARD, { service: 'Court work' })).toBe('done');
		expect(await change(cast.RUTH, cast.ORCHARD, { edition })).toBe('absent');
		expect(await change(STEWARD, cast.ORCHARD, { edition, name: 'Other' })).toMatchObject({
			conflict: expect.stringMatching(
				/^A data steward changed this team after you opened it: Service from Safeguarding to Court work\./
			) as unknown
		});
	});
});

test('each sees on the list whom they have in scope, directors without names', async () => {
	const names = async (who: string, query = '') =>
		(await as(who, (tx, by) => peopleList(tx, by, peopleAsked(new URLSearchParams(query))))).groups.map(
			({ name, people }) => `${name}: ${people.map((each) => each.name).join(' ')}`
		);
	expect(await names(cast.MARYAM)).toEqual(['harbour: aisha ben diana grace maryam ruth tomas']);
	expect(await names(cast.OWEN)).toEqual(['orchard: leo owen']);
	expect(await names(cast.RUTH)).toEqual([
		'harbour: aisha ben diana grace maryam ruth tomas',
		'orchard: leo owen'
	]);
	expect(await names(STEWARD, 'role=team_manager')).toEqual(['harbour: maryam', 'orchard: owen']);
	expect((await names(cast.DIANA)).join()).toMatch(/^harbour: Practitioner \d/);
	expect((await names(cast.DIANA)).join()).not.toContain('tomas');
});

test('the pages of the list together are the file, team by team, and a team that goes on says so', async () => {
	for (const query of ['', 'who=all', 'role=practitioner', 'for=a']) {
		const of = (asked?: PageAsked) =>
			as(cast.RUTH, (tx, by) => peopleList(tx, by, peopleAsked(new URLSearchParams(query)), asked));
		const whole = await of();
		const pages = await Promise.all(
			Array.from({ length: Math.ceil(whole.page.outOf / 2) }, (_, place) => of({ page: place + 1, rows: 2 }))
		);
		expect(pages.flatMap(peopleRows), query).toEqual(peopleRows(whole));
		expect(pages.length, query).toBeGreaterThan(1);
		for (const [place, { groups }] of pages.entries()) {
			const before = pages[place - 1]?.groups.at(-1)?.key;
			expect(groups.map(({ continued }) => continued)).toEqual(groups.map(({ key }) => key === before));
		}
	}
});
