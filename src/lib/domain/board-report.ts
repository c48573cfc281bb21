import { dayInWords, type CalendarDate } from './calendar.ts';
import type { Code } from './codes.ts';
import { measureOf, type Figure, type Measure } from './metrics.ts';
import {
	changeInWords,
	figureDrawn,
	figureInWords,
	findingOf,
	headlineOf,
	isBetter,
	limitsInWords,
	monthInWords,
	PHASE_IN_WORDS,
	rough,
	VERDICT_IN_WORDS,
	windowInWords
} from './organisation-words.ts';
import type { Charted, Overview, TeamNow } from './organisation.ts';
import type { Compared, Verdict } from './restructure.ts';
import { countShown, KEPT_BACK, partsShown, type Shown } from './small-numbers.ts';
import { CODE_IN_WORDS, listInWords } from './wording.ts';

/** Flags of one rule that leadership accepts on the day. */
export interface Accepted {
	code: Code;
	flags: number;
	/** The first and the last day on which one of them ends. */
	firstUntil: CalendarDate;
	lastUntil: CalendarDate;
}

export interface BoardChart {
	id: string;
	title: string;
	name: string;
	unit: string;
	words: string;
	months: string[];
	/** Null: no figure. */
	values: (Shown | null)[];
	phases: { label: string; from: number; to: number }[];
	limits: { from: number; to: number; centre: number; lower: number | null; upper: number | null }[];
	/** The months that are more than the usual variation; left out in reports issued before they were marked. */
	standsOut?: StandsOut[];
}

export interface StandsOut {
	mark: 'improvement' | 'concern' | 'neither';
	/** Indexes of the months. */
	places: number[];
	/** "Concern, high: Mar 26 to May 26" */
	words: string;
}

export interface BoardRow {
	key: string;
	name: string;
	before: string;
	during: string;
	after: string;
	now: string;
	change: string;
	verdict: Verdict | null;
	inWords: string;
}

/** Everything that a board report says, in the words and figures in which it was issued. */
export interface BoardFigures {
	on: CalendarDate;
	headline: string;
	restructure: string | null;
	windows: { phase: string; words: string }[];
	charts: BoardChart[];
	rows: BoardRow[];
	/** Teams of concern, worst first. */
	teams: { team: string; service: string; reasons: string[] }[];
	/** How many more there are than are named. */
	moreTeams: number;
	accepted: { what: string; flags: Shown; until: string }[];
	policy: string;
	/** The teams with open cases, and those of them with a manager in post. */
	managed: { teams: number; withManager: number };
}

/** A report as it was issued and kept. */
export interface IssuedReport {
	figures: BoardFigures;
	month: string;
	issued: string;
	issuedOn: CalendarDate;
	/** On schedule, or on request. */
	by: string;
	digest: string;
	/** Whether the figures are still what the digest was taken of. */
	asIssued: boolean;
}

/** One line a metric, so that the table keeps to its page. */
const ROWS: readonly string[] = [
	'M06',
	'M01',
	'M02',
	'M03-28',
	'M04',
	'M05',
	'M07',
	'M08-mean',
	'M08-over',
	'M10-mean',
	'M10-three',
	'M11-mean',
	'M12-wide',
	'M13-cancelled',
	'M14-notes',
	'M14-actions',
	'M15-declined',
	'M16-unsigned',
	'M17',
	'M18'
];

/** Below this share of supervision on time a team is named (local default). */
const ON_TIME_LEAST = 0.75;
const LEAST_DENOMINATOR = 10;
const MOST_TEAMS = 6;
const CHARTS = 5;

/** What the page and the paper say of how it was made. */
export const HOW_REPORTED =
	'Made from the month-ends as they were stored when they closed; none is computed again. Counts of 1 to 5, and percentages of fewer than 10, are shown as c, with another kept back where the first could be worked out. A change after a restructure began need not have been caused by it.';

export const NOT_AS_ISSUED = 'These are not the figures as they were issued: they differ from their digest.';

export const WHY_NAMED =
	'A team is named where nobody manages it, a case is held without oversight, or fewer than 3 in 4 of at least 10 practitioners are supervised on time (local default).';

