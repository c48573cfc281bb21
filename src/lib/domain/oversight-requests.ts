import type { AskingRole } from './access.ts';
import { addDays, addWorkingDays, type CalendarDate } from './calendar.ts';
import {
	gradeOf,
	isAtLeast,
	isConcerned,
	nextAbove,
	responsibleFor,
	type About,
	type Acting,
	type AnsweringGrade,
	type Managers,
	type Responsible
} from './flag-life.ts';
import type { OversightEvent } from './oversight.ts';

/** A holder's request that a manager records oversight of a case. */
export interface OversightRequest {
	requestId: string;
	caseId: string;
	askedBy: string;
	askedOn: CalendarDate;
	words: string | null;
	/** Null: nobody has answered. */
	answered: { on: CalendarDate; by: string | null; role: AskingRole | null; words: string | null } | null;
}

/**
 * What of the oversight on a case answers a request: the first that counts of what was written down since it was asked
 * (`since`, by id); null: nothing does.
 */
export function answeringOversight(
	{ askedOn, since }: { askedOn: CalendarDate; since: readonly string[] },
	events: readonly OversightEvent[]
): OversightEvent | null {
	const answering = events.filter(
		({ id, notCounting, knownOn }) => notCounting === null && knownOn >= askedOn && since.includes(id)
	);
	return answering.sort((a, b) => (a.knownOn < b.knownOn ? -1 : 1))[0] ?? null;
}

export type RequestState =
	| { state: 'waiting'; by: CalendarDate }
	| { state: 'escalated'; on: CalendarDate }
	| { state: 'answered'; on: CalendarDate };

/** Where a request stands: unanswered after 1 working day it goes one level up. */
export function requestStateOf(
	{ askedOn, answered }: Pick<OversightRequest, 'askedOn' | 'answered'>,
	day: CalendarDate
): RequestState {
	if (answered && answered.on <= day) return { state: 'answered', on: answered.on };
	const by = addWorkingDays(askedOn, 1);
	return day <= by ? { state: 'waiting', by } : { state: 'escalated', on: addDays(by, 1) };
}

/** Who is asked by a request now; null: it is answered. */
export function requestAsks(state: RequestState, about: About, managers: Managers): Responsible | null {
	if (state.state === 'answered') return null;
	const responsible = responsibleFor(about, managers);
	return state.state === 'waiting'
		? responsible
		: (nextAbove(responsible.grade, about, managers) ?? responsible);
}

export type RequestRefusal =
	| { code: 'NOT_A_HOLDER' }
	| { code: 'CASE_CLOSED' }
	| { code: 'ALREADY_ASKED'; request: OversightRequest }
	| { code: 'ALREADY_ANSWERED' }
	| { code: 'OWN_CASE' }
	| { code: 'READS_ONLY' }
	| { code: 'BELOW_GRADE'; needs: AnsweringGrade; responsible: Responsible };

/** Why somebody may not ask for oversight of a case; null: they may. `holders`: those who hold or cover it today. */
export function whyNotAsk(
	by: Acting,
	{ open, holders, waiting }: { open: boolean; holders: readonly string[]; waiting: OversightRequest | null }
): RequestRefusal | null {
	if (by.practitionerId === null || !holders.includes(by.practitionerId)) return { code: 'NOT_A_HOLDER' };
	if (!open) return { code: 'CASE_CLOSED' };
	return waiting ? { code: 'ALREADY_ASKED', request: waiting } : null;
}

/** Why somebody may not answer a request in words; null: they may. */
export function whyNotAnswerRequest(
	by: Acting,
	request: Pick<OversightRequest, 'askedBy' | 'answered'>,
	about: About,
	managers: Managers
): RequestRefusal | null {
	if (request.answered) return { code: 'ALREADY_ANSWERED' };
	if (by.role === 'inspector') return { code: 'READS_ONLY' };
	if (isConcerned(by, about) || by.practitionerId === request.askedBy) return { code: 'OWN_CASE' };
	const responsible = responsibleFor(about, managers);
	return isAtLeast(gradeOf(by.role), responsible.grade)
		? null
		: { code: 'BELOW_GRADE', needs: responsible.grade, responsible };
}
