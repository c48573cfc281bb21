import { teamOfPosting, viewOf, type View } from './authority.ts';
import { addMonths, monthEnd, type CalendarDate } from './calendar.ts';
import { caseloads, type Band } from './caseload.ts';
import { SEVERITIES, type Code, type Severity } from './codes.ts';
import { assess, type Finding, type Subject } from './flags.ts';
import type { Policy } from './policy.ts';

/** A flag that a draft would raise, clear, or make more or less severe. */
export interface FlagChanged {
	code: Code;
	subject: Subject;
	caseId: string | null;
	practitionerId: string | null;
	teamId: string | null;
	/** Null: not raised under the versions published. */
	before: Severity | null;
	/** Null: not raised under the draft. */
	after: Severity | null;
}

/** Somebody whose load the draft would put in another band. */
export interface BandMoved {
	practitionerId: string;
	teamId: string | null;
	before: { band: Band; loadPercent: number | null };
	after: { band: Band; loadPercent: number | null };
}

/** What a draft would change on one day, had it come into force that day: as known then, before folding. */
export interface WhatIf {
	on: CalendarDate;
	/** How many flags stand on the day under the versions published, and would under the draft. */
	standing: { before: number; after: number };
	flags: FlagChanged[];
	moved: BandMoved[];
}

/** What stands on a day under one policy. */
export interface Judged {
	view: View;
	findings: readonly Finding[];
}

/** The same facts on the same day, had the draft come into force that day. */
export function viewUnder(view: View, draft: Policy): View {
	const { on, hindsight } = view.knowledge;
	const policies = versionsUnder(view.authority.policies, draft, on);
	return viewOf({ ...view.authority, policies }, on, hindsight);
}

function versionsUnder(versions: readonly Policy[], draft: Policy, on: CalendarDate): Policy[] {
	const before = versions.filter(({ effectiveFrom }) => effectiveFrom === null || effectiveFrom < on);
	return [...before, { ...draft, effectiveFrom: on }];
}

export function whatIf(view: View, draft: Policy): WhatIf {
	const under = viewUnder(view, draft);
	return changesOnDay({ view, findings: assess(view) }, { view: under, findings: assess(under) });
}

/** What differs between two judgements of the same day. */
export function changesOnDay(before: Judged, after: Judged): WhatIf {
	return {
		on: before.view.knowledge.on,
		standing: { before: before.findings.length, after: after.findings.length },
		flags: flagsChanged(before.findings, after.findings),
		moved: bandsMoved(before.view, after.view)
	};
}

function flagsChanged(before: readonly Finding[], after: readonly Finding[]): FlagChanged[] {
	const key = ({ code, subject }: Finding) => `${code} ${subject.kind} ${subject.id}`;
	const found = new Map(after.map((finding) => [key(finding), finding]));
	const changed: FlagChanged[] = [];
	for (const finding of before) {
		const then = found.get(key(finding));
		found.delete(key(finding));
		if (then?.severity !== finding.severity)
			changed.push(flagChanged(finding, finding.severity, then?.severity ?? null));
	}
	for (const finding of found.values()) changed.push(flagChanged(finding, null, finding.severity));
	return changed;
}

function flagChanged(
	{ code, subject, caseId, practitionerId, teamId }: Finding,
	before: Severity | null,
	after: Severity | null
): FlagChanged {
	return { code, subject, caseId, practitionerId, teamId, before, after };
}

function bandsMoved(before: View, after: View): BandMoved[] {
	const { on } = before.knowledge;
	const earlier = new Map(caseloads(before).map((load) => [load.practitionerId, load]));
	return caseloads(after).flatMap(({ practitionerId, band, loadPercent }) => {
		const load = earlier.get(practitionerId);
		if (!load || load.band === band) return [];
		return {
			practitionerId,
			teamId: teamOfPosting(before, practitionerId, on),
			before: { band: load.band, loadPercent: load.loadPercent },
			after: { band, loadPercent }
		};
	});
}

export const CHANGES = ['raised', 'cleared', 'more_severe', 'less_severe'] as const;
export type Change = (typeof CHANGES)[number];

export function changeOf({ before, after }: FlagChanged): Change {
	if (before === null) return 'raised';
	if (after === null) return 'cleared';
	return SEVERITIES.indexOf(after) < SEVERITIES.indexOf(before) ? 'more_severe' : 'less_severe';
}

/** How much of a what-if is about one team. Null: cases of no team. */
export interface TeamChanges extends Record<Change, number> {
	teamId: string | null;
	moved: number;
}

/** The teams that a what-if touches, those with most raised first. */
export function changesByTeam({ flags, moved }: WhatIf): TeamChanges[] {
	const teams = new Map<string | null, TeamChanges>();
	const team = (teamId: string | null) => {
		let counts = teams.get(teamId);
		if (!counts)
			teams.set(
				teamId,
				(counts = { teamId, raised: 0, cleared: 0, more_severe: 0, less_severe: 0, moved: 0 })
			);
		return counts;
	};
	for (const flag of flags) team(flag.teamId)[changeOf(flag)] += 1;
	for (const { teamId } of moved) team(teamId).moved += 1;
	return [...teams.values()].sort((a, b) => b.raised - a.raised || b.cleared - a.cleared);
}

/** The last so many month-ends before a day, latest first. */
export function monthEndsBefore(day: CalendarDate, count: number): CalendarDate[] {
	return Array.from({ length: count }, (_, months) => monthEnd(addMonths(day, -1 - months)));
}
