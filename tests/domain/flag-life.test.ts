import { expect, test } from 'vitest';
import type { AskingRole } from '#lib/domain/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { clearedBy } from '#lib/domain/flag-clearing.ts';
import {
	acceptedAtMostUntil,
	askedNow,
	concernedIn,
	managersOn,
	nextAbove,
	responsibleFor,
	stateOf,
	whyNotAccept,
	whyNotAcknowledge,
	whyNotComment,
	type About,
	type FlagState,
	type FlagStep,
	type Managers
} from '#lib/domain/flag-life.ts';
import { passedInWords, refusalInWords, stateInWords } from '#lib/domain/flag-life-words.ts';
import {
	answeringOversight,
	requestAsks,
	requestStateOf,
	whyNotAnswerRequest,
	whyNotAsk
} from '#lib/domain/oversight-requests.ts';
import { oversightEvents } from '#lib/domain/oversight.ts';
import {
	AISHA,
	asAt,
	BEN,
	coWorker,
	DIANA,
	GRACE,
	given,
	HARBOUR,
	kind,
	lead,
	MARYAM,
	openCase,
	ORCHARD,
	oversight,
	OWEN,
	posting,
	RUTH,
	supervision,
	TOMAS,
	trained,
	type Change
} from '../cast.ts';

/** A Friday. */
const TODAY = '2026-11-20';
const MIRA = 'C-MIRA';

const about = (concerned: readonly string[] = [BEN], teamId: string | null = HARBOUR): About => ({
	teamId,
	concerned
});

function managers(day: CalendarDate, ...changes: Change[]): Managers {
	const { authority, knowledge } = asAt(day, given(...changes));
	return managersOn(authority.people.values(), authority.teams, knowledge);
}

const who = (name: string, role: AskingRole) => ({ practitionerId: name, role });
const by = (name: string, role: AskingRole) => ({ accountId: name, practitionerId: name, role });

function step<Kind extends FlagStep['step']>(
	kind: Kind,
	on: CalendarDate,
	said: Partial<Extract<FlagStep, { step: Kind }>> = {}
): FlagStep {
	return { step: kind, on, at: new Date(`${on}T09:00:00Z`), by: null, ...said } as FlagStep;
}

const raised = (on: CalendarDate) => step('raised', on);
const acknowledged = (on: CalendarDate) =>
	step('acknowledged', on, { by: by(MARYAM, 'team_manager'), severity: 'high', plan: 'See her on Monday.' });
const accepted = (on: CalendarDate, until: CalendarDate) =>
	step('accepted', on, {
		by: by(RUTH, 'service_manager'),
		severity: 'high',
		reason: 'Aisha starts on Monday.',
		mitigation: 'Maryam visits with him.',
		until
	});

const named = (state: FlagState) => state.state;

test('the team manager in post answers for the flags of the team', () => {
	expect(responsibleFor(about(), managers(TODAY))).toEqual({
		grade: 'team_manager',
		practitionerIds: [MARYAM],
		passed: []
	});
	expect(responsibleFor(about([], ORCHARD), managers(TODAY)).practitionerIds).toEqual([OWEN]);
});

test('where the team manager has left, it goes up by itself on that day, and says so', () => {
	const left = posting(MARYAM, { role: 'team_manager', supervisorId: RUTH, to: TODAY });
	expect(responsibleFor(about(), managers('2026-11-19', left)).practitionerIds).toEqual([MARYAM]);
	const responsible = responsibleFor(about(), managers(TODAY, left));
	expect(responsible).toMatchObject({ grade: 'service_manager', practitionerIds: [RUTH] });
	expect(passedInWords(responsible)).toBe('It went up by itself: no team manager is in post.');
});

test('somebody acting up answers while their posting lasts', () => {
	const left = posting(MARYAM, { role: 'team_manager', supervisorId: RUTH, to: TODAY });
	const acting = posting(AISHA, { role: 'team_manager', supervisorId: RUTH, from: TODAY });
	expect(responsibleFor(about(), managers(TODAY, left, acting)).practitionerIds).toEqual([AISHA]);
});

