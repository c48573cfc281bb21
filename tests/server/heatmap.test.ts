import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorityOfScale } from '#lib/demo/authority.ts';
import { TODAY } from '#lib/demo/plan.ts';
import type { AskingRole } from '#lib/domain/access.ts';
import { arrange, personOf, viewOf, type Facts } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { HEATMAP_COLUMNS } from '#lib/domain/heatmap-words.ts';
import { coursesShown, gapsRanked, trainingRow } from '#lib/domain/training.ts';
import { currencyOfAll, trainingCurrency } from '#lib/domain/training-over-time.ts';
import type { Database } from '#lib/server/db/index.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { factsOfTraining, gatherFacts } from '#lib/server/store/facts.ts';
import { factsOfTrainingDuring, factsOfTrainingOn } from '#lib/server/store/facts/of-training.ts';
import { behindACell, behindAsRows } from '#lib/server/work/behind-a-cell.ts';
import { allTeamsAsRows, behindAllTeams, heatmapOfTeams } from '#lib/server/work/heatmap-of-teams.ts';
import { heatmapOfTeam, sortFrom } from '#lib/server/work/heatmap.ts';
import { teamAhead } from '#lib/server/work/ahead.ts';
import { showNames } from '#lib/server/work/show-names.ts';
import { weeksOfTeam } from '#lib/server/work/weeks.ts';
import { broughtIn } from './brought-in.ts';
import { freshDatabase } from './database.ts';

let database: Database;
let teamId: string;
/** Who asks, by role: the team's manager, whoever manages the service, and a director. */
const askers = new Map<AskingRole, string>();
const AT = { on: TODAY, hindsight: false };

beforeAll(async () => {
	database = await freshDatabase();
	const records = authorityOfScale({
		practitioners: 24,
		openCases: 110,
		closedCases: 60,
		years: 1,
		seed: 'every figure opens'
	});
	await inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
		await broughtIn(tx, records);
		const [largest] = await tx.execute<{ id: string }>(
			sql`select team_id as id from postings where from_on <= ${TODAY} and (to_on is null or to_on > ${TODAY})
				and superseded_at is null group by team_id order by count(*) desc, team_id limit 1`
		);
		teamId = largest?.id ?? '';
		const managers = await tx.execute<{ role: AskingRole; id: string }>(
			sql`select distinct on (p.role) p.role, p.practitioner_id as id from postings p
				where p.superseded_at is null and p.from_on <= ${TODAY} and (p.to_on is null or p.to_on > ${TODAY})
					and (p.role = 'team_manager' and p.team_id = ${teamId} or p.role = 'service_manager' and exists (
						select from teams own join teams theirs on theirs.service = own.service
						where own.id = ${teamId} and theirs.id = p.team_id
					))
				order by p.role, p.practitioner_id`
		);
		for (const { role, id } of managers) {
			const [made] = await tx.execute<{ id: string }>(
				sql`insert into accounts (email, practitioner_id) values (${role} || '@example.org', ${id}) returning id`
			);
			askers.set(role, made?.id ?? '');
		}
		const [director] = await tx.execute<{ id: string }>(
			sql`insert into accounts (email, role) values ('director@example.org', 'director') returning id`
		);
		askers.set('director', director?.id ?? '');
	});
}, 60_000);

afterAll(() => database.close());

function as<Answer>(role: AskingRole, work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
	const accountId = askers.get(role) ?? '';
	return inContext(database, { actor: 'person', accountId, today: TODAY }, work);
}

const ROLES: AskingRole[] = ['team_manager', 'director'];

