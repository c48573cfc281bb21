import { sql } from 'drizzle-orm';
import type { Transaction } from '#lib/server/db/index.ts';

// What the operator's command needs to renew seals: the sealed texts, which open only with keys that are not here.

/** The tables that hold sealed texts, as the functions of the database call them. */
export type SealedKind = 'personal_note' | 'earlier_text' | 'addendum' | 'agenda_item';

export interface SealedText {
	kind: SealedKind;
	id: string;
	/** What the seal is bound to. */
	place: string;
	sealed: string;
	keyVersion: number;
}

/** The next texts sealed with a key older than a version, in the order of their ids. */
export async function sealedBefore(
	tx: Transaction,
	version: number,
	after: string,
	most: number
): Promise<SealedText[]> {
	const found = await tx.execute(
		sql`select kind, id, place, sealed, key_version as "keyVersion"
			from sealed_before(${version}::int, ${after}::uuid, ${most}::int)`
	);
	return [...found] as unknown as SealedText[];
}

/** Puts newer seals in place of older ones, where those are still there. How many were renewed. */
export async function renewSeals(
	tx: Transaction,
	kind: SealedKind,
	renewals: readonly { id: string; was: string; becomes: string }[],
	version: number
): Promise<number> {
	const list = (texts: readonly string[]) => sql`${`{${texts.join(',')}}`}::text[]`;
	const ids = sql`${`{${renewals.map(({ id }) => id).join(',')}}`}::uuid[]`;
	const [row] = await tx.execute<{ renewed: number }>(
		sql`select renew_seals(${kind}, ${ids}, ${list(renewals.map(({ was }) => was))},
			${list(renewals.map(({ becomes }) => becomes))}, ${version}::int) as renewed`
	);
	return row?.renewed ?? 0;
}

/** How many texts each version of the key seals. */
export async function sealsByKey(tx: Transaction): Promise<{ keyVersion: number; texts: number }[]> {
	const found = await tx.execute<{ keyVersion: number; texts: number }>(
		sql`select key_version as "keyVersion", texts::int from seals_by_key()`
	);
	return [...found];
}
