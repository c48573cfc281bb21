import { createHash } from 'node:crypto';
import { seesNames } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, viewOf, type View } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { isOpenOn } from '#lib/domain/cases.ts';
import {
	coveringOn,
	holdersOn,
	type About,
	type Acting,
	type Managers,
	type Responsible
} from '#lib/domain/flag-life.ts';
import {
	askInWords,
	refusalInWords,
	requestInWords,
	type NamesOrRoles
} from '#lib/domain/flag-life-words.ts';
import {
	requestAsks,
	requestStateOf,
	whyNotAnswerRequest,
	whyNotAsk,
	type OversightRequest,
	type RequestRefusal,
	type RequestState
} from '#lib/domain/oversight-requests.ts';
import { isWritten } from '#lib/domain/records.ts';
import { teamOfCase } from '#lib/domain/rules-about-cases.ts';
import { record } from '#lib/server/audit.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import {
	answerRequests,
	holdRequest,
	insertRequest,
	requestsAbout,
	requestsWaiting,
	type StoredRequest
} from '#lib/server/store/oversight-requests.ts';
import { maySeeCase } from '#lib/server/store/scope.ts';
import type { Answered } from './answer-flag.ts';
import type { FlagAsker } from './flag-lives.ts';
import { managersToday, requestsFound } from './flag-time.ts';
import { namesFor } from './names.ts';

const MOST_CHARACTERS = 20_000;

/** A request for oversight on the day of a view: where it stands, and who is asked by it. */
export interface LiveRequest extends OversightRequest {
	state: RequestState;
	about: About;
	/** Null: it is answered. */
	asked: Responsible | null;
}

/** The same as somebody reads it. */
export interface RequestInWords {
	requestId: string;
	caseId: string;
	askedOn: CalendarDate;
	state: RequestState['state'];
	/** Who asked. */
	ask: string;
	/** Who asked and when, and where it stands. */
	words: string;
	/** Where it stands alone. */
	stands: string;
	/** What was asked; null: nothing was written. */
	said: string | null;
}

/** Requests that wait for an answer in the scope of who asks, about the cases of the view: all, or those of some cases. */
export async function waitingRequests(
	tx: Transaction,
	view: View,
	managers: Managers,
	caseIds: readonly string[] | null = null
): Promise<LiveRequest[]> {
	return live(await requestsWaiting(tx, caseIds), view, managers).filter(
		({ state }) => state.state !== 'answered'
	);
}

/** Every request about a case of the view, the latest first. */
export async function requestsOfCase(
	tx: Transaction,
	view: View,
	managers: Managers,
	caseId: string
): Promise<LiveRequest[]> {
	return live(await requestsAbout(tx, caseId), view, managers).filter(
		({ askedOn }) => askedOn <= view.knowledge.on
	);
}

function live(stored: readonly StoredRequest[], view: View, managers: Managers): LiveRequest[] {
	const { answers } = requestsFound(
		stored.filter(({ answered }) => answered === null),
		view
	);
	const found = new Map(answers.map((answer) => [answer.requestId, answer]));
	const files = new Map(view.authority.cases.map((file) => [file.caseId, file]));
	return stored.flatMap((request) => {
		const file = files.get(request.caseId);
		if (!file) return [];
		const answer = found.get(request.requestId);
		const answered = answer ? { ...answer, role: answer.as } : request.answered;
		const state = requestStateOf({ askedOn: request.askedOn, answered }, view.knowledge.on);
		const about = { teamId: teamOfCase(file, view), concerned: holdersOn(file, view.knowledge) };
		return { ...request, answered, state, about, asked: requestAsks(state, about, managers) };
	});
}

export function requestForReading(request: LiveRequest, names: NamesOrRoles): RequestInWords {
	const { requestId, caseId, askedOn, state, asked, words } = request;
	const ask = askInWords(request, names);
	const stands = requestInWords(request, state, asked, names);
	return {
		requestId,
		caseId,
		askedOn,
		state: state.state,
		ask,
		words: `${ask} on ${dayInWords(askedOn)}. ${stands}`,
		stands,
		said: words
	};
}

/** The practitioners whom the words about a request name. */
export function namedInRequest({ askedBy, answered, asked }: LiveRequest): string[] {
	return [askedBy, ...(answered?.by ? [answered.by] : []), ...(asked?.practitionerIds ?? [])];
}

