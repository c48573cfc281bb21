import { createHash, randomBytes } from 'node:crypto';
import { groupedBy } from '#lib/domain/authority.ts';
import { addDays, addMonths, dayInWords, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { icalendar, type FeedEvent } from '#lib/domain/calendar-feed.ts';
import { isId } from '#lib/domain/asked.ts';
import type { Names } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import { dayOfInstant } from '#lib/server/clock.ts';
import {
	accountOfCalendar,
	calendarAddressOf,
	insertCalendarToken,
	markCalendarRead,
	revokeCalendarTokens
} from '#lib/server/store/calendar-tokens.ts';
import { claimForm } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { sessionsForFeed, type SessionInFeed } from '#lib/server/store/planned-sessions.ts';
import { namesFor } from './names.ts';

const TOKEN_BYTES = 32;
/** How far a feed looks back and ahead. */
const DAYS_BACK = 60;
const MONTHS_AHEAD = 18;

interface Reader {
	accountId: string;
	practitionerId: string | null;
	today: CalendarDate;
}

/**
 * Makes the address under which a person's calendar is read, in the place of the one before. The token is returned once
 * and kept as its digest alone; null: the account stands for no practitioner, or the form has acted before.
 */
export async function makeCalendarAddress(tx: Transaction, by: Reader, key: string): Promise<string | null> {
	if (by.practitionerId === null || !isId(key) || !(await claimForm(tx, key, by.accountId))) return null;
	if (await revokeCalendarTokens(tx, by.accountId))
		await record(tx, by, { action: 'revoked', entity: 'calendar_address', entityId: by.accountId });
	const token = randomBytes(TOKEN_BYTES).toString('base64url');
	await insertCalendarToken(tx, digestOf(token), by.accountId);
	await record(tx, by, { action: 'made', entity: 'calendar_address', entityId: by.accountId });
	return token;
}

/** Closes the address: whoever has it finds nothing from now on. */
export async function revokeCalendarAddress(tx: Transaction, by: Reader): Promise<void> {
	if (await revokeCalendarTokens(tx, by.accountId))
		await record(tx, by, { action: 'revoked', entity: 'calendar_address', entityId: by.accountId });
}

/** What is said of the address in use; null: there is none. */
export async function calendarAddressInWords(tx: Transaction, by: Reader): Promise<string | null> {
	const address = await calendarAddressOf(tx, by.accountId);
	if (!address) return null;
	const { madeAt, readOn } = address;
	const read = readOn === null ? 'not read yet' : `last read ${distanceInWords(readOn, by.today)}`;
	return `Made on ${dayInWords(dayOfInstant(madeAt))}, ${read}.`;
}

/** Whose calendar a token opens; asked at the door, where nobody has signed in. */
export async function accountOfToken(tx: Transaction, token: string): Promise<string | null> {
	return /^[\w-]{40,50}$/.test(token) ? accountOfCalendar(tx, digestOf(token)) : null;
}

function digestOf(token: string): string {
	return createHash('sha256').update(token).digest('hex');
}

/** Somebody's own supervision as a calendar: who and when. No case, no child and no word of a note is in it. */
export async function ownCalendar(tx: Transaction, by: Reader, origin: string): Promise<string> {
	const { practitionerId, today } = by;
	await markCalendarRead(tx, by.accountId, today);
	const sessions =
		practitionerId === null
			? []
			: await sessionsForFeed(tx, practitionerId, {
					from: addDays(today, -DAYS_BACK),
					to: addMonths(today, MONTHS_AHEAD)
				});
	const names = await namesFor(
		tx,
		sessions.flatMap(({ superviseeId, supervisorId, coversForId }) =>
			[superviseeId, supervisorId, coversForId].flatMap((id) => id ?? [])
		)
	);
	const isGroup = (session: SessionInFeed) =>
		session.groupId !== null && session.supervisorId === practitionerId;
	const alone = sessions.filter((session) => !isGroup(session)).map((session) => eventOf(session));
	const groups = [...groupedBy(sessions.filter(isGroup), ({ groupId }) => groupId ?? '').values()];
	return icalendar('Supervision', [...alone, ...groups.flatMap(groupEvent)]);

	function eventOf(session: SessionInFeed): FeedEvent {
		return {
			uid: `${session.sessionId}@countersign`,
			sequence: session.changes,
			changedAt: session.changedAt,
			...whenOf(session),
			summary: summaryOf(session, practitionerId, names),
			description: '',
			address: `${origin}/supervision/${session.sessionId}`,
			isCancelled: session.cancelled || session.isOut
		};
	}

	/** The rows of a group are one event of whoever holds it. */
	function groupEvent(rows: readonly SessionInFeed[]): FeedEvent[] {
		const standing = rows.filter(({ cancelled, isOut }) => !cancelled && !isOut);
		const [first] = standing.length > 0 ? standing : rows;
		if (!first) return [];
		return [
			{
				...eventOf(first),
				uid: `${first.groupId ?? ''}@countersign`,
				sequence: rows.reduce((sum, { changes }) => sum + changes, 0),
				changedAt: new Date(Math.max(...rows.map(({ changedAt }) => changedAt.getTime()))),
				summary: `${first.reflective ? 'Reflective group' : 'Group'} supervision, ${standing.length === 1 ? '1 person' : `${standing.length} people`}`,
				isCancelled: standing.length === 0
			}
		];
	}
}

function whenOf({ plannedOn, plannedTime, plannedMinutes, heldOn }: SessionInFeed) {
	const on = heldOn ?? plannedOn;
	if (on === null) throw new Error('a session in a calendar has a day');
	return { on, time: on === plannedOn ? plannedTime : null, minutes: plannedMinutes };
}

function summaryOf(
	{ superviseeId, supervisorId, coversForId, reflective, groupId }: SessionInFeed,
	reader: string | null,
	names: Names
): string {
	const kind = `${reflective ? 'Reflective' : ''} ${groupId === null ? '' : 'group'} supervision`.trim();
	const named = `${kind.charAt(0).toUpperCase()}${kind.slice(1).replaceAll(/\s+/g, ' ')}`;
	if (reader === supervisorId) return `${named} of ${names(superviseeId)}`;
	const covers = coversForId === null ? '' : `, who covers for ${names(coversForId)}`;
	return `${named} with ${names(supervisorId)}${covers}`;
}
