import { describe, expect, test } from 'vitest';
import type { View } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { clockOn, demandsOf, oversightEvents, standingOn, type Clock } from '#lib/domain/oversight.ts';
import { DEFAULT_POLICY } from '#lib/domain/policy.ts';
import {
	absence,
	AISHA,
	asAt,
	BEN,
	coWorker,
	discussed,
	given,
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
	RUTH,
	supervision,
	TOMAS,
	type Change
} from '../cast.ts';

const ROBIN = 'robin';

/** Robin's child protection plan, opened on Monday 5 October 2026. */
const PLAN = [openCase(ROBIN, '2026-10-05'), kind(ROBIN, 'child_protection', '2026-10-05')];
const WITH_TOMAS = [...PLAN, lead(ROBIN, TOMAS, '2026-10-05')];

function clock(
	day: CalendarDate,
	changes: readonly Change[],
	seen: Parameters<typeof asAt>[2] = {}
): Clock | null {
	const view = asAt(day, given(...changes), seen);
	return clockIn(view, day);
}

function clockIn(view: View, day: CalendarDate): Clock | null {
	const file = view.authority.cases.find(({ caseId }) => caseId === ROBIN);
	if (!file) throw new Error('no such case');
	return clockOn(file, day, view);
}

const dueOn = (...of: Parameters<typeof clock>) => clock(...of)?.dueOn;

function standing(day: CalendarDate, changes: readonly Change[]) {
	const found = clock(day, changes);
	return found && standingOn(found, day);
}

/** Why each thing said to be oversight of Robin's case does not count; null where it does. */
function whyNot(day: CalendarDate, ...changes: Change[]) {
	const view = asAt(day, given(...WITH_TOMAS, ...changes));
	const file = view.authority.cases.find(({ caseId }) => caseId === ROBIN);
	if (!file) throw new Error('no such case');
	return oversightEvents(file, view).map(({ notCounting }) => notCounting);
}

test('what a case asks of its lead is said in one order, whatever the order of its kinds on file', () => {
	const kinds = [
		{ kind: 'pre_proceedings', since: '2026-10-01' },
		{ kind: 'section_47', since: '2026-10-01' }
	] as const;
	const asked = (of: readonly (typeof kinds)[number][]) => demandsOf(of, DEFAULT_POLICY).training;
	expect(asked(kinds)).toEqual(['CP-FOUND', 'S47', 'PLO']);
	expect(asked(kinds.toReversed())).toEqual(['CP-FOUND', 'S47', 'PLO']);
});

describe('an oversight entry counts', () => {
	test('with a decision and a rationale, by a manager who does not lead the case', () => {
		expect(whyNot('2026-10-06', oversight(ROBIN, MARYAM, '2026-10-06'))).toEqual([null]);
		expect(whyNot('2026-10-06', oversight(ROBIN, RUTH, '2026-10-06'))).toEqual([null]);
	});

	test('not where the decision or the rationale is blank', () => {
		const day = '2026-10-06';
		expect(whyNot(day, oversight(ROBIN, MARYAM, day, { decision: '  ' }))).toEqual(['NO_DECISION']);
		expect(whyNot(day, oversight(ROBIN, MARYAM, day, { rationale: null }))).toEqual(['NO_RATIONALE']);
	});

	test('not by a colleague, however experienced', () => {
		expect(whyNot('2026-10-06', oversight(ROBIN, AISHA, '2026-10-06'))).toEqual(['NOT_MANAGING_PRACTICE']);
	});

	test('not by a manager whose registration is not recorded', () => {
		const unregistered = person(MARYAM, { sweNumber: null });
		expect(whyNot('2026-10-06', unregistered, oversight(ROBIN, MARYAM, '2026-10-06'))).toEqual([
			'NOT_MANAGING_PRACTICE'
		]);
	});

	test('by somebody acting up, on the days they do and no others', () => {
		const actingUp = [
			posting(AISHA, { to: '2026-10-12' }),
			posting(AISHA, { role: 'team_manager', from: '2026-10-12', to: '2026-10-19' }),
			posting(AISHA, { from: '2026-10-19' }),
			...['2026-10-11', '2026-10-12', '2026-10-18', '2026-10-19'].map((day) => oversight(ROBIN, AISHA, day))
		];
		expect(whyNot('2026-10-19', ...actingUp)).toEqual([
			'NOT_MANAGING_PRACTICE',
			null,
			null,
			'NOT_MANAGING_PRACTICE'
		]);
	});

	test('not by the manager who leads the case, nor on the day they hand it on', () => {
		const own = [
			...PLAN,
			lead(ROBIN, MARYAM, '2026-10-05', '2026-10-12'),
			lead(ROBIN, TOMAS, '2026-10-12'),
			...['2026-10-11', '2026-10-12', '2026-10-13'].map((day) => oversight(ROBIN, MARYAM, day))
		];
		const view = asAt('2026-10-20', given(...own));
		const [file] = view.authority.cases;
		const reasons = file ? oversightEvents(file, view).map(({ notCounting }) => notCounting) : [];
		expect(reasons).toEqual(['BY_THE_LEAD', 'BY_THE_LEAD', null]);
	});
});

