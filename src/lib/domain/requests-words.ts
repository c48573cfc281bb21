import { addDays, dayInWords, daysBetween, weekdayInWords, type CalendarDate } from './calendar.ts';
import type { AgencyAnswer, PartnerRefusal, RequestStanding, RequestStandingState } from './requests-kept.ts';
import type { Request } from './requests.ts';
import { CODE_IN_WORDS, daysInWords } from './wording.ts';

export const REQUEST_KIND_IN_WORDS: Record<'conference' | 'challenge', string> = {
	conference: 'asks for a child protection conference',
	challenge: 'challenges a decision'
};

export const REQUEST_STANDING_IN_WORDS: Record<RequestStandingState, string> = {
	agreed: 'Agreed',
	declined_with_second: 'Declined with a second manager',
	declined_alone: 'Declined alone',
	second_awaited: 'Declined, second manager awaited',
	undecided: 'Undecided, in time',
	undecided_late: 'Undecided past the limit'
};

export const AGENCY_ANSWER_IN_WORDS: Record<AgencyAnswer, string> = {
	accepted: 'The agency accepted the decision',
	challenges_again: 'The agency challenges it again',
	no_answer: 'The agency gave no answer'
};

/** "Health visiting asks for a child protection conference" */
export function requestTitle({ agency, kind }: Pick<Request, 'agency' | 'kind'>): string {
	return `${agency} ${kind === null ? 'makes a request' : REQUEST_KIND_IN_WORDS[kind]}`;
}

/** `decider` and `second` as they are shown to who asks; `second` null: nobody agreed. */
export interface WhoActed {
	decider: string;
	second: string | null;
}

/** The clock of a request: who has acted, until when somebody has to, and what the flag does. */
export function requestClockInWords(standing: RequestStanding, who: WhoActed, today: CalendarDate): string {
	switch (standing.state) {
		case 'undecided':
			return `To be decided by ${weekdayInWords(standing.decideBy)}; nobody has yet. ${flagFrom(standing.decideBy, 'it is decided')}`;
		case 'undecided_late':
			return `To be decided by ${weekdayInWords(standing.decideBy)}; nobody has, ${late(standing.decideBy, today)}. The flag stands until it is decided.`;
		case 'agreed':
			return `Agreed by ${who.decider} on ${weekdayInWords(standing.decidedOn)}.`;
		case 'declined_with_second':
			return `Declined by ${who.decider} on ${weekdayInWords(standing.decidedOn)}; ${who.second ?? 'a second manager'} agreed to that.`;
		case 'second_awaited':
			return `Declined by ${who.decider} on ${weekdayInWords(standing.decidedOn)}. ${lacks(standing)} by ${weekdayInWords(standing.secondBy)}. ${flagFrom(standing.secondBy, 'that is there')}`;
		case 'declined_alone':
			return `Declined by ${who.decider} on ${weekdayInWords(standing.decidedOn)}. ${lacks(standing)} by ${weekdayInWords(standing.secondBy)}, ${late(standing.secondBy, today)}. The flag stands until that is there, or the decision is changed.`;
	}
}

function lacks({
	missing
}: Extract<RequestStanding, { state: 'second_awaited' | 'declined_alone' }>): string {
	if (!missing.includes('RATIONALE')) return 'A second manager has to agree';
	return missing.includes('SECOND_MANAGER')
		? 'The rationale has to be written and a second manager has to agree'
		: 'The rationale has to be written';
}

function flagFrom(inTimeUntil: CalendarDate, until: string): string {
	return `From ${weekdayInWords(addDays(inTimeUntil, 1))} the flag “${CODE_IN_WORDS.REQUEST_DECLINED_ALONE.toLowerCase()}” stands until ${until}.`;
}

function late(inTimeUntil: CalendarDate, today: CalendarDate): string {
	return `${daysInWords(daysBetween(inTimeUntil, today))} past that`;
}

/** What recording, deciding or agreeing now would do to the flag, before it is done. */
export function requestEffectInWords(
	requestedOn: CalendarDate,
	decideBy: CalendarDate,
	today: CalendarDate
): string {
	const asked = `Asked for on ${dayInWords(requestedOn)}: to be decided by ${weekdayInWords(decideBy)}.`;
	return today <= decideBy
		? `${asked} ${flagFrom(decideBy, 'it is decided')}`
		: `${asked} That day is past, so the flag “${CODE_IN_WORDS.REQUEST_DECLINED_ALONE.toLowerCase()}” stands from today until it is decided.`;
}

export function requestRefusalInWords(refusal: PartnerRefusal): string {
	switch (refusal) {
		case 'READS_ONLY':
			return 'Requests are recorded by those who work with the case.';
		case 'NOT_A_MANAGER':
			return 'This is for those who manage practice and have the case in their scope.';
		case 'NOT_COUNTING':
			return 'What you decide here would not count: your registration, or a posting that manages practice, is not recorded. Have it recorded, or ask another manager.';
		case 'OWN_DECISION':
			return 'You declined it yourself. A refusal needs another manager: it waits on their first screen.';
		case 'DECIDED_BY_ONESELF':
			return 'You decided it, so what was asked for is corrected by somebody else who works with the case.';
		case 'NOT_DECLINED':
			return 'There is no refusal that waits for a second manager.';
		case 'NOT_DECIDED':
			return 'It is not decided yet, so there is nothing that the agency could have answered.';
	}
}
