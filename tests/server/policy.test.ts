import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Finding } from '#lib/domain/flags.ts';
import { typedFrom, type Typed } from '#lib/domain/policy-draft.ts';
import { differenceInWords, differencesBetween, fieldsOf, sourceOf } from '#lib/domain/policy-fields.ts';
import { DEFAULT_POLICY, type Policy } from '#lib/domain/policy.ts';
import { changesByTeam, viewUnder } from '#lib/domain/what-if.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { monthEndsStored } from '#lib/server/store/figures.ts';
import { openDraft, policySteps, publishedVersions } from '#lib/server/store/policy.ts';
import { bringIn } from '#lib/server/work/bring-in.ts';
import {
	discardDraft,
	propose,
	publish,
	savePart,
	sendBack,
	startDraft,
	withdraw,
	type Changing
} from '#lib/server/work/change-policy.ts';
import { incomingOf } from '#lib/server/work/fill-demo.ts';
import { storeMonthEnds } from '#lib/server/work/measure.ts';
import { pictureOfAuthority, viewOfAuthority } from '#lib/server/work/picture.ts';
import { askFor, whatIfOn, workedOut, workOutNext } from '#lib/server/work/try-policy.ts';
import {
	BEN,
	given,
	HARBOUR,
	kind,
	lead,
	LEO,
	MARYAM,
	openCase,
	ORCHARD,
	oversight,
	OWEN,
	TOMAS
} from '../cast.ts';
import { member } from './accounts.ts';
import { freshDatabase } from './database.ts';

const TODAY: CalendarDate = '2026-11-20';
const TOMORROW: CalendarDate = '2026-11-21';
const INTERVAL = 'kinds.child_protection.interval.suitablyHeld';
const PART = 'child_protection';

let database: Awaited<ReturnType<typeof freshDatabase>>;
const accounts = new Map<string, string>();

const asPerson = <Answer>(who: string, work: (tx: Transaction) => Promise<Answer>, today = TODAY) =>
	inContext(database, { actor: 'person', accountId: accounts.get(who) ?? '', today }, work);
const asOperator = <Answer>(work: (tx: Transaction) => Promise<Answer>, today = TODAY) =>
	inContext(database, { actor: 'operator', name: 'test', today }, work);

/** Priya, the principal social worker; Diana, the director. */
const PRIYA = 'principal_social_worker';
const DIANA = 'director';

const changing = (who: string, today = TODAY): Changing => ({
	accountId: accounts.get(who) ?? '',
	name: who === PRIYA ? 'Priya Holm' : 'Diana Frost',
	today
});

const did = <Answer>(who: string, deed: (tx: Transaction, by: Changing) => Promise<Answer>, today = TODAY) =>
	asPerson(who, (tx) => deed(tx, changing(who, today)), today);

/** What the part's form sends when somebody types another interval into it. */
const typing = (policy: Policy, days: string): Typed => ({
	...typedFrom(policy, DEFAULT_POLICY, PART),
	[`${INTERVAL}.count`]: days,
	[`${INTERVAL}.unit`]: 'd'
});

async function draftNow() {
	const draft = await asPerson(PRIYA, openDraft);
	if (!draft) throw new Error('there is no draft');
	return draft;
}

const writes = (who: string, days: string, edition: number) =>
	did(who, (tx, by) => savePart(tx, by, PART, edition, typing(DEFAULT_POLICY, days)));

/** A draft with the interval of child protection at 14 days, proposed by Priya; its digest. */
async function proposed(): Promise<string> {
	await did(PRIYA, startDraft);
	expect(await writes(PRIYA, '14', 1)).toEqual({ saved: 2 });
	const outcome = await did(PRIYA, (tx, by) => propose(tx, by, 2, 'Agreed after the practice review.'));
	if (!('proposed' in outcome)) throw new Error(JSON.stringify(outcome));
	return outcome.proposed;
}

const plan = (id: string, who: string, seenOn: CalendarDate, teamId = HARBOUR) => [
	openCase(id, '2026-03-02'),
	kind(id, 'child_protection', '2026-03-02'),
	lead(id, who, '2026-03-02', null, { teamId }),
	oversight(id, who === LEO ? OWEN : MARYAM, seenOn)
];

