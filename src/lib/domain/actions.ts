import { addWorkingDays, type CalendarDate } from './calendar.ts';
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

/** Overdue 5 working days after it was due, an action about risk at once (local default). */
export function isOverdue(action: Action, knowledge: Knowledge): boolean {
	if (action.dueOn === null || !isToDo(action, knowledge)) return false;
	return knowledge.on > (action.risk ? action.dueOn : addWorkingDays(action.dueOn, 5));
}
