import { leadGiven, notInPost } from './allocation-steps.ts';
import { rearranged, viewOf, type Authority } from './authority.ts';
import { addDays, type CalendarDate } from './calendar.ts';
import { withCases, type CaseChange } from './case-change.ts';
import type { CaseProblem } from './case-problems.ts';
import { isOpenOn, leadOn, type CaseFile } from './cases.ts';
import { isKnown } from './knowledge.ts';
import { inPostOn, type Posting, type Role, type Team } from './people.ts';
import { stillWith, type StillThere } from './people-plan.ts';
import {
	changeOfPosting,
	withPosting,
	type PostingChange,
	type PostingProblem,
	type PostingStep
} from './posting-change.ts';
import { teamOfCase } from './rules-about-cases.ts';
import { isOpenTeam } from './teams.ts';

export const MOVE_KINDS = [
	'opens',
	'renamed',
	'person',
	'leaves',
	'splits',
	'cases',
	'merges',
	'closes'
] as const;
export type MoveKind = (typeof MOVE_KINDS)[number];

/** What a move is called where it is chosen and where it is told. */
export const MOVE_IN_WORDS: Record<MoveKind, string> = {
	opens: 'A team opens',
	renamed: 'A team gets another name',
	person: 'Somebody moves',
	leaves: 'Somebody leaves',
	splits: 'Part of a team moves',
	cases: 'Cases are handed on',
	merges: 'A team joins another',
	closes: 'A team closes'
};

/** What a planned move of a restructure does, from its day. */
export type MoveSaid =
	/** A new team; others of the plan may name it by its id before it is there. */
	| { kind: 'opens'; teamId: string; reference: string; name: string; service: string }
	| { kind: 'renamed'; teamId: string; name: string }
	| { kind: 'person'; practitionerId: string; teamId: string; role: Role; supervisorId: string | null }
	/** Some of a team go to another. Supervisor null: each keeps theirs. */
	| {
			kind: 'splits';
			teamId: string;
			intoTeamId: string;
			practitionerIds: readonly string[];
			supervisorId: string | null;
	  }
	/** Everyone of a team goes to another, and it closes. Supervisor null: each keeps theirs. */
	| { kind: 'merges'; teamId: string; intoTeamId: string; supervisorId: string | null }
	/** The post goes: the day is the first without them. */
	| { kind: 'leaves'; practitionerId: string }
	/** All the cases that somebody leads go to another lead, or (null) to a team that gives them out. */
	| { kind: 'cases'; practitionerId: string; toPractitionerId: string | null; toTeamId: string | null }
	| { kind: 'closes'; teamId: string };

export type PlannedMove = MoveSaid & {
	moveId: string;
	on: CalendarDate;
	/** The day on which it was carried out; null: not yet. */
	doneOn: CalendarDate | null;
};

/** A team as a move writes it. */
export interface TeamWritten {
	teamId: string;
	change: 'opened' | 'renamed' | 'closed';
	after: Team;
}

/** Everything that one move writes, in the order in which it is written. */
export interface MoveWritten {
	teams: readonly TeamWritten[];
	postings: readonly PostingChange[];
	cases: readonly CaseChange[];
}

/** Why a move cannot be carried out as planned, by what the facts say then. */
export type MoveProblem =
	| { why: 'POSTING'; practitionerId: string; problem: PostingProblem }
	| { why: 'CASE'; reference: string; problem: CaseProblem }
	| { why: 'NO_TEAM' | 'CLOSED_TEAM' | 'OPEN_ALREADY'; teamId: string }
	| { why: 'STILL_THERE'; teamId: string; still: StillThere }
	| { why: 'NO_CASES' | 'NOT_THERE'; practitionerId: string };

export interface CarriedOut {
	/** The facts with the move made, as far as it can be. */
	authority: Authority;
	written: MoveWritten;
	problems: MoveProblem[];
}

/** Those who keep their own supervisor when a team goes under another: a manager is not put under the new one. */
const KEEPS_SUPERVISOR: ReadonlySet<Role> = new Set(['team_manager', 'service_manager', 'director']);

