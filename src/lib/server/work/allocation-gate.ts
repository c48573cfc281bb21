import { randomUUID } from 'node:crypto';
import type { SentenceOfPlan } from '#lib/domain/absence-words.ts';
import {
	belowBarWith,
	firstOversightBy,
	suitableCoWorkers,
	type BelowBar
} from '#lib/domain/allocation-gate.ts';
import { belowBarInWords } from '#lib/domain/allocation-words.ts';
import { arrange, type Authority } from '#lib/domain/authority.ts';
import { dayInWords, weekdayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import type { CaseChange } from '#lib/domain/case-change.ts';
import { loadInWords } from '#lib/domain/case-words.ts';
import { isWritten } from '#lib/domain/records.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { listInWords } from '#lib/domain/wording.ts';
import { peopleInPost } from '#lib/server/store/case-changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { factsOfTraining } from '#lib/server/store/facts.ts';
import { recordFacts, type ByForm, type Changer } from './change-fact.ts';
import { namesFor } from './names.ts';

interface Refused {
	field: string;
	words: string;
}

/** An action that a form agrees. */
export interface Agreed {
	description: string;
	ownerId: string | null;
	dueOn: CalendarDate;
	risk: boolean;
}

/** What was typed at the gate. `gate` is set once the interruption was shown. */
export interface GateForm {
	gate: string;
	belowBarWhy: string;
	firstOversight: string;
}

interface Option {
	value: string;
	label: string;
}

/** What the interruption page says and offers before a case is given below the bar. */
export interface Interruption {
	/** Each case with what it asks for and what is missing. */
	missing: string[];
	/** Suitable for all of them, here, in the scope of who asks; the least loaded first. */
	coWorkers: Option[];
	/** The same for each case by itself. */
	cases: { caseId: string; reference: string; coWorkers: Option[] }[];
	/** The last day on which the first oversight can be agreed. */
	firstOversightBy: CalendarDate;
}

/** What somebody says to a case being led below the bar. */
export interface PassedBelowBar {
	below: readonly BelowBar[];
	why: string;
	firstOversightOn: CalendarDate;
}

/**
 * Null: every case given a lead would be suitably held. Else what is missing and who could join, until a reason and the day
 * of the first oversight are given; the flags stand whatever is said.
 */
export async function stoppedAtGate(
	tx: Transaction,
	authority: Authority,
	changes: readonly CaseChange[],
	from: CalendarDate,
	today: CalendarDate,
	typed: GateForm | 'for good'
): Promise<{ refused: Refused[]; interruption?: Interruption } | PassedBelowBar | null> {
	const on = from > today ? from : today;
	const below = belowBarWith(authority, changes, on);
	if (below.length === 0) return null;
	if (typed === 'for good') return { refused: await refusedForGood(tx, below) };
	const by = firstOversightBy(below, on);
	const refused: Refused[] = [];
	if (!isWritten(typed.belowBarWhy))
		refused.push({
			field: 'belowBarWhy',
			words: 'Write why it is led below the bar, or choose a co-worker who makes up for it.'
		});
	const firstOn = dayTyped(typed.firstOversight, today);
	const dayWrong =
		firstOn === undefined
			? noDay(typed.firstOversight)
			: firstOn === null
				? 'Give the day of the first oversight.'
				: firstOn < today
					? 'The first oversight is still to come: give today or a later day.'
					: firstOn > by
						? `Oversight is due by ${weekdayInWords(by)}. Give that day or an earlier one.`
						: null;
	if (dayWrong) refused.push({ field: 'firstOversight', words: dayWrong });
	if (refused.length === 0 && firstOn)
		return { below, why: typed.belowBarWhy.trim(), firstOversightOn: firstOn };
	return {
		refused: typed.gate === '' ? [] : refused,
		interruption: await interruptionOf(tx, below, on, today, by)
	};
}

/** A form that cannot ask sends to the one that can. */
async function refusedForGood(tx: Transaction, below: readonly BelowBar[]): Promise<Refused[]> {
	const nameOf = await namesFor(
		tx,
		below.map(({ leadId }) => leadId)
	);
	return below.map((each) => ({
		field: 'holder',
		words: `${belowBarInWords(each, nameOf)} Open it for the team, then allocate it: that asks for a co-worker, or for the reason.`
	}));
}

async function interruptionOf(
	tx: Transaction,
	below: readonly BelowBar[],
	on: CalendarDate,
	today: CalendarDate,
	by: CalendarDate
): Promise<Interruption> {
	const people = await peopleInPost(tx, today);
	const practitionerIds = people.map(({ practitionerId }) => practitionerId);
	const caseIds = below.map(({ caseId }) => caseId);
	const facts = arrange(await factsOfTraining(tx, { caseIds, practitionerIds }, today));
	const nameOf = await namesFor(tx, [...practitionerIds, ...below.map(({ leadId }) => leadId)]);
	const offered = (these: readonly BelowBar[]): Option[] =>
		suitableCoWorkers(facts, these, practitionerIds, on).map(({ practitionerId, load }) => ({
			value: practitionerId,
			label: `${nameOf(practitionerId)}, ${loadInWords(load)}`
		}));
	return {
		missing: below.map((each) => belowBarInWords(each, nameOf)),
		coWorkers: offered(below),
		cases: below.map((each) => ({
			caseId: each.caseId,
			reference: each.reference,
			coWorkers: offered([each])
		})),
		firstOversightBy: by
	};
}

/** What is recorded of passing the gate, before it is. */
export function passedInWords({ below, why, firstOversightOn }: PassedBelowBar): SentenceOfPlan[] {
	const references = listInWords(below.map(({ reference }) => reference));
	return [
		{
			words: `${references} ${below.length === 1 ? 'is' : 'are'} given below the bar, because: “${why}”${/[.!?]$/.test(why) ? '' : '.'} The flag stands all the same.`,
			grave: true
		},
		{ words: `First oversight agreed for ${dayInWords(firstOversightOn)}, by you.`, grave: false }
	];
}

/** Records something that is to be done about a case, in the form that agreed it. */
export async function agreeAll(
	tx: Transaction,
	by: Changer,
	form: ByForm,
	agreed: readonly (Agreed & { caseId: string })[]
): Promise<void> {
	const rows = agreed.map(({ caseId, description, ownerId, dueOn, risk }) => {
		const id = randomUUID();
		const set = {
			id,
			source: 'countersign',
			reference: `A-${id.slice(0, 8)}`,
			case_id: caseId,
			owner_id: ownerId,
			description,
			agreed_on: by.today,
			due_on: dueOn,
			risk
		};
		return { id: null, set, change: 'changed' as const, about: { caseId } };
	});
	await recordFacts(tx, by, form, 'action', rows);
}

/** Whoever gives a case below the bar owes its first oversight on the day they gave. */
export async function agreeFirstOversight(
	tx: Transaction,
	by: Changer & { practitionerId: string },
	form: ByForm,
	{ below, firstOversightOn }: PassedBelowBar
): Promise<void> {
	await agreeAll(
		tx,
		by,
		form,
		below.map(({ caseId }) => ({
			caseId,
			description: 'First oversight: the case was given to somebody below the bar for it.',
			ownerId: by.practitionerId,
			dueOn: firstOversightOn,
			risk: true
		}))
	);
}
