import type { AskingRole } from './access.ts';
import { groupedBy, type View } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import { isObserved, lookBackFrom, type RequestFacts } from './flag-rules.ts';
import type { Tier } from './people.ts';
import { decidedBy } from './requests.ts';
import {
	decisionInTimeUntil,
	missingFrom,
	requestState,
	type RequestState
} from './rules-about-requests-and-actions.ts';

/** The partner agencies that a form offers (local default); any other is written in words. */
export const AGENCIES = [
	'Health visiting',
	'Midwifery',
	'Hospital',
	'General practice',
	'School',
	'Early years',
	'Police',
	'Probation',
	'Housing',
	'Adult social care',
	'Voluntary organisation'
] as const;

export const REQUEST_KINDS = ['conference', 'challenge'] as const;
export const REQUEST_OUTCOMES = ['agreed', 'declined'] as const;

/** What the agency said of a decision. */
export const AGENCY_ANSWERS = ['accepted', 'challenges_again', 'no_answer'] as const;
export type AgencyAnswer = (typeof AGENCY_ANSWERS)[number];

/** Where a request stands on a day. `decideBy` and `secondBy` are the last days in time. */
export type RequestStanding =
	| { state: 'undecided'; decideBy: CalendarDate }
	| { state: 'undecided_late'; decideBy: CalendarDate }
	| { state: 'agreed'; decidedOn: CalendarDate }
	| { state: 'second_awaited'; decidedOn: CalendarDate; secondBy: CalendarDate; missing: Missing }
	| { state: 'declined_alone'; decidedOn: CalendarDate; secondBy: CalendarDate; missing: Missing }
	| { state: 'declined_with_second'; decidedOn: CalendarDate };
export type RequestStandingState = RequestStanding['state'];
type Missing = RequestFacts['missing'];

export const REQUEST_STANDINGS = [
	'agreed',
	'declined_with_second',
	'declined_alone',
	'second_awaited',
	'undecided',
	'undecided_late'
] as const satisfies readonly RequestStandingState[];

/** Where a request stands, by the same conditions as REQUEST_DECLINED_ALONE, however long ago it was. */
export function requestStanding(state: RequestState): RequestStanding {
	const { request, day } = state;
	const decidedOn = decidedBy(request, day);
	if (decidedOn === null) {
		const decideBy = decisionInTimeUntil(request.requestedOn, state);
		return { state: day <= decideBy ? 'undecided' : 'undecided_late', decideBy };
	}
	if (request.outcome === 'agreed') return { state: 'agreed', decidedOn };
	const missing = missingFrom(state, decidedOn);
	if (missing.length === 0) return { state: 'declined_with_second', decidedOn };
	const secondBy = decisionInTimeUntil(decidedOn, state);
	return { state: day <= secondBy ? 'second_awaited' : 'declined_alone', decidedOn, secondBy, missing };
}

/** The requests of the view's facts that are known, each once. */
export function requestStates(view: View): RequestState[] {
	const byRequest = groupedBy(view.authority.requests, ({ requestId }) => requestId);
	return [...byRequest.values()].flatMap((versions) => requestState(versions, view) ?? []);
}

/** Whether somebody has still to act, on a request that the rules look at: of the last 12 months, and observed. */
export function isWaiting({ request, day, view }: RequestState, standing: RequestStanding): boolean {
	if (standing.state === 'agreed' || standing.state === 'declined_with_second') return false;
	const countedFrom = 'decidedOn' in standing ? standing.decidedOn : request.requestedOn;
	return countedFrom > lookBackFrom(day) && isObserved(countedFrom, view);
}

const MANAGING: readonly AskingRole[] = ['practice_supervisor', 'team_manager', 'service_manager'];
const SECOND: readonly AskingRole[] = [...MANAGING, 'principal_social_worker', 'director'];
const WITH_THE_CASE: readonly AskingRole[] = ['practitioner', 'senior_practitioner', ...SECOND];

export type PartnerRefusal =
	| 'READS_ONLY'
	| 'NOT_A_MANAGER'
	| 'NOT_COUNTING'
	| 'OWN_DECISION'
	| 'DECIDED_BY_ONESELF'
	| 'NOT_DECLINED'
	| 'NOT_DECIDED';

/** Somebody in front of a request about a case in their scope; `tier`: theirs today, null where nothing is known of them. */
export interface Keeping {
	practitionerId: string | null;
	role: AskingRole;
	tier: Tier | null;
}

/** Why somebody may not record a request, or what the agency answered; null: they may. */
export function whyNotRecord({ role, practitionerId }: Keeping): PartnerRefusal | null {
	return practitionerId !== null && WITH_THE_CASE.includes(role) ? null : 'READS_ONLY';
}

/** Why somebody may not decide a request, or change the decision; null: they may. */
export function whyNotDecide({ role, practitionerId, tier }: Keeping): PartnerRefusal | null {
	if (practitionerId === null || !MANAGING.includes(role)) return 'NOT_A_MANAGER';
	return tier === 'E6' ? null : 'NOT_COUNTING';
}

/** Why somebody may not agree, as second manager, to declining a request; null: they may. */
export function whyNotAgree(
	{ role, practitionerId, tier }: Keeping,
	standing: RequestStanding,
	decidedById: string | null
): PartnerRefusal | null {
	if (standing.state !== 'second_awaited' && standing.state !== 'declined_alone') return 'NOT_DECLINED';
	if (practitionerId === null || !SECOND.includes(role)) return 'NOT_A_MANAGER';
	if (decidedById === practitionerId) return 'OWN_DECISION';
	if (!standing.missing.includes('SECOND_MANAGER')) return 'NOT_DECLINED';
	return tier === 'E6' ? null : 'NOT_COUNTING';
}

/** Why what the agency answered may not be recorded; null: it may. */
export function whyNotAnswer(by: Keeping, standing: RequestStanding): PartnerRefusal | null {
	return whyNotRecord(by) ?? ('decidedOn' in standing ? null : 'NOT_DECIDED');
}

/**
 * Why somebody may not correct what an agency asked for, or (`takesOut`) say that it never did; null: they may. Whoever
 * decided it leaves what was asked alone, and only those who could decide it say that it never was.
 */
export function whyNotCorrect(
	by: Keeping,
	decidedById: string | null,
	takesOut: boolean
): PartnerRefusal | null {
	const refusal = takesOut ? whyNotDecide(by) : whyNotRecord(by);
	return refusal ?? (decidedById === by.practitionerId ? 'DECIDED_BY_ONESELF' : null);
}
