import { describe, expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Code } from '#lib/domain/codes.ts';
import type { Finding } from '#lib/domain/flags.ts';
import {
	action,
	AISHA,
	asAt,
	BEN,
	findingsAbout,
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
	request,
	restructure,
	RUTH,
	TOMAS,
	type Change
} from '../cast.ts';

const ROBIN = 'robin';

type Seen = Parameters<typeof asAt>[2];

function found(code: Code, day: CalendarDate, changes: readonly Change[], seen: Seen = {}): Finding[] {
	return findingsAbout(ROBIN, asAt(day, given(...changes), seen)).filter((finding) => finding.code === code);
}

const stands = (code: Code, day: CalendarDate, changes: readonly Change[], seen: Seen = {}) =>
	found(code, day, changes, seen).length > 0;

/** The severity and the day since when, of the one flag that stands. */
function flag(code: Code, day: CalendarDate, changes: readonly Change[], seen: Seen = {}): string | null {
	const [finding] = found(code, day, changes, seen);
	return finding ? `${finding.severity} since ${finding.since}` : null;
}

describe('HANDOVER_WITHOUT_OVERSIGHT', () => {
	const open = [openCase(ROBIN, '2026-09-01'), kind(ROBIN, 'child_protection', '2026-09-01')];
	const HANDED = '2026-10-05';
	const handed = [...open, lead(ROBIN, TOMAS, '2026-09-01', HANDED), lead(ROBIN, AISHA, HANDED)];
	const CODE = 'HANDOVER_WITHOUT_OVERSIGHT';

	test('stands from the sixth working day after the case came to somebody else', () => {
		expect(stands(CODE, '2026-10-12', handed)).toBe(false);
		expect(flag(CODE, '2026-10-13', handed)).toBe('high since 2026-10-13');
		expect(found(CODE, '2026-10-20', handed)[0]).toMatchObject({
			since: '2026-10-13',
			practitionerId: AISHA,
			facts: { changedOn: HANDED, change: 'LEAD', fromId: TOMAS, toId: AISHA }
		});
	});

	test('is answered by oversight on the day itself or after, however late, and not by what was before', () => {
		expect(stands(CODE, '2026-10-13', [...handed, oversight(ROBIN, MARYAM, HANDED)])).toBe(false);
		expect(stands(CODE, '2026-10-13', [...handed, oversight(ROBIN, MARYAM, '2026-10-02')])).toBe(true);
		const late = [...handed, oversight(ROBIN, MARYAM, '2026-10-20')];
		expect([stands(CODE, '2026-10-19', late), stands(CODE, '2026-10-20', late)]).toEqual([true, false]);
	});

	test('is answered by a handover entry of the five working days before, for a change of lead', () => {
		const before = (madeOn: CalendarDate) => [
			...handed,
			oversight(ROBIN, MARYAM, madeOn, { kind: 'handover' })
		];
		expect(stands(CODE, '2026-10-13', before('2026-09-28'))).toBe(false);
		expect(stands(CODE, '2026-10-13', before('2026-09-25'))).toBe(true);
	});

	test('looks at the same lead in another team or under another supervisor, whom an earlier entry does not answer', () => {
		const moved = [
			...open,
			lead(ROBIN, TOMAS, '2026-09-01'),
			posting(TOMAS, { to: HANDED }),
			posting(TOMAS, { from: HANDED, teamId: ORCHARD, supervisorId: OWEN }),
			oversight(ROBIN, MARYAM, '2026-10-02', { kind: 'handover' })
		];
		expect(flag(CODE, '2026-10-13', moved)).toBe('high since 2026-10-13');
		const sameAgain = [
			...open,
			lead(ROBIN, TOMAS, '2026-09-01'),
			posting(TOMAS, { to: HANDED }),
			posting(TOMAS, { from: HANDED, role: 'senior_practitioner' })
		];
		expect(stands(CODE, '2026-10-13', sameAgain)).toBe(false);
	});

	test('takes neither the first lead nor the return of the last one for a change', () => {
		expect(stands(CODE, '2026-10-13', [...open, lead(ROBIN, TOMAS, HANDED)])).toBe(false);
		const back = [...open, lead(ROBIN, TOMAS, '2026-09-01', '2026-09-21'), lead(ROBIN, TOMAS, HANDED)];
		expect(stands(CODE, '2026-10-13', back)).toBe(false);
	});

	test('stands where nobody leads any more, and after a gap in which nobody led', () => {
		const left = [...open, lead(ROBIN, TOMAS, '2026-09-01', '2026-09-21')];
		expect(stands(CODE, '2026-10-20', [...left, lead(ROBIN, AISHA, HANDED, '2026-10-07')])).toBe(true);
	});

	test('counts past a bank holiday', () => {
		const may = [
			openCase(ROBIN, '2026-04-01'),
			lead(ROBIN, TOMAS, '2026-04-01', '2026-05-01'),
			lead(ROBIN, AISHA, '2026-05-01')
		];
		expect(stands(CODE, '2026-05-11', may)).toBe(false);
		expect(stands(CODE, '2026-05-12', may)).toBe(true);
	});

	test('is critical for high stakes while a restructure covers the team', () => {
		expect(flag(CODE, '2026-10-13', [...handed, restructure('2026-10-01', null)])).toBe(
			'critical since 2026-10-13'
		);
	});

	test('looks back twelve months, past a leap day, and not before the authority is observed', () => {
		const leap = [
			openCase(ROBIN, '2024-01-08'),
			lead(ROBIN, TOMAS, '2024-01-08', '2024-02-29'),
			lead(ROBIN, AISHA, '2024-02-29')
		];
		expect(stands(CODE, '2025-02-28', leap)).toBe(true);
		expect(stands(CODE, '2025-03-01', leap)).toBe(false);
		const observedFrom = (day: CalendarDate) => ({ settings: { observedFrom: day } });
		expect(stands(CODE, '2026-10-20', handed, observedFrom(HANDED))).toBe(true);
		expect(stands(CODE, '2026-10-20', handed, observedFrom('2026-10-06'))).toBe(false);
	});

	test('another team or supervisor is a change only for who led the day before', () => {
		const moved = [
			posting(TOMAS, { to: HANDED }),
			posting(TOMAS, { from: HANDED, teamId: ORCHARD, supervisorId: OWEN })
		];
		const throughout = [...open, lead(ROBIN, TOMAS, '2026-09-01'), ...moved];
		expect(stands(CODE, '2026-10-13', throughout)).toBe(true);
		const away = [
			...open,
			lead(ROBIN, TOMAS, '2026-09-01', '2026-09-21'),
			lead(ROBIN, TOMAS, HANDED),
			...moved
		];
		expect(stands(CODE, '2026-10-13', away)).toBe(false);
		const until = [...open, lead(ROBIN, TOMAS, '2026-09-01', '2026-10-06'), ...moved];
		expect(stands(CODE, '2026-10-13', until)).toBe(true);
	});

	test('oversight on the day of the change answers for it, also on the first day that is observed', () => {
		const moved = [
			...open,
			lead(ROBIN, TOMAS, '2026-09-01'),
			posting(TOMAS, { to: HANDED }),
			posting(TOMAS, { from: HANDED, supervisorId: OWEN }),
			oversight(ROBIN, OWEN, HANDED)
		];
		expect(stands(CODE, '2026-10-20', moved)).toBe(false);
		expect(stands(CODE, '2026-10-20', moved, { settings: { observedFrom: HANDED } })).toBe(false);
	});
});

