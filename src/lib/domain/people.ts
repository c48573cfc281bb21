import { addMonths, addWorkingDays, monthsBetween, type CalendarDate } from './calendar.ts';
import {
	covers,
	isKnown,
	latestCovering,
	onceAsKnown,
	runCovering,
	type Courses,
	type Knowledge,
	type Period,
	type Recorded,
	type Run,
	type TierMonths
} from './knowledge.ts';

export const ROLES = [
	'practitioner',
	'senior_practitioner',
	'practice_supervisor',
	'team_manager',
	'service_manager',
	'principal_social_worker',
	'director',
	'other'
] as const;
export type Role = (typeof ROLES)[number];

/** The roles that manage practice: tier E6. */
const MANAGING_PRACTICE: ReadonlySet<Role> = new Set([
	'practice_supervisor',
	'team_manager',
	'service_manager',
	'principal_social_worker',
	'director'
]);

export interface Team extends Recorded {
	teamId: string;
	reference: string;
	name: string;
	service: string;
	openedOn: CalendarDate | null;
	closedOn: CalendarDate | null;
	endRecordedOn: CalendarDate | null;
	/** The team that took over, by id. */
	succeededBy: string | null;
}

export interface Practitioner extends Recorded {
	practitionerId: string;
	reference: string;
	name: string;
	email: string | null;
	sweNumber: string | null;
	registeredOn: CalendarDate | null;
	earlyCareerStartedOn: CalendarDate | null;
	earlyCareerPassedOn: CalendarDate | null;
	startedOn: CalendarDate | null;
	leftOn: CalendarDate | null;
	endRecordedOn: CalendarDate | null;
}

export interface Posting extends Period {
	practitionerId: string;
	teamId: string;
	role: Role;
	supervisorId: string | null;
	/** Full-time equivalent, 0 to 1. */
	fte: number;
	agency: boolean | null;
}

export interface Absence extends Period {
	practitionerId: string;
	reason: string | null;
	coverId: string | null;
	/** Null: the cover for cases covers supervision too. */
	supervisionCoverId: string | null;
}

export interface Reduction extends Period {
	practitionerId: string;
	/** The share of capacity taken away, 0 to 1. */
	share: number;
	reason: string | null;
}

/** A post in a team that nobody fills. */
export interface Vacancy extends Period {
	teamId: string;
	role: Role;
	/** Full-time equivalent. */
	fte: number;
}

export interface Training extends Recorded {
	practitionerId: string;
	course: string;
	completedOn: CalendarDate;
	expiresOn: CalendarDate | null;
}

/** Everything recorded about one person that the rules look at, every version of every row. */
export interface Person {
	practitionerId: string;
	reference: string;
	details: readonly Practitioner[];
	postings: readonly Posting[];
	absences: readonly Absence[];
	reductions: readonly Reduction[];
	training: readonly Training[];
}

export const TIERS = ['E0', 'E1', 'E2', 'E3', 'E4', 'E5', 'E6'] as const;
export type Tier = (typeof TIERS)[number];

export function tierAtLeast(tier: Tier, least: Tier): boolean {
	return tier >= least;
}

/** What is known of the person themselves; null where nothing was recorded yet. */
export function detailsOf(person: Person, knowledge: Knowledge): Practitioner | null {
	for (const details of person.details) if (isKnown(details, null, knowledge)) return details;
	return null;
}

export const postingOn = onceAsKnown((person: Person, day, knowledge): Posting | null =>
	latestCovering(person.postings, day, knowledge)
);

/** The posting of somebody in post: it covers the day, and the person has not left. */
export const inPostOn = onceAsKnown((person: Person, day, knowledge): Posting | null => {
	const posting = postingOn(person, day, knowledge);
	return posting && !hasLeftBy(person, day, knowledge) ? posting : null;
});

function hasLeftBy(person: Person, day: CalendarDate, knowledge: Knowledge): boolean {
	const details = detailsOf(person, knowledge);
	if (!details || details.leftOn === null || details.leftOn > day) return false;
	return knowledge.hindsight || details.endRecordedOn === null || details.endRecordedOn <= knowledge.on;
}

/** Why a person is in their tier; the words of it are in `wording`. */
export type TierReason =
	| { code: 'NOT_REGISTERED' }
	| { code: 'REGISTERED_LATER'; registeredOn: CalendarDate }
	| { code: 'REGISTRATION_DATE_UNKNOWN' }
	| { code: 'MANAGES_PRACTICE'; role: Role }
	| { code: 'SENIOR' }
	| { code: 'EARLY_CAREER'; startedOn: CalendarDate; months: number }
	| { code: 'REGISTERED'; registeredOn: CalendarDate; months: number };

/** Months since registration as shipped (local default). Within the early-career stage only the first is looked at. */
export const TIER_MONTHS: TierMonths = { E2: 6, E3: 12, E4: 24, E5: 36 };

export interface TierOfPerson {
	tier: Tier;
	reason: TierReason;
}

/**
 * The experience tier on a day, from the dates alone: no number is E0, however long the service, and agency status
 * hides nothing. The months at which the tiers begin are of the policy in force on the day; the early-career stage is
 * the ASYE (Skills for Care), from 2027 the Early Career Development Programme.
 */
export const tierOn = onceAsKnown(tierFromDates);

