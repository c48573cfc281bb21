import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { isAmong, PAGES, type AskingRole } from '#lib/domain/access.ts';
import { undoRecord } from '#lib/server/work/keep-record.ts';
import {
	answerAboutRecord,
	questionRecord,
	takeBackQuestion,
	type Questioned
} from '#lib/server/work/question-record.ts';
import { asPerson, who, type Who } from '#lib/server/session.ts';
import { textsOf, trimmed, typedIn, type Text } from '../../forms.server.ts';

type Doing = (
	tx: Parameters<typeof questionRecord>[0],
	by: Who,
	practitionerId: string,
	text: Text
) => Promise<Questioned | { refused: string }>;

/** What the forms on a record do, by the name of the action. */
const DOING = {
	questionRecord: (tx, by, id, text) =>
		questionRecord(tx, by, id, {
			key: text('key'),
			fact: text('fact'),
			wrong: text('wrong'),
			should: text('should')
		}),
	takeBackQuestion: (tx, by, id, text) => takeBackQuestion(tx, by, id, text('question')),
	answerQuestion: (tx, by, id, text) =>
		answerAboutRecord(tx, by, id, {
			key: text('key'),
			question: text('question'),
			outcome: text('outcome'),
			answer: text('answer')
		}),
	undoRecord: (tx, by, id, text) => undoRecord(tx, by, id, text('form'))
} satisfies Record<string, Doing>;

type Action = keyof typeof DOING;

/** Where the record is read: on somebody's page, or alone where that page is not for who asks. */
export function recordHref(practitionerId: string, role: AskingRole): string {
	const page = `/practitioner/${practitionerId}`;
	return isAmong(PAGES['/practitioner/[id]'], role) ? `${page}?tab=record` : `${page}/record`;
}

async function act(name: Action, event: RequestEvent<{ id: string }>) {
	const by = who(event);
	const { id } = event.params;
	const data = await event.request.formData();
	const text = trimmed(textsOf(data));
	const doing: Doing = DOING[name];
	const outcome = await asPerson(by, (tx) => doing(tx, by, id, text));
	if (outcome === 'absent') error(404);
	if (outcome === 'not_yours')
		error(
			403,
			'A record is questioned by the person it is about, and kept and answered by those who manage them.'
		);
	const href = recordHref(id, by.role);
	if (outcome === 'done') redirect(303, `${href}${href.includes('?') ? '&' : '?'}done=${name}`);
	const typed = typedIn(data);
	const { refused } = outcome;
	const errors = typeof refused === 'string' ? [] : refused;
	return fail(400, {
		record: { name, typed, errors, refused: typeof refused === 'string' ? refused : null }
	});
}

export const recordActions = {
	questionRecord: (event: RequestEvent<{ id: string }>) => act('questionRecord', event),
	takeBackQuestion: (event: RequestEvent<{ id: string }>) => act('takeBackQuestion', event),
	answerQuestion: (event: RequestEvent<{ id: string }>) => act('answerQuestion', event),
	undoRecord: (event: RequestEvent<{ id: string }>) => act('undoRecord', event)
};
