import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	criticalLetter,
	DIGEST_CHOICES,
	DIGEST_HOURS,
	digestLetter,
	isMailAddress,
	isWrittenTo,
	nextTryAfterMs,
	NOTICE_KIND_IN_WORDS,
	NOTICE_REASON_IN_WORDS,
	NOTICE_STATE_IN_WORDS,
	toldAtOnce,
	USUAL_PREFERENCE,
	wantsDigestOn,
	type Became,
	type FlagForMail,
	type Letter,
	type NoticeReason,
	type NoticeState,
	type Preference
} from '#lib/domain/notices.ts';
import { record } from '#lib/server/audit.ts';
import { dayOfInstant, hourOfInstant, now, timeOfInstant } from '#lib/server/clock.ts';
import type { Mail, Posted } from '#lib/server/mail.ts';
import { describeAsker, type Described } from '#lib/server/store/accounts.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import {
	claimNext,
	criticalFlags,
	noticeCounts,
	noticesOnFile,
	preferenceOf,
	preferences,
	queueCritical,
	queueDigests,
	readersToday,
	savePreference,
	settle,
	type Claimed,
	type NoticeOnFile
} from '#lib/server/store/notices.ts';
import { authorityOf } from '#lib/server/store/scope.ts';
import { EVERY_FLAG, flagList } from './flag-list.ts';

/**
 * Queues what has to be told at once, in the transaction that stored it: each critical flag that stands, to each of
 * those concerned who was not told of it yet. Several at once go in one mail.
 */
export async function tellOfCritical(
	tx: Transaction,
	on: CalendarDate,
	subjectIds: readonly string[] | null
): Promise<void> {
	const critical = await criticalFlags(tx, subjectIds === null ? 'all' : { subjectIds });
	if (critical.length === 0) return;
	const readers = await readersToday(tx);
	await queueCritical(
		tx,
		{ on, at: now() },
		critical.flatMap((flag) =>
			toldAtOnce(flag, readers).map((accountId) => ({ accountId, flagId: flag.flagId }))
		)
	);
}

/** Queues the digest of the day for everyone who is written to and wants one; once a day, however often it is done. */
export async function queueDigestsOf(tx: Transaction, on: CalendarDate): Promise<void> {
	const readers = await readersToday(tx);
	const chosen = await preferences(tx);
	await queueDigests(
		tx,
		{ on, at: now() },
		readers.flatMap(({ accountId, role }) =>
			isWrittenTo(role) && wantsDigestOn(chosen.get(accountId) ?? USUAL_PREFERENCE, on) ? accountId : []
		)
	);
}

/** Longer than a mail takes with all its patience; then another sender takes the notice up. */
const CLAIMED_MS = 5 * 60_000;

/** A notice for this sender to write and send, on which day, and whether this authority mails anybody at all. */
export interface Taken {
	notice: Claimed;
	/** Of the critical flags it is about, those that are its reader's to be told of now, by rule and subject. */
	about: readonly string[];
	today: CalendarDate;
	isDemo: boolean;
}

/** Takes the next notice that is due; null: none is. */
export async function takeNotice(
	tx: Transaction,
	today: CalendarDate,
	at: Date = now()
): Promise<Taken | null> {
	const { isDemo } = await authorityOf(tx);
	const notice = await claimNext(tx, {
		at,
		today,
		// The day of a demo stands still, so no hour of it would ever come.
		hour: isDemo ? 24 : hourOfInstant(at),
		usualHour: USUAL_PREFERENCE.hour,
		until: new Date(at.getTime() + CLAIMED_MS)
	});
	if (!notice) return null;
	const { noticeId, accountId, kind } = notice;
	const critical = kind === 'critical' ? await criticalFlags(tx, { noticeId }) : [];
	const readers = critical.length > 0 ? await readersToday(tx) : [];
	const about = critical
		.filter((flag) => toldAtOnce(flag, readers).includes(accountId))
		.map(({ code, subjectId }) => `${code}-${subjectId}`);
	return { notice, about, today, isDemo };
}

/** Writes down what became of a notice; said twice, the first stands. */
export async function settleNotice(
	tx: Transaction,
	noticeId: string,
	became: Became,
	at: Date = now()
): Promise<void> {
	await settle(tx, noticeId, at, became);
}

/**
 * Writes a taken notice, in a transaction in which its reader asks: what they may see at this moment, by the very list
 * of their page. A word instead of a letter: why it is not to be sent.
 */