describe('SECTION_47_UNEXPLAINED', () => {
	const CODE = 'SECTION_47_UNEXPLAINED';
	const ENDED = '2026-10-01';
	const enquired = [
		openCase(ROBIN, '2026-09-14'),
		lead(ROBIN, TOMAS, '2026-09-14'),
		kind(ROBIN, 'section_47', '2026-09-14', ENDED)
	];
	const outcome = (madeOn: CalendarDate) => oversight(ROBIN, MARYAM, madeOn, { kind: 'section_47_outcome' });

	test('stands from the second working day after the enquiry ended', () => {
		expect(stands(CODE, '2026-10-02', enquired)).toBe(false);
		expect(flag(CODE, '2026-10-03', enquired)).toBe('high since 2026-10-03');
	});

	test('is answered by an outcome made since the enquiry began, and not by another decision', () => {
		expect(stands(CODE, '2026-10-05', [...enquired, outcome('2026-09-14')])).toBe(false);
		expect(stands(CODE, '2026-10-05', [...enquired, oversight(ROBIN, MARYAM, '2026-09-30')])).toBe(true);
		const late = [...enquired, outcome('2026-10-20')];
		expect([stands(CODE, '2026-10-19', late), stands(CODE, '2026-10-20', late)]).toEqual([true, false]);
	});

	test('does not take the lead’s own word, nor one without a reason', () => {
		const own = oversight(ROBIN, TOMAS, '2026-10-01', { kind: 'section_47_outcome' });
		const bare = oversight(ROBIN, MARYAM, '2026-10-01', { kind: 'section_47_outcome', rationale: ' ' });
		expect(stands(CODE, '2026-10-05', [...enquired, own, bare])).toBe(true);
	});

	test('stands after the case is closed, which ends the enquiry, and for an enquiry of a single day', () => {
		const closed = [
			openCase(ROBIN, '2026-09-14', { closedOn: ENDED }),
			kind(ROBIN, 'section_47', '2026-09-14')
		];
		expect(flag(CODE, '2026-10-05', closed)).toBe('high since 2026-10-03');
		const single = [openCase(ROBIN, '2026-09-14'), kind(ROBIN, 'section_47', ENDED, ENDED)];
		expect(stands(CODE, '2026-10-05', single)).toBe(true);
	});

	test('is no longer raised twelve months later, nor while the enquiry runs', () => {
		expect(stands(CODE, '2027-09-30', enquired)).toBe(true);
		expect(stands(CODE, '2027-10-01', enquired)).toBe(false);
		expect(stands(CODE, '2026-09-30', enquired)).toBe(false);
	});
});

