import { error } from '@sveltejs/kit';
import { askedDay, DAYS_AHEAD, isId } from '#lib/domain/asked.ts';
import { isHeatmapColumn } from '#lib/domain/heatmap-words.ts';
import { behindACell, behindAsRows } from '#lib/server/work/behind-a-cell.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { sortFrom } from '#lib/server/work/heatmap.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { team: teamId, column } = event.params;
	const { searchParams } = event.url;
	const { on } = askedDay(searchParams.get('as-at'), person.today, DAYS_AHEAD);
	const whose = searchParams.get('who');
	if (!isId(teamId) || !isHeatmapColumn(column) || (whose !== null && !isId(whose))) error(404);
	const sort = sortFrom(searchParams.get('sort'));
	const asAt = { on, hindsight: false };
	const behind = await asPerson(person, (tx) => behindACell(tx, person, teamId, column, whose, asAt, sort));
	if (!behind) error(404);
	const { head, rows } = behindAsRows(behind);
	return csvAnswer(`${behind.team.name}-${column}-${on}`, head, rows);
};
