import { sql, type SQL } from 'drizzle-orm';
import { groupedBy } from '#lib/domain/authority.ts';
import { lookBackFrom } from '#lib/domain/flag-rules.ts';
import type { Absence, Person, Posting, Practitioner, Reduction, Training } from '#lib/domain/people.ts';
import type { Session } from '#lib/domain/supervision.ts';
import type { Transaction } from '#lib/server/db/index.ts';
import { among, amongVersions, ends, entityId, everKnown, known, period, rows, type Recent } from './rows.ts';

/** Everything recorded about some people, null: about everybody. */
export async function peopleWith(tx: Transaction, personIds: SQL | null): Promise<Map<string, Person>> {
	const [details, postings, absences, reductions, training] = await Promise.all([
		rows<Practitioner>(
			tx,
			sql`select ${entityId} as "practitionerId", reference, name, email, swe_number as "sweNumber",
				registered_on as "registeredOn", early_career_started_on as "earlyCareerStartedOn",
				early_career_passed_on as "earlyCareerPassedOn", started_on as "startedOn", left_on as "leftOn",
				${known}, ${ends}
				from practitioners where ${everKnown} ${amongVersions(personIds)}`
		),
		rows<Posting>(
			tx,
			sql`select practitioner_id as "practitionerId", team_id as "teamId", role,
				supervisor_id as "supervisorId", fte::float8 as fte, agency, ${period}, ${known}, ${ends}
				from postings where ${everKnown} ${among(sql`practitioner_id`, personIds)}`
		),
		rows<Absence>(
			tx,
			sql`select practitioner_id as "practitionerId", reason, cover_id as "coverId",
				supervision_cover_id as "supervisionCoverId", ${period}, ${known}, ${ends}
				from absences where ${everKnown} ${among(sql`practitioner_id`, personIds)}`
		),
		rows<Reduction>(
			tx,
			sql`select practitioner_id as "practitionerId", share::float8 as share, reason,
				${period}, ${known}, ${ends}
				from reductions where ${everKnown} ${among(sql`practitioner_id`, personIds)}`
		),
		rows<Training>(
			tx,
			sql`select practitioner_id as "practitionerId", course, completed_on as "completedOn",
				expires_on as "expiresOn", ${known}
				from training where ${everKnown} ${among(sql`practitioner_id`, personIds)}`
		)
	]);
	return peopleFrom(details, postings, absences, reductions, training);
}

function peopleFrom(
	details: Practitioner[],
	postings: Posting[],
	absences: Absence[],
	reductions: Reduction[],
	training: Training[]
): Map<string, Person> {
	const of = <Row extends { practitionerId: string }>(list: Row[]) =>
		groupedBy(list, ({ practitionerId }) => practitionerId);
	const [postingsOf, absencesOf, reductionsOf, trainingOf] = [
		of(postings),
		of(absences),
		of(reductions),
		of(training)
	];
	const people = new Map<string, Person>();
	for (const [practitionerId, versions] of of(details))
		people.set(practitionerId, {
			practitionerId,
			reference: versions[0]?.reference ?? '',
			details: versions,
			postings: postingsOf.get(practitionerId) ?? [],
			absences: absencesOf.get(practitionerId) ?? [],
			reductions: reductionsOf.get(practitionerId) ?? [],
			training: trainingOf.get(practitionerId) ?? []
		});
	return people;
}

/** Sessions of the people asked about, null: of everybody. Of late, those planned or held since, and those not signed yet. */
export function sessionsOfPeople(
	tx: Transaction,
	personIds: SQL | null,
	recent: Recent | null
): Promise<Session[]> {
	const own = among(sql`practitioner_id`, personIds);
	const unsigned = (column: SQL) => sql`(${column} is null or ${column} > ${recent?.on ?? null})`;
	const which =
		recent === null
			? own
			: sql`and ${entityId} in (
					select ${entityId} from supervision_sessions
					where (greatest(held_on, planned_on) > ${recent.after} or (
						greatest(held_on, planned_on) > ${lookBackFrom(recent.on)}
						and (${unsigned(sql`supervisor_signed_on`)} or ${unsigned(sql`practitioner_signed_on`)})
					)) ${own}
				) ${own}`;
	return sessionsWhere(tx, which);
}

/** `which` begins with `and`. */
export function sessionsWhere(tx: Transaction, which: SQL): Promise<Session[]> {
	return rows(
		tx,
		sql`select ${entityId} as "sessionId", reference, practitioner_id as "superviseeId",
			supervisor_id as "supervisorId", planned_on as "plannedOn",
			case when coalesce(note_state, 'signed') in ('signed', 'closed') then held_on end as "heldOn",
			case when note_state in ('draft', 'proposed') then held_on end as "draftHeldOn", cancelled,
			minutes, interrupted, kind, supervisor_signed_on as "supervisorSignedOn",
			practitioner_signed_on as "practitionerSignedOn", ${known}
			from supervision_sessions where ${everKnown} ${which}`
	);
}
