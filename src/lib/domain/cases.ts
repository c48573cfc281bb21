import type { CalendarDate } from './calendar.ts';
import { addDays } from './calendar.ts';
import {
	covers,
	isKnown,
	joined,
	knownEnd,
	runSince,
	type Knowledge,
	type Period,
	type Recorded,
	type Run
} from './knowledge.ts';
import type { Kind } from './policy.ts';

/** Why a lead changed: the reason codes of the SSDA903 return. */
export const ALLOCATION_REASONS = [
	'MANAGE',
	'FCONTA',
	'LEFTRL',
	'ORGRST',
	'TSPROC',
	'ABSENC',
	'CHCHAN',
	'PCCHAN',
	'SWDIED',
	'OTHERS'
] as const;
export type AllocationReason = (typeof ALLOCATION_REASONS)[number];

/** One child's involvement from opening to closing. */
export interface Case extends Recorded {
	caseId: string;
	reference: string;
	childId: string;
	familyId: string | null;
	dateOfBirth: CalendarDate | null;
	unborn: boolean | null;
	openedOn: CalendarDate;
	closedOn: CalendarDate | null;
	endRecordedOn: CalendarDate | null;
	closureReason: string | null;
	/** 0 to 3 points of load, a manager's; null: none. */
	complexity: number | null;
}

export interface CaseKind extends Period {
	caseId: string;
	kind: Kind;
	conferenceNeeded: boolean | null;
	conferenceOn: CalendarDate | null;
}

export interface Allocation extends Period {
	caseId: string;
	/** Null: allocated only to a team. */
	practitionerId: string | null;
	teamId: string | null;
	role: 'lead' | 'co_worker';
	reason: AllocationReason | null;
	/** The file did not say since when: it begins on the day of the extract. */
	startNotGiven?: boolean;
}

/** Everything recorded about one case that the rules look at, every version of every row. */
export interface CaseFile {
	caseId: string;
	reference: string;
	details: readonly Case[];
	kinds: readonly CaseKind[];
	allocations: readonly Allocation[];
	oversight: readonly OversightEntry[];
	discussions: readonly CaseDiscussion[];
	/** A file named a holder whom nobody here is yet: it waits for a match, and is not unallocated. */
	holderNotMatched?: boolean;
}

export const OVERSIGHT_KINDS = [
	'allocation',
	'decision',
	'closure',
	'handover',
	'section_47_outcome'
] as const;
export type OversightKind = (typeof OVERSIGHT_KINDS)[number];

/** A manager's dated, reasoned decision on one case. */
export interface OversightEntry extends Recorded {
	oversightId: string;
	reference: string;
	caseId: string;
	managerId: string;
	madeOn: CalendarDate;
	kind: OversightKind;
	/** Whether a decision and a rationale were written; the rules never read the words. */
	hasDecision: boolean;
	hasRationale: boolean;
}

/** One case inside a supervision session, with what the rules need of the session. */
export interface CaseDiscussion extends Recorded {
	sessionId: string;
	caseId: string;
	hasDecision: boolean;
	superviseeId: string;
	supervisorId: string;
	/** Null: the session was not held. */
	heldOn: CalendarDate | null;
	sessionRecordedOn: CalendarDate | null;
	supervisorSignedOn: CalendarDate | null;
}

/** What is known of the case itself; null where it was not recorded yet. */
export function caseDetails(file: CaseFile, knowledge: Knowledge): Case | null {
	for (const details of file.details) if (isKnown(details, details.openedOn, knowledge)) return details;
	return null;
}

export function closedOn(details: Case, knowledge: Knowledge): CalendarDate | null {
	return knownEnd(details.closedOn, details.endRecordedOn, knowledge);
}

export function isOpenOn(file: CaseFile, day: CalendarDate, knowledge: Knowledge): boolean {
	const details = caseDetails(file, knowledge);
	if (!details || details.openedOn > day) return false;
	const closed = closedOn(details, knowledge);
	return closed === null || day < closed;
}

export interface ActiveKind {
	kind: Kind;
	/** The first day of the unbroken run of this kind. */
	since: CalendarDate;
}

/** What the case is on a day: every kind whose period covers it. */
export function activeKindsOn(file: CaseFile, day: CalendarDate, knowledge: Knowledge): ActiveKind[] {
	if (!isOpenOn(file, day, knowledge)) return [];
	const active: ActiveKind[] = [];
	for (const row of file.kinds) {
		if (!covers(row, day, knowledge) || active.some(({ kind }) => kind === row.kind)) continue;
		active.push({ kind: row.kind, since: kindSince(file, row, day, knowledge) });
	}
	return active;
}

