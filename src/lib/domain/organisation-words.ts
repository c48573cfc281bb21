import { addDays, dayInWords, type CalendarDate } from './calendar.ts';
import { measureOf, type Figure, type Measure } from './metrics.ts';
import type { Charted, Overview, ServiceCompared } from './organisation.ts';
import type { Change, Compared, Phase, Verdict, Window } from './restructure.ts';
import { KEPT_BACK } from './small-numbers.ts';
import type { SpecialCause } from './spc.ts';
import type { Managed } from './teams.ts';
import { listInWords } from './wording.ts';

export const PHASE_IN_WORDS: Record<Phase, string> = { before: 'Before', during: 'During', after: 'After' };

export const VERDICT_IN_WORDS: Record<Verdict, string> = {
	improvement: 'Improvement',
	concern: 'Concern',
	no_clear_change: 'No clear change',
	not_judged: 'Not judged'
};

export const MANAGED_IN_WORDS: Record<Managed, string> = {
	in_post: 'In post',
	away: 'Away over 5 working days',
	nobody: 'Nobody in post'
};

const CAUSE_IN_WORDS: Record<SpecialCause['cause'], string> = {
	outside_limits: 'outside the limits',
	trend: 'one of 7 or more in a row moving one way',
	near_limit: 'one of 2 in 3 near a limit',
	shift: 'one of 7 or more in a row on one side of the mean'
};

/** What the comparison can and cannot say, for every place that shows it. */
export const HOW_COMPARED =
	'Before, during and after take the month-ends within each window together, each as it was known then. A change of a percentage has a 95 % interval (Newcombe 1998); it is an improvement or a concern only where the whole interval lies on one side of no change. The same child or practitioner can be counted at several month-ends, which makes the interval narrower than separate people would. Means and single values have no interval and are not judged. A change after a restructure began need not have been caused by it.';

/** Held without oversight is counted at month-ends, so a case that was so between two of them is not in that trend. */
export const NOT_SHOWN =
	'A case that was held without oversight only between two month-ends is not in the number of cases; its days are in the days cases were held without oversight.';

/** The name of a measure as the subject of a short sentence. */
const SHORT: Record<string, string> = {
	M01: 'Supervision on time',
	'M03-28': 'Oversight within 28 days',
	M05: 'High stakes not suitably held',
	M06: 'Held without oversight',
	'M08-mean': 'Mean cases per FTE',
	'M08-over': 'Practitioners over capacity',
	'M10-mean': 'Changes of lead per child'
};

function shortOf(measure: Measure): string {
	return SHORT[measure.id] ?? measure.name;
}

function fixed(number: number, digits: number): string {
	const rounded = (Math.round(number * 10 ** digits) / 10 ** digits).toFixed(digits);
	return rounded.replace(/^-/, '−').replace(/^−(0(\.0+)?)$/, '$1');
}

const digitsOf = ({ digits }: Measure): number => digits ?? 1;

/** "91.4 %", "16.1"; "no figure" where there was nothing to divide by; "not measured then" where it was not counted yet. */
export function figureInWords(measure: Measure, figure: Figure | null): string {
	if (figure?.value == null) return figure?.notMeasured ? 'not measured then' : 'no figure';
	if (measure.kind === 'share') return `${fixed(figure.value * 100, 1)} %`;
	return fixed(figure.value, isCount(measure) && Number.isInteger(figure.value) ? 0 : digitsOf(measure));
}

/** A number of things on a day, or in a period: the mean over several. */
function isCount({ kind, of }: Measure): boolean {
	return kind === 'mean' && (of === 'month-ends' || of === 'months');
}

/** The figure as it is drawn: per cent, or the value itself. */
export function figureDrawn(measure: Measure, figure: Figure | null): number | null {
	if (figure?.value == null) return null;
	const scale = 10 ** digitsOf(measure);
	return Math.round(figure.value * (measure.kind === 'share' ? 100 : 1) * scale) / scale;
}

/** "731 of 800 practitioners": the counts behind a figure; empty where there is no figure. */
export function countsInWords(measure: Measure, figure: Figure | null): string {
	if (figure?.value == null || (isCount(measure) && figure.denominator === 1)) return '';
	const of = `${figure.denominator.toLocaleString('en-GB', { maximumFractionDigits: 1 })} ${measure.of}`;
	if (figure.numerator === null) return of;
	return `${figure.numerator.toLocaleString('en-GB')} ${measure.kind === 'share' ? 'of' : 'in'} ${of}`;
}

/** "−11.3 points, −14.7 to −7.9"; empty where nothing can be compared. */
export function changeInWords(measure: Measure, change: Change | null): string {
	if (!change) return '';
	const { difference, interval } = change;
	if (measure.kind !== 'share') return signed(difference, digitsOf(measure));
	const points = `${signed(difference * 100, 1)} points`;
	return interval
		? `${points}, ${signed(interval.lower * 100, 1)} to ${signed(interval.upper * 100, 1)}`
		: points;
}

