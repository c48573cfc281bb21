import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { isOpenOn, leadOn } from '#lib/domain/cases.ts';
import { caseloads } from '#lib/domain/caseload.ts';
import { changesOfHands } from '#lib/domain/changes-of-hands.ts';
import type { MoveSaid, PlannedMove } from '#lib/domain/restructure-moves.ts';
import { carryOut, inOrder } from '#lib/domain/restructure-moves.ts';
import { outcomeOf, type PlanOutcome } from '#lib/domain/restructure-plan.ts';
import { caseState, teamOfCase } from '#lib/domain/rules-about-cases.ts';
import * as cast from '../cast.ts';

const TODAY = '2026-11-20';
const MERGER = '2027-01-11';

let counter = 0;
function move(on: CalendarDate, said: MoveSaid, doneOn: CalendarDate | null = null): PlannedMove {
	return { moveId: `move-${++counter}`, on, doneOn, ...said };
}

const merge = (supervisorId: string | null, on = MERGER) =>
	move(on, { kind: 'merges', teamId: cast.HARBOUR, intoTeamId: cast.ORCHARD, supervisorId });
const maryamGoes = (on = MERGER) => move(on, { kind: 'leaves', practitionerId: cast.MARYAM });
const ruthMoves = (on = MERGER) =>
	move(on, {
		kind: 'person',
		practitionerId: cast.RUTH,
		teamId: cast.ORCHARD,
		role: 'service_manager',
		supervisorId: cast.DIANA
	});

const held = (id: string, by: string, since: CalendarDate = '2025-03-03', is = 'child_in_need' as const) => [
	cast.openCase(id, since),
	cast.kind(id, is, since),
	cast.lead(id, by, since)
];

function outcome(plan: readonly PlannedMove[], ...said: cast.Change[]): PlanOutcome {
	const { authority } = cast.asAt(TODAY, cast.given(...said));
	const found = outcomeOf(authority, plan, { from: MERGER, to: '2027-04-12' }, TODAY);
	if (!found) throw new Error('there is nothing to carry out');
	return found;
}

const lost = (found: PlanOutcome) =>
	found.supervisorsLost.map(({ practitionerId, why }) => `${practitionerId} ${why}`);
const twice = (found: PlanOutcome) =>
	found.cases.flatMap((each) => (each.twice ? `${each.reference} ${each.twice}` : []));

describe('Two teams that merge, whose one manager goes', () => {
	const goes = [maryamGoes(), ruthMoves()];

	test('leave without a supervisor whoever keeps the one who goes, until another is named', () => {
		expect(lost(outcome([...goes, merge(null)]))).toEqual([
			'tomas NO_SUPERVISOR',
			'aisha NO_SUPERVISOR',
			'ben NO_SUPERVISOR',
			'grace NO_SUPERVISOR'
		]);
		expect(lost(outcome([...goes, merge(cast.OWEN)]))).toEqual([]);
	});

	test('hand over each case once, whose worker comes with it', () => {
		const found = outcome([...goes, merge(cast.OWEN)], ...held('K-1', cast.TOMAS), ...held('K-2', cast.LEO));
		expect(found.problems).toEqual([]);
		expect(found.cases).toMatchObject([
			{
				reference: 'K-1',
				twice: null,
				planned: [{ on: MERGER, change: 'POSTING', fromId: cast.TOMAS, toId: cast.TOMAS }]
			}
		]);
	});

	test('count people, spans and days without a manager of both teams', () => {
		const found = outcome([...goes, merge(cast.OWEN)], ...held('K-1', cast.TOMAS));
		expect(found.spans).toEqual([
			{ supervisorId: cast.OWEN, before: 1, after: 5, tooWide: false },
			{ supervisorId: cast.RUTH, before: 2, after: 1, tooWide: false },
			{ supervisorId: cast.MARYAM, before: 4, after: 0, tooWide: false }
		]);
		expect(found.teams).toMatchObject([
			{ teamId: cast.HARBOUR, before: { people: 7, cases: 1 }, after: null, unmanaged: { after: 0 } },
			{ teamId: cast.ORCHARD, before: { people: 2, cases: 0 }, after: { people: 8, cases: 1 } }
		]);
	});

	test('are refused where somebody would still be in the team that closes', () => {
		const alone = outcome([move(MERGER, { kind: 'closes', teamId: cast.HARBOUR })]);
		expect(alone.problems).toMatchObject([
			{ problems: [{ why: 'STILL_THERE', teamId: cast.HARBOUR, still: { people: { length: 7 } } }] }
		]);
	});
});

