import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** The address of somebody's calendar that is in use: when it was made, and when it was last read. */
export interface CalendarAddress {
	madeAt: Date;
	readOn: CalendarDate | null;
}

/** Null: none is in use. */
export async function calendarAddressOf(tx: Transaction, accountId: string): Promise<CalendarAddress | null> {
	const [found] = await tx.execute<{ madeAt: string; readOn: CalendarDate | null }>(
		sql`select created_at::text as "madeAt", read_on as "readOn" from calendar_tokens
			where account_id = ${accountId} and revoked_at is null`
	);
	return found ? { madeAt: new Date(found.madeAt), readOn: found.readOn } : null;
}

export async function insertCalendarToken(tx: Transaction, id: string, accountId: string): Promise<void> {
	await tx.execute(sql`insert into calendar_tokens (id, account_id) values (${id}, ${accountId})`);
}

/** Whether there was one in use. */
export async function revokeCalendarTokens(tx: Transaction, accountId: string): Promise<boolean> {
	const revoked = await tx.execute(
		sql`update calendar_tokens set revoked_at = clock_timestamp()
			where account_id = ${accountId} and revoked_at is null returning id`
	);
	return revoked.length > 0;
}

/** Whose calendar a token opens; null: unknown, revoked, or of an account that is disabled. */
export async function accountOfCalendar(tx: Transaction, id: string): Promise<string | null> {
	const [found] = await tx.execute<{ accountId: string }>(
		sql`select t.account_id as "accountId" from calendar_tokens t join accounts a on a.id = t.account_id
			where t.id = ${id} and t.revoked_at is null and a.disabled_at is null`
	);
	return found?.accountId ?? null;
}

/** Writes down that a calendar was read, once a day. */
export async function markCalendarRead(tx: Transaction, accountId: string, on: CalendarDate): Promise<void> {
	await tx.execute(
		sql`update calendar_tokens set read_on = ${on}
			where account_id = ${accountId} and revoked_at is null and read_on is distinct from ${on}`
	);
}
