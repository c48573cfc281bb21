import { sql, type SQL } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { authorityOfScale } from '#lib/demo/authority.ts';
import { chanceFrom } from '#lib/demo/chance.ts';
import { TODAY } from '#lib/demo/plan.ts';
import type { Facts } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Database } from '#lib/server/db/index.ts';
import { closedOfConcern, forgetTouched, gatherFacts, notGathered } from '#lib/server/store/facts.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { putFactsAtHand } from '#lib/server/work/facts-at-hand.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import { broughtIn } from './brought-in.ts';
import { freshDatabase } from './database.ts';
import { WRITTEN } from './written-facts.ts';

let database: Database;
let caseIds: string[];
let practitionerIds: string[];

const asOperator = <Answer>(work: (tx: Transaction) => Promise<Answer>) =>
	inContext(database, { actor: 'operator', name: 'test', today: TODAY }, work);

beforeAll(async () => {
	database = await freshDatabase(8);
	const records = authorityOfScale({
		practitioners: 14,
		openCases: 50,
		closedCases: 20,
		years: 0.5,
		seed: 'kept'
	});
	await asOperator((tx) => broughtIn(tx, records));
	const ids = async (table: string) =>
		(
			await asOperator((tx) =>
				tx.execute<{ id: string }>(sql`select id from ${sql.identifier(table)} where version_of is null`)
			)
		).map(({ id }) => id);
	[caseIds, practitionerIds] = await Promise.all([ids('cases'), ids('practitioners')]);
}, 120_000);

afterAll(async () => {
	await database.close();
});

/**
 * Everything, and what is found in it, as it is answered, and as it is where nothing may be kept: within a transaction of
 * its own.
 */
async function bothWays(tx: Transaction): Promise<[string[], string[]]> {
	const reach = { of: 'those', caseIds, practitionerIds, held: 'ever' } as const;
	const answers = async (asked: Transaction) => [
		...linesOf(await gatherFacts(asked, reach)),
		...(await closedOfConcern(asked, TODAY)).map((id) => `of concern ${id}`).sort(),
		...(await pictureOfAuthority(asked, { on: TODAY, hindsight: false })).findings
			.map((finding) => `found ${JSON.stringify(finding)}`)
			.sort()
	];
	const anew = await tx.transaction(answers);
	return [await answers(tx), anew];
}

/** One line for each fact, in order, whatever order the lists of facts are in. */
function linesOf({ cases, people, ...lists }: Facts): string[] {
	const lines: string[] = [];
	const told = (of: string, things: Record<string, unknown>) => {
		for (const [name, each] of Object.entries(things))
			for (const thing of Array.isArray(each) ? (each as unknown[]) : [each])
				lines.push(`${of} ${name} ${JSON.stringify(thing)}`);
	};
	for (const { caseId, ...file } of cases) told(caseId, { ...file });
	for (const { practitionerId, ...person } of people.values()) told(practitionerId, { ...person });
	told('', lists);
	return lines.sort();
}

const TABLES = Object.keys(WRITTEN);

test('every table that a gathering reads tells what was written to it', async () => {
	const found = await database.drizzle.execute<{ name: string; triggers: number }>(
		sql`select tgrelid::regclass::text as name, count(*)::int as triggers from pg_trigger
			where tgname like 'touched_by_%' group by 1`
	);
	expect(Object.fromEntries(found.map(({ name, triggers }) => [name, triggers]))).toEqual(
		Object.fromEntries(TABLES.map((table) => [table, 4]))
	);
});

/** Runs something while a table does not tell what is written to it; then everything is asked for again. */
async function untold(table: string, work: () => Promise<unknown>): Promise<void> {
	const triggers = (state: 'enable' | 'disable') =>
		database.drizzle.execute(
			sql.raw(
				['insert', 'update', 'delete', 'truncate']
					.map((event) => `alter table ${table} ${state} trigger touched_by_${event};`)
					.join('\n')
			)
		);
	await triggers('disable');
	await work().finally(() => triggers('enable'));
	await database.drizzle.execute(sql`insert into facts_touched (kind) values ('all')`);
}

/** Both answers after something was written that changed them: what a number falls on may be so already. */
async function afterWriting(write: (number: number) => SQL, first: number): Promise<[string[], string[]]> {
	const within = async (tx: Transaction) => (await bothWays(tx))[1];
	const before = await asOperator(within);
	for (let number = first; number < first + 40; number++) {
		await asOperator((tx) => tx.execute(write(number)));
		const [kept, anew] = await asOperator(bothWays);
		if (JSON.stringify(anew) !== JSON.stringify(before)) return [kept, anew];
	}
	throw new Error('nothing was written');
}

