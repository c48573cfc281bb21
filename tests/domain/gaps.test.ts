import { expect, test } from 'vitest';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { contradictionsOf, CONTRADICTIONS } from '#lib/domain/contradictions.ts';
import { assess, fold } from '#lib/domain/flags.ts';
import { checkedOn, GAPS, gapsOf, lookedAt, mayRestOn, missingOf, type Gap } from '#lib/domain/gaps.ts';
import { CONTRADICTION_IN_WORDS, GAP_IN_WORDS, nothingMissing, rowsInWords } from '#lib/domain/gaps-words.ts';
import * as cast from '../cast.ts';

/** A Friday. */
const TODAY = '2026-11-20';

/** A case of Tomas with everything recorded that the rules ask for. */
const ASH: readonly cast.Change[] = [
	cast.openCase('C-ASH', '2026-03-02'),
	cast.kind('C-ASH', 'child_in_need', '2026-03-02'),
	cast.lead('C-ASH', cast.TOMAS, '2026-03-02')
];

function looked(changes: readonly cast.Change[], on: CalendarDate = TODAY) {
	const view = cast.asAt(on, cast.given(...changes));
	const { people, cases } = view.authority;
	return {
		view,
		all: lookedAt(view, { people: people.keys(), cases: new Set(cases.map(({ caseId }) => caseId)) })
	};
}

function gapsIn(changes: readonly cast.Change[], on: CalendarDate = TODAY): Gap[] {
	const { view, all } = looked(changes, on);
	return gapsOf(missingOf(view, all), view, fold(assess(view)));
}

const gaps = (...changes: cast.Change[]) =>
	gapsIn(changes).map(({ code, reference }) => `${code} ${reference}`);

function disagreeing(...changes: cast.Change[]): string[] {
	const { view, all } = looked(changes);
	return contradictionsOf(view, all).map(({ code, reference }) => `${code} ${reference}`);
}

test('where everything is recorded nothing is missing and nothing disagrees, and it says over what', () => {
	expect(gaps(...ASH)).toEqual([]);
	expect(disagreeing(...ASH)).toEqual([]);
	const { view, all } = looked(ASH);
	const checked = checkedOn(view, all);
	expect(checked).toEqual({ people: 9, cases: 1 });
	expect(nothingMissing(checked)).toBe(
		'Nothing is missing, and nothing disagrees: checked 9 people in post and 1 open case.'
	);
});

test('a manager without a number or a date of registration comes first, with the flags their entries did not clear', () => {
	const maryam = cast.person(cast.MARYAM, { registeredOn: null });
	const overdue: cast.Change[] = [
		...ASH,
		maryam,
		cast.oversight('C-ASH', cast.MARYAM, '2026-11-18'),
		cast.openCase('C-ELM', '2026-03-02', { dateOfBirth: null }),
		cast.kind('C-ELM', 'child_in_need', '2026-03-02'),
		cast.lead('C-ELM', cast.AISHA, '2026-03-02')
	];
	const [first, ...others] = gapsIn(overdue);
	expect(first).toMatchObject({ code: 'MANAGER_NOT_REGISTERED', reference: cast.MARYAM, caseId: null });
	const { view } = looked(overdue);
	const standing = fold(assess(view));
	const notCleared = standing.filter(
		({ caseId, code }) =>
			caseId === 'C-ASH' && (code === 'OVERSIGHT_OVERDUE' || code === 'HANDOVER_WITHOUT_OVERSIGHT')
	);
	const supervised = standing.filter(({ code }) => code === 'SUPERVISOR_NOT_QUALIFIED');
	expect(notCleared.length).toBeGreaterThan(0);
	expect(first?.flags).toBe(notCleared.length + supervised.length);
	expect(others.map(({ code, reference }) => `${code} ${reference}`)).toEqual([
		'DATE_OF_BIRTH_MISSING C-ELM'
	]);
});

