import { error, fail, redirect } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { issueNow, reportList } from '#lib/server/work/board-report.ts';
import { textsIn } from '../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => reportList(tx, by));
	return { found, formKey: crypto.randomUUID() };
};

export const actions: Actions = {
	default: async (event) => {
		const by = who(event);
		const text = await textsIn(event);
		const outcome = await asPerson(by, (tx) => issueNow(tx, by, text('key')));
		if (outcome === 'not_yours')
			error(403, 'Reports are issued by a director or the principal social worker.');
		if (outcome === 'no_month') return fail(409, { refused: 'No month-end is stored yet.' });
		redirect(303, outcome.done === null ? '/organisation/report' : `/organisation/report/${outcome.done}`);
	}
};
