import { WrongUsage } from './command.ts';
import { csvOf, type Written } from '#lib/server/work/csv.ts';

export const FORMATS = ['table', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

export const FORMAT_USAGE = '  --format FORMAT   table (the default), json or csv';

export function formatFrom(given: string | undefined): Format {
	const format = FORMATS.find((known) => known === (given ?? 'table'));
	if (!format) throw new WrongUsage(`--format is one of ${FORMATS.join(', ')}, not “${given}”.`);
	return format;
}

export interface PrintedColumn<Row> {
	head: string;
	value: (row: Row) => Written;
}

/** Rows in the format asked for. JSON prints the rows themselves, the others the columns. */
export function printed<Row>(
	rows: readonly Row[],
	columns: readonly PrintedColumn<Row>[],
	format: Format
): string {
	if (format === 'json') return JSON.stringify(rows, null, 1);
	const heads = columns.map(({ head }) => head);
	const values = rows.map((row) => columns.map(({ value }) => value(row)));
	if (format === 'csv') return csvOf(heads, values).trimEnd();
	const cells = [heads, ...values.map((row) => row.map((value) => (value === null ? '' : String(value))))];
	const widths = heads.map((_, place) => Math.max(...cells.map((row) => row[place]?.length ?? 0)));
	return cells
		.map((row) =>
			row
				.map((cell, place) => cell.padEnd(widths[place] ?? 0))
				.join('  ')
				.trimEnd()
		)
		.join('\n');
}
