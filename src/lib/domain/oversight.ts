import { addDays, addWorkingDays, after, later, latest, type CalendarDate } from './calendar.ts';
import {
	activeKindsOn,
	caseDetails,
	coWorkersOn,
	countsAsLeadOn,
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
import { isKnown, onceAsKnown } from './knowledge.ts';
import {
	absentLongerThan,
	isCurrent,
	managingRoleOn,
	tierAtLeast,
	tierOn,
	TIERS,
	type Person,
	type Tier
} from './people.ts';
import { halved, KINDS, STAKES, type KindPolicy, type Limit, type Policy, type Stakes } from './policy.ts';

/** What a case asks of whoever holds it: the strictest of its active kinds, each taken for itself. */
export interface Demands {
	/** Empty: kind unknown, held to the demands of an assessment. */
	kinds: readonly ActiveKind[];
	stakes: Stakes;
	leastTier: Tier;
	training: readonly string[];
	/** Of one policy the same rows for the same kinds. */
	rows: readonly KindPolicy[];
	firstOversight: readonly Limit[];
	intervals: { suitablyHeld: Intervals; notSuitablyHeld: Intervals };
}

/** The limit of each row, and where the restructure guard halves those of high stakes. */
interface Intervals {
	usual: readonly Limit[];
	guarded: readonly Limit[];
}

export function demandsOn(file: CaseFile, day: CalendarDate, view: View): Demands {
	return demandsOf(activeKindsOn(file, day, view.knowledge), policyInForce(view, day));
}

/** What a case of all these kinds asks. Whoever meets it meets what a case of only some of them asks. */
export function demandsOf(kinds: readonly ActiveKind[], policy: Policy): Demands {
	const [first] = kinds;
	const named = kinds.length > 1 ? kinds.map(({ kind }) => kind).join(' ') : (first?.kind ?? 'assessment');
	let strictest = strictestByKinds.get(policy);
	if (!strictest) strictestByKinds.set(policy, (strictest = new Map<string, Strictest>()));
	let asked = strictest.get(named);
	if (!asked) strictest.set(named, (asked = strictestAmong(kinds, policy)));
	const { stakes, leastTier, training, rows, firstOversight, intervals } = asked;
	return { kinds, stakes, leastTier, training, rows, firstOversight, intervals };
}

type Strictest = Omit<Demands, 'kinds'>;

const strictestByKinds = new WeakMap<Policy, Map<string, Strictest>>();

function strictestAmong(kinds: readonly ActiveKind[], policy: Policy): Strictest {
	// In one order, whatever order the rows on file are in: what is found says the same courses in the same order.
	const active = KINDS.filter((each) => kinds.some(({ kind }) => kind === each));
	const rows = active.length > 0 ? active.map((kind) => policy.kinds[kind]) : [policy.kinds.assessment];
	const stakes = STAKES[Math.max(...rows.map((row) => STAKES.indexOf(row.stakes)))] ?? 'low';
	const leastTier = TIERS[Math.max(...rows.map((row) => TIERS.indexOf(row.leastTier)))] ?? 'E0';
	const intervalsOf = (held: keyof KindPolicy['interval']): Intervals => ({
		usual: rows.map(({ interval }) => interval[held]),
		guarded: rows.map(({ interval, stakes }) => (stakes === 'high' ? halved(interval[held]) : interval[held]))
	});
	return {
		stakes,
		leastTier,
		training: [...new Set(rows.flatMap((row) => row.training))],
		rows,
		firstOversight: rows.map((row) => row.firstOversight),
		intervals: {
			suitablyHeld: intervalsOf('suitablyHeld'),
			notSuitablyHeld: intervalsOf('notSuitablyHeld')
		}
	};
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
	return suitabilityOf(personOf(view, practitionerId), demands, day, view);
}

/** What somebody is for each row of demands that was asked about. */
const suitabilities = onceAsKnown((_person: Person) => new Map<Demands['rows'], Suitability>());

/** The same of somebody at hand; null: nothing is recorded about them. */
export function suitabilityOf(
	person: Person | null,
	demands: Demands,
	day: CalendarDate,
	view: View
): Suitability {
	if (!person) return suitabilityFor(null, demands, day, view);
	const known = suitabilities(person, day, view.knowledge);
	let suitability = known.get(demands.rows);
	if (!suitability) known.set(demands.rows, (suitability = suitabilityFor(person, demands, day, view)));
	return suitability;
}

function suitabilityFor(person: Person | null, demands: Demands, day: CalendarDate, view: View): Suitability {
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
		if (suitabilityOf(person, demands, day, view).suitable) return coWorkerId;
	}
	return null;
}

