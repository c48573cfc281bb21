import { error } from '@sveltejs/kit';
import { askedDay, DAYS_AHEAD } from '#lib/domain/asked.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { teamsAsRows } from '#lib/server/work/heatmap-in-files.ts';
import { heatmapOfTeams } from '#lib/server/work/heatmap-of-teams.ts';
import { sortFrom } from '#lib/server/work/heatmap.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on } = askedDay(searchParams.get('as-at'), person.today, DAYS_AHEAD);
	const asked = {
		serviceId: searchParams.get('service') || null,
		people: searchParams.get('view') === 'practitioners'
	};
	const sort = sortFrom(searchParams.get('sort'));
	const found = await asPerson(person, (tx) =>
		heatmapOfTeams(tx, person.role, { on, hindsight: false }, asked, sort)
	);
	if (!found) error(404);
	const { head, rows } = teamsAsRows(found);
	return csvAnswer(`${found.service?.name ?? 'teams'}-${on}`, head, rows);
};
