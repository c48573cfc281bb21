import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import { isWritten } from '#lib/domain/records.ts';
import { record } from '#lib/server/audit.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { insertNameReason } from '#lib/server/store/openings.ts';
import { teamOf } from '#lib/server/store/scope.ts';

const SHORTEST_REASON = 15;
const LONGEST_REASON = 2000;

/** Shows the names of a team’s people for today to somebody who sees numbers, once they say why. */
export async function showNames(
	tx: Transaction,
	by: { accountId: string; role: AskingRole; today: string },
	teamId: string,
	reason: string
): Promise<'shown' | 'absent' | { refused: string }> {
	if (!(await teamOf(tx, teamId))) return 'absent';
	if (seesNames(by.role)) return 'shown';
	const words = reason.trim();
	if (!isWritten(words) || words.length < SHORTEST_REASON)
		return { refused: 'Say why you need the names, in a sentence. It is kept with your name.' };
	if (words.length > LONGEST_REASON) return { refused: 'This is longer than fits. Shorten it.' };
	if (await insertNameReason(tx, { teamId, accountId: by.accountId, reason: words, on: by.today }))
		await record(tx, by, { action: 'showed names', entity: 'team', entityId: teamId });
	return 'shown';
}
