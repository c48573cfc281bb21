import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { variantIn } from '#lib/server/work/plan-restructure.ts';
import { HANDS_HEAD, handsRows, restructurePage } from '#lib/server/work/restructure-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const variant = variantIn(event.url.searchParams.get('variant'));
	const found = await asPerson(by, (tx) => restructurePage(tx, by, event.params.id, variant));
	if (!found) error(404);
	return csvAnswer(`restructure-${by.today}`, HANDS_HEAD, handsRows(found));
};
