import type { Restructure } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import { CHARTED, measureOf, MEASURES, type Figure, type Measure } from './metrics.ts';
import type { Team } from './people.ts';
import { compared, isWithin, PHASES, type Compared, type Phase, type Window } from './restructure.ts';
import { xmr, type SpecialCause, type Xmr } from './spc.ts';
import { addedUp, type Tally } from './tally.ts';
import type { Managed } from './teams.ts';

/** Tallies by team id; null: the cases of no team. */
export type Tallies = ReadonlyMap<string | null, Tally>;

/** A month-end as it was known then. */
export interface MonthEnd {
	on: CalendarDate;
	tallies: Tallies;
	/** By what is recorded now, where that differs from what was stored; null: nowhere. */
	sinceCorrected: Tallies | null;
	/** By what is recorded now, recording dates ignored, where that differs from the above; null: nowhere. */
	hindsight: Tallies | null;
}

/** What was counted on a day and on the month-ends before it. */
export interface Measured {
	on: CalendarDate;
	/** Oldest first; those without anything to count are left out. */
	months: readonly MonthEnd[];
	now: Tallies;
	/** When a review or the close of a month counted the day; null: it was counted for this. */
	countedAt: Date | null;
	/** The first stored month-end, where there would have been earlier ones to count; null: none is left out. */
	storedFrom: CalendarDate | null;
	/** Every team known on the day, closed ones too: figures of earlier months belong to them. */
	teams: readonly Team[];
	openTeamIds: ReadonlySet<string>;
	managed: ReadonlyMap<string, Managed>;
	/** Begun by the day, the latest first. */
	restructures: readonly Restructure[];
}

export type Scope = { of: 'authority' } | { of: 'service'; service: string } | { of: 'team'; teamId: string };

/** What was counted in a scope: its teams together; the authority's includes the cases of no team. */
export function tallyIn(tallies: Tallies, scope: Scope, teams: readonly Team[]): Tally {
	if (scope.of === 'authority') return addedUp(listed(tallies, teams).everywhere);
	if (scope.of === 'service') return addedUp(listed(tallies, teams).ofService.get(scope.service) ?? []);
	return tallies.get(scope.teamId) ?? addedUp([]);
}

interface Listed {
	everywhere: readonly Tally[];
	ofService: ReadonlyMap<string, readonly Tally[]>;
}

/** Every measure asks for the same lists: they are made once for the tallies of a day and who belongs to which service. */
const lists = new WeakMap<Tallies, Map<string, Listed>>();
const services = new WeakMap<readonly Team[], string>();

function listed(tallies: Tallies, teams: readonly Team[]): Listed {
	let belonging = services.get(teams);
	if (belonging === undefined) {
		belonging = JSON.stringify(teams.map(({ teamId, service }) => [teamId, service]));
		services.set(teams, belonging);
	}
	let ofTallies = lists.get(tallies);
	if (!ofTallies) lists.set(tallies, (ofTallies = new Map<string, Listed>()));
	let made = ofTallies.get(belonging);
	if (!made) {
		const ofService = new Map<string, Tally[]>();
		for (const { teamId, service } of teams) {
			const tally = tallies.get(teamId);
			if (!tally) continue;
			const those = ofService.get(service);
			if (those) those.push(tally);
			else ofService.set(service, [tally]);
		}
		ofTallies.set(belonging, (made = { everywhere: [...tallies.values()], ofService }));
	}
	return made;
}

function teamIdsOf(service: string, teams: readonly Team[]): string[] {
	return teams.filter((team) => team.service === service).map(({ teamId }) => teamId);
}

/** A measure at each month-end, with what stands out in its stretch of the XmR chart. */
export interface Charted {
	measure: Measure;
	points: {
		on: CalendarDate;
		figure: Figure;
		sinceCorrected: Figure | null;
		hindsight: Figure | null;
		causes: readonly SpecialCause[];
	}[];
	/** One per stretch between the restructure's start and end; indexes of points, `to` excluded. */
	stretches: {
		phase: Phase;
		from: number;
		to: number;
		/** Null: fewer than two figures. */
		limits: Omit<Xmr, 'causes'> | null;
	}[];
	compared: Compared | null;
}

export interface ServiceCompared {
	service: string;
	/** By measure, compared when it is first asked for: few of them are shown of every service. */
	compared: Pick<ReadonlyMap<string, Compared>, 'get'>;
	now: Tally;
}

export interface TeamNow {
	team: Team;
	now: Tally;
	managed: Managed;
}

/** A scope before, during and after a restructure; without one, its figures alone. */
export interface Overview {
	on: CalendarDate;
	scope: Scope;
	restructure: Restructure | null;
	windows: readonly Window[];
	/** How many month-ends of each window there are to count. */
	monthEnds: Record<Phase, number>;
	charts: Charted[];
	comparison: Compared[];
	services: ServiceCompared[];
	teams: TeamNow[];
	now: Tally;
}

