import { dayInWords } from './calendar.ts';
import type { Contradiction, ContradictionCode, Disagreeing } from './contradictions.ts';
import type { GapCode } from './gaps.ts';
import { listInWords, KIND_IN_WORDS, type Names } from './wording.ts';
import type { Kind } from './policy.ts';

/** What is missing, what the rules take instead, and which kind of form mends it. */
export const GAP_IN_WORDS: Record<GapCode, { missing: string; instead: string; mend: string }> = {
	MANAGER_NOT_REGISTERED: {
		missing: 'Registration of a manager',
		instead:
			'Registration not recorded, so nothing they record counts as oversight, and they qualify nobody they supervise.',
		mend: 'Record the registration'
	},
	HOLDER_NOT_MATCHED: {
		missing: 'Who holds the case',
		instead:
			'A file names somebody who is not matched to a practitioner: it is looked at as if nobody led it.',
		mend: 'Match the name, or give the case a lead'
	},
	KIND_UNKNOWN: {
		missing: 'Kind of the case',
		instead: 'Held to what an assessment asks, with the weight of an unknown kind.',
		mend: 'Record the kind'
	},
	NUMBER_MISSING: {
		missing: 'Social Work England number',
		instead: 'Counted as not a registered social worker.',
		mend: 'Record the registration'
	},
	REGISTRATION_DATE_MISSING: {
		missing: 'Date of registration',
		instead: 'Counted as in the lowest tier of those registered.',
		mend: 'Record the registration'
	},
	POSTING_MISSING: {
		missing: 'Posting of somebody who holds cases',
		instead: 'Counted as not in post: their cases as unallocated, their capacity as nothing.',
		mend: 'Record the posting'
	},
	SUPERVISOR_MISSING: {
		missing: 'Supervisor',
		instead: 'Counted as supervised by nobody.',
		mend: 'Name the supervisor'
	},
	FTE_MISSING: {
		missing: 'Full-time equivalent',
		instead: 'Recorded as 0, so they have no capacity for the cases they hold.',
		mend: 'Correct the posting'
	},
	DATE_OF_BIRTH_MISSING: {
		missing: 'Date of birth',
		instead: 'Counted as a child of 2 or older: no severity is raised for a very young child.',
		mend: 'Record the date of birth'
	},
	HOLDER_SINCE_MISSING: {
		missing: 'Since when the lead holds the case',
		instead: 'Counted from the day of the extract that named them.',
		mend: 'Record since when'
	},
	REQUEST_DAY_MISSING: {
		missing: 'Day on which a request was decided',
		instead: 'Counted as undecided.',
		mend: 'Decide it anew, with the day'
	},
	SECOND_MANAGER_DAY_MISSING: {
		missing: 'Day on which a second manager agreed',
		instead: 'Counted as not agreed.',
		mend: 'Have it agreed'
	},
	STAGE_MISSING: {
		missing: 'Early-career stage of somebody registered within the year',
		instead: 'Counted as not in the stage: supervised as often as those who are not.',
		mend: 'Record the stage'
	},
	AGENCY_MISSING: {
		missing: 'Whether somebody new is from an agency',
		instead: 'Counted as not from an agency.',
		mend: 'Correct the posting'
	},
	CONFERENCE_MISSING: {
		missing: 'Whether a section 47 enquiry needs a conference',
		instead: 'Counted as not needing one: its time limit is not looked at.',
		mend: 'Record whether it needs one'
	},
	SESSION_LENGTH_MISSING: {
		missing: 'Length of a supervision session',
		instead: 'Counted as long enough.',
		mend: 'Record the length'
	}
};

/**
 * Whom to ask where it is not for who reads it to mend: "Ask Ann Birch, team manager of Harbour". `name` null: people are
 * not named to who asks. `role` null: nobody is known who runs the team, or there is none.
 */
export function askInWords(
	{
		name,
		role,
		team
	}: { name: string | null; role: 'team_manager' | 'service_manager' | null; team: string },
	orSteward: boolean
): string {
	const or = orSteward ? ' or a data steward' : '';
	if (role === null) return `Ask a service manager${or}`;
	const post = role === 'team_manager' ? `team manager of ${team}` : `service manager for ${team}`;
	return name === null ? `Ask the ${post}${or}` : `Ask ${name}, ${post}${orSteward ? ',' : ''}${or}`;
}

