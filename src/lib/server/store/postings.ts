import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Posting } from '#lib/domain/people.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** One version of a posting as it is kept. */
export interface PostingKept extends Omit<Posting, 'supersededOn'> {
	/** The posting's own id, whatever the version. */
	postingId: string;
	/** Which version it is, to the instant. */
	edition: string;
	/** The day from which it was no longer what is known; null: it stands. */
	supersededOn: CalendarDate | null;
	stands: boolean;
}

const POSTING = sql`coalesce(version_of, id) as "postingId", practitioner_id as "practitionerId", team_id as "teamId", role,
	supervisor_id as "supervisorId", fte::float8 as fte, agency, from_on as "from", to_on as "to",
	recorded_on as "recordedOn", end_recorded_on as "endRecordedOn", recorded_at::text as edition,
	superseded_on as "supersededOn", superseded_at is null as stands`;

/** Every version of somebody's postings, the latest first, within the scope of who asks. */
export async function postingsOf(tx: Transaction, practitionerId: string): Promise<PostingKept[]> {
	const found = await tx.execute(
		sql`select ${POSTING} from postings where practitioner_id = ${practitionerId}
			order by from_on desc, superseded_at desc nulls first`
	);
	return [...found] as unknown as PostingKept[];
}

/** The postings that stand, now and ahead, of everybody in scope who has one of them with the team. */
export async function postingsAround(
	tx: Transaction,
	teamId: string,
	day: CalendarDate
): Promise<PostingKept[]> {
	const ahead = sql`superseded_at is null and (to_on is null or to_on > ${day})`;
	const found = await tx.execute(
		sql`select ${POSTING} from postings
			where ${ahead} and practitioner_id in (select practitioner_id from postings where team_id = ${teamId} and ${ahead})`
	);
	return [...found] as unknown as PostingKept[];
}

/** Whoever is or will be team manager of one of these teams, from a day on. */
export async function managersOf(
	tx: Transaction,
	teamIds: readonly string[],
	day: CalendarDate
): Promise<string[]> {
	const found = await asRules(tx, () =>
		tx.execute<{ id: string }>(
			sql`select distinct practitioner_id as id from postings
				where role = 'team_manager' and team_id = any(${`{${teamIds.join(',')}}`}::uuid[])
					and superseded_at is null and (to_on is null or to_on > ${day})`
		)
	);
	return found.map(({ id }) => id);
}

/** The record of somebody that carries the day they left: its id and that day. Null: out of scope. */
export async function leavingOf(
	tx: Transaction,
	practitionerId: string
): Promise<{ leftOn: CalendarDate | null } | null> {
	const [found] = await tx.execute<{ leftOn: CalendarDate | null }>(
		sql`select left_on as "leftOn" from practitioners where id = ${practitionerId} and superseded_at is null`
	);
	return found ?? null;
}