describe('a case discussion counts', () => {
	const session = supervision(TOMAS, '2026-10-06');
	const discussion = discussed(`${TOMAS}-2026-10-06`, ROBIN);

	test('with a decision, between the lead and their manager, once signed', () => {
		expect(whyNot('2026-10-06', session, discussion)).toEqual([null]);
	});

	test('from the day of the signature, for the day of the session', () => {
		const signedLate = supervision(TOMAS, '2026-10-06', { supervisorSignedOn: '2026-10-20' });
		expect(whyNot('2026-10-19', signedLate, discussion)).toEqual(['NOT_SIGNED_BY_SUPERVISOR']);
		expect(whyNot('2026-10-20', signedLate, discussion)).toEqual([null]);
		expect(dueOn('2026-10-19', [...WITH_TOMAS, signedLate, discussion])).toBe('2026-10-06');
		expect(dueOn('2026-10-20', [...WITH_TOMAS, signedLate, discussion])).toBe('2026-11-03');
	});

	test('from the day its session was written down, where that is later than the day it was held', () => {
		const writtenLate = supervision(TOMAS, '2026-10-06', { recordedOn: '2026-10-15' });
		const written = [...WITH_TOMAS, writtenLate, discussion];
		expect(whyNot('2026-10-14', writtenLate, discussion)).toEqual([]);
		expect(whyNot('2026-10-15', writtenLate, discussion)).toEqual([null]);
		expect([dueOn('2026-10-14', written), dueOn('2026-10-15', written)]).toEqual([
			'2026-10-06',
			'2026-11-03'
		]);
		expect(dueOn('2026-10-14', written, { hindsight: true })).toBe('2026-11-03');
	});

	test('not without a decision, and not in a session that was cancelled', () => {
		const undecided = discussed(`${TOMAS}-2026-10-06`, ROBIN, { decision: '' });
		expect(whyNot('2026-10-06', session, undecided)).toEqual(['NO_DECISION']);
		const cancelled = supervision(TOMAS, null, { sessionId: `${TOMAS}-2026-10-06`, cancelled: true });
		expect(whyNot('2026-10-06', cancelled, discussion)).toEqual([]);
	});

	test('not with somebody who does not lead the case', () => {
		const withAisha = [supervision(AISHA, '2026-10-06'), discussed(`${AISHA}-2026-10-06`, ROBIN)];
		expect(whyNot('2026-10-06', ...withAisha)).toEqual(['NOT_WITH_THE_LEAD']);
	});

	test('with the lead of the day before, on the day their allocation ends', () => {
		const handedOn = [
			...PLAN,
			lead(ROBIN, AISHA, '2026-10-05', '2026-10-12'),
			lead(ROBIN, TOMAS, '2026-10-12')
		];
		const onTheDay = [supervision(AISHA, '2026-10-12'), discussed(`${AISHA}-2026-10-12`, ROBIN)];
		const theDayAfter = [supervision(AISHA, '2026-10-13'), discussed(`${AISHA}-2026-10-13`, ROBIN)];
		expect(dueOn('2026-10-13', [...handedOn, ...onTheDay])).toBe('2026-11-09');
		expect(dueOn('2026-10-13', [...handedOn, ...theDayAfter])).toBe('2026-10-06');
	});
});

