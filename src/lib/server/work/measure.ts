import { arrange, groupedBy, viewOf, type Authority, type Facts } from '#lib/domain/authority.ts';
import {
	addDays,
	addMonths,
	after,
	daysBetween,
	latest,
	monthEnd,
	type CalendarDate
} from '#lib/domain/calendar.ts';
import { isKnown } from '#lib/domain/knowledge.ts';
import type { Measured, MonthEnd, Tallies } from '#lib/domain/organisation.ts';
import type { Policy } from '#lib/domain/policy.ts';
import { monthEndsBetween, restructuresBegun, windowsOf } from '#lib/domain/restructure.ts';
import { emptyTally, talliesBothWays, talliesByTeam, type Tally } from '#lib/domain/tally.ts';
import { periodUpTo, type MeasuredPeriod } from '#lib/domain/tally-of-period.ts';
import { isOpenTeam, managedTeams, teamsKnown } from '#lib/domain/teams.ts';
import { record, type Actor } from '#lib/server/audit.ts';
import { areWhole, policyVersions, withAllSessions } from '#lib/server/store/facts.ts';
import { restructuresOf } from '#lib/server/store/facts/common.ts';
import { factsOfPeriods } from '#lib/server/store/facts/of-periods.ts';
import { factsOfTeams } from '#lib/server/store/facts/of-teams.ts';
import {
	changeSinceCorrected,
	dayCounted,
	earliestTouched,
	firstOpening,
	firstStored,
	insertMonthEnds,
	monthEndsStored,
	noteChecked,
	replaceDay,
	type StoredMonthEnd
} from '#lib/server/store/figures.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import { freeMemory } from './free-memory.ts';

const KEPT_MONTHS = 24;

/**
 * What reviews have counted: the day where the last one did, and the month-ends from the first that was stored on, unless
 * none was. Or all that is asked for, counted anew from the records where it is not stored.
 */
export type Counted = 'by_review' | 'now';

/**
 * What was counted on a day and at the month-ends from `from` on, of the teams in the scope of who asks, or for a
 * command of all of them. Closed months come as they were stored, and so does the day where a review has counted it and
 * that is enough for who asks, to whom earlier month-ends than the first stored one are not worth the counting of a whole
 * authority; the others are counted now, as known then.
 */
export async function measure(
	tx: Transaction,
	on: CalendarDate,
	from: CalendarDate,
	{ of = 'scope', counted = 'now' }: { of?: 'scope' | 'authority'; counted?: Counted } = {}
): Promise<Measured> {
	const seen = of === 'scope' ? await teamsInScope(tx) : null;
	const all = monthEndsBetween(from, on);
	const first = counted === 'now' ? null : await firstStored(tx);
	const ends = all.filter((end) => first === null || end >= first);
	const stored = await monthEndsStored(tx, ends[0] ?? on, on);
	const closed = closedMonths(stored);
	const missing = ends.filter((end) => !closed.has(end));
	const day = counted === 'now' ? null : ((await dayCounted(tx, on)) ?? monthCounted(closed.get(on)));
	const wanted = day ? missing : [...missing, on];
	const view = viewOf(
		wanted.length === 0
			? arrange(await factsOfTeams(tx, on))
			: await authorityOfPeriods(tx, wanted.map(periodUpTo)),
		on
	);
	const { authority } = view;
	const teams = teamsKnown(view).filter(
		(team) => seen === null || seen.some(({ teamId }) => teamId === team.teamId)
	);
	const ids = new Set<string | null>([...teams.map(({ teamId }) => teamId), null]);
	const within = (tallies: Tallies): Tallies => new Map([...tallies].filter(([teamId]) => ids.has(teamId)));
	const months = ends.map((end): MonthEnd => {
		const month = closed.get(end)?.month;
		if (month) return month;
		const tallies = within(talliesByTeam(viewOf(authority, end)));
		return { on: end, tallies, sinceCorrected: null, hindsight: null };
	});
	return {
		on,
		months: months.filter(({ tallies }) => [...tallies.values()].some(({ overseen }) => overseen.cases > 0)),
		now: within(day ? day.tallies : talliesByTeam(view)),
		countedAt: day ? day.countedAt : null,
		storedFrom: ends.length < all.length ? first : null,
		teams,
		openTeamIds: new Set(teams.filter((team) => isOpenTeam(team, view)).map(({ teamId }) => teamId)),
		managed: managedTeams(view),
		restructures: restructuresBegun(authority.restructures, view.knowledge)
	};
}

interface Closed {
	month: MonthEnd;
	checkedAt: Date;
}

const closedOf = new WeakMap<readonly StoredMonthEnd[], ReadonlyMap<CalendarDate, Closed>>();

