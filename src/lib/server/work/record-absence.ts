import {
	ABSENCE_REASONS,
	absenceProblems,
	planAbsence,
	type AbsenceChange,
	type AbsencePlan
} from '#lib/domain/absence-plan.ts';
import { absenceInWords, daysOfPlanInWords, planInWords, problemInWords } from '#lib/domain/absence-words.ts';
import { mayKeepAbsences, type AskingRole } from '#lib/domain/access.ts';
import { isId } from '#lib/domain/asked.ts';
import { arrange, type Authority } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Said } from '#lib/domain/change-words.ts';
import type { Absence, Reduction } from '#lib/domain/people.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { timeOfInstant } from '#lib/server/clock.ts';
import {
	absencesOf,
	casesInScope,
	concernedBy,
	oneAbsenceAtATime,
	reductionsOf,
	type AbsenceKept,
	type AbsenceSaid
} from '#lib/server/store/absences.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import { changesOfForm } from '#lib/server/store/changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { changeFact, recordFact, takeOutFact, type ByForm } from './change-fact.ts';
import { namesFor } from './names.ts';
import { reviewThose } from './review-flags.ts';
import { undoForm, type Undone } from './undo-change.ts';

export interface Keeper {
	accountId: string;
	practitionerId: string | null;
	role: AskingRole;
	today: CalendarDate;
}

/** Whether who asks keeps the absences and the capacity of somebody in their scope. */
export function keepsAway(by: Keeper, practitionerId: string): by is Keeper & { practitionerId: string } {
	return mayKeepAbsences(by.role) && by.practitionerId !== null && by.practitionerId !== practitionerId;
}

export const ABSENCE_TASKS = ['record', 'change', 'return'] as const;
export type AbsenceTask = (typeof ABSENCE_TASKS)[number];

/** What was typed, as it was typed. */
export interface AbsenceForm {
	/** Made with the page, so that a form posted twice acts once. */
	key: string;
	task: AbsenceTask;
	/** The absence that is changed or ended, and the version that was seen. */
	absence: string;
	edition: string;
	reason: string;
	from: string;
	to: string;
	cover: string;
	supervisionCover: string;
	/** Per cent of capacity taken away after the return; empty: none. */
	share: string;
	until: string;
}

export interface AbsenceRefused {
	field: string;
	words: string;
}

export type Prepared =
	| 'absent'
	| 'not_yours'
	| 'done'
	| { refused: AbsenceRefused[] }
	| { conflict: string; edition: string }
	| { consequences: { words: string; grave: boolean }[]; days: string[]; title: string };

interface Read {
	said: AbsenceSaid;
	phased: { share: number; to: CalendarDate } | null;
	refused: AbsenceRefused[];
}

function read(form: AbsenceForm, seen: AbsenceKept | null, today: CalendarDate): Read {
	const refused: AbsenceRefused[] = [];
	const refuse = (field: string, words: string) => void refused.push({ field, words });
	const ends = form.task === 'return';
	const reason = ends ? (seen?.reason ?? null) : form.reason;
	if (!ends && !(ABSENCE_REASONS as readonly string[]).includes(form.reason) && form.reason !== seen?.reason)
		refuse('reason', 'Choose why they are away.');
	const from = ends ? seen?.from : dayTyped(form.from, today);
	const to = dayTyped(form.to, today);
	if (!from) refuse('from', from === null ? 'Give the first day away.' : noDay(form.from));
	if (to === undefined) refuse('to', noDay(form.to));
	if (ends && to === null) refuse('to', 'Give the first day back.');
	const cover = (typed: string, field: string) => {
		if (typed === '') return null;
		if (!isId(typed)) refuse(field, `“${typed}” is nobody on the list. Choose somebody, or leave it empty.`);
		return isId(typed) ? typed : null;
	};
	const said: AbsenceSaid = {
		from: from ?? '',
		to: to ?? null,
		reason,
		coverId: ends ? (seen?.coverId ?? null) : cover(form.cover, 'cover'),
		supervisionCoverId: ends
			? (seen?.supervisionCoverId ?? null)
			: cover(form.supervisionCover, 'supervisionCover')
	};
	return { said, phased: ends ? phasedIn(form, to ?? null, today, refuse) : null, refused };
}

