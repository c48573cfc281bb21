import type { CaseFile } from './cases.ts';
import { caseDetails } from './cases.ts';
import { addMonths, type CalendarDate } from './calendar.ts';
import type { Knowledge, Period } from './knowledge.ts';
import { covers } from './knowledge.ts';
import { inPostOn, postingOn, type Person, type Team } from './people.ts';
import { policyOn, type Policy, type Settings } from './policy.ts';
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
	restructures: readonly Restructure[];
	policies: readonly Policy[];
	settings: Settings;
}

/** The same facts, arranged so that a person's cases and sessions are at hand. */
export interface Authority extends Facts {
	/** Cases a person has ever held, as lead or co-worker. */
	heldBy: ReadonlyMap<string, readonly CaseFile[]>;
	sessionsOf: ReadonlyMap<string, readonly Session[]>;
}

/** The authority as seen on one day with what is known. */
export interface View {
	authority: Authority;
	knowledge: Knowledge;
}

export function arrange(facts: Facts): Authority {
	const heldBy = new Map<string, CaseFile[]>();
	for (const file of facts.cases) {
		const holders = new Set<string>();
		for (const { practitionerId } of file.allocations) if (practitionerId) holders.add(practitionerId);
		for (const holder of holders) append(heldBy, holder, file);
	}
	return { ...facts, heldBy, sessionsOf: groupedBy(facts.sessions, (session) => session.superviseeId) };
}

/** The items under each key, in their own order. */
export function groupedBy<Item>(items: Iterable<Item>, key: (item: Item) => string): Map<string, Item[]> {
	const groups = new Map<string, Item[]>();
	for (const item of items) append(groups, key(item), item);
	return groups;
}

function append<Item>(groups: Map<string, Item[]>, key: string, item: Item): void {
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

/** Whether a restructure under way on the day covers the team; a person without a team is in none. */
export function underRestructure(view: View, teamId: string | null, day: CalendarDate): boolean {
	if (teamId === null) return false;
	return view.authority.restructures.some(
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
