import { arrange, personOf, viewOf, type Authority, type View } from './authority.ts';
import { addDays, addWorkingDays, latest, type CalendarDate } from './calendar.ts';
import { isOpenOn, leadOn, type CaseFile } from './cases.ts';
import { SEVERITIES, type Code, type Severity } from './codes.ts';
import { covers, type Knowledge } from './knowledge.ts';
import { demandsOn, suitabilityOn } from './oversight.ts';
import {
	absenceOn,
	absentLongerThan,
	inPostOn,
	type Absence,
	type Person,
	type Reduction,
	type Tier
} from './people.ts';
import type { Kind } from './policy.ts';
import { CASE_RULES, caseState, raisedForYoungChild } from './rules-about-cases.ts';
import { ENDING_RULES, fileState } from './rules-about-endings.ts';
import {
	isSupervised,
	PRACTITIONER_RULES,
	practitionerState,
	supervisionOf
} from './rules-about-practitioners.ts';

export const ABSENCE_REASONS = ['sickness', 'leave', 'other'] as const;

/** An absence as somebody means to record it: the row it replaces, and what it would say. */
export interface AbsenceChange {
	practitionerId: string;
	/** Null: a new absence. */
	before: Absence | null;
	/** Null: it is withdrawn. */
	after: Absence | null;
	/** The phased reduction that a return brings. */
	reduction: Reduction | null;
}

/** Somebody or something without anybody, from a day until the day before another. */
export interface Uncovered<Subject> {
	subject: Subject;
	from: CalendarDate;
	/** Null: until the end of what the plan looks at, or longer. */
	until: CalendarDate | null;
	severity: Severity;
}

export interface CaseUncovered {
	caseId: string;
	reference: string;
	highStakes: boolean;
	kinds: readonly Kind[];
}

/** A cover who holds the cases together, and is below the bar for one of them. */
export interface CoverBelowBar {
	caseId: string;
	reference: string;
	coverId: string;
	tier: Tier;
	leastTier: Tier;
	missing: readonly string[];
}

/** A named cover who is away or not in post on days of the absence. */
export interface CoverMissing {
	coverId: string;
	why: 'ABSENT' | 'NOT_IN_POST';
	from: CalendarDate;
	until: CalendarDate | null;
}

/** A flag that the change brings or spares on one of the days on which an absence tells. */
export interface FlagTurned {
	code: Code;
	subjectId: string;
	reference: string;
	caseId: string | null;
	severity: Severity;
}

export interface DayOfPlan {
	on: CalendarDate;
	raised: readonly FlagTurned[];
	cleared: readonly FlagTurned[];
}

/** What a change of somebody's absence does, day by day, if nothing else is recorded. */
export interface AbsencePlan {
	/** The first day from now on which the change tells, and the day after the last one looked at. */
	from: CalendarDate;
	lookedUntil: CalendarDate;
	/** Cases without anybody, whatever the change: those of the person, and those they cover. */
	uncovered: readonly Uncovered<CaseUncovered>[];
	/** Supervisees without anybody. */
	alone: readonly Uncovered<{ practitionerId: string }>[];
	coversMissing: readonly CoverMissing[];
	/** Whoever covers supervision while they are supervised by the person themselves; null: nobody does. */
	supervisesThemselves: string | null;
	belowBar: readonly CoverBelowBar[];
	/** From this day the supervision due date moves on day by day; null: never, in the days looked at. */
	supervisionPauses: { from: CalendarDate; dueOn: CalendarDate } | null;
	/** From this day capacity is nothing; null: never. `cases` are those led that day. */
	noCapacity: { from: CalendarDate; cases: number } | null;
	/** The phased reduction: share of capacity, from and until. */
	reduced: { from: CalendarDate; until: CalendarDate | null; share: number } | null;
	days: readonly DayOfPlan[];
}

/** An open absence is looked at for eight weeks. */
const DAYS_LOOKED_AT = 56;
/** An absence this long leaves cases and supervisees without anybody (HOLDER_ABSENT, NO_SUPERVISOR), in working days. */
const UNCOVERED_AFTER = 5;
/** An absence this long moves the supervision due date and leaves no capacity, in working days. */
const PAUSED_AFTER = 10;

/** The same facts with the change made. */
function withChange(authority: Authority, change: AbsenceChange): Authority {
	const person = authority.people.get(change.practitionerId);
	if (!person) throw new Error('the plan is about somebody who was not gathered');
	const kept = person.absences.filter((absence) => absence !== change.before);
	const changed: Person = {
		...person,
		absences: change.after ? [...kept, change.after] : kept,
		reductions: change.reduction ? [...person.reductions, change.reduction] : person.reductions
	};
	return arrange({ ...authority, people: new Map(authority.people).set(change.practitionerId, changed) });
}

