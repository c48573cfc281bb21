import { randomUUID } from 'node:crypto';
import { mayOpenTeams, maySetService, seesNames, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, viewOf } from '#lib/domain/authority.ts';
import { dayInWords, latest, type CalendarDate } from '#lib/domain/calendar.ts';
import { changeInWords } from '#lib/domain/change-words.ts';
import { stillWith, suggestedReference, teamProblems, type TeamSaid } from '#lib/domain/people-plan.ts';
import { stillThereInWords, teamProblemInWords } from '#lib/domain/people-words.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { changesAbout, holdFacts } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { factsOfTraining } from '#lib/server/store/facts.ts';
import { everPostedTo, taken, teamsKept, type TeamKept } from '#lib/server/store/people.ts';
import { allocatedTo } from '#lib/server/store/scope.ts';
import { changeFact, recordFact } from './change-fact.ts';
import { namesFor } from './names.ts';
import { changesShown, undoForm, type ChangesShown, type Undone } from './undo-change.ts';

export interface PeopleKeeper {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
	today: CalendarDate;
}

export interface FieldRefused {
	field: string;
	words: string;
}

/** A team as it was typed. */
export interface TeamForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	reference: string;
	name: string;
	service: string;
	openedOn: string;
}

/** A change of a team as it was typed, to the version that was seen. */
export interface TeamChangeForm {
	key: string;
	edition: string;
	name: string;
	service: string;
	closedOn: string;
	succeededBy: string;
}

export type TeamOpened = 'not_yours' | { refused: FieldRefused[] } | { done: string | null };
export type TeamChanged =
	'absent' | 'not_yours' | 'done' | { refused: FieldRefused[] } | { conflict: string; edition: string };

export interface NewTeamPage {
	suggested: string;
	/** Those in which who asks may open a team; `mayType`: they may name another. */
	services: string[];
	mayType: boolean;
}

/** What the form for a new team starts from; null: not theirs to open. */
export async function newTeamPage(tx: Transaction, by: PeopleKeeper): Promise<NewTeamPage | null> {
	if (!mayOpenTeams(by.role)) return null;
	const { teams } = await taken(tx);
	return {
		suggested: suggestedReference(teams, 'T-01'),
		services: servicesOf(await teamsKept(tx), by),
		mayType: maySetService(by.role)
	};
}

/** The services that there are, of those in which who asks may have a team. */
function servicesOf(teams: readonly TeamKept[], by: PeopleKeeper): string[] {
	const own = maySetService(by.role) ? teams : teams.filter(({ isInScope }) => isInScope);
	return [...new Set(own.map(({ service }) => service))].sort();
}

/** Opens a team, with its audit row. `done` names it; null: the form had acted before. */
export async function openTeam(tx: Transaction, by: PeopleKeeper, form: TeamForm): Promise<TeamOpened> {
	if (!mayOpenTeams(by.role) || !isId(form.key)) return 'not_yours';
	await holdFacts(tx, ['teams']);
	if (await hasActed(tx, form.key)) return { done: null };
	const openedOn = dayTyped(form.openedOn, by.today);
	const said: TeamSaid = {
		reference: form.reference.trim(),
		name: form.name.trim(),
		service: form.service.trim(),
		openedOn: openedOn ?? null
	};
	const teams = await teamsKept(tx);
	const { teams: references } = await taken(tx);
	const refused = teamProblems(
		said,
		{ references, names: teams.filter(({ closedOn }) => closedOn === null).map(({ name }) => name) },
		maySetService(by.role) ? null : servicesOf(teams, by),
		by.today
	).map((each) => ({ field: each.field, words: teamProblemInWords(each) }));
	if (openedOn === undefined) refused.push({ field: 'openedOn', words: noDay(form.openedOn) });
	if (refused.length > 0) return { refused };
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: null };
	const teamId = randomUUID();
	const { reference, name, service } = said;
	await recordFact(
		tx,
		by,
		{ key: form.key, why: null },
		{
			entity: 'team',
			row: { id: teamId, source: 'native', reference, name, service, opened_on: said.openedOn },
			about: { teamId }
		}
	);
	return { done: teamId };
}

export interface TeamPage {
	team: TeamKept;
	/** Open teams that could take over from it. */
	others: { value: string; label: string }[];
	services: string[];
	mayMove: boolean;
	/** Why it cannot close today; empty: nothing is in the way. */
	inTheWay: string[];
	changes: ChangesShown[];
}

/** What the form about a team starts from; null: not there, out of scope, or not theirs to change. */
export async function teamPage(tx: Transaction, by: PeopleKeeper, teamId: string): Promise<TeamPage | null> {
	if (!isId(teamId) || !mayOpenTeams(by.role)) return null;
	const teams = await teamsKept(tx);
	const team = teams.find((each) => each.teamId === teamId && each.isInScope);
	if (!team) return null;
	return {
		team,
		others: teams
			.filter((each) => each.teamId !== teamId && each.closedOn === null)
			.map((each) => ({ value: each.teamId, label: `${each.name}, ${each.service}` })),
		services: servicesOf(teams, by),
		mayMove: maySetService(by.role),
		inTheWay: team.closedOn === null ? await inTheWayOf(tx, by, teamId, by.today) : [],
		changes: await changesShown(tx, by, { teamId }, ['team'], true)
	};
}

