import { error } from '@sveltejs/kit';
import { askedDay, DAYS_AHEAD } from '#lib/domain/asked.ts';
import { isHeatmapColumn } from '#lib/domain/heatmap-words.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { allTeamsAsRows, behindAllTeams } from '#lib/server/work/heatmap-of-teams.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { column: key } = event.params;
	const { searchParams } = event.url;
	const { on } = askedDay(searchParams.get('as-at'), person.today, DAYS_AHEAD);
	if (!isHeatmapColumn(key)) error(404);
	const asked = { serviceId: searchParams.get('service') || null, key };
	const behind = await asPerson(person, (tx) =>
		behindAllTeams(tx, person.role, { on, hindsight: false }, asked)
	);
	if (!behind) error(404);
	const { head, rows } = allTeamsAsRows(behind);
	return csvAnswer(`${behind.service?.name ?? 'teams'}-${key}-${on}`, head, rows);
};
