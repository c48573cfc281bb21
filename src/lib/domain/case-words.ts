import type { SentenceOfPlan } from './absence-words.ts';
import { dayInWords, weekdayInWords, type CalendarDate } from './calendar.ts';
import type { Band, Caseload } from './caseload.ts';
import type { Action } from './actions.ts';
import type { CasePlan, CaseStanding, ClosedSoon, Discounted, OversightMissing } from './case-plan.ts';
import type { CaseProblem } from './case-problems.ts';
import type { Allocation, CaseKind } from './cases.ts';
import type { Demands, Suitability } from './oversight.ts';
import { STAKES, type Kind, type Policy } from './policy.ts';
import {
	BAND_IN_WORDS,
	capital,
	casesInWords,
	daysInWords,
	KIND_IN_WORDS,
	kindsInWords,
	LEAST_TIER_IN_WORDS,
	listInWords,
	NOT_COUNTING_IN_WORDS,
	OVERSIGHT_KIND_IN_WORDS,
	STAKES_IN_WORDS,
	TIER_IN_WORDS,
	type Names
} from './wording.ts';

/** "a social worker with 24 months’ experience, with S47 training" */
export function demandsInWords({ leastTier, training }: Demands): string {
	const courses = training.length === 0 ? '' : `, with ${listInWords(training)} training`;
	return `${LEAST_TIER_IN_WORDS[leastTier]}${courses}`;
}

/** What somebody lacks for a case that asks for this; empty where they are suitable. */
export function whatIsMissing(
	{ experienced, missing }: Suitability,
	{ leastTier }: Pick<Demands, 'leastTier'>
): string {
	const short = [
		...(experienced ? [] : [`it needs ${LEAST_TIER_IN_WORDS[leastTier]}`]),
		...(missing.length > 0 ? [`without ${listInWords(missing)} training`] : [])
	];
	return short.join('; ');
}

/** Bands in which somebody has more than they can carry. */
const OVER: readonly Band[] = ['over', 'far_over', 'no_capacity'];

/** "4 cases, 62 % of capacity" */
export function loadInWords(load: Caseload): string {
	const { cases, loadPercent } = load;
	const percent = `${percentInWords(load)}${loadPercent === null ? '' : ' of capacity'}`;
	return `${cases === 0 ? 'no cases' : casesInWords(cases)}, ${percent}`;
}

/** "82 %", or why there is no such figure. What is above 100 and rounds to it is said to be above. */
export function percentInWords({ loadPercent, band }: Pick<Caseload, 'loadPercent' | 'band'>): string {
	if (loadPercent === null) return BAND_IN_WORDS[band];
	const rounded = Math.round(loadPercent);
	return rounded === 100 && OVER.includes(band) ? 'just over 100 %' : `${rounded} %`;
}

