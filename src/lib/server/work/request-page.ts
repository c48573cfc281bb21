import { seesNames } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import type { View } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { changeInWords, namedIn } from '#lib/domain/change-words.ts';
import {
	requestStanding,
	requestStates,
	whyNotAgree,
	whyNotAnswer,
	whyNotCorrect,
	whyNotDecide,
	whyNotRecord,
	type RequestStanding,
	type RequestStandingState
} from '#lib/domain/requests-kept.ts';
import { decisionInTimeUntil } from '#lib/domain/rules-about-requests-and-actions.ts';
import {
	AGENCY_ANSWER_IN_WORDS,
	REQUEST_STANDING_IN_WORDS,
	requestClockInWords,
	requestEffectInWords,
	requestRefusalInWords,
	requestTitle
} from '#lib/domain/requests-words.ts';
import type { Names } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import { changesAbout } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { requestsAboutCase, type RequestKept } from '#lib/server/store/requests.ts';
import { maySeeCase } from '#lib/server/store/scope.ts';
import { requestsSeen } from './keep-request.ts';
import { namesFor } from './names.ts';
import type { Keeper } from './record-absence.ts';
import { undoForm, type ChangesShown, type Undone } from './undo-change.ts';

/** A request as somebody reads it on a day. */
export interface RequestShown {
	requestId: string;
	title: string;
	state: RequestStandingState;
	standing: string;
	/** When it was asked for, and when that was recorded where it was later. */
	made: string;
	clock: string;
	asked: string | null;
	rationale: string | null;
	/** What the agency said of the decision; null: nothing is recorded by the day. */
	answer: { words: string; said: string | null } | null;
}

/** The requests about a case of the view that are known on its day, the latest first. */
export async function requestsShown(
	tx: Transaction,
	by: Pick<Keeper, 'role'>,
	view: View,
	caseId: string
): Promise<RequestShown[]> {
	const kept = new Map((await requestsAboutCase(tx, caseId)).map((request) => [request.requestId, request]));
	const states = requestStates(view).filter(({ request }) => request.caseId === caseId);
	const nameOf = await managerNames(
		tx,
		by,
		states.map(({ request }) => request)
	);
	return states
		.sort((a, b) => (a.request.requestedOn < b.request.requestedOn ? 1 : -1))
		.map((state) =>
			shown(
				kept.get(state.request.requestId) ?? null,
				state.request,
				requestStanding(state),
				view.knowledge.on,
				nameOf
			)
		);
}

type Deciders = Pick<RequestKept, 'decidedById' | 'secondManagerId'>;

async function managerNames(
	tx: Transaction,
	{ role }: Pick<Keeper, 'role'>,
	requests: readonly Deciders[]
): Promise<Names> {
	if (!seesNames(role)) return () => 'a manager';
	return namesFor(
		tx,
		requests.flatMap(({ decidedById, secondManagerId }) =>
			[decidedById, secondManagerId].flatMap((id) => id ?? [])
		)
	);
}

/** `known` is the version known on the day; words are of the version that stands, where their decision is the same. */
function shown(
	kept: RequestKept | null,
	known: Deciders &
		Pick<
			RequestKept,
			'requestId' | 'agency' | 'kind' | 'requestedOn' | 'outcome' | 'decidedOn' | 'recordedOn'
		>,
	standing: RequestStanding,
	on: CalendarDate,
	nameOf: Names
): RequestShown {
	const { requestId, requestedOn, recordedOn, decidedById, secondManagerId } = known;
	const isSame = kept?.decidedOn === known.decidedOn && kept.outcome === known.outcome;
	const isAnswered = isSame && kept.answer !== null && kept.answeredOn !== null && kept.answeredOn <= on;
	const late =
		known.decidedOn === null && recordedOn !== null && recordedOn > requestedOn
			? `, recorded on ${dayInWords(recordedOn)}`
			: '';
	return {
		requestId,
		title: requestTitle(known),
		state: standing.state,
		standing: REQUEST_STANDING_IN_WORDS[standing.state],
		made: `Asked for on ${dayInWords(requestedOn)}${late}`,
		clock: requestClockInWords(
			standing,
			{
				decider: decidedById === null ? 'somebody not recorded' : nameOf(decidedById),
				second: secondManagerId === null ? null : nameOf(secondManagerId)
			},
			on
		),
		asked: kept?.asked ?? null,
		rationale: 'decidedOn' in standing && isSame ? kept.rationale : null,
		answer:
			isAnswered && kept.answer !== null && kept.answeredOn !== null
				? {
						words: `${AGENCY_ANSWER_IN_WORDS[kept.answer]}, ${kept.answer === 'no_answer' ? 'by' : 'on'} ${dayInWords(kept.answeredOn)}.`,
						said: kept.answerWords
					}
				: null
	};
}

