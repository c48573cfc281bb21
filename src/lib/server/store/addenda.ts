import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Party } from '#lib/domain/supervision-note.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** What was added after signing: about a case in words, about the practitioner sealed. */
export type StoredAddendum = {
	formKey: string;
	practitionerId: string;
	as: Party;
	digest: string;
	writtenOn: CalendarDate;
} & (
	| { caseId: string; words: string; sealed: null; keyVersion: null }
	| { caseId: null; words: null; sealed: string; keyVersion: number }
);

/** Those that who asks may read, in the order they were written. */
export async function addendaOf(tx: Transaction, sessionId: string): Promise<StoredAddendum[]> {
	const found = await tx.execute(
		sql`select form_key as "formKey", practitioner_id as "practitionerId", written_as as "as", digest,
				written_on as "writtenOn", case_id as "caseId", words, sealed, key_version as "keyVersion"
			from addenda where session_id = ${sessionId} order by written_at`
	);
	return [...found] as unknown as StoredAddendum[];
}

/** False: the form with this key wrote it already. */
export async function insertAddendum(
	tx: Transaction,
	sessionId: string,
	addendum: StoredAddendum
): Promise<boolean> {
	const { formKey, practitionerId, as, digest, writtenOn, caseId, words, sealed, keyVersion } = addendum;
	const written = await tx.execute(
		sql`insert into addenda
				(form_key, session_id, case_id, words, sealed, key_version, practitioner_id, written_as, digest, written_on)
			values (${formKey}, ${sessionId}, ${caseId}, ${words}, ${sealed}, ${keyVersion}, ${practitionerId}, ${as},
				${digest}, ${writtenOn})
			on conflict (form_key) do nothing returning id`
	);
	return written.length > 0;
}

export interface CaseSystemRecord {
	caseId: string;
	recordedOn: CalendarDate;
	practitionerId: string;
}

/** Which discussions of a session were said to be recorded in the case system. */
export async function caseSystemRecordsOf(tx: Transaction, sessionId: string): Promise<CaseSystemRecord[]> {
	const found = await tx.execute(
		sql`select case_id as "caseId", recorded_on as "recordedOn", practitioner_id as "practitionerId"
			from case_system_records where session_id = ${sessionId}`
	);
	return [...found] as unknown as CaseSystemRecord[];
}

/** False: somebody said so already, and that stays. */
export async function insertCaseSystemRecord(
	tx: Transaction,
	sessionId: string,
	{ caseId, recordedOn, practitionerId }: CaseSystemRecord
): Promise<boolean> {
	const written = await tx.execute(
		sql`insert into case_system_records (session_id, case_id, recorded_on, practitioner_id)
			values (${sessionId}, ${caseId}, ${recordedOn}, ${practitionerId})
			on conflict (session_id, case_id) do nothing returning case_id`
	);
	return written.length > 0;
}

/** False: nobody had said so, or somebody else did. */
export async function deleteCaseSystemRecord(
	tx: Transaction,
	sessionId: string,
	caseId: string
): Promise<boolean> {
	const deleted = await tx.execute(
		sql`delete from case_system_records where session_id = ${sessionId} and case_id = ${caseId}
			returning case_id`
	);
	return deleted.length > 0;
}

/** Discussions of one's own sessions that nobody recorded in the case system, signed on or before a day. */
export async function notInCaseSystem(
	tx: Transaction,
	practitionerId: string,
	signedBy: CalendarDate
): Promise<{ sessionId: string; reference: string; signedOn: CalendarDate; cases: number }[]> {
	const found = await tx.execute(
		sql`select s.id as "sessionId", s.reference, s.supervisor_signed_on as "signedOn", count(*)::int as cases
			from supervision_sessions s join case_discussions d on d.session_id = s.id
			where (s.practitioner_id = ${practitionerId} or s.supervisor_id = ${practitionerId})
				and s.superseded_at is null and d.superseded_at is null and s.note_state in ('signed', 'closed')
				and s.supervisor_signed_on <= ${signedBy}
				and not exists (
					select from case_system_records r where r.session_id = d.session_id and r.case_id = d.case_id
				)
			group by s.id order by s.supervisor_signed_on, s.id`
	);
	return [...found] as unknown as {
		sessionId: string;
		reference: string;
		signedOn: CalendarDate;
		cases: number;
	}[];
}
