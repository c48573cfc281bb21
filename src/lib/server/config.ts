import { resolve } from 'node:path';
import { isMailAddress } from '#lib/domain/notices.ts';

/** What the operator set, read once and checked at the start. */
export interface Config {
	/** Null: the embedded PostgreSQL under `dataFolder`. */
	databaseUrl: string | null;
	dataFolder: string;
	port: number;
	host: string;
	/** The address people type; null: http://localhost and the port. */
	origin: string | null;
	/** How many proxies of the operator's own stand in front; 0: the address of the connection is the visitor's. */
	proxies: number;
	logLevel: LogLevel;
	/** Keys that seal personal notes, by version; the highest seals. Null: a key kept in `dataFolder`. */
	noteKeys: ReadonlyMap<number, Buffer> | null;
	/** Null: notices stay in the outbox and are mailed to nobody. */
	mail: MailSettings | null;
	/** The address of a case in the case system, with {reference} or {child} in it; null: a reference is only shown. */
	caseLink: string | null;
}

export interface MailSettings {
	host: string;
	port: number;
	/** Encrypted from the first byte; else by STARTTLS. */
	secure: boolean;
	user: string | null;
	password: string | null;
	/** The address that notices come from. */
	from: string;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A setting that cannot be used: which variable, and how to mend it. */
export interface SettingProblem {
	variable: string;
	mend: string;
}

export class SettingsRefused extends Error {
	readonly problems: readonly SettingProblem[];

