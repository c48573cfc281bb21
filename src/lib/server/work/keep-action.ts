import { randomUUID } from 'node:crypto';
import { chainOf, mayAgree, mayChangeAction, mayFinish, saysTheSame } from '#lib/domain/actions.ts';
import { isId } from '#lib/domain/asked.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { isWritten } from '#lib/domain/records.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { colleaguesFor } from '#lib/server/store/absences.ts';
import { actionsKept, caseOfOversight, type ActionKept } from '#lib/server/store/actions.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { holdFacts, type About } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { maySeeCase, maySeePractitioner } from '#lib/server/store/scope.ts';
import { sessionOnFile } from '#lib/server/store/supervision.ts';
import { changeFact, recordFact, takeOutFact } from './change-fact.ts';
import { partyAsking } from './hold-supervision.ts';
import { namesFor } from './names.ts';
import type { Keeper } from './record-absence.ts';
import { reviewThose } from './review-flags.ts';
import { undoForm, type Undone } from './undo-change.ts';

export interface FieldRefused {
	field: string;
	words: string;
}

export type ActionSaved =
	| 'absent'
	| { notYours: string }
	| { refused: FieldRefused[] }
	/** Somebody else was faster: what it says now, and its edition. */
	| { conflict: string; edition: string }
	/** The action; null: the form had acted before. */
	| { done: string | null };

/** What an action is agreed about: a session, a case in it or by itself, an entry of oversight, or a person. */
export interface ActionAbout {
	session: string;
	case: string;
	oversight: string;
	person: string;
}

/** What was typed, as it was typed. */
export interface ActionForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	description: string;
	owner: string;
	dueOn: string;
	risk: string;
	/** The action it carries on from; empty: none was named. */
	carriesOn: string;
}

export interface ChangedActionForm extends Omit<ActionForm, 'carriesOn'> {
	edition: string;
}

export interface DoneForm {
	key: string;
	edition: string;
	doneOn: string;
	outcome: string;
}

const MOST_CHARACTERS = { description: 500, outcome: 1_000 } as const;
const NOT_AGREED = 'Actions are agreed by those who work with the case or the person.';
const NOT_FINISHED = 'An action is done by its owner, or by those who manage practice.';
const NOT_CHANGED = 'What was agreed is changed by those who manage practice.';

/** Where an action is agreed: what it is about, and since when it stands. */
export interface Place {
	caseId: string | null;
	practitionerId: string | null;
	sessionId: string | null;
	oversightId: string | null;
	agreedOn: CalendarDate;
	/** A note that is still written may carry what lacks an owner or a day, until it is signed. */
	isDraft: boolean;
}

/**
 * Agrees an action, known from today. Whoever says again what stands undone about the same case or person carries it on:
 * the earlier one stays as it is, and overdue, until the thing is done.
 */
export async function agreeAction(
	tx: Transaction,
	by: Keeper,
	about: ActionAbout,
	form: ActionForm
): Promise<ActionSaved> {
	if (!isId(form.key)) return 'absent';
	const place = await placeOf(tx, by, about);
	if (!place) return 'absent';
	if (!mayAgree(by)) return { notYours: NOT_AGREED };
	if (await hasActed(tx, form.key)) return { done: null };
	const { said, refused } = await saidIn(tx, by, form, place);
	if (refused.length > 0) return { refused };
	const standing = await openAbout(tx, place);
	const earlier =
		standing.find(({ actionId }) => actionId === form.carriesOn) ??
		standing.find(({ description }) => saysTheSame(description, said.description));
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: null };
	const id = randomUUID();
	await recordFact(
		tx,
		by,
		{ key: form.key, why: null },
		{
			entity: 'action',
			row: {
				id,
				source: 'countersign',
				reference: `A-${id.slice(0, 8)}`,
				case_id: place.caseId,
				practitioner_id: place.practitionerId,
				session_id: place.sessionId,
				oversight_id: place.oversightId,
				agreed_on: place.agreedOn,
				carries_on_from: earlier?.actionId ?? null,
				...said,
				recorded_on: by.today
			},
			about: await aboutOf(tx, by, { ...place, ownerId: said.owner_id })
		}
	);
	await reviewed(tx, by, [place]);
	return { done: id };
}

