import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	absenceOn,
	inPostOn,
	isCurrent,
	postingOn,
	tierAtLeast,
	tierOn,
	type Person
} from '#lib/domain/people.ts';
import { DEFAULT_POLICY, type Kind } from '#lib/domain/policy.ts';
import type {
	AbsenceRow,
	PostingRow,
	PractitionerRow,
	ReductionRow,
	TrainingRow
} from '#lib/domain/records.ts';
import type { TeamPlan } from './plan.ts';

/** One person of the made-up authority, with every row about them and what the making of cases needs to know. */
export interface Worker {
	id: string;
	row: PractitionerRow;
	postings: PostingRow[];
	absences: AbsenceRow[];
	reductions: ReductionRow[];
	training: TrainingRow[];
	/** The same rows, as the rules look at a person. */
	person: Person;
	/** The teams whose cases they hold, each from its day; empty for those who hold none. */
	homes: { from: CalendarDate; team: TeamPlan }[];
	/** Holds care leavers only: a personal adviser is no social worker. */
	adviser: boolean;
	/** How full this person's load is kept beside their colleagues'; 1 is usual. */
	appetite: number;
}

/** Somebody's place as supervisor of a group of desks. */
export interface Turn {
	worker: Worker;
	from: CalendarDate;
	to: CalendarDate | null;
}

export interface Staff {
	workers: Worker[];
	/** The manager's turns, then the practice supervisor's, by team. */
	supervisors: Map<TeamPlan, readonly [Turn[], Turn[]]>;
	serviceManagers: Map<string, Worker>;
	director: Worker;
	principal: Worker;
	/** People with a part to play, by that part. */
	cast: Map<Part, Worker>;
}

export type Part =
	'early career now' | 'early career then' | 'manager now' | 'manager then' | 'supervisor now';

export const allKnown = (on: CalendarDate) => ({ on, hindsight: true });

export function homeOn(worker: Worker, day: CalendarDate): TeamPlan | null {
	let home: TeamPlan | null = null;
	for (const { from, team } of worker.homes) if (from <= day) home = team;
	return home;
}

export function isHere(worker: Worker, day: CalendarDate): boolean {
	const knowledge = allKnown(day);
	return (
		inPostOn(worker.person, day, knowledge) !== null && absenceOn(worker.person, day, knowledge) === null
	);
}

export function supervisorIdOn(worker: Worker, day: CalendarDate): string | null {
	return postingOn(worker.person, day, allKnown(day))?.supervisorId ?? null;
}

export function tierAt(worker: Worker, day: CalendarDate) {
	return tierOn(worker.person, day, allKnown(day)).tier;
}

/** Whether the person alone answers what the policy asks for each of the kinds. */
export function suits(worker: Worker, kinds: Iterable<Kind>, day: CalendarDate): boolean {
	const tier = tierAt(worker, day);
	for (const kind of kinds) {
		const { leastTier, training } = DEFAULT_POLICY.kinds[kind];
		if (!tierAtLeast(tier, leastTier)) return false;
		for (const course of training) if (!isCurrent(worker.person, course, day, allKnown(day))) return false;
	}
	return true;
}

/** Points this person can carry on a day. */
export function capacityAt(worker: Worker, day: CalendarDate): number {
	const { pointsPerFte, earlyCareerFactor } = DEFAULT_POLICY.capacity;
	const fte = postingOn(worker.person, day, allKnown(day))?.fte ?? 0;
	const tier = tierAt(worker, day);
	const reduced = worker.reductions
		.filter(({ from, to }) => from <= day && (to === null || day < to))
		.reduce((sum, { share }) => sum + share, 0);
	return (
		pointsPerFte * fte * (tier === 'E1' || tier === 'E2' ? earlyCareerFactor : 1) * Math.max(0, 1 - reduced)
	);
}

/** Whoever has the turn on a day; between two turns nobody. */
export function turnOn(turns: readonly Turn[], day: CalendarDate): Turn | null {
	return turns.find(({ from, to }) => from <= day && (to === null || day < to)) ?? null;
}
