import { error } from '@sveltejs/kit';
import { isId } from '#lib/domain/asked.ts';
import { teamAhead } from '#lib/server/work/ahead.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { team: teamId } = event.params;
	if (!isId(teamId)) error(404);
	return asPerson(person, async (tx) => {
		const found = await teamAhead(tx, person.role, teamId, person.today);
		if (!found) error(404);
		return { ...found, today: person.today, ...(await freshnessInWords(tx, person.today)) };
	});
};
