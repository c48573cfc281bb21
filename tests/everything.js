import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inWords, totalsIn } from './totals.js';

/** The longest of what needs one processor only: it runs beside all the others, and says what it said when it has ended. */
const BESIDE = 'lint';
const IN_TURN = ['check', 'rooms', 'unit', 'journeys'];

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

const beside = run(BESIDE, true);
const outcomes = [];
for (const step of IN_TURN) outcomes.push(await run(step, false));
outcomes.unshift(await beside);

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
