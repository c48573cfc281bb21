import { personOf, type View } from './authority.ts';
import { daysBetween, latest, workingDaysBetween, type CalendarDate } from './calendar.ts';
import type { CaseFile } from './cases.ts';
import { isKnown, type Period, type Recorded } from './knowledge.ts';
import type { Person } from './people.ts';

/** What kind of fact it is that was written up later; an `_end` is the end of something already known. */
export const LEARNED = [
	'oversight',
	'discussion',
	'session',
	'case',
	'closing',
	'kind',
	'kind_end',
	'allocation',
	'allocation_end',
	'details',
	'posting',
	'posting_end',
	'absence',
	'absence_end',
	'training',
	'action',
	'request'
] as const;
export type Learned = (typeof LEARNED)[number];

/** A fact of a day up to the one asked about that was recorded only after it: what hindsight adds. */
export interface NotYetKnown {
	what: Learned;
	happenedOn: CalendarDate;
	/** The day it became known. */
	knownOn: CalendarDate;
	/** The note, or what the fact is about: an oversight entry, a session, a case or a practitioner. */
	id: string;
	/** Who made the decision or held the session; null: the record does not say. */
	by: string | null;
	daysLate: number;
	workingDaysLate: number;
}

/** Notes are what people write up; everything else is a fact about who, what and when. */
export function isNote({ what }: NotYetKnown): boolean {
	return what === 'oversight' || what === 'discussion' || what === 'session';
}

/** What was recorded about a case after the view's day, of what had happened by it. Empty in hindsight. */
export function learnedLaterOfCase(file: CaseFile, view: View): NotYetKnown[] {
	const { on, hindsight } = view.knowledge;
	if (hindsight) return [];
	const found: NotYetKnown[] = [];
	const { rows, ends } = collector(found, view);
	rows(file.details, 'case', (details) => [details.openedOn, details.caseId]);
	for (const details of file.details)
		ends({ ...details, from: details.openedOn, to: details.closedOn }, 'closing', details.caseId);
	rows(file.kinds, 'kind', (kind) => [kind.from, kind.caseId]);
	for (const kind of file.kinds) ends(kind, 'kind_end', kind.caseId);
	rows(file.allocations, 'allocation', (row) => [row.from, row.practitionerId ?? row.caseId]);
	for (const row of file.allocations) ends(row, 'allocation_end', row.practitionerId ?? row.caseId);
	rows(file.oversight, 'oversight', (entry) => [entry.madeOn, entry.oversightId, entry.managerId]);
	for (const discussion of file.discussions) {
		const { heldOn, recordedOn, sessionRecordedOn, sessionId, supervisorId, supersededOn } = discussion;
		const knownOn = latest([heldOn, recordedOn, sessionRecordedOn]);
		if (supersededOn || heldOn === null || heldOn > on || knownOn === null || knownOn <= on) continue;
		found.push(learned('discussion', heldOn, knownOn, sessionId, supervisorId));
	}
	const { requestsOf, actionsAbout } = view.authority;
	rows(requestsOf.get(file.caseId) ?? [], 'request', (row) => [row.requestedOn, row.requestId]);
	rows(actionsAbout.get(file.caseId) ?? [], 'action', (row) => [row.agreedOn, row.actionId]);
	const people = new Set<string>();
	for (const row of file.allocations)
		if (row.practitionerId !== null && row.from <= on && (row.to === null || row.to > on))
			people.add(row.practitionerId);
	for (const id of people) {
		const person = personOf(view, id);
		if (person) found.push(...learnedLaterOfPerson(person, view));
	}
	return inOrder(found);
}

/** What was recorded about a practitioner, their supervision included, after the view's day. Empty in hindsight. */
export function learnedLaterOfPractitioner(person: Person, view: View): NotYetKnown[] {
	if (view.knowledge.hindsight) return [];
	const found = learnedLaterOfPerson(person, view);
	const { rows } = collector(found, view);
	const sessions = view.authority.sessionsOf.get(person.practitionerId) ?? [];
	rows(
		sessions.filter(({ heldOn }) => heldOn !== null),
		'session',
		(session) => [session.heldOn ?? '', session.sessionId, session.supervisorId]
	);
	return inOrder(found);
}

function learnedLaterOfPerson(person: Person, view: View): NotYetKnown[] {
	const found: NotYetKnown[] = [];
	const { rows, ends } = collector(found, view);
	const { practitionerId: id } = person;
	rows(
		person.details.filter(({ registeredOn }) => registeredOn !== null),
		'details',
		({ registeredOn }) => [registeredOn ?? '', id]
	);
	rows(person.postings, 'posting', ({ from }) => [from, id]);
	for (const posting of person.postings) ends(posting, 'posting_end', id);
	rows(person.absences, 'absence', ({ from }) => [from, id]);
	for (const absence of person.absences) ends(absence, 'absence_end', id);
	rows(person.training, 'training', ({ completedOn }) => [completedOn, id]);
	return found;
}

/** Gathers what is not known on the view's day and is used in hindsight: of corrected rows only the last. */
function collector(found: NotYetKnown[], { knowledge }: View) {
	const { on } = knowledge;
	const all = { on, hindsight: true };
	const rows = <Row extends Recorded>(
		list: readonly Row[],
		what: Learned,
		read: (row: Row) => [happenedOn: CalendarDate, id: string, by?: string]
	): void => {
		for (const row of list) {
			const [happenedOn, id, by] = read(row);
			if (!isKnown(row, happenedOn, all) || isKnown(row, happenedOn, knowledge)) continue;
			found.push(learned(what, happenedOn, row.recordedOn ?? happenedOn, id, by ?? null));
		}
	};
	const ends = (period: Period, what: Learned, id: string): void => {
		const { from, to, endRecordedOn } = period;
		if (to === null || to > on || endRecordedOn === null || endRecordedOn <= on) return;
		if (isKnown(period, from, all)) found.push(learned(what, to, endRecordedOn, id, null));
	};
	return { rows, ends };
}

function learned(
	what: Learned,
	happenedOn: CalendarDate,
	knownOn: CalendarDate,
	id: string,
	by: string | null
): NotYetKnown {
	return {
		what,
		happenedOn,
		knownOn,
		id,
		by,
		daysLate: daysBetween(happenedOn, knownOn),
		workingDaysLate: workingDaysBetween(happenedOn, knownOn)
	};
}

/** Notes first, then by the day it happened. */
function inOrder(found: readonly NotYetKnown[]): NotYetKnown[] {
	return [...found].sort(
		(a, b) =>
			Number(isNote(b)) - Number(isNote(a)) ||
			(a.happenedOn < b.happenedOn ? -1 : a.happenedOn > b.happenedOn ? 1 : 0)
	);
}