test.each(TABLES)('what is written to %s is in the next answer, and would not be untold', async (table) => {
	for (const [place, write] of (WRITTEN[table] ?? []).entries()) {
		const [kept, anew] = await afterWriting(write, place * 100);
		expect(kept).toEqual(anew);
		await untold(table, async () => {
			const [old, now] = await afterWriting(write, place * 100 + 50);
			expect(old, `statement ${place}`).not.toEqual(now);
		});
	}
});

test('a table that is emptied, and a statement that writes very much, are told', async () => {
	await asOperator(bothWays);
	await database.drizzle.execute(sql`truncate holders_not_matched`);
	await asOperator((tx) =>
		tx.execute(sql`insert into training (practitioner_id, course, completed_on)
			select p.id, 'PLO', ${TODAY}::date - n from practitioners p, generate_series(1, 100) n where p.version_of is null`)
	);
	const [kept, anew] = await asOperator(bothWays);
	expect(kept).toEqual(anew);
});

const chance = chanceFrom('kept facts');

/** Somewhere, something; refused by the table, it is as if it had not been tried. */
function writeSomething(tx: Transaction): Promise<unknown> {
	const write = chance.pick(WRITTEN[chance.pick(TABLES)] ?? []);
	return tx.transaction((within) => within.execute(write(chance.whole(0, 500)))).catch(() => undefined);
}

class TakenBack extends Error {}

/** A transaction that writes some things, reads or not, and is taken back or not. */
async function transaction(reads: (tx: Transaction) => Promise<unknown>, isKept: boolean): Promise<void> {
	await asOperator(async (tx) => {
		for (let statements = chance.whole(1, 3); statements > 0; statements--) {
			await writeSomething(tx);
			if (chance.yes(0.5)) await reads(tx);
			await new Promise((resolve) => setTimeout(resolve, chance.whole(0, 9)));
		}
		if (!isKept) throw new TakenBack();
	}).catch((error: unknown) => {
		if (!(error instanceof TakenBack)) throw error;
	});
}

test('a transaction sees what it wrote itself, and nobody does once it is taken back', async () => {
	for (let turn = 0; turn < 15; turn++) {
		await transaction(
			async (tx) => {
				const [kept, anew] = await bothWays(tx);
				expect(kept).toEqual(anew);
			},
			turn % 3 === 0
		);
		const [kept, anew] = await asOperator(bothWays);
		expect(kept).toEqual(anew);
	}
});

test('everything asked about on a day is the same object until something is touched, and for nobody who wrote', async () => {
	const whole = (tx: Transaction) => gatherFacts(tx, { of: 'open', on: TODAY });
	const first = await asOperator(whole);
	expect(await asOperator(whole)).toBe(first);
	const [caseId = ''] = caseIds;
	await asOperator(async (tx) => {
		await tx.execute(sql`update cases set recorded_on = ${TODAY} where id = ${caseId}`);
		const own = await whole(tx);
		expect(own).not.toBe(first);
		expect(await whole(tx)).not.toBe(own);
	});
	const second = await asOperator(whole);
	expect(second).not.toBe(first);
	expect(await asOperator(whole)).toBe(second);
});

test('pages are given what the command that serves them put at hand, though each is built with a copy of all this', async () => {
	const whole = (tx: Transaction) => gatherFacts(tx, { of: 'open', on: TODAY });
	const first = await asOperator(whole);
	vi.resetModules();
	const [pages, contexts] = [
		await import('#lib/server/store/facts.ts'),
		await import('#lib/server/store/database.ts')
	];
	expect(pages.gatherFacts).not.toBe(gatherFacts);
	const asking = { actor: 'operator', name: 'pages', today: TODAY } as const;
	const shown = await contexts.inContext(database, asking, (tx) =>
		pages.gatherFacts(tx, { of: 'open', on: TODAY })
	);
	expect(shown).toBe(first);
});

