import { addDays, dayInWords } from '#lib/domain/calendar.ts';
import { scopeInWords, whatWasOpenedInWords } from '#lib/domain/supervision-wording.ts';
import { ASKING_ROLE_IN_WORDS } from '#lib/domain/wording.ts';
import { isWritten } from '#lib/domain/records.ts';
import { record } from '#lib/server/audit.ts';
import { dayOfInstant, now, timeOfInstant } from '#lib/server/clock.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { insertReason, openingsOfMyRecord, supervisesToday } from '#lib/server/store/openings.ts';
import { sessionOnFile, sessionsOf } from '#lib/server/store/supervision.ts';
import { partyAsking, type Asker, type Refused } from './hold-supervision.ts';

/** One line of who opened what is written about somebody. */
export interface OpeningInWords {
	key: string;
	at: string;
	who: string;
	what: string;
	/** The session it was in; null: it was no session. */
	sessionId: string | null;
	as: string;
	/** Null: none was asked for. */
	reason: string | null;
}

const DAYS_BACK = 365;

/** Who else opened the sessions, personal notes and page of who asks in the last year, latest first. */
export async function openingsShown(tx: Transaction, by: Asker): Promise<OpeningInWords[]> {
	if (by.practitionerId === null) return [];
	const since = new Date(`${addDays(dayOfInstant(now()), -DAYS_BACK)}T00:00:00Z`);
	const openings = await openingsOfMyRecord(tx, since);
	const sessions = new Map((await sessionsOf(tx, by.practitionerId)).map((each) => [each.sessionId, each]));
	return openings.map((opening) => {
		const session = opening.sessionId === null ? null : sessions.get(opening.sessionId);
		return {
			key: String(opening.id),
			at: `${dayInWords(dayOfInstant(opening.openedAt))}, ${timeOfInstant(opening.openedAt)}`,
			who: opening.name ?? 'somebody without a posting',
			what: whatWasOpenedInWords(opening.entity, session?.heldOn ?? session?.plannedOn ?? null),
			sessionId: session?.sessionId ?? null,
			as: asWhom(opening.scope ?? opening.accountRole),
			reason: opening.reason
		};
	});
}

function asWhom(scope: string | null): string {
	if (scope === null) return 'in their role that day';
	return scopeInWords(scope) ?? (ASKING_ROLE_IN_WORDS as Record<string, string | undefined>)[scope] ?? scope;
}

/** Shorter than this says nothing that its subject could judge (local default). */
const SHORTEST_REASON = 15;

/**
 * Opens the personal note of a session that a person's supervisor of today did not hold, for this day. The reason is kept,
 * and shown to its subject with each opening.
 */
export async function giveReason(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	reason: string
): Promise<{ given: true } | Refused> {
	const session = await sessionOnFile(tx, sessionId);
	if (!session || session.noteState === null) return { refused: 'ABSENT' };
	if (partyAsking(session, by) !== null) return { given: true };
	if (by.role === 'inspector' || !(await supervisesToday(tx, session.superviseeId)))
		return { refused: 'NOT_A_PARTY' };
	const words = reason.trim();
	if (!isWritten(words) || words.length < SHORTEST_REASON) return { refused: 'NO_REASON' };
	if (words.length > 2000) return { refused: 'TOO_LONG' };
	if (await insertReason(tx, { sessionId, accountId: by.accountId, reason: words, on: by.today }))
		await record(tx, by, { action: 'gave a reason', entity: 'personal_note', entityId: sessionId });
	return { given: true };
}
