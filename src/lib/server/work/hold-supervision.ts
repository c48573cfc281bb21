import { createHash } from 'node:crypto';
import type { AskingRole } from '#lib/domain/access.ts';
import { lackingActions } from '#lib/domain/actions.ts';
import { agendaOf, AGENDA_LENGTH, type AgendaItem } from '#lib/domain/agenda.ts';
import { isId } from '#lib/domain/asked.ts';
import { personOf } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { inPostOn } from '#lib/domain/people.ts';
import { isWritten } from '#lib/domain/records.ts';
import {
	bothTexts,
	DISCUSSION_FIELDS,
	isEmpty,
	partyOf,
	propose,
	sendBack,
	sign,
	signedText,
	takesAway,
	whoSupervises,
	whyNotWrite,
	type DiscussionText,
	type Moved,
	type Note,
	type Party,
	type Refusal,
	type StartRefusal
} from '#lib/domain/supervision-note.ts';
import type { ScopeOfReading } from '#lib/domain/supervision-wording.ts';
import { record, recordAll } from '#lib/server/audit.ts';
import { seal, unseal } from '#lib/server/sealing.ts';
import { actionsKept } from '#lib/server/store/actions.ts';
import { agendaItemsOf } from '#lib/server/store/agenda.ts';
import { claimForm } from '#lib/server/store/cases.ts';
import { deleteEarlierTexts } from '#lib/server/store/earlier-texts.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { isOpenedWithReason } from '#lib/server/store/openings.ts';
import {
	addDiscussions,
	beginPlanned,
	casesInScope,
	changeSession,
	deleteDraft,
	discussionOf,
	discussionsOf,
	holdSession,
	insertSession,
	insertSignOff,
	moveSession,
	oneStartAtATime,
	personalNote,
	removeDiscussions,
	returnToPlanned,
	saveDiscussion as storeDiscussion,
	savePersonalNote as storePersonalNote,
	sessionBetween,
	sessionOnFile,
	signOffsOf,
	supervisesItsSupervisor,
	type Discussion,
	type SealedNote,
	type SessionOnFile,
	type StoredEdition
} from '#lib/server/store/supervision.ts';
import { pictureOfPractitioner } from './picture.ts';
import { reviewThose } from './review-flags.ts';

/** Who asks. */
export interface Asker {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
	today: CalendarDate;
}

/** `ABSENT`: there is no such session, or not in the scope of who asks. */
export type Refused = { refused: Refusal | 'ABSENT' };

/** What is written in one part of a session, and the edition it is. */
export interface Part<Text> {
	text: Text;
	edition: number;
	savedAt: Date | null;
}

/** `changed`: false where the same text was there already. */
type Kept<Text> = { edition: number; savedAt: Date | null; changed: boolean } | { stored: Part<Text> };

export type Saved<Text> = Kept<Text> | Refused | { refused: 'NOT_ON_AGENDA' };

/** Starts a session, its agenda filled with the cases most in need; where these two are writing one, that one. */
export async function startSession(
	tx: Transaction,
	by: Asker,
	asked: { key: string; superviseeId: string }
): Promise<{ sessionId: string } | { refused: StartRefusal | 'ABSENT' }> {
	const { key, superviseeId } = asked;
	if (!isId(superviseeId) || !isId(key) || !(await maySeePractitioner(tx, superviseeId)))
		return { refused: 'ABSENT' };
	const { agenda, supervisorId: postedUnder, inPost } = await agendaToday(tx, by.today, superviseeId);
	const between = whoSupervises({ practitionerId: superviseeId, supervisorId: postedUnder }, by);
	if ('refused' in between) return between;
	if (!inPost) return { refused: 'LEFT' };
	const { supervisorId } = between;
	await oneStartAtATime(tx, superviseeId);
	const first = await claimForm(tx, key, by.accountId);
	const there = await sessionBetween(tx, superviseeId, supervisorId, !first);
	if (there) return { sessionId: there.sessionId };
	const sessionId = await insertSession(tx, { superviseeId, supervisorId, on: by.today });
	await record(tx, by, { action: 'started', entity: 'supervision_session', entityId: sessionId });
	await fillAgenda(tx, by, sessionId, agenda);
	return { sessionId };
}

