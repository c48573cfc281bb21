import { addDays, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Role } from '#lib/domain/people.ts';
import type { Chance } from './chance.ts';
import { cutAt, posted, type Hiring } from './hiring.ts';
import type { Named } from './names.ts';
import { teamIdOn, workingDayFrom, type Plan, type TeamPlan } from './plan.ts';
import { turnOn, type Part, type Staff, type Turn, type Worker } from './staff.ts';
import { coursesOf } from './training.ts';

export const LEADERSHIP_TEAM = 'T-00';

export function known(name: string): Named {
	return { name, email: `${name.toLowerCase().replace(/ /g, '.')}@demo.example` };
}

type Stretch = [from: CalendarDate, to: CalendarDate | null, name?: string];

/** In these teams of the demo the manager changed in the restructure; one had a fortnight with nobody. */
const CHANGES: Record<string, Stretch[]> = {
	'T-02': [
		['2021-09-06', '2025-12-20'],
		['2026-01-05', '2026-06-06', 'Graham Ellery'],
		['2026-06-08', null, 'Priya Castellan']
	],
	'T-04': [
		['2019-04-01', '2026-03-14'],
		['2026-03-16', null]
	],
	'T-05': [
		['2022-01-10', '2025-11-08'],
		['2026-05-18', null]
	]
};

/** The practice supervisor of this team acted up while it had no manager. */
const ACTING_UP = { teamId: 'T-05', from: '2025-11-10', to: '2026-05-18' };

export type Leadership = Omit<Staff, 'workers'>;

/** Everybody from the practice supervisors up. */
export function leadershipOf(plan: Plan, { hire }: Hiring, chance: Chance): Leadership {
	const { recordedFrom, restructure } = plan.span;
	const longAgo = () => workingDayFrom(addDays(recordedFrom, -chance.whole(400, 2200)));
	const appoint = (role: Role, teamId: string, over: Worker | null, name?: string): Worker => {
		const from = longAgo();
		const worker = hire({ stage: 'manager', from, to: null, ...(name ? { named: known(name) } : {}) });
		posted(worker, { teamId, role, supervisorId: over?.id ?? null }, [from, null]);
		worker.training.push(...coursesOf(worker, 'manager', plan, chance));
		return worker;
	};
	const director = appoint('director', LEADERSHIP_TEAM, null, 'Rosalind Achebe');
	const principal = appoint('principal_social_worker', LEADERSHIP_TEAM, director, 'Gwen Calloway');
	const serviceManagers = new Map<string, Worker>();
	for (const { service, teamId } of plan.teams) {
		if (serviceManagers.has(service)) continue;
		const name = serviceManagers.size === 0 ? 'Devinder Sahota' : undefined;
		serviceManagers.set(service, appoint('service_manager', teamId, director, name));
	}

	const cast = new Map<Part, Worker>();
	const supervisors = new Map<TeamPlan, readonly [Turn[], Turn[]]>();
	for (const team of plan.teams) {
		const over = serviceManagers.get(team.service) ?? director;
		const managers = stretchesOf(team, plan, chance, longAgo).map(([from, to, name]): Turn => {
			const worker = hire({ stage: 'manager', from, to, ...(name ? { named: known(name) } : {}) });
			for (const slice of cutAt(from, to, [restructure.movesOn])) {
				const teamId = teamIdOn(team, plan.span, slice[0]);
				posted(worker, { teamId, role: 'team_manager', supervisorId: over.id }, slice);
			}
			return { worker, from, to };
		});
		const isActing = plan.staged && team.teamId === ACTING_UP.teamId;
		const deputy = deputyOf(team, plan, managers, over, isActing, hire, longAgo());
		if (isActing) managers.splice(1, 0, { worker: deputy.worker, from: ACTING_UP.from, to: ACTING_UP.to });
		for (const { worker } of [...managers, deputy])
			if (worker.training.length === 0) worker.training.push(...coursesOf(worker, 'manager', plan, chance));
		supervisors.set(team, [managers, [deputy]]);
		if (!plan.staged || team.teamId !== 'T-02') continue;
		const [, then, now] = managers;
		if (then) cast.set('manager then', then.worker);
		if (now) cast.set('manager now', now.worker);
		cast.set('supervisor now', deputy.worker);
	}
	return { director, principal, serviceManagers, supervisors, cast };
}

function stretchesOf(team: TeamPlan, plan: Plan, chance: Chance, longAgo: () => CalendarDate): Stretch[] {
	if (plan.staged) return CHANGES[team.teamId] ?? [[longAgo(), null]];
	if (team.course === 'untouched' || chance.yes(0.5)) return [[longAgo(), null]];
	const { movesOn } = plan.span.restructure;
	return [
		[longAgo(), addDays(movesOn, -chance.whole(3, 30))],
		[movesOn, null]
	];
}

/** The practice supervisor, whose own supervisor is whoever manages the team. */
function deputyOf(
	team: TeamPlan,
	plan: Plan,
	managers: readonly Turn[],
	over: Worker,
	isActing: boolean,
	hire: Hiring['hire'],
	from: CalendarDate
): Turn {
	const named = plan.staged && team.teamId === 'T-02' ? { named: known('Kwabena Lister') } : {};
	const worker = hire({ stage: 'manager', from, to: null, ...named });
	const acting = isActing ? [ACTING_UP.from, ACTING_UP.to] : [];
	for (const slice of cutAt(from, null, [
		...managers.map((turn) => turn.from),
		...acting,
		plan.span.restructure.movesOn
	])) {
		const [day] = slice;
		const actsUp = isActing && day >= ACTING_UP.from && day < ACTING_UP.to;
		const manager = turnOn(managers, day) ?? managers.findLast((turn) => turn.from <= day);
		posted(
			worker,
			{
				teamId: teamIdOn(team, plan.span, day),
				role: actsUp ? 'team_manager' : 'practice_supervisor',
				supervisorId: actsUp || !manager ? over.id : manager.worker.id
			},
			slice
		);
	}
	return { worker, from, to: null };
}
