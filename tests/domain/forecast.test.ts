import { describe, expect, test } from 'vitest';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import { addDays } from '#lib/domain/calendar.ts';
import { aheadOf, comingIn, recordedBy } from '#lib/domain/forecast.ts';
import { comingInWords, forecastInWords } from '#lib/domain/forecast-words.ts';
import { cellsOf } from '#lib/domain/heatmap-words.ts';
import { heatmapOf, membersByTeam } from '#lib/domain/heatmap.ts';
import { weekCell, WEEK_MEASURES } from '#lib/domain/weeks.ts';
import {
	absence,
	asAt,
	BEN,
	given,
	HARBOUR,
	kind,
	lead,
	openCase,
	ORCHARD,
	oversight,
	person,
	posting,
	reduction,
	supervision,
	MARYAM,
	TOMAS,
	trained,
	type Change
} from '../cast.ts';
import { authorityOf } from './oracle/comparison.ts';
import { organisationOf } from './oracle/organisations.ts';

/** A Friday. */
const TODAY = '2026-11-20';
const ORGANISATIONS = 30;

/** What is coming in Harbour about one person or about nobody: "2026-11-27 SUPERVISION_DUE words". */
function coming(about: string | null, ...changes: Change[]): string[] {
	const { authority } = asAt(TODAY, given(...changes));
	return comingIn(HARBOUR, aheadOf(authority, TODAY))
		.filter(({ practitionerId }) => practitionerId === about)
		.map((each) => `${each.on} ${each.code} ${comingInWords(each)}`);
}

const only = (code: string, said: string[]) => said.filter((each) => each.split(' ')[1] === code);

/** A case that somebody has led for long, overseen on a day. */
function held(
	caseId: string,
	by: string,
	overseenOn: string,
	is: Parameters<typeof kind>[1] = 'child_in_need'
) {
	return [
		openCase(caseId, '2026-01-05'),
		kind(caseId, is, '2026-01-05'),
		lead(caseId, by, '2026-01-05'),
		oversight(caseId, MARYAM, overseenOn)
	];
}

describe('oversight falls due', () => {
	test('on its due day, up to 28 days ahead, and not where it is overdue already', () => {
		const said = only('OVERSIGHT_DUE', [
			...coming(
				TOMAS,
				...held('today', TOMAS, addDays(TODAY, -42)),
				...held('soon', TOMAS, addDays(TODAY, -41)),
				...held('last', TOMAS, addDays(TODAY, -14)),
				...held('beyond', TOMAS, addDays(TODAY, -13)),
				...held('overdue', TOMAS, addDays(TODAY, -43))
			)
		]);
		expect(said.map((each) => each.slice(0, 57))).toEqual([
			'2026-11-20 OVERSIGHT_DUE Oversight of today is due by thi',
			'2026-11-21 OVERSIGHT_DUE Oversight of soon is due by this',
			'2026-12-18 OVERSIGHT_DUE Oversight of last is due by this'
		]);
	});

	test('earlier than today’s clock says where a course lapses before', () => {
		const lapsing = [
			trained(TOMAS, 'CP-FOUND', { completedOn: '2023-12-01' }),
			...held('wren', TOMAS, '2026-11-05', 'child_in_need')
		];
		const { authority } = asAt(TODAY, given(...lapsing));
		const others = { ...authority, people: new Map(authority.people) };
		const tomas = others.people.get(TOMAS);
		if (!tomas) throw new Error('Tomas is there');
		others.people.set(TOMAS, {
			...tomas,
			training: tomas.training.filter(({ completedOn }) => completedOn === '2023-12-01')
		});
		const due = comingIn(HARBOUR, aheadOf(others, TODAY)).filter(({ code }) => code === 'OVERSIGHT_DUE');
		// 42 days after 5 November, but 28 from 1 December on, when nobody suitable holds it.
		expect(due.map(({ on }) => on)).toEqual(['2026-12-03']);
	});

	test('is said of a case that nobody leads', () => {
		const said = coming(
			null,
			openCase('tern', '2026-01-05'),
			kind('tern', 'child_in_need', '2026-01-05'),
			lead('tern', TOMAS, '2026-01-05', '2026-11-19'),
			oversight('tern', MARYAM, '2026-11-02')
		);
		expect(said.map((each) => each.slice(0, 24))).toEqual(['2026-11-30 OVERSIGHT_DUE']);
	});
});

test('supervision falls due once, and says when one is booked', () => {
	const last = supervision(TOMAS, '2026-10-28');
	expect(only('SUPERVISION_DUE', coming(TOMAS, last))).toEqual([
		'2026-11-28 SUPERVISION_DUE Supervision is due by this day, and none is booked.'
	]);
	const booked = supervision(TOMAS, null, { plannedOn: '2026-11-26', minutes: null });
	expect(only('SUPERVISION_DUE', coming(TOMAS, last, booked))).toEqual([
		'2026-11-28 SUPERVISION_DUE Supervision is due by this day; one is booked for 26 Nov 2026.'
	]);
});

