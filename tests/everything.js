import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { roomForTests } from './room.js';
import { inWords, totalsIn } from './totals.js';

/** The longest of what needs one processor only: it runs beside all the others, and says what it said when it has ended. */
const BESIDE = 'lint';
const IN_TURN = ['check', 'rooms', 'unit', 'journeys'];

const given = process.env['COUNTERSIGN_RESULTS'];
const results = given ?? mkdtempSync(join(roomForTests(), 'countersign-results-'));
mkdirSync(results, { recursive: true });
/** @type {NodeJS.ProcessEnv} */
const environment = { ...process.env, COUNTERSIGN_RESULTS: results };
if (!given) {
	const temporary = join(results, 'tmp');
	mkdirSync(temporary);
	// The account that PostgreSQL runs as passes through the one and has its files in the other.
	chmodSync(results, 0o711);
	chmodSync(temporary, 0o1777);
	environment['TMPDIR'] = temporary;
	process.once('exit', () => rmSync(results, { recursive: true, force: true, maxRetries: 5 }));
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const underWay = new Set();
let isInterrupted = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
	process.on(signal, () => {
		isInterrupted = true;
		for (const child of underWay) child.kill(signal);
	});

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
		env: environment,
		shell: process.platform === 'win32'
	});
	underWay.add(child);
	/** @type {Buffer[]} */
	const said = [];
	for (const stream of [child.stdout, child.stderr])
		stream?.on('data', (/** @type {Buffer} */ part) => said.push(part));
	await once(child, 'close');
	underWay.delete(child);
	const seconds = Number((process.hrtime.bigint() - startedAt) / 1_000_000_000n);
	if (heldBack) console.log(`\n── ${step}\n\n${Buffer.concat(said).toString()}`);
	return { step, failed: child.exitCode !== 0, seconds };
}

const beside = run(BESIDE, true);
const outcomes = [];
for (const step of IN_TURN) if (!isInterrupted) outcomes.push(await run(step, false));
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

process.exitCode = isInterrupted || outcomes.some(({ failed }) => failed) ? 1 : 0;
