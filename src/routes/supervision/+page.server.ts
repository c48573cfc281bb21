import { isAmong, PAGES } from '#lib/domain/access.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { supervisionList } from '#lib/server/work/supervision-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types.ts';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	return asPerson(by, async (tx) => {
		const list = await supervisionList(tx, by);
		return {
			...list,
			...(await freshnessInWords(tx, by.today)),
			today: by.today,
			supervises: list.due.length > 0 || isAmong(PAGES['/allocate'], by.role),
			discarded: event.url.searchParams.get('discarded') === 'yes',
			/** One key for each form, so that a form posted twice acts once. */
			keys: Object.fromEntries(list.due.map(({ key }) => [key, crypto.randomUUID()]))
		};
	});
};
