import { isInPost, personOf, type View } from './authority.ts';
import { addDays, dayInWords, latest, type CalendarDate } from './calendar.ts';
import { caseloadOf } from './caseload.ts';
import { caseDetails, closedOn, leadOn, leadSince, type CaseFile } from './cases.ts';
import type { SubjectKind } from './flags.ts';
import { isKnown, knownEnd } from './knowledge.ts';
import { demandsOn, oversightEvents, suitableCoWorkerOn } from './oversight.ts';
import { absenceOn, coversNamed, detailsOf, inPostOn, postingOn, tierOn, type Person } from './people.ts';
import type { Kind } from './policy.ts';
import { KIND_IN_WORDS, type Names } from './wording.ts';

/** The fact that cleared a flag, as it is stored; the words of it are below. */
export type ClearingFact =
	| { code: 'OVERSIGHT_RECORDED'; by: string; via: 'entry' | 'discussion'; on: CalendarDate }
	| { code: 'CASE_CLOSED'; on: CalendarDate }
	| { code: 'LEAD_CHANGED'; to: string; on: CalendarDate }
	| { code: 'CO_WORKER_JOINED'; who: string; on: CalendarDate }
	| { code: 'COURSE_COMPLETED'; who: string; course: string; on: CalendarDate }
	| { code: 'EXPERIENCE_REACHED'; who: string; on: CalendarDate }
	| { code: 'KIND_ENDED'; kind: Kind; on: CalendarDate }
	| { code: 'BACK_IN_POST'; who: string; on: CalendarDate }
	| { code: 'BACK_FROM_ABSENCE'; who: string; on: CalendarDate }
	| { code: 'COVER_NAMED'; who: string; on: CalendarDate }
	| { code: 'SUPERVISION_HELD'; by: string; on: CalendarDate }
	| { code: 'SUPERVISOR_CHANGED'; to: string; on: CalendarDate }
	| { code: 'REGISTRATION_RECORDED'; on: CalendarDate }
	| { code: 'LOAD_FELL'; loadPercent: number; on: CalendarDate }
	| { code: 'ACTION_DONE'; on: CalendarDate }
	| { code: 'ACTION_WHOLE'; owner: string; on: CalendarDate }
	| { code: 'REQUEST_DECIDED'; agreed: boolean; on: CalendarDate }
	| { code: 'SECOND_MANAGER_AGREED'; by: string; on: CalendarDate }
	| { code: 'NOTE_SIGNED'; on: CalendarDate }
	| { code: 'LEFT_POST'; who: string; on: CalendarDate }
	| { code: 'RESTRUCTURE_ENDED'; name: string; on: CalendarDate }
	| { code: 'POLICY_CHANGED'; version: number; on: CalendarDate }
	| { code: 'NO_LONGER_HOLDS'; on: CalendarDate };

type FactCode = ClearingFact['code'];

/** What a stored flag says of itself when it is cleared. */
export interface ClearedFlag {
	code: string;
	subjectKind: SubjectKind;
	subjectId: string;
	caseId: string | null;
	practitionerId: string | null;
	becameTrueOn: CalendarDate;
}

/** What can have cleared a rule that has no row of its own. */
const USUALLY: readonly FactCode[] = [
	'CASE_CLOSED',
	'OVERSIGHT_RECORDED',
	'LEAD_CHANGED',
	'KIND_ENDED',
	'SUPERVISION_HELD',
	'SUPERVISOR_CHANGED',
	'LEFT_POST',
	'RESTRUCTURE_ENDED',
	'POLICY_CHANGED'
];

