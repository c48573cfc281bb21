import type { SentenceOfPlan } from './absence-words.ts';
import { dayInWords, weekdayInWords, type CalendarDate } from './calendar.ts';
import { caseProblemInWords } from './case-words.ts';
import { stillThereInWords } from './people-words.ts';
import { postingProblemInWords, type PostingNames } from './posting-words.ts';
import type { MoveProblem, MoveSaid } from './restructure-moves.ts';
import type { CaseMoved, PlanOutcome, TwiceWhy, Unsupervised } from './restructure-plan.ts';
import { capital, casesInWords, daysInWords, listInWords, ROLE_IN_WORDS } from './wording.ts';

export type PlanNames = PostingNames;

/** What a planned move does, without its day. */
export function moveInWords(move: MoveSaid, { person, team }: PlanNames): string {
	switch (move.kind) {
		case 'opens':
			return `${move.name} opens in ${move.service}`;
		case 'renamed':
			return `${capital(team(move.teamId))} is called ${move.name}`;
		case 'person': {
			const { practitionerId, teamId, role, supervisorId } = move;
			const under =
				supervisorId === null ? 'with no supervisor named' : `supervised by ${person(supervisorId)}`;
			return `${capital(person(practitionerId))} is ${ROLE_IN_WORDS[role]} in ${team(teamId)}, ${under}`;
		}
		case 'leaves':
			return `${capital(person(move.practitionerId))} leaves`;
		case 'splits': {
			const who = listInWords(move.practitionerIds.map(person));
			return `${capital(who)} ${move.practitionerIds.length === 1 ? 'goes' : 'go'} from ${team(move.teamId)} to ${team(move.intoTeamId)}; ${under(move.supervisorId)}`;
		}
		case 'merges':
			return `${capital(team(move.teamId))} joins ${team(move.intoTeamId)} and closes; ${under(move.supervisorId)}`;
		case 'cases': {
			const to =
				move.toPractitionerId === null
					? `${move.toTeamId === null ? 'a team' : team(move.toTeamId)}, which gives them out`
					: person(move.toPractitionerId);
			return `The cases that ${person(move.practitionerId)} leads go to ${to}`;
		}
		case 'closes':
			return `${capital(team(move.teamId))} closes`;
	}

	function under(supervisorId: string | null): string {
		return supervisorId === null
			? 'each keeps their supervisor'
			: `those who are no managers go under ${person(supervisorId)}`;
	}
}

const LISTED_CASES = 5;

/** Why a move cannot be carried out as planned. */
export function moveProblemInWords(problem: MoveProblem, on: CalendarDate, names: PlanNames): string {
	switch (problem.why) {
		case 'POSTING':
			return `${capital(names.person(problem.practitionerId))}: ${postingProblemInWords(problem.problem, names)}`;
		case 'CASE':
			return `${problem.reference}: ${caseProblemInWords(problem.problem, names.person)}`;
		case 'NO_TEAM':
			return `${capital(names.team(problem.teamId))} is not there on ${dayInWords(on)}. Plan that it opens by then, or choose another team.`;
		case 'CLOSED_TEAM':
			return `${capital(names.team(problem.teamId))} is closed by ${dayInWords(on)}.`;
		case 'OPEN_ALREADY':
			return `${capital(names.team(problem.teamId))} is open already.`;
		case 'STILL_THERE':
			return stillThereInWords(problem.still, on, names.person).join(' ');
		case 'NO_CASES':
			return `${capital(names.person(problem.practitionerId))} leads no open case on ${dayInWords(on)}.`;
		case 'NOT_THERE':
			return `${capital(names.person(problem.practitionerId))} is not in that team on ${dayInWords(on)}.`;
	}
}

export const TWICE_IN_WORDS: Record<TwiceWhy, string> = {
	TWICE_IN_PLAN: 'two days of this plan',
	AFTER_ANOTHER_LEAD: 'this plan, after another worker in the 12 months before',
	WITHIN_RESTRUCTURE: 'this plan, after a change in this restructure'
};

export const UNSUPERVISED_IN_WORDS: Record<Unsupervised, string> = {
	NO_SUPERVISOR: 'has no supervisor in post',
	MANAGES_NO_MORE: 'has a supervisor who manages nobody any more',
	IN_ANOTHER_TEAM: 'has a supervisor in another team'
};

/** Each change of a case in a line: "on 11 Jan 2027 from Tom Reed to Ann Birch". */
export function handsInWords({ planned, earlier }: CaseMoved, { person }: PlanNames): string[] {
	return [...earlier, ...planned].map(({ on, change, fromId, toId }) => {
		const day = `${dayInWords(on)}${planned.some((each) => each.on === on) ? '' : ' (recorded)'}`;
		return change === 'LEAD'
			? `${day}: from ${person(fromId)} to ${person(toId)}`
			: `${day}: ${person(toId)} under another team or supervisor`;
	});
}

