import { arrange, viewOf } from '#lib/domain/authority.ts';
import { addMonths, monthEnd } from '#lib/domain/calendar.ts';
import { talliesByTeam } from '#lib/domain/tally.ts';
import { TODAY } from '#lib/demo/plan.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { inContext } from '#lib/server/store/database.ts';
import { monthEndsStored } from '#lib/server/store/figures.ts';
import { measure } from '#lib/server/work/measure.ts';
import { organisation } from '#lib/server/work/organisation.ts';
import type { Cast } from './cast.ts';
import type { BenchDatabase } from './database.ts';
import { bare } from './reading.ts';
import { byTurns, type Row } from './report.ts';

const OPERATOR = { actor: 'operator', name: 'bench', today: TODAY } as const;
const MONTHS = 60;
const FIRST_MONTH = addMonths(TODAY, -MONTHS);

/** Month-ends worked out from the facts: one of everybody, and five years of one team as its manager asks for them. */
export async function months(database: BenchDatabase, { accountId, teamId }: Cast): Promise<Row[]> {
	const monthBefore = monthEnd(addMonths(TODAY, -1));
	const manager = { actor: 'person', accountId, today: TODAY } as const;
	const times = await byTurns(3, {
		month: () =>
			inContext(database, OPERATOR, async (tx) => {
				const from = addMonths(monthBefore, -12);
				const facts = await gatherFacts(tx, { of: 'during', from, to: monthBefore });
				return talliesByTeam(viewOf(arrange(facts), monthBefore));
			}),
		bareMonth: bare(database, 'month-end.sql', [monthBefore]),
		team: () => inContext(database, manager, (tx) => measure(tx, TODAY, FIRST_MONTH)),
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