function suitablyHeldOn(
	file: CaseFile,
	leadId: string | null,
	demands: Demands,
	day: CalendarDate,
	view: View
): boolean {
	if (leadId !== null && suitabilityOn(leadId, demands, day, view).suitable) return true;
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
	const events = [
		...file.oversight.map((entry) => eventOfEntry(entry, file, view)),
		...file.discussions.map((discussion) => eventOfDiscussion(discussion, file, view))
	].filter((event) => event !== null);
	return events.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

function eventOfEntry(entry: OversightEntry, file: CaseFile, view: View): OversightEvent | null {
	if (!isKnown(entry, entry.madeOn, view.knowledge)) return null;
	return {
		on: entry.madeOn,
		by: entry.managerId,
		via: 'entry',
		id: entry.oversightId,
		kind: entry.kind,
		notCounting: whyNotEntry(entry, file, view),
		knownOn: latest([entry.madeOn, entry.recordedOn]) ?? entry.madeOn
	};
}

function whyNotEntry(entry: OversightEntry, file: CaseFile, view: View): NotCounting | null {
	if (!entry.hasDecision) return 'NO_DECISION';
	return entry.hasRationale ? whyNotBy(entry.managerId, file, entry.madeOn, view) : 'NO_RATIONALE';
}

function eventOfDiscussion(discussion: CaseDiscussion, file: CaseFile, view: View): OversightEvent | null {
	const { heldOn, sessionRecordedOn, supervisorSignedOn } = discussion;
	if (heldOn === null || !isKnownDiscussion(heldOn, discussion, view)) return null;
	return {
		on: heldOn,
		by: discussion.supervisorId,
		via: 'discussion',
		id: discussion.sessionId,
		kind: null,
		notCounting: whyNotDiscussion(heldOn, discussion, file, view),
		knownOn: latest([heldOn, discussion.recordedOn, sessionRecordedOn, supervisorSignedOn]) ?? heldOn
	};
}

function isKnownDiscussion(
	heldOn: CalendarDate,
	discussion: CaseDiscussion,
	{ knowledge: { on, hindsight }, knowledge }: View
): boolean {
	const { sessionRecordedOn } = discussion;
	if (!hindsight && sessionRecordedOn !== null && sessionRecordedOn > on) return false;
	return isKnown(discussion, heldOn, knowledge);
}

function whyNotDiscussion(
	heldOn: CalendarDate,
	{ hasDecision, superviseeId, supervisorId, supervisorSignedOn }: CaseDiscussion,
	file: CaseFile,
	view: View
): NotCounting | null {
	if (!hasDecision) return 'NO_DECISION';
	if (supervisorSignedOn === null || supervisorSignedOn > view.knowledge.on)
		return 'NOT_SIGNED_BY_SUPERVISOR';
	if (!countsAsLeadOn(file, superviseeId, heldOn, view.knowledge)) return 'NOT_WITH_THE_LEAD';
	return whyNotBy(supervisorId, file, heldOn, view);
}

function countsEntry(entry: OversightEntry, file: CaseFile, view: View): boolean {
	return isKnown(entry, entry.madeOn, view.knowledge) && whyNotEntry(entry, file, view) === null;
}

function countsDiscussion(discussion: CaseDiscussion, file: CaseFile, view: View): boolean {
	const { heldOn } = discussion;
	if (heldOn === null || !isKnownDiscussion(heldOn, discussion, view)) return false;
	return whyNotDiscussion(heldOn, discussion, file, view) === null;
}

/** What was said to be oversight, known or not. */
type Claim = OversightEntry | CaseDiscussion;

function saidOn(claim: Claim): CalendarDate | null {
	return 'madeOn' in claim ? claim.madeOn : claim.heldOn;
}

const claimsOfFile = new WeakMap<CaseFile, readonly Claim[]>();

/** Latest first. A file is put in order once, for it is asked about on many days. */
function claimsOf(file: CaseFile): readonly Claim[] {
	let claims = claimsOfFile.get(file);
	if (!claims) {
		claims = [...file.oversight, ...file.discussions].sort((a, b) => {
			const [one, other] = [saidOn(a) ?? '', saidOn(b) ?? ''];
			return one < other ? 1 : one > other ? -1 : 0;
		});
		claimsOfFile.set(file, claims);
	}
	return claims;
}

/** What counts as oversight of the case. Each claim is judged when it is come to, the latest first. */
export class CountingOversight {
	readonly #file: CaseFile;
	readonly #view: View;
	/** The claim judged last, which is most often asked about again: the latest of all. */
	#judged: { claim: Claim; counts: boolean } | null = null;

	constructor(file: CaseFile, view: View) {
		this.#file = file;
		this.#view = view;
	}

	/** The last day up to `day`; null: none ever. */
	lastBy(day: CalendarDate): CalendarDate | null {
		return this.#lastOf(ANY, '', day);
	}

	/** The last day from the clock start up to `day`, what counts as made on the start included; null: none yet. */
	lastSince(startedOn: CalendarDate, day: CalendarDate): CalendarDate | null {
		const last = this.#lastOf(ANY, startedOn, day);
		return last === null && this.#isMadeForStart(startedOn, day) ? startedOn : last;
	}

	/** The last day up to `day` on which a discussion was held; null: none ever. */
	lastDiscussion(day: CalendarDate): CalendarDate | null {
		return this.#lastOf((claim) => !('madeOn' in claim), '', day);
	}

	/** The last day up to `day` on which an entry of the kind was made; null: none ever. */
	lastEntry(kind: OversightKind, day: CalendarDate): CalendarDate | null {
		return this.#lastOf((claim) => 'madeOn' in claim && claim.kind === kind, '', day);
	}

	#lastOf(which: (claim: Claim) => boolean, from: CalendarDate, upTo: CalendarDate): CalendarDate | null {
		const claims = claimsOf(this.#file);
		for (let place = firstBy(upTo, claims); place < claims.length; place++) {
			const claim = claims[place];
			const on = claim ? saidOn(claim) : null;
			if (!claim || on === null || on < from) return null;
			if (which(claim) && this.#counts(claim)) return on;
		}
		return null;
	}

	#counts(claim: Claim): boolean {
		if (this.#judged?.claim === claim) return this.#judged.counts;
		const counts =
			'madeOn' in claim
				? countsEntry(claim, this.#file, this.#view)
				: countsDiscussion(claim, this.#file, this.#view);
		this.#judged = { claim, counts };
		return counts;
	}

	#isMadeForStart(startedOn: CalendarDate, day: CalendarDate): boolean {
		return this.#file.oversight.some(
			(entry) =>
				entry.madeOn <= day &&
				countsForStart({ kind: entry.kind, on: entry.madeOn }, startedOn) &&
				countsEntry(entry, this.#file, this.#view)
		);
	}
}

const ANY = () => true;

/** The place of the first of some claims, latest first, that is not after the day: of today most often the first of all. */
function firstBy(day: CalendarDate, claims: readonly Claim[]): number {
	const isAfter = (claim: Claim | undefined) => claim !== undefined && (saidOn(claim) ?? '') > day;
	if (!isAfter(claims[0])) return 0;
	let [low, high] = [1, claims.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (isAfter(claims[middle])) low = middle + 1;
		else high = middle;
	}
	return low;
}

export function countingOversight(file: CaseFile, view: View): CountingOversight {
	return new CountingOversight(file, view);
}

function whyNotBy(managerId: string, file: CaseFile, day: CalendarDate, view: View): NotCounting | null {
	const person = personOf(view, managerId);
	if (!person || managingRoleOn(person, day, view.knowledge) === null) return 'NOT_MANAGING_PRACTICE';
	return countsAsLeadOn(file, managerId, day, view.knowledge) ? 'BY_THE_LEAD' : null;
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

/** How an open case is held on a day. */
interface Holding {
	demands: Demands;
	leadId: string | null;
	suitablyHeld: boolean;
	counting: CountingOversight;
}

/** The oversight clock of a case on a day; null where the case is not open, or before observed-from. */
export function clockOn(
	file: CaseFile,
	day: CalendarDate,
	view: View,
	counting: CountingOversight = countingOversight(file, view)
): Clock | null {
	if (!isOpenOn(file, day, view.knowledge)) return null;
	const demands = demandsOn(file, day, view);
	const leadId = leadOn(file, day, view.knowledge);
	const suitablyHeld = suitablyHeldOn(file, leadId, demands, day, view);
	return clockOfOpen(file, day, view, { demands, leadId, suitablyHeld, counting });
}

/** The same of an open case whose holding on the day is known already; null before observed-from. */
export function clockOfOpen(
	file: CaseFile,
	day: CalendarDate,
	view: View,
	{ demands, leadId, suitablyHeld, counting }: Holding
): Clock | null {
	const { observedFrom } = view.authority.settings;
	if (observedFrom !== null && day < observedFrom) return null;
	const startedOn = clockStart(file, demands, leadId, day, view);
	const { intervals, guarded } = intervalsInForce({ demands, leadId, suitablyHeld }, day, view);
	const lastOversightOn = counting.lastSince(startedOn, day);
	let carriedFrom: CalendarDate | null = null;
	let dueOn: CalendarDate;
	if (lastOversightOn !== null) dueOn = firstToFall(lastOversightOn, intervals);
	else {
		dueOn = firstToFall(startedOn, demands.firstOversight);
		const running = clockOn(file, addDays(startedOn, -1), view, counting);
		if (running && running.dueOn < dueOn) dueOn = carriedFrom = running.dueOn;
	}
	return { startedOn, lastOversightOn, suitablyHeld, intervals, guarded, carriedFrom, dueOn };
}

/** The limits that apply to a case so held on a day, and whether the restructure guard halves those of high stakes. */
export function intervalsInForce(
	{ demands, leadId, suitablyHeld }: Omit<Holding, 'counting'>,
	day: CalendarDate,
	view: View
): Pick<Clock, 'intervals' | 'guarded'> {
	const guarded =
		policyInForce(view, day).restructureGuard &&
		underRestructure(view, teamOfPosting(view, leadId, day), day);
	const { usual, guarded: whenGuarded } =
		demands.intervals[suitablyHeld ? 'suitablyHeld' : 'notSuitablyHeld'];
	return { intervals: guarded ? whenGuarded : usual, guarded };
}

/** An allocation or handover entry of the 5 working days before the clock start counts as made on it. */
export function countsForStart(
	{ kind, on }: Pick<OversightEvent, 'kind' | 'on'>,
	startedOn: CalendarDate
): boolean {
	return (
		(kind === 'allocation' || kind === 'handover') && on < startedOn && startedOn <= addWorkingDays(on, 5)
	);
}

function clockStart(
	file: CaseFile,
	demands: Demands,
	leadId: string | null,
	day: CalendarDate,
	view: View
): CalendarDate {
	const { knowledge, authority } = view;
	const policy = policyInForce(view, day);
	let start = leadId === null ? null : leadSince(file, leadId, day, knowledge);
	for (const { kind, since } of demands.kinds)
		if (policy.kinds[kind].stakes === demands.stakes) start = later(start, since);
	start = later(start, caseDetails(file, knowledge)?.openedOn ?? null);
	return later(start, authority.settings.observedFrom) ?? day;
}

/** The day on which the strictest of several limits, counted from the same day, falls. */
export function firstToFall(from: CalendarDate, limits: readonly Limit[]): CalendarDate {
	const [only] = limits;
	return after(from, only && limits.length === 1 ? only : strictestOf(from, limits));
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
