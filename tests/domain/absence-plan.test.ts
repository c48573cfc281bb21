import { expect, test } from 'vitest';
import { absenceProblems, planAbsence, type AbsenceChange } from '#lib/domain/absence-plan.ts';
import type { Authority } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { assess } from '#lib/domain/flags.ts';
import type { Absence } from '#lib/domain/people.ts';
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
	OWEN,
	supervision,
	TOMAS,
	type Change
} from '../cast.ts';

/** A Friday. */
const TODAY: CalendarDate = '2026-11-20';

const plan = (id: string, who: string): Change[] => [
	openCase(id, '2026-03-02'),
	kind(id, 'child_protection', '2026-03-02'),
	lead(id, who, '2026-03-02')
];

const quiet = (id: string, who: string): Change[] => [
	openCase(id, '2026-03-02'),
	kind(id, 'short_breaks', '2026-03-02'),
	lead(id, who, '2026-03-02')
];

const authorityOf = (...changes: Change[]): Authority =>
	asAt(TODAY, given(...plan('ash', TOMAS), ...quiet('elm', TOMAS), ...changes)).authority;

const away = (practitionerId: string, from: CalendarDate, changed: Partial<Absence> = {}): Absence => ({
	practitionerId,
	from,
	to: null,
	reason: 'sickness',
	coverId: null,
	supervisionCoverId: null,
	recordedOn: TODAY,
	endRecordedOn: null,
	...changed
});

const added = (after: Absence): AbsenceChange => ({
	practitionerId: after.practitionerId,
	before: null,
	after,
	reduction: null
});

const those = {
	caseIds: ['ash', 'elm'],
	superviseeIds: [TOMAS, AISHA, BEN, GRACE]
};

const planOf = (change: AbsenceChange, authority = authorityOf(), today = TODAY) =>
	planAbsence(authority, change, today, those);

test('cases have nobody from the day after the fifth working day, high stakes marked', () => {
	const { uncovered } = planOf(added(away(TOMAS, '2026-11-23')));
	expect(
		uncovered.map(({ subject, from, until }) => [subject.reference, subject.highStakes, from, until])
	).toEqual([
		['ash', true, '2026-12-01', null],
		['elm', false, '2026-12-01', null]
	]);
});

test('a bank holiday puts the fifth working day off', () => {
	const { uncovered } = planOf(added(away(TOMAS, '2026-12-21')));
	expect(uncovered[0]?.from).toBe('2026-12-31');
});

test('an absence back on the sixth working day leaves no case without anybody', () => {
	expect(planOf(added(away(TOMAS, '2026-11-23', { to: '2026-12-01' }))).uncovered).toEqual([]);
	const longer = planOf(added(away(TOMAS, '2026-11-23', { to: '2026-12-02' })));
	expect(longer.uncovered[0]).toMatchObject({ from: '2026-12-01', until: '2026-12-02' });
});

test('an absence that began weeks ago tells from today', () => {
	const { uncovered, noCapacity, from } = planOf(added(away(TOMAS, '2026-10-26')));
	expect([from, uncovered[0]?.from, noCapacity]).toEqual([TODAY, TODAY, { from: TODAY, cases: 2 }]);
});

test('capacity is nothing, and supervision waits, from the day after the tenth working day', () => {
	const { noCapacity, supervisionPauses } = planOf(
		added(away(TOMAS, '2026-11-23')),
		authorityOf(supervision(TOMAS, '2026-11-12'))
	);
	expect(noCapacity).toEqual({ from: '2026-12-08', cases: 2 });
	expect(supervisionPauses).toEqual({ from: '2026-12-08', dueOn: '2026-12-12' });
	expect(planOf(added(away(TOMAS, '2026-11-23', { to: '2026-12-08' }))).noCapacity).toBeNull();
});

test('an absence that began after supervision fell due moves nothing', () => {
	const overdue = authorityOf(supervision(TOMAS, '2026-10-01'));
	expect(planOf(added(away(TOMAS, '2026-11-23')), overdue).supervisionPauses).toBeNull();
});

test('a cover who is here leaves nobody uncovered', () => {
	const { uncovered, coversMissing, belowBar } = planOf(added(away(TOMAS, '2026-11-23', { coverId: AISHA })));
	expect([uncovered, coversMissing, belowBar]).toEqual([[], [], []]);
});

test('a cover away later leaves the cases to nobody on those days', () => {
	const authority = authorityOf(absence(AISHA, '2026-12-07', '2026-12-14', { recordedOn: TODAY }));
	const { uncovered, coversMissing } = planOf(
		added(away(TOMAS, '2026-11-23', { coverId: AISHA })),
		authority
	);
	expect(uncovered.map(({ from, until }) => [from, until])).toEqual([
		['2026-12-07', '2026-12-14'],
		['2026-12-07', '2026-12-14']
	]);
	expect(coversMissing).toEqual([{ coverId: AISHA, why: 'ABSENT', from: '2026-12-07', until: '2026-12-14' }]);
});

test('somebody away who covers for another leaves those cases too', () => {
	const authority = authorityOf(absence(TOMAS, '2026-11-02', null, { coverId: AISHA }));
	const { uncovered } = planOf(added(away(AISHA, '2026-11-23')), authority);
	expect(uncovered.map(({ subject, from }) => [subject.reference, from])).toEqual([
		['ash', '2026-11-23'],
		['elm', '2026-11-23']
	]);
});

test('a cover below the bar is named with what is missing', () => {
	const { belowBar } = planOf(added(away(TOMAS, '2026-11-23', { coverId: BEN })));
	expect(
		belowBar.map(({ reference, tier, leastTier, missing }) => [reference, tier, leastTier, missing])
	).toEqual([['ash', 'E1', 'E3', ['S47']]]);
});

