import { groupedBy, teamOfPosting, type View } from './authority.ts';
import {
	addDays,
	addMonths,
	addWorkingDays,
	after,
	daysBetween,
	monthEnd,
	monthsTouched,
	type CalendarDate
} from './calendar.ts';
import { allocatedTeamBy, isOpenOn, leadingOf, leadOn, type CaseFile, type OversightEntry } from './cases.ts';
import { fileOf, versionsDuring } from './files-at-hand.ts';
import { isObserved } from './flag-rules.ts';
import { isKnown, runs, type Period } from './knowledge.ts';
import { countingOversight } from './oversight.ts';
import { KINDS, type Kind, type Policy } from './policy.ts';
import { requestStanding, requestStates } from './requests-kept.ts';
import { CASE_RULES, caseState, stateOf, teamOfCase, type CaseState } from './rules-about-cases.ts';
import { ENDING_RULES, fileState } from './rules-about-endings.ts';
import { heldOnOf } from './rules-about-sessions.ts';
import type { FurtherOf, RowBehind, Seen } from './tally-further.ts';
import type { Session } from './supervision.ts';
import { pastOf, turningDaysHeld, turningDaysOfCase, type TurningDays } from './turning-days.ts';

/** Both days belong to it. */
export interface MeasuredPeriod {
	from: CalendarDate;
	to: CalendarDate;
}

/** The period that a day closes: of a month-end its calendar month, of any other day the month up to it. */
export function periodUpTo(day: CalendarDate): MeasuredPeriod {
	return monthEnd(day) === day
		? { from: `${day.slice(0, 8)}01`, to: day }
		: { from: addDays(addMonths(day, -1), 1), to: day };
}

/** The seven days up to and including a day. */
export function weekUpTo(day: CalendarDate): MeasuredPeriod {
	return { from: addDays(day, -6), to: day };
}

/**
 * What happened to some cases in the period, whose last day is the view's day, as known then. An event belongs to the
 * team of its own day. `files`: those of the cases that may be open in it; of the others only what was written up counts.
 */
export function countPeriodOfCases(
	view: View,
	period: MeasuredPeriod,
	cases: readonly CaseFile[],
	files: readonly CaseFile[],
	furtherOf: FurtherOf,
	seen?: Seen
): void {
	countAllocations(view, period, files, furtherOf, seen);
	countHeldDays(view, period, files, furtherOf, seen);
	countClosures(view, period, files, furtherOf, seen);
	countRecording(view, period, cases, furtherOf, seen);
}

/** The same of sessions and requests. */
export function countPeriodOfPeople(
	view: View,
	period: MeasuredPeriod,
	furtherOf: FurtherOf,
	seen?: Seen
): void {
	countSessions(view, period, furtherOf, seen);
	countRequests(view, period, furtherOf, seen);
}

function isIn({ from, to }: MeasuredPeriod, day: CalendarDate): boolean {
	return from <= day && day <= to;
}

function rowOf<Kind extends RowBehind['subject']['kind']>(
	kind: Kind,
	id: string,
	on: CalendarDate,
	counts: boolean
) {
	return { subject: { kind, id }, on, above: counts ? 1 : 0, below: 1 };
}

/** The team a case belonged to on an earlier day, as known on the view's day. */
function teamOfCaseOn(file: CaseFile, day: CalendarDate, view: View): string | null {
	return (
		teamOfPosting(view, leadOn(file, day, view.knowledge), day) ?? allocatedTeamBy(file, day, view.knowledge)
	);
}

function countAllocations(
	view: View,
	period: MeasuredPeriod,
	files: readonly CaseFile[],
	furtherOf: FurtherOf,
	seen?: Seen
): void {
	const { knowledge } = view;
	for (const file of files) {
		const leading = leadingOf(file);
		if (!leading.some(({ from }) => isIn(period, from))) continue;
		const byLead = groupedBy(
			leading.filter(({ practitionerId }) => practitionerId !== null),
			({ practitionerId }) => practitionerId
		);
		for (const allocations of byLead.values())
			for (const { from } of runs(allocations, knowledge)) {
				if (!isIn(period, from) || !isObserved(from, view) || !isOpenOn(file, from, knowledge)) continue;
				const teamId = teamOfCaseOn(file, from, view);
				const { allocations } = furtherOf(teamId).period;
				const until = addWorkingDays(from, 1);
				const by = until < knowledge.on ? until : knowledge.on;
				const isOverseen = countingOversight(file, view).lastSince(from, by) !== null;
				allocations.begun++;
				if (isOverseen) allocations.overseen++;
				seen?.('M04', { ...rowOf('case', file.caseId, from, isOverseen), teamId });
			}
	}
}

