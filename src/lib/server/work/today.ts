import { isOverdue, isToDo } from '#lib/domain/actions.ts';
import { isAmong, PAGES, seesNames, type AskingRole } from '#lib/domain/access.ts';
import { policyInForce } from '#lib/domain/authority.ts';
import { addDays, dayInWords, daysBetween, distanceInWords, weekdayInWords } from '#lib/domain/calendar.ts';
import type { Code } from '#lib/domain/codes.ts';
import { fold, mostUrgentFirst, type Finding } from '#lib/domain/flags.ts';
import { isKnown } from '#lib/domain/knowledge.ts';
import { inPostOn, isCurrent, lapsesOn, postingOn } from '#lib/domain/people.ts';
import { reductionsEnding } from '#lib/domain/reduction-plan.ts';
import { endingInWords } from '#lib/domain/reduction-words.ts';
import { namedIn } from '#lib/domain/flag-words.ts';
import { casesInWords, daysInWords } from '#lib/domain/wording.ts';
import { actionsAbout } from '#lib/server/store/actions.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import { doingOfFlag, doingOfHolder, doingOfRequests, unmanagedTeams, type Doing } from './do-next.ts';
import { livesOf, namedInLife, type Lives } from './flag-lives.ts';
import { namesFor } from './names.ts';
import { pictureOfPractitioner, pictureOfScope, type AsAt, type Picture } from './picture.ts';
import { afterCritical, requestsOfHolder, requestsToDecide } from './requests-waiting.ts';

export interface Asker {
	practitionerId: string | null;
	role: AskingRole;
}

export interface TileInWords {
	key: string;
	number: number;
	label: string;
	soft: string;
	codes: Code[];
}

export interface ActionInWords {
	actionId: string;
	caseId: string | null;
	words: string;
	due: string;
	overdue: boolean;
}

export interface TeamToday {
	teamId: string;
	name: string;
	service: string;
	heldWithoutOversight: number;
	supervisionOverdue: number;
	overCapacity: number;
	unallocated: number;
}

/** The first screen: what this person should do now. */
export type Today =
	| {
			as: 'practitioner';
			sentence: string;
			/** Where the team has no manager in post: to whom its flags go. */
			unmanaged: string[];
			flags: Doing[];
			actions: ActionInWords[];
			training: { course: string; words: string }[];
	  }
	| {
			as: 'manager';
			sentence: string;
			tiles: TileInWords[];
			unmanaged: string[];
			doNext: Doing[];
			/** How many flags are not among them, and how many stand in all. */
			more: number;
			standing: number;
			/** Reductions that end within a week: from then on the same cases weigh more. */
			endings: { practitionerId: string; words: string }[];
			teams: TeamToday[];
	  }
	| {
			as: 'director';
			sentence: string;
			tiles: TileInWords[];
			unmanaged: string[];
			teams: TeamToday[];
	  }
	| { as: 'other'; role: AskingRole };

const DO_NEXT = 7;

export async function todayOf(tx: Transaction, asker: Asker, asAt: AsAt): Promise<Today> {
	const { practitionerId, role } = asker;
	if (role === 'practitioner' || role === 'senior_practitioner')
		return practitionerId === null
			? { as: 'other', role }
			: ofPractitioner(tx, { ...asker, practitionerId }, asAt);
	if (!isAmong(PAGES['/flags'], role)) return { as: 'other', role };
	const picture = await pictureOfScope(tx, asAt, role);
	const findings = mostUrgentFirst(fold(picture.findings));
	const lives = await livesOf(tx, picture.view, findings);
	const tiles = tilesOf(findings, picture, lives);
	const teams = await teamsToday(tx, findings);
	const sentence = sentenceOf(findings, asAt);
	const unmanaged = await unmanagedTeams(tx, asker, picture.view, lives.managers, teams);
	if (!seesNames(role)) return { as: 'director', sentence, tiles, unmanaged, teams };
	const requests = await doingOfRequests(tx, asker, picture.view, lives.managers, findings);
	const partners = await requestsToDecide(tx, asker, picture.view, lives.managers);
	// What a manager above has accepted is not asked of anybody now: it stays in the list, after what is.
	const isAccepted = (finding: Finding) => lives.of(finding).state.state === 'accepted';
	const asked = [...findings.filter((finding) => !isAccepted(finding)), ...findings.filter(isAccepted)].slice(
		0,
		Math.max(0, DO_NEXT - requests.length - partners.length)
	);
	const endings = reductionsEnding(picture.view, peopleOf(picture));
	const names = await namesFor(tx, [
		...endings.map(({ practitionerId }) => practitionerId),
		...namedIn(asked),
		...asked.flatMap((finding) => namedInLife(lives.of(finding)))
	]);
	return {
		as: 'manager',
		sentence,
		tiles,
		unmanaged,
		doNext: [
			...requests,
			...afterCritical(
				asked.map((finding) => doingOfFlag(finding, lives.of(finding), names, asAt.on)),
				partners
			)
		],
		more: findings.length - asked.length,
		standing: findings.length,
		endings: endings.map((ending) => ({
			practitionerId: ending.practitionerId,
			words: endingInWords(ending, names)
		})),
		teams: teams.length > 1 ? teams : []
	};
}

