import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AskingRole } from '#lib/domain/access.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { requestsAboutCase } from '#lib/server/store/requests.ts';
import { caseKept } from '#lib/server/work/case-pages.ts';
import { undoCase } from '#lib/server/work/keep-case.ts';
import {
	agreeToRefusal,
	correctRequest,
	decideRequest,
	recordAnswer,
	recordRequest,
	type DecisionForm,
	type RequestCorrection,
	type RequestForm,
	type RequestSaved
} from '#lib/server/work/keep-request.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import type { Keeper } from '#lib/server/work/record-absence.ts';
import { requestFormPage, requestPage, undoRequest } from '#lib/server/work/request-page.ts';
import { requestsAsked, requestsFound } from '#lib/server/work/requests-by-agency.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import { todayOf } from '#lib/server/work/today.ts';
import * as cast from '../cast.ts';
import { copiesOf, type Fresh } from './database.ts';

/** A Friday; the next working day is Monday 23 November. */
const TODAY = '2026-11-20';
const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';

const ROLES: Record<string, AskingRole> = {
	[cast.TOMAS]: 'practitioner',
	[cast.LEO]: 'practitioner',
	[cast.MARYAM]: 'team_manager',
	[cast.OWEN]: 'team_manager',
	[cast.RUTH]: 'service_manager',
	[cast.DIANA]: 'director'
};

const CASES: readonly cast.Change[] = [
	cast.openCase('C-ASH', '2026-03-02'),
	cast.kind('C-ASH', 'child_in_need', '2026-03-02'),
	cast.lead('C-ASH', cast.TOMAS, '2026-03-02'),
	cast.openCase('C-OAK', '2026-03-02'),
	cast.kind('C-OAK', 'child_in_need', '2026-03-02'),
	cast.lead('C-OAK', cast.LEO, '2026-03-02', null, { teamId: cast.ORCHARD })
];

let database: Fresh;
let ids: Map<string, string>;
const askers = new Map<string, Omit<Keeper, 'today'>>();

const open = copiesOf(async (made) => {
	database = made;
	const records = cast.given(...CASES);
	ids = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const all = TABLES_IN_ORDER.map((table) => [table, { added: records[table], changed: [] }]);
		await writeRecords(tx, 'native', stored, Object.fromEntries(all) as Parameters<typeof writeRecords>[3]);
		const { ids: written } = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		return new Map(Object.values(written).flatMap((each) => [...each]));
	});
	for (const [name, role] of Object.entries(ROLES)) {
		const practitionerId = idOf(name);
		const [made] = await database.drizzle
			.insert(accounts)
			.values({ email: `${name}@example.org`, practitionerId })
			.returning({ accountId: accounts.id });
		askers.set(name, { accountId: made?.accountId ?? '', practitionerId, role });
	}
});

beforeEach(async () => {
	database = await open();
});

afterEach(() => database.close());

function idOf(name: string): string {
	const id = ids.get(name);
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
	return inContext(database, asking, (tx) => work(tx, { ...asker, today }));
}

function form(changed: Partial<RequestForm> = {}): RequestForm {
	return {
		key: randomUUID(),
		agency: 'Health visiting',
		other: '',
		kind: 'conference',
		requestedOn: TODAY,
		asked: 'Weight loss over two visits.',
		...changed
	};
}

async function recorded(
	changed: Partial<RequestForm> = {},
	who = cast.TOMAS,
	today = TODAY
): Promise<string> {
	const saved = await as(who, (tx, by) => recordRequest(tx, by, idOf('C-ASH'), form(changed)), today);
	return doneId(saved);
}

function doneId(saved: RequestSaved): string {
	if (typeof saved === 'string' || !('done' in saved) || saved.done === null)
		throw new Error(`not done: ${JSON.stringify(saved)}`);
	return saved.done;
}

async function editionOf(requestId: string): Promise<string> {
	const kept = await as(cast.RUTH, (tx) => requestsAboutCase(tx, idOf('C-ASH')));
	return kept.find((each) => each.requestId === requestId)?.edition ?? '';
}

