import { error, fail, redirect } from '@sveltejs/kit';
import { newCasePage } from '#lib/server/work/case-pages.ts';
import { caseFormIn, readCase } from '#lib/server/work/change-case.ts';
import { planOfCase, saveCase } from '#lib/server/work/keep-case.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { shown, textsIn } from '../../forms.server.ts';
import { NOT_YOURS } from '../not-yours.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => newCasePage(tx, by));
	if (!found) error(403, NOT_YOURS);
	return { found, today: by.today, formKey: crypto.randomUUID() };
};

const formIn = async (event: RequestEvent) => caseFormIn(await textsIn(event), 'open');
const sent = (key: string) => ({ key, edition: '', opens: true });

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) =>
			planOfCase(tx, by, null, sent(typed.key), readCase('', typed))
		);
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		return 'consequences' in outcome ? shown(typed, outcome) : fail(400, shown(typed, outcome));
	},
	again: async (event) => shown(await formIn(event), { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => saveCase(tx, by, null, sent(typed.key), readCase('', typed)));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if ('done' in outcome) redirect(303, `/case/${outcome.done}?done=open`);
		return fail(400, shown(typed, outcome));
	}
};
