import { isId } from '#lib/domain/asked.ts';
import { dayInWords } from '#lib/domain/calendar.ts';
import { stands } from '#lib/domain/case-change.ts';
import { coWorkerJoined, coWorkerLeft, leadGiven } from '#lib/domain/allocation-steps.ts';
import { ALLOCATION_REASONS } from '#lib/domain/cases.ts';
import { dayTyped, noDay } from '#lib/domain/typed-day.ts';
import { ALLOCATION_REASON_IN_WORDS, capital } from '#lib/domain/wording.ts';
import { personIn, writtenIn } from './change-case.ts';
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
	/** Of a change of lead: what was decided about it, and why. */
	allocation: string;
	allocationWhy: string;
}

/** The form as it was sent. */
export function holderFormIn(text: (name: string) => string, task: HolderTask): HolderForm {
	return {
		key: text('key'),
		task,
		edition: text('edition'),
		on: text('on'),
		holder: text('holder'),
		team: text('team'),
		allocationReason: text('allocationReason'),
		allocation: text('allocation'),
		allocationWhy: text('allocationWhy')
	};
}

/** Reads a form about who holds a case. A note on it is one of a handover where somebody has led it before. */
export function readHolder(caseId: string, form: HolderForm): CaseReader {
	return async (_, { today }, now) => {
		const refused: CaseRefused[] = [];
		const refuse = (field: string, words: string) => void refused.push({ field, words });
		const on = dayTyped(form.on, today);
		if (!on) refuse('on', on === null ? 'Give the day from which it holds.' : noDay(form.on));
		const { task } = form;
		const holder = task === 'team' ? null : personIn(form.holder, refuse);
		if (task !== 'team' && form.holder === '') refuse('holder', 'Choose who it is.');
		const team = isId(form.team) ? form.team : null;
		if (task === 'team' && team === null) refuse('team', 'Choose the team.');
		const reason = ALLOCATION_REASONS.find((each) => each === form.allocationReason) ?? null;
		if (!on || refused.length > 0) return { refused };
		const ledBefore = (now?.allocations ?? []).some(
			(row) => row.role === 'lead' && row.practitionerId !== null && row.from <= on
		);
		const note = ledBefore ? 'handover' : 'allocation';
		const because = reason === null ? '' : ` (${ALLOCATION_REASON_IN_WORDS[reason]})`;
		const titles: Record<HolderTask, Asked['title']> = {
			lead: (nameOf) => `${capital(nameOf(holder ?? ''))} leads it from ${dayInWords(on)}${because}`,
			team: () => `It goes to a team, to nobody yet, from ${dayInWords(on)}${because}`,
			join: (nameOf) => `${capital(nameOf(holder ?? ''))} joins as co-worker from ${dayInWords(on)}`,
			leave: (nameOf) => `${capital(nameOf(holder ?? ''))} is no co-worker from ${dayInWords(on)}`
		};
		return {
			caseId,
			otherIds: [],
			practitionerIds: holder === null ? [] : [holder],
			from: on,
			title: titles[task],
			source: now?.source ?? 'native',
			why: null,
			closes: false,
			written:
				task === 'lead' || task === 'team'
					? writtenIn(note, 'allocation', form.allocation, form.allocationWhy)
					: [],
			step: (authority, file) => {
				if (!file) throw new Error('the case was not gathered');
				if (task === 'lead' || task === 'team')
					return leadGiven(authority, file, { practitionerId: holder, teamId: team }, on, reason, today);
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
