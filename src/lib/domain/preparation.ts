import { lastDiscussedOn } from './agenda.ts';
import { policyInForce, viewOf, type View } from './authority.ts';
import { addDays, dayInWords, distanceInWords, type CalendarDate } from './calendar.ts';
import { leadSince } from './cases.ts';
import { caseloadOf, type Band } from './caseload.ts';
import { byCodePoint, worstFirst, type Finding } from './flags.ts';
import { flagInWords } from './flag-words.ts';
import { ledBy } from './heatmap.ts';
import { isKnown } from './knowledge.ts';
import type { Person } from './people.ts';
import { coursesShown, isGap, toBook, trainingRow, type CourseOfPerson } from './training.ts';
import { courseName, needInWords, standingInWords } from './training-words.ts';
import { BAND_IN_WORDS, casesInWords, type Names } from './wording.ts';

/** A case on a list, and the day that put it there; null: never. */
export interface CaseSince {
	caseId: string;
	reference: string;
	on: CalendarDate | null;
}

export interface LoadOnDay {
	on: CalendarDate;
	/** Null: there was no capacity. */
	percent: number | null;
	band: Band;
	cases: number;
}

/** What a session is prepared with, beside the cases on its agenda. */
export interface Preparation {
	/** The last day on which supervision was held; null: never, as far as is known. */
	lastHeldOn: CalendarDate | null;
	/** What the rules say about the person, and not about one of their cases; the worst first. */
	findings: Finding[];
	/** Cases that came since the last session, the latest first. */
	newCases: CaseSince[];
	/** The cases not discussed for longest, those never discussed first. */
	longest: CaseSince[];
	/** Gaps in training first, then what lapses within 90 days. */
	training: CourseOfPerson[];
	/** The load today, and every four weeks before. */
	loads: LoadOnDay[];
}

const LONGEST = 3;
const EVERY_DAYS = 28;
const POINTS_BACK = 3;

/** How far back the cases held have to be known. */
export const LOAD_DAYS_BACK = EVERY_DAYS * POINTS_BACK;

/**
 * What there is to talk about with somebody on the view's day. `held` is the same view with every case that they held in
 * the last `LOAD_DAYS_BACK` days; `beingWritten` is the session itself, which counts for nothing yet.
 */
export function preparationOf(
	person: Person,
	seen: { view: View; findings: readonly Finding[]; held: View },
	beingWritten: string
): Preparation {
	const { view, findings, held } = seen;
	const { knowledge } = view;
	const { practitionerId } = person;
	const lastHeldOn = lastHeld(practitionerId, view, beingWritten);
	const led = ledBy(person, view).map(({ file }) => file);
	const newCases = led
		.map((file) => ({ ...named(file), on: leadSince(file, practitionerId, knowledge.on, knowledge) }))
		.filter(({ on }) => on !== null && on > (lastHeldOn ?? addDays(knowledge.on, -EVERY_DAYS)))
		.sort((a, b) => byCodePoint(b.on ?? '', a.on ?? '') || byCodePoint(a.reference, b.reference));
	const longest = led
		.map((file) => ({ ...named(file), on: lastDiscussedOn(file, view, beingWritten) }))
		.sort((a, b) => byCodePoint(a.on ?? '', b.on ?? '') || byCodePoint(a.reference, b.reference))
		.slice(0, LONGEST);
	return {
		lastHeldOn,
		findings: worstFirst(
			findings.filter((finding) => finding.caseId === null && finding.practitionerId === practitionerId)
		),
		newCases,
		longest,
		training: toBook(trainingRow(person, coursesShown([person], view), view)),
		loads: Array.from({ length: POINTS_BACK + 1 }, (_, back) => loadOn(person, held, -EVERY_DAYS * back))
	};
}

function named({ caseId, reference }: { caseId: string; reference: string }) {
	return { caseId, reference };
}

