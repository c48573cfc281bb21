import type { Uncovered } from './absence-plan.ts';
import { countedBy, type SentenceOfPlan } from './absence-words.ts';
import { dayInWords, weekdayInWords, type CalendarDate } from './calendar.ts';
import type { Posting } from './people.ts';
import type { PostingProblem, PostingTask, TeamTurn } from './posting-change.ts';
import type { HandedOver, PostingPlan } from './posting-plan.ts';
import { capital, casesInWords, kindsInWords, ROLE_IN_WORDS, TIER_IN_WORDS, type Names } from './wording.ts';

export const POSTING_TASK_IN_WORDS: Record<PostingTask, string> = {
	move: 'Move to another team, role or supervisor',
	'act-up': 'Act up for a time',
	hours: 'Change hours',
	leave: 'Record a leaver',
	first: 'Record a posting',
	correct: 'Correct a posting'
};

/** What is said once it is saved. */
export const POSTING_DONE_IN_WORDS: Record<PostingTask, string> = {
	move: 'The move is recorded, and the flags are up to date.',
	'act-up': 'The acting up is recorded, and the flags are up to date.',
	hours: 'The hours are recorded, and the flags are up to date.',
	leave: 'The last day is recorded, and the flags are up to date.',
	first: 'The posting is recorded, and the flags are up to date.',
	correct:
		'The posting is corrected, and the flags are up to date. What it said before stays readable as known then.'
};

/** The names of people and teams, by id. */
export interface PostingNames {
	person: Names;
	team: Names;
}

const MOST_NAMED = 12;
/** The most people one supervisor can see enough of (SPAN_TOO_WIDE, local default). */
const WIDEST_SPAN = 8;

/** "practitioner in Harbour, supervised by Ann Birch, FTE 0.8" */
export function termsInWords(
	{
		role,
		teamId,
		supervisorId,
		fte,
		agency
	}: Pick<Posting, 'role' | 'teamId' | 'supervisorId' | 'fte' | 'agency'>,
	names: PostingNames
): string {
	const by = supervisorId === null ? 'nobody' : names.person(supervisorId);
	return `${ROLE_IN_WORDS[role]} in ${names.team(teamId)}, supervised by ${by}, FTE ${fte}${agency ? ', agency' : ''}`;
}

/** "from 3 Mar 2026 until 1 Apr 2026": the day after the last one. */
export function daysInWords({ from, to }: Pick<Posting, 'from' | 'to'>): string {
	return `from ${dayInWords(from)}${to === null ? '' : ` until ${dayInWords(to)}`}`;
}

/** What happens to a team on a day, after the name of whom it is about: "comes from Riverside as practitioner, FTE 1". */
export function turnInWords({ before, after }: TeamTurn, teamId: string, names: PostingNames): string {
	if (after?.teamId !== teamId) return after ? `goes to ${names.team(after.teamId)}` : 'is no longer in post';
	const role = `${ROLE_IN_WORDS[after.role]}, FTE ${after.fte}${after.agency ? ', agency' : ''}`;
	if (before?.teamId !== teamId)
		return `${before ? `comes from ${names.team(before.teamId)}` : 'starts'} as ${role}`;
	const by = after.supervisorId === null ? 'nobody' : names.person(after.supervisorId);
	return `is then ${role}, supervised by ${by}`;
}

/** What a plan says, a sentence each. Of cases out of the scope of who asks only the number is said. */
export function postingPlanInWords(
	plan: PostingPlan,
	names: PostingNames,
	mayName: (caseId: string) => boolean
): SentenceOfPlan[] {
	const said: SentenceOfPlan[] = [];
	const grave = (words: string) => said.push({ words, grave: true });
	const plain = (words: string) => said.push({ words, grave: false });
	for (const words of rowsInWords(plan, names)) plain(words);
	sayUnled(plan.unled, mayName, grave);
	for (const { subject, ...run } of plan.alone)
		grave(`${capital(names.person(subject.practitionerId))} has no supervisor ${span(run)}.`);
	for (const { subject, ...run } of plan.unmanaged)
		grave(`${names.team(subject.teamId)} has no team manager in post ${span(run)}.`);
	for (const each of plan.handedOver) plain(handoverInWords(each, mayName));
	for (const { on, before, after } of plan.tiers)
		plain(
			`From ${weekdayInWords(on)} they count as ${after} (${TIER_IN_WORDS[after]}) instead of ${before} (${TIER_IN_WORDS[before]}) for every case they hold.`
		);
	for (const { on, before, after } of plan.loads) {
		const load = (percent: number | null) => (percent === null ? 'no capacity' : `${percent} %`);
		const tells = after.loadPercent === null && after.cases > 0 ? grave : plain;
		tells(
			`On ${weekdayInWords(on)} their capacity is ${after.capacity.points} points instead of ${before.capacity.points}, and their load ${load(after.loadPercent)} instead of ${load(before.loadPercent)}, with ${casesInWords(after.cases)} led.`
		);
	}
	for (const { on, supervisorId, before, after } of plan.spans) {
		const wide = after > WIDEST_SPAN && after > before;
		(wide ? grave : plain)(
			`On ${weekdayInWords(on)} ${names.person(supervisorId)} supervises ${after} instead of ${before}${wide ? `, more than ${WIDEST_SPAN}` : ''}.`
		);
	}
	return said;
}

