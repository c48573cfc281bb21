import { error, fail, redirect } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { kindIn, saveMove, variantIn, type MoveForm } from '#lib/server/work/plan-restructure.ts';
import { checkMove, moveFormPage } from '#lib/server/work/restructure-page.ts';
import { shown, textsOf, ticked, trimmed } from '../../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const asked = {
		kind: kindIn(searchParams.get('kind') ?? '') ?? 'merges',
		moveId: searchParams.get('move') ?? '',
		variant: variantIn(searchParams.get('variant')),
		team: searchParams.get('team') ?? ''
	};
	const found = await asPerson(by, (tx) => moveFormPage(tx, by, event.params.id, asked));
	if (!found) error(404);
	return { found, today: by.today, formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent): Promise<MoveForm> {
	const data = await event.request.formData();
	const text = trimmed(textsOf(data));
	return {
		key: text('key'),
		move: text('move'),
		edition: text('edition'),
		variant: text('variant'),
		kind: text('kind'),
		on: text('on'),
		team: text('team'),
		into: text('into'),
		who: text('who'),
		going: ticked(data, 'going'),
		to: text('to'),
		toTeam: text('toTeam'),
		role: text('role'),
		supervisor: text('supervisor'),
		name: text('name'),
		service: text('service'),
		reference: text('reference')
	};
}

const NOT_YOURS = 'This restructure is planned by those above the teams it is about.';

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => checkMove(tx, by, event.params.id, typed));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if ('consequences' in outcome) return shown(typed, outcome);
		return fail('conflict' in outcome ? 409 : 400, shown(typed, outcome));
	},
	again: async (event) => shown(await formIn(event), { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => saveMove(tx, by, event.params.id, typed));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if ('done' in outcome)
			redirect(303, `/restructure/${event.params.id}?done=saved&variant=${outcome.done}`);
		return fail('conflict' in outcome ? 409 : 400, shown(typed, outcome));
	}
};
