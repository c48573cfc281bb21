import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inWords, totalsIn } from './totals.js';

/** What waits for nothing but the code runs beside each other; the tests need both processors for themselves. */
const BESIDE = [['lint'], ['check', 'rooms']];
const AFTER = ['unit', 'journeys'];

const given = process.env['COUNTERSIGN_RESULTS'];
const results = given ?? mkdtempSync(join(tmpdir(), 'countersign-results-'));
mkdirSync(results, { recursive: true });

/**
 * Runs a step of package.json; one that is held back says what it said when it has ended.
 * @param {string} step
 * @param {boolean} heldBack
 * @returns {Promise<{ step: string, failed: boolean, seconds: number }>}
 */
async function run(step, heldBack) {
	if (!heldBack) console.log(`\n── ${step}\n`);
	const startedAt = process.hrtime.bigint();
	const child = spawn('npm', ['run', '--silent', step], {
		stdio: heldBack ? ['inherit', 'pipe', 'pipe'] : 'inherit',
		env: { ...process.env, COUNTERSIGN_RESULTS: results },
		shell: process.platform === 'win32'
	});
	/** @type {Buffer[]} */
	const said = [];
	for (const stream of [child.stdout, child.stderr])
		stream?.on('data', (/** @type {Buffer} */ part) => said.push(part));
	await once(child, 'close');
	const seconds = Number((process.hrtime.bigint() - startedAt) / 1_000_000_000n);
	if (heldBack) console.log(`\n── ${step}\n\n${Buffer.concat(said).toString()}`);
	return { step, failed: child.exitCode !== 0, seconds };
}

/**
 * @param {string[]} steps
 * @param {boolean} heldBack
 */
async function inTurn(steps, heldBack) {
	const outcomes = [];
	for (const step of steps) outcomes.push(await run(step, heldBack));
	return outcomes;
}

const beside = await Promise.all(BESIDE.map((steps) => inTurn(steps, true)));
const outcomes = [...beside.flat(), ...(await inTurn(AFTER, false))];

writeFileSync(
	join(results, 'steps.json'),
	JSON.stringify(outcomes.filter(({ failed }) => failed).map(({ step }) => step))
);
const totals = totalsIn(results);
console.log('\n── in all\n');
for (const { step, failed, seconds } of outcomes) {
	const counted = totals.bySource[step];
	const words = counted ? inWords(counted) : failed ? 'failed' : 'passed';
	console.log(`${failed ? '✗' : '✓'} ${step.padEnd(10)} ${words}, ${seconds} s`);
}
console.log(`\n${inWords(totals.all)}`);

if (!given) rmSync(results, { recursive: true, force: true });
process.exitCode = outcomes.some(({ failed }) => failed) ? 1 : 0;
