import { isYoungChild, personOf, policyInForce, type View } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import { caseloadOf, type Caseload } from './caseload.ts';
import { caseDetails, coWorkersOn, type ActiveKind, type CaseFile } from './cases.ts';
import {
	conditionsOfCase,
	conditionsOfPractitioner,
	conditionsOnly,
	whyNot,
	type Asked,
	type Condition
} from './explain-conditions.ts';
import { CODES, type Code } from './codes.ts';
import {
	findingsOfCase,
	findingsOfPractitioner,
	findingsOfSessionsAndActions,
	type Finding,
	type SubjectKind
} from './flags.ts';
import { isKnown } from './knowledge.ts';
import { learnedLaterOfCase, learnedLaterOfPractitioner, type NotYetKnown } from './learned-later.ts';
import {
	countsForStart,
	oversightEvents,
	standingOn,
	suitabilityOn,
	type Clock,
	type OversightEvent,
	type Standing
} from './oversight.ts';
import { absenceOn, inPostOn, tierOn, type Posting, type Tier, type TierOfPerson } from './people.ts';
import type { Stakes } from './policy.ts';
import { CASE_RULES, caseState, type CaseState } from './rules-about-cases.ts';
import { ENDING_RULES } from './rules-about-endings.ts';
import { PRACTITIONER_RULES, practitionerState, supervisionOf } from './rules-about-practitioners.ts';
import { ACTION_RULES, REQUEST_RULES } from './rules-about-requests-and-actions.ts';
import { SESSION_RULES } from './rules-about-sessions.ts';
import type { Session, SupervisionClock } from './supervision.ts';

