import { redirect } from '@sveltejs/kit';
import { isAmong, PAGES } from '#lib/domain/access.ts';
import { pageAsked } from '#lib/domain/list-pages.ts';
import { undoAdding } from '#lib/server/work/add-practitioner.ts';
import { peopleAsked, peopleList } from '#lib/server/work/people-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const asked = peopleAsked(searchParams);
	const list = await asPerson(by, (tx) => peopleList(tx, by, asked, pageAsked(searchParams)));
	const added = list.mayAdd ? searchParams.get('added') : null;
	return {
		...list,
		asked,
		/** Somebody just added: the command for their account, and the form to take it back. */
		added:
			added === null
				? null
				: { reference: added, role: searchParams.get('as') ?? '', form: searchParams.get('form') ?? '' },
		done: searchParams.get('done'),
		seesRestructures: isAmong(PAGES['/restructure'], by.role)
	};
};

export const actions: Actions = {
	undoAdding: async (event) => {
		const by = who(event);
		const key = (await event.request.formData()).get('form');
		const outcome = await asPerson(by, (tx) => undoAdding(tx, by, typeof key === 'string' ? key : ''));
		redirect(303, `/people?done=${outcome === 'done' ? 'undone' : 'not-undone'}`);
	}
};
