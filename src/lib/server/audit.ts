import { insertAudit } from '#lib/server/store/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';

/** Who did it: somebody signed in, or the operator or the schedule by name, or somebody at the door. */
export type Actor = { accountId: string } | { operator: string } | 'door';

export interface Deed {
	/** In the past tense: `signed in`, `recorded`, `read`. */
	action: string;
	entity: string;
	entityId: string | null;
	/** SHA-256 of what was written, where it matters later what it said. Never the text itself. */
	digest?: string;
}

/** Writes down who did what, in the transaction that does it: both stand or neither. */
export async function record(tx: Transaction, who: Actor, deed: Deed): Promise<void> {
	await insertAudit(tx, {
		accountId: typeof who === 'object' && 'accountId' in who ? who.accountId : null,
		actor: who === 'door' ? 'door' : 'operator' in who ? who.operator : 'person',
		action: deed.action,
		entity: deed.entity,
		entityId: deed.entityId,
		digest: deed.digest ?? null
	});
}