test('a manager answers for nothing about themselves: it goes to whoever is above', () => {
	const responsible = responsibleFor(about([MARYAM]), managers(TODAY));
	expect(responsible).toMatchObject({ grade: 'service_manager', practitionerIds: [RUTH] });
	expect(passedInWords(responsible)).toBe('It went up by itself: it is the team manager’s own.');
	expect(responsibleFor(about([MARYAM, RUTH]), managers(TODAY)).practitionerIds).toEqual([DIANA]);
});

test('what belongs to no team goes to the service managers', () => {
	const responsible = responsibleFor(about([], null), managers(TODAY));
	expect(responsible).toMatchObject({ grade: 'service_manager', practitionerIds: [RUTH] });
	expect(passedInWords(responsible)).toBe('It went up by itself: it belongs to no team.');
});

test('with nobody in post on the whole ladder, that is said', () => {
	const gone = (name: string) => posting(name, { role: 'other', supervisorId: null });
	const none = managers(TODAY, gone(MARYAM), gone(RUTH), gone(DIANA));
	const responsible = responsibleFor(about(), none);
	expect(responsible).toMatchObject({ grade: 'director', practitionerIds: [] });
	expect(passedInWords(responsible)).toBe(
		'Nobody can act on it: no team manager is in post, no service manager is in post and no director is in post.'
	);
	expect(nextAbove('team_manager', about(), none)).toBeNull();
});

test.for([
	['critical', '2026-11-20', '2026-11-21'],
	['high', '2026-11-23', '2026-11-24'],
	['medium', '2026-11-27', '2026-11-28']
] as const)('a %s flag noticed on Friday is in time on %s and escalates on %s', ([severity, last, next]) => {
	const steps = [raised(TODAY)];
	expect(stateOf(severity, steps, last)).toMatchObject({ state: 'raised', by: last });
	expect(stateOf(severity, steps, next)).toMatchObject({ state: 'escalated', on: next });
});

test('over Christmas a high flag waits for the first working day', () => {
	const steps = [raised('2026-12-24')];
	expect(named(stateOf('high', steps, '2026-12-29'))).toBe('raised');
	expect(stateOf('high', steps, '2026-12-30')).toMatchObject({ state: 'escalated', on: '2026-12-30' });
});

test('a low flag never escalates, and says so', () => {
	const state = stateOf('low', [raised('2025-01-06')], TODAY);
	expect(state).toMatchObject({ state: 'raised', by: null });
	const words = stateInWords(state, askedNow(state, about(), managers(TODAY)), (id) => id, true);
	expect(words).toContain('never goes up');
});

test('an escalated flag asks one level up, and an acknowledgement ends the asking', () => {
	const steps = [raised('2026-11-18')];
	const state = stateOf('high', steps, TODAY);
	expect(askedNow(state, about(), managers(TODAY))).toMatchObject({ practitionerIds: [RUTH] });
	const answered = stateOf('high', [...steps, acknowledged(TODAY)], TODAY);
	expect(named(answered)).toBe('acknowledged');
	expect(askedNow(answered, about(), managers(TODAY))).toBeNull();
});

test('an acknowledgement in time holds, however long the flag stands', () => {
	const steps = [raised('2026-06-01'), acknowledged('2026-06-02')];
	expect(named(stateOf('high', steps, TODAY))).toBe('acknowledged');
});

test('when the severity rises above what was acknowledged, the flag is asked again from that day', () => {
	const steps = [
		raised('2026-11-02'),
		step('acknowledged', '2026-11-03', { severity: 'medium', plan: 'Book it.' }),
		step('severity_changed', '2026-11-19', { from: 'medium', to: 'high' })
	];
	expect(stateOf('high', steps, TODAY)).toMatchObject({
		state: 'raised',
		askedOn: '2026-11-19',
		by: TODAY,
		again: 'SEVERITY_ROSE'
	});
	expect(stateOf('high', steps, '2026-11-21')).toMatchObject({ state: 'escalated', on: '2026-11-21' });
	expect(named(stateOf('medium', steps.slice(0, 2), TODAY))).toBe('acknowledged');
});

