import { viewOf, type Authority, type View } from './authority.ts';
import {
	addDays,
	addMonths,
	addWorkingDays,
	daysBetween,
	earliest,
	latest,
	type CalendarDate
} from './calendar.ts';
import { leadingOf, type Case, type CaseFile } from './cases.ts';
import type { Period, Recorded } from './knowledge.ts';
import { lapsesOn, type Person } from './people.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';

/**
 * The days on which something that a rule looks at may change: a fact begins, ends, becomes known or is corrected, or a
 * person grows in experience. Within a stretch from one turning day to the eve of the next only the day itself moves,
 * and all it can do is bring limits to pass: a rule may begin to hold, and never ceases to. A day too many costs time; a
 * day missing makes `since` wrong.
 */
export type TurningDays = readonly CalendarDate[];

/** The authority on each of many days, and the turning days of its people, each worked out once. */
export interface Past {
	authority: Authority;
	viewOn(day: CalendarDate): View;
	ofPerson(personId: string): TurningDays;
	/** Those on which it may change whether what the person says counts as a manager's. */
	ofManager(personId: string): TurningDays;
	/** Those of everyone: policies, settings and restructures. */
	ofAll: TurningDays;
}

/** The same whatever is known: they are worked out once for an authority that is looked at in many ways. */
const turnsOfPeople = new WeakMap<Authority, TurnsOfPeople>();

interface TurnsOfPeople {
	whole: Map<string, TurningDays>;
	managing: Map<string, TurningDays>;
}

/** `seen`: a view of the authority whose own day is looked at through it, so that what it knows is not worked out again. */
export function pastOf(authority: Authority, hindsight: boolean, seen: View | null = null): Past {
	const views = new Map<CalendarDate, View>();
	if (seen) views.set(seen.knowledge.on, seen);
	let turns = turnsOfPeople.get(authority);
	if (!turns) turnsOfPeople.set(authority, (turns = { whole: new Map(), managing: new Map() }));
	const { whole, managing } = turns;
	const once = (
		known: Map<string, TurningDays>,
		personId: string,
		turnsOf: (person: Person) => TurningDays
	) => {
		let days = known.get(personId);
		const person = authority.people.get(personId);
		if (!days) known.set(personId, (days = person ? turnsOf(person) : []));
		return days;
	};
	return {
		authority,
		viewOn(day) {
			let view = views.get(day);
			if (!view) views.set(day, (view = viewOf(authority, day, hindsight)));
			return view;
		},
		ofPerson: (personId) => once(whole, personId, (person) => turningDaysOf(person, authority.policies)),
		ofManager: (personId) => once(managing, personId, turningDaysOfManaging),
		ofAll: present([
			...authority.policies.map(({ effectiveFrom }) => effectiveFrom),
			authority.settings.observedFrom,
			authority.settings.supervisionProfileFrom,
			...authority.restructures.flatMap(ofPeriod)
		])
	};
}

/** Latest first; none before the case was opened, nor before `from`. */
export function turningDaysOfCase(
	file: CaseFile,
	day: CalendarDate,
	past: Past,
	from: CalendarDate | null = null
): TurningDays {
	let first = day;
	for (const { openedOn } of file.details) if (openedOn < first) first = openedOn;
	if (from !== null && from > first) first = from;
	const asked = from === null ? null : askedBefore(file, past);
	if (asked) return between(asked, first, day);
	const days = new Set<CalendarDate>();
	addTurns(file, past, (turn) => {
		if (turn && turn >= first && turn <= day) days.add(turn);
	});
	return [...days].sort().reverse();
}

/** Of cases that were asked about once (null) or more often, whatever the stretch, latest first. */
const turnsOfCases = new WeakMap<Authority, Map<CaseFile, TurningDays | null>>();

/** All of them, where somebody asks for another stretch of the same case: years are asked for month by month. */
function askedBefore(file: CaseFile, past: Past): TurningDays | null {
	let turns = turnsOfCases.get(past.authority);
	if (!turns) turnsOfCases.set(past.authority, (turns = new Map<CaseFile, TurningDays | null>()));
	let known = turns.get(file);
	if (known === undefined) {
		turns.set(file, null);
		return null;
	}
	if (known === null) {
		const days = new Set<CalendarDate>();
		addTurns(file, past, (turn) => {
			if (turn) days.add(turn);
		});
		turns.set(file, (known = [...days].sort().reverse()));
	}
	return known;
}

/** Those of the days, latest first, from the first to the last of a stretch. */
function between(days: TurningDays, first: CalendarDate, last: CalendarDate): TurningDays {
	const begin = placeOf(days, (day) => day <= last);
	return days.slice(
		begin,
		Math.max(
			begin,
			placeOf(days, (day) => day < first)
		)
	);
}

