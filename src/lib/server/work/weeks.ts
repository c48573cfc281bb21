import type { AskingRole } from '#lib/domain/access.ts';
import { arrange, personOf, policyInForce, viewOf, type View } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { aheadOf, comingIn, FORECAST_DAYS, type Ahead, type ComingOn } from '#lib/domain/forecast.ts';
import { detailOf } from '#lib/domain/heatmap-words.ts';
import { heatmapRow, membersOf } from '#lib/domain/heatmap.ts';
import type { Person } from '#lib/domain/people.ts';
import type { LoadPolicy } from '#lib/domain/policy.ts';
import {
	weekCell,
	weeksAround,
	weeksInWords,
	weekTotal,
	type Week,
	type WeekCell,
	type WeekMeasure
} from '#lib/domain/weeks.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { allocatedDuring, givenBy, heldDuring, postedDuring, teamOf } from '#lib/server/store/scope.ts';
import { namesOnTeam } from './heatmap.ts';

export interface WeekSort {
	/** A day of the weeks; null: by name. */
	by: CalendarDate | null;
	direction: 'ascending' | 'descending';
}

export interface WeekLine {
	practitionerId: string;
	name: string;
	detail: string;
	cells: WeekCell[];
}

/** A team over the weeks, in words, sorted; null where the team is not in the scope of who asks. */
export interface TeamWeeks {
	team: { teamId: string; name: string; service: string };
	named: boolean;
	measure: WeekMeasure;
	weeks: Week[];
	finding: string;
	total: WeekCell[];
	bands: LoadPolicy['bands'];
	lines: WeekLine[];
}

/**
 * Each week as the heatmap of its day shows it, as known then; from one gathering of the facts. The weeks to come, from
 * today alone, are what is recorded today; those of an earlier day would know what that day did not.
 */
export async function weeksOfTeam(
	tx: Transaction,
	role: AskingRole,
	teamId: string,
	{ on, today }: { on: CalendarDate; today: CalendarDate },
	measure: WeekMeasure,
	sort: WeekSort
): Promise<TeamWeeks | null> {
	const team = await teamOf(tx, teamId);
	if (!team) return null;
	const weeks = weeksAround(on, on === today);
	const [from, to] = [weeks[0]?.on ?? on, weeks.at(-1)?.on ?? on];
	const practitionerIds = await postedDuring(tx, [teamId], from, to);
	const given = await allocatedDuring(tx, [teamId], from, to);
	const caseIds = [
		...given.map(({ caseId }) => caseId),
		...(await heldDuring(tx, practitionerIds, from, to))
	];
	const facts = await gatherFacts(tx, {
		of: 'those',
		caseIds: [...new Set(caseIds)],
		practitionerIds,
		held: { on }
	});
	const authority = arrange(facts);
	const ahead: Ahead | null = on === today ? aheadOf(facts, today, FORECAST_DAYS) : null;
	const views = weeks.map((week): View =>
		week.ahead
			? (ahead?.views.find(({ knowledge }) => knowledge.on === week.on) ?? viewOf(authority, week.on))
			: viewOf(authority, week.on)
	);
	const people = new Set(practitionerIds);
	const teamOn = (day: CalendarDate) => ({ teamId, scope: { people, wasGiven: givenBy(given, day) } });
	const teams = weeks.map((week) => teamOn(week.on));
	const members = views.map(
		(view, place) =>
			new Map(membersOf(teamId, view, teams[place]?.scope).map((each) => [each.practitionerId, each]))
	);
	const now = viewOf(authority, on);
	const standing = membersOf(teamId, now, teamOn(on).scope).map(({ practitionerId }) => practitionerId);
	// As on the heatmap of each day: whoever has left and still led a case of the team stands there too.
	const shown = new Set([...standing, ...members.flatMap((week) => [...week.keys()])]);
	const coming = ahead ? comingIn(teamId, ahead) : [];
	const { names, named } = await namesOnTeam(tx, role, teamId, standing, [...shown]);
	const cellAt = (id: string, place: number): WeekCell[] => {
		const [view, week, own] = [views[place], weeks[place], teams[place]];
		if (!view || !week || !own) return [];
		return [
			weekCell(members[place]?.get(id) ?? null, own, measure, view, comingBy(coming, id, weeks, place))
		];
	};
	const total = views.flatMap((view, place) => {
		const own = teams[place];
		return own ? weekTotal([...(members[place]?.values() ?? [])], own, measure, view) : [];
	});
	const lines = [...shown].map((practitionerId) => ({
		practitionerId,
		name: names(practitionerId),
		detail: detailIn(personOf(now, practitionerId), now),
		cells: weeks.flatMap((_, place) => cellAt(practitionerId, place))
	}));
	return {
		team,
		named,
		measure,
		weeks,
		finding: weeksInWords(total, weeks, measure),
		total,
		bands: policyInForce(now, on).load.bands,
		lines: lines.sort(comparing(sort))
	};
}

/** What comes to somebody after the week before and by this one. */
function comingBy(
	coming: readonly ComingOn[],
	id: string,
	weeks: readonly Week[],
	place: number
): ComingOn[] {
	const [before, week] = [weeks[place - 1], weeks[place]];
	if (!before || !week?.ahead) return [];
	return coming.filter(({ on, practitionerId }) => practitionerId === id && on > before.on && on <= week.on);
}

function detailIn(person: Person | null, view: View): string {
	return person ? detailOf(heatmapRow(person, view), dayInWords) : '';
}

function comparing({ by, direction }: WeekSort): (a: WeekLine, b: WeekLine) => number {
	const sign = direction === 'ascending' ? 1 : -1;
	const byName = (a: WeekLine, b: WeekLine) => a.name.localeCompare(b.name, 'en-GB', { numeric: true });
	if (by === null) return (a, b) => sign * byName(a, b);
	const figure = ({ cells }: WeekLine) => cells.find(({ key }) => key === by)?.figure ?? null;
	return (a, b) => {
		const [left, right] = [figure(a), figure(b)];
		if (left === null || right === null)
			return Number(left === null) - Number(right === null) || byName(a, b);
		return sign * (left - right) || byName(a, b);
	};
}

/** The sort an address asks for: the most on the day that is looked at first, where it asks for none. */
export function weekSortFrom(text: string | null, on: CalendarDate): WeekSort {
	const [by = '', direction] = (text ?? '').split('.');
	const known = by === 'name' || weeksAround(on, true).some((week) => week.on === by);
	if (!known) return { by: on, direction: 'descending' };
	return {
		by: by === 'name' ? null : by,
		direction: direction === 'ascending' ? 'ascending' : 'descending'
	};
}
