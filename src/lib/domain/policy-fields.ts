import type { Length } from './calendar.ts';
import { TIERS } from './people.ts';
import { KINDS, STAKES, type Policy } from './policy.ts';
import { KIND_IN_WORDS, lengthInWords, STAKES_IN_WORDS, TIER_IN_WORDS } from './wording.ts';

/** What a field holds, and so how it is typed and said. */
export type Takes =
	| { as: 'limit' }
	| { as: 'number'; least: number; most: number; decimals: number; unit?: '%' | 'working days' | 'points' }
	| { as: 'choice'; options: readonly { value: string; label: string }[] }
	| { as: 'courses' }
	| { as: 'words' }
	| { as: 'months' };

/** One number, choice or list of the policy. */
export interface PolicyField {
	/** Where it stands: `kinds.child_protection.interval.notSuitablyHeld`. */
	path: string;
	part: string;
	/** What it is called among the fields of its part. */
	label: string;
	/** What it is called anywhere: "child protection plan, interval not suitably held". */
	words: string;
	takes: Takes;
}

/** Fields that are read and edited together. */
export interface PolicyPart {
	key: string;
	title: string;
	fields: readonly PolicyField[];
}

/** The words with their first letter large. */
export function capitalised(words: string): string {
	return words.slice(0, 1).toUpperCase() + words.slice(1);
}

export const LOCAL_DEFAULT = 'Local default.';

const stakes: Takes = {
	as: 'choice',
	options: STAKES.map((value) => ({ value, label: STAKES_IN_WORDS[value] }))
};
const leastTier: Takes = {
	as: 'choice',
	options: TIERS.map((value) => ({ value, label: `${value}, ${TIER_IN_WORDS[value]}` }))
};
const limit: Takes = { as: 'limit' };
const points = (most: number): Takes => ({ as: 'number', least: 0, most, decimals: 1, unit: 'points' });
const factor: Takes = { as: 'number', least: 0, most: 1, decimals: 1 };
const percent: Takes = { as: 'number', least: 1, most: 300, decimals: 0, unit: '%' };

const OF_A_KIND: readonly [name: string, label: string, takes: Takes][] = [
	['stakes', 'stakes', stakes],
	['leastTier', 'least tier to lead alone', leastTier],
	['training', 'training needed', { as: 'courses' }],
	['firstOversight', 'first oversight', limit],
	['interval.suitablyHeld', 'interval suitably held', limit],
	['interval.notSuitablyHeld', 'interval not suitably held', limit],
	['weight', 'weight', points(50)]
];

type Row = readonly [path: string, label: string, takes: Takes];

const OTHER_PARTS: readonly { key: string; title: string; rows: readonly Row[] }[] = [
	{
		key: 'supervision',
		title: 'supervision of practitioners',
		rows: [
			[
				'supervision.profile',
				'profile',
				{
					as: 'choice',
					options: [
						{ value: 'LGA', label: 'LGA: weekly, then every 2 weeks to 6 months, then monthly' },
						{ value: 'DfE', label: 'DfE: every 2 weeks throughout the early-career stage' }
					]
				}
			],
			['grace.weeks', 'grace before red, where the interval is 7 or 14 days', limit],
			['grace.monthly', 'grace before red, where it is monthly', limit]
		]
	},
	{
		key: 'waits',
		title: 'waiting for a lead',
		rows: [
			['waits.lookedAfter', 'longest wait of a child looked after', limit],
			['waits.others', 'longest wait of other cases below high stakes', limit]
		]
	},
	{
		key: 'restructure',
		title: 'during a restructure',
		rows: [
			[
				'restructureGuard',
				'guard: oversight intervals of high-stakes kinds halved',
				{
					as: 'choice',
					options: [
						{ value: 'on', label: 'on' },
						{ value: 'off', label: 'off' }
					]
				}
			]
		]
	},
	{
		key: 'load',
		title: 'load and capacity',
		rows: [
			[
				'capacity.pointsPerFte',
				'capacity of one FTE',
				{ as: 'number', least: 1, most: 1000, decimals: 1, unit: 'points' }
			],
			['capacity.earlyCareerFactor', 'capacity in tiers E1 and E2, as a factor', factor],
			['load.siblingFactors.1', 'second child of a family with the same lead, as a factor', factor],
			['load.siblingFactors.2', 'third and later children, as a factor', factor],
			['load.coWorkerFactor', 'a case held as co-worker, as a factor', factor],
			['load.unknownWeight', 'a case of unknown kind', points(50)],
			['load.newcomer.points', 'added while the allocation is new', points(10)],
			[
				'load.newcomer.workingDays',
				'how long an allocation is new',
				{ as: 'number', least: 0, most: 260, decimals: 0, unit: 'working days' }
			]
		]
	},
	{
		key: 'bands',
		title: 'bands of load',
		rows: [
			['load.bands.steady', 'steady from', percent],
			['load.bands.full', 'full from', percent],
			['load.bands.over', 'over capacity above', percent],
			['load.bands.farOver', 'far over capacity above', percent]
		]
	}
];

