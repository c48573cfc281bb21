import { noSupervisor } from './absence-plan.ts';
import { policyInForce, viewOf, type Authority, type Restructure, type View } from './authority.ts';
import { addDays, addMonths, daysBetween, type CalendarDate } from './calendar.ts';
import { isOpenOn, leadOn, type CaseFile } from './cases.ts';
import { caseloadOf, caseloads, type Caseload } from './caseload.ts';
import { changesOfHands, type ChangeOfHands } from './changes-of-hands.ts';
import { isKnown } from './knowledge.ts';
import { inPostOn, type Person, type Role } from './people.ts';
import { carryOut, inOrder, type MoveProblem, type PlannedMove } from './restructure-moves.ts';
import { caseState, teamOfCase } from './rules-about-cases.ts';
import { isOpenTeam, managedTeams, teamsKnown } from './teams.ts';

/**
 * Why a child would change hands twice: on two days of the plan; once through the plan after another lead within the 12
 * months before; or once through the plan after a change that this restructure brought already.
 */
export type TwiceWhy = 'TWICE_IN_PLAN' | 'AFTER_ANOTHER_LEAD' | 'WITHIN_RESTRUCTURE';

/** A case that comes into other hands through the plan. */
export interface CaseMoved {
	caseId: string;
	reference: string;
	highStakes: boolean;
	/** Those of the plan, in order of time. */
	planned: readonly ChangeOfHands[];
	/** Those that count against it, of the 12 months before the first planned one. */
	earlier: readonly ChangeOfHands[];
	/** Null: it changes once. */
	twice: TwiceWhy | null;
}

/** Why somebody would be without their supervisor: what the rules call none, or one who is there and not theirs any more. */
export type Unsupervised = 'NO_SUPERVISOR' | 'MANAGES_NO_MORE' | 'IN_ANOTHER_TEAM';

export interface SupervisorLost {
	practitionerId: string;
	supervisorId: string | null;
	from: CalendarDate;
	why: Unsupervised;
}

export interface SpanAfter {
	supervisorId: string;
	before: number;
	after: number;
	/** More than the policy allows. */
	tooWide: boolean;
}

export interface LoadAfter {
	practitionerId: string;
	/** By the posting of the last day; null: in post no more. */
	teamId: string | null;
	before: Caseload | null;
	after: Caseload;
}

export interface TeamAfter {
	teamId: string;
	before: TeamCounted | null;
	/** Null: closed by then. */
	after: TeamCounted | null;
	/** Days without a manager in post, from the first day of the plan and up to (not including) `until`. */
	unmanaged: { before: number; after: number; from: CalendarDate | null };
}

export interface TeamCounted {
	people: number;
	cases: number;
	points: number;
	capacity: number;
}

export interface NotSuitable {
	caseId: string;
	reference: string;
	leadId: string | null;
	/** It is not suitably held without the plan either. */
	already: boolean;
}

/** What a plan would do if nothing else were recorded, by the rules themselves, with it and without it. */
export interface PlanOutcome {
	/** The first day on which it tells, the day all of it is done, and the day up to which days without a manager are counted. */
	from: CalendarDate;
	doneBy: CalendarDate;
	until: CalendarDate;
	problems: readonly { moveId: string; problems: readonly MoveProblem[] }[];
	cases: readonly CaseMoved[];
	supervisorsLost: readonly SupervisorLost[];
	spans: readonly SpanAfter[];
	loads: readonly LoadAfter[];
	teams: readonly TeamAfter[];
	notSuitable: readonly NotSuitable[];
}

/** Changes of lead are looked for over the months over which FREQUENT_CHANGE counts them. */
const LOOK_BACK_MONTHS = 12;
/** Weeks after the last move in which days without a manager are still counted, where the restructure has no later end. */
const DAYS_AFTER = 56;

const MANAGES: ReadonlySet<Role> = new Set([
	'practice_supervisor',
	'team_manager',
	'service_manager',
	'principal_social_worker',
	'director'
]);

