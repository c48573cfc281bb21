import { daysBetween, type CalendarDate } from './calendar.ts';
import type { Band, Caseload } from './caseload.ts';
import type { HeatmapRow, OversightOfCase, SupervisionOfPerson } from './heatmap.ts';
import type { LoadPolicy } from './policy.ts';
import { BAND_IN_WORDS, casesInWords, daysInWords, STANDING_IN_WORDS, tierReasonInWords } from './wording.ts';

/** The columns of the heatmap, in order; each opens the rows behind its figure. */
export const HEATMAP_COLUMNS = [
	{ key: 'load', label: 'Load', opens: 'cases held, with the points of each' },
	{ key: 'cases', label: 'Cases', opens: 'open cases led' },
	{ key: 'high-stakes', label: 'High stakes', opens: 'open cases led whose stakes are high' },
	{ key: 'new', label: 'New, 7 days', opens: 'cases whose lead allocation began in the last 7 days' },
	{ key: 'supervision', label: 'Days since supervision', opens: 'supervision, and when it is due' },
	{ key: 'oversight', label: 'Days since oversight, worst', opens: 'cases by how long since oversight' },
	{ key: 'actions', label: 'Actions overdue', opens: 'actions overdue' },
	{
		key: 'training-gaps',
		label: 'Training gaps',
		opens: 'cases led for which a required course is not current'
	},
	{
		key: 'held',
		label: 'Held without oversight',
		opens: 'high-stakes cases held below the bar without oversight'
	}
] as const;
export type HeatmapColumnKey = (typeof HEATMAP_COLUMNS)[number]['key'];

export function isHeatmapColumn(text: string): text is HeatmapColumnKey {
	return HEATMAP_COLUMNS.some(({ key }) => key === text);
}

/** One figure: as printed, as a shade from 0 (none) to 6, past the line or not, and in words. */
export interface CellInWords {
	key: HeatmapColumnKey;
	text: string;
	/** For sorting; null: nothing to sort by, last. */
	figure: number | null;
	level: 0 | 1 | 2 | 3 | 4 | 5 | 6;
	past: boolean;
	words: string;
}

const BAND_LEVEL: Record<Band, CellInWords['level']> = {
	room: 1,
	steady: 3,
	full: 4,
	over: 5,
	far_over: 6,
	no_capacity: 6,
	no_data: 0
};

export function cellsOf(row: HeatmapRow, today: CalendarDate): CellInWords[] {
	return [
		loadCell(row.load),
		counted('cases', row.cases.length, casesInWords(row.cases.length)),
		counted('high-stakes', row.highStakes.length, 'high stakes'),
		counted('new', row.newCases.length, 'new in 7 days'),
		supervisionCell(row, today),
		oversightCell(row.oversight, today),
		counted('actions', row.actionsOverdue.length, 'actions overdue'),
		counted('training-gaps', row.trainingGaps.length, 'cases with a training gap'),
		{
			...counted('held', row.heldWithoutOversight.length, 'held without oversight'),
			level: row.heldWithoutOversight.length > 0 ? 6 : 0,
			past: row.heldWithoutOversight.length > 0
		}
	];
}

/** The load of one person: nothing to carry, nothing to carry it with, and too much are three different words. */
export function loadCell({ band, loadPercent, points, capacity }: Caseload): CellInWords {
	const sum = capacity.none === null ? `, ${points} of ${capacity.points} points` : `, ${points} points`;
	return {
		key: 'load',
		text:
			loadPercent === null ? (band === 'no_capacity' ? 'no capacity' : 'no data') : percentShown(loadPercent),
		figure: loadPercent ?? (band === 'no_capacity' ? Number.MAX_SAFE_INTEGER : null),
		level: BAND_LEVEL[band],
		past: band === 'over' || band === 'far_over' || band === 'no_capacity',
		words: BAND_IN_WORDS[band] + (band === 'no_data' ? '' : sum)
	};
}

/** The oversight of one person’s cases, by the worst of them; given worst first. */
export function oversightCell(oversight: readonly OversightOfCase[], today: CalendarDate): CellInWords {
	const key = 'oversight';
	const worst = oversight[0];
	if (!worst) return { key, text: '–', figure: null, level: 0, past: false, words: 'no cases' };
	const { days, standing, dueOn, everSince } = worst;
	const since = everSince ? `${daysInWords(days)} since oversight` : `none in ${daysInWords(days)}`;
	return {
		key,
		text: String(days),
		figure: days,
		level: standing === 'overdue' ? (daysBetween(dueOn, today) > 7 ? 6 : 5) : standing === 'due' ? 3 : 1,
		past: standing === 'overdue',
		words: `${STANDING_IN_WORDS[standing].toLowerCase()}, ${since}`
	};
}

