import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import { sinceLastVisit, type SinceLastVisit } from '#lib/server/work/since-last-visit.ts';
import { AISHA, BEN, kind, lead, LEO, MARYAM, openCase, ORCHARD, oversight, OWEN, TOMAS } from '../cast.ts';
import { TODAY, worldWith, type World } from './world.ts';

let world: World;

beforeAll(async () => {
	world = await worldWith(
		...['wren', 'tern', 'swift'].flatMap((caseId) => [
			openCase(caseId, '2026-09-01'),
			kind(caseId, 'child_in_need', '2026-09-01'),
			lead(caseId, TOMAS, '2026-09-01'),
			oversight(caseId, MARYAM, '2026-11-10')
		]),
		openCase('robin', '2026-09-01'),
		kind('robin', 'child_in_need', '2026-09-01'),
		lead('robin', LEO, '2026-09-01', null, { teamId: ORCHARD }),
		oversight('robin', OWEN, '2026-11-10')
	);
}, 60_000);

afterAll(() => world.close());

const visit = (name: string) => world.as(name, (tx, by) => sinceLastVisit(tx, by));

/** So many hours pass. */
async function leave(name: string, hours: number): Promise<void> {
	const accountId = world.accountOf(name);
	await world.database.drizzle.execute(
		sql`update visits set seen_at = seen_at - make_interval(hours => ${hours}) where account_id = ${accountId}`
	);
}

/** Somebody was here until now, and is here again on another visit. */
async function comeBack(name: string): Promise<void> {
	const accountId = world.accountOf(name);
	await world.database.drizzle.execute(
		sql`update visits set before_at = clock_timestamp() where account_id = ${accountId}`
	);
}

function told(since: SinceLastVisit | null): Record<string, string[]> {
	return Object.fromEntries(
		(since?.lists ?? []).map(({ key, things }) => [
			key,
			things.map(({ reference, words }) => `${reference}: ${words}`).sort()
		])
	);
}

test('the first visit has nothing to compare with, nor has opening the page again on it', async () => {
	expect(await visit(MARYAM)).toBe(null);
	expect(await visit(MARYAM)).toBe(null);
	await leave(MARYAM, 3);
	expect(await visit(MARYAM)).toBe(null);
	await leave(MARYAM, 5);
	expect(await visit(MARYAM)).not.toBe(null);
});

test('the next visit shows what was raised, cleared, gained and lost, and goes on showing it', async () => {
	await comeBack(MARYAM);
	expect(told(await visit(MARYAM))).toEqual({});
	await world.operator(async (tx) => {
		const move = async (caseId: string, to: string, teamId: string) => {
			await tx.execute(sql`update allocations set to_on = ${TODAY}, end_recorded_on = ${TODAY}, recorded_on = ${TODAY}
				where case_id = ${world.idOf(caseId)} and superseded_at is null`);
			await tx.execute(sql`insert into allocations (case_id, practitioner_id, team_id, role, from_on, recorded_on)
				values (${world.idOf(caseId)}, ${world.idOf(to)}, ${world.idOf(teamId)}, 'lead', ${TODAY}, ${TODAY})`);
		};
		await move('wren', LEO, ORCHARD);
		await move('robin', BEN, 'harbour');
		await tx.execute(sql`update cases set closed_on = ${TODAY}, end_recorded_on = ${TODAY}, recorded_on = ${TODAY}
			where id = ${world.idOf('tern')}`);
		await reviewAuthority(tx, { operator: 'test' }, TODAY);
	});
	const shown = told(await visit(MARYAM));
	expect(shown['gained']).toEqual(['robin: led by ben']);
	expect(shown['lost']).toEqual(['tern: was led by tomas', 'wren: was led by tomas']);
	expect(shown['raised']?.some((line) => line.startsWith('tern: Closed without'))).toBe(true);
	expect(told(await visit(MARYAM))).toEqual(shown);
});

test('what changed is that of one’s own scope, since one’s own last visit', async () => {
	expect(await visit(OWEN)).toBe(null);
	await comeBack(OWEN);
	expect(told(await visit(OWEN))).toEqual({});
});

test('when somebody was here is read by themselves alone', async () => {
	const seen = await world.as(AISHA, (tx) => tx.execute(sql`select from visits`));
	expect(seen.length).toBe(0);
	const own = await world.as(MARYAM, (tx) => tx.execute(sql`select from visits`));
	expect(own.length).toBe(1);
});
