import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');
const command = join(root, 'bin/countersign.js');

/** Settings of a database of its own in the folder. */
const settingsOf = (folder: string) => ({
	...process.env,
	COUNTERSIGN_DATA: folder,
	DATABASE_URL: '',
	ORIGIN: '',
	COUNTERSIGN_LOG: 'warn'
});

/** Serves what the folder holds, as `countersign serve` does: at first nothing at all. */
export async function serveEmpty(folder: string): Promise<{ address: string; stop: () => Promise<void> }> {
	const child = spawn(process.execPath, [command, 'serve', '--port', '0'], {
		cwd: root,
		env: settingsOf(folder),
		stdio: ['ignore', 'pipe', 'pipe']
	});
	const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
	let troubles = '';
	child.stderr.on('data', (chunk: Buffer) => (troubles += chunk.toString()));
	const address = await new Promise<string>((resolve, reject) => {
		createInterface(child.stdout).on('line', (line) => {
			const [, found] = / is at (http\S+?)\.?$/.exec(line) ?? [];
			if (found) resolve(found);
		});
		void ended.then((code) => reject(new Error(`The server ended with ${code}:\n${troubles}`)));
	});
	return {
		address,
		stop: async () => {
			child.kill('SIGINT');
			const code = await ended;
			if (code !== 0) throw new Error(`The server ended with ${code}:\n${troubles}`);
		}
	};
}

/** What a command prints about the database in the folder. */
export function ask(folder: string, ...args: string[]): string {
	const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
		cwd: root,
		env: settingsOf(folder),
		encoding: 'utf8'
	});
	if (status !== 0) throw new Error(`countersign ${args.join(' ')} ended with ${status}:\n${stderr}`);
	return stdout;
}
