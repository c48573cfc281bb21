import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Code, Severity } from '#lib/domain/codes.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** Somebody who opens the first screen again within these hours is still on the same visit. */
const HOURS_OF_A_VISIT = 4;

/** Keeps that somebody is here now. Returns when they were last here on an earlier visit; null: never. */
export async function keepVisit(tx: Transaction, accountId: string): Promise<Date | null> {
	const [row] = await tx.execute<{ before: string | null }>(
		sql`insert into visits (account_id) values (${accountId})
			on conflict (account_id) do update set
				before_at = case
					when excluded.seen_at > visits.seen_at + make_interval(hours => ${HOURS_OF_A_VISIT})
					then visits.seen_at else visits.before_at
				end,
				seen_at = excluded.seen_at
			returning before_at::text as before`
	);
	return row?.before ? new Date(row.before) : null;
}

export interface ChangedFlag {
	flagId: string;
	code: Code;
	severity: Severity;
	caseId: string | null;
	practitionerId: string | null;
	reference: string | null;
}

/** Flags in the scope of who asks that were raised since and stand, and those that were cleared since. */
export async function flagsChangedSince(
	tx: Transaction,
	since: Date
): Promise<{ raised: ChangedFlag[]; cleared: ChangedFlag[] }> {
	const at = since.toISOString();
	const found = await tx.execute<ChangedFlag & { cleared: boolean } & Record<string, unknown>>(
		sql`select f.id as "flagId", f.code, f.severity, f.case_id as "caseId", f.practitioner_id as "practitionerId",
				c.reference, f.cleared_at is not null as cleared
			from flags f left join cases c on c.id = f.case_id
			where (f.noticed_at > ${at} and f.cleared_at is null) or (f.noticed_at <= ${at} and f.cleared_at > ${at})
			order by f.noticed_at desc, f.id`
	);
	const all = [...found];
	return { raised: all.filter(({ cleared }) => !cleared), cleared: all.filter(({ cleared }) => cleared) };
}

export interface CaseOfTeam {
	caseId: string;
	reference: string;
	practitionerId: string | null;
}

/**
 * Open cases that some teams, who were found within a scope, lead today by what is recorded now and did not lead by what
 * was recorded then, and the other way round.
 */
export async function casesChangedSince(
	tx: Transaction,
	teamIds: readonly string[],
	{ since, sinceOn, today }: { since: Date; sinceOn: CalendarDate; today: CalendarDate }
): Promise<{ gained: CaseOfTeam[]; lost: CaseOfTeam[] }> {
	const at = since.toISOString();
	const teams = sql`${`{${teamIds.join(',')}}`}::uuid[]`;
	const found = await asRules(tx, () =>
		tx.execute<CaseOfTeam & { gained: boolean } & Record<string, unknown>>(
			sql`with now as (
				select distinct on (a.case_id) a.case_id, a.practitioner_id from allocations a
				join cases c on c.id = a.case_id and c.superseded_at is null
					and (c.closed_on is null or c.closed_on > ${today})
				where a.role = 'lead' and a.team_id = any(${teams}) and a.superseded_at is null
					and a.from_on <= ${today} and (a.to_on is null or a.to_on > ${today})
				order by a.case_id, a.from_on desc
			), before as (
				select distinct on (a.case_id) a.case_id, a.practitioner_id from allocations a
				where a.role = 'lead' and a.team_id = any(${teams})
					and a.recorded_at <= ${at} and (a.superseded_at is null or a.superseded_at > ${at})
					and a.from_on <= ${sinceOn} and (a.to_on is null or a.to_on > ${sinceOn})
					and exists (
						select from cases c where (c.id = a.case_id or c.version_of = a.case_id)
							and c.recorded_at <= ${at} and (c.superseded_at is null or c.superseded_at > ${at})
							and (c.closed_on is null or c.closed_on > ${sinceOn})
					)
				order by a.case_id, a.from_on desc
			)
			select c.id as "caseId", c.reference, d.practitioner_id as "practitionerId", d.gained from (
				select case_id, practitioner_id, true as gained from now where case_id not in (select case_id from before)
				union all
				select case_id, practitioner_id, false from before where case_id not in (select case_id from now)
			) d join cases c on c.id = d.case_id order by c.reference`
		)
	);
	const all = [...found];
	return { gained: all.filter(({ gained }) => gained), lost: all.filter(({ gained }) => !gained) };
}

export interface SessionSigned {
	sessionId: string;
	superviseeId: string;
	heldOn: CalendarDate | null;
	as: 'supervisor' | 'practitioner';
}

/** Sessions in the scope of who asks that somebody signed since. */
export async function signedSince(tx: Transaction, since: Date): Promise<SessionSigned[]> {
	const found = await tx.execute<SessionSigned & Record<string, unknown>>(
		sql`select s.id as "sessionId", s.practitioner_id as "superviseeId", s.held_on as "heldOn", o.signed_as as "as"
			from sign_offs o join supervision_sessions s on s.id = o.session_id and s.superseded_at is null
			where o.signed_at > ${since.toISOString()} order by o.signed_at desc, o.id`
	);
	return [...found];
}
