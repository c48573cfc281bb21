import { addWorkingDays, type CalendarDate } from './calendar.ts';
import {
	activeKindsOn,
	caseDetails,
	coWorkersOn,
	isOpenOn,
	leadOn,
	leadSince,
	type CaseFile
} from './cases.ts';
import { policyInForce, type Authority, type View } from './authority.ts';
import { stretchHeld, turningDaysOfFile } from './turning-days.ts';
import { covers, type Knowledge } from './knowledge.ts';
import { absentLongerThan, inPostOn, tierOn, type Person, type Reduction, type Tier } from './people.ts';
import type { Kind, LoadPolicy, Policy } from './policy.ts';

export const BANDS = ['room', 'steady', 'full', 'over', 'far_over', 'no_capacity', 'no_data'] as const;
export type Band = (typeof BANDS)[number];

/** One case in somebody's load, with the sum it came from. */
export interface HeldCase {
	caseId: string;
	reference: string;
	role: 'lead' | 'co_worker';
	/** The active kind with the largest weight; null: kind unknown. */
	kind: Kind | null;
	weight: number;
	/** The share of the weight that counts: by place among siblings for a lead, the co-worker's else. */
	factor: number;
	complexity: number;
	/** Points added in the first working days of the allocation. */
	newcomer: number;
	points: number;
}

export interface Capacity {
	points: number;
	pointsPerFte: number;
	fte: number;
	tier: Tier;
	/** The share of full capacity that the tier has: less than 1 in the early career. */
	factor: number;
	/** The share of capacity taken by current reductions, at most 1. */
	reduced: number;
	/** The reductions that cover the day. */
	reductions: readonly Reduction[];
	/** Why there is none; null where there is some, or where the reductions take it all. */
	none: 'ABSENT' | 'NOT_IN_POST' | null;
}

export interface Caseload {
	practitionerId: string;
	/** Open cases led. */
	cases: number;
	held: readonly HeldCase[];
	points: number;
	capacity: Capacity;
	/** To 2 decimals; null where there is no capacity. */
	loadPercent: number | null;
	band: Band;
}

/** Which of somebody’s cases are asked about. */
export type AmongCases = (file: CaseFile) => boolean;

const HUNDREDTHS = 100;

/**
 * The load of one person on the view's day, of all they hold or of some of it. Points and percentages are compared as whole
 * numbers, never as floats.
 */
export function caseloadOf(person: Person, view: View, among: AmongCases = () => true): Caseload {
	const day = view.knowledge.on;
	const held = heldCases(person, view, among);
	const thousandths = held.reduce((sum, each) => sum + Math.round(each.points * 1000), 0);
	const capacity = capacityOn(person, day, view);
	const holds = held.length > 0;
	return {
		practitionerId: person.practitionerId,
		cases: held.filter(({ role }) => role === 'lead').length,
		held,
		points: thousandths / 1000,
		capacity: capacity.shown,
		loadPercent: loadPercent(thousandths, capacity.exact),
		band: bandOf(thousandths, capacity.exact, holds, policyInForce(view, day).load.bands)
	};
}

interface Exact {
	/** A whole number of 1 / scale points. */
	points: number;
	scale: number;
}

function loadPercent(thousandths: number, capacity: Exact): number | null {
	if (capacity.points === 0) return null;
	const dividend = BigInt(thousandths) * BigInt(capacity.scale) * 10n;
	const divisor = BigInt(capacity.points);
	return Number((dividend * 2n + divisor) / (divisor * 2n)) / HUNDREDTHS;
}

/** Whether the load is more than so many per cent of the capacity, compared exactly. */
function exceeds(percent: number, thousandths: number, capacity: Exact): boolean {
	return BigInt(thousandths) * BigInt(capacity.scale) > BigInt(percent) * BigInt(capacity.points) * 10n;
}

function reaches(percent: number, thousandths: number, capacity: Exact): boolean {
	return BigInt(thousandths) * BigInt(capacity.scale) >= BigInt(percent) * BigInt(capacity.points) * 10n;
}

function bandOf(thousandths: number, capacity: Exact, holds: boolean, from: LoadPolicy['bands']): Band {
	if (capacity.points === 0) return holds ? 'no_capacity' : 'no_data';
	if (exceeds(from.farOver, thousandths, capacity)) return 'far_over';
	if (exceeds(from.over, thousandths, capacity)) return 'over';
	if (reaches(from.full, thousandths, capacity)) return 'full';
	return reaches(from.steady, thousandths, capacity) ? 'steady' : 'room';
}

