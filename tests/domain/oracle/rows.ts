import type { Records } from '#lib/domain/records.ts';
import { dayFrom, type Day } from './days.ts';

/** As at which day, and whether recording dates are ignored. */
export interface Known {
	day: Day;
	hindsight: boolean;
}

interface Fact {
	happened: Day;
	recorded: Day | null;
}

export interface Spell extends Fact {
	to: Day | null;
	endRecorded: Day | null;
}

export const ALWAYS = Number.NEGATIVE_INFINITY;
export const NEVER = Number.POSITIVE_INFINITY;

export function isKnown(fact: Fact, known: Known): boolean {
	if (fact.happened > known.day) return false;
	return known.hindsight || fact.recorded === null || fact.recorded <= known.day;
}

export function endOf(spell: Spell, known: Known): Day {
	if (spell.to === null || spell.to > known.day) return NEVER;
	if (!known.hindsight && spell.endRecorded !== null && spell.endRecorded > known.day) return NEVER;
	return spell.to;
}

export function covers(spell: Spell, day: Day, known: Known): boolean {
	return isKnown(spell, known) && spell.happened <= day && day < endOf(spell, known);
}

/** The first of the unbroken days up to `day` that one of the spells covers each; null where none covers `day`. */
export function unbrokenSince(spells: readonly Spell[], day: Day, known: Known): Day | null {
	if (!spells.some((spell) => covers(spell, day, known))) return null;
	let first = day;
	for (;;) {
		const before = spells.filter((spell) => spell.happened < first && covers(spell, first - 1, known));
		const covering = spells.filter((spell) => spell.happened < first && covers(spell, first, known));
		const starts = [...before, ...covering].map((spell) => spell.happened);
		if (starts.length === 0) return first;
		first = Math.min(...starts);
	}
}

export function last<Item extends Fact>(items: readonly Item[]): Item | null {
	return items.reduce<Item | null>(
		(found, item) => (found === null || item.happened >= found.happened ? item : found),
		null
	);
}

export function day(text: string | null): Day | null {
	return text === null ? null : dayFrom(text);
}

export function fact(happenedOn: string | null, recordedOn: string | null): Fact {
	return { happened: day(happenedOn) ?? ALWAYS, recorded: day(recordedOn) };
}

function spell(line: {
	from: string;
	to: string | null;
	recordedOn: string | null;
	endRecordedOn: string | null;
}): Spell {
	return { ...fact(line.from, line.recordedOn), to: day(line.to), endRecorded: day(line.endRecordedOn) };
}

function written(text: string | null): boolean {
	return (text ?? '').trim().length > 0;
}

/** A session is on the day it was held, else on the day it was planned for. */
function sessionOf(line: Records['supervision'][number]) {
	return {
		...fact(line.heldOn ?? line.plannedOn, line.recordedOn),
		id: line.sessionId,
		supervisee: line.practitionerId,
		isDated: line.heldOn !== null || line.plannedOn !== null,
		isHeld: line.heldOn !== null && !line.cancelled,
		isCancelled: line.cancelled,
		minutes: line.minutes,
		interrupted: line.interrupted === true,
		signed: [day(line.supervisorSignedOn), day(line.practitionerSignedOn)]
	};
}
export type Session = ReturnType<typeof sessionOf>;

export function practitionersOf(records: Records) {
	return records.practitioners.map((person) => {
		const own = <Line extends { practitionerId: string | null }>(lines: readonly Line[]) =>
			lines.filter((line) => line.practitionerId === person.practitionerId);
		return {
			...fact(null, person.recordedOn),
			to: day(person.leftOn),
			endRecorded: day(person.endRecordedOn),
			id: person.practitionerId,
			hasNumber: written(person.sweNumber),
			registered: day(person.registeredOn),
			stageStarted: day(person.earlyCareerStartedOn),
			stagePassed: day(person.earlyCareerPassedOn),
			postings: own(records.postings).map((line) => ({ ...line, ...spell(line) })),
			absences: own(records.absences).map((line) => ({ ...line, ...spell(line) })),
			reductions: own(records.reductions).map((line) => ({ ...line, ...spell(line) })),
			training: own(records.training).map((line) => ({
				...fact(line.completedOn, line.recordedOn),
				course: line.course,
				expires: day(line.expiresOn)
			})),
			sessions: own(records.supervision).map(sessionOf)
		};
	});
}
export type Practitioner = ReturnType<typeof practitionersOf>[number];

export function casesOf(records: Records) {
	return records.cases.map((file) => {
		const own = <Line extends { caseId: string | null }>(lines: readonly Line[]) =>
			lines.filter((line) => line.caseId === file.caseId);
		return {
			...fact(file.openedOn, file.recordedOn),
			to: day(file.closedOn),
			endRecorded: day(file.endRecordedOn),
			id: file.caseId,
			child: file.childId,
			family: file.familyId ?? '',
			born: day(file.dateOfBirth),
			unborn: file.unborn === true,
			complexity: file.complexity ?? 0,
			kinds: own(records.caseKinds).map((line) => ({
				...spell(line),
				kind: line.kind,
				conferenceNeeded: line.conferenceNeeded === true,
				conference: day(line.conferenceOn)
			})),
			allocations: own(records.allocations).map((line) => ({ ...line, ...spell(line) })),
			entries: own(records.oversight).map((line) => ({
				...fact(line.madeOn, line.recordedOn),
				kind: line.kind,
				by: line.managerId,
				complete: written(line.decision) && written(line.rationale)
			})),
			discussions: own(records.supervisionCases).flatMap((line) =>
				records.supervision
					.filter((session) => session.sessionId === line.sessionId)
					.filter((session) => session.heldOn !== null && !session.cancelled)
					.map((session) => ({
						session: fact(session.heldOn, session.recordedOn),
						...fact(session.heldOn, line.recordedOn),
						signed: day(session.supervisorSignedOn),
						supervisor: session.supervisorId,
						supervisee: session.practitionerId,
						decided: written(line.decision)
					}))
			)
		};
	});
}
export type Case = ReturnType<typeof casesOf>[number];

export function requestsOf(records: Records) {
	return records.requests.map((line) => ({
		...fact(line.requestedOn, line.recordedOn),
		id: line.requestId,
		caseId: line.caseId,
		isDeclined: line.outcome === 'declined',
		decided: line.outcome === null ? null : day(line.decidedOn),
		decider: line.decidedById,
		hasRationale: written(line.rationale),
		second: line.secondManagerId,
		secondAgreed: day(line.secondAgreedOn)
	}));
}
export type Request = ReturnType<typeof requestsOf>[number];

export function actionsOf(records: Records) {
	return records.actions.map((line) => {
		const entry = records.oversight.find((entry) => entry.oversightId === line.oversightId);
		const session = records.supervision.find((session) => session.sessionId === line.sessionId);
		return {
			...fact(line.agreedOn, line.recordedOn),
			id: line.actionId,
			caseId: line.caseId ?? entry?.caseId ?? null,
			practitionerId: line.practitionerId ?? session?.practitionerId ?? null,
			owner: line.ownerId,
			due: day(line.dueOn),
			done: day(line.doneOn),
			isRisk: line.risk === true
		};
	});
}
export type Action = ReturnType<typeof actionsOf>[number];
