import { randomUUID } from 'node:crypto';
import { isId } from '#lib/domain/asked.ts';
import { arrange, personOf, viewOf, type View } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { isWritten } from '#lib/domain/records.ts';
import {
	AGENCIES,
	AGENCY_ANSWERS,
	REQUEST_KINDS,
	REQUEST_OUTCOMES,
	requestStanding,
	requestStates,
	whyNotAgree,
	whyNotAnswer,
	whyNotCorrect,
	whyNotDecide,
	whyNotRecord,
	type Keeping,
	type RequestStanding
} from '#lib/domain/requests-kept.ts';
import { requestRefusalInWords } from '#lib/domain/requests-words.ts';
import { tierOn } from '#lib/domain/people.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { record } from '#lib/server/audit.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { holdFacts, insertFact, updateFact, withdrawFact, type Making } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { requestsAboutCase, type RequestKept } from '#lib/server/store/requests.ts';
import { maySeeCase } from '#lib/server/store/scope.ts';
import { namesFor } from './names.ts';
import type { Keeper } from './record-absence.ts';
import { reviewThose } from './review-flags.ts';

export interface FieldRefused {
	field: string;
	words: string;
}

/** `done` names the request that was written; null: the form had acted before. */
export type RequestSaved =
	| 'absent'
	| { notYours: string }
	| { refused: FieldRefused[] }
	/** Somebody else was faster: what it says now, and its edition. */
	| { conflict: string; edition: string }
	| { done: string | null };

export interface RequestForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	agency: string;
	/** The agency in words, where it is not on the list. */
	other: string;
	kind: string;
	requestedOn: string;
	asked: string;
}

/** What an agency asked for as it should have been recorded; `never` is `yes` where it did not ask. */
export interface RequestCorrection extends RequestForm {
	edition: string;
	never: string;
	why: string;
}

export interface DecisionForm {
	key: string;
	edition: string;
	outcome: string;
	decidedOn: string;
	rationale: string;
}

export interface SecondForm {
	key: string;
	edition: string;
}

export interface AnswerForm {
	key: string;
	edition: string;
	answer: string;
	answeredOn: string;
	words: string;
}

/** Chosen instead of an agency on the list. */
export const OTHER_AGENCY = 'other';

const MOST_CHARACTERS = { agency: 100, asked: 300, why: 500, rationale: 20_000, words: 2_000 } as const;

/** Where requests about a case stand today, and what who asks is to them. */
export interface RequestsSeen {
	view: View;
	keeping: Keeping;
	standingOf: (requestId: string) => RequestStanding | null;
}

/** The requests about a case, which was found within the scope of who asks, as they stand today. */
export async function requestsSeen(tx: Transaction, by: Keeper, caseId: string): Promise<RequestsSeen> {
	const { practitionerId, role, today } = by;
	const view = viewOf(
		arrange(
			await gatherFacts(tx, {
				of: 'those',
				caseIds: [caseId],
				practitionerIds: practitionerId === null ? [] : [practitionerId],
				held: { on: today }
			})
		),
		today
	);
	const person = personOf(view, practitionerId);
	const standings = new Map(
		requestStates(view).map((state) => [state.request.requestId, requestStanding(state)])
	);
	return {
		view,
		keeping: { practitionerId, role, tier: person && tierOn(person, today, view.knowledge).tier },
		standingOf: (requestId) => standings.get(requestId) ?? null
	};
}

/** Records what a partner agency asks for, known from today. */
export async function recordRequest(
	tx: Transaction,
	by: Keeper,
	caseId: string,
	form: RequestForm
): Promise<RequestSaved> {
	if (!isId(caseId) || !isId(form.key) || !(await maySeeCase(tx, caseId))) return 'absent';
	const refusal = whyNotRecord({ ...by, tier: null });
	if (refusal) return { notYours: requestRefusalInWords(refusal) };
	if (await hasActed(tx, form.key)) return { done: null };
	const { said, refused } = requestIn(form, by.today);
	if (refused.length > 0) return { refused };
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: null };
	const id = randomUUID();
	const row = {
		id,
		source: 'countersign',
		reference: `R-${id.slice(0, 8)}`,
		case_id: caseId,
		...said,
		recorded_on: by.today
	};
	await insertFact(tx, 'request', row, { caseId }, making(by, form.key));
	await written(tx, by, caseId, { action: 'recorded', requestId: id });
	return { done: id };
}