test('capacity that ends or comes back moves somebody over the line and within it', () => {
	const cases = Array.from({ length: 10 }, (_, place) =>
		held(`c${place}`, TOMAS, '2026-11-18', 'looked_after')
	).flat();
	const said = coming(
		TOMAS,
		...cases,
		reduction(TOMAS, 0.5, '2026-11-30', { to: '2026-12-14', recordedOn: '2026-11-02', reason: 'training' })
	);
	expect(only('REDUCED', said)).toEqual([
		'2026-11-30 REDUCED A reduction of 50 % of capacity (training) begins, until 14 Dec 2026.'
	]);
	expect(only('OVER_CAPACITY', said)).toEqual([
		'2026-11-30 OVER_CAPACITY Load is then 165 % of capacity: 70 of 42.5 points.'
	]);
	expect(only('RESTORED', said)).toEqual([
		'2026-12-14 RESTORED A reduction of 50 % of capacity (training) has ended.'
	]);
	expect(only('WITHIN_CAPACITY', said)).toHaveLength(1);
});

test('a stage of the early career that ends changes what somebody may hold', () => {
	const said = coming(
		BEN,
		person(BEN, { registeredOn: '2025-12-01', earlyCareerStartedOn: null }),
		...['CLA'].map((course) => trained(BEN, course)),
		...held('wren', BEN, '2026-11-18', 'looked_after')
	);
	expect(only('TIER', said)).toEqual([
		'2026-12-01 TIER From “in the first year” to “1 to 2 years registered”. Meets the bar from then for wren.'
	]);
});

test('starts, ends and leave that are recorded are known, each on its day', () => {
	const said = coming(
		TOMAS,
		posting(TOMAS, { to: '2026-12-10' }),
		absence(TOMAS, '2026-11-23', '2026-11-27', { recordedOn: '2026-11-10' })
	).map((each) => each.split(' ').slice(0, 2).join(' '));
	expect(said).toContain('2026-11-23 AWAY');
	expect(said).toContain('2026-11-27 BACK');
	expect(said).toContain('2026-12-10 GOES');
	const comes = coming(
		TOMAS,
		posting(TOMAS, { teamId: ORCHARD, to: '2026-12-01' }),
		posting(TOMAS, { from: '2026-12-01' })
	);
	expect(only('COMES', comes)).toHaveLength(1);
});

describe('a forecast knows what is recorded today and nothing more', () => {
	const before = held('wren', TOMAS, '2026-10-20');
	test.each([
		['oversight that is made later', oversight('wren', MARYAM, '2026-11-24')],
		['an absence that is recorded later', absence(TOMAS, '2026-11-24', null, { recordedOn: '2026-11-25' })],
		['a session that is held later', supervision(TOMAS, '2026-11-25')],
		['training that is completed later', trained(TOMAS, 'ABE', { completedOn: '2026-11-25' })]
	])('%s is not looked at', (_, later) => {
		expect(coming(TOMAS, ...before, later)).toEqual(coming(TOMAS, ...before));
	});

	test('and says the same of today as every other page, in generated organisations', () => {
		for (let seed = 1; seed <= ORGANISATIONS; seed++) {
			const organisation = organisationOf(seed);
			const authority = authorityOf(organisation);
			const [today = TODAY] = organisation.asAtDays;
			const [seen, told] = [viewOf(authority, today), viewOf(arrange(recordedBy(authority, today)), today)];
			const cells = (view: typeof seen) =>
				[...membersByTeam(view).keys()].sort().map((teamId) =>
					heatmapOf(teamId, view)
						.map((row) => [row.practitionerId, ...cellsOf(row, today).map(({ words }) => words)].join(' | '))
						.sort()
				);
			expect(cells(told)).toEqual(cells(seen));
		}
	});
});

test('a week shows what the heatmap of its day shows, in generated organisations', () => {
	const columns = { load: 0, supervision: 4, oversight: 5 } as const;
	for (let seed = 1; seed <= ORGANISATIONS; seed++) {
		const organisation = organisationOf(seed);
		const authority = authorityOf(organisation);
		for (const day of organisation.asAtDays) {
			const view = viewOf(authority, day);
			for (const [teamId, members] of membersByTeam(view))
				for (const [place, row] of heatmapOf(teamId, view).entries())
					for (const measure of WEEK_MEASURES) {
						const cell = weekCell(members[place] ?? null, { teamId, scope: null }, measure, view, []);
						const shown = cellsOf(row, day)[columns[measure]];
						expect(`${cell.text} ${cell.words} ${cell.level}`).toBe(
							`${shown?.text.replace(' %', '')} ${shown?.words} ${shown?.level}`
						);
					}
		}
	}
});

test('a quiet team is said to be quiet', () => {
	expect(forecastInWords([])).toBe(
		'In the next 4 weeks nothing falls due and nobody goes over capacity, by what is recorded today.'
	);
});
