import { seesNames } from '#lib/domain/access.ts';
import { isToDo, isOverdue } from '#lib/domain/actions.ts';
import { agendaOf } from '#lib/domain/agenda.ts';
import { personOf } from '#lib/domain/authority.ts';
import { dayInWords, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { tierOn } from '#lib/domain/people.ts';
import {
	isEmpty,
	remarksOn,
	whyNotCounting,
	type DiscussionText,
	type NoteState,
	type Party
} from '#lib/domain/supervision-note.ts';
import { agendaReasonInWords, REMARK_IN_WORDS, turnInWords } from '#lib/domain/supervision-wording.ts';
import { NOT_COUNTING_IN_WORDS, tierReasonInWords } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import { dayOfInstant, now, timeOfInstant } from '#lib/server/clock.ts';
import { actionsAbout } from '#lib/server/store/actions.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { namesOf } from '#lib/server/store/scope.ts';
import {
	discussionsOf,
	sessionOnFile,
	signOffsOf,
	supervisesItsSupervisor,
	type Discussion,
	type SessionOnFile,
	type SignOff
} from '#lib/server/store/supervision.ts';
import {
	digestOf,
	noteOf,
	partyAsking,
	readPersonalNote,
	wholeText,
	type Asker
} from './hold-supervision.ts';
import { pictureOfThose } from './picture.ts';

/** Which part of a session is open: one case, the personal note, what it was like, or all of it to read. */
export type OpenPart = { part: 'case'; caseId: string } | { part: 'personal' | 'about' | 'whole' };

export interface CaseOnAgenda extends DiscussionText {
	caseId: string;
	reference: string;
	edition: number;
	savedAt: string | null;
	/** Why it is in need today; null once the text is fixed. */
	reason: string | null;
	written: boolean;
	remarks: string[];
	/** Why it does not count as oversight; null: it does, or will once signed. */
	notCounting: string | null;
}

export interface SessionPage {
	session: SessionOnFile;
	state: NoteState | null;
	party: Party | null;
	names: { supervisor: string; practitioner: string };
	turn: string | null;
	open: OpenPart;
	cases: CaseOnAgenda[];
	/** Other cases the practitioner leads, those most in need first. */
	others: { caseId: string; reference: string; reason: string }[];
	actions: { actionId: string; words: string; due: string; overdue: boolean }[];
	/** Null: not for who asks. */
	personal: { text: string; edition: number; savedAt: string | null; cannotOpen: boolean } | 'closed' | null;
	/** Why the supervisor's signature would not count as oversight; null: it would. */
	supervisorNote: string | null;
	signOffs: (SignOff & { name: string })[];
	/** What who asks would sign; null: nothing to sign, or not by them. */
	digest: string | null;
}

/** Everything one session shows to who asks; null: not there, or not theirs to see. Opening it is written down. */
export async function sessionPage(
	tx: Transaction,
	by: Asker,
	sessionId: string,
	asked: string | null
): Promise<SessionPage | null> {
	const session = await sessionOnFile(tx, sessionId);
	if (!session) return null;
	const { superviseeId, supervisorId, noteState: state } = session;
	const party = partyAsking(session, by);
	if (party === null)
		await record(tx, by, { action: 'read', entity: 'supervision_session', entityId: sessionId });
	const discussions = await discussionsOf(tx, sessionId);
	const mayName = party !== null || seesNames(by.role);
	const found = await namesOf(tx, mayName ? [superviseeId, supervisorId] : []);
	const names = {
		supervisor: found.get(supervisorId) ?? 'the supervisor',
		practitioner: found.get(superviseeId) ?? 'the practitioner'
	};
	const { cases, others, actions, supervisorNote } = await aboutCases(tx, by.today, session, discussions);
	const mayReadPersonal = state !== null && (party !== null || (await supervisesItsSupervisor(tx, session)));
	const open = openPart(asked, { state, party, cases, mayReadPersonal });
	const signOffs = await signOffsOf(tx, sessionId);
	const note = noteOf(session);
	return {
		session,
		state,
		party,
		names,
		turn: note && turnInWords(note.state, party, names),
		open,
		cases,
		others: party === null ? [] : others,
		actions: party === null ? [] : actions,
		personal: mayReadPersonal ? await personalShown(tx, by, session, open) : null,
		supervisorNote,
		signOffs: signOffs.map((each) => ({
			...each,
			name: each.as === 'supervisor' ? names.supervisor : names.practitioner
		})),
		digest: await toSign(tx, session, party)
	};
}

function openPart(
	asked: string | null,
	page: {
		state: NoteState | null;
		party: Party | null;
		cases: readonly CaseOnAgenda[];
		mayReadPersonal: boolean;
	}
): OpenPart {
	const writing = page.state === 'draft' && page.party !== null;
	const asCase = page.cases.find(({ caseId }) => caseId === asked);
	if (asCase) return { part: 'case', caseId: asCase.caseId };
	if (asked === 'personal' && page.mayReadPersonal) return { part: 'personal' };
	if (asked === 'about' && writing) return { part: 'about' };
	const [first] = page.cases;
	return writing && asked !== 'whole' && first ? { part: 'case', caseId: first.caseId } : { part: 'whole' };
}

async function personalShown(
	tx: Transaction,
	by: Asker,
	{ sessionId }: SessionOnFile,
	{ part }: OpenPart
): Promise<SessionPage['personal']> {
	if (part !== 'personal' && part !== 'whole') return 'closed';
	const read = await readPersonalNote(tx, by, sessionId);
	if ('refused' in read) return { text: '', edition: 0, savedAt: null, cannotOpen: true };
	return {
		text: read.text,
		edition: read.edition,
		savedAt: timeOf(read.savedAt),
		cannotOpen: false
	};
}

async function toSign(tx: Transaction, session: SessionOnFile, party: Party | null): Promise<string | null> {
	const mine =
		(party === 'supervisor' && session.noteState === 'proposed') ||
		(party === 'practitioner' && session.noteState === 'signed');
	const whole = mine ? await wholeText(tx, session) : null;
	return whole && digestOf(whole);
}

async function aboutCases(
	tx: Transaction,
	today: CalendarDate,
	session: SessionOnFile,
	discussions: readonly Discussion[]
) {
	const { superviseeId, supervisorId, noteState, heldOn } = session;
	const writing = noteState === 'draft';
	const practitionerIds = writing ? [superviseeId, supervisorId] : [supervisorId];
	const caseIds = discussions.map(({ caseId }) => caseId);
	const picture = await pictureOfThose(tx, { caseIds, practitionerIds }, { on: today, hindsight: false });
	const { view } = picture;
	const agenda = writing
		? agendaOf(
				superviseeId,
				view,
				picture.findings.filter(({ practitionerId }) => practitionerId === superviseeId),
				session.sessionId
			)
		: [];
	const held = heldOn ?? today;
	const cases = discussions.map((discussion): CaseOnAgenda => {
		const file = view.authority.cases.find(({ caseId }) => caseId === discussion.caseId);
		const reason = agenda.find(({ caseId }) => caseId === discussion.caseId)?.reason;
		const between = { superviseeId, supervisorId, heldOn: held, decision: discussion.decision };
		const notCounting = file ? whyNotCounting(file, view, between) : null;
		return {
			...discussion,
			savedAt: discussion.edition === 0 ? null : timeOf(discussion.savedAt),
			reason: reason ? agendaReasonInWords(reason, today) : null,
			written: !isEmpty(discussion),
			remarks: remarksOn(discussion).map((remark) => REMARK_IN_WORDS[remark]),
			notCounting: notCounting && NOT_COUNTING_IN_WORDS[notCounting]
		};
	});
	const place = ({ caseId }: CaseOnAgenda) => {
		const found = agenda.findIndex((item) => item.caseId === caseId);
		return found === -1 ? agenda.length : found;
	};
	return {
		cases: cases.sort((a, b) => place(a) - place(b)),
		others: agenda
			.filter(({ caseId }) => !caseIds.includes(caseId))
			.map(({ reason, ...item }) => ({ ...item, reason: agendaReasonInWords(reason, today) })),
		actions: await openActions(tx, caseIds, superviseeId, today),
		supervisorNote: supervisorNote(supervisorId, held, view)
	};
}

function supervisorNote(
	supervisorId: string,
	heldOn: CalendarDate,
	view: Parameters<typeof personOf>[0]
): string | null {
	const person = personOf(view, supervisorId);
	const { tier, reason } = person
		? tierOn(person, heldOn, view.knowledge)
		: ({ tier: 'E0', reason: { code: 'NOT_REGISTERED' } } as const);
	return tier === 'E6' ? null : tierReasonInWords(reason);
}

async function openActions(
	tx: Transaction,
	caseIds: readonly string[],
	superviseeId: string,
	today: CalendarDate
): Promise<SessionPage['actions']> {
	const knowledge = { on: today, hindsight: false };
	return (await actionsAbout(tx, caseIds, [superviseeId], today))
		.filter((action) => isToDo(action, knowledge))
		.sort((a, b) => ((a.dueOn ?? '9') < (b.dueOn ?? '9') ? -1 : 1))
		.map((action) => ({
			actionId: action.actionId,
			words: action.description ?? 'No description was written.',
			due:
				action.dueOn === null
					? 'no due date'
					: `due ${dayInWords(action.dueOn)}, ${distanceInWords(action.dueOn, today)}`,
			overdue: isOverdue(action, knowledge)
		}));
}

/** "14:32", with its day where that is not the machine's own (in a demo the story's day is another one). */
export function timeOf(at: Date | null): string | null {
	if (at === null) return null;
	const day = dayOfInstant(at);
	return day === dayOfInstant(now()) ? timeOfInstant(at) : `${dayInWords(day)}, ${timeOfInstant(at)}`;
}
