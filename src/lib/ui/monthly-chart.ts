import {
	CategoryScale,
	Chart,
	LinearScale,
	LineController,
	LineElement,
	PointElement,
	Tooltip,
	type ChartDataset,
	type Scale
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

/** A stretch between two values, such as the lowest and the highest of others. */
export interface Band {
	from: number;
	to: number;
	lower: number;
	upper: number;
	label: string;
}

/** A value to be reached over a stretch, said on the chart itself. */
export interface Aim {
	from: number;
	to: number;
	at: number;
	label: string;
}

export interface Monthly {
	months: string[];
	series: MonthlySeries[];
	phases: Phase[];
	limits: Limits[];
	bands: Band[];
	aims: Aim[];
	unit: string;
}

const LINES = ['--accent', '--ramp-5', '--ink-soft', '--warn'];
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]];
const SHAPES = { plain: 'circle', improvement: 'rectRot', concern: 'triangle' } as const;

const NAMES_BESIDE_FROM = 480;
const NARROW = 280;
/** Per cent: below it a scale to 100 would press everything to the ground. */
const LOW_SHARE = 40;
const LABEL_HEIGHT = 17;

/** A chart that is drawn: how to point at a month, null: at none, and how to remove it. */
export interface Drawn {
	pointAt: (month: number | null) => void;
	remove: () => void;
}

/** Draws the chart into the canvas, in the colours of the page as they are now. */
export function drawMonthly(
	canvas: HTMLCanvasElement,
	{ months, series, phases, limits, bands, aims, unit }: Monthly
): Drawn {
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
	const font = { family, size: holder.clientWidth < NARROW ? 11 : 13 };

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
			padding: { x: 6, y: 0 },
			yAdjust: -20
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
	const known = series.flatMap((one) => one.values.filter((value) => value !== null));
	const highest = Math.max(
		0,
		...known,
		...limits.map((span) => span.upper ?? span.centre),
		...bands.map(({ upper }) => upper),
		...aims.map(({ at }) => at)
	);
	const hasRoomBelow = ({ lower }: Band): boolean => lower > highest / 6;
	const between = bands.map((band, place): AnnotationOptions => ({
		type: 'box',
		xMin: band.from - 0.5,
		xMax: band.to - 0.5,
		yMin: band.lower,
		yMax: band.upper,
		drawTime: 'beforeDatasetsDraw',
		backgroundColor: forced ? 'transparent' : colour('--ramp-2'),
		borderColor: soft,
		borderWidth: 1,
		borderDash: [1, 3],
		label: {
			display: place === bands.length - 1,
			content: band.label,
			position: { x: 'start', y: hasRoomBelow(band) ? 'end' : 'start' },
			yAdjust: hasRoomBelow(band) ? LABEL_HEIGHT + 2 : -LABEL_HEIGHT - 2,
			drawTime: 'afterDatasetsDraw',
			color: soft,
			font,
			padding: { x: 6, y: 0 }
		}
	}));
	const aimed = aims.flatMap((aim, place): AnnotationOptions[] => [
		{
			type: 'line',
			xMin: aim.from - 0.4,
			xMax: aim.to - 0.8,
			yMin: aim.at,
			yMax: aim.at,
			borderColor: ink,
			borderWidth: 2,
			borderDash: [2, 2],
			drawTime: 'beforeDatasetsDraw',
			arrowHeads: { end: { display: true, fill: true, length: 9, width: 5, borderDash: [] } },
			label: {
				display: place === aims.length - 1,
				content: aim.label,
				position: 'start',
				yAdjust: -11,
				drawTime: 'afterDatasetsDraw',
				backgroundColor: paper,
				color: ink,
				font: { ...font, weight: 600 },
				padding: { x: 4, y: 1 }
			}
		}
	]);
	const ends = series.map((one) => one.values.findLastIndex((value) => value !== null));
	const namesBeside = series.length > 1 && holder.clientWidth >= NAMES_BESIDE_FROM;
	const names = series.length < 2 ? [] : series.map(nameAtTheEnd);

	/** The label's height in pixels, moved away from labels that end close to it. */
	function heightOf(position: number, scale: Scale): number {
		const heights = series
			.map((one, index) => ({ index, at: scale.getPixelForValue(one.values[ends[index] ?? -1] ?? 0) }))
			.toSorted((one, other) => one.at - other.at);
		let free = -Infinity;
		for (const label of heights) {
			label.at = Math.max(label.at, free);
			free = label.at + LABEL_HEIGHT;
			if (label.index === position) return label.at;
		}
		return 0;
	}

	function nameAtTheEnd(one: MonthlySeries, position: number): AnnotationOptions {
		const end = ends[position] ?? -1;
		const value = one.values[end] ?? 0;
		return {
			type: 'label',
			display: end >= 0,
			xValue: end,
			yValue: value,
			content: one.label,
			position: namesBeside ? { x: 'start', y: 'center' } : { x: 'end', y: 'end' },
			xAdjust: namesBeside ? 6 : 4,
			yAdjust: ({ chart }) => {
				const scale = chart.scales['y'];
				return scale ? heightOf(position, scale) - scale.getPixelForValue(value) : 0;
			},
			backgroundColor: paper,
			padding: { x: 3, y: 0 },
			color: colour(LINES[position] ?? '--ink'),
			font: { ...font, weight: 600 }
		};
	}

	function widestName(): number {
		const context = canvas.getContext('2d');
		if (!context) return 0;
		context.font = `600 ${font.size}px ${family}`;
		return Math.max(...series.map((one) => context.measureText(one.label).width));
	}

	const isWhole = unit.includes('%') && highest <= 100 && highest > LOW_SHARE;
	const range = isWhole ? { max: 100 } : { suggestedMax: highest, grace: '8%' };

	const chart = new Chart(canvas, {
		type: 'line',
		data: { labels: months, datasets },
		options: {
			animation: false,
			maintainAspectRatio: false,
			layout: { padding: { top: phases.length > 0 ? 26 : 8, right: namesBeside ? widestName() + 16 : 12 } },
			interaction: { mode: 'index', intersect: false },
			scales: {
				x: {
					offset: true,
					grid: { display: false },
					border: { color: soft },
					ticks: { color: soft, font, maxRotation: 0, autoSkipPadding: 16 }
				},
				y: {
					beginAtZero: true,
					...range,
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
				annotation: { clip: false, annotations: [...shades, ...between, ...levels, ...aimed, ...names] }
			}
		}
	});
	probe.remove();
	return {
		pointAt(month) {
			const points = month === null ? [] : series.map((_, datasetIndex) => ({ datasetIndex, index: month }));
			chart.setActiveElements(points);
			chart.tooltip?.setActiveElements(points, { x: 0, y: 0 });
			chart.update('none');
		},
		remove: () => chart.destroy()
	};
}
