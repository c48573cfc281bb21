import type { Authority } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import type { CaseFile } from './cases.ts';
import type { Period, Recorded } from './knowledge.ts';
import type { Person } from './people.ts';

/** The cases and the people of whom something may be known otherwise in hindsight; of all others both answers are one. */
export interface KnownLate {
	files: ReadonlySet<CaseFile>;
	/** By themselves, by what they hold or by whom they supervise; not by their sessions. */
	people: ReadonlySet<Person>;
}

/**
 * Of whom something became known after `from` and after the day it is about, or was corrected since. Of a case: a row of
 * its own, of another case of the child, of somebody who held or oversaw it, or of whoever was named to cover for one of
 * those. Of a person: a row of their own or of somebody they supervised, or who held a case they held.
 */
export function knownLate({ cases, people, restructures }: Authority, from: CalendarDate): KnownLate {
	const isLate = lateAfter(from);
	if (restructures.some(isLate.period)) return { files: new Set(cases), people: new Set(people.values()) };
	const persons = new Set<string>();
	for (const person of people.values()) if (isLate.person(person)) persons.add(person.practitionerId);
	const holders = new Set(persons);
	for (const id of persons)
		for (const { supervisorId } of people.get(id)?.postings ?? [])
			if (supervisorId) holders.add(supervisorId);
	for (const id of coveredBy(persons, people)) persons.add(id);
	const children = new Set<string>();
	for (const file of cases) {
		const isHeldLate = isLate.holding(file);
		if (isHeldLate)
			for (const { practitionerId } of file.allocations) if (practitionerId) holders.add(practitionerId);
		if (isHeldLate || isLate.oversight(file) || isAmong(file, persons))
			for (const { childId } of file.details) children.add(childId);
	}
	return {
		files: new Set(
			cases.filter(
				({ details }) => details.length === 0 || details.some(({ childId }) => children.has(childId))
			)
		),
		people: new Set([...people.values()].filter(({ practitionerId }) => holders.has(practitionerId)))
	};
}

/** Those for whom one of some people was named to cover. */
function coveredBy(covers: ReadonlySet<string>, people: Authority['people']): string[] {
	if (covers.size === 0) return [];
	const isOne = (id: string | null) => id !== null && covers.has(id);
	return [...people.values()].flatMap(({ practitionerId, absences }) =>
		absences.some(({ coverId, supervisionCoverId }) => isOne(coverId) || isOne(supervisionCoverId))
			? practitionerId
			: []
	);
}

function isAmong({ allocations, oversight, discussions }: CaseFile, people: ReadonlySet<string>): boolean {
	if (people.size === 0) return false;
	return (
		allocations.some(({ practitionerId }) => practitionerId !== null && people.has(practitionerId)) ||
		oversight.some(({ managerId }) => people.has(managerId)) ||
		discussions.some(({ superviseeId, supervisorId }) => people.has(superviseeId) || people.has(supervisorId))
	);
}

function lateAfter(from: CalendarDate) {
	const known = (recordedOn: CalendarDate | null, happenedOn: CalendarDate | null) =>
		recordedOn === null || recordedOn <= from || (happenedOn !== null && recordedOn <= happenedOn);
	const row = ({ recordedOn, supersededOn }: Recorded, happenedOn: CalendarDate | null) =>
		!known(recordedOn, happenedOn) || (supersededOn != null && supersededOn > from);
	const end = (endRecordedOn: CalendarDate | null, to: CalendarDate | null) =>
		to !== null && !known(endRecordedOn, to);
	const period = (stretch: Period) => row(stretch, stretch.from) || end(stretch.endRecordedOn, stretch.to);
	const person = ({ details, postings, absences, reductions, training }: Person) =>
		details.some((each) => row(each, null) || end(each.endRecordedOn, each.leftOn)) ||
		postings.some(period) ||
		absences.some(period) ||
		reductions.some(period) ||
		training.some((each) => row(each, each.completedOn));
	const holding = ({ details, kinds, allocations }: CaseFile) =>
		details.some((each) => row(each, each.openedOn) || end(each.endRecordedOn, each.closedOn)) ||
		kinds.some(period) ||
		allocations.some(period);
	const oversight = ({ oversight, discussions }: CaseFile) =>
		oversight.some((each) => row(each, each.madeOn)) ||
		discussions.some((each) => row(each, each.heldOn) || !known(each.sessionRecordedOn, each.heldOn));
	return { period, person, holding, oversight };
}
