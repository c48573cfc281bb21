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
	/** As whom somebody read it, where their role does not say. */
	scope?: string;
}

/** Writes down who did what, in the transaction that does it: both stand or neither. */
export async function record(tx: Transaction, who: Actor, deed: Deed): Promise<void> {
	await recordAll(tx, who, [deed]);
}

/** Writes down several deeds at once, in their order. */
export async function recordAll(tx: Transaction, who: Actor, deeds: readonly Deed[]): Promise<void> {
	if (deeds.length === 0) return;
	const accountId = typeof who === 'object' && 'accountId' in who ? who.accountId : null;
	const actor = who === 'door' ? 'door' : 'operator' in who ? who.operator : 'person';
	await insertAudit(
		tx,
		deeds.map(({ action, entity, entityId, digest = null, scope = null }) => ({
			accountId,
			actor,
			action,
			entity,
			entityId,
			digest,
			scope
		}))
	);
}
