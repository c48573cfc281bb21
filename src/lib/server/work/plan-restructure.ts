import { randomUUID } from 'node:crypto';
import { mayPlanRestructures, maySetService, rolesToAdd, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { addMonths, dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { suggestedReference } from '#lib/domain/people-plan.ts';
import type { Role } from '#lib/domain/people.ts';
import { MOVE_KINDS, type MoveKind, type MoveSaid } from '#lib/domain/restructure-moves.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { changesAbout, holdFacts } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { taken, teamsKept, type TeamKept } from '#lib/server/store/people.ts';
import {
	casesGuarded,
	moveSaid,
	movesOf,
	restructureReferences,
	restructuresKept,
	type MoveKept,
	type RestructureKept,
	type Variant
} from '#lib/server/store/restructures.ts';
import { changeFact, recordFact, takeOutFact } from './change-fact.ts';
import { namesFor } from './names.ts';
import { reviewThose } from './review-flags.ts';

export interface Planner {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
	today: CalendarDate;
}

export interface PlanRefused {
	field: string;
	words: string;
}

/** A restructure as it was typed. */
export interface RestructureForm {
	key: string;
	edition: string;
	name: string;
	startsOn: string;
	endsOn: string;
	/** Ids of teams with spaces between; empty: all teams. */
	teams: string;
}

export type RestructureSaved =
	| 'absent'
	| 'not_yours'
	| { done: string }
	| { refused: PlanRefused[] }
	| { conflict: string; edition: string };

const LONGEST_NAME = 80;
const YEARS_MONTHS = 60;

/** The ids in a field of several. */
function idsIn(text: string): string[] {
	return [...new Set(text.split(/[\s,;]+/).filter(isId))];
}

interface Typed {
	name: string;
	startsOn: CalendarDate;
	endsOn: CalendarDate | null;
	teamIds: string[];
}

function read(
	form: RestructureForm,
	by: Planner,
	teams: readonly TeamKept[],
	others: readonly RestructureKept[]
): { typed: Typed } | { refused: PlanRefused[] } {
	const refused: PlanRefused[] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	const name = form.name.trim();
	if (name === '') refuse('name', 'Give it a name that people know it by.');
	else if (name.length > LONGEST_NAME) refuse('name', `Use ${LONGEST_NAME} characters or fewer.`);
	else if (others.some((each) => each.name.toLowerCase() === name.toLowerCase()))
		refuse('name', 'Another restructure has this name. Add what tells them apart.');
	const day = (field: 'startsOn' | 'endsOn'): CalendarDate | null => {
		const typed = dayTyped(form[field], by.today);
		if (typed === undefined) refuse(field, noDay(form[field]));
		if (typed && (typed < addMonths(by.today, -YEARS_MONTHS) || typed > addMonths(by.today, YEARS_MONTHS)))
			refuse(field, `${dayInWords(typed)} is too far from today. Check the year.`);
		return typed ?? null;
	};
	const startsOn = day('startsOn');
	const endsOn = day('endsOn');
	if (startsOn === null && form.startsOn.trim() === '')
		refuse('startsOn', 'Give the day on which it starts.');
	if (startsOn !== null && endsOn !== null && endsOn <= startsOn)
		refuse('endsOn', `It must end after it starts, ${dayInWords(startsOn)}.`);
	const teamIds = idsIn(form.teams);
	const known = new Map(teams.map((team) => [team.teamId, team]));
	if (teamIds.some((id) => !known.has(id))) refuse('teams', 'Choose teams on the list.');
	else if (!maySetService(by.role)) {
		if (teamIds.length === 0) refuse('teams', 'Choose the teams of your service that it is about.');
		else if (teamIds.some((id) => !known.get(id)?.isInScope))
			refuse('teams', 'Choose teams of your own service alone. A director plans what is about several.');
	}
	if (refused.length > 0 || startsOn === null) return { refused };
	return { typed: { name, startsOn, endsOn, teamIds } };
}

const rowOf = ({ name, startsOn, endsOn, teamIds }: Typed) => ({
	name,
	starts_on: startsOn,
	ends_on: endsOn,
	team_ids: `{${teamIds.join(',')}}`
});

/** Enters a restructure, with its audit row and the flags of the cases that the guard then covers. */
export async function enterRestructure(
	tx: Transaction,
	by: Planner,
	form: RestructureForm
): Promise<RestructureSaved> {
	if (!mayPlanRestructures(by.role) || !isId(form.key)) return 'not_yours';
	await holdFacts(tx, ['restructures']);
	if (await hasActed(tx, form.key)) return { done: '' };
	const found = read(form, by, await teamsKept(tx), await restructuresKept(tx));
	if ('refused' in found) return found;
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: '' };
	const restructureId = randomUUID();
	const reference = suggestedReference(await restructureReferences(tx), 'RS-1');
	const ends = found.typed.endsOn === null ? null : by.today;
	await recordFact(
		tx,
		by,
		{ key: form.key, why: null },
		{
			entity: 'restructure',
			row: { id: restructureId, source: 'native', reference, ...rowOf(found.typed), end_recorded_on: ends },
			about: { restructureId }
		}
	);
	await reviewGuarded(tx, by, found.typed.teamIds);
	return { done: restructureId };
}

/** The guard follows the dates and the teams: flags of the cases of high stakes that it covers, or covered. */
async function reviewGuarded(tx: Transaction, by: Planner, teamIds: readonly string[]): Promise<void> {
	const caseIds = await casesGuarded(tx, teamIds, by.today);
	await reviewThose(tx, { accountId: by.accountId }, by.today, { caseIds, practitionerIds: [] });
}

/** Changes the name, the dates or the teams of a restructure, over the version that was seen. */
export async function changeRestructure(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	form: RestructureForm
): Promise<RestructureSaved> {
	if (!isId(restructureId) || !isId(form.key)) return 'absent';
	await holdFacts(tx, ['restructures']);
	const all = await restructuresKept(tx);
	const now = all.find((each) => each.restructureId === restructureId);
	if (!now) return 'absent';
	if (!now.mayPlan || !mayPlanRestructures(by.role)) return 'not_yours';
	if (await hasActed(tx, form.key)) return { done: restructureId };
	if (now.edition !== form.edition) return conflictOver(tx, now);
	const found = read(
		form,
		by,
		await teamsKept(tx),
		all.filter((each) => each !== now)
	);
	if ('refused' in found) return found;
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: restructureId };
	const { typed } = found;
	const ends = typed.endsOn !== now.endsOn;
	const corrects =
		typed.name !== now.name ||
		typed.startsOn !== now.startsOn ||
		[...typed.teamIds].sort().join() !== [...now.teamIds].sort().join();
	await changeFact(
		tx,
		by,
		{ key: form.key, why: null },
		{
			entity: 'restructure',
			entityId: restructureId,
			edition: now.edition,
			about: { restructureId }
		},
		{
			change: corrects || !ends ? 'changed' : typed.endsOn === null ? 'reopened' : 'ended',
			set: {
				...rowOf(typed),
				...(corrects ? { recorded_on: by.today } : {}),
				...(ends ? { end_recorded_on: typed.endsOn === null ? null : by.today } : {})
			}
		}
	);
	const everything = now.teamIds.length === 0 || typed.teamIds.length === 0;
	await reviewGuarded(tx, by, everything ? [] : [...new Set([...now.teamIds, ...typed.teamIds])]);
	return { done: restructureId };
}