test('a manager with registration, and a director without, are no gap of that kind', () => {
	expect(gaps(cast.person(cast.DIANA, { sweNumber: null, registeredOn: null }))).toEqual([
		`NUMBER_MISSING ${cast.DIANA}`
	]);
	expect(gaps(cast.person(cast.MARYAM))).toEqual([]);
	expect(gaps(cast.person(cast.OWEN, { sweNumber: null, registeredOn: null }))).toEqual([
		`MANAGER_NOT_REGISTERED ${cast.OWEN}`
	]);
});

test('no number is a gap of who holds what a social worker must hold, not of a support worker who does not', () => {
	expect(gaps()).toEqual([]);
	const leaver = [
		cast.openCase('C-FIR', '2026-03-02', { dateOfBirth: '2007-05-14' }),
		cast.kind('C-FIR', 'care_leaver', '2026-03-02'),
		cast.lead('C-FIR', cast.GRACE, '2026-03-02')
	];
	expect(gaps(...leaver)).toEqual([]);
	const child: cast.Change[] = [
		cast.openCase('C-YEW', '2026-03-02'),
		cast.kind('C-YEW', 'child_protection', '2026-03-02'),
		cast.lead('C-YEW', cast.GRACE, '2026-03-02')
	];
	const [found] = gapsIn(child);
	expect(found).toMatchObject({ code: 'NUMBER_MISSING', reference: cast.GRACE, flags: 1 });
});

test('a number without its date is a gap, and the flags on the tier rest on it', () => {
	const tomas = cast.person(cast.TOMAS, { registeredOn: null });
	const held: cast.Change[] = [
		cast.openCase('C-OAK', '2026-11-19'),
		cast.kind('C-OAK', 'child_protection', '2026-11-19'),
		cast.lead('C-OAK', cast.TOMAS, '2026-11-19')
	];
	expect(gapsIn([tomas, ...held])[0]).toMatchObject({ code: 'REGISTRATION_DATE_MISSING', flags: 2 });
	expect(gapsIn([tomas])[0]).toMatchObject({ code: 'REGISTRATION_DATE_MISSING', flags: 0 });
});

test('a posting without a supervisor, without FTE, or none at all where cases are held', () => {
	expect(gapsIn([cast.posting(cast.TOMAS, { supervisorId: null })])[0]).toMatchObject({
		code: 'SUPERVISOR_MISSING',
		flags: 1 + gapsFlagsOverdue()
	});
	expect(gaps(cast.posting(cast.TOMAS, { fte: 0 }))).toEqual([]);
	expect(gapsIn([...ASH, cast.posting(cast.TOMAS, { fte: 0 })])[0]).toMatchObject({
		code: 'FTE_MISSING',
		flags: 1
	});
	expect(gaps(cast.person('zoe'))).toEqual([]);
	const zoe = [
		cast.person('zoe'),
		cast.lead('C-ELM', 'zoe', '2026-03-02'),
		cast.openCase('C-ELM', '2026-03-02')
	];
	const held = gapsIn([...zoe, cast.kind('C-ELM', 'child_protection', '2026-03-02')]);
	expect(held.map(({ code }) => code)).toEqual(['POSTING_MISSING']);
	expect(held[0]?.flags).toBeGreaterThan(0);
	const left = [...zoe.slice(1), cast.person('zoe', { leftOn: '2026-10-30' })];
	expect(gaps(...left, cast.kind('C-ELM', 'child_protection', '2026-03-02'))).toEqual([]);
});

/** Tomas has had no supervision session in these situations either: that flag rests on who supervises him too. */
function gapsFlagsOverdue(): number {
	const { view } = looked([cast.posting(cast.TOMAS, { supervisorId: null })]);
	return fold(assess(view)).filter(
		({ code, practitionerId }) => code === 'SUPERVISION_OVERDUE' && practitionerId === cast.TOMAS
	).length;
}

test('a director and whoever has another role need no supervisor', () => {
	expect(gaps(cast.posting(cast.GRACE, { role: 'other', supervisorId: null }))).toEqual([]);
	expect(gaps(cast.posting(cast.DIANA, { role: 'director', supervisorId: null }))).toEqual([]);
});

