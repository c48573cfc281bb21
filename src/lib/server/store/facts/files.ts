import { sql, type SQL } from 'drizzle-orm';
import { groupedBy } from '#lib/domain/authority.ts';
import type {
	Allocation,
	Case,
	CaseDiscussion,
	CaseFile,
	CaseKind,
	OversightEntry
} from '#lib/domain/cases.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Request } from '#lib/domain/requests.ts';
import type { Transaction } from '#lib/server/db/index.ts';
import { among, amongVersions, ends, entityId, everKnown, known, period, rows, type Recent } from './rows.ts';

export function detailsOfCases(tx: Transaction, caseIds: SQL): Promise<Case[]> {
	return rows(
		tx,
		sql`select ${entityId} as "caseId", reference, child_id as "childId", family_id as "familyId",
			date_of_birth as "dateOfBirth", unborn, opened_on as "openedOn", closed_on as "closedOn",
			closure_reason as "closureReason", complexity, ${known}, ${ends}
			from cases where ${everKnown} ${amongVersions(caseIds)}`
	);
}

/** `endedAfter`: without those that ended, and were known to have, by that day. */
export function kindsOfCases(
	tx: Transaction,
	caseIds: SQL,
	endedAfter: CalendarDate | null = null
): Promise<CaseKind[]> {
	const lately =
		endedAfter === null
			? sql``
			: sql`and (to_on is null or to_on > ${endedAfter} or end_recorded_on > ${endedAfter})`;
	return rows(
		tx,
		sql`select case_id as "caseId", kind, conference_needed as "conferenceNeeded",
			conference_on as "conferenceOn", ${period}, ${known}, ${ends}
			from case_kinds where ${everKnown} ${among(sql`case_id`, caseIds)} ${lately}`
	);
}

export function allocationsOfCases(tx: Transaction, caseIds: SQL): Promise<Allocation[]> {
	return rows(
		tx,
		sql`select case_id as "caseId", practitioner_id as "practitionerId", team_id as "teamId", role, reason,
			start_not_given as "startNotGiven", ${period}, ${known}, ${ends}
			from allocations where ${everKnown} ${among(sql`case_id`, caseIds)}`
	);
}

/** Requests of partner agencies about the cases. */
export function requestsOfCases(tx: Transaction, caseIds: SQL): Promise<Request[]> {
	return requestsWhere(tx, sql`case_id = any(${caseIds})`);
}

export function requestsWhere(tx: Transaction, which: SQL): Promise<Request[]> {
	return rows(
		tx,
		sql`select ${entityId} as "requestId", reference, case_id as "caseId", agency, kind,
			requested_on as "requestedOn", outcome, decided_on as "decidedOn", decided_by_id as "decidedById",
			coalesce(btrim(rationale, E' \\t\\n\\r'), '') <> '' as "hasRationale",
			second_manager_id as "secondManagerId", second_agreed_on as "secondAgreedOn", ${known}
			from requests where ${everKnown} and ${which}`
	);
}

/** Files without oversight and discussions: who held the cases, and what they were. */
export async function casesOnly(tx: Transaction, caseIds: SQL): Promise<CaseFile[]> {
	const [cases, kinds, allocations] = await Promise.all([
		detailsOfCases(tx, caseIds),
		kindsOfCases(tx, caseIds),
		allocationsOfCases(tx, caseIds)
	]);
	return filesFrom(cases, kinds, allocations, [], [], new Set());
}

export function oversightOfCases(
	tx: Transaction,
	caseIds: SQL,
	recent: Recent | null
): Promise<OversightEntry[]> {
	const own = among(sql`case_id`, caseIds);
	if (recent === null) return rows(tx, oversightWhere(own));
	return rows(
		tx,
		sql`${oversightWhere(sql`${own} and made_on > ${recent.after}`)}
			union all ${oversightWhere(sql`${own} and made_on <= ${recent.after} and kind in ('section_47_outcome', 'closure')`)}`
	);
}

