import { arrange, personOf, viewOf, type View } from '#lib/domain/authority.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	findingsOfCase,
	findingsOfPractitioner,
	findingsOfSessionsAndActions,
	fold,
	type Finding
} from '#lib/domain/flags.ts';
import { DEFAULT_POLICY, NO_SETTINGS, type Kind, type Policy, type Settings } from '#lib/domain/policy.ts';
import {
	factsOf,
	noRecords,
	type AbsenceRow,
	type ActionRow,
	type AllocationRow,
	type CaseKindRow,
	type CaseRow,
	type OversightRow,
	type PostingRow,
	type PractitionerRow,
	type Records,
	type ReductionRow,
	type RequestRow,
	type RestructureRow,
	type SupervisionCaseRow,
	type SupervisionRow,
	type TrainingRow
} from '#lib/domain/records.ts';

/** Rows to add to the cast; a person's own rows replace those of the cast. */
export type Change = Partial<Records>;

/** Service manager of both teams, supervised by Diana. */
export const RUTH = 'ruth';
/** Director; nobody supervises her and nobody has to. */
export const DIANA = 'diana';
/** Team manager of Harbour, registered for years, supervised by Ruth. */
export const MARYAM = 'maryam';
/** Team manager of Orchard, who covers for Maryam. */
export const OWEN = 'owen';
/** Social worker in Harbour since long, every course current: suitable for anything. */
export const TOMAS = 'tomas';
/** Social worker in Harbour, as able as Tomas, usually the second pair of eyes. */
export const AISHA = 'aisha';
/** Newly qualified in Harbour: registered and in the early-career stage since 1 September 2026, CP-FOUND only. */
export const BEN = 'ben';
/** Family support worker in Harbour, not registered. */
export const GRACE = 'grace';
/** A stranger: social worker in Orchard with no tie to anybody's case. */
export const LEO = 'leo';

export const HARBOUR = 'harbour';
export const ORCHARD = 'orchard';

const SINCE: CalendarDate = '2018-04-02';

export function person(id: string, changed: Partial<PractitionerRow> = {}): Change {
	return {
		practitioners: [
			{
				practitionerId: id,
				name: id,
				email: null,
				sweNumber: `SW-${id}`,
				registeredOn: '2010-09-01',
				earlyCareerStartedOn: null,
				earlyCareerPassedOn: null,
				startedOn: null,
				leftOn: null,
				recordedOn: null,
				endRecordedOn: null,
				...changed
			}
		]
	};
}

export function posting(practitionerId: string, changed: Partial<PostingRow> = {}): Change {
	return {
		postings: [
			{
				practitionerId,
				teamId: HARBOUR,
				role: 'practitioner',
				supervisorId: MARYAM,
				fte: 1,
				agency: false,
				from: SINCE,
				to: null,
				recordedOn: null,
				endRecordedOn: null,
				...changed
			}
		]
	};
}

export function trained(practitionerId: string, course: string, changed: Partial<TrainingRow> = {}): Change {
	const row = { practitionerId, course, completedOn: '2025-06-02', expiresOn: null, recordedOn: null };
	return { training: [{ ...row, ...changed }] };
}

export function absence(
	practitionerId: string,
	from: CalendarDate,
	to: CalendarDate | null = null,
	changed: Partial<AbsenceRow> = {}
): Change {
	const nobody = { coverId: null, supervisionCoverId: null };
	const known = { recordedOn: null, endRecordedOn: null };
	return { absences: [{ practitionerId, from, to, reason: 'sickness', ...nobody, ...known, ...changed }] };
}

export function reduction(
	practitionerId: string,
	share: number,
	from: CalendarDate,
	changed: Partial<ReductionRow> = {}
): Change {
	const open = { to: null, reason: 'union duties', recordedOn: null, endRecordedOn: null };
	return { reductions: [{ practitionerId, share, from, ...open, ...changed }] };
}

/** A child of about nine with no family in the records, unless said otherwise. */
export function openCase(caseId: string, openedOn: CalendarDate, changed: Partial<CaseRow> = {}): Change {
	return {
		cases: [
			{
				caseId,
				childId: caseId,
				familyId: null,
				dateOfBirth: '2017-05-14',
				unborn: false,
				openedOn,
				closedOn: null,
				closureReason: null,
				complexity: null,
				recordedOn: null,
				endRecordedOn: null,
				...changed
			}
		]
	};
}

