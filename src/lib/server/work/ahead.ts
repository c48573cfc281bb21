import type { AskingRole } from '#lib/domain/access.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { aheadOf, comingIn, FORECAST_DAYS, type Coming, type ComingOn } from '#lib/domain/forecast.ts';
import { COMING_IN_WORDS, comingInWords, forecastInWords } from '#lib/domain/forecast-words.ts';
import { membersOf, type CountedCase } from '#lib/domain/heatmap.ts';
import { absenceOn } from '#lib/domain/people.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { allocatedTo, postedDuring, teamOf } from '#lib/server/store/scope.ts';
import { namesOnTeam } from './heatmap.ts';
import { standingIn } from './picture.ts';

/** What is coming for one person on one day; oversight of several cases that falls due is said once. */
export interface ComingShown {
	key: string;
	on: CalendarDate;
	label: string;
	practitionerId: string | null;
	name: string;
	cases: CountedCase[];
	words: string;
}

export interface TeamAhead {
	team: { teamId: string; name: string };
	named: boolean;
	until: CalendarDate;
	sentence: string;
	coming: ComingShown[];
	/** Who is away today, and since when. */
	away: { name: string; since: CalendarDate }[];
}

/** What comes to pass in a team in the next 4 weeks if nobody acts; null where it is not in the scope of who asks. */
export async function teamAhead(
	tx: Transaction,
	role: AskingRole,
	teamId: string,
	today: CalendarDate,
	part: string | null = null
): Promise<TeamAhead | null> {
	const team = await teamOf(tx, teamId);
	if (!team) return null;
	const until = addDays(today, FORECAST_DAYS);
	const practitionerIds = await postedDuring(tx, [teamId], today, until);
	const caseIds = await allocatedTo(tx, teamId, today);
	const reach = { of: 'those', caseIds, practitionerIds, held: { on: today } } as const;
	const view = await standingIn(tx, reach, { on: today, hindsight: false });
	const all = comingIn(teamId, aheadOf(view.authority, today));
	const wanted = part === null ? null : (PARTS_AHEAD[part] ?? null);
	const coming = all.filter(({ code }) => wanted === null || wanted.codes.includes(code));
	const members = membersOf(teamId, view);
	const { names, named } = await namesOnTeam(
		tx,
		role,
		teamId,
		members.map(({ practitionerId }) => practitionerId),
		coming.flatMap((each) => each.practitionerId ?? [])
	);
	return {
		team,
		named,
		until,
		sentence: forecastInWords(all),
		away: members.flatMap((person) => {
			const absence = absenceOn(person, today, view.knowledge);
			return absence ? { name: names(person.practitionerId), since: absence.from } : [];
		}),
		coming: togetherByDay(coming).map((each): ComingShown => {
			const [{ on, code, practitionerId }] = each;
			return {
				key: `${on} ${code} ${practitionerId ?? ''} ${'aCase' in each[0] ? each[0].aCase.caseId : ''}`,
				on,
				label: COMING_IN_WORDS[code].label,
				practitionerId,
				name: practitionerId === null ? 'nobody leads it' : names(practitionerId),
				cases: each.flatMap((one) => ('aCase' in one ? one.aCase : [])),
				words: comingInWords(each[0], each.length)
			};
		})
	};
}

/** Each by itself, but the cases of one lead whose oversight falls due on one day together. */
function togetherByDay(coming: readonly ComingOn[]): [ComingOn, ...ComingOn[]][] {
	const together = new Map<string, [ComingOn, ...ComingOn[]]>();
	for (const [place, each] of coming.entries()) {
		const key = each.code === 'OVERSIGHT_DUE' ? `${each.on} ${each.practitionerId}` : String(place);
		const others = together.get(key);
		if (others) others.push(each);
		else together.set(key, [each]);
	}
	return [...together.values()];
}

/** The parts of the forecast that an address can ask for. */
export const PARTS_AHEAD: Record<string, { label: string; codes: readonly Coming['code'][] }> = {
	oversight: { label: 'Oversight that falls due', codes: ['OVERSIGHT_DUE'] },
	supervision: { label: 'Supervision that falls due', codes: ['SUPERVISION_DUE'] },
	load: {
		label: 'Load and capacity',
		codes: ['OVER_CAPACITY', 'WITHIN_CAPACITY', 'REDUCED', 'RESTORED']
	},
	experience: { label: 'Stages and training', codes: ['TIER', 'LAPSES'] },
	people: {
		label: 'Starts, ends and leave',
		codes: ['COMES', 'GOES', 'AWAY', 'BACK', 'CASE_COMES', 'CASE_ENDS']
	}
};
