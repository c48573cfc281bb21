import { sql, type SQL } from 'drizzle-orm';
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
	/** By what is recorded now, recording dates ignored; null: the same as by what is recorded now. */
	hindsight: Tally | null;
	/** When it was last held against what is recorded and found to differ, or stored. */
	checkedAt: Date;
}

/** The month-ends last read, by what marks them. A stored month never changes; what stands beside it is checked anew. */
const lastRead = new Map<string, readonly StoredMonthEnd[]>();
const READINGS_KEPT = 6;

/**
 * The stored month-ends of a stretch, both days included, within the scope of who asks. Those that are what they were
 * when this process read them last are not read again, and are the same list.
 */
export async function monthEndsStored(
	tx: Transaction,
	from: CalendarDate,
	to: CalendarDate
): Promise<readonly StoredMonthEnd[]> {
	const [marked] = await tx.execute<{ mark: string | null }>(
		sql`select current_database() || md5(string_agg(id || '@' || extract(epoch from checked_at), ',' order by id)) as mark
			from month_ends where month_end between ${from} and ${to}`
	);
	const mark = marked?.mark ?? null;
	if (mark === null) return [];
	const rows = lastRead.get(mark) ?? (await readMonthEnds(tx, from, to));
	lastRead.delete(mark);
	lastRead.set(mark, rows);
	for (const oldest of lastRead.keys()) if (lastRead.size > READINGS_KEPT) lastRead.delete(oldest);
	return rows;
}

/** The first month-end of which somebody in the scope of who asks has stored figures; null: there is none. */
export async function firstStored(tx: Transaction): Promise<CalendarDate | null> {
	const [found] = await tx.execute<{ on: CalendarDate | null }>(
		sql`select min(month_end) as "on" from month_ends`
	);
	return found?.on ?? null;
}

async function readMonthEnds(
	tx: Transaction,
	from: CalendarDate,
	to: CalendarDate
): Promise<readonly StoredMonthEnd[]> {
	const found = await tx.execute(
		sql`select month_end as "on", team_id as "teamId", tally, since_corrected as "sinceCorrected", hindsight,
				checked_at::text as "checkedAt"
			from month_ends where month_end between ${from} and ${to} order by month_end`
	);
	const rows = [...found] as unknown as (Omit<StoredMonthEnd, 'checkedAt'> & { checkedAt: string })[];
	return rows.map((row) => ({ ...row, checkedAt: new Date(row.checkedAt) }));
}

/** What the last review counted on a day, within the scope of who asks; null: it was of another day. */
export async function dayCounted(
	tx: Transaction,
	on: CalendarDate
): Promise<{ tallies: Map<string | null, Tally>; countedAt: Date } | null> {
	const found = await tx.execute<{ teamId: string | null; tally: Tally; countedAt: string }>(
		sql`select team_id as "teamId", tally, counted_at::text as "countedAt" from day_figures where counted_for = ${on}`
	);
	const [first] = found;
	if (!first) return null;
	const tallies = new Map(found.map(({ teamId, tally }) => [teamId, tally]));
	return { tallies, countedAt: new Date(first.countedAt) };
}

/** Keeps what a review counted on its day in place of what the one before did. */
export async function replaceDay(
	tx: Transaction,
	on: CalendarDate,
	tallies: ReadonlyMap<string | null, Tally>
): Promise<void> {
	const rows = [...tallies].map(([teamId, tally]) => ({ teamId, tally }));
	await tx.execute(sql`delete from day_figures`);
	await tx.execute(
		sql`insert into day_figures (counted_for, team_id, tally, counted_at)
			select ${on}::date, "teamId", tally, clock_timestamp()
			from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given("teamId" uuid, tally jsonb)`
	);
}

/** Stores month-ends that nobody stored before; what is stored stays. */
export async function insertMonthEnds(
	tx: Transaction,
	monthEnds: readonly Omit<StoredMonthEnd, 'sinceCorrected' | 'checkedAt'>[]
): Promise<void> {
	if (monthEnds.length === 0) return;
	await tx.execute(
		sql`insert into month_ends (month_end, team_id, tally, hindsight)
			select "on", "teamId", tally, nullif(hindsight, 'null'::jsonb)
			from jsonb_to_recordset(${JSON.stringify(monthEnds)}::jsonb)
				as given("on" date, "teamId" uuid, tally jsonb, hindsight jsonb)
			on conflict do nothing`
	);
}

