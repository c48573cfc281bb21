import { sql } from 'drizzle-orm';
import type { Facts } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { asRules, type Transaction } from '#lib/server/db/index.ts';
import { gatherFacts } from '../facts.ts';
import { peopleWith } from './people.ts';
import { arrayOf, rows } from './rows.ts';

/**
 * The teams with everybody who was posted to manage one by the day, whoever may see them, and no cases: which teams there
 * are, and whether somebody runs them.
 */
export async function factsOfTeams(tx: Transaction, on: CalendarDate): Promise<Facts> {
	const nobody = { of: 'those', caseIds: [], practitionerIds: [], held: { on } } as const;
	const facts = await gatherFacts(tx, nobody);
	return asRules(tx, async () => {
		const managers = await rows<{ id: string }>(
			tx,
			sql`select distinct practitioner_id as id from postings where role = 'team_manager' and from_on <= ${on}`
		);
		return { ...facts, people: await peopleWith(tx, arrayOf(managers.map(({ id }) => id))) };
	});
}
