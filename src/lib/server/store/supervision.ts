import { sql, type SQL } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { DiscussionText, NoteState, Party } from '#lib/domain/supervision-note.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

export interface SessionOnFile {
	sessionId: string;
	reference: string;
	superviseeId: string;
	supervisorId: string;
	plannedOn: CalendarDate | null;
	heldOn: CalendarDate | null;
	cancelled: boolean;
	cancelReason: string | null;
	minutes: number | null;
	interrupted: boolean | null;
	/** Null: came by file, or is planned. */
	noteState: NoteState | null;
	supervisorSignedOn: CalendarDate | null;
	practitionerSignedOn: CalendarDate | null;
	cases: number;
}

export interface Discussion extends DiscussionText {
	caseId: string;
	reference: string;
	edition: number;
	savedAt: Date;
}

const ofSession = sql`s.id as "sessionId", s.reference, s.practitioner_id as "superviseeId",
	s.supervisor_id as "supervisorId", s.planned_on as "plannedOn", s.held_on as "heldOn", s.cancelled,
	s.cancel_reason as "cancelReason", s.minutes, s.interrupted, s.note_state as "noteState",
	s.supervisor_signed_on as "supervisorSignedOn", s.practitioner_signed_on as "practitionerSignedOn"`;
const session = sql`${ofSession},
	(select count(*)::int from case_discussions d where d.session_id = s.id and d.superseded_at is null) as cases`;

/** Of many sessions it is asked once which of the cases discussed in them are in scope. */
async function sessions(tx: Transaction, where: SQL, order: SQL): Promise<SessionOnFile[]> {
	const found = await tx.execute(
		sql`with s as materialized (
				select * from supervision_sessions s where s.superseded_at is null and ${where}
			)
			select ${ofSession}, coalesce(d.cases, 0) as cases
			from s left join discussed_in(array(select id from s)) d on d.session_id = s.id
			order by ${order}`
	);
	return [...found] as unknown as SessionOnFile[];
}

/** Null: not there, or not in the scope of who asks. */
export async function sessionOnFile(tx: Transaction, sessionId: string): Promise<SessionOnFile | null> {
	const found = await tx.execute(
		sql`select ${session} from supervision_sessions s where s.superseded_at is null and s.id = ${sessionId}`
	);
	return (found[0] as unknown as SessionOnFile | undefined) ?? null;
}

/**
 * The same, held until the end of the transaction: nobody proposes while somebody writes, or signs twice at once. With a
 * `part`, nobody else writes that part of it either.
 */
export async function holdSession(
	tx: Transaction,
	sessionId: string,
	to: 'write' | 'move',
	part: string | null = null
): Promise<SessionOnFile | null> {
	const strength = to === 'write' ? sql`share` : sql`no key update`;
	const alone =
		part === null
			? sql``
			: sql`pg_advisory_xact_lock(hashtextextended(${`note ${sessionId} ${part}`}, 0)) is null as held`;
	await tx.execute(
		sql`select ${alone} from supervision_sessions where id = ${sessionId} and superseded_at is null for ${strength}`
	);
	return sessionOnFile(tx, sessionId);
}

/** Everything on file between a practitioner and their supervisors, latest first. */
export async function sessionsOf(tx: Transaction, superviseeId: string): Promise<SessionOnFile[]> {
	return sessions(
		tx,
		sql`s.practitioner_id = ${superviseeId}`,
		sql`coalesce(s.held_on, s.planned_on) desc nulls last, s.id`
	);
}

/** How many sessions of somebody are held, planned or cancelled, in the scope of who asks. */
export async function countSessions(tx: Transaction, superviseeId: string): Promise<number> {
	const [found] = await tx.execute<{ sessions: number }>(
		sql`select count(*)::int as sessions from supervision_sessions
			where superseded_at is null and practitioner_id = ${superviseeId}`
	);
	return found?.sessions ?? 0;
}

/** Notes that are not signed by both yet, and sessions that are planned, in the scope of who asks. */
export async function openSessions(tx: Transaction): Promise<SessionOnFile[]> {
	return sessions(
		tx,
		sql`(s.note_state <> 'closed' or (s.note_state is null and s.held_on is null and not s.cancelled))`,
		sql`coalesce(s.held_on, s.planned_on), s.id`
	);
}

