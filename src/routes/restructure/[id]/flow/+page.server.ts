import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { flowPage } from '#lib/server/work/restructure-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => flowPage(tx, by, event.params.id));
	if (!found || found === 'not_begun') error(404);
	return { found };
};
