import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { FLOW_HEAD, flowPage, flowRows } from '#lib/server/work/restructure-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => flowPage(tx, by, event.params.id));
	if (!found || found === 'not_begun') error(404);
	return csvAnswer(`flow-of-children-${by.today}`, FLOW_HEAD, flowRows(found));
};