/** Those in post in the teams in scope. */
function peopleOf({ view, teamIds }: Picture & { teamIds: readonly string[] }): string[] {
	const { on } = view.knowledge;
	return [...view.authority.people.values()].flatMap((person) => {
		const posting = inPostOn(person, on, view.knowledge);
		return posting && teamIds.includes(posting.teamId) ? person.practitionerId : [];
	});
}

async function ofPractitioner(
	tx: Transaction,
	asker: Asker & { practitionerId: string },
	asAt: AsAt
): Promise<Today> {
	const { practitionerId } = asker;
	const picture = await pictureOfPractitioner(tx, practitionerId, asAt);
	if (!picture) return { as: 'other', role: 'practitioner' };
	const { view, row } = picture;
	const { on } = asAt;
	const findings = mostUrgentFirst(fold(picture.findings));
	const lives = await livesOf(tx, view, findings);
	const requests = await requestsOfHolder(tx, asker, view);
	const flags = afterCritical(await doingOfHolder(tx, asker, view, findings, lives), requests);
	const own = view.authority.people.get(practitionerId);
	const posting = own && postingOn(own, on, view.knowledge);
	const actions = (await actionsAbout(tx, [], [practitionerId], on))
		.filter((action) => action.ownerId === practitionerId && isToDo(action, view.knowledge))
		.sort((a, b) => ((a.dueOn ?? '9') < (b.dueOn ?? '9') ? -1 : 1));
	const overdue = actions.filter((action) => isOverdue(action, view.knowledge)).length;
	const load =
		row.load.loadPercent === null
			? 'no capacity recorded'
			: `${Math.round(row.load.loadPercent)} % of capacity`;
	return {
		as: 'practitioner',
		sentence: `${casesInWords(row.cases.length)}, ${load}. ${nextSupervision(picture, practitionerId, asAt)} ${
			overdue === 0 ? 'No actions overdue.' : `${overdue === 1 ? '1 action' : `${overdue} actions`} overdue.`
		}`,
		unmanaged: await unmanagedTeams(tx, asker, view, lives.managers, posting ? [posting] : []),
		flags,
		actions: actions.map((action) => ({
			actionId: action.actionId,
			caseId: action.caseId,
			words: action.description ?? 'No description was written.',
			due:
				action.dueOn === null
					? 'no due date'
					: `${dayInWords(action.dueOn)}, ${distanceInWords(action.dueOn, on)}`,
			overdue: isOverdue(action, view.knowledge)
		})),
		training: trainingDue(picture, practitionerId, asAt)
	};
}

function nextSupervision(
	{ view, row }: Picture & { row: { supervision: { dueOn: string } | null } },
	practitionerId: string,
	{ on }: AsAt
): string {
	const planned = (view.authority.sessionsOf.get(practitionerId) ?? [])
		.filter(
			(session) =>
				session.plannedOn !== null &&
				session.plannedOn >= on &&
				session.heldOn === null &&
				!session.cancelled &&
				isKnown(session, null, view.knowledge)
		)
		.map(({ plannedOn }) => plannedOn ?? on)
		.sort()[0];
	if (planned) return `Next supervision ${weekdayInWords(planned)}.`;
	if (!row.supervision) return 'No supervision is due.';
	const { dueOn } = row.supervision;
	return dueOn < on
		? `Supervision was due by ${dayInWords(dueOn)}, and none is booked.`
		: `Supervision is due by ${dayInWords(dueOn)}, and none is booked.`;
}

const LAPSING_WITHIN_DAYS = 90;

