import { sql } from 'drizzle-orm';
import { arrange } from '#lib/domain/authority.ts';
import { addMonths, monthEnd } from '#lib/domain/calendar.ts';
import { monthEndsBetween, PHASES } from '#lib/domain/restructure.ts';
import { overviewOf } from '#lib/domain/organisation.ts';
import { talliesBothWays, talliesOfTeam, type Tally } from '#lib/domain/tally.ts';
import { periodUpTo } from '#lib/domain/tally-of-period.ts';
import { TODAY } from '#lib/demo/plan.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { monthEndsStored } from '#lib/server/store/figures.ts';
import { authorityOfPeriods, measure } from '#lib/server/work/measure.ts';
import { organisation } from '#lib/server/work/organisation.ts';
import type { Cast } from './cast.ts';
import type { BenchDatabase } from './database.ts';
import { atHand, bare } from './reading.ts';
import { byTurns, type Measured, type Row } from './report.ts';

const OPERATOR = { actor: 'operator', name: 'bench', today: TODAY } as const;
const MONTHS = 60;
const FIRST_MONTH = addMonths(TODAY, -MONTHS);

/** Month-ends worked out from the facts: one of everybody, and five years of one team. */
export async function months(database: BenchDatabase, { teamId }: Cast): Promise<Row[]> {
	const monthBefore = monthEnd(addMonths(TODAY, -1));
	const period = periodUpTo(monthBefore);
	const closed = async (tx: Transaction) => talliesBothWays(await authorityOfPeriods(tx, [period]), period);
	await atHand(database);
	const times = await byTurns(5, {
		byServer: () => inContext(database, OPERATOR, closed),
		// A transaction within another uses nothing of what is kept between requests.
		byCommand: () => inContext(database, OPERATOR, (tx) => tx.transaction(closed)),
		bareMonth: bare(database, 'month-end.sql', [monthBefore])
	});
	const five = await byTurns(7, {
		team: () => inContext(database, OPERATOR, (tx) => monthsOfTeam(tx, teamId)),
		bareTeam: bare(database, 'team-months.sql', [teamId, TODAY, String(MONTHS)])
	});
	return [
		...(['byServer', 'byCommand'] as const).map((by): Row => ({
			work: `closing a month, as known and in hindsight, by a ${by === 'byServer' ? 'server' : 'command'}`,
			unit: 'ms',
			ours: times[by].median,
			p95: null,
			bare: times.bareMonth.median,
			limit: 'month-end.sql',
			budget: '≤ 2 × bare (1,000 ms)',
			kept: times[by].median <= 2 * times.bareMonth.median
		})),
		{
			work: `${MONTHS} months of one team, live`,
			unit: 'ms',
			ours: five.team.median,
			p95: null,
			bare: five.bareTeam.median,
			limit: 'team-months.sql',
			budget: '≤ 2 × bare (200 ms)',
			kept: five.team.median <= 2 * five.bareTeam.median
		}
	];
}

/** The team at each month-end, from everybody who was ever posted to it and every case they held. */
async function monthsOfTeam(tx: Transaction, teamId: string): Promise<Tally[]> {
	const posted = await tx.execute<{ id: string }>(
		sql`select distinct practitioner_id as id from postings where team_id = ${teamId}`
	);
	const practitionerIds = posted.map(({ id }) => id);
	const authority = arrange(
		await gatherFacts(tx, { of: 'those', caseIds: [], practitionerIds, held: 'ever' })
	);
	return talliesOfTeam(authority, teamId, monthEndsBetween(FIRST_MONTH, TODAY));
}

/** As though a restructure had taken the second third of the five years. */
const THIRDS = PHASES.map((phase, place) => ({
	phase,
	from: addMonths(FIRST_MONTH, place * (MONTHS / 3)),
	to: addMonths(FIRST_MONTH, (place + 1) * (MONTHS / 3)),
	over: true
}));

/** Five years of all teams: months that were not stored are copied for it from those that were, and taken out again. */
async function fiveYears(database: BenchDatabase): Promise<Measured> {
	let measured: Measured | undefined;
	const copied = inContext(database, OPERATOR, async (tx) => {
		await tx.execute(
			sql`insert into month_ends (month_end, team_id, tally)
				select wanted::date, team_id, tally
				from generate_series(${FIRST_MONTH}::date, ${TODAY}::date, '1 month') as month,
					lateral (select (date_trunc('month', month) + interval '1 month - 1 day')::date) as ends(wanted),
					(select team_id, tally from month_ends where month_end = (select max(month_end) from month_ends)) as stored
				where wanted < ${TODAY}
				on conflict do nothing`
		);
		const asked = { of: 'authority', counted: 'by_review' } as const;
		({ page: measured } = await byTurns(7, {
			page: async () => {
				const read = await measure(tx, TODAY, FIRST_MONTH, asked);
				if (read.months.length < MONTHS - 1) throw new Error('the copied months were not read');
				return overviewOf(read, { of: 'authority' }, null, THIRDS);
			}
		}));
		throw new Rollback();
	});
	await copied.catch((error: unknown) => {
		if (!(error instanceof Rollback)) throw error;
	});
	if (!measured) throw new Error('nothing was measured');
	return measured;
}

class Rollback extends Error {}

/** What the months and the day cost once the review of a night has stored them. */
export async function closedMonths(database: BenchDatabase, { accountId, directorId }: Cast): Promise<Row[]> {
	const manager = { actor: 'person', accountId, today: TODAY } as const;
	const director = { actor: 'person', accountId: directorId, today: TODAY } as const;
	const asked = { on: TODAY, restructureId: null, serviceId: null };
	const times = await byTurns(7, {
		trend: () => inContext(database, manager, (tx) => monthEndsStored(tx, FIRST_MONTH, TODAY)),
		page: () => inContext(database, director, (tx) => organisation(tx, asked))
	});
	const again = await byTurns(2, {
		page: () => inContext(database, director, (tx) => organisation(tx, { ...asked, counted: 'now' }))
	});
	const all = await fiveYears(database);
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
			work: 'organisation page data, months and day stored',
			unit: 'ms',
			ours: times.page.median,
			p95: times.page.p95,
			bare: null,
			limit: '',
			budget: '≤ 100 ms',
			kept: times.page.median <= 100
		},
		{
			work: `${MONTHS} months of all teams, stored, read and compared`,
			unit: 'ms',
			ours: all.median,
			p95: all.p95,
			bare: null,
			limit: '',
			budget: '≤ 100 ms',
			kept: all.median <= 100
		},
		{
			work: 'organisation page data, the day counted again',
			unit: 'ms',
			ours: again.page.median,
			p95: null,
			bare: null,
			limit: '',
			budget: '',
			kept: null
		}
	];
}
