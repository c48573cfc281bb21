import {
	addDays,
	addMonths,
	addWorkingDays,
	after,
	daysBetween,
	type CalendarDate,
	type Length
} from './calendar.ts';
import { isKnown, runCovering, runs, type Grace, type Knowledge, type Recorded } from './knowledge.ts';
import { earlyCareerStageOn, type Person } from './people.ts';
import type { Settings, SupervisionProfile } from './policy.ts';

export const SESSION_KINDS = ['personal', 'case', 'both', 'group'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

/** A supervision session between supervisor and supervisee. Held, cancelled, or still planned. */
export interface Session extends Recorded {
	sessionId: string;
	reference: string;
	superviseeId: string;
	supervisorId: string;
	plannedOn: CalendarDate | null;
	heldOn: CalendarDate | null;
	/** The day it was held, as a note says that the supervisor has not signed yet: it counts for nothing until then. */
	draftHeldOn?: CalendarDate | null;
	cancelled: boolean;
	minutes: number | null;
	interrupted: boolean | null;
	kind: SessionKind | null;
	supervisorSignedOn: CalendarDate | null;
	practitionerSignedOn: CalendarDate | null;
}

/** How often a person is to be supervised, and how long after that the red line is. */
export interface SupervisionInterval {
	interval: Length;
	grace: Length;
}

const WEEKLY: Length = { count: 7, unit: 'd' };
const FORTNIGHTLY: Length = { count: 14, unit: 'd' };
const MONTHLY: Length = { count: 1, unit: 'months' };

/** As shipped, a local default. */
const GRACE: Grace = { weeks: { count: 7, unit: 'd' }, monthly: { count: 10, unit: 'wd' } };

/**
 * LGA: Standards for Employers of Social Workers (Local Government Association). DfE: employer standards for the
 * early-career stage, October 2024.
 */
export function supervisionIntervalOn(
	person: Person,
	profile: SupervisionProfile,
	day: CalendarDate,
	knowledge: Knowledge
): SupervisionInterval {
	const { weeks, monthly } = knowledge.judgedOn?.(day).grace ?? GRACE;
	const stage = earlyCareerStageOn(person, day, knowledge);
	if (stage.state !== 'in_stage') return { interval: MONTHLY, grace: monthly };
	if (profile === 'DfE') return { interval: FORTNIGHTLY, grace: weeks };
	if (day < addDays(stage.startedOn, 42)) return { interval: WEEKLY, grace: weeks };
	return day < addMonths(stage.startedOn, 6)
		? { interval: FORTNIGHTLY, grace: weeks }
		: { interval: MONTHLY, grace: monthly };
}

/** The profile in force on a day: the policy's own, from the day the authority set for it. */
export function profileOn(
	profile: SupervisionProfile,
	settings: Settings,
	day: CalendarDate
): SupervisionProfile {
	const from = settings.supervisionProfileFrom;
	return from !== null && day < from ? 'LGA' : profile;
}

function isHeldBy(session: Session, day: CalendarDate, knowledge: Knowledge): boolean {
	return (
		!session.cancelled &&
		session.heldOn !== null &&
		session.heldOn <= day &&
		isKnown(session, session.heldOn, knowledge)
	);
}

export interface SupervisionClock extends SupervisionInterval {
	/** Null: none held in the unbroken run of postings. */
	lastHeldOn: CalendarDate | null;
	/** The day it is counted from: the last session, the first day in post, or observed-from. */
	countedFrom: CalendarDate;
	/** Days by which absences longer than 10 working days have moved the due date on. */
	movedByDays: number;
	dueOn: CalendarDate;
	/** The last day before red. */
	graceUntil: CalendarDate;
}

/** When a person's next supervision is due; null where they hold no posting on the day, or before observed-from. */
export function supervisionClockOn(
	person: Person,
	sessions: readonly Session[],
	profile: SupervisionProfile,
	observedFrom: CalendarDate | null,
	day: CalendarDate,
	knowledge: Knowledge
): SupervisionClock | null {
	const inPost = runCovering(person.postings, day, knowledge);
	if (!inPost || (observedFrom !== null && day < observedFrom)) return null;
	const start = observedFrom !== null && observedFrom > inPost.from ? observedFrom : inPost.from;
	let lastHeldOn: CalendarDate | null = null;
	for (const session of sessions) {
		const { heldOn } = session;
		if (heldOn === null || heldOn < start || !isHeldBy(session, day, knowledge)) continue;
		if (lastHeldOn === null || heldOn > lastHeldOn) lastHeldOn = heldOn;
	}
	const countedFrom = lastHeldOn ?? start;
	const rhythm = supervisionIntervalOn(person, profile, day, knowledge);
	const unmoved = after(countedFrom, rhythm.interval);
	let dueOn = unmoved;
	for (const absence of runs(person.absences, knowledge)) {
		if (absence.from > dueOn || absence.from > day) break;
		const until = absence.to !== null && absence.to <= day ? absence.to : null;
		if ((until ?? day) <= addWorkingDays(absence.from, 10)) continue;
		const firstDay = absence.from > countedFrom ? absence.from : addDays(countedFrom, 1);
		const days = daysBetween(firstDay, until ?? addDays(day, 1));
		if (days > 0) dueOn = addDays(dueOn, days);
	}
	return {
		...rhythm,
		lastHeldOn,
		countedFrom,
		movedByDays: daysBetween(unmoved, dueOn),
		dueOn,
		graceUntil: after(dueOn, rhythm.grace)
	};
}