test.each(ROLES)('for a %s every figure equals the rows behind it, and so does its file', async (role) => {
	await as(role, async (tx) => {
		const heatmap = await heatmapOfTeam(tx, role, teamId, AT, sortFrom(null));
		if (!heatmap) throw new Error('the team is in scope');
		expect(heatmap.lines.length).toBeGreaterThan(4);
		const asker = { accountId: askers.get(role) ?? '', role };
		for (const line of [null, ...heatmap.lines.slice(0, 3)])
			for (const [place, { key }] of HEATMAP_COLUMNS.entries()) {
				const cell = (line?.cells ?? heatmap.total)[place];
				const whose = line?.practitionerId ?? null;
				const behind = await behindACell(tx, asker, teamId, key, whose, AT, sortFrom(null));
				if (!behind) throw new Error(`nothing behind ${key}`);
				const { head, rows } = behindAsRows(behind);
				const at = (column: string) => head.indexOf(column);
				const what = `${key} of ${line?.name ?? 'all'}`;
				expect(behind.text, what).toBe(cell?.text);
				if (key === 'load') {
					const sum = (part: string) =>
						rows
							.filter((row) => row[at('part')] === part)
							.reduce((all, row) => all + Math.round(Number(row[at('points')]) * 10_000), 0);
					const capacity = sum('capacity');
					const percent = Math.round((sum('points') / capacity) * 100);
					expect(cell?.text, what).toBe(
						capacity > 0 ? `${percent} %` : sum('points') > 0 ? 'no capacity' : 'no data'
					);
				} else if (key === 'oversight' || key === 'supervision') {
					const past = rows.filter((row) => row[at('past the line')] === 'yes');
					const people = (list: typeof rows) => new Set(list.map((row) => row[at('practitioner')])).size;
					const said = line ? String(rows[0]?.[at('days')] ?? '–') : `${people(past)} of ${people(rows)}`;
					expect(cell?.text, what).toBe(said);
				} else expect(cell?.text, what).toBe(String(rows.length));
			}
	});
});

test('each week is the heatmap of its day, and each day to come what that day says if nothing more is recorded', async () => {
	await as('team_manager', async (tx) => {
		const sort = { by: TODAY, direction: 'descending' } as const;
		for (const measure of ['load', 'oversight', 'supervision'] as const) {
			const weeks = await weeksOfTeam(tx, 'team_manager', teamId, { on: TODAY, today: TODAY }, measure, sort);
			expect(weeks?.weeks.map(({ on }) => on)).toEqual(
				Array.from({ length: 18 }, (_, place) => addDays(TODAY, 7 * (place - 13)))
			);
			const place = HEATMAP_COLUMNS.findIndex(({ key }) => key === measure);
			for (const week of [0, 6, 13, 14, 17]) {
				const on = addDays(TODAY, 7 * (week - 13));
				const heatmap = await heatmapOfTeam(
					tx,
					'team_manager',
					teamId,
					{ on, hindsight: false },
					sortFrom(null)
				);
				const told = new Map(weeks?.lines.map(({ practitionerId, cells }) => [practitionerId, cells[week]]));
				for (const { practitionerId, cells } of heatmap?.lines ?? []) {
					const cell = told.get(practitionerId);
					// Somebody who has left the scope since, and held a case here, stands on the heatmap of that day alone.
					if (!cell) expect(week).toBeLessThan(13);
					else expect(cell.text, `${measure} on ${on}`).toBe(cells[place]?.text.replace(' %', ''));
				}
			}
			const now = weeks?.lines.map(({ cells }) => cells[13]?.figure ?? -1) ?? [];
			expect(now).toEqual([...now].sort((a, b) => b - a));
		}
	});
});

test('a heatmap against itself a month before says what is more and what is less', async () => {
	await as('team_manager', async (tx) => {
		const then = addDays(TODAY, -28);
		const compared = await heatmapOfTeam(tx, 'team_manager', teamId, AT, sortFrom(null), then);
		const was = await heatmapOfTeam(tx, 'team_manager', teamId, { ...AT, on: then }, sortFrom(null));
		const place = HEATMAP_COLUMNS.findIndex(({ key }) => key === 'cases');
		for (const { practitionerId, cells } of compared?.lines ?? []) {
			const before = was?.lines.find((line) => line.practitionerId === practitionerId)?.cells[place];
			const [now, change] = [cells[place]?.figure ?? 0, cells[place]?.change];
			expect(change?.figure).toBe(before ? now - (before.figure ?? 0) : null);
		}
	});
});

test('what is coming is in order of time, of this team, and without names for a director', async () => {
	const seen = await as('team_manager', (tx) => teamAhead(tx, 'team_manager', teamId, TODAY));
	expect(seen?.coming.length).toBeGreaterThan(5);
	const days = seen?.coming.map(({ on }) => on) ?? [];
	expect(days).toEqual([...days].sort());
	expect(days.every((day) => day >= TODAY && day <= addDays(TODAY, 28))).toBe(true);
	const unnamed = await as('director', (tx) => teamAhead(tx, 'director', teamId, TODAY));
	expect(unnamed?.coming.map(({ on, label }) => `${on} ${label}`).sort()).toEqual(
		seen?.coming.map(({ on, label }) => `${on} ${label}`).sort()
	);
	expect(unnamed?.coming.every(({ name }) => /^Practitioner \d+$|^nobody/.test(name))).toBe(true);
	expect(
		await as('director', (tx) => teamAhead(tx, 'director', '00000000-0000-0000-0000-000000000000', TODAY))
	).toBe(null);
});

