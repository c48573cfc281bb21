import { after, type CalendarDate, type Length } from './calendar.ts';
import { isKnown, type Knowledge, type Recorded } from './knowledge.ts';

/** Something that was agreed to be done, with an owner and a day. */
export interface Action extends Recorded {
	actionId: string;
	reference: string;
	/** The case it is about: its own, else that of its oversight entry. */
	caseId: string | null;
	/** Whom it is about where there is no case: its own practitioner, else its session's supervisee. */
	practitionerId: string | null;
	ownerId: string | null;
	description: string | null;
	agreedOn: CalendarDate;
	dueOn: CalendarDate | null;
	doneOn: CalendarDate | null;
	risk: boolean | null;
}

/** Whether the action was agreed by then and is still to be done. */
export function isToDo(action: Action, knowledge: Knowledge): boolean {
	if (!isKnown(action, action.agreedOn, knowledge)) return false;
	return action.doneOn === null || action.doneOn > knowledge.on;
}

/** How long after its due date an action that is not about risk is overdue, as shipped (local default). */
export const ACTION_LIMIT = { count: 5, unit: 'wd' } as const satisfies Length;

/** Overdue once the limit of the policy in force has passed since it was due, an action about risk at once. */
export function isOverdue(action: Action, knowledge: Knowledge): boolean {
	if (action.dueOn === null || !isToDo(action, knowledge)) return false;
	const limit = knowledge.judgedOn?.(knowledge.on).limits.action ?? ACTION_LIMIT;
	return knowledge.on > (action.risk ? action.dueOn : after(action.dueOn, limit));
}