/**
 * What follows from the moves that are not carried out yet. The authority has everyone of the teams concerned, with the
 * cases they hold. Null: there is nothing left to carry out.
 */
export function outcomeOf(
	authority: Authority,
	plan: readonly PlannedMove[],
	restructure: Pick<Restructure, 'from' | 'to'>,
	today: CalendarDate
): PlanOutcome | null {
	const toDo = inOrder(plan.filter(({ doneOn }) => doneOn === null));
	const days = [...new Set(toDo.map(({ on }) => (on > today ? on : today)))];
	const [from, doneBy] = [days[0], days.at(-1)];
	if (from === undefined || doneBy === undefined) return null;
	const problems: { moveId: string; problems: MoveProblem[] }[] = [];
	const changed = toDo.reduce((facts, move) => {
		const done = carryOut(facts, move, plan, move.on > today ? move.on : today);
		if (done.problems.length > 0) problems.push({ moveId: move.moveId, problems: done.problems });
		return done.authority;
	}, authority);
	const least = addDays(doneBy, DAYS_AFTER);
	const until = restructure.to !== null && restructure.to > least ? restructure.to : least;
	const without = viewOf(authority, doneBy);
	const withIt = viewOf(changed, doneBy);
	const pair: Pair = { without, withIt, touched: touchedBy(authority, changed) };
	const moved = changed.cases.filter(pair.touched.file);
	const loads = loadsOf(pair);
	const first = toDo.map(({ on }) => on).sort()[0] ?? from;
	const pairs = days.map((on) => ({ without: viewOf(authority, on), withIt: viewOf(changed, on) }));
	return {
		from,
		doneBy,
		until,
		problems,
		cases: moved
			.flatMap((file) => caseMoved(file, pair, addDays(first, -1), restructure.from) ?? [])
			.sort(
				(a, b) =>
					weight(b) - weight(a) || (a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0)
			),
		supervisorsLost: supervisorsLost(pairs),
		spans: spansAfter(pair),
		loads: loadsAfter(pair, loads),
		teams: teamsAfter(pair, loads, { from, until }),
		notSuitable: moved.flatMap((file) => notSuitable(file, pair) ?? [])
	};
}

interface Views {
	without: View;
	withIt: View;
}

interface Pair extends Views {
	touched: Touched;
}

/** What may come out otherwise with the plan: what is said of everything else is the same with it and without it. */
interface Touched {
	/** A case that a move writes about, or that somebody has held whom one writes about. */
	file: (file: CaseFile) => boolean;
	/** Somebody whom a move writes about, or who has held a case that one writes about. */
	person: (practitionerId: string) => boolean;
	/** The case without the plan. */
	asItWas: (file: CaseFile) => CaseFile | undefined;
}

function touchedBy(authority: Authority, changed: Authority): Touched {
	const before = new Map(authority.cases.map((file) => [file.caseId, file]));
	const asItWas = ({ caseId }: CaseFile) => before.get(caseId);
	const people = new Set(
		[...changed.people].flatMap(([id, person]) => (authority.people.get(id) === person ? [] : id))
	);
	const holdersOf = ({ allocations }: CaseFile) =>
		allocations.flatMap(({ practitionerId }) => practitionerId ?? []);
	const written = changed.cases.filter((file) => asItWas(file) !== file);
	const holders = new Set(
		written.flatMap((file) => [file, asItWas(file)].flatMap((each) => (each ? holdersOf(each) : [])))
	);
	return {
		file: (file) => asItWas(file) !== file || holdersOf(file).some((id) => people.has(id)),
		person: (id) => people.has(id) || holders.has(id),
		asItWas
	};
}

interface Loads {
	without: ReadonlyMap<string, Caseload>;
	withIt: ReadonlyMap<string, Caseload>;
}