test('when the severity falls the answer holds, and a time that had run out stays run out', () => {
	const fell = step('severity_changed', '2026-11-19', { from: 'high', to: 'medium' });
	expect(named(stateOf('medium', [raised('2026-11-02'), acknowledged('2026-11-03'), fell], TODAY))).toBe(
		'acknowledged'
	);
	expect(stateOf('medium', [raised('2026-11-16'), fell], TODAY)).toMatchObject({
		state: 'escalated',
		on: '2026-11-18'
	});
	expect(stateOf('medium', [raised('2026-11-18'), fell], TODAY)).toMatchObject({
		state: 'raised',
		by: '2026-11-26'
	});
});

test('accepted until a day, the flag is asked again on the day after', () => {
	const steps = [raised('2026-11-02'), accepted('2026-11-03', '2026-11-19')];
	expect(named(stateOf('high', steps, '2026-11-19'))).toBe('accepted');
	expect(stateOf('high', steps, TODAY)).toMatchObject({
		state: 'raised',
		askedOn: TODAY,
		by: '2026-11-23',
		again: 'ACCEPTANCE_ENDED'
	});
	expect(stateOf('high', steps, '2026-11-24')).toMatchObject({ state: 'escalated', on: '2026-11-24' });
});

test('an earlier acknowledgement does not come back when an acceptance ends', () => {
	const steps = [raised('2026-11-02'), acknowledged('2026-11-02'), accepted('2026-11-03', '2026-11-19')];
	expect(named(stateOf('high', steps, TODAY))).toBe('raised');
});

test('the state as at an earlier day is what was known then', () => {
	const steps = [raised('2026-11-02'), acknowledged('2026-11-19')];
	expect(named(stateOf('high', steps, '2026-11-18'))).toBe('escalated');
	expect(named(stateOf('high', steps, '2026-11-19'))).toBe('acknowledged');
	expect(named(stateOf('high', [...steps, step('cleared', TODAY)], TODAY))).toBe('cleared');
});

test('whoever holds the case, or is the one it is about, is concerned', () => {
	const records = given(
		openCase(MIRA, '2026-09-14'),
		lead(MIRA, BEN, '2026-10-05', TODAY),
		lead(MIRA, TOMAS, TODAY),
		coWorker(MIRA, AISHA, '2026-10-05')
	);
	const { authority, knowledge } = asAt(TODAY, records);
	const finding = { practitionerId: TOMAS, subject: { kind: 'case', id: MIRA } };
	const concerned = concernedIn(finding, authority.cases[0] ?? null, knowledge);
	expect(concerned.toSorted()).toEqual([AISHA, BEN, TOMAS]);
	const later = asAt('2026-11-21', records);
	expect(concernedIn(finding, later.authority.cases[0] ?? null, later.knowledge).toSorted()).toEqual([
		AISHA,
		TOMAS
	]);
	const own = { practitionerId: GRACE, subject: { kind: 'practitioner', id: GRACE } };
	expect(concernedIn(own, null, knowledge)).toEqual([GRACE]);
});

test('whoever held a case when it closed is still concerned by its flags', () => {
	const records = given(
		openCase(MIRA, '2026-09-14', { closedOn: '2026-11-10' }),
		lead(MIRA, MARYAM, '2026-10-05', '2026-11-10')
	);
	const { authority, knowledge } = asAt(TODAY, records);
	const finding = { practitionerId: null, subject: { kind: 'case', id: MIRA } };
	expect(concernedIn(finding, authority.cases[0] ?? null, knowledge)).toEqual([MARYAM]);
});

const STANDING: FlagState = { state: 'raised', askedOn: TODAY, by: TODAY, again: null };

