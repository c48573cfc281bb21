import { dayInWords, distanceInWords, type CalendarDate } from './calendar.ts';
import type { Finding, SubjectKind } from './flags.ts';
import type { Code, Severity } from './codes.ts';
import type { ClockFacts, HolderFacts, RequestFacts } from './flag-rules.ts';
import {
	capital,
	casesInWords,
	CODE_IN_WORDS,
	daysInWords,
	kindsInWords,
	LEAST_TIER_IN_WORDS,
	lengthInWords,
	listInWords,
	TIER_IN_WORDS,
	type Names
} from './wording.ts';

/** Why the flag stands, in one or a few sentences: the fact, the rule, and how far past it. */
function why(finding: Finding, names: Names, today: CalendarDate): string {
	switch (finding.code) {
		case 'HELD_WITHOUT_OVERSIGHT':
			return sentences(
				heldBy(finding.facts, names),
				asks(finding.facts),
				lacking(finding.facts),
				lastOversight(finding.facts, today)
			);
		case 'BELOW_EXPERIENCE':
			return sentences(heldBy(finding.facts, names), asks(finding.facts));
		case 'TRAINING_GAP':
			return sentences(heldBy(finding.facts, names), lacking(finding.facts));
		case 'OVERSIGHT_OVERDUE': {
			const { leadId, kinds } = finding.facts;
			const held = leadId === null ? 'Nobody leads it.' : `Held by ${names(leadId)}.`;
			return `${capital(kindsInWords(kinds))}. ${held} ${lastOversight(finding.facts, today)}`;
		}
		case 'UNALLOCATED': {
			const { waitingSince, leadId, kinds } = finding.facts;
			const who =
				leadId === null ? 'Nobody holds it' : `${names(leadId)}, who holds it, is no longer in post`;
			return `${capital(kindsInWords(kinds))}. ${who}. It has waited since ${dayInWords(waitingSince)}, ${distanceInWords(waitingSince, today)}.`;
		}
		case 'HOLDER_ABSENT': {
			const { leadId, absentSince, coversNamed, kinds } = finding.facts;
			const cover =
				coversNamed.length === 0
					? 'No cover is named.'
					: `${listInWords(coversNamed.map(names))}, named to cover, is not here either.`;
			return `${capital(kindsInWords(kinds))}. ${names(leadId)}, who holds it, has been away since ${dayInWords(absentSince)}. ${cover}`;
		}
		case 'HANDOVER_WITHOUT_OVERSIGHT': {
			const { changedOn, change, fromId, toId, kinds, guarded } = finding.facts;
			const changed =
				change === 'LEAD'
					? `Passed from ${names(fromId)} to ${names(toId)}`
					: `${names(toId)}, who leads it, came under another team or supervisor`;
			return sentences(
				`${capital(kindsInWords(kinds))}.`,
				`${changed} on ${dayInWords(changedOn)}, ${distanceInWords(changedOn, today)}, and no manager has recorded oversight since.`,
				guarded ? 'A restructure is under way.' : ''
			);
		}
		case 'SECTION_47_UNEXPLAINED': {
			const { beganOn, endedOn } = finding.facts;
			return `The section 47 enquiry that began on ${dayInWords(beganOn)} ended on ${dayInWords(endedOn)}, ${distanceInWords(endedOn, today)}, and no manager has recorded its outcome with an analysis.`;
		}
		case 'REQUEST_DECLINED_ALONE':
			return requestInWords(finding.facts, names, today);
		case 'CLOSED_WITHOUT_SIGN_OFF': {
			const { closedOn, signOffFrom } = finding.facts;
			return `Closed on ${dayInWords(closedOn)}, ${distanceInWords(closedOn, today)}. No manager’s sign-off made from ${dayInWords(signOffFrom)} to that day is recorded.`;
		}
		case 'CLOSED_SOON_AFTER_SECTION_47': {
			const { endedOn, closedOn, days } = finding.facts;
			const when = days === 0 ? 'on the day' : `${daysInWords(days)} after`;
			return `Closed on ${dayInWords(closedOn)}, ${when} its section 47 enquiry ended${days === 0 ? '' : ` on ${dayInWords(endedOn)}`}.`;
		}
		case 'FREQUENT_CHANGE': {
			const { leadIds, supervisorIds } = finding.facts;
			return `In the last 12 months ${peopleInWords(leadIds, 'led it', names)}, and ${peopleInWords(supervisorIds, 'supervised the lead', names)}.`;
		}
		case 'ACTION_OVERDUE': {
			const { ownerId, dueOn, daysOverdue, risk } = finding.facts;
			const due =
				dueOn === null ? '' : ` was due by ${dayInWords(dueOn)}: ${daysInWords(daysOverdue ?? 0)} overdue.`;
			const owner = ownerId === null ? 'Nobody owns it.' : `It is ${names(ownerId)}’s.`;
			return `${risk ? 'An action about risk' : 'An action'}${due} ${owner}`;
		}
		case 'ACTION_WEAK': {
			const { agreedOn, ownerId, dueOn } = finding.facts;
			const lacks = [ownerId === null ? 'no owner' : '', dueOn === null ? 'no due date' : ''].filter(Boolean);
			return `Agreed on ${dayInWords(agreedOn)}, ${distanceInWords(agreedOn, today)}, with ${listInWords(lacks)}, so it is unlikely to be done.`;
		}
		case 'SUPERVISION_OVERDUE': {
			const { lastHeldOn, countedFrom, interval, dueOn, daysOverdue, movedByDays } = finding.facts;
			const last =
				lastHeldOn === null
					? `No supervision held since ${dayInWords(countedFrom)}.`
					: `Last supervised on ${dayInWords(lastHeldOn)}, ${distanceInWords(lastHeldOn, today)}.`;
			const moved = movedByDays > 0 ? ` Absence moved it on by ${daysInWords(movedByDays)}.` : '';
			return `${last} Due every ${lengthInWords(interval)}, so by ${dayInWords(dueOn)}: ${daysInWords(daysOverdue)} overdue.${moved}`;
		}
		case 'SUPERVISION_CANCELLED_TWICE':
			return `The last two supervision sessions, on ${listInWords(finding.facts.plannedOn.map(dayInWords))}, were both cancelled.`;
		case 'SUPERVISION_SHORT': {
			const { heldOn, supervisorId, minutes, leastMinutes, interrupted } = finding.facts;
			const how = [minutes === null ? '' : `took ${minutes} minutes`, interrupted ? 'was interrupted' : ''];
			return `Supervision with ${names(supervisorId)} on ${dayInWords(heldOn)}, ${distanceInWords(heldOn, today)}, ${listInWords(how.filter(Boolean))}. The policy asks for ${leastMinutes} minutes uninterrupted.`;
		}
		case 'NOTE_UNSIGNED': {
			const { heldOn, supervisorId, unsignedBy } = finding.facts;
			const parties = {
				SUPERVISOR: `${names(supervisorId)}, who supervised`,
				PRACTITIONER: 'the practitioner'
			};
			return `Supervision was held on ${dayInWords(heldOn)}, ${distanceInWords(heldOn, today)}. Its note is not signed by ${listInWords(unsignedBy.map((party) => parties[party]))}.`;
		}
		case 'SUPERVISOR_NOT_QUALIFIED': {
			const { supervisorId, registered, trained } = finding.facts;
			return sentences(
				`Supervised by ${names(supervisorId)}.`,
				registered ? '' : 'No registration as a social worker is recorded for this supervisor.',
				trained ? '' : 'The supervisor’s SUPV training is not current.'
			);
		}
		case 'NO_SUPERVISOR': {
			const { reason, supervisorId, absentSince } = finding.facts;
			const supervisor = supervisorId === null ? '' : names(supervisorId);
			if (reason === 'NONE_NAMED') return 'Nobody is named as supervisor.';
			if (reason === 'ONESELF') return 'Named as their own supervisor, which is no supervision.';
			if (reason === 'NOT_IN_POST') return `${supervisor}, named as supervisor, is no longer in post.`;
			const since = absentSince === null ? '' : ` since ${dayInWords(absentSince)}`;
			return `${supervisor}, the supervisor, has been away${since}, and nobody here covers supervision.`;
		}
		case 'OVER_CAPACITY': {
			const { points, capacity, loadPercent, none, held } = finding.facts;
			if (loadPercent !== null)
				return `Load is ${numberInWords(loadPercent)} % of capacity: ${numberInWords(points)} points against ${numberInWords(capacity)}.`;
			const because =
				none === 'ABSENT' ? 'away for more than 10 working days' : 'with no capacity left after reductions';
			return `Holds ${casesInWords(held)} while ${because}.`;
		}
		case 'SPAN_TOO_WIDE':
			return `Supervises ${finding.facts.supervised} people in post; more than 8 is too many to know their cases.`;
		case 'AGENCY_BELOW_EXPERIENCE': {
			const { registeredOn } = finding.facts;
			const registered =
				registeredOn === null
					? 'the date of registration is not recorded'
					: `registered on ${dayInWords(registeredOn)}, ${distanceInWords(registeredOn, today)}`;
			return `Engaged through an agency; ${registered}. Statutory guidance asks for three years’ experience.`;
		}
		case 'EXPERIENCE_UNKNOWN':
			return `Registered as ${finding.facts.sweNumber}, but the date is not recorded, so counted in the lowest tier. Holds ${casesInWords(finding.facts.held)}.`;
		case 'TIMESCALE_MISSED': {
			const { assessment, conference } = finding.facts;
			return sentences(
				assessment === null
					? ''
					: `The assessment has run since ${dayInWords(assessment.since)}; it was to end by ${dayInWords(assessment.limitOn)}.`,
				conference === null
					? ''
					: `A child protection conference is needed for the enquiry of ${dayInWords(conference.enquirySince)} and was to be held by ${dayInWords(conference.limitOn)}; none is recorded.`
			);
		}
	}
}

