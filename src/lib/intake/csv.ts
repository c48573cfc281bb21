import { FileRefused, fileProblem, rowProblem, type Problem } from './problems.ts';

const QUOTE = 34;
const CR = 13;
const LF = 10;
const LONGEST_ROW = 1_000_000;

export type OnRow = (fields: string[], line: number) => void;

/** The separator of the head, of the three that spreadsheets write; no column name holds one of them. */
function separatorOf(head: string): string {
	const counts = [',', '\t', ';'].map((mark) => head.split(mark).length);
	return [',', '\t', ';'][counts.indexOf(Math.max(...counts))]!;
}

/**
 * Rows of RFC 4180 text as it arrives, each with the line on which it begins; rows without any text are passed over.
 * A row with text after a closing quotation mark is a problem and is not given. Throws `FileRefused` where the rest of
 * the file can no longer be told apart.
 */
export async function readCsv(
	texts: AsyncIterable<string>,
	file: string,
	onRow: OnRow,
	onProblem: (problem: Problem) => void
): Promise<void> {
	let text = '';
	let separator = 0;
	let line = 1;

	/** Gives the rows that are complete in `text` and keeps the rest. */
	const take = (isLast: boolean) => {
		const end = text.length;
		let at = 0;
		while (at < end) {
			const rowStart = at;
			const rowLine = line;
			let lines = 0;
			let stray = false;
			const fields: string[] = [];
			for (;;) {
				if (text.charCodeAt(at) === QUOTE) {
					let from = at + 1;
					let value = '';
					for (;;) {
						const close = text.indexOf('"', from);
						if (close === -1) {
							if (!isLast) return keepFrom(rowStart, rowLine);
							throw new FileRefused(fileProblem('open_quote', file, { line: rowLine + lines }));
						}
						if (close + 1 === end && !isLast) return keepFrom(rowStart, rowLine);
						if (text.charCodeAt(close + 1) === QUOTE) {
							value += text.slice(from, close + 1);
							from = close + 2;
							continue;
						}
						value += text.slice(from, close);
						at = close + 1;
						break;
					}
					lines += countLines(value);
					const next = text.charCodeAt(at);
					if (at < end && next !== separator && next !== LF && next !== CR) {
						stray = true;
						while (at < end && text.charCodeAt(at) !== LF && text.charCodeAt(at) !== CR) at++;
					}
					fields.push(value);
				} else {
					const from = at;
					for (; at < end; at++) {
						const code = text.charCodeAt(at);
						if (code === separator || code === LF || code === CR) break;
					}
					fields.push(text.slice(from, at));
				}
				if (at >= end) {
					if (!isLast) return keepFrom(rowStart, rowLine);
					break;
				}
				const code = text.charCodeAt(at);
				at++;
				if (code === separator) {
					if (at >= end && isLast) {
						fields.push('');
						break;
					}
					if (at >= end) return keepFrom(rowStart, rowLine);
					continue;
				}
				if (code === CR) {
					if (at >= end && !isLast) return keepFrom(rowStart, rowLine);
					if (text.charCodeAt(at) === LF) at++;
				}
				lines++;
				break;
			}
			line = rowLine + lines;
			if (stray) onProblem(rowProblem('stray_quote', { file, sheet: null, line: rowLine }));
			else if (fields.length > 1 || fields[0]!.trim() !== '') onRow(fields, rowLine);
		}
		text = '';
	};
	const keepFrom = (rowStart: number, rowLine: number) => {
		text = text.slice(rowStart);
		line = rowLine;
		if (text.length > LONGEST_ROW)
			throw new FileRefused(fileProblem('row_too_long', file, { line: rowLine }));
	};

	for await (const arrived of texts) {
		text = text === '' ? arrived : text + arrived;
		if (separator === 0) {
			text = text.replace(/^[\r\n]+/, (blank) => {
				line += countLines(blank);
				return '';
			});
			const head = /^[^\r\n]+(?=[\r\n])/.exec(text)?.[0];
			if (head === undefined) {
				if (text.length > LONGEST_ROW) throw new FileRefused(fileProblem('row_too_long', file, { line }));
				continue;
			}
			separator = separatorOf(head).charCodeAt(0);
		}
		take(false);
	}
	if (separator === 0) separator = separatorOf(text).charCodeAt(0);
	take(true);
}

function countLines(text: string): number {
	let lines = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) lines++;
	}
	return lines;
}

const FORMULA_START = /^'*[=+\-@\t\r]/;
const NEUTRALISED = /^'+[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n;\t]|^\s|\s$/;

/**
 * One line of CSV, without its line end. Text that a spreadsheet could take for a formula is led by an apostrophe
 * (OWASP, CSV injection), which `asWritten` takes away again; numbers stay numbers.
 */
export function csvLine(values: readonly (string | number | boolean | null)[]): string {
	return values
		.map((value) => {
			if (value === null) return '';
			if (typeof value === 'number') return String(value);
			if (typeof value === 'boolean') return value ? 'yes' : 'no';
			const inert = FORMULA_START.test(value) ? `'${value}` : value;
			return NEEDS_QUOTES.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
		})
		.join(',');
}

/** The text before `csvLine` made it inert. */
export function asWritten(text: string): string {
	return text.charCodeAt(0) === 39 && NEUTRALISED.test(text) ? text.slice(1) : text;
}
