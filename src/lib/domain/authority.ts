import type { Action } from './actions.ts';
import type { CaseFile } from './cases.ts';
import { caseDetails } from './cases.ts';
import { addMonths, type CalendarDate } from './calendar.ts';
import type { Knowledge, Period } from './knowledge.ts';
import { covers } from './knowledge.ts';
import {
	absenceOn,
	coversNamed,
	inPostOn,
	postingOn,
	type Person,
	type Team,
	type Vacancy
} from './people.ts';
import { policyOn, type Policy, type Settings } from './policy.ts';
import type { Request } from './requests.ts';
import type { Session } from './supervision.ts';

export interface Restructure extends Period {
	restructureId: string;
	reference: string;
	name: string;
	/** Empty: all teams. */
	teamIds: readonly string[];
}

/** The facts of an authority, or of the part of it that was gathered. */
export interface Facts {
	teams: readonly Team[];
	people: ReadonlyMap<string, Person>;
	cases: readonly CaseFile[];
	sessions: readonly Session[];
	actions: readonly Action[];
	requests: readonly Request[];
	restructures: readonly Restructure[];
	policies: readonly Policy[];
	settings: Settings;
	/** No rule looks at them: left out unless the workforce is counted. */
	vacancies?: readonly Vacancy[];
}

/** The same facts, arranged so that what is about a case or a person is at hand. */
export interface Authority extends Facts {
	/** Cases a person has ever held, as lead or co-worker. */
	heldBy: ReadonlyMap<string, readonly CaseFile[]>;
	sessionsOf: ReadonlyMap<string, readonly Session[]>;
	requestsOf: ReadonlyMap<string, readonly Request[]>;
	/** By the case they are about, else by the person, else by null. */
	actionsAbout: ReadonlyMap<string | null, readonly Action[]>;
	/** Those whose posting has ever named the supervisor. */
	supervisedBy: ReadonlyMap<string, readonly Person[]>;
}

/** The authority as seen on one day with what is known. */
export interface View {
	authority: Authority;
	knowledge: Knowledge;
}

/** Each arrangement is made when it is first asked for: most questions need few of them. */
export function arrange(facts: Facts): Authority {
	const heldBy = once(() => heldByEach(facts.cases));
	const sessionsOf = once(() => groupedBy(facts.sessions, (session) => session.superviseeId));
	const requestsOf = once(() => groupedBy(facts.requests, (request) => request.caseId));
	const actionsAbout = once(() => groupedBy(facts.actions, subjectOf));
	const supervisedBy = once(() => supervisedByEach(facts.people));
	return {
		...facts,
		get heldBy() {
			return heldBy();
		},
		get sessionsOf() {
			return sessionsOf();
		},
		get requestsOf() {
			return requestsOf();
		},
		get actionsAbout() {
			return actionsAbout();
		},
		get supervisedBy() {
			return supervisedBy();
		}
	};
}

/** The same facts with some of them others. What was arranged of the rest is still at hand, and nothing is arranged for it. */
export function rearranged(authority: Authority, changed: Partial<Facts>): Authority {
	const { teams, people, cases, sessions, actions, requests, restructures, policies, settings } = authority;
	const { vacancies } = authority;
	const facts: Facts = {
		teams,
		people,
		cases,
		sessions,
		actions,
		requests,
		restructures,
		policies,
		settings,
		...(vacancies && { vacancies }),
		...changed
	};
	const anew = arrange(facts);
	return {
		...facts,
		get heldBy() {
			return (changed.cases ? anew : authority).heldBy;
		},
		get sessionsOf() {
			return (changed.sessions ? anew : authority).sessionsOf;
		},
		get requestsOf() {
			return (changed.requests ? anew : authority).requestsOf;
		},
		get actionsAbout() {
			return (changed.actions ? anew : authority).actionsAbout;
		},
		get supervisedBy() {
			return (changed.people ? anew : authority).supervisedBy;
		}
	};
}

function once<Made>(make: () => Made): () => Made {
	let made: { it: Made } | null = null;
	return () => (made ??= { it: make() }).it;
}

function heldByEach(cases: readonly CaseFile[]): Map<string, CaseFile[]> {
	const heldBy = new Map<string, CaseFile[]>();
	for (const file of cases)
		for (const { practitionerId } of file.allocations) {
			if (practitionerId === null) continue;
			const held = heldBy.get(practitionerId);
			if (!held) heldBy.set(practitionerId, [file]);
			else if (held.at(-1) !== file) held.push(file);
		}
	return heldBy;
}

