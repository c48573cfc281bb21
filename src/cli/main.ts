import { parseArgs } from 'node:util';
import { userInfo } from 'node:os';
import { backup } from './backup.ts';
import { benchmarks } from './benchmarks.ts';
import { caseload } from './caseload.ts';
import { WrongUsage, type Command, type Io } from './command.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { exportTables } from './export.ts';
import { flags } from './flags.ts';
import { importFiles } from './import.ts';
import { keys } from './keys.ts';
import { metrics } from './metrics.ts';
import { migrate } from './migrate.ts';
import { policy } from './policy.ts';
import { restore } from './restore.ts';
import { review } from './review.ts';
import { rules } from './rules.ts';
import { serve } from './serve.ts';
import { user } from './user.ts';
import { explainError } from '#lib/server/log.ts';
import { leaveDatabase } from '#lib/server/store/database.ts';
import { version } from '../../package.json';

const COMMANDS: readonly Command[] = [
	demo,
	serve,
	migrate,
	importFiles,
	exportTables,
	flags,
	caseload,
	metrics,
	benchmarks,
	explain,
	rules,
	policy,
	review,
	user,
	keys,
	backup,
	restore,
	doctor
];

// Whoever reads our output may stop reading, as `head` does: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});

process.exitCode = await main(process.argv.slice(2), {
	out: (text) => process.stdout.write(`${text}\n`),
	err: (text) => process.stderr.write(`${text}\n`),
	operator: `operator (${userInfo().username})`
});

async function main(given: string[], io: Io): Promise<number> {
	const args = withoutDatabase(given, io);
	if (args === null) return 2;
	const [name, ...rest] = args;
	if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
		io.out(overview());
		return 0;
	}
	if (name === '--version') {
		io.out(version);
		return 0;
	}
	const command = COMMANDS.find((known) => known.name === name);
	if (!command) {
		const near = nearest(name);
		io.err(`There is no command “${name}”.${near ? ` Did you mean “${near}”?` : ''}\n\n${overview()}`);
		return 2;
	}
	if (rest.includes('--help') || rest.includes('-h')) {
		io.out(`countersign ${command.usage}`);
		return 0;
	}
	return orderly(command, rest, io);
}

/** Leaves the database however the command ends, so that an embedded one is stopped by the last process out. */
async function orderly(command: Command, args: string[], io: Io): Promise<number> {
	const interrupted = (signal: NodeJS.Signals) =>
		void leaveDatabase().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupted);
	try {
		return await command.run(args, io);
	} catch (error) {
		if (error instanceof WrongUsage || isParseProblem(error)) {
			io.err(`${error.message}\n\ncountersign ${command.usage}`);
			return 2;
		}
		io.err(explainError(error));
		return 1;
	} finally {
		await leaveDatabase();
		process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
	}
}

/** Takes `--database URL` out of the arguments, wherever it stands, and into the settings. */
function withoutDatabase(args: string[], io: Io): string[] | null {
	const { tokens } = parseArgs({
		args,
		options: { database: { type: 'string' } },
		strict: false,
		allowPositionals: true,
		tokens: true
	});
	const kept = [...args];
	for (const token of tokens.toReversed()) {
		if (token.kind !== 'option' || token.name !== 'database') continue;
		if (typeof token.value !== 'string') {
			io.err(
				'--database needs the address of a PostgreSQL database, such as postgres://user:password@host/name.'
			);
			return null;
		}
		process.env['DATABASE_URL'] = token.value;
		kept.splice(token.index, token.inlineValue ? 1 : 2);
	}
	return kept;
}

function isParseProblem(error: unknown): error is Error {
	return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

function overview(): string {
	const widest = Math.max(...COMMANDS.map(({ name }) => name.length));
	return [
		'countersign <command> [options]',
		'',
		...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(widest)}  ${summary}`),
		'',
		'  --help           what a command takes',
		'  --database URL   the database to use; else DATABASE_URL, else the embedded one in COUNTERSIGN_DATA',
		'',
		'Exit codes: 0 done, 1 the input was refused, 2 called wrongly.'
	].join('\n');
}

function nearest(typed: string): string | null {
	const [best] = COMMANDS.map(({ name }) => ({ name, away: distance(typed, name) })).sort(
		(a, b) => a.away - b.away
	);
	return best && best.away <= Math.max(2, typed.length / 3) ? best.name : null;
}

/** How many letters to change, add or leave out. */
function distance(from: string, to: string): number {
	let row = Array.from({ length: to.length + 1 }, (_, index) => index);
	for (let i = 1; i <= from.length; i += 1) {
		const next = [i];
		for (let j = 1; j <= to.length; j += 1) {
			const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
			next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}