async function conflictOver(
	tx: Transaction,
	{ restructureId, edition }: RestructureKept
): Promise<{ conflict: string; edition: string }> {
	const [last] = await changesAbout(tx, { restructureId }, ['restructure']);
	const nameOf = await namesFor(tx, last?.madeBy ? [last.madeBy] : []);
	const who = last?.madeBy ? `${nameOf(last.madeBy)} at ${last.madeAt}` : 'A file';
	return {
		conflict: `${who} changed this restructure after you opened it. What you typed is below: save it again to put yours in its place, or leave theirs.`,
		edition
	};
}

/** A planned move as it was typed. */
export interface MoveForm {
	key: string;
	/** Empty: a new move. */
	move: string;
	edition: string;
	variant: string;
	kind: string;
	on: string;
	team: string;
	into: string;
	who: string;
	/** Ids with spaces between. */
	going: string;
	to: string;
	toTeam: string;
	role: string;
	supervisor: string;
	name: string;
	service: string;
	reference: string;
}

export function kindIn(text: string): MoveKind | null {
	return MOVE_KINDS.find((each) => each === text) ?? null;
}

export function variantIn(text: string | null): Variant {
	return text === 'what_if' ? 'what_if' : 'plan';
}

export interface MoveTyped {
	said: MoveSaid;
	on: CalendarDate;
	/** The move that is changed; null: a new one. */
	before: MoveKept | null;
	variant: Variant;
}

