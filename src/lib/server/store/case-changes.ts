import { sql } from 'drizzle-orm';
import { groupedBy } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { OfChild } from '#lib/domain/case-problems.ts';
import type { Kind } from '#lib/domain/policy.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** The rows of a case that stand, by what they are known by, and which edition of it all they are. */
export interface CaseNow {
	source: string;
	reference: string;
	childId: string;
	closedOn: CalendarDate | null;
	/** Of the case with its kinds and holders: a change is made to the edition somebody saw. */
	edition: string;
	kinds: {
		id: string;
		kind: Kind;
		from: CalendarDate;
		to: CalendarDate | null;
		conferenceNeeded: boolean | null;
		conferenceOn: CalendarDate | null;
	}[];
	allocations: {
		id: string;
		practitionerId: string | null;
		teamId: string | null;
		role: string;
		from: CalendarDate;
		to: CalendarDate | null;
	}[];
}

/** Null: not there, or not in the scope of who asks. */
export async function caseNow(tx: Transaction, caseId: string): Promise<CaseNow | null> {
	return (await casesNow(tx, [caseId])).get(caseId) ?? null;
}

/** The same of several, by id; those that are not there or out of scope are left out. */
export async function casesNow(tx: Transaction, caseIds: readonly string[]): Promise<Map<string, CaseNow>> {
	const seen = await seenOf(tx, caseIds);
	if (seen.size === 0) return new Map();
	const ids = sql`any(${`{${[...seen].join(',')}}`}::uuid[])`;
	type Found = Record<string, unknown> & Omit<CaseNow, 'kinds' | 'allocations'> & { caseId: string };
	const [found, kinds, allocations] = await asRules(tx, () =>
		Promise.all([
			tx.execute<Found>(
				sql`select c.id as "caseId", c.source, c.reference, c.child_id as "childId", c.closed_on as "closedOn", (
						select max(greatest(r.recorded_at, r.superseded_at))::text from (
							select recorded_at, superseded_at from cases where id = c.id or version_of = c.id
							union all select recorded_at, superseded_at from case_kinds where case_id = c.id
							union all select recorded_at, superseded_at from allocations where case_id = c.id
						) r
					) || '/' || coalesce((
						select max(id) from changes where case_id = c.id and entity in ('case', 'case_kind', 'allocation')
					), 0) as edition
					from cases c where c.id = ${ids} and c.superseded_at is null`
			),
			tx.execute<CaseNow['kinds'][number] & { caseId: string }>(
				sql`select case_id as "caseId", id, kind, from_on as "from", to_on as "to",
						conference_needed as "conferenceNeeded", conference_on as "conferenceOn"
					from case_kinds where case_id = ${ids} and superseded_at is null order by from_on desc, kind`
			),
			tx.execute<CaseNow['allocations'][number] & { caseId: string }>(
				sql`select case_id as "caseId", id, practitioner_id as "practitionerId", team_id as "teamId", role,
						from_on as "from", to_on as "to"
					from allocations where case_id = ${ids} and superseded_at is null`
			)
		])
	);
	const kindsOf = groupedBy(kinds, (row) => row.caseId);
	const allocationsOf = groupedBy(allocations, (row) => row.caseId);
	return new Map(
		found.map(({ caseId, ...row }) => [
			caseId,
			{ ...row, kinds: kindsOf.get(caseId) ?? [], allocations: allocationsOf.get(caseId) ?? [] }
		])
	);
}

/** The last change by hand that an edition knows of, by its number; 0: none. */
export function changeSeen(edition: string): number {
	return Number(edition.split('/')[1] ?? 0);
}

/** Every case of a child, by the sender's own id of the child, whoever may see it. */
export async function casesOfChild(
	tx: Transaction,
	childId: string
): Promise<(OfChild & { caseId: string; source: string })[]> {
	const all = await asRules(tx, () =>
		tx.execute<Record<string, unknown> & OfChild & { caseId: string; source: string }>(
			sql`select id as "caseId", source, reference, opened_on as "openedOn", closed_on as "closedOn"
				from cases where child_id = ${childId} and superseded_at is null order by opened_on desc`
		)
	);
	const seen = await tx.execute<{ id: string }>(
		sql`select id from cases where superseded_at is null
			and id = any(${`{${all.map(({ caseId }) => caseId).join(',')}}`}::uuid[])`
	);
	const inScope = new Set(seen.map(({ id }) => id));
	return all.map((each) => (inScope.has(each.caseId) ? each : { ...each, reference: null }));
}

/** Whether any case goes by this reference, whoever may see it. */
export async function isReferenceTaken(tx: Transaction, reference: string): Promise<boolean> {
	const found = await asRules(tx, () =>
		tx.execute(sql`select from cases where reference = ${reference} and superseded_at is null limit 1`)
	);
	return found.length > 0;
}

export interface PersonInPost {
	practitionerId: string;
	name: string;
	role: string;
	team: string;
	teamId: string;
}

/** Those in the scope of who asks who are in post on the day and can hold a case. */
export async function peopleInPost(tx: Transaction, day: CalendarDate): Promise<PersonInPost[]> {
	const found = await tx.execute<PersonInPost & Record<string, unknown>>(
		sql`select p.practitioner_id as "practitionerId", w.name, p.role, t.name as team, t.id as "teamId"
			from postings p
			join practitioners w on w.id = p.practitioner_id and w.superseded_at is null
			join teams t on t.id = p.team_id
			where p.superseded_at is null and p.from_on <= ${day} and (p.to_on is null or p.to_on > ${day})
				and (w.left_on is null or w.left_on > ${day}) and p.role in ('practitioner', 'senior_practitioner', 'practice_supervisor', 'team_manager')
			order by w.name, p.practitioner_id`
	);
	return [...found];
}

/** Every team that is open on the day, those of who asks first. */
export async function teamsOpen(
	tx: Transaction,
	day: CalendarDate
): Promise<{ teamId: string; name: string; service: string; own: boolean }[]> {
	const found = await tx.execute<{ teamId: string; name: string; service: string; own: boolean }>(
		sql`select id as "teamId", name, service, id in (select visible_teams()) as own from teams
			where superseded_at is null and (closed_on is null or closed_on > ${day})
			order by id in (select visible_teams()) desc, service, name`
	);
	return [...found];
}

/** Open cases of brothers and sisters, within the scope of who asks. */
export async function casesOfFamily(
	tx: Transaction,
	caseId: string,
	day: CalendarDate
): Promise<{ caseId: string; reference: string }[]> {
	const found = await asRules(tx, () =>
		tx.execute<{ caseId: string; reference: string }>(
			sql`select o.id as "caseId", o.reference from cases c
				join cases o on o.family_id = c.family_id and o.child_id <> c.child_id and o.superseded_at is null
				where c.id = ${caseId} and (o.closed_on is null or o.closed_on > ${day})
				order by o.reference`
		)
	);
	const seen = await seenOf(tx, [caseId, ...found.map((each) => each.caseId)]);
	return seen.has(caseId) ? found.filter((each) => seen.has(each.caseId)) : [];
}

/** Those of some cases that who asks may see: looked up for these alone. */
async function seenOf(tx: Transaction, caseIds: readonly string[]): Promise<ReadonlySet<string>> {
	const found = await tx.execute<{ id: string }>(
		sql`select seen_among(${`{${caseIds.join(',')}}`}::uuid[]) as id`
	);
	return new Set(found.map(({ id }) => id));
}
