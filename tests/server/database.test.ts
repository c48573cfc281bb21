import { afterAll, beforeAll, expect, test } from 'vitest';
import { inContext } from '#lib/server/db/index.ts';
import { freshDatabase } from './database.ts';

let first: Awaited<ReturnType<typeof freshDatabase>>;
let second: Awaited<ReturnType<typeof freshDatabase>>;

beforeAll(async () => {
	[first, second] = await Promise.all([freshDatabase(1), freshDatabase(1)]);
});

afterAll(() => Promise.all([first.close(), second.close()]));

test('each test file has a database of its own', async () => {
	await first.client`create table seen_by_one_only (id int)`;
	const [here] = await first.client`select to_regclass('seen_by_one_only') is not null as there`;
	const [elsewhere] = await second.client`select to_regclass('seen_by_one_only') is not null as there`;
	expect([here?.['there'], elsewhere?.['there']]).toEqual([true, false]);
});

test('a copied database gives its application role what the migrations gave, and nothing more', async () => {
	const tables = await first.client<{ name: string; copied: string[]; given: string[] }[]>`
		with roles as (
			select current_database() || '_app' as copied,
				(select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid
					where m.member = (current_database() || '_app')::regrole) as given
		)
		select c.relname as name,
			array(select p from unnest('{select,insert,update,delete,truncate}'::text[]) p
				where has_table_privilege(copied, c.oid, p)) as copied,
			array(select p from unnest('{select,insert,update,delete,truncate}'::text[]) p
				where has_table_privilege(given, c.oid, p)) as given
		from pg_class c cross join roles
		where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'seen_by_one_only'`;
	expect(tables.length).toBeGreaterThan(5);
	expect(tables.map(({ name, copied }) => [name, copied])).toEqual(
		tables.map(({ name, given }) => [name, given])
	);
	expect(tables.filter(({ copied }) => copied.includes('select'))).not.toEqual([]);
	expect(tables.filter(({ copied }) => copied.includes('truncate'))).toEqual([]);
});

test('work in a copied database runs as its application role', async () => {
	const role = await inContext(first, { actor: 'door' }, async (tx) => {
		const [row] = await tx.execute<{ role: string; super: boolean }>(
			`select current_user as role, (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as super`
		);
		return row;
	});
	expect(role?.role).toMatch(/^countersign_test_[0-9a-f]{12}_app$/);
	expect(role?.super).toBe(false);
});