describe('REQUEST_DECLINED_ALONE', () => {
	const CODE = 'REQUEST_DECLINED_ALONE';
	const open = [openCase(ROBIN, '2026-09-14')];
	const declined = {
		outcome: 'declined' as const,
		decidedOn: '2026-10-02',
		decidedById: MARYAM,
		rationale: 'The core group meets tomorrow.'
	};
	const second = { ...declined, secondManagerId: RUTH, secondAgreedOn: '2026-10-02' };
	const asked = (changed: Parameters<typeof request>[3] = {}) => [
		...open,
		request('R-1', ROBIN, '2026-10-01', changed)
	];

	test('stands from the second working day without a decision', () => {
		expect(stands(CODE, '2026-10-02', asked())).toBe(false);
		expect(found(CODE, '2026-10-03', asked())[0]).toMatchObject({
			severity: 'critical',
			since: '2026-10-03',
			subject: { kind: 'request', id: 'R-1' },
			caseId: ROBIN,
			facts: { missing: ['DECISION'] }
		});
	});

	test('stands from the second working day after one manager declined alone, over a weekend', () => {
		expect(stands(CODE, '2026-10-05', asked(declined))).toBe(false);
		expect(flag(CODE, '2026-10-06', asked(declined))).toBe('critical since 2026-10-06');
	});

	test('is not raised with a rationale and the agreement of a second manager', () => {
		expect(stands(CODE, '2026-10-20', asked(second))).toBe(false);
		expect(stands(CODE, '2026-10-20', asked({ ...second, rationale: '' }))).toBe(true);
		expect(stands(CODE, '2026-10-20', asked({ ...second, secondAgreedOn: null }))).toBe(true);
	});

	test('takes no second who is the decider, or does not manage practice', () => {
		expect(stands(CODE, '2026-10-20', asked({ ...second, secondManagerId: MARYAM }))).toBe(true);
		expect(stands(CODE, '2026-10-20', asked({ ...second, secondManagerId: AISHA }))).toBe(true);
	});

	test('clears when the second manager agrees later, and stands again for nobody', () => {
		const later = asked({ ...second, secondAgreedOn: '2026-10-14' });
		expect([stands(CODE, '2026-10-13', later), stands(CODE, '2026-10-14', later)]).toEqual([true, false]);
	});

	test('the facts name who declined, and nobody while it is undecided', () => {
		expect(found(CODE, '2026-10-06', asked(declined))[0]?.facts).toMatchObject({ decidedById: MARYAM });
		expect(found(CODE, '2026-10-06', asked({ decidedById: MARYAM }))[0]?.facts).toMatchObject({
			decidedById: null
		});
	});

	test('is not raised for a request that was agreed', () => {
		expect(stands(CODE, '2026-10-20', asked({ outcome: 'agreed', decidedOn: '2026-10-02' }))).toBe(false);
		expect(stands(CODE, '2026-10-20', asked({ outcome: 'agreed', decidedOn: null }))).toBe(true);
	});

	test('stands after the case is closed, and for twelve months', () => {
		const closed = [
			openCase(ROBIN, '2026-09-14', { closedOn: '2026-10-03' }),
			request('R-1', ROBIN, '2026-10-01', declined)
		];
		expect(stands(CODE, '2027-10-01', closed)).toBe(true);
		expect(stands(CODE, '2027-10-02', closed)).toBe(false);
	});
});

