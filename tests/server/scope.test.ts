import { sql, type SQL } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorityOfScale } from '#lib/demo/authority.ts';
import { inContext, type Database } from '#lib/server/db/index.ts';
import { bringIn } from '#lib/server/work/bring-in.ts';
import { incomingOf } from '#lib/server/work/fill-demo.ts';
import { AISHA, BEN, DIANA, given, kind, lead, LEO, MARYAM, openCase, OWEN, RUTH, TOMAS } from '../cast.ts';
import { freshDatabase } from './database.ts';

const TODAY = '2026-11-20';
let database: Database;

const EVERYONE = [AISHA, BEN, DIANA, LEO, MARYAM, OWEN, RUTH, TOMAS];

beforeAll(async () => {
	database = await freshDatabase(3);
	const records = given(
		openCase('K-harbour', '2026-10-01'),
		kind('K-harbour', 'child_in_need', '2026-10-01'),
		lead('K-harbour', BEN, '2026-10-01'),
		openCase('K-orchard', '2026-10-01'),
		kind('K-orchard', 'child_in_need', '2026-10-01'),
		lead('K-orchard', LEO, '2026-10-01'),
		openCase('K-waiting', '2026-10-01'),
		openCase('K-former', '2026-10-01'),
		lead('K-former', BEN, '2026-10-01', '2026-11-01'),
		lead('K-former', LEO, '2026-11-01')
	);
	const how = { by: 'test', on: TODAY, apply: true, skipBadRows: false, complete: [], observedFrom: null };
	await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		const { applied, plan } = await bringIn(tx, incomingOf(records), how);
		if (!applied) throw new Error(JSON.stringify(plan.problems));
		for (const reference of EVERYONE)
			await tx.execute(
				sql`insert into accounts (email, practitioner_id)
					select ${reference} || '@council.example', id from practitioners where reference = ${reference}`
			);
		for (const role of ['steward', 'administrator'])
			await tx.execute(sql`insert into accounts (email, role) values (${role}, ${role})`);
	});
});

afterAll(() => database.close());

async function seenBy(email: string, query: string): Promise<string[]> {
	const [account] = await database.drizzle.execute<{ id: string }>(
		sql`select id from accounts where email = ${email}`
	);
	if (!account) throw new Error(`no account ${email}`);
	const rows = await inContext(database, { actor: 'person', accountId: account.id, today: TODAY }, (tx) =>
		tx.execute<{ it: string }>(sql.raw(query))
	);
	return rows.map(({ it }) => it).sort();
}

const CASES = 'select reference as it from cases';
const PEOPLE = 'select reference as it from practitioners';
const own = (name: string) => `${name}@council.example`;

test('a practitioner sees the cases they hold today, and no longer those they held', async () => {
	expect(await seenBy(own(BEN), CASES)).toEqual(['K-harbour']);
	expect(await seenBy(own(LEO), CASES)).toEqual(['K-former', 'K-orchard']);
	expect(await seenBy(own(BEN), PEOPLE)).toEqual([BEN]);
});

test('a team manager sees their own team, and nothing of the other', async () => {
	expect(await seenBy(own(MARYAM), CASES)).toEqual(['K-harbour']);
	expect(await seenBy(own(OWEN), CASES)).toEqual(['K-former', 'K-orchard']);
	const people = await seenBy(own(MARYAM), PEOPLE);
	expect(people).toContain(BEN);
	expect(people).not.toContain(LEO);
});

test('a service manager sees the queue of cases with no team as well', async () => {
	expect(await seenBy(own(RUTH), CASES)).toContain('K-waiting');
	expect(await seenBy(own(MARYAM), CASES)).not.toContain('K-waiting');
});

test('a director sees every case; an administrator and somebody without a posting see none', async () => {
	expect(await seenBy(own(DIANA), CASES)).toHaveLength(4);
	expect(await seenBy('administrator', CASES)).toEqual([]);
	await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, (tx) =>
		tx.execute(sql`update postings set to_on = ${'2026-11-19'}, end_recorded_on = ${'2026-11-19'}
			where practitioner_id = (select id from practitioners where reference = ${TOMAS})`)
	);
	expect(await seenBy(own(TOMAS), CASES)).toEqual([]);
});

