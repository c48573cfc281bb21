import { coversMissingOn, holderAbsent, noSupervisor, stretchesOf } from './absence-plan.ts';
import { arrange, viewOf, type Authority } from './authority.ts';
import { addDays, dayNumber, isWorkingDay, type CalendarDate } from './calendar.ts';
import type { Severity } from './codes.ts';
import { leadOn } from './cases.ts';
import type { Period } from './knowledge.ts';
import { inPostOn, type Absence } from './people.ts';

/** The weeks of a team's calendar, Monday to Sunday: two back and six ahead. */
const WEEKS_BACK = 2;
const WEEKS_AHEAD = 6;

/** Working days away in one week; `all`: every one of them. */
export interface WeekAway {
	monday: CalendarDate;
	days: number;
	all: boolean;
}

/** A case or a person without anybody on days of an absence. */
export interface Gap {
	subject: { kind: 'case'; id: string; reference: string } | { kind: 'practitioner'; id: string };
	from: CalendarDate;
	until: CalendarDate | null;
	severity: Severity;
}

export interface AwayLine {
	practitionerId: string;
	absence: Absence;
	weeks: readonly WeekAway[];
	gaps: readonly Gap[];
	/** Of those named to cover, who is themselves away or not in post on some of the days. */
	coversMissing: readonly { coverId: string; from: CalendarDate; until: CalendarDate | null }[];
}

/** The Mondays of the weeks around a day. */
export function weeksAround(on: CalendarDate): CalendarDate[] {
	// 1970-01-01 was a Thursday.
	const monday = addDays(on, -((dayNumber(on) + 3) % 7));
	return Array.from({ length: WEEKS_BACK + WEEKS_AHEAD + 1 }, (_, week) =>
		addDays(monday, (week - WEEKS_BACK) * 7)
	);
}

/**
 * Who of these people is away in the weeks around a day, who covers, and who has nobody: of days gone by as it was known
 * on each, of days to come if nothing more is recorded than was known on the day asked about.
 */
export function awayAround(
	whole: Authority,
	practitionerIds: readonly string[],
	on: CalendarDate,
	isPast: boolean
): AwayLine[] {
	const authority = isPast ? asRecordedBy(whole, on) : whole;
	const weeks = weeksAround(on);
	const first = weeks[0] ?? on;
	const last = addDays(weeks.at(-1) ?? on, 6);
	return practitionerIds.flatMap((practitionerId) => {
		const person = authority.people.get(practitionerId);
		const absences = (person?.absences ?? []).filter(
			(absence) =>
				(absence.supersededOn ?? null) === null &&
				absence.from <= last &&
				(absence.to === null || absence.to > first)
		);
		return absences
			.sort((a, b) => (a.from < b.from ? -1 : 1))
			.map((absence): AwayLine => {
				const endsOn = absence.to !== null && absence.to <= addDays(last, 1) ? absence.to : null;
				const days = daysWithin(absence, first, last);
				const views = days.map((day) => viewOf(authority, day));
				const led = (authority.heldBy.get(practitionerId) ?? []).flatMap((file) =>
					stretchesOf(views, (view) =>
						leadOn(file, view.knowledge.on, view.knowledge) === practitionerId
							? holderAbsent(file, view)
							: null
					).map((run) => ({
						...run,
						until: run.until ?? endsOn,
						subject: { kind: 'case' as const, id: file.caseId, reference: file.reference }
					}))
				);
				const alone = (authority.supervisedBy.get(practitionerId) ?? []).flatMap((each) =>
					stretchesOf(views, (view) =>
						inPostOn(each, view.knowledge.on, view.knowledge)?.supervisorId === practitionerId
							? noSupervisor(each, view)
							: null
					).map((run) => ({
						...run,
						until: run.until ?? endsOn,
						subject: { kind: 'practitioner' as const, id: each.practitionerId }
					}))
				);
				return {
					practitionerId,
					absence,
					weeks: weeks.map((monday) => weekOf(monday, absence)),
					gaps: [...led, ...alone],
					coversMissing: coversMissingOn(absence, views).map(({ coverId, from, until }) => ({
						coverId,
						from,
						until: until ?? endsOn
					}))
				};
			});
	});
}

function daysWithin({ from, to }: Absence, first: CalendarDate, last: CalendarDate): CalendarDate[] {
	const days: CalendarDate[] = [];
	for (let day = from > first ? from : first; day <= last && (to === null || day < to); day = addDays(day, 1))
		days.push(day);
	return days;
}

function weekOf(monday: CalendarDate, { from, to }: Absence): WeekAway {
	const working = Array.from({ length: 7 }, (_, day) => addDays(monday, day)).filter(isWorkingDay);
	const days = working.filter((day) => day >= from && (to === null || day < to)).length;
	return { monday, days, all: days > 0 && days === working.length };
}

/** The facts as recorded by the end of a day: what was to come included, what was recorded later left out. */
function asRecordedBy(authority: Authority, on: CalendarDate): Authority {
	const periods = <Row extends Period>(rows: readonly Row[]): Row[] =>
		rows.flatMap((row) => {
			if ((row.recordedOn ?? row.from) > on || (row.supersededOn ?? on) < on || row.supersededOn === on)
				return [];
			const endsLater = row.to !== null && (row.endRecordedOn ?? row.to) > on;
			return { ...row, supersededOn: null, to: endsLater ? null : row.to };
		});
	const people = [...authority.people].map(
		([id, person]) =>
			[id, { ...person, absences: periods(person.absences), postings: periods(person.postings) }] as const
	);
	const cases = authority.cases.map((file) => ({ ...file, allocations: periods(file.allocations) }));
	return arrange({ ...authority, people: new Map(people), cases });
}
