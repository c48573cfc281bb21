import { dayInWords } from './calendar.ts';
import type { CaseExplained, RuleExplained } from './explain.ts';
import {
	CODE_IN_WORDS,
	kindsInWords,
	lengthInWords,
	NOT_COUNTING_IN_WORDS,
	OVERSIGHT_KIND_IN_WORDS,
	SEVERITY_IN_WORDS,
	STAKES_IN_WORDS,
	STANDING_IN_WORDS,
	TIER_IN_WORDS,
	tierReasonInWords,
	type Names
} from './wording.ts';

/** The explanation of a case as lines of plain text. */
export function explainedInWords(explained: CaseExplained, names: Names): string[] {
	const { reference, asAt, hindsight, policyVersion, state, oversight, notYetKnown, rules } = explained;
	const known = hindsight ? 'with all that has been recorded since' : 'with what was known then';
	const head = [`Case ${reference} on ${dayInWords(asAt)}, ${known}. Policy version ${policyVersion}.`, ''];
	const about = ['Rules:', ...rules.flatMap(ruleInWords)];
	if (!state)
		return [...head, 'It was not open on that day, so no rule about an open case looks at it.', '', ...about];
	const asks = `It asks for tier ${state.leastTier} (${TIER_IN_WORDS[state.leastTier]})`;
	return [
		...head,
		`${kindsInWords(state.kinds.map(({ kind }) => kind))}, ${STAKES_IN_WORDS[state.stakes]}. ${asks}${state.training.length > 0 ? ` and ${state.training.join(', ')}` : ''}.`,
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
		...clockInWords(state),
		'',
		'Oversight seen:',
		...(oversight.length === 0 ? ['  none'] : []),
		...oversight.map(
			({ on, by, via, kind, notCounting, knownOn, countsForStart }) =>
				`  ${dayInWords(on)} ${via === 'entry' && kind ? OVERSIGHT_KIND_IN_WORDS[kind] : 'case discussion'} by ${names(by)}${knownOn === on ? '' : `, known from ${dayInWords(knownOn)}`}: ${notCounting ? `does not count, ${NOT_COUNTING_IN_WORDS[notCounting]}` : countsForStart ? 'counts as made on the day the clock started' : 'counts'}`
		),
		...notYetKnown.map(
			({ what, happenedOn, knownOn }) =>
				`  ${dayInWords(happenedOn)} ${what}: not yet known, recorded on ${dayInWords(knownOn)}`
		),
		'',
		...about
	].filter((line, place, lines) => line !== '' || lines[place - 1] !== '');
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

function ruleInWords({ code, subject, finding, conditions }: RuleExplained): string[] {
	const of = subject.kind === 'case' ? '' : `, ${subject.kind} ${subject.reference}`;
	const title = `${CODE_IN_WORDS[code]}${of}`;
	const state = finding
		? `stands, ${SEVERITY_IN_WORDS[finding.severity].toLowerCase()}, since ${dayInWords(finding.since)}`
		: 'does not stand';
	return [
		`  ${title} (${code}): ${state}.`,
		...conditions.map(({ asks, met }) => `    ${met ? 'yes' : 'no '}  ${asks}`)
	];
}
