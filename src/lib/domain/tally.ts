import { addDays, addMonths, daysBetween, type CalendarDate } from './calendar.ts';
import { caseloads } from './caseload.ts';
import {
	ALLOCATION_REASONS,
	isOpenOn,
	leadingOf,
	leadOn,
	type AllocationReason,
	type CaseFile
} from './cases.ts';
import { teamOfPosting, viewOf, type Authority, type View } from './authority.ts';
import { filesDuring } from './files-at-hand.ts';
import { isKnown, knownEnd, latestCovering, type Knowledge } from './knowledge.ts';
import { absentLongerThan, type Person } from './people.ts';
import type { Kind } from './policy.ts';
import { knownLate } from './recorded-late.ts';
import { CASE_RULES } from './rules-about-cases.ts';
import { isSupervised, practitionerState, supervisionOf } from './rules-about-practitioners.ts';
import { addFurther, nothingFurther, type Further, type FurtherOf, type Seen } from './tally-further.ts';
import {
	countDayOfCases,
	countDayOfHolders,
	countDayOfPeople,
	openCases,
	type OpenCase
} from './tally-of-day.ts';
import {
	countPeriodOfCases,
	countPeriodOfPeople,
	periodUpTo,
	type MeasuredPeriod
} from './tally-of-period.ts';
import { daysAfter, lastAnswer } from './turning-days.ts';

/** How old, in days, the last counting oversight may be: 4, 6 and 8 weeks. */
export const OVERSIGHT_AGES = [28, 42, 56] as const;

/** Open cases, and those whose last counting oversight is at most 28, 42 and 56 days old. */
export interface OverseenCases {
	cases: number;
	within: [number, number, number];
}

/**
 * What is counted in one team on one day, so that the counts of several teams, or of several days, add up. It holds
 * numbers only: nobody can be told from it.
 */
export interface Tally {
	/** Practitioners the supervision rule looks at, in post and not away, and those not past their due date. */
	supervised: { people: number; onTime: number };
	overseen: OverseenCases;
	overseenByKind: Partial<Record<Kind | 'unknown', OverseenCases>>;
	highStakes: { cases: number; notSuitablyHeld: number; heldWithoutOversight: number };
	/** Open cases led and FTE, of each who leads at least one and has an FTE above 0. */
	caseloads: { cases: number; fte: number }[];
	/** Those who hold at least one case, and those of them over capacity. */
	holders: { people: number; overCapacity: number };
	changes: {
		/** Children with an open case. */
		children: number;
		/** Children by how often their lead changed in 12 months: the first stands for none. */
		times: number[];
		byReason: Partial<Record<AllocationReason | 'unknown', number>>;
	};
	/** Absent from month-ends that were stored before it was counted: not measured then, which is not 0. */
	further?: Further;
}

/** Without `further` where what it stands beside has none: a month is measured in all of its teams or in none. */
export function emptyTally(measured: 'whole' | 'first' = 'whole'): Tally {
	return {
		...(measured === 'whole' ? { further: nothingFurther() } : {}),
		supervised: { people: 0, onTime: 0 },
		overseen: { cases: 0, within: [0, 0, 0] },
		overseenByKind: {},
		highStakes: { cases: 0, notSuitablyHeld: 0, heldWithoutOversight: 0 },
		caseloads: [],
		holders: { people: 0, overCapacity: 0 },
		changes: { children: 0, times: [], byReason: {} }
	};
}

const sums = new WeakMap<readonly Tally[], Tally>();

/**
 * The tallies together: of several teams on a day, or of several days. What was not measured in any was not measured.
 * Every measure asks for the same sums: those of one list are added up once.
 */
export function addedUp(tallies: readonly Tally[]): Tally {
	const [only] = tallies;
	if (only && tallies.length === 1) return only;
	let sum = sums.get(tallies);
	if (!sum) sums.set(tallies, (sum = sumOf(tallies)));
	return sum;
}

function sumOf(tallies: readonly Tally[]): Tally {
	const sum = emptyTally();
	let [all, lacking] = [0, 0];
	for (const tally of tallies) {
		sum.supervised.people += tally.supervised.people;
		sum.supervised.onTime += tally.supervised.onTime;
		addOverseen(sum.overseen, tally.overseen);
		for (const [kind, overseen] of entries(tally.overseenByKind))
			addOverseen((sum.overseenByKind[kind] ??= { cases: 0, within: [0, 0, 0] }), overseen);
		sum.highStakes.cases += tally.highStakes.cases;
		sum.highStakes.notSuitablyHeld += tally.highStakes.notSuitablyHeld;
		sum.highStakes.heldWithoutOversight += tally.highStakes.heldWithoutOversight;
		sum.caseloads.push(...tally.caseloads);
		sum.holders.people += tally.holders.people;
		sum.holders.overCapacity += tally.holders.overCapacity;
		sum.changes.children += tally.changes.children;
		for (const [times, children] of tally.changes.times.entries()) addTo(sum.changes.times, times, children);
		for (const [reason, changes] of entries(tally.changes.byReason))
			sum.changes.byReason[reason] = (sum.changes.byReason[reason] ?? 0) + changes;
		if (tally.further && sum.further) addFurther(sum.further, tally.further);
		else if (!tally.further) lacking++;
		all++;
	}
	if (all > 0 && lacking === all) delete sum.further;
	return sum;
}

