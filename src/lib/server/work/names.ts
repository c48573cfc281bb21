import type { Names } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { namesOf } from '#lib/server/store/scope.ts';

/** The names by which these colleagues are known on a page. */
export async function namesFor(tx: Transaction, ids: readonly string[]): Promise<Names> {
	const names = await namesOf(tx, ids);
	return (id) => names.get(id) ?? 'somebody no longer recorded';
}
