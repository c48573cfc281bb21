import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskingRole } from '#lib/domain/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Code } from '#lib/domain/codes.ts';
import type { PageAsked } from '#lib/domain/list-pages.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { flagsStandingOn, standingFlagId } from '#lib/server/store/flag-steps.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { answerFlag, type AnswerForm } from '#lib/server/work/answer-flag.ts';
import { answerRequest, askForOversight } from '#lib/server/work/ask-for-oversight.ts';
import { EVERY_FLAG, flagList, type FlagFilter } from '#lib/server/work/flag-list.ts';
import { flagOfFinding, flagPage, type FlagPage } from '#lib/server/work/flag-page.ts';
import { recordOversight } from '#lib/server/work/record-oversight.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import { todayOf } from '#lib/server/work/today.ts';
import * as cast from '../cast.ts';
import { copiesOf, type Fresh } from './database.ts';

/** A Friday; the working days after it are Monday the 23rd and Tuesday the 24th. */
const TODAY = '2026-11-20';
const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';

/** Child protection, held by Ben alone for weeks without oversight. */
const MIRA = 'C-MIRA';
/** Led by Maryam herself, who manages the team. */
const OWN = 'C-OWN';
const HELD = 'HELD_WITHOUT_OVERSIGHT';

interface Asker {
	accountId: string;
	practitionerId: string;
	role: AskingRole;
}

let database: Fresh;
let ids: Map<string, string>;
const people = new Map<string, Asker>();

const ROLES: Record<string, AskingRole> = {
	[cast.BEN]: 'practitioner',
	[cast.TOMAS]: 'practitioner',
	[cast.LEO]: 'practitioner',
	[cast.MARYAM]: 'team_manager',
	[cast.OWEN]: 'team_manager',
	[cast.RUTH]: 'service_manager',
	[cast.DIANA]: 'director'
};

const open = copiesOf(async (made) => {
	database = made;
	await given(
		cast.openCase(MIRA, '2026-09-14'),
		cast.kind(MIRA, 'child_protection', '2026-10-05'),
		cast.lead(MIRA, cast.BEN, '2026-10-05'),
		cast.openCase(OWN, '2026-09-14'),
		cast.kind(OWN, 'child_protection', '2026-10-05'),
		cast.lead(OWN, cast.MARYAM, '2026-10-05')
	);
	for (const [name, role] of Object.entries(ROLES)) {
		const practitionerId = idOf(name);
		const [made] = await database.drizzle
			.insert(accounts)
			.values({ email: `${name}@example.org`, practitionerId })
			.returning({ accountId: accounts.id });
		people.set(name, { accountId: made?.accountId ?? '', practitionerId, role });
	}
	await reviewOn(TODAY);
});

beforeEach(async () => {
	database = await open();
});

afterEach(() => database.close());

async function given(...changes: cast.Change[]): Promise<void> {
	const records = cast.given(...changes);
	ids = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const all = TABLES_IN_ORDER.map((table) => [table, { added: records[table], changed: [] }]);
		await writeRecords(tx, 'native', stored, Object.fromEntries(all) as Parameters<typeof writeRecords>[3]);
		const { ids: written } = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		return new Map(Object.values(written).flatMap((each) => [...each]));
	});
}

function idOf(name: string): string {
	const id = ids.get(name);
	if (!id) throw new Error(`nobody and nothing is called ${name}`);
	return id;
}

function as<Answer>(
	name: string,
	work: (tx: Transaction, by: Asker & { today: CalendarDate }) => Promise<Answer>,
	today: CalendarDate = TODAY
): Promise<Answer> {
	const asker = people.get(name);
	if (!asker) throw new Error(`${name} has no account`);
	const { accountId } = asker;
	return inContext(database, { actor: 'person', accountId, today }, (tx) => work(tx, { ...asker, today }));
}

function reviewOn(day: CalendarDate) {
	return inContext(database, { actor: 'operator', name: 'test', today: day }, (tx) =>
		reviewAuthority(tx, { operator: 'test' }, day)
	);
}

async function flagOf(code: Code, reference = MIRA): Promise<string> {
	const found = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, (tx) =>
		standingFlagId(tx, code, idOf(reference))
	);
	if (!found) throw new Error(`no ${code} stands for ${reference}`);
	return found;
}

