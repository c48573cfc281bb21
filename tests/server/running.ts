import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');

export interface LogLine {
	level: number;
	requestId?: string;
	route?: string | null;
	allowed?: boolean;
	status?: number;
}

export interface Running {
	address: string;
	/** What it wrote on stderr as JSON. */
	lines: LogLine[];
	raw(): string;
	/** Sends SIGTERM and answers with the exit code. */
	stop(): Promise<number | null>;
	request(path: string, options?: Asking): Promise<Response>;
	/** The line that the server wrote about a request. */
	lineOf(response: Response): Promise<LogLine>;
}

export interface Asking {
	method?: string;
	cookie?: string;
	form?: Record<string, string>;
	headers?: Record<string, string>;
	body?: string;
}

/** Serves the built application in a process of its own, as `countersign serve` does. */
export async function serveBuilt(
	url: string,
	settings: Record<string, string> = {},
	options: readonly string[] = ['--no-migrate']
): Promise<Running> {
	if (!existsSync(join(root, 'build/handler.js'))) throw new Error('Build first: npm run build');
	const child = spawn(
		process.execPath,
		[join(root, 'bin/countersign.js'), 'serve', ...options, '--port', '0'],
		{
			cwd: root,
			env: {
				...process.env,
				DATABASE_URL: url,
				ORIGIN: '',
				COUNTERSIGN_LOG: 'info',
				COUNTERSIGN_NOTE_KEYS: `1:${randomBytes(32).toString('base64')}`,
				...settings
			},
			stdio: ['ignore', 'pipe', 'pipe']
		}
	);
	const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
	const lines: LogLine[] = [];
	const answers = new Map<string, LogLine>();
	const written = new EventEmitter().setMaxListeners(0);
	let raw = '';
	createInterface(child.stderr).on('line', (text) => {
		raw += `${text}\n`;
		if (!text.startsWith('{')) return;
		const line = JSON.parse(text) as LogLine;
		lines.push(line);
		if (!line.requestId || !('allowed' in line)) return;
		answers.set(line.requestId, line);
		written.emit(line.requestId);
	});
	const address = await new Promise<string>((resolve, reject) => {
		createInterface(child.stdout).on('line', (line) => {
			const [, found] = / is at (\S+)/.exec(line) ?? [];
			if (found) resolve(found);
		});
		void exited.then((code) => reject(new Error(`The server ended with ${code}:\n${raw}`)));
	});
	return {
		address,
		lines,
		raw: () => raw,
		stop: async () => {
			child.kill('SIGTERM');
			return exited;
		},
		request: (path, { method, cookie, form, headers, body } = {}) =>
			fetch(address + path, {
				method: method ?? (form || body !== undefined ? 'POST' : 'GET'),
				redirect: 'manual',
				headers: {
					accept: 'text/html',
					...(form ? { origin: address } : {}),
					...(cookie ? { cookie } : {}),
					...headers
				},
				...(form ? { body: new URLSearchParams(form) } : body === undefined ? {} : { body })
			}),
		lineOf: async (response) => {
			const requestId = response.headers.get('x-request-id') ?? '';
			if (!answers.has(requestId)) await once(written, requestId, { signal: AbortSignal.timeout(5_000) });
			const line = answers.get(requestId);
			if (!line) throw new Error(`The server wrote nothing about ${requestId}`);
			return line;
		}
	};
}

/** The page without its scripts, which repeat what the page shows. */
export async function shownBy(response: Response): Promise<string> {
	return (await response.text()).replaceAll(/<script[^>]*>[^]*?<\/script>/g, '');
}

/** The cookies an answer sets, as a browser would send them back. */
export function cookiesOf(response: Response): string {
	return response.headers
		.getSetCookie()
		.map((cookie) => cookie.split(';')[0])
		.join('; ');
}
