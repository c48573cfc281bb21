import { error } from '@sveltejs/kit';
import { isAmong, PAGES } from '#lib/domain/access.ts';
import { askedDay } from '#lib/domain/asked.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { heatmapOfTeams } from '#lib/server/work/heatmap-of-teams.ts';
import { sortFrom } from '#lib/server/work/heatmap.ts';
import { organisation } from '#lib/server/work/organisation.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today);
	return asPerson(person, async (tx) => {
		const figures = await organisation(tx, {
			on,
			restructureId: searchParams.get('restructure') || null,
			serviceId: event.params.id
		});
		if (!figures) error(404);
		const sort = sortFrom(searchParams.get('sort'));
		const asked = { serviceId: event.params.id, people: false };
		const heatmap = await heatmapOfTeams(tx, person.role, { on, hindsight: false }, asked, sort);
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
