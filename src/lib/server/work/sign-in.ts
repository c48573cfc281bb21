import { createHash, randomBytes } from 'node:crypto';
import { record } from '#lib/server/audit.ts';
import { now } from '#lib/server/clock.ts';
import { accountByEmail } from '#lib/server/store/accounts.ts';
import { database, inContext, type Transaction } from '#lib/server/store/database.ts';
import {
	deleteAttemptsBefore,
	failuresSince,
	hasSucceeded,
	insertAttempts,
	insertSuccess,
	markSucceeded,
	takeTurns
} from '#lib/server/store/sign-ins.ts';
import { isPassword } from '#lib/server/work/passwords.ts';
import {
	ACCOUNT_PATIENCE,
	ADDRESS_PATIENCE,
	COUNTED_MINUTES,
	waitUntil,
	type Patience
} from '#lib/server/work/throttle.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const KNOWN_BROWSER_DAYS = 90;

export interface SignInAttempt {
	email: string;
	password: string;
	/** The visitor's address, from the connection or from the operator's own proxy. */
	address: string;
	/** The cookie of a browser in which somebody signed in before. */
	browser: string | null;
}

export type SignInOutcome =
	| { kind: 'signed in'; accountId: string; browser: string }
	/** Unknown e-mail, wrong password, no password set, disabled: nobody outside can tell which. */
	| { kind: 'refused' }
	| { kind: 'wait'; minutes: number };

/**
 * Judges an e-mail and a password. Each guess is counted before it is looked at, in the database, so that guesses at
 * once, in other processes and after a restart all count. A browser in which this very account signed in before has
 * its own count: whoever guesses elsewhere cannot lock its owner out.
 */
export async function signIn(attempt: SignInAttempt): Promise<SignInOutcome> {
	const email = attempt.email.trim().toLowerCase();
	const counted = await atTheDoor((tx) => countGuess(tx, { ...attempt, email }));
	if ('until' in counted) {
		const minutes = Math.ceil((counted.until.getTime() - now().getTime()) / MINUTE_MS);
		return { kind: 'wait', minutes: Math.max(1, minutes) };
	}
	const account = await atTheDoor((tx) => accountByEmail(tx, email));
	const right = await isPassword(attempt.password, account?.passwordHash ?? null);
	if (!account || !right || account.disabled) return { kind: 'refused' };
	const { accountId } = account;
	const browser = randomBytes(24).toString('base64url');
	await atTheDoor(async (tx) => {
		await markSucceeded(tx, counted.attempts);
		await insertSuccess(tx, browserKey(browser, email), now());
		await deleteAttemptsBefore(tx, daysAgo(1), daysAgo(KNOWN_BROWSER_DAYS));
		await record(tx, { accountId }, { action: 'signed in', entity: 'account', entityId: accountId });
	});
	return { kind: 'signed in', accountId, browser };
}

/** For a browser in which the password was just set through the link: it is known from now on. */
export async function makeKnown(tx: Transaction, email: string): Promise<string> {
	const browser = randomBytes(24).toString('base64url');
	await insertSuccess(tx, browserKey(browser, email.toLowerCase()), now());
	return browser;
}

async function countGuess(
	tx: Transaction,
	{ email, address, browser }: SignInAttempt
): Promise<{ attempts: number[] } | { until: Date }> {
	const known = browser === null ? null : browserKey(browser, email);
	const isKnown = known !== null && (await hasSucceeded(tx, known, daysAgo(KNOWN_BROWSER_DAYS)));
	const limits: Record<string, Patience> = isKnown
		? { [known]: ACCOUNT_PATIENCE }
		: { [key('account', email)]: ACCOUNT_PATIENCE, [key('address', address)]: ADDRESS_PATIENCE };
	const keys = Object.keys(limits);
	await takeTurns(tx, keys);
	const at = now();
	const failures = await failuresSince(tx, keys, new Date(at.getTime() - COUNTED_MINUTES * MINUTE_MS));
	const waits = Object.entries(limits)
		.map(([each, patience]) => waitUntil(failures.get(each) ?? [], patience, at))
		.filter((until) => until !== null)
		.sort((a, b) => b.getTime() - a.getTime());
	return waits[0] ? { until: waits[0] } : { attempts: await insertAttempts(tx, keys, at) };
}

function key(kind: 'account' | 'address' | 'browser', what: string): string {
	return `${kind}:${createHash('sha256').update(what).digest('hex')}`;
}

function browserKey(token: string, email: string): string {
	return key('browser', `${token} ${email}`);
}

function daysAgo(days: number): Date {
	return new Date(now().getTime() - days * DAY_MS);
}

async function atTheDoor<Answer>(work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
	return inContext(await database(), { actor: 'door' }, work);
}
