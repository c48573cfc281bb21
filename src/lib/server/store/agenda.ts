import { sql } from 'drizzle-orm';
import type { Transaction } from '#lib/server/db/index.ts';

export interface SealedAgendaItem {
	id: string;
	formKey: string;
	sealed: string;
	keyVersion: number;
	practitionerId: string;
}

/** What the two want to talk about, in the order they put it down; empty for anybody who may not read it. */
export async function agendaItemsOf(tx: Transaction, sessionId: string): Promise<SealedAgendaItem[]> {
	const found = await tx.execute(
		sql`select id, form_key as "formKey", sealed, key_version as "keyVersion", practitioner_id as "practitionerId"
			from agenda_items where session_id = ${sessionId} order by added_at`
	);
	return [...found] as unknown as SealedAgendaItem[];
}

/** False: the form with this key added it already. */
export async function insertAgendaItem(
	tx: Transaction,
	sessionId: string,
	item: Omit<SealedAgendaItem, 'id'>
): Promise<boolean> {
	const { formKey, sealed, keyVersion, practitionerId } = item;
	const written = await tx.execute(
		sql`insert into agenda_items (form_key, session_id, sealed, key_version, practitioner_id)
			values (${formKey}, ${sessionId}, ${sealed}, ${keyVersion}, ${practitionerId})
			on conflict (form_key) do nothing returning id`
	);
	return written.length > 0;
}

/** False: it is not there, or somebody else added it. */
export async function deleteAgendaItem(tx: Transaction, sessionId: string, id: string): Promise<boolean> {
	const deleted = await tx.execute(
		sql`delete from agenda_items where id = ${id} and session_id = ${sessionId} returning id`
	);
	return deleted.length > 0;
}
