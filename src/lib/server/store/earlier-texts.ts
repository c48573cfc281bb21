import { sql } from 'drizzle-orm';
import type { DiscussionText } from '#lib/domain/supervision-note.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** A text that a later save of the same draft took something out of. */
export type EarlierText = { id: string; savedAt: Date; replacedAt: Date } & (
	{ caseId: string; text: DiscussionText } | { caseId: null; sealed: string; keyVersion: number }
);

type EarlierRow = Record<keyof DiscussionText, string> & {
	id: string;
	caseId: string | null;
	sealed: string;
	keyVersion: number;
	savedAt: string;
	replacedAt: string;
};

/** What was taken out of one part of a session, the latest first; `caseId` null: of its personal note. Only for the two. */
export async function earlierTexts(
	tx: Transaction,
	sessionId: string,
	caseId: string | null
): Promise<EarlierText[]> {
	const found = await tx.execute<EarlierRow>(
		sql`select id, case_id as "caseId", coalesce(summary, '') as summary, coalesce(analysis, '') as analysis,
				coalesce(lived_experience, '') as "livedExperience", coalesce(decision, '') as decision, sealed,
				key_version as "keyVersion", to_json(saved_at) #>> '{}' as "savedAt",
				to_json(replaced_at) #>> '{}' as "replacedAt"
			from earlier_texts
			where session_id = ${sessionId} and case_id is not distinct from ${caseId}::uuid
			order by replaced_at desc`
	);
	return [...found].map((row): EarlierText => {
		const { id, sealed, keyVersion, summary, analysis, livedExperience, decision } = row;
		const times = { id, savedAt: new Date(row.savedAt), replacedAt: new Date(row.replacedAt) };
		return row.caseId === null
			? { ...times, caseId: null, sealed, keyVersion }
			: { ...times, caseId: row.caseId, text: { summary, analysis, livedExperience, decision } };
	});
}

/** Lets the earlier texts of a session go, where who asks is one of the two. */
export async function deleteEarlierTexts(tx: Transaction, sessionId: string): Promise<void> {
	await tx.execute(sql`delete from earlier_texts where session_id = ${sessionId}`);
}
