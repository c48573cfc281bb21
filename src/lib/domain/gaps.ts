import { holdersOn } from './flag-life.ts';
import { isInPost, personOf, policyInForce, type View } from './authority.ts';
import { addDays, addMonths, type CalendarDate } from './calendar.ts';
import { activeKindsOn, caseDetails, isOpenOn, leadOn, type CaseFile } from './cases.ts';
import type { Code } from './codes.ts';
import type { Finding } from './flags.ts';
import { covers, isKnown } from './knowledge.ts';
import { demandsOn, oversightEvents } from './oversight.ts';
import { earlyCareerStageOn, detailsOf, inPostOn, postingOn, type Person, type Role } from './people.ts';
import { requestStates } from './requests-kept.ts';
import { teamOfCase } from './rules-about-cases.ts';
import { isSupervised } from './rules-about-practitioners.ts';

/**
 * Facts whose absence makes a rule guess, and what it takes instead. Those of managers come first: without a registration
 * nothing they record counts.
 */
export const GAPS = [
	'MANAGER_NOT_REGISTERED',
	'HOLDER_NOT_MATCHED',
	'KIND_UNKNOWN',
	'NUMBER_MISSING',
	'REGISTRATION_DATE_MISSING',
	'POSTING_MISSING',
	'SUPERVISOR_MISSING',
	'FTE_MISSING',
	'DATE_OF_BIRTH_MISSING',
	'HOLDER_SINCE_MISSING',
	'REQUEST_DAY_MISSING',
	'SECOND_MANAGER_DAY_MISSING',
	'STAGE_MISSING',
	'AGENCY_MISSING',
	'CONFERENCE_MISSING',
	'SESSION_LENGTH_MISSING'
] as const;
export type GapCode = (typeof GAPS)[number];

/** A missing fact, about somebody or about a case. */
export interface Gap {
	code: GapCode;
	/** The row in which it is missing: the person, the case, the request or the session. */
	key: string;
	reference: string;
	/** Exactly one of the two is set. */
	practitionerId: string | null;
	caseId: string | null;
	teamId: string | null;
	/** Flags that stand today and rest on what was taken instead. */
	flags: number;
}

/** Who and what was looked at. */
export interface Looked {
	people: readonly Person[];
	cases: readonly CaseFile[];
}

const MANAGERS: readonly Role[] = [
	'practice_supervisor',
	'team_manager',
	'service_manager',
	'principal_social_worker'
];

/** Whether what somebody records as a manager counts for nothing, for want of a number or a date of registration. */
export function isManagerNotRegistered(person: Person, { knowledge }: View): boolean {
	const posting = inPostOn(person, knowledge.on, knowledge);
	if (!posting || !MANAGERS.includes(posting.role)) return false;
	const details = detailsOf(person, knowledge);
	return !details?.sweNumber || details.registeredOn === null;
}

/** A missing fact, before it is asked which flags rest on it. */
export type Missing = Omit<Gap, 'flags'>;

/** Every missing fact about those in post and about open cases on the view's day. */
export function missingOf(view: View, looked: Looked): Missing[] {
	return [
		...looked.people.flatMap((person) => missingOfPerson(person, view)),
		...looked.cases.flatMap((file) => missingOfCase(file, view)),
		...missingOfRequests(view, looked)
	];
}

/**
 * Whose flags may rest on missing facts: the cases and people that have to be assessed, and the managers whose every entry
 * counts for nothing.
 */
export function mayRestOn(
	missing: readonly Missing[],
	{ authority }: View
): { caseIds: string[]; practitionerIds: string[]; managerIds: string[] } {
	const resting = missing.filter(({ code }) => !RESTED_ON_BY_NONE.includes(code));
	const people = resting.flatMap(({ practitionerId }) => practitionerId ?? []);
	const supervised = people.flatMap((id) => authority.supervisedBy.get(id) ?? []);
	const agreed = authority.requests.filter(({ secondManagerId }) => people.includes(secondManagerId ?? ''));
	return {
		caseIds: [
			...new Set([
				...resting.flatMap(({ caseId }) => caseId ?? []),
				...people.flatMap((id) => (authority.heldBy.get(id) ?? []).map(({ caseId }) => caseId)),
				...agreed.map(({ caseId }) => caseId)
			])
		],
		practitionerIds: [...new Set([...people, ...supervised.map(({ practitionerId }) => practitionerId)])],
		managerIds: resting.flatMap(({ code, practitionerId }) =>
			code === 'MANAGER_NOT_REGISTERED' ? (practitionerId ?? []) : []
		)
	};
}

