import { createHash, randomBytes } from 'node:crypto';
import { ACCOUNT_ROLES, type AccountRole } from '#lib/domain/access.ts';
import { ROLES, type Role } from '#lib/domain/people.ts';
import { record, type Actor } from '#lib/server/audit.ts';
import { now } from '#lib/server/clock.ts';
import {
	accountByEmail,
	accountById,
	accountOfPractitioner,
	changeDisabled,
	changePasswordHash,
	deletePasswordLinksOf,
	insertAccount,
	insertPasswordLink,
	passwordLink,
	practitionersCalled,
	usePasswordLink,
	type Account
} from '#lib/server/store/accounts.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { deleteSessionsOf } from '#lib/server/store/sign-ins.ts';
import { hashOf, refusalOf, type PasswordRefusal } from '#lib/server/work/passwords.ts';
import { makeKnown } from '#lib/server/work/sign-in.ts';

const LINK_HOURS = 24;
const HOUR_MS = 3_600_000;

/** Every role an account may be made for: those of postings need the practitioner, the others may stand alone. */
export const GRANTABLE_ROLES: readonly (Role | AccountRole)[] = [...new Set([...ROLES, ...ACCOUNT_ROLES])];

export type AccountRefusal =
	| { code: 'NOT_AN_EMAIL' }
	| { code: 'ALREADY_THERE' }
	| { code: 'NO_SUCH_ACCOUNT' }
	| { code: 'DISABLED' }
	| { code: 'NEEDS_PRACTITIONER' }
	| { code: 'NO_SUCH_PRACTITIONER' }
	| { code: 'SEVERAL_PRACTITIONERS'; sources: string[] }
	| { code: 'PRACTITIONER_HAS_ACCOUNT'; email: string };

/** The token of a single-use link to set a password, for the address `/password/<token>`; worth 24 hours. */
export interface Invited {
	accountId: string;
	token: string;
}

/** `role` is what the account is for; one of a posting's roles is not kept, for the posting says it each day. */
export async function addAccount(
	tx: Transaction,
	by: Actor,
	wanted: { email: string; role: Role | AccountRole; practitioner: string | null }
): Promise<Invited | AccountRefusal> {
	const email = wanted.email.trim();
	if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254) return { code: 'NOT_AN_EMAIL' };
	const role = ACCOUNT_ROLES.find((own) => own === wanted.role) ?? null;
	if (role === null && wanted.practitioner === null) return { code: 'NEEDS_PRACTITIONER' };
	const practitioner = await onePractitioner(tx, wanted.practitioner);
	if ('code' in practitioner) return practitioner;
	const accountId = await insertAccount(tx, { email, role, practitionerId: practitioner.id });
	if (accountId === null) return { code: 'ALREADY_THERE' };
	await record(tx, by, { action: 'added', entity: 'account', entityId: accountId });
	return invite(tx, accountId);
}

/** Ends every session and the old password, and makes a link for a new one. */
export async function resetPassword(
	tx: Transaction,
	by: Actor,
	email: string
): Promise<Invited | AccountRefusal> {
	const account = await accountByEmail(tx, email.trim());
	if (!account) return { code: 'NO_SUCH_ACCOUNT' };
	if (account.disabled) return { code: 'DISABLED' };
	await changePasswordHash(tx, account.accountId, null);
	await deleteSessionsOf(tx, account.accountId);
	await record(tx, by, { action: 'reset', entity: 'account', entityId: account.accountId });
	return invite(tx, account.accountId);
}

/** Ends every session and link; the account stays, for what it did. */
export async function disableAccount(
	tx: Transaction,
	by: Actor,
	email: string
): Promise<Account | AccountRefusal> {
	const account = await accountByEmail(tx, email.trim());
	if (!account) return { code: 'NO_SUCH_ACCOUNT' };
	const { accountId } = account;
	const changed = await changeDisabled(tx, accountId, now());
	await deleteSessionsOf(tx, accountId);
	await deletePasswordLinksOf(tx, accountId);
	if (changed) await record(tx, by, { action: 'disabled', entity: 'account', entityId: accountId });
	return account;
}

/** Lets a disabled account in again, by a new password. */
export async function enableAccount(
	tx: Transaction,
	by: Actor,
	email: string
): Promise<Invited | AccountRefusal> {
	const account = await accountByEmail(tx, email.trim());
	if (!account) return { code: 'NO_SUCH_ACCOUNT' };
	if (await changeDisabled(tx, account.accountId, null))
		await record(tx, by, { action: 'enabled', entity: 'account', entityId: account.accountId });
	return resetPassword(tx, by, email);
}

export type LinkState =
	{ state: 'good'; email: string; accountId: string } | { state: 'used' | 'expired' | 'unknown' };

export async function linkBehind(tx: Transaction, token: string): Promise<LinkState> {
	const link = await passwordLink(tx, digest(token));
	if (!link) return { state: 'unknown' };
	if (link.usedAt) return { state: 'used' };
	const account = await accountById(tx, link.accountId);
	if (link.expiresAt <= now() || !account || account.disabled) return { state: 'expired' };
	return { state: 'good', email: account.email, accountId: account.accountId };
}

/** What a password may not be; hashing takes a while, so it is done before the transaction that sets it. */
export async function prepared(
	password: string,
	email: string
): Promise<{ passwordHash: string } | PasswordRefusal> {
	return refusalOf(password, email) ?? { passwordHash: await hashOf(password) };
}

/** Uses the link up. `browser` makes this browser a known one; null: somebody else used the link in between. */
export async function setPassword(
	tx: Transaction,
	token: string,
	passwordHash: string
): Promise<{ browser: string } | null> {
	const accountId = await usePasswordLink(tx, digest(token), now());
	const account = accountId && (await accountById(tx, accountId));
	if (!account || account.disabled) return null;
	await changePasswordHash(tx, account.accountId, passwordHash);
	await deleteSessionsOf(tx, account.accountId);
	await record(
		tx,
		{ accountId: account.accountId },
		{ action: 'set password', entity: 'account', entityId: account.accountId }
	);
	return { browser: await makeKnown(tx, account.email) };
}

async function invite(tx: Transaction, accountId: string): Promise<Invited> {
	const token = randomBytes(32).toString('base64url');
	const expiresAt = new Date(now().getTime() + LINK_HOURS * HOUR_MS);
	await insertPasswordLink(tx, { id: digest(token), accountId, expiresAt });
	return { accountId, token };
}

async function onePractitioner(
	tx: Transaction,
	called: string | null
): Promise<{ id: string | null } | AccountRefusal> {
	if (called === null) return { id: null };
	const [found, ...others] = await practitionersCalled(tx, called);
	if (!found) return { code: 'NO_SUCH_PRACTITIONER' };
	if (others.length > 0)
		return { code: 'SEVERAL_PRACTITIONERS', sources: [found, ...others].map(({ source }) => source) };
	const taken = await accountOfPractitioner(tx, found.practitionerId);
	if (taken) return { code: 'PRACTITIONER_HAS_ACCOUNT', email: taken.email };
	return { id: found.practitionerId };
}

function digest(token: string): string {
	return createHash('sha256').update(token).digest('hex');
}
