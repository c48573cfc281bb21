import { isAmong, PAGES, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, groupedBy, personOf, viewOf } from '#lib/domain/authority.ts';
import { dayInWords, daysBetween, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Standing } from '#lib/domain/oversight.ts';
import { postingOn } from '#lib/domain/people.ts';
import { dueFirst, supervisionDue } from '#lib/domain/supervision-due.ts';
import { plannedInWords, rhythmInWords } from '#lib/domain/supervision-plan.ts';
import { NOTE_STATE_IN_WORDS, turnInWords } from '#lib/domain/supervision-wording.ts';
import { daysInWords } from '#lib/domain/wording.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { plannedFrom } from '#lib/server/store/planned-sessions.ts';
import { everSupervisedBy, namesOf, practitionersInScope } from '#lib/server/store/scope.ts';
import { openSessions, sessionsOf, type SessionOnFile } from '#lib/server/store/supervision.ts';
import { partyAsking, type Asker } from './hold-supervision.ts';
import { clashOf } from './supervision-calendar.ts';

export interface SessionInWords {
	key: string;
	practitioner: string;
	supervisor: string;
	superviseeId: string;
	/** The day it was held, or is planned for. */
	on: CalendarDate | null;
	onInWords: string;
	state: string;
	cases: number;
	minutes: number | null;
	turn: string;
	myTurn: boolean;
}

export interface DueInWords {
	key: string;
	name: string;
	standing: Standing;
	dueOn: CalendarDate;
	dueInWords: string;
	lastHeldOn: CalendarDate | null;
	lastInWords: string;
	onTimePercent: number | null;
	/** How often, in a word. */
	rhythm: string;
	supervisorId: string | null;
	supervisor: string;
	/** The next session that is planned; null: none. */
	booked: { sessionId: string; on: CalendarDate; words: string; clash: string | null } | null;
}

/** How the people of one supervisor stand. */
export interface SupervisorInWords {
	key: string;
	name: string;
	people: number;
	overdue: number;
	due: number;
	booked: number;
	/** Of the days of the quarter so far, those on which nobody's was overdue, on the average of their people. */
	onTimePercent: number | null;
}

export interface SupervisionList {
	/** Notes being written or waiting for a signature, those for who asks to act on first. */
	open: SessionInWords[];
	planned: SessionInWords[];
	/** Whose supervision is due, for those who supervise; the first is the most overdue. */
	due: DueInWords[];
	/** The same, by supervisor. */
	supervisors: SupervisorInWords[];
	/** Sessions of who asks, as the one supervised, that were held. */
	own: SessionInWords[];
}

export const DUE_ASKED = ['overdue', 'due', 'not_booked', 'clash'] as const;

/** What of the list of who is due was asked for in the address. */
export interface DueAsked {
	standing: (typeof DUE_ASKED)[number] | '';
	/** A supervisor, by id; empty: everybody's. */
	supervisor: string;
}

export function dueAsked(query: URLSearchParams): DueAsked {
	const supervisor = query.get('supervisor') ?? '';
	return {
		standing: DUE_ASKED.find((each) => each === query.get('standing')) ?? '',
		supervisor: isId(supervisor) ? supervisor : ''
	};
}

/** The same rows on the page and in its file. */
export function dueShown(due: readonly DueInWords[], { standing, supervisor }: DueAsked): DueInWords[] {
	return due.filter(
		(row) =>
			(supervisor === '' || row.supervisorId === supervisor) &&
			(standing === '' ||
				(standing === 'not_booked'
					? row.booked === null
					: standing === 'clash'
						? (row.booked?.clash ?? null) !== null
						: row.standing === standing))
	);
}

/** What is open now, and who is due as at a day. */
export async function supervisionList(
	tx: Transaction,
	by: Asker,
	on: CalendarDate
): Promise<SupervisionList> {
	const sessions = await openSessions(tx);
	const mayRead = sessions.filter(
		(session) => partyAsking(session, by) !== null || isAmong(PAGES['/allocate'], by.role)
	);
	const own = by.practitionerId === null ? [] : await sessionsOf(tx, by.practitionerId);
	const names = await namesOf(
		tx,
		[...mayRead, ...own].flatMap(({ superviseeId, supervisorId }) => [superviseeId, supervisorId])
	);
	const words = (session: SessionOnFile) => sessionInWords(session, names, by);
	const due = await whoIsDue(tx, by, on);
	const notes = mayRead.filter(({ noteState }) => noteState !== null).map(words);
	return {
		open: [...notes.filter(({ myTurn }) => myTurn), ...notes.filter(({ myTurn }) => !myTurn)],
		planned: mayRead.filter(({ noteState }) => noteState === null).map(words),
		due,
		supervisors: bySupervisor(due),
		own: own
			.filter(({ heldOn, noteState }) => heldOn !== null && (noteState ?? 'closed') === 'closed')
			.map(words)
	};
}

