import { csvAnswer } from '#lib/server/work/csv.ts';
import { peopleAsked, peopleList, PEOPLE_HEAD, peopleRows } from '#lib/server/work/people-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const list = await asPerson(by, (tx) => peopleList(tx, by, peopleAsked(event.url.searchParams)));
	return csvAnswer(`people-${by.today}`, PEOPLE_HEAD, peopleRows(list));
};
