import {
	addDays,
	addWorkingDays,
	daysBetween,
	isWorkingDay,
	type CalendarDate
} from '#lib/domain/calendar.ts';
import type { AllocationReason } from '#lib/domain/cases.ts';
import type { Kind } from '#lib/domain/policy.ts';
import { allocation, type Allocation } from './allocation.ts';
import { MATERNITY } from './away.ts';
import { chanceFrom, type Chance } from './chance.ts';
import { families, type Families } from './families.ts';
import { endOf, journey, USUAL_DAYS, type Step } from './journeys.ts';
import { gripOn, teamIdOn, workingDayFrom, type Plan, type TeamPlan, type Work } from './plan.ts';
import { homeOn, type Worker } from './staff.ts';
import { activeKinds, begin, end, isHighStakes, type Unit } from './units.ts';
import { CLOSURES } from './words.ts';

/** What a team holds on the first day, and what comes to it from outside; shares of its cases. */
const HELD: Record<Work, Partial<Record<Kind, number>>> = {
	assessment: { assessment: 62, section_47: 3, child_in_need: 35 },
	help: { child_in_need: 55, child_protection: 33, pre_proceedings: 6, care_proceedings: 6 },
	care: {
		looked_after: 16,
		looked_after_settled: 25,
		looked_after_long_term: 31,
		care_leaver: 21,
		care_proceedings: 7
	},
	disability: { short_breaks: 42, child_in_need: 44, child_protection: 4, looked_after_long_term: 10 }
};
const ARRIVING: Record<Work, Partial<Record<Kind, number>>> = {
	assessment: { assessment: 86, section_47: 14 },
	help: { child_in_need: 90, child_protection: 10 },
	care: { looked_after: 80, care_leaver: 16, care_proceedings: 4 },
	disability: { short_breaks: 46, child_in_need: 51, child_protection: 3 }
};

interface Progress {
	steps: Map<CalendarDate, [Unit, Step][]>;
	open: Map<TeamPlan, number>;
	units: Unit[];
	openUnits: Set<Unit>;
}

/** Every case from the first recorded day to the last: what it was, who led it, and when it closed. */
export function casesOf(plan: Plan, workers: readonly Worker[]): Unit[] {
	const chance = chanceFrom(`${plan.seed}/cases`);
	const { recordedFrom, today } = plan.span;
	const state: Progress = {
		steps: new Map(),
		open: new Map(plan.teams.map((team) => [team, 0])),
		units: [],
		openUnits: new Set()
	};
	const schedule = (unit: Unit, step: Step, on: CalendarDate) => {
		const day = workingDayFrom(on);
		const steps = state.steps.get(day);
		if (steps) steps.push([unit, step]);
		else state.steps.set(day, [[unit, step]]);
	};
	const holding = allocation(plan, workers, chance.apart('allocation'));
	const known = families(chance.apart('families'));
	const going = journey(plan.length, chance.apart('journeys'), schedule);
	const departures = departuresOf(plan, workers);

	alreadyOpen(plan, workers, state, holding, known, schedule, chance);
	for (let day = recordedFrom; day <= today; day = addDays(day, 1)) {
		if (!isWorkingDay(day)) continue;
		for (const departure of departures.get(day) ?? []) depart(departure, day, plan, state, holding, chance);
		for (const [unit, step] of state.steps.get(day) ?? []) {
			if (unit.closedOn !== null) continue;
			const { close, moveTo } = going.take(unit, step, day);
			if (close) closeUnit(unit, day, state, holding, known, chance);
			else if (moveTo && unit.team.work !== moveTo && unit.team.work !== 'disability')
				move(unit, moveTo, day, plan, state, holding, chance);
			else holding.reconsider(unit, day);
		}
		state.steps.delete(day);
		for (const [unit, until] of [...holding.waiting]) if (until <= day) holding.give(unit, day, null);
		for (const team of plan.teams) arrivals(team, day, plan, state, holding, known, going.arrive, chance);
	}
	return state.units;
}

function enter(unit: Unit, state: Progress): void {
	state.units.push(unit);
	state.openUnits.add(unit);
	state.open.set(unit.team, (state.open.get(unit.team) ?? 0) + unit.children.length);
}

