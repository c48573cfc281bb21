import { sql, type SQL } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Action, CarriedAction } from '#lib/domain/actions.ts';
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

/** An action as it stands, with its words. */
export interface ActionKept extends CarriedAction {
	reference: string;
	/** Its own case, else that of its oversight entry. */
	caseId: string | null;
	/** Null: about no case, or one out of the scope of who asks. */
	caseReference: string | null;
	practitionerId: string | null;
	sessionId: string | null;
	/** The day of the supervision in which it was agreed; null: it was agreed elsewhere. */
	sessionOn: CalendarDate | null;
	fromOversight: boolean;
	ownerId: string | null;
	description: string | null;
	dueOn: CalendarDate | null;
	outcome: string | null;
	risk: boolean;
	recordedOn: CalendarDate | null;
	/** Another action carries on from it. */
	isCarriedOn: boolean;
	/** Asked for; false: only one that those asked for carry on from. */
	isAsked: boolean;
	/** Which version it is: a change is made to the version somebody saw. */
	edition: string;
}

/** Which actions: of a case, of a session, of an owner, by their ids, or all in the scope of who asks. */
export type WhichActions =
	| { of: 'case'; caseId: string }
	| { of: 'session'; sessionId: string }
	| { of: 'owner'; ownerId: string }
	| { of: 'ids'; ids: readonly string[] }
	| { of: 'scope' };

/**
 * The actions asked for that are to be done, or were done since a day, with all those they carry on from; in the scope of
 * who asks, the earliest due first.
 */
export async function actionsKept(
	tx: Transaction,
	which: WhichActions,
	doneSince: CalendarDate | null
): Promise<ActionKept[]> {
	const lately = doneSince === null ? sql`true` : sql`(a.done_on is null or a.done_on >= ${doneSince})`;
	const found = await tx.execute(
		sql`with recursive wanted as (
				select a.id, true as asked from actions a where a.superseded_at is null and ${lately} and ${among(which)}
				union
				select a.carries_on_from, false from wanted w join actions a on a.id = w.id
				where a.carries_on_from is not null
			), each as (select id, bool_or(asked) as asked from wanted group by id)
			select a.id as "actionId", a.reference, coalesce(a.case_id, o.case_id) as "caseId",
				c.reference as "caseReference",
				coalesce(a.practitioner_id, s.practitioner_id) as "practitionerId", a.session_id as "sessionId",
				coalesce(s.held_on, s.planned_on) as "sessionOn", a.oversight_id is not null as "fromOversight",
				a.owner_id as "ownerId", a.description, a.agreed_on as "agreedOn", a.due_on as "dueOn",
				a.done_on as "doneOn", a.outcome, coalesce(a.risk, false) as risk, a.recorded_on as "recordedOn",
				a.carries_on_from as "carriesOnFrom", each.asked as "isAsked",
				exists (select from actions n where n.carries_on_from = a.id and n.superseded_at is null) as "isCarriedOn",
				to_jsonb(a.recorded_at) #>> '{}' as edition
			from each join actions a on a.id = each.id and a.superseded_at is null
			left join oversight o on o.id = a.oversight_id
			left join cases c on c.id = coalesce(a.case_id, o.case_id) and c.superseded_at is null
			left join supervision_sessions s on s.id = a.session_id and s.superseded_at is null
			order by a.due_on nulls first, a.agreed_on, a.id`
	);
	return [...found] as unknown as ActionKept[];
}

function among(which: WhichActions): SQL {
	switch (which.of) {
		case 'case':
			return sql`(a.case_id = ${which.caseId} or a.oversight_id in (
				select id from oversight where case_id = ${which.caseId}
			))`;
		case 'session':
			return sql`a.session_id = ${which.sessionId}`;
		case 'owner':
			return sql`a.owner_id = ${which.ownerId}`;
		case 'ids':
			return sql`a.id = any(${`{${which.ids.join(',')}}`}::uuid[])`;
		case 'scope':
			return sql`true`;
	}
}

/** The case of an entry of oversight; null: none in the scope of who asks. */
export async function caseOfOversight(tx: Transaction, oversightId: string): Promise<string | null> {
	const [found] = await tx.execute<{ caseId: string }>(
		sql`select case_id as "caseId" from oversight where id = ${oversightId} and superseded_at is null`
	);
	return found?.caseId ?? null;
}

/** The reference of a case; null: none in the scope of who asks. */
export async function referenceOf(tx: Transaction, caseId: string): Promise<string | null> {
	const [found] = await tx.execute<{ reference: string }>(
		sql`select reference from cases where id = ${caseId} and superseded_at is null`
	);
	return found?.reference ?? null;
}
