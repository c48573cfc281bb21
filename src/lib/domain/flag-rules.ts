import { addWorkingDays, daysBetween, type CalendarDate, type Length } from './calendar.ts';
import { allocatedTeamBy, coWorkersOn, isOpenOn, leadOn, leadSince, type CaseFile } from './cases.ts';
import { caseloadOf } from './caseload.ts';
import { isInPost, isYoungChild, personOf, policyInForce, teamOfPosting, type View } from './authority.ts';
import {
	clockOn,
	countingOversight,
	demandsOn,
	firstToFall,
	strictestOf,
	suitabilityOn,
	suitableCoWorkerOn,
	type Clock,
	type CountingOversight,
	type Demands,
	type Suitability
} from './oversight.ts';
import {
	absenceOn,
	coversNamed,
	detailsOf,
	inPostOn,
	tierOn,
	type Person,
	type Posting,
	type Tier
} from './people.ts';
import type { Kind, Limit, Stakes } from './policy.ts';
import { profileOn, supervisionClockOn } from './supervision.ts';
import { turningDaysOfHolding, unbrokenSince } from './turning-days.ts';

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

export interface FactsByCode {
	HELD_WITHOUT_OVERSIGHT: HolderFacts & ClockFacts;
	BELOW_EXPERIENCE: HolderFacts;
	TRAINING_GAP: HolderFacts;
	OVERSIGHT_OVERDUE: ClockFacts & { kinds: readonly Kind[]; leadId: string | null };
	UNALLOCATED: WaitingFacts;
	HOLDER_ABSENT: AbsenceFacts;
	SUPERVISION_OVERDUE: SupervisionFacts;
	NO_SUPERVISOR: NoSupervisorFacts;
	OVER_CAPACITY: CapacityFacts;
	EXPERIENCE_UNKNOWN: RegistrationFacts;
}

/** What a rule says where it holds: how severe, and the facts it saw. */
export type Hit = { [Each in Code]: { code: Each; severity: Severity; facts: FactsByCode[Each] } }[Code];

function hit<Each extends Code>(code: Each, severity: Severity, facts: FactsByCode[Each]): Hit {
	return { code, severity, facts } as Hit;
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
	counting: CountingOversight;
	/** Null before observed-from. */
	clock: Clock | null;
}

export interface PractitionerState {
	person: Person;
	posting: Posting;
	tier: Tier;
	day: CalendarDate;
	view: View;
}

export interface Rule<State> {
	code: Code;
	/** Where the rule comes from. */
	source: string;
	holds(state: State): Hit | null;
}

/** The state of an open case on the view's day; null where the case is not open. */
export function caseState(file: CaseFile, view: View): CaseState | null {
	const day = view.knowledge.on;
	if (!isOpenOn(file, day, view.knowledge)) return null;
	const demands = demandsOn(file, day, view);
	const leadId = leadOn(file, day, view.knowledge);
	const suitability = leadId === null ? null : suitabilityOn(leadId, demands, day, view);
	const suitableCoWorkerId = suitableCoWorkerOn(file, demands, day, view);
	const counting = countingOversight(file, view);
	const clock = clockOn(file, day, view, counting);
	return {
		file,
		day,
		view,
		demands,
		leadId,
		suitability,
		suitableCoWorkerId,
		suitablyHeld: suitability?.suitable === true || suitableCoWorkerId !== null,
		counting,
		clock
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
		holds: (state) => {
			const { leadId, demands, suitablyHeld, clock } = state;
			if (leadId === null || demands.stakes !== 'high' || suitablyHeld || !isOverdue(state, clock))
				return null;
			return hit('HELD_WITHOUT_OVERSIGHT', 'critical', {
				...holderFacts(state),
				...clockFacts(state, clock)
			});
		}
	},
	{
		code: 'BELOW_EXPERIENCE',
		source: REVIEW,
		holds: (state) => {
			if (state.suitability?.experienced !== false || state.suitableCoWorkerId !== null) return null;
			const enquiry = state.demands.kinds.some(({ kind }) => kind === 'section_47');
			return hit('BELOW_EXPERIENCE', enquiry ? 'critical' : 'high', holderFacts(state));
		}
	},
	{
		code: 'TRAINING_GAP',
		source: REVIEW,
		holds: (state) => {
			if (!state.suitability?.missing.length || state.suitableCoWorkerId !== null) return null;
			return hit('TRAINING_GAP', state.demands.stakes === 'high' ? 'high' : 'medium', holderFacts(state));
		}
	},
	{
		code: 'OVERSIGHT_OVERDUE',
		source: REVIEW,
		holds: (state) => {
			const { clock, leadId } = state;
			if (!isOverdue(state, clock)) return null;
			const facts = { ...clockFacts(state, clock), kinds: kindsOf(state), leadId };
			return hit('OVERSIGHT_OVERDUE', overdueSeverity(state, clock), facts);
		}
	},
	{
		code: 'UNALLOCATED',
		source: 'Cambridgeshire notes allocation within one working day; the other waits are local defaults.',
		holds: (state) => {
			const { file, day, view, demands, leadId } = state;
			if (file.holderNotMatched === true || isAllocated(file, day, view)) return null;
			const waitingSince = firstDayUnallocated(state);
			const lookedAfter = demands.kinds.some(({ kind }) => kind.startsWith('looked_after'));
			const highStakes = demands.stakes === 'high';
			if (!highStakes && day <= addWorkingDays(waitingSince, lookedAfter ? 1 : 5)) return null;
			return hit('UNALLOCATED', highStakes || lookedAfter ? 'critical' : 'medium', {
				waitingSince,
				daysWaiting: daysBetween(waitingSince, day),
				leadId,
				kinds: kindsOf(state)
			});
		}
	},
	{
		code: 'HOLDER_ABSENT',
		source: 'Local default.',
		holds: (state) => {
			const { leadId, day, view, demands } = state;
			const lead = personOf(view, leadId);
			const absence = lead && absenceOn(lead, day, view.knowledge);
			if (!lead || !absence || day <= addWorkingDays(absence.from, 5)) return null;
			if (hasCover(lead, 'cases', day, view)) return null;
			return hit('HOLDER_ABSENT', demands.stakes === 'high' ? 'critical' : 'high', {
				leadId: lead.practitionerId,
				absentSince: absence.from,
				kinds: kindsOf(state),
				coversNamed: coversNamed(lead, 'cases', day, view.knowledge)
			});
		}
	}
];

