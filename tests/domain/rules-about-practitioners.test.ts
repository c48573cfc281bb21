import { describe, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Code } from '#lib/domain/codes.ts';
import type { Finding } from '#lib/domain/flags.ts';
import {
	action,
	asAt,
	BEN,
	DIANA,
	findingsAbout,
	given,
	GRACE,
	LEO,
	MARYAM,
	OWEN,
	person,
	posting,
	supervision,
	TOMAS,
	trained,
	type Change
} from '../cast.ts';

function found(code: Code, who: string, day: CalendarDate, ...changes: readonly Change[]): Finding[] {
	return findingsAbout(who, asAt(day, given(...changes))).filter((finding) => finding.code === code);
}

function flag(code: Code, who: string, day: CalendarDate, ...changes: readonly Change[]): string | null {
	const [finding] = found(code, who, day, ...changes);
	return finding ? `${finding.severity} since ${finding.since}` : null;
}

describe('SUPERVISION_CANCELLED_TWICE', () => {
	const CODE = 'SUPERVISION_CANCELLED_TWICE';
	const cancelled = (plannedOn: CalendarDate) =>
		supervision(TOMAS, null, { sessionId: `cancelled ${plannedOn}`, plannedOn, cancelled: true });

	test('stands from the day of the second cancelled session, until one is held', () => {
		const twice = [supervision(TOMAS, '2026-09-01'), cancelled('2026-10-01'), cancelled('2026-10-15')];
		expect(flag(CODE, TOMAS, '2026-10-14', ...twice)).toBeNull();
		expect(flag(CODE, TOMAS, '2026-10-15', ...twice)).toBe('high since 2026-10-15');
		expect(flag(CODE, TOMAS, '2026-11-02', ...twice, supervision(TOMAS, '2026-11-02'))).toBeNull();
	});

	test('passes over sessions that are still planned', () => {
		const planned = supervision(TOMAS, null, { sessionId: 'planned', plannedOn: '2026-10-08' });
		const between = [cancelled('2026-10-01'), planned, cancelled('2026-10-15')];
		expect(flag(CODE, TOMAS, '2026-10-15', ...between)).toBe('high since 2026-10-15');
	});

	test('is not raised for one cancelled session, nor with one held between or later on the day', () => {
		expect(flag(CODE, TOMAS, '2026-10-15', cancelled('2026-10-01'))).toBeNull();
		const held = supervision(TOMAS, '2026-10-15');
		expect(
			flag(CODE, TOMAS, '2026-10-15', cancelled('2026-10-01'), cancelled('2026-10-15'), held)
		).toBeNull();
	});
});

describe('SUPERVISION_SHORT and NOTE_UNSIGNED', () => {
	const HELD = '2026-07-01';
	const held = (changed: Parameters<typeof supervision>[2] = {}) => supervision(TOMAS, HELD, changed);

	test('a session under ninety minutes, or interrupted, is short for ninety days', () => {
		expect(flag('SUPERVISION_SHORT', TOMAS, HELD, held({ minutes: 89 }))).toBe('low since 2026-07-01');
		expect(flag('SUPERVISION_SHORT', TOMAS, HELD, held({ minutes: 90 }))).toBeNull();
		expect(flag('SUPERVISION_SHORT', TOMAS, HELD, held({ interrupted: true }))).not.toBeNull();
		expect(flag('SUPERVISION_SHORT', TOMAS, HELD, held({ minutes: null, interrupted: null }))).toBeNull();
		expect(flag('SUPERVISION_SHORT', TOMAS, '2026-09-28', held({ minutes: 45 }))).not.toBeNull();
		expect(flag('SUPERVISION_SHORT', TOMAS, '2026-09-29', held({ minutes: 45 }))).toBeNull();
	});

	test('the facts say how long it was, and whether it was interrupted', () => {
		const [short] = found('SUPERVISION_SHORT', TOMAS, HELD, held({ minutes: 45, interrupted: false }));
		expect(short?.facts).toMatchObject({ minutes: 45, interrupted: false });
		const [interrupted] = found('SUPERVISION_SHORT', TOMAS, HELD, held({ interrupted: true }));
		expect(interrupted?.facts).toMatchObject({ interrupted: true });
	});

	test('a note is unsigned from the sixth working day without both signatures', () => {
		const bySupervisor = held({ practitionerSignedOn: null });
		expect(flag('NOTE_UNSIGNED', TOMAS, '2026-07-08', bySupervisor)).toBeNull();
		expect(flag('NOTE_UNSIGNED', TOMAS, '2026-07-09', bySupervisor)).toBe('medium since 2026-07-09');
		expect(flag('NOTE_UNSIGNED', TOMAS, '2026-07-09', held())).toBeNull();
		const late = held({ practitionerSignedOn: '2026-07-20' });
		expect(flag('NOTE_UNSIGNED', TOMAS, '2026-07-19', late)).not.toBeNull();
		expect(flag('NOTE_UNSIGNED', TOMAS, '2026-07-20', late)).toBeNull();
	});

	test('each session is a finding of its own, and an unsigned one is let be after twelve months', () => {
		const two = [
			held({ practitionerSignedOn: null }),
			supervision(TOMAS, '2026-08-03', { supervisorSignedOn: null })
		];
		const unsigned = found('NOTE_UNSIGNED', TOMAS, '2026-09-01', ...two);
		expect(unsigned.map(({ subject, practitionerId }) => [subject.kind, subject.id, practitionerId])).toEqual(
			[
				['session', `${TOMAS}-${HELD}`, TOMAS],
				['session', `${TOMAS}-2026-08-03`, TOMAS]
			]
		);
		expect(found('NOTE_UNSIGNED', TOMAS, '2027-07-01', ...two)).toHaveLength(1);
	});

	test('a director’s short session is nobody’s concern', () => {
		const short = supervision(DIANA, HELD, { minutes: 30 });
		expect(flag('SUPERVISION_SHORT', DIANA, HELD, short)).toBeNull();
	});
});