/** Null: nothing there, or not in the scope of who asks. */
export async function placeOf(tx: Transaction, by: Keeper, about: ActionAbout): Promise<Place | null> {
	const none = { caseId: null, practitionerId: null, sessionId: null, oversightId: null };
	const given = [about.session, about.case, about.oversight, about.person].filter((id) => id !== '');
	if (!given.every(isId)) return null;
	const caseId = about.oversight === '' ? about.case || null : await caseOfOversight(tx, about.oversight);
	if (about.oversight !== '' && caseId === null) return null;
	if (caseId !== null && !(await maySeeCase(tx, caseId))) return null;
	if (about.session !== '') {
		const session = await sessionOnFile(tx, about.session);
		if (!session || (partyAsking(session, by) === null && !mayChangeAny(by))) return null;
		return {
			caseId,
			practitionerId: session.superviseeId,
			sessionId: session.sessionId,
			oversightId: null,
			agreedOn: session.heldOn !== null && session.heldOn <= by.today ? session.heldOn : by.today,
			isDraft: session.noteState === 'draft'
		};
	}
	if (caseId !== null)
		return { ...none, caseId, oversightId: about.oversight || null, agreedOn: by.today, isDraft: false };
	const practitionerId = about.person === '' ? by.practitionerId : about.person;
	if (practitionerId === null || !(await maySeePractitioner(tx, practitionerId))) return null;
	return { ...none, practitionerId, agreedOn: by.today, isDraft: false };
}

function mayChangeAny(by: Keeper): boolean {
	return mayChangeAction({ actionId: '', description: 'x', ownerId: 'x', dueOn: by.today, doneOn: null }, by);
}

/** What stands undone about the same case, else about the same person and no case, and is not carried on. */
async function openAbout(
	tx: Transaction,
	place: Pick<Place, 'caseId' | 'practitionerId'>
): Promise<ActionKept[]> {
	const { caseId, practitionerId } = place;
	const which = caseId === null ? ({ of: 'scope' } as const) : ({ of: 'case', caseId } as const);
	return (await actionsKept(tx, which, null)).filter(
		(action) =>
			action.isAsked &&
			action.doneOn === null &&
			!action.isCarriedOn &&
			action.caseId === caseId &&
			(caseId !== null || action.practitionerId === practitionerId)
	);
}

async function saidIn(
	tx: Transaction,
	by: Keeper,
	form: Pick<ActionForm, 'description' | 'owner' | 'dueOn' | 'risk'>,
	{ agreedOn, isDraft }: Pick<Place, 'agreedOn' | 'isDraft'>
) {
	const refused: FieldRefused[] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	const description = form.description.trim();
	if (description === '') refuse('description', 'Write what is to be done.');
	if (description.length > MOST_CHARACTERS.description) refuse('description', tooLong('description'));
	const owner = form.owner === '' ? null : form.owner;
	if (owner === null && !isDraft) refuse('owner', 'Choose who does it.');
	if (owner !== null && !(await mayOwn(tx, by, owner)))
		refuse('owner', `“${form.owner}” is nobody on the list. Choose somebody from it.`);
	const dueOn = dayTyped(form.dueOn, by.today);
	if (dueOn === undefined) refuse('dueOn', noDay(form.dueOn));
	else if (dueOn === null && !isDraft) refuse('dueOn', 'Give the day by which it is done.');
	else if (dueOn !== null && dueOn < agreedOn)
		refuse('dueOn', `It was agreed on ${dayInWords(agreedOn)}, and cannot be due before.`);
	return {
		refused,
		said: { description, owner_id: owner, due_on: dueOn ?? null, risk: form.risk === 'yes' }
	};
}

