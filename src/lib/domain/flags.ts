import { groupedBy, isInPost, subjectOf, teamOfPosting, type View } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import { leadOn, type CaseFile } from './cases.ts';
import { CODES, SEVERITIES, type Code, type Severity } from './codes.ts';
import type { Hit, Rule } from './flag-rules.ts';
import type { Person } from './people.ts';
import { CASE_RULES, caseState, raisedForYoungChild, stateOf, teamOfCase } from './rules-about-cases.ts';
import { ENDING_RULES, fileState } from './rules-about-endings.ts';
import {
	PRACTITIONER_RULES,
	practitionerState,
	type PractitionerState
} from './rules-about-practitioners.ts';
import {
	ACTION_RULES,
	actionState,
	REQUEST_RULES,
	requestState
} from './rules-about-requests-and-actions.ts';
import { heldOnOf, isTooOld, SESSION_RULES, sessionState } from './rules-about-sessions.ts';
import {
	pastOf,
	turningDaysOfCase,
	turningDaysOfPractitioner,
	turningDaysOfVersions,
	unbrokenSince,
	withMore,
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

interface Standing {
	hit: Hit;
	since: CalendarDate;
}

const NOTHING: readonly never[] = [];

/** Each rule that holds on the day, and since when: the first of the unbroken run of days on which it held. */
function standing<State>(
	rules: readonly Rule<State>[],
	day: CalendarDate,
	stateOn: (day: CalendarDate) => State | null,
	turningDays: () => TurningDays,
	past: Past
): readonly Standing[] {
	const today = stateOn(day);
	if (!today) return NOTHING;
	let found: { rule: Rule<State>; hit: Hit }[] | null = null;
	for (const rule of rules) {
		const hit = rule.holds(today);
		if (hit) (found ??= []).push({ rule, hit });
	}
	if (!found) return NOTHING;
	const states = new Map<CalendarDate, State | null>([[day, today]]);
	const stateOnce = (each: CalendarDate) => {
		let state = states.get(each);
		if (state === undefined) states.set(each, (state = stateOn(each)));
		return state;
	};
	let turns: TurningDays | null = null;
	return found.map(({ rule, hit }) => {
		const own = rule.turnsOn ? rule.turnsOn(today, past) : (turns ??= turningDays());
		const all = rule.ceasesOn ? withMore(own, rule.ceasesOn(today, past), day) : own;
		const since = unbrokenSince(day, all, (earlier) => {
			const state = stateOnce(earlier);
			return state !== null && rule.holds(state) !== null;
		});
		return { hit, since };
	});
}

/** Every finding about one case, its requests and its actions on the day of the view, before folding. */
export function findingsOfCase(
	file: CaseFile,
	view: View,
	past: Past = pastOf(view.authority, view.knowledge.hindsight, view)
): readonly Finding[] {
	const { on } = view.knowledge;
	const turningDays = () => turningDaysOfCase(file, on, past);
	const stateOn = (day: CalendarDate) =>
		day === on ? caseState(file, past.viewOn(on)) : stateOf(file, past.viewOn(day));
	const open = standing(CASE_RULES, on, stateOn, turningDays, past);
	const ended = standing(ENDING_RULES, on, (day) => fileState(file, past.viewOn(day)), turningDays, past);
	const requests = standingRequests(file, view, past);
	const actions = standingActions(file.caseId, view, past);
	if (open.length + ended.length + requests.length + actions.length === 0) return NOTHING;
	const about = (found: readonly Standing[], subject: Subject): Finding[] =>
		found.map(({ hit, since }) => ({
			...hit,
			severity: raisedForYoungChild(hit.severity, file, view),
			subject,
			caseId: file.caseId,
			practitionerId: leadOn(file, on, view.knowledge),
			teamId: teamOfCase(file, view),
			since,
			reasons: []
		}));
	return [
		...about([...open, ...ended], { kind: 'case', id: file.caseId, reference: file.reference }),
		...requests.flatMap(({ found, subject }) => about(found, subject)),
		...actions.flatMap(({ found, subject }) => about(found, subject))
	];
}

interface StandingOfSubject {
	subject: Subject;
	found: readonly Standing[];
}

function standingRequests(file: CaseFile, view: View, past: Past): readonly StandingOfSubject[] {
	const { on } = view.knowledge;
	const requests = view.authority.requestsOf.get(file.caseId);
	if (!requests) return NOTHING;
	return [...groupedBy(requests, ({ requestId }) => requestId)].flatMap(([id, versions]) => {
		const [{ reference } = { reference: id }] = versions;
		const found = standing(
			REQUEST_RULES,
			on,
			(day) => requestState(versions, past.viewOn(day)),
			() => {
				const happenedOn = versions.map(({ requestedOn }) => requestedOn);
				const managers = versions.map(({ secondManagerId }) => secondManagerId);
				return turningDaysOfVersions(versions, happenedOn, managers, on, past);
			},
			past
		);
		return { subject: { kind: 'request', id, reference }, found };
	});
}

/** Of the actions about a case, else about a person, else about nobody. */
function standingActions(subjectId: string | null, view: View, past: Past): readonly StandingOfSubject[] {
	const { on } = view.knowledge;
	const actions = view.authority.actionsAbout.get(subjectId);
	if (!actions) return NOTHING;
	return [...groupedBy(actions, ({ actionId }) => actionId)].flatMap(([id, versions]) => {
		const today = actionState(versions, view);
		if (!today || subjectOf(today.action) !== subjectId) return [];
		const found = standing(
			ACTION_RULES,
			on,
			(day) => actionState(versions, past.viewOn(day)),
			() => {
				const happenedOn = versions.map(({ agreedOn }) => agreedOn);
				return turningDaysOfVersions(versions, happenedOn, [], on, past);
			},
			past
		);
		return { subject: { kind: 'action', id, reference: today.action.reference }, found };
	});
}

/** Every finding about one practitioner on the day of the view; of some rules, where only those are asked. */
export function findingsOfPractitioner(
	person: Person,
	view: View,
	past: Past = pastOf(view.authority, view.knowledge.hindsight),
	rules: readonly Rule<PractitionerState>[] = PRACTITIONER_RULES
): Finding[] {
	const { on } = view.knowledge;
	const { practitionerId, reference } = person;
	const found = standing(
		rules,
		on,
		(day) => practitionerState(person, past.viewOn(day)),
		() => turningDaysOfPractitioner(person, on, past),
		past
	);
	return aboutPerson(found, { kind: 'practitioner', id: practitionerId, reference }, practitionerId, view);
}

/** Every finding about somebody's sessions, and the actions about them and no case, on the day of the view. */
export function findingsOfSessionsAndActions(
	{ practitionerId }: Person,
	view: View,
	past: Past = pastOf(view.authority, view.knowledge.hindsight)
): Finding[] {
	return [
		...standingSessions(practitionerId, view, past),
		...standingActions(practitionerId, view, past)
	].flatMap(({ found, subject }) => aboutPerson(found, subject, practitionerId, view));
}

/** Every finding about actions that are about no case and nobody. */
export function findingsOfOtherActions(view: View, past: Past): Finding[] {
	return standingActions(null, view, past).flatMap(({ found, subject }) =>
		aboutPerson(found, subject, null, view)
	);
}

function standingSessions(practitionerId: string, view: View, past: Past): StandingOfSubject[] {
	const { on } = view.knowledge;
	const sessions = view.authority.sessionsOf.get(practitionerId) ?? [];
	const versionsOf = (id: string) => sessions.filter(({ sessionId }) => sessionId === id);
	return sessions.flatMap((session) => {
		if (isTooOld(session, on)) return NOTHING;
		const today = sessionState([session], view);
		if (!today || !SESSION_RULES.some((rule) => rule.holds(today))) return NOTHING;
		const { sessionId: id, reference } = session;
		const versions = versionsOf(id);
		const found = standing(
			SESSION_RULES,
			on,
			(day) => sessionState(versions, past.viewOn(day)),
			() => {
				const happenedOn = versions.flatMap((version) => heldOnOf(version) ?? []);
				return turningDaysOfVersions(versions, happenedOn, [practitionerId], on, past);
			},
			past
		);
		return { subject: { kind: 'session', id, reference }, found };
	});
}

function aboutPerson(
	found: readonly Standing[],
	subject: Subject,
	practitionerId: string | null,
	view: View
): Finding[] {
	if (found.length === 0) return [];
	const teamId = teamOfPosting(view, practitionerId, view.knowledge.on);
	return found.map(({ hit, since }) => ({
		...hit,
		subject,
		caseId: null,
		practitionerId,
		teamId,
		since,
		reasons: []
	}));
}

/** Everything the rules find in the authority on the day of the view, before folding. */
export function assess(view: View): Finding[] {
	const past = pastOf(view.authority, view.knowledge.hindsight, view);
	const { cases, people } = view.authority;
	return [
		...cases.flatMap((file) => findingsOfCase(file, view, past)),
		...[...people.values()]
			.filter((person) => isInPost(view, person.practitionerId, view.knowledge.on))
			.flatMap((person) => findingsOfPractitioner(person, view, past)),
		...[...people.values()].flatMap((person) => findingsOfSessionsAndActions(person, view, past)),
		...findingsOfOtherActions(view, past)
	];
}

/** The codes that HELD_WITHOUT_OVERSIGHT takes in as its reasons. */
export const FOLDED: readonly Code[] = ['BELOW_EXPERIENCE', 'TRAINING_GAP', 'OVERSIGHT_OVERDUE'];

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
			byCodePoint(a.subject.reference, b.subject.reference) ||
			byCodePoint(a.subject.id, b.subject.id)
	);
}

/** What to act on first: severity, then the order of the catalogue, then what has stood longest. */
export function mostUrgentFirst(findings: readonly Finding[]): Finding[] {
	return [...findings].sort(
		(a, b) =>
			SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
			CODES.indexOf(a.code) - CODES.indexOf(b.code) ||
			byCodePoint(a.since, b.since) ||
			byCodePoint(a.subject.reference, b.subject.reference) ||
			byCodePoint(a.subject.id, b.subject.id)
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
