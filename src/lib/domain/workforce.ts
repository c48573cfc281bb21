import { addDays, addMonths, isWorkingDay, type CalendarDate } from './calendar.ts';
import type { View } from './authority.ts';
import { covers, isKnown, knownEnd, latestCovering, runs, type Knowledge } from './knowledge.ts';
import { detailsOf, inPostOn, type Person, type Posting } from './people.ts';

/**
 * The workforce as the Department for Education counts it, in FTE and in FTE days: in post and agency on the day, posts
 * vacant on the day, leavers and days lost of the 12 months up to it.
 */
export interface Workforce {
	/** Employed, agency workers not among them. */
	inPost: number;
	agency: number;
	vacant: number;
	left: number;
	/** Working days away for sickness, or for a reason nobody recorded, each by the FTE of who was away. */
	daysLost: number;
}

/** Working days in a year by which the Department for Education divides days lost. */
export const WORKING_DAYS_A_YEAR = 253;

/**
 * The rates of "Children's social work workforce" (Department for Education, methodology), as what stands above the line
 * and below it: agency ÷ (agency + in post), vacancies ÷ (vacancies + in post), leavers ÷ in post, days lost ÷ (in post
 * × 253), and cases ÷ the FTE of those who hold at least one.
 */
export const DFE_RATES = {
	agency: ({ agency, inPost }: Pick<Workforce, 'agency' | 'inPost'>): [number, number] => [
		agency,
		agency + inPost
	],
	vacancy: ({ vacant, inPost }: Pick<Workforce, 'vacant' | 'inPost'>): [number, number] => [
		vacant,
		vacant + inPost
	],
	turnover: ({ left, inPost }: Pick<Workforce, 'left' | 'inPost'>): [number, number] => [left, inPost],
	absence: ({ daysLost, inPost }: Pick<Workforce, 'daysLost' | 'inPost'>): [number, number] => [
		daysLost,
		inPost * WORKING_DAYS_A_YEAR
	],
	caseload: ({ cases, holders }: { cases: number; holders: number }): [number, number] => [cases, holders]
} as const;

const LOOK_BACK_MONTHS = 12;

/** Roles outside practice are no part of the workforce that is counted. */
function isCounted({ role }: Pick<Posting, 'role'>): boolean {
	return role !== 'other';
}

/** Adds to a team what one person or one vacant post contributes. A vacant post has no id: its team stands for it. */
type Add = (
	teamId: string,
	what: keyof Workforce,
	fte: number,
	who: { kind: 'practitioner' | 'vacancy'; id: string }
) => void;

/**
 * Goes through the people of the workforce on the view's day, or those of them among some; a leaver and days lost belong
 * to the team they were posted to then.
 */
export function countWorkforce(view: View, of: readonly Person[] | null, add: Add): void {
	const { authority, knowledge } = view;
	const { on: day } = knowledge;
	const since = addMonths(day, -LOOK_BACK_MONTHS);
	for (const person of of ?? authority.people.values()) {
		const who = { kind: 'practitioner', id: person.practitionerId } as const;
		const posting = inPostOn(person, day, knowledge);
		if (posting) {
			if (isCounted(posting))
				add(posting.teamId, posting.agency === true ? 'agency' : 'inPost', posting.fte, who);
		} else {
			const last = lastPosting(person, since, knowledge);
			if (last && isCounted(last) && last.agency !== true) add(last.teamId, 'left', last.fte, who);
		}
		countDaysLost(person, since, view, add);
	}
}

/** Goes through the posts that are vacant on the view's day. */
export function countVacancies({ authority, knowledge }: View, add: Add): void {
	for (const vacancy of authority.vacancies ?? [])
		if (isCounted(vacancy) && covers(vacancy, knowledge.on, knowledge))
			add(vacancy.teamId, 'vacant', vacancy.fte, { kind: 'vacancy', id: vacancy.teamId });
}

/** The posting of the last day in post of somebody who left after a day; null: they did not. */
function lastPosting(person: Person, since: CalendarDate, knowledge: Knowledge): Posting | null {
	const details = detailsOf(person, knowledge);
	const left = details && knownEnd(details.leftOn, details.endRecordedOn, knowledge);
	const last = runs(person.postings, knowledge).findLast(({ from }) => left === null || from < left);
	if (!last) return null;
	const end = left !== null && (last.to === null || left < last.to) ? left : last.to;
	if (end === null || end <= since) return null;
	return latestCovering(person.postings, addDays(end, -1), knowledge);
}

function countDaysLost(person: Person, since: CalendarDate, { knowledge }: View, add: Add): void {
	const { on: day } = knowledge;
	const sick = person.absences.filter(
		(absence) =>
			isSickness(absence.reason) &&
			isKnown(absence, absence.from, knowledge) &&
			(absence.to === null || absence.to > since || absence.endRecordedOn !== null)
	);
	for (const { from, to } of runs(sick, knowledge))
		for (
			let away = from > since ? from : addDays(since, 1);
			away <= day && (to === null || away < to);
			away = addDays(away, 1)
		) {
			if (!isWorkingDay(away)) continue;
			const posting = inPostOn(person, away, knowledge);
			if (posting && isCounted(posting) && posting.agency !== true)
				add(posting.teamId, 'daysLost', posting.fte, { kind: 'practitioner', id: person.practitionerId });
		}
}

/** The DfE counts sickness alone; what nobody gave a reason for may be it. */
function isSickness(reason: string | null): boolean {
	return reason === null || reason.trim() === '' || /^(sick|ill)/i.test(reason.trim());
}