test.for([
	['the team manager', who(MARYAM, 'team_manager'), null, 'BELOW_GRADE'],
	['the service manager', who(RUTH, 'service_manager'), null, null],
	['the director', who(DIANA, 'director'), null, null],
	['a practice supervisor', who(TOMAS, 'practice_supervisor'), 'BELOW_GRADE', 'BELOW_GRADE'],
	['another practitioner', who(TOMAS, 'practitioner'), 'BELOW_GRADE', 'BELOW_GRADE'],
	['a senior practitioner', who(TOMAS, 'senior_practitioner'), 'BELOW_GRADE', 'BELOW_GRADE'],
	['the holder', who(BEN, 'practitioner'), 'OWN_CASE', 'OWN_CASE'],
	['a principal social worker', who(AISHA, 'principal_social_worker'), 'BELOW_GRADE', 'BELOW_GRADE'],
	['an inspector', { practitionerId: null, role: 'inspector' }, 'READS_ONLY', 'READS_ONLY'],
	['a director without a posting', { practitionerId: null, role: 'director' }, null, null]
] as const)('%s acknowledges and accepts as the ladder says', ([, asker, acknowledge, accept]) => {
	const today = managers(TODAY);
	expect(whyNotAcknowledge(asker, STANDING, about(), today)?.code ?? null).toBe(acknowledge);
	expect(whyNotAccept(asker, STANDING, about(), today)?.code ?? null).toBe(accept);
});

test('a service manager who holds the case themselves can answer nothing about it', () => {
	const own = about([RUTH]);
	expect(whyNotAcknowledge(who(RUTH, 'service_manager'), STANDING, own, managers(TODAY))?.code).toBe(
		'OWN_CASE'
	);
	expect(whyNotAccept(who(RUTH, 'service_manager'), STANDING, own, managers(TODAY))?.code).toBe('OWN_CASE');
});

test('without a team manager in post, accepting needs the director; for the director’s own nobody can', () => {
	const left = posting(MARYAM, { role: 'team_manager', supervisorId: RUTH, to: TODAY });
	const today = managers(TODAY, left);
	const refused = whyNotAccept(who(RUTH, 'service_manager'), STANDING, about(), today);
	expect(refused && refusalInWords(refused, (id) => id)).toBe(
		'This needs a director: ruth (service manager) is responsible for it, and a risk is accepted one grade above. It went up by itself: no team manager is in post.'
	);
	expect(whyNotAccept(who(DIANA, 'director'), STANDING, about(), today)).toBeNull();
	const top = about([MARYAM, RUTH]);
	expect(whyNotAccept(who(DIANA, 'director'), STANDING, top, today)?.code).toBe('NOBODY_ABOVE');
});

test('what is answered already is not answered twice', () => {
	const manager = who(RUTH, 'service_manager');
	const today = managers(TODAY);
	const seen = stateOf('high', [raised('2026-11-19'), acknowledged(TODAY)], TODAY);
	expect(whyNotAcknowledge(manager, seen, about(), today)?.code).toBe('ALREADY_ACKNOWLEDGED');
	expect(whyNotAccept(manager, seen, about(), today)).toBeNull();
	const taken = stateOf('high', [raised('2026-11-19'), accepted(TODAY, '2026-11-27')], TODAY);
	expect(whyNotAcknowledge(manager, taken, about(), today)?.code).toBe('ALREADY_ACCEPTED');
	expect(whyNotAccept(manager, taken, about(), today)?.code).toBe('ALREADY_ACCEPTED');
	const gone: FlagState = { state: 'cleared', on: TODAY };
	expect(whyNotAcknowledge(manager, gone, about(), today)?.code).toBe('CLEARED');
});

test('everyone who sees a standing flag may comment, but for an inspector', () => {
	expect(whyNotComment(who(BEN, 'practitioner'), STANDING)).toBeNull();
	expect(whyNotComment({ practitionerId: null, role: 'inspector' }, STANDING)?.code).toBe('READS_ONLY');
	expect(whyNotComment(who(BEN, 'practitioner'), { state: 'cleared', on: TODAY })?.code).toBe('CLEARED');
});

test('an acceptance lasts 28 days at most, of the composite 5 working days', () => {
	expect(acceptedAtMostUntil('BELOW_EXPERIENCE', TODAY)).toBe('2026-12-18');
	expect(acceptedAtMostUntil('HELD_WITHOUT_OVERSIGHT', TODAY)).toBe('2026-11-27');
	expect(acceptedAtMostUntil('HELD_WITHOUT_OVERSIGHT', '2026-12-24')).toBe('2027-01-05');
});