async function inTheWayOf(
	tx: Transaction,
	by: PeopleKeeper,
	teamId: string,
	closesOn: CalendarDate
): Promise<string[]> {
	const those = {
		practitionerIds: await everPostedTo(tx, [teamId]),
		caseIds: await allocatedTo(tx, teamId, by.today)
	};
	const facts = await factsOfTraining(tx, those, by.today);
	const view = viewOf(arrange(facts), latest([closesOn, by.today]) ?? by.today);
	const still = stillWith(teamId, closesOn, view);
	const nameOf = await namesFor(
		tx,
		still.people.map(({ practitionerId }) => practitionerId)
	);
	return stillThereInWords(still, closesOn, seesNames(by.role) ? nameOf : null);
}

/** Renames, moves, closes or opens again a team, with its audit row. */
export async function changeTeam(
	tx: Transaction,
	by: PeopleKeeper,
	teamId: string,
	form: TeamChangeForm
): Promise<TeamChanged> {
	if (!isId(teamId) || !isId(form.key)) return 'absent';
	if (!mayOpenTeams(by.role)) return 'not_yours';
	await holdFacts(tx, ['teams']);
	const teams = await teamsKept(tx);
	const team = teams.find((each) => each.teamId === teamId && each.isInScope);
	if (!team) return 'absent';
	if (await hasActed(tx, form.key)) return 'done';
	if (team.edition !== form.edition) return conflictOver(tx, team);
	const { refused, name, service, closedOn, succeededBy } = await readChange(tx, by, team, teams, form);
	if (refused.length > 0) return { refused };
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	const corrects = name !== team.name || service !== team.service;
	const ends = closedOn !== team.closedOn;
	const answer = await changeFact(
		tx,
		by,
		{ key: form.key, why: null },
		{ entity: 'team', entityId: teamId, edition: team.edition, about: { teamId } },
		{
			change: ends ? (closedOn === null ? 'reopened' : 'ended') : 'changed',
			set: {
				name,
				service,
				closed_on: closedOn,
				succeeded_by: succeededBy,
				...(corrects ? { recorded_on: by.today } : {}),
				...(ends ? { end_recorded_on: closedOn === null ? null : by.today } : {})
			}
		}
	);
	if (answer === 'changed_since') throw new Error('the team changed while held');
	return 'done';
}

async function readChange(
	tx: Transaction,
	by: PeopleKeeper,
	team: TeamKept,
	teams: readonly TeamKept[],
	form: TeamChangeForm
) {
	const others = teams.filter(({ teamId }) => teamId !== team.teamId);
	const name = form.name.trim();
	const service = maySetService(by.role) ? form.service.trim() : team.service;
	const refused = teamProblems(
		{ reference: team.reference, name, service, openedOn: null },
		{ references: [], names: others.filter(({ closedOn }) => closedOn === null).map((each) => each.name) },
		null,
		by.today
	).map((each): FieldRefused => ({ field: each.field, words: teamProblemInWords(each) }));
	const typed = dayTyped(form.closedOn, by.today);
	const closedOn = typed ?? null;
	if (typed === undefined) refused.push({ field: 'closedOn', words: noDay(form.closedOn) });
	else if (closedOn !== null && team.openedOn !== null && closedOn < team.openedOn)
		refused.push({
			field: 'closedOn',
			words: `It cannot close before it opened, ${dayInWords(team.openedOn)}.`
		});
	else if (closedOn !== null && closedOn !== team.closedOn)
		for (const words of await inTheWayOf(tx, by, team.teamId, closedOn))
			refused.push({ field: 'closedOn', words });
	const succeededBy = form.succeededBy === '' ? null : form.succeededBy;
	if (succeededBy !== null && !others.some(({ teamId }) => teamId === succeededBy))
		refused.push({ field: 'succeededBy', words: 'Choose a team on the list, or none.' });
	else if (succeededBy !== null && closedOn === null)
		refused.push({
			field: 'succeededBy',
			words: 'A team is taken over when it closes. Give the day, or choose none.'
		});
	return { refused, name, service, closedOn, succeededBy };
}

async function conflictOver(
	tx: Transaction,
	{ teamId, edition }: TeamKept
): Promise<{ conflict: string; edition: string }> {
	const [last] = await changesAbout(tx, { teamId }, ['team']);
	const nameOf = await namesFor(tx, last?.madeBy ? [last.madeBy] : []);
	const who = !last ? 'A file' : last.madeBy === null ? 'A data steward' : nameOf(last.madeBy);
	const team = (id: string) => (id === teamId ? 'this team' : 'another team');
	const said = last ? `: ${changeInWords(last, { person: nameOf, team })}` : '';
	return {
		conflict: `${who} changed this team after you opened it${said}. What you typed is below: save it again to put yours in its place, or leave theirs.`,
		edition
	};
}

/** Takes back all that one form did to a team on its own day. */
export function undoTeam(tx: Transaction, by: PeopleKeeper, formKey: string): Promise<Undone> {
	return undoForm(tx, by, formKey, ({ entity }) => entity === 'team' && mayOpenTeams(by.role));
}
