import {
	hasCover,
	isInPost,
	isYoungChild,
	personOf,
	policyInForce,
	teamOfPosting,
	type View
} from './authority.ts';
import { addDays, addWorkingDays, after, daysBetween, type CalendarDate } from './calendar.ts';
import {
	allocatedTeamBy,
	isOpenOn,
	leadOn,
	leadSince,
	periodsOfKind,
	type CaseFile,
	type CaseKind
} from './cases.ts';
import {
	boundsOfHands,
	changesOfHands,
	handsSince,
	mayHaveHands,
	type ChangeOfHands
} from './changes-of-hands.ts';
import type { Severity } from './codes.ts';
import {
	hit,
	isObserved,
	lookBackFrom,
	REVIEW,
	tooOldOn,
	type ClockFacts,
	type HolderFacts,
	type Rule,
	type TimescaleFacts
} from './flag-rules.ts';
import { isKnown, type Run } from './knowledge.ts';
import {
	clockOfOpen,
	countingOversight,
	demandsOn,
	firstToFall,
	strictestOf,
	suitabilityOf,
	suitableCoWorkerOn,
	type Clock,
	type CountingOversight,
	type Demands,
	type Suitability
} from './oversight.ts';
import { absenceOn, coversNamed, inPostOn, type Person } from './people.ts';
import { KINDS, type Kind, type Severities } from './policy.ts';
import {
	turningDaysOfHands,
	turningDaysOfHolders,
	turningDaysOfHolding,
	unbrokenSince
} from './turning-days.ts';

/** What the rules about a case look at, on the view's day. Each answer is worked out when it is first asked for. */
export class CaseState {
	readonly file: CaseFile;
	readonly day: CalendarDate;
	readonly view: View;
	readonly counting: CountingOversight;
	#demands: Demands | undefined;
	#leadId: string | null | undefined;
	#lead: Person | null | undefined;
	#suitability: Suitability | null | undefined;
	#suitableCoWorkerId: string | null | undefined;
	#clock: Clock | null | undefined;
	#mayAwaitConference: boolean | undefined;

	/** Of an open case. */
	constructor(file: CaseFile, view: View) {
		this.file = file;
		this.day = view.knowledge.on;
		this.view = view;
		this.counting = countingOversight(file, view);
	}

