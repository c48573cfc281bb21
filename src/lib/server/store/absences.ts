import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** What an absence says, without who said it. */
export interface AbsenceSaid {
	from: CalendarDate;
	to: CalendarDate | null;
	reason: string | null;
	coverId: string | null;
	supervisionCoverId: string | null;
}

/** One version of an absence as it is kept. */
export interface AbsenceKept extends AbsenceSaid {
	/** The absence's own id, whatever the version. */
	absenceId: string;
	practitionerId: string;
	recordedOn: CalendarDate | null;
	endRecordedOn: CalendarDate | null;
	/** Which version it is, to the instant: a change is made to the version somebody saw. */
	edition: string;
	recordedAt: Date;
	changedBy: string | null;
	changedOn: CalendarDate | null;
	revision: number;
	/** The day from which it was no longer what is known; null: it stands. */
	supersededOn: CalendarDate | null;
	stands: boolean;
}

export interface ReductionKept {
	reductionId: string;
	practitionerId: string;
	from: CalendarDate;
	to: CalendarDate | null;
	share: number;
	reason: string | null;
	recordedOn: CalendarDate | null;
	endRecordedOn: CalendarDate | null;
	afterAbsence: string | null;
	changedBy: string | null;
	changedOn: CalendarDate | null;
	supersededOn: CalendarDate | null;
	stands: boolean;
	/** Of the version that stands, as a change of it has to name it. */
	edition: string;
}

const ABSENCE = sql`coalesce(version_of, id) as "absenceId", practitioner_id as "practitionerId",
	from_on as "from", to_on as "to", reason, cover_id as "coverId", supervision_cover_id as "supervisionCoverId",
	recorded_on as "recordedOn", end_recorded_on as "endRecordedOn", to_jsonb(recorded_at) #>> '{}' as edition,
	changed_by as "changedBy", changed_on as "changedOn", revision, superseded_on as "supersededOn",
	superseded_at is null as stands`;

type Row = Omit<AbsenceKept, 'recordedAt'>;
const kept = (row: Row): AbsenceKept => ({ ...row, recordedAt: new Date(row.edition) });

/** Every version of somebody's absences, the latest first, within the scope of who asks. */
export async function absencesOf(tx: Transaction, practitionerId: string): Promise<AbsenceKept[]> {
	const found = await tx.execute<Row & Record<string, unknown>>(
		sql`select ${ABSENCE} from absences where practitioner_id = ${practitionerId}
			order by from_on desc, superseded_at desc nulls first`
	);
	return found.map(kept);
}

/** Every version of somebody's reductions of capacity, the latest first. */
export async function reductionsOf(tx: Transaction, practitionerId: string): Promise<ReductionKept[]> {
	const found = await tx.execute<ReductionKept & Record<string, unknown>>(
		sql`select coalesce(version_of, id) as "reductionId", practitioner_id as "practitionerId", from_on as "from",
			to_on as "to", share::float8 as share, reason, recorded_on as "recordedOn",
			end_recorded_on as "endRecordedOn", after_absence as "afterAbsence", changed_by as "changedBy",
			changed_on as "changedOn", superseded_on as "supersededOn", superseded_at is null as stands,
			to_jsonb(recorded_at) #>> '{}' as edition
			from reductions where practitioner_id = ${practitionerId}
			order by from_on desc, superseded_at desc nulls first`
	);
	return [...found];
}

/** Two changes of one person's absences go one after the other. */
export async function oneAbsenceAtATime(tx: Transaction, practitionerId: string): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`absence ${practitionerId}`}, 0))`);
}

/** Whom and what an absence of somebody can concern: those they lead or supervise, and those of the people they cover. */
export async function concernedBy(
	tx: Transaction,
	practitionerId: string,
	today: CalendarDate
): Promise<{ caseIds: string[]; superviseeIds: string[]; coveredIds: string[] }> {
	return asRules(tx, async () => {
		const open = sql`superseded_at is null and (to_on is null or to_on > ${today})`;
		const covered = await tx.execute<{ id: string }>(
			sql`select distinct practitioner_id as id from absences
				where ${open} and (cover_id = ${practitionerId} or supervision_cover_id = ${practitionerId})`
		);
		const coveredIds = covered.map(({ id }) => id);
		const those = sql`any(${`{${[practitionerId, ...coveredIds].join(',')}}`}::uuid[])`;
		const cases = await tx.execute<{ id: string }>(
			sql`select distinct a.case_id as id from allocations a
				where a.practitioner_id = ${those} and a.superseded_at is null
					and (a.to_on is null or a.to_on > ${today})
					and exists (
						select from cases c where c.id = a.case_id and c.superseded_at is null
							and (c.closed_on is null or c.closed_on > ${today})
					)`
		);
		const supervisees = await tx.execute<{ id: string }>(
			sql`select distinct practitioner_id as id from postings
				where supervisor_id = ${those} and ${open}`
		);
		const ids = (rows: Iterable<{ id: string }>) => [...rows].map(({ id }) => id);
		return { caseIds: ids(cases), superviseeIds: ids(supervisees), coveredIds };
	});
}

export interface Colleague {
	practitionerId: string;
	name: string;
	role: string;
	team: string;
}

/**
 * Who can be named to cover: everyone in post in the service of the person's posting, and those who manage practice
 * elsewhere. Names, roles and teams of staff, nothing more.
 */
export async function colleaguesFor(
	tx: Transaction,
	practitionerId: string,
	day: CalendarDate
): Promise<Colleague[]> {
	return asRules(tx, async () => {
		const found = await tx.execute<{ practitionerId: string; name: string; role: string; team: string }>(
			sql`with posted as (
					select p.practitioner_id, p.role, t.name as team, t.service from postings p
					join teams t on t.id = p.team_id
					where p.superseded_at is null and p.from_on <= ${day} and (p.to_on is null or p.to_on > ${day})
				)
				select posted.practitioner_id as "practitionerId", w.name, posted.role, posted.team
				from posted join practitioners w on w.id = posted.practitioner_id and w.superseded_at is null
				where posted.practitioner_id <> ${practitionerId}
					and (w.left_on is null or w.left_on > ${day})
					and (posted.role in ('practice_supervisor', 'team_manager', 'service_manager')
						or posted.service in (select own.service from posted own where own.practitioner_id = ${practitionerId}))
				order by w.name, posted.practitioner_id`
		);
		return [...found];
	});
}

/** Which of these cases are in the scope of who asks. */
export async function casesInScope(tx: Transaction, caseIds: readonly string[]): Promise<Set<string>> {
	const found = await tx.execute<{ id: string }>(
		sql`select id from cases where superseded_at is null and id = any(${`{${caseIds.join(',')}}`}::uuid[])`
	);
	return new Set(found.map(({ id }) => id));
}
