import { isAmong, PAGES, seesNames } from '#lib/domain/access.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { casesNamed, practitionersNamed } from '#lib/server/store/cases.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const words = (event.url.searchParams.get('for') ?? '').trim().slice(0, 100);
	const people = isAmong(PAGES['/practitioner/[id]'], person.role) && seesNames(person.role);
	if (words === '') return { words, cases: [], practitioners: [] };
	return asPerson(person, async (tx) => ({
		words,
		cases: await casesNamed(tx, words),
		practitioners: people ? await practitionersNamed(tx, words) : []
	}));
};