/** The tallies of a scope at the month-ends of each window. */
export function daysIn(
	{ months, teams }: Measured,
	scope: Scope,
	windows: readonly Window[]
): Record<Phase, Tally[]> {
	const days = (phase: Phase) => {
		const window = windows.find((each) => each.phase === phase);
		if (!window) return [];
		return months
			.filter((month) => isWithin(window, month.on))
			.map(({ tallies }) => tallyIn(tallies, scope, teams));
	};
	return { before: days('before'), during: days('during'), after: days('after') };
}

export function overviewOf(
	measured: Measured,
	scope: Scope,
	restructure: Restructure | null,
	windows: readonly Window[]
): Overview {
	const { on, now, teams } = measured;
	const daysOf = (within: Scope) => daysIn(measured, within, windows);
	const days = daysOf(scope);
	const comparison = MEASURES.map((measure) => compared(measure, days));
	return {
		on,
		scope,
		restructure,
		windows,
		monthEnds: { before: days.before.length, during: days.during.length, after: days.after.length },
		charts: CHARTED.map((id) =>
			chartOf(
				measureOf(id),
				measured,
				scope,
				windows,
				restructure ? (comparison.find(({ measure }) => measure.id === id) ?? null) : null
			)
		),
		comparison,
		services: (scope.of === 'authority' ? servicesMeasured(measured) : []).map((service) => {
			return {
				service,
				compared: comparedIn(daysOf({ of: 'service', service })),
				now: tallyIn(now, { of: 'service', service }, teams)
			};
		}),
		teams: teamsIn(scope, measured).map((team) => ({
			team,
			now: now.get(team.teamId) ?? addedUp([]),
			managed: measured.managed.get(team.teamId) ?? 'nobody'
		})),
		now: tallyIn(now, scope, teams)
	};
}

function comparedIn(days: Record<Phase, readonly Tally[]>): ServiceCompared['compared'] {
	const made = new Map<string, Compared>();
	return {
		get(id) {
			const measure = MEASURES.find((each) => each.id === id);
			if (measure && !made.has(id)) made.set(id, compared(measure, days));
			return made.get(id);
		}
	};
}

/** The services with open cases, now or in some month, in the order of their teams. */
export function servicesMeasured({ teams, now, months }: Measured): string[] {
	const working = (service: string) =>
		[now, ...months.map(({ tallies }) => tallies)].some((tallies) =>
			teamIdsOf(service, teams).some((id) => (tallies.get(id)?.overseen.cases ?? 0) > 0)
		);
	return [...new Set(teams.map(({ service }) => service))].filter(working);
}

/** The open teams that have open cases. */
function teamsIn(scope: Scope, { teams, now, openTeamIds }: Measured): Team[] {
	return teams.filter(
		(team) =>
			openTeamIds.has(team.teamId) &&
			(now.get(team.teamId)?.overseen.cases ?? 0) > 0 &&
			(scope.of === 'authority' ||
				(scope.of === 'service' ? team.service === scope.service : team.teamId === scope.teamId))
	);
}

/** A measure over the month-ends of a scope, with the limits of each phase. */
export function chartOf(
	measure: Measure,
	{ months, teams }: Measured,
	scope: Scope,
	windows: readonly Window[],
	comparison: Compared | null
): Charted {
	const figureIn = (tallies: Tallies) => measure.figure([tallyIn(tallies, scope, teams)]);
	const points = months.map(({ on, tallies, sinceCorrected, hindsight }) => ({
		on,
		figure: figureIn(tallies),
		sinceCorrected: sinceCorrected && figureIn(sinceCorrected),
		hindsight: hindsight && figureIn(hindsight),
		causes: [] as readonly SpecialCause[]
	}));
	const stretches: Charted['stretches'] = [];
	for (const { phase, from, to } of stretchesOf(windows, months)) {
		const chart = xmr(points.slice(from, to).map(({ figure }) => figure.value));
		for (const [index, causes] of (chart?.causes ?? []).entries()) {
			const point = points[from + index];
			if (point) point.causes = causes;
		}
		stretches.push({ phase, from, to, limits: chart });
	}
	return { measure, points, stretches, compared: comparison };
}

/** Everything charted falls before the restructure began, during it, or after it ended: that is where limits begin anew. */
function stretchesOf(
	windows: readonly Window[],
	months: readonly MonthEnd[]
): { phase: Phase; from: number; to: number }[] {
	const starts = new Map(windows.map(({ phase, from }) => [phase, from]));
	const phaseOf = (on: CalendarDate): Phase =>
		PHASES.findLast((phase) => phase === 'before' || (starts.get(phase) ?? '9999') <= on) ?? 'before';
	return PHASES.flatMap((phase) => {
		const from = months.findIndex((month) => phaseOf(month.on) === phase);
		const to = months.findLastIndex((month) => phaseOf(month.on) === phase) + 1;
		return from === -1 ? [] : [{ phase, from, to }];
	});
}
