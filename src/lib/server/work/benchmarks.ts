import { isDeepStrictEqual } from 'node:util';
import {
	ENGLAND,
	ENGLAND_BUILT_IN,
	englandBuiltIn,
	INDICATORS,
	SOURCE_OF_BENCHMARKS,
	type Indicator,
	type Published,
	type PublishedArea
} from '#lib/domain/benchmarks.ts';
import type { Source } from '#lib/intake/archive.ts';
import { readIndicators } from '#lib/intake/indicators.ts';
import { problemInWords } from '#lib/intake/problems.ts';
import { record, type Actor } from '#lib/server/audit.ts';
import { areasCalled, areasPublished, putAreas } from '#lib/server/store/benchmarks.ts';
import type { Transaction } from '#lib/server/store/database.ts';

/** What bringing published figures in would change, in words; or why they cannot be read. */
export type BenchmarkPlan = { lines: string[]; areas: PublishedArea[] } | { refused: string[] };

/** Compares the files of published figures with what is stored. Nothing is written. */
export async function planBenchmarks(tx: Transaction, files: readonly Source[]): Promise<BenchmarkPlan> {
	const plan = { lines: [] as string[], areas: [] as PublishedArea[] };
	if (files.length === 0) return plan;
	const keyOf = ({ year, code }: PublishedArea) => `${year} ${code}`;
	const stored = new Map((await areasPublished(tx)).map((area) => [keyOf(area), area]));
	for (const file of files) {
		const { areas, problems, errors } = await readIndicators(file);
		const refused = [...problems.map(problemInWords), ...errors];
		if (refused.length > 0) return { refused };
		const fresh = areas.filter((area) => !stored.has(keyOf(area)));
		const changed = areas.filter((area) => {
			const known = stored.get(keyOf(area));
			return known !== undefined && !isDeepStrictEqual(area, known);
		});
		const years = areas.map(({ year }) => year);
		const same = areas.length - fresh.length - changed.length;
		plan.lines.push(
			`workforce indicators: ${areas.length} rows of ${Math.min(...years)} to ${Math.max(...years)}: ${fresh.length} added, ${changed.length} changed, ${same} unchanged (${file.name})`
		);
		plan.areas.push(...fresh, ...changed);
	}
	return plan;
}

/** Whether anything was written. */
export async function addBenchmarks(
	tx: Transaction,
	actor: Actor,
	areas: readonly PublishedArea[]
): Promise<boolean> {
	if (areas.length === 0) return false;
	await putAreas(tx, areas);
	await record(tx, actor, { action: 'imported', entity: 'benchmarks', entityId: null });
	return true;
}

/** The published figures of one area in one year. */
export interface PrintedBenchmark {
	year: number;
	code: string;
	area: string;
	level: string;
	indicator: Indicator;
	/** A number, or the symbol that is published in its place; null: the cell is empty, or is not built in. */
	published: Published | null;
	source: string;
}

const BUILT_IN = `${SOURCE_OF_BENCHMARKS}; built in, the file was not imported`;

/** Published figures of an area, by its name or code, of a year or (null) the latest; empty: there are none. */
export async function benchmarksOf(
	tx: Transaction,
	area: string,
	year: number | null
): Promise<PrintedBenchmark[]> {
	const stored = await areasCalled(tx, area);
	const isEngland = [ENGLAND.toLowerCase(), 'england'].includes(area.trim().toLowerCase());
	const built = isEngland && stored.length === 0 ? ENGLAND_BUILT_IN.map(englandBuiltIn).reverse() : [];
	const known = [...stored, ...built];
	const [found] = year === null ? known : known.filter((each) => each.year === year);
	if (!found) return [];
	return INDICATORS.map((indicator) => ({
		year: found.year,
		code: found.code,
		area: found.name,
		level: found.level,
		indicator,
		published: found.figures[indicator],
		source: built.length > 0 ? BUILT_IN : SOURCE_OF_BENCHMARKS
	}));
}
