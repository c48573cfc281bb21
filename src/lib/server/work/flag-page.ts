import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { addDays, addWorkingDays, dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { evidenceOf, type EvidenceInWords } from '#lib/domain/evidence.ts';
import { namedInClearing, type ClearingFact } from '#lib/domain/flag-clearing.ts';
import {
	acceptedAtMostUntil,
	whyNotAccept,
	whyNotAcknowledge,
	whyNotComment,
	type FlagStep
} from '#lib/domain/flag-life.ts';
import {
	passedInWords,
	refusalInWords,
	stepInWords,
	whoInWords,
	type NamesOrRoles
} from '#lib/domain/flag-life-words.ts';
import { CODES, type Code, type Severity } from '#lib/domain/codes.ts';
import { flagInWords, namedIn } from '#lib/domain/flag-words.ts';
import { fold, type Finding } from '#lib/domain/flags.ts';
import { CODE_IN_WORDS, type Names } from '#lib/domain/wording.ts';
import { record } from '#lib/server/audit.ts';
import { timeOfInstant } from '#lib/server/clock.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import {
	flagAfter,
	flagWithSteps,
	standingFlagId,
	type FlagWithSteps
} from '#lib/server/store/flag-steps.ts';
import {
	namedInRequest,
	requestForReading,
	requestsOfCase,
	whyNotAskAbout,
	type LiveRequest,
	type RequestInWords
} from './ask-for-oversight.ts';
import {
	lifeInWords,
	lifeOfStored,
	namedInLife,
	subjectsOf,
	type FlagAsker,
	type LifeInWords
} from './flag-lives.ts';
import { pictureOfScope, pictureOfThose, type Picture } from './picture.ts';
import { reviewThose } from './review-flags.ts';
import { namesFor } from './names.ts';

export interface FlagEvent {
	key: string;
	on: CalendarDate;
	shownOn: string;
	title: string;
	detail: string | null;
	tone: 'plain' | 'good' | 'worst';
	/** Another flag of the same rule about the same. */
	flagId: string | null;
}

/** Another flag of the same case. Null id: not stored yet. */
interface FlagLink {
	title: string;
	flagId: string | null;
	code: Code;
	subjectId: string;
}

/** A flag as its page shows it. */
export interface FlagPage {
	flagId: string;
	code: Code;
	title: string;
	severity: Severity;
	reference: string;
	caseId: string | null;
	practitionerId: string | null;
	since: string;
	/** Null: the rule does not hold on the day shown. */
	why: string | null;
	clears: string | null;
	/** The day whose facts `why` is from: today, and of a cleared flag the last day it stood. */
	seenOn: CalendarDate;
	life: LifeInWords;
	responsible: string;
	passed: string;
	/** Flags folded into this one, and the one it is folded into, each with its own life. */
	reasons: FlagLink[];
	foldedInto: FlagLink | null;
	history: FlagEvent[];
	/** A request for oversight that waits; null: none does, or the flag is about no case. */
	waiting: RequestInWords | null;
	/** What speaks for it on the day shown; null: the rule does not hold on it. */
	evidence: EvidenceInWords | null;
	/** Null: they may; else why not, in words. */
	whyNot: { acknowledge: string | null; accept: string | null; comment: string | null; ask: string | null };
	/** Days until which it can be accepted, the last of them at most. */
	untilChoices: { on: CalendarDate; label: string }[];
}

/** Where the flag of a finding is; one not stored yet is, by a review of what it is about. Null: out of scope, or none. */
export async function flagOfFinding(
	tx: Transaction,
	by: FlagAsker & { today: CalendarDate },
	rule: string,
	subjectId: string
): Promise<string | null> {
	const code = CODES.find((each) => each === rule);
	if (!code || !isId(subjectId)) return null;
	const stored = await standingFlagId(tx, code, subjectId);
	if (stored) return stored;
	const { findings } = await pictureOfScope(tx, { on: by.today, hindsight: false }, by.role);
	const found = findings.find((finding) => finding.code === code && finding.subject.id === subjectId);
	if (!found) return null;
	const { caseId, practitionerId, subject } = found;
	const about = { caseId, practitionerId, subjectKind: subject.kind, subjectId };
	await reviewThose(tx, by, by.today, subjectsOf(about));
	return standingFlagId(tx, code, subjectId);
}

