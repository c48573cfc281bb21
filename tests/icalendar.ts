/** A strict reader of iCalendar text (RFC 5545), which throws where the text breaks a rule that programs rely on. */
export interface CalendarRead {
	properties: Record<string, string>;
	zones: string[];
	events: EventRead[];
}

export interface EventRead {
	uid: string;
	sequence: number;
	stamp: string;
	start: string;
	zone: string | null;
	/** The end, or how long it takes. */
	end: string;
	allDay: boolean;
	summary: string;
	description: string | null;
	status: string;
}

interface Line {
	name: string;
	parameters: Record<string, string>;
	value: string;
}

interface Component {
	name: string;
	lines: Line[];
	inside: Component[];
}

const ONCE = [
	'UID',
	'DTSTAMP',
	'DTSTART',
	'DTEND',
	'DURATION',
	'SUMMARY',
	'DESCRIPTION',
	'STATUS',
	'SEQUENCE',
	'CLASS'
];
const DAY = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const LOCAL = /^\d{8}T([01]\d|2[0-3])[0-5]\d[0-5]\d$/;
const UTC = /^\d{8}T([01]\d|2[0-3])[0-5]\d[0-5]\dZ$/;

export function calendarIn(text: string): CalendarRead {
	must(text.endsWith('\r\n'), 'the text ends with a line');
	const physical = text.slice(0, -2).split('\r\n');
	for (const line of physical) {
		must(!/[\r\n]/.test(line), 'lines end with CR and LF together');
		must(Buffer.byteLength(line, 'utf8') <= 75, `at most 75 octets: ${line}`);
		must(line !== '' && !line.includes('\uFFFD'), 'no empty line, no half of a character');
	}
	const logical = physical
		.join('\r\n')
		.replaceAll(/\r\n[ \t]/g, '')
		.split('\r\n');
	const [calendar, ...more] = componentsIn(logical.map(lineIn));
	if (!calendar) throw new Error('no calendar');
	must(more.length === 0 && calendar.name === 'VCALENDAR', 'one VCALENDAR');
	const properties = Object.fromEntries(calendar.lines.map(({ name, value }) => [name, unescaped(value)]));
	must(properties['VERSION'] === '2.0' && Boolean(properties['PRODID']), 'VERSION and PRODID');
	const zones = calendar.inside
		.filter(({ name }) => name === 'VTIMEZONE')
		.map((zone) => {
			must(
				zone.inside.some(({ name }) => name === 'STANDARD'),
				'a zone has its standard time'
			);
			return only(zone, 'TZID')?.value ?? '';
		});
	const events = calendar.inside
		.filter(({ name }) => name === 'VEVENT')
		.map((event) => eventIn(event, zones));
	must(new Set(events.map(({ uid }) => uid)).size === events.length, 'every UID once');
	return { properties, zones, events };
}

function eventIn(event: Component, zones: readonly string[]): EventRead {
	for (const name of ONCE) only(event, name);
	const needed = (name: string): Line => {
		const found = only(event, name);
		if (!found || found.value === '') throw new Error(`an event needs ${name}`);
		return found;
	};
	const stamp = needed('DTSTAMP').value;
	must(UTC.test(stamp), 'DTSTAMP is in UTC');
	const start = needed('DTSTART');
	const allDay = start.parameters['VALUE'] === 'DATE';
	const zone = start.parameters['TZID'] ?? null;
	must((allDay ? DAY : LOCAL).test(start.value), `a start as its kind says: ${start.value}`);
	must(allDay ? zone === null : zone !== null && zones.includes(zone), 'a time has a zone that is described');
	const end = only(event, 'DTEND') ?? only(event, 'DURATION');
	must(!(only(event, 'DTEND') && only(event, 'DURATION')), 'an end or a length, not both');
	if (!end) throw new Error('an event ends');
	if (end.name === 'DTEND') {
		must((end.parameters['VALUE'] === 'DATE') === allDay, 'start and end of one kind');
		must(end.value > start.value, 'it ends after it starts');
	} else must(/^PT\d+[MH]$/.test(end.value), 'a length');
	const status = needed('STATUS').value;
	must(['TENTATIVE', 'CONFIRMED', 'CANCELLED'].includes(status), 'a status there is');
	must(/^\d+$/.test(needed('SEQUENCE').value), 'a number that counts');
	const described = only(event, 'DESCRIPTION');
	return {
		uid: unescaped(needed('UID').value),
		sequence: Number(needed('SEQUENCE').value),
		stamp,
		start: start.value,
		zone,
		end: end.value,
		allDay,
		summary: unescaped(needed('SUMMARY').value),
		description: described ? unescaped(described.value) : null,
		status
	};
}

function only({ lines, name: of }: Component, name: string): Line | undefined {
	const found = lines.filter((line) => line.name === name);
	must(found.length <= 1, `${name} once in ${of}`);
	return found[0];
}

function componentsIn(lines: readonly Line[]): Component[] {
	const whole: Component = { name: '', lines: [], inside: [] };
	const open = [whole];
	for (const line of lines) {
		const current = open.at(-1) ?? whole;
		if (line.name === 'BEGIN') {
			const begun = { name: line.value, lines: [], inside: [] };
			current.inside.push(begun);
			open.push(begun);
		} else if (line.name === 'END') {
			must(current.name === line.value, `${line.value} ends where it began`);
			open.pop();
		} else current.lines.push(line);
	}
	must(open.length === 1 && whole.lines.length === 0, 'everything is inside something that ends');
	return whole.inside;
}

function lineIn(text: string): Line {
	const found = /^([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)$/u.exec(text);
	if (!found) throw new Error(`not a content line: ${text}`);
	const [, name = '', parameters = '', value = ''] = found;
	must(!/\p{Cc}/u.test(value), 'no control characters');
	return {
		name,
		value,
		parameters: Object.fromEntries(
			parameters
				.split(';')
				.filter(Boolean)
				.map((each) => each.split('=') as [string, string])
		)
	};
}

function unescaped(value: string): string {
	must(!/(?<!\\)(\\\\)*[;,]/.test(value.replaceAll(/\\[;,nN\\]/g, '')), `unescaped separator: ${value}`);
	return value.replaceAll(/\\([;,nN\\])/g, (_, sign: string) => (sign.toLowerCase() === 'n' ? '\n' : sign));
}

function must(holds: boolean, rule: string): void {
	if (!holds) throw new Error(rule);
}