/** Holds a planned session now. */
export async function holdPlanned(
	tx: Transaction,
	by: Asker,
	sessionId: string
): Promise<{ sessionId: string } | { refused: StartRefusal | 'ABSENT' }> {
	const session = await sessionOnFile(tx, sessionId);
	if (!session) return { refused: 'ABSENT' };
	const { agenda, inPost } = await agendaToday(tx, by.today, session.superviseeId);
	const planned = { practitionerId: session.superviseeId, supervisorId: session.supervisorId };
	const between = whoSupervises(planned, by);
	if ('refused' in between) return between;
	if (!inPost) return { refused: 'LEFT' };
	if (await beginPlanned(tx, sessionId, between.supervisorId, by.today)) {
		await record(tx, by, { action: 'started', entity: 'supervision_session', entityId: sessionId });
		await fillAgenda(tx, by, sessionId, agenda);
	}
	return { sessionId };
}

async function agendaToday(tx: Transaction, today: CalendarDate, superviseeId: string) {
	const picture = await pictureOfPractitioner(tx, superviseeId, { on: today, hindsight: false });
	const person = picture && personOf(picture.view, superviseeId);
	const posting = person && inPostOn(person, today, picture.view.knowledge);
	return {
		agenda: picture ? agendaOf(superviseeId, picture.view, picture.findings) : [],
		supervisorId: posting?.supervisorId ?? null,
		inPost: posting !== null
	};
}

async function fillAgenda(tx: Transaction, by: Asker, sessionId: string, agenda: readonly AgendaItem[]) {
	const wanted = agenda.slice(0, AGENDA_LENGTH).map(({ caseId }) => caseId);
	await recordAgenda(tx, by, 'added to agenda', await addDiscussions(tx, sessionId, wanted, by.today));
}

async function recordAgenda(tx: Transaction, by: Asker, action: string, caseIds: readonly string[]) {
	await recordAll(
		tx,
		by,
		caseIds.map((caseId) => ({ action, entity: 'case', entityId: caseId }))
	);
}

/** Puts cases that the practitioner holds on the agenda; `all`: every one of them, those most in need first. */
export async function addCases(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	wanted: readonly string[] | 'all'
): Promise<{ added: true } | Refused | { refused: 'NOT_ON_AGENDA' }> {
	const session = await openForWriting(tx, by, sessionId);
	if ('refused' in session) return session;
	const { agenda } = await agendaToday(tx, by.today, session.superviseeId);
	const held = agenda.map(({ caseId }) => caseId);
	const caseIds = wanted === 'all' ? held : wanted;
	if (!caseIds.every((caseId) => held.includes(caseId))) return { refused: 'NOT_ON_AGENDA' };
	await recordAgenda(tx, by, 'added to agenda', await addDiscussions(tx, sessionId, caseIds, by.today));
	return { added: true };
}

/** Takes a case off the agenda, while nothing is written about it. */
export async function removeCase(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	caseId: string
): Promise<{ removed: true } | Refused> {
	const session = await openForWriting(tx, by, sessionId);
	if ('refused' in session) return session;
	const discussion = (await discussionsOf(tx, sessionId)).find((each) => each.caseId === caseId);
	if (discussion && !isEmpty(discussion)) return { refused: 'NOT_EMPTY' };
	if (discussion) {
		await removeDiscussions(tx, sessionId, [caseId]);
		await recordAgenda(tx, by, 'taken off agenda', [caseId]);
	}
	return { removed: true };
}

/** Writes down when it was held, for how long, and whether it was interrupted. */
export async function describeSession(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	about: { heldOn: CalendarDate; minutes: number | null; interrupted: boolean | null }
): Promise<{ saved: true } | Refused> {
	const session = await openForWriting(tx, by, sessionId);
	if ('refused' in session) return session;
	await changeSession(tx, sessionId, about);
	await record(tx, by, { action: 'saved', entity: 'supervision_session', entityId: sessionId });
	return { saved: true };
}

/** `edition` null: it builds on none, and is kept after whatever is stored. */
export interface Typed<Text> {
	text: Text;
	edition: number | null;
}

/** What to do where somebody saved meanwhile: say so, or (the writer is gone) keep both, one after the other. */
export type Meanwhile = 'tell' | 'keep both';