export function boardFiguresOf(
	overview: Overview,
	accepted: readonly Accepted[],
	policy: { version: number; effectiveFrom: CalendarDate | null }
): BoardFigures {
	const { on, restructure, windows, monthEnds, charts, comparison, now, teams } = overview;
	const compared = (id: string) => comparison.find(({ measure }) => measure.id === id);
	const rows = ROWS.flatMap((id) => {
		const found = compared(id);
		return found ? rowOf(found, found.measure.figure([now])) : [];
	});
	const concerns = teamsOfConcern(teams);
	return {
		on,
		headline: headlineOf(overview, tellingOf),
		restructure: restructure?.name ?? null,
		windows: windows.map((window) => ({
			phase: PHASE_IN_WORDS[window.phase],
			words: windowInWords(window, monthEnds[window.phase])
		})),
		charts: charts.slice(0, CHARTS).map(chartOf),
		rows,
		teams: concerns.slice(0, MOST_TEAMS),
		moreTeams: Math.max(0, concerns.length - MOST_TEAMS),
		accepted: accepted.map(({ code, flags, firstUntil, lastUntil }) => ({
			what: CODE_IN_WORDS[code],
			flags: countShown(flags),
			until:
				firstUntil === lastUntil
					? dayInWords(lastUntil)
					: `${dayInWords(firstUntil)} to ${dayInWords(lastUntil)}`
		})),
		policy: `Policy version ${policy.version}${policy.effectiveFrom === null ? ', as shipped' : `, in force since ${dayInWords(policy.effectiveFrom)}`}.`,
		managed: {
			teams: teams.length,
			withManager: teams.filter(({ managed }) => managed !== 'nobody').length
		}
	};
}

/** Whether the figure is a number of things on a month-end, or the mean of such over several. */
function isCount({ kind, of }: Measure): boolean {
	return kind === 'mean' && (of === 'month-ends' || of === 'months');
}

function isKeptBack(measure: Measure, { value, denominator }: Figure): boolean {
	if (value === null) return false;
	if (isCount(measure)) return value > 0 && value < 6;
	return measure.kind !== 'value' && denominator < LEAST_DENOMINATOR;
}

/** The same in a sentence. */
function tellingOf(measure: Measure, figure: Figure | null): string {
	return figure && isKeptBack(measure, figure) ? KEPT_BACK : rough(measure, figure);
}

function figureShown(measure: Measure, figure: Figure | null): string {
	if (figure && isKeptBack(measure, figure)) return KEPT_BACK;
	return figureInWords(measure, figure);
}

function rowOf({ measure, figures, change, changeTo }: Compared, now: Figure): BoardRow {
	const kept = [figures.before, figures[changeTo]].some((figure) => figure && isKeptBack(measure, figure));
	return {
		key: measure.id,
		name: measure.name,
		before: figureShown(measure, figures.before),
		during: figureShown(measure, figures.during),
		after: figureShown(measure, figures.after),
		now: figureShown(measure, now),
		change: kept ? KEPT_BACK : changeInWords(measure, change),
		verdict: change?.verdict ?? null,
		inWords: change ? VERDICT_IN_WORDS[change.verdict] : ''
	};
}

function chartOf({ measure, points, stretches, compared }: Charted): BoardChart {
	const drawn = (at: number) => figureDrawn(measure, { value: at, numerator: null, denominator: 1 });
	const months = points.map(({ on }) => monthInWords(on));
	const told = points.map((point) => (isKeptBack(measure, point.figure) ? { ...point, causes: [] } : point));
	return {
		id: measure.id,
		title: findingOf({ measure, points, stretches, compared }, tellingOf),
		name: measure.name,
		unit: measure.kind === 'share' ? ' %' : '',
		words: limitsInWords({ measure, points: told, stretches, compared }),
		standsOut: standsOutIn(measure, told, months),
		months,
		values: points.map(({ figure }) =>
			isKeptBack(measure, figure) ? KEPT_BACK : figureDrawn(measure, figure)
		),
		phases: stretches.map(({ phase, from, to }) => ({ label: PHASE_IN_WORDS[phase], from, to })),
		limits: stretches.flatMap(({ from, to, limits }) => {
			const centre = limits && drawn(limits.centre);
			if (!limits || centre === null) return [];
			if (isKeptBack(measure, { value: limits.centre, numerator: null, denominator: LEAST_DENOMINATOR }))
				return [];
			return {
				from,
				to,
				centre,
				lower: limits.lower < 0 ? null : drawn(limits.lower),
				upper: measure.kind === 'share' && limits.upper > 1 ? null : drawn(limits.upper)
			};
		})
	};
}

