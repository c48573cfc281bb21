import { ACTION_LIMIT } from './actions.ts';
import type { CalendarDate, Length } from './calendar.ts';
import type { Code, Severity } from './codes.ts';
import type { Courses, TierMonths } from './knowledge.ts';
import { COURSES, TIER_MONTHS, type Tier } from './people.ts';

export const KINDS = [
	'section_47',
	'child_protection',
	'pre_proceedings',
	'care_proceedings',
	'looked_after',
	'looked_after_settled',
	'looked_after_long_term',
	'assessment',
	'child_in_need',
	'short_breaks',
	'care_leaver'
] as const;
export type Kind = (typeof KINDS)[number];

export const STAKES = ['low', 'medium', 'high'] as const;
export type Stakes = (typeof STAKES)[number];

/** A limit counted in working or calendar days. */
export interface Limit extends Length {
	unit: 'wd' | 'd';
}

export interface KindPolicy {
	stakes: Stakes;
	leastTier: Tier;
	training: readonly string[];
	firstOversight: Limit;
	interval: { suitablyHeld: Limit; notSuitablyHeld: Limit };
	/** Points of load. */
	weight: number;
	/** Where the bar comes from; the days and weights are local defaults throughout. */
	source: string;
}

export type SupervisionProfile = 'LGA' | 'DfE';

export interface Policy {
	version: number;
	/** In force from this day; null for version 1, which is in force on every day before version 2. */
	effectiveFrom: CalendarDate | null;
	kinds: Record<Kind, KindPolicy>;
	courses: Courses;
	supervision: { profile: SupervisionProfile };
	grace: { weeks: Limit; monthly: Limit };
	/** Halve the oversight intervals of high-stakes kinds while a restructure covers the team. */
	restructureGuard: boolean;
	waits: Waits;
	capacity: { pointsPerFte: number; earlyCareerFactor: number };
	load: LoadPolicy;
	tiers: TierMonths;
	limits: RuleLimits;
	severities: Severities;
	/** Where a number comes from, by the path of its field, where it is not as shipped. */
	sources: Readonly<Record<string, string>>;
}

/** How long a case may wait for a lead in post before it is flagged; one of high stakes never may. */
export interface Waits {
	lookedAfter: Limit;
	others: Limit;
}

/** The limits of single rules. */
export interface RuleLimits {
	/** After what a change of hands without oversight is flagged. */
	handover: Limit;
	/** Within what the outcome of a section 47 enquiry is recorded. */
	outcome: Limit;
	/** Within what a request is decided, and a refusal agreed by a second manager. */
	decision: Limit;
	/** Calendar days up to and including closing in which a sign-off counts. */
	signOffDays: number;
	/** Calendar days after a section 47 enquiry within which a closing is soon. */
	soonAfterDays: number;
	/** So many leads, or supervisors of them, in 12 months are too many for a child. */
	frequentChange: number;
	/** How long after its due date an action that is not about risk is overdue. */
	action: Limit;
	/** Within what an action gets an owner and a due date. */
	agreement: Limit;
	/** Calendar days by which oversight may be overdue at medium severity. */
	overdueDays: number;
	/** A supervision session of fewer minutes is short. */
	sessionMinutes: number;
	/** Within what both sign the note of a session. */
	note: Limit;
	/** The most people whose postings may name one supervisor. */
	span: number;
	/** Months since registration that an agency worker needs. */
	agencyMonths: number;
	assessment: Limit;
	conference: Limit;
}

/** How severe each rule is, by the situation it finds. */
export type Severities = {
	[Each in Code]: { [Situation in keyof (typeof SEVERITIES_AS_SHIPPED)[Each]]: Severity };
};

