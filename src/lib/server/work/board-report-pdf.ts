import PDFDocument from 'pdfkit';
import {
	chartInWords,
	HOW_REPORTED,
	NOT_AS_ISSUED,
	topOf,
	WHY_NAMED,
	type BoardChart,
	type BoardRow,
	type IssuedReport,
	type StandsOut
} from '#lib/domain/board-report.ts';
import { dayInWords } from '#lib/domain/calendar.ts';
import { typesettingOf, type Laid, type Span, type Typesetting } from './paper-text.ts';

type Doc = PDFKit.PDFDocument;
type Tagged = ReturnType<Doc['struct']>;

const INK = '#17212b';
const SOFT = '#4d5a66';
const RULE = '#b9bec3';
const ACCENT = '#0b5566';
const WASH = '#e5f0f1';
const WARN = '#a8320b';

/** Points, 72 to the inch. */
const A4 = { width: 595.28, height: 841.89 } as const;
const MARGIN = 36;
const GAP = 18;
const WIDTH = A4.width - 2 * MARGIN;
const COLUMN = (WIDTH - GAP) / 2;
const FOOT = A4.height - MARGIN - 8;
const ROOM = FOOT - 10 - MARGIN;

/** PDF/UA-1, which the declared types of the library do not know yet. */
const ACCESSIBLE: object = { subset: 'PDF/UA' };

/** Where a page is full, first the drawings become lower, then all type on it smaller. */
const DRAWING = { most: 154, least: 78, step: 2 } as const;
const SCALES = Array.from({ length: 28 }, (_, step) => 1 - step * 0.02);

/**
 * A board report on two sheets of A4: tagged, its words as text and its charts as lines, from the figures as they were
 * issued. The same report gives the same bytes.
 */
export async function boardReportPdf(report: IssuedReport): Promise<Buffer> {
	const title = `Board report to ${report.month}`;
	const doc = new PDFDocument({
		size: 'A4',
		margin: 0,
		font: '',
		pdfVersion: '1.7',
		...ACCESSIBLE,
		tagged: true,
		lang: 'en-GB',
		displayTitle: true,
		info: {
			Title: title,
			Subject: report.figures.headline,
			Author: 'Countersign',
			Creator: 'Countersign',
			Producer: 'Countersign',
			CreationDate: new Date(`${report.issuedOn}T00:00:00Z`)
		}
	});
	const parts: Buffer[] = [];
	const whole = new Promise<Buffer>((resolve, reject) => {
		doc.on('data', (part: Buffer) => parts.push(part));
		doc.on('end', () => resolve(Buffer.concat(parts)));
		doc.on('error', reject);
	});
	const paragraph = typesettingOf(doc);
	const root = doc.struct('Document');
	doc.addStructure(root);
	const sheets = [firstSheet, secondSheet];
	for (const [place, sheet] of sheets.entries()) {
		if (place > 0) doc.addPage();
		fitted(doc, paragraph, report, sheet).draw(root, MARGIN, MARGIN);
		const soft = { size: 7.5, width: WIDTH, ink: SOFT };
		unread(doc, 'Pagination', () => {
			paragraph([{ text: `${title}. Issued ${report.issued}, ${report.by}.` }], soft).draw(MARGIN, FOOT);
			const page = `Page ${place + 1} of ${sheets.length}`;
			paragraph([{ text: page }], { ...soft, align: 'right' }).draw(MARGIN, FOOT);
		});
	}
	root.end();
	doc.end();
	return whole;
}

/** What stands in a column: its height in points is known before it is drawn. */
interface Block {
	height: number;
	draw: (into: Tagged, x: number, y: number) => void;
}

type Sheet = (draft: Draft) => Block;

/** One attempt at a sheet. */
interface Draft {
	doc: Doc;
	report: IssuedReport;
	scale: number;
	/** How tall a chart is drawn. */
	drawing: number;
	write: (words: Span[] | string, size: number, setting?: { width?: number; ink?: string }) => Laid;
}

