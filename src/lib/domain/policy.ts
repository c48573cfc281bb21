import type { CalendarDate, Length } from './calendar.ts';
import type { Courses } from './knowledge.ts';
import { COURSES, type Tier } from './people.ts';

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
	/** Where a number comes from, by the path of its field, where it is not as shipped. */
	sources: Readonly<Record<string, string>>;
}

/** How long a case may wait for a lead in post before it is flagged; one of high stakes never may. */
export interface Waits {
	lookedAfter: Limit;
	others: Limit;
}

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
	sources: {}
};

/** What was stored of a version, before fields that it did not know yet. */
export type StoredPolicy = Pick<Policy, 'version' | 'effectiveFrom'> & Partial<Policy>;

/** A stored version; what it does not say reads as shipped. */
export function wholePolicy(stored: StoredPolicy): Policy {
	return {
		...DEFAULT_POLICY,
		...stored,
		kinds: { ...DEFAULT_POLICY.kinds, ...stored.kinds },
		load: { ...DEFAULT_POLICY.load, ...stored.load }
	};
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
