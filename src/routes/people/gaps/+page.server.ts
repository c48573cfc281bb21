import { pageAsked, pageOf, rowsOn } from '#lib/domain/list-pages.ts';
import { gapsAsked, gapsFound } from '#lib/server/work/gaps-page.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const asked = gapsAsked(searchParams);
	return asPerson(by, async (tx) => {
		const { missing, disagreeing, ...found } = await gapsFound(tx, by, asked);
		// One list, as in the file: what is missing, then what disagrees.
		const page = pageOf(missing.length + disagreeing.length, pageAsked(searchParams));
		const shown = new Set(rowsOn([...missing, ...disagreeing], page));
		return {
			asked,
			today: by.today,
			...(await freshnessInWords(tx, by.today)),
			...found,
			counted: { missing: missing.length, disagreeing: disagreeing.length },
			page,
			missing: missing.filter((row) => shown.has(row)),
			disagreeing: disagreeing.filter((row) => shown.has(row))
		};
	});
};