/**
 * What follows from the change, by the rules themselves: asked with it and without it on every day from `today` (or the
 * day it begins) to the day after its end, at most eight weeks. `those` are the cases and supervisees it can concern.
 */
export function planAbsence(
	authority: Authority,
	change: AbsenceChange,
	today: CalendarDate,
	those: { caseIds: readonly string[]; superviseeIds: readonly string[] }
): AbsencePlan {
	const changed = withChange(authority, change);
	const stretch = change.after ?? change.before;
	if (!stretch) throw new Error('a change of nothing');
	const from = stretch.from > today ? stretch.from : today;
	const ends = latest([change.before?.to ?? null, change.after?.to ?? null]);
	const furthest = addDays(from, DAYS_LOOKED_AT);
	const last = ends !== null && ends < furthest ? (ends > from ? ends : from) : furthest;
	const views = daysFrom(from, last).map((on) => viewOf(changed, on));
	const files = casesOf(changed, those.caseIds);
	const supervisees = those.superviseeIds.flatMap((id) => changed.people.get(id) ?? []);
	return {
		from,
		lookedUntil: addDays(last, 1),
		uncovered: files.flatMap((file) =>
			stretchesOf(views, (view) => holderAbsent(file, view)).map((run) => ({
				...run,
				subject: caseOn(file, run.from, changed)
			}))
		),
		alone: supervisees.flatMap((person) =>
			stretchesOf(views, (view) => noSupervisor(person, view)).map((run) => ({
				...run,
				subject: { practitionerId: person.practitionerId }
			}))
		),
		coversMissing: change.after ? coversMissingOn(change.after, views) : [],
		supervisesThemselves: change.after ? ownSupervisor(change.after, views[0]) : null,
		belowBar: change.after ? belowBar(change.after, files, changed, from) : [],
		supervisionPauses: pauseOf(change.practitionerId, views),
		noCapacity: noCapacityOf(change.practitionerId, files, views),
		reduced: change.reduction && {
			from: change.reduction.from,
			until: change.reduction.to,
			share: change.reduction.share
		},
		days: tellingDays(change, today, last).map((on) =>
			turnedOn(viewOf(authority, on), viewOf(changed, on), files, [
				change.practitionerId,
				...those.superviseeIds
			])
		)
	};
}

/** Some cases in the order of their references, however they were gathered: a plan names them so. */
export function casesOf({ cases }: Authority, caseIds: readonly string[]): CaseFile[] {
	const wanted = new Set(caseIds);
	return cases
		.filter(({ caseId }) => wanted.has(caseId))
		.sort((a, b) => (a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0));
}

/** Every day from one to another, both included. */
export function daysFrom(from: CalendarDate, last: CalendarDate): CalendarDate[] {
	const days: CalendarDate[] = [];
	for (let day = from; day <= last; day = addDays(day, 1)) days.push(day);
	return days;
}

/** The day it begins or today, the first day after 5 and after 10 working days, and the day of the return. */
function tellingDays(
	{ before, after }: AbsenceChange,
	today: CalendarDate,
	last: CalendarDate
): CalendarDate[] {
	const days = new Set<CalendarDate>([today]);
	for (const absence of [before, after]) {
		if (!absence) continue;
		days.add(absence.from);
		for (const limit of [UNCOVERED_AFTER, PAUSED_AFTER])
			days.add(addDays(addWorkingDays(absence.from, limit), 1));
		if (absence.to !== null) days.add(absence.to);
	}
	return [...days].filter((day) => day >= today && day <= last).sort();
}

/** The runs of days on which something holds, each with the worst severity in it. */
export function stretchesOf(
	views: readonly View[],
	holds: (view: View) => Severity | null
): { from: CalendarDate; until: CalendarDate | null; severity: Severity }[] {
	const found: { from: CalendarDate; until: CalendarDate | null; severity: Severity }[] = [];
	let standing = false;
	for (const view of views) {
		const { on } = view.knowledge;
		const severity = holds(view);
		const run = found.at(-1);
		if (severity !== null && !(standing && run)) found.push({ from: on, until: null, severity });
		else if (severity !== null && run) run.severity = worse(run.severity, severity);
		else if (standing && run) run.until = on;
		standing = severity !== null;
	}
	return found;
}

function worse(a: Severity, b: Severity): Severity {
	return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b) ? a : b;
}

const HOLDER_ABSENT = CASE_RULES.filter(({ code }) => code === 'HOLDER_ABSENT');
const NO_SUPERVISOR = PRACTITIONER_RULES.filter(({ code }) => code === 'NO_SUPERVISOR');

/** How severe it is that the case's lead is away with nobody in their place; null: they are here, or covered. */
export function holderAbsent(file: CaseFile, view: View): Severity | null {
	const { on, ...known } = view.knowledge;
	const lead = personOf(view, leadOn(file, on, { on, ...known }));
	if (!lead || absenceOn(lead, on, view.knowledge) === null) return null;
	const state = caseState(file, view);
	return state && (HOLDER_ABSENT[0]?.holds(state)?.severity ?? null);
}

