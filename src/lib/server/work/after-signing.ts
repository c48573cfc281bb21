import { createHash } from 'node:crypto';
import { isId } from '#lib/domain/asked.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { isWritten } from '#lib/domain/records.ts';
import {
	addendumText,
	lateInCaseSystemIfSignedBy,
	MOST_CHARACTERS,
	whyNotAdd,
	type Party
} from '#lib/domain/supervision-note.ts';
import { record } from '#lib/server/audit.ts';
import { seal, unseal } from '#lib/server/sealing.ts';
import {
	addendaOf,
	deleteCaseSystemRecord,
	insertAddendum,
	insertCaseSystemRecord,
	notInCaseSystem,
	type StoredAddendum
} from '#lib/server/store/addenda.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { discussionsOf, sessionOnFile, type SessionOnFile } from '#lib/server/store/supervision.ts';
import { noteOf, partyAsking, type Asker, type Refused } from './hold-supervision.ts';

/** What was added to a signed note, as who asks may read it. */
export interface Addendum {
	key: string;
	/** Null: added to the personal note. */
	caseId: string | null;
	/** Null: it was sealed with a key that this server does not have. */
	words: string | null;
	as: Party;
	practitionerId: string;
	writtenOn: CalendarDate;
	digest: string;
	/** Whether the words are those that were written; null where they cannot be opened. */
	verified: boolean | null;
}

/** Adds to a note that its supervisor has signed, which itself stays. The same form again adds nothing. */
export async function addAddendum(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	given: { key: string; caseId: string | null; words: string }
): Promise<{ added: true } | Refused | { refused: 'NOT_ON_AGENDA' }> {
	const session = await signedSession(tx, by, sessionId);
	if ('refused' in session) return session;
	const { as, practitionerId } = session;
	const words = given.words.trim();
	if (!isWritten(words)) return { refused: 'NO_WORDS' };
	if (words.length > MOST_CHARACTERS) return { refused: 'TOO_LONG' };
	const { caseId, key } = given;
	if (caseId !== null && !(await isDiscussed(tx, sessionId, caseId))) return { refused: 'NOT_ON_AGENDA' };
	const about = { sessionId, caseId, as, practitionerId, writtenOn: by.today };
	const digest = digestOfAddendum({ ...about, words });
	const common = { formKey: key, practitionerId, as, digest, writtenOn: by.today };
	const stored: StoredAddendum =
		caseId === null
			? { ...common, caseId, words: null, ...seal(words, placeOf(key)) }
			: { ...common, caseId, words, sealed: null, keyVersion: null };
	if (await insertAddendum(tx, sessionId, stored))
		await record(tx, by, {
			action: 'added to',
			entity: caseId === null ? 'personal_note' : 'case_discussion',
			entityId: sessionId,
			digest
		});
	return { added: true };
}

const placeOf = (formKey: string) => `addendum ${formKey}`;

function digestOfAddendum(addendum: Parameters<typeof addendumText>[0]): string {
	return createHash('sha256').update(addendumText(addendum)).digest('hex');
}

/** Those of a session that who asks may read, opened; those of the personal note only where `withPersonal`. */
export async function addendaShown(
	tx: Transaction,
	sessionId: string,
	withPersonal: boolean
): Promise<Addendum[]> {
	const stored = await addendaOf(tx, sessionId);
	return stored
		.filter(({ caseId }) => caseId !== null || withPersonal)
		.map((each): Addendum => {
			const { caseId, as, practitionerId, writtenOn, digest, formKey } = each;
			const words = each.caseId === null ? unseal(each, placeOf(formKey)) : each.words;
			const verified =
				words === null
					? null
					: digestOfAddendum({ sessionId, caseId, as, practitionerId, writtenOn, words }) === digest;
			return { key: formKey, caseId, words, as, practitionerId, writtenOn, digest, verified };
		});
}

/** Says that a discussion was recorded in the case system. Said already, it stays as it was said. */
export async function tickCaseSystem(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	said: { caseId: string; recordedOn: CalendarDate }
): Promise<{ done: true } | Refused | { refused: 'NOT_ON_AGENDA' }> {
	const session = await signedSession(tx, by, sessionId);
	if ('refused' in session) return session;
	if (!isId(said.caseId) || !(await isDiscussed(tx, sessionId, said.caseId)))
		return { refused: 'NOT_ON_AGENDA' };
	const { practitionerId } = session;
	if (await insertCaseSystemRecord(tx, sessionId, { ...said, practitionerId }))
		await record(tx, by, { action: 'recorded in case system', entity: 'case', entityId: said.caseId });
	return { done: true };
}

/** Takes that back, by whoever said it. */
export async function untickCaseSystem(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	caseId: string
): Promise<{ done: true } | Refused> {
	const session = await signedSession(tx, by, sessionId);
	if ('refused' in session) return session;
	if (isId(caseId) && (await deleteCaseSystemRecord(tx, sessionId, caseId)))
		await record(tx, by, { action: 'not recorded in case system', entity: 'case', entityId: caseId });
	return { done: true };
}

/** Own sessions whose discussions should be in the child's file by today and are not said to be, the oldest first. */
export async function lateInCaseSystem(
	tx: Transaction,
	by: Asker
): Promise<{ sessionId: string; reference: string; signedOn: CalendarDate; cases: number }[]> {
	if (by.practitionerId === null) return [];
	return notInCaseSystem(tx, by.practitionerId, lateInCaseSystemIfSignedBy(by.today));
}

async function signedSession(
	tx: Transaction,
	by: Asker,
	sessionId: string
): Promise<(SessionOnFile & { as: Party; practitionerId: string }) | Refused> {
	const session = await sessionOnFile(tx, sessionId);
	const note = session && noteOf(session);
	if (!session || !note) return { refused: 'ABSENT' };
	const as = partyAsking(session, by);
	const refused = whyNotAdd(note, as);
	if (refused) return { refused };
	if (as === null || by.practitionerId === null) return { refused: 'NOT_A_PARTY' };
	return { ...session, as, practitionerId: by.practitionerId };
}

async function isDiscussed(tx: Transaction, sessionId: string, caseId: string): Promise<boolean> {
	return (await discussionsOf(tx, sessionId)).some((each) => each.caseId === caseId);
}
