import { addDays, addMonths, type CalendarDate } from '#lib/domain/calendar.ts';
import type { TrainingRow } from '#lib/domain/records.ts';
import type { Chance } from './chance.ts';
import type { Stage } from './hiring.ts';
import type { Plan } from './plan.ts';
import type { Worker } from './staff.ts';

/** Months since registration by which the course is usually done; those still to come are not recorded. */
const USUALLY_AFTER = { 'CP-FOUND': 0, CLA: 4, S47: 16, PLO: 26, ABE: 38 } as const;
const REFRESHED: readonly string[] = ['CP-FOUND', 'S47'];
/** Courses an authority has beside those of the policy: the share of people who did each, and for how many months. */
const OWN = {
	NEGLECT: { done: 0.8, lasts: 36 },
	EXPLOIT: { done: 0.7, lasts: 24 },
	'DOM-ABUSE': { done: 0.75, lasts: 36 },
	MOTIV: { done: 0.5, lasts: null },
	ATTACH: { done: 0.4, lasts: null },
	RESTOR: { done: 0.3, lasts: null }
} as const;

/** The courses somebody did, refreshed before they lapse, less a few that were missed. */
export function coursesOf(worker: Worker, stage: Stage, plan: Plan, chance: Chance): TrainingRow[] {
	const { today, recordedFrom } = plan.span;
	const rows: TrainingRow[] = [];
	const add = (course: string, completedOn: CalendarDate, expiresOn: CalendarDate | null = null) => {
		if (completedOn <= today)
			rows.push({ practitionerId: worker.id, course, completedOn, expiresOn, recordedOn: null });
	};
	const startedOn = worker.row.startedOn ?? recordedFrom;
	if (stage === 'adviser') return rows;
	if (stage === 'manager') {
		const lapsed = plan.staged && chance.yes(0.04);
		const first = addDays(startedOn, -chance.whole(20, 300));
		add('SUPV', first, lapsed ? addDays(today, -chance.whole(30, 120)) : null);
	}
	const early = stage === 'new' || stage === 'second_year' || stage === 'third_year';
	const registeredOn = worker.row.registeredOn ?? addMonths(startedOn, -30);
	const left = worker.row.leftOn ?? today;
	for (const [course, months] of Object.entries(USUALLY_AFTER)) {
		const missed = course === 'ABE' ? 0.5 : course === 'PLO' ? 0.08 : course === 'S47' ? 0.05 : 0;
		if (chance.yes(missed)) continue;
		const usual = addDays(addMonths(registeredOn, months), chance.whole(0, 70));
		const atStart = course === 'CP-FOUND' || course === 'CLA';
		const first = atStart && usual > startedOn ? addDays(startedOn, -chance.whole(1, 20)) : usual;
		if (!REFRESHED.includes(course)) {
			add(course, first);
			continue;
		}
		const lapsing = course === 'S47' && !early && chance.yes(0.035);
		const last = lapsing ? addDays(addMonths(today, -36), -chance.whole(10, 80)) : left;
		let done = first;
		const earliest = addMonths(recordedFrom, -34);
		while (done < earliest) done = addDays(addMonths(done, 30), chance.whole(0, 60));
		if (done > recordedFrom && first < recordedFrom) done = addMonths(done, -30);
		if (lapsing && done > last) done = last;
		for (; done <= last; done = addDays(addMonths(done, 30), chance.whole(0, 90))) add(course, done);
	}
	if (!plan.staged) {
		const own = chance.apart(`own courses of ${worker.id}`);
		for (const [course, { done, lasts }] of Object.entries(OWN)) {
			if (!own.yes(done)) continue;
			const completedOn = addDays(startedOn, own.whole(10, 900));
			add(course, completedOn, lasts === null ? null : addMonths(completedOn, lasts));
		}
	}
	return rows;
}
