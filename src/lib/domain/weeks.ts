import { policyInForce, type View } from './authority.ts';
import { addDays, dayInWords, type CalendarDate } from './calendar.ts';
import { caseloadOf } from './caseload.ts';
import { briefly, comingInWords } from './forecast-words.ts';
import type { ComingOn } from './forecast.ts';
import {
	countPastCell,
	loadCell,
	oversightCell,
	percentShown,
	supervisionCell,
	teamLoadCell,
	type CellInWords
} from './heatmap-words.ts';
import { casesAs, ledBy, oversightWorstFirst, supervisionOfPerson, type TeamScope } from './heatmap.ts';
import type { Person } from './people.ts';

const WEEKS_BACK = 13;
const WEEKS_AHEAD = 4;

/** What a team is coloured by over the weeks. */
export const WEEK_MEASURES = ['load', 'oversight', 'supervision'] as const;
export type WeekMeasure = (typeof WEEK_MEASURES)[number];

export const WEEK_MEASURE_IN_WORDS: Record<WeekMeasure, string> = {
	load: 'Load, % of capacity',
	oversight: 'Days since oversight, worst case',
	supervision: 'Days since supervision'
};

export interface Week {
	on: CalendarDate;
	/** It has not come yet: it shows what will stand if nothing more is recorded. */
	ahead: boolean;
}

/** One practitioner in one week. */
export interface WeekCell extends Omit<CellInWords, 'key'> {
	key: CalendarDate;
	/** What becomes of them between the week before and this one, in a word or two; null: nothing that is known. */
	change: string | null;
}

/** The days a team is looked at on: the weekdays of a day in the 13 weeks before it, itself, and the 4 after it. */
export function weeksAround(on: CalendarDate, ahead: boolean): Week[] {
	const weeks: Week[] = [];
	for (let week = -WEEKS_BACK; week <= (ahead ? WEEKS_AHEAD : 0); week++)
		weeks.push({ on: addDays(on, 7 * week), ahead: week > 0 });
	return weeks;
}

/** The team whose weeks are shown; `scope` as on its heatmap. */
export interface TeamOfWeeks {
	teamId: string;
	scope: TeamScope | null;
}

/** The same figure as on the team’s heatmap of the day; `person` null: they were not in the team. */
export function weekCell(
	person: Person | null,
	team: TeamOfWeeks,
	measure: WeekMeasure,
	view: View,
	coming: readonly ComingOn[]
): WeekCell {
	const { on } = view.knowledge;
	const known = coming.filter((each) => each.code !== 'OVERSIGHT_DUE' && each.code !== 'SUPERVISION_DUE');
	const happens = known.map((each) => `${dayInWords(each.on)}: ${comingInWords(each)}`);
	const { key: _, ...cell } = person ? cellOf(person, team, measure, view) : ABSENT;
	return {
		...cell,
		key: on,
		text: cell.text.replace(' %', ''),
		words: [cell.words, ...happens].join('. ').replaceAll('..', '.'),
		change: briefly(known).slice(0, 2).join(', ') || null
	};
}

const ABSENT: CellInWords = {
	key: 'load',
	text: '–',
	figure: null,
	level: 0,
	past: false,
	words: 'not in this team'
};

function cellOf(
	person: Person,
	{ teamId, scope }: TeamOfWeeks,
	measure: WeekMeasure,
	view: View
): CellInWords {
	const among = casesAs(person, view, teamId, scope);
	switch (measure) {
		case 'load':
			return loadCell(caseloadOf(person, view, among));
		case 'oversight':
			return oversightCell(oversightWorstFirst(ledBy(person, view, among)), view.knowledge.on);
		case 'supervision':
			return supervisionCell(supervisionOfPerson(person, view), view.knowledge.on);
	}
}

/** The whole team in one week. */
export function weekTotal(
	members: readonly Person[],
	team: TeamOfWeeks,
	measure: WeekMeasure,
	view: View
): WeekCell {
	const { on } = view.knowledge;
	const { key: _, ...cell } =
		measure === 'load'
			? teamLoadCell(
					members.map((person) => ({
						load: caseloadOf(person, view, casesAs(person, view, team.teamId, team.scope))
					})),
					policyInForce(view, on).load.bands
				)
			: countPastCell(
					measure,
					members.map((person) => cellOf(person, team, measure, view))
				);
	return { ...cell, key: on, text: cell.text.replace(' %', ''), change: null };
}

/** What the caption of the table says: how the team stands now against 13 weeks ago, and where it goes. */
export function weeksInWords(
	total: readonly WeekCell[],
	weeks: readonly Week[],
	measure: WeekMeasure
): string {
	const at = (place: number) => total[place]?.figure ?? null;
	const now = weeks.findLastIndex(({ ahead }) => !ahead);
	const [then, today, last] = [at(0), at(now), at(total.length - 1)];
	const said = (figure: number | null) =>
		figure === null ? 'not known' : measure === 'load' ? percentShown(figure) : String(figure);
	const what =
		measure === 'load'
			? 'The load of the team'
			: measure === 'oversight'
				? 'The number of people with a case whose oversight is overdue'
				: 'The number of people past the day their supervision was due';
	const ahead = last !== null && weeks.at(-1)?.ahead ? `; ${said(last)} in 4 weeks if nobody acts` : '';
	return `${what} is ${said(today)}, and was ${said(then)} 13 weeks before${ahead}.`;
}
