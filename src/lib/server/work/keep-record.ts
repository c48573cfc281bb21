import { daysOfPlanInWords } from '#lib/domain/absence-words.ts';
import { mayKeepRecord, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, policyInForce, viewOf } from '#lib/domain/authority.ts';
import { addMonths, dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { changeInWords, type Entity } from '#lib/domain/change-words.ts';
import { REVIEW_MONTHS, REVIEW_OUTCOMES, type ReviewMonths } from '#lib/domain/experience.ts';
import {
	planRecord,
	recordProblems,
	registerNumber,
	type RecordChange,
	type RecordProblem
} from '#lib/domain/record-plan.ts';
import { recordPlanInWords, recordProblemInWords } from '#lib/domain/record-words.ts';
import { isWritten } from '#lib/domain/records.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { casesInScope } from '#lib/server/store/absences.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { changesAbout, holdFacts } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import {
	casesOverseenBy,
	otherWithNumber,
	recordKept,
	reviewsKept,
	type RecordKept,
	type ReviewKept
} from '#lib/server/store/people.ts';
import { supervisorOf, touchedBy } from '#lib/server/store/training.ts';
import { changeFact, recordFact } from './change-fact.ts';
import { namesFor } from './names.ts';
import type { FieldRefused } from './open-team.ts';
import { reviewThose } from './review-flags.ts';
import { undoForm, type Undone } from './undo-change.ts';

export interface RecordKeeper {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
	today: CalendarDate;
}

export const RECORD_TASKS = ['registration', 'stage', 'review'] as const;
export type RecordTask = (typeof RECORD_TASKS)[number];

/** What was typed, as it was typed. */
export interface RecordForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	task: RecordTask;
	/** The version that was seen; empty: a review of which nothing was recorded. */
	edition: string;
	sweNumber: string;
	registeredOn: string;
	checkedOn: string;
	why: string;
	startedOn: string;
	extendedTo: string;
	extendedWhy: string;
	passedOn: string;
	months: string;
	bookedOn: string;
	heldOn: string;
	outcome: string;
	words: string;
}

export type RecordPrepared =
	| 'absent'
	| 'not_yours'
	| 'done'
	| { refused: FieldRefused[] }
	| { conflict: string; edition: string }
	| { consequences: { words: string; grave: boolean }[]; days: string[]; title: string };

/** The facts that are kept on the record, whose changes are told there. */
export const ENTITIES_OF_RECORD: readonly Entity[] = ['practitioner', 'stage_review'];
const MOST_CHARACTERS = 300;

/** Whether who asks keeps the record of somebody in their scope. */
export async function mayKeepRecordOf(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string
): Promise<boolean> {
	const own = by.practitionerId;
	return mayKeepRecord(by.role, {
		own: own === practitionerId,
		supervises: own !== null && (await supervisorOf(tx, practitionerId, by.today)) === own,
		isSupervised: own !== null && (await supervisorOf(tx, own, by.today)) === practitionerId
	});
}

interface Said {
	record: RecordKept;
	refused: FieldRefused[];
}

type Refuse = (field: string, words: string) => void;

/** Reads a day of the form; null where it is empty, or refused. */
function dayIn(form: RecordForm, field: keyof RecordForm, today: CalendarDate, refuse: Refuse) {
	const found = dayTyped(form[field], today);
	if (found === undefined) refuse(field, noDay(form[field]));
	return found ?? null;
}

function afterOf({ sweNumber, registeredOn, startedOn, passedOn }: RecordKept): RecordChange['after'] {
	return { sweNumber, registeredOn, earlyCareerStartedOn: startedOn, earlyCareerPassedOn: passedOn };
}

const FIELDS_OF: Record<Exclude<RecordTask, 'review'>, readonly RecordProblem['field'][]> = {
	registration: ['sweNumber', 'registeredOn', 'checkedOn'],
	stage: ['startedOn', 'passedOn']
};

