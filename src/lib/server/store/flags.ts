import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { ClearingFact } from '#lib/domain/flag-clearing.ts';
import type { Finding, OpenFlag } from '#lib/domain/flags.ts';
import type { Code } from '#lib/domain/codes.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/**
 * Flags that stand in the store: all of them, or those about some subjects. A review stores what the rules found, so
 * here and below it sees and writes each of these flags, whoever's deed brought it about.
 */
export async function openFlags(
	tx: Transaction,
	subjectIds: readonly string[] | null = null
): Promise<OpenFlag[]> {
	const found = await asRules(tx, () =>
		tx.execute(
			sql`select id as "flagId", code, subject_id as "subjectId", severity from flags where cleared_at is null
				${subjectIds === null ? sql`` : sql`and subject_id = any(${list(subjectIds)})`}`
		)
	);
	return [...found] as unknown as OpenFlag[];
}

/** What the standing flags about some cases and some people are about: themselves, their sessions, actions, requests. */
export async function subjectsFlagged(
	tx: Transaction,
	{ caseIds, practitionerIds }: { caseIds: readonly string[]; practitionerIds: readonly string[] }
): Promise<string[]> {
	const found = await asRules(tx, () =>
		tx.execute<{ id: string }>(
			sql`select distinct subject_id as id from flags where cleared_at is null
				and (case_id = any(${list(caseIds)})
					or case_id is null and practitioner_id = any(${list(practitionerIds)}))`
		)
	);
	return found.map(({ id }) => id);
}

function list(ids: readonly string[]) {
	return sql`${`{${ids.join(',')}}`}::uuid[]`;
}

/**
 * Stores new flags, each naming the cleared one it follows. Another review may have raised the same flag meanwhile:
 * the first stands. Returns the ids of those this one raised.
 */
export async function raise(
	tx: Transaction,
	findings: readonly Finding[],
	on: CalendarDate
): Promise<string[]> {
	if (findings.length === 0) return [];
	const rows = findings.map(({ code, severity, subject, caseId, practitionerId, teamId, since }) => ({
		code,
		severity,
		subject_kind: subject.kind,
		subject_id: subject.id,
		case_id: caseId,
		practitioner_id: practitionerId,
		team_id: teamId,
		became_true_on: since
	}));
	const raised = await asRules(tx, () =>
		tx.execute<{ id: string }>(
			sql`with found as (
				select * from json_to_recordset(${JSON.stringify(rows)}::json) as r(
					code text, severity text, subject_kind text, subject_id uuid, case_id uuid, practitioner_id uuid,
					team_id uuid, became_true_on date)
			), raised as (
				insert into flags (code, severity, subject_kind, subject_id, case_id, practitioner_id, team_id,
					became_true_on, previous_id)
				select f.code, f.severity, f.subject_kind, f.subject_id, f.case_id, f.practitioner_id, f.team_id,
					f.became_true_on, (
						select p.id from flags p where p.code = f.code and p.subject_id = f.subject_id
						order by p.cleared_at desc nulls last limit 1
					)
				from found f
				order by f.code, f.subject_id
				on conflict (code, subject_id) where cleared_at is null do nothing
				returning id
			)
			insert into flag_steps (flag_id, step, happened_on)
				select id, 'raised', ${on}::date from raised returning flag_id as id`
		)
	);
	return raised.map(({ id }) => id);
}

/** Brings what a stored flag says of itself up to what was found. Returns the ids of those that changed. */
export async function keep(
	tx: Transaction,
	kept: readonly { flag: OpenFlag; finding: Finding }[],
	on: CalendarDate
): Promise<string[]> {
	if (kept.length === 0) return [];
	const rows = kept.map(({ flag, finding }) => ({
		id: flag.flagId,
		severity: finding.severity,
		practitioner_id: finding.practitionerId,
		team_id: finding.teamId,
		became_true_on: finding.since
	}));
	const changed = await asRules(tx, () =>
		tx.execute<{ id: string }>(
			sql`with found as (
				select * from json_to_recordset(${JSON.stringify(rows)}::json) as r(
					id uuid, severity text, practitioner_id uuid, team_id uuid, became_true_on date)
			), changed as (
				update flags f set severity = r.severity, practitioner_id = r.practitioner_id, team_id = r.team_id,
					became_true_on = r.became_true_on
				from found r join flags before on before.id = r.id
				where f.id = r.id and f.cleared_at is null
					and (f.severity, f.practitioner_id, f.team_id, f.became_true_on)
						is distinct from (r.severity, r.practitioner_id, r.team_id, r.became_true_on)
				returning f.id, before.severity as was, f.severity as now
			), told as (
				insert into flag_steps (flag_id, step, happened_on, details)
				select id, 'severity_changed', ${on}::date, jsonb_build_object('from', was, 'to', now) from changed where was <> now
			)
			select id from changed`
		)
	);
	return changed.map(({ id }) => id);
}