test('a steward sees cases and people, and never what was decided or said', async () => {
	await database.drizzle.execute(
		sql`insert into oversight (reference, case_id, manager_id, made_on, kind, decision, rationale)
			select 'O-1', c.id, p.id, '2026-11-02', 'decision', 'Visit weekly.', 'Because.'
			from cases c, practitioners p where c.reference = 'K-harbour' and p.reference = ${MARYAM}`
	);
	expect(await seenBy('steward', CASES)).toHaveLength(4);
	expect(await seenBy('steward', 'select reference as it from oversight')).toEqual([]);
	expect(await seenBy(own(MARYAM), 'select reference as it from oversight')).toEqual(['O-1']);
});

test('without anybody asking there is nothing to see', async () => {
	for (const table of await guardedTables()) {
		const rows = await database.drizzle.transaction(async (tx) => {
			await tx.execute(sql`select set_config('role', current_database() || '_app', true)`);
			return tx.execute(sql.raw(`select from ${table}`));
		});
		expect(rows, table).toHaveLength(0);
	}
});

test('somebody within their scope cannot write outside it', async () => {
	const [account] = await database.drizzle.execute<{ id: string }>(
		sql`select id from accounts where email = ${own(MARYAM)}`
	);
	const writing = inContext(database, { actor: 'person', accountId: account?.id ?? '', today: TODAY }, (tx) =>
		tx.execute(sql`insert into oversight (reference, case_id, manager_id, made_on, kind)
				values ('O-2', ${KNOWN.orchard}, ${KNOWN.maryam}, '2026-11-20', 'decision')`)
	);
	await expect(writing).rejects.toMatchObject({ cause: { code: '42501' } });
});

const KNOWN = { orchard: '', maryam: '' };
beforeAll(async () => {
	const [row] = await database.drizzle.execute<{ orchard: string; maryam: string }>(
		sql`select (select id from cases where reference = 'K-orchard') as orchard,
			(select id from practitioners where reference = ${MARYAM}) as maryam`
	);
	Object.assign(KNOWN, row);
});

async function guardedTables(): Promise<string[]> {
	const rows = await database.drizzle.execute<{ name: string }>(
		sql`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
			and relrowsecurity order by 1`
	);
	return rows.map(({ name }) => name);
}

test('the application’s role owns nothing, and row-level security is forced where there is personal data', async () => {
	const [role] = await database.drizzle.execute<{ owns: number; bypasses: boolean }>(
		sql`select (select count(*)::int from pg_class c where c.relowner = r.oid) as owns,
			r.rolbypassrls or r.rolsuper as bypasses
			from pg_roles r where r.rolname = current_database() || '_app'`
	);
	expect(role).toEqual({ owns: 0, bypasses: false });
	const open = await database.drizzle.execute<{ name: string }>(
		sql`select c.relname as name from pg_class c
			where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
				and not (c.relrowsecurity and c.relforcerowsecurity) order by 1`
	);
	expect(open.map(({ name }) => name)).toEqual(NOT_PERSONAL);
});

/** Tables about no person: when something ran, counts of months. */
const NOT_PERSONAL = ['restructures', 'reviews', 'settings', 'vacancies'];

test('audit rows stay as they were written, whoever tries', async () => {
	await database.drizzle.execute(
		sql`insert into audit (actor, action, entity) values ('test', 'tried', 'nothing')`
	);
	for (const attempt of [sql`update audit set action = 'other'`, sql`delete from audit`, sql`truncate audit`])
		await expect(database.drizzle.execute(attempt)).rejects.toMatchObject({ cause: { code: '23001' } });
});