describe('the first oversight', () => {
	test('of a child protection plan is due one working day after the clock starts', () => {
		expect(dueOn('2026-10-05', WITH_TOMAS)).toBe('2026-10-06');
		expect(standing('2026-10-05', WITH_TOMAS)).toBe('due');
		expect(standing('2026-10-06', WITH_TOMAS)).toBe('due');
		expect(standing('2026-10-07', WITH_TOMAS)).toBe('overdue');
	});

	test('waits over Easter', () => {
		const atEaster = [
			openCase(ROBIN, '2026-04-02'),
			kind(ROBIN, 'child_protection', '2026-04-02'),
			lead(ROBIN, TOMAS, '2026-04-02')
		];
		expect(standing('2026-04-07', atEaster)).toBe('due');
		expect(standing('2026-04-08', atEaster)).toBe('overdue');
	});

	test('is met by an allocation decision of the five working days before, counted as made on the start', () => {
		const decided = (day: CalendarDate) => [
			openCase(ROBIN, '2026-10-12'),
			kind(ROBIN, 'child_protection', '2026-10-12'),
			lead(ROBIN, TOMAS, '2026-10-12'),
			oversight(ROBIN, MARYAM, day, { kind: 'allocation' })
		];
		expect(dueOn('2026-10-12', decided('2026-10-05'))).toBe('2026-11-09');
		expect(dueOn('2026-10-12', decided('2026-10-02'))).toBe('2026-10-13');
	});

	test('is not met by an ordinary decision made before the clock started', () => {
		const before = [...WITH_TOMAS, oversight(ROBIN, MARYAM, '2026-10-02')];
		expect(dueOn('2026-10-05', before)).toBe('2026-10-06');
	});

	test('of a case whose kind is not known is due as for an assessment', () => {
		const unknown = [openCase(ROBIN, '2026-10-05'), lead(ROBIN, TOMAS, '2026-10-07')];
		const found = clock('2026-10-07', unknown);
		expect(found).toMatchObject({ startedOn: '2026-10-07', dueOn: '2026-10-06', carriedFrom: '2026-10-06' });
	});
});