/** What a change of a case does, a sentence each; `grave` ones leave the child less safe. */
export function casePlanInWords(plan: CasePlan, today: CalendarDate, nameOf: Names): SentenceOfPlan[] {
	const said: SentenceOfPlan[] = [];
	const grave = (words: string) => said.push({ words, grave: true });
	const plain = (words: string) => said.push({ words, grave: false });
	const { before, after, on } = plan;
	const day = weekdayInWords(on);
	for (const { kind, managerId, why } of plan.notCounting)
		grave(
			`What ${nameOf(managerId)} writes as ${OVERSIGHT_KIND_IN_WORDS[kind]} would not count as oversight: ${NOT_COUNTING_IN_WORDS[why]}.`
		);
	if (after) {
		if (!before || kindsOf(before) !== kindsOf(after))
			plain(
				`On ${day} it is ${kindsInWords(after.demands.kinds.map(({ kind }) => kind))}, ${stakesTurned(before, after)}.`
			);
		if (!before || demandsInWords(before.demands) !== demandsInWords(after.demands))
			plain(
				`Whoever leads it has to be ${demandsInWords(after.demands)}${before ? ` (now: ${demandsInWords(before.demands)})` : ''}.`
			);
		holderInWords(plan, after, nameOf, { grave, plain });
		if (after.youngChild !== (before?.youngChild ?? false))
			plain(
				after.youngChild
					? 'The child is unborn or under 2: flags about this case are a step more severe.'
					: 'The child is not under 2: flags about this case are no longer a step more severe.'
			);
		clockInWords(plan, after, { grave, plain }, today);
	} else if (before) plain(`From ${day} it is closed: no oversight falls due, and it is in nobody’s load.`);
	for (const other of plan.others) {
		const { leadId, dueOn } = other.after ?? { leadId: null, dueOn: null };
		if (leadId === (other.before?.leadId ?? null)) continue;
		const led = leadId === null ? 'nobody leads it' : `led by ${nameOf(leadId)}`;
		const due = dueOn === null ? '' : `; oversight of it is due by ${weekdayInWords(dueOn)}`;
		(other.after?.suitablyHeld === false ? grave : plain)(`${other.reference} goes with it: ${led}${due}.`);
	}
	for (const { practitionerId, before: was, after: is } of plan.loads)
		(is.points > was.points && OVER.includes(is.band) ? grave : plain)(
			`${capital(nameOf(practitionerId))}: ${loadInWords(was)} now; ${loadInWords(is)} on ${dayInWords(on)}.`
		);
	const waits = plan.days.find(({ raised }) =>
		raised.some(({ code, caseId }) => code === 'HANDOVER_WITHOUT_OVERSIGHT' && caseId === plan.caseId)
	);
	if (waits)
		plain(`The handover waits for oversight: without it, it is flagged from ${weekdayInWords(waits.on)}.`);
	if (said.length === 0) plain('No clock, no load and nothing asked of the lead changes.');
	return said;
}

interface Saying {
	grave: (words: string) => unknown;
	plain: (words: string) => unknown;
}

function kindsOf({ demands }: CaseStanding): string {
	return demands.kinds
		.map(({ kind, since }) => `${kind} ${since}`)
		.sort()
		.join();
}

function stakesTurned(before: CaseStanding | null, after: CaseStanding): string {
	const { stakes } = after.demands;
	if (!before || before.demands.stakes === stakes) return STAKES_IN_WORDS[stakes];
	const rises = STAKES.indexOf(stakes) > STAKES.indexOf(before.demands.stakes);
	return `${rises ? 'now' : 'down to'} ${STAKES_IN_WORDS[stakes]}`;
}

function holderInWords(
	{ before, on }: CasePlan,
	after: CaseStanding,
	nameOf: Names,
	{ grave, plain }: Saying
): void {
	const { leadId, suitability, suitablyHeld, demands } = after;
	if (leadId === null) {
		if (!before || before.leadId !== null) grave(`Nobody leads it from ${weekdayInWords(on)}.`);
		return;
	}
	const same = before?.leadId === leadId && before.suitablyHeld === suitablyHeld;
	if (suitability?.suitable) {
		if (!same) plain(`${capital(nameOf(leadId))} is suitable to lead it.`);
		return;
	}
	const tier = suitability && !suitability.experienced ? `${TIER_IN_WORDS[suitability.tier]}, and ` : '';
	const why = suitability ? tier + whatIsMissing(suitability, demands) : '';
	if (suitablyHeld)
		plain(`${capital(nameOf(leadId))} leads it below the bar (${why}), with a co-worker who is suitable.`);
	else grave(`${capital(nameOf(leadId))} leads it below the bar: ${why}. No co-worker makes up for it.`);
}

function clockInWords(
	{ before }: CasePlan,
	{ dueOn }: CaseStanding,
	{ grave, plain }: Saying,
	today: CalendarDate
): void {
	if (dueOn === null || (before && before.dueOn === dueOn)) return;
	const was = before?.dueOn ? `; it was due by ${dayInWords(before.dueOn)}` : '';
	if (dueOn < today) grave(`Oversight of it is overdue: it was due by ${weekdayInWords(dueOn)}.`);
	else plain(`Oversight of it is due by ${weekdayInWords(dueOn)}${was}.`);
}

/** What the policy says of closing a case. */
export function closingPolicy({ limits }: Policy): string {
	return `The policy on closing: somebody who manages practice and does not lead the case signs it off, with the decision and its reasons, in the ${limits.signOffDays} days up to and including the closing. A case that closes less than ${limits.soonAfterDays} days after a section 47 enquiry ended, or ends one by closing, is flagged for 90 days. Every action that is still open stays with its owner and its due day.`;
}