function phasedIn(
	form: AbsenceForm,
	to: CalendarDate | null,
	today: CalendarDate,
	refuse: (field: string, words: string) => void
): Read['phased'] {
	const until = dayTyped(form.until, today);
	const share = form.share.trim().replace(/\s*%$/, '');
	if (share === '' && until === null) return null;
	const percent = Number(share);
	if (!/^\d{1,3}$/.test(share) || percent < 1 || percent > 100)
		refuse('share', 'Give the share of capacity taken away as a whole number from 1 to 100.');
	if (until === undefined || until === null)
		refuse('until', until === null ? 'Give the day from which full capacity is back.' : noDay(form.until));
	else if (to !== null && until <= to)
		refuse('until', `It must be after the first day back, ${dayInWords(to)}.`);
	return until ? { share: percent / 100, to: until } : null;
}

interface Made {
	change: AbsenceChange;
	seen: AbsenceKept | null;
	said: AbsenceSaid;
	phased: Read['phased'];
	authority: Authority;
	concerned: { caseIds: string[]; superviseeIds: string[]; coveredIds: string[] };
}

/** Reads, checks and plans. Whatever is wrong is said, and nothing is written. */
async function make(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	form: AbsenceForm
): Promise<Exclude<Prepared, 'done' | { consequences: unknown }> | Made> {
	if (!isId(practitionerId) || !(await maySeePractitioner(tx, practitionerId))) return 'absent';
	if (!keepsAway(by, practitionerId)) return 'not_yours';
	const standing = (await absencesOf(tx, practitionerId)).filter(({ stands }) => stands);
	const seen = standing.find(({ absenceId }) => absenceId === form.absence) ?? null;
	if (form.task !== 'record') {
		if (!seen)
			return {
				refused: [{ field: 'from', words: 'This absence has been withdrawn. Record it anew if it stands.' }]
			};
		if (seen.edition !== form.edition) return conflictOver(tx, seen);
	}
	const { said, phased, refused } = read(form, seen, by.today);
	if (refused.length > 0) return { refused };
	const concerned = await concernedBy(tx, practitionerId, by.today);
	const covers = [said.coverId, said.supervisionCoverId].flatMap((id) => id ?? []);
	const facts = await gatherFacts(tx, {
		of: 'those',
		caseIds: concerned.caseIds,
		practitionerIds: [practitionerId, ...concerned.superviseeIds, ...concerned.coveredIds, ...covers],
		held: { on: by.today }
	});
	const authority = arrange(facts);
	const before =
		authority.people
			.get(practitionerId)
			?.absences.find(
				(row) => seen && !row.supersededOn && row.from === seen.from && row.reason === seen.reason
			) ?? null;
	const change: AbsenceChange = {
		practitionerId,
		before: seen && before,
		after: absenceFrom(practitionerId, said, by.today),
		reduction: phased && reductionFrom(practitionerId, said.to, phased, by.today)
	};
	const problems = absenceProblems(authority, change, by.today);
	if (problems.length === 0) return { change, seen, said, phased, authority, concerned };
	const nameOf = await namesFor(tx, covers);
	return { refused: problems.map((each) => ({ field: each.field, words: problemInWords(each, nameOf) })) };
}

async function conflictOver(
	tx: Transaction,
	seen: AbsenceKept
): Promise<{ conflict: string; edition: string }> {
	const { changedBy, coverId, supervisionCoverId, recordedAt, edition } = seen;
	const nameOf = await namesFor(
		tx,
		[changedBy, coverId, supervisionCoverId].flatMap((id) => id ?? [])
	);
	const who = changedBy === null ? 'A file' : nameOf(changedBy);
	const covers = `cases covered by ${coverId === null ? 'nobody' : nameOf(coverId)}, supervision by ${
		(supervisionCoverId ?? coverId) === null ? 'nobody' : nameOf(supervisionCoverId ?? coverId ?? '')
	}`;
	return {
		conflict: `${who} changed this absence at ${timeOfInstant(recordedAt)}, after you opened it. It now says: ${absenceInWords(seen)}; ${covers}. What you typed is below: continue to put yours in its place, or leave theirs.`,
		edition
	};
}

function absenceFrom(practitionerId: string, said: AbsenceSaid, today: CalendarDate): Absence {
	return { practitionerId, ...said, recordedOn: today, endRecordedOn: said.to === null ? null : today };
}

const PHASED = 'phased return';