export interface RuleExplained {
	code: Code;
	/** What the rule looks at; those of another subject are explained there. */
	about: SubjectKind;
	source: string;
	/** Null: it did not fire. */
	finding: Finding | null;
	/** All of them, where one rule finds several actions, requests or sessions. */
	findings: readonly Finding[];
	conditions: readonly Condition[];
	/** Why it did not fire, in one sentence: the first thing it asks that was not so. Null: it fired. */
	whyNot: string | null;
	/** It looks at something else, and is explained there. */
	elsewhere: boolean;
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

interface Explained {
	reference: string;
	asAt: CalendarDate;
	hindsight: boolean;
	policyVersion: number;
	/** The first day of that version; null: in force on every day before version 2. */
	policyEffectiveFrom: CalendarDate | null;
	/** What had happened by the day and was recorded after it. */
	notYetKnown: readonly NotYetKnown[];
	/** Every rule of the catalogue, in its order. */
	rules: readonly RuleExplained[];
}

/** Everything the rules saw for one case on a day, and why each rule fired or did not. */
export interface CaseExplained extends Explained {
	caseId: string;
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
}

/** A session as it was known on the day. */
export interface SessionSeen {
	sessionId: string;
	/** The day it was held, else planned for. */
	on: CalendarDate | null;
	by: string;
	state: 'held' | 'cancelled' | 'planned';
	minutes: number | null;
	interrupted: boolean | null;
	/** The day it became known. */
	knownOn: CalendarDate | null;
}

/** Everything the rules saw for one practitioner on a day. */
export interface PractitionerExplained extends Explained {
	practitionerId: string;
	/** Null: not in post on the day, and so no rule looks at them. */
	state: {
		tier: TierOfPerson;
		posting: Pick<Posting, 'role' | 'teamId' | 'supervisorId' | 'fte' | 'agency' | 'from'>;
		absentSince: CalendarDate | null;
		supervision: SupervisionClock | null;
		load: Pick<Caseload, 'cases' | 'points' | 'loadPercent' | 'band'> & { capacity: number };
	} | null;
	/** Sessions up to the day, in order of time. */
	sessions: readonly SessionSeen[];
}

const codesOf = (rules: readonly { code: Code }[]) => new Set(rules.map(({ code }) => code));
const ABOUT: readonly [ReadonlySet<Code>, SubjectKind][] = [
	[codesOf(REQUEST_RULES), 'request'],
	[codesOf(ACTION_RULES), 'action'],
	[codesOf(SESSION_RULES), 'session'],
	[codesOf(PRACTITIONER_RULES), 'practitioner']
];

/** What a rule looks at. */
function aboutOf(code: Code): SubjectKind {
	return ABOUT.find(([codes]) => codes.has(code))?.[1] ?? 'case';
}

/** `findings`: those about the case on the view's day before folding, where they are at hand already. */
export function explainCase(
	file: CaseFile,
	view: View,
	findings: readonly Finding[] = findingsOfCase(file, view)
): CaseExplained {
	const { on } = view.knowledge;
	const state = caseState(file, view);
	const events = oversightEvents(file, view);
	return {
		caseId: file.caseId,
		...head(file.reference, view),
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
		notYetKnown: learnedLaterOfCase(file, view),
		rules: explainedRules(
			findings,
			(code, stands) => conditionsOfCase(code, file, state, view, stands),
			['case', 'request', 'action'],
			'It looks at people and sessions: see the practitioner who leads the case.'
		)
	};
}

/** `findings`: those about the practitioner on the view's day, where they are at hand already. */
export function explainPractitioner(
	practitionerId: string,
	view: View,
	findings?: readonly Finding[]
): PractitionerExplained | null {
	const person = personOf(view, practitionerId);
	if (!person) return null;
	const { on } = view.knowledge;
	const state = practitionerState(person, view);
	const load = caseloadOf(person, view);
	return {
		practitionerId,
		...head(person.reference, view),
		state: state && {
			tier: tierOn(person, on, view.knowledge),
			posting: {
				role: state.posting.role,
				teamId: state.posting.teamId,
				supervisorId: state.posting.supervisorId,
				fte: state.posting.fte,
				agency: state.posting.agency,
				from: state.posting.from
			},
			absentSince: absenceOn(person, on, view.knowledge)?.from ?? null,
			supervision: supervisionOf(person, view),
			load: {
				cases: load.cases,
				points: load.points,
				loadPercent: load.loadPercent,
				band: load.band,
				capacity: load.capacity.points
			}
		},
		sessions: sessionsSeen(view.authority.sessionsOf.get(practitionerId) ?? [], view),
		notYetKnown: learnedLaterOfPractitioner(person, view),
		rules: explainedRules(
			findings ?? [...findingsOfPractitioner(person, view), ...findingsOfSessionsAndActions(person, view)],
			(code, stands) => conditionsOfPractitioner(code, practitionerId, state, view, stands),
			['practitioner', 'session', 'action'],
			'It looks at cases: see each case they lead.'
		)
	};
}

function head(reference: string, view: View) {
	const { on, hindsight } = view.knowledge;
	const { version, effectiveFrom } = policyInForce(view, on);
	return {
		reference,
		asAt: on,
		hindsight,
		policyVersion: version,
		policyEffectiveFrom: effectiveFrom
	};
}

const SOURCES = new Map(
	[
		...CASE_RULES,
		...ENDING_RULES,
		...REQUEST_RULES,
		...ACTION_RULES,
		...PRACTITIONER_RULES,
		...SESSION_RULES
	].map(({ code, source }) => [code, source])
);

function explainedRules(
	findings: readonly Finding[],
	conditionsOf: (code: Code, stands: boolean) => Asked[],
	subjects: readonly SubjectKind[],
	elsewhere: string
): RuleExplained[] {
	return CODES.map((code) => {
		const about = aboutOf(code);
		const source = SOURCES.get(code) ?? '';
		const found = findings.filter((finding) => finding.code === code);
		if (found.length === 0 && !subjects.includes(about))
			return {
				code,
				about,
				source,
				finding: null,
				findings: [],
				conditions: [],
				whyNot: elsewhere,
				elsewhere: true
			};
		const conditions = conditionsOf(code, found.length > 0);
		return {
			code,
			about,
			source,
			finding: found[0] ?? null,
			findings: found,
			conditions: conditionsOnly(conditions),
			whyNot: found.length > 0 ? null : whyNot(conditions),
			elsewhere: false
		};
	});
}

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

function sessionsSeen(sessions: readonly Session[], { knowledge }: View): SessionSeen[] {
	return sessions
		.flatMap((session): SessionSeen | [] => {
			const { sessionId, supervisorId, heldOn, plannedOn, cancelled, minutes, interrupted } = session;
			const on = heldOn ?? plannedOn;
			if (on === null || !isKnown(session, on, knowledge)) return [];
			const state = cancelled ? 'cancelled' : heldOn !== null ? 'held' : 'planned';
			const knownOn = session.recordedOn ?? on;
			return { sessionId, on, by: supervisorId, state, minutes, interrupted, knownOn };
		})
		.sort((a, b) => ((a.on ?? '') < (b.on ?? '') ? -1 : (a.on ?? '') > (b.on ?? '') ? 1 : 0));
}
