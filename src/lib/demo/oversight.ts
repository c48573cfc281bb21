import { addDays, addWorkingDays, daysBetween, type CalendarDate } from '#lib/domain/calendar.ts';
import type { OversightKind } from '#lib/domain/cases.ts';
import { firstToFall } from '#lib/domain/oversight.ts';
import { DEFAULT_POLICY, halved, STAKES, type Kind } from '#lib/domain/policy.ts';
import type { OversightRow } from '#lib/domain/records.ts';
import { chanceFrom } from './chance.ts';
import { gripOn } from './grip.ts';
import { workingDayFrom, type Plan } from './plan.ts';
import { isHere, suits, supervisorIdOn, turnOn, type Staff, type Worker } from './staff.ts';
import { activeKinds, holdingOn, type Unit } from './units.ts';
import { DECISIONS, ENTRY_DECISIONS, RATIONALES } from './words.ts';

/** A stretch of a case in which nothing that moves its clock changes. */
interface Stretch {
	from: CalendarDate;
	to: CalendarDate;
	kinds: Kind[];
	lead: Worker | null;
	clockStart: CalendarDate;
	suitable: boolean;
	guarded: boolean;
}

/** Managers' decisions on every case: when it comes to somebody, when its time is up, when it closes; some of them late. */
export function oversightOf(plan: Plan, staff: Staff, units: readonly Unit[]): OversightRow[] {
	const chance = chanceFrom(`${plan.seed}/oversight`);
	const { recordedFrom, today } = plan.span;
	const byId = new Map(staff.workers.map((worker) => [worker.id, worker]));
	const rows: OversightRow[] = [];

	const decider = (unit: Unit, on: CalendarDate): Worker => {
		const lead = holdingOn(unit.leads, on)?.worker ?? null;
		const own = lead
			? byId.get(supervisorIdOn(lead, on) ?? '')
			: turnOn(staff.supervisors.get(unit.team)?.[0] ?? [], on)?.worker;
		if (own && isHere(own, on)) return own;
		const beside = turnOn(staff.supervisors.get(unit.team)?.[1] ?? [], on)?.worker;
		if (beside && isHere(beside, on)) return beside;
		return staff.serviceManagers.get(unit.team.service) ?? staff.director;
	};
	const enter = (unit: Unit, on: CalendarDate, kind: OversightKind, knownOn: CalendarDate | null = null) => {
		if (on > today) return;
		const managerId = decider(unit, on).id;
		const [of = 'assessment'] = activeKinds(unit, on);
		const decision = chance.pick(kind === 'decision' ? DECISIONS[of] : ENTRY_DECISIONS[kind]);
		const rationale = chance.pick(RATIONALES);
		for (const { caseId } of unit.children)
			rows.push({
				oversightId: `O-${String(rows.length + 1).padStart(6, '0')}`,
				caseId,
				managerId,
				madeOn: on,
				kind,
				decision,
				rationale,
				recordedOn: knownOn
			});
	};

	for (const unit of units) {
		if (unit.scripted) continue;
		overseen(unit);
		concluded(unit);
	}
	return rows;

	function overseen(unit: Unit) {
		let dueOn = null as CalendarDate | null;
		let last = null as CalendarDate | null;
		let place = 0;
		for (const stretch of stretchesOf(unit, plan)) {
			const before = last;
			if (stretch.clockStart === stretch.from || dueOn === null) {
				if (stretch.from < recordedFrom) {
					if (stretch.to <= recordedFrom) continue;
					const limit = daysBetween(recordedFrom, due(recordedFrom, stretch));
					last = addDays(recordedFrom, -chance.whole(0, Math.max(1, limit - 3)));
					if (last < stretch.from) last = stretch.from;
					enter(unit, last, 'decision');
					dueOn = due(last, stretch);
				} else {
					const first = firstToFall(
						stretch.from,
						rowsOf(stretch.kinds).map((row) => row.firstOversight)
					);
					dueOn = dueOn !== null && dueOn < first ? dueOn : first;
					last = null;
				}
			} else if (last !== null) dueOn = due(last, stretch);
			for (let cursor = last ?? stretch.from; ;) {
				const wanted = nextEntry(unit, stretch, cursor, dueOn, last === null);
				while ((unit.discussed[place]?.heldOn ?? '9999') < (last ?? stretch.from)) place++;
				const talk = unit.discussed[place];
				if (
					talk?.counts &&
					talk.knownOn <= wanted.on &&
					talk.heldOn < stretch.to &&
					talk.heldOn >= stretch.from
				) {
					place++;
					last = cursor = talk.heldOn;
					dueOn = due(last, stretch);
					continue;
				}
				if (talk && !talk.counts && talk.heldOn <= wanted.on) {
					place++;
					continue;
				}
				if (wanted.on >= stretch.to || wanted.on > today) break;
				const kind =
					last !== null ? 'decision' : before === null && unit.leads.length === 1 ? 'allocation' : 'handover';
				enter(unit, wanted.on, kind, wanted.knownOn);
				last = cursor = wanted.on;
				dueOn = due(last, stretch);
			}
		}
	}

	/** When a manager gets to it: a little before the date, or some days too late. */
	function nextEntry(
		unit: Unit,
		stretch: Stretch,
		from: CalendarDate,
		dueOn: CalendarDate,
		isFirst: boolean
	) {
		const grip = gripOn(unit.team, plan.span, dueOn > from ? dueOn : from);
		const high = rowsOf(stretch.kinds).some((row) => row.stakes === 'high');
		const risky = high && !stretch.suitable;
		const share = risky ? grip.riskLate : grip.oversightLate;
		const cycle = Math.max(2, daysBetween(from, due(from, stretch)));
		const usuallyLate = risky ? Math.max(5, cycle * 0.8) : Math.max(3, Math.min(12, cycle * 0.6));
		const slips = chance.yes(Math.min(0.92, (share * cycle) / (usuallyLate * (1 - share))));
		const ahead = isFirst ? 0 : chance.whole(0, Math.min(4, Math.floor(cycle / 6)));
		const early = workingDayAtMost(addDays(dueOn, -ahead));
		const onTime = isFirst && early > stretch.from && chance.yes(0.8) ? workingDayFrom(stretch.from) : early;
		const least = workingDayFrom(from > stretch.from ? addDays(from, 1) : stretch.from);
		const inTime = onTime > least ? onTime : least;
		if (!slips)
			return {
				on: inTime,
				knownOn: chance.yes(0.04) && inTime < dueOn ? known(addWorkingDays(inTime, 1)) : null
			};
		if (chance.yes(grip.writtenUpLate * 2.5))
			return { on: inTime, knownOn: known(addWorkingDays(inTime, chance.whole(6, 14))) };
		const on = workingDayFrom(
			addDays(dueOn > least ? dueOn : least, chance.whole(1, Math.round(usuallyLate * 2)))
		);
		return { on, knownOn: null };
	}

	/** An entry that would be written up after today has not been written up. */
	function known(on: CalendarDate): CalendarDate {
		return on > today ? today : on;
	}

	function concluded(unit: Unit) {
		for (const { kind, to } of unit.kinds) {
			if (kind !== 'section_47' || to === null || to < recordedFrom) continue;
			const slip = gripOn(unit.team, plan.span, to).oversightLate;
			if (!chance.yes(slip / 12))
				enter(
					unit,
					chance.yes(slip)
						? addWorkingDays(to, 1)
						: addDays(to, -1) > unit.openedOn
							? workingDayAtMost(addDays(to, -1))
							: to,
					'section_47_outcome'
				);
		}
		const { closedOn } = unit;
		if (closedOn === null || chance.yes(gripOn(unit.team, plan.span, closedOn).oversightLate / 6)) return;
		enter(unit, workingDayAtMost(addDays(closedOn, -chance.whole(0, 4))), 'closure');
	}
}

