import { sql } from 'drizzle-orm';
import { groupedBy } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Case } from '#lib/domain/cases.ts';
import type { AgencyAnswer } from '#lib/domain/requests-kept.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** A request as it stands, with its words. */
export interface RequestKept {
	requestId: string;
	reference: string;
	caseId: string;
	agency: string;
	kind: 'conference' | 'challenge' | null;
	requestedOn: CalendarDate;
	asked: string | null;
	outcome: 'agreed' | 'declined' | null;
	decidedOn: CalendarDate | null;
	decidedById: string | null;
	rationale: string | null;
	secondManagerId: string | null;
	secondAgreedOn: CalendarDate | null;
	answer: AgencyAnswer | null;
	answeredOn: CalendarDate | null;
	answerWords: string | null;
	recordedOn: CalendarDate | null;
	/** Which version it is: a change is made to the version somebody saw. */
	edition: string;
}

const KEPT = sql`r.id as "requestId", r.reference, r.case_id as "caseId", r.agency, r.kind,
	r.requested_on as "requestedOn", r.asked, r.outcome, r.decided_on as "decidedOn",
	r.decided_by_id as "decidedById", r.rationale, r.second_manager_id as "secondManagerId",
	r.second_agreed_on as "secondAgreedOn", r.answer, r.answered_on as "answeredOn",
	r.answer_words as "answerWords", r.recorded_on as "recordedOn", to_jsonb(r.recorded_at) #>> '{}' as edition`;

/** The requests about a case that are not withdrawn, the latest first, in the scope of who asks. */
export async function requestsAboutCase(tx: Transaction, caseId: string): Promise<RequestKept[]> {
	const found = await tx.execute<RequestKept & Record<string, unknown>>(
		sql`select ${KEPT} from requests r where r.case_id = ${caseId} and r.superseded_at is null
			order by r.requested_on desc, r.reference desc`
	);
	return [...found];
}

/** The requests made in a period about cases in the scope of who asks, with the reference of each case. */
export async function requestsBetween(
	tx: Transaction,
	{ from, to }: { from: CalendarDate; to: CalendarDate }
): Promise<(RequestKept & { caseReference: string })[]> {
	const found = await tx.execute<RequestKept & { caseReference: string } & Record<string, unknown>>(
		sql`select ${KEPT}, c.reference as "caseReference"
			from requests r join cases c on c.id = r.case_id and c.superseded_at is null
			where r.superseded_at is null and r.requested_on between ${from} and ${to}
			order by r.requested_on desc, r.reference desc`
	);
	return [...found];
}

/** Every version of the cases in the scope of who asks that may have been open on a day, by case. */
export async function casesAround(tx: Transaction, day: CalendarDate): Promise<Case[][]> {
	const found = await tx.execute<Case & Record<string, unknown>>(
		sql`select coalesce(version_of, id) as "caseId", reference, child_id as "childId", family_id as "familyId",
				date_of_birth as "dateOfBirth", unborn, opened_on as "openedOn", closed_on as "closedOn",
				end_recorded_on as "endRecordedOn", closure_reason as "closureReason", complexity,
				recorded_on as "recordedOn", superseded_on as "supersededOn"
			from cases
			where (superseded_at is null or superseded_on > coalesce(recorded_on, '0001-01-01'))
				and opened_on <= ${day} and (closed_on is null or closed_on > ${day} or end_recorded_on > ${day})`
	);
	return [...groupedBy<Case, string>(found, ({ caseId }) => caseId).values()];
}