describe('SUPERVISOR_NOT_QUALIFIED', () => {
	const CODE = 'SUPERVISOR_NOT_QUALIFIED';
	const DAY = '2026-10-15';

	test('a supervisor who is registered and trained raises nothing', () => {
		expect(flag(CODE, TOMAS, DAY)).toBeNull();
	});

	test('a supervisor who is no social worker, or whose training lapsed, is not qualified', () => {
		expect(flag(CODE, TOMAS, DAY, posting(TOMAS, { supervisorId: GRACE }))).toBe('medium since 2018-04-02');
		const lapsing = trained('carys', 'SUPV', { expiresOn: '2026-10-15' });
		const carys = [person('carys'), posting('carys'), lapsing, posting(TOMAS, { supervisorId: 'carys' })];
		expect(flag(CODE, TOMAS, '2026-10-14', ...carys)).toBeNull();
		expect(flag(CODE, TOMAS, '2026-10-15', ...carys)).toBe('medium since 2026-10-15');
	});

	test('matters more to somebody in their first year', () => {
		const ben = posting(BEN, { from: '2026-09-01', supervisorId: LEO });
		const leo = [person(LEO), { training: [] }];
		expect(flag(CODE, BEN, DAY, ben, ...leo)).toBeNull();
		const grace = posting(BEN, { from: '2026-09-01', supervisorId: GRACE });
		expect(flag(CODE, BEN, DAY, grace)).toBe('high since 2026-09-01');
	});

	test('leaves oneself, and somebody not in post, to the rule about having none', () => {
		expect(flag(CODE, GRACE, DAY, posting(GRACE, { supervisorId: GRACE }))).toBeNull();
		const gone = [posting(LEO, { to: '2026-09-01' }), posting(TOMAS, { supervisorId: LEO })];
		expect(flag(CODE, TOMAS, DAY, ...gone)).toBeNull();
	});
});

describe('SPAN_TOO_WIDE', () => {
	const CODE = 'SPAN_TOO_WIDE';
	const team = (size: number, changed: Parameters<typeof posting>[1] = {}) =>
		Array.from({ length: size }, (_, place) => `worker-${place + 1}`).flatMap((id, place) => [
			person(id),
			posting(id, { supervisorId: OWEN, from: '2026-09-01', ...(place === 0 ? changed : {}) })
		]);

	test('is raised for nine people in post and not for eight', () => {
		expect(flag(CODE, OWEN, '2026-10-15', ...team(7))).toBeNull();
		expect(flag(CODE, OWEN, '2026-10-15', ...team(8))).toBe('medium since 2026-09-01');
	});

	test('begins with the ninth and ends when one of them goes', () => {
		expect(flag(CODE, OWEN, '2026-10-15', ...team(8, { from: '2026-10-05' }))).toBe(
			'medium since 2026-10-05'
		);
		expect(flag(CODE, OWEN, '2026-10-15', ...team(8, { to: '2026-10-15' }))).toBeNull();
	});
});

describe('AGENCY_BELOW_EXPERIENCE', () => {
	const CODE = 'AGENCY_BELOW_EXPERIENCE';
	const agency = (registeredOn: CalendarDate | null, sweNumber: string | null = 'SW-carys') => [
		person('carys', { registeredOn, sweNumber }),
		posting('carys', { agency: true, from: '2026-09-01' })
	];

	test('is raised for an agency worker until three years after registration, past a leap day', () => {
		expect(flag(CODE, 'carys', '2027-02-27', ...agency('2024-02-29'))).toBe('high since 2026-09-01');
		expect(flag(CODE, 'carys', '2027-02-28', ...agency('2024-02-29'))).toBeNull();
	});

	test('is raised where the date is not known, and not without a number or for an employee', () => {
		expect(flag(CODE, 'carys', '2026-10-15', ...agency(null))).toBe('high since 2026-09-01');
		expect(flag(CODE, 'carys', '2026-10-15', ...agency(null, null))).toBeNull();
		expect(flag(CODE, BEN, '2026-10-15')).toBeNull();
	});
});

test('an action about somebody and no case belongs to them, and to the team they are posted to', () => {
	const [finding] = found(
		'ACTION_WEAK',
		TOMAS,
		'2026-10-15',
		supervision(TOMAS, '2026-10-01', { sessionId: 'S-1', supervisorId: MARYAM }),
		action('A-1', '2026-10-01', { sessionId: 'S-1' })
	);
	expect(finding).toMatchObject({
		caseId: null,
		practitionerId: TOMAS,
		teamId: 'harbour',
		since: '2026-10-03'
	});
});
