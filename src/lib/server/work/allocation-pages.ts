import {
	candidatesFor,
	CRITERIA,
	goesTogetherWith,
	whyBefore,
	type Candidate
} from '#lib/domain/allocation-order.ts';
import { isPastAllocation, waitingCases, type WaitingCase } from '#lib/domain/allocation-queue.ts';
import { leadBefore } from '#lib/domain/allocation-steps.ts';
import {
	aheadInWords,
	candidateInWords,
	clockInWords,
	CRITERION_IN_WORDS,
	hasRunOut,
	WHY_WAITING_IN_WORDS,
	type CandidateInWords
} from '#lib/domain/allocation-words.ts';
import { isId } from '#lib/domain/asked.ts';
import type { View } from '#lib/domain/authority.ts';
import { dayInWords, weekdayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { detailsNow } from '#lib/domain/case-change.ts';
import { demandsInWords } from '#lib/domain/case-words.ts';
import { leadOn, type CaseFile } from '#lib/domain/cases.ts';
import { inPostOn } from '#lib/domain/people.ts';
import { STAKES, type Stakes } from '#lib/domain/policy.ts';
import { caseState, teamOfCase } from '#lib/domain/rules-about-cases.ts';
import { capital, kindsInWords, STAKES_IN_WORDS, type Names } from '#lib/domain/wording.ts';
import { casesWaiting } from '#lib/server/store/allocations.ts';
import { caseNow, casesOfFamily, peopleInPost, teamsOpen } from '#lib/server/store/case-changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { maySeeCase, teamsInScope } from '#lib/server/store/scope.ts';
import { keepsCases, optionOf, wouldNotCount, type Option } from './case-pages.ts';
import type { CaseKeeper } from './keep-case.ts';
import { namesFor } from './names.ts';
import { standingIn } from './picture.ts';

/** What the address of the queue asks for; empty: all. */
export interface QueueAsked {
	/** A team's id, or `none`: those that no team has. */
	team: string;
	stakes: Stakes | '';
	why: 'nobody' | 'away' | '';
	/** `past`: those that wait longer than they may. */
	limit: 'past' | '';
}

export function queueAsked(query: URLSearchParams): QueueAsked {
	const team = query.get('team') ?? '';
	return {
		team: team === 'none' || isId(team) ? team : '',
		stakes: STAKES.find((each) => each === query.get('stakes')) ?? '',
		why: (['nobody', 'away'] as const).find((each) => each === query.get('why')) ?? '',
		limit: query.get('limit') === 'past' ? 'past' : ''
	};
}

export interface WaitingRow {
	key: string;
	reference: string;
	kind: string;
	stakes: string;
	why: string;
	waiting: string;
	team: string;
	/** Every limit that runs, the first to run out first. */
	clocks: { words: string; over: boolean }[];
	youngChild: boolean;
	since: CalendarDate;
	lastOn: CalendarDate;
}

export interface QueuePage {
	rows: WaitingRow[];
	/** How many wait in all, before the filter. */
	all: number;
	/** How many of them have a limit that has run out. */
	over: number;
	teams: Option[];
	/** Cases that no team has are seen by those who run services, and by nobody else. */
	seesNoTeam: boolean;
}

/** The cases in the scope of who asks that wait for somebody, worst first. A fixed number of queries. */
export async function queuePage(tx: Transaction, by: CaseKeeper, asked: QueueAsked): Promise<QueuePage> {
	const { today: on } = by;
	const caseIds = await casesWaiting(tx, on);
	const reach = { of: 'those', caseIds, practitionerIds: [], held: { on } } as const;
	const view = await standingIn(tx, reach, { on, hindsight: false });
	const waiting = waitingCases(view);
	const teams = await teamsInScope(tx);
	const nameOf = await namesFor(
		tx,
		waiting.flatMap(({ leadId, comes }) => [leadId ?? [], comes?.practitionerId ?? []].flat())
	);
	const teamName = new Map(view.authority.teams.map(({ teamId, name }) => [teamId, name]));
	const seesNoTeam = by.role === 'service_manager';
	const found = waiting.filter((each) => {
		const { teamId, stakes, why } = each;
		return (
			(asked.team === '' || (asked.team === 'none' ? teamId === null : teamId === asked.team)) &&
			(asked.stakes === '' || stakes === asked.stakes) &&
			(asked.why === '' || (asked.why === 'away') === (why === 'LEAD_AWAY')) &&
			(asked.limit === '' || isPastAllocation(each, on))
		);
	});
	return {
		rows: found.map((each) => waitingRow(each, teamName, nameOf, on)),
		all: waiting.length,
		over: waiting.filter(({ clocks }) => clocks.some((clock) => hasRunOut(clock, on))).length,
		teams: [
			...(seesNoTeam ? [{ value: 'none', label: 'No team' }] : []),
			...teams.map(({ teamId, name }) => ({ value: teamId, label: name }))
		],
		seesNoTeam
	};
}

function waitingRow(
	each: WaitingCase,
	teamName: ReadonlyMap<string, string>,
	nameOf: Names,
	on: CalendarDate
): WaitingRow {
	const { caseId, reference, kinds, stakes, why, leadId, comes, waitingSince, clocks } = each;
	const lead = leadId === null ? '' : ` (${nameOf(leadId)})`;
	const coming = comes ? `; ${nameOf(comes.practitionerId)} leads it from ${dayInWords(comes.from)}` : '';
	return {
		key: caseId,
		reference,
		kind: capital(kindsInWords(kinds)),
		stakes: capital(STAKES_IN_WORDS[stakes]),
		why: capital(WHY_WAITING_IN_WORDS[why]) + lead + coming,
		waiting: `Since ${dayInWords(waitingSince)}`,
		team: each.teamId === null ? 'No team' : (teamName.get(each.teamId) ?? 'A team'),
		clocks: clocks.map((clock) => ({ words: clockInWords(clock, each, on), over: hasRunOut(clock, on) })),
		youngChild: each.youngChild,
		since: waitingSince,
		lastOn: clocks[0]?.lastOn ?? on
	};
}

export const QUEUE_COLUMNS = [
	'case',
	'kind',
	'stakes',
	'why',
	'waiting since',
	'team',
	'first limit',
	'limits'
];

export function queueCsv({ rows }: QueuePage): string[][] {
	return rows.map((row) => [
		row.reference,
		row.kind,
		row.stakes,
		row.why,
		row.since,
		row.team,
		row.lastOn,
		row.clocks.map(({ words }) => words).join('; ')
	]);
}

export type CandidateReach = 'team' | 'scope';

export interface CandidateRow extends CandidateInWords {
	key: string;
	place: number;
	name: string;
	team: string;
	/** Why they stand before the next; empty for the last. */
	ahead: string;
}

export interface AllocatePage {
	caseId: string;
	reference: string;
	edition: string;
	/** Null: open. */
	closedOn: CalendarDate | null;
	lead: string | null;
	/** Somebody led it before, so that a change asks for its reason. */
	handsOver: boolean;
	coWorkers: Option[];
	kind: string;
	/** What whoever leads it has to be. */
	asks: string;
	/** When oversight of it is due, in words; null: no clock runs. */
	due: string | null;
	/** Those who could lead it, in the order of the criteria. */
	candidates: CandidateRow[];
	criteria: string[];
	/** Whose candidates are shown, and whether there are more in the scope of who asks. */
	reach: CandidateReach;
	team: string | null;
	more: number;
	/** Cases of brothers and sisters that go where it goes. */
	together: { caseId: string; reference: string }[];
	people: Option[];
	teams: Option[];
	wouldNotCount: string | null;
}

/**
 * What allocating a case starts from: everyone in the team (`scope`: in the scope of who asks) side by side. Null: not
 * there, not in the scope of who asks, or not theirs to change. A fixed number of queries.
 */
export async function allocatePage(
	tx: Transaction,
	by: CaseKeeper,
	caseId: string,
	reach: CandidateReach
): Promise<AllocatePage | null> {
	if (!isId(caseId) || !keepsCases(by) || !(await maySeeCase(tx, caseId))) return null;
	const { today: on } = by;
	const now = await caseNow(tx, caseId);
	const people = await peopleInPost(tx, on);
	const family = await casesOfFamily(tx, caseId, on);
	const teams = await teamsOpen(tx, on);
	if (!now) return null;
	const leads = now.allocations.find(
		({ role, from, to }) => role === 'lead' && from <= on && (to === null || to > on)
	);
	const teamId =
		people.find(({ practitionerId }) => practitionerId === leads?.practitionerId)?.teamId ??
		(await teamWithoutLead(tx, caseId, on));
	const ofTeam = people.filter((person) => person.teamId === teamId);
	const shown = reach === 'scope' || ofTeam.length === 0 ? people : ofTeam;
	const own = by.practitionerId === null ? [] : [by.practitionerId];
	const view = await standingIn(
		tx,
		{
			of: 'those',
			caseIds: [caseId, ...family.map((each) => each.caseId)],
			practitionerIds: [...new Set([...shown.map(({ practitionerId }) => practitionerId), ...own])],
			held: { on }
		},
		{ on, hindsight: false }
	);
	const file = view.authority.cases.find((each) => each.caseId === caseId);
	if (!file) return null;
	const state = caseState(file, view);
	const known = new Set(family.map((each) => each.caseId));
	const together = goesTogetherWith(file, view).filter((other) => known.has(other.caseId));
	const leadId = leadOn(file, on, view.knowledge);
	const nameOf = await namesFor(tx, [
		...people.map(({ practitionerId }) => practitionerId),
		...now.allocations.flatMap(({ practitionerId }) => practitionerId ?? [])
	]);
	const teamName = new Map(people.map((person) => [person.practitionerId, person.team]));
	const demands = state?.demands;
	const candidates = demands
		? candidatesFor(
				view,
				file,
				demands,
				shown.map(({ practitionerId }) => practitionerId),
				together
			).filter(({ holds }) => holds !== 'lead')
		: [];
	return {
		caseId,
		reference: file.reference,
		edition: now.edition,
		closedOn: detailsNow(file).closedOn,
		lead: leadId === null ? null : leadInWords(leadId, view, nameOf),
		handsOver: leadBefore(file, on) !== null,
		coWorkers: now.allocations.flatMap(({ role, practitionerId, to }) =>
			role === 'co_worker' && practitionerId !== null && (to === null || to > on)
				? { value: practitionerId, label: nameOf(practitionerId) }
				: []
		),
		kind: demands ? kindsInWords(demands.kinds.map(({ kind }) => kind)) : '',
		asks: demands ? demandsInWords(demands) : '',
		due: dueInWords(file, view),
		candidates: candidates.map((candidate, place) => ({
			...candidateInWords(candidate, demands ?? NOTHING_ASKED),
			key: candidate.practitionerId,
			place: place + 1,
			name: nameOf(candidate.practitionerId),
			team: teamName.get(candidate.practitionerId) ?? '',
			ahead: aheadOf(candidate, candidates[place + 1], nameOf)
		})),
		criteria: CRITERIA.map((criterion) => CRITERION_IN_WORDS[criterion]),
		reach: shown === people ? 'scope' : 'team',
		team: ofTeam[0]?.team ?? null,
		more: people.length - shown.length,
		together: together.map((each) => ({ caseId: each.caseId, reference: each.reference })),
		people: people.filter(({ practitionerId }) => practitionerId !== leadId).map(optionOf),
		teams: teams.map(({ teamId: id, name, service }) => ({ value: id, label: `${name}, ${service}` })),
		wouldNotCount: wouldNotCount(file, view, by)
	};
}

/** The team of a case that nobody in the scope of who asks leads; null: none has it. */
async function teamWithoutLead(tx: Transaction, caseId: string, on: CalendarDate): Promise<string | null> {
	const reach = { of: 'those' as const, caseIds: [caseId], practitionerIds: [], held: { on } };
	const view = await standingIn(tx, reach, { on, hindsight: false });
	const [file] = view.authority.cases;
	return file ? teamOfCase(file, view) : null;
}

const NOTHING_ASKED = { kinds: [], stakes: 'low', leastTier: 'E0', training: [], rows: [] } as const;

function leadInWords(leadId: string, view: View, nameOf: Names): string {
	const person = view.authority.people.get(leadId);
	const { on } = view.knowledge;
	const isThere = person !== undefined && inPostOn(person, on, view.knowledge) !== null;
	return `${nameOf(leadId)}${isThere ? '' : ', who is not in post,'}`;
}

function dueInWords(file: CaseFile, view: View): string | null {
	const clock = caseState(file, view)?.clock;
	if (!clock) return null;
	return clock.dueOn < view.knowledge.on
		? `Oversight of it is overdue since ${dayInWords(clock.dueOn)}.`
		: `Oversight of it is due by ${weekdayInWords(clock.dueOn)}.`;
}

function aheadOf(candidate: Candidate, next: Candidate | undefined, nameOf: Names): string {
	return aheadInWords(next ? nameOf(next.practitionerId) : null, next ? whyBefore(candidate, next) : null);
}

export const CANDIDATE_COLUMNS = [
	'place',
	'name',
	'team',
	'load',
	'tier',
	'training',
	'oversight of what they hold',
	'absence',
	'brothers and sisters held',
	'why not',
	'before the next because'
];

export function candidatesCsv({ candidates }: AllocatePage): (string | number)[][] {
	return candidates.map((row) => [
		row.place,
		row.name,
		row.team,
		row.load,
		row.tier,
		row.training,
		row.oversight,
		row.absence,
		row.siblings,
		row.whyNot,
		row.ahead
	]);
}
