import { and, desc, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { Transaction } from '#lib/server/db/index.ts';
import { accounts, settings, signInAttempts, signInSessions } from '#lib/server/db/schema.ts';

export interface SignInSession {
	id: string;
	accountId: string;
	createdAt: Date;
	lastSeenAt: Date;
	expiresAt: Date;
}

/** A session and whether its account may still sign in. */
export async function sessionById(
	tx: Transaction,
	id: string
): Promise<(SignInSession & { disabled: boolean }) | null> {
	const [found] = await tx
		.select({
			id: signInSessions.id,
			accountId: signInSessions.accountId,
			createdAt: signInSessions.createdAt,
			lastSeenAt: signInSessions.lastSeenAt,
			expiresAt: signInSessions.expiresAt,
			disabled: sql<boolean>`${accounts.disabledAt} is not null`
		})
		.from(signInSessions)
		.innerJoin(accounts, eq(accounts.id, signInSessions.accountId))
		.where(eq(signInSessions.id, id));
	return found ?? null;
}

/** Newest first. */
export async function sessionsOf(tx: Transaction, accountId: string): Promise<SignInSession[]> {
	return tx
		.select()
		.from(signInSessions)
		.where(eq(signInSessions.accountId, accountId))
		.orderBy(desc(signInSessions.createdAt));
}

export async function insertSession(tx: Transaction, session: SignInSession): Promise<void> {
	await tx.insert(signInSessions).values(session);
}

export async function markSeen(tx: Transaction, id: string, at: Date): Promise<void> {
	await tx.update(signInSessions).set({ lastSeenAt: at }).where(eq(signInSessions.id, id));
}

export async function deleteSession(tx: Transaction, id: string): Promise<void> {
	await tx.delete(signInSessions).where(eq(signInSessions.id, id));
}

export async function deleteSessionsOf(tx: Transaction, accountId: string): Promise<void> {
	await tx.delete(signInSessions).where(eq(signInSessions.accountId, accountId));
}

export async function deleteSessionsBefore(tx: Transaction, idleSince: Date, expiredBy: Date): Promise<void> {
	await tx
		.delete(signInSessions)
		.where(
			sql`${signInSessions.lastSeenAt} < ${idleSince.toISOString()} or ${signInSessions.expiresAt} < ${expiredBy.toISOString()}`
		);
}

/** One at a time for each of these keys, until the transaction ends; always in the same order, so nobody deadlocks. */
export async function takeTurns(tx: Transaction, keys: readonly string[]): Promise<void> {
	for (const key of [...keys].sort()) {
		await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
	}
}

/** The failures under each key after an instant, oldest first. */
export async function failuresSince(
	tx: Transaction,
	keys: readonly string[],
	since: Date
): Promise<Map<string, Date[]>> {
	const rows = await tx
		.select({ key: signInAttempts.key, at: signInAttempts.at })
		.from(signInAttempts)
		.where(
			and(
				inArray(signInAttempts.key, [...keys]),
				gt(signInAttempts.at, since),
				eq(signInAttempts.succeeded, false)
			)
		)
		.orderBy(signInAttempts.at);
	const failures = new Map<string, Date[]>(keys.map((key) => [key, []]));
	for (const { key, at } of rows) failures.get(key)?.push(at);
	return failures;
}

/** Written as failed before the password is looked at, so that guesses made at once all count. */
export async function insertAttempts(tx: Transaction, keys: readonly string[], at: Date): Promise<number[]> {
	const rows = await tx
		.insert(signInAttempts)
		.values(keys.map((key) => ({ key, at, succeeded: false })))
		.returning({ id: signInAttempts.id });
	return rows.map(({ id }) => id);
}

export async function markSucceeded(tx: Transaction, attempts: readonly number[]): Promise<void> {
	await tx
		.update(signInAttempts)
		.set({ succeeded: true })
		.where(inArray(signInAttempts.id, [...attempts]));
}

export async function hasSucceeded(tx: Transaction, key: string, since: Date): Promise<boolean> {
	const found = await tx
		.select({ id: signInAttempts.id })
		.from(signInAttempts)
		.where(and(eq(signInAttempts.key, key), gt(signInAttempts.at, since), eq(signInAttempts.succeeded, true)))
		.limit(1);
	return found.length > 0;
}

export async function insertSuccess(tx: Transaction, key: string, at: Date): Promise<void> {
	await tx.insert(signInAttempts).values({ key, at, succeeded: true });
}

export async function deleteAttemptsBefore(tx: Transaction, failed: Date, succeeded: Date): Promise<void> {
	await tx
		.delete(signInAttempts)
		.where(and(eq(signInAttempts.succeeded, false), lt(signInAttempts.at, failed)));
	await tx.delete(signInAttempts).where(lt(signInAttempts.at, succeeded));
}

/** The day on which a demo authority stands still; null: the day is the clock's. */
export async function demoDay(tx: Transaction): Promise<string | null> {
	const [row] = await tx.select({ demoToday: settings.demoToday }).from(settings);
	return row?.demoToday ?? null;
}
