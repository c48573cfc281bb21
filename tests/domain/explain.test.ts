import { describe, expect, test } from 'vitest';
import { demoAuthority } from '#lib/demo/authority.ts';
import { arrange, personOf, viewOf, type View } from '#lib/domain/authority.ts';
import type { CaseFile } from '#lib/domain/cases.ts';
import { caseExplainedInWords, explanationLines } from '#lib/domain/explain-words.ts';
import { explainCase, explainPractitioner, type RuleExplained } from '#lib/domain/explain.ts';
import { CODES, type Code } from '#lib/domain/codes.ts';
import { findingsOfCase } from '#lib/domain/flags.ts';
import { comparedWithHindsight } from '#lib/domain/hindsight.ts';
import { learnedLaterOfCase, learnedLaterOfPractitioner } from '#lib/domain/learned-later.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import { factsOf } from '#lib/domain/records.ts';
import {
	asAt,
	BEN,
	discussed,
	given,
	kind,
	lead,
	MARYAM,
	openCase,
	oversight,
	supervision,
	TOMAS
} from '../cast.ts';
import { organisationOf } from './oracle/organisations.ts';

function caseIn(view: View, caseId: string) {
	const file = view.authority.cases.find((each) => each.caseId === caseId);
	if (!file) throw new Error(`no case ${caseId}`);
	return file;
}

function ruleOf(rules: readonly RuleExplained[], code: Code): RuleExplained {
	const rule = rules.find((each) => each.code === code);
	if (!rule) throw new Error(`${code} is not explained`);
	return rule;
}

/** Generated authorities where everything happens on days that decide, and the made-up one in its worst month. */
function* many(): Iterable<{ view: View; cases: readonly CaseFile[]; people: readonly string[] }> {
	for (let seed = 1; seed <= 30; seed++) {
		const { records, observedFrom, asAtDays } = organisationOf(seed);
		const settings = { observedFrom, supervisionProfileFrom: null };
		const authority = arrange(factsOf(records, [DEFAULT_POLICY], settings));
		const { cases, people } = authority;
		for (const on of asAtDays.slice(0, 2))
			yield { view: viewOf(authority, on), cases, people: [...people.keys()] };
	}
	const long = asAt(
		'2026-11-20',
		given(openCase('K-2', '2026-08-03'), kind('K-2', 'assessment', '2026-08-03'))
	);
	yield { view: long, cases: long.authority.cases, people: [] };
	const made = arrange(factsOf(demoAuthority().records));
	yield {
		view: viewOf(made, '2026-02-10'),
		cases: made.cases.filter(({ caseId }, place) => place % 9 === 0 || caseId === 'K-20377'),
		people: [...made.people.keys()].filter((_, place) => place % 8 === 0)
	};
}

const heldByBen = [
	openCase('K-1', '2026-10-01'),
	kind('K-1', 'child_protection', '2026-10-01'),
	lead('K-1', BEN, '2026-10-01')
];

describe('An explanation', () => {
	test('lists every rule of the catalogue, of a case and of a practitioner', () => {
		const view = asAt('2026-10-20', given(...heldByBen));
		expect(explainCase(caseIn(view, 'K-1'), view).rules.map(({ code }) => code)).toEqual(CODES);
		expect(explainPractitioner(BEN, view)?.rules.map(({ code }) => code)).toEqual(CODES);
	});

	test('agrees with the rules: all that a rule asks is so where it stands, and something is not where it does not', () => {
		const stood = new Set<Code>();
		const stoodNot = new Set<Code>();
		for (const { view, cases, people } of many()) {
			const explained = [
				...cases.map((file) => explainCase(file, view)),
				...people.flatMap((id) => explainPractitioner(id, view) ?? [])
			];
			for (const { rules, reference, asAt } of explained)
				for (const { code, elsewhere, finding, conditions, whyNot } of rules) {
					if (elsewhere) continue;
					(finding ? stood : stoodNot).add(code);
					const agrees =
						conditions.length > 0 &&
						conditions.every(({ met }) => met) === (finding !== null) &&
						(whyNot === null) === (finding !== null) &&
						(whyNot === null || /^[A-Z].*\.$/.test(whyNot));
					if (!agrees)
						expect.fail(`${asAt} ${reference} ${code}: ${JSON.stringify({ finding, conditions, whyNot })}`);
				}
		}
		expect([...stood].sort()).toEqual([...CODES].sort());
		expect([...stoodNot].sort()).toEqual([...CODES].sort());
	});

	test('gives the first thing that was missing as the reason', () => {
		const late = asAt('2026-10-20', given(...heldByBen));
		const early = asAt('2026-10-02', given(...heldByBen));
		const held = ruleOf(explainCase(caseIn(late, 'K-1'), late).rules, 'HELD_WITHOUT_OVERSIGHT');
		expect([held.whyNot, held.finding?.since]).toEqual([null, '2026-10-03']);
		const notYet = ruleOf(explainCase(caseIn(early, 'K-1'), early).rules, 'HELD_WITHOUT_OVERSIGHT');
		expect(notYet.whyNot).toBe('Oversight is in time until 2 Oct 2026.');
		const closed = ruleOf(explainCase(caseIn(late, 'K-1'), late).rules, 'CLOSED_WITHOUT_SIGN_OFF');
		expect(closed.whyNot).toBe('The case is not closed.');
	});

	test('names the version of the policy that judged, and from when it is in force', () => {
		const second = { ...DEFAULT_POLICY, version: 2, effectiveFrom: '2026-10-10' };
		const versions = [DEFAULT_POLICY, second];
		const of = (on: string) => {
			const view = asAt(on, given(...heldByBen), { policies: versions });
			const { policyVersion, policyEffectiveFrom } = explainCase(caseIn(view, 'K-1'), view);
			return [policyVersion, policyEffectiveFrom];
		};
		expect(of('2026-10-09')).toEqual([1, null]);
		expect(of('2026-10-10')).toEqual([2, '2026-10-10']);
	});

	test('says of a case before it opened that no rule looks at it', () => {
		const view = asAt('2026-09-30', given(...heldByBen));
		const { state, rules } = explainCase(caseIn(view, 'K-1'), view);
		expect(state).toBeNull();
		expect(ruleOf(rules, 'OVERSIGHT_OVERDUE').whyNot).toBe('The case was not open on this day.');
		expect(ruleOf(rules, 'SECTION_47_UNEXPLAINED').whyNot).toBe('The case was not known on this day.');
	});

	test('reads as lines in a terminal, with the facts that were not yet known', () => {
		const records = given(...heldByBen, oversight('K-1', MARYAM, '2026-10-05', { recordedOn: '2026-10-26' }));
		const view = asAt('2026-10-20', records);
		const lines = explanationLines(caseExplainedInWords(explainCase(caseIn(view, 'K-1'), view), (id) => id));
		expect(lines).toContain(
			'  5 Oct 2026 oversight decision by maryam: recorded on 26 Oct 2026, 21 days later'
		);
		expect(lines.join('\n')).toContain('Policy version 1, in force from the beginning.');
	});
});

