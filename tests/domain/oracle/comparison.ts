import { arrange, viewOf } from '#lib/domain/authority.ts';
import { caseloads } from '#lib/domain/caseload.ts';
import { CODES } from '#lib/domain/codes.ts';
import { assess, fold } from '#lib/domain/flags.ts';
import { clockOn, standingOn } from '#lib/domain/oversight.ts';
import {
	DEFAULT_POLICY,
	type KindPolicy,
	type Limit,
	type Policy,
	type Severities
} from '#lib/domain/policy.ts';
import { factsOf, type Records, type TableName } from '#lib/domain/records.ts';
import { oracleOf } from './oracle.ts';
import type { GeneratedOrganisation } from './organisations.ts';
import { TABLE, type Organisation, type PolicyVersion } from './table.ts';

/** Capacity is shown in thousandths of a point; points, percentages and bands are compared as they are. */
const SHOWN_TO = 0.00051;

type Answer = Record<string, string>;

interface Comparison {
	findings: number;
	caseloads: number;
	differences: string[];
}

/** The product's version 1 as shipped; a later version carries over only what it changes. */
function policyFrom(version: PolicyVersion, index: number): Policy {
	const kinds = { ...DEFAULT_POLICY.kinds };
	for (const [kind, demand] of Object.entries(version.table)) {
		if (demand === TABLE[kind]) continue;
		const limit = ([count, unit]: readonly [number, 'wd' | 'd']): Limit => ({ count, unit });
		const changed: KindPolicy = {
			stakes: demand.stakes,
			leastTier: `E${demand.least}` as KindPolicy['leastTier'],
			training: demand.training,
			firstOversight: limit(demand.first),
			interval: {
				suitablyHeld: limit(demand.interval),
				notSuitablyHeld: limit(demand.intervalUnsuitable)
			},
			weight: demand.weight,
			source: 'Local.'
		};
		kinds[kind as keyof typeof kinds] = changed;
	}
	return {
		...DEFAULT_POLICY,
		version: index + 1,
		effectiveFrom: version.from,
		kinds,
		restructureGuard: version.guard,
		supervision: { profile: version.profile },
		...numbersOf(version)
	};
}

function numbersOf({ numbers, severities }: PolicyVersion): Pick<Policy, 'tiers' | 'limits' | 'severities'> {
	const { tiers, ...limits } = numbers;
	const given = Object.entries(limits).map(([name, value]: [string, number | readonly [number, string]]) => [
		name,
		typeof value === 'number' ? value : { count: value[0], unit: value[1] }
	]);
	const changed = Object.entries(severities).map(([code, severity]) => [code, { always: severity }]);
	const [E2, E3, E4, E5] = tiers;
	return {
		tiers: { E2, E3, E4, E5 },
		limits: Object.fromEntries(given) as Policy['limits'],
		severities: { ...DEFAULT_POLICY.severities, ...(Object.fromEntries(changed) as Partial<Severities>) }
	};
}

export function authorityOf(organisation: Organisation) {
	const { records, versions, observedFrom, profileFrom } = organisation;
	return arrange(
		factsOf(records, versions.map(policyFrom), { observedFrom, supervisionProfileFrom: profileFrom })
	);
}

/** Asks the product and the oracle the same of each day, of the first also with hindsight; each difference is a line. */
export function compare(organisation: Organisation, days: readonly string[]): Comparison {
	const authority = authorityOf(organisation);
	const oracle = oracleOf(organisation);
	const comparison: Comparison = { findings: 0, caseloads: 0, differences: [] };
	for (const asAt of days)
		for (const hindsight of asAt === days[0] ? [false, true] : [false]) {
			const view = viewOf(authority, asAt, hindsight);
			const shown: Record<string, number> = {};
			const found: Answer = {};
			for (const finding of fold(assess(view))) {
				const { code, severity, subject, caseId, practitionerId, teamId, since, reasons } = finding;
				const key = `${code} ${subject.kind} ${subject.id}`;
				found[key] = JSON.stringify({ severity, caseId, practitionerId, teamId, since, reasons });
			}
			const expected: Answer = {};
			for (const finding of oracle.findings(asAt, hindsight)) {
				if (!(CODES as readonly string[]).includes(finding.code)) continue;
				const { code, severity, subject, caseId, practitionerId, teamId, since, reasons } = finding;
				const key = `${code} ${subject.kind} ${subject.id}`;
				expected[key] = JSON.stringify({ severity, caseId, practitionerId, teamId, since, reasons });
			}
			const loads: Answer = {};
			for (const load of caseloads(view)) {
				const { practitionerId, cases, points, capacity, loadPercent, band } = load;
				const answer = { tier: capacity.tier, cases, points: rounded(points), loadPercent, band };
				loads[`caseload ${practitionerId}`] = JSON.stringify(answer);
				shown[practitionerId] = capacity.points;
			}
			const expectedLoads: Answer = {};
			for (const load of oracle.caseloads(asAt, hindsight)) {
				const { practitionerId, tier, cases, points, capacity, loadPercent, band } = load;
				const differing = Math.abs((shown[practitionerId] ?? capacity) - capacity) > SHOWN_TO;
				const answer = { tier, cases, points: rounded(points), loadPercent, band };
				expectedLoads[`caseload ${practitionerId}`] = JSON.stringify({
					...answer,
					...(differing ? { capacity, productsCapacity: shown[practitionerId] } : {})
				});
			}
			const clocks: Answer = {};
			for (const file of authority.cases) {
				const clock = clockOn(file, asAt, view);
				if (clock) clocks[`clock ${file.caseId}`] = `${clock.dueOn} ${standingOn(clock, asAt)}`;
			}
			const expectedClocks: Answer = {};
			for (const { caseId, dueOn, standing } of oracle.standings(asAt, hindsight))
				expectedClocks[`clock ${caseId}`] = `${dueOn} ${standing}`;
			comparison.findings += Object.keys(expected).length;
			comparison.caseloads += Object.keys(expectedLoads).length;
			const when = `as at ${asAt}${hindsight ? ' with hindsight' : ''}`;
			for (const difference of [
				...between(found, expected),
				...between(clocks, expectedClocks),
				...between(loads, expectedLoads)
			])
				comparison.differences.push(`${when}: ${difference}`);
		}
	return comparison;
}

