import { asPerson, who } from '#lib/server/session.ts';
import { reportList } from '#lib/server/work/board-report.ts';
import { csvAnswer } from '#lib/server/work/csv.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const { rows } = await asPerson(by, (tx) => reportList(tx, by));
	return csvAnswer(
		'board-reports',
		['month', 'issued', 'how', 'sha256'],
		rows.map(({ month, issued, by: how, digest }) => [month, issued, how, digest])
	);
};
