import type { AskingRole } from './access.ts';
import { isWorkingDay, weekdayInWords, type CalendarDate } from './calendar.ts';
import { responsibleFor, type Managers } from './flag-life.ts';
import { SEVERITIES, type Severity } from './codes.ts';

/** A mail about flags: the list of the day, or at once about critical ones. */
export type NoticeKind = 'digest' | 'critical';

export const DIGEST_CHOICES = ['every_day', 'working_days', 'never'] as const;
export type DigestChoice = (typeof DIGEST_CHOICES)[number];

/** What somebody chose about their digest. */
export interface Preference {
	digest: DigestChoice;
	/** The hour in London from which it is sent. */
	hour: number;
}

export const USUAL_PREFERENCE: Preference = { digest: 'every_day', hour: 7 };

export const DIGEST_HOURS: readonly number[] = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20];

/** Those in the line that answers for flags. Others look at flags to sample or inspect: no flag waits for them. */
const WRITTEN_TO: readonly AskingRole[] = [
	'practitioner',
	'senior_practitioner',
	'practice_supervisor',
	'team_manager',
	'service_manager',
	'director'
];

export function isWrittenTo(role: AskingRole): boolean {
	return WRITTEN_TO.includes(role);
}

export function wantsDigestOn({ digest }: Preference, day: CalendarDate): boolean {
	return digest === 'every_day' || (digest === 'working_days' && isWorkingDay(day));
}

/** Somebody with an account, as they stand today. */
export interface Reader {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
	teamId: string | null;
	service: string | null;
}

/** A critical flag, and whose it is. */
export interface CriticalFlag {
	flagId: string;
	/** Null: of no team. */
	teamId: string | null;
	service: string | null;
	/** The lead, or whom it is about. */
	practitionerId: string | null;
	/** Whom it was escalated to. */
	escalatedTo: readonly string[];
}

/**
 * Who is told of a critical flag at once, by account: the team manager and the service manager, whoever answers for it
 * where one of them is missing or it is their own, and whom it was escalated to.
 */
export function toldAtOnce(flag: CriticalFlag, readers: readonly Reader[]): string[] {
	const managers = managersAmong(readers, flag);
	const concerned = flag.practitionerId === null ? [] : [flag.practitionerId];
	const { practitionerIds } = responsibleFor({ teamId: flag.teamId, concerned }, managers);
	const answering = new Set([...practitionerIds, ...flag.escalatedTo]);
	const told = readers.filter(
		({ role, teamId, service, practitionerId }) =>
			(role === 'team_manager' && teamId !== null && teamId === flag.teamId) ||
			(role === 'service_manager' && (flag.teamId === null || service === flag.service)) ||
			(practitionerId !== null && answering.has(practitionerId))
	);
	const asked = told.length > 0 ? told : readers.filter(({ role }) => role === 'director');
	return asked.map(({ accountId }) => accountId);
}

/** Only who can be written to: where nobody of a grade has an account, the next up the ladder is told. */
function managersAmong(readers: readonly Reader[], flag: CriticalFlag): Managers {
	const services = readers.flatMap(({ teamId, service }): [string, string][] =>
		teamId === null || service === null ? [] : [[teamId, service]]
	);
	const own: [string, string][] =
		flag.teamId === null || flag.service === null ? [] : [[flag.teamId, flag.service]];
	return {
		inPost: readers.flatMap(({ role, practitionerId, teamId }) =>
			practitionerId !== null &&
			teamId !== null &&
			(role === 'team_manager' || role === 'service_manager' || role === 'director')
				? { practitionerId, grade: role, teamId }
				: []
		),
		serviceOf: new Map([...services, ...own])
	};
}

/** A flag as a mail may name it: by its rule and the reference and kind of the case, and by nobody's name. */
export interface FlagForMail {
	key: string;
	severity: Severity;
	title: string;
	/** The sender's own id of the case, else "you" or "a practitioner in" their team. */
	about: string;
	/** Null: not about an open case. */
	kinds: string | null;
	sinceInWords: string;
	/** What somebody has done about it, or whom it has gone up to; null: nobody has answered yet. */
	answered: string | null;
	service: string | null;
}

/** What a mail says. The subject is seen on locked screens and by administrators: counts and the day. */
export interface Letter {
	subject: string;
	text: string;
}

