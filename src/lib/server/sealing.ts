import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
	closeSync,
	existsSync,
	fsyncSync,
	linkSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeSync
} from 'node:fs';
import { join } from 'node:path';
import { readConfig, SettingsRefused, type Config } from '#lib/server/config.ts';

// Personal notes are sealed before the database sees them: a copy of it, or somebody who administers it, reads nothing.

export interface NoteKeys {
	/** The version that seals; the others only open what was sealed before. */
	newest: number;
	byVersion: ReadonlyMap<number, Buffer>;
}

export interface Sealed {
	sealed: string;
	keyVersion: number;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const KEY_FILE = 'note-key';
const LATER_KEY_FILE = /^note-key-(\d{1,4})$/;

/**
 * The keys of this server: those of the settings, else one in the data folder, made where there is none yet. Throws
 * `SettingsRefused` where the database is elsewhere and no key was set: a key made on this machine would be lost with
 * it, or differ from that of the next machine, and the notes with it.
 */
export function openNoteKeys({ noteKeys, databaseUrl, dataFolder }: Config): NoteKeys {
	if (noteKeys) return { newest: Math.max(...noteKeys.keys()), byVersion: noteKeys };
	if (databaseUrl)
		throw new SettingsRefused([
			{
				variable: 'COUNTERSIGN_NOTE_KEYS',
				mend: 'personal notes in a database of your own need a key of your own, kept apart from it and from its backups. Make one with: openssl rand -base64 32. Set it as 1: and the key, on every machine that serves this database.'
			}
		]);
	return withNewest(keysIn(dataFolder));
}

function withNewest(byVersion: ReadonlyMap<number, Buffer>): NoteKeys {
	return { newest: Math.max(...byVersion.keys()), byVersion };
}

/**
 * Makes the next key in the data folder, and answers with its version and its file. Throws `SettingsRefused` where the
 * keys come from the settings: there the operator adds one.
 */
export function addNoteKey({ noteKeys, databaseUrl, dataFolder }: Config): { version: number; path: string } {
	if (noteKeys ?? databaseUrl)
		throw new SettingsRefused([
			{
				variable: 'COUNTERSIGN_NOTE_KEYS',
				mend: `the keys come from this setting, so the next one is added there. Make one with: openssl rand -base64 32. Set it after the others, as ,${noteKeys ? Math.max(...noteKeys.keys()) + 1 : 1}: and the key, on every machine that serves this database, and start the servers again.`
			}
		]);
	const version = withNewest(keysIn(dataFolder)).newest + 1;
	const path = join(dataFolder, `${KEY_FILE}-${version}`);
	makeKey(dataFolder, path);
	return { version, path };
}

let opened: NoteKeys | null = null;

/** The keys of this process; looked for again where a text was sealed with one that was added since. */
function keys(version: number | null = null): NoteKeys {
	if (opened === null || (version !== null && !opened.byVersion.has(version)))
		opened = openNoteKeys(readConfig(process.env));
	return opened;
}

/** Seals a text so that it opens only in its own place (the session it belongs to). */
export function seal(text: string, place: string, { newest, byVersion } = keys()): Sealed {
	const nonce = randomBytes(NONCE_BYTES);
	const cipher = createCipheriv(CIPHER, byVersion.get(newest) ?? Buffer.alloc(0), nonce);
	cipher.setAAD(boundTo(place, newest));
	const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
	const sealed = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
	return { sealed, keyVersion: newest };
}

/** The text; null where no key here opens it, or where it is not what was sealed in this place. */
export function unseal(
	{ sealed, keyVersion }: Sealed,
	place: string,
	{ byVersion } = keys(keyVersion)
): string | null {
	const key = byVersion.get(keyVersion);
	const bytes = Buffer.from(sealed, 'base64');
	if (!key || bytes.length < NONCE_BYTES + TAG_BYTES) return null;
	const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
		authTagLength: TAG_BYTES
	});
	decipher.setAAD(boundTo(place, keyVersion));
	decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
	try {
		const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
		return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
	} catch {
		return null;
	}
}

function boundTo(place: string, keyVersion: number): Buffer {
	return Buffer.from(`personal note ${place} ${keyVersion}`);
}

/** The keys in the data folder, the first of them made where there is none yet. */
function keysIn(dataFolder: string): Map<number, Buffer> {
	const first = join(dataFolder, KEY_FILE);
	const keys = new Map<number, Buffer>();
	for (const name of existsSync(dataFolder) ? readdirSync(dataFolder) : []) {
		const version = name === KEY_FILE ? 1 : Number(LATER_KEY_FILE.exec(name)?.[1] ?? 0);
		const key = version === 0 ? null : readKey(join(dataFolder, name));
		if (key) keys.set(version, key);
	}
	return keys.size === 0 ? keys.set(1, makeKey(dataFolder, first)) : keys;
}

function readKey(path: string): Buffer | null {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
	const key = Buffer.from(text.trim(), 'base64');
	if (key.length !== KEY_BYTES)
		throw new Error(`${path} does not hold a key of ${KEY_BYTES} bytes in base64. Restore it from a backup.`);
	return key;
}

/** Wholly there or not at all, whenever this process ends; of two that make one at once, the first stands for both. */
function makeKey(dataFolder: string, path: string): Buffer {
	mkdirSync(dataFolder, { recursive: true });
	const written = `${path}-${randomBytes(6).toString('hex')}`;
	const file = openSync(written, 'wx', 0o600);
	try {
		writeSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
	try {
		linkSync(written, path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	} finally {
		rmSync(written, { force: true });
	}
	const kept = readKey(path);
	if (!kept) throw new Error(`${path} was written and is not there`);
	return kept;
}
