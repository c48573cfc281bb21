import { isSupervisorOf, personOf, type View } from './authority.ts';
import { addDays, type CalendarDate } from './calendar.ts';
import { caseDetails, closedOn, type CaseFile } from './cases.ts';
import type { Looked } from './gaps.ts';
import { isKnown, knownEnd } from './knowledge.ts';
import { detailsOf, inPostOn, type Person, type Role } from './people.ts';
import { requestStates } from './requests-kept.ts';
import { teamOfCase } from './rules-about-cases.ts';

/** Facts that cannot both be so. */
export const CONTRADICTIONS = [
	'NUMBER_SHARED',
	'SUPERVISED_IN_A_CIRCLE',
	'SUPERVISED_BY_LOWER',
	'REGISTERED_AFTER_POSTING',
	'STAGE_BEFORE_REGISTERED',
	'STAGE_PASSED_BEFORE_STARTED',
	'LEFT_BUT_POSTED',
	'POSTED_BEFORE_STARTED',
	'POSTED_TO_CLOSED_TEAM',
	'EXPIRED_BEFORE_COMPLETED',
	'COVERED_BY_ONESELF',
	'SESSION_WITHOUT_SUPERVISOR_IN_POST',
	'SESSION_WITHOUT_SUPERVISEE_IN_POST',
	'SIGNED_BEFORE_HELD',
	'OVERSIGHT_BY_SOMEBODY_NOT_IN_POST',
	'OVERSIGHT_BEFORE_OPENED',
	'ALLOCATED_AFTER_CLOSED',
	'ALLOCATED_BEFORE_OPENED',
	'KIND_AFTER_CLOSED',
	'KIND_BEFORE_OPENED',
	'UNBORN_AND_BORN',
	'BORN_LATER',
	'DECIDED_BEFORE_ASKED',
	'AGREED_BEFORE_DECIDED'
] as const;
export type ContradictionCode = (typeof CONTRADICTIONS)[number];

/** One of the facts that disagree: what it is and its day. `of`: whose it is, where it is somebody else's. */
export interface Disagreeing {
	what:
		| 'registered'
		| 'stage_started'
		| 'stage_passed'
		| 'started'
		| 'left'
		| 'posting'
		| 'posting_end'
		| 'team_closed'
		| 'completed'
		| 'expires'
		| 'absence'
		| 'held'
		| 'signed'
		| 'made'
		| 'opened'
		| 'closed'
		| 'allocation'
		| 'kind'
		| 'born'
		| 'unborn'
		| 'today'
		| 'asked'
		| 'decided'
		| 'agreed'
		| 'number'
		| 'supervisor';
	on: CalendarDate | null;
	of?: string;
	/** Which course or number it is. */
	called?: string;
}

export interface Contradiction {
	code: ContradictionCode;
	key: string;
	reference: string;
	practitionerId: string | null;
	caseId: string | null;
	teamId: string | null;
	rows: readonly Disagreeing[];
}

/** Sessions and oversight are looked at as far back as this: older ones decide nothing today, and are not all gathered. */
export const LATELY_DAYS = 90;

/** An oversight entry may stand this long before the case opens: the decision to open it. */
const BEFORE_OPENING_DAYS = 7;

/** Every pair of facts, as known on the view's day, that cannot both be so. */
export function contradictionsOf(view: View, looked: Looked): Contradiction[] {
	return [
		...looked.people.flatMap((person) => ofPerson(person, view)),
		...sharedNumbers(view, looked),
		...looked.cases.flatMap((file) => ofCase(file, view)),
		...ofRequests(view, looked)
	].sort(
		(a, b) =>
			CONTRADICTIONS.indexOf(a.code) - CONTRADICTIONS.indexOf(b.code) ||
			(a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0)
	);
}

const LADDER: readonly Role[] = [
	'practitioner',
	'senior_practitioner',
	'practice_supervisor',
	'team_manager',
	'service_manager',
	'director'
];

