import { error, redirect } from '@sveltejs/kit';
import {
	reductionConsequences,
	reductionFormPage,
	REDUCTION_TASKS,
	saveReduction,
	type ReductionForm,
	type ReductionTask
} from '#lib/server/work/keep-reduction.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { answered, shown, textsIn } from '../../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

function taskIn(text: string | null): ReductionTask {
	return REDUCTION_TASKS.find((each) => each === text) ?? 'record';
}

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const task = taskIn(searchParams.get('task'));
	const asked = { task, reductionId: searchParams.get('of') ?? '' };
	const found = await asPerson(by, (tx) => reductionFormPage(tx, by, event.params.id, asked));
	if (!found) error(404);
	return { found, task, today: by.today, formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent): Promise<ReductionForm> {
	const text = await textsIn(event);
	return {
		key: text('key'),
		task: taskIn(text('task')),
		reduction: text('reduction'),
		edition: text('edition'),
		reason: text('reason'),
		share: text('share'),
		from: text('from'),
		to: text('to')
	};
}

const NOT_YOURS = 'Capacity is kept by those who manage practice, of others and never their own.';

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => reductionConsequences(tx, by, event.params.id, typed));
		return answered(typed, outcome, NOT_YOURS);
	},
	again: async (event) => shown(await formIn(event), { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => saveReduction(tx, by, event.params.id, typed));
		if (outcome === 'done')
			redirect(303, `/practitioner/${event.params.id}?tab=absence&done=reduction-${typed.task}`);
		return answered(typed, outcome, NOT_YOURS);
	}
};