function fitted(doc: Doc, paragraph: Typesetting, report: IssuedReport, sheet: Sheet): Block {
	let block: Block | undefined;
	for (const scale of SCALES) {
		const write: Draft['write'] = (words, size, { width = WIDTH, ink = INK } = {}) =>
			paragraph(typeof words === 'string' ? [{ text: words }] : words, {
				size: size * scale,
				width,
				ink
			});
		for (let drawing: number = DRAWING.most; drawing >= DRAWING.least; drawing -= DRAWING.step) {
			block = sheet({ doc, report, scale, drawing: drawing * Math.sqrt(scale), write });
			if (block.height <= ROOM) return block;
			if (block.height > ROOM + 3 * (drawing - DRAWING.least)) break;
		}
	}
	if (!block) throw new Error('there is no scale to draw a sheet at');
	return block;
}

const firstSheet: Sheet = (draft) => {
	const { doc, report, scale, write } = draft;
	const { figures, month, issued, by, asIssued } = report;
	const windows = figures.windows.flatMap(({ phase, words }, place): Span[] => [
		{ text: place > 0 ? ';' : '' },
		{ text: ` ${phase.toLowerCase()}`, face: 'bold' },
		{ text: ` ${words}` }
	]);
	const cells = [...figures.charts.map((chart) => chartBlock(draft, chart)), concerns(draft)];
	const rows = Array.from({ length: Math.ceil(cells.length / 2) }, (_, row) =>
		beside(cells.slice(2 * row, 2 * row + 2))
	);
	return stacked(
		[
			text(doc, 'P', write(`Board report to ${month}. Issued ${issued}, ${by}.`, 8.5, { ink: SOFT })),
			...(asIssued ? [] : [text(doc, 'P', write([{ text: NOT_AS_ISSUED, face: 'bold' }], 9, { ink: WARN }))]),
			text(doc, 'H1', write([{ text: figures.headline, face: 'bold' }], 13.5)),
			...(figures.restructure === null
				? []
				: [text(doc, 'P', write([{ text: `${figures.restructure}:` }, ...windows, { text: '.' }], 8.5))]),
			...rows.map((row) => spaced(row, 8 * scale))
		],
		4 * scale
	);
};

const secondSheet: Sheet = (draft) => {
	const { doc, report, scale, write } = draft;
	const { figures, digest } = report;
	const half = { width: COLUMN };
	const heading = (words: string, width = COLUMN) =>
		text(doc, 'H2', write([{ text: words, face: 'bold' }], 11, { width }));
	const accepted = stacked(
		[
			heading('What leadership accepts'),
			figures.accepted.length === 0
				? text(doc, 'P', write(`Nothing was accepted on ${dayInWords(figures.on)}.`, 8.5, half))
				: listed(
						draft,
						figures.accepted.map(({ what, flags, until }) => [
							{ text: `${what}: ${flags}${flags === 'c' ? ' flags' : ''}, until ${until}` }
						])
					)
		],
		3 * scale
	);
	const { teams, withManager } = figures.managed;
	const managed = `${withManager} of ${teams} teams with open cases have a team manager in post.`;
	const policy = stacked(
		[
			heading('Policy and managers'),
			text(doc, 'P', write(figures.policy, 8.5, half)),
			text(doc, 'P', write(managed, 8.5, half))
		],
		3 * scale
	);
	return stacked(
		[
			heading(figures.restructure === null ? 'The figures' : 'Before, during and after', WIDTH),
			table(draft),
			spaced(beside([accepted, policy]), 10 * scale),
			spaced(text(doc, 'P', write(HOW_REPORTED, 7.5, { ink: SOFT })), 8 * scale),
			text(doc, 'P', write(`SHA-256 of the figures: ${digest}`, 7.5, { ink: SOFT }))
		],
		4 * scale
	);
};