const span = ({ from, until }: { from: CalendarDate; until: CalendarDate | null }) =>
	`from ${weekdayInWords(from)}${until === null ? '' : ` until ${weekdayInWords(until)}`}`;

function rowsInWords({ rows, left, later }: PostingPlan, names: PostingNames): string[] {
	const told = rows.flatMap(({ change, before, after }) => {
		if (change === 'withdrawn')
			return `The posting ${daysInWords(before)} (${termsInWords(before, names)}) is taken off the record.`;
		if (change === 'recorded') return `${capital(daysInWords(after))}: ${termsInWords(after, names)}.`;
		if (change === 'corrected')
			return `The posting recorded ${daysInWords(before)} (${termsInWords(before, names)}) now says: ${daysInWords(after)}, ${termsInWords(after, names)}.`;
		return after.to === null ? [] : `Until ${dayInWords(after.to)}: ${termsInWords(after, names)}.`;
	});
	return [
		...told,
		...(left?.after ? [`Not in post from ${weekdayInWords(left.after)}.`] : []),
		...(left && left.after === null && left.before
			? [`They are no longer recorded as having left on ${dayInWords(left.before)}.`]
			: []),
		...later.map(
			(posting) => `What is recorded ${daysInWords(posting)} stands: ${termsInWords(posting, names)}.`
		)
	];
}

function sayUnled(
	unled: PostingPlan['unled'],
	mayName: (caseId: string) => boolean,
	grave: (words: string) => void
): void {
	const named = unled.filter(({ subject }) => mayName(subject.caseId));
	const high = named.filter(({ subject }) => subject.highStakes);
	for (const each of high.slice(0, MOST_NAMED))
		grave(
			`${each.subject.reference} (${kindsInWords(each.subject.kinds)}) has no lead in post ${span(each)}.`
		);
	const rest: [string, Uncovered<unknown>[]][] = [
		['more of high stakes', high.slice(MOST_NAMED)],
		['of lower stakes', named.filter(({ subject }) => !subject.highStakes)],
		['outside your scope', unled.filter(({ subject }) => !mayName(subject.caseId))]
	];
	for (const [which, list] of rest)
		for (const [when, count] of countedBy(list, span))
			grave(`${casesInWords(count)} ${which} ${count === 1 ? 'has' : 'have'} no lead in post ${when}.`);
}

function handoverInWords(
	{ on, oversightBy, cases }: HandedOver,
	mayName: (caseId: string) => boolean
): string {
	const high = cases.filter(({ caseId, highStakes }) => highStakes && mayName(caseId));
	const which = high
		.map(({ reference }) => reference)
		.sort()
		.slice(0, MOST_NAMED);
	const first = which.length === 0 ? '' : `: ${which.join(', ')} first, of high stakes`;
	return `${casesInWords(cases.length)} they lead ${cases.length === 1 ? 'comes' : 'come'} under another team or supervisor on ${weekdayInWords(on)}, each with oversight to record by ${weekdayInWords(oversightBy)}${first}.`;
}

export function postingProblemInWords(problem: PostingProblem, names: PostingNames): string {
	switch (problem.why) {
		case 'YEARS_OFF':
			return `${dayInWords(problem.on)} is too far from today. Check the year.`;
		case 'NOT_IN_POST':
			if (problem.field === 'supervisor')
				return `${capital(names.person(problem.supervisorId))} is not in post on ${dayInWords(problem.on)}. Choose somebody who is.`;
			return `They are not in post on ${dayInWords(problem.on)}.${problem.next ? ` Their next posting begins on ${dayInWords(problem.next)}.` : ''}`;
		case 'BEGINS_THEN':
			return `A posting begins on ${dayInWords(problem.on)} already. Correct that one, or choose a later day.`;
		case 'LEFT':
			return `They are recorded as having left by ${dayInWords(problem.on)}. Undo or correct that first.`;
		case 'ENDS_BEFORE_START':
			return `It must end after its first day, ${dayInWords(problem.from)}.`;
		case 'OUTLASTS':
			return `The posting it stands in for ends on ${dayInWords(problem.ends)}. Choose that day or an earlier one.`;
		case 'OVERLAPS':
			return `They have a posting ${daysInWords(problem.other)}. Change or correct that one.`;
		case 'NOTHING_CHANGES':
			return 'This is what is recorded already. Change something.';
		case 'NOT_A_SHARE':
			return 'Give the hours as a share of full time from 0 to 1, for example 0.8.';
		case 'NOT_OPEN':
			return `${names.team(problem.teamId)} is not open on ${dayInWords(problem.on)}. Choose another team or another day.`;
		case 'ONESELF':
			return 'Nobody supervises themselves. Choose somebody else.';
		case 'SUPERVISED_BY_THEM':
			return `${capital(names.person(problem.supervisorId))} is supervised by them, directly or through others. Choose somebody else.`;
	}
}
