import { seesNames } from '#lib/domain/access.ts';
import { arrange, personOf, policyInForce, viewOf } from '#lib/domain/authority.ts';
import { addDays, dayInWords, distanceInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	checkSpeaksFor,
	expectedEndOf,
	nextTierChange,
	renewsBy,
	reviewsOn,
	type ReviewMonths
} from '#lib/domain/experience.ts';
import { postingOn, tierOn } from '#lib/domain/people.ts';
import {
	QUESTION_OUTCOME_IN_WORDS,
	QUESTIONED_FACT_IN_WORDS,
	QUESTIONED_FACTS,
	type QuestionedFact,
	type QuestionOutcome
} from '#lib/domain/record-questions.ts';
import {
	kindsAtInWords,
	nextTierInWords,
	reviewStandingInWords,
	stageStepsInWords,
	tierInWords,
	tierRuleInWords
} from '#lib/domain/record-words.ts';
import { ROLE_IN_WORDS, type Names } from '#lib/domain/wording.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { factsOfTraining } from '#lib/server/store/facts.ts';
import { recordKept, recordKnownOn, reviewsKept, type RecordKept } from '#lib/server/store/people.ts';
import { questionsAbout, type RecordQuestion } from '#lib/server/store/record-questions.ts';
import { ENTITIES_OF_RECORD, mayKeepRecordOf, type RecordKeeper } from './keep-record.ts';
import { namesFor } from './names.ts';
import { changesShown, type ChangesShown } from './undo-change.ts';

/** One fact of the record, in sentences, as the person it is about reads it. */
export interface FactShown {
	fact: QuestionedFact;
	label: string;
	lines: string[];
	/** Something that asks to be looked at. */
	warning: string | null;
	/** Whether the person it is about may question it now. */
	mayQuestion: boolean;
}

export interface ReviewShown {
	key: string;
	months: ReviewMonths;
	due: string;
	standing: string;
	words: string;
	late: boolean;
}

export interface QuestionShown {
	questionId: string;
	title: string;
	said: string;
	wrong: string;
	should: string;
	/** Who asked when, and what became of it. */
	state: string;
	answer: string | null;
	waits: boolean;
}

export interface RecordShown {
	practitionerId: string;
	name: string;
	reference: string;
	own: boolean;
	mayKeep: boolean;
	facts: FactShown[];
	reviews: ReviewShown[];
	/** What each step of the stage changes, from the policy in force. */
	steps: string[];
	questions: QuestionShown[];
	changes: ChangesShown[];
}

/** What is recorded about somebody, as known on a day; null: not there, or not in the scope of who asks. */
export async function recordShown(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string,
	on: CalendarDate
): Promise<RecordShown | null> {
	const now = await recordKept(tx, practitionerId);
	if (!now) return null;
	const isToday = on === by.today;
	const kept = isToday ? now : await recordKnownOn(tx, practitionerId, on);
	const own = by.practitionerId === practitionerId;
	const facts = await factsOfTraining(tx, { practitionerIds: [practitionerId], caseIds: [] }, on);
	const view = viewOf(arrange(facts), on);
	const person = personOf(view, practitionerId);
	if (!person) return null;
	const posting = postingOn(person, on, view.knowledge);
	const questions = await questionsAbout(tx, practitionerId);
	const named = own || seesNames(by.role) || posting?.supervisorId === by.practitionerId;
	const known = await namesFor(
		tx,
		[kept?.checkedBy, posting?.supervisorId, ...questions.map(({ answeredBy }) => answeredBy)].flatMap(
			(id) => id ?? []
		)
	);
	const nameOf: Names = (id) => (id === by.practitionerId ? 'you' : named ? known(id) : 'a colleague');
	const mayKeep = isToday && (await mayKeepRecordOf(tx, by, practitionerId));
	const waiting = new Set(questions.flatMap(({ fact, outcome }) => (outcome === null ? [fact] : [])));
	const tier = tierOn(person, on, view.knowledge);
	const policy = policyInForce(view, on);
	const reviews = kept
		? reviewsShownOn(kept, await reviewsKept(tx, practitionerId, isToday ? null : on), on)
		: [];
	const team = view.authority.teams.find(({ teamId }) => teamId === posting?.teamId);
	const lines: Record<QuestionedFact, string[]> = {
		name: [named ? `${now.name}, reference ${now.reference}.` : 'Not shown.'],
		posting: posting
			? [
					`${capitalRole(ROLE_IN_WORDS[posting.role])} in ${team?.name ?? 'no team'} since ${dayInWords(posting.from)}, ${posting.fte} FTE${posting.agency ? ', agency' : ''}.`,
					`Supervised by ${posting.supervisorId === null ? 'nobody' : nameOf(posting.supervisorId)}.`
				]
			: ['No posting covers this day.'],
		registration: registrationInWords(kept, named),
		checked: checkInWords(kept, on, nameOf),
		tier: [
			`${tierInWords(tier)}.`,
			tierRuleInWords(tier, policy),
			...(isToday ? [nextTierInWords(nextTierChange(person, view), on)] : []),
			`May lead alone, where the training is current: ${kindsAtInWords(tier.tier, policy)}.`
		],
		stage: stageInWords(kept, on),
		reviews: reviews.map(({ months, standing, words }) => `${months} months: ${standing}. ${words}`.trim())
	};
	return {
		practitionerId,
		name: named ? now.name : 'This practitioner',
		reference: named ? now.reference : '',
		own,
		mayKeep,
		facts: QUESTIONED_FACTS.filter((fact) => fact !== 'reviews' || reviews.length > 0).map((fact) => ({
			fact,
			label: QUESTIONED_FACT_IN_WORDS[fact],
			lines: lines[fact],
			warning: fact === 'checked' && isToday ? checkWarning(kept, by.today) : null,
			mayQuestion: own && isToday && !waiting.has(fact)
		})),
		reviews,
		steps: kept?.startedOn && kept.passedOn === null ? stageStepsInWords(policy) : [],
		questions: questions.map((question) => questionShown(question, nameOf)),
		changes: named ? await changesShown(tx, by, { practitionerId }, ENTITIES_OF_RECORD, mayKeep) : []
	};
}

