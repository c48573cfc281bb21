import { createHash } from 'node:crypto';
import { isId } from '#lib/domain/asked.ts';
import { dayInWords } from '#lib/domain/calendar.ts';
import { QUESTIONED_FACTS, type QuestionedFact } from '#lib/domain/record-questions.ts';
import { isWritten } from '#lib/domain/records.ts';
import { record } from '#lib/server/audit.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { holdFacts } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { answerQuestion, insertQuestion, questionNow } from '#lib/server/store/record-questions.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { mayKeepRecordOf, type RecordKeeper } from './keep-record.ts';
import type { FieldRefused } from './open-team.ts';
import { recordShown } from './record-page.ts';

export interface QuestionForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	fact: string;
	wrong: string;
	should: string;
}

export interface AnswerForm {
	key: string;
	question: string;
	outcome: string;
	answer: string;
}

export type Questioned = 'absent' | 'not_yours' | 'done' | { refused: FieldRefused[] };

const MOST_CHARACTERS = 500;
const TOO_LONG = `Use at most ${MOST_CHARACTERS} characters.`;

/** Questions a fact of one's own record, in one's own words; it changes nothing by itself. */
export async function questionRecord(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string,
	form: QuestionForm
): Promise<Questioned> {
	if (!isId(practitionerId) || !isId(form.key) || !(await maySeePractitioner(tx, practitionerId)))
		return 'absent';
	if (by.practitionerId !== practitionerId) return 'not_yours';
	await holdFacts(tx, [`questions ${practitionerId}`]);
	if (await hasActed(tx, form.key)) return 'done';
	const fact = QUESTIONED_FACTS.find((each) => each === form.fact);
	if (!fact) return 'absent';
	const refused: FieldRefused[] = [];
	for (const [field, words] of [
		['wrong', 'Say what is wrong.'],
		['should', 'Say what it should be.']
	] as const) {
		if (!isWritten(form[field])) refused.push({ field, words });
		else if (form[field].length > MOST_CHARACTERS) refused.push({ field, words: TOO_LONG });
	}
	if (refused.length > 0) return { refused };
	const said = await saidOf(tx, by, practitionerId, fact);
	await claimForm(tx, form.key, by.accountId);
	const asked = { fact, said, wrong: form.wrong.trim(), should: form.should.trim() };
	const questionId = await insertQuestion(tx, { ...by, practitionerId }, asked);
	if (questionId === null)
		return { refused: [{ field: 'wrong', words: 'Your question about this waits already.' }] };
	const digest = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
	await record(tx, by, { action: 'asked', entity: 'record_question', entityId: questionId, digest });
	return 'done';
}

/** What the record says of the fact now, to stand beside the question. */
async function saidOf(tx: Transaction, by: RecordKeeper, practitionerId: string, fact: QuestionedFact) {
	const shown = await recordShown(tx, by, practitionerId, by.today);
	return shown?.facts.find((each) => each.fact === fact)?.lines.join(' ') ?? 'nothing';
}

/** Answers a question about somebody else's record: it was put right, or it stands, with words. Once. */
export async function answerAboutRecord(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string,
	{ key, question, outcome, answer }: AnswerForm
): Promise<Questioned> {
	if (![practitionerId, key, question].every(isId)) return 'absent';
	await holdFacts(tx, [`questions ${practitionerId}`]);
	const asked = await questionNow(tx, question);
	if (asked?.practitionerId !== practitionerId) return 'absent';
	if (!(await mayKeepRecordOf(tx, by, practitionerId))) return 'not_yours';
	if (await hasActed(tx, key)) return 'done';
	const refused: FieldRefused[] = [];
	if (asked.outcome !== null)
		return {
			refused: [
				{
					field: 'answer',
					words:
						asked.outcome === 'taken_back'
							? 'They have taken this question back meanwhile.'
							: `Somebody has answered this question meanwhile, on ${dayInWords(asked.answeredOn ?? by.today)}.`
				}
			]
		};
	if (outcome !== 'put_right' && outcome !== 'stands')
		refused.push({ field: 'outcome', words: 'Say whether it was put right or stands.' });
	if (!isWritten(answer))
		refused.push({ field: 'answer', words: 'Write what was done, or why it stands: they read it.' });
	else if (answer.length > MOST_CHARACTERS) refused.push({ field: 'answer', words: TOO_LONG });
	if (refused.length > 0 || (outcome !== 'put_right' && outcome !== 'stands')) return { refused };
	await claimForm(tx, key, by.accountId);
	const answered = { outcome, answer: answer.trim(), on: by.today, by: by.practitionerId } as const;
	if (!(await answerQuestion(tx, question, answered))) throw new Error('the question changed while held');
	const action = outcome === 'stands' ? 'let stand' : 'put right';
	await record(tx, by, { action, entity: 'record_question', entityId: question });
	return 'done';
}

/** Takes back a question of one's own while it waits. */
export async function takeBackQuestion(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string,
	question: string
): Promise<Questioned> {
	if (![practitionerId, question].every(isId)) return 'absent';
	await holdFacts(tx, [`questions ${practitionerId}`]);
	const asked = await questionNow(tx, question);
	if (asked?.practitionerId !== practitionerId) return 'absent';
	if (by.practitionerId !== practitionerId) return 'not_yours';
	if (asked.outcome === 'taken_back') return 'done';
	if (asked.outcome !== null)
		return { refused: [{ field: 'answer', words: 'Somebody has answered this question meanwhile.' }] };
	const taken = { outcome: 'taken_back', answer: null, on: by.today, by: null } as const;
	if (!(await answerQuestion(tx, question, taken))) throw new Error('the question changed while held');
	await record(tx, by, { action: 'taken back', entity: 'record_question', entityId: question });
	return 'done';
}
