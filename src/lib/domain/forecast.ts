import { arrange, viewOf, type Facts, type View } from './authority.ts';
import { addDays, type CalendarDate } from './calendar.ts';
import { caseloadOf, type Band, type Caseload } from './caseload.ts';
import { ledBy, membersOf, supervisionOfPerson, type CountedCase } from './heatmap.ts';
import type { Period, Recorded } from './knowledge.ts';
import {
	absenceOn,
	isCurrent,
	postingOn,
	inPostOn,
	tierOn,
	type Person,
	type Reduction,
	type Tier
} from './people.ts';
import { caseState, teamOfCase } from './rules-about-cases.ts';

/** How far ahead a forecast looks, in days. */
export const FORECAST_DAYS = 28;

/** One thing that comes to pass on a day if nobody acts, by what is recorded today. */
export type Coming =
	| { code: 'OVERSIGHT_DUE'; aCase: CountedCase }
	| { code: 'SUPERVISION_DUE'; bookedOn: CalendarDate | null }
	| { code: 'OVER_CAPACITY'; load: Caseload }
	| { code: 'WITHIN_CAPACITY'; load: Caseload }
	| { code: 'TIER'; from: Tier; to: Tier; may: readonly CountedCase[]; mayNot: readonly CountedCase[] }
	| { code: 'LAPSES'; course: string; mayNot: readonly CountedCase[] }
	| { code: 'COMES' | 'GOES' | 'AWAY' | 'BACK' }
	| { code: 'REDUCED' | 'RESTORED'; reduction: Reduction }
	| { code: 'CASE_ENDS' | 'CASE_COMES'; aCase: CountedCase };

/** Something coming, and whom it is about; nobody where a case has no lead. */
export type ComingOn = Coming & { on: CalendarDate; practitionerId: string | null };

/** A day of the forecast: the same rules asked of a later day, by what is recorded today. */
export interface Ahead {
	today: CalendarDate;
	/** Today's view and those of the days to come, one for each. */
	views: readonly View[];
}

/** The days to come, seen from today. What came to be known after today is not looked at, whenever it happened. */
export function aheadOf(facts: Facts, today: CalendarDate, days = FORECAST_DAYS): Ahead {
	const authority = arrange(recordedBy(facts, today));
	const views = Array.from({ length: days + 1 }, (_, place) => viewOf(authority, addDays(today, place)));
	return { today, views };
}

/**
 * The facts as recorded by a day, so that later days may be asked about without what was recorded later. Of what happens
 * after the day only dated stretches stay: postings, absences, reductions, kinds, allocations and their ends are plans;
 * oversight, sessions held and actions done are not.
 */
export function recordedBy(facts: Facts, day: CalendarDate): Facts {
	const happened = (on: CalendarDate | null) => on === null || on <= day;
	const rows = <Row extends Recorded>(all: readonly Row[]): Row[] =>
		all.flatMap((row) => {
			if (row.recordedOn !== null && row.recordedOn > day) return [];
			const gone = row.supersededOn ?? null;
			if (gone !== null && gone <= day) return [];
			return gone === null ? row : { ...row, supersededOn: null };
		});
	const stretches = <Row extends Period>(all: readonly Row[]): Row[] =>
		rows(all).map((row) => (isLate(row) ? { ...row, to: null, endRecordedOn: null } : row));
	const isLate = ({ endRecordedOn }: { endRecordedOn: CalendarDate | null }) =>
		endRecordedOn !== null && endRecordedOn > day;
	return {
		...facts,
		teams: rows(facts.teams).map((row) => (isLate(row) ? { ...row, closedOn: null } : row)),
		people: new Map(
			[...facts.people].map(([id, person]) => [
				id,
				{
					...person,
					details: rows(person.details).map((row) => (isLate(row) ? { ...row, leftOn: null } : row)),
					postings: stretches(person.postings),
					absences: stretches(person.absences),
					reductions: stretches(person.reductions),
					training: rows(person.training).filter(({ completedOn }) => happened(completedOn))
				}
			])
		),
		cases: facts.cases.map((file) => ({
			...file,
			details: rows(file.details).map((row) => (isLate(row) ? { ...row, closedOn: null } : row)),
			kinds: stretches(file.kinds),
			allocations: stretches(file.allocations),
			oversight: rows(file.oversight).filter(({ madeOn }) => happened(madeOn)),
			discussions: rows(file.discussions).filter(({ heldOn }) => happened(heldOn))
		})),
		sessions: rows(facts.sessions).map((session) =>
			happened(session.heldOn) ? session : { ...session, heldOn: null }
		),
		actions: rows(facts.actions).map((action) =>
			happened(action.doneOn) ? action : { ...action, doneOn: null }
		),
		requests: rows(facts.requests),
		restructures: stretches(facts.restructures)
	};
}

/** What comes to pass in a team in the days ahead, in order of time, the worst of a day first. */
export function comingIn(teamId: string, { today, views }: Ahead): ComingOn[] {
	const [now] = views;
	if (!now) return [];
	const coming: ComingOn[] = [];
	const members = new Map<string, Person>();
	for (const view of views)
		for (const person of membersOf(teamId, view)) members.set(person.practitionerId, person);
	for (const person of members.values()) coming.push(...comingFor(person, teamId, views));
	coming.push(...oversightFallingDue(teamId, now, views));
	return coming
		.filter(({ on }) => on >= today)
		.sort(
			(a, b) =>
				(a.on < b.on ? -1 : a.on > b.on ? 1 : 0) ||
				ORDER.indexOf(a.code) - ORDER.indexOf(b.code) ||
				((a.practitionerId ?? '') < (b.practitionerId ?? '') ? -1 : 1)
		);
}

