import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Transaction } from '#lib/server/db/index.ts';

// Notes of sessions that came by file, written beside them when the demo is filled: days and decisions stay as they came.

export interface OpenedSession {
	sessionId: string;
	reference: string;
	superviseeId: string;
	supervisorId: string;
	supervisorSignedOn: CalendarDate;
	practitionerSignedOn: CalendarDate;
}

/** Opens the notes of sessions that both signed elsewhere, so that their text can be written. */
export async function openToWrite(tx: Transaction, references: readonly string[]): Promise<OpenedSession[]> {
	const opened = await tx.execute(
		sql`update supervision_sessions set note_state = 'draft'
			where reference in (select jsonb_array_elements_text(${JSON.stringify(references)}::jsonb))
				and superseded_at is null and note_state is null and held_on is not null
				and supervisor_signed_on is not null and practitioner_signed_on is not null
			returning id as "sessionId", reference, practitioner_id as "superviseeId", supervisor_id as "supervisorId",
				supervisor_signed_on as "supervisorSignedOn", practitioner_signed_on as "practitionerSignedOn"`
	);
	return [...opened] as unknown as OpenedSession[];
}

/** Writes about cases what is said beside their decisions, which stay. Cases are known by their references. */
export async function writeDiscussions(
	tx: Transaction,
	said: readonly {
		sessionId: string;
		caseId: string;
		summary: string;
		analysis: string;
		livedExperience: string;
	}[]
): Promise<void> {
	await tx.execute(
		sql`update case_discussions d set summary = w.summary, analysis = w.analysis,
				lived_experience = w."livedExperience", edition = 1
			from jsonb_to_recordset(${JSON.stringify(said)}::jsonb)
				as w("sessionId" uuid, "caseId" text, summary text, analysis text, "livedExperience" text)
			join cases c on c.reference = w."caseId" and c.superseded_at is null
			where d.session_id = w."sessionId" and d.case_id = c.id and d.superseded_at is null`
	);
}

/** Closes the notes again, as both signed them. */
export async function closeWritten(tx: Transaction, sessionIds: readonly string[]): Promise<void> {
	await tx.execute(
		sql`update supervision_sessions set note_state = 'closed'
			where id = any(${`{${sessionIds.join(',')}}`}::uuid[]) and superseded_at is null and note_state = 'draft'`
	);
}