	constructor(problems: readonly SettingProblem[]) {
		super(problems.map(({ variable, mend }) => `${variable}: ${mend}`).join('\n'));
		this.name = 'SettingsRefused';
		this.problems = problems;
	}
}

/** Reads the settings from an environment. Throws `SettingsRefused` with every problem at once. */
export function readConfig(environment: Record<string, string | undefined>): Config {
	const problems: SettingProblem[] = [];
	const refuse = (variable: string, mend: string) => {
		problems.push({ variable, mend });
	};
	const config: Config = {
		databaseUrl: databaseUrl(environment.DATABASE_URL, refuse),
		dataFolder: resolve(environment.COUNTERSIGN_DATA || './.countersign'),
		port: port(environment.PORT, refuse),
		host: environment.HOST || '127.0.0.1',
		origin: origin(environment.ORIGIN, refuse),
		proxies: proxies(environment.COUNTERSIGN_PROXIES, refuse),
		logLevel: logLevel(environment.COUNTERSIGN_LOG, refuse),
		noteKeys: noteKeys(environment.COUNTERSIGN_NOTE_KEYS, refuse),
		mail: mail(environment, refuse),
		caseLink: caseLink(environment.COUNTERSIGN_CASE_LINK, refuse)
	};
	if (problems.length > 0) throw new SettingsRefused(problems);
	return config;
}

type Refuse = (variable: string, mend: string) => void;

function databaseUrl(text: string | undefined, refuse: Refuse): string | null {
	if (!text) return null;
	if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
	refuse(
		'DATABASE_URL',
		'this is not the address of a PostgreSQL database. Write postgres://user:password@host:5432/database, or leave it out to use the embedded database.'
	);
	return null;
}

function port(text: string | undefined, refuse: Refuse): number {
	if (!text) return 3000;
	const number = Number(text);
	if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
	refuse('PORT', `“${text}” is not a port. Give a whole number from 1 to 65535, or leave it out for 3000.`);
	return 3000;
}

function origin(text: string | undefined, refuse: Refuse): string | null {
	if (!text) return null;
	if (!URL.canParse(text) || new URL(text).origin !== text.replace(/\/$/, '')) {
		refuse(
			'ORIGIN',
			`“${text}” is not an origin. Write it as https://countersign.example.gov.uk, with no path.`
		);
		return null;
	}
	const { protocol, hostname } = new URL(text);
	if (protocol === 'https:' || hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]')
		return new URL(text).origin;
	refuse(
		'ORIGIN',
		'sign-in over plain http is safe on this machine only. Put it behind https and give the https address.'
	);
	return null;
}

function proxies(text: string | undefined, refuse: Refuse): number {
	const number = Number(text || 0);
	if (Number.isInteger(number) && number >= 0 && number < 10) return number;
	refuse(
		'COUNTERSIGN_PROXIES',
		`“${text ?? ''}” is not a number of proxies. Give how many of your own proxies add to X-Forwarded-For, such as 1, or leave it out for none.`
	);
	return 0;
}

/** The level to log at, also where some setting is refused: whoever asks for the settings says which. */
export function logLevelFrom(environment: Record<string, string | undefined>): LogLevel {
	return logLevel(environment.COUNTERSIGN_LOG, () => undefined);
}

function logLevel(text: string | undefined, refuse: Refuse): LogLevel {
	const level = LOG_LEVELS.find((known) => known === (text || 'warn'));
	if (level) return level;
	refuse(
		'COUNTERSIGN_LOG',
		`“${text ?? ''}” is not a level. Choose one of ${LOG_LEVELS.join(', ')}; info writes a line for each request.`
	);
	return 'warn';
}

function caseLink(text: string | undefined, refuse: Refuse): string | null {
	if (!text) return null;
	const tried = text.replaceAll(/\{(reference|child)\}/g, '1');
	const isAddress = URL.canParse(tried) && /^https?:$/.test(new URL(tried).protocol);
	const bare = text.replaceAll(/[{}]/g, '');
	// In the host it could send whoever follows it anywhere.
	const inHost = isAddress && (!URL.canParse(bare) || new URL(bare).origin !== new URL(tried).origin);
	if (isAddress && !inHost && tried !== text) return text;
	refuse(
		'COUNTERSIGN_CASE_LINK',
		'this is not the address of a case in the case system. Write it with {reference} (or {child}) where the id stands, such as https://cases.council.example/case/{reference}, or leave it out to show references only.'
	);
	return null;
}

function noteKeys(text: string | undefined, refuse: Refuse): ReadonlyMap<number, Buffer> | null {
	if (!text) return null;
	const keys = new Map<number, Buffer>();
	for (const part of text.split(',')) {
		const [, version, encoded] = /^\s*(\d{1,4}):([A-Za-z0-9+/=_-]+)\s*$/.exec(part) ?? [];
		const key = Buffer.from(encoded ?? '', 'base64');
		if (version && key.length === 32) keys.set(Number(version), key);
		else
			refuse(
				'COUNTERSIGN_NOTE_KEYS',
				'each key is a version number, a colon and 32 bytes in base64, such as 1:… (make one with: openssl rand -base64 32). Separate several with commas.'
			);
	}
	return keys;
}

const SMTP_PORTS: Record<string, number> = { 'smtp:': 587, 'smtps:': 465 };

function mail(environment: Record<string, string | undefined>, refuse: Refuse): MailSettings | null {
	const { COUNTERSIGN_SMTP: address, COUNTERSIGN_MAIL_FROM: from } = environment;
	if (!address) {
		if (from)
			refuse(
				'COUNTERSIGN_SMTP',
				'COUNTERSIGN_MAIL_FROM is set and no mail server is. Write smtps://user:password@host, or leave both out to mail nobody.'
			);
		return null;
	}
	// An address of any other scheme keeps what the operator wrote to themselves: it may hold a password.
	const url = URL.canParse(address) ? new URL(address) : null;
	const usual = url && SMTP_PORTS[url.protocol];
	if (!url || !usual || url.hostname === '' || !/^\/?$/.test(url.pathname) || url.search || url.hash) {
		refuse(
			'COUNTERSIGN_SMTP',
			'this is not the address of a mail server. Write smtps://user:password@host (port 465, encrypted from the start) or smtp://user:password@host (port 587, encrypted by STARTTLS); in user and password write @ as %40, : as %3A and / as %2F.'
		);
		return null;
	}
	if (!from || !isMailAddress(from)) {
		refuse(
			'COUNTERSIGN_MAIL_FROM',
			`${from ? `“${from}” is not one e-mail address` : 'with COUNTERSIGN_SMTP it has to be set'}. Give the bare address that mail comes from, such as countersign@council.example.`
		);
		return null;
	}
	if (!environment.ORIGIN) {
		refuse(
			'ORIGIN',
			'with COUNTERSIGN_SMTP it has to be set, for the links in mails. Give the https address people type, such as https://countersign.example.gov.uk.'
		);
		return null;
	}
	const said = (text: string) => (text === '' ? null : decoded(text));
	return {
		host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
		port: url.port === '' ? usual : Number(url.port),
		secure: url.protocol === 'smtps:',
		user: said(url.username),
		password: said(url.password),
		from
	};
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
