import { isInPost, type View } from './authority.ts';
import { daysBetween, workingDaysBetween, type CalendarDate } from './calendar.ts';
import { caseDetails, closedOn, type CaseFile } from './cases.ts';
import { isKnown, knownEnd } from './knowledge.ts';
import { oversightEvents } from './oversight.ts';
import {
	ALLOCATION_REASON_IN_WORDS,
	KIND_IN_WORDS,
	NOT_COUNTING_IN_WORDS,
	OVERSIGHT_KIND_IN_WORDS,
	type Names
} from './wording.ts';

/** Something that happened to a case, as its timeline tells it. */
export interface CaseEvent {
	key: string;
	on: CalendarDate;
	/** The day it became known, never before it happened. */
	knownOn: CalendarDate;
	title: string;
	/** The written words behind it are looked up by this id; null: none. */
	wordsOf: string | null;
	note: string | null;
	tone: 'plain' | 'good' | 'worst';
	/** Set where it was recorded more than 5 working days after it happened. */
	late: { knownOn: CalendarDate; workingDays: number } | null;
}

const LATE_AFTER_WORKING_DAYS = 5;

/** What is known of a case on the view's day, newest first. */
export function timelineOf(file: CaseFile, view: View, names: Names): CaseEvent[] {
	const { knowledge } = view;
	const events: CaseEvent[] = [];
	const tell = (key: string, on: CalendarDate, title: string, more: Partial<CaseEvent> = {}) => {
		events.push({
			key,
			on,
			knownOn: on,
			title,
			wordsOf: null,
			note: null,
			tone: 'plain',
			late: null,
			...more
		});
	};
	const details = caseDetails(file, knowledge);
	if (details) {
		tell('opened', details.openedOn, 'Case opened', knownFrom(details.openedOn, details.recordedOn));
		const closed = closedOn(details, knowledge);
		if (closed)
			tell('closed', closed, 'Case closed', {
				note: details.closureReason,
				...knownFrom(closed, details.endRecordedOn)
			});
	}
	for (const kind of file.kinds) {
		if (!isKnown(kind, kind.from, knowledge)) continue;
		tell(
			`kind-${kind.kind}-${kind.from}`,
			kind.from,
			`Became ${KIND_IN_WORDS[kind.kind]}`,
			knownFrom(kind.from, kind.recordedOn)
		);
		const to = knownEnd(kind.to, kind.endRecordedOn, knowledge);
		if (to)
			tell(
				`kind-end-${kind.kind}-${kind.from}`,
				to,
				`No longer ${KIND_IN_WORDS[kind.kind]}`,
				knownFrom(to, kind.endRecordedOn)
			);
	}
	for (const allocation of file.allocations) {
		if (!isKnown(allocation, allocation.from, knowledge)) continue;
		const { practitionerId, role, reason, from } = allocation;
		const who = practitionerId === null ? 'a team, to nobody yet' : names(practitionerId);
		const as = role === 'lead' ? 'Allocated to' : 'Co-worker joins:';
		const inPost = practitionerId === null || isInPost(view, practitionerId, from);
		tell(`allocation-${role}-${practitionerId ?? allocation.teamId}-${from}`, from, `${as} ${who}`, {
			note: [
				reason ? ALLOCATION_REASON_IN_WORDS[reason] : '',
				inPost ? '' : 'not in post that day',
				allocation.startNotGiven ? 'start not given: counted from the day of the extract' : ''
			]
				.filter(Boolean)
				.join(' · '),
			tone: practitionerId === null ? 'worst' : 'plain',
			...knownFrom(from, allocation.recordedOn)
		});
		const to = knownEnd(allocation.to, allocation.endRecordedOn, knowledge);
		if (to && practitionerId !== null)
			tell(
				`allocation-end-${role}-${practitionerId}-${from}`,
				to,
				`${role === 'lead' ? 'No longer led by' : 'Co-worker leaves:'} ${who}`,
				knownFrom(to, allocation.endRecordedOn)
			);
	}
	for (const event of oversightEvents(file, view)) {
		const what =
			event.via === 'discussion' || event.kind === null
				? 'Discussed in supervision'
				: capital(OVERSIGHT_KIND_IN_WORDS[event.kind]);
		const workingDays = workingDaysBetween(event.on, event.knownOn);
		tell(`oversight-${event.id}`, event.on, `${what}, ${names(event.by)}`, {
			wordsOf: event.id,
			knownOn: event.knownOn,
			note: event.notCounting
				? `Does not count as oversight: ${NOT_COUNTING_IN_WORDS[event.notCounting]}.`
				: null,
			tone: event.notCounting ? 'plain' : 'good',
			late: workingDays > LATE_AFTER_WORKING_DAYS ? { knownOn: event.knownOn, workingDays } : null
		});
	}
	return events.sort((a, b) => -daysBetween(b.on, a.on));
}

function knownFrom(on: CalendarDate, recordedOn: CalendarDate | null): Pick<CaseEvent, 'knownOn'> {
	return { knownOn: recordedOn !== null && recordedOn > on ? recordedOn : on };
}

function capital(words: string): string {
	return words.charAt(0).toUpperCase() + words.slice(1);
}
