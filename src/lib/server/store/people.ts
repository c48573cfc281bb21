import { sql } from 'drizzle-orm';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type { ReviewMonths, ReviewOutcome } from '#lib/domain/experience.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** A team as it stands. */
export interface TeamKept {
	teamId: string;
	reference: string;
	name: string;
	service: string;
	openedOn: CalendarDate | null;
	closedOn: CalendarDate | null;
	succeededBy: string | null;
	/** Which version it is, to the instant. */
	edition: string;
	/** Whether it is in the scope of who asks. */
	isInScope: boolean;
}

/** Every team, by service and name. */
export async function teamsKept(tx: Transaction): Promise<TeamKept[]> {
	const found = await tx.execute(
		sql`select id as "teamId", reference, name, service, opened_on as "openedOn", closed_on as "closedOn",
				succeeded_by as "succeededBy", to_jsonb(teams) ->> 'recorded_at' as edition,
				id in (select visible_teams()) as "isInScope"
			from teams where superseded_at is null order by service, name`
	);
	return [...found] as unknown as TeamKept[];
}

/** What is taken, of everybody and every team there is: only to be held against what somebody types. */
export async function taken(
	tx: Transaction
): Promise<{ people: string[]; sweNumbers: string[]; teams: string[] }> {
	return asRules(tx, async () => {
		const people = await tx.execute<{ reference: string; swe: string | null }>(
			sql`select reference, swe_number as swe from practitioners where superseded_at is null`
		);
		const teams = await tx.execute<{ reference: string }>(
			sql`select reference from teams where superseded_at is null`
		);
		return {
			people: people.map(({ reference }) => reference),
			sweNumbers: people.flatMap(({ swe }) => swe ?? []),
			teams: teams.map(({ reference }) => reference)
		};
	});
}

/** Somebody else who has this number of the register, by id; null: nobody has. */
export async function otherWithNumber(
	tx: Transaction,
	practitionerId: string,
	sweNumber: string
): Promise<string | null> {
	return asRules(tx, async () => {
		const [found] = await tx.execute<{ id: string }>(
			sql`select id from practitioners
				where superseded_at is null and id <> ${practitionerId} and upper(swe_number) = upper(${sweNumber})`
		);
		return found?.id ?? null;
	});
}

/** Everybody whose posting was ever, is or will be with some teams. The teams were found in the scope of who asks. */
export async function everPostedTo(tx: Transaction, teamIds: readonly string[]): Promise<string[]> {
	return asRules(tx, async () => {
		const found = await tx.execute<{ id: string }>(
			sql`select distinct practitioner_id as id from postings
				where superseded_at is null and team_id = any(${list(teamIds)})`
		);
		return found.map(({ id }) => id);
	});
}

/** Those of whom no posting is recorded, in the scope of who asks. */
export async function neverPosted(tx: Transaction): Promise<string[]> {
	const found = await tx.execute<{ id: string }>(
		sql`select p.id from practitioners p where p.superseded_at is null
			and not exists (select from postings j where j.practitioner_id = p.id and j.superseded_at is null)`
	);
	return found.map(({ id }) => id);
}

/**
 * Who can be named as supervisor: everyone in post on the day or later who manages practice, and seniors of the same teams;
 * each once, with the first of the postings that have not ended by then.
 */
export async function supervisorsFor(
	tx: Transaction,
	day: CalendarDate
): Promise<{ practitionerId: string; name: string; role: string; team: string }[]> {
	return asRules(tx, async () => {
		const found = await tx.execute(
			sql`select * from (
					select distinct on (j.practitioner_id) j.practitioner_id as "practitionerId", p.name, j.role,
						t.name as team
					from postings j
					join practitioners p on p.id = j.practitioner_id and p.superseded_at is null
					join teams t on t.id = j.team_id
					where j.superseded_at is null and j.role not in ('practitioner', 'other')
						and (j.to_on is null or j.to_on > ${day}) and (p.left_on is null or p.left_on > ${day})
					order by j.practitioner_id, j.from_on
				) each order by name, "practitionerId"`
		);
		return [...found] as unknown as { practitionerId: string; name: string; role: string; team: string }[];
	});
}

/** Closings of these days are looked at. */
const CLOSED_LATELY_DAYS = 90;

/**
 * Cases open or closed lately on which somebody of these has ever decided as a manager: what their registration says decides
 * whether that counts.
 */
