import { isOverdue, type Action } from './actions.ts';
import { isInPost, personOf, type View } from './authority.ts';
import { daysBetween, type CalendarDate } from './calendar.ts';
import { caseloadOf, type AmongCases, type Caseload } from './caseload.ts';
import { isOpenOn, leadOn, leadSince, type CaseFile } from './cases.ts';
import { CASE_RULES, caseState, teamOfCase, type CaseState } from './rules-about-cases.ts';
import { isSupervised, supervisionOf } from './rules-about-practitioners.ts';
import { standingOn, type Standing } from './oversight.ts';
import { absenceOn, postingOn, tierOn, type Person, type TierOfPerson } from './people.ts';
import type { SupervisionClock } from './supervision.ts';

/** One case as a cell counts it. */
export interface CountedCase {
	caseId: string;
	reference: string;
}

/** The oversight of one led case: days since the last that counts, or since the clock started. */
export interface OversightOfCase extends CountedCase {
	days: number;
	everSince: boolean;
	standing: Standing;
	dueOn: CalendarDate;
}

/** Where somebody's supervision stands. */
export interface SupervisionOfPerson {
	/** Null: not supervised (a director, or outside practice), or before observed-from. */
	supervision: SupervisionClock | null;
	/** Days since supervision was last held, or since it was first counted from. */
	daysSinceSupervision: number | null;
	supervisionStanding: Standing | null;
}

/** One practitioner of a team, with the rows behind every figure, so that a cell opens exactly what it counts. */
export interface HeatmapRow extends SupervisionOfPerson {
	practitionerId: string;
	tier: TierOfPerson;
	fte: number;
	/** The first day of the absence under way; null: here. */
	awaySince: CalendarDate | null;
	load: Caseload;
	cases: readonly CountedCase[];
	highStakes: readonly CountedCase[];
	/** Lead allocations begun in the last 7 days. */
	newCases: readonly CountedCase[];
	/** Worst first. */
	oversight: readonly OversightOfCase[];
	actionsOverdue: readonly Action[];
	/** Cases led for which a required course is not current, and the courses. */
	trainingGaps: readonly (CountedCase & { missing: readonly string[] })[];
	heldWithoutOversight: readonly CountedCase[];
}

const NEW_WITHIN_DAYS = 7;

/**
 * Who and what is within the scope of who asks, where facts around them were gathered too: the people posted to teams, of
 * whom every case counts, and the cases given to a team, which count there whoever leads them.
 */
export interface TeamScope {
	people: ReadonlySet<string>;
	wasGiven: (caseId: string, teamId: string) => boolean;
}

/** The heatmap of a team on the view's day: a row for each of its members. */
export function heatmapOf(teamId: string, view: View, scope: TeamScope | null = null): HeatmapRow[] {
	return membersOf(teamId, view, scope).map((person) => heatmapRow(person, view, teamId, scope));
}

/** Everyone posted to a team on the view's day, and anyone else who leads one of its cases. */
export function membersOf(teamId: string, view: View, scope: TeamScope | null = null): Person[] {
	return membersByTeam(view, scope).get(teamId) ?? [];
}

/** The members of every team that has some. */
export function membersByTeam(view: View, scope: TeamScope | null = null): Map<string, Person[]> {
	const day = view.knowledge.on;
	const members = new Map<string, Set<Person>>();
	const add = (teamId: string | null | undefined, person: Person | null) => {
		if (!teamId || !person) return;
		const team = members.get(teamId);
		if (team) team.add(person);
		else members.set(teamId, new Set([person]));
	};
	for (const person of view.authority.people.values())
		if (isInPost(view, person.practitionerId, day) && isShown(scope, person.practitionerId))
			add(postingOn(person, day, view.knowledge)?.teamId, person);
	for (const file of view.authority.cases) {
		if (!isOpenOn(file, day, view.knowledge)) continue;
		const teamId = teamOfCase(file, view);
		const lead = leadOn(file, day, view.knowledge);
		if (teamId !== null && lead !== null && isWithin(scope, lead, file, teamId))
			add(teamId, personOf(view, lead));
	}
	return new Map([...members].map(([teamId, people]) => [teamId, [...people]]));
}

const HELD_WITHOUT_OVERSIGHT = CASE_RULES.find(({ code }) => code === 'HELD_WITHOUT_OVERSIGHT');