/** What can have cleared a rule; of facts of one day the first is named. */
const CLEARS: Partial<Record<string, readonly FactCode[]>> = {
	HELD_WITHOUT_OVERSIGHT: [
		'CASE_CLOSED',
		'OVERSIGHT_RECORDED',
		'CO_WORKER_JOINED',
		'LEAD_CHANGED',
		'COURSE_COMPLETED',
		'KIND_ENDED',
		'EXPERIENCE_REACHED',
		'RESTRUCTURE_ENDED',
		'POLICY_CHANGED'
	],
	OVERSIGHT_OVERDUE: [
		'OVERSIGHT_RECORDED',
		'CASE_CLOSED',
		'KIND_ENDED',
		'CO_WORKER_JOINED',
		'COURSE_COMPLETED',
		'RESTRUCTURE_ENDED',
		'POLICY_CHANGED'
	],
	UNALLOCATED: ['CASE_CLOSED', 'LEAD_CHANGED', 'BACK_IN_POST', 'KIND_ENDED', 'POLICY_CHANGED'],
	HOLDER_ABSENT: ['CASE_CLOSED', 'COVER_NAMED', 'BACK_FROM_ABSENCE', 'LEAD_CHANGED'],
	HANDOVER_WITHOUT_OVERSIGHT: ['OVERSIGHT_RECORDED', 'CASE_CLOSED'],
	ACTION_OVERDUE: ['ACTION_DONE'],
	ACTION_WEAK: ['ACTION_DONE', 'ACTION_WHOLE'],
	REQUEST_DECLINED_ALONE: ['SECOND_MANAGER_AGREED', 'REQUEST_DECIDED'],
	NOTE_UNSIGNED: ['NOTE_SIGNED'],
	SECTION_47_UNEXPLAINED: ['OVERSIGHT_RECORDED'],
	CLOSED_WITHOUT_SIGN_OFF: ['OVERSIGHT_RECORDED'],
	BELOW_EXPERIENCE: [
		'CASE_CLOSED',
		'LEAD_CHANGED',
		'CO_WORKER_JOINED',
		'COURSE_COMPLETED',
		'KIND_ENDED',
		'EXPERIENCE_REACHED',
		'POLICY_CHANGED'
	],
	TRAINING_GAP: [
		'CASE_CLOSED',
		'COURSE_COMPLETED',
		'LEAD_CHANGED',
		'CO_WORKER_JOINED',
		'KIND_ENDED',
		'POLICY_CHANGED'
	],
	SUPERVISION_OVERDUE: ['SUPERVISION_HELD', 'LEFT_POST', 'POLICY_CHANGED'],
	NO_SUPERVISOR: ['SUPERVISOR_CHANGED', 'BACK_IN_POST', 'BACK_FROM_ABSENCE', 'COVER_NAMED', 'LEFT_POST'],
	OVER_CAPACITY: ['LOAD_FELL', 'LEFT_POST', 'POLICY_CHANGED'],
	EXPERIENCE_UNKNOWN: ['REGISTRATION_RECORDED', 'LEFT_POST']
};

/**
 * The fact that cleared a flag: of those that can clear its rule and took effect while it stood, the latest; of one
 * day the first in the rule's order. The view is of the day it was cleared, and has the files of its subject.
 */
export function clearedBy(flag: ClearedFlag, view: View): ClearingFact {
	const { on } = view.knowledge;
	const file = view.authority.cases.find(({ caseId }) => caseId === flag.caseId) ?? null;
	const person = personOf(view, flag.practitionerId);
	const able = CLEARS[flag.code] ?? USUALLY;
	const order = ({ code }: ClearingFact) => able.indexOf(code);
	const found = [
		...(file ? factsAboutCase(file, flag, view) : []),
		...(person && flag.subjectKind !== 'case' ? factsAboutPerson(person, flag, view) : []),
		...factsAboutSubject(flag, view),
		...factsAboutAll(flag.becameTrueOn, view)
	]
		.filter(({ fact, from }) => able.includes(fact.code) && from >= flag.becameTrueOn && from <= on)
		.sort((a, b) => (a.from === b.from ? order(a.fact) - order(b.fact) : a.from < b.from ? 1 : -1));
	return found[0]?.fact ?? { code: 'NO_LONGER_HOLDS', on };
}

