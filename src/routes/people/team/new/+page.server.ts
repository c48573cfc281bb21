import { error, fail, redirect } from '@sveltejs/kit';
import { newTeamPage, openTeam } from '#lib/server/work/open-team.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsIn, trimmed } from '../../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => newTeamPage(tx, by));
	if (!found) error(404);
	return { found, today: by.today, formKey: crypto.randomUUID() };
};

export const actions: Actions = {
	default: async (event) => {
		const by = who(event);
		const text = trimmed(await textsIn(event));
		const typed = {
			key: text('key'),
			reference: text('reference'),
			name: text('name'),
			service: text('service'),
			openedOn: text('openedOn')
		};
		const outcome = await asPerson(by, (tx) => openTeam(tx, by, typed));
		if (outcome === 'not_yours')
			error(
				403,
				'Teams are opened by service managers in their own service, by those above and by the steward.'
			);
		if ('refused' in outcome) return fail(400, { typed, errors: outcome.refused });
		redirect(303, '/people?done=team');
	}
};