type NotMade = 'absent' | 'not_yours' | { refused: PlanRefused[] } | { conflict: string; edition: string };

/** What a form about a move says, held against what is there. */
export async function readMove(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	form: MoveForm
): Promise<NotMade | (MoveTyped & { moves: MoveKept[]; restructure: RestructureKept })> {
	if (!isId(restructureId) || !isId(form.key)) return 'absent';
	const [restructure] = await restructuresKept(tx, restructureId);
	if (!restructure) return 'absent';
	if (!restructure.mayPlan || !mayPlanRestructures(by.role)) return 'not_yours';
	const moves = await movesOf(tx, restructureId);
	const before = form.move === '' ? null : (moves.find(({ moveId }) => moveId === form.move) ?? null);
	if (form.move !== '' && before === null)
		return { refused: [{ field: 'kind', words: 'This move was taken out of the plan meanwhile.' }] };
	if (before?.doneOn)
		return { refused: [{ field: 'kind', words: 'This move is carried out already. Undo that first.' }] };
	if (before && before.edition !== form.edition)
		return {
			conflict:
				'Somebody changed this move after you opened it. What you typed is below: continue to put yours in its place, or leave theirs.',
			edition: before.edition
		};
	const variant = before?.variant ?? variantIn(form.variant);
	const made = await saidIn(tx, by, form, moves, before, variant);
	return 'refused' in made ? made : { ...made, before, variant, moves, restructure };
}

