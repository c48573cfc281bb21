import { CODES, type Code } from './flag-rules.ts';
import type { SubjectKind } from './flags.ts';
import { KINDS, type Limit, type Policy } from './policy.ts';
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
	restructureGuard
}: Policy): Record<Code, Told> {
	const guard = restructureGuard ? 'The restructure guard is on.' : 'The restructure guard is off.';
	return {
		HELD_WITHOUT_OVERSIGHT: {
			condition:
				'A case of high stakes has a lead, is not suitably held, and its oversight is overdue. Below the experience required, training gap and oversight overdue are folded into it as its reasons.',
			severity: 'Critical.',
			clears: 'Record oversight, add a co-worker who is suitable, or reallocate.',
			numbers: `${PER_KIND} ${guard}`
		},
		BELOW_EXPERIENCE: {
			condition: 'The lead’s tier is below the least tier of the case, and no co-worker is suitable.',
			severity: 'High; critical for a section 47 enquiry.',
			clears: 'Reallocate to, or add as co-worker, somebody of the tier with the training.',
			numbers: PER_KIND
		},
		TRAINING_GAP: {
			condition: 'The lead lacks a current course that the case requires, and no co-worker is suitable.',
			severity: 'High for high stakes, else medium.',
			clears: 'Complete the course, add a co-worker who has it, or reallocate.',
			numbers: PER_KIND
		},
		OVERSIGHT_OVERDUE: {
			condition:
				'It is after the day on which oversight was due, whoever holds the case and where nobody does.',
			severity:
				'Medium up to 7 days overdue, then high; for high stakes critical once the interval has passed again.',
			clears: OVERSIGHT,
			numbers: `${PER_KIND} ${guard}`
		},
		UNALLOCATED: {
			condition:
				'Nobody in post leads the case: for high stakes at once, else after the wait. Counted from the first day of the unbroken wait.',
			severity: 'Critical for high stakes and looked-after children, else medium.',
			clears: 'Allocate it to somebody in post.',
			numbers: `Looked-after children wait at most ${lengthInWords(waits.lookedAfter)}, others ${lengthInWords(waits.others)}.`
		},
		HOLDER_ABSENT: {
			condition:
				'The lead has been away for more than 5 working days, and no cover is named who is in post and here.',
			severity: 'Critical for high stakes, else high.',
			clears: 'Name a cover who is here, or reallocate.',
			numbers: NO_NUMBERS
		},
		HANDOVER_WITHOUT_OVERSIGHT: {
			condition:
				'In the last 12 months the case came to another lead, or its lead to another team or supervisor, and for 5 working days since no counting oversight was made. An allocation or handover entry of the 5 working days before answers for a change of lead. The first lead is no change.',
			severity: 'High; critical for high stakes while a restructure covers the team.',
			clears: OVERSIGHT,
			numbers: guard
		},
		SECTION_47_UNEXPLAINED: {
			condition:
				'A section 47 enquiry ended in the last 12 months, and 1 working day later no counting outcome made since it began was recorded.',
			severity: 'High.',
			clears: 'A manager records the outcome of the enquiry, with the analysis behind it.',
			numbers: NO_NUMBERS
		},
		REQUEST_DECLINED_ALONE: {
			condition:
				'In the last 12 months a partner agency’s request was declined, and 1 working day later the rationale, or the agreement of a second manager, was missing; or it is not decided 1 working day after it was made.',
			severity: 'Critical.',
			clears:
				'Decide the request; record the rationale; a second manager agrees, or the decision is changed.',
			numbers: NO_NUMBERS
		},
		CLOSED_WITHOUT_SIGN_OFF: {
			condition:
				'The case was closed in the last 90 days without a counting closure entry made in the 28 days up to and including the closing.',
			severity: 'High.',
			clears: 'Record the sign-off, if one was made; else 90 days after the closing.',
			numbers: NO_NUMBERS
		},
		CLOSED_SOON_AFTER_SECTION_47: {
			condition:
				'The case was closed in the last 90 days, less than 90 days after a section 47 enquiry ended, or ending one.',
			severity: 'High.',
			clears: '90 days after the closing.',
			numbers: NO_NUMBERS
		},
		FREQUENT_CHANGE: {
			condition:
				'In the last 12 months, while it was open, 3 or more different people led the case, or 3 or more different people supervised its lead.',
			severity: 'Medium.',
			clears: 'Time without a change.',
			numbers: NO_NUMBERS
		},
		ACTION_OVERDUE: {
			condition:
				'An action due in the last 12 months is not done more than 5 working days after it was due; one about risk, once it was due.',
			severity: 'Medium; high for an action about risk.',
			clears: 'Do the action and record its outcome.',
			numbers: NO_NUMBERS
		},
		ACTION_WEAK: {
			condition:
				'An action agreed in the last 12 months is not done and has no owner or no due date, more than 1 working day after it was agreed.',
			severity: 'Medium.',
			clears: 'Give the action an owner and a due date.',
			numbers: NO_NUMBERS
		},
		SUPERVISION_OVERDUE: {
			condition:
				'It is after the day on which supervision was due: the interval after the last session held, or after the first day in post. An absence of more than 10 working days moves it on; a cancellation moves nothing.',
			severity: 'Medium within the grace, then high; high at once in the first 6 months.',
			clears: 'Hold a supervision session.',
			numbers: `Profile ${supervision.profile}; grace ${lengthInWords(grace.weeks)} where the interval is in weeks, ${lengthInWords(grace.monthly)} where it is monthly.`
		},
		SUPERVISION_CANCELLED_TWICE: {
			condition: 'Of the sessions that were held or cancelled, the latest two were both cancelled.',
			severity: 'High.',
			clears: 'Hold a supervision session.',
			numbers: NO_NUMBERS
		},
		SUPERVISION_SHORT: {
			condition: 'A session held in the last 90 days took less than 90 minutes, or was interrupted.',
			severity: 'Low.',
			clears: '90 days after the session.',
			numbers: NO_NUMBERS
		},
		NOTE_UNSIGNED: {
			condition:
				'A session was held in the last 12 months, and more than 5 working days later its note is not signed by both.',
			severity: 'Medium.',
			clears: 'Both sign the note.',
			numbers: NO_NUMBERS
		},
		SUPERVISOR_NOT_QUALIFIED: {
			condition:
				'The supervisor is in post and is not a registered social worker, or their SUPV training is not current.',
			severity: 'High for somebody in their first year, else medium.',
			clears: 'The supervisor’s registration and training are recorded, or somebody qualified supervises.',
			numbers: NO_NUMBERS
		},
		NO_SUPERVISOR: {
			condition:
				'No supervisor is named, or oneself, or one who is not in post; or the supervisor has been away for more than 5 working days and no cover for supervision is in post and here.',
			severity:
				'Critical; where the supervisor is away critical for somebody in their first year, else high.',
			clears: 'Name a supervisor in post, or a cover for supervision.',
			numbers: NO_NUMBERS
		},
		OVER_CAPACITY: {
			condition: 'The load is over capacity, or cases are held with no capacity.',
			severity: 'Medium; high where far over; critical with no capacity.',
			clears: 'Reallocate or close cases until the load is within capacity.',
			numbers: `${capacity.pointsPerFte} points a full-time equivalent, × ${capacity.earlyCareerFactor} in the first year; over above ${load.bands.over} %, far over above ${load.bands.farOver} %; the weight of each kind, below.`
		},
		SPAN_TOO_WIDE: {
			condition: 'The postings of more than 8 people in post name the same supervisor.',
			severity: 'Medium.',
			clears: 'Share the people supervised with another supervisor.',
			numbers: NO_NUMBERS
		},
		AGENCY_BELOW_EXPERIENCE: {
			condition:
				'An agency worker with a registration number was registered less than 36 months ago, or on an unknown day.',
			severity: 'High.',
			clears: 'Record the date of registration; else end the engagement or employ the worker.',
			numbers: NO_NUMBERS
		},
		EXPERIENCE_UNKNOWN: {
			condition: 'Somebody who holds an open case has a registration number, and no date of registration.',
			severity: 'Medium.',
			clears: 'Record the date of registration.',
			numbers: NO_NUMBERS
		},
		TIMESCALE_MISSED: {
			condition:
				'An assessment has run for more than 45 working days; or a section 47 enquiry needs a conference, and none was held by 15 working days after its start.',
			severity: 'High.',
			clears: 'End the assessment, or hold the conference and record its day.',
			numbers: NO_NUMBERS
		}
	};
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
