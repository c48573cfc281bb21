import { dayInWords, daysBetween, type CalendarDate } from './calendar.ts';
import type { Condition } from './explain-conditions.ts';
import type { CaseExplained, PractitionerExplained, RuleExplained } from './explain.ts';
import type { DayOfChange } from './day-steps.ts';
import type { Code, Severity } from './codes.ts';
import { flagInWords } from './flag-words.ts';
import type { SubjectKind } from './flags.ts';
import type { Compared, ThenAndWithHindsight } from './hindsight.ts';
import type { Learned, NotYetKnown } from './learned-later.ts';
import {
	capital,
	CODE_IN_WORDS,
	daysInWords,
	kindsInWords,
	lengthInWords,
	listInWords,
	NOT_COUNTING_IN_WORDS,
	OVERSIGHT_KIND_IN_WORDS,
	ROLE_IN_WORDS,
	SEVERITY_IN_WORDS,
	STAKES_IN_WORDS,
	STANDING_IN_WORDS,
	TIER_IN_WORDS,
	tierReasonInWords,
	type Names
} from './wording.ts';

/** A fact as the rules saw it. */
export interface SeenInWords {
	key: string;
	on: CalendarDate;
	shownOn: string;
	words: string;
}

/** A fact that was recorded after the day asked about. */
export interface LearnedInWords {
	key: string;
	what: string;
	happenedOn: string;
	recordedOn: string;
	late: string;
	by: string;
}

export interface RuleInWords {
	code: string;
	title: string;
	/** Null: it does not stand. */
	severity: Severity | null;
	/** Since when and why it stands, or the one sentence why it does not. */
	words: string;
	/** What would clear it; null where it does not stand. */
	clears: string | null;
	conditions: readonly Condition[];
	source: string;
	/** It looks at something else: explained there. */
	elsewhere: boolean;
}

/** An explanation as it is read: by lines in a terminal, by parts on a page. */
export interface ExplanationInWords {
	title: string;
	policy: string;
	facts: string[];
	seenTitle: string;
	seen: SeenInWords[];
	notYetKnown: LearnedInWords[];
	rules: RuleInWords[];
}

export interface ThenAndWithHindsightInWords {
	key: string;
	code: string;
	title: string;
	reference: string;
	subjectKind: SubjectKind;
	then: string;
	withHindsight: string;
	change: string;
	changed: boolean;
}

export interface ComparedInWords {
	sentence: string;
	rows: ThenAndWithHindsightInWords[];
	notes: LearnedInWords[];
	others: LearnedInWords[];
}

const LEARNED_IN_WORDS: Record<Learned, string> = {
	oversight: 'oversight decision',
	discussion: 'case discussion',
	session: 'supervision session',
	case: 'the case itself',
	closing: 'closing of the case',
	kind: 'what the case became',
	kind_end: 'end of what the case was',
	allocation: 'allocation',
	allocation_end: 'end of an allocation',
	details: 'registration',
	posting: 'posting',
	posting_end: 'end of a posting',
	absence: 'absence',
	absence_end: 'end of an absence',
	training: 'training',
	action: 'action',
	request: 'request of a partner agency'
};

export function caseExplainedInWords(explained: CaseExplained, names: Names): ExplanationInWords {
	const { reference, state, oversight } = explained;
	return {
		title: `Case ${reference} on ${headInWords(explained)}`,
		policy: policyInWords(explained),
		facts: state
			? stateInWords(state, names)
			: ['It was not open on that day, so no rule about an open case looks at it.'],
		seenTitle: 'Oversight seen',
		seen: oversight.map(({ id, on, by, via, kind, notCounting, knownOn, countsForStart }) => ({
			key: `${via} ${id}`,
			on,
			shownOn: dayInWords(on),
			words: `${via === 'entry' && kind ? OVERSIGHT_KIND_IN_WORDS[kind] : 'case discussion'} by ${names(by)}${knownOn === on ? '' : `, known from ${dayInWords(knownOn)}`}: ${notCounting ? `does not count, ${NOT_COUNTING_IN_WORDS[notCounting]}` : countsForStart ? 'counts as made on the day the clock started' : 'counts'}`
		})),
		notYetKnown: explained.notYetKnown.map((fact, place) => learnedInWords(fact, place, names)),
		rules: explained.rules.map((rule) => ruleInWords(rule, names, explained.asAt))
	};
}

