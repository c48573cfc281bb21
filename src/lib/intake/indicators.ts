import {
	AREA_LEVELS,
	INDICATORS,
	TOKENS,
	type AreaLevel,
	type Indicator,
	type Published,
	type PublishedArea
} from '#lib/domain/benchmarks.ts';
import type { Source } from './archive.ts';
import { readCsv } from './csv.ts';
import { textOf } from './encoding.ts';
import type { Problem } from './problems.ts';

const NEEDED = ['time_period', 'geographic_level', 'country_code', 'region_code', 'new_la_code', 'la_name'];

/** Whether a file begins as the Department for Education's file of workforce indicators does. */
export function isIndicators(start: Uint8Array): boolean {
	const [head = ''] = new TextDecoder().decode(start).split(/\r?\n/, 1);
	const columns = namesOf(head.split(','));
	return [...NEEDED, 'caseload_fte', 'agency_rate_fte'].every((name) => columns.includes(name));
}

function namesOf(head: readonly string[]): string[] {
	return head.map((name) =>
		name
			.replace(/^\uFEFF/, '')
			.replaceAll('"', '')
			.trim()
			.toLowerCase()
	);
}

/** What was read of the file: its areas, and in words what could not be, by line. */
export interface IndicatorsRead {
	areas: PublishedArea[];
	problems: Problem[];
	errors: string[];
}

/** Reads the published file. A symbol that stands for a missing value stays that symbol; any other text is an error. */
export async function readIndicators(source: Source): Promise<IndicatorsRead> {
	const read: IndicatorsRead = { areas: [], problems: [], errors: [] };
	const file = source.name;
	let columns: string[] | null = null;
	const known = new Set<string>();
	await readCsv(
		textOf(source.chunks(), file),
		file,
		(fields, line) => {
			if (columns === null) {
				columns = namesOf(fields);
				return;
			}
			const cell = (name: string) => fields[columns?.indexOf(name) ?? -1]?.trim() ?? '';
			const area = areaOf(cell, (words) => read.errors.push(`${file}, line ${line}: ${words}`));
			if (!area) return;
			const key = `${area.year} ${area.code}`;
			if (known.has(key))
				read.errors.push(`${file}, line ${line}: ${area.name} in ${area.year} stands here twice.`);
			else read.areas.push(area);
			known.add(key);
		},
		(problem) => read.problems.push(problem)
	);
	return read;
}

function areaOf(cell: (name: string) => string, refuse: (words: string) => void): PublishedArea | null {
	const year = Number(cell('time_period').slice(0, 4));
	const level = AREA_LEVELS.find((each) => each === cell('geographic_level'));
	if (!/^\d{4}/.test(cell('time_period')) || !level) {
		refuse(`“${cell('time_period')}”, “${cell('geographic_level')}” is no year and level.`);
		return null;
	}
	const { code, name } = CALLED[level](cell);
	if (!/^[EW]\d{8}/.test(code)) {
		refuse(`“${code}” is no code of an area.`);
		return null;
	}
	const figures: Partial<Record<Indicator, Published | null>> = {};
	for (const column of INDICATORS) {
		const figure = publishedFrom(cell(column));
		if (figure === undefined) {
			refuse(`${column} is “${cell(column)}”, which is no number and no symbol for a missing value.`);
			return null;
		}
		figures[column] = figure;
	}
	return {
		year,
		code,
		name,
		level,
		regionCode: level === 'National' ? null : cell('region_code') || null,
		figures: figures as PublishedArea['figures']
	};
}

type Cell = (name: string) => string;

const CALLED: Record<AreaLevel, (cell: Cell) => { code: string; name: string }> = {
	National: (cell) => ({ code: cell('country_code'), name: cell('country_name') }),
	Regional: (cell) => ({ code: cell('region_code'), name: cell('region_name') }),
	'Local authority': (cell) => ({ code: cell('new_la_code'), name: cell('la_name') })
};

/** Undefined: neither a number nor one of the symbols. Null: empty. */
function publishedFrom(text: string): Published | null | undefined {
	if (text === '') return null;
	const token = TOKENS.find((each) => each === text.toLowerCase());
	if (token) return token;
	return /^-?\d[\d,]*(\.\d+)?$/.test(text) ? Number(text.replaceAll(',', '')) : undefined;
}
