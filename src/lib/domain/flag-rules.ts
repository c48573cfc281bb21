import type { View } from './authority.ts';
import { addDays, addMonths, type CalendarDate, type Length } from './calendar.ts';
import type { Code, Severity } from './codes.ts';
import type { Tier } from './people.ts';
import type { Kind, Limit, Stakes } from './policy.ts';
import type { Past, TurningDays } from './turning-days.ts';

/** Who leads, and what the case asks of them. */
export interface HolderFacts {
	leadId: string | null;
	leadSince: CalendarDate | null;
	tier: Tier | null;
	leastTier: Tier;
	/** Required courses that are not current. */
	missing: readonly string[];
	/** Empty: kind unknown. */
	kinds: readonly Kind[];
}

/** The oversight clock of a case that is overdue. */
export interface ClockFacts {
	clockStartedOn: CalendarDate;
	lastOversightOn: CalendarDate | null;
	dueOn: CalendarDate;
	daysOverdue: number;
	/** The limit in force now: the interval, or the first-oversight limit while the first is outstanding. */
	limit: Limit;
	suitablyHeld: boolean;
	guarded: boolean;
	carriedFrom: CalendarDate | null;
	stakes: Stakes;
}

export interface WaitingFacts {
	waitingSince: CalendarDate;
	daysWaiting: number;
	/** A lead who is not in post; null where nobody is named. */
	leadId: string | null;
	kinds: readonly Kind[];
}

export interface AbsenceFacts {
	leadId: string;
	absentSince: CalendarDate;
	kinds: readonly Kind[];
	/** Named to cover, and not in post or away themselves. */
	coversNamed: readonly string[];
}

export interface SupervisionFacts {
	lastHeldOn: CalendarDate | null;
	countedFrom: CalendarDate;
	dueOn: CalendarDate;
	interval: Length;
	graceUntil: CalendarDate;
	movedByDays: number;
	daysOverdue: number;
}

export interface NoSupervisorFacts {
	reason: 'NONE_NAMED' | 'ONESELF' | 'NOT_IN_POST' | 'ABSENT';
	supervisorId: string | null;
	absentSince: CalendarDate | null;
}

export interface CapacityFacts {
	points: number;
	capacity: number;
	loadPercent: number | null;
	cases: number;
	/** Open cases led or co-worked. */
	held: number;
	none: 'ABSENT' | 'NOT_IN_POST' | null;
}

export interface RegistrationFacts {
	sweNumber: string;
	held: number;
}

/** A change of hands that no manager has looked at. */
export interface HandoverFacts {
	changedOn: CalendarDate;
	/** LEAD: to another person; POSTING: to another team or supervisor, with the same lead. */
	change: 'LEAD' | 'POSTING';
	/** Who led before. */
	fromId: string;
	/** Who has led since the change: at first, for somebody else may lead now. */
	toId: string;
	kinds: readonly Kind[];
	guarded: boolean;
}

export interface EnquiryFacts {
	beganOn: CalendarDate;
	endedOn: CalendarDate;
}

export interface RequestFacts {
	agency: string;
	asked: 'conference' | 'challenge' | null;
	requestedOn: CalendarDate;
	/** Null: not decided. */
	decidedOn: CalendarDate | null;
	decidedById: string | null;
	missing: readonly ('DECISION' | 'RATIONALE' | 'SECOND_MANAGER')[];
}

export interface ClosingFacts {
	closedOn: CalendarDate;
	/** The first day on which a sign-off would have counted for this closing. */
	signOffFrom: CalendarDate;
}

export interface ClosedAfterEnquiryFacts extends EnquiryFacts {
	closedOn: CalendarDate;
	days: number;
}

export interface FrequentChangeFacts {
	/** Who led, in order of time, within the 12 months. */
	leadIds: readonly string[];
	/** Who supervised those leads while they led, in order of time. */
	supervisorIds: readonly string[];
}

export interface ActionFacts {
	agreedOn: CalendarDate;
	dueOn: CalendarDate | null;
	ownerId: string | null;
	risk: boolean;
	/** Days after it was due; null: no due date. */
	daysOverdue: number | null;
}

export interface CancelledFacts {
	/** The days of the two sessions, in order of time. */
	plannedOn: readonly CalendarDate[];
}

export interface SessionFacts {
	heldOn: CalendarDate;
	supervisorId: string;
	minutes: number | null;
	/** How many the policy asks for. */
	leastMinutes: number;
	interrupted: boolean;
}