/** Saves what is written about one case. The same text again changes nothing. */
export async function saveDiscussion(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	caseId: string,
	typed: Typed<DiscussionText>,
	meanwhile: Meanwhile = 'tell'
): Promise<Saved<DiscussionText>> {
	const session = await openForWriting(tx, by, sessionId, caseId);
	if ('refused' in session) return session;
	const write = (text: DiscussionText, over: Replacing) => storeDiscussion(tx, sessionId, caseId, text, over);
	const read = () => discussionOf(tx, sessionId, caseId);
	const merge = (stored: DiscussionText, mine: DiscussionText) => ({
		summary: bothTexts(stored.summary, mine.summary),
		analysis: bothTexts(stored.analysis, mine.analysis),
		livedExperience: bothTexts(stored.livedExperience, mine.livedExperience),
		decision: bothTexts(stored.decision, mine.decision)
	});
	const same = (a: DiscussionText, b: DiscussionText) =>
		DISCUSSION_FIELDS.every((field) => a[field] === b[field]);
	const lessThan = (stored: DiscussionText, mine: DiscussionText) =>
		DISCUSSION_FIELDS.some((field) => takesAway(stored[field], mine[field]));
	const kept = await savePart(typed, meanwhile, { read, write, merge, same, lessThan });
	if (kept === null) return { refused: 'NOT_ON_AGENDA' };
	if ('edition' in kept && kept.changed)
		await record(tx, by, { action: 'saved', entity: 'case_discussion', entityId: sessionId });
	return kept;
}

/** Saves the personal note, sealed. The same text again changes nothing. */
export async function savePersonalNote(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	typed: Typed<string>,
	meanwhile: Meanwhile = 'tell'
): Promise<Saved<string>> {
	const session = await openForWriting(tx, by, sessionId, 'personal');
	if ('refused' in session) return session;
	const before = await personalNote(tx, sessionId);
	if (before && opened(before, sessionId) === null) return { refused: 'CANNOT_OPEN' };
	const kept = await savePart(typed, meanwhile, {
		read: async () => personalPart(await personalNote(tx, sessionId), sessionId),
		write: (text, over) => storePersonalNote(tx, sessionId, seal(text, sessionId), over),
		merge: bothTexts,
		same: (a, b) => a === b,
		lessThan: takesAway
	});
	if (kept === null) throw new Error('a personal note has no agenda');
	if ('stored' in kept) await recordReading(tx, by, session);
	else if (kept.changed)
		await record(tx, by, { action: 'saved', entity: 'personal_note', entityId: sessionId });
	return kept;
}

/** The edition a save builds on, and whether what it replaces is kept as an earlier text. */
interface Replacing {
	edition: number;
	keeping: boolean;
}

interface Keeping<Text> {
	/** Null: there is no such part. */
	read: () => Promise<Part<Text> | null>;
	/** Null: another edition is stored. */
	write: (text: Text, over: Replacing) => Promise<StoredEdition | null>;
	merge: (stored: Text, mine: Text) => Text;
	same: (a: Text, b: Text) => boolean;
	/** Whether a save would take something out of what is stored. */
	lessThan: (stored: Text, mine: Text) => boolean;
}

async function savePart<Text>(
	typed: Typed<Text>,
	meanwhile: Meanwhile,
	{ read, write, merge, same, lessThan }: Keeping<Text>
): Promise<Kept<Text> | null> {
	let { text, edition } = typed;
	for (;;) {
		const stored = await read();
		if (!stored) return null;
		if (same(stored.text, text) && stored.edition > 0)
			return { edition: stored.edition, savedAt: stored.savedAt, changed: false };
		if (edition === null) {
			text = merge(stored.text, text);
			edition = stored.edition;
		}
		const saved = await write(text, { edition, keeping: lessThan(stored.text, text) });
		if (saved !== null) return { ...saved, changed: true };
		if (meanwhile === 'tell') return { stored: (await read()) ?? stored };
		edition = null;
	}
}

function opened(note: SealedNote, sessionId: string): string | null {
	return unseal(note, sessionId);
}