/** Missing facts that only hide flags: none that stands rests on them. */
const RESTED_ON_BY_NONE: readonly GapCode[] = [
	'AGENCY_MISSING',
	'CONFERENCE_MISSING',
	'SESSION_LENGTH_MISSING'
];

/**
 * Missing facts with the flags that rest on them, the ones on which most do first and managers without registration before
 * all. `findings` are those of the day, folded, as they are shown.
 */
export function gapsOf(missing: readonly Missing[], view: View, findings: readonly Finding[]): Gap[] {
	const resting = restingOn(view, findings);
	return missing.map((gap) => ({ ...gap, flags: resting(gap) })).sort(byWeight);
}

function byWeight(a: Gap, b: Gap): number {
	const first = (gap: Gap) => (gap.code === 'MANAGER_NOT_REGISTERED' ? 0 : 1);
	return (
		first(a) - first(b) ||
		b.flags - a.flags ||
		GAPS.indexOf(a.code) - GAPS.indexOf(b.code) ||
		(a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0)
	);
}

/** What is missing of somebody: of those in post, and of whoever leads an open case and has no posting. */
function missingOfPerson(person: Person, view: View): Missing[] {
	const { knowledge, authority } = view;
	const { on } = knowledge;
	const details = detailsOf(person, knowledge);
	if (!details) return [];
	const posting = inPostOn(person, on, knowledge);
	const found: Missing[] = [];
	const gap = (code: GapCode, key = person.practitionerId) =>
		found.push({
			code,
			key,
			reference: person.reference,
			practitionerId: person.practitionerId,
			caseId: null,
			teamId: posting?.teamId ?? null
		});
	const everHeld = authority.heldBy.get(person.practitionerId) ?? [];
	const isHeld = (file: CaseFile) => holds(file, person.practitionerId, view);
	if (!posting) {
		if (postingOn(person, on, knowledge) === null && details.leftOn === null && everHeld.some(isHeld))
			gap('POSTING_MISSING');
		return found;
	}
	const { role } = posting;
	if (isManagerNotRegistered(person, view)) gap('MANAGER_NOT_REGISTERED');
	else if (!details.sweNumber) {
		const isNeeded = (file: CaseFile) => isHeld(file) && demandsOn(file, on, view).leastTier > 'E0';
		if (isSupervisorOf(person, view) || everHeld.some(isNeeded)) gap('NUMBER_MISSING');
	} else if (details.registeredOn === null) gap('REGISTRATION_DATE_MISSING');
	if (isSupervised(posting) && posting.supervisorId === null) gap('SUPERVISOR_MISSING');
	if (posting.fte === 0 && everHeld.some(isHeld)) gap('FTE_MISSING');
	if (isNew(details.registeredOn, role, view) && earlyCareerStageOn(person, on, knowledge).state === 'none')
		gap('STAGE_MISSING');
	if (posting.agency === null && details.sweNumber && !isExperienced(details.registeredOn, view))
		gap('AGENCY_MISSING');
	const lookedBackTo = addDays(on, -SESSION_LOOK_BACK_DAYS);
	for (const session of authority.sessionsOf.get(person.practitionerId) ?? [])
		if (
			session.heldOn !== null &&
			session.heldOn > lookedBackTo &&
			session.minutes === null &&
			isKnown(session, session.heldOn, knowledge)
		)
			gap('SESSION_LENGTH_MISSING', session.sessionId);
	return found;
}

/** How far back SUPERVISION_SHORT looks. */
const SESSION_LOOK_BACK_DAYS = 90;
/** Somebody who runs a team and so may mend what is missing in it. */
export interface Runner {
	practitionerId: string;
	role: 'team_manager' | 'service_manager';
	teamId: string;
}