function signed(number: number, digits: number): string {
	const words = fixed(number, digits);
	return number > 0 && !/^0(\.0+)?$/.test(words) ? `+${words}` : words;
}

/** How a sentence tells a figure; where it may not be told, it is KEPT_BACK. */
export type Telling = (measure: Measure, figure: Figure | null) => string;

/** For sentences: whole per cents from 10 on, one decimal below. */
export function rough(measure: Measure, figure: Figure | null): string {
	if (figure?.value == null) return 'no figure';
	if (measure.kind !== 'share') return figureInWords(measure, figure);
	const percent = figure.value * 100;
	return `${fixed(percent, percent < 9.95 && percent > 0 ? 1 : 0)} %`;
}

/** What the chart shows, in at most ten words. */
export function findingOf({ measure, points, compared }: Charted, told: Telling = rough): string {
	const short = shortOf(measure);
	if (compared?.change) {
		const { verdict } = compared.change;
		if (verdict !== 'no_clear_change') return `${short} ${moved(compared, told)}`;
		return `${short}: no clear change (${told(measure, compared.figures[compared.changeTo])})`;
	}
	const last = points.findLast(({ figure }) => figure.value !== null);
	return last
		? `${short}: ${told(measure, last.figure)} on ${dayInWords(last.on)}`
		: `${short}: no figures yet`;
}

/** What the limits of a chart rest on, in words. */
export function limitsInWords({ stretches, points }: Charted): string {
	const limits = stretches.filter((stretch) => stretch.limits);
	if (limits.length === 0) return '';
	const trial = limits.some((stretch) => stretch.limits?.trial);
	const special = points.filter(({ causes }) => causes.length > 0).length;
	const standing =
		special === 0
			? 'No month stands out from the usual variation of its phase.'
			: `${special === 1 ? '1 month stands' : `${special} months stand`} out from the usual variation of ${special === 1 ? 'its' : 'their'} phase.`;
	return trial ? `${standing} Trial limits: a phase has fewer than 12 months.` : standing;
}

/** Why a month stands out, and whether that is good; null where it does not. */
function standsOutInWords(measure: Measure, causes: readonly SpecialCause[]): string | null {
	const [first] = causes;
	if (!first) return null;
	const good = isBetter(measure, first);
	const side = first.direction === 'up' ? 'high' : 'low';
	const meaning = good === null ? side : `${good ? 'improvement' : 'concern'}, ${side}`;
	return `${meaning}: ${listInWords(causes.map(({ cause }) => CAUSE_IN_WORDS[cause]))}`;
}

/**
 * What there is to say of a month beside its figure: why it stands out, what corrections since make of it, and what it
 * is with what was recorded too late to be known then. Null: nothing.
 */
export function noteInWords(
	measure: Measure,
	{ figure, sinceCorrected, hindsight, causes }: Charted['points'][number]
): string | null {
	const said = figureInWords(measure, figure);
	const corrected = sinceCorrected && figureInWords(measure, sinceCorrected);
	const late = hindsight && figureInWords(measure, hindsight);
	const notes = [
		standsOutInWords(measure, causes),
		corrected !== null && corrected !== said ? `since corrected: ${corrected}` : null,
		late !== null && late !== (corrected ?? said) ? `with hindsight: ${late}` : null
	];
	return notes.filter((note) => note !== null).join('; ') || null;
}

/** Null: the measure has no better direction. */
export function isBetter({ better }: Measure, { direction }: SpecialCause): boolean | null {
	return better === 'neither' ? null : (direction === 'up') === (better === 'higher');
}

/** "1 Jun 2025 to 30 Nov 2025 (6 month-ends)" */
export function windowInWords({ from, to, over }: Window, monthEnds: number): string {
	const ends = monthEnds === 1 ? '1 month-end' : `${monthEnds} month-ends`;
	const days = `${dayInWords(from)} to ${dayInWords(addDays(to, -1))}`;
	return over ? `${days} (${ends})` : `${days}, not over yet (${ends} so far)`;
}

const NAMES_A_CHANGE =
	/(changes?|merger|moves?|programme|redesign|reform|reorgani[sz]ation|restructur(e|ing)|review|split|transformation)$/i;

/** "the Family Help reorganisation"; what is no name of a change is quoted: “Harbour joins Orchard”. */
function restructureInWords(name: string): string {
	if (/^the /i.test(name)) return `the ${name.slice('the '.length)}`;
	return NAMES_A_CHANGE.test(name) ? `the ${name}` : `“${name}”`;
}

const NAMED_SERVICES = 4;
const WORTH_SAYING = ['M01', 'M03-28', 'M05', 'M08-over'] as const;

/**
 * The most important change since the restructure began, in one sentence made from the figures: how many cases are held
 * without oversight, and of the other measures the one that changed most for the worse, else for the better, by service.
 */
