import { dayInWords, isCalendarDate, type CalendarDate } from './calendar.ts';
import { REVIEW_OUTCOME_IN_WORDS } from './record-words.ts';
import { CANCELLED_BY_IN_WORDS } from './supervision-plan.ts';
import { MOVE_IN_WORDS } from './restructure-moves.ts';
import { ALLOCATION_REASON_IN_WORDS, KIND_IN_WORDS, ROLE_IN_WORDS, type Names } from './wording.ts';

/** The facts that are changed by hand, one form at a time, and undone with their form. */
export type Entity =
	| 'posting'
	| 'practitioner'
	| 'stage_review'
	| 'team'
	| 'restructure'
	| 'planned_move'
	| 'case'
	| 'case_kind'
	| 'allocation'
	| 'request'
	| 'action'
	| 'absence'
	| 'reduction'
	| 'session';

export type ChangeKind =
	| 'recorded'
	| 'changed'
	| 'corrected'
	| 'ended'
	| 'reopened'
	| 'decided'
	| 'confirmed'
	| 'withdrawn'
	| 'undone';

/** What a fact says, by the names of its columns. */
export type Said = Record<string, string | number | boolean | null | undefined>;

/** A fact as it stands, and which version of it that is. */
export interface Fact {
	said: Said;
	edition: string;
}

/** The names of what a change points at, by id. */
export interface ChangeNames {
	person: Names;
	team: Names;
}

interface Column {
	word: string;
	/** How a value of it reads; left out: as it is. */
	as?: 'day' | 'person' | 'team' | 'teams' | 'share' | Record<string, string>;
	/** What it reads as where it is empty. */
	empty?: string;
	/** The usual, which is not told of a whole fact. */
	usual?: boolean;
}

const YES = { true: 'yes', false: 'no' };
const OF_A_PERIOD: Record<string, Column> = {
	from_on: { word: 'first day', as: 'day' },
	to_on: { word: 'until', as: 'day' }
};

