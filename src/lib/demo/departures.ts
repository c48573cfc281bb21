import { addDays, addWorkingDays, daysBetween, type CalendarDate } from '#lib/domain/calendar.ts';
import type { AllocationReason } from '#lib/domain/cases.ts';
import { MATERNITY } from './away.ts';
import { relocate, type Making } from './making.ts';
import { gripOn } from './grip.ts';
import { workingDayFrom, type Plan } from './plan.ts';
import { homeOn, type Worker } from './staff.ts';

/** Somebody's cases need another lead: they leave, go on leave, move team, or the cases are shared out anew. */
export interface Departure {
	worker: Worker;
	reason: AllocationReason;
	/** The share of the cases that change hands; those who move team take the rest with them. */
	share: number;
}

const SHARED_OUT_ANEW = 0.11;
const LATELY_CHANGED_DAYS = 300;

export function departuresOf(plan: Plan, workers: readonly Worker[]): Map<CalendarDate, Departure[]> {
	const { recordedFrom, today, restructure } = plan.span;
	const departures = new Map<CalendarDate, Departure[]>();
	const add = (day: CalendarDate, departure: Departure) => {
		const others = departures.get(day);
		if (others) others.push(departure);
		else departures.set(day, [departure]);
	};
	const sharingDays = [workingDayFrom(addDays(restructure.startsOn, 42)), addDays(restructure.movesOn, 1)];
	for (const worker of workers) {
		if (worker.homes.length === 0) continue;
		for (const { reason, from } of worker.absences)
			if (reason === MATERNITY && from >= recordedFrom) add(from, { worker, reason: 'ABSENC', share: 1 });
		const { leftOn } = worker.row;
		if (leftOn !== null && leftOn <= today) add(addDays(leftOn, -1), { worker, reason: 'LEFTRL', share: 1 });
		const moves = worker.homes.some(({ from }) => from === restructure.movesOn);
		if (moves) add(restructure.movesOn, { worker, reason: 'ORGRST', share: 0.5 });
		else if (homeOn(worker, restructure.movesOn)?.course !== 'untouched')
			for (const day of sharingDays) add(day, { worker, reason: 'ORGRST', share: SHARED_OUT_ANEW });
	}
	return departures;
}

export function depart({ worker, reason, share }: Departure, day: CalendarDate, making: Making): void {
	const { plan, holding, chance, openUnits } = making;
	const lastDay = reason === 'LEFTRL' || reason === 'ABSENC';
	for (const unit of holding.heldBy(worker)) {
		const last = unit.leads.at(-1);
		const changedLately = unit.leads.length > 1 && last && daysBetween(last.from, day) < LATELY_CHANGED_DAYS;
		if (!chance.yes(share) || (reason === 'ORGRST' && changedLately)) {
			const home = homeOn(worker, day);
			if (home && home !== unit.team) relocate(unit, home, making);
			continue;
		}
		const waits = lastDay && chance.yes(gripOn(unit.team, plan.span, day).waiting * 2);
		if (waits) holding.wait(unit, day, addWorkingDays(day, chance.whole(2, 9)), reason);
		else holding.give(unit, day, reason);
	}
	if (!lastDay) return;
	for (const unit of openUnits)
		for (const coWorker of unit.coWorkers)
			if (coWorker.worker === worker) coWorker.to ??= day > coWorker.from ? day : addDays(day, 1);
}
