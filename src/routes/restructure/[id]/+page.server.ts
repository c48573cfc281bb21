import { error, fail, redirect } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import {
	copyPlan,
	removeMove,
	settleWhatIf,
	variantIn,
	type PlanEdited
} from '#lib/server/work/plan-restructure.ts';
import { restructurePage } from '#lib/server/work/restructure-page.ts';
import { undoPlanning } from '#lib/server/work/run-move.ts';
import { textsIn, trimmed } from '../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const variant = variantIn(searchParams.get('variant'));
	const found = await asPerson(by, (tx) => restructurePage(tx, by, event.params.id, variant));
	if (!found) error(404);
	return {
		found,
		done: searchParams.get('done'),
		seesOrganisation: by.role !== 'service_manager',
		keys: {
			copy: crypto.randomUUID(),
			settle: crypto.randomUUID(),
			remove: Object.fromEntries(found.moves.map(({ key }) => [key, crypto.randomUUID()]))
		}
	};
};

function answer(outcome: PlanEdited, event: RequestEvent, done: string, variant: string) {
	if (outcome === 'absent') error(404);
	if (outcome === 'not_yours') error(403);
	if (outcome === 'done') redirect(303, `/restructure/${event.params.id}?done=${done}&variant=${variant}`);
	return fail(400, outcome);
}

export const actions: Actions = {
	remove: async (event) => {
		const by = who(event);
		const text = trimmed(await textsIn(event));
		const outcome = await asPerson(by, (tx) =>
			removeMove(tx, by, event.params.id, text('move'), text('key'))
		);
		return answer(outcome, event, 'removed', variantIn(text('variant')));
	},
	copy: async (event) => {
		const by = who(event);
		const text = trimmed(await textsIn(event));
		const outcome = await asPerson(by, (tx) => copyPlan(tx, by, event.params.id, text('key')));
		return answer(outcome, event, 'copied', 'what_if');
	},
	settle: async (event) => {
		const by = who(event);
		const text = trimmed(await textsIn(event));
		const adopts = text('adopt') === 'yes';
		const outcome = await asPerson(by, (tx) => settleWhatIf(tx, by, event.params.id, text('key'), adopts));
		return answer(outcome, event, adopts ? 'adopted' : 'discarded', 'plan');
	},
	undo: async (event) => {
		const by = who(event);
		const text = trimmed(await textsIn(event));
		const outcome = await asPerson(by, (tx) => undoPlanning(tx, by, event.params.id, text('form')));
		if (outcome !== 'done') return answer(outcome, event, '', 'plan');
		const still = await asPerson(by, (tx) => restructurePage(tx, by, event.params.id, 'plan'));
		redirect(303, still ? `/restructure/${event.params.id}?done=undone` : '/restructure');
	}
};
