import { daysOfPlanInWords, type SentenceOfPlan } from '#lib/domain/absence-words.ts';
import { mayKeepPostings, rolesToAdd, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, type Authority } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Said } from '#lib/domain/change-words.ts';
import type { Posting, Role } from '#lib/domain/people.ts';
import {
	changeOfPosting,
	standingPostings,
	type PostingChange,
	type PostingProblem,
	type PostingRow,
	type PostingStep,
	type PostingTask,
	type PostingTerms
} from '#lib/domain/posting-change.ts';
import { planPosting, type ConcernedByPosting, type PostingPlan } from '#lib/domain/posting-plan.ts';
import {
	daysInWords,
	postingPlanInWords,
	postingProblemInWords,
	termsInWords,
	type PostingNames
} from '#lib/domain/posting-words.ts';
import { isWritten } from '#lib/domain/records.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { listInWords } from '#lib/domain/wording.ts';
import { casesInScope, concernedBy } from '#lib/server/store/absences.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { changesAbout, changesOfForm, holdFacts, teamNames, type Change } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { teamsKept } from '#lib/server/store/people.ts';
import { managersOf, postingsOf, type PostingKept } from '#lib/server/store/postings.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { changeFact, recordFact, takeOutFact, type ByForm } from './change-fact.ts';
import { namesFor } from './names.ts';
import { reviewThose } from './review-flags.ts';
import { undoForm, type Undone } from './undo-change.ts';

export interface PostingKeeper {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
	today: CalendarDate;
}

/** What was typed, as it was typed. */
export interface PostingForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	task: PostingTask;
	/** The posting that is corrected, and the edition of all of them that was seen. */
	posting: string;
	edition: string;
	from: string;
	to: string;
	lastOn: string;
	team: string;
	role: string;
	supervisor: string;
	fte: string;
	agency: string;
	/** Whether a posting that is corrected never was. */
	never: string;
	why: string;
}

export interface PostingRefused {
	field: string;
	words: string;
}

export type PreparedPosting =
	| 'absent'
	| 'not_yours'
	| 'done'
	| { refused: PostingRefused[] }
	| { conflict: string; edition: string }
	| { consequences: SentenceOfPlan[]; days: string[]; lookedUntil: CalendarDate };

const MOST_CHARACTERS = 500;

/** Which versions of somebody's postings stand, so that whoever changes one is told where another was changed meanwhile. */
export function editionOfPostings(postings: readonly PostingKept[]): string {
	const standing = postings.filter(({ stands }) => stands).map(({ edition }) => edition);
	return `${standing.length} ${standing.sort().at(-1) ?? ''}`;
}

/** Whether who asks may write the postings of somebody: of others, and of a role below theirs. */
export function mayKeepPostingOf(by: PostingKeeper, practitionerId: string, role: Role | null): boolean {
	if (!mayKeepPostings(by.role) || by.practitionerId === practitionerId) return false;
	return role === null || rolesToAdd(by.role).includes(role);
}

interface Read {
	step: PostingStep | null;
	refused: PostingRefused[];
}

function read(
	form: PostingForm,
	by: PostingKeeper,
	postings: readonly Posting[],
	teams: ReadonlySet<string>
): Read {
	const refused: PostingRefused[] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	const { task } = form;
	const day = (field: 'from' | 'to' | 'lastOn', missing: string | null): CalendarDate | null => {
		const typed = dayTyped(form[field], by.today);
		if (typed === undefined) refuse(field, noDay(form[field]));
		if (typed === null && missing !== null) refuse(field, missing);
		return typed ?? null;
	};
	if (task === 'correct' && !isWritten(form.why)) refuse('why', 'Write why it was wrong.');
	if (form.why.length > MOST_CHARACTERS) refuse('why', `Use ${MOST_CHARACTERS} characters or fewer.`);
	if (task === 'leave') {
		const lastOn = day('lastOn', 'Give their last day in post.');
		return { step: lastOn === null ? null : { task, lastOn }, refused };
	}
	const before = task === 'correct' ? postings.find(({ from }) => from === form.posting) : undefined;
	if (task === 'correct' && before && form.never === 'yes')
		return { step: { task, before, after: null }, refused };
	const from = day('from', 'Give the day from which it holds.');
	const to =
		task === 'act-up' || task === 'correct'
			? day('to', task === 'act-up' ? 'Give the day on which the earlier posting resumes.' : null)
			: null;
	const terms = termsIn(form, by, before ?? null, teams, refuse);
	if (from === null || refused.length > 0) return { step: null, refused };
	const { teamId, role, supervisorId, fte } = terms;
	switch (task) {
		case 'move':
			return { step: { task, from, terms: { teamId, role, supervisorId } }, refused };
		case 'hours':
			return { step: { task, from, terms: { fte } }, refused };
		case 'act-up':
			return {
				step: to === null ? null : { task, from, to, terms: { teamId, role, supervisorId } },
				refused
			};
		case 'first':
			return { step: { task, from, terms }, refused };
		case 'correct':
			return { step: before ? { task, before, after: { ...terms, from, to } } : null, refused };
	}
}

