import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { organisation } from '#lib/server/work/organisation.ts';
import { askedOf } from './asked.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { asked, refused } = askedOf(event.url, person.today);
	return asPerson(person, async (tx) => {
		const figures = await organisation(tx, { ...asked, teamId: null });
		if (!figures) error(404);
		return { figures, refused, today: person.today, ...(await freshnessInWords(tx, person.today)) };
	});
};
