import { createHash } from 'node:crypto';
import { mayKeepTraining, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { dayInWords, isCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { policyOn } from '#lib/domain/policy.ts';
import { isWritten } from '#lib/domain/records.ts';
import { noDay } from '#lib/domain/typed-day.ts';
import { record } from '#lib/server/audit.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { policyVersions } from '#lib/server/store/facts.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import {
	changesOfForm,
	claimWith,
	completionsOf,
	completionWith,
	correctCompletion,
	decideClaim,
	holdTrainingOf,
	insertChange,
	insertClaim,
	insertCompletion,
	reopenClaim,
	supervisorOf,
	touchedBy,
	withdrawCompletion,
	type Change,
	type ChangeKind,
	type Completion,
	type StoredCompletion
} from '#lib/server/store/training.ts';
import { reviewThose } from './review-flags.ts';

export interface TrainingAsker {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
	today: CalendarDate;
}

/** A completion as it was typed; days empty or yyyy-mm-dd. */
export interface CompletionForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	course: string;
	completedOn: string;
	expiresOn: string;
	evidence: string;
}

export interface CorrectionForm extends CompletionForm {
	trainingId: string;
	edition: string;
	why: string;
}

export type KeptField = 'course' | 'completedOn' | 'expiresOn' | 'evidence' | 'why' | 'who' | 'answer';
export type Wrong = { field: KeptField; words: string };

/** What became of a form: done, not there, not theirs to do, wrong, or meanwhile changed by somebody else. */
export type Kept =
	'done' | 'absent' | 'not_yours' | { wrong: Wrong[] } | { conflict: StoredCompletion | null };

const MOST_CHARACTERS = 500;

/** Records a completion: one's own waits for somebody else to confirm it and counts for nothing until then. */
export async function recordTraining(
	tx: Transaction,
	by: TrainingAsker,
	practitionerId: string,
	form: CompletionForm
): Promise<Kept> {
	if (!isId(form.key) || !isId(practitionerId) || !(await maySeePractitioner(tx, practitionerId)))
		return 'absent';
	if (by.practitionerId === practitionerId) return claimTraining(tx, { ...by, practitionerId }, form);
	return recordForAll(tx, by, [practitionerId], form);
}

/** Records one course of one day for everybody who was there: all of them or none. */
export async function recordTrainingDay(
	tx: Transaction,
	by: TrainingAsker,
	practitionerIds: readonly string[],
	form: CompletionForm
): Promise<Kept> {
	if (!isId(form.key) || !practitionerIds.every(isId)) return 'absent';
	for (const id of practitionerIds) if (!(await maySeePractitioner(tx, id))) return 'absent';
	if (practitionerIds.length === 0)
		return {
			wrong: [{ field: 'who', words: 'Tick everybody who was there.' }, ...(await wrongIn(tx, by, form))]
		};
	return recordForAll(tx, by, [...new Set(practitionerIds)], form);
}

async function recordForAll(
	tx: Transaction,
	by: TrainingAsker,
	practitionerIds: readonly string[],
	form: CompletionForm
): Promise<Kept> {
	for (const id of practitionerIds) if (!(await mayKeep(tx, by, id))) return 'not_yours';
	await holdTrainingOf(tx, practitionerIds);
	if (await hasActed(tx, form.key)) return 'done';
	const wrong = await wrongIn(tx, by, form);
	if (wrong.length > 0) return { wrong };
	const said = saidIn(form);
	const before = await completionsOf(tx, practitionerIds);
	const twice = before.filter((each) => isSame(each, said)).length;
	if (twice > 0) return { wrong: [alreadyOnRecord(said, practitionerIds.length > 1 ? twice : null)] };
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	for (const practitionerId of practitionerIds)
		await add(tx, by, { formKey: form.key, practitionerId, change: 'recorded', said });
	await review(tx, by, practitionerIds);
	return 'done';
}

async function claimTraining(
	tx: Transaction,
	by: TrainingAsker & { practitionerId: string },
	form: CompletionForm
): Promise<Kept> {
	await holdTrainingOf(tx, [by.practitionerId]);
	if (await hasActed(tx, form.key)) return 'done';
	const wrong = await wrongIn(tx, by, form);
	if (wrong.length > 0) return { wrong };
	const said = saidIn(form);
	if ((await completionsOf(tx, [by.practitionerId])).some((each) => isSame(each, said)))
		return { wrong: [alreadyOnRecord(said, null)] };
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	const claimId = await insertClaim(tx, by, said);
	if (claimId === null)
		return { wrong: [{ field: 'completedOn', words: 'An entry of this course and day waits already.' }] };
	await record(tx, by, {
		action: 'entered',
		entity: 'training_claim',
		entityId: claimId,
		digest: digestOf(by.practitionerId, said)
	});
	return 'done';
}