describe('As known then, and with hindsight', () => {
	const records = given(
		...heldByBen,
		oversight('K-1', MARYAM, '2026-10-05', { recordedOn: '2026-10-26' }),
		oversight('K-1', MARYAM, '2026-10-19'),
		supervision(BEN, '2026-10-08', { sessionId: 'S-1', recordedOn: '2026-11-02' }),
		discussed('S-1', 'K-1', { recordedOn: '2026-11-02' }),
		lead('K-1', TOMAS, '2026-10-14', null, { role: 'co_worker', recordedOn: '2026-10-22' })
	);

	test('names exactly the notes that were written up later, by whom and how late', () => {
		const view = asAt('2026-10-20', records);
		const { notes, others } = comparedWithHindsight([], [], learnedLaterOfCase(caseIn(view, 'K-1'), view));
		expect(notes).toEqual([
			{
				what: 'oversight',
				happenedOn: '2026-10-05',
				knownOn: '2026-10-26',
				id: 'K-1-maryam-2026-10-05',
				by: MARYAM,
				daysLate: 21,
				workingDaysLate: 15
			},
			{
				what: 'discussion',
				happenedOn: '2026-10-08',
				knownOn: '2026-11-02',
				id: 'S-1',
				by: MARYAM,
				daysLate: 25,
				workingDaysLate: 17
			}
		]);
		expect(others.map(({ what, happenedOn, knownOn, id }) => [what, happenedOn, knownOn, id])).toEqual([
			['allocation', '2026-10-14', '2026-10-22', TOMAS]
		]);
	});

	test('counts a note among those written up later only until the day it was recorded', () => {
		const on = (day: string) => {
			const view = asAt(day, records);
			return learnedLaterOfCase(caseIn(view, 'K-1'), view).map(({ id }) => id);
		};
		expect(on('2026-10-04')).toEqual([]);
		expect(on('2026-10-05')).toEqual(['K-1-maryam-2026-10-05']);
		expect(on('2026-10-25')).toEqual(['K-1-maryam-2026-10-05', 'S-1']);
		expect(on('2026-10-26')).toEqual(['S-1']);
		expect(on('2026-11-02')).toEqual([]);
	});

	test('of a practitioner, names the sessions written up later', () => {
		const view = asAt('2026-10-20', records);
		const ben = personOf(view, BEN);
		if (!ben) throw new Error('the cast has no Ben');
		expect(
			learnedLaterOfPractitioner(ben, view).map(({ what, id, daysLate, by }) => [what, id, daysLate, by])
		).toEqual([['session', 'S-1', 25, MARYAM]]);
	});

	test('shows side by side what stood then and what would with all facts', () => {
		const side = (day: string) => {
			const [then, hindsight] = [false, true].map((each) => asAt(day, records, { hindsight: each }));
			if (!then || !hindsight) throw new Error('two views');
			return comparedWithHindsight(
				findingsOfCase(caseIn(then, 'K-1'), then),
				findingsOfCase(caseIn(hindsight, 'K-1'), hindsight),
				learnedLaterOfCase(caseIn(then, 'K-1'), then)
			).rows.map(({ code, change }) => `${code} ${change}`);
		};
		expect(side('2026-10-06')).toEqual([
			'HELD_WITHOUT_OVERSIGHT only_then',
			'BELOW_EXPERIENCE same',
			'TRAINING_GAP same',
			'OVERSIGHT_OVERDUE only_then'
		]);
		expect(side('2026-10-16')).toEqual([
			'HELD_WITHOUT_OVERSIGHT only_then',
			'BELOW_EXPERIENCE only_then',
			'TRAINING_GAP only_then',
			'OVERSIGHT_OVERDUE only_then'
		]);
		expect(side('2026-11-03')).toEqual([]);
	});
});
