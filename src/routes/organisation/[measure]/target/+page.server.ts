import { error, redirect } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import {
	saveTarget,
	targetConsequences,
	targetFormPage,
	type TargetForm
} from '#lib/server/work/set-target.ts';
import { answered, shown, textsIn } from '../../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const NOT_YOURS = 'Targets are set by the director and the principal social worker.';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => targetFormPage(tx, by, event.params.measure));
	if (!found) error(404);
	return { found, today: by.today, formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent): Promise<TargetForm> {
	const text = await textsIn(event);
	return { key: text('key'), value: text('value'), from: text('from'), why: text('why') };
}

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => targetConsequences(tx, by, event.params.measure, typed));
		return answered(typed, outcome, NOT_YOURS);
	},
	again: async (event) => shown(await formIn(event), { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => saveTarget(tx, by, event.params.measure, typed));
		if (outcome === 'done') redirect(303, `/organisation/${event.params.measure}`);
		return answered(typed, outcome, NOT_YOURS);
	}
};