/** Answers what somebody entered about themselves: only a confirmation makes it count, from today. */
export async function decideTraining(
	tx: Transaction,
	by: TrainingAsker,
	practitionerId: string,
	form: { key: string; claimId: string; decided: 'confirmed' | 'refused'; answer: string }
): Promise<Kept> {
	const { key, claimId, decided, answer } = form;
	if (![practitionerId, key, claimId].every(isId)) return 'absent';
	await holdTrainingOf(tx, [practitionerId]);
	const claim = await claimWith(tx, claimId);
	if (claim?.practitionerId !== practitionerId) return 'absent';
	if (!(await mayKeep(tx, by, practitionerId))) return 'not_yours';
	if (await hasActed(tx, key)) return 'done';
	if (claim.decided !== null)
		return { wrong: [{ field: 'answer', words: 'Somebody has answered this entry meanwhile.' }] };
	if (decided === 'refused' && !isWritten(answer))
		return { wrong: [{ field: 'answer', words: 'Write why, so that they know what to do.' }] };
	if (answer.length > MOST_CHARACTERS) return { wrong: [tooLong('answer')] };
	if (decided === 'confirmed') {
		const same = (await completionsOf(tx, [practitionerId])).some((each) => isSame(each, claim));
		if (same) return { wrong: [{ ...alreadyOnRecord(claim, null), field: 'answer' }] };
	}
	await claimForm(tx, key, by.accountId);
	const { course, completedOn, expiresOn, evidence } = claim;
	const said = { course, completedOn, expiresOn, evidence };
	const trainingId =
		decided === 'confirmed'
			? await add(tx, by, { formKey: key, practitionerId, change: 'confirmed', said })
			: null;
	await decideClaim(tx, claimId, {
		decided,
		on: by.today,
		by: by.practitionerId,
		answer: decided === 'refused' ? answer.trim() : null,
		trainingId
	});
	await record(tx, by, { action: decided, entity: 'training_claim', entityId: claimId });
	if (decided === 'confirmed') await review(tx, by, [practitionerId]);
	return 'done';
}

/** Somebody takes back what they entered about themselves while it waits. */
export async function takeBackClaim(
	tx: Transaction,
	by: TrainingAsker,
	practitionerId: string,
	claimId: string
): Promise<Kept> {
	if (!isId(practitionerId) || !isId(claimId)) return 'absent';
	await holdTrainingOf(tx, [practitionerId]);
	const claim = await claimWith(tx, claimId);
	if (claim?.practitionerId !== practitionerId) return 'absent';
	if (by.practitionerId !== practitionerId) return 'not_yours';
	if (claim.decided === 'withdrawn') return 'done';
	if (claim.decided !== null)
		return { wrong: [{ field: 'answer', words: 'Somebody has answered this entry meanwhile.' }] };
	const decision = {
		decided: 'withdrawn',
		on: by.today,
		by: practitionerId,
		answer: null,
		trainingId: null
	} as const;
	await decideClaim(tx, claimId, decision);
	await record(tx, by, { action: 'withdrawn', entity: 'training_claim', entityId: claimId });
	return 'done';
}

/** Corrects a wrong completion: what it said before stays readable as known then. */
export async function correctTraining(
	tx: Transaction,
	by: TrainingAsker,
	practitionerId: string,
	form: CorrectionForm
): Promise<Kept> {
	const held = await holdForChange(tx, by, practitionerId, form);
	if (typeof held === 'string') return held;
	const { stands } = held;
	if (stands?.edition !== form.edition) return { conflict: stands };
	const wrong = [...(await wrongIn(tx, by, form, stands.course)), ...wrongWhy(form.why)];
	if (wrong.length > 0) return { wrong };
	const said = saidIn(form);
	const others = (await completionsOf(tx, [practitionerId])).filter(
		({ trainingId }) => trainingId !== stands.trainingId
	);
	if (others.some((each) => isSame(each, said))) return { wrong: [alreadyOnRecord(said, null)] };
	if (isSame(stands, said) && stands.expiresOn === said.expiresOn && stands.evidence === said.evidence)
		return {
			wrong: [{ field: 'completedOn', words: 'This is what is on record already. Change something.' }]
		};
	await claimForm(tx, form.key, by.accountId);
	await correctCompletion(tx, stands.trainingId, said, by.today);
	await noteChange(tx, by, {
		formKey: form.key,
		trainingId: stands.trainingId,
		practitionerId,
		change: 'corrected',
		before: stated(stands),
		after: { ...said, recordedOn: by.today },
		why: form.why.trim(),
		undoes: null
	});
	await review(tx, by, [practitionerId]);
	return 'done';
}