export async function writeNotice(
	tx: Transaction,
	{ notice, about, today }: Pick<Taken, 'notice' | 'about' | 'today'>,
	origin: string
): Promise<Letter | NoticeReason> {
	const { kind, on, preference } = notice;
	const reader = await describeAsker(tx);
	if (!reader || !isWrittenTo(reader.role)) return 'ACCOUNT_ENDED';
	const circumstances = { role: reader.role, today, origin };
	if (kind === 'digest') {
		if (on < today) return 'DAY_PAST';
		if (!wantsDigestOn(preference ?? USUAL_PREFERENCE, on)) return 'TURNED_OFF';
		const letter = digestLetter(await flagsForMail(tx, reader, today), circumstances);
		return letter ?? 'NOTHING_FLAGGED';
	}
	const flags = about.length > 0 ? await flagsForMail(tx, reader, today) : [];
	const critical = flags.filter(({ key, severity }) => severity === 'critical' && about.includes(key));
	return criticalLetter(critical, circumstances) ?? 'CLEARED';
}

/** The list of somebody's page today, as a mail may name its flags: references of staff can be their names. */
async function flagsForMail(
	tx: Transaction,
	{ role, practitionerId }: Pick<Described, 'role' | 'practitionerId'>,
	today: CalendarDate
): Promise<FlagForMail[]> {
	const { flags, teams } = await flagList(tx, role, { on: today, hindsight: false }, EVERY_FLAG);
	const serviceOf = new Map(teams.map(({ teamId, service }) => [teamId, service]));
	return flags.map((flag) => {
		const { key, severity, title, caseReference, kinds, sinceInWords, team, teamId, life } = flag;
		const isMine = practitionerId !== null && flag.practitionerId === practitionerId;
		return {
			key,
			severity,
			title,
			about: caseReference ?? (isMine ? 'you' : `a practitioner in ${team}`),
			kinds,
			sinceInWords,
			answered: life.answered,
			service: teamId === null ? null : (serviceOf.get(teamId) ?? null)
		};
	});
}

/** The mail of a written notice. Its identity and date are the notice's own, so every copy of it is the same mail. */
export function mailOf(
	{ noticeId, email, datedAt }: Pick<Claimed, 'noticeId' | 'email' | 'datedAt'>,
	{ subject, text }: Letter,
	origin: string
): Mail | 'NOT_AN_ADDRESS' {
	if (!isMailAddress(email)) return 'NOT_AN_ADDRESS';
	const messageId = `<${noticeId}@${new URL(origin).hostname}>`;
	return { to: email, subject, text, messageId, date: datedAt };
}

/** What became of a notice, from what the mail server said of it. */
export function becameOf(notice: Claimed, subject: string, posted: Posted, at: Date = now()): Became {
	const { answer } = posted;
	if (posted.state === 'taken') return { state: 'sent', subject, answer };
	if (posted.state === 'refused') return { state: 'failed', subject, reason: 'REFUSED', answer };
	return triedAgain(notice, { subject, reason: 'NOT_REACHED', answer }, at);
}

/** After growing waits; given up where it has been tried for too long. */
export function triedAgain(
	{ attempts, queuedAt }: Claimed,
	why: { subject: string | null; reason: NoticeReason; answer: string | null },
	at: Date = now()
): Became {
	const wait = nextTryAfterMs(attempts, at.getTime() - queuedAt.getTime());
	if (wait === null) return { state: 'failed', ...why };
	return { state: 'waiting', nextAt: new Date(at.getTime() + wait), ...why };
}

/** What became of a notice that was not written: a digest whose day went by while it was tried was not delivered. */
export function unwritten({ attempts }: Pick<Claimed, 'attempts'>, reason: NoticeReason): Became {
	return reason === 'DAY_PAST' && attempts > 1
		? { state: 'failed', subject: null, reason: 'NOT_REACHED', answer: null }
		: { state: 'dropped', reason };
}

export interface NoticeInWords {
	key: string;
	to: string;
	kind: string;
	day: string;
	subject: string;
	state: NoticeState;
	stateInWords: string;
	/** When it was sent or ended, else when it is tried next. */
	when: string;
	why: string;
	attempts: number;
}

export interface Outbox {
	notices: NoticeInWords[];
	counts: { state: NoticeState; words: string; count: number }[];
	/** Whether older ones are left out. */
	more: boolean;
}

const MOST_SHOWN = 200;
const STATES: readonly NoticeState[] = ['failed', 'waiting', 'sending', 'sent', 'kept', 'dropped'];