/** In the order in which they are carried out: by day, and on one day teams open first and close last. */
export function inOrder(moves: readonly PlannedMove[]): PlannedMove[] {
	return [...moves].sort(
		(a, b) =>
			(a.on < b.on ? -1 : a.on > b.on ? 1 : 0) ||
			MOVE_KINDS.indexOf(a.kind) - MOVE_KINDS.indexOf(b.kind) ||
			(a.moveId < b.moveId ? -1 : 1)
	);
}

/**
 * The facts with a move made and what that writes, recorded on `today`. `plan`: the moves beside it, of which one about
 * somebody on the same day goes before what happens to their whole team.
 */
export function carryOut(
	authority: Authority,
	move: PlannedMove,
	plan: readonly PlannedMove[],
	today: CalendarDate
): CarriedOut {
	const making = new Making(authority, move.on, today);
	switch (move.kind) {
		case 'opens':
			making.open(move);
			break;
		case 'renamed':
			making.changeTeam(move.teamId, 'renamed', { name: move.name, recordedOn: today });
			break;
		case 'person': {
			const { teamId, role, supervisorId } = move;
			making.post(move.practitionerId, {
				task: 'move',
				from: move.on,
				terms: { teamId, role, supervisorId }
			});
			break;
		}
		case 'leaves':
			making.post(move.practitionerId, { task: 'leave', lastOn: addDays(move.on, -1) });
			break;
		case 'splits': {
			const own = movedAlone(move, plan);
			const there = new Set(making.postedTo(move.teamId).map(({ practitionerId }) => practitionerId));
			for (const practitionerId of move.practitionerIds) {
				if (own.has(practitionerId)) continue;
				if (there.has(practitionerId)) making.transfer(practitionerId, move);
				else making.problems.push({ why: 'NOT_THERE', practitionerId });
			}
			break;
		}
		case 'merges': {
			const own = movedAlone(move, plan);
			for (const { practitionerId } of making.postedTo(move.teamId))
				if (!own.has(practitionerId)) making.transfer(practitionerId, move);
			making.takeAlong(move.teamId, move.intoTeamId);
			making.close(move.teamId, move.intoTeamId);
			break;
		}
		case 'cases':
			making.handOn(move);
			break;
		case 'closes':
			making.close(move.teamId, null);
	}
	const { teams, postings, cases, problems } = making;
	return { authority: making.authority, written: { teams, postings, cases }, problems };
}

function movedAlone(move: PlannedMove, plan: readonly PlannedMove[]): Set<string> {
	return new Set(
		plan.flatMap((each) =>
			each.on === move.on && (each.kind === 'person' || each.kind === 'leaves') ? each.practitionerId : []
		)
	);
}

/** One move in the making: each step is made on the facts that the one before it left. */
class Making {
	authority: Authority;
	readonly on: CalendarDate;
	readonly today: CalendarDate;
	readonly teams: TeamWritten[] = [];
	readonly postings: PostingChange[] = [];
	readonly cases: CaseChange[] = [];
	readonly problems: MoveProblem[] = [];

	constructor(authority: Authority, on: CalendarDate, today: CalendarDate) {
		this.authority = authority;
		this.on = on;
		this.today = today;
	}

	/** The day itself, or today where that is past. */
	private view() {
		return viewOf(this.authority, this.on > this.today ? this.on : this.today);
	}

	open({ teamId, reference, name, service }: Extract<MoveSaid, { kind: 'opens' }>): void {
		if (this.authority.teams.some((team) => team.teamId === teamId && !team.supersededOn)) {
			this.problems.push({ why: 'OPEN_ALREADY', teamId });
			return;
		}
		const known = { recordedOn: this.today, endRecordedOn: null };
		const after = { teamId, reference, name, service, openedOn: this.on, closedOn: null, succeededBy: null };
		this.writeTeam({ teamId, change: 'opened', after: { ...after, ...known } });
	}

	changeTeam(teamId: string, change: TeamWritten['change'], set: Partial<Team>): void {
		const team = this.openTeam(teamId);
		if (team) this.writeTeam({ teamId, change, after: { ...team, ...set } });
	}

	private openTeam(teamId: string): Team | null {
		const view = this.view();
		const team = view.authority.teams.find(
			(each) => each.teamId === teamId && isKnown(each, each.openedOn, view.knowledge)
		);
		if (team && isOpenTeam(team, view)) return team;
		this.problems.push({ why: team ? 'CLOSED_TEAM' : 'NO_TEAM', teamId });
		return null;
	}