/** The codes of the courses in order: a policy that was stored does not keep the order of its fields. */
export function coursesOf({ courses }: Pick<Policy, 'courses'>): string[] {
	return Object.keys(courses).sort();
}

/** Everything of a policy that an authority may change, in reading order. */
export function partsOf(policy: Pick<Policy, 'courses'>): PolicyPart[] {
	const kinds = KINDS.map((kind) => ({
		key: kind,
		title: KIND_IN_WORDS[kind],
		rows: OF_A_KIND.map(([name, label, takes]): Row => [`kinds.${kind}.${name}`, label, takes])
	}));
	const courses = {
		key: 'courses',
		title: 'courses',
		rows: coursesOf(policy).flatMap((code): Row[] => [
			[`courses.${code}.name`, `${code}, name`, { as: 'words' }],
			[`courses.${code}.validMonths`, `${code}, valid`, { as: 'months' }]
		])
	};
	return [...kinds, courses, ...OTHER_PARTS].map(({ key, title, rows }) => ({
		key,
		title: capitalised(title),
		fields: rows.map(([path, label, takes]) => ({
			path,
			part: key,
			label: capitalised(label),
			words: `${title}, ${label}`,
			takes
		}))
	}));
}

export function fieldsOf(policy: Pick<Policy, 'courses'>): PolicyField[] {
	return partsOf(policy).flatMap(({ fields }) => fields);
}

/** What stands at the path; undefined where nothing does. */
function valueAt(policy: Policy, path: string): unknown {
	return path.split('.').reduce<unknown>((value, key) => {
		const holder = value as Record<string, unknown> | null | undefined;
		return holder !== null && typeof holder === 'object' && Object.hasOwn(holder, key)
			? holder[key]
			: undefined;
	}, policy);
}

/** The same policy with another value at the path. */
export function withValue(policy: Policy, path: string, value: unknown): Policy {
	const put = (holder: unknown, [key = '', ...rest]: string[]): unknown => {
		if (Array.isArray(holder))
			return holder.map((each: unknown, place) =>
				String(place) !== key ? each : rest.length === 0 ? value : put(each, rest)
			);
		const before = (holder ?? {}) as Record<string, unknown>;
		return { ...before, [key]: rest.length === 0 ? value : put(before[key], rest) };
	};
	return put(policy, path.split('.')) as Policy;
}