function concerns(draft: Draft): Block {
	const { doc, report, scale, write } = draft;
	const { on, teams, moreTeams } = report.figures;
	const width = COLUMN;
	return stacked(
		[
			text(doc, 'H2', write([{ text: 'Teams of concern', face: 'bold' }], 11, { width })),
			teams.length === 0
				? text(doc, 'P', write(`None on ${dayInWords(on)}.`, 8.5, { width }))
				: listed(
						draft,
						teams.map(({ team, service, reasons }) => [
							{ text: team, face: 'bold' },
							{ text: `, ${service}. ${reasons.join(' ')}` }
						])
					),
			...(moreTeams > 0 ? [text(doc, 'P', write(`And ${moreTeams} more.`, 8.5, { width }))] : []),
			text(doc, 'P', write(WHY_NAMED, 7.5, { width, ink: SOFT }))
		],
		3 * scale
	);
}

function listed({ doc, scale, write }: Draft, items: readonly Span[][]): Block {
	const indent = 9 * scale;
	const rows = items.map((item) => write(item, 8.5, { width: COLUMN - indent }));
	const bullet = write('•', 8.5);
	const between = 2 * scale;
	return {
		height: rows.reduce((sum, { height }) => sum + height + between, -between),
		draw(into, x, y) {
			let at = y;
			const parts = rows.map((row) => {
				const top = at;
				at += row.height + between;
				return doc.struct('LI', {}, [
					doc.struct('Lbl', {}, () => bullet.draw(x, top)),
					doc.struct('LBody', {}, () => row.draw(x + indent, top))
				]);
			});
			into.add(doc.struct('L', {}, parts));
		}
	};
}

function chartBlock(draft: Draft, chart: BoardChart): Block {
	const { doc, scale, drawing, write } = draft;
	const indent = 11 * scale;
	const marked = (chart.standsOut ?? []).map(({ mark, words }): Block => {
		const laid = write(words, 7.5, { width: COLUMN - indent });
		return {
			height: laid.height,
			draw(into, x, y) {
				unread(doc, 'Layout', () => point(doc, mark, x + indent / 2 - 1, y + 4.6 * scale, scale));
				text(doc, 'P', laid).draw(into, x + indent, y);
			}
		};
	});
	return stacked(
		[
			text(doc, 'H2', write([{ text: chart.title, face: 'bold' }], 9.5, { width: COLUMN })),
			{
				height: drawing,
				draw(into, x, y) {
					const picture = () => drawChart(draft, chart, x, y);
					into.add(doc.struct('Figure', { alt: chartInWords(chart) }, picture));
				}
			},
			...(chart.words === '' ? [] : [text(doc, 'P', write(chart.words, 7.5, { width: COLUMN, ink: SOFT }))]),
			...marked
		],
		2 * scale
	);
}

