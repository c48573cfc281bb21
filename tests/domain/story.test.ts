import { describe, expect, test } from 'vitest';
import { demoAuthority } from '#lib/demo/authority.ts';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Code, Severity } from '#lib/domain/codes.ts';
import { assess, type Finding } from '#lib/domain/flags.ts';
import { factsOf } from '#lib/domain/records.ts';

/**
 * The story case day by day, worked out by hand from the rules: opened Mon 12 Jan 2026 with a team, led from 13 Jan by a
 * worker in the first six months (tier E1, CP-FOUND and no S47), section 47 enquiry 13 Jan to 2 Feb, closed 12 Mar. The
 * restructure covers the team throughout, the baby was born on 20 October, and the only note, of 19 Jan, was written
 * up on 24 Feb.
 */
const { records, story, today } = demoAuthority();
const LEAD = 'P-057';
const MANAGER = 'P-009';

type Run = readonly [code: Code, severity: Severity, first: CalendarDate, last: CalendarDate | null];

const AS_KNOWN_THEN: readonly Run[] = [
	// The enquiry asks for E4 with S47 and the lead has neither; on 2 Feb the enquiry is over, an assessment asks for E1.
	['BELOW_EXPERIENCE', 'critical', '2026-01-13', '2026-02-01'],
	['TRAINING_GAP', 'critical', '2026-01-13', '2026-02-01'],
	// The first oversight of the assessment ran from Mon 12 Jan: due by Tue 13 Jan, and handing it on buys no time.
	['HELD_WITHOUT_OVERSIGHT', 'critical', '2026-01-14', '2026-02-01'],
	// One day late: medium, raised to high for a baby. The guard halves 2 wd to 1 wd: more than that late is critical.
	['OVERSIGHT_OVERDUE', 'high', '2026-01-14', '2026-01-14'],
	// High stakes until 1 Feb; then more than 7 days late, raised. The note known on 24 Feb counts from 19 Jan: 10 wd on
	// is 2 Feb, and it is still overdue.
	['OVERSIGHT_OVERDUE', 'critical', '2026-01-15', '2026-03-11'],
	// About risk, due Thu 15 Jan, done only with the closing on 12 Mar.
	['ACTION_OVERDUE', 'critical', '2026-01-16', '2026-03-11'],
	// Declined Fri 23 Jan; one working day on is Mon 26 Jan; nobody agreed. Looked at for 12 months.
	['REQUEST_DECLINED_ALONE', 'critical', '2026-01-27', null],
	// Ended Mon 2 Feb; by Tue 3 Feb nobody had explained the outcome. Medium stakes do not matter: high, raised.
	['SECTION_47_UNEXPLAINED', 'critical', '2026-02-04', null],
	// Agreed Mon 2 Feb without owner or date; one working day on is Tue 3 Feb; medium, raised.
	['ACTION_WEAK', 'high', '2026-02-04', '2026-03-11'],
	// Closed 12 Mar; in the last 90 days until 9 Jun.
	['CLOSED_WITHOUT_SIGN_OFF', 'critical', '2026-03-12', '2026-06-09'],
	['CLOSED_SOON_AFTER_SECTION_47', 'critical', '2026-03-12', '2026-06-09']
];

/** The note of Mon 19 Jan seen in its place: with the guard it buys one working day, to Tue 20 Jan. */
const WITH_HINDSIGHT: readonly Run[] = [
	...AS_KNOWN_THEN.filter(([code]) => code !== 'HELD_WITHOUT_OVERSIGHT' && code !== 'OVERSIGHT_OVERDUE'),
	['HELD_WITHOUT_OVERSIGHT', 'critical', '2026-01-14', '2026-01-18'],
	['HELD_WITHOUT_OVERSIGHT', 'critical', '2026-01-21', '2026-02-01'],
	['OVERSIGHT_OVERDUE', 'high', '2026-01-14', '2026-01-14'],
	['OVERSIGHT_OVERDUE', 'critical', '2026-01-15', '2026-01-18'],
	// One day late on 21 Jan; one working day more is Wed 21 Jan itself, so critical from the 22nd.
	['OVERSIGHT_OVERDUE', 'high', '2026-01-21', '2026-01-21'],
	['OVERSIGHT_OVERDUE', 'critical', '2026-01-22', '2026-02-01'],
	// On Mon 2 Feb the enquiry is over: 10 wd from 19 Jan is that very day. Up to 7 days late is medium, raised.
	['OVERSIGHT_OVERDUE', 'high', '2026-02-03', '2026-02-09'],
	['OVERSIGHT_OVERDUE', 'critical', '2026-02-10', '2026-03-11']
];