test('what was touched while it was gathered is not kept', async () => {
	const [gathered = '', other = ''] = caseIds;
	const of = (caseId: string) => (tx: Transaction) =>
		gatherFacts(tx, { of: 'those', caseIds: [caseId], practitionerIds: [], held: 'ever' });
	await database.drizzle.execute(sql`insert into facts_touched (kind) values ('all')`);
	await asOperator(of(other));
	let slow: Promise<Facts> | undefined;
	await database.drizzle.transaction(async (holding) => {
		// What is asked of a case last: the case itself was read before.
		await holding.execute(sql`lock table holders_not_matched in access exclusive mode`);
		slow = asOperator(of(gathered));
		await vi.waitFor(async () => {
			const waiting = await database.drizzle.execute(sql`select from pg_locks where not granted
				and relation = 'holders_not_matched'::regclass`);
			expect(waiting).toHaveLength(1);
		});
		await asOperator((tx) =>
			tx.execute(
				sql`update cases set complexity = (coalesce(complexity, 0) + 1) % 4, recorded_on = ${TODAY} where id = ${gathered}`
			)
		);
		await asOperator(of(other));
	});
	const late = await slow;
	const [kept, anew] = await asOperator(bothWays);
	expect(kept).toEqual(anew);
	expect(linesOf(await asOperator(of(gathered)))).not.toEqual(late && linesOf(late));
});

test('a restored database with notes of numbers still to come hides nothing that is written then', async () => {
	const [caseId = '', other = ''] = caseIds;
	await database.drizzle.execute(sql`insert into facts_touched (transaction, kind, of_id)
		select pg_snapshot_xmax(pg_current_snapshot())::text::bigint + n, 'case', ${other}
		from generate_series(0, 60) n`);
	await asOperator(bothWays);
	for (let write = 0; write < 20; write++) {
		await asOperator((tx) =>
			tx.execute(sql`update cases set complexity = ${write % 4}, recorded_on = ${TODAY} where id = ${caseId}`)
		);
		const [kept, anew] = await asOperator(bothWays);
		expect(kept).toEqual(anew);
	}
});

test('however writing, reading and taking back interleave, nothing old is left behind', async () => {
	const everything = (tx: Transaction) =>
		gatherFacts(tx, { of: 'those', caseIds, practitionerIds, held: 'ever' });
	let changed = 0;
	let last: unknown = null;
	for (let round = 0; round < 12; round++) {
		await Promise.all([
			...[0, 1, 2, 3].map((writer) => transaction(everything, (round + writer) % 3 > 0)),
			...[0, 1, 2].map(() => asOperator(everything))
		]);
		const [kept, anew] = await asOperator(bothWays);
		expect(kept).toEqual(anew);
		if (JSON.stringify(anew) !== JSON.stringify(last)) changed++;
		last = anew;
	}
	expect(changed).toBeGreaterThan(8);
});

test('what the day’s questions ask for is gathered ahead of them, also once everything was touched', async () => {
	const within = <Answer>(work: (tx: Transaction, on: CalendarDate) => Promise<Answer>) =>
		asOperator((tx) => work(tx, TODAY));
	const waiting = async () => {
		const { caseIds: cases, practitionerIds: people } = await within((tx) => notGathered(tx, TODAY));
		return cases.length + people.length;
	};
	await database.drizzle.execute(sql`insert into facts_touched (kind) values ('all')`);
	expect(await waiting()).toBeGreaterThan(50);
	await putFactsAtHand(within, () => true);
	expect(await waiting()).toBeGreaterThan(50);
	await putFactsAtHand(within);
	expect(await waiting()).toBe(0);
	const facts = await within((tx) => gatherFacts(tx, { of: 'open', on: TODAY }));
	const anew = await within((tx) => tx.transaction((own) => gatherFacts(own, { of: 'open', on: TODAY })));
	// Of requests and actions more may be kept than any rule looks at.
	const others = { requests: [], actions: [] };
	expect(linesOf({ ...facts, ...others })).toEqual(linesOf({ ...anew, ...others }));
	expect(facts.cases.length).toBeGreaterThan(40);
});

test('what was touched long ago is taken out, by the operator alone', async () => {
	await database.drizzle.execute(sql`insert into facts_touched (kind, touched_at)
		values ('all', clock_timestamp() - interval '8 days'), ('all', clock_timestamp() - interval '6 days')`);
	const old = () =>
		database.drizzle.execute(
			sql`select from facts_touched where touched_at < clock_timestamp() - interval '5 days'`
		);
	await inContext(database, { actor: 'door' }, forgetTouched);
	expect(await old()).toHaveLength(2);
	await asOperator(forgetTouched);
	expect(await old()).toHaveLength(1);
});
