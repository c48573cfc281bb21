import type { AskingRole } from './access.ts';
import { after, dayInWords, type CalendarDate, type Length } from './calendar.ts';
import { isKnown, type Knowledge, type Recorded } from './knowledge.ts';

/** Something that was agreed to be done, with an owner and a day. */
export interface Action extends Recorded {
	actionId: string;
	reference: string;
	/** The case it is about: its own, else that of its oversight entry. */
	caseId: string | null;
	/** Whom it is about where there is no case: its own practitioner, else its session's supervisee. */
	practitionerId: string | null;
	ownerId: string | null;
	description: string | null;
	agreedOn: CalendarDate;
	dueOn: CalendarDate | null;
	doneOn: CalendarDate | null;
	risk: boolean | null;
}

/** Whether the action was agreed by then and is still to be done. */
export function isToDo(action: Action, knowledge: Knowledge): boolean {
	if (!isKnown(action, action.agreedOn, knowledge)) return false;
	return action.doneOn === null || action.doneOn > knowledge.on;
}

/** How long after its due date an action that is not about risk is overdue, as shipped (local default). */
export const ACTION_LIMIT = { count: 5, unit: 'wd' } as const satisfies Length;

/** Overdue once the limit of the policy in force has passed since it was due, an action about risk at once. */
export function isOverdue(action: Action, knowledge: Knowledge): boolean {
	if (action.dueOn === null || !isToDo(action, knowledge)) return false;
	const limit = knowledge.judgedOn?.(knowledge.on).limits.action ?? ACTION_LIMIT;
	return knowledge.on > (action.risk ? action.dueOn : after(action.dueOn, limit));
}

/** Where an action stands; `weak`: nobody can be held to it, and it is not overdue. */
export type ActionState = 'to_do' | 'overdue' | 'weak' | 'done';

export const ACTION_STATE_IN_WORDS: Record<ActionState, string> = {
	to_do: 'to do',
	overdue: 'overdue',
	weak: 'no owner or no day',
	done: 'done'
};

/** What an action lacks before it can be signed. */
export const ACTION_LACKS = ['WORDS', 'OWNER', 'DUE_ON'] as const;
export type ActionLack = (typeof ACTION_LACKS)[number];

export interface LackingAction {
	actionId: string;
	description: string | null;
	lacks: readonly ActionLack[];
}

/**
 * The actions that nobody can be held to: without words, an owner or a day. A note is not signed while it carries one
 * (the review's weak recommendations, "unlikely to be acted upon"). What is done is done; empty: all can be signed.
 */
export function lackingActions(
	actions: readonly Pick<Action, 'actionId' | 'description' | 'ownerId' | 'dueOn' | 'doneOn'>[]
): LackingAction[] {
	return actions.flatMap(({ actionId, description, ownerId, dueOn, doneOn }) => {
		const lacks = ACTION_LACKS.filter((lack) =>
			lack === 'WORDS' ? !isSaid(description) : lack === 'OWNER' ? ownerId === null : dueOn === null
		);
		return lacks.length === 0 || doneOn !== null ? [] : [{ actionId, description, lacks }];
	});
}

const LACK_IN_WORDS: Record<ActionLack, { lacks: string; mend: string }> = {
	WORDS: { lacks: 'does not say what is to be done', mend: 'write what is to be done' },
	OWNER: { lacks: 'has no owner', mend: 'choose who does it' },
	DUE_ON: { lacks: 'has no day by which it is done', mend: 'give a day' }
};

/** "“Visit on Friday” has no owner. Choose who does it, or take the action out, then sign." */
export function lackInWords({ description, lacks }: LackingAction): string {
	const said = lacks.map((lack) => LACK_IN_WORDS[lack]);
	const named = isSaid(description) ? `“${description.trim()}”` : 'An action';
	const mend = listed(said.map(({ mend: way }) => way));
	return `${named} ${listed(said.map(({ lacks: what }) => what))}. ${mend.charAt(0).toUpperCase()}${mend.slice(1)}, or take the action out, then sign.`;
}

