import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AskingRole } from '#lib/domain/access.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { gapsAsked, gapsCsv, gapsFound, managersNotRegistered } from '#lib/server/work/gaps-page.ts';
import * as cast from '../cast.ts';
import { freshDatabase } from './database.ts';

/** A Friday. */
const TODAY = '2026-11-20';

const GIVEN: readonly cast.Change[] = [
	cast.person(cast.OWEN, { sweNumber: null, registeredOn: null }),
	cast.person(cast.LEO, { startedOn: '2019-01-07' }),
	cast.openCase('C-ASH', '2026-03-02', { dateOfBirth: null }),
	cast.kind('C-ASH', 'child_in_need', '2026-03-02'),
	cast.lead('C-ASH', cast.TOMAS, '2026-03-02'),
	cast.openCase('C-OAK', '2026-03-02'),
	cast.lead('C-OAK', cast.LEO, '2026-03-02', null, { teamId: cast.ORCHARD }),
	cast.oversight('C-OAK', cast.OWEN, '2026-11-18')
];

let database: Awaited<ReturnType<typeof freshDatabase>>;
let ids: Map<string, string>;

beforeAll(async () => {
	database = await freshDatabase();
	const records = cast.given(...GIVEN);
	ids = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const all = TABLES_IN_ORDER.map((table) => [table, { added: records[table], changed: [] }]);
		await writeRecords(tx, 'native', stored, Object.fromEntries(all) as Parameters<typeof writeRecords>[3]);
		const { ids: written } = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		return new Map(Object.values(written).flatMap((each) => [...each]));
	});
});

afterAll(() => database.close());

let accountsMade = 0;

async function as<Answer>(
	{ practitioner, account }: { practitioner?: string; account?: 'steward' | 'director' },
	role: AskingRole,
	work: (
		tx: Transaction,
		by: { role: AskingRole; practitionerId: string | null; today: string }
	) => Promise<Answer>
): Promise<Answer> {
	const practitionerId = practitioner === undefined ? null : (ids.get(practitioner) ?? null);
	const [made] = await database.drizzle
		.insert(accounts)
		.values({ email: `${accountsMade++}@example.org`, practitionerId, role: account ?? null })
		.returning({ accountId: accounts.id });
	const asking = { actor: 'person', accountId: made?.accountId ?? '', today: TODAY } as const;
	return inContext(database, asking, (tx) => work(tx, { role, practitionerId, today: TODAY }));
}

const nothingAsked = gapsAsked(new URLSearchParams());
const listed = (rows: readonly { code: string; subject: string }[]) =>
	rows.map(({ code, subject }) => `${code} ${subject}`);

test('a manager sees what is missing in their own scope, with the form that mends it', async () => {
	const found = await as({ practitioner: cast.MARYAM }, 'team_manager', (tx, by) =>
		gapsFound(tx, by, nothingAsked)
	);
	expect(listed(found.missing)).toEqual(['DATE_OF_BIRTH_MISSING C-ASH']);
	expect(found.missing[0]?.mend?.href).toBe(`/case/${ids.get('C-ASH')}/change?task=child`);
	expect(found.disagreeing).toEqual([]);
	expect(found.checked).toEqual({ people: 7, cases: 1 });
});

test('a steward sees the whole authority, the manager first, and no way to a case that is not theirs to open', async () => {
	const found = await as({ account: 'steward' }, 'steward', (tx, by) => gapsFound(tx, by, nothingAsked));
	expect(listed(found.missing)).toEqual([
		`MANAGER_NOT_REGISTERED ${cast.OWEN}`,
		'KIND_UNKNOWN C-OAK',
		'DATE_OF_BIRTH_MISSING C-ASH'
	]);
	expect(found.missing[0]?.flags).toBeGreaterThan(0);
	expect(found.missing[0]?.mend?.href).toBe(`/practitioner/${ids.get(cast.OWEN)}/record?task=registration`);
	expect(found.missing.slice(1).map(({ href, mend }) => [href, mend])).toEqual([
		[null, null],
		[null, null]
	]);
	expect(listed(found.disagreeing)).toEqual([`POSTED_BEFORE_STARTED ${cast.LEO}`]);
	expect(gapsCsv(found)).toHaveLength(4);
});

test('filters by team and by what narrow the rows, and the summary counts all of the team', async () => {
	const ask = (query: string) =>
		as({ account: 'steward' }, 'steward', (tx, by) =>
			gapsFound(tx, by, gapsAsked(new URLSearchParams(query)))
		);
	const orchard = await ask(`team=${ids.get(cast.ORCHARD)}&what=KIND_UNKNOWN`);
	expect(listed(orchard.missing)).toEqual(['KIND_UNKNOWN C-OAK']);
	expect(orchard.disagreeing).toEqual([]);
	expect(orchard.summary.map(({ code }) => code)).toEqual([
		'MANAGER_NOT_REGISTERED',
		'KIND_UNKNOWN',
		'POSTED_BEFORE_STARTED'
	]);
	expect((await ask('team=none')).missing).toEqual([]);
	expect((await ask('what=nonsense')).missing).toHaveLength(3);
});

test('nobody keeps their own registration: the manager it is about sees it without the form', async () => {
	const found = await as({ practitioner: cast.OWEN }, 'team_manager', (tx, by) =>
		gapsFound(tx, by, nothingAsked)
	);
	expect(found.missing[0]).toMatchObject({ code: 'MANAGER_NOT_REGISTERED', mend: null });
});

test('the doctor asks the same function about managers as the page', async () => {
	const asked = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, (tx) =>
		managersNotRegistered(tx, TODAY)
	);
	expect(asked).toEqual([cast.OWEN]);
});
