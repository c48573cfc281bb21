import { asPerson, who } from '#lib/server/session.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { openingsShown } from '#lib/server/work/own-record.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const openings = await asPerson(by, (tx) => openingsShown(tx, by));
	return csvAnswer(
		`who-opened-my-record-${by.today}`,
		['when', 'who', 'what', 'as', 'reason given'],
		openings.map(({ at, who: name, what, as, reason }) => [at, name, what, as, reason])
	);
};