const SEVERITIES_AS_SHIPPED = {
	HELD_WITHOUT_OVERSIGHT: { always: 'critical' },
	BELOW_EXPERIENCE: { section47: 'critical', others: 'high' },
	TRAINING_GAP: { highStakes: 'high', others: 'medium' },
	OVERSIGHT_OVERDUE: { highStakes: 'critical', later: 'high', atFirst: 'medium' },
	UNALLOCATED: { pressing: 'critical', others: 'medium' },
	HOLDER_ABSENT: { highStakes: 'critical', others: 'high' },
	HANDOVER_WITHOUT_OVERSIGHT: { guarded: 'critical', others: 'high' },
	SECTION_47_UNEXPLAINED: { always: 'high' },
	REQUEST_DECLINED_ALONE: { always: 'critical' },
	CLOSED_WITHOUT_SIGN_OFF: { always: 'high' },
	CLOSED_SOON_AFTER_SECTION_47: { always: 'high' },
	FREQUENT_CHANGE: { always: 'medium' },
	ACTION_OVERDUE: { risk: 'high', others: 'medium' },
	ACTION_WEAK: { always: 'medium' },
	SUPERVISION_OVERDUE: { later: 'high', withinGrace: 'medium' },
	SUPERVISION_CANCELLED_TWICE: { always: 'high' },
	SUPERVISION_SHORT: { always: 'low' },
	NOTE_UNSIGNED: { always: 'medium' },
	SUPERVISOR_NOT_QUALIFIED: { earlyCareer: 'high', others: 'medium' },
	NO_SUPERVISOR: { none: 'critical', awayEarlyCareer: 'critical', away: 'high' },
	OVER_CAPACITY: { noCapacity: 'critical', farOver: 'high', over: 'medium' },
	SPAN_TOO_WIDE: { always: 'medium' },
	AGENCY_BELOW_EXPERIENCE: { always: 'high' },
	EXPERIENCE_UNKNOWN: { always: 'medium' },
	TIMESCALE_MISSED: { always: 'high' }
} as const satisfies Record<Code, Readonly<Record<string, Severity>>>;

export interface LoadPolicy {
	/** For the first, second and each later child of a family with one lead; in tenths. */
	siblingFactors: readonly [first: number, second: number, later: number];
	/** In tenths. */
	coWorkerFactor: number;
	/** Points of an open case with no active kind. */
	unknownWeight: number;
	/** Points that a case adds in the first working days of its allocation. */
	newcomer: { points: number; workingDays: number };
	/** Per cent of capacity: steady and full begin at theirs, over and far over above theirs. */
	bands: { steady: number; full: number; over: number; farOver: number };
}

/** What an authority sets once, one value for every day. */
export interface Settings {
	/** No clock starts before this day; null: everything recorded is looked at. */
	observedFrom: CalendarDate | null;
	/** The day the policy's supervision profile starts; before it the LGA profile holds. Null: always. */
	supervisionProfileFrom: CalendarDate | null;
}

/** The settings of an authority that has set nothing. */
export const NO_SETTINGS: Settings = { observedFrom: null, supervisionProfileFrom: null };

const wd = (count: number): Limit => ({ count, unit: 'wd' });
const d = (count: number): Limit => ({ count, unit: 'd' });

const REGISTERED_ONLY =
	'Child protection enquiries are for registered social workers only (Working Together).';
const JOINT_FIRST_YEAR =
	'Held jointly below the bar, as Wirral does for child protection and court work in the first year; Surrey asks for "qualified and experienced".';
const LOCAL = 'Local default.';

