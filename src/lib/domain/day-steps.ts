import { viewOf, type Authority } from './authority.ts';
import { addDays, daysBetween, type CalendarDate } from './calendar.ts';
import type { CaseFile } from './cases.ts';
import type { Code } from './codes.ts';
import { findingsOfCase } from './flags.ts';
import { timelineOf } from './timeline.ts';
import { pastOf, turningDaysOfCase, type Past } from './turning-days.ts';
import type { Names } from './wording.ts';

/** A day on which something about a case changed: a flag began, ended or became worse or less, or something happened. */
export interface DayOfChange {
	on: CalendarDate;
	began: readonly Code[];
	ended: readonly Code[];
	/** Stands as before, with another severity. */
	moved: readonly Code[];
	/** Titles of what happened, or became known. */
	happened: readonly string[];
}

/** Where one may go from a day in the life of a case. Null: nowhere further that way. */
export interface DaySteps {
	before: CalendarDate | null;
	after: CalendarDate | null;
	lastChange: DayOfChange | null;
	nextChange: DayOfChange | null;
}

/** Rules may look back over a limit that no turning day marks: no stretch is trusted for longer. */
const LONGEST_STRETCH_DAYS = 28;

/** The days one may step to from `on`, as they were known then, none after `today` and none before the opening. */
export function dayStepsOf(
	file: CaseFile,
	authority: Authority,
	on: CalendarDate,
	today: CalendarDate,
	names: Names
): DaySteps {
	const life = lifeOf(file, authority, today, names);
	const { first } = life;
	return {
		before: on > first ? addDays(on, -1) : null,
		after: on < today ? addDays(on, 1) : null,
		lastChange: lastChangeBefore(on, life),
		nextChange: nextChangeAfter(on, life)
	};
}

/** Every day of the case on which something changed, up to `today`, in order of time. */
export function daysOfChange(
	file: CaseFile,
	authority: Authority,
	today: CalendarDate,
	names: Names
): DayOfChange[] {
	const life = lifeOf(file, authority, today, names);
	const days: DayOfChange[] = [];
	let next = nextChangeAfter(addDays(life.first, -1), life);
	while (next) {
		days.push(next);
		next = nextChangeAfter(next.on, life);
	}
	return days;
}

interface Life {
	first: CalendarDate;
	today: CalendarDate;
	/** What happened or became known, by its day. */
	events: ReadonlyMap<CalendarDate, readonly string[]>;
	/** Days at which a stretch begins, in order of time. */
	turns: readonly CalendarDate[];
	flagsOn: (day: CalendarDate) => ReadonlyMap<string, { code: Code; severity: string }>;
	signatureOn: (day: CalendarDate) => string;
}

function lifeOf(file: CaseFile, authority: Authority, today: CalendarDate, names: Names): Life {
	const past: Past = pastOf(authority, false);
	const first = file.details.reduce((day, { openedOn }) => (openedOn < day ? openedOn : day), today);
	const flags = new Map<CalendarDate, ReturnType<Life['flagsOn']>>();
	const flagsOn: Life['flagsOn'] = (day) => {
		let found = flags.get(day);
		if (!found)
			flags.set(
				day,
				(found = new Map(
					findingsOfCase(file, past.viewOn(day), past).map(({ code, subject, severity }) => [
						`${code} ${subject.id}`,
						{ code, severity }
					])
				))
			);
		return found;
	};
	return {
		first,
		today,
		events: eventsOf(file, authority, today, names),
		turns: withoutLongStretches([...turningDaysOfCase(file, today, past)].reverse(), first, today),
		flagsOn,
		signatureOn: (day) =>
			[...flagsOn(day)]
				.map(([key, { severity }]) => `${key} ${severity}`)
				.sort()
				.join('\n')
	};
}

function eventsOf(file: CaseFile, authority: Authority, today: CalendarDate, names: Names) {
	const events = new Map<CalendarDate, string[]>();
	const tell = (on: CalendarDate, title: string) => events.set(on, [...(events.get(on) ?? []), title]);
	for (const { on, title, knownOn } of timelineOf(file, viewOf(authority, today), names)) {
		if (knownOn === on) tell(on, title);
		else if (knownOn <= today) tell(knownOn, `${title}: written up`);
	}
	return events;
}

function withoutLongStretches(
	turns: readonly CalendarDate[],
	first: CalendarDate,
	today: CalendarDate
): CalendarDate[] {
	const days: CalendarDate[] = [first];
	for (const turn of [...turns, addDays(today, 1)]) {
		for (
			let last = days.at(-1) ?? first;
			daysBetween(last, turn) > LONGEST_STRETCH_DAYS;
			last = days.at(-1) ?? first
		)
			days.push(addDays(last, LONGEST_STRETCH_DAYS));
		if (turn > (days.at(-1) ?? first)) days.push(turn);
	}
	return days;
}

function nextChangeAfter(day: CalendarDate, life: Life): DayOfChange | null {
	const { today, events, turns, signatureOn } = life;
	const event = [...events.keys()].filter((on) => on > day && on <= today).sort()[0] ?? null;
	const limit = event ?? today;
	let at = day;
	let signature = signatureOn(day);
	for (const turn of [...turns.filter((each) => each > day && each <= limit), addDays(limit, 1)]) {
		const eve = addDays(turn, -1);
		if (signatureOn(eve) !== signature)
			return changeOn(
				firstDay(at, eve, (each) => signatureOn(each) !== signature),
				life
			);
		if (turn > limit) break;
		if (signatureOn(turn) !== signature) return changeOn(turn, life);
		at = turn;
		signature = signatureOn(turn);
	}
	return event === null ? null : changeOn(event, life);
}

function lastChangeBefore(day: CalendarDate, life: Life): DayOfChange | null {
	const { first, events, turns, signatureOn } = life;
	if (day <= first) return null;
	const event =
		[...events.keys()]
			.filter((on) => on < day && on >= first)
			.sort()
			.at(-1) ?? null;
	const limit = event ?? first;
	let at = addDays(day, -1);
	const signature = signatureOn(at);
	for (const turn of [...turns.filter((each) => each < day && each > limit).reverse(), limit]) {
		if (signatureOn(turn) !== signature)
			return changeOn(
				firstDay(turn, at, (each) => signatureOn(each) === signature),
				life
			);
		if (turn === limit) break;
		const eve = addDays(turn, -1);
		if (signatureOn(eve) !== signature) return changeOn(turn, life);
		at = eve;
	}
	return event === null ? null : changeOn(event, life);
}

/** Of the days after `not` up to `so`, the first on which it is so. */
function firstDay(not: CalendarDate, so: CalendarDate, isSo: (day: CalendarDate) => boolean): CalendarDate {
	let [low, high] = [not, so];
	for (let days = daysBetween(low, high); days > 1; days = daysBetween(low, high)) {
		const middle = addDays(low, Math.floor(days / 2));
		if (isSo(middle)) high = middle;
		else low = middle;
	}
	return high;
}

function changeOn(on: CalendarDate, { events, flagsOn }: Life): DayOfChange {
	const before = flagsOn(addDays(on, -1));
	const now = flagsOn(on);
	const codes = (entries: [string, { code: Code }][]) => [...new Set(entries.map(([, { code }]) => code))];
	return {
		on,
		began: codes([...now].filter(([key]) => !before.has(key))),
		ended: codes([...before].filter(([key]) => !now.has(key))),
		moved: codes(
			[...now].filter(([key, { severity }]) => before.has(key) && before.get(key)?.severity !== severity)
		),
		happened: events.get(on) ?? []
	};
}