function termsIn(
	form: PostingForm,
	by: PostingKeeper,
	before: Posting | null,
	teams: ReadonlySet<string>,
	refuse: (field: string, words: string) => void
): PostingTerms {
	const { task } = form;
	if (task !== 'hours') {
		if (!teams.has(form.team)) refuse('team', 'Choose a team.');
		const roles: readonly string[] = rolesToAdd(by.role);
		if (!roles.includes(form.role) && form.role !== before?.role) refuse('role', 'Choose a role.');
		if (form.supervisor !== '' && !isId(form.supervisor))
			refuse('supervisor', `“${form.supervisor}” is nobody on the list. Choose somebody, or leave it empty.`);
	}
	const share = /^(\d{1,3}) ?%$/.exec(form.fte.trim());
	const typed = share ? Number(share[1]) / 100 : Number(form.fte.trim().replace(',', '.'));
	const fte = form.fte.trim() === '' ? Number.NaN : Math.round(typed * 10_000) / 10_000;
	if (task !== 'move' && task !== 'act-up' && !(fte >= 0 && fte <= 1))
		refuse('fte', 'Give the hours as a share of full time from 0 to 1, for example 0.8.');
	return {
		teamId: form.team,
		role: form.role as Role,
		supervisorId: isId(form.supervisor) ? form.supervisor : null,
		fte,
		agency: form.agency === 'yes' || (before?.agency === null ? null : false)
	};
}

interface Made {
	change: PostingChange;
	authority: Authority;
	concerned: ConcernedByPosting;
	postings: PostingKept[];
	names: PostingNames;
}

/** Reads, checks and plans. Whatever is wrong is said, and nothing is written. */
async function make(
	tx: Transaction,
	by: PostingKeeper,
	practitionerId: string,
	form: PostingForm
): Promise<Exclude<PreparedPosting, 'done' | { consequences: unknown }> | Made> {
	if (!isId(practitionerId) || !(await maySeePractitioner(tx, practitionerId))) return 'absent';
	if (!mayKeepPostingOf(by, practitionerId, null)) return 'not_yours';
	const postings = await postingsOf(tx, practitionerId);
	const standing = postings.filter(({ stands }) => stands);
	if (
		standing.some(
			({ role, to }) => (to === null || to > by.today) && !mayKeepPostingOf(by, practitionerId, role)
		)
	)
		return 'not_yours';
	if (editionOfPostings(postings) !== form.edition) return conflictOver(tx, practitionerId, postings);
	const seen = standing.find(({ postingId }) => postingId === form.posting);
	const teams = new Set((await teamsKept(tx)).map(({ teamId }) => teamId));
	const { superviseeIds, caseIds } = await concernedBy(tx, practitionerId, by.today);
	const typed = isId(form.supervisor) ? [form.supervisor] : [];
	const supervisorIds = [
		...new Set([...typed, ...standing.flatMap(({ supervisorId }) => supervisorId ?? [])])
	];
	const managerIds = await managersOf(
		tx,
		standing.map(({ teamId }) => teamId),
		by.today
	);
	const facts = await gatherFacts(tx, {
		of: 'those',
		caseIds,
		practitionerIds: [...new Set([practitionerId, ...superviseeIds, ...supervisorIds, ...managerIds])],
		held: { on: by.today }
	});
	const authority = arrange(facts);
	const person = authority.people.get(practitionerId);
	if (!person) throw new Error('the posting is about somebody who was not gathered');
	const { step, refused } = read({ ...form, posting: seen?.from ?? '' }, by, standingPostings(person), teams);
	if (refused.length > 0) return { refused };
	if (!step) return { refused: [{ field: 'from', words: 'This posting has been taken off the record.' }] };
	const names = await namesOfPostings(tx, postings, [...typed, ...superviseeIds, practitionerId], form.team);
	const made = changeOfPosting(authority, practitionerId, step, by.today);
	if ('problems' in made)
		return {
			refused: made.problems.map((problem) => ({
				field: fieldOf(problem),
				words: postingProblemInWords(problem, names)
			}))
		};
	const concerned = { caseIds, superviseeIds, supervisorIds };
	return { change: made.change, authority, concerned, postings, names };
}