function arrivals(
	team: TeamPlan,
	day: CalendarDate,
	plan: Plan,
	state: Progress,
	holding: Allocation,
	known: Families,
	arrive: (unit: Unit, kind: Kind, day: CalendarDate) => void,
	chance: Chance
): void {
	for (;;) {
		const room = team.openCases - (state.open.get(team) ?? 0);
		const enough = day === plan.span.today ? 1 : chance.whole(1, 3);
		if (room < enough) return;
		const kind = chance.weighted(ARRIVING[team.work]);
		const unit = known.meet(kind, team, day, room);
		arrive(unit, kind, day);
		enter(unit, state);
		letWaitOrGive(unit, day, null, plan, holding, chance);
	}
}

function letWaitOrGive(
	unit: Unit,
	day: CalendarDate,
	reason: AllocationReason | null,
	plan: Plan,
	holding: Allocation,
	chance: Chance
): void {
	const { waiting } = gripOn(unit.team, plan.span, day);
	if (!chance.yes(waiting) || isHighStakes(activeKinds(unit, day))) holding.give(unit, day, reason);
	else holding.wait(unit, day, addWorkingDays(day, chance.whole(1, waiting > 0.06 ? 8 : 4)), reason);
}

function closeUnit(
	unit: Unit,
	day: CalendarDate,
	state: Progress,
	holding: Allocation,
	known: Families,
	chance: Chance
) {
	for (const { kind } of unit.kinds) end(unit, kind, day);
	holding.take(unit, day);
	unit.closedOn = day;
	unit.closureReason = chance.pick(CLOSURES);
	state.openUnits.delete(unit);
	state.open.set(unit.team, (state.open.get(unit.team) ?? 0) - unit.children.length);
	known.part(unit);
}

/** To a team that does the work the case now needs, where it has room or the case cannot wait for it. */
function move(
	unit: Unit,
	work: Work,
	day: CalendarDate,
	plan: Plan,
	state: Progress,
	holding: Allocation,
	chance: Chance
) {
	const roomIn = (team: TeamPlan) => team.openCases - (state.open.get(team) ?? 0);
	const teams = plan.teams.filter((team) => team.work === work).sort((a, b) => roomIn(b) - roomIn(a));
	const [roomiest] = teams;
	if (!roomiest) return holding.reconsider(unit, day);
	if (roomIn(roomiest) < unit.children.length && !isHighStakes(activeKinds(unit, day)) && work !== 'care')
		return holding.reconsider(unit, day);
	relocate(unit, roomiest, state);
	letWaitOrGive(unit, day, 'TSPROC', plan, holding, chance);
}

function relocate(unit: Unit, team: TeamPlan, state: Progress): void {
	state.open.set(unit.team, (state.open.get(unit.team) ?? 0) - unit.children.length);
	unit.team = team;
	state.open.set(team, (state.open.get(team) ?? 0) + unit.children.length);
}

/** Somebody's cases need another lead: they leave, go on leave, move team, or the cases are shared out anew. */
interface Departure {
	worker: Worker;
	reason: AllocationReason;
	/** The share of the cases that change hands; those who move team take the rest with them. */
	share: number;
}

const SHARED_OUT_ANEW = 0.11;

function departuresOf(plan: Plan, workers: readonly Worker[]): Map<CalendarDate, Departure[]> {
	const { recordedFrom, today, restructure } = plan.span;
	const departures = new Map<CalendarDate, Departure[]>();
	const add = (day: CalendarDate, departure: Departure) =>
		departures.set(day, [...(departures.get(day) ?? []), departure]);
	for (const worker of workers) {
		if (worker.homes.length === 0) continue;
		for (const { reason, from } of worker.absences)
			if (reason === MATERNITY && from >= recordedFrom) add(from, { worker, reason: 'ABSENC', share: 1 });
		const { leftOn } = worker.row;
		if (leftOn !== null && leftOn <= today) add(addDays(leftOn, -1), { worker, reason: 'LEFTRL', share: 1 });
		const moves = worker.homes.some(({ from }) => from === restructure.movesOn);
		if (moves) add(restructure.movesOn, { worker, reason: 'ORGRST', share: 0.5 });
		else if (homeOn(worker, restructure.movesOn)?.course !== 'untouched')
			for (const day of [workingDayFrom(addDays(restructure.startsOn, 42)), addDays(restructure.movesOn, 1)])
				add(day, { worker, reason: 'ORGRST', share: SHARED_OUT_ANEW });
	}
	return departures;
}

