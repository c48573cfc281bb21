import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY, KINDS, type Limit } from '#lib/domain/policy.ts';
import { compare, smallestReproduction } from './oracle/comparison.ts';
import { CODES, oracleOf } from './oracle/oracle.ts';
import { organisationOf } from './oracle/organisations.ts';
import { TABLE } from './oracle/table.ts';

const CASES = Number(process.env['COUNTERSIGN_ORACLE_CASES'] ?? 10_000);
const FIRST_SEED = Number(process.env['COUNTERSIGN_ORACLE_SEED'] ?? 1);
/** That they differ is enough where the rules were changed on purpose: the smallest case that shows it takes long. */
const IN_BRIEF = process.env['COUNTERSIGN_ORACLE_BRIEF'] === 'yes';
const BATCHES = 10;
const MINUTES = 60_000;

let nextSeed = FIRST_SEED;

describe('the product and the oracle say the same of generated authorities', () => {
	for (let batch = 1; batch <= BATCHES; batch++)
		test(`batch ${batch} of ${BATCHES}`, { timeout: 10 * MINUTES }, () => {
			for (let cases = 0; cases < CASES / BATCHES; nextSeed++) {
				const generated = organisationOf(nextSeed);
				cases += generated.records.cases.length;
				const { differences } = compare(generated, generated.asAtDays);
				if (differences.length === 0) continue;
				expect.fail(IN_BRIEF ? 'They differ.' : smallestReproduction(generated, generated.asAtDays));
			}
		});
});

test('policy version 1 as shipped is the table of the rules, row by row', () => {
	const limit = ({ count, unit }: Limit) => [count, unit];
	const shipped = KINDS.map((kind) => {
		const { stakes, leastTier, training, firstOversight, interval, weight } = DEFAULT_POLICY.kinds[kind];
		return [
			kind,
			{
				stakes,
				least: Number(leastTier.slice(1)),
				training,
				first: limit(firstOversight),
				interval: limit(interval.suitablyHeld),
				intervalUnsuitable: limit(interval.notSuitablyHeld),
				weight
			}
		] as const;
	});
	expect(Object.fromEntries(shipped)).toEqual(TABLE);
	expect(DEFAULT_POLICY).toMatchObject({
		supervision: { profile: 'LGA' },
		restructureGuard: true,
		capacity: { pointsPerFte: 85, earlyCareerFactor: 0.9 }
	});
});

test(
	'the generated authorities reach every rule, severity, reason and band that the oracle knows',
	() => {
		const reached = new Set<string>();
		for (let seed = 1; seed <= 60; seed++) {
			const generated = organisationOf(seed);
			const oracle = oracleOf(generated);
			for (const asAt of generated.asAtDays)
				for (const hindsight of [false, true]) {
					for (const { code, severity, reasons } of oracle.findings(asAt, hindsight)) {
						reached.add(`${code} ${severity}`);
						if (reasons.length > 0) reached.add(`${code} because of ${reasons.join(', ')}`);
					}
					for (const { band, tier } of oracle.caseloads(asAt, hindsight)) reached.add(band).add(tier);
				}
			for (const { kind } of generated.records.caseKinds) reached.add(kind);
		}
		const severities: Record<(typeof CODES)[number], string[]> = {
			HELD_WITHOUT_OVERSIGHT: ['critical'],
			BELOW_EXPERIENCE: ['critical', 'high'],
			TRAINING_GAP: ['critical', 'high', 'medium'],
			OVERSIGHT_OVERDUE: ['critical', 'high', 'medium'],
			UNALLOCATED: ['critical', 'high', 'medium'],
			HOLDER_ABSENT: ['critical', 'high'],
			HANDOVER_WITHOUT_OVERSIGHT: ['critical', 'high'],
			SECTION_47_UNEXPLAINED: ['critical', 'high'],
			REQUEST_DECLINED_ALONE: ['critical'],
			CLOSED_WITHOUT_SIGN_OFF: ['critical', 'high'],
			CLOSED_SOON_AFTER_SECTION_47: ['critical', 'high'],
			FREQUENT_CHANGE: ['high', 'medium'],
			ACTION_OVERDUE: ['critical', 'high', 'medium'],
			ACTION_WEAK: ['high', 'medium'],
			SUPERVISION_OVERDUE: ['high', 'medium'],
			SUPERVISION_CANCELLED_TWICE: ['high'],
			SUPERVISION_SHORT: ['low'],
			NOTE_UNSIGNED: ['medium'],
			SUPERVISOR_NOT_QUALIFIED: ['high', 'medium'],
			NO_SUPERVISOR: ['critical', 'high'],
			OVER_CAPACITY: ['critical', 'high', 'medium'],
			SPAN_TOO_WIDE: ['medium'],
			AGENCY_BELOW_EXPERIENCE: ['high'],
			EXPERIENCE_UNKNOWN: ['medium'],
			TIMESCALE_MISSED: ['critical', 'high']
		};
		const missed = [
			...CODES.flatMap((code) => severities[code].map((severity) => `${code} ${severity}`)),
			'HELD_WITHOUT_OVERSIGHT because of TRAINING_GAP, OVERSIGHT_OVERDUE',
			'HELD_WITHOUT_OVERSIGHT because of BELOW_EXPERIENCE, OVERSIGHT_OVERDUE',
			'HELD_WITHOUT_OVERSIGHT because of BELOW_EXPERIENCE, TRAINING_GAP, OVERSIGHT_OVERDUE',
			...['room', 'steady', 'full', 'over', 'far_over', 'no_capacity', 'no_data'],
			...['E0', 'E1', 'E2', 'E3', 'E4', 'E5', 'E6'],
			...KINDS
		].filter((wanted) => !reached.has(wanted));
		expect(missed).toEqual([]);
	},
	MINUTES
);