/** A count and its shade: one step darker from each of the cut points on. */
function counted(key: keyof typeof CUTS, count: number, what: string): CellInWords {
	return {
		key,
		text: String(count),
		figure: count,
		level: stepsFrom(CUTS[key], count),
		past: false,
		words: key === 'cases' ? what : `${count} ${what}`
	};
}

function stepsFrom(cuts: readonly number[], count: number): CellInWords['level'] {
	return cuts.filter((cut) => count >= cut).length as CellInWords['level'];
}

/** The supervision of one person. */
export function supervisionCell(
	{ supervision, daysSinceSupervision, supervisionStanding }: SupervisionOfPerson,
	today: CalendarDate
): CellInWords {
	const key = 'supervision';
	if (!supervision || daysSinceSupervision === null || !supervisionStanding)
		return { key, text: '–', figure: null, level: 0, past: false, words: 'not supervised in this scheme' };
	const days =
		supervision.lastHeldOn === null
			? `none held in ${daysInWords(daysSinceSupervision)}`
			: `${daysInWords(daysSinceSupervision)} since supervision`;
	const state = { overdue: 'overdue', due: 'due', on_track: 'on track' }[supervisionStanding];
	return {
		key,
		text: String(daysSinceSupervision),
		figure: daysSinceSupervision,
		level:
			supervisionStanding === 'overdue'
				? today > supervision.graceUntil
					? 6
					: 5
				: supervisionStanding === 'due'
					? 3
					: 1,
		past: supervisionStanding === 'overdue',
		words: `${state}, ${days}`
	};
}

/** From which counts of a practitioner on the shade of a cell is one step darker. */
const CUTS = {
	cases: [],
	'high-stakes': [1, 1, 3, 5, 7],
	new: [1, 2, 3, 4, 5],
	actions: [1, 2, 3, 4, 6],
	'training-gaps': [1, 2, 3, 5, 8],
	held: []
} as const satisfies Partial<Record<HeatmapColumnKey, readonly number[]>>;

/** The team's own row: totals where figures add up, the worst where they do not. */
export function teamCells(
	rows: readonly HeatmapRow[],
	today: CalendarDate,
	bands: LoadPolicy['bands']
): CellInWords[] {
	const all = rows.map((row) => cellsOf(row, today));
	return HEATMAP_COLUMNS.map(({ key }, place) => {
		const cells = all.flatMap((cells) => cells[place] ?? []);
		if (key === 'load') return teamLoadCell(rows, bands);
		if (key === 'supervision' || key === 'oversight') return countPastCell(key, cells);
		const total = cells.reduce((sum, { figure }) => sum + (figure ?? 0), 0);
		const past = cells.some((cell) => cell.past);
		return { key, text: String(total), figure: total, level: 0, past, words: `${total} in all` };
	});
}

/**
 * The same with a shade, for a team among others: its load by its band, supervision and oversight by the share of its
 * people past the line, a count by what it comes to for one of them.
 */
export function teamCellsShaded(
	rows: readonly HeatmapRow[],
	today: CalendarDate,
	bands: LoadPolicy['bands']
): CellInWords[] {
	return teamCells(rows, today, bands).map((cell) => ({
		...cell,
		level: teamLevel(cell, rows.length, bands)
	}));
}

function teamLevel(
	{ key, text, figure, past }: CellInWords,
	people: number,
	bands: LoadPolicy['bands']
): CellInWords['level'] {
	if (key === 'load') return figure === null ? (past ? 6 : 0) : BAND_LEVEL[bandFrom(figure, bands)];
	if (figure === null || people === 0) return 0;
	if (key === 'held') return figure > 0 ? 6 : 0;
	if (key !== 'supervision' && key !== 'oversight') return stepsFrom(CUTS[key], figure / people);
	const of = Number(text.split(' of ')[1]);
	const share = of === 0 ? 0 : figure / of;
	return share === 0 ? 1 : share <= 0.1 ? 2 : share <= 0.25 ? 3 : share <= 0.4 ? 4 : share <= 0.6 ? 5 : 6;
}

function bandFrom(percent: number, { steady, full, over, farOver }: LoadPolicy['bands']): Band {
	if (percent > farOver) return 'far_over';
	if (percent > over) return 'over';
	return percent >= full ? 'full' : percent >= steady ? 'steady' : 'room';
}

