import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorityOfScale } from '#lib/demo/authority.ts';
import { TODAY } from '#lib/demo/plan.ts';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import { addDays } from '#lib/domain/calendar.ts';
import { assess, type Finding } from '#lib/domain/flags.ts';
import { heatmapOf } from '#lib/domain/heatmap.ts';
import type { Records } from '#lib/domain/records.ts';
import { clockOn } from '#lib/domain/oversight.ts';
import type { Database } from '#lib/server/db/index.ts';
import { talliesByTeam } from '#lib/domain/tally.ts';
import { periodUpTo } from '#lib/domain/tally-of-period.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { factsOfPeriods } from '#lib/server/store/facts/of-periods.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { authorityOfPeriods } from '#lib/server/work/measure.ts';
import { flagsAmong, pictureOfAuthority, pictureOfTeam } from '#lib/server/work/picture.ts';
import { broughtIn } from './brought-in.ts';
import { freshDatabase } from './database.ts';

let database: Database;

const asOperator = <Answer>(work: (tx: Transaction) => Promise<Answer>) =>
	inContext(database, { actor: 'operator', name: 'test', today: TODAY }, work);

beforeAll(async () => {
	database = await freshDatabase();
	const records = authorityOfScale({
		practitioners: 45,
		openCases: 240,
		closedCases: 240,
		years: 1.5,
		seed: 'picture'
	});
	// Half of what was recorded of late oversight goes missing, so that much is overdue and some never overseen.
	records.oversight = records.oversight.filter(
		({ madeOn }, place) => madeOn < '2026-06-01' || place % 3 === 0
	);
	records.supervisionCases = records.supervisionCases.filter((_, place) => place % 4 === 0);
	loseSupervision(records);
	loseCapacity(records);
	await asOperator((tx) => broughtIn(tx, records));
	await asOperator(correctSome);
}, 120_000);

afterAll(async () => {
	await database.close();
});

/** Some were last supervised long ago, some had every session of late cancelled, and some notes were never signed. */
function loseSupervision(records: Records): void {
	const place = new Map(records.practitioners.map(({ practitionerId }, index) => [practitionerId, index]));
	records.supervision = records.supervision.filter(
		({ practitionerId, heldOn, plannedOn }) =>
			(place.get(practitionerId) ?? 0) % 5 !== 0 || (heldOn ?? plannedOn ?? '') < '2026-07-20'
	);
	for (const [index, session] of records.supervision.entries()) {
		const own = place.get(session.practitionerId) ?? 0;
		if (own % 7 === 1 && session.heldOn !== null && session.heldOn > '2026-09-15')
			Object.assign(session, {
				plannedOn: session.heldOn,
				heldOn: null,
				cancelled: true,
				supervisorSignedOn: null,
				practitionerSignedOn: null
			});
		else if (index % 11 === 0) session.practitionerSignedOn = null;
	}
	const held = new Set(
		records.supervision.flatMap(({ sessionId, cancelled }) => (cancelled ? [] : sessionId))
	);
	records.supervisionCases = records.supervisionCases.filter(({ sessionId }) => held.has(sessionId));
	records.actions = records.actions.filter(({ sessionId }) => sessionId === null || held.has(sessionId));
}

/** Some have worked few hours for years, some have had little time of late, and of some nobody knows since when they are registered. */
function loseCapacity(records: Records): void {
	for (const [index, { practitionerId }] of records.practitioners.entries()) {
		if (index % 4 === 0)
			for (const posting of records.postings)
				if (posting.practitionerId === practitionerId) posting.fte = 0.4;
		if (index % 4 === 1)
			records.reductions.push({
				practitionerId,
				share: 0.7,
				reason: null,
				from: addDays(TODAY, -20 * (index % 12)),
				to: null,
				recordedOn: null,
				endRecordedOn: null
			});
	}
	for (const [index, practitioner] of records.practitioners.entries())
		if (practitioner.registeredOn !== null && index % 9 === 2) practitioner.registeredOn = null;
}

/** Sessions turn out to have been held on another day, discussions to have decided something, decisions to be other. */
async function correctSome(tx: Transaction): Promise<void> {
	await tx.execute(sql`update supervision_sessions set held_on = held_on - 120, recorded_on = ${addDays(TODAY, -20)}
		where held_on > ${addDays(TODAY, -80)} and held_on < ${addDays(TODAY, -30)} and abs(hashtext(id::text)) % 5 = 0`);
	await tx.execute(sql`update supervision_sessions set held_on = held_on + 150, recorded_on = ${addDays(TODAY, -15)}
		where held_on > ${addDays(TODAY, -220)} and held_on < ${addDays(TODAY, -180)} and abs(hashtext(id::text)) % 3 = 0`);
	await tx.execute(sql`update case_discussions set decision = null, recorded_on = ${addDays(TODAY, -10)}
		where abs(hashtext(id::text)) % 7 = 0`);
	await tx.execute(sql`update oversight set made_on = made_on - 100, recorded_on = ${addDays(TODAY, -12)}
		where made_on > ${addDays(TODAY, -60)} and abs(hashtext(id::text)) % 4 = 0`);
}

