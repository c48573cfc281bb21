import { sql } from 'drizzle-orm';
import type { Target } from '#lib/domain/targets.ts';
import type { Transaction } from '#lib/server/db/index.ts';

/** Every target that was set of a measure, in the order in which they were. */
export async function targetsOf(tx: Transaction, measureId: string): Promise<Target[]> {
	const found = await tx.execute(
		sql`select measure as "measureId", value, from_on as "from", why, set_on as "setOn", set_by as "setBy"
			from targets where measure = ${measureId} order by id`
	);
	return [...found] as unknown as Target[];
}

/** Keeps a target for good; it stands until the next one of the measure. */
export async function insertTarget(tx: Transaction, target: Target, accountId: string): Promise<string> {
	const { measureId, value, from, why, setOn, setBy } = target;
	const [made] = await tx.execute<{ id: string }>(
		sql`insert into targets (measure, value, from_on, why, set_on, set_by, account_id)
			values (${measureId}, ${value}, ${from}, ${why}, ${setOn}, ${setBy}, ${accountId}) returning id::text`
	);
	if (!made) throw new Error('the target was not kept');
	return made.id;
}
