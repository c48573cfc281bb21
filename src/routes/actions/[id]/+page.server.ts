import { error, fail, redirect } from '@sveltejs/kit';
import { dayAsTyped } from '#lib/domain/typed-day.ts';
import { actionPage } from '#lib/server/work/action-list.ts';
import {
	changeAction,
	finishAction,
	takeOutAction,
	undoAction,
	type ActionSaved
} from '#lib/server/work/keep-action.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsIn } from '../../forms.server.ts';
import { nextIn, nextWith } from '../next.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => actionPage(tx, by, event.params.id));
	if (!found) error(404);
	return {
		found,
		today: by.today,
		todayTyped: dayAsTyped(by.today),
		next: nextIn(event.url, '/actions'),
		acted: event.url.searchParams.get('action'),
		keys: { change: crypto.randomUUID(), out: crypto.randomUUID() }
	};
};

/** Leads on where it is done; else what was typed comes back with what is wrong, or what somebody else did meanwhile. */
function answered<Typed extends { edition: string }>(
	event: RequestEvent,
	outcome: ActionSaved,
	done: string,
	typed: Typed
) {
	if (outcome === 'absent') error(404);
	if ('notYours' in outcome) error(403, outcome.notYours);
	if ('done' in outcome) redirect(303, nextWith(event.url, '/actions', done));
	const isConflict = 'conflict' in outcome;
	return fail(isConflict ? 409 : 400, {
		task: done,
		typed: isConflict ? { ...typed, edition: outcome.edition } : typed,
		errors: isConflict ? [] : outcome.refused,
		conflict: isConflict ? outcome.conflict : null
	});
}

export const actions: Actions = {
	done: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const typed = {
			key: text('key'),
			edition: text('edition'),
			doneOn: text('doneOn'),
			outcome: text('outcome')
		};
		const outcome = await asPerson(by, (tx) => finishAction(tx, by, event.params.id, typed));
		return answered(event, outcome, 'done', typed);
	},
	change: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const typed = {
			key: text('key'),
			edition: text('edition'),
			description: text('description'),
			owner: text('owner'),
			dueOn: text('dueOn'),
			risk: text('risk')
		};
		const outcome = await asPerson(by, (tx) => changeAction(tx, by, event.params.id, typed));
		return answered(event, outcome, 'changed', typed);
	},
	out: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const typed = { key: text('key'), edition: text('edition') };
		const outcome = await asPerson(by, (tx) => takeOutAction(tx, by, event.params.id, typed));
		return answered(event, outcome, 'taken_out', typed);
	},
	undo: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const outcome = await asPerson(by, (tx) => undoAction(tx, by, text('form')));
		if (outcome === 'absent') error(404);
		if (outcome === 'not_yours') error(403, 'What somebody else did is theirs to undo.');
		if (outcome === 'done') redirect(303, nextWith(event.url, '/actions', 'undone'));
		return fail(409, { task: 'undone', typed: null, errors: [], conflict: outcome.refused });
	}
};
