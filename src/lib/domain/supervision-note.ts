import { addDays, after, type CalendarDate, type Length } from './calendar.ts';
import type { AskingRole } from './access.ts';
import type { View } from './authority.ts';
import type { CaseFile } from './cases.ts';
import { oversightEvents, type NotCounting } from './oversight.ts';
import { isWritten } from './records.ts';

/** draft: being written by both; proposed: text fixed; signed: by the supervisor, and counts; closed: by both. */
export const NOTE_STATES = ['draft', 'proposed', 'signed', 'closed'] as const;
export type NoteState = (typeof NOTE_STATES)[number];

export type Party = 'supervisor' | 'practitioner';

/** The note of a session, as far as its life goes. */
export interface Note {
	state: NoteState;
	superviseeId: string;
	supervisorId: string;
	supervisorSignedOn: CalendarDate | null;
	practitionerSignedOn: CalendarDate | null;
}

/** What is written about one case, for the child's file too. */
export interface DiscussionText {
	summary: string;
	analysis: string;
	livedExperience: string;
	decision: string;
}

export const DISCUSSION_FIELDS = ['summary', 'analysis', 'livedExperience', 'decision'] as const;

/** The longest text of one field, in characters. */
export const MOST_CHARACTERS = 20_000;

/** The longest text of something put on the agenda, in characters. */
export const AGENDA_ITEM_CHARACTERS = 1000;

/** Whose note it is; null: of neither, who may at most read it. */
export function partyOf(
	note: Pick<Note, 'superviseeId' | 'supervisorId'>,
	practitionerId: string | null
): Party | null {
	if (practitionerId === null) return null;
	if (note.supervisorId === practitionerId) return 'supervisor';
	return note.superviseeId === practitionerId ? 'practitioner' : null;
}

export type Refusal =
	| 'NOT_A_PARTY'
	| 'TEXT_IS_FIXED'
	| 'NOTHING_WRITTEN'
	| 'NOT_PROPOSED'
	| 'ALREADY_SIGNED'
	| 'SUPERVISOR_SIGNS_FIRST'
	| 'NOT_SIGNED_BY_SUPERVISOR'
	| 'TEXT_CHANGED'
	| 'CANNOT_OPEN'
	| 'NOT_EMPTY'
	| 'NO_WORDS'
	| 'TOO_LONG'
	| 'NO_REASON'
	| 'ACTIONS_LACK';

export type Moved = { to: NoteState } | { already: true } | { refused: Refusal };

/** Fixes the text, so that what is signed is what was read. */
export function propose(note: Note, party: Party | null, anythingWritten: boolean): Moved {
	if (party === null) return { refused: 'NOT_A_PARTY' };
	if (note.state === 'proposed') return { already: true };
	if (note.state !== 'draft') return { refused: 'ALREADY_SIGNED' };
	return anythingWritten ? { to: 'proposed' } : { refused: 'NOTHING_WRITTEN' };
}

/** Opens the text again, before anybody has signed. */
export function sendBack(note: Note, party: Party | null): Moved {
	if (party === null) return { refused: 'NOT_A_PARTY' };
	if (note.state === 'draft') return { already: true };
	return note.state === 'proposed' ? { to: 'draft' } : { refused: 'ALREADY_SIGNED' };
}

/** The supervisor signs first, whoever proposed; the practitioner's signature closes it. */
export function sign(note: Note, party: Party | null): Moved {
	if (party === null) return { refused: 'NOT_A_PARTY' };
	if (note.state === 'draft') return { refused: 'NOT_PROPOSED' };
	if (party === 'supervisor') return note.state === 'proposed' ? { to: 'signed' } : { already: true };
	if (note.state === 'proposed') return { refused: 'SUPERVISOR_SIGNS_FIRST' };
	return note.state === 'signed' ? { to: 'closed' } : { already: true };
}

/** Whether a party may write now; null: yes. */
export function whyNotWrite(note: Note, party: Party | null): Refusal | null {
	if (party === null) return 'NOT_A_PARTY';
	return note.state === 'draft' ? null : 'TEXT_IS_FIXED';
}

/** Whether a party may add to what was signed; null: yes. Before the supervisor has signed, the text itself can be changed. */
export function whyNotAdd(note: Note, party: Party | null): Refusal | null {
	if (party === null) return 'NOT_A_PARTY';
	return note.state === 'signed' || note.state === 'closed' ? null : 'NOT_SIGNED_BY_SUPERVISOR';
}

/** One addendum in one order and one spelling, for its digest. */
export function addendumText(addendum: {
	sessionId: string;
	caseId: string | null;
	as: Party;
	practitionerId: string;
	writtenOn: CalendarDate;
	words: string;
}): string {
	const { sessionId, caseId, as, practitionerId, writtenOn, words } = addendum;
	return JSON.stringify(['countersign addendum 1', sessionId, caseId, as, practitionerId, writtenOn, words]);
}

/** A discussion that counts is in the child's file by then (local default). */
const CASE_SYSTEM_LIMIT = { count: 5, unit: 'wd' } as const satisfies Length;

/** The last day on which a discussion signed on a day is in the child's file in time. */
export function caseSystemBy(signedOn: CalendarDate): CalendarDate {
	return after(signedOn, CASE_SYSTEM_LIMIT);
}

/** The latest day of signing whose discussions are late in the child's file by today. */
export function lateInCaseSystemIfSignedBy(today: CalendarDate): CalendarDate {
	let day = addDays(today, -1);
	while (caseSystemBy(day) >= today) day = addDays(day, -1);
	return day;
}

export type StartRefusal = 'READ_ONLY' | 'NO_SUPERVISOR' | 'LEFT';