/** Marks flags as cleared on a day, each by the fact that cleared it. Returns the ids of those this call cleared. */
export async function clear(
	tx: Transaction,
	flags: readonly { flagId: string; fact: ClearingFact }[],
	on: CalendarDate
): Promise<string[]> {
	if (flags.length === 0) return [];
	const rows = flags.map(({ flagId, fact }) => ({ id: flagId, fact }));
	const cleared = await asRules(tx, () =>
		tx.execute<{ id: string }>(
			sql`with found as (
				select * from json_to_recordset(${JSON.stringify(rows)}::json) as r(id uuid, fact jsonb)
			), cleared as (
				update flags f set cleared_on = ${on}, cleared_at = clock_timestamp() from found r
				where f.id = r.id and f.cleared_at is null
				returning f.id, r.fact
			)
			insert into flag_steps (flag_id, step, happened_on, details)
			select id, 'cleared', ${on}::date, jsonb_build_object('fact', fact) from cleared returning flag_id as id`
		)
	);
	return cleared.map(({ id }) => id);
}

/** night: the day's own, by the schedule; import: after data arrived; asked: by command. */
export type Occasion = 'night' | 'import' | 'asked';

/** Of two that note the same night, the second is refused by the database. */
export async function noteReview(
	tx: Transaction,
	review: { on: CalendarDate; occasion: Occasion; raised: number; kept: number; cleared: number }
): Promise<void> {
	await tx.execute(
		sql`insert into reviews (reviewed_on, reviewed_at, occasion, raised, kept, cleared)
			values (${review.on}, clock_timestamp(), ${review.occasion}, ${review.raised}, ${review.kept}, ${review.cleared})`
	);
}

const REVIEWING = sql`hashtext('countersign.review')`;

/**
 * A review of everything reads the facts and then writes the flags: from here until the transaction ends nobody brings
 * single flags up to date, so that it never stores what was true before somebody acted.
 */
export async function reviewAlone(tx: Transaction): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock(${REVIEWING})`);
}

/** The same, where nobody reviews at this moment. Whether it was so. */
export async function reviewAloneIfFree(tx: Transaction): Promise<boolean> {
	const [row] = await tx.execute<{ free: boolean }>(
		sql`select pg_try_advisory_xact_lock(${REVIEWING}) as free`
	);
	return row?.free ?? false;
}

/** Waits for a review of everything to end; reviews of single cases do not wait for each other. */
export async function reviewBeside(tx: Transaction): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock_shared(${REVIEWING})`);
}

/** Whether the schedule has stored the flags of the day. */
export async function isReviewed(tx: Transaction, on: CalendarDate): Promise<boolean> {
	const found = await tx.execute(sql`select from reviews where reviewed_on = ${on} and occasion = 'night'`);
	return found.length > 0;
}

/** The day and the instant of the last review; null: none yet. */
export async function lastReview(tx: Transaction): Promise<{ on: CalendarDate; at: Date } | null> {
	const [row] = await tx.execute<{ on: CalendarDate; at: string }>(
		sql`select reviewed_on as "on", reviewed_at::text as at from reviews order by reviewed_at desc limit 1`
	);
	return row ? { on: row.on, at: new Date(row.at) } : null;
}

/** A stored flag as its history tells it. */
export interface FlagOnFile {
	flagId: string;
	code: Code;
	becameTrueOn: CalendarDate;
	clearedOn: CalendarDate | null;
	previousId: string | null;
}

/** Every flag that was ever stored about a case, newest first. */
export async function flagsOfCase(tx: Transaction, caseId: string): Promise<FlagOnFile[]> {
	const found = await tx.execute(
		sql`select id as "flagId", code, became_true_on as "becameTrueOn", cleared_on as "clearedOn",
				previous_id as "previousId"
			from flags where case_id = ${caseId} order by became_true_on desc, code`
	);
	return [...found] as unknown as FlagOnFile[];
}