async function mayOwn(tx: Transaction, by: Keeper, owner: string): Promise<boolean> {
	if (!isId(owner) || by.practitionerId === null) return false;
	if (owner === by.practitionerId || (await maySeePractitioner(tx, owner))) return true;
	const colleagues = await colleaguesFor(tx, by.practitionerId, by.today);
	return colleagues.some(({ practitionerId }) => practitionerId === owner);
}

/** Says that an action is done, with what came of it; what it carries on from is done with it. */
export async function finishAction(
	tx: Transaction,
	by: Keeper,
	actionId: string,
	form: DoneForm
): Promise<ActionSaved> {
	const held = await hold(tx, actionId, form.key);
	if (typeof held === 'string') return held === 'done' ? { done: null } : 'absent';
	const { action, all } = held;
	if (!mayFinish(action, by)) return { notYours: NOT_FINISHED };
	if (action.edition !== form.edition || action.doneOn !== null) return conflictOver(tx, action);
	const refused: FieldRefused[] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	const doneOn = dayTyped(form.doneOn, by.today);
	if (doneOn === undefined || doneOn === null)
		refuse('doneOn', doneOn === null ? 'Give the day on which it was done.' : noDay(form.doneOn));
	else if (doneOn > by.today) refuse('doneOn', `It cannot have been after today, ${dayInWords(by.today)}.`);
	else if (doneOn < action.agreedOn)
		refuse('doneOn', `It was agreed on ${dayInWords(action.agreedOn)}, after that day.`);
	const outcome = form.outcome.trim();
	if (outcome === '') refuse('outcome', 'Write what came of it, in a sentence.');
	if (outcome.length > MOST_CHARACTERS.outcome) refuse('outcome', tooLong('outcome'));
	if (refused.length > 0) return { refused };
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: null };
	const doneTogether = chainOf(action, all).filter(
		(each) => each.doneOn === null && (each === action || mayFinish(each, by))
	);
	for (const each of doneTogether) {
		const about = await aboutOf(tx, by, each);
		await changeFact(
			tx,
			by,
			{ key: form.key, why: null },
			{ entity: 'action', entityId: each.actionId, about },
			{ change: 'ended', set: { done_on: doneOn ?? null, outcome, recorded_on: by.today } }
		);
	}
	await reviewed(tx, by, doneTogether);
	return { done: actionId };
}

/** Changes what was agreed: the words, the owner, the day, whether it is about risk. */
export async function changeAction(
	tx: Transaction,
	by: Keeper,
	actionId: string,
	form: ChangedActionForm
): Promise<ActionSaved> {
	const held = await hold(tx, actionId, form.key);
	if (typeof held === 'string') return held === 'done' ? { done: null } : 'absent';
	const { action } = held;
	if (!mayChangeAction(action, by)) return { notYours: NOT_CHANGED };
	if (action.edition !== form.edition || action.doneOn !== null) return conflictOver(tx, action);
	const { said, refused } = await saidIn(tx, by, form, { ...action, isDraft: false });
	if (refused.length > 0) return { refused };
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: null };
	const about = await aboutOf(tx, by, { ...action, ownerId: said.owner_id });
	await changeFact(
		tx,
		by,
		{ key: form.key, why: null },
		{ entity: 'action', entityId: actionId, about },
		{ change: 'changed', set: { ...said, recorded_on: by.today } }
	);
	await reviewed(tx, by, [action]);
	return { done: actionId };
}

