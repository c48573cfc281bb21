import { groupedBy } from '#lib/domain/authority.ts';
import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type { VacancyRow } from '#lib/domain/records.ts';
import { absencesOf, reductionsOf, type StagedAbsence } from './away.ts';
import { chanceFrom, type Chance } from './chance.ts';
import { cutAt, hiring, posted, type Hiring, type Stage, type Start } from './hiring.ts';
import { known, leadershipOf, type Leadership } from './managers.ts';
import { teamIdOn, workingDayFrom, type Plan, type TeamPlan } from './plan.ts';
import { turnOn, type Staff, type Worker } from './staff.ts';
import { coursesOf } from './training.ts';

/** A desk for somebody who holds cases. Which team it stands in may change; half are the practice supervisor's. */
interface Desk {
	place: number;
	homes: { from: CalendarDate; team: TeamPlan }[];
	group: 0 | 1;
}

const FIRST_AT_DESK: readonly Stage[] = [
	'senior',
	'experienced',
	'new',
	'experienced',
	'second_year',
	'new',
	'experienced',
	'experienced',
	'new',
	'experienced',
	'new',
	'experienced',
	'third_year'
];
const NEXT_AT_DESK = { new: 48, second_year: 12, third_year: 10, experienced: 18, agency: 12 } as const;
const NEXT_WHERE_STRAINED = { new: 60, second_year: 12, third_year: 6, experienced: 4, agency: 18 } as const;

/** In the demo these desks have a story of their own, whoever else comes and goes. */
const STAGED: Record<string, Start[]> = {
	'T-02/2': [
		{ stage: 'experienced', from: '2019-02-11', to: '2026-05-30' },
		{ stage: 'new', from: '2026-07-13', to: null, named: known('Jodie Marlow') }
	],
	'T-02/8': [
		{ stage: 'third_year', from: '2023-05-08', to: '2025-09-06' },
		{ stage: 'new', from: '2025-10-06', to: '2026-08-29', named: known('Lewis Tanner') },
		{ stage: 'new', from: '2026-09-14', to: null }
	],
	'T-02/4': [
		{ stage: 'experienced', from: '2018-06-04', to: '2026-01-17' },
		{ stage: 'new', from: '2026-02-09', to: null }
	],
	'T-05/4': [
		{ stage: 'experienced', from: '2020-03-02', to: '2026-07-25' },
		{ stage: 'agency', from: '2026-09-07', to: null, undated: true }
	],
	'T-05/7': [{ stage: 'experienced', from: '2017-01-09', to: '2026-11-14' }]
};

const STAGED_AWAY: Record<string, StagedAbsence> = {
	'T-01/3': { from: '2026-11-02', to: null, reason: 'sickness', covered: true },
	'T-03/7': { from: '2026-11-04', to: null, reason: 'sickness', covered: false },
	'T-05/9': { from: '2026-11-09', to: null, reason: 'sickness', covered: false },
	'T-04/6': { from: '2026-06-01', to: null, reason: 'maternity', covered: false },
	'T-07/3': { from: '2025-07-07', to: '2026-05-11', reason: 'maternity', covered: false }
};
/** Those away without cover work half time and hold little: what can wait has been passed on. */
const HALF_TIME: ReadonlySet<string> = new Set(['T-03/7', 'T-05/9']);
const ADVISERS = 2;

/** The people of the authority: who came when, sat where, was supervised by whom, was away, and learnt what. */
export function staffOf(plan: Plan): Staff & { vacancies: VacancyRow[] } {
	const chance = chanceFrom(`${plan.seed}/people`);
	const office = hiring(plan, chance);
	const leadership = leadershipOf(plan, office, chance);
	const vacancies: VacancyRow[] = [];
	const holders: { worker: Worker; stage: Stage; key: string }[] = [];
	for (const desk of desksOf(plan, chance)) {
		const team = desk.homes[0]?.team;
		if (!team) continue;
		const key = `${team.teamId}/${desk.place}`;
		const starts = (plan.staged ? STAGED[key] : undefined) ?? startsAt(desk, team, plan, chance);
		let freeFrom: CalendarDate | null = null;
		for (const start of starts) {
			if (freeFrom !== null) vacancies.push(vacancyAt(desk, plan, freeFrom, start.from));
			const worker = seated(start, desk, plan.staged && HALF_TIME.has(key), plan, office, leadership, chance);
			holders.push({ worker, stage: start.stage, key });
			freeFrom = start.to;
		}
		if (freeFrom !== null) vacancies.push(vacancyAt(desk, plan, freeFrom, null));
	}
	const colleagues = groupedBy(holders, ({ worker }) => worker.homes[0]?.team.teamId ?? '');
	for (const { worker, stage, key } of holders) {
		const staged = plan.staged && worker.row.leftOn === null ? (STAGED_AWAY[key] ?? null) : null;
		const beside = (colleagues.get(worker.homes[0]?.team.teamId ?? '') ?? []).map((holder) => holder.worker);
		worker.absences.push(...absencesOf(worker, beside, staged, plan, chance));
		worker.reductions.push(...reductionsOf(worker, stage === 'new', plan, chance));
		if (stage === 'new' && worker.row.leftOn === null && worker.row.name === 'Jodie Marlow')
			leadership.cast.set('early career now', worker);
		if (worker.row.name === 'Lewis Tanner') leadership.cast.set('early career then', worker);
	}
	return { workers: office.workers, ...leadership, vacancies };
}

