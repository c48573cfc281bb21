import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { isId } from '#lib/domain/asked.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { keepReading, readingPage } from '#lib/server/work/read-for-quality.ts';
import { textsOf } from '../../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { sampleId, readingId } = placeIn(event);
	const page = await asPerson(by, (tx) => readingPage(tx, by, sampleId, readingId));
	return page ? { ...page, sampleId } : error(404, 'Not found');
};

function placeIn({ params }: Pick<RequestEvent<{ sample: string; reading: string }>, 'params'>) {
	const { sample: sampleId, reading: readingId } = params;
	return isId(sampleId) && isId(readingId) ? { sampleId, readingId } : error(404, 'Not found');
}

export const actions: Actions = {
	default: async (event) => {
		const by = who(event);
		const place = placeIn(event);
		const data = await event.request.formData();
		const text = textsOf(data);
		const themes = data.getAll('themes').filter((theme) => typeof theme === 'string');
		const typed = {
			decision: text('decision'),
			rationale: text('rationale'),
			voice: text('voice'),
			followThrough: text('followThrough'),
			feedback: text('feedback'),
			themes
		};
		const answer = await asPerson(by, (tx) => keepReading(tx, by, place, { text, themes }));
		if (answer === 'absent') error(404, 'Not found');
		if ('refused' in answer) return fail(400, { errors: answer.refused, typed, edition: null });
		if ('conflict' in answer) {
			const words =
				'Not saved: somebody else marked this meanwhile. Their marks stand; yours are below. Save again to replace them.';
			return fail(409, { errors: [{ field: 'decision', words }], typed, edition: answer.edition });
		}
		const page = await asPerson(by, (tx) => readingPage(tx, by, place.sampleId, place.readingId));
		const next = text('next') !== '' && page?.nextId ? `/${page.nextId}` : '';
		redirect(303, `/quality/${place.sampleId}${next}`);
	}
};
