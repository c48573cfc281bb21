import type { View } from '#lib/domain/authority.ts';
import { holdersOn, responsibleFor, type Managers } from '#lib/domain/flag-life.ts';
import {
	isWaiting,
	requestStanding,
	requestStates,
	type RequestStanding
} from '#lib/domain/requests-kept.ts';
import { requestClockInWords, requestTitle } from '#lib/domain/requests-words.ts';
import { teamOfCase } from '#lib/domain/rules-about-cases.ts';
import type { RequestState } from '#lib/domain/rules-about-requests-and-actions.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import type { Asker, Doing } from './do-next.ts';
import { namesFor } from './names.ts';

interface Waiting {
	state: RequestState;
	standing: RequestStanding;
	reference: string;
	holders: readonly string[];
	teamId: string | null;
}

/** Partner agencies' requests about the cases of the view on which somebody has still to act, the longest waiting first. */
function waitingIn(view: View): Waiting[] {
	const files = new Map(view.authority.cases.map((file) => [file.caseId, file]));
	return requestStates(view)
		.flatMap((state): Waiting | [] => {
			const file = files.get(state.request.caseId);
			const standing = requestStanding(state);
			if (!file || !isWaiting(state, standing) || isLate(standing)) return [];
			const holders = holdersOn(file, view.knowledge);
			return { state, standing, reference: file.reference, holders, teamId: teamOfCase(file, view) };
		})
		.sort((a, b) => (a.state.request.requestedOn < b.state.request.requestedOn ? -1 : 1));
}

function isLate({ state }: RequestStanding): boolean {
	return state === 'undecided_late' || state === 'declined_alone';
}

/** Whose turn it is: the manager who answers for the case; for a refusal another one than who declined. */
function isAsked({ practitionerId, role }: Asker, waiting: Waiting, managers: Managers): boolean {
	const { standing, state, holders, teamId } = waiting;
	const { decidedById } = state.request;
	const second = 'missing' in standing && standing.missing.includes('SECOND_MANAGER');
	if (second && decidedById === practitionerId) return false;
	if (role === 'practice_supervisor') return true;
	const concerned = second && decidedById !== null ? [...holders, decidedById] : holders;
	const { practitionerIds } = responsibleFor({ teamId, concerned }, managers);
	return practitionerId !== null && practitionerIds.includes(practitionerId);
}

/** Requests that this manager has to decide, or whose refusal waits for their agreement. */
export function requestsToDecide(
	tx: Transaction,
	asker: Asker,
	view: View,
	managers: Managers
): Promise<Doing[]> {
	return doing(
		tx,
		view,
		waitingIn(view).filter((waiting) => isAsked(asker, waiting, managers))
	);
}

/** Requests about cases that somebody holds, which wait for a manager: so that who recorded them sees the clock too. */
export function requestsOfHolder(tx: Transaction, { practitionerId }: Asker, view: View): Promise<Doing[]> {
	return doing(
		tx,
		view,
		waitingIn(view).filter(({ holders }) => practitionerId !== null && holders.includes(practitionerId))
	);
}

/** What is to be done, the most urgent first, with requests that wait after the flags that are critical. */
export function afterCritical(flags: readonly Doing[], requests: readonly Doing[]): Doing[] {
	const place = flags.findIndex(({ severity }) => severity !== 'critical');
	const critical = place === -1 ? flags.length : place;
	return [...flags.slice(0, critical), ...requests, ...flags.slice(critical)];
}

async function doing(tx: Transaction, view: View, waiting: readonly Waiting[]): Promise<Doing[]> {
	const names = await namesFor(
		tx,
		waiting.flatMap(({ state }) => state.request.decidedById ?? [])
	);
	return waiting.map(({ state, standing, reference }): Doing => {
		const { requestId, caseId, decidedById } = state.request;
		const second = 'missing' in standing && standing.missing.includes('SECOND_MANAGER');
		const decider = decidedById === null ? 'somebody not recorded' : names(decidedById);
		return {
			key: `partner-${requestId}`,
			code: 'REQUEST_WAITING',
			title: requestTitle(state.request),
			severity: 'high',
			reference,
			caseId,
			practitionerId: null,
			subjectId: requestId,
			why: requestClockInWords(standing, { decider, second: null }, view.knowledge.on),
			clears:
				standing.state === 'undecided'
					? 'Decide the request, with the reasons.'
					: second
						? 'Another manager agrees that it is declined, or the decision is changed.'
						: 'The rationale is written.',
			state: null,
			note: null,
			flagId: null,
			requestId: null,
			mayAsk: false,
			partnerRequestId: requestId
		};
	});
}
