import { policyInForce, type View } from './authority.ts';
import { addDays, type CalendarDate } from './calendar.ts';
import { isOpenOn, leadOn } from './cases.ts';
import type { CountedCase } from './heatmap.ts';
import { isKnown, type Courses, type Knowledge } from './knowledge.ts';
import { demandsOn } from './oversight.ts';
import { lapsesOn, postingOn, inPostOn, type Person } from './people.ts';
import { caseState, type CaseState } from './rules-about-cases.ts';
import { isSupervised, SUPERVISING } from './rules-about-practitioners.ts';

/** How long before it lapses a course is worth booking again: a local default, as long as places are booked ahead. */
export const LAPSING_DAYS = 90;

export const COURSE_STATES = ['current', 'lapsing', 'lapsed', 'never'] as const;
export type CourseState = (typeof COURSE_STATES)[number];

/** Where somebody stands with a course on a day. */
export interface CourseStanding {
	/** Current and lapsing are both current by the rules; lapsing lapses within 90 days. */
	state: CourseState;
	/** The first day on which it is no longer current, or was no longer; null: for good, or never done. */
	lapsesOn: CalendarDate | null;
}

/** The standing of a course for a person on the day, from every completion known: any one current row will do. */
export function courseStanding(
	person: Person,
	course: string,
	day: CalendarDate,
	knowledge: Knowledge
): CourseStanding {
	const courses = knowledge.judgedOn?.(day).courses;
	let last: CalendarDate | null = null;
	for (const training of person.training) {
		if (training.course !== course || training.completedOn > day) continue;
		if (!isKnown(training, training.completedOn, knowledge)) continue;
		const lapses = lapsesOn(training, courses);
		if (lapses === null) return { state: 'current', lapsesOn: null };
		if (last === null || lapses > last) last = lapses;
	}
	if (last === null) return { state: 'never', lapsesOn: null };
	if (last <= day) return { state: 'lapsed', lapsesOn: last };
	return { state: last <= addDays(day, LAPSING_DAYS) ? 'lapsing' : 'current', lapsesOn: last };
}

/** What somebody needs a course for on a day. */
export interface TrainingNeed {
	/** Open cases they lead whose kinds require it. */
	cases: readonly CountedCase[];
	/** How many of these have high stakes. */
	highStakes: number;
	/** People in post whose posting names them as supervisor; counted for the course in supervising alone. */
	supervisees: number;
}

/** The courses somebody needs for what they hold on the view's day, by code. */
function trainingNeeds(person: Person, view: View): ReadonlyMap<string, TrainingNeed> {
	const needs = new Map<string, { cases: CountedCase[]; highStakes: number; supervisees: number }>();
	const needOf = (course: string) => {
		const need = needs.get(course) ?? { cases: [], highStakes: 0, supervisees: 0 };
		needs.set(course, need);
		return need;
	};
	for (const { file, demands } of casesLed(person, view))
		for (const course of demands.training) {
			const need = needOf(course);
			need.cases.push({ caseId: file.caseId, reference: file.reference });
			if (demands.stakes === 'high') need.highStakes++;
		}
	const supervisees = superviseesOf(person, view);
	if (supervisees > 0) needOf(SUPERVISING).supervisees = supervisees;
	return needs;
}

/** The same courses, of which no more is wanted than which they are. */
export function coursesNeeded(person: Person, view: View): ReadonlySet<string> {
	const needed = new Set<string>();
	for (const { demands } of casesLed(person, view)) for (const course of demands.training) needed.add(course);
	if (superviseesOf(person, view) > 0) needed.add(SUPERVISING);
	return needed;
}

/** The same of everybody there is: each case is looked at once, and nothing is kept of it. */
export function coursesNeededByEach(view: View): (person: Person) => ReadonlySet<string> {
	const { knowledge, authority } = view;
	const { on: day } = knowledge;
	const byLead = new Map<string, Set<string>>();
	for (const file of authority.cases) {
		const leadId = isOpenOn(file, day, knowledge) ? leadOn(file, day, knowledge) : null;
		if (leadId === null) continue;
		let needed = byLead.get(leadId);
		if (!needed) byLead.set(leadId, (needed = new Set()));
		for (const course of demandsOn(file, day, view).training) needed.add(course);
	}
	return (person) => {
		const needed = byLead.get(person.practitionerId) ?? new Set();
		if (superviseesOf(person, view) > 0) needed.add(SUPERVISING);
		return needed;
	};
}

/** The open cases that somebody leads on the view's day. */
function casesLed({ practitionerId }: Person, view: View): CaseState[] {
	const led: CaseState[] = [];
	for (const file of view.authority.heldBy.get(practitionerId) ?? []) {
		const state = caseState(file, view);
		if (state?.leadId === practitionerId) led.push(state);
	}
	return led;
}

