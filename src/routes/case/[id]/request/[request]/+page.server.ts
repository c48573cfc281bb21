import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { AGENCIES } from '#lib/domain/requests-kept.ts';
import {
	agreeToRefusal,
	correctRequest,
	decideRequest,
	OTHER_AGENCY,
	recordAnswer,
	type RequestSaved
} from '#lib/server/work/keep-request.ts';
import { requestPage, undoRequest } from '#lib/server/work/request-page.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsIn } from '../../../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const by = who(event);
	const { id, request } = event.params;
	const found = await asPerson(by, (tx) => requestPage(tx, by, id, request));
	if (!found) error(404);
	return {
		found,
		today: by.today,
		done: event.url.searchParams.get('done'),
		otherAgency: OTHER_AGENCY,
		isListed: AGENCIES.some((each) => each === found.said.agency),
		keys: {
			correct: crypto.randomUUID(),
			decide: crypto.randomUUID(),
			agree: crypto.randomUUID(),
			answer: crypto.randomUUID()
		}
	};
};

interface Typed {
	key: string;
	edition: string;
}

/** Leads on where it is done; else what was typed comes back with what is wrong, or what somebody else did meanwhile. */
function answered<Form extends Typed>(
	{ params }: RequestEvent<{ id: string; request: string }>,
	outcome: RequestSaved,
	done: string,
	typed: Form
) {
	if (outcome === 'absent') error(404);
	if ('notYours' in outcome) error(403, outcome.notYours);
	if ('done' in outcome) redirect(303, `/case/${params.id}/request/${params.request}?done=${done}`);
	const isConflict = 'conflict' in outcome;
	return fail(isConflict ? 409 : 400, {
		task: done,
		typed: isConflict ? { ...typed, edition: outcome.edition } : typed,
		errors: isConflict ? [] : outcome.refused,
		conflict: isConflict ? outcome.conflict : null
	});
}

export const actions: Actions = {
	decide: async (event) => {
		const by = who(event);
		const { id, request } = event.params;
		const text = await textsIn(event);
		const typed = {
			key: text('key'),
			edition: text('edition'),
			outcome: text('outcome'),
			decidedOn: text('decidedOn'),
			rationale: text('rationale')
		};
		const outcome = await asPerson(by, (tx) => decideRequest(tx, by, id, request, typed));
		return answered(event, outcome, 'decided', typed);
	},
	agree: async (event) => {
		const by = who(event);
		const { id, request } = event.params;
		const text = await textsIn(event);
		const typed = { key: text('key'), edition: text('edition') };
		const outcome = await asPerson(by, (tx) => agreeToRefusal(tx, by, id, request, typed));
		return answered(event, outcome, 'agreed', typed);
	},
	answer: async (event) => {
		const by = who(event);
		const { id, request } = event.params;
		const text = await textsIn(event);
		const typed = {
			key: text('key'),
			edition: text('edition'),
			answer: text('answer'),
			answeredOn: text('answeredOn'),
			words: text('words')
		};
		const outcome = await asPerson(by, (tx) => recordAnswer(tx, by, id, request, typed));
		return answered(event, outcome, 'answered', typed);
	},
	correct: async (event) => {
		const by = who(event);
		const { id, request } = event.params;
		const text = await textsIn(event);
		const typed = {
			key: text('key'),
			edition: text('edition'),
			agency: text('agency'),
			other: text('other'),
			kind: text('kind'),
			requestedOn: text('requestedOn'),
			asked: text('asked'),
			never: text('never'),
			why: text('why')
		};
		const outcome = await asPerson(by, (tx) => correctRequest(tx, by, id, request, typed));
		const isGone = typed.never === 'yes' && typeof outcome !== 'string' && 'done' in outcome;
		if (isGone) redirect(303, `/case/${id}?done=request-withdrawn`);
		return answered(event, outcome, 'corrected', typed);
	},
	undo: async (event) => {
		const by = who(event);
		const { id, request } = event.params;
		const text = await textsIn(event);
		const outcome = await asPerson(by, async (tx) => {
			const undone = await undoRequest(tx, by, id, text('form'));
			const still = undone === 'done' ? await requestPage(tx, by, id, request) : null;
			return { undone, isGone: undone === 'done' && still === null };
		});
		if (outcome.undone === 'absent') error(404);
		if (outcome.undone === 'not_yours') error(403, 'What somebody else recorded is theirs to undo.');
		if (outcome.undone === 'done')
			redirect(
				303,
				outcome.isGone ? `/case/${id}?done=request-undone` : `/case/${id}/request/${request}?done=undone`
			);
		return fail(409, {
			task: 'undone',
			typed: null,
			errors: [],
			conflict: outcome.undone.refused
		});
	}
};
