import { sql } from 'drizzle-orm';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';

/** The open cases in the scope of who asks that nobody works on: without a lead in post and here on the day. */
export async function casesWaiting(tx: Transaction, day: CalendarDate): Promise<string[]> {
	const seen = await tx.execute<{ id: string }>(
		sql`select id from cases
			where superseded_at is null and opened_on <= ${day} and (closed_on is null or closed_on > ${day})`
	);
	const found = await asRules(tx, () =>
		tx.execute<{ id: string }>(
			sql`select c.id from unnest(${`{${seen.map(({ id }) => id).join(',')}}`}::uuid[]) as c (id)
				where not exists (
					select from allocations l
					join postings p on p.practitioner_id = l.practitioner_id
					join practitioners w on w.id = l.practitioner_id
					where l.case_id = c.id and l.role = 'lead' and l.superseded_at is null
						and l.from_on <= ${day} and (l.to_on is null or l.to_on > ${day})
						and p.superseded_at is null and p.from_on <= ${day} and (p.to_on is null or p.to_on > ${day})
						and (w.left_on is null or w.left_on > ${day})
						and not exists (
							select from absences a
							where a.practitioner_id = l.practitioner_id and a.superseded_at is null
								and a.from_on <= ${day} and (a.to_on is null or a.to_on > ${day})
						)
				)`
		)
	);
	return found.map(({ id }) => id);
}

/** Open cases that somebody holds on the day or later, and whether as lead, within the scope of who asks. */
export async function casesHeldBy(
	tx: Transaction,
	practitionerId: string,
	day: CalendarDate
): Promise<{ caseId: string; leads: boolean }[]> {
	const found = await tx.execute<{ caseId: string; leads: boolean }>(
		sql`select a.case_id as "caseId", bool_or(a.role = 'lead') as leads from allocations a
			join cases c on c.id = a.case_id and c.superseded_at is null
			where a.practitioner_id = ${practitionerId} and a.superseded_at is null
				and (a.to_on is null or a.to_on > ${day}) and (c.closed_on is null or c.closed_on > ${day})
			group by a.case_id`
	);
	return [...found];
}
