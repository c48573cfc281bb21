import { askedDay, DAYS_AHEAD } from '#lib/domain/asked.ts';
import { pageAsked } from '#lib/domain/list-pages.ts';
import { filterFrom, flagList, ruleOptions, stateOptions } from '#lib/server/work/flag-list.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today, DAYS_AHEAD);
	const filter = filterFrom(searchParams);
	return asPerson(person, async (tx) => ({
		on,
		refused,
		today: person.today,
		filter,
		rules: ruleOptions(),
		states: stateOptions(),
		...(await freshnessInWords(tx, person.today)),
		...(await flagList(tx, person.role, { on, hindsight: false }, filter, pageAsked(searchParams)))
	}));
};
