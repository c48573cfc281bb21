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
	type CaseDiscussion,
	type CaseFile,
	type OversightEntry,
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
	return claimsOf(file)
		.flatMap((claim) => eventOf(claim, file, view) ?? [])
		.reverse();
}

/** An entry or a discussion, known or not. */
type Claim = { on: CalendarDate; entry: OversightEntry } | { on: CalendarDate; discussion: CaseDiscussion };

const claimsOfFile = new WeakMap<CaseFile, readonly Claim[]>();

/** Latest first; of one day the last written first. A file is put in order once, for it is asked on many days. */
function claimsOf(file: CaseFile): readonly Claim[] {
	const ordered = claimsOfFile.get(file);
	if (ordered) return ordered;
	const claims: Claim[] = file.oversight.map((entry) => ({ on: entry.madeOn, entry }));
	for (const discussion of file.discussions)
		if (discussion.heldOn !== null) claims.push({ on: discussion.heldOn, discussion });
	claims.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)).reverse();
	claimsOfFile.set(file, claims);
	return claims;
}

/** The claim as known; null where it is not known yet. */
function eventOf(claim: Claim, file: CaseFile, view: View): OversightEvent | null {
	return 'entry' in claim
		? eventOfEntry(claim.entry, file, view)
		: eventOfDiscussion(claim.on, claim.discussion, file, view);
}

function eventOfEntry(entry: OversightEntry, file: CaseFile, view: View): OversightEvent | null {
	if (!isKnown(entry, entry.madeOn, view.knowledge)) return null;
	return {
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
	};
}

function eventOfDiscussion(
	heldOn: CalendarDate,
	discussion: CaseDiscussion,
	file: CaseFile,
	view: View
): OversightEvent | null {
	const { knowledge } = view;
	const { sessionRecordedOn, supervisorSignedOn } = discussion;
	if (!isKnown(discussion, heldOn, knowledge)) return null;
	if (!knowledge.hindsight && sessionRecordedOn !== null && sessionRecordedOn > knowledge.on) return null;
	const signed = supervisorSignedOn !== null && supervisorSignedOn <= knowledge.on;
	return {
		on: heldOn,
		by: discussion.supervisorId,
		via: 'discussion',
		id: discussion.sessionId,
		kind: null,
		notCounting: !discussion.hasDecision
			? 'NO_DECISION'
			: !signed
				? 'NOT_SIGNED_BY_SUPERVISOR'
				: !countingLeadsOn(file, heldOn, knowledge).includes(discussion.superviseeId)
					? 'NOT_WITH_THE_LEAD'
					: whyNotBy(discussion.supervisorId, file, heldOn, view),
		knownOn: latest([heldOn, discussion.recordedOn, sessionRecordedOn, supervisorSignedOn]) ?? heldOn
	};
}

/** What counts as oversight of the case: each claim is judged when the clock comes to it, latest first. */
export interface CountingOversight {
	/** The last day up to `day`; null: none ever. */
	lastBy(day: CalendarDate): CalendarDate | null;
	/** The last day from the clock start up to `day`, what counts as made on the start included; null: none yet. */
	lastSince(startedOn: CalendarDate, day: CalendarDate): CalendarDate | null;
	/** The last day up to `day` on which an entry of the kind was made; null: none ever. */
	lastEntry(kind: OversightKind, day: CalendarDate): CalendarDate | null;
}

export function countingOversight(file: CaseFile, view: View): CountingOversight {
	const claims = claimsOf(file);
	const judged: (OversightEvent | null)[] = [];
	const counting = (place: number, claim: Claim): OversightEvent | null => {
		let event = judged[place];
		if (event === undefined) {
			event = eventOf(claim, file, view);
			judged[place] = event = event && countsAsOversight(event) ? event : null;
		}
		return event;
	};
	return {
		lastBy(day) {
			for (const [place, claim] of claims.entries())
				if (claim.on <= day && counting(place, claim)) return claim.on;
			return null;
		},
		lastSince(startedOn, day) {
			for (const [place, claim] of claims.entries()) {
				if (claim.on > day) continue;
				if (claim.on < startedOn && addWorkingDays(claim.on, 5) < startedOn) return null;
				const event = counting(place, claim);
				if (!event) continue;
				if (event.on >= startedOn) return event.on;
				if (countsForStart(event, startedOn)) return startedOn;
			}
			return null;
		},
		lastEntry(kind, day) {
			for (const [place, claim] of claims.entries())
				if ('entry' in claim && claim.entry.kind === kind && claim.on <= day && counting(place, claim))
					return claim.on;
			return null;
		}
	};
}

function whyNotBy(managerId: string, file: CaseFile, day: CalendarDate, view: View): NotCounting | null {
	const person = personOf(view, managerId);
	if (!person || tierOn(person, day, view.knowledge).tier !== 'E6') return 'NOT_MANAGING_PRACTICE';
	return countingLeadsOn(file, day, view.knowledge).includes(managerId) ? 'BY_THE_LEAD' : null;
}

function countsAsOversight(event: OversightEvent): boolean {
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
export function clockOn(
	file: CaseFile,
	day: CalendarDate,
	view: View,
	counting: CountingOversight = countingOversight(file, view)
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
	const lastOversightOn = counting.lastSince(startedOn, day);
	const clock = { startedOn, lastOversightOn, suitablyHeld, intervals, guarded };
	if (lastOversightOn !== null)
		return { ...clock, carriedFrom: null, dueOn: firstToFall(lastOversightOn, intervals) };
	const first = firstToFall(
		startedOn,
		demands.rows.map((row) => row.firstOversight)
	);
	const running = clockOn(file, addDays(startedOn, -1), view, counting);
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