function supervisedByEach(people: Facts['people']): Map<string, Person[]> {
	const supervisedBy = new Map<string, Person[]>();
	for (const person of people.values()) {
		const supervisors = new Set<string>();
		for (const { supervisorId } of person.postings) if (supervisorId) supervisors.add(supervisorId);
		for (const supervisor of supervisors) append(supervisedBy, supervisor, person);
	}
	return supervisedBy;
}

/** The id of the case the action is about, else of the person, else null. */
export function subjectOf({ caseId, practitionerId }: Action): string | null {
	return caseId ?? practitionerId;
}

/** The items under each key, in their own order. */
export function groupedBy<Item, Key extends string | null>(
	items: Iterable<Item>,
	key: (item: Item) => Key
): Map<Key, Item[]> {
	const groups = new Map<Key, Item[]>();
	for (const item of items) append(groups, key(item), item);
	return groups;
}

function append<Item, Key>(groups: Map<Key, Item[]>, key: Key, item: Item): void {
	const group = groups.get(key);
	if (group) group.push(item);
	else groups.set(key, [item]);
}

export function viewOf(authority: Authority, on: CalendarDate, hindsight = false): View {
	const judgedOn = (day: CalendarDate) => policyOn(authority.policies, day);
	return { authority, knowledge: { on, hindsight, judgedOn } };
}

export function personOf(view: View, practitionerId: string | null): Person | null {
	return practitionerId === null ? null : (view.authority.people.get(practitionerId) ?? null);
}

export function policyInForce(view: View, day: CalendarDate): Policy {
	return policyOn(view.authority.policies, day);
}

/** The number of the policy version that judges a day. */
export function policyVersionOn(view: View, day: CalendarDate): number {
	return policyInForce(view, day).version;
}

export function isInPost(view: View, practitionerId: string, day: CalendarDate): boolean {
	const person = personOf(view, practitionerId);
	return person !== null && inPostOn(person, day, view.knowledge) !== null;
}

/** Whether somebody is that person, or supervises them directly or through those between, by the postings of the view's day. */
export function isSupervisorOf(practitionerId: string, person: Person, view: View): boolean {
	const { knowledge } = view;
	const seen = new Set<string>();
	for (let below: Person | null = person; below !== null && !seen.has(below.practitionerId);) {
		if (below.practitionerId === practitionerId) return true;
		seen.add(below.practitionerId);
		below = personOf(view, inPostOn(below, knowledge.on, knowledge)?.supervisorId ?? null);
	}
	return false;
}

/** Whether somebody named to cover is in post and here. */
export function hasCover(
	person: Person,
	purpose: 'cases' | 'supervision',
	day: CalendarDate,
	view: View
): boolean {
	return coversNamed(person, purpose, day, view.knowledge).some((coverId) => {
		const cover = personOf(view, coverId);
		return cover !== null && isInPost(view, coverId, day) && absenceOn(cover, day, view.knowledge) === null;
	});
}

/** Whether a restructure under way on the day covers the team; a person without a team is in none. */
export function underRestructure(view: View, teamId: string | null, day: CalendarDate): boolean {
	const { restructures } = view.authority;
	if (teamId === null || restructures.length === 0) return false;
	return restructures.some(
		(restructure) =>
			covers(restructure, day, view.knowledge) &&
			(restructure.teamIds.length === 0 || restructure.teamIds.includes(teamId))
	);
}

export function teamOfPosting(view: View, practitionerId: string | null, day: CalendarDate): string | null {
	const person = personOf(view, practitionerId);
	return person ? (postingOn(person, day, view.knowledge)?.teamId ?? null) : null;
}

/**
 * Whether the rules raise the severity for a very young child: unborn, or under 24 months (the review's finding that
 * guidance did not fit babies). False where nothing is known of the birth.
 */
export function isYoungChild(file: CaseFile, day: CalendarDate, knowledge: Knowledge): boolean {
	const details = caseDetails(file, knowledge);
	if (!details) return false;
	if (details.unborn === true) return true;
	return details.dateOfBirth !== null && day < addMonths(details.dateOfBirth, 24);
}