beforeAll(async () => {
	database = await freshDatabase();
	const records = given(
		...plan('ash', TOMAS, '2026-11-02'),
		...plan('elm', TOMAS, '2026-10-20'),
		...plan('oak', LEO, '2026-11-02', ORCHARD),
		...plan('fir', BEN, '2026-11-18')
	);
	const brought = await asOperator((tx) =>
		bringIn(tx, incomingOf(records), {
			by: 'test',
			on: TODAY,
			apply: true,
			skipBadRows: false,
			complete: [],
			observedFrom: null
		})
	);
	expect(brought.applied).toBe(true);
	for (const role of [PRIYA, DIANA, 'inspector', 'team_manager', 'steward', 'administrator'] as const)
		accounts.set(role, (await member(database, role)).accountId);
});

afterAll(() => database.close());

beforeEach(async () => {
	await database.client`alter table policy_versions disable trigger user`;
	await database.client`alter table policy_steps disable trigger user`;
	await database.client`alter table policy_drafts disable trigger user`;
	for (const table of ['policy_steps', 'policy_versions', 'policy_drafts', 'policy_what_ifs'])
		await database.client`delete from ${database.client(table)}`;
	for (const table of ['policy_versions', 'policy_steps', 'policy_drafts'])
		await database.client`alter table ${database.client(table)} enable trigger user`;
});

describe('a draft', () => {
	test('is one, whoever starts it, and starts from the latest version', async () => {
		await Promise.all([did(PRIYA, startDraft), did(DIANA, startDraft)]);
		const draft = await draftNow();
		expect(differencesBetween(DEFAULT_POLICY, draft.policy)).toEqual([]);
		expect(draft).toMatchObject({ basedOn: 1, edition: 1, proposed: null });
		const [{ open } = { open: 0 }] = await database.drizzle.execute<{ open: number }>(
			sql`select count(*)::int as open from policy_drafts`
		);
		expect(open).toBe(1);
	});

	test('changed by two people at once keeps the first, and shows the second both texts', async () => {
		await did(PRIYA, startDraft);
		const outcomes = await Promise.all([writes(PRIYA, '21', 1), writes(DIANA, '10', 1)]);
		const conflict = outcomes.flatMap((outcome) => ('conflict' in outcome ? outcome.conflict : []));
		expect(outcomes.filter((outcome) => 'saved' in outcome)).toEqual([{ saved: 2 }]);
		expect(conflict).toHaveLength(1);
		const { policy, changes } = await draftNow();
		expect(conflict[0]).toMatchObject({ by: changes[PART]?.by, edition: 2 });
		expect(conflict[0]?.policy.kinds.child_protection.interval).toEqual(
			policy.kinds.child_protection.interval
		);
		const mine = await writes(DIANA, '10', 2);
		expect(mine).toEqual({ saved: policy.kinds.child_protection.interval.suitablyHeld.count === 10 ? 2 : 3 });
		expect((await draftNow()).policy.kinds.child_protection.interval.suitablyHeld.count).toBe(10);
	});

	test('is changed in two parts by two people who do not meet', async () => {
		await did(PRIYA, startDraft);
		expect(await writes(PRIYA, '21', 1)).toEqual({ saved: 2 });
		const typed = { ...typedFrom(DEFAULT_POLICY, DEFAULT_POLICY, 'load'), 'load.coWorkerFactor': '0.5' };
		expect(await did(DIANA, (tx, by) => savePart(tx, by, 'load', 1, typed))).toEqual({ saved: 3 });
		expect((await draftNow()).policy).toMatchObject({
			kinds: { child_protection: { interval: { suitablyHeld: { count: 21 } } } },
			load: { coWorkerFactor: 0.5 }
		});
	});

	test('sent twice with the same text is one change', async () => {
		await did(PRIYA, startDraft);
		expect(await writes(PRIYA, '21', 1)).toEqual({ saved: 2 });
		expect(await writes(PRIYA, '21', 1)).toEqual({ saved: 2 });
	});

	test('with an error in it cannot be proposed, nor one that changes nothing', async () => {
		await did(PRIYA, startDraft);
		const nothing = await did(PRIYA, (tx, by) => propose(tx, by, 1, 'No reason.'));
		expect(nothing).toEqual({
			refused: [{ field: '', words: 'The draft says nothing else than version 1.' }]
		});
		await writes(PRIYA, '7', 1);
		expect(await did(PRIYA, (tx, by) => propose(tx, by, 2, 'Weekly.'))).toMatchObject({
			refused: [
				{
					words:
						'Child protection plan, interval not suitably held: it is longer than the interval suitably held.'
				}
			]
		});
	});

	test('that was proposed is fixed, also for the database', async () => {
		await proposed();
		expect(await writes(DIANA, '10', 2)).toMatchObject({ refused: [{ field: '' }] });
		const forced = asPerson(PRIYA, (tx) => tx.execute(sql`update policy_drafts set policy = '{}'::jsonb`));
		await expect(forced).rejects.toMatchObject({ cause: { code: '23001' } });
	});

	test('sent back with words is open again, and what was done is told with them', async () => {
		await proposed();
		expect(await did(DIANA, (tx, by) => sendBack(tx, by, ' '))).toMatchObject({
			refused: [{ field: 'back' }]
		});
		expect(await did(DIANA, (tx, by) => sendBack(tx, by, 'Too short for Orchard.'))).toEqual({
			reopened: true
		});
		const draft = await draftNow();
		expect(draft.proposed).toBeNull();
		expect(await asPerson(PRIYA, (tx) => policySteps(tx, draft.draftId))).toMatchObject([
			{ step: 'sent_back', by: 'Diana Frost', words: 'Too short for Orchard.' },
			{ step: 'proposed', by: 'Priya Holm' },
			{ step: 'started', by: 'Priya Holm' }
		]);
	});

	test('taken back by who proposed it, and discarded with the reason, leaves room for another', async () => {
		await proposed();
		await did(PRIYA, (tx, by) => sendBack(tx, by, 'I will measure it first.'));
		expect(await did(PRIYA, (tx, by) => discardDraft(tx, by, 'Not now.'))).toEqual({ discarded: true });
		expect(await asPerson(PRIYA, openDraft)).toBeNull();
		await did(DIANA, startDraft);
		expect(await draftNow()).toMatchObject({ startedBy: 'Diana Frost', edition: 1 });
	});
});