export function practitionerExplainedInWords(
	explained: PractitionerExplained,
	names: Names
): ExplanationInWords {
	const { practitionerId, state, sessions } = explained;
	return {
		title: `${capital(names(practitionerId))} on ${headInWords(explained)}`,
		policy: policyInWords(explained),
		facts: state
			? postInWords(state, names)
			: ['They were not in post on that day, so no rule looks at them.'],
		seenTitle: 'Supervision seen',
		seen: sessions.map(({ sessionId, on, by, state: was, minutes, interrupted, knownOn }) => ({
			key: sessionId,
			on: on ?? explained.asAt,
			shownOn: on === null ? 'no day' : dayInWords(on),
			words: `${was}, with ${names(by)}${minutes === null ? '' : `, ${minutes} minutes`}${interrupted ? ', interrupted' : ''}${knownOn === null || knownOn === on ? '' : `, known from ${dayInWords(knownOn)}`}`
		})),
		notYetKnown: explained.notYetKnown.map((fact, place) => learnedInWords(fact, place, names)),
		rules: explained.rules.map((rule) => ruleInWords(rule, names, explained.asAt))
	};
}

/** What stood beside what would have stood, and every note that was written up later. */
export function comparedInWords(compared: Compared, names: Names, on: CalendarDate): ComparedInWords {
	const { rows, notes, others } = compared;
	const changed = rows.filter(({ change }) => change !== 'same').length;
	const written =
		notes.length === 0
			? 'No note about that day or an earlier one was written up after it.'
			: `${notes.length === 1 ? '1 note was' : `${notes.length} notes were`} written up after ${dayInWords(on)}.`;
	const stood =
		rows.length === 0
			? 'No flag stood then, and none would with hindsight.'
			: changed === 0
				? 'The same flags stand with hindsight as were known then.'
				: `${changed === 1 ? '1 flag differs' : `${changed} flags differ`} with hindsight.`;
	return {
		sentence: `${written} ${stood}`,
		rows: rows.map((row) => rowInWords(row, names)),
		notes: notes.map((fact, place) => learnedInWords(fact, place, names)),
		others: others.map((fact, place) => learnedInWords(fact, place, names))
	};
}

/** What changes on a day, in one line: what happened first, then which flags began, changed and ended. */
export function changeInWords({ happened, began, ended, moved }: DayOfChange): string {
	const flags = (codes: readonly Code[], verb: string) =>
		codes.length === 0 ? [] : [`${verb}: ${listInWords(codes.map((code) => lower(CODE_IN_WORDS[code])))}`];
	return [
		...happened,
		...flags(began, 'flagged'),
		...flags(moved, 'severity changed'),
		...flags(ended, 'cleared')
	].join(' · ');
}

/** An explanation as lines of plain text. */
export function explanationLines({
	title,
	policy,
	facts,
	seenTitle,
	seen,
	notYetKnown,
	rules
}: ExplanationInWords): string[] {
	const own = rules.filter(({ elsewhere }) => !elsewhere);
	const others = rules.filter(({ elsewhere }) => elsewhere);
	return [
		`${title} ${policy}`,
		'',
		...facts,
		'',
		`${seenTitle}:`,
		...(seen.length === 0 ? ['  none'] : seen.map(({ shownOn, words }) => `  ${shownOn} ${words}`)),
		...(notYetKnown.length === 0 ? [] : ['', 'Not yet known:', ...notYetKnown.map(learnedLine)]),
		'',
		'Rules:',
		...own.flatMap(({ code, title: called, severity, words, clears, conditions }) => [
			`  ${called} (${code}): ${severity ? `stands, ${SEVERITY_IN_WORDS[severity].toLowerCase()}` : 'does not stand'}. ${words}${clears === null ? '' : ` What clears it: ${clears}`}`,
			...conditions.map(({ asks, met }) => `    ${met ? 'yes' : 'no '}  ${asks}`)
		]),
		...(others.length === 0
			? []
			: ['', `Not looked at here: ${others.map(({ code }) => code).join(', ')}. ${others[0]?.words ?? ''}`])
	];
}

