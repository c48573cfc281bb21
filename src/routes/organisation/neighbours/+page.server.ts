import { redirect } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { chooseNeighbours, neighboursPage } from '#lib/server/work/choose-neighbours.ts';
import { answered, textsOf } from '../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, neighboursPage);
	return { found, done: event.url.searchParams.get('done') === 'chosen', formKey: crypto.randomUUID() };
};

export const actions: Actions = {
	default: async (event) => {
		const by = who(event);
		const data = await event.request.formData();
		const text = textsOf(data);
		const neighbours = data.getAll('neighbours').filter((each) => typeof each === 'string');
		const typed = { key: text('key'), own: text('own'), neighbours };
		const outcome = await asPerson(by, (tx) => chooseNeighbours(tx, by, typed));
		if (outcome === 'done') redirect(303, '/organisation/neighbours?done=chosen');
		return answered(typed, outcome, 'Neighbours are chosen by the director and the principal social worker.');
	}
};