async function saidIn(
	tx: Transaction,
	by: Planner,
	form: MoveForm,
	moves: readonly MoveKept[],
	before: MoveKept | null,
	variant: Variant
): Promise<{ refused: PlanRefused[] } | { said: MoveSaid; on: CalendarDate }> {
	const refused: PlanRefused[] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	const kind = kindIn(form.kind);
	if (kind === null) return { refused: [{ field: 'kind', words: 'Choose what happens.' }] };
	const on = dayTyped(form.on, by.today);
	if (on === undefined) refuse('on', noDay(form.on));
	else if (on === null) refuse('on', 'Give the day on which it happens.');
	else if (on > addMonths(by.today, 24) || on < addMonths(by.today, -24))
		refuse('on', `${dayInWords(on)} is too far from today. Check the year.`);
	const kept = await teamsKept(tx);
	const opening = moves.flatMap((each) =>
		each.kind === 'opens' && each.variant === variant ? each.teamId : []
	);
	const teamIds = new Set([...kept.map(({ teamId }) => teamId), ...opening]);
	const team = (field: 'team' | 'into' | 'toTeam', words: string): string => {
		if (!teamIds.has(form[field])) refuse(field, words);
		return form[field];
	};
	const somebody = (field: 'who' | 'to', words: string): string => {
		if (!isId(form[field]))
			refuse(field, form[field] === '' ? words : `“${form[field]}” is nobody on the list. ${words}`);
		return form[field];
	};
	const supervisorId = isId(form.supervisor) ? form.supervisor : null;
	if (form.supervisor !== '' && supervisorId === null)
		refuse('supervisor', `“${form.supervisor}” is nobody on the list. Choose somebody, or leave it empty.`);
	const named = (): string => {
		const name = form.name.trim();
		if (name === '') refuse('name', 'Give the name of the team.');
		else if (name.length > LONGEST_NAME) refuse('name', `Use ${LONGEST_NAME} characters or fewer.`);
		else if (
			kept.some(
				(each) =>
					each.closedOn === null &&
					each.teamId !== form.team &&
					each.name.toLowerCase() === name.toLowerCase()
			)
		)
			refuse('name', 'Another open team has this name.');
		return name;
	};
	const said = await (async (): Promise<MoveSaid> => {
		switch (kind) {
			case 'opens': {
				const reference = form.reference.trim();
				const references = (await taken(tx)).teams.map((each) => each.toLowerCase());
				if (!/^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,39}$/u.test(reference))
					refuse('reference', 'Give a reference of letters and figures, without spaces.');
				else if (references.includes(reference.toLowerCase()))
					refuse('reference', 'Another team has this reference.');
				const service = form.service.trim();
				const services = kept.filter(({ isInScope }) => isInScope).map((each) => each.service);
				if (service === '') refuse('service', 'Give the service it belongs to.');
				else if (!maySetService(by.role) && !services.includes(service))
					refuse('service', 'Choose your own service.');
				const teamId = before?.kind === 'opens' ? before.teamId : randomUUID();
				return { kind, teamId, reference, name: named(), service };
			}
			case 'renamed':
				return { kind, teamId: team('team', 'Choose the team.'), name: named() };
			case 'person': {
				const roles: readonly string[] = rolesToAdd(by.role);
				if (!roles.includes(form.role)) refuse('role', 'Choose a role.');
				return {
					kind,
					practitionerId: somebody('who', 'Choose who moves.'),
					teamId: team('team', 'Choose the team they go to.'),
					role: form.role as Role,
					supervisorId
				};
			}
			case 'leaves':
				return { kind, practitionerId: somebody('who', 'Choose who leaves.') };
			case 'splits': {
				const practitionerIds = idsIn(form.going);
				if (practitionerIds.length === 0) refuse('going', 'Choose who goes.');
				return { kind, ...between(), practitionerIds, supervisorId };
			}
			case 'merges':
				return { kind, ...between(), supervisorId };
			case 'cases': {
				const practitionerId = somebody('who', 'Choose whose cases are handed on.');
				if ((form.to === '') === (form.toTeam === ''))
					refuse('to', 'Choose who leads them then, or the team that gives them out: one of the two.');
				else if (form.to !== '') {
					const toPractitionerId = somebody('to', 'Choose who leads them then.');
					if (toPractitionerId === practitionerId) refuse('to', 'They lead them already.');
					return { kind, practitionerId, toPractitionerId, toTeamId: null };
				}
				const toTeamId = form.toTeam === '' ? null : team('toTeam', 'Choose the team.');
				return { kind, practitionerId, toPractitionerId: null, toTeamId };
			}
			case 'closes':
				return { kind, teamId: team('team', 'Choose the team that closes.') };
		}
	})();
	if (refused.length > 0 || !on) return { refused };
	return { said, on };

	function between(): { teamId: string; intoTeamId: string } {
		const teamId = team('team', 'Choose the team they go from.');
		const intoTeamId = team('into', 'Choose the team they go to.');
		if (teamId === intoTeamId && teamId !== '') refuse('into', 'Choose another team than they go from.');
		return { teamId, intoTeamId };
	}
}

export type MoveSaved = NotMade | { done: string };

/** Adds a move to the plan, or puts another in its place; nothing but the plan is written. */
export async function saveMove(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	form: MoveForm
): Promise<MoveSaved> {
	await holdFacts(tx, [`plan ${restructureId}`]);
	if (isId(form.key) && (await hasActed(tx, form.key))) return { done: variantIn(form.variant) };
	const made = await readMove(tx, by, restructureId, form);
	if (typeof made === 'string' || !('said' in made)) return made;
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: made.variant };
	const byForm = { key: form.key, why: null };
	const about = { restructureId };
	const set = { ...moveSaid(made.said, made.on), recorded_on: by.today };
	if (made.before === null) {
		const row = { ...set, restructure_id: restructureId, variant: made.variant };
		await recordFact(tx, by, byForm, { entity: 'planned_move', row, about });
		return { done: made.variant };
	}
	const { moveId: entityId, edition } = made.before;
	const which = { entity: 'planned_move', entityId, edition, about } as const;
	const answer = await changeFact(tx, by, byForm, which, { change: 'changed', set });
	if (answer === 'changed_since') throw new Error('the move changed while held');
	return { done: made.variant };
}