/** A fact, and the day from which it was both so and known. */
interface Candidate {
	fact: ClearingFact;
	from: CalendarDate;
}

function candidate(fact: ClearingFact, ...days: (CalendarDate | null)[]): Candidate {
	return { fact, from: latest([fact.on, ...days]) ?? fact.on };
}

function factsAboutCase(file: CaseFile, flag: ClearedFlag, view: View): Candidate[] {
	const { knowledge } = view;
	const { on } = knowledge;
	const { becameTrueOn } = flag;
	const found: Candidate[] = [];
	const details = caseDetails(file, knowledge);
	const closed = details && closedOn(details, knowledge);
	if (closed) found.push(candidate({ code: 'CASE_CLOSED', on: closed }, details.endRecordedOn));
	for (const event of oversightEvents(file, view))
		if (event.notCounting === null)
			found.push(
				candidate({ code: 'OVERSIGHT_RECORDED', by: event.by, via: event.via, on: event.on }, event.knownOn)
			);
	for (const kind of file.kinds) {
		const ended = isKnown(kind, kind.from, knowledge) && knownEnd(kind.to, kind.endRecordedOn, knowledge);
		if (ended) found.push(candidate({ code: 'KIND_ENDED', kind: kind.kind, on: ended }, kind.endRecordedOn));
	}
	const leadId = leadOn(file, on, knowledge);
	const lead = personOf(view, leadId);
	const since = leadId && leadSince(file, leadId, on, knowledge);
	if (leadId && since && leadId !== flag.practitionerId)
		found.push(
			candidate({ code: 'LEAD_CHANGED', to: leadId, on: since }, recordedOn(file, leadId, since, view))
		);
	const demands = demandsOn(file, on, view);
	const coWorkerId = suitableCoWorkerOn(file, demands, on, view);
	const joined = file.allocations
		.filter(({ role, practitionerId }) => role === 'co_worker' && practitionerId === coWorkerId)
		.filter((allocation) => isKnown(allocation, allocation.from, knowledge))
		.sort((a, b) => (a.from < b.from ? 1 : -1))[0];
	if (coWorkerId && joined)
		found.push(candidate({ code: 'CO_WORKER_JOINED', who: coWorkerId, on: joined.from }, joined.recordedOn));
	for (const holder of [lead, personOf(view, coWorkerId)])
		for (const { course, completedOn, recordedOn: known } of holder?.training ?? [])
			if (holder && demands.training.includes(course))
				found.push(
					candidate({ code: 'COURSE_COMPLETED', who: holder.practitionerId, course, on: completedOn }, known)
				);
	if (lead) {
		const before = tierOn(lead, becameTrueOn, { ...knowledge, on: becameTrueOn }).tier;
		if (tierOn(lead, on, knowledge).tier > before)
			found.push({
				fact: { code: 'EXPERIENCE_REACHED', who: lead.practitionerId, on },
				// Experience grows by itself: it is named where nothing that somebody did is.
				from: becameTrueOn
			});
		found.push(...factsAboutBeingThere(lead, 'cases', view));
	}
	return found;
}

function recordedOn(file: CaseFile, leadId: string, since: CalendarDate, { knowledge }: View) {
	const begun = file.allocations.find(
		(allocation) =>
			allocation.role === 'lead' &&
			allocation.practitionerId === leadId &&
			allocation.from === since &&
			isKnown(allocation, since, knowledge)
	);
	return begun?.recordedOn ?? null;
}

