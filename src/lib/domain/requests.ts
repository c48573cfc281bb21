import type { CalendarDate } from './calendar.ts';
import type { Recorded } from './knowledge.ts';

/** A partner agency asks for a child protection conference, or challenges a decision. */
export interface Request extends Recorded {
	requestId: string;
	reference: string;
	caseId: string;
	agency: string;
	kind: 'conference' | 'challenge' | null;
	requestedOn: CalendarDate;
	/** Undecided without its day. */
	outcome: 'agreed' | 'declined' | null;
	decidedOn: CalendarDate | null;
	decidedById: string | null;
	/** Whether a rationale was written; the rules never read the words. */
	hasRationale: boolean;
	secondManagerId: string | null;
	/** Null: a second manager's agreement is not given. */
	secondAgreedOn: CalendarDate | null;
}

/** The day on which the request was decided by the day; null: it was not. */
export function decidedBy({ outcome, decidedOn }: Request, day: CalendarDate): CalendarDate | null {
	return outcome !== null && decidedOn !== null && decidedOn <= day ? decidedOn : null;
}
