import type { CalendarDate } from './calendar.ts';
import { isInPost, type View } from './authority.ts';
import { leadOn, type CaseFile } from './cases.ts';
import {
	CASE_RULES,
	caseState,
	CODES,
	PRACTITIONER_RULES,
	practitionerState,
	raisedForYoungChild,
	SEVERITIES,
	teamOfCase,
	type Code,
	type Hit,
	type PractitionerState,
	type Rule,
	type Severity
} from './flag-rules.ts';
import type { Person } from './people.ts';
import {
	pastOf,
	turningDaysOfCase,
	turningDaysOfPractitioner,
	unbrokenSince,
	type Past,
	type TurningDays
} from './turning-days.ts';

export type SubjectKind = 'case' | 'practitioner' | 'session' | 'action' | 'request';

export interface Subject {
	kind: SubjectKind;
	id: string;
	reference: string;
}

/** A flag as computed, before it is stored. */
export type Finding = Hit & Found;

interface Found {
	subject: Subject;
	caseId: string | null;
	practitionerId: string | null;
	teamId: string | null;
	/** The first day of the unbroken run on which the rule held, each day with what was known then. */
	since: CalendarDate;
	/** The codes folded into it. */
	reasons: readonly Code[];
}

/** Each rule that holds on the day, and since when: the first of the unbroken run of days on which it held. */
function standing<State>(
	rules: readonly Rule<State>[],
	day: CalendarDate,
	stateOn: (day: CalendarDate) => State | null,
	turningDays: () => TurningDays
): { hit: Hit; since: CalendarDate }[] {
	const states = new Map<CalendarDate, State | null>();
	const stateOnce = (each: CalendarDate) => {
		let state = states.get(each);
		if (state === undefined) states.set(each, (state = stateOn(each)));
		return state;
	};
	const today = stateOnce(day);
	if (!today) return [];
	let turns: TurningDays | null = null;
	return rules.flatMap((rule) => {
		const hit = rule.holds(today);
		if (!hit) return [];
		turns ??= turningDays();
		const since = unbrokenSince(day, turns, (earlier) => {
			const state = stateOnce(earlier);
			return state !== null && rule.holds(state) !== null;
		});
		return { hit, since };
	});
}

/** Every finding about one case on the day of the view, before folding. */
export function findingsOfCase(
	file: CaseFile,
	view: View,
	past: Past = pastOf(view.authority, view.knowledge.hindsight)
): Finding[] {
	const { on } = view.knowledge;
	const found = standing(
		CASE_RULES,
		on,
		(day) => caseState(file, past.viewOn(day)),
		() => turningDaysOfCase(file, on, past)
	);
	if (found.length === 0) return [];
	const subject: Subject = { kind: 'case', id: file.caseId, reference: file.reference };
	const practitionerId = leadOn(file, on, view.knowledge);
	const teamId = teamOfCase(file, view);
	return found.map(({ hit, since }) => ({
		...hit,
		severity: raisedForYoungChild(hit.severity, file, view),
		subject,
		caseId: file.caseId,
		practitionerId,
		teamId,
		since,
		reasons: []
	}));
}

/** Every finding about one practitioner on the day of the view; of some rules, where only those are asked. */
export function findingsOfPractitioner(
	person: Person,
	view: View,
	past: Past = pastOf(view.authority, view.knowledge.hindsight),
	rules: readonly Rule<PractitionerState>[] = PRACTITIONER_RULES
): Finding[] {
	const { on } = view.knowledge;
	const found = standing(
		rules,
		on,
		(day) => practitionerState(person, past.viewOn(day)),
		() => turningDaysOfPractitioner(person, on, past)
	);
	if (found.length === 0) return [];
	const { practitionerId, reference } = person;
	const teamId = practitionerState(person, view)?.posting.teamId ?? null;
	return found.map(({ hit, since }) => ({
		...hit,
		subject: { kind: 'practitioner', id: practitionerId, reference },
		caseId: null,
		practitionerId,
		teamId,
		since,
		reasons: []
	}));
}

