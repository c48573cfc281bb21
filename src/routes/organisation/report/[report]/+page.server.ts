import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { reportPage } from '#lib/server/work/board-report.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => reportPage(tx, by, event.params.report));
	if (!found) error(404);
	return { found, reportId: event.params.report };
};