/** The draft these two are writing; the latest, whatever its state, where `orLatest` is asked for. */
export async function sessionBetween(
	tx: Transaction,
	superviseeId: string,
	supervisorId: string,
	orLatest: boolean
): Promise<SessionOnFile | null> {
	const [found] = await tx.execute(
		sql`select ${session} from supervision_sessions s
			where s.superseded_at is null and s.practitioner_id = ${superviseeId} and s.supervisor_id = ${supervisorId}
				and s.note_state is not null and (s.note_state = 'draft' or ${orLatest})
			order by (s.note_state = 'draft') desc, s.recorded_at desc limit 1`
	);
	return (found as unknown as SessionOnFile | undefined) ?? null;
}

/** Until the end of the transaction nobody else starts a session for this person. */
export async function oneStartAtATime(tx: Transaction, superviseeId: string): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`supervision ${superviseeId}`}, 0))`);
}

export async function insertSession(
	tx: Transaction,
	made: { superviseeId: string; supervisorId: string; on: CalendarDate }
): Promise<string> {
	const { superviseeId, supervisorId, on } = made;
	const [row] = await tx.execute<{ id: string }>(
		sql`with made as (select gen_random_uuid() as id)
			insert into supervision_sessions
				(id, source, reference, practitioner_id, supervisor_id, held_on, kind, note_state, recorded_on)
			select id, 'countersign', 'SV-' || left(id::text, 8), ${superviseeId}::uuid, ${supervisorId}::uuid, ${on}::date, 'both', 'draft',
				${on}::date
			from made returning id`
	);
	if (!row) throw new Error('the session was not written');
	return row.id;
}

/**
 * Opens a planned session as a draft held on a day. It becomes ours: the sender's next file says no more about it than
 * that it was planned. False: it is not planned any more.
 */
export async function beginPlanned(
	tx: Transaction,
	sessionId: string,
	supervisorId: string,
	on: CalendarDate
): Promise<boolean> {
	const begun = await tx.execute(
		sql`update supervision_sessions set source = 'countersign', reference = 'SV-' || left(id::text, 8),
				supervisor_id = ${supervisorId}, held_on = ${on}, note_state = 'draft', recorded_on = ${on},
				kind = case when kind = 'group' then kind else 'both' end
			where id = ${sessionId} and superseded_at is null and note_state is null and held_on is null and not cancelled
			returning id`
	);
	return begun.length > 0;
}

export async function changeSession(
	tx: Transaction,
	sessionId: string,
	about: { heldOn: CalendarDate; minutes: number | null; interrupted: boolean | null }
): Promise<void> {
	await tx.execute(
		sql`update supervision_sessions set held_on = ${about.heldOn}, minutes = ${about.minutes},
				interrupted = ${about.interrupted}
			where id = ${sessionId} and superseded_at is null and note_state = 'draft'`
	);
}

/** Moves a note on; its signatures count as known from the day they are given. */
export async function moveSession(
	tx: Transaction,
	sessionId: string,
	to: NoteState,
	on: CalendarDate
): Promise<void> {
	const also: Record<NoteState, SQL> = {
		draft: sql`proposed_at = null`,
		proposed: sql`proposed_at = clock_timestamp()`,
		signed: sql`supervisor_signed_on = ${on}, recorded_on = ${on}`,
		closed: sql`practitioner_signed_on = ${on}`
	};
	await tx.execute(
		sql`update supervision_sessions set note_state = ${to}, ${also[to]}
			where id = ${sessionId} and superseded_at is null`
	);
}

/** Makes a draft that began as a planned session planned again, as its sender knew it. False: it did not begin so. */
export async function returnToPlanned(tx: Transaction, sessionId: string): Promise<boolean> {
	const [before] = await tx.execute<{ id: string }>(
		sql`select v.id from supervision_sessions v
			where v.version_of = ${sessionId} and v.note_state is null and not exists (
				select from supervision_sessions again
				where again.source = v.source and again.reference = v.reference and again.superseded_at is null
			)
			order by v.superseded_at desc limit 1`
	);
	if (!before) return false;
	await tx.execute(sql`delete from personal_notes where session_id = ${sessionId}`);
	await tx.execute(sql`delete from case_discussions where session_id = ${sessionId}`);
	await tx.execute(
		sql`update supervision_sessions s set source = v.source, reference = v.reference,
				supervisor_id = v.supervisor_id, recorded_on = v.recorded_on, kind = v.kind, minutes = v.minutes,
				interrupted = v.interrupted, held_on = null, note_state = null
			from supervision_sessions v
			where v.id = ${before.id} and s.id = ${sessionId} and s.note_state = 'draft'`
	);
	return true;
}

/** Deletes a draft with its discussions and its personal note. */
export async function deleteDraft(tx: Transaction, sessionId: string): Promise<void> {
	await tx.execute(sql`delete from personal_notes where session_id = ${sessionId}`);
	await tx.execute(sql`delete from case_discussions where session_id = ${sessionId}`);
	await tx.execute(
		sql`delete from supervision_sessions where id = ${sessionId} and superseded_at is null and note_state = 'draft'`
	);
}

/** What was written about each case, by reference. A case may have passed to others since: its reference stays known. */
export async function discussionsOf(tx: Transaction, sessionId: string): Promise<Discussion[]> {
	const found = await tx.execute<Omit<Discussion, 'reference' | 'savedAt'> & { savedAt: string }>(
		sql`select case_id as "caseId", coalesce(summary, '') as summary, coalesce(analysis, '') as analysis,
				coalesce(lived_experience, '') as "livedExperience", coalesce(decision, '') as decision, edition,
				to_json(recorded_at) #>> '{}' as "savedAt"
			from case_discussions where session_id = ${sessionId} and superseded_at is null`
	);
	const references = await referencesOf(
		tx,
		found.map(({ caseId }) => caseId)
	);
	return found
		.map((row) => ({
			...row,
			savedAt: new Date(row.savedAt),
			reference: references.get(row.caseId) ?? ''
		}))
		.sort((a, b) => (a.reference < b.reference ? -1 : 1));
}

async function referencesOf(tx: Transaction, caseIds: readonly string[]): Promise<Map<string, string>> {
	const found = await asRules(tx, () =>
		tx.execute<{ id: string; reference: string }>(
			sql`select id, reference from cases
				where id = any(${`{${caseIds.join(',')}}`}::uuid[]) and superseded_at is null`
		)
	);
	return new Map(found.map(({ id, reference }) => [id, reference]));
}

/** Adds cases to the agenda; those already there stay as they are. Returns those added. */
export async function addDiscussions(
	tx: Transaction,
	sessionId: string,
	caseIds: readonly string[],
	on: CalendarDate
): Promise<string[]> {
	const added = await tx.execute<{ caseId: string }>(
		sql`insert into case_discussions (session_id, case_id, held_on_copied, recorded_on)
			select s.id, wanted, s.held_on, ${on}::date from supervision_sessions s,
				unnest(${`{${caseIds.join(',')}}`}::uuid[]) as wanted
			where s.id = ${sessionId} and s.superseded_at is null
			on conflict (session_id, case_id) where superseded_at is null do nothing
			returning case_id as "caseId"`
	);
	return added.map(({ caseId }) => caseId);
}

export async function removeDiscussions(
	tx: Transaction,
	sessionId: string,
	caseIds: readonly string[]
): Promise<void> {
	if (caseIds.length === 0) return;
	await tx.execute(
		sql`delete from case_discussions
			where session_id = ${sessionId} and case_id = any(${`{${caseIds.join(',')}}`}::uuid[])`
	);
}

/**
 * A save builds on an edition. One higher than what is stored is a save that was under way before it and never came:
 * nobody else has written since, so it may go on.
 */
const buildsOn = (stored: SQL, edition: number) => sql`${stored} in (${edition}::int, ${edition}::int - 1)`;

/** What is written about one case, and the edition it is; null: it is not on the agenda. */
export async function discussionOf(
	tx: Transaction,
	sessionId: string,
	caseId: string
): Promise<{ text: DiscussionText; edition: number; savedAt: Date } | null> {
	const [row] = await tx.execute<Record<keyof DiscussionText, string> & { edition: number; savedAt: string }>(
		sql`select coalesce(summary, '') as summary, coalesce(analysis, '') as analysis,
				coalesce(lived_experience, '') as "livedExperience", coalesce(decision, '') as decision, edition,
				to_json(recorded_at) #>> '{}' as "savedAt"
			from case_discussions
			where session_id = ${sessionId} and case_id = ${caseId} and superseded_at is null`
	);
	if (!row) return null;
	const { edition, savedAt, ...text } = row;
	return { text, edition, savedAt: new Date(savedAt) };
}

/** An edition as it was stored. */
export interface StoredEdition {
	edition: number;
	savedAt: Date;
}

/**
 * Null: somebody saved another edition meanwhile. `keeping`: what it replaces stays as an earlier text. Whoever saves
 * holds the part, so that what is kept is what was read.
 */
export async function saveDiscussion(
	tx: Transaction,
	sessionId: string,
	caseId: string,
	text: DiscussionText,
	{ edition, keeping }: { edition: number; keeping: boolean }
): Promise<StoredEdition | null> {
	const { summary, analysis, livedExperience, decision } = text;
	const kept = sql`with kept as (
			insert into earlier_texts (session_id, case_id, edition, summary, analysis, lived_experience, decision, saved_at)
			select session_id, case_id, edition, summary, analysis, lived_experience, decision, recorded_at
			from case_discussions
			where session_id = ${sessionId} and case_id = ${caseId} and superseded_at is null
				and ${buildsOn(sql`edition`, edition)}
		)`;
	const [saved] = await tx.execute<{ edition: number; savedAt: string }>(
		sql`${keeping ? kept : sql``} update case_discussions set summary = ${summary}, analysis = ${analysis},
				lived_experience = ${livedExperience}, decision = ${decision},
				edition = edition + 1, recorded_at = clock_timestamp()
			where session_id = ${sessionId} and case_id = ${caseId} and superseded_at is null
				and ${buildsOn(sql`edition`, edition)}
			returning edition, to_json(recorded_at) #>> '{}' as "savedAt"`
	);
	return saved ? { edition: saved.edition, savedAt: new Date(saved.savedAt) } : null;
}

