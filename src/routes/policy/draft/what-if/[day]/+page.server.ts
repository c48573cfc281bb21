import { error } from '@sveltejs/kit';
import { isCalendarDate } from '#lib/domain/calendar.ts';
import { whatIfDay, whatIfFilter } from '#lib/server/work/what-if-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { day } = event.params;
	if (!isCalendarDate(day)) error(404);
	const filter = whatIfFilter(event.url.searchParams);
	const found = await asPerson(person, (tx) => whatIfDay(tx, person, day, filter));
	if (!found) error(404);
	return { found, on: day, today: person.today };
};
