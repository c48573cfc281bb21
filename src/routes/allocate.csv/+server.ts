import { QUEUE_COLUMNS, queueAsked, queueCsv, queuePage } from '#lib/server/work/allocation-pages.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const asked = queueAsked(event.url.searchParams);
	const found = await asPerson(by, (tx) => queuePage(tx, by, asked));
	return csvAnswer(`waiting-for-somebody-${by.today}`, QUEUE_COLUMNS, queueCsv(found));
};
