import { mayAgree } from '#lib/domain/actions.ts';
import { dayAsTyped } from '#lib/domain/typed-day.ts';
import { actionsAsked, actionsFound } from '#lib/server/work/action-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const asked = actionsAsked(event.url.searchParams, by);
	return {
		asked,
		today: by.today,
		todayTyped: dayAsTyped(by.today),
		own: by.practitionerId !== null,
		mayAgree: mayAgree(by),
		acted: event.url.searchParams.get('action'),
		...(await asPerson(by, (tx) => actionsFound(tx, by, asked)))
	};
};
