import { spawn } from 'node:child_process';
import {
	chmodSync,
	cpSync,
	existsSync,
	lchownSync,
	lstatSync,
	mkdtempSync,
	readdirSync,
	realpathSync,
	rmSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');

/** Where a made-up authority is, and who signs in there; roles as the demo command prints them. */
export interface Demo {
	address: string;
	password: string;
	emails: Record<string, string>;
}

export interface RunningDemo extends Demo {
	/** Interrupts it as Ctrl-C does, and answers when it has ended in good order. */
	stop: () => Promise<void>;
	/** Ends it without warning, its database left as it is. */
	kill: () => Promise<void>;
}

/** Starts the built application as `countersign demo` does, on what the folder holds, else on a fresh database. */
export async function startDemo(folder: string, port = 0): Promise<RunningDemo> {
	if (!existsSync(join(root, 'build/handler.js'))) throw new Error('Build first: npm run build');
	const child = spawn(process.execPath, [join(root, 'bin/countersign.js'), 'demo', '--port', String(port)], {
		cwd: root,
		env: { ...process.env, COUNTERSIGN_DATA: folder, DATABASE_URL: '', ORIGIN: '', COUNTERSIGN_LOG: 'warn' },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
	let troubles = '';
	child.stderr.on('data', (chunk: Buffer) => (troubles += chunk.toString()));
	const demo = await new Promise<Demo>((resolve, reject) => {
		let [address, password] = ['', ''];
		const emails: Record<string, string> = {};
		createInterface(child.stdout).on('line', (line) => {
			address = / is at (http\S+?)\. /.exec(line)?.[1] ?? address;
			password = /the password is (\S+)$/.exec(line)?.[1] ?? password;
			const [, email, role] = /^ {2}(\S+@\S+) +([^:]+): /.exec(line) ?? [];
			if (email && role) emails[role] = email;
			if (line.startsWith('Ctrl-C')) resolve({ address, password, emails });
		});
		void ended.then((code) => reject(new Error(`The demo ended with ${code}:\n${troubles}`)));
	});
	return {
		...demo,
		stop: async () => {
			child.kill('SIGINT');
			const code = await ended;
			if (code !== 0) throw new Error(`The demo ended with ${code}:\n${troubles}`);
		},
		kill: async () => {
			child.kill('SIGKILL');
			await ended;
		}
	};
}

/** A folder for one authority, a copy of another where one is given, and how to remove it with its database. */
export function folderForDemo(filled: string | null = null): { folder: string; remove: () => void } {
	const area = mkdtempSync(join(tmpdir(), 'countersign-journeys-'));
	chmodSync(area, 0o711);
	const folder = join(area, 'data');
	if (filled !== null) copyWithOwners(filled, folder);
	return {
		folder,
		remove: () => {
			const home = homeOf(folder);
			if (home !== null) rmSync(home, { recursive: true, force: true });
			rmSync(area, { recursive: true, force: true });
		}
	};
}

/** Where PostgreSQL's own user cannot reach the folder, it holds a link to the database: that is where; else null. */
function homeOf(folder: string): string | null {
	const home = join(folder, 'postgres');
	return lstatSync(home, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(home) : null;
}

/** Whether the folder holds its database itself, so that a copy of it is another authority. */
export function isWhole(folder: string): boolean {
	return homeOf(folder) === null;
}

function copyWithOwners(from: string, to: string): void {
	cpSync(from, to, { recursive: true, preserveTimestamps: true });
	for (const path of ['', ...readdirSync(from, { recursive: true, encoding: 'utf8' })]) {
		const { uid, gid, mode } = lstatSync(join(from, path));
		lchownSync(join(to, path), uid, gid);
		chmodSync(join(to, path), mode);
	}
}