/** Of everyone in post or holding a case, on the day of the views. */
function loadsOf({ without, withIt, touched }: Pair): Loads {
	const before = new Map(caseloads(without).map((load) => [load.practitionerId, load]));
	const after = new Map(
		[...withIt.authority.people.values()].flatMap((person): [string, Caseload][] => {
			const id = person.practitionerId;
			const load = touched.person(id) ? caseloadOf(person, withIt) : before.get(id);
			return load ? [[id, load]] : [];
		})
	);
	return { without: before, withIt: after };
}

const weight = ({ twice, planned, highStakes }: CaseMoved): number =>
	(twice === null ? 0 : 4) + (planned.some(({ change }) => change === 'LEAD') ? 2 : 0) + (highStakes ? 1 : 0);

function caseMoved(
	file: CaseFile,
	{ without, withIt, touched }: Pair,
	after: CalendarDate,
	restructureFrom: CalendarDate
): CaseMoved | null {
	const { knowledge } = withIt;
	if (!isOpenOn(file, knowledge.on, knowledge)) return null;
	const key = ({ on, change, fromId, toId }: ChangeOfHands) => `${on} ${change} ${fromId} ${toId}`;
	const asItWas = touched.asItWas(file);
	const anyway = asItWas ? changesOfHands(asItWas, after, knowledge.on, without).map(key) : [];
	const planned = changesOfHands(file, after, knowledge.on, withIt).filter(
		(change) => !anyway.includes(key(change))
	);
	const [first] = planned;
	if (!first) return null;
	const since = addMonths(first.on, -LOOK_BACK_MONTHS);
	const before = changesOfHands(file, since, addDays(first.on, -1), withIt);
	const isLead = ({ change }: ChangeOfHands) => change === 'LEAD';
	const ofRestructure = ({ on }: ChangeOfHands) => on >= restructureFrom;
	const earlier = before.filter((change) => isLead(change) || ofRestructure(change));
	const twice: TwiceWhy | null =
		planned.length > 1
			? 'TWICE_IN_PLAN'
			: earlier.some(isLead)
				? 'AFTER_ANOTHER_LEAD'
				: earlier.length > 0
					? 'WITHIN_RESTRUCTURE'
					: null;
	const state = caseState(file, withIt);
	const { caseId, reference } = file;
	return { caseId, reference, highStakes: state?.demands.stakes === 'high', planned, earlier, twice };
}

function supervisorsLost(pairs: readonly Views[]): SupervisorLost[] {
	const lost = new Map<string, SupervisorLost>();
	for (const { without, withIt } of pairs)
		for (const person of withIt.authority.people.values()) {
			const { practitionerId } = person;
			const before = unsupervised(without.authority.people.get(practitionerId), without);
			const why = unsupervised(person, withIt);
			if (why === null || why === before) {
				lost.delete(practitionerId);
				continue;
			}
			if (lost.get(practitionerId)?.why === why) continue;
			const { on } = withIt.knowledge;
			const supervisorId = inPostOn(person, on, withIt.knowledge)?.supervisorId ?? null;
			lost.set(practitionerId, { practitionerId, supervisorId, from: on, why });
		}
	return [...lost.values()].sort(
		(a, b) => SERIOUS.indexOf(a.why) - SERIOUS.indexOf(b.why) || (a.from < b.from ? -1 : 1)
	);
}

const SERIOUS: readonly Unsupervised[] = ['NO_SUPERVISOR', 'MANAGES_NO_MORE', 'IN_ANOTHER_TEAM'];

/** What is missing between somebody and their supervisor on the view's day; null: nothing, or not in post. */
function unsupervised(person: Person | undefined, view: View): Unsupervised | null {
	if (!person) return null;
	const { knowledge } = view;
	const posting = inPostOn(person, knowledge.on, knowledge);
	if (!posting) return null;
	if (noSupervisor(person, view) !== null) return 'NO_SUPERVISOR';
	const { supervisorId, role } = posting;
	const supervisor = supervisorId === null ? undefined : view.authority.people.get(supervisorId);
	const theirs = supervisor && inPostOn(supervisor, knowledge.on, knowledge);
	if (!theirs) return null;
	if (!MANAGES.has(theirs.role) && theirs.role !== 'senior_practitioner') return 'MANAGES_NO_MORE';
	const isOfTheTeam = theirs.role === 'team_manager' || theirs.role === 'practice_supervisor';
	return isOfTheTeam && !MANAGES.has(role) && theirs.teamId !== posting.teamId ? 'IN_ANOTHER_TEAM' : null;
}

