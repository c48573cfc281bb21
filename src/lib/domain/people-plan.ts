import type { View } from './authority.ts';
import { addMonths, type CalendarDate } from './calendar.ts';
import { isOpenOn } from './cases.ts';
import type { Posting, Role } from './people.ts';
import { teamOfCase } from './rules-about-cases.ts';

/** A team as somebody means to open it. */
export interface TeamSaid {
	reference: string;
	name: string;
	service: string;
	openedOn: CalendarDate | null;
}

/** What is taken already, of all that are recorded. */
export interface Taken {
	references: readonly string[];
	names: readonly string[];
}

export type TeamProblem =
	| { field: 'reference'; why: 'MISSING' | 'TAKEN' | 'UNFIT' }
	| { field: 'name'; why: 'MISSING' | 'TAKEN' | 'TOO_LONG' }
	| { field: 'service'; why: 'MISSING' | 'TOO_LONG' | 'NOT_YOURS' }
	| { field: 'openedOn'; why: 'YEARS_OFF'; on: CalendarDate };

const LONGEST_NAME = 80;
const YEARS_BACK_MONTHS = 12 * 60;
const YEAR_AHEAD_MONTHS = 12;

/** References are typed into files and addresses: letters, figures and the signs between them, no spaces. */
function isReference(text: string): boolean {
	return /^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,39}$/u.test(text);
}

const isSame = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase();

function isYearsOff(day: CalendarDate, today: CalendarDate): boolean {
	return day < addMonths(today, -YEARS_BACK_MONTHS) || day > addMonths(today, YEAR_AHEAD_MONTHS);
}

/** `services`: those in which who asks may open a team; null: in any. */
export function teamProblems(
	said: TeamSaid,
	taken: Taken,
	services: readonly string[] | null,
	today: CalendarDate
): TeamProblem[] {
	const problems: TeamProblem[] = [];
	if (said.reference === '') problems.push({ field: 'reference', why: 'MISSING' });
	else if (!isReference(said.reference)) problems.push({ field: 'reference', why: 'UNFIT' });
	else if (taken.references.some((each) => isSame(each, said.reference)))
		problems.push({ field: 'reference', why: 'TAKEN' });
	problems.push(...nameProblems(said.name, taken.names));
	if (said.service === '') problems.push({ field: 'service', why: 'MISSING' });
	else if (said.service.length > LONGEST_NAME) problems.push({ field: 'service', why: 'TOO_LONG' });
	else if (services !== null && !services.includes(said.service))
		problems.push({ field: 'service', why: 'NOT_YOURS' });
	if (said.openedOn !== null && isYearsOff(said.openedOn, today))
		problems.push({ field: 'openedOn', why: 'YEARS_OFF', on: said.openedOn });
	return problems;
}

function nameProblems(name: string, taken: readonly string[]): TeamProblem[] {
	if (name === '') return [{ field: 'name', why: 'MISSING' }];
	if (name.length > LONGEST_NAME) return [{ field: 'name', why: 'TOO_LONG' }];
	return taken.some((each) => isSame(each, name)) ? [{ field: 'name', why: 'TAKEN' }] : [];
}

/** What stands in the way of closing a team from a day. */
export interface StillThere {
	/** Posted to it on the day or later. */
	people: readonly { practitionerId: string; from: CalendarDate; to: CalendarDate | null }[];
	/** Open cases of the team: by the posting of their lead, else by their latest allocation. */
	cases: readonly { caseId: string; reference: string }[];
}

/** Who and what is still with a team from the day it is to close. The view is of that day, or of today where it is past. */
export function stillWith(teamId: string, closesOn: CalendarDate, view: View): StillThere {
	const { people, cases } = view.authority;
	return {
		people: [...people.values()].flatMap((person) =>
			standingPostings(person.postings)
				.filter((posting) => posting.teamId === teamId && (posting.to === null || posting.to > closesOn))
				.map(({ practitionerId, from, to }) => ({ practitionerId, from, to }))
		),
		cases: cases
			.filter(
				(file) => isOpenOn(file, view.knowledge.on, view.knowledge) && teamOfCase(file, view) === teamId
			)
			.map(({ caseId, reference }) => ({ caseId, reference }))
			.sort((a, b) => (a.reference < b.reference ? -1 : 1))
	};
}

function standingPostings(postings: readonly Posting[]): Posting[] {
	return postings.filter(({ supersededOn }) => !supersededOn);
}

