import { requestsAsked, requestsFound } from '#lib/server/work/requests-by-agency.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const asked = requestsAsked(event.url.searchParams, by.today);
	return asPerson(by, async (tx) => ({
		asked,
		today: by.today,
		...(await freshnessInWords(tx, by.today)),
		found: await requestsFound(tx, by, asked)
	}));
};