function told(findings: readonly Finding[]): string[] {
	return findings
		.map(({ code, severity, subject, since, practitionerId, teamId }) =>
			[code, severity, subject.kind, subject.id, since, practitionerId, teamId].join(' ')
		)
		.sort();
}

const DAYS = [TODAY, addDays(TODAY, -11), addDays(TODAY, -45), addDays(TODAY, -150), addDays(TODAY, 90)];

test('the flags found from what is recent are those that every row on file gives', async () => {
	const codes = new Set<string>();
	for (const on of DAYS)
		for (const hindsight of [false, true])
			await asOperator(async (tx) => {
				const everything = arrange(await gatherFacts(tx, { of: 'during', from: '2020-01-01', to: on }));
				const expected = told(assess(viewOf(everything, on, hindsight)));
				const { findings } = await pictureOfAuthority(tx, { on, hindsight });
				expect(told(findings)).toEqual(expected);
				expect(expected.length).toBeGreaterThan(20);
				for (const { code } of findings) codes.add(code);
			});
	expect([...codes]).toEqual(
		expect.arrayContaining([
			'OVERSIGHT_OVERDUE',
			'SUPERVISION_OVERDUE',
			'SUPERVISION_CANCELLED_TWICE',
			'NOTE_UNSIGNED',
			'OVER_CAPACITY',
			'EXPERIENCE_UNKNOWN'
		])
	);
}, 120_000);

test('the flags about some cases and people are the same as among all', async () => {
	for (const on of DAYS)
		await asOperator(async (tx) => {
			const everything = arrange(await gatherFacts(tx, { of: 'during', from: '2020-01-01', to: on }));
			const view = viewOf(everything, on);
			const caseIds = everything.cases.filter((_, place) => place % 3 === 0).map(({ caseId }) => caseId);
			const practitionerIds = [...everything.people.keys()].filter((_, place) => place % 3 === 0);
			const asked = new Set([...caseIds, ...practitionerIds]);
			const picture = await flagsAmong(tx, { caseIds, practitionerIds }, { on, hindsight: false });
			const about = (findings: readonly Finding[]) =>
				told(findings.filter(({ subject }) => asked.has(subject.id)));
			expect(about(picture.findings)).toEqual(about(assess(view)));
			for (const file of picture.view.authority.cases) {
				const whole = everything.cases.find(({ caseId }) => caseId === file.caseId);
				expect(clockOn(file, on, picture.view)).toEqual(whole ? clockOn(whole, on, view) : null);
			}
		});
}, 120_000);

/** The same whatever order its lists are in. */
function inOrder(value: unknown): unknown {
	if (Array.isArray(value)) return value.map((each) => JSON.stringify(inOrder(each))).sort();
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(
		Object.entries(value)
			.map(([key, each]) => [key, inOrder(each)] as const)
			.sort(([a], [b]) => (a < b ? -1 : 1))
	);
}

test('the heatmap of a team counts what every row on file gives', async () => {
	let counted = 0;
	for (const on of DAYS)
		await asOperator(async (tx) => {
			const all = await gatherFacts(tx, { of: 'during', from: '2020-01-01', to: on });
			const caseIds = all.cases.map(({ caseId }) => caseId);
			const practitionerIds = [...all.people.keys()];
			const everything = arrange(
				await gatherFacts(tx, { of: 'those', caseIds, practitionerIds, held: 'ever' })
			);
			const whole = viewOf(everything, on);
			for (const { teamId } of everything.teams) {
				const { rows } = await pictureOfTeam(tx, teamId, { on, hindsight: false });
				const expected = new Map(heatmapOf(teamId, whole).map((row) => [row.practitionerId, row]));
				expect(rows.map(({ practitionerId }) => practitionerId).sort()).toEqual([...expected.keys()].sort());
				for (const row of rows) {
					expect(inOrder(row)).toEqual(inOrder(expected.get(row.practitionerId)));
					counted += row.oversight.length + row.actionsOverdue.length + row.heldWithoutOversight.length;
				}
			}
		});
	expect(counted).toBeGreaterThan(500);
}, 120_000);

test('what is counted of each team on a day is what every row on file gives', async () => {
	for (const on of DAYS)
		await asOperator(async (tx) => {
			const all = arrange(await factsOfPeriods(tx, { from: '2020-01-01', to: on }, null));
			const lately = await authorityOfPeriods(tx, [periodUpTo(on)]);
			const counted = [...talliesByTeam(viewOf(lately, on))];
			for (const hindsight of [false, true])
				expect(inOrder([...talliesByTeam(viewOf(lately, on, hindsight))])).toEqual(
					inOrder([...talliesByTeam(viewOf(all, on, hindsight))])
				);
			expect(counted.length).toBeGreaterThan(2);
		});
}, 120_000);