const HELD_WITHOUT_OVERSIGHT = CASE_RULES.find(({ code }) => code === 'HELD_WITHOUT_OVERSIGHT');

/** Each day as it was known on that day. Between two turning days of a case the rule may begin to hold and never ceases to. */
function countHeldDays(
	view: View,
	period: MeasuredPeriod,
	files: readonly CaseFile[],
	furtherOf: FurtherOf,
	seen?: Seen
): void {
	const { authority, knowledge } = view;
	const past = pastOf(authority, knowledge.hindsight, view);
	const highStakes = kindsOfHighStakes(authority.policies);
	for (const file of files) {
		if (!mayBeOfHighStakes(file, period, highStakes)) continue;
		const stateThen = (day: CalendarDate): CaseState | null => {
			const on = past.viewOn(day);
			if (!isObserved(day, on)) return null;
			return on === view ? caseState(file, on) : stateOf(file, on);
		};
		const isHeld = (day: CalendarDate): boolean => {
			const state = stateThen(day);
			return state !== null && HELD_WITHOUT_OVERSIGHT?.holds(state) != null;
		};
		for (const { from, to } of stretchesOf(period, turningDaysHeld(file, period, past))) {
			if (!isHeldUnsafely(stateThen(to))) continue;
			for (const stretch of stretchesOf({ from, to }, turningDaysOfCase(file, to, past, addDays(from, 1)))) {
				const heldFrom = firstOf(stretch.from, stretch.to, isHeld);
				if (heldFrom === null) continue;
				const teamId = teamOfCase(file, past.viewOn(heldFrom));
				const days = daysBetween(heldFrom, stretch.to) + 1;
				furtherOf(teamId).period.heldDays += days;
				seen?.('M06-days', { ...rowOf('case', file.caseId, heldFrom, true), teamId, above: days, below: 0 });
			}
		}
	}
}

/** What comes before the clock is asked, and is the same on all days of a stretch in which nothing of it turns. */
function isHeldUnsafely(state: CaseState | null): boolean {
	return state !== null && state.leadId !== null && state.demands.stakes === 'high' && !state.suitablyHeld;
}

/** The stretches of a period that begin on its first day and on each turning day after it, the last one first. */
function* stretchesOf({ from, to }: MeasuredPeriod, latestFirst: TurningDays): Generator<MeasuredPeriod> {
	let last = to;
	for (const first of latestFirst) {
		yield { from: first, to: last };
		last = addDays(first, -1);
	}
	yield { from, to: last };
}

/** The first day from which it holds up to the last; null: it does not on the last day. */
function firstOf(
	first: CalendarDate,
	last: CalendarDate,
	holds: (day: CalendarDate) => boolean
): CalendarDate | null {
	if (first > last || !holds(last)) return null;
	if (first === last || holds(first)) return first;
	let [not, yes] = [first, last];
	for (let days = daysBetween(not, yes); days > 1; days = daysBetween(not, yes)) {
		const middle = addDays(not, Math.floor(days / 2));
		if (holds(middle)) yes = middle;
		else not = middle;
	}
	return yes;
}

/** Whether somebody may know the stretch to cover a day of the period. */
function mayCover(row: Period, from: CalendarDate, to: CalendarDate): boolean {
	return (
		row.from <= to &&
		(row.to === null || row.to > from || (row.endRecordedOn !== null && row.endRecordedOn > from))
	);
}

/** Kinds that some version of the policy holds to be of high stakes; null: cases of unknown kind may be as well. */
function kindsOfHighStakes(policies: readonly Policy[]): ReadonlySet<Kind> | null {
	const high = new Set(
		KINDS.filter((kind) => policies.some((policy) => policy.kinds[kind].stakes === 'high'))
	);
	return high.has('assessment') ? null : high;
}

