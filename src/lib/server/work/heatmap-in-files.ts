import type { CalendarDate } from '#lib/domain/calendar.ts';
import { HEATMAP_COLUMNS } from '#lib/domain/heatmap-words.ts';
import type { Written } from './csv.ts';
import type { HeatmapOfTeams } from './heatmap-of-teams.ts';
import type { TeamHeatmap } from './heatmap.ts';
import type { TeamWeeks } from './weeks.ts';

interface AsRows {
	head: string[];
	rows: Written[][];
}

/** What a cell says is no figure stays empty in a file: no capacity is no number, and least of all 0. */
function figureIn({ text, figure }: { text: string; figure: number | null }): number | null {
	return text.startsWith('no ') ? null : figure;
}

/** A team’s heatmap as a file has it; `against` as the heatmap was compared, null where it was not. */
export function heatmapAsRows({ lines }: TeamHeatmap, against: CalendarDate | null): AsRows {
	return {
		head: [
			'practitioner',
			'detail',
			...HEATMAP_COLUMNS.flatMap(({ label }) => [
				label,
				`${label}, in words`,
				...(against ? [`${label}, against ${against}`] : [])
			])
		],
		rows: lines.map(({ name, detail, cells }) => [
			name,
			detail,
			...cells.flatMap((cell) => [
				figureIn(cell),
				cell.words,
				...(against ? [cell.change?.words ?? null] : [])
			])
		])
	};
}

/** A team over the weeks as a file has it. */
export function weeksAsRows({ weeks, lines }: TeamWeeks): AsRows {
	return {
		head: ['practitioner', 'detail', ...weeks.flatMap(({ on }) => [on, `${on}, in words`])],
		rows: lines.map(({ name, detail, cells }) => [
			name,
			detail,
			...cells.flatMap((cell) => [figureIn(cell), cell.words])
		])
	};
}

/** The heatmap of several teams as a file has it. */
export function teamsAsRows({ lines }: HeatmapOfTeams): AsRows {
	const teams = new Map(
		lines.flatMap(({ teamId, practitionerId, name }) =>
			practitionerId === null ? [[teamId, name] as const] : []
		)
	);
	return {
		head: [
			'team',
			'practitioner',
			'detail',
			...HEATMAP_COLUMNS.flatMap(({ label }) => [label, `${label}, in words`])
		],
		rows: lines.map(({ teamId, practitionerId, name, detail, cells }) => [
			teams.get(teamId) ?? '',
			practitionerId === null ? 'all' : name,
			detail,
			...cells.flatMap((cell) => [figureIn(cell), cell.words])
		])
	};
}
