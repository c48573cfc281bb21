import { redirect } from '@sveltejs/kit';
import { record } from '#lib/server/audit.ts';
import { asPerson, end, who } from '#lib/server/session.ts';
import type { Actions } from './$types';

// What the browser kept of this site: its cache, with the pages it left and would show again, and all storage.
const FORGET = '"cache", "storage"';

export const actions: Actions = {
	default: async (event) => {
		const person = who(event);
		await asPerson(person, (tx) =>
			record(tx, person, { action: 'signed out', entity: 'account', entityId: person.accountId })
		);
		await end(event.cookies);
		event.setHeaders({ 'clear-site-data': FORGET });
		redirect(303, '/sign-in?told=signed-out');
	}
};