describe('publishing', () => {
	test('is never by who proposed, also for the database', async () => {
		const digest = await proposed();
		expect(await did(PRIYA, (tx, by) => publish(tx, by, digest, TOMORROW))).toMatchObject({
			refused: [{ words: 'You proposed this text. Somebody else has to publish it, or send it back.' }]
		});
		const own = accounts.get(PRIYA) ?? '';
		const forced = asPerson(PRIYA, (tx) =>
			tx.execute(
				sql`insert into policy_versions (version, effective_from, policy, published_on, published_by, published_by_id,
					proposed_by, proposed_by_id)
					values (2, ${TOMORROW}, '{}', ${TODAY}, 'Priya', ${own}, 'Priya', ${own})`
			)
		);
		await expect(forced).rejects.toMatchObject({ cause: { code: '23514' } });
	});

	test('by two people at once publishes once', async () => {
		const digest = await proposed();
		accounts.set('another', (await member(database, 'director')).accountId);
		const outcomes = await Promise.all([
			did(DIANA, (tx, by) => publish(tx, by, digest, TOMORROW)),
			did('another', (tx, by) => publish(tx, by, digest, '2026-12-01'))
		]);
		expect(outcomes.filter((outcome) => 'version' in outcome)).toHaveLength(1);
		expect(outcomes.filter((outcome) => 'refused' in outcome)).toHaveLength(1);
		const versions = await asPerson(DIANA, publishedVersions);
		expect(versions.map(({ policy }) => policy.version)).toEqual([1, 2]);
	});

	test('is from tomorrow at the earliest, and of exactly the text that was read', async () => {
		const digest = await proposed();
		const from = (day: string, shown = digest) => did(DIANA, (tx, by) => publish(tx, by, shown, day));
		expect(await from(TODAY)).toMatchObject({ refused: [{ field: 'from' }] });
		expect(await from('31/12/2026')).toMatchObject({ refused: [{ field: 'from' }] });
		expect(await from(TOMORROW, 'another')).toMatchObject({ refused: [{ field: '' }] });
		expect(await from(TOMORROW)).toEqual({ version: 2, effectiveFrom: TOMORROW });
		const [first, second] = await asPerson('administrator', publishedVersions);
		expect(first?.policy.effectiveFrom).toBeNull();
		expect(second).toMatchObject({ publishedBy: 'Diana Frost', proposedBy: 'Priya Holm' });
		for (const field of fieldsOf(DEFAULT_POLICY))
			expect(second?.policy.sources[field.path]).toBe(
				second && sourceOf(second.policy, { path: field.path })
			);
		expect(second?.policy.sources[INTERVAL]).toBe('Local default.');
		if (first && second)
			expect(differencesBetween(first.policy, second.policy).map(differenceInWords)).toContain(
				'child protection plan, interval suitably held: 28 days → 14 days'
			);
	});

	test('changes nothing today and in the months stored, and judges from tomorrow on', async () => {
		await asOperator((tx) => storeMonthEnds(tx, { operator: 'test' }, TODAY));
		const stored = async () => {
			const found = await asOperator((tx) => monthEndsStored(tx, '2025-01-31', TODAY));
			return found.map((month) => ({ ...month, checkedAt: null }));
		};
		const [months, today, tomorrow] = [await stored(), await raisedOn(TODAY), await raisedOn(TOMORROW)];
		expect(months.length).toBeGreaterThan(5);
		const digest = await proposed();
		await did(DIANA, (tx, by) => publish(tx, by, digest, TOMORROW));
		await asOperator((tx) => storeMonthEnds(tx, { operator: 'test' }, TODAY));
		expect(await raisedOn(TODAY)).toEqual(today);
		expect(await stored()).toEqual(months);
		const after = await raisedOn(TOMORROW);
		expect(after.filter((line) => !tomorrow.includes(line))).toEqual([
			'OVERSIGHT_OVERDUE ash medium since 2026-11-21',
			'OVERSIGHT_OVERDUE elm critical since 2026-11-18',
			'OVERSIGHT_OVERDUE oak medium since 2026-11-21'
		]);
	});

	test('is undone before its day by withdrawing it, with the reason, and not on its day', async () => {
		const digest = await proposed();
		await did(DIANA, (tx, by) => publish(tx, by, digest, TOMORROW));
		expect(await did(PRIYA, (tx, by) => withdraw(tx, by, 2, ''))).toMatchObject({
			refused: [{ field: 'why' }]
		});
		const late = did(PRIYA, (tx, by) => withdraw(tx, by, 2, 'Too late.'), TOMORROW);
		expect(await late).toMatchObject({ refused: [{ field: '' }] });
		expect(await did(PRIYA, (tx, by) => withdraw(tx, by, 2, 'The wrong plan.'))).toEqual({ withdrawn: 2 });
		expect(await did(PRIYA, (tx, by) => withdraw(tx, by, 2, 'Again.'))).toMatchObject({
			refused: [{ field: '' }]
		});
		const view = await asOperator((tx) => viewOfAuthority(tx, { on: TOMORROW, hindsight: false }), TOMORROW);
		expect(view.authority.policies.map(({ version }) => version)).toEqual([1]);
		const next = await proposed();
		expect(await did(DIANA, (tx, by) => publish(tx, by, next, TOMORROW))).toMatchObject({ version: 3 });
	});

	test('leaves a version that nobody rewrites', async () => {
		const digest = await proposed();
		await did(DIANA, (tx, by) => publish(tx, by, digest, TOMORROW));
		for (const attempt of [
			sql`update policy_versions set policy = '{}'::jsonb where version = 2`,
			sql`update policy_versions set effective_from = '2026-12-01' where version = 2`,
			sql`delete from policy_versions where version = 2`
		])
			await expect(database.drizzle.execute(attempt)).rejects.toMatchObject({ cause: { code: '23001' } });
	});

	test('writes one audit row for each step, in the transaction that takes it', async () => {
		const since = await lastAudit();
		const digest = await proposed();
		await did(DIANA, (tx, by) => publish(tx, by, digest, TOMORROW));
		await did(PRIYA, (tx, by) => withdraw(tx, by, 2, 'The wrong plan.'));
		const rows = await database.drizzle.execute<{ action: string; digest: string | null }>(
			sql`select action, digest from audit where id > ${since} and entity like 'policy%' order by id`
		);
		expect(rows.map(({ action }) => action)).toEqual([
			'started',
			'changed',
			'proposed',
			'published',
			'withdrew'
		]);
		expect(rows.map((row) => row.digest).slice(1, 4)).toEqual([digest, digest, digest]);
	});
});

