import { expect, test } from 'vitest';
import { personOf, type View } from '#lib/domain/authority.ts';
import { addDays } from '#lib/domain/calendar.ts';
import { heatmapOf } from '#lib/domain/heatmap.ts';
import { isCurrent } from '#lib/domain/people.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import {
	casesAffected,
	courseStanding,
	coursesShown,
	gapsRanked,
	isGap,
	requiredCurrent,
	toBook,
	trainingRow,
	usualExpiry,
	type TrainingRow
} from '#lib/domain/training.ts';
import {
	AISHA,
	asAt,
	BEN,
	coWorker,
	given,
	GRACE,
	HARBOUR,
	kind,
	lead,
	MARYAM,
	openCase,
	TOMAS,
	trained,
	type Change
} from '../cast.ts';

const TODAY = '2026-11-20';

function standing(day: string, course: string, ...changes: Change[]) {
	const view = asAt(day, given(...changes));
	return courseStanding(personIn(view, GRACE), course, day, view.knowledge);
}

function personIn(view: View, id: string) {
	const person = personOf(view, id);
	if (!person) throw new Error(`nobody is called ${id}`);
	return person;
}

function rowOf(view: View, id: string): TrainingRow {
	return trainingRow(personIn(view, id), coursesShown(view.authority.people.values(), view), view);
}

const heldBy = (id: string, caseId: string, is: Parameters<typeof kind>[1]) => [
	openCase(caseId, '2026-09-01'),
	kind(caseId, is, '2026-09-01'),
	lead(caseId, id, '2026-09-01')
];

test('a course lapses on the day 36 months after it was done, and is current on the day before', () => {
	const done = trained(GRACE, 'S47', { completedOn: '2023-11-21' });
	expect(standing('2026-11-20', 'S47', done)).toEqual({ state: 'lapsing', lapsesOn: '2026-11-21' });
	expect(standing('2026-11-21', 'S47', done)).toEqual({ state: 'lapsed', lapsesOn: '2026-11-21' });
});

test('a course done on a leap day lapses on the last of February', () => {
	const done = trained(GRACE, 'S47', { completedOn: '2024-02-29' });
	expect(standing('2027-02-27', 'S47', done).state).toBe('lapsing');
	expect(standing('2027-02-28', 'S47', done)).toEqual({ state: 'lapsed', lapsesOn: '2027-02-28' });
});

test('a course is lapsing from the 90th day before it lapses, and not on the 91st', () => {
	const lapsesOn = '2026-11-30';
	const done = trained(GRACE, 'PLO', { expiresOn: lapsesOn });
	expect(standing(addDays(lapsesOn, -91), 'PLO', done).state).toBe('current');
	expect(standing(addDays(lapsesOn, -90), 'PLO', done).state).toBe('lapsing');
	expect(standing(addDays(lapsesOn, -1), 'PLO', done).state).toBe('lapsing');
	expect(standing(lapsesOn, 'PLO', done).state).toBe('lapsed');
});

test('an expiry that was given stands, shorter or longer than the 36 months', () => {
	const shorter = trained(GRACE, 'S47', { completedOn: '2026-01-05', expiresOn: '2026-11-20' });
	const longer = trained(GRACE, 'S47', { completedOn: '2020-01-05', expiresOn: '2030-01-05' });
	expect(standing(TODAY, 'S47', shorter).state).toBe('lapsed');
	expect(standing(TODAY, 'S47', longer).state).toBe('current');
});

test('of several completions the one that lapses last counts, and one for good outlasts all', () => {
	const old = trained(GRACE, 'PLO', { completedOn: '2018-05-01', expiresOn: '2026-01-01' });
	const soon = trained(GRACE, 'PLO', { completedOn: '2019-05-01', expiresOn: '2026-12-01' });
	expect(standing(TODAY, 'PLO', old, soon)).toEqual({ state: 'lapsing', lapsesOn: '2026-12-01' });
	const forGood = trained(GRACE, 'PLO', { completedOn: '2017-05-01' });
	expect(standing(TODAY, 'PLO', old, soon, forGood)).toEqual({ state: 'current', lapsesOn: null });
});

test('a completion counts from the day it is known, and not before it happened', () => {
	const later = trained(GRACE, 'PLO', { completedOn: '2026-10-01', recordedOn: TODAY });
	expect(standing('2026-11-19', 'PLO', later).state).toBe('never');
	expect(standing(TODAY, 'PLO', later).state).toBe('current');
	const ahead = trained(GRACE, 'PLO', { completedOn: '2026-11-21' });
	expect(standing(TODAY, 'PLO', ahead).state).toBe('never');
});

test('the standing says current exactly on the days on which the rules do', () => {
	const view = (day: string) =>
		asAt(
			day,
			given(
				trained(GRACE, 'S47', { completedOn: '2023-03-31' }),
				trained(GRACE, 'S47', {
					completedOn: '2026-06-01',
					expiresOn: '2026-08-01',
					recordedOn: '2026-06-10'
				})
			)
		);
	for (let day = '2026-03-25'; day <= '2026-08-05'; day = addDays(day, 1)) {
		const seen = view(day);
		const { state } = courseStanding(personIn(seen, GRACE), 'S47', day, seen.knowledge);
		const current = isCurrent(personIn(seen, GRACE), 'S47', day, seen.knowledge);
		expect([day, state === 'current' || state === 'lapsing']).toEqual([day, current]);
	}
});