function superviseesOf(person: Person, view: View): number {
	const { on: day } = view.knowledge;
	if (!inPostOn(person, day, view.knowledge)) return 0;
	return (view.authority.supervisedBy.get(person.practitionerId) ?? []).filter((supervisee) => {
		if (supervisee.practitionerId === person.practitionerId) return false;
		const posting = inPostOn(supervisee, day, view.knowledge);
		return posting?.supervisorId === person.practitionerId && isSupervised(posting);
	}).length;
}

/** One course of one person: where they stand, and what they need it for; `need` null: nothing they hold requires it. */
export interface CourseOfPerson {
	course: string;
	standing: CourseStanding;
	need: TrainingNeed | null;
}

/** Whether a course is needed and not current. */
export function isGap({ standing, need }: Pick<CourseOfPerson, 'standing' | 'need'>): boolean {
	return need !== null && (standing.state === 'lapsed' || standing.state === 'never');
}

export interface TrainingRow {
	practitionerId: string;
	/** Of the posting on the day; null: not in post. */
	teamId: string | null;
	courses: readonly CourseOfPerson[];
}

/** The courses to show: those of the policy in force in its order, then any other that somebody did. */
export function coursesShown(people: Iterable<Person>, view: View): string[] {
	const known = Object.keys(policyInForce(view, view.knowledge.on).courses);
	const others = new Set<string>();
	for (const person of people)
		for (const training of person.training)
			if (!known.includes(training.course) && isKnown(training, training.completedOn, view.knowledge))
				others.add(training.course);
	return [...known, ...[...others].sort()];
}

/** Every course of one person on the view's day. */
export function trainingRow(person: Person, courses: readonly string[], view: View): TrainingRow {
	const { on: day } = view.knowledge;
	const needs = trainingNeeds(person, view);
	return {
		practitionerId: person.practitionerId,
		teamId: postingOn(person, day, view.knowledge)?.teamId ?? null,
		courses: courses.map((course) => ({
			course,
			standing: courseStanding(person, course, day, view.knowledge),
			need: needs.get(course) ?? null
		}))
	};
}

export interface TrainingGap extends CourseOfPerson {
	practitionerId: string;
	need: TrainingNeed;
}

/** Every gap, those that affect most children first; of as many, those with more cases of high stakes, then supervisees. */
export function gapsRanked(rows: readonly TrainingRow[]): TrainingGap[] {
	return rows
		.flatMap(({ practitionerId, courses }) =>
			courses.flatMap(({ course, standing, need }): TrainingGap[] =>
				need !== null && isGap({ standing, need }) ? [{ practitionerId, course, standing, need }] : []
			)
		)
		.sort(
			(a, b) =>
				b.need.cases.length - a.need.cases.length ||
				b.need.highStakes - a.need.highStakes ||
				b.need.supervisees - a.need.supervisees ||
				(a.practitionerId < b.practitionerId ? -1 : a.practitionerId > b.practitionerId ? 1 : 0) ||
				(a.course < b.course ? -1 : 1)
		);
}

/** The cases that some gap of these rows is about, each once. */
export function casesAffected(rows: readonly TrainingRow[]): CountedCase[] {
	const affected = new Map<string, CountedCase>();
	for (const { need } of gapsRanked(rows)) for (const each of need.cases) affected.set(each.caseId, each);
	return [...affected.values()];
}

/** Required courses that are current out of all that are required, of a course or (null) of all. */
export function requiredCurrent(
	rows: readonly TrainingRow[],
	course: string | null = null
): { current: number; required: number } {
	let [current, required] = [0, 0];
	for (const row of rows)
		for (const each of row.courses) {
			if (each.need === null || (course !== null && each.course !== course)) continue;
			required++;
			if (!isGap(each)) current++;
		}
	return { current, required };
}

/**
 * What somebody should book: gaps first, those that affect most children on top; then what lapses within 90 days, soonest
 * first, and of one day what is needed first. Courses that nothing requires and that are not lapsing are left out.
 */
export function toBook({ courses }: TrainingRow): CourseOfPerson[] {
	const weight = (each: CourseOfPerson) => each.need?.cases.length ?? -1;
	const gaps = courses.filter(isGap).sort((a, b) => weight(b) - weight(a));
	const lapsing = courses
		.filter(({ standing }) => standing.state === 'lapsing')
		.sort((a, b) => {
			const [left, right] = [a.standing.lapsesOn ?? '', b.standing.lapsesOn ?? ''];
			return left === right ? weight(b) - weight(a) : left < right ? -1 : 1;
		});
	return [...gaps, ...lapsing];
}

/** The expiry that a completion has where none is given; null: the course is for good, or not among those of the policy. */
export function usualExpiry(
	course: string,
	completedOn: CalendarDate,
	courses: Courses
): CalendarDate | null {
	return lapsesOn({ practitionerId: '', course, completedOn, expiresOn: null, recordedOn: null }, courses);
}
