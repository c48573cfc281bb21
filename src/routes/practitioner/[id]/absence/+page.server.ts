import { error, redirect } from '@sveltejs/kit';
import { absenceFormPage } from '#lib/server/work/absence-page.ts';
import {
	ABSENCE_TASKS,
	consequencesOf,
	saveAbsence,
	undoAway,
	withdrawAbsence,
	type AbsenceForm,
	type AbsenceTask
} from '#lib/server/work/record-absence.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { answered, shown, textsIn } from '../../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

function taskIn(text: string | null): AbsenceTask {
	return ABSENCE_TASKS.find((each) => each === text) ?? 'record';
}

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const task = taskIn(searchParams.get('task'));
	const absenceId = task === 'record' ? null : (searchParams.get('of') ?? '');
	const found = await asPerson(by, (tx) => absenceFormPage(tx, by, event.params.id, absenceId));
	if (!found) error(404);
	return { found, task, today: by.today, formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent): Promise<AbsenceForm> {
	const text = await textsIn(event);
	return {
		key: text('key'),
		task: taskIn(text('task')),
		absence: text('absence'),
		edition: text('edition'),
		reason: text('reason'),
		from: text('from'),
		to: text('to'),
		cover: text('cover'),
		supervisionCover: text('supervisionCover'),
		share: text('share'),
		until: text('until')
	};
}

const NOT_YOURS = 'Absences are recorded by those who manage practice, of others and never their own.';

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => consequencesOf(tx, by, event.params.id, typed));
		return answered(typed, outcome, NOT_YOURS);
	},
	again: async (event) => shown(await formIn(event), { refused: [] }),
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => saveAbsence(tx, by, event.params.id, typed));
		if (outcome === 'done') redirect(303, `/practitioner/${event.params.id}?tab=absence&done=${typed.task}`);
		return answered(typed, outcome, NOT_YOURS);
	},
	withdraw: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const asked = { key: text('key'), absence: text('absence'), edition: text('edition') };
		const outcome = await asPerson(by, (tx) => withdrawAbsence(tx, by, event.params.id, asked));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		const done = outcome === 'done' ? 'withdraw' : 'changed';
		redirect(303, `/practitioner/${event.params.id}?tab=absence&done=${done}`);
	},
	undo: async (event) => {
		const by = who(event);
		const key = (await textsIn(event))('form');
		const outcome = await asPerson(by, (tx) => undoAway(tx, by, event.params.id, key));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		const done = outcome === 'done' ? 'undo' : 'changed';
		redirect(303, `/practitioner/${event.params.id}?tab=absence&done=${done}`);
	}
};