/** The first day of the unbroken run of a row's kind, of which the row covers the day. */
function kindSince(file: CaseFile, row: CaseKind, day: CalendarDate, knowledge: Knowledge): CalendarDate {
	if (!file.kinds.some((other) => other !== row && other.kind === row.kind)) return row.from;
	const same = file.kinds.filter(({ kind }) => kind === row.kind);
	return runSince(same, day, knowledge) ?? day;
}

/**
 * The periods of one kind as known, those that touch or overlap joined, in order of time: each ends at its own end or where the
 * case closes, whichever is first. One that began and ended on the same day covers no day, and did end.
 */
export function periodsOfKind(file: CaseFile, kind: Kind, knowledge: Knowledge): Run[] {
	const rows = file.kinds.filter((row) => row.kind === kind);
	if (rows.length === 0) return [];
	const details = caseDetails(file, knowledge);
	const closed = details && closedOn(details, knowledge);
	return joined(
		rows.flatMap((row): Run | [] => {
			if (!isKnown(row, row.from, knowledge) || (closed !== null && row.from > closed)) return [];
			const to = knownEnd(row.to, row.endRecordedOn, knowledge);
			return { from: row.from, to: to === null || (closed !== null && closed < to) ? closed : to };
		})
	);
}

/** The id of the practitioner who leads the case on a day; null where nobody does, or only a team has it. */
export function leadOn(file: CaseFile, day: CalendarDate, knowledge: Knowledge): string | null {
	let latest: Allocation | null = null;
	for (const allocation of file.allocations)
		if (
			allocation.role === 'lead' &&
			covers(allocation, day, knowledge) &&
			(latest === null || allocation.from > latest.from)
		)
			latest = allocation;
	return latest?.practitionerId ?? null;
}

const leadingInFile = new WeakMap<CaseFile, readonly Allocation[]>();

/** The allocations to a lead. */
export function leadingOf(file: CaseFile): readonly Allocation[] {
	let leading = leadingInFile.get(file);
	if (!leading) leadingInFile.set(file, (leading = file.allocations.filter(({ role }) => role === 'lead')));
	return leading;
}

/** The first day of the lead's unbroken allocation that covers the day. */
export function leadSince(
	file: CaseFile,
	leadId: string,
	day: CalendarDate,
	knowledge: Knowledge
): CalendarDate | null {
	const own = file.allocations.filter(
		({ role, practitionerId }) => role === 'lead' && practitionerId === leadId
	);
	return runSince(own, day, knowledge);
}

/** Those who count as lead on a day: on the day an allocation ends, the lead of the day before still does. */
export function countingLeadsOn(file: CaseFile, day: CalendarDate, knowledge: Knowledge): string[] {
	const leads = [leadOn(file, day, knowledge), leadOn(file, addDays(day, -1), knowledge)];
	return [...new Set(leads.filter((lead) => lead !== null))];
}

/** Whether somebody is one of them. */
export function countsAsLeadOn(
	file: CaseFile,
	practitionerId: string,
	day: CalendarDate,
	knowledge: Knowledge
): boolean {
	// Whoever oversees most often never led it.
	if (!file.allocations.some((each) => each.practitionerId === practitionerId && each.role === 'lead'))
		return false;
	return (
		leadOn(file, day, knowledge) === practitionerId ||
		leadOn(file, addDays(day, -1), knowledge) === practitionerId
	);
}

export function coWorkersOn(file: CaseFile, day: CalendarDate, knowledge: Knowledge): string[] {
	const ids: string[] = [];
	for (const allocation of file.allocations) {
		const { practitionerId, role } = allocation;
		if (role !== 'co_worker' || practitionerId === null || ids.includes(practitionerId)) continue;
		if (covers(allocation, day, knowledge)) ids.push(practitionerId);
	}
	return ids;
}

/** The team of the latest allocation begun by the day; null where it names none. */
export function allocatedTeamBy(file: CaseFile, day: CalendarDate, knowledge: Knowledge): string | null {
	let last: Allocation | null = null;
	for (const allocation of file.allocations) {
		if (allocation.from > day || !isKnown(allocation, allocation.from, knowledge)) continue;
		if (
			last === null ||
			allocation.from > last.from ||
			(allocation.from === last.from && last.role === 'co_worker' && allocation.role === 'lead')
		)
			last = allocation;
	}
	return last?.teamId ?? null;
}
