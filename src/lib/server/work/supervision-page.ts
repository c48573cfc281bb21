import { seesNames } from '#lib/domain/access.ts';
import { isOverdue, isToDo, lackingActions, lackInWords } from '#lib/domain/actions.ts';
import { agendaOf } from '#lib/domain/agenda.ts';
import { personOf } from '#lib/domain/authority.ts';
import { dayInWords, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { tierOn } from '#lib/domain/people.ts';
import type { PreparationList } from '#lib/domain/preparation.ts';
import {
	caseSystemBy,
	isEmpty,
	remarksOn,
	whyNotAdd,
	whyNotCounting,
	type DiscussionText,
	type NoteState,
	type Party
} from '#lib/domain/supervision-note.ts';
import {
	agendaReasonInWords,
	REMARK_IN_WORDS,
	textForCaseSystem,
	turnInWords,
	type ScopeOfReading
} from '#lib/domain/supervision-wording.ts';
import { NOT_COUNTING_IN_WORDS, tierReasonInWords } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import { dayOfInstant, now, timeOfInstant } from '#lib/server/clock.ts';
import { caseSystemRecordsOf, type CaseSystemRecord } from '#lib/server/store/addenda.ts';
import { actionsAbout } from '#lib/server/store/actions.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { supervisesToday } from '#lib/server/store/openings.ts';
import { namesOf } from '#lib/server/store/scope.ts';
import {
	discussionsOf,
	sessionOnFile,
	signOffsOf,
	type Discussion,
	type SessionOnFile,
	type SignOff
} from '#lib/server/store/supervision.ts';
import { actionsAt, ownersFor, type ActionShown } from './action-list.ts';
import { addendaShown, type Addendum } from './after-signing.ts';
import { agendaItemsShown, type AgendaItemShown } from './agenda-items.ts';
import {
	digestOf,
	noteOf,
	partyAsking,
	readPersonalNote,
	readsPersonalNoteAs,
	wholeText,
	type Asker
} from './hold-supervision.ts';
import { pictureOfThose } from './picture.ts';
import { preparationShown } from './prepare-supervision.ts';
import { feedbackOnSession, type FeedbackShown } from './read-for-quality.ts';

/** Which part of a session is open: one case, the personal note, what it was like, or all of it to read. */
export type OpenPart =
	{ part: 'case'; caseId: string } | { part: 'prepare' | 'personal' | 'about' | 'whole' };

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

export type AddendumShown = Addendum & { name: string };

/** What belongs to a discussion that is signed. */
export interface AfterSigning {
	addenda: AddendumShown[];
	/** Null: not signed, or not for who asks. */
	forCaseSystem: string | null;
	/** Null: nobody said that it was recorded there. */
	inCaseSystem: { on: CalendarDate; by: string } | null;
	/** The last day on which it was in time; null: it is there, or still in time. */
	lateInCaseSystemSince: CalendarDate | null;
}

export interface SessionPage {
	session: SessionOnFile;
	state: NoteState | null;
	party: Party | null;
	names: { supervisor: string; practitioner: string };
	turn: string | null;
	open: OpenPart;
	cases: (CaseOnAgenda & AfterSigning)[];
	/** Other cases the practitioner leads, those most in need first. */
	others: { caseId: string; reference: string; reason: string }[];
	actions: { actionId: string; words: string; due: string; overdue: boolean }[];
	/** Null: not for who asks. */
	personal: { text: string; edition: number; savedAt: string | null; cannotOpen: boolean } | 'closed' | null;
	/** Why the supervisor's signature would not count as oversight; null: it would. */
	supervisorNote: string | null;
	/** `verified`: the text is the one that was signed; null where who asks may not read all of it. */
	signOffs: (SignOff & { name: string; verified: boolean | null })[];
	/** What who asks would sign; null: nothing to sign, or not by them. */
	digest: string | null;
	mayAdd: boolean;
	personalAddenda: AddendumShown[];
	/** Whether they supervise the practitioner today and may read the personal note once they say why. */
	mayGiveReason: boolean;
	/** As whom they may read the personal note; null: they may not. */
	readsAs: ScopeOfReading | null;
	/** What the two put on the agenda themselves. */
	items: AgendaItemShown[];
	/** What there is to talk about, where it was asked for or the session is still planned. */
	preparation: PreparationList[];
	/** What was found in discussions of it that were read for quality, for their supervisor. */
	feedback: FeedbackShown[];
	/** The actions agreed in this session. */
	agreed: ActionShown[];
	/** Other actions to be done about the case that is open. */
	standing: ActionShown[];
	/** What the actions agreed here lack before the supervisor can sign, with the way to mend it. */
	lacking: string[];
	/** Whom an action may be given to. */
	owners: { value: string; label: string }[];
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
		await record(tx, by, {
			action: 'read',
			entity: 'supervision_session',
			entityId: sessionId,
			scope: by.role
		});
	const discussions = await discussionsOf(tx, sessionId);
	const mayName = party !== null || seesNames(by.role);
	const found = await namesOf(tx, mayName ? [superviseeId, supervisorId] : []);
	const names = {
		supervisor: found.get(supervisorId) ?? 'the supervisor',
		practitioner: found.get(superviseeId) ?? 'the practitioner'
	};
	const { cases, others, actions, supervisorNote, preparation } = await aboutCases(
		tx,
		by.today,
		session,
		discussions,
		party !== null && (asked === 'prepare' || isPlanned(session))
	);
	const readsAs = state === null ? null : await readsPersonalNoteAs(tx, by, session);
	const mayReadPersonal = readsAs !== null;
	const open = openPart(asked, { state, party, cases, mayReadPersonal });
	const signOffs = await signOffsOf(tx, sessionId);
	const note = noteOf(session);
	const whole = party !== null && state !== null && state !== 'draft' ? await wholeText(tx, session) : null;
	const digest = whole && digestOf(whole);
	const addenda = isSigned(state)
		? await addendaShown(tx, sessionId, open.part !== 'case' && mayReadPersonal)
		: [];
	const ticks = isSigned(state) ? await caseSystemRecordsOf(tx, sessionId) : [];
	return {
		session,
		state,
		party,
		names,
		turn: note && turnInWords(note.state, party, names),
		open,
		cases: cases.map((each) => ({
			...each,
			...afterSigning(each, { session, names, party, today: by.today }, addenda, ticks)
		})),
		others: party === null ? [] : others,
		actions: party === null ? [] : actions,
		personal: mayReadPersonal ? await personalShown(tx, by, session, open) : null,
		supervisorNote,
		signOffs: signOffs.map((each) => ({
			...each,
			name: each.as === 'supervisor' ? names.supervisor : names.practitioner,
			verified: digest === null ? null : each.digest === digest
		})),
		digest: isToSign(state, party) ? digest : null,
		mayAdd: note !== null && whyNotAdd(note, party) === null,
		personalAddenda: addenda.filter(({ caseId }) => caseId === null).map((each) => named(each, names)),
		mayGiveReason:
			state !== null &&
			!mayReadPersonal &&
			by.role !== 'inspector' &&
			(await supervisesToday(tx, superviseeId)),
		readsAs,
		items: await agendaItemsShown(tx, by, session),
		preparation,
		feedback: party === 'supervisor' && isSigned(state) ? await feedbackOnSession(tx, sessionId) : [],
		...(await actionsHere(tx, by, session, open))
	};
}

/** The actions agreed in a session, and those that stand about the case being written about. */
async function actionsHere(tx: Transaction, by: Asker, session: SessionOnFile, open: OpenPart) {
	const { sessionId, noteState } = session;
	const agreed = await actionsAt(tx, by, { of: 'session', sessionId });
	const writing = noteState === 'draft' && partyAsking(session, by) !== null;
	const here = new Set(agreed.map(({ actionId }) => actionId));
	const standing =
		writing && open.part === 'case' ? await actionsAt(tx, by, { of: 'case', caseId: open.caseId }) : [];
	const lacking = noteState === 'draft' || noteState === 'proposed' ? lackingActions(agreed) : [];
	return {
		agreed,
		standing: standing.filter(({ actionId, doneOn }) => doneOn === null && !here.has(actionId)),
		lacking: lacking.map(lackInWords),
		owners: writing && (open.part === 'case' || open.part === 'personal') ? await ownersFor(tx, by) : []
	};
}

function isPlanned({ noteState, heldOn, cancelled }: SessionOnFile): boolean {
	return noteState === null && heldOn === null && !cancelled;
}

function isSigned(state: NoteState | null): boolean {
	return state === 'signed' || state === 'closed';
}

function isToSign(state: NoteState | null, party: Party | null): boolean {
	return (party === 'supervisor' && state === 'proposed') || (party === 'practitioner' && state === 'signed');
}

const named = (addendum: Addendum, names: SessionPage['names']): AddendumShown => ({
	...addendum,
	name: addendum.as === 'supervisor' ? names.supervisor : names.practitioner
});

/** What belongs to a discussion once it is signed: later words, the text for the child's file, and whether it is there. */
function afterSigning(
	discussion: DiscussionText & { caseId: string; reference: string },
	of: { session: SessionOnFile; names: SessionPage['names']; party: Party | null; today: CalendarDate },
	addenda: readonly Addendum[],
	ticks: readonly CaseSystemRecord[]
): AfterSigning {
	const { session, names, party, today } = of;
	const { caseId } = discussion;
	const own = addenda.filter((each) => each.caseId === caseId).map((each) => named(each, names));
	const tick = ticks.find((each) => each.caseId === caseId);
	const signedOn = session.supervisorSignedOn;
	return {
		addenda: own,
		forCaseSystem:
			party === null || signedOn === null
				? null
				: textForCaseSystem(
						discussion,
						session,
						names,
						own.flatMap(({ words, ...each }) => (words === null ? [] : { ...each, words }))
					),
		inCaseSystem: tick
			? {
					on: tick.recordedOn,
					by: tick.practitionerId === session.supervisorId ? names.supervisor : names.practitioner
				}
			: null,
		lateInCaseSystemSince:
			isSigned(session.noteState) && !tick && signedOn !== null && today > caseSystemBy(signedOn)
				? caseSystemBy(signedOn)
				: null
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
	if ((asked === 'about' || asked === 'prepare') && writing) return { part: asked };
	const [first] = page.cases;
	return writing && asked !== 'whole' && first ? { part: 'case', caseId: first.caseId } : { part: 'whole' };
}

async function personalShown(
	tx: Transaction,
	by: Asker,
	session: SessionOnFile,
	{ part }: OpenPart
): Promise<SessionPage['personal']> {
	if (part !== 'personal' && part !== 'whole') return 'closed';
	const read = await readPersonalNote(tx, by, session);
	if ('refused' in read) return { text: '', edition: 0, savedAt: null, cannotOpen: true };
	return {
		text: read.text,
		edition: read.edition,
		savedAt: timeOf(read.savedAt),
		cannotOpen: false
	};
}

async function aboutCases(
	tx: Transaction,
	today: CalendarDate,
	session: SessionOnFile,
	discussions: readonly Discussion[],
	withPreparation: boolean
) {
	const { superviseeId, supervisorId, noteState, heldOn } = session;
	const planned = isPlanned(session);
	const writing = noteState === 'draft' || planned;
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
		preparation: writing && withPreparation ? await preparationShown(tx, picture, session) : [],
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