const LATELY_CHANGED_DAYS = 300;

function depart(
	{ worker, reason, share }: Departure,
	day: CalendarDate,
	plan: Plan,
	state: Progress,
	holding: Allocation,
	chance: Chance
): void {
	const lastDay = reason === 'LEFTRL' || reason === 'ABSENC';
	for (const unit of holding.heldBy(worker)) {
		const last = unit.leads.at(-1);
		const changedLately = unit.leads.length > 1 && last && daysBetween(last.from, day) < LATELY_CHANGED_DAYS;
		if (!chance.yes(share) || (reason === 'ORGRST' && changedLately)) {
			const home = homeOn(worker, day);
			if (home && home !== unit.team) relocate(unit, home, state);
			continue;
		}
		const waits = lastDay && chance.yes(gripOn(unit.team, plan.span, day).waiting);
		if (waits) holding.wait(unit, day, addWorkingDays(day, chance.whole(1, 6)), reason);
		else holding.give(unit, day, reason);
	}
	if (!lastDay) return;
	for (const unit of state.openUnits)
		for (const coWorker of unit.coWorkers)
			if (coWorker.worker === worker && coWorker.to === null)
				coWorker.to = day > coWorker.from ? day : addDays(day, 1);
}

/** The cases that were open when recording began, each some way along, with who led them before. */
function alreadyOpen(
	plan: Plan,
	workers: readonly Worker[],
	state: Progress,
	holding: Allocation,
	known: Families,
	schedule: (unit: Unit, step: Step, on: CalendarDate) => void,
	chance: Chance
): void {
	const { recordedFrom } = plan.span;
	for (const team of plan.teams) {
		const colleagues = workers.filter((worker) => homeOn(worker, recordedFrom) === team && !worker.adviser);
		for (;;) {
			const room = team.openCases - (state.open.get(team) ?? 0);
			if (room <= 0) break;
			const kind = chance.weighted(HELD[team.work]);
			const [least, most] = USUAL_DAYS[kind];
			const lasts = Math.max(
				8,
				chance.whole(least, most) * (kind === 'assessment' || kind === 'section_47' ? 1.4 : plan.length)
			);
			const began = workingDayFrom(addDays(recordedFrom, -Math.ceil(lasts * chance.unit()) - 1));
			const assessedFirst = kind === 'child_in_need' || kind === 'child_protection';
			const openedOn = assessedFirst ? workingDayFrom(addDays(began, -chance.whole(30, 60))) : began;
			const unit = known.meet(kind, team, openedOn, room);
			if (assessedFirst) {
				begin(unit, 'assessment', openedOn);
				end(unit, 'assessment', began);
			}
			if (kind === 'care_proceedings') begin(unit, 'looked_after', began);
			if (kind === 'section_47') begin(unit, 'assessment', began);
			begin(unit, kind, began);
			schedule(
				unit,
				endOf[kind],
				addDays(recordedFrom, Math.ceil(lasts - daysBetween(began, recordedFrom)) + 1)
			);
			if (kind === 'section_47') schedule(unit, 'assessment ends', addWorkingDays(recordedFrom, 20));
			enter(unit, state);
			holding.give(unit, recordedFrom, null);
			ledBefore(unit, colleagues, chance);
		}
	}
}

/** The lead of the first day had the case from when they came, and somebody else before. */
function ledBefore(unit: Unit, colleagues: readonly Worker[], chance: Chance): void {
	const [lead] = unit.leads;
	if (!lead?.worker) return;
	const startedOn = lead.worker.row.startedOn ?? unit.openedOn;
	lead.from = startedOn > unit.openedOn ? startedOn : unit.openedOn;
	if (lead.from === unit.openedOn) return;
	const earlier = colleagues.filter(({ row }) => row.startedOn !== null && row.startedOn <= unit.openedOn);
	if (earlier.length === 0) return;
	unit.leads.unshift({ ...lead, worker: chance.pick(earlier), from: unit.openedOn, to: lead.from });
	lead.reason = 'LEFTRL';
}
