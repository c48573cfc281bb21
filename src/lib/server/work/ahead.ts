import type { AskingRole } from '#lib/domain/access.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { aheadOf, comingIn, FORECAST_DAYS, type ComingOn } from '#lib/domain/forecast.ts';
import { COMING_IN_WORDS, comingInWords, forecastInWords } from '#lib/domain/forecast-words.ts';
import { membersOf } from '#lib/domain/heatmap.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { allocatedTo, postedDuring, teamOf } from '#lib/server/store/scope.ts';
import { namesOnTeam } from './heatmap.ts';
import { standingIn } from './picture.ts';

export interface ComingShown {
	key: string;
	on: CalendarDate;
	code: ComingOn['code'];
	label: string;
	practitionerId: string | null;
	name: string;
	caseId: string | null;
	reference: string | null;
	words: string;
}

export interface TeamAhead {
	team: { teamId: string; name: string };
	named: boolean;
	until: CalendarDate;
	sentence: string;
	coming: ComingShown[];
}

/** What comes to pass in a team in the next 4 weeks if nobody acts; null where it is not in the scope of who asks. */
export async function teamAhead(
	tx: Transaction,
	role: AskingRole,
	teamId: string,
	today: CalendarDate
): Promise<TeamAhead | null> {
	const team = await teamOf(tx, teamId);
	if (!team) return null;
	const until = addDays(today, FORECAST_DAYS);
	const practitionerIds = await postedDuring(tx, teamId, today, until);
	const caseIds = await allocatedTo(tx, teamId, today);
	const reach = { of: 'those', caseIds, practitionerIds, held: { on: today } } as const;
	const view = await standingIn(tx, reach, { on: today, hindsight: false });
	const coming = comingIn(teamId, aheadOf(view.authority, today));
	const { names, named } = await namesOnTeam(
		tx,
		role,
		membersOf(teamId, view).map(({ practitionerId }) => practitionerId),
		coming.flatMap((each) => each.practitionerId ?? [])
	);
	return {
		team,
		named,
		until,
		sentence: forecastInWords(coming),
		coming: coming.map((each, place) => {
			const { on, code, practitionerId } = each;
			const aCase = 'aCase' in each ? each.aCase : null;
			return {
				key: String(place),
				on,
				code,
				label: COMING_IN_WORDS[code].label,
				practitionerId,
				name: practitionerId === null ? 'nobody leads it' : names(practitionerId),
				caseId: aCase?.caseId ?? null,
				reference: aCase?.reference ?? null,
				words: comingInWords(each)
			};
		})
	};
}
