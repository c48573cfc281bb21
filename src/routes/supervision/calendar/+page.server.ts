import { fail, redirect } from '@sveltejs/kit';
import { isAmong, PAGES } from '#lib/domain/access.ts';
import {
	calendarAddressInWords,
	makeCalendarAddress,
	revokeCalendarAddress
} from '#lib/server/work/calendar-feed.ts';
import { calendarAsked, calendarMonth } from '#lib/server/work/supervision-calendar.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsIn } from '../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const asked = calendarAsked(event.url.searchParams, by);
	return asPerson(by, async (tx) => ({
		asked,
		found: await calendarMonth(tx, by, asked),
		today: by.today,
		address: await calendarAddressInWords(tx, by),
		mayHaveAddress: by.practitionerId !== null,
		mayBook: isAmong(PAGES['/supervision/book'], by.role),
		done: event.url.searchParams.get('done'),
		formKey: crypto.randomUUID()
	}));
};

export const actions: Actions = {
	/** Shown once, in the answer to the form, and kept nowhere. */
	make: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const token = await asPerson(by, (tx) => makeCalendarAddress(tx, by, text('key')));
		if (token === null)
			return fail(409, {
				made: null,
				refused: 'An address was made already, and is shown only once. Make a new one to see it.'
			});
		return { made: `${event.url.origin}/calendar/${token}.ics`, refused: null };
	},
	revoke: async (event) => {
		const by = who(event);
		await asPerson(by, (tx) => revokeCalendarAddress(tx, by));
		redirect(303, '/supervision/calendar?done=revoked#feed');
	}
};
