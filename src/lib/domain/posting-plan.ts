import {
	caseOn,
	casesOf,
	daysFrom,
	noSupervisor,
	stretchesOf,
	turnedOn,
	type CaseUncovered,
	type DayOfPlan,
	type Uncovered
} from './absence-plan.ts';
import { isInPost, personOf, viewOf, type Authority, type View } from './authority.ts';
import { addDays, addWorkingDays, type CalendarDate } from './calendar.ts';
import { isOpenOn, leadOn, type CaseFile } from './cases.ts';
import { caseloadOf, type Caseload } from './caseload.ts';
import { changesOfHands } from './changes-of-hands.ts';
import { inPostOn, tierOn, type Posting, type Tier } from './people.ts';
import { standingPostings, withPosting, type PostingChange, type PostingRow } from './posting-change.ts';
import { managedTeams } from './teams.ts';

/** Cases that come into other hands on a day, and the last day on which oversight of it is in time. */
export interface HandedOver {
	on: CalendarDate;
	oversightBy: CalendarDate;
	cases: readonly CaseUncovered[];
}

/** Somebody's load or span on a day, without the change and with it. */
export interface LoadOnDay {
	on: CalendarDate;
	before: Caseload;
	after: Caseload;
}

export interface SpanOnDay {
	on: CalendarDate;
	supervisorId: string;
	before: number;
	after: number;
}

/** What a change of somebody's posting does, day by day, if nothing else is recorded. */
export interface PostingPlan {
	rows: readonly PostingRow[];
	left: PostingChange['left'];
	/** The first day from now on which the change tells, and the day after the last one looked at. */
	from: CalendarDate;
	lookedUntil: CalendarDate;
	/** Postings already recorded that begin after the first day of the change and stand. */
	later: readonly Posting[];
	/** Cases led by the person while they are not in post. */
	unled: readonly Uncovered<CaseUncovered>[];
	/** Whoever has no supervisor through the change. */
	alone: readonly Uncovered<{ practitionerId: string }>[];
	/** Teams that have no manager in post through the change. */
	unmanaged: readonly Uncovered<{ teamId: string }>[];
	handedOver: readonly HandedOver[];
	/** What the person counts as in experience, where another role changes that. */
	tiers: readonly { on: CalendarDate; before: Tier; after: Tier }[];
	loads: readonly LoadOnDay[];
	spans: readonly SpanOnDay[];
	/** The days on which the flags differ from those without the change, and from the day told before. */
	days: readonly DayOfPlan[];
}

/** What a plan can concern: cases the person holds, people they supervise, and those who would supervise them. */
export interface ConcernedByPosting {
	caseIds: readonly string[];
	superviseeIds: readonly string[];
	supervisorIds: readonly string[];
}

const DAYS_LOOKED_AT = 56;
/** Days after a change of hands on which oversight of it is in time (HANDOVER_WITHOUT_OVERSIGHT), in working days. */
const OVERSIGHT_AFTER = 5;
/** Waits of UNALLOCATED, in working days. */
const UNALLOCATED_AFTER = [1, 5];

/**
 * What follows from the change, by the rules themselves: asked with it and without it on every day from the day it begins
 * (or `today`) for eight weeks, and on the day on which what it brings ends.
 */
export function planPosting(
	authority: Authority,
	change: PostingChange,
	today: CalendarDate,
	those: ConcernedByPosting
): PostingPlan {
	const { practitionerId, rows } = change;
	const changed = withPosting(authority, change, today);
	const person = changed.people.get(practitionerId);
	if (!person) throw new Error('the plan is about somebody who was not gathered');
	const edges = edgesOf(rows);
	const [begins = today] = edges;
	const from = begins > today ? begins : today;
	const furthest = addDays(from, DAYS_LOOKED_AT);
	const looked = daysFrom(from, furthest);
	const withouts = new Map(looked.map((on) => [on, viewOf(authority, on)]));
	const views = looked.map((on) => viewOf(changed, on));
	const without = ({ knowledge }: View) => withouts.get(knowledge.on) ?? viewOf(authority, knowledge.on);
	const files = casesOf(changed, those.caseIds);
	const people = [practitionerId, ...those.superviseeIds].flatMap((id) => changed.people.get(id) ?? []);
	const turning = edges.map((on) => (on > today ? on : today));
	const pairs = [...new Set(turning)].map((on) => ({
		without: viewOf(authority, on),
		withIt: viewOf(changed, on)
	}));
	const supervisorIds = [...new Set([...those.supervisorIds, practitionerId])];
	return {
		rows,
		left: change.left,
		from,
		lookedUntil: addDays(furthest, 1),
		later: standingPostings(person).filter(
			(posting) => posting.from > begins && !rows.some(({ after }) => after === posting)
		),
		unled: files.flatMap((file) =>
			stretchesOf(views, (view) =>
				unled(file, practitionerId, view) && !unled(file, practitionerId, without(view)) ? 'critical' : null
			).map((run) => ({ ...run, subject: caseOn(file, run.from, changed) }))
		),
		alone: people.flatMap((each) =>
			stretchesOf(views, (view) => {
				const before = authority.people.get(each.practitionerId);
				const stood = before ? noSupervisor(before, without(view)) : null;
				return stood === null ? noSupervisor(each, view) : null;
			}).map((run) => ({ ...run, subject: { practitionerId: each.practitionerId } }))
		),
		unmanaged: teamsManaged(rows).flatMap((teamId) =>
			stretchesOf(views, (view) =>
				!managedTeams(view).has(teamId) && managedTeams(without(view)).has(teamId) ? 'high' : null
			).map((run) => ({ ...run, subject: { teamId } }))
		),
		handedOver: edges.flatMap((on) => handedOver(files, practitionerId, on, today, authority, changed)),
		tiers: pairs.flatMap((pair) => tierOnDay(practitionerId, pair)),
		loads: pairs.flatMap((pair) => loadOn(practitionerId, pair)),
		spans: pairs.flatMap((pair) => supervisorIds.flatMap((id) => spanOn(id, pair))),
		days: tellingDays(edges, today)
			.map((on) =>
				turnedOn(viewOf(authority, on), viewOf(changed, on), files, [
					...new Set([practitionerId, ...those.superviseeIds, ...those.supervisorIds])
				])
			)
			.filter((day, place, all) => place === 0 || sameFlags(day) !== sameFlags(all[place - 1]))
	};
}

