import { addMonths, daysBetween, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Span, TeamPlan } from './plan.ts';

/** How practice is held in a team on a day: each a share, 0 to 1. */
export interface Grip {
	/** Cases past their oversight date at any time. */
	oversightLate: number;
	/** The same, of high-stakes cases whose holder is not suitable. */
	riskLate: number;
	/** People past their supervision date at any time. */
	supervisionLate: number;
	/** Allocations made without looking at experience and training. */
	unmatched: number;
	/** Cases below the bar that get a suitable co-worker. */
	joined: number;
	/** Cases that wait for a worker. */
	waiting: number;
	/** Oversight written up more than a week later. */
	writtenUpLate: number;
}

const STEADY: Grip = {
	oversightLate: 0.01,
	riskLate: 0.04,
	supervisionLate: 0.11,
	unmatched: 0.04,
	joined: 0.9,
	waiting: 0.02,
	writtenUpLate: 0.02
};

const UNDONE: Grip = {
	oversightLate: 0.06,
	riskLate: 0.85,
	supervisionLate: 0.5,
	unmatched: 0.75,
	joined: 0.12,
	waiting: 0.42,
	writtenUpLate: 0.09
};

/** How far a team has slipped on a day: 0 as ever, 1 all the way. */
function slipped(team: TeamPlan, { restructure }: Span, day: CalendarDate): number {
	const { startsOn, movesOn, endsOn } = restructure;
	if (team.course === 'untouched' || day < startsOn) return 0;
	const fallen = Math.max(0.35, along(day, startsOn, movesOn));
	if (day < endsOn || team.course === 'not_recovering') return fallen;
	return 1 - 0.5 * along(day, endsOn, addMonths(endsOn, 5));
}

function along(day: CalendarDate, from: CalendarDate, to: CalendarDate): number {
	return Math.min(1, daysBetween(from, day) / daysBetween(from, to));
}

export function gripOn(team: TeamPlan, span: Span, day: CalendarDate): Grip {
	const by = slipped(team, span, day);
	const share = (name: keyof Grip, strain: number, most: number) =>
		Math.min(most, (STEADY[name] + by * (UNDONE[name] - STEADY[name])) * strain);
	const { strain } = team;
	return {
		oversightLate: share('oversightLate', strain, 0.3),
		riskLate: share('riskLate', strain, 0.75),
		supervisionLate: share('supervisionLate', Math.sqrt(strain), 0.5),
		unmatched: share('unmatched', strain, 0.85),
		joined: share('joined', 1, 1),
		waiting: share('waiting', strain, 0.5),
		writtenUpLate: share('writtenUpLate', strain, 0.2)
	};
}