const acknowledgement = (plan = 'Aisha joins on Monday.', key = randomUUID()): AnswerForm => ({
	step: 'acknowledged',
	key,
	plan
});
const acceptance = (until: CalendarDate): AnswerForm => ({
	step: 'accepted',
	key: randomUUID(),
	reason: 'Aisha starts on Monday.',
	mitigation: 'Maryam visits with him.',
	until
});

const answer = (name: string, flagId: string, form: AnswerForm, today: CalendarDate = TODAY) =>
	as(name, (tx, by) => answerFlag(tx, by, flagId, form), today);

async function pageOf(name: string, flagId: string, today: CalendarDate = TODAY): Promise<FlagPage> {
	const page = await as(name, (tx, by) => flagPage(tx, by, flagId), today);
	if (!page) throw new Error(`${name} finds no flag`);
	return page;
}

const oversightBy = (name: string, today: CalendarDate, reference = MIRA) =>
	as(
		name,
		(tx, by) =>
			recordOversight(tx, by, idOf(reference), {
				key: randomUUID(),
				kind: 'decision',
				madeOn: today,
				decision: 'Visit weekly and see her alone.',
				rationale: 'Two accounts of the bruise do not agree.'
			}),
		today
	);

const ask = (name: string, today: CalendarDate = TODAY, key = randomUUID()) =>
	as(
		name,
		(tx, by) => askForOversight(tx, by, idOf(MIRA), { key, words: 'Should we hold a strategy meeting?' }),
		today
	);

async function doNext(name: string, today: CalendarDate = TODAY): Promise<string[]> {
	const first = await as(name, (tx, by) => todayOf(tx, by, { on: today, hindsight: false }), today);
	return first.as === 'manager'
		? first.doNext.filter(({ code }) => code === 'OVERSIGHT_ASKED').map(({ title }) => title)
		: [];
}

const count = async (query: ReturnType<typeof sql>) =>
	Number((await database.drizzle.execute<{ n: number }>(query))[0]?.n);

test('acknowledging with a plan is a step with its day and its maker, and an audit row beside it', async () => {
	const flagId = await flagOf(HELD);
	expect(await answer(cast.MARYAM, flagId, acknowledgement())).toBe('done');
	const page = await pageOf(cast.BEN, flagId);
	expect(page.life.words).toBe('Acknowledged by maryam (team manager) on 20 Nov 2026.');
	expect(page.history[0]).toMatchObject({
		on: TODAY,
		title: 'Acknowledged by maryam (team manager)',
		detail: 'Plan: Aisha joins on Monday.'
	});
	const audited = sql`select count(*)::int as n from audit
		where entity = 'flag' and entity_id = ${flagId} and action = 'acknowledged' and digest is not null`;
	expect(await count(audited)).toBe(1);
});

test('a form posted again, and twenty at once, acts once', async () => {
	const flagId = await flagOf(HELD);
	const form = acknowledgement('One plan.');
	const answers = await Promise.all(Array.from({ length: 20 }, () => answer(cast.MARYAM, flagId, form)));
	expect(new Set(answers)).toEqual(new Set(['done']));
	expect(await answer(cast.MARYAM, flagId, form)).toBe('done');
	expect(await count(sql`select count(*)::int as n from flag_steps where step = 'acknowledged'`)).toBe(1);
	expect(await count(sql`select count(*)::int as n from audit where action = 'acknowledged'`)).toBe(1);
});

test('of two who acknowledge at once one does, and the other is told who did', async () => {
	const flagId = await flagOf(HELD);
	const answers = await Promise.all([
		answer(cast.MARYAM, flagId, acknowledgement()),
		answer(cast.RUTH, flagId, acknowledgement())
	]);
	expect(answers).toContain('done');
	const other = answers.find((each) => each !== 'done');
	expect(other).toEqual({
		refused: expect.stringMatching(/^(Maryam|Ruth) .* acknowledged it already/) as string
	});
	expect(await count(sql`select count(*)::int as n from flag_steps where step = 'acknowledged'`)).toBe(1);
});