async function decide(
	who: string,
	requestId: string,
	changed: Partial<DecisionForm> = {},
	today: CalendarDate = TODAY
): Promise<RequestSaved> {
	const edition = changed.edition ?? (await editionOf(requestId));
	const typed = {
		key: randomUUID(),
		outcome: 'declined',
		decidedOn: today,
		rationale: 'Seen twice this week, and gaining.',
		...changed,
		edition
	};
	return as(who, (tx, by) => decideRequest(tx, by, idOf('C-ASH'), requestId, typed), today);
}

async function second(who: string, requestId: string, today: CalendarDate = TODAY): Promise<RequestSaved> {
	const typed = { key: randomUUID(), edition: await editionOf(requestId) };
	return as(who, (tx, by) => agreeToRefusal(tx, by, idOf('C-ASH'), requestId, typed), today);
}

const DONE = expect.objectContaining({ done: expect.any(String) as string }) as RequestSaved;

async function asAt(on: CalendarDate): Promise<string[]> {
	const { findings } = await inContext(database, { actor: 'operator', name: 'test', today: on }, (tx) =>
		pictureOfAuthority(tx, { on, hindsight: false })
	);
	return findings
		.filter(({ code }) => code === 'REQUEST_DECLINED_ALONE')
		.map(({ severity, since }) => `${severity} since ${since}`);
}

async function stored(): Promise<{ open: number; cleared: number }> {
	const [row] = await database.drizzle.execute<{ open: number; cleared: number }>(
		sql`select count(*) filter (where cleared_on is null)::int as open,
			count(*) filter (where cleared_on is not null)::int as cleared
			from flags where code = 'REQUEST_DECLINED_ALONE'`
	);
	return row ?? { open: 0, cleared: 0 };
}

function review(day: CalendarDate) {
	return inContext(database, { actor: 'operator', name: 'test', today: day }, (tx) =>
		reviewAuthority(tx, { operator: 'test' }, day)
	);
}

async function doNext(who: string, today: CalendarDate = TODAY): Promise<string[]> {
	const first = await as(who, (tx, by) => todayOf(tx, by, { on: today, hindsight: false }), today);
	const doing = first.as === 'manager' ? first.doNext : first.as === 'practitioner' ? first.flags : [];
	return doing
		.filter(({ code }) => code === 'REQUEST_WAITING' || code === 'REQUEST_DECLINED_ALONE')
		.map(({ code, severity, why }) => `${code} ${severity}: ${why}`);
}

test('a request is recorded by who holds the case, with its audit row, and waits on both first screens', async () => {
	const requestId = await recorded();
	const page = await as(cast.TOMAS, (tx, by) => requestPage(tx, by, idOf('C-ASH'), requestId));
	expect(page).toMatchObject({
		title: 'Health visiting asks for a child protection conference',
		state: 'undecided',
		asked: 'Weight loss over two visits.'
	});
	expect(page?.clock).toContain('To be decided by Mon 23 Nov 2026; nobody has yet.');
	const waits = [expect.stringContaining('REQUEST_WAITING high: To be decided by Mon 23 Nov 2026')];
	expect(await doNext(cast.TOMAS)).toEqual(waits);
	expect(await doNext(cast.MARYAM)).toEqual(waits);
	expect(await doNext(cast.OWEN)).toEqual([]);
	const audited = await database.drizzle.execute(
		sql`select from audit where action = 'recorded' and entity = 'request' and entity_id = ${requestId}`
	);
	expect(audited).toHaveLength(1);
});

test('left undecided it is flagged from the day after the limit, and deciding clears it for the days that follow', async () => {
	const requestId = await recorded();
	expect(await asAt(MONDAY)).toEqual([]);
	expect(await asAt(TUESDAY)).toEqual(['critical since 2026-11-24']);
	await review(TUESDAY);
	expect(await stored()).toEqual({ open: 1, cleared: 0 });
	expect(await doNext(cast.MARYAM, TUESDAY)).toEqual([
		expect.stringContaining(
			'REQUEST_DECLINED_ALONE critical: Health visiting asked for a child protection conference'
		)
	]);
	expect(await decide(cast.MARYAM, requestId, { outcome: 'agreed' }, '2026-11-25')).toEqual(DONE);
	expect(await stored()).toEqual({ open: 0, cleared: 1 });
	expect(await asAt(TUESDAY)).toEqual(['critical since 2026-11-24']);
	expect(await asAt('2026-11-25')).toEqual([]);
});

