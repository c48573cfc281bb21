import { addDays, isWorkingDay, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Kind } from '#lib/domain/policy.ts';
import { allocation } from './allocation.ts';
import { alreadyOpen } from './beginnings.ts';
import { chanceFrom } from './chance.ts';
import { depart, departuresOf } from './departures.ts';
import { families } from './families.ts';
import { enquiredLately, journey, type Step } from './journeys.ts';
import { closeUnit, enter, freest, giveOrWait, relocate, sidesOf, type Making, type Side } from './making.ts';
import { workingDayFrom, type Plan, type Work } from './plan.ts';
import type { Worker } from './staff.ts';
import { activeKinds, isHighStakes, type Unit } from './units.ts';

/** What comes to teams from outside, as shares; the rest is handed to them by other teams. */
const ARRIVING: Record<Work, Partial<Record<Kind, number>>> = {
	assessment: { assessment: 72, section_47: 28 },
	help: { child_in_need: 85, child_protection: 15 },
	care: { looked_after: 62, care_leaver: 35, care_proceedings: 3 },
	disability: { short_breaks: 46, child_in_need: 51, child_protection: 3 }
};

/** Every case from the first recorded day to the last: what it was, who led it, and when it closed. */
export function casesOf(plan: Plan, workers: readonly Worker[]): Unit[] {
	const chance = chanceFrom(`${plan.seed}/cases`);
	const { recordedFrom, today } = plan.span;
	const agenda = new Map<CalendarDate, [Unit, Step][]>();
	const schedule = (unit: Unit, step: Step, on: CalendarDate) => {
		const day = workingDayFrom(on);
		const steps = agenda.get(day);
		if (steps) steps.push([unit, step]);
		else agenda.set(day, [[unit, step]]);
	};
	const making: Making = {
		plan,
		chance,
		holding: allocation(plan, workers, chance.apart('allocation')),
		known: families(chance.apart('families')),
		going: journey(plan.length, chance.apart('journeys'), schedule),
		schedule,
		sides: sidesOf(plan),
		units: [],
		openUnits: new Set()
	};
	const departures = departuresOf(plan, workers);
	alreadyOpen(making, workers);
	for (let day = recordedFrom; day <= today; day = addDays(day, 1)) {
		if (!isWorkingDay(day)) continue;
		for (const departure of departures.get(day) ?? []) depart(departure, day, making);
		for (const [unit, step] of agenda.get(day) ?? [])
			if (unit.closedOn === null) goOn(unit, step, day, making);
		agenda.delete(day);
		for (const [unit, until] of [...making.holding.waiting])
			if (until <= day) making.holding.give(unit, day, null);
		for (const side of making.sides) arrivals(side, day, making);
	}
	return making.units;
}

function goOn(unit: Unit, step: Step, day: CalendarDate, making: Making): void {
	const { close, moveTo } = making.going.take(unit, step, day);
	if (close) closeUnit(unit, day, making);
	else if (moveTo && unit.team.work !== moveTo && unit.team.work !== 'disability')
		move(unit, moveTo, day, making);
	else making.holding.reconsider(unit, day);
}

/** To a team that does the work the case now needs. Where none has room, most that can be are stepped down. */
function move(unit: Unit, work: Work, day: CalendarDate, making: Making): void {
	const { sides, holding, chance } = making;
	const [side] = sides
		.filter((each) => each.work === work)
		.sort((a, b) => b.target - b.open - (a.target - a.open));
	if (!side) return holding.reconsider(unit, day);
	const mustMove = work === 'care' || isHighStakes(activeKinds(unit, day));
	if (side.target - side.open < unit.children.length && !mustMove) {
		if (!enquiredLately(unit, day) && chance.yes(0.7)) closeUnit(unit, day, making);
		else holding.reconsider(unit, day);
		return;
	}
	relocate(unit, freest(side, making, day), making);
	giveOrWait(unit, day, 'TSPROC', making);
}

function arrivals(side: Side, day: CalendarDate, making: Making): void {
	const { plan, chance, known, going } = making;
	for (;;) {
		const room = side.target - side.open;
		const enough = day === plan.span.today ? 1 : chance.whole(1, 5);
		if (room < enough) return;
		const kind = chance.weighted(ARRIVING[side.work]);
		const unit = known.meet(kind, freest(side, making, day), day, room);
		going.arrive(unit, kind, day);
		enter(unit, making);
		giveOrWait(unit, day, null, making);
	}
}