const fieldOf = ({ field }: PostingProblem): string => field;

async function namesOfPostings(
	tx: Transaction,
	postings: readonly PostingKept[],
	people: readonly string[],
	team: string
): Promise<PostingNames> {
	const person = await namesFor(tx, [
		...people,
		...postings.flatMap(({ supervisorId }) => supervisorId ?? [])
	]);
	const teams = await teamNames(tx, [
		...new Set([...postings.map(({ teamId }) => teamId), ...(isId(team) ? [team] : [])])
	]);
	return { person, team: (id) => teams.get(id) ?? 'a team no longer recorded' };
}

async function conflictOver(
	tx: Transaction,
	practitionerId: string,
	postings: readonly PostingKept[]
): Promise<{ conflict: string; edition: string }> {
	const names = await namesOfPostings(tx, postings, [], '');
	const [latest] = await changesAbout(tx, { practitionerId }, ['posting']);
	const nameOf = await namesFor(tx, latest?.madeBy ? [latest.madeBy] : []);
	const who = latest?.madeBy ? `${nameOf(latest.madeBy)} at ${latest.madeAt}` : 'a file';
	const standing = postings.filter(({ stands }) => stands);
	const now = standing.map((each) => `${daysInWords(each)}, ${termsInWords(each, names)}`);
	return {
		conflict: `These postings were changed meanwhile, last by ${who}. They now say: ${now.length === 0 ? 'none' : listInWords(now)}. What you typed is below: continue to put yours in its place, or leave theirs.`,
		edition: editionOfPostings(postings)
	};
}

/** What the change would do, in words; nothing is written. */
export async function consequencesOfPosting(
	tx: Transaction,
	by: PostingKeeper,
	practitionerId: string,
	form: PostingForm
): Promise<PreparedPosting> {
	const made = await make(tx, by, practitionerId, form);
	if (typeof made === 'string' || !('change' in made)) return made;
	const plan = planPosting(made.authority, made.change, by.today, made.concerned);
	const seen = await casesInScope(tx, made.concerned.caseIds);
	const names = { ...made.names, person: await namesFor(tx, idsIn(plan)) };
	const mayName = (caseId: string) => seen.has(caseId);
	return {
		consequences: postingPlanInWords(plan, names, mayName),
		days: daysOfPlanInWords(plan, mayName),
		lookedUntil: plan.lookedUntil
	};
}

function idsIn({ rows, later, alone, spans }: PostingPlan): string[] {
	const postings = [...rows.flatMap(({ before, after }) => [before ?? [], after ?? []].flat()), ...later];
	return [
		...postings.flatMap(({ supervisorId }) => supervisorId ?? []),
		...alone.map(({ subject }) => subject.practitionerId),
		...spans.map(({ supervisorId }) => supervisorId)
	];
}

