import type { Authority } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import type { CaseFile } from './cases.ts';
import type { Period, Recorded } from './knowledge.ts';
import type { Person } from './people.ts';

/**
 * The cases of which something may be known otherwise in hindsight, on a day on or after `from`: a row of theirs, of
 * another case of the child, of somebody who held or oversaw them, or of whoever was named to cover for one of those
 * became known after `from` and after the day it is about, or was corrected. Of every other case both answers are one.
 */
export function filesKnownLate(authority: Authority, from: CalendarDate): ReadonlySet<CaseFile> {
	const { cases, people, restructures } = authority;
	const isLate = lateAfter(from);
	if (restructures.some(isLate.period)) return new Set(cases);
	const latePeople = new Set<string>();
	for (const person of people.values()) if (isLate.person(person)) latePeople.add(person.practitionerId);
	const covered = [...people.values()].filter(({ absences }) =>
		absences.some(({ coverId, supervisionCoverId }) =>
			[coverId, supervisionCoverId].some((id) => id !== null && latePeople.has(id))
		)
	);
	for (const { practitionerId } of covered) latePeople.add(practitionerId);
	const lateChildren = new Set<string>();
	for (const file of cases)
		if (isLate.file(file) || isAmong(file, latePeople))
			for (const { childId } of file.details) lateChildren.add(childId);
	return new Set(
		cases.filter(
			(file) => file.details.length === 0 || file.details.some(({ childId }) => lateChildren.has(childId))
		)
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
	const file = ({ details, kinds, allocations, oversight, discussions }: CaseFile) =>
		details.some((each) => row(each, each.openedOn) || end(each.endRecordedOn, each.closedOn)) ||
		kinds.some(period) ||
		allocations.some(period) ||
		oversight.some((each) => row(each, each.madeOn)) ||
		discussions.some((each) => row(each, each.heldOn) || !known(each.sessionRecordedOn, each.heldOn));
	return { period, person, file };
}
