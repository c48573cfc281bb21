import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
	closeSync,
	fsyncSync,
	linkSync,
	mkdirSync,
	openSync,
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
const KEY_FILE_VERSION = 1;

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
	return { newest: KEY_FILE_VERSION, byVersion: new Map([[KEY_FILE_VERSION, keyIn(dataFolder)]]) };
}

let opened: NoteKeys | null = null;

function keys(): NoteKeys {
	return (opened ??= openNoteKeys(readConfig(process.env)));
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
export function unseal({ sealed, keyVersion }: Sealed, place: string, { byVersion } = keys()): string | null {
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

function keyIn(dataFolder: string): Buffer {
	const path = join(dataFolder, KEY_FILE);
	return readKey(path) ?? makeKey(dataFolder, path);
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