/** What each column is called, in the order in which it is told. A column without a word is not told. */
const COLUMNS: Record<Entity, Record<string, Column>> = {
	posting: {
		team_id: { word: 'team', as: 'team' },
		role: { word: 'role', as: ROLE_IN_WORDS },
		supervisor_id: { word: 'supervisor', as: 'person', empty: 'nobody' },
		fte: { word: 'FTE' },
		agency: { word: 'agency', as: YES, usual: false },
		...OF_A_PERIOD
	},
	practitioner: {
		name: { word: 'name' },
		email: { word: 'e-mail' },
		swe_number: { word: 'Social Work England number' },
		registered_on: { word: 'registered', as: 'day' },
		registration_checked_on: { word: 'checked on the register', as: 'day' },
		registration_checked_by: { word: 'checked by', as: 'person', empty: 'a data steward' },
		early_career_started_on: { word: 'early-career stage started', as: 'day' },
		early_career_extended_to: { word: 'early-career stage extended to', as: 'day' },
		early_career_extended_why: { word: 'extended because' },
		early_career_passed_on: { word: 'early-career stage passed', as: 'day' },
		started_on: { word: 'started', as: 'day' },
		left_on: { word: 'left', as: 'day' }
	},
	stage_review: {
		months: { word: 'month of the stage' },
		booked_on: { word: 'booked', as: 'day' },
		held_on: { word: 'held', as: 'day' },
		outcome: { word: 'outcome', as: REVIEW_OUTCOME_IN_WORDS },
		words: { word: 'in a sentence' }
	},
	team: {
		name: { word: 'name' },
		service: { word: 'service' },
		opened_on: { word: 'opened', as: 'day' },
		closed_on: { word: 'closed', as: 'day' },
		succeeded_by: { word: 'succeeded by', as: 'team' }
	},
	restructure: {
		name: { word: 'name' },
		starts_on: { word: 'starts', as: 'day' },
		ends_on: { word: 'ends', as: 'day', empty: 'not known' },
		team_ids: { word: 'teams', as: 'teams' }
	},
	planned_move: {
		kind: { word: 'what', as: MOVE_IN_WORDS },
		practitioner_id: { word: 'who', as: 'person' },
		team_id: { word: 'team', as: 'team' },
		into_team_id: { word: 'to', as: 'team' },
		role: { word: 'role', as: ROLE_IN_WORDS },
		supervisor_id: { word: 'supervisor', as: 'person', empty: 'as now' },
		to_practitioner_id: { word: 'to', as: 'person' },
		name: { word: 'name' },
		moves_on: { word: 'on', as: 'day' },
		done_on: { word: 'carried out', as: 'day' }
	},
	case: {
		opened_on: { word: 'opened', as: 'day' },
		closed_on: { word: 'closed', as: 'day' },
		closure_reason: { word: 'reason for closing' },
		complexity: { word: 'complexity' },
		family_id: { word: 'family' },
		date_of_birth: { word: 'date of birth', as: 'day' },
		unborn: { word: 'unborn', as: YES }
	},
	case_kind: {
		kind: { word: 'kind', as: KIND_IN_WORDS },
		...OF_A_PERIOD,
		conference_needed: { word: 'conference needed', as: YES },
		conference_on: { word: 'conference held', as: 'day' }
	},
	allocation: {
		practitioner_id: { word: 'held by', as: 'person', empty: 'nobody' },
		team_id: { word: 'team', as: 'team' },
		role: { word: 'role', as: { lead: 'lead', co_worker: 'co-worker' } },
		reason: { word: 'reason', as: ALLOCATION_REASON_IN_WORDS },
		...OF_A_PERIOD,
		start_not_given: {
			word: 'the first day',
			as: { true: 'only taken from the file', false: 'known' },
			usual: false
		}
	},
	request: {
		agency: { word: 'agency' },
		kind: {
			word: 'asks for',
			as: { conference: 'a conference', challenge: 'a decision to be looked at again' }
		},
		requested_on: { word: 'asked', as: 'day' },
		asked: { word: 'in one line' },
		outcome: { word: 'outcome' },
		decided_on: { word: 'decided', as: 'day' },
		decided_by_id: { word: 'decided by', as: 'person' },
		second_manager_id: { word: 'second manager', as: 'person' },
		second_agreed_on: { word: 'second manager agreed', as: 'day' },
		answer: {
			word: 'the agency',
			as: { accepted: 'accepted it', challenges_again: 'challenges it again', no_answer: 'gave no answer' }
		},
		answered_on: { word: 'answered', as: 'day' }
	},
	action: {
		owner_id: { word: 'owner', as: 'person', empty: 'nobody' },
		agreed_on: { word: 'agreed', as: 'day' },
		due_on: { word: 'due', as: 'day' },
		risk: { word: 'about risk', as: YES, usual: false },
		done_on: { word: 'done', as: 'day' }
	},
	absence: {
		reason: { word: 'reason', empty: 'not recorded' },
		...OF_A_PERIOD,
		cover_id: { word: 'cases covered by', as: 'person', empty: 'nobody' },
		supervision_cover_id: { word: 'supervision covered by', as: 'person', empty: 'nobody else' }
	},
	reduction: {
		share: { word: 'capacity less by', as: 'share' },
		reason: { word: 'reason' },
		...OF_A_PERIOD
	},
	session: {
		planned_on: { word: 'day', as: 'day' },
		planned_time: { word: 'time' },
		planned_minutes: { word: 'minutes' },
		practitioner_id: { word: 'for', as: 'person' },
		supervisor_id: { word: 'with', as: 'person' },
		covers_for_id: { word: 'in place of', as: 'person', empty: 'nobody' },
		reflective: { word: 'reflective', as: YES, usual: false },
		held_on: { word: 'held', as: 'day' },
		minutes: { word: 'length in minutes', empty: 'not recorded' },
		interrupted: { word: 'interrupted', as: YES, empty: 'not known' },
		cancelled_by: { word: 'cancelled by', as: CANCELLED_BY_IN_WORDS }
	}
};

const ENTITY_IN_WORDS: Record<Entity, string> = {
	posting: 'Posting',
	practitioner: 'Record',
	stage_review: 'Review of the early-career stage',
	team: 'Team',
	restructure: 'Restructure',
	planned_move: 'Planned move',
	case: 'Case',
	case_kind: 'Kind of case',
	allocation: 'Allocation',
	request: 'Request',
	action: 'Action',
	absence: 'Absence',
	reduction: 'Reduction of capacity',
	session: 'Session'
};

const NONE = 'none';