describe('CLOSED_WITHOUT_SIGN_OFF and CLOSED_SOON_AFTER_SECTION_47', () => {
	const SIGN_OFF = 'CLOSED_WITHOUT_SIGN_OFF';
	const SOON = 'CLOSED_SOON_AFTER_SECTION_47';
	const CLOSED = '2026-10-28';
	const closed = [
		openCase(ROBIN, '2026-05-04', { closedOn: CLOSED }),
		lead(ROBIN, TOMAS, '2026-05-04', CLOSED)
	];
	const signedOff = (madeOn: CalendarDate, by = MARYAM) => [
		...closed,
		oversight(ROBIN, by, madeOn, { kind: 'closure' })
	];

	test('a closing without sign-off stands from its day for ninety days', () => {
		expect(stands(SIGN_OFF, '2026-10-27', closed)).toBe(false);
		expect(flag(SIGN_OFF, CLOSED, closed)).toBe('high since 2026-10-28');
		expect(stands(SIGN_OFF, '2027-01-25', closed)).toBe(true);
		expect(stands(SIGN_OFF, '2027-01-26', closed)).toBe(false);
	});

	test('a sign-off of the 28 days up to the closing counts, an earlier or later one does not', () => {
		expect(stands(SIGN_OFF, CLOSED, signedOff(CLOSED))).toBe(false);
		expect(stands(SIGN_OFF, CLOSED, signedOff('2026-10-01'))).toBe(false);
		expect(stands(SIGN_OFF, CLOSED, signedOff('2026-09-30'))).toBe(true);
		expect(stands(SIGN_OFF, '2026-10-30', signedOff('2026-10-29'))).toBe(true);
		expect(stands(SIGN_OFF, CLOSED, signedOff(CLOSED, TOMAS))).toBe(true);
	});

	test('a closing less than ninety days after an enquiry ended is soon', () => {
		const enquired = (to: CalendarDate | null) => [...closed, kind(ROBIN, 'section_47', '2026-06-01', to)];
		expect(stands(SOON, CLOSED, enquired('2026-07-30'))).toBe(false);
		expect(stands(SOON, CLOSED, enquired('2026-07-31'))).toBe(true);
		expect(found(SOON, CLOSED, enquired(null))[0]?.facts).toMatchObject({ days: 0, endedOn: CLOSED });
		expect(stands(SOON, CLOSED, closed)).toBe(false);
	});

	test('a young child raises both, and the team is that of the latest allocation once nobody leads', () => {
		const baby = [
			openCase(ROBIN, '2026-05-04', { closedOn: CLOSED, dateOfBirth: '2026-04-01' }),
			lead(ROBIN, TOMAS, '2026-05-04', CLOSED, { teamId: ORCHARD })
		];
		expect(found(SIGN_OFF, CLOSED, baby)[0]).toMatchObject({
			severity: 'critical',
			practitionerId: null,
			teamId: ORCHARD
		});
	});
});

