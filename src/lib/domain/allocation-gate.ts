import { personOf, viewOf, type Authority } from './authority.ts';
import { addWorkingDays, latest, type CalendarDate } from './calendar.ts';
import { withCases, type CaseChange } from './case-change.ts';
import { caseloadOf, type Caseload } from './caseload.ts';
import { suitabilityOf, type Demands, type Suitability } from './oversight.ts';
import { absenceOn, inPostOn } from './people.ts';
import { caseState } from './rules-about-cases.ts';

/** A case that would be led by somebody who is not suitable, with no co-worker who is. */
export interface BelowBar {
	caseId: string;
	reference: string;
	leadId: string;
	demands: Demands;
	suitability: Suitability;
	/** Null: no clock runs. */
	dueOn: CalendarDate | null;
}

/** Which of these cases would be held below the bar by a change that gives them a lead, on the day it tells. */
export function belowBarWith(
	authority: Authority,
	changes: readonly CaseChange[],
	on: CalendarDate
): BelowBar[] {
	const view = viewOf(withCases(authority, changes), on);
	const led = new Set(
		changes.flatMap(({ caseId, allocations }) =>
			allocations.some(
				({ after }) => after?.role === 'lead' && after.practitionerId !== null && after.to === null
			)
				? caseId
				: []
		)
	);
	return view.authority.cases.flatMap((file): BelowBar | [] => {
		const state = led.has(file.caseId) ? caseState(file, view) : null;
		if (!state || state.leadId === null || state.suitability === null || state.suitablyHeld) return [];
		const { leadId, demands, suitability, clock } = state;
		const { caseId, reference } = file;
		return { caseId, reference, leadId, demands, suitability, dueOn: clock?.dueOn ?? null };
	});
}

/** Somebody who could join as co-worker, and by themselves make every one of the cases suitably held. */
export interface SuitableCoWorker {
	practitionerId: string;
	load: Caseload;
}

/** Those in post, here and suitable for all of the cases who do not lead them, the least loaded first. */
export function suitableCoWorkers(
	authority: Authority,
	below: readonly BelowBar[],
	practitionerIds: readonly string[],
	on: CalendarDate
): SuitableCoWorker[] {
	const view = viewOf(authority, on);
	const leads = new Set(below.map(({ leadId }) => leadId));
	return practitionerIds
		.flatMap((practitionerId): SuitableCoWorker | [] => {
			const person = personOf(view, practitionerId);
			if (!person || leads.has(practitionerId) || !inPostOn(person, on, view.knowledge)) return [];
			if (absenceOn(person, on, view.knowledge) !== null) return [];
			const suits = below.every(({ demands }) => suitabilityOf(person, demands, on, view).suitable);
			return suits ? { practitionerId, load: caseloadOf(person, view) } : [];
		})
		.sort(
			(a, b) =>
				(a.load.loadPercent ?? Number.MAX_SAFE_INTEGER) - (b.load.loadPercent ?? Number.MAX_SAFE_INTEGER)
		);
}

/** The last day on which the first oversight of cases given below the bar can be agreed: when the first falls due. */
export function firstOversightBy(below: readonly BelowBar[], on: CalendarDate): CalendarDate {
	const due = below.flatMap(({ dueOn }) => dueOn ?? []).sort();
	return latest([due[0] ?? null, addWorkingDays(on, 1)]) ?? on;
}