/** What clears the flag: the fact that would have to change. */
function whatClears(finding: Finding): string {
	switch (finding.code) {
		case 'HELD_WITHOUT_OVERSIGHT':
			return 'Record oversight, add a co-worker who is suitable, or reallocate.';
		case 'BELOW_EXPERIENCE':
			return `Reallocate to, or add as co-worker, ${LEAST_TIER_IN_WORDS[finding.facts.leastTier]} with the training.`;
		case 'TRAINING_GAP':
			return `Complete ${listInWords(finding.facts.missing)}, add a co-worker who has it, or reallocate.`;
		case 'OVERSIGHT_OVERDUE':
			return 'A manager records oversight, or discusses it in a signed supervision session.';
		case 'UNALLOCATED':
			return 'Allocate it to somebody in post.';
		case 'HOLDER_ABSENT':
			return 'Name a cover who is here, or reallocate.';
		case 'HANDOVER_WITHOUT_OVERSIGHT':
			return 'A manager records oversight, or discusses it in a signed supervision session.';
		case 'SECTION_47_UNEXPLAINED':
			return 'A manager records the outcome of the enquiry, with the analysis behind it.';
		case 'REQUEST_DECLINED_ALONE': {
			const { missing } = finding.facts;
			if (missing.includes('DECISION')) return 'Decide the request, and record the day.';
			const asks = [
				missing.includes('RATIONALE') ? 'record the rationale' : '',
				missing.includes('SECOND_MANAGER') ? 'a second manager agrees, or the decision is changed' : ''
			];
			return `${capital(listInWords(asks.filter(Boolean)))}.`;
		}
		case 'CLOSED_WITHOUT_SIGN_OFF':
			return `Record the sign-off, if one was made by ${dayInWords(finding.facts.closedOn)}; else it stands for 90 days after the closing.`;
		case 'CLOSED_SOON_AFTER_SECTION_47':
			return 'Nothing: it stands for 90 days after the closing, so that the closing is looked at again.';
		case 'FREQUENT_CHANGE':
			return 'Time without a change: the flag counts 12 months.';
		case 'ACTION_OVERDUE':
			return 'Do the action and record its outcome.';
		case 'ACTION_WEAK':
			return 'Give the action an owner and a due date.';
		case 'SUPERVISION_OVERDUE':
			return 'Hold a supervision session.';
		case 'SUPERVISION_CANCELLED_TWICE':
			return 'Hold a supervision session.';
		case 'SUPERVISION_SHORT':
			return 'Nothing: it stands for 90 days after the session.';
		case 'NOTE_UNSIGNED':
			return 'Both sign the note.';
		case 'SUPERVISOR_NOT_QUALIFIED':
			return 'The supervisor completes SUPV training and their registration is recorded, or somebody qualified supervises.';
		case 'NO_SUPERVISOR':
			return 'Name a supervisor in post, or a cover for supervision.';
		case 'OVER_CAPACITY':
			return 'Reallocate or close cases until the load is within capacity.';
		case 'SPAN_TOO_WIDE':
			return 'Share the people supervised with another supervisor.';
		case 'AGENCY_BELOW_EXPERIENCE':
			return 'Record the date of registration, if it is three years ago; else end the engagement or employ the worker.';
		case 'EXPERIENCE_UNKNOWN':
			return 'Record the date of registration.';
		case 'TIMESCALE_MISSED':
			return 'End the assessment, or hold the conference and record its day.';
	}
}

