import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { dayGiven } from '#lib/domain/asked.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { answerFlag, type AnswerForm } from '#lib/server/work/answer-flag.ts';
import { flagOfFinding, flagPage } from '#lib/server/work/flag-page.ts';
import { freshnessInWords } from '#lib/server/work/freshness.ts';
import { asPerson, who } from '#lib/server/session.ts';
import { textsIn, type Text } from '../../forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const person = who(event);
	const { searchParams } = event.url;
	const { id } = event.params;
	const rule = searchParams.get('rule');
	if (rule !== null) {
		const flagId = await asPerson(person, (tx) => flagOfFinding(tx, person, rule, id));
		if (flagId === null) error(404);
		redirect(303, `/flags/${flagId}`);
	}
	return asPerson(person, async (tx) => {
		const found = await flagPage(tx, person, id);
		if (!found) error(404);
		return {
			today: person.today,
			...(await freshnessInWords(tx, person.today)),
			found,
			done: searchParams.get('done'),
			keys: [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()] as const
		};
	});
};

export const actions: Actions = {
	acknowledge: (event) =>
		answer(event, (text) => ({ step: 'acknowledged', key: text('key'), plan: text('plan') })),
	accept: (event) =>
		answer(event, (text, today) => ({
			step: 'accepted',
			key: text('key'),
			reason: text('reason'),
			mitigation: text('mitigation'),
			until: dayGiven(text, 'until', today)
		})),
	comment: (event) => answer(event, (text) => ({ step: 'commented', key: text('key'), words: text('words') }))
};

async function answer(
	event: RequestEvent<{ id: string }>,
	read: (text: Text, today: CalendarDate) => AnswerForm
) {
	const person = who(event);
	const { id } = event.params;
	const text = await textsIn(event);
	const form = read(text, person.today);
	const outcome = await asPerson(person, (tx) => answerFlag(tx, person, id, form));
	if (outcome === 'absent') error(404);
	if (outcome === 'done') redirect(303, `/flags/${id}?done=${form.step}`);
	const typed = {
		...form,
		day: { choice: text('until-choice'), typed: text('until') }
	};
	return 'refused' in outcome
		? fail(403, { typed, refused: outcome.refused, errors: [] })
		: fail(400, { typed, refused: null, errors: outcome.errors });
}
