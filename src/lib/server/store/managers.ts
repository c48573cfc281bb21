import { sql } from 'drizzle-orm';
import { groupedBy } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Person, Posting, Practitioner, Team } from '#lib/domain/people.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

const everKnown = sql`(superseded_at is null or superseded_on > coalesce(recorded_on, '0001-01-01'))`;
const known = sql`recorded_on as "recordedOn", superseded_on as "supersededOn", end_recorded_on as "endRecordedOn"`;

/**
 * Whoever ever had a posting that answers for teams, with their postings alone, and every team: who is in post on a day
 * is for the domain to say. Whom a flag goes to is told to everyone who may see it, so this is wider than their scope.
 */
export async function managersOnFile(tx: Transaction): Promise<{ people: Person[]; teams: Team[] }> {
	const [details, postings, teams] = await asRules(tx, () =>
		Promise.all([
			tx.execute(
				sql`select coalesce(version_of, id) as "practitionerId", reference, left_on as "leftOn", ${known}
					from practitioners where ${everKnown}
						and coalesce(version_of, id) = any(array(select practitioner_id from postings where ${managing}))`
			),
			tx.execute(
				sql`select practitioner_id as "practitionerId", team_id as "teamId", role, supervisor_id as "supervisorId",
						fte::float8 as fte, agency, from_on as "from", to_on as "to", ${known}
					from postings where ${everKnown}
						and practitioner_id = any(array(select practitioner_id from postings where ${managing}))`
			),
			tx.execute(
				sql`select coalesce(version_of, id) as "teamId", reference, name, service, opened_on as "openedOn",
						closed_on as "closedOn", succeeded_by as "succeededBy", ${known}
					from teams where ${everKnown}`
			)
		])
	);
	const postingsOf = groupedBy([...postings] as unknown as Posting[], (row) => row.practitionerId);
	const detailsOf = groupedBy([...details] as unknown as Practitioner[], (row) => row.practitionerId);
	return {
		people: [...detailsOf].map(([practitionerId, versions]) => ({
			practitionerId,
			reference: versions[0]?.reference ?? '',
			details: versions,
			postings: postingsOf.get(practitionerId) ?? [],
			absences: [],
			reductions: [],
			training: []
		})),
		teams: [...teams] as unknown as Team[]
	};
}

/** Those whose posting manages practice on a day, by id. */
export async function managingPractice(tx: Transaction, day: CalendarDate): Promise<string[]> {
	const found = await tx.execute<{ id: string }>(
		sql`select distinct practitioner_id as id from postings
			where superseded_at is null and from_on <= ${day} and (to_on is null or to_on > ${day})
				and role in ('practice_supervisor', 'team_manager', 'service_manager', 'principal_social_worker')`
	);
	return found.map(({ id }) => id);
}

const managing = sql`role in ('team_manager', 'service_manager', 'director')`;