/** Everything the rules find in the authority on the day of the view, before folding. */
export function assess(view: View): Finding[] {
	const past = pastOf(view.authority, view.knowledge.hindsight);
	const { cases, people } = view.authority;
	return [
		...cases.flatMap((file) => findingsOfCase(file, view, past)),
		...[...people.values()]
			.filter((person) => isInPost(view, person.practitionerId, view.knowledge.on))
			.flatMap((person) => findingsOfPractitioner(person, view, past))
	];
}

/** The codes that HELD_WITHOUT_OVERSIGHT takes in as its reasons. */
const FOLDED: readonly Code[] = ['BELOW_EXPERIENCE', 'TRAINING_GAP', 'OVERSIGHT_OVERDUE'];

/** Findings as shown: the composite takes in those about the same case that are its reasons. */
export function fold(findings: readonly Finding[]): Finding[] {
	const composites = new Set(
		findings.filter(({ code }) => code === 'HELD_WITHOUT_OVERSIGHT').map(({ caseId }) => caseId)
	);
	const reasons = new Map<string, Code[]>();
	for (const { code, caseId } of findings) {
		if (caseId === null || !composites.has(caseId) || !FOLDED.includes(code)) continue;
		reasons.set(caseId, [...(reasons.get(caseId) ?? []), code]);
	}
	return findings
		.filter(({ code, caseId }) => !composites.has(caseId) || !FOLDED.includes(code))
		.map((finding) =>
			finding.code === 'HELD_WITHOUT_OVERSIGHT' && finding.caseId !== null
				? { ...finding, reasons: inCatalogueOrder(reasons.get(finding.caseId) ?? []) }
				: finding
		);
}

function inCatalogueOrder(codes: readonly Code[]): Code[] {
	return [...codes].sort((a, b) => CODES.indexOf(a) - CODES.indexOf(b));
}

/** Worst first: severity, then code, then the subject's own reference by code point. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
	return [...findings].sort(
		(a, b) =>
			SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
			byCodePoint(a.code, b.code) ||
			byCodePoint(a.subject.reference, b.subject.reference)
	);
}

/** What to act on first: severity, then the order of the catalogue, then what has stood longest. */
export function mostUrgentFirst(findings: readonly Finding[]): Finding[] {
	return [...findings].sort(
		(a, b) =>
			SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
			CODES.indexOf(a.code) - CODES.indexOf(b.code) ||
			byCodePoint(a.since, b.since) ||
			byCodePoint(a.subject.reference, b.subject.reference)
	);
}

/** Compares text by code point, where `<` would compare by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
	const left = [...a];
	const right = [...b];
	for (let place = 0; place < Math.min(left.length, right.length); place++) {
		const difference = (left[place]?.codePointAt(0) ?? 0) - (right[place]?.codePointAt(0) ?? 0);
		if (difference !== 0) return difference;
	}
	return left.length - right.length;
}

/** A flag that is stored and not yet cleared. */
export interface OpenFlag {
	flagId: string;
	code: Code;
	subjectId: string;
	severity: Severity;
}

/** What must happen to the stored flags so that they say what was found: findings are taken before folding. */
export interface FlagChanges {
	raise: Finding[];
	keep: { flag: OpenFlag; finding: Finding }[];
	clear: OpenFlag[];
}

export function changesBetween(open: readonly OpenFlag[], found: readonly Finding[]): FlagChanges {
	const key = (code: Code, subjectId: string) => `${code} ${subjectId}`;
	const byKey = new Map(open.map((flag) => [key(flag.code, flag.subjectId), flag]));
	const changes: FlagChanges = { raise: [], keep: [], clear: [] };
	for (const finding of found) {
		const flag = byKey.get(key(finding.code, finding.subject.id));
		if (!flag) changes.raise.push(finding);
		else {
			changes.keep.push({ flag, finding });
			byKey.delete(key(finding.code, finding.subject.id));
		}
	}
	changes.clear = [...byKey.values()];
	return changes;
}