/** The figures of a plan, by which two of them are compared. Fewer is better in each. */
export function figuresOfPlan(outcome: PlanOutcome | null): { key: string; name: string; count: number }[] {
	const cases = outcome?.cases ?? [];
	const count = (found: readonly unknown[] | undefined) => found?.length ?? 0;
	return [
		{ key: 'hands', name: 'Cases that would change hands', count: cases.length },
		{
			key: 'worker',
			name: 'Of these, with another worker',
			count: count(cases.filter(({ planned }) => planned.some(({ change }) => change === 'LEAD')))
		},
		{
			key: 'twice',
			name: 'Cases that would change twice',
			count: count(cases.filter(({ twice }) => twice !== null))
		},
		{
			key: 'alone',
			name: 'Supervisees who would lose their supervisor',
			count: count(outcome?.supervisorsLost)
		},
		{
			key: 'spans',
			name: 'Supervisors with too many to supervise',
			count: count(outcome?.spans.filter(({ tooWide }) => tooWide))
		},
		{
			key: 'loads',
			name: 'Practitioners over capacity whose load changes',
			count: count(
				outcome?.loads.filter(({ after }) => ['over', 'far_over', 'no_capacity'].includes(after.band))
			)
		},
		{
			key: 'unmanaged',
			name: 'Days that teams are without a manager in post',
			count: (outcome?.teams ?? []).reduce((sum, { unmanaged }) => sum + unmanaged.after, 0)
		},
		{
			key: 'notSuitable',
			name: 'High-stakes cases that would not be suitably held',
			count: count(outcome?.notSuitable)
		},
		{ key: 'problems', name: 'Moves that cannot be carried out as planned', count: count(outcome?.problems) }
	];
}

/** What a plan would do, gravest first. `mayName`: whether the reference of a case is in the scope of who reads. */
export function outcomeInWords(
	outcome: PlanOutcome,
	names: PlanNames,
	mayName: (caseId: string) => boolean
): SentenceOfPlan[] {
	const said: SentenceOfPlan[] = [];
	const say = (words: string, grave = false) => void said.push({ words, grave });
	const { cases, supervisorsLost, spans, teams, notSuitable, doneBy, until } = outcome;
	const referencesOf = (those: readonly { caseId: string; reference: string }[]) => {
		const named = those.filter(({ caseId }) => mayName(caseId)).map(({ reference }) => reference);
		if (named.length === 0) return '';
		const more = named.length - LISTED_CASES;
		return `: ${more > 0 ? `${named.slice(0, LISTED_CASES).join(', ')} and ${more} more` : listInWords(named)}`;
	};
	const twice = cases.filter((each) => each.twice !== null);
	if (twice.length > 0)
		say(`${casesInWords(twice.length)} would change hands twice${referencesOf(twice)}.`, true);
	for (const why of ['NO_SUPERVISOR', 'MANAGES_NO_MORE', 'IN_ANOTHER_TEAM'] as const) {
		const those = supervisorsLost.filter((each) => each.why === why);
		const [first] = those;
		if (!first) continue;
		const who = listInWords(those.map(({ practitionerId }) => names.person(practitionerId)));
		const does = those.length === 1 ? UNSUPERVISED_IN_WORDS[why] : PLURAL[why];
		say(`${capital(who)} ${does} from ${weekdayInWords(first.from)}.`, why === 'NO_SUPERVISOR');
	}
	if (notSuitable.length > 0)
		say(
			`${casesInWords(notSuitable.length)} of high stakes would not be suitably held${referencesOf(notSuitable)}.`,
			true
		);
	for (const { teamId, unmanaged } of teams)
		if (unmanaged.after > unmanaged.before)
			say(
				`${capital(names.team(teamId))} has no manager in post for ${daysInWords(unmanaged.after)} up to ${dayInWords(until)}${unmanaged.from === null ? '' : `, from ${dayInWords(unmanaged.from)}`}.`,
				true
			);
	for (const { supervisorId, before, after, tooWide } of spans)
		if (tooWide)
			say(`${capital(names.person(supervisorId))} would supervise ${after} instead of ${before}.`, true);
	say(
		cases.length === 0
			? 'No case would change hands.'
			: `${casesInWords(cases.length)} would change hands by ${dayInWords(doneBy)}, each with oversight of it to record.`
	);
	if (supervisorsLost.length === 0) say('Nobody would lose their supervisor.');
	return said;
}

const PLURAL: Record<Unsupervised, string> = {
	NO_SUPERVISOR: 'have no supervisor in post',
	MANAGES_NO_MORE: 'have a supervisor who manages nobody any more',
	IN_ANOTHER_TEAM: 'have a supervisor in another team'
};
