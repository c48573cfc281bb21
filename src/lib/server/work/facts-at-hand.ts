import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherAhead, notGathered } from '#lib/server/store/facts.ts';

/** So few that nobody waits long behind one portion. */
const PORTION = 200;

/**
 * Gathers what the next questions about the day will ask for and this process does not keep, a portion in each of the
 * transactions that `within` gives, until all is at hand or it is told to stop.
 */
export async function putFactsAtHand(
	within: <Answer>(work: (tx: Transaction, on: CalendarDate) => Promise<Answer>) => Promise<Answer>,
	isStopped: () => boolean = () => false
): Promise<void> {
	const { caseIds, practitionerIds } = await within((tx, on) => notGathered(tx, on));
	while (!isStopped() && caseIds.length + practitionerIds.length > 0) {
		const portion = {
			caseIds: caseIds.splice(0, PORTION),
			practitionerIds: practitionerIds.splice(0, PORTION)
		};
		await within((tx) => gatherAhead(tx, portion));
	}
}
