import { accountOfToken, ownCalendar } from '#lib/server/work/calendar-feed.ts';
import { asPerson, asTheyStand, atTheDoor } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ params, url }) => {
	const accountId = await atTheDoor((tx) => accountOfToken(tx, params.token));
	const reader = accountId === null ? null : await asTheyStand(accountId);
	// As an address that leads nowhere: the hook answers with the page of those.
	if (!reader) return new Response(null, { status: 404, headers: { 'content-type': 'text/html' } });
	const calendar = await asPerson(reader, (tx) => ownCalendar(tx, reader, url.origin));
	return new Response(calendar, {
		headers: {
			'content-type': 'text/calendar; charset=utf-8',
			'content-disposition': 'inline; filename="supervision.ics"'
		}
	});
};