export const PRACTITIONER_RULES: readonly Rule<PractitionerState>[] = [
	{
		code: 'SUPERVISION_OVERDUE',
		source: 'Standards for Employers of Social Workers (LGA); employer standards, October 2024 (DfE).',
		holds: ({ person, posting, tier, day, view }) => {
			const clock = isSupervised(posting) ? supervisionOf(person, view) : null;
			if (!clock || day <= clock.dueOn) return null;
			const { lastHeldOn, countedFrom, dueOn, interval, graceUntil, movedByDays } = clock;
			return hit('SUPERVISION_OVERDUE', tier === 'E1' || day > graceUntil ? 'high' : 'medium', {
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
		code: 'NO_SUPERVISOR',
		source: REVIEW,
		holds: ({ person, posting, tier, day, view }) => {
			if (!isSupervised(posting)) return null;
			const { supervisorId } = posting;
			const none = (reason: NoSupervisorFacts['reason']) =>
				hit('NO_SUPERVISOR', 'critical', { reason, supervisorId, absentSince: null });
			if (supervisorId === null) return none('NONE_NAMED');
			if (supervisorId === person.practitionerId) return none('ONESELF');
			if (!isInPost(view, supervisorId, day)) return none('NOT_IN_POST');
			const supervisor = personOf(view, supervisorId);
			const absence = supervisor && absenceOn(supervisor, day, view.knowledge);
			if (!supervisor || !absence || day <= addWorkingDays(absence.from, 5)) return null;
			if (hasCover(supervisor, 'supervision', day, view)) return null;
			const severity = tier === 'E1' || tier === 'E2' ? 'critical' : 'high';
			return hit('NO_SUPERVISOR', severity, { reason: 'ABSENT', supervisorId, absentSince: absence.from });
		}
	},
	{
		code: 'OVER_CAPACITY',
		source: 'The shape of published council schemes (Wirral); the numbers are local defaults.',
		holds: ({ person, view }) => {
			const { band, points, capacity, loadPercent, cases, held } = caseloadOf(person, view);
			if (band !== 'over' && band !== 'far_over' && band !== 'no_capacity') return null;
			const severity = band === 'no_capacity' ? 'critical' : band === 'far_over' ? 'high' : 'medium';
			return hit('OVER_CAPACITY', severity, {
				points,
				capacity: capacity.points,
				loadPercent,
				cases,
				held: held.length,
				none: capacity.none
			});
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
			return held === 0 ? null : hit('EXPERIENCE_UNKNOWN', 'medium', { sweNumber: details.sweNumber, held });
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
export function hasCover(
	person: Person,
	purpose: 'cases' | 'supervision',
	day: CalendarDate,
	view: View
): boolean {
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
	return unbrokenSince(
		day,
		turningDaysOfHolding(file, day, view.authority),
		(before) => isOpenOn(file, before, view.knowledge) && !isAllocated(file, before, view)
	);
}

function isOverdue({ day }: CaseState, clock: Clock | null): clock is Clock {
	return clock !== null && day > clock.dueOn;
}

function overdueSeverity({ day, demands }: CaseState, clock: Clock): Severity {
	if (demands.stakes === 'high' && day > firstToFall(clock.dueOn, clock.intervals)) return 'critical';
	return daysBetween(clock.dueOn, day) <= 7 ? 'medium' : 'high';
}

function kindsOf(state: CaseState): Kind[] {
	return state.demands.kinds.map(({ kind }) => kind);
}

function holderFacts(state: CaseState): HolderFacts {
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

function clockFacts({ day, demands }: CaseState, clock: Clock): ClockFacts {
	const { startedOn, lastOversightOn, dueOn, suitablyHeld, guarded, carriedFrom, intervals } = clock;
	const from = lastOversightOn ?? startedOn;
	const limits = lastOversightOn === null ? demands.rows.map((row) => row.firstOversight) : intervals;
	return {
		clockStartedOn: startedOn,
		lastOversightOn,
		dueOn,
		daysOverdue: daysBetween(dueOn, day),
		limit: strictestOf(from, limits),
		suitablyHeld,
		guarded,
		carriedFrom,
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
