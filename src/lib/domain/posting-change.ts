import { groupedBy, isSupervisorOf, personOf, rearranged, viewOf, type Authority } from './authority.ts';
import { addDays, type CalendarDate } from './calendar.ts';
import { isKnown, knownEnd, type Knowledge, type Recorded } from './knowledge.ts';
import { inPostOn, type Person, type Posting, type Practitioner } from './people.ts';

export const POSTING_TASKS = ['move', 'act-up', 'hours', 'leave', 'first', 'correct'] as const;
export type PostingTask = (typeof POSTING_TASKS)[number];

/** What a posting says, apart from its days. */
export type PostingTerms = Pick<Posting, 'teamId' | 'role' | 'supervisorId' | 'fte' | 'agency'>;

/** A change of somebody's posting as it was typed. `before` is the posting that is corrected, `after` null that it never was. */
export type PostingStep =
	| { task: 'move' | 'hours'; from: CalendarDate; terms: Partial<PostingTerms> }
	| { task: 'act-up'; from: CalendarDate; to: CalendarDate; terms: Partial<PostingTerms> }
	| { task: 'leave'; lastOn: CalendarDate }
	| { task: 'first'; from: CalendarDate; terms: PostingTerms }
	| {
			task: 'correct';
			before: Posting;
			after: (PostingTerms & { from: CalendarDate; to: CalendarDate | null }) | null;
	  };

/** One posting as it is recorded and as it would be. Of a posting that only ends, the rest stays known as long as it was. */
export type PostingRow =
	| { change: 'recorded'; before: null; after: Posting }
	| { change: 'ended' | 'corrected'; before: Posting; after: Posting }
	| { change: 'withdrawn'; before: Posting; after: null };

/** The rows that a step writes, and the day somebody left where that changes. */
export interface PostingChange {
	practitionerId: string;
	rows: readonly PostingRow[];
	left: { before: CalendarDate | null; after: CalendarDate | null } | null;
}

/** Why a step cannot be taken: a field and a reason. */
export type PostingProblem =
	| { field: 'from' | 'to' | 'lastOn'; why: 'YEARS_OFF'; on: CalendarDate }
	| { field: 'from' | 'lastOn'; why: 'NOT_IN_POST'; on: CalendarDate; next: CalendarDate | null }
	| { field: 'from'; why: 'BEGINS_THEN'; on: CalendarDate }
	| { field: 'lastOn'; why: 'LEFT'; on: CalendarDate }
	| { field: 'to'; why: 'ENDS_BEFORE_START'; from: CalendarDate }
	| { field: 'to'; why: 'OUTLASTS'; ends: CalendarDate }
	| { field: 'from' | 'to'; why: 'OVERLAPS'; other: Posting }
	| { field: 'from'; why: 'NOTHING_CHANGES' }
	| { field: 'fte'; why: 'NOT_A_SHARE' }
	| { field: 'team'; why: 'NOT_OPEN'; teamId: string; on: CalendarDate }
	| { field: 'supervisor'; why: 'ONESELF' }
	| {
			field: 'supervisor';
			why: 'SUPERVISED_BY_THEM' | 'NOT_IN_POST';
			supervisorId: string;
			on: CalendarDate;
	  };

/** A change further back or ahead than this is more likely a year mistyped; a first posting may be long ago. */
const DAYS_AWAY = 731;
const WORKING_LIFE_DAYS = 60 * 366;

const stands = ({ supersededOn }: Recorded) => (supersededOn ?? null) === null;

/** The postings that are not corrected or withdrawn, in order of time. */
export function standingPostings(person: Person): Posting[] {
	return person.postings.filter(stands).sort((a, b) => (a.from < b.from ? -1 : 1));
}

function covering(postings: readonly Posting[], day: CalendarDate): Posting | null {
	return postings.find(({ from, to }) => from <= day && (to === null || day < to)) ?? null;
}

/** What the step writes, known from `today`. Refused as values; the authority has the team, the supervisor and the person. */
export function changeOfPosting(
	authority: Authority,
	practitionerId: string,
	step: PostingStep,
	today: CalendarDate
): { change: PostingChange } | { problems: PostingProblem[] } {
	const person = authority.people.get(practitionerId);
	if (!person) throw new Error('the change is about somebody who was not gathered');
	const far = daysTyped(step).flatMap(([field, on, back]): PostingProblem[] =>
		on < addDays(today, -back) || on > addDays(today, DAYS_AWAY) ? [{ field, why: 'YEARS_OFF', on }] : []
	);
	if (far.length > 0) return { problems: far };
	const made = rowsOf(person, step, today);
	if ('problem' in made) return { problems: [made.problem] };
	const change = { practitionerId, ...made };
	const problems = made.rows.flatMap((row) =>
		row.after && row.change !== 'ended' ? problemsOfTerms(authority, change, row, today) : []
	);
	return problems.length > 0 ? { problems } : { change };
}

