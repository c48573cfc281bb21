import { addDays, addWorkingDays, daysBetween } from '#lib/domain/calendar.ts';
import type { Kind } from '#lib/domain/policy.ts';
import { endOf, USUAL_DAYS } from './journeys.ts';
import { enter, type Making } from './making.ts';
import { workingDayFrom, type TeamPlan, type Work } from './plan.ts';
import { homeOn, type Worker } from './staff.ts';
import { begin, end, type Unit } from './units.ts';

/** What a team holds on the first day, as shares. */
const HELD: Record<Work, Partial<Record<Kind, number>>> = {
	assessment: { assessment: 64, section_47: 4, child_in_need: 32 },
	help: { child_in_need: 54, child_protection: 34, pre_proceedings: 6, care_proceedings: 6 },
	care: {
		looked_after: 16,
		looked_after_settled: 25,
		looked_after_long_term: 31,
		care_leaver: 22,
		care_proceedings: 6
	},
	disability: { short_breaks: 42, child_in_need: 44, child_protection: 4, looked_after_long_term: 10 }
};

/** The cases that were open when recording began, each some way along, with who led them before. */
export function alreadyOpen(making: Making, workers: readonly Worker[]): void {
	const { plan, holding } = making;
	const { recordedFrom } = plan.span;
	for (const team of plan.teams) {
		const colleagues = workers.filter((worker) => homeOn(worker, recordedFrom) === team && !worker.adviser);
		for (let room = team.openCases; room > 0;) {
			const unit = someWayAlong(team, room, making);
			room -= unit.children.length;
			enter(unit, making);
			holding.give(unit, recordedFrom, null);
			ledBefore(unit, colleagues, making);
		}
	}
}

function someWayAlong(team: TeamPlan, room: number, { plan, chance, known, schedule }: Making): Unit {
	const { recordedFrom } = plan.span;
	const kind = chance.weighted(HELD[team.work]);
	const brief = kind === 'assessment' || kind === 'section_47';
	const lasts = Math.max(8, chance.whole(...USUAL_DAYS[kind]) * (brief ? 1.4 : plan.length));
	const began = workingDayFrom(addDays(recordedFrom, -Math.ceil(lasts * chance.unit()) - 1));
	const assessedFirst = kind === 'child_in_need' || kind === 'child_protection';
	const openedOn = assessedFirst ? workingDayFrom(addDays(began, -chance.whole(30, 60))) : began;
	const unit = known.meet(kind, team, openedOn, room);
	if (assessedFirst) {
		begin(unit, 'assessment', openedOn);
		end(unit, 'assessment', began);
	}
	if (kind === 'care_proceedings') begin(unit, 'looked_after', began);
	if (kind === 'section_47') begin(unit, 'assessment', began);
	begin(unit, kind, began);
	schedule(unit, endOf[kind], addDays(recordedFrom, Math.ceil(lasts - daysBetween(began, recordedFrom)) + 1));
	if (kind === 'section_47') schedule(unit, 'assessment ends', addWorkingDays(recordedFrom, 20));
	return unit;
}

/** The lead of the first day had the case from when they came, and somebody else before. */
function ledBefore(unit: Unit, colleagues: readonly Worker[], { chance }: Making): void {
	const [lead] = unit.leads;
	if (!lead?.worker) return;
	const startedOn = lead.worker.row.startedOn ?? unit.openedOn;
	lead.from = startedOn > unit.openedOn ? startedOn : unit.openedOn;
	if (lead.from === unit.openedOn) return;
	const earlier = colleagues.filter(({ row }) => row.startedOn !== null && row.startedOn <= unit.openedOn);
	if (earlier.length === 0) return;
	unit.leads.unshift({ ...lead, worker: chance.pick(earlier), from: unit.openedOn, to: lead.from });
	lead.reason = 'LEFTRL';
}
