import { randomUUID } from 'node:crypto';
import { isId } from '#lib/domain/asked.ts';
import type { Authority } from '#lib/domain/authority.ts';
import { weekdayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { clashingWith, dayOfTwo, dayProblemInWords, mayBook } from '#lib/domain/supervision-plan.ts';
import {
	dayOfGroup,
	GROUP_RHYTHMS,
	proposeGroup,
	type GroupDay,
	type GroupRhythm
} from '#lib/domain/supervision-series.ts';
import { dayAsTyped } from '#lib/domain/typed-day.ts';
import { capital, type Names } from '#lib/domain/wording.ts';
import { claimForm, hasActed } from '#lib/server/store/cases.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { diariesOf } from '#lib/server/store/planned-sessions.ts';
import { maySeePractitioner } from '#lib/server/store/scope.ts';
import { namesFor } from './names.ts';
import {
	bookingRead,
	daysEdited,
	insertPlanned,
	planningFacts,
	type FieldRefused
} from './plan-supervision.ts';
import type { Keeper } from './record-absence.ts';

/** What was typed to book a group, as it was typed. */
export interface GroupForm {
	key: string;
	from: string;
	time: string;
	minutes: string;
	reflective: string;
	superviseeIds: string[];
	/** `once`, or how often of a series up to `until`. */
	repeat: string;
	until: string;
	/** The days of the plan as they were edited; empty: not planned yet. */
	days: string[];
}

/** One day of a series of a group, before it is booked. */
export interface PlannedGroup {
	/** As the field shows it. */
	typed: string;
	on: CalendarDate;
	onInWords: string;
	members: number;
	/** What to look at. */
	notes: { words: string; grave: boolean }[];
}

export type GroupPlanned =
	| 'absent'
	| 'not_yours'
	/** How many rows, one a day for each who is in it. */
	| { done: number }
	| { refused: FieldRefused[] }
	| { plan: PlannedGroup[]; leftOut: string[]; said: string };

interface Wanted {
	holderId: string;
	superviseeIds: string[];
	/** Null: once. */
	every: GroupRhythm | null;
	said: ReturnType<typeof bookingRead>['said'];
	authority: Authority;
	names: Names;
	edited: CalendarDate[] | null;
}

const FEWEST = 2;

async function read(
	tx: Transaction,
	by: Keeper,
	form: GroupForm
): Promise<'absent' | 'not_yours' | { refused: FieldRefused[] } | Wanted> {
	if (!isId(form.key) || by.practitionerId === null) return 'absent';
	const holderId = by.practitionerId;
	const superviseeIds = [...new Set(form.superviseeIds)].filter(isId);
	const every = GROUP_RHYTHMS.find((each) => each === form.repeat) ?? null;
	const { said, refused } = bookingRead(
		{
			...form,
			superviseeId: '',
			as: '',
			repeat: every === null ? 'once' : 'series',
			keepWeekday: '',
			holder: 'me'
		},
		by
	);
	if (superviseeIds.length < FEWEST) refused.push({ field: 'member', words: 'Choose at least two people.' });
	const authority = await planningFacts(tx, by, superviseeIds);
	for (const superviseeId of superviseeIds) {
		if (!(await maySeePractitioner(tx, superviseeId)) || superviseeId === holderId) return 'absent';
		const today = dayOfTwo(authority, superviseeId, by.today);
		if (!mayBook({ superviseeId, supervisorIds: [today.supervisorId, today.coverId] }, by))
			return 'not_yours';
	}
	const edited = every === null ? null : daysEdited(form, by, refused);
	if (refused.length > 0) return { refused };
	const names = await namesFor(tx, [...superviseeIds, holderId]);
	return { holderId, superviseeIds, every, said, authority, names, edited };
}

const named = (names: Names, superviseeId: string, holderId: string) => ({
	supervisee: names(superviseeId),
	supervisor: names(holderId)
});

/** Once, everybody who is chosen has to be there. */
function onceOf(wanted: Wanted): { refused: FieldRefused[] } | GroupDay {
	const { said, names, holderId } = wanted;
	const day = dayOfGroup(wanted.authority, wanted, said.from);
	if (day.without.length === 0) return day;
	return {
		refused: day.without.map(({ superviseeId, problem }) => ({
			field: 'member',
			words: `${capital(dayProblemInWords(problem, named(names, superviseeId, holderId)))}. Leave them out, or choose another day.`
		}))
	};
}

function daysOf(wanted: Wanted, every: GroupRhythm): { days: GroupDay[]; leftOut: GroupDay[] } {
	const { authority, edited, said } = wanted;
	if (edited !== null) return { days: edited.map((on) => dayOfGroup(authority, wanted, on)), leftOut: [] };
	return proposeGroup(authority, { ...wanted, from: said.from, until: said.until ?? said.from, every });
}

async function planOf(
	tx: Transaction,
	wanted: Wanted,
	{ days, leftOut }: { days: GroupDay[]; leftOut: GroupDay[] }
): Promise<GroupPlanned> {
	const { said, names, holderId, superviseeIds } = wanted;
	if (days.length === 0)
		return {
			refused: [
				{ field: 'from', words: 'There is no day up to the last one on which two of them and you are here.' }
			]
		};
	const diary = await diariesOf(
		tx,
		[holderId],
		days.map(({ on }) => on)
	);
	const problemInWords = (superviseeId: string) => (problem: GroupDay['problems'][number]) =>
		dayProblemInWords(problem, named(names, superviseeId, holderId));
	const ofAll = problemInWords(superviseeIds[0] ?? '');
	return {
		said: `${said.time === null ? 'No time given' : `At ${said.time}`}, ${said.minutes} minutes${said.reflective ? ', reflective' : ''}.`,
		leftOut: leftOut.map(
			({ on, problems }) =>
				`${weekdayInWords(on)}: ${problems.length > 0 ? problems.map(ofAll).join(', ') : 'fewer than two of them are here'}`
		),
		plan: days.map(({ on, wantedOn, problems, moved, there, without }) => {
			const clash = clashingWith(
				{
					sessionId: null,
					plannedOn: on,
					plannedTime: said.time,
					plannedMinutes: said.minutes,
					groupId: null
				},
				diary
			);
			return {
				typed: dayAsTyped(on),
				on,
				onInWords: weekdayInWords(on),
				members: there.length,
				notes: [
					...problems.map((problem) => ({ words: `${capital(ofAll(problem))}.`, grave: true })),
					...(there.length < FEWEST
						? [{ words: 'Fewer than two of them are here: choose another day.', grave: true }]
						: []),
					...(clash
						? [{ words: `You have another session at ${clash.plannedTime ?? ''} that day.`, grave: true }]
						: []),
					...without.map(({ superviseeId, problem }) => ({
						words: `Without ${names(superviseeId)}: ${problemInWords(superviseeId)(problem)}.`,
						grave: false
					})),
					...(on === wantedOn
						? []
						: [
								{
									words: `In place of ${weekdayInWords(wantedOn)}: ${moved.length > 0 ? moved.map(ofAll).join(', ') : 'fewer than two of them are here'}.`,
									grave: false
								}
							])
				]
			};
		})
	};
}

/** The days of a series as they would be booked; nothing is written. */
export async function planGroup(tx: Transaction, by: Keeper, form: GroupForm): Promise<GroupPlanned> {
	const wanted = await read(tx, by, form);
	if (typeof wanted === 'string' || 'refused' in wanted) return wanted;
	if (wanted.every !== null) return planOf(tx, wanted, daysOf(wanted, wanted.every));
	const day = onceOf(wanted);
	return 'refused' in day ? day : planOf(tx, wanted, { days: [day], leftOut: [] });
}

/**
 * Books a session of several, or a series of them, held by who asks: one row a day for each who is supervised in it and here
 * that day. A series is shown before it is booked; all of it is undone together on the day.
 */
export async function bookGroup(tx: Transaction, by: Keeper, form: GroupForm): Promise<GroupPlanned> {
	if (isId(form.key) && (await hasActed(tx, form.key))) return { done: 0 };
	const wanted = await read(tx, by, form);
	if (typeof wanted === 'string' || 'refused' in wanted) return wanted;
	const { every, said, holderId, edited } = wanted;
	let days: GroupDay[];
	if (every === null) {
		const day = onceOf(wanted);
		if ('refused' in day) return day;
		days = [day];
	} else {
		const found = daysOf(wanted, every);
		const isShort = found.days.some(({ there }) => there.length < FEWEST);
		if (edited === null || isShort || found.days.length === 0) return planOf(tx, wanted, found);
		({ days } = found);
	}
	if (!(await claimForm(tx, form.key, by.accountId))) return { done: 0 };
	const seriesId = days.length > 1 ? randomUUID() : null;
	let done = 0;
	for (const { on, there } of days) {
		done += there.length;
		const groupId = randomUUID();
		for (const superviseeId of there)
			await insertPlanned(tx, by, form.key, {
				superviseeId,
				supervisorId: holderId,
				coversForId: null,
				on,
				said: { ...said, as: 'group' },
				seriesId,
				groupId
			});
	}
	return { done };
}
