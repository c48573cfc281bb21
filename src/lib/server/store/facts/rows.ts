import { sql, type SQL } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** Rows that some day of knowledge may use: what stands, and earlier versions that stood for at least a day. */
export const everKnown = sql`(superseded_at is null or superseded_on > coalesce(recorded_on, '0001-01-01'))`;

export const entityId = sql`coalesce(version_of, id)`;
export const known = sql`recorded_on as "recordedOn", superseded_on as "supersededOn"`;
export const ends = sql`end_recorded_on as "endRecordedOn"`;
export const period = sql`from_on as "from", to_on as "to"`;

/**
 * Only what a day needs of oversight, supervision and actions: what happened after `after`, what is still open on the
 * day, and the few older entries that rules about endings look for. Enough for most answers; `history` has the rest.
 */
export interface Recent {
	on: CalendarDate;
	after: CalendarDate;
	/** Where less oversight is wanted: only what was made or held after this day. */
	overseenAfter?: CalendarDate;
}

export async function rows<Row>(tx: Transaction, query: SQL): Promise<Row[]> {
	return [...(await tx.execute(query))] as Row[];
}

export function among(column: SQL, ids: SQL | null): SQL {
	return ids === null ? sql`` : sql`and ${column} = any(${ids})`;
}

export function amongVersions(ids: SQL | null): SQL {
	return ids === null ? sql`` : sql`and (id = any(${ids}) or version_of = any(${ids}))`;
}

export function arrayOf(ids: readonly string[]): SQL {
	return sql`${`{${ids.join(',')}}`}::uuid[]`;
}
