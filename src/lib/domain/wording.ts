import type { AskingRole } from './access.ts';
import { dayInWords, type Length } from './calendar.ts';
import type { Band } from './caseload.ts';
import type { AllocationReason, OversightKind } from './cases.ts';
import type { Code, Severity } from './codes.ts';
import type { NotCounting, Standing } from './oversight.ts';
import type { Role, Tier, TierReason } from './people.ts';
import type { Kind, Stakes } from './policy.ts';

/** Every word the rules say, for screens, commands and mail alike. */
export const CODE_IN_WORDS: Record<Code, string> = {
	HELD_WITHOUT_OVERSIGHT: 'Held without oversight',
	BELOW_EXPERIENCE: 'Below the experience required',
	TRAINING_GAP: 'Training gap',
	OVERSIGHT_OVERDUE: 'Oversight overdue',
	UNALLOCATED: 'Unallocated',
	HOLDER_ABSENT: 'Holder away without cover',
	HANDOVER_WITHOUT_OVERSIGHT: 'Handed over without oversight',
	SECTION_47_UNEXPLAINED: 'Section 47 ended without analysis',
	REQUEST_DECLINED_ALONE: 'Request declined alone, or left undecided',
	CLOSED_WITHOUT_SIGN_OFF: 'Closed without sign-off',
	CLOSED_SOON_AFTER_SECTION_47: 'Closed soon after a section 47 enquiry',
	FREQUENT_CHANGE: 'Frequent change of hands',
	ACTION_OVERDUE: 'Action overdue',
	ACTION_WEAK: 'Action without owner or due date',
	SUPERVISION_OVERDUE: 'Supervision overdue',
	SUPERVISION_CANCELLED_TWICE: 'Supervision cancelled twice running',
	SUPERVISION_SHORT: 'Supervision short or interrupted',
	NOTE_UNSIGNED: 'Supervision note not signed',
	SUPERVISOR_NOT_QUALIFIED: 'Supervisor not qualified',
	NO_SUPERVISOR: 'No supervisor',
	OVER_CAPACITY: 'Over capacity',
	SPAN_TOO_WIDE: 'Supervises too many',
	AGENCY_BELOW_EXPERIENCE: 'Agency worker below three years',
	EXPERIENCE_UNKNOWN: 'Experience unknown',
	TIMESCALE_MISSED: 'Statutory timescale missed'
};

export const SEVERITY_IN_WORDS: Record<Severity, string> = {
	critical: 'Critical',
	high: 'High',
	medium: 'Medium',
	low: 'Low'
};

export const KIND_IN_WORDS: Record<Kind, string> = {
	section_47: 'section 47 enquiry',
	child_protection: 'child protection plan',
	pre_proceedings: 'pre-proceedings',
	care_proceedings: 'care proceedings',
	looked_after: 'looked after',
	looked_after_settled: 'looked after, settled',
	looked_after_long_term: 'looked after, long term',
	assessment: 'assessment',
	child_in_need: 'child in need',
	short_breaks: 'short breaks',
	care_leaver: 'care leaver'
};

export const STAKES_IN_WORDS: Record<Stakes, string> = {
	high: 'high stakes',
	medium: 'medium stakes',
	low: 'low stakes'
};

export const TIER_IN_WORDS: Record<Tier, string> = {
	E0: 'not a registered social worker',
	E1: 'in the first 6 months',
	E2: 'in the first year',
	E3: '1 to 2 years registered',
	E4: '2 to 3 years registered',
	E5: 'experienced or senior',
	E6: 'manages practice'
};

/** What a case of this least tier asks for. */
export const LEAST_TIER_IN_WORDS: Record<Tier, string> = {
	E0: 'anyone in the team',
	E1: 'a registered social worker',
	E2: 'a social worker past their first 6 months',
	E3: 'a social worker past their first year',
	E4: 'a social worker with 24 months’ experience',
	E5: 'an experienced social worker',
	E6: 'somebody who manages practice'
};

export const ROLE_IN_WORDS: Record<Role, string> = {
	practitioner: 'practitioner',
	senior_practitioner: 'senior practitioner',
	practice_supervisor: 'practice supervisor',
	team_manager: 'team manager',
	service_manager: 'service manager',
	principal_social_worker: 'principal social worker',
	director: 'director',
	other: 'other'
};

