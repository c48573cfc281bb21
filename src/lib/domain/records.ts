import type { Action } from './actions.ts';
import { groupedBy, type Facts, type Restructure } from './authority.ts';
import type { CalendarDate } from './calendar.ts';
import type { Allocation, Case, CaseFile, CaseKind, OversightKind } from './cases.ts';
import type { Absence, Person, Posting, Practitioner, Reduction, Role, Team, Training } from './people.ts';
import { DEFAULT_POLICY, NO_SETTINGS, type Policy, type Settings } from './policy.ts';
import type { Request } from './requests.ts';
import type { Session, SessionKind } from './supervision.ts';

/** When a row became known; null: on the day it happened. */
interface Row {
	recordedOn: CalendarDate | null;
}

/** A row with an end, and when that end became known; null: on the day of the end. */
interface EndingRow extends Row {
	endRecordedOn: CalendarDate | null;
}

/** A fact as it travels: known by the sender's own id, and without the versions it had here. */
type Sent<Fact> = Omit<Fact, 'reference' | 'supersededOn'>;

export type TeamRow = Sent<Team>;
export type PractitionerRow = Sent<Practitioner>;
export type PostingRow = Sent<Posting>;
export type AbsenceRow = Sent<Absence>;
export type ReductionRow = Sent<Reduction>;
export type TrainingRow = Sent<Training>;
/** `childId` is the case's own id where the sender gave none. */
export type CaseRow = Sent<Case>;
export type CaseKindRow = Sent<CaseKind>;
export type AllocationRow = Omit<Sent<Allocation>, 'startNotGiven'>;

export interface SupervisionRow extends Row {
	sessionId: string;
	practitionerId: string;
	supervisorId: string;
	plannedOn: CalendarDate | null;
	heldOn: CalendarDate | null;
	cancelled: boolean;
	cancelReason: string | null;
	minutes: number | null;
	interrupted: boolean | null;
	kind: SessionKind | null;
	supervisorSignedOn: CalendarDate | null;
	practitionerSignedOn: CalendarDate | null;
}

export interface SupervisionCaseRow extends Row {
	sessionId: string;
	caseId: string;
	decision: string | null;
}

export interface OversightRow extends Row {
	oversightId: string;
	caseId: string;
	managerId: string;
	madeOn: CalendarDate;
	kind: OversightKind;
	decision: string | null;
	rationale: string | null;
}

export interface ActionRow extends Row {
	actionId: string;
	caseId: string | null;
	practitionerId: string | null;
	sessionId: string | null;
	oversightId: string | null;
	ownerId: string | null;
	description: string | null;
	agreedOn: CalendarDate;
	dueOn: CalendarDate | null;
	doneOn: CalendarDate | null;
	outcome: string | null;
	risk: boolean | null;
}

export interface RequestRow extends Row {
	requestId: string;
	caseId: string;
	agency: string;
	kind: 'conference' | 'challenge' | null;
	requestedOn: CalendarDate;
	outcome: 'agreed' | 'declined' | null;
	decidedOn: CalendarDate | null;
	decidedById: string | null;
	rationale: string | null;
	secondManagerId: string | null;
	secondAgreedOn: CalendarDate | null;
}

export interface RestructureRow extends EndingRow {
	restructureId: string;
	name: string;
	startsOn: CalendarDate;
	endsOn: CalendarDate | null;
	/** Empty: all teams. */
	teamIds: readonly string[];
}

export interface VacancyRow extends EndingRow {
	teamId: string;
	role: Role;
	fte: number;
	from: CalendarDate;
	to: CalendarDate | null;
}

/** An authority's records as they travel between systems, in the order in which one refers to another. */
export interface Records {
	teams: TeamRow[];
	practitioners: PractitionerRow[];
	postings: PostingRow[];
	absences: AbsenceRow[];
	reductions: ReductionRow[];
	training: TrainingRow[];
	cases: CaseRow[];
	caseKinds: CaseKindRow[];
	allocations: AllocationRow[];
	supervision: SupervisionRow[];
	supervisionCases: SupervisionCaseRow[];
	oversight: OversightRow[];
	actions: ActionRow[];
	requests: RequestRow[];
	restructures: RestructureRow[];
	vacancies: VacancyRow[];
}

export type TableName = keyof Records;

