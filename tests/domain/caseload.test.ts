import { describe, expect, test } from 'vitest';
import { personOf } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { caseloadOf, caseloads } from '#lib/domain/caseload.ts';
import type { Kind } from '#lib/domain/policy.ts';
import {
	absence,
	AISHA,
	asAt,
	BEN,
	coWorker,
	given,
	kind,
	lead,
	openCase,
	person,
	posting,
	reduction,
	TOMAS,
	type Change
} from '../cast.ts';

const LONG_AGO = '2025-03-03';
const TODAY = '2026-11-20';

function load(id: string, changes: readonly Change[], day: CalendarDate = TODAY) {
	const view = asAt(day, given(...changes));
	const found = personOf(view, id);
	if (!found) throw new Error(`nobody called ${id}`);
	return caseloadOf(found, view);
}

/** A case that Tomas has led for long. */
function ofTomas(caseId: string, is: Kind, familyId: string | null = null): Change[] {
	return [
		openCase(caseId, LONG_AGO, { familyId }),
		kind(caseId, is, LONG_AGO),
		lead(caseId, TOMAS, LONG_AGO)
	];
}

const many = (count: number, is: Kind) =>
	Array.from({ length: count }, (_, index) => ofTomas(`${is}-${index}`, is)).flat();

describe('the points of a case', () => {
	test('are those of its heaviest kind for its lead, and four tenths of them for a co-worker', () => {
		const plan = [...ofTomas('robin', 'child_protection'), kind('robin', 'short_breaks', LONG_AGO)];
		expect(load(TOMAS, plan)).toMatchObject({ cases: 1, points: 7 });
		expect(load(AISHA, [...plan, coWorker('robin', AISHA, LONG_AGO)])).toMatchObject({
			cases: 0,
			points: 2.8
		});
	});

	test('fall for the second, third and fourth child of a family, the heaviest first', () => {
		const siblings = [
			...ofTomas('a', 'child_in_need', 'finch'),
			...ofTomas('b', 'child_protection', 'finch'),
			...ofTomas('c', 'child_in_need', 'finch'),
			...ofTomas('d', 'short_breaks', 'finch')
		];
		const { held, points } = load(TOMAS, siblings);
		expect(held.map(({ caseId, factor }) => [caseId, factor])).toEqual([
			['b', 1],
			['a', 0.6],
			['c', 0.4],
			['d', 0.4]
		]);
		expect(points).toBe(7 + 2.4 + 1.6 + 0.8);
	});

	test('do not fall for children of other families, of none, or led by somebody else', () => {
		const children = [
			...ofTomas('a', 'child_in_need', 'finch'),
			...ofTomas('b', 'child_in_need', 'wren'),
			...ofTomas('c', 'child_in_need'),
			...ofTomas('d', 'child_in_need'),
			openCase('e', LONG_AGO, { familyId: 'finch' }),
			kind('e', 'child_in_need', LONG_AGO),
			lead('e', AISHA, LONG_AGO)
		];
		expect(load(TOMAS, children).points).toBe(16);
		expect(load(AISHA, children).points).toBe(4);
	});

	test('rise by the complexity, and by one for the first twenty working days of the allocation', () => {
		const complex = openCase('robin', LONG_AGO, { complexity: 3 });
		const since = (day: CalendarDate) => [
			complex,
			kind('robin', 'assessment', LONG_AGO),
			lead('robin', TOMAS, day)
		];
		expect(load(TOMAS, since('2026-10-26')).points).toBe(10);
		expect(load(TOMAS, since('2026-10-26')).held[0]?.newcomer).toBe(1);
		expect(load(TOMAS, since('2026-10-23')).points).toBe(9);
	});

	test('are counted as 4 and shown as unknown where no kind is active', () => {
		const unknown = [openCase('robin', LONG_AGO), lead('robin', TOMAS, LONG_AGO)];
		expect(load(TOMAS, unknown).held[0]).toMatchObject({ kind: null, weight: 4, points: 4 });
	});

	test('are none once the case is closed or handed on', () => {
		const closed = [openCase('robin', LONG_AGO, { closedOn: TODAY }), lead('robin', TOMAS, LONG_AGO)];
		const handedOn = [openCase('wren', LONG_AGO), lead('wren', TOMAS, LONG_AGO, TODAY)];
		expect(load(TOMAS, [...closed, ...handedOn])).toMatchObject({ cases: 0, points: 0, band: 'room' });
		expect(load(TOMAS, [...closed, ...handedOn], '2026-11-19').cases).toBe(2);
	});
});