function rounded(points: number): number {
	return Math.round(points * 1e6) / 1e6;
}

function between(product: Answer, oracle: Answer): string[] {
	const keys = new Set([...Object.keys(product), ...Object.keys(oracle)]);
	return [...keys]
		.filter((key) => product[key] !== oracle[key])
		.map(
			(key) => `${key}\n    product ${product[key] ?? 'nothing'}\n    oracle  ${oracle[key] ?? 'nothing'}`
		);
}

/** Leaves out every row and setting that the first difference does not need, and says what is left. */
export function smallestReproduction(
	generated: GeneratedOrganisation,
	days: readonly string[],
	difference?: string
): string {
	const first = difference ?? compare(generated, days).differences[0];
	if (first === undefined) return 'no difference';
	const asAt = first.slice('as at '.length, 'as at yyyy-mm-dd'.length);
	const question = first.slice(first.indexOf(': '), first.indexOf('\n'));
	const differs = (candidate: Organisation) =>
		compare(candidate, [asAt]).differences.some((difference) => difference.includes(`${question}\n`));

	let kept: Organisation = { ...generated };
	const tryOut = (candidate: Organisation) => {
		if (differs(candidate)) kept = candidate;
	};
	tryOut({ ...kept, observedFrom: null });
	tryOut({ ...kept, profileFrom: null });
	tryOut({ ...kept, versions: kept.versions.slice(0, 1) });
	for (const table of Object.keys(kept.records).reverse() as TableName[])
		for (let index = kept.records[table].length - 1; index >= 0; index--)
			tryOut({ ...kept, records: without(kept.records, table, index) });
	for (const table of Object.keys(kept.records) as TableName[])
		for (let index = 0; index < kept.records[table].length; index++)
			for (const [column, value] of Object.entries(kept.records[table][index] ?? {}))
				if (value !== null) tryOut({ ...kept, records: emptied(kept.records, table, index, column) });

	const left = compare(kept, [asAt]).differences.find((line) => line.includes(`${question}\n`));
	const rows = (Object.keys(kept.records) as TableName[]).flatMap((table) =>
		kept.records[table].map((line) => {
			const filled = Object.entries(line).filter(([, value]) => value !== null);
			return `  ${table} ${JSON.stringify(Object.fromEntries(filled))}`;
		})
	);
	const settings = JSON.stringify({
		observedFrom: kept.observedFrom,
		profileFrom: kept.profileFrom,
		versions: kept.versions.map(({ from }) => from)
	});
	return [`seed ${generated.seed}, ${left ?? first}`, `  ${settings}`, ...rows].join('\n');
}

function without(records: Records, table: TableName, index: number): Records {
	return { ...records, [table]: records[table].filter((_, at) => at !== index) };
}

/** Only columns that may be empty; a row keeps its names and its first day. */
const EMPTIABLE = [
	'recordedOn',
	'endRecordedOn',
	'leftOn',
	'registeredOn',
	'earlyCareerStartedOn',
	'earlyCareerPassedOn',
	'startedOn',
	'familyId',
	'dateOfBirth',
	'unborn',
	'complexity',
	'plannedOn',
	'expiresOn',
	'coverId',
	'supervisionCoverId'
];

function emptied(records: Records, table: TableName, index: number, column: string): Records {
	if (!EMPTIABLE.includes(column)) return records;
	const lines = records[table].map((line, at) => (at === index ? { ...line, [column]: null } : line));
	return { ...records, [table]: lines };
}
