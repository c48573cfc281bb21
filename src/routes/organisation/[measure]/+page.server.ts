import { error } from '@sveltejs/kit';
import { isAmong, maySetTargets, PAGES } from '#lib/domain/access.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { measurePage } from '#lib/server/work/measure-page.ts';
import { askedOf } from '../asked.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { asked, refused } = askedOf(event.url, person.today);
	return asPerson(person, async (tx) => {
		const figures = await measurePage(tx, person.role, event.params.measure, asked);
		if (!figures) error(404);
		return {
			figures,
			refused,
			opensOrganisation: isAmong(PAGES['/organisation'], person.role),
			maySetNeighbours: maySetTargets(person.role),
			today: person.today,
			...(await freshnessInWords(tx, person.today))
		};
	});
};
