import { sql } from 'drizzle-orm';
import type { KeptOfLeaver, RetentionChoice } from '#lib/domain/retention.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** Every choice of how long records are kept, in the order they were made. */
export async function retentionChoices(tx: Transaction): Promise<RetentionChoice[]> {
	const found = await tx.execute(
		sql`select years, why, set_on as "setOn", set_by as "setBy" from retention_choices order by id`
	);
	return [...found] as unknown as RetentionChoice[];
}

/** Keeps a choice for good; it stands until the next. */
export async function insertRetentionChoice(
	tx: Transaction,
	{ years, why, setOn, setBy }: RetentionChoice,
	accountId: string
): Promise<void> {
	await tx.execute(
		sql`insert into retention_choices (years, why, set_on, set_by, account_id)
			values (${years}, ${why}, ${setOn}, ${setBy}, ${accountId})`
	);
}

/** What is kept of everybody who has left, in numbers: the texts themselves are not opened. */
export async function keptOfLeavers(tx: Transaction): Promise<KeptOfLeaver[]> {
	const found = await tx.execute(
		sql`select practitioner_id as "practitionerId", left_on as "leftOn", sessions,
				case_discussions as "caseDiscussions", personal_notes as "personalNotes", other_sealed as "otherSealed"
			from kept_of_leavers()`
	);
	return [...found] as unknown as KeptOfLeaver[];
}
