import type { SentenceOfPlan } from './absence-words.ts';
import type { BelowBar } from './allocation-gate.ts';
import { isWithinCapacity, type Candidate, type Criterion } from './allocation-order.ts';
import type { WaitingCase, WaitingClock, WhyWaiting } from './allocation-queue.ts';
import { dayInWords, daysBetween, weekdayInWords, type CalendarDate } from './calendar.ts';
import { demandsInWords, loadInWords, percentInWords, whatIsMissing } from './case-words.ts';
import type { Demands } from './oversight.ts';
import type { CaseMoved, Proposal, ReallocationPlan, WhyProposed } from './reallocation-plan.ts';
import {
	capital,
	casesInWords,
	daysInWords,
	kindsInWords,
	listInWords,
	TIER_IN_WORDS,
	type Names
} from './wording.ts';

/** What the order looks at, one after the other, as it is told beside the list. */
export const CRITERION_IN_WORDS: Record<Criterion, string> = {
	HERE: 'Whoever is here today comes before whoever is away.',
	SUITABLE: 'Whoever is suitable for the case comes before whoever lacks experience or training for it.',
	HOLDS_CASES: 'Those who hold cases come before those who manage practice.',
	EXPERIENCE: 'Of those who are not suitable, the more experienced comes first.',
	SIBLINGS: 'Whoever leads a brother or sister already comes before others.',
	WITHIN_CAPACITY:
		'Whoever would have at most 100 % of their capacity with the case comes before whoever would have more.',
	OVERSIGHT:
		'Whoever has no case overdue for oversight comes before whoever has one, and last comes whoever has one held without oversight.',
	STAYS: 'Whoever has no absence coming within four weeks comes before whoever has.',
	LEAST_LOADED: 'Then whoever would be least loaded with the case.'
};

const AHEAD_IN_WORDS: Record<Criterion, string> = {
	HERE: 'here today',
	SUITABLE: 'suitable for the case',
	HOLDS_CASES: 'holds cases rather than managing practice',
	EXPERIENCE: 'more experienced',
	SIBLINGS: 'leads a brother or sister already',
	WITHIN_CAPACITY: 'stays within their capacity',
	OVERSIGHT: 'oversight of what they hold stands better',
	STAYS: 'no absence coming',
	LEAST_LOADED: 'less loaded with the case'
};

/** "Before Tom Reed: suitable for the case"; empty for the last, and where nothing tells two people apart. */
export function aheadInWords(next: string | null, criterion: Criterion | null): string {
	if (next === null) return '';
	return criterion === null ? `Level with ${next}` : `Before ${next}: ${AHEAD_IN_WORDS[criterion]}`;
}

/** One candidate beside the others, a cell for each question. */
export interface CandidateInWords {
	/** "12 cases, 82 % now; 13 cases, 90 % with it" */
	load: string;
	band: Candidate['after']['band'];
	/** The load with the case, as the mark of its band says it. */
	after: string;
	tier: string;
	training: string;
	oversight: string;
	absence: string;
	siblings: string;
	/** Why not, in words; empty: suitable, here and within capacity. */
	whyNot: string;
	suitable: boolean;
	/** "co-worker now", "leads it now"; empty: holds no part of it. */
	holds: string;
}

export function candidateInWords(
	candidate: Candidate,
	demands: Pick<Demands, 'training' | 'leastTier'>
): CandidateInWords {
	const { suitability, away, holds, siblings, before, after, overdue, withoutOversight } = candidate;
	const { missing } = suitability;
	const courses = demands.training;
	const missed = whatIsMissing(suitability, demands);
	const over = isWithinCapacity(after)
		? ''
		: after.loadPercent === null
			? 'they have no capacity'
			: `it would be ${percentInWords(after)} of their capacity`;
	const whyNot = [missed, away?.now ? awayInWords(away) : '', over].filter(Boolean).join('; ');
	return {
		load: `${casesInWords(before.cases)}, ${percentInWords(before)} now; ${casesInWords(after.cases)}, ${percentInWords(after)} with it`,
		band: after.band,
		after: percentInWords(after),
		tier: `${suitability.tier}, ${TIER_IN_WORDS[suitability.tier]}`,
		training:
			courses.length === 0
				? 'none asked for'
				: missing.length === 0
					? `${listInWords(courses)} current`
					: `${listInWords(missing)} not current`,
		oversight:
			overdue === 0
				? 'none overdue'
				: `${overdue} overdue${withoutOversight > 0 ? `, ${withoutOversight} held without oversight` : ''}`,
		absence: away === null ? 'none known' : awayInWords(away),
		siblings: siblings.length === 0 ? 'none' : listInWords(siblings),
		whyNot: capital(whyNot),
		suitable: suitability.suitable && !away?.now,
		holds: holds === null ? '' : holds === 'lead' ? 'leads it now' : 'co-worker now'
	};
}

function awayInWords({ from, to, now }: NonNullable<Candidate['away']>): string {
	const back = to === null ? 'no return recorded' : `back on ${dayInWords(to)}`;
	return `away ${now ? 'since' : 'from'} ${dayInWords(from)}, ${back}`;
}

/** Why somebody may not lead a case alone, as the interruption says it. */
export function belowBarInWords(
	{ reference, leadId, demands, suitability }: BelowBar,
	nameOf: Names
): string {
	const { tier, missing } = suitability;
	const kinds = demands.kinds.map(({ kind }) => kind);
	const untrained = missing.length === 0 ? '' : `, without ${listInWords(missing)} training`;
	return `${reference} (${kindsInWords(kinds)}) asks for ${demandsInWords(demands)}. ${capital(nameOf(leadId))} is ${TIER_IN_WORDS[tier]}${untrained}. No co-worker makes up for it.`;
}

