import { describe, expect, test } from 'vitest';
import { viewOf } from '#lib/domain/authority.ts';
import { MEASURES, PARTS, type Measure } from '#lib/domain/metrics.ts';
import { knownLate } from '#lib/domain/recorded-late.ts';
import {
	addedUp,
	emptyTally,
	talliesBothWays,
	talliesByTeam,
	talliesOfTeam,
	type TalliesByTeam,
	type Tally
} from '#lib/domain/tally.ts';
import type { RowBehind } from '#lib/domain/tally-further.ts';
import { periodUpTo, weekUpTo } from '#lib/domain/tally-of-period.ts';
import { authorityOf } from './oracle/comparison.ts';
import { itemsOf, PART_IDS, type Item } from './oracle/metrics.ts';
import { oracleOf } from './oracle/oracle.ts';
import { organisationOf } from './oracle/organisations.ts';

const SEEDS = Number(process.env['COUNTERSIGN_METRIC_SEEDS'] ?? 10);
const EVERY = [...MEASURES, ...PARTS];
const COUNTS_ON_A_DAY = [
	'M06',
	'M06-days',
	'M07',
	'M07-past',
	'M15-made',
	...PART_IDS.filter((id) => id.startsWith('M07'))
];

const near = (a: number | null, b: number | null) =>
	a === b || (a !== null && b !== null && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)));

function quantile(values: readonly number[], share: number): number | null {
	const ordered = [...values].sort((a, b) => a - b);
	const at = (ordered.length - 1) * share;
	const low = ordered[Math.floor(at)];
	const high = ordered[Math.ceil(at)];
	return low === undefined || high === undefined ? null : low + (high - low) * (at - Math.floor(at));
}

/** What the items come to, by the kind of measure. `openCases` stands below the line of a rate per case. */
function expected({ id, kind }: Measure, items: readonly Item[], openCases: number): (number | null)[] {
	const sum = (of: 'above' | 'below') => items.reduce((total, item) => total + item[of], 0);
	if (kind === 'value') {
		const values = items.map(({ above }) => above);
		const mean = values.length === 0 ? null : sum('above') / values.length;
		const value = id.endsWith('median')
			? quantile(values, 0.5)
			: id.endsWith('p90')
				? quantile(values, 0.9)
				: id.endsWith('max')
					? quantile(values, 1)
					: mean;
		return [value, null, values.length];
	}
	if (COUNTS_ON_A_DAY.includes(id)) return [sum('above'), sum('above'), 1];
	if (id === 'M15-rate')
		return [openCases === 0 ? null : (sum('above') * 100) / openCases, sum('above'), openCases];
	return [sum('below') === 0 ? null : sum('above') / sum('below'), sum('above'), sum('below')];
}

function differencesOf(seed: number): string[] {
	const generated = organisationOf(seed);
	const authority = authorityOf(generated);
	const oracle = oracleOf(generated);
	const differences: string[] = [];
	for (const asAt of generated.asAtDays)
		for (const [hindsight, period] of [
			[false, periodUpTo(asAt)],
			[true, weekUpTo(asAt)]
		] as const) {
			const rows = new Map<string, RowBehind[]>();
			const view = viewOf(authority, asAt, hindsight);
			const tallies = talliesByTeam(view, period, (id, row) => {
				const own = rows.get(id) ?? [];
				own.push(row);
				rows.set(id, own);
			});
			const items = itemsOf(generated, oracle, period.from, asAt, hindsight);
			items.set('M15-rate', items.get('M15-made') ?? []);
			const open = items.get('M03-28') ?? [];
			for (const scope of ['all', null, ...generated.records.teams.map(({ teamId }) => teamId)]) {
				const isIn = ({ team }: { team: string | null }) => scope === 'all' || team === scope;
				const tally =
					scope === 'all' ? addedUp([...tallies.values()]) : addedUp([tallies.get(scope) ?? []].flat());
				for (const measure of EVERY) {
					const { value, numerator, denominator } = measure.figure([tally]);
					const wanted = expected(
						measure,
						(items.get(measure.id) ?? []).filter(isIn),
						open.filter(isIn).length
					);
					const behind = (rows.get(measure.id) ?? [])
						.map(({ teamId, above, below }) => ({ team: teamId, above, below }))
						.filter(isIn);
					const listed = expected(measure, behind, open.filter(isIn).length);
					const where = `seed ${seed} ${asAt}${hindsight ? ' with hindsight' : ''} ${scope} ${measure.id}`;
					const shown = [value, numerator, denominator];
					if (!shown.every((number, at) => near(number, wanted[at] ?? null)))
						differences.push(`${where}: product ${shown.join(', ')}, oracle ${wanted.join(', ')}`);
					if (!shown.every((number, at) => near(number, listed[at] ?? null)))
						differences.push(`${where}: figure ${shown.join(', ')}, rows behind it ${listed.join(', ')}`);
				}
			}
		}
	return differences;
}

