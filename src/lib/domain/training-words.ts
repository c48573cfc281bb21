import { addDays, dayInWords, type CalendarDate } from './calendar.ts';
import type { Courses } from './knowledge.ts';
import {
	casesAffected,
	gapsRanked,
	isGap,
	LAPSING_DAYS,
	requiredCurrent,
	type CourseOfPerson,
	type TrainingNeed,
	type TrainingRow
} from './training.ts';
import { casesInWords, listInWords } from './wording.ts';

/** One cell of the training matrix: as printed, what stands under it, as a shade, past the line or not, and in words. */
export interface TrainingCell {
	key: string;
	text: string;
	note: string | null;
	/** For sorting: the more, the worse. */
	figure: number;
	level: 0 | 1 | 2 | 3 | 4 | 5 | 6;
	past: boolean;
	words: string;
}

export interface TrainingLine {
	key: string;
	name: string;
	detail: string;
	cells: TrainingCell[];
}

/** One gap in words, with the cases it affects; these are left out where people stand without their names. */
export interface GapInWords {
	key: string;
	practitionerId: string;
	practitioner: string;
	course: string;
	standing: string;
	need: string;
	children: number;
	highStakes: number;
	cases: { caseId: string; reference: string }[];
}

/** What the columns before the courses count. */
export const SUMMARY_COLUMNS = [
	{ key: 'gaps', label: 'Gaps' },
	{ key: 'children', label: 'Children affected' }
] as const;
export type SummaryKey = (typeof SUMMARY_COLUMNS)[number]['key'];

/** The cells of one person, the summary first. */
export function trainingCells(row: TrainingRow, on: CalendarDate): TrainingCell[] {
	const gaps = row.courses.filter(isGap).length;
	const children = casesAffected([row]).length;
	return [
		counted(
			'gaps',
			gaps,
			gaps === 1 ? '1 course needed and not current' : `${gaps} courses needed and not current`
		),
		counted('children', children, `${children} ${children === 1 ? 'case' : 'cases'} led with a gap`),
		...row.courses.map((each) => courseCell(each, on))
	];
}

function counted(key: SummaryKey, count: number, words: string): TrainingCell {
	const level = key === 'gaps' ? 0 : count === 0 ? 0 : count < 3 ? 2 : count < 8 ? 3 : 4;
	return {
		key,
		text: String(count),
		note: null,
		figure: count,
		level,
		past: key === 'gaps' && count > 0,
		words
	};
}

function courseCell(each: CourseOfPerson, on: CalendarDate): TrainingCell {
	const { course: key, standing, need } = each;
	const words = courseInWords(each, on);
	const note = need === null ? null : needShort(need);
	const { state, lapsesOn } = standing;
	if (isGap(each)) {
		const children = need?.cases.length ?? 0;
		return { key, text: state, note, figure: 1000 + children, level: 6, past: true, words };
	}
	if (state === 'lapsing')
		return {
			key,
			text: state,
			note: [...(lapsesOn === null ? [] : [dayAndMonth(lapsesOn)]), ...(note === null ? [] : [note])].join(
				' · '
			),
			figure: need === null ? 400 : 500,
			level: need === null ? 2 : 3,
			past: false,
			words
		};
	if (state === 'current')
		return {
			key,
			text: lapsesOn === null ? 'current' : `to ${lapsesOn.slice(0, 4)}`,
			note,
			figure: need === null ? 10 : 20,
			level: 1,
			past: false,
			words
		};
	return { key, text: state, note: null, figure: state === 'lapsed' ? 5 : 0, level: 0, past: false, words };
}

function dayAndMonth(day: CalendarDate): string {
	return dayInWords(day).split(' ').slice(0, 2).join(' ');
}

function needShort({ cases, supervisees }: TrainingNeed): string {
	return cases.length > 0 ? casesInWords(cases.length) : `supervises ${supervisees}`;
}

/** "lapsed 3 Oct 2026, needed for 4 cases led" */
function courseInWords({ standing, need }: CourseOfPerson, on: CalendarDate): string {
	return `${standingInWords(standing, on)}${need === null ? ', not needed for what they hold' : `, needed ${needInWords(need)}`}`;
}