function requestIn(form: RequestForm, today: CalendarDate) {
	const { refuse, refused } = refusing();
	const listed = AGENCIES.find((each) => each === form.agency);
	const agency = form.agency === OTHER_AGENCY ? form.other.trim() : (listed ?? '');
	if (form.agency === OTHER_AGENCY && agency === '') refuse('other', 'Write which agency asks.');
	else if (agency === '') refuse('agency', 'Choose which agency asks.');
	if (agency.length > MOST_CHARACTERS.agency) refuse('other', tooLong('agency'));
	const kind = REQUEST_KINDS.find((each) => each === form.kind);
	if (!kind) refuse('kind', 'Choose what the agency asks for.');
	const requestedOn = dayBy(
		form.requestedOn,
		today,
		refuse,
		'requestedOn',
		'Give the day on which it asked.'
	);
	const asked = form.asked.trim();
	if (asked.length > MOST_CHARACTERS.asked) refuse('asked', tooLong('asked'));
	return { said: { agency, kind, requested_on: requestedOn, asked: asked || null }, refused };
}

/**
 * Corrects what was recorded of a request, or takes out one that never was, on any later day: known from today, with why.
 * What was decided, agreed and answered stays.
 */
export async function correctRequest(
	tx: Transaction,
	by: Keeper,
	caseId: string,
	requestId: string,
	form: RequestCorrection
): Promise<RequestSaved> {
	const held = await hold(tx, by, caseId, requestId, form.key);
	if (typeof held === 'string') return held === 'done' ? { done: null } : 'absent';
	const { kept, seen } = held;
	const takesOut = form.never === 'yes';
	const refusal = whyNotCorrect(seen.keeping, kept.decidedById, takesOut);
	if (refusal) return { notYours: requestRefusalInWords(refusal) };
	if (kept.edition !== form.edition) return conflictOver(tx, held);
	const { said, refused } = takesOut ? { said: null, refused: [] } : requestIn(form, by.today);
	const { refuse, refused: wrong } = refusing();
	if (said?.requested_on && kept.decidedOn !== null && said.requested_on > kept.decidedOn)
		refuse('requestedOn', `It was decided on ${dayInWords(kept.decidedOn)}, before that day.`);
	if (!isWritten(form.why)) refuse('why', 'Write why: it stays readable beside the change.');
	if (form.why.length > MOST_CHARACTERS.why) refuse('why', tooLong('why'));
	if (said && refused.length === 0 && saysSo(kept, said))
		refuse('agency', 'This is what is on record already. Change something.');
	if (refused.length + wrong.length > 0) return { refused: [...refused, ...wrong] };
	if (said) return save(tx, by, held, form, 'corrected', { ...said, recorded_on: by.today });
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: null };
	const how = making(by, form.key, form.why.trim());
	const done = await withdrawFact(tx, 'request', requestId, kept.edition, { caseId }, how);
	if (done === 'changed_since') throw new Error('the request changed while it was held');
	await written(tx, by, caseId, { action: 'withdrawn', requestId });
	return { done: null };
}

function saysSo(kept: RequestKept, said: ReturnType<typeof requestIn>['said']): boolean {
	return (
		kept.agency === said.agency &&
		kept.kind === said.kind &&
		kept.requestedOn === said.requested_on &&
		kept.asked === said.asked
	);
}

