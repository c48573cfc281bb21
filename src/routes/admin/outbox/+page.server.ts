import { readConfig } from '#lib/server/config.ts';
import { authorityOf } from '#lib/server/store/scope.ts';
import { outbox, stateFrom } from '#lib/server/work/notices.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const state = stateFrom(event.url.searchParams);
	return asPerson(person, async (tx) => {
		const { isDemo } = await authorityOf(tx);
		return {
			state,
			isDemo,
			mails: !isDemo && readConfig(process.env).mail !== null,
			...(await outbox(tx, state, person.today))
		};
	});
};
