import { sql } from 'drizzle-orm';
import { viewOf } from '#lib/domain/authority.ts';
import { addMonths, dayNumber } from '#lib/domain/calendar.ts';
import { CASE_RULES, caseState } from '#lib/domain/rules-about-cases.ts';
import { assess } from '#lib/domain/flags.ts';
import { TODAY } from '#lib/demo/plan.ts';
import { inContext, type Transaction } from '#lib/server/store/database.ts';
import { putFactsAtHand } from '#lib/server/work/facts-at-hand.ts';
import { heatmapOfTeam, sortFrom } from '#lib/server/work/heatmap.ts';
import { practitionerPage } from '#lib/server/work/practitioner-page.ts';
import { pictureOfAuthority, viewOfAuthority } from '#lib/server/work/picture.ts';
import { countByBareRules, flattened } from './bare-rules.ts';
import type { Cast } from './cast.ts';
import { bareSteps, type BenchDatabase } from './database.ts';
import { byTurns, milliseconds, percentile, type Row } from './report.ts';

const AS_AT = { on: TODAY, hindsight: false };
const OPERATOR = { actor: 'operator', name: 'bench', today: TODAY } as const;

export function bare({ client }: BenchDatabase, file: string, parameters: string[]): () => Promise<void> {
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
	const teamData = async (tx: Transaction) => {
		const page = await heatmapOfTeam(tx, 'team_manager', teamId, AS_AT, sort);
		if (!page) throw new Error('the team is not in the scope of its manager');
	};
	const teamPage = () => inContext(database, manager, teamData);
	// A transaction within another uses nothing of what is kept between requests.
	const teamAnew = () => inContext(database, manager, (tx) => tx.transaction(teamData));
	const onePage = async () => {
		const page = await inContext(database, manager, (tx) => practitionerPage(tx, asker, memberId, AS_AT));
		if (!page) throw new Error('the practitioner is not in the scope of their manager');
	};
	const times = await byTurns(40, {
		team: teamPage,
		bareTeam: bare(database, 'team-page.sql', [teamId, TODAY]),
		teamAnew,
		one: onePage,
		bareOne: bare(database, 'practitioner-page.sql', [memberId, TODAY])
	});
	const buffers = await buffersOf(database, manager, teamData);
	const bareBuffers = await buffersOf(database, OPERATOR, async (tx) => {
		for (const step of bareSteps('team-page.sql'))
			await tx.execute(sql.raw(step.replaceAll('$1', `'${teamId}'`).replaceAll('$2', `'${TODAY}'`)));
	});
	const anew: Row = {
		work: 'team page data, nothing kept from before',
		unit: 'ms',
		ours: times.teamAnew.median,
		p95: times.teamAnew.p95,
		bare: times.bareTeam.median,
		limit: 'team-page.sql',
		budget: '',
		kept: null
	};
	return [
		{
			work: 'team page data',
			unit: 'ms',
			ours: times.team.median,
			p95: times.team.p95,
			bare: times.bareTeam.median,
			limit: 'team-page.sql',
			budget: '≤ 1.5 × bare + 5 ms; p95 ≤ 3 × bare (40 ms)',
			kept:
				times.team.median <= 1.5 * times.bareTeam.median + 5 && times.team.p95 <= 3 * times.bareTeam.median
		},
		anew,
		{
			work: 'team page data, buffers',
			unit: 'buffers',
			ours: buffers,
			p95: null,
			bare: bareBuffers,
			limit: 'team-page.sql',
			budget: '≤ bare (2,500)',
			kept: buffers <= bareBuffers
		},
		{
			work: 'practitioner page data',
			unit: 'ms',
			ours: times.one.median,
			p95: times.one.p95,
			bare: times.bareOne.median,
			limit: 'practitioner-page.sql',
			budget: '≤ 1.5 × bare + 5 ms (p95 10 ms)',
			kept: times.one.median <= 1.5 * times.bareOne.median + 5
		}
	];
}

/**
 * Blocks of tables, indexes and what is stored out of line that one transaction asks for. Its own connection counts
 * them as it goes, so that nothing is missed that has not yet been told to the others.
 */
