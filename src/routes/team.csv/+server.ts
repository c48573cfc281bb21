import { error } from '@sveltejs/kit';
import { askedDay, DAYS_AHEAD } from '#lib/domain/asked.ts';
import { HEATMAP_COLUMNS } from '#lib/domain/heatmap-words.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
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
	const teams = new Map(
		found.lines.flatMap(({ teamId, practitionerId, name }) =>
			practitionerId === null ? [[teamId, name] as const] : []
		)
	);
	const head = [
		'team',
		'practitioner',
		'detail',
		...HEATMAP_COLUMNS.flatMap(({ label }) => [label, `${label}, in words`])
	];
	const rows = found.lines.map(({ teamId, practitionerId, name, detail, cells }) => [
		teams.get(teamId) ?? '',
		practitionerId === null ? 'all' : name,
		detail,
		...cells.flatMap(({ figure, text, words }) => [text.startsWith('no ') ? null : figure, words])
	]);
	return csvAnswer(`${found.service?.name ?? 'teams'}-${on}`, head, rows);
};
