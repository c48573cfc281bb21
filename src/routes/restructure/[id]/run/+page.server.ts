import { error, fail, redirect } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { consequencesOfMove, runMove } from '#lib/server/work/run-move.ts';
import { textsIn, trimmed } from '../../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

const NOT_YOURS = 'This restructure is carried out by those above the teams it is about.';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const move = event.url.searchParams.get('move') ?? '';
	const found = await asPerson(by, (tx) => consequencesOfMove(tx, by, event.params.id, move));
	if (found === 'absent') error(404);
	if (found === 'not_yours') error(403, NOT_YOURS);
	if (found === 'done') redirect(303, `/restructure/${event.params.id}?done=run`);
	const plan = 'consequences' in found ? found : null;
	const refused = 'refused' in found ? found.refused : [];
	return { title: found.title, plan, refused, typed: { move, key: crypto.randomUUID() } };
};

export const actions: Actions = {
	again: (event) => redirect(303, `/restructure/${event.params.id}`),
	save: async (event) => {
		const by = who(event);
		const text = trimmed(await textsIn(event));
		const outcome = await asPerson(by, (tx) => runMove(tx, by, event.params.id, text('move'), text('key')));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if (outcome === 'done') redirect(303, `/restructure/${event.params.id}?done=run`);
		return fail(409, { refused: outcome.refused });
	}
};
