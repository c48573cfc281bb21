import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

/**
 * @typedef {{ testResults: { name: string, status: string, assertionResults: { status: string }[] }[] }} VitestReport
 * @typedef {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors: unknown[] }} PlaywrightReport
 */

/** @returns {Totals} */
const none = () => ({ passed: 0, failed: 0, skipped: 0 });

/** @param {Totals} a @param {Totals} b @returns {Totals} */
const plus = (a, b) => ({
	passed: a.passed + b.passed,
	failed: a.failed + b.failed,
	skipped: a.skipped + b.skipped
});

/** @param {Totals} totals */
export function inWords({ passed, failed, skipped }) {
	return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Counts the results that vitest and Playwright left in a folder. A test file run again under a later
 * name (`conformance` after `unit`) counts as it ended the last time. A failed step with no failed test
 * to its name (the type check, the import rules, a run that broke off) counts as one failure.
 * @param {string} folder
 * @returns {{ all: Totals, bySource: Record<string, Totals> }}
 */
export function totalsIn(folder) {
	/** @type {Record<string, Totals>} */
	const bySource = {};
	/** @type {Map<string, Totals>} */
	const byFile = new Map();
	for (const source of ['unit', 'conformance', 'journeys']) {
		const path = join(folder, `${source}.json`);
		if (!existsSync(path)) continue;
		const report = read(path);
		const files =
			source === 'journeys'
				? playwrightFiles(/** @type {PlaywrightReport} */ (report))
				: vitestFiles(/** @type {VitestReport} */ (report));
		bySource[source] = files.map(([, totals]) => totals).reduce(plus, none());
		for (const [file, totals] of files) byFile.set(file, totals);
	}
	const uncounted = failedSteps(folder).filter((step) => !bySource[step]?.failed).length;
	const all = [...byFile.values()].reduce(plus, { ...none(), failed: uncounted });
	return { all, bySource };
}

/** @param {string} path @returns {unknown} */
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** @param {string} folder @returns {string[]} */
function failedSteps(folder) {
	const path = join(folder, 'steps.json');
	return existsSync(path) ? /** @type {string[]} */ (read(path)) : [];
}

/** @param {VitestReport} report @returns {[string, Totals][]} */
function vitestFiles(report) {
	return report.testResults.map(({ name, status, assertionResults }) => {
		const count = (/** @type {string[]} */ ...statuses) =>
			assertionResults.filter((test) => statuses.includes(test.status)).length;
		const totals = {
			passed: count('passed'),
			failed: count('failed'),
			skipped: count('skipped', 'pending', 'todo', 'disabled')
		};
		const neverRan = status === 'failed' && totals.failed === 0;
		return [name, neverRan ? { ...totals, failed: 1 } : totals];
	});
}

/** @param {PlaywrightReport} report @returns {[string, Totals][]} */
function playwrightFiles({ stats, errors }) {
	const failed = stats.unexpected + stats.flaky;
	return [
		[
			'journeys',
			{
				passed: stats.expected,
				failed: failed === 0 && errors.length > 0 ? 1 : failed,
				skipped: stats.skipped
			}
		]
	];
}

// node tests/totals.js <folder> <how many commands failed>: the last line of a whole run.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const [folder = '', failedCommands = '0'] = process.argv.slice(2);
	const { all } = totalsIn(folder);
	const failed = Math.max(all.failed, Number(failedCommands));
	console.log(inWords({ ...all, failed }));
	process.exitCode = failed > 0 || all.passed === 0 ? 1 : 0;
}