export function noRecords(): Records {
	return {
		teams: [],
		practitioners: [],
		postings: [],
		absences: [],
		reductions: [],
		training: [],
		cases: [],
		caseKinds: [],
		allocations: [],
		supervision: [],
		supervisionCases: [],
		oversight: [],
		actions: [],
		requests: [],
		restructures: [],
		vacancies: []
	};
}

/** Whether words were written: a decision of blanks is no decision. */
export function isWritten(text: string | null): boolean {
	return text !== null && text.trim() !== '';
}

/** The facts the rules look at, each thing known by the id it was sent with. */
export function factsOf(
	records: Records,
	policies: readonly Policy[] = [DEFAULT_POLICY],
	settings: Settings = NO_SETTINGS
): Facts {
	const sessions = new Map<string, Session>();
	for (const row of records.supervision)
		sessions.set(row.sessionId, { ...row, reference: row.sessionId, superviseeId: row.practitionerId });
	const people = new Map<string, Person>();
	const postings = groupedBy(records.postings, (row) => row.practitionerId);
	const absences = groupedBy(records.absences, (row) => row.practitionerId);
	const reductions = groupedBy(records.reductions, (row) => row.practitionerId);
	const training = groupedBy(records.training, (row) => row.practitionerId);
	for (const row of records.practitioners) {
		const id = row.practitionerId;
		people.set(id, {
			practitionerId: id,
			reference: id,
			details: [{ ...row, reference: id }],
			postings: postings.get(id) ?? [],
			absences: absences.get(id) ?? [],
			reductions: reductions.get(id) ?? [],
			training: training.get(id) ?? []
		});
	}
	const restructures: Restructure[] = records.restructures.map((row) => ({
		...row,
		reference: row.restructureId,
		from: row.startsOn,
		to: row.endsOn
	}));
	return {
		teams: records.teams.map((row) => ({ ...row, reference: row.teamId })),
		people,
		cases: caseFiles(records, sessions),
		sessions: [...sessions.values()],
		actions: actionsFrom(records, sessions),
		requests: records.requests.map((row): Request => ({
			...row,
			reference: row.requestId,
			hasRationale: isWritten(row.rationale)
		})),
		restructures,
		policies,
		settings,
		vacancies: records.vacancies
	};
}

function actionsFrom(records: Records, sessions: ReadonlyMap<string, Session>): Action[] {
	const caseOf = new Map(records.oversight.map(({ oversightId, caseId }) => [oversightId, caseId]));
	return records.actions.map((row) => ({
		...row,
		reference: row.actionId,
		caseId: row.caseId ?? caseOf.get(row.oversightId ?? '') ?? null,
		practitionerId: row.practitionerId ?? sessions.get(row.sessionId ?? '')?.superviseeId ?? null
	}));
}

function caseFiles(records: Records, sessions: ReadonlyMap<string, Session>): CaseFile[] {
	const kinds = groupedBy(records.caseKinds, (row) => row.caseId);
	const allocations = groupedBy(records.allocations, (row) => row.caseId);
	const oversight = groupedBy(records.oversight, (row) => row.caseId);
	const discussions = groupedBy(records.supervisionCases, (row) => row.caseId);
	return records.cases.map((row) => ({
		caseId: row.caseId,
		reference: row.caseId,
		details: [{ ...row, reference: row.caseId }],
		kinds: kinds.get(row.caseId) ?? [],
		allocations: allocations.get(row.caseId) ?? [],
		oversight: (oversight.get(row.caseId) ?? []).map((entry) => ({
			...entry,
			reference: entry.oversightId,
			hasDecision: isWritten(entry.decision),
			hasRationale: isWritten(entry.rationale)
		})),
		discussions: (discussions.get(row.caseId) ?? []).flatMap((discussion) => {
			const session = sessions.get(discussion.sessionId);
			if (!session) return [];
			return {
				sessionId: discussion.sessionId,
				caseId: discussion.caseId,
				recordedOn: discussion.recordedOn,
				hasDecision: isWritten(discussion.decision),
				superviseeId: session.superviseeId,
				supervisorId: session.supervisorId,
				heldOn: session.cancelled ? null : session.heldOn,
				sessionRecordedOn: session.recordedOn,
				supervisorSignedOn: session.supervisorSignedOn
			};
		})
	}));
}