/** The warnings of a closing: they are read, and do not stop it. */
export function closingInWords(
	soon: ClosedSoon | null,
	actions: readonly Action[],
	nameOf: Names
): SentenceOfPlan[] {
	const said: SentenceOfPlan[] = [];
	if (soon) {
		const { days, endedOn } = soon;
		const when =
			days === 0
				? `on the day on which its section 47 enquiry ends, ${dayInWords(endedOn)}`
				: `${daysInWords(days)} after its section 47 enquiry ended on ${dayInWords(endedOn)}`;
		said.push({
			words: `It closes ${when}, and is flagged as closed soon after a section 47 enquiry for 90 days.`,
			grave: true
		});
	}
	for (const action of actions)
		said.push({ words: `Still open: ${actionInWords(action, nameOf)}`, grave: action.risk === true });
	return said;
}

/** "Risk: speak to the school. Ann Birch, due by 3 Mar 2026." */
function actionInWords({ risk, description, ownerId, dueOn }: Action, nameOf: Names): string {
	const what = (description ?? 'an action without words').trim().replace(/\.$/, '');
	const owner = ownerId === null ? 'no owner' : nameOf(ownerId);
	const due = dueOn === null ? 'no due day' : `due by ${dayInWords(dueOn)}`;
	return `${risk === true ? 'about risk: ' : ''}${what}. ${capital(owner)}, ${due}.`;
}

/** Why a case cannot close, or an enquiry end, without what a manager has to write. */
export function missingInWords(missing: OversightMissing, today: CalendarDate, nameOf: Names): string {
	const discounted = missing.notCounting.map(discountedInWords(missing, nameOf)).join(' ');
	if (missing.kind === 'section_47_outcome')
		return `${discounted === '' ? 'A section 47 enquiry ends with the analysis of a manager who does not lead the case: what was decided, and why. None is recorded.' : discounted} Write it here if you manage practice and do not lead the case, or ask somebody who does.`;
	const { signOffFrom, closedOn } = missing;
	const late =
		closedOn < today
			? `A sign-off written now is made today, ${dayInWords(today)}: close the case today, or record first the oversight that was given then.`
			: 'Write it here if you manage practice and do not lead the case, or ask somebody who does.';
	return `${discounted === '' ? `No sign-off is recorded from ${dayInWords(signOffFrom)} to ${dayInWords(closedOn)}.` : discounted} ${late}`;
}

function discountedInWords({ kind }: OversightMissing, nameOf: Names) {
	return ({ managerId, madeOn, why }: Discounted) =>
		`The ${OVERSIGHT_KIND_IN_WORDS[kind]} by ${nameOf(managerId)} on ${dayInWords(madeOn)} does not count: ${NOT_COUNTING_IN_WORDS[why]}.`;
}

/** "Section 47 enquiry, from 2 Nov 2026, still running; conference needed". `closedOn` null: the case is open. */
export function kindRowInWords(
	{
		kind,
		from,
		to,
		conferenceNeeded,
		conferenceOn
	}: {
		kind: Kind;
		from: CalendarDate;
		to: CalendarDate | null;
		conferenceNeeded: boolean | null;
		conferenceOn: CalendarDate | null;
	},
	closedOn: CalendarDate | null = null
): string {
	const conference =
		conferenceOn !== null
			? `; conference held on ${dayInWords(conferenceOn)}`
			: conferenceNeeded === true
				? '; conference needed'
				: conferenceNeeded === false
					? '; no conference needed'
					: '';
	const until =
		to !== null
			? `until ${dayInWords(to)}`
			: closedOn === null
				? 'still running'
				: `until the case closed on ${dayInWords(closedOn)}`;
	return `${capital(KIND_IN_WORDS[kind])}, from ${dayInWords(from)}, ${until}${conference}`;
}