const capitalRole = (role: string) => role.charAt(0).toUpperCase() + role.slice(1);

/** The number finds a name on the public register: whoever sees no names sees only that there is one. */
function registrationInWords(kept: RecordKept | null, named: boolean): string[] {
	if (!kept?.sweNumber) return ['No Social Work England number is recorded.'];
	const registered =
		kept.registeredOn === null
			? 'The day of registration is not recorded.'
			: `Registered ${dayInWords(kept.registeredOn)}.`;
	const known = kept.recordedOn === null ? [] : [`Known here from ${dayInWords(kept.recordedOn)}.`];
	const number = named ? `Social Work England number ${kept.sweNumber}.` : 'A number is recorded.';
	return [number, registered, ...known];
}

function checkInWords(kept: RecordKept | null, today: CalendarDate, nameOf: Names): string[] {
	if (!kept?.sweNumber) return ['Nothing to check without a number.'];
	const renewal = renewsBy(today);
	const renews = `Registrations renew each year by 30 November, this time by ${dayInWords(renewal)}, ${distanceInWords(renewal, today)} (Social Work England).`;
	if (kept.checkedOn === null) return ['Not checked on the public register.', renews];
	const by = kept.checkedBy === null ? 'a data steward' : nameOf(kept.checkedBy);
	return [`Checked on the public register on ${dayInWords(kept.checkedOn)} by ${by}.`, renews];
}

function checkWarning(kept: RecordKept | null, today: CalendarDate): string | null {
	if (!kept?.sweNumber) return null;
	if (kept.checkedOn === null) return 'Look them up on the public register and record the day.';
	if (checkSpeaksFor(kept.checkedOn, today)) return null;
	return `The register has renewed since, on ${dayInWords(addDays(renewsBy(kept.checkedOn), 1))}. Check it again.`;
}

function stageInWords(kept: RecordKept | null, on: CalendarDate): string[] {
	if (!kept?.startedOn) return ['No early-career stage is recorded.'];
	const started = `Started ${dayInWords(kept.startedOn)}.`;
	if (kept.passedOn !== null && kept.passedOn <= on) return [started, `Passed ${dayInWords(kept.passedOn)}.`];
	const end = expectedEndOf(kept.startedOn, kept.extendedTo);
	const expected = `${kept.extendedTo === null ? 'Expected to end' : 'Extended, now expected to end'} ${dayInWords(end)}, ${distanceInWords(end, on)}.`;
	const why = kept.extendedWhy === null ? [] : [`Extended because: ${kept.extendedWhy}`];
	return [started, expected, ...why];
}

function reviewsShownOn(
	{ startedOn }: RecordKept,
	reviews: Awaited<ReturnType<typeof reviewsKept>>,
	today: CalendarDate
): ReviewShown[] {
	if (startedOn === null) return [];
	return reviewsOn(startedOn, reviews, today).map((each) => ({
		key: String(each.months),
		months: each.months,
		due: dayInWords(each.dueOn),
		standing: reviewStandingInWords(each, today),
		words: each.review?.words ?? '',
		late: each.standing === 'overdue'
	}));
}

function questionShown(question: RecordQuestion, nameOf: Names): QuestionShown {
	const { questionId, fact, said, wrong, should, askedOn, outcome, answer, answeredOn, answeredBy } =
		question;
	const asked = `Asked on ${dayInWords(askedOn)}.`;
	const on = answeredOn === null ? '' : ` on ${dayInWords(answeredOn)}`;
	const by = answeredBy === null ? 'a data steward' : nameOf(answeredBy);
	const ended = (how: QuestionOutcome) =>
		how === 'taken_back' ? `Taken back${on}.` : `Answered by ${by}${on}: ${QUESTION_OUTCOME_IN_WORDS[how]}.`;
	return {
		questionId,
		title: QUESTIONED_FACT_IN_WORDS[fact],
		said,
		wrong,
		should,
		state: `${asked} ${outcome === null ? 'It waits for those who keep this record.' : ended(outcome)}`,
		answer,
		waits: outcome === null
	};
}