/** The figures of one person: of all their cases, or as a team has them among its own. */
export function heatmapRow(
	person: Person,
	view: View,
	teamId: string | null = null,
	scope: TeamScope | null = null
): HeatmapRow {
	const { on: day } = view.knowledge;
	const { practitionerId } = person;
	const among = casesAs(person, view, teamId, scope);
	const led = ledBy(person, view, among);
	const posting = postingOn(person, day, view.knowledge);
	return {
		practitionerId,
		tier: tierOn(person, day, view.knowledge),
		fte: posting?.fte ?? 0,
		awaySince: absenceOn(person, day, view.knowledge)?.from ?? null,
		load: caseloadOf(person, view, among),
		cases: led.map(({ file }) => counted(file)),
		highStakes: led.filter(({ demands }) => demands.stakes === 'high').map(({ file }) => counted(file)),
		newCases: led
			.filter(({ file }) => {
				const since = leadSince(file, practitionerId, day, view.knowledge);
				return since !== null && daysBetween(since, day) < NEW_WITHIN_DAYS;
			})
			.map(({ file }) => counted(file)),
		...supervisionOfPerson(person, view),
		oversight: oversightWorstFirst(led),
		actionsOverdue: actionsOf(practitionerId, led, view, among === undefined).filter((action) =>
			isOverdue(action, view.knowledge)
		),
		trainingGaps: led.flatMap(({ file, suitability }) =>
			suitability && suitability.missing.length > 0 ? { ...counted(file), missing: suitability.missing } : []
		),
		heldWithoutOversight: led.flatMap((state) =>
			HELD_WITHOUT_OVERSIGHT?.holds(state) ? counted(state.file) : []
		)
	};
}

/**
 * Which cases of somebody a team counts as theirs; undefined: all of them. Who is no longer in post stands with every team
 * whose cases they still lead, in each with its own cases, so that none is counted twice.
 */
export function casesAs(
	{ practitionerId }: Person,
	view: View,
	teamId: string | null,
	scope: TeamScope | null = null
): AmongCases | undefined {
	if (teamId === null) return undefined;
	if (isInPost(view, practitionerId, view.knowledge.on) && isShown(scope, practitionerId)) return undefined;
	return (file) => teamOfCase(file, view) === teamId && isWithin(scope, practitionerId, file, teamId);
}

function isShown(scope: TeamScope | null, practitionerId: string): boolean {
	return scope?.people.has(practitionerId) ?? true;
}

/** Whether a case of a team counts there: its lead is shown, or it was given to the team, whoever leads it. */
function isWithin(scope: TeamScope | null, lead: string, { caseId }: CaseFile, teamId: string): boolean {
	return isShown(scope, lead) || (scope?.wasGiven(caseId, teamId) ?? true);
}

/** The open cases that somebody leads on the view's day, all or some of them. */
export function ledBy({ practitionerId }: Person, view: View, among: AmongCases = () => true): CaseState[] {
	return (view.authority.heldBy.get(practitionerId) ?? []).flatMap((file) =>
		leadOn(file, view.knowledge.on, view.knowledge) === practitionerId && among(file)
			? (caseState(file, view) ?? [])
			: []
	);
}

/** The oversight of some cases, the worst first; those without a clock are left out. */
export function oversightWorstFirst(led: readonly CaseState[]): OversightOfCase[] {
	return led.flatMap((state) => oversightOf(state) ?? []).sort(worstOversightFirst);
}

export function supervisionOfPerson(person: Person, view: View): SupervisionOfPerson {
	const day = view.knowledge.on;
	const posting = postingOn(person, day, view.knowledge);
	const supervision = posting && isSupervised(posting) ? supervisionOf(person, view) : null;
	return {
		supervision,
		daysSinceSupervision: supervision && daysBetween(supervision.countedFrom, day),
		supervisionStanding: supervision && supervisionStanding(supervision, day)
	};
}

function counted({ caseId, reference }: CaseFile): CountedCase {
	return { caseId, reference };
}

/** Where the clock of supervision stands: due in the last fifth of its interval. */
export function supervisionStanding(clock: SupervisionClock, day: CalendarDate): Standing {
	if (day > clock.dueOn) return 'overdue';
	const whole = daysBetween(clock.countedFrom, clock.dueOn);
	return daysBetween(day, clock.dueOn) < Math.max(1, Math.ceil(whole / 5)) ? 'due' : 'on_track';
}

/** The oversight of a case as the heatmap and the case page show it; null before observed-from. */
export function oversightOf({ file, clock, day }: CaseState): OversightOfCase | null {
	if (!clock) return null;
	return {
		...counted(file),
		days: daysBetween(clock.lastOversightOn ?? clock.startedOn, day),
		everSince: clock.lastOversightOn !== null,
		standing: standingOn(clock, day),
		dueOn: clock.dueOn
	};
}

const STANDING_ORDER: Record<Standing, number> = { overdue: 0, due: 1, on_track: 2 };

function worstOversightFirst(a: OversightOfCase, b: OversightOfCase): number {
	return (
		STANDING_ORDER[a.standing] - STANDING_ORDER[b.standing] ||
		(a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0) ||
		b.days - a.days
	);
}

/** The actions about some cases that somebody leads, and those about no case that are theirs. */
function actionsOf(
	practitionerId: string,
	led: readonly CaseState[],
	{ authority }: View,
	withOwn: boolean
): Action[] {
	return [
		...led.flatMap(({ file }) => authority.actionsAbout.get(file.caseId) ?? []),
		...((withOwn && authority.actionsAbout.get(practitionerId)) || [])
	];
}
