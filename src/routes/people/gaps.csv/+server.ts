import { csvAnswer } from '#lib/server/work/csv.ts';
import { GAP_COLUMNS, gapsAsked, gapsCsv, gapsFound } from '#lib/server/work/gaps-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const asked = gapsAsked(event.url.searchParams);
	const found = await asPerson(by, (tx) => gapsFound(tx, by, asked));
	return csvAnswer(`gaps-${by.today}`, GAP_COLUMNS, gapsCsv(found));
};
