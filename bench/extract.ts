import { TODAY } from '#lib/demo/plan.ts';
import { monthsBetween, type CalendarDate } from '#lib/domain/calendar.ts';
import { DEFAULT_POLICY, type Kind } from '#lib/domain/policy.ts';
import { inContext } from '#lib/server/store/database.ts';
import { heatmapOfTeam, sortFrom } from '#lib/server/work/heatmap.ts';
import { pictureOfAuthority } from '#lib/server/work/picture.ts';
import type { Cast } from './cast.ts';
import { bareSteps, type BenchDatabase } from './database.ts';
import { touch } from './reading.ts';
import { byTurns, type Row } from './report.ts';

type Table = string[][];

/** The tables of an extract, each row as the texts between its commas. */
interface Extract {
	cases: Table;
	leads: Table;
	oversight: Table;
	discussions: Table;
	people: Table;
	training: Table;
}

/**
 * What an office does without the product: takes an extract, loads it and works through it in plain loops, as a notebook
 * does. It sees one rule, holds no history of what was known when, and says nothing of since when.
 */
export async function fromAnExtract(database: BenchDatabase, { accountId, teamId }: Cast): Promise<Row[]> {
	const texts = await taken(database);
	const loaded = load(texts);
	const asAt = { on: TODAY, hindsight: false };
	const manager = { actor: 'person', accountId, today: TODAY } as const;
	const operator = { actor: 'operator', name: 'bench', today: TODAY } as const;
	const times = await byTurns(5, {
		touched: touch(database),
		flags: () => inContext(database, operator, (tx) => pictureOfAuthority(tx, asAt)),
		team: () =>
			inContext(database, manager, (tx) => heatmapOfTeam(tx, 'team_manager', teamId, asAt, sortFrom(null))),
		evaluate: () => heldWithoutOversight(loaded, TODAY),
		whole: async () => heldWithoutOversight(load(await taken(database)), TODAY)
	});
	return [
		{
			work: 'all flags, beside evaluating an extract',
			unit: 'ms',
			ours: times.flags.median,
			p95: null,
			bare: times.evaluate.median,
			limit: 'extract.ts: evaluate',
			budget: 'as fast',
			kept: times.flags.median <= times.evaluate.median
		},
		{
			work: 'a team, beside taking, loading, evaluating an extract',
			unit: 'ms',
			ours: times.team.median,
			p95: null,
			bare: times.whole.median,
			limit: 'extract.ts: take, load, evaluate',
			budget: '50 × faster',
			kept: times.team.median * 50 <= times.whole.median
		}
	];
}

/** Each table as one text, a row a line. */
async function taken({ client }: BenchDatabase): Promise<string[]> {
	const texts: string[] = [];
	for (const step of bareSteps('extract.sql')) {
		const rows = step.replaceAll('$1', TODAY);
		const [row] = await client.unsafe<{ text: string | null }[]>(
			`select string_agg(btrim(t::text, '()'), E'\\n') as text from (${rows}) as t`
		);
		texts.push(row?.text ?? '');
	}
	return texts;
}

function load(texts: readonly string[]): Extract {
	const [cases = [], leads = [], oversight = [], discussions = [], people = [], training = []] = texts.map(
		(text) =>
			text
				.split('\n')
				.filter(Boolean)
				.map((line) => line.split(','))
	);
	return { cases, leads, oversight, discussions, people, training };
}

const MONTHS_OF_TIER: Record<string, number> = { E0: 0, E1: 0, E2: 6, E3: 12, E4: 24, E5: 36, E6: 36 };
const DAYS_BY_UNIT = { wd: 1.4, d: 1, months: 30 };

/** How many high-stakes cases somebody below the bar leads whose last oversight is older than the interval allows. */
function heldWithoutOversight(extract: Extract, today: CalendarDate): number {
	const latest = new Map<string, string>();
	for (const table of [extract.oversight, extract.discussions])
		for (const [caseId = '', on = ''] of table) if (on > (latest.get(caseId) ?? '')) latest.set(caseId, on);
	const leads = new Map(
		extract.leads.map(([caseId = '', leadId = '', from = '']) => [caseId, { leadId, from }])
	);
	const registered = new Map(extract.people.map(([id = '', , on = '']) => [id, on]));
	const trained = new Set(extract.training.map(([id, course]) => `${id} ${course}`));
	let count = 0;
	for (const [caseId = '', openedOn = '', kinds = ''] of extract.cases) {
		const lead = leads.get(caseId);
		const rows = kinds === '' ? [] : kinds.split('|').map((kind) => DEFAULT_POLICY.kinds[kind as Kind]);
		if (!lead || !rows.some(({ stakes }) => stakes === 'high')) continue;
		const since = registered.get(lead.leadId) ?? '';
		const months = since === '' ? 0 : monthsBetween(since, today);
		const suitable = rows.every(
			({ leastTier, training }) =>
				months >= (MONTHS_OF_TIER[leastTier] ?? 0) &&
				training.every((course) => trained.has(`${lead.leadId} ${course}`))
		);
		if (suitable) continue;
		const last = latest.get(caseId) ?? (lead.from > openedOn ? lead.from : openedOn);
		const age = (Date.parse(today) - Date.parse(last)) / 86_400_000;
		if (
			rows.some(
				({
					interval: {
						notSuitablyHeld: { count: most, unit }
					}
				}) => age > most * DAYS_BY_UNIT[unit]
			)
		)
			count++;
	}
	return count;
}