describe('capacity', () => {
	const points = (id: string, changes: readonly Change[], day?: CalendarDate) =>
		load(id, changes, day).capacity.points;

	test('is 85 points for a full-time post, and in proportion', () => {
		expect(points(TOMAS, [])).toBe(85);
		expect(points(TOMAS, [posting(TOMAS, { fte: 0.6 })])).toBe(51);
		expect(points(TOMAS, [posting(TOMAS, { fte: 0 })])).toBe(0);
	});

	test('is nine tenths in tiers E1 and E2, and whole from E3', () => {
		expect(points(BEN, [])).toBe(76.5);
		const passed = person(BEN, { registeredOn: '2026-09-01', earlyCareerPassedOn: TODAY });
		expect(points(BEN, [passed], '2026-11-19')).toBe(76.5);
		expect(points(BEN, [passed])).toBe(85);
	});

	test('falls by the reductions of the day, never below nothing', () => {
		const duties = reduction(TOMAS, 0.2, '2026-11-02', { to: TODAY });
		expect(points(TOMAS, [duties], '2026-11-19')).toBe(68);
		expect(points(TOMAS, [duties])).toBe(85);
		const both = [
			reduction(TOMAS, 0.7, '2026-11-02'),
			reduction(TOMAS, 0.5, '2026-11-02', { reason: 'study' })
		];
		expect(points(TOMAS, both)).toBe(0);
	});

	test('is none after ten working days of absence, and without a posting', () => {
		expect(points(TOMAS, [absence(TOMAS, '2026-11-06')])).toBe(85);
		expect(points(TOMAS, [absence(TOMAS, '2026-11-05')])).toBe(0);
		expect(load(TOMAS, [posting(TOMAS, { to: TODAY })]).capacity).toMatchObject({
			points: 0,
			none: 'NOT_IN_POST'
		});
	});
});

describe('the band', () => {
	test('of zero cases with capacity is room, at 0 %', () => {
		expect(load(TOMAS, [])).toMatchObject({ loadPercent: 0, band: 'room' });
	});

	test('of cases without capacity is the worst, never 0 %', () => {
		const away = [...ofTomas('robin', 'short_breaks'), absence(TOMAS, '2026-10-05')];
		expect(load(TOMAS, away)).toMatchObject({ loadPercent: null, band: 'no_capacity' });
	});

	test('of neither is no data', () => {
		expect(load(TOMAS, [absence(TOMAS, '2026-10-05')])).toMatchObject({ loadPercent: null, band: 'no_data' });
	});

	test('turns at exactly 70, 90, 100 and 120 per cent', () => {
		const bandAt = (fte: number, ...of: Change[]) => {
			const { band, loadPercent } = load(TOMAS, [posting(TOMAS, { fte }), ...of]);
			return [band, loadPercent];
		};
		const plans = many(3, 'child_protection');
		const jointPlan = [
			openCase('lark', LONG_AGO),
			kind('lark', 'child_protection', LONG_AGO),
			coWorker('lark', TOMAS, LONG_AGO)
		];
		const siblings = (is: Kind) => [...ofTomas('a', is, 'finch'), ...ofTomas('b', is, 'finch')];
		expect(bandAt(0.4, ...plans)).toEqual(['room', 61.76]);
		expect(bandAt(0.4, ...plans, ...jointPlan)).toEqual(['steady', 70]);
		expect(bandAt(0.4, ...plans, ...siblings('assessment'))).toEqual(['full', 90]);
		expect(bandAt(0.2, ...many(1, 'care_proceedings'), ...many(1, 'child_protection'))).toEqual([
			'full',
			100
		]);
		expect(bandAt(0.2, ...many(3, 'assessment'))).toEqual(['over', 105.88]);
		expect(bandAt(0.2, ...many(2, 'child_protection'), ...siblings('child_in_need'))).toEqual(['over', 120]);
		expect(bandAt(0.2, ...plans)).toEqual(['far_over', 123.53]);
	});
});

test('the list holds everyone in post, and anybody else who holds a case', () => {
	const left = [person(TOMAS, { leftOn: '2026-11-02' }), person(AISHA, { leftOn: '2026-11-02' })];
	const view = asAt(TODAY, given(...left, ...ofTomas('robin', 'child_in_need')));
	const listed = caseloads(view).map(({ practitionerId, band }) => `${practitionerId} ${band}`);
	expect(listed).toContain('tomas no_capacity');
	expect(listed).toContain('grace room');
	expect(listed.some((line) => line.startsWith('aisha'))).toBe(false);
});
