import { error } from '@sveltejs/kit';
import { askedDay } from '#lib/domain/asked.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { monthRows, MONTHS_HEAD } from '#lib/server/work/measure-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today);
	if (refused) error(400, refused);
	const months = await asPerson(person, (tx) =>
		monthRows(tx, event.params.measure, {
			on,
			restructureId: searchParams.get('restructure') || null,
			serviceId: searchParams.get('service') || null
		})
	);
	if (!months) error(404);
	return csvAnswer(months.name, MONTHS_HEAD, months.rows);
};
