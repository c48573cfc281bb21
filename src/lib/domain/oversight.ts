import { addDays, addWorkingDays, after, latest, type CalendarDate } from './calendar.ts';
import {
	activeKindsOn,
	caseDetails,
	coWorkersOn,
	countingLeadsOn,
	isOpenOn,
	leadOn,
	leadSince,
	type ActiveKind,
	type CaseFile,
	type OversightKind
} from './cases.ts';
import {
	isInPost,
	personOf,
	policyInForce,
	teamOfPosting,
	underRestructure,
	type View
} from './authority.ts';
import { isKnown } from './knowledge.ts';
import { absentLongerThan, isCurrent, tierAtLeast, tierOn, TIERS, type Tier } from './people.ts';
import { halved, STAKES, type KindPolicy, type Limit, type Stakes } from './policy.ts';

/** What a case asks of whoever holds it: the strictest of its active kinds, each taken for itself. */
export interface Demands {
	/** Empty: kind unknown, held to the demands of an assessment. */
	kinds: readonly ActiveKind[];
	stakes: Stakes;
	leastTier: Tier;
	training: readonly string[];
	rows: readonly KindPolicy[];
}

export function demandsOn(file: CaseFile, day: CalendarDate, view: View): Demands {
	const kinds = activeKindsOn(file, day, view.knowledge);
	const policy = policyInForce(view, day);
	const rows = kinds.length > 0 ? kinds.map(({ kind }) => policy.kinds[kind]) : [policy.kinds.assessment];
	const stakes = STAKES[Math.max(...rows.map((row) => STAKES.indexOf(row.stakes)))] ?? 'low';
	const leastTier = TIERS[Math.max(...rows.map((row) => TIERS.indexOf(row.leastTier)))] ?? 'E0';
	return { kinds, stakes, leastTier, training: [...new Set(rows.flatMap((row) => row.training))], rows };
}

export interface Suitability {
	tier: Tier;
	experienced: boolean;
	/** Required courses that are not current. */
	missing: readonly string[];
	suitable: boolean;
}

export function suitabilityOn(
	practitionerId: string,
	demands: Demands,
	day: CalendarDate,
	view: View
): Suitability {
	const person = personOf(view, practitionerId);
	const tier = person ? tierOn(person, day, view.knowledge).tier : 'E0';
	const missing = demands.training.filter(
		(course) => !person || !isCurrent(person, course, day, view.knowledge)
	);
	const experienced = tierAtLeast(tier, demands.leastTier);
	return { tier, experienced, missing, suitable: experienced && missing.length === 0 };
}

/** A co-worker who by themselves makes the case suitably held: suitable, in post and not away > 5 wd; else null. */
export function suitableCoWorkerOn(
	file: CaseFile,
	demands: Demands,
	day: CalendarDate,
	view: View
): string | null {
	for (const coWorkerId of coWorkersOn(file, day, view.knowledge)) {
		const person = personOf(view, coWorkerId);
		if (!person || !isInPost(view, coWorkerId, day)) continue;
		if (absentLongerThan(person, 5, day, view.knowledge)) continue;
		if (suitabilityOn(coWorkerId, demands, day, view).suitable) return coWorkerId;
	}
	return null;
}

function suitablyHeldOn(file: CaseFile, demands: Demands, day: CalendarDate, view: View): boolean {
	const lead = leadOn(file, day, view.knowledge);
	if (lead !== null && suitabilityOn(lead, demands, day, view).suitable) return true;
	return suitableCoWorkerOn(file, demands, day, view) !== null;
}

/** Why an entry or a discussion does not count as oversight. */
export type NotCounting =
	| 'NO_DECISION'
	| 'NO_RATIONALE'
	| 'NOT_MANAGING_PRACTICE'
	| 'BY_THE_LEAD'
	| 'NOT_HELD'
	| 'NOT_SIGNED_BY_SUPERVISOR'
	| 'NOT_WITH_THE_LEAD';