export function kind(
	caseId: string,
	is: Kind,
	from: CalendarDate,
	to: CalendarDate | null = null,
	changed: Partial<CaseKindRow> = {}
): Change {
	const conference = { conferenceNeeded: null, conferenceOn: null };
	const known = { recordedOn: null, endRecordedOn: null };
	return { caseKinds: [{ caseId, kind: is, from, to, ...conference, ...known, ...changed }] };
}

function allocation(role: AllocationRow['role']) {
	return (
		caseId: string,
		practitionerId: string | null,
		from: CalendarDate,
		to: CalendarDate | null = null,
		changed: Partial<AllocationRow> = {}
	): Change => {
		const known = { recordedOn: null, endRecordedOn: null };
		const row = { caseId, practitionerId, teamId: HARBOUR, role, from, to, reason: null, ...known };
		return { allocations: [{ ...row, ...changed }] };
	};
}

export const lead = allocation('lead');
export const coWorker = allocation('co_worker');

/** A manager's decision with its reasons. */
export function oversight(
	caseId: string,
	managerId: string,
	madeOn: CalendarDate,
	changed: Partial<OversightRow> = {}
): Change {
	return {
		oversight: [
			{
				oversightId: `${caseId}-${managerId}-${madeOn}`,
				caseId,
				managerId,
				madeOn,
				kind: 'decision',
				decision: 'Visit weekly and see her alone.',
				rationale: 'Two accounts of the bruise do not agree.',
				recordedOn: null,
				...changed
			}
		]
	};
}

/** A session held and signed by its supervisor on the day. */
export function supervision(
	superviseeId: string,
	heldOn: CalendarDate | null,
	changed: Partial<SupervisionRow> = {}
): Change {
	return {
		supervision: [
			{
				sessionId: `${superviseeId}-${heldOn}`,
				practitionerId: superviseeId,
				supervisorId: MARYAM,
				plannedOn: heldOn,
				heldOn,
				cancelled: false,
				cancelReason: null,
				minutes: 90,
				interrupted: false,
				kind: 'both',
				recordedOn: null,
				supervisorSignedOn: heldOn,
				practitionerSignedOn: heldOn,
				...changed
			}
		]
	};
}

export function discussed(
	sessionId: string,
	caseId: string,
	changed: Partial<SupervisionCaseRow> = {}
): Change {
	const row = { sessionId, caseId, decision: 'Keep to the plan.', recordedOn: null };
	return { supervisionCases: [{ ...row, ...changed }] };
}

/** Something agreed about a case or a person, with owner and due date unless said otherwise. */
export function action(actionId: string, agreedOn: CalendarDate, changed: Partial<ActionRow> = {}): Change {
	return {
		actions: [
			{
				actionId,
				caseId: null,
				practitionerId: null,
				sessionId: null,
				oversightId: null,
				ownerId: TOMAS,
				description: 'Speak to the health visitor.',
				agreedOn,
				dueOn: null,
				doneOn: null,
				outcome: null,
				risk: false,
				recordedOn: null,
				...changed
			}
		]
	};
}

/** The health visitor asks for a conference; undecided unless said otherwise. */
export function request(
	requestId: string,
	caseId: string,
	requestedOn: CalendarDate,
	changed: Partial<RequestRow> = {}
): Change {
	return {
		requests: [
			{
				requestId,
				caseId,
				agency: 'Health visiting',
				kind: 'conference',
				requestedOn,
				outcome: null,
				decidedOn: null,
				decidedById: null,
				rationale: null,
				secondManagerId: null,
				secondAgreedOn: null,
				recordedOn: null,
				...changed
			}
		]
	};
}

export function restructure(
	startsOn: CalendarDate,
	endsOn: CalendarDate | null,
	changed: Partial<RestructureRow> = {}
): Change {
	const row = { restructureId: 'merger', name: 'Harbour and Orchard become one', startsOn, endsOn };
	const known = { recordedOn: null, endRecordedOn: null };
	return { restructures: [{ ...row, teamIds: [], ...known, ...changed }] };
}

