import { asPerson, who } from '#lib/server/session.ts';
import { restructureList } from '#lib/server/work/restructure-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => restructureList(tx, by));
	return { found, seesOrganisation: by.role !== 'service_manager' };
};