const STARTING_ROLES: readonly AskingRole[] = ['practice_supervisor', 'team_manager', 'service_manager'];

/**
 * Between whom a session is that somebody starts: the supervisor of today, or a manager in whose scope the supervisee
 * is, holds it themselves; the supervisee logs one with their supervisor. `supervisorId` is today's posting's.
 */
export function whoSupervises(
	supervisee: { practitionerId: string; supervisorId: string | null },
	asker: { practitionerId: string | null; role: AskingRole }
): { supervisorId: string } | { refused: StartRefusal } {
	const { practitionerId, supervisorId } = supervisee;
	if (asker.practitionerId === null || asker.role === 'inspector') return { refused: 'READ_ONLY' };
	if (asker.practitionerId === practitionerId)
		return supervisorId === null || supervisorId === practitionerId
			? { refused: 'NO_SUPERVISOR' }
			: { supervisorId };
	if (asker.practitionerId === supervisorId || STARTING_ROLES.includes(asker.role))
		return { supervisorId: asker.practitionerId };
	return { refused: 'READ_ONLY' };
}

export function isEmpty(text: DiscussionText): boolean {
	return DISCUSSION_FIELDS.every((field) => !isWritten(text[field]));
}

/** What a discussion lacks, pointed out before signing and never in the way of it. */
export type Remark = 'NOTHING_WRITTEN' | 'TASKS_WITHOUT_ANALYSIS' | 'NO_LIVED_EXPERIENCE' | 'NO_DECISION';

/**
 * The note-quality check (the 2017 monitoring found notes "little more than summaries followed by a list of tasks"):
 * what happened and what to do next, and nothing between them that says what it means for the child.
 */
export function remarksOn(text: DiscussionText): Remark[] {
	if (isEmpty(text)) return ['NOTHING_WRITTEN'];
	const remarks: Remark[] = [];
	if (!analyses(text.analysis)) remarks.push('TASKS_WITHOUT_ANALYSIS');
	if (!isWritten(text.livedExperience)) remarks.push('NO_LIVED_EXPERIENCE');
	if (!isWritten(text.decision)) remarks.push('NO_DECISION');
	return remarks;
}

/** Fewer words than this weigh nothing up (local default). */
const FEWEST_WORDS = 12;

function analyses(analysis: string): boolean {
	const lines = analysis.split('\n').filter(isWritten);
	const weighed = lines.filter((line) => !isTask(line)).join(' ');
	return weighed.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length >= FEWEST_WORDS;
}

const LIST_MARK = /^\s*([-*•–]|\d+[.)]|\[[ x]?\])\s*/i;
const BEGINS_A_TASK =
	/^(to |action\b|todo\b|visit|call|ring|phone|chase|book|send|e-?mail|refer|arrange|complete|contact|update|speak|write|meet|see|check|make)\b/i;
const SOMEBODY_IS_TO = /^\p{Lu}[\p{L}’'-]*( \p{Lu}[\p{L}’'-]*)? (to|will) \p{Ll}+/u;

function isTask(line: string): boolean {
	const words = line.replace(LIST_MARK, '').trim();
	return BEGINS_A_TASK.test(words) || SOMEBODY_IS_TO.test(words);
}

/** Why a discussion would not count as oversight once its supervisor has signed; null: it would. */
export function whyNotCounting(
	file: CaseFile,
	view: View,
	session: { superviseeId: string; supervisorId: string; heldOn: CalendarDate; decision: string }
): NotCounting | null {
	const { superviseeId, supervisorId, heldOn, decision } = session;
	const asIfSigned = {
		sessionId: '',
		caseId: file.caseId,
		hasDecision: isWritten(decision),
		superviseeId,
		supervisorId,
		heldOn,
		sessionRecordedOn: null,
		supervisorSignedOn: view.knowledge.on,
		recordedOn: null
	};
	const [event] = oversightEvents({ ...file, oversight: [], discussions: [asIfSigned] }, view);
	return event ? event.notCounting : 'NOT_HELD';
}

/** All that the signatures stand for. */
export interface WholeText {
	sessionId: string;
	superviseeId: string;
	supervisorId: string;
	heldOn: CalendarDate | null;
	minutes: number | null;
	interrupted: boolean | null;
	discussions: readonly (DiscussionText & { caseId: string })[];
	personal: string;
}

/** The whole text in one order and one spelling, whose digest is signed. */
export function signedText(whole: WholeText): string {
	const { sessionId, superviseeId, supervisorId, heldOn, minutes, interrupted, personal } = whole;
	const discussions = [...whole.discussions]
		.sort((a, b) => (a.caseId < b.caseId ? -1 : 1))
		.map((each) => [each.caseId, ...DISCUSSION_FIELDS.map((field) => each[field])]);
	const about = [sessionId, superviseeId, supervisorId, heldOn, minutes, interrupted];
	return JSON.stringify(['countersign note 1', ...about, discussions, personal]);
}

/**
 * Whether a text takes anything away from the one before it. It does not where words were only added at one place: then
 * all that was written is still there.
 */
export function takesAway(before: string, after: string): boolean {
	const most = Math.min(before.length, after.length);
	let first = 0;
	while (first < most && before[first] === after[first]) first++;
	let last = 0;
	while (last < most - first && before.at(-1 - last) === after.at(-1 - last)) last++;
	return first + last < before.length;
}

/** Two texts of which neither may be lost, one after the other. */
export function bothTexts(stored: string, typed: string): string {
	if (typed === '' || stored.includes(typed)) return stored;
	return stored === '' || typed.includes(stored) ? typed : `${stored}\n\n${typed}`;
}