function requestInWords(facts: RequestFacts, names: Names, today: CalendarDate): string {
	const { agency, asked, requestedOn, decidedOn, decidedById, missing } = facts;
	const what =
		asked === 'challenge'
			? 'challenged a decision'
			: asked === 'conference'
				? 'asked for a child protection conference'
				: 'made a request';
	const request = `${agency} ${what} on ${dayInWords(requestedOn)}, ${distanceInWords(requestedOn, today)}.`;
	if (decidedOn === null) return `${request} It has not been decided.`;
	const decider = decidedById === null ? '' : ` by ${names(decidedById)}`;
	return sentences(
		request,
		`Declined${decider} on ${dayInWords(decidedOn)}.`,
		missing.includes('SECOND_MANAGER') ? 'No second manager has agreed.' : '',
		missing.includes('RATIONALE') ? 'No rationale is recorded.' : ''
	);
}

function peopleInWords(ids: readonly string[], did: string, names: Names): string {
	const people = ids.length === 1 ? '1 person' : `${ids.length} people`;
	return `${people} ${did}${ids.length === 0 ? '' : ` (${listInWords(ids.map(names))})`}`;
}

function heldBy({ leadId, leadSince, tier }: HolderFacts, names: Names): string {
	if (leadId === null) return 'Nobody leads it.';
	const since = leadSince === null ? '' : ` since ${dayInWords(leadSince)}`;
	return `Held by ${names(leadId)}${tier === null ? '' : `, ${TIER_IN_WORDS[tier]},`}${since}.`;
}

