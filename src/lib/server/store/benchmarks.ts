import { sql } from 'drizzle-orm';
import type { PublishedArea } from '#lib/domain/benchmarks.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** What is stored of the published file: of some areas by their codes, and null: of every one. Latest year first. */
export async function areasPublished(
	tx: Transaction,
	codes: readonly string[] | null = null
): Promise<PublishedArea[]> {
	const found = await tx.execute(
		sql`select year, code, name, level, region_code as "regionCode", figures from benchmarks
			where ${codes === null ? sql`true` : sql`code in (select jsonb_array_elements_text(${JSON.stringify(codes)}::jsonb))`}
			order by year desc, code`
	);
	return [...found] as unknown as PublishedArea[];
}

/** An area as the published file calls it, whatever its capitals; empty: there is none of that name or code. */
export async function areasCalled(tx: Transaction, name: string): Promise<PublishedArea[]> {
	const found = await tx.execute(
		sql`select year, code, name, level, region_code as "regionCode", figures from benchmarks
			where lower(name) = lower(btrim(${name})) or lower(code) = lower(btrim(${name}))
			order by year desc, code`
	);
	return [...found] as unknown as PublishedArea[];
}

/** Stores what is new and puts what was published again in the place of what was there. */
export async function putAreas(tx: Transaction, areas: readonly PublishedArea[]): Promise<void> {
	if (areas.length === 0) return;
	await tx.execute(
		sql`insert into benchmarks (year, code, name, level, region_code, figures)
			select year, code, name, level, "regionCode", figures
			from jsonb_to_recordset(${JSON.stringify(areas)}::jsonb)
				as given(year int, code text, name text, level text, "regionCode" text, figures jsonb)
			on conflict (year, code) do update set name = excluded.name, level = excluded.level,
				region_code = excluded.region_code, figures = excluded.figures, imported_at = now()`
	);
}