test('the teams in scope add up to what their own heatmaps say, with and without their people', async () => {
	for (const role of ['service_manager', 'director'] as const)
		await as(role, async (tx) => {
			const asked = { serviceId: null, people: true };
			const found = await heatmapOfTeams(tx, role, AT, asked, sortFrom('cases.descending'));
			const teams = found?.lines.filter(({ practitionerId }) => practitionerId === null) ?? [];
			expect(teams.length).toBeGreaterThan(0);
			expect(teams.length).toBe(found?.teams);
			const own = await heatmapOfTeam(tx, role, teamId, AT, sortFrom('cases.descending'));
			const texts = (cells: { text: string; words: string }[] | undefined) =>
				cells?.map(({ text, words }) => `${text}: ${words}`);
			expect(texts(teams.find((line) => line.teamId === teamId)?.cells)).toEqual(texts(own?.total));
			const people = found?.lines.filter((line) => line.teamId === teamId && line.practitionerId !== null);
			expect(people?.map(({ name, cells }) => [name, texts(cells)])).toEqual(
				own?.lines.map(({ name, cells }) => [name, texts(cells)])
			);
			const place = HEATMAP_COLUMNS.findIndex(({ key }) => key === 'cases');
			const sum = teams.reduce((all, { cells }) => all + (cells[place]?.figure ?? 0), 0);
			expect(found?.total[place]?.figure).toBe(sum);
			for (const [at, { key }] of HEATMAP_COLUMNS.entries()) {
				const behind = await behindAllTeams(tx, role, AT, { serviceId: null, key });
				const total = found?.total[at];
				expect([key, behind?.text, behind?.words]).toEqual([key, total?.text, total?.words]);
				expect(behind?.teams.map(({ key: id, text }) => [id, text]).sort()).toEqual(
					teams.map((line) => [line.teamId, line.cells[at]?.text]).sort()
				);
				const summed = (of: 'figure' | 'points' | 'capacity') =>
					behind?.teams.reduce((all, team) => all + (team[of] ?? 0), 0) ?? NaN;
				if (key !== 'load') expect([key, summed('figure')]).toEqual([key, total?.figure]);
				expect(summed('points')).toBeCloseTo(behind?.points ?? NaN, 6);
				expect(summed('capacity')).toBeCloseTo(behind?.capacity ?? NaN, 6);
				if (behind) {
					const { head, rows } = allTeamsAsRows(behind);
					const figures = rows.map((row) => Number(row[head.indexOf(behind.column.label)]));
					if (key !== 'load') expect(figures.reduce((a, b) => a + b, 0)).toBe(total?.figure);
				}
			}
			const alone = await heatmapOfTeams(tx, role, AT, { ...asked, people: false }, sortFrom(null));
			expect(alone?.lines.length).toBe(teams.length);
			expect(
				await heatmapOfTeams(tx, role, AT, { serviceId: 'nowhere', people: false }, sortFrom(null))
			).toBe(null);
		});
});

test('a director sees the names of a team for a day once they say why, which is kept and written down', async () => {
	const names = () =>
		as('director', async (tx) => {
			const seen = await heatmapOfTeam(tx, 'director', teamId, AT, sortFrom(null));
			return [seen?.named, seen?.lines.some(({ name }) => /^Practitioner \d+$/.test(name))];
		});
	const ask = (reason: string, today = TODAY) =>
		as('director', (tx) =>
			showNames(tx, { accountId: askers.get('director') ?? '', role: 'director', today }, teamId, reason)
		);
	expect(await names()).toEqual([false, true]);
	expect(await ask('because')).toEqual({ refused: expect.stringContaining('Say why') as string });
	expect(await names()).toEqual([false, true]);
	const why = 'To speak with whoever supervises the two who are over capacity.';
	expect(await ask(why)).toBe('shown');
	expect(await ask(why)).toBe('shown');
	expect(await names()).toEqual([true, false]);
	const kept = await database.client`select reason, given_on from name_reasons`;
	expect(kept.map((row) => [String(row['reason']), String(row['given_on'])])).toEqual([[why, TODAY]]);
	const [audited] =
		await database.client`select count(*)::int as rows from audit where action = 'showed names'`;
	expect(audited?.['rows']).toBe(1);
	const [other] = await as('director', (tx) =>
		tx.execute<{ id: string }>(
			`select id from teams where id <> '${teamId}' and superseded_at is null limit 1`
		)
	);
	const elsewhere = await as('director', (tx) =>
		heatmapOfTeam(tx, 'director', other?.id ?? '', AT, sortFrom(null))
	);
	expect(elsewhere?.named).toBe(false);
});

