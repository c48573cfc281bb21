import { HOW_REPORTED, type IssuedReport } from '#lib/domain/board-report.ts';
import { dayInWords } from '#lib/domain/calendar.ts';
import { MEASURES, METRIC_NAMES, PARTS, type Figure, type Measure } from '#lib/domain/metrics.ts';
import { chartOf, overviewOf, servicesMeasured, tallyIn, type Scope } from '#lib/domain/organisation.ts';
import {
	HOW_COMPARED,
	NOT_SHOWN,
	noteInWords,
	PHASE_IN_WORDS,
	VERDICT_IN_WORDS,
	windowInWords
} from '#lib/domain/organisation-words.ts';
import { PHASES } from '#lib/domain/restructure.ts';
import type { Transaction } from '#lib/server/store/database.ts';
import { reportRows, REPORT_HEAD } from './board-report.ts';
import { measuredScope, scopeInWords, type Asked } from './organisation.ts';
import type { Cell, Sheet } from './xlsx.ts';

const FIGURE_WIDTHS = [12, 12, 12];

/**
 * Every figure of the organisation, or of one service or team, with its definition, as sheets of one workbook. Null: no
 * such restructure, service or team in the scope of who asks.
 */
export async function figuresInSheets(
	tx: Transaction,
	asked: Asked
): Promise<{ fileName: string; title: string; sheets: Sheet[] } | null> {
	const found = await measuredScope(tx, asked);
	if (!found) return null;
	const { measured, scope, restructure, windows } = found;
	const { on, months, now, teams } = measured;
	const overview = overviewOf(measured, scope, restructure, windows);
	const within = scopeInWords(found);
	const figureIn = (measure: Measure, of: Scope) => measure.figure([tallyIn(now, of, teams)]);

	const figures: Sheet = {
		name: 'Figures',
		head: [
			'Metric',
			'Measure',
			...PHASES.flatMap((phase) => figureHead(PHASE_IN_WORDS[phase])),
			...figureHead(dayInWords(on)),
			'Denominator counts',
			'Change from before',
			'Lower 95 %',
			'Upper 95 %',
			'To',
			'In words'
		],
		widths: [9, 44, ...[...PHASES, 'now'].flatMap(() => FIGURE_WIDTHS), 28, 12, 12, 12, 10, 18],
		rows: overview.comparison.map(({ measure, figures: of, change, changeTo }) => [
			measure.metric,
			measure.name,
			...PHASES.flatMap((phase) => figureCells(measure, of[phase])),
			...figureCells(measure, figureIn(measure, scope)),
			measure.of,
			...[change?.difference, change?.interval?.lower, change?.interval?.upper].map((value) =>
				valueCell(measure, value ?? null)
			),
			change ? PHASE_IN_WORDS[changeTo] : null,
			change ? VERDICT_IN_WORDS[change.verdict] : 'No figure to compare'
		])
	};

	const monthly: Sheet = {
		name: 'Month by month',
		head: [
			'Metric',
			'Measure',
			'Month-end',
			'Phase',
			...figureHead(''),
			'Mean',
			'Lower limit',
			'Upper limit',
			'Note'
		],
		widths: [9, 44, 13, 10, ...FIGURE_WIDTHS, 12, 12, 12, 50],
		rows: MEASURES.flatMap((measure) => {
			const { points, stretches } = chartOf(measure, measured, scope, windows, null);
			return points.map((point, place) => {
				const stretch = stretches.find(({ from, to }) => from <= place && place < to);
				const limits = stretch?.limits ?? null;
				return [
					measure.metric,
					measure.name,
					{ day: point.on },
					windows.length > 0 && stretch ? PHASE_IN_WORDS[stretch.phase] : null,
					...figureCells(measure, point.figure),
					...[limits?.centre, limits?.lower, limits?.upper].map((value) => valueCell(measure, value ?? null)),
					noteInWords(measure, point)
				];
			});
		})
	};

	const services = scope.of === 'authority' ? servicesMeasured(measured) : [];
	const parts: { service: string; team: string | null; of: Scope }[] = [
		...services.map((service) => ({ service, team: null, of: { of: 'service', service } as const })),
		...overview.teams.map(({ team }) => ({
			service: team.service,
			team: team.name,
			of: { of: 'team', teamId: team.teamId } as const
		}))
	];
	const byTeam: Sheet = {
		name: 'Services and teams',
		head: ['Service', 'Team', 'Day', 'Metric', 'Measure', ...figureHead(''), 'Denominator counts'],
		widths: [26, 30, 13, 9, 44, ...FIGURE_WIDTHS, 28],
		rows: parts.flatMap(({ service, team, of }) =>
			[...MEASURES, ...PARTS].map((measure) => [
				service,
				team,
				{ day: on },
				measure.metric,
				measure.name,
				...figureCells(measure, figureIn(measure, of)),
				measure.of
			])
		)
	};

	const title = `${within}, ${dayInWords(on)}`;
	return {
		fileName: `figures-${within}-${on}`,
		title,
		sheets: [
			figures,
			monthly,
			byTeam,
			definitions(),
			about([
				['What', title],
				['As at', { day: on }],
				['Restructure', restructure?.name ?? 'None had begun'],
				...windows.map((window): Cell[] => [
					PHASE_IN_WORDS[window.phase],
					windowInWords(window, overview.monthEnds[window.phase])
				]),
				['Month-ends', months.length],
				['Source', 'The records, as known at each month-end.'],
				[
					'Numbers',
					'A percentage is a fraction of 1 shown in per cent. An empty cell is no figure, never 0.'
				],
				[
					'Small numbers',
					'These figures are for those who manage and hold small numbers. What leaves the management is the board report, which keeps them back.'
				],
				['Comparison', HOW_COMPARED],
				['Held without oversight', NOT_SHOWN]
			])
		]
	};
}

