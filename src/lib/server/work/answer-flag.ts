import { createHash } from 'node:crypto';
import { seesNames } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { dayInWords, isCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	acceptedAtMostUntil,
	whyNotAccept,
	whyNotAcknowledge,
	whyNotComment,
	type FlagRefusal,
	type Managers
} from '#lib/domain/flag-life.ts';
import { refusalInWords } from '#lib/domain/flag-life-words.ts';
import type { Code } from '#lib/domain/codes.ts';
import { isWritten } from '#lib/domain/records.ts';
import { noDay } from '#lib/domain/typed-day.ts';
import { record } from '#lib/server/audit.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { flagWithSteps, insertStep, type FlagWithSteps, type NewStep } from '#lib/server/store/flag-steps.ts';
import { lifeOfStored, namedInLife, subjectsOf, viewAbout, type FlagAsker, type Life } from './flag-lives.ts';
import { reviewThose } from './review-flags.ts';
import { namesFor } from './names.ts';

/** What somebody does about a flag, as typed. */
export type AnswerForm = { key: string } & (
	| { step: 'acknowledged'; plan: string }
	| { step: 'accepted'; reason: string; mitigation: string; until: string }
	| { step: 'commented'; words: string }
);

export interface Refused {
	field: string;
	words: string;
}

export type Answered = 'absent' | 'done' | { refused: string } | { errors: Refused[] };

const MOST_CHARACTERS = 20_000;

const TO_WRITE: Record<string, string> = {
	plan: 'Write the plan: what happens now, by whom and by when.',
	reason: 'Write the reason for accepting it.',
	mitigation: 'Write what makes it bearable meanwhile: the mitigation.',
	words: 'Write your comment.'
};

/** What is wrong with an answer before it is recorded; empty when nothing is. */
function errorsIn(form: AnswerForm, code: Code, today: CalendarDate): Refused[] {
	const errors: Refused[] = [];
	for (const [field, text] of Object.entries(form)) {
		const asked = TO_WRITE[field];
		if (asked === undefined) continue;
		if (!isWritten(text)) errors.push({ field, words: asked });
		else if (text.length > MOST_CHARACTERS)
			errors.push({ field, words: `Use ${MOST_CHARACTERS.toLocaleString('en-GB')} characters or fewer.` });
	}
	if (form.step !== 'accepted') return errors;
	const last = acceptedAtMostUntil(code, today);
	const composite = code === 'HELD_WITHOUT_OVERSIGHT';
	if (!isCalendarDate(form.until))
		errors.push({
			field: 'until',
			words: form.until === '' ? 'Choose the day until which it is accepted.' : noDay(form.until)
		});
	else if (form.until <= today)
		errors.push({ field: 'until', words: 'It has to be accepted until a day after today.' });
	else if (form.until > last)
		errors.push({
			field: 'until',
			words: `It can be accepted until ${dayInWords(last)} at most: ${composite ? '5 working days' : '28 days'} from today.`
		});
	return errors;
}

/**
 * Records what somebody does about a flag in their scope, after bringing it up to date: the step and its audit row in
 * one transaction. Of two at once the second is told of the first. Posted twice it acts once.
 */
export async function answerFlag(
	tx: Transaction,
	by: FlagAsker & { today: CalendarDate },
	flagId: string,
	form: AnswerForm
): Promise<Answered> {
	const seen = isId(flagId) ? await flagWithSteps(tx, flagId) : null;
	if (!seen || !isId(form.key)) return 'absent';
	// Before the flag is held: a review that holds all of them would wait for this one.
	await reviewThose(tx, by, by.today, subjectsOf(seen));
	const flag = await flagWithSteps(tx, flagId, true);
	if (!flag) return 'absent';
	if (await hasActed(tx, form.key)) return 'done';
	const life = await lifeOfStored(tx, flag, await viewAbout(tx, flag, by.today));
	const refusal = whyNot(by, form, life);
	if (refusal)
		return {
			refused: refusalInWords(refusal, seesNames(by.role) ? await namesFor(tx, namedInLife(life)) : null)
		};
	const errors = errorsIn(form, flag.code, by.today);
	if (errors.length > 0) return { errors };
	await claimForm(tx, form.key, by.accountId);
	await insertStep(tx, flagId, by, stepFrom(form, flag));
	const said = JSON.stringify({ ...form, key: undefined });
	const digest = createHash('sha256').update(`${flagId}\n${said}`).digest('hex');
	await record(tx, by, { action: form.step, entity: 'flag', entityId: flagId, digest });
	return 'done';
}

function whyNot(
	by: FlagAsker,
	{ step }: AnswerForm,
	{ state, about, managers }: Life & { managers: Managers }
): FlagRefusal | null {
	if (step === 'commented') return whyNotComment(by, state);
	return step === 'accepted'
		? whyNotAccept(by, state, about, managers)
		: whyNotAcknowledge(by, state, about, managers);
}

function stepFrom(form: AnswerForm, { severity }: FlagWithSteps): NewStep {
	if (form.step === 'acknowledged') return { step: form.step, severity, plan: form.plan.trim() };
	if (form.step === 'commented') return { step: form.step, words: form.words.trim() };
	const { step, reason, mitigation, until } = form;
	return { step, severity, reason: reason.trim(), mitigation: mitigation.trim(), until };
}