/** How severe it is that somebody has no supervisor on the view's day; null: they have one, or are not in post. */
export function noSupervisor(person: Person, view: View): Severity | null {
	const state = practitionerState(person, view);
	return state && (NO_SUPERVISOR[0]?.holds(state)?.severity ?? null);
}

/** What a case is on a day, as far as a plan says it. */
export function caseOn(file: CaseFile, on: CalendarDate, authority: Authority): CaseUncovered {
	const { stakes, kinds } = demandsOn(file, on, viewOf(authority, on));
	return {
		caseId: file.caseId,
		reference: file.reference,
		highStakes: stakes === 'high',
		kinds: kinds.map(({ kind }) => kind)
	};
}

/** Of those named to cover, who is away or not in post on days of the absence, and which. */
export function coversMissingOn(absence: Absence, views: readonly View[]): CoverMissing[] {
	const named = [...new Set([absence.coverId, absence.supervisionCoverId])].flatMap((id) => id ?? []);
	return named.flatMap((coverId) =>
		(['NOT_IN_POST', 'ABSENT'] as const).flatMap((why) =>
			stretchesOf(
				views.filter(({ knowledge }) => covers(absence, knowledge.on, knowledge)),
				(view) => (missingOn(coverId, view) === why ? 'high' : null)
			).map(({ from, until }) => ({ coverId, why, from, until }))
		)
	);
}

/** Why a cover is not there on a day; null: in post and here. */
function missingOn(coverId: string, view: View): CoverMissing['why'] | null {
	const { on } = view.knowledge;
	const cover = personOf(view, coverId);
	if (!cover || !inPostOn(cover, on, view.knowledge)) return 'NOT_IN_POST';
	return absenceOn(cover, on, view.knowledge) === null ? null : 'ABSENT';
}

function ownSupervisor(
	{ practitionerId, coverId, supervisionCoverId }: Absence,
	view: View | undefined
): string | null {
	const cover = view && personOf(view, supervisionCoverId ?? coverId);
	const posting = cover && inPostOn(cover, view.knowledge.on, view.knowledge);
	if (!cover || !posting || !isSupervised(posting)) return null;
	return posting.supervisorId === practitionerId ? cover.practitionerId : null;
}

function belowBar(
	{ practitionerId, coverId }: Absence,
	files: readonly CaseFile[],
	authority: Authority,
	on: CalendarDate
): CoverBelowBar[] {
	if (coverId === null) return [];
	const view = viewOf(authority, on);
	if (!personOf(view, coverId)) return [];
	return files.flatMap((file) => {
		if (!isOpenOn(file, on, view.knowledge) || leadOn(file, on, view.knowledge) !== practitionerId) return [];
		const demands = demandsOn(file, on, view);
		const { suitable, tier, missing } = suitabilityOn(coverId, demands, on, view);
		const { caseId, reference } = file;
		return suitable ? [] : [{ caseId, reference, coverId, tier, leastTier: demands.leastTier, missing }];
	});
}

function pauseOf(practitionerId: string, views: readonly View[]): AbsencePlan['supervisionPauses'] {
	for (const [position, view] of views.entries()) {
		const person = personOf(view, practitionerId);
		const posting = person && inPostOn(person, view.knowledge.on, view.knowledge);
		if (!person || !posting || !isSupervised(posting)) continue;
		if (!absentLongerThan(person, PAUSED_AFTER, view.knowledge.on, view.knowledge)) continue;
		const before = views[position - 1];
		const clock = supervisionOf(person, view);
		if (!clock || clock.movedByDays === 0) continue;
		const dueOn =
			(before && supervisionOf(person, before)?.dueOn) ?? addDays(clock.dueOn, -clock.movedByDays);
		return { from: view.knowledge.on, dueOn };
	}
	return null;
}

function noCapacityOf(
	practitionerId: string,
	files: readonly CaseFile[],
	views: readonly View[]
): AbsencePlan['noCapacity'] {
	const view = views.find(({ authority, knowledge }) => {
		const person = authority.people.get(practitionerId);
		return person !== undefined && absentLongerThan(person, PAUSED_AFTER, knowledge.on, knowledge);
	});
	if (!view) return null;
	const { knowledge } = view;
	const led = (file: CaseFile) =>
		isOpenOn(file, knowledge.on, knowledge) && leadOn(file, knowledge.on, knowledge) === practitionerId;
	return { from: knowledge.on, cases: files.filter(led).length };
}