/** Decides a request, or changes the decision: a second manager's agreement and the agency's answer were to the earlier one. */
export async function decideRequest(
	tx: Transaction,
	by: Keeper,
	caseId: string,
	requestId: string,
	form: DecisionForm
): Promise<RequestSaved> {
	const held = await hold(tx, by, caseId, requestId, form.key);
	if (typeof held === 'string') return held === 'done' ? { done: null } : 'absent';
	const refusal = whyNotDecide(held.seen.keeping);
	if (refusal) return { notYours: requestRefusalInWords(refusal) };
	if (held.kept.edition !== form.edition) return conflictOver(tx, held);
	const { refuse, refused } = refusing();
	const outcome = REQUEST_OUTCOMES.find((each) => each === form.outcome);
	if (!outcome) refuse('outcome', 'Choose whether you agree or decline.');
	if (!isWritten(form.rationale))
		refuse('rationale', 'Write why: a decision without its reasons does not count.');
	if (form.rationale.length > MOST_CHARACTERS.rationale) refuse('rationale', tooLong('rationale'));
	const decidedOn = dayBy(form.decidedOn, by.today, refuse, 'decidedOn', 'Give the day of the decision.');
	if (decidedOn !== null && decidedOn < held.kept.requestedOn)
		refuse('decidedOn', `It was asked for on ${dayInWords(held.kept.requestedOn)}, after that day.`);
	if (refused.length > 0) return { refused };
	return save(tx, by, held, form, 'decided', {
		outcome,
		decided_on: decidedOn,
		decided_by_id: by.practitionerId,
		rationale: form.rationale.trim(),
		second_manager_id: null,
		second_agreed_on: null,
		answer: null,
		answered_on: null,
		answer_words: null,
		recorded_on: by.today
	});
}

/** Agrees, as second manager, to declining a request: from one's own sign-in, today. */
export async function agreeToRefusal(
	tx: Transaction,
	by: Keeper,
	caseId: string,
	requestId: string,
	form: SecondForm
): Promise<RequestSaved> {
	const held = await hold(tx, by, caseId, requestId, form.key);
	if (typeof held === 'string') return held === 'done' ? { done: null } : 'absent';
	const { kept, seen } = held;
	if (kept.edition !== form.edition) return conflictOver(tx, held);
	const standing = seen.standingOf(requestId);
	if (!standing) return 'absent';
	const refusal = whyNotAgree(seen.keeping, standing, kept.decidedById);
	if (refusal) return { notYours: requestRefusalInWords(refusal) };
	return save(tx, by, held, form, 'confirmed', {
		second_manager_id: by.practitionerId,
		second_agreed_on: by.today,
		recorded_on: by.today
	});
}

/** Records what the agency said of the decision. It changes no flag, so when the rest became known stays as it was. */
export async function recordAnswer(
	tx: Transaction,
	by: Keeper,
	caseId: string,
	requestId: string,
	form: AnswerForm
): Promise<RequestSaved> {
	const held = await hold(tx, by, caseId, requestId, form.key);
	if (typeof held === 'string') return held === 'done' ? { done: null } : 'absent';
	const { kept, seen } = held;
	const standing = seen.standingOf(requestId);
	if (!standing) return 'absent';
	const refusal = whyNotAnswer(seen.keeping, standing);
	if (refusal) return { notYours: requestRefusalInWords(refusal) };
	if (kept.edition !== form.edition) return conflictOver(tx, held);
	const { refuse, refused } = refusing();
	const answer = AGENCY_ANSWERS.find((each) => each === form.answer);
	if (!answer) refuse('answer', 'Choose what the agency said.');
	const missing =
		answer === 'no_answer' ? 'Give the day until which nothing came.' : 'Give the day of the answer.';
	const answeredOn = dayBy(form.answeredOn, by.today, refuse, 'answeredOn', missing);
	if (answeredOn !== null && kept.decidedOn !== null && answeredOn < kept.decidedOn)
		refuse('answeredOn', `It was decided on ${dayInWords(kept.decidedOn)}, after that day.`);
	const words = form.words.trim();
	if (words.length > MOST_CHARACTERS.words) refuse('words', tooLong('words'));
	if (refused.length > 0) return { refused };
	return save(tx, by, held, form, 'changed', {
		answer,
		answered_on: answeredOn,
		answer_words: words === '' ? null : words
	});
}