test('a request unanswered by the end of the next working day goes one level up', () => {
	const asked = { askedOn: TODAY, answered: null };
	expect(requestStateOf(asked, TODAY)).toEqual({ state: 'waiting', by: '2026-11-23' });
	expect(requestStateOf(asked, '2026-11-23')).toEqual({ state: 'waiting', by: '2026-11-23' });
	const up = requestStateOf(asked, '2026-11-24');
	expect(up).toEqual({ state: 'escalated', on: '2026-11-24' });
	expect(requestAsks(requestStateOf(asked, TODAY), about(), managers(TODAY))?.practitionerIds).toEqual([
		MARYAM
	]);
	expect(requestAsks(up, about(), managers('2026-11-24'))?.practitionerIds).toEqual([RUTH]);
});

test('only those who hold the case, or cover for them, ask for oversight of it, and once at a time', () => {
	const free = { open: true, holders: [BEN], waiting: null };
	expect(whyNotAsk(who(BEN, 'practitioner'), free)).toBeNull();
	expect(whyNotAsk(who(AISHA, 'practitioner'), free)?.code).toBe('NOT_A_HOLDER');
	expect(whyNotAsk(who(MARYAM, 'team_manager'), { ...free, holders: [MARYAM] })).toBeNull();
	expect(whyNotAsk(who(BEN, 'practitioner'), { ...free, open: false })?.code).toBe('CASE_CLOSED');
	const waiting = { requestId: 'r', caseId: MIRA, askedBy: BEN, askedOn: TODAY, words: null, answered: null };
	expect(whyNotAsk(who(BEN, 'practitioner'), { ...free, waiting })?.code).toBe('ALREADY_ASKED');
});

test('a request is answered in words by whoever is responsible or above, and never by who asked', () => {
	const request = { askedBy: BEN, answered: null };
	const today = managers(TODAY);
	expect(whyNotAnswerRequest(who(MARYAM, 'team_manager'), request, about(), today)).toBeNull();
	expect(whyNotAnswerRequest(who(TOMAS, 'practitioner'), request, about(), today)?.code).toBe('BELOW_GRADE');
	expect(whyNotAnswerRequest(who(BEN, 'practitioner'), request, about(), today)?.code).toBe('OWN_CASE');
});

test('oversight that counts and was written down since answers a request; what does not count does not', () => {
	const records = given(
		openCase(MIRA, '2026-09-14'),
		lead(MIRA, BEN, '2026-10-05'),
		oversight(MIRA, MARYAM, '2026-11-10', { oversightId: 'before' }),
		oversight(MIRA, MARYAM, '2026-11-19', { oversightId: 'without-reasons', rationale: ' ' }),
		oversight(MIRA, MARYAM, TODAY, { oversightId: 'since' })
	);
	const view = asAt(TODAY, records);
	const [file] = view.authority.cases;
	if (!file) throw new Error('no case');
	const events = oversightEvents(file, view);
	const answer = (since: string[]) =>
		answeringOversight({ askedOn: '2026-11-18', since }, events)?.id ?? null;
	expect(answer(['without-reasons'])).toBeNull();
	expect(answer(['without-reasons', 'since'])).toBe('since');
	expect(answer(['before'])).toBeNull();
});

function clearing(code: string, becameTrueOn: CalendarDate, ...changes: Change[]) {
	const records = given(
		openCase(MIRA, '2026-09-14'),
		kind(MIRA, 'child_protection', '2026-10-05'),
		lead(MIRA, BEN, '2026-10-05'),
		...changes
	);
	const subject = { subjectKind: 'case', subjectId: MIRA, caseId: MIRA, practitionerId: BEN } as const;
	return clearedBy({ code, becameTrueOn, ...subject }, asAt(TODAY, records));
}

test('a flag about oversight is cleared by the oversight, named with who and when', () => {
	expect(clearing('HELD_WITHOUT_OVERSIGHT', '2026-10-07', oversight(MIRA, MARYAM, '2026-11-19'))).toEqual({
		code: 'OVERSIGHT_RECORDED',
		by: MARYAM,
		via: 'entry',
		on: '2026-11-19'
	});
});