function tierFromDates(person: Person, day: CalendarDate, knowledge: Knowledge): TierOfPerson {
	const role = managingRoleOn(person, day, knowledge);
	if (role !== null) return { tier: 'E6', reason: { code: 'MANAGES_PRACTICE', role } };
	const details = detailsOf(person, knowledge);
	if (!details?.sweNumber) return { tier: 'E0', reason: { code: 'NOT_REGISTERED' } };
	const { registeredOn } = details;
	if (registeredOn === null) return { tier: 'E1', reason: { code: 'REGISTRATION_DATE_UNKNOWN' } };
	if (day < registeredOn) return { tier: 'E0', reason: { code: 'REGISTERED_LATER', registeredOn } };
	if (postingOn(person, day, knowledge)?.role === 'senior_practitioner')
		return { tier: 'E5', reason: { code: 'SENIOR' } };
	const stage = earlyCareerStageOn(person, day, knowledge);
	const begins = knowledge.judgedOn?.(day).tiers ?? TIER_MONTHS;
	if (stage.state === 'in_stage') {
		const months = monthsBetween(stage.startedOn, day);
		return {
			tier: day < addMonths(stage.startedOn, begins.E2) ? 'E1' : 'E2',
			reason: { code: 'EARLY_CAREER', startedOn: stage.startedOn, months }
		};
	}
	const reason = { code: 'REGISTERED', registeredOn, months: monthsBetween(registeredOn, day) } as const;
	if (stage.state !== 'passed' && day < addMonths(registeredOn, begins.E2)) return { tier: 'E1', reason };
	if (stage.state !== 'passed' && day < addMonths(registeredOn, begins.E3)) return { tier: 'E2', reason };
	if (day < addMonths(registeredOn, begins.E4)) return { tier: 'E3', reason };
	if (day < addMonths(registeredOn, begins.E5)) return { tier: 'E4', reason };
	return { tier: 'E5', reason };
}

/** The role in which somebody registered manages practice on a day: in it they are E6. Null: they do not. */
export function managingRoleOn(person: Person, day: CalendarDate, knowledge: Knowledge): Role | null {
	const details = detailsOf(person, knowledge);
	if (!details?.sweNumber || details.registeredOn === null || day < details.registeredOn) return null;
	const posting = postingOn(person, day, knowledge);
	return posting && MANAGING_PRACTICE.has(posting.role) ? posting.role : null;
}

export type EarlyCareerStage =
	{ state: 'in_stage'; startedOn: CalendarDate } | { state: 'passed' } | { state: 'none' };

/** The recorded early-career stage on a day: in it from its start until the day it was passed. */
export function earlyCareerStageOn(
	person: Person,
	day: CalendarDate,
	knowledge: Knowledge
): EarlyCareerStage {
	const details = detailsOf(person, knowledge);
	if (!details) return { state: 'none' };
	const { earlyCareerStartedOn: startedOn, earlyCareerPassedOn: passedOn } = details;
	if (passedOn !== null && passedOn <= day) return { state: 'passed' };
	return startedOn !== null && startedOn <= day ? { state: 'in_stage', startedOn } : { state: 'none' };
}

/** The unbroken absence that covers the day, whatever its reasons; null where the person is here. */
export const absenceOn = onceAsKnown((person: Person, day, knowledge): Run | null =>
	runCovering(person.absences, day, knowledge)
);

/** Whether the person is away on the day and has been for more than `workingDays`. */
export function absentLongerThan(
	person: Person,
	workingDays: number,
	day: CalendarDate,
	knowledge: Knowledge
): boolean {
	const absence = absenceOn(person, day, knowledge);
	return absence !== null && day > addWorkingDays(absence.from, workingDays);
}

/** Those named to cover an absent person on the day, by id: for their cases, or for the people they supervise. */
export function coversNamed(
	person: Person,
	purpose: 'cases' | 'supervision',
	day: CalendarDate,
	knowledge: Knowledge
): string[] {
	const named = new Set<string>();
	for (const absence of person.absences) {
		if (!covers(absence, day, knowledge)) continue;
		const cover = purpose === 'cases' ? absence.coverId : (absence.supervisionCoverId ?? absence.coverId);
		if (cover !== null) named.add(cover);
	}
	return [...named];
}

/** The courses as shipped. That CP-FOUND and S47 lapse by themselves after 36 months is a local default. */
export const COURSES: Courses = {
	'CP-FOUND': { name: 'Child protection, foundation', validMonths: 36 },
	S47: { name: 'Section 47 enquiries', validMonths: 36 },
	ABE: { name: 'Achieving best evidence', validMonths: null },
	PLO: { name: 'Public Law Outline', validMonths: null },
	CLA: { name: 'Children looked after', validMonths: null },
	SUPV: { name: 'Supervising practice', validMonths: null }
};

/** The first day on which the course is no longer current; null: it is for good. */
export function lapsesOn(training: Training, courses: Courses = COURSES): CalendarDate | null {
	const months = courses[training.course]?.validMonths ?? null;
	return training.expiresOn ?? (months === null ? null : addMonths(training.completedOn, months));
}

export function isCurrent(person: Person, course: string, day: CalendarDate, knowledge: Knowledge): boolean {
	return currentCourses(person, day, knowledge).has(course);
}

const currentCourses = onceAsKnown((person: Person, day, knowledge): ReadonlySet<string> => {
	const courses = knowledge.judgedOn?.(day).courses;
	const current = new Set<string>();
	for (const training of person.training) {
		if (training.completedOn > day || !isKnown(training, training.completedOn, knowledge)) continue;
		const lapses = lapsesOn(training, courses);
		if (lapses === null || day < lapses) current.add(training.course);
	}
	return current;
});
