import { error, fail, redirect } from '@sveltejs/kit';
import { groupPage } from '#lib/server/work/booking-page.ts';
import { bookGroup } from '#lib/server/work/plan-supervision.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsOf } from '../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const people = await asPerson(by, (tx) => groupPage(tx, by));
	if (!people) error(404);
	return { people, today: by.today, formKey: crypto.randomUUID() };
};

export const actions: Actions = {
	default: async (event) => {
		const by = who(event);
		const data = await event.request.formData();
		const text = textsOf(data);
		const typed = {
			key: text('key'),
			from: text('from'),
			time: text('time'),
			minutes: text('minutes'),
			reflective: text('reflective'),
			superviseeIds: data.getAll('member').flatMap((id) => (typeof id === 'string' ? id : []))
		};
		const outcome = await asPerson(by, (tx) => bookGroup(tx, by, typed));
		if (outcome === 'absent' || 'plan' in Object(outcome)) error(404);
		if (outcome === 'not_yours') error(403, 'A group is booked by whoever supervises it.');
		if ('done' in outcome) redirect(303, '/supervision?done=group');
		return fail(400, { typed, errors: 'refused' in outcome ? outcome.refused : [] });
	}
};
