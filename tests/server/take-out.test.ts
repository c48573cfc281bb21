import { sql } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { policyFileText, type PolicyFile } from '#lib/domain/policy-file.ts';
import { TABLES } from '#lib/intake/catalogue.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { bringIn } from '#lib/server/work/bring-in.ts';
import { incomingOf } from '#lib/server/work/fill-demo.ts';
import { printedFindings } from '#lib/server/work/references.ts';
import { addPolicy, planPolicy, policyFileOf } from '#lib/server/work/keep-policy-file.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import { readGiven } from '#lib/server/work/read-given.ts';
import { tablesNamed, takeOut, type FileOut } from '#lib/server/work/take-out.ts';
import { authorityOf } from '../domain/oracle/comparison.ts';
import { organisationOf } from '../domain/oracle/organisations.ts';
import { freshDatabase } from './database.ts';

type Fresh = Awaited<ReturnType<typeof freshDatabase>>;

const TODAY = '2026-11-20';
const opened: Fresh[] = [];

afterEach(async () => {
	for (const database of opened.splice(0)) await database.close();
});

async function fresh(): Promise<Fresh> {
	const database = await freshDatabase(2);
	opened.push(database);
	return database;
}

function asOperator<Answer>(database: Fresh, work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
	return inContext(database, { actor: 'operator', name: 'test', today: TODAY }, work);
}

const HOW = { by: 'test', on: TODAY, apply: true, skipBadRows: false, complete: [], observedFrom: null };
const EVERYTHING = TABLES.map(({ table }) => table);

/** An organisation with everything that may be odd about it, and its policy versions. */
async function filledFrom(seed: number): Promise<{ database: Fresh; days: CalendarDate[] }> {
	const organisation = organisationOf(seed);
	const { policies, settings } = authorityOf(organisation);
	const file: PolicyFile = {
		settings,
		versions: policies.map((policy) => ({
			policy,
			publishedOn: policy.effectiveFrom === null ? null : addDays(policy.effectiveFrom, -1),
			withdrawn: null
		}))
	};
	const database = await fresh();
	await asOperator(database, async (tx) => {
		// Rows that no file may hold are left out.
		const { applied } = await bringIn(tx, incomingOf(organisation.records), { ...HOW, skipBadRows: true });
		expect(applied).toBe(true);
		const planned = await planPolicy(tx, [{ file: 'policy.json', text: policyFileText(file) }]);
		if ('refused' in planned) throw new Error(planned.refused.join('\n'));
		await addPolicy(tx, 'test', planned.additions);
	});
	return { database, days: [...organisation.asAtDays] };
}

const textOf = ({ parts }: FileOut) => [...parts()].join('');

function takenOut(database: Fresh): Promise<FileOut[]> {
	return asOperator(database, async (tx) => (await takeOut(tx, 'test', EVERYTHING)).files);
}

async function broughtIn(database: Fresh, files: readonly FileOut[]): Promise<boolean> {
	const given = files.map((file) => ({ name: file.name, bytes: new TextEncoder().encode(textOf(file)) }));
	return asOperator(database, async (tx) => {
		const read = await readGiven(tx, given, { extractDate: null, addPeople: false, complete: [] });
		if ('refused' in read) throw new Error(read.refused.join('\n'));
		const policy = await planPolicy(tx, read.policies);
		if ('refused' in policy) throw new Error(policy.refused.join('\n'));
		const { plan, applied } = await bringIn(tx, read.incoming, HOW);
		expect(plan.problems).toEqual([]);
		return (await addPolicy(tx, 'test', policy.additions)) || applied;
	});
}

function findingsOf(database: Fresh, days: readonly CalendarDate[]) {
	return asOperator(database, async (tx) => {
		const found: unknown[] = [];
		for (const on of days)
			for (const hindsight of [false, true])
				found.push(
					printedFindings(await pictureOfAuthority(tx, { on, hindsight }), { team: null, rule: null })
				);
		return found;
	});
}

test.for([70_001, 70_002])(
	'what is taken out of organisation %i and brought in elsewhere gives the same findings, and is the same again',
	async (seed) => {
		const { database, days } = await filledFrom(seed);
		const files = await takenOut(database);
		const other = await fresh();
		expect(await broughtIn(other, files)).toBe(true);
		const findings = await findingsOf(database, days);
		expect(findings.flat().length).toBeGreaterThan(0);
		expect(await findingsOf(other, days)).toEqual(findings);

		const again = await takenOut(other);
		// Text of blanks alone reads as none.
		const lines = (list: readonly FileOut[]) =>
			list.map((file) => [file.name, textOf(file).replaceAll(/" +"/g, '').split('\r\n').toSorted()]);
		expect(lines(again)).toEqual(lines(files));
		expect(await broughtIn(other, again)).toBe(false);
	}
);