describe('A manager who goes weeks before the team does', () => {
	test('leaves the team without a manager for exactly those days', () => {
		const found = outcome([maryamGoes('2026-12-14'), ruthMoves(), merge(cast.OWEN)]);
		expect(found.teams.find(({ teamId }) => teamId === cast.HARBOUR)?.unmanaged).toEqual({
			before: 0,
			after: 28,
			from: '2026-12-14'
		});
	});
});

describe('A case changes twice', () => {
	const goes = [maryamGoes(), ruthMoves(), merge(cast.OWEN)];
	const toAisha = (on: CalendarDate) =>
		move(on, {
			kind: 'cases',
			practitionerId: cast.TOMAS,
			toPractitionerId: cast.AISHA,
			toTeamId: null
		});

	test('through two moves of the plan on different days, and not through two on one day', () => {
		expect(twice(outcome([...goes, toAisha('2027-02-01')], ...held('K-1', cast.TOMAS)))).toEqual([
			'K-1 TWICE_IN_PLAN'
		]);
		expect(twice(outcome([...goes, toAisha(MERGER)], ...held('K-1', cast.TOMAS)))).toEqual([]);
	});

	test('through one move after another lead in the 12 months before it, and not after an older one', () => {
		const changed = (on: CalendarDate) => [
			cast.openCase('K-1', '2025-03-03'),
			cast.kind('K-1', 'child_in_need', '2025-03-03'),
			cast.lead('K-1', cast.AISHA, '2025-03-03', on),
			cast.lead('K-1', cast.TOMAS, on)
		];
		expect(twice(outcome(goes, ...changed('2026-01-12')))).toEqual(['K-1 AFTER_ANOTHER_LEAD']);
		expect(twice(outcome(goes, ...changed('2026-01-11')))).toEqual([]);
	});

	test('and what somebody else recorded already for the same days is not the plan’s', () => {
		const others = [
			cast.openCase('K-1', '2025-03-03'),
			cast.kind('K-1', 'child_in_need', '2025-03-03'),
			cast.lead('K-1', cast.LEO, '2025-03-03', '2026-12-01', { teamId: cast.ORCHARD }),
			cast.lead('K-1', cast.TOMAS, '2026-12-01')
		];
		const found = outcome(goes, ...others);
		expect(found.cases).toMatchObject([{ twice: 'AFTER_ANOTHER_LEAD', planned: { length: 1 } }]);
	});

	test('with every case whose hands change found once, as a walk over the days finds it', () => {
		const files = ['K-1', 'K-2', 'K-3'].flatMap((id, place) =>
			held(id, [cast.TOMAS, cast.AISHA, cast.BEN][place] ?? cast.TOMAS)
		);
		const plan = [...goes, toAisha('2027-02-01')];
		const { authority } = cast.asAt(TODAY, cast.given(...files));
		const done = plan.reduce((facts, each) => carryOut(facts, each, plan, each.on).authority, authority);
		const view = { authority: done, knowledge: { on: '2027-02-01', hindsight: false } };
		const walked = done.cases.map(
			(file) => `${file.reference} ${changesOfHands(file, TODAY, '2027-02-01', view).length}`
		);
		const found = outcome(plan, ...files);
		expect(found.cases.map(({ reference, planned }) => `${reference} ${planned.length}`).sort()).toEqual(
			walked.sort()
		);
	});
});

