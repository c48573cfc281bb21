import { error } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { reportPrinted } from '#lib/server/work/board-report.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => reportPrinted(tx, by, event.params.report));
	if (!found) error(404);
	return new Response(new Uint8Array(found.pdf), {
		headers: {
			'content-type': 'application/pdf',
			'content-disposition': `inline; filename="board-report-${found.on}.pdf"`
		}
	});
};