function readRegistration(by: RecordKeeper, seen: RecordKept, form: RecordForm): Said {
	const refused: FieldRefused[] = [];
	const refuse: Refuse = (field, words) => void refused.push({ field, words });
	const typed = form.sweNumber.trim();
	const sweNumber = typed === '' ? null : typed === seen.sweNumber ? typed : registerNumber(typed);
	if (typed !== '' && sweNumber === null)
		refuse('sweNumber', recordProblemInWords({ field: 'sweNumber', why: 'NOT_A_NUMBER', typed }));
	const registeredOn = dayIn(form, 'registeredOn', by.today, refuse);
	const checkedOn = dayIn(form, 'checkedOn', by.today, refuse);
	const isCheckedAnew = checkedOn !== null && (checkedOn !== seen.checkedOn || sweNumber !== seen.sweNumber);
	const record = {
		...seen,
		sweNumber,
		registeredOn,
		checkedOn,
		checkedBy: checkedOn === null ? null : isCheckedAnew ? by.practitionerId : seen.checkedBy
	};
	const corrects =
		(seen.sweNumber !== null && sweNumber !== seen.sweNumber) ||
		(seen.registeredOn !== null && registeredOn !== seen.registeredOn);
	if (refused.length === 0 && corrects && !isWritten(form.why))
		refuse('why', 'Say why what was recorded is wrong, and where the right one is from.');
	if (form.why.length > MOST_CHARACTERS) refuse('why', TOO_LONG);
	return { record, refused };
}

function readStage(by: RecordKeeper, seen: RecordKept, form: RecordForm): Said {
	const refused: FieldRefused[] = [];
	const refuse: Refuse = (field, words) => void refused.push({ field, words });
	const startedOn = dayIn(form, 'startedOn', by.today, refuse);
	const extendedTo = dayIn(form, 'extendedTo', by.today, refuse);
	const passedOn = dayIn(form, 'passedOn', by.today, refuse);
	const why = form.extendedWhy.trim();
	const isExtended = form.extendedTo.trim() !== '';
	if (extendedTo !== null && startedOn === null)
		refuse('extendedTo', 'A stage that has not begun cannot be extended.');
	else if (extendedTo !== null && startedOn !== null && extendedTo <= addMonths(startedOn, 12))
		refuse('extendedTo', `An extension ends after the 12 months, ${dayInWords(addMonths(startedOn, 12))}.`);
	if (isExtended && why === '') refuse('extendedWhy', 'Say in a sentence why it is extended.');
	if (!isExtended && why !== '') refuse('extendedTo', 'Give the new expected end.');
	if (why.length > MOST_CHARACTERS) refuse('extendedWhy', TOO_LONG);
	const record = {
		...seen,
		startedOn,
		extendedTo,
		extendedWhy: extendedTo === null ? null : why,
		passedOn
	};
	const corrects =
		(seen.startedOn !== null && startedOn !== seen.startedOn) ||
		(seen.passedOn !== null && passedOn !== seen.passedOn);
	if (refused.length === 0 && corrects && !isWritten(form.why))
		refuse('why', 'Say why what was recorded is wrong.');
	if (form.why.length > MOST_CHARACTERS) refuse('why', TOO_LONG);
	return { record, refused };
}

const TOO_LONG = `Use at most ${MOST_CHARACTERS} characters.`;

interface Made {
	seen: RecordKept;
	said: RecordKept;
}

/** Reads and checks a registration or a stage. Whatever is wrong is said, and nothing is written. */
async function make(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string,
	form: RecordForm & { task: 'registration' | 'stage' }
): Promise<
	'absent' | 'not_yours' | { refused: FieldRefused[] } | { conflict: string; edition: string } | Made