/** What changed in one fact, in words: "Supervisor from Ann Birch to Tom Reed, from 3 Mar 2026". */
export function changeInWords(
	{
		entity,
		change,
		before,
		after
	}: {
		entity: Entity;
		change: ChangeKind;
		before: Said | null;
		after: Said | null;
	},
	names: ChangeNames
): string {
	if (before === null || after === null) {
		const said = after ?? before ?? {};
		const became = change === 'undone' ? (after === null ? 'taken back' : 'put back') : change;
		return `${ENTITY_IN_WORDS[entity]} ${became}: ${wholeInWords(entity, said, names)}`;
	}
	const changed = columnsChanged(entity, before, after);
	const told = changed.map(([column, how]) => columnInWords(column, how, before, after, names));
	const since = before['from_on'] === after['from_on'] ? asDay(after['from_on']) : null;
	const onlyEnds = changed.length === 1 && changed[0]?.[0] === 'to_on';
	const move = entity === 'planned_move' ? `${moveNamed(before, names)}: ` : '';
	const words =
		onlyEnds && since !== null
			? `${ENTITY_IN_WORDS[entity].toLowerCase()} from ${dayInWords(since)}: ${told.join('')}`
			: `${told.length === 0 ? `${ENTITY_IN_WORDS[entity].toLowerCase()} ${change}` : told.join('; ')}${since ? `, from ${dayInWords(since)}` : ''}`;
	const said = `${move}${words}`;
	return change === 'undone' ? `Undone: ${said}` : said.charAt(0).toUpperCase() + said.slice(1);
}

/** "A team joins another, Harbour to Orchard": which move it is, in few words. */
function moveNamed(said: Said, names: ChangeNames): string {
	const columns = COLUMNS.planned_move;
	const value = (column: string) => {
		const how = columns[column];
		const is = said[column] ?? null;
		return how && is !== null ? valueInWords(is, how, names) : [];
	};
	const whom = ['practitioner_id', 'team_id', 'into_team_id', 'to_practitioner_id'].flatMap(value);
	return [value('kind'), whom.join(' to ')].flat().filter(Boolean).join(', ');
}

function columnInWords(
	column: string,
	{ word, ...how }: Column,
	before: Said,
	after: Said,
	names: ChangeNames
): string {
	const was = before[column] ?? null;
	const is = after[column] ?? null;
	if (column === 'to_on' && is === null) return `no end any more, it was ${valueInWords(was, how, names)}`;
	if (column === 'to_on' && was !== null)
		return `${word} ${valueInWords(is, how, names)} instead of ${valueInWords(was, how, names)}`;
	if (was === null && how.empty === undefined) return `${word} ${valueInWords(is, how, names)}`;
	return `${word} from ${valueInWords(was, how, names)} to ${valueInWords(is, how, names)}`;
}

/** Every id of somebody or a team that the words of these changes need. */
export function namedIn(
	changes: readonly { entity: Entity; before: Said | null; after: Said | null; madeBy?: string | null }[]
): { people: string[]; teams: string[] } {
	const found = { people: new Set<string>(), teams: new Set<string>() };
	for (const { entity, before, after, madeBy } of changes) {
		if (madeBy) found.people.add(madeBy);
		for (const [column, { as }] of Object.entries(COLUMNS[entity]))
			for (const said of [before, after]) {
				const value = said?.[column] ?? null;
				if (as === 'teams') for (const id of idsIn(String(value))) found.teams.add(id);
				if (typeof value !== 'string') continue;
				if (as === 'person') found.people.add(value);
				if (as === 'team') found.teams.add(value);
			}
	}
	return { people: [...found.people], teams: [...found.teams] };
}

function columnsChanged(entity: Entity, before: Said, after: Said): [string, Column][] {
	return Object.entries(COLUMNS[entity]).filter(([column, { as }]) =>
		as === 'teams'
			? idsIn(String(before[column])).join() !== idsIn(String(after[column])).join()
			: (before[column] ?? null) !== (after[column] ?? null)
	);
}

function wholeInWords(entity: Entity, said: Said, names: ChangeNames): string {
	return Object.entries(COLUMNS[entity])
		.flatMap(([column, { word, ...how }]) => {
			const value = said[column] ?? null;
			if (value === null || value === how.usual) return [];
			const words = valueInWords(value, how, names);
			return how.as === MOVE_IN_WORDS ? words : `${word} ${words}`;
		})
		.join(', ');
}

function valueInWords(
	value: string | number | boolean | null,
	{ as, empty }: Omit<Column, 'word'>,
	names: ChangeNames
): string {
	if (value === null) return empty ?? NONE;
	const text = String(value);
	if (typeof as === 'object') return as[text] ?? text;
	if (as === 'share') return `${Math.round(Number(text) * 1000) / 10} %`;
	if (as === 'day') return isCalendarDate(text) ? dayInWords(text) : text;
	if (as === 'person') return names.person(text);
	if (as === 'team') return names.team(text);
	if (as === 'teams') return idsIn(text).map(names.team).join(', ') || 'all teams';
	return text;
}

/** Ids in a list as the database writes it, or as it is kept beside a change. */
function idsIn(text: string): string[] {
	return text.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? [];
}

function asDay(value: Said[string]): CalendarDate | null {
	return typeof value === 'string' && isCalendarDate(value) ? value : null;
}