function asks({ kinds, leastTier }: HolderFacts): string {
	const subject = kinds.length === 0 ? 'A case of unknown kind' : capital(withArticle(kindsInWords(kinds)));
	return `${subject} needs ${LEAST_TIER_IN_WORDS[leastTier]}, or a suitable co-worker.`;
}

function lacking({ missing }: HolderFacts): string {
	return missing.length === 0 ? '' : `${listInWords(missing)} training is not current.`;
}

function lastOversight(facts: ClockFacts, today: CalendarDate): string {
	const { lastOversightOn, clockStartedOn, limit, dueOn, daysOverdue, guarded, carriedFrom, stakes } = facts;
	const policy = lengthInWords(limit);
	const halved = guarded && stakes === 'high' ? ', halved during the restructure' : '';
	const overdue = `It was due by ${dayInWords(dueOn)}: ${daysInWords(daysOverdue)} overdue.`;
	if (lastOversightOn !== null)
		return `Last oversight on ${dayInWords(lastOversightOn)}, ${distanceInWords(lastOversightOn, today)}; policy says every ${policy}${halved}. ${overdue}`;
	const carried = carriedFrom === null ? '' : ' (already running when it was handed on or changed kind)';
	return `No oversight recorded since ${dayInWords(clockStartedOn)}; policy says a first within ${policy}${carried}. ${overdue}`;
}

function sentences(...each: string[]): string {
	return each.filter((sentence) => sentence !== '').join(' ');
}

function numberInWords(number: number): string {
	return String(Math.round(number * 100) / 100);
}

function withArticle(words: string): string {
	if (/^(pre-proceedings|care proceedings|looked after|short breaks)/.test(words))
		return `a case in ${words}`;
	return /^[aeiou]/.test(words) ? `an ${words}` : `a ${words}`;
}

/** A finding as it is shown: every word of it, and what it is about. */
export interface FlagInWords {
	key: string;
	code: Code;
	title: string;
	severity: Severity;
	subjectKind: SubjectKind;
	subjectId: string;
	reference: string;
	caseId: string | null;
	practitionerId: string | null;
	teamId: string | null;
	since: CalendarDate;
	sinceInWords: string;
	why: string;
	clears: string;
	reasons: string[];
}

export function flagInWords(finding: Finding, names: Names, today: CalendarDate): FlagInWords {
	const { code, severity, subject, caseId, practitionerId, teamId, since, reasons } = finding;
	return {
		key: `${code}-${subject.id}`,
		code,
		title: CODE_IN_WORDS[code],
		severity,
		subjectKind: subject.kind,
		subjectId: subject.id,
		reference: referenceInWords(finding, names),
		caseId,
		practitionerId,
		teamId,
		since,
		sinceInWords: `Since ${dayInWords(since)}, ${distanceInWords(since, today)}`,
		why: why(finding, names, today),
		clears: whatClears(finding),
		reasons: reasons.map((reason) => CODE_IN_WORDS[reason])
	};
}

/** What the finding is about, as a page calls it. */
function referenceInWords({ subject, practitionerId }: Finding, names: Names): string {
	switch (subject.kind) {
		case 'practitioner':
			return names(subject.id);
		case 'session':
			return practitionerId === null ? `Session ${subject.reference}` : names(practitionerId);
		case 'action':
			return `Action ${subject.reference}`;
		case 'request':
			return `Request ${subject.reference}`;
		case 'case':
			return subject.reference;
	}
}

/** The facts that hold the id of one person, and of several. */
const ONE_PERSON = ['leadId', 'supervisorId', 'fromId', 'toId', 'decidedById', 'ownerId'] as const;
const SEVERAL_PEOPLE = ['coversNamed', 'leadIds', 'supervisorIds'] as const;

/** The practitioners a finding names, so that their names can be looked up together. */
export function namedIn(findings: readonly Finding[]): string[] {
	return findings.flatMap((finding) => {
		const facts: Partial<Record<string, unknown>> = { ...finding.facts };
		const ids = [
			finding.practitionerId,
			finding.subject.kind === 'practitioner' ? finding.subject.id : null,
			...ONE_PERSON.map((name) => facts[name]),
			...SEVERAL_PEOPLE.flatMap((name) => facts[name] ?? [])
		];
		return ids.filter((id) => typeof id === 'string');
	});
}
