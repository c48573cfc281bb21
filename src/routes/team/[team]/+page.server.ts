import { error } from '@sveltejs/kit';
import { mayKeepCases } from '#lib/domain/access.ts';
import { askedDay, DAYS_AHEAD, isId } from '#lib/domain/asked.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { heatmapOfTeam, sortFrom } from '#lib/server/work/heatmap.ts';
import { turnsAhead } from '#lib/server/work/postings-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today, DAYS_AHEAD);
	const sort = sortFrom(searchParams.get('sort'));
	return asPerson(person, async (tx) => {
		const teamId = event.params.team;
		const heatmap = isId(teamId)
			? await heatmapOfTeam(tx, person.role, teamId, { on, hindsight: false }, sort)
			: null;
		if (!heatmap) error(404);
		const { team, finding, cases, total, lines, named, bands } = heatmap;
		return {
			on,
			refused,
			today: person.today,
			...(await freshnessInWords(tx, person.today)),
			team,
			finding,
			cases,
			total,
			bands,
			lines,
			named,
			sort,
			turns: on === person.today ? await turnsAhead(tx, person, teamId) : [],
			mayOpenCases: mayKeepCases(person.role) && on === person.today,
			valuesOnly: searchParams.get('values') === 'only'
		};
	});
};
