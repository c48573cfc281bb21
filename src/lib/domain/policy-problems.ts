import { addDays, after, dayInWords, type CalendarDate, type Length } from './calendar.ts';
import { CODES, SEVERITIES, type Code, type Severity } from './codes.ts';
import { capitalised, fieldsOf, readTyped, SITUATION_IN_WORDS, textOf } from './policy-fields.ts';
import { KINDS, STAKES, type Kind, type Policy } from './policy.ts';
import { CODE_IN_WORDS, KIND_IN_WORDS } from './wording.ts';

/** Something about a policy that must, or should, be mended before it is proposed. */
export interface PolicyProblem {
	/** Of the field it is about. */
	path: string;
	words: string;
}

export interface PolicyProblems {
	/** While there is one, the policy cannot be proposed. */
	errors: PolicyProblem[];
	warnings: PolicyProblem[];
}

/** What is wrong with a policy, in sentences that name where. `coursesHeld`: the courses that somebody in post did. */
export function problemsOf(policy: Policy, coursesHeld: ReadonlySet<string>): PolicyProblems {
	const errors: PolicyProblem[] = [];
	const warnings: PolicyProblem[] = [];
	const error = (path: string, words: string) => void errors.push({ path, words: capitalised(words) });
	const warn = (path: string, words: string) => void warnings.push({ path, words: capitalised(words) });

	for (const kind of KINDS)
		if (typeof policy.kinds[kind] !== 'object') error(`kinds.${kind}.stakes`, `${name(kind)} has no row.`);
	if (errors.length > 0) return { errors, warnings };
	for (const field of fieldsOf(policy)) {
		const read = readTyped(field.takes, textOf(policy, field));
		if ('refused' in read) error(field.path, `${field.words}: ${read.refused}`);
	}
	if (errors.length > 0) return { errors, warnings };

	for (const kind of KINDS) ofKind(kind, policy, error, warn);
	for (const course of new Set(KINDS.flatMap((kind) => policy.kinds[kind].training)))
		if (Object.hasOwn(policy.courses, course) && !coursesHeld.has(course)) {
			const asks = KINDS.find((kind) => policy.kinds[kind].training.includes(course)) ?? 'assessment';
			warn(
				`kinds.${asks}.training`,
				`${name(asks)}, training needed: nobody in post has done ${course}, so no case that needs it is suitably held.`
			);
		}
	for (const kind of KINDS) {
		const lower = KINDS.find(
			(other) =>
				STAKES.indexOf(policy.kinds[other].stakes) < STAKES.indexOf(policy.kinds[kind].stakes) &&
				policy.kinds[other].leastTier > policy.kinds[kind].leastTier
		);
		if (lower)
			warn(
				`kinds.${kind}.leastTier`,
				`${name(kind)}, least tier to lead alone: ${policy.kinds[kind].leastTier} is below the ${policy.kinds[lower].leastTier} of ${name(lower)}, whose stakes are lower.`
			);
	}
	ofLoad(policy, error);
	ofTiers(policy, error);
	ofSeverities(policy, error);
	return { errors, warnings };
}

const name = (kind: Kind) => KIND_IN_WORDS[kind];

type Say = (path: string, words: string) => void;

function ofKind(kind: Kind, policy: Policy, error: Say, warn: Say): void {
	const { stakes, leastTier, training, firstOversight, interval, weight } = policy.kinds[kind];
	const at = `kinds.${kind}`;
	for (const course of training)
		if (!Object.hasOwn(policy.courses, course))
			error(
				`${at}.training`,
				`${name(kind)}, training needed: ${course} is not among the courses of this policy. Add it there, or take it out here.`
			);
	if (leastTier === 'E6')
		error(
			`${at}.leastTier`,
			`${name(kind)}, least tier to lead alone: E6 is who manages practice, and their own oversight of a case they lead does not count.`
		);
	if (isLonger(interval.notSuitablyHeld, interval.suitablyHeld))
		error(
			`${at}.interval.notSuitablyHeld`,
			`${name(kind)}, interval not suitably held: it is longer than the interval suitably held.`
		);
	const shorter = isLonger(interval.suitablyHeld, interval.notSuitablyHeld)
		? interval.notSuitablyHeld
		: interval.suitablyHeld;
	if (isLonger(firstOversight, shorter))
		error(
			`${at}.firstOversight`,
			`${name(kind)}, first oversight: it may come later than the next would, for it is longer than the interval.`
		);
	if (kind === 'section_47' && stakes !== 'high')
		warn(
			`${at}.stakes`,
			`${name(kind)}, stakes: below high, an enquiry can never be flagged as held without oversight.`
		);
	if (weight === 0) warn(`${at}.weight`, `${name(kind)}, weight: at 0 points such a case adds no load.`);
}