function lastHeld(practitionerId: string, { authority, knowledge }: View, beingWritten: string) {
	let last: CalendarDate | null = null;
	for (const session of authority.sessionsOf.get(practitionerId) ?? []) {
		const { heldOn, sessionId } = session;
		if (sessionId === beingWritten || heldOn === null || !isKnown(session, heldOn, knowledge)) continue;
		if (last === null || heldOn > last) last = heldOn;
	}
	return last;
}

function loadOn(person: Person, { authority, knowledge }: View, days: number): LoadOnDay {
	const on = addDays(knowledge.on, days);
	const { loadPercent, band, cases } = caseloadOf(person, viewOf(authority, on));
	return { on, percent: loadPercent, band, cases };
}

/** One list of the preparation, as it is shown. */
export interface PreparationList {
	key: string;
	title: string;
	lines: { words: string; caseId: string | null; reference: string | null }[];
	/** What is said where there is nothing. */
	none: string;
}

/** The preparation in words, in the order in which it is talked through. */
export function preparationInWords(preparation: Preparation, view: View, names: Names): PreparationList[] {
	const { on: today } = view.knowledge;
	const { lastHeldOn, findings, newCases, longest, training, loads } = preparation;
	const { courses } = policyInForce(view, today);
	const since = lastHeldOn === null ? 'in the last 28 days' : `since ${dayInWords(lastHeldOn)}`;
	const plain = (words: string) => ({ words, caseId: null, reference: null });
	const aboutCase = ({ caseId, reference }: CaseSince, words: string) => ({ words, caseId, reference });
	return [
		{
			key: 'load',
			title: 'Load and its trend',
			lines: [plain(loadsInWords(loads))],
			none: ''
		},
		{
			key: 'findings',
			title: 'What the rules say about the person',
			lines: findings.map((finding) => {
				const { title, why } = flagInWords(finding, names, today);
				return plain(`${title}: ${why}`);
			}),
			none: 'Nothing stands.'
		},
		{
			key: 'new',
			title: `Allocated ${since}`,
			lines: newCases.map((each) =>
				aboutCase(each, each.on === null ? '' : `allocated ${dayInWords(each.on)}`)
			),
			none: 'No new case.'
		},
		{
			key: 'longest',
			title: 'Not discussed for longest',
			lines: longest.map((each) =>
				aboutCase(
					each,
					each.on === null
						? 'not discussed in supervision yet'
						: `last discussed ${dayInWords(each.on)}, ${distanceInWords(each.on, today)}`
				)
			),
			none: 'No case is led.'
		},
		{
			key: 'training',
			title: 'Training',
			lines: training.map((each) => {
				const need = each.need === null ? '' : `; needed ${needInWords(each.need)}`;
				const gap = isGap(each) ? 'missing: ' : '';
				return plain(
					`${courseName(each.course, courses)}, ${gap}${standingInWords(each.standing, today)}${need}`
				);
			}),
			none: 'Nothing is missing or about to lapse.'
		}
	];
}

/** "104 % of capacity with 17 cases, over. Four weeks ago 98 %, eight weeks ago 91 %: it rises." */
function loadsInWords(loads: readonly LoadOnDay[]): string {
	const [now, ...before] = loads;
	if (!now) return '';
	const said = ({ percent, band }: LoadOnDay) =>
		percent === null ? BAND_IN_WORDS[band] : `${Math.round(percent)} %`;
	const current =
		now.percent === null
			? `${BAND_IN_WORDS[now.band]}, ${casesInWords(now.cases)}`
			: `${said(now)} of capacity with ${casesInWords(now.cases)}`;
	const weeks = ['four', 'eight', 'twelve'];
	const earlier = before.map((each, place) => `${weeks[place]} weeks ago ${said(each)}`).join(', ');
	return `${current}; ${earlier}${trendOf(loads)}.`;
}

/** A change of less than this over four weeks is no trend, in points of a hundred (local default). */
const STEADY_WITHIN = 5;

function trendOf(loads: readonly LoadOnDay[]): string {
	const [now, before] = loads.map(({ percent }) => percent);
	if (now == null || before == null) return '';
	if (Math.abs(now - before) < STEADY_WITHIN) return ': steady';
	return now > before ? ': it rises' : ': it falls';
}
