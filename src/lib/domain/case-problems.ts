import type { CalendarDate } from './calendar.ts';
import type { CaseChange } from './case-change.ts';
import type { CaseKind } from './cases.ts';
import type { Kind } from './policy.ts';

/** Another case of the same child. Reference null: outside the scope of who asks. */
export interface OfChild {
	reference: string | null;
	openedOn: CalendarDate;
	closedOn: CalendarDate | null;
}

/** Why a case cannot be changed as it was said: each a field of the form and a reason. */
export type CaseProblem =
	| { field: 'on' | 'to' | 'conferenceOn' | 'born'; why: 'AFTER_TODAY' | 'YEARS_OFF'; on: CalendarDate }
	| { field: 'on' | 'to' | 'conferenceOn'; why: 'BEFORE'; what: 'opened' | 'begun'; on: CalendarDate }
	| { field: 'on'; why: 'CLOSED'; on: CalendarDate }
	| { field: 'on'; why: 'NOBODY_LEADS' }
	| { field: 'on'; why: 'NAMED_BY_THEN' | 'ENDED_BY_THEN'; on: CalendarDate }
	| { field: 'on'; why: 'LED_FROM'; on: CalendarDate; practitionerId: string | null }
	| { field: 'on'; why: 'KIND_LATER'; kind: Kind; on: CalendarDate }
	| { field: 'kind' | 'on'; why: 'SAME_KIND'; other: CaseKind }
	| { field: 'on'; why: 'OPEN_ALREADY' | 'OVERLAPS_EARLIER'; other: OfChild }
	| { field: 'row'; why: 'GONE' }
	| { field: 'family'; why: 'ITSELF' | 'SAME_FAMILY' | 'NO_FAMILY' }
	| { field: 'complexity'; why: 'SAME'; complexity: number }
	| {
			field: 'holder' | 'coWorker';
			why: 'NOT_IN_POST' | 'LEADS_ALREADY' | 'CO_WORKS_ALREADY';
			on: CalendarDate;
			practitionerId: string;
	  }
	| { field: 'team'; why: 'TEAM_HAS_IT' }
	| { field: 'allocationReason'; why: 'NOT_GIVEN'; fromId: string }
	| { field: 'on'; why: 'ALLOCATED_LATER'; on: CalendarDate; practitionerId: string | null }
	| { field: 'siblings'; why: 'SIBLINGS_CHANGED'; references: readonly string[] }
	| { field: 'siblings'; why: 'SIBLING'; reference: string; problem: CaseProblem };

/** What would be written, or why it cannot be. */
export type Step = { changes: readonly CaseChange[] } | { problems: readonly CaseProblem[] };

export const problem = (...problems: CaseProblem[]): Step => ({ problems });
