import type { SentenceOfPlan } from '#lib/domain/absence-words.ts';
import { mayKeepCases, mayOpenTeams, mayPlanRestructures } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { viewOf } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { carryOut, type CarriedOut, type TeamWritten } from '#lib/domain/restructure-moves.ts';
import { outcomeOf } from '#lib/domain/restructure-plan.ts';
import {
	moveInWords,
	moveProblemInWords,
	outcomeInWords,
	type PlanNames
} from '#lib/domain/restructure-words.ts';
import { caseState } from '#lib/domain/rules-about-cases.ts';
import { casesInWords, listInWords } from '#lib/domain/wording.ts';
import { casesInScope } from '#lib/server/store/absences.ts';
import { casesNow } from '#lib/server/store/case-changes.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { changesOfForm, holdFacts } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { postingsOf } from '#lib/server/store/postings.ts';
import {
	movesOf,
	practitionersInScope,
	restructuresKept,
	type MoveKept,
	type RestructureKept
} from '#lib/server/store/restructures.ts';
import { touchedBy } from '#lib/server/store/training.ts';
import { changeFact, recordFact, type ByForm } from './change-fact.ts';
import { mayKeepPostingOf, mayUndoPosting, writePostings } from './change-posting.ts';
import { gatherPlan, planNames, type PlanFacts } from './plan-facts.ts';
import type { Planner } from './plan-restructure.ts';
import { reviewThose } from './review-flags.ts';
import { undoForm, type Undone } from './undo-change.ts';
import { writeCases } from './write-case.ts';

type NotRun = 'absent' | 'not_yours' | 'done' | { refused: string[]; title: string };
export type MoveReady = NotRun | { title: string; consequences: SentenceOfPlan[]; days: string[] };

interface Ready {
	restructure: RestructureKept;
	move: MoveKept;
	facts: PlanFacts;
	done: CarriedOut;
	names: PlanNames;
	title: string;
}

async function ready(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	moveId: string
): Promise<NotRun | Ready> {
	if (!isId(restructureId) || !isId(moveId)) return 'absent';
	const [restructure] = await restructuresKept(tx, restructureId);
	if (!restructure) return 'absent';
	if (!restructure.mayPlan || !mayPlanRestructures(by.role)) return 'not_yours';
	const moves = (await movesOf(tx, restructureId)).filter(({ variant }) => variant === 'plan');
	const move = moves.find((each) => each.moveId === moveId);
	if (!move) return 'absent';
	if (move.doneOn !== null) return 'done';
	const facts = await gatherPlan(tx, restructure, moves, by.today);
	const names = await planNames(tx, facts, moves);
	const title = `${moveInWords(move, names)}, from ${dayInWords(move.on)}`;
	const done = carryOut(facts.authority, move, moves, by.today);
	const refused = [
		...done.problems.map((problem) => moveProblemInWords(problem, move.on, names)),
		...(move.kind === 'renamed' && move.on > by.today
			? [
					`A name holds from the day on which it is written. Carry this out on ${dayInWords(move.on)} or later.`
				]
			: []),
		...belowTheBar(done, move.on > by.today ? move.on : by.today),
		...(await notTheirs(tx, by, facts, done, names))
	];
	return refused.length > 0 ? { refused, title } : { restructure, move, facts, done, names, title };
}

/** Nobody is given many cases at once that one of them would not hold suitably: those are allocated one by one, and answered for. */
function belowTheBar({ authority, written }: CarriedOut, on: CalendarDate): string[] {
	const view = viewOf(authority, on);
	const given = new Set(written.cases.map(({ caseId }) => caseId));
	const below = authority.cases.filter((file) => {
		const state = given.has(file.caseId) ? caseState(file, view) : null;
		return state !== null && state.leadId !== null && !state.suitablyHeld;
	});
	if (below.length === 0) return [];
	const named = listInWords(below.slice(0, MOST_NAMED).map(({ reference }) => reference));
	const more = below.length > MOST_NAMED ? ` and ${below.length - MOST_NAMED} more` : '';
	return [
		`${casesInWords(below.length)} would not be suitably held: ${named}${more}. Allocate them first, where a co-worker or a reason is asked for, or choose somebody else.`
	];
}

