import {
	ACTION_STATE_IN_WORDS,
	agreedTooOftenInWords,
	isOverdue,
	lackingActions,
	mayAgree,
	mayChangeAction,
	mayFinish,
	type Action,
	type ActionState
} from '#lib/domain/actions.ts';
import { seesNames } from '#lib/domain/access.ts';
import { addDays, dayInWords, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { isId } from '#lib/domain/asked.ts';
import type { Knowledge } from '#lib/domain/knowledge.ts';
import { policyOn } from '#lib/domain/policy.ts';
import { colleaguesFor } from '#lib/server/store/absences.ts';
import { actionsKept, referenceOf, type ActionKept, type WhichActions } from '#lib/server/store/actions.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { policyVersions } from '#lib/server/store/facts.ts';
import { placeOf, type ActionAbout, type Place } from './keep-action.ts';
import { namesFor } from './names.ts';
import type { Keeper } from './record-absence.ts';
import { changesShown, type ChangesShown } from './undo-change.ts';

/** An action as a page shows it, with what who asks may do with it. */
export interface ActionShown {
	key: string;
	actionId: string;
	edition: string;
	/** For the form that says it is done, made with the page. */
	formKey: string;
	words: string;
	/** As they are in the fields of a form. */
	description: string;
	ownerId: string | null;
	owner: string;
	dueOn: CalendarDate | null;
	due: string;
	agreedOn: CalendarDate;
	/** When and where it was agreed. */
	agreed: string;
	risk: boolean;
	state: ActionState;
	/** "agreed three times since 3 Mar 2026 and never done"; null: not so often. */
	tooOften: string | null;
	/** When it was done and what came of it; null: it is to be done. */
	done: string | null;
	doneOn: CalendarDate | null;
	outcome: string | null;
	caseId: string | null;
	caseReference: string | null;
	/** Whom it is about, where it is about no case. */
	practitionerId: string | null;
	about: string;
	mayFinish: boolean;
	mayChange: boolean;
}

/** For how long what was done stays on a page that shows what is to be done (local default). */
const DONE_SHOWN_DAYS = 14;
/** On the page of a case, for longer. */
const CASE_SHOWN_DAYS = 90;

/** The actions of a case or a session, those to be done first; for the page of either. */
export async function actionsAt(
	tx: Transaction,
	by: Keeper,
	which: Exclude<WhichActions, { of: 'scope' | 'owner' }>
): Promise<ActionShown[]> {
	const doneSince = which.of === 'case' ? addDays(by.today, -CASE_SHOWN_DAYS) : null;
	return shown(tx, by, await actionsKept(tx, which, doneSince));
}

/** What is still to be done by who asks, the earliest due first; what is carried on is told once. */
export async function ownActions(tx: Transaction, by: Keeper): Promise<ActionShown[]> {
	if (by.practitionerId === null) return [];
	const kept = await actionsKept(tx, { of: 'owner', ownerId: by.practitionerId }, by.today);
	return (await shown(tx, by, kept)).filter(({ doneOn }) => doneOn === null);
}

/** What was asked for in the address of the list. */
export interface ActionsAsked {
	whose: 'mine' | 'scope';
	state: ActionState | 'open' | '';
	/** An owner, by id; empty: everybody. */
	owner: string;
	risk: boolean;
	/** Only what was agreed again and again and never done. */
	often: boolean;
}

const ACTION_STATES_ASKED = ['open', 'overdue', 'weak', 'to_do', 'done'] as const;

export function actionsAsked(query: URLSearchParams, by: Pick<Keeper, 'practitionerId'>): ActionsAsked {
	const owner = query.get('owner') ?? '';
	const whose = query.get('whose');
	return {
		whose: whose === 'scope' || (by.practitionerId === null && whose !== 'mine') ? 'scope' : 'mine',
		state: ACTION_STATES_ASKED.find((each) => each === query.get('state')) ?? 'open',
		owner: isId(owner) ? owner : '',
		risk: query.get('risk') === 'yes',
		often: query.get('often') === 'yes'
	};
}

export interface ActionsFound {
	rows: ActionShown[];
	counts: { open: number; overdue: number; weak: number; often: number };
	/** Who owns one of them, for the filter. */
	owners: { value: string; label: string }[];
}

/** The actions in the scope of who asks, or their own, by the filter: open first, then those done of late. */
export async function actionsFound(tx: Transaction, by: Keeper, asked: ActionsAsked): Promise<ActionsFound> {
	const which: WhichActions =
		asked.whose === 'mine' && by.practitionerId !== null
			? { of: 'owner', ownerId: by.practitionerId }
			: { of: 'scope' };
	const all = await shown(tx, by, await actionsKept(tx, which, addDays(by.today, -DONE_SHOWN_DAYS)));
	const open = all.filter(({ doneOn }) => doneOn === null);
	const owners = new Map(all.flatMap(({ ownerId, owner }) => (ownerId === null ? [] : [[ownerId, owner]])));
	return {
		rows: all.filter(
			(row) =>
				(asked.state === '' || (asked.state === 'open' ? row.doneOn === null : row.state === asked.state)) &&
				(asked.owner === '' || row.ownerId === asked.owner) &&
				(!asked.risk || row.risk) &&
				(!asked.often || row.tooOften !== null)
		),
		counts: {
			open: open.length,
			overdue: open.filter(({ state }) => state === 'overdue').length,
			weak: open.filter(({ state }) => state === 'weak').length,
			often: open.filter(({ tooOften }) => tooOften !== null).length
		},
		owners: [...owners]
			.map(([value, label]) => ({ value, label }))
			.sort((a, b) => a.label.localeCompare(b.label, 'en'))
	};
}

export const ACTION_COLUMNS = [
	'action',
	'about',
	'owner',
	'agreed on',
	'due on',
	'about risk',
	'state',
	'agreed again',
	'done on',
	'outcome'
] as const;

export function actionsCsv({ rows }: ActionsFound): (string | null)[][] {
	return rows.map((row) => [
		row.words,
		row.about,
		row.owner,
		row.agreedOn,
		row.dueOn,
		row.risk ? 'yes' : 'no',
		ACTION_STATE_IN_WORDS[row.state],
		row.tooOften,
		row.doneOn,
		row.outcome
	]);
}

export interface ActionPage extends ActionShown {
	/** The same thing, agreed before, the latest first. */
	earlier: { actionId: string; agreed: string; due: string }[];
	changes: ChangesShown[];
	people: { value: string; label: string }[];
}

/** One action by its id; null: not there, or not in the scope of who asks. */
export async function actionPage(tx: Transaction, by: Keeper, actionId: string): Promise<ActionPage | null> {
	if (!isId(actionId)) return null;
	const kept = await actionsKept(tx, { of: 'ids', ids: [actionId] }, null);
	const all = await shown(tx, by, kept, true);
	const found = all.find((each) => each.actionId === actionId);
	if (!found) return null;
	const about = {
		caseId: found.caseReference === null ? null : found.caseId,
		practitionerId: found.practitionerId ?? found.ownerId
	};
	const isOwn = (change: { entityId: string; madeBy: string | null }) =>
		by.practitionerId !== null && change.madeBy === by.practitionerId;
	return {
		...found,
		earlier: all
			.filter((each) => each !== found)
			.sort((a, b) => (a.agreedOn < b.agreedOn ? 1 : -1))
			.map(({ actionId: id, agreed, due }) => ({ actionId: id, agreed, due })),
		changes: await changesShown(tx, by, about, ['action'], isOwn, ({ entityId }) =>
			kept.some((each) => each.actionId === entityId)
		),
		people: await ownersFor(tx, by)
	};
}

/** Whom who asks may choose as an owner: themselves first, their service, and those who manage practice. */
export async function ownersFor(tx: Transaction, by: Keeper): Promise<{ value: string; label: string }[]> {
	if (by.practitionerId === null || !mayAgree(by)) return [];
	const own = (await namesFor(tx, [by.practitionerId]))(by.practitionerId);
	const colleagues = await colleaguesFor(tx, by.practitionerId, by.today);
	return [
		{ value: by.practitionerId, label: `${own}, you` },
		...colleagues.map(({ practitionerId, name, team }) => ({
			value: practitionerId,
			label: `${name}, ${team}`
		}))
	];
}

async function shown(
	tx: Transaction,
	by: Keeper,
	kept: readonly ActionKept[],
	withEarlier = false
): Promise<ActionShown[]> {
	const byId = new Map(kept.map((each) => [each.actionId, each]));
	const policies = await policyVersions(tx);
	const knowledge: Knowledge = { on: by.today, hindsight: false, judgedOn: (day) => policyOn(policies, day) };
	const named = seesNames(by.role);
	const nameOf = named
		? await namesFor(
				tx,
				kept.flatMap(({ ownerId, practitionerId }) => [ownerId, practitionerId].flatMap((id) => id ?? []))
			)
		: (id: string) => (id === by.practitionerId ? 'you' : 'a colleague');
	return kept
		.filter((each) => withEarlier || (each.isAsked && !(each.isCarriedOn && each.doneOn === null)))
		.map((each) => shownOne(each, { by, byId, knowledge, nameOf }))
		.sort((a, b) => Number(a.doneOn !== null) - Number(b.doneOn !== null) || order(a, b));
}

function order(a: ActionShown, b: ActionShown): number {
	const [one, other] = [a.doneOn ?? a.dueOn ?? '', b.doneOn ?? b.dueOn ?? ''];
	if (one === other) return a.actionId < b.actionId ? -1 : 1;
	return (one < other ? -1 : 1) * (a.doneOn === null ? 1 : -1);
}

function shownOne(
	kept: ActionKept,
	{
		by,
		byId,
		knowledge,
		nameOf
	}: {
		by: Keeper;
		byId: ReadonlyMap<string, ActionKept>;
		knowledge: Knowledge;
		nameOf: (id: string) => string;
	}
): ActionShown {
	const { actionId, ownerId, dueOn, agreedOn, doneOn, outcome, caseId, caseReference, practitionerId } = kept;
	const asRule: Action = { ...kept, supersededOn: null };
	const isWeak = lackingActions([kept]).length > 0;
	const where = kept.fromOversight
		? ' with oversight'
		: kept.sessionOn !== null
			? ` in supervision${kept.sessionOn === agreedOn ? '' : ` of ${dayInWords(kept.sessionOn)}`}`
			: '';
	return {
		key: actionId,
		actionId,
		edition: kept.edition,
		formKey: crypto.randomUUID(),
		words: kept.description ?? 'No words were written.',
		description: kept.description ?? '',
		ownerId,
		owner: ownerId === null ? 'nobody' : nameOf(ownerId),
		dueOn,
		due: dueOn === null ? 'no day given' : `${dayInWords(dueOn)}, ${distanceInWords(dueOn, by.today)}`,
		agreedOn,
		agreed: `agreed on ${dayInWords(agreedOn)}${where}`,
		risk: kept.risk,
		state: doneOn !== null ? 'done' : isOverdue(asRule, knowledge) ? 'overdue' : isWeak ? 'weak' : 'to_do',
		tooOften: agreedTooOftenInWords(kept, byId),
		done: doneOn === null ? null : `done on ${dayInWords(doneOn)}${outcome ? `: ${outcome}` : ''}`,
		doneOn,
		outcome,
		caseId: caseReference === null ? null : caseId,
		caseReference,
		practitionerId,
		about:
			caseReference ??
			(caseId !== null
				? 'a case out of your scope'
				: practitionerId === null
					? 'nobody in particular'
					: nameOf(practitionerId)),
		mayFinish: doneOn === null && mayFinish(kept, by),
		mayChange: doneOn === null && mayChangeAction(kept, by)
	};
}

export interface NewActionPage {
	about: string;
	people: { value: string; label: string }[];
	carriesOn: { actionId: string; words: string; owner: string; agreed: string; due: string } | null;
	isDraft: boolean;
}

/** What the form of a new action starts from; null: nothing there that who asks may agree something about. */
export async function newActionPage(
	tx: Transaction,
	by: Keeper,
	asked: ActionAbout & { carriesOn: string }
): Promise<NewActionPage | null> {
	if (!mayAgree(by)) return null;
	const place = await placeOf(tx, by, asked);
	if (!place) return null;
	const earlier =
		asked.carriesOn === ''
			? null
			: await shown(tx, by, await actionsKept(tx, { of: 'ids', ids: [asked.carriesOn] }, null));
	const found = earlier?.find(({ actionId }) => actionId === asked.carriesOn) ?? null;
	return {
		about: await placeInWords(tx, by, place),
		people: await ownersFor(tx, by),
		carriesOn: found && {
			actionId: found.actionId,
			words: found.description,
			owner: found.ownerId ?? '',
			agreed: found.agreed,
			due: found.due
		},
		isDraft: place.isDraft
	};
}

async function placeInWords(
	tx: Transaction,
	by: Keeper,
	{ caseId, practitionerId, sessionId }: Place
): Promise<string> {
	if (caseId !== null) return `About case ${(await referenceOf(tx, caseId)) ?? ''}.`;
	if (practitionerId === by.practitionerId)
		return sessionId === null ? 'An action of your own.' : 'From your own supervision.';
	const name = seesNames(by.role)
		? (await namesFor(tx, [practitionerId ?? '']))(practitionerId ?? '')
		: 'a colleague';
	return sessionId === null ? `About ${name}.` : `From supervision with ${name}.`;
}
