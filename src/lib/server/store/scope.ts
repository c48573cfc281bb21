import { sql } from 'drizzle-orm';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** The people posted to a team on a day, within the scope of who asks. */
export async function postedTo(tx: Transaction, teamId: string, day: CalendarDate): Promise<string[]> {
	const found = await tx.execute<{ id: string }>(
		sql`select distinct practitioner_id as id from postings
			where team_id = ${teamId} and from_on <= ${day}
				and (to_on is null or to_on > ${day} or end_recorded_on > ${day})`
	);
	return found.map(({ id }) => id);
}

/** The people posted to some teams on some day of a stretch, both days included, within the scope of who asks. */
export async function postedDuring(
	tx: Transaction,
	teamIds: readonly string[],
	from: CalendarDate,
	to: CalendarDate
): Promise<string[]> {
	const found = await tx.execute<{ id: string }>(
		sql`select distinct practitioner_id as id from postings
			where team_id = any(${`{${teamIds.join(',')}}`}::uuid[]) and from_on <= ${to}
				and (to_on is null or to_on > ${from} or end_recorded_on > ${from})`
	);
	return found.map(({ id }) => id);
}

/** All the cases that some people, who were found within a scope, held on some day of a stretch. */
export async function heldDuring(
	tx: Transaction,
	practitionerIds: readonly string[],
	from: CalendarDate,
	to: CalendarDate
): Promise<string[]> {
	const found = await asRules(tx, () =>
		tx.execute<{ id: string }>(
			sql`select distinct case_id as id from allocations
				where practitioner_id = any(${`{${practitionerIds.join(',')}}`}::uuid[]) and from_on <= ${to}
					and (to_on is null or to_on > ${from} or end_recorded_on > ${from})`
		)
	);
	return found.map(({ id }) => id);
}

/** Open cases that some allocation gave to the team, or to one of several, within the scope of who asks. */
export async function allocatedTo(
	tx: Transaction,
	teams: string | readonly string[],
	day: CalendarDate
): Promise<string[]> {
	const given = await allocatedDuring(tx, typeof teams === 'string' ? [teams] : teams, day, day);
	return [...new Set(given.map(({ caseId }) => caseId))];
}

/** That some allocation gave a case to a team, and from which day on. */
interface GivenTo {
	caseId: string;
	teamId: string;
	from: CalendarDate;
}

/** Cases open on some day of a stretch that some allocation gave to one of the teams, within the scope of who asks. */
export async function allocatedDuring(
	tx: Transaction,
	teamIds: readonly string[],
	from: CalendarDate,
	to: CalendarDate
): Promise<GivenTo[]> {
	const open = await asRules(tx, () =>
		tx.execute<GivenTo & Record<string, unknown>>(
			sql`with given as materialized (
					select case_id, team_id, min(from_on) as from_on from allocations
					where team_id = any(${`{${teamIds.join(',')}}`}::uuid[]) and from_on <= ${to}
					group by case_id, team_id
				), open as materialized (
					select coalesce(version_of, id) as id from cases
					where (id = any(array(select case_id from given)) or version_of = any(array(select case_id from given)))
						and opened_on <= ${to} and (closed_on is null or closed_on > ${from} or end_recorded_on > ${from})
				)
				select case_id as "caseId", team_id as "teamId", from_on as "from" from given
				where case_id in (select id from open)`
		)
	);
	const seen = await seenAmong(
		tx,
		open.map(({ caseId }) => caseId)
	);
	return open.filter(({ caseId }) => seen.has(caseId));
}

/** Those of some cases that who asks may see. */
async function seenAmong(tx: Transaction, caseIds: readonly string[]): Promise<ReadonlySet<string>> {
	const found = await tx.execute<{ id: string }>(
		sql`select seen_among(${`{${[...new Set(caseIds)].join(',')}}`}::uuid[]) as id`
	);
	return new Set(found.map(({ id }) => id));
}

/** Whether a case had been given to a team by a day. */
export function givenBy(
	given: readonly GivenTo[],
	day: CalendarDate
): (caseId: string, teamId: string) => boolean {
	const by = new Set(given.flatMap(({ caseId, teamId, from }) => (from <= day ? `${caseId} ${teamId}` : [])));
	return (caseId, teamId) => by.has(`${caseId} ${teamId}`);
}

const CLOSED_LATELY_DAYS = 90;

/**
 * Everyone in the scope of who asks, those whose posting brings them into it by a day ahead, and every case of it that was
 * open on the day or closed in the 90 days before, and those of the others that are in it: what their first screen is about.
 */
export async function inScope(
	tx: Transaction,
	day: CalendarDate,
	others: readonly string[]
): Promise<{ practitionerIds: string[]; caseIds: string[]; teamIds: string[] }> {
	const [practitionerIds, cases, teams] = await Promise.all([
		practitionersInScope(tx, day),
		tx.execute<{ id: string }>(
			sql`select c.id from cases c where c.superseded_at is null and c.id in (select visible_cases())
				and c.opened_on <= ${day}
				and (c.closed_on is null or c.closed_on > ${addDays(day, -CLOSED_LATELY_DAYS)}
					or c.id = any(${`{${others.join(',')}}`}::uuid[]))`
		),
		tx.execute<{ id: string }>(sql`select visible_teams() as id`)
	]);
	const ids = (rows: Iterable<{ id: string }>) => [...rows].map(({ id }) => id);
	return { practitionerIds, caseIds: ids(cases), teamIds: ids(teams) };
}

