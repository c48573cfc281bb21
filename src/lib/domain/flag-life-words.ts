import { dayInWords } from './calendar.ts';
import { clearingInWords, type ClearingFact } from './flag-clearing.ts';
import type { AskedAgain, FlagRefusal, FlagState, FlagStep, Responsible } from './flag-life.ts';
import type { OversightRequest, RequestRefusal, RequestState } from './oversight-requests.ts';
import { ASKING_ROLE_IN_WORDS, listInWords, ROLE_IN_WORDS, type Names } from './wording.ts';

/** Somebody by name; null where names are not shown, and their role stands for them. */
export type NamesOrRoles = Names | null;

export const STATE_IN_WORDS: Record<FlagState['state'], string> = {
	raised: 'Raised',
	escalated: 'Escalated',
	acknowledged: 'Acknowledged',
	accepted: 'Accepted',
	cleared: 'Cleared'
};

/** "Ruth Adeyemi (service manager)" */
export function whoInWords({ grade, practitionerIds }: Responsible, names: NamesOrRoles): string {
	if (practitionerIds.length === 0) return 'nobody in post';
	const role = ROLE_IN_WORDS[grade];
	return names ? `${listInWords(practitionerIds.map(names))} (${role})` : `the ${role}`;
}

/** Why it went up by itself, past those who would answer first; empty where it did not. */
export function passedInWords({ passed, practitionerIds }: Responsible): string {
	if (passed.length === 0) return '';
	const reasons = passed.map(({ grade, why }) => {
		const role = ROLE_IN_WORDS[grade];
		if (why === 'NO_TEAM') return 'it belongs to no team';
		return why === 'OWN_CASE' ? `it is the ${role}’s own` : `no ${role} is in post`;
	});
	const words = listInWords(reasons);
	return practitionerIds.length === 0 ? `Nobody can act on it: ${words}.` : `It went up by itself: ${words}.`;
}

const AGAIN_IN_WORDS: Record<AskedAgain, string> = {
	ACCEPTANCE_ENDED: 'the acceptance ended',
	SEVERITY_ROSE: 'it became more severe than when it was answered'
};

/** The state in a few words, for a column: "Accepted until 3 Dec 2026". */
export function stateInBrief(state: FlagState, asked: Responsible | null, names: NamesOrRoles): string {
	switch (state.state) {
		case 'raised':
			return state.again ? `Asked again on ${dayInWords(state.askedOn)}` : 'Raised';
		case 'escalated':
			return asked && asked.practitionerIds.length > 0
				? `Escalated to ${whoInWords(asked, names)}`
				: 'Escalated, to nobody in post';
		case 'acknowledged':
			return `Acknowledged on ${dayInWords(state.answer.on)}`;
		case 'accepted':
			return `Accepted until ${dayInWords(state.answer.until)}`;
		case 'cleared':
			return `Cleared on ${dayInWords(state.on)}`;
	}
}

/** What has been done about it, naming nobody, for a mail; null: nobody has answered yet. */
export function answeredInWords(state: FlagState): string | null {
	if (state.state === 'raised') return null;
	return state.state === 'escalated' ? STATE_IN_WORDS.escalated : stateInBrief(state, null, null);
}

/** The state in whole sentences: what was done, who is asked now, and by when. */
export function stateInWords(
	state: FlagState,
	asked: Responsible | null,
	names: NamesOrRoles,
	stored: boolean
): string {
	switch (state.state) {
		case 'raised': {
			const when = state.again
				? `Asked again on ${dayInWords(state.askedOn)}: ${AGAIN_IN_WORDS[state.again]}.`
				: stored
					? `Noticed on ${dayInWords(state.askedOn)}.`
					: 'Not yet stored: the next review notices it.';
			const who = asked ? whoInWords(asked, names) : 'nobody';
			const by = state.by
				? `To be acknowledged by ${who} by the end of ${dayInWords(state.by)}, else it goes one level up.`
				: `To be acknowledged by ${who}. At low severity there is no time for it, and it never goes up.`;
			return `${when} ${by}${asked ? ` ${passedInWords(asked)}` : ''}`.trim();
		}
		case 'escalated': {
			const since = `Not acknowledged in time, so it went one level up on ${dayInWords(state.on)}`;
			return asked && asked.practitionerIds.length > 0
				? `${since}: ${whoInWords(asked, names)} is asked now.`
				: `${since}, and nobody is in post there.`;
		}
		case 'acknowledged':
			return `Acknowledged by ${byInWords(state.answer, names)} on ${dayInWords(state.answer.on)}.`;
		case 'accepted':
			return `Accepted by ${byInWords(state.answer, names)} on ${dayInWords(state.answer.on)}, until ${dayInWords(state.answer.until)}. Then it is asked again. It still counts everywhere.`;
		case 'cleared':
			return `Cleared on ${dayInWords(state.on)}.`;
	}
}

/** Who did it, with what they were then. */
function byInWords({ by }: Pick<FlagStep, 'by'>, names: NamesOrRoles): string {
	if (by === null) return 'the review';
	const role = ASKING_ROLE_IN_WORDS[by.role];
	return names && by.practitionerId !== null ? `${names(by.practitionerId)} (${role})` : `a ${role}`;
}

