import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AskingRole } from '#lib/domain/access.ts';
import { accounts } from '#lib/server/db/schema.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { storedRecords, TABLES_IN_ORDER, writeRecords } from '#lib/server/store/records.ts';
import { gapsAsked, gapsCsv, gapsFound, managersNotRegistered } from '#lib/server/work/gaps-page.ts';
import {
	lengthConsequences,
	lengthPage,
	saveLength,
	undoLength,
	type LengthForm
} from '#lib/server/work/keep-session-length.ts';
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

const accountIds = new Map<string, string>();

async function accountOf(
	name: string,
	practitionerId: string | null,
	role: 'steward' | 'director' | null
): Promise<string> {
	const known = accountIds.get(name);
	if (known !== undefined) return known;
	const [made] = await database.drizzle
		.insert(accounts)
		.values({ email: `${name}@example.org`, practitionerId, role })
		.returning({ accountId: accounts.id });
	accountIds.set(name, made?.accountId ?? '');
	return made?.accountId ?? '';
}

async function as<Answer>(
	{ practitioner, account }: { practitioner?: string; account?: 'steward' | 'director' },
	role: AskingRole,
	work: (
		tx: Transaction,
		by: { accountId: string; role: AskingRole; practitionerId: string | null; today: string }
	) => Promise<Answer>
): Promise<Answer> {
	const practitionerId = practitioner === undefined ? null : (ids.get(practitioner) ?? null);
	const accountId = await accountOf(practitioner ?? account ?? '', practitionerId, account ?? null);
	const asking = { actor: 'person', accountId, today: TODAY } as const;
	return inContext(database, asking, (tx) => work(tx, { accountId, role, practitionerId, today: TODAY }));
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
	expect(found.missing.map(({ ask }) => ask)).toEqual([
		null,
		`Ask ${cast.OWEN}, team manager of ${cast.ORCHARD}`,
		`Ask ${cast.MARYAM}, team manager of ${cast.HARBOUR}`
	]);
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
	expect(found.missing[0]?.ask).toMatch(
		/^Ask (ruth, service manager for .+,|a service manager) or a data steward$/
	);
	const asDirector = await as({ account: 'director' }, 'director', (tx, by) =>
		gapsFound(tx, by, nothingAsked)
	);
	expect(asDirector.missing.map(({ ask }) => ask?.includes(cast.MARYAM))).toEqual([false, false, false]);
	expect(asDirector.missing.at(-1)?.ask).toBe(`Ask the team manager of ${cast.HARBOUR}`);
});

test('the doctor asks the same function about managers as the page', async () => {
	const asked = await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, (tx) =>
		managersNotRegistered(tx, TODAY)
	);
	expect(asked).toEqual([cast.OWEN]);
});

test('a session without its length is mended where it is listed: with what follows, its flag, and an undo', async () => {
	await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		const stored = await storedRecords(tx, 'native', TABLES_IN_ORDER);
		const { supervision } = cast.given(
			cast.supervision(cast.LEO, '2026-11-10', { sessionId: 'S-LEO', supervisorId: cast.RUTH, minutes: null })
		);
		const added = supervision.filter(({ sessionId }) => sessionId === 'S-LEO');
		await writeRecords(tx, 'native', stored, { supervision: { added, changed: [] } });
	});
	const ruth = <Answer>(work: (tx: Transaction, by: Parameters<typeof saveLength>[1]) => Promise<Answer>) =>
		as({ practitioner: cast.RUTH }, 'service_manager', work);
	const asked = gapsAsked(new URLSearchParams('what=SESSION_LENGTH_MISSING'));
	const mends = async () =>
		(await ruth((tx, by) => gapsFound(tx, by, asked))).missing.map(({ mend }) => mend?.href ?? '');
	const [href = ''] = await mends();
	const sessionId = href.split('/')[2] ?? '';
	expect(href).toBe(`/supervision/${sessionId}/length`);

	const page = await ruth((tx, by) => lengthPage(tx, by, sessionId));
	expect(page).toMatchObject({ title: 'leo with ruth, held on 10 Nov 2026', minutes: null, whyNot: null });
	const form = (typed: Partial<LengthForm> = {}): LengthForm => ({
		key: randomUUID(),
		edition: page?.edition ?? '',
		minutes: '60',
		interrupted: 'no',
		why: '',
		...typed
	});
	expect(await ruth((tx, by) => saveLength(tx, by, sessionId, form({ minutes: 'an hour' })))).toEqual({
		refused: [{ field: 'minutes', words: 'Give the minutes it took as a whole number, such as 90.' }]
	});
	expect(await ruth((tx, by) => lengthConsequences(tx, by, sessionId, form()))).toEqual({
		title: '60 minutes, not interrupted',
		days: [],
		consequences: [
			{ words: 'It was shorter than the 90 minutes the policy asks for.', grave: true },
			{ words: 'It is flagged as short from today until 8 Feb 2027.', grave: true }
		]
	});
	const owen = await as({ practitioner: cast.TOMAS }, 'practitioner', (tx, by) =>
		saveLength(tx, by, sessionId, form())
	);
	expect(owen).toBe('absent');

	const short = async () => {
		const found = await database.drizzle.execute(
			sql`select from flags where code = 'SUPERVISION_SHORT' and subject_id = ${sessionId} and cleared_on is null`
		);
		return found.length;
	};
	const typed = form();
	for (let sent = 0; sent < 2; sent++)
		expect(await ruth((tx, by) => saveLength(tx, by, sessionId, typed))).toBe('done');
	expect([await mends(), await short()]).toEqual([[], 1]);
	const audited = await database.drizzle.execute(
		sql`select from audit where entity = 'session' and entity_id = ${sessionId}`
	);
	expect(audited).toHaveLength(1);
	expect(await ruth((tx, by) => saveLength(tx, by, sessionId, form({ minutes: '95' })))).toMatchObject({
		conflict: expect.stringContaining('It is now recorded as 60 minutes, not interrupted.') as unknown
	});
	const after = await ruth((tx, by) => lengthPage(tx, by, sessionId));
	expect(after?.changes.map(({ what, mayUndo }) => [what, mayUndo])).toEqual([
		[['Length in minutes from not recorded to 60'], true]
	]);
	const again = form({ edition: after?.edition ?? '', minutes: '95' });
	expect(await ruth((tx, by) => saveLength(tx, by, sessionId, again))).toEqual({
		refused: [{ field: 'why', words: 'Write why: it stays readable beside the change.' }]
	});
	expect(await ruth((tx, by) => undoLength(tx, by, sessionId, typed.key))).toBe('done');
	expect([(await mends()).length, await short()]).toEqual([1, 0]);
});
