import {
	addDays,
	addWorkingDays,
	after,
	daysBetween,
	isWorkingDay,
	type CalendarDate
} from '#lib/domain/calendar.ts';
import { absenceOn, inPostOn, postingOn } from '#lib/domain/people.ts';
import type { SupervisionCaseRow, SupervisionRow } from '#lib/domain/records.ts';
import { supervisionIntervalOn } from '#lib/domain/supervision.ts';
import { chanceFrom, type Chance } from './chance.ts';
import { gripOn } from './grip.ts';
import { workingDayFrom, type Plan, type TeamPlan } from './plan.ts';
import { allKnown, isHere, type Staff, type Worker } from './staff.ts';
import { activeKinds, isHighStakes, type Holding, type Unit } from './units.ts';
import { CANCEL_REASONS, DECISIONS } from './words.ts';

/** Days for which somebody's sessions are told by hand. */
export interface Diary {
	worker: Worker;
	from: CalendarDate;
	to: CalendarDate;
	sessions: readonly { on: CalendarDate; came: 'held' | 'cancelled' | 'planned'; why?: string }[];
}

interface Led {
	unit: Unit;
	holding: Holding;
}

const MOST_DISCUSSED = 12;

/** Sessions of everybody, planned, held and cancelled, and the cases discussed in them. */
export function supervisionOf(
	plan: Plan,
	staff: Staff,
	units: readonly Unit[],
	diaries: readonly Diary[]
): { supervision: SupervisionRow[]; supervisionCases: SupervisionCaseRow[] } {
	const { today, recordedFrom } = plan.span;
	const chance = chanceFrom(`${plan.seed}/supervision`);
	const supervision: SupervisionRow[] = [];
	const supervisionCases: SupervisionCaseRow[] = [];
	const byId = new Map(staff.workers.map((worker) => [worker.id, worker]));
	const led = ledBy(units);
	const teams = new Map(
		plan.teams.flatMap((team) => [
			[team.teamId, team] as const,
			...(team.before ? [[team.before.teamId, team] as const] : [])
		])
	);

	for (const worker of staff.workers) {
		const startedOn = worker.row.startedOn ?? recordedFrom;
		const until = worker.row.leftOn ?? addDays(today, 1);
		let last = startedOn > recordedFrom ? startedOn : addDays(recordedFrom, -chance.whole(0, 24));
		let first = startedOn <= recordedFrom;
		while (last < until) {
			const posting = postingOn(worker.person, last, allKnown(last));
			if (posting?.role === 'director') break;
			const team = posting ? teams.get(posting.teamId) : undefined;
			const wanted = first ? last : nextSession(worker, last, team, plan, chance);
			first = false;
			const heldOn = dayFor(worker, wanted);
			if (heldOn === null) {
				if (worker.row.leftOn === null) planNext(worker, last, null);
				break;
			}
			const diary = diaries.find((each) => each.worker === worker && each.from <= heldOn && heldOn < each.to);
			if (diary) {
				follow(diary, team);
				last = diary.to;
				first = false;
				continue;
			}
			if (heldOn >= until) {
				if (worker.row.leftOn === null) planNext(worker, last, heldOn);
				break;
			}
			const supervisorId = postingOn(worker.person, heldOn, allKnown(heldOn))?.supervisorId ?? null;
			const supervisor = supervisorId === null ? undefined : byId.get(supervisorId);
			if (!supervisor || !isHere(supervisor, heldOn)) {
				const back = addDays(heldOn, chance.whole(3, 7));
				if (back > today) break;
				last = back;
				first = true;
				continue;
			}
			holdSession(worker, supervisor, heldOn, team);
			last = heldOn;
		}
	}
	return { supervision, supervisionCases };

	function sessionOf(worker: Worker, supervisorId: string, plannedOn: CalendarDate): SupervisionRow {
		const row: SupervisionRow = {
			sessionId: `S-${String(supervision.length + 1).padStart(5, '0')}`,
			practitionerId: worker.id,
			supervisorId,
			plannedOn,
			heldOn: null,
			cancelled: false,
			cancelReason: null,
			minutes: null,
			interrupted: null,
			kind: 'both',
			supervisorSignedOn: null,
			practitionerSignedOn: null,
			recordedOn: null
		};
		supervision.push(row);
		return row;
	}

	function follow({ worker, sessions }: Diary, team: TeamPlan | undefined) {
		for (const { on, came, why = null } of sessions) {
			const supervisor = byId.get(postingOn(worker.person, on, allKnown(on))?.supervisorId ?? '');
			if (!supervisor) continue;
			if (came === 'held') holdSession(worker, supervisor, on, team);
			else if (came === 'planned') sessionOf(worker, supervisor.id, on);
			else
				Object.assign(sessionOf(worker, supervisor.id, on), {
					cancelled: true,
					cancelReason: why,
					recordedOn: on
				});
		}
	}

	function holdSession(worker: Worker, supervisor: Worker, heldOn: CalendarDate, team: TeamPlan | undefined) {
		const row = sessionOf(worker, supervisor.id, heldOn);
		const slack = team ? gripOn(team, plan.span, heldOn).writtenUpLate : 0;
		const short = chance.yes(0.02 + slack / 3);
		row.heldOn = heldOn;
		row.minutes = short ? 5 * chance.whole(9, 16) : 5 * chance.whole(18, 24);
		row.interrupted = chance.yes(0.012);
		row.kind = chance.weighted({ both: 82, case: 13, personal: 5 });
		const nextDay = addWorkingDays(heldOn, 1);
		if (chance.yes(0.06) && nextDay <= today) row.recordedOn = nextDay;
		const signed = addWorkingDays(row.recordedOn ?? heldOn, chance.yes(0.7) ? 0 : chance.whole(1, 2));
		if (signed <= today) row.supervisorSignedOn = signed;
		const countersigned = addWorkingDays(signed, chance.whole(0, chance.yes(slack) ? 8 : 3));
		const forgotten = chance.yes(heldOn > addDays(today, -200) ? 0.008 + slack / 30 : 0);
		if (countersigned <= today && row.supervisorSignedOn !== null && !forgotten)
			row.practitionerSignedOn = countersigned;
		if (row.kind !== 'personal') discuss(worker, row, heldOn, row.supervisorSignedOn);
	}

	function discuss(worker: Worker, row: SupervisionRow, heldOn: CalendarDate, signedOn: CalendarDate | null) {
		const current = (led.get(worker) ?? []).filter(
			({ unit, holding }) =>
				!unit.scripted && holding.from <= heldOn && (holding.to === null || heldOn < holding.to)
		);
		const urgency = ({ unit }: Led) =>
			(unit.discussed.at(-1)?.heldOn ?? '') + (isHighStakes(activeKinds(unit, heldOn)) ? '' : ' ');
		const inOrder = current
			.map((each) => ({ each, high: isHighStakes(activeKinds(each.unit, heldOn)), key: urgency(each) }))
			.sort((a, b) => Number(b.high) - Number(a.high) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
		let cases = 0;
		for (const { each } of inOrder) {
			if (cases >= MOST_DISCUSSED) break;
			const [kind = 'assessment'] = activeKinds(each.unit, heldOn);
			const decision = chance.yes(0.015) ? null : chance.pick(DECISIONS[kind]);
			each.unit.discussed.push({
				heldOn,
				knownOn: signedOn ?? '9999-12-31',
				counts: decision !== null && signedOn !== null
			});
			for (const child of each.unit.children) {
				supervisionCases.push({ sessionId: row.sessionId, caseId: child.caseId, decision, recordedOn: null });
				cases += 1;
			}
		}
	}

	/** The next date in the diary; where the last one fell through, that too. */
	function planNext(worker: Worker, last: CalendarDate, wanted: CalendarDate | null) {
		const supervisorId = postingOn(worker.person, today, allKnown(today))?.supervisorId;
		if (!supervisorId) return;
		const { interval } = supervisionIntervalOn(worker.person, 'LGA', today, allKnown(today));
		const dueOn = after(last, interval);
		if (dueOn < addDays(today, -3) && chance.yes(0.5))
			cancelled(worker, supervisorId, last, workingDayFrom(addDays(dueOn, -1)));
		if (!chance.yes(0.85) || wanted === null) return;
		sessionOf(
			worker,
			supervisorId,
			wanted > today ? wanted : workingDayFrom(addDays(today, chance.whole(2, 9)))
		);
	}

	function cancelled(worker: Worker, supervisorId: string, last: CalendarDate, plannedOn: CalendarDate) {
		if (plannedOn <= last || plannedOn > today || absenceOn(worker.person, plannedOn, allKnown(plannedOn)))
			return;
		const row = sessionOf(worker, supervisorId, plannedOn);
		row.cancelled = true;
		row.cancelReason = chance.pick(CANCEL_REASONS);
		row.recordedOn = plannedOn;
	}

	function nextSession(
		worker: Worker,
		last: CalendarDate,
		team: TeamPlan | undefined,
		{ span }: Plan,
		by: Chance
	) {
		const { interval } = supervisionIntervalOn(worker.person, 'LGA', last, allKnown(last));
		const full = after(last, interval);
		const dueOn =
			plan.sessions === 1 ? full : addDays(last, Math.ceil(daysBetween(last, full) / plan.sessions));
		const cycle = daysBetween(last, dueOn);
		const share = team ? gripOn(team, span, dueOn).supervisionLate : 0.05;
		const usuallyLate = Math.max(3, cycle * 0.55);
		const late = by.yes(Math.min(0.9, (share * cycle) / (usuallyLate * (1 - share))));
		if (!late) return addDays(dueOn, -by.whole(0, Math.min(5, Math.floor(cycle / 5))));
		const supervisorId = postingOn(worker.person, dueOn, allKnown(dueOn))?.supervisorId ?? null;
		if (supervisorId !== null && inPostOn(worker.person, dueOn, allKnown(dueOn)) && by.yes(0.6))
			cancelled(worker, supervisorId, last, workingDayFrom(addDays(dueOn, -1)));
		return addDays(dueOn, by.whole(1, Math.round(usuallyLate * 2)));
	}

	/** Null: away, and nobody knows until when. */
	function dayFor(worker: Worker, wanted: CalendarDate): CalendarDate | null {
		let day = wanted;
		for (;;) {
			const absence = absenceOn(worker.person, day, allKnown(day));
			if (absence) {
				const back =
					worker.absences.find(({ from, to }) => from <= day && (to === null || day < to))?.to ?? null;
				if (back === null) return null;
				day = addWorkingDays(back, 1);
			} else if (isWorkingDay(day)) return day;
			else day = day === wanted ? workingDayBefore(day) : addDays(day, 1);
		}
	}
}

function workingDayBefore(day: CalendarDate): CalendarDate {
	let before = addDays(day, -1);
	while (!isWorkingDay(before)) before = addDays(before, -1);
	return before;
}

function ledBy(units: readonly Unit[]): Map<Worker, Led[]> {
	const led = new Map<Worker, Led[]>();
	for (const unit of units)
		for (const holding of unit.leads) {
			if (!holding.worker) continue;
			const list = led.get(holding.worker);
			if (list) list.push({ unit, holding });
			else led.set(holding.worker, [{ unit, holding }]);
		}
	return led;
}
