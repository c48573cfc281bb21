import { isYoungChild, personOf, policyVersionOn, type View } from './authority.ts';
import { latest, type CalendarDate } from './calendar.ts';
import { caseDetails, coWorkersOn, type ActiveKind, type CaseFile } from './cases.ts';
import { CODES, type Code, type Rule } from './flag-rules.ts';
import { findingsOfCase, type Finding, type Subject } from './flags.ts';
import { isKnown } from './knowledge.ts';
import {
	countsForStart,
	oversightEvents,
	standingOn,
	suitabilityOn,
	type Clock,
	type OversightEvent,
	type Standing
} from './oversight.ts';
import { absenceOn, inPostOn, tierOn, type Tier, type TierOfPerson } from './people.ts';
import type { Stakes } from './policy.ts';
import {
	conditionsOfAction,
	conditionsOfCase,
	conditionsOfEnding,
	conditionsOfRequest,
	type Condition
} from './rule-conditions.ts';
import { CASE_RULES, caseState, type CaseState } from './rules-about-cases.ts';
import { ENDING_RULES, fileState } from './rules-about-endings.ts';
import {
	ACTION_RULES,
	actionState,
	REQUEST_RULES,
	requestState
} from './rules-about-requests-and-actions.ts';

export interface RuleExplained {
	code: Code;
	/** The case, or one of its requests or actions. */
	subject: Subject;
	source: string;
	/** Null: it did not fire. */
	finding: Finding | null;
	conditions: readonly Condition[];
}

export interface HolderExplained {
	practitionerId: string;
	role: 'lead' | 'co_worker';
	tier: TierOfPerson;
	inPost: boolean;
	absentSince: CalendarDate | null;
	missing: readonly string[];
	suitable: boolean;
}

/** Something recorded after the day that happened by it: what hindsight adds. */
export interface NotYetKnown {
	what: 'oversight' | 'discussion';
	happenedOn: CalendarDate;
	knownOn: CalendarDate;
	id: string;
}

/** Everything the rules saw for one case on a day, and why each rule fired or did not. */
export interface CaseExplained {
	caseId: string;
	reference: string;
	asAt: CalendarDate;
	hindsight: boolean;
	policyVersion: number;
	/** Null: not open on the day, and so no rule about an open case looks at it. */
	state: {
		kinds: readonly ActiveKind[];
		stakes: Stakes;
		leastTier: Tier;
		training: readonly string[];
		youngChild: boolean;
		birthUnknown: boolean;
		holders: readonly HolderExplained[];
		suitablyHeld: boolean;
		clock: Clock | null;
		standing: Standing | null;
	} | null;
	oversight: readonly (OversightEvent & { countsForStart: boolean })[];
	notYetKnown: readonly NotYetKnown[];
	rules: readonly RuleExplained[];
}

export function explainCase(file: CaseFile, view: View): CaseExplained {
	const { on, hindsight } = view.knowledge;
	const state = caseState(file, view);
	const events = oversightEvents(file, view);
	return {
		caseId: file.caseId,
		reference: file.reference,
		asAt: on,
		hindsight,
		policyVersion: policyVersionOn(view, on),
		state: state && {
			kinds: state.demands.kinds,
			stakes: state.demands.stakes,
			leastTier: state.demands.leastTier,
			training: state.demands.training,
			youngChild: isYoungChild(file, on, view.knowledge),
			birthUnknown: caseDetails(file, view.knowledge)?.dateOfBirth === null,
			holders: holdersOf(state),
			suitablyHeld: state.suitablyHeld,
			clock: state.clock,
			standing: state.clock && standingOn(state.clock, on)
		},
		oversight: events.map((event) => ({
			...event,
			countsForStart:
				state?.clock != null && event.notCounting === null && countsForStart(event, state.clock.startedOn)
		})),
		notYetKnown: hindsight ? [] : notYetKnown(file, view),
		rules: rulesExplained(file, view)
	};
}

