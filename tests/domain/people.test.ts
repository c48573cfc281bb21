import { describe, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { absentLongerThan, inPostOn, isCurrent, tierOn, type Person } from '#lib/domain/people.ts';
import {
	absence,
	asAt,
	BEN,
	given,
	GRACE,
	LEO,
	MARYAM,
	person,
	posting,
	TOMAS,
	trained,
	type Change
} from '../cast.ts';

function seen(
	id: string,
	day: CalendarDate,
	...changes: Change[]
): [Person, CalendarDate, { on: CalendarDate; hindsight: boolean }] {
	const view = asAt(day, given(...changes));
	const found = view.authority.people.get(id);
	if (!found) throw new Error(`nobody called ${id}`);
	return [found, day, view.knowledge];
}

const tier = (id: string, day: CalendarDate, ...changes: Change[]) =>
	tierOn(...seen(id, day, ...changes)).tier;

describe('the experience tier', () => {
	test('is E0 without a Social Work England number, however long the service', () => {
		expect(tier(GRACE, '2026-11-20')).toBe('E0');
		expect(tier(MARYAM, '2026-11-20', person(MARYAM, { sweNumber: null }))).toBe('E0');
	});

	test('is E0 until the day of registration', () => {
		const registered = person(LEO, { registeredOn: '2026-11-20' });
		expect(tier(LEO, '2026-11-19', registered)).toBe('E0');
		expect(tier(LEO, '2026-11-20', registered)).toBe('E1');
	});

	test('is E1 where the day of registration is not known, for a manager too', () => {
		const unknown = person(MARYAM, { registeredOn: null });
		expect(tierOn(...seen(MARYAM, '2026-11-20', unknown))).toEqual({
			tier: 'E1',
			reason: { code: 'REGISTRATION_DATE_UNKNOWN' }
		});
	});

	test('is E6 in a role that manages practice, and only while in it', () => {
		expect(tier(MARYAM, '2026-11-20')).toBe('E6');
		const actingUp = [
			posting(TOMAS, { to: '2026-11-02' }),
			posting(TOMAS, { role: 'practice_supervisor', from: '2026-11-02', to: '2026-11-20' }),
			posting(TOMAS, { from: '2026-11-20' })
		];
		expect(tier(TOMAS, '2026-11-01', ...actingUp)).toBe('E5');
		expect(tier(TOMAS, '2026-11-02', ...actingUp)).toBe('E6');
		expect(tier(TOMAS, '2026-11-19', ...actingUp)).toBe('E6');
		expect(tier(TOMAS, '2026-11-20', ...actingUp)).toBe('E5');
	});

	test('is E5 for a senior practitioner, even in the first year', () => {
		const senior = [
			person(LEO, { registeredOn: '2026-08-03' }),
			posting(LEO, { role: 'senior_practitioner' })
		];
		expect(tier(LEO, '2026-11-20', ...senior)).toBe('E5');
	});

	test('rises from E1 to E2 six months into the early-career stage, and no further while in it', () => {
		expect(tier(BEN, '2027-02-28')).toBe('E1');
		expect(tier(BEN, '2027-03-01')).toBe('E2');
		expect(tier(BEN, '2030-03-01')).toBe('E2');
	});

	test('passes by E1 and E2 on the day the stage is passed', () => {
		const passed = person(BEN, {
			registeredOn: '2026-09-01',
			earlyCareerStartedOn: '2026-09-01',
			earlyCareerPassedOn: '2027-01-11'
		});
		expect(tier(BEN, '2027-01-10', passed)).toBe('E1');
		expect(tier(BEN, '2027-01-11', passed)).toBe('E3');
	});

	test.each<[CalendarDate, string]>([
		['2026-11-19', 'E1'],
		['2026-11-20', 'E2'],
		['2027-05-19', 'E2'],
		['2027-05-20', 'E3'],
		['2028-05-19', 'E3'],
		['2028-05-20', 'E4'],
		['2029-05-19', 'E4'],
		['2029-05-20', 'E5']
	])('on %s, registered 20 May 2026 and never in the stage, is %s', (day, expected) => {
		expect(tier(LEO, day, person(LEO, { registeredOn: '2026-05-20' }))).toBe(expected);
	});

	test('counts months from a leap day to the end of February', () => {
		const registered = person(LEO, { registeredOn: '2024-02-29' });
		expect(tier(LEO, '2026-02-27', registered)).toBe('E3');
		expect(tier(LEO, '2026-02-28', registered)).toBe('E4');
	});

	test('is not hidden by agency status', () => {
		expect(tier(TOMAS, '2026-11-20', posting(TOMAS, { agency: true }))).toBe('E5');
	});
});

describe('in post', () => {
	const inPost = (id: string, day: CalendarDate, ...changes: Change[]) =>
		inPostOn(...seen(id, day, ...changes)) !== null;

	test('from the first day of the posting, not on the day it ends', () => {
		const dated = posting(TOMAS, { from: '2026-11-02', to: '2026-11-20' });
		expect(inPost(TOMAS, '2026-11-01', dated)).toBe(false);
		expect(inPost(TOMAS, '2026-11-02', dated)).toBe(true);
		expect(inPost(TOMAS, '2026-11-19', dated)).toBe(true);
		expect(inPost(TOMAS, '2026-11-20', dated)).toBe(false);
	});

	test('until the day of leaving, though the posting was never ended', () => {
		const leaver = person(TOMAS, { leftOn: '2026-11-20' });
		expect(inPost(TOMAS, '2026-11-19', leaver)).toBe(true);
		expect(inPost(TOMAS, '2026-11-20', leaver)).toBe(false);
	});

	test('in the later posting where the end of the earlier was recorded late, whatever the order of the rows', () => {
		const earlier = posting(TOMAS, { fte: 0.5, to: '2026-11-02', endRecordedOn: '2026-12-01' });
		const later = posting(TOMAS, { fte: 0.8, from: '2026-11-02' });
		expect(inPostOn(...seen(TOMAS, '2026-11-20', earlier, later))?.fte).toBe(0.8);
		expect(inPostOn(...seen(TOMAS, '2026-11-20', later, earlier))?.fte).toBe(0.8);
	});
});

describe('absent longer than 5 working days', () => {
	const isAway = (day: CalendarDate, ...changes: Change[]) => {
		const [found, on, knowledge] = seen(TOMAS, day, ...changes);
		return absentLongerThan(found, 5, on, knowledge);
	};

	test('from the day after the fifth', () => {
		expect(isAway('2026-11-16', absence(TOMAS, '2026-11-09'))).toBe(false);
		expect(isAway('2026-11-17', absence(TOMAS, '2026-11-09'))).toBe(true);
	});

	test('counts round Easter', () => {
		expect(isAway('2026-04-10', absence(TOMAS, '2026-04-01'))).toBe(false);
		expect(isAway('2026-04-11', absence(TOMAS, '2026-04-01'))).toBe(true);
	});

	test('joins leave to the sickness it touches', () => {
		const joined = [
			absence(TOMAS, '2026-11-02', '2026-11-09', { reason: 'leave' }),
			absence(TOMAS, '2026-11-09')
		];
		expect(isAway('2026-11-10', ...joined)).toBe(true);
	});

	test('begins again after a day back', () => {
		const apart = [absence(TOMAS, '2026-11-02', '2026-11-09'), absence(TOMAS, '2026-11-10')];
		expect(isAway('2026-11-16', ...apart)).toBe(false);
	});

	test('is over on the day of return', () => {
		expect(isAway('2026-11-19', absence(TOMAS, '2026-11-02', '2026-11-20'))).toBe(true);
		expect(isAway('2026-11-20', absence(TOMAS, '2026-11-02', '2026-11-20'))).toBe(false);
	});
});

describe('a course', () => {
	const holds = (course: string, day: CalendarDate, ...changes: Change[]) => {
		const [found, on, knowledge] = seen(BEN, day, ...changes);
		return isCurrent(found, course, on, knowledge);
	};

	test('is current from its completion up to, not including, its expiry', () => {
		const dated = trained(BEN, 'PLO', { completedOn: '2026-10-05', expiresOn: '2026-11-20' });
		expect(holds('PLO', '2026-10-04', dated)).toBe(false);
		expect(holds('PLO', '2026-10-05', dated)).toBe(true);
		expect(holds('PLO', '2026-11-19', dated)).toBe(true);
		expect(holds('PLO', '2026-11-20', dated)).toBe(false);
	});

	test('lapses after 36 months for CP-FOUND and S47 where no expiry was recorded', () => {
		const dated = trained(BEN, 'S47', { completedOn: '2023-11-20' });
		expect(holds('S47', '2026-11-19', dated)).toBe(true);
		expect(holds('S47', '2026-11-20', dated)).toBe(false);
	});

	test('is for good for the others', () => {
		expect(holds('CLA', '2026-11-20', trained(BEN, 'CLA', { completedOn: '2006-11-20' }))).toBe(true);
	});

	test('is current where any one of its rows is', () => {
		const twice = [
			trained(BEN, 'S47', { completedOn: '2023-05-01' }),
			trained(BEN, 'S47', { completedOn: '2026-05-01', expiresOn: '2026-06-01' })
		];
		expect(holds('S47', '2026-05-15', ...twice)).toBe(true);
		expect(holds('S47', '2026-07-01', ...twice)).toBe(false);
	});
});
