import { error, redirect } from '@sveltejs/kit';
import { POSTING_TASKS, type PostingTask } from '#lib/domain/posting-change.ts';
import {
	consequencesOfPosting,
	savePosting,
	undoPosting,
	type PostingForm
} from '#lib/server/work/change-posting.ts';
import { postingFormPage } from '#lib/server/work/postings-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { answered, shown, textsIn } from '../../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

function taskIn(text: string | null): PostingTask {
	return POSTING_TASKS.find((each) => each === text) ?? 'move';
}

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const task = taskIn(searchParams.get('task'));
	const postingId = task === 'correct' ? (searchParams.get('of') ?? '') : null;
	const found = await asPerson(by, (tx) => postingFormPage(tx, by, event.params.id, postingId));
	if (!found) error(404);
	return { found, task, today: by.today, formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent): Promise<PostingForm> {
	const text = await textsIn(event);
	return {
		key: text('key'),
		task: taskIn(text('task')),
		posting: text('posting'),
		edition: text('edition'),
		from: text('from'),
		to: text('to'),
		lastOn: text('lastOn'),
		team: text('team'),
		role: text('role'),
		supervisor: text('supervisor'),
		fte: text('fte'),
		agency: text('agency'),
		never: text('never'),
		why: text('why')
	};
}

const NOT_YOURS = 'Postings are changed by those who run teams, of others and in roles below their own.';

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => consequencesOfPosting(tx, by, event.params.id, typed));
		return answered(typed, outcome, NOT_YOURS);
	},
	again: async (event) => shown(await formIn(event), { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => savePosting(tx, by, event.params.id, typed));
		if (outcome === 'done') redirect(303, `/practitioner/${event.params.id}?tab=postings&done=${typed.task}`);
		return answered(typed, outcome, NOT_YOURS);
	},
	undo: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const outcome = await asPerson(by, (tx) => undoPosting(tx, by, event.params.id, text('form')));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		const done = outcome === 'done' ? 'undone' : 'refused';
		redirect(303, `/practitioner/${event.params.id}?tab=postings&done=${done}`);
	}
};