export function caseProblemInWords(problem: CaseProblem, nameOf: Names): string {
	switch (problem.why) {
		case 'AFTER_TODAY':
			return `${dayInWords(problem.on)} has not come yet. Record it when it has happened.`;
		case 'YEARS_OFF':
			return `${dayInWords(problem.on)} is too far from today. Check the year.`;
		case 'BEFORE':
			return problem.what === 'opened'
				? `The case was opened on ${dayInWords(problem.on)}. Choose that day or a later one.`
				: `It began on ${dayInWords(problem.on)}. Choose that day or a later one.`;
		case 'CLOSED':
			return `The case was closed on ${dayInWords(problem.on)}.`;
		case 'NOBODY_LEADS':
			return 'Nobody leads it today. Look at the case again.';
		case 'NAMED_BY_THEN':
			return `A file named them as the lead on ${dayInWords(problem.on)}. Choose that day or an earlier one.`;
		case 'ENDED_BY_THEN':
			return `It is recorded as theirs only until ${dayInWords(problem.on)}. Choose an earlier day.`;
		case 'LED_FROM':
			return `${problem.practitionerId === null ? 'A team' : capital(nameOf(problem.practitionerId))} is recorded as having it from ${dayInWords(problem.on)}. Choose a later day.`;
		case 'KIND_LATER':
			return `The case is recorded as ${KIND_IN_WORDS[problem.kind]} from ${dayInWords(problem.on)}, which is later. Close it then or after, or correct that.`;
		case 'SAME_KIND':
			return `It is already recorded as that: ${sameKind(problem.other)}. Correct it, or choose days outside it.`;
		case 'OPEN_ALREADY':
			return `A case of this child is open${otherCase(problem.other.reference)}, since ${dayInWords(problem.other.openedOn)}. A child has one open case at a time.`;
		case 'OVERLAPS_EARLIER':
			return `The earlier case of this child${otherCase(problem.other.reference)} closed on ${dayInWords(problem.other.closedOn ?? problem.other.openedOn)}. Open this one on that day or later.`;
		case 'GONE':
			return 'That does not stand any more. Look at the case again.';
		case 'ITSELF':
			return 'That is this case. Give the reference of a brother’s or sister’s.';
		case 'SAME_FAMILY':
			return 'They are recorded as one family already.';
		case 'NO_FAMILY':
			return 'No family is recorded for this case.';
		case 'SAME':
			return `Complexity is ${problem.complexity} already.`;
		case 'NOT_IN_POST':
			return `${capital(nameOf(problem.practitionerId))} is not in post on ${dayInWords(problem.on)}. Choose somebody who is.`;
		case 'LEADS_ALREADY':
			return `${capital(nameOf(problem.practitionerId))} leads it already, since ${dayInWords(problem.on)}.`;
		case 'CO_WORKS_ALREADY':
			return `${capital(nameOf(problem.practitionerId))} is a co-worker already, since ${dayInWords(problem.on)}.`;
		case 'TEAM_HAS_IT':
			return 'That team has it already, and nobody leads it.';
		case 'NOT_GIVEN':
			return `Choose why the lead changes from ${nameOf(problem.fromId)}.`;
		case 'ALLOCATED_LATER':
			return `It is recorded as going to ${problem.practitionerId === null ? 'a team' : nameOf(problem.practitionerId)} on ${dayInWords(problem.on)}, which is later. Choose a day after that.`;
		case 'SIBLINGS_CHANGED':
			return `Who leads the brothers and sisters changed after you opened this. ${problem.references.length === 0 ? 'None of them goes with it now' : `${listInWords(problem.references)} would go with it now`}. Look again, then continue.`;
		case 'SIBLING':
			return `${problem.reference}, which goes with it: ${caseProblemInWords(problem.problem, nameOf)} Leave it where it is, or choose otherwise.`;
	}
}

/** "Ann Birch, since 3 Mar 2026", or since when a file was first seen to name them. */
export function leadSinceInWords({ practitionerId, from, startNotGiven }: Allocation, nameOf: Names): string {
	const who = capital(nameOf(practitionerId ?? ''));
	return startNotGiven === true
		? `${who}. The file did not say since when: it is counted from ${dayInWords(from)}, the day of the extract.`
		: `${who}, since ${dayInWords(from)}.`;
}

function sameKind({ from, to }: CaseKind): string {
	return `from ${dayInWords(from)}${to === null ? ', still running' : ` until ${dayInWords(to)}`}`;
}

function otherCase(reference: string | null): string {
	return reference === null ? ', outside your scope' : ` (${reference})`;
}
