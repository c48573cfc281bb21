import type { Transaction } from '#lib/server/db/index.ts';
import { audit } from '#lib/server/db/schema.ts';

export async function insertAudit(
	tx: Transaction,
	rows: readonly (typeof audit.$inferInsert)[]
): Promise<void> {
	await tx.insert(audit).values([...rows]);
}
