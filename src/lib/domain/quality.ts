import { dayInWords, type CalendarDate } from './calendar.ts';
import { STAKES, type Kind, type Policy, type Stakes } from './policy.ts';

/** A signed case discussion that could be drawn, with what it is drawn by. */
export interface EligibleDiscussion {
	sessionId: string;
	caseId: string;
	heldOn: CalendarDate;
	teamId: string;
	/** The kinds of the case on the day it was discussed. */
	kinds: readonly Kind[];
}

export interface DrawnDiscussion extends EligibleDiscussion {
	stakes: Stakes;
	/** Its place in the order in which they are read, from 1. */
	place: number;
}

/** The highest stakes of some kinds; of none, those of an assessment, as a case of unknown kind is held to. */
function stakesOfKinds(kinds: readonly Kind[], policy: Policy): Stakes {
	const held = kinds.length === 0 ? (['assessment'] as const) : kinds;
	return STAKES[Math.max(...held.map((kind) => STAKES.indexOf(policy.kinds[kind].stakes)))] ?? 'low';
}

/**
 * Draws so many discussions of each team, in turn from those of high, medium and low stakes, at random within each. The
 * same discussions and the same seed give the same sample, in whatever order they come.
 */
export function drawSample(
	eligible: readonly EligibleDiscussion[],
	{ seed, ofEachTeam }: { seed: number; ofEachTeam: number },
	policyOn: (day: CalendarDate) => Policy
): DrawnDiscussion[] {
	const byTeam = new Map<string, Map<Stakes, (EligibleDiscussion & { lot: number })[]>>();
	for (const each of eligible) {
		const strata = byTeam.get(each.teamId) ?? new Map<Stakes, (EligibleDiscussion & { lot: number })[]>();
		byTeam.set(each.teamId, strata);
		const stakes = stakesOfKinds(each.kinds, policyOn(each.heldOn));
		const stratum = strata.get(stakes) ?? [];
		strata.set(stakes, stratum);
		stratum.push({ ...each, lot: lotOf(`${seed} ${each.sessionId} ${each.caseId}`) });
	}
	const drawn: (Omit<DrawnDiscussion, 'place'> & { lot: number })[] = [];
	for (const [, strata] of [...byTeam].sort(([a], [b]) => (a < b ? -1 : 1))) {
		const lots = STAKES.toReversed().flatMap((stakes) => {
			const stratum = strata.get(stakes);
			return stratum ? { stakes, stratum: stratum.sort(byLot) } : [];
		});
		let left = ofEachTeam;
		for (let round = 0; left > 0 && lots.some(({ stratum }) => round < stratum.length); round++)
			for (const { stakes, stratum } of lots) {
				const next = stratum[round];
				if (!next || left === 0) continue;
				drawn.push({ ...next, stakes });
				left--;
			}
	}
	return drawn.sort(byLot).map(({ lot: _, ...each }, place) => ({ ...each, place: place + 1 }));
}

function byLot(
	a: { lot: number; sessionId: string; caseId: string },
	b: { lot: number; sessionId: string; caseId: string }
): number {
	return a.lot - b.lot || (`${a.sessionId} ${a.caseId}` < `${b.sessionId} ${b.caseId}` ? -1 : 1);
}

/** A number below 2^32 that looks like chance and is the same for the same text (FNV-1a, then mixed). */
function lotOf(text: string): number {
	let lot = 0x811c9dc5;
	for (let place = 0; place < text.length; place++) lot = Math.imul(lot ^ text.charCodeAt(place), 0x01000193);
	lot = Math.imul(lot ^ (lot >>> 16), 0x85ebca6b);
	lot = Math.imul(lot ^ (lot >>> 13), 0xc2b2ae35);
	return (lot ^ (lot >>> 16)) >>> 0;
}

export const QUALITY_MARKS = ['met', 'partly', 'not_met', 'too_early'] as const;
export type QualityMark = (typeof QUALITY_MARKS)[number];

/** What a reader looks for in a discussion, in the order of the form. */
export const QUALITY_QUESTIONS = [
	{
		key: 'decision',
		label: 'Decision',
		asks: 'Is it clear what was decided, by whom, and by when it is done?',
		tooEarly: false
	},
	{
		key: 'rationale',
		label: 'Rationale',
		asks: 'Does the analysis say why: what is known first-hand, what the history predicts, what else could explain it?',
		tooEarly: false
	},
	{
		key: 'voice',
		label: 'Child’s voice',
		asks: 'Is the child’s lived experience there, and does it count in the decision?',
		tooEarly: false
	},
	{
		key: 'followThrough',
		label: 'Follow-through',
		asks: 'Was what was agreed done, or taken up again when it was not?',
		tooEarly: true
	}
] as const;
export type QualityQuestion = (typeof QUALITY_QUESTIONS)[number]['key'];

