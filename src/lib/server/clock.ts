import type { CalendarDate } from '#lib/domain/calendar.ts';

/** The instant. Sign-in, throttling and audit always use this one. */
export function now(): Date {
	return new Date();
}

const londonDay = new Intl.DateTimeFormat('en-CA', {
	timeZone: 'Europe/London',
	year: 'numeric',
	month: '2-digit',
	day: '2-digit'
});

/** The calendar day in London; in a demo authority, the day its story stands still on. */
export function today(demoToday: CalendarDate | null = null): CalendarDate {
	return demoToday ?? londonDay.format(now());
}

const londonTime = new Intl.DateTimeFormat('en-GB', {
	timeZone: 'Europe/London',
	hour: '2-digit',
	minute: '2-digit'
});

/** The calendar day in London of an instant. */
export function dayOfInstant(instant: Date): CalendarDate {
	return londonDay.format(instant);
}

/** "14:32", in London. */
export function timeOfInstant(instant: Date): string {
	return londonTime.format(instant);
}

/** The hour in London, 0 to 23. */
export function hourOfInstant(instant: Date): number {
	return Number(timeOfInstant(instant).slice(0, 2));
}