/** How many come before the first for which it holds, as it then does for all that follow. */
function placeOf(days: TurningDays, holds: (day: CalendarDate) => boolean): number {
	let [low, high] = [0, days.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (holds(days[middle] ?? '')) high = middle;
		else low = middle + 1;
	}
	return low;
}

function addTurns(file: CaseFile, past: Past, add: (turn: CalendarDate | null | undefined) => void): void {
	const people = new Set<string>();
	const managers = new Set<string>();
	for (const { practitionerId } of file.allocations)
		if (practitionerId !== null) addWithCovers(people, practitionerId, past);
	for (const entry of file.oversight) {
		managers.add(entry.managerId);
		add(entry.madeOn);
		add(entry.recordedOn);
		add(entry.supersededOn);
	}
	for (const discussion of file.discussions) {
		managers.add(discussion.supervisorId);
		add(discussion.heldOn);
		add(discussion.sessionRecordedOn);
		add(discussion.supervisorSignedOn);
		add(discussion.recordedOn);
		add(discussion.supersededOn);
	}
	for (const turn of past.ofAll) add(turn);
	for (const id of people) for (const turn of past.ofPerson(id)) add(turn);
	for (const id of managers) if (!people.has(id)) for (const turn of past.ofManager(id)) add(turn);
	for (const turn of ofFile(file, past)) add(turn);
}

/** Latest first; none before the first posting. */
export function turningDaysOfPractitioner(person: Person, day: CalendarDate, past: Past): TurningDays {
	const { heldBy, sessionsOf } = past.authority;
	const people = new Set([person.practitionerId]);
	for (const { supervisorId } of person.postings)
		if (supervisorId !== null) addWithCovers(people, supervisorId, past);
	const days = [past.ofAll, ...[...people].map((id) => past.ofPerson(id))];
	const sessions = sessionsOf.get(person.practitionerId) ?? [];
	days.push(present(sessions.flatMap((session) => [session.heldOn, ...ofRow(session)])));
	for (const file of heldBy.get(person.practitionerId) ?? []) days.push(ofFile(file, past));
	return latestFirst(
		days,
		person.postings.map(({ from }) => from),
		day
	);
}

/** Latest first: of the case itself and of those who hold it, whatever was said to be oversight of it. */
export function turningDaysOfHolders(file: CaseFile, day: CalendarDate, past: Past): TurningDays {
	const holders = new Set(file.allocations.flatMap(({ practitionerId }) => practitionerId ?? []));
	const lists = [past.ofAll, ofFile(file, past), ...[...holders].map((id) => past.ofPerson(id))];
	return latestFirst(lists, openingsOf(file), day);
}

/** Latest first, after the first day of a period: of what the case is and of those who hold it, whoever oversees it. */
export function turningDaysHeld(
	file: CaseFile,
	{ from, to }: { from: CalendarDate; to: CalendarDate },
	past: Past
): TurningDays {
	const within: CalendarDate[] = [];
	const add = (days: TurningDays) => {
		for (const day of days) if (day > from && day <= to && !within.includes(day)) within.push(day);
	};
	add(past.ofAll);
	add(turningDaysOfFile(file));
	const holders = new Set<string>();
	for (const { practitionerId } of file.allocations) if (practitionerId !== null) holders.add(practitionerId);
	for (const id of holders) add(past.ofPerson(id));
	return within.length < 2 ? within : within.sort().reverse();
}

/** Latest first: of who leads the case and who supervises the lead. */
export function turningDaysOfHands(file: CaseFile, day: CalendarDate, past: Past): TurningDays {
	const days: (CalendarDate | null)[] = [];
	for (const details of file.details) days.push(...ofDetails(details));
	for (const allocation of leadingOf(file)) {
		days.push(...ofPeriod(allocation));
		const lead =
			allocation.practitionerId === null ? null : past.authority.people.get(allocation.practitionerId);
		for (const posting of lead?.postings ?? []) days.push(...ofPeriod(posting));
	}
	return latestFirst([past.ofAll, present(days)], openingsOf(file), day);
}

/** Latest first: of somebody and of the cases they held, while they may have been known to hold them. */
export function turningDaysOfHolder(person: Person, day: CalendarDate, past: Past): TurningDays {
	const { practitionerId, postings } = person;
	const days = [past.ofAll, past.ofPerson(practitionerId)];
	for (const file of past.authority.heldBy.get(practitionerId) ?? []) {
		const { from, until } = stretchHeld(file, practitionerId);
		days.push(ofFile(file, past).filter((turn) => turn >= from && (until === null || turn <= until)));
	}
	return latestFirst(
		days,
		postings.map(({ from }) => from),
		day
	);
}

