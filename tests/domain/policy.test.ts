import { describe, expect, test } from 'vitest';
import { policyVersionOn } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { caseloadOf } from '#lib/domain/caseload.ts';
import {
	DEFAULT_POLICY,
	policyOn,
	versionsFrom,
	wholePolicy,
	type KindPolicy,
	type Policy
} from '#lib/domain/policy.ts';
import {
	asAt,
	BEN,
	findingsAbout,
	flagsOn,
	given,
	HARBOUR,
	kind,
	lead,
	MARYAM,
	openCase,
	oversight,
	TOMAS,
	trained,
	type Change
} from '../cast.ts';

const ROBIN = 'robin';

/** Version 2, from a day. */
const from = (effectiveFrom: CalendarDate, changed: Partial<Policy>): Policy => ({
	...DEFAULT_POLICY,
	version: 2,
	effectiveFrom,
	...changed
});

const withPlan = (changed: Partial<KindPolicy>) => ({
	kinds: {
		...DEFAULT_POLICY.kinds,
		child_protection: { ...DEFAULT_POLICY.kinds.child_protection, ...changed }
	}
});

const plan = (who: string): Change[] => [
	openCase(ROBIN, '2026-03-02'),
	kind(ROBIN, 'child_protection', '2026-03-02'),
	lead(ROBIN, who, '2026-03-02')
];

const seenBy = (day: CalendarDate, versions: Policy[], ...changes: Change[]) =>
	asAt(day, given(...changes), { policies: [DEFAULT_POLICY, ...versions] });

describe('a version', () => {
	const tenDays = from('2026-11-10', {
		kinds: withPlan({
			interval: { suitablyHeld: { count: 10, unit: 'd' }, notSuitablyHeld: { count: 10, unit: 'd' } }
		}).kinds
	});

	test('judges the day it comes into force, and not the day before', () => {
		const changes = [...plan(TOMAS), oversight(ROBIN, MARYAM, '2026-10-26')];
		expect(flagsOn(ROBIN, seenBy('2026-11-09', [tenDays], ...changes))).toEqual([]);
		expect(flagsOn(ROBIN, seenBy('2026-11-10', [tenDays], ...changes))).toEqual(['OVERSIGHT_OVERDUE medium']);
		expect(policyVersionOn(seenBy('2026-11-10', [tenDays]), '2026-11-09')).toBe(1);
		expect(policyVersionOn(seenBy('2026-11-10', [tenDays]), '2026-11-10')).toBe(2);
	});

	test('a flag that only the new version raises has stood since it came into force', () => {
		const changes = [...plan(TOMAS), oversight(ROBIN, MARYAM, '2026-10-26')];
		expect(findingsAbout(ROBIN, seenBy('2026-11-16', [tenDays], ...changes))[0]?.since).toBe('2026-11-10');
	});

	test('a flag that both raise has stood since the earlier one raised it', () => {
		const changes = [...plan(TOMAS), oversight(ROBIN, MARYAM, '2026-10-01')];
		expect(findingsAbout(ROBIN, seenBy('2026-11-16', [tenDays], ...changes))[0]?.since).toBe('2026-10-30');
	});

	test('a flag that a version in between took back stands only since the next one', () => {
		const longer = from('2026-11-01', {
			kinds: withPlan({
				interval: { suitablyHeld: { count: 90, unit: 'd' }, notSuitablyHeld: { count: 90, unit: 'd' } }
			}).kinds
		});
		const back = { ...DEFAULT_POLICY, version: 3, effectiveFrom: '2026-11-10' };
		const changes = [...plan(TOMAS), oversight(ROBIN, MARYAM, '2026-10-01')];
		const on = (day: CalendarDate) => findingsAbout(ROBIN, seenBy(day, [longer, back], ...changes));
		expect(on('2026-10-31')[0]?.since).toBe('2026-10-30');
		expect(on('2026-11-01')).toEqual([]);
		expect(on('2026-11-09')).toEqual([]);
		expect(on('2026-11-16')[0]?.since).toBe('2026-11-10');
	});

	test('is found by its day, in whatever order the versions come', () => {
		const third = { ...tenDays, version: 3, effectiveFrom: '2026-12-01' };
		for (const versions of [
			[DEFAULT_POLICY, tenDays, third],
			[third, tenDays, DEFAULT_POLICY]
		]) {
			const on = (day: CalendarDate) => policyOn(versions, day).version;
			expect([on('1999-01-01'), on('2026-11-09'), on('2026-11-10')]).toEqual([1, 1, 2]);
			expect([on('2026-11-30'), on('2026-12-01')]).toEqual([2, 3]);
		}
	});
});

describe('a course', () => {
	const twoYears = from('2026-11-10', {
		courses: { ...DEFAULT_POLICY.courses, S47: { name: 'Section 47 enquiries', validMonths: 17 } }
	});
	const changes = [...plan(TOMAS), oversight(ROBIN, MARYAM, '2026-11-01')];

	test('lapses by the months of the version in force, from its first day', () => {
		expect(flagsOn(ROBIN, seenBy('2026-11-09', [twoYears], ...changes))).toEqual([]);
		expect(flagsOn(ROBIN, seenBy('2026-11-10', [twoYears], ...changes))).toEqual(['TRAINING_GAP high']);
	});

	test('lapses within a version on its own day, and the gap is since then', () => {
		const late = from('2026-06-01', { courses: twoYears.courses });
		const view = seenBy('2026-11-13', [late], ...changes);
		expect(findingsAbout(ROBIN, view).find(({ code }) => code === 'TRAINING_GAP')?.since).toBe('2026-11-02');
	});

	test('of the authority’s own is current where somebody did it', () => {
		const own = from('2026-11-10', {
			courses: { ...DEFAULT_POLICY.courses, 'NEGLECT-2': { name: 'Neglect', validMonths: 12 } },
			...withPlan({ training: ['NEGLECT-2'] })
		});
		const did = [...changes, trained(TOMAS, 'NEGLECT-2', { completedOn: '2026-01-05' })];
		expect(flagsOn(ROBIN, seenBy('2026-11-10', [own], ...changes))).toEqual(['TRAINING_GAP high']);
		expect(flagsOn(ROBIN, seenBy('2026-11-10', [own], ...did))).toEqual([]);
	});
});