> {
	const seen = isId(practitionerId) ? await recordKept(tx, practitionerId) : null;
	if (!seen) return 'absent';
	if (!(await mayKeepRecordOf(tx, by, practitionerId))) return 'not_yours';
	if (seen.edition !== form.edition) return conflictOver(tx, practitionerId, 'practitioner', seen.edition);
	const { record: said, refused } =
		form.task === 'registration' ? readRegistration(by, seen, form) : readStage(by, seen, form);
	const isFine = (field: string) => !refused.some((each) => each.field === field);
	const checkedOn = form.task === 'registration' ? said.checkedOn : null;
	for (const problem of recordProblems(afterOf(said), checkedOn, by.today))
		if (FIELDS_OF[form.task].includes(problem.field) && isFine(problem.field))
			refused.push({ field: problem.field, words: recordProblemInWords(problem) });
	if (said.sweNumber !== null && said.sweNumber !== seen.sweNumber)
		if (await otherWithNumber(tx, practitionerId, said.sweNumber))
			refused.push({
				field: 'sweNumber',
				words: 'Somebody else is recorded with this number of the register. A number is one person’s.'
			});
	if (refused.length === 0 && isTheSame(seen, said))
		refused.push({
			field: form.task === 'registration' ? 'sweNumber' : 'startedOn',
			words: 'This is what is recorded already. Change something, or leave it as it is.'
		});
	return refused.length > 0 ? { refused } : { seen, said };
}

function isTheSame(one: RecordKept, other: RecordKept): boolean {
	return Object.entries(one).every(([property, value]) => other[property as keyof RecordKept] === value);
}

async function conflictOver(
	tx: Transaction,
	practitionerId: string,
	entity: 'practitioner' | 'stage_review',
	edition: string
): Promise<{ conflict: string; edition: string }> {
	const [last] = await changesAbout(tx, { practitionerId }, [entity]);
	const nameOf = await namesFor(tx, last?.madeBy ? [last.madeBy] : []);
	const who = !last ? 'A file' : last.madeBy === null ? 'A data steward' : nameOf(last.madeBy);
	const at = last ? ` at ${last.madeAt} on ${dayInWords(last.madeOn)}` : '';
	const said = last
		? ` What they did: ${changeInWords(last, { person: nameOf, team: () => 'a team' })}.`
		: '';
	return {
		conflict: `${who} changed this record${at}, after you opened it.${said} What you typed is below: continue to put yours in its place, or leave theirs.`,
		edition
	};
}

/** The cases and people whose flags can turn with what somebody's record says. */
async function concernedBy(tx: Transaction, practitionerId: string, today: CalendarDate) {
	const touched = await touchedBy(tx, [practitionerId], today);
	const overseen = await casesOverseenBy(tx, [practitionerId], today);
	return {
		caseIds: [...new Set([...touched.caseIds, ...overseen])],
		practitionerIds: touched.practitionerIds
	};
}

/** What the change would do, in words; nothing is written. */
export async function consequencesOfRecord(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string,
	form: RecordForm
): Promise<RecordPrepared> {
	const { task } = form;
	if (task === 'review') return 'absent';
	const made = await make(tx, by, practitionerId, { ...form, task });
	if (typeof made === 'string' || !('said' in made)) return made;
	const concerned = await concernedBy(tx, practitionerId, by.today);
	const facts = await gatherFacts(tx, { of: 'those', ...concerned, held: { on: by.today } });
	const authority = arrange(facts);
	const change: RecordChange = { practitionerId, after: afterOf(made.said) };
	const superviseeIds = concerned.practitionerIds.filter((id) => id !== practitionerId);
	const plan = planRecord(authority, change, by.today, { caseIds: concerned.caseIds, superviseeIds });
	const inScope = await casesInScope(tx, concerned.caseIds);
	const mayName = (caseId: string) => inScope.has(caseId);
	const policy = policyInForce(viewOf(authority, by.today), by.today);
	return {
		title: titleOf(task, made.said),
		consequences: [
			...(await stageWarnings(tx, task, made)),
			...recordPlanInWords(plan, by.today, policy, mayName)
		],
		days: daysOfPlanInWords(plan, mayName)
	};
}

