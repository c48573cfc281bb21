import type { CaseState } from '#lib/domain/rules-about-cases.ts';
import { dayNumber } from '#lib/domain/calendar.ts';

/** One open case as plain numbers, every question of dates and periods answered already. */
export interface FlatCase {
	tier: number;
	leastTier: number;
	missing: number;
	highStakes: boolean;
	dueOn: number;
	isAllocated: boolean;
}

export function flattened({ demands, suitability, clock, leadId }: CaseState): FlatCase {
	return {
		tier: Number(suitability?.tier.slice(1) ?? 0),
		leastTier: Number(demands.leastTier.slice(1)),
		missing: suitability?.missing.length ?? 0,
		highStakes: demands.stakes === 'high',
		dueOn: clock ? dayNumber(clock.dueOn) : Infinity,
		isAllocated: leadId !== null
	};
}

/** The limit of the rules about a case: comparing the numbers, and nothing else. */
export function countByBareRules(cases: readonly FlatCase[], today: number): number {
	let count = 0;
	for (const { tier, leastTier, missing, highStakes, dueOn, isAllocated } of cases) {
		const overdue = today > dueOn;
		const unsuitable = tier < leastTier || missing > 0;
		if (isAllocated && highStakes && unsuitable && overdue) count++;
		if (isAllocated && tier < leastTier) count++;
		if (isAllocated && missing > 0) count++;
		if (overdue) count++;
		if (!isAllocated) count++;
	}
	return count;
}