function listed(words: readonly string[]): string {
	return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const MANAGING: readonly AskingRole[] = ['practice_supervisor', 'team_manager', 'service_manager'];
const CHANGING: readonly AskingRole[] = [...MANAGING, 'principal_social_worker', 'director'];
const AGREEING: readonly AskingRole[] = [...CHANGING, 'practitioner', 'senior_practitioner'];

/** Who asks, as far as actions go. */
export interface ActionAsker {
	practitionerId: string | null;
	role: AskingRole;
}

/** Whether somebody may agree actions about what is in their scope: whoever works with cases. */
export function mayAgree({ practitionerId, role }: ActionAsker): boolean {
	return practitionerId !== null && AGREEING.includes(role);
}

/** Whether somebody may say that an action in their sight is done: its owner, and those who answer for the work. */
export function mayFinish(action: Pick<Action, 'ownerId'>, by: ActionAsker): boolean {
	if (by.practitionerId === null || by.role === 'inspector') return false;
	return action.ownerId === by.practitionerId || CHANGING.includes(by.role);
}

/**
 * Whether somebody may change what was agreed, or take it out: those who answer for the work. What lacks an owner or a
 * day may be filled in by whoever may agree one.
 */
export function mayChangeAction(
	action: Pick<Action, 'actionId' | 'description' | 'ownerId' | 'dueOn' | 'doneOn'>,
	by: ActionAsker
): boolean {
	if (!mayAgree(by)) return false;
	return CHANGING.includes(by.role) || lackingActions([action]).length > 0;
}

/** Whether two descriptions say the same, but for spaces, capitals and the stop at the end. */
export function saysTheSame(one: string | null, other: string | null): boolean {
	const plain = (words: string | null) =>
		(words ?? '')
			.toLowerCase()
			.replaceAll(/\s+/g, ' ')
			.trim()
			.replace(/[.;]+$/, '');
	return plain(one) !== '' && plain(one) === plain(other);
}

/** An action and the one it carries on from; null: it was agreed for the first time. */
export interface CarriedAction {
	actionId: string;
	carriesOnFrom: string | null;
	agreedOn: CalendarDate;
	doneOn: CalendarDate | null;
}

/** From here on it is said that an action was agreed again and again and never done (local default). */
const AGREED_TOO_OFTEN = 3;

/** How often the same thing was agreed, and when first; 1 where it carries on from nothing that is known here. */
export function timesAgreed(
	action: CarriedAction,
	actions: ReadonlyMap<string, CarriedAction>
): { times: number; firstAgreedOn: CalendarDate } {
	const chain = chainOf(action, actions);
	return { times: chain.length, firstAgreedOn: chain.at(-1)?.agreedOn ?? action.agreedOn };
}

/** The action itself and those it carries on from, the latest first. A ring, which nothing here makes, is followed once. */
export function chainOf<Carried extends CarriedAction>(
	action: Carried,
	actions: ReadonlyMap<string, Carried>
): Carried[] {
	const chain = [action];
	for (let each = action; each.carriesOnFrom !== null;) {
		const before = actions.get(each.carriesOnFrom);
		if (!before || chain.includes(before)) break;
		chain.push(before);
		each = before;
	}
	return chain;
}

/** "agreed three times since 3 Mar 2026 and never done"; null: it was not agreed so often. */
export function agreedTooOftenInWords(
	action: CarriedAction,
	actions: ReadonlyMap<string, CarriedAction>
): string | null {
	const { times, firstAgreedOn } = timesAgreed(action, actions);
	if (action.doneOn !== null || times < AGREED_TOO_OFTEN) return null;
	return `agreed ${times === 3 ? 'three' : times} times since ${dayInWords(firstAgreedOn)} and never done`;
}

function isSaid(words: string | null): words is string {
	return words !== null && words.trim() !== '';
}
