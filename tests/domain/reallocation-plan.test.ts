import { expect, test } from 'vitest';
import { isWithinCapacity, loadWith } from '#lib/domain/allocation-order.ts';
import { personOf, viewOf, type View } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { withCases } from '#lib/domain/case-change.ts';
import { caseloadOf } from '#lib/domain/caseload.ts';
import { caseDetails, leadOn } from '#lib/domain/cases.ts';
import { demandsOn, suitabilityOn } from '#lib/domain/oversight.ts';
import type { Kind } from '#lib/domain/policy.ts';
import { casesLedBy, planMoves, proposeMoves, type Move } from '#lib/domain/reallocation-plan.ts';
import { reallocationInWords } from '#lib/domain/allocation-words.ts';
import {
	absence,
	AISHA,
	asAt,
	BEN,
	given,
	GRACE,
	kind,
	lead,
	MARYAM,
	openCase,
	oversight,
	person,
	posting,
	TOMAS,
	trained,
	type Change
} from '../cast.ts';

/** A Friday. */
const TODAY: CalendarDate = '2026-11-20';
const PEOPLE = [TOMAS, AISHA, BEN, GRACE, MARYAM];

const held = (caseId: string, who: string, is: Kind, familyId: string | null = null): Change[] => [
	openCase(caseId, '2026-03-02', { familyId }),
	kind(caseId, is, '2026-03-02'),
	lead(caseId, who, '2026-03-02')
];
const many = (who: string, count: number, is: Kind = 'care_leaver'): Change[] =>
	Array.from({ length: count }, (_, number) => held(`${who}-${number}`, who, is)).flat();

const proposed = (view: View, apart = false) =>
	proposeMoves(view, TOMAS, PEOPLE, apart).map(({ caseId, toId, why }) => `${caseId} ${toId} ${why}`);

test('each case goes to somebody suitable with room, the least loaded first, and those who manage practice are not proposed', () => {
	const view = asAt(
		TODAY,
		given(
			...held('ash', TOMAS, 'child_in_need'),
			...held('elm', TOMAS, 'child_protection'),
			...many(AISHA, 5)
		)
	);
	expect(proposed(view)).toEqual([`elm ${AISHA} MOST_ROOM`, `ash ${BEN} MOST_ROOM`]);
});

test('brothers and sisters go together, to whoever leads one of them already, unless somebody says otherwise', () => {
	const family = [
		...held('ash', TOMAS, 'child_in_need', 'ashes'),
		...held('elm', TOMAS, 'child_protection', 'ashes')
	];
	const view = asAt(TODAY, given(...family));
	expect(proposed(view)).toEqual([`elm ${AISHA} MOST_ROOM`, `ash ${AISHA} MOST_ROOM`]);
	expect(proposed(view, true)).toEqual([`elm ${AISHA} MOST_ROOM`, `ash ${AISHA} SIBLINGS_THERE`]);
	const third = asAt(
		TODAY,
		given(
			...held('ash', TOMAS, 'child_in_need', 'ashes'),
			...held('oak', BEN, 'child_in_need', 'ashes'),
			...many(BEN, 4)
		)
	);
	expect(proposed(third)).toEqual([`ash ${BEN} SIBLINGS_THERE`]);
});

test('where nobody suitable has room, or nobody is suitable, the plan says so', () => {
	const full = asAt(TODAY, given(...held('elm', TOMAS, 'child_protection'), ...many(AISHA, 45)));
	expect(proposed(full)).toEqual([`elm ${AISHA} NOBODY_HAS_ROOM`]);
	const away = asAt(TODAY, given(...held('elm', TOMAS, 'child_protection'), absence(AISHA, '2026-11-19')));
	expect(proposed(away)).toEqual(['elm null NOBODY_SUITABLE']);
});

test('the plan says of each case who leads it, whether suitably, and when oversight is due after the move', () => {
	const view = asAt(
		TODAY,
		given(
			...held('elm', TOMAS, 'child_protection'),
			oversight('elm', MARYAM, '2026-11-18'),
			...held('ash', TOMAS, 'child_in_need'),
			oversight('ash', MARYAM, '2026-11-18')
		)
	);
	const asked = { leaverId: TOMAS, practitionerIds: PEOPLE, from: TODAY, reason: 'ABSENC' as const };
	const moves: Move[] = [
		{ caseId: 'elm', toId: BEN, coWorkerId: null },
		{ caseId: 'ash', toId: null, coWorkerId: null }
	];
	const plan = planMoves(view.authority, { ...asked, moves }, TODAY);
	if ('problems' in plan) throw new Error(JSON.stringify(plan));
	expect(reallocationInWords(plan, TODAY, (id) => id).map(({ words, grave }) => [words, grave])).toEqual([
		[
			'elm (child protection plan) goes to ben, below the bar: it needs a social worker past their first year; without S47 training; oversight due by Mon 23 Nov 2026 (it was due by 16 Dec 2026).',
			true
		],
		['ash stays where it is.', true],
		['Tomas: 2 cases, 13 % of capacity now; 1 case, 5 % of capacity on 20 Nov 2026.', false],
		['Ben: no cases, 0 % of capacity now; 1 case, 10 % of capacity on 20 Nov 2026.', false]
	]);
	const joint = planMoves(
		view.authority,
		{ ...asked, moves: [{ caseId: 'elm', toId: BEN, coWorkerId: AISHA }] },
		TODAY
	);
	expect('cases' in joint && joint.cases[0]?.after?.suitablyHeld).toBe(true);
});

