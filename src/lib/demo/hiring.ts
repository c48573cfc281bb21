import { addDays, addMonths, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Role } from '#lib/domain/people.ts';
import type {
	AbsenceRow,
	PostingRow,
	PractitionerRow,
	ReductionRow,
	TrainingRow
} from '#lib/domain/records.ts';
import type { Chance } from './chance.ts';
import { namesFrom, type Named } from './names.ts';
import { workingDayFrom, type Plan } from './plan.ts';
import type { Worker } from './staff.ts';

/** How far along somebody is when they start, which settles their dates. */
export type Stage =
	'new' | 'second_year' | 'third_year' | 'experienced' | 'senior' | 'agency' | 'adviser' | 'manager';

export interface Start {
	stage: Stage;
	from: CalendarDate;
	to: CalendarDate | null;
	named?: Named;
	/** No registration date was ever recorded. */
	undated?: boolean;
}

export interface Hiring {
	workers: Worker[];
	hire: (start: Start) => Worker;
}

export function hiring(plan: Plan, chance: Chance): Hiring {
	const name = namesFrom(chance.apart('names'));
	const workers: Worker[] = [];
	return {
		workers,
		hire({ stage, from, to, named = name(), undated = false }) {
			const number = workers.length + 1;
			const dates = datesOf(stage, from, chance);
			const passed = dates.earlyCareerPassedOn;
			const row: PractitionerRow = {
				practitionerId: `P-${String(number).padStart(plan.digits.practitioner, '0')}`,
				...named,
				sweNumber: stage === 'adviser' ? null : `SW9${String(number).padStart(6, '0')}`,
				...dates,
				registeredOn: undated ? null : dates.registeredOn,
				earlyCareerPassedOn: passed !== null && passed < (to ?? plan.span.today) ? passed : null,
				startedOn: from,
				leftOn: to,
				recordedOn: null,
				endRecordedOn: null
			};
			const worker = withRows(row, stage === 'adviser', 0.86 + chance.unit() * 0.26);
			workers.push(worker);
			return worker;
		}
	};
}

function withRows(row: PractitionerRow, adviser: boolean, appetite: number): Worker {
	const id = row.practitionerId;
	const postings: PostingRow[] = [];
	const absences: AbsenceRow[] = [];
	const reductions: ReductionRow[] = [];
	const training: TrainingRow[] = [];
	const details = [{ ...row, reference: id }];
	const person = { practitionerId: id, reference: id, details, postings, absences, reductions, training };
	return { id, row, postings, absences, reductions, training, person, homes: [], adviser, appetite };
}

const MONTHS_REGISTERED: Record<Exclude<Stage, 'adviser'>, [least: number, most: number]> = {
	new: [0, 1],
	second_year: [13, 22],
	third_year: [25, 34],
	experienced: [40, 200],
	senior: [70, 260],
	agency: [40, 150],
	manager: [90, 300]
};

/** The early-career stage is recorded for those who began it lately; before that nobody kept the dates. */
function datesOf(stage: Stage, from: CalendarDate, chance: Chance) {
	if (stage === 'adviser')
		return { registeredOn: null, earlyCareerStartedOn: null, earlyCareerPassedOn: null };
	const registeredOn = addDays(
		addMonths(from, -chance.whole(...MONTHS_REGISTERED[stage])),
		-chance.whole(5, 25)
	);
	if (stage !== 'new' && stage !== 'second_year' && stage !== 'third_year')
		return { registeredOn, earlyCareerStartedOn: null, earlyCareerPassedOn: null };
	const earlyCareerStartedOn = stage === 'new' ? from : workingDayFrom(addDays(registeredOn, 20));
	const passed = workingDayFrom(addDays(addMonths(earlyCareerStartedOn, 12), chance.whole(0, 35)));
	const stillInIt = stage !== 'new' && passed > from;
	return { registeredOn, earlyCareerStartedOn, earlyCareerPassedOn: stillInIt ? from : passed };
}

export function posted(
	worker: Worker,
	to: { teamId: string; role: Role; supervisorId: string | null; fte?: number; agency?: boolean },
	[from, until]: Slice
): void {
	const last = worker.postings.at(-1);
	const { teamId, role, supervisorId, fte = 1, agency = false } = to;
	if (
		last?.to === from &&
		last.teamId === teamId &&
		last.role === role &&
		last.supervisorId === supervisorId
	) {
		last.to = until;
		return;
	}
	worker.postings.push({
		practitionerId: worker.id,
		teamId,
		role,
		supervisorId,
		fte,
		agency,
		from,
		to: until,
		recordedOn: null,
		endRecordedOn: null
	});
}

export type Slice = [from: CalendarDate, to: CalendarDate | null];

/** The stretch cut at each of the days that fall inside it. */
export function cutAt(from: CalendarDate, to: CalendarDate | null, days: Iterable<CalendarDate>): Slice[] {
	const inside = [...new Set(days)].filter((day) => day > from && (to === null || day < to)).sort();
	return [from, ...inside].map((start, place) => [start, inside[place] ?? to]);
}
