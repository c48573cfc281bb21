import { readConfig } from '#lib/server/config.ts';
import { record } from '#lib/server/audit.ts';
import { addNoteKey, openNoteKeys, seal, unseal } from '#lib/server/sealing.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { renewSeals, sealedBefore, sealsByKey, type SealedKind } from '#lib/server/store/seals.ts';

/** A version of the key: whether this machine has it, whether it seals, and how many texts need it. */
export interface KeyInUse {
	version: number;
	here: boolean;
	newest: boolean;
	texts: number;
}

/** Every version that is here or needed, the oldest first. */
export async function keysInUse(tx: Transaction): Promise<KeyInUse[]> {
	const { newest, byVersion } = openNoteKeys(readConfig(process.env));
	const counted = new Map((await sealsByKey(tx)).map(({ keyVersion, texts }) => [keyVersion, texts]));
	return [...new Set([...byVersion.keys(), ...counted.keys()])]
		.sort((a, b) => a - b)
		.map((version) => ({
			version,
			here: byVersion.has(version),
			newest: version === newest,
			texts: counted.get(version) ?? 0
		}));
}

/** Makes the next key in the data folder. Throws `SettingsRefused` where keys come from the settings. */
export async function addKey(tx: Transaction, operator: string): Promise<{ version: number; path: string }> {
	const added = addNoteKey(readConfig(process.env));
	await record(tx, { operator }, { action: 'added', entity: 'note_key', entityId: String(added.version) });
	return added;
}

/** So many texts in one transaction, so that whoever writes does not wait for all of them. */
const AT_ONCE = 500;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Where to go on: after which text, and what was done so far. */
export interface Renewing {
	after: string | null;
	renewed: number;
	/** Texts that no key here opens; they stay as they are. */
	cannotOpen: number;
}

export const RENEWING_BEGINS: Renewing = { after: FIRST_ID, renewed: 0, cannotOpen: 0 };

/** Seals the next texts with the newest key, saying the same. `after` null: there are no more. Safe to stop and to run again. */
export async function renewSome(tx: Transaction, operator: string, so: Renewing): Promise<Renewing> {
	const keys = openNoteKeys(readConfig(process.env));
	const found = await sealedBefore(tx, keys.newest, so.after ?? FIRST_ID, AT_ONCE);
	const last = found.at(-1);
	if (!last) return { ...so, after: null };
	const renewals: Record<SealedKind, { id: string; was: string; becomes: string }[]> = {
		personal_note: [],
		earlier_text: [],
		addendum: [],
		agenda_item: []
	};
	let cannotOpen = 0;
	for (const each of found) {
		const text = unseal(each, each.place, keys);
		if (text === null) {
			cannotOpen++;
			continue;
		}
		const becomes = seal(text, each.place, keys);
		if (unseal(becomes, each.place, keys) !== text) throw new Error('a renewed seal does not open');
		renewals[each.kind].push({ id: each.id, was: each.sealed, becomes: becomes.sealed });
	}
	let renewed = 0;
	for (const kind of Object.keys(renewals) as SealedKind[])
		if (renewals[kind].length > 0) renewed += await renewSeals(tx, kind, renewals[kind], keys.newest);
	await record(
		tx,
		{ operator },
		{ action: 'renewed seals', entity: 'note_key', entityId: String(keys.newest) }
	);
	return { after: last.id, renewed: so.renewed + renewed, cannotOpen: so.cannotOpen + cannotOpen };
}
