import { error } from '@sveltejs/kit';
import { isId } from '#lib/domain/asked.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { samplePage } from '#lib/server/work/read-for-quality.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { sample } = event.params;
	const page = isId(sample) ? await asPerson(who(event), (tx) => samplePage(tx, sample)) : null;
	return page ? { ...page, sample } : error(404, 'Not found');
};
