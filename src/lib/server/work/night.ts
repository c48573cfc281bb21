import type { CalendarDate } from '#lib/domain/calendar.ts';
import { dayOfInstant, hourOfInstant, now } from '#lib/server/clock.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { forgetTouched } from '#lib/server/store/facts.ts';
import { isReviewed, lastReview, reviewAloneIfFree } from '#lib/server/store/flags.ts';
import { demoDay } from '#lib/server/store/sign-ins.ts';
import { issueOnSchedule } from './board-report.ts';
import { queueDigestsOf } from './notices.ts';
import { reviewAuthority, type Reviewed } from './review-flags.ts';

/** The hour in London from which the flags of a day are stored, after the night's data has come. */
const REVIEW_HOUR = 5;

/** From here on a day without its review is behind. */
const BEHIND_HOUR = 6;

/**
 * Stores the flags of the day, issues the board report of a month that has ended and queues the day’s digests, once a day
 * whoever asks and however many ask at once. A day on which nothing ran is not made up for: what began on it is raised by
 * the next review, with the day it began.
 */
export async function reviewOfTheDay(
	tx: Transaction,
	operator: string,
	today: CalendarDate,
	at: Date = now()
): Promise<Reviewed | 'not due' | 'reviewed elsewhere'> {
	// The day of a demo stands still, so no hour of it would ever come.
	const hour = (await demoDay(tx)) === null ? hourOfInstant(at) : REVIEW_HOUR;
	if (hour < REVIEW_HOUR || (await isReviewed(tx, today))) return 'not due';
	if (!(await reviewAloneIfFree(tx))) return 'reviewed elsewhere';
	if (await isReviewed(tx, today)) return 'not due';
	const reviewed = await reviewAuthority(tx, { operator }, today, 'night');
	await issueOnSchedule(tx, operator, today);
	await queueDigestsOf(tx, today);
	await forgetTouched(tx);
	return reviewed;
}

/** When flags were last stored, and whether the day's own review is late; for whoever watches the server. */
export async function reviewHealth(
	tx: Transaction,
	at: Date = now()
): Promise<{ on: CalendarDate | null; at: string | null; behind: boolean }> {
	const last = await lastReview(tx);
	const day = (await demoDay(tx)) ?? dayOfInstant(at);
	const late = hourOfInstant(at) >= BEHIND_HOUR && !(await isReviewed(tx, day));
	return { on: last?.on ?? null, at: last?.at.toISOString() ?? null, behind: late };
}