export function comparedLines({ sentence, rows, notes, others }: ComparedInWords): string[] {
	return [
		'As known then, and with hindsight:',
		`  ${sentence}`,
		...rows.map(
			({ code, reference, then, withHindsight, change }) =>
				`  ${code} ${reference}: then ${lower(then)}; with hindsight ${lower(withHindsight)} (${change})`
		),
		...(notes.length === 0 ? [] : ['', 'Notes written up later:', ...notes.map(learnedLine)]),
		...(others.length === 0 ? [] : ['', 'Other facts recorded later:', ...others.map(learnedLine)])
	];
}

function learnedLine({ what, happenedOn, recordedOn, late, by }: LearnedInWords): string {
	return `  ${happenedOn} ${what}${by === '' ? '' : ` by ${by}`}: recorded on ${recordedOn}, ${late}`;
}

function headInWords({ asAt, hindsight }: { asAt: CalendarDate; hindsight: boolean }): string {
	return `${dayInWords(asAt)}, ${hindsight ? 'with all that has been recorded since' : 'with what was known then'}.`;
}

function policyInWords({
	policyVersion,
	policyEffectiveFrom
}: {
	policyVersion: number;
	policyEffectiveFrom: CalendarDate | null;
}): string {
	const from =
		policyEffectiveFrom === null ? 'from the beginning' : `from ${dayInWords(policyEffectiveFrom)}`;
	return `Policy version ${policyVersion}, in force ${from}.`;
}

function stateInWords(state: NonNullable<CaseExplained['state']>, names: Names): string[] {
	const asks = `It asks for tier ${state.leastTier} (${TIER_IN_WORDS[state.leastTier]})`;
	return [
		`${capital(kindsInWords(state.kinds.map(({ kind }) => kind)))}, ${STAKES_IN_WORDS[state.stakes]}. ${asks}${state.training.length > 0 ? ` and ${state.training.join(', ')}` : ''}.`,
		state.youngChild
			? 'The child is unborn or under 2, so medium is raised to high and high to critical.'
			: '',
		state.birthUnknown ? 'No date of birth is recorded, so nothing is raised for a young child.' : '',
		...state.holders.map(
			({ practitionerId, role, tier, inPost, absentSince, missing, suitable }) =>
				`${role === 'lead' ? 'Lead' : 'Co-worker'} ${names(practitionerId)}: ${tier.tier}, ${tierReasonInWords(tier.reason)}${missing.length > 0 ? `; not current: ${missing.join(', ')}` : ''}${inPost ? '' : '; not in post'}${absentSince ? `; away since ${dayInWords(absentSince)}` : ''}. ${suitable ? 'Suitable.' : 'Not suitable.'}`
		),
		state.holders.length === 0 ? 'Nobody holds it.' : '',
		state.suitablyHeld ? 'It is suitably held.' : 'It is not suitably held.',
		...clockInWords(state)
	].filter((line) => line !== '');
}

function clockInWords({ clock, standing }: NonNullable<CaseExplained['state']>): string[] {
	if (!clock || !standing) return ['No clock runs before the day from which the authority is observed.'];
	const intervals = clock.intervals.map(lengthInWords).join(' or ');
	const last = clock.lastOversightOn ? dayInWords(clock.lastOversightOn) : 'none since';
	return [
		`The clock started on ${dayInWords(clock.startedOn)}; last oversight that counts: ${last}; interval ${intervals}${clock.guarded ? ', halved for high stakes while a restructure covers the team' : ''}.`,
		`Due by ${dayInWords(clock.dueOn)}${clock.carriedFrom ? ', the date that was already running before the clock started again' : ''}. ${STANDING_IN_WORDS[standing]}.`
	];
}