function drawChart({ doc, scale, drawing, write }: Draft, chart: BoardChart, x: number, y: number): void {
	const { months, values, phases, limits, unit, standsOut = [] } = chart;
	const size = 6.5;
	const top = topOf(chart);
	const levels = [0, top / 2, top].map((level) => ({
		level,
		said: write(`${level}${unit}`, size, { ink: SOFT })
	}));
	const left = x + Math.max(...levels.map(({ said }) => said.width)) + 4 * scale;
	const right = x + COLUMN - 2;
	const upper = y + 11 * scale;
	const lower = y + drawing - 11 * scale;
	const edge = (place: number) => left + (place * (right - left)) / Math.max(1, months.length);
	const at = (place: number) => edge(place + 0.5);
	const height = (value: number) => upper + (1 - value / top) * (lower - upper);
	const level = (from: number, to: number, value: number) =>
		doc.moveTo(edge(from), height(value)).lineTo(edge(to), height(value));

	let free = x;
	for (const [place, { label, from, to }] of phases.entries()) {
		if (place === 1) doc.rect(edge(from), upper, edge(to) - edge(from), lower - upper).fill(WASH);
		const said = write(label, size, { ink: SOFT });
		const start = Math.min(Math.max(edge(from) + 2, free), right - said.width);
		said.draw(start, y + 1.5 * scale);
		free = start + said.width + 4;
	}
	doc.lineWidth(0.4).strokeColor(RULE);
	for (const { level: value, said } of levels) {
		doc.moveTo(left, height(value)).lineTo(right, height(value)).stroke();
		said.draw(left - said.width - 3 * scale, height(value) - said.height / 2);
	}
	doc.lineWidth(0.6).strokeColor(SOFT);
	for (const { from, to, centre, lower: least, upper: most } of limits) {
		level(from, to, centre).stroke();
		doc.dash(2.5, { space: 2 });
		for (const limit of [least, most]) if (limit !== null) level(from, to, limit).stroke();
		doc.undash();
	}
	const drawn = values.map((value, place) =>
		typeof value === 'number' ? ([at(place), height(value)] as const) : null
	);
	doc.lineWidth(1.1).lineJoin('round').strokeColor(ACCENT);
	for (const [place, end] of drawn.entries()) {
		const start = drawn[place - 1];
		if (start && end) doc.moveTo(...start).lineTo(...end);
	}
	doc.stroke();
	const marks = new Map(standsOut.flatMap(({ mark, places }) => places.map((place) => [place, mark])));
	const every = Math.ceil(months.length / 6);
	for (const [place, month] of months.entries()) {
		const spot = drawn[place];
		if (spot) point(doc, marks.get(place), ...spot, scale);
		else if (values[place] === 'c') {
			const kept = write('c', size, { ink: SOFT });
			kept.draw(at(place) - kept.width / 2, lower - kept.height);
		}
		if (place % every > 0) continue;
		const said = write(month, size, { ink: SOFT });
		said.draw(Math.min(at(place) - said.width / 2, right - said.width), lower + 2 * scale);
	}
}

/** A month on a chart; left out: one like the others. */
function point(doc: Doc, mark: StandsOut['mark'] | undefined, x: number, y: number, scale: number): void {
	const reach = 3.4 * scale;
	if (mark === undefined) doc.circle(x, y, 1.5 * scale).fill(ACCENT);
	else if (mark === 'concern')
		doc.polygon([x, y - reach], [x + reach, y + 0.75 * reach], [x - reach, y + 0.75 * reach]).fill(WARN);
	else if (mark === 'improvement')
		doc.polygon([x, y - reach], [x + reach, y], [x, y + reach], [x - reach, y]).fill(ACCENT);
	else doc.rect(x - 0.7 * reach, y - 0.7 * reach, 1.4 * reach, 1.4 * reach).fill(ACCENT);
}

const VERDICT_MARKS: Partial<Record<NonNullable<BoardRow['verdict']>, StandsOut['mark']>> = {
	concern: 'concern',
	improvement: 'improvement'
};

