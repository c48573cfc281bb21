import { addDays, type CalendarDate } from './calendar.ts';
import { isInPost, viewOf, type Authority, type View } from './authority.ts';
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
	type Severity
} from './flag-rules.ts';
import type { Person } from './people.ts';

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

type Hits = Map<Code, Hit>;

/** The same authority as seen on each of many days, each view made once. */
export function daysOf(authority: Authority, hindsight = false): (day: CalendarDate) => View {
	const views = new Map<CalendarDate, View>();
	return (day) => {
		let view = views.get(day);
		if (!view) views.set(day, (view = viewOf(authority, day, hindsight)));
		return view;
	};
}

function hitsOfCase(file: CaseFile, view: View): Hits {
	const hits: Hits = new Map();
	const state = caseState(file, view);
	if (!state) return hits;
	for (const rule of CASE_RULES) {
		const hit = rule.holds(state);
		if (hit) hits.set(rule.code, { ...hit, severity: raisedForYoungChild(hit.severity, file, view) });
	}
	return hits;
}

function hitsOfPractitioner(person: Person, view: View): Hits {
	const hits: Hits = new Map();
	const state = practitionerState(person, view);
	if (!state) return hits;
	for (const rule of PRACTITIONER_RULES) {
		const hit = rule.holds(state);
		if (hit) hits.set(rule.code, hit);
	}
	return hits;
}

/** For each rule that holds on the day, the first day of the unbroken run of days on which it held. */
function sinceOf(
	hits: Hits,
	hitsOn: (view: View) => Hits,
	day: CalendarDate,
	viewOn: (day: CalendarDate) => View
): Map<Code, CalendarDate> {
	const since = new Map<Code, CalendarDate>();
	const running = new Set(hits.keys());
	for (let first = day; running.size > 0;) {
		const before = addDays(first, -1);
		const held = hitsOn(viewOn(before));
		for (const code of running) {
			if (held.has(code)) continue;
			since.set(code, first);
			running.delete(code);
		}
		first = before;
	}
	return since;
}

/** Every finding about one case on the day of the view, before folding. */
export function findingsOfCase(
	file: CaseFile,
	view: View,
	viewOn: (day: CalendarDate) => View = daysOf(view.authority, view.knowledge.hindsight)
): Finding[] {
	const { on, hindsight } = view.knowledge;
	const hits = hitsOfCase(file, view);
	if (hits.size === 0) return [];
	const since = sinceOf(hits, (earlier) => hitsOfCase(file, earlier), on, viewOn);
	const subject: Subject = { kind: 'case', id: file.caseId, reference: file.reference };
	const practitionerId = leadOn(file, on, { on, hindsight });
	const teamId = teamOfCase(file, view);
	return [...hits].map(([code, hit]) => ({
		...hit,
		subject,
		caseId: file.caseId,
		practitionerId,
		teamId,
		since: since.get(code) ?? on,
		reasons: []
	}));
}

/** Every finding about one practitioner on the day of the view. */
export function findingsOfPractitioner(
	person: Person,
	view: View,
	viewOn: (day: CalendarDate) => View = daysOf(view.authority, view.knowledge.hindsight)
): Finding[] {
	const { on } = view.knowledge;
	const hits = hitsOfPractitioner(person, view);
	if (hits.size === 0) return [];
	const since = sinceOf(hits, (earlier) => hitsOfPractitioner(person, earlier), on, viewOn);
	const { practitionerId, reference } = person;
	const teamId = practitionerState(person, view)?.posting.teamId ?? null;
	return [...hits].map(([code, hit]) => ({
		...hit,
		subject: { kind: 'practitioner', id: practitionerId, reference },
		caseId: null,
		practitionerId,
		teamId,
		since: since.get(code) ?? on,
		reasons: []
	}));
}

/** Everything the rules find in the authority on the day of the view, before folding. */
export function assess(view: View): Finding[] {
	const viewOn = daysOf(view.authority, view.knowledge.hindsight);
	const { cases, people } = view.authority;
	return [
		...cases.flatMap((file) => findingsOfCase(file, view, viewOn)),
		...[...people.values()]
			.filter((person) => isInPost(view, person.practitionerId, view.knowledge.on))
			.flatMap((person) => findingsOfPractitioner(person, view, viewOn))
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