function team(teamId: string): Change {
	const open = { openedOn: null, closedOn: null, succeededBy: null, recordedOn: null, endRecordedOn: null };
	return { teams: [{ teamId, name: teamId, service: 'Safeguarding', ...open }] };
}

const EVERY_COURSE = ['CP-FOUND', 'S47', 'PLO', 'CLA', 'SUPV'];

const THE_CAST: readonly Change[] = [
	team(HARBOUR),
	team(ORCHARD),
	...[DIANA, RUTH, MARYAM, OWEN, TOMAS, AISHA, LEO].flatMap((id) => [
		person(id),
		...EVERY_COURSE.map((course) => trained(id, course))
	]),
	person(BEN, { registeredOn: '2026-09-01', earlyCareerStartedOn: '2026-09-01' }),
	trained(BEN, 'CP-FOUND', { completedOn: '2026-09-15' }),
	person(GRACE, { sweNumber: null, registeredOn: null }),
	posting(DIANA, { role: 'director', supervisorId: null }),
	posting(RUTH, { role: 'service_manager', supervisorId: DIANA }),
	posting(MARYAM, { role: 'team_manager', supervisorId: RUTH }),
	posting(OWEN, { role: 'team_manager', supervisorId: RUTH, teamId: ORCHARD }),
	posting(TOMAS),
	posting(AISHA),
	posting(BEN, { from: '2026-09-01' }),
	posting(GRACE),
	posting(LEO, { teamId: ORCHARD, supervisorId: OWEN })
];

// The files of a worker share it: whoever changes a row would change it for the others.
for (const rows of THE_CAST.flatMap((change) => Object.values(change))) rows.forEach(Object.freeze);

type PersonalTable = 'practitioners' | 'postings';
const PERSONAL: readonly PersonalTable[] = ['practitioners', 'postings'];

/** The cast and what is said of it. Somebody's own details or postings, once said, replace those of the cast. */
export function given(...changes: readonly Change[]): Records {
	const said = together(changes);
	const cast = together(THE_CAST);
	for (const table of PERSONAL) {
		const replaced = new Set(said[table].map(({ practitionerId }) => practitionerId));
		remove(cast, table, (practitionerId) => replaced.has(practitionerId));
	}
	// Rows of its own, for whoever changes them.
	return structuredClone(together([cast, said]));
}

function remove(records: Records, table: PersonalTable, isReplaced: (practitionerId: string) => boolean) {
	if (table === 'postings')
		records.postings = records.postings.filter((row) => !isReplaced(row.practitionerId));
	else records.practitioners = records.practitioners.filter((row) => !isReplaced(row.practitionerId));
}

function together(changes: readonly Change[]): Records {
	const all = noRecords();
	for (const change of changes)
		for (const [table, rows] of Object.entries(change))
			(all[table as keyof Records] as unknown[]).push(...rows);
	return all;
}

interface Seen {
	hindsight?: boolean;
	settings?: Partial<Settings>;
	policies?: readonly Policy[];
}

/** The authority as at a day. */
export function asAt(day: CalendarDate, records: Records, seen: Seen = {}): View {
	const settings = { ...NO_SETTINGS, ...seen.settings };
	const authority = arrange(factsOf(records, seen.policies ?? [DEFAULT_POLICY], settings));
	return viewOf(authority, day, seen.hindsight ?? false);
}

/** What is found about one case or person, folded. */
export function findingsAbout(subjectId: string, view: View): Finding[] {
	const file = view.authority.cases.find(({ caseId }) => caseId === subjectId);
	if (file) return fold(findingsOfCase(file, view));
	const person = personOf(view, subjectId);
	if (!person) throw new Error(`neither a case nor a person: ${subjectId}`);
	return [...findingsOfPractitioner(person, view), ...findingsOfSessionsAndActions(person, view)];
}

/** The same as `CODE severity`, in the order of the catalogue. */
export function flagsOn(subjectId: string, view: View): string[] {
	return findingsAbout(subjectId, view).map(({ code, severity }) => `${code} ${severity}`);
}