export interface SealedNote {
	sealed: string;
	keyVersion: number;
	edition: number;
	savedAt: Date;
}

export async function personalNote(tx: Transaction, sessionId: string): Promise<SealedNote | null> {
	const [found] = await tx.execute<Omit<SealedNote, 'savedAt'> & { savedAt: string }>(
		sql`select sealed, key_version as "keyVersion", edition, to_json(saved_at) #>> '{}' as "savedAt"
			from personal_notes where session_id = ${sessionId}`
	);
	return found ? { ...found, savedAt: new Date(found.savedAt) } : null;
}

/** Null: somebody saved another edition meanwhile. `keeping` as with discussions. */
export async function savePersonalNote(
	tx: Transaction,
	sessionId: string,
	{ sealed, keyVersion }: { sealed: string; keyVersion: number },
	{ edition, keeping }: { edition: number; keeping: boolean }
): Promise<StoredEdition | null> {
	const kept = sql`with kept as (
			insert into earlier_texts (session_id, edition, sealed, key_version, saved_at)
			select session_id, n.edition, n.sealed, n.key_version, saved_at from personal_notes n
			where session_id = ${sessionId} and ${buildsOn(sql`n.edition`, edition)}
		)`;
	const [saved] = await tx.execute<{ edition: number; savedAt: string }>(
		sql`${keeping ? kept : sql``} insert into personal_notes as n (session_id, sealed, key_version, edition)
			values (${sessionId}, ${sealed}, ${keyVersion}, 1)
			on conflict (session_id) do update set sealed = excluded.sealed, key_version = excluded.key_version,
				edition = n.edition + 1, saved_at = clock_timestamp()
			where ${buildsOn(sql`n.edition`, edition)}
			returning edition, to_json(saved_at) #>> '{}' as "savedAt"`
	);
	return saved ? { edition: saved.edition, savedAt: new Date(saved.savedAt) } : null;
}

