import { ACTION_COLUMNS, actionsAsked, actionsCsv, actionsFound } from '#lib/server/work/action-list.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const asked = actionsAsked(event.url.searchParams, by);
	const found = await asPerson(by, (tx) => actionsFound(tx, by, asked));
	return csvAnswer(`actions-${asked.whose}-${by.today}`, ACTION_COLUMNS, actionsCsv(found));
};
