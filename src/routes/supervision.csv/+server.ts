import { askedDay } from '#lib/domain/asked.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { supervisionList } from '#lib/server/work/supervision-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const { on } = askedDay(event.url.searchParams.get('as-at'), by.today);
	const { due } = await asPerson(by, (tx) => supervisionList(tx, by, on));
	return csvAnswer(
		`supervision-${on}`,
		['practitioner', 'standing', 'due on', 'last held on', 'on time this quarter %'],
		due.map((row) => [row.name, row.standing, row.dueOn, row.lastHeldOn, row.onTimePercent])
	);
};