/** The months of what was read, put together once: what was read last may be asked for again and again. */
function closedMonths(stored: readonly StoredMonthEnd[]): ReadonlyMap<CalendarDate, Closed> {
	let closed = closedOf.get(stored);
	if (!closed) {
		const made = new Map<CalendarDate, Closed>();
		for (const [on, rows] of groupedBy(stored, (row) => row.on))
			for (const { checkedAt } of rows.slice(0, 1))
				made.set(on, { month: { on, ...monthFrom(rows) }, checkedAt });
		closed = made;
		closedOf.set(stored, closed);
	}
	return closed;
}

/** A stored month-end as the day it is: by what was recorded when it was last held against that. */
function monthCounted(closed: Closed | undefined): { tallies: Tallies; countedAt: Date } | null {
	if (!closed) return null;
	const { month, checkedAt } = closed;
	return { tallies: month.sinceCorrected ?? month.tallies, countedAt: checkedAt };
}

/** Keeps what the day comes to, so that nobody who looks at it counts the whole authority again. */
export async function storeDay(tx: Transaction, on: CalendarDate): Promise<void> {
	const authority = await authorityOfPeriods(tx, [periodUpTo(on)]);
	await replaceDay(tx, on, talliesByTeam(viewOf(authority, on)));
}

function monthFrom(rows: readonly StoredMonthEnd[]): Omit<MonthEnd, 'on'> {
	const asStored = (row: StoredMonthEnd) => row.tally;
	const asRecorded = (row: StoredMonthEnd) => row.sinceCorrected ?? row.tally;
	const inHindsight = (row: StoredMonthEnd) => row.hindsight ?? asRecorded(row);
	const each = (pick: (row: StoredMonthEnd) => Tally) => new Map(rows.map((row) => [row.teamId, pick(row)]));
	return {
		tallies: each(asStored),
		sinceCorrected: rows.some(({ sinceCorrected }) => sinceCorrected !== null) ? each(asRecorded) : null,
		hindsight: rows.some(({ hindsight }) => hindsight !== null) ? each(inHindsight) : null
	};
}

/** From so many days on all of the oversight is gathered. */
const SPAN_DAYS = 92;

/** The authority with what the periods and their last days are counted from. */
export async function authorityOfPeriods(
	tx: Transaction,
	periods: readonly MeasuredPeriod[]
): Promise<Authority> {
	const from = periods.map((period) => period.from).sort()[0];
	const to = periods
		.map((period) => period.to)
		.sort()
		.at(-1);
	if (from === undefined || to === undefined) throw new Error('no period to count');
	if (daysBetween(from, to) > SPAN_DAYS) return arrange(await factsOfPeriods(tx, { from, to }, null));
	const since = addDays(from, -Math.max(RECENT_DAYS, longestLimit(await policyVersions(tx), from)));
	const facts = await factsOfPeriods(tx, { from, to }, since);
	if (areWhole(facts)) return arrange(facts);
	return arrange(await withAllSessions(tx, facts, lackingSessions(facts, since, to)));
}

/** Longer than the longest limit of policy version 1. */
const RECENT_DAYS = 91;

/** In days, of any version of the policy: of oversight, whatever kind of case and however it is held, and of closings. */
function longestLimit(policies: readonly Policy[], from: CalendarDate): number {
	const intervals = policies.flatMap(({ kinds }) =>
		Object.values(kinds).flatMap(({ firstOversight, interval }) => [
			firstOversight,
			interval.suitablyHeld,
			interval.notSuitablyHeld
		])
	);
	// Twice as far ahead as it is behind: holidays fall on other days.
	return Math.max(
		...intervals.map((limit) => daysBetween(from, after(from, limit)) + 7),
		...policies.flatMap(({ limits }) => [limits.signOffDays, limits.soonAfterDays])
	);
}

/** Those posted on the day whose supervision clock may rest on a session that is not there. */
function lackingSessions({ sessions, people }: Facts, since: CalendarDate, on: CalendarDate): string[] {
	const held = new Set(
		sessions.flatMap((session) => {
			const { heldOn, cancelled, superviseeId } = session;
			if (heldOn === null || cancelled || heldOn <= since || heldOn > on) return [];
			return isKnown(session, heldOn, { on, hindsight: false }) ? superviseeId : [];
		})
	);
	return [...people.values()].flatMap(({ practitionerId, postings }) =>
		!held.has(practitionerId) && postings.some(({ from, to }) => from <= on && (to === null || to > since))
			? practitionerId
			: []
	);
}

/** The restructures known on a day to have begun, for choosing among them before anything is counted. */
export async function restructuresKnown(tx: Transaction, on: CalendarDate) {
	return restructuresBegun(await restructuresOf(tx), { on, hindsight: false });
}

/** Month-ends counted from one gathering: more of them need all the oversight there ever was, and the memory for it. */
const TOGETHER = 3;