test('declined alone is flagged at each day after the limit, and a second manager clears it from their day', async () => {
	const requestId = await recorded();
	expect(await decide(cast.MARYAM, requestId)).toEqual(DONE);
	expect(await doNext(cast.MARYAM)).toEqual([]);
	expect(await doNext(cast.RUTH)).toEqual([
		expect.stringContaining('A second manager has to agree by Mon 23 Nov 2026')
	]);
	expect([await asAt(MONDAY), await asAt(TUESDAY), await asAt('2026-11-25')]).toEqual([
		[],
		['critical since 2026-11-24'],
		['critical since 2026-11-24']
	]);
	await review('2026-11-25');
	expect(await stored()).toEqual({ open: 1, cleared: 0 });
	expect(await second(cast.RUTH, requestId, '2026-11-26')).toEqual(DONE);
	expect(await stored()).toEqual({ open: 0, cleared: 1 });
	expect(await asAt('2026-11-25')).toEqual(['critical since 2026-11-24']);
	expect(await asAt('2026-11-26')).toEqual([]);
	expect(await doNext(cast.RUTH, '2026-11-26')).toEqual([]);
});

test('a second manager in time raises no flag on any day', async () => {
	const requestId = await recorded();
	await decide(cast.MARYAM, requestId);
	expect(await second(cast.RUTH, requestId, MONDAY)).toEqual(DONE);
	for (const day of [TODAY, MONDAY, TUESDAY, addDays(TUESDAY, 30)]) expect(await asAt(day)).toEqual([]);
});

test('who declined cannot agree to it, nor a practitioner; nobody decides without managing practice', async () => {
	const requestId = await recorded();
	expect(await decide(cast.TOMAS, requestId)).toEqual({ notYours: expect.any(String) as string });
	await decide(cast.MARYAM, requestId);
	expect(await second(cast.MARYAM, requestId)).toEqual({
		notYours: expect.stringContaining('You declined it yourself') as string
	});
	expect(await second(cast.TOMAS, requestId)).toEqual({ notYours: expect.any(String) as string });
	expect(await second(cast.DIANA, requestId)).toEqual(DONE);
});

test('the database refuses what the forms refuse: another’s decision, one’s own second, a practitioner’s', async () => {
	const requestId = await recorded();
	const write = (who: string, set: ReturnType<typeof sql>) =>
		as(who, (tx) => tx.execute(sql`update requests set ${set} where id = ${requestId} returning id`));
	const refused = {
		cause: { message: expect.stringMatching(/a request is decided|a refusal is agreed/) as string }
	};
	const declined = (by: string) =>
		sql`outcome = 'declined', decided_on = ${TODAY}, rationale = 'No.', decided_by_id = ${idOf(by)}`;
	await expect(write(cast.TOMAS, declined(cast.TOMAS))).rejects.toMatchObject(refused);
	await expect(write(cast.MARYAM, declined(cast.RUTH))).rejects.toMatchObject(refused);
	expect(await write(cast.MARYAM, declined(cast.MARYAM))).toHaveLength(1);
	const agreed = (by: string) => sql`second_agreed_on = ${TODAY}, second_manager_id = ${idOf(by)}`;
	await expect(write(cast.MARYAM, agreed(cast.MARYAM))).rejects.toMatchObject(refused);
	await expect(write(cast.MARYAM, agreed(cast.RUTH))).rejects.toMatchObject(refused);
	expect(await write(cast.OWEN, agreed(cast.OWEN))).toHaveLength(0);
	expect(await write(cast.RUTH, agreed(cast.RUTH))).toHaveLength(1);
	await expect(
		as(cast.TOMAS, (tx) =>
			tx.execute(
				sql`insert into requests (source, reference, case_id, agency, requested_on, outcome, decided_on, decided_by_id)
					values ('countersign', 'R-x', ${idOf('C-ASH')}, 'School', ${TODAY}, 'agreed', ${TODAY}, ${idOf(cast.TOMAS)})`
			)
		)
	).rejects.toMatchObject({ cause: { message: 'a request is recorded undecided' } });
});

