import { policyInForce, type View } from './authority.ts';
import { addDays, after, type CalendarDate } from './calendar.ts';
import { isOpenOn } from './cases.ts';
import { changesOfHands, type ChangeOfHands } from './changes-of-hands.ts';
import { countingOversight, demandsOn } from './oversight.ts';
import { STAKES, type Stakes } from './policy.ts';

/** A case that changed hands, with no oversight that counts since. */
export interface HandoverWaiting {
	caseId: string;
	reference: string;
	stakes: Stakes;
	last: ChangeOfHands;
	/** The last day on which oversight of it is in time. */
	oversightBy: CalendarDate;
}

/**
 * Open cases that came into other hands from a day on and still wait for oversight of it: the longest first, and of a
 * day those of the highest stakes.
 */
export function handoversWaiting(view: View, since: CalendarDate): HandoverWaiting[] {
	const { authority, knowledge } = view;
	return authority.cases
		.filter((file) => isOpenOn(file, knowledge.on, knowledge))
		.flatMap((file): HandoverWaiting[] => {
			const last = changesOfHands(file, addDays(since, -1), knowledge.on, view).at(-1);
			if (!last) return [];
			const overseen = countingOversight(file, view).lastBy(knowledge.on);
			if (overseen !== null && overseen >= last.on) return [];
			const oversightBy = after(last.on, policyInForce(view, last.on).limits.handover);
			const { stakes } = demandsOn(file, knowledge.on, view);
			return [{ caseId: file.caseId, reference: file.reference, stakes, last, oversightBy }];
		})
		.sort(
			(a, b) =>
				byText(a.oversightBy, b.oversightBy) ||
				STAKES.indexOf(b.stakes) - STAKES.indexOf(a.stakes) ||
				byText(a.reference, b.reference)
		);
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
