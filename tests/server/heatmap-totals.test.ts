import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AskingRole } from '#lib/domain/access.ts';
import { HEATMAP_COLUMNS, percentShown } from '#lib/domain/heatmap-words.ts';
import { WEEK_MEASURES } from '#lib/domain/weeks.ts';
import type { Database } from '#lib/server/db/index.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import { behindACell, behindAsRows } from '#lib/server/work/behind-a-cell.ts';
import { bringIn } from '#lib/server/work/bring-in.ts';
import type { Written } from '#lib/server/work/csv.ts';
import { incomingOf } from '#lib/server/work/fill-demo.ts';
import { heatmapAsRows, teamsAsRows, weeksAsRows } from '#lib/server/work/heatmap-in-files.ts';
import { allTeamsAsRows, behindAllTeams, heatmapOfTeams } from '#lib/server/work/heatmap-of-teams.ts';
import { heatmapOfTeam, sortFrom } from '#lib/server/work/heatmap.ts';
import { weeksOfTeam } from '#lib/server/work/weeks.ts';
import { organisationOf } from '../domain/oracle/organisations.ts';
import { freshDatabase } from './database.ts';

const MANAGING = ['practice_supervisor', 'team_manager', 'service_manager'] as const;
const OVERSEEING = ['director', 'principal_social_worker', 'inspector'] as const;
/** Everyone to whom a heatmap is shown. */
const SEEING: AskingRole[] = [...MANAGING, ...OVERSEEING];
const SORT = sortFrom(null);
/** More of them on demand. */
const ORGANISATIONS = Number(process.env['COUNTERSIGN_ORGANISATIONS'] ?? 2);

interface Asker extends Record<string, unknown> {
	role: AskingRole;
	accountId: string;
}

interface Place {
	database: Database;
	today: string;
	days: string[];
	askers: Asker[];
}

/** A random organisation of two services, and an account for each role that is shown a heatmap there. */
async function placeOf(seed: number): Promise<Place> {
	const { records, observedFrom, asAtDays } = organisationOf(seed);
	const days = [...asAtDays].sort();
	const [first = '', today = ''] = [days[0], days.at(-1)];
	const [{ teamId = '' } = {}] = records.teams;
	records.teams.forEach((team, place) => (team.service = place % 2 === 0 ? 'Safeguarding' : 'Care'));
	for (const role of MANAGING) {
		records.practitioners.push({
			practitionerId: role,
			name: role,
			email: null,
			sweNumber: null,
			registeredOn: null,
			earlyCareerStartedOn: null,
			earlyCareerPassedOn: null,
			startedOn: null,
			leftOn: null,
			recordedOn: null,
			endRecordedOn: null
		});
		records.postings.push({
			practitionerId: role,
			teamId,
			role,
			supervisorId: null,
			fte: 1,
			agency: false,
			from: first,
			to: null,
			recordedOn: null,
			endRecordedOn: null
		});
	}
	const database = await freshDatabase(2);
	const askers = await inContext(database, { actor: 'operator', name: 'test', today }, async (tx) => {
		await bringIn(tx, incomingOf(records), {
			by: 'test',
			on: today,
			apply: true,
			skipBadRows: true,
			complete: [],
			observedFrom
		});
		const posted = await tx.execute<Asker>(
			sql`insert into accounts (email, practitioner_id)
				select reference || '@example.org', id from practitioners where name = reference
				returning split_part(email, '@', 1) as role, id as "accountId"`
		);
		const overseeing = await tx.execute<Asker>(
			sql`insert into accounts (email, role)
				select each || '@example.org', each from unnest(${`{${OVERSEEING.join(',')}}`}::text[]) each
				returning role, id as "accountId"`
		);
		return [...posted, ...overseeing];
	});
	return { database, today, days, askers };
}

