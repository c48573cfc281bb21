import { csvLine } from '#lib/intake/csv.ts';

export type Written = string | number | boolean | null;

/** A list as CSV (RFC 4180), inert in a spreadsheet, with the byte order mark that spreadsheets look for. */
export function csvOf(head: readonly string[], rows: Iterable<readonly Written[]>): string {
	const lines = [csvLine(head)];
	for (const row of rows) lines.push(csvLine(row));
	return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** The same as an answer to a browser, under a name for the file. */
export function csvAnswer(
	name: string,
	head: readonly string[],
	rows: Iterable<readonly Written[]>
): Response {
	return new Response(csvOf(head, rows), {
		headers: {
			'content-type': 'text/csv; charset=utf-8',
			'content-disposition': `attachment; filename="${name.replaceAll(/[^a-z0-9.-]+/gi, '-')}.csv"`
		}
	});
}