describe('a what-if', () => {
	test('is what two whole pictures differ in, and names the teams', async () => {
		await proposed();
		const { policy } = await draftNow();
		const changes = await asPerson(PRIYA, (tx) => whatIfOn(tx, policy, TODAY));
		const found = changes.flags.map(({ subject, before, after }) => [subject.reference, before, after]);
		expect(found.sort()).toEqual([
			['ash', null, 'medium'],
			['elm', 'medium', 'critical'],
			['oak', null, 'medium']
		]);
		expect(changesByTeam(changes).map(({ raised }) => raised)).toEqual([1, 1]);
		const before = await raisedOn(TODAY);
		const { view } = await asOperator((tx) => pictureOfAuthority(tx, { on: TODAY, hindsight: false }));
		expect(changes.standing.before).toBe(before.length);
		expect(viewUnder(view, policy).authority.policies.at(-1)).toMatchObject({ effectiveFrom: TODAY });
	});

	test('is worked out day by day, each once, whoever asks', async () => {
		await proposed();
		const { policy } = await draftNow();
		const days = [TODAY, '2026-10-31', '2026-09-30'];
		await asPerson(PRIYA, (tx) => askFor(tx, { accountId: changing(PRIYA).accountId }, policy, days));
		const both = await Promise.all(
			[PRIYA, DIANA].map((who) => asPerson(who, (tx) => workOutNext(tx, policy)))
		);
		expect(both.toSorted()).toEqual(['2026-10-31', TODAY]);
		expect(await asPerson(DIANA, (tx) => workOutNext(tx, policy))).toBe('2026-09-30');
		expect(await asPerson(DIANA, (tx) => workOutNext(tx, policy))).toBeNull();
		const stored = await asPerson(PRIYA, (tx) => workedOut(tx, policy));
		expect(stored.map(({ on, changes }) => [on, changes?.on])).toEqual(days.map((day) => [day, day]));
		expect(stored[0]?.changes).toEqual(await asPerson(PRIYA, (tx) => whatIfOn(tx, policy, TODAY)));
	});
});

