import { rolesToAdd, seesNames } from '#lib/domain/access.ts';
import { DAYS_AHEAD, isId } from '#lib/domain/asked.ts';
import { addDays, dayInWords, weekdayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Role } from '#lib/domain/people.ts';
import { turnsOfTeam, type PostingTask } from '#lib/domain/posting-change.ts';
import {
	daysInWords,
	POSTING_TASK_IN_WORDS,
	termsInWords,
	turnInWords,
	type PostingNames
} from '#lib/domain/posting-words.ts';
import { capital, ROLE_IN_WORDS } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import { colleaguesFor } from '#lib/server/store/absences.ts';
import { teamNames } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { teamsKept } from '#lib/server/store/people.ts';
import { leavingOf, postingsAround, postingsOf, type PostingKept } from '#lib/server/store/postings.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { editionOfPostings, mayKeepPostingOf, mayUndoPosting, type PostingKeeper } from './change-posting.ts';
import { namesFor } from './names.ts';
import { changesShown, type ChangesShown } from './undo-change.ts';

export interface PostingShown {
	key: string;
	title: string;
	days: string;
	when: 'now' | 'to come' | 'over';
	recorded: string | null;
	/** What it said before, the latest first. */
	earlier: string[];
	mayCorrect: boolean;
}

export interface PostingsShown {
	postings: PostingShown[];
	/** "Left on 1 Dec 2026"; null: they have not. */
	left: string | null;
	tasks: { task: PostingTask; label: string }[];
	/** Why nothing can be changed here by who asks; null: it can. */
	whyNot: string | null;
	changes: ChangesShown[];
}

/** Whether a version is what was known on a day; of today and later days, all that stands. */
function isKnownOn(row: PostingKept, on: CalendarDate, today: CalendarDate): boolean {
	if (on >= today) return row.stands;
	const known = row.recordedOn ?? row.from;
	if (known > on) return false;
	return row.stands || (row.supersededOn !== null && row.supersededOn > on && row.supersededOn > known);
}

function asKnownOn(row: PostingKept, on: CalendarDate, today: CalendarDate): PostingKept {
	const endsLater = on < today && row.to !== null && (row.endRecordedOn ?? row.to) > on;
	return endsLater ? { ...row, to: null } : row;
}

/** Somebody's postings as known on a day, with their history. The person was found within the scope of who asks. */
export async function postingsShown(
	tx: Transaction,
	by: PostingKeeper,
	practitionerId: string,
	on: CalendarDate
): Promise<PostingsShown> {
	const versions = await postingsOf(tx, practitionerId);
	const names = await namesIn(tx, by, versions);
	const shown = versions
		.filter((row) => isKnownOn(row, on, by.today))
		.map((row) => asKnownOn(row, on, by.today));
	const open = shown.filter(({ to }) => to === null || to > on);
	const keeps = on === by.today && open.every(({ role }) => mayKeepPostingOf(by, practitionerId, role));
	const mayKeep = keeps && mayKeepPostingOf(by, practitionerId, null);
	const inPost = open.some(({ from }) => from <= on);
	const leaving = await leavingOf(tx, practitionerId);
	const leftOn = leaving?.leftOn ?? null;
	const tasks: PostingTask[] =
		open.length === 0 ? ['first'] : inPost ? ['move', 'act-up', 'hours', 'leave'] : ['leave'];
	return {
		postings: shown.map((row) => ({
			key: row.postingId,
			title: capital(termsInWords(row, names)),
			days: capital(daysInWords(row)),
			when: row.from > on ? 'to come' : row.to === null || on < row.to ? 'now' : 'over',
			recorded: row.recordedOn === null ? null : `Known from ${dayInWords(row.recordedOn)}`,
			earlier: earlierOf(row, versions, on, by.today).map(
				(each) =>
					`${capital(daysInWords(each))}: ${termsInWords(each, names)}${each.supersededOn ? `, until ${dayInWords(each.supersededOn)}` : ''}.`
			),
			mayCorrect: mayKeep && mayKeepPostingOf(by, practitionerId, row.role)
		})),
		left:
			leftOn === null || on < by.today
				? null
				: leftOn <= on
					? `Not in post since ${dayInWords(leftOn)}.`
					: `Leaves: not in post from ${dayInWords(leftOn)}.`,
		tasks: mayKeep ? tasks.map((task) => ({ task, label: POSTING_TASK_IN_WORDS[task] })) : [],
		whyNot:
			by.practitionerId === practitionerId
				? 'Your own posting is changed by those who run your team: it decides what you may see and hold. Tell them what is missing or wrong.'
				: null,
		changes: await changesShown(tx, by, { practitionerId }, ['posting'], (change) =>
			mayUndoPosting(by, practitionerId, change)
		)
	};
}

