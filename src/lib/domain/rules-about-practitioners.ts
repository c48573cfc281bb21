import { hasCover, isInPost, personOf, policyInForce, type View } from './authority.ts';
import { addMonths, addWorkingDays, daysBetween, type CalendarDate } from './calendar.ts';
import { coWorkersOn, isOpenOn, leadOn, type CaseFile } from './cases.ts';
import { caseloadOf } from './caseload.ts';
import { hit, isObserved, REVIEW, type NoSupervisorFacts, type Rule } from './flag-rules.ts';
import { isKnown } from './knowledge.ts';
import {
	absenceOn,
	detailsOf,
	inPostOn,
	isCurrent,
	tierOn,
	type Person,
	type Posting,
	type Tier
} from './people.ts';
import type { Severities } from './policy.ts';
import { profileOn, supervisionClockOn, type Session } from './supervision.ts';
import { turningDaysOfHolder } from './turning-days.ts';

/** What the rules about a practitioner look at: somebody in post on the view's day. */
export interface PractitionerState {
	person: Person;
	posting: Posting;
	tier: Tier;
	day: CalendarDate;
	view: View;
}

/** The state of somebody in post on the view's day; null where they are not. */
export function practitionerState(person: Person, view: View): PractitionerState | null {
	const day = view.knowledge.on;
	const posting = inPostOn(person, day, view.knowledge);
	return posting && { person, posting, tier: tierOn(person, day, view.knowledge).tier, day, view };
}

export const PRACTITIONER_RULES: readonly Rule<PractitionerState>[] = [
	{
		code: 'SUPERVISION_OVERDUE',
		source: 'Standards for Employers of Social Workers (LGA); employer standards, October 2024 (DfE).',
		holds: ({ person, posting, tier, day, view }) => {
			const clock = isSupervised(posting) ? supervisionOf(person, view) : null;
			if (!clock || day <= clock.dueOn) return null;
			const { lastHeldOn, countedFrom, dueOn, interval, graceUntil, movedByDays } = clock;
			const { later, withinGrace } = severitiesOn(view, day).SUPERVISION_OVERDUE;
			return hit('SUPERVISION_OVERDUE', tier === 'E1' || day > graceUntil ? later : withinGrace, {
				lastHeldOn,
				countedFrom,
				dueOn,
				interval,
				graceUntil,
				movedByDays,
				daysOverdue: daysBetween(dueOn, day)
			});
		}
	},
	{
		code: 'SUPERVISION_CANCELLED_TWICE',
		source: REVIEW,
		holds: ({ person, posting, day, view }) => {
			if (!isSupervised(posting)) return null;
			const [last, before] = latestSessions(person, day, view);
			if (!last?.session.cancelled || !before?.session.cancelled) return null;
			const { always } = severitiesOn(view, day).SUPERVISION_CANCELLED_TWICE;
			return hit('SUPERVISION_CANCELLED_TWICE', always, { plannedOn: [before.on, last.on] });
		}
	},
	{
		code: 'SUPERVISOR_NOT_QUALIFIED',
		source: 'Local default: a supervisor of social workers is one, and trained for it.',
		holds: ({ person, posting, tier, day, view }) => {
			const { supervisorId } = posting;
			if (!isSupervised(posting) || supervisorId === person.practitionerId) return null;
			const supervisor = personOf(view, supervisorId);
			if (!supervisor || supervisorId === null || !isInPost(view, supervisorId, day)) return null;
			const registered = tierOn(supervisor, day, view.knowledge).tier !== 'E0';
			const trained = isCurrent(supervisor, SUPERVISING, day, view.knowledge);
			if (registered && trained) return null;
			const facts = { supervisorId, registered, trained };
			const { earlyCareer, others } = severitiesOn(view, day).SUPERVISOR_NOT_QUALIFIED;
			return hit('SUPERVISOR_NOT_QUALIFIED', isEarlyCareer(tier) ? earlyCareer : others, facts);
		}
	},
	{
		code: 'NO_SUPERVISOR',
		source: REVIEW,
		holds: ({ person, posting, tier, day, view }) => {
			if (!isSupervised(posting)) return null;
			const { supervisorId } = posting;
			const severities = severitiesOn(view, day).NO_SUPERVISOR;
			const none = (reason: NoSupervisorFacts['reason']) =>
				hit('NO_SUPERVISOR', severities.none, { reason, supervisorId, absentSince: null });
			if (supervisorId === null) return none('NONE_NAMED');
			if (supervisorId === person.practitionerId) return none('ONESELF');
			if (!isInPost(view, supervisorId, day)) return none('NOT_IN_POST');
			const supervisor = personOf(view, supervisorId);
			const absence = supervisor && absenceOn(supervisor, day, view.knowledge);
			if (!supervisor || !absence || day <= addWorkingDays(absence.from, 5)) return null;
			if (hasCover(supervisor, 'supervision', day, view)) return null;
			const severity = isEarlyCareer(tier) ? severities.awayEarlyCareer : severities.away;
			return hit('NO_SUPERVISOR', severity, { reason: 'ABSENT', supervisorId, absentSince: absence.from });
		}
	},
	{
		code: 'OVER_CAPACITY',
		source: 'The shape of published council schemes (Wirral); the numbers are local defaults.',
		holds: ({ person, view }) => {
			const { band, points, capacity, loadPercent, cases, held } = caseloadOf(person, view);
			if (band !== 'over' && band !== 'far_over' && band !== 'no_capacity') return null;
			const { noCapacity, farOver, over } = severitiesOn(view, view.knowledge.on).OVER_CAPACITY;
			const severity = band === 'no_capacity' ? noCapacity : band === 'far_over' ? farOver : over;
			return hit('OVER_CAPACITY', severity, {
				points,
				capacity: capacity.points,
				loadPercent,
				cases,
				held: held.length,
				none: capacity.none
			});
		},
		turnsOn: ({ person, day }, past) => turningDaysOfHolder(person, day, past)
	},
	{
		code: 'SPAN_TOO_WIDE',
		source: 'Local default.',
		holds: ({ person, day, view }) => {
			const named = view.authority.supervisedBy.get(person.practitionerId) ?? [];
			const { limits, severities } = policyInForce(view, day);
			if (named.length <= limits.span) return null;
			const supervised = named.filter(
				(each) => inPostOn(each, day, view.knowledge)?.supervisorId === person.practitionerId
			).length;
			return supervised > limits.span
				? hit('SPAN_TOO_WIDE', severities.SPAN_TOO_WIDE.always, { supervised })
				: null;
		},
		ceasesOn: ({ person, view }, past) =>
			(view.authority.supervisedBy.get(person.practitionerId) ?? []).flatMap((each) =>
				past.ofPerson(each.practitionerId)
			)
	},
	{
		code: 'AGENCY_BELOW_EXPERIENCE',
		source: 'Agency social workers: statutory guidance, October 2024 (DfE): three years’ experience.',
		holds: ({ person, posting, day, view }) => {
			const details = posting.agency === true ? detailsOf(person, view.knowledge) : null;
			if (!details?.sweNumber) return null;
			const { registeredOn } = details;
			const { limits, severities } = policyInForce(view, day);
			if (registeredOn !== null && day >= addMonths(registeredOn, limits.agencyMonths)) return null;
			return hit('AGENCY_BELOW_EXPERIENCE', severities.AGENCY_BELOW_EXPERIENCE.always, { registeredOn });
		}
	},
	{
		code: 'EXPERIENCE_UNKNOWN',
		source: 'Local default.',
		holds: ({ person, day, view }) => {
			const details = detailsOf(person, view.knowledge);
			if (!details?.sweNumber || details.registeredOn !== null) return null;
			const held = (view.authority.heldBy.get(person.practitionerId) ?? []).filter(
				(file) => isOpenOn(file, day, view.knowledge) && isHolder(file, person.practitionerId, day, view)
			).length;
			if (held === 0) return null;
			const { always } = severitiesOn(view, day).EXPERIENCE_UNKNOWN;
			return hit('EXPERIENCE_UNKNOWN', always, { sweNumber: details.sweNumber, held });
		},
		turnsOn: ({ person, day }, past) => turningDaysOfHolder(person, day, past)
	}
];