/** What the rows of a file behind a figure come to, printed as the heatmap prints it. */
function comesTo(
	key: (typeof HEATMAP_COLUMNS)[number]['key'],
	ofAll: boolean,
	{ head, rows }: { head: string[]; rows: Written[][] }
): string {
	const at = (column: string) => head.indexOf(column);
	if (key === 'load') {
		const sum = (part: string) =>
			rows
				.filter((row) => row[at('part')] === part)
				.reduce((all, row) => all + Math.round(Number(row[at('points')]) * 10_000), 0);
		const [points, capacity] = [sum('points'), sum('capacity')];
		if (capacity > 0) return percentShown((points / capacity) * 100);
		return points > 0 ? 'no capacity' : 'no data';
	}
	if (key !== 'oversight' && key !== 'supervision') return String(rows.length);
	if (!ofAll) return String(rows[0]?.[at('days')] ?? '–');
	const people = (list: Written[][]) => new Set(list.map((row) => row[at('practitioner')])).size;
	return `${people(rows.filter((row) => row[at('past the line')] === 'yes'))} of ${people(rows)}`;
}

async function expectTeamSound(tx: Transaction, asker: Asker, teamId: string, on: string, who: number) {
	const asAt = { on, hindsight: false };
	const heatmap = await heatmapOfTeam(tx, asker.role, teamId, asAt, SORT);
	if (!heatmap) throw new Error('the team is in scope');
	const file = heatmapAsRows(heatmap, null).rows;
	expect(file.map(([name]) => name)).toEqual(heatmap.lines.map(({ name }) => name));
	const somebody = heatmap.lines[who % Math.max(1, heatmap.lines.length)];
	for (const line of somebody ? [null, somebody] : [null])
		for (const [place, { key }] of HEATMAP_COLUMNS.entries()) {
			const cell = (line?.cells ?? heatmap.total)[place];
			const behind = await behindACell(tx, asker, teamId, key, line?.practitionerId ?? null, asAt, SORT);
			if (!behind || !cell) throw new Error(`nothing behind ${key}`);
			expect(comesTo(key, line === null, behindAsRows(behind)), `${key} of ${line?.name ?? 'all'}`).toBe(
				cell.text
			);
			if (line && line === somebody) {
				const written = file[heatmap.lines.indexOf(line)]?.slice(2 + 2 * place, 4 + 2 * place);
				expect(written).toEqual([figureIn(cell), cell.words]);
			}
		}
}

async function expectWeeksSound(
	tx: Transaction,
	asker: Asker,
	teamId: string,
	{ on, today }: { on: string; today: string },
	which: number
) {
	for (const measure of WEEK_MEASURES) {
		const weeks = await weeksOfTeam(tx, asker.role, teamId, { on, today }, measure, {
			by: null,
			direction: 'ascending'
		});
		const past = weeks?.weeks.filter(({ ahead }) => !ahead) ?? [];
		const week = past[which % past.length];
		if (!weeks || !week) throw new Error('the team is in scope');
		const at = { on: week.on, hindsight: false };
		const behind = await behindACell(tx, asker, teamId, measure, null, at, SORT);
		if (!behind) throw new Error(`nothing behind ${measure}`);
		const total = weeks.total[weeks.weeks.indexOf(week)];
		const what = `${measure} in the week of ${week.on}`;
		expect(comesTo(measure, true, behindAsRows(behind)).replace(' %', ''), what).toBe(total?.text);
		const column = 2 + 2 * weeks.weeks.indexOf(week);
		expect(weeksAsRows(weeks).rows.map((row) => row.slice(column, column + 2))).toEqual(
			weeks.lines.map(({ cells }) => {
				const cell = cells[weeks.weeks.indexOf(week)];
				return [figureIn(cell), cell?.words];
			})
		);
	}
}