describe('the next oversight', () => {
	const seen = oversight(ROBIN, MARYAM, '2026-10-06');

	test('is due 28 days later where the plan is suitably held, and stands as due in the last 6 of them', () => {
		const changes = [...WITH_TOMAS, seen];
		expect(dueOn('2026-10-20', changes)).toBe('2026-11-03');
		expect(standing('2026-10-28', changes)).toBe('on_track');
		expect(standing('2026-10-29', changes)).toBe('due');
		expect(standing('2026-11-03', changes)).toBe('due');
		expect(standing('2026-11-04', changes)).toBe('overdue');
	});

	test('is due 14 days later where it is not', () => {
		expect(dueOn('2026-10-07', [...PLAN, lead(ROBIN, BEN, '2026-10-05'), seen])).toBe('2026-10-20');
	});

	test('is due 28 days later again where a suitable colleague works it jointly, in post and here', () => {
		const jointly = [...PLAN, lead(ROBIN, BEN, '2026-10-05'), coWorker(ROBIN, AISHA, '2026-10-05'), seen];
		expect(dueOn('2026-10-19', jointly)).toBe('2026-11-03');
		const away = absence(AISHA, '2026-10-12');
		expect(dueOn('2026-10-19', [...jointly, away])).toBe('2026-11-03');
		expect(dueOn('2026-10-20', [...jointly, away])).toBe('2026-10-20');
		expect(dueOn('2026-10-19', [...jointly, posting(AISHA, { to: '2026-10-12' })])).toBe('2026-10-20');
	});

	test('keeps to the strictest of several kinds: a section 47 enquiry inside the plan', () => {
		const enquiry = [
			...WITH_TOMAS,
			kind(ROBIN, 'section_47', '2026-12-21'),
			oversight(ROBIN, MARYAM, '2026-12-24')
		];
		expect(dueOn('2026-12-24', enquiry)).toBe('2027-01-05');
	});

	test('stands as due once either of two limits that fall on the same day says so', () => {
		const plan = kind(ROBIN, 'child_protection', '2026-10-05');
		const assessment = kind(ROBIN, 'assessment', '2026-10-05');
		for (const kinds of [
			[plan, assessment],
			[assessment, plan]
		]) {
			const halved = [openCase(ROBIN, '2026-10-05'), ...kinds, lead(ROBIN, TOMAS, '2026-10-05')];
			const changes = [...halved, restructure('2026-10-05', null), seen];
			expect(dueOn('2026-10-07', changes)).toBe('2026-10-20');
			expect(standing('2026-10-16', changes)).toBe('on_track');
			expect(standing('2026-10-17', changes)).toBe('due');
		}
	});

	test('falls back to the longer interval on the day the strictest kind ends', () => {
		const ended = [
			...WITH_TOMAS,
			kind(ROBIN, 'section_47', '2026-10-05', '2026-10-14'),
			oversight(ROBIN, MARYAM, '2026-10-06')
		];
		expect(dueOn('2026-10-13', ended)).toBe('2026-10-13');
		expect(dueOn('2026-10-14', ended)).toBe('2026-11-03');
	});

	test('does not start again because the same plan was entered in two rows that touch', () => {
		const touching = [
			openCase(ROBIN, '2026-10-05'),
			kind(ROBIN, 'child_protection', '2026-10-05', '2026-10-19'),
			kind(ROBIN, 'child_protection', '2026-10-19'),
			lead(ROBIN, TOMAS, '2026-10-05', '2026-10-12'),
			lead(ROBIN, TOMAS, '2026-10-12'),
			seen
		];
		expect(clock('2026-10-20', touching)).toMatchObject({ startedOn: '2026-10-05', dueOn: '2026-11-03' });
	});
});

describe('handing a case on never buys time', () => {
	const seen = oversight(ROBIN, MARYAM, '2026-10-06');
	const handedOn = (day: CalendarDate) => [
		...PLAN,
		lead(ROBIN, TOMAS, '2026-10-05', day),
		lead(ROBIN, AISHA, day),
		seen
	];

	test('a new lead needs oversight of their own within a working day', () => {
		expect(clock('2026-10-12', handedOn('2026-10-12'))).toMatchObject({
			startedOn: '2026-10-12',
			carriedFrom: null,
			dueOn: '2026-10-13'
		});
	});

	test('a case already overdue stays overdue from the same day', () => {
		expect(clock('2026-11-05', handedOn('2026-11-05'))).toMatchObject({
			startedOn: '2026-11-05',
			carriedFrom: '2026-11-03',
			dueOn: '2026-11-03'
		});
	});

	test('nor does handing it on again and again', () => {
		const passedRound = [
			...PLAN,
			lead(ROBIN, TOMAS, '2026-10-05', '2026-10-07'),
			lead(ROBIN, AISHA, '2026-10-07', '2026-10-08'),
			lead(ROBIN, LEO, '2026-10-08', '2026-10-09'),
			lead(ROBIN, TOMAS, '2026-10-09')
		];
		expect(dueOn('2026-10-09', passedRound)).toBe('2026-10-06');
	});

	test('nor does raising the stakes of the case', () => {
		const raised = [
			openCase(ROBIN, '2026-10-05'),
			kind(ROBIN, 'assessment', '2026-10-05'),
			kind(ROBIN, 'section_47', '2026-10-08'),
			lead(ROBIN, TOMAS, '2026-10-05')
		];
		expect(clock('2026-10-08', raised)).toMatchObject({ startedOn: '2026-10-08', dueOn: '2026-10-06' });
	});

	test('a reopened case starts afresh: its due date is its own', () => {
		const closed = openCase('robin-before', '2026-08-03', { childId: ROBIN, closedOn: '2026-10-05' });
		const reopened = openCase(ROBIN, '2026-10-05', { childId: ROBIN });
		expect(dueOn('2026-10-05', [closed, reopened, lead(ROBIN, TOMAS, '2026-10-05')])).toBe('2026-10-06');
	});
});

