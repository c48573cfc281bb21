import { error, fail, redirect } from '@sveltejs/kit';
import { asPerson, who } from '#lib/server/session.ts';
import { drawForQuality, qualityPage } from '#lib/server/work/read-for-quality.ts';
import { textsOf, typedIn } from '../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const page = await asPerson(by, (tx) => qualityPage(tx, by));
	return { ...page, today: by.today, key: crypto.randomUUID() };
};

export const actions: Actions = {
	default: async (event) => {
		const by = who(event);
		const data = await event.request.formData();
		const text = textsOf(data);
		const form = {
			key: text('key'),
			from: text('from'),
			to: text('to'),
			ofEachTeam: text('ofEachTeam').trim(),
			reason: text('reason')
		};
		const answer = await asPerson(by, (tx) => drawForQuality(tx, by, form));
		if ('notYours' in answer) error(403, 'Only the principal social worker draws a sample.');
		if ('refused' in answer) return fail(400, { errors: answer.refused, typed: typedIn(data) });
		redirect(303, `/quality/${answer.sampleId}`);
	}
};
