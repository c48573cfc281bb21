import { turnedOn, type DayOfPlan } from './absence-plan.ts';
import { arrange, personOf, viewOf, type Authority, type View } from './authority.ts';
import { addDays, addMonths, type CalendarDate } from './calendar.ts';
import type { CaseFile } from './cases.ts';
import { nextTierChange, tierChangesAfter, type TierChange } from './experience.ts';
import { tierOn, type Person, type Practitioner, type TierOfPerson } from './people.ts';
import type { Kind } from './policy.ts';
import { caseState } from './rules-about-cases.ts';

/** A change of what is recorded about somebody's registration or early-career stage, known from the day it is typed. */
export interface RecordChange {
	practitionerId: string;
	after: Pick<Practitioner, 'sweNumber' | 'registeredOn' | 'earlyCareerStartedOn' | 'earlyCareerPassedOn'>;
}

/** Days on which the tier is another with the change than without it. */
export interface TierStretch {
	from: CalendarDate;
	/** The first day on which they are the same again, or differ otherwise; null: no such day is known. */
	until: CalendarDate | null;
	before: TierOfPerson;
	after: TierOfPerson;
}

/** A case that the change makes suitably held, or no longer so, on days. */
export interface CaseTurned {
	caseId: string;
	reference: string;
	kinds: readonly Kind[];
	highStakes: boolean;
	suitablyHeld: boolean;
	from: CalendarDate;
	until: CalendarDate | null;
}

export interface RecordPlan {
	/** The tier on the day of the change, before and after. */
	now: { before: TierOfPerson; after: TierOfPerson };
	stretches: readonly TierStretch[];
	/** The next change of tier by time, once the change stands; null: none is to come. */
	next: TierChange | null;
	cases: readonly CaseTurned[];
	days: readonly DayOfPlan[];
}

/** Flags are looked at for eight weeks. */
const DAYS_LOOKED_AT = 56;

/** The same person with the change known from `today`: what was known before stays known of the days before. */
export function withRecord(person: Person, { after }: RecordChange, today: CalendarDate): Person {
	const current = person.details.find(({ supersededOn }) => !supersededOn);
	if (!current) throw new Error('the change is about somebody of whom nothing is recorded');
	const earlier = person.details.map((details) =>
		details === current ? { ...details, supersededOn: today } : details
	);
	return {
		...person,
		details: [{ ...current, ...after, recordedOn: today, supersededOn: null }, ...earlier]
	};
}

/**
 * What follows from the change, by the rules themselves: asked with it and without it on `today` and on every later day on
 * which the tier turns. `those` are the cases and supervisees it can concern.
 */
export function planRecord(
	authority: Authority,
	change: RecordChange,
	today: CalendarDate,
	those: { caseIds: readonly string[]; superviseeIds: readonly string[] }
): RecordPlan {
	const person = authority.people.get(change.practitionerId);
	if (!person) throw new Error('the plan is about somebody who was not gathered');
	const changed = withRecord(person, change, today);
	const after = arrange({
		...authority,
		people: new Map(authority.people).set(change.practitionerId, changed)
	});
	const files = authority.cases.filter(({ caseId }) => those.caseIds.includes(caseId));
	const days = daysOfTurning(viewOf(authority, today), viewOf(after, today), change.practitionerId);
	const pairs = days.map((on) => ({ without: viewOf(authority, on), withIt: viewOf(after, on) }));
	const tiers = pairs.map(({ without, withIt }) => ({
		before: tierOn(person, without.knowledge.on, without.knowledge),
		after: tierOn(changed, withIt.knowledge.on, withIt.knowledge)
	}));
	const [now] = tiers;
	if (!now) throw new Error('no day was looked at');
	const until = (position: number) => days[position + 1] ?? null;
	return {
		now,
		stretches: tiers.flatMap((pair, position) => {
			const [from] = days.slice(position);
			return pair.before.tier === pair.after.tier || from === undefined
				? []
				: [{ ...pair, from, until: until(position) }];
		}),
		next: nextTierChange(changed, viewOf(after, today)),
		cases: files.flatMap((file) => turnsOf(file, pairs)),
		days: pairs
			.filter(({ withIt }) => withIt.knowledge.on <= addDays(today, DAYS_LOOKED_AT))
			.map(({ without, withIt }) =>
				turnedOn(without, withIt, files, [change.practitionerId, ...those.superviseeIds])
			)
	};
}

/** Today, and every later day on which either tier becomes another. */
function daysOfTurning(before: View, after: View, practitionerId: string): CalendarDate[] {
	const turning = [before, after].flatMap((view) => {
		const person = personOf(view, practitionerId);
		return person ? tierChangesAfter(person, view).map(({ on }) => on) : [];
	});
	return [...new Set([before.knowledge.on, ...turning])].sort();
}

