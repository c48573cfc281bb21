import { error } from '@sveltejs/kit';
import { addDays } from '#lib/domain/calendar.ts';
import { teamAhead } from '#lib/server/work/ahead.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { todayOf } from '#lib/server/work/today.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

const DAYS_LISTED = 7;
const MOST_LISTED = 10;

/** What a manager takes to the morning's meeting on one sheet of paper. */
export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { today } = person;
	return asPerson(person, async (tx) => {
		const first = await todayOf(tx, person, { on: today, hindsight: false });
		if (first.as !== 'manager') error(404);
		const ahead = person.teamId === null ? null : await teamAhead(tx, person.role, person.teamId, today);
		const soon = (ahead?.coming ?? []).filter(({ on }) => on < addDays(today, DAYS_LISTED));
		return {
			today,
			...(await freshnessInWords(tx, today)),
			name: person.name,
			first,
			team: ahead?.team.name ?? null,
			away: ahead?.away ?? [],
			soon: soon.slice(0, MOST_LISTED),
			more: Math.max(0, soon.length - MOST_LISTED)
		};
	});
};