describe('the restructure guard', () => {
	const seen = oversight(ROBIN, MARYAM, '2026-10-06');
	const guardedOn = (day: CalendarDate, ...changes: Change[]) =>
		dueOn(day, [...WITH_TOMAS, seen, ...changes]);

	test('halves the interval while a restructure covers the team of the lead', () => {
		const merger = restructure('2026-10-12', '2026-10-26');
		expect(guardedOn('2026-10-11', merger)).toBe('2026-11-03');
		expect(guardedOn('2026-10-12', merger)).toBe('2026-10-20');
		expect(guardedOn('2026-10-25', merger)).toBe('2026-10-20');
		expect(guardedOn('2026-10-26', merger)).toBe('2026-11-03');
	});

	test('rounds up in working days', () => {
		const enquiry = [kind(ROBIN, 'section_47', '2026-10-05'), restructure('2026-10-05', null)];
		expect(guardedOn('2026-10-06', ...enquiry)).toBe('2026-10-09');
	});

	test('leaves other teams, lower stakes and the first oversight as they are', () => {
		expect(guardedOn('2026-10-12', restructure('2026-10-12', null, { teamIds: [ORCHARD] }))).toBe(
			'2026-11-03'
		);
		const inNeed = [
			openCase(ROBIN, '2026-10-05'),
			kind(ROBIN, 'child_in_need', '2026-10-05'),
			lead(ROBIN, TOMAS, '2026-10-05'),
			restructure('2026-10-05', null)
		];
		expect(dueOn('2026-10-12', [...inNeed, seen])).toBe('2026-11-17');
		expect(dueOn('2026-10-05', [...WITH_TOMAS, restructure('2026-10-05', null)])).toBe('2026-10-06');
	});

	test('can be switched off by the policy', () => {
		const policies = [{ ...DEFAULT_POLICY, restructureGuard: false }];
		const changes = [...WITH_TOMAS, seen, restructure('2026-10-12', null)];
		expect(dueOn('2026-10-12', changes, { policies })).toBe('2026-11-03');
	});
});

describe('observed from', () => {
	const settings = { observedFrom: '2026-11-16' };

	test('no clock starts before it', () => {
		expect(clock('2026-11-15', WITH_TOMAS, { settings })).toBeNull();
		expect(clock('2026-11-16', WITH_TOMAS, { settings })).toMatchObject({
			startedOn: '2026-11-16',
			carriedFrom: null,
			dueOn: '2026-11-17'
		});
	});

	test('earlier oversight does not answer for the time after', () => {
		const seen = oversight(ROBIN, OWEN, '2026-11-13');
		expect(dueOn('2026-11-16', [...WITH_TOMAS, seen], { settings })).toBe('2026-11-17');
	});
});

test('a closed case has no clock', () => {
	const closed = [
		openCase(ROBIN, '2026-10-05', { closedOn: '2026-10-12' }),
		lead(ROBIN, TOMAS, '2026-10-05')
	];
	expect(clock('2026-10-11', closed)).not.toBeNull();
	expect(clock('2026-10-12', closed)).toBeNull();
});
