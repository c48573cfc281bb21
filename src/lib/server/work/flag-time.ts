import { arrange, viewOf, type View } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { isOpenOn } from '#lib/domain/cases.ts';
import { clearedBy, type ClearingFact } from '#lib/domain/flag-clearing.ts';
import {
	concernedIn,
	managersOn,
	nextAbove,
	responsibleFor,
	stateOf,
	type Managers
} from '#lib/domain/flag-life.ts';
import type { OpenFlag } from '#lib/domain/flags.ts';
import { answeringOversight, requestStateOf } from '#lib/domain/oversight-requests.ts';
import { oversightEvents } from '#lib/domain/oversight.ts';
import { record, type Actor } from '#lib/server/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import {
	flagsNamed,
	flagsUnderReview,
	insertFoundSteps,
	type FlagWithSteps,
	type FoundStep
} from '#lib/server/store/flag-steps.ts';
import { managersOnFile } from '#lib/server/store/managers.ts';
import {
	answerRequests,
	escalateRequests,
	requestsUnderReview,
	type Answer,
	type StoredRequest
} from '#lib/server/store/oversight-requests.ts';

/** The fact that cleared each flag, from the whole files of what they are about. */
export async function clearingFacts(
	tx: Transaction,
	flags: readonly OpenFlag[],
	on: CalendarDate
): Promise<{ flagId: string; fact: ClearingFact }[]> {
	if (flags.length === 0) return [];
	const stored = await flagsNamed(
		tx,
		flags.map(({ flagId }) => flagId)
	);
	const ids = (key: 'caseId' | 'practitionerId') => [...new Set(stored.flatMap((flag) => flag[key] ?? []))];
	const reach = {
		of: 'those',
		caseIds: ids('caseId'),
		practitionerIds: ids('practitionerId'),
		held: { on }
	} as const;
	const view = viewOf(arrange(await gatherFacts(tx, reach)), on);
	return stored.map((flag) => ({ flagId: flag.flagId, fact: clearedBy(flag, view) }));
}

/** Who manages what on the day of a view. */
export async function managersToday(tx: Transaction, { knowledge }: View): Promise<Managers> {
	const { people, teams } = await managersOnFile(tx);
	return managersOn(people, teams, knowledge);
}

/**
 * Writes down what time alone brought about by the day of the view: flags that went one level up or are asked again,
 * requests for oversight that went up or were answered. The pages compute the same from the same steps.
 */
export async function recordWhatTimeBrought(
	tx: Transaction,
	actor: Actor,
	view: View,
	subjects: readonly string[] | null
): Promise<void> {
	const { on } = view.knowledge;
	const flags = await flagsUnderReview(tx, on, subjects);
	const requests = await requestsUnderReview(tx, subjects);
	const found = await stepsFound(tx, flags, view);
	const stepped = await insertFoundSteps(tx, found);
	const { answers, escalated } = requestsFound(requests, view);
	const answered = await answerRequests(tx, answers);
	const raised = await escalateRequests(tx, escalated);
	for (const flagId of stepped)
		await record(tx, actor, { action: 'asked on', entity: 'flag', entityId: flagId });
	for (const id of answered)
		await record(tx, actor, { action: 'answered', entity: 'oversight_request', entityId: id });
	for (const id of raised)
		await record(tx, actor, { action: 'escalated', entity: 'oversight_request', entityId: id });
}

async function stepsFound(
	tx: Transaction,
	flags: readonly FlagWithSteps[],
	view: View
): Promise<FoundStep[]> {
	const due = flags.flatMap((flag) => {
		const state = stateOf(flag.severity, flag.steps, view.knowledge.on);
		return state.state === 'escalated' || (state.state === 'raised' && state.again) ? { flag, state } : [];
	});
	if (due.length === 0) return [];
	const managers = await managersToday(tx, view);
	const files = new Map(view.authority.cases.map((file) => [file.caseId, file]));
	return due.flatMap(({ flag, state }) => {
		const { flagId, steps, subjectKind, subjectId, practitionerId, teamId, caseId } = flag;
		const written = (step: FoundStep['step'], on: CalendarDate) =>
			steps.some((each) => each.step === step && each.on === on);
		const found: FoundStep[] = [];
		if (state.again && !written('asked_again', state.askedOn))
			found.push({ flagId, step: 'asked_again', on: state.askedOn, details: { why: state.again } });
		if (state.state === 'escalated' && !written('escalated', state.on)) {
			const subject = { kind: subjectKind, id: subjectId };
			const file = caseId === null ? null : (files.get(caseId) ?? null);
			const about = { teamId, concerned: concernedIn({ practitionerId, subject }, file, view.knowledge) };
			const from = responsibleFor(about, managers);
			const to = nextAbove(from.grade, about, managers);
			const details = {
				from: from.grade,
				to: to?.grade ?? null,
				practitionerIds: to?.practitionerIds ?? []
			};
			found.push({ flagId, step: 'escalated', on: state.on, details });
		}
		return found;
	});
}

/** What oversight recorded since has answered, what a closing has made pointless, and what went up unanswered. */
export function requestsFound(
	requests: readonly StoredRequest[],
	view: View
): { answers: Answer[]; escalated: { requestId: string; on: CalendarDate }[] } {
	const { on } = view.knowledge;
	const files = new Map(view.authority.cases.map((file) => [file.caseId, file]));
	const answers: Answer[] = [];
	const escalated: { requestId: string; on: CalendarDate }[] = [];
	for (const request of requests) {
		const { requestId } = request;
		const file = files.get(request.caseId);
		const open = file !== undefined && isOpenOn(file, on, view.knowledge);
		const event = file ? answeringOversight(request, oversightEvents(file, view)) : null;
		if (event) answers.push({ requestId, on: event.knownOn, by: event.by, as: null, words: null });
		else if (!open) answers.push({ requestId, on, by: null, as: null, words: null });
		else {
			const state = requestStateOf(request, on);
			if (state.state === 'escalated' && request.escalatedOn === null)
				escalated.push({ requestId, on: state.on });
		}
	}
	return { answers, escalated };
}
