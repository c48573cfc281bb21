import { dayInWords, isCalendarDate, type CalendarDate } from './calendar.ts';
import { problemsOf } from './policy-problems.ts';
import { NO_SETTINGS, wholePolicy, type Policy, type Settings } from './policy.ts';

/** What policy.json holds: without it the same facts give other findings. */
export interface PolicyFile {
	settings: Settings;
	versions: readonly {
		policy: Policy;
		publishedOn: CalendarDate | null;
		withdrawn: { on: CalendarDate; by: string; why: string } | null;
	}[];
}

export function policyFileText(file: PolicyFile): string {
	return JSON.stringify(file, null, '\t');
}

/** What a policy.json says, or in sentences that name the version why it cannot be used. */
export function readPolicyFile(text: string): { file: PolicyFile } | { problems: string[] } {
	const found = asObject(parsed(text));
	if (!found) return { problems: ['It is not written as JSON. Give the policy.json that export wrote.'] };
	const { versions, settings } = found;
	if (!Array.isArray(versions) || versions.length === 0)
		return { problems: ['It names no versions. Give the policy.json that export wrote.'] };
	const problems: string[] = [];
	const read = versions.flatMap((version: unknown, place) => {
		const one = readVersion(version, place + 1);
		if ('problems' in one) problems.push(...one.problems);
		return 'problems' in one ? [] : one;
	});
	const days = read
		.filter(({ withdrawn }) => withdrawn === null)
		.map(({ policy }) => policy.effectiveFrom ?? '');
	if (days.some((day, place) => place > 0 && day <= (days[place - 1] ?? '')))
		problems.push('The versions are not in the order of the days they come into force.');
	const given = asObject(settings);
	const observedFrom = dayIn(given?.['observedFrom'], 'observedFrom', problems);
	const supervisionProfileFrom = dayIn(given?.['supervisionProfileFrom'], 'supervisionProfileFrom', problems);
	if (problems.length > 0) return { problems };
	return { file: { settings: { ...NO_SETTINGS, observedFrom, supervisionProfileFrom }, versions: read } };
}

/** What bringing in a policy.json adds: versions that are not here yet, and settings that nothing here says otherwise. */
export interface PolicyAdditions {
	versions: PolicyFile['versions'];
	settings: Partial<Settings>;
}

/**
 * What a policy.json adds to the versions and settings that are here, or in sentences why it may not. What is here is
 * never changed by a file: `asShipped` says that version 1 is still the one that came with the product, and was never
 * stored.
 */
export function additionsOf(
	file: PolicyFile,
	here: PolicyFile & { asShipped: boolean }
): { additions: PolicyAdditions } | { problems: string[] } {
	const problems: string[] = [];
	const versions = file.versions.filter((version, place) => {
		const known = here.versions[place];
		if (!known || isSame(version, known)) return !known;
		if (place === 0 && here.asShipped) return true;
		problems.push(
			`Version ${place + 1} says something else than version ${place + 1} here. Versions that were published are not changed: publish a new one on the page Policy.`
		);
		return false;
	});
	const settings: Partial<Settings> = {};
	for (const [name, words] of SETTINGS) {
		const [given, known] = [file.settings[name], here.settings[name]];
		if (given === null || given === known) continue;
		if (known === null) settings[name] = given;
		else
			problems.push(
				`${words} is ${dayInWords(known)} here, and ${dayInWords(given)} in the file. It is not changed by a policy.json.`
			);
	}
	return problems.length > 0 ? { problems } : { additions: { versions, settings } };
}

const SETTINGS = [
	['observedFrom', 'The day before which no clock starts'],
	['supervisionProfileFrom', 'The day on which the supervision profile starts']
] as const;

/** What would be added, line by line; nothing where everything is here already. */
export function additionsInWords({ versions, settings }: PolicyAdditions): string[] {
	return [
		...versions.map(({ policy: { version, effectiveFrom }, withdrawn }) =>
			[
				`policy version ${version}, `,
				effectiveFrom === null ? 'in force from the beginning' : `in force from ${dayInWords(effectiveFrom)}`,
				withdrawn === null ? '' : `, withdrawn on ${dayInWords(withdrawn.on)}`
			].join('')
		),
		...SETTINGS.flatMap(([name, words]) => {
			const day = settings[name];
			return day == null ? [] : `${words}: ${dayInWords(day)}`;
		})
	];
}

/** Whether two values say the same, whatever the order of their fields. */
function isSame(one: unknown, other: unknown): boolean {
	return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

function inOrder(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(inOrder);
	const fields = asObject(value);
	if (!fields) return value;
	return Object.fromEntries(
		Object.keys(fields)
			.sort()
			.map((name) => [name, inOrder(fields[name])])
	);
}

const OBJECTS = [
	'kinds',
	'courses',
	'load',
	'capacity',
	'grace',
	'waits',
	'supervision',
	'sources',
	'tiers',
	'limits',
	'severities'
];

type OneVersion = PolicyFile['versions'][number];

function readVersion(given: unknown, number: number): OneVersion | { problems: string[] } {
	const row = asObject(given);
	const stored = asObject(row?.['policy']);
	const at = (words: string) => ({ problems: [`Version ${number}: ${words}`] });
	if (!row || !stored) return at('it holds no policy.');
	if (stored['version'] !== number) return at('it is not numbered in order.');
	for (const part of OBJECTS)
		if (stored[part] !== undefined && !asObject(stored[part])) return at(`“${part}” is not an object.`);
	const problems: string[] = [];
	const effectiveFrom = dayIn(stored['effectiveFrom'], 'effectiveFrom', problems);
	const publishedOn = dayIn(row['publishedOn'], 'publishedOn', problems);
	if ((effectiveFrom === null) !== (number === 1))
		return at('every version but the first comes into force on a day, and the first on none.');
	if (effectiveFrom !== null && publishedOn !== null && publishedOn >= effectiveFrom)
		return at('it was published on the day it came into force or later.');
	const policy = wholePolicy({ ...stored, version: number, effectiveFrom });
	const known = new Set(Object.keys(policy.courses));
	problems.push(...problemsOf(policy, known).errors.map(({ words }) => words));
	if (problems.length > 0) return { problems: problems.map((words) => `Version ${number}: ${words}`) };
	const gone = asObject(row['withdrawn']);
	const on = dayIn(gone?.['on'], 'withdrawn on', problems);
	const text = (value: unknown) => (typeof value === 'string' ? value : '');
	return {
		policy,
		publishedOn,
		withdrawn: gone && on !== null ? { on, by: text(gone['by']), why: text(gone['why']) } : null
	};
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function asObject(value: unknown): Record<string, unknown> | null {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Record<string, unknown>)
		: null;
}

function dayIn(value: unknown, name: string, problems: string[]): CalendarDate | null {
	if (value === undefined || value === null) return null;
	if (typeof value === 'string' && isCalendarDate(value)) return value;
	problems.push(`“${name}” is no day. Write it as yyyy-mm-dd.`);
	return null;
}
