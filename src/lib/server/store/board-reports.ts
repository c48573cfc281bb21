import { sql } from 'drizzle-orm';
import type { Accepted, BoardFigures } from '#lib/domain/board-report.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

export interface ReportIssued {
	reportId: string;
	/** The month-end it is about. */
	on: CalendarDate;
	issuedOn: CalendarDate;
	/** As people read a time of day: 14:05. */
	issuedAt: string;
	/** Null: on schedule. */
	accountId: string | null;
	digest: string;
}

const issued = sql`id as "reportId", month_end as "on", issued_on as "issuedOn",
	to_char(issued_at at time zone 'Europe/London', 'HH24:MI') as "issuedAt", account_id as "accountId", digest`;

/** The board reports issued, the latest first, for those who oversee the authority. */
export async function reportsIssued(tx: Transaction): Promise<ReportIssued[]> {
	const found = await tx.execute(
		sql`select ${issued} from board_reports order by month_end desc, issued_at desc`
	);
	return [...found] as unknown as ReportIssued[];
}

/** One report with its figures as they were issued; null: not there, or not to be seen by who asks. */
export async function reportIssued(
	tx: Transaction,
	reportId: string
): Promise<(ReportIssued & { figures: BoardFigures }) | null> {
	const [found] = await tx.execute(sql`select ${issued}, figures from board_reports where id = ${reportId}`);
	return (found as unknown as (ReportIssued & { figures: BoardFigures }) | undefined) ?? null;
}

/** The sheets of a report as they were made when it was issued; null: not there, or issued before they were kept. */
export async function printKept(tx: Transaction, reportId: string): Promise<Uint8Array | null> {
	const [found] = await tx.execute<{ pdf: Uint8Array | null }>(
		sql`select pdf from board_reports where id = ${reportId}`
	);
	return found?.pdf ?? null;
}

/** This moment by the clock of the database, and its time of day as people read it. */
export async function issuingAt(tx: Transaction): Promise<{ at: string; issuedAt: string }> {
	const [found] = await tx.execute<{ at: string; issuedAt: string }>(
		sql`select now::text as at, to_char(now at time zone 'Europe/London', 'HH24:MI') as "issuedAt"
			from clock_timestamp() now`
	);
	if (!found) throw new Error('the database did not say what time it is');
	return found;
}

/** Keeps a report for good. Null: one of this month-end is issued on schedule already. */
export async function insertReport(
	tx: Transaction,
	report: {
		on: CalendarDate;
		figures: BoardFigures;
		digest: string;
		issuedOn: CalendarDate;
		/** The moment, as the database writes it. */
		at: string;
		accountId: string | null;
		pdf: Uint8Array;
	}
): Promise<string | null> {
	const [made] = await tx.execute<{ id: string }>(
		sql`insert into board_reports (month_end, figures, digest, issued_on, issued_at, account_id, pdf)
			values (${report.on}, ${JSON.stringify(report.figures)}::jsonb, ${report.digest}, ${report.issuedOn}, ${report.at}::timestamptz, ${report.accountId}, ${report.pdf}::bytea)
			on conflict do nothing returning id`
	);
	return made?.id ?? null;
}

/** The last month-end that is stored before a day; null: none is. */
export async function lastMonthEnd(tx: Transaction, before: CalendarDate): Promise<CalendarDate | null> {
	const [found] = await tx.execute<{ last: CalendarDate | null }>(
		sql`select max(month_end)::text as last from month_ends where month_end < ${before}`
	);
	return found?.last ?? null;
}

/**
 * The stored month-ends before a day that closed after the last one with a report on schedule, oldest first. Where there
 * is no such report yet, the last month-end alone.
 */
export async function monthEndsToIssue(tx: Transaction, before: CalendarDate): Promise<CalendarDate[]> {
	const found = await tx.execute<{ on: CalendarDate }>(
		sql`select distinct month_end::text as "on" from month_ends
			where month_end < ${before} and month_end > coalesce(
				(select max(month_end) from board_reports where account_id is null),
				(select max(month_end) - 1 from month_ends where month_end < ${before})
			) order by 1`
	);
	return found.map(({ on }) => on);
}

/** What leadership accepts on a day, by rule: flags that stand, whose last answer is an acceptance that has not ended. */
export async function acceptedOn(tx: Transaction, day: CalendarDate): Promise<Accepted[]> {
	return asRules(tx, async () => {
		const found = await tx.execute(
			sql`select code, count(*)::int as flags, min("until")::text as "firstUntil", max("until")::text as "lastUntil"
				from (
					select distinct on (s.flag_id) f.code, s.step, (s.details ->> 'until')::date as "until"
					from flag_steps s join flags f on f.id = s.flag_id
					where s.step in ('acknowledged', 'accepted') and s.happened_on <= ${day}
						and (f.cleared_on is null or f.cleared_on > ${day})
					order by s.flag_id, s.id desc
				) last
				where step = 'accepted' and "until" >= ${day}
				group by code order by code`
		);
		return [...found] as unknown as Accepted[];
	});
}
