import type { AskingRole } from './access.ts';
import { addDays, addWorkingDays, after, type CalendarDate, type Length } from './calendar.ts';
import { caseDetails, closedOn, countingLeadsOn, coWorkersOn, type CaseFile } from './cases.ts';
import { SEVERITIES, type Code, type Severity } from './codes.ts';
import { isKnown, type Knowledge } from './knowledge.ts';
import { coversNamed, inPostOn, type Person, type Team } from './people.ts';

/** Who answers for a flag, lowest first. Every other role is outside it. */
export const LADDER = [
	'practitioner',
	'practice_supervisor',
	'team_manager',
	'service_manager',
	'director'
] as const;
export type Grade = (typeof LADDER)[number];

/** The grade of somebody by what they are today; null: outside the ladder. */
export function gradeOf(role: AskingRole): Grade | null {
	if (role === 'senior_practitioner') return 'practitioner';
	return LADDER.find((grade) => grade === role) ?? null;
}

export function isAtLeast(grade: Grade | null, least: Grade): boolean {
	return grade !== null && LADDER.indexOf(grade) >= LADDER.indexOf(least);
}

/** Those who answer for teams on a day, and which service each team belongs to. */
export interface Managers {
	inPost: readonly { practitionerId: string; grade: AnsweringGrade; teamId: string }[];
	serviceOf: ReadonlyMap<string, string>;
}

const ANSWERING = ['team_manager', 'service_manager', 'director'] as const;
export type AnsweringGrade = (typeof ANSWERING)[number];

/** Who manages what on the day of the knowledge; `people` may be all, or those who ever had such a posting. */
export function managersOn(people: Iterable<Person>, teams: readonly Team[], knowledge: Knowledge): Managers {
	const inPost: Managers['inPost'][number][] = [];
	for (const person of people) {
		const posting = inPostOn(person, knowledge.on, knowledge);
		const grade = ANSWERING.find((each) => each === posting?.role);
		if (posting && grade)
			inPost.push({ practitionerId: person.practitionerId, grade, teamId: posting.teamId });
	}
	const known = teams.filter((team) => isKnown(team, null, knowledge));
	return { inPost, serviceOf: new Map(known.map(({ teamId, service }) => [teamId, service])) };
}

/** What a flag, or a request for oversight, is about: whose it is to answer for, and whom it concerns themselves. */
export interface About {
	/** Null: the queue of no team, for service managers and above. */
	teamId: string | null;
	/** Whose own case or record it is: they answer for nothing about it. */
	concerned: readonly string[];
}

export interface Responsible {
	grade: AnsweringGrade;
	/** Empty: nobody in post on the whole ladder. */
	practitionerIds: readonly string[];
	/** The grades below that it went past by itself, and why. */
	passed: readonly { grade: AnsweringGrade; why: 'NO_TEAM' | 'NOBODY_IN_POST' | 'OWN_CASE' }[];
}

/** Who answers for it: the team manager of its team in post that day and not concerned, else the next up the ladder. */
export function responsibleFor(about: About, managers: Managers): Responsible {
	return firstFrom(ANSWERING, about, managers);
}

/** Who is next above somebody's grade; null: nobody in post is. */
export function nextAbove(grade: AnsweringGrade, about: About, managers: Managers): Responsible | null {
	const above = ANSWERING.slice(ANSWERING.indexOf(grade) + 1);
	const next = firstFrom(above, about, managers);
	return next.practitionerIds.length === 0 ? null : next;
}

function firstFrom(grades: readonly AnsweringGrade[], about: About, managers: Managers): Responsible {
	const passed: Responsible['passed'][number][] = [];
	for (const grade of grades) {
		const inPost = inPostFor(grade, about.teamId, managers);
		const free = inPost.filter((id) => !about.concerned.includes(id));
		if (free.length > 0) return { grade, practitionerIds: free, passed };
		const noTeam = grade === 'team_manager' && about.teamId === null;
		passed.push({ grade, why: noTeam ? 'NO_TEAM' : inPost.length > 0 ? 'OWN_CASE' : 'NOBODY_IN_POST' });
	}
	return { grade: 'director', practitionerIds: [], passed };
}

function inPostFor(grade: AnsweringGrade, teamId: string | null, { inPost, serviceOf }: Managers): string[] {
	const service = teamId === null ? undefined : serviceOf.get(teamId);
	const answers = {
		team_manager: (own: string) => own === teamId,
		service_manager: (own: string) => teamId === null || (service ?? null) === (serviceOf.get(own) ?? null),
		director: () => true
	}[grade];
	return inPost
		.filter((each) => each.grade === grade && answers(each.teamId))
		.map((each) => each.practitionerId);
}

/**
 * Whose own case or record a flag is: whoever leads or co-works the case, on the day they hand it on too, and the
 * practitioner it is about. Of a closed case, whoever held it when it closed.
 */
