import { describe, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { MEASURES, measureOf } from '#lib/domain/metrics.ts';
import { overviewOf, type Measured, type Scope } from '#lib/domain/organisation.ts';
import { countsInWords, findingOf, headlineOf, movedInWords } from '#lib/domain/organisation-words.ts';
import { assess } from '#lib/domain/flags.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import type { Records } from '#lib/domain/records.ts';
import {
	changeBetween,
	compared,
	isWithin,
	monthEndsBetween,
	restructuresBegun,
	windowsOf
} from '#lib/domain/restructure.ts';
import { knownLate } from '#lib/domain/recorded-late.ts';
import { addedUp, changesOfLead, emptyTally, talliesByTeam, type Tally } from '#lib/domain/tally.ts';
import { isOpenTeam, managedTeams, teamsKnown } from '#lib/domain/teams.ts';
import {
	absence,
	AISHA,
	asAt,
	BEN,
	coWorker,
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
	person,
	posting,
	restructure,
	supervision,
	TOMAS,
	type Change
} from '../cast.ts';

const D: CalendarDate = '2026-11-10';

const whole = (records: Records, day: CalendarDate = D) =>
	addedUp([...talliesByTeam(asAt(day, records)).values()]);
const figure = (id: string, records: Records, day: CalendarDate = D) =>
	measureOf(id).figure([whole(records, day)]);

/** A child protection plan, led by somebody since its opening. */
const plan = (caseId: string, leadId: string, openedOn: CalendarDate = '2026-09-07'): Change[] => [
	openCase(caseId, openedOn),
	kind(caseId, 'child_protection', openedOn),
	lead(caseId, leadId, openedOn)
];

describe('M01, supervision on time', () => {
	const monthly = (on: CalendarDate) =>
		['ruth', MARYAM, OWEN, TOMAS, AISHA, BEN, 'grace', LEO].map((id) => supervision(id, on));

	test('is on the due day and no longer on the day after, grace or not', () => {
		const records = given(...monthly('2026-10-10'), supervision(BEN, '2026-11-09'));
		expect(figure('M01', records, '2026-11-10')).toMatchObject({ numerator: 8, denominator: 8, value: 1 });
		expect(figure('M01', records, '2026-11-11')).toMatchObject({ numerator: 1, denominator: 8 });
	});

	test('leaves out the director, whoever is away for more than 10 working days, and nobody else', () => {
		const records = given(...monthly('2026-10-10'), absence(TOMAS, '2026-10-26'));
		expect(figure('M01', records, '2026-11-09').denominator).toBe(8);
		expect(figure('M01', records, '2026-11-10').denominator).toBe(7);
	});

	test('counts as late exactly those whom the rule finds overdue', () => {
		const view = asAt(D, given(...monthly('2026-09-28'), supervision(LEO, '2026-11-02')));
		const overdue = assess(view).filter(({ code }) => code === 'SUPERVISION_OVERDUE');
		const { people, onTime } = addedUp([...talliesByTeam(view).values()]).supervised;
		expect(overdue.length).toBeGreaterThan(0);
		expect(people - onTime).toBe(overdue.length);
	});

	test('has no figure where nobody is supervised', () => {
		expect(measureOf('M01').figure([emptyTally()])).toEqual({ value: null, numerator: 0, denominator: 0 });
	});
});

describe('M03, recent oversight', () => {
	test.each([
		['2026-10-13', [1, 1, 1]],
		['2026-10-12', [0, 1, 1]],
		['2026-09-29', [0, 1, 1]],
		['2026-09-28', [0, 0, 1]],
		['2026-09-15', [0, 0, 1]],
		['2026-09-14', [0, 0, 0]]
	])('made on %s is in 28, 42 and 56 days %j', (madeOn, within) => {
		const records = given(...plan('amber', TOMAS), oversight('amber', MARYAM, madeOn));
		expect(whole(records).overseen).toEqual({ cases: 1, within });
		expect(whole(records).overseenByKind.child_protection).toEqual({ cases: 1, within });
	});

	test('an entry that does not count, by the lead or without a reason, is none', () => {
		const records = given(
			...plan('amber', TOMAS),
			oversight('amber', TOMAS, '2026-11-02'),
			oversight('amber', MARYAM, '2026-11-03', { rationale: ' ' })
		);
		expect(whole(records).overseen).toEqual({ cases: 1, within: [0, 0, 0] });
	});

	test('an entry recorded later is not known at the month-end before', () => {
		const records = given(
			...plan('amber', TOMAS),
			oversight('amber', MARYAM, '2026-10-20', { recordedOn: '2026-11-04' })
		);
		expect(figure('M03-28', records, '2026-10-31').value).toBe(0);
		expect(figure('M03-28', records, '2026-11-04').value).toBe(1);
	});

	test('a case of several kinds is one case, and one under each kind', () => {
		const records = given(...plan('amber', TOMAS), kind('amber', 'section_47', '2026-11-02'));
		expect(whole(records).overseen.cases).toBe(1);
		expect(Object.keys(whole(records).overseenByKind).sort()).toEqual(['child_protection', 'section_47']);
	});
});

describe('M05 and M06, high stakes', () => {
	const held = (...more: Change[]) => given(...plan('amber', BEN), ...plan('birch', TOMAS), ...more);

	test('a plan led by a newly qualified worker is not suitably held, and without oversight is held without it', () => {
		expect(whole(held()).highStakes).toEqual({ cases: 2, notSuitablyHeld: 1, heldWithoutOversight: 1 });
	});

	test('oversight clears the one and not the other', () => {
		const records = held(oversight('amber', MARYAM, '2026-11-09'));
		expect(whole(records).highStakes).toEqual({ cases: 2, notSuitablyHeld: 1, heldWithoutOversight: 0 });
	});

	test('a suitable co-worker clears both', () => {
		const records = held(coWorker('amber', AISHA, '2026-09-07'));
		expect(whole(records).highStakes).toEqual({ cases: 2, notSuitablyHeld: 0, heldWithoutOversight: 0 });
	});

	test('the count is that of the flags', () => {
		const view = asAt(D, held());
		const flags = assess(view).filter(({ code }) => code === 'HELD_WITHOUT_OVERSIGHT');
		expect(measureOf('M06').figure([addedUp([...talliesByTeam(view).values()])]).value).toBe(flags.length);
	});

	test('over several month-ends it is the mean of their counts', () => {
		const one = whole(held());
		expect(measureOf('M06').figure([one, emptyTally(), one])).toEqual({
			value: 2 / 3,
			numerator: 2,
			denominator: 3
		});
	});
});

describe('M08, caseload', () => {
	const leads = (leadId: string, count: number): Change[] =>
		Array.from({ length: count }, (_, index) => plan(`${leadId}-${index}`, leadId)).flat();

	test('is open cases led by FTE, of those who lead one', () => {
		const records = given(
			...leads(TOMAS, 4),
			...leads(AISHA, 3),
			...leads(LEO, 1),
			posting(AISHA, { fte: 0.6 })
		);
		expect(figure('M08-mean', records).value).toBeCloseTo((4 + 5 + 1) / 3, 12);
		expect(figure('M08-median', records).value).toBeCloseTo(4, 12);
		expect(figure('M08-p90', records).value).toBeCloseTo(4.8, 12);
		expect(figure('M08-max', records).value).toBeCloseTo(5, 12);
		expect(figure('M08-dfe', records)).toMatchObject({ numerator: 8, denominator: 2.6 });
	});

	test('nobody with cases gives no figure', () => {
		for (const id of ['M08-mean', 'M08-median', 'M08-p90', 'M08-max', 'M08-dfe', 'M08-over'])
			expect(figure(id, given()).value).toBeNull();
	});

	test('over capacity counts those with no capacity at all', () => {
		const records = given(
			...leads(TOMAS, 13),
			...leads(AISHA, 1),
			...leads(LEO, 1),
			absence(LEO, '2026-09-01')
		);
		expect(figure('M08-over', records)).toMatchObject({ numerator: 2, denominator: 3 });
	});
});

describe('M10, changes of lead', () => {
	const four: Change[] = [
		openCase('amber', '2025-06-02'),
		kind('amber', 'child_in_need', '2025-06-02'),
		lead('amber', TOMAS, '2025-06-02', '2025-11-10'),
		lead('amber', AISHA, '2025-11-10', '2026-02-02', { reason: 'LEFTRL' }),
		lead('amber', LEO, '2026-02-02', '2026-05-04', { reason: 'ORGRST', teamId: ORCHARD }),
		lead('amber', AISHA, '2026-06-01', '2026-08-03'),
		lead('amber', AISHA, '2026-09-01')
	];

	test('counts another lead than the last before, whatever the gap, and never the first or the same again', () => {
		const view = asAt(D, given(...four));
		const [file] = view.authority.cases;
		const changes = file ? changesOfLead(file, '2000-01-01', view.knowledge) : [];
		expect(changes.map(({ on, toId, reason }) => [on, toId, reason])).toEqual([
			['2025-11-10', AISHA, 'LEFTRL'],
			['2026-02-02', LEO, 'ORGRST'],
			['2026-06-01', AISHA, null]
		]);
		const sinceTheGap = file ? changesOfLead(file, '2026-05-15', view.knowledge) : [];
		expect(sinceTheGap.map(({ on, fromId }) => [on, fromId])).toEqual([['2026-06-01', LEO]]);
	});

	test('looks back 12 months: a change on that very day is out', () => {
		const records = given(...four);
		expect(figure('M10-mean', records, '2026-11-09').value).toBe(3);
		expect(figure('M10-three', records, '2026-11-09').value).toBe(1);
		expect(figure('M10-mean', records, '2026-11-10').value).toBe(2);
		expect(figure('M10-three', records, '2026-11-10').value).toBe(0);
		expect(figure('M10-restructure', records)).toMatchObject({ numerator: 1, denominator: 2 });
		expect(whole(records).changes.byReason).toEqual({ ORGRST: 1, unknown: 1 });
	});

	test('follows the child through an earlier case that has closed', () => {
		const records = given(
			openCase('early', '2026-01-05', { childId: 'child', closedOn: '2026-05-01' }),
			lead('early', TOMAS, '2026-01-05', '2026-03-02'),
			lead('early', AISHA, '2026-03-02', '2026-05-01'),
			openCase('late', '2026-08-03', { childId: 'child' }),
			lead('late', LEO, '2026-08-03')
		);
		expect(figure('M10-mean', records)).toMatchObject({ numerator: 1, denominator: 1 });
	});
});

test('what is compared with other authorities keeps its own limits, whatever the policy says', () => {
	const policy = {
		...DEFAULT_POLICY,
		limits: { ...DEFAULT_POLICY.limits, span: 2, sessionMinutes: 30, note: { count: 50, unit: 'wd' } }
	} as const;
	const team = (size: number) =>
		Array.from({ length: size }, (_, place) => `worker-${place + 1}`).flatMap((id) => [
			person(id),
			posting(id, { supervisorId: OWEN, teamId: ORCHARD, from: '2026-09-01' })
		]);
	const figureOf = (id: string, ...changes: Change[]) => {
		const tallies = talliesByTeam(asAt('2026-10-31', given(...changes), { policies: [policy] }));
		return measureOf(id).figure([addedUp([...tallies.values()])]);
	};
	// Leo of the cast is one of Owen’s.
	expect(figureOf('M12-wide', ...team(7)).numerator).toBe(0);
	expect(figureOf('M12-wide', ...team(8)).numerator).toBe(1);
	const held = (minutes: number) =>
		supervision(TOMAS, '2026-10-12', { minutes, practitionerSignedOn: '2026-10-20' });
	expect(figureOf('M13-long', held(89))).toMatchObject({ numerator: 0, denominator: 1 });
	expect(figureOf('M13-long', held(90))).toMatchObject({ numerator: 1, denominator: 1 });
	expect(figureOf('M14-notes', held(90))).toMatchObject({ numerator: 0, denominator: 1 });
});

describe('a tally', () => {
	const records = given(
		...plan('amber', BEN),
		...plan('birch', LEO),
		openCase('cedar', '2026-10-05'),
		kind('cedar', 'assessment', '2026-10-05')
	);

	test('belongs to the team of the lead, and to no team without one', () => {
		const tallies = talliesByTeam(asAt(D, records));
		expect(tallies.get(HARBOUR)?.overseen.cases).toBe(1);
		expect(tallies.get(ORCHARD)?.overseen.cases).toBe(1);
		expect(tallies.get(null)?.overseen.cases).toBe(1);
	});

	test('of the teams together is that of the authority, in whatever order', () => {
		const tallies = [...talliesByTeam(asAt(D, records)).values()];
		const [one, other] = [addedUp(tallies), addedUp(tallies.toReversed())];
		for (const measure of MEASURES) expect(measure.figure([one])).toEqual(measure.figure([other]));
		expect(addedUp([addedUp(tallies.slice(0, 1)), addedUp(tallies.slice(1))])).toEqual(one);
	});

	test('survives being stored as JSON', () => {
		const tally = whole(records);
		expect(JSON.parse(JSON.stringify(tally))).toEqual(tally);
	});

	test('is not taken before the day from which the authority is observed', () => {
		const view = asAt('2026-10-31', records, { settings: { observedFrom: '2026-11-01' } });
		expect(talliesByTeam(view).size).toBe(0);
	});
});

describe('the windows of a restructure', () => {
	const begun = (
		from: CalendarDate,
		to: CalendarDate | null,
		on: CalendarDate,
		recordedOn: CalendarDate | null = null
	) => {
		const view = asAt(on, given(restructure(from, to, { recordedOn, endRecordedOn: recordedOn })));
		const [first] = restructuresBegun(view.authority.restructures, view.knowledge);
		return first
			? windowsOf(first, view.knowledge).map(({ phase, from, to, over }) => [phase, from, to, over])
			: null;
	};

	test('four months have six before and six after', () => {
		expect(begun('2025-12-01', '2026-04-01', '2026-11-20')).toEqual([
			['before', '2025-06-01', '2025-12-01', true],
			['during', '2025-12-01', '2026-04-01', true],
			['after', '2026-04-01', '2026-10-01', true]
		]);
	});

	test('nine months have nine before and after', () => {
		expect(begun('2025-01-01', '2025-10-01', '2026-11-20')).toEqual([
			['before', '2024-04-01', '2025-01-01', true],
			['during', '2025-01-01', '2025-10-01', true],
			['after', '2025-10-01', '2026-07-01', true]
		]);
	});

	test('a length that is no whole number of months is kept in days', () => {
		expect(begun('2025-01-01', '2025-08-13', '2026-11-20')).toEqual([
			['before', '2024-05-22', '2025-01-01', true],
			['during', '2025-01-01', '2025-08-13', true],
			['after', '2025-08-13', '2026-03-25', true]
		]);
	});

	test('an after that is not over reaches to the day itself, and says so', () => {
		expect(begun('2025-12-01', '2026-04-01', '2026-06-30')?.at(-1)).toEqual([
			'after',
			'2026-04-01',
			'2026-07-01',
			false
		]);
		expect(begun('2025-12-01', '2026-04-01', '2026-10-01')?.at(-1)?.[3]).toBe(true);
		expect(begun('2025-12-01', '2026-04-01', '2026-09-30')?.at(-1)?.[3]).toBe(false);
	});

	test('one under way has no after, even where its end is planned', () => {
		expect(begun('2026-08-03', '2027-02-01', '2026-11-20')).toEqual([
			['before', '2026-02-03', '2026-08-03', true],
			['during', '2026-08-03', '2026-11-21', false]
		]);
	});

	test('one that begins later, or was recorded later, is not known', () => {
		expect(begun('2026-12-01', null, '2026-11-20')).toBeNull();
		expect(begun('2026-10-01', null, '2026-11-20', '2026-11-21')).toBeNull();
	});

	test('the first day is in and the last is out', () => {
		const window = { phase: 'during', from: '2025-11-30', to: '2026-03-31', over: true } as const;
		expect(monthEndsBetween('2025-11-30', '2026-04-15').filter((day) => isWithin(window, day))).toEqual([
			'2025-11-30',
			'2025-12-31',
			'2026-01-31',
			'2026-02-28'
		]);
	});
});

describe('a change', () => {
	const share = (numerator: number, denominator: number) => ({
		value: denominator === 0 ? null : numerator / denominator,
		numerator,
		denominator
	});
	const verdict = (id: string, earlier: [number, number], later: [number, number]) =>
		changeBetween(measureOf(id), share(...earlier), share(...later))?.verdict;

	test('is clear only where its whole interval lies on one side of none, and good as the measure says', () => {
		expect(verdict('M01', [90, 100], [60, 100])).toBe('concern');
		expect(verdict('M01', [60, 100], [90, 100])).toBe('improvement');
		expect(verdict('M05', [60, 100], [90, 100])).toBe('concern');
		expect(verdict('M05', [90, 100], [60, 100])).toBe('improvement');
		expect(verdict('M01', [90, 100], [88, 100])).toBe('no_clear_change');
		expect(verdict('M01', [9, 10], [7, 10])).toBe('no_clear_change');
	});

	test('of a mean, or of a measure with no better direction, is not judged', () => {
		expect(verdict('M10-mean', [90, 100], [10, 100])).toBe('not_judged');
		expect(verdict('M10-restructure', [0, 100], [90, 100])).toBe('not_judged');
	});

	test('from or to nothing is no change', () => {
		expect(verdict('M01', [0, 0], [9, 10])).toBeUndefined();
	});

	test('goes to during while there is no after', () => {
		const some: Tally = { ...emptyTally(), supervised: { people: 10, onTime: 9 } };
		const none = { before: [some], during: [some], after: [] };
		expect(compared(measureOf('M01'), none)).toMatchObject({ changeTo: 'during', figures: { after: null } });
		expect(movedInWords(compared(measureOf('M01'), none))).toBe('90.0 % → 90.0 %, no clear change');
	});
});

describe('the words', () => {
	const day = (people: number, onTime: number, held: number): Tally => ({
		...emptyTally(),
		supervised: { people, onTime },
		overseen: { cases: 100, within: [90, 95, 99] },
		highStakes: { cases: 40, notSuitablyHeld: 0, heldWithoutOversight: held }
	});
	const teams = teamsKnown(asAt(D, given()));
	const months = monthEndsBetween('2025-06-01', '2026-10-31').map((on) => ({
		on,
		tallies: new Map([
			[HARBOUR, on < '2025-12-01' ? day(100, 91, 2) : day(100, 68, 11)],
			[ORCHARD, day(100, 90, 0)]
		]),
		sinceCorrected: null,
		hindsight: null
	}));
	const apart = teams.map((team) => ({
		...team,
		service: team.teamId === HARBOUR ? 'Family Help' : 'Corporate Parenting'
	}));
	const measured = (from: number): Measured => ({
		on: '2026-11-20',
		months: months.slice(from),
		now: months.at(-1)?.tallies ?? new Map(),
		countedAt: null,
		storedFrom: null,
		teams: apart,
		openTeamIds: new Set([HARBOUR, ORCHARD]),
		managed: new Map([[HARBOUR, 'in_post']]),
		restructures: []
	});
	const view = asAt(
		'2026-11-20',
		given(restructure('2025-12-01', '2026-04-01', { name: 'Family Help reorganisation' }))
	);
	const [begun] = view.authority.restructures;
	const overview = (scope: Scope, from = 0) =>
		overviewOf(measured(from), scope, begun ?? null, begun ? windowsOf(begun, view.knowledge) : []);

	test('the headline says what changed where, and where it did not', () => {
		expect(headlineOf(overview({ of: 'authority' }))).toBe(
			'Since the Family Help reorganisation began, cases held without oversight rose from 2 to 11 at an average month-end (now 11); supervision on time fell from 91 % to 68 % in Family Help, and did not clearly change in Corporate Parenting.'
		);
		expect(headlineOf(overview({ of: 'service', service: 'Corporate Parenting' }))).toBe(
			'Since the Family Help reorganisation began, cases held without oversight stayed at 0 at an average month-end (now 0); nothing else clearly changed.'
		);
		const named = (name: string) =>
			headlineOf({ ...overview({ of: 'authority' }), restructure: begun ? { ...begun, name } : null });
		expect(named('Harbour joins Orchard')).toMatch(/^Since “Harbour joins Orchard” began, /);
		expect(named('The spring moves')).toMatch(/^Since the spring moves began, /);
	});

	test('of many services the headline names only where the change was greatest', () => {
		const ids = ['north', 'south', 'east', 'west', 'centre'];
		const many = {
			...measured(0),
			teams: ids.flatMap((teamId) => teams.slice(0, 1).map((team) => ({ ...team, teamId, service: teamId }))),
			months: months.map((month) => ({
				...month,
				tallies: new Map(
					ids.map((id, place) => [id, day(100, month.on < '2025-12-01' ? 90 : 90 - place * 12, 0)] as const)
				)
			}))
		};
		expect(
			headlineOf(
				overviewOf(many, { of: 'authority' }, begun ?? null, begun ? windowsOf(begun, view.knowledge) : [])
			)
		).toMatch(
			/; supervision on time fell from 90 % to 66 %, clearly so in 4 of 5 services, most of all in centre, from 90 % to 42 %\.$/
		);
	});

	test('without months before, the headline compares nothing', () => {
		expect(headlineOf(overview({ of: 'authority' }, 6))).toBe(
			'Since the Family Help reorganisation began, 11 cases are now held without oversight.'
		);
	});

	test('without a restructure, it says how things stand', () => {
		expect(headlineOf(overviewOf(measured(0), { of: 'authority' }, null, []))).toBe(
			'On 20 Nov 2026, 11 cases are held without oversight and supervision is on time for 79 % of practitioners.'
		);
	});

	test('each chart says what it found in at most ten words', () => {
		for (const scope of [{ of: 'authority' }, { of: 'team', teamId: HARBOUR }] as const)
			for (const chart of [
				...overview(scope).charts,
				...overviewOf(measured(0), scope, null, []).charts,
				...overviewOf(measured(17), scope, null, []).charts
			])
				expect(findingOf(chart).replaceAll(' %', '%').split(' ').length).toBeLessThanOrEqual(10);
		expect(overview({ of: 'authority' }).charts.map((chart) => findingOf(chart))[0]).toBe(
			'Held without oversight rose from 2 to 11'
		);
	});

	test('the counts behind a figure are said with it', () => {
		const [first] = overview({ of: 'authority' }).comparison;
		expect(first && countsInWords(first.measure, first.figures.before)).toBe('1,086 of 1,200 practitioners');
	});

	test('the limits begin anew at the start and at the end of the restructure', () => {
		const chart = overview({ of: 'authority' }).charts[0];
		expect(chart?.stretches.map(({ phase, from, to }) => [phase, from, to])).toEqual([
			['before', 0, 6],
			['during', 6, 10],
			['after', 10, 17]
		]);
		expect(chart?.stretches.map(({ limits }) => limits?.centre)).toEqual([2, 11, 11]);
	});
});

describe('the manager of a team', () => {
	const managers = (...changes: Change[]) => Object.fromEntries(managedTeams(asAt(D, given(...changes))));

	test('is in post, away for more than 5 working days, or not there', () => {
		expect(managers()).toEqual({ [HARBOUR]: 'in_post', [ORCHARD]: 'in_post' });
		expect(managers(absence(MARYAM, '2026-11-02'))[HARBOUR]).toBe('away');
		expect(managers(absence(MARYAM, '2026-11-03'))[HARBOUR]).toBe('in_post');
		expect(managers(posting(MARYAM, { role: 'team_manager', to: '2026-11-10' }))[HARBOUR]).toBeUndefined();
	});

	test('a team that has closed is known and not open', () => {
		const records = given();
		records.teams = records.teams.map((team) =>
			team.teamId === ORCHARD ? { ...team, closedOn: '2026-11-10' } : team
		);
		const view = asAt(D, records);
		expect(
			teamsKnown(view)
				.filter((team) => isOpenTeam(team, view))
				.map(({ teamId }) => teamId)
		).toEqual([HARBOUR]);
	});
});

describe('what is known late, and is counted both as known then and with hindsight', () => {
	const late = (...changes: Change[]) => {
		const { authority } = asAt(D, given(...plan('c1', BEN), ...plan('c2', TOMAS), ...changes));
		const { files, people } = knownLate(authority, '2026-10-10');
		return {
			files: [...files].map(({ caseId }) => caseId),
			people: [...people].map(({ practitionerId }) => practitionerId)
		};
	};
	const away = (coverId: string): Change => absence(BEN, '2026-10-05', null, { coverId });
	const movedLate = posting(LEO, { from: '2026-10-12', recordedOn: '2026-10-20' });

	test('is nothing where all was recorded in time', () => {
		expect(late(away(LEO))).toEqual({ files: [], people: [] });
	});

	test('is the case of somebody away whose named cover was moved, and that was recorded late', () => {
		expect(late(movedLate).files).toEqual([]);
		expect(late(movedLate, away(AISHA)).files).toEqual([]);
		expect(late(movedLate, away(LEO)).files).toEqual(['c1']);
	});

	test('is the person themselves, and whoever supervised them', () => {
		expect(late(movedLate).people).toContain(LEO);
		expect(late(movedLate).people).toContain(MARYAM);
		expect(late(movedLate).people).not.toContain(BEN);
	});

	test('is the case that changed hands unrecorded, and both who held it; not who holds another', () => {
		const { files, people } = late(lead('c1', AISHA, '2026-10-12', null, { recordedOn: '2026-10-20' }));
		expect(files).toEqual(['c1']);
		expect(people).toEqual(expect.arrayContaining([BEN, AISHA]));
		expect(people).not.toContain(TOMAS);
	});
});
