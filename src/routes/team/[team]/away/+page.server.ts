import { error } from '@sveltejs/kit';
import { askedDay, isId } from '#lib/domain/asked.ts';
import { awayPage } from '#lib/server/work/away-page.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { on, refused } = askedDay(event.url.searchParams.get('as-at'), by.today);
	const { team } = event.params;
	return asPerson(by, async (tx) => {
		const found = isId(team) ? await awayPage(tx, by, team, on) : null;
		if (!found) error(404);
		return { on, refused, today: by.today, ...(await freshnessInWords(tx, by.today)), found };
	});
};