export function headlineOf(overview: Overview, told: Telling = rough): string {
	const { restructure, comparison, now } = overview;
	const [held, onTime] = [measureOf('M06'), measureOf('M01')];
	const heldNow = told(held, held.figure([now]));
	if (!restructure)
		return `On ${dayInWords(overview.on)}, ${casesAre(heldNow)} held without oversight and supervision is on time for ${told(onTime, onTime.figure([now]))} of practitioners.`;
	const since = `Since ${restructureInWords(restructure.name)} began`;
	const compared = comparison.find(({ measure }) => measure.id === 'M06');
	const first = compared?.change
		? `${since}, cases held without oversight ${moved(compared, told)} at an average month-end${heldNow === KEPT_BACK ? '' : ` (now ${heldNow})`}`
		: `${since}, ${casesAre(heldNow)} now held without oversight`;
	const second = mostChanged(overview, told);
	return second === null ? `${first}.` : `${first}; ${second}.`;
}

function casesAre(count: string): string {
	if (count === KEPT_BACK) return 'a few cases are';
	return count === '0' ? 'no case is' : count === '1' ? '1 case is' : `${count} cases are`;
}

function mostChanged({ comparison, services }: Overview, told: Telling): string | null {
	const judged = comparison.filter(
		({ measure, change }) => WORTH_SAYING.some((id) => id === measure.id) && change
	);
	if (judged.length === 0) return null;
	const mostBy = (verdict: Verdict) =>
		judged
			.filter(({ change }) => change?.verdict === verdict)
			.sort((a, b) => Math.abs(b.change?.difference ?? 0) - Math.abs(a.change?.difference ?? 0))[0];
	const most = mostBy('concern') ?? mostBy('improvement');
	if (!most) return 'nothing else clearly changed';
	const subject = lowered(shortOf(most.measure));
	if (services.length < 2) return `${subject} ${moved(most, told)}`;
	return `${subject} ${services.length > NAMED_SERVICES ? overall(most, services, told) : byService(most.measure, services, told)}`;
}

/** More services than a sentence can name. */
function overall(most: Compared, services: readonly ServiceCompared[], told: Telling): string {
	const alike = services
		.flatMap(({ service, compared }) => {
			const own = compared.get(most.measure.id);
			return own?.change?.verdict === most.change?.verdict && own?.change
				? [{ service, own, change: own.change }]
				: [];
		})
		.sort((a, b) => Math.abs(b.change.difference) - Math.abs(a.change.difference));
	const [first] = alike;
	const where = first ? `, most of all in ${first.service}, ${fromTo(first.own, told)}` : '';
	return `${moved(most, told)}, clearly so in ${alike.length} of ${services.length} services${where}`;
}

function byService(measure: Measure, services: readonly ServiceCompared[], told: Telling): string {
	const said = { fell: [] as string[], rose: [] as string[] };
	const unchanged: string[] = [];
	for (const { service, compared } of services) {
		const own = compared.get(measure.id);
		if (!own?.change) continue;
		if (own.change.verdict === 'no_clear_change') unchanged.push(service);
		else said[own.change.difference > 0 ? 'rose' : 'fell'].push(`${fromTo(own, told)} in ${service}`);
	}
	const clauses = (['fell', 'rose'] as const).flatMap((way) =>
		said[way].length === 0 ? [] : `${way} ${listInWords(said[way])}`
	);
	if (unchanged.length > 0) clauses.push(`did not clearly change in ${listInWords(unchanged)}`);
	return clauses.join(', and ');
}

function moved(compared: Compared, told: Telling): string {
	const { measure, figures, change, changeTo } = compared;
	const [from, to] = [told(measure, figures.before), told(measure, figures[changeTo])];
	if (from === to && to !== KEPT_BACK) return `stayed at ${to}`;
	return `${(change?.difference ?? 0) > 0 ? 'rose' : 'fell'} ${fromTo(compared, told)}`;
}

function fromTo({ measure, figures, changeTo }: Compared, told: Telling): string {
	const [from, to] = [told(measure, figures.before), told(measure, figures[changeTo])];
	if (from === KEPT_BACK && to === KEPT_BACK) return 'between small numbers';
	const inSentence = (figure: string) => (figure === KEPT_BACK ? 'a small number' : figure);
	return `from ${inSentence(from)} to ${inSentence(to)}`;
}

function lowered(words: string): string {
	return words.charAt(0).toLowerCase() + words.slice(1);
}

/** A change as one cell: "91.9 % → 69.1 %, concern". */
export function movedInWords(compared: Compared | undefined): string {
	if (!compared) return 'no figure';
	const { measure, figures, change, changeTo } = compared;
	if (!change) return figureInWords(measure, figures.before ?? figures[changeTo]);
	const verdict = change.verdict === 'not_judged' ? '' : `, ${lowered(VERDICT_IN_WORDS[change.verdict])}`;
	return `${figureInWords(measure, figures.before)} → ${figureInWords(measure, figures[changeTo])}${verdict}`;
}

const MONTH_NAMES = /^\d+ (\w+) (\d{4})$/;

/** "Jun 25": a month on an axis. */
export function monthInWords(on: CalendarDate): string {
	return dayInWords(on).replace(MONTH_NAMES, (_, month: string, year: string) => `${month} ${year.slice(2)}`);
}
