import { error } from '@sveltejs/kit';
import { askedDay } from '#lib/domain/asked.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { rowsBehind } from '#lib/server/work/measure-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today);
	if (refused) error(400, refused);
	const actor = { accountId: person.accountId };
	const behind = await asPerson(person, (tx) =>
		rowsBehind(tx, { actor, role: person.role }, event.params.measure, {
			on,
			serviceId: searchParams.get('service') || null,
			teamId: searchParams.get('team') || null
		})
	);
	if (!behind) error(404);
	return csvAnswer(
		`${behind.measure.id}-rows-${on}`,
		['team', 'what', 'on', 'above_the_line', 'below_the_line'],
		behind.rows.map((row) => [row.team, row.what, row.on, row.above, row.below])
	);
};