export const WHY_WAITING_IN_WORDS: Record<WhyWaiting, string> = {
	NO_LEAD: 'nobody leads it',
	LEAD_NOT_IN_POST: 'its lead is not in post',
	LEAD_AWAY: 'its lead is away without cover'
};

const LIMIT_IN_WORDS: Record<WaitingClock['limit'], string> = {
	ALLOCATION: 'To be allocated',
	OVERSIGHT: 'Oversight due',
	ASSESSMENT: 'Assessment to be complete',
	CONFERENCE: 'Conference to be held'
};

/** "To be allocated by Mon 23 Nov 2026, in 3 days" */
export function clockInWords(
	{ limit, lastOn }: WaitingClock,
	{ waitingSince, why }: Pick<WaitingCase, 'waitingSince' | 'why'>,
	today: CalendarDate
): string {
	const what =
		limit !== 'ALLOCATION'
			? LIMIT_IN_WORDS[limit]
			: why === 'LEAD_AWAY'
				? 'To be covered'
				: LIMIT_IN_WORDS.ALLOCATION;
	if (limit === 'ALLOCATION' && lastOn < waitingSince)
		return `${what} at once: ${daysInWords(daysBetween(waitingSince, today))} of waiting`;
	const days = daysBetween(today, lastOn);
	if (days < 0) return `${what} by ${dayInWords(lastOn)}: ${daysInWords(-days)} over`;
	return `${what} by ${weekdayInWords(lastOn)}, ${days === 0 ? 'today' : `in ${daysInWords(days)}`}`;
}

/** Whether the limit has run out: the days after its last one, and at once where there is none. */
export function hasRunOut({ lastOn }: WaitingClock, today: CalendarDate): boolean {
	return lastOn < today;
}

export const WHY_PROPOSED_IN_WORDS: Record<WhyProposed, string> = {
	SIBLINGS_THERE: 'leads its brothers or sisters, suitable and within capacity',
	MOST_ROOM: 'suitable, and the least loaded with it',
	NOBODY_HAS_ROOM: 'suitable; nobody suitable has room',
	NOBODY_SUITABLE: 'nobody here is suitable for it'
};

/** Why a case is proposed to somebody, or to nobody, in a sentence. */
export function proposalInWords(
	{ caseId, toId, why, together }: Proposal,
	referenceOf: (caseId: string) => string,
	nameOf: Names
): string {
	const others = together.filter((each) => each !== caseId).map(referenceOf);
	const withThem = others.length === 0 ? '' : `, together with ${listInWords(others)}`;
	if (toId === null)
		return `${capital(WHY_PROPOSED_IN_WORDS[why])}${withThem}. Choose somebody with a co-worker, or leave it where it is.`;
	return `${capital(nameOf(toId))}: ${WHY_PROPOSED_IN_WORDS[why]}${withThem}.`;
}

/** What moving somebody's cases does, a sentence each; `grave` ones leave a child less safe or somebody with too much. */
export function reallocationInWords(
	{ cases, loads, on }: ReallocationPlan,
	today: CalendarDate,
	nameOf: Names
): SentenceOfPlan[] {
	const said: SentenceOfPlan[] = [];
	for (const moved of cases) {
		const words = movedInWords(moved, today, nameOf);
		if (words) said.push(words);
	}
	const stays = cases.filter(({ toId }) => toId === null).map(({ reference }) => reference);
	if (stays.length > 0)
		said.push({
			words: `${listInWords(stays)} ${stays.length === 1 ? 'stays where it is' : 'stay where they are'}.`,
			grave: true
		});
	for (const { practitionerId, before, after } of loads)
		said.push({
			words: `${capital(nameOf(practitionerId))}: ${loadInWords(before)} now; ${loadInWords(after)} on ${dayInWords(on)}.`,
			grave: after.points > before.points && !isWithinCapacity(after)
		});
	return said;
}

function movedInWords(moved: CaseMoved, today: CalendarDate, nameOf: Names): SentenceOfPlan | null {
	const { toId, coWorkerId, suitability, before, after, partedFrom, roomWith } = moved;
	if (toId === null || !after) return null;
	const kinds = after.demands.kinds.map(({ kind }) => kind);
	const held = suitability?.suitable
		? 'suitable'
		: after.suitablyHeld
			? `below the bar, with ${coWorkerId === null ? 'a co-worker' : nameOf(coWorkerId)} as co-worker who is suitable`
			: `below the bar: ${suitability ? whatIsMissing(suitability, after.demands) : 'nothing is recorded of them'}`;
	const was =
		before?.dueOn && before.dueOn !== after.dueOn ? ` (it was due by ${dayInWords(before.dueOn)})` : '';
	const due =
		after.dueOn === null
			? 'no oversight clock runs'
			: after.dueOn < today
				? `oversight is overdue since ${dayInWords(after.dueOn)}`
				: `oversight due by ${weekdayInWords(after.dueOn)}${was}`;
	const apart = partedFrom.length === 0 ? '' : ` Parted from ${listInWords(partedFrom)}, of the same family.`;
	const room =
		roomWith.length === 0
			? ''
			: ` ${capital(listInWords(roomWith.map(nameOf)))} would be suitable and has room.`;
	return {
		words: `${moved.reference} (${kindsInWords(kinds)}) goes to ${nameOf(toId)}, ${held}; ${due}.${apart}${room}`,
		grave: !after.suitablyHeld || roomWith.length > 0 || (after.dueOn !== null && after.dueOn < today)
	};
}