test('a case without a kind, a date of birth, or a day since when it is held; one that is unborn or closed is whole', () => {
	expect(gaps(cast.openCase('C-ELM', '2026-03-02'), cast.lead('C-ELM', cast.TOMAS, '2026-03-02'))).toEqual([
		'KIND_UNKNOWN C-ELM'
	]);
	const kind = cast.kind('C-ELM', 'child_in_need', '2026-03-02');
	const lead = cast.lead('C-ELM', cast.TOMAS, '2026-03-02');
	expect(gaps(cast.openCase('C-ELM', '2026-03-02', { dateOfBirth: null }), kind, lead)).toEqual([
		'DATE_OF_BIRTH_MISSING C-ELM'
	]);
	const unborn = cast.openCase('C-ELM', '2026-03-02', { dateOfBirth: null, unborn: true });
	expect(gaps(unborn, kind, lead)).toEqual([]);
	const closed = cast.openCase('C-ELM', '2026-03-02', { dateOfBirth: null, closedOn: '2026-06-01' });
	expect(gaps(closed)).toEqual([]);
});

test('an enquiry of which it is not said whether it needs a conference', () => {
	const held = [cast.openCase('C-ELM', '2026-11-02'), cast.lead('C-ELM', cast.TOMAS, '2026-11-02')];
	const enquiry = (changed: Parameters<typeof cast.kind>[4]) =>
		gaps(...held, cast.kind('C-ELM', 'section_47', '2026-11-02', null, changed));
	expect(enquiry({})).toEqual(['CONFERENCE_MISSING C-ELM']);
	expect(enquiry({ conferenceNeeded: false })).toEqual([]);
	expect(enquiry({ conferenceOn: '2026-11-16' })).toEqual([]);
});

test('a decision or an agreement without its day is missing it', () => {
	const request = (changed: Parameters<typeof cast.request>[3]) =>
		gapsIn([
			...ASH,
			cast.request('R-1', 'C-ASH', '2026-11-10', { decidedById: cast.MARYAM, rationale: 'No.', ...changed })
		]);
	expect(request({ outcome: 'agreed' })).toMatchObject([
		{ code: 'REQUEST_DAY_MISSING', key: 'R-1', flags: 1 }
	]);
	const declined = { outcome: 'declined', decidedOn: '2026-11-10', secondManagerId: cast.RUTH } as const;
	expect(request(declined)).toMatchObject([{ code: 'SECOND_MANAGER_DAY_MISSING', flags: 1 }]);
	expect(request({ ...declined, secondAgreedOn: '2026-11-10' })).toEqual([]);
	expect(request({ outcome: 'agreed', decidedOn: '2026-11-11' })).toEqual([]);
});

test('somebody registered within the year and in no stage; agency not said of somebody new; a session without its length', () => {
	const registered = (registeredOn: CalendarDate, changed = {}) =>
		gaps(cast.person(cast.BEN, { registeredOn, ...changed }));
	expect(registered('2026-02-02')).toEqual([`STAGE_MISSING ${cast.BEN}`]);
	expect(registered('2025-11-20')).toEqual([]);
	expect(registered('2025-11-21')).toEqual([`STAGE_MISSING ${cast.BEN}`]);
	expect(registered('2026-02-02', { earlyCareerPassedOn: '2026-11-02' })).toEqual([]);
	const agency = (registeredOn: CalendarDate) =>
		gaps(
			cast.person(cast.LEO, { registeredOn }),
			cast.posting(cast.LEO, { agency: null, teamId: cast.ORCHARD })
		);
	expect(agency('2023-11-21')).toEqual([`AGENCY_MISSING ${cast.LEO}`]);
	expect(agency('2023-11-20')).toEqual([]);
	expect(gaps(cast.supervision(cast.TOMAS, '2026-11-10', { minutes: null }))).toEqual([
		`SESSION_LENGTH_MISSING ${cast.TOMAS}`
	]);
	expect(gaps(cast.supervision(cast.TOMAS, '2026-08-22', { minutes: null }))).toEqual([]);
});

