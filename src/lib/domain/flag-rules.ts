import { addDays, addWorkingDays, daysBetween, type CalendarDate } from './calendar.ts';
import { allocatedTeamBy, coWorkersOn, isOpenOn, leadOn, leadSince, type CaseFile } from './cases.ts';
import { caseloadOf } from './caseload.ts';
import { isInPost, isYoungChild, personOf, policyInForce, teamOfPosting, type View } from './authority.ts';
import {
	clockFrom,
	countsAsOversight,
	demandsOn,
	firstToFall,
	oversightEvents,
	suitabilityOn,
	suitableCoWorkerOn,
	type Clock,
	type Demands,
	type Suitability
} from './oversight.ts';
import {
	absenceOn,
	absentLongerThan,
	coversNamed,
	detailsOf,
	inPostOn,
	tierOn,
	type Person,
	type Posting,
	type Tier
} from './people.ts';
import { profileOn, supervisionClockOn } from './supervision.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Every rule, in the order of the catalogue: the order in which reasons are listed. */
export const CODES = [
	'HELD_WITHOUT_OVERSIGHT',
	'BELOW_EXPERIENCE',
	'TRAINING_GAP',
	'OVERSIGHT_OVERDUE',
	'UNALLOCATED',
	'HOLDER_ABSENT',
	'SUPERVISION_OVERDUE',
	'NO_SUPERVISOR',
	'OVER_CAPACITY',
	'EXPERIENCE_UNKNOWN'
] as const;
export type Code = (typeof CODES)[number];

/** What a rule says where it holds: how severe, and the facts it saw. */
export interface Hit {
	severity: Severity;
	facts: Readonly<Record<string, unknown>>;
}

/** What the rules about a case look at, on the view's day. */
export interface CaseState {
	file: CaseFile;
	day: CalendarDate;
	view: View;
	demands: Demands;
	leadId: string | null;
	/** Null where nobody leads. */
	suitability: Suitability | null;
	suitableCoWorkerId: string | null;
	suitablyHeld: boolean;
	/** Null before observed-from. */
	clock: Clock | null;
	overdue: boolean;
}

export interface PractitionerState {
	person: Person;
	posting: Posting;
	tier: Tier;
	day: CalendarDate;
	view: View;
}

interface Rule<State> {
	code: Code;
	/** Where the rule comes from. */
	source: string;
	holds(state: State): Hit | null;
}

function when(condition: boolean, hit: () => Hit): Hit | null {
	return condition ? hit() : null;
}

/** The state of an open case on the view's day; null where the case is not open. */
export function caseState(file: CaseFile, view: View): CaseState | null {
	const day = view.knowledge.on;
	if (!isOpenOn(file, day, view.knowledge)) return null;
	const demands = demandsOn(file, day, view);
	const leadId = leadOn(file, day, view.knowledge);
	const suitability = leadId === null ? null : suitabilityOn(leadId, demands, day, view);
	const suitableCoWorkerId = suitableCoWorkerOn(file, demands, day, view);
	const counting = oversightEvents(file, view).filter(countsAsOversight);
	const clock = clockFrom(counting, file, day, view);
	return {
		file,
		day,
		view,
		demands,
		leadId,
		suitability,
		suitableCoWorkerId,
		suitablyHeld: suitability?.suitable === true || suitableCoWorkerId !== null,
		clock,
		overdue: clock !== null && day > clock.dueOn
	};
}

/** The state of somebody in post on the view's day; null where they are not. */
export function practitionerState(person: Person, view: View): PractitionerState | null {
	const day = view.knowledge.on;
	const posting = inPostOn(person, day, view.knowledge);
	return posting && { person, posting, tier: tierOn(person, day, view.knowledge).tier, day, view };
}

const REVIEW = 'Somerset serious case review, reported by Community Care, 16 December 2016.';

