import { addDays, addMonths, addWorkingDays, type CalendarDate } from '#lib/domain/calendar.ts';

/** What a team does; a service is three teams of like work. */
export type Work = 'assessment' | 'help' | 'care' | 'disability';

/** How a restructure met a team, and how it came out of it. */
export type Course = 'untouched' | 'recovering' | 'not_recovering';

export interface TeamPlan {
	teamId: string;
	name: string;
	service: string;
	work: Work;
	/** Desks for people who hold cases. */
	desks: number;
	/** Children with an open case, kept to on every day. */
	openCases: number;
	course: Course;
	/** How much of what goes wrong in such a team goes wrong here; 1 is usual. */
	strain: number;
	/** The team it replaced, until the day of the change. */
	before: { teamId: string; name: string } | null;
}

/** When things happen in the made-up authority. */
export interface Span {
	/** Practice is recorded from this day; what was there before is only its outline. */
	recordedFrom: CalendarDate;
	today: CalendarDate;
	restructure: { name: string; startsOn: CalendarDate; endsOn: CalendarDate; movesOn: CalendarDate };
}

export interface Plan {
	seed: string;
	span: Span;
	teams: readonly TeamPlan[];
	/** Cases that get a co-worker when they come, whoever leads: a share. */
	coWorked: number;
	/** Sessions where the policy asks for one. */
	sessions: 1 | 2;
	/** Stretches how long cases stay open; 1 is usual. */
	length: number;
	/** Digits in the ids of practitioners and teams. */
	digits: { practitioner: number; team: number };
	/** Whether the staged people and cases of the demo are in it. */
	staged: boolean;
}

export const TODAY: CalendarDate = '2026-11-20';

const SERVICES = {
	assessment: 'Assessment',
	help: 'Family Help and Protection',
	care: 'Children in Care and Disability'
} as const;

const RESTRUCTURE = {
	name: 'Family Help reorganisation',
	startsOn: '2025-12-01',
	endsOn: '2026-04-01',
	movesOn: '2026-02-02'
} as const;

const team = (
	number: number,
	name: string,
	work: Work,
	[desks, openCases]: [number, number],
	course: Course,
	strain: number
): TeamPlan => ({
	teamId: `T-0${number}`,
	name,
	service: SERVICES[work === 'disability' ? 'care' : work],
	work,
	desks,
	openCases,
	course,
	strain,
	before: null
});

/** About 110 people who hold 1,700 open cases in nine teams of three services, eighteen months and a little before. */
export function demoPlan(): Plan {
	const teams = [
		team(1, 'Assessment North', 'assessment', [12, 190], 'not_recovering', 0.6),
		team(2, 'Assessment Riverside', 'assessment', [12, 166], 'not_recovering', 1.5),
		team(3, 'Assessment South', 'assessment', [11, 150], 'not_recovering', 0.9),
		team(4, 'Family Help North', 'help', [14, 172], 'recovering', 0.7),
		team(5, 'Family Help Riverside', 'help', [14, 160], 'recovering', 1.4),
		team(6, 'Family Help South', 'help', [13, 158], 'recovering', 0.8),
		team(7, 'Children in Care One', 'care', [13, 220], 'untouched', 0.9),
		team(8, 'Children in Care Two', 'care', [12, 204], 'untouched', 0.12),
		team(9, 'Disabled Children', 'disability', [13, 279], 'untouched', 1)
	];
	const before = { teamId: 'T-10', name: 'Harbour Family Support' };
	return {
		seed: 'countersign demo 66',
		span: { recordedFrom: '2025-03-03', today: TODAY, restructure: RESTRUCTURE },
		teams: teams.map((each) => (each.teamId === 'T-06' ? { ...each, before } : each)),
		coWorked: 0.04,
		sessions: 1,
		length: 1,
		digits: { practitioner: 3, team: 2 },
		staged: true
	};
}

export interface Scale {
	practitioners: number;
	openCases: number;
	closedCases: number;
	years: number;
	seed: string | number;
}

const MEAN_DAYS_OPEN = 210;
const HEADS = 4;

/** An authority of any size, made by the same hands. The counts are met to within a few per cent. */
export function planOf({ practitioners, openCases, closedCases, years, seed }: Scale): Plan {
	const count = Math.max(3, Math.round(practitioners / 13.5));
	const desks = Math.max(count, practitioners - count * 2 - HEADS - Math.ceil(count / 3));
	const works: Work[] = ['assessment', 'help', 'care'];
	const names = { assessment: 'Assessment', help: 'Family Help', care: 'Children in Care', disability: '' };
	const share = (whole: number, place: number) =>
		Math.floor((whole * (place + 1)) / count) - Math.floor((whole * place) / count);
	const digits = { practitioner: String(practitioners * 3).length, team: Math.max(2, String(count).length) };
	const teams = Array.from({ length: count }, (_, place): TeamPlan => {
		const work = works[place % 3] ?? 'care';
		const area = Math.floor(place / 9) + 1;
		return {
			teamId: `T-${String(place + 1).padStart(digits.team, '0')}`,
			name: `${names[work]} ${Math.floor(place / 3) + 1}`,
			service:
				count > 9
					? `${SERVICES[work as keyof typeof SERVICES]}, area ${area}`
					: SERVICES[work as keyof typeof SERVICES],
			work,
			desks: share(desks, place),
			openCases: share(openCases, place),
			course: work === 'care' ? 'untouched' : work === 'help' ? 'recovering' : 'not_recovering',
			strain: 0.6 + (place % 5) * 0.2,
			before: null
		};
	});
	const days = Math.round(years * 365.25);
	const turnover = (openCases * days) / MEAN_DAYS_OPEN;
	return {
		seed: String(seed),
		span: {
			recordedFrom: addMonths(TODAY, -Math.round(years * 12)),
			today: TODAY,
			restructure: RESTRUCTURE
		},
		teams,
		coWorked: 0.5,
		sessions: 2,
		length: Math.max(0.2, turnover / Math.max(1, closedCases)),
		digits,
		staged: false
	};
}

/** The team that a desk belonged to on a day: before the change, the one it replaced. */
export function teamIdOn(team: TeamPlan, span: Span, day: CalendarDate): string {
	return team.before && day < span.restructure.movesOn ? team.before.teamId : team.teamId;
}

/** The working day itself, or the next one. */
export function workingDayFrom(day: CalendarDate): CalendarDate {
	return addWorkingDays(addDays(day, -1), 1);
}
