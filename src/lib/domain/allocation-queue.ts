import { hasCover, isYoungChild, type View } from './authority.ts';
import { addDays, addWorkingDays, type CalendarDate } from './calendar.ts';
import { stands } from './case-change.ts';
import { allocatedTeamBy, type CaseFile } from './cases.ts';
import { absenceOn, inPostOn } from './people.ts';
import { STAKES, type Kind, type Stakes } from './policy.ts';
import { assessmentLimit, caseState, conferenceLimit, waitOf, type CaseState } from './rules-about-cases.ts';

/** Why a case has nobody who works on it: no lead, a lead who is not in post, or one who is away without cover. */
export type WhyWaiting = 'NO_LEAD' | 'LEAD_NOT_IN_POST' | 'LEAD_AWAY';

/** A limit of a case that waits: it is met up to and including `lastOn`. */
export interface WaitingClock {
	limit: 'ALLOCATION' | 'OVERSIGHT' | 'ASSESSMENT' | 'CONFERENCE';
	lastOn: CalendarDate;
}

export interface WaitingCase {
	caseId: string;
	reference: string;
	/** Null: no allocation names a team. */
	teamId: string | null;
	kinds: readonly Kind[];
	stakes: Stakes;
	why: WhyWaiting;
	/** Whoever led it last or leads it from afar; null: nobody does. */
	leadId: string | null;
	waitingSince: CalendarDate;
	/** Who leads it from a day to come; null: nobody is recorded. */
	comes: { practitionerId: string; from: CalendarDate } | null;
	/** Unborn, or under two. */
	youngChild: boolean;
	/** Every limit that runs, the first to run out first. */
	clocks: readonly WaitingClock[];
}

/** An absence this long without cover leaves a case without anybody (HOLDER_ABSENT), in working days. */
const UNCOVERED_AFTER = 5;

/** The cases that wait for somebody on the view's day: highest stakes first, then whose first limit runs out first. */
export function waitingCases(view: View): WaitingCase[] {
	return view.authority.cases
		.flatMap((file): WaitingCase | [] => {
			const state = caseState(file, view);
			const waits = state && waitingSince(state);
			if (!state || !waits || file.holderNotMatched === true) return [];
			const { demands, day, leadId } = state;
			return {
				caseId: file.caseId,
				reference: file.reference,
				teamId: allocatedTeamBy(file, day, view.knowledge),
				kinds: demands.kinds.map(({ kind }) => kind),
				stakes: demands.stakes,
				leadId,
				youngChild: isYoungChild(file, day, view.knowledge),
				...waits,
				comes: leadToCome(file, day),
				clocks: clocksOf(state, waits)
			};
		})
		.sort(worstFirst);
}

function waitingSince(state: CaseState): Pick<WaitingCase, 'why' | 'waitingSince'> | null {
	const { lead, leadId, day, view } = state;
	if (lead && inPostOn(lead, day, view.knowledge)) {
		const absence = absenceOn(lead, day, view.knowledge);
		if (!absence || hasCover(lead, 'cases', day, view)) return null;
		return { why: 'LEAD_AWAY', waitingSince: absence.from };
	}
	const { waitingSince: since } = waitOf(state);
	return { why: leadId === null ? 'NO_LEAD' : 'LEAD_NOT_IN_POST', waitingSince: since };
}

function leadToCome(file: CaseFile, day: CalendarDate): WaitingCase['comes'] {
	const [next] = file.allocations
		.filter((row) => row.role === 'lead' && stands(row) && row.from > day)
		.sort((a, b) => byText(a.from, b.from));
	return next?.practitionerId ? { practitionerId: next.practitionerId, from: next.from } : null;
}

function clocksOf(state: CaseState, { why, waitingSince: since }: Pick<WaitingCase, 'why' | 'waitingSince'>) {
	const { clock } = state;
	const allocateBy =
		why === 'LEAD_AWAY'
			? addWorkingDays(since, UNCOVERED_AFTER)
			: (waitOf(state).limitOn ?? addDays(since, -1));
	const assessment = assessmentLimit(state);
	const conference = conferenceLimit(state);
	const clocks: WaitingClock[] = [{ limit: 'ALLOCATION', lastOn: allocateBy }];
	if (clock) clocks.push({ limit: 'OVERSIGHT', lastOn: clock.dueOn });
	if (assessment) clocks.push({ limit: 'ASSESSMENT', lastOn: assessment.limitOn });
	if (conference) clocks.push({ limit: 'CONFERENCE', lastOn: conference.limitOn });
	return clocks.sort((a, b) => byText(a.lastOn, b.lastOn));
}

/** Whether it waits longer than it may: exactly those are flagged as unallocated, or as held by somebody away. */
export function isPastAllocation({ clocks }: WaitingCase, day: CalendarDate): boolean {
	return clocks.some(({ limit, lastOn }) => limit === 'ALLOCATION' && lastOn < day);
}

function worstFirst(a: WaitingCase, b: WaitingCase): number {
	return (
		STAKES.indexOf(b.stakes) - STAKES.indexOf(a.stakes) ||
		byText(a.clocks[0]?.lastOn ?? '', b.clocks[0]?.lastOn ?? '') ||
		byText(a.waitingSince, b.waitingSince) ||
		byText(a.reference, b.reference)
	);
}

function byText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
