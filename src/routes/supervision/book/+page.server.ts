import { error, fail, redirect } from '@sveltejs/kit';
import { bookPage } from '#lib/server/work/booking-page.ts';
import {
	bookSessions,
	planSessions,
	type BookingForm,
	type Planned
} from '#lib/server/work/plan-supervision.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsOf } from '../../forms.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const of = event.url.searchParams.get('of') ?? '';
	const found = await asPerson(by, (tx) => bookPage(tx, by, of));
	if (!found) error(404);
	return { found, today: by.today, formKey: crypto.randomUUID() };
};

async function formIn(event: RequestEvent): Promise<BookingForm> {
	const data = await event.request.formData();
	const text = textsOf(data);
	return {
		key: text('key'),
		superviseeId: text('superviseeId'),
		from: text('from'),
		time: text('time'),
		minutes: text('minutes'),
		as: text('as'),
		reflective: text('reflective'),
		repeat: text('repeat'),
		until: text('until'),
		keepWeekday: text('keepWeekday'),
		holder: text('holder'),
		days: data.getAll('day').flatMap((day) => (typeof day === 'string' ? day : []))
	};
}

const NOT_YOURS = 'Sessions are booked by the two whose they are, and by those who manage practice.';

function answered(typed: BookingForm, outcome: Planned) {
	if (outcome === 'absent') error(404);
	if (outcome === 'not_yours') error(403, NOT_YOURS);
	if ('done' in outcome) redirect(303, `/supervision?done=${outcome.done > 1 ? 'series' : 'booked'}`);
	if ('plan' in outcome) return { typed, errors: [], plan: outcome };
	return fail(400, { typed, errors: outcome.refused, plan: null });
}

export const actions: Actions = {
	/** Books at once where nothing stands in the way, else shows the days first. */
	book: async (event) => {
		const by = who(event);
		const typed = { ...(await formIn(event)), days: [] };
		return answered(typed, await asPerson(by, (tx) => bookSessions(tx, by, typed)));
	},
	check: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		return answered(typed, await asPerson(by, (tx) => planSessions(tx, by, typed)));
	},
	save: async (event) => {
		const by = who(event);
		const typed = await formIn(event);
		return answered(typed, await asPerson(by, (tx) => bookSessions(tx, by, typed)));
	},
	again: async (event) => ({ typed: { ...(await formIn(event)), days: [] }, errors: [], plan: null })
};
