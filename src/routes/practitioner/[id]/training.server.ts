import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { dayGiven } from '#lib/domain/asked.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	correctTraining,
	decideTraining,
	recordTraining,
	takeBackClaim,
	undoTraining,
	withdrawTraining,
	type Kept,
	type TrainingAsker
} from '#lib/server/work/keep-training.ts';
import { asPerson, who, type Who } from '#lib/server/session.ts';
import { textsOf, trimmed, typedIn, type Text } from '../../forms.server.ts';

type Doing = (
	tx: Parameters<typeof recordTraining>[0],
	by: TrainingAsker,
	practitionerId: string,
	text: Text
) => Promise<Kept | { refused: string }>;

const completion = (text: Text, today: CalendarDate) => ({
	key: text('key'),
	course: text('course'),
	completedOn: dayGiven(text, 'completedOn', today),
	expiresOn: dayGiven(text, 'expiresOn', today),
	evidence: text('evidence')
});
const changed = (text: Text) => ({
	trainingId: text('training'),
	edition: text('edition'),
	why: text('why')
});

/** What the forms of the training tab do, by the name of the action. */
const DOING = {
	recordTraining: (tx, by, id, text) => recordTraining(tx, by, id, completion(text, by.today)),
	decideTraining: (tx, by, id, text) =>
		decideTraining(tx, by, id, {
			key: text('key'),
			claimId: text('claim'),
			decided: text('decided') === 'confirmed' ? 'confirmed' : 'refused',
			answer: text('answer')
		}),
	takeBackTraining: (tx, by, id, text) => takeBackClaim(tx, by, id, text('claim')),
	correctTraining: (tx, by, id, text) =>
		correctTraining(tx, by, id, { ...completion(text, by.today), ...changed(text) }),
	withdrawTraining: (tx, by, id, text) =>
		withdrawTraining(tx, by, id, { key: text('key'), ...changed(text) }),
	undoTraining: (tx, by, _id, text) => undoTraining(tx, by, text('form'))
} satisfies Record<string, Doing>;

type Action = keyof typeof DOING;

async function act(name: Action, event: RequestEvent<{ id: string }>) {
	const by: Who = who(event);
	const { id } = event.params;
	const data = await event.request.formData();
	const text = trimmed(textsOf(data));
	const doing: Doing = DOING[name];
	const kept = await asPerson(by, (tx) => doing(tx, by, id, text));
	if (kept === 'done') redirect(303, `/practitioner/${id}?tab=training&done=${name}`);
	if (kept === 'absent') error(404);
	if (kept === 'not_yours')
		error(403, 'Training is recorded and confirmed by those who manage practice, never by oneself.');
	const typed = typedIn(data);
	const training = {
		name,
		typed,
		errors: 'wrong' in kept ? kept.wrong : [],
		refused: 'refused' in kept ? kept.refused : null,
		conflict: 'conflict' in kept ? { stands: kept.conflict } : null
	};
	return fail('conflict' in kept ? 409 : 400, { training });
}

export const trainingActions = {
	recordTraining: (event: RequestEvent<{ id: string }>) => act('recordTraining', event),
	decideTraining: (event: RequestEvent<{ id: string }>) => act('decideTraining', event),
	takeBackTraining: (event: RequestEvent<{ id: string }>) => act('takeBackTraining', event),
	correctTraining: (event: RequestEvent<{ id: string }>) => act('correctTraining', event),
	withdrawTraining: (event: RequestEvent<{ id: string }>) => act('withdrawTraining', event),
	undoTraining: (event: RequestEvent<{ id: string }>) => act('undoTraining', event)
};