describe('load', () => {
	const siblings: Change[] = ['ash', 'elm', 'oak'].flatMap((id) => [
		openCase(id, '2026-03-02', { familyId: 'grove' }),
		kind(id, 'child_protection', '2026-03-02'),
		lead(id, TOMAS, '2026-03-02')
	]);
	const load = (changed: Partial<Policy['load']>) => {
		const view = seenBy(
			'2026-11-20',
			[from('2026-11-20', { load: { ...DEFAULT_POLICY.load, ...changed } })],
			...siblings
		);
		const tomas = view.authority.people.get(TOMAS);
		if (!tomas) throw new Error('Tomas is in the cast');
		return caseloadOf(tomas, view);
	};

	test('is as shipped where the version says nothing else', () => {
		expect(load({})).toMatchObject({ points: 14, band: 'room' });
	});

	test('follows the version’s factors for siblings', () => {
		expect(load({ siblingFactors: [1, 0.5, 0.2] }).points).toBe(11.9);
	});

	test('falls into the version’s bands', () => {
		expect(load({ bands: { steady: 10, full: 12, over: 15, farOver: 16 } }).band).toBe('far_over');
		expect(load({ bands: { steady: 10, full: 12, over: 15, farOver: 17 } }).band).toBe('over');
		expect(load({ bands: { steady: 10, full: 17, over: 18, farOver: 19 } }).band).toBe('steady');
	});

	test('counts an allocation as new for the version’s working days', () => {
		expect(load({ newcomer: { points: 2, workingDays: 188 } }).points).toBe(20);
	});
});

test('grace is that of the version in force', () => {
	const strict = from('2026-11-10', {
		grace: { weeks: { count: 1, unit: 'd' }, monthly: { count: 1, unit: 'wd' } }
	});
	const flags = (day: CalendarDate) => flagsOn(TOMAS, seenBy(day, [strict]));
	const before = asAt('2026-11-09', given());
	expect(flagsOn(TOMAS, before)).toEqual(flags('2026-11-09'));
	expect(flags('2026-11-10')).toContain('SUPERVISION_OVERDUE high');
});

test('a version stored before a field was known reads it as shipped', () => {
	const { courses, grace, waits, load, sources, ...earlier } = DEFAULT_POLICY;
	const [, second] = versionsFrom([{ ...earlier, version: 2, effectiveFrom: '2026-11-10' }]);
	expect(second).toEqual({
		...earlier,
		courses,
		grace,
		waits,
		load,
		sources,
		version: 2,
		effectiveFrom: '2026-11-10'
	});
	const partly = wholePolicy({
		version: 2,
		effectiveFrom: '2026-11-10',
		load: { ...load, coWorkerFactor: 0.5 }
	});
	expect(partly.load.bands).toEqual(load.bands);
});

test('version 1 is as shipped where none was stored, and as stored where one was', () => {
	expect(versionsFrom([])).toEqual([DEFAULT_POLICY]);
	const second = { ...DEFAULT_POLICY, version: 2, effectiveFrom: '2026-11-10' };
	expect(versionsFrom([second]).map(({ version }) => version)).toEqual([1, 2]);
	const kept = { ...DEFAULT_POLICY, restructureGuard: false };
	expect(versionsFrom([kept, second])[0]?.restructureGuard).toBe(false);
});

test('a newly qualified lead is judged by the least tier of the day', () => {
	const anyone = from('2026-11-10', withPlan({ leastTier: 'E1', training: [] }));
	const changes = [...plan(BEN), oversight(ROBIN, MARYAM, '2026-11-08')];
	expect(flagsOn(ROBIN, seenBy('2026-11-09', [anyone], ...changes))).toContain('BELOW_EXPERIENCE high');
	expect(flagsOn(ROBIN, seenBy('2026-11-10', [anyone], ...changes))).toEqual([]);
	expect(findingsAbout(ROBIN, seenBy('2026-11-09', [anyone], ...changes))[0]?.teamId).toBe(HARBOUR);
});

test('a version stored before it knew limits, tiers and severities reads them as shipped', () => {
	const stored = wholePolicy({
		version: 2,
		effectiveFrom: '2026-12-01',
		limits: { span: 6 },
		severities: { NO_SUPERVISOR: { away: 'critical' } }
	});
	expect(stored.limits).toEqual({ ...DEFAULT_POLICY.limits, span: 6 });
	expect(stored.tiers).toEqual(DEFAULT_POLICY.tiers);
	expect(stored.severities).toEqual({
		...DEFAULT_POLICY.severities,
		NO_SUPERVISOR: { none: 'critical', awayEarlyCareer: 'critical', away: 'critical' }
	});
});
