import { error, fail, redirect } from '@sveltejs/kit';
import { HOLDER_TASKS, holderFormIn, readHolder, type HolderTask } from '#lib/server/work/allocate-case.ts';
import { holderPage } from '#lib/server/work/case-pages.ts';
import { planOfCase, saveCase } from '#lib/server/work/keep-case.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { shown, textsIn } from '../../../forms.server.ts';
import { NOT_YOURS } from '../../not-yours.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

function taskIn(text: string | null): HolderTask {
	return HOLDER_TASKS.find((each) => each === text) ?? 'lead';
}

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const task = taskIn(event.url.searchParams.get('task'));
	const found = await asPerson(by, (tx) => holderPage(tx, by, event.params.id));
	if (!found) error(404);
	return { found, task, today: by.today, formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent) {
	const text = await textsIn(event);
	const typed = holderFormIn(text, taskIn(text('task')));
	return { typed, sent: { key: typed.key, edition: typed.edition, opens: false } };
}

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const { id } = event.params;
		const { typed, sent } = await formIn(event);
		const outcome = await asPerson(by, (tx) => planOfCase(tx, by, id, sent, readHolder(id, typed)));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if ('consequences' in outcome) return shown(typed, outcome);
		return fail('conflict' in outcome ? 409 : 400, shown(typed, outcome));
	},
	again: async (event) => shown((await formIn(event)).typed, { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const { id } = event.params;
		const { typed, sent } = await formIn(event);
		const outcome = await asPerson(by, (tx) => saveCase(tx, by, id, sent, readHolder(id, typed)));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if ('done' in outcome) redirect(303, `/case/${outcome.done}?done=${typed.task}`);
		return fail('conflict' in outcome ? 409 : 400, shown(typed, outcome));
	}
};
