import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorityOfScale } from '#lib/demo/authority.ts';
import { chanceFrom } from '#lib/demo/chance.ts';
import { TODAY } from '#lib/demo/plan.ts';
import { addDays, addMonths, monthEnd } from '#lib/domain/calendar.ts';
import type { Finding } from '#lib/domain/flags.ts';
import { periodUpTo } from '#lib/domain/tally-of-period.ts';
import { talliesBothWays, type Tally } from '#lib/domain/tally.ts';
import type { Database } from '#lib/server/db/index.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { authorityOfPeriods } from '#lib/server/work/measure.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import { broughtIn } from './brought-in.ts';
import { freshDatabase } from './database.ts';
import { WRITTEN } from './written-facts.ts';

let database: Database;

const asOperator = <Answer>(work: (tx: Transaction) => Promise<Answer>) =>
	inContext(database, { actor: 'operator', name: 'test', today: TODAY }, work);

/** Of several teams, whose people have little to do with each other. */
beforeAll(async () => {
	database = await freshDatabase(4);
	const records = authorityOfScale({
		practitioners: 90,
		openCases: 260,
		closedCases: 60,
		years: 0.7,
		seed: 'kept findings'
	});
	await asOperator((tx) => broughtIn(tx, records));
}, 120_000);

afterAll(async () => {
	await database.close();
});

/** Long after the last supervision: much is found then. */
const LATER = addDays(TODAY, 45);

const findings = async (tx: Transaction) =>
	(await pictureOfAuthority(tx, { on: LATER, hindsight: false })).findings;
const linesOf = (found: readonly Finding[]) => found.map((finding) => JSON.stringify(finding)).sort();

const chance = chanceFrom('kept findings');

/** What everybody shares touches all that is found. */
const OF_SOME = Object.keys(WRITTEN).filter(
	(table) => !['teams', 'restructures', 'policy_versions', 'settings'].includes(table)
);

test('after each change what is found is what is found anew, and most of it was not asked about again', async () => {
	let before = await asOperator(findings);
	expect(before.length).toBeGreaterThan(100);
	const shares: number[] = [];
	let changes = 0;
	for (let turn = 0; turn < 80; turn++) {
		const table = OF_SOME[turn % OF_SOME.length] ?? '';
		const write = chance.pick(WRITTEN[table] ?? []);
		await asOperator((tx) => tx.execute(write(chance.whole(0, 5000)))).catch(() => undefined);
		// Nothing is kept for a transaction within another.
		const [after, anew] = await asOperator(async (tx) => [
			await findings(tx),
			await tx.transaction(findings)
		]);
		expect(linesOf(after), `${turn}: ${table}`).toEqual(linesOf(anew));
		if (JSON.stringify(linesOf(after)) !== JSON.stringify(linesOf(before))) changes++;
		const [known, same] = [new Set(before), new Set(after)];
		shares.push([...known].filter((finding) => same.has(finding)).length / known.size);
		before = after;
	}
	expect(changes).toBeGreaterThan(15);
	shares.sort((a, b) => a - b);
	expect(shares[shares.length >> 1]).toBeGreaterThan(0.8);
}, 120_000);

test('what everybody shares is asked about all of them again', async () => {
	const before = await asOperator(findings);
	await asOperator((tx) => tx.execute(sql`update teams set name = name || ' '`));
	const after = await asOperator(findings);
	expect(linesOf(after)).toEqual(linesOf(before));
	expect(after.some((finding) => before.includes(finding))).toBe(false);
});

test('a month is counted from what is at hand as it is from what is gathered for it', async () => {
	const period = periodUpTo(monthEnd(addMonths(TODAY, -1)));
	const counted = async (tx: Transaction) => {
		const authority = await authorityOfPeriods(tx, [period]);
		const { asKnown, inHindsight } = talliesBothWays(authority, period);
		return { cases: authority.cases.length, asKnown: inOrder(asKnown), inHindsight: inOrder(inHindsight) };
	};
	for (let turn = 0; turn < 12; turn++) {
		await asOperator(findings);
		const [atHand, anew] = await asOperator(async (tx) => [await counted(tx), await tx.transaction(counted)]);
		expect(atHand, `${turn}`).toEqual(anew);
		expect(Object.keys(atHand.asKnown).length).toBeGreaterThan(5);
		for (const table of OF_SOME) {
			const write = chance.pick(WRITTEN[table] ?? []);
			await asOperator((tx) => tx.execute(write(chance.whole(0, 5000)))).catch(() => undefined);
		}
	}
}, 60_000);

/** Caseloads come in the order of the people. */
function inOrder(tallies: ReadonlyMap<string | null, Tally>): Record<string, unknown> {
	return Object.fromEntries(
		[...tallies].map(([teamId, { caseloads, ...tally }]) => [
			String(teamId),
			{ ...tally, caseloads: caseloads.map((each) => JSON.stringify(each)).sort() }
		])
	);
}
