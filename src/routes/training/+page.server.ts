import { seesNames } from '#lib/domain/access.ts';
import { askedDay } from '#lib/domain/asked.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { trainingAsked, trainingOfPeople, trainingOfTeams } from '#lib/server/work/training-matrix.ts';
import { trainingOverTime } from '#lib/server/work/training-over-time.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today);
	const mayName = seesNames(person.role);
	const asksFor = searchParams.get('view');
	const view = asksFor === 'months' ? 'months' : mayName && asksFor === 'people' ? 'people' : 'teams';
	return asPerson(person, async (tx) => {
		const asked = trainingAsked(searchParams, on);
		return {
			on,
			refused,
			today: person.today,
			...(await freshnessInWords(tx, person.today)),
			mayName,
			view,
			overTime: view === 'months' ? await trainingOverTime(tx, on) : null,
			matrix:
				view === 'months'
					? null
					: view === 'people'
						? await trainingOfPeople(tx, asked)
						: await trainingOfTeams(tx, asked)
		};
	});
};