function addOverseen(sum: OverseenCases, { cases, within }: OverseenCases): void {
	sum.cases += cases;
	for (let place = 0; place < within.length; place++)
		sum.within[place] = (sum.within[place] ?? 0) + (within[place] ?? 0);
}

function addTo(counts: number[], place: number, count: number): void {
	while (counts.length <= place) counts.push(0);
	counts[place] = (counts[place] ?? 0) + count;
}

function entries<Key extends string, Value>(record: Partial<Record<Key, Value>>): [Key, Value][] {
	return Object.entries(record) as [Key, Value][];
}

export type TalliesByTeam = Map<string | null, Tally>;

/**
 * The tally of each team on the view's day and over the period up to it, by team id; null is the queue of cases that
 * belong to no team. Empty before observed-from: nothing of those days is judged. What the facts must hold is said in
 * `factsOfPeriods`.
 */
export function talliesByTeam(
	view: View,
	period: MeasuredPeriod = periodUpTo(view.knowledge.on),
	seen?: Seen
): TalliesByTeam {
	const tallies: TalliesByTeam = new Map();
	if (!isJudged(view)) return tallies;
	countOfCases(view, period, view.authority.cases, tallies, seen);
	countOfHolders(view, null, tallies, seen);
	countOfPeople(view, period, null, tallies, seen);
	return tallies;
}

/** The tallies of one team alone on some days, without those of the people who were never posted to it. */
export function talliesOfTeam(authority: Authority, teamId: string, days: readonly CalendarDate[]): Tally[] {
	const own = [...authority.people.values()].filter(({ postings }) =>
		postings.some((posting) => posting.teamId === teamId)
	);
	const posted = new Map(own.map((person) => [person.practitionerId, person]));
	return days.map((day) => {
		const view = viewOf(authority, day);
		const tallies: TalliesByTeam = new Map();
		if (!isJudged(view)) return emptyTally();
		const period = periodUpTo(day);
		const mayCount = (file: CaseFile) => mayBelong(file, teamId, posted, period);
		countOfCases(view, period, authority.cases, tallies, undefined, mayCount);
		countOfHolders(view, own, tallies);
		countOfPeople(view, period, own, tallies);
		return tallies.get(teamId) ?? emptyTally();
	});
}

/** False: on no day of the period nor on the eve of it can the case be one of the team, by its lead's posting or else by an allocation. */
function mayBelong(
	file: CaseFile,
	teamId: string,
	posted: ReadonlyMap<string, Person>,
	{ from, to }: MeasuredPeriod
): boolean {
	const eve = addDays(from, -1);
	return file.allocations.some((allocation) => {
		if (allocation.from > to) return false;
		if (allocation.teamId === teamId) return true;
		const lead = allocation.practitionerId === null ? null : posted.get(allocation.practitionerId);
		return lead?.postings.some(
			(posting) =>
				posting.teamId === teamId &&
				posting.from <= to &&
				(posting.to === null ||
					posting.to > eve ||
					(posting.endRecordedOn !== null && posting.endRecordedOn > eve))
		);
	});
}

/**
 * The tallies of a period's last day as known then, and in hindsight. What is one in both ways, of all the cases and the
 * people of whom nothing was recorded late, is counted once.
 */
export function talliesBothWays(
	authority: Authority,
	period: MeasuredPeriod
): { asKnown: TalliesByTeam; inHindsight: TalliesByTeam } {
	const late = knownLate(authority, period.from);
	const inEither: TalliesByTeam = new Map();
	const counted = (hindsight: boolean): TalliesByTeam => {
		const view = viewOf(authority, period.to, hindsight);
		const tallies: TalliesByTeam = new Map();
		if (!isJudged(view)) return tallies;
		if (!hindsight) {
			const people = [...authority.people.values()];
			countOfCases(
				view,
				period,
				authority.cases.filter((file) => !late.files.has(file)),
				inEither
			);
			countOfHolders(
				view,
				people.filter((person) => !late.people.has(person)),
				inEither
			);
		}
		countOfCases(view, period, [...late.files], tallies);
		countOfHolders(view, [...late.people], tallies);
		countOfPeople(view, period, null, tallies);
		for (const [teamId, tally] of inEither)
			tallies.set(teamId, addedUp([tally, tallies.get(teamId) ?? emptyTally()]));
		return tallies;
	};
	return { asKnown: counted(false), inHindsight: counted(true) };
}