/** Takes out an action that should never have been there; what it said stays readable as known before. */
export async function takeOutAction(
	tx: Transaction,
	by: Keeper,
	actionId: string,
	{ key, edition }: { key: string; edition: string }
): Promise<ActionSaved> {
	const held = await hold(tx, actionId, key);
	if (typeof held === 'string') return held === 'done' ? { done: null } : 'absent';
	const { action } = held;
	if (!mayChangeAction(action, by)) return { notYours: NOT_CHANGED };
	if (action.edition !== edition) return conflictOver(tx, action);
	if (!(await claimForm(tx, key, by.accountId))) return { done: null };
	const about = await aboutOf(tx, by, action);
	await takeOutFact(tx, by, { key, why: null }, { entity: 'action', entityId: actionId, about });
	await reviewed(tx, by, [action]);
	return { done: actionId };
}

/** Takes back what who asks did to actions by one form, on the day it was done. */
export async function undoAction(tx: Transaction, by: Keeper, formKey: string): Promise<Undone> {
	return undoForm(
		tx,
		by,
		formKey,
		({ entity, madeBy }) => entity === 'action' && by.practitionerId !== null && madeBy === by.practitionerId
	);
}

interface Held {
	action: ActionKept;
	all: ReadonlyMap<string, ActionKept>;
}

async function hold(tx: Transaction, actionId: string, key: string): Promise<Held | 'absent' | 'done'> {
	if (!isId(actionId) || !isId(key)) return 'absent';
	await holdFacts(tx, [actionId]);
	const all = new Map(
		(await actionsKept(tx, { of: 'ids', ids: [actionId] }, null)).map((each) => [each.actionId, each])
	);
	if (await hasActed(tx, key)) return 'done';
	const action = all.get(actionId);
	return action ? { action, all } : 'absent';
}

/** The scope in which the change is seen: a case or a person out of the scope of who changes it is not named. */
async function aboutOf(
	tx: Transaction,
	by: Keeper,
	{ caseId, practitionerId, ownerId }: Pick<ActionKept, 'caseId' | 'practitionerId' | 'ownerId'>
): Promise<About> {
	const seesCase = caseId !== null && (await maySeeCase(tx, caseId));
	for (const each of [practitionerId, ownerId])
		if (each !== null && (await maySeePractitioner(tx, each)))
			return { caseId: seesCase ? caseId : null, practitionerId: each };
	return { caseId: seesCase ? caseId : null, practitionerId: by.practitionerId };
}

/** What is out of the scope of who asks is theirs to review whose it is: the day's review does. */
async function reviewed(
	tx: Transaction,
	by: Keeper,
	about: readonly Pick<ActionKept, 'caseId' | 'practitionerId'>[]
): Promise<void> {
	const caseIds = new Set<string>();
	const practitionerIds = new Set<string>();
	for (const { caseId, practitionerId } of about) {
		if (caseId !== null && (await maySeeCase(tx, caseId))) caseIds.add(caseId);
		if (practitionerId !== null && (await maySeePractitioner(tx, practitionerId)))
			practitionerIds.add(practitionerId);
	}
	await reviewThose(tx, { accountId: by.accountId }, by.today, {
		caseIds: [...caseIds],
		practitionerIds: [...practitionerIds]
	});
}

async function conflictOver(tx: Transaction, action: ActionKept): Promise<ActionSaved> {
	const { ownerId, dueOn, doneOn, outcome, description, edition } = action;
	const nameOf = await namesFor(tx, ownerId === null ? [] : [ownerId]);
	if (doneOn !== null)
		return {
			conflict: `This action is done already, on ${dayInWords(doneOn)}${isWritten(outcome) ? `: “${outcome}”` : ''}. Nothing was saved.`,
			edition
		};
	const now = `“${description ?? ''}”, ${ownerId === null ? 'no owner' : nameOf(ownerId)}, ${dueOn === null ? 'no day' : `due ${dayInWords(dueOn)}`}`;
	return {
		conflict: `This action was changed after you opened it. It now says: ${now}. What you typed is below: send it again to put yours in its place, or leave it.`,
		edition
	};
}

function tooLong(field: keyof typeof MOST_CHARACTERS): string {
	return `Use ${MOST_CHARACTERS[field].toLocaleString('en-GB')} characters or fewer.`;
}
