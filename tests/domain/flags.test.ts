import { describe, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { assess, changesBetween, fold, worstFirst } from '#lib/domain/flags.ts';
import type { Code } from '#lib/domain/codes.ts';
import type { Kind } from '#lib/domain/policy.ts';
import {
	absence,
	AISHA,
	asAt,
	BEN,
	coWorker,
	DIANA,
	findingsAbout,
	flagsOn,
	given,
	GRACE,
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
	RUTH,
	supervision,
	TOMAS,
	trained,
	type Change
} from '../cast.ts';

const ROBIN = 'robin';
const OPENED = '2026-10-05';

function flags(subject: string, day: CalendarDate, ...changes: Change[]): string[] {
	return flagsOn(subject, asAt(day, given(...changes)));
}

/** The severity of one flag; null where it is not raised. */
function severity(code: Code, subject: string, day: CalendarDate, ...changes: Change[]): string | null {
	const found = flags(subject, day, ...changes).find((flag) => flag.startsWith(`${code} `));
	return found?.split(' ')[1] ?? null;
}

const robinAs = (
	is: Kind,
	who: string | null = TOMAS,
	changed: Parameters<typeof openCase>[2] = {}
): Change[] => [
	openCase(ROBIN, OPENED, changed),
	kind(ROBIN, is, OPENED),
	...(who === null ? [] : [lead(ROBIN, who, OPENED)])
];

const seenOn = (day: CalendarDate) => oversight(ROBIN, MARYAM, day);

describe('HELD_WITHOUT_OVERSIGHT', () => {
	test('an enquiry given to a newly qualified worker and then left alone, as in Somerset', () => {
		const [finding, ...others] = findingsAbout(
			ROBIN,
			asAt('2026-10-07', given(...robinAs('section_47', BEN)))
		);
		expect(finding).toMatchObject({
			code: 'HELD_WITHOUT_OVERSIGHT',
			severity: 'critical',
			subject: { kind: 'case', id: ROBIN },
			caseId: ROBIN,
			practitionerId: BEN,
			teamId: HARBOUR,
			since: '2026-10-07',
			reasons: ['BELOW_EXPERIENCE', 'TRAINING_GAP', 'OVERSIGHT_OVERDUE']
		});
		expect(others).toEqual([]);
	});

	test('is not yet raised on the day the oversight is due, when the reasons stand alone', () => {
		expect(flags(ROBIN, '2026-10-06', ...robinAs('section_47', BEN))).toEqual([
			'BELOW_EXPERIENCE critical',
			'TRAINING_GAP high'
		]);
	});

	test('is not raised while a manager looks at the case in time', () => {
		expect(flags(ROBIN, '2026-10-08', ...robinAs('section_47', BEN), seenOn('2026-10-06'))).toEqual([
			'BELOW_EXPERIENCE critical',
			'TRAINING_GAP high'
		]);
		expect(flags(ROBIN, '2026-10-09', ...robinAs('section_47', BEN), seenOn('2026-10-06'))).toEqual([
			'HELD_WITHOUT_OVERSIGHT critical'
		]);
	});

	test('is not raised where the lead is suitable, or a suitable colleague holds the case too', () => {
		expect(flags(ROBIN, '2026-10-07', ...robinAs('section_47'))).toEqual(['OVERSIGHT_OVERDUE medium']);
		const jointly = [...robinAs('section_47', BEN), coWorker(ROBIN, AISHA, OPENED)];
		expect(flags(ROBIN, '2026-10-07', ...jointly)).toEqual(['OVERSIGHT_OVERDUE medium']);
	});

	test('is not raised for a case of lower stakes, or one that nobody leads', () => {
		expect(flags(ROBIN, '2026-10-08', ...robinAs('looked_after', BEN))).toEqual([
			'BELOW_EXPERIENCE high',
			'TRAINING_GAP medium',
			'OVERSIGHT_OVERDUE medium'
		]);
		expect(flags(ROBIN, '2026-10-08', ...robinAs('section_47', null))).toEqual([
			'OVERSIGHT_OVERDUE medium',
			'UNALLOCATED critical'
		]);
	});

	test('names only the reasons there are', () => {
		const untrained = [...robinAs('section_47', LEO), person(LEO), { training: [] }];
		const lapsed = trained('carys', 'CP-FOUND', { completedOn: '2020-01-06' });
		const carys = [person('carys'), posting('carys'), lapsed, ...robinAs('section_47', 'carys')];
		expect(flags(ROBIN, '2026-10-06', ...untrained)).toEqual([]);
		expect(findingsAbout(ROBIN, asAt('2026-10-07', given(...carys)))[0]?.reasons).toEqual([
			'TRAINING_GAP',
			'OVERSIGHT_OVERDUE'
		]);
	});
});

describe('BELOW_EXPERIENCE', () => {
	const alone = (is: Kind, who: string) => severity('BELOW_EXPERIENCE', ROBIN, OPENED, ...robinAs(is, who));

	test('is critical for a section 47 enquiry and high for anything else', () => {
		expect(alone('section_47', BEN)).toBe('critical');
		expect(alone('child_protection', BEN)).toBe('high');
		expect(alone('assessment', GRACE)).toBe('high');
	});

	test('is not raised at the bar or above', () => {
		expect(alone('section_47', TOMAS)).toBeNull();
		expect(alone('assessment', BEN)).toBeNull();
		expect(alone('care_leaver', GRACE)).toBeNull();
	});

	test('is cleared on the day the months of experience are reached', () => {
		const registered = person(LEO, { registeredOn: '2024-10-20' });
		const case47 = [...robinAs('section_47', LEO), seenOn('2026-10-19')];
		expect(severity('BELOW_EXPERIENCE', ROBIN, '2026-10-19', registered, ...case47)).toBe('critical');
		expect(severity('BELOW_EXPERIENCE', ROBIN, '2026-10-20', registered, ...case47)).toBeNull();
	});

	test('is not answered by a colleague who is no more suitable, has left, or is long away', () => {
		const held = [...robinAs('section_47', BEN), seenOn('2026-10-12')];
		const with47 = (...more: Change[]) => severity('BELOW_EXPERIENCE', ROBIN, '2026-10-13', ...held, ...more);
		expect(with47(coWorker(ROBIN, GRACE, OPENED))).toBe('critical');
		expect(with47(coWorker(ROBIN, AISHA, OPENED))).toBeNull();
		expect(with47(coWorker(ROBIN, AISHA, OPENED), person(AISHA, { leftOn: '2026-10-13' }))).toBe('critical');
		expect(with47(coWorker(ROBIN, AISHA, OPENED), absence(AISHA, '2026-10-05'))).toBe('critical');
		expect(with47(coWorker(ROBIN, AISHA, OPENED), absence(AISHA, '2026-10-06'))).toBeNull();
	});
});

describe('TRAINING_GAP', () => {
	test('is high for high stakes and medium otherwise', () => {
		expect(severity('TRAINING_GAP', ROBIN, OPENED, ...robinAs('child_protection', BEN))).toBe('high');
		expect(severity('TRAINING_GAP', ROBIN, OPENED, ...robinAs('looked_after_settled', BEN))).toBe('medium');
	});

	test('is not raised where every course is current, or none is asked for', () => {
		expect(severity('TRAINING_GAP', ROBIN, OPENED, ...robinAs('child_protection'))).toBeNull();
		expect(severity('TRAINING_GAP', ROBIN, OPENED, ...robinAs('short_breaks', GRACE))).toBeNull();
	});

	test('is raised on the day a course lapses', () => {
		const carys = [
			person('carys'),
			posting('carys'),
			trained('carys', 'CP-FOUND', { completedOn: '2023-10-20' }),
			...robinAs('assessment', 'carys')
		];
		expect(severity('TRAINING_GAP', ROBIN, '2026-10-19', ...carys)).toBeNull();
		expect(severity('TRAINING_GAP', ROBIN, '2026-10-20', ...carys)).toBe('medium');
	});
});

describe('OVERSIGHT_OVERDUE', () => {
	const plan = [...robinAs('child_protection'), seenOn('2026-10-06')];

	test('is medium for a week, then high, and critical once a whole interval more has gone', () => {
		const on = (day: CalendarDate) => severity('OVERSIGHT_OVERDUE', ROBIN, day, ...plan);
		expect(on('2026-11-03')).toBeNull();
		expect(on('2026-11-04')).toBe('medium');
		expect(on('2026-11-10')).toBe('medium');
		expect(on('2026-11-11')).toBe('high');
		expect(on('2026-12-01')).toBe('high');
		expect(on('2026-12-02')).toBe('critical');
	});

	test('is never critical for lower stakes', () => {
		const inNeed = [...robinAs('child_in_need'), seenOn('2026-10-06')];
		expect(severity('OVERSIGHT_OVERDUE', ROBIN, '2027-06-01', ...inNeed)).toBe('high');
	});

	test('is raised where nobody holds the case, and cleared by a manager who looks at it', () => {
		const unheld = robinAs('child_in_need', null);
		expect(severity('OVERSIGHT_OVERDUE', ROBIN, '2026-10-08', ...unheld)).toBe('medium');
		expect(severity('OVERSIGHT_OVERDUE', ROBIN, '2026-10-08', ...unheld, seenOn('2026-10-08'))).toBeNull();
	});
});

describe('a child under two', () => {
	const on = (day: CalendarDate, changed: Parameters<typeof openCase>[2]) =>
		severity(
			'OVERSIGHT_OVERDUE',
			ROBIN,
			day,
			...robinAs('child_protection', TOMAS, changed),
			seenOn('2026-10-06')
		);

	test('raises medium to high and high to critical, up to the day before the second birthday', () => {
		expect(on('2026-11-10', { dateOfBirth: '2024-11-11' })).toBe('high');
		expect(on('2026-11-11', { dateOfBirth: '2024-11-12' })).toBe('critical');
		expect(on('2026-11-11', { dateOfBirth: '2024-11-11' })).toBe('high');
	});

	test('unborn raises too, said outright or by a date of birth to come', () => {
		expect(on('2026-11-10', { dateOfBirth: null, unborn: true })).toBe('high');
		expect(on('2026-11-10', { dateOfBirth: '2027-01-15', unborn: null })).toBe('high');
	});

	test('raises nothing where the date of birth is not known', () => {
		expect(on('2026-11-10', { dateOfBirth: null, unborn: null })).toBe('medium');
	});

	test('born on a leap day is two on the last of February', () => {
		const plan = [
			openCase(ROBIN, '2026-01-05', { dateOfBirth: '2024-02-29' }),
			kind(ROBIN, 'child_in_need', '2026-01-05')
		];
		expect(severity('UNALLOCATED', ROBIN, '2026-02-27', ...plan)).toBe('high');
		expect(severity('UNALLOCATED', ROBIN, '2026-02-28', ...plan)).toBe('medium');
	});
});

describe('UNALLOCATED', () => {
	const waiting = (is: Kind, day: CalendarDate, ...changes: Change[]) =>
		severity('UNALLOCATED', ROBIN, day, ...robinAs(is, null), ...changes);

	test('is critical at once for high stakes', () => {
		expect(waiting('section_47', OPENED)).toBe('critical');
	});

	test('is critical after one working day for a looked-after child', () => {
		expect(waiting('looked_after_long_term', '2026-10-06')).toBeNull();
		expect(waiting('looked_after_long_term', '2026-10-07')).toBe('critical');
	});

	test('is medium after five working days for others', () => {
		expect(waiting('child_in_need', '2026-10-12')).toBeNull();
		expect(waiting('child_in_need', '2026-10-13')).toBe('medium');
	});

	test('is not answered by a team or a co-worker, only by a lead in post', () => {
		expect(waiting('section_47', OPENED, lead(ROBIN, null, OPENED))).toBe('critical');
		expect(waiting('section_47', OPENED, coWorker(ROBIN, AISHA, OPENED))).toBe('critical');
		expect(waiting('section_47', OPENED, lead(ROBIN, AISHA, OPENED))).toBeNull();
	});

	test('begins to wait on the day the lead leaves, and again after every lead', () => {
		const left = [...robinAs('child_in_need'), person(TOMAS, { leftOn: '2026-11-09' })];
		expect(severity('UNALLOCATED', ROBIN, '2026-11-16', ...left)).toBeNull();
		expect(severity('UNALLOCATED', ROBIN, '2026-11-17', ...left)).toBe('medium');
		const between = [
			...robinAs('child_in_need', null),
			lead(ROBIN, TOMAS, '2026-10-12', '2026-10-13'),
			coWorker(ROBIN, AISHA, OPENED)
		];
		expect(severity('UNALLOCATED', ROBIN, '2026-10-20', ...between)).toBeNull();
		expect(severity('UNALLOCATED', ROBIN, '2026-10-21', ...between)).toBe('medium');
	});

	test('is in the queue of the team that was to have it, or of none', () => {
		const teamOf = (...changes: Change[]) =>
			findingsAbout(ROBIN, asAt(OPENED, given(...robinAs('section_47', null), ...changes)))[0]?.teamId;
		expect(teamOf(lead(ROBIN, null, OPENED, null, { teamId: ORCHARD }))).toBe(ORCHARD);
		expect(teamOf()).toBeNull();
	});
});

describe('HOLDER_ABSENT', () => {
	const away = (day: CalendarDate, is: Kind, ...changes: Change[]) =>
		severity('HOLDER_ABSENT', ROBIN, day, ...robinAs(is), ...changes);

	test('is raised from the day after the fifth working day, by the stakes', () => {
		expect(away('2026-11-16', 'child_in_need', absence(TOMAS, '2026-11-09'))).toBeNull();
		expect(away('2026-11-17', 'child_in_need', absence(TOMAS, '2026-11-09'))).toBe('high');
		expect(away('2026-11-17', 'child_protection', absence(TOMAS, '2026-11-09'))).toBe('critical');
		expect(away('2026-11-17', 'child_protection', absence(TOMAS, '2026-11-09', '2026-11-17'))).toBeNull();
	});

	test('is answered by a named cover who is in post and here', () => {
		const covered = absence(TOMAS, '2026-11-09', null, { coverId: AISHA });
		expect(away('2026-11-20', 'child_in_need', covered)).toBeNull();
		expect(away('2026-11-20', 'child_in_need', covered, absence(AISHA, '2026-11-20'))).toBe('high');
		expect(away('2026-11-20', 'child_in_need', covered, posting(AISHA, { to: '2026-11-20' }))).toBe('high');
		const forSupervision = absence(TOMAS, '2026-11-09', null, { supervisionCoverId: AISHA });
		expect(away('2026-11-20', 'child_in_need', forSupervision)).toBe('high');
	});
});

describe('SUPERVISION_OVERDUE', () => {
	const overdue = (id: string, day: CalendarDate, ...changes: Change[]) =>
		severity('SUPERVISION_OVERDUE', id, day, ...changes);

	test('is medium in the grace, then high', () => {
		const held = supervision(TOMAS, '2026-10-20');
		expect(overdue(TOMAS, '2026-11-20', held)).toBeNull();
		expect(overdue(TOMAS, '2026-11-21', held)).toBe('medium');
		expect(overdue(TOMAS, '2026-12-04', held)).toBe('medium');
		expect(overdue(TOMAS, '2026-12-05', held)).toBe('high');
	});

	test('is high at once for a worker in tier E1', () => {
		const held = supervision(BEN, '2026-10-05');
		expect(overdue(BEN, '2026-10-12', held)).toBeNull();
		expect(overdue(BEN, '2026-10-12', supervision(BEN, '2026-10-04'))).toBe('high');
		expect(overdue(BEN, '2026-10-13', held)).toBeNull();
	});

	test('looks at managers, and not at directors or those outside practice', () => {
		expect(overdue(RUTH, '2026-11-20')).toBe('high');
		expect(overdue(DIANA, '2026-11-20')).toBeNull();
		expect(overdue(GRACE, '2026-11-20', posting(GRACE, { role: 'other', supervisorId: null }))).toBeNull();
	});

	test('is not raised for somebody who has left', () => {
		expect(overdue(TOMAS, '2026-11-20', person(TOMAS, { leftOn: '2026-11-20' }))).toBeNull();
	});
});

describe('NO_SUPERVISOR', () => {
	const without = (id: string, day: CalendarDate, ...changes: Change[]) =>
		severity('NO_SUPERVISOR', id, day, ...changes);

	test('is critical where none is named, or oneself, or one who is not in post', () => {
		expect(without(TOMAS, '2026-11-20')).toBeNull();
		expect(without(TOMAS, '2026-11-20', posting(TOMAS, { supervisorId: null }))).toBe('critical');
		expect(without(TOMAS, '2026-11-20', posting(TOMAS, { supervisorId: TOMAS }))).toBe('critical');
		const left = person(MARYAM, { leftOn: '2026-11-20' });
		expect(without(TOMAS, '2026-11-19', left)).toBeNull();
		expect(without(TOMAS, '2026-11-20', left)).toBe('critical');
	});

	test('counts a long absence by who is left alone', () => {
		const away = absence(MARYAM, '2026-11-09');
		expect(without(TOMAS, '2026-11-16', away)).toBeNull();
		expect(without(TOMAS, '2026-11-17', away)).toBe('high');
		expect(without(BEN, '2026-11-17', away)).toBe('critical');
	});

	test('is answered by a cover for supervision, or for everything, who is here', () => {
		const covered = (names: Parameters<typeof absence>[3]) => absence(MARYAM, '2026-11-09', null, names);
		expect(without(BEN, '2026-11-20', covered({ supervisionCoverId: OWEN }))).toBeNull();
		expect(without(BEN, '2026-11-20', covered({ coverId: OWEN }))).toBeNull();
		const both = covered({ coverId: OWEN, supervisionCoverId: RUTH });
		expect(without(BEN, '2026-11-20', both, absence(OWEN, '2026-11-20'))).toBeNull();
		expect(without(BEN, '2026-11-20', both, absence(RUTH, '2026-11-20'))).toBe('critical');
	});

	test('does not ask who supervises a director', () => {
		expect(without(DIANA, '2026-11-20')).toBeNull();
	});
});

describe('OVER_CAPACITY', () => {
	const oneFifth = posting(TOMAS, { fte: 0.2 });
	const over = (...changes: Change[]) => severity('OVER_CAPACITY', TOMAS, '2026-11-20', oneFifth, ...changes);
	const plan = (id: string) => [
		openCase(id, '2025-03-03'),
		kind(id, 'child_protection', '2025-03-03'),
		lead(id, TOMAS, '2025-03-03')
	];
	const enquiry = (id: string) => [
		openCase(id, '2025-03-03'),
		kind(id, 'care_proceedings', '2025-03-03'),
		lead(id, TOMAS, '2025-03-03')
	];

	test('is not raised up to and including the whole of it', () => {
		expect(over()).toBeNull();
		expect(over(...plan('a'), ...enquiry('b'))).toBeNull();
	});

	test('is medium above it and high above six fifths of it', () => {
		expect(over(...enquiry('a'), ...enquiry('b'))).toBe('medium');
		expect(over(...plan('a'), ...plan('b'), ...plan('c'))).toBe('high');
	});

	test('is critical for anybody who holds a case without any capacity, jointly too', () => {
		const away = absence(TOMAS, '2026-10-05');
		expect(over(away)).toBeNull();
		expect(over(away, ...plan('a'))).toBe('critical');
		expect(over(away, openCase('b', OPENED), coWorker('b', TOMAS, OPENED))).toBe('critical');
	});
});

describe('EXPERIENCE_UNKNOWN', () => {
	const unknown = person(TOMAS, { registeredOn: null });
	const raised = (...changes: Change[]) => severity('EXPERIENCE_UNKNOWN', TOMAS, OPENED, ...changes);

	test('is raised for a number without its date, where a case is held, led or joint', () => {
		expect(raised(unknown, ...robinAs('child_in_need'))).toBe('medium');
		expect(raised(unknown, ...robinAs('child_in_need', AISHA), coWorker(ROBIN, TOMAS, OPENED))).toBe(
			'medium'
		);
	});

	test('is not raised without a case, without a number, or with the date', () => {
		expect(raised(unknown)).toBeNull();
		expect(
			raised(person(TOMAS, { sweNumber: null, registeredOn: null }), ...robinAs('child_in_need'))
		).toBeNull();
		expect(raised(...robinAs('child_in_need'))).toBeNull();
	});
});

describe('since', () => {
	const sinceOf = (code: Code, subject: string, day: CalendarDate, ...changes: Change[]) =>
		findingsAbout(subject, asAt(day, given(...changes))).find((finding) => finding.code === code)?.since;

	test('is the first day of the unbroken run, through changes of severity and lead', () => {
		const handedOn = [
			openCase(ROBIN, OPENED),
			kind(ROBIN, 'child_protection', OPENED),
			lead(ROBIN, TOMAS, OPENED, '2026-10-20'),
			lead(ROBIN, AISHA, '2026-10-20')
		];
		expect(sinceOf('OVERSIGHT_OVERDUE', ROBIN, '2026-11-20', ...handedOn)).toBe('2026-10-07');
	});

	test('starts again where the condition was cleared for a day', () => {
		const broken = [...robinAs('child_protection'), seenOn('2026-10-10')];
		expect(sinceOf('OVERSIGHT_OVERDUE', ROBIN, '2026-10-09', ...broken)).toBe('2026-10-07');
		expect(sinceOf('OVERSIGHT_OVERDUE', ROBIN, '2026-11-20', ...broken)).toBe('2026-11-08');
	});

	test('of the composite is its own, not that of its reasons', () => {
		const changed = [
			openCase(ROBIN, OPENED),
			kind(ROBIN, 'child_protection', OPENED),
			lead(ROBIN, TOMAS, OPENED, '2026-10-20'),
			lead(ROBIN, BEN, '2026-10-20')
		];
		expect(sinceOf('HELD_WITHOUT_OVERSIGHT', ROBIN, '2026-11-20', ...changed)).toBe('2026-10-20');
	});

	test('comes after the delay that is part of the condition', () => {
		expect(sinceOf('UNALLOCATED', ROBIN, '2026-10-20', ...robinAs('child_in_need', null))).toBe('2026-10-13');
	});
});

describe('folding', () => {
	const REASONS = ['BELOW_EXPERIENCE', 'TRAINING_GAP', 'OVERSIGHT_OVERDUE'] as const;
	const records = given(...robinAs('section_47', BEN), openCase('wren', OPENED), lead('wren', GRACE, OPENED));
	const found = assess(asAt('2026-10-07', records));

	test('takes the reasons into the composite of the same case only', () => {
		const codes = (caseId: string) =>
			fold(found).flatMap((each) => (each.caseId === caseId ? each.code : []));
		expect(codes(ROBIN)).toEqual(['HELD_WITHOUT_OVERSIGHT']);
		expect(codes('wren')).toEqual(['BELOW_EXPERIENCE', 'TRAINING_GAP', 'OVERSIGHT_OVERDUE']);
	});

	test('is for showing: the folded findings are still there to be stored', () => {
		const { raise, keep, clear } = changesBetween([], found);
		const ofRobin = raise.filter(({ caseId }) => caseId === ROBIN).map(({ code }) => code);
		expect(ofRobin).toEqual(['HELD_WITHOUT_OVERSIGHT', ...REASONS]);
		expect(keep).toEqual([]);
		expect(clear).toEqual([]);
	});

	test('clears no folded flag under its composite, only by its own condition', () => {
		const open = REASONS.map((code) => ({ flagId: code, code, subjectId: ROBIN, severity: 'high' as const }));
		const seen = assess(asAt('2026-10-07', given(...robinAs('section_47', BEN), seenOn('2026-10-07'))));
		expect(changesBetween(open, found).clear).toEqual([]);
		expect(changesBetween(open, seen).clear.map(({ code }) => code)).toEqual(['OVERSIGHT_OVERDUE']);
	});

	test('is listed worst first', () => {
		const severities = worstFirst(fold(found)).map((each) => each.severity);
		const order = ['critical', 'high', 'medium', 'low'];
		expect(severities).toEqual([...severities].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
	});
});

test('a case in good hands, seen in time, raises nothing', () => {
	expect(
		flags(ROBIN, '2026-10-20', ...robinAs('section_47'), seenOn('2026-10-06'), seenOn('2026-10-13'))
	).toEqual([]);
	expect(flags(ROBIN, '2026-10-20', ...robinAs('child_in_need', BEN), seenOn('2026-10-06'))).toEqual([]);
});

test('a closed case raises what is about its closing and nothing else, one that opens tomorrow nothing', () => {
	const closed = robinAs('section_47', BEN, { closedOn: '2026-10-07' });
	expect(flags(ROBIN, '2026-10-06', ...closed)).not.toEqual([]);
	expect(flags(ROBIN, '2026-10-07', ...closed)).toEqual([
		'CLOSED_WITHOUT_SIGN_OFF high',
		'CLOSED_SOON_AFTER_SECTION_47 high'
	]);
	expect(flags(ROBIN, '2026-10-04', ...robinAs('section_47', BEN))).toEqual([]);
});
