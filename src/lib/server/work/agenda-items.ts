import { isId } from '#lib/domain/asked.ts';
import { isWritten } from '#lib/domain/records.ts';
import { AGENDA_ITEM_CHARACTERS } from '#lib/domain/supervision-note.ts';
import { record } from '#lib/server/audit.ts';
import { seal, unseal } from '#lib/server/sealing.ts';
import { agendaItemsOf, deleteAgendaItem, insertAgendaItem } from '#lib/server/store/agenda.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { sessionOnFile, type SessionOnFile } from '#lib/server/store/supervision.ts';
import { partyAsking, type Asker, type Refused } from './hold-supervision.ts';

/** What one of the two wants to talk about. */
export interface AgendaItemShown {
	id: string;
	/** Null: it was sealed with a key that this server does not have. */
	words: string | null;
	practitionerId: string;
	mine: boolean;
}

/** Those of a session, for the two whose it is; for anybody else none. */
export async function agendaItemsShown(
	tx: Transaction,
	by: Asker,
	session: SessionOnFile
): Promise<AgendaItemShown[]> {
	if (partyAsking(session, by) === null) return [];
	const items = await agendaItemsOf(tx, session.sessionId);
	return items.map(({ id, practitionerId, formKey, ...sealed }) => ({
		id,
		words: unseal(sealed, placeOf(formKey)),
		practitionerId,
		mine: practitionerId === by.practitionerId
	}));
}

/** Puts something on the agenda of a session that is planned or being written. The same form again adds nothing. */
export async function addAgendaItem(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	given: { key: string; words: string }
): Promise<{ added: true } | Refused> {
	const session = await openForItems(tx, by, sessionId);
	if ('refused' in session) return session;
	const words = given.words.trim();
	if (!isWritten(words)) return { refused: 'NO_WORDS' };
	if (words.length > AGENDA_ITEM_CHARACTERS) return { refused: 'TOO_LONG' };
	const { practitionerId } = session;
	const item = { formKey: given.key, practitionerId, ...seal(words, placeOf(given.key)) };
	if (await insertAgendaItem(tx, sessionId, item))
		await record(tx, by, { action: 'added to agenda', entity: 'supervision_session', entityId: sessionId });
	return { added: true };
}

/** Takes something off the agenda, by whoever put it there. */
export async function removeAgendaItem(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	id: string
): Promise<{ removed: true } | Refused> {
	const session = await openForItems(tx, by, sessionId);
	if ('refused' in session) return session;
	if (isId(id) && (await deleteAgendaItem(tx, sessionId, id)))
		await record(tx, by, { action: 'taken off agenda', entity: 'supervision_session', entityId: sessionId });
	return { removed: true };
}

const placeOf = (formKey: string) => `agenda item ${formKey}`;

async function openForItems(
	tx: Transaction,
	by: Asker,
	sessionId: string
): Promise<{ practitionerId: string } | Refused> {
	const session = await sessionOnFile(tx, sessionId);
	if (!session) return { refused: 'ABSENT' };
	if (partyAsking(session, by) === null || by.practitionerId === null) return { refused: 'NOT_A_PARTY' };
	const planned = session.noteState === null && session.heldOn === null && !session.cancelled;
	return planned || session.noteState === 'draft'
		? { practitionerId: by.practitionerId }
		: { refused: 'TEXT_IS_FIXED' };
}