test('of two who decide at once the second sees what the first decided, and what they typed is kept', async () => {
	const requestId = await recorded();
	const edition = await editionOf(requestId);
	expect(await decide(cast.MARYAM, requestId, { edition, outcome: 'agreed' })).toEqual(DONE);
	const late = await decide(cast.RUTH, requestId, { edition });
	expect(late).toMatchObject({
		conflict: expect.stringContaining('maryam agreed it on 20 Nov 2026') as string
	});
	if (typeof late === 'string' || !('conflict' in late)) throw new Error('no conflict');
	expect(await decide(cast.RUTH, requestId, { edition: late.edition })).toEqual(DONE);
	const page = await as(cast.RUTH, (tx, by) => requestPage(tx, by, idOf('C-ASH'), requestId));
	expect(page).toMatchObject({ state: 'second_awaited', rationale: 'Seen twice this week, and gaining.' });
	expect(page?.history).toHaveLength(3);
});

test('a form posted twice acts once', async () => {
	const twice = form();
	const post = () => as(cast.TOMAS, (tx, by) => recordRequest(tx, by, idOf('C-ASH'), twice));
	const first = doneId(await post());
	expect(await post()).toEqual({ done: null });
	expect(await as(cast.RUTH, (tx) => requestsAboutCase(tx, idOf('C-ASH')))).toHaveLength(1);
	const key = randomUUID();
	expect(await decide(cast.MARYAM, first, { key })).toEqual(DONE);
	expect(await decide(cast.MARYAM, first, { key })).toEqual({ done: null });
});

test('what is out of scope looks absent', async () => {
	const requestId = await recorded();
	const about = idOf('C-ASH');
	expect(await as(cast.OWEN, (tx, by) => requestPage(tx, by, about, requestId))).toBeNull();
	expect(await as(cast.LEO, (tx, by) => requestFormPage(tx, by, about))).toBeNull();
	expect(await as(cast.LEO, (tx, by) => recordRequest(tx, by, about, form()))).toBe('absent');
	const typed = { key: randomUUID(), edition: '', outcome: 'agreed', decidedOn: TODAY, rationale: 'Yes.' };
	expect(await as(cast.OWEN, (tx, by) => decideRequest(tx, by, about, requestId, typed))).toBe('absent');
	expect(await as(cast.MARYAM, (tx, by) => decideRequest(tx, by, idOf('C-OAK'), requestId, typed))).toBe(
		'absent'
	);
	expect(await as(cast.OWEN, (tx, by) => undoRequest(tx, by, about, typed.key))).toBe('absent');
});

test('every field that is wrong is said beside itself, and nothing is written', async () => {
	const wrong = form({ agency: '', kind: 'visit', requestedOn: '30 feb', asked: 'x'.repeat(301) });
	const saved = await as(cast.TOMAS, (tx, by) => recordRequest(tx, by, idOf('C-ASH'), wrong));
	const fields =
		typeof saved === 'object' && 'refused' in saved ? saved.refused.map(({ field }) => field) : [];
	expect(fields).toEqual(['agency', 'kind', 'requestedOn', 'asked']);
	const other = form({ agency: 'other', other: ' ', requestedOn: MONDAY });
	expect(await as(cast.TOMAS, (tx, by) => recordRequest(tx, by, idOf('C-ASH'), other))).toEqual({
		refused: [
			{ field: 'other', words: 'Write which agency asks.' },
			{ field: 'requestedOn', words: 'It cannot have been after today, 20 Nov 2026.' }
		]
	});
	const requestId = await recorded({ agency: 'other', other: 'Fire service' });
	expect(await decide(cast.MARYAM, requestId, { outcome: '', rationale: ' ', decidedOn: '19 nov' })).toEqual({
		refused: [
			{ field: 'outcome', words: expect.any(String) as string },
			{ field: 'rationale', words: expect.any(String) as string },
			{ field: 'decidedOn', words: 'It was asked for on 20 Nov 2026, after that day.' }
		]
	});
	expect(await as(cast.RUTH, (tx) => requestsAboutCase(tx, idOf('C-ASH')))).toHaveLength(1);
});