function turnsOf(file: CaseFile, pairs: readonly { without: View; withIt: View }[]): CaseTurned[] {
	const found: CaseTurned[] = [];
	let open: CaseTurned | null = null;
	for (const { without, withIt } of pairs) {
		const { on } = withIt.knowledge;
		const then = caseState(file, without);
		const state = caseState(file, withIt);
		const turns = state && then && state.suitablyHeld !== then.suitablyHeld ? state : null;
		if (turns && open?.suitablyHeld === turns.suitablyHeld) continue;
		if (open) open.until = on;
		open = turns && {
			caseId: file.caseId,
			reference: file.reference,
			kinds: turns.demands.kinds.map(({ kind }) => kind),
			highStakes: turns.demands.stakes === 'high',
			suitablyHeld: turns.suitablyHeld,
			from: on,
			until: null
		};
		if (open) found.push(open);
	}
	return found;
}

/** What is wrong with what was typed of a registration or a stage. */
export type RecordProblem =
	| { field: 'sweNumber'; why: 'NOT_A_NUMBER'; typed: string }
	| { field: 'sweNumber'; why: 'NEEDED_WITH_DATE' }
	| { field: 'registeredOn' | 'startedOn'; why: 'YEARS_OFF'; on: CalendarDate }
	| { field: 'startedOn'; why: 'BEFORE_REGISTRATION'; registeredOn: CalendarDate }
	| { field: 'startedOn'; why: 'NOT_REGISTERED' }
	| { field: 'passedOn'; why: 'BEFORE_START'; startedOn: CalendarDate }
	| { field: 'passedOn'; why: 'NOT_STARTED' }
	| { field: 'passedOn' | 'checkedOn'; why: 'IN_FUTURE'; on: CalendarDate }
	| { field: 'checkedOn'; why: 'BEFORE_REGISTRATION'; registeredOn: CalendarDate }
	| { field: 'checkedOn'; why: 'NOTHING_TO_CHECK' };

const YEARS_AT_WORK_MONTHS = 12 * 60;
const YEAR_AHEAD_MONTHS = 12;

/** A number of the register as it is kept: capitals, no spaces; null: it cannot be one. */
export function registerNumber(typed: string): string | null {
	const number = typed.toUpperCase().replaceAll(/\s/g, '');
	return /^[A-Z]{0,4}-?\d{1,8}$/.test(number) ? number : null;
}

export function recordProblems(
	{
		sweNumber,
		registeredOn,
		earlyCareerStartedOn: startedOn,
		earlyCareerPassedOn: passedOn
	}: RecordChange['after'],
	checkedOn: CalendarDate | null,
	today: CalendarDate
): RecordProblem[] {
	const problems: RecordProblem[] = [];
	const isYearsOff = (day: CalendarDate) =>
		day < addMonths(today, -YEARS_AT_WORK_MONTHS) || day > addMonths(today, YEAR_AHEAD_MONTHS);
	if (sweNumber === null && registeredOn !== null)
		problems.push({ field: 'sweNumber', why: 'NEEDED_WITH_DATE' });
	if (registeredOn !== null && isYearsOff(registeredOn))
		problems.push({ field: 'registeredOn', why: 'YEARS_OFF', on: registeredOn });
	if (checkedOn !== null) {
		if (sweNumber === null) problems.push({ field: 'checkedOn', why: 'NOTHING_TO_CHECK' });
		else if (checkedOn > today) problems.push({ field: 'checkedOn', why: 'IN_FUTURE', on: checkedOn });
		else if (registeredOn !== null && checkedOn < registeredOn)
			problems.push({ field: 'checkedOn', why: 'BEFORE_REGISTRATION', registeredOn });
	}
	if (startedOn !== null) {
		if (sweNumber === null) problems.push({ field: 'startedOn', why: 'NOT_REGISTERED' });
		else if (registeredOn !== null && startedOn < registeredOn)
			problems.push({ field: 'startedOn', why: 'BEFORE_REGISTRATION', registeredOn });
		else if (isYearsOff(startedOn)) problems.push({ field: 'startedOn', why: 'YEARS_OFF', on: startedOn });
	}
	if (passedOn !== null) {
		if (startedOn === null) problems.push({ field: 'passedOn', why: 'NOT_STARTED' });
		else if (passedOn <= startedOn) problems.push({ field: 'passedOn', why: 'BEFORE_START', startedOn });
		if (passedOn > today) problems.push({ field: 'passedOn', why: 'IN_FUTURE', on: passedOn });
	}
	return problems;
}