describe('FREQUENT_CHANGE', () => {
	const CODE = 'FREQUENT_CHANGE';
	const three = [
		openCase(ROBIN, '2025-06-02'),
		lead(ROBIN, TOMAS, '2025-06-02', '2025-11-20'),
		lead(ROBIN, AISHA, '2025-11-20', '2026-03-02'),
		lead(ROBIN, BEN, '2026-03-02')
	];

	test('stands from the day of the third lead, until the first was more than twelve months ago', () => {
		expect(stands(CODE, '2026-03-01', three)).toBe(false);
		expect(flag(CODE, '2026-03-02', three)).toBe('medium since 2026-03-02');
		expect(flag(CODE, '2026-11-18', three)).toBe('medium since 2026-03-02');
		expect(stands(CODE, '2026-11-19', three)).toBe(false);
	});

	test('is not raised for the same two people by turns', () => {
		const turns = [
			openCase(ROBIN, '2026-01-05'),
			lead(ROBIN, TOMAS, '2026-01-05', '2026-02-02'),
			lead(ROBIN, AISHA, '2026-02-02', '2026-03-02'),
			lead(ROBIN, TOMAS, '2026-03-02')
		];
		expect(stands(CODE, '2026-06-01', turns)).toBe(false);
	});

	test('stands for the third supervisor of the same lead', () => {
		const supervised = [
			openCase(ROBIN, '2026-01-05'),
			lead(ROBIN, LEO, '2026-01-05'),
			posting(LEO, { to: '2026-04-06', teamId: ORCHARD, supervisorId: OWEN }),
			posting(LEO, { from: '2026-04-06', to: '2026-07-06', teamId: ORCHARD, supervisorId: MARYAM }),
			posting(LEO, { from: '2026-07-06', teamId: ORCHARD, supervisorId: RUTH })
		];
		expect(stands(CODE, '2026-07-05', supervised)).toBe(false);
		expect(found(CODE, '2026-07-06', supervised)[0]?.facts).toEqual({
			leadIds: [LEO],
			supervisorIds: [OWEN, MARYAM, RUTH]
		});
	});
});

describe('ACTION_OVERDUE and ACTION_WEAK', () => {
	const open = [openCase(ROBIN, '2026-09-14'), lead(ROBIN, AISHA, '2026-09-14')];
	const agreed = (changed: Parameters<typeof action>[2]) => [
		...open,
		action('A-1', '2026-10-01', { caseId: ROBIN, ...changed })
	];

	test('an action is overdue after five working days, one about risk the day after', () => {
		const due = { dueOn: '2026-10-07' };
		expect(stands('ACTION_OVERDUE', '2026-10-14', agreed(due))).toBe(false);
		expect(flag('ACTION_OVERDUE', '2026-10-15', agreed(due))).toBe('medium since 2026-10-15');
		expect(stands('ACTION_OVERDUE', '2026-10-07', agreed({ ...due, risk: true }))).toBe(false);
		expect(flag('ACTION_OVERDUE', '2026-10-08', agreed({ ...due, risk: true }))).toBe(
			'high since 2026-10-08'
		);
	});

	test('an action that was done is not overdue, from the day it was done', () => {
		const done = agreed({ dueOn: '2026-10-07', risk: true, doneOn: '2026-10-12' });
		expect(stands('ACTION_OVERDUE', '2026-10-11', done)).toBe(true);
		expect(stands('ACTION_OVERDUE', '2026-10-12', done)).toBe(false);
	});

	test('an action without owner or due date is weak from the second working day', () => {
		expect(stands('ACTION_WEAK', '2026-10-02', agreed({ dueOn: null }))).toBe(false);
		expect(flag('ACTION_WEAK', '2026-10-03', agreed({ dueOn: null }))).toBe('medium since 2026-10-03');
		expect(stands('ACTION_WEAK', '2026-10-03', agreed({ dueOn: '2026-10-20', ownerId: null }))).toBe(true);
		expect(stands('ACTION_WEAK', '2026-10-03', agreed({ dueOn: '2026-10-20' }))).toBe(false);
	});

	test('an action is let be twelve months after it was due, or agreed where it is weak', () => {
		const due = agreed({ dueOn: '2026-10-07', risk: true });
		expect(stands('ACTION_OVERDUE', '2027-10-06', due)).toBe(true);
		expect(stands('ACTION_OVERDUE', '2027-10-07', due)).toBe(false);
		const weak = agreed({ dueOn: null });
		expect(stands('ACTION_WEAK', '2027-09-30', weak)).toBe(true);
		expect(stands('ACTION_WEAK', '2027-10-01', weak)).toBe(false);
	});

	test('the facts say whether it is about risk, and for how many days it is overdue', () => {
		const [risky] = found('ACTION_OVERDUE', '2026-10-09', agreed({ dueOn: '2026-10-07', risk: true }));
		expect(risky?.facts).toMatchObject({ dueOn: '2026-10-07', risk: true, daysOverdue: 2 });
		const [weak] = found('ACTION_WEAK', '2026-10-07', agreed({ dueOn: '2026-10-07', ownerId: null }));
		expect(weak?.facts).toMatchObject({ ownerId: null, risk: false, daysOverdue: null });
	});

	test('each action is a finding of its own, about the lead of the case', () => {
		const two = [...agreed({ dueOn: null }), action('A-2', '2026-10-01', { caseId: ROBIN })];
		const weak = found('ACTION_WEAK', '2026-10-05', two);
		expect(weak.map(({ subject, practitionerId }) => [subject.kind, subject.id, practitionerId])).toEqual([
			['action', 'A-1', AISHA],
			['action', 'A-2', AISHA]
		]);
	});

	test('an action that came from a decision is about the case of the decision', () => {
		const decided = [
			...open,
			oversight(ROBIN, MARYAM, '2026-10-01', { oversightId: 'O-1' }),
			action('A-1', '2026-10-01', { oversightId: 'O-1' })
		];
		expect(found('ACTION_WEAK', '2026-10-05', decided)[0]?.caseId).toBe(ROBIN);
	});

	test('an action about a child under two is more severe, and stands after the case is closed', () => {
		const baby = [
			openCase(ROBIN, '2026-09-14', { dateOfBirth: '2026-08-01', closedOn: '2026-10-20' }),
			action('A-1', '2026-10-01', { caseId: ROBIN })
		];
		expect(flag('ACTION_WEAK', '2026-11-02', baby)).toBe('high since 2026-10-03');
	});
});

