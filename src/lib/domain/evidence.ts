import type { View } from './authority.ts';
import type { Condition } from './explain-conditions.ts';
import {
	caseExplainedInWords,
	practitionerExplainedInWords,
	type ExplanationInWords,
	type LearnedInWords,
	type SeenInWords
} from './explain-words.ts';
import { explainCase, explainPractitioner } from './explain.ts';
import type { Severity } from './codes.ts';
import { flagInWords } from './flag-words.ts';
import type { Finding } from './flags.ts';
import { SEVERITY_IN_WORDS, type Names } from './wording.ts';
import { dayInWords } from './calendar.ts';

/** The rows that matter, and how many more there are. */
export interface Shortened<Row> {
	shown: Row[];
	more: number;
}

/** What speaks for one flag on one day, as plain values: two printed pages at most, the long lists shortened. */
export interface EvidenceInWords {
	code: string;
	title: string;
	severity: Severity;
	since: string;
	why: string;
	clears: string;
	/** The day and what was known, and the policy version that judged. */
	judged: string;
	source: string;
	asks: readonly Condition[];
	/** The rules folded into it, each with its own reason. */
	reasons: { title: string; words: string }[];
	facts: string[];
	seenTitle: string;
	seen: Shortened<SeenInWords>;
	notYetKnown: Shortened<LearnedInWords>;
	/** What the same day says with everything recorded since. */
	hindsight: string;
}

const SEEN_ROWS = 8;
const LEARNED_ROWS = 6;

/**
 * The evidence for a finding on the view's day. `together`: all findings about the same subject that day, before
 * folding. `withHindsight`: the same flag with all facts; null: it would not stand. Null where the view does not hold
 * what the finding is about.
 */
export function evidenceOf(
	finding: Finding,
	view: View,
	together: readonly Finding[],
	withHindsight: Finding | null,
	names: Names
): EvidenceInWords | null {
	const explanation = explanationBehind(finding, view, together, names);
	if (!explanation) return null;
	const { on } = view.knowledge;
	const { code, title, severity, sinceInWords, why, clears } = flagInWords(finding, names, on);
	const rule = explanation.rules.find((each) => each.code === code);
	return {
		code,
		title,
		severity,
		since: sinceInWords,
		why,
		clears,
		judged: `As at ${dayInWords(on)}, with what was known then. ${explanation.policy}`,
		source: rule?.source ?? '',
		asks: rule?.conditions ?? [],
		reasons: finding.reasons.flatMap((reason) => {
			const folded = explanation.rules.find((each) => each.code === reason);
			return folded ? { title: folded.title, words: folded.words } : [];
		}),
		facts: explanation.facts,
		seenTitle: explanation.seenTitle,
		seen: latestOf(explanation.seen, SEEN_ROWS),
		notYetKnown: firstOf(explanation.notYetKnown, LEARNED_ROWS),
		hindsight: hindsightInWords(finding, withHindsight)
	};
}

function explanationBehind(
	{ caseId, practitionerId, subject }: Finding,
	view: View,
	together: readonly Finding[],
	names: Names
): ExplanationInWords | null {
	const file = caseId === null ? undefined : view.authority.cases.find((each) => each.caseId === caseId);
	if (file) return caseExplainedInWords(explainCase(file, view, together), names);
	const personId = practitionerId ?? (subject.kind === 'practitioner' ? subject.id : null);
	const explained = personId === null ? null : explainPractitioner(personId, view, together);
	return explained && practitionerExplainedInWords(explained, names);
}

/** Latest first: the newest say most about a day. */
function latestOf<Row>(rows: readonly Row[], count: number): Shortened<Row> {
	return firstOf([...rows].reverse(), count);
}

function firstOf<Row>(rows: readonly Row[], count: number): Shortened<Row> {
	return { shown: rows.slice(0, count), more: Math.max(0, rows.length - count) };
}

function hindsightInWords(then: Finding, withHindsight: Finding | null): string {
	if (withHindsight === null)
		return 'With everything recorded since, it would not have stood on this day. It stood with what was known, and stays on record.';
	const { severity, since } = withHindsight;
	return severity === then.severity && since === then.since
		? 'With everything recorded since, it stands just the same on this day.'
		: `With everything recorded since, it stands on this day as ${SEVERITY_IN_WORDS[severity].toLowerCase()}, since ${dayInWords(since)}.`;
}
