import { seesNames, type AskingRole } from '#lib/domain/access.ts';
import { ageInWords, dayInWords, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { caseDetails, isOpenOn, leadOn, leadSince } from '#lib/domain/cases.ts';
import { dayStepsOf, type DaySteps } from '#lib/domain/day-steps.ts';
import {
	caseExplainedInWords,
	changeInWords,
	comparedInWords,
	type ComparedInWords,
	type ExplanationInWords
} from '#lib/domain/explain-words.ts';
import { caseState } from '#lib/domain/rules-about-cases.ts';
import { fold, mostUrgentFirst } from '#lib/domain/flags.ts';
import { refusalInWords } from '#lib/domain/flag-life-words.ts';
import { oversightOf } from '#lib/domain/heatmap.ts';
import { whyNotAnswerRequest } from '#lib/domain/oversight-requests.ts';
import { tierOn } from '#lib/domain/people.ts';
import { timelineOf } from '#lib/domain/timeline.ts';
import { flagInWords, type FlagInWords } from '#lib/domain/flag-words.ts';
import {
	CODE_IN_WORDS,
	kindsInWords,
	STANDING_IN_WORDS,
	STAKES_IN_WORDS,
	TIER_IN_WORDS
} from '#lib/domain/wording.ts';
import type { Standing } from '#lib/domain/oversight.ts';
import { record } from '#lib/server/audit.ts';
import { decisionsOf } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { flagsOfCase } from '#lib/server/store/flags.ts';
import { maySeeCase, maySeePractitioner } from '#lib/server/store/scope.ts';
import {
	namedInRequest,
	requestForReading,
	requestsOfCase,
	whyNotAskAbout,
	type RequestInWords
} from './ask-for-oversight.ts';
import { lifeInWords, livesOf, namedInLife, type LifeInWords } from './flag-lives.ts';
import { comparedOn, explainedFrom } from './explanation.ts';
import { pictureOfThose } from './picture.ts';
import { namesFor } from './names.ts';
import { requestsShown, type RequestShown } from './request-page.ts';

export interface CaseEventInWords {
	key: string;
	on: string;
	shownOn: string;
	title: string;
	detail: string | null;
	tone: 'plain' | 'good' | 'worst';
	late: string | null;
	/** A stored flag that the event is about. */
	flagId: string | null;
}

/** What a page of a case shows: what stands and happened, what every rule saw, or the day with hindsight beside it. */
export const CASE_VIEWS = ['flags', 'rules', 'hindsight'] as const;
export type CaseView = (typeof CASE_VIEWS)[number];

/** A day one may step to. */
export interface StepInWords {
	key: 'last_change' | 'before' | 'after' | 'next_change';
	/** Null: nowhere further that way. */
	on: CalendarDate | null;
	label: string;
	/** What changes on that day. */
	detail: string;
}

/** A case as its page shows it. */
export interface CaseRecord {
	caseId: string;
	reference: string;
	open: boolean;
	facts: { label: string; value: string; practitionerId: string | null }[];
	standing: { standing: Standing; words: string } | null;
	flags: (FlagInWords & { life: LifeInWords })[];
	events: CaseEventInWords[];
	/** What partner agencies asked for, the latest first. */
	requests: RequestShown[];
	/** A request for oversight that waits; null: none does. */
	waiting: RequestInWords | null;
	/** Null: who asks may ask for oversight, or answer the request; else why not, in words. */
	whyNot: { ask: string | null; answer: string | null };
	steps: StepInWords[];
	/** What every rule saw; null: not the view asked for. */
	explanation: ExplanationInWords | null;
	/** The day as known then beside the day with hindsight; null: not the view asked for. */
	compared: ComparedInWords | null;
	/** Whether the asker's own oversight would count today, and if not, why. */
	wouldNotCount: string | null;
}

export interface CaseAsker {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
	today: CalendarDate;
}

/** The record of a case on a day; null where it is not in the scope of who asks. Being read is itself recorded. */
export async function caseRecord(
	tx: Transaction,
	asker: CaseAsker,
	caseId: string,
	on: CalendarDate,
	shown: CaseView
): Promise<CaseRecord | null> {
	if (!(await maySeeCase(tx, caseId))) return null;
	await record(tx, asker, { action: 'read', entity: 'case', entityId: caseId });
	const own = asker.practitionerId === null ? [] : [asker.practitionerId];
	const asAt = { on, hindsight: false };
	const picture = await pictureOfThose(tx, { caseIds: [caseId], practitionerIds: own }, asAt);
	const { view, findings } = picture;
	const file = view.authority.cases.find((each) => each.caseId === caseId);
	const details = file && caseDetails(file, view.knowledge);
	if (!file) return null;
	const known = seesNames(asker.role) ? await namesFor(tx, [...view.authority.people.keys()]) : null;
	const names = (id: string) => known?.(id) ?? 'a practitioner';
	const state = caseState(file, view);
	const oversight = state && oversightOf(state);
	const leadId = leadOn(file, on, view.knowledge);
	const lead = leadId === null ? null : view.authority.people.get(leadId);
	const since = leadId && leadSince(file, leadId, on, view.knowledge);
	const words = await decisionsOf(tx, caseId);
	const about = mostUrgentFirst(fold(findings.filter((finding) => finding.caseId === caseId)));
	const stored = await flagsOfCase(tx, caseId);
	const lives = await livesOf(tx, view, about);
	const requests = await requestsOfCase(tx, view, lives.managers, caseId);
	const waiting = requests.find(({ state }) => state.state !== 'answered') ?? null;
	const asking = whyNotAskAbout(asker, caseId, view, waiting);
	const answering = waiting && whyNotAnswerRequest(asker, waiting, waiting.about, lives.managers);
	const roles =
		known &&
		(await namesFor(tx, [
			...about.flatMap((finding) => namedInLife(lives.of(finding))),
			...requests.flatMap(namedInRequest)
		]));
	const explained = shown === 'rules' ? explainedFrom(picture, { caseId }) : null;
	const mayOpenLead = leadId !== null && (await maySeePractitioner(tx, leadId));
	const fact = (label: string, value: string, practitionerId: string | null = null) => ({
		label,
		value,
		practitionerId: known ? practitionerId : null
	});
	return {
		caseId,
		reference: file.reference,
		open: isOpenOn(file, on, view.knowledge),
		facts: [
			fact(
				'Kind',
				state
					? `${kindsInWords(state.demands.kinds.map(({ kind }) => kind))}, ${STAKES_IN_WORDS[state.demands.stakes]}`
					: 'not open on this day'
			),
			fact('Child', childInWords(details ?? null, on)),
			fact(
				'Lead',
				lead && leadId !== null
					? `${names(leadId)}, ${TIER_IN_WORDS[tierOn(lead, on, view.knowledge).tier]}${since ? `, since ${dayInWords(since)}` : ''}`
					: file.holderNotMatched
						? 'named in a file, and not matched to a practitioner yet'
						: 'nobody',
				mayOpenLead ? leadId : null
			),
			fact(
				'Opened',
				details
					? `${dayInWords(details.openedOn)}, ${distanceInWords(details.openedOn, on)}`
					: 'not yet known'
			),
			fact(
				'Last oversight',
				state?.clock
					? state.clock.lastOversightOn
						? `${dayInWords(state.clock.lastOversightOn)}, ${distanceInWords(state.clock.lastOversightOn, on)}`
						: `none since the clock started on ${dayInWords(state.clock.startedOn)}`
					: 'no clock'
			)
		],
		standing: oversight && {
			standing: oversight.standing,
			words: `${STANDING_IN_WORDS[oversight.standing]}: due by ${dayInWords(oversight.dueOn)}, ${distanceInWords(oversight.dueOn, on)}`
		},
		flags: about.map((finding) => ({
			...flagInWords(finding, names, on),
			life: lifeInWords(lives.of(finding), roles)
		})),
		requests: await requestsShown(tx, asker, view, caseId),
		waiting: waiting && requestForReading(waiting, roles),
		whyNot: {
			ask: asking && refusalInWords(asking, roles),
			answer: answering && refusalInWords(answering, roles)
		},
		events: [
			...timelineOf(file, view, names).map((event): CaseEventInWords => {
				const written = event.wordsOf === null ? undefined : words.get(event.wordsOf);
				const detail = [written?.decision, written?.rationale, event.note].filter(Boolean).join('\n');
				return {
					key: event.key,
					on: event.on,
					shownOn: dayInWords(event.on),
					title: event.title,
					detail: detail === '' ? null : detail,
					tone: event.tone,
					late:
						event.late &&
						`Written up ${event.late.workingDays} working days later, known from ${dayInWords(event.late.knownOn)}`,
					flagId: null
				};
			}),
			...stored
				.filter(({ becameTrueOn }) => becameTrueOn <= on)
				.map((flag): CaseEventInWords => {
					const cleared = flag.clearedOn !== null && flag.clearedOn <= on ? flag.clearedOn : null;
					return {
						key: flag.flagId,
						on: flag.becameTrueOn,
						shownOn: dayInWords(flag.becameTrueOn),
						title: `Flag: ${CODE_IN_WORDS[flag.code].toLowerCase()}`,
						detail: cleared ? `Cleared on ${dayInWords(cleared)}.` : 'Still stands.',
						tone: 'worst',
						late: null,
						flagId: flag.flagId
					};
				})
		].sort((a, b) => (a.on < b.on ? 1 : a.on > b.on ? -1 : 0)),
		steps: stepsInWords(dayStepsOf(file, view.authority, on, asker.today, names)),
		explanation:
			shown === 'rules' && explained && 'caseId' in explained ? caseExplainedInWords(explained, names) : null,
		compared:
			shown === 'hindsight'
				? comparedInWords(await comparedOn(tx, { caseId }, picture, asAt), names, on)
				: null,
		wouldNotCount: wouldNotCount()
	};

	function wouldNotCount(): string | null {
		const self = asker.practitionerId === null ? undefined : view.authority.people.get(asker.practitionerId);
		if (!self) return 'Your account is not linked to a practitioner record.';
		if (tierOn(self, on, view.knowledge).tier !== 'E6')
			return 'What you record would not count as oversight: your registration, or a posting that manages practice, is not recorded.';
		return leadId === asker.practitionerId
			? 'What you record would not count as oversight: you lead this case yourself.'
			: null;
	}
}

function stepsInWords({ before, after, lastChange, nextChange }: DaySteps): StepInWords[] {
	return [
		{
			key: 'last_change',
			on: lastChange?.on ?? null,
			label: 'Previous change',
			detail: lastChange ? changeInWords(lastChange) : ''
		},
		{ key: 'before', on: before, label: 'Day before', detail: '' },
		{ key: 'after', on: after, label: 'Day after', detail: '' },
		{
			key: 'next_change',
			on: nextChange?.on ?? null,
			label: 'Next change',
			detail: nextChange ? changeInWords(nextChange) : ''
		}
	];
}

function childInWords(
	details: { dateOfBirth: string | null; unborn: boolean | null } | null,
	on: string
): string {
	if (!details) return 'not yet known';
	if (details.unborn === true && (details.dateOfBirth === null || details.dateOfBirth > on)) return 'unborn';
	return details.dateOfBirth === null ? 'date of birth not recorded' : ageInWords(details.dateOfBirth, on);
}
