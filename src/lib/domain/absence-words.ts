import type { AbsencePlan, AbsenceProblem, FlagTurned } from './absence-plan.ts';
import { dayInWords, weekdayInWords, type CalendarDate } from './calendar.ts';
import {
	capital,
	casesInWords,
	CODE_IN_WORDS,
	kindsInWords,
	LEAST_TIER_IN_WORDS,
	listInWords,
	type Names
} from './wording.ts';

const MOST_NAMED = 12;

/** What a plan says, a sentence each; `grave` ones leave somebody without anybody. */
export interface SentenceOfPlan {
	words: string;
	grave: boolean;
}

/** `mayName`: whether a case is in the scope of who asks; of the others only the number is said. */
export function planInWords(
	plan: AbsencePlan,
	nameOf: Names,
	mayName: (caseId: string) => boolean
): SentenceOfPlan[] {
	const said: SentenceOfPlan[] = [];
	const grave = (words: string) => said.push({ words, grave: true });
	const plain = (words: string) => said.push({ words, grave: false });
	const span = ({ from, until }: { from: CalendarDate; until: CalendarDate | null }) =>
		`from ${weekdayInWords(from)}${until === null ? '' : ` until ${weekdayInWords(until)}`}`;

	const seen = plan.uncovered.filter(({ subject }) => mayName(subject.caseId));
	const high = seen.filter(({ subject }) => subject.highStakes);
	for (const each of high.slice(0, MOST_NAMED))
		grave(`${each.subject.reference} (${kindsInWords(each.subject.kinds)}) has nobody ${span(each)}.`);
	if (high.length > MOST_NAMED)
		grave(`${casesInWords(high.length - MOST_NAMED)} more of high stakes likewise.`);
	for (const [when, count] of countedBy(
		seen.filter(({ subject }) => !subject.highStakes),
		span
	))
		grave(`${casesInWords(count)} of lower stakes ${count === 1 ? 'has' : 'have'} nobody ${when}.`);
	for (const [when, count] of countedBy(
		plan.uncovered.filter(({ subject }) => !mayName(subject.caseId)),
		span
	))
		grave(`${casesInWords(count)} outside your scope ${count === 1 ? 'has' : 'have'} nobody ${when}.`);
	for (const each of plan.alone)
		grave(`${nameOf(each.subject.practitionerId)} has no supervisor ${span(each)}.`);
	for (const { coverId, why, ...run } of plan.coversMissing)
		grave(
			`${nameOf(coverId)}, named to cover, is ${why === 'ABSENT' ? 'away' : 'not in post'} ${span(run)}.`
		);
	if (plan.supervisesThemselves !== null)
		grave(
			`${nameOf(plan.supervisesThemselves)}, who covers supervision, has no supervisor but the person away. No flag says so: agree who supervises them.`
		);
	const below = plan.belowBar.filter(({ caseId }) => mayName(caseId));
	for (const { reference, coverId, tier, leastTier, missing } of below.slice(0, MOST_NAMED)) {
		const short = [
			...(tier < leastTier ? [`needs ${LEAST_TIER_IN_WORDS[leastTier]}`] : []),
			...(missing.length > 0 ? [`needs ${listInWords(missing)} training`] : [])
		];
		plain(`${nameOf(coverId)} covers ${reference} below the bar: it ${listInWords(short)}.`);
	}
	if (below.length > MOST_NAMED) plain(`So it is with ${casesInWords(below.length - MOST_NAMED)} more.`);
	if (plan.supervisionPauses)
		plain(
			`Their own supervision, due by ${dayInWords(plan.supervisionPauses.dueOn)}, waits from ${weekdayInWords(plan.supervisionPauses.from)}: from then on its due date moves on with each day away.`
		);
	if (plan.noCapacity)
		(plan.noCapacity.cases > 0 ? grave : plain)(
			`Capacity is 0 from ${weekdayInWords(plan.noCapacity.from)}, with ${casesInWords(plan.noCapacity.cases)} held as lead.`
		);
	if (plan.reduced)
		plain(`Capacity is reduced by ${Math.round(plan.reduced.share * 100)} % ${span(plan.reduced)}.`);
	if (said.length === 0)
		plain('No case and nobody supervised is left without anybody, and no clock or capacity changes.');
	return said;
}

/** How many of a list share each key. */
export function countedBy<Each>(list: readonly Each[], key: (each: Each) => string): Map<string, number> {
	const counts = new Map<string, number>();
	for (const each of list) counts.set(key(each), (counts.get(key(each)) ?? 0) + 1);
	return counts;
}

/** What the rules find differently on the days that tell, a sentence a day; days without any are left out. */
export function daysOfPlanInWords(
	plan: Pick<AbsencePlan, 'days'>,
	mayName: (caseId: string) => boolean
): string[] {
	const codes = (flags: readonly FlagTurned[]) => {
		const visible = flags.filter(({ caseId }) => caseId === null || mayName(caseId));
		const counts = [...countedBy(visible, ({ code }) => CODE_IN_WORDS[code])];
		return listInWords(counts.map(([code, count]) => (count === 1 ? code : `${code} (${count})`)));
	};
	return plan.days.flatMap(({ on, raised, cleared }) => {
		const more = codes(raised);
		const fewer = codes(cleared);
		if (more === '' && fewer === '') return [];
		const parts = [...(more ? [`raised ${more}`] : []), ...(fewer ? [`no longer ${fewer}`] : [])];
		return `On ${weekdayInWords(on)}: ${parts.join('; ')}.`;
	});
}

export function problemInWords(problem: AbsenceProblem, nameOf: Names): string {
	const { why } = problem;
	if (why === 'YEARS_OFF')
		return `${dayInWords(problem.on)} is more than two years away from today. Check the year.`;
	if (why === 'ENDS_BEFORE_START')
		return `The first day back must be after the first day away, ${dayInWords(problem.from)}.`;
	if (why === 'OVERLAPS') {
		const { from, to } = problem.other;
		const until = to === null ? ' with no end' : ` until ${dayInWords(to)}`;
		return `They are already recorded as away from ${dayInWords(from)}${until}. Change that absence, or choose days outside it.`;
	}
	if (problem.field === 'from') return `They are not in post on ${dayInWords(problem.on)}.`;
	if (why === 'ONESELF') return 'Nobody covers for themselves. Choose somebody else, or nobody.';
	const who = capital(nameOf(problem.coverId));
	return why === 'ABSENT'
		? `${who} is away on ${dayInWords(problem.on)}. Choose somebody who is here.`
		: `${who} is not in post on ${dayInWords(problem.on)}. Choose somebody who is.`;
}

/** "sickness, from 2 Nov 2026, no end recorded" */
export function absenceInWords(
	{ reason, from, to }: { reason: string | null; from: CalendarDate; to: CalendarDate | null },
	saysWhy = true
): string {
	const why = saysWhy && reason ? reason : 'away';
	return `${capital(why)}, from ${dayInWords(from)}, ${to === null ? 'no end recorded' : `back on ${dayInWords(to)}`}`;
}
