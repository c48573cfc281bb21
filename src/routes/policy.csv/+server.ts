import { isCalendarDate } from '#lib/domain/calendar.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import { policyPage } from '#lib/server/work/policy-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const person = who(event);
	const given = event.url.searchParams.get('as-at') ?? '';
	const on = isCalendarDate(given) ? given : person.today;
	const { version, parts } = await asPerson(person, (tx) => policyPage(tx, person, on, null));
	const rows = parts.flatMap(({ title, rows: fields }) =>
		fields.map(({ label, value, source }) => [version, title, label, value, source])
	);
	return csvAnswer(`policy-${on}`, ['version', 'part', 'what', 'value', 'source'], rows);
};