test('what is recorded only later is missing until then', () => {
	const known = [
		...ASH,
		cast.kind('C-ELM', 'child_in_need', '2026-03-02', null, { recordedOn: '2026-11-23' })
	];
	const elm = [cast.openCase('C-ELM', '2026-03-02'), cast.lead('C-ELM', cast.TOMAS, '2026-03-02')];
	expect(gaps(...known, ...elm)).toEqual(['KIND_UNKNOWN C-ELM']);
	expect(gapsIn([...known, ...elm], '2026-11-23')).toEqual([]);
});

test('the early-career stage and registration in an impossible order', () => {
	const ben = (changed: Parameters<typeof cast.person>[1]) => disagreeing(cast.person(cast.BEN, changed));
	expect(ben({ registeredOn: '2026-09-01', earlyCareerStartedOn: '2026-09-01' })).toEqual([]);
	expect(
		ben({ registeredOn: '2026-08-01', earlyCareerStartedOn: '2026-09-01', earlyCareerPassedOn: '2026-08-31' })
	).toEqual([`STAGE_PASSED_BEFORE_STARTED ${cast.BEN}`]);
	expect(ben({ registeredOn: '2026-09-01', earlyCareerStartedOn: '2026-08-31' })).toEqual([
		`STAGE_BEFORE_REGISTERED ${cast.BEN}`
	]);
	expect(ben({ registeredOn: '2026-09-02' })).toEqual([`REGISTERED_AFTER_POSTING ${cast.BEN}`]);
});

test('supervised by a subordinate, in a circle, or by oneself', () => {
	expect(disagreeing(cast.posting(cast.MARYAM, { role: 'team_manager', supervisorId: cast.AISHA }))).toEqual([
		`SUPERVISED_IN_A_CIRCLE ${cast.AISHA}`,
		`SUPERVISED_IN_A_CIRCLE ${cast.MARYAM}`
	]);
	expect(disagreeing(cast.posting(cast.MARYAM, { role: 'team_manager', supervisorId: cast.LEO }))).toEqual([
		`SUPERVISED_BY_LOWER ${cast.MARYAM}`
	]);
	expect(disagreeing(cast.posting(cast.TOMAS, { supervisorId: cast.TOMAS }))).toEqual([
		`SUPERVISED_IN_A_CIRCLE ${cast.TOMAS}`
	]);
	expect(disagreeing(cast.posting(cast.TOMAS, { supervisorId: cast.AISHA }))).toEqual([]);
});

test('left and still posted, posted before they started, posted to a closed team, covered by oneself', () => {
	expect(disagreeing(cast.person(cast.LEO, { leftOn: '2026-10-30' }))).toEqual([
		`LEFT_BUT_POSTED ${cast.LEO}`
	]);
	const ended = cast.posting(cast.LEO, { teamId: cast.ORCHARD, to: '2026-10-30' });
	expect(disagreeing(cast.person(cast.LEO, { leftOn: '2026-10-30' }), ended)).toEqual([]);
	expect(disagreeing(cast.person(cast.LEO, { leftOn: '2026-12-24' }))).toEqual([]);
	expect(disagreeing(cast.person(cast.LEO, { startedOn: '2018-04-03' }))).toEqual([
		`POSTED_BEFORE_STARTED ${cast.LEO}`
	]);
	expect(disagreeing(cast.person(cast.LEO, { startedOn: '2018-04-02' }))).toEqual([]);
	const team = { name: 'Old', service: 'Safeguarding', openedOn: null, succeededBy: null };
	const known = { recordedOn: null, endRecordedOn: null };
	const closed = { teams: [{ teamId: 'old', closedOn: '2026-10-30', ...team, ...known }] };
	expect(disagreeing(closed, cast.posting(cast.LEO, { teamId: 'old', supervisorId: cast.OWEN }))).toEqual([
		`POSTED_TO_CLOSED_TEAM ${cast.LEO}`
	]);
	expect(disagreeing(cast.absence(cast.LEO, '2026-11-02', null, { coverId: cast.LEO }))).toEqual([
		`COVERED_BY_ONESELF ${cast.LEO}`
	]);
	expect(disagreeing(cast.absence(cast.LEO, '2026-11-02', null, { coverId: cast.AISHA }))).toEqual([]);
});

