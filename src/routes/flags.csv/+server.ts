import { askedDay, DAYS_AHEAD } from '#lib/domain/asked.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { filterFrom, flagList } from '#lib/server/work/flag-list.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const { on } = askedDay(event.url.searchParams.get('as-at'), person.today, DAYS_AHEAD);
	const filter = filterFrom(event.url.searchParams);
	const { flags } = await asPerson(person, (tx) =>
		flagList(tx, person.role, { on, hindsight: false }, filter)
	);
	return csvAnswer(
		`flags-${on}`,
		[
			'severity',
			'rule',
			'subject',
			'reference',
			'team',
			'state',
			'state in words',
			'since',
			'last oversight',
			'reasons',
			'why',
			'what clears it'
		],
		flags.map((flag) => [
			flag.severity,
			flag.code,
			flag.subjectKind,
			flag.reference,
			flag.team,
			flag.life.state,
			flag.life.words,
			flag.since,
			flag.lastOversightOn,
			flag.reasons.join('; '),
			flag.why,
			flag.clears
		])
	);
};