/**
 * Who runs a team on the view's day: its team manager, else a service manager of its service; of several the first by
 * reference. `but`: those who are not asked, such as whom it is about. Null: nobody is known.
 */
export function runnerOf(teamId: string | null, view: View, but: readonly (string | null)[]): Runner | null {
	if (teamId === null) return null;
	const { runners, serviceOf } = runnersIn(view);
	const service = serviceOf.get(teamId);
	const those = runners.filter(
		(runner) =>
			!but.includes(runner.practitionerId) &&
			(runner.role === 'team_manager' ? runner.teamId === teamId : serviceOf.get(runner.teamId) === service)
	);
	return those.find(({ role }) => role === 'team_manager') ?? those[0] ?? null;
}

interface Runners {
	/** By reference. */
	runners: Runner[];
	serviceOf: ReadonlyMap<string, string>;
}

const runnersOfView = new WeakMap<View, Runners>();

/** Everybody who runs a team or a service on the view's day. */
function runnersIn(view: View): Runners {
	const known = runnersOfView.get(view);
	if (known) return known;
	const { people, teams } = view.authority;
	const found = [...people.values()].flatMap((person) => {
		const posting = inPostOn(person, view.knowledge.on, view.knowledge);
		if (posting?.role !== 'team_manager' && posting?.role !== 'service_manager') return [];
		const { practitionerId, reference } = person;
		return { reference, runner: { practitionerId, role: posting.role, teamId: posting.teamId } };
	});
	const runners = {
		runners: found
			.sort((a, b) => (a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0))
			.map(({ runner }) => runner),
		serviceOf: new Map(teams.map(({ teamId, service }) => [teamId, service] as const).toReversed())
	};
	runnersOfView.set(view, runners);
	return runners;
}

/** Whether somebody is as new as those in a supported first year, by the months of the policy. */
function isNew(registeredOn: CalendarDate | null, role: Role, view: View): boolean {
	const { on } = view.knowledge;
	const months = policyInForce(view, on).tiers.E3;
	return role === 'practitioner' && registeredOn !== null && on < addMonths(registeredOn, months);
}

/** Whether AGENCY_BELOW_EXPERIENCE would find nothing about somebody, from an agency or not. */
function isExperienced(registeredOn: CalendarDate | null, view: View): boolean {
	const { on } = view.knowledge;
	const months = policyInForce(view, on).limits.agencyMonths;
	return registeredOn !== null && on >= addMonths(registeredOn, months);
}

function holds(file: CaseFile, practitionerId: string, { knowledge }: View): boolean {
	return isOpenOn(file, knowledge.on, knowledge) && holdersOn(file, knowledge).includes(practitionerId);
}

function isSupervisorOf({ practitionerId }: Person, view: View): boolean {
	const { knowledge, authority } = view;
	return (authority.supervisedBy.get(practitionerId) ?? []).some(
		(supervisee) => inPostOn(supervisee, knowledge.on, knowledge)?.supervisorId === practitionerId
	);
}

/** What is missing of a case that is open. */
function missingOfCase(file: CaseFile, view: View): Missing[] {
	const { knowledge } = view;
	const { on } = knowledge;
	const details = caseDetails(file, knowledge);
	if (!details || !isOpenOn(file, on, knowledge)) return [];
	const found: Missing[] = [];
	const gap = (code: GapCode) =>
		found.push({
			code,
			key: file.caseId,
			reference: file.reference,
			practitionerId: null,
			caseId: file.caseId,
			teamId: teamOfCase(file, view)
		});
	const kinds = activeKindsOn(file, on, knowledge);
	if (kinds.length === 0) gap('KIND_UNKNOWN');
	if (details.dateOfBirth === null && details.unborn !== true) gap('DATE_OF_BIRTH_MISSING');
	const leadId = leadOn(file, on, knowledge);
	if (leadId === null && file.holderNotMatched) gap('HOLDER_NOT_MATCHED');
	const leading = file.allocations.filter(
		(row) => row.role === 'lead' && row.practitionerId === leadId && covers(row, on, knowledge)
	);
	if (leadId !== null && leading.some(({ startNotGiven }) => startNotGiven)) gap('HOLDER_SINCE_MISSING');
	const enquiry = file.kinds.find((row) => row.kind === 'section_47' && covers(row, on, knowledge));
	if (enquiry && enquiry.conferenceNeeded === null && enquiry.conferenceOn === null)
		gap('CONFERENCE_MISSING');
	return found;
}

