import { dayInWords, type CalendarDate } from '#lib/domain/calendar.ts';
import { dayOfInstant, timeOfInstant } from '#lib/server/clock.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { freshness } from '#lib/server/store/scope.ts';

/** When data last arrived and flags were last reviewed, in words; null: not yet. */
export async function freshnessInWords(
	tx: Transaction,
	today: CalendarDate
): Promise<{ arrived: string | null; reviewed: string | null }> {
	const { arrivedAt, reviewedAt } = await freshness(tx);
	const words = (at: Date | null) => {
		if (!at) return null;
		const day = dayOfInstant(at);
		return day === today ? `today, ${timeOfInstant(at)}` : instantInWords(at);
	};
	return { arrived: words(arrivedAt), reviewed: words(reviewedAt) };
}

/** "20 Nov 2026, 05:12", in London. */
export function instantInWords(at: Date): string {
	return `${dayInWords(dayOfInstant(at))}, ${timeOfInstant(at)}`;
}