/** Of the worker: E1, supervised every 14 days from six weeks into the early-career stage; E1 is high at once. */
const OF_THE_WORKER: readonly Run[] = [
	// Held 7 Jan, so due by 21 Jan; held again on 11 Feb.
	['SUPERVISION_OVERDUE', 'high', '2026-01-22', '2026-02-10'],
	// Due by 25 Feb; held on 5 Mar.
	['SUPERVISION_OVERDUE', 'high', '2026-02-26', '2026-03-04'],
	// Cancelled on 20 and on 27 Jan.
	['SUPERVISION_CANCELLED_TWICE', 'high', '2026-01-27', '2026-02-10']
];

const WORKER_CODES: ReadonlySet<Code> = new Set(['SUPERVISION_OVERDUE', 'SUPERVISION_CANCELLED_TWICE']);

const whole = factsOf(records);
const authority = arrange({
	...whole,
	cases: whole.cases.filter(({ caseId }) => caseId === story.caseId),
	people: new Map([...whole.people].filter(([id]) => id === LEAD || id === MANAGER))
});

function daysUpTo(last: CalendarDate): CalendarDate[] {
	const days: CalendarDate[] = [];
	for (let day = '2026-01-11'; day <= last; day = addDays(day, 1)) days.push(day);
	return days;
}

function standing(on: CalendarDate, hindsight: boolean, isOurs: (finding: Finding) => boolean) {
	return assess(viewOf(authority, on, hindsight)).filter(isOurs);
}

const expectedOn = (runs: readonly Run[], day: CalendarDate) =>
	runs
		.filter(([, , first, last]) => first <= day && (last === null || day <= last))
		.map(([code, severity]) => `${code} ${severity}`)
		.sort();

const said = (findings: readonly Finding[]) =>
	findings.map(({ code, severity }) => `${code} ${severity}`).sort();

const ofTheCase = ({ caseId }: Finding) => caseId === story.caseId;
const ofTheWorker = ({ code, practitionerId }: Finding) => practitionerId === LEAD && WORKER_CODES.has(code);

describe('The story case, as worked out by hand', () => {
	test('flags the case on exactly these days, as it was known then', () => {
		for (const day of daysUpTo(today))
			expect({ day, flags: said(standing(day, false, ofTheCase)) }).toEqual({
				day,
				flags: expectedOn(AS_KNOWN_THEN, day)
			});
	});

	test('flags the case on exactly these days, with hindsight', () => {
		for (const day of daysUpTo('2026-06-30'))
			expect({ day, flags: said(standing(day, true, ofTheCase)) }).toEqual({
				day,
				flags: expectedOn(WITH_HINDSIGHT, day)
			});
	});

	test('flags the worker’s supervision on exactly these days', () => {
		for (const day of daysUpTo('2026-03-18'))
			expect({ day, flags: said(standing(day, false, ofTheWorker)) }).toEqual({
				day,
				flags: expectedOn(OF_THE_WORKER, day)
			});
	});

	test('says since when: the first day of each run, whatever its severity', () => {
		const firstOf = new Map<Code, CalendarDate>();
		for (const [code, , first] of AS_KNOWN_THEN) if (!firstOf.has(code)) firstOf.set(code, first);
		for (const day of ['2026-02-01', '2026-03-11', '2026-06-09', today])
			for (const { code, since } of standing(day, false, ofTheCase))
				expect([day, code, since]).toEqual([day, code, firstOf.get(code)]);
	});
});