function isJudged({ authority, knowledge }: View): boolean {
	const { observedFrom } = authority.settings;
	return observedFrom === null || knowledge.on >= observedFrom;
}

const furtherIn =
	(tallyOf: TallyOf): FurtherOf =>
	(teamId) =>
		(tallyOf(teamId).further ??= nothingFurther());

const tallyIn =
	(tallies: TalliesByTeam): TallyOf =>
	(teamId) => {
		let tally = tallies.get(teamId);
		if (!tally) tallies.set(teamId, (tally = emptyTally()));
		return tally;
	};

/**
 * What is counted of each case by itself: of some cases, so that those of several parts add up to those of all;
 * `mayCount`: which of them the tallies that are wanted may count.
 */
function countOfCases(
	view: View,
	period: MeasuredPeriod,
	cases: readonly CaseFile[],
	tallies: TalliesByTeam,
	seen?: Seen,
	mayCount: (file: CaseFile) => boolean = () => true
): void {
	const tallyOf = tallyIn(tallies);
	const furtherOf = furtherIn(tallyOf);
	const files = filesDuring(cases, period.from, view.knowledge.on).filter(mayCount);
	const open = openCases(view, files);
	tallyCases(view, open, tallyOf, seen);
	countDayOfCases(view, open, furtherOf, seen);
	countPeriodOfCases(view, period, cases, files, furtherOf, seen);
}

/** What is counted of each person by themselves, of all that they hold; null: of all of them. */
function countOfHolders(view: View, of: readonly Person[] | null, tallies: TalliesByTeam, seen?: Seen): void {
	const tallyOf = tallyIn(tallies);
	tallyHolders(view, of, tallyOf, seen);
	countDayOfHolders(view, of, furtherIn(tallyOf), seen);
}

/** What is counted of people's supervision, null: of everybody's, and of sessions, actions, requests and vacant posts. */
function countOfPeople(
	view: View,
	period: MeasuredPeriod,
	of: readonly Person[] | null,
	tallies: TalliesByTeam,
	seen?: Seen
): void {
	const tallyOf = tallyIn(tallies);
	const furtherOf = furtherIn(tallyOf);
	tallyPeople(view, of, tallyOf, seen);
	countDayOfPeople(view, of, furtherOf, seen);
	countPeriodOfPeople(view, period, furtherOf, seen);
}

function tallyHolders(view: View, of: readonly Person[] | null, tallyOf: TallyOf, seen?: Seen): void {
	const { on: day } = view.knowledge;
	for (const { practitionerId, cases, held, capacity, band } of caseloads(view, of)) {
		if (held.length === 0) continue;
		const teamId = teamOfPosting(view, practitionerId, day);
		const row = { teamId, subject: { kind: 'practitioner', id: practitionerId }, on: null } as const;
		const tally = tallyOf(teamId);
		const isOver = band === 'over' || band === 'far_over' || band === 'no_capacity';
		tally.holders.people++;
		if (isOver) tally.holders.overCapacity++;
		seen?.('M08-over', { ...row, above: isOver ? 1 : 0, below: 1 });
		if (cases === 0 || capacity.fte === 0) continue;
		tally.caseloads.push({ cases, fte: capacity.fte });
		for (const id of ['M08-mean', 'M08-median', 'M08-p90', 'M08-max'])
			seen?.(id, { ...row, above: cases / capacity.fte, below: 0 });
		seen?.('M08-dfe', { ...row, above: 0, below: capacity.fte });
	}
}

type TallyOf = (teamId: string | null) => Tally;

function tallyPeople(view: View, of: readonly Person[] | null, tallyOf: TallyOf, seen?: Seen): void {
	const { on: day } = view.knowledge;
	for (const person of of ?? view.authority.people.values()) {
		const state = practitionerState(person, view);
		if (!state || !isSupervised(state.posting)) continue;
		if (absentLongerThan(person, 10, day, view.knowledge)) continue;
		const clock = supervisionOf(person, view);
		if (!clock) continue;
		const { teamId } = state.posting;
		const { supervised } = tallyOf(teamId);
		const isOnTime = day <= clock.dueOn;
		supervised.people++;
		if (isOnTime) supervised.onTime++;
		const subject = { kind: 'practitioner', id: person.practitionerId } as const;
		seen?.('M01', { teamId, subject, on: null, above: isOnTime ? 1 : 0, below: 1 });
	}
}

const REASONS = [...ALLOCATION_REASONS, 'unknown'] as const;
const OF_UNKNOWN_KIND = [{ kind: 'unknown' }] as const;
const HELD_WITHOUT_OVERSIGHT = CASE_RULES.find(({ code }) => code === 'HELD_WITHOUT_OVERSIGHT');

