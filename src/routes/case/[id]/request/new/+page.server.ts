import { error, fail, redirect } from '@sveltejs/kit';
import { AGENCIES, REQUEST_KINDS } from '#lib/domain/requests-kept.ts';
import { OTHER_AGENCY, recordRequest, type RequestForm } from '#lib/server/work/keep-request.ts';
import { requestFormPage } from '#lib/server/work/request-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsIn } from '../../../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const found = await asPerson(by, (tx) => requestFormPage(tx, by, event.params.id));
	if (!found) error(404);
	const { searchParams } = event.url;
	const agency = searchParams.get('agency') ?? '';
	const listed = AGENCIES.find((each) => each === agency);
	return {
		found,
		today: by.today,
		formKey: crypto.randomUUID(),
		otherAgency: OTHER_AGENCY,
		/** A challenge of a decision begins with the agency that makes it. */
		start: {
			agency: listed ?? (agency === '' ? '' : OTHER_AGENCY),
			other: listed ? '' : agency.slice(0, 100),
			kind: REQUEST_KINDS.find((each) => each === searchParams.get('kind')) ?? ''
		}
	};
};

export const actions: Actions = {
	default: async (event) => {
		const by = who(event);
		const { id } = event.params;
		const text = await textsIn(event);
		const typed: RequestForm = {
			key: text('key'),
			agency: text('agency'),
			other: text('other'),
			kind: text('kind'),
			requestedOn: text('requestedOn'),
			asked: text('asked')
		};
		const outcome = await asPerson(by, (tx) => recordRequest(tx, by, id, typed));
		if (outcome === 'absent') error(404);
		if ('notYours' in outcome) error(403, outcome.notYours);
		if ('done' in outcome)
			redirect(
				303,
				outcome.done === null ? `/case/${id}` : `/case/${id}/request/${outcome.done}?done=recorded`
			);
		return fail(400, { typed, errors: 'refused' in outcome ? outcome.refused : [] });
	}
};