function spansAfter({ without, withIt }: Views): SpanAfter[] {
	const limit = policyInForce(withIt, withIt.knowledge.on).limits.span;
	const [before, after] = [spansOn(without), spansOn(withIt)];
	return [...new Set([...before.keys(), ...after.keys()])]
		.map((supervisorId) => {
			const count = after.get(supervisorId) ?? 0;
			return {
				supervisorId,
				before: before.get(supervisorId) ?? 0,
				after: count,
				tooWide: count > limit
			};
		})
		.filter((span) => span.before !== span.after)
		.sort((a, b) => b.after - a.after);
}

function spansOn({ authority, knowledge }: View): Map<string, number> {
	const spans = new Map<string, number>();
	for (const person of authority.people.values()) {
		const supervisorId = inPostOn(person, knowledge.on, knowledge)?.supervisorId ?? null;
		if (supervisorId !== null) spans.set(supervisorId, (spans.get(supervisorId) ?? 0) + 1);
	}
	return spans;
}

/** Those whose points or capacity the plan changes, the heaviest loaded first. */
function loadsAfter({ withIt, touched }: Pair, loads: Loads): LoadAfter[] {
	const { on } = withIt.knowledge;
	return [...withIt.authority.people.values()]
		.flatMap((person): LoadAfter[] => {
			const { practitionerId } = person;
			const was = loads.without.get(practitionerId) ?? null;
			const after = touched.person(practitionerId) ? loads.withIt.get(practitionerId) : undefined;
			if (!after) return [];
			const same = was
				? was.points === after.points && was.capacity.points === after.capacity.points
				: after.held.length === 0 && after.capacity.points === 0;
			if (same) return [];
			const teamId = inPostOn(person, on, withIt.knowledge)?.teamId ?? null;
			return [{ practitionerId, teamId, before: was, after }];
		})
		.sort((a, b) => loadOf(b.after) - loadOf(a.after));
}

const loadOf = ({ loadPercent, held }: Caseload): number =>
	loadPercent ?? (held.length > 0 ? Number.POSITIVE_INFINITY : 0);

/** The teams that the plan changes in any of these figures. */
function teamsAfter(
	{ without, withIt, touched }: Pair,
	loads: Loads,
	{ from, until }: Pick<PlanOutcome, 'from' | 'until'>
): TeamAfter[] {
	const [authority, changed] = [without.authority, withIt.authority];
	const teamOf = new Map(
		authority.cases.flatMap((file): [string, string][] => {
			const teamId = teamOfOpen(file, without);
			return teamId === null ? [] : [[file.caseId, teamId]];
		})
	);
	const before = countedByTeam(without, loads.without, ({ caseId }) => teamOf.get(caseId) ?? null);
	const after = countedByTeam(withIt, loads.withIt, (file) =>
		touched.file(file) ? teamOfOpen(file, withIt) : (teamOf.get(file.caseId) ?? null)
	);
	const [unmanagedBefore, unmanagedAfter] = [
		unmanagedDays(authority, from, until),
		unmanagedDays(changed, from, until)
	];
	const ids = new Set(
		[authority, changed].flatMap(({ teams }) =>
			teams.filter(({ supersededOn }) => !supersededOn).map(({ teamId }) => teamId)
		)
	);
	return [...ids]
		.map((teamId): TeamAfter => {
			const days = (found: typeof unmanagedAfter) => found.get(teamId)?.days ?? 0;
			return {
				teamId,
				before: before.get(teamId) ?? null,
				after: after.get(teamId) ?? null,
				unmanaged: {
					before: days(unmanagedBefore),
					after: days(unmanagedAfter),
					from: unmanagedAfter.get(teamId)?.from ?? null
				}
			};
		})
		.filter(
			({ before: one, after: other, unmanaged }) =>
				JSON.stringify(one) !== JSON.stringify(other) || unmanaged.before !== unmanaged.after
		);
}