function personalPart(note: SealedNote | null, sessionId: string): Part<string> {
	if (!note) return { text: '', edition: 0, savedAt: null };
	return { text: opened(note, sessionId) ?? '', edition: note.edition, savedAt: note.savedAt };
}

/** The personal note of a session that who asks may read, written down as read. `CANNOT_OPEN`: sealed by a lost key. */
export async function readPersonalNote(
	tx: Transaction,
	by: Asker,
	session: SessionOnFile
): Promise<Part<string> | { refused: 'CANNOT_OPEN' }> {
	const { sessionId } = session;
	const note = await personalNote(tx, sessionId);
	await recordReading(tx, by, session);
	if (note && opened(note, sessionId) === null) return { refused: 'CANNOT_OPEN' };
	return personalPart(note, sessionId);
}

/** As whom somebody may read the personal note of a session; null: they may not. */
export async function readsPersonalNoteAs(
	tx: Transaction,
	by: Asker,
	session: SessionOnFile
): Promise<ScopeOfReading | null> {
	const party = partyAsking(session, by);
	if (party !== null) return party === 'supervisor' ? 'supervisor' : 'supervisee';
	if (await supervisesItsSupervisor(tx, session)) return 'supervisor of the supervisor';
	return (await isOpenedWithReason(tx, session.sessionId)) ? 'with a reason' : null;
}

async function recordReading(tx: Transaction, by: Asker, session: SessionOnFile): Promise<void> {
	const scope = await readsPersonalNoteAs(tx, by, session);
	const deed = { action: 'read', entity: 'personal_note', entityId: session.sessionId };
	await record(tx, by, scope === null ? deed : { ...deed, scope });
}

/** Discards a draft in which nothing is written; one that was planned is planned again. */
export async function discardDraft(
	tx: Transaction,
	by: Asker,
	sessionId: string
): Promise<{ discarded: true } | Refused> {
	const session = await openForWriting(tx, by, sessionId);
	if ('refused' in session) return session;
	const whole = await wholeText(tx, session);
	if (whole === null || somethingIsWritten(whole)) return { refused: 'NOT_EMPTY' };
	if (await returnToPlanned(tx, sessionId)) await deleteEarlierTexts(tx, sessionId);
	else {
		if ((await agendaItemsOf(tx, sessionId)).length > 0) return { refused: 'NOT_EMPTY' };
		await deleteEarlierTexts(tx, sessionId);
		await deleteDraft(tx, sessionId);
	}
	await record(tx, by, { action: 'discarded', entity: 'supervision_session', entityId: sessionId });
	return { discarded: true };
}

/** Fixes the text. What was on the agenda and not written about was not discussed, and does not stay in the note. */
export async function proposeNote(
	tx: Transaction,
	by: Asker,
	sessionId: string
): Promise<{ done: true } | Refused> {
	return move(tx, by, sessionId, 'proposed', async (note, party, session) => {
		const whole = await wholeText(tx, session);
		if (whole === null) return { refused: 'CANNOT_OPEN' };
		const moved = propose(note, party, somethingIsWritten(whole));
		if (!('to' in moved)) return moved;
		const notDiscussed = whole.discussions.filter(isEmpty).map(({ caseId }) => caseId);
		await removeDiscussions(tx, sessionId, notDiscussed);
		await recordAgenda(tx, by, 'taken off agenda', notDiscussed);
		return moved;
	});
}

export async function sendNoteBack(
	tx: Transaction,
	by: Asker,
	sessionId: string
): Promise<{ done: true } | Refused> {
	return move(tx, by, sessionId, 'sent back', (note, party) => Promise.resolve(sendBack(note, party)));
}

/**
 * Signs what was read: `digest` is that of the text as it was shown. The supervisor's signature makes the discussions
 * count, so the flags of those children and of the practitioner are reviewed with it.
 */