/** Reads the state that an address asks for; what it does not know it leaves out. */
export function stateFrom(parameters: URLSearchParams): NoticeState | null {
	return STATES.find((state) => state === parameters.get('state')) ?? null;
}

/** Who was written to, about how much, and what became of it. What a mail said is not kept, so nobody can look it up. */
export async function outbox(
	tx: Transaction,
	state: NoticeState | null,
	today: CalendarDate
): Promise<Outbox> {
	const found = await noticesOnFile(tx, { state }, MOST_SHOWN + 1);
	const counts = await noticeCounts(tx);
	return {
		notices: found.slice(0, MOST_SHOWN).map((notice) => inWords(notice, today)),
		counts: STATES.map((each) => ({
			state: each,
			words: NOTICE_STATE_IN_WORDS[each],
			count: counts.get(each) ?? 0
		})),
		more: found.length > MOST_SHOWN
	};
}

function inWords(notice: NoticeOnFile, today: CalendarDate): NoticeInWords {
	const { noticeId, email, kind, on, subject, state, attempts, queuedAt, nextAt, endedAt, reason, answer } =
		notice;
	const instant = (at: Date) => {
		const day = dayOfInstant(at);
		return `${day === today ? 'today' : dayInWords(day)}, ${timeOfInstant(at)}`;
	};
	const tried = state === 'waiting' && attempts > 0;
	return {
		key: noticeId,
		to: email,
		kind: NOTICE_KIND_IN_WORDS[kind],
		day: dayInWords(on),
		subject: subject ?? 'not written yet',
		state,
		stateInWords: tried ? 'to be tried again' : NOTICE_STATE_IN_WORDS[state],
		when: endedAt ? instant(endedAt) : tried ? `next ${instant(nextAt)}` : `queued ${instant(queuedAt)}`,
		why: [
			reason === null ? null : NOTICE_REASON_IN_WORDS[reason],
			attempts > 1 ? `tried ${attempts} times` : null,
			state === 'sent' ? null : answer
		]
			.filter((words) => words !== null)
			.join('; '),
		attempts
	};
}

export interface MailOfMine {
	email: string;
	preference: Preference;
	/** Whether this role is written to at all. */
	writtenTo: boolean;
	/** Whether critical flags come to it at once. */
	toldAtOnce: boolean;
	/** The latest to them. */
	notices: NoticeInWords[];
}

const LATEST = 5;

/** What somebody gets by mail. */
export async function mailOfMine(
	tx: Transaction,
	{
		accountId,
		email,
		role,
		today
	}: Pick<Described, 'role' | 'email'> & { accountId: string; today: CalendarDate }
): Promise<MailOfMine> {
	return {
		email,
		preference: (await preferenceOf(tx, accountId)) ?? USUAL_PREFERENCE,
		writtenTo: isWrittenTo(role),
		toldAtOnce: role === 'team_manager' || role === 'service_manager' || role === 'director',
		notices: (await noticesOnFile(tx, { accountId }, LATEST)).map((notice) => inWords(notice, today))
	};
}

/** What somebody's digest would say at this moment; null: nothing stands, or their role is not written to. */
export async function digestOfMine(
	tx: Transaction,
	who: Pick<Described, 'role' | 'practitionerId'> & { today: CalendarDate },
	origin: string
): Promise<Letter | null> {
	const { role, today } = who;
	return isWrittenTo(role) ? digestLetter(await flagsForMail(tx, who, today), { role, today, origin }) : null;
}

/** Reads a preference from a form; in words, what is wrong with it. */
export function preferenceFrom(
	form: FormData
): { preference: Preference } | { refused: { field: 'digest' | 'hour'; words: string } } {
	const digest = DIGEST_CHOICES.find((choice) => choice === form.get('digest'));
	if (!digest) return { refused: { field: 'digest', words: 'Choose on which days you want the digest.' } };
	const hour = DIGEST_HOURS.find((each) => String(each) === form.get('hour'));
	if (hour === undefined) return { refused: { field: 'hour', words: 'Choose an hour from the list.' } };
	return { preference: { digest, hour } };
}

/** Keeps what somebody chose about their own mail. */
export async function choosePreference(
	tx: Transaction,
	accountId: string,
	preference: Preference
): Promise<void> {
	await savePreference(tx, accountId, preference);
	await record(tx, { accountId }, { action: 'chose', entity: 'notice_preference', entityId: accountId });
}
