import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { COMPARISON_HEAD, comparisonRows, fileNameOf, organisation } from '#lib/server/work/organisation.ts';
import { askedOf } from '../../organisation/asked.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { asked, refused } = askedOf(event.url, person.today);
	if (refused) error(400, refused);
	const figures = await asPerson(person, (tx) => organisation(tx, { ...asked, serviceId: event.params.id }));
	if (!figures) error(404);
	return csvAnswer(fileNameOf(figures), COMPARISON_HEAD, comparisonRows(figures));
};