export function concernedIn(
	finding: { practitionerId: string | null; subject: { kind: string; id: string } },
	file: CaseFile | null,
	knowledge: Knowledge
): string[] {
	const concerned = new Set<string>(file ? holdersOn(file, knowledge) : []);
	if (finding.practitionerId !== null) concerned.add(finding.practitionerId);
	if (finding.subject.kind === 'practitioner') concerned.add(finding.subject.id);
	return [...concerned];
}

/** Lead and co-workers on the day, the lead who handed it on that day, and of a closed case those who held it last. */
export function holdersOn(file: CaseFile, knowledge: Knowledge): string[] {
	const details = caseDetails(file, knowledge);
	const closed = details && closedOn(details, knowledge);
	const leads = countingLeadsOn(file, closed ?? knowledge.on, knowledge);
	const coWorkers = coWorkersOn(file, closed ? addDays(closed, -1) : knowledge.on, knowledge);
	return [...new Set([...leads, ...coWorkers])];
}

/** Those named to cover somebody who holds the case and is away on the day. */
export function coveringOn(
	file: CaseFile,
	people: ReadonlyMap<string, Person>,
	knowledge: Knowledge
): string[] {
	return holdersOn(file, knowledge).flatMap((holder) => {
		const person = people.get(holder);
		return person ? coversNamed(person, 'cases', knowledge.on, knowledge) : [];
	});
}

/** Within what time a flag is to be acknowledged once somebody is asked (domain: severity); null: it never escalates. */
const TIME_TO_ACKNOWLEDGE: Record<Severity, Length | null> = {
	critical: { count: 0, unit: 'wd' },
	high: { count: 1, unit: 'wd' },
	medium: { count: 5, unit: 'wd' },
	low: null
};

/** The last day on which acknowledging is in time; null: there is no such day. */
function acknowledgeBy(askedOn: CalendarDate, severity: Severity): CalendarDate | null {
	const time = TIME_TO_ACKNOWLEDGE[severity];
	return time && after(askedOn, time);
}

/** The last day to which a flag may be accepted from today (local default: 28 days; the composite 5 working days). */
export function acceptedAtMostUntil(code: Code, today: CalendarDate): CalendarDate {
	return code === 'HELD_WITHOUT_OVERSIGHT' ? addWorkingDays(today, 5) : addDays(today, 28);
}

/** Something that happened to a stored flag, on a day of the authority. */
export type FlagStep = {
	on: CalendarDate;
	/** When it was written down; orders the steps of one day. */
	at: Date;
	/** Null: the review. */
	by: { accountId: string; practitionerId: string | null; role: AskingRole } | null;
} & (
	| { step: 'raised' }
	| { step: 'severity_changed'; from: Severity; to: Severity }
	| { step: 'acknowledged'; severity: Severity; plan: string }
	| { step: 'accepted'; severity: Severity; reason: string; mitigation: string; until: CalendarDate }
	| { step: 'asked_again'; why: AskedAgain }
	| { step: 'escalated'; from: AnsweringGrade; to: AnsweringGrade | null; practitionerIds: readonly string[] }
	| { step: 'commented'; words: string }
	| { step: 'cleared'; fact: unknown }
);

/** An acknowledgement and an acceptance are of the severity they were given at, and an acceptance ends. */
export type AskedAgain = 'ACCEPTANCE_ENDED' | 'SEVERITY_ROSE';

export type Acknowledged = Extract<FlagStep, { step: 'acknowledged' }>;
export type Accepted = Extract<FlagStep, { step: 'accepted' }>;

export type FlagState =
	| { state: 'raised'; askedOn: CalendarDate; by: CalendarDate | null; again: AskedAgain | null }
	/** `on`: the first day after the time to acknowledge had passed. */
	| { state: 'escalated'; askedOn: CalendarDate; on: CalendarDate; again: AskedAgain | null }
	| { state: 'acknowledged'; answer: Acknowledged }
	| { state: 'accepted'; answer: Accepted }
	| { state: 'cleared'; on: CalendarDate };

/**
 * The state of a flag on a day, from the steps known by then and its severity now. Whoever accepts or acknowledges is
 * asked again when the acceptance ends or the severity rises; the time to acknowledge runs from the day of asking.
 */
