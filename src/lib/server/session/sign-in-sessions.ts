import { createHash, randomBytes } from 'node:crypto';
import { Lucia, TimeSpan, type Adapter, type DatabaseSession } from 'lucia';
import { now } from '#lib/server/clock.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import {
	deleteSession,
	deleteSessionsBefore,
	deleteSessionsOf,
	insertSession,
	markSeen,
	sessionById,
	sessionsOf,
	type SignInSession
} from '#lib/server/store/sign-ins.ts';

// Everything that touches lucia, so that it can be replaced here and nowhere else. The browser holds a random token;
// lucia and the database only ever see its SHA-256.

const MINUTE_MS = 60_000;
const IDLE_MINUTES = 30;
const ABSOLUTE_HOURS = 10;
const TOKEN_BYTES = 32;

/** Starts a session and returns the token for the browser's cookie. */
export async function startSession(tx: Transaction, accountId: string): Promise<string> {
	const token = randomBytes(TOKEN_BYTES).toString('base64url');
	const lucia = luciaIn(tx);
	await lucia.deleteExpiredSessions();
	await lucia.createSession(accountId, {}, { sessionId: digest(token) });
	return token;
}

/** Whose token it is, and counts as having been seen; null: unknown, idle too long, too old, or account disabled. */
export async function accountBehind(tx: Transaction, token: string): Promise<string | null> {
	const { session } = await luciaIn(tx).validateSession(digest(token));
	if (!session) return null;
	if (now().getTime() - session.lastSeenAt.getTime() > MINUTE_MS) await markSeen(tx, session.id, now());
	return session.userId;
}

/** Ends the session of a token in the database; the token is worth nothing afterwards. */
export async function endSession(tx: Transaction, token: string): Promise<void> {
	await luciaIn(tx).invalidateSession(digest(token));
}

type Attributes = { lastSeenAt: Date };

declare module 'lucia' {
	interface Register {
		Lucia: Lucia<Attributes>;
		DatabaseSessionAttributes: Partial<Attributes>;
	}
}

function luciaIn(tx: Transaction): Lucia<Attributes> {
	return new Lucia(adapterOver(tx), {
		sessionExpiresIn: new TimeSpan(IDLE_MINUTES, 'm'),
		getSessionAttributes: ({ lastSeenAt }) => ({ lastSeenAt: lastSeenAt ?? now() })
	});
}

/** Lucia's one expiry is the nearer of our two: idle since last seen, and absolute since signing in. */
function adapterOver(tx: Transaction): Adapter {
	return {
		getSessionAndUser: async (id) => {
			const found = await sessionById(tx, id);
			if (!found) return [null, null];
			return [asLucias(found), found.disabled ? null : { id: found.accountId, attributes: {} }];
		},
		getUserSessions: async (accountId) => (await sessionsOf(tx, accountId)).map(asLucias),
		setSession: ({ id, userId }) =>
			insertSession(tx, {
				id,
				accountId: userId,
				createdAt: now(),
				lastSeenAt: now(),
				expiresAt: after(now(), ABSOLUTE_HOURS * 60)
			}),
		updateSessionExpiration: (id, expiresAt) => markSeen(tx, id, after(expiresAt, -IDLE_MINUTES)),
		deleteSession: (id) => deleteSession(tx, id),
		deleteUserSessions: (accountId) => deleteSessionsOf(tx, accountId),
		deleteExpiredSessions: () => deleteSessionsBefore(tx, after(now(), -IDLE_MINUTES), now())
	};
}

function asLucias(session: SignInSession): DatabaseSession {
	const idleEnd = after(session.lastSeenAt, IDLE_MINUTES);
	return {
		id: session.id,
		userId: session.accountId,
		expiresAt: idleEnd < session.expiresAt ? idleEnd : session.expiresAt,
		attributes: { lastSeenAt: session.lastSeenAt }
	};
}

function after(instant: Date, minutes: number): Date {
	return new Date(instant.getTime() + minutes * MINUTE_MS);
}

function digest(token: string): string {
	return createHash('sha256').update(token).digest('hex');
}
