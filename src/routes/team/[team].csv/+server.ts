import { error } from '@sveltejs/kit';
import { askedDay, DAYS_AHEAD, isId } from '#lib/domain/asked.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { heatmapAsRows, weeksAsRows } from '#lib/server/work/heatmap-in-files.ts';
import { heatmapOfTeam, sortFrom } from '#lib/server/work/heatmap.ts';
import { weeksOfTeam } from '#lib/server/work/weeks.ts';
import { asPerson, who, type Who } from '#lib/server/session.ts';
import { weeksAsked } from '../weeks-asked.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { team: teamId } = event.params;
	if (!isId(teamId)) error(404);
	const { searchParams } = event.url;
	const answer =
		searchParams.get('view') === 'weeks'
			? await weeksCsv(person, teamId, searchParams)
			: await heatmapCsv(person, teamId, searchParams);
	return answer ?? error(404);
};

async function heatmapCsv(person: Who, teamId: string, searchParams: URLSearchParams) {
	const { on } = askedDay(searchParams.get('as-at'), person.today, DAYS_AHEAD);
	const sort = sortFrom(searchParams.get('sort'));
	const given = searchParams.get('against');
	const compared = given ? askedDay(given, person.today, DAYS_AHEAD) : null;
	const against = compared && compared.refused === null && compared.on !== on ? compared.on : null;
	const heatmap = await asPerson(person, (tx) =>
		heatmapOfTeam(tx, person.role, teamId, { on, hindsight: false }, sort, against)
	);
	if (!heatmap) return null;
	const { head, rows } = heatmapAsRows(heatmap, against);
	return csvAnswer(`${heatmap.team.name}-${on}`, head, rows);
}

async function weeksCsv(person: Who, teamId: string, searchParams: URLSearchParams) {
	const { measure, sort, on } = weeksAsked(searchParams, person.today);
	const at = { on, today: person.today };
	const found = await asPerson(person, (tx) => weeksOfTeam(tx, person.role, teamId, at, measure, sort));
	if (!found) return null;
	const { head, rows } = weeksAsRows(found);
	return csvAnswer(`${found.team.name}-weeks-${measure}-${on}`, head, rows);
}
