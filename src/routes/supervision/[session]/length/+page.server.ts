import { error, redirect } from '@sveltejs/kit';
import {
	lengthConsequences,
	lengthPage,
	saveLength,
	undoLength,
	type LengthForm
} from '#lib/server/work/keep-session-length.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { answered, shown, textsIn } from '../../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => lengthPage(tx, by, event.params.session));
	if (!found) error(404);
	return { found, done: event.url.searchParams.get('done'), formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent): Promise<LengthForm> {
	const text = await textsIn(event);
	return {
		key: text('key'),
		edition: text('edition'),
		minutes: text('minutes'),
		interrupted: text('interrupted'),
		why: text('why')
	};
}

const NOT_YOURS =
	'The length of a session is recorded by the two whose it was, and by those who manage practice.';

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => lengthConsequences(tx, by, event.params.session, typed));
		return answered(typed, outcome, NOT_YOURS);
	},
	again: async (event) => shown(await formIn(event), { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const { session } = event.params;
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => saveLength(tx, by, session, typed));
		if (outcome === 'done') redirect(303, `/supervision/${session}/length?done=saved`);
		return answered(typed, outcome, NOT_YOURS);
	},
	undo: async (event) => {
		const by = who(event);
		const { session } = event.params;
		const formKey = (await textsIn(event))('form');
		const outcome = await asPerson(by, (tx) => undoLength(tx, by, session, formKey));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		redirect(303, `/supervision/${session}/length?done=${outcome === 'done' ? 'undone' : 'not-undone'}`);
	}
};