/** Takes a completion that never was off the record, from today: it stays readable as known before. */
export async function withdrawTraining(
	tx: Transaction,
	by: TrainingAsker,
	practitionerId: string,
	form: { key: string; trainingId: string; edition: string; why: string }
): Promise<Kept> {
	const held = await holdForChange(tx, by, practitionerId, form);
	if (typeof held === 'string') return held;
	const { stands } = held;
	if (stands?.edition !== form.edition) return { conflict: stands };
	const wrong = wrongWhy(form.why);
	if (wrong.length > 0) return { wrong };
	await claimForm(tx, form.key, by.accountId);
	await withdrawCompletion(tx, stands.trainingId, by.today);
	await noteChange(tx, by, {
		formKey: form.key,
		trainingId: stands.trainingId,
		practitionerId,
		change: 'withdrawn',
		before: stated(stands),
		after: null,
		why: form.why.trim(),
		undoes: null
	});
	await review(tx, by, [practitionerId]);
	return 'done';
}

/** Undoes what one form did on this day, where nothing was done to those completions since: all of it or nothing. */
export async function undoTraining(
	tx: Transaction,
	by: TrainingAsker,
	formKey: string
): Promise<Kept | { refused: string }> {
	if (!isId(formKey)) return 'absent';
	const people = (await changesOfForm(tx, formKey)).map(({ practitionerId }) => practitionerId);
	await holdTrainingOf(tx, people);
	const changes = await changesOfForm(tx, formKey);
	if (changes.length === 0) return 'absent';
	for (const { practitionerId } of changes) if (!(await mayKeep(tx, by, practitionerId))) return 'not_yours';
	if (changes.every(({ undone }) => undone)) return 'done';
	if (changes.some(({ madeOn, change }) => madeOn !== by.today || change === 'undone'))
		return { refused: 'Only what was done today can be undone. Correct the entry instead.' };
	for (const change of changes) {
		const stands = await completionWith(tx, change.trainingId);
		if (!change.last || !isAsLeft(change, stands))
			return { refused: 'It was changed again since. Correct the entry instead.' };
	}
	const undoKey = crypto.randomUUID();
	for (const change of changes) await undo(tx, by, undoKey, change);
	await review(tx, by, people);
	return 'done';
}

async function undo(tx: Transaction, by: TrainingAsker, undoKey: string, made: Change): Promise<void> {
	const { practitionerId, before, after } = made;
	let { trainingId } = made;
	if (before === null) {
		await withdrawCompletion(tx, trainingId, by.today);
		if (made.change === 'confirmed') await reopenClaim(tx, trainingId);
	} else if (after === null) {
		trainingId = (await insertCompletion(tx, practitionerId, before, before.recordedOn)) ?? trainingId;
	} else await correctCompletion(tx, trainingId, before, before.recordedOn);
	await noteChange(tx, by, {
		formKey: undoKey,
		trainingId,
		practitionerId,
		change: 'undone',
		before: after,
		after: before,
		why: null,
		undoes: made.formKey
	});
}

function isAsLeft({ after }: Change, stands: StoredCompletion | null): boolean {
	if (after === null || stands === null) return after === null && stands === null;
	const as = stated(stands);
	return Object.entries(after).every(([property, value]) => as[property as keyof typeof as] === value);
}

async function holdForChange(
	tx: Transaction,
	by: TrainingAsker,
	practitionerId: string,
	form: { key: string; trainingId: string }
): Promise<'absent' | 'not_yours' | 'done' | { stands: StoredCompletion | null }> {
	if (![practitionerId, form.key, form.trainingId].every(isId)) return 'absent';
	if (!(await maySeePractitioner(tx, practitionerId))) return 'absent';
	if (!(await mayKeep(tx, by, practitionerId))) return 'not_yours';
	await holdTrainingOf(tx, [practitionerId]);
	if (await hasActed(tx, form.key)) return 'done';
	const stands = await completionWith(tx, form.trainingId);
	if (stands && stands.practitionerId !== practitionerId) return 'absent';
	return { stands };
}

/** Whether who asks keeps the training of somebody in their scope. */
export async function mayKeep(tx: Transaction, by: TrainingAsker, practitionerId: string): Promise<boolean> {
	const own = by.practitionerId;
	if (own === practitionerId) return false;
	const supervises = own !== null && (await supervisorOf(tx, practitionerId, by.today)) === own;
	const isSupervised = own !== null && (await supervisorOf(tx, own, by.today)) === practitionerId;
	return mayKeepTraining(by.role, { supervises, isSupervised });
}

