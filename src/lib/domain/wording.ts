import type { AskingRole } from './access.ts';
import { dayInWords, distanceInWords, type CalendarDate, type Length } from './calendar.ts';
import type { Band } from './caseload.ts';
import type { AllocationReason, OversightKind } from './cases.ts';
import type { Finding, SubjectKind } from './flags.ts';
import type { ClockFacts, Code, HolderFacts, Severity } from './flag-rules.ts';
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
	SUPERVISION_OVERDUE: 'Supervision overdue',
	NO_SUPERVISOR: 'No supervisor',
	OVER_CAPACITY: 'Over capacity',
	EXPERIENCE_UNKNOWN: 'Experience unknown'
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
const LEAST_TIER_IN_WORDS: Record<Tier, string> = {
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

/** Why the flag stands, in one or a few sentences: the fact, the rule, and how far past it. */
function why(finding: Finding, names: Names, today: CalendarDate): string {
	switch (finding.code) {
		case 'HELD_WITHOUT_OVERSIGHT':
			return sentences(
				heldBy(finding.facts, names),
				asks(finding.facts),
				lacking(finding.facts),
				lastOversight(finding.facts, today)
			);
		case 'BELOW_EXPERIENCE':
			return sentences(heldBy(finding.facts, names), asks(finding.facts));
		case 'TRAINING_GAP':
			return sentences(heldBy(finding.facts, names), lacking(finding.facts));
		case 'OVERSIGHT_OVERDUE': {
			const { leadId, kinds } = finding.facts;
			const held = leadId === null ? 'Nobody leads it.' : `Held by ${names(leadId)}.`;
			return `${capital(kindsInWords(kinds))}. ${held} ${lastOversight(finding.facts, today)}`;
		}
		case 'UNALLOCATED': {
			const { waitingSince, leadId, kinds } = finding.facts;
			const who =
				leadId === null ? 'Nobody holds it' : `${names(leadId)}, who holds it, is no longer in post`;
			return `${capital(kindsInWords(kinds))}. ${who}. It has waited since ${dayInWords(waitingSince)}, ${distanceInWords(waitingSince, today)}.`;
		}
		case 'HOLDER_ABSENT': {
			const { leadId, absentSince, coversNamed, kinds } = finding.facts;
			const cover =
				coversNamed.length === 0
					? 'No cover is named.'
					: `${listInWords(coversNamed.map(names))}, named to cover, is not here either.`;
			return `${capital(kindsInWords(kinds))}. ${names(leadId)}, who holds it, has been away since ${dayInWords(absentSince)}. ${cover}`;
		}
		case 'SUPERVISION_OVERDUE': {
			const { lastHeldOn, countedFrom, interval, dueOn, daysOverdue, movedByDays } = finding.facts;
			const last =
				lastHeldOn === null
					? `No supervision held since ${dayInWords(countedFrom)}.`
					: `Last supervised on ${dayInWords(lastHeldOn)}, ${distanceInWords(lastHeldOn, today)}.`;
			const moved = movedByDays > 0 ? ` Absence moved it on by ${daysInWords(movedByDays)}.` : '';
			return `${last} Due every ${lengthInWords(interval)}, so by ${dayInWords(dueOn)}: ${daysInWords(daysOverdue)} overdue.${moved}`;
		}
		case 'NO_SUPERVISOR': {
			const { reason, supervisorId, absentSince } = finding.facts;
			const supervisor = supervisorId === null ? '' : names(supervisorId);
			if (reason === 'NONE_NAMED') return 'Nobody is named as supervisor.';
			if (reason === 'ONESELF') return 'Named as their own supervisor, which is no supervision.';
			if (reason === 'NOT_IN_POST') return `${supervisor}, named as supervisor, is no longer in post.`;
			const since = absentSince === null ? '' : ` since ${dayInWords(absentSince)}`;
			return `${supervisor}, the supervisor, has been away${since}, and nobody here covers supervision.`;
		}
		case 'OVER_CAPACITY': {
			const { points, capacity, loadPercent, none, held } = finding.facts;
			if (loadPercent !== null)
				return `Load is ${numberInWords(loadPercent)} % of capacity: ${numberInWords(points)} points against ${numberInWords(capacity)}.`;
			const because =
				none === 'ABSENT' ? 'away for more than 10 working days' : 'with no capacity left after reductions';
			return `Holds ${casesInWords(held)} while ${because}.`;
		}
		case 'EXPERIENCE_UNKNOWN':
			return `Registered as ${finding.facts.sweNumber}, but the date is not recorded, so counted in the lowest tier. Holds ${casesInWords(finding.facts.held)}.`;
	}
}

/** What clears the flag: the fact that would have to change. */
function whatClears(finding: Finding): string {
	switch (finding.code) {
		case 'HELD_WITHOUT_OVERSIGHT':
			return 'Record oversight, add a co-worker who is suitable, or reallocate.';
		case 'BELOW_EXPERIENCE':
			return `Reallocate to, or add as co-worker, ${LEAST_TIER_IN_WORDS[finding.facts.leastTier]} with the training.`;
		case 'TRAINING_GAP':
			return `Complete ${listInWords(finding.facts.missing)}, add a co-worker who has it, or reallocate.`;
		case 'OVERSIGHT_OVERDUE':
			return 'A manager records oversight, or discusses it in a signed supervision session.';
		case 'UNALLOCATED':
			return 'Allocate it to somebody in post.';
		case 'HOLDER_ABSENT':
			return 'Name a cover who is here, or reallocate.';
		case 'SUPERVISION_OVERDUE':
			return 'Hold a supervision session.';
		case 'NO_SUPERVISOR':
			return 'Name a supervisor in post, or a cover for supervision.';
		case 'OVER_CAPACITY':
			return 'Reallocate or close cases until the load is within capacity.';
		case 'EXPERIENCE_UNKNOWN':
			return 'Record the date of registration.';
	}
}

function heldBy({ leadId, leadSince, tier }: HolderFacts, names: Names): string {
	if (leadId === null) return 'Nobody leads it.';
	const since = leadSince === null ? '' : ` since ${dayInWords(leadSince)}`;
	return `Held by ${names(leadId)}${tier === null ? '' : `, ${TIER_IN_WORDS[tier]},`}${since}.`;
}

function asks({ kinds, leastTier }: HolderFacts): string {
	const subject = kinds.length === 0 ? 'A case of unknown kind' : capital(withArticle(kindsInWords(kinds)));
	return `${subject} needs ${LEAST_TIER_IN_WORDS[leastTier]}, or a suitable co-worker.`;
}

function lacking({ missing }: HolderFacts): string {
	return missing.length === 0 ? '' : `${listInWords(missing)} training is not current.`;
}

function lastOversight(facts: ClockFacts, today: CalendarDate): string {
	const { lastOversightOn, clockStartedOn, limit, dueOn, daysOverdue, guarded, carriedFrom } = facts;
	const policy = `${lengthInWords(limit)}${guarded ? ', halved during the restructure' : ''}`;
	const overdue = `It was due by ${dayInWords(dueOn)}: ${daysInWords(daysOverdue)} overdue.`;
	if (lastOversightOn !== null)
		return `Last oversight on ${dayInWords(lastOversightOn)}, ${distanceInWords(lastOversightOn, today)}; policy says every ${policy}. ${overdue}`;
	const carried = carriedFrom === null ? '' : ' (already running when it was handed on or changed kind)';
	return `No oversight recorded since ${dayInWords(clockStartedOn)}; policy says a first within ${policy}${carried}. ${overdue}`;
}

function sentences(...each: string[]): string {
	return each.filter((sentence) => sentence !== '').join(' ');
}

function numberInWords(number: number): string {
	return String(Math.round(number * 100) / 100);
}

function withArticle(words: string): string {
	if (/^(pre-proceedings|care proceedings|looked after|short breaks)/.test(words))
		return `a case in ${words}`;
	return /^[aeiou]/.test(words) ? `an ${words}` : `a ${words}`;
}

function capital(words: string): string {
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A finding as it is shown: every word of it, and what it is about. */
export interface FlagInWords {
	key: string;
	code: Code;
	title: string;
	severity: Severity;
	subjectKind: SubjectKind;
	subjectId: string;
	reference: string;
	caseId: string | null;
	practitionerId: string | null;
	teamId: string | null;
	since: CalendarDate;
	sinceInWords: string;
	why: string;
	clears: string;
	reasons: string[];
}

export function flagInWords(finding: Finding, names: Names, today: CalendarDate): FlagInWords {
	const { code, severity, subject, caseId, practitionerId, teamId, since, reasons } = finding;
	return {
		key: `${code}-${subject.id}`,
		code,
		title: CODE_IN_WORDS[code],
		severity,
		subjectKind: subject.kind,
		subjectId: subject.id,
		reference: subject.kind === 'practitioner' ? names(subject.id) : subject.reference,
		caseId,
		practitionerId,
		teamId,
		since,
		sinceInWords: `Since ${dayInWords(since)}, ${distanceInWords(since, today)}`,
		why: why(finding, names, today),
		clears: whatClears(finding),
		reasons: reasons.map((reason) => CODE_IN_WORDS[reason])
	};
}

/** The practitioners a finding names, so that their names can be looked up together. */
export function namedIn(findings: readonly Finding[]): string[] {
	return findings.flatMap((finding) => {
		const ids = [finding.practitionerId, finding.subject.kind === 'practitioner' ? finding.subject.id : null];
		if ('leadId' in finding.facts) ids.push(finding.facts.leadId);
		if ('supervisorId' in finding.facts) ids.push(finding.facts.supervisorId);
		if ('coversNamed' in finding.facts) ids.push(...finding.facts.coversNamed);
		return ids.flatMap((id) => id ?? []);
	});
}