export type PlanEdited = 'done' | 'absent' | 'not_yours' | { refused: string };

async function heldPlan(tx: Transaction, by: Planner, restructureId: string, key: string) {
	if (!isId(restructureId) || !isId(key)) return 'absent' as const;
	await holdFacts(tx, [`plan ${restructureId}`]);
	const [restructure] = await restructuresKept(tx, restructureId);
	if (!restructure) return 'absent' as const;
	if (!restructure.mayPlan || !mayPlanRestructures(by.role)) return 'not_yours' as const;
	if (await hasActed(tx, key)) return 'done' as const;
	return { moves: await movesOf(tx, restructureId) };
}

/** Takes a move out of the plan. */
export async function removeMove(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	moveId: string,
	key: string
): Promise<PlanEdited> {
	const held = await heldPlan(tx, by, restructureId, key);
	if (typeof held === 'string') return held;
	const move = held.moves.find((each) => each.moveId === moveId);
	if (!move) return 'absent';
	if (move.doneOn !== null) return { refused: 'This move is carried out. Undo that first.' };
	if (!(await claimForm(tx, key, by.accountId))) return 'done';
	await takeOut(tx, by, restructureId, [move], key);
	return 'done';
}

async function takeOut(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	moves: readonly MoveKept[],
	key: string
): Promise<void> {
	for (const { moveId: entityId, edition } of moves) {
		const which = { entity: 'planned_move', entityId, edition, about: { restructureId } } as const;
		await takeOutFact(tx, by, { key, why: null }, which);
	}
}

/** Copies what is still to do of the plan, to be changed and compared; where there is a copy already, it stays. */
export async function copyPlan(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	key: string
): Promise<PlanEdited> {
	const held = await heldPlan(tx, by, restructureId, key);
	if (typeof held === 'string') return held;
	if (held.moves.some(({ variant }) => variant === 'what_if'))
		return { refused: 'There is a what-if already. Discard it first.' };
	const toDo = held.moves.filter(({ doneOn }) => doneOn === null);
	if (toDo.length === 0)
		return { refused: 'Nothing of the plan is left to do, so there is nothing to copy.' };
	if (!(await claimForm(tx, key, by.accountId))) return 'done';
	const row = { restructure_id: restructureId, variant: 'what_if', recorded_on: by.today };
	for (const move of toDo)
		await recordFact(
			tx,
			by,
			{ key, why: null },
			{ entity: 'planned_move', row: { ...moveSaid(move, move.on), ...row }, about: { restructureId } }
		);
	return 'done';
}

/** Puts the what-if in the place of what is still to do of the plan, or (`adopt` false) discards it. */
export async function settleWhatIf(
	tx: Transaction,
	by: Planner,
	restructureId: string,
	key: string,
	adopt: boolean
): Promise<PlanEdited> {
	const held = await heldPlan(tx, by, restructureId, key);
	if (typeof held === 'string') return held;
	const whatIf = held.moves.filter(({ variant }) => variant === 'what_if');
	if (whatIf.length === 0) return { refused: 'There is no what-if.' };
	if (!(await claimForm(tx, key, by.accountId))) return 'done';
	if (!adopt) {
		await takeOut(tx, by, restructureId, whatIf, key);
		return 'done';
	}
	await takeOut(
		tx,
		by,
		restructureId,
		held.moves.filter(({ variant, doneOn }) => variant === 'plan' && doneOn === null),
		key
	);
	for (const { moveId: entityId, edition } of whatIf) {
		const which = { entity: 'planned_move', entityId, edition, about: { restructureId } } as const;
		const set = { variant: 'plan', recorded_on: by.today };
		await changeFact(tx, by, { key, why: null }, which, { change: 'changed', set });
	}
	return 'done';
}