test('the same number under two records, however it is spaced', () => {
	expect(disagreeing(cast.person(cast.LEO, { sweNumber: 'sw- tomas' }))).toEqual([
		`NUMBER_SHARED ${cast.LEO}`,
		`NUMBER_SHARED ${cast.TOMAS}`
	]);
});

test('sessions with somebody not in post, signed before they were held, and training that lapsed before it was done', () => {
	const session = (changed: Parameters<typeof cast.supervision>[2], heldOn = '2026-11-10') =>
		disagreeing(cast.supervision(cast.BEN, heldOn, changed));
	expect(session({})).toEqual([]);
	expect(session({ supervisorId: 'zoe' })).toEqual([]);
	expect(
		disagreeing(cast.person('zoe'), cast.supervision(cast.BEN, '2026-11-10', { supervisorId: 'zoe' }))
	).toEqual([`SESSION_WITHOUT_SUPERVISOR_IN_POST ${cast.BEN}`]);
	expect(session({ supervisorSignedOn: '2026-11-09' })).toEqual([`SIGNED_BEFORE_HELD ${cast.BEN}`]);
	expect(session({}, '2026-08-25')).toEqual([`SESSION_WITHOUT_SUPERVISEE_IN_POST ${cast.BEN}`]);
	expect(session({}, '2026-08-22')).toEqual([]);
	expect(
		disagreeing(cast.trained(cast.LEO, 'ABE', { completedOn: '2026-05-04', expiresOn: '2026-05-04' }))
	).toEqual([`EXPIRED_BEFORE_COMPLETED ${cast.LEO}`]);
});

test('a case closed before an allocation or a kind began, or begun before it opened', () => {
	const shut = cast.openCase('C-ELM', '2026-03-02', { closedOn: '2026-06-01' });
	expect(disagreeing(shut, cast.lead('C-ELM', cast.TOMAS, '2026-06-02'))).toEqual([
		'ALLOCATED_AFTER_CLOSED C-ELM'
	]);
	expect(disagreeing(shut, cast.lead('C-ELM', cast.TOMAS, '2026-06-01'))).toEqual([]);
	expect(disagreeing(shut, cast.kind('C-ELM', 'assessment', '2026-06-02'))).toEqual([
		'KIND_AFTER_CLOSED C-ELM'
	]);
	expect(disagreeing(shut, cast.kind('C-ELM', 'assessment', '2026-03-01'))).toEqual([
		'KIND_BEFORE_OPENED C-ELM'
	]);
	expect(disagreeing(shut, cast.lead('C-ELM', cast.TOMAS, '2026-03-01'))).toEqual([
		'ALLOCATED_BEFORE_OPENED C-ELM'
	]);
});

test('oversight by somebody not in post, or long before the case opened', () => {
	const elm = cast.openCase('C-ELM', '2026-11-02');
	const made = (managerId: string, madeOn: CalendarDate, ...more: cast.Change[]) =>
		disagreeing(elm, cast.oversight('C-ELM', managerId, madeOn), ...more);
	expect(made(cast.MARYAM, '2026-11-03')).toEqual([]);
	expect(made('zoe', '2026-11-03', cast.person('zoe'))).toEqual(['OVERSIGHT_BY_SOMEBODY_NOT_IN_POST C-ELM']);
	expect(made(cast.MARYAM, '2026-10-26')).toEqual([]);
	expect(made(cast.MARYAM, '2026-10-25')).toEqual(['OVERSIGHT_BEFORE_OPENED C-ELM']);
	expect(made('zoe', '2026-08-22', cast.person('zoe'))).toEqual([]);
});