	get demands(): Demands {
		return (this.#demands ??= demandsOn(this.file, this.day, this.view));
	}

	get leadId(): string | null {
		if (this.#leadId === undefined) this.#leadId = leadOn(this.file, this.day, this.view.knowledge);
		return this.#leadId;
	}

	/** Null where nobody leads, or nothing is recorded about whoever does. */
	get lead(): Person | null {
		if (this.#lead === undefined) this.#lead = personOf(this.view, this.leadId);
		return this.#lead;
	}

	/** Null where nobody leads. */
	get suitability(): Suitability | null {
		if (this.#suitability === undefined)
			this.#suitability =
				this.leadId === null ? null : suitabilityOf(this.lead, this.demands, this.day, this.view);
		return this.#suitability;
	}

	get suitableCoWorkerId(): string | null {
		if (this.#suitableCoWorkerId === undefined)
			this.#suitableCoWorkerId = suitableCoWorkerOn(this.file, this.demands, this.day, this.view);
		return this.#suitableCoWorkerId;
	}

	get suitablyHeld(): boolean {
		return this.suitability?.suitable === true || this.suitableCoWorkerId !== null;
	}

	/** Null before observed-from. */
	get clock(): Clock | null {
		if (this.#clock === undefined) this.#clock = clockOfOpen(this.file, this.day, this.view, this);
		return this.#clock;
	}

	/** Whether a row of some enquiry asks for a conference and has none by the day: false spares joining the enquiries. */
	get mayAwaitConference(): boolean {
		return (this.#mayAwaitConference ??= this.file.kinds.some(
			(row) => asksForConference(row, this.view) && (row.conferenceOn === null || row.conferenceOn > this.day)
		));
	}
}

const statesInView = new WeakMap<View, Map<CaseFile, CaseState | null>>();

/** The state of an open case on the view's day, worked out once for a view; null where the case is not open. */
export function caseState(file: CaseFile, view: View): CaseState | null {
	let states = statesInView.get(view);
	if (!states) statesInView.set(view, (states = new Map<CaseFile, CaseState | null>()));
	let state = states.get(file);
	if (state === undefined) states.set(file, (state = stateOf(file, view)));
	return state;
}

/** The same for a view that is looked at once: nothing is kept of it. */
export function stateOf(file: CaseFile, view: View): CaseState | null {
	return isOpenOn(file, view.knowledge.on, view.knowledge) ? new CaseState(file, view) : null;
}

export const CASE_RULES: readonly Rule<CaseState>[] = [
	{
		code: 'HELD_WITHOUT_OVERSIGHT',
		source: REVIEW,
		holds: (state) => {
			const { leadId, demands, suitablyHeld } = state;
			if (leadId === null || demands.stakes !== 'high' || suitablyHeld) return null;
			const { clock } = state;
			if (!isOverdue(state, clock)) return null;
			return hit('HELD_WITHOUT_OVERSIGHT', severitiesOf(state).HELD_WITHOUT_OVERSIGHT.always, {
				...holderFacts(state),
				...clockFacts(state, clock)
			});
		}
	},
	{
		code: 'BELOW_EXPERIENCE',
		source: REVIEW,
		holds: (state) => {
			if (state.suitability?.experienced !== false || state.suitableCoWorkerId !== null) return null;
			const enquiry = state.demands.kinds.some(({ kind }) => kind === 'section_47');
			const { section47, others } = severitiesOf(state).BELOW_EXPERIENCE;
			return hit('BELOW_EXPERIENCE', enquiry ? section47 : others, holderFacts(state));
		},
		turnsOn: ({ file, day }, past) => turningDaysOfHolders(file, day, past)
	},
	{
		code: 'TRAINING_GAP',
		source: REVIEW,
		holds: (state) => {
			if (!state.suitability?.missing.length || state.suitableCoWorkerId !== null) return null;
			const { highStakes, others } = severitiesOf(state).TRAINING_GAP;
			return hit('TRAINING_GAP', state.demands.stakes === 'high' ? highStakes : others, holderFacts(state));
		},
		turnsOn: ({ file, day }, past) => turningDaysOfHolders(file, day, past)
	},
	{
		code: 'OVERSIGHT_OVERDUE',
		source: REVIEW,
		holds: (state) => {
			const { clock, leadId } = state;
			if (!isOverdue(state, clock)) return null;
			const facts = { ...clockFacts(state, clock), kinds: kindsOf(state), leadId };
			return hit('OVERSIGHT_OVERDUE', overdueSeverity(state, clock), facts);
		}
	},
	{
		code: 'UNALLOCATED',
		source: 'Cambridgeshire notes allocation within one working day; the other waits are local defaults.',
		holds: (state) => {
			const { file, day, view, leadId, lead } = state;
			if (lead && inPostOn(lead, day, view.knowledge)) return null;
			if (file.holderNotMatched === true) return null;
			const { waitingSince, limitOn, presses } = waitOf(state);
			if (limitOn !== null && day <= limitOn) return null;
			const { pressing, others } = severitiesOf(state).UNALLOCATED;
			return hit('UNALLOCATED', presses ? pressing : others, {
				waitingSince,
				daysWaiting: daysBetween(waitingSince, day),
				leadId,
				kinds: kindsOf(state)
			});
		}
	},
	{
		code: 'HOLDER_ABSENT',
		source: 'Local default.',
		holds: (state) => {
			const { lead, day, view, demands } = state;
			const absence = lead && absenceOn(lead, day, view.knowledge);
			if (!lead || !absence || day <= addWorkingDays(absence.from, 5)) return null;
			if (hasCover(lead, 'cases', day, view)) return null;
			const { highStakes, others } = severitiesOf(state).HOLDER_ABSENT;
			return hit('HOLDER_ABSENT', demands.stakes === 'high' ? highStakes : others, {
				leadId: lead.practitionerId,
				absentSince: absence.from,
				kinds: kindsOf(state),
				coversNamed: coversNamed(lead, 'cases', day, view.knowledge)
			});
		}
	},
	{
		code: 'HANDOVER_WITHOUT_OVERSIGHT',
		source: REVIEW,
		holds: (state) => {
			const handover = handoverWithoutOversight(state);
			if (!handover) return null;
			const { demands, clock } = state;
			const guarded = clock?.guarded === true;
			const severities = severitiesOf(state).HANDOVER_WITHOUT_OVERSIGHT;
			const severity = guarded && demands.stakes === 'high' ? severities.guarded : severities.others;
			return hit('HANDOVER_WITHOUT_OVERSIGHT', severity, {
				changedOn: handover.on,
				change: handover.change,
				fromId: handover.fromId,
				toId: handover.toId,
				kinds: kindsOf(state),
				guarded
			});
		},
		ceasesOn: ({ file, view }) => boundsOfHands(file, view).map(tooOldOn)
	},
	{
		code: 'FREQUENT_CHANGE',
		source: 'Somerset review, 2018: nine team managers and six workers for one family.',
		holds: ({ file, day, view }) => {
			const after = lookBackFrom(day);
			const { limits, severities } = policyInForce(view, day);
			const { frequentChange: frequent } = limits;
			if (!mayHaveHands(file, frequent, after, view)) return null;
			const hands = handsSince(file, after, view);
			const { leadIds, supervisorIds } = hands;
			return leadIds.length >= frequent || supervisorIds.length >= frequent
				? hit('FREQUENT_CHANGE', severities.FREQUENT_CHANGE.always, hands)
				: null;
		},
		ceasesOn: ({ file, view }) => boundsOfHands(file, view).map((day) => tooOldOn(addDays(day, -1))),
		turnsOn: ({ file, day }, past) => turningDaysOfHands(file, day, past)
	},
	{
		code: 'TIMESCALE_MISSED',
		source:
			'Working Together to Safeguard Children: an assessment within 45 working days, an initial conference within 15 working days of the strategy discussion.',
		holds: (state) => {
			const assessment = assessmentMissed(state);
			const conference = conferenceMissed(state);
			if (!assessment && !conference) return null;
			return hit('TIMESCALE_MISSED', severitiesOf(state).TIMESCALE_MISSED.always, { assessment, conference });
		},
		ceasesOn: ({ file }) => file.kinds.map(({ conferenceOn }) => conferenceOn)
	}
];

function severitiesOf({ view, day }: CaseState): Severities {
	return policyInForce(view, day).severities;
}

/** The first change of hands that no counting oversight has followed in time; null: none. */
function handoverWithoutOversight(state: CaseState): ChangeOfHands | null {
	const { file, day, view, counting } = state;
	const lastOversightOn = lastCountingBy(state);
	const { handover } = policyInForce(view, day).limits;
	const upTo = addDays(day, -handover.count);
	if (lastOversightOn !== null && lastOversightOn >= upTo) return null;
	const { observedFrom } = view.authority.settings;
	let settledOn = lookBackFrom(day);
	if (lastOversightOn !== null && lastOversightOn > settledOn) settledOn = lastOversightOn;
	if (observedFrom !== null && observedFrom > settledOn) settledOn = addDays(observedFrom, -1);
	const changes = changesOfHands(file, settledOn, upTo, view);
	const unseen = changes.find(
		({ on, change }) =>
			day > after(on, handover) && (change === 'POSTING' || counting.lastSince(on, day) === null)
	);
	return unseen ?? null;
}

/** The last counting oversight up to the day; the clock knows it unless what it has counts as made on its start. */
function lastCountingBy({ day, counting, clock }: CaseState): CalendarDate | null {
	const last = clock?.lastOversightOn ?? null;
	return clock && last !== null && last > clock.startedOn ? last : counting.lastBy(day);
}

/** How long a case without a lead in post has waited, and the last day of its wait; `limitOn` null: it is flagged at once. */
export function waitOf(state: CaseState): {
	waitingSince: CalendarDate;
	limitOn: CalendarDate | null;
	presses: boolean;
} {
	const { day, view, demands } = state;
	const waitingSince = firstDayUnallocated(state);
	const lookedAfter = demands.kinds.some(({ kind }) => kind.startsWith('looked_after'));
	const highStakes = demands.stakes === 'high';
	const { waits } = policyInForce(view, day);
	const limitOn = highStakes ? null : after(waitingSince, lookedAfter ? waits.lookedAfter : waits.others);
	return { waitingSince, limitOn, presses: highStakes || lookedAfter };
}

/** The statutory timescale of an assessment under way; null: none is. */
export function assessmentLimit({ day, demands, view }: CaseState): TimescaleFacts['assessment'] {
	for (const { kind, since } of demands.kinds)
		if (kind === 'assessment')
			return { since, limitOn: after(since, policyInForce(view, day).limits.assessment) };
	return null;
}

function assessmentMissed(state: CaseState): TimescaleFacts['assessment'] {
	const limit = assessmentLimit(state);
	return limit && state.day > limit.limitOn ? limit : null;
}

function conferenceMissed(state: CaseState): TimescaleFacts['conference'] {
	if (!state.mayAwaitConference) return null;
	const { file, day, view } = state;
	const limit = policyInForce(view, day).limits.conference;
	for (const enquiry of periodsOfKind(file, 'section_47', view.knowledge)) {
		const limitOn = after(enquiry.from, limit);
		if (day <= limitOn || (enquiry.to !== null && !isObserved(enquiry.to, view))) continue;
		if (awaitsConference(file, enquiry, day, view)) return { enquirySince: enquiry.from, limitOn };
	}
	return null;
}

/** Until when the conference of an enquiry under way has to be held; null: none is asked for, or it was held. */
export function conferenceLimit(state: CaseState): TimescaleFacts['conference'] {
	if (!state.mayAwaitConference) return null;
	const { file, day, view } = state;
	const enquiry = periodsOfKind(file, 'section_47', view.knowledge).find(
		({ from, to }) => from <= day && (to === null || day < to)
	);
	if (!enquiry || !awaitsConference(file, enquiry, day, view)) return null;
	const limitOn = after(enquiry.from, policyInForce(view, day).limits.conference);
	return { enquirySince: enquiry.from, limitOn };
}

function asksForConference(row: CaseKind, { knowledge }: View): boolean {
	return row.conferenceNeeded === true && row.kind === 'section_47' && isKnown(row, row.from, knowledge);
}

/** Whether a conference is asked for in an enquiry and was not held in it by the day. */
function awaitsConference(file: CaseFile, { from, to }: Run, day: CalendarDate, view: View): boolean {
	const within = file.kinds.filter(
		(row) => row.kind === 'section_47' && row.from >= from && (to === null || row.from <= to)
	);
	const held = within.some(
		(row) => isKnown(row, row.from, view.knowledge) && row.conferenceOn !== null && row.conferenceOn <= day
	);
	return !held && within.some((row) => asksForConference(row, view));
}

function isAllocated(file: CaseFile, day: CalendarDate, view: View): boolean {
	const lead = leadOn(file, day, view.knowledge);
	return lead !== null && isInPost(view, lead, day);
}

function firstDayUnallocated({ file, day, view }: CaseState): CalendarDate {
	return unbrokenSince(
		day,
		turningDaysOfHolding(file, day, view.authority),
		(before) => isOpenOn(file, before, view.knowledge) && !isAllocated(file, before, view)
	);
}

function isOverdue({ day }: CaseState, clock: Clock | null): clock is Clock {
	return clock !== null && day > clock.dueOn;
}

function overdueSeverity({ day, demands, view }: CaseState, clock: Clock): Severity {
	const { limits, severities } = policyInForce(view, day);
	const { highStakes, later, atFirst } = severities.OVERSIGHT_OVERDUE;
	if (demands.stakes === 'high' && day > firstToFall(clock.dueOn, clock.intervals)) return highStakes;
	return daysBetween(clock.dueOn, day) <= limits.overdueDays ? atFirst : later;
}

/** In the order of the policy's table, however they were stored. */
function kindsOf({ demands }: CaseState): Kind[] {
	const kinds = demands.kinds.map(({ kind }) => kind);
	return kinds.length < 2 ? kinds : kinds.sort((a, b) => KINDS.indexOf(a) - KINDS.indexOf(b));
}

function holderFacts(state: CaseState): HolderFacts {
	const { file, leadId, day, view, demands, suitability } = state;
	return {
		leadId,
		leadSince: leadId === null ? null : leadSince(file, leadId, day, view.knowledge),
		tier: suitability?.tier ?? null,
		leastTier: demands.leastTier,
		missing: suitability?.missing ?? [],
		kinds: kindsOf(state)
	};
}

function clockFacts({ day, demands }: CaseState, clock: Clock): ClockFacts {
	const { startedOn, lastOversightOn, dueOn, suitablyHeld, guarded, carriedFrom, intervals } = clock;
	const from = lastOversightOn ?? startedOn;
	const limits = lastOversightOn === null ? demands.rows.map((row) => row.firstOversight) : intervals;
	return {
		clockStartedOn: startedOn,
		lastOversightOn,
		dueOn,
		daysOverdue: daysBetween(dueOn, day),
		limit: strictestOf(from, limits),
		suitablyHeld,
		guarded,
		carriedFrom,
		stakes: demands.stakes
	};
}

/** In the rules about a case a very young child raises medium to high and high to critical. */
export function raisedForYoungChild(severity: Severity, file: CaseFile, view: View): Severity {
	if (!isYoungChild(file, view.knowledge.on, view.knowledge)) return severity;
	return severity === 'medium' ? 'high' : severity === 'high' ? 'critical' : severity;
}

/** The team a case belongs to on the view's day: that of its lead's posting, else of its latest allocation, else none. */
export function teamOfCase(file: CaseFile, view: View): string | null {
	const { knowledge } = view;
	const lead = leadOn(file, knowledge.on, knowledge);
	return teamOfPosting(view, lead, knowledge.on) ?? allocatedTeamBy(file, knowledge.on, knowledge);
}
