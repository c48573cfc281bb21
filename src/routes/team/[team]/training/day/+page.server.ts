import { error, fail, redirect } from '@sveltejs/kit';
import { dayGiven, isId } from '#lib/domain/asked.ts';
import { recordTrainingDay, undoTraining } from '#lib/server/work/keep-training.ts';
import { recordedWith, trainingDay } from '#lib/server/work/training-day.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsIn, textsOf, trimmed } from '../../../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const { team: teamId } = event.params;
	const form = searchParams.get('recorded') ?? '';
	return asPerson(by, async (tx) => {
		const day = isId(teamId) ? await trainingDay(tx, by, teamId, searchParams.get('course')) : null;
		if (!day) error(404);
		return {
			...day,
			today: by.today,
			course: searchParams.get('course') ?? '',
			recorded: isId(form) ? await recordedWith(tx, form) : null,
			recordedKey: form,
			formKey: crypto.randomUUID()
		};
	});
};

export const actions: Actions = {
	record: async (event) => {
		const by = who(event);
		const data = await event.request.formData();
		const text = trimmed(textsOf(data));
		const ticked = data.getAll('who').map(String);
		const form = {
			key: text('key'),
			course: text('course'),
			completedOn: dayGiven(text, 'completedOn', by.today),
			expiresOn: dayGiven(text, 'expiresOn', by.today),
			evidence: text('evidence')
		};
		const kept = await asPerson(by, (tx) => recordTrainingDay(tx, by, ticked, form));
		if (kept === 'done') redirect(303, `/team/${event.params.team}/training/day?recorded=${form.key}`);
		if (kept === 'absent') error(404);
		if (kept === 'not_yours')
			error(403, 'Training is recorded by those who manage practice, never by oneself.');
		const typed = Object.fromEntries([...data].filter(([name]) => name !== 'who')) as Record<string, string>;
		return fail(400, { typed, ticked, errors: 'wrong' in kept ? kept.wrong : [], refused: null });
	},
	undo: async (event) => {
		const by = who(event);
		const text = trimmed(await textsIn(event));
		const kept = await asPerson(by, (tx) => undoTraining(tx, by, text('form')));
		if (kept === 'done') redirect(303, `/team/${event.params.team}/training/day?recorded=${text('form')}`);
		if (kept === 'absent') error(404);
		if (kept === 'not_yours')
			error(403, 'Training is recorded by those who manage practice, never by oneself.');
		const refused = 'refused' in kept ? kept.refused : null;
		return fail(400, { typed: {}, ticked: [] as string[], errors: [], refused });
	}
};
