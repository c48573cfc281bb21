import { sql } from 'drizzle-orm';
import type { Facts } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';
import { gatherFacts } from '../facts.ts';
import { casesOnly } from './files.ts';
import { peopleWith } from './people.ts';
import { arrayOf, rows } from './rows.ts';

/**
 * What a plan of moves is worked out from: some cases and those that some people hold on the day, without what was said to
 * be oversight of them; these people, whoever has held the cases, whoever supervises or covers for any of these, and
 * everybody under a supervisor of these people. No sessions, requests or actions. The subjects were chosen within a scope.
 */
export async function factsOfPlan(
	tx: Transaction,
	{ caseIds, practitionerIds }: { caseIds: readonly string[]; practitionerIds: readonly string[] },
	day: CalendarDate
): Promise<Facts> {
	const nobody = { of: 'those', caseIds: [], practitionerIds: [], held: { on: day } } as const;
	const common = await gatherFacts(tx, nobody);
	return asRules(tx, async () => {
		const asked = arrayOf(practitionerIds);
		const cases = await casesOnly(
			tx,
			sql`array(
				select unnest(${arrayOf(caseIds)})
				union
				select case_id from allocations where practitioner_id = any(${asked})
					and from_on <= ${day} and (to_on is null or to_on > ${day} or end_recorded_on > ${day})
			)`
		);
		const holders = cases.flatMap(({ allocations }) =>
			allocations.flatMap(({ practitionerId }) => practitionerId ?? [])
		);
		const around = await rows<{ id: string }>(
			tx,
			sql`with own as (
					select unnest(${arrayOf([...new Set([...practitionerIds, ...holders])])}) as id
				), supervisors as (
					select supervisor_id as id from postings
						where practitioner_id in (select id from own) and supervisor_id is not null
					union select id from own
				)
				select id from supervisors
				union
				select unnest(array[cover_id, supervision_cover_id]) from absences
					where practitioner_id in (select id from supervisors)
				union
				select practitioner_id from postings
					where supervisor_id = any(${asked}) or supervisor_id in (
						select supervisor_id from postings where practitioner_id = any(${asked})
					)`
		);
		const people = await peopleWith(tx, arrayOf(around.flatMap(({ id }) => id ?? [])));
		return { ...common, cases, people };
	});
}

/** Everybody, and who held the cases that some knowledge of these days may see as open on one of them, without oversight. */
export async function factsOfHands(tx: Transaction, from: CalendarDate, to: CalendarDate): Promise<Facts> {
	const nobody = { of: 'those', caseIds: [], practitionerIds: [], held: { on: to } } as const;
	const common = await gatherFacts(tx, nobody);
	return asRules(tx, async () => {
		const [cases, people] = await Promise.all([
			casesOnly(
				tx,
				sql`array(select coalesce(version_of, id) from cases
					where opened_on <= ${to} and (closed_on is null or closed_on > ${from} or end_recorded_on > ${from}))`
			),
			peopleWith(tx, null)
		]);
		return { ...common, cases, people };
	});
}