/** Every rule about the case, open or closed, and about each of its requests and the actions still to do. */
function rulesExplained(file: CaseFile, view: View): RuleExplained[] {
	const findings = findingsOfCase(file, view);
	const explained = <State>(
		rules: readonly Rule<State>[],
		subject: Subject,
		conditions: (code: Code) => Condition[]
	): RuleExplained[] =>
		rules.map(({ code, source }) => ({
			code,
			subject,
			source,
			finding: findings.find((finding) => finding.code === code && finding.subject.id === subject.id) ?? null,
			conditions: conditions(code)
		}));
	const ofCase: Subject = { kind: 'case', id: file.caseId, reference: file.reference };
	const open = caseState(file, view);
	const known = fileState(file, view);
	const { requestsOf, actionsAbout } = view.authority;
	const requests = (requestsOf.get(file.caseId) ?? []).flatMap((each) => requestState([each], view) ?? []);
	const actions = (actionsAbout.get(file.caseId) ?? []).flatMap((each) => actionState([each], view) ?? []);
	const rules = [
		...explained(CASE_RULES, ofCase, (code) => (open ? conditionsOfCase(code, open) : NOT_OPEN)),
		...explained(ENDING_RULES, ofCase, (code) => (known ? conditionsOfEnding(code, known) : NOT_KNOWN)),
		...requests.flatMap((state) => {
			const { requestId: id, reference } = state.request;
			return explained(REQUEST_RULES, { kind: 'request', id, reference }, () => conditionsOfRequest(state));
		}),
		...actions.flatMap((state) => {
			const { actionId: id, reference } = state.action;
			return explained(ACTION_RULES, { kind: 'action', id, reference }, (code) =>
				conditionsOfAction(code, state)
			);
		})
	];
	return rules.sort((a, b) => CODES.indexOf(a.code) - CODES.indexOf(b.code));
}

const NOT_OPEN: Condition[] = [{ asks: 'the case is open', met: false }];
const NOT_KNOWN: Condition[] = [{ asks: 'the case is known', met: false }];

function holdersOf({ file, leadId, demands, day, view }: CaseState): HolderExplained[] {
	const explained = (practitionerId: string, role: 'lead' | 'co_worker'): HolderExplained => {
		const person = personOf(view, practitionerId);
		const { missing, suitable } = suitabilityOn(practitionerId, demands, day, view);
		return {
			practitionerId,
			role,
			tier: person ? tierOn(person, day, view.knowledge) : { tier: 'E0', reason: { code: 'NOT_REGISTERED' } },
			inPost: person !== null && inPostOn(person, day, view.knowledge) !== null,
			absentSince: person && (absenceOn(person, day, view.knowledge)?.from ?? null),
			missing,
			suitable
		};
	};
	return [
		...(leadId === null ? [] : [explained(leadId, 'lead')]),
		...coWorkersOn(file, day, view.knowledge).map((id) => explained(id, 'co_worker'))
	];
}

function notYetKnown(file: CaseFile, view: View): NotYetKnown[] {
	const { on } = view.knowledge;
	const entries = file.oversight.flatMap((entry): NotYetKnown | [] => {
		if (entry.madeOn > on || isKnown(entry, entry.madeOn, view.knowledge)) return [];
		if (entry.supersededOn) return [];
		return {
			what: 'oversight',
			happenedOn: entry.madeOn,
			knownOn: entry.recordedOn ?? entry.madeOn,
			id: entry.oversightId
		};
	});
	const discussions = file.discussions.flatMap((discussion): NotYetKnown | [] => {
		const { heldOn, recordedOn, sessionRecordedOn, supervisorSignedOn } = discussion;
		const knownOn = latest([heldOn, recordedOn, sessionRecordedOn, supervisorSignedOn]);
		if (heldOn === null || heldOn > on || knownOn === null || knownOn <= on) return [];
		return { what: 'discussion', happenedOn: heldOn, knownOn, id: discussion.sessionId };
	});
	return [...entries, ...discussions];
}
