import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A mail as the server took it in, headers unfolded. */
export interface Received {
	from: string;
	to: string[];
	headers: Record<string, string>;
	/** As a reader's program would show it. */
	text: string;
	raw: string;
}

/** What the server does with the next mails: each answer is used once, then it takes everything in. */
export type Mood =
	| 'takes'
	/** No such mailbox, for good. */
	| 'refuses the recipient'
	/** Busy, for now. */
	| 'puts off the recipient'
	| 'refuses the sender'
	/** Says nothing any more once it is connected. */
	| 'hangs'
	/** Takes the mail in and breaks off before it says so. */
	| 'takes and breaks off';

export interface MailServer {
	port: number;
	received: Received[];
	/** The commands of every conversation, for what was said and what was not. */
	said: string[];
	next(...moods: Mood[]): void;
	/** Gone, as when it is restarted. */
	stop(): Promise<void>;
	/** Back on the same port. */
	start(): Promise<void>;
}

/** A mail server that speaks SMTP over a real socket on this machine. */
export async function mailServer(): Promise<MailServer> {
	const received: Received[] = [];
	const said: string[] = [];
	const moods: Mood[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket)).on('error', () => undefined);
		converse(socket, moods.shift() ?? 'takes', received, said);
	});
	let port = 0;
	const start = () =>
		new Promise<void>((resolve, reject) => {
			server.once('error', reject).listen(port, '127.0.0.1', () => {
				({ port } = server.address() as AddressInfo);
				resolve();
			});
		});
	await start();
	return {
		port,
		received,
		said,
		next: (...given) => void moods.push(...given),
		start,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			})
	};
}

function converse(socket: Socket, mood: Mood, received: Received[], said: string[]): void {
	let from = '';
	let to: string[] = [];
	let data: string | null = null;
	let rest = '';
	const answer = (line: string) => socket.write(`${line}\r\n`);
	if (mood === 'hangs') return;
	answer('220 mail.example.org ready');
	socket.setEncoding('utf8');
	socket.on('data', (piece: string) => {
		rest += piece;
		for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
			const line = rest.slice(0, end);
			rest = rest.slice(end + 2);
			if (data === null) command(line);
			else if (line === '.') endOfData();
			else data += `${line.replace(/^\./, '')}\r\n`;
		}
	});

	function command(line: string): void {
		said.push(line);
		if (/^EHLO/i.test(line)) answer('250-mail.example.org\r\n250 8BITMIME');
		else if (/^MAIL FROM/i.test(line)) {
			from = between(line);
			answer(mood === 'refuses the sender' ? '550 5.7.1 not from here' : '250 OK');
		} else if (/^RCPT TO/i.test(line)) {
			if (mood === 'refuses the recipient') answer('550 5.1.1 no such mailbox');
			else if (mood === 'puts off the recipient') answer('451 4.3.0 try again later');
			else {
				to.push(between(line));
				answer('250 OK');
			}
		} else if (/^DATA/i.test(line)) {
			data = '';
			answer('354 go ahead');
		} else if (/^RSET/i.test(line)) {
			[from, to] = ['', []];
			answer('250 OK');
		} else if (/^QUIT/i.test(line)) {
			answer('221 bye');
			socket.end();
		} else answer('502 not here');
	}

	function endOfData(): void {
		received.push({ from, to, ...parsed(data ?? '') });
		data = null;
		if (mood === 'takes and breaks off') socket.destroy();
		else answer('250 2.0.0 taken');
	}
}

function between(line: string): string {
	return /<([^>]*)>/.exec(line)?.[1] ?? '';
}

function parsed(raw: string): Pick<Received, 'headers' | 'text' | 'raw'> {
	const [head = '', ...body] = raw.split('\r\n\r\n');
	const headers: Record<string, string> = {};
	for (const line of head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')) {
		const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
		if (name.toLowerCase() in headers) throw new Error(`the header ${name} came twice`);
		headers[name.toLowerCase()] = value;
	}
	const written = body.join('\r\n\r\n');
	const encoding = headers['content-transfer-encoding'] ?? '7bit';
	return { headers, raw, text: decoded(written, encoding).replaceAll('\r\n', '\n') };
}

function decoded(text: string, encoding: string): string {
	if (encoding === 'base64') return Buffer.from(text, 'base64').toString('utf8');
	if (encoding !== 'quoted-printable') return text;
	const bytes = text
		.replaceAll('=\r\n', '')
		.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString('utf8');
}
