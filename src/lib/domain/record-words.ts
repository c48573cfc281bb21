import type { SentenceOfPlan } from './absence-words.ts';
import { dayInWords, distanceInWords, weekdayInWords, type CalendarDate } from './calendar.ts';
import {
	kindsAt,
	kindsGained,
	type ReviewOnDay,
	type ReviewOutcome,
	type ReviewStanding,
	type TierChange
} from './experience.ts';
import type { Tier, TierOfPerson } from './people.ts';
import { KINDS, type Policy } from './policy.ts';
import type { CaseTurned, RecordPlan, RecordProblem } from './record-plan.ts';
import {
	casesInWords,
	KIND_IN_WORDS,
	kindsInWords,
	listInWords,
	TIER_IN_WORDS,
	tierReasonInWords
} from './wording.ts';

const MOST_NAMED = 12;

/** "E2, in the first year (early-career stage, 8 months)" */
export function tierInWords({ tier, reason }: TierOfPerson): string {
	return `${tier}, ${TIER_IN_WORDS[tier]} (${tierReasonInWords(reason)})`;
}

/** `mayName`: whether a case is in the scope of who asks; of the others only the number is said. */
export function recordPlanInWords(
	plan: RecordPlan,
	today: CalendarDate,
	policy: Policy,
	mayName: (caseId: string) => boolean
): SentenceOfPlan[] {
	const said: SentenceOfPlan[] = [];
	const say = (words: string, grave = false) => void said.push({ words, grave });
	const span = (from: CalendarDate, until: CalendarDate | null) =>
		`from ${from === today ? 'today' : weekdayInWords(from)}${until === null ? '' : ` until ${weekdayInWords(until)}`}`;
	if (plan.stretches.length === 0) say(`Their experience stays ${tierInWords(plan.now.after)} on every day.`);
	for (const { from, until, before, after } of plan.stretches) {
		say(
			`Experience ${span(from, until)}: ${tierInWords(after)}; without this change ${tierInWords(before)}.`,
			after.tier < before.tier
		);
		const gained = kindsGained(before.tier, after.tier, policy);
		const lost = kindsGained(after.tier, before.tier, policy);
		if (gained.length > 0) say(`Reaches the bar for ${kindsInWords(gained)} ${span(from, until)}.`);
		if (lost.length > 0)
			say(`No longer reaches the bar for ${kindsInWords(lost)} ${span(from, until)}.`, true);
	}
	for (const suitablyHeld of [false, true]) {
		const turned = plan.cases.filter((each) => each.suitablyHeld === suitablyHeld);
		for (const sentence of turnedInWords(turned, span, mayName)) say(sentence, !suitablyHeld);
	}
	if (plan.stretches.length > 0 && plan.cases.length === 0)
		say('No case becomes suitably held by it, or stops being so.');
	if (plan.next && !plan.stretches.some(({ from }) => from === plan.next?.on))
		say(
			`By time alone their tier next changes on ${weekdayInWords(plan.next.on)}, to ${tierInWords(plan.next.after)}.`
		);
	say(
		'It is known from today: what is answered of the days before today stays as it was known on those days.'
	);
	return said;
}

function turnedInWords(
	turned: readonly CaseTurned[],
	span: (from: CalendarDate, until: CalendarDate | null) => string,
	mayName: (caseId: string) => boolean
): string[] {
	const named = turned.filter(({ caseId }) => mayName(caseId));
	const verb = (suitablyHeld: boolean, count: number) =>
		suitablyHeld
			? `${count === 1 ? 'becomes' : 'become'} suitably held`
			: `${count === 1 ? 'is' : 'are'} no longer suitably held`;
	const words = named
		.slice(0, MOST_NAMED)
		.map(
			(each) =>
				`${each.reference} (${kindsInWords(each.kinds)}) ${verb(each.suitablyHeld, 1)} ${span(each.from, each.until)}.`
		);
	const [first] = turned;
	if (!first) return words;
	const more = named.length - MOST_NAMED;
	if (more > 0) words.push(`${casesInWords(more)} more ${verb(first.suitablyHeld, more)}.`);
	const outside = turned.length - named.length;
	if (outside > 0)
		words.push(`${casesInWords(outside)} outside your scope ${verb(first.suitablyHeld, outside)}.`);
	return words;
}