test('a composite is cleared by a suitable co-worker, where that came last', () => {
	expect(clearing('HELD_WITHOUT_OVERSIGHT', '2026-10-07', coWorker(MIRA, AISHA, '2026-11-18'))).toEqual({
		code: 'CO_WORKER_JOINED',
		who: AISHA,
		on: '2026-11-18'
	});
});

test('a training gap is cleared by the course', () => {
	expect(clearing('TRAINING_GAP', '2026-10-05', trained(BEN, 'S47', { completedOn: '2026-11-17' }))).toEqual({
		code: 'COURSE_COMPLETED',
		who: BEN,
		course: 'S47',
		on: '2026-11-17'
	});
});

test('a flag is cleared by the end of the kind, or the closing of the case', () => {
	const ended = kind(MIRA, 'section_47', '2026-11-02', '2026-11-18');
	expect(clearing('BELOW_EXPERIENCE', '2026-11-02', ended)).toEqual({
		code: 'KIND_ENDED',
		kind: 'section_47',
		on: '2026-11-18'
	});
	const records = given(
		openCase(MIRA, '2026-09-14', { closedOn: '2026-11-19' }),
		kind(MIRA, 'child_protection', '2026-10-05'),
		lead(MIRA, BEN, '2026-10-05')
	);
	const flag = { subjectKind: 'case', subjectId: MIRA, caseId: MIRA, practitionerId: BEN } as const;
	const fact = clearedBy(
		{ code: 'OVERSIGHT_OVERDUE', becameTrueOn: '2026-10-07', ...flag },
		asAt(TODAY, records)
	);
	expect(fact).toEqual({ code: 'CASE_CLOSED', on: '2026-11-19' });
});

test('an action is cleared by being done, a request by a second manager', () => {
	const overdue = {
		actionId: 'A-1',
		caseId: MIRA,
		practitionerId: null,
		sessionId: null,
		oversightId: null,
		ownerId: BEN,
		description: 'See her alone.',
		agreedOn: '2026-10-20',
		dueOn: '2026-10-30',
		doneOn: '2026-11-18',
		outcome: 'Seen.',
		risk: true,
		recordedOn: null
	};
	const declined = {
		requestId: 'R-1',
		caseId: MIRA,
		agency: 'School',
		kind: 'conference' as const,
		requestedOn: '2026-11-02',
		outcome: 'declined' as const,
		decidedOn: '2026-11-03',
		decidedById: MARYAM,
		rationale: 'Not met.',
		secondManagerId: RUTH,
		secondAgreedOn: '2026-11-19',
		recordedOn: null
	};
	const records = given(openCase(MIRA, '2026-09-14'), { actions: [overdue], requests: [declined] });
	const of = (
		code: string,
		subjectKind: 'action' | 'request',
		subjectId: string,
		becameTrueOn: CalendarDate
	) =>
		clearedBy(
			{ code, subjectKind, subjectId, caseId: MIRA, practitionerId: BEN, becameTrueOn },
			asAt(TODAY, records)
		);
	expect(of('ACTION_OVERDUE', 'action', 'A-1', '2026-10-31')).toEqual({
		code: 'ACTION_DONE',
		on: '2026-11-18'
	});
	expect(of('REQUEST_DECLINED_ALONE', 'request', 'R-1', '2026-11-05')).toEqual({
		code: 'SECOND_MANAGER_AGREED',
		by: RUTH,
		on: '2026-11-19'
	});
});

test('supervision overdue is cleared by the session', () => {
	const view = asAt(TODAY, given(supervision(BEN, '2026-11-19')));
	const flag = { subjectKind: 'practitioner', subjectId: BEN, caseId: null, practitionerId: BEN } as const;
	expect(clearedBy({ code: 'SUPERVISION_OVERDUE', becameTrueOn: '2026-10-20', ...flag }, view)).toEqual({
		code: 'SUPERVISION_HELD',
		by: MARYAM,
		on: '2026-11-19'
	});
});

test('where nothing that was done explains it, a correction has: the rule no longer holds', () => {
	expect(clearing('BELOW_EXPERIENCE', '2026-10-06')).toEqual({ code: 'NO_LONGER_HOLDS', on: TODAY });
});