test('a team manager cannot accept what the team manager is responsible for; a service manager can', async () => {
	const flagId = await flagOf(HELD);
	expect(await answer(cast.MARYAM, flagId, acceptance('2026-11-27'))).toEqual({
		refused:
			'This needs a service manager: maryam (team manager) is responsible for it, and a risk is accepted one grade above.'
	});
	expect(await answer(cast.RUTH, flagId, acceptance('2026-11-30'))).toEqual({
		errors: [
			{
				field: 'until',
				words: 'It can be accepted until 27 Nov 2026 at most: 5 working days from today.'
			}
		]
	});
	expect(await answer(cast.RUTH, flagId, acceptance('2026-11-27'))).toBe('done');
	expect((await pageOf(cast.MARYAM, flagId)).life.brief).toBe('Accepted until 27 Nov 2026');
});

test('what is missing is said field by field, and nothing is written', async () => {
	const flagId = await flagOf(HELD);
	const empty: AnswerForm = {
		step: 'accepted',
		key: randomUUID(),
		reason: ' ',
		mitigation: '',
		until: TODAY
	};
	const refused = await answer(cast.RUTH, flagId, empty);
	expect(refused).toMatchObject({
		errors: [{ field: 'reason' }, { field: 'mitigation' }, { field: 'until' }]
	});
	expect(await answer(cast.MARYAM, flagId, acknowledgement('\n '))).toMatchObject({
		errors: [{ field: 'plan' }]
	});
	expect(await count(sql`select count(*)::int as n from flag_steps where account_id is not null`)).toBe(0);
});

test('nobody answers a flag about their own case, whatever their grade', async () => {
	const mine = await flagOf('OVERSIGHT_OVERDUE', OWN);
	expect(await answer(cast.MARYAM, mine, acknowledgement())).toMatchObject({
		refused: expect.stringContaining('your own case') as string
	});
	expect((await pageOf(cast.MARYAM, mine)).responsible).toBe('ruth (service manager)');
	expect(await answer(cast.RUTH, mine, acknowledgement())).toBe('done');
	const held = await flagOf(HELD);
	expect(await answer(cast.BEN, held, acknowledgement())).toMatchObject({
		refused: expect.anything() as string
	});
	expect(
		await answer(cast.BEN, held, { step: 'commented', key: randomUUID(), words: 'She was at school.' })
	).toBe('done');
});

test('somebody out of scope finds no flag and no step, and can write none', async () => {
	const flagId = await flagOf(HELD);
	await answer(cast.MARYAM, flagId, acknowledgement());
	for (const name of [cast.LEO, cast.OWEN, cast.TOMAS]) {
		expect(await as(name, (tx, by) => flagPage(tx, by, flagId))).toBeNull();
		expect(await answer(name, flagId, acknowledgement())).toBe('absent');
		const seen = await as(name, (tx) => tx.execute(sql`select from flag_steps`));
		const own = await as(name, (tx) => tx.execute(sql`select from flags`));
		if (own.length === 0) expect(seen).toHaveLength(0);
		const steps = await as(name, (tx) => tx.execute(sql`select from flag_steps where flag_id = ${flagId}`));
		expect(steps).toHaveLength(0);
	}
	const writing = as(cast.LEO, (tx) =>
		tx.execute(sql`insert into flag_steps (flag_id, step) values (${flagId}, 'acknowledged')`)
	);
	await expect(writing).rejects.toMatchObject({ cause: { code: '42501' } });
});

test('a steward sees that a flag stands, and nothing of what was said', async () => {
	await answer(cast.MARYAM, await flagOf(HELD), acknowledgement());
	await ask(cast.BEN);
	const [steward] = await database.drizzle
		.insert(accounts)
		.values({ email: 'steward@example.org', role: 'steward' })
		.returning({ accountId: accounts.id });
	const seen = await inContext(
		database,
		{ actor: 'person', accountId: steward?.accountId ?? '', today: TODAY },
		async (tx) => ({
			flags: (await tx.execute(sql`select from flags`)).length > 0,
			steps: (await tx.execute(sql`select from flag_steps`)).length,
			requests: (await tx.execute(sql`select from oversight_requests`)).length
		})
	);
	expect(seen).toEqual({ flags: true, steps: 0, requests: 0 });
});

