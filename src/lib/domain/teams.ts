import type { View } from './authority.ts';
import { isKnown, knownEnd } from './knowledge.ts';
import { absentLongerThan, inPostOn, type Team } from './people.ts';

/** The teams as known on the view's day, closed ones included. */
export function teamsKnown({ authority, knowledge }: View): Team[] {
	return authority.teams.filter((team) => isKnown(team, team.openedOn, knowledge));
}

export function isOpenTeam({ closedOn, endRecordedOn }: Team, { knowledge }: View): boolean {
	return knownEnd(closedOn, endRecordedOn, knowledge) === null;
}

/** A service as it is written in an address. Services have no id of their own; two of one address are one service. */
export function serviceIdOf(service: string): string {
	return service
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}]+/gu, '-')
		.replaceAll(/^-|-$/g, '');
}

/** Whether a team has its manager: in post, in post but away for more than 5 working days, or nobody in post. */
export type Managed = 'in_post' | 'away' | 'nobody';

/** The teams with a manager on the view's day; a team that is not in it has nobody. */
export function managedTeams(view: View): Map<string, Exclude<Managed, 'nobody'>> {
	const { on: day } = view.knowledge;
	const managed = new Map<string, 'in_post' | 'away'>();
	for (const person of view.authority.people.values()) {
		const posting = inPostOn(person, day, view.knowledge);
		if (posting?.role !== 'team_manager' || managed.get(posting.teamId) === 'in_post') continue;
		managed.set(posting.teamId, absentLongerThan(person, 5, day, view.knowledge) ? 'away' : 'in_post');
	}
	return managed;
}