function reductionFrom(
	practitionerId: string,
	from: CalendarDate | null,
	{ share, to }: { share: number; to: CalendarDate },
	today: CalendarDate
): Reduction | null {
	if (from === null) return null;
	return { practitionerId, from, to, share, reason: PHASED, recordedOn: today, endRecordedOn: today };
}

/** What the change would do, in words; nothing is written. */
export async function consequencesOf(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	form: AbsenceForm
): Promise<Prepared> {
	const made = await make(tx, by, practitionerId, form);
	if (typeof made === 'string' || !('change' in made)) return made;
	const plan = planAbsence(made.authority, made.change, by.today, made.concerned);
	const seen = await casesInScope(tx, made.concerned.caseIds);
	const { coverId, supervisionCoverId } = made.said;
	const covers = [coverId, supervisionCoverId].flatMap((id) => id ?? []);
	const nameOf = await namesFor(tx, [...idsIn(plan), ...covers]);
	const coveredBy =
		covers.length === 0
			? 'nobody named to cover'
			: [
					`cases covered by ${coverId === null ? 'nobody' : nameOf(coverId)}`,
					...(supervisionCoverId === null ? [] : [`supervision by ${nameOf(supervisionCoverId)}`])
				].join(', ');
	const mayName = (caseId: string) => seen.has(caseId);
	return {
		consequences: planInWords(plan, nameOf, mayName),
		days: daysOfPlanInWords(plan, mayName),
		title: `${absenceInWords(made.said)}; ${coveredBy}`
	};
}

function idsIn({ alone, coversMissing, belowBar, supervisesThemselves }: AbsencePlan): string[] {
	return [
		...(supervisesThemselves === null ? [] : [supervisesThemselves]),
		...alone.map(({ subject }) => subject.practitionerId),
		...coversMissing.map(({ coverId }) => coverId),
		...belowBar.map(({ coverId }) => coverId)
	];
}

/** Writes the absence, its audit row and the flags it turns, in one transaction. Posted twice it acts once. */
export async function saveAbsence(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	form: AbsenceForm
): Promise<Exclude<Prepared, { consequences: unknown }>> {
	if (!isId(form.key)) return 'absent';
	if (isId(practitionerId)) await oneAbsenceAtATime(tx, practitionerId);
	if (await hasActed(tx, form.key)) return 'done';
	const made = await make(tx, by, practitionerId, form);
	if (typeof made === 'string' || !('change' in made)) return made;
	if (!(await claimForm(tx, form.key, by.accountId))) return 'done';
	const byForm = { key: form.key, why: null };
	const about = { practitionerId };
	const { seen, said, phased } = made;
	const row = rowOf(by, seen, said);
	let absenceId: string;
	if (seen === null)
		absenceId = await recordFact(tx, by, byForm, {
			entity: 'absence',
			row: { ...row, practitioner_id: practitionerId },
			about
		});
	else {
		({ absenceId } = seen);
		const which = { entity: 'absence', entityId: absenceId, edition: seen.edition, about } as const;
		const change = form.task === 'return' ? 'ended' : 'changed';
		if ((await changeFact(tx, by, byForm, which, { change, set: row })) !== 'done')
			throw new Error('the absence changed while locked');
	}
	if (form.task === 'return') await takeOutPhased(tx, by, byForm, practitionerId, absenceId);
	if (phased && said.to !== null)
		await recordFact(tx, by, byForm, {
			entity: 'reduction',
			row: {
				practitioner_id: practitionerId,
				from_on: said.to,
				to_on: phased.to,
				share: phased.share,
				reason: PHASED,
				after_absence: absenceId,
				end_recorded_on: by.today,
				changed_by: by.practitionerId,
				changed_on: by.today
			},
			about
		});
	await reviewConcerned(tx, by, practitionerId, made.concerned);
	return 'done';
}

/**
 * What is written. An end that was open is added to what stands, known from today; any other change is known from today
 * as a whole.
 */
function rowOf(by: Keeper, seen: AbsenceKept | null, said: AbsenceSaid): Said {
	const { from, to, reason, coverId, supervisionCoverId } = said;
	const onlyEnds =
		seen?.to === null &&
		to !== null &&
		from === seen.from &&
		reason === seen.reason &&
		coverId === seen.coverId &&
		supervisionCoverId === seen.supervisionCoverId;
	return {
		from_on: from,
		to_on: to,
		reason,
		cover_id: coverId,
		supervision_cover_id: supervisionCoverId,
		recorded_on: onlyEnds ? seen.recordedOn : by.today,
		end_recorded_on: to === null ? null : to === seen?.to ? (seen.endRecordedOn ?? to) : by.today,
		changed_by: by.practitionerId,
		changed_on: by.today,
		revision: (seen?.revision ?? 0) + 1
	};
}

