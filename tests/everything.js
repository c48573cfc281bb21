import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inWords, totalsIn } from './totals.js';

const STEPS = ['check', 'lint', 'rooms', 'unit', 'journeys'];

const given = process.env['COUNTERSIGN_RESULTS'];
const results = given ?? mkdtempSync(join(tmpdir(), 'countersign-results-'));
mkdirSync(results, { recursive: true });

const outcomes = STEPS.map((step) => {
	console.log(`\n── ${step}\n`);
	const startedAt = process.hrtime.bigint();
	const { status } = spawnSync('npm', ['run', '--silent', step], {
		stdio: 'inherit',
		env: { ...process.env, COUNTERSIGN_RESULTS: results },
		shell: process.platform === 'win32'
	});
	const seconds = Number((process.hrtime.bigint() - startedAt) / 1_000_000_000n);
	return { step, failed: status !== 0, seconds };
});

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
