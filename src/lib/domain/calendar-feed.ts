import { addDays, type CalendarDate } from './calendar.ts';
import { USUAL_MINUTES } from './supervision-plan.ts';

/** A session as somebody else's calendar program is told of it: who and when, and nothing of any case. */
export interface FeedEvent {
	/** Stays the same for the life of the session. */
	uid: string;
	/** How often it was changed. */
	sequence: number;
	changedAt: Date;
	on: CalendarDate;
	/** In London, `10:00`; null: the day and no time. */
	time: string | null;
	minutes: number | null;
	summary: string;
	description: string;
	address: string;
	isCancelled: boolean;
}

const LONGEST_LINE_OCTETS = 75;

/** The rules of daylight saving in London since 1996, for programs that do not know the place by its name. */
const LONDON = [
	'BEGIN:VTIMEZONE',
	'TZID:Europe/London',
	'BEGIN:DAYLIGHT',
	'DTSTART:19960331T010000',
	'TZOFFSETFROM:+0000',
	'TZOFFSETTO:+0100',
	'TZNAME:BST',
	'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
	'END:DAYLIGHT',
	'BEGIN:STANDARD',
	'DTSTART:19961027T020000',
	'TZOFFSETFROM:+0100',
	'TZOFFSETTO:+0000',
	'TZNAME:GMT',
	'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
	'END:STANDARD',
	'END:VTIMEZONE'
];

/** The events as iCalendar text (RFC 5545; the name and the interval of refreshing by RFC 7986), lines folded, CRLF. */
export function icalendar(name: string, events: readonly FeedEvent[]): string {
	const lines = [
		'BEGIN:VCALENDAR',
		'VERSION:2.0',
		'PRODID:-//Countersign//Supervision//EN',
		'CALSCALE:GREGORIAN',
		`NAME:${escaped(name)}`,
		`X-WR-CALNAME:${escaped(name)}`,
		'X-WR-TIMEZONE:Europe/London',
		'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
		'X-PUBLISHED-TTL:PT1H',
		...(events.some(({ time }) => time !== null) ? LONDON : []),
		...events.flatMap(eventLines),
		'END:VCALENDAR'
	];
	return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function eventLines(event: FeedEvent): string[] {
	const { uid, sequence, changedAt, summary, description, address, isCancelled, time } = event;
	return [
		'BEGIN:VEVENT',
		`UID:${escaped(uid)}`,
		`DTSTAMP:${instant(changedAt)}`,
		`LAST-MODIFIED:${instant(changedAt)}`,
		`SEQUENCE:${sequence}`,
		...whenLines(event),
		`SUMMARY:${escaped(summary)}`,
		...(description === '' ? [] : [`DESCRIPTION:${escaped(description)}`]),
		`URL:${address}`,
		`STATUS:${isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
		'CLASS:PRIVATE',
		`TRANSP:${time === null || isCancelled ? 'TRANSPARENT' : 'OPAQUE'}`,
		'END:VEVENT'
	];
}

function whenLines({ on, time, minutes }: FeedEvent): string[] {
	if (time === null) return [`DTSTART;VALUE=DATE:${plain(on)}`, `DTEND;VALUE=DATE:${plain(addDays(on, 1))}`];
	return [
		`DTSTART;TZID=Europe/London:${plain(on)}T${time.replace(':', '')}00`,
		`DURATION:PT${minutes ?? USUAL_MINUTES}M`
	];
}

const plain = (on: CalendarDate) => on.replaceAll('-', '');

const instant = (at: Date) =>
	`${at
		.toISOString()
		.replaceAll(/[-:]/g, '')
		.replace(/\.\d+Z$/, 'Z')}`;

/** Text as RFC 5545 section 3.3.11 has it; what no line may hold becomes a space. */
function escaped(text: string): string {
	return text
		.replaceAll('\\', '\\\\')
		.replaceAll(/[;,]/g, (sign) => `\\${sign}`)
		.replaceAll(/\r\n|\r|\n/g, '\\n')
		.replaceAll(/\p{Cc}/gu, ' ');
}

/** Lines of at most 75 octets, never broken inside a character (section 3.1). */
function folded(line: string): string {
	const parts: string[] = [];
	let part = '';
	let octets = 0;
	for (const character of line) {
		const size = octetsOf(character);
		if (octets + size > LONGEST_LINE_OCTETS) {
			parts.push(part);
			part = ' ';
			octets = 1;
		}
		part += character;
		octets += size;
	}
	return [...parts, part].join('\r\n');
}

function octetsOf(character: string): number {
	const code = character.codePointAt(0) ?? 0;
	if (code < 0x80) return 1;
	if (code < 0x800) return 2;
	return code < 0x10000 ? 3 : 4;
}
