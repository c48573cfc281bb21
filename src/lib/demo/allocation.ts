import { addDays, daysBetween, type CalendarDate } from '#lib/domain/calendar.ts';
import type { AllocationReason } from '#lib/domain/cases.ts';
import { absenceOn, inPostOn } from '#lib/domain/people.ts';
import { MATERNITY } from './away.ts';
import type { Chance } from './chance.ts';
import { gripOn } from './grip.ts';
import { teamIdOn, type Plan, type TeamPlan } from './plan.ts';
import { allKnown, capacityAt, homeOn, suits, supervisorIdOn, tierAt, type Worker } from './staff.ts';
import { activeKinds, holdingOn, isHighStakes, pointsOf, type Unit } from './units.ts';

/** Who holds what on the day reached, and who is given the next case. */
export interface Allocation {
	heldBy(worker: Worker): Iterable<Unit>;
	give(unit: Unit, day: CalendarDate, reason: AllocationReason | null): void;
	/** Nobody yet: the case stays with the team until the day. */
	wait(unit: Unit, day: CalendarDate, until: CalendarDate, reason: AllocationReason | null): void;
	take(unit: Unit, day: CalendarDate): void;
	/** The kinds have changed: what the lead carries, and whether they need somebody beside them. */
	reconsider(unit: Unit, day: CalendarDate): void;
	waiting: ReadonlyMap<Unit, CalendarDate>;
	/** The points a team carries for each it can carry. */
	fullness(team: TeamPlan, day: CalendarDate): number;
}

interface Desktop {
	units: Map<Unit, number>;
	points: number;
	given: CalendarDate[];
}

const NOTICE_DAYS = 28;

