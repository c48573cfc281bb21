import { error, fail, redirect } from '@sveltejs/kit';
import { HOLDER_TASKS, holderFormIn, readHolder, type HolderTask } from '#lib/server/work/allocate-case.ts';
import { allocatePage } from '#lib/server/work/allocation-pages.ts';
import { planOfCase, saveCase } from '#lib/server/work/keep-case.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { shown, textsIn } from '../../forms.server.ts';
import { NOT_YOURS } from '../../case/not-yours.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

function taskIn(text: string | null): HolderTask {
	return HOLDER_TASKS.find((each) => each === text) ?? 'lead';
}

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const task = taskIn(searchParams.get('task'));
	const reach = searchParams.get('reach') === 'scope' ? 'scope' : 'team';
	const found = await asPerson(by, (tx) => allocatePage(tx, by, event.params.case, reach));
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
		const id = event.params.case;
		const { typed, sent } = await formIn(event);
		const outcome = await asPerson(by, (tx) => planOfCase(tx, by, id, sent, readHolder(id, typed)));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		const interruption = 'refused' in outcome ? (outcome.interruption ?? null) : null;
		const answer = { ...shown(typed, outcome), interruption };
		if ('consequences' in outcome || (interruption && answer.errors.length === 0)) return answer;
		return fail('conflict' in outcome ? 409 : 400, answer);
	},
	again: async (event) => {
		const { typed } = await formIn(event);
		return { ...shown({ ...typed, gate: '' }, { refused: [] }), interruption: null };
	},
	save: async (event) => {
		const by = who(event);
		const id = event.params.case;
		const { typed, sent } = await formIn(event);
		const outcome = await asPerson(by, (tx) => saveCase(tx, by, id, sent, readHolder(id, typed)));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if ('done' in outcome) redirect(303, `/case/${outcome.done}?done=${typed.task}`);
		const interruption = 'refused' in outcome ? (outcome.interruption ?? null) : null;
		return fail('conflict' in outcome ? 409 : 400, { ...shown(typed, outcome), interruption });
	}
};