test('steps stay as they were written, and so does what was asked', async () => {
	await ask(cast.BEN);
	for (const attempt of [
		sql`update flag_steps set words = 'nothing'`,
		sql`delete from flag_steps`,
		sql`truncate flag_steps`,
		sql`update oversight_requests set words = 'nothing'`,
		sql`delete from oversight_requests`
	])
		await expect(database.drizzle.execute(attempt)).rejects.toMatchObject({ cause: { code: '23001' } });
	await as(cast.MARYAM, (tx) => tx.execute(sql`update oversight_requests set answered_on = ${TODAY}`));
	await expect(
		database.drizzle.execute(sql`update oversight_requests set answered_on = null`)
	).rejects.toMatchObject({ cause: { code: '23001' } });
});

test('what the page computes the review records, once: escalated to the service manager', async () => {
	const flagId = await flagOf(HELD);
	const before = await pageOf(cast.MARYAM, flagId, '2026-11-21');
	expect(before.life.brief).toBe('Escalated to ruth (service manager)');
	const escalated = sql`select count(*)::int as n from flag_steps where flag_id = ${flagId} and step = 'escalated'
		and happened_on = '2026-11-21' and details ->> 'to' = 'service_manager'`;
	expect(await count(escalated)).toBe(0);
	await reviewOn(MONDAY);
	await reviewOn(MONDAY);
	await reviewOn(TUESDAY);
	expect(await count(escalated)).toBe(1);
	const steps = sql`select count(*)::int as n from flag_steps where flag_id = ${flagId} and step = 'escalated'`;
	expect(await count(steps)).toBe(1);
	const after = await pageOf(cast.RUTH, flagId, TUESDAY);
	expect(after.life.brief).toBe(before.life.brief);
	expect(after.history.map(({ title }) => title)).toContain('Escalated to ruth (service manager)');
});

test('an accepted flag stays in every list and tile, marked, and is asked again when the acceptance ends', async () => {
	const flagId = await flagOf(HELD);
	const asAt = { on: TODAY, hindsight: false };
	const list = () => as(cast.MARYAM, (tx, by) => flagList(tx, by.role, asAt, EVERY_FLAG));
	const tile = async () => {
		const first = await as(cast.MARYAM, (tx, by) => todayOf(tx, by, asAt));
		return first.as === 'manager' ? first.tiles[0] : undefined;
	};
	const [before, tileBefore] = [await list(), await tile()];
	await answer(cast.RUTH, flagId, acceptance(MONDAY));
	const after = await list();
	expect(after.standing).toBe(before.standing);
	expect(after.flags.find(({ life }) => life.flagId === flagId)?.life.brief).toBe(
		'Accepted until 23 Nov 2026'
	);
	expect((await tile())?.number).toBe(tileBefore?.number);
	expect((await tile())?.soft).toContain('1 accepted');
	const only = await as(cast.MARYAM, (tx, by) =>
		flagList(tx, by.role, asAt, { ...EVERY_FLAG, state: 'accepted' })
	);
	expect(only.flags.map(({ life }) => life.flagId)).toEqual([flagId]);

	expect((await pageOf(cast.MARYAM, flagId, MONDAY)).life.state).toBe('accepted');
	await reviewOn(TUESDAY);
	const again = await pageOf(cast.MARYAM, flagId, TUESDAY);
	expect(again.life).toMatchObject({ state: 'raised', brief: 'Asked again on 24 Nov 2026' });
	expect(again.history[0]).toMatchObject({ title: 'Asked again', on: TUESDAY });
});

test('the pages of the list together are the file, in its order, whatever the filter', async () => {
	await answer(cast.RUTH, await flagOf(HELD), acceptance(MONDAY));
	const lists = (filter: Partial<FlagFilter>, asked?: PageAsked) =>
		as(cast.RUTH, (tx, by) =>
			flagList(tx, by.role, { on: TODAY, hindsight: false }, { ...EVERY_FLAG, ...filter }, asked)
		);
	const all = await lists({});
	expect(all.flags.length).toBeGreaterThan(3);
	const filters: Partial<FlagFilter>[] = [
		{},
		{ rules: ['OVERSIGHT_OVERDUE', HELD] },
		{ severity: 'high' },
		{ teamId: idOf(cast.HARBOUR) },
		{ state: 'raised' },
		{ state: 'accepted', teamId: idOf(cast.HARBOUR) }
	];
	for (const filter of filters) {
		const { flags: whole, page } = await lists(filter);
		expect(page).toMatchObject({ outOf: whole.length, shown: { from: 1, to: whole.length } });
		const paged: typeof whole = [];
		for (let number = 1; number <= Math.ceil(whole.length / 2); number++) {
			const part = await lists(filter, { page: number, rows: 2 });
			expect(part).toMatchObject({ standing: all.flags.length, page: { outOf: whole.length } });
			paged.push(...part.flags);
		}
		expect(paged).toEqual(whole);
	}
	const beyond = await lists({}, { page: 99, rows: 2 });
	expect(beyond).toMatchObject({ flags: [], page: { shown: null, outOf: all.flags.length } });
});

