import { asPerson, who } from '#lib/server/session.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { LIST_HEAD, listRows, restructureList } from '#lib/server/work/restructure-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => restructureList(tx, by));
	return csvAnswer('restructures', LIST_HEAD, listRows(found));
};
