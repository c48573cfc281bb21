import { error, fail, redirect } from '@sveltejs/kit';
import { bookingPage } from '#lib/server/work/booking-page.ts';
import {
	cancelSession,
	holdGroup,
	moveSession,
	undoBooking,
	type Rebooked
} from '#lib/server/work/move-supervision.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsIn, textsOf } from '../../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => bookingPage(tx, by, event.params.session));
	if (!found) error(404);
	return {
		found,
		today: by.today,
		done: event.url.searchParams.get('done'),
		keys: { move: crypto.randomUUID(), cancel: crypto.randomUUID(), held: crypto.randomUUID() }
	};
};

const NOT_YOURS =
	'A session is moved and cancelled by the two whose it is, and by those who manage practice.';

/** Leads on where it is done; else what was typed comes back with what is wrong or in the way. */
function answered<Typed extends { edition: string }>(
	{ params }: RequestEvent,
	outcome: Rebooked,
	done: string,
	typed: Typed
) {
	if (outcome === 'absent') error(404);
	if (outcome === 'not_yours') error(403, NOT_YOURS);
	if ('done' in outcome) redirect(303, `/supervision/${params.session}/booking?done=${done}`);
	const isConflict = 'conflict' in outcome;
	return fail(isConflict ? 409 : 400, {
		task: done,
		typed: isConflict ? { ...typed, edition: outcome.edition } : typed,
		errors: 'refused' in outcome ? outcome.refused : [],
		conflict: isConflict ? outcome.conflict : null,
		warned: 'warned' in outcome ? outcome.warned : []
	});
}

export const actions: Actions = {
	move: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const typed = {
			key: text('key'),
			edition: text('edition'),
			to: text('to'),
			time: text('time'),
			minutes: text('minutes'),
			anyway: text('anyway')
		};
		const outcome = await asPerson(by, (tx) => moveSession(tx, by, event.params.session, typed));
		return answered(event, outcome, 'moved', typed);
	},
	cancel: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const typed = {
			key: text('key'),
			edition: text('edition'),
			by: text('by'),
			reason: text('reason'),
			reach: text('reach')
		};
		const outcome = await asPerson(by, (tx) => cancelSession(tx, by, event.params.session, typed));
		return answered(event, outcome, 'cancelled', typed);
	},
	held: async (event) => {
		const by = who(event);
		const data = await event.request.formData();
		const text = textsOf(data);
		const typed = {
			key: text('key'),
			edition: text('edition'),
			minutes: text('minutes'),
			there: data.getAll('there').flatMap((id) => (typeof id === 'string' ? id : []))
		};
		const outcome = await asPerson(by, (tx) => holdGroup(tx, by, event.params.session, typed));
		return answered(event, outcome, 'held', typed);
	},
	undo: async (event) => {
		const by = who(event);
		const { session } = event.params;
		const text = await textsIn(event);
		const outcome = await asPerson(by, async (tx) => {
			const undone = await undoBooking(tx, by, text('form'));
			return { undone, isGone: undone === 'done' && (await bookingPage(tx, by, session)) === null };
		});
		const { undone, isGone } = outcome;
		if (undone === 'absent') error(404);
		if (undone === 'not_yours') error(403, 'What somebody else booked is theirs to undo.');
		if (undone === 'done')
			redirect(303, isGone ? '/supervision?done=undone' : `/supervision/${session}/booking?done=undone`);
		return fail(409, { task: 'undone', typed: null, errors: [], conflict: undone.refused, warned: [] });
	}
};