function due(from: CalendarDate, { kinds, suitable, guarded }: Stretch): CalendarDate {
	const limits = rowsOf(kinds).map((row) => {
		const limit = suitable ? row.interval.suitablyHeld : row.interval.notSuitablyHeld;
		return guarded && row.stakes === 'high' ? halved(limit) : limit;
	});
	return firstToFall(from, limits);
}

function rowsOf(kinds: readonly Kind[]) {
	return kinds.length > 0
		? kinds.map((kind) => DEFAULT_POLICY.kinds[kind])
		: [DEFAULT_POLICY.kinds.assessment];
}

function workingDayAtMost(day: CalendarDate): CalendarDate {
	let at = day;
	while (workingDayFrom(at) !== at) at = addDays(at, -1);
	return at;
}

function stretchesOf(unit: Unit, plan: Plan): Stretch[] {
	const { restructure, today } = plan.span;
	const end = unit.closedOn ?? addDays(today, 1);
	const days = new Set([unit.openedOn]);
	for (const { from, to } of [...unit.kinds, ...unit.leads, ...unit.coWorkers]) {
		days.add(from);
		if (to !== null) days.add(to);
	}
	if (unit.team.course !== 'untouched') days.add(restructure.startsOn).add(restructure.endsOn);
	const starts = [...days].filter((day) => day >= unit.openedOn && day < end).sort();
	return starts.map((from, place) => {
		const kinds = activeKinds(unit, from);
		const lead = holdingOn(unit.leads, from);
		const coWorker = holdingOn(unit.coWorkers, from)?.worker ?? null;
		const stakes = Math.max(-1, ...kinds.map((kind) => STAKES.indexOf(DEFAULT_POLICY.kinds[kind].stakes)));
		const kindStart = unit.kinds
			.filter(
				({ kind, from: began, to }) =>
					began <= from &&
					(to === null || from < to) &&
					STAKES.indexOf(DEFAULT_POLICY.kinds[kind].stakes) === stakes
			)
			.map((each) => each.from);
		const clockStart =
			[unit.openedOn, ...kindStart, ...(lead?.worker ? [lead.from] : [])].sort().at(-1) ?? from;
		return {
			from,
			to: starts[place + 1] ?? end,
			kinds,
			lead: lead?.worker ?? null,
			clockStart,
			suitable:
				(lead?.worker ? suits(lead.worker, kinds, from) : false) ||
				(coWorker ? suits(coWorker, kinds, from) : false),
			guarded: unit.team.course !== 'untouched' && from >= restructure.startsOn && from < restructure.endsOn
		};
	});
}