function trainingDue(
	{ view, row }: Picture & { row: { trainingGaps: readonly { missing: readonly string[] }[] } },
	practitionerId: string,
	{ on }: AsAt
): { course: string; words: string }[] {
	const missing = new Map<string, number>();
	for (const gap of row.trainingGaps)
		for (const course of gap.missing) missing.set(course, (missing.get(course) ?? 0) + 1);
	const person = view.authority.people.get(practitionerId);
	const lapsing = (person?.training ?? []).flatMap((training) => {
		const lapses = lapsesOn(training, policyInForce(view, on).courses);
		if (lapses === null || missing.has(training.course)) return [];
		const soon = lapses > on && daysBetween(on, lapses) <= LAPSING_WITHIN_DAYS;
		const later = person && isCurrent(person, training.course, addDays(lapses, 0), view.knowledge);
		return soon && !later ? { course: training.course, words: `lapses on ${dayInWords(lapses)}` } : [];
	});
	return [
		...[...missing].map(([course, cases]) => ({
			course,
			words: `not current, and needed for ${casesInWords(cases)} you hold`
		})),
		...lapsing
	];
}

function tilesOf(findings: readonly Finding[], { view }: Picture, lives: Lives): TileInWords[] {
	const of = (...codes: Code[]) => findings.filter(({ code }) => codes.includes(code));
	const held = of('HELD_WITHOUT_OVERSIGHT');
	const supervision = of('SUPERVISION_OVERDUE');
	const capacity = of('OVER_CAPACITY');
	const waiting = of('UNALLOCATED', 'HOLDER_ABSENT');
	const { on } = view.knowledge;
	const longest = (list: readonly Finding[]) =>
		Math.max(0, ...list.map(({ since }) => daysBetween(since, on)));
	const loads = capacity.flatMap((finding) =>
		finding.code === 'OVER_CAPACITY' ? [finding.facts.loadPercent] : []
	);
	const highest = loads.includes(null)
		? 'somebody without any capacity holds cases'
		: `highest ${Math.round(Math.max(0, ...loads.map(Number)))} %`;
	const accepted = (list: readonly Finding[]) => {
		const count = list.filter((finding) => lives.of(finding).state.state === 'accepted').length;
		return count === 0 ? '' : `, ${count} accepted`;
	};
	const since = (list: readonly Finding[]) =>
		list.length === 0 ? 'none today' : `longest for ${daysInWords(longest(list))}${accepted(list)}`;
	return [
		tile('held', held.length, 'held without oversight', since(held), ['HELD_WITHOUT_OVERSIGHT']),
		tile('supervision', supervision.length, 'supervision overdue', since(supervision), [
			'SUPERVISION_OVERDUE'
		]),
		tile(
			'capacity',
			capacity.length,
			'over capacity',
			capacity.length === 0 ? 'none today' : highest + accepted(capacity),
			['OVER_CAPACITY']
		),
		tile('waiting', waiting.length, 'unallocated or uncovered', since(waiting), [
			'UNALLOCATED',
			'HOLDER_ABSENT'
		])
	];
}

function tile(key: string, number: number, label: string, soft: string, codes: Code[]): TileInWords {
	return { key, number, label, soft, codes };
}

function sentenceOf(findings: readonly Finding[], { on }: AsAt): string {
	const held = findings.filter(({ code }) => code === 'HELD_WITHOUT_OVERSIGHT');
	if (held.length === 0) {
		const critical = findings.filter(({ severity }) => severity === 'critical').length;
		if (critical > 0)
			return `Nothing is held without oversight. ${critical === 1 ? 'One flag is' : `${critical} flags are`} critical.`;
		return findings.length === 0 ? 'Nothing is flagged today.' : 'Nothing is held without oversight today.';
	}
	const longest = Math.max(...held.map(({ since }) => daysBetween(since, on)));
	const many = held.length === 1 ? 'One high-stakes case is' : `${held.length} high-stakes cases are`;
	const days =
		longest === 0
			? 'since today'
			: `${held.length === 1 ? 'for' : 'the longest for'} ${daysInWords(longest)}`;
	return `${many} held below the bar without a manager’s oversight, ${days}.`;
}

async function teamsToday(tx: Transaction, findings: readonly Finding[]): Promise<TeamToday[]> {
	const count = (teamId: string, ...codes: Code[]) =>
		findings.filter((finding) => finding.teamId === teamId && codes.includes(finding.code)).length;
	return (await teamsInScope(tx)).map((team) => ({
		...team,
		heldWithoutOversight: count(team.teamId, 'HELD_WITHOUT_OVERSIGHT'),
		supervisionOverdue: count(team.teamId, 'SUPERVISION_OVERDUE'),
		overCapacity: count(team.teamId, 'OVER_CAPACITY'),
		unallocated: count(team.teamId, 'UNALLOCATED', 'HOLDER_ABSENT')
	}));
}