/** Somebody in post again, back from an absence, or covered. */
function factsAboutBeingThere(person: Person, purpose: 'cases' | 'supervision', view: View): Candidate[] {
	const { knowledge } = view;
	const { practitionerId: who } = person;
	const found: Candidate[] = [];
	const posting = inPostOn(person, knowledge.on, knowledge);
	if (posting) found.push(candidate({ code: 'BACK_IN_POST', who, on: posting.from }, posting.recordedOn));
	for (const absence of person.absences) {
		const ended =
			isKnown(absence, absence.from, knowledge) && knownEnd(absence.to, absence.endRecordedOn, knowledge);
		if (ended && !absenceOn(person, knowledge.on, knowledge))
			found.push(candidate({ code: 'BACK_FROM_ABSENCE', who, on: ended }, absence.endRecordedOn));
	}
	for (const coverId of coversNamed(person, purpose, knowledge.on, knowledge))
		if (isInPost(view, coverId, knowledge.on))
			found.push(candidate({ code: 'COVER_NAMED', who: coverId, on: knowledge.on }));
	return found;
}

function factsAboutPerson(person: Person, { becameTrueOn }: ClearedFlag, view: View): Candidate[] {
	const { knowledge } = view;
	const { on } = knowledge;
	const { practitionerId: who } = person;
	const found: Candidate[] = [];
	for (const session of view.authority.sessionsOf.get(who) ?? [])
		if (session.heldOn !== null && isKnown(session, session.heldOn, knowledge))
			found.push(
				candidate(
					{ code: 'SUPERVISION_HELD', by: session.supervisorId, on: session.heldOn },
					session.recordedOn,
					session.supervisorSignedOn
				)
			);
	const posting = inPostOn(person, on, knowledge);
	const before = postingOn(person, addDays(becameTrueOn, -1), knowledge);
	if (!posting) found.push(candidate({ code: 'LEFT_POST', who, on }));
	const supervisorId = posting?.supervisorId ?? null;
	if (posting && supervisorId !== null && supervisorId !== before?.supervisorId)
		found.push(
			candidate({ code: 'SUPERVISOR_CHANGED', to: supervisorId, on: posting.from }, posting.recordedOn)
		);
	const supervisor = personOf(view, supervisorId);
	if (supervisor) found.push(...factsAboutBeingThere(supervisor, 'supervision', view));
	const details = detailsOf(person, knowledge);
	if (details?.registeredOn)
		found.push(candidate({ code: 'REGISTRATION_RECORDED', on: details.registeredOn }, on));
	const { loadPercent } = caseloadOf(person, view);
	if (loadPercent !== null && loadPercent <= 100)
		found.push(candidate({ code: 'LOAD_FELL', loadPercent, on }));
	return found;
}

/** Of an action, a request or a session: what was done about it itself. */
function factsAboutSubject({ subjectId, becameTrueOn }: ClearedFlag, view: View): Candidate[] {
	const { authority, knowledge } = view;
	const { on } = knowledge;
	const found: Candidate[] = [];
	const action = authority.actions.find(
		(each) => each.actionId === subjectId && isKnown(each, null, knowledge)
	);
	if (action?.doneOn)
		found.push(candidate({ code: 'ACTION_DONE', on: action.doneOn }, action.recordedOn, becameTrueOn));
	if (action?.ownerId && action.dueOn)
		found.push(candidate({ code: 'ACTION_WHOLE', owner: action.ownerId, on }));
	const request = authority.requests.find(
		(each) => each.requestId === subjectId && isKnown(each, null, knowledge)
	);
	if (request?.secondManagerId && request.secondAgreedOn)
		found.push(
			candidate(
				{ code: 'SECOND_MANAGER_AGREED', by: request.secondManagerId, on: request.secondAgreedOn },
				request.recordedOn
			)
		);
	if (request?.outcome && request.decidedOn)
		found.push(
			candidate(
				{ code: 'REQUEST_DECIDED', agreed: request.outcome === 'agreed', on: request.decidedOn },
				request.recordedOn
			)
		);
	const session = authority.sessions.find(
		(each) => each.sessionId === subjectId && isKnown(each, null, knowledge)
	);
	const signedOn =
		session?.supervisorSignedOn && session.practitionerSignedOn
			? latest([session.supervisorSignedOn, session.practitionerSignedOn])
			: null;
	if (signedOn) found.push(candidate({ code: 'NOTE_SIGNED', on: signedOn }));
	return found;
}

