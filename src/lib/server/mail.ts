import { createTransport } from 'nodemailer';
import type { MailSettings } from '#lib/server/config.ts';

/** A plain-text mail to one person. */
export interface Mail {
	to: string;
	subject: string;
	text: string;
	/** The same for every copy of one mail, so that a second one is recognised. */
	messageId: string;
	date: Date;
}

/** What the mail server made of it; `answer` is its own words, cut. */
export type Posted =
	| { state: 'taken'; answer: string | null }
	/** For good: trying again would be refused again. */
	| { state: 'refused'; answer: string | null }
	/** `away`: the server was not reached or broke off, so that others need not be tried now. */
	| { state: 'not now'; away: boolean; answer: string | null };

export interface Post {
	send(mail: Mail): Promise<Posted>;
	close(): void;
}

const PATIENCE_MS = 20_000;

/** Opens no connection yet. Plain SMTP is encrypted by STARTTLS or not used, except to this machine. */
export function openPost(settings: MailSettings, patienceMs = PATIENCE_MS): Post {
	const { host, port, secure, user, password, from } = settings;
	const transport = createTransport({
		host,
		port,
		secure,
		requireTLS: !secure && !isThisMachine(host),
		...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
		connectionTimeout: patienceMs,
		greetingTimeout: patienceMs,
		dnsTimeout: patienceMs,
		socketTimeout: patienceMs,
		disableFileAccess: true,
		disableUrlAccess: true
	});
	return {
		send: async ({ to, subject, text, messageId, date }) => {
			try {
				const { response } = await transport.sendMail({
					from: { name: 'Countersign', address: from },
					to: { name: '', address: to },
					envelope: { from, to: [to] },
					subject,
					text,
					messageId,
					date,
					headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
				});
				return { state: 'taken', answer: cut(response) };
			} catch (error) {
				return refusal(error);
			}
		},
		close: () => transport.close()
	};
}

const SAID_CHARACTERS = 160;

function refusal(error: unknown): Posted {
	const { code, command, responseCode, response, message } = error as Error & {
		code?: string;
		command?: string;
		responseCode?: number;
		response?: string;
	};
	const answer = cut(response ?? [code, message].filter(Boolean).join(' '));
	// A refusal of the sender, of signing in or of the whole mail is the operator's to mend: then it goes out after all.
	if (command === 'RCPT TO' && responseCode !== undefined && responseCode >= 500)
		return { state: 'refused', answer };
	return { state: 'not now', away: command !== 'RCPT TO' && command !== 'DATA', answer };
}

function cut(said: string | undefined): string | null {
	const line = (said ?? '').replaceAll(/[\p{C}\s]+/gu, ' ').trim();
	return line === '' ? null : line.slice(0, SAID_CHARACTERS);
}

function isThisMachine(host: string): boolean {
	return host === 'localhost' || host === '127.0.0.1' || host === '::1';
}
