import { sql } from 'drizzle-orm';
import type { AskingRole } from '#lib/domain/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { OversightRequest } from '#lib/domain/oversight-requests.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** A request as it is stored, with the ids of what was said to be oversight since. */
export interface StoredRequest extends OversightRequest {
	/** Entries and signed sessions about the case that were written down after it was asked. */
	since: readonly string[];
	escalatedOn: CalendarDate | null;
}

const columns = sql`r.id as "requestId", r.case_id as "caseId", r.asked_by as "askedBy", r.asked_on as "askedOn",
	r.words, r.escalated_on as "escalatedOn", r.answered_on as "answeredOn", r.answered_by as "answeredBy",
	r.answered_as as "answeredAs", r.answer`;

const since = sql`array(
		select o.id::text from oversight o
		where o.case_id = r.case_id and o.superseded_at is null and o.recorded_at > r.asked_at
			and not exists (select from oversight v where v.version_of = o.id and v.recorded_at <= r.asked_at)
		union all
		select d.session_id::text from case_discussions d
		join sign_offs s on s.session_id = d.session_id and s.signed_as = 'supervisor'
		where d.case_id = r.case_id and d.superseded_at is null and s.signed_at > r.asked_at
	) as since`;

interface RequestRow extends Record<string, unknown> {
	answeredOn: CalendarDate | null;
	answeredBy: string | null;
	answeredAs: AskingRole | null;
	answer: string | null;
}

/** Requests within the scope of who asks that nobody has answered in the store: all, or those about some cases. */
export async function requestsWaiting(
	tx: Transaction,
	caseIds: readonly string[] | null = null
): Promise<StoredRequest[]> {
	return requestsFrom(
		tx,
		sql`r.answered_on is null ${caseIds === null ? sql`` : sql`and r.case_id = any(${`{${caseIds.join(',')}}`}::uuid[])`}`
	);
}

/** The same as a review sees them. */
export async function requestsUnderReview(
	tx: Transaction,
	caseIds: readonly string[] | null
): Promise<StoredRequest[]> {
	return asRules(tx, () => requestsWaiting(tx, caseIds));
}

/** Every request about a case, the latest first. */
export async function requestsAbout(tx: Transaction, caseId: string): Promise<StoredRequest[]> {
	return requestsFrom(tx, sql`r.case_id = ${caseId}`);
}

/** The request of a case, held so that nobody else answers it until the transaction ends; null: not there. */
export async function holdRequest(
	tx: Transaction,
	caseId: string,
	requestId: string
): Promise<StoredRequest | null> {
	await tx.execute(
		sql`select from oversight_requests where id = ${requestId} and case_id = ${caseId} for update`
	);
	return (await requestsFrom(tx, sql`r.id = ${requestId} and r.case_id = ${caseId}`))[0] ?? null;
}

/** The rows are those of who asks; what was written since is looked for as the rules do, who know what counts. */
async function requestsFrom(tx: Transaction, which: ReturnType<typeof sql>): Promise<StoredRequest[]> {
	const seen = await tx.execute<{ id: string }>(sql`select r.id from oversight_requests r where ${which}`);
	if (seen.length === 0) return [];
	const found = await asRules(tx, () =>
		tx.execute<RequestRow>(
			sql`select ${columns}, ${since} from oversight_requests r
				where r.id = any(${`{${seen.map(({ id }) => id).join(',')}}`}::uuid[]) order by r.asked_at desc`
		)
	);
	return [...found].map(({ answeredOn, answeredBy, answeredAs, answer, ...request }) => ({
		...request,
		answered:
			answeredOn === null
				? null
				: {
						on: answeredOn,
						by: answeredBy,
						role: answeredAs,
						words: answer
					}
	})) as unknown as StoredRequest[];
}

/** Writes a request. Null: one about the case is waiting already. */
export async function insertRequest(
	tx: Transaction,
	by: { accountId: string; practitionerId: string; today: CalendarDate },
	caseId: string,
	words: string | null
): Promise<string | null> {
	const [row] = await tx.execute<{ id: string }>(
		sql`insert into oversight_requests (case_id, account_id, asked_by, asked_on, words)
			values (${caseId}, ${by.accountId}, ${by.practitionerId}, ${by.today}, ${words})
			on conflict (case_id) where answered_on is null do nothing returning id`
	);
	return row?.id ?? null;
}

export interface Answer {
	requestId: string;
	on: CalendarDate;
	by: string | null;
	as: AskingRole | null;
	/** Null: by oversight. */
	words: string | null;
}

/** Writes down what answered requests. Returns the ids of those that nobody had answered before. */
export async function answerRequests(tx: Transaction, answers: readonly Answer[]): Promise<string[]> {
	if (answers.length === 0) return [];
	const rows = answers.map(({ requestId, on, by, as, words }) => ({
		id: requestId,
		answered_on: on,
		answered_by: by,
		answered_as: as,
		answer: words
	}));
	const answered = await asRules(tx, () =>
		tx.execute<{ id: string }>(
			sql`update oversight_requests r set answered_on = a.answered_on, answered_by = a.answered_by,
				answered_as = a.answered_as, answer = a.answer
			from json_to_recordset(${JSON.stringify(rows)}::json) as a(
				id uuid, answered_on date, answered_by uuid, answered_as text, answer text)
			where r.id = a.id and r.answered_on is null returning r.id`
		)
	);
	return answered.map(({ id }) => id);
}

/** Writes down that requests went one level up. Returns the ids of those that had not before. */
export async function escalateRequests(
	tx: Transaction,
	escalated: readonly { requestId: string; on: CalendarDate }[]
): Promise<string[]> {
	if (escalated.length === 0) return [];
	const rows = escalated.map(({ requestId, on }) => ({ id: requestId, escalated_on: on }));
	const written = await asRules(tx, () =>
		tx.execute<{ id: string }>(
			sql`update oversight_requests r set escalated_on = e.escalated_on
			from json_to_recordset(${JSON.stringify(rows)}::json) as e(id uuid, escalated_on date)
			where r.id = e.id and r.escalated_on is null and r.answered_on is null returning r.id`
		)
	);
	return written.map(({ id }) => id);
}