const MOST_NAMED = 5;

/** What of a move is not for whoever asks to write: each part is kept by those who keep it anywhere else. */
async function notTheirs(
	tx: Transaction,
	by: Planner,
	{ teams }: PlanFacts,
	{ written }: CarriedOut,
	{ person, team }: PlanNames
): Promise<string[]> {
	const refused: string[] = [];
	const ids = written.postings.map(({ practitionerId }) => practitionerId);
	const seen = await practitionersInScope(tx, ids);
	const notKept = written.postings.filter(
		({ practitionerId, rows }) =>
			!seen.has(practitionerId) ||
			rows.some(({ before, after }) =>
				[before, after].some((row) => row && !mayKeepPostingOf(by, practitionerId, row.role))
			)
	);
	for (const { practitionerId } of notKept)
		refused.push(
			practitionerId === by.practitionerId
				? 'Your own posting is changed by somebody above you.'
				: `The posting of ${person(practitionerId)} is changed by somebody above their grade, in whose scope they are.`
		);
	const caseIds = written.cases.map(({ caseId }) => caseId);
	const own = mayKeepCases(by.role) && by.practitionerId !== null;
	const inScope = await casesInScope(tx, caseIds);
	const outside = own ? caseIds.filter((id) => !inScope.has(id)) : caseIds;
	if (outside.length > 0)
		refused.push(
			`${casesInWords(outside.length)} would be handed on, which those do who manage practice in the line of these teams. A service manager can carry out this move.`
		);
	for (const { teamId } of written.teams) {
		const known = teams.find((each) => each.teamId === teamId);
		if (!mayOpenTeams(by.role) || (known && !known.isInScope))
			refused.push(`${team(teamId)} is not a team of yours to change.`);
	}
	if (written.postings.length + caseIds.length + written.teams.length === 0 && refused.length === 0)
		refused.push('There is nothing to carry out: what it says is recorded already.');
	return refused;
}

/** What carrying out one move would do, said first; nothing is written. */
export async function consequencesOfMove(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	moveId: string
): Promise<MoveReady> {
	const made = await ready(tx, by, restructureId, moveId);
	if (typeof made === 'string' || 'refused' in made) return made;
	const { restructure, move, facts, done, names, title } = made;
	const outcome = outcomeOf(
		facts.authority,
		[move],
		{ from: restructure.startsOn, to: restructure.endsOn },
		by.today
	);
	const { postings, cases } = done.written;
	const said: SentenceOfPlan[] = [];
	if (postings.length > 0)
		said.push({
			words: `${postings.length === 1 ? '1 posting is' : `${postings.length} postings are`} changed: ${[...new Set(postings.map(({ practitionerId }) => names.person(practitionerId)))].join(', ')}.`,
			grave: false
		});
	if (cases.length > 0)
		said.push({
			words: `${casesInWords(cases.length)} ${cases.length === 1 ? 'is' : 'are'} handed on, with the reason that the organisation is restructured.`,
			grave: false
		});
	if (outcome) {
		const mayName = await casesInScope(
			tx,
			outcome.cases.map(({ caseId }) => caseId)
		);
		said.push(...outcomeInWords(outcome, names, (id) => mayName.has(id)));
	}
	return { title, consequences: said, days: [] };
}