/** The page of a flag today; null where it is not in the scope of who asks. Being read is itself recorded. */
export async function flagPage(
	tx: Transaction,
	by: FlagAsker & { today: CalendarDate },
	flagId: string
): Promise<FlagPage | null> {
	const flag = isId(flagId) ? await flagWithSteps(tx, flagId) : null;
	if (!flag) return null;
	await record(tx, by, { action: 'read', entity: 'flag', entityId: flagId });
	const { today } = by;
	const { view, findings } = await pictureOfThose(tx, subjectsOf(flag), { on: today, hindsight: false });
	const seenOn = lastDayOf(flag, today);
	const then =
		seenOn === today
			? { view, findings }
			: await pictureOfThose(tx, subjectsOf(flag), { on: seenOn, hindsight: false });
	const isThis = ({ code, subject }: Finding) => code === flag.code && subject.id === flag.subjectId;
	const folded = fold(then.findings);
	const finding = folded.find(isThis) ?? then.findings.find(isThis) ?? null;
	const life = await lifeOfStored(tx, flag, view, finding?.severity);
	const { caseId } = flag;
	const requests = caseId === null ? [] : await requestsOfCase(tx, view, life.managers, caseId);
	const names = await shownNames(tx, by.role, [
		...then.view.authority.people.keys(),
		...namedIn(then.findings),
		...namedInLife(life),
		...requests.flatMap(namedInRequest),
		...flag.steps.flatMap(namedInStep)
	]);
	const practitioner = names ?? (() => 'a practitioner');
	const words = finding && flagInWords(finding, practitioner, seenOn);
	const waiting = requests.find(({ state }) => state.state !== 'answered') ?? null;
	const file = then.view.authority.cases.find((each) => each.caseId === caseId);
	const previous = flag.previousId === null ? null : await flagWithSteps(tx, flag.previousId);
	const composite = finding && !folded.includes(finding) ? folded.find(takesIn(finding)) : undefined;
	const { state, about, managers } = life;
	const refused = (refusal: Parameters<typeof refusalInWords>[0] | null) =>
		refusal && refusalInWords(refusal, names);
	return {
		flagId,
		code: flag.code,
		title: CODE_IN_WORDS[flag.code],
		severity: finding?.severity ?? flag.severity,
		reference: words?.reference ?? file?.reference ?? practitioner(flag.practitionerId ?? ''),
		caseId,
		practitionerId: names ? flag.practitionerId : null,
		since: words?.sinceInWords ?? `From ${dayInWords(flag.becameTrueOn)}`,
		why: words?.why ?? null,
		clears: words?.clears ?? null,
		seenOn,
		life: lifeInWords(life, names),
		responsible: whoInWords(life.responsible, names),
		passed: passedInWords(life.responsible),
		reasons: await lifeLinks(
			tx,
			(finding?.reasons ?? []).map((code) => ({ code, subjectId: flag.subjectId }))
		),
		foldedInto: composite
			? ((await lifeLinks(tx, [{ code: composite.code, subjectId: composite.subject.id }]))[0] ?? null)
			: null,
		history: historyOf(flag, previous, await flagAfter(tx, flagId), requests, names),
		waiting: waiting && requestForReading(waiting, names),
		evidence: finding && (await evidenceFor(tx, flag, finding, then, practitioner)),
		whyNot: {
			acknowledge: refused(whyNotAcknowledge(by, state, about, managers)),
			accept: refused(whyNotAccept(by, state, about, managers)),
			comment: refused(whyNotComment(by, state)),
			ask: caseId === null ? '' : refused(whyNotAskAbout(by, caseId, view, waiting))
		},
		untilChoices: untilChoices(flag.code, today)
	};
}

async function evidenceFor(
	tx: Transaction,
	flag: FlagWithSteps,
	finding: Finding,
	{ view, findings }: Picture,
	names: Names
): Promise<EvidenceInWords | null> {
	const asAt = { on: view.knowledge.on, hindsight: true };
	const later = await pictureOfThose(tx, subjectsOf(flag), asAt);
	const same = ({ code, subject }: Finding) => code === finding.code && subject.id === finding.subject.id;
	const together = findings.filter(({ caseId, practitionerId }) =>
		finding.caseId === null
			? caseId === null && practitionerId === finding.practitionerId
			: caseId === finding.caseId
	);
	return evidenceOf(finding, view, together, later.findings.find(same) ?? null, names);
}

