import { error, fail, redirect } from '@sveltejs/kit';
import { bookGroup, planGroup, type GroupForm, type GroupPlanned } from '#lib/server/work/book-group.ts';
import { groupPage } from '#lib/server/work/booking-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsOf } from '../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const people = await asPerson(by, (tx) => groupPage(tx, by));
	if (!people) error(404);
	return { people, today: by.today, formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent): Promise<GroupForm> {
	const data = await event.request.formData();
	const text = textsOf(data);
	const all = (name: string) => data.getAll(name).flatMap((each) => (typeof each === 'string' ? each : []));
	return {
		key: text('key'),
		from: text('from'),
		time: text('time'),
		minutes: text('minutes'),
		reflective: text('reflective'),
		superviseeIds: all('member'),
		repeat: text('repeat'),
		until: text('until'),
		days: all('day')
	};
}

function answered(typed: GroupForm, outcome: GroupPlanned) {
	if (outcome === 'absent') error(404);
	if (outcome === 'not_yours') error(403, 'A group is booked by whoever supervises it.');
	if ('done' in outcome) redirect(303, `/supervision?done=${typed.repeat === 'once' ? 'group' : 'groups'}`);
	if ('plan' in outcome) return { typed, errors: [], plan: outcome };
	return fail(400, { typed, errors: outcome.refused, plan: null });
}

export const actions: Actions = {
	book: async (event) => {
		const by = who(event);
		const typed = { ...(await formIn(event)), days: [] };
		return answered(typed, await asPerson(by, (tx) => bookGroup(tx, by, typed)));
	},
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		return answered(typed, await asPerson(by, (tx) => planGroup(tx, by, typed)));
	},
	again: async (event) => ({ typed: { ...(await formIn(event)), days: [] }, errors: [], plan: null }),
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		return answered(typed, await asPerson(by, (tx) => bookGroup(tx, by, typed)));
	}
};