export interface NoteFacts {
	heldOn: CalendarDate;
	supervisorId: string;
	unsignedBy: readonly ('SUPERVISOR' | 'PRACTITIONER')[];
}

export interface SupervisorFacts {
	supervisorId: string;
	registered: boolean;
	trained: boolean;
}

export interface SpanFacts {
	supervised: number;
}

export interface AgencyFacts {
	/** Null: the date of registration is not recorded. */
	registeredOn: CalendarDate | null;
}

/** What has run longer than it may; null: that one has not. */
export interface TimescaleFacts {
	assessment: { since: CalendarDate; limitOn: CalendarDate } | null;
	conference: { enquirySince: CalendarDate; limitOn: CalendarDate } | null;
}

export interface FactsByCode {
	HELD_WITHOUT_OVERSIGHT: HolderFacts & ClockFacts;
	BELOW_EXPERIENCE: HolderFacts;
	TRAINING_GAP: HolderFacts;
	OVERSIGHT_OVERDUE: ClockFacts & { kinds: readonly Kind[]; leadId: string | null };
	UNALLOCATED: WaitingFacts;
	HOLDER_ABSENT: AbsenceFacts;
	HANDOVER_WITHOUT_OVERSIGHT: HandoverFacts;
	SECTION_47_UNEXPLAINED: EnquiryFacts;
	REQUEST_DECLINED_ALONE: RequestFacts;
	CLOSED_WITHOUT_SIGN_OFF: ClosingFacts;
	CLOSED_SOON_AFTER_SECTION_47: ClosedAfterEnquiryFacts;
	FREQUENT_CHANGE: FrequentChangeFacts;
	ACTION_OVERDUE: ActionFacts;
	ACTION_WEAK: ActionFacts;
	SUPERVISION_OVERDUE: SupervisionFacts;
	SUPERVISION_CANCELLED_TWICE: CancelledFacts;
	SUPERVISION_SHORT: SessionFacts;
	NOTE_UNSIGNED: NoteFacts;
	SUPERVISOR_NOT_QUALIFIED: SupervisorFacts;
	NO_SUPERVISOR: NoSupervisorFacts;
	OVER_CAPACITY: CapacityFacts;
	SPAN_TOO_WIDE: SpanFacts;
	AGENCY_BELOW_EXPERIENCE: AgencyFacts;
	EXPERIENCE_UNKNOWN: RegistrationFacts;
	TIMESCALE_MISSED: TimescaleFacts;
}

/** What a rule says where it holds: how severe, and the facts it saw. */
export type Hit = { [Each in Code]: { code: Each; severity: Severity; facts: FactsByCode[Each] } }[Code];

export function hit<Each extends Code>(code: Each, severity: Severity, facts: FactsByCode[Each]): Hit {
	return { code, severity, facts } as Hit;
}
export interface Rule<State> {
	code: Code;
	/** Where the rule comes from. */
	source: string;
	holds(state: State): Hit | null;
	/**
	 * Days, beside the turning days, on which the rule may cease to hold: something has
	 * become too old to be looked at, or a fact that only this rule looks at has happened.
	 */
	ceasesOn?(state: State, past: Past): readonly (CalendarDate | null)[];
	/** The turning days of what the rule looks at, where that is less than all that the state is about. */
	turnsOn?(state: State, past: Past): TurningDays;
}

/** The review that most rules answer to. */
export const REVIEW = 'Somerset serious case review, reported by Community Care, 16 December 2016.';

const LOOK_BACK_MONTHS = 12;
const lookBacks = new Map<CalendarDate, CalendarDate>();

/** The last day that is too old to be looked at: 12 months before. */
export function lookBackFrom(day: CalendarDate): CalendarDate {
	let from = lookBacks.get(day);
	if (from === undefined) lookBacks.set(day, (from = addMonths(day, -LOOK_BACK_MONTHS)));
	return from;
}

/** The first day on which what happened on `day` is too old to be looked at. */
export function tooOldOn(day: CalendarDate): CalendarDate {
	const yearLater = addMonths(day, LOOK_BACK_MONTHS);
	return lookBackFrom(yearLater) < day ? addDays(yearLater, 1) : yearLater;
}

/** Whether the rules look at what happened on the day: not before the authority is observed. */
export function isObserved(day: CalendarDate, { authority }: View): boolean {
	const { observedFrom } = authority.settings;
	return observedFrom === null || day >= observedFrom;
}
