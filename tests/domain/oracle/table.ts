import type { Records } from '#lib/domain/records.ts';

type Unit = 'wd' | 'd';
export type Limit = readonly [count: number, unit: Unit];

export interface Demand {
	stakes: 'low' | 'medium' | 'high';
	least: number;
	training: readonly string[];
	first: Limit;
	interval: Limit;
	intervalUnsuitable: Limit;
	weight: number;
}

function row(
	stakes: Demand['stakes'],
	least: number,
	training: string,
	first: Limit,
	interval: Limit,
	intervalUnsuitable: Limit,
	weight: number
): Demand {
	const courses = training === '-' ? [] : training.split(', ');
	return { stakes, least, training: courses, first, interval, intervalUnsuitable, weight };
}

type Table = Readonly<Record<string, Demand>>;

export const TABLE: Table = {
	section_47: row('high', 4, 'CP-FOUND, S47', [1, 'wd'], [5, 'wd'], [2, 'wd'], 8),
	child_protection: row('high', 3, 'CP-FOUND, S47', [1, 'wd'], [28, 'd'], [14, 'd'], 7),
	pre_proceedings: row('high', 4, 'PLO', [1, 'wd'], [28, 'd'], [14, 'd'], 8),
	care_proceedings: row('high', 4, 'PLO', [1, 'wd'], [28, 'd'], [14, 'd'], 10),
	looked_after: row('medium', 3, 'CLA', [1, 'wd'], [42, 'd'], [28, 'd'], 7),
	looked_after_settled: row('medium', 2, 'CLA', [2, 'wd'], [56, 'd'], [42, 'd'], 4),
	looked_after_long_term: row('medium', 2, 'CLA', [5, 'wd'], [84, 'd'], [56, 'd'], 3),
	assessment: row('medium', 1, 'CP-FOUND', [1, 'wd'], [10, 'wd'], [5, 'wd'], 6),
	child_in_need: row('medium', 1, 'CP-FOUND', [2, 'wd'], [42, 'd'], [28, 'd'], 4),
	short_breaks: row('low', 1, '-', [5, 'wd'], [84, 'd'], [56, 'd'], 2),
	care_leaver: row('low', 0, '-', [5, 'wd'], [84, 'd'], [84, 'd'], 2)
};

export interface PolicyVersion {
	/** Null for the first version, in force on every day before the second. */
	from: string | null;
	table: Table;
	guard: boolean;
	profile: 'LGA' | 'DfE';
}

export const FIRST_VERSION: PolicyVersion = { from: null, table: TABLE, guard: true, profile: 'LGA' };

export interface Organisation {
	records: Records;
	versions: readonly PolicyVersion[];
	observedFrom: string | null;
	profileFrom: string | null;
}
