import { mayAgree } from '#lib/domain/actions.ts';
import { pageAsked, pageOf, rowsOn } from '#lib/domain/list-pages.ts';
import { dayAsTyped } from '#lib/domain/typed-day.ts';
import { actionsAsked, actionsFound } from '#lib/server/work/action-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const asked = actionsAsked(searchParams, by);
	const { rows, ...found } = await asPerson(by, (tx) => actionsFound(tx, by, asked));
	const page = pageOf(rows.length, pageAsked(searchParams));
	return {
		asked,
		today: by.today,
		todayTyped: dayAsTyped(by.today),
		own: by.practitionerId !== null,
		mayAgree: mayAgree(by),
		acted: searchParams.get('action'),
		...found,
		page,
		rows: rowsOn(rows, page)
	};
};