/** Today, or of a cleared flag the last day on which it stood. */
function lastDayOf({ clearedOn, becameTrueOn }: FlagWithSteps, today: CalendarDate): CalendarDate {
	if (clearedOn === null) return today;
	const before = addDays(clearedOn, -1);
	return before < becameTrueOn ? becameTrueOn : before;
}

function takesIn({ code, caseId }: Finding) {
	return (composite: Finding) => composite.caseId === caseId && composite.reasons.includes(code);
}

async function lifeLinks(tx: Transaction, asked: readonly { code: Code; subjectId: string }[]) {
	const links: FlagLink[] = [];
	for (const { code, subjectId } of asked)
		links.push({
			code,
			subjectId,
			title: CODE_IN_WORDS[code],
			flagId: await standingFlagId(tx, code, subjectId)
		});
	return links;
}

async function shownNames(tx: Transaction, role: AskingRole, ids: readonly string[]): Promise<NamesOrRoles> {
	return seesNames(role) ? namesFor(tx, ids) : null;
}

function namedInStep(step: FlagStep): string[] {
	const by = step.by?.practitionerId ?? null;
	const fact = step.step === 'cleared' ? (step.fact as ClearingFact | undefined) : undefined;
	return [
		...(by === null ? [] : [by]),
		...(step.step === 'escalated' ? step.practitionerIds : []),
		...(fact ? namedInClearing(fact) : [])
	];
}

function historyOf(
	flag: FlagWithSteps,
	previous: FlagWithSteps | null,
	after: { flagId: string; becameTrueOn: CalendarDate } | null,
	requests: readonly LiveRequest[],
	names: NamesOrRoles
): FlagEvent[] {
	const events = flag.steps.map((step, place): FlagEvent => {
		const { title, detail } = stepInWords(step, names);
		const time = step.by ? `, ${timeOfInstant(step.at)}` : '';
		const isRaised = step.step === 'raised';
		const worst = isRaised || step.step === 'escalated' || step.step === 'severity_changed';
		return {
			key: `step-${place}`,
			on: step.on,
			shownOn: `${dayInWords(step.on)}${time}`,
			title,
			detail: isRaised
				? `It became true on ${dayInWords(flag.becameTrueOn)}, and was noticed on ${dayInWords(step.on)}.`
				: detail,
			tone: step.step === 'cleared' ? 'good' : worst ? 'worst' : 'plain',
			flagId: null
		};
	});
	const asked = requests
		.filter(({ askedOn }) => flag.clearedOn === null || askedOn <= flag.clearedOn)
		.filter(({ state }) => state.state !== 'answered' || state.on >= flag.becameTrueOn)
		.map((request): FlagEvent => {
			const { ask, stands, said } = requestForReading(request, names);
			return {
				key: `request-${request.requestId}`,
				on: request.askedOn,
				shownOn: dayInWords(request.askedOn),
				title: ask,
				detail: said === null ? stands : `“${said}”\n${stands}`,
				tone: 'plain',
				flagId: null
			};
		});
	const other = (key: string, on: CalendarDate, title: string, flagId: string): FlagEvent => ({
		key,
		on,
		shownOn: dayInWords(on),
		title,
		detail: null,
		tone: 'plain',
		flagId
	});
	return [
		...(previous?.clearedOn
			? [other('previous', previous.clearedOn, 'An earlier flag of the same was cleared', previous.flagId)]
			: []),
		...events,
		...asked,
		...(after ? [other('after', after.becameTrueOn, 'It returned, as a new flag', after.flagId)] : [])
	]
		.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
		.reverse();
}

function untilChoices(code: Code, today: CalendarDate): { on: CalendarDate; label: string }[] {
	const last = acceptedAtMostUntil(code, today);
	const days =
		code === 'HELD_WITHOUT_OVERSIGHT'
			? [
					{ on: addWorkingDays(today, 1), label: '1 working day' },
					{ on: addWorkingDays(today, 3), label: '3 working days' },
					{ on: last, label: '5 working days' }
				]
			: [
					{ on: addDays(today, 7), label: '7 days' },
					{ on: addDays(today, 14), label: '14 days' },
					{ on: last, label: '28 days' }
				];
	return days.map(({ on, label }) => ({ on, label: `${label}, to ${dayInWords(on)}` }));
}
