import { csvAnswer } from '#lib/server/work/csv.ts';
import { outbox, stateFrom } from '#lib/server/work/notices.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const state = stateFrom(event.url.searchParams);
	const { notices } = await asPerson(person, (tx) => outbox(tx, state, person.today));
	return csvAnswer(
		`outbox-${person.today}`,
		['to', 'notice', 'about', 'subject', 'state', 'when', 'attempts', 'why'],
		notices.map((notice) => [
			notice.to,
			notice.kind,
			notice.day,
			notice.subject,
			notice.stateInWords,
			notice.when,
			notice.attempts,
			notice.why
		])
	);
};
