import { sql, type SQL } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { SessionKind } from '#lib/domain/supervision.ts';
import type { CancelledBy, InDiary } from '#lib/domain/supervision-plan.ts';
import type { NoteState } from '#lib/domain/supervision-note.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** A session as it stands in the calendar: planned, cancelled, held, or being written. */
export interface SessionInCalendar {
	sessionId: string;
	superviseeId: string;
	supervisorId: string;
	/** The supervisor who is away, for whom the one named stands in. */
	coversForId: string | null;
	plannedOn: CalendarDate | null;
	plannedTime: string | null;
	plannedMinutes: number | null;
	heldOn: CalendarDate | null;
	kind: SessionKind | null;
	reflective: boolean;
	seriesId: string | null;
	groupId: string | null;
	cancelled: boolean;
	cancelledBy: CancelledBy | null;
	cancelReason: string | null;
	noteState: NoteState | null;
	/** Which version it is: a change is made to the version somebody saw. */
	edition: string;
}

const SHOWN = sql`s.id as "sessionId", s.practitioner_id as "superviseeId", s.supervisor_id as "supervisorId",
	s.covers_for_id as "coversForId", s.planned_on as "plannedOn", s.planned_time as "plannedTime",
	s.planned_minutes as "plannedMinutes", s.held_on as "heldOn", s.kind, coalesce(s.reflective, false) as reflective,
	s.series_id as "seriesId", s.group_id as "groupId", s.cancelled, s.cancelled_by as "cancelledBy",
	s.cancel_reason as "cancelReason", s.note_state as "noteState", to_jsonb(s) ->> 'recorded_at' as edition`;

async function inCalendar(tx: Transaction, where: SQL): Promise<SessionInCalendar[]> {
	const found = await tx.execute(
		sql`select ${SHOWN} from supervision_sessions s where s.superseded_at is null and ${where}
			order by coalesce(s.held_on, s.planned_on), s.planned_time nulls first, s.id`
	);
	return [...found] as unknown as SessionInCalendar[];
}

/** Null: not there, or not in the scope of who asks. */
export async function sessionInCalendar(
	tx: Transaction,
	sessionId: string
): Promise<SessionInCalendar | null> {
	return (await inCalendar(tx, sql`s.id = ${sessionId}`))[0] ?? null;
}

/** Sessions that are planned, cancelled or held on these days, the last included, in the scope of who asks. */
export async function sessionsBetween(
	tx: Transaction,
	from: CalendarDate,
	to: CalendarDate
): Promise<SessionInCalendar[]> {
	return inCalendar(
		tx,
		sql`(s.held_on between ${from} and ${to} or (s.held_on is null and s.planned_on between ${from} and ${to}))`
	);
}

/** Sessions that are still planned, from a day on, in the scope of who asks; of some people where they are named. */
export async function plannedFrom(
	tx: Transaction,
	from: CalendarDate,
	superviseeIds: readonly string[] | null = null
): Promise<SessionInCalendar[]> {
	const whose =
		superviseeIds === null
			? sql``
			: sql`and s.practitioner_id = any(${`{${superviseeIds.join(',')}}`}::uuid[])`;
	return inCalendar(
		tx,
		sql`s.held_on is null and not s.cancelled and s.note_state is null and s.planned_on >= ${from} ${whose}`
	);
}

/** Those of one series or one group, in the scope of who asks. */
export async function sessionsTogether(
	tx: Transaction,
	together: { seriesId: string } | { groupId: string }
): Promise<SessionInCalendar[]> {
	return inCalendar(
		tx,
		'seriesId' in together ? sql`s.series_id = ${together.seriesId}` : sql`s.group_id = ${together.groupId}`
	);
}

/** When some supervisors have sessions planned on these days: the times and no more, whoever they are with. */
export async function diariesOf(
	tx: Transaction,
	supervisorIds: readonly string[],
	days: readonly CalendarDate[]
): Promise<(InDiary & { supervisorId: string })[]> {
	const found = await asRules(tx, () =>
		tx.execute(
			sql`select id as "sessionId", supervisor_id as "supervisorId", planned_on as "plannedOn",
					planned_time as "plannedTime", planned_minutes as "plannedMinutes", group_id as "groupId"
				from supervision_sessions
				where superseded_at is null and held_on is null and not cancelled
					and supervisor_id = any(${`{${supervisorIds.join(',')}}`}::uuid[])
					and planned_on = any(${`{${days.join(',')}}`}::date[])`
		)
	);
	return [...found] as unknown as (InDiary & { supervisorId: string })[];
}

/** Of a calendar that is read elsewhere: when a session last changed, how often it did, and whether it was taken out. */
export interface SessionInFeed extends SessionInCalendar {
	changedAt: Date;
	changes: number;
	isOut: boolean;
}

/** Somebody's own sessions around some days, as supervisee and as supervisor, those taken out too. */
export async function sessionsForFeed(
	tx: Transaction,
	practitionerId: string,
	{ from, to }: { from: CalendarDate; to: CalendarDate }
): Promise<SessionInFeed[]> {
	const found = await tx.execute<Record<string, unknown> & { changedAt: string }>(
		sql`select ${SHOWN}, greatest(s.recorded_at, s.superseded_at)::text as "changedAt",
				(select count(*)::int from supervision_sessions v where v.version_of = s.id) as changes,
				s.superseded_at is not null as "isOut"
			from supervision_sessions s
			where s.version_of is null and ${practitionerId} in (s.practitioner_id, s.supervisor_id)
				and (s.held_on between ${from} and ${to} or (s.held_on is null and s.planned_on between ${from} and ${to}))
			order by coalesce(s.held_on, s.planned_on), s.planned_time nulls first, s.id`
	);
	return found.map((row) => ({ ...row, changedAt: new Date(row.changedAt) })) as unknown as SessionInFeed[];
}

/** Makes planned sessions of a group drafts held on a day, each of its own supervisee. Those that were planned still. */
export async function beginGroup(
	tx: Transaction,
	sessionIds: readonly string[],
	{ supervisorId, on, minutes }: { supervisorId: string; on: CalendarDate; minutes: number | null }
): Promise<string[]> {
	const begun = await tx.execute<{ id: string }>(
		sql`update supervision_sessions set source = 'countersign', reference = 'SV-' || left(id::text, 8),
				supervisor_id = ${supervisorId}, held_on = ${on}, minutes = ${minutes}, note_state = 'draft',
				recorded_on = ${on}
			where id = any(${`{${sessionIds.join(',')}}`}::uuid[]) and superseded_at is null and note_state is null
				and held_on is null and not cancelled
			returning id`
	);
	return begun.map(({ id }) => id);
}
