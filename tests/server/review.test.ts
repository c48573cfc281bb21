import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { authorityOfScale } from '#lib/demo/authority.ts';
import { TODAY } from '#lib/demo/plan.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { reviewOfTheDay } from '#lib/server/work/night.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import { recordOversight } from '#lib/server/work/record-oversight.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import { member } from './accounts.ts';
import { broughtIn } from './brought-in.ts';
import { freshDatabase } from './database.ts';

const launcher = join(import.meta.dirname, '../../bin/countersign.js');

/** How often a review is killed: few here, more on demand. */
const KILLS = Number(process.env['COUNTERSIGN_KILLS'] ?? 8);

type Fresh = Awaited<ReturnType<typeof freshDatabase>>;
const opened: Fresh[] = [];

afterEach(async () => {
	for (const database of opened.splice(0)) await database.close();
});

const records = authorityOfScale({
	practitioners: 30,
	openCases: 140,
	closedCases: 60,
	years: 1,
	seed: 'review'
});

/** An authority whose oversight was neglected of late, with its story's day for today. */
async function authority(): Promise<Fresh> {
	const database = await freshDatabase();
	opened.push(database);
	const oversight = records.oversight.filter(({ madeOn }) => madeOn < '2026-07-01');
	const supervisionCases = records.supervisionCases.filter((_, place) => place % 5 === 0);
	await asOperator(database, async (tx) => {
		await tx.execute(sql`insert into settings (id, demo_today) values (1, ${TODAY})`);
		await broughtIn(tx, { ...records, oversight, supervisionCases });
	});
	await member(database, 'director');
	return database;
}

function asOperator<Answer>(database: Fresh, work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
	return inContext(database, { actor: 'operator', name: 'test', today: TODAY }, work);
}

/** `countersign review` in a process of its own; null: it was killed. */
function review(database: Fresh, killAfterMs: number | null = null): Promise<number | null> {
	const child = spawn(process.execPath, [launcher, 'review'], {
		env: { ...process.env, DATABASE_URL: database.url },
		stdio: 'ignore'
	});
	const kill = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
	return new Promise((resolve) => {
		child.once('exit', (code) => {
			if (kill) clearTimeout(kill);
			resolve(code);
		});
	});
}

/** All that reviews write, without the ids and instants that differ from one database to another. */
async function written(database: Fresh) {
	const told = (query: ReturnType<typeof sql>) =>
		asOperator(database, async (tx) => (await tx.execute(query)).map((row) => JSON.stringify(row)).sort());
	return {
		flags: await told(sql`select f.code, f.severity, f.became_true_on, f.cleared_on, c.reference as of_case,
				p.reference as practitioner, t.reference as team, f.previous_id is not null as follows,
				(select json_agg(s.step order by s.id) from flag_steps s where s.flag_id = f.id) as steps
			from flags f left join cases c on c.id = f.subject_id left join practitioners p on p.id = f.practitioner_id
			left join teams t on t.id = f.team_id`),
		monthEnds: await told(sql`select m.month_end, t.reference, m.since_corrected is null as as_stored,
				m.tally - 'caseloads' as tally from month_ends m left join teams t on t.id = m.team_id`),
		notices: await told(sql`select n.kind, n.state, n.notice_on, count(f.flag_id)::int as flags
			from notices n left join notice_flags f on f.notice_id = n.id group by n.id`),
		audited: await told(sql`select action, count(*)::int from audit where entity = 'flag' group by action`)
	};
}

/** The open flags as stored, and as found now. */
async function storedAndFound(database: Fresh): Promise<{ stored: string[]; found: string[] }> {
	return asOperator(database, async (tx) => {
		const open = await tx.execute<{ code: string; subject: string }>(
			sql`select code, subject_id as subject from flags where cleared_at is null`
		);
		const { findings } = await pictureOfAuthority(tx, { on: TODAY, hindsight: false });
		return {
			stored: open.map(({ code, subject }) => `${code} ${subject}`).sort(),
			found: findings.map(({ code, subject }) => `${code} ${subject.id}`).sort()
		};
	});
}

test('two reviews in two processes at once leave one row for each flag that is found', async () => {
	const database = await authority();
	expect(await Promise.all([review(database), review(database)])).toEqual([0, 0]);
	const { stored, found } = await storedAndFound(database);
	expect(stored).toEqual(found);
	expect(stored.length).toBeGreaterThan(100);
	const before = await written(database);
	expect(before.notices).toHaveLength(1);
	expect(await review(database)).toBe(0);
	expect(await written(database)).toEqual(before);
}, 120_000);

