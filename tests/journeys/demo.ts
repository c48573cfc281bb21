import { spawn } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
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

/** A folder for one authority, and how to remove it with its database. */
export function folderForDemo(): { folder: string; remove: () => void } {
	const area = mkdtempSync(join(tmpdir(), 'countersign-journeys-'));
	chmodSync(area, 0o711);
	const folder = join(area, 'data');
	return {
		folder,
		remove: () => {
			const home = join(folder, 'postgres');
			// Where PostgreSQL's own user cannot reach the folder, it holds a link to the database.
			if (lstatSync(home, { throwIfNoEntry: false })?.isSymbolicLink())
				rmSync(realpathSync(home), { recursive: true, force: true });
			rmSync(area, { recursive: true, force: true });
		}
	};
}
