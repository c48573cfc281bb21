import { addWorkingDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type { AllocationReason } from '#lib/domain/cases.ts';
import type { Allocation } from './allocation.ts';
import type { Chance } from './chance.ts';
import type { Families } from './families.ts';
import type { Journey, Step } from './journeys.ts';
import { gripOn } from './grip.ts';
import type { Plan, TeamPlan, Work } from './plan.ts';
import { activeKinds, end, isHighStakes, type Unit } from './units.ts';
import { CLOSURES } from './words.ts';

/** Teams of one service that do the same work share what comes; the one with most room takes it. */
export interface Side {
	work: Work;
	teams: readonly TeamPlan[];
	/** Children with an open case, and how many there are kept to be. */
	open: number;
	target: number;
}

/** The cases as they stand on the day reached, and all that moves them on. */
export interface Making {
	plan: Plan;
	chance: Chance;
	holding: Allocation;
	known: Families;
	going: Journey;
	schedule: (unit: Unit, step: Step, on: CalendarDate) => void;
	sides: readonly Side[];
	units: Unit[];
	openUnits: Set<Unit>;
}

export function sidesOf(plan: Plan): Side[] {
	const sides = new Map<string, TeamPlan[]>();
	for (const team of plan.teams) {
		const name = `${team.service}/${team.work}`;
		sides.set(name, [...(sides.get(name) ?? []), team]);
	}
	return [...sides.values()].flatMap((teams) => {
		const [first] = teams;
		const target = teams.reduce((sum, team) => sum + team.openCases, 0);
		return first ? [{ work: first.work, teams, open: 0, target }] : [];
	});
}

function sideOf({ sides }: Making, team: TeamPlan): Side {
	const side = sides.find(({ teams }) => teams.includes(team));
	if (!side) throw new RangeError(`no side for team ${team.teamId}`);
	return side;
}

/** The team that carries least for what it can carry. */
export function freest({ teams }: Side, { holding }: Making, day: CalendarDate): TeamPlan {
	let [best] = teams;
	let least = Infinity;
	for (const team of teams) {
		const full = holding.fullness(team, day);
		if (full < least) [best, least] = [team, full];
	}
	if (!best) throw new RangeError('a side without a team');
	return best;
}

export function enter(unit: Unit, making: Making): void {
	making.units.push(unit);
	making.openUnits.add(unit);
	sideOf(making, unit.team).open += unit.children.length;
}

export function relocate(unit: Unit, team: TeamPlan, making: Making): void {
	sideOf(making, unit.team).open -= unit.children.length;
	unit.team = team;
	sideOf(making, team).open += unit.children.length;
}

export function closeUnit(unit: Unit, day: CalendarDate, making: Making): void {
	for (const { kind } of unit.kinds) end(unit, kind, day);
	unit.kinds = unit.kinds.filter(({ from, to }) => from !== to);
	making.holding.take(unit, day);
	unit.closedOn = day;
	unit.closureReason = making.chance.pick(CLOSURES);
	making.openUnits.delete(unit);
	sideOf(making, unit.team).open -= unit.children.length;
	making.known.part(unit);
}

/** Where hands are short, what is not urgent waits for a worker. */
export function giveOrWait(
	unit: Unit,
	day: CalendarDate,
	reason: AllocationReason | null,
	{ plan, holding, chance }: Making
): void {
	const { waiting } = gripOn(unit.team, plan.span, day);
	if (!chance.yes(waiting) || isHighStakes(activeKinds(unit, day))) holding.give(unit, day, reason);
	else holding.wait(unit, day, addWorkingDays(day, chance.whole(1, waiting > 0.06 ? 11 : 4)), reason);
}
