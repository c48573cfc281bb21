import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { reportPage } from '#lib/server/work/board-report.ts';
import { reportInSheets } from '#lib/server/work/figures-in-sheets.ts';
import { xlsxAnswer } from '#lib/server/work/xlsx.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => reportPage(tx, by, event.params.report));
	if (!found) error(404);
	return xlsxAnswer(
		`board-report-${found.figures.on}`,
		`Board report to ${found.month}`,
		reportInSheets(found)
	);
};
