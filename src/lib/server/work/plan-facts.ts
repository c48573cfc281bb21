import { arrange, type Authority } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { PlannedMove } from '#lib/domain/restructure-moves.ts';
import type { PlanNames } from '#lib/domain/restructure-words.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { factsOfHands, factsOfPlan } from '#lib/server/store/facts/of-plans.ts';
import { everPostedTo, teamsKept, type TeamKept } from '#lib/server/store/people.ts';
import { casesOfTeams, type RestructureKept } from '#lib/server/store/restructures.ts';
import { namesFor } from './names.ts';

/** What a plan is worked out from: everyone of the teams concerned within the scope of who asks, and the cases they hold. */
export interface PlanFacts {
	authority: Authority;
	teams: TeamKept[];
	/** The teams concerned, in scope. */
	teamIds: string[];
}

/** The teams that a restructure and its moves are about, of those in the scope of who asks. */
function concerned(
	{ teamIds }: RestructureKept,
	moves: readonly PlannedMove[],
	teams: readonly TeamKept[]
): string[] {
	const named = new Set([
		...teamIds,
		...moves.flatMap((move) => [
			...('teamId' in move ? [move.teamId] : []),
			...('intoTeamId' in move ? [move.intoTeamId] : []),
			...('toTeamId' in move && move.toTeamId !== null ? [move.toTeamId] : [])
		])
	]);
	return teams
		.filter(({ teamId, isInScope }) => isInScope && (teamIds.length === 0 || named.has(teamId)))
		.map(({ teamId }) => teamId);
}

export async function gatherPlan(
	tx: Transaction,
	restructure: RestructureKept,
	moves: readonly PlannedMove[],
	today: CalendarDate
): Promise<PlanFacts> {
	const teams = await teamsKept(tx);
	const teamIds = concerned(restructure, moves, teams);
	const practitionerIds = [...new Set([...(await everPostedTo(tx, teamIds)), ...peopleIn(moves)])];
	const caseIds = await casesOfTeams(tx, teamIds, today);
	const facts = await factsOfPlan(tx, { caseIds, practitionerIds }, today);
	return { authority: arrange(facts), teams, teamIds };
}

/** The same of the cases that were open on any day from one to another, to say who had them on either. */
export async function gatherFlow(
	tx: Transaction,
	restructure: RestructureKept,
	from: CalendarDate,
	to: CalendarDate
): Promise<PlanFacts> {
	const teams = await teamsKept(tx);
	const facts = await factsOfHands(tx, from, to);
	return { authority: arrange(facts), teams, teamIds: concerned(restructure, [], teams) };
}

/** Everyone whom the moves name. */
function peopleIn(moves: readonly PlannedMove[]): string[] {
	return moves.flatMap((move) =>
		[
			'practitionerId' in move ? move.practitionerId : null,
			'toPractitionerId' in move ? move.toPractitionerId : null,
			'supervisorId' in move ? move.supervisorId : null,
			...('practitionerIds' in move ? move.practitionerIds : [])
		].flatMap((id) => id ?? [])
	);
}

/** What people and teams are called, those that the plan opens or renames by the names they have by now. */
export async function planNames(
	tx: Transaction,
	{ authority, teams }: Pick<PlanFacts, 'authority' | 'teams'>,
	moves: readonly PlannedMove[]
): Promise<PlanNames> {
	const person = await namesFor(tx, [...authority.people.keys(), ...peopleIn(moves)]);
	const names = new Map(teams.map(({ teamId, name }) => [teamId, name]));
	for (const move of moves)
		if (move.kind === 'opens' && !names.has(move.teamId)) names.set(move.teamId, move.name);
	return { person, team: (id) => names.get(id) ?? 'a team no longer recorded' };
}