function capacityOn(person: Person, day: CalendarDate, view: View): { shown: Capacity; exact: Exact } {
	const { knowledge } = view;
	const { tier } = tierOn(person, day, knowledge);
	const policy = policyInForce(view, day);
	const posting = inPostOn(person, day, knowledge);
	const { pointsPerFte, earlyCareerFactor } = policy.capacity;
	const reductions = person.reductions.filter((reduction) => covers(reduction, day, knowledge));
	const none = !posting ? 'NOT_IN_POST' : absentLongerThan(person, 10, day, knowledge) ? 'ABSENT' : null;
	const terms = {
		pointsPerFte,
		fte: posting?.fte ?? 0,
		factor: tier === 'E1' || tier === 'E2' ? earlyCareerFactor : 1,
		reduced: reductions.map(({ share }) => share)
	};
	const whole = exactCapacity(terms);
	const exact = none === null ? whole : { ...whole, points: 0 };
	return {
		shown: {
			...terms,
			points: exact.points / exact.scale,
			tier,
			reduced: reducedParts(terms) / 10_000,
			reductions,
			none
		},
		exact
	};
}

/** What a capacity is worked out of. */
export interface CapacityTerms {
	/** What somebody full-time can carry. */
	pointsPerFte: number;
	/** Full-time equivalent, to 4 decimals. */
	fte: number;
	/** The share of it that those in the early career have; 1 for all others. */
	factor: number;
	/** The shares of what is left that current reductions take, each to 4 decimals; together at most all of it. */
	reduced: readonly number[];
}

/**
 * Points that somebody can carry, not rounded: full-time points × FTE × factor × (1 − reductions). The Ministry of
 * Justice’s workload tool for probation has the same form (github.com/ministryofjustice/wmt-probation-rules,
 * calculate-available-points): nominal target × hours ÷ full-time hours × (hours − reduction) ÷ hours, cut to a whole.
 */
export function capacityPoints(terms: CapacityTerms): number {
	const { points, scale } = exactCapacity(terms);
	return points / scale;
}

function exactCapacity(terms: CapacityTerms): Exact {
	const { pointsPerFte, fte, factor } = terms;
	const parts = [pointsPerFte * 100, fte * 10_000, factor * 100].map(Math.round);
	return {
		points: parts.reduce((product, part) => product * part, 10_000 - reducedParts(terms)),
		scale: 100 * 10_000 * 100 * 10_000
	};
}

function reducedParts({ reduced }: CapacityTerms): number {
	return Math.min(
		10_000,
		reduced.reduce((sum, share) => sum + Math.round(share * 10_000), 0)
	);
}

function heldCases(person: Person, view: View, among: AmongCases): HeldCase[] {
	const { on: day, hindsight } = view.knowledge;
	const knowledge = { on: day, hindsight };
	const policy = policyInForce(view, day);
	const { load } = policy;
	const led: { holding: Holding; heaviest: Heaviest }[] = [];
	const held: HeldCase[] = [];
	for (const holding of holdingsOf(person, view.authority, knowledge)) {
		if (!among(holding.file)) continue;
		const heaviest = heaviestKind(holding.kinds, policy);
		if (holding.leads) led.push({ holding, heaviest });
		if (holding.coWorks)
			held.push(heldCase(holding.file, 'co_worker', heaviest, Math.round(load.coWorkerFactor * 10), 0, 0));
	}
	led.sort(
		(a, b) =>
			b.heaviest.weight - a.heaviest.weight || byText(a.holding.file.reference, b.holding.file.reference)
	);
	const siblings = new Map<string, number>();
	for (const { holding, heaviest } of led) {
		const { file, family, complexity, leadsSince } = holding;
		const place = family === null ? 0 : (siblings.get(family) ?? 0);
		if (family !== null) siblings.set(family, place + 1);
		const tenths = Math.round((load.siblingFactors[Math.min(place, 2)] ?? 0) * 10);
		const { points, workingDays } = load.newcomer;
		const newcomer = day < addWorkingDays(leadsSince ?? day, workingDays) ? points : 0;
		held.push(heldCase(file, 'lead', heaviest, tenths, complexity, newcomer));
	}
	return held;
}

/** How an open case is held by somebody on a day. */
interface Holding {
	file: CaseFile;
	leads: boolean;
	coWorks: boolean;
	/** The first day of the allocation under way; null where they do not lead. */
	leadsSince: CalendarDate | null;
	kinds: readonly Kind[];
	family: string | null;
	complexity: number;
}

const askedBefore = new WeakSet<readonly CaseFile[]>();