/** Whether who asks was the supervisor's own supervisor on the day the session was held. */
export async function supervisesItsSupervisor(
	tx: Transaction,
	{ supervisorId, heldOn, plannedOn }: SessionOnFile
): Promise<boolean> {
	const [row] = await tx.execute<{ does: boolean }>(
		sql`select supervises_on(${supervisorId}, coalesce(${heldOn}, ${plannedOn})::date) as does`
	);
	return row?.does ?? false;
}

export interface SignOff {
	as: Party;
	digest: string;
	disagreement: string | null;
	signedOn: CalendarDate;
}

export async function signOffsOf(tx: Transaction, sessionId: string): Promise<SignOff[]> {
	const found = await tx.execute(
		sql`select signed_as as "as", digest, disagreement, signed_on as "signedOn" from sign_offs
			where session_id = ${sessionId} order by signed_at`
	);
	return [...found] as unknown as SignOff[];
}

/** One signature of each: a second one is not written, and says false. */
export async function insertSignOff(
	tx: Transaction,
	sessionId: string,
	practitionerId: string,
	{ as, digest, disagreement, signedOn }: SignOff
): Promise<boolean> {
	const written = await tx.execute(
		sql`insert into sign_offs (session_id, practitioner_id, signed_as, digest, disagreement, signed_on)
			values (${sessionId}, ${practitionerId}, ${as}, ${digest}, ${disagreement}, ${signedOn})
			on conflict (session_id, signed_as) do nothing returning id`
	);
	return written.length > 0;
}

/** Which of these cases are in the scope of who asks. */
export async function casesInScope(tx: Transaction, caseIds: readonly string[]): Promise<string[]> {
	const found = await tx.execute<{ id: string }>(
		sql`select id from cases where id = any(${`{${caseIds.join(',')}}`}::uuid[]) and superseded_at is null`
	);
	return found.map(({ id }) => id);
}