/** An oversight entry or a case discussion as known, and whether it counts. */
export interface OversightEvent {
	on: CalendarDate;
	by: string;
	via: 'entry' | 'discussion';
	id: string;
	/** Null for a discussion. */
	kind: OversightKind | null;
	notCounting: NotCounting | null;
	/** The day it became known, where that is later than the day it happened. */
	knownOn: CalendarDate;
}

/** Everything that was said to be oversight of the case, in order of time, with what counts (domain: "counts as oversight"). */
export function oversightEvents(file: CaseFile, view: View): OversightEvent[] {
	const { knowledge } = view;
	const events: OversightEvent[] = [];
	for (const entry of file.oversight) {
		if (!isKnown(entry, entry.madeOn, knowledge)) continue;
		events.push({
			on: entry.madeOn,
			by: entry.managerId,
			via: 'entry',
			id: entry.oversightId,
			kind: entry.kind,
			notCounting: !entry.hasDecision
				? 'NO_DECISION'
				: !entry.hasRationale
					? 'NO_RATIONALE'
					: whyNotBy(entry.managerId, file, entry.madeOn, view),
			knownOn: latest([entry.madeOn, entry.recordedOn]) ?? entry.madeOn
		});
	}
	for (const discussion of file.discussions) {
		const { heldOn, sessionRecordedOn, supervisorSignedOn } = discussion;
		if (heldOn === null || !isKnown(discussion, heldOn, knowledge)) continue;
		if (!knowledge.hindsight && sessionRecordedOn !== null && sessionRecordedOn > knowledge.on) continue;
		const signed = supervisorSignedOn !== null && supervisorSignedOn <= knowledge.on;
		const leads = countingLeadsOn(file, heldOn, knowledge);
		events.push({
			on: heldOn,
			by: discussion.supervisorId,
			via: 'discussion',
			id: discussion.sessionId,
			kind: null,
			notCounting: !discussion.hasDecision
				? 'NO_DECISION'
				: !signed
					? 'NOT_SIGNED_BY_SUPERVISOR'
					: !leads.includes(discussion.superviseeId)
						? 'NOT_WITH_THE_LEAD'
						: whyNotBy(discussion.supervisorId, file, heldOn, view),
			knownOn: latest([heldOn, discussion.recordedOn, sessionRecordedOn, supervisorSignedOn]) ?? heldOn
		});
	}
	return events.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

function whyNotBy(managerId: string, file: CaseFile, day: CalendarDate, view: View): NotCounting | null {
	const person = personOf(view, managerId);
	if (!person || tierOn(person, day, view.knowledge).tier !== 'E6') return 'NOT_MANAGING_PRACTICE';
	return countingLeadsOn(file, day, view.knowledge).includes(managerId) ? 'BY_THE_LEAD' : null;
}

export function countsAsOversight(event: OversightEvent): boolean {
	return event.notCounting === null;
}

export type Standing = 'overdue' | 'due' | 'on_track';

export interface Clock {
	startedOn: CalendarDate;
	/** Null: the first oversight since the clock start is outstanding. */
	lastOversightOn: CalendarDate | null;
	suitablyHeld: boolean;
	/** The limits of the active kinds that apply now, guard included. */
	intervals: readonly Limit[];
	guarded: boolean;
	/** The due date already running when the clock started, where it is what holds; null otherwise. */
	carriedFrom: CalendarDate | null;
	dueOn: CalendarDate;
}

/** The oversight clock of a case on a day; null where the case is not open, or before observed-from. */
export function clockOn(file: CaseFile, day: CalendarDate, view: View): Clock | null {
	const counting = oversightEvents(file, view).filter(countsAsOversight);
	return clockFrom(counting, file, day, view);
}

/** The clock, where the counting oversight of the case is already at hand. */
export function clockFrom(
	counting: readonly OversightEvent[],
	file: CaseFile,
	day: CalendarDate,
	view: View
): Clock | null {
	const { observedFrom } = view.authority.settings;
	if (observedFrom !== null && day < observedFrom) return null;
	if (!isOpenOn(file, day, view.knowledge)) return null;
	const demands = demandsOn(file, day, view);
	const startedOn = clockStart(file, demands, day, view);
	const suitablyHeld = suitablyHeldOn(file, demands, day, view);
	const team = teamOfPosting(view, leadOn(file, day, view.knowledge), day);
	const guarded = policyInForce(view, day).restructureGuard && underRestructure(view, team, day);
	const intervals = demands.rows.map((row) => {
		const interval = suitablyHeld ? row.interval.suitablyHeld : row.interval.notSuitablyHeld;
		return guarded && row.stakes === 'high' ? halved(interval) : interval;
	});
	const lastOversightOn = latest(
		counting
			.filter((event) => event.on <= day)
			.map((event) => (countsForStart(event, startedOn) ? startedOn : event.on))
			.filter((on) => on >= startedOn)
	);
	const clock = { startedOn, lastOversightOn, suitablyHeld, intervals, guarded };
	if (lastOversightOn !== null)
		return { ...clock, carriedFrom: null, dueOn: firstToFall(lastOversightOn, intervals) };
	const first = firstToFall(
		startedOn,
		demands.rows.map((row) => row.firstOversight)
	);
	const running = clockFrom(counting, file, addDays(startedOn, -1), view);
	return running && running.dueOn < first
		? { ...clock, carriedFrom: running.dueOn, dueOn: running.dueOn }
		: { ...clock, carriedFrom: null, dueOn: first };
}

/** An allocation or handover entry of the 5 working days before the clock start counts as made on it. */
export function countsForStart(event: OversightEvent, startedOn: CalendarDate): boolean {
	return (
		(event.kind === 'allocation' || event.kind === 'handover') &&
		event.on < startedOn &&
		startedOn <= addWorkingDays(event.on, 5)
	);
}

function clockStart(file: CaseFile, demands: Demands, day: CalendarDate, view: View): CalendarDate {
	const { knowledge, authority } = view;
	const lead = leadOn(file, day, knowledge);
	const policy = policyInForce(view, day);
	const highest = demands.kinds.filter(({ kind }) => policy.kinds[kind].stakes === demands.stakes);
	return (
		latest([
			lead === null ? null : leadSince(file, lead, day, knowledge),
			...highest.map(({ since }) => since),
			caseDetails(file, knowledge)?.openedOn ?? null,
			authority.settings.observedFrom
		]) ?? day
	);
}

/** The day on which the strictest of several limits, counted from the same day, falls. */
export function firstToFall(from: CalendarDate, limits: readonly Limit[]): CalendarDate {
	return after(from, strictestOf(from, limits));
}

/** Of several limits counted from the same day, the one that falls first. */
export function strictestOf(from: CalendarDate, limits: readonly Limit[]): Limit {
	return limits.reduce((strictest, limit) =>
		after(from, limit) < after(from, strictest) ? limit : strictest
	);
}

/**
 * Where the clock stands: due in the last fifth of the interval, or from its start while the first is outstanding. Of
 * two limits that fall on the same day either makes it due.
 */
export function standingOn(clock: Clock, day: CalendarDate): Standing {
	if (day > clock.dueOn) return 'overdue';
	if (clock.lastOversightOn === null) return 'due';
	const from = clock.lastOversightOn;
	const strictest = clock.intervals.filter((limit) => after(from, limit) === clock.dueOn);
	const inLastFifth = strictest.some(({ count, unit }) => {
		const lastFifth = Math.max(1, Math.ceil(count / 5));
		return day > after(from, { count: count - lastFifth, unit });
	});
	return inLastFifth ? 'due' : 'on_track';
}