/** The stretch outside of which nobody can have known the case to be held by the person; `until` null: for ever. */
export function stretchHeld(
	file: CaseFile,
	practitionerId: string
): { from: CalendarDate; until: CalendarDate | null } {
	const own = file.allocations.filter((allocation) => allocation.practitionerId === practitionerId);
	const ends = own.map(({ to, endRecordedOn }) => to && latest([to, endRecordedOn]));
	return {
		from: earliest(own.map(({ from }) => from)) ?? '',
		until: ends.includes(null) ? null : latest(ends)
	};
}

/** Latest first: of one thing, of whose versions each happened on a day, and of the people it depends on. */
export function turningDaysOfVersions(
	versions: readonly Recorded[],
	happenedOn: readonly CalendarDate[],
	personIds: readonly (string | null)[],
	day: CalendarDate,
	past: Past
): TurningDays {
	const people = personIds.flatMap((id) => (id === null ? [] : [past.ofPerson(id)]));
	return latestFirst([past.ofAll, ...people, happenedOn, present(versions.flatMap(ofRow))], happenedOn, day);
}

/** Turning days with some more among them, latest first; those after the day are left out. */
export function withMore(
	turningDays: TurningDays,
	more: readonly (CalendarDate | null)[],
	day: CalendarDate
): TurningDays {
	const first = turningDays.at(-1);
	const added = present(more).filter((each) => each <= day && (first === undefined || each >= first));
	return added.length === 0 ? turningDays : [...new Set([...turningDays, ...added])].sort().reverse();
}

/** The days on which the case may come into or out of somebody's hands, as known on one day. Latest first. */
export function turningDaysOfHolding(file: CaseFile, day: CalendarDate, authority: Authority): TurningDays {
	const days: (CalendarDate | null)[] = [];
	for (const { from, to, practitionerId } of file.allocations) {
		days.push(from, to);
		const lead = practitionerId === null ? null : authority.people.get(practitionerId);
		for (const posting of lead?.postings ?? []) days.push(posting.from, posting.to);
		for (const { leftOn } of lead?.details ?? []) days.push(leftOn);
	}
	const openings = openingsOf(file);
	return latestFirst([openings, present(days)], openings, day);
}

/**
 * The first day of the unbroken run of days up to `day` on each of which it holds; `day` is one of them. It may begin to
 * hold anywhere, and ceases only on a turning day.
 */
export function unbrokenSince(
	day: CalendarDate,
	turningDays: TurningDays,
	holdsOn: (day: CalendarDate) => boolean
): CalendarDate {
	let first = day;
	let isTurn = false;
	for (const turn of turningDays) {
		if (turn > first) continue;
		if (turn < first && !holdsOn(turn)) {
			if (!isTurn) return firstBetween(turn, first, holdsOn);
			const eve = addDays(first, -1);
			return eve === turn || !holdsOn(eve) ? first : firstBetween(turn, eve, holdsOn);
		}
		// Holding on a turning day it holds up to the eve of the next.
		first = turn;
		isTurn = true;
	}
	const eve = addDays(first, -1);
	return isTurn && holdsOn(eve) ? eve : first;
}

/** Of the days after one on which it does not hold, up to one on which it does, the first on which it holds. */
function firstBetween(
	not: CalendarDate,
	holds: CalendarDate,
	holdsOn: (day: CalendarDate) => boolean
): CalendarDate {
	for (let days = daysBetween(not, holds); days > 1; days = daysBetween(not, holds)) {
		const middle = addDays(not, Math.floor(days / 2));
		if (holdsOn(middle)) holds = middle;
		else not = middle;
	}
	return holds;
}

function addWithCovers(people: Set<string>, personId: string, { authority }: Past): void {
	people.add(personId);
	for (const { coverId, supervisionCoverId } of authority.people.get(personId)?.absences ?? []) {
		if (coverId !== null) people.add(coverId);
		if (supervisionCoverId !== null) people.add(supervisionCoverId);
	}
}

/** Every number of months since registration on which some version of the policy judges somebody otherwise. */
function monthsThatTell(policies: readonly Policy[]): number[] {
	const versions = policies.length === 0 ? [DEFAULT_POLICY] : policies;
	return [0, ...versions.flatMap(({ tiers, limits }) => [...Object.values(tiers), limits.agencyMonths])];
}

