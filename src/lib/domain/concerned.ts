import type { Authority } from './authority.ts';
import type { CaseFile } from './cases.ts';
import type { Person } from './people.ts';
import type { Request } from './requests.ts';

const peopleOfFiles = new WeakMap<CaseFile, readonly string[]>();

/** Whoever held the case, oversaw it or was supervised about it, each once. */
export function peopleOf(file: CaseFile): readonly string[] {
	let people = peopleOfFiles.get(file);
	if (!people) {
		const found = new Set<string>();
		for (const { practitionerId } of file.allocations) if (practitionerId !== null) found.add(practitionerId);
		for (const { managerId } of file.oversight) found.add(managerId);
		for (const { superviseeId, supervisorId } of file.discussions) found.add(superviseeId).add(supervisorId);
		peopleOfFiles.set(file, (people = [...found]));
	}
	return people;
}

/** Whoever decided one of some requests with another. */
export function* decidersOf(requests: readonly Request[]): Generator<string> {
	for (const { secondManagerId } of requests) if (secondManagerId !== null) yield secondManagerId;
}

/** Whoever was ever named to supervise the person. */
export function* supervisorsOf({ postings }: Person): Generator<string> {
	for (const { supervisorId } of postings) if (supervisorId !== null) yield supervisorId;
}

/** Whoever was ever named to cover for the person. */
export function* coversOf({ absences }: Person): Generator<string> {
	for (const { coverId, supervisionCoverId } of absences) {
		if (coverId !== null) yield coverId;
		if (supervisionCoverId !== null) yield supervisionCoverId;
	}
}

/** Some cases and people, by id. */
export interface Subjects {
	cases: ReadonlySet<string>;
	people: ReadonlySet<string>;
}

/**
 * The cases and the people about whom other things may be found once facts about some were touched. What is found about
 * a case rests on its own facts and on those of the people around it: of whoever held it, oversaw it, was supervised
 * about it or decided a request about it, of their supervisors, and of the covers of them all. About a person it rests
 * on their own, on whom they supervise, and on the cases they ever held. Just these are gathered for a question about a
 * few. `heldThem`: whoever ever held one of the touched cases, which need not be among those of the authority.
 */
export function concernedBy(touched: Subjects, heldThem: Iterable<string>, authority: Authority): Subjects {
	const around = peopleAround(touched.people, authority);
	const cases = new Set(touched.cases);
	const people = new Set([...around, ...heldThem]);
	if (around.size > 0)
		for (const [caseId, requests] of authority.requestsOf)
			if (isAnyOf(decidersOf(requests), around)) cases.add(caseId);
	for (const file of authority.cases) {
		if (around.size > 0 && isAnyOf(peopleOf(file), around)) cases.add(file.caseId);
		if (!cases.has(file.caseId)) continue;
		for (const { practitionerId } of file.allocations)
			if (practitionerId !== null) people.add(practitionerId);
	}
	for (const id of around) {
		const person = authority.people.get(id);
		for (const supervisorId of person ? supervisorsOf(person) : []) people.add(supervisorId);
	}
	return { cases, people };
}

/** Some people, and all who have one of them as supervisor or cover, or as the cover of a supervisor. */
function peopleAround(some: ReadonlySet<string>, { people }: Authority): ReadonlySet<string> {
	const around = new Set(some);
	if (some.size === 0) return around;
	for (const person of people.values()) {
		const { practitionerId } = person;
		if (isAnyOf(supervisorsOf(person), some) || isAnyOf(coversOf(person), some)) around.add(practitionerId);
		for (const supervisorId of supervisorsOf(person)) {
			const supervisor = people.get(supervisorId);
			if (supervisor && isAnyOf(coversOf(supervisor), some)) around.add(practitionerId);
		}
	}
	return around;
}

function isAnyOf(ids: Iterable<string>, some: ReadonlySet<string>): boolean {
	for (const id of ids) if (some.has(id)) return true;
	return false;
}