export const CASE_RULES: readonly Rule<CaseState>[] = [
	{
		code: 'HELD_WITHOUT_OVERSIGHT',
		source: REVIEW,
		holds: (state) =>
			when(
				state.leadId !== null && state.demands.stakes === 'high' && !state.suitablyHeld && state.overdue,
				() => ({ severity: 'critical', facts: { ...holderFacts(state), ...clockFacts(state) } })
			)
	},
	{
		code: 'BELOW_EXPERIENCE',
		source: REVIEW,
		holds: (state) =>
			when(state.suitability?.experienced === false && state.suitableCoWorkerId === null, () => ({
				severity: state.demands.kinds.some(({ kind }) => kind === 'section_47') ? 'critical' : 'high',
				facts: holderFacts(state)
			}))
	},
	{
		code: 'TRAINING_GAP',
		source: REVIEW,
		holds: (state) =>
			when((state.suitability?.missing.length ?? 0) > 0 && state.suitableCoWorkerId === null, () => ({
				severity: state.demands.stakes === 'high' ? 'high' : 'medium',
				facts: holderFacts(state)
			}))
	},
	{
		code: 'OVERSIGHT_OVERDUE',
		source: REVIEW,
		holds: (state) =>
			when(state.overdue, () => ({ severity: overdueSeverity(state), facts: clockFacts(state) }))
	},
	{
		code: 'UNALLOCATED',
		source: 'Cambridgeshire notes allocation within one working day; the other waits are local defaults.',
		holds: (state) => {
			if (isAllocated(state.file, state.day, state.view)) return null;
			const waitingSince = firstDayUnallocated(state);
			const lookedAfter = state.demands.kinds.some(({ kind }) => kind.startsWith('looked_after'));
			const highStakes = state.demands.stakes === 'high';
			const metUntil = highStakes ? null : addWorkingDays(waitingSince, lookedAfter ? 1 : 5);
			if (metUntil !== null && state.day <= metUntil) return null;
			return {
				severity: highStakes || lookedAfter ? 'critical' : 'medium',
				facts: {
					waitingSince,
					leadId: state.leadId,
					kinds: kindsOf(state),
					daysWaiting: daysBetween(waitingSince, state.day)
				}
			};
		}
	},
	{
		code: 'HOLDER_ABSENT',
		source: 'Local default.',
		holds: ({ leadId, day, view, demands, ...state }) => {
			const lead = personOf(view, leadId);
			if (!lead || !absentLongerThan(lead, 5, day, view.knowledge)) return null;
			if (hasCover(lead, 'cases', day, view)) return null;
			return {
				severity: demands.stakes === 'high' ? 'critical' : 'high',
				facts: {
					leadId,
					absentSince: absenceOn(lead, day, view.knowledge)?.from ?? null,
					kinds: demands.kinds.map(({ kind }) => kind),
					coversNamed: coversNamed(lead, 'cases', day, view.knowledge),
					reference: state.file.reference
				}
			};
		}
	}
];

export const PRACTITIONER_RULES: readonly Rule<PractitionerState>[] = [
	{
		code: 'SUPERVISION_OVERDUE',
		source: 'Standards for Employers of Social Workers (LGA); employer standards, October 2024 (DfE).',
		holds: ({ person, posting, tier, day, view }) => {
			if (!isSupervised(posting)) return null;
			const clock = supervisionOf(person, view);
			if (!clock || day <= clock.dueOn) return null;
			return {
				severity: tier === 'E1' || day > clock.graceUntil ? 'high' : 'medium',
				facts: {
					lastHeldOn: clock.lastHeldOn,
					countedFrom: clock.countedFrom,
					dueOn: clock.dueOn,
					interval: clock.interval,
					graceUntil: clock.graceUntil,
					movedByDays: clock.movedByDays,
					daysOverdue: daysBetween(clock.dueOn, day)
				}
			};
		}
	},
	{
		code: 'NO_SUPERVISOR',
		source: REVIEW,
		holds: ({ person, posting, tier, day, view }) => {
			if (!isSupervised(posting)) return null;
			const { supervisorId } = posting;
			const why = (reason: string) => ({ severity: 'critical', facts: { reason, supervisorId } }) as const;
			if (supervisorId === null) return why('NONE_NAMED');
			if (supervisorId === person.practitionerId) return why('ONESELF');
			if (!isInPost(view, supervisorId, day)) return why('NOT_IN_POST');
			const supervisor = personOf(view, supervisorId);
			if (!supervisor || !absentLongerThan(supervisor, 5, day, view.knowledge)) return null;
			if (hasCover(supervisor, 'supervision', day, view)) return null;
			return {
				severity: tier === 'E1' || tier === 'E2' ? 'critical' : 'high',
				facts: {
					reason: 'ABSENT',
					supervisorId,
					absentSince: absenceOn(supervisor, day, view.knowledge)?.from ?? null
				}
			};
		}
	},
	{
		code: 'OVER_CAPACITY',
		source: 'The shape of published council schemes (Wirral); the numbers are local defaults.',
		holds: ({ person, view }) => {
			const { band, points, capacity, loadPercent, cases, held } = caseloadOf(person, view);
			if (band !== 'over' && band !== 'far_over' && band !== 'no_capacity') return null;
			return {
				severity: band === 'no_capacity' ? 'critical' : band === 'far_over' ? 'high' : 'medium',
				facts: {
					points,
					capacity: capacity.points,
					loadPercent,
					cases,
					held: held.length,
					none: capacity.none
				}
			};
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
			);
			return held.length === 0
				? null
				: { severity: 'medium', facts: { sweNumber: details.sweNumber, held: held.length } };
		}
	}
];

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