function tallyCases(view: View, cases: readonly OpenCase[], tallyOf: TallyOf, seen?: Seen): void {
	const { on: day, hindsight } = view.knowledge;
	const knowledge = { on: day, hindsight };
	const since = addMonths(day, -12);
	for (const { state, teamId, episodes } of cases) {
		const tally = tallyOf(teamId);
		const row = { teamId, subject: { kind: 'case', id: state.file.caseId }, on: null } as const;
		const last = state.counting.lastBy(day);
		const age = last === null ? Infinity : daysBetween(last, day);
		const [four, six, eight] = OVERSIGHT_AGES;
		const within: OverseenCases['within'] = [age <= four ? 1 : 0, age <= six ? 1 : 0, age <= eight ? 1 : 0];
		const overseen: OverseenCases = { cases: 1, within };
		addOverseen(tally.overseen, overseen);
		const { kinds } = state.demands;
		const known = kinds.length > 0 ? kinds : OF_UNKNOWN_KIND;
		for (const { kind } of known)
			addOverseen((tally.overseenByKind[kind] ??= { cases: 0, within: [0, 0, 0] }), overseen);
		if (seen) {
			for (const [place, days] of OVERSIGHT_AGES.entries())
				for (const id of [`M03-${days}`, ...known.map(({ kind }) => `M03-${days}-${kind}`)])
					seen(id, { ...row, on: last, above: overseen.within[place] ?? 0, below: 1 });
			seen('M08-dfe', { ...row, above: 1, below: 0 });
		}
		if (state.demands.stakes === 'high') {
			const isHeldWithout = HELD_WITHOUT_OVERSIGHT?.holds(state) != null;
			tally.highStakes.cases++;
			if (!state.suitablyHeld) tally.highStakes.notSuitablyHeld++;
			if (isHeldWithout) tally.highStakes.heldWithoutOversight++;
			seen?.('M05', { ...row, above: state.suitablyHeld ? 0 : 1, below: 1 });
			seen?.('M06-share', { ...row, above: isHeldWithout ? 1 : 0, below: 1 });
			if (isHeldWithout) seen?.('M06', { ...row, above: 1, below: 0 });
		}
		const [only] = episodes;
		const changes =
			only && episodes.length === 1
				? changesOfLead(only, since, knowledge)
				: episodes.flatMap((each) => changesOfLead(each, since, knowledge));
		tally.changes.children++;
		seen?.('M10-mean', { ...row, above: changes.length, below: 1 });
		seen?.('M10-three', { ...row, above: changes.length >= 3 ? 1 : 0, below: 1 });
		addTo(tally.changes.times, changes.length, 1);
		for (const { on, reason } of changes) {
			const key = reason ?? 'unknown';
			for (const id of seen ? ['M10-restructure', ...REASONS.map((each) => `M10-${each}`)] : [])
				seen?.(id, {
					...row,
					on,
					above: (id === 'M10-restructure' ? 'ORGRST' : id.slice('M10-'.length)) === key ? 1 : 0,
					below: 1
				});
			tally.changes.byReason[key] = (tally.changes.byReason[key] ?? 0) + 1;
		}
	}
}

export interface ChangeOfLead {
	on: CalendarDate;
	fromId: string;
	toId: string;
	/** Why, as recorded with the allocation that began; null: not recorded. */
	reason: AllocationReason | null;
}

/**
 * The days after `since`, up to the day of knowledge, on which the open case had another lead than the last one before.
 * The first lead is no change, and neither is the same person again after a while without anybody.
 */
export function changesOfLead(file: CaseFile, since: CalendarDate, knowledge: Knowledge): ChangeOfLead[] {
	const leading = leadingOf(file);
	if (!leading.some(({ practitionerId }) => practitionerId !== leading[0]?.practitionerId)) return [];
	const days: CalendarDate[] = [];
	for (const allocation of leading) {
		if (!isKnown(allocation, allocation.from, knowledge)) continue;
		days.push(allocation.from);
		const end = knownEnd(allocation.to, allocation.endRecordedOn, knowledge);
		if (end !== null) days.push(end);
	}
	const changes: ChangeOfLead[] = [];
	const turns = daysAfter(days, since);
	let last = turns.length === 0 ? null : lastAnswer(days, since, (day) => leadOn(file, day, knowledge));
	for (const on of turns) {
		const lead = leadOn(file, on, knowledge);
		if (lead === null) continue;
		if (last !== null && lead !== last && isOpenOn(file, on, knowledge))
			changes.push({
				on,
				fromId: last,
				toId: lead,
				reason: latestCovering(leading, on, knowledge)?.reason ?? null
			});
		last = lead;
	}
	return changes;
}
