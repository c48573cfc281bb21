import { expect, test } from 'vitest';
import { viewOf } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { assess, type Finding } from '#lib/domain/flags.ts';
import { withValue } from '#lib/domain/policy-fields.ts';
import { DEFAULT_POLICY, type Policy } from '#lib/domain/policy.ts';
import {
	changeOf,
	changesByTeam,
	changesOnDay,
	monthEndsBefore,
	viewUnder,
	whatIf
} from '#lib/domain/what-if.ts';
import {
	asAt,
	BEN,
	given,
	HARBOUR,
	kind,
	lead,
	LEO,
	MARYAM,
	openCase,
	ORCHARD,
	oversight,
	OWEN,
	TOMAS,
	type Change
} from '../cast.ts';
import { organisationOf } from './oracle/organisations.ts';
import { authorityOf } from './oracle/comparison.ts';

const TODAY: CalendarDate = '2026-11-20';
const INTERVAL = 'kinds.child_protection.interval.suitablyHeld';

const draftOf = (...values: [path: string, value: unknown][]): Policy =>
	values.reduce((policy, [path, value]) => withValue(policy, path, value), DEFAULT_POLICY);

const plan = (id: string, who: string, seenOn: CalendarDate, teamId = HARBOUR): Change[] => [
	openCase(id, '2026-03-02'),
	kind(id, 'child_protection', '2026-03-02'),
	lead(id, who, '2026-03-02', null, { teamId }),
	oversight(id, who === LEO ? OWEN : MARYAM, seenOn)
];

const records = given(
	...plan('ash', TOMAS, '2026-11-02'),
	...plan('elm', TOMAS, '2026-10-20'),
	...plan('oak', LEO, '2026-11-02', ORCHARD),
	...plan('fir', BEN, '2026-11-18')
);

test('a shorter interval raises exactly the flags of the cases between the two', () => {
	const { flags, standing } = whatIf(asAt(TODAY, records), draftOf([INTERVAL, { count: 14, unit: 'd' }]));
	expect(flags.map((flag) => [flag.subject.reference, flag.code, changeOf(flag), flag.teamId])).toEqual([
		['elm', 'OVERSIGHT_OVERDUE', 'more_severe', HARBOUR],
		['ash', 'OVERSIGHT_OVERDUE', 'raised', HARBOUR],
		['oak', 'OVERSIGHT_OVERDUE', 'raised', ORCHARD]
	]);
	expect(standing.after - standing.before).toBe(2);
});

test('a longer interval and a lower bar clear', () => {
	const draft = draftOf(
		[INTERVAL, { count: 42, unit: 'd' }],
		['kinds.child_protection.leastTier', 'E1'],
		['kinds.child_protection.training', []]
	);
	const { flags } = whatIf(asAt(TODAY, records), draft);
	expect(flags.map((flag) => [flag.subject.reference, flag.code, changeOf(flag)])).toEqual([
		['elm', 'OVERSIGHT_OVERDUE', 'cleared'],
		['fir', 'BELOW_EXPERIENCE', 'cleared'],
		['fir', 'TRAINING_GAP', 'cleared']
	]);
});

test('says by team what is raised, cleared and moved', () => {
	const draft = draftOf([INTERVAL, { count: 14, unit: 'd' }], ['capacity.pointsPerFte', 13]);
	const changes = whatIf(asAt(TODAY, records), draft);
	expect(changes.moved.find(({ practitionerId }) => practitionerId === TOMAS)).toEqual({
		practitionerId: TOMAS,
		teamId: HARBOUR,
		before: { band: 'room', loadPercent: 16.47 },
		after: { band: 'over', loadPercent: 107.69 }
	});
	const teams = changesByTeam(changes);
	expect(teams.find(({ teamId }) => teamId === ORCHARD)).toMatchObject({ raised: 1, cleared: 0, moved: 0 });
	for (const [key, count] of [
		['raised', changes.flags.filter((flag) => changeOf(flag) === 'raised').length],
		['moved', changes.moved.length]
	] as const)
		expect(teams.reduce((sum, team) => sum + team[key], 0)).toBe(count);
});

test('the draft itself, unchanged, changes nothing', () => {
	const changes = whatIf(asAt(TODAY, records), DEFAULT_POLICY);
	expect(changes.flags).toEqual([]);
	expect(changes.moved).toEqual([]);
});

test('a day is judged by the version it had, whatever is published for later', () => {
	const later = { ...draftOf([INTERVAL, { count: 1, unit: 'd' }]), version: 2, effectiveFrom: '2026-11-21' };
	const alone = whatIf(asAt(TODAY, records), DEFAULT_POLICY);
	const beside = whatIf(asAt(TODAY, records, { policies: [DEFAULT_POLICY, later] }), DEFAULT_POLICY);
	expect(beside).toEqual(alone);
});

test('what a draft would change is what two whole assessments differ in, in generated authorities', () => {
	const draft = draftOf(
		[INTERVAL, { count: 9, unit: 'd' }],
		['kinds.looked_after.leastTier', 'E1'],
		['kinds.assessment.firstOversight', { count: 3, unit: 'wd' }],
		['capacity.pointsPerFte', 40],
		['courses.S47.validMonths', 12]
	);
	let differing = 0;
	for (let seed = 1; seed <= 8; seed++) {
		const generated = organisationOf(seed);
		const authority = authorityOf(generated);
		for (const day of generated.asAtDays) {
			const view = viewOf(authority, day);
			const line = ({ code, severity, subject }: Finding) =>
				`${code} ${subject.kind} ${subject.id} ${severity}`;
			const before = new Set(assess(view).map(line));
			const after = new Set(assess(viewUnder(view, draft)).map(line));
			const expected = [
				...[...before].filter((each) => !after.has(each)).map((each) => `- ${each}`),
				...[...after].filter((each) => !before.has(each)).map((each) => `+ ${each}`)
			];
			const found = whatIf(view, draft).flags.flatMap(({ code, subject, before: was, after: is }) => [
				...(was === null ? [] : [`- ${code} ${subject.kind} ${subject.id} ${was}`]),
				...(is === null ? [] : [`+ ${code} ${subject.kind} ${subject.id} ${is}`])
			]);
			expect(found.sort()).toEqual(expected.sort());
			differing += found.length;
		}
	}
	expect(differing).toBeGreaterThan(10);
});

test('two judgements of the same day differ in nothing', () => {
	const view = asAt(TODAY, records);
	const judged = { view, findings: assess(view) };
	expect(changesOnDay(judged, judged)).toMatchObject({ on: TODAY, flags: [], moved: [] });
});

test('the month-ends before a day, over short months and the turn of a year', () => {
	expect(monthEndsBefore('2026-03-31', 4)).toEqual(['2026-02-28', '2026-01-31', '2025-12-31', '2025-11-30']);
	expect(monthEndsBefore('2026-11-20', 1)).toEqual(['2026-10-31']);
});