export function allocation(plan: Plan, workers: readonly Worker[], chance: Chance): Allocation {
	const desktops = new Map<Worker, Desktop>();
	const waiting = new Map<Unit, CalendarDate>();
	const byTeam = new Map<TeamPlan, Worker[]>();
	for (const worker of workers)
		for (const { team } of worker.homes) byTeam.set(team, [...(byTeam.get(team) ?? []), worker]);

	const desktopOf = (worker: Worker): Desktop => {
		let desktop = desktops.get(worker);
		if (!desktop) desktops.set(worker, (desktop = { units: new Map(), points: 0, given: [] }));
		return desktop;
	};
	const hold = (unit: Unit, worker: Worker, day: CalendarDate) => {
		const desktop = desktopOf(worker);
		const points = pointsOf(unit, day);
		desktop.points += points - (desktop.units.get(unit) ?? 0);
		desktop.units.set(unit, points);
	};
	const letGo = (unit: Unit, worker: Worker) => {
		const desktop = desktopOf(worker);
		desktop.points -= desktop.units.get(unit) ?? 0;
		desktop.units.delete(unit);
	};
	const available = (team: TeamPlan, day: CalendarDate) =>
		(byTeam.get(team) ?? []).filter((worker) => homeOn(worker, day) === team && canTake(worker, day));

	const chosen = (unit: Unit, day: CalendarDate): Worker | null => {
		const kinds = activeKinds(unit, day);
		const looks = !chance.yes(gripOn(unit.team, plan.span, day).unmatched);
		const before = holdingOn(unit.leads, addDays(day, -1))?.worker;
		const supervisorId = before ? supervisorIdOn(before, day) : null;
		let best: Worker | null = null;
		let least = Infinity;
		for (const worker of available(unit.team, day)) {
			if (worker === before) continue;
			if (worker.adviser && kinds.some((kind) => kind !== 'care_leaver')) continue;
			const desktop = desktopOf(worker);
			while (desktop.given[0] !== undefined && daysBetween(desktop.given[0], day) > 7) desktop.given.shift();
			const full =
				(desktop.points + pointsOf(unit, day)) / Math.max(1, capacityAt(worker, day) * worker.appetite);
			const unsuited = looks && !suits(worker, kinds, day) ? (isHighStakes(kinds) ? 3 : 0.8) : 0;
			const known = unit.leads.some((lead) => lead.worker === worker) ? -0.3 : 0;
			const early = !looks && full < 1 && tierAt(worker, day) < 'E4' ? -0.5 : 0;
			const apt = worker.adviser ? -0.5 : early;
			const same = supervisorId !== null && supervisorIdOn(worker, day) === supervisorId ? -0.35 : 0;
			const score = full + same + unsuited + known + apt + desktop.given.length * 0.12 + chance.unit() * 0.1;
			if (score < least) [best, least] = [worker, score];
		}
		return best;
	};

	const endLead = (unit: Unit, day: CalendarDate) => {
		const lead = unit.leads.at(-1);
		if (lead?.to === null) lead.to = day;
		if (lead?.worker) letGo(unit, lead.worker);
		if (lead && lead.from === lead.to) unit.leads.pop();
		for (const coWorker of unit.coWorkers) coWorker.to ??= day > coWorker.from ? day : addDays(day, 1);
	};
	const joinSomebody = (unit: Unit, day: CalendarDate, anyway = false) => {
		const kinds = activeKinds(unit, day);
		const lead = unit.leads.at(-1);
		if (!lead?.worker || lead.to !== null || unit.coWorkers.some(({ to }) => to === null)) return;
		const needed = isHighStakes(kinds) && !suits(lead.worker, kinds, day);
		if (!(needed && chance.yes(gripOn(unit.team, plan.span, day).joined)) && !anyway) return;
		const others = available(unit.team, day).filter(
			(other) => other !== lead.worker && (needed ? suits(other, kinds, day) : !other.adviser)
		);
		if (others.length === 0) return;
		unit.coWorkers.push({
			worker: chance.pick(others),
			teamId: lead.teamId,
			from: day,
			to: null,
			reason: null
		});
	};
	const give = (unit: Unit, day: CalendarDate, reason: AllocationReason | null) => {
		const worker = chosen(unit, day);
		endLead(unit, day);
		waiting.delete(unit);
		const teamId = teamIdOn(unit.team, plan.span, day);
		unit.leads.push({ worker, teamId, from: day, to: null, reason });
		if (!worker) {
			waiting.set(unit, addDays(day, 1));
			return;
		}
		hold(unit, worker, day);
		desktopOf(worker).given.push(day);
		joinSomebody(unit, day, unit.leads.length === 1 && chance.yes(plan.coWorked));
	};

	const capacities = new Map<TeamPlan, { on: CalendarDate; points: number }>();
	const capacityOf = (team: TeamPlan, day: CalendarDate): number => {
		const counted = capacities.get(team);
		if (counted?.on === day) return counted.points;
		const points = available(team, day).reduce((sum, worker) => sum + capacityAt(worker, day), 0);
		capacities.set(team, { on: day, points });
		return points;
	};

	return {
		waiting,
		fullness(team, day) {
			const carried = (byTeam.get(team) ?? []).reduce(
				(sum, worker) => sum + (homeOn(worker, day) === team ? (desktops.get(worker)?.points ?? 0) : 0),
				0
			);
			return carried / Math.max(1, capacityOf(team, day));
		},
		heldBy: (worker) => [...desktopOf(worker).units.keys()],
		give,
		wait(unit, day, until, reason) {
			endLead(unit, day);
			waiting.set(unit, until);
			const teamId = teamIdOn(unit.team, plan.span, day);
			unit.leads.push({ worker: null, teamId, from: day, to: null, reason });
		},
		take(unit, day) {
			endLead(unit, day);
			waiting.delete(unit);
		},
		reconsider(unit, day) {
			const lead = unit.leads.at(-1);
			if (!lead?.worker || lead.to !== null) return;
			hold(unit, lead.worker, day);
			const kinds = activeKinds(unit, day);
			if (!isHighStakes(kinds))
				for (const coWorker of unit.coWorkers) coWorker.to ??= day > coWorker.from ? day : addDays(day, 1);
			else if (
				!suits(lead.worker, kinds, day) &&
				chance.yes(1 - gripOn(unit.team, plan.span, day).unmatched) &&
				chance.yes(0.4)
			)
				give(unit, day, 'MANAGE');
			else joinSomebody(unit, day);
		}
	};
}

/** Here, staying, and not about to be away for long. */
function canTake(worker: Worker, day: CalendarDate): boolean {
	const { leftOn } = worker.row;
	if (leftOn !== null && leftOn < addDays(day, NOTICE_DAYS)) return false;
	if (inPostOn(worker.person, day, allKnown(day)) === null || absenceOn(worker.person, day, allKnown(day)))
		return false;
	return !worker.absences.some(
		({ reason, from }) => reason === MATERNITY && from > day && from < addDays(day, NOTICE_DAYS)
	);
}