async function wrongIn(
	tx: Transaction,
	{ today }: TrainingAsker,
	form: CompletionForm,
	alsoKnown: string | null = null
): Promise<Wrong[]> {
	const { courses } = policyOn(await policyVersions(tx), today);
	const wrong: Wrong[] = [];
	const { completedOn, expiresOn } = form;
	if (form.course !== alsoKnown && !Object.hasOwn(courses, form.course))
		wrong.push({ field: 'course', words: 'Choose a course.' });
	if (!isCalendarDate(completedOn))
		wrong.push({
			field: 'completedOn',
			words: completedOn === '' ? 'Give the day it was completed.' : noDay(completedOn)
		});
	else if (completedOn > today)
		wrong.push({
			field: 'completedOn',
			words: `It cannot have been completed after today, ${dayInWords(today)}.`
		});
	if (expiresOn !== '' && !isCalendarDate(expiresOn))
		wrong.push({ field: 'expiresOn', words: noDay(expiresOn) });
	else if (expiresOn !== '' && isCalendarDate(completedOn) && expiresOn <= completedOn)
		wrong.push({ field: 'expiresOn', words: 'It must lapse after the day it was completed.' });
	if (!isWritten(form.evidence))
		wrong.push({ field: 'evidence', words: 'Say where the certificate or the list of those present is.' });
	else if (form.evidence.length > MOST_CHARACTERS) wrong.push(tooLong('evidence'));
	return wrong;
}

function wrongWhy(why: string): Wrong[] {
	if (!isWritten(why)) return [{ field: 'why', words: 'Write why it was wrong.' }];
	return why.length > MOST_CHARACTERS ? [tooLong('why')] : [];
}

function tooLong(field: KeptField): Wrong {
	return { field, words: `Use ${MOST_CHARACTERS} characters or fewer.` };
}

function alreadyOnRecord({ course, completedOn }: Completion, of: number | null): Wrong {
	const done = `${course} completed on ${dayInWords(completedOn)}`;
	return {
		field: of === null ? 'completedOn' : 'who',
		words:
			of === null
				? `${done} is on record already.`
				: `${done} is on record already for ${of} of those ticked. Untick them.`
	};
}

function saidIn({ course, completedOn, expiresOn, evidence }: CompletionForm): Completion {
	return { course, completedOn, expiresOn: expiresOn === '' ? null : expiresOn, evidence: evidence.trim() };
}

function isSame(a: Completion, b: Completion): boolean {
	return a.course === b.course && a.completedOn === b.completedOn;
}

function stated({ course, completedOn, expiresOn, evidence, recordedOn }: StoredCompletion) {
	return { course, completedOn, expiresOn, evidence, recordedOn };
}

async function add(
	tx: Transaction,
	by: TrainingAsker,
	made: { formKey: string; practitionerId: string; change: 'recorded' | 'confirmed'; said: Completion }
): Promise<string> {
	const { said, practitionerId } = made;
	const trainingId = await insertCompletion(tx, practitionerId, said, by.today);
	if (trainingId === null) throw new Error('training was written by somebody who did not wait for it');
	const after = { ...said, recordedOn: by.today };
	await noteChange(tx, by, { ...made, trainingId, before: null, after, why: null, undoes: null });
	return trainingId;
}

/** Who changed what, and the audit row beside it. */
async function noteChange(
	tx: Transaction,
	by: TrainingAsker,
	made: {
		formKey: string;
		trainingId: string;
		practitionerId: string;
		change: ChangeKind;
		before: Change['before'];
		after: Change['after'];
		why: string | null;
		undoes: string | null;
	}
): Promise<void> {
	await insertChange(tx, { ...made, on: by.today, by: by.practitionerId, accountId: by.accountId });
	const { change, trainingId, practitionerId, after } = made;
	const digest = after === null ? {} : { digest: digestOf(practitionerId, after) };
	await record(tx, by, { action: change, entity: 'training', entityId: trainingId, ...digest });
}

function digestOf(practitionerId: string, { course, completedOn, expiresOn, evidence }: Completion): string {
	const text = [practitionerId, course, completedOn, expiresOn ?? '', evidence ?? ''].join('\n');
	return createHash('sha256').update(text).digest('hex');
}

async function review(tx: Transaction, by: TrainingAsker, practitionerIds: readonly string[]): Promise<void> {
	const { accountId, today } = by;
	await reviewThose(tx, { accountId }, today, await touchedBy(tx, practitionerIds, today));
}
