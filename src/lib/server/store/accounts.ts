import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { AccountRole, AskingRole } from '#lib/domain/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Transaction } from '#lib/server/db/index.ts';
import { accounts, passwordLinks, practitioners } from '#lib/server/db/schema.ts';

export interface Account {
	accountId: string;
	email: string;
	passwordHash: string | null;
	practitionerId: string | null;
	role: AccountRole | null;
	disabled: boolean;
}

const account = {
	accountId: accounts.id,
	email: accounts.email,
	passwordHash: accounts.passwordHash,
	practitionerId: accounts.practitionerId,
	role: sql<AccountRole | null>`${accounts.role}`,
	disabled: sql<boolean>`${accounts.disabledAt} is not null`
};

export async function accountByEmail(tx: Transaction, email: string): Promise<Account | null> {
	const [found] = await tx
		.select(account)
		.from(accounts)
		.where(sql`lower(${accounts.email}) = lower(${email})`);
	return found ?? null;
}

export async function accountById(tx: Transaction, accountId: string): Promise<Account | null> {
	const [found] = await tx.select(account).from(accounts).where(eq(accounts.id, accountId));
	return found ?? null;
}

export async function accountOfPractitioner(
	tx: Transaction,
	practitionerId: string
): Promise<Account | null> {
	const [found] = await tx.select(account).from(accounts).where(eq(accounts.practitionerId, practitionerId));
	return found ?? null;
}

/** Everyone with an account, by e-mail. */
export async function allAccounts(tx: Transaction): Promise<Account[]> {
	return tx
		.select(account)
		.from(accounts)
		.orderBy(sql`lower(${accounts.email})`);
}

/** Null: the e-mail already has an account. */
export async function insertAccount(
	tx: Transaction,
	made: { email: string; role: AccountRole | null; practitionerId: string | null }
): Promise<string | null> {
	const [row] = await tx.insert(accounts).values(made).onConflictDoNothing().returning({ id: accounts.id });
	return row?.id ?? null;
}

export async function changePasswordHash(
	tx: Transaction,
	accountId: string,
	passwordHash: string | null
): Promise<void> {
	await tx.update(accounts).set({ passwordHash }).where(eq(accounts.id, accountId));
}

/** Whether it was not so already. */
export async function changeDisabled(
	tx: Transaction,
	accountId: string,
	disabledAt: Date | null
): Promise<boolean> {
	const changed = await tx
		.update(accounts)
		.set({ disabledAt })
		.where(
			and(eq(accounts.id, accountId), sql`(${accounts.disabledAt} is null) = ${disabledAt !== null}::boolean`)
		)
		.returning({ id: accounts.id });
	return changed.length === 1;
}

export async function insertPasswordLink(
	tx: Transaction,
	link: { id: string; accountId: string; expiresAt: Date }
): Promise<void> {
	await tx
		.delete(passwordLinks)
		.where(and(eq(passwordLinks.accountId, link.accountId), isNull(passwordLinks.usedAt)));
	await tx.insert(passwordLinks).values(link);
}

export async function deletePasswordLinksOf(tx: Transaction, accountId: string): Promise<void> {
	await tx.delete(passwordLinks).where(eq(passwordLinks.accountId, accountId));
}

export async function passwordLink(
	tx: Transaction,
	id: string
): Promise<{ accountId: string; expiresAt: Date; usedAt: Date | null } | null> {
	const [found] = await tx.select().from(passwordLinks).where(eq(passwordLinks.id, id));
	return found ?? null;
}

/** Of two that come at once, one gets the account and the other null. */
export async function usePasswordLink(tx: Transaction, id: string, at: Date): Promise<string | null> {
	const [used] = await tx
		.update(passwordLinks)
		.set({ usedAt: at })
		.where(and(eq(passwordLinks.id, id), isNull(passwordLinks.usedAt), gt(passwordLinks.expiresAt, at)))
		.returning({ accountId: passwordLinks.accountId });
	return used?.accountId ?? null;
}

/** Those whose reference (in any source) or internal id is this text. */
export async function practitionersCalled(
	tx: Transaction,
	text: string
): Promise<{ practitionerId: string; source: string; name: string }[]> {
	return tx
		.select({ practitionerId: practitioners.id, source: practitioners.source, name: practitioners.name })
		.from(practitioners)
		.where(
			and(
				isNull(practitioners.supersededAt),
				sql`(${practitioners.reference} = ${text} or ${practitioners.id}::text = ${text})`
			)
		);
}

export async function roleOfPosting(
	tx: Transaction,
	practitionerId: string,
	day: CalendarDate
): Promise<string | null> {
	const [found] = await tx.execute<{ role: string }>(
		sql`select role from postings where practitioner_id = ${practitionerId} and superseded_at is null
			and from_on <= ${day} and (to_on is null or to_on > ${day})`
	);
	return found?.role ?? null;
}

/** The sender's reference of each practitioner with an account. */
export async function referencesOf(tx: Transaction): Promise<Map<string, string>> {
	const rows = await tx
		.select({ id: practitioners.id, reference: practitioners.reference })
		.from(practitioners)
		.innerJoin(accounts, eq(accounts.practitionerId, practitioners.id))
		.where(isNull(practitioners.supersededAt));
	return new Map(rows.map(({ id, reference }) => [id, reference]));
}

export interface Described {
	email: string;
	practitionerId: string | null;
	role: AskingRole;
	name: string | null;
	teamId: string | null;
	service: string | null;
}

/** The person who asks, as the row-level security sees them today. */
export async function describeAsker(tx: Transaction): Promise<Described | null> {
	const [found] = await tx.execute<{
		email: string;
		practitioner_id: string | null;
		role: AskingRole;
		name: string | null;
		team_id: string | null;
		service: string | null;
	}>(sql`
		select a.email, a.practitioner_id, asking_role() as role, p.name, o.team_id, t.service
		from accounts a
		left join practitioners p on p.id = a.practitioner_id and p.superseded_at is null
		left join postings o on o.practitioner_id = a.practitioner_id and o.superseded_at is null
			and o.from_on <= asks_on() and (o.to_on is null or o.to_on > asks_on())
		left join teams t on t.id = o.team_id and t.superseded_at is null
		where a.id = asking_account() and a.disabled_at is null`);
	if (!found) return null;
	const { email, role, name, service } = found;
	return { email, practitionerId: found.practitioner_id, role, name, teamId: found.team_id, service };
}
