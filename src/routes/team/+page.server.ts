import { error } from '@sveltejs/kit';
import { askedDay, DAYS_AHEAD } from '#lib/domain/asked.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { heatmapOfTeams } from '#lib/server/work/heatmap-of-teams.ts';
import { sortFrom } from '#lib/server/work/heatmap.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today, DAYS_AHEAD);
	const sort = sortFrom(searchParams.get('sort'));
	const people = searchParams.get('view') === 'practitioners';
	const asked = { serviceId: searchParams.get('service') || null, people };
	return asPerson(person, async (tx) => {
		const found = await heatmapOfTeams(tx, person.role, { on, hindsight: false }, asked, sort);
		if (!found) error(404);
		return {
			on,
			refused,
			today: person.today,
			...(await freshnessInWords(tx, person.today)),
			found,
			sort,
			people,
			valuesOnly: searchParams.get('values') === 'only'
		};
	});
};