function titleOf(task: 'registration' | 'stage', said: RecordKept): string {
	const on = (day: CalendarDate | null) => (day === null ? 'not recorded' : dayInWords(day));
	if (task === 'registration')
		return `number ${said.sweNumber ?? 'not recorded'}, registered ${on(said.registeredOn)}, ${said.checkedOn === null ? 'not checked on the public register' : `checked on the public register ${dayInWords(said.checkedOn)}`}`;
	const extended = said.extendedTo === null ? '' : `, extended to ${dayInWords(said.extendedTo)}`;
	return `stage started ${on(said.startedOn)}${extended}, ${said.passedOn === null ? 'not passed' : `passed ${dayInWords(said.passedOn)}`}`;
}

/** What is unusual about a pass, before it is saved. */
async function stageWarnings(
	tx: Transaction,
	task: 'registration' | 'stage',
	{ seen, said }: Made
): Promise<{ words: string; grave: boolean }[]> {
	if (task !== 'stage' || said.passedOn === null || said.passedOn === seen.passedOn) return [];
	const reviews = await reviewsKept(tx, said.practitionerId);
	const last = reviews.find(({ months }) => months === 12);
	if (!last?.heldOn)
		return [{ words: 'The final review, at 12 months, is not recorded as held.', grave: true }];
	return last.outcome === 'concerns' ? [{ words: 'The final review recorded concerns.', grave: true }] : [];
}

/** Writes the change, its audit row and the flags it turns, in one transaction. Posted twice it acts once. */
export async function saveRecord(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string,
	form: RecordForm
): Promise<Exclude<RecordPrepared, { consequences: unknown }>> {
	if (!isId(form.key) || !isId(practitionerId)) return 'absent';
	await holdFacts(tx, ['people', `practitioner ${practitionerId}`]);
	const { task } = form;
	if (task === 'review') return saveReview(tx, by, practitionerId, form);
	const known = await recordKept(tx, practitionerId);
	if (!known) return 'absent';
	if (!(await mayKeepRecordOf(tx, by, practitionerId))) return 'not_yours';
	if (await hasActed(tx, form.key)) return 'done';
	const made = await make(tx, by, practitionerId, { ...form, task });
	if (typeof made === 'string' || !('said' in made)) return made;
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	const { said, seen } = made;
	const onlyChecks =
		said.sweNumber === seen.sweNumber &&
		said.registeredOn === seen.registeredOn &&
		said.startedOn === seen.startedOn &&
		said.passedOn === seen.passedOn;
	const answer = await changeFact(
		tx,
		by,
		{ key: form.key, why: isWritten(form.why) ? form.why.trim() : null },
		{
			entity: 'practitioner',
			entityId: practitionerId,
			edition: seen.edition,
			about: { practitionerId }
		},
		{
			change: onlyChecks ? 'confirmed' : 'changed',
			set: {
				swe_number: said.sweNumber,
				registered_on: said.registeredOn,
				registration_checked_on: said.checkedOn,
				registration_checked_by: said.checkedBy,
				early_career_started_on: said.startedOn,
				early_career_extended_to: said.extendedTo,
				early_career_extended_why: said.extendedWhy,
				early_career_passed_on: said.passedOn,
				recorded_on: by.today
			}
		}
	);
	if (answer === 'changed_since') throw new Error('the record changed while held');
	const concerned = await concernedBy(tx, practitionerId, by.today);
	await reviewThose(tx, { accountId: by.accountId }, by.today, concerned);
	return 'done';
}

