import { error } from '@sveltejs/kit';
import { askedDay } from '#lib/domain/asked.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { measurePage } from '#lib/server/work/measure-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { on, refused } = askedDay(searchParams.get('as-at'), person.today);
	return asPerson(person, async (tx) => {
		const figures = await measurePage(tx, event.params.measure, {
			on,
			restructureId: searchParams.get('restructure') || null,
			serviceId: searchParams.get('service') || null
		});
		if (!figures) error(404);
		return { figures, refused, today: person.today, ...(await freshnessInWords(tx, person.today)) };
	});
};
