import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** One import at a time: a second one waits here until the first is done. Ends with the transaction. */
export async function oneAtATime(tx: Transaction): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock(hashtext('countersign.import'))`);
}

export async function noteImport(
	tx: Transaction,
	noted: { by: string; source: string; digest: string; counts: object }
): Promise<string> {
	const [row] = await tx.execute<{ id: string }>(
		sql`insert into imports (applied_by, source, digest, counts)
			values (${noted.by}, ${noted.source}, ${noted.digest}, ${JSON.stringify(noted.counts)}::jsonb)
			returning id`
	);
	if (!row) throw new Error('an import was not noted');
	return row.id;
}

/** Sets the day before which no clock starts. */
export async function setObservedFrom(tx: Transaction, day: CalendarDate): Promise<void> {
	await tx.execute(
		sql`insert into settings (id, observed_from) values (1, ${day})
			on conflict (id) do update set observed_from = excluded.observed_from`
	);
}

/** After a large change: fresh statistics, so that the next question is planned for what is there now. */
export async function refreshStatistics(tx: Transaction): Promise<void> {
	await tx.execute(sql`select refresh_statistics()`);
}

/** Whether nothing was ever brought in. */
export async function isEmpty(tx: Transaction): Promise<boolean> {
	const [row] = await tx.execute<{ empty: boolean }>(
		sql`select not exists (select from cases) and not exists (select from practitioners)
			and not exists (select from accounts) as empty`
	);
	return row?.empty ?? true;
}

/** Makes this the demo authority, whose day stands still. */
export async function setDemoToday(tx: Transaction, day: CalendarDate): Promise<void> {
	await tx.execute(
		sql`insert into settings (id, demo_today) values (1, ${day})
			on conflict (id) do update set demo_today = excluded.demo_today`
	);
}

/** Which practitioner a steward once chose for each name in files of this source, by reference. */
export async function namesRemembered(tx: Transaction, source: string): Promise<Map<string, string>> {
	const found = await tx.execute<{ name: string; reference: string }>(
		sql`select r.name, p.reference from remembered_names r join practitioners p on p.id = r.practitioner_id
			where r.source = ${source}`
	);
	return new Map(found.map(({ name, reference }) => [name, reference]));
}

/** Cases whose holder came as a name that nobody bears wait for a match; those no longer named so wait no more. */
export async function keepWaiting(
	tx: Transaction,
	source: string,
	waiting: readonly { caseId: string; name: string }[]
): Promise<void> {
	const rows = JSON.stringify(waiting.map(({ caseId, name }) => ({ reference: caseId, name })));
	await tx.execute(
		sql`with named as (
				select c.id, r.name from json_to_recordset(${rows}::json) as r(reference text, name text)
				join cases c on c.reference = r.reference and c.source = ${source} and c.superseded_at is null
			), gone as (
				delete from holders_not_matched h where h.source = ${source}
					and h.case_id not in (select id from named)
			)
			insert into holders_not_matched (case_id, source, name) select id, ${source}, name from named
			on conflict (case_id) do update set name = excluded.name`
	);
}

/** Marks allocations that begin on the day of an extract only because the file does not say since when. */
export async function markStartNotGiven(
	tx: Transaction,
	source: string,
	begun: readonly { caseId: string; from: CalendarDate }[]
): Promise<void> {
	const rows = JSON.stringify(begun.map(({ caseId, from }) => ({ reference: caseId, begun: from })));
	await tx.execute(
		sql`update allocations a set start_not_given = true
			from json_to_recordset(${rows}::json) as r(reference text, begun date)
			join cases c on c.reference = r.reference and c.source = ${source} and c.superseded_at is null
			where a.case_id = c.id and a.from_on = r.begun and a.superseded_at is null and not a.start_not_given`
	);
}

/** How many cases wait for a holder to be matched. */
export async function casesWaiting(tx: Transaction): Promise<number> {
	const [row] = await tx.execute<{ count: number }>(
		sql`select count(*)::int as count from holders_not_matched`
	);
	return row?.count ?? 0;
}