interface Held {
	kept: RequestKept;
	seen: RequestsSeen;
}

/** The request and where it stands, while nobody else changes it. */
async function hold(
	tx: Transaction,
	by: Keeper,
	caseId: string,
	requestId: string,
	key: string
): Promise<Held | 'absent' | 'done'> {
	if (![caseId, requestId, key].every(isId) || !(await maySeeCase(tx, caseId))) return 'absent';
	await holdFacts(tx, [requestId]);
	const kept = (await requestsAboutCase(tx, caseId)).find((each) => each.requestId === requestId);
	if (!kept) return 'absent';
	if (await hasActed(tx, key)) return 'done';
	return { kept, seen: await requestsSeen(tx, by, caseId) };
}

async function save(
	tx: Transaction,
	by: Keeper,
	{ kept }: Held,
	form: SecondForm & { why?: string },
	change: 'decided' | 'confirmed' | 'changed' | 'corrected',
	set: Record<string, string | null | undefined>
): Promise<RequestSaved> {
	const { caseId, requestId, edition } = kept;
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: null };
	const done = await updateFact(
		tx,
		'request',
		requestId,
		set,
		{ change, edition },
		{ caseId },
		making(by, form.key, form.why?.trim())
	);
	if (done === 'changed_since') throw new Error('the request changed while it was held');
	const action = {
		decided: 'decided',
		confirmed: 'agreed',
		changed: 'answered',
		corrected: 'corrected'
	}[change];
	await written(tx, by, caseId, { action, requestId });
	return { done: requestId };
}

async function written(
	tx: Transaction,
	by: Keeper,
	caseId: string,
	{ action, requestId }: { action: string; requestId: string }
): Promise<void> {
	await record(tx, by, { action, entity: 'request', entityId: requestId });
	await reviewThose(tx, { accountId: by.accountId }, by.today, { caseIds: [caseId], practitionerIds: [] });
}

function making(by: Keeper, formKey: string, why: string | null = null): Making {
	return { formKey, on: by.today, by: by.practitionerId, accountId: by.accountId, why };
}

async function conflictOver(tx: Transaction, { kept }: Held): Promise<RequestSaved> {
	const { outcome, decidedOn, decidedById, secondManagerId, rationale, edition } = kept;
	const nameOf = await namesFor(
		tx,
		[decidedById, secondManagerId].flatMap((id) => id ?? [])
	);
	const decided =
		outcome === null || decidedOn === null
			? 'it is not decided'
			: `${decidedById === null ? 'a manager' : nameOf(decidedById)} ${outcome} it on ${dayInWords(decidedOn)}${rationale ? `: “${rationale.slice(0, 200)}”` : ''}`;
	const second = secondManagerId === null ? '' : ` ${nameOf(secondManagerId)} agreed as second manager.`;
	return {
		conflict: `This request was changed after you opened it. Now ${decided}.${second} What you typed is below: send it again to put yours in its place, or leave it as it is.`,
		edition
	};
}

function refusing() {
	const refused: FieldRefused[] = [];
	return { refused, refuse: (field: string, words: string) => void refused.push({ field, words }) };
}

/** A day typed, not after today; null where it is refused. */
function dayBy(
	typed: string,
	today: CalendarDate,
	refuse: (field: string, words: string) => void,
	field: string,
	missing: string
): CalendarDate | null {
	const day = dayTyped(typed, today);
	if (day === undefined || day === null) {
		refuse(field, day === null ? missing : noDay(typed));
		return null;
	}
	if (day <= today) return day;
	refuse(field, `It cannot have been after today, ${dayInWords(today)}.`);
	return null;
}

function tooLong(field: keyof typeof MOST_CHARACTERS): string {
	return `Use ${MOST_CHARACTERS[field].toLocaleString('en-GB')} characters or fewer.`;
}
