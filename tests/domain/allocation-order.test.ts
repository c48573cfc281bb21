import { expect, test } from 'vitest';
import {
	candidatesFor,
	CRITERIA,
	goesTogetherWith,
	whyBefore,
	type Candidate
} from '#lib/domain/allocation-order.ts';
import { waitingCases } from '#lib/domain/allocation-queue.ts';
import { aheadInWords, candidateInWords, clockInWords } from '#lib/domain/allocation-words.ts';
import type { View } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { CaseFile } from '#lib/domain/cases.ts';
import { demandsOn } from '#lib/domain/oversight.ts';
import {
	absence,
	AISHA,
	asAt,
	BEN,
	coWorker,
	given,
	GRACE,
	kind,
	lead,
	MARYAM,
	openCase,
	TOMAS,
	type Change
} from '../cast.ts';

/** A Friday. */
const TODAY: CalendarDate = '2026-11-20';

const ash: Change[] = [
	openCase('ash', '2026-11-16', { familyId: 'ashes' }),
	kind('ash', 'child_in_need', '2026-11-16'),
	lead('ash', null, '2026-11-16')
];

/** Cases of theirs with nothing else to them, overseen or not. */
const holds = (who: string, count: number, family: string | null = null): Change[] =>
	Array.from({ length: count }, (_, number) => [
		openCase(`${who}-${number}`, '2026-11-16', { familyId: family }),
		kind(`${who}-${number}`, 'care_leaver', '2026-11-16'),
		lead(`${who}-${number}`, who, '2026-11-16')
	]).flat();

function fileIn(view: View, caseId = 'ash'): CaseFile {
	const file = view.authority.cases.find((each) => each.caseId === caseId);
	if (!file) throw new Error(`no case ${caseId}`);
	return file;
}

function candidates(people: readonly string[], ...changes: Change[]): Candidate[] {
	const view = asAt(TODAY, given(...ash, ...changes));
	const file = fileIn(view);
	return candidatesFor(view, file, demandsOn(file, TODAY, view), people);
}

const inOrder = (people: readonly string[], ...changes: Change[]) => {
	const found = candidates(people, ...changes);
	const [first, second] = found;
	if (!first || !second) throw new Error('not two');
	return [first.practitionerId, whyBefore(first, second)];
};

test('each criterion by itself puts one before the other', () => {
	expect(inOrder([TOMAS, AISHA], absence(TOMAS, '2026-11-18'))).toEqual([AISHA, 'HERE']);
	expect(inOrder([GRACE, BEN])).toEqual([BEN, 'SUITABLE']);
	expect(inOrder([MARYAM, TOMAS])).toEqual([TOMAS, 'HOLDS_CASES']);
	expect(inOrder([TOMAS, AISHA], ...holds(AISHA, 1, 'ashes'))).toEqual([AISHA, 'SIBLINGS']);
	expect(inOrder([TOMAS, AISHA], ...holds(TOMAS, 42))).toEqual([AISHA, 'WITHIN_CAPACITY']);
	const overdue = [
		openCase('old', '2026-06-01'),
		kind('old', 'care_leaver', '2026-06-01'),
		lead('old', TOMAS, '2026-06-01')
	];
	expect(inOrder([TOMAS, AISHA], ...overdue, ...holds(AISHA, 3))).toEqual([AISHA, 'OVERSIGHT']);
	expect(inOrder([TOMAS, AISHA], absence(TOMAS, '2026-12-01'), ...holds(AISHA, 3))).toEqual([AISHA, 'STAYS']);
	expect(inOrder([TOMAS, AISHA], ...holds(TOMAS, 3))).toEqual([AISHA, 'LEAST_LOADED']);
});

test('of two who are not suitable the more experienced comes first', () => {
	const enquiry = kind('ash', 'section_47', '2026-11-18');
	expect(inOrder([GRACE, BEN], enquiry)).toEqual([BEN, 'EXPERIENCE']);
});

test('an earlier criterion decides, whatever the later ones say', () => {
	const order = candidates(
		[AISHA, TOMAS],
		...holds(TOMAS, 3, 'ashes'),
		absence(TOMAS, '2026-12-01'),
		absence(AISHA, '2026-11-19')
	);
	expect(order.map(({ practitionerId }) => practitionerId)).toEqual([TOMAS, AISHA]);
	expect(CRITERIA.indexOf('HERE')).toBe(0);
});