/** How many are past the line, of those for whom there is one. */
export function countPastCell(key: 'supervision' | 'oversight', cells: readonly CellInWords[]): CellInWords {
	const past = cells.filter((cell) => cell.past).length;
	const text = `${past} of ${cells.filter(({ figure }) => figure !== null).length}`;
	const what =
		key === 'supervision' ? 'past due, of those supervised' : 'with a case overdue, of those who hold one';
	return { key, text, figure: past, level: 0, past: past > 0, words: `${text} ${what}` };
}

/** The points of all over the capacity of all. */
export function teamLoadCell(
	rows: readonly Pick<HeatmapRow, 'load'>[],
	{ over }: LoadPolicy['bands']
): CellInWords {
	const { points, capacity } = loadOfAll(rows);
	const key = 'load';
	if (capacity === 0)
		return points > 0
			? {
					key,
					text: 'no capacity',
					figure: null,
					level: 0,
					past: true,
					words: `no capacity, ${points} points`
				}
			: { key, text: 'no data', figure: null, level: 0, past: false, words: 'no capacity, no cases' };
	const percent = (points / capacity) * 100;
	return {
		key,
		text: percentShown(percent),
		figure: percent,
		level: 0,
		past: percent > over,
		words: `${points} of ${capacity} points`
	};
}

/** The points that some people carry, to 3 decimals, and what they can carry, to 4. */
export function loadOfAll(rows: readonly Pick<HeatmapRow, 'load'>[]): { points: number; capacity: number } {
	const thousandths = rows.reduce((sum, { load }) => sum + Math.round(load.points * 1000), 0);
	const parts = rows.reduce((sum, { load }) => sum + Math.round(load.capacity.points * 10_000), 0);
	return { points: thousandths / 1000, capacity: parts / 10_000 };
}

/** What a column counts where every row is a team, where that is not what its label says of a person. */
export const OF_TEAMS_IN_WORDS: Partial<Record<HeatmapColumnKey, string>> = {
	supervision: 'Supervision past due, people',
	oversight: 'Oversight overdue, people'
};

/** The cut points of load for the legend, by the level of each band. */
export function bandsInWords({ steady, full, over, farOver }: LoadPolicy['bands']) {
	return [
		{ level: 1 as const, words: `under ${steady} %, room` },
		{ level: 3 as const, words: `${steady} to ${full - 1} %, steady` },
		{ level: 4 as const, words: `${full} to ${over} %, full` },
		{ level: 5 as const, words: `${over + 1} to ${farOver} %, over`, past: true },
		{ level: 6 as const, words: 'more, or no capacity', past: true }
	];
}

/** What a row says of the person under their name. */
export function detailOf(
	{ tier, fte, awaySince }: HeatmapRow,
	dayInWords: (day: CalendarDate) => string
): string {
	const away = awaySince === null ? '' : ` · away since ${dayInWords(awaySince)}`;
	return `${tier.tier} · ${tierReasonInWords(tier.reason)} · ${fte} FTE${away}`;
}

/** The caption's finding: the worst thing the table shows, in a sentence. */
export function heatmapFinding(rows: readonly HeatmapRow[], today: CalendarDate): string {
	const people = (count: number) => (count === 1 ? 'One person holds' : `${count} people hold`);
	const holding = rows.filter((row) => row.heldWithoutOversight.length > 0).length;
	if (holding > 0) return `${people(holding)} a high-stakes case below the bar without oversight.`;
	const none = rows.filter((row) => row.load.band === 'no_capacity').length;
	if (none > 0) return `${people(none)} cases without any capacity.`;
	const cells = rows.map((row) => cellsOf(row, today));
	const overdue = cells.filter((row) => row.some((cell) => cell.key === 'oversight' && cell.past)).length;
	if (overdue > 0) return `${people(overdue)} a case whose oversight is overdue.`;
	const supervision = cells.filter((row) =>
		row.some((cell) => cell.key === 'supervision' && cell.past)
	).length;
	if (supervision > 0)
		return `${supervision === 1 ? 'One person is' : `${supervision} people are`} past the day supervision was due.`;
	const over = rows.filter((row) => row.load.band === 'over' || row.load.band === 'far_over').length;
	return over > 0
		? `${over === 1 ? 'One person is' : `${over} people are`} over capacity.`
		: 'Nobody is past a line today.';
}

/** In whole per cents; what is just above 100 keeps a decimal, for 100 is not over. */
export function percentShown(percent: number): string {
	const isJustOver = percent > 100 && Math.round(percent) === 100;
	return `${isJustOver ? (Math.ceil(percent * 10) / 10).toFixed(1) : Math.round(percent)} %`;
}
