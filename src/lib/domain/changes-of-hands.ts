import { personOf, type View } from './authority.ts';
import { addDays, type CalendarDate } from './calendar.ts';
import { isOpenOn, leadingOf, leadOn, type CaseFile } from './cases.ts';
import { isKnown, knownEnd, latestCovering, type Knowledge, type Period } from './knowledge.ts';
import { postingOn, type Person, type Posting } from './people.ts';

/** A day on which a case came into other hands: another lead, or the same with another team or supervisor. */
export interface ChangeOfHands {
	on: CalendarDate;
	change: 'LEAD' | 'POSTING';
	fromId: string;
	toId: string;
}

const boundsOfPerson = new WeakMap<Person, readonly CalendarDate[]>();

/** The days on which a posting of the person begins or ends, known or not. */
function postingBounds(person: Person): readonly CalendarDate[] {
	let bounds = boundsOfPerson.get(person);
	if (!bounds) {
		bounds = [...new Set(person.postings.flatMap(({ from, to }) => (to === null ? [from] : [from, to])))];
		boundsOfPerson.set(person, bounds);
	}
	return bounds;
}

/** The changes after one day and up to another, as known on the view's day, in order of time. The first lead is none. */
export function changesOfHands(
	file: CaseFile,
	after: CalendarDate,
	upTo: CalendarDate,
	view: View
): ChangeOfHands[] {
	if (!mayChange(file, after, upTo, view)) return [];
	const { knowledge } = view;
	const days = new Set<CalendarDate>();
	for (const allocation of leadingOf(file)) {
		addBounds(days, allocation, knowledge);
		const lead = personOf(view, allocation.practitionerId);
		if (lead) for (const day of postingBounds(lead)) if (day > after && day <= upTo) days.add(day);
	}
	const changes: ChangeOfHands[] = [];
	let last: string | null = null;
	for (const on of [...days].sort()) {
		if (on > upTo) break;
		const lead = leadOn(file, on, knowledge);
		if (lead === null) continue;
		if (last !== null && on > after) {
			if (lead !== last) changes.push({ on, change: 'LEAD', fromId: last, toId: lead });
			else if (leadOn(file, addDays(on, -1), knowledge) === lead && isPostedAnew(lead, on, view))
				changes.push({ on, change: 'POSTING', fromId: lead, toId: lead });
		}
		last = lead;
	}
	return changes;
}

/** Whether hands can have changed after one day and up to another: false spares looking for the changes. */
function mayChange(file: CaseFile, after: CalendarDate, upTo: CalendarDate, view: View): boolean {
	if (after >= upTo) return false;
	for (const allocation of file.allocations) {
		const { role, from, to } = allocation;
		if (role !== 'lead' || from > upTo || isOverBy(allocation, after)) continue;
		if (from > after || isBetween(to, after, upTo)) return true;
		const lead = personOf(view, allocation.practitionerId);
		for (const posting of lead?.postings ?? NONE)
			if (isBetween(posting.from, after, upTo) || isBetween(posting.to, after, upTo)) return true;
	}
	return false;
}

const NONE: readonly Posting[] = [];

function isBetween(day: CalendarDate | null, after: CalendarDate, upTo: CalendarDate): boolean {
	return day !== null && day > after && day <= upTo;
}

function addBounds(days: Set<CalendarDate>, period: Period, knowledge: Knowledge): void {
	if (!isKnown(period, period.from, knowledge)) return;
	days.add(period.from);
	const to = knownEnd(period.to, period.endRecordedOn, knowledge);
	if (to !== null) days.add(to);
}

/** Whether on this day the person has a posting with another team or supervisor than in the last one before. */
function isPostedAnew(personId: string, on: CalendarDate, view: View): boolean {
	const person = personOf(view, personId);
	const posting = person && postingOn(person, on, view.knowledge);
	const before = person && lastPostingBefore(person, on, view.knowledge);
	if (!posting || !before) return false;
	return posting.teamId !== before.teamId || posting.supervisorId !== before.supervisorId;
}

function lastPostingBefore(person: Person, on: CalendarDate, knowledge: Knowledge): Posting | null {
	const onTheEve = latestCovering(person.postings, addDays(on, -1), knowledge);
	if (onTheEve) return onTheEve;
	let last: { posting: Posting; to: CalendarDate } | null = null;
	for (const posting of person.postings) {
		if (!isKnown(posting, posting.from, knowledge)) continue;
		const to = knownEnd(posting.to, posting.endRecordedOn, knowledge);
		if (to !== null && to <= on && (last === null || to > last.to)) last = { posting, to };
	}
	return last?.posting ?? null;
}

/** Days on which hands may change or have changed, known or not: beginnings and ends of leading and of leads' postings. */
export function boundsOfHands(file: CaseFile, view: View): CalendarDate[] {
	return leadingOf(file).flatMap(({ from, to, practitionerId }) => {
		const lead = personOf(view, practitionerId);
		return [from, ...(to === null ? [] : [to]), ...(lead ? postingBounds(lead) : [])];
	});
}

/** Those who led, and the supervisors of the lead, on days after one on which the case was open, in order of time. */
export interface Hands {
	leadIds: string[];
	supervisorIds: string[];
}

export function handsSince(file: CaseFile, after: CalendarDate, view: View): Hands {
	const { knowledge } = view;
	const first = addDays(after, 1);
	const openings = file.details.map(({ openedOn }) => openedOn);
	const turns = [...boundsOfHands(file, view), ...openings].filter((day) =>
		isBetween(day, first, knowledge.on)
	);
	const leads = new Set<string>();
	const supervisors = new Set<string>();
	for (const day of [...new Set([first, ...turns])].sort()) {
		const lead = isOpenOn(file, day, knowledge) ? leadOn(file, day, knowledge) : null;
		if (lead === null) continue;
		leads.add(lead);
		const person = personOf(view, lead);
		const supervisorId = person && postingOn(person, day, knowledge)?.supervisorId;
		if (supervisorId) supervisors.add(supervisorId);
	}
	return { leadIds: [...leads], supervisorIds: [...supervisors] };
}

/** Whether so many different people can have led after the day, or have supervised a lead: false spares the count. */
export function mayHaveHands(file: CaseFile, count: number, after: CalendarDate, view: View): boolean {
	if (!hasRows(file, count, after, view)) return false;
	const leads = new Set<string>();
	const supervisors = new Set<string>();
	for (const allocation of file.allocations) {
		if (allocation.role !== 'lead' || isOverBy(allocation, after)) continue;
		const { practitionerId, from } = allocation;
		if (practitionerId !== null) leads.add(practitionerId);
		for (const posting of personOf(view, practitionerId)?.postings ?? NONE) {
			if (posting.supervisorId === null || isOverBy(posting, after) || isOverBy(posting, from)) continue;
			if (!isOverBy(allocation, posting.from)) supervisors.add(posting.supervisorId);
		}
	}
	return leads.size >= count || supervisors.size >= count;
}

/** Whether as many allocations to a lead, and postings of them, are not over. */
function hasRows(file: CaseFile, count: number, after: CalendarDate, view: View): boolean {
	let rows = 0;
	for (const allocation of file.allocations) {
		if (allocation.role !== 'lead' || isOverBy(allocation, after)) continue;
		rows += Math.max(1, personOf(view, allocation.practitionerId)?.postings.length ?? 0);
		if (rows >= count) return true;
	}
	return false;
}

/** Whether nobody can have known the period to cover the day or a later one. */
function isOverBy({ to, endRecordedOn }: Period, day: CalendarDate): boolean {
	return to !== null && to <= day && (endRecordedOn === null || endRecordedOn <= day);
}