function ofLoad({ load }: Policy, error: Say): void {
	const { steady, full, over, farOver } = load.bands;
	const rising: [path: string, before: number, after: number, words: string][] = [
		['full', steady, full, 'full must begin above where steady begins'],
		['over', full, over, 'over capacity must begin above where full begins'],
		['farOver', over, farOver, 'far over capacity must begin above where over capacity begins']
	];
	for (const [band, lower, higher, words] of rising)
		if (higher <= lower)
			error(`load.bands.${band}`, `bands of load: ${words}, and ${higher} % is not above ${lower} %.`);
	const [first, second, later] = load.siblingFactors;
	if (second > first || later > second)
		error(
			`load.siblingFactors.${second > first ? 1 : 2}`,
			'load and capacity: a later child of a family cannot weigh more than an earlier one.'
		);
}

function ofTiers({ tiers }: Policy, error: Say): void {
	const rising = ['E2', 'E3', 'E4', 'E5'] as const;
	for (const [place, tier] of rising.entries()) {
		const before = rising[place - 1];
		if (before && tiers[tier] <= tiers[before])
			error(
				`tiers.${tier}`,
				`experience tiers: ${tier} must begin after ${before}, and ${tiers[tier]} months is not after ${tiers[before]} months.`
			);
	}
}

/** The composite is what the product is for; and what is listed first of a rule is never the milder. */
function ofSeverities({ severities }: Policy, error: Say): void {
	if (severities.HELD_WITHOUT_OVERSIGHT.always !== 'critical')
		error(
			'severities.HELD_WITHOUT_OVERSIGHT.always',
			'severities: a case held without oversight is always critical.'
		);
	for (const code of CODES) {
		const listed = Object.entries(severities[code]) as [situation: string, severity: Severity][];
		for (const [place, [situation, severity]] of listed.entries()) {
			const graver = listed[place - 1];
			if (graver && SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(graver[1]))
				error(
					`severities.${code}.${situation}`,
					`severities, ${CODE_IN_WORDS[code]}: ${severity} ${situationInWords(code, situation)} is graver than ${graver[1]} ${situationInWords(code, graver[0])}.`
				);
		}
	}
}

function situationInWords(code: Code, situation: string): string {
	return (SITUATION_IN_WORDS[code] as Readonly<Record<string, string>>)[situation] ?? '';
}

/** A week without bank holidays near it. */
const MONDAY: CalendarDate = '2026-06-15';

/** Whether the one falls after the other, counted from some day of an ordinary week. */
function isLonger(one: Length, other: Length): boolean {
	return [0, 1, 2, 3, 4, 5, 6].some((days) => {
		const from = addDays(MONDAY, days);
		return after(from, one) > after(from, other);
	});
}

/** Why a version cannot come into force on a day, in words; null where it can. Never on a day already begun. */
export function whyNotFrom(
	day: CalendarDate,
	today: CalendarDate,
	versions: readonly Policy[]
): string | null {
	if (day <= today) return 'Give a day from tomorrow on: a version never judges days that have begun.';
	const last = versions.reduce<Policy | null>(
		(latest, version) => ((version.effectiveFrom ?? '') > (latest?.effectiveFrom ?? '') ? version : latest),
		null
	);
	if (last?.effectiveFrom && day <= last.effectiveFrom)
		return `Version ${last.version} comes into force on ${dayInWords(last.effectiveFrom)}: give a later day, or withdraw it first.`;
	return null;
}