/** What the rules find differently about some cases and people on a day, with a change of facts and without it. */
export function turnedOn(
	without: View,
	withIt: View,
	files: readonly CaseFile[],
	practitionerIds: readonly string[]
): DayOfPlan {
	const before = standingOn(without, files, practitionerIds);
	const after = standingOn(withIt, files, practitionerIds);
	const among = (these: Map<string, FlagTurned>, those: Map<string, FlagTurned>) =>
		[...these].flatMap(([key, flag]) => (those.has(key) ? [] : flag));
	return { on: withIt.knowledge.on, raised: among(after, before), cleared: among(before, after) };
}

/** What the rules find about some cases and people on the view's day, each by its code and whom or what it is about. */
export function standingOn(
	view: View,
	files: readonly CaseFile[],
	practitionerIds: readonly string[]
): Map<string, FlagTurned> {
	const standing = new Map<string, FlagTurned>();
	const add = (flag: FlagTurned) => standing.set(`${flag.code} ${flag.subjectId}`, flag);
	for (const file of files) {
		const state = caseState(file, view);
		const whole = fileState(file, view);
		const { caseId, reference } = file;
		const hits = [
			...(state ? CASE_RULES.map((rule) => rule.holds(state)) : []),
			...(whole ? ENDING_RULES.map((rule) => rule.holds(whole)) : [])
		];
		for (const hit of hits) {
			if (!hit) continue;
			const severity = raisedForYoungChild(hit.severity, file, view);
			add({ code: hit.code, subjectId: caseId, reference, caseId, severity });
		}
	}
	for (const id of practitionerIds) {
		const person = personOf(view, id);
		const state = person && practitionerState(person, view);
		if (!state) continue;
		const { reference } = person;
		for (const rule of PRACTITIONER_RULES) {
			const hit = rule.holds(state);
			if (hit) add({ code: hit.code, subjectId: id, reference, caseId: null, severity: hit.severity });
		}
	}
	return standing;
}

/** What is wrong with an absence before anything is planned: each a field and a reason; empty when nothing is. */
export type AbsenceProblem =
	| { field: 'from' | 'to'; why: 'YEARS_OFF'; on: CalendarDate }
	| { field: 'to'; why: 'ENDS_BEFORE_START'; from: CalendarDate }
	| { field: 'from'; why: 'OVERLAPS'; other: Absence }
	| { field: 'from'; why: 'NOT_IN_POST'; on: CalendarDate }
	| {
			field: 'cover' | 'supervisionCover';
			why: 'ONESELF' | 'ABSENT' | 'NOT_IN_POST';
			on: CalendarDate;
			coverId: string;
	  };

/** How far back and ahead an absence can begin or end: beyond, the year is more likely mistyped. */
const YEARS_BACK_DAYS = 731;
const YEARS_AHEAD_DAYS = 731;

export function absenceProblems(
	authority: Authority,
	{ before, after }: Pick<AbsenceChange, 'before' | 'after'>,
	today: CalendarDate
): AbsenceProblem[] {
	if (!after) return [];
	const { from, to } = after;
	const problems: AbsenceProblem[] = [];
	const isFar = (on: CalendarDate) =>
		on < addDays(today, -YEARS_BACK_DAYS) || on > addDays(today, YEARS_AHEAD_DAYS);
	if (isFar(from) && from !== before?.from) problems.push({ field: 'from', why: 'YEARS_OFF', on: from });
	if (to !== null && isFar(to)) problems.push({ field: 'to', why: 'YEARS_OFF', on: to });
	if (to !== null && to <= from) problems.push({ field: 'to', why: 'ENDS_BEFORE_START', from });
	if (problems.length > 0) return problems;
	const known: Knowledge = { on: from, hindsight: true };
	const person = authority.people.get(after.practitionerId);
	if (!person || !inPostOn(person, from, known)) return [{ field: 'from', why: 'NOT_IN_POST', on: from }];
	const other = person.absences.find(
		(absence) => absence !== before && (absence.supersededOn ?? null) === null && overlaps(absence, after)
	);
	if (other) problems.push({ field: 'from', why: 'OVERLAPS', other });
	const view = viewOf(authority, from > today ? from : today);
	for (const [field, coverId] of [
		['cover', after.coverId],
		['supervisionCover', after.supervisionCoverId]
	] as const) {
		if (coverId === null) continue;
		const earlier = field === 'cover' ? before?.coverId : before?.supervisionCoverId;
		const { on } = view.knowledge;
		const why = coverId === after.practitionerId ? 'ONESELF' : missingOn(coverId, view);
		const over = to !== null && to <= on;
		if ((why && !(coverId === earlier || over)) || why === 'ONESELF')
			problems.push({ field, why: why ?? 'ONESELF', on, coverId });
	}
	return problems;
}

function overlaps(a: Absence, b: Absence): boolean {
	return (b.to === null || a.from < b.to) && (a.to === null || b.from < a.to);
}