function postInWords(state: NonNullable<PractitionerExplained['state']>, names: Names): string[] {
	const { tier, posting, absentSince, supervision, load } = state;
	const supervisor = posting.supervisorId === null ? 'nobody' : names(posting.supervisorId);
	const held = supervision?.lastHeldOn
		? `Last supervised on ${dayInWords(supervision.lastHeldOn)}`
		: supervision
			? `No supervision held since ${dayInWords(supervision.countedFrom)}`
			: 'No supervision clock runs';
	return [
		`${capital(ROLE_IN_WORDS[posting.role])}, ${posting.fte} FTE${posting.agency ? ', agency' : ''}, since ${dayInWords(posting.from)}. Supervised by ${supervisor}.`,
		`Tier ${tier.tier}: ${tierReasonInWords(tier.reason)}.`,
		absentSince ? `Away since ${dayInWords(absentSince)}.` : '',
		supervision
			? `${held}; due every ${lengthInWords(supervision.interval)}, so by ${dayInWords(supervision.dueOn)}${supervision.movedByDays > 0 ? `, moved on by ${daysInWords(supervision.movedByDays)} of absence` : ''}; red after ${dayInWords(supervision.graceUntil)}.`
			: `${held}.`,
		`Leads ${load.cases === 1 ? '1 case' : `${load.cases} cases`}: ${load.points} points of ${load.capacity}${load.loadPercent === null ? '' : `, ${load.loadPercent} %`}.`
	].filter((line) => line !== '');
}

function ruleInWords(rule: RuleExplained, names: Names, on: CalendarDate): RuleInWords {
	const { code, findings, conditions, source, whyNot } = rule;
	const flags = findings.map((finding) => flagInWords(finding, names, on));
	const [first] = flags;
	return {
		code,
		title: CODE_IN_WORDS[code],
		severity: first?.severity ?? null,
		words: first
			? flags.map(({ since, why }) => `Since ${dayInWords(since)}. ${why}`).join(' ')
			: (whyNot ?? ''),
		clears: first?.clears ?? null,
		conditions,
		source,
		elsewhere: rule.elsewhere
	};
}

function learnedInWords(fact: NotYetKnown, place: number, names: Names): LearnedInWords {
	const { what, happenedOn, knownOn, by } = fact;
	const days = daysBetween(happenedOn, knownOn);
	return {
		key: `${place} ${fact.id}`,
		what: LEARNED_IN_WORDS[what],
		happenedOn: dayInWords(happenedOn),
		recordedOn: dayInWords(knownOn),
		late: `${daysInWords(days)} later`,
		by: by === null ? '' : names(by)
	};
}

const CHANGE_IN_WORDS: Record<ThenAndWithHindsight['change'], string> = {
	same: 'the same',
	only_then: 'would not stand',
	only_with_hindsight: 'would stand',
	differs: 'stands otherwise'
};

function rowInWords(row: ThenAndWithHindsight, names: Names): ThenAndWithHindsightInWords {
	const { code, subject, then, withHindsight, change } = row;
	const said = (finding: ThenAndWithHindsight['then']) =>
		finding === null
			? 'Did not stand'
			: `${SEVERITY_IN_WORDS[finding.severity]}, since ${dayInWords(finding.since)}`;
	return {
		key: `${code} ${subject.id}`,
		code,
		title: CODE_IN_WORDS[code],
		reference: subject.kind === 'practitioner' ? names(subject.id) : subject.reference,
		subjectKind: subject.kind,
		then: said(then),
		withHindsight: withHindsight === null ? 'Would not stand' : said(withHindsight),
		change: CHANGE_IN_WORDS[change],
		changed: change !== 'same'
	};
}

function lower(words: string): string {
	return words.charAt(0).toLowerCase() + words.slice(1);
}
