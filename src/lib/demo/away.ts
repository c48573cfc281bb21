import { addDays, addMonths, addWorkingDays, daysBetween, type CalendarDate } from '#lib/domain/calendar.ts';
import type { AbsenceRow, ReductionRow } from '#lib/domain/records.ts';
import type { Chance } from './chance.ts';
import { workingDayFrom, type Plan } from './plan.ts';
import { homeOn, isHere, type Worker } from './staff.ts';

/** Away on the last day of the demo: which desk's holder, since when, why, and whether somebody covers. */
export interface StagedAbsence {
	from: CalendarDate;
	to: CalendarDate | null;
	reason: string;
	covered: boolean;
}

const SICK_A_YEAR = 1.1;
const LONG_SICK_A_YEAR = 0.06;
const LEAVE_A_YEAR = 0.02;

/** The reason whose absences hand every case to somebody else. */
export const MATERNITY = 'maternity';

/** Times away: days of sickness, a few weeks of it with a colleague covering, and maternity leave. */
export function absencesOf(
	worker: Worker,
	colleagues: readonly Worker[],
	staged: StagedAbsence | null,
	plan: Plan,
	chance: Chance
): AbsenceRow[] {
	const { recordedFrom, today } = plan.span;
	const first = later(worker.row.startedOn ?? recordedFrom, recordedFrom);
	const last = worker.row.leftOn ?? today;
	const rows: AbsenceRow[] = [];
	const years = daysBetween(first, last) / 365;
	if (years <= 0.1) return rows;
	const add = (from: CalendarDate, to: CalendarDate | null, reason: string, coverId: string | null) => {
		const meets = rows.some((row) => (to === null || row.from <= to) && (row.to === null || from <= row.to));
		if (meets || from < first || (to ?? from) >= last) return;
		rows.push({
			practitionerId: worker.id,
			from,
			to,
			reason,
			coverId,
			supervisionCoverId: null,
			recordedOn: null,
			endRecordedOn: null
		});
	};
	const someDay = () =>
		workingDayFrom(addDays(first, chance.whole(10, Math.max(11, daysBetween(first, last) - 30))));
	const cover = (from: CalendarDate) => {
		const team = homeOn(worker, from);
		const others = colleagues.filter(
			(other) => other !== worker && !other.adviser && homeOn(other, from) === team && isHere(other, from)
		);
		return others.length > 0 ? chance.pick(others).id : null;
	};
	if (staged) add(staged.from, staged.to, staged.reason, staged.covered ? cover(staged.from) : null);
	for (let times = drawn(LEAVE_A_YEAR * years, chance); times > 0; times--) {
		const from = someDay();
		const to = workingDayFrom(addMonths(from, chance.whole(7, 11)));
		add(from, to < last ? to : worker.row.leftOn === null && from < last ? null : to, MATERNITY, null);
	}
	for (let times = drawn(LONG_SICK_A_YEAR * years, chance); times > 0; times--) {
		const from = someDay();
		add(from, addWorkingDays(from, chance.whole(12, 35)), 'sickness', cover(from));
	}
	for (let times = drawn(SICK_A_YEAR * years, chance); times > 0; times--) {
		const from = someDay();
		add(from, addWorkingDays(from, chance.whole(1, 5)), 'sickness', null);
	}
	return rows.sort((a, b) => (a.from < b.from ? -1 : 1));
}

const REDUCTIONS: readonly [reason: string, share: number][] = [
	['union duties', 0.2],
	['practice educator', 0.1],
	['apprenticeship study', 0.2],
	['project lead', 0.1]
];

/** Time taken out of case holding: standing duties of a few, and a lighter start for those new to practice. */
export function reductionsOf(worker: Worker, isNew: boolean, plan: Plan, chance: Chance): ReductionRow[] {
	const row = (from: CalendarDate, to: CalendarDate | null, share: number, reason: string): ReductionRow => ({
		practitionerId: worker.id,
		from,
		to,
		share,
		reason,
		recordedOn: null,
		endRecordedOn: null
	});
	const startedOn = worker.row.startedOn ?? plan.span.recordedFrom;
	const { leftOn } = worker.row;
	if (isNew) {
		const to = addMonths(startedOn, 3);
		return [
			row(startedOn, leftOn !== null && leftOn < to ? leftOn : to, 0.3, 'first three months in practice')
		];
	}
	if (!chance.yes(0.08)) return [];
	const [reason, share] = chance.pick(REDUCTIONS);
	return [
		row(later(startedOn, workingDayFrom(addMonths(plan.span.recordedFrom, 6))), leftOn, share, reason)
	].filter(({ from, to }) => to === null || from < to);
}

function later(a: CalendarDate, b: CalendarDate): CalendarDate {
	return a > b ? a : b;
}

/** How often something happens that is expected so many times. */
function drawn(expected: number, chance: Chance): number {
	return Math.floor(expected) + (chance.yes(expected - Math.floor(expected)) ? 1 : 0);
}