test('the agency’s answer is recorded once there is a decision, and changes no flag and no past day', async () => {
	const requestId = await recorded();
	const answer = async (who: string, today: CalendarDate) => {
		const typed = {
			key: randomUUID(),
			answer: 'challenges_again',
			answeredOn: today,
			words: 'Not reassured.'
		};
		const edition = await editionOf(requestId);
		return as(who, (tx, by) => recordAnswer(tx, by, idOf('C-ASH'), requestId, { ...typed, edition }), today);
	};
	expect(await answer(cast.TOMAS, TODAY)).toEqual({
		notYours: expect.stringContaining('not decided yet') as string
	});
	await decide(cast.MARYAM, requestId);
	expect(await answer(cast.TOMAS, TUESDAY)).toEqual(DONE);
	const page = await as(cast.MARYAM, (tx, by) => requestPage(tx, by, idOf('C-ASH'), requestId), TUESDAY);
	expect(page?.answer).toEqual({
		words: 'The agency challenges it again, on 24 Nov 2026.',
		said: 'Not reassured.'
	});
	expect(page?.state).toBe('declined_alone');
	expect(await asAt(TUESDAY)).toEqual(['critical since 2026-11-24']);
	expect(await asAt(MONDAY)).toEqual([]);
});

test('what was done is undone on the same day by who did it, and not by others, nor later', async () => {
	const requestId = await recorded();
	const key = randomUUID();
	await decide(cast.MARYAM, requestId, { key, outcome: 'agreed' });
	const undo = (who: string, today = TODAY) =>
		as(who, (tx, by) => undoRequest(tx, by, idOf('C-ASH'), key), today);
	expect(await undo(cast.RUTH)).toBe('not_yours');
	expect(await undo(cast.MARYAM, MONDAY)).toMatchObject({ refused: expect.any(String) as string });
	expect(await undo(cast.MARYAM)).toBe('done');
	const page = await as(cast.MARYAM, (tx, by) => requestPage(tx, by, idOf('C-ASH'), requestId));
	expect(page).toMatchObject({ state: 'undecided', rationale: null });
	expect(page?.history.map(({ undone }) => undone)).toEqual([false, true, false]);
	expect(await asAt(TUESDAY)).toEqual(['critical since 2026-11-24']);
});

test('a changed decision put back names its decider again, and a request recorded by mistake is gone', async () => {
	const twice = form();
	const requestId = doneId(await as(cast.TOMAS, (tx, by) => recordRequest(tx, by, idOf('C-ASH'), twice)));
	await decide(cast.MARYAM, requestId);
	const key = randomUUID();
	await decide(cast.RUTH, requestId, { key, outcome: 'agreed' });
	expect(await as(cast.RUTH, (tx, by) => undoRequest(tx, by, idOf('C-ASH'), key))).toBe('done');
	const page = await as(cast.RUTH, (tx, by) => requestPage(tx, by, idOf('C-ASH'), requestId));
	expect(page).toMatchObject({ state: 'second_awaited' });
	expect(page?.clock).toContain('Declined by maryam');
	const other = form();
	doneId(await as(cast.TOMAS, (tx, by) => recordRequest(tx, by, idOf('C-ASH'), other)));
	expect(await as(cast.TOMAS, (tx, by) => undoRequest(tx, by, idOf('C-ASH'), other.key))).toBe('done');
	expect(await as(cast.RUTH, (tx) => requestsAboutCase(tx, idOf('C-ASH')))).toHaveLength(1);
	expect(await asAt(TUESDAY)).toEqual(['critical since 2026-11-24']);
});

test('per agency a number and its rows are of the same requests, in the scope of who asks', async () => {
	const requestId = await recorded();
	await recorded({ agency: 'School', kind: 'challenge' });
	await decide(cast.MARYAM, requestId);
	const found = (who: string, query: string, today = TUESDAY) =>
		as(who, (tx, by) => requestsFound(tx, by, requestsAsked(new URLSearchParams(query), today)), today);
	const all = await found(cast.RUTH, '');
	expect(all.agencies.map(({ agency, made, standing }) => [agency, made, standing.declined_alone])).toEqual([
		['Health visiting', 1, 1],
		['School', 1, 0]
	]);
	expect(all).toMatchObject({ openCases: 2, all: { made: 2, per100Cases: 100, medianWorkingDays: 0 } });
	const alone = await found(cast.RUTH, 'standing=declined_alone&rows=yes');
	expect(alone.rows.map(({ agency, decider }) => [agency, decider])).toEqual([['Health visiting', 'maryam']]);
	expect((await found(cast.DIANA, 'rows=yes')).rows.map(({ decider }) => decider)).toEqual([
		null,
		'a manager'
	]);
	expect((await found(cast.OWEN, '')).all.made).toBe(0);
	expect((await found(cast.RUTH, 'to=2026-11-19')).all.made).toBe(0);
	expect(requestsAsked(new URLSearchParams('from=xx&to=1 dec 2026'), TUESDAY)).toMatchObject({
		period: { from: '2025-11-25', to: TUESDAY },
		errors: [{ field: 'from' }, { field: 'to' }]
	});
});