/** What a field holds, as it is typed: "14 d", "E3", "CP-FOUND, S47", "0.9"; empty where there is nothing. */
export function textOf(policy: Policy, { path, takes }: PolicyField): string {
	const value = valueAt(policy, path);
	if (value === undefined || value === null) return '';
	if (takes.as === 'limit') {
		const { count, unit } = value as Partial<Length>;
		return `${count} ${unit}`;
	}
	if (takes.as === 'courses' && Array.isArray(value)) return value.toSorted().join(', ');
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a field holds, as it is read: "14 days", "36 months", "none". */
export function valueInWords(policy: Policy, field: PolicyField): string {
	const { path, takes } = field;
	const value = valueAt(policy, path);
	if (takes.as === 'months' && value === null) return 'for good';
	if (value === undefined) return 'not there';
	const text = textOf(policy, field);
	switch (takes.as) {
		case 'limit':
			return lengthInWords(value as Length);
		case 'courses':
			return text === '' ? 'none' : text;
		case 'choice':
			return takes.options.find((option) => option.value === text)?.label ?? text;
		case 'months':
			return text === '1' ? '1 month' : `${text} months`;
		case 'number':
			return takes.unit === undefined
				? text
				: `${text} ${text === '1' ? takes.unit.replace(/s$/, '') : takes.unit}`;
		default:
			return text;
	}
}

/** What was typed into a field, as the policy holds it, or in words why it cannot be. */
export type Read = { value: unknown } | { refused: string };

export function readTyped(takes: Takes, typed: string): Read {
	const text = typed.trim();
	switch (takes.as) {
		case 'limit': {
			const [count = '', unit = ''] = text.split(/\s+/);
			if (unit !== 'wd' && unit !== 'd') return { refused: 'Choose days or working days.' };
			return wholeNumber(count, 1, 730, (value) => ({ count: value, unit }));
		}
		case 'number':
			return number(text, takes);
		case 'months':
			return text === '' ? { value: null } : wholeNumber(text, 1, 240, (value) => value);
		case 'choice':
			return takes.options.some(({ value }) => value === text)
				? { value: text === 'on' ? true : text === 'off' ? false : text }
				: { refused: 'Choose one of those offered.' };
		case 'courses':
			return {
				value: [
					...new Set(
						text
							.split(',')
							.map((code) => code.trim())
							.filter(Boolean)
					)
				].sort()
			};
		default:
			return text === '' || text.length > 100 ? { refused: 'Write up to 100 characters.' } : { value: text };
	}
}

function wholeNumber(text: string, least: number, most: number, made: (value: number) => unknown): Read {
	const value = Number(text);
	return /^\d{1,4}$/.test(text) && value >= least && value <= most
		? { value: made(value) }
		: { refused: `Write a whole number from ${least} to ${most}.` };
}

function number(text: string, { least, most, decimals }: Extract<Takes, { as: 'number' }>): Read {
	const value = Number(text);
	const places = /^\d{1,4}(?:\.(\d+))?$/.exec(text);
	if (places && (places[1]?.length ?? 0) <= decimals && value >= least && value <= most) return { value };
	const kind = decimals === 0 ? 'whole number' : 'number with at most one decimal';
	return { refused: `Write a ${kind} from ${least} to ${most}.` };
}

const SHIPPED_SOURCES: Record<string, string> = {
	'kinds.child_protection.interval.suitablyHeld':
		'Local default. Comparators: Liverpool 2 months, South Ayrshire 2 weeks.',
	'kinds.child_protection.interval.notSuitablyHeld':
		'Local default. Comparators: Liverpool 2 months, South Ayrshire 2 weeks.',
	'supervision.profile':
		'LGA: Standards for Employers of Social Workers. DfE: employer standards, October 2024.',
	'waits.lookedAfter': 'Cambridgeshire notes allocation within one working day.',
	'capacity.pointsPerFte':
		'Local default, in the shape of published council schemes: Wirral has 100 points, 15 of them fixed.',
	'capacity.earlyCareerFactor': 'Local default, after Wirral, where it is 90 of 100 points in the first year.'
};

/** Where the number of a field comes from. */
export function sourceOf(policy: Policy, { path }: Pick<PolicyField, 'path'>): string {
	const said = policy.sources[path] ?? SHIPPED_SOURCES[path];
	if (said !== undefined) return said;
	const [, kind] = /^kinds\.(\w+)\.(?:stakes|leastTier|training)$/.exec(path) ?? [];
	const row = kind === undefined ? undefined : policy.kinds[kind as keyof Policy['kinds']];
	return row?.source ?? LOCAL_DEFAULT;
}

/** The same policy with the source of every field written out, as it is proposed and stored. */
export function withSources(policy: Policy): Policy {
	const sources = fieldsOf(policy).map((field) => [field.path, sourceOf(policy, field)] as const);
	return { ...policy, sources: Object.fromEntries(sources) };
}

export interface PolicyDifference {
	path: string;
	part: string;
	/** "child protection plan, interval not suitably held" */
	words: string;
	/** "14 days" */
	before: string;
	after: string;
	/** Where the later number comes from. */
	source: string;
}

/** What a later policy says otherwise than an earlier one, field by field, in reading order. */
export function differencesBetween(before: Policy, after: Policy): PolicyDifference[] {
	const courses = { ...before.courses, ...after.courses };
	return fieldsOf({ courses }).flatMap((field) => {
		const { path, part, words } = field;
		const source = sourceOf(after, field);
		const values = [valueInWords(before, field), valueInWords(after, field)] as const;
		if (values[0] !== values[1]) return { path, part, words, before: values[0], after: values[1], source };
		const earlier = sourceOf(before, field);
		if (earlier === source) return [];
		return { path, part, words: `${words}, source`, before: earlier, after: source, source };
	});
}

/** "child protection plan, interval not suitably held: 14 days → 10 days" */
export function differenceInWords({ words, before, after }: PolicyDifference): string {
	return `${words}: ${before} → ${after}`;
}