test('folded flags keep their own answers, and are cleared only by their own condition', async () => {
	const below = await flagOf('BELOW_EXPERIENCE');
	await answer(cast.MARYAM, below, acknowledgement('Aisha is asked.'));
	expect((await pageOf(cast.MARYAM, below)).foldedInto?.title).toBe('Held without oversight');
	expect((await pageOf(cast.MARYAM, await flagOf(HELD))).reasons.map(({ title }) => title)).toContain(
		'Below the experience required'
	);
	const held = await flagOf(HELD);
	await oversightBy(cast.MARYAM, TODAY);
	expect((await pageOf(cast.MARYAM, held)).life.state).toBe('cleared');
	const still = await pageOf(cast.MARYAM, below);
	expect(still.life.state).toBe('acknowledged');
	expect(still.foldedInto).toBeNull();
});

test('a flag is cleared by a named fact, and when it returns it is a new flag that names the old one', async () => {
	const flagId = await flagOf(HELD);
	await answer(cast.MARYAM, flagId, acknowledgement());
	await oversightBy(cast.MARYAM, TODAY);
	const cleared = await pageOf(cast.BEN, flagId);
	expect(cleared.history[0]).toMatchObject({
		title: 'Cleared',
		detail: 'By this: oversight recorded by maryam on 20 Nov 2026.'
	});
	expect(await answer(cast.RUTH, flagId, acknowledgement())).toEqual({
		refused: 'This flag is cleared: there is nothing left to answer.'
	});
	await reviewOn('2026-12-07');
	const later = await inContext(database, { actor: 'operator', name: 'test', today: '2026-12-07' }, (tx) =>
		standingFlagId(tx, HELD, idOf(MIRA))
	);
	expect(later).not.toBeNull();
	expect(later).not.toBe(flagId);
	const back = await pageOf(cast.BEN, later ?? '', '2026-12-07');
	expect(back.life.state).toBe('raised');
	expect(back.history.map((event) => event.flagId)).toContain(flagId);
	expect((await pageOf(cast.BEN, flagId, '2026-12-07')).history.map((event) => event.flagId)).toContain(
		later
	);
});

test('a request is on the manager’s first screen, and after exactly one working day on the one above', async () => {
	expect(await ask(cast.BEN)).toBe('done');
	expect(await doNext(cast.MARYAM)).toEqual(['Oversight asked for']);
	expect(await doNext(cast.RUTH)).toEqual([]);
	expect(await doNext(cast.RUTH, MONDAY)).toEqual([]);
	expect(await doNext(cast.RUTH, TUESDAY)).toEqual(['Oversight asked for, gone one level up']);
	expect(await doNext(cast.MARYAM, TUESDAY)).toEqual(['Oversight asked for, gone one level up']);
	expect(await doNext(cast.OWEN, TUESDAY)).toEqual([]);
	await reviewOn(MONDAY);
	expect(await count(sql`select count(escalated_on)::int as n from oversight_requests`)).toBe(0);
	await reviewOn(TUESDAY);
	expect(
		await count(sql`select count(*)::int as n from oversight_requests where escalated_on = ${TUESDAY}`)
	).toBe(1);
});

test('only one request waits at a time, a form posted twice asks once, and who holds nothing asks nothing', async () => {
	const key = randomUUID();
	await Promise.all([ask(cast.BEN, TODAY, key), ask(cast.BEN, TODAY, key), ask(cast.BEN, TODAY, key)]);
	expect(await ask(cast.BEN)).toEqual({
		refused: 'ben asked for oversight on 20 Nov 2026, and it is not answered yet.'
	});
	expect(await count(sql`select count(*)::int as n from oversight_requests`)).toBe(1);
	expect(await ask(cast.MARYAM)).toMatchObject({
		refused: expect.stringContaining('whoever holds the case') as string
	});
	expect(await ask(cast.LEO)).toBe('absent');
});