/** A decision without its day is no decision, an agreement without its day not given: both are said to be missing. */
function missingOfRequests(view: View, { cases }: Looked): Missing[] {
	const files = new Map(cases.map((file) => [file.caseId, file]));
	return requestStates(view).flatMap(({ request }): Missing[] => {
		const file = files.get(request.caseId);
		if (!file) return [];
		const gap = (code: GapCode): Missing => ({
			code,
			key: request.requestId,
			reference: file.reference,
			practitionerId: null,
			caseId: file.caseId,
			teamId: teamOfCase(file, view)
		});
		if (request.outcome !== null && request.decidedOn === null) return [gap('REQUEST_DAY_MISSING')];
		const agreedWithoutDay =
			request.outcome === 'declined' && request.secondManagerId !== null && request.secondAgreedOn === null;
		return agreedWithoutDay ? [gap('SECOND_MANAGER_DAY_MISSING')] : [];
	});
}

/**
 * What counts as resting on a missing fact: a flag that stands today, of a rule that used what was taken instead either to
 * find it or to weigh it. A flag that the missing fact may hide is not counted, for nobody can know of it.
 */
function restingOn(view: View, findings: readonly Finding[]): (gap: Missing) => number {
	const aboutCase = groupsOf(findings, ({ caseId }) => caseId);
	const aboutPerson = groupsOf(findings, (finding) =>
		finding.caseId === null ? finding.practitionerId : null
	);
	const led = groupsOf(findings, (finding) => (finding.caseId === null ? null : finding.practitionerId));
	const bySupervisor = groupsOf(findings, (finding) =>
		finding.code === 'SUPERVISOR_NOT_QUALIFIED' || finding.code === 'NO_SUPERVISOR'
			? finding.facts.supervisorId
			: null
	);
	const uncounted = casesWithoutCounting(view, aboutCase);
	const of = (groups: Map<string, Finding[]>, id: string | null, ...codes: Code[]) =>
		(groups.get(id ?? '') ?? []).filter(({ code }) => codes.length === 0 || codes.includes(code)).length;
	return ({ code, key, practitionerId: person, caseId }) => {
		switch (code) {
			case 'MANAGER_NOT_REGISTERED':
				return (
					(uncounted.get(person ?? '') ?? 0) +
					of(bySupervisor, person, 'SUPERVISOR_NOT_QUALIFIED') +
					findings.filter((finding) => isAgreedBy(finding, person, view)).length
				);
			case 'NUMBER_MISSING':
				return of(led, person, ...ON_TIER) + of(bySupervisor, person, 'SUPERVISOR_NOT_QUALIFIED');
			case 'REGISTRATION_DATE_MISSING':
				return of(led, person, ...ON_TIER) + of(aboutPerson, person, ...ON_REGISTRATION);
			case 'STAGE_MISSING':
				return of(led, person, ...ON_TIER) + of(aboutPerson, person, 'SUPERVISION_OVERDUE', 'OVER_CAPACITY');
			case 'POSTING_MISSING':
				return (
					of(led, person, 'UNALLOCATED') +
					of(aboutPerson, person, 'OVER_CAPACITY') +
					of(bySupervisor, person, 'NO_SUPERVISOR')
				);
			case 'SUPERVISOR_MISSING':
				return of(aboutPerson, person, 'NO_SUPERVISOR', 'SUPERVISION_OVERDUE');
			case 'FTE_MISSING':
				return of(aboutPerson, person, 'OVER_CAPACITY');
			case 'KIND_UNKNOWN':
				return of(aboutCase, caseId, ...ON_KIND);
			case 'HOLDER_NOT_MATCHED':
				return of(aboutCase, caseId, ...ON_KIND);
			case 'HOLDER_SINCE_MISSING':
				return of(
					aboutCase,
					caseId,
					'HELD_WITHOUT_OVERSIGHT',
					'OVERSIGHT_OVERDUE',
					'HANDOVER_WITHOUT_OVERSIGHT'
				);
			case 'DATE_OF_BIRTH_MISSING':
				return (aboutCase.get(caseId ?? '') ?? []).filter(({ severity }) =>
					['medium', 'high'].includes(severity)
				).length;
			case 'REQUEST_DAY_MISSING':
			case 'SECOND_MANAGER_DAY_MISSING':
				return findings.filter(({ code, subject }) => code === 'REQUEST_DECLINED_ALONE' && subject.id === key)
					.length;
			case 'AGENCY_MISSING':
			case 'CONFERENCE_MISSING':
			case 'SESSION_LENGTH_MISSING':
				return 0;
		}
	};
}