test('the load with the case counts what the case brings: its weight, its newness and its place among brothers and sisters', () => {
	const [alone] = candidates([TOMAS]);
	expect([alone?.before.points, alone?.after.points]).toEqual([0, 5]);
	const [joint] = candidates([TOMAS], coWorker('ash', TOMAS, '2026-11-16'));
	expect([joint?.before.points, joint?.after.points, joint?.holds]).toEqual([1.6, 5, 'co_worker']);
	const [family] = candidates([TOMAS], ...holds(TOMAS, 1, 'ashes'));
	expect([family?.before.points, family?.after.points]).toEqual([3, 4 + 1 + 2 * 0.6 + 1]);
	expect(family?.siblings).toEqual([`${TOMAS}-0`]);
});

test('an absence is told when it is under way or begins within four weeks, and its end with it', () => {
	const away = (...changes: Change[]) => candidates([TOMAS], ...changes)[0]?.away;
	expect(away()).toBeNull();
	expect(away(absence(TOMAS, '2026-11-18', '2026-11-24', { endRecordedOn: '2026-11-18' }))).toMatchObject({
		from: '2026-11-18',
		now: true
	});
	expect(away(absence(TOMAS, '2026-12-18'))).toEqual({ from: '2026-12-18', to: null, now: false });
	expect(away(absence(TOMAS, '2026-12-19'))).toBeNull();
});

test('every reason against somebody is said in words, and why they stand before the next', () => {
	const view = asAt(
		TODAY,
		given(...ash, kind('ash', 'section_47', '2026-11-18'), absence(BEN, '2026-11-19'))
	);
	const demands = demandsOn(fileIn(view), TODAY, view);
	const [ben] = candidatesFor(view, fileIn(view), demands, [BEN]);
	if (!ben) throw new Error('nobody');
	expect(candidateInWords(ben, demands)).toMatchObject({
		training: 'S47 not current',
		absence: 'away since 19 Nov 2026, no return recorded',
		oversight: 'none overdue',
		siblings: 'none',
		suitable: false,
		whyNot:
			'It needs a social worker with 24 months’ experience; without S47 training; away since 19 Nov 2026, no return recorded'
	});
	expect(aheadInWords('Tom Reed', 'SIBLINGS')).toBe('Before Tom Reed: leads a brother or sister already');
	expect(aheadInWords('Tom Reed', null)).toBe('Level with Tom Reed');
	expect(aheadInWords(null, null)).toBe('');
});

test('brothers and sisters go together where they are held by the same person, or by nobody as well', () => {
	const sister = (who: string | null) => [
		openCase('elm', '2026-11-16', { familyId: 'ashes' }),
		kind('elm', 'child_in_need', '2026-11-16'),
		lead('elm', who, '2026-11-16')
	];
	const along = (...changes: Change[]) => {
		const view = asAt(TODAY, given(...ash, ...changes));
		return goesTogetherWith(fileIn(view), view).map(({ caseId }) => caseId);
	};
	expect(along(...sister(null))).toEqual(['elm']);
	expect(along(...sister(TOMAS))).toEqual([]);
	expect(along(...holds(TOMAS, 1))).toEqual([]);
});

test('a case waits without a lead, with one who is not in post, or with one who is away without cover', () => {
	const waits = (...changes: Change[]) =>
		waitingCases(asAt(TODAY, given(...changes))).map(({ caseId, why }) => `${caseId} ${why}`);
	expect(waits(...ash)).toEqual(['ash NO_LEAD']);
	expect(waits(...holds(TOMAS, 1))).toEqual([]);
	expect(waits(...holds(TOMAS, 1), absence(TOMAS, '2026-11-18'))).toEqual([`${TOMAS}-0 LEAD_AWAY`]);
	expect(waits(...holds(TOMAS, 1), absence(TOMAS, '2026-11-18', null, { coverId: AISHA }))).toEqual([]);
});

test('the limits of a case that waits are told up to and including their last day', () => {
	const clockOn = (today: CalendarDate) => {
		const [found] = waitingCases(asAt(today, given(...ash)));
		const clock = found?.clocks.find(({ limit }) => limit === 'ALLOCATION');
		return found && clock ? clockInWords(clock, found, today) : null;
	};
	expect(clockOn('2026-11-20')).toBe('To be allocated by Mon 23 Nov 2026, in 3 days');
	expect(clockOn('2026-11-23')).toBe('To be allocated by Mon 23 Nov 2026, today');
	expect(clockOn('2026-11-24')).toBe('To be allocated by 23 Nov 2026: 1 day over');
});
