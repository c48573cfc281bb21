import { error } from '@sveltejs/kit';
import { allocatePage, CANDIDATE_COLUMNS, candidatesCsv } from '#lib/server/work/allocation-pages.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const reach = event.url.searchParams.get('reach') === 'scope' ? 'scope' : 'team';
	const found = await asPerson(by, (tx) => allocatePage(tx, by, event.params.case, reach));
	if (!found) error(404);
	return csvAnswer(`who-could-lead-${found.reference}`, CANDIDATE_COLUMNS, candidatesCsv(found));
};