test('unborn with a birth that is past, born with one to come, a request in an impossible order', () => {
	const child = (dateOfBirth: CalendarDate, unborn: boolean | null) =>
		disagreeing(cast.openCase('C-ELM', '2026-03-02', { dateOfBirth, unborn }));
	expect(child(TODAY, true)).toEqual(['UNBORN_AND_BORN C-ELM']);
	expect(child('2026-11-21', true)).toEqual([]);
	expect(child('2026-11-21', false)).toEqual(['BORN_LATER C-ELM']);
	expect(child('2026-11-21', null)).toEqual([]);
	const request = (changed: Parameters<typeof cast.request>[3]) =>
		disagreeing(...ASH, cast.request('R-1', 'C-ASH', '2026-11-10', { outcome: 'declined', ...changed }));
	expect(request({ decidedOn: '2026-11-09' })).toEqual(['DECIDED_BEFORE_ASKED C-ASH']);
	expect(request({ decidedOn: '2026-11-11', secondAgreedOn: '2026-11-10' })).toEqual([
		'AGREED_BEFORE_DECIDED C-ASH'
	]);
	expect(request({ decidedOn: '2026-11-11', secondAgreedOn: '2026-11-11' })).toEqual([]);
});

test('every gap and every contradiction has its words, and the rows that disagree are said with their days', () => {
	expect(Object.keys(GAP_IN_WORDS).sort()).toEqual([...GAPS].sort());
	expect(Object.keys(CONTRADICTION_IN_WORDS).sort()).toEqual([...CONTRADICTIONS].sort());
	const { view, all } = looked([
		cast.openCase('C-ELM', '2026-03-02', { closedOn: '2026-06-01' }),
		cast.lead('C-ELM', cast.TOMAS, '2026-06-02')
	]);
	const [found] = contradictionsOf(view, all);
	expect(found && rowsInWords(found, () => 'Tomas')).toBe(
		'allocated to Tomas from 2 Jun 2026; closed on 1 Jun 2026'
	);
});

test('what is said to rest on missing facts is the same where only those whose flags may rest on them are assessed', () => {
	const { view, all } = looked([
		...ASH,
		cast.person(cast.MARYAM, { registeredOn: null }),
		cast.person(cast.TOMAS, { sweNumber: null, registeredOn: null }),
		cast.person(cast.AISHA, { registeredOn: null }),
		cast.posting(cast.BEN, { supervisorId: null }),
		cast.posting(cast.GRACE, { fte: 0 }),
		cast.oversight('C-ASH', cast.MARYAM, '2026-11-18'),
		cast.openCase('C-ELM', '2026-03-02', { dateOfBirth: null }),
		cast.kind('C-ELM', 'section_47', '2026-11-02'),
		cast.lead('C-ELM', cast.AISHA, '2026-03-02'),
		cast.openCase('C-OAK', '2026-03-02'),
		cast.lead('C-OAK', cast.GRACE, '2026-03-02'),
		cast.openCase('C-YEW', '2026-03-02'),
		cast.kind('C-YEW', 'child_protection', '2026-03-02'),
		cast.lead('C-YEW', cast.LEO, '2026-03-02'),
		cast.oversight('C-YEW', cast.MARYAM, '2026-04-02'),
		cast.request('q-1', 'C-YEW', '2026-11-02', { outcome: 'declined', decidedOn: null })
	]);
	const missing = missingOf(view, all);
	const concerned = mayRestOn(missing, view);
	expect(concerned.managerIds).toEqual([cast.MARYAM]);
	const overseen = all.cases.flatMap(({ caseId, oversight }) =>
		oversight.some(({ managerId }) => concerned.managerIds.includes(managerId)) ? caseId : []
	);
	const cases = new Set([...concerned.caseIds, ...overseen]);
	const people = new Set(concerned.practitionerIds);
	const standing = fold(assess(view));
	const those = standing.filter(({ caseId, practitionerId }) =>
		caseId === null ? practitionerId !== null && people.has(practitionerId) : cases.has(caseId)
	);
	const whole = gapsOf(missing, view, standing);
	expect(whole.filter(({ flags }) => flags > 0).map(({ code }) => code)).toEqual(
		expect.arrayContaining([
			'MANAGER_NOT_REGISTERED',
			'NUMBER_MISSING',
			'REGISTRATION_DATE_MISSING',
			'SUPERVISOR_MISSING',
			'FTE_MISSING',
			'KIND_UNKNOWN',
			'REQUEST_DAY_MISSING'
		])
	);
	expect(gapsOf(missing, view, those)).toEqual(whole);
	expect(those.length).toBeLessThan(standing.length);
});