test('who stands where with which training is the same gathered for a day alone as with all of its history', async () => {
	const days = [-90, 0, 1].map((after) => addDays(TODAY, after));
	await expect(
		inContext(database, { actor: 'operator', name: 'test', today: TODAY }, async (tx) => {
			const all = async (table: string) =>
				(
					await tx.execute<{ id: string }>(
						sql`select id from ${sql.identifier(table)} where superseded_at is null and version_of is null order by id`
					)
				).map(({ id }) => id);
			const people = await all('practitioners');
			const compared = async () => {
				let gaps = 0;
				for (const day of days) {
					const [whole, onDay] = [
						rowsFrom(await factsOfTraining(tx, { practitionerIds: people, caseIds: [] }, day), people, day),
						rowsFrom(await factsOfTrainingOn(tx, people, day), people, day)
					];
					expect(onDay, day).toEqual(whole);
					gaps += gapsRanked(whole.rows).length;
				}
				expect(gaps).toBeGreaterThan(0);
				const [from, to] = [addDays(TODAY, -200), TODAY];
				const reach = { of: 'during', from, to } as const;
				const whole = arrange(await gatherFacts(tx, reach, { on: to, after: to }));
				const teams = [...new Set(whole.teams.map((team) => team.teamId))];
				for (const ids of [teams, [teamId]]) {
					const few = arrange(await factsOfTrainingDuring(tx, ids, from, to));
					for (const day of [from, addDays(TODAY, -190), addDays(TODAY, -61), addDays(TODAY, -25), to]) {
						const own = (byTeam: ReturnType<typeof currencyOfAll>) => ids.map((id) => byTeam.get(id));
						expect(own(currencyOfAll(viewOf(few, day))), day).toEqual(
							own(trainingCurrency(viewOf(whole, day)))
						);
					}
				}
			};
			await compared();
			const before = JSON.stringify(rowsFrom(await factsOfTrainingOn(tx, people, TODAY), people, TODAY));
			for (const [table, changed] of [
				['training', sql`completed_on = completed_on - 500, expires_on = null`],
				['allocations', sql`to_on = ${addDays(TODAY, -30)}`],
				['case_kinds', sql`from_on = ${addDays(TODAY, -20)}`],
				['postings', sql`supervisor_id = null`]
			] as const) {
				const some = (await all(table)).filter((_, place) => place % 9 === 4);
				const which = sql`id = any(${sql.param(`{${some.join(',')}}`)}::uuid[])`;
				const ends =
					table === 'allocations' ? sql` and from_on < ${addDays(TODAY, -60)} and to_on is null` : sql``;
				const starts = table === 'case_kinds' ? sql` and to_on is null` : sql``;
				await tx.execute(sql`update ${sql.identifier(table)} set ${changed} where ${which}${ends}${starts}`);
			}
			await compared();
			expect(JSON.stringify(rowsFrom(await factsOfTrainingOn(tx, people, TODAY), people, TODAY))).not.toBe(
				before
			);
			throw new Error('all of it compared');
		})
	).rejects.toThrow('all of it compared');
});

function rowsFrom(facts: Facts, people: readonly string[], day: CalendarDate) {
	const view = viewOf(arrange(facts), day);
	const those = people.flatMap((id) => personOf(view, id) ?? []);
	const courses = coursesShown(those, view);
	return {
		courses,
		rows: those
			.map((person) => trainingRow(person, courses, view))
			.sort((a, b) => (a.practitionerId < b.practitionerId ? -1 : 1))
			.map(({ courses: each, ...row }) => ({
				...row,
				courses: each.map(({ need, ...course }) => ({
					...course,
					need: need && {
						...need,
						cases: [...need.cases].sort((a, b) => (a.caseId < b.caseId ? -1 : 1))
					}
				}))
			}))
	};
}