type FieldOfDay = 'from' | 'to' | 'lastOn';

function daysTyped(step: PostingStep): [FieldOfDay, CalendarDate, number][] {
	if (step.task === 'leave') return [['lastOn', step.lastOn, DAYS_AWAY]];
	if (step.task === 'first') return [['from', step.from, WORKING_LIFE_DAYS]];
	if (step.task === 'correct') {
		if (!step.after) return [];
		const { from, to } = step.after;
		return [
			...(from === step.before.from
				? []
				: [['from', from, WORKING_LIFE_DAYS] as [FieldOfDay, string, number]]),
			...(to === null || to === step.before.to
				? []
				: [['to', to, WORKING_LIFE_DAYS] as [FieldOfDay, string, number]])
		];
	}
	const from: [FieldOfDay, CalendarDate, number] = ['from', step.from, DAYS_AWAY];
	return step.task === 'act-up' ? [from, ['to', step.to, DAYS_AWAY]] : [from];
}

type Made = Omit<PostingChange, 'practitionerId'> | { problem: PostingProblem };

function rowsOf(person: Person, step: PostingStep, today: CalendarDate): Made {
	const postings = standingPostings(person);
	const left = person.details.find(stands)?.leftOn ?? null;
	switch (step.task) {
		case 'first':
			return first(postings, left, step, today, person.practitionerId);
		case 'leave':
			return leave(postings, left, step.lastOn, today);
		case 'correct':
			return correct(postings, step, today);
		default:
			return replace(postings, step, today);
	}
}

/** From a day on, or for some days, another posting stands in place of the one that covers it. */
function replace(
	postings: readonly Posting[],
	step: Extract<PostingStep, { task: 'move' | 'hours' | 'act-up' }>,
	today: CalendarDate
): Made {
	const { from, terms } = step;
	const now = covering(postings, from);
	if (!now)
		return { problem: { field: 'from', why: 'NOT_IN_POST', on: from, next: nextAfter(postings, from) } };
	if (now.from === from) return { problem: { field: 'from', why: 'BEGINS_THEN', on: from } };
	const until = step.task === 'act-up' ? step.to : now.to;
	if (until !== null && until <= from) return { problem: { field: 'to', why: 'ENDS_BEFORE_START', from } };
	if (step.task === 'act-up' && now.to !== null && step.to > now.to)
		return { problem: { field: 'to', why: 'OUTLASTS', ends: now.to } };
	const instead = asRecorded({ ...now, ...terms, from, to: until }, today);
	if (sameTerms(now, instead)) return { problem: { field: 'from', why: 'NOTHING_CHANGES' } };
	const resumes =
		step.task === 'act-up' && step.to !== now.to
			? [recorded(asRecorded({ ...now, from: step.to }, today))]
			: [];
	return { rows: [endedOn(now, from, today), recorded(instead), ...resumes], left: null };
}

function leave(
	postings: readonly Posting[],
	left: CalendarDate | null,
	lastOn: CalendarDate,
	today: CalendarDate
): Made {
	const gone = addDays(lastOn, 1);
	if (left !== null && left <= gone) return { problem: { field: 'lastOn', why: 'LEFT', on: left } };
	const now = covering(postings, lastOn);
	if (!now)
		return {
			problem: { field: 'lastOn', why: 'NOT_IN_POST', on: lastOn, next: nextAfter(postings, lastOn) }
		};
	const later = postings.filter(({ from }) => from >= gone);
	return {
		rows: [
			...(now.to === gone ? [] : [endedOn(now, gone, today)]),
			...later.map((before): PostingRow => ({ change: 'withdrawn', before, after: null }))
		],
		left: { before: left, after: gone }
	};
}

function first(
	postings: readonly Posting[],
	left: CalendarDate | null,
	{ from, terms }: Extract<PostingStep, { task: 'first' }>,
	today: CalendarDate,
	practitionerId: string
): Made {
	const other = postings.find(({ to }) => to === null || to > from);
	if (other) return { problem: { field: 'from', why: 'OVERLAPS', other } };
	const after = asRecorded(
		{ practitionerId, ...terms, from, to: null, recordedOn: null, endRecordedOn: null },
		today
	);
	return { rows: [recorded(after)], left: left === null ? null : { before: left, after: null } };
}

