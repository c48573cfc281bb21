import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Tally } from '#lib/domain/tally.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** A team's stored month-end. Null team: the cases of no team. */
export interface StoredMonthEnd {
	on: CalendarDate;
	teamId: string | null;
	tally: Tally;
	/** By what is recorded now; null: the same as stored. */
	sinceCorrected: Tally | null;
}

/** The stored month-ends of a stretch, both days included, within the scope of who asks. */
export async function monthEndsStored(
	tx: Transaction,
	from: CalendarDate,
	to: CalendarDate
): Promise<StoredMonthEnd[]> {
	const found = await tx.execute(
		sql`select month_end as "on", team_id as "teamId", tally, since_corrected as "sinceCorrected"
			from month_ends where month_end between ${from} and ${to} order by month_end`
	);
	return [...found] as unknown as StoredMonthEnd[];
}

/** Stores month-ends that nobody stored before; what is stored stays. */
export async function insertMonthEnds(
	tx: Transaction,
	monthEnds: readonly Omit<StoredMonthEnd, 'sinceCorrected'>[]
): Promise<void> {
	if (monthEnds.length === 0) return;
	await tx.execute(
		sql`insert into month_ends (month_end, team_id, tally)
			select "on", "teamId", tally
			from jsonb_to_recordset(${JSON.stringify(monthEnds)}::jsonb) as given("on" date, "teamId" uuid, tally jsonb)
			on conflict do nothing`
	);
}

/** Puts beside a stored month-end what it counts as by what is recorded now; null: the same as stored. */
export async function changeSinceCorrected(
	tx: Transaction,
	monthEnds: readonly Omit<StoredMonthEnd, 'tally'>[]
): Promise<void> {
	if (monthEnds.length === 0) return;
	await tx.execute(
		sql`update month_ends set since_corrected = given."sinceCorrected", checked_at = clock_timestamp()
			from jsonb_to_recordset(${JSON.stringify(monthEnds)}::jsonb)
				as given("on" date, "teamId" uuid, "sinceCorrected" jsonb)
			where month_end = given."on" and team_id is not distinct from given."teamId"`
	);
}

/** Whether facts have been written since a stored month-end was last held against what is recorded. */
export async function factsSinceChecked(tx: Transaction): Promise<boolean> {
	const [row] = await tx.execute<{ behind: boolean }>(
		sql`select exists (
			select from month_ends having min(checked_at) < greatest(
				(select max(recorded_at) from oversight), (select max(recorded_at) from case_discussions),
				(select max(recorded_at) from supervision_sessions), (select max(recorded_at) from allocations),
				(select max(recorded_at) from cases), (select max(recorded_at) from case_kinds),
				(select max(recorded_at) from postings), (select max(recorded_at) from practitioners),
				(select max(recorded_at) from absences), (select max(recorded_at) from training),
				(select max(recorded_at) from reductions), (select max(recorded_at) from restructures),
				(select max(recorded_at) from teams)
			)
		) as behind`
	);
	return row?.behind ?? false;
}

/** The first day from which there are cases; null: there are none. */
export async function firstOpening(tx: Transaction): Promise<CalendarDate | null> {
	const [row] = await tx.execute<{ first: CalendarDate | null }>(
		sql`select min(opened_on)::text as first from cases where superseded_at is null`
	);
	return row?.first ?? null;
}
