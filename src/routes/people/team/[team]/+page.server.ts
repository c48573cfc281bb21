import { error, fail, redirect } from '@sveltejs/kit';
import { changeTeam, teamPage, undoTeam } from '#lib/server/work/open-team.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsIn, trimmed } from '../../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => teamPage(tx, by, event.params.team));
	if (!found) error(404);
	return {
		found,
		today: by.today,
		formKey: crypto.randomUUID(),
		done: event.url.searchParams.get('done')
	};
};

const NOT_YOURS =
	'Teams are changed by service managers in their own service, by those above and by the steward.';

export const actions: Actions = {
	save: async (event) => {
		const by = who(event);
		const text = trimmed(await textsIn(event));
		const typed = {
			key: text('key'),
			edition: text('edition'),
			name: text('name'),
			service: text('service'),
			closedOn: text('closedOn'),
			succeededBy: text('succeededBy')
		};
		const outcome = await asPerson(by, (tx) => changeTeam(tx, by, event.params.team, typed));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if (outcome === 'done') redirect(303, `/people/team/${event.params.team}?done=save`);
		if ('conflict' in outcome) {
			const { conflict, edition } = outcome;
			return fail(409, { typed: { ...typed, edition }, errors: [], conflict });
		}
		return fail(400, { typed, errors: outcome.refused, conflict: null });
	},
	undo: async (event) => {
		const by = who(event);
		const text = trimmed(await textsIn(event));
		const outcome = await asPerson(by, (tx) => undoTeam(tx, by, text('form')));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		const stillThere = await asPerson(by, (tx) => teamPage(tx, by, event.params.team));
		if (outcome !== 'done') return fail(400, { typed: null, errors: [], conflict: outcome.refused });
		redirect(303, stillThere ? `/people/team/${event.params.team}?done=undo` : '/people');
	}
};