/** Takes out the phased reductions that an absence brought. */
async function takeOutPhased(
	tx: Transaction,
	by: Keeper,
	byForm: ByForm,
	practitionerId: string,
	absenceId: string
): Promise<void> {
	const phased = (await reductionsOf(tx, practitionerId)).filter(
		({ stands, afterAbsence }) => stands && afterAbsence === absenceId
	);
	for (const { reductionId } of phased) {
		const which = { entity: 'reduction', entityId: reductionId, about: { practitionerId } } as const;
		if ((await takeOutFact(tx, by, byForm, which)) !== 'done')
			throw new Error('the reduction changed while the absence was held');
	}
}

async function reviewConcerned(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	{ caseIds, superviseeIds, coveredIds }: Made['concerned']
): Promise<void> {
	const practitionerIds = [...new Set([practitionerId, ...superviseeIds, ...coveredIds])];
	await reviewThose(tx, { accountId: by.accountId }, by.today, { caseIds, practitionerIds });
}

/** Takes out an absence that never was, with the phased return it brought. What it said stays readable as known before. */
export async function withdrawAbsence(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	{ key, absence, edition }: { key: string; absence: string; edition: string }
): Promise<'absent' | 'not_yours' | 'done' | 'changed_since'> {
	if (!isId(practitionerId) || !isId(key) || !(await maySeePractitioner(tx, practitionerId))) return 'absent';
	if (!keepsAway(by, practitionerId)) return 'not_yours';
	await oneAbsenceAtATime(tx, practitionerId);
	if (await hasActed(tx, key)) return 'done';
	const seen = (await absencesOf(tx, practitionerId)).find(
		({ absenceId, stands }) => stands && absenceId === absence
	);
	if (seen?.edition !== edition) return 'changed_since';
	if (!(await claimForm(tx, key, by.accountId))) return 'done';
	const byForm = { key, why: null };
	await takeOutPhased(tx, by, byForm, practitionerId, absence);
	const which = { entity: 'absence', entityId: absence, edition, about: { practitionerId } } as const;
	if ((await takeOutFact(tx, by, byForm, which)) !== 'done')
		throw new Error('the absence changed while locked');
	await reviewConcerned(tx, by, practitionerId, await concernedBy(tx, practitionerId, by.today));
	return 'done';
}

/** Takes back what a form did to somebody's absences and capacity, on its day: what it recorded, changed or took out. */
export async function undoAway(
	tx: Transaction,
	by: Keeper,
	practitionerId: string,
	formKey: string
): Promise<Undone> {
	if (!isId(practitionerId) || !(await maySeePractitioner(tx, practitionerId))) return 'absent';
	await oneAbsenceAtATime(tx, practitionerId);
	if (isId(formKey) && (await isTakenSince(tx, practitionerId, formKey)))
		return { refused: 'Another absence was recorded since on some of the same days. Change that one first.' };
	const undone = await undoForm(
		tx,
		by,
		formKey,
		({ entity, practitionerId: whose }) =>
			(entity === 'absence' || entity === 'reduction') &&
			whose === practitionerId &&
			keepsAway(by, practitionerId)
	);
	if (undone === 'done')
		await reviewConcerned(tx, by, practitionerId, await concernedBy(tx, practitionerId, by.today));
	return undone;
}

/** Whether another absence stands on days on which one would stand again if the form were undone. */
async function isTakenSince(tx: Transaction, practitionerId: string, formKey: string): Promise<boolean> {
	const before = (await changesOfForm(tx, formKey)).flatMap((change) =>
		change.entity === 'absence' && change.before ? [{ id: change.entityId, said: change.before }] : []
	);
	if (before.length === 0) return false;
	const standing = (await absencesOf(tx, practitionerId)).filter(({ stands }) => stands);
	return before.some(({ id, said }) =>
		standing.some(
			({ absenceId, from, to }) =>
				absenceId !== id &&
				(to === null || to > String(said['from_on'])) &&
				(!said['to_on'] || from < String(said['to_on']))
		)
	);
}