/** Books, holds or corrects one review of the stage. It moves no clock and no tier. */
async function saveReview(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string,
	form: RecordForm
): Promise<Exclude<RecordPrepared, { consequences: unknown }>> {
	const known = await recordKept(tx, practitionerId);
	if (!known) return 'absent';
	if (!(await mayKeepRecordOf(tx, by, practitionerId))) return 'not_yours';
	if (await hasActed(tx, form.key)) return 'done';
	const months = REVIEW_MONTHS.find((each) => String(each) === form.months);
	if (!months) return 'absent';
	const seen = (await reviewsKept(tx, practitionerId)).find((each) => each.months === months) ?? null;
	if ((seen?.edition ?? '') !== form.edition)
		return conflictOver(tx, practitionerId, 'stage_review', seen?.edition ?? '');
	const { row, refused } = readReview(by, known, months, form);
	if (refused.length > 0) return { refused };
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	const byForm = { key: form.key, why: null };
	const about = { practitionerId };
	if (seen === null) {
		await recordFact(tx, by, byForm, {
			entity: 'stage_review',
			row: { practitioner_id: practitionerId, months, ...row },
			about
		});
		return 'done';
	}
	const answer = await changeFact(
		tx,
		by,
		byForm,
		{ entity: 'stage_review', entityId: seen.reviewId, edition: seen.edition, about },
		{ change: 'changed', set: { ...row, recorded_on: by.today } }
	);
	if (answer === 'changed_since') throw new Error('the review changed while held');
	return 'done';
}

function readReview(
	by: RecordKeeper,
	{ startedOn }: RecordKept,
	months: ReviewMonths,
	form: RecordForm
): { row: Record<string, string | null>; refused: FieldRefused[] } {
	const refused: FieldRefused[] = [];
	const refuse: Refuse = (field, words) => void refused.push({ field, words });
	const bookedOn = dayIn(form, 'bookedOn', by.today, refuse);
	const heldOn = dayIn(form, 'heldOn', by.today, refuse);
	const outcome = REVIEW_OUTCOMES.find((each) => each === form.outcome) ?? null;
	const words = form.words.trim();
	if (startedOn === null) refuse('bookedOn', 'Record the start of the stage first.');
	if (refused.length === 0 && bookedOn === null && heldOn === null)
		refuse('bookedOn', `Give the day on which the ${months}-month review is booked, or was held.`);
	if (heldOn !== null && heldOn > by.today)
		refuse('heldOn', `${dayInWords(heldOn)} has not come yet. Book it, and record it when it was held.`);
	else if (heldOn !== null && startedOn !== null && heldOn < startedOn)
		refuse('heldOn', `The stage only began on ${dayInWords(startedOn)}.`);
	if (heldOn !== null && outcome === null) refuse('outcome', 'Say whether they are on course.');
	if (heldOn !== null && words === '') refuse('words', 'Say in one sentence what was found.');
	if (form.heldOn.trim() === '' && (outcome !== null || words !== ''))
		refuse('heldOn', 'Give the day on which it was held, or leave out what was found.');
	if (words.length > MOST_CHARACTERS) refuse('words', TOO_LONG);
	return {
		row: { booked_on: bookedOn, held_on: heldOn, outcome, words: words === '' ? null : words },
		refused
	};
}

/** Takes back all that one form did to somebody's record on its own day. */
export async function undoRecord(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string,
	formKey: string
): Promise<Undone> {
	if (!isId(practitionerId) || !(await recordKept(tx, practitionerId))) return 'absent';
	return undoForm(
		tx,
		by,
		formKey,
		async (change) =>
			change.practitionerId === practitionerId &&
			(change.entity === 'stage_review' ||
				(change.entity === 'practitioner' && change.change !== 'recorded')) &&
			(await mayKeepRecordOf(tx, by, practitionerId))
	);
}

/** What the form starts from; null: not there, out of scope, or not theirs to keep. */
export async function recordFormPage(
	tx: Transaction,
	by: RecordKeeper,
	practitionerId: string,
	task: RecordTask,
	months: string
): Promise<{ record: RecordKept; review: ReviewKept | null; months: ReviewMonths | null } | null> {
	const record = isId(practitionerId) ? await recordKept(tx, practitionerId) : null;
	if (!record || !(await mayKeepRecordOf(tx, by, practitionerId))) return null;
	const wanted = REVIEW_MONTHS.find((each) => String(each) === months) ?? null;
	if (task === 'review' && wanted === null) return null;
	const reviews = task === 'review' ? await reviewsKept(tx, practitionerId) : [];
	return { record, review: reviews.find((each) => each.months === wanted) ?? null, months: wanted };
}