function ofPerson(person: Person, view: View): Contradiction[] {
	const { knowledge, authority } = view;
	const { on } = knowledge;
	const { practitionerId, reference } = person;
	const details = detailsOf(person, knowledge);
	if (!details) return [];
	const now = inPostOn(person, on, knowledge);
	const found: Contradiction[] = [];
	const say = (code: ContradictionCode, rows: Disagreeing[], key = practitionerId) =>
		found.push({ code, key, reference, practitionerId, caseId: null, teamId: now?.teamId ?? null, rows });
	const { registeredOn, earlyCareerStartedOn: began, earlyCareerPassedOn: passed } = details;
	const { startedOn, leftOn, sweNumber } = details;

	const postings = person.postings.filter((row) => isKnown(row, row.from, knowledge));
	const social = postings.filter(({ role }) => role !== 'other').map(({ from }) => from);
	const first = social.sort()[0];
	if (sweNumber && registeredOn !== null && first !== undefined && first < registeredOn)
		say('REGISTERED_AFTER_POSTING', [
			{ what: 'registered', on: registeredOn },
			{ what: 'posting', on: first }
		]);
	if (began !== null && registeredOn !== null && began < registeredOn)
		say('STAGE_BEFORE_REGISTERED', [
			{ what: 'stage_started', on: began },
			{ what: 'registered', on: registeredOn }
		]);
	if (began !== null && passed !== null && passed < began)
		say('STAGE_PASSED_BEFORE_STARTED', [
			{ what: 'stage_passed', on: passed },
			{ what: 'stage_started', on: began }
		]);
	if (startedOn !== null) {
		const earliest = postings.map(({ from }) => from).sort()[0];
		if (earliest !== undefined && earliest < startedOn)
			say('POSTED_BEFORE_STARTED', [
				{ what: 'posting', on: earliest },
				{ what: 'started', on: startedOn }
			]);
	}
	if (leftOn !== null && leftOn <= on)
		for (const row of postings) {
			const end = knownEnd(row.to, row.endRecordedOn, knowledge);
			if (row.to === null || row.to > leftOn)
				say('LEFT_BUT_POSTED', [
					{ what: 'left', on: leftOn },
					{ what: end === null ? 'posting' : 'posting_end', on: end ?? row.from }
				]);
		}
	if (now) {
		const team = authority.teams.find((each) => each.teamId === now.teamId && isKnown(each, null, knowledge));
		if (team?.closedOn != null && team.closedOn <= on)
			say('POSTED_TO_CLOSED_TEAM', [
				{ what: 'posting', on: now.from },
				{ what: 'team_closed', on: team.closedOn }
			]);
		const supervisor = personOf(view, now.supervisorId);
		const above = supervisor && inPostOn(supervisor, on, knowledge);
		if (supervisor && isSupervisorOf(person.practitionerId, supervisor, view))
			say('SUPERVISED_IN_A_CIRCLE', [{ what: 'supervisor', on: now.from, of: supervisor.practitionerId }]);
		else if (supervisor && above && rank(above.role) !== -1 && rank(above.role) < rank(now.role))
			say('SUPERVISED_BY_LOWER', [{ what: 'supervisor', on: now.from, of: supervisor.practitionerId }]);
	}
	for (const row of person.training)
		if (isKnown(row, null, knowledge) && row.expiresOn !== null && row.expiresOn <= row.completedOn)
			say('EXPIRED_BEFORE_COMPLETED', [
				{ what: 'completed', on: row.completedOn, called: row.course },
				{ what: 'expires', on: row.expiresOn, called: row.course }
			]);
	for (const row of person.absences)
		if (
			isKnown(row, row.from, knowledge) &&
			(row.coverId === practitionerId || row.supervisionCoverId === practitionerId)
		)
			say('COVERED_BY_ONESELF', [{ what: 'absence', on: row.from }]);
	const lately = addDays(on, -LATELY_DAYS);
	for (const session of authority.sessionsOf.get(practitionerId) ?? []) {
		const { heldOn, supervisorId, sessionId, supervisorSignedOn } = session;
		if (heldOn === null || heldOn <= lately || !isKnown(session, heldOn, knowledge)) continue;
		const held: Disagreeing = { what: 'held', on: heldOn };
		const supervisor = personOf(view, supervisorId);
		if (supervisor && inPostOn(supervisor, heldOn, knowledge) === null)
			say(
				'SESSION_WITHOUT_SUPERVISOR_IN_POST',
				[held, { what: 'posting', on: null, of: supervisorId }],
				sessionId
			);
		if (inPostOn(person, heldOn, knowledge) === null)
			say('SESSION_WITHOUT_SUPERVISEE_IN_POST', [held, { what: 'posting', on: null }], sessionId);
		if (supervisorSignedOn !== null && supervisorSignedOn < heldOn)
			say(
				'SIGNED_BEFORE_HELD',
				[held, { what: 'signed', on: supervisorSignedOn, of: supervisorId }],
				sessionId
			);
	}
	return found;
}

function rank(role: Role): number {
	return LADDER.indexOf(role);
}

/** The same Social Work England number under two records: one person twice, or a number typed wrongly. */
function sharedNumbers(view: View, { people }: Looked): Contradiction[] {
	const { knowledge, authority } = view;
	const byNumber = new Map<string, Person[]>();
	for (const person of authority.people.values()) {
		const number = plain(detailsOf(person, knowledge)?.sweNumber ?? null);
		if (number === '') continue;
		byNumber.set(number, [...(byNumber.get(number) ?? []), person]);
	}
	return people.flatMap((person) => {
		const number = plain(detailsOf(person, knowledge)?.sweNumber ?? null);
		const others = (byNumber.get(number) ?? []).filter((other) => other !== person);
		if (others.length === 0) return [];
		return {
			code: 'NUMBER_SHARED' as const,
			key: person.practitionerId,
			reference: person.reference,
			practitionerId: person.practitionerId,
			caseId: null,
			teamId: inPostOn(person, knowledge.on, knowledge)?.teamId ?? null,
			rows: others.map(({ practitionerId }): Disagreeing => ({
				what: 'number',
				on: null,
				of: practitionerId,
				called: number
			}))
		};
	});
}

