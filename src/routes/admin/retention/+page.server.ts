import { redirect } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import {
	chooseRetention,
	retentionPage,
	retentionPlan,
	type RetentionForm
} from '#lib/server/work/retention.ts';
import { answered, shown, textsIn } from '../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const NOT_YOURS = 'How long records are kept is set by the director and the principal social worker.';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	return { ...(await asPerson(by, (tx) => retentionPage(tx, by))), formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent): Promise<RetentionForm> {
	const text = await textsIn(event);
	return { key: text('key'), years: text('years'), why: text('why') };
}

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		return answered(typed, await asPerson(by, (tx) => retentionPlan(tx, by, typed)), NOT_YOURS);
	},
	again: async (event) => shown(await formIn(event), { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => chooseRetention(tx, by, typed));
		if (outcome === 'done') redirect(303, '/admin/retention');
		return answered(typed, outcome, NOT_YOURS);
	}
};
