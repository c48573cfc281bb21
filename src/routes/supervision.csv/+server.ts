import { askedDay } from '#lib/domain/asked.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { dueAsked, dueShown, supervisionList } from '#lib/server/work/supervision-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const { searchParams } = event.url;
	const { on } = askedDay(searchParams.get('as-at'), by.today);
	const { due } = await asPerson(by, (tx) => supervisionList(tx, by, on));
	return csvAnswer(
		`supervision-${on}`,
		[
			'practitioner',
			'supervisor',
			'how often',
			'standing',
			'due on',
			'last held on',
			'booked for',
			'in the way of it',
			'on time this quarter %'
		],
		dueShown(due, dueAsked(searchParams)).map((row) => [
			row.name,
			row.supervisor,
			row.rhythm,
			row.standing,
			row.dueOn,
			row.lastHeldOn,
			row.booked?.on ?? null,
			row.booked?.clash ?? null,
			row.onTimePercent
		])
	);
};