describe('Moves', () => {
	test('to a team that the plan opens are made on its day, and refused before it', () => {
		const opens = move(MERGER, {
			kind: 'opens',
			teamId: 'quay',
			reference: 'T-9',
			name: 'Quay',
			service: 'Safeguarding'
		});
		const go = (on: CalendarDate) =>
			move(on, {
				kind: 'splits',
				teamId: cast.HARBOUR,
				intoTeamId: 'quay',
				practitionerIds: [cast.TOMAS],
				supervisorId: null
			});
		const found = outcome([go(MERGER), opens]);
		expect(found.problems).toEqual([]);
		expect(found.teams.find(({ teamId }) => teamId === 'quay')).toMatchObject({
			before: null,
			after: { people: 1 },
			unmanaged: { after: 91, from: MERGER }
		});
		expect(lost(found)).toEqual(['tomas IN_ANOTHER_TEAM']);
		expect(outcome([go('2027-01-04'), opens]).problems).toMatchObject([
			{ problems: [{ why: 'POSTING', problem: { why: 'NOT_OPEN' } }] }
		]);
	});

	test('of cases to somebody below the bar name those of high stakes that would not be suitably held', () => {
		const enquiry = [
			cast.openCase('K-1', '2026-11-02'),
			cast.kind('K-1', 'child_protection', '2026-11-02'),
			cast.lead('K-1', cast.TOMAS, '2026-11-02')
		];
		const toBen = move(MERGER, {
			kind: 'cases',
			practitionerId: cast.TOMAS,
			toPractitionerId: cast.BEN,
			toTeamId: null
		});
		expect(outcome([toBen], ...enquiry).notSuitable).toEqual([
			{ caseId: 'K-1', reference: 'K-1', leadId: cast.BEN, already: false }
		]);
	});

	test('that are carried out tell nothing more', () => {
		const { authority } = cast.asAt(TODAY, cast.given());
		const plan = [{ ...merge(null), doneOn: TODAY }];
		expect(outcomeOf(authority, plan, { from: MERGER, to: null }, TODAY)).toBeNull();
	});

	test('of a team that is only renamed change nobody’s hands', () => {
		const renamed = move(MERGER, { kind: 'renamed', teamId: cast.HARBOUR, name: 'Harbour and Quay' });
		const found = outcome([renamed], ...held('K-1', cast.TOMAS));
		expect([found.problems, found.cases, found.teams, found.loads, found.spans]).toEqual([
			[],
			[],
			[],
			[],
			[]
		]);
	});
});

