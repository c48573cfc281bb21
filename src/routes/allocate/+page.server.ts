import { error } from '@sveltejs/kit';
import { queueAsked, queuePage } from '#lib/server/work/allocation-pages.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const asked = queueAsked(event.url.searchParams);
	if (by.practitionerId === null) error(404);
	return asPerson(by, async (tx) => ({
		asked,
		today: by.today,
		...(await freshnessInWords(tx, by.today)),
		found: await queuePage(tx, by, asked)
	}));
};