export interface Circumstances {
	role: AskingRole;
	today: CalendarDate;
	/** The address people type, without a path. */
	origin: string;
}

/** Further flags are counted in the mail and listed on the page. */
const MOST_LISTED = 60;

/** The day's list, worst first as on the page. Null: nothing stands, so nothing is written. */
export function digestLetter(flags: readonly FlagForMail[], circumstances: Circumstances): Letter | null {
	if (flags.length === 0) return null;
	const { role, today, origin } = circumstances;
	const day = weekdayInWords(today);
	const urgent = countsInWords(flags, ['critical', 'high']);
	return {
		subject: urgent
			? `${urgent}: your flags on ${day}`
			: `${flagsInWords(flags.length)}, none critical or high: ${day}`,
		text: paragraphs(
			`${flagsInWords(flags.length)} ${flags.length === 1 ? 'stands' : 'stand'} ${WHERE[role] ?? 'on your list'} on ${day}: ${countsInWords(flags, SEVERITIES)}.`,
			...(role === 'director' ? [byService(flags)] : listed(flags)),
			`Each with its reason and what clears it:\n${origin}/flags`,
			closing('It lists what you may see in Countersign at the moment it was sent.'),
			`Its hour, and whether you get it: ${origin}/account`
		)
	};
}

/** The critical flags that somebody has to know of at once. Null: none of them stands any more within their scope. */
export function criticalLetter(flags: readonly FlagForMail[], circumstances: Circumstances): Letter | null {
	if (flags.length === 0) return null;
	const { role, today, origin } = circumstances;
	const many = flags.length === 1 ? '1 critical flag' : `${flags.length} critical flags`;
	return {
		subject: `${many}: act today, ${weekdayInWords(today)}`,
		text: paragraphs(
			`${many} ${flags.length === 1 ? 'needs' : 'need'} somebody to act today, ${weekdayInWords(today)}.`,
			...(role === 'director' ? [byService(flags)] : listed(flags)),
			`The reason, and what clears it:\n${origin}/flags?severity=critical`,
			closing(whyAtOnce(role)),
			'You are told of each critical flag once. This cannot be turned off.'
		)
	};
}

const WHERE: Partial<Record<AskingRole, string>> = {
	practitioner: 'on the cases you hold and on you',
	senior_practitioner: 'on the cases you hold and on you',
	director: 'across the services'
};

function whyAtOnce(role: AskingRole): string {
	if (role === 'director')
		return 'You get it at once because it was escalated to you, or nobody below you who answers for it can be written to.';
	return `You get it at once because you manage the ${role === 'service_manager' ? 'service' : 'team'}.`;
}

function closing(why: string): string {
	return `${why} No child and nobody else is named in it; please do not add names when you forward it.`;
}

const HEADING: Record<Severity, string> = {
	critical: 'CRITICAL',
	high: 'HIGH',
	medium: 'MEDIUM',
	low: 'LOW'
};

function listed(flags: readonly FlagForMail[]): string[] {
	const shown = flags.slice(0, MOST_LISTED);
	const groups = SEVERITIES.flatMap((severity) => {
		const lines = shown.filter((flag) => flag.severity === severity).map(lineOf);
		return lines.length > 0 ? [[HEADING[severity], ...lines].join('\n')] : [];
	});
	const more = flags.length - shown.length;
	return more > 0 ? [...groups, `And ${more} more, on the page.`] : groups;
}

/** "- C-0417, section 47 enquiry: held without oversight. Since 3 Nov 2026, 17 days ago. Acknowledged on 4 Nov 2026" */
export function lineOf({ about, kinds, title, sinceInWords, answered }: FlagForMail): string {
	const whose = kinds === null ? about : `${about}, ${kinds}`;
	const line = `- ${onOneLine(whose)}: ${title.charAt(0).toLowerCase()}${title.slice(1)}. ${sinceInWords}`;
	return answered === null ? line : `${line}. ${answered}`;
}

function byService(flags: readonly FlagForMail[]): string {
	const services = [...new Set(flags.map(({ service }) => service))].sort((a, b) =>
		(a ?? '\uffff') < (b ?? '\uffff') ? -1 : 1
	);
	return services
		.map((service) => {
			const of = flags.filter((flag) => flag.service === service);
			return `- ${service === null ? 'No team' : onOneLine(service)}: ${countsInWords(of, SEVERITIES)}`;
		})
		.join('\n');
}