/** Somebody new as they are typed, with their first posting. */
export interface PractitionerSaid {
	reference: string;
	name: string;
	sweNumber: string | null;
	registeredOn: CalendarDate | null;
	/** Null: not in the stage. */
	earlyCareerStartedOn: CalendarDate | null;
	posting: {
		teamId: string | null;
		role: Role | null;
		supervisorId: string | null;
		fte: number | null;
		agency: boolean;
		from: CalendarDate | null;
	};
}

export type PractitionerProblem =
	| { field: 'reference'; why: 'MISSING' | 'TAKEN' | 'UNFIT' }
	| { field: 'name'; why: 'MISSING' | 'TOO_LONG' }
	| { field: 'sweNumber'; why: 'TAKEN' }
	| { field: 'team'; why: 'MISSING' | 'NOT_YOURS' }
	| { field: 'team'; why: 'CLOSED'; closedOn: CalendarDate }
	| { field: 'role'; why: 'MISSING' }
	| { field: 'fte'; why: 'NOT_A_SHARE' }
	| { field: 'from'; why: 'MISSING' }
	| { field: 'from'; why: 'YEARS_OFF'; on: CalendarDate }
	| { field: 'from'; why: 'BEFORE_TEAM'; openedOn: CalendarDate };

/** `teams`: those to which who asks may post somebody. */
export function practitionerProblems(
	said: PractitionerSaid,
	taken: { references: readonly string[]; sweNumbers: readonly string[] },
	teams: readonly { teamId: string; openedOn: CalendarDate | null; closedOn: CalendarDate | null }[],
	today: CalendarDate
): PractitionerProblem[] {
	const problems: PractitionerProblem[] = [];
	const { posting } = said;
	if (said.reference === '') problems.push({ field: 'reference', why: 'MISSING' });
	else if (!isReference(said.reference)) problems.push({ field: 'reference', why: 'UNFIT' });
	else if (taken.references.some((each) => isSame(each, said.reference)))
		problems.push({ field: 'reference', why: 'TAKEN' });
	if (said.name === '') problems.push({ field: 'name', why: 'MISSING' });
	else if (said.name.length > LONGEST_NAME) problems.push({ field: 'name', why: 'TOO_LONG' });
	if (said.sweNumber !== null && taken.sweNumbers.some((each) => isSame(each, said.sweNumber ?? '')))
		problems.push({ field: 'sweNumber', why: 'TAKEN' });
	const team = teams.find(({ teamId }) => teamId === posting.teamId);
	if (posting.teamId === null) problems.push({ field: 'team', why: 'MISSING' });
	else if (!team) problems.push({ field: 'team', why: 'NOT_YOURS' });
	if (posting.role === null) problems.push({ field: 'role', why: 'MISSING' });
	if (posting.fte === null || !(posting.fte > 0 && posting.fte <= 1))
		problems.push({ field: 'fte', why: 'NOT_A_SHARE' });
	const { from } = posting;
	if (from === null) problems.push({ field: 'from', why: 'MISSING' });
	else if (isYearsOff(from, today)) problems.push({ field: 'from', why: 'YEARS_OFF', on: from });
	else if (team?.closedOn && from >= team.closedOn)
		problems.push({ field: 'team', why: 'CLOSED', closedOn: team.closedOn });
	else if (team?.openedOn && from < team.openedOn)
		problems.push({ field: 'from', why: 'BEFORE_TEAM', openedOn: team.openedOn });
	return problems;
}

/**
 * The next reference in the row of those that are there: the commonest beginning, one above its highest number, as wide as
 * it is written. `first` where none ends in a number.
 */
export function suggestedReference(references: readonly string[], first: string): string {
	const rows = new Map<string, { count: number; highest: number; width: number }>();
	for (const reference of references) {
		const [, beginning, digits] = /^(.*?)(\d+)$/.exec(reference) ?? [];
		if (beginning === undefined || digits === undefined || digits.length > 9) continue;
		const row = rows.get(beginning) ?? { count: 0, highest: 0, width: 0 };
		row.count += 1;
		row.highest = Math.max(row.highest, Number(digits));
		row.width = Math.max(row.width, digits.length);
		rows.set(beginning, row);
	}
	const [commonest] = [...rows].sort(([, a], [, b]) => b.count - a.count);
	if (!commonest) return first;
	const [beginning, { highest, width }] = commonest;
	return `${beginning}${String(highest + 1).padStart(width, '0')}`;
}
