import { arrange, viewOf } from '#lib/domain/authority.ts';
import { addMonths, monthEnd, type CalendarDate } from '#lib/domain/calendar.ts';
import { monthEndsBetween } from '#lib/domain/restructure.ts';
import {
	currencyChangeInWords,
	currencyOfAll,
	currencyPercent,
	type TrainingCurrency
} from '#lib/domain/training-over-time.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { factsOfTrainingDuring } from '#lib/server/store/facts/of-training.ts';
import { teamsInScope } from '#lib/server/store/scope.ts';
import type { Written } from './csv.ts';

const MONTHS = 12;

export interface TeamOverTime {
	key: string;
	name: string;
	service: string;
	points: { on: CalendarDate; currency: TrainingCurrency | null; percent: number | null }[];
	change: string;
}

export interface TrainingOverTime {
	ends: CalendarDate[];
	/** The teams together first. */
	lines: TeamOverTime[];
}

/** Training required and current at the last 12 month-ends up to a day, as known then, of each team in the scope of who asks. */
export async function trainingOverTime(tx: Transaction, on: CalendarDate): Promise<TrainingOverTime> {
	const first = monthEnd(addMonths(on, -MONTHS));
	const ends = monthEndsBetween(first, on).slice(-MONTHS);
	const teams = await teamsInScope(tx);
	const ids = teams.map(({ teamId }) => teamId);
	const authority = arrange(await factsOfTrainingDuring(tx, ids, first, on));
	const counted = ends.map((end) => ({ end, byTeam: currencyOfAll(viewOf(authority, end)) }));
	const line = (key: string, name: string, service: string, ids: readonly string[]): TeamOverTime => {
		const points = counted.map(({ end, byTeam }) => {
			const own = ids.flatMap((id) => byTeam.get(id) ?? []);
			const currency = own.length === 0 ? null : together(own);
			return { on: end, currency, percent: currencyPercent(currency) };
		});
		return { key, name, service, points, change: currencyChangeInWords(points) };
	};
	const lines = teams
		.map(({ teamId, name, service }) => line(teamId, name, service, [teamId]))
		.filter(({ points }) => points.some(({ currency }) => currency !== null));
	return { ends, lines: lines.length > 1 ? [line('all', 'All teams', '', ids), ...lines] : lines };
}

function together(several: readonly TrainingCurrency[]): TrainingCurrency {
	return {
		needed: several.reduce((sum, { needed }) => sum + needed, 0),
		current: several.reduce((sum, { current }) => sum + current, 0)
	};
}

/** The same as a file: required and current of each month-end. */
export function overTimeCsv({ ends, lines }: TrainingOverTime): { head: string[]; rows: Written[][] } {
	return {
		head: [
			'team',
			'service',
			...ends.flatMap((end) => [`current on ${end}`, `required on ${end}`]),
			'change'
		],
		rows: lines.map(({ name, service, points, change }) => [
			name,
			service,
			...points.flatMap(({ currency }) => [currency?.current ?? null, currency?.needed ?? null]),
			change
		])
	};
}
