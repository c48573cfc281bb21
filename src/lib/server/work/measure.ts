import { arrange, viewOf, type Authority, type View } from '#lib/domain/authority.ts';
import { addMonths, latest, monthEnd, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Measured, MonthEnd, Tallies } from '#lib/domain/organisation.ts';
import { monthEndsBetween, restructuresBegun, windowsOf } from '#lib/domain/restructure.ts';
import { emptyTally, talliesByTeam, type Tally } from '#lib/domain/tally.ts';
import { isOpenTeam, managedTeams, teamsKnown } from '#lib/domain/teams.ts';
import { record, type Actor } from '#lib/server/audit.ts';
import { gatherFacts, restructuresOf } from '#lib/server/store/facts.ts';
import {
	changeSinceCorrected,
	factsSinceChecked,
	firstOpening,
	insertMonthEnds,
	monthEndsStored,
	type StoredMonthEnd
} from '#lib/server/store/figures.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import { standingIn } from './picture.ts';

/** Changes of lead are counted over the 12 months before a day. */
const LOOK_BACK_MONTHS = 12;
const KEPT_MONTHS = 24;

/**
 * What was counted on a day and at the month-ends from `from` on, of the teams in the scope of who asks. Closed months
 * come as they were stored; those that were not stored are counted now, as known then.
 */
export async function measure(tx: Transaction, on: CalendarDate, from: CalendarDate): Promise<Measured> {
	const seen = await teamsInScope(tx);
	const ends = monthEndsBetween(from, on);
	const stored = ends.length > 0 ? await monthEndsStored(tx, monthEnd(from), on) : [];
	const known = new Set(stored.map((row) => row.on));
	const missing = ends.filter((end) => !known.has(end));
	const view = await viewBackTo(tx, missing[0] ?? null, on);
	const { authority } = view;
	const ids = new Set<string | null>([...seen.map(({ teamId }) => teamId), null]);
	const within = (tallies: Tallies): Tallies => new Map([...tallies].filter(([teamId]) => ids.has(teamId)));
	const counted = new Map(missing.map((end) => [end, talliesByTeam(viewOf(authority, end))]));
	const months = ends.map((end): MonthEnd => {
		const fresh = counted.get(end);
		if (fresh) return { on: end, tallies: within(fresh), sinceCorrected: null };
		return { on: end, ...monthFrom(stored.filter((row) => row.on === end)) };
	});
	const teams = teamsKnown(view).filter(({ teamId }) => ids.has(teamId));
	return {
		on,
		months: months.filter(({ tallies }) => [...tallies.values()].some(({ overseen }) => overseen.cases > 0)),
		now: within(talliesByTeam(view)),
		teams,
		openTeamIds: new Set(teams.filter((team) => isOpenTeam(team, view)).map(({ teamId }) => teamId)),
		managed: managedTeams(view),
		restructures: restructuresBegun(authority.restructures, view.knowledge)
	};
}

function monthFrom(rows: readonly StoredMonthEnd[]): Pick<MonthEnd, 'tallies' | 'sinceCorrected'> {
	const tallies = new Map(rows.map(({ teamId, tally }) => [teamId, tally]));
	if (rows.every(({ sinceCorrected }) => sinceCorrected === null)) return { tallies, sinceCorrected: null };
	return {
		tallies,
		sinceCorrected: new Map(
			rows.map(({ teamId, tally, sinceCorrected }) => [teamId, sinceCorrected ?? tally])
		)
	};
}

/** The authority on a day, with what the month-ends from `first` on were counted from; null: it is counted on the day alone. */
async function viewBackTo(tx: Transaction, first: CalendarDate | null, on: CalendarDate): Promise<View> {
	if (first !== null) return viewOf(await gathered(tx, first, on), on);
	const reach = { of: 'during', from: addMonths(on, -LOOK_BACK_MONTHS), to: on } as const;
	return standingIn(tx, reach, { on, hindsight: false });
}

async function gathered(tx: Transaction, first: CalendarDate, last: CalendarDate): Promise<Authority> {
	const from = addMonths(first, -LOOK_BACK_MONTHS);
	return arrange(await gatherFacts(tx, { of: 'during', from, to: last }));
}

/** The restructures known on a day to have begun, for choosing among them before anything is counted. */
export async function restructuresKnown(tx: Transaction, on: CalendarDate) {
	return restructuresBegun(await restructuresOf(tx), { on, hindsight: false });
}

/**
 * Stores the month-ends before the day that nobody stored yet, as they were known then: of the last 24 months, and of
 * the windows of each restructure. What is stored stays; where facts came since, what it would be now is put beside it.
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
	const known = new Set(stored.map((row) => row.on));
	const again = (await factsSinceChecked(tx)) ? ends.filter((end) => known.has(end)) : [];
	const missing = ends.filter((end) => !known.has(end));
	const first = [...again, ...missing].sort()[0];
	if (first === undefined) return;
	const authority = again.length + missing.length === 1 ? null : await gathered(tx, first, on);
	const viewAt = async (end: CalendarDate) =>
		authority ? viewOf(authority, end) : viewBackTo(tx, null, end);
	for (const end of missing) {
		const tallies = [...talliesByTeam(await viewAt(end))];
		if (tallies.length === 0) continue;
		await insertMonthEnds(
			tx,
			tallies.map(([teamId, tally]) => ({ on: end, teamId, tally }))
		);
		await record(tx, actor, { action: 'stored', entity: 'month_end', entityId: end });
	}
	for (const end of again) {
		const before = new Map(stored.filter((row) => row.on === end).map((row) => [row.teamId, row.tally]));
		const after = talliesByTeam(await viewAt(end));
		const fresh = [...after.keys()].filter((teamId) => !before.has(teamId));
		await insertMonthEnds(
			tx,
			fresh.map((teamId) => ({ on: end, teamId, tally: emptyTally() }))
		);
		await changeSinceCorrected(
			tx,
			[...new Set([...before.keys(), ...after.keys()])].map((teamId) => {
				const [was, is] = [before.get(teamId) ?? emptyTally(), after.get(teamId) ?? emptyTally()];
				return { on: end, teamId, sinceCorrected: isSame(was, is) ? null : is };
			})
		);
	}
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