/** Whether somebody named to cover is in post and here. */
function hasCover(person: Person, purpose: 'cases' | 'supervision', day: CalendarDate, view: View): boolean {
	return coversNamed(person, purpose, day, view.knowledge).some((coverId) => {
		const cover = personOf(view, coverId);
		return cover !== null && isInPost(view, coverId, day) && absenceOn(cover, day, view.knowledge) === null;
	});
}

function isAllocated(file: CaseFile, day: CalendarDate, view: View): boolean {
	const lead = leadOn(file, day, view.knowledge);
	return lead !== null && isInPost(view, lead, day);
}

function firstDayUnallocated({ file, day, view }: CaseState): CalendarDate {
	let first = day;
	for (;;) {
		const before = addDays(first, -1);
		if (!isOpenOn(file, before, view.knowledge) || isAllocated(file, before, view)) return first;
		first = before;
	}
}

function overdueSeverity({ clock, day, demands }: CaseState): Severity {
	if (!clock) return 'medium';
	if (demands.stakes === 'high' && day > firstToFall(clock.dueOn, clock.intervals)) return 'critical';
	return daysBetween(clock.dueOn, day) <= 7 ? 'medium' : 'high';
}

function kindsOf(state: CaseState) {
	return state.demands.kinds.map(({ kind }) => kind);
}

function holderFacts(state: CaseState): Record<string, unknown> {
	const { file, leadId, day, view, demands, suitability } = state;
	return {
		leadId,
		leadSince: leadId === null ? null : leadSince(file, leadId, day, view.knowledge),
		tier: suitability?.tier ?? null,
		leastTier: demands.leastTier,
		missing: suitability?.missing ?? [],
		kinds: kindsOf(state)
	};
}

function clockFacts({ clock, day, demands }: CaseState): Record<string, unknown> {
	if (!clock) return {};
	return {
		clockStartedOn: clock.startedOn,
		lastOversightOn: clock.lastOversightOn,
		dueOn: clock.dueOn,
		daysOverdue: daysBetween(clock.dueOn, day),
		intervals: clock.intervals,
		suitablyHeld: clock.suitablyHeld,
		guarded: clock.guarded,
		carriedFrom: clock.carriedFrom,
		stakes: demands.stakes
	};
}

/** In the rules about a case a very young child raises medium to high and high to critical. */
export function raisedForYoungChild(severity: Severity, file: CaseFile, view: View): Severity {
	if (!isYoungChild(file, view.knowledge.on, view.knowledge)) return severity;
	return severity === 'medium' ? 'high' : severity === 'high' ? 'critical' : severity;
}

/** The team a case belongs to on the view's day: that of its lead's posting, else of its latest allocation, else none. */
export function teamOfCase(file: CaseFile, view: View): string | null {
	const { knowledge } = view;
	const lead = leadOn(file, knowledge.on, knowledge);
	return teamOfPosting(view, lead, knowledge.on) ?? allocatedTeamBy(file, knowledge.on, knowledge);
}