export function recordProblemInWords(problem: RecordProblem): string {
	switch (problem.why) {
		case 'NOT_A_NUMBER':
			return `“${problem.typed}” is not a number of the register. It is written like SW12345.`;
		case 'NEEDED_WITH_DATE':
			return 'A day of registration needs the number it belongs to.';
		case 'YEARS_OFF':
			return `${dayInWords(problem.on)} is too far from today. Check the year.`;
		case 'NOT_REGISTERED':
			return 'The stage is for registered social workers. Record the Social Work England number first.';
		case 'BEFORE_START':
			return `The pass must be after the stage began, ${dayInWords(problem.startedOn)}.`;
		case 'NOT_STARTED':
			return 'A pass needs the day the stage began.';
		case 'IN_FUTURE':
			return `${dayInWords(problem.on)} has not come yet. Record it on the day.`;
		case 'NOTHING_TO_CHECK':
			return 'There is no number to check. Record the Social Work England number first.';
		case 'BEFORE_REGISTRATION':
			return problem.field === 'checkedOn'
				? `The register was checked before they were registered, ${dayInWords(problem.registeredOn)}. Check it again.`
				: `The stage cannot begin before they were registered, ${dayInWords(problem.registeredOn)}.`;
	}
}

/** "On 1 Mar 2027 it becomes E3, 1 to 2 years registered." */
export function nextTierInWords(next: TierChange | null, today: CalendarDate): string {
	if (next === null) return 'Nothing that is recorded will change it.';
	return `On ${dayInWords(next.on)}, ${distanceInWords(next.on, today)}, it becomes ${tierInWords(next.after)}.`;
}

/** What somebody of this tier may lead alone, where the training for it is current. */
export function kindsAtInWords(tier: Tier, policy: Policy): string {
	const kinds = kindsAt(tier, policy);
	if (kinds.length === 0) return 'nothing alone';
	if (kinds.length === KINDS.length) return 'every kind of case';
	return listInWords(kinds.map((kind) => KIND_IN_WORDS[kind]));
}

/** The rule of the domain that a tier follows from. */
export function tierRuleInWords({ tier, reason }: TierOfPerson, { tiers }: Policy): string {
	switch (reason.code) {
		case 'NOT_REGISTERED':
			return 'Without a Social Work England number nobody counts as a registered social worker, however long they have served.';
		case 'REGISTERED_LATER':
			return 'Before the day of registration nobody counts as a registered social worker.';
		case 'REGISTRATION_DATE_UNKNOWN':
			return 'A number without its date counts as the lowest registered tier until the date is recorded.';
		case 'MANAGES_PRACTICE':
			return 'A posting that manages practice is E6 for as long as it lasts.';
		case 'SENIOR':
			return 'A posting as senior practitioner is E5 for as long as it lasts.';
		case 'EARLY_CAREER':
			return tier === 'E1'
				? `In the early-career stage the first ${tiers.E2} months are E1.`
				: `In the early-career stage, from ${tiers.E2} months after its start, it is E2 until the stage is passed, however long it lasts.`;
		case 'REGISTERED':
			return `Counted in months since registration: under ${tiers.E2} is E1, under ${tiers.E3} E2, under ${tiers.E4} E3, under ${tiers.E5} E4, then E5. Where the early-career stage is passed, the first two do not apply.`;
	}
}

export const REVIEW_OUTCOME_IN_WORDS: Record<ReviewOutcome, string> = {
	on_course: 'on course',
	concerns: 'concerns'
};

const REVIEW_STANDING_IN_WORDS: Record<ReviewStanding, string> = {
	held: 'held',
	overdue: 'overdue',
	booked: 'booked',
	due: 'due',
	later: 'to come'
};

/** "held 3 Dec 2026: on course" */
export function reviewStandingInWords({ standing, review, dueOn }: ReviewOnDay, today: CalendarDate): string {
	if (review?.heldOn)
		return `held ${dayInWords(review.heldOn)}${review.outcome ? `: ${REVIEW_OUTCOME_IN_WORDS[review.outcome]}` : ''}`;
	const booked = review?.bookedOn ? `, booked for ${dayInWords(review.bookedOn)}` : ', not booked';
	if (standing === 'overdue') return `overdue since ${dayInWords(dueOn)}${booked}`;
	if (standing === 'booked' && review?.bookedOn)
		return `booked for ${dayInWords(review.bookedOn)}, ${distanceInWords(review.bookedOn, today)}`;
	return `${REVIEW_STANDING_IN_WORDS[standing]}${standing === 'due' ? booked : ''}`;
}

/** What the steps of the stage change in what somebody may lead alone, a sentence each, from the policy. */
export function stageStepsInWords(policy: Policy): string[] {
	const step = (before: Tier, after: Tier) => {
		const gained = kindsGained(before, after, policy);
		return gained.length === 0 ? 'nothing more' : kindsInWords(gained);
	};
	return [
		`E1, the first ${policy.tiers.E2} months: ${kindsAtInWords('E1', policy)}.`,
		`E2, from ${policy.tiers.E2} months until the pass: also ${step('E1', 'E2')}.`,
		`E3, from the pass: also ${step('E2', 'E3')}. Later tiers follow the months since registration.`
	];
}
