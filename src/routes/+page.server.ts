import { askedDay } from '#lib/domain/asked.ts';
import { mayRecordOversight } from '#lib/domain/access.ts';
import { todayOf } from '#lib/server/work/today.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { on, refused } = askedDay(event.url.searchParams.get('as-at'), person.today);
	return asPerson(person, async (tx) => {
		const first = await todayOf(tx, person, { on, hindsight: false });
		const flags = first.as === 'manager' ? first.doNext : [];
		return {
			on,
			refused,
			today: person.today,
			...(await freshnessInWords(tx, person.today)),
			mayRecord: mayRecordOversight(person.role) && on === person.today,
			recorded: event.url.searchParams.get('recorded'),
			first,
			/** One key for each form, so that a form posted twice acts once. */
			keys: Object.fromEntries(flags.map(({ key }) => [key, crypto.randomUUID()]))
		};
	});
};
