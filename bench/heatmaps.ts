import { TODAY } from '#lib/demo/plan.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { teamAhead } from '#lib/server/work/ahead.ts';
import { allocatePage } from '#lib/server/work/allocation-pages.ts';
import { heatmapOfTeams } from '#lib/server/work/heatmap-of-teams.ts';
import { sortFrom } from '#lib/server/work/heatmap.ts';
import {
	trainingAsked,
	trainingOfPeople,
	trainingOfTeam,
	type TrainingAsked
} from '#lib/server/work/training-matrix.ts';
import { weeksOfTeam } from '#lib/server/work/weeks.ts';
import type { Cast } from './cast.ts';
import type { BenchDatabase } from './database.ts';
import { atHand, bare, touch } from './reading.ts';
import { byTurns, type Measured, type Row } from './report.ts';

const AS_AT = { on: TODAY, hindsight: false };

/** The heatmaps beside that of one team, what is coming, training, and who could hold a case, with row-level security on. */
export async function heatmaps(database: BenchDatabase, cast: Cast): Promise<Row[]> {
	const { accountId, managerId, teamId, directorId, service, caseIds } = cast;
	const [caseId = ''] = caseIds;
	const as = (account: string) => (work: (tx: Transaction) => Promise<unknown>) => async () => {
		const found = await inContext(database, { actor: 'person', accountId: account, today: TODAY }, work);
		if (found === null) throw new Error('not in the scope of who asks');
	};
	const [asManager, asDirector, overService] = [as(accountId), as(directorId), as(service.accountId)];
	const manager = { accountId, practitionerId: managerId, role: 'team_manager', today: TODAY } as const;
	const over = {
		accountId: service.accountId,
		practitionerId: service.managerId,
		role: 'service_manager',
		today: TODAY
	} as const;
	const all = { serviceId: null, people: true };
	const sort = sortFrom(null);
	const listed = (ids: readonly string[]) => `{${ids.join(',')}}`;
	const inTeams = (teamIds: readonly string[]) =>
		bare(database, 'heatmap-of-teams.sql', [listed(teamIds), TODAY]);
	const trainedIn = (teamIds: readonly string[]) => bare(database, MATRIX, [listed(teamIds), TODAY]);
	const matrix: TrainingAsked = trainingAsked(new URLSearchParams('rows=all'), TODAY);
	const everyTeam = await database.client<{ id: string }[]>`select id from teams where superseded_at is null`;
	await atHand(database);
	const few = await byTurns(7, {
		touched: touch(database),
		authority: asDirector((tx) => heatmapOfTeams(tx, 'director', AS_AT, all, sort)),
		bareAuthority: inTeams(everyTeam.map(({ id }) => id)),
		trained: asDirector((tx) => trainingOfPeople(tx, matrix)),
		bareTrained: trainedIn(everyTeam.map(({ id }) => id)),
		inService: overService((tx) => allocatePage(tx, over, caseId, 'scope')),
		bareService: inTeams(service.teamIds)
	});
	const many = await byTurns(20, {
		weeks: asManager((tx) =>
			weeksOfTeam(tx, 'team_manager', teamId, { on: TODAY, today: TODAY }, 'load', {
				by: null,
				direction: 'ascending'
			})
		),
		bareWeeks: bare(database, 'weeks-of-team.sql', [teamId, TODAY]),
		trained: asManager((tx) => trainingOfTeam(tx, 'team_manager', teamId, matrix)),
		bareTrained: trainedIn([teamId]),
		ahead: asManager((tx) => teamAhead(tx, 'team_manager', teamId, TODAY)),
		inTeam: asManager((tx) => allocatePage(tx, manager, caseId, 'team')),
		bareTeam: inTeams([teamId])
	});
	return [
		row('heatmap of the authority, everybody by team', few.authority, few.bareAuthority, 2, AUTHORITY),
		row(
			'training matrix of the authority, within what its heatmap may cost',
			few.trained,
			few.bareAuthority,
			2,
			AUTHORITY
		),
		row('training matrix of the authority', few.trained, few.bareTrained, null, MATRIX),
		row(
			'training matrix of a team, within what its heatmap may cost',
			many.trained,
			many.bareTeam,
			2,
			AUTHORITY
		),
		row('training matrix of a team', many.trained, many.bareTrained, null, MATRIX),
		row('weeks of a team', many.weeks, many.bareWeeks, 3, 'weeks-of-team.sql'),
		row('what is coming in a team, 28 days', many.ahead, many.bareTeam, null, AUTHORITY),
		row('who could hold a case, of the team', many.inTeam, many.bareTeam, 1.5, AUTHORITY),
		row('who could hold a case, of the service', few.inService, few.bareService, 1.5, AUTHORITY)
	];
}

const AUTHORITY = 'heatmap-of-teams.sql';
const MATRIX = 'training-matrix.sql';

function row(work: string, ours: Measured, limit: Measured, most: number | null, file: string): Row {
	return {
		work,
		unit: 'ms',
		ours: ours.median,
		p95: ours.p95,
		bare: limit.median,
		limit: file,
		budget: most === null ? '' : `≤ ${most} × bare + 5 ms`,
		kept: most === null ? null : ours.median <= most * limit.median + 5
	};
}