describe('TIMESCALE_MISSED', () => {
	const CODE = 'TIMESCALE_MISSED';

	test('an assessment has run too long after 45 working days', () => {
		const assessed = [openCase(ROBIN, '2026-08-03'), kind(ROBIN, 'assessment', '2026-08-03')];
		expect(stands(CODE, '2026-10-06', assessed)).toBe(false);
		expect(flag(CODE, '2026-10-07', assessed)).toBe('high since 2026-10-07');
		const ended = [openCase(ROBIN, '2026-08-03'), kind(ROBIN, 'assessment', '2026-08-03', '2026-10-12')];
		expect([stands(CODE, '2026-10-11', ended), stands(CODE, '2026-10-12', ended)]).toEqual([true, false]);
	});

	test('a conference that is needed is late 15 working days after the enquiry began, until it is held', () => {
		const enquired = (conferenceOn: CalendarDate | null, conferenceNeeded = true) => [
			openCase(ROBIN, '2026-10-05'),
			kind(ROBIN, 'section_47', '2026-10-05', '2026-10-15', { conferenceNeeded, conferenceOn })
		];
		expect(stands(CODE, '2026-10-26', enquired(null))).toBe(false);
		expect(flag(CODE, '2026-10-27', enquired(null))).toBe('high since 2026-10-27');
		expect(stands(CODE, '2026-10-27', enquired('2026-10-26'))).toBe(false);
		const late = enquired('2026-10-29');
		expect([stands(CODE, '2026-10-28', late), stands(CODE, '2026-10-29', late)]).toEqual([true, false]);
		expect(stands(CODE, '2026-10-27', enquired(null, false))).toBe(false);
	});

	test('a conference that is written down with a later row of the same enquiry was held', () => {
		const joined = (again: CalendarDate) => [
			openCase(ROBIN, '2026-10-05'),
			kind(ROBIN, 'section_47', '2026-10-05', '2026-10-15', { conferenceNeeded: true }),
			kind(ROBIN, 'section_47', again, '2026-10-30', { conferenceOn: '2026-10-28' })
		];
		const onDays = (again: CalendarDate) =>
			['2026-10-26', '2026-10-27', '2026-10-28'].map((day) => stands(CODE, day, joined(again)));
		expect(onDays('2026-10-15')).toEqual([false, true, false]);
		// After a day without one it is another enquiry, with a conference of its own.
		expect(onDays('2026-10-17')).toEqual([false, true, true]);
	});

	test('an enquiry that ended before the authority is observed asks for no conference any more', () => {
		const ended = [
			openCase(ROBIN, '2026-10-05'),
			kind(ROBIN, 'section_47', '2026-10-05', '2026-10-15', { conferenceNeeded: true })
		];
		const observedFrom = (day: CalendarDate) => ({ settings: { observedFrom: day } });
		expect(stands(CODE, '2026-11-02', ended, observedFrom('2026-10-15'))).toBe(true);
		expect(stands(CODE, '2026-11-02', ended, observedFrom('2026-10-16'))).toBe(false);
	});

	test('a case of unknown kind misses no timescale', () => {
		expect(stands(CODE, '2026-12-01', [openCase(ROBIN, '2026-08-03'), person('carys')])).toBe(false);
	});
});