/** Earlier versions that were known on some day: what was put right, and not what was undone within its day. */
function earlierOf(
	{ postingId }: PostingKept,
	versions: readonly PostingKept[],
	on: CalendarDate,
	today: CalendarDate
): PostingKept[] {
	if (on !== today) return [];
	return versions.filter(
		(each) =>
			each.postingId === postingId &&
			!each.stands &&
			each.supersededOn !== null &&
			each.supersededOn > (each.recordedOn ?? each.from)
	);
}

async function namesIn(
	tx: Transaction,
	by: Pick<PostingKeeper, 'role'>,
	versions: readonly PostingKept[]
): Promise<PostingNames> {
	const teams = await teamNames(tx, [...new Set(versions.map(({ teamId }) => teamId))]);
	const supervisors = versions.flatMap(({ supervisorId }) => supervisorId ?? []);
	return {
		person: seesNames(by.role) ? await namesFor(tx, supervisors) : () => 'a colleague',
		team: (id) => teams.get(id) ?? 'a team no longer recorded'
	};
}

export interface TurnShown {
	key: string;
	day: string;
	practitionerId: string;
	/** Null: people stand without their names. */
	name: string | null;
	words: string;
}

/** Who comes to a team, goes from it or changes in it within the days that pages look ahead. The team is in scope. */
export async function turnsAhead(
	tx: Transaction,
	by: Pick<PostingKeeper, 'role' | 'today'>,
	teamId: string
): Promise<TurnShown[]> {
	const postings = await postingsAround(tx, teamId, by.today);
	const turns = turnsOfTeam(postings, teamId, by.today, addDays(by.today, DAYS_AHEAD));
	if (turns.length === 0) return [];
	const names = await namesIn(tx, by, postings);
	const nameOf = await namesFor(
		tx,
		turns.map(({ practitionerId }) => practitionerId)
	);
	return turns.map((turn) => ({
		key: `${turn.practitionerId} ${turn.on}`,
		day: weekdayInWords(turn.on),
		practitionerId: turn.practitionerId,
		name: seesNames(by.role) ? nameOf(turn.practitionerId) : null,
		words: turnInWords(turn, teamId, names)
	}));
}

export interface PostingFormPage {
	practitionerId: string;
	name: string;
	/** What the form starts from: the posting that is corrected, else today's, else the next. */
	posting: PostingKept | null;
	/** "practitioner in Harbour, supervised by Ann Birch, FTE 1, from 3 Mar 2026"; null: no posting. */
	now: string | null;
	edition: string;
	colleagues: { value: string; label: string }[];
	teams: { value: string; label: string }[];
	roles: { value: string; label: string }[];
}

/** What the form starts from; null: not there, not in the scope of who asks, or not theirs to keep. */
export async function postingFormPage(
	tx: Transaction,
	by: PostingKeeper,
	practitionerId: string,
	postingId: string | null
): Promise<PostingFormPage | null> {
	if (!isId(practitionerId) || !mayKeepPostingOf(by, practitionerId, null)) return null;
	if (!(await maySeePractitioner(tx, practitionerId))) return null;
	const versions = await postingsOf(tx, practitionerId);
	const standing = versions.filter(({ stands }) => stands);
	const open = standing.filter(({ to }) => to === null || to > by.today);
	if (open.some(({ role }) => !mayKeepPostingOf(by, practitionerId, role))) return null;
	const posting =
		postingId === null
			? (open.find(({ from }) => from <= by.today) ?? open.at(-1) ?? null)
			: (standing.find((row) => row.postingId === postingId) ?? null);
	if (postingId !== null && !posting) return null;
	await record(tx, by, { action: 'read', entity: 'practitioner', entityId: practitionerId });
	const nameOf = await namesFor(tx, [
		practitionerId,
		...(posting?.supervisorId ? [posting.supervisorId] : [])
	]);
	const teams = (await teamsKept(tx)).filter(
		({ teamId, closedOn }) => closedOn === null || closedOn > by.today || teamId === posting?.teamId
	);
	const teamOf = new Map(teams.map(({ teamId, name }) => [teamId, name]));
	const names = { person: nameOf, team: (id: string) => teamOf.get(id) ?? 'a team no longer recorded' };
	const roles = rolesToAdd(by.role).map((value) => ({ value, label: capital(ROLE_IN_WORDS[value]) }));
	const colleagues = await colleaguesFor(tx, practitionerId, by.today);
	return {
		practitionerId,
		name: nameOf(practitionerId),
		posting,
		now: posting && `${termsInWords(posting, names)}, ${daysInWords(posting)}`,
		edition: editionOfPostings(versions),
		colleagues: colleagues.map((each) => ({
			value: each.practitionerId,
			label: `${each.name}, ${ROLE_IN_WORDS[each.role as Role]}, ${each.team}`
		})),
		teams: teams.map(({ teamId, name, service }) => ({ value: teamId, label: `${name}, ${service}` })),
		roles
	};
}
