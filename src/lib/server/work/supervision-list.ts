import { isAmong, PAGES, type AskingRole } from '#lib/domain/access.ts';
import { arrange, personOf, viewOf } from '#lib/domain/authority.ts';
import { dayInWords, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Standing } from '#lib/domain/oversight.ts';
import { postingOn } from '#lib/domain/people.ts';
import { dueFirst, supervisionDue } from '#lib/domain/supervision-due.ts';
import { NOTE_STATE_IN_WORDS, turnInWords } from '#lib/domain/supervision-wording.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { inScope, namesOf } from '#lib/server/store/scope.ts';
import { openSessions, sessionsOf, type SessionOnFile } from '#lib/server/store/supervision.ts';
import { partyAsking, type Asker } from './hold-supervision.ts';

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
}

export interface SupervisionList {
	/** Notes being written or waiting for a signature, those for who asks to act on first. */
	open: SessionInWords[];
	planned: SessionInWords[];
	/** Whose supervision is due, for those who supervise; the first is the most overdue. */
	due: DueInWords[];
	/** Sessions of who asks, as the one supervised, that were held. */
	own: SessionInWords[];
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
	const notes = mayRead.filter(({ noteState }) => noteState !== null).map(words);
	return {
		open: [...notes.filter(({ myTurn }) => myTurn), ...notes.filter(({ myTurn }) => !myTurn)],
		planned: mayRead.filter(({ noteState }) => noteState === null).map(words),
		due: await whoIsDue(tx, by, on),
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

async function whoIsDue(tx: Transaction, by: Asker, on: CalendarDate): Promise<DueInWords[]> {
	const { practitionerIds } = await inScope(tx, on, []);
	const facts = await gatherFacts(tx, {
		of: 'those',
		caseIds: [],
		practitionerIds,
		held: { on }
	});
	const view = viewOf(arrange(facts), on);
	const due = practitionerIds.flatMap((id) => {
		const person = personOf(view, id);
		if (!person || id === by.practitionerId || !answersFor(by, postingOn(person, on, view.knowledge)))
			return [];
		return supervisionDue(person, view) ?? [];
	});
	const names = await namesOf(
		tx,
		due.map(({ practitionerId }) => practitionerId)
	);
	return dueFirst(due).map(({ practitionerId, standing, clock, onTimePercent }) => ({
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
		onTimePercent
	}));
}

/** A manager answers for their whole scope; anybody else for those they supervise themselves. */
function answersFor(
	{ practitionerId, role }: { practitionerId: string | null; role: AskingRole },
	posting: { supervisorId: string | null } | null
): boolean {
	if (isAmong(PAGES['/allocate'], role)) return posting !== null;
	return practitionerId !== null && role !== 'inspector' && posting?.supervisorId === practitionerId;
}