export function stateOf(severity: Severity, steps: readonly FlagStep[], day: CalendarDate): FlagState {
	let askedOn = day;
	let again: AskedAgain | null = null;
	let answer: Acknowledged | Accepted | null = null;
	let stretches: { from: CalendarDate; severity: Severity }[] = [];
	const ask = (on: CalendarDate, why: AskedAgain) => {
		[askedOn, again, answer] = [on, why, null];
		stretches = stretches.slice(-1).map((last) => ({ ...last, from: on }));
	};
	const endAcceptanceBefore = (on: CalendarDate) => {
		if (answer?.step === 'accepted' && answer.until < on) ask(addDays(answer.until, 1), 'ACCEPTANCE_ENDED');
	};
	const becomes = (to: Severity, on: CalendarDate) => {
		stretches.push({ from: on, severity: to });
		if (answer && isWorse(to, answer.severity)) ask(on, 'SEVERITY_ROSE');
	};
	const past = steps.filter(({ on }) => on <= day);
	const first = past.find((step) => step.step === 'severity_changed');
	for (const step of past) {
		endAcceptanceBefore(step.on);
		if (step.step === 'raised') {
			askedOn = step.on;
			stretches = [{ from: step.on, severity: first?.from ?? severity }];
		} else if (step.step === 'severity_changed') becomes(step.to, step.on);
		else if (step.step === 'acknowledged' || step.step === 'accepted') answer = step;
		else if (step.step === 'cleared') return { state: 'cleared', on: step.on };
	}
	endAcceptanceBefore(day);
	if (stretches.at(-1)?.severity !== severity) becomes(severity, day);
	const answered = answer;
	if (answered)
		return answered.step === 'accepted'
			? { state: 'accepted', answer: answered }
			: { state: 'acknowledged', answer: answered };
	const escalatedOn = escalatesOn(stretches, day);
	return escalatedOn === null
		? { state: 'raised', askedOn, by: acknowledgeBy(stretches.at(-1)?.from ?? askedOn, severity), again }
		: { state: 'escalated', askedOn, on: escalatedOn, again };
}

/** The first day after a time to acknowledge ran out while the flag was of the severity that sets it. */
function escalatesOn(
	stretches: readonly { from: CalendarDate; severity: Severity }[],
	day: CalendarDate
): CalendarDate | null {
	for (const [place, { from, severity }] of stretches.entries()) {
		const by = acknowledgeBy(from, severity);
		const next = stretches[place + 1]?.from;
		if (by === null || day <= by || (next !== undefined && next <= by)) continue;
		return addDays(by, 1);
	}
	return null;
}

function isWorse(severity: Severity, than: Severity): boolean {
	return SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(than);
}

/** Who is asked about a flag now: those responsible, after escalation those one level up; null: nobody has to answer. */
export function askedNow(state: FlagState, about: About, managers: Managers): Responsible | null {
	if (state.state === 'raised') return responsibleFor(about, managers);
	if (state.state !== 'escalated') return null;
	const responsible = responsibleFor(about, managers);
	return nextAbove(responsible.grade, about, managers) ?? responsible;
}

/** Somebody who wants to do something about a flag or a case. */
export interface Acting {
	practitionerId: string | null;
	role: AskingRole;
}

export type FlagRefusal =
	| { code: 'CLEARED' }
	| { code: 'READS_ONLY' }
	| { code: 'OWN_CASE' }
	| { code: 'BELOW_GRADE'; needs: AnsweringGrade; responsible: Responsible }
	| { code: 'NOBODY_ABOVE' }
	| { code: 'ALREADY_ACKNOWLEDGED'; answer: Acknowledged }
	| { code: 'ALREADY_ACCEPTED'; answer: Accepted };

/** Why somebody may not acknowledge a flag; null: they may. It takes the grade that is responsible, or above. */
export function whyNotAcknowledge(
	by: Acting,
	state: FlagState,
	about: About,
	managers: Managers
): FlagRefusal | null {
	const responsible = responsibleFor(about, managers);
	return (
		whyNotAnswer(by, state, about) ??
		(state.state === 'acknowledged' ? { code: 'ALREADY_ACKNOWLEDGED', answer: state.answer } : null) ??
		(isAtLeast(gradeOf(by.role), responsible.grade)
			? null
			: { code: 'BELOW_GRADE', needs: responsible.grade, responsible })
	);
}

/**
 * Why somebody may not accept a flag; null: they may. It takes one grade above the one that is responsible, which is
 * never below a service manager.
 */
export function whyNotAccept(
	by: Acting,
	state: FlagState,
	about: About,
	managers: Managers
): FlagRefusal | null {
	const refused = whyNotAnswer(by, state, about);
	if (refused) return refused;
	const responsible = responsibleFor(about, managers);
	const above = ANSWERING[ANSWERING.indexOf(responsible.grade) + 1];
	if (!above) return { code: 'NOBODY_ABOVE' };
	return isAtLeast(gradeOf(by.role), above) ? null : { code: 'BELOW_GRADE', needs: above, responsible };
}

function whyNotAnswer(by: Acting, state: FlagState, about: About): FlagRefusal | null {
	if (state.state === 'cleared') return { code: 'CLEARED' };
	if (by.role === 'inspector') return { code: 'READS_ONLY' };
	if (isConcerned(by, about)) return { code: 'OWN_CASE' };
	return state.state === 'accepted' ? { code: 'ALREADY_ACCEPTED', answer: state.answer } : null;
}

/** Why somebody who sees a flag may not comment on it; null: they may. */
export function whyNotComment(by: Acting, state: FlagState): FlagRefusal | null {
	if (state.state === 'cleared') return { code: 'CLEARED' };
	return by.role === 'inspector' ? { code: 'READS_ONLY' } : null;
}

export function isConcerned({ practitionerId }: Acting, { concerned }: About): boolean {
	return practitionerId !== null && concerned.includes(practitionerId);
}