export interface RequestFormPage {
	caseId: string;
	reference: string;
	/** What the flag will do if it is asked for today. */
	effect: string;
}

/** What the form of a new request starts from; null: not there, not in scope, or not for who asks to record. */
export async function requestFormPage(
	tx: Transaction,
	by: Keeper,
	caseId: string
): Promise<RequestFormPage | null> {
	if (!isId(caseId) || !(await maySeeCase(tx, caseId)) || whyNotRecord({ ...by, tier: null })) return null;
	const { view } = await requestsSeen(tx, by, caseId);
	const file = view.authority.cases.find((each) => each.caseId === caseId);
	if (!file) return null;
	return {
		caseId,
		reference: file.reference,
		effect: requestEffectInWords(by.today, decisionInTimeUntil(by.today, { day: by.today, view }), by.today)
	};
}

export interface RequestPage extends RequestShown {
	caseId: string;
	reference: string;
	agency: string;
	edition: string;
	outcome: RequestKept['outcome'];
	decidedOn: CalendarDate | null;
	/** What was asked for, as a correction begins with it. */
	said: { agency: string; kind: string; requestedOn: CalendarDate };
	/** Null: who asks may; else why not, in words. */
	whyNot: {
		decide: string | null;
		agree: string | null;
		answer: string | null;
		correct: string | null;
		takeOut: string | null;
	};
	/** Who did what with it, the latest first. */
	history: ChangesShown[];
}

/** A request as its page shows it today; null: not there or not in the scope of who asks. Being read is recorded. */
export async function requestPage(
	tx: Transaction,
	by: Keeper,
	caseId: string,
	requestId: string
): Promise<RequestPage | null> {
	if (!isId(caseId) || !isId(requestId) || !(await maySeeCase(tx, caseId))) return null;
	const kept = (await requestsAboutCase(tx, caseId)).find((each) => each.requestId === requestId);
	if (!kept) return null;
	const { view, keeping, standingOf } = await requestsSeen(tx, by, caseId);
	const standing = standingOf(requestId);
	const file = view.authority.cases.find((each) => each.caseId === caseId);
	if (!standing || !file) return null;
	await record(tx, by, { action: 'read', entity: 'request', entityId: requestId });
	const nameOf = await managerNames(tx, by, [kept]);
	const words = (refusal: Parameters<typeof requestRefusalInWords>[0] | null) =>
		refusal && requestRefusalInWords(refusal);
	return {
		...shown(kept, kept, standing, by.today, nameOf),
		caseId,
		reference: file.reference,
		agency: kept.agency,
		edition: kept.edition,
		outcome: kept.outcome,
		decidedOn: kept.decidedOn,
		said: { agency: kept.agency, kind: kept.kind ?? '', requestedOn: kept.requestedOn },
		whyNot: {
			decide: words(whyNotDecide(keeping)),
			agree: words(whyNotAgree(keeping, standing, kept.decidedById)),
			answer: words(whyNotAnswer(keeping, standing)),
			correct: words(whyNotCorrect(keeping, kept.decidedById, false)),
			takeOut: words(whyNotCorrect(keeping, kept.decidedById, true))
		},
		history: await historyOf(tx, by, kept)
	};
}

async function historyOf(
	tx: Transaction,
	by: Keeper,
	{ caseId, requestId }: RequestKept
): Promise<ChangesShown[]> {
	const changes = (await changesAbout(tx, { caseId }, ['request'])).filter(
		({ entityId }) => entityId === requestId
	);
	const person = seesNames(by.role) ? await namesFor(tx, namedIn(changes).people) : () => 'a colleague';
	const last = changes.find(({ undone, change }) => !undone && change !== 'undone');
	return changes.map((each) => {
		const { formKey, madeOn, madeAt, madeBy, undone, why } = each;
		return {
			formKey,
			made: `${dayInWords(madeOn)} at ${madeAt}${madeBy === null ? '' : `, ${person(madeBy)}`}`,
			what: [changeInWords(each, { person, team: () => '' })],
			why,
			undone,
			mayUndo: each === last && isOwn(by, each) && madeOn === by.today
		};
	});
}

function isOwn(by: Keeper, { madeBy }: { madeBy: string | null }): boolean {
	return by.practitionerId !== null && madeBy === by.practitionerId;
}

/** Takes back what who asks did to the requests of a case by one form, on the day it was done. */
export async function undoRequest(
	tx: Transaction,
	by: Keeper,
	caseId: string,
	formKey: string
): Promise<Undone> {
	if (!isId(caseId) || !(await maySeeCase(tx, caseId))) return 'absent';
	return undoForm(
		tx,
		by,
		formKey,
		(change) => change.entity === 'request' && change.caseId === caseId && isOwn(by, change)
	);
}