/** Puts beside stored month-ends what they count as by what is recorded now. */
export async function changeSinceCorrected(
	tx: Transaction,
	monthEnds: readonly Omit<StoredMonthEnd, 'tally' | 'checkedAt'>[]
): Promise<void> {
	if (monthEnds.length === 0) return;
	await tx.execute(
		sql`update month_ends set since_corrected = nullif(given."sinceCorrected", 'null'::jsonb),
				hindsight = nullif(given.hindsight, 'null'::jsonb), checked_at = clock_timestamp()
			from jsonb_to_recordset(${JSON.stringify(monthEnds)}::jsonb)
				as given("on" date, "teamId" uuid, "sinceCorrected" jsonb, hindsight jsonb)
			where month_end = given."on" and team_id is not distinct from given."teamId"`
	);
}

/** Every stored month-end has now been held against what is recorded, or nothing came that could change it. */
export async function noteChecked(tx: Transaction): Promise<void> {
	await tx.execute(sql`update month_ends set checked_at = now()`);
}

/**
 * Facts with their first day, empty: they hold on every day, and (`end` null: without) a last one. What changes at its
 * end alone changes nothing before.
 */
const DATED: readonly { table: string; start: readonly string[]; end: string | null }[] = [
	{ table: 'oversight', start: ['made_on'], end: null },
	{ table: 'case_discussions', start: ['held_on_copied'], end: null },
	{ table: 'supervision_sessions', start: ['held_on', 'planned_on'], end: null },
	{ table: 'allocations', start: ['from_on'], end: 'to_on' },
	{ table: 'cases', start: ['opened_on'], end: 'closed_on' },
	{ table: 'case_kinds', start: ['from_on'], end: 'to_on' },
	{ table: 'postings', start: ['from_on'], end: 'to_on' },
	{ table: 'absences', start: ['from_on'], end: 'to_on' },
	{ table: 'reductions', start: ['from_on'], end: 'to_on' },
	{ table: 'vacancies', start: ['from_on'], end: 'to_on' },
	{ table: 'restructures', start: ['starts_on'], end: 'ends_on' },
	{ table: 'training', start: ['completed_on'], end: null },
	{ table: 'requests', start: ['requested_on'], end: null },
	{ table: 'actions', start: ['agreed_on'], end: 'done_on' },
	{ table: 'practitioners', start: [], end: 'left_on' }
];

/** Columns that differ between two versions of a row whatever changed. */
const OF_VERSIONS = `{id,version_of,recorded_at,superseded_at,superseded_on,recorded_on,end_recorded_on,import_id,outcome,closure_reason}`;

/**
 * The earliest day that facts written since the month-ends were last held against what is recorded are about; null:
 * nothing was written. Month-ends before it are what they were. Whoever writes at the same time is looked at again: the
 * clock is put back by longer than a change takes.
 */
export async function earliestTouched(tx: Transaction): Promise<CalendarDate | null> {
	const parts = DATED.map(({ table, start, end }): SQL => {
		const name = sql.raw(table);
		const columns = start.flatMap((column) => [`c.${column}`, `h.${column}`]);
		const first = sql.raw(columns.length === 0 ? `'0001-01-01'::date` : `least(${columns.join(', ')})`);
		const day =
			end === null
				? first
				: sql`case when h.id is not null and to_jsonb(h) - ${OF_VERSIONS}::text[] - ${end}::text = to_jsonb(c) - ${OF_VERSIONS}::text[] - ${end}::text
					then least(c.${sql.raw(end)}, h.${sql.raw(end)}) else ${first} end`;
		return sql`select min(${day}) as day
			from ${name} c left join ${name} h on h.version_of = c.id and h.superseded_at > (select since from checked)
			where c.version_of is null
				and (c.recorded_at > (select since from checked) or c.superseded_at > (select since from checked))`;
	});
	const [row] = await tx.execute<{ first: CalendarDate | null }>(
		sql`with checked as materialized (select min(checked_at) - interval '15 minutes' as since from month_ends)
			select min(day)::text as first from (${sql.join(parts, sql` union all `)}) touched`
	);
	return row?.first ?? null;
}

/** The first day from which there are cases; null: there are none. */
export async function firstOpening(tx: Transaction): Promise<CalendarDate | null> {
	const [row] = await tx.execute<{ first: CalendarDate | null }>(
		sql`select min(opened_on)::text as first from cases where superseded_at is null`
	);
	return row?.first ?? null;
}
