import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { AllocationReason } from '#lib/domain/cases.ts';
import { DEFAULT_POLICY, type Kind } from '#lib/domain/policy.ts';
import type { TeamPlan } from './plan.ts';
import type { Worker } from './staff.ts';

export interface Child {
	childId: string;
	caseId: string;
	dateOfBirth: CalendarDate | null;
	unborn: boolean;
	complexity: number;
}

export interface KindStretch {
	kind: Kind;
	from: CalendarDate;
	to: CalendarDate | null;
	conferenceNeeded: boolean | null;
	conferenceOn: CalendarDate | null;
}

export interface Holding {
	/** Null: waiting with the team. */
	worker: Worker | null;
	teamId: string;
	from: CalendarDate;
	to: CalendarDate | null;
	reason: AllocationReason | null;
}

/** The children of one family whose cases go the same way together: one case each. */
export interface Unit {
	children: Child[];
	familyId: string | null;
	openedOn: CalendarDate;
	closedOn: CalendarDate | null;
	closureReason: string | null;
	team: TeamPlan;
	kinds: KindStretch[];
	leads: Holding[];
	coWorkers: Holding[];
	/** Days on which the cases were discussed with their lead, in order. */
	discussed: Discussed[];
	/** Told by hand: nothing is drawn for it. */
	scripted: boolean;
}

export interface Discussed {
	heldOn: CalendarDate;
	/** The day from which the discussion counts: the supervisor has signed. */
	knownOn: CalendarDate;
	counts: boolean;
}

export function activeKinds(unit: Unit, day: CalendarDate): Kind[] {
	const kinds: Kind[] = [];
	for (const { kind, from, to } of unit.kinds) if (from <= day && (to === null || day < to)) kinds.push(kind);
	return kinds;
}

export function isHighStakes(kinds: readonly Kind[]): boolean {
	return kinds.some((kind) => DEFAULT_POLICY.kinds[kind].stakes === 'high');
}

export function holdingOn(holdings: readonly Holding[], day: CalendarDate): Holding | null {
	for (let place = holdings.length - 1; place >= 0; place--) {
		const holding = holdings[place];
		if (holding && holding.from <= day && (holding.to === null || day < holding.to)) return holding;
	}
	return null;
}

const SIBLING_SHARE = [1, 0.6, 0.4];

/** Points the unit adds to its lead's load, less the first weeks' extra. */
export function pointsOf(unit: Unit, day: CalendarDate): number {
	const weight = Math.max(
		4 * Number(unit.kinds.length === 0),
		...activeKinds(unit, day).map((kind) => DEFAULT_POLICY.kinds[kind].weight)
	);
	return unit.children.reduce(
		(sum, child, place) => sum + weight * (SIBLING_SHARE[Math.min(place, 2)] ?? 0.4) + child.complexity,
		0
	);
}

/** A stretch of the kind begins, unless it is under way. */
export function begin(unit: Unit, kind: Kind, from: CalendarDate): KindStretch {
	const running = unit.kinds.find((each) => each.kind === kind && each.to === null);
	if (running) return running;
	const stretch = { kind, from, to: null, conferenceNeeded: null, conferenceOn: null };
	unit.kinds.push(stretch);
	return stretch;
}

export function end(unit: Unit, kind: Kind, to: CalendarDate): void {
	for (const stretch of unit.kinds) if (stretch.kind === kind && stretch.to === null) stretch.to = to;
}