/** The first time that somebody's cases are asked about they are gone through; from then on their stretches are kept. */
function holdingsOf({ practitionerId }: Person, { heldBy }: Authority, knowledge: Knowledge): Holding[] {
	const files = heldBy.get(practitionerId);
	if (!files) return [];
	const { on: day } = knowledge;
	if (askedBefore.has(files))
		return stretchesHeld(files, practitionerId).flatMap((stretch) => {
			if (stretch.from > day || (stretch.until !== null && stretch.until <= day)) return [];
			return holdingOn(stretch, practitionerId, knowledge) ?? [];
		});
	askedBefore.add(files);
	return files.flatMap((file) =>
		file.allocations.some((each) => each.practitionerId === practitionerId && covers(each, day, knowledge))
			? (holdingOf(file, practitionerId, knowledge) ?? [])
			: []
	);
}

/**
 * A case, and the stretch outside of which nobody can have known it to be held by the person; `until` null: for ever.
 * Asked about many days, the answer is kept from one turning day to the next, apart for hindsight.
 */
interface StretchHeld {
	file: CaseFile;
	from: CalendarDate;
	until: CalendarDate | null;
	turns: readonly CalendarDate[] | null;
	known: { hindsight: (Holding | null)[]; then: (Holding | null)[] };
}

const stretchesOfFiles = new WeakMap<readonly CaseFile[], readonly StretchHeld[]>();

function stretchesHeld(files: readonly CaseFile[], practitionerId: string): readonly StretchHeld[] {
	let stretches = stretchesOfFiles.get(files);
	if (!stretches) {
		stretches = files.map((file) => {
			return {
				file,
				...stretchHeld(file, practitionerId),
				turns: null,
				known: { hindsight: [], then: [] }
			};
		});
		stretchesOfFiles.set(files, stretches);
	}
	return stretches;
}

function holdingOn(stretch: StretchHeld, practitionerId: string, knowledge: Knowledge): Holding | null {
	const { file } = stretch;
	stretch.turns ??= [...turningDaysOfFile(file)].sort();
	const known = knowledge.hindsight ? stretch.known.hindsight : stretch.known.then;
	const place = countUpTo(knowledge.on, stretch.turns);
	let holding = known[place];
	if (holding === undefined) known[place] = holding = holdingOf(file, practitionerId, knowledge);
	return holding;
}

/** How many of the days, which are in order of time, are not after the day. */
function countUpTo(day: CalendarDate, days: readonly CalendarDate[]): number {
	let [low, high] = [0, days.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((days[middle] ?? '') <= day) low = middle + 1;
		else high = middle;
	}
	return low;
}

function holdingOf(file: CaseFile, practitionerId: string, knowledge: Knowledge): Holding | null {
	const { on: day } = knowledge;
	const details = caseDetails(file, knowledge);
	if (!details || !isOpenOn(file, day, knowledge)) return null;
	const leads = leadOn(file, day, knowledge) === practitionerId;
	const coWorks = coWorkersOn(file, day, knowledge).includes(practitionerId);
	if (!leads && !coWorks) return null;
	return {
		file,
		leads,
		coWorks,
		leadsSince: leads ? leadSince(file, practitionerId, day, knowledge) : null,
		kinds: activeKindsOn(file, day, knowledge).map(({ kind }) => kind),
		family: details.familyId,
		complexity: details.complexity ?? 0
	};
}

function heldCase(
	file: CaseFile,
	role: 'lead' | 'co_worker',
	{ kind, weight }: Heaviest,
	tenths: number,
	complexity: number,
	newcomer: number
): HeldCase {
	const points = (Math.round(weight * 100) * tenths) / 1000 + complexity + newcomer;
	return {
		caseId: file.caseId,
		reference: file.reference,
		role,
		kind,
		weight,
		factor: tenths / 10,
		complexity,
		newcomer,
		points: Math.round(points * 1000) / 1000
	};
}

interface Heaviest {
	kind: Kind | null;
	weight: number;
}

function heaviestKind(kinds: readonly Kind[], policy: Policy): Heaviest {
	const heaviest: Heaviest = { kind: null, weight: policy.load.unknownWeight };
	for (const kind of kinds) {
		const { weight } = policy.kinds[kind];
		if (heaviest.kind !== null && weight <= heaviest.weight) continue;
		heaviest.kind = kind;
		heaviest.weight = weight;
	}
	return heaviest;
}

function byText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** Of some people, null: of all, those in post on the view's day, and anyone else who holds an open case then. */
export function caseloads(view: View, of: readonly Person[] | null = null): Caseload[] {
	const day = view.knowledge.on;
	const list: Caseload[] = [];
	for (const person of of ?? view.authority.people.values()) {
		const inPost = inPostOn(person, day, view.knowledge) !== null;
		if (!inPost && !view.authority.heldBy.has(person.practitionerId)) continue;
		const caseload = caseloadOf(person, view);
		if (inPost || caseload.held.length > 0) list.push(caseload);
	}
	return list;
}