export const MARK_IN_WORDS: Record<QualityMark, string> = {
	met: 'Yes',
	partly: 'In part',
	not_met: 'No',
	too_early: 'Too early to say'
};

export const QUALITY_THEMES = {
	history: 'The history is weighed',
	heard: 'The child is heard in their own words',
	challenge: 'The explanation is tested',
	tasks_only: 'Tasks without analysis',
	adults_word: 'Rests on what adults say',
	drift: 'The same plan again, and nothing changes',
	no_reasons: 'A decision without its reasons',
	nobody_named: 'Nobody knows who does what by when'
} as const;
export type QualityTheme = keyof typeof QUALITY_THEMES;

function isTheme(text: string): text is QualityTheme {
	return text in QUALITY_THEMES;
}

/** What a reader found in one discussion. */
export interface QualityFound {
	marks: Record<QualityQuestion, QualityMark>;
	themes: readonly QualityTheme[];
	/** For the supervisor; null: none. */
	feedback: string | null;
}

const FEEDBACK_CHARACTERS = 4000;

/** Reads the form; what is missing is said field by field. */
export function qualityGiven(
	text: (field: string) => string,
	themes: readonly string[]
): QualityFound | { refused: { field: string; words: string }[] } {
	const refused: { field: string; words: string }[] = [];
	const marks: Partial<Record<QualityQuestion, QualityMark>> = {};
	for (const { key, label, tooEarly } of QUALITY_QUESTIONS) {
		const mark = QUALITY_MARKS.find((each) => each === text(key));
		if (mark && (tooEarly || mark !== 'too_early')) marks[key] = mark;
		else refused.push({ field: key, words: `Choose an answer for “${label}”.` });
	}
	const feedback = text('feedback').trim();
	if (feedback.length > FEEDBACK_CHARACTERS)
		refused.push({
			field: 'feedback',
			words: 'This is longer than fits. Shorten it; your text is still here.'
		});
	if (refused.length > 0) return { refused };
	return {
		marks: marks as Record<QualityQuestion, QualityMark>,
		themes: [...new Set(themes.filter(isTheme))].sort(),
		feedback: feedback === '' ? null : feedback
	};
}

/** One reading as it counts: of which team, when the discussion was held, and what was found. */
export interface CountedReading extends QualityFound {
	teamId: string;
	heldOn: CalendarDate;
}

/** What was found in a team's discussions of a quarter. */
export interface QualityOfTeam {
	teamId: string;
	quarter: string;
	read: number;
	/** How many were met; those too early to say are not in `of`. */
	met: Record<QualityQuestion, { count: number; of: number }>;
	/** The most frequent first. */
	themes: { theme: QualityTheme; count: number }[];
}

/** "2026 Q4", by the calendar year. */
function quarterOf(day: CalendarDate): string {
	return `${day.slice(0, 4)} Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
}

/** The findings by team and quarter of the discussion, the latest quarter first. */
export function qualityByTeam(readings: readonly CountedReading[]): QualityOfTeam[] {
	const groups = new Map<string, CountedReading[]>();
	for (const each of readings) {
		const key = `${quarterOf(each.heldOn)} ${each.teamId}`;
		groups.set(key, [...(groups.get(key) ?? []), each]);
	}
	return [...groups.values()]
		.map((of): QualityOfTeam => {
			const counts = new Map<QualityTheme, number>();
			for (const theme of of.flatMap(({ themes }) => themes)) counts.set(theme, (counts.get(theme) ?? 0) + 1);
			const met = QUALITY_QUESTIONS.map(({ key }) => {
				const marked = of.map(({ marks }) => marks[key]).filter((mark) => mark !== 'too_early');
				return [key, { count: marked.filter((mark) => mark === 'met').length, of: marked.length }] as const;
			});
			return {
				teamId: of[0]?.teamId ?? '',
				quarter: quarterOf(of[0]?.heldOn ?? ''),
				read: of.length,
				met: Object.fromEntries(met) as QualityOfTeam['met'],
				themes: [...counts]
					.map(([theme, count]) => ({ theme, count }))
					.sort((a, b) => b.count - a.count || (a.theme < b.theme ? -1 : 1))
			};
		})
		.sort((a, b) =>
			a.quarter === b.quarter ? (a.teamId < b.teamId ? -1 : 1) : a.quarter < b.quarter ? 1 : -1
		);
}

/** "18 of 240 signed discussions held from 1 Sep 2026 to 20 Nov 2026, drawn on 20 Nov 2026 with seed 4711" */
export function sampleInWords(sample: {
	drawn: number;
	eligible: number;
	from: CalendarDate;
	to: CalendarDate;
	drawnOn: CalendarDate;
	seed: number;
}): string {
	const { drawn, eligible, from, to, drawnOn, seed } = sample;
	return `${drawn} of ${eligible} signed discussions held from ${dayInWords(from)} to ${dayInWords(to)}, drawn on ${dayInWords(drawnOn)} with seed ${seed}`;
}