function factsAboutAll(becameTrueOn: CalendarDate, view: View): Candidate[] {
	const { authority, knowledge } = view;
	const found: Candidate[] = [];
	for (const restructure of authority.restructures) {
		const ended =
			isKnown(restructure, restructure.from, knowledge) &&
			knownEnd(restructure.to, restructure.endRecordedOn, knowledge);
		if (ended)
			found.push(
				candidate({ code: 'RESTRUCTURE_ENDED', name: restructure.name, on: ended }, restructure.endRecordedOn)
			);
	}
	for (const { version, effectiveFrom } of authority.policies)
		if (effectiveFrom !== null && effectiveFrom > becameTrueOn)
			found.push(candidate({ code: 'POLICY_CHANGED', version, on: effectiveFrom }));
	return found;
}

export function clearingInWords(fact: ClearingFact, names: Names): string {
	const day = dayInWords(fact.on);
	switch (fact.code) {
		case 'OVERSIGHT_RECORDED':
			return fact.via === 'entry'
				? `oversight recorded by ${names(fact.by)} on ${day}`
				: `discussed and decided in supervision with ${names(fact.by)} on ${day}`;
		case 'CASE_CLOSED':
			return `the case closed on ${day}`;
		case 'LEAD_CHANGED':
			return `allocated to ${names(fact.to)} on ${day}`;
		case 'CO_WORKER_JOINED':
			return `${names(fact.who)}, who is suitable, joined as co-worker on ${day}`;
		case 'COURSE_COMPLETED':
			return `${names(fact.who)} completed ${fact.course} on ${day}`;
		case 'EXPERIENCE_REACHED':
			return `${names(fact.who)} reached the experience it asks for`;
		case 'KIND_ENDED':
			return `no longer ${KIND_IN_WORDS[fact.kind]} from ${day}`;
		case 'BACK_IN_POST':
			return `${names(fact.who)} in post from ${day}`;
		case 'BACK_FROM_ABSENCE':
			return `${names(fact.who)} back on ${day}`;
		case 'COVER_NAMED':
			return `${names(fact.who)} named to cover`;
		case 'SUPERVISION_HELD':
			return `supervision held with ${names(fact.by)} on ${day}`;
		case 'SUPERVISOR_CHANGED':
			return `${names(fact.to)} is supervisor from ${day}`;
		case 'REGISTRATION_RECORDED':
			return `registered on ${day}, as now recorded`;
		case 'LOAD_FELL':
			return `load came down to ${Math.round(fact.loadPercent)} % of capacity`;
		case 'ACTION_DONE':
			return `done on ${day}`;
		case 'ACTION_WHOLE':
			return `${names(fact.owner)} owns it, and it has a due date`;
		case 'REQUEST_DECIDED':
			return `${fact.agreed ? 'agreed to' : 'decided'} on ${day}`;
		case 'SECOND_MANAGER_AGREED':
			return `${names(fact.by)} agreed as second manager on ${day}`;
		case 'NOTE_SIGNED':
			return `signed by both on ${day}`;
		case 'LEFT_POST':
			return `${names(fact.who)} is no longer in post`;
		case 'RESTRUCTURE_ENDED':
			return `the restructure “${fact.name}” ended on ${day}`;
		case 'POLICY_CHANGED':
			return `policy version ${fact.version} came into force on ${day}`;
		case 'NO_LONGER_HOLDS':
			return 'what is now recorded no longer meets the rule';
	}
}

/** The practitioners a clearing fact names. */
export function namedInClearing(fact: ClearingFact): string[] {
	if ('owner' in fact) return [fact.owner];
	if ('by' in fact) return [fact.by];
	if ('to' in fact) return [fact.to];
	return 'who' in fact ? [fact.who] : [];
}