function turningDaysOf(person: Person, policies: readonly Policy[]): TurningDays {
	const days: (CalendarDate | null)[] = [];
	const months = [...new Set(monthsThatTell(policies))];
	for (const details of person.details) {
		const { registeredOn, earlyCareerStartedOn, earlyCareerPassedOn, leftOn, endRecordedOn } = details;
		days.push(earlyCareerPassedOn, leftOn, endRecordedOn, ...ofRow(details));
		if (registeredOn !== null) for (const each of months) days.push(addMonths(registeredOn, each));
		if (earlyCareerStartedOn !== null)
			days.push(
				earlyCareerStartedOn,
				addDays(earlyCareerStartedOn, 42),
				addMonths(earlyCareerStartedOn, 6),
				...months.map((each) => addMonths(earlyCareerStartedOn, each))
			);
	}
	for (const posting of person.postings) days.push(...ofPeriod(posting));
	for (const reduction of person.reductions) days.push(...ofPeriod(reduction));
	for (const absence of person.absences)
		days.push(
			...ofPeriod(absence),
			addDays(addWorkingDays(absence.from, 5), 1),
			addDays(addWorkingDays(absence.from, 10), 1)
		);
	for (const training of person.training)
		days.push(
			training.completedOn,
			...policies.map(({ courses }) => lapsesOn(training, courses)),
			...ofRow(training)
		);
	return [...new Set(present(days))];
}

/** Managing practice takes a registration and a posting: training, absences and experience change nothing in it. */
function turningDaysOfManaging({ details, postings }: Person): TurningDays {
	const days = [
		...details.flatMap((each) => [each.registeredOn, ...ofRow(each)]),
		...postings.flatMap(ofPeriod)
	];
	return [...new Set(present(days))];
}

function ofFile(file: CaseFile, { authority }: Past): CalendarDate[] {
	const newFor = new Set(authority.policies.map(({ load }) => load.newcomer.workingDays));
	return [
		...turningDaysOfFile(file),
		...file.allocations.flatMap(({ from }) =>
			[...newFor].map((workingDays) => addWorkingDays(from, workingDays))
		)
	];
}

const turnsOfFiles = new WeakMap<CaseFile, TurningDays>();

/** Each once, in no order: the days on which something changes that is recorded of the case itself, its kinds and its holders. */
export function turningDaysOfFile(file: CaseFile): TurningDays {
	let turns = turnsOfFiles.get(file);
	if (!turns) {
		const days: (CalendarDate | null)[] = [];
		for (const details of file.details) days.push(...ofDetails(details));
		for (const kind of file.kinds) days.push(...ofPeriod(kind));
		for (const allocation of file.allocations) days.push(...ofPeriod(allocation));
		turnsOfFiles.set(file, (turns = [...new Set(present(days))]));
	}
	return turns;
}

function ofDetails(details: Case): (CalendarDate | null)[] {
	return [details.openedOn, details.closedOn, details.endRecordedOn, ...ofRow(details)];
}

function openingsOf(file: CaseFile): CalendarDate[] {
	return file.details.map(({ openedOn }) => openedOn);
}

function ofPeriod(period: Period): (CalendarDate | null)[] {
	return [period.from, period.to, period.endRecordedOn, ...ofRow(period)];
}

function ofRow({ recordedOn, supersededOn }: Recorded): (CalendarDate | null)[] {
	return [recordedOn, supersededOn ?? null];
}

function present(days: readonly (CalendarDate | null)[]): CalendarDate[] {
	return days.filter((day) => day !== null);
}

function latestFirst(
	lists: readonly TurningDays[],
	beginnings: readonly CalendarDate[],
	last: CalendarDate
): TurningDays {
	const first = beginnings.reduce((earliest, day) => (day < earliest ? day : earliest), last);
	const days = new Set<CalendarDate>();
	for (const list of lists) for (const day of list) if (day >= first && day <= last) days.add(day);
	return [...days].sort().reverse();
}

/** Those of some days that are after a day, each once, in order of time. */
export function daysAfter(days: readonly CalendarDate[], after: CalendarDate): CalendarDate[] {
	const later = days.filter((day) => day > after);
	return later.length < 2 ? later : [...new Set(later)].sort();
}

/** What was so on a day, or on the last of the days before it on which anything was: it changes on them alone. */
export function lastAnswer<Answer>(
	days: readonly CalendarDate[],
	on: CalendarDate,
	answerOn: (day: CalendarDate) => Answer | null
): Answer | null {
	const answer = answerOn(on);
	if (answer !== null) return answer;
	const earlier = days.filter((day) => day <= on).sort();
	for (const day of earlier.toReversed()) {
		const before = answerOn(day);
		if (before !== null) return before;
	}
	return null;
}