/** The worst first. */
export const ORDER: readonly Coming['code'][] = [
	'OVERSIGHT_DUE',
	'SUPERVISION_DUE',
	'OVER_CAPACITY',
	'LAPSES',
	'TIER',
	'GOES',
	'AWAY',
	'REDUCED',
	'CASE_COMES',
	'CASE_ENDS',
	'RESTORED',
	'BACK',
	'COMES',
	'WITHIN_CAPACITY'
];

/**
 * The cases of a team on whose day oversight falls due, from today on, by their clock on that very day; a case that is
 * overdue today does not fall due any more.
 */
function oversightFallingDue(teamId: string, now: View, views: readonly View[]): ComingOn[] {
	return now.authority.cases.flatMap((file): ComingOn[] => {
		const clockNow = caseState(file, now)?.clock;
		if (clockNow && now.knowledge.on > clockNow.dueOn) return [];
		for (const view of views) {
			const { on } = view.knowledge;
			const state = caseState(file, view);
			if (!state?.clock || on < state.clock.dueOn) continue;
			if (teamOfCase(file, view) !== teamId) return [];
			const { caseId, reference } = file;
			return [{ code: 'OVERSIGHT_DUE', on, practitionerId: state.leadId, aCase: { caseId, reference } }];
		}
		return [];
	});
}

/** What changes for one person from each day to the next. */
function comingFor(person: Person, teamId: string, views: readonly View[]): ComingOn[] {
	const { practitionerId } = person;
	const coming: ComingOn[] = [];
	let before: PersonOnDay | null = null;
	let supervisionFell = false;
	for (const view of views) {
		const { on } = view.knowledge;
		const after: PersonOnDay = personOnDay(person, teamId, view);
		const { supervision } = supervisionOfPerson(person, view);
		if (after.here && supervision && !supervisionFell && on >= supervision.dueOn) {
			supervisionFell = true;
			if (before !== null || on === supervision.dueOn)
				coming.push({
					code: 'SUPERVISION_DUE',
					on,
					practitionerId,
					bookedOn: bookedFrom(person, views[0] ?? view)
				});
		}
		if (before)
			for (const each of changesBetween(before, after)) coming.push({ ...each, on, practitionerId });
		before = after;
	}
	return coming;
}

/** The first day on which a session is booked; null: none is. */
function bookedFrom({ practitionerId }: Person, { authority, knowledge }: View): CalendarDate | null {
	const booked = (authority.sessionsOf.get(practitionerId) ?? []).flatMap(
		({ plannedOn, heldOn, cancelled }) =>
			plannedOn !== null && plannedOn >= knowledge.on && heldOn === null && !cancelled ? plannedOn : []
	);
	return booked.sort()[0] ?? null;
}

interface PersonOnDay {
	here: boolean;
	away: boolean;
	tier: Tier;
	load: Caseload;
	reductions: readonly Reduction[];
	courses: ReadonlySet<string>;
	led: ReadonlyMap<string, CountedCase & { suitable: boolean; missing: readonly string[] }>;
}

function personOnDay(person: Person, teamId: string, view: View): PersonOnDay {
	const { on } = view.knowledge;
	const load = caseloadOf(person, view);
	const courses = new Set(person.training.map(({ course }) => course));
	return {
		here:
			inPostOn(person, on, view.knowledge) !== null &&
			postingOn(person, on, view.knowledge)?.teamId === teamId,
		away: absenceOn(person, on, view.knowledge) !== null,
		tier: tierOn(person, on, view.knowledge).tier,
		load,
		reductions: load.capacity.reductions,
		courses: new Set([...courses].filter((course) => isCurrent(person, course, on, view.knowledge))),
		led: new Map(
			ledBy(person, view).map(({ file: { caseId, reference }, suitability }) => [
				caseId,
				{ caseId, reference, suitable: suitability?.suitable ?? false, missing: suitability?.missing ?? [] }
			])
		)
	};
}

function changesBetween(before: PersonOnDay, after: PersonOnDay): Coming[] {
	const changes: Coming[] = [];
	if (before.here !== after.here) changes.push({ code: after.here ? 'COMES' : 'GOES' });
	if (!before.here && !after.here) return [];
	if (before.away !== after.away) changes.push({ code: after.away ? 'AWAY' : 'BACK' });
	for (const reduction of before.reductions)
		if (!after.reductions.includes(reduction)) changes.push({ code: 'RESTORED', reduction });
	for (const reduction of after.reductions)
		if (!before.reductions.includes(reduction)) changes.push({ code: 'REDUCED', reduction });
	if (isOver(before.load.band) !== isOver(after.load.band))
		changes.push({ code: isOver(after.load.band) ? 'OVER_CAPACITY' : 'WITHIN_CAPACITY', load: after.load });
	const both = [...before.led.values()].flatMap((was) => {
		const is = after.led.get(was.caseId);
		return is ? { was, is } : [];
	});
	const mayNot = both.filter(({ was, is }) => was.suitable && !is.suitable).map(({ is }) => is);
	const may = both.filter(({ was, is }) => !was.suitable && is.suitable).map(({ is }) => is);
	if (before.tier !== after.tier)
		changes.push({ code: 'TIER', from: before.tier, to: after.tier, may, mayNot });
	for (const course of before.courses)
		if (!after.courses.has(course))
			changes.push({
				code: 'LAPSES',
				course,
				mayNot: mayNot.filter(({ missing }) => missing.includes(course))
			});
	for (const was of before.led.values())
		if (!after.led.has(was.caseId)) changes.push({ code: 'CASE_ENDS', aCase: was });
	for (const is of after.led.values())
		if (!before.led.has(is.caseId)) changes.push({ code: 'CASE_COMES', aCase: is });
	return changes;
}

function isOver(band: Band): boolean {
	return band === 'over' || band === 'far_over' || band === 'no_capacity';
}
