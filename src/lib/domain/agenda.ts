import type { View } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import { daysBetween } from './calendar.ts';
import { leadOn, leadSince, type CaseFile } from './cases.ts';
import { SEVERITIES, type Code, type Severity } from './codes.ts';
import { byCodePoint, fold, worstFirst, type Finding } from './flags.ts';
import { oversightOf } from './heatmap.ts';
import { isKnown } from './knowledge.ts';
import { caseState } from './rules-about-cases.ts';

/** Why a case is on the agenda: the first of these that holds. */
export type AgendaReason =
	| { code: 'FLAGGED'; severity: Severity; flag: Code }
	| { code: 'OVERSIGHT'; standing: 'overdue' | 'due'; dueOn: CalendarDate }
	| { code: 'NEW'; since: CalendarDate }
	| { code: 'LAST_DISCUSSED'; on: CalendarDate }
	| { code: 'NEVER_DISCUSSED' };

export interface AgendaItem {
	caseId: string;
	reference: string;
	reason: AgendaReason;
}

/** As many cases as a session has time for (local default). */
export const AGENDA_LENGTH = 6;

const NEW_WITHIN_DAYS = 28;

interface Ranked extends AgendaItem {
	rank: [severity: number, standing: number, age: number, lastDiscussed: string];
}

/**
 * The cases somebody leads on the view's day, those most in need of discussion first. Findings as assessed; a session
 * being written does not count as one in which its own cases were discussed.
 */
export function agendaOf(
	practitionerId: string,
	view: View,
	findings: readonly Finding[],
	beingWritten: string | null = null
): AgendaItem[] {
	const { knowledge } = view;
	const worst = new Map<string, Finding>();
	for (const finding of worstFirst(fold(findings)))
		if (finding.caseId !== null && !worst.has(finding.caseId)) worst.set(finding.caseId, finding);
	return (view.authority.heldBy.get(practitionerId) ?? [])
		.filter((file) => leadOn(file, knowledge.on, knowledge) === practitionerId)
		.flatMap((file) => ranked(file, practitionerId, view, worst.get(file.caseId) ?? null, beingWritten) ?? [])
		.sort((a, b) => byRank(a, b) || byCodePoint(a.reference, b.reference))
		.map(({ caseId, reference, reason }) => ({ caseId, reference, reason }));
}

function ranked(
	file: CaseFile,
	leadId: string,
	view: View,
	finding: Finding | null,
	beingWritten: string | null
): Ranked | null {
	const { on: day } = view.knowledge;
	const state = caseState(file, view);
	if (!state) return null;
	const oversight = oversightOf(state);
	const since = leadSince(file, leadId, day, view.knowledge);
	const isNew = since !== null && daysBetween(since, day) < NEW_WITHIN_DAYS;
	const discussedOn = lastDiscussedOn(file, view, beingWritten);
	const standing = oversight?.standing ?? 'on_track';
	const reason: AgendaReason = finding
		? { code: 'FLAGGED', severity: finding.severity, flag: finding.code }
		: oversight && standing !== 'on_track'
			? { code: 'OVERSIGHT', standing, dueOn: oversight.dueOn }
			: isNew
				? { code: 'NEW', since }
				: discussedOn === null
					? { code: 'NEVER_DISCUSSED' }
					: { code: 'LAST_DISCUSSED', on: discussedOn };
	return {
		caseId: file.caseId,
		reference: file.reference,
		reason,
		rank: [
			finding ? SEVERITIES.indexOf(finding.severity) : SEVERITIES.length,
			['overdue', 'due', 'on_track'].indexOf(standing),
			isNew ? 0 : 1,
			discussedOn ?? ''
		]
	};
}

/** The last day the case was discussed in a held session, signed or not; null: never. */
export function lastDiscussedOn(
	file: CaseFile,
	view: View,
	beingWritten: string | null
): CalendarDate | null {
	let last: CalendarDate | null = null;
	for (const discussion of file.discussions) {
		if (discussion.sessionId === beingWritten) continue;
		const { heldOn } = discussion;
		if (heldOn === null || !isKnown(discussion, heldOn, view.knowledge)) continue;
		if (last === null || heldOn > last) last = heldOn;
	}
	return last;
}

function byRank(a: Ranked, b: Ranked): number {
	for (const [place, mine] of a.rank.entries()) {
		const other = b.rank[place] ?? '';
		if (mine !== other) return mine < other ? -1 : 1;
	}
	return 0;
}