export const CONTRADICTION_IN_WORDS: Record<ContradictionCode, string> = {
	NUMBER_SHARED: 'The same Social Work England number under two records',
	SUPERVISED_IN_A_CIRCLE: 'Supervised by somebody they supervise themselves, directly or through others',
	SUPERVISED_BY_LOWER: 'Supervised by somebody in a lower role',
	REGISTERED_AFTER_POSTING: 'Registered after the first posting',
	STAGE_BEFORE_REGISTERED: 'Early-career stage started before registration',
	STAGE_PASSED_BEFORE_STARTED: 'Early-career stage passed before it started',
	LEFT_BUT_POSTED: 'Left, and a posting goes on',
	POSTED_BEFORE_STARTED: 'Posted before they started',
	POSTED_TO_CLOSED_TEAM: 'Posted to a team that is closed',
	EXPIRED_BEFORE_COMPLETED: 'Training expired before it was completed',
	COVERED_BY_ONESELF: 'Named to cover for themselves',
	SESSION_WITHOUT_SUPERVISOR_IN_POST: 'Supervision held by somebody not in post',
	SESSION_WITHOUT_SUPERVISEE_IN_POST: 'Supervision held with somebody not in post',
	SIGNED_BEFORE_HELD: 'Supervision signed before it was held',
	OVERSIGHT_BY_SOMEBODY_NOT_IN_POST: 'Oversight by somebody not in post',
	OVERSIGHT_BEFORE_OPENED: 'Oversight made before the case opened',
	ALLOCATED_AFTER_CLOSED: 'Closed before an allocation began',
	ALLOCATED_BEFORE_OPENED: 'An allocation began before the case opened',
	KIND_AFTER_CLOSED: 'Closed before a kind began',
	KIND_BEFORE_OPENED: 'A kind began before the case opened',
	UNBORN_AND_BORN: 'Recorded as unborn, with a date of birth that is past',
	BORN_LATER: 'Recorded as born, with a date of birth to come',
	DECIDED_BEFORE_ASKED: 'A request decided before it was made',
	AGREED_BEFORE_DECIDED: 'A second manager agreed before the decision'
};

/** The facts that disagree, each with its day: "stage passed on 3 Mar 2026; stage started on 1 Sep 2026". */
export function rowsInWords({ rows }: Contradiction, names: Names): string {
	return rows.map((row) => rowInWords(row, names)).join('; ');
}

function rowInWords({ what, on, of, called }: Disagreeing, names: Names): string {
	const day = on === null ? '' : ` on ${dayInWords(on)}`;
	const who = of === undefined ? '' : names(of);
	const course = called ?? 'a course';
	switch (what) {
		case 'registered':
			return `registered${day}`;
		case 'stage_started':
			return `stage started${day}`;
		case 'stage_passed':
			return `stage passed${day}`;
		case 'started':
			return `started${day}`;
		case 'left':
			return `left${day}`;
		case 'posting':
			return on === null ? `${who || 'they'} had no posting then` : `posted from ${dayInWords(on)}`;
		case 'posting_end':
			return on === null ? 'a posting without an end' : `posted until ${dayInWords(on)}`;
		case 'team_closed':
			return `the team closed${day}`;
		case 'completed':
			return `${course} completed${day}`;
		case 'expires':
			return `${course} expires${day}`;
		case 'absence':
			return on === null ? 'away' : `away from ${dayInWords(on)}`;
		case 'held':
			return `held${day}`;
		case 'signed':
			return `signed by ${who}${day}`;
		case 'made':
			return `made by ${who}${day}`;
		case 'opened':
			return `opened${day}`;
		case 'closed':
			return `closed${day}`;
		case 'allocation':
			return `allocated${who === '' ? '' : ` to ${who}`}${on === null ? '' : ` from ${dayInWords(on)}`}`;
		case 'kind':
			return `${KIND_IN_WORDS[called as Kind]}${on === null ? '' : ` from ${dayInWords(on)}`}`;
		case 'born':
			return `born${day}`;
		case 'unborn':
			return 'unborn: yes';
		case 'today':
			return `today is ${on === null ? '' : dayInWords(on)}`;
		case 'asked':
			return `asked for${day}`;
		case 'decided':
			return `decided${day}`;
		case 'agreed':
			return `agreed${day}`;
		case 'number':
			return `${called ?? ''} is also the number of ${who}`;
		case 'supervisor':
			return `supervised by ${who}${on === null ? '' : ` from ${dayInWords(on)}`}`;
	}
}

/** Everybody whom the words about contradictions name. */
export function namedInContradictions(found: readonly Contradiction[]): string[] {
	return found.flatMap(({ rows }) => rows.flatMap(({ of }) => of ?? []));
}

/** "Nothing is missing: checked 35 people in post and 507 open cases." */
export function nothingMissing(checked: { people: number; cases: number }): string {
	const people = checked.people === 1 ? '1 person in post' : `${checked.people} people in post`;
	const cases = checked.cases === 1 ? '1 open case' : `${checked.cases} open cases`;
	return `Nothing is missing, and nothing disagrees: checked ${listInWords([people, cases])}.`;
}
