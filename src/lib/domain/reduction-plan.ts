import { turnedOn, type DayOfPlan } from './absence-plan.ts';
import { arrange, personOf, viewOf, type Authority, type View } from './authority.ts';
import { addDays, type CalendarDate } from './calendar.ts';
import { stands } from './case-change.ts';
import { caseloadOf, type Caseload } from './caseload.ts';
import { covers, type Knowledge } from './knowledge.ts';
import { inPostOn, type Reduction } from './people.ts';

/** Why somebody carries less for a time, as it is kept. */
export const REDUCTION_REASONS = [
	'phased return',
	'training',
	'practice education',
	'union duties',
	'other'
] as const;

/** Its end is warned of from this many days before. */
const WARNED_BEFORE_DAYS = 7;

/** A reduction as somebody means to record it: the row it replaces (null: none), and what it would say (null: it never was). */
export interface ReductionChange {
	practitionerId: string;
	before: Reduction | null;
	after: Reduction | null;
}

export type ReductionProblem =
	| { field: 'from' | 'to'; why: 'YEARS_OFF'; on: CalendarDate }
	| { field: 'to'; why: 'ENDS_BEFORE_START'; from: CalendarDate }
	| { field: 'from'; why: 'NOT_IN_POST'; on: CalendarDate }
	| { field: 'reason'; why: 'SAME'; other: Reduction };

/** How far back and ahead one can begin or end: beyond, the year is more likely mistyped. */
const YEARS_OFF_DAYS = 731;

/** What is wrong with it before anything is planned; empty when nothing is. */
export function reductionProblems(
	authority: Authority,
	{ practitionerId, before, after }: ReductionChange,
	today: CalendarDate
): ReductionProblem[] {
	if (!after) return [];
	const { from, to, reason } = after;
	const problems: ReductionProblem[] = [];
	const isFar = (on: CalendarDate) =>
		on < addDays(today, -YEARS_OFF_DAYS) || on > addDays(today, YEARS_OFF_DAYS);
	if (isFar(from) && from !== before?.from) problems.push({ field: 'from', why: 'YEARS_OFF', on: from });
	if (to !== null && isFar(to)) problems.push({ field: 'to', why: 'YEARS_OFF', on: to });
	if (to !== null && to <= from) problems.push({ field: 'to', why: 'ENDS_BEFORE_START', from });
	if (problems.length > 0) return problems;
	const known: Knowledge = { on: from, hindsight: true };
	const person = authority.people.get(practitionerId);
	if (!person || !inPostOn(person, from, known)) return [{ field: 'from', why: 'NOT_IN_POST', on: from }];
	const other = person.reductions.find(
		(row) =>
			row !== before &&
			stands(row) &&
			row.reason === reason &&
			row.from < (to ?? '9999-12-31') &&
			(row.to === null || from < row.to)
	);
	return other ? [{ field: 'reason', why: 'SAME', other }] : [];
}

/** Somebody's load on a day without the change and with it. */
export interface LoadOnDay {
	on: CalendarDate;
	before: Caseload;
	after: Caseload;
}

/** What a reduction does to capacity and load, if nothing else is recorded. */
export interface ReductionPlan {
	/** The days on which it tells: the first from today on, and the one on which it ends by itself. */
	loads: readonly LoadOnDay[];
	days: readonly DayOfPlan[];
}

export function planReduction(
	authority: Authority,
	change: ReductionChange,
	today: CalendarDate
): ReductionPlan {
	const changed = withReduction(authority, change);
	const telling = [
		today,
		...[change.before, change.after].flatMap((row) => [row?.from ?? [], row?.to ?? []].flat())
	];
	const days = [...new Set(telling)].filter((day) => day >= today).sort();
	const views = days.map((on) => [viewOf(authority, on), viewOf(changed, on)] as const);
	return {
		loads: views.flatMap(([without, withIt]) => {
			const person = personOf(without, change.practitionerId);
			const then = personOf(withIt, change.practitionerId);
			if (!person || !then) return [];
			return {
				on: without.knowledge.on,
				before: caseloadOf(person, without),
				after: caseloadOf(then, withIt)
			};
		}),
		days: views.map(([without, withIt]) => turnedOn(without, withIt, [], [change.practitionerId]))
	};
}

/** The same facts with the change made. */
function withReduction(authority: Authority, { practitionerId, before, after }: ReductionChange): Authority {
	const person = authority.people.get(practitionerId);
	if (!person) throw new Error('the plan is about somebody who was not gathered');
	const kept = person.reductions.filter((row) => row !== before);
	const reductions = after ? [...kept, after] : kept;
	return arrange({
		...authority,
		people: new Map(authority.people).set(practitionerId, { ...person, reductions })
	});
}

/** A reduction that ends within a week, and what somebody carries then if nothing else is recorded. */
export interface ReductionEnding {
	practitionerId: string;
	reduction: Reduction;
	endsOn: CalendarDate;
	now: Caseload;
	then: Caseload;
}

/** The reductions of these people that end within a week of the view's day, the first to end first. */
export function reductionsEnding(view: View, practitionerIds: readonly string[]): ReductionEnding[] {
	const { on } = view.knowledge;
	return practitionerIds
		.flatMap((practitionerId) => {
			const person = personOf(view, practitionerId);
			if (!person) return [];
			return person.reductions.flatMap((reduction): ReductionEnding | [] => {
				const endsOn = reduction.to;
				if (endsOn === null || !covers(reduction, on, view.knowledge)) return [];
				if (endsOn <= on || endsOn > addDays(on, WARNED_BEFORE_DAYS)) return [];
				const then = caseloadOf(person, viewOf(view.authority, endsOn));
				return { practitionerId, reduction, endsOn, now: caseloadOf(person, view), then };
			});
		})
		.sort((a, b) => (a.endsOn < b.endsOn ? -1 : a.endsOn > b.endsOn ? 1 : 0));
}
