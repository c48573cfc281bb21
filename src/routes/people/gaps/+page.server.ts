import { gapsAsked, gapsFound } from '#lib/server/work/gaps-page.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

/** The page shows so many of each; the file has them all. */
const MOST_SHOWN = 100;

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const asked = gapsAsked(event.url.searchParams);
	return asPerson(by, async (tx) => {
		const { missing, disagreeing, ...found } = await gapsFound(tx, by, asked);
		return {
			asked,
			today: by.today,
			...(await freshnessInWords(tx, by.today)),
			...found,
			counted: { missing: missing.length, disagreeing: disagreeing.length },
			missing: missing.slice(0, MOST_SHOWN),
			disagreeing: disagreeing.slice(0, MOST_SHOWN)
		};
	});
};