/** What somebody signed in is, by posting or by account. */
export const ASKING_ROLE_IN_WORDS: Record<AskingRole, string> = {
	...ROLE_IN_WORDS,
	steward: 'data steward',
	administrator: 'administrator',
	inspector: 'inspector',
	nobody: 'no posting today'
};

export const OVERSIGHT_KIND_IN_WORDS: Record<OversightKind, string> = {
	allocation: 'allocation decision',
	decision: 'case decision',
	closure: 'closure sign-off',
	handover: 'handover',
	section_47_outcome: 'section 47 outcome'
};

export const NOT_COUNTING_IN_WORDS: Record<NotCounting, string> = {
	NO_DECISION: 'no decision was written',
	NO_RATIONALE: 'no rationale was written',
	NOT_MANAGING_PRACTICE: 'not made by somebody who manages practice and whose registration is recorded',
	BY_THE_LEAD: 'made by the person who leads the case',
	NOT_HELD: 'the session was not held',
	NOT_SIGNED_BY_SUPERVISOR: 'the supervisor has not signed',
	NOT_WITH_THE_LEAD: 'discussed with somebody who did not lead the case that day'
};

export const STANDING_IN_WORDS: Record<Standing, string> = {
	overdue: 'Oversight overdue',
	due: 'Oversight due',
	on_track: 'On track'
};

export const BAND_IN_WORDS: Record<Band, string> = {
	room: 'room',
	steady: 'steady',
	full: 'full',
	over: 'over capacity',
	far_over: 'far over capacity',
	no_capacity: 'no capacity, holds cases',
	no_data: 'no capacity, no cases'
};

export const ALLOCATION_REASON_IN_WORDS: Record<AllocationReason, string> = {
	MANAGE: 'change of management',
	FCONTA: 'end of first contact',
	LEFTRL: 'worker left',
	ORGRST: 'restructure',
	TSPROC: 'passed on between teams',
	ABSENC: 'worker absent',
	CHCHAN: 'change in the child’s circumstances',
	PCCHAN: 'change for the parent or carer',
	SWDIED: 'worker died',
	OTHERS: 'other reason'
};

export function lengthInWords({ count, unit }: Length): string {
	if (unit === 'months') return count === 1 ? 'calendar month' : `${count} months`;
	if (unit === 'wd') return count === 1 ? '1 working day' : `${count} working days`;
	return count === 1 ? '1 day' : `${count} days`;
}

export function kindsInWords(kinds: readonly Kind[]): string {
	if (kinds.length === 0) return 'kind unknown';
	return listInWords(kinds.map((kind) => KIND_IN_WORDS[kind]));
}

export function listInWords(words: readonly string[]): string {
	if (words.length < 2) return words[0] ?? '';
	return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function daysInWords(days: number): string {
	return days === 1 ? '1 day' : `${days} days`;
}

export function casesInWords(cases: number): string {
	return cases === 1 ? '1 case' : `${cases} cases`;
}

export function tierReasonInWords(reason: TierReason): string {
	switch (reason.code) {
		case 'NOT_REGISTERED':
			return 'registration not recorded';
		case 'REGISTERED_LATER':
			return `registered only from ${dayInWords(reason.registeredOn)}`;
		case 'REGISTRATION_DATE_UNKNOWN':
			return 'registered, date not recorded';
		case 'MANAGES_PRACTICE':
			return ROLE_IN_WORDS[reason.role];
		case 'SENIOR':
			return 'senior practitioner';
		case 'EARLY_CAREER':
			return `early-career stage, ${monthsInWords(reason.months)}`;
		case 'REGISTERED':
			return `${monthsInWords(reason.months)} registered`;
	}
}

function monthsInWords(months: number): string {
	if (months < 1) return 'under a month';
	if (months < 24) return months === 1 ? '1 month' : `${months} months`;
	return `${Math.floor(months / 12)} years`;
}

/** Whose name an id stands for; a director who has not asked for names gives "Practitioner 3". */
export type Names = (practitionerId: string) => string;

export function capital(words: string): string {
	return words.charAt(0).toUpperCase() + words.slice(1);
}
