import { askedDay } from '#lib/domain/asked.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Asked } from '#lib/server/work/organisation.ts';

/** What the address of figures asks for, and what is wrong with the day in it. */
export function askedOf(
	{ searchParams }: URL,
	today: CalendarDate
): { asked: Asked; refused: string | null } {
	const { on, refused } = askedDay(searchParams.get('as-at'), today);
	const asked = {
		on,
		restructureId: searchParams.get('restructure') || null,
		serviceId: searchParams.get('service') || null,
		teamId: searchParams.get('team') || null,
		counted: searchParams.get('counted') === 'now' ? ('now' as const) : undefined
	};
	return { asked, refused };
}