/** Null: closed on the view's day, or of no team. */
function teamOfOpen(file: CaseFile, view: View): string | null {
	return isOpenOn(file, view.knowledge.on, view.knowledge) ? teamOfCase(file, view) : null;
}

function countedByTeam(
	view: View,
	loads: ReadonlyMap<string, Caseload>,
	teamOf: (file: CaseFile) => string | null
): Map<string, TeamCounted> {
	const { on } = view.knowledge;
	const counted = new Map<string, TeamCounted>();
	for (const team of teamsKnown(view))
		if (isOpenTeam(team, view)) counted.set(team.teamId, { people: 0, cases: 0, points: 0, capacity: 0 });
	for (const load of loads.values()) {
		const person = view.authority.people.get(load.practitionerId);
		const posting = person && inPostOn(person, on, view.knowledge);
		const team = posting && counted.get(posting.teamId);
		if (!team) continue;
		team.people += 1;
		team.points = Math.round((team.points + load.points) * 1000) / 1000;
		team.capacity = Math.round((team.capacity + load.capacity.points) * 1000) / 1000;
	}
	for (const file of view.authority.cases) {
		const teamId = teamOf(file);
		const team = teamId === null ? undefined : counted.get(teamId);
		if (team) team.cases += 1;
	}
	return counted;
}

/** Days on which an open team with somebody in post has no manager in post, and the first of them. */
function unmanagedDays(
	authority: Authority,
	from: CalendarDate,
	until: CalendarDate
): Map<string, { days: number; from: CalendarDate }> {
	const turns = new Set([from]);
	for (const { postings, details } of authority.people.values())
		for (const day of [
			...postings.flatMap((posting) => [posting.from, posting.to]),
			...details.map(({ leftOn }) => leftOn)
		])
			if (day !== null && day > from && day < until) turns.add(day);
	for (const { openedOn, closedOn } of authority.teams)
		for (const day of [openedOn, closedOn]) if (day !== null && day > from && day < until) turns.add(day);
	const days = [...turns].sort();
	const found = new Map<string, { days: number; from: CalendarDate }>();
	for (const [place, on] of days.entries()) {
		const view = viewOf(authority, on);
		const managed = managedTeams(view);
		const length = daysBetween(on, days[place + 1] ?? until);
		const staffed = new Set(
			[...authority.people.values()].flatMap((person) => inPostOn(person, on, view.knowledge)?.teamId ?? [])
		);
		for (const team of authority.teams) {
			const { teamId } = team;
			if (!isKnown(team, team.openedOn, view.knowledge) || !isOpenTeam(team, view)) continue;
			if (managed.has(teamId) || !staffed.has(teamId)) continue;
			const so = found.get(teamId);
			found.set(teamId, { days: (so?.days ?? 0) + length, from: so?.from ?? on });
		}
	}
	return found;
}

/** A case of high stakes that would not be suitably held, of those that the plan touches or makes so. */
function notSuitable(file: CaseFile, { without, withIt, touched }: Pair): NotSuitable | null {
	const state = caseState(file, withIt);
	if (!state || state.demands.stakes !== 'high' || state.suitablyHeld) return null;
	const was = touched.asItWas(file);
	const already = was !== undefined && caseState(was, without)?.suitablyHeld === false;
	const { on } = withIt.knowledge;
	const leadId = leadOn(file, on, withIt.knowledge);
	if (already && was && leadOn(was, on, without.knowledge) === leadId) return null;
	return { caseId: file.caseId, reference: file.reference, leadId, already };
}