const ON_TIER: readonly Code[] = ['HELD_WITHOUT_OVERSIGHT', 'BELOW_EXPERIENCE'];
const ON_REGISTRATION: readonly Code[] = ['EXPERIENCE_UNKNOWN', 'AGENCY_BELOW_EXPERIENCE', 'OVER_CAPACITY'];
const ON_KIND: readonly Code[] = [
	'HELD_WITHOUT_OVERSIGHT',
	'BELOW_EXPERIENCE',
	'TRAINING_GAP',
	'OVERSIGHT_OVERDUE',
	'UNALLOCATED',
	'HOLDER_ABSENT'
];
/** Rules that look for a manager's entry which counts. */
const ON_OVERSIGHT: readonly Code[] = [
	'HELD_WITHOUT_OVERSIGHT',
	'OVERSIGHT_OVERDUE',
	'HANDOVER_WITHOUT_OVERSIGHT',
	'SECTION_47_UNEXPLAINED',
	'CLOSED_WITHOUT_SIGN_OFF'
];

function groupsOf(
	findings: readonly Finding[],
	key: (finding: Finding) => string | null
): Map<string, Finding[]> {
	const groups = new Map<string, Finding[]>();
	for (const finding of findings) {
		const id = key(finding);
		if (id === null) continue;
		const group = groups.get(id);
		if (group) group.push(finding);
		else groups.set(id, [finding]);
	}
	return groups;
}

/** By manager: how many flags stand in cases about which they recorded something that does not count, for want of a tier. */
function casesWithoutCounting(view: View, aboutCase: Map<string, Finding[]>): Map<string, number> {
	const flags = new Map<string, number>();
	for (const file of view.authority.cases) {
		const resting = (aboutCase.get(file.caseId) ?? []).filter(({ code }) => ON_OVERSIGHT.includes(code));
		if (resting.length === 0) continue;
		const managers = new Set(
			oversightEvents(file, view)
				.filter(({ notCounting }) => notCounting === 'NOT_MANAGING_PRACTICE')
				.map(({ by }) => by)
		);
		for (const manager of managers) flags.set(manager, (flags.get(manager) ?? 0) + resting.length);
	}
	return flags;
}

/** Whether somebody agreed to the refusal that a flag calls declined alone. */
function isAgreedBy(
	finding: Finding,
	practitionerId: string | null,
	{ authority, knowledge }: View
): boolean {
	if (finding.code !== 'REQUEST_DECLINED_ALONE' || practitionerId === null) return false;
	return authority.requests.some(
		(request) =>
			request.requestId === finding.subject.id &&
			request.secondManagerId === practitionerId &&
			isKnown(request, request.requestedOn, knowledge)
	);
}

/** Those in post and the open cases on the view's day, of some people and cases: what a list without gaps was checked over. */
export function checkedOn(view: View, { people, cases }: Looked): { people: number; cases: number } {
	const { on } = view.knowledge;
	return {
		people: people.filter(({ practitionerId }) => isInPost(view, practitionerId, on)).length,
		cases: cases.filter((file) => isOpenOn(file, on, view.knowledge)).length
	};
}

/** The people and files of the view that some ids name. */
export function lookedAt(view: View, ids: { people: Iterable<string>; cases: ReadonlySet<string> }): Looked {
	return {
		people: [...ids.people].flatMap((id) => personOf(view, id) ?? []),
		cases: view.authority.cases.filter(({ caseId }) => ids.cases.has(caseId))
	};
}
