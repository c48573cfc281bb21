import { daysOfPlanInWords } from '#lib/domain/absence-words.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, type Authority } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { stands } from '#lib/domain/case-change.ts';
import { changeInWords } from '#lib/domain/change-words.ts';
import type { Reduction } from '#lib/domain/people.ts';
import {
	planReduction,
	reductionProblems,
	REDUCTION_REASONS,
	type ReductionChange
} from '#lib/domain/reduction-plan.ts';
import {
	percentOf,
	reductionInWords,
	reductionPlanInWords,
	reductionProblemInWords
} from '#lib/domain/reduction-words.ts';
import { dayAsTyped, dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { reductionsOf, type ReductionKept } from '#lib/server/store/absences.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { changesAbout, holdFacts } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { changeFact, recordFact, takeOutFact, type WhichFact } from './change-fact.ts';
import { namesFor } from './names.ts';
import { keepsAway, type AbsenceRefused, type Keeper, type Prepared } from './record-absence.ts';
import { reviewThose } from './review-flags.ts';

export const REDUCTION_TASKS = ['record', 'change', 'withdraw'] as const;
export type ReductionTask = (typeof REDUCTION_TASKS)[number];

/** What was typed, as it was typed. */
export interface ReductionForm {
	key: string;
	task: ReductionTask;
	/** The reduction that is changed or taken out, and the version that was seen. */
	reduction: string;
	edition: string;
	reason: string;
	share: string;
	from: string;
	to: string;
}

export interface ReductionFormPage {
	practitionerId: string;
	name: string;
	/** What is changed, as it would be typed; null: a new one. */
	kept: ReductionForm | null;
	/** What there is now and to come, for whoever records one beside it. */
	beside: string[];
}

/** What the form starts from; null: not there, not in the scope of who asks, or not theirs to keep. */
export async function reductionFormPage(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	{ task, reductionId }: { task: ReductionTask; reductionId: string }
): Promise<ReductionFormPage | null> {
	if (
		!isId(practitionerId) ||
		!keepsAway(by, practitionerId) ||
		!(await maySeePractitioner(tx, practitionerId))
	)
		return null;
	const standing = (await reductionsOf(tx, practitionerId)).filter((row) => row.stands);
	const row = standing.find((each) => each.reductionId === reductionId && mayChange(each));
	if (task !== 'record' && !row) return null;
	const nameOf = await namesFor(tx, [practitionerId]);
	return {
		practitionerId,
		name: nameOf(practitionerId),
		kept: row && task !== 'record' ? formOf(row, task) : null,
		beside: standing
			.filter((each) => each !== row && (each.to === null || each.to > by.today))
			.map((each) => reductionInWords(each))
	};
}

/** A phased return is changed with the absence that it follows. */
export function mayChange({ afterAbsence }: Pick<ReductionKept, 'afterAbsence'>): boolean {
	return afterAbsence === null;
}

function formOf(row: ReductionKept, task: ReductionTask): ReductionForm {
	return {
		key: '',
		task,
		reduction: row.reductionId,
		edition: row.edition,
		reason: row.reason ?? '',
		share: String(Math.round(row.share * 1000) / 10),
		from: dayAsTyped(row.from),
		to: dayAsTyped(row.to)
	};
}

type NotMade = Exclude<Prepared, 'done' | { consequences: unknown }>;

interface Made {
	change: ReductionChange;
	seen: ReductionKept | null;
	authority: Authority;
}

/** Reads, checks and plans. Whatever is wrong is said, and nothing is written. */
async function make(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	form: ReductionForm
): Promise<NotMade | Made> {
	if (!isId(practitionerId) || !(await maySeePractitioner(tx, practitionerId))) return 'absent';
	if (!keepsAway(by, practitionerId)) return 'not_yours';
	const standing = (await reductionsOf(tx, practitionerId)).filter((row) => row.stands);
	const seen = standing.find((row) => row.reductionId === form.reduction && mayChange(row)) ?? null;
	if (form.task !== 'record') {
		if (!seen)
			return {
				refused: [{ field: 'reason', words: 'This reduction was taken out. Record it anew if it stands.' }]
			};
		if (seen.edition !== form.edition) return conflictOver(tx, practitionerId, seen);
	}
	const { row, refused } =
		form.task === 'withdraw' ? { row: null, refused: [] } : read(form, practitionerId, seen, by.today);
	if (refused.length > 0) return { refused };
	const reach = {
		of: 'those',
		caseIds: [],
		practitionerIds: [practitionerId],
		held: { on: by.today }
	} as const;
	const authority = arrange(await gatherFacts(tx, reach));
	const before = authority.people
		.get(practitionerId)
		?.reductions.find(
			(each) => seen && stands(each) && each.from === seen.from && each.reason === seen.reason
		);
	const change = { practitionerId, before: (seen && before) ?? null, after: row };
	const problems = reductionProblems(authority, change, by.today);
	if (problems.length > 0)
		return { refused: problems.map((each) => ({ field: each.field, words: reductionProblemInWords(each) })) };
	return { change, seen, authority };
}

function read(
	form: ReductionForm,
	practitionerId: string,
	seen: ReductionKept | null,
	today: CalendarDate
): { row: Reduction | null; refused: AbsenceRefused[] } {
	const refused: AbsenceRefused[] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	if (
		!(REDUCTION_REASONS as readonly string[]).includes(form.reason) &&
		form.reason !== (seen?.reason ?? null)
	)
		refuse('reason', 'Choose why they carry less.');
	const share = form.share.trim().replace(/\s*%$/, '');
	const percent = Number(share);
	if (!/^\d{1,3}(\.\d)?$/.test(share) || percent <= 0 || percent > 100)
		refuse('share', 'Give the share of capacity taken away as a number from 1 to 100.');
	const from = dayTyped(form.from, today);
	const to = dayTyped(form.to, today);
	if (!from) refuse('from', from === null ? 'Give the first day of it.' : noDay(form.from));
	if (!to) refuse('to', to === null ? 'Give the day from which full capacity is back.' : noDay(form.to));
	if (!from || !to || refused.length > 0) return { row: null, refused };
	const said = { practitionerId, from, to, share: percent / 100, reason: form.reason };
	return { row: { ...said, recordedOn: today, endRecordedOn: today }, refused };
}

/** Somebody was faster: by whom and what, and the edition that what was typed can be put over. */
async function conflictOver(
	tx: Transaction,
	practitionerId: string,
	{ reductionId, edition }: ReductionKept
): Promise<{ conflict: string; edition: string }> {
	const [last] = (await changesAbout(tx, { practitionerId }, ['reduction'])).filter(
		(each) => each.entityId === reductionId
	);
	if (!last)
		return {
			conflict:
				'A file changed this reduction after you opened it. What you typed is below: continue to put yours in its place.',
			edition
		};
	const nameOf = await namesFor(tx, last.madeBy === null ? [] : [last.madeBy]);
	const who = last.madeBy === null ? 'Somebody' : nameOf(last.madeBy);
	const what = changeInWords(last, { person: nameOf, team: () => 'a team' });
	return {
		conflict: `${who} changed this reduction at ${last.madeAt} on ${dayInWords(last.madeOn)}, after you opened it. ${what}. What you typed is below: continue to put yours in its place, or leave theirs.`,
		edition
	};
}

/** What the change would do to capacity and load, in words; nothing is written. */
export async function reductionConsequences(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	form: ReductionForm
): Promise<Prepared> {
	const made = await make(tx, by, practitionerId, form);
	if (typeof made === 'string' || !('change' in made)) return made;
	const { change, authority } = made;
	const plan = planReduction(authority, change, by.today);
	const said = change.after ?? change.before;
	return {
		consequences: reductionPlanInWords(plan, change, by.today),
		days: daysOfPlanInWords(plan, () => true),
		title: change.after
			? `capacity ${reductionInWords(change.after)}`
			: `the reduction of ${percentOf(said?.share ?? 0)} never was`
	};
}

/** Writes it with its history, its audit row and the flags it turns, in one transaction. Sent twice it acts once. */
export async function saveReduction(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	form: ReductionForm
): Promise<Exclude<Prepared, { consequences: unknown }>> {
	if (!isId(form.key)) return 'absent';
	await holdFacts(tx, [`capacity ${practitionerId}`]);
	if (await hasActed(tx, form.key)) return 'done';
	const made = await make(tx, by, practitionerId, form);
	if (typeof made === 'string' || !('change' in made)) return made;
	if (!(await claimForm(tx, form.key, by.accountId))) throw new Error('the form acted while held');
	const { seen, change } = made;
	const byForm = { key: form.key, why: null };
	const about = { practitionerId };
	const which: WhichFact | null = seen && {
		entity: 'reduction',
		entityId: seen.reductionId,
		edition: seen.edition,
		about
	};
	const kept = { changed_by: by.practitionerId, changed_on: by.today };
	const { after } = change;
	const said = after && {
		practitioner_id: practitionerId,
		share: after.share,
		reason: after.reason,
		from_on: after.from,
		to_on: after.to,
		recorded_on: by.today,
		end_recorded_on: by.today
	};
	const answer =
		which && said
			? await changeFact(tx, by, byForm, which, { change: 'changed', set: { ...said, ...kept } })
			: which
				? await takeOutFact(tx, by, byForm, which)
				: said &&
					(await recordFact(tx, by, byForm, { entity: 'reduction', row: { ...said, ...kept }, about }));
	if (answer === 'changed_since') throw new Error('the reduction changed while held');
	await reviewThose(tx, { accountId: by.accountId }, by.today, {
		caseIds: [],
		practitionerIds: [practitionerId]
	});
	return 'done';
}