test('one reference from two sources is told apart, and what nobody has signed is not held', async () => {
	const database = await fresh();
	for (const [source, name] of [
		['native', 'Harbour'],
		['annex-a', 'Quay']
	])
		await asOperator(database, (tx) =>
			tx.execute(sql`insert into teams (id, source, reference, name, service)
				values (gen_random_uuid(), ${source}, 'T1', ${name}, 'Help')`)
		);
	await asOperator(database, async (tx) => {
		await tx.execute(sql`insert into practitioners (id, source, reference, name)
			values ('00000000-0000-4000-8000-000000000001', 'native', 'P1', 'Ruth Adeyemi'),
				('00000000-0000-4000-8000-000000000002', 'native', 'P2', 'Zoë Marsh')`);
		for (const state of ['draft', 'signed'])
			await tx.execute(sql`insert into supervision_sessions
				(id, source, reference, practitioner_id, supervisor_id, planned_on, held_on, minutes, note_state)
				values (gen_random_uuid(), 'native', ${state}, '00000000-0000-4000-8000-000000000002',
					'00000000-0000-4000-8000-000000000001', '2026-11-10', '2026-11-10', 95, ${state})`);
	});
	const files = await takenOut(database);
	const rowsOf = (name: string) => {
		const found = files.find((file) => file.name === name);
		return found ? textOf(found).split('\r\n').slice(1, -1).toSorted() : [];
	};
	expect(rowsOf('teams.csv').map((line) => line.split(',').slice(0, 2))).toEqual([
		['T1', 'Harbour'],
		['T1@annex-a', 'Quay']
	]);
	expect(rowsOf('supervision.csv').map((line) => line.split(',').slice(0, 7))).toEqual([
		['draft', 'P2', 'P1', '2026-11-10', '', 'no', ''],
		['signed', 'P2', 'P1', '2026-11-10', '2026-11-10', 'no', '']
	]);
});

test('a policy.json never changes what was published here, and a draft that is being written is not overtaken', async () => {
	const published = (seed: number) => authorityOf(organisationOf(seed)).policies.length > 1;
	const seed = [70_001, 70_002, 70_003, 70_004, 70_005, 70_006, 70_007, 70_008].find(published) ?? 0;
	const { database } = await filledFrom(seed);
	const refusedFor = (change: (file: PolicyFile) => PolicyFile) =>
		asOperator(database, async (tx) => {
			const text = policyFileText(change(await policyFileOf(tx)));
			const planned = await planPolicy(tx, [{ file: 'policy.json', text }]);
			return 'refused' in planned ? planned.refused : planned.lines;
		});
	const withSpan = (file: PolicyFile): PolicyFile => ({
		...file,
		versions: file.versions.map(({ policy, ...version }, place) => ({
			...version,
			policy: place === 0 ? { ...policy, limits: { ...policy.limits, span: policy.limits.span + 1 } } : policy
		}))
	});
	expect(await refusedFor((file) => file)).toEqual([]);
	expect(await refusedFor(withSpan)).toEqual([
		'policy.json: Version 1 says something else than version 1 here. Versions that were published are not changed: publish a new one on the page Policy.'
	]);
	const day = '2024-02-01';
	const [words] = await refusedFor((file) => ({
		...file,
		settings: { ...file.settings, supervisionProfileFrom: day }
	}));
	expect(words).toContain('1 Feb 2024');

	const withAnother = (file: PolicyFile): PolicyFile => {
		const next = { version: file.versions.length + 1, effectiveFrom: '2031-01-01' };
		const last = file.versions.at(-1);
		if (!last) throw new Error('there is no version');
		const policy = { ...last.policy, ...next };
		return { ...file, versions: [...file.versions, { policy, publishedOn: null, withdrawn: null }] };
	};
	expect(await refusedFor(withAnother)).toEqual([
		expect.stringMatching(/^policy\.json: policy version \d, in force from 1 Jan 2031$/)
	]);
	await database.drizzle.execute(
		sql`insert into policy_drafts (based_on, policy, started_by) values (1, '{}', 'Gwen Calloway')`
	);
	expect(await refusedFor(withAnother)).toEqual([
		'policy.json: A draft is being written here. Publish or discard it first.'
	]);
});

test('a table that does not exist is named', () => {
	expect(tablesNamed(['teams', 'Case kinds'])).toEqual(['teams', 'caseKinds']);
	expect(tablesNamed(['teems'])).toEqual({ unknown: 'teems' });
	expect(tablesNamed([])).toHaveLength(TABLES.length);
});