/** Carries out one move in one step: postings, teams and cases, who did it, and the flags that turn. */
export async function runMove(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	moveId: string,
	key: string
): Promise<NotRun> {
	if (!isId(key)) return 'absent';
	await holdFacts(tx, ['restructures', `plan ${restructureId}`, 'teams']);
	if (await hasActed(tx, key)) return 'done';
	const made = await ready(tx, by, restructureId, moveId);
	if (typeof made === 'string' || 'refused' in made) return made;
	const { restructure, move, done } = made;
	const { teams, postings, cases } = done.written;
	await holdFacts(tx, [
		...postings.map(({ practitionerId }) => `postings ${practitionerId}`),
		...cases.map(({ caseId }) => `case ${caseId}`)
	]);
	if (!(await claimForm(tx, key, by.accountId))) return 'done';
	const form = { key, why: restructure.name };
	const people = postings.flatMap(({ practitionerId, rows }) => [
		practitionerId,
		...rows.flatMap(({ before, after }) => [before?.supervisorId ?? [], after?.supervisorId ?? []].flat())
	]);
	const holders = cases.flatMap(({ allocations }) =>
		allocations.flatMap(({ before, after }) =>
			[before?.practitionerId ?? [], after?.practitionerId ?? []].flat()
		)
	);
	const concerned = [...new Set([...people, ...holders])];
	const before = await touchedBy(tx, concerned, by.today);
	for (const team of teams) await writeTeam(tx, by, form, team, restructure);
	for (const change of postings)
		await writePostings(tx, by, form, change, await postingsOf(tx, change.practitionerId));
	const stand = await casesNow(
		tx,
		cases.map(({ caseId }) => caseId)
	);
	await writeCases(
		tx,
		by,
		form,
		cases.map((change) => {
			const rows = stand.get(change.caseId) ?? null;
			return { change, rows, source: rows?.source ?? 'native' };
		})
	);
	const which = {
		entity: 'planned_move',
		entityId: move.moveId,
		edition: move.edition,
		about: { restructureId }
	} as const;
	const marked = await changeFact(tx, by, form, which, {
		change: 'changed',
		set: { done_on: by.today, done_form: key }
	});
	if (marked !== 'done') throw new Error('the move changed while held');
	const after = await touchedBy(tx, concerned, by.today);
	await reviewThose(tx, { accountId: by.accountId }, by.today, {
		caseIds: [...new Set([...before.caseIds, ...after.caseIds, ...cases.map(({ caseId }) => caseId)])],
		practitionerIds: [...new Set([...before.practitionerIds, ...after.practitionerIds])]
	});
	return 'done';
}

/** A team that opens in a restructure of some teams is one of them from then on, so that the guard follows it. */
async function writeTeam(
	tx: Transaction,
	by: Planner,
	form: ByForm,
	{ teamId, change, after }: TeamWritten,
	{ restructureId, teamIds }: RestructureKept
): Promise<void> {
	const about = { teamId };
	if (change !== 'opened') {
		const set =
			change === 'renamed'
				? { name: after.name, recorded_on: by.today }
				: { closed_on: after.closedOn, succeeded_by: after.succeededBy, end_recorded_on: by.today };
		const which = { entity: 'team', entityId: teamId, about } as const;
		const kind = change === 'renamed' ? 'changed' : 'ended';
		const answer = await changeFact(tx, by, form, which, { change: kind, set });
		if (answer === 'changed_since') throw new Error('the team changed while held');
		return;
	}
	const { reference, name, service, openedOn } = after;
	const row = { id: teamId, source: 'native', reference, name, service, opened_on: openedOn };
	await recordFact(tx, by, form, { entity: 'team', row, about });
	if (teamIds.length === 0) return;
	await changeFact(
		tx,
		by,
		form,
		{ entity: 'restructure', entityId: restructureId, about: { restructureId } },
		{
			change: 'changed',
			set: { team_ids: `{${[...teamIds, teamId].join(',')}}`, recorded_on: by.today }
		}
	);
}

/** Takes back on its own day what one form did to a restructure, its plan, or everything that a move wrote. */
export async function undoPlanning(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	formKey: string
): Promise<Undone> {
	if (!isId(restructureId) || !isId(formKey)) return 'absent';
	await holdFacts(tx, ['restructures', `plan ${restructureId}`, 'teams']);
	const changes = await changesOfForm(tx, formKey);
	if (!changes.some((change) => change.restructureId === restructureId)) return 'absent';
	return undoForm(tx, by, formKey, (change) => {
		switch (change.entity) {
			case 'restructure':
			case 'planned_move':
				return mayPlanRestructures(by.role);
			case 'team':
				return mayOpenTeams(by.role);
			case 'posting':
			case 'practitioner':
				return (
					change.practitionerId !== null &&
					(change.entity === 'practitioner' || mayUndoPosting(by, change.practitionerId, change)) &&
					mayKeepPostingOf(by, change.practitionerId, null)
				);
			case 'allocation':
				return mayKeepCases(by.role);
			default:
				return false;
		}
	});
}
