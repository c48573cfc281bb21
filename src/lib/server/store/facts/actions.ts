import { sql, type SQL } from 'drizzle-orm';
import type { Action } from '#lib/domain/actions.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { lookBackFrom } from '#lib/domain/flag-rules.ts';
import type { Transaction } from '#lib/server/db/index.ts';
import { entityId, rows, type Recent } from './rows.ts';

export function actionsWithin(tx: Transaction, wanted: SQL): Promise<Action[]> {
	return rows(
		tx,
		sql`with wanted as materialized (${wanted})
			select coalesce(a.version_of, a.id) as "actionId", a.reference,
				coalesce(a.case_id, (select o.case_id from oversight o where o.id = a.oversight_id)) as "caseId",
				coalesce(a.practitioner_id, (
					select s.practitioner_id from supervision_sessions s where s.id = a.session_id
				)) as "practitionerId",
				a.owner_id as "ownerId", a.description, a.agreed_on as "agreedOn", a.due_on as "dueOn",
				a.done_on as "doneOn", a.risk, a.recorded_on as "recordedOn", a.superseded_on as "supersededOn"
			from actions a
			where (a.id = any(array(select id from wanted)) or a.version_of = any(array(select id from wanted)))
				and (a.superseded_at is null or a.superseded_on > coalesce(a.recorded_on, '0001-01-01'))`
	);
}

/** Actions that some rule may find something in on the day. */
export function actionOfConcern(on: CalendarDate): SQL {
	const after = lookBackFrom(on);
	return sql`agreed_on <= ${on} and (done_on is null or done_on > ${on})
		and ((due_on > ${after} and due_on < ${on}) or (agreed_on > ${after} and (owner_id is null or due_on is null)))`;
}

/** Actions about the cases, and about the people where they are about no case; of late, those still to do on the day. */
export function actionsAmong(caseIds: SQL, personIds: SQL, recent: Recent | null): SQL {
	const among = (which: SQL) =>
		recent === null
			? sql`select ${entityId} as id from actions where ${which}`
			: sql`select ${entityId} as id from actions where ${which} and done_on is null
				union select ${entityId} from actions where ${which} and done_on > ${recent.on}`;
	return sql`${among(sql`case_id = any(${caseIds})`)}
		union ${among(sql`practitioner_id = any(${personIds})`)}
		union ${among(
			sql`case_id is null and oversight_id is not null
				and (select o.case_id from oversight o where o.id = oversight_id) = any(${caseIds})`
		)}
		union ${among(
			sql`case_id is null and practitioner_id is null and session_id is not null
				and (select s.practitioner_id from supervision_sessions s where s.id = session_id) = any(${personIds})`
		)}`;
}

/** Actions about no case and nobody. */
export function actionsOfNobody(tx: Transaction): Promise<Action[]> {
	return actionsWithin(
		tx,
		sql`select ${entityId} as id from actions
			where case_id is null and oversight_id is null and practitioner_id is null and session_id is null`
	).then((found) => found.filter(({ caseId, practitionerId }) => caseId === null && practitionerId === null));
}