/** A correction takes the posting before and the one after along, so that neither a gap nor a second posting is left. */
function correct(
	postings: readonly Posting[],
	{ before, after }: Extract<PostingStep, { task: 'correct' }>,
	today: CalendarDate
): Made {
	const place = postings.findIndex(({ from }) => from === before.from);
	const earlier = place > 0 ? (postings[place - 1] ?? null) : null;
	const later = postings[place + 1] ?? null;
	const joinsEarlier = earlier?.to === before.from ? earlier : null;
	const joinsLater = later && before.to === later.from ? later : null;
	if (after === null)
		return {
			rows: [
				{ change: 'withdrawn', before, after: null },
				...(joinsEarlier ? [correctedTo(joinsEarlier, { to: before.to }, today)] : [])
			],
			left: null
		};
	if (after.to !== null && after.to <= after.from)
		return { problem: { field: 'to', why: 'ENDS_BEFORE_START', from: after.from } };
	if (earlier && after.from <= earlier.from)
		return { problem: { field: 'from', why: 'OVERLAPS', other: earlier } };
	if (earlier && !joinsEarlier && earlier.to !== null && after.from < earlier.to)
		return { problem: { field: 'from', why: 'OVERLAPS', other: earlier } };
	const overtakes =
		later && (after.to === null || after.to > (joinsLater ? (later.to ?? after.to) : later.from));
	const swallows =
		joinsLater && after.to !== null && later?.to !== null && later && after.to >= (later.to ?? '');
	if (later && (overtakes || swallows)) return { problem: { field: 'to', why: 'OVERLAPS', other: later } };
	const is = correctedTo(before, after, today);
	if (is.before.from === after.from && is.before.to === after.to && sameTerms(before, after))
		return { problem: { field: 'from', why: 'NOTHING_CHANGES' } };
	return {
		rows: [
			...(joinsEarlier && after.from !== before.from
				? [correctedTo(joinsEarlier, { to: after.from }, today)]
				: []),
			is,
			...(joinsLater && after.to !== null && after.to !== before.to
				? [correctedTo(joinsLater, { from: after.to }, today)]
				: [])
		],
		left: null
	};
}

function nextAfter(postings: readonly Posting[], day: CalendarDate): CalendarDate | null {
	return postings.find(({ from }) => from > day)?.from ?? null;
}

function asRecorded(posting: Posting, today: CalendarDate): Posting {
	const ends = posting.to === null ? null : today;
	return { ...posting, recordedOn: today, endRecordedOn: ends, supersededOn: null };
}

const recorded = (after: Posting): PostingRow => ({ change: 'recorded', before: null, after });

/** An end that was known and is over cannot be unknown again: bringing it forward corrects the whole. */
function endedOn(before: Posting, to: CalendarDate, today: CalendarDate): PostingRow {
	if (before.to !== null && before.to <= today) return correctedTo(before, { to }, today);
	return { change: 'ended', before, after: { ...before, to, endRecordedOn: today } };
}

function correctedTo(
	before: Posting,
	set: Partial<PostingTerms & Pick<Posting, 'from' | 'to'>>,
	today: CalendarDate
): Extract<PostingRow, { change: 'ended' | 'corrected' }> {
	return { change: 'corrected', before, after: asRecorded({ ...before, ...set }, today) };
}

function sameTerms(a: PostingTerms, b: PostingTerms): boolean {
	return (
		a.teamId === b.teamId &&
		a.role === b.role &&
		a.supervisorId === b.supervisorId &&
		a.fte === b.fte &&
		(a.agency ?? false) === (b.agency ?? false)
	);
}

