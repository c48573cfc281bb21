import { error } from '@sveltejs/kit';
import { askedDay, DAYS_AHEAD, isId } from '#lib/domain/asked.ts';
import { HEATMAP_COLUMNS } from '#lib/domain/heatmap-words.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { heatmapOfTeam, sortFrom } from '#lib/server/work/heatmap.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { team: teamId } = event.params;
	const { on } = askedDay(event.url.searchParams.get('as-at'), person.today, DAYS_AHEAD);
	const sort = sortFrom(event.url.searchParams.get('sort'));
	const heatmap = isId(teamId)
		? await asPerson(person, (tx) => heatmapOfTeam(tx, person.role, teamId, { on, hindsight: false }, sort))
		: null;
	if (!heatmap) error(404);
	const head = [
		'practitioner',
		'detail',
		...HEATMAP_COLUMNS.flatMap(({ label }) => [label, `${label}, in words`])
	];
	const rows = heatmap.lines.map(({ name, detail, cells }) => [
		name,
		detail,
		...cells.flatMap(({ key, figure, text, words }) => [
			key === 'load' && figure !== null && text === 'none' ? null : figure,
			words
		])
	]);
	return csvAnswer(`${heatmap.team.name}-${on}`, head, rows);
};
