import { error, fail, redirect } from '@sveltejs/kit';
import { isAmong, mayKeepCases, PAGES } from '#lib/domain/access.ts';
import { askedDay, DAYS_AHEAD, isId } from '#lib/domain/asked.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { heatmapOfTeam, sortFrom } from '#lib/server/work/heatmap.ts';
import { showNames } from '#lib/server/work/show-names.ts';
import { turnsAhead } from '#lib/server/work/postings-page.ts';
import { weeksOfTeam } from '#lib/server/work/weeks.ts';
import { asPerson, who, type Who } from '#lib/server/session.ts';
import type { Actions, PageServerLoad } from './$types';
import { weeksAsked } from '../weeks-asked.server.ts';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const teamId = event.params.team;
	if (!isId(teamId)) error(404);
	const valuesOnly = searchParams.get('values') === 'only';
	if (searchParams.get('view') === 'weeks') {
		const { measure, sort, on, refused } = weeksAsked(searchParams, person.today);
		return asPerson(person, async (tx) => {
			const at = { on, today: person.today };
			const found = await weeksOfTeam(tx, person.role, teamId, at, measure, sort);
			if (!found) error(404);
			const fresh = await freshnessInWords(tx, person.today);
			return { view: 'weeks' as const, ...common(person, on, refused, valuesOnly), ...fresh, ...found, sort };
		});
	}
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today, DAYS_AHEAD);
	const sort = sortFrom(searchParams.get('sort'));
	const compared = searchParams.get('against')
		? askedDay(searchParams.get('against'), person.today, DAYS_AHEAD)
		: null;
	const against = compared && compared.refused === null && compared.on !== on ? compared.on : null;
	return asPerson(person, async (tx) => {
		const asAt = { on, hindsight: false };
		const heatmap = await heatmapOfTeam(tx, person.role, teamId, asAt, sort, against);
		if (!heatmap) error(404);
		const { team, finding, cases, total, lines, named, bands } = heatmap;
		return {
			view: 'now' as const,
			...common(person, on, refused ?? compared?.refused ?? null, valuesOnly),
			...(await freshnessInWords(tx, person.today)),
			team,
			finding,
			cases,
			total,
			bands,
			lines,
			named,
			sort,
			against,
			turns: on === person.today ? await turnsAhead(tx, person, teamId) : []
		};
	});
};

export const actions: Actions = {
	names: async (event) => {
		const person = who(event);
		const teamId = event.params.team;
		if (!isId(teamId)) error(404);
		const given = (await event.request.formData()).get('reason');
		const reason = typeof given === 'string' ? given : '';
		const answer = await asPerson(person, (tx) => showNames(tx, person, teamId, reason));
		if (answer === 'absent') error(404);
		if (answer !== 'shown') return fail(400, { reason, words: answer.refused });
		const kept = [...event.url.searchParams].filter(([name]) => name !== '/names');
		redirect(303, `${event.url.pathname}?${new URLSearchParams(kept)}`);
	}
};

function common({ today, role }: Who, on: string, refused: string | null, valuesOnly: boolean) {
	return {
		on,
		refused,
		today,
		valuesOnly,
		mayOpenCases: mayKeepCases(role) && on === today,
		opensFigures: isAmong(PAGES['/team/[team]/figures'], role) && on <= today
	};
}
