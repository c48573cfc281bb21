import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { QuestionedFact, QuestionOutcome } from '#lib/domain/record-questions.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** What somebody said is wrong about their own record, and what became of it. */
export interface RecordQuestion {
	questionId: string;
	practitionerId: string;
	fact: QuestionedFact;
	/** What the record said when it was questioned. */
	said: string;
	wrong: string;
	should: string;
	askedOn: CalendarDate;
	outcome: QuestionOutcome | null;
	answer: string | null;
	answeredOn: CalendarDate | null;
	answeredBy: string | null;
}

const QUESTION = sql`id as "questionId", practitioner_id as "practitionerId", fact, said, wrong, should,
	asked_on as "askedOn", outcome, answer, answered_on as "answeredOn", answered_by as "answeredBy"`;

/** Questions about somebody's record, those that wait first, then the latest. */
export async function questionsAbout(tx: Transaction, practitionerId: string): Promise<RecordQuestion[]> {
	const found = await tx.execute(
		sql`select ${QUESTION} from record_questions where practitioner_id = ${practitionerId}
			order by outcome is not null, asked_at desc`
	);
	return [...found] as unknown as RecordQuestion[];
}

/** Whose questions wait, in the scope of who asks: how many of each, and since when. */
export async function questionsWaiting(
	tx: Transaction
): Promise<{ practitionerId: string; count: number; since: CalendarDate }[]> {
	const found = await tx.execute<{ practitionerId: string; count: number; since: CalendarDate }>(
		sql`select practitioner_id as "practitionerId", count(*)::int as count, min(asked_on)::text as since
			from record_questions where outcome is null
				and practitioner_id is distinct from (select asking_practitioner())
			group by practitioner_id`
	);
	return [...found];
}

/** Null: not there, or not in the scope of who asks. Held until the transaction ends. */
export async function questionNow(tx: Transaction, questionId: string): Promise<RecordQuestion | null> {
	const [found] = await tx.execute(sql`select ${QUESTION} from record_questions where id = ${questionId}`);
	return (found as unknown as RecordQuestion | undefined) ?? null;
}

/** Its id; null: a question about this fact waits already. */
export async function insertQuestion(
	tx: Transaction,
	by: { accountId: string; practitionerId: string; today: CalendarDate },
	{ fact, said, wrong, should }: Pick<RecordQuestion, 'fact' | 'said' | 'wrong' | 'should'>
): Promise<string | null> {
	const [row] = await tx.execute<{ id: string }>(
		sql`insert into record_questions (practitioner_id, account_id, fact, said, wrong, should, asked_on)
			values (${by.practitionerId}, ${by.accountId}, ${fact}, ${said}, ${wrong}, ${should}, ${by.today})
			on conflict (practitioner_id, fact) where outcome is null do nothing returning id`
	);
	return row?.id ?? null;
}

/** False: somebody answered it meanwhile. */
export async function answerQuestion(
	tx: Transaction,
	questionId: string,
	answered: { outcome: QuestionOutcome; answer: string | null; on: CalendarDate; by: string | null }
): Promise<boolean> {
	const { outcome, answer, on, by } = answered;
	const found = await tx.execute(
		sql`update record_questions
			set outcome = ${outcome}, answer = ${answer}, answered_on = ${on}, answered_by = ${by}
			where id = ${questionId} and outcome is null returning id`
	);
	return found.length > 0;
}
