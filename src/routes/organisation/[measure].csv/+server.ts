import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { monthRows, MONTHS_HEAD } from '#lib/server/work/measure-page.ts';
import { askedOf } from '../asked.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { asked, refused } = askedOf(event.url, person.today);
	if (refused) error(400, refused);
	const months = await asPerson(person, (tx) => monthRows(tx, event.params.measure, asked));
	if (!months) error(404);
	return csvAnswer(months.name, MONTHS_HEAD, months.rows);
};