/** Why somebody may not ask for oversight of a case of the view; null: they may. */
export function whyNotAskAbout(
	by: Acting,
	caseId: string,
	view: View,
	waiting: OversightRequest | null
): RequestRefusal | null {
	const file = view.authority.cases.find((each) => each.caseId === caseId);
	if (!file) return { code: 'CASE_CLOSED' };
	const { people } = view.authority;
	const holders = [...holdersOn(file, view.knowledge), ...coveringOn(file, people, view.knowledge)];
	return whyNotAsk(by, { open: isOpenOn(file, view.knowledge.on, view.knowledge), holders, waiting });
}

/** A holder asks a manager for oversight of a case. Posted twice it acts once; while one request waits there is no other. */
export async function askForOversight(
	tx: Transaction,
	by: FlagAsker & { today: CalendarDate },
	caseId: string,
	form: { key: string; words: string }
): Promise<Answered> {
	if (!isId(caseId) || !isId(form.key) || !(await maySeeCase(tx, caseId))) return 'absent';
	if (await hasActed(tx, form.key)) return 'done';
	const { view, managers, names } = await about(tx, by, caseId);
	const [waiting] = await waitingRequests(tx, view, managers, [caseId]);
	const refusal = whyNotAskAbout(by, caseId, view, waiting ?? null);
	if (refusal) return { refused: refusalInWords(refusal, names) };
	if (form.words.length > MOST_CHARACTERS) return { errors: [tooLong('words')] };
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	const { practitionerId } = by;
	if (practitionerId === null) throw new Error('a holder without a practitioner');
	await answerWhatOversightAnswered(tx, by, caseId, view);
	const words = isWritten(form.words) ? form.words.trim() : null;
	const requestId = await insertRequest(tx, { ...by, practitionerId }, caseId, words);
	// Another of those who hold it asked at the same moment: theirs stands.
	if (requestId === null) return 'done';
	const digest = createHash('sha256')
		.update(`${caseId}\n${words ?? ''}`)
		.digest('hex');
	await record(tx, by, { action: 'asked', entity: 'oversight_request', entityId: requestId, digest });
	return 'done';
}

/** A manager answers a request in words, without a decision that counts as oversight. */
export async function answerRequest(
	tx: Transaction,
	by: FlagAsker & { today: CalendarDate },
	caseId: string,
	form: { key: string; requestId: string; words: string }
): Promise<Answered> {
	const { key, requestId, words } = form;
	if (![caseId, key, requestId].every(isId) || !(await maySeeCase(tx, caseId))) return 'absent';
	const held = await holdRequest(tx, caseId, requestId);
	if (!held) return 'absent';
	if (await hasActed(tx, key)) return 'done';
	const { view, managers, names } = await about(tx, by, caseId);
	const [request] = live([held], view, managers);
	if (!request) return 'absent';
	const refusal = whyNotAnswerRequest(by, request, request.about, managers);
	if (refusal) return { refused: refusalInWords(refusal, names) };
	if (!isWritten(words)) return { errors: [{ field: 'answer', words: 'Write your answer.' }] };
	if (words.length > MOST_CHARACTERS) return { errors: [tooLong('answer')] };
	await claimForm(tx, key, by.accountId);
	const answer = { requestId, on: by.today, by: by.practitionerId, as: by.role, words: words.trim() };
	await answerRequests(tx, [answer]);
	const digest = createHash('sha256').update(`${requestId}\n${words}`).digest('hex');
	await record(tx, by, { action: 'answered', entity: 'oversight_request', entityId: requestId, digest });
	return 'done';
}

/** A request that oversight answered by now is written down as answered, so that a new one may be asked. */
async function answerWhatOversightAnswered(tx: Transaction, by: FlagAsker, caseId: string, view: View) {
	const { answers } = requestsFound(await requestsWaiting(tx, [caseId]), view);
	for (const id of await answerRequests(tx, answers))
		await record(tx, by, { action: 'answered', entity: 'oversight_request', entityId: id });
}

async function about(tx: Transaction, by: FlagAsker & { today: CalendarDate }, caseId: string) {
	const reach = { of: 'those', caseIds: [caseId], practitionerIds: [], held: 'ever' } as const;
	const view = viewOf(arrange(await gatherFacts(tx, reach)), by.today);
	const managers = await managersToday(tx, view);
	const known = [...view.authority.people.keys(), ...managers.inPost.map((each) => each.practitionerId)];
	const names = seesNames(by.role) ? await namesFor(tx, known) : null;
	return { view, managers, names };
}

function tooLong(field: string) {
	return { field, words: `Use ${MOST_CHARACTERS.toLocaleString('en-GB')} characters or fewer.` };
}