test('drafts and what they would change are seen by those who change the policy and by inspectors, and changed by none other', async () => {
	await proposed();
	const { policy } = await draftNow();
	await asPerson(PRIYA, (tx) => askFor(tx, { accountId: changing(PRIYA).accountId }, policy, [TODAY]));
	await asPerson(PRIYA, (tx) => workOutNext(tx, policy));
	for (const who of ['team_manager', 'steward', 'administrator'] as const) {
		expect(await asPerson(who, openDraft)).toBeNull();
		expect(await asPerson(who, (tx) => workedOut(tx, policy))).toEqual([]);
		await expect(did(who, startDraft)).rejects.toMatchObject({ cause: { code: '42501' } });
	}
	expect(await asPerson('inspector', openDraft)).not.toBeNull();
	expect(await asPerson('inspector', (tx) => workedOut(tx, policy))).toHaveLength(1);
	const forced = asPerson('inspector', (tx) =>
		tx.execute(sql`update policy_drafts set edition = 9 returning id`)
	);
	expect(await forced).toHaveLength(0);
});

async function raisedOn(day: CalendarDate): Promise<string[]> {
	const { findings } = await asOperator((tx) => pictureOfAuthority(tx, { on: day, hindsight: false }), day);
	const line = ({ code, subject, severity, since }: Finding) =>
		`${code} ${subject.reference} ${severity} since ${since}`;
	return findings.map(line).sort();
}

async function lastAudit(): Promise<number> {
	const [row] = await database.drizzle.execute<{ id: number }>(
		sql`select coalesce(max(id), 0)::int as id from audit`
	);
	return row?.id ?? 0;
}
