import { describe, expect, test } from 'vitest';
import { icalendar, type FeedEvent } from '#lib/domain/calendar-feed.ts';
import { calendarIn } from '../icalendar.ts';

const event = (changed: Partial<FeedEvent> = {}): FeedEvent => ({
	uid: '5f0c1c5e-6a7d-4f57-9f0e-0f5f3f3f3f3f@countersign',
	sequence: 0,
	changedAt: new Date('2026-11-20T09:15:30.250Z'),
	on: '2026-11-26',
	time: '10:00',
	minutes: 90,
	summary: 'Supervision with Kwabena Lister',
	description: '',
	address: 'https://countersign.example/supervision/5f0c1c5e-6a7d-4f57-9f0e-0f5f3f3f3f3f',
	isCancelled: false,
	...changed
});

describe('a calendar feed', () => {
	test('says when and with whom, by the rules of RFC 5545', () => {
		const { properties, events, zones } = calendarIn(icalendar('Supervision', [event()]));
		expect(properties).toMatchObject({ VERSION: '2.0', 'X-WR-CALNAME': 'Supervision' });
		expect(zones).toEqual(['Europe/London']);
		expect(events).toEqual([
			{
				uid: '5f0c1c5e-6a7d-4f57-9f0e-0f5f3f3f3f3f@countersign',
				sequence: 0,
				stamp: '20261120T091530Z',
				start: '20261126T100000',
				zone: 'Europe/London',
				end: 'PT90M',
				allDay: false,
				summary: 'Supervision with Kwabena Lister',
				description: null,
				status: 'CONFIRMED'
			}
		]);
	});

	test('gives a day without a time as a whole day, which ends before the next, at a month’s end and on leap day', () => {
		const days = ['2026-11-26', '2026-12-31', '2028-02-28', '2028-02-29'];
		const { events, zones } = calendarIn(
			icalendar(
				'Supervision',
				days.map((on, place) => event({ on, time: null, uid: `${place}@countersign` }))
			)
		);
		expect(events.map(({ start, end, allDay }) => [start, end, allDay])).toEqual([
			['20261126', '20261127', true],
			['20261231', '20270101', true],
			['20280228', '20280229', true],
			['20280229', '20280301', true]
		]);
		expect(zones).toEqual([]);
	});

	test('keeps the time of day across the change of the clocks', () => {
		const { events } = calendarIn(
			icalendar('Supervision', [
				event({ on: '2026-10-22' }),
				event({ on: '2026-10-29', uid: 'b@countersign' })
			])
		);
		expect(events.map(({ start, zone }) => [start, zone])).toEqual([
			['20261022T100000', 'Europe/London'],
			['20261029T100000', 'Europe/London']
		]);
	});

	test('calls off what is cancelled under the same name, with a higher number', () => {
		const { events } = calendarIn(icalendar('Supervision', [event({ isCancelled: true, sequence: 2 })]));
		expect(events[0]).toMatchObject({ uid: event().uid, status: 'CANCELLED', sequence: 2 });
	});

	test('escapes what has a meaning in the format, and lets nobody write a line of their own', () => {
		const name = 'O’Hara; Zoë, "Zed" \\ the\r\nSTATUS:CANCELLED\u0007';
		const { events } = calendarIn(icalendar('Supervision', [event({ summary: name, description: 'a\nb' })]));
		expect(events[0]?.summary).toBe('O’Hara; Zoë, "Zed" \\ the\nSTATUS:CANCELLED ');
		expect(events[0]?.description).toBe('a\nb');
		expect(events[0]?.status).toBe('CONFIRMED');
	});

	test('folds long lines at 75 octets and no character in two', () => {
		const summary = `Supervision with ${'Żółć 👩🏽‍🏫 '.repeat(20)}`.trim();
		for (let padding = 0; padding < 12; padding++) {
			const padded = `${'x'.repeat(padding)}${summary}`;
			const { events } = calendarIn(icalendar('Supervision', [event({ summary: padded })]));
			expect(events[0]?.summary).toBe(padded);
		}
	});

	test('without any session is a calendar still', () => {
		expect(calendarIn(icalendar('Supervision', [])).events).toEqual([]);
	});
});