async function expectTeamsSound(tx: Transaction, asker: Asker, on: string, which: number) {
	const asAt = { on, hindsight: false };
	const whole = await heatmapOfTeams(tx, asker.role, asAt, { serviceId: null, people: false }, SORT);
	const asked = [null, ...(whole?.services ?? []).map(({ id }) => id)];
	const serviceId = asked[which % asked.length] ?? null;
	const found = await heatmapOfTeams(tx, asker.role, asAt, { serviceId, people: true }, SORT);
	if (!found) throw new Error('the service is in scope');
	const teams = found.lines.filter(({ practitionerId }) => practitionerId === null);
	const file = teamsAsRows(found).rows;
	expect(file.map(([, practitioner]) => practitioner)).toEqual(
		found.lines.map(({ practitionerId, name }) => (practitionerId === null ? 'all' : name))
	);
	const team = teams[which % Math.max(1, teams.length)];
	for (const [place, { key, label }] of HEATMAP_COLUMNS.entries()) {
		const behind = await behindAllTeams(tx, asker.role, asAt, { serviceId, key });
		if (!behind) throw new Error(`nothing behind ${key}`);
		const { head, rows } = allTeamsAsRows(behind);
		const total = found.total[place];
		const sum = (column: string) =>
			rows.reduce((all, row) => all + Math.round(Number(row[head.indexOf(column)]) * 10_000), 0) / 10_000;
		const [points, capacity] = [sum('points'), sum('capacity')];
		if (key !== 'load') expect(sum(label), `${key} of all`).toBe(total?.figure);
		else if (capacity > 0) expect(percentShown((points / capacity) * 100)).toBe(total?.text);
		else expect(total?.text).toBe(points > 0 ? 'no capacity' : 'no data');
		if (!team) continue;
		const cell = team.cells[place];
		expect(file[found.lines.indexOf(team)]?.slice(3 + 2 * place, 5 + 2 * place)).toEqual([
			figureIn(cell),
			cell?.words
		]);
		const own = await behindACell(tx, asker, team.teamId, key, null, asAt, SORT);
		if (!own) throw new Error(`nothing behind ${key} of ${team.name}`);
		expect(comesTo(key, true, behindAsRows(own)), `${key} of ${team.name}`).toBe(cell?.text);
	}
	const [leads, cases] = [HEATMAP_COLUMNS.findIndex(({ key }) => key === 'cases'), new Set<unknown>()];
	for (const { teamId, name } of teams) {
		const own = await behindACell(tx, asker, teamId, 'cases', null, asAt, SORT);
		for (const { caseId } of own?.rows ?? []) {
			expect(cases.has(caseId), `a case of ${name} counted by another team too`).toBe(false);
			cases.add(caseId);
		}
	}
	expect(found.total[leads]?.figure).toBe(cases.size);
}

const figureIn = (cell: { text: string; figure: number | null } | undefined) =>
	cell?.text.startsWith('no ') ? null : cell?.figure;

const SHAPES = fc.record({
	seed: fc.integer({ min: 1, max: 1_000_000 }),
	place: fc.nat({ max: 100 })
});

test('every total on every heatmap equals the rows behind its link and its file, for every role that is shown one', async () => {
	let looked = 0;
	await fc.assert(
		fc.asyncProperty(SHAPES, async ({ seed, place }) => {
			const { database, today, days, askers } = await placeOf(seed);
			try {
				for (const [turn, role] of SEEING.entries()) {
					const asker = askers.find((each) => each.role === role);
					const at = place + turn;
					const on = days[at % days.length] ?? today;
					const asking = { actor: 'person', accountId: asker?.accountId ?? '', today } as const;
					await inContext(database, asking, async (tx) => {
						const teams = await teamsInScope(tx);
						const team = teams[at % teams.length];
						if (!asker || !team) throw new Error(`a ${role} is shown no team`);
						await expectTeamSound(tx, asker, team.teamId, on, at);
						await expectWeeksSound(tx, asker, team.teamId, { on, today }, at);
						if (role !== 'team_manager' && role !== 'practice_supervisor')
							await expectTeamsSound(tx, asker, on, at);
						looked++;
					});
				}
			} finally {
				await database.close();
			}
		}),
		{ numRuns: ORGANISATIONS, endOnFailure: true }
	);
	expect(looked).toBe(ORGANISATIONS * SEEING.length);
}, 300_000);
