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
	numbers: Numbers;
	/** Rules that have one severity, where it is another than in the table of the rules. */
	severities: Readonly<Record<string, string>>;
}

/** The limits of single rules; months since registration at which E2, E3, E4 and E5 begin. */
export interface Numbers {
	tiers: readonly [number, number, number, number];
	handover: Limit;
	outcome: Limit;
	decision: Limit;
	action: Limit;
	agreement: Limit;
	note: Limit;
	assessment: Limit;
	conference: Limit;
	signOffDays: number;
	soonAfterDays: number;
	frequentChange: number;
	overdueDays: number;
	sessionMinutes: number;
	span: number;
	agencyMonths: number;
}

const NUMBERS: Numbers = {
	tiers: [6, 12, 24, 36],
	handover: [5, 'wd'],
	outcome: [1, 'wd'],
	decision: [1, 'wd'],
	action: [5, 'wd'],
	agreement: [1, 'wd'],
	note: [5, 'wd'],
	assessment: [45, 'wd'],
	conference: [15, 'wd'],
	signOffDays: 28,
	soonAfterDays: 90,
	frequentChange: 3,
	overdueDays: 7,
	sessionMinutes: 90,
	span: 8,
	agencyMonths: 36
};

export const FIRST_VERSION: PolicyVersion = {
	from: null,
	table: TABLE,
	guard: true,
	profile: 'LGA',
	numbers: NUMBERS,
	severities: {}
};

export interface Organisation {
	records: Records;
	versions: readonly PolicyVersion[];
	observedFrom: string | null;
	profileFrom: string | null;
}
