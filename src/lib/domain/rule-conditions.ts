import { hasCover, personOf } from './authority.ts';
import { addDays, addWorkingDays } from './calendar.ts';
import { handsSince } from './changes-of-hands.ts';
import { lookBackFrom, type Code, type Rule } from './flag-rules.ts';
import { absenceOn, absentLongerThan, inPostOn } from './people.ts';
import { decidedBy } from './requests.ts';
import { CASE_RULES, type CaseState } from './rules-about-cases.ts';
import { ENDING_RULES, type FileState } from './rules-about-endings.ts';
import {
	ACTION_RULES,
	REQUEST_RULES,
	type ActionState,
	type RequestState
} from './rules-about-requests-and-actions.ts';

/** One thing a rule asks, and whether it was so. */
export interface Condition {
	asks: string;
	met: boolean;
}

/** What each rule about an open case asks, and whether it was so. */
export function conditionsOfCase(code: Code, state: CaseState): Condition[] {
	const { leadId, demands, suitability, suitableCoWorkerId, suitablyHeld, clock, day, view } = state;
	const hasLead = { asks: 'somebody leads it', met: leadId !== null };
	const overdue = {
		asks: clock ? `it is after ${clock.dueOn}, the day oversight was due` : 'the clock has started',
		met: clock !== null && day > clock.dueOn
	};
	const noCoWorker = { asks: 'no suitable co-worker holds it too', met: suitableCoWorkerId === null };
	const lead = personOf(view, leadId);
	switch (code) {
		case 'HELD_WITHOUT_OVERSIGHT':
			return [
				hasLead,
				{ asks: 'the stakes are high', met: demands.stakes === 'high' },
				{ asks: 'it is not suitably held', met: !suitablyHeld },
				overdue
			];
		case 'BELOW_EXPERIENCE':
			return [
				hasLead,
				{
					asks: `the lead’s tier (${suitability?.tier ?? 'none'}) is below ${demands.leastTier}`,
					met: suitability?.experienced === false
				},
				noCoWorker
			];
		case 'TRAINING_GAP':
			return [
				hasLead,
				{
					asks: `a required course is not current (${demands.training.join(', ') || 'none required'})`,
					met: (suitability?.missing.length ?? 0) > 0
				},
				noCoWorker
			];
		case 'OVERSIGHT_OVERDUE':
			return [overdue];
		case 'UNALLOCATED':
			return [
				{
					asks: 'nobody in post leads it',
					met: lead === null || inPostOn(lead, day, view.knowledge) === null
				},
				{
					asks: 'no holder is named in a file who is not matched yet',
					met: state.file.holderNotMatched !== true
				},
				{
					asks: 'the wait that policy allows is over',
					met: holds(CASE_RULES, code, state)
				}
			];
		case 'HOLDER_ABSENT': {
			const away = lead && absenceOn(lead, day, view.knowledge);
			return [
				hasLead,
				{
					asks: away
						? `the lead has been away for more than 5 working days (since ${away.from}, so after ${addWorkingDays(away.from, 5)})`
						: 'the lead is away',
					met: lead !== null && absentLongerThan(lead, 5, day, view.knowledge)
				},
				{
					asks: 'no cover is named who is in post and here',
					met: lead === null || !hasCover(lead, 'cases', day, view)
				}
			];
		}
		case 'HANDOVER_WITHOUT_OVERSIGHT':
			return [
				{
					asks: 'in the last 12 months it came to another lead, or its lead to another team or supervisor, and 5 working days have passed since without a manager’s oversight',
					met: holds(CASE_RULES, code, state)
				}
			];
		case 'FREQUENT_CHANGE': {
			const { leadIds, supervisorIds } = handsSince(state.file, lookBackFrom(day), view);
			return [
				{
					asks: `3 or more led it, or supervised its lead, in the last 12 months (${leadIds.length} led, ${supervisorIds.length} supervised)`,
					met: holds(CASE_RULES, code, state)
				}
			];
		}
		case 'TIMESCALE_MISSED':
			return [
				{
					asks: 'an assessment has run for more than 45 working days, or no conference was held within 15 working days of the start of an enquiry that needs one',
					met: holds(CASE_RULES, code, state)
				}
			];
		default:
			return [];
	}
}

/** The same of the rules that look at open and closed cases. */
export function conditionsOfEnding(code: Code, state: FileState): Condition[] {
	const closed = {
		asks: state.closedOn === null ? 'it is closed' : `it was closed in the last 90 days (${state.closedOn})`,
		met: state.closedOn !== null && state.closedOn > addDays(state.day, -90)
	};
	switch (code) {
		case 'SECTION_47_UNEXPLAINED':
			return [
				{
					asks: 'a section 47 enquiry ended in the last 12 months, more than 1 working day ago, and no manager’s outcome that counts was made since it began',
					met: holds(ENDING_RULES, code, state)
				}
			];
		case 'CLOSED_WITHOUT_SIGN_OFF':
			return [
				closed,
				{
					asks: 'no closure sign-off that counts was made in the 28 days up to the closing',
					met: holds(ENDING_RULES, code, state)
				}
			];
		case 'CLOSED_SOON_AFTER_SECTION_47':
			return [
				closed,
				{
					asks: 'a section 47 enquiry had ended less than 90 days before, or ended with it',
					met: holds(ENDING_RULES, code, state)
				}
			];
		default:
			return [];
	}
}

export function conditionsOfRequest(state: RequestState): Condition[] {
	const { request, day } = state;
	const decidedOn = decidedBy(request, day);
	const stands = holds(REQUEST_RULES, 'REQUEST_DECLINED_ALONE', state);
	if (decidedOn === null)
		return [
			{ asks: `1 working day has passed since ${request.requestedOn} without a decision`, met: stands }
		];
	return [
		{ asks: `it was declined (${request.outcome} on ${decidedOn})`, met: request.outcome === 'declined' },
		{
			asks: 'the rationale, or a second manager’s agreement, was missing 1 working day later and still is',
			met: stands
		}
	];
}

export function conditionsOfAction(code: Code, state: ActionState): Condition[] {
	const { dueOn, agreedOn, risk } = state.action;
	const toDo = { asks: 'it is still to be done', met: true };
	const met = holds(ACTION_RULES, code, state);
	if (code === 'ACTION_OVERDUE')
		return [
			toDo,
			{
				asks: `it is past its due date (${dueOn ?? 'none'})${risk ? '' : ' by more than 5 working days'}`,
				met
			}
		];
	return [
		toDo,
		{ asks: `it has no owner or no due date, and 1 working day has passed since ${agreedOn}`, met }
	];
}

function holds<State>(rules: readonly Rule<State>[], code: Code, state: State): boolean {
	return rules.some((rule) => rule.code === code && rule.holds(state) !== null);
}
