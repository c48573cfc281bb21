import type { View } from './authority.ts';
import { addMonths, type CalendarDate } from './calendar.ts';
import type { Knowledge } from './knowledge.ts';
import { detailsOf, tierAtLeast, tierOn, type Person, type Tier, type TierOfPerson } from './people.ts';
import { KINDS, policyOn, type Kind, type Policy } from './policy.ts';

/** A day on which somebody's tier becomes another. */
export interface TierChange {
	on: CalendarDate;
	before: TierOfPerson;
	after: TierOfPerson;
}

/**
 * Every change of tier after the view's day that follows from what is recorded by then, in order of time: months that will
 * have passed, postings that begin or end, a pass, a policy that comes into force. Empty: the tier stays as it is.
 */
export function tierChangesAfter(person: Person, { authority, knowledge }: View): TierChange[] {
	const on = (when: CalendarDate): TierOfPerson => tierOn(person, when, { ...knowledge, on: when });
	const changes: TierChange[] = [];
	let before = on(knowledge.on);
	for (const when of tellingDays(person, knowledge, authority.policies)) {
		const after = on(when);
		if (after.tier !== before.tier) changes.push({ on: when, before, after });
		before = after;
	}
	return changes;
}

/** The next change of tier after the view's day; null: what is recorded brings none. */
export function nextTierChange(person: Person, view: View): TierChange | null {
	return tierChangesAfter(person, view)[0] ?? null;
}

function tellingDays(person: Person, knowledge: Knowledge, policies: readonly Policy[]): CalendarDate[] {
	const { on: day } = knowledge;
	const days = new Set<CalendarDate>();
	const details = detailsOf(person, knowledge);
	const { registeredOn = null, earlyCareerStartedOn: startedOn = null } = details ?? {};
	const toCome = policies.flatMap(({ effectiveFrom }) =>
		(effectiveFrom ?? '') > day ? (effectiveFrom ?? []) : []
	);
	for (const from of [day, ...toCome]) {
		const begins = policyOn(policies, from).tiers;
		days.add(from);
		if (registeredOn !== null)
			for (const months of Object.values(begins)) days.add(addMonths(registeredOn, months));
		if (startedOn !== null) days.add(addMonths(startedOn, begins.E2));
	}
	if (registeredOn !== null) days.add(registeredOn);
	if (startedOn !== null) days.add(startedOn);
	if (details?.earlyCareerPassedOn) days.add(details.earlyCareerPassedOn);
	for (const { from, to } of person.postings) {
		days.add(from);
		if (to !== null) days.add(to);
	}
	return [...days].filter((each) => each > day).sort();
}

/** The kinds whose least tier the tier reaches, in the order of the policy: led alone where the training is current. */
export function kindsAt(tier: Tier, policy: Policy): Kind[] {
	return KINDS.filter((kind) => tierAtLeast(tier, policy.kinds[kind].leastTier));
}

/** What one tier may lead alone that another may not. */
export function kindsGained(before: Tier, after: Tier, policy: Policy): Kind[] {
	const had = new Set(kindsAt(before, policy));
	return kindsAt(after, policy).filter((kind) => !had.has(kind));
}

/**
 * The months of the early-career stage at which it is reviewed; the last is the final assessment (Skills for Care, the
 * ASYE child and family framework).
 */
export const REVIEW_MONTHS = [3, 6, 9, 12] as const;
export type ReviewMonths = (typeof REVIEW_MONTHS)[number];

export const REVIEW_OUTCOMES = ['on_course', 'concerns'] as const;
export type ReviewOutcome = (typeof REVIEW_OUTCOMES)[number];

/** A review of the stage as recorded. */
export interface StageReview {
	months: ReviewMonths;
	bookedOn: CalendarDate | null;
	heldOn: CalendarDate | null;
	outcome: ReviewOutcome | null;
	words: string | null;
}

/** `overdue`: its month has passed and it was not held; `due`: it falls within four weeks and is not booked. */
export type ReviewStanding = 'held' | 'overdue' | 'booked' | 'due' | 'later';

export interface ReviewOnDay {
	months: ReviewMonths;
	dueOn: CalendarDate;
	standing: ReviewStanding;
	/** Null: nothing is recorded of it. */
	review: StageReview | null;
}

const SOON_MONTHS = 1;

/** The four reviews of a stage that started on `startedOn`, each with where it stands on `day`. */
export function reviewsOn(
	startedOn: CalendarDate,
	reviews: readonly StageReview[],
	day: CalendarDate
): ReviewOnDay[] {
	return REVIEW_MONTHS.map((months) => {
		const dueOn = addMonths(startedOn, months);
		const review = reviews.find((each) => each.months === months) ?? null;
		return { months, dueOn, review, standing: standingOfReview(dueOn, review, day) };
	});
}

function standingOfReview(
	dueOn: CalendarDate,
	review: StageReview | null,
	day: CalendarDate
): ReviewStanding {
	if (review?.heldOn) return 'held';
	if (dueOn < day) return 'overdue';
	if (review?.bookedOn) return 'booked';
	return addMonths(dueOn, -SOON_MONTHS) <= day ? 'due' : 'later';
}

/** The day the stage is expected to end: as extended, else 12 months after its start. */
export function expectedEndOf(startedOn: CalendarDate, extendedTo: CalendarDate | null): CalendarDate {
	return extendedTo ?? addMonths(startedOn, 12);
}

/**
 * The next 30 November, today included: the last day on which a registration is renewed for the year after (Social Work
 * England, "Renew your registration": 1 September to 30 November each year).
 */
export function renewsBy(today: CalendarDate): CalendarDate {
	const inYear = (year: number) => `${year}-11-30`;
	const year = Number(today.slice(0, 4));
	return inYear(year) >= today ? inYear(year) : inYear(year + 1);
}

/** Whether a check of the public register still speaks for the year of registration that the day is in. */
export function checkSpeaksFor(checkedOn: CalendarDate, today: CalendarDate): boolean {
	return renewsBy(checkedOn) >= today;
}
