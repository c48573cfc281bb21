import { goesTogetherWith } from '#lib/domain/allocation-order.ts';
import { coWorkerJoined, coWorkerLeft, leadGivenWith, type Holder } from '#lib/domain/allocation-steps.ts';
import { isId } from '#lib/domain/asked.ts';
import { viewOf, type Authority } from '#lib/domain/authority.ts';
import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { stands, type CaseChange } from '#lib/domain/case-change.ts';
import type { CaseProblem, Step } from '#lib/domain/case-problems.ts';
import { ALLOCATION_REASONS, type AllocationReason, type CaseFile } from '#lib/domain/cases.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { ALLOCATION_REASON_IN_WORDS, capital, listInWords } from '#lib/domain/wording.ts';
import { casesOfFamily } from '#lib/server/store/case-changes.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { personIn, writtenIn, type Refuse } from './change-case.ts';
import type { Asked, CaseReader, CaseRefused } from './keep-case.ts';

/** The lead changes; the case goes to a team alone; a co-worker joins; a co-worker leaves. */
export const HOLDER_TASKS = ['lead', 'team', 'join', 'leave'] as const;
export type HolderTask = (typeof HOLDER_TASKS)[number];

/** What was typed about who holds a case, as it was typed. */
export interface HolderForm {
	key: string;
	task: HolderTask;
	edition: string;
	on: string;
	holder: string;
	team: string;
	allocationReason: string;
	/** `apart`: brothers and sisters stay where they are. */
	siblings: string;
	/** The brothers' and sisters' cases that the page offered to take along, by id. */
	offered: string;
	/** The day of the meeting at which it is handed over; empty: none is planned. */
	handoverOn: string;
	/** Of a change of lead: what was decided about it, and why. */
	allocation: string;
	allocationWhy: string;
	/** What the interruption below the bar asks for; `gate` is set once it was shown. */
	gate: string;
	coWorker: string;
	belowBarWhy: string;
	firstOversight: string;
}

const FIELDS = [
	'key',
	'edition',
	'on',
	'holder',
	'team',
	'allocationReason',
	'siblings',
	'offered',
	'handoverOn',
	'allocation',
	'allocationWhy',
	'gate',
	'coWorker',
	'belowBarWhy',
	'firstOversight'
] as const satisfies (keyof HolderForm)[];

/** The form as it was sent, or with nothing else typed. */
export function holderFormIn(text: (name: string) => string, task: HolderTask): HolderForm {
	const typed = Object.fromEntries(FIELDS.map((name) => [name, text(name)]));
	return { ...(typed as Omit<HolderForm, 'task'>), task };
}

