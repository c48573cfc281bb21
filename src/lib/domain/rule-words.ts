import { CODES, type Code } from './codes.ts';
import type { SubjectKind } from './flags.ts';
import { capitalised, SITUATION_IN_WORDS } from './policy-fields.ts';
import { KINDS, type Limit, type Policy, type Severities } from './policy.ts';
import { CASE_RULES } from './rules-about-cases.ts';
import { ENDING_RULES } from './rules-about-endings.ts';
import { PRACTITIONER_RULES } from './rules-about-practitioners.ts';
import { ACTION_RULES, REQUEST_RULES } from './rules-about-requests-and-actions.ts';
import { SESSION_RULES } from './rules-about-sessions.ts';
import { CODE_IN_WORDS, KIND_IN_WORDS, lengthInWords } from './wording.ts';

/** A rule as the documentation tells it. */
export interface RuleInWords {
	code: Code;
	title: string;
	subject: SubjectKind;
	source: string;
	condition: string;
	severity: string;
	clears: string;
	/** The numbers of the policy that it uses; empty: none. */
	numbers: string;
}

type Told = Omit<RuleInWords, 'code' | 'title' | 'subject' | 'source'>;

const SUBJECTS: readonly (readonly [SubjectKind, readonly { code: Code; source: string }[]])[] = [
	['case', CASE_RULES],
	['case', ENDING_RULES],
	['request', REQUEST_RULES],
	['action', ACTION_RULES],
	['practitioner', PRACTITIONER_RULES],
	['session', SESSION_RULES]
];

/** Every rule in the order of the catalogue, with the numbers of a policy. */
export function rulesInWords(policy: Policy): RuleInWords[] {
	const told = toldWith(policy);
	const rules = SUBJECTS.flatMap(([subject, list]) =>
		list.map(({ code, source }): RuleInWords => ({
			code,
			title: CODE_IN_WORDS[code],
			subject,
			source,
			...told[code]
		}))
	);
	return rules.sort((a, b) => CODES.indexOf(a.code) - CODES.indexOf(b.code));
}

const NO_NUMBERS = '';
const PER_KIND = 'The least tier, training, limits and stakes of each kind, below.';
const OVERSIGHT = 'A manager records oversight, or discusses it in a signed supervision session.';