/** Writes the postings, who changed them, and the flags that turn, in one transaction. Posted twice it acts once. */
export async function savePosting(
	tx: Transaction,
	by: PostingKeeper,
	practitionerId: string,
	form: PostingForm
): Promise<Exclude<PreparedPosting, { consequences: unknown }>> {
	if (!isId(form.key)) return 'absent';
	await holdFacts(tx, [`postings ${practitionerId}`]);
	if (await hasActed(tx, form.key)) return 'done';
	const made = await make(tx, by, practitionerId, form);
	if (typeof made === 'string' || !('change' in made)) return made;
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	const byForm = { key: form.key, why: isWritten(form.why) ? form.why.trim() : null };
	await writePostings(tx, by, byForm, made.change, made.postings);
	const { caseIds, superviseeIds, supervisorIds } = made.concerned;
	const practitionerIds = [...new Set([practitionerId, ...superviseeIds, ...supervisorIds])];
	await reviewThose(tx, { accountId: by.accountId }, by.today, { caseIds, practitionerIds });
	return 'done';
}

/** Writes a change of somebody's postings over those that stand, each row with its history and its audit row. */
export async function writePostings(
	tx: Transaction,
	by: PostingKeeper,
	form: ByForm,
	change: PostingChange,
	postings: readonly PostingKept[]
): Promise<void> {
	for (const row of change.rows) await write(tx, by, form, change.practitionerId, row, postings);
	await writeLeaving(tx, by, form, change);
}

async function write(
	tx: Transaction,
	by: PostingKeeper,
	form: ByForm,
	practitionerId: string,
	{ change, before, after }: PostingRow,
	postings: readonly PostingKept[]
): Promise<void> {
	const about = { practitionerId };
	if (change === 'recorded') {
		await recordFact(tx, by, form, { entity: 'posting', row: rowOf(after), about });
		return;
	}
	const stands = postings.find(({ stands: is, from }) => is && from === before.from);
	if (!stands) throw new Error('the posting changed while locked');
	const which = { entity: 'posting', entityId: stands.postingId, about } as const;
	const answer =
		change === 'withdrawn'
			? await takeOutFact(tx, by, form, which)
			: await changeFact(tx, by, form, which, { change, set: rowOf(after) });
	if (answer !== 'done') throw new Error('the posting changed while locked');
}

function rowOf(posting: Posting): Said {
	return {
		practitioner_id: posting.practitionerId,
		team_id: posting.teamId,
		role: posting.role,
		supervisor_id: posting.supervisorId,
		fte: posting.fte,
		agency: posting.agency,
		from_on: posting.from,
		to_on: posting.to,
		recorded_on: posting.recordedOn,
		end_recorded_on: posting.endRecordedOn
	};
}

/** The day somebody left is added to what is known of them; a day that was known is put right from today. */
async function writeLeaving(
	tx: Transaction,
	by: PostingKeeper,
	form: ByForm,
	{ practitionerId, left }: PostingChange
): Promise<void> {
	if (!left) return;
	const which = { entity: 'practitioner', entityId: practitionerId, about: { practitionerId } } as const;
	const known = left.before === null ? {} : { recorded_on: by.today };
	const set = { left_on: left.after, end_recorded_on: left.after === null ? null : by.today, ...known };
	const change = left.after === null ? 'reopened' : left.before === null ? 'ended' : 'corrected';
	const answer = await changeFact(tx, by, form, which, { change, set });
	if (answer !== 'done') throw new Error('the record changed while locked');
}

/** Takes back what one form did to somebody's postings, on its own day. */
export async function undoPosting(
	tx: Transaction,
	by: PostingKeeper,
	practitionerId: string,
	formKey: string
): Promise<Undone> {
	if (!isId(practitionerId) || !isId(formKey) || !(await maySeePractitioner(tx, practitionerId)))
		return 'absent';
	await holdFacts(tx, [`postings ${practitionerId}`]);
	const changes = await changesOfForm(tx, formKey);
	const isPosting = changes.some(({ entity }) => entity === 'posting');
	if (!isPosting || changes.some((change) => change.practitionerId !== practitionerId)) return 'absent';
	return undoForm(tx, by, formKey, (change) => mayUndoPosting(by, practitionerId, change));
}

/** Whether who asks may take back a change of somebody's posting: of the roles before and after it. */
export function mayUndoPosting(
	by: PostingKeeper,
	practitionerId: string,
	{ before, after }: Change
): boolean {
	const roles = [before, after].flatMap((said) => said?.['role'] ?? null);
	return roles.every((role) => mayKeepPostingOf(by, practitionerId, role as Role | null));
}
