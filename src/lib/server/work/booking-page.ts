import { isId } from '#lib/domain/asked.ts';
import { arrange } from '#lib/domain/authority.ts';
import { addMonths, addWorkingDays, isWorkingDay } from '#lib/domain/calendar.ts';
import { CANCELLED_BY_IN_WORDS, mayBook } from '#lib/domain/supervision-plan.ts';
import { dayAsTyped } from '#lib/domain/typed-day.ts';
import { seesNames } from '#lib/domain/access.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { gatherFacts } from '#lib/server/store/facts.ts';
import {
	sessionInCalendar,
	sessionsTogether,
	type SessionInCalendar
} from '#lib/server/store/planned-sessions.ts';
import { maySeePractitioner, peopleInScope } from '#lib/server/store/scope.ts';
import { isPlanned } from './move-supervision.ts';
import { namesFor } from './names.ts';
import { supervisedToday } from './plan-supervision.ts';
import type { Keeper } from './record-absence.ts';
import { clashOf } from './supervision-calendar.ts';
import { whoIsDue } from './supervision-list.ts';
import { changesShown, type ChangesShown } from './undo-change.ts';

interface Option {
	value: string;
	label: string;
}

/** What booking starts from. */
export interface BookPage {
	/** Whom who asks may book for; themselves first. */
	people: Option[];
	/** The one chosen; empty: nobody yet. */
	superviseeId: string;
	name: string | null;
	/** When they are due and what is usual for them, in words; null: nobody chosen, or no clock. */
	due: string | null;
	/** As the field for the first day begins. */
	from: string;
	/** As the last day of a series begins. */
	until: string;
	supervisor: string | null;
	/** Who asks may hold it themselves instead of the supervisor. */
	mayHold: boolean;
}

/** Null: nobody there for whom who asks may book. */
export async function bookPage(tx: Transaction, by: Keeper, of: string): Promise<BookPage | null> {
	if (of !== '' && (!isId(of) || !(await maySeePractitioner(tx, of)))) return null;
	const people = await supervisedToday(tx, by, await peopleInScope(tx));
	const names = await namesFor(tx, [
		...people.map(({ superviseeId }) => superviseeId),
		...people.flatMap(({ supervisorId }) => supervisorId ?? [])
	]);
	const chosen = people.find(({ superviseeId }) => superviseeId === of) ?? null;
	if (of !== '' && !chosen) return null;
	if (people.length === 0) return null;
	const [due] = chosen ? await whoIsDue(tx, by, by.today, { only: of, evenOwn: true }) : [];
	const nextDay =
		due && due.dueOn > by.today && isWorkingDay(due.dueOn) ? due.dueOn : addWorkingDays(by.today, 1);
	return {
		people: people
			.filter(({ supervisorId }) => supervisorId !== null)
			.map(({ superviseeId }) => ({
				value: superviseeId,
				label: superviseeId === by.practitionerId ? `${names(superviseeId)}, you` : names(superviseeId)
			}))
			.sort((a, b) => a.label.localeCompare(b.label, 'en')),
		superviseeId: of,
		name: chosen && names(of),
		due: due ? `Due by ${due.dueInWords}; ${due.rhythm}. Last held: ${due.lastInWords}.` : null,
		from: dayAsTyped(nextDay),
		until: dayAsTyped(addMonths(by.today, 6)),
		supervisor: chosen?.supervisorId ? names(chosen.supervisorId) : null,
		mayHold:
			chosen !== null &&
			by.practitionerId !== null &&
			chosen.superviseeId !== by.practitionerId &&
			chosen.supervisorId !== by.practitionerId
	};
}

/** Whom who asks may have in a group of their own, those they supervise first. */
export async function groupPage(tx: Transaction, by: Keeper): Promise<Option[] | null> {
	if (by.practitionerId === null || !seesNames(by.role)) return null;
	const people = (await supervisedToday(tx, by, await peopleInScope(tx))).filter(
		({ superviseeId }) => superviseeId !== by.practitionerId
	);
	if (people.length < 2) return null;
	const names = await namesFor(
		tx,
		people.map(({ superviseeId }) => superviseeId)
	);
	return people
		.map(({ superviseeId, mine }) => ({ value: superviseeId, label: names(superviseeId), mine }))
		.sort((a, b) => Number(b.mine) - Number(a.mine) || a.label.localeCompare(b.label, 'en'))
		.map(({ value, label, mine }) => ({
			value,
			label: mine ? label : `${label}, supervised by somebody else`
		}));
}

/** A planned, cancelled or held session on the page that moves and cancels it. */
export interface BookingPage {
	session: SessionInCalendar;
	state: 'planned' | 'cancelled' | 'begun';
	supervisee: string;
	supervisor: string;
	coversFor: string | null;
	/** Of a group: who is in it. */
	members: { value: string; label: string }[];
	/** Sessions planned after it in the same series. */
	later: number;
	clash: string | null;
	mayKeep: boolean;
	mayHoldGroup: boolean;
	cancelled: string | null;
	changes: ChangesShown[];
}

/** Null: not there, or not in the scope of who asks. */
export async function bookingPage(
	tx: Transaction,
	by: Keeper,
	sessionId: string
): Promise<BookingPage | null> {
	const session = isId(sessionId) ? await sessionInCalendar(tx, sessionId) : null;
	if (!session) return null;
	const { superviseeId, supervisorId, coversForId, groupId, seriesId } = session;
	const together = groupId === null ? [session] : await sessionsTogether(tx, { groupId });
	const series = seriesId === null ? [] : await sessionsTogether(tx, { seriesId });
	const authority = arrange(
		await gatherFacts(tx, {
			of: 'those',
			caseIds: [],
			practitionerIds: together.map((each) => each.superviseeId),
			held: { on: by.today }
		})
	);
	const names = await namesFor(tx, [
		...together.map((each) => each.superviseeId),
		...authority.people.keys(),
		supervisorId,
		...(coversForId === null ? [] : [coversForId])
	]);
	const isMember =
		groupId !== null && by.practitionerId === superviseeId && supervisorId !== by.practitionerId;
	const planned = isPlanned(session);
	return {
		session,
		state: planned ? 'planned' : session.cancelled ? 'cancelled' : 'begun',
		supervisee: names(superviseeId),
		supervisor: names(supervisorId),
		coversFor: coversForId === null ? null : names(coversForId),
		members:
			groupId === null
				? []
				: together
						.filter((each) => !each.cancelled)
						.map((each) => ({ value: each.superviseeId, label: names(each.superviseeId) })),
		later: new Set(
			series
				.filter((each) => isPlanned(each) && (each.plannedOn ?? '') > (session.plannedOn ?? ''))
				.map((each) => each.groupId ?? each.sessionId)
		).size,
		clash: clashOf(session, authority, names),
		mayKeep:
			planned && !isMember && mayBook({ superviseeId, supervisorIds: [supervisorId, coversForId] }, by),
		mayHoldGroup: planned && groupId !== null && by.practitionerId === supervisorId,
		cancelled: session.cancelled
			? `Cancelled${session.cancelledBy === null ? '' : ` by ${CANCELLED_BY_IN_WORDS[session.cancelledBy]}`}${session.cancelReason ? `: ${session.cancelReason}` : ''}`
			: null,
		changes: await changesShown(
			tx,
			by,
			{ practitionerId: (await maySeePractitioner(tx, superviseeId)) ? superviseeId : by.practitionerId },
			['session'],
			({ madeBy }) => by.practitionerId !== null && madeBy === by.practitionerId,
			({ entityId }) => entityId === sessionId
		)
	};
}
