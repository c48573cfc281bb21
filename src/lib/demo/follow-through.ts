import { addDays, addWorkingDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type {
	ActionRow,
	OversightRow,
	RequestRow,
	SupervisionCaseRow,
	SupervisionRow
} from '#lib/domain/records.ts';
import { chanceFrom } from './chance.ts';
import { gripOn } from './grip.ts';
import { workingDayFrom, type Plan } from './plan.ts';
import { isHere, supervisorIdOn, turnOn, type Staff } from './staff.ts';
import { holdingOn, type Unit } from './units.ts';
import { ACTIONS, AGENCIES, AGREED, DECLINED, OUTCOMES, RISK_ACTIONS } from './words.ts';

const FROM_A_DISCUSSION = 0.07;
const FROM_AN_ENTRY = 0.09;
const LEFT_UNDONE = 0.005;

/** What was agreed, by whom it was to be done, and whether it was. */
export function actionsOf(
	plan: Plan,
	unitOf: ReadonlyMap<string, Unit>,
	supervision: readonly SupervisionRow[],
	supervisionCases: readonly SupervisionCaseRow[],
	oversight: readonly OversightRow[]
): ActionRow[] {
	const chance = chanceFrom(`${plan.seed}/actions`);
	const { today } = plan.span;
	const rows: ActionRow[] = [];
	const agree = (
		caseId: string,
		agreedOn: CalendarDate,
		from: { sessionId?: string; oversightId?: string }
	) => {
		const unit = unitOf.get(caseId);
		const lead = unit ? holdingOn(unit.leads, agreedOn)?.worker : null;
		if (!unit || !lead || unit.scripted) return;
		const slip = gripOn(unit.team, plan.span, agreedOn).oversightLate;
		const risk = chance.yes(0.06);
		const dueOn = addWorkingDays(agreedOn, risk ? chance.whole(1, 4) : chance.whole(5, 25));
		const late = chance.yes(0.08 + slip);
		const doneOn = addWorkingDays(dueOn, late ? chance.whole(1, risk ? 2 : 5) : -chance.whole(0, 2));
		const undone = chance.yes(agreedOn > addDays(today, -150) ? LEFT_UNDONE + slip / 6 : 0);
		const weak = agreedOn > addDays(today, -25) && chance.yes(slip / 3);
		const done = doneOn > agreedOn ? doneOn : agreedOn;
		const isDone = done <= today && !undone;
		rows.push({
			actionId: `A-${String(rows.length + 1).padStart(5, '0')}`,
			caseId,
			practitionerId: null,
			sessionId: from.sessionId ?? null,
			oversightId: from.oversightId ?? null,
			ownerId: weak ? null : lead.id,
			description: chance.pick(risk ? RISK_ACTIONS : ACTIONS),
			agreedOn,
			dueOn: weak && chance.yes(0.5) ? null : dueOn,
			doneOn: isDone ? done : null,
			outcome: isDone ? chance.pick(OUTCOMES) : null,
			risk,
			recordedOn: null
		});
	};
	const heldOn = new Map(supervision.map((session) => [session.sessionId, session.heldOn]));
	for (const { sessionId, caseId } of supervisionCases) {
		const on = heldOn.get(sessionId);
		if (on && chance.yes(FROM_A_DISCUSSION)) agree(caseId, on, { sessionId });
	}
	for (const { oversightId, caseId, madeOn, kind } of oversight)
		if (kind !== 'closure' && chance.yes(FROM_AN_ENTRY)) agree(caseId, madeOn, { oversightId });
	return rows;
}

const ASKED = 0.035;

/** What partner agencies asked for, and how it was decided. */
export function requestsOf(plan: Plan, staff: Staff, units: readonly Unit[]): RequestRow[] {
	const chance = chanceFrom(`${plan.seed}/requests`);
	const { today, recordedFrom } = plan.span;
	const byId = new Map(staff.workers.map((worker) => [worker.id, worker]));
	const rows: RequestRow[] = [];
	let aloneLeft = 2;
	for (const unit of units) {
		if (unit.scripted || unit.team.work === 'disability' || !chance.yes(ASKED)) continue;
		const from = unit.openedOn > recordedFrom ? unit.openedOn : recordedFrom;
		const requestedOn = workingDayFrom(addDays(from, chance.whole(3, 40)));
		if (requestedOn > today || (unit.closedOn !== null && requestedOn >= unit.closedOn)) continue;
		const lead = holdingOn(unit.leads, requestedOn)?.worker;
		const [child] = unit.children;
		const over = staff.serviceManagers.get(unit.team.service);
		if (!lead || !child || !over) continue;
		const named = byId.get(supervisorIdOn(lead, requestedOn) ?? '');
		const decidedOn = addWorkingDays(requestedOn, chance.whole(0, 1));
		const decider =
			named && isHere(named, decidedOn)
				? named
				: (turnOn(staff.supervisors.get(unit.team)?.[1] ?? [], decidedOn)?.worker ?? over);
		const undecided = decidedOn > today;
		const declined = chance.yes(0.3);
		const slips = gripOn(unit.team, plan.span, decidedOn).oversightLate > 0.04;
		const alone = declined && slips && aloneLeft > 0 && chance.yes(0.5);
		if (alone && !undecided) aloneLeft -= 1;
		rows.push({
			requestId: `R-${String(rows.length + 1).padStart(4, '0')}`,
			caseId: child.caseId,
			agency: chance.pick(AGENCIES),
			kind: chance.yes(0.7) ? 'conference' : 'challenge',
			requestedOn,
			outcome: undecided ? null : declined ? 'declined' : 'agreed',
			decidedOn: undecided ? null : decidedOn,
			decidedById: undecided ? null : decider.id,
			rationale: undecided ? null : chance.pick(declined ? DECLINED : AGREED),
			secondManagerId: undecided || !declined || alone ? null : over.id,
			secondAgreedOn: undecided || !declined || alone ? null : decidedOn,
			recordedOn: null
		});
	}
	return rows;
}