export function standingInWords({ state, lapsesOn }: CourseOfPerson['standing'], on: CalendarDate): string {
	switch (state) {
		case 'never':
			return 'never done';
		case 'lapsed':
			return `lapsed ${dayInWords(lapsesOn ?? on)}`;
		case 'lapsing':
			return `current, lapses ${dayInWords(lapsesOn ?? on)}`;
		case 'current':
			return lapsesOn === null ? 'current for good' : `current until ${dayInWords(addDays(lapsesOn, -1))}`;
	}
}

export function needInWords({ cases, supervisees }: TrainingNeed): string {
	return listInWords([
		...(cases.length > 0 ? [`for ${casesInWords(cases.length)} led`] : []),
		...(supervisees > 0 ? [`to supervise ${supervisees} ${supervisees === 1 ? 'person' : 'people'}`] : [])
	]);
}

/** The row of all: of those who need a course, how many are current. */
export function trainingTotals(rows: readonly TrainingRow[], courses: readonly string[]): TrainingCell[] {
	const gaps = gapsRanked(rows).length;
	const children = casesAffected(rows).length;
	return [
		counted('gaps', gaps, `${gaps} in all`),
		{ ...counted('children', children, `${children} cases in all`), level: 0 },
		...courses.map((course): TrainingCell => {
			const { current, required } = requiredCurrent(rows, course);
			const missing = required - current;
			return {
				key: course,
				text: required === 0 ? 'none' : `${current} of ${required}`,
				note: null,
				figure: missing,
				level: 0,
				past: missing > 0,
				words: required === 0 ? 'nobody needs it' : `${current} of ${required} who need it are current`
			};
		})
	];
}

/** A team as a row: the shade is the share of those who need a course and are not current. */
export function teamTrainingCells(rows: readonly TrainingRow[], courses: readonly string[]): TrainingCell[] {
	return trainingTotals(rows, courses).map((cell) => {
		if (!courses.includes(cell.key)) return cell;
		const { current, required } = requiredCurrent(rows, cell.key);
		const missing = required === 0 ? 0 : (required - current) / required;
		const level =
			required === 0 ? 0 : missing === 0 ? 1 : missing < 0.1 ? 3 : missing < 0.25 ? 4 : missing < 0.5 ? 5 : 6;
		return { ...cell, level };
	});
}

/** What the table says first. */
export function trainingFinding(rows: readonly TrainingRow[]): string {
	const affected = casesAffected(rows).length;
	const people = rows.filter(({ courses }) => courses.some(isGap)).length;
	if (affected > 0)
		return `${people === 1 ? 'One person lacks' : `${people} people lack`} training they need now: ${affected === 1 ? '1 child' : `${affected} children`} affected.`;
	if (people > 0)
		return `${people === 1 ? 'One person lacks' : `${people} people lack`} training they need to supervise.`;
	const lapsing = rows.filter(({ courses }) =>
		courses.some(({ standing, need }) => need !== null && standing.state === 'lapsing')
	).length;
	if (lapsing > 0)
		return `Everything needed is current; for ${lapsing === 1 ? 'one person' : `${lapsing} people`} some of it lapses within ${LAPSING_DAYS} days.`;
	return 'Everything needed for what is held now is current.';
}

/** The legend of the matrix. */
export const TRAINING_LEGEND = [
	{ level: 1 as const, words: 'current, with the year it lapses' },
	{ level: 2 as const, words: `lapsing within ${LAPSING_DAYS} days` },
	{ level: 3 as const, words: 'lapsing and needed' },
	{ level: 6 as const, words: 'lapsed or never done, and needed now', past: true },
	{ level: 0 as const, words: 'lapsed or never done, not needed' }
];

/** The legend of teams: the share of those who need a course and are not current. */
export const TEAM_TRAINING_LEGEND = [
	{ level: 1 as const, words: 'all current' },
	{ level: 3 as const, words: 'under 10 % not current', past: true },
	{ level: 4 as const, words: 'under 25 %', past: true },
	{ level: 5 as const, words: 'under 50 %', past: true },
	{ level: 6 as const, words: 'half or more', past: true }
];

/** The name of a course with its code; the code alone where the policy does not know it. */
export function courseName(course: string, courses: Courses): string {
	const name = courses[course]?.name;
	return name === undefined ? course : `${course}, ${name}`;
}
