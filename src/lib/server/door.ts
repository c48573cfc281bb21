import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** The built application: answers a request, or calls `next` where it has nothing to say. */
export type Pages = (
	request: IncomingMessage,
	response: ServerResponse,
	next: (error?: unknown) => void
) => unknown;

export interface DoorSettings {
	pages: Pages;
	/** The https (or this machine's) address people type; null: any name of this machine, over http. */
	origin: string | null;
	/** How many proxies of the operator's own add to X-Forwarded-For. */
	proxies: number;
	/** An error nobody answered for. */
	report: (error: unknown, requestId: string) => void;
}

export interface Door {
	/** Port 0: any that is free. Answers with the address to type and the port taken. */
	open(host: string, port: number): Promise<{ address: string; port: number }>;
	/** Takes no more, finishes what runs for at most `longestMs`, then cuts what is left. */
	close(longestMs: number): Promise<void>;
}

/** Set by the door for the application, whatever the request said; the names are told to adapter-node by `serve`. */
export const ADDRESS_HEADER = 'x-countersign-address';
export const PROTOCOL_HEADER = 'x-countersign-protocol';
const REQUEST_HEADER = 'x-request-id';

export const LARGEST_BODY_BYTES = 20 * 1024 * 1024;
const USUAL_BODY_BYTES = 512 * 1024;

const LONGEST_REQUEST_MS = 120_000;

// For whatever is not a page: pages bring their own, with a nonce.
const NOTHING_RUNS = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: Record<string, string> = {
	'content-security-policy': NOTHING_RUNS,
	'x-frame-options': 'DENY',
	'x-content-type-options': 'nosniff',
	// Not no-referrer: under it browsers send plain forms with `Origin: null`, which the origin check must refuse.
	'referrer-policy': 'same-origin',
	'permissions-policy':
		'accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), browsing-topics=()',
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'origin-agent-cluster': '?1',
	'x-permitted-cross-domain-policies': 'none',
	'cache-control': 'no-store'
};

/**
 * The server in front of the built application, for what must hold of every answer, its assets and its own refusals
 * included: headers, whose name was asked for, how much is taken in, whose address it is.
 */
export function doorTo(settings: DoorSettings): Door {
	const { origin, proxies, pages, report } = settings;
	const secure = origin?.startsWith('https:') ?? false;
	let closing = false;
	let taken = 0;
	const connected = new Set<Socket>();

	const server = createServer({ requestTimeout: LONGEST_REQUEST_MS }, (request, response) => {
		const requestId = randomBytes(5).toString('hex');
		for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
		if (secure) response.setHeader('strict-transport-security', 'max-age=63072000; includeSubDomains');
		response.setHeader(REQUEST_HEADER, requestId);
		if (closing) response.setHeader('connection', 'close');
		response.once('close', () => {
			if (closing) setImmediate(() => server.closeIdleConnections());
		});
		if (!isAskedFor(request, origin, taken))
			return refuse(request, response, 421, 'This is not the address of this server.');
		const { encoding, bytes } = bodyOf(request);
		if (encoding) return refuse(request, response, 411, 'The length of what is sent must be said.');
		if (bytes > limitFor(pathOf(request)))
			return refuse(request, response, 413, 'This is larger than this page takes. Nothing was saved.');
		request.headers[ADDRESS_HEADER] = visitorOf(request, proxies);
		request.headers[PROTOCOL_HEADER] = secure ? 'https' : 'http';
		request.headers[REQUEST_HEADER] = requestId;
		const unanswered = (error: unknown) => {
			report(error, requestId);
			if (response.headersSent) response.destroy();
			else refuse(request, response, 500, `Something went wrong. Reference: ${requestId}`);
		};
		Promise.resolve()
			.then(() =>
				pages(request, response, (error) => {
					if (error) unanswered(error);
					else refuse(request, response, 404, 'Not found');
				})
			)
			.catch(unanswered);
	});

	server.on('connection', (socket: Socket) => {
		connected.add(socket);
		socket.once('close', () => connected.delete(socket));
	});

	return {
		open: (host, port) =>
			new Promise((resolve, reject) => {
				server.once('error', reject);
				server.listen(port, host, () => {
					server.off('error', reject);
					taken = (server.address() as AddressInfo).port;
					resolve({ address: origin ?? `http://localhost:${taken}`, port: taken });
				});
			}),
		close: (longestMs) =>
			new Promise((resolve) => {
				closing = true;
				const cut = setTimeout(() => server.closeAllConnections(), longestMs);
				server.close(() => {
					clearTimeout(cut);
					resolve();
				});
				server.closeIdleConnections();
				// A browser connects ahead of what it may ask: a connection that has never said anything is not idle to Node.
				for (const socket of connected) if (socket.bytesRead === 0) socket.destroy();
			})
	};
}

/** Health may be asked for by any name: a container's own check does not know the address people type. */
function isAskedFor(request: IncomingMessage, origin: string | null, port: number): boolean {
	if (pathOf(request) === '/health') return true;
	const asked = request.headers.host?.toLowerCase();
	if (!asked) return false;
	if (origin !== null) return asked === new URL(origin).host;
	const names = ['localhost', '127.0.0.1', '[::1]'];
	return names.some((name) => asked === `${name}:${port}` || (port === 80 && asked === name));
}

function pathOf(request: IncomingMessage): string {
	return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

/** Browsers say how much they send. What comes in pieces without a length cannot be refused before it is taken in. */
function bodyOf(request: IncomingMessage): { encoding: boolean; bytes: number } {
	return {
		encoding: request.headers['transfer-encoding'] !== undefined,
		bytes: Number(request.headers['content-length'] ?? 0)
	};
}

function limitFor(path: string): number {
	return path === '/data' || path.startsWith('/data/') ? LARGEST_BODY_BYTES : USUAL_BODY_BYTES;
}

/** Only as many entries as there are proxies of our own are believed, counted from the near end. */
function visitorOf(request: IncomingMessage, proxies: number): string {
	const connection = request.socket.remoteAddress ?? 'unknown';
	if (proxies === 0) return connection;
	const forwarded = String(request.headers['x-forwarded-for'] ?? '')
		.split(',')
		.map((entry) => entry.trim())
		.filter(Boolean);
	return forwarded.at(-proxies) ?? connection;
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, words: string): void {
	response.statusCode = status;
	response.setHeader('content-type', 'text/plain; charset=utf-8');
	response.setHeader('connection', 'close');
	response.end(`${words}\n`);
	request.resume();
}