function mayBeOfHighStakes(
	file: CaseFile,
	{ from, to }: MeasuredPeriod,
	high: ReadonlySet<Kind> | null
): boolean {
	if (high === null) return true;
	return file.kinds.some((row) => high.has(row.kind) && mayCover(row, from, to));
}

/** What a figure is compared by does not follow local policy: 90 minutes, and both signatures within 5 working days. */
const LONG_ENOUGH = 90;
const SIGNED_WITHIN = { count: 5, unit: 'wd' } as const;

function countSessions(view: View, period: MeasuredPeriod, furtherOf: FurtherOf, seen?: Seen): void {
	const { authority, knowledge } = view;
	const isSigned = (signedOn: CalendarDate | null, by: CalendarDate) => signedOn !== null && signedOn <= by;
	const earliest = addDays(period.from, -2 * SIGNED_WITHIN.count - 14);
	const spanOf = (session: Session) => {
		const on = heldOnOf(session) ?? session.plannedOn;
		return on === null ? null : { from: on, to: on };
	};
	const idOf = ({ sessionId }: Session) => sessionId;
	for (const versions of versionsDuring(authority.sessions, idOf, spanOf, earliest, period.to)) {
		for (const session of versions) {
			const on = heldOnOf(session) ?? session.plannedOn;
			if (on === null || !isKnown(session, on, knowledge)) continue;
			if (!isObserved(on, view)) break;
			const teamId = teamOfPosting(view, session.superviseeId, on);
			const row = (counts: boolean) => ({ ...rowOf('session', session.sessionId, on, counts), teamId });
			if (session.cancelled) {
				if (!isIn(period, on)) break;
				furtherOf(teamId).period.sessions.cancelled++;
				seen?.('M13-cancelled', row(true));
				break;
			}
			if (heldOnOf(session) === null) break;
			if (session.heldOn !== null && isIn(period, on)) {
				const { sessions } = furtherOf(teamId).period;
				sessions.held++;
				seen?.('M13-cancelled', row(false));
				const { minutes } = session;
				if (minutes !== null) {
					const isLong = minutes >= LONG_ENOUGH;
					sessions.timed++;
					sessions.minutes[minutes] = (sessions.minutes[minutes] ?? 0) + 1;
					if (isLong) sessions.longEnough++;
					seen?.('M13-long', row(isLong));
					seen?.('M13-median', { ...row(true), above: minutes, below: 0 });
				}
			}
			const signBy = after(on, SIGNED_WITHIN);
			if (isIn(period, signBy)) {
				const { notes } = furtherOf(teamId).period;
				const isInTime =
					isSigned(session.supervisorSignedOn, signBy) && isSigned(session.practitionerSignedOn, signBy);
				notes.due++;
				if (isInTime) notes.inTime++;
				seen?.('M14-notes', row(isInTime));
			}
			break;
		}
	}
}

function countRequests(view: View, period: MeasuredPeriod, furtherOf: FurtherOf, seen?: Seen): void {
	for (const state of requestStates(view)) {
		const { requestedOn, caseId } = state.request;
		if (!isIn(period, requestedOn) || !isObserved(requestedOn, view)) continue;
		const file = fileOf(view.authority, caseId);
		const teamId = file ? teamOfCaseOn(file, requestedOn, view) : null;
		const { requests } = furtherOf(teamId).period;
		const standing = requestStanding(state).state;
		const withSecond = standing === 'declined_with_second';
		const isDeclined = withSecond || standing === 'declined_alone' || standing === 'second_awaited';
		requests.made++;
		if (isDeclined) requests.declined++;
		if (withSecond) requests.withSecond++;
		const row = (counts: boolean) => ({
			...rowOf('request', state.request.requestId, requestedOn, counts),
			teamId
		});
		seen?.('M15-declined', row(isDeclined));
		if (isDeclined) seen?.('M15-second', row(withSecond));
		for (const id of ['M15-made', 'M15-rate']) seen?.(id, { ...row(true), below: 0 });
	}
}

const [WITHOUT_SIGN_OFF, SOON_AFTER] = (
	['CLOSED_WITHOUT_SIGN_OFF', 'CLOSED_SOON_AFTER_SECTION_47'] as const
).map((wanted) => ENDING_RULES.find(({ code }) => code === wanted));