/** Policy version 1. Every authority starts with it and may change each number. */
export const DEFAULT_POLICY: Policy = {
	version: 1,
	effectiveFrom: null,
	kinds: {
		section_47: {
			stakes: 'high',
			leastTier: 'E4',
			training: ['CP-FOUND', 'S47'],
			firstOversight: wd(1),
			interval: { suitablyHeld: wd(5), notSuitablyHeld: wd(2) },
			weight: 8,
			source: REGISTERED_ONLY
		},
		child_protection: {
			stakes: 'high',
			leastTier: 'E3',
			training: ['CP-FOUND', 'S47'],
			firstOversight: wd(1),
			interval: { suitablyHeld: d(28), notSuitablyHeld: d(14) },
			weight: 7,
			source: `${JOINT_FIRST_YEAR} Comparators for the interval: Liverpool 2 months, South Ayrshire 2 weeks.`
		},
		pre_proceedings: {
			stakes: 'high',
			leastTier: 'E4',
			training: ['PLO'],
			firstOversight: wd(1),
			interval: { suitablyHeld: d(28), notSuitablyHeld: d(14) },
			weight: 8,
			source: JOINT_FIRST_YEAR
		},
		care_proceedings: {
			stakes: 'high',
			leastTier: 'E4',
			training: ['PLO'],
			firstOversight: wd(1),
			interval: { suitablyHeld: d(28), notSuitablyHeld: d(14) },
			weight: 10,
			source: JOINT_FIRST_YEAR
		},
		looked_after: {
			stakes: 'medium',
			leastTier: 'E3',
			training: ['CLA'],
			firstOversight: wd(1),
			interval: { suitablyHeld: d(42), notSuitablyHeld: d(28) },
			weight: 7,
			source: LOCAL
		},
		looked_after_settled: {
			stakes: 'medium',
			leastTier: 'E2',
			training: ['CLA'],
			firstOversight: wd(2),
			interval: { suitablyHeld: d(56), notSuitablyHeld: d(42) },
			weight: 4,
			source: LOCAL
		},
		looked_after_long_term: {
			stakes: 'medium',
			leastTier: 'E2',
			training: ['CLA'],
			firstOversight: wd(5),
			interval: { suitablyHeld: d(84), notSuitablyHeld: d(56) },
			weight: 3,
			source: LOCAL
		},
		assessment: {
			stakes: 'medium',
			leastTier: 'E1',
			training: ['CP-FOUND'],
			firstOversight: wd(1),
			interval: { suitablyHeld: wd(10), notSuitablyHeld: wd(5) },
			weight: 6,
			source: 'Cambridgeshire notes allocation within one working day.'
		},
		child_in_need: {
			stakes: 'medium',
			leastTier: 'E1',
			training: ['CP-FOUND'],
			firstOversight: wd(2),
			interval: { suitablyHeld: d(42), notSuitablyHeld: d(28) },
			weight: 4,
			source: LOCAL
		},
		short_breaks: {
			stakes: 'low',
			leastTier: 'E1',
			training: [],
			firstOversight: wd(5),
			interval: { suitablyHeld: d(84), notSuitablyHeld: d(56) },
			weight: 2,
			source: LOCAL
		},
		care_leaver: {
			stakes: 'low',
			leastTier: 'E0',
			training: [],
			firstOversight: wd(5),
			interval: { suitablyHeld: d(84), notSuitablyHeld: d(84) },
			weight: 2,
			source: LOCAL
		}
	},
	courses: COURSES,
	supervision: { profile: 'LGA' },
	grace: { weeks: d(7), monthly: wd(10) },
	restructureGuard: true,
	waits: { lookedAfter: wd(1), others: wd(5) },
	capacity: { pointsPerFte: 85, earlyCareerFactor: 0.9 },
	load: {
		siblingFactors: [1, 0.6, 0.4],
		coWorkerFactor: 0.4,
		unknownWeight: 4,
		newcomer: { points: 1, workingDays: 20 },
		bands: { steady: 70, full: 90, over: 100, farOver: 120 }
	},
	tiers: TIER_MONTHS,
	limits: {
		handover: wd(5),
		outcome: wd(1),
		decision: wd(1),
		signOffDays: 28,
		soonAfterDays: 90,
		frequentChange: 3,
		action: ACTION_LIMIT,
		agreement: wd(1),
		overdueDays: 7,
		sessionMinutes: 90,
		note: wd(5),
		span: 8,
		agencyMonths: 36,
		assessment: wd(45),
		conference: wd(15)
	},
	severities: SEVERITIES_AS_SHIPPED,
	sources: {}
};

/** What was stored of a version, before fields that it did not know yet. */
export type StoredPolicy = Pick<Policy, 'version' | 'effectiveFrom'> &
	Partial<Omit<Policy, 'limits' | 'severities'>> & {
		limits?: Partial<RuleLimits>;
		severities?: { [Each in Code]?: Partial<Severities[Each]> };
	};

/** A stored version; what it does not say reads as shipped. */
export function wholePolicy(stored: StoredPolicy): Policy {
	return {
		...DEFAULT_POLICY,
		...stored,
		kinds: { ...DEFAULT_POLICY.kinds, ...stored.kinds },
		load: { ...DEFAULT_POLICY.load, ...stored.load },
		tiers: { ...DEFAULT_POLICY.tiers, ...stored.tiers },
		limits: { ...DEFAULT_POLICY.limits, ...stored.limits },
		severities: severitiesWith(stored.severities ?? {})
	};
}

function severitiesWith(stored: NonNullable<StoredPolicy['severities']>): Severities {
	const codes = Object.keys(DEFAULT_POLICY.severities) as Code[];
	return Object.fromEntries(
		codes.map((code) => [code, { ...DEFAULT_POLICY.severities[code], ...stored[code] }])
	) as unknown as Severities;
}

/** The versions by which days are judged, oldest first; version 1 is as shipped where none was stored. */
export function versionsFrom(stored: readonly StoredPolicy[]): Policy[] {
	const versions = stored.map(wholePolicy);
	return versions.some(({ effectiveFrom }) => effectiveFrom === null)
		? versions
		: [DEFAULT_POLICY, ...versions];
}

/** The version in force on a day. */
export function policyOn(versions: readonly Policy[], day: CalendarDate): Policy {
	let inForce: Policy | null = null;
	for (const version of versions) {
		const from = version.effectiveFrom;
		if (from !== null && from > day) continue;
		if (inForce === null || (from ?? '') > (inForce.effectiveFrom ?? '')) inForce = version;
	}
	return inForce ?? DEFAULT_POLICY;
}

/** The limit halved in its own unit, rounded up. */
export function halved(limit: Limit): Limit {
	return { count: Math.ceil(limit.count / 2), unit: limit.unit };
}
