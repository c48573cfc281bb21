import { error, fail, redirect } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { enterRestructure } from '#lib/server/work/plan-restructure.ts';
import { restructureFormPage } from '#lib/server/work/restructure-page.ts';
import { shown } from '../../forms.server.ts';
import { restructureFormIn } from '../restructure-form.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => restructureFormPage(tx, by, null));
	if (!found) error(403);
	return { found, today: by.today, formKey: crypto.randomUUID() };
};

export const actions: Actions = {
	default: async (event) => {
		const by = who(event);
		const typed = await restructureFormIn(event);
		const outcome = await asPerson(by, (tx) => enterRestructure(tx, by, typed));
		if (outcome === 'absent' || outcome === 'not_yours') error(403);
		if ('done' in outcome)
			redirect(303, outcome.done === '' ? '/restructure' : `/restructure/${outcome.done}?done=entered`);
		return fail(400, shown(typed, outcome));
	}
};