/** Practitioners in the scope of who asks, and those who come into it by a day. */
export async function practitionersInScope(tx: Transaction, day: CalendarDate): Promise<string[]> {
	const found = await tx.execute<{ id: string }>(
		sql`select visible_practitioners() as id union select c.id from coming_practitioners() c (id)
			where exists (
				select from postings p where p.practitioner_id = c.id and p.superseded_at is null
					and p.from_on > asks_on() and p.from_on <= ${day}
			)`
	);
	return found.map(({ id }) => id);
}

/** Those in the scope of who asks whose supervisor somebody is, was or will be. */
export async function everSupervisedBy(tx: Transaction, practitionerId: string): Promise<string[]> {
	const found = await tx.execute<{ id: string }>(
		sql`select distinct practitioner_id as id from postings where supervisor_id = ${practitionerId}`
	);
	return found.map(({ id }) => id);
}

/** Everyone in the scope of who asks. */
export async function peopleInScope(tx: Transaction): Promise<string[]> {
	const found = await tx.execute<{ id: string }>(sql`select visible_practitioners() as id`);
	return found.map(({ id }) => id);
}

/** Whether who asks may see the case; what is out of scope looks absent. */
export async function maySeeCase(tx: Transaction, caseId: string): Promise<boolean> {
	if (!(await seenAmong(tx, [caseId])).has(caseId)) return false;
	const found = await asRules(tx, () =>
		tx.execute(sql`select from cases where id = ${caseId} and superseded_at is null`)
	);
	return found.length > 0;
}

export async function maySeePractitioner(tx: Transaction, practitionerId: string): Promise<boolean> {
	const found = await tx.execute(
		sql`select from practitioners where id = ${practitionerId} and superseded_at is null`
	);
	return found.length > 0;
}

/** The names by which colleagues are known on a page. */
export async function namesOf(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
	const found = await tx.execute<{ id: string; name: string }>(
		sql`select id, name from names_of(${`{${[...new Set(ids)].join(',')}}`}::uuid[])`
	);
	return new Map(found.map(({ id, name }) => [id, name]));
}

export async function teamOf(
	tx: Transaction,
	teamId: string
): Promise<{ teamId: string; reference: string; name: string; service: string } | null> {
	const [team] = await tx.execute<{ teamId: string; reference: string; name: string; service: string }>(
		sql`select id as "teamId", reference, name, service from teams
			where id = ${teamId} and superseded_at is null and id in (select visible_teams())`
	);
	return team ?? null;
}

/** When facts last arrived, and when flags were last stored. */
export async function freshness(
	tx: Transaction
): Promise<{ arrivedAt: Date | null; reviewedAt: Date | null }> {
	const [row] = await tx.execute<{ arrived: string | null; reviewed: string | null }>(
		sql`select (select max(applied_at) from imports)::text as arrived,
			(select max(reviewed_at) from reviews)::text as reviewed`
	);
	const instant = (text: string | null | undefined) => (text ? new Date(text) : null);
	return { arrivedAt: instant(row?.arrived), reviewedAt: instant(row?.reviewed) };
}

/** Whether this is the demo authority, whose day stands still. */
export async function authorityOf(tx: Transaction): Promise<{ isDemo: boolean }> {
	const [row] = await tx.execute<{ demo: boolean }>(sql`select demo_today is not null as demo from settings`);
	return { isDemo: row?.demo ?? false };
}

/** The teams in the scope of who asks. */
export async function teamsInScope(
	tx: Transaction
): Promise<{ teamId: string; name: string; service: string }[]> {
	const found = await tx.execute<{ teamId: string; name: string; service: string }>(
		sql`select id as "teamId", name, service from teams
			where superseded_at is null and id in (select visible_teams()) order by service, name`
	);
	return [...found];
}

/** The case that a sender knows by this id; of several senders, the first to have sent it. */
export async function caseByReference(tx: Transaction, reference: string): Promise<string | null> {
	const [found] = await tx.execute<{ id: string }>(
		sql`select id from cases where reference = ${reference} and superseded_at is null
			order by recorded_at limit 1`
	);
	return found?.id ?? null;
}

/** The practitioner that a sender knows by this id; of several senders, the first to have sent it. */
export async function practitionerByReference(tx: Transaction, reference: string): Promise<string | null> {
	const [found] = await tx.execute<{ id: string }>(
		sql`select id from practitioners where reference = ${reference} and superseded_at is null
			order by recorded_at limit 1`
	);
	return found?.id ?? null;
}

/** Whether the database is as it should be, for `doctor`. */
export async function condition(tx: Transaction): Promise<{
	version: string;
	major: number;
	hasExtension: boolean;
	at: Date;
}> {
	const [row] = await tx.execute<{ version: string; major: number; extension: boolean; at: string }>(
		sql`select current_setting('server_version') as version,
			current_setting('server_version_num')::int / 10000 as major,
			exists (select from pg_extension where extname = 'btree_gist') as extension,
			clock_timestamp()::text as at`
	);
	if (!row) throw new Error('the database did not answer');
	return {
		version: row.version,
		major: row.major,
		hasExtension: row.extension,
		at: new Date(row.at)
	};
}
