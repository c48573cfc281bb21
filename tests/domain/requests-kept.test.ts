import { expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { requestsByAgency, requestsMadeIn } from '#lib/domain/requests-by-agency.ts';
import {
	isWaiting,
	requestStanding,
	requestStates,
	whyNotAgree,
	whyNotAnswer,
	whyNotDecide,
	whyNotRecord,
	type Keeping
} from '#lib/domain/requests-kept.ts';
import { requestClockInWords, requestEffectInWords, requestTitle } from '#lib/domain/requests-words.ts';
import type { RequestState } from '#lib/domain/rules-about-requests-and-actions.ts';
import * as cast from '../cast.ts';

/** Friday 20 November 2026 is the day after Thursday 19 November; Monday 23 is the next working day. */
const THURSDAY = '2026-11-19';
const FRIDAY = '2026-11-20';
const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';

function statesOn(day: CalendarDate, ...changes: cast.Change[]): RequestState[] {
	return requestStates(cast.asAt(day, cast.given(cast.openCase('C-ASH', '2026-03-02'), ...changes)));
}

function standingOn(day: CalendarDate, ...changes: cast.Change[]) {
	const [state] = statesOn(day, ...changes);
	return state ? requestStanding(state) : null;
}

const asked = (changed: Parameters<typeof cast.request>[3] = {}, on = THURSDAY) =>
	cast.request('R-1', 'C-ASH', on, changed);
const declined = (changed: Parameters<typeof cast.request>[3] = {}) =>
	asked({
		outcome: 'declined',
		decidedOn: FRIDAY,
		decidedById: cast.MARYAM,
		rationale: 'The child has been seen since.',
		...changed
	});

test('a request is to be decided by the next working day, and late on the day after that', () => {
	expect(standingOn(THURSDAY, asked())).toEqual({ state: 'undecided', decideBy: FRIDAY });
	expect(standingOn(FRIDAY, asked())).toEqual({ state: 'undecided', decideBy: FRIDAY });
	expect(standingOn('2026-11-21', asked())).toEqual({ state: 'undecided_late', decideBy: FRIDAY });
});

test('a request of a Friday may be decided on the Monday', () => {
	expect(standingOn(MONDAY, asked({}, FRIDAY))).toEqual({ state: 'undecided', decideBy: MONDAY });
	expect(standingOn(TUESDAY, asked({}, FRIDAY))).toEqual({ state: 'undecided_late', decideBy: MONDAY });
});

test('one that is not known yet stands nowhere', () => {
	expect(standingOn('2026-11-18', asked())).toBeNull();
	expect(standingOn(FRIDAY, asked({ recordedOn: MONDAY }))).toBeNull();
	expect(standingOn(MONDAY, asked({ recordedOn: MONDAY }))).toEqual({
		state: 'undecided_late',
		decideBy: FRIDAY
	});
});

test('an agreed request waits for nobody', () => {
	const agreed = asked({ outcome: 'agreed', decidedOn: FRIDAY, decidedById: cast.MARYAM });
	expect(standingOn(MONDAY, agreed)).toEqual({ state: 'agreed', decidedOn: FRIDAY });
	expect(statesOn(MONDAY, agreed).map((state) => isWaiting(state, requestStanding(state)))).toEqual([false]);
});

test('a refusal has a working day for its second manager, and then stands alone', () => {
	const missing = ['SECOND_MANAGER'];
	const dates = { decidedOn: FRIDAY, secondBy: MONDAY, missing };
	expect(standingOn(MONDAY, declined())).toEqual({ state: 'second_awaited', ...dates });
	expect(standingOn(TUESDAY, declined())).toEqual({ state: 'declined_alone', ...dates });
});

test('a second manager ends it; the decider, an unregistered person, or a missing rationale does not', () => {
	const second = (secondManagerId: string, changed = {}) =>
		standingOn(TUESDAY, declined({ secondManagerId, secondAgreedOn: MONDAY, ...changed }))?.state;
	expect(second(cast.RUTH)).toBe('declined_with_second');
	expect(second(cast.MARYAM)).toBe('declined_alone');
	expect(second(cast.GRACE)).toBe('declined_alone');
	expect(second(cast.TOMAS)).toBe('declined_alone');
	expect(second(cast.RUTH, { rationale: ' ' })).toBe('declined_alone');
	expect(second(cast.RUTH, { secondAgreedOn: null })).toBe('declined_alone');
});

test('what the rules no longer look at waits for nobody', () => {
	const waits = (states: RequestState[]) => states.map((state) => isWaiting(state, requestStanding(state)));
	expect(waits(statesOn(MONDAY, asked({}, '2025-11-24')))).toEqual([true]);
	expect(waits(statesOn(MONDAY, asked({}, '2025-11-23')))).toEqual([false]);
	const records = cast.given(cast.openCase('C-ASH', '2026-03-02'), asked());
	const observed = cast.asAt(MONDAY, records);
	const later = cast.asAt(MONDAY, records, { settings: { observedFrom: FRIDAY } });
	expect(waits(requestStates(observed))).toEqual([true]);
	expect(waits(requestStates(later))).toEqual([false]);
});

test('who acts is somebody with the case; who decides manages practice and is registered', () => {
	const by = (role: Keeping['role'], tier: Keeping['tier'] = 'E6'): Keeping => ({
		practitionerId: cast.OWEN,
		role,
		tier
	});
	expect([by('practitioner', 'E4'), by('team_manager'), by('director')].map(whyNotRecord)).toEqual([
		null,
		null,
		null
	]);
	expect(whyNotRecord(by('inspector'))).toBe('READS_ONLY');
	expect(whyNotRecord({ ...by('team_manager'), practitionerId: null })).toBe('READS_ONLY');
	expect(whyNotDecide(by('team_manager'))).toBeNull();
	expect(whyNotDecide(by('practitioner', 'E5'))).toBe('NOT_A_MANAGER');
	expect(whyNotDecide(by('director'))).toBe('NOT_A_MANAGER');
	expect(whyNotDecide(by('team_manager', 'E0'))).toBe('NOT_COUNTING');
	expect(whyNotDecide(by('team_manager', null))).toBe('NOT_COUNTING');
});

test('a second manager is another one, and only where a refusal waits for them', () => {
	const by: Keeping = { practitionerId: cast.RUTH, role: 'service_manager', tier: 'E6' };
	const waiting = {
		state: 'second_awaited',
		decidedOn: FRIDAY,
		secondBy: MONDAY,
		missing: ['SECOND_MANAGER']
	} as const;
	expect(whyNotAgree(by, waiting, cast.MARYAM)).toBeNull();
	expect(whyNotAgree({ ...by, role: 'director' }, waiting, cast.MARYAM)).toBeNull();
	expect(whyNotAgree(by, waiting, cast.RUTH)).toBe('OWN_DECISION');
	expect(whyNotAgree({ ...by, role: 'practitioner', tier: 'E5' }, waiting, cast.MARYAM)).toBe(
		'NOT_A_MANAGER'
	);
	expect(whyNotAgree({ ...by, tier: 'E0' }, waiting, cast.MARYAM)).toBe('NOT_COUNTING');
	expect(whyNotAgree(by, { ...waiting, missing: ['RATIONALE'] }, cast.MARYAM)).toBe('NOT_DECLINED');
	expect(whyNotAgree(by, { state: 'agreed', decidedOn: FRIDAY }, cast.MARYAM)).toBe('NOT_DECLINED');
	expect(whyNotAgree(by, { state: 'undecided', decideBy: FRIDAY }, null)).toBe('NOT_DECLINED');
});

test('an agency answers a decision, not a request that nobody has decided', () => {
	const by: Keeping = { practitionerId: cast.TOMAS, role: 'practitioner', tier: 'E5' };
	expect(whyNotAnswer(by, { state: 'agreed', decidedOn: FRIDAY })).toBeNull();
	expect(whyNotAnswer(by, { state: 'undecided', decideBy: FRIDAY })).toBe('NOT_DECIDED');
	expect(whyNotAnswer({ ...by, role: 'inspector' }, { state: 'agreed', decidedOn: FRIDAY })).toBe(
		'READS_ONLY'
	);
});

test('the clock is said in words: who has to act until when, and what the flag does', () => {
	const nobody = { decider: 'Maryam', second: null };
	const words = (day: CalendarDate, ...changes: cast.Change[]) => {
		const standing = standingOn(day, ...changes);
		return standing && requestClockInWords(standing, nobody, day);
	};
	expect(words(THURSDAY, asked())).toBe(
		'To be decided by Fri 20 Nov 2026; nobody has yet. From Sat 21 Nov 2026 the flag “request declined alone, or left undecided” stands until it is decided.'
	);
	expect(words(TUESDAY, asked())).toBe(
		'To be decided by Fri 20 Nov 2026; nobody has, 4 days past that. The flag stands until it is decided.'
	);
	expect(words(FRIDAY, declined())).toContain('A second manager has to agree by Mon 23 Nov 2026.');
	expect(words(TUESDAY, declined({ rationale: null }))).toBe(
		'Declined by Maryam on Fri 20 Nov 2026. The rationale has to be written and a second manager has to agree by Mon 23 Nov 2026, 1 day past that. The flag stands until that is there, or the decision is changed.'
	);
	const agreed = declined({ secondManagerId: cast.RUTH, secondAgreedOn: MONDAY });
	expect(words(TUESDAY, agreed)).toBe(
		'Declined by Maryam on Fri 20 Nov 2026; a second manager agreed to that.'
	);
});

test('before it is recorded it is said what the flag will do', () => {
	expect(requestEffectInWords(FRIDAY, MONDAY, FRIDAY)).toContain('From Tue 24 Nov 2026 the flag');
	expect(requestEffectInWords(THURSDAY, FRIDAY, MONDAY)).toContain('stands from today until');
	expect(requestTitle({ agency: 'School', kind: null })).toBe('School makes a request');
});

test('per agency every request is in exactly one column, and figures of nothing are nothing', () => {
	const period = { from: '2026-11-01', to: TUESDAY };
	const states = statesOn(
		TUESDAY,
		asked(),
		cast.request('R-2', 'C-ASH', THURSDAY, {
			outcome: 'agreed',
			decidedOn: TUESDAY,
			agency: ' health  Visiting'
		}),
		cast.request('R-3', 'C-ASH', '2026-11-10', {
			agency: 'Police',
			outcome: 'declined',
			decidedOn: '2026-11-11',
			decidedById: cast.MARYAM,
			rationale: 'Known already.',
			secondManagerId: cast.RUTH,
			secondAgreedOn: '2026-11-11'
		}),
		cast.request('R-4', 'C-ASH', '2026-10-31', { agency: 'School' })
	);
	const { all, agencies } = requestsByAgency(requestsMadeIn(states, period), 40);
	expect(agencies.map(({ agency, made }) => [agency, made])).toEqual([
		['Health visiting', 2],
		['Police', 1]
	]);
	expect(all).toMatchObject({ made: 3, medianWorkingDays: 2, per100Cases: 7.5 });
	expect(Object.values(all.standing).reduce((sum, count) => sum + count)).toBe(3);
	expect(agencies[0]?.standing).toMatchObject({ agreed: 1, undecided_late: 1 });
	const nothing = requestsByAgency(requestsMadeIn([], period), 0);
	expect(nothing.agencies).toEqual([]);
	expect(nothing.all).toMatchObject({ made: 0, medianWorkingDays: null, per100Cases: null });
});

test('what was decided after the last day of a period is undecided in it', () => {
	const later = asked({ outcome: 'agreed', decidedOn: TUESDAY, decidedById: cast.MARYAM });
	const period = { from: '2026-11-01', to: MONDAY };
	const [counted] = requestsMadeIn(statesOn(MONDAY, later), period);
	expect(counted?.standing.state).toBe('undecided_late');
});
