import { sql } from 'drizzle-orm';
import type { Action } from '#lib/domain/actions.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** Actions about some cases or some practitioners, done ones included, each with the case it is really about. */
export async function actionsAbout(
	tx: Transaction,
	caseIds: readonly string[],
	practitionerIds: readonly string[]
): Promise<Action[]> {
	const cases = sql`${`{${caseIds.join(',')}}`}::uuid[]`;
	const people = sql`${`{${practitionerIds.join(',')}}`}::uuid[]`;
	const found = await asRules(tx, () =>
		tx.execute(
			sql`select coalesce(a.version_of, a.id) as "actionId", a.reference,
				coalesce(a.case_id, o.case_id) as "caseId",
				coalesce(a.practitioner_id, s.practitioner_id) as "practitionerId",
				a.owner_id as "ownerId", a.description, a.agreed_on as "agreedOn", a.due_on as "dueOn",
				a.done_on as "doneOn", a.risk, a.recorded_on as "recordedOn", a.superseded_on as "supersededOn"
			from actions a
			left join oversight o on o.id = a.oversight_id
			left join supervision_sessions s on s.id = a.session_id
			where (a.superseded_at is null or a.superseded_on > coalesce(a.recorded_on, '0001-01-01'))
				and (coalesce(a.case_id, o.case_id) = any(${cases})
					or coalesce(a.practitioner_id, s.practitioner_id) = any(${people})
					or a.owner_id = any(${people}))`
		)
	);
	return [...found] as unknown as Action[];
}
