import { csvAnswer } from '#lib/server/work/csv.ts';
import {
	agenciesCsv,
	AGENCY_COLUMNS,
	requestsAsked,
	requestsFound,
	ROW_COLUMNS,
	rowsCsv
} from '#lib/server/work/requests-by-agency.ts';
import { asPerson, who } from '#lib/server/session.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const asked = requestsAsked(event.url.searchParams, by.today);
	const found = await asPerson(by, (tx) => requestsFound(tx, by, asked));
	const { from, to } = asked.period;
	return asked.rows
		? csvAnswer(`requests-${from}-to-${to}`, ROW_COLUMNS, rowsCsv(found))
		: csvAnswer(`requests-by-agency-${from}-to-${to}`, AGENCY_COLUMNS, agenciesCsv(found));
};