function problemsOfTerms(
	authority: Authority,
	change: PostingChange,
	{ before, after }: { before: Posting | null; after: Posting },
	today: CalendarDate
): PostingProblem[] {
	const problems: PostingProblem[] = [];
	const { teamId, supervisorId, fte } = after;
	if (!(fte >= 0 && fte <= 1)) problems.push({ field: 'fte', why: 'NOT_A_SHARE' });
	const isNew = (column: keyof PostingTerms) =>
		before?.[column] !== after[column] && !wasSaid(authority, change.practitionerId, column, after);
	const on = after.from;
	if (isNew('teamId') && !isOpenTeamOn(authority, teamId, on))
		problems.push({ field: 'team', why: 'NOT_OPEN', teamId, on });
	if (supervisorId === null || !isNew('supervisorId')) return problems;
	if (supervisorId === change.practitionerId) return [...problems, { field: 'supervisor', why: 'ONESELF' }];
	const day = after.to !== null && after.to <= today ? on : on > today ? on : today;
	const view = viewOf(authority, day, true);
	const supervisor = personOf(view, supervisorId);
	const posting = supervisor && inPostOn(supervisor, day, view.knowledge);
	if (!posting) problems.push({ field: 'supervisor', why: 'NOT_IN_POST', supervisorId, on: day });
	else if (isSupervisorOf(change.practitionerId, supervisor, view))
		problems.push({ field: 'supervisor', why: 'SUPERVISED_BY_THEM', supervisorId, on: day });
	return problems;
}

/** Whether a posting of theirs that stands says the same: what resumes is not chosen anew. */
function wasSaid(
	authority: Authority,
	practitionerId: string,
	column: keyof PostingTerms,
	after: Posting
): boolean {
	const person = authority.people.get(practitionerId);
	return (
		person !== undefined &&
		standingPostings(person).some(
			(posting) =>
				posting[column] === after[column] &&
				(posting.to === null || posting.to > after.from) &&
				posting.from <= after.from
		)
	);
}

function isOpenTeamOn({ teams }: Authority, teamId: string, day: CalendarDate): boolean {
	const knowledge: Knowledge = { on: day, hindsight: true };
	const team = teams.find((each) => each.teamId === teamId && isKnown(each, each.openedOn, knowledge));
	return team !== undefined && knownEnd(team.closedOn, team.endRecordedOn, knowledge) === null;
}

/** The same facts with the change made, known from `today`: what was known before stays known of the days before. */
export function withPosting(
	authority: Authority,
	{ practitionerId, rows, left }: PostingChange,
	today: CalendarDate
): Authority {
	const person = authority.people.get(practitionerId);
	if (!person) throw new Error('the change is about somebody who was not gathered');
	const touched = new Map(rows.flatMap((row) => (row.before ? [[row.before, row] as const] : [])));
	const kept = person.postings.flatMap((posting): Posting[] => {
		const row = touched.get(posting);
		if (!row) return [posting];
		if (row.change === 'ended') return [row.after];
		const earlier = { ...posting, supersededOn: today };
		return row.after ? [earlier, row.after] : [earlier];
	});
	const added = rows.flatMap((row) => (row.change === 'recorded' ? [row.after] : []));
	const changed: Person = {
		...person,
		postings: [...kept, ...added],
		details: left
			? person.details.flatMap((details) => withLeaving(details, left.after, today))
			: person.details
	};
	return rearranged(authority, { people: new Map(authority.people).set(practitionerId, changed) });
}

function withLeaving(
	details: Practitioner,
	leftOn: CalendarDate | null,
	today: CalendarDate
): Practitioner[] {
	if (!stands(details)) return [details];
	if (leftOn !== null && details.leftOn === null) return [{ ...details, leftOn, endRecordedOn: today }];
	return [
		{ ...details, leftOn, recordedOn: today, endRecordedOn: leftOn === null ? null : today },
		{ ...details, supersededOn: today }
	];
}

/** A day on which somebody comes to a team, goes from it, or has another posting in it. */
export interface TeamTurn {
	on: CalendarDate;
	practitionerId: string;
	/** Null: not in post the day before, or from the day on. */
	before: Posting | null;
	after: Posting | null;
}

/** The turns of a team after `today` and up to a day, by the postings that stand, in order of time. */
export function turnsOfTeam(
	postings: readonly Posting[],
	teamId: string,
	today: CalendarDate,
	upTo: CalendarDate
): TeamTurn[] {
	const isAhead = (day: CalendarDate | null) => day !== null && day > today && day <= upTo;
	return [...groupedBy(postings.filter(stands), ({ practitionerId }) => practitionerId)]
		.flatMap(([practitionerId, own]) => {
			const days = new Set(own.flatMap(({ from, to }) => [from, to ?? []].flat()).filter(isAhead));
			return [...days].map((on) => ({
				on,
				practitionerId,
				before: covering(own, addDays(on, -1)),
				after: covering(own, on)
			}));
		})
		.filter(({ before, after }) => before?.teamId === teamId || after?.teamId === teamId)
		.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}
