import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { REPORT_HEAD, reportPage, reportRows } from '#lib/server/work/board-report.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => reportPage(tx, by, event.params.report));
	if (!found) error(404);
	return csvAnswer(`board-report-${found.figures.on}`, REPORT_HEAD, reportRows(found));
};
