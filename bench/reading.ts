import { arrange, viewOf } from '#lib/domain/authority.ts';
import { addMonths, dayNumber, monthEnd } from '#lib/domain/calendar.ts';
import { CASE_RULES, caseState } from '#lib/domain/flag-rules.ts';
import { assess } from '#lib/domain/flags.ts';
import { talliesByTeam } from '#lib/domain/tally.ts';
import { TODAY } from '#lib/demo/plan.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { inContext } from '#lib/server/store/database.ts';
import { heatmapOfTeam, sortFrom } from '#lib/server/work/heatmap.ts';
import { practitionerPage } from '#lib/server/work/practitioner-page.ts';
import { pictureOfAuthority, viewOfAuthority } from '#lib/server/work/picture.ts';
import { countByBareRules, flattened } from './bare-rules.ts';
import type { Cast } from './cast.ts';
import { bareSteps, type BenchDatabase } from './database.ts';
import { byTurns, milliseconds, percentile, type Row } from './report.ts';

const AS_AT = { on: TODAY, hindsight: false };
const OPERATOR = { actor: 'operator', name: 'bench', today: TODAY } as const;

function bare({ client }: BenchDatabase, file: string, parameters: string[]): () => Promise<void> {
	const steps = bareSteps(file);
	return async () => {
		for (const step of steps) await client.unsafe(step, parameters, { prepare: true });
	};
}

/** The pages that are opened all day, as a team manager with row-level security on. */
export async function pages(database: BenchDatabase, cast: Cast): Promise<Row[]> {
	const { accountId, teamId, managerId, memberId } = cast;
	const manager = { actor: 'person', accountId, today: TODAY } as const;
	const asker = { accountId, practitionerId: managerId, role: 'team_manager', today: TODAY } as const;
	const sort = sortFrom(null);
	const teamPage = async () => {
		const page = await inContext(database, manager, (tx) =>
			heatmapOfTeam(tx, 'team_manager', teamId, AS_AT, sort)
		);
		if (!page) throw new Error('the team is not in the scope of its manager');
	};
	const onePage = async () => {
		const page = await inContext(database, manager, (tx) => practitionerPage(tx, asker, memberId, AS_AT));
		if (!page) throw new Error('the practitioner is not in the scope of their manager');
	};
	const times = await byTurns(40, {
		team: teamPage,
		bareTeam: bare(database, 'team-page.sql', [teamId, TODAY]),
		one: onePage,
		bareOne: bare(database, 'practitioner-page.sql', [memberId, TODAY])
	});
	const buffers = await buffersOf(database, manager, teamPage);
	return [
		{
			work: 'team page data',
			unit: 'ms',
			ours: times.team.median,
			p95: times.team.p95,
			bare: times.bareTeam.median,
			limit: 'team-page.sql',
			budget: '≤ 1.5 × bare + 5 ms; p95 ≤ 40 ms',
			kept: times.team.median <= 1.5 * times.bareTeam.median + 5 && times.team.p95 <= 40
		},
		{
			work: 'team page data, buffers',
			unit: 'buffers',
			ours: buffers,
			p95: null,
			bare: null,
			limit: '',
			budget: '≤ 2,500',
			kept: buffers <= 2500
		},
		{
			work: 'practitioner page data',
			unit: 'ms',
			ours: times.one.median,
			p95: times.one.p95,
			bare: times.bareOne.median,
			limit: 'practitioner-page.sql',
			budget: 'p95 ≤ 10 ms',
			kept: times.one.p95 <= 10
		}
	];
}

/** Blocks touched while the work runs, by the server's own count of what one transaction reads. */
async function buffersOf(
	database: BenchDatabase,
	_asking: unknown,
	work: () => Promise<void>
): Promise<number> {
	const touched = async () => {
		await new Promise((resolve) => setTimeout(resolve, 1500));
		const [row] = await database.client<{ blocks: string }[]>`
			select blks_hit + blks_read as blocks from pg_stat_database where datname = current_database()`;
		return Number(row?.blocks ?? 0);
	};
	await touched();
	const before = await touched();
	const idle = (await touched()) - before;
	const start = await touched();
	await work();
	return (await touched()) - start - idle;
}

/** What is asked of the whole authority: by commands, by the nightly review and by the month. */
export async function wholeAuthority(database: BenchDatabase): Promise<Row[]> {
	const asOperator = <Answer>(work: Parameters<typeof inContext<Answer>>[2]) =>
		inContext(database, OPERATOR, work);
	const monthBefore = monthEnd(addMonths(TODAY, -1));
	const times = await byTurns(5, {
		flags: () => asOperator((tx) => pictureOfAuthority(tx, AS_AT)),
		bareFlags: bare(database, 'all-flags.sql', [TODAY]),
		month: () =>
			asOperator(async (tx) => {
				const facts = await gatherFacts(tx, {
					of: 'during',
					from: addMonths(monthBefore, -12),
					to: monthBefore
				});
				return talliesByTeam(viewOf(arrange(facts), monthBefore));
			}),
		bareMonth: bare(database, 'month-end.sql', [monthBefore])
	});
	return [
		{
			work: 'all flags of the authority',
			unit: 'ms',
			ours: times.flags.median,
			p95: null,
			bare: times.bareFlags.median,
			limit: 'all-flags.sql',
			budget: '≤ 2 × bare, ≤ 250 ms',
			kept: times.flags.median <= 2 * times.bareFlags.median && times.flags.median <= 250
		},
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
		...(await rules(database))
	];
}

async function rules(database: BenchDatabase): Promise<Row[]> {
	const view = await inContext(database, OPERATOR, (tx) => viewOfAuthority(tx, AS_AT));
	const { cases } = view.authority;
	const flat = cases.flatMap((file) => {
		const state = caseState(file, view);
		return state ? flattened(state) : [];
	});
	const today = dayNumber(TODAY);
	const long = viewOf(view.authority, addMonths(TODAY, 24));
	const times = await byTurns(5, {
		today: () => {
			for (const file of cases) {
				const state = caseState(file, view);
				if (state) for (const rule of CASE_RULES) rule.holds(state);
			}
		},
		since: () => assess(view),
		bare: () => countByBareRules(flat, today)
	});
	const stale = percentile(
		[await milliseconds(() => assess(long)), await milliseconds(() => assess(long))],
		0
	);
	const each = (milliseconds: number) => (milliseconds * 1000) / cases.length;
	return [
		{
			work: 'rules about a case, today',
			unit: 'µs a case',
			ours: each(times.today.median),
			p95: null,
			bare: each(times.bare.median),
			limit: 'bare-rules.ts',
			budget: '≤ 2 µs a case',
			kept: each(times.today.median) <= 2
		},
		{
			work: 'every rule, and since when',
			unit: 'ms',
			ours: times.since.median,
			p95: null,
			bare: null,
			limit: '',
			budget: '',
			kept: null
		},
		{
			work: 'every rule, two years after the last file',
			unit: 'ms',
			ours: stale,
			p95: null,
			bare: null,
			limit: '',
			budget: '≤ 2,000 ms at S',
			kept: stale <= 2000
		}
	];
}
