import {
	CategoryScale,
	Chart,
	LinearScale,
	LineController,
	LineElement,
	PointElement,
	Tooltip,
	type ChartDataset
} from 'chart.js';
import annotation, { type AnnotationOptions } from 'chartjs-plugin-annotation';

Chart.register(CategoryScale, LinearScale, LineController, LineElement, PointElement, Tooltip, annotation);

export type PointMark = 'plain' | 'improvement' | 'concern';

export interface MonthlySeries {
	key: string;
	label: string;
	values: (number | null)[];
	marks?: PointMark[] | undefined;
	hrefs?: (string | null)[] | undefined;
}

export interface Phase {
	label: string;
	from: number;
	to: number;
}

export interface Limits {
	from: number;
	to: number;
	centre: number;
	lower: number | null;
	upper: number | null;
}

export interface Monthly {
	months: string[];
	series: MonthlySeries[];
	phases: Phase[];
	limits: Limits[];
	unit: string;
}

const LINES = ['--accent', '--ramp-5', '--ink-soft', '--warn'];
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]];
const SHAPES = { plain: 'circle', improvement: 'rectRot', concern: 'triangle' } as const;

/** Draws the chart into the canvas, in the colours of the page as they are now. Returns how to remove it. */
export function drawMonthly(
	canvas: HTMLCanvasElement,
	{ months, series, phases, limits, unit }: Monthly
): () => void {
	const holder = canvas.parentElement ?? canvas;
	const family = getComputedStyle(holder).fontFamily;
	const forced = matchMedia('(forced-colors: active)').matches;
	const probe = holder.appendChild(document.createElement('span'));
	const colour = (token: string): string => {
		probe.style.color = `var(${token})`;
		return getComputedStyle(probe).color;
	};
	const ink = colour('--ink');
	const soft = colour('--ink-soft');
	const rule = colour('--rule');
	const paper = colour('--sheet');
	const mark = { plain: null, improvement: colour('--accent'), concern: colour('--warn') };
	const font = { family, size: 13 };

	const datasets = series.map((one, position): ChartDataset<'line', (number | null)[]> => {
		const line = colour(LINES[position] ?? '--ink');
		const marks = one.values.map((_, index) => one.marks?.[index] ?? 'plain');
		return {
			label: one.label,
			data: one.values,
			borderColor: line,
			borderWidth: 2,
			borderDash: DASHES[position] ?? [],
			spanGaps: false,
			pointStyle: marks.map((name) => SHAPES[name]),
			pointRadius: marks.map((name) => (name === 'plain' ? 3 : 7)),
			pointHoverRadius: 7,
			pointBackgroundColor: marks.map((name) => mark[name] ?? line),
			pointBorderColor: paper,
			pointBorderWidth: 1
		};
	});

	const shades = phases.map((phase, position): AnnotationOptions => ({
		type: 'box',
		xMin: phase.from - 0.5,
		xMax: phase.to - 0.5,
		drawTime: 'beforeDatasetsDraw',
		backgroundColor: position % 2 === 1 && !forced ? colour('--accent-wash') : 'transparent',
		borderColor: rule,
		borderWidth: 1,
		label: {
			display: true,
			content: phase.label,
			position: { x: 'start', y: 'start' },
			color: soft,
			font: { ...font, weight: 600 },
			padding: 6
		}
	}));
	const level = (span: Limits, at: number, borderDash: number[]): AnnotationOptions => ({
		type: 'line',
		xMin: span.from - 0.4,
		xMax: span.to - 0.6,
		yMin: at,
		yMax: at,
		borderColor: soft,
		borderWidth: 1,
		borderDash,
		drawTime: 'beforeDatasetsDraw'
	});
	const levels = limits.flatMap((span) => [
		level(span, span.centre, []),
		...[span.lower, span.upper].filter((at) => at !== null).map((at) => level(span, at, [4, 4]))
	]);
	const names = series.length < 2 ? [] : series.flatMap((one, position) => nameAtTheEnd(one, position));

	function nameAtTheEnd(one: MonthlySeries, position: number): AnnotationOptions[] {
		const last = one.values.findLastIndex((value) => value !== null);
		const value = one.values[last];
		if (value == null) return [];
		return [
			{
				type: 'label',
				xValue: last,
				yValue: value,
				content: one.label,
				position: { x: 'start', y: 'center' },
				xAdjust: 6,
				color: colour(LINES[position] ?? '--ink'),
				font: { ...font, weight: 600 }
			}
		];
	}

	const chart = new Chart(canvas, {
		type: 'line',
		data: { labels: months, datasets },
		options: {
			animation: false,
			maintainAspectRatio: false,
			layout: { padding: { top: 4, right: names.length > 0 ? 120 : 12 } },
			interaction: { mode: 'index', intersect: false },
			scales: {
				x: {
					grid: { display: false },
					border: { color: soft },
					ticks: { color: soft, font, maxRotation: 0, autoSkipPadding: 16 }
				},
				y: {
					beginAtZero: true,
					grace: '12%',
					border: { display: false },
					grid: { color: rule },
					ticks: { color: soft, font, maxTicksLimit: 6, callback: (value) => `${value}${unit}` }
				}
			},
			plugins: {
				tooltip: {
					backgroundColor: ink,
					titleColor: paper,
					bodyColor: paper,
					titleFont: { ...font, weight: 600 },
					bodyFont: font,
					displayColors: false,
					callbacks: { label: (item) => `${item.dataset.label ?? ''}: ${item.formattedValue}${unit}` }
				},
				annotation: { clip: false, annotations: [...shades, ...levels, ...names] }
			}
		}
	});
	probe.remove();
	return () => chart.destroy();
}
