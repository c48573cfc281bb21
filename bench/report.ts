/** One line of the report. Everything is in the same unit; null: there is no such figure. */
export interface Row {
	work: string;
	unit: 'ms' | 's' | 'µs a case' | 'requests/s' | 'saves/s' | 'buffers' | 'GB';
	ours: number;
	/** The 95th percentile, where many runs were made. */
	p95: number | null;
	/** The named limit: what the same answer costs with nothing around it. */
	bare: number | null;
	limit: string;
	budget: string;
	kept: boolean | null;
}

/** Whether more is better, as of requests; else less is. */
function ratioOf({ ours, bare, unit }: Pick<Row, 'ours' | 'bare' | 'unit'>): number | null {
	if (bare === null || bare === 0) return null;
	return unit === 'requests/s' || unit === 'saves/s' ? bare / ours : ours / bare;
}

export function percentile(times: readonly number[], share: number): number {
	const sorted = [...times].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export interface Measured {
	median: number;
	p95: number;
}

/** Milliseconds of each kind of work, run by turns so that what else the machine does falls on all alike. */
export async function byTurns<Key extends string>(
	runs: number,
	works: Record<Key, () => unknown>
): Promise<Record<Key, Measured>> {
	const keys = Object.keys(works) as Key[];
	const times = Object.fromEntries(keys.map((key) => [key, [] as number[]])) as Record<Key, number[]>;
	for (const key of keys) await works[key]();
	for (let run = 0; run < runs; run++)
		for (const key of keys) times[key].push(await milliseconds(works[key]));
	return Object.fromEntries(
		keys.map((key) => [key, { median: percentile(times[key], 0.5), p95: percentile(times[key], 0.95) }])
	) as Record<Key, Measured>;
}

export async function milliseconds(work: () => unknown): Promise<number> {
	const start = performance.now();
	await work();
	return performance.now() - start;
}

const HEAD = ['', 'unit', 'ours', 'p95', 'bare', 'ratio', 'budget', 'kept', 'bare limit'];

export function printed(rows: readonly Row[]): string {
	const lines = rows.map((row) => [
		row.work,
		row.unit,
		rounded(row.ours),
		row.p95 === null ? '' : rounded(row.p95),
		row.bare === null ? '' : rounded(row.bare),
		ratioOf(row)?.toFixed(1) ?? '',
		row.budget,
		row.kept === null ? '' : row.kept ? 'yes' : 'NO',
		row.limit
	]);
	const widths = HEAD.map((title, place) =>
		Math.max(title.length, ...lines.map((line) => line[place]?.length ?? 0))
	);
	return [HEAD, ...lines]
		.map((line) =>
			line
				.map((cell, place) => cell.padEnd(widths[place] ?? 0))
				.join('  ')
				.trimEnd()
		)
		.join('\n');
}

function rounded(figure: number): string {
	return figure >= 100 ? figure.toFixed(0) : figure >= 10 ? figure.toFixed(1) : figure.toFixed(2);
}
