import { error } from '@sveltejs/kit';
import { isId } from '#lib/domain/asked.ts';
import { PARTS_AHEAD, teamAhead } from '#lib/server/work/ahead.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { team: teamId } = event.params;
	if (!isId(teamId)) error(404);
	return asPerson(person, async (tx) => {
		const part = event.url.searchParams.get('part');
		const found = await teamAhead(tx, person.role, teamId, person.today, part);
		if (!found) error(404);
		return {
			part: part !== null && part in PARTS_AHEAD ? part : '',
			parts: Object.entries(PARTS_AHEAD).map(([value, { label }]) => ({ value, label })),
			...found,
			today: person.today,
			...(await freshnessInWords(tx, person.today))
		};
	});
};