describe('Whatever is planned of whatever organisation', () => {
	const workers = [cast.TOMAS, cast.AISHA, cast.BEN, cast.GRACE, cast.LEO];
	const worker = fc.constantFrom(...workers);
	const day = fc.constantFrom(TODAY, '2026-12-14', MERGER, '2027-02-01');
	const file = fc.record({
		by: worker,
		before: fc.option(worker, { nil: null }),
		beside: fc.option(worker, { nil: null }),
		is: fc.constantFrom('child_in_need', 'child_protection', 'assessment', 'short_breaks' as const),
		family: fc.option(fc.constantFrom('F-1', 'F-2'), { nil: null })
	});
	const said = fc.oneof(
		fc.constant<MoveSaid>({
			kind: 'merges',
			teamId: cast.HARBOUR,
			intoTeamId: cast.ORCHARD,
			supervisorId: cast.OWEN
		}),
		worker.map((practitionerId): MoveSaid => ({ kind: 'leaves', practitionerId })),
		fc.tuple(worker, worker).map(([practitionerId, toPractitionerId]): MoveSaid => ({
			kind: 'cases',
			practitionerId,
			toPractitionerId,
			toTeamId: null
		})),
		fc
			.tuple(worker, fc.constantFrom(cast.HARBOUR, cast.ORCHARD))
			.map(([practitionerId, teamId]): MoveSaid => ({
				kind: 'person',
				practitionerId,
				teamId,
				role: 'practitioner',
				supervisorId: cast.OWEN
			}))
	);
	const organisation = fc.record({
		files: fc.array(file, { minLength: 1, maxLength: 7 }),
		plan: fc.array(fc.tuple(day, said), { minLength: 1, maxLength: 4 })
	});

	test('the outcome is what a look at everything on the last day finds, and not at the moved alone', () => {
		fc.assert(
			fc.property(organisation, ({ files, plan: moves }) => {
				const records = cast.given(
					...files.flatMap(({ by, before, beside, is, family }, place) => [
						cast.openCase(`K-${place}`, '2025-03-03', { familyId: family }),
						cast.kind(`K-${place}`, is, '2025-03-03'),
						...(before === null ? [] : [cast.lead(`K-${place}`, before, '2025-03-03', '2026-06-01')]),
						cast.lead(`K-${place}`, by, before === null ? '2025-03-03' : '2026-06-01'),
						...(beside === null || beside === by ? [] : [cast.coWorker(`K-${place}`, beside, '2026-06-01')])
					])
				);
				const { authority } = cast.asAt(TODAY, records);
				const plan = moves.map(([on, each]) => move(on, each));
				const found = outcomeOf(authority, plan, { from: MERGER, to: null }, TODAY);
				const changed = inOrder(plan).reduce(
					(facts, each) => carryOut(facts, each, plan, each.on > TODAY ? each.on : TODAY).authority,
					authority
				);
				const anew = arrange({ ...changed });
				expect(changed.heldBy).toEqual(anew.heldBy);
				expect(changed.supervisedBy).toEqual(anew.supervisedBy);

				const last = inOrder(plan).at(-1)?.on ?? TODAY;
				const first = addDays(inOrder(plan)[0]?.on ?? TODAY, -1);
				const [without, withIt] = [viewOf(authority, last), viewOf(changed, last)];
				const loads = (view: typeof withIt) =>
					caseloads(view).map((load) => [
						load.practitionerId,
						`${load.points} ${load.capacity.points}`,
						load.points + load.capacity.points
					]);
				const [before, after] = [new Map(), new Map()] as Map<string, string>[];
				for (const [of, view] of [
					[before, without],
					[after, withIt]
				] as const)
					for (const [id, load, any] of loads(view)) if (any !== 0) of?.set(String(id), String(load));
				const people = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
				expect(found?.loads.map(({ practitionerId }) => practitionerId).sort()).toEqual(
					people.filter((id) => before?.get(id) !== after?.get(id)).sort()
				);

				const was = new Map(authority.cases.map((each) => [each.caseId, each]));
				const key = (change: object) => JSON.stringify(change);
				const moved = changed.cases.filter((each) => {
					const earlier = was.get(each.caseId);
					const anyway = earlier ? changesOfHands(earlier, first, last, without).map(key) : [];
					return (
						isOpenOn(each, last, withIt.knowledge) &&
						changesOfHands(each, first, last, withIt).some((change) => !anyway.includes(key(change)))
					);
				});
				expect(found?.cases.map(({ caseId }) => caseId).sort()).toEqual(
					moved.map(({ caseId }) => caseId).sort()
				);

				const openIn = (teamId: string, view: typeof withIt) =>
					view.authority.cases.filter(
						(each) => isOpenOn(each, last, view.knowledge) && teamOfCase(each, view) === teamId
					).length;
				for (const { teamId, before: one, after: other } of found?.teams ?? []) {
					if (one) expect(one.cases).toBe(openIn(teamId, without));
					if (other) expect(other.cases).toBe(openIn(teamId, withIt));
				}

				const unsuitable = changed.cases.filter((each) => {
					const state = caseState(each, withIt);
					const earlier = was.get(each.caseId);
					if (!state || state.demands.stakes !== 'high' || state.suitablyHeld || !earlier) return false;
					const already = caseState(earlier, without)?.suitablyHeld === false;
					const lead = leadOn(each, last, withIt.knowledge);
					return !already || lead !== leadOn(earlier, last, without.knowledge);
				});
				expect(found?.notSuitable.map(({ caseId }) => caseId).sort()).toEqual(
					unsuitable.map(({ caseId }) => caseId).sort()
				);
			}),
			{ numRuns: 60 }
		);
	});
});