/** "3 critical, 5 high"; empty where there is none of these. */
function countsInWords(flags: readonly { severity: Severity }[], severities: readonly Severity[]): string {
	return severities
		.map((severity) => ({ severity, count: flags.filter((flag) => flag.severity === severity).length }))
		.filter(({ count }) => count > 0)
		.map(({ severity, count }) => `${count} ${severity}`)
		.join(', ');
}

function flagsInWords(count: number): string {
	return count === 1 ? '1 flag' : `${count} flags`;
}

/** References come from files: whatever is in one, it stays within its line. */
function onOneLine(text: string): string {
	return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

function paragraphs(...parts: readonly string[]): string {
	return `${parts.join('\n\n')}\n`;
}

export type NoticeState = 'waiting' | 'sending' | 'sent' | 'kept' | 'dropped' | 'failed';

/** Why a notice was kept or dropped, or could not be delivered. */
export type NoticeReason =
	| 'DEMO'
	| 'NO_MAIL_SERVER'
	| 'ACCOUNT_ENDED'
	| 'TURNED_OFF'
	| 'NOTHING_FLAGGED'
	| 'CLEARED'
	| 'DAY_PAST'
	| 'REFUSED'
	| 'NOT_WRITTEN'
	| 'NOT_REACHED'
	| 'NOT_AN_ADDRESS';

/** What became of a notice. */
export type Became =
	| { state: 'sent'; subject: string; answer: string | null }
	| { state: 'kept'; subject: string; reason: NoticeReason }
	| { state: 'dropped'; reason: NoticeReason }
	| { state: 'failed'; subject: string | null; reason: NoticeReason; answer: string | null }
	| { state: 'waiting'; nextAt: Date; subject: string | null; reason: NoticeReason; answer: string | null };

export const NOTICE_STATE_IN_WORDS: Record<NoticeState, string> = {
	waiting: 'waiting',
	sending: 'being sent',
	sent: 'sent',
	kept: 'not mailed',
	dropped: 'not needed',
	failed: 'not delivered'
};

export const NOTICE_KIND_IN_WORDS: Record<NoticeKind, string> = {
	digest: 'Daily digest',
	critical: 'Critical, at once'
};

export const NOTICE_REASON_IN_WORDS: Record<NoticeReason, string> = {
	DEMO: 'the demo mails nobody',
	NO_MAIL_SERVER: 'no mail server is set',
	ACCOUNT_ENDED: 'the account is disabled, or has no role today that is written to',
	TURNED_OFF: 'they turned the digest off',
	NOTHING_FLAGGED: 'nothing stood to be told',
	CLEARED: 'by then none of it was critical, or theirs to be told of',
	DAY_PAST: 'the day was over',
	REFUSED: 'the mail server refused it',
	NOT_WRITTEN: 'it could not be written; the server’s log says why',
	NOT_REACHED: 'the mail server could not take it',
	NOT_AN_ADDRESS: 'the account’s e-mail is not an address that can be written to'
};

export const DIGEST_CHOICE_IN_WORDS: Record<DigestChoice, string> = {
	every_day: 'Every day',
	working_days: 'On working days',
	never: 'Never'
};

const HOUR_MS = 3_600_000;
const GROWING_MINUTES = [1, 5, 15, 30, 60];
/** Longer than a long weekend; a digest ends earlier, with its day. */
const LONGEST_TRIED_MS = 96 * HOUR_MS;

/** When to try again after so many attempts, in milliseconds; null: it is given up. */
export function nextTryAfterMs(attempts: number, sinceQueuedMs: number): number | null {
	if (sinceQueuedMs >= LONGEST_TRIED_MS) return null;
	const minutes = GROWING_MINUTES[Math.min(attempts, GROWING_MINUTES.length) - 1] ?? 1;
	return minutes * 60_000;
}

/**
 * Whether a mail can be written to it: one mailbox, of the letters that need no quoting (the form that HTML takes for
 * an e-mail address). What is refused could smuggle a second recipient or a header.
 */
export function isMailAddress(text: string): boolean {
	return (
		text.length <= 254 &&
		/^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(
			text
		)
	);
}