function table({ doc, report, scale, write }: Draft): Block {
	const { figures } = report;
	const size = 8.5;
	const pad = { x: 5 * scale, y: 3.3 * scale };
	const indent = 10 * scale;
	const compares = figures.restructure !== null;
	const columns = [
		{ head: 'Measure', of: ({ name }: BoardRow) => name },
		...(compares
			? [
					{ head: 'Before', of: ({ before }: BoardRow) => before },
					{ head: 'During', of: ({ during }: BoardRow) => during },
					{ head: 'After', of: ({ after }: BoardRow) => after }
				]
			: []),
		{ head: dayInWords(figures.on), of: ({ now }: BoardRow) => now },
		...(compares
			? [
					{ head: 'Change, 95 %', of: ({ change }: BoardRow) => change },
					{ head: 'In words', of: ({ inWords }: BoardRow) => inWords }
				]
			: [])
	];
	const isWords = (place: number) => place === 0 || (compares && place === columns.length - 1);
	const indented = (place: number) => (compares && place === columns.length - 1 ? indent : 0);
	const cellOf = (words: string, place: number, face: Span['face'], width?: number) =>
		write([{ text: words, ...(face && { face }) }], size, width === undefined ? {} : { width });
	const narrow = columns.slice(1).map(({ head, of }, index) => {
		const place = index + 1;
		const wide = [
			cellOf(head, place, 'bold').width,
			...figures.rows.map((row) => cellOf(of(row), place, undefined).width)
		];
		return Math.max(...wide) + 2 * pad.x + indented(place) + 0.5;
	});
	const widths = [Math.max(110 * scale, WIDTH - narrow.reduce((sum, width) => sum + width, 0)), ...narrow];
	const heads = columns.map(({ head }, place) => cellOf(head, place, 'bold', (widths[place] ?? 0) - pad.x));
	const rows = figures.rows.map((row) => ({
		row,
		cells: columns.map(({ of }, place) =>
			cellOf(of(row), place, place === 0 ? 'bold' : undefined, (widths[place] ?? 0) - pad.x)
		)
	}));
	const tall = (cells: readonly Laid[]) => Math.max(...cells.map(({ height }) => height)) + 2 * pad.y;
	return {
		height: [heads, ...rows.map(({ cells }) => cells)].reduce((sum, cells) => sum + tall(cells), 0),
		draw(into, x, y) {
			let top = y;
			const lefts = widths.map((_, place) => widths.slice(0, place).reduce((sum, width) => sum + width, x));
			const line = (scopes: readonly ('Column' | 'Row' | null)[], cells: readonly Laid[]) => {
				const at = top;
				top += tall(cells);
				unread(doc, 'Layout', () =>
					doc
						.lineWidth(0.4)
						.strokeColor(RULE)
						.moveTo(x, top)
						.lineTo(x + WIDTH, top)
						.stroke()
				);
				return doc.struct(
					'TR',
					{},
					cells.map((cell, place) => {
						const left = lefts[place] ?? x;
						const start = isWords(place)
							? left + (place === 0 ? 0 : pad.x) + indented(place)
							: left + (widths[place] ?? 0) - pad.x - cell.width;
						const scope = scopes[place];
						const options = scope ? { scope, title: '' } : {};
						return doc.struct(scope ? 'TH' : 'TD', options, () => cell.draw(start, at + pad.y));
					})
				);
			};
			const lines = [
				line(
					columns.map(() => 'Column' as const),
					heads
				)
			];
			for (const { row, cells } of rows) {
				const mark = compares && row.verdict !== null ? VERDICT_MARKS[row.verdict] : undefined;
				const across = (lefts.at(-1) ?? x) + pad.x + 3;
				if (mark)
					unread(doc, 'Layout', () => point(doc, mark, across, top + pad.y + 5 * scale, 0.85 * scale));
				lines.push(
					line(
						columns.map((_, place) => (place === 0 ? ('Row' as const) : null)),
						cells
					)
				);
			}
			into.add(doc.struct('Table', {}, lines));
		}
	};
}

function text(doc: Doc, tag: string, laid: Laid): Block {
	return {
		height: laid.height,
		draw: (into, x, y) => into.add(doc.struct(tag, {}, () => laid.draw(x, y)))
	};
}

function stacked(blocks: readonly Block[], between: number): Block {
	return {
		height: blocks.reduce((sum, { height }) => sum + height + between, -between),
		draw(into, x, y) {
			let top = y;
			for (const block of blocks) {
				block.draw(into, x, top);
				top += block.height + between;
			}
		}
	};
}

function beside(blocks: readonly Block[]): Block {
	return {
		height: Math.max(0, ...blocks.map(({ height }) => height)),
		draw(into, x, y) {
			for (const [place, block] of blocks.entries()) block.draw(into, x + place * (COLUMN + GAP), y);
		}
	};
}

/** Set off from what stands above it. */
function spaced({ height, draw }: Block, above: number): Block {
	return { height: height + above, draw: (into, x, y) => draw(into, x, y + above) };
}

/** What a screen reader passes over. */
function unread(doc: Doc, type: 'Pagination' | 'Layout', draw: () => void): void {
	doc.markContent('Artifact', { type });
	draw();
	doc.endMarkedContent();
}