/** Month-ends in order of time, in portions of some that follow each other. */
function portionsOf(ends: readonly CalendarDate[]): CalendarDate[][] {
	const portions: CalendarDate[][] = [];
	for (const end of ends) {
		const last = portions.at(-1);
		const isNear = last?.[0] !== undefined && end <= monthEnd(addMonths(last[0], TOGETHER - 1));
		if (isNear) last.push(end);
		else portions.push([end]);
	}
	return portions;
}

/**
 * Stores the month-ends before the day that nobody stored yet, as they were known then: of the last 24 months, and of
 * the windows of each restructure. What is stored stays; where facts came since that are about it, what it would be now,
 * and with what was recorded too late, is put beside it. So it is where it was stored before all of this was counted.
 */
export async function storeMonthEnds(tx: Transaction, actor: Actor, on: CalendarDate): Promise<void> {
	const opening = await firstOpening(tx);
	if (opening === null) return;
	const knowledge = { on, hindsight: false };
	const starts = (await restructuresKnown(tx, on)).flatMap((restructure) =>
		windowsOf(restructure, knowledge)
	);
	const earliest = [addMonths(on, -KEPT_MONTHS), ...starts.map(({ from }) => from)].sort()[0] ?? on;
	const ends = monthEndsBetween(latest([opening, earliest]) ?? on, on).filter((end) => end < on);
	const stored = await monthEndsStored(tx, ends[0] ?? on, on);
	const rowsOf = (end: CalendarDate) => stored.filter((row) => row.on === end);
	const known = new Set(stored.map((row) => row.on));
	const touched = await earliestTouched(tx);
	const missing = ends.filter((end) => !known.has(end));
	const again = ends.filter(
		(end) => known.has(end) && ((touched !== null && end >= touched) || isOfBefore(rowsOf(end)))
	);
	for (const portion of portionsOf([...missing, ...again].sort())) {
		freeMemory();
		const authority = await authorityOfPeriods(tx, portion.map(periodUpTo));
		for (const end of portion) {
			const { asKnown, inHindsight } = talliesBothWays(authority, periodUpTo(end));
			if (known.has(end)) await correct(tx, end, rowsOf(end), asKnown, inHindsight);
			else if (asKnown.size > 0) {
				await insertMonthEnds(
					tx,
					[...asKnown].map(([teamId, tally]) => {
						const hindsight = inHindsight.get(teamId) ?? emptyTally();
						return { on: end, teamId, tally, hindsight: isSame(tally, hindsight) ? null : hindsight };
					})
				);
				await record(tx, actor, { action: 'stored', entity: 'month_end', entityId: end });
			}
			freeMemory();
		}
	}
	if (touched !== null || again.length > 0) await noteChecked(tx);
}

/** Whether a month-end was stored before all of this was counted, and nothing stands beside it yet that has it. */
function isOfBefore(rows: readonly StoredMonthEnd[]): boolean {
	return rows.some(({ tally, sinceCorrected }) => !tally.further && !sinceCorrected?.further);
}

async function correct(
	tx: Transaction,
	end: CalendarDate,
	rows: readonly StoredMonthEnd[],
	tallies: ReadonlyMap<string | null, Tally>,
	inHindsight: ReadonlyMap<string | null, Tally>
): Promise<void> {
	const before = new Map(rows.map((row) => [row.teamId, row.tally]));
	const none = emptyTally(rows.some(({ tally }) => tally.further) ? 'whole' : 'first');
	const teamIds = [...new Set([...before.keys(), ...tallies.keys(), ...inHindsight.keys()])];
	await insertMonthEnds(
		tx,
		teamIds
			.filter((teamId) => !before.has(teamId))
			.map((teamId) => ({ on: end, teamId, tally: none, hindsight: null }))
	);
	await changeSinceCorrected(
		tx,
		teamIds.map((teamId) => {
			const was = before.get(teamId) ?? none;
			const is = tallies.get(teamId) ?? emptyTally();
			const late = inHindsight.get(teamId) ?? emptyTally();
			return {
				on: end,
				teamId,
				sinceCorrected: isSame(was, is) ? null : is,
				hindsight: isSame(is, late) ? null : late
			};
		})
	);
}

function isSame(a: Tally, b: Tally): boolean {
	return inOneOrder(a) === inOneOrder(b);
}

/** The tally as text in which neither the order of keys nor that of people counts. */
function inOneOrder(tally: Tally): string {
	const caseloads = tally.caseloads.map(({ cases, fte }) => `${cases}/${fte}`).sort();
	return JSON.stringify({ ...tally, caseloads }, (_, value: unknown) =>
		value !== null && typeof value === 'object' && !Array.isArray(value)
			? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
			: value
	);
}