	private writeTeam(written: TeamWritten): void {
		this.teams.push(written);
		const others = this.authority.teams.filter(({ teamId }) => teamId !== written.teamId);
		this.authority = rearranged(this.authority, { teams: [...others, written.after] });
	}

	close(teamId: string, succeededBy: string | null): void {
		const team = this.openTeam(teamId);
		if (!team) return;
		const still = stillWith(teamId, this.on, this.view());
		if (still.people.length + still.cases.length > 0)
			this.problems.push({ why: 'STILL_THERE', teamId, still });
		const after = { ...team, closedOn: this.on, succeededBy, endRecordedOn: this.today };
		this.writeTeam({ teamId, change: 'closed', after });
	}

	postedTo(teamId: string): Posting[] {
		const view = this.view();
		return [...this.authority.people.values()].flatMap((person) => {
			const posting = inPostOn(person, view.knowledge.on, view.knowledge);
			return posting?.teamId === teamId ? posting : [];
		});
	}

	transfer(
		practitionerId: string,
		{ intoTeamId, supervisorId }: Extract<MoveSaid, { kind: 'merges' | 'splits' }>
	): void {
		const view = this.view();
		const person = this.authority.people.get(practitionerId);
		const posting = person && inPostOn(person, view.knowledge.on, view.knowledge);
		if (!posting) return void this.problems.push({ why: 'NOT_THERE', practitionerId });
		const keeps =
			supervisorId === null || supervisorId === practitionerId || KEEPS_SUPERVISOR.has(posting.role);
		const terms = keeps ? { teamId: intoTeamId } : { teamId: intoTeamId, supervisorId };
		this.post(practitionerId, { task: 'move', from: this.on, terms });
	}

	post(practitionerId: string, step: PostingStep): void {
		if (!this.authority.people.has(practitionerId))
			return void this.problems.push({ why: 'NOT_THERE', practitionerId });
		const made = changeOfPosting(this.authority, practitionerId, step, this.today);
		if ('problems' in made) {
			for (const problem of made.problems) this.problems.push({ why: 'POSTING', practitionerId, problem });
			return;
		}
		this.postings.push(made.change);
		this.authority = withPosting(this.authority, made.change, this.today);
	}

	/** Cases that wait with a team and have no lead go with it. */
	takeAlong(teamId: string, intoTeamId: string): void {
		const view = this.view();
		const waiting = this.authority.cases.filter(
			(file) =>
				isOpenOn(file, view.knowledge.on, view.knowledge) &&
				leadOn(file, view.knowledge.on, view.knowledge) === null &&
				teamOfCase(file, view) === teamId
		);
		this.give(waiting, { practitionerId: null, teamId: intoTeamId });
	}

	handOn({ practitionerId, toPractitionerId, toTeamId }: Extract<MoveSaid, { kind: 'cases' }>): void {
		const view = this.view();
		const { on } = view.knowledge;
		const led = this.authority.cases.filter(
			(file) => isOpenOn(file, on, view.knowledge) && leadOn(file, on, view.knowledge) === practitionerId
		);
		if (led.length === 0) return void this.problems.push({ why: 'NO_CASES', practitionerId });
		const missing = notInPost(this.authority, toPractitionerId, this.on, this.today);
		const [first] = led;
		if (missing && first)
			return void this.problems.push({ why: 'CASE', reference: first.reference, problem: missing });
		this.give(led, { practitionerId: toPractitionerId, teamId: toTeamId });
	}

	private give(
		files: readonly CaseFile[],
		to: { practitionerId: string | null; teamId: string | null }
	): void {
		const changes: CaseChange[] = [];
		for (const file of files) {
			const step = leadGiven(this.authority, file, to, this.on, 'ORGRST', this.today);
			if ('changes' in step) changes.push(...step.changes);
			else
				for (const problem of step.problems)
					this.problems.push({ why: 'CASE', reference: file.reference, problem });
		}
		this.cases.push(...changes);
		if (changes.length > 0) this.authority = withCases(this.authority, changes);
	}
}