function toldWith({
	supervision,
	grace,
	waits,
	capacity,
	load,
	limits,
	severities,
	restructureGuard
}: Policy): Record<Code, Told> {
	const within = {
		handover: lengthInWords(limits.handover),
		outcome: lengthInWords(limits.outcome),
		decision: lengthInWords(limits.decision),
		action: lengthInWords(limits.action),
		agreement: lengthInWords(limits.agreement),
		note: lengthInWords(limits.note),
		assessment: lengthInWords(limits.assessment),
		conference: lengthInWords(limits.conference)
	};
	const severity = <Each extends Code>(code: Each): string => severityInWords(code, severities[code]);
	const guard = restructureGuard ? 'The restructure guard is on.' : 'The restructure guard is off.';
	return {
		HELD_WITHOUT_OVERSIGHT: {
			condition:
				'A case of high stakes has a lead, is not suitably held, and its oversight is overdue. Below the experience required, training gap and oversight overdue are folded into it as its reasons.',
			severity: severity('HELD_WITHOUT_OVERSIGHT'),
			clears: 'Record oversight, add a co-worker who is suitable, or reallocate.',
			numbers: `${PER_KIND} ${guard}`
		},
		BELOW_EXPERIENCE: {
			condition: 'The lead’s tier is below the least tier of the case, and no co-worker is suitable.',
			severity: severity('BELOW_EXPERIENCE'),
			clears: 'Reallocate to, or add as co-worker, somebody of the tier with the training.',
			numbers: PER_KIND
		},
		TRAINING_GAP: {
			condition: 'The lead lacks a current course that the case requires, and no co-worker is suitable.',
			severity: severity('TRAINING_GAP'),
			clears: 'Complete the course, add a co-worker who has it, or reallocate.',
			numbers: PER_KIND
		},
		OVERSIGHT_OVERDUE: {
			condition:
				'It is after the day on which oversight was due, whoever holds the case and where nobody does.',
			severity: severity('OVERSIGHT_OVERDUE'),
			clears: OVERSIGHT,
			numbers: `${PER_KIND} At first is up to ${limits.overdueDays} days overdue. ${guard}`
		},
		UNALLOCATED: {
			condition:
				'Nobody in post leads the case: for high stakes at once, else after the wait. Counted from the first day of the unbroken wait.',
			severity: severity('UNALLOCATED'),
			clears: 'Allocate it to somebody in post.',
			numbers: `Looked-after children wait at most ${lengthInWords(waits.lookedAfter)}, others ${lengthInWords(waits.others)}.`
		},
		HOLDER_ABSENT: {
			condition:
				'The lead has been away for more than 5 working days, and no cover is named who is in post and here.',
			severity: severity('HOLDER_ABSENT'),
			clears: 'Name a cover who is here, or reallocate.',
			numbers: NO_NUMBERS
		},
		HANDOVER_WITHOUT_OVERSIGHT: {
			condition: `In the last 12 months the case came to another lead, or its lead to another team or supervisor, and for ${within.handover} since no counting oversight was made. An allocation or handover entry of the 5 working days before answers for a change of lead. The first lead is no change.`,
			severity: severity('HANDOVER_WITHOUT_OVERSIGHT'),
			clears: OVERSIGHT,
			numbers: guard
		},
		SECTION_47_UNEXPLAINED: {
			condition: `A section 47 enquiry ended in the last 12 months, and ${within.outcome} later no counting outcome made since it began was recorded.`,
			severity: severity('SECTION_47_UNEXPLAINED'),
			clears: 'A manager records the outcome of the enquiry, with the analysis behind it.',
			numbers: NO_NUMBERS
		},
		REQUEST_DECLINED_ALONE: {
			condition: `In the last 12 months a partner agency’s request was declined, and ${within.decision} later the rationale, or the agreement of a second manager, was missing; or it is not decided ${within.decision} after it was made.`,
			severity: severity('REQUEST_DECLINED_ALONE'),
			clears:
				'Decide the request; record the rationale; a second manager agrees, or the decision is changed.',
			numbers: NO_NUMBERS
		},
		CLOSED_WITHOUT_SIGN_OFF: {
			condition: `The case was closed in the last 90 days without a counting closure entry made in the ${limits.signOffDays} days up to and including the closing.`,
			severity: severity('CLOSED_WITHOUT_SIGN_OFF'),
			clears: 'Record the sign-off, if one was made; else 90 days after the closing.',
			numbers: NO_NUMBERS
		},
		CLOSED_SOON_AFTER_SECTION_47: {
			condition: `The case was closed in the last 90 days, less than ${limits.soonAfterDays} days after a section 47 enquiry ended, or ending one.`,
			severity: severity('CLOSED_SOON_AFTER_SECTION_47'),
			clears: '90 days after the closing.',
			numbers: NO_NUMBERS
		},
		FREQUENT_CHANGE: {
			condition: `In the last 12 months, while it was open, ${limits.frequentChange} or more different people led the case, or ${limits.frequentChange} or more different people supervised its lead.`,
			severity: severity('FREQUENT_CHANGE'),
			clears: 'Time without a change.',
			numbers: NO_NUMBERS
		},
		ACTION_OVERDUE: {
			condition: `An action due in the last 12 months is not done more than ${within.action} after it was due; one about risk, once it was due.`,
			severity: severity('ACTION_OVERDUE'),
			clears: 'Do the action and record its outcome.',
			numbers: NO_NUMBERS
		},
		ACTION_WEAK: {
			condition: `An action agreed in the last 12 months is not done and has no owner or no due date, more than ${within.agreement} after it was agreed.`,
			severity: severity('ACTION_WEAK'),
			clears: 'Give the action an owner and a due date.',
			numbers: NO_NUMBERS
		},
		SUPERVISION_OVERDUE: {
			condition:
				'It is after the day on which supervision was due: the interval after the last session held, or after the first day in post. An absence of more than 10 working days moves it on; a cancellation moves nothing.',
			severity: severity('SUPERVISION_OVERDUE'),
			clears: 'Hold a supervision session.',
			numbers: `Profile ${supervision.profile}; grace ${lengthInWords(grace.weeks)} where the interval is in weeks, ${lengthInWords(grace.monthly)} where it is monthly.`
		},
		SUPERVISION_CANCELLED_TWICE: {
			condition: 'Of the sessions that were held or cancelled, the latest two were both cancelled.',
			severity: severity('SUPERVISION_CANCELLED_TWICE'),
			clears: 'Hold a supervision session.',
			numbers: NO_NUMBERS
		},
		SUPERVISION_SHORT: {
			condition: `A session held in the last 90 days took less than ${limits.sessionMinutes} minutes, or was interrupted.`,
			severity: severity('SUPERVISION_SHORT'),
			clears: '90 days after the session.',
			numbers: NO_NUMBERS
		},
		NOTE_UNSIGNED: {
			condition: `A session was held in the last 12 months, and more than ${within.note} later its note is not signed by both.`,
			severity: severity('NOTE_UNSIGNED'),
			clears: 'Both sign the note.',
			numbers: NO_NUMBERS
		},
		SUPERVISOR_NOT_QUALIFIED: {
			condition:
				'The supervisor is in post and is not a registered social worker, or their SUPV training is not current.',
			severity: severity('SUPERVISOR_NOT_QUALIFIED'),
			clears: 'The supervisor’s registration and training are recorded, or somebody qualified supervises.',
			numbers: NO_NUMBERS
		},
		NO_SUPERVISOR: {
			condition:
				'No supervisor is named, or oneself, or one who is not in post; or the supervisor has been away for more than 5 working days and no cover for supervision is in post and here.',
			severity: severity('NO_SUPERVISOR'),
			clears: 'Name a supervisor in post, or a cover for supervision.',
			numbers: NO_NUMBERS
		},
		OVER_CAPACITY: {
			condition: 'The load is over capacity, or cases are held with no capacity.',
			severity: severity('OVER_CAPACITY'),
			clears: 'Reallocate or close cases until the load is within capacity.',
			numbers: `${capacity.pointsPerFte} points a full-time equivalent, × ${capacity.earlyCareerFactor} in the first year; over above ${load.bands.over} %, far over above ${load.bands.farOver} %; the weight of each kind, below.`
		},
		SPAN_TOO_WIDE: {
			condition: `The postings of more than ${limits.span} people in post name the same supervisor.`,
			severity: severity('SPAN_TOO_WIDE'),
			clears: 'Share the people supervised with another supervisor.',
			numbers: NO_NUMBERS
		},
		AGENCY_BELOW_EXPERIENCE: {
			condition: `An agency worker with a registration number was registered less than ${limits.agencyMonths} months ago, or on an unknown day.`,
			severity: severity('AGENCY_BELOW_EXPERIENCE'),
			clears: 'Record the date of registration; else end the engagement or employ the worker.',
			numbers: NO_NUMBERS
		},
		EXPERIENCE_UNKNOWN: {
			condition: 'Somebody who holds an open case has a registration number, and no date of registration.',
			severity: severity('EXPERIENCE_UNKNOWN'),
			clears: 'Record the date of registration.',
			numbers: NO_NUMBERS
		},
		TIMESCALE_MISSED: {
			condition: `An assessment has run for more than ${within.assessment}; or a section 47 enquiry needs a conference, and none was held by ${within.conference} after its start.`,
			severity: severity('TIMESCALE_MISSED'),
			clears: 'End the assessment, or hold the conference and record its day.',
			numbers: NO_NUMBERS
		}
	};
}

