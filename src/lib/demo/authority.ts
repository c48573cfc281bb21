import type { CalendarDate } from '#lib/domain/calendar.ts';
import { noRecords, type AllocationRow, type Records, type TeamRow } from '#lib/domain/records.ts';
import { casesOf } from './cases.ts';
import { COMING, movesToCome, type ComingMove } from './coming.ts';
import { actionsOf, requestsOf } from './follow-through.ts';
import { LEADERSHIP_TEAM } from './managers.ts';
import { notesOf, type WrittenNote } from './notes.ts';
import { oversightOf } from './oversight.ts';
import { staffOf } from './people.ts';
import { demoPlan, planOf, TODAY, type Plan, type Scale } from './plan.ts';
import { signInsOf, type SignIn } from './sign-ins.ts';
import type { Staff } from './staff.ts';
import { told, type Story, type Told } from './story.ts';
import { supervisionOf } from './supervision.ts';
import type { Holding, Unit } from './units.ts';

export interface DemoAuthority {
	today: CalendarDate;
	records: Records;
	signIns: SignIn[];
	story: Story;
	/** Null: the history bears looking at from its first day. */
	observedFrom: CalendarDate | null;
	/** What is planned for a restructure that has not begun. */
	moves: ComingMove[];
	/** What is written in sessions that both have signed. */
	notes: WrittenNote[];
}

/** The made-up authority: the same on every call. */
export function demoAuthority(): DemoAuthority {
	const plan = demoPlan();
	const staff = staffOf(plan);
	const script = told(plan, staff);
	const records = recordsOf(plan, staff, script);
	records.restructures.push(COMING);
	const signIns = signInsOf(staff);
	return {
		today: TODAY,
		records,
		signIns,
		story: script.story,
		observedFrom: null,
		moves: movesToCome(records),
		notes: notesOf(records, signIns, TODAY)
	};
}

/** Records of an authority of any size, from one seed. */
export function authorityOfScale(scale: Scale): Records {
	const plan = planOf(scale);
	return recordsOf(plan, staffOf(plan), null);
}

function recordsOf(plan: Plan, staff: ReturnType<typeof staffOf>, script: Told | null): Records {
	const records = noRecords();
	const units = [...casesOf(plan, staff.workers), ...(script?.units ?? [])];
	numbered(units);
	Object.assign(records, supervisionOf(plan, staff, units, script?.diaries ?? []));
	records.oversight = oversightOf(plan, staff, units);
	const unitOf = new Map(units.flatMap((unit) => unit.children.map(({ caseId }) => [caseId, unit] as const)));
	records.actions = actionsOf(plan, unitOf, records.supervision, records.supervisionCases, records.oversight);
	records.requests = requestsOf(plan, staff, units);
	if (script) {
		records.oversight.push(...script.oversight);
		records.actions.push(...script.actions);
		records.requests.push(...script.requests);
	}
	writeTeams(records, plan);
	writePeople(records, staff);
	for (const unit of units) writeUnit(records, unit);
	records.vacancies = staff.vacancies;
	const { name, startsOn, endsOn } = plan.span.restructure;
	const teamIds = plan.teams.flatMap((team) =>
		team.course === 'untouched' ? [] : [team.teamId, ...(team.before ? [team.before.teamId] : [])]
	);
	records.restructures = [
		{ restructureId: 'RS-1', name, startsOn, endsOn, teamIds, recordedOn: null, endRecordedOn: null }
	];
	return records;
}

/** Case ids in the order of opening, after those that are told by hand. */
function numbered(units: Unit[]): void {
	units.sort((a, b) => (a.openedOn < b.openedOn ? -1 : a.openedOn > b.openedOn ? 1 : 0));
	let number = 20_500;
	for (const unit of units)
		for (const child of unit.children) if (child.caseId === '') child.caseId = `K-${number++}`;
}

const sameDay = { recordedOn: null, endRecordedOn: null } as const;

function writeTeams(records: Records, plan: Plan): void {
	const row = (teamId: string, name: string, service: string): TeamRow => ({
		teamId,
		name,
		service,
		openedOn: null,
		closedOn: null,
		succeededBy: null,
		...sameDay
	});
	const { movesOn } = plan.span.restructure;
	for (const { teamId, name, service, before } of plan.teams) {
		records.teams.push({ ...row(teamId, name, service), openedOn: before ? movesOn : null });
		if (!before) continue;
		records.teams.push({
			...row(before.teamId, before.name, service),
			closedOn: movesOn,
			succeededBy: teamId
		});
	}
	records.teams.push(row(LEADERSHIP_TEAM, 'Leadership', 'Leadership'));
}

function writePeople(records: Records, { workers }: Staff): void {
	for (const { row, postings, absences, reductions, training } of workers) {
		records.practitioners.push(row);
		records.postings.push(...postings);
		records.absences.push(...absences);
		records.reductions.push(...reductions);
		records.training.push(...training);
	}
}

function writeUnit(records: Records, unit: Unit): void {
	const { familyId, openedOn, closedOn, closureReason } = unit;
	const held = (
		caseId: string,
		role: AllocationRow['role'],
		{ worker, teamId, from, to, reason }: Holding
	) => ({
		caseId,
		practitionerId: worker?.id ?? null,
		teamId,
		role,
		from,
		to,
		reason,
		...sameDay
	});
	for (const { childId, caseId, dateOfBirth, unborn, complexity } of unit.children) {
		records.cases.push({
			caseId,
			childId,
			familyId,
			dateOfBirth,
			unborn,
			openedOn,
			closedOn,
			closureReason,
			complexity: complexity === 0 ? null : complexity,
			...sameDay
		});
		for (const kind of unit.kinds) records.caseKinds.push({ caseId, ...kind, ...sameDay });
		for (const lead of unit.leads) records.allocations.push(held(caseId, 'lead', lead));
		for (const coWorker of unit.coWorkers) records.allocations.push(held(caseId, 'co_worker', coWorker));
	}
}
