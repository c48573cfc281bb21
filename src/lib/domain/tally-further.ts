import type { CalendarDate } from './calendar.ts';
import type { Workforce } from './workforce.ts';

/** Of one scope on a day and over the period up to it. Whole numbers, so that teams and days add up exactly. */
export interface Further {
	/** Open cases with a lead, and those with a counting discussion no older than their interval in force (M02). */
	discussed: { cases: number; inTime: number };
	/** Open cases nobody in post leads, by how many days they have waited (`WAITS`), and those past the limit of the rule (M07). */
	unallocated: { byWait: number[]; pastLimit: number };
	/** In ten-thousandths of an FTE, days lost in ten-thousandths of an FTE day (M09). */
	workforce: Workforce;
	/** Children with an open case by how often the supervisor of the lead changed in 12 months (M11). */
	managerChanges: number[];
	/** Supervisors in post by how many people in post name them (M12), and those with more than the policy's limit. */
	spans: number[];
	tooWide: number;
	/** Courses required by what people hold, and those of them that are current (M17). */
	training: { required: number; current: number };
	/** Actions agreed and not done, and those overdue (M14). */
	actions: { toDo: number; overdue: number };
	period: FurtherOfPeriod;
}

/** Of the period, first and last day included. */
export interface FurtherOfPeriod {
	/** Lead allocations begun, and those with counting oversight by one working day (M04). */
	allocations: { begun: number; overseen: number };
	/** Days that cases spent held without oversight, each day as it was known on that day (M06). */
	heldDays: number;
	/** Held and cancelled; how many of those held took how many minutes, and at least as many as the policy asks (M13). */
	sessions: {
		held: number;
		cancelled: number;
		timed: number;
		longEnough: number;
		minutes: Record<string, number>;
	};
	/** Notes whose last day for signing fell in the period, and those signed by both by then (M14). */
	notes: { due: number; inTime: number };
	/** Made in the period; what became of them by its last day (M15). */
	requests: { made: number; declined: number; withSecond: number };
	/** Closings (M16). */
	closures: { closed: number; withoutSignOff: number; afterEnquiry: number };
	/** Oversight entries that became known in the period, and those of them recorded late (M18). */
	oversight: { recorded: number; late: number };
}

/** One thing that a measure counts: what it adds above the line and below it; a value is `above` alone. */
export interface RowBehind {
	teamId: string | null;
	subject: { kind: 'case' | 'practitioner' | 'session' | 'action' | 'request' | 'vacancy'; id: string };
	/** The day of what happened; null: it stands on the day that is counted. */
	on: CalendarDate | null;
	above: number;
	below: number;
}

/** Told of everything that is counted, by measure, as it is counted. */
export type Seen = (measureId: string, row: RowBehind) => void;

/** Where the further counts of a team are; null: the queue of cases that belong to no team. */
export type FurtherOf = (teamId: string | null) => Further;

/** The last day of waiting in each group; the last group has no last day. */
export const WAITS = [1, 5, 10, 20] as const;

/** The measure of a group of waits, by its place. */
export function waitId(place: number): string {
	const last = WAITS[place];
	return last === undefined ? `M07-over-${WAITS.at(-1)}` : `M07-${(WAITS[place - 1] ?? -1) + 1}-${last}`;
}

/** An FTE is counted in ten-thousandths. */
export const FTE_PARTS = 10_000;

export function nothingFurther(): Further {
	return {
		discussed: { cases: 0, inTime: 0 },
		unallocated: { byWait: WAITS.map(() => 0).concat(0), pastLimit: 0 },
		workforce: { inPost: 0, agency: 0, vacant: 0, left: 0, daysLost: 0 },
		managerChanges: [],
		spans: [],
		tooWide: 0,
		training: { required: 0, current: 0 },
		actions: { toDo: 0, overdue: 0 },
		period: {
			allocations: { begun: 0, overseen: 0 },
			heldDays: 0,
			sessions: { held: 0, cancelled: 0, timed: 0, longEnough: 0, minutes: {} },
			notes: { due: 0, inTime: 0 },
			requests: { made: 0, declined: 0, withSecond: 0 },
			closures: { closed: 0, withoutSignOff: 0, afterEnquiry: 0 },
			oversight: { recorded: 0, late: 0 }
		}
	};
}

/** Adds every count to the one of the same name: all of them are of things that are counted once. */
export function addFurther(sum: Further, more: Further): void {
	addCounts(sum as unknown as Counts, more as unknown as Counts);
}

type Count = number | Counts | number[];
interface Counts {
	[name: string]: Count;
}

function addCounts(sum: Counts, more: Counts): void {
	for (const name in more) {
		const added = more[name];
		const known = sum[name];
		if (added === undefined) continue;
		if (typeof added === 'number') sum[name] = (typeof known === 'number' ? known : 0) + added;
		else if (Array.isArray(added)) {
			const counts = Array.isArray(known) ? known : (sum[name] = []);
			for (const [place, count] of added.entries()) counts[place] = (counts[place] ?? 0) + count;
		} else {
			const within = known === undefined || typeof known === 'number' || Array.isArray(known) ? {} : known;
			sum[name] = within;
			addCounts(within, added);
		}
	}
}
