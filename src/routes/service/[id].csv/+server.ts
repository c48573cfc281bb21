import { error } from '@sveltejs/kit';
import { askedDay } from '#lib/domain/asked.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { COMPARISON_HEAD, comparisonRows, fileNameOf, organisation } from '#lib/server/work/organisation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today);
	if (refused) error(400, refused);
	const figures = await asPerson(person, (tx) =>
		organisation(tx, {
			on,
			restructureId: searchParams.get('restructure') || null,
			serviceId: event.params.id
		})
	);
	if (!figures) error(404);
	return csvAnswer(fileNameOf(figures), COMPARISON_HEAD, comparisonRows(figures));
};