/** Reads a form about who holds a case. A note on it is one of a handover where somebody has led it before. */
export function readHolder(caseId: string, form: HolderForm): CaseReader {
	return async (tx, { today, practitionerId: by }, now) => {
		const refused: CaseRefused[] = [];
		const refuse: Refuse = (field, words) => void refused.push({ field, words });
		const { task } = form;
		const gives = task === 'lead' || task === 'team';
		const on = dayTyped(form.on, today);
		if (!on) refuse('on', on === null ? 'Give the day from which it holds.' : noDay(form.on));
		const holder = task === 'team' ? null : personIn(form.holder, refuse);
		if (task !== 'team' && form.holder === '') refuse('holder', 'Choose who it is.');
		const coWorker =
			task === 'lead' ? personIn(form.coWorker, (_, words) => refuse('coWorker', words)) : null;
		if (task !== 'leave') await inScopeOnly(tx, { holder, coWorker }, refuse);
		const team = isId(form.team) ? form.team : null;
		if (task === 'team' && team === null) refuse('team', 'Choose the team.');
		const reason = ALLOCATION_REASONS.find((each) => each === form.allocationReason) ?? null;
		const handoverOn = gives ? handoverDay(form.handoverOn, today, refuse) : null;
		if (!on || refused.length > 0) return { refused };
		const ledBefore = (now?.allocations ?? []).some(
			(row) => row.role === 'lead' && row.practitionerId !== null && row.from <= on
		);
		const note = ledBefore ? 'handover' : 'allocation';
		const family = gives && form.siblings !== 'apart' ? await casesOfFamily(tx, caseId, today) : [];
		const referenceOf = new Map(family.map((each) => [each.caseId, each.reference]));
		const along = form.offered.split(' ').flatMap((id) => referenceOf.get(id) ?? []);
		const because = reason === null ? '' : ` (${ALLOCATION_REASON_IN_WORDS[reason]})`;
		const withThem = along.length === 0 ? '' : `, with ${listInWords(along)} of the same family`;
		const titles: Record<HolderTask, Asked['title']> = {
			lead: (nameOf) =>
				`${capital(nameOf(holder ?? ''))} leads it from ${dayInWords(on)}${because}${withThem}${coWorker === null ? '' : `; ${nameOf(coWorker)} joins as co-worker`}`,
			team: () => `It goes to a team, to nobody yet, from ${dayInWords(on)}${because}${withThem}`,
			join: (nameOf) => `${capital(nameOf(holder ?? ''))} joins as co-worker from ${dayInWords(on)}`,
			leave: (nameOf) => `${capital(nameOf(holder ?? ''))} is no co-worker from ${dayInWords(on)}`
		};
		const given: Giving = {
			to: { practitionerId: holder, teamId: team },
			coWorker,
			on,
			reason,
			today,
			family: new Set(referenceOf.keys())
		};
		return {
			caseId,
			otherIds: family.map((each) => each.caseId),
			practitionerIds: [holder, coWorker].flatMap((id) => id ?? []),
			from: on,
			title: titles[task],
			source: now?.source ?? 'native',
			why: null,
			closes: false,
			written: gives ? writtenIn(note, 'allocation', form.allocation, form.allocationWhy) : [],
			forEach: true,
			gate: task === 'lead' ? form : null,
			agreed:
				handoverOn === null
					? []
					: [
							{
								description:
									'Handover meeting: whoever hands the case on, whoever takes it, and their manager.',
								ownerId: holder ?? by,
								dueOn: handoverOn,
								risk: false
							}
						],
			step: (authority, file) => {
				if (!file) throw new Error('the case was not gathered');
				if (gives) return givenTogether(authority, file, given, form);
				if (holder === null) throw new Error('the form was not checked');
				if (task === 'join') return coWorkerJoined(authority, file, holder, on, today);
				const row = file.allocations.find(
					(each) =>
						stands(each) &&
						each.role === 'co_worker' &&
						each.practitionerId === holder &&
						(each.to === null || each.to > today)
				);
				return row ? coWorkerLeft(file, row, on, today) : { problems: [{ field: 'row', why: 'GONE' }] };
			}
		};
	};
}

/** A case is given to nobody outside the scope of who gives it: that is for those who know them. */
async function inScopeOnly(
	tx: Transaction,
	given: { holder: string | null; coWorker: string | null },
	refuse: Refuse
): Promise<void> {
	for (const [field, id] of Object.entries(given))
		if (id !== null && !(await maySeePractitioner(tx, id)))
			refuse(
				field,
				'They are not in your scope. Give the case to their team: whoever runs it allocates it there.'
			);
}

export function handoverDay(typed: string, today: CalendarDate, refuse: Refuse): CalendarDate | null {
	const day = dayTyped(typed, today);
	if (day === undefined) refuse('handoverOn', noDay(typed));
	else if (day !== null && day < today)
		refuse('handoverOn', 'The handover meeting is planned: give today or a later day.');
	return day ?? null;
}

interface Giving {
	to: Holder;
	coWorker: string | null;
	on: CalendarDate;
	reason: AllocationReason | null;
	today: CalendarDate;
	/** Brothers' and sisters' cases in the scope of who asks; none where they are to stay where they are. */
	family: ReadonlySet<string>;
}

/** The case and, unless told otherwise, those of brothers and sisters that are held as it is. */
function givenTogether(
	authority: Authority,
	file: CaseFile,
	{ to, coWorker, on, reason, today, family }: Giving,
	{ siblings, offered }: HolderForm
): Step {
	const along = goesTogetherWith(file, viewOf(authority, today)).filter(({ caseId }) => family.has(caseId));
	if (
		siblings !== 'apart' &&
		!isSame(
			along.map(({ caseId }) => caseId),
			offered
		)
	)
		return {
			problems: [
				{ field: 'siblings', why: 'SIBLINGS_CHANGED', references: along.map(({ reference }) => reference) }
			]
		};
	const problems: CaseProblem[] = [];
	const changes: CaseChange[] = [];
	for (const each of [file, ...along]) {
		const step = leadGivenWith(authority, each, { to, coWorkerId: coWorker }, on, reason, today);
		if ('changes' in step) changes.push(...step.changes);
		else if (each === file) problems.push(...step.problems);
		else
			problems.push(
				...step.problems.map((problem) => ({
					field: 'siblings' as const,
					why: 'SIBLING' as const,
					reference: each.reference,
					problem
				}))
			);
	}
	return problems.length > 0 ? { problems } : { changes };
}

function isSame(ids: readonly string[], typed: string): boolean {
	return [...ids].sort().join(' ') === typed.split(' ').filter(Boolean).sort().join(' ');
}
