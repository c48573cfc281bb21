import { hasCover, isYoungChild, personOf, policyVersionOn, type View } from './authority.ts';
import { addWorkingDays, latest, type CalendarDate } from './calendar.ts';
import { caseDetails, coWorkersOn, type ActiveKind, type CaseFile } from './cases.ts';
import type { Code } from './flag-rules.ts';
import { CASE_RULES, caseState, type CaseState } from './rules-about-cases.ts';
import { findingsOfCase, type Finding } from './flags.ts';
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
import { absenceOn, absentLongerThan, inPostOn, tierOn, type Tier, type TierOfPerson } from './people.ts';
import type { Stakes } from './policy.ts';

/** One thing a rule asks, and whether it was so. */
export interface Condition {
	asks: string;
	met: boolean;
}

export interface RuleExplained {
	code: Code;
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
	/** Null: not open on the day, and so no rule of these looks at it. */
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
	const findings = findingsOfCase(file, view);
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
		rules: CASE_RULES.map(({ code, source }) => ({
			code,
			source,
			finding: findings.find((finding) => finding.code === code) ?? null,
			conditions: state ? conditionsOf(code, state) : [{ asks: 'the case is open', met: false }]
		}))
	};
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

function conditionsOf(code: Code, state: CaseState): Condition[] {
	const { leadId, demands, suitability, suitableCoWorkerId, suitablyHeld, clock, day, view } = state;
	const hasLead = { asks: 'somebody leads it', met: leadId !== null };
	const overdue = {
		asks: clock ? `it is after ${clock.dueOn}, the day oversight was due` : 'the clock has started',
		met: clock !== null && day > clock.dueOn
	};
	const noCoWorker = { asks: 'no suitable co-worker holds it too', met: suitableCoWorkerId === null };
	const lead = personOf(view, leadId);
	switch (code) {
		case 'HELD_WITHOUT_OVERSIGHT':
			return [
				hasLead,
				{ asks: 'the stakes are high', met: demands.stakes === 'high' },
				{ asks: 'it is not suitably held', met: !suitablyHeld },
				overdue
			];
		case 'BELOW_EXPERIENCE':
			return [
				hasLead,
				{
					asks: `the lead’s tier (${suitability?.tier ?? 'none'}) is below ${demands.leastTier}`,
					met: suitability?.experienced === false
				},
				noCoWorker
			];
		case 'TRAINING_GAP':
			return [
				hasLead,
				{
					asks: `a required course is not current (${demands.training.join(', ') || 'none required'})`,
					met: (suitability?.missing.length ?? 0) > 0
				},
				noCoWorker
			];
		case 'OVERSIGHT_OVERDUE':
			return [overdue];
		case 'UNALLOCATED':
			return [
				{
					asks: 'nobody in post leads it',
					met: lead === null || inPostOn(lead, day, view.knowledge) === null
				},
				{
					asks: 'no holder is named in a file who is not matched yet',
					met: state.file.holderNotMatched !== true
				},
				{
					asks: 'the wait that policy allows is over',
					met: CASE_RULES.some((rule) => rule.code === code && rule.holds(state) !== null)
				}
			];
		case 'HOLDER_ABSENT': {
			const away = lead && absenceOn(lead, day, view.knowledge);
			return [
				hasLead,
				{
					asks: away
						? `the lead has been away for more than 5 working days (since ${away.from}, so after ${addWorkingDays(away.from, 5)})`
						: 'the lead is away',
					met: lead !== null && absentLongerThan(lead, 5, day, view.knowledge)
				},
				{
					asks: 'no cover is named who is in post and here',
					met: lead === null || !hasCover(lead, 'cases', day, view)
				}
			];
		}
		default:
			return [];
	}
}
