import type { CalendarDate } from './calendar.ts';
import { listInWords } from './wording.ts';

/**
 * The workforce indicators that the Department for Education publishes once a year, at 30 September, of England, its
 * regions and every local authority ("Children's social work workforce", Open Government Licence v3).
 */

/** The columns of the published file, in its order. Rates are per cent, days lost are working days. */
export const INDICATORS = [
	'inpost_fte',
	'inpost_headcount',
	'starters_fte',
	'starters_headcount',
	'leavers_fte',
	'leavers_headcount',
	'turnover_rate_fte',
	'turnover_rate_headcount',
	'agency_fte',
	'agency_headcount',
	'agency_rate_fte',
	'agency_rate_headcount',
	'agency_cover_fte',
	'agency_cover_rate_fte',
	'vacancy_fte',
	'vacancy_rate_fte',
	'vacancy_agency_cover_rate_fte',
	'case_holders_fte',
	'cases',
	'caseload_fte',
	'working_days_lost_fte',
	'absence_rate_fte'
] as const;
export type Indicator = (typeof INDICATORS)[number];

/** Why no number is published: kept as it is, never 0. */
export const TOKENS = ['x', 'z', 'c', 'u', 'k', 'low'] as const;
export type Token = (typeof TOKENS)[number];

/** What the DfE's symbols mean, as its methodology says. */
export const TOKEN_IN_WORDS: Record<Token, string> = {
	x: 'not available',
	z: 'not applicable',
	c: 'suppressed to protect confidentiality',
	u: 'low reliability',
	k: 'rounds to 0 but is not 0',
	low: 'rounds to 0 but is not 0'
};

export type Published = number | Token;

export const AREA_LEVELS = ['National', 'Regional', 'Local authority'] as const;
export type AreaLevel = (typeof AREA_LEVELS)[number];

/** One area in one year. */
export interface PublishedArea {
	year: number;
	/** The code of the Office for National Statistics. */
	code: string;
	name: string;
	level: AreaLevel;
	/** Null: England. */
	regionCode: string | null;
	/** Null: the cell is empty. */
	figures: Record<Indicator, Published | null>;
}

export const ENGLAND = 'E92000001';

/** Published figures of England that are built in, for before the file is imported. */
export interface EnglandFigures {
	year: number;
	caseload: number;
	agencyPercent: number;
	vacancyPercent: number;
	turnoverPercent: number;
	absencePercent: number;
	cases: number;
	caseHoldersFte: number;
}

/** Department for Education, Children's social work workforce, England, at 30 September of each year. */
export const ENGLAND_BUILT_IN: readonly EnglandFigures[] = (
	[
		[2017, 17.7, 15.8, 17.0, 13.4, 3.1, 316_647, 17_840.6],
		[2018, 17.4, 15.4, 16.5, 15.1, 3.2, 327_313, 18_787.3],
		[2019, 16.9, 15.8, 16.4, 15.0, 3.1, 337_202, 20_003.8],
		[2020, 16.3, 15.4, 16.1, 13.5, 2.9, 334_706, 20_530.8],
		[2021, 16.3, 15.5, 16.7, 15.4, 3.1, 335_201, 20_548.9],
		[2022, 16.6, 17.6, 20.0, 17.2, 3.5, 335_563, 20_206.0],
		[2023, 16.0, 17.9, 18.9, 15.9, 3.3, 337_055, 21_111.4],
		[2024, 15.4, 16.2, 17.3, 13.9, 3.4, 320_461, 20_803.5],
		[2025, 15.2, 13.0, 14.2, 11.8, 3.5, 321_661, 21_105.4]
	] as const
).map(([year, caseload, agency, vacancy, turnover, absence, cases, holders]) => ({
	year,
	caseload,
	agencyPercent: agency,
	vacancyPercent: vacancy,
	turnoverPercent: turnover,
	absencePercent: absence,
	cases,
	caseHoldersFte: holders
}));

export const SOURCE_OF_BENCHMARKS =
	'Department for Education, Children’s social work workforce, at 30 September (Open Government Licence v3)';

/** The measures that the DfE publishes too: the column, and what the built-in figures call it. */
export const PUBLISHED_AS: Record<
	string,
	{ column: Indicator; builtIn: keyof EnglandFigures; percent: boolean }
> = {
	'M08-dfe': { column: 'caseload_fte', builtIn: 'caseload', percent: false },
	'M09-agency': { column: 'agency_rate_fte', builtIn: 'agencyPercent', percent: true },
	'M09-vacancy': { column: 'vacancy_rate_fte', builtIn: 'vacancyPercent', percent: true },
	'M09-turnover': { column: 'turnover_rate_fte', builtIn: 'turnoverPercent', percent: true },
	'M09-absence': { column: 'absence_rate_fte', builtIn: 'absencePercent', percent: true }
};

/** An area in England as the built-in figures have it; everything else of it is not known here. */
export function englandBuiltIn(figures: EnglandFigures): PublishedArea {
	const empty = Object.fromEntries(INDICATORS.map((column) => [column, null])) as PublishedArea['figures'];
	for (const { column, builtIn } of Object.values(PUBLISHED_AS)) empty[column] = figures[builtIn];
	return {
		year: figures.year,
		code: ENGLAND,
		name: 'England',
		level: 'National',
		regionCode: null,
		figures: { ...empty, cases: figures.cases, case_holders_fte: figures.caseHoldersFte }
	};
}

/** What an authority's own figures are shown beside, as it chose. */
export interface ComparedWith {
	/** The authority itself, by its code; null: not said. Its region follows from it. */
	ownCode: string | null;
	neighbourCodes: readonly string[];
}