export async function signNote(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	{ digest, disagreement }: { digest: string; disagreement: string | null }
): Promise<{ done: true } | Refused> {
	return move(tx, by, sessionId, 'signed', async (note, party, session) => {
		const moved = sign(note, party);
		if (!('to' in moved) || party === null || by.practitionerId === null) return moved;
		if (party === 'supervisor') {
			const agreed = await actionsKept(tx, { of: 'session', sessionId }, null);
			if (lackingActions(agreed.filter(({ isAsked }) => isAsked)).length > 0)
				return { refused: 'ACTIONS_LACK' };
		}
		const whole = await wholeText(tx, session);
		if (whole === null) return { refused: 'CANNOT_OPEN' };
		const signed = digestOf(whole);
		const before = await signOffsOf(tx, sessionId);
		if (signed !== digest || before.some((other) => other.digest !== signed))
			return { refused: 'TEXT_CHANGED' };
		const words = party === 'practitioner' && isWritten(disagreement) ? disagreement : null;
		const signOff = { as: party, digest: signed, disagreement: words, signedOn: by.today };
		return (await insertSignOff(tx, sessionId, by.practitionerId, signOff)) ? moved : { already: true };
	});
}

type Step = 'proposed' | 'sent back' | 'signed';

async function move(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	step: Step,
	decide: (note: Note, party: Party | null, session: SessionOnFile) => Promise<Moved>
): Promise<{ done: true } | Refused> {
	const session = await holdSession(tx, sessionId, 'move');
	const note = session && noteOf(session);
	if (!session || !note) return { refused: 'ABSENT' };
	const moved = await decide(note, partyAsking(session, by), session);
	if ('refused' in moved) return moved;
	if ('already' in moved) return { done: true };
	await moveSession(tx, sessionId, moved.to, by.today);
	if (moved.to === 'closed') await deleteEarlierTexts(tx, sessionId);
	const digest = step === 'signed' ? (await signOffsOf(tx, sessionId)).at(-1)?.digest : undefined;
	const deed = { action: step, entity: 'supervision_session', entityId: sessionId };
	await record(tx, by, digest === undefined ? deed : { ...deed, digest });
	if (moved.to === 'signed') await reviewDiscussed(tx, by, session);
	return { done: true };
}

/** A child who has passed to others since, or a practitioner who has, is theirs to review: the day's review does. */
async function reviewDiscussed(tx: Transaction, by: Asker, { sessionId, superviseeId }: SessionOnFile) {
	const discussed = (await discussionsOf(tx, sessionId)).map(({ caseId }) => caseId);
	const caseIds = await casesInScope(tx, discussed);
	const practitionerIds = (await maySeePractitioner(tx, superviseeId)) ? [superviseeId] : [];
	await reviewThose(tx, by, by.today, { caseIds, practitionerIds });
}

/** The note of a session that is written here; null: it came by file, or is only planned. */
export function noteOf(session: SessionOnFile): Note | null {
	const { noteState: state, superviseeId, supervisorId, supervisorSignedOn, practitionerSignedOn } = session;
	return state && { state, superviseeId, supervisorId, supervisorSignedOn, practitionerSignedOn };
}

/** Whose note it is; null: of neither. An inspector reads, and is nobody's party. */
export function partyAsking(session: SessionOnFile, by: Asker): Party | null {
	return by.role === 'inspector' ? null : partyOf(session, by.practitionerId);
}

async function openForWriting(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	part: string | null = null
): Promise<SessionOnFile | Refused> {
	const session = await holdSession(tx, sessionId, 'write', part);
	const note = session && noteOf(session);
	if (!session || !note) return { refused: 'ABSENT' };
	const refused = whyNotWrite(note, partyAsking(session, by));
	return refused ? { refused } : session;
}

export interface Whole {
	session: SessionOnFile;
	discussions: readonly Discussion[];
	personal: string;
}

/** All that is signed; null: the personal note cannot be opened. Only for the two whose note it is. */
export async function wholeText(tx: Transaction, session: SessionOnFile): Promise<Whole | null> {
	const note = await personalNote(tx, session.sessionId);
	const personal = note ? opened(note, session.sessionId) : '';
	if (personal === null) return null;
	return { session, discussions: await discussionsOf(tx, session.sessionId), personal };
}

function somethingIsWritten({ discussions, personal }: Whole): boolean {
	return isWritten(personal) || discussions.some((discussion) => !isEmpty(discussion));
}

/** SHA-256 of the whole text, as hexadecimal. */
export function digestOf({ session, discussions, personal }: Whole): string {
	return createHash('sha256')
		.update(signedText({ ...session, discussions, personal }))
		.digest('hex');
}
