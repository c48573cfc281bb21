import { isOverdue, isToDo, type Action } from './actions.ts';
import { personOf, policyInForce, type View } from './authority.ts';
import { after, daysBetween, type CalendarDate } from './calendar.ts';
import {
	hit,
	isObserved,
	lookBackFrom,
	REVIEW,
	tooOldOn,
	type ActionFacts,
	type RequestFacts,
	type Rule
} from './flag-rules.ts';
import { isKnown } from './knowledge.ts';
import { tierOn } from './people.ts';
import { decidedBy, type Request } from './requests.ts';

/** What the rule about a request looks at, on the view's day. */
export interface RequestState {
	request: Request;
	versions: readonly Request[];
	day: CalendarDate;
	view: View;
}

/** The state of a request, of whose versions one may be known; null where none is. */
export function requestState(versions: readonly Request[], view: View): RequestState | null {
	const request = versions.find((version) => isKnown(version, version.requestedOn, view.knowledge));
	return request ? { request, versions, day: view.knowledge.on, view } : null;
}

/** The last day on which something counted from a day is in time: a decision, or a second manager's agreement. */
export function decisionInTimeUntil(
	countedFrom: CalendarDate,
	{ day, view }: Pick<RequestState, 'day' | 'view'>
): CalendarDate {
	return after(countedFrom, policyInForce(view, day).limits.decision);
}

export const REQUEST_RULES: readonly Rule<RequestState>[] = [
	{
		code: 'REQUEST_DECLINED_ALONE',
		source: REVIEW,
		holds: (state) => {
			const { request, day, view } = state;
			const decidedOn = decidedBy(request, day);
			const countedFrom = decidedOn ?? request.requestedOn;
			if (countedFrom <= lookBackFrom(day) || !isObserved(countedFrom, view)) return null;
			if (day <= decisionInTimeUntil(countedFrom, state)) return null;
			const missing = missingFrom(state, decidedOn);
			if (missing.length === 0) return null;
			const { severities } = policyInForce(view, day);
			return hit('REQUEST_DECLINED_ALONE', severities.REQUEST_DECLINED_ALONE.always, {
				agency: request.agency,
				asked: request.kind,
				requestedOn: request.requestedOn,
				decidedOn,
				decidedById: decidedOn === null ? null : request.decidedById,
				missing
			});
		},
		ceasesOn: ({ versions }) =>
			versions.flatMap(({ requestedOn, decidedOn, secondAgreedOn }) => [
				tooOldOn(requestedOn),
				decidedOn,
				decidedOn && tooOldOn(decidedOn),
				secondAgreedOn
			])
	}
];

/** What a request still lacks, whatever time it has left; empty: nothing. */
export function missingFrom(state: RequestState, decidedOn: CalendarDate | null): RequestFacts['missing'] {
	const { request } = state;
	if (decidedOn === null) return ['DECISION'];
	if (request.outcome !== 'declined') return [];
	return [
		...(request.hasRationale ? [] : (['RATIONALE'] as const)),
		...(isAgreedBySecond(state) ? [] : (['SECOND_MANAGER'] as const))
	];
}

/** Whether another person than the decider, who managed practice that day, agreed to declining. */
function isAgreedBySecond({ request, day, view }: RequestState): boolean {
	const { decidedById, secondManagerId, secondAgreedOn } = request;
	if (secondAgreedOn === null || secondAgreedOn > day || secondManagerId === decidedById) return false;
	const second = personOf(view, secondManagerId);
	return second !== null && tierOn(second, secondAgreedOn, view.knowledge).tier === 'E6';
}

/** What the rules about an action look at, on the view's day: one that was agreed and is still to be done. */
export interface ActionState {
	action: Action;
	versions: readonly Action[];
	day: CalendarDate;
	view: View;
}

/** The state of an action, of whose versions one may be known; null where none is, or there is nothing to do. */
export function actionState(versions: readonly Action[], view: View): ActionState | null {
	const action = versions.find((version) => isToDo(version, view.knowledge));
	return action ? { action, versions, day: view.knowledge.on, view } : null;
}

export const ACTION_RULES: readonly Rule<ActionState>[] = [
	{
		code: 'ACTION_OVERDUE',
		source: REVIEW,
		holds: ({ action, day, view }) => {
			const { dueOn, risk } = action;
			if (dueOn === null || dueOn <= lookBackFrom(day) || !isObserved(dueOn, view)) return null;
			if (!isOverdue(action, view.knowledge)) return null;
			const { risk: aboutRisk, others } = policyInForce(view, day).severities.ACTION_OVERDUE;
			return hit('ACTION_OVERDUE', risk === true ? aboutRisk : others, factsOf(action, day));
		},
		ceasesOn: ({ versions }) => versions.flatMap(({ dueOn, doneOn }) => [doneOn, dueOn && tooOldOn(dueOn)])
	},
	{
		code: 'ACTION_WEAK',
		source: REVIEW,
		holds: ({ action, day, view }) => {
			const { agreedOn, dueOn, ownerId } = action;
			if (ownerId !== null && dueOn !== null) return null;
			if (agreedOn <= lookBackFrom(day) || !isObserved(agreedOn, view)) return null;
			const { limits, severities } = policyInForce(view, day);
			if (day <= after(agreedOn, limits.agreement)) return null;
			return hit('ACTION_WEAK', severities.ACTION_WEAK.always, factsOf(action, day));
		},
		ceasesOn: ({ versions }) => versions.flatMap(({ agreedOn, doneOn }) => [doneOn, tooOldOn(agreedOn)])
	}
];

function factsOf({ agreedOn, dueOn, ownerId, risk }: Action, day: CalendarDate): ActionFacts {
	const daysOverdue = dueOn === null || dueOn >= day ? null : daysBetween(dueOn, day);
	return { agreedOn, dueOn, ownerId, risk: risk === true, daysOverdue };
}