/** The days on which a posting begins or ends through the change, in order. */
function edgesOf(rows: readonly PostingRow[]): CalendarDate[] {
	const days = rows.flatMap(({ before, after }) => {
		const was = [before?.from ?? null, before?.to ?? null];
		const is = [after?.from ?? null, after?.to ?? null];
		return is.flatMap((day, position) => {
			const then = was[position] ?? null;
			return day === then ? [] : [day ?? [], then ?? []].flat();
		});
	});
	const same = rows.flatMap(({ change, after }) => (change === 'corrected' ? [after.from] : []));
	return [...new Set(days.length > 0 ? days : same)].sort();
}

/** Each turn, and the first day after each wait that begins with it. */
function tellingDays(edges: readonly CalendarDate[], today: CalendarDate): CalendarDate[] {
	const days = edges.flatMap((edge) => [
		edge,
		...[...UNALLOCATED_AFTER, OVERSIGHT_AFTER].map((limit) => addDays(addWorkingDays(edge, limit), 1))
	]);
	return [...new Set([today, ...days])].filter((day) => day >= today).sort();
}

/** Whether the person leads an open case on the view's day and is not in post. */
function unled(file: CaseFile, practitionerId: string, view: View): boolean {
	const { knowledge } = view;
	const { on } = knowledge;
	return (
		isOpenOn(file, on, knowledge) &&
		leadOn(file, on, knowledge) === practitionerId &&
		!isInPost(view, practitionerId, on)
	);
}

function teamsManaged(rows: readonly PostingRow[]): string[] {
	const managed = rows.flatMap(({ before }) => (before?.role === 'team_manager' ? before.teamId : []));
	return [...new Set(managed)];
}

/** The cases led by the person that have another team or supervisor on the day through the change. */
function handedOver(
	files: readonly CaseFile[],
	practitionerId: string,
	on: CalendarDate,
	today: CalendarDate,
	authority: Authority,
	changed: Authority
): HandedOver[] {
	const day = on > today ? on : today;
	const changes = (file: CaseFile, facts: Authority) =>
		changesOfHands(file, addDays(on, -1), on, viewOf(facts, day)).some(
			({ change, toId }) => change === 'POSTING' && toId === practitionerId
		);
	const cases = files
		.filter((file) => isOpenOn(file, day, viewOf(changed, day).knowledge))
		.filter((file) => changes(file, changed) && !changes(file, authority))
		.map((file) => caseOn(file, day, changed));
	return cases.length === 0 ? [] : [{ on, oversightBy: addWorkingDays(on, OVERSIGHT_AFTER), cases }];
}

function sameFlags(day: DayOfPlan | undefined): string {
	const told = (flags: DayOfPlan['raised'] = []) =>
		flags.map(({ code, subjectId }) => `${code} ${subjectId}`).sort();
	return [...told(day?.raised), 'not', ...told(day?.cleared)].join();
}

interface Pair {
	without: View;
	withIt: View;
}

function tierOnDay(practitionerId: string, { without, withIt }: Pair): PostingPlan['tiers'] {
	const { on } = withIt.knowledge;
	const was = personOf(without, practitionerId);
	const is = personOf(withIt, practitionerId);
	if (!was || !is || !isInPost(withIt, practitionerId, on)) return [];
	const before = tierOn(was, on, without.knowledge).tier;
	const after = tierOn(is, on, withIt.knowledge).tier;
	return before === after ? [] : [{ on, before, after }];
}

function loadOn(practitionerId: string, { without, withIt }: Pair): LoadOnDay[] {
	const was = personOf(without, practitionerId);
	const is = personOf(withIt, practitionerId);
	if (!was || !is) return [];
	const before = caseloadOf(was, without);
	const after = caseloadOf(is, withIt);
	const same = before.capacity.points === after.capacity.points && before.points === after.points;
	return same ? [] : [{ on: withIt.knowledge.on, before, after }];
}

function spanOn(supervisorId: string, { without, withIt }: Pair): SpanOnDay[] {
	const count = (view: View) =>
		(view.authority.supervisedBy.get(supervisorId) ?? []).filter(
			(each) => inPostOn(each, view.knowledge.on, view.knowledge)?.supervisorId === supervisorId
		).length;
	const [before, after] = [count(without), count(withIt)];
	return before === after ? [] : [{ on: withIt.knowledge.on, supervisorId, before, after }];
}