export function sessionInWords(
	session: SessionOnFile,
	names: ReadonlyMap<string, string>,
	by: Asker
): SessionInWords {
	const { noteState, heldOn, plannedOn, supervisorId, superviseeId } = session;
	const party = partyAsking(session, by);
	const named = {
		supervisor: names.get(supervisorId) ?? 'the supervisor',
		practitioner: names.get(superviseeId) ?? 'the practitioner'
	};
	const on = heldOn ?? plannedOn;
	const state = noteState
		? NOTE_STATE_IN_WORDS[noteState]
		: session.cancelled
			? 'cancelled'
			: heldOn
				? 'held'
				: 'planned';
	return {
		key: session.sessionId,
		...named,
		superviseeId,
		on,
		onInWords: on === null ? 'no day given' : `${dayInWords(on)}, ${distanceInWords(on, by.today)}`,
		state,
		cases: session.cases,
		minutes: session.minutes,
		turn: noteState ? turnInWords(noteState, party, named) : '',
		myTurn:
			party !== null &&
			(noteState === 'draft' ||
				(noteState === 'proposed' && party === 'supervisor') ||
				(noteState === 'signed' && party === 'practitioner'))
	};
}

/** Whose supervision is due, in the scope of who asks; `only`: of one of them, of oneself too where `evenOwn`. */
export async function whoIsDue(
	tx: Transaction,
	by: Asker,
	on: CalendarDate,
	{ only, evenOwn = false }: { only?: string; evenOwn?: boolean } = {}
): Promise<DueInWords[]> {
	const practitionerIds = only === undefined ? await mayAnswerFor(tx, by, on) : [only];
	const facts = await gatherFacts(tx, { of: 'those', caseIds: [], practitionerIds, held: null });
	const authority = arrange(facts);
	const view = viewOf(authority, on);
	const due = practitionerIds.flatMap((id) => {
		const person = personOf(view, id);
		const posting = person && postingOn(person, on, view.knowledge);
		const isOwn = id === by.practitionerId;
		if (!person || (isOwn ? !evenOwn : !answersFor(by, posting))) return [];
		const found = supervisionDue(person, view);
		return found ? { ...found, supervisorId: posting?.supervisorId ?? null } : [];
	});
	const planned = await plannedFrom(
		tx,
		on,
		due.map(({ practitionerId }) => practitionerId)
	);
	const names = await namesOf(tx, [
		...authority.people.keys(),
		...planned.map(({ supervisorId }) => supervisorId)
	]);
	const nameOf = (id: string | null) =>
		id === null ? 'nobody' : (names.get(id) ?? 'somebody no longer recorded');
	const supervisorOf = new Map(due.map(({ practitionerId, supervisorId }) => [practitionerId, supervisorId]));
	return dueFirst(due).map(({ practitionerId, standing, clock, onTimePercent }) => {
		const booked = planned.find(({ superviseeId }) => superviseeId === practitionerId);
		const supervisorId = supervisorOf.get(practitionerId) ?? null;
		return {
			key: practitionerId,
			name: names.get(practitionerId) ?? '',
			standing,
			dueOn: clock.dueOn,
			dueInWords: `${dayInWords(clock.dueOn)}, ${distanceInWords(clock.dueOn, on)}`,
			lastHeldOn: clock.lastHeldOn,
			lastInWords:
				clock.lastHeldOn === null
					? 'none on record'
					: `${dayInWords(clock.lastHeldOn)}, ${distanceInWords(clock.lastHeldOn, on)}`,
			onTimePercent,
			rhythm: rhythmInWords(clock.interval),
			supervisorId,
			supervisor: nameOf(supervisorId),
			booked: booked?.plannedOn
				? {
						sessionId: booked.sessionId,
						on: booked.plannedOn,
						words: bookedInWords(booked.plannedOn, booked.plannedTime, clock.dueOn),
						clash: clashOf(booked, authority, nameOf)
					}
				: null
		};
	});
}

function bookedInWords(on: CalendarDate, time: string | null, dueOn: CalendarDate): string {
	const late = on > dueOn ? `, ${daysInWords(daysBetween(dueOn, on))} late` : '';
	return `${plannedInWords(on, time)}${late}`;
}

function bySupervisor(due: readonly DueInWords[]): SupervisorInWords[] {
	return [...groupedBy(due, ({ supervisorId }) => supervisorId ?? '')]
		.map(([key, people]) => {
			const known = people.flatMap(({ onTimePercent }) => onTimePercent ?? []);
			return {
				key,
				name: people[0]?.supervisor ?? '',
				people: people.length,
				overdue: people.filter(({ standing }) => standing === 'overdue').length,
				due: people.filter(({ standing }) => standing === 'due').length,
				booked: people.filter(({ booked }) => booked !== null).length,
				onTimePercent:
					known.length === 0 ? null : Math.round(known.reduce((sum, each) => sum + each, 0) / known.length)
			};
		})
		.sort((a, b) => b.overdue - a.overdue || a.name.localeCompare(b.name, 'en'));
}

/** Among whom those are that `answersFor` finds: few are looked at for somebody who sees a whole authority. */
async function mayAnswerFor(
	tx: Transaction,
	{ practitionerId, role }: Asker,
	on: CalendarDate
): Promise<string[]> {
	const inScope = await practitionersInScope(tx, on);
	if (isAmong(PAGES['/allocate'], role)) return inScope;
	const supervised = new Set(practitionerId === null ? [] : await everSupervisedBy(tx, practitionerId));
	return inScope.filter((id) => id === practitionerId || supervised.has(id));
}

/** A manager answers for their whole scope; anybody else for those they supervise themselves. */
function answersFor(
	{ practitionerId, role }: { practitionerId: string | null; role: AskingRole },
	posting: { supervisorId: string | null } | null
): boolean {
	if (isAmong(PAGES['/allocate'], role)) return posting !== null;
	return practitionerId !== null && role !== 'inspector' && posting?.supervisorId === practitionerId;
}