test(`a review that is killed, ${KILLS} times at any moment, leaves what the next one ends as if nothing had happened`, async () => {
	const [undisturbed, killed] = [await authority(), await authority()];
	const startedAt = performance.now();
	expect(await review(undisturbed)).toBe(0);
	const longest = performance.now() - startedAt;
	const ends: (number | null)[] = [];
	// Spread over its whole length, so that starting, reading, writing and leaving are each cut somewhere.
	for (let kill = 0; kill < KILLS; kill += 1)
		ends.push(await review(killed, ((kill + Math.random()) / KILLS) * longest));
	expect(ends).toContain(null);
	expect(await review(killed)).toBe(0);
	expect(await written(killed)).toEqual(await written(undisturbed));
	const { stored, found } = await storedAndFound(killed);
	expect(stored).toEqual(found);
}, 1_200_000);

test('what somebody records while a review begins is not undone by what the review had read before', async () => {
	const database = await authority();
	const manager = await member(database, 'service_manager');
	await asOperator(database, async (tx) => {
		await tx.execute(sql`update teams set service = 'Assessment'`);
		await tx.execute(sql`update practitioners set swe_number = 'SW900001', registered_on = '2005-01-01'
			where id = ${manager.practitionerId}`);
		await reviewAuthority(tx, { operator: 'test' }, TODAY);
	});
	const [overdue] = await asOperator(database, (tx) =>
		tx.execute<{ id: string }>(
			sql`select subject_id as id from flags where code = 'OVERSIGHT_OVERDUE' and team_id is not null limit 1`
		)
	);
	const { accountId, practitionerId } = manager;
	const by = { accountId, practitionerId: practitionerId ?? '', today: TODAY };
	const form = { kind: 'decision', madeOn: TODAY, decision: 'Visit.', rationale: 'Two accounts.' };
	let commit = () => undefined as void;
	const recorded = new Promise<void>((resolve) => (commit = resolve));
	let written = () => undefined as void;
	const isWritten = new Promise<void>((resolve) => (written = resolve));
	const recording = inContext(database, { actor: 'person', accountId, today: TODAY }, async (tx) => {
		await recordOversight(tx, by, overdue?.id ?? '', { key: crypto.randomUUID(), ...form });
		written();
		await recorded;
	});
	await isWritten;
	// Whoever wants to read flags now waits behind this, until what was recorded is committed.
	const lock = database.client.begin((tx) => tx`lock table flags in access exclusive mode`);
	await waiting(database, 1);
	const reviewing = asOperator(database, (tx) => reviewAuthority(tx, { operator: 'test' }, TODAY));
	await waiting(database, 2);
	commit();
	await Promise.all([recording, lock, reviewing]);
	const { stored, found } = await storedAndFound(database);
	expect(stored).toEqual(found);
	expect(stored).not.toContain(`OVERSIGHT_OVERDUE ${overdue?.id}`);
}, 120_000);

/** Until so many connections wait for a lock. */
async function waiting(database: Fresh, many: number): Promise<void> {
	for (let attempts = 0; attempts < 1_000; attempts += 1) {
		const found = await database.client`select from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock'`;
		if (found.length >= many) return;
		await pause(20);
	}
	throw new Error(`${many} were never seen to wait`);
}

test('the review of the day runs once, from five in the morning in London, however many ask', async () => {
	const database = await authority();
	await asOperator(database, (tx) => tx.execute(sql`update settings set demo_today = null`));
	const at = (instant: string, day = TODAY) =>
		inContext(database, { actor: 'operator', name: 'test', today: day }, (tx) =>
			reviewOfTheDay(tx, 'test', day, new Date(instant))
		);
	const nights = () =>
		asOperator(database, (tx) => tx.execute(sql`select from reviews where occasion = 'night'`));
	expect(await at('2026-11-20T04:59:59Z')).toBe('not due');
	const asked = await Promise.all([1, 2, 3, 4].map(() => at('2026-11-20T05:00:00Z')));
	expect(asked.filter((each) => typeof each === 'object')).toHaveLength(1);
	expect(await nights()).toHaveLength(1);
	expect(await at('2026-11-20T18:00:00Z')).toBe('not due');
	// In summer five in London is four by the clock of the world.
	expect(await at('2027-06-01T03:59:00Z', '2027-06-01')).toBe('not due');
	expect(await at('2027-06-01T04:00:00Z', '2027-06-01')).toMatchObject({
		raised: expect.any(Number) as number
	});
	expect(await nights()).toHaveLength(2);
}, 120_000);