function plain(number: string | null): string {
	return (number ?? '').replaceAll(/\s/g, '').toUpperCase();
}

function ofCase(file: CaseFile, view: View): Contradiction[] {
	const { knowledge } = view;
	const { on } = knowledge;
	const details = caseDetails(file, knowledge);
	if (!details) return [];
	const found: Contradiction[] = [];
	const say = (code: ContradictionCode, rows: Disagreeing[], key = file.caseId) =>
		found.push({
			code,
			key,
			reference: file.reference,
			practitionerId: null,
			caseId: file.caseId,
			teamId: teamOfCase(file, view),
			rows
		});
	const { openedOn, dateOfBirth, unborn } = details;
	const closed = closedOn(details, knowledge);
	const opening: Disagreeing = { what: 'opened', on: openedOn };
	for (const row of file.allocations) {
		if ((closed === null || row.from <= closed) && row.from >= openedOn) continue;
		if (!isKnown(row, row.from, knowledge)) continue;
		const allocation: Disagreeing = {
			what: 'allocation',
			on: row.from,
			...(row.practitionerId === null ? {} : { of: row.practitionerId })
		};
		if (closed !== null && row.from > closed)
			say('ALLOCATED_AFTER_CLOSED', [allocation, { what: 'closed', on: closed }]);
		if (row.from < openedOn) say('ALLOCATED_BEFORE_OPENED', [allocation, opening]);
	}
	for (const row of file.kinds) {
		if ((closed === null || row.from <= closed) && row.from >= openedOn) continue;
		if (!isKnown(row, row.from, knowledge)) continue;
		const kind: Disagreeing = { what: 'kind', on: row.from, called: row.kind };
		if (closed !== null && row.from > closed)
			say('KIND_AFTER_CLOSED', [kind, { what: 'closed', on: closed }]);
		if (row.from < openedOn) say('KIND_BEFORE_OPENED', [kind, opening]);
	}
	if (unborn === true && dateOfBirth !== null && dateOfBirth <= on)
		say('UNBORN_AND_BORN', [
			{ what: 'unborn', on: null },
			{ what: 'born', on: dateOfBirth }
		]);
	if (unborn === false && dateOfBirth !== null && dateOfBirth > on)
		say('BORN_LATER', [
			{ what: 'born', on: dateOfBirth },
			{ what: 'today', on }
		]);
	const lately = addDays(on, -LATELY_DAYS);
	for (const entry of file.oversight) {
		const { madeOn, managerId, oversightId } = entry;
		if (madeOn <= lately || !isKnown(entry, madeOn, knowledge)) continue;
		const made: Disagreeing = { what: 'made', on: madeOn, of: managerId };
		const manager = personOf(view, managerId);
		if (manager && inPostOn(manager, madeOn, knowledge) === null)
			say(
				'OVERSIGHT_BY_SOMEBODY_NOT_IN_POST',
				[made, { what: 'posting', on: null, of: managerId }],
				oversightId
			);
		if (madeOn < addDays(openedOn, -BEFORE_OPENING_DAYS))
			say('OVERSIGHT_BEFORE_OPENED', [made, opening], oversightId);
	}
	return found;
}

function ofRequests(view: View, { cases }: Looked): Contradiction[] {
	const files = new Map(cases.map((file) => [file.caseId, file]));
	return requestStates(view).flatMap(({ request }): Contradiction[] => {
		const file = files.get(request.caseId);
		if (!file) return [];
		const say = (code: ContradictionCode, rows: Disagreeing[]): Contradiction => ({
			code,
			key: request.requestId,
			reference: file.reference,
			practitionerId: null,
			caseId: file.caseId,
			teamId: teamOfCase(file, view),
			rows
		});
		const { requestedOn, decidedOn, secondAgreedOn } = request;
		const decided: Disagreeing = { what: 'decided', on: decidedOn };
		return [
			...(decidedOn !== null && decidedOn < requestedOn
				? [say('DECIDED_BEFORE_ASKED', [decided, { what: 'asked', on: requestedOn }])]
				: []),
			...(decidedOn !== null && secondAgreedOn !== null && secondAgreedOn < decidedOn
				? [say('AGREED_BEFORE_DECIDED', [{ what: 'agreed', on: secondAgreedOn }, decided])]
				: [])
		];
	});
}
