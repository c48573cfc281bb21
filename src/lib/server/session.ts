import type { AskingRole } from '#lib/domain/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { today } from '#lib/server/clock.ts';
import { readConfig } from '#lib/server/config.ts';
import { accountBehind, endSession, startSession } from '#lib/server/session/sign-in-sessions.ts';
import { describeAsker } from '#lib/server/store/accounts.ts';
import { database, inContext, migrate, type Transaction } from '#lib/server/store/database.ts';
import { demoDay } from '#lib/server/store/sign-ins.ts';

/** Somebody signed in, as they stand at this request. */
export interface Who {
	accountId: string;
	email: string;
	/** Null: an account that stands for no practitioner, such as an administrator's. */
	practitionerId: string | null;
	role: AskingRole;
	/** Their own name; the e-mail where there is no practitioner. */
	name: string;
	/** Today's posting; null without one. */
	teamId: string | null;
	service: string | null;
	today: CalendarDate;
}

/** A command or the schedule at work, by the name that the audit keeps. */
export interface Operator {
	operator: string;
	today: CalendarDate;
}

/** The cookies of a request, as the page framework offers them. */
export interface Cookies {
	get(name: string): string | undefined;
	set(name: string, value: string, options: CookieOptions): void;
	delete(name: string, options: CookieOptions): void;
}
type CookieOptions = { path: '/'; httpOnly: true; sameSite: 'lax'; secure: boolean; maxAge?: number };

const KNOWN_BROWSER_DAYS = 90;

/** Who is signed in. Pages that need nobody read `locals.who`; a page that comes here without anybody is a bug. */
export function who(event: { locals: { who: Who | null } }): Who {
	if (!event.locals.who) throw new Error('This page is for people signed in: give it a row in PAGES');
	return event.locals.who;
}

/** Opens the database and brings it to this version, where no command did so first. */
export async function prepare(): Promise<void> {
	await database();
	await migrate();
}

/** One transaction in which only what this person may see is there. */
export async function asPerson<Answer>(
	person: Pick<Who, 'accountId' | 'today'>,
	work: (tx: Transaction) => Promise<Answer>
): Promise<Answer> {
	const { accountId } = person;
	return inContext(await database(), { actor: 'person', accountId, today: person.today }, work);
}

/** One transaction with the whole authority in scope, for commands and the schedule. */
export async function asOperator<Answer>(
	name: string,
	work: (tx: Transaction, operator: Operator) => Promise<Answer>
): Promise<Answer> {
	const opened = await database();
	const day = today(await inContext(opened, { actor: 'door' }, demoDay));
	return inContext(opened, { actor: 'operator', name, today: day }, (tx) =>
		work(tx, { operator: name, today: day })
	);
}

/** One transaction that sees accounts and nothing else, for signing in. */
export async function atTheDoor<Answer>(work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
	return inContext(await database(), { actor: 'door' }, work);
}

/** Who holds this browser's session today; null: nobody, or nobody any more. */
export async function recognise(cookies: Cookies): Promise<Who | null> {
	const token = cookies.get(sessionCookie());
	if (!token) return null;
	const found = await atTheDoor(async (tx) => ({
		accountId: await accountBehind(tx, token),
		day: today(await demoDay(tx))
	}));
	if (found.accountId === null) {
		cookies.delete(sessionCookie(), cookieOptions());
		return null;
	}
	return describedToday({ accountId: found.accountId, today: found.day });
}

async function describedToday(person: Pick<Who, 'accountId' | 'today'>): Promise<Who | null> {
	const described = await asPerson(person, describeAsker);
	return described && { ...described, ...person, name: described.name ?? described.email };
}

/** Somebody as they stand today who was found otherwise than by a browser's session; null: nobody any more. */
export async function asTheyStand(accountId: string): Promise<Who | null> {
	return describedToday({ accountId, today: today(await atTheDoor(demoDay)) });
}

/** Signs this browser in, under a new token; whoever was signed in here before no longer is. */
export async function begin(cookies: Cookies, accountId: string): Promise<void> {
	const before = cookies.get(sessionCookie());
	const token = await atTheDoor(async (tx) => {
		if (before) await endSession(tx, before);
		return startSession(tx, accountId);
	});
	cookies.set(sessionCookie(), token, cookieOptions());
}

export async function end(cookies: Cookies): Promise<void> {
	const token = cookies.get(sessionCookie());
	if (token) await atTheDoor((tx) => endSession(tx, token));
	cookies.delete(sessionCookie(), cookieOptions());
}

/** What this browser was given when somebody last signed in with it; null: nobody ever did. */
export function knownBrowser(cookies: Cookies): string | null {
	return cookies.get(`${sessionCookie()}-known`) ?? null;
}

export function rememberBrowser(cookies: Cookies, token: string): void {
	const options = { ...cookieOptions(), maxAge: KNOWN_BROWSER_DAYS * 24 * 60 * 60 };
	cookies.set(`${sessionCookie()}-known`, token, options);
}

// A browser takes the __Host- prefix only over https; config refuses http elsewhere than on this machine.
function sessionCookie(): string {
	return isSecure() ? '__Host-countersign' : 'countersign';
}

function cookieOptions(): CookieOptions {
	return { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure() };
}

let secure: boolean | null = null;

function isSecure(): boolean {
	return (secure ??= readConfig(process.env).origin?.startsWith('https:') ?? false);
}