test('a course is needed for the open cases somebody leads, and for no case they only help with', () => {
	const view = asAt(
		TODAY,
		given(
			...heldBy(BEN, 'C-1', 'child_protection'),
			...heldBy(TOMAS, 'C-2', 'care_proceedings'),
			coWorker('C-2', BEN, '2026-09-01')
		)
	);
	const needed = rowOf(view, BEN).courses.filter(({ need }) => need !== null);
	expect(needed.map((each) => [each.course, isGap(each)])).toEqual([
		['CP-FOUND', false],
		['S47', true]
	]);
});

test('gaps are ranked by the children they affect, then by high stakes', () => {
	const view = asAt(
		TODAY,
		given(
			...heldBy(BEN, 'C-1', 'child_protection'),
			...heldBy(GRACE, 'C-2', 'child_in_need'),
			...heldBy(GRACE, 'C-3', 'child_in_need'),
			...heldBy(GRACE, 'C-4', 'looked_after')
		)
	);
	const rows = [BEN, GRACE].map((id) => rowOf(view, id));
	expect(
		gapsRanked(rows).map(({ practitionerId, course, need }) => [practitionerId, course, need.cases.length])
	).toEqual([
		[GRACE, 'CP-FOUND', 2],
		[BEN, 'S47', 1],
		[GRACE, 'CLA', 1]
	]);
	expect(
		casesAffected(rows)
			.map(({ reference }) => reference)
			.sort()
	).toEqual(['C-1', 'C-2', 'C-3', 'C-4']);
	expect(requiredCurrent(rows)).toEqual({ current: 1, required: 4 });
	expect(requiredCurrent(rows, 'S47')).toEqual({ current: 0, required: 1 });
});

test('the cases with a gap are those that the heatmap counts', () => {
	const view = asAt(
		TODAY,
		given(
			...heldBy(BEN, 'C-1', 'child_protection'),
			...heldBy(BEN, 'C-2', 'looked_after'),
			...heldBy(AISHA, 'C-3', 'section_47'),
			...heldBy(GRACE, 'C-4', 'assessment'),
			openCase('C-5', '2026-09-01', { closedOn: '2026-10-01' }),
			lead('C-5', GRACE, '2026-09-01')
		)
	);
	for (const row of heatmapOf(HARBOUR, view)) {
		const affected = casesAffected([rowOf(view, row.practitionerId)]);
		expect(affected.map(({ caseId }) => caseId).sort()).toEqual(
			row.trainingGaps.map(({ caseId }) => caseId).sort()
		);
	}
});

test('whoever supervises needs the course for it, though no case requires it', () => {
	const view = asAt(TODAY, given(trained(MARYAM, 'SUPV', { completedOn: '2026-01-05' })));
	const { need } = rowOf(view, MARYAM).courses.find(({ course }) => course === 'SUPV') ?? {};
	expect(need).toEqual({ cases: [], highStakes: 0, supervisees: 4 });
	expect(rowOf(view, TOMAS).courses.find(({ course }) => course === 'SUPV')?.need).toBeNull();
});

test('what to book begins with gaps, and goes on with what lapses soonest', () => {
	const view = asAt(
		TODAY,
		given(
			...heldBy(GRACE, 'C-1', 'child_protection'),
			...heldBy(GRACE, 'C-2', 'child_in_need'),
			trained(GRACE, 'S47', { completedOn: '2023-12-01' }),
			trained(GRACE, 'ABE', { expiresOn: '2026-11-25' }),
			trained(GRACE, 'PLO', { expiresOn: '2030-01-01' })
		)
	);
	expect(toBook(rowOf(view, GRACE)).map(({ course }) => course)).toEqual(['CP-FOUND', 'ABE', 'S47']);
});

test('a course of the authority’s own is shown after those of the policy, and its validity is its own', () => {
	const courses = {
		...DEFAULT_POLICY.courses,
		MOTIV: { name: 'Motivational interviewing', validMonths: 12 }
	};
	const view = asAt(
		TODAY,
		given(trained(GRACE, 'LOCAL-1'), trained(GRACE, 'MOTIV', { completedOn: '2025-11-20' })),
		{
			policies: [{ ...DEFAULT_POLICY, courses }]
		}
	);
	expect(coursesShown(view.authority.people.values(), view).slice(-2)).toEqual(['MOTIV', 'LOCAL-1']);
	expect(courseStanding(personIn(view, GRACE), 'MOTIV', TODAY, view.knowledge).state).toBe('lapsed');
	expect(usualExpiry('MOTIV', '2025-11-20', courses)).toBe('2026-11-20');
	expect(usualExpiry('LOCAL-1', '2025-11-20', courses)).toBeNull();
});
