import { workingDaysBetween, type CalendarDate } from './calendar.ts';
import { groupedBy } from './authority.ts';
import { quantile } from './metrics.ts';
import {
	AGENCIES,
	requestStanding,
	type RequestStanding,
	type RequestStandingState
} from './requests-kept.ts';
import type { RequestState } from './rules-about-requests-and-actions.ts';

/** Requests made in a period (M15): what became of them by its last day, as far as it was known then. */
export interface RequestFigures {
	made: number;
	/** Every request is in one of them. */
	standing: Record<RequestStandingState, number>;
	/** Working days from the request to its decision, of those decided; null: none was. */
	medianWorkingDays: number | null;
	/** Null: no case was open. */
	per100Cases: number | null;
}

export interface AgencyFigures extends RequestFigures {
	agency: string;
}

/** Both days belong to it. */
export interface RequestPeriod {
	from: CalendarDate;
	to: CalendarDate;
}

export interface RequestCounted {
	state: RequestState;
	standing: RequestStanding;
}

/** The requests made in the period, with where each stands on the day it is looked at, the latest first. */
export function requestsMadeIn(
	states: readonly RequestState[],
	{ from, to }: RequestPeriod
): RequestCounted[] {
	return states
		.filter(({ request }) => request.requestedOn >= from && request.requestedOn <= to)
		.map((state) => ({ state, standing: requestStanding(state) }))
		.sort((a, b) => (a.state.request.requestedOn < b.state.request.requestedOn ? 1 : -1));
}

/** Two spellings of an agency that differ in capitals and spaces only are one. */
export function agencyKey(agency: string): string {
	return agency.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** An agency as it is written on the list of those a form offers, else as it was written. */
export function agencyNamed(agency: string): string {
	const key = agencyKey(agency);
	return AGENCIES.find((each) => agencyKey(each) === key) ?? agency.trim().replaceAll(/\s+/g, ' ');
}

/** The figures of all requests together and of each agency by name; `openCases` are those on the last day. */
export function requestsByAgency(
	counted: readonly RequestCounted[],
	openCases: number
): { all: RequestFigures; agencies: AgencyFigures[] } {
	const groups = groupedBy(counted, ({ state }) => agencyKey(state.request.agency));
	const agencies = [...groups.values()].map((group) => ({
		agency: agencyNamed(group[0]?.state.request.agency ?? ''),
		...figuresOf(group, openCases)
	}));
	return {
		all: figuresOf(counted, openCases),
		agencies: agencies.sort((a, b) => a.agency.localeCompare(b.agency, 'en'))
	};
}

function figuresOf(counted: readonly RequestCounted[], openCases: number): RequestFigures {
	const standing: RequestFigures['standing'] = {
		agreed: 0,
		declined_with_second: 0,
		declined_alone: 0,
		second_awaited: 0,
		undecided: 0,
		undecided_late: 0
	};
	for (const each of counted) standing[each.standing.state]++;
	const waits = counted.flatMap((each) =>
		'decidedOn' in each.standing
			? workingDaysBetween(each.state.request.requestedOn, each.standing.decidedOn)
			: []
	);
	return {
		made: counted.length,
		standing,
		medianWorkingDays:
			quantile(
				waits.sort((a, b) => a - b),
				0.5
			) ?? null,
		per100Cases: openCases === 0 ? null : (counted.length / openCases) * 100
	};
}
