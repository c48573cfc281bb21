import { error } from '@sveltejs/kit';
import { isAmong, PAGES } from '#lib/domain/access.ts';
import { askedDay, isId } from '#lib/domain/asked.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { trainingAsked, trainingOfTeam } from '#lib/server/work/training-matrix.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today);
	const { team: teamId } = event.params;
	return asPerson(person, async (tx) => {
		const asked = trainingAsked(searchParams, on);
		const matrix = isId(teamId) ? await trainingOfTeam(tx, person.role, teamId, asked) : null;
		if (!matrix) error(404);
		return {
			on,
			refused,
			today: person.today,
			...(await freshnessInWords(tx, person.today)),
			matrix,
			mayRecord: isAmong(PAGES['/team/[team]/training/day'], person.role) && on === person.today
		};
	});
};