async function buffersOf(
	database: BenchDatabase,
	asking: Parameters<typeof inContext>[1],
	work: (tx: Transaction) => Promise<unknown>
): Promise<number> {
	return inContext(database, asking, async (tx) => {
		const touched = async () => {
			const [row] = await tx.execute<{ blocks: string }>(
				sql`select sum(pg_stat_get_xact_blocks_fetched(c.oid)) as blocks from pg_class c
					join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'pg_toast')`
			);
			return Number(row?.blocks ?? 0);
		};
		const before = await touched();
		await work(tx);
		return (await touched()) - before;
	});
}

/** Gathers the day's facts ahead of the questions, as a server does when it starts. */
export function atHand(database: BenchDatabase): Promise<void> {
	return putFactsAtHand((work) => inContext(database, OPERATOR, (tx) => work(tx, TODAY)));
}

/**
 * A case and whoever leads it are touched, each time another, as where a supervision is signed or a case is handed over,
 * so that nothing worked out from all the facts holds any more: what is asked next is measured as after any saved form.
 */
export function touch(database: BenchDatabase): () => Promise<unknown> {
	return () =>
		database.drizzle.execute(
			sql`with touched as (
					select case_id, practitioner_id from allocations
					where role = 'lead' and to_on is null and superseded_at is null and practitioner_id is not null
					order by random() limit 1
				)
				insert into facts_touched (kind, of_id)
				select 'case', case_id from touched union all select 'person', practitioner_id from touched`
		);
}

/** What is asked of the whole authority by commands and the nightly review, and what its rules cost by themselves. */
export async function wholeAuthority(database: BenchDatabase): Promise<Row[]> {
	const flags = () => inContext(database, OPERATOR, (tx) => pictureOfAuthority(tx, AS_AT));
	const bareFlags = bare(database, 'all-flags.sql', [TODAY]);
	const anew = await byTurns(5, { flags, bareFlags });
	const ahead = await milliseconds(() => atHand(database));
	const times = await byTurns(7, { touched: touch(database), flags, again: flags, bareFlags });
	return [
		{
			work: 'all flags of the authority, by a command',
			unit: 'ms',
			ours: anew.flags.median,
			p95: null,
			bare: anew.bareFlags.median,
			limit: 'all-flags.sql',
			budget: '',
			kept: null
		},
		{
			work: 'facts put at hand when a server starts',
			unit: 'ms',
			ours: ahead,
			p95: null,
			bare: null,
			limit: '',
			budget: '',
			kept: null
		},
		{
			work: 'all flags of the authority, by a server, after a change',
			unit: 'ms',
			ours: times.flags.median,
			p95: null,
			bare: times.bareFlags.median,
			limit: 'all-flags.sql',
			budget: '≤ 2 × bare (250 ms)',
			kept: times.flags.median <= 2 * times.bareFlags.median
		},
		{
			work: 'all flags of the authority, by a server, asked again',
			unit: 'ms',
			ours: times.again.median,
			p95: null,
			bare: times.bareFlags.median,
			limit: 'all-flags.sql',
			budget: '≤ 250 ms',
			kept: times.again.median <= 250
		},
		...(await rules(database))
	];
}

/** More files than the open and lately closed ones of an authority of scale S. */
const AT_SCALE_S = 4_000;

async function rules(database: BenchDatabase): Promise<Row[]> {
	const view = await inContext(database, OPERATOR, (tx) => viewOfAuthority(tx, AS_AT));
	const { cases } = view.authority;
	const flat = cases.flatMap((file) => {
		const state = caseState(file, view);
		return state ? flattened(state) : [];
	});
	const today = dayNumber(TODAY);
	const states = cases.flatMap((file) => caseState(file, view) ?? []);
	const long = viewOf(view.authority, addMonths(TODAY, 24));
	const times = await byTurns(5, {
		rules: () => {
			for (const state of states) for (const rule of CASE_RULES) rule.holds(state);
		},
		states: () => {
			const anew = viewOf(view.authority, TODAY);
			for (const file of cases) void caseState(file, anew)?.clock;
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
			work: 'rules about a case, its state given',
			unit: 'µs a case',
			ours: each(times.rules.median),
			p95: null,
			bare: each(times.bare.median),
			limit: 'bare-rules.ts',
			budget: '≤ 2 µs a case',
			kept: each(times.rules.median) <= 2
		},
		{
			work: 'the state of a case and its clock, from its file',
			unit: 'µs a case',
			ours: each(times.states.median),
			p95: null,
			bare: null,
			limit: '',
			budget: '',
			kept: null
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
			kept: cases.length > AT_SCALE_S ? null : stale <= 2000
		}
	];
}
