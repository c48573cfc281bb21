import { sql } from 'drizzle-orm';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import { addMonths, monthEnd } from '#lib/domain/calendar.ts';
import { monthEndsBetween } from '#lib/domain/restructure.ts';
import { talliesByTeam, type Tally } from '#lib/domain/tally.ts';
import { periodUpTo } from '#lib/domain/tally-of-period.ts';
import { TODAY } from '#lib/demo/plan.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { monthEndsStored } from '#lib/server/store/figures.ts';
import { authorityOfPeriods } from '#lib/server/work/measure.ts';
import { organisation } from '#lib/server/work/organisation.ts';
import type { Cast } from './cast.ts';
import type { BenchDatabase } from './database.ts';
import { bare } from './reading.ts';
import { byTurns, type Row } from './report.ts';

const OPERATOR = { actor: 'operator', name: 'bench', today: TODAY } as const;
const MONTHS = 60;
const FIRST_MONTH = addMonths(TODAY, -MONTHS);

/** Month-ends worked out from the facts: one of everybody, and five years of one team. */
export async function months(database: BenchDatabase, { teamId }: Cast): Promise<Row[]> {
	const monthBefore = monthEnd(addMonths(TODAY, -1));
	const times = await byTurns(3, {
		month: () =>
			inContext(database, OPERATOR, async (tx) => {
				const authority = await authorityOfPeriods(tx, [periodUpTo(monthBefore)]);
				return talliesByTeam(viewOf(authority, monthBefore));
			}),
		bareMonth: bare(database, 'month-end.sql', [monthBefore]),
		team: () => inContext(database, OPERATOR, (tx) => monthsOfTeam(tx, teamId)),
		bareTeam: bare(database, 'team-months.sql', [teamId, TODAY, String(MONTHS)])
	});
	return [
		{
			work: 'one month-end',
			unit: 'ms',
			ours: times.month.median,
			p95: null,
			bare: times.bareMonth.median,
			limit: 'month-end.sql',
			budget: '≤ 1,000 ms',
			kept: times.month.median <= 1000
		},
		{
			work: `${MONTHS} months of one team, live`,
			unit: 'ms',
			ours: times.team.median,
			p95: null,
			bare: times.bareTeam.median,
			limit: 'team-months.sql',
			budget: '≤ 200 ms',
			kept: times.team.median <= 200
		}
	];
}

/** The team at each month-end, from everybody who was ever posted to it and every case they held. */
async function monthsOfTeam(tx: Transaction, teamId: string): Promise<(Tally | undefined)[]> {
	const posted = await tx.execute<{ id: string }>(
		sql`select distinct practitioner_id as id from postings where team_id = ${teamId}`
	);
	const practitionerIds = posted.map(({ id }) => id);
	const authority = arrange(
		await gatherFacts(tx, { of: 'those', caseIds: [], practitionerIds, held: 'ever' })
	);
	return monthEndsBetween(FIRST_MONTH, TODAY).map((end) => talliesByTeam(viewOf(authority, end)).get(teamId));
}

/** What the months cost once the review of a night has stored them. */
export async function closedMonths(database: BenchDatabase, { accountId, directorId }: Cast): Promise<Row[]> {
	const manager = { actor: 'person', accountId, today: TODAY } as const;
	const director = { actor: 'person', accountId: directorId, today: TODAY } as const;
	const asked = { on: TODAY, restructureId: null, serviceId: null };
	const times = await byTurns(7, {
		trend: () => inContext(database, manager, (tx) => monthEndsStored(tx, FIRST_MONTH, TODAY)),
		page: () => inContext(database, director, (tx) => organisation(tx, asked))
	});
	return [
		{
			work: 'stored trend of one team',
			unit: 'ms',
			ours: times.trend.median,
			p95: times.trend.p95,
			bare: null,
			limit: '',
			budget: '≤ 10 ms',
			kept: times.trend.median <= 10
		},
		{
			work: 'organisation page data, months stored',
			unit: 'ms',
			ours: times.page.median,
			p95: times.page.p95,
			bare: null,
			limit: '',
			budget: '',
			kept: null
		}
	];
}