test('which of some cases are in scope is what the whole scope says, for everybody on any day', async () => {
	const generated = await freshDatabase(3);
	const records = authorityOfScale({
		practitioners: 40,
		openCases: 160,
		closedCases: 120,
		years: 1,
		seed: 'scope of the few'
	});
	const operator = { actor: 'operator', name: 'test', today: TODAY } as const;
	await inContext(generated, operator, async (tx) => {
		const how = { by: 'test', on: TODAY, apply: true, skipBadRows: true, complete: [], observedFrom: null };
		await bringIn(tx, incomingOf(records), how);
		// Some teams lose whoever leads, and some cases their team.
		await tx.execute(sql`update postings set to_on = ${TODAY}::date - 30 where abs(hashtext(id::text)) % 9 = 0
			and to_on is null and from_on < ${TODAY}::date - 30`);
		// Whoever is away has somebody of any team for their cases.
		await tx.execute(sql`insert into absences (practitioner_id, reason, cover_id, from_on)
			select id, 'sickness', lead(id) over (order by md5(id::text)), ${TODAY}::date - 200
			from practitioners where version_of is null on conflict do nothing`);
		await tx.execute(sql`update allocations set team_id = null, recorded_on = ${TODAY}
			where abs(hashtext(id::text)) % 7 = 0 and practitioner_id is not null`);
		await tx.execute(sql`insert into accounts (email, practitioner_id)
			select reference || '@council.example', id from practitioners where version_of is null`);
	});
	const ids = async (query: SQL) =>
		(await generated.drizzle.execute<{ id: string }>(query)).map(({ id }) => id).sort();
	const all = await ids(sql`select id from cases where version_of is null`);
	const accounts = await ids(sql`select id from accounts`);
	const sizes = new Set<number>();
	for (const today of [TODAY, '2026-06-01', '2027-01-15'] as const)
		for (const accountId of accounts)
			await inContext(generated, { actor: 'person', accountId, today }, async (tx) => {
				const seen = async (query: SQL) =>
					[...new Set((await tx.execute<{ id: string }>(query)).map(({ id }) => id))].sort();
				const whole = await seen(sql`select visible_cases() as id`);
				const few = all.filter((_, place) => place % 3 === 0);
				const among = (some: string[]) =>
					seen(sql`select visible_among(${`{${some.join(',')}}`}::uuid[]) as id`);
				expect(await among(all)).toEqual(whole);
				const told = await seen(sql`select seen_among(${`{${all.join(',')}}`}::uuid[]) as id`);
				expect(told).toEqual(await seen(sql`select id from cases where version_of is null`));
				expect(await among(few)).toEqual(few.filter((id) => whole.includes(id)).sort());
				sizes.add(whole.length);
			});
	await generated.close();
	expect(sizes.size).toBeGreaterThan(12);
}, 60_000);

test('how many cases were discussed is what each may see of the discussions', async () => {
	const generated = await freshDatabase(3);
	const records = authorityOfScale({
		practitioners: 30,
		openCases: 90,
		closedCases: 30,
		years: 0.5,
		seed: 'discussed in'
	});
	await inContext(generated, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		const how = { by: 'test', on: TODAY, apply: true, skipBadRows: true, complete: [], observedFrom: null };
		await bringIn(tx, incomingOf(records), how);
		await tx.execute(sql`insert into accounts (email, practitioner_id)
			select reference || '@council.example', id from practitioners where version_of is null`);
		await tx.execute(sql`insert into accounts (email, role) values ('steward', 'steward')`);
	});
	const accounts = await generated.drizzle.execute<{ id: string }>(sql`select id from accounts`);
	const counts = new Set<number>();
	for (const { id: accountId } of accounts)
		await inContext(generated, { actor: 'person', accountId, today: TODAY }, async (tx) => {
			const found = await tx.execute<{ counted: number; seen: number }>(
				sql`select coalesce(d.cases, 0) as counted,
						(select count(*)::int from case_discussions c where c.session_id = s.id and c.superseded_at is null) as seen
					from supervision_sessions s
						left join discussed_in(array(select id from supervision_sessions)) d on d.session_id = s.id`
			);
			for (const { counted, seen } of found) {
				expect(counted).toBe(seen);
				counts.add(counted);
			}
		});
	await generated.close();
	expect(counts.size).toBeGreaterThan(3);
}, 60_000);