test('oversight recorded since answers a request; oversight from before, and from the lead, does not', async () => {
	await oversightBy(cast.MARYAM, TODAY);
	await ask(cast.BEN);
	expect(await doNext(cast.MARYAM)).toEqual(['Oversight asked for']);
	await reviewOn(TODAY);
	expect(await doNext(cast.MARYAM)).toEqual(['Oversight asked for']);
	await oversightBy(cast.RUTH, TODAY);
	expect(await doNext(cast.MARYAM)).toEqual([]);
	expect(
		await count(sql`select count(*)::int as n from oversight_requests
			where answered_on = ${TODAY} and answer is null and answered_by = ${idOf(cast.RUTH)}`)
	).toBe(1);
	expect(await ask(cast.BEN)).toBe('done');
});

test('an answer in words answers a request and clears nothing', async () => {
	await ask(cast.BEN);
	const [request] = await database.drizzle.execute<{ id: string }>(sql`select id from oversight_requests`);
	const form = { key: randomUUID(), requestId: request?.id ?? '', words: ' ' };
	const reply = (name: string, words: string) =>
		as(name, (tx, by) => answerRequest(tx, by, idOf(MIRA), { ...form, words }));
	expect(await reply(cast.MARYAM, ' ')).toEqual({
		errors: [{ field: 'answer', words: 'Write your answer.' }]
	});
	expect(await reply(cast.BEN, 'Yes.')).toMatchObject({ refused: expect.anything() as string });
	expect(await reply(cast.OWEN, 'Yes.')).toBe('absent');
	expect(await reply(cast.MARYAM, 'Yes, today at four.')).toBe('done');
	expect(await reply(cast.MARYAM, 'Yes, today at four.')).toBe('done');
	expect(await doNext(cast.MARYAM)).toEqual([]);
	const page = await pageOf(cast.BEN, await flagOf(HELD));
	expect(page.life.state).toBe('raised');
	expect(page.history[0]).toMatchObject({
		title: 'ben asked for oversight',
		detail: expect.stringContaining('by maryam: Yes, today at four.') as string
	});
	expect(await count(sql`select count(*)::int as n from audit where entity = 'oversight_request'`)).toBe(2);
});

function endPosting(name: string) {
	return inContext(database, { actor: 'operator', name: 'test', today: TODAY }, (tx) =>
		tx.execute(sql`update postings set to_on = ${TODAY} where practitioner_id = ${idOf(name)}`)
	);
}

test('without a team manager in post flags and requests go up by themselves, and it is said', async () => {
	await endPosting(cast.MARYAM);
	await ask(cast.BEN);
	expect(await doNext(cast.RUTH)).toEqual(['Oversight asked for']);
	const page = await pageOf(cast.BEN, await flagOf(HELD));
	expect(page.responsible).toBe('ruth (service manager)');
	expect(page.passed).toBe('It went up by itself: no team manager is in post.');
	for (const name of [cast.RUTH, cast.BEN]) {
		const first = await as(name, (tx, by) => todayOf(tx, by, { on: TODAY, hindsight: false }));
		expect('unmanaged' in first && first.unmanaged).toEqual([
			'harbour has no team manager in post: its flags and requests go to ruth (service manager) by themselves.'
		]);
	}
});

test('a finding that is not stored yet gets its row by being opened', async () => {
	await endPosting(cast.BEN);
	const open = (name: string) => as(name, (tx, by) => flagOfFinding(tx, by, 'UNALLOCATED', idOf(MIRA)));
	expect(await open(cast.OWEN)).toBeNull();
	const flagId = await open(cast.MARYAM);
	expect(flagId).not.toBeNull();
	expect(await open(cast.MARYAM)).toBe(flagId);
	const stored = await as(cast.MARYAM, (tx) => flagsStandingOn(tx, TODAY, [idOf(MIRA)]));
	expect(stored.find((flag) => flag.flagId === flagId)?.steps).toMatchObject([{ step: 'raised', on: TODAY }]);
	expect(await as(cast.MARYAM, (tx, by) => flagOfFinding(tx, by, 'NO_SUCH_RULE', idOf(MIRA)))).toBeNull();
});
