import { dayInWords, type CalendarDate } from './calendar.ts';
import type { PractitionerProblem, StillThere, TeamProblem } from './people-plan.ts';
import { casesInWords, listInWords, type Names } from './wording.ts';

const MOST_NAMED = 8;

export function teamProblemInWords(problem: TeamProblem): string {
	switch (problem.field) {
		case 'reference':
			return referenceInWords(problem.why, 'team');
		case 'name':
			if (problem.why === 'MISSING') return 'Give the team a name.';
			return problem.why === 'TAKEN'
				? 'Another team has this name. Choose one that tells them apart.'
				: 'The name is longer than 80 characters.';
		case 'service':
			if (problem.why === 'MISSING') return 'Say which service the team belongs to.';
			return problem.why === 'TOO_LONG'
				? 'The name of the service is longer than 80 characters.'
				: 'You open teams in your own service. Somebody above opens those of others.';
		case 'openedOn':
			return `${dayInWords(problem.on)} is too far from today. Check the year.`;
	}
}

function referenceInWords(why: 'MISSING' | 'TAKEN' | 'UNFIT', of: 'team' | 'person'): string {
	if (why === 'MISSING') return `Give a reference: what files and addresses call this ${of}.`;
	return why === 'TAKEN'
		? `Another ${of} has this reference. Each has its own.`
		: 'A reference has letters, figures, dots, hyphens and slashes, no spaces, and at most 40 of them.';
}

export function practitionerProblemInWords(problem: PractitionerProblem): string {
	switch (problem.field) {
		case 'reference':
			return referenceInWords(problem.why, 'person');
		case 'name':
			return problem.why === 'MISSING' ? 'Give their name.' : 'The name is longer than 80 characters.';
		case 'sweNumber':
			return 'Somebody is recorded with this number of the register. If it is they who come back after leaving, they are posted again on their own record: ask the principal social worker or a director.';
		case 'team':
			if (problem.why === 'CLOSED')
				return `This team is closed from ${dayInWords(problem.closedOn)}. Choose another, or an earlier first day.`;
			return problem.why === 'MISSING'
				? 'Choose their team.'
				: 'This team is not in your scope. Choose one that is.';
		case 'role':
			return 'Choose their role.';
		case 'fte':
			return 'Give their full-time equivalent as a number above 0 and up to 1, for example 0.8.';
		case 'from':
			if (problem.why === 'MISSING') return 'Give the first day of the posting.';
			return problem.why === 'YEARS_OFF'
				? `${dayInWords(problem.on)} is too far from today. Check the year.`
				: `The team opens only on ${dayInWords(problem.openedOn)}.`;
	}
}

/** Why a team cannot close yet, and what to do first; empty: nothing is in the way. Without names, only how many. */
export function stillThereInWords(
	{ people, cases }: StillThere,
	closesOn: CalendarDate,
	nameOf: Names | null
): string[] {
	const words: string[] = [];
	const ids = [...new Set(people.map(({ practitionerId }) => practitionerId))];
	if (ids.length > 0) {
		const named = nameOf ? ids.map(nameOf).sort().slice(0, MOST_NAMED) : [];
		const more = ids.length - named.length;
		const people = more === 1 ? '1 person' : `${more} people`;
		const all = more > 0 ? [...named, nameOf ? `${more} more` : people] : named;
		words.push(
			`${listInWords(all)} ${ids.length === 1 ? 'is' : 'are'} posted to it on ${dayInWords(closesOn)} or later. Post them elsewhere, or end their postings by that day, first.`
		);
	}
	if (cases.length > 0) {
		const named = cases.slice(0, MOST_NAMED).map(({ reference }) => reference);
		const more = cases.length - named.length;
		words.push(
			`${casesInWords(cases.length)} ${cases.length === 1 ? 'is' : 'are'} with this team: ${listInWords(more > 0 ? [...named, `${more} more`] : named)}. Allocate ${cases.length === 1 ? 'it' : 'them'} elsewhere first.`
		);
	}
	return words;
}