function desksOf(plan: Plan, chance: Chance): Desk[] {
	const desks = plan.teams.flatMap((team) =>
		Array.from({ length: team.desks }, (_, place): Desk => {
			const homes = [{ from: '1990-01-01', team }];
			return { place, homes, group: place % 2 === 0 ? 0 : 1 };
		})
	);
	const { movesOn } = plan.span.restructure;
	const moved = desks.filter(({ homes, place }) => homes[0]?.team.course !== 'untouched' && place % 13 === 6);
	for (const [place, desk] of moved.entries()) {
		const other = moved[(place + 1) % moved.length];
		if (other?.homes[0] && chance.yes(0.8)) desk.homes.push({ from: movesOn, team: other.homes[0].team });
	}
	return desks;
}

function startsAt(desk: Desk, team: TeamPlan, plan: Plan, chance: Chance): Start[] {
	const { recordedFrom, today } = plan.span;
	const leaving = team.course === 'untouched' ? 0.1 : 0.17 * Math.sqrt(team.strain);
	const starts: Start[] = [];
	const advises = team.work === 'care' && desk.place > 0 && desk.place <= ADVISERS;
	let stage: Stage = advises
		? 'adviser'
		: (FIRST_AT_DESK[desk.place % FIRST_AT_DESK.length] ?? 'experienced');
	const [least, most] = stage === 'new' ? [30, 330] : stage === 'experienced' ? [150, 2900] : [60, 400];
	let from = workingDayFrom(addDays(recordedFrom, -chance.whole(least, most)));
	for (;;) {
		const days = Math.round((-Math.log(1 - chance.unit()) / leaving) * 365);
		const inPost = starts.length === 0 ? recordedFrom : from;
		const to = addDays(workingDayFrom(addDays(inPost, 60 + Math.min(days, 20_000))), 1);
		if (to > addDays(today, -14)) return [...starts, { stage, from, to: null }];
		starts.push({ stage, from, to });
		from = workingDayFrom(addDays(to, chance.whole(4, 50)));
		if (from > addDays(today, -7)) return starts;
		stage = advises
			? 'adviser'
			: chance.weighted<Stage>(team.strain > 1 ? NEXT_WHERE_STRAINED : NEXT_AT_DESK);
	}
}

function seated(
	start: Start,
	desk: Desk,
	halfTime: boolean,
	plan: Plan,
	office: Hiring,
	{ supervisors }: Leadership,
	chance: Chance
): Worker {
	const worker = office.hire(start);
	const { from, to, stage } = start;
	worker.homes = desk.homes.filter((home, place) => {
		const next = desk.homes[place + 1];
		return next === undefined || next.from > from;
	});
	const partTime = start.named === undefined && chance.yes(0.14);
	const fte = halfTime ? 0.5 : partTime ? chance.pick([0.5, 0.6, 0.6, 0.8, 0.8]) : 1;
	if (halfTime) worker.appetite = 0.6;
	const role = stage === 'senior' ? 'senior_practitioner' : 'practitioner';
	const days = desk.homes.flatMap(({ team, from: homeFrom }) => [
		homeFrom,
		...(team.before ? [plan.span.restructure.movesOn] : []),
		...(supervisors.get(team)?.[desk.group].map((turn) => turn.from) ?? [])
	]);
	for (const slice of cutAt(from, to, days)) {
		const [day] = slice;
		const team = desk.homes.findLast((home) => home.from <= day)?.team;
		if (!team) continue;
		const turns = supervisors.get(team)?.[desk.group] ?? [];
		const turn = turnOn(turns, day) ?? turns.findLast((each) => each.from <= day) ?? turns[0];
		const supervisorId = turn?.worker.id ?? null;
		const teamId = teamIdOn(team, plan.span, day);
		posted(worker, { teamId, role, supervisorId, fte, agency: stage === 'agency' }, slice);
	}
	worker.training.push(...coursesOf(worker, stage, plan, chance));
	return worker;
}

function vacancyAt(desk: Desk, plan: Plan, from: CalendarDate, to: CalendarDate | null): VacancyRow {
	const team = desk.homes.findLast((home) => home.from <= from)?.team;
	const teamId = team ? teamIdOn(team, plan.span, from) : '';
	return { teamId, role: 'practitioner', fte: 1, from, to, recordedOn: null, endRecordedOn: null };
}