export const NOTHING_CHOSEN: ComparedWith = { ownCode: null, neighbourCodes: [] };

/** The DfE's own model of statistical neighbours names ten of each authority. */
export const MOST_NEIGHBOURS = 10;

/** A published figure of an area over the months: that of the last 30 September before each. */
export interface PublishedLine {
	key: 'england' | 'region';
	name: string;
	/** Null: none is published. */
	values: (number | null)[];
}

/** The lowest and the highest of the neighbours over months that share a year; indexes of months, `to` excluded. */
export interface PublishedBand {
	from: number;
	to: number;
	lower: number;
	upper: number;
}

export interface PublishedRow {
	key: string;
	name: string;
	/** What the area is to the authority. */
	what: 'England' | 'Region' | 'This authority' | 'Neighbour';
	/** In the order of the years: the number, or why there is none. */
	cells: string[];
}

/** What is published beside a measure, to be drawn and to be read. */
export interface Beside {
	lines: PublishedLine[];
	band: PublishedBand[];
	years: number[];
	rows: PublishedRow[];
	/** Which symbols stand in the rows, and what they mean; empty: none. */
	symbols: string;
	/** That England alone is known, because the file was not imported. */
	builtIn: boolean;
}

/**
 * The published figures beside a measure at each of the days. Null: the measure is not published. A symbol in the place of
 * a number is in no line and in no band, and stays that symbol in the rows.
 */
export function besideOf(
	measureId: string,
	days: readonly CalendarDate[],
	stored: readonly PublishedArea[],
	{ ownCode, neighbourCodes }: ComparedWith
): Beside | null {
	const published = PUBLISHED_AS[measureId];
	if (!published) return null;
	const builtIn = !stored.some(({ code }) => code === ENGLAND);
	const areas = builtIn ? [...stored, ...ENGLAND_BUILT_IN.map(englandBuiltIn)] : stored;
	const years = [...new Set(areas.map(({ year }) => year))].sort((a, b) => b - a);
	const yearOn = (day: CalendarDate) => years.find((year) => `${year}-09-30` <= day) ?? null;
	const figureOf = (code: string, year: number | null): Published | null =>
		areas.find((area) => area.code === code && area.year === year)?.figures[published.column] ?? null;
	const numberOf = (code: string, year: number | null): number | null => {
		const figure = figureOf(code, year);
		return typeof figure === 'number' ? figure : null;
	};
	const nameOf = (code: string) => areas.find((area) => area.code === code)?.name;
	const yearsOfDays = days.map(yearOn);
	const regionCode = areas.find(({ code }) => code === ownCode)?.regionCode ?? null;
	const line = (key: PublishedLine['key'], code: string): PublishedLine => ({
		key,
		name: nameOf(code) ?? code,
		values: yearsOfDays.map((year) => numberOf(code, year))
	});
	const shown = years.filter((year) => yearsOfDays.includes(year));
	const rows: [what: PublishedRow['what'], code: string | null][] = [
		['England', ENGLAND],
		['Region', regionCode],
		['This authority', ownCode],
		...neighbourCodes.map((code): ['Neighbour', string] => ['Neighbour', code])
	];
	const symbols = new Set<Token>();
	return {
		lines: [line('england', ENGLAND), ...(regionCode === null ? [] : [line('region', regionCode)])],
		band: bandOf(yearsOfDays, (year) =>
			neighbourCodes.map((code) => numberOf(code, year)).filter((value) => value !== null)
		),
		years: shown,
		rows: rows.flatMap(([what, code]) => {
			if (code === null) return [];
			const cells = shown.map((year) => {
				const figure = figureOf(code, year);
				if (figure === null) return 'not published';
				if (typeof figure === 'number') return `${figure}${published.percent ? ' %' : ''}`;
				symbols.add(figure);
				return figure;
			});
			return { key: `${what} ${code}`, name: nameOf(code) ?? code, what, cells };
		}),
		symbols: listInWords([...symbols].map((symbol) => `${symbol}: ${TOKEN_IN_WORDS[symbol]}`)),
		builtIn
	};
}

/** Of two neighbours or more; of one there is nothing between. */
function bandOf(
	years: readonly (number | null)[],
	numbersIn: (year: number | null) => number[]
): PublishedBand[] {
	const bands: PublishedBand[] = [];
	for (const [place, year] of years.entries()) {
		const numbers = numbersIn(year);
		if (numbers.length < 2) continue;
		const last = bands.at(-1);
		if (last?.to === place && years[place - 1] === year) last.to = place + 1;
		else bands.push({ from: place, to: place + 1, lower: Math.min(...numbers), upper: Math.max(...numbers) });
	}
	return bands;
}

/** What is wrong with a choice of what to be compared with; null: nothing. */
export function choiceProblem(
	{ ownCode, neighbourCodes }: ComparedWith,
	known: ReadonlySet<string>
): { field: 'own' | 'neighbours'; words: string } | null {
	if (ownCode !== null && !known.has(ownCode))
		return { field: 'own', words: 'Choose an authority of the list, or none.' };
	if (neighbourCodes.some((code) => !known.has(code)))
		return { field: 'neighbours', words: 'Choose authorities of the list.' };
	if (ownCode !== null && neighbourCodes.includes(ownCode))
		return { field: 'neighbours', words: 'An authority is no neighbour of itself.' };
	if (neighbourCodes.length === 1)
		return { field: 'neighbours', words: 'Choose at least 2 neighbours, or none: a band lies between two.' };
	if (neighbourCodes.length > MOST_NEIGHBOURS)
		return {
			field: 'neighbours',
			words: `Choose at most ${MOST_NEIGHBOURS} neighbours; ${neighbourCodes.length} are chosen.`
		};
	return null;
}
