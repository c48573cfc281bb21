import { csvAnswer } from '#lib/server/work/csv.ts';
import { supervisionList } from '#lib/server/work/supervision-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types.ts';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const { due } = await asPerson(by, (tx) => supervisionList(tx, by));
	return csvAnswer(
		`supervision-${by.today}`,
		['practitioner', 'standing', 'due on', 'last held on', 'on time this quarter %'],
		due.map((row) => [row.name, row.standing, row.dueOn, row.lastHeldOn, row.onTimePercent])
	);
};