function countClosures(
	view: View,
	period: MeasuredPeriod,
	files: readonly CaseFile[],
	furtherOf: FurtherOf,
	seen?: Seen
): void {
	for (const file of files) {
		if (!file.details.some(({ closedOn }) => closedOn !== null && isIn(period, closedOn))) continue;
		const state = fileState(file, view);
		const closedOn = state?.closedOn ?? null;
		if (!state || closedOn === null || !isIn(period, closedOn) || !isObserved(closedOn, view)) continue;
		const teamId = teamOfCaseOn(file, addDays(closedOn, -1), view);
		const { closures } = furtherOf(teamId).period;
		const [unsigned, soon] = [WITHOUT_SIGN_OFF, SOON_AFTER].map((rule) => rule?.holds(state) != null);
		closures.closed++;
		if (unsigned) closures.withoutSignOff++;
		if (soon) closures.afterEnquiry++;
		seen?.('M16-unsigned', { ...rowOf('case', file.caseId, closedOn, unsigned === true), teamId });
		seen?.('M16-enquiry', { ...rowOf('case', file.caseId, closedOn, soon === true), teamId });
	}
}

const LATE_AFTER_WORKING_DAYS = 5;

function countRecording(
	view: View,
	period: MeasuredPeriod,
	cases: readonly CaseFile[],
	furtherOf: FurtherOf,
	seen?: Seen
): void {
	for (const { file, entry: first, versions } of recordedDuring(cases, period)) {
		if (!isIn(period, knownOn(first)) || !isObserved(first.madeOn, view)) continue;
		if (versions.find((version) => knownOn(version) <= knownOn(first)) !== first) continue;
		if (versions.some((version) => knownOn(version) < knownOn(first))) continue;
		if (!versions.some((version) => isKnown(version, version.madeOn, view.knowledge))) continue;
		const teamId = teamOfCaseOn(file, knownOn(first), view);
		const { oversight } = furtherOf(teamId).period;
		const isLate = knownOn(first) > addWorkingDays(first.madeOn, LATE_AFTER_WORKING_DAYS);
		oversight.recorded++;
		if (isLate) oversight.late++;
		seen?.('M18', { ...rowOf('case', file.caseId, first.madeOn, isLate), teamId });
	}
}

interface Recorded {
	file: CaseFile;
	entry: OversightEntry;
	/** Of the entry, itself among them. */
	versions: readonly OversightEntry[];
}

/** Of files that were asked about once (null) or more often. */
const recordedInMonths = new WeakMap<readonly CaseFile[], ReadonlyMap<string, readonly Recorded[]> | null>();

/** The entries of some files that became known in a month of the period; all are put in months when asked for again. */
function recordedDuring(cases: readonly CaseFile[], period: MeasuredPeriod): Iterable<Recorded> {
	const months = recordedInMonths.get(cases);
	if (months === undefined) {
		recordedInMonths.set(cases, null);
		return cases.flatMap((file) => recordedIn(file, period));
	}
	const known = months ?? recordedByMonth(cases);
	if (months === null) recordedInMonths.set(cases, known);
	return monthsTouched(period.from, period.to).flatMap((month) => known.get(month) ?? []);
}

function recordedIn(file: CaseFile, period: MeasuredPeriod): Recorded[] {
	const recorded: Recorded[] = [];
	for (const entry of file.oversight)
		if (isIn(period, knownOn(entry))) {
			const versions = file.oversight.filter(({ oversightId }) => oversightId === entry.oversightId);
			recorded.push({ file, entry, versions });
		}
	return recorded;
}

function recordedByMonth(cases: readonly CaseFile[]): ReadonlyMap<string, readonly Recorded[]> {
	const recorded = cases.flatMap((file) =>
		[...groupedBy(file.oversight, ({ oversightId }) => oversightId).values()].flatMap((versions) =>
			versions.map((entry) => ({ file, entry, versions }))
		)
	);
	return groupedBy(recorded, ({ entry }) => knownOn(entry).slice(0, 7));
}

/** The later of the day it was made and the day it was recorded. */
function knownOn({ madeOn, recordedOn }: OversightEntry): CalendarDate {
	return recordedOn !== null && recordedOn > madeOn ? recordedOn : madeOn;
}
