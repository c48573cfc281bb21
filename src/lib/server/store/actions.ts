import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Action } from '#lib/domain/actions.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** Actions about some cases or some practitioners, each with the case it is really about; those done by then left out. */
export async function actionsAbout(
	tx: Transaction,
	caseIds: readonly string[],
	practitionerIds: readonly string[],
	notDoneBy: CalendarDate
): Promise<Action[]> {
	const cases = sql`${`{${caseIds.join(',')}}`}::uuid[]`;
	const people = sql`${`{${practitionerIds.join(',')}}`}::uuid[]`;
	const toDo = sql`(done_on is null or done_on > ${notDoneBy})`;
	const found = await asRules(tx, () =>
		tx.execute(
			sql`with wanted as materialized (
				select id from actions where case_id = any(${cases}) and ${toDo}
				union select id from actions where practitioner_id = any(${people}) and ${toDo}
				union select id from actions where owner_id = any(${people}) and ${toDo}
				union select id from actions
					where oversight_id = any(array(select o.id from oversight o where o.case_id = any(${cases})))
						and case_id is null and ${toDo}
				union select id from actions
					where session_id = any(array(
							select s.id from supervision_sessions s where s.practitioner_id = any(${people})
						))
						and practitioner_id is null and ${toDo}
			)
			select coalesce(a.version_of, a.id) as "actionId", a.reference,
				coalesce(a.case_id, (select o.case_id from oversight o where o.id = a.oversight_id)) as "caseId",
				coalesce(a.practitioner_id, (
					select s.practitioner_id from supervision_sessions s where s.id = a.session_id
				)) as "practitionerId",
				a.owner_id as "ownerId", a.description, a.agreed_on as "agreedOn", a.due_on as "dueOn",
				a.done_on as "doneOn", a.risk, a.recorded_on as "recordedOn", a.superseded_on as "supersededOn"
			from wanted join actions a on a.id = wanted.id
			where a.superseded_at is null or a.superseded_on > coalesce(a.recorded_on, '0001-01-01')`
		)
	);
	return [...found] as unknown as Action[];
}
