import { addDays, dayInWords, isWorkingDay } from '#lib/domain/calendar.ts';
import { isId } from '#lib/domain/asked.ts';
import { actionsKept } from '#lib/server/store/actions.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import type { Asker } from './hold-supervision.ts';
import { agreeAction, type ActionSaved } from './keep-action.ts';

/** What is carried forward is due in so many days, on the working day from then on, until somebody says otherwise (local default). */
const CARRIED_FOR_DAYS = 28;

/** Agrees once more, in a session, what stands undone: the same words and owner, with a new day. */
export async function carryForward(
	tx: Transaction,
	by: Asker,
	of: { key: string; sessionId: string; caseId: string; actionId: string }
): Promise<ActionSaved> {
	if (!isId(of.actionId)) return 'absent';
	const found = await actionsKept(tx, { of: 'ids', ids: [of.actionId] }, null);
	const action = found.find(({ actionId }) => actionId === of.actionId);
	if (!action || action.doneOn !== null) return 'absent';
	let dueOn = addDays(by.today, CARRIED_FOR_DAYS);
	while (!isWorkingDay(dueOn)) dueOn = addDays(dueOn, 1);
	return agreeAction(
		tx,
		by,
		{ session: of.sessionId, case: of.caseId, oversight: '', person: '' },
		{
			key: of.key,
			description: action.description ?? '',
			owner: action.ownerId ?? '',
			dueOn: dayInWords(dueOn),
			risk: action.risk ? 'yes' : 'no',
			carriesOn: action.actionId
		}
	);
}