describe('every measure, of the authority and of each team', () => {
	test(
		'is what the oracle counts in plain sets, and what its own rows add up to',
		{ timeout: 120_000 },
		() => {
			for (let seed = 1; seed <= SEEDS; seed++) expect(differencesOf(seed).slice(0, 8)).toEqual([]);
		}
	);

	test('is reached: the generated authorities give most measures a figure that is neither nothing nor all', () => {
		const reached = new Set<string>();
		for (let seed = 1; seed <= 60; seed++) {
			const generated = organisationOf(seed);
			const [asAt] = generated.asAtDays;
			if (asAt === undefined) continue;
			const view = viewOf(authorityOf(generated), asAt);
			const tally = addedUp([...talliesByTeam(view).values()]);
			for (const measure of MEASURES) {
				const { value } = measure.figure([tally]);
				if (value !== null && value > 0 && (measure.kind !== 'share' || value < 1)) reached.add(measure.id);
			}
		}
		const never = MEASURES.map(({ id }) => id).filter((id) => !reached.has(id));
		// No reasons are generated for allocations, and nobody with nine people; three changes of manager within a year are
		// rarer than this.
		expect(never).toEqual(['M10-restructure', 'M11-three', 'M12-wide']);
	});
});

/** Which of its people comes first in a team says nothing. */
function inOneOrder(tallies: TalliesByTeam): TalliesByTeam {
	const loads = ({ cases, fte }: Tally['caseloads'][number]) => cases * 100 + fte;
	return new Map(
		[...tallies].map(([teamId, tally]) => [
			teamId,
			{ ...tally, caseloads: [...tally.caseloads].sort((a, b) => loads(a) - loads(b)) }
		])
	);
}

test(
	'counted both ways at once, or for one team, months are what each counts by itself',
	{ timeout: 120_000 },
	() => {
		const [late, inTime] = [
			{ cases: 0, people: 0 },
			{ cases: 0, people: 0 }
		];
		for (let seed = 1; seed <= SEEDS; seed++) {
			const generated = organisationOf(seed);
			const authority = authorityOf(generated);
			for (const asAt of generated.asAtDays)
				for (const period of [periodUpTo(asAt), weekUpTo(asAt)]) {
					const { asKnown, inHindsight } = talliesBothWays(authority, period);
					const view = viewOf(authority, asAt);
					expect(inOneOrder(asKnown)).toEqual(inOneOrder(talliesByTeam(view, period)));
					for (const { teamId } of generated.records.teams)
						expect(talliesOfTeam(authority, teamId, [asAt])).toEqual([
							talliesByTeam(view).get(teamId) ?? emptyTally()
						]);
					const withHindsight = talliesByTeam(viewOf(authority, asAt, true), period);
					expect(inOneOrder(inHindsight)).toEqual(inOneOrder(withHindsight));
					const known = knownLate(authority, period.from);
					late.cases += known.files.size;
					inTime.cases += authority.cases.length - known.files.size;
					late.people += known.people.size;
					inTime.people += authority.people.size - known.people.size;
				}
		}
		for (const { cases, people } of [late, inTime]) expect(Math.min(cases, people)).toBeGreaterThan(20);
	}
);

test('the parts of the measures are those the oracle knows', () => {
	expect(PARTS.map(({ id }) => id).sort()).toEqual([...PART_IDS].sort());
});
