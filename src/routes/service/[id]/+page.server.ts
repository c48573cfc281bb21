import { error } from '@sveltejs/kit';
import { isAmong, PAGES } from '#lib/domain/access.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { heatmapOfTeams } from '#lib/server/work/heatmap-of-teams.ts';
import { sortFrom } from '#lib/server/work/heatmap.ts';
import { organisation } from '#lib/server/work/organisation.ts';
import { askedOf } from '../../organisation/asked.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { asked, refused } = askedOf(event.url, person.today);
	return asPerson(person, async (tx) => {
		const figures = await organisation(tx, { ...asked, serviceId: event.params.id, teamId: null });
		if (!figures) error(404);
		const sort = sortFrom(searchParams.get('sort'));
		const teams = { serviceId: event.params.id, people: false };
		const heatmap = await heatmapOfTeams(tx, person.role, { on: asked.on, hindsight: false }, teams, sort);
		return {
			heatmap,
			sort,
			figures,
			refused,
			opensMeasures: isAmong(PAGES['/organisation/[measure]'], person.role),
			today: person.today,
			...(await freshnessInWords(tx, person.today))
		};
	});
};
