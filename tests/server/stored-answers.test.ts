import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import { assess } from '#lib/domain/flags.ts';
import { factsOf, type Records } from '#lib/domain/records.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import { inContext, type Database, type Transaction } from '#lib/server/db/index.ts';
import { bringIn } from '#lib/server/work/bring-in.ts';
import { incomingOf } from '#lib/server/work/fill-demo.ts';
import { pictureOfAuthority, viewOfAuthority } from '#lib/server/work/picture.ts';
import { printedCaseloads, printedFindings } from '#lib/server/work/references.ts';
import { reviewAuthority } from '#lib/server/work/review-flags.ts';
import { organisationOf } from '../domain/oracle/organisations.ts';
import { freshDatabase } from './database.ts';

const EVERYTHING = { team: null, rule: null };
const SEEDS = Array.from({ length: 12 }, (_, place) => place + 1);

function asOperator<Answer>(database: Database, today: string, work: (tx: Transaction) => Promise<Answer>) {
	return inContext(database, { actor: 'operator', name: 'test', today }, work);
}

async function broughtIn(database: Database, records: Records, on: string, observedFrom: string | null) {
	const how = { by: 'test', on, apply: true, skipBadRows: true, complete: [], observedFrom };
	return asOperator(database, on, (tx) => bringIn(tx, incomingOf(records), how));
}

/** The rows that an import took: those it left out are in neither answer. */
function taken(records: Records, plan: Awaited<ReturnType<typeof broughtIn>>['plan']): Records {
	return Object.fromEntries(
		Object.entries(records).map(([table]) => [table, plan.tables[table as keyof Records].added])
	) as unknown as Records;
}

test('what is stored and gathered gives the answers that the records themselves give, on any day', async () => {
	let compared = 0;
	for (const seed of SEEDS) {
		const { records, observedFrom, asAtDays } = organisationOf(seed);
		const database = await freshDatabase(2);
		try {
			const today = [...asAtDays].sort().at(-1) ?? '2026-11-20';
			const { plan } = await broughtIn(database, records, today, observedFrom);
			const settings = { observedFrom, supervisionProfileFrom: null };
			const authority = arrange(factsOf(taken(records, plan), [DEFAULT_POLICY], settings));
			for (const on of asAtDays)
				for (const hindsight of [false, true]) {
					const view = viewOf(authority, on, hindsight);
					const expected = printedFindings({ view, findings: assess(view) }, EVERYTHING);
					const stored = await asOperator(database, today, async (tx) => ({
						findings: printedFindings(await pictureOfAuthority(tx, { on, hindsight }), EVERYTHING),
						caseloads: printedCaseloads(await viewOfAuthority(tx, { on, hindsight }), { team: null })
					}));
					expect(stored.findings, `seed ${seed} as at ${on}`).toEqual(expected);
					expect(stored.caseloads).toEqual(printedCaseloads(view, { team: null }));
					compared += expected.length;
				}
		} finally {
			await database.close();
		}
	}
	expect(compared).toBeGreaterThan(250);
}, 120_000);

test('the same records again change nothing, and a review again raises nothing', async () => {
	const { records, asAtDays } = organisationOf(7);
	const today = asAtDays[0] ?? '2026-11-20';
	const database = await freshDatabase(2);
	try {
		const first = await broughtIn(database, records, today, null);
		expect(first.applied).toBe(true);
		const again = await broughtIn(database, taken(records, first.plan), today, null);
		expect(again.applied).toBe(false);
		const review = () =>
			asOperator(database, today, (tx) => reviewAuthority(tx, { operator: 'test' }, today));
		const raised = await review();
		expect(raised.raised).toBeGreaterThan(0);
		expect(await review()).toEqual({ raised: 0, kept: raised.raised, cleared: 0 });
	} finally {
		await database.close();
	}
});

test('two reviews at once leave one row for each flag that stands', async () => {
	const { records, asAtDays } = organisationOf(7);
	const today = asAtDays[0] ?? '2026-11-20';
	const database = await freshDatabase(4);
	try {
		await broughtIn(database, records, today, null);
		const review = () =>
			asOperator(database, today, (tx) => reviewAuthority(tx, { operator: 'test' }, today));
		const [one, other] = await Promise.all([review(), review()]);
		const [stored] = await database.drizzle.execute<{ flags: number; twice: number }>(
			sql`select count(*)::int as flags, (count(*) - count(distinct (code, subject_id)))::int as twice from flags`
		);
		expect(stored?.twice).toBe(0);
		expect(one.raised + other.raised).toBe(stored?.flags);
	} finally {
		await database.close();
	}
});

test('a correction leaves behind what was known before it, and a past day still says it', async () => {
	const { given, openCase, lead, kind, BEN } = await import('../cast.ts');
	const before = given(
		openCase('K-1', '2026-10-01'),
		kind('K-1', 'child_in_need', '2026-10-01'),
		lead('K-1', BEN, '2026-10-01')
	);
	const database = await freshDatabase(2);
	try {
		await broughtIn(database, before, '2026-11-01', null);
		const corrected = structuredClone(before);
		const row = corrected.allocations[0];
		if (!row) throw new Error('the cast has no allocation');
		Object.assign(row, { to: '2026-10-20', endRecordedOn: '2026-11-10' });
		await broughtIn(database, corrected, '2026-11-12', null);
		const leadAsAt = (on: string) =>
			asOperator(database, on, async (tx) => {
				const load = printedCaseloads(await viewOfAuthority(tx, { on, hindsight: false }), { team: null });
				return load.find(({ practitionerId }) => practitionerId === BEN)?.cases;
			});
		expect(await leadAsAt('2026-11-09')).toBe(1);
		expect(await leadAsAt('2026-11-10')).toBe(0);
		const versions = await database.drizzle.execute(
			sql`select from allocations where version_of is not null and to_on is null`
		);
		expect(versions).toHaveLength(1);
	} finally {
		await database.close();
	}
});
