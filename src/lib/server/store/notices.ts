import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Code } from '#lib/domain/codes.ts';
import type {
	Became,
	CriticalFlag,
	NoticeKind,
	NoticeReason,
	NoticeState,
	Preference,
	Reader
} from '#lib/domain/notices.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** Everyone with an account that is not disabled, and a role today. */
export async function readersToday(tx: Transaction): Promise<Reader[]> {
	const found = await asRules(tx, () =>
		tx.execute(
			sql`select a.id as "accountId", a.practitioner_id as "practitionerId", coalesce(a.role, o.role) as role,
					o.team_id as "teamId", t.service
				from accounts a
				left join postings o on o.practitioner_id = a.practitioner_id and o.superseded_at is null
					and o.from_on <= asks_on() and (o.to_on is null or o.to_on > asks_on())
				left join teams t on t.id = o.team_id
				where a.disabled_at is null and coalesce(a.role, o.role) is not null
				order by a.id`
		)
	);
	return [...found] as unknown as Reader[];
}

/** What people chose about their mail, by account; for the schedule. */
export async function preferences(tx: Transaction): Promise<Map<string, Preference>> {
	const chosen = await tx.execute<
		Record<'accountId', string> & { digest: Preference['digest']; hour: number }
	>(sql`select account_id as "accountId", digest, hour from notice_preferences`);
	return new Map(chosen.map(({ accountId, digest, hour }) => [accountId, { digest, hour }]));
}

/** A critical flag by its rule and subject. */
export type CriticalFlagOnFile = CriticalFlag & { code: Code; subjectId: string };

/** The critical flags that stand in the store: all, those about some subjects, or those that a notice is about. */
export async function criticalFlags(
	tx: Transaction,
	of: 'all' | { subjectIds: readonly string[] } | { noticeId: string }
): Promise<CriticalFlagOnFile[]> {
	const which =
		of === 'all'
			? sql`true`
			: 'noticeId' in of
				? sql`f.id in (select flag_id from notice_flags where notice_id = ${of.noticeId})`
				: sql`f.subject_id = any(${list(of.subjectIds)})`;
	const found = await asRules(tx, () =>
		tx.execute(
			sql`select f.id as "flagId", f.code, f.subject_id as "subjectId", f.team_id as "teamId", t.service, f.practitioner_id as "practitionerId",
					coalesce((
						select s.details -> 'practitionerIds' from flag_steps s
						where s.flag_id = f.id and s.step = 'escalated' order by s.id desc limit 1
					), '[]') as "escalatedTo"
				from flags f left join teams t on t.id = f.team_id
				where f.cleared_at is null and f.severity = 'critical' and ${which}`
		)
	);
	return [...found] as unknown as CriticalFlagOnFile[];
}

/** The day a notice is about, and the instant by the clock that its sender will ask. */
export interface Queueing {
	on: CalendarDate;
	at: Date;
}

/** Queues one notice a person about the flags they were not told of yet, and writes down that they are now. */
export async function queueCritical(
	tx: Transaction,
	{ on, at }: Queueing,
	told: readonly { accountId: string; flagId: string }[]
): Promise<void> {
	if (told.length === 0) return;
	await asRules(tx, () =>
		tx.execute(
			sql`with given as (
					select * from json_to_recordset(${JSON.stringify(told)}::json) as g("accountId" uuid, "flagId" uuid)
				), readers as materialized (
					select "accountId", gen_random_uuid() as notice_id from given group by "accountId"
				), fresh as (
					insert into notice_flags (account_id, flag_id, notice_id)
					select "accountId", "flagId", notice_id from given join readers using ("accountId")
					order by "accountId", "flagId"
					on conflict do nothing
					returning account_id, notice_id
				)
				insert into notices (id, account_id, kind, notice_on, queued_at, next_at)
				select distinct notice_id, account_id, 'critical', ${on}::date, ${at.toISOString()}::timestamptz,
					${at.toISOString()}::timestamptz
				from fresh`
		)
	);
}

/** Queues the day's digest for each; once a day, whoever queues it. */
export async function queueDigests(
	tx: Transaction,
	{ on, at }: Queueing,
	accountIds: readonly string[]
): Promise<void> {
	await tx.execute(
		sql`insert into notices (account_id, kind, notice_on, queued_at, next_at)
			select id, 'digest', ${on}::date, ${at.toISOString()}::timestamptz, ${at.toISOString()}::timestamptz
			from unnest(${list(accountIds)}) as id
			on conflict do nothing`
	);
}

/** A notice in the hands of one sender. */
export interface Claimed {
	noticeId: string;
	accountId: string;
	email: string;
	kind: NoticeKind;
	on: CalendarDate;
	attempts: number;
	queuedAt: Date;
	datedAt: Date;
	preference: Preference | null;
}

export interface Claim {
	at: Date;
	today: CalendarDate;
	/** The hour in London; digests wait for the one chosen. */
	hour: number;
	usualHour: number;
	/** Until when nobody else takes it. */
	until: Date;
}

/**
 * Takes the next notice that is due for this sender alone: others pass it by while it is taken, and take it up after
 * `until` where this sender never said what became of it. Null: none is due.
 */