function standsOutIn(measure: Measure, points: Charted['points'], months: readonly string[]): StandsOut[] {
	const groups = new Map<string, StandsOut>();
	for (const [place, { causes }] of points.entries()) {
		const [first] = causes;
		if (!first) continue;
		const better = isBetter(measure, first);
		const mark = better === null ? 'neither' : better ? 'improvement' : 'concern';
		const side = first.direction === 'up' ? 'high' : 'low';
		const words = mark === 'neither' ? initial(side) : `${initial(mark)}, ${side}`;
		const group = groups.get(words) ?? { mark, places: [], words };
		group.places.push(place);
		groups.set(words, group);
	}
	return [...groups.values()].map(({ mark, places, words }) => ({
		mark,
		places,
		words: `${words}: ${listInWords(stretchesIn(places, months))}`
	}));
}

/** "Jan 26", "Mar 26 to May 26" */
function stretchesIn(places: readonly number[], months: readonly string[]): string[] {
	const stretches: { from: number; to: number }[] = [];
	for (const place of places) {
		const last = stretches.at(-1);
		if (last?.to === place - 1) last.to = place;
		else stretches.push({ from: place, to: place });
	}
	return stretches.map(({ from, to }) => [...new Set([from, to])].map((place) => months[place]).join(' to '));
}

const initial = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Per cent: below it a scale to 100 would press everything to the ground. */
const LOW_SHARE = 40;

/** The value at the top of a chart, above all figures and limits: 100 for per cents that reach high, else a round one. */
export function topOf({ values, limits, unit }: BoardChart): number {
	const highest =
		Math.max(
			0,
			...values.filter((value) => typeof value === 'number'),
			...limits.map(({ upper, centre }) => upper ?? centre)
		) || 1;
	if (unit === ' %' && highest > LOW_SHARE && highest <= 100) return 100;
	const power = 10 ** Math.floor(Math.log10(highest));
	return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= highest) ?? highest;
}

/** A chart for those who do not see it: each month with its figure. */
export function chartInWords({ name, months, values, unit }: BoardChart): string {
	const said = months.map((month, place) => {
		const value = values[place] ?? null;
		return `${month} ${value === null ? 'no figure' : value}${typeof value === 'number' ? unit : ''}`;
	});
	return `${name} by month: ${said.join(', ')}`;
}

/** Counts of teams add up to the authority's, so that what is kept back of one is hidden among the others. */
function teamsOfConcern(teams: readonly TeamNow[]): BoardFigures['teams'] {
	const held = measureOf('M06');
	const onTime = measureOf('M01');
	const counts = teams.map(({ now }) => held.figure([now]).value ?? 0);
	const { parts } = partsShown(counts);
	return teams
		.map((each, place) => ({ ...each, count: counts[place] ?? 0, shown: parts[place] ?? KEPT_BACK }))
		.map(({ team, now, managed, count, shown }) => {
			const supervised = onTime.figure([now]);
			const late =
				supervised.value !== null &&
				supervised.denominator >= LEAST_DENOMINATOR &&
				supervised.value < ON_TIME_LEAST;
			const reasons = [
				...(managed === 'nobody' ? ['No team manager in post.'] : []),
				...(count > 0
					? [
							shown === KEPT_BACK
								? 'Cases held without oversight (c).'
								: `${shown} cases held without oversight.`
						]
					: []),
				...(late ? [`${figureInWords(onTime, supervised)} supervised on time.`] : [])
			];
			return { team: team.name, service: team.service, reasons, count, unmanaged: managed === 'nobody' };
		})
		.filter(({ reasons }) => reasons.length > 0)
		.sort((a, b) => Number(b.unmanaged) - Number(a.unmanaged) || b.count - a.count)
		.map(({ team, service, reasons }) => ({ team, service, reasons }));
}

/** The figures as text in which the order of keys does not count: what a digest is taken of. */
export function figuresAsText(figures: BoardFigures): string {
	return JSON.stringify(figures, (_, value: unknown) =>
		value !== null && typeof value === 'object' && !Array.isArray(value)
			? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
			: value
	);
}