/** "Critical for a section 47 enquiry, else high." */
function severityInWords<Each extends Code>(code: Each, severities: Severities[Each]): string {
	const words = SITUATION_IN_WORDS[code] as Readonly<Record<string, string>>;
	const said = Object.entries(severities).map(([situation, severity]) =>
		[severity, words[situation]].filter(Boolean).join(' ')
	);
	return `${capitalised(said.join(', '))}.`;
}

/** The rules of a policy as a document: a section each, and the row of every kind of case. */
export function rulesAsMarkdown(policy: Policy): string {
	const sections = rulesInWords(policy).map(
		({ code, title, subject, condition, severity, clears, numbers, source }) =>
			[
				`## ${title}`,
				`\`${code}\`, about a ${subject}.`,
				[
					`- **Stands when:** ${condition}`,
					`- **Severity:** ${severity}`,
					`- **What clears it:** ${clears}`,
					...(numbers === '' ? [] : [`- **Policy:** ${numbers}`]),
					`- **Source:** ${source}`
				].join('\n')
			].join('\n\n')
	);
	const parts = [
		'# The rules',
		`Every rule of the catalogue with the numbers of policy version ${policy.version}, in the order in which reasons are listed. Made from the code: \`npx countersign rules\` prints it with the numbers in force.`,
		INTRODUCTION,
		tiersInWords(policy),
		...sections,
		'## The kinds of case',
		kindTable(policy),
		'Where the bars come from:',
		KINDS.map((kind) => `- ${KIND_IN_WORDS[kind]}: ${policy.kinds[kind].source}`).join('\n')
	];
	return `${parts.join('\n\n')}\n`;
}

const INTRODUCTION = [
	'A limit of so many days is met up to and including its last day; the rule stands from the day after. In rules about a case, its requests and its actions, a child who is unborn or under 2 raises medium to high and high to critical. What happened before the day from which the authority is observed is not looked at, save changes of hands, waits and absences.',
	'Counting oversight is an entry with decision and rationale by somebody who manages practice and does not lead the case, or a decided discussion in a held session with the lead, signed by a supervisor who manages practice.'
].join('\n\n');

function tiersInWords({ tiers }: Policy): string {
	return `Outside the early-career stage a registered social worker comes into tier E2 ${tiers.E2} months after registration, into E3 after ${tiers.E3}, E4 after ${tiers.E4} and E5 after ${tiers.E5}; within it E2 begins ${tiers.E2} months after its start.`;
}

function kindTable({ kinds }: Policy): string {
	const heads = [
		'kind',
		'stakes',
		'least tier',
		'training',
		'first oversight',
		'interval',
		'interval, not suitably held',
		'weight'
	];
	const limit = (each: Limit) => lengthInWords(each);
	const rows = KINDS.map((kind) => {
		const { stakes, leastTier, training, firstOversight, interval, weight } = kinds[kind];
		return [
			KIND_IN_WORDS[kind],
			stakes,
			leastTier,
			training.join(', ') || 'none',
			limit(firstOversight),
			limit(interval.suitablyHeld),
			limit(interval.notSuitablyHeld),
			String(weight)
		];
	});
	return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
