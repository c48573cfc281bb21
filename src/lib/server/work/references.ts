import { caseloads, type Caseload } from '#lib/domain/caseload.ts';
import type { View } from '#lib/domain/authority.ts';
import { fold, worstFirst, byCodePoint, type Finding } from '#lib/domain/flags.ts';
import type { Code, Severity } from '#lib/domain/codes.ts';
import { postingOn } from '#lib/domain/people.ts';
import type { Picture } from './picture.ts';

/** A finding as commands print it: every id is the one the files came with. */
export interface PrintedFinding {
	code: Code;
	severity: Severity;
	subject: { kind: string; id: string };
	caseId: string | null;
	practitionerId: string | null;
	teamId: string | null;
	since: string;
	reasons: readonly Code[];
	facts: object;
}

export interface PrintedCaseload {
	practitionerId: string;
	tier: string;
	cases: number;
	points: number;
	capacity: number;
	loadPercent: number | null;
	band: string;
}

/** The findings of a picture as commands print them, folded and worst first; filters come after folding. */
export function printedFindings(
	{ view, findings }: Picture,
	only: { team: string | null; rule: string | null }
): PrintedFinding[] {
	const referenceOf = references(view);
	const team = (finding: Finding) => (finding.teamId === null ? null : referenceOf(finding.teamId));
	return worstFirst(fold(findings))
		.filter((finding) => only.rule === null || finding.code === only.rule)
		.filter((finding) => only.team === null || team(finding) === only.team)
		.map((finding) => ({
			code: finding.code,
			severity: finding.severity,
			subject: { kind: finding.subject.kind, id: finding.subject.reference },
			caseId: finding.caseId === null ? null : referenceOf(finding.caseId),
			practitionerId: finding.practitionerId === null ? null : referenceOf(finding.practitionerId),
			teamId: team(finding),
			since: finding.since,
			reasons: finding.reasons,
			facts: withReferences(finding.facts, referenceOf)
		}));
}

/** The load of everyone in post, and of anyone else who holds a case, as commands print it. */
export function printedCaseloads(view: View, only: { team: string | null }): PrintedCaseload[] {
	const referenceOf = references(view);
	const inTeam = ({ practitionerId }: Caseload) => {
		if (only.team === null) return true;
		const person = view.authority.people.get(practitionerId);
		const posting = person && postingOn(person, view.knowledge.on, view.knowledge);
		return posting ? referenceOf(posting.teamId) === only.team : false;
	};
	return caseloads(view)
		.filter(inTeam)
		.map(({ practitionerId, cases, points, capacity, loadPercent, band }) => ({
			practitionerId: referenceOf(practitionerId),
			tier: capacity.tier,
			cases,
			points,
			capacity: capacity.points,
			loadPercent,
			band
		}))
		.sort((a, b) => byCodePoint(a.practitionerId, b.practitionerId));
}

/** From our ids to the senders'. An id that is not in the picture stays as it is. */
export function references({ authority }: View): (id: string) => string {
	const known = new Map<string, string>();
	for (const { caseId, reference } of authority.cases) known.set(caseId, reference);
	for (const { practitionerId, reference } of authority.people.values()) known.set(practitionerId, reference);
	for (const { teamId, reference } of authority.teams) known.set(teamId, reference);
	for (const { sessionId, reference } of authority.sessions) known.set(sessionId, reference);
	for (const { oversight } of authority.cases)
		for (const { oversightId, reference } of oversight) known.set(oversightId, reference);
	for (const { actionId, reference } of authority.actions) known.set(actionId, reference);
	for (const { requestId, reference } of authority.requests) known.set(requestId, reference);
	return (id) => known.get(id) ?? id;
}

/** A copy of a value in which every id is the sender's. */
export function withReferences<Value>(value: Value, referenceOf: (id: string) => string): Value {
	if (typeof value === 'string') return referenceOf(value) as Value;
	if (Array.isArray(value)) return value.map((each: unknown) => withReferences(each, referenceOf)) as Value;
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, each]) => [name, withReferences(each as unknown, referenceOf)])
	) as Value;
}