test('supervisees of a manager away have nobody, the newly qualified most of all, unless somebody covers', () => {
	const { alone } = planOf(added(away(MARYAM, '2026-11-23')));
	expect(alone.map(({ subject, from, severity }) => [subject.practitionerId, from, severity])).toEqual([
		[TOMAS, '2026-12-01', 'high'],
		[AISHA, '2026-12-01', 'high'],
		[BEN, '2026-12-01', 'critical'],
		[GRACE, '2026-12-01', 'high']
	]);
	expect(planOf(added(away(MARYAM, '2026-11-23', { coverId: OWEN }))).alone).toEqual([]);
	const supervised = away(MARYAM, '2026-11-23', { supervisionCoverId: OWEN });
	expect(planOf(added(supervised)).alone).toEqual([]);
});

test('whoever covers supervision and is supervised by the person away is said to have nobody themselves', () => {
	const covered = (supervisionCoverId: string | null, coverId: string | null = null) =>
		planAbsence(authorityOf(), added(away(MARYAM, '2026-11-23', { supervisionCoverId, coverId })), TODAY, {
			caseIds: [],
			superviseeIds: [BEN, GRACE]
		}).supervisesThemselves;
	expect(covered(GRACE)).toBe(GRACE);
	expect(covered(null, GRACE)).toBe(GRACE);
	expect(covered(OWEN, GRACE)).toBeNull();
	expect(covered(null)).toBeNull();
});

test('a return clears what the absence raised, from the day of the return', () => {
	const begun = absence(TOMAS, '2026-11-02');
	const authority = authorityOf(begun);
	const before = authority.people.get(TOMAS)?.absences[0] ?? null;
	const after = before && { ...before, to: '2026-11-25', endRecordedOn: TODAY };
	const reduction = {
		practitionerId: TOMAS,
		share: 0.5,
		reason: 'phased return',
		from: '2026-11-25',
		to: '2026-12-09',
		recordedOn: TODAY,
		endRecordedOn: TODAY
	};
	const { uncovered, noCapacity, reduced, days } = planOf(
		{ practitionerId: TOMAS, before, after, reduction },
		authority
	);
	expect(uncovered[0]).toMatchObject({ from: TODAY, until: '2026-11-25' });
	expect(noCapacity?.from).toBe(TODAY);
	expect(reduced).toEqual({ from: '2026-11-25', until: '2026-12-09', share: 0.5 });
	const back = days.find(({ on }) => on === '2026-11-25');
	expect(back?.cleared.map(({ code, reference }) => [code, reference])).toEqual(
		expect.arrayContaining([
			['HOLDER_ABSENT', 'ash'],
			['HOLDER_ABSENT', 'elm']
		])
	);
});

test('what the plan says of a day is what the rules find on that day in the same facts as imported', () => {
	const change = added(away(TOMAS, '2026-11-23'));
	const { days } = planOf(change);
	expect(days.map(({ on }) => on)).toEqual([TODAY, '2026-11-23', '2026-12-01', '2026-12-08']);
	const imported = absence(TOMAS, '2026-11-23', null, { recordedOn: TODAY });
	const keysOn = (on: CalendarDate, ...more: Change[]) =>
		assess(asAt(on, given(...plan('ash', TOMAS), ...quiet('elm', TOMAS), ...more)))
			.filter(({ subject }) => subject.kind === 'case' || subject.kind === 'practitioner')
			.map(({ code, subject }) => `${code} ${subject.reference}`);
	for (const { on, raised, cleared } of days) {
		const without = new Set(keysOn(on));
		const withIt = new Set(keysOn(on, imported));
		const keys = (flags: typeof raised) => flags.map(({ code, reference }) => `${code} ${reference}`).sort();
		expect([on, keys(raised)]).toEqual([on, [...withIt].filter((key) => !without.has(key)).sort()]);
		expect([on, keys(cleared)]).toEqual([on, [...without].filter((key) => !withIt.has(key)).sort()]);
	}
});

test('what cannot be is a problem of its own, and a plain absence is none', () => {
	const why = (after: Absence, ...changes: Change[]) =>
		absenceProblems(authorityOf(...changes), { before: null, after }, TODAY).map(
			(problem) => `${problem.field} ${problem.why}`
		);
	expect(why(away(TOMAS, '2026-11-23', { to: '2026-12-01', coverId: AISHA }))).toEqual([]);
	expect(why(away(TOMAS, '2026-11-23', { to: '2026-11-23' }))).toEqual(['to ENDS_BEFORE_START']);
	expect(why(away(TOMAS, '2036-11-23'))).toEqual(['from YEARS_OFF']);
	expect(why(away(TOMAS, '2026-11-23', { to: '2226-12-01' }))).toEqual(['to YEARS_OFF']);
	expect(why(away(TOMAS, '2026-11-23', { coverId: TOMAS }))).toEqual(['cover ONESELF']);
	const aishaAway = absence(AISHA, '2026-11-16', null, { recordedOn: TODAY });
	expect(why(away(TOMAS, '2026-11-23', { coverId: AISHA }), aishaAway)).toEqual(['cover ABSENT']);
	const sick = absence(TOMAS, '2026-11-02', '2026-11-24');
	expect(why(away(TOMAS, '2026-11-23'), sick)).toEqual(['from OVERLAPS']);
	expect(why(away(TOMAS, '2026-11-24'), sick)).toEqual([]);
	expect(why(away('ruth', '2017-01-02'))).toEqual(['from YEARS_OFF']);
});