export async function casesOverseenBy(
	tx: Transaction,
	practitionerIds: readonly string[],
	today: CalendarDate
): Promise<string[]> {
	if (practitionerIds.length === 0) return [];
	const those = sql`any(${`{${practitionerIds.join(',')}}`}::uuid[])`;
	return asRules(tx, async () => {
		const found = await tx.execute<{ id: string }>(
			sql`select c.id from cases c
				where c.superseded_at is null and (c.closed_on is null or c.closed_on > ${addDays(today, -CLOSED_LATELY_DAYS)}) and c.id in (
					select case_id from oversight where manager_id = ${those} and superseded_at is null
					union
					select d.case_id from case_discussions d join supervision_sessions s on s.id = d.session_id
					where s.supervisor_id = ${those} and d.superseded_at is null
				)`
		);
		return found.map(({ id }) => id);
	});
}

/** Whether anything but their own first posting was recorded with somebody in it. */
export async function isReferredTo(tx: Transaction, practitionerId: string): Promise<boolean> {
	return asRules(tx, async () => {
		const [found] = await tx.execute<{ referred: boolean }>(
			sql`select exists (select from allocations where practitioner_id = ${practitionerId})
				or exists (select from postings where supervisor_id = ${practitionerId} and superseded_at is null)
				or exists (select from absences where ${practitionerId} in (practitioner_id, cover_id, supervision_cover_id))
				or exists (select from training where practitioner_id = ${practitionerId})
				or exists (select from supervision_sessions where ${practitionerId} in (practitioner_id, supervisor_id))
				or exists (select from stage_reviews where practitioner_id = ${practitionerId})
				or exists (select from accounts where practitioner_id = ${practitionerId}) as referred`
		);
		return found?.referred ?? false;
	});
}

/** What is recorded of somebody's registration and early-career stage, as it stands. */
export interface RecordKept {
	practitionerId: string;
	reference: string;
	name: string;
	sweNumber: string | null;
	registeredOn: CalendarDate | null;
	checkedOn: CalendarDate | null;
	checkedBy: string | null;
	startedOn: CalendarDate | null;
	extendedTo: CalendarDate | null;
	extendedWhy: string | null;
	passedOn: CalendarDate | null;
	/** The day it became known; null: as the dates themselves say. */
	recordedOn: CalendarDate | null;
	edition: string;
}

const RECORD = sql`coalesce(version_of, id) as "practitionerId", reference, name, swe_number as "sweNumber",
	registered_on as "registeredOn", registration_checked_on as "checkedOn", registration_checked_by as "checkedBy",
	early_career_started_on as "startedOn", early_career_extended_to as "extendedTo",
	early_career_extended_why as "extendedWhy", early_career_passed_on as "passedOn", recorded_on as "recordedOn",
	to_jsonb(practitioners) ->> 'recorded_at' as edition`;

/** Null: not there, or not in the scope of who asks. */
export async function recordKept(tx: Transaction, practitionerId: string): Promise<RecordKept | null> {
	const [found] = await tx.execute(
		sql`select ${RECORD} from practitioners where id = ${practitionerId} and superseded_at is null`
	);
	return (found as unknown as RecordKept | undefined) ?? null;
}

/** The record as it was known on an earlier day; null: nothing was known of them yet. */
export async function recordKnownOn(
	tx: Transaction,
	practitionerId: string,
	on: CalendarDate
): Promise<RecordKept | null> {
	const [found] = await tx.execute(
		sql`select ${RECORD} from practitioners
			where coalesce(version_of, id) = ${practitionerId} and coalesce(recorded_on, '0001-01-01') <= ${on}
				and (superseded_at is null or superseded_on > ${on})
			order by recorded_at desc limit 1`
	);
	return (found as unknown as RecordKept | undefined) ?? null;
}

export interface ReviewKept {
	reviewId: string;
	months: ReviewMonths;
	bookedOn: CalendarDate | null;
	heldOn: CalendarDate | null;
	outcome: ReviewOutcome | null;
	words: string | null;
	edition: string;
}

/** The reviews of somebody's early-career stage in order: as they stand, or as they were known on an earlier day. */
export async function reviewsKept(
	tx: Transaction,
	practitionerId: string,
	on: CalendarDate | null = null
): Promise<ReviewKept[]> {
	const known =
		on === null
			? sql`superseded_at is null`
			: sql`recorded_on <= ${on} and (superseded_at is null or superseded_on > ${on})`;
	const found = await tx.execute(
		sql`select coalesce(version_of, id) as "reviewId", months, booked_on as "bookedOn", held_on as "heldOn", outcome, words,
				to_jsonb(stage_reviews) ->> 'recorded_at' as edition
			from stage_reviews where practitioner_id = ${practitionerId} and ${known} order by months`
	);
	return [...found] as unknown as ReviewKept[];
}

function list(ids: readonly string[]) {
	return sql`${`{${ids.join(',')}}`}::uuid[]`;
}
