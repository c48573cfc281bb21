import type { Length } from './calendar.ts';
import { CODES, SEVERITIES, type Code } from './codes.ts';
import { TIERS } from './people.ts';
import { KINDS, STAKES, type Policy, type Severities } from './policy.ts';
import {
	CODE_IN_WORDS,
	KIND_IN_WORDS,
	lengthInWords,
	SEVERITY_IN_WORDS,
	STAKES_IN_WORDS,
	TIER_IN_WORDS
} from './wording.ts';

type Unit = '%' | 'working days' | 'points' | 'days' | 'months' | 'minutes' | 'people';

/** What a field holds, and so how it is typed and said. */
export type Takes =
	| { as: 'limit' }
	| { as: 'number'; least: number; most: number; decimals: number; unit?: Unit }
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

const whole = (least: number, most: number, unit: Unit): Takes => ({
	as: 'number',
	least,
	most,
	decimals: 0,
	unit
});
const days = (most: number) => whole(1, most, 'days');
const months = (most: number) => whole(1, most, 'months');

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
		key: 'tiers',
		title: 'experience tiers',
		rows: [
			['tiers.E2', 'E2 from, in the early-career stage or since registration', months(60)],
			['tiers.E3', 'E3 from, since registration', months(120)],
			['tiers.E4', 'E4 from, since registration', months(240)],
			['tiers.E5', 'E5 from, since registration', months(240)]
		]
	},
	{
		key: 'limits',
		title: 'limits of single rules',
		rows: [
			['limits.overdueDays', 'oversight overdue, at first: up to', days(365)],
			['limits.handover', 'a change of hands, overseen within', limit],
			[
				'limits.frequentChange',
				'leads or supervisors in 12 months that are too many',
				whole(2, 20, 'people')
			],
			['limits.assessment', 'an assessment, done within', limit],
			['limits.conference', 'a conference that is needed, held within', limit],
			['limits.outcome', 'the outcome of a section 47 enquiry, recorded within', limit],
			['limits.signOffDays', 'a closing, signed off in the last', days(365)],
			['limits.soonAfterDays', 'a closing is soon after a section 47 enquiry within', days(365)],
			['limits.decision', 'a request, decided and a refusal agreed within', limit],
			['limits.action', 'an action, done after its due date within', limit],
			['limits.agreement', 'an action, given an owner and a day within', limit],
			['limits.note', 'a supervision note, signed by both within', limit],
			['limits.sessionMinutes', 'a supervision session, at least', whole(1, 480, 'minutes')],
			['limits.span', 'people supervised by one person, at most', whole(1, 50, 'people')],
			['limits.agencyMonths', 'registration of an agency worker, at least', months(240)]
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

const severity: Takes = {
	as: 'choice',
	options: SEVERITIES.map((value) => ({ value, label: SEVERITY_IN_WORDS[value] }))
};

/** When each severity of a rule is meant; empty where it has but one. */
export const SITUATION_IN_WORDS: {
	readonly [Each in Code]: { readonly [Situation in keyof Severities[Each]]: string };
} = {
	HELD_WITHOUT_OVERSIGHT: { always: '' },
	BELOW_EXPERIENCE: { section47: 'for a section 47 enquiry', others: 'for other kinds' },
	TRAINING_GAP: { highStakes: 'for high stakes', others: 'for other stakes' },
	OVERSIGHT_OVERDUE: {
		highStakes: 'for high stakes once the interval has passed again',
		later: 'once it is long overdue',
		atFirst: 'at first'
	},
	UNALLOCATED: { pressing: 'for high stakes and looked-after children', others: 'for others' },
	HOLDER_ABSENT: { highStakes: 'for high stakes', others: 'for other stakes' },
	HANDOVER_WITHOUT_OVERSIGHT: {
		guarded: 'for high stakes while a restructure covers the team',
		others: 'for others'
	},
	SECTION_47_UNEXPLAINED: { always: '' },
	REQUEST_DECLINED_ALONE: { always: '' },
	CLOSED_WITHOUT_SIGN_OFF: { always: '' },
	CLOSED_SOON_AFTER_SECTION_47: { always: '' },
	FREQUENT_CHANGE: { always: '' },
	ACTION_OVERDUE: { risk: 'for an action about risk', others: 'for others' },
	ACTION_WEAK: { always: '' },
	SUPERVISION_OVERDUE: { later: 'after the grace and in tier E1', withinGrace: 'within the grace' },
	SUPERVISION_CANCELLED_TWICE: { always: '' },
	SUPERVISION_SHORT: { always: '' },
	NOTE_UNSIGNED: { always: '' },
	SUPERVISOR_NOT_QUALIFIED: { earlyCareer: 'for somebody in tiers E1 and E2', others: 'for others' },
	NO_SUPERVISOR: {
		none: 'where none is in post',
		awayEarlyCareer: 'where the supervisor of somebody in tiers E1 and E2 is away',
		away: 'where that of others is away'
	},
	OVER_CAPACITY: { noCapacity: 'with no capacity', farOver: 'where far over', over: 'where over' },
	SPAN_TOO_WIDE: { always: '' },
	AGENCY_BELOW_EXPERIENCE: { always: '' },
	EXPERIENCE_UNKNOWN: { always: '' },
	TIMESCALE_MISSED: { always: '' }
};

const SEVERITY_ROWS: readonly Row[] = CODES.flatMap((code) =>
	Object.entries(SITUATION_IN_WORDS[code]).map(([situation, words]: [string, string]): Row => [
		`severities.${code}.${situation}`,
		[CODE_IN_WORDS[code], words].filter(Boolean).join(', '),
		severity
	])
);

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
	const severities = { key: 'severities', title: 'severities', rows: SEVERITY_ROWS };
	return [...kinds, courses, ...OTHER_PARTS, severities].map(({ key, title, rows }) => ({
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
				: `${text} ${text === '1' ? takes.unit.replace(/^people$/, 'person').replace(/s$/, '') : takes.unit}`;
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
	'limits.assessment': 'Working Together to Safeguard Children: within 45 working days.',
	'limits.conference':
		'Working Together to Safeguard Children: within 15 working days of the strategy discussion.',
	'limits.sessionMinutes': 'Standards for Employers of Social Workers (LGA): 90 minutes uninterrupted.',
	'limits.agencyMonths': 'Agency social workers: statutory guidance, October 2024 (DfE): three years.',
	'limits.frequentChange': 'Local default, after the Somerset review of 2018: nine managers, six workers.',
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
