import type { SentenceOfPlan } from './absence-words.ts';
import { policyInForce, type View } from './authority.ts';
import { dayInWords, type CalendarDate } from './calendar.ts';
import { pastOf } from './turning-days.ts';
import { sessionState, SESSION_RULES } from './rules-about-sessions.ts';
import type { Session } from './supervision.ts';

/** How long a session took, as somebody who was there or manages practice says. Interrupted null: not known. */
export interface LengthSaid {
	minutes: number;
	interrupted: boolean | null;
}

/** What a length does to the flag about short sessions. */
export interface LengthPlan {
	heldOn: CalendarDate;
	/** The shortest that is long enough, in minutes. */
	leastMinutes: number;
	said: LengthSaid;
	/** Whether it is flagged as it is recorded now. */
	isFlagged: boolean;
	/** The day from which it would no longer be flagged; null: it would not be flagged. */
	flaggedUntil: CalendarDate | null;
}

const SHORT = SESSION_RULES.find(({ code }) => code === 'SUPERVISION_SHORT');

/** Asks the rule itself about a held session, as it is recorded and with its length. */
export function planLength(
	session: Session & { heldOn: CalendarDate },
	said: LengthSaid,
	view: View
): LengthPlan {
	const { on } = view.knowledge;
	const shortWith = (row: Session) => {
		const state = sessionState([row], view);
		if (!state || !SHORT?.holds(state)) return null;
		const [until] = SHORT.ceasesOn?.(state, pastOf(view.authority, false, view)) ?? [];
		return until ?? on;
	};
	return {
		heldOn: session.heldOn,
		leastMinutes: policyInForce(view, on).limits.sessionMinutes,
		said,
		isFlagged: shortWith(session) !== null,
		flaggedUntil: shortWith({ ...session, ...said, recordedOn: on })
	};
}

/** What follows, a sentence each: whether it is long enough, and what becomes of its flag. */
export function lengthPlanInWords({
	leastMinutes,
	said,
	isFlagged,
	flaggedUntil
}: LengthPlan): SentenceOfPlan[] {
	const isLong = said.minutes >= leastMinutes && said.interrupted !== true;
	const why = [
		...(said.minutes < leastMinutes ? [`shorter than the ${leastMinutes} minutes the policy asks for`] : []),
		...(said.interrupted === true ? ['interrupted'] : [])
	].join(', and ');
	const long = { words: `It was long enough: the policy asks for ${leastMinutes} minutes.`, grave: false };
	const short = { words: `It was ${why}.`, grave: true };
	const flag =
		flaggedUntil === null
			? isFlagged
				? 'It is no longer flagged as short.'
				: isLong
					? 'No flag rests on it.'
					: 'It is not flagged: it is too long ago, or nobody asks how often they are supervised.'
			: isFlagged
				? `It stays flagged as short, until ${dayInWords(flaggedUntil)}.`
				: `It is flagged as short from today until ${dayInWords(flaggedUntil)}.`;
	return [isLong ? long : short, { words: flag, grave: flaggedUntil !== null }];
}

/** "95 minutes, not interrupted" */
export function lengthInWords({ minutes, interrupted }: LengthSaid): string {
	const length = minutes === 1 ? '1 minute' : `${minutes} minutes`;
	if (interrupted === null) return length;
	return `${length}, ${interrupted ? 'interrupted' : 'not interrupted'}`;
}
