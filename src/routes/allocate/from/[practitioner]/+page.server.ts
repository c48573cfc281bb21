import { error, fail, redirect } from '@sveltejs/kit';
import { ALLOCATION_REASONS } from '#lib/domain/cases.ts';
import { undoCase } from '#lib/server/work/keep-case.ts';
import { consequencesOfMoves, reallocationPage, saveMoves } from '#lib/server/work/reallocate-cases.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { shown, typedIn } from '../../../forms.server.ts';
import { NOT_YOURS } from '../../../case/not-yours.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const reach = searchParams.get('reach') === 'scope' ? 'scope' : 'team';
	const apart = searchParams.get('apart') === 'yes';
	const found = await asPerson(by, (tx) =>
		reallocationPage(tx, by, event.params.practitioner, { reach, apart })
	);
	if (!found) error(404);
	return {
		found,
		today: by.today,
		formKey: crypto.randomUUID(),
		reason: ALLOCATION_REASONS.find((each) => each === searchParams.get('reason')) ?? '',
		done: searchParams.get('done')
	};
};

async function formIn(event: RequestEvent): Promise<Record<string, string>> {
	return typedIn(await event.request.formData());
}

export const actions: Actions = {
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => consequencesOfMoves(tx, by, event.params.practitioner, typed));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		const interruption = 'refused' in outcome ? (outcome.interruption ?? null) : null;
		const answer = { ...shown(typed, outcome), interruption };
		if ('consequences' in outcome || (interruption && answer.errors.length === 0)) return answer;
		return fail('conflict' in outcome ? 409 : 400, answer);
	},
	again: async (event) => ({
		...shown({ ...(await formIn(event)), gate: '' }, { refused: [] }),
		interruption: null
	}),
	save: async (event) => {
		const by = who(event);
		const { practitioner } = event.params;
		const typed = await formIn(event);
		const outcome = await asPerson(by, (tx) => saveMoves(tx, by, practitioner, typed));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		if ('done' in outcome) redirect(303, `/allocate/from/${practitioner}?done=moved`);
		const interruption = 'refused' in outcome ? (outcome.interruption ?? null) : null;
		return fail('conflict' in outcome ? 409 : 400, { ...shown(typed, outcome), interruption });
	},
	undo: async (event) => {
		const by = who(event);
		const key = (await formIn(event))['form'] ?? '';
		const outcome = await asPerson(by, (tx) => undoCase(tx, by, key));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, NOT_YOURS);
		const done = outcome === 'done' ? 'undone' : 'refused';
		redirect(303, `/allocate/from/${event.params.practitioner}?done=${done}`);
	}
};
