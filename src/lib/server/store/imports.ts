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