test('a move to somebody who is not in post is refused, and the others are not planned without it', () => {
	const view = asAt(TODAY, given(...many(TOMAS, 2), posting(BEN, { from: '2026-09-01', to: '2026-11-01' })));
	const moves = casesLedBy(TOMAS, view).map(({ caseId }) => ({ caseId, toId: BEN, coWorkerId: null }));
	const plan = planMoves(
		view.authority,
		{ leaverId: TOMAS, practitionerIds: PEOPLE, moves, from: TODAY, reason: 'ABSENC' },
		TODAY
	);
	expect(
		'problems' in plan && plan.problems.map(({ caseId, problem }) => `${caseId} ${problem.why}`)
	).toEqual(['tomas-0 NOT_IN_POST', 'tomas-1 NOT_IN_POST']);
});

/** Numbers that look random and are the same every time. */
function chance(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return Math.floor((state / 2_147_483_648) * below);
	};
}

const KINDS: readonly Kind[] = [
	'section_47',
	'child_protection',
	'looked_after',
	'child_in_need',
	'care_leaver'
];

function madeUp(seed: number): { view: View; people: string[] } {
	const pick = chance(seed);
	const people = Array.from({ length: 3 + pick(4) }, (_, number) => `p${number}`);
	const changes: Change[] = people.flatMap((id) => [
		person(id, { registeredOn: `${2010 + pick(16)}-09-01` }),
		posting(id, { fte: 0.5 + pick(2) * 0.5 }),
		...['CP-FOUND', 'S47', 'CLA'].flatMap((course) => (pick(5) === 0 ? [] : trained(id, course))),
		...(pick(6) === 0 ? [absence(id, '2026-11-02')] : [])
	]);
	const kindOf = () => KINDS[pick(KINDS.length)] ?? 'child_in_need';
	const families = () => (pick(2) === 0 ? null : `f${pick(5)}`);
	for (let number = 0; number < 4 + pick(14); number++)
		changes.push(...held(`t${number}`, TOMAS, kindOf(), families()));
	for (const id of people)
		for (let number = 0; number < pick(16); number++)
			changes.push(...held(`${id}-${number}`, id, kindOf(), families()));
	return { view: asAt(TODAY, given(...changes)), people };
}

test('over made-up teams: each case keeps one lead, families stay together, and nobody is above capacity while somebody suitable has room', () => {
	let [moved, over] = [0, 0];
	for (let seed = 1; seed <= 60; seed++) {
		const { view, people } = madeUp(seed);
		const led = casesLedBy(TOMAS, view);
		const proposals = proposeMoves(view, TOMAS, people);
		expect(proposals.map(({ caseId }) => caseId).sort()).toEqual(led.map(({ caseId }) => caseId).sort());
		const moves = proposals.map(({ caseId, toId }) => ({ caseId, toId, coWorkerId: null }));
		const asked = { leaverId: TOMAS, practitionerIds: people, moves, from: TODAY, reason: 'ABSENC' as const };
		const plan = planMoves(view.authority, asked, TODAY);
		if ('problems' in plan) throw new Error(JSON.stringify(plan));
		const after = viewOf(withCases(view.authority, plan.changes), TODAY);
		const familyOf = new Map(
			led.map((file) => [file.caseId, caseDetails(file, view.knowledge)?.familyId ?? null])
		);
		for (const { caseId, toId, why } of proposals) {
			const file = after.authority.cases.find((each) => each.caseId === caseId);
			if (!file) throw new Error('lost');
			expect(leadOn(file, TODAY, after.knowledge)).toBe(toId ?? TOMAS);
			const family = familyOf.get(caseId);
			if (family)
				for (const other of proposals)
					if (familyOf.get(other.caseId) === family) expect(other.toId).toBe(toId);
			if (toId === null) continue;
			moved++;
			const demands = demandsOn(file, TODAY, after);
			expect(suitabilityOn(toId, demands, TODAY, after).suitable).toBe(true);
			const holder = personOf(after, toId);
			if (!holder || isWithinCapacity(caseloadOf(holder, after)) || why !== 'NOBODY_HAS_ROOM') continue;
			over++;
			const group = led.filter(
				(each) => each.caseId === caseId || (family && familyOf.get(each.caseId) === family)
			);
			const roomy = people.filter((id) => {
				const other = personOf(after, id);
				if (!other || id === toId || other.absences.length > 0) return false;
				return (
					group.every((each) => suitabilityOn(id, demandsOn(each, TODAY, view), TODAY, view).suitable) &&
					isWithinCapacity(loadWith(other, group, after))
				);
			});
			expect(roomy).toEqual([]);
		}
		for (const id of people) {
			const somebody = personOf(after, id);
			if (!somebody) continue;
			const took = proposals.filter(({ toId }) => toId === id);
			if (took.length > 0 && took.every(({ why }) => why !== 'NOBODY_HAS_ROOM'))
				expect(isWithinCapacity(caseloadOf(somebody, after))).toBe(true);
		}
	}
	expect(moved).toBeGreaterThan(100);
	expect(over).toBeGreaterThan(0);
});
