import { sql } from 'drizzle-orm';
import type { ComparedWith, PublishedArea } from '#lib/domain/benchmarks.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** All that is stored of the published file. Latest year first. */
export async function areasPublished(tx: Transaction): Promise<PublishedArea[]> {
	const found = await tx.execute(
		sql`select year, code, name, level, region_code as "regionCode", figures from benchmarks
			order by year desc, code`
	);
	return [...found] as unknown as PublishedArea[];
}

/** England, these authorities and the regions in which they lie, of every year. Latest year first. */
export async function areasBeside(tx: Transaction, codes: readonly string[]): Promise<PublishedArea[]> {
	const found = await tx.execute(
		sql`with own as (select jsonb_array_elements_text(${JSON.stringify(codes)}::jsonb) as code)
			select year, code, name, level, region_code as "regionCode", figures from benchmarks
			where level = 'National' or code in (select code from own)
				or code in (select b.region_code from benchmarks b join own on own.code = b.code)
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

/** Every local authority of the published file, by the name it has in its latest year, with its region. */
export async function authoritiesPublished(
	tx: Transaction
): Promise<{ code: string; name: string; region: string; lastYear: number }[]> {
	const found = await tx.execute<{ code: string; name: string; region: string; lastYear: number }>(
		sql`select distinct on (a.code) a.code, a.name, coalesce(r.name, '') as region, a.year as "lastYear"
			from benchmarks a left join benchmarks r on r.code = a.region_code and r.year = a.year
			where a.level = 'Local authority' order by a.code, a.year desc`
	);
	return [...found];
}

/** A choice of what the authority's figures are shown beside, and who made it. */
export interface ComparisonChosen extends ComparedWith {
	chosenOn: CalendarDate;
	chosenBy: string;
}

/** The choices made, the latest first. */
export async function comparisonsChosen(tx: Transaction): Promise<ComparisonChosen[]> {
	const found = await tx.execute(
		sql`select own_code as "ownCode", to_jsonb(neighbour_codes) as "neighbourCodes", chosen_on as "chosenOn",
			chosen_by as "chosenBy" from comparisons order by id desc`
	);
	return [...found] as unknown as ComparisonChosen[];
}

/** Keeps a choice for good; it stands until the next. */
export async function insertComparison(
	tx: Transaction,
	{ ownCode, neighbourCodes, chosenOn, chosenBy }: ComparisonChosen,
	accountId: string
): Promise<string> {
	const [made] = await tx.execute<{ id: string }>(
		sql`insert into comparisons (own_code, neighbour_codes, chosen_on, chosen_by, account_id)
			values (${ownCode}, array(select jsonb_array_elements_text(${JSON.stringify(neighbourCodes)}::jsonb)),
				${chosenOn}, ${chosenBy}, ${accountId}) returning id::text`
	);
	if (!made) throw new Error('the choice was not kept');
	return made.id;
}