/** The course that makes somebody a supervisor. */
export const SUPERVISING = 'SUPV';

function severitiesOn(view: View, day: CalendarDate): Severities {
	return policyInForce(view, day).severities;
}

function isEarlyCareer(tier: Tier): boolean {
	return tier === 'E1' || tier === 'E2';
}

/** The latest two sessions that were either held or cancelled, the latest first; of one day the cancelled came first. */
function latestSessions(
	person: Person,
	day: CalendarDate,
	view: View
): [last: Settled | null, before: Settled | null] {
	let last: Settled | null = null;
	let before: Settled | null = null;
	for (const session of view.authority.sessionsOf.get(person.practitionerId) ?? []) {
		const on = session.heldOn ?? session.plannedOn;
		if (on === null || on > day || (before !== null && on < before.on) || !isObserved(on, view)) continue;
		if (!session.cancelled && session.heldOn === null) continue;
		if (!isKnown(session, on, view.knowledge)) continue;
		const settled = { session, on };
		if (last === null || isAfter(settled, last)) [last, before] = [settled, last];
		else if (before === null || isAfter(settled, before)) before = settled;
	}
	return [last, before];
}

interface Settled {
	session: Session;
	on: CalendarDate;
}

function isAfter(one: Settled, other: Settled): boolean {
	return one.on === other.on ? !one.session.cancelled && other.session.cancelled : one.on > other.on;
}

/** The supervision clock under the policy in force on the view's day; null where the person has none. */
export function supervisionOf(person: Person, view: View) {
	const day = view.knowledge.on;
	const { settings, sessionsOf } = view.authority;
	const profile = profileOn(policyInForce(view, day).supervision.profile, settings, day);
	const sessions = sessionsOf.get(person.practitionerId) ?? [];
	return supervisionClockOn(person, sessions, profile, settings.observedFrom, day, view.knowledge);
}

/** Directors, and those outside practice, are left out of the rules about supervision. */
export function isSupervised(posting: Posting): boolean {
	return posting.role !== 'director' && posting.role !== 'other';
}

function isHolder(file: CaseFile, practitionerId: string, day: CalendarDate, view: View): boolean {
	return (
		leadOn(file, day, view.knowledge) === practitionerId ||
		coWorkersOn(file, day, view.knowledge).includes(practitionerId)
	);
}
