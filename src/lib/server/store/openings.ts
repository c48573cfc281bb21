import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** Somebody else opened what is written about who asks. */
export interface Opening {
	id: number;
	openedAt: Date;
	/** Null: an account that stands for no practitioner, or no account. */
	name: string | null;
	accountRole: string | null;
	entity: 'personal_note' | 'supervision_session' | 'practitioner';
	sessionId: string | null;
	scope: string | null;
	reason: string | null;
}

/** Who opened the sessions, personal notes and page of who asks since an instant, latest first. */
export async function openingsOfMyRecord(tx: Transaction, since: Date): Promise<Opening[]> {
	const found = await tx.execute<Omit<Opening, 'openedAt' | 'id'> & { id: string; at: string }>(
		sql`select id::text, to_json(happened_at) #>> '{}' as at, name, account_role as "accountRole", entity,
				session_id as "sessionId", scope, reason
			from openings_of_my_record(${since.toISOString()}::timestamptz)`
	);
	return found.map(({ id, at, ...row }) => ({ ...row, id: Number(id), openedAt: new Date(at) }));
}

/** The sessions whose personal note who asks gave a reason to read today. */
export async function isOpenedWithReason(tx: Transaction, sessionId: string): Promise<boolean> {
	const [row] = await tx.execute<{ is: boolean }>(
		sql`select ${sessionId}::uuid in (select notes_opened_today()) as is`
	);
	return row?.is ?? false;
}

/** Whether who asks gave a reason today to see the names of a team’s people. */
export async function namesAreShown(tx: Transaction, teamId: string): Promise<boolean> {
	const found = await tx.execute(
		sql`select from name_reasons where team_id = ${teamId} and account_id = (select asking_account())
			and given_on = (select asks_on())`
	);
	return found.length > 0;
}

/** One reason a day for each team: a second one adds nothing, and says false. */
export async function insertNameReason(
	tx: Transaction,
	given: { teamId: string; accountId: string; reason: string; on: CalendarDate }
): Promise<boolean> {
	const { teamId, accountId, reason, on } = given;
	const written = await tx.execute(
		sql`insert into name_reasons (team_id, account_id, reason, given_on)
			values (${teamId}, ${accountId}, ${reason}, ${on})
			on conflict (team_id, account_id, given_on) do nothing returning id`
	);
	return written.length > 0;
}

/** Whether who asks supervises somebody today. */
export async function supervisesToday(tx: Transaction, practitionerId: string): Promise<boolean> {
	const [row] = await tx.execute<{ does: boolean }>(sql`select supervises_today(${practitionerId}) as does`);
	return row?.does ?? false;
}

/** One reason a day for each session: a second one adds nothing, and says false. */
export async function insertReason(
	tx: Transaction,
	given: { sessionId: string; accountId: string; reason: string; on: CalendarDate }
): Promise<boolean> {
	const { sessionId, accountId, reason, on } = given;
	const written = await tx.execute(
		sql`insert into note_reasons (session_id, account_id, reason, given_on)
			values (${sessionId}, ${accountId}, ${reason}, ${on})
			on conflict (session_id, account_id, given_on) do nothing returning id`
	);
	return written.length > 0;
}