export async function claimNext(tx: Transaction, claim: Claim): Promise<Claimed | null> {
	const { at, today, hour, usualHour, until } = claim;
	const [taken] = await tx.execute<
		Record<'noticeId' | 'accountId' | 'on' | 'queuedAt' | 'datedAt', string> & {
			kind: NoticeKind;
			attempts: number;
		}
	>(
		sql`update notices n set state = 'sending', attempts = n.attempts + 1, next_at = ${until.toISOString()},
				dated_at = coalesce(n.dated_at, ${at.toISOString()})
			where n.id = (
				select w.id from notices w left join notice_preferences p on p.account_id = w.account_id
				where w.ended_at is null and w.next_at <= ${at.toISOString()}
					and (w.kind = 'critical' or w.notice_on < ${today}::date
						or coalesce(p.hour, ${usualHour}) <= ${hour})
				order by w.kind, w.next_at, w.id limit 1
				for update of w skip locked
			)
			returning n.id as "noticeId", n.account_id as "accountId", n.kind, n.notice_on as "on", n.attempts,
				n.queued_at::text as "queuedAt", n.dated_at::text as "datedAt"`
	);
	if (!taken) return null;
	const [reader] = await tx.execute<{
		email: string;
		digest: Preference['digest'] | null;
		hour: number | null;
	}>(
		sql`select a.email, p.digest, p.hour from accounts a left join notice_preferences p on p.account_id = a.id
			where a.id = ${taken.accountId}`
	);
	if (!reader) throw new Error('a notice is for nobody');
	const { email, digest } = reader;
	return {
		...taken,
		email,
		queuedAt: new Date(taken.queuedAt),
		datedAt: new Date(taken.datedAt),
		preference: digest === null || reader.hour === null ? null : { digest, hour: reader.hour }
	};
}

/** Writes down what became of a notice that has not ended; said twice, the first stands. */
export async function settle(tx: Transaction, noticeId: string, at: Date, became: Became): Promise<void> {
	const { state } = became;
	const nextAt = state === 'waiting' ? became.nextAt : at;
	const endedAt = state === 'waiting' ? null : at.toISOString();
	await tx.execute(
		sql`update notices set state = ${state}, next_at = ${nextAt.toISOString()}, ended_at = ${endedAt},
				subject = coalesce(${'subject' in became ? became.subject : null}, subject),
				reason = ${'reason' in became ? became.reason : null},
				answer = ${'answer' in became ? became.answer : null}
			where id = ${noticeId} and ended_at is null`
	);
}

/** A notice as the outbox shows it. */
export interface NoticeOnFile {
	noticeId: string;
	email: string;
	kind: NoticeKind;
	on: CalendarDate;
	state: NoticeState;
	attempts: number;
	queuedAt: Date;
	nextAt: Date;
	endedAt: Date | null;
	subject: string | null;
	reason: NoticeReason | null;
	answer: string | null;
}

/** The notices in the scope of who asks, those in trouble first, then the latest; of one state or one person where that is given. */
export async function noticesOnFile(
	tx: Transaction,
	which: { state: NoticeState | null } | { accountId: string },
	most: number
): Promise<NoticeOnFile[]> {
	const found = await tx.execute<
		Omit<NoticeOnFile, 'queuedAt' | 'nextAt' | 'endedAt'> &
			Record<'queuedAt' | 'nextAt', string> & {
				endedAt: string | null;
			}
	>(
		sql`select n.id as "noticeId", a.email, n.kind, n.notice_on as "on", n.state, n.attempts,
				n.queued_at::text as "queuedAt", n.next_at::text as "nextAt", n.ended_at::text as "endedAt",
				n.subject, n.reason, n.answer
			from notices n join accounts a on a.id = n.account_id
			where ${'accountId' in which ? sql`n.account_id = ${which.accountId}` : which.state === null ? sql`true` : sql`n.state = ${which.state}`}
			order by n.state = 'failed' desc, n.queued_at desc, a.email limit ${most}`
	);
	return found.map(({ queuedAt, nextAt, endedAt, ...notice }) => ({
		...notice,
		queuedAt: new Date(queuedAt),
		nextAt: new Date(nextAt),
		endedAt: endedAt === null ? null : new Date(endedAt)
	}));
}

export async function noticeCounts(tx: Transaction): Promise<Map<NoticeState, number>> {
	const found = await tx.execute<{ state: NoticeState; count: number }>(
		sql`select state, count(*)::int as count from notices group by state`
	);
	return new Map(found.map(({ state, count }) => [state, count]));
}

/** What somebody chose about their mail; null: nothing. */
export async function preferenceOf(tx: Transaction, accountId: string): Promise<Preference | null> {
	const [found] = await tx.execute<Preference & Record<string, unknown>>(
		sql`select digest, hour from notice_preferences where account_id = ${accountId}`
	);
	return found ? { digest: found.digest, hour: found.hour } : null;
}

export async function savePreference(
	tx: Transaction,
	accountId: string,
	{ digest, hour }: Preference
): Promise<void> {
	await tx.execute(
		sql`insert into notice_preferences (account_id, digest, hour) values (${accountId}, ${digest}, ${hour})
			on conflict (account_id) do update
				set digest = excluded.digest, hour = excluded.hour, saved_at = clock_timestamp()`
	);
}

function list(ids: readonly string[]) {
	return sql`${`{${ids.join(',')}}`}::uuid[]`;
}