/** The figures of a board report as they were issued, small numbers kept back as there. */
export function reportInSheets(report: IssuedReport): Sheet[] {
	const { figures, month, issued, by, digest } = report;
	return [
		{
			name: 'Report',
			head: REPORT_HEAD,
			widths: [44, 12, 12, 12, 12, 30, 18],
			rows: reportRows(report).map(([name = '', ...cells]) => [name, ...cells.map(shownCell)])
		},
		{
			name: 'Month by month',
			head: ['Measure', 'Month', 'Phase', 'Value'],
			widths: [44, 12, 10, 12],
			rows: figures.charts.flatMap(({ name, months, values, phases, unit }) =>
				months.map((each, place) => {
					const value = values[place] ?? null;
					return [
						name,
						each,
						phases.find(({ from, to }) => from <= place && place < to)?.label ?? null,
						typeof value === 'number' && unit === ' %' ? { share: value / 100 } : value
					];
				})
			)
		},
		definitions(),
		about([
			['What', `Board report to ${month}`],
			['Month-end', { day: figures.on }],
			['Issued', `${issued}, ${by}`],
			['In a sentence', figures.headline],
			['Restructure', figures.restructure ?? 'None had begun'],
			['Policy', figures.policy],
			['How it was made', HOW_REPORTED],
			['Definitions', 'As they are worded on the day this file was taken.'],
			['SHA-256 of the figures', digest]
		])
	];
}

const figureHead = (of: string): string[] =>
	of === '' ? ['Value', 'Numerator', 'Denominator'] : [of, `${of}: numerator`, `${of}: denominator`];

function figureCells(measure: Measure, figure: Figure | null): Cell[] {
	if (figure?.notMeasured) return ['not measured then', null, null];
	if (figure?.value == null) return [null, null, null];
	return [valueCell(measure, figure.value), figure.numerator, figure.denominator];
}

function valueCell({ kind }: Measure, value: number | null): Cell {
	return value === null || kind !== 'share' ? value : { share: value };
}

const IN_PER_CENT = /^(\d+(?:\.\d+)?) %$/;

/** A figure in words as a number, where it is one; kept back, and no figure, stay words. */
function shownCell(words: string): Cell {
	const share = IN_PER_CENT.exec(words)?.[1];
	if (share !== undefined) return { share: Number(share) / 100 };
	return /^\d+(\.\d+)?$/.test(words) ? Number(words) : words;
}

function definitions(): Sheet {
	return {
		name: 'Definitions',
		head: ['Metric', 'Name', 'Measure', 'Part of', 'Definition', 'Denominator counts', 'Shown as', 'Better'],
		widths: [9, 34, 44, 44, 90, 28, 18, 12],
		rows: [...MEASURES, ...PARTS].map(({ metric, name, partOf, definition, of, kind, better }) => [
			metric,
			METRIC_NAMES[metric],
			name,
			MEASURES.find(({ id }) => id === partOf)?.name ?? null,
			definition,
			of,
			{ share: 'percentage', mean: 'mean or count', value: 'single value' }[kind],
			better
		])
	};
}

function about(rows: Cell[][]): Sheet {
	return { name: 'About', head: ['About this file', ''], widths: [26, 110], rows };
}
