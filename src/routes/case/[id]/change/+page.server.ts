import { error, fail, redirect } from '@sveltejs/kit';
import { caseFormPage } from '#lib/server/work/case-pages.ts';
import { CASE_TASKS, caseFormIn, readCase, type CaseTask } from '#lib/server/work/change-case.ts';
import { planOfCase, saveCase, undoCase } from '#lib/server/work/keep-case.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { shown, textsIn } from '../../../forms.server.ts';
import { NOT_YOURS } from '../../not-yours.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

function taskIn(text: string | null): CaseTask | null {
	return CASE_TASKS.find((each) => each === text) ?? null;
}

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const task = taskIn(searchParams.get('task'));
	const found = await asPerson(by, (tx) => caseFormPage(tx, by, event.params.id));
	if (!found || !task) error(404);
	const row = found.kinds.find(({ key }) => key === searchParams.get('row')) ?? null;
	return { found, task, row, today: by.today, formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent) {
	const text = await textsIn(event);
	const task = taskIn(text('task'));
	if (!task) error(404);
	const typed = caseFormIn(text, task);
	return { typed, sent: { key: typed.key, edition: typed.edition, opens: task === 'reopen' } };
}

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const { id } = event.params;
		const { typed, sent } = await formIn(event);
		const outcome = await asPerson(by, (tx) => planOfCase(tx, by, id, sent, readCase(id, typed)));
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
		const outcome = await asPerson(by, (tx) => saveCase(tx, by, id, sent, readCase(id, typed)));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if ('done' in outcome) redirect(303, `/case/${outcome.done}?done=${typed.task}`);
		return fail('conflict' in outcome ? 409 : 400, shown(typed, outcome));
	},
	undo: async (event) => {
		const by = who(event);
		const { id } = event.params;
		const formKey = (await textsIn(event))('form');
		const outcome = await asPerson(by, (tx) => undoCase(tx, by, formKey));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		const there = await asPerson(by, (tx) => caseFormPage(tx, by, id));
		if (outcome !== 'done') redirect(303, `/case/${id}?done=not-undone`);
		redirect(303, there ? `/case/${id}?done=undone` : '/');
	}
};