/** `which` begins with `and`. */
export function oversightWhere(which: SQL): SQL {
	return sql`select ${entityId} as "oversightId", reference, case_id as "caseId",
		manager_id as "managerId", made_on as "madeOn", kind,
		coalesce(btrim(decision, E' \\t\\n\\r'), '') <> '' as "hasDecision",
		coalesce(btrim(rationale, E' \\t\\n\\r'), '') <> '' as "hasRationale", ${known}
		from oversight where ${everKnown} ${which}`;
}

/** Discussions with what the rules need of their session: few are looked up one by one, many among all sessions. */
export function discussionsOfCases(
	tx: Transaction,
	caseIds: SQL,
	recent: Recent | null,
	ofFew: boolean
): Promise<CaseDiscussion[]> {
	const few = ofFew || recent !== null;
	const near = sql`array(select distinct session_id from near)`;
	return rows(
		tx,
		sql`with near as ${few ? sql`materialized` : sql``} (
				${discussionsNear(caseIds, recent)}
			), sessions as ${few ? sql`materialized` : sql``} (
				select *, coalesce(version_of, id) as entity from supervision_sessions
				where ${everKnown} ${few ? sql`and (id = any(${near}) or version_of = any(${near}))` : sql``}
			)
			select d.session_id as "sessionId", d.case_id as "caseId",
			coalesce(btrim(d.decision, E' \\t\\n\\r'), '') <> '' as "hasDecision",
			s.practitioner_id as "superviseeId", s.supervisor_id as "supervisorId",
			case when not s.cancelled then s.held_on end as "heldOn", s.recorded_on as "sessionRecordedOn",
			s.supervisor_signed_on as "supervisorSignedOn",
			d.recorded_on as "recordedOn",
			least(d.superseded_on, s.superseded_on) as "supersededOn"
			from near d join sessions s on s.entity = d.session_id
			where d.superseded_at is null or d.superseded_on > coalesce(d.recorded_on, '0001-01-01')`
	);
}

/** Discussions of the cases; of late by the copied day, and where an earlier version tells of another day that is. */
function discussionsNear(caseIds: SQL, recent: Recent | null): SQL {
	const discussions = sql`select d.id, d.session_id, d.case_id, d.decision, d.recorded_on, d.superseded_on, d.superseded_at
		from case_discussions d`;
	const ofCases = sql`d.case_id = any(${caseIds})`;
	if (recent === null) return sql`${discussions} where ${ofCases}`;
	return sql`${discussions} where ${ofCases} and d.held_on_copied > ${recent.after}
		union ${discussions} where ${ofCases} and d.superseded_at is not null
		union select d.* from (
			select distinct s.id from supervision_sessions earlier join supervision_sessions s on s.id = earlier.version_of
				where earlier.version_of is not null and earlier.held_on > ${recent.after}
					and s.held_on is distinct from earlier.held_on
		) moved cross join lateral (${discussions} where d.session_id = moved.id offset 0) d where ${ofCases}`;
}

export function filesFrom(
	cases: readonly Case[],
	kinds: readonly CaseKind[],
	allocations: readonly Allocation[],
	oversight: readonly OversightEntry[],
	discussions: readonly CaseDiscussion[],
	waiting: ReadonlySet<string>
): CaseFile[] {
	const of = <Row extends { caseId: string }>(list: readonly Row[]) =>
		groupedBy(list, ({ caseId }) => caseId);
	const [kindsOf, allocationsOf, oversightOf, discussionsOf] = [
		of(kinds),
		of(allocations),
		of(oversight),
		of(discussions)
	];
	return [...of(cases)].map(([caseId, details]) => ({
		caseId,
		reference: details[0]?.reference ?? '',
		details,
		kinds: kindsOf.get(caseId) ?? [],
		allocations: allocationsOf.get(caseId) ?? [],
		oversight: oversightOf.get(caseId) ?? [],
		discussions: discussionsOf.get(caseId) ?? [],
		holderNotMatched: waiting.has(caseId)
	}));
}