/** What happened, as a title and what was written; of a flag's history each step is one. */
export function stepInWords(step: FlagStep, names: NamesOrRoles): { title: string; detail: string | null } {
	const by = byInWords(step, names);
	switch (step.step) {
		case 'raised':
			return { title: 'Raised', detail: null };
		case 'severity_changed':
			return { title: `Became ${step.to}, was ${step.from}`, detail: null };
		case 'acknowledged':
			return { title: `Acknowledged by ${by}`, detail: `Plan: ${step.plan}` };
		case 'accepted':
			return {
				title: `Accepted by ${by} until ${dayInWords(step.until)}`,
				detail: `Reason: ${step.reason}\nMitigation: ${step.mitigation}`
			};
		case 'asked_again':
			return { title: 'Asked again', detail: `Because ${AGAIN_IN_WORDS[step.why]}.` };
		case 'escalated':
			return {
				title:
					step.to === null
						? 'Not acknowledged in time; nobody above is in post'
						: `Escalated to ${whoInWords({ grade: step.to, practitionerIds: step.practitionerIds, passed: [] }, names)}`,
				detail: step.to === null ? null : 'Not acknowledged in time.'
			};
		case 'commented':
			return { title: `Comment by ${by}`, detail: step.words };
		case 'cleared': {
			const fact = step.fact as ClearingFact | undefined;
			const shown = names ?? (() => 'a practitioner');
			return { title: 'Cleared', detail: fact ? `By this: ${clearingInWords(fact, shown)}.` : null };
		}
	}
}

/** Why somebody may not do it, to them: what it needs, and who can. */
export function refusalInWords(refusal: FlagRefusal | RequestRefusal, names: NamesOrRoles): string {
	switch (refusal.code) {
		case 'CLEARED':
			return 'This flag is cleared: there is nothing left to answer.';
		case 'READS_ONLY':
			return 'You are here to read: nothing can be changed by an inspector.';
		case 'OWN_CASE':
			return 'This is your own case or record. Nobody answers a flag about themselves: you can comment, and whoever holds the case can ask for oversight.';
		case 'BELOW_GRADE': {
			const { grade, passed } = refusal.responsible;
			const why = passed.length > 0 ? ` ${passedInWords(refusal.responsible)}` : '';
			return refusal.needs === grade
				? `This needs ${withArticle(refusal.needs)}: ${whoInWords(refusal.responsible, names)} is responsible for it.${why}`
				: `This needs ${withArticle(refusal.needs)}: ${whoInWords(refusal.responsible, names)} is responsible for it, and a risk is accepted one grade above.${why}`;
		}
		case 'NOBODY_ABOVE':
			return 'This cannot be accepted: the director is responsible for it, and nobody is above. It can be acknowledged, and cleared.';
		case 'ALREADY_ACKNOWLEDGED':
			return `${capital(byInWords(refusal.answer, names))} acknowledged it already, on ${dayInWords(refusal.answer.on)}, with a plan. More can be said in a comment.`;
		case 'ALREADY_ACCEPTED':
			return `${capital(byInWords(refusal.answer, names))} accepted it until ${dayInWords(refusal.answer.until)}. It is asked again on the day after.`;
		case 'NOT_A_HOLDER':
			return 'Oversight is asked for by whoever holds the case, or covers for them.';
		case 'CASE_CLOSED':
			return 'The case is closed.';
		case 'ALREADY_ASKED':
			return `${names ? names(refusal.request.askedBy) : 'A practitioner'} asked for oversight on ${dayInWords(refusal.request.askedOn)}, and it is not answered yet.`;
		case 'ALREADY_ANSWERED':
			return 'This request is answered already.';
	}
}

/** Who asked for oversight. */
export function askInWords({ askedBy }: OversightRequest, names: NamesOrRoles): string {
	return `${names ? names(askedBy) : 'A practitioner'} asked for oversight`;
}

/** Where a request stands: who is asked, and until when. */
export function requestInWords(
	{ answered }: OversightRequest,
	state: RequestState,
	asked: Responsible | null,
	names: NamesOrRoles
): string {
	if (state.state === 'answered') {
		if (answered?.words)
			return `Answered on ${dayInWords(state.on)}${answeredBy(answered, names)}: ${answered.words}`;
		return answered?.by
			? `Answered by oversight, known from ${dayInWords(state.on)}${answeredBy(answered, names)}.`
			: `Nothing more to answer from ${dayInWords(state.on)}.`;
	}
	const who = asked ? whoInWords(asked, names) : 'nobody in post';
	const passed = asked ? ` ${passedInWords(asked)}` : '';
	return state.state === 'waiting'
		? `${capital(who)} is asked; unanswered by the end of ${dayInWords(state.by)} it goes one level up.${passed}`.trim()
		: `Unanswered, so it went one level up on ${dayInWords(state.on)}: ${who} is asked now.`;
}

function answeredBy({ by, role }: NonNullable<OversightRequest['answered']>, names: NamesOrRoles): string {
	if (by === null) return role ? ` by a ${ASKING_ROLE_IN_WORDS[role]}` : '';
	return names ? ` by ${names(by)}` : ` by a ${role ? ASKING_ROLE_IN_WORDS[role] : 'manager'}`;
}

/** "Harbour has no team manager in post: its flags go to Ruth (service manager)." */
export function unmanagedInWords(team: string, to: Responsible, names: NamesOrRoles): string {
	return `${team} has no team manager in post: its flags and requests go to ${whoInWords(to, names)} by themselves.`;
}

function withArticle(role: Responsible['grade']): string {
	return `a ${ROLE_IN_WORDS[role]}`;
}

function capital(words: string): string {
	return words.charAt(0).toUpperCase() + words.slice(1);
}