test('what an agency asked for is corrected on a later day, with why: known from then, the old readable as known before', async () => {
	const requestId = await recorded({ requestedOn: '13 nov' });
	const correct = async (who: string, changed: Partial<RequestCorrection>, today: CalendarDate = TUESDAY) => {
		const edition = changed.edition ?? (await editionOf(requestId));
		const typed = { ...form({ requestedOn: '20 nov' }), never: '', why: 'Read from the letter.', ...changed };
		return as(
			who,
			(tx, by) => correctRequest(tx, by, idOf('C-ASH'), requestId, { ...typed, edition }),
			today
		);
	};
	expect(await asAt(MONDAY)).toEqual(['critical since 2026-11-20']);
	expect(await correct(cast.TOMAS, { why: ' ' })).toEqual({
		refused: [{ field: 'why', words: 'Write why: it stays readable beside the change.' }]
	});
	expect(await correct(cast.TOMAS, { requestedOn: '13 nov' })).toMatchObject({
		refused: [{ field: 'agency', words: 'This is what is on record already. Change something.' }]
	});
	const edition = await editionOf(requestId);
	expect(await correct(cast.TOMAS, { agency: 'School' })).toEqual(DONE);
	expect(await correct(cast.TOMAS, { edition, agency: 'Police' })).toMatchObject({
		conflict: expect.stringContaining('was changed after you opened it') as string
	});
	expect([await asAt(MONDAY), await asAt(TUESDAY)]).toEqual([
		['critical since 2026-11-20'],
		['critical since 2026-11-20']
	]);
	const page = await as(cast.RUTH, (tx, by) => requestPage(tx, by, idOf('C-ASH'), requestId), TUESDAY);
	expect(page?.history[0]).toMatchObject({
		what: ['Agency from Health visiting to School; asked from 13 Nov 2026 to 20 Nov 2026'],
		why: 'Read from the letter.',
		mayUndo: false
	});

	await decide(cast.MARYAM, requestId, { outcome: 'agreed' }, TUESDAY);
	expect(await correct(cast.MARYAM, { agency: 'Police' })).toEqual({
		notYours: expect.stringContaining('You decided it') as string
	});
	expect(await correct(cast.TOMAS, { requestedOn: '25 nov' }, '2026-11-26')).toEqual({
		refused: [{ field: 'requestedOn', words: 'It was decided on 24 Nov 2026, before that day.' }]
	});
	expect(await correct(cast.TOMAS, { never: 'yes' })).toEqual({ notYours: expect.any(String) as string });
	expect(await correct(cast.MARYAM, { never: 'yes' })).toEqual({ notYours: expect.any(String) as string });
	const key = randomUUID();
	expect(await correct(cast.RUTH, { key, never: 'yes', why: 'It was about another child.' })).toEqual({
		done: null
	});
	expect(await as(cast.RUTH, (tx) => requestsAboutCase(tx, idOf('C-ASH')))).toEqual([]);
	expect([await asAt(MONDAY), await asAt(TUESDAY)]).toEqual([['critical since 2026-11-20'], []]);
	const kept = () => as(cast.RUTH, (tx, by) => caseKept(tx, by, idOf('C-ASH'), TUESDAY), TUESDAY);
	expect((await kept()).changes[0]).toMatchObject({ why: 'It was about another child.', mayUndo: true });
	expect(await as(cast.RUTH, (tx, by) => undoCase(tx, by, key), TUESDAY)).toBe('done');
	expect(await as(cast.RUTH, (tx) => requestsAboutCase(tx, idOf('C-ASH')))).toHaveLength(1);
});
